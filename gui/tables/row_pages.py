"""Which rows a list has, and pages of ready strings for them; it never waits for data."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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

from core.jobs import Progress
from gui.session import Session
from gui.tables.cells import Row, load_rows
from gui.tables.columns import GridColumn

if TYPE_CHECKING:
    from core.records import ChangeSet, Ledger
    from core.records.query import Narrowing

PAGE = 100
KEPT_PAGES = 40

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


class RowPages(QAbstractTableModel):
    """The ids of one record table's rows in order, and their cells, page by page as they are painted.

    rows_changed(): the set of rows is another one. totals_changed(dict): their count and sums.
    """

    rows_changed = Signal()
    totals_changed = Signal(object)

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

    # --- Qt ------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)
