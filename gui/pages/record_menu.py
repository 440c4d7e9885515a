"""The menu of the right mouse button in a list, with the deeds on whole records behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QMenu

from core.jobs import Progress
from gui import theme
from gui.dialogs import messages
from gui.dialogs.alike import settle_alike
from gui.icons import icon
from gui.reading import ASSET
from gui.tables.cells import Row
from gui.tables.deeds import rows_of
from gui.tables.doubts import alike_cell

if TYPE_CHECKING:
    from core.records import ChangeSet, Ledger, Origin, Record
    from gui.pages.records import RecordsPage


class RecordMenu(QObject):
    """Belongs to one list page."""

    def __init__(self, page: RecordsPage) -> None:
        super().__init__(page)
        self.page = page
        self.session, self.table = page.session, page.table

    def open_at(self, spot: QPoint) -> None:
        """Show the menu where the mouse is."""
        view = self.page.view
        menu = self.menu_for(view.indexAt(spot))
        menu.exec(view.viewport().mapToGlobal(spot))
        menu.deleteLater()

    def menu_for(self, index: QModelIndex) -> QMenu:
        """The entries that fit the cell and the selection."""
        page, deeds = self.page, self.page.deeds
        menu = QMenu(page)
        row = page.model.row(index.row()) if index.isValid() else None
        if page.model.wanted.is_looked_at:
            menu.addAction(icon("file"), "复制\tCtrl+C", deeds.copy)
            menu.addAction(icon("undo"), "恢复选中的记录", self.bring_back)
            if row is not None:
                self._add_kin(menu, row)
                self._add_history(menu, row, "")
            return menu
        menu.addAction(icon("file"), "复制\tCtrl+C", deeds.copy)
        menu.addAction("剪切\tCtrl+X", lambda: deeds.copy(then=deeds.clear))
        menu.addAction("粘贴\tCtrl+V", lambda: deeds.paste(QGuiApplication.clipboard().text()))
        menu.addAction("清除内容\tDel", deeds.clear)
        menu.addAction("向下填充\tCtrl+D", deeds.fill_down)
        menu.addSeparator()
        menu.addAction(icon("plus"), "新增一行\tCtrl++", deeds.insert)
        menu.addAction(icon("trash"), "删除选中的行\tCtrl+-", deeds.delete)
        if row is None:
            return menu
        column = page.model.columns[index.column()]
        menu.addSeparator()
        value, text = row.values[index.column()], row.texts[index.column()]
        if column.pick is None and column.field.type not in ("date", "codes"):
            by = text or None if column.field.type == "ref" else value
            menu.addAction(icon("filter"), "按此值筛选", lambda: page.bar.put_value(column, by, text))
        mark = page.model.mark_at(index)
        if mark is not None and mark.severity == theme.DOUBT:
            menu.addAction(
                icon("done"), "确认此值", lambda: page.confirm(self.table.code, row.uid, column.code)
            )
            self._add_alike(menu, alike_cell(self.session, self.table.code, row.uid, column.code))
        self._add_children(menu, row)
        menu.addAction(icon("detail"), "详细内容", lambda: page.show_detail(column.writes.code))
        menu.addAction(icon("file"), "附件", lambda: self.show_attachments(row))
        if self.table.code == ASSET:
            self._add_lineage(menu, row)
        self._add_history(menu, row, column.code)
        return menu

    def _add_history(self, menu: QMenu, row: Row, code: str) -> None:
        asked, table = self.page.history_asked, self.table.code
        if code:
            menu.addAction(icon("history"), "这一格的历史", lambda: asked.emit(table, row.uid, code))
        menu.addAction(icon("history"), "这条记录的历史", lambda: asked.emit(table, row.uid, ""))

    def _add_alike(self, menu: QMenu, cells: list[Origin]) -> None:
        if len(cells) > 1:
            menu.addAction(
                f"原文相同的 {len(cells):,} 处一起处理",
                lambda: settle_alike(self.page, self.session, self.table.code, cells, self.page.told.emit),
            )

    def _add_children(self, menu: QMenu, row: Row) -> None:
        children = list(self.session.standard.children(self.table.code))
        if not children:
            return
        submenu = menu.addMenu(icon("jump"), f"「{row.name}」的")
        for child in children:
            submenu.addAction(
                icon(f"table-{child.code}"),
                child.label,
                lambda code=child.code: self.page.children_asked.emit(code, row.uid, row.name),
            )

    def _add_lineage(self, menu: QMenu, row: Row) -> None:
        menu.addSeparator()
        menu.addAction("拆分成几宗", lambda: self.split(row.uid))
        merge = menu.addAction("合并选中的几宗", self.merge)
        merge.setEnabled(len(self._selected_rows()) > 1)
        menu.addAction("重新编号", self.renumber)
        self._add_kin(menu, row)
        menu.addSeparator()

    def _add_kin(self, menu: QMenu, row: Row) -> None:
        if self.table.code == ASSET:
            menu.addAction("来源与去向", lambda: self.show_kin(row.uid, row.name))

    # --- what is selected ---------------------------------------------------------------------------------

    def _selected_rows(self) -> list[int]:
        span = self.page.view.span()
        return list(range(span[0], span[2] + 1)) if span is not None else []

    def _with_uids(self, numbers: list[int], then: Callable[[list[str]], None]) -> None:
        """The uids of rows by number, also of those whose page is not here."""
        model, table = self.page.model, self.table.code
        ids = [model.ids[n] for n in numbers if 0 <= n < len(model.ids)]

        def work(ledger: Ledger, progress: Progress) -> list[str]:
            return [str(uid) for (uid,) in ledger.page(table, ids, ["uid"])]

        self.session.read(work, urgent=True).then(self, lambda uids: then(uids) if uids else None)

    # --- deeds -------------------------------------------------------------------------------------------

    def show_attachments(self, row: Row) -> None:
        """The files of a record."""
        from gui.dialogs.attachments import AttachmentsDialog

        dialog = AttachmentsDialog(self.session, self.table.code, row.uid, row.name, self.page)
        dialog.told.connect(self.page.told)
        dialog.exec()
        dialog.deleteLater()

    def show_kin(self, uid: str, name: str) -> None:
        """What an asset came from and what became of it."""
        from gui.dialogs.ancestry import AncestryDialog

        dialog = AncestryDialog(self.session, uid, name, self.page)
        dialog.jump_asked.connect(self._to_kin)
        dialog.exec()
        dialog.deleteLater()

    def _to_kin(self, uid: str) -> None:
        self.page.views.choose("every")
        self.page.jump(uid, self.table.name_field)

    def bring_back(self) -> None:
        """Restore the selected deleted records."""
        self._with_uids(self._selected_rows(), self._on_bring_back)

    def _on_bring_back(self, uids: list[str]) -> None:
        table = self.table.code
        label = f"恢复{self.table.label} {len(uids)} 条"

        def fill(edit: object) -> None:
            for uid in uids:
                edit.restore(table, uid)  # type: ignore[attr-defined]

        self.session.change(label, fill).then(self, lambda changes: self.page.told.emit(f"已{label}"))

    def split(self, uid: str) -> None:
        """Ask for the parts of an asset and divide it."""

        def work(ledger: Ledger, progress: Progress) -> Record | None:
            return ledger.get(ASSET, uid)

        self.session.read(work, urgent=True).succeeded.connect(self._on_split)

    def _on_split(self, whole: Record | None) -> None:
        from gui.dialogs.lineage import SplitDialog

        if whole is None:
            return
        dialog = SplitDialog(self.page, self.table, whole)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        parts = dialog.parts() if accepted else []
        dialog.deleteLater()
        if not parts:
            return

        def work(ledger: Ledger, why: str) -> ChangeSet:
            from core.records import lineage

            return lineage.split(ledger, whole.uid, parts, rest=len(parts) - 1, why=why).changes

        job = self.session.act("正在拆分", work)
        job.then(self, lambda changes: self.page.told.emit(f"已拆分成 {len(parts)} 宗"))

    def merge(self) -> None:
        """Join the selected assets after a look at what comes of it."""

        def ask(uids: list[str]) -> None:
            def work(ledger: Ledger, progress: Progress) -> list[Record]:
                return [r for u in uids if (r := ledger.get(ASSET, u)) is not None]

            self.session.read(work, urgent=True).succeeded.connect(self._on_merge)

        self._with_uids(self._selected_rows(), ask)

    def _on_merge(self, found: list[Record] | None) -> None:
        from gui.dialogs.lineage import describe_merger

        if not found or len(found) < 2:
            messages.inform(self.page, "合并至少要选两宗资产。", "请选中几行再合并。")
            return
        more = describe_merger(self.table, [r.values for r in found])
        if not messages.ask(self.page, f"把选中的 {len(found)} 宗合并成一宗？", "合并", more):
            return
        uids = [r.uid for r in found]
        made: list[str] = []

        def work(ledger: Ledger, why: str) -> ChangeSet:
            from core.records import lineage

            done = lineage.merge(ledger, uids, why=why)
            made[:] = done.uids
            return done.changes

        def after(changes: object) -> None:
            self.page.told.emit(f"已把 {len(uids)} 宗合并成一宗")
            if made:
                self.page.jump(made[0], self.table.name_field)

        self.session.act("正在合并", work).succeeded.connect(after)

    def renumber(self) -> None:
        """Give the selected assets, or all of the list, new running numbers."""
        numbers = self._selected_rows()
        if len(numbers) < 2:
            numbers = list(range(len(self.page.model.ids)))
        self._with_uids(numbers, self._on_renumber)

    def _on_renumber(self, uids: list[str]) -> None:
        from gui.dialogs.lineage import ask_numbering

        rows = rows_of(self.page.model, self._selected_rows()[:1])
        code = self.page.model.column_number(self.table.match[0])
        sample = rows[0].texts[code] if rows and code >= 0 else ""
        asked = ask_numbering(self.page, len(uids), sample)
        if asked is None:
            return

        def work(ledger: Ledger, why: str) -> ChangeSet:
            from core.records import lineage

            return lineage.renumber(
                ledger, uids, prefix=asked.prefix, start=asked.start, digits=asked.digits, why=why
            )

        job = self.session.act("正在重新编号", work)
        job.then(self, lambda changes: self.page.told.emit(f"已重新编号 {len(uids):,} 宗"))
