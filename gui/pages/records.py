"""The list page of one table: the grid, its totals, and beside it findings and the record form."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.standard.kernel import PATHS
from core.standard.model import Field
from core.standard.types import Value
from gui.dialogs.replacing import ask_replacement
from gui.forms.choices import context_for
from gui.forms.lines import Context
from gui.forms.record import RecordForm
from gui.icons import icon
from gui.pages.findings import FindingsPanel
from gui.pages.names import NameBook
from gui.pages.record_menu import RecordMenu
from gui.reading import ASSET
from gui.session import Session
from gui.settings import Settings
from gui.tables.columns import chosen_columns, grid_column
from gui.tables.deeds import GridDeeds
from gui.tables.delegate import CellDelegate
from gui.tables.doubts import confirm_cells
from gui.tables.empty import EmptyNote
from gui.tables.filtering import FilterBar
from gui.tables.header import FilterHeader
from gui.tables.layout import ColumnLayout
from gui.tables.model import RecordModel
from gui.tables.row_pages import Wanted
from gui.tables.sums import SelectionSums, totals_html
from gui.tables.view import GridView
from gui.tables.views import ViewButton

if TYPE_CHECKING:
    from core.records.query import Narrowing


class RecordsPage(QWidget):
    """One table as a list.

    told(text): for the status bar. selection_told(text): count and sum of the selection.
    import_asked(): the empty list offers it. history_asked(table, uid, field).
    jump_asked(table, uid, field): a finding of another table.
    children_asked(table, uid, name): the records that belong to one record of this list.
    """

    told = Signal(str)
    selection_told = Signal(str)
    import_asked = Signal()
    history_asked = Signal(str, str, str)
    jump_asked = Signal(str, str, str)
    children_asked = Signal(str, str, str)

    def __init__(
        self,
        session: Session,
        settings: Settings,
        names: NameBook,
        table: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.session, self.settings, self.names = session, settings, names
        self.table = session.standard.table(table)
        self.path = ""
        columns = chosen_columns(session.standard, self.table, settings.columns(table))
        self.model = RecordModel(session, table, columns, self)
        self.view = GridView()
        self.header = FilterHeader(self.view)
        self.view.setHorizontalHeader(self.header)
        self.view.setModel(self.model)
        # The header asks for each column whether all of it is selected, which walks every row; it
        # shows no selection anyway.
        self.header.setSelectionModel(QItemSelectionModel(self.model, self.header))
        self.delegate = CellDelegate(self.model, self._context, self.view)
        self.view.setItemDelegate(self.delegate)
        self.deeds = GridDeeds(session, self.view, self.model)
        self.columns = ColumnLayout(session, settings, self.table, self.view, self.header, self.model)
        self._build()
        self._wire()

    # --- building ------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.title = QLabel()
        self.title.setObjectName("title")
        self.count = QLabel()
        self.count.setObjectName("muted")
        self.search = QLineEdit()
        self.search.setPlaceholderText("查找（文字或拼音首字母）")
        self.search.setToolTip("查找（Ctrl+F）：名称、编号、坐落等任意文字，或名称的拼音首字母")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(230)
        self.add = QPushButton(icon("plus"), "新增")
        self.add.setToolTip(f"新增一条{self.table.label}（Ctrl + 加号）")
        self.remove = QPushButton(icon("trash"), "删除")
        self.remove.setToolTip("删除选中的行（Ctrl + 减号）")
        self.columns_button = QPushButton(icon("columns"), "栏目")
        self.columns_button.setToolTip("选择列表显示哪些栏目")
        self.side_button = QToolButton()
        self.side_button.setIcon(icon("detail"))
        self.side_button.setCheckable(True)
        self.side_button.setChecked(True)
        self.side_button.setToolTip("显示或隐藏右边的审核结果与详细内容（F4）")
        self.side_button.setShortcut("F4")
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.title)
        top.addWidget(self.count)
        top.addStretch(1)
        self.views = ViewButton(self.session, self.table.code, self._here)
        for w in (self.views, self.search, self.add, self.remove, self.columns_button, self.side_button):
            top.addWidget(w)
        self.bar = FilterBar(
            self.session, self.table, self.model, self.header, lambda: (self.path, self.search.text().strip())
        )
        self.totals = QLabel()
        self.totals.setObjectName("totals")
        self.totals.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.totals.setWordWrap(True)
        left = QWidget()
        grid = QVBoxLayout(left)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.view, 1)
        grid.addWidget(self.totals)
        self.findings = FindingsPanel(self.session, self.names, self.table.code)
        self._form: RecordForm | None = None
        self._form_place = QWidget()
        self._form_place.setLayout(QVBoxLayout())
        self.side = QTabWidget()
        self.side.setDocumentMode(True)
        self.side.addTab(self.findings, icon("audit"), "审核结果")
        self.side.addTab(self._form_place, icon("detail"), "详细")
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.side)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setCollapsible(0, False)
        self.splitter.setSizes([860, 290])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.bar)
        layout.addWidget(self.splitter, 1)
        self.empty = EmptyNote(self.view)
        self.empty.clicked.connect(self._on_empty_button)

    @property
    def form(self) -> RecordForm:
        """The record form; its hundred editors are made when it is first looked at."""
        if self._form is None:
            self._form = RecordForm(self.session, self.table)
            self._form.edited.connect(self._on_form)
            layout = self._form_place.layout()
            assert layout is not None
            layout.setContentsMargins(0, 0, 0, 0)
            layout.addWidget(self._form)
        return self._form

    def _wire(self) -> None:
        self.delegate.moved.connect(self.view.move_on)
        self.delegate.fill_asked.connect(self.deeds.fill_all)
        self.deeds.told.connect(self.told)
        self.add.clicked.connect(self.deeds.insert)
        self.remove.clicked.connect(self._on_remove)
        self.columns_button.clicked.connect(self.columns.ask)
        self.columns.changed.connect(self.bar.show_filters)
        self.side_button.toggled.connect(self.side.setVisible)
        self.side.currentChanged.connect(lambda n: self._follow())
        self.bar.changed.connect(self._apply)
        self.views.changed.connect(self._on_view)
        self.views.told.connect(self.told)
        self.bar.dropped.connect(self._on_dropped)
        self.bar.clear_asked.connect(self.clear_filters)
        self.view.selection_settled.connect(self._follow)
        SelectionSums(self.session, self.view, self.model).told.connect(self.selection_told)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.menu = RecordMenu(self)
        self.view.customContextMenuRequested.connect(self.menu.open_at)
        self.model.totals_changed.connect(self._on_totals)
        self.model.rows_changed.connect(self._on_rows)
        self.model.modelReset.connect(self._on_rows)
        self.findings.jump_asked.connect(self._on_jump)
        self.findings.told.connect(self.told)
        self.findings.narrow_asked.connect(self.views.narrow)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(250)
        self._typing.timeout.connect(self._apply)
        self.search.textChanged.connect(lambda text: self._typing.start())
        self.search.returnPressed.connect(self.view.setFocus)

    def _context(self, row: int) -> Context:
        return context_for(self.session, self.table.code, self.model.uid_at(row))

    # --- which rows ------------------------------------------------------------------------------------

    def open_path(self, path: str, name: str) -> None:
        """Show the rows of one path, or all with ""."""
        self.title.setText(f"{self.table.label} · {name}" if name else self.table.label)
        self.path = path
        self.deeds.given = {"path": path} if path in PATHS else {}
        self._apply()

    def _apply(self) -> None:
        try:
            where = self.bar.where()
        except ValueError as reason:
            self.told.emit(str(reason))
            return
        self.model.set_wanted(self._wanted(where))
        gone = self.model.wanted.is_looked_at
        self.add.setVisible(not gone)
        self.remove.setText("恢复" if gone else "删除")
        self.remove.setIcon(icon("undo" if gone else "trash"))
        self.remove.setToolTip("恢复选中的记录" if gone else "删除选中的行（Ctrl + 减号）")
        self.bar.show_filters()
        self._on_rows()  # what an empty list says depends on the filters, also where it stays empty

    def _wanted(self, where: str) -> Wanted:
        """The filters of the list together with those of the chosen view."""
        view = self.views.narrowing
        both = [f"({w})" for w in (where, view.get("where", "")) if w]
        words = [self.search.text().strip(), view.get("search", "")]
        more = tuple((k, v) for k, v in view.items() if k not in ("where", "path", "search"))
        return Wanted(
            " and ".join(both) if len(both) > 1 else where or view.get("where", ""),
            self.path or view.get("path", ""),
            " ".join(w for w in words if w),
            self.bar.order,
            cast("tuple[tuple[str, str | bool], ...]", more),
        )

    def _here(self) -> tuple[Narrowing, tuple[str, ...], list[str]]:
        """What is shown now, as a view keeps it."""
        return self.model.wanted.narrowing, self.bar.order, [c.code for c in self.model.columns]

    def _on_remove(self) -> None:
        if self.model.wanted.is_looked_at:
            self.menu.bring_back()
        else:
            self.deeds.delete()

    def _on_view(self) -> None:
        view = self.views.view
        if view is not None:
            self.bar.order = view.order
            if view.columns:
                self.columns.show(view.columns)
        self._apply()

    def clear_filters(self) -> None:
        """Show everything of this list again."""
        self.bar.filters.clear()
        self.views.choose("")
        if self.table.parent:
            self.deeds.given = {}
        self.search.clear()
        self._apply()

    def _on_dropped(self, code: str) -> None:
        if code == self.table.parent:
            self.deeds.given = {}

    def refresh(self) -> None:
        """Read the list again (F5)."""
        self.model.reload()
        self.session.refresh_state()

    # --- what is told ------------------------------------------------------------------------------------

    def _on_totals(self, totals: dict[str, int]) -> None:
        kind = "宗" if "path" in self.table.fields else "条"
        self.count.setText(f"{totals.get('count', 0):,} {kind}")
        self.totals.setText(totals_html(totals, self.model.columns, kind))

    def _on_rows(self) -> None:
        nothing = self.model.is_loaded and not self.model.ids
        self.empty.setVisible(nothing)
        self.empty.setGeometry(self.view.viewport().rect())
        if self._is_filtered():
            gone = self.views.kind == "deleted"
            self.empty.say("没有已删除的记录。" if gone else "没有符合条件的记录。", "显示全部")
        elif self.table.code == ASSET:
            self.empty.say(
                "这里还没有资产。\n可以导入手头的 Excel 台账，也可以按 Ctrl + 加号逐条新增。", "导入台账"
            )
        else:
            text = f"这里还没有{self.table.label}记录。\n{self.table.help}".strip()
            self.empty.say(text, f"新增{self.table.label}")

    def _is_filtered(self) -> bool:
        return bool(self.bar.filters or self.search.text().strip() or self.views.narrowing)

    def _on_empty_button(self) -> None:
        if self._is_filtered():
            self.clear_filters()
        elif self.table.code == ASSET:
            self.import_asked.emit()
        else:
            self.deeds.insert()

    def _follow(self) -> None:
        here = self.view.currentIndex()
        uid = self.model.uid_at(here.row()) if here.isValid() else ""
        self.findings.show_record(uid)
        if self.side.currentWidget() is self._form_place and uid != self.form.uid:
            self.form.setEnabled(not self.model.is_closed)
            self.form.show_record(uid)

    # --- deeds -------------------------------------------------------------------------------------------

    def jump(self, uid: str, code: str) -> None:
        """Go to a cell; filters that hide it are lifted."""
        self.columns.add(code)
        table = self.table.code
        job = self.session.read(
            lambda ledger, progress: r.id if (r := ledger.get(table, uid)) else 0, urgent=True
        )
        job.then(self, lambda id_: self._on_jump_found(id_, uid, code))

    def _on_jump_found(self, id_: int | None, uid: str, code: str) -> None:
        if not id_:
            self.told.emit("这条记录已不在台账里")
            return
        if self.model.number_of(id_) < 0:
            self.bar.filters.clear()
            self.views.choose("")
            self.search.blockSignals(True)
            self.search.clear()
            self.search.blockSignals(False)
            self.path = ""
            self.title.setText(self.table.label)
            self._apply()
            self.model.rows_changed.connect(
                lambda: self.deeds.show_record(uid, code), Qt.ConnectionType.SingleShotConnection
            )
            return
        self.deeds.show_record(uid, code)

    def _on_jump(self, table: str, uid: str, code: str) -> None:
        if table == self.table.code:
            self.jump(uid, code)
        else:
            self.jump_asked.emit(table, uid, code)

    def confirm(self, table: str, uid: str, code: str) -> None:
        """Confirm a doubtful value as it stands."""
        confirm_cells(self.session, [(table, uid, code)])

    def _on_form(self, field: Field, value: Value, shown: str) -> None:
        table, uid = self.table.code, self.form.uid
        self.session.change(f"修改{field.label}", lambda edit: edit.set(table, uid, {field.code: value}))

    def focus_search(self) -> None:
        """Put the caret into the search line (Ctrl+F)."""
        self.search.setFocus()
        self.search.selectAll()

    def open_parent(self, uid: str, name: str) -> None:
        """Show only the records that belong to one record; new ones will belong to it too."""
        column = grid_column(self.session.standard, self.table, self.table.fields[self.table.parent])
        self.bar.filters.clear()
        self.deeds.given = {self.table.parent: uid}
        self.bar.put_value(column, name, name)

    def find_next(self) -> None:
        """Go to the next cell that holds the words of the search line, or of this cell (F3)."""
        self.deeds.find_next(self.search.text().strip() or str(self.view.currentIndex().data() or ""))

    def replace_words(self) -> None:
        """Replace words in the column of the current cell, for the rows of this list (Ctrl+H)."""
        here = self.view.currentIndex()
        if not here.isValid():
            return
        column = self.model.columns[here.column()]
        asked = ask_replacement(self, column.label, str(here.data() or ""))
        if asked is not None:
            self.deeds.replace(column, *asked)

    def show_detail(self, code: str = "") -> None:
        """Open the record form of the current row."""
        self.side_button.setChecked(True)
        self.side.setCurrentWidget(self._form_place)
        self._follow()
        if code:
            QTimer.singleShot(50, lambda: self.form.focus_field(code))
