"""Reading records: columns with their shown fields, filters, orders, pages and sums."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from core.records import search as searching
from core.standard.model import Field, Show, Standard, TableDef
from core.storage import dialect
from core.storage.tables import Tables

NO_PATH = "none"
"""Stands for assets whose path is not decided (未定)."""

_PAGE = 500


class Query:
    """Builds SELECTs over one record table of a standard."""

    def __init__(self, standard: Standard, tables: Tables, table: str) -> None:
        self.standard = standard
        self.tables = tables
        self.table: TableDef = standard.tables[table]
        self.t = tables.record[table]
        self._joins: dict[str, sa.Alias] = {}

    def column(self, code: str) -> sa.ColumnElement[Any]:
        """The SQL of a field, a shown column, or a kernel column."""
        if code in self.t.c:
            return self.t.c[code]
        show = self.table.shows[code]
        return self._through_child(show) if show.to_child else self._through_ref(show)

    def _through_ref(self, show: Show) -> sa.ColumnElement[Any]:
        other = self._joins.get(show.hop)
        if other is None:
            ref = self.table.fields[show.hop].ref
            other = self._joins[show.hop] = self.tables.record[ref].alias(f"via_{show.hop}")
        return other.c[show.target.code]

    def _through_child(self, show: Show) -> sa.ColumnElement[Any]:
        child = self.tables.record[show.hop].alias(f"child_{show.code}")
        first = (
            sa.select(child.c[show.target.code])
            .where(child.c[self.table.code] == self.t.c.uid, child.c.deleted == 0)
            .order_by(child.c.id)
            .limit(1)
        )
        return first.scalar_subquery()

    def _from(self) -> sa.FromClause:
        source: sa.FromClause = self.t
        for hop, other in self._joins.items():
            source = source.outerjoin(other, other.c.uid == self.t.c[hop])
        return source

    def _order(self, order: Sequence[str]) -> list[sa.ColumnElement[Any]]:
        made: list[sa.ColumnElement[Any]] = []
        for code in order:
            descending, name = code.startswith("-"), code.lstrip("-")
            column = self._sortable(name)
            made.append(sa.nulls_last(column.desc() if descending else column.asc()))
        return [*made, self.t.c.id]

    def _sortable(self, code: str) -> sa.ColumnElement[Any]:
        if code == self.table.name_field:
            return self.t.c.sort
        column = self.column(code)
        found = self.table.column(code)
        kind = found.type if isinstance(found, Field) else found.target.type if found else ""
        return dialect.chinese_order(column) if kind == "text" else column

    def conditions(
        self,
        where: sa.ColumnElement[bool] | None = None,
        *,
        path: str = "",
        search: str = "",
        include_deleted: bool = False,
    ) -> list[sa.ColumnElement[bool]]:
        made: list[sa.ColumnElement[bool]] = []
        if not include_deleted:
            made.append(self.t.c.deleted == 0)
        if path:
            made.append(self.t.c.path.is_(None) if path == NO_PATH else self.t.c.path == path)
        for word in searching.fold(search).split():
            made.append(dialect.contains(self.t.c.search, word))
        if where is not None:
            made.append(where)
        return made

    def select(
        self, codes: Sequence[str], conditions: Sequence[sa.ColumnElement[bool]], order: Sequence[str] = ()
    ) -> sa.Select[Any]:
        columns = [self.column(c).label(f"c{i}") for i, c in enumerate(codes)]
        ordering = self._order(order)
        return sa.select(*columns).select_from(self._from()).where(*conditions).order_by(*ordering)

    def ids(
        self, conn: sa.Connection, conditions: Sequence[sa.ColumnElement[bool]], order: Sequence[str] = ()
    ) -> array[int]:
        """Row ids in order; an array of 8 bytes a row."""
        query = self.select(["id"], conditions, order)
        return array("q", (row[0] for row in conn.execute(query)))

    def page(self, conn: sa.Connection, ids: Sequence[int], codes: Sequence[str]) -> list[tuple[Any, ...]]:
        """Stored values of the given rows, in the order of `ids`; vanished rows are left out."""
        found: dict[int, tuple[Any, ...]] = {}
        for start in range(0, len(ids), _PAGE):
            part = list(ids[start : start + _PAGE])
            for row in conn.execute(self.select(["id", *codes], [self.t.c.id.in_(part)])):
                found[row[0]] = tuple(row[1:])
        return [found[i] for i in ids if i in found]

    def stream(
        self,
        conn: sa.Connection,
        codes: Sequence[str],
        conditions: Sequence[sa.ColumnElement[bool]],
        order: Sequence[str],
    ) -> Iterator[tuple[Any, ...]]:
        for row in conn.execute(self.select(codes, conditions, order)):
            yield tuple(row)

    def totals(self, conn: sa.Connection, conditions: Sequence[sa.ColumnElement[bool]]) -> dict[str, int]:
        """Count, and the sum of every money and area field, summed before any rounding."""
        summed = [f.code for f in self.table.fields.values() if f.type in ("money", "area")]
        query = sa.select(sa.func.count(), *(sa.func.coalesce(sa.func.sum(self.t.c[c]), 0) for c in summed))
        row = conn.execute(query.select_from(self._from()).where(*conditions)).one()
        return dict(zip(["count", *summed], (int(v) for v in row), strict=True))
