"""What the records that findings speak of are called, and which unit they belong to; remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.jobs import Progress
from gui.session import Session

if TYPE_CHECKING:
    from core.records import ChangeSet, Ledger

Key = tuple[str, str]
"""Table and uid."""
Names = Mapping[Key, tuple[str, str]]
"""Record name and unit name."""

FEW = 400
"""Up to this many records are looked up one by one; for more the tables are read through."""
_UNIT = "unit"


class NameBook(QObject):
    """Remembers names until their records change."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._known: dict[Key, tuple[str, str]] = {}
        session.opened.connect(self._known.clear)
        session.records_changed.connect(self._on_changed)

    def ask(self, wanted: set[Key], answer: Callable[[Names], None]) -> None:
        """Hand the names to `answer`: at once when they are known, else when the worker has read them."""
        missing = {k for k in wanted if k not in self._known}
        if not missing:
            answer(self._known)
            return

        def work(ledger: Ledger, progress: Progress) -> dict[Key, tuple[str, str]]:
            return record_names(ledger, missing)

        def tell(found: dict[Key, tuple[str, str]] | None) -> None:
            if found is not None:
                self._known.update(found)
                answer(self._known)

        self.session.read(work, urgent=True).succeeded.connect(tell)

    def _on_changed(self, changes: ChangeSet | None) -> None:
        if changes is None or _UNIT in changes.tables:
            self._known.clear()
            return
        gone = changes.uids
        for key in [k for k in self._known if k[1] in gone]:
            del self._known[key]


def record_names(ledger: Ledger, wanted: set[Key]) -> dict[Key, tuple[str, str]]:
    """Record and unit names of (table, uid); a child stands with its parent; in the worker."""
    if len(wanted) <= FEW:
        return {key: _one(ledger, *key) for key in wanted}
    tables = {table for table, _ in wanted if table in ledger.standard.tables}
    tables |= {ledger.standard.tables[t].parent for t in tables if ledger.standard.tables[t].parent}
    units = dict(ledger.select(_UNIT, ["uid", ledger.standard.tables[_UNIT].name_field]))
    rows: dict[str, dict[str, tuple[str, str]]] = {}
    for code in sorted(tables, key=lambda t: bool(ledger.standard.tables[t].parent)):
        rows[code] = _of_table(ledger, code, units, rows)
    return {(t, u): rows.get(t, {}).get(u, ("（已删除）", "")) for t, u in wanted}


def _of_table(
    ledger: Ledger, code: str, units: dict[str, str], rows: dict[str, dict[str, tuple[str, str]]]
) -> dict[str, tuple[str, str]]:
    table = ledger.standard.tables[code]
    to_unit = next((f.code for f in table.fields.values() if f.type == "ref" and f.ref == _UNIT), "")
    codes = ["uid", table.name_field, to_unit or "uid", table.parent or "uid"]
    made: dict[str, tuple[str, str]] = {}
    for uid, name, unit, parent in ledger.select(code, codes):
        upper = rows.get(table.parent, {}).get(parent, ("", "")) if table.parent else ("", "")
        shown = str(name or "（未命名）")
        unit_name = shown if code == _UNIT else str(units.get(unit) or "") if to_unit else upper[1]
        made[uid] = (f"{upper[0]}　{table.label}" if table.parent else shown, unit_name or upper[1])
    return made


def _one(ledger: Ledger, code: str, uid: str) -> tuple[str, str]:
    table = ledger.standard.tables.get(code)
    record = ledger.get(code, uid) if table else None
    if table is None or record is None:
        return "（已删除）", ""
    name = str(record.values.get(table.name_field) or "（未命名）")
    if code == _UNIT:
        return name, name
    to_unit = next((f.code for f in table.fields.values() if f.type == "ref" and f.ref == _UNIT), "")
    unit = record.values.get(to_unit) if to_unit else None
    unit_name = ledger.name_of(_UNIT, str(unit)) if unit else ""
    parent = record.values.get(table.parent) if table.parent else None
    if table.parent:
        upper = _one(ledger, table.fields[table.parent].ref, str(parent)) if parent else ("（未指明）", "")
        return f"{upper[0]}　{table.label}", unit_name or upper[1]
    return name, unit_name
