"""The menus and the tool bar of the main window: what can be done, its key, and when it is grey."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPlainTextEdit, QToolBar

from gui import crash, navigation
from gui.dialogs import forms
from gui.dialogs.helping import MANUAL
from gui.icons import icon
from gui.pages.records import RecordsPage

if TYPE_CHECKING:
    from gui.window import MainWindow


class Menus(QObject):
    """Belongs to the main window, whose deeds it offers."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.needs_ledger: list[QAction] = []
        self._build()
        self._build_toolbar()
        self.refresh()

    def _build(self) -> None:
        w = self.window
        bar = w.menuBar()
        file, edit, data = bar.addMenu("文件(&F)"), bar.addMenu("编辑(&E)"), bar.addMenu("数据(&D)")
        audit, sums, report = bar.addMenu("审核(&A)"), bar.addMenu("汇总(&S)"), bar.addMenu("上报(&U)")
        help_menu = bar.addMenu("帮助(&H)")
        act = self._action
        act(file, "plus", "新建账套(&N)", w.opening.create, open_only=False)
        act(file, "folder", "打开账套(&O)", w.opening.choose, "Ctrl+O", open_only=False)
        self.recent_menu = file.addMenu("最近的账套(&R)")
        self.recent_menu.aboutToShow.connect(self._fill_recent)
        act(file, "import", "接收交来的账套(&T)", w.opening.take_in, open_only=False)
        act(file, "help", "打开示例账套(&X)", w.opening.sample, open_only=False)
        file.addSeparator()
        act(file, "save", "做一个还原点(&S)", w.deeds.save_point, "Ctrl+S")
        act(file, "history", "备份与恢复(&B)", w.opening.show_backups)
        act(file, "verify", "检查账套(&K)", w.opening.show_checkup)
        act(file, "", "打印(&P)", w.print_out, "Ctrl+P")
        act(file, "folder", "打开账套所在文件夹(&D)", w.show_folder)
        act(file, "table-unit", "账套信息(&I)", w.edit_info)
        act(file, "", "关闭账套(&C)", w.close_ledger)
        file.addSeparator()
        act(file, "", "退出(&Q)", w.close, "Ctrl+Q", open_only=False)

        self.undo_action = act(edit, "undo", "撤销(&U)", w.deeds.undo, "Ctrl+Z")
        self.redo_action = act(edit, "redo", "恢复(&R)", w.deeds.redo, "Ctrl+Y")
        edit.addSeparator()
        on_grid = self._on_grid
        act(edit, "", "剪切(&T)\tCtrl+X", on_grid(lambda p: p.deeds.copy(then=p.deeds.clear)))
        act(edit, "", "复制(&C)\tCtrl+C", on_grid(lambda p: p.deeds.copy()))
        act(edit, "", "粘贴(&P)\tCtrl+V", on_grid(lambda p: p.deeds.paste(QApplication.clipboard().text())))
        act(edit, "", "清除内容(&L)\tDel", on_grid(lambda p: p.deeds.clear()))
        act(edit, "", "向下填充(&D)\tCtrl+D", on_grid(lambda p: p.deeds.fill_down()))
        edit.addSeparator()
        act(edit, "plus", "新增一行(&N)", on_grid(lambda p: p.deeds.insert()), "Ctrl+N")
        act(edit, "trash", "删除选中的行(&E)\tCtrl+-", on_grid(lambda p: p.deeds.delete()))
        edit.addSeparator()
        act(edit, "search", "查找(&F)", on_grid(lambda p: p.focus_search()), "Ctrl+F")
        act(edit, "", "查找下一个(&X)", on_grid(lambda p: p.find_next()), "F3")
        act(edit, "", "替换(&H)", on_grid(lambda p: p.replace_words()), "Ctrl+H")

        edit.addSeparator()
        self.right_action = act(edit, "", "回车后向右(&G)", self._on_enter_right, open_only=False)
        self.right_action.setCheckable(True)
        self.right_action.setChecked(w.settings.enter_moves_right)

        act(data, "import", "导入台账(&I)", lambda: w.go(navigation.IMPORT), "Ctrl+I")
        data.addSeparator()
        act(data, "filter", "取消全部筛选(&C)", on_grid(lambda p: p.clear_filters()))
        act(data, "columns", "选择栏目(&L)", on_grid(lambda p: p.columns_button.click()))
        act(data, "detail", "详细内容(&D)", on_grid(lambda p: p.show_detail()))
        act(data, "refresh", "刷新(&R)", w.refresh, "F5")
        data.addSeparator()
        act(data, "history", "修改历史(&H)", lambda: w.go(navigation.HISTORY))

        act(audit, "audit", "重新审核(&R)", w.deeds.check, "F9")
        act(audit, "jump", "下一处问题(&N)", w.deeds.next_finding, "F8")
        act(audit, "table", "全部审核结果(&L)", lambda: w.go(navigation.AUDIT))

        act(sums, "table-progress", "分路径汇总(&P)", lambda: w.go(navigation.HOME))
        act(sums, "table", "全部汇总表(&A)", lambda: w.go(navigation.FIGURES))

        act(report, "report", "生成上报包(&G)", lambda: w.go(navigation.REPORT))
        act(report, "verify", "校验上报包(&V)", w.verify_package)
        act(report, "history", "期间管理(&M)", w.show_periods)
        act(report, "", "比较上报包(&D)", lambda: forms.show_difference(w.session, w))
        report.addSeparator()
        act(report, "", "按上级模板填报(&F)", self._fill_form)
        act(report, "", "生成空白填报模板(&T)", lambda: forms.make_template(w.session, w))

        act(help_menu, "help", "使用帮助(&H)", lambda: w.show_help(), "F1", open_only=False)
        act(help_menu, "table", "填报说明(&M)", lambda: w.show_help(MANUAL))
        act(help_menu, "", "导出诊断信息(&E)", lambda: crash.ask_and_export(w), open_only=False)
        act(help_menu, "help", "关于盘活台账(&A)", w.about, open_only=False)

    def _action(
        self,
        menu: QMenu,
        picture: str,
        text: str,
        deed: Callable[[], object],
        key: str = "",
        *,
        open_only: bool = True,
    ) -> QAction:
        action = QAction(text, self.window)
        if picture:
            action.setIcon(icon(picture))
        if key:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda checked=False: deed())
        menu.addAction(action)
        if open_only:
            self.needs_ledger.append(action)
        return action

    def _build_toolbar(self) -> None:
        w = self.window
        bar = QToolBar("工具栏")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.setIconSize(QSize(20, 20))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for picture, text, tip, deed in (
            ("import", "导入", "导入手头的 Excel 台账（Ctrl+I）", lambda: w.go(navigation.IMPORT)),
            ("audit", "审核", "重新审核全部记录（F9）", w.deeds.check),
            ("report", "上报", "生成上报包", lambda: w.go(navigation.REPORT)),
        ):
            action = QAction(icon(picture), text, w)
            action.setToolTip(tip)
            action.triggered.connect(lambda checked=False, d=deed: d())
            bar.addAction(action)
            self.needs_ledger.append(action)
        bar.addSeparator()
        self.undo_button = QAction(icon("undo"), "撤销", w)
        self.undo_button.triggered.connect(lambda checked=False: w.deeds.undo())
        self.redo_button = QAction(icon("redo"), "恢复", w)
        self.redo_button.triggered.connect(lambda checked=False: w.deeds.redo())
        bar.addAction(self.undo_button)
        bar.addAction(self.redo_button)
        w.addToolBar(bar)

    def _fill_form(self) -> None:
        from gui.dialogs.filling import fill_form

        fill_form(self.window.session, self.window)

    def _on_enter_right(self) -> None:
        self.window.set_enter_moves_right(self.right_action.isChecked())

    def _on_grid(self, deed: Callable[[RecordsPage], object]) -> Callable[[], None]:
        def run() -> None:
            page = self.window.stack.currentWidget()
            focused = QApplication.focusWidget()
            if isinstance(focused, QLineEdit | QPlainTextEdit) and not isinstance(page, RecordsPage):
                return
            if isinstance(page, RecordsPage):
                deed(page)

        return run

    def refresh(self) -> None:
        """Grey what cannot be done now, and name what undo and redo would do."""
        opened = self.window.session.is_open
        for action in self.needs_ledger:
            action.setEnabled(opened)
        state = self.window.session.state
        self.undo_action.setText(f"撤销 {state.undo_label}(&U)" if state.undo_label else "撤销(&U)")
        self.redo_action.setText(f"恢复 {state.redo_label}(&R)" if state.redo_label else "恢复(&R)")
        for action, label in ((self.undo_button, state.undo_label), (self.redo_button, state.redo_label)):
            action.setToolTip(f"{action.text()} {label}" if label else action.text())
        for action, label in (
            (self.undo_action, state.undo_label),
            (self.undo_button, state.undo_label),
            (self.redo_action, state.redo_label),
            (self.redo_button, state.redo_label),
        ):
            action.setEnabled(opened and bool(label) and not state.readonly)

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for n, folder in enumerate(self.window.settings.recent(), 1):
            action = self.recent_menu.addAction(f"&{n} {Path(folder).name}　{folder}")
            action.setEnabled(self.window.settings.is_there(folder))
            action.triggered.connect(lambda checked=False, f=folder: self.window.opening.open(Path(f)))
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction("（还没有）").setEnabled(False)
