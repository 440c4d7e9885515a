"""What the records that findings speak of are called, and which unit they belong to; remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

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

    _read = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[Key, tuple[str, str]] = {}
        """Replaced, never altered: the worker looks into it."""
        self._read.connect(self._on_read, Qt.ConnectionType.QueuedConnection)
        session.opened.connect(self._forget)
        session.records_changed.connect(self._on_changed)

    def of(self, ledger: Ledger, wanted: Iterable[Key]) -> Names:
        """The names of records; for the worker, which reads those that are not known yet."""
        known = self._known
        missing = {k for k in wanted if k not in known}
        if not missing:
            return known
        found = record_names(ledger, missing)
        self._read.emit(found)
        return {**known, **found}

    def _on_read(self, found: dict[Key, tuple[str, str]]) -> None:
        self._known = {**self._known, **found}

    def _forget(self) -> None:
        self._known = {}

    def _on_changed(self, changes: ChangeSet | None) -> None:
        if changes is None or _UNIT in changes.tables:
            self._forget()
            return
        gone = changes.uids
        if any(k[1] in gone for k in self._known):
            self._known = {k: v for k, v in self._known.items() if k[1] not in gone}


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
