"""The model of a list: an array of ids and cached pages of ready strings; it never waits for data."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QBrush, QColor, QFont

from core.jobs import Progress
from core.standard.types import Value, parse_shown, show
from gui import theme
from gui.marks import Mark
from gui.session import Session
from gui.tables.cells import CellEdit, Row, load_rows
from gui.tables.columns import GridColumn

if TYPE_CHECKING:
    from core.records import ChangeSet, Ledger
    from core.records.query import Narrowing

PAGE = 100
KEPT_PAGES = 40
WAITING = "…"

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows a list shows, in which order; `more` narrows further, by findings or doubts."""

    where: str = ""
    path: str = ""
    search: str = ""
    order: tuple[str, ...] = ()
    more: tuple[tuple[str, str | bool], ...] = ()

    @property
    def is_looked_at(self) -> bool:
        """Whether deleted or replaced records are among these, which are looked at and not edited."""
        return any(key in ("deleted", "include_deleted") and on for key, on in self.more)

    @property
    def narrowing(self) -> Narrowing:
        """As the ledger's lists take it."""
        return cast(
            "Narrowing", {"where": self.where, "path": self.path, "search": self.search, **dict(self.more)}
        )


@lru_cache(maxsize=16)
def _brush(colour: str) -> QBrush:
    return QBrush(QColor(colour))


@lru_cache(maxsize=2)
def _struck() -> QFont:
    font = QFont()
    font.setFamilies(theme.FAMILIES)
    font.setStrikeOut(True)
    return font


class RecordModel(QAbstractTableModel):
    """Rows of one record table.

    rows_changed(): the set of rows is another one. totals_changed(dict): their count and sums.
    cells_edited(list of CellEdit, label): the clerk entered values that are to be written.
    refused(text): what was entered cannot be taken.
    """

    rows_changed = Signal()
    totals_changed = Signal(object)
    cells_edited = Signal(object, str)
    refused = Signal(str)

    def __init__(
        self, session: Session, table: str, columns: Sequence[GridColumn], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.table = table
        self.columns: list[GridColumn] = list(columns)
        self.wanted = Wanted()
        self.ids: array[int] = array("q")
        self.is_loaded = False
        self.names_in_header = False
        self._pages: OrderedDict[int, dict[int, Row]] = OrderedDict()
        self._asked: set[int] = set()
        self._id_of: dict[str, int] = {}
        self._turn = 0
        self._missing: set[int] = set()
        self._fetch = QTimer(self)
        self._fetch.setSingleShot(True)
        self._fetch.setInterval(0)
        self._fetch.timeout.connect(self._on_fetch)
        session.records_changed.connect(self._on_records_changed)
        session.findings_changed.connect(self._repaint)

    # --- what is shown -------------------------------------------------------------------------------

    def set_columns(self, columns: Sequence[GridColumn]) -> None:
        """Show other columns."""
        self.beginResetModel()
        self.columns = list(columns)
        self._forget()
        self.endResetModel()

    def set_wanted(self, wanted: Wanted) -> None:
        """Show other rows or another order."""
        if wanted != self.wanted or not self.is_loaded:
            self.wanted = wanted
            self.reload()

    def reload(self) -> None:
        """Ask for the ids again; the rows stay until they come."""
        self._turn += 1
        turn, table, w = self._turn, self.table, self.wanted

        def work(ledger: Ledger, progress: Progress) -> Any:
            ids = ledger.ids(table, order=w.order, **w.narrowing)
            first = load_rows(ledger, table, ids[:PAGE], self.columns) if not self.is_loaded else None
            return ids, ledger.totals(table, **w.narrowing), first

        job = self.session.read(work, "正在读取列表", urgent=True)
        job.then(self, lambda result: self._on_ids(turn, result))

    def _on_ids(self, turn: int, result: Any) -> None:
        if turn != self._turn or result is None:
            return
        ids, totals, first = result
        self._replace(ids, first)
        self.totals_changed.emit(totals)

    def _replace(self, new: array[int], first: dict[int, Row] | None) -> None:
        """Take the new ids with as little disturbance as possible: insert, remove, or begin anew."""
        old = self.ids
        head = 0
        limit = min(len(old), len(new))
        while head < limit and old[head] == new[head]:
            head += 1
        tail = 0
        while tail < limit - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        gone, come = len(old) - head - tail, len(new) - head - tail
        if (gone and come) or not self.is_loaded:
            self.beginResetModel()
            self.ids, self.is_loaded = new, True
            self._forget()
            if first:
                self._pages[0] = first
                self._id_of.update((r.uid, r.id) for r in first.values())
            self.endResetModel()
        elif come:
            self.beginInsertRows(QModelIndex(), head, head + come - 1)
            self.ids = new
            self._forget()
            self.endInsertRows()
        elif gone:
            self.beginRemoveRows(QModelIndex(), head, head + gone - 1)
            self.ids = new
            self._forget()
            self.endRemoveRows()
        if gone or come or first is not None:
            self.rows_changed.emit()

    def _forget(self) -> None:
        """Drop cached pages; what is in view is asked for again when it is painted."""
        self._pages.clear()
        self._asked.clear()
        self._missing.clear()

    # --- pages -----------------------------------------------------------------------------------------

    def row(self, number: int) -> Row | None:
        """The row if its page is here; else it is asked for."""
        if not 0 <= number < len(self.ids):
            return None
        page = number // PAGE
        rows = self._pages.get(page)
        if rows is None:
            if page not in self._asked:
                self._missing.add(page)
                if not self._fetch.isActive():
                    self._fetch.start()
            return None
        return rows.get(self.ids[number])

    def _on_fetch(self) -> None:
        pages, self._missing = sorted(self._missing)[-4:], set()
        for page in pages:
            self._ask_page(page)

    def _ask_page(self, page: int) -> None:
        self._asked.add(page)
        ids = self.ids[page * PAGE : (page + 1) * PAGE]
        columns, table = list(self.columns), self.table
        job = self.session.read(
            lambda ledger, progress: load_rows(ledger, table, ids, columns), "正在读取列表", urgent=True
        )
        job.then(self, lambda rows: self._on_page(page, ids, columns, rows))

    def _on_page(
        self, page: int, ids: array[int], columns: list[GridColumn], rows: dict[int, Row] | None
    ) -> None:
        self._asked.discard(page)
        if rows is None or columns != self.columns or self.ids[page * PAGE : (page + 1) * PAGE] != ids:
            return
        self._pages[page] = rows
        self._pages.move_to_end(page)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        self._id_of.update((r.uid, r.id) for r in rows.values())
        first = page * PAGE
        self.dataChanged.emit(self.index(first, 0), self.index(first + len(ids) - 1, len(self.columns) - 1))
        if self.names_in_header:
            self.headerDataChanged.emit(Qt.Orientation.Vertical, first, first + len(ids) - 1)

    def _on_records_changed(self, changes: ChangeSet | None) -> None:
        if not self.is_loaded:
            return
        if changes is None:
            self._forget()
            self.reload()
            self._repaint()
            return
        if self._is_only_cells(changes):
            self._read_again({c.uid for c in changes.changes})
            if self._moves_rows(changes):
                self.reload()
            else:
                self._ask_totals()
            return
        others = [c for c in changes.changes if c.kind != "aux" and c.table != self.table]
        if others or any(c.table == self.table for c in changes.changes):
            self._forget()
            self.reload()
            self._repaint()
        else:
            self._repaint()

    def _is_only_cells(self, changes: ChangeSet) -> bool:
        return all(
            c.kind in ("set", "aux") and c.table in (self.table, "origin", "explanation")
            for c in changes.changes
        )

    def _moves_rows(self, changes: ChangeSet) -> bool:
        """Whether a changed field decides which rows there are; the order waits for 刷新, as in Excel."""
        decides = self.wanted.where + self.wanted.search
        codes = {code for c in changes.changes if c.kind == "set" for code in c.after}
        return (
            bool(self.wanted.search or self.wanted.more)
            or any(code in decides for code in codes)
            or bool(self.wanted.path and "path" in codes)
        )

    def _read_again(self, uids: Iterable[str]) -> None:
        ids = [self._id_of[u] for u in uids if u in self._id_of]
        if not ids:
            return
        columns, table = list(self.columns), self.table
        job = self.session.read(
            lambda ledger, progress: load_rows(ledger, table, ids, columns), "正在读取列表", urgent=True
        )
        job.then(self, lambda rows: self._on_rows(columns, rows))

    def _on_rows(self, columns: list[GridColumn], rows: dict[int, Row] | None) -> None:
        if rows is None or columns != self.columns:
            return
        for page, cached in self._pages.items():
            for position, id_ in enumerate(self.ids[page * PAGE : (page + 1) * PAGE]):
                if id_ in rows and id_ in cached:
                    cached[id_] = rows[id_]
                    self._row_changed(page * PAGE + position)

    def _row_changed(self, number: int) -> None:
        self.dataChanged.emit(self.index(number, 0), self.index(number, len(self.columns) - 1))

    def _ask_totals(self) -> None:
        turn, table, w = self._turn, self.table, self.wanted
        job = self.session.read(
            lambda ledger, progress: ledger.totals(table, **w.narrowing),
            "正在合计",
        )
        job.then(
            self,
            lambda totals: (
                self.totals_changed.emit(totals) if totals is not None and turn == self._turn else None
            ),
        )

    def _repaint(self) -> None:
        if self.ids and self.columns:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.ids) - 1, len(self.columns) - 1))

    def put_names_in_header(self, on: bool) -> None:
        """Let the row heads say what the records are called, while their name is scrolled away."""
        if on != self.names_in_header:
            self.names_in_header = on
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, max(len(self.ids) - 1, 0))

    # --- finding things ----------------------------------------------------------------------------------

    def uid_at(self, number: int) -> str:
        """The uid of a row; "" while its page is on the way."""
        row = self.row(number)
        return row.uid if row else ""

    def number_of(self, id_: int) -> int:
        """The row number of an id, -1 when the list does not hold it."""
        try:
            return self.ids.index(id_)
        except ValueError:
            return -1

    def column_number(self, code: str) -> int:
        """The number of a column, -1 when it is not shown."""
        return next(
            (n for n, c in enumerate(self.columns) if c.code == code or (c.pick and c.pick.code == code)), -1
        )

    def mark_at(self, index: Index) -> Mark | None:
        """Why a cell is coloured."""
        row = self.row(index.row())
        if row is None:
            return None
        column = self.columns[index.column()]
        found = self.session.marks.at(self.table, row.uid, column.code)
        if found is None and column.pick is not None:
            found = self.session.marks.at(self.table, row.uid, column.pick.code)
        return found

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be written here."""
        return self.session.state.readonly or self.wanted.is_looked_at

    # --- editing -------------------------------------------------------------------------------------------

    def show_edits(self, edits: Iterable[CellEdit]) -> None:
        """Paint what was entered before the database has it."""
        by_uid: dict[str, list[CellEdit]] = {}
        for each in edits:
            by_uid.setdefault(each.uid, []).append(each)
        for page, cached in self._pages.items():
            for position, id_ in enumerate(self.ids[page * PAGE : (page + 1) * PAGE]):
                row = cached.get(id_)
                if row is None or row.uid not in by_uid:
                    continue
                values, texts = list(row.values), list(row.texts)
                for each in by_uid[row.uid]:
                    n = self.column_number(each.column.code)
                    if n >= 0:
                        values[n], texts[n] = each.value, each.shown
                cached[id_] = replace(row, values=tuple(values), texts=tuple(texts))
                self._row_changed(page * PAGE + position)

    def enter(self, index: Index, value: Value, shown: str) -> bool:
        """Take an understood value for one cell."""
        row = self.row(index.row())
        if row is None:
            return False
        column = self.columns[index.column()]
        mark = self.mark_at(index)
        if row.values[index.column()] == value and not (mark and mark.severity == theme.DOUBT):
            return True
        edits = [CellEdit(row.uid, column, value, shown)]
        self.show_edits(edits)
        self.cells_edited.emit(edits, f"修改{column.label}")
        return True

    # --- Qt ------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            row = self.row(index.row())
            if row is None:
                return WAITING
            text = row.texts[index.column()]
            if not text:
                mark = self.mark_at(index)
                return mark.raw if mark and mark.raw else ""
            return text.replace("\n", "⏎") if "\n" in text else text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight
                if self.columns[index.column()].right
                else Qt.AlignmentFlag.AlignLeft
            )
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.BackgroundRole:
            mark = self.mark_at(index)
            return _brush(theme.CELL_COLOURS[mark.severity]) if mark else None
        if role == Qt.ItemDataRole.FontRole:
            row = self.row(index.row())
            if row is None or row.texts[index.column()]:
                return None
            mark = self.mark_at(index)
            return _struck() if mark and mark.raw else None
        if role == Qt.ItemDataRole.ForegroundRole:
            row = self.row(index.row())
            if row is None or not row.texts[index.column()]:
                return _brush(theme.MUTED)
            return None if self.columns[index.column()].editable else _brush("#5b6670")
        if role == Qt.ItemDataRole.EditRole:
            row = self.row(index.row())
            return row.texts[index.column()] if row else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(index)
        return None

    def _tooltip(self, index: Index) -> str | None:
        row = self.row(index.row())
        if row is None:
            return None
        text = row.texts[index.column()]
        mark = self.mark_at(index)
        if mark is None:
            return text if len(text) > 16 else None
        lines = [escape(mark.text).replace("\n", "<br>")]
        if mark.raw:
            lines.append(f"原文：<s>{escape(mark.raw)}</s>　现值：{escape(text) or '（空）'}")
            lines.append("请录入正确的值；现值无误的，右键选择「确认此值」。")
        return "<br>".join(lines)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Text typed into a cell whose kind needs no choice from other records."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        column = self.columns[index.column()]
        if column.writes.type == "ref":
            return False
        try:
            stored = parse_shown(str(value), column.writes)
        except ValueError as reason:
            self.refused.emit(str(reason))
            return False
        return self.enter(index, stored, show(stored, column.writes))

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        editable = self.columns[index.column()].editable and not self.is_closed
        # Asked for whole columns by Qt: never a reason to fetch a page.
        if editable and index.row() // PAGE in self._pages:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            if role == Qt.ItemDataRole.DisplayRole and self.names_in_header:
                row = self.row(section)
                return f"{section + 1}　{row.name}" if row else str(section + 1)
            if role == Qt.ItemDataRole.DisplayRole:
                return section + 1
            if role == Qt.ItemDataRole.TextAlignmentRole and self.names_in_header:
                return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            return None
        if not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.help
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None
