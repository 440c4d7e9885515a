"""What people call the records of a ledger, where many are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.records import Ledger


class Called:
    """Names of records; each table is read once, when it is first asked for."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, dict[str, str]] = {}

    def name(self, table: str, uid: str) -> str:
        """The name of a record, or of its parent: a progress row has no name of its own; "" for none."""
        definition = self._ledger.standard.tables.get(table)
        if definition is None or not uid:
            return ""
        code = definition.parent or definition.name_field
        if table not in self._known:
            rows = self._ledger.select(table, ["uid", code])
            self._known[table] = {str(u): str(value or "") for u, value in rows}
        known = self._known[table]
        if uid not in known:  # of a record that lists leave out: merged, split
            known[uid] = str(self._ledger.value(table, uid, code) or "")
        found = known[uid]
        return self.name(definition.parent, found) if definition.parent else found or "（未命名）"
