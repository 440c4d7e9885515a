"""Reading records: columns with their shown fields, filters, orders, pages and sums."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, TypedDict

import sqlalchemy as sa

from core.records import search as searching
from core.standard.model import Field, Show, Standard, TableDef
from core.storage import dialect
from core.storage.tables import Tables

NO_PATH = "none"
"""Stands for assets whose path is not decided (未定)."""

ANY_FINDING = "any"

_PAGE = 500


class Narrowing(TypedDict, total=False):
    """What narrows a list; a saved view keeps the same keys.

    `where` is an expression; `search` words of text or initials; `unit` a unit's uid; `finding`
    a rule id, a severity or "any"; `flagged` records with an open doubt; `deleted` the deleted
    records alone; `include_deleted` those too, and assets that were split or merged.
    """

    where: str
    path: str
    search: str
    unit: str
    finding: str
    flagged: bool
    deleted: bool
    include_deleted: bool


class Query:
    """Builds SELECTs over one record table of a standard."""

    def __init__(self, standard: Standard, tables: Tables, table: str) -> None:
        self.standard = standard
        self.tables = tables
        self.table: TableDef = standard.tables[table]
        self.t = tables.record[table]

    # --- columns -----------------------------------------------------------------

    def column(self, code: str, joins: dict[str, sa.FromClause] | None = None) -> sa.ColumnElement[Any]:
        """The SQL of a field, a shown column, or a kernel column."""
        if code in self.t.c:
            return self.t.c[code]
        show = self.table.shows[code]
        return self._through_child(show) if show.to_child else self._through_ref(show, joins)

    def _through_ref(self, show: Show, joins: dict[str, sa.FromClause] | None) -> sa.ColumnElement[Any]:
        ref = self.tables.record[self.table.fields[show.hop].ref]
        if joins is None:
            other = ref.alias(f"of_{show.code}")
            found = sa.select(other.c[show.target.code]).where(other.c.uid == self.t.c[show.hop])
            return found.scalar_subquery()
        joined = joins.get(show.hop)
        if joined is None:
            joined = joins[show.hop] = ref.alias(f"via_{show.hop}")
        return joined.c[show.target.code]

    def _through_child(self, show: Show) -> sa.ColumnElement[Any]:
        child = self.tables.record[show.hop].alias(f"child_{show.code}")
        first = (
            sa.select(child.c[show.target.code])
            .where(child.c[self.table.code] == self.t.c.uid, child.c.deleted == 0)
            .order_by(child.c.uid)
            .limit(1)
        )
        return first.scalar_subquery()

    def _from(self, joins: dict[str, sa.FromClause]) -> sa.FromClause:
        source: sa.FromClause = self.t
        for hop, other in joins.items():
            source = source.outerjoin(other, other.c.uid == self.t.c[hop])
        return source

    # --- order ---------------------------------------------------------------------

    def _order(
        self, order: Sequence[str], joins: dict[str, sa.FromClause], *, filled: str = ""
    ) -> list[sa.ColumnElement[Any]]:
        """Empty cells come last; `filled` names the key whose cells are known to be filled."""
        made: list[sa.ColumnElement[Any]] = []
        for code in order:
            descending, name = code.startswith("-"), code.lstrip("-")
            column = self._sortable(name, joins)
            one = column.desc() if descending else column.asc()
            made.append(one if column is self.t.c.sort or name == filled else sa.nulls_last(one))
        # An index read backwards gives the rows of equal keys backwards too.
        backwards = len(order) == 1 and order[0].startswith("-")
        return [*made, self.t.c.id.desc() if backwards else self.t.c.id.asc()]

    def _sortable(self, code: str, joins: dict[str, sa.FromClause]) -> sa.ColumnElement[Any]:
        if code == self.table.name_field:
            return self.t.c.sort
        column = self.column(code, joins)
        found = self.table.column(code)
        kind = found.type if isinstance(found, Field) else found.target.type if found else ""
        return dialect.chinese_order(column) if kind == "text" else column

    @cached_property
    def _indexed(self) -> frozenset[str]:
        return frozenset(str(i.columns.keys()[0]) for i in self.t.indexes) & self.table.fields.keys()

    # --- conditions ------------------------------------------------------------------

    def conditions(
        self,
        where: sa.ColumnElement[bool] | None = None,
        *,
        path: str = "",
        search: str = "",
        unit: str = "",
        finding: str = "",
        flagged: bool = False,
        deleted: bool = False,
        include_deleted: bool = False,
    ) -> list[sa.ColumnElement[bool]]:
        # The words come first: they leave few rows, and what follows lies far back in each row.
        made = [self._found(word) for word in searching.fold(search).split()]
        if deleted:
            made.append(self.t.c.deleted != 0)
        elif not include_deleted:
            made += [self.t.c.deleted == 0, *self.current()]
        if path:
            made.append(self.t.c.path.is_(None) if path == NO_PATH else self.t.c.path == path)
        if unit and (owned := self._owned(self.table, unit)) is not None:
            made.append(owned)
        if finding:
            made.append(self.t.c.uid.in_(self._with_finding(finding)))
        if flagged:
            o = self.tables.origin
            doubts = sa.select(o.c.uid).where(
                o.c.table == self.table.code, o.c.state == "open", o.c.field != ""
            )
            made.append(self.t.c.uid.in_(doubts))
        if where is not None:
            made.append(where)
        return made

    def current(self) -> list[sa.ColumnElement[bool]]:
        return current(self.t, self.table)

    def _found(self, word: str) -> sa.ColumnElement[bool]:
        """A word in the record's own text, or in a record that the list shows beside it."""
        places = [dialect.contains(self.t.c.search, word)]
        hops = {show.hop: show for show in self.table.shows.values()}
        for hop, show in hops.items():
            if show.to_child:
                child = self.tables.record[hop]
                match = dialect.contains(child.c.search, word)
                parents = sa.select(child.c[self.table.code]).where(match, child.c.deleted == 0)
                places.append(self.t.c.uid.in_(parents))
            else:
                other = self.tables.record[self.table.fields[hop].ref]
                if other is not self.t:
                    match = dialect.contains(other.c.search, word)
                    places.append(self.t.c[hop].in_(sa.select(other.c.uid).where(match)))
        return sa.or_(*places)

    def _owned(self, table: TableDef, unit: str) -> sa.ColumnElement[bool] | None:
        """Records of one unit: the unit itself, what refers to it, and the children of that."""
        t = self.tables.record[table.code]
        if table.code == "unit":
            return t.c.uid == unit
        ref = next((f.code for f in table.fields.values() if f.type == "ref" and f.ref == "unit"), "")
        if ref:
            return t.c[ref] == unit
        if table.parent:
            parent = self.standard.tables[table.parent]
            owned = self._owned(parent, unit)
            if owned is not None:
                return t.c[parent.code].in_(sa.select(self.tables.record[parent.code].c.uid).where(owned))
        return None

    def _with_finding(self, finding: str) -> sa.Select[Any]:
        f = self.tables.finding
        found = sa.select(f.c.uid).where(f.c.table == self.table.code)
        if finding == ANY_FINDING:
            return found
        rules = [r.id for r in self.standard.rules.values() if finding in (r.id, r.severity)]
        return found.where(f.c.rule.in_(rules or [finding]))

    # --- reading -------------------------------------------------------------------------

    def select(
        self, codes: Sequence[str], conditions: Sequence[sa.ColumnElement[bool]], order: Sequence[str] = ()
    ) -> sa.Select[Any]:
        return self._select(codes, conditions, order)

    def _select(
        self,
        codes: Sequence[str],
        conditions: Sequence[sa.ColumnElement[bool]],
        order: Sequence[str],
        filled: str = "",
    ) -> sa.Select[Any]:
        joins: dict[str, sa.FromClause] = {}
        columns = [self.column(c, joins).label(f"c{i}") for i, c in enumerate(codes)]
        ordering = self._order(order, joins, filled=filled)
        return sa.select(*columns).select_from(self._from(joins)).where(*conditions).order_by(*ordering)

    def _parts(
        self, codes: Sequence[str], conditions: Sequence[sa.ColumnElement[bool]], order: Sequence[str]
    ) -> Iterator[sa.Select[Any]]:
        """One SELECT, or two where an index gives the filled rows in order and the empty ones follow."""
        first = order[0].lstrip("-") if order else ""
        if first not in self._indexed or self._sortable(first, {}) is not self.t.c[first]:
            yield self._select(codes, conditions, order)
            return
        yield self._select(codes, [*conditions, self.t.c[first].is_not(None)], order, filled=first)
        yield self._select(codes, [*conditions, self.t.c[first].is_(None)], order[1:])

    def ids(
        self, conn: sa.Connection, conditions: Sequence[sa.ColumnElement[bool]], order: Sequence[str] = ()
    ) -> array[int]:
        """Row ids in order; an array of 8 bytes a row."""
        made = array("q")
        for query in self._parts(["id"], conditions, order):
            # The driver's own tuples: a million Row objects take a second.
            made.extend(chain.from_iterable(conn.execute(query).cursor))  # type: ignore[arg-type]
        return made

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
        for query in self._parts(codes, conditions, order):
            for row in conn.execute(query):
                yield tuple(row)

    def totals(self, conn: sa.Connection, conditions: Sequence[sa.ColumnElement[bool]]) -> dict[str, int]:
        """Count, and the sum of every money and area field, summed before any rounding."""
        summed = [f.code for f in self.table.fields.values() if f.type in ("money", "area")]
        query = sa.select(sa.func.count(), *(sa.func.coalesce(sa.func.sum(self.t.c[c]), 0) for c in summed))
        row = conn.execute(query.select_from(self.t).where(*conditions)).one()
        return dict(zip(["count", *summed], (int(v) for v in row), strict=True))


def current(t: sa.FromClause, table: TableDef) -> list[sa.ColumnElement[bool]]:
    """Leaves out records that others have taken the place of: split and merged assets."""
    return [
        sa.or_(t.c[code].is_(None), t.c[code].not_in(gone)) for code, gone in replaced_codes(table).items()
    ]


def replaced_codes(table: TableDef) -> dict[str, list[str]]:
    """Field → its codes that mark a record as replaced by others (`replaced = true` in the code list)."""
    found: dict[str, list[str]] = {}
    for f in table.fields.values():
        if f.type == "code" and f.codes is not None:
            gone = [item.code for item in f.codes.items.values() if item.extra.get("replaced") is True]
            if gone:
                found[f.code] = gone
    return found
