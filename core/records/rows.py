"""What a record table stores beside its declared fields: search text and sort key, kept up to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.records import search
from core.standard.model import Field, TableDef
from core.standard.types import Value

KERNEL = ("uid", "deleted", "search", "sort", "extra")


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's fields as the writing code needs them; made once for each table."""

    table: TableDef
    searched: tuple[Field, ...]
    searched_codes: frozenset[str]
    spelled: tuple[Field, ...]
    period: str
    """The period field of a child table: its rows are part of what was reported. "" elsewhere."""

    @classmethod
    def of(cls, table: TableDef) -> Shape:
        searched = search.searched_fields(table)
        period = next((f.code for f in table.fields.values() if f.type == "period"), "")
        return cls(
            table,
            searched,
            frozenset(f.code for f in searched),
            search.spelled_fields(table),
            period if table.parent else "",
        )

    def search_text(self, values: Mapping[str, Value]) -> str:
        return search.search_text(self.searched, self.spelled, values)

    def sort_key(self, values: Mapping[str, Value]) -> str:
        return search.sort_key(str(values.get(self.table.name_field) or ""))

    def columns(self, rows: Iterable[Mapping[str, Value]]) -> list[str]:
        """The fields that any of the rows fills, in the order of the declaration."""
        used: set[str] = set()
        for values in rows:
            used |= values.keys()
        return [c for c in self.table.fields if c in used]

    def stored(
        self, uid: str, extra: str, values: Mapping[str, Value], codes: Sequence[str]
    ) -> tuple[Value, ...]:
        """One row as inserted: kernel columns, then the given fields."""
        head = (uid, 0, self.search_text(values), self.sort_key(values), extra)
        return (*head, *map(values.get, codes))

    def to_read(self, changed: Iterable[str]) -> tuple[str, ...]:
        """What a change of some fields must read: those, and what search text and period rest on."""
        wanted = set(changed)
        if not wanted.isdisjoint(self.searched_codes):
            wanted |= self.searched_codes
        if self.period:
            wanted.add(self.period)
        return tuple(c for c in self.table.fields if c in wanted)

    def derived(self, changed: Iterable[str], now: Mapping[str, Value]) -> dict[str, str]:
        """The kernel columns that follow from the changed fields."""
        changed = set(changed)
        made = {}
        if not changed.isdisjoint(self.searched_codes):
            made["search"] = self.search_text(now)
        if self.table.name_field in changed:
            made["sort"] = self.sort_key(now)
        return made
