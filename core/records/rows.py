"""What a record table stores beside its declared fields: search text and sort key, kept up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from core.records import search
from core.standard.model import TableDef
from core.standard.types import Value

KERNEL = ("uid", "deleted", "search", "sort", "extra")


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's fields as the writing code needs them; made once for each table."""

    table: TableDef
    searched: tuple[str, ...]
    searched_codes: frozenset[str]
    spelled: tuple[str, ...]
    period: str
    """The period field of a child table: its rows are part of what was reported. "" elsewhere."""

    @classmethod
    def of(cls, table: TableDef) -> Shape:
        searched = tuple(f.code for f in search.searched_fields(table))
        period = next((f.code for f in table.fields.values() if f.type == "period"), "")
        return cls(
            table,
            searched,
            frozenset(searched),
            tuple(f.code for f in search.spelled_fields(table)),
            period if table.parent else "",
        )

    def search_text(self, values: Mapping[str, Value]) -> str:
        return search.search_text(self.searched, self.spelled, values)

    def sort_key(self, values: Mapping[str, Value]) -> str:
        return search.sort_key(str(values.get(self.table.name_field) or ""))

    def writer(self, codes: Sequence[str]) -> RowWriter:
        """For many rows in which at most these fields are filled."""
        places = {c: i for i, c in enumerate(codes)}
        return RowWriter(
            self,
            tuple(codes),
            picker([places[c] for c in self.searched if c in places]),
            picker([places[c] for c in self.spelled if c in places]),
            places.get(self.table.name_field),
        )

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


Pick = Callable[[Any], tuple[Value, ...]]
"""Takes some values out of a row, or out of a mapping by code."""


def picker(keys: Sequence[Any]) -> Pick:
    """An itemgetter that answers with a tuple whatever the number of keys."""
    if len(keys) > 1:
        return itemgetter(*keys)
    return lambda values: tuple(values[key] for key in keys)


@dataclass(frozen=True, slots=True)
class RowWriter:
    """Makes the rows of one insertion; what the fields in use have in common is found once."""

    shape: Shape
    codes: tuple[str, ...]
    searched: Pick
    spelled: Pick
    name: int | None
    """Place in a row's values."""

    @property
    def columns(self) -> list[str]:
        return [*KERNEL, *self.codes]

    def rows(self, given: Sequence[tuple[str, str, Sequence[Value]]]) -> list[tuple[Value, ...]]:
        """Rows as inserted, from (uid, extra, values): kernel columns, then the values as in `codes`."""
        texts = search.search_texts([(self.searched(values), self.spelled(values)) for _, _, values in given])
        place, key = self.name, search.sort_key
        return [
            (uid, 0, text, "" if place is None else key(str(values[place] or "")), extra, *values)
            for (uid, extra, values), text in zip(given, texts, strict=True)
        ]
