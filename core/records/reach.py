"""How an expression reaches the records it speaks of: over refs, to children, outwards from a `where`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from core.records.intervals import Column
from core.standard.attributes import AREA_TOTAL, area_fields
from core.standard.model import Field, Standard
from core.standard.nodes import Aggregate, First, Hop, Path
from core.storage.tables import Tables


@dataclass(frozen=True, slots=True)
class Row:
    """A record that names are looked up in: its table code and its columns."""

    table: str
    source: sa.FromClause


class Reach:
    """The records in sight, innermost last. With `joins`, refs of the outermost become joins.

    Without, they are scalar subqueries, so that the result is one expression for any SELECT.
    """

    def __init__(
        self,
        standard: Standard,
        tables: Tables,
        table: str,
        *,
        joins: bool = False,
    ) -> None:
        self.standard = standard
        self.tables = tables
        self.rows = [Row(table, tables.record[table])]
        self._joins: dict[tuple[Hop, ...], sa.FromClause] | None = {} if joins else None
        self._aliases = 0

    def from_clause(self) -> sa.FromClause:
        """The outermost table with the joins that its expressions asked for."""
        made = self.rows[0].source
        for hops, other in sorted((self._joins or {}).items(), key=lambda kv: len(kv[0])):
            before = self.rows[0].source if len(hops) == 1 else (self._joins or {})[hops[:-1]]
            made = made.outerjoin(other, other.c.uid == before.c[hops[-1].field])
        return made

    def column(self, node: Path | First) -> Column:
        """The SQL of a field of the record, of a record it names, or of its first child."""
        row = self.rows[-1 - node.up]
        if isinstance(node, First):
            child = self._alias(node.table)
            first = sa.select(child.c[node.field.code]).where(
                child.c[node.by] == row.source.c.uid, child.c.deleted == 0
            )
            return first.order_by(child.c.uid).limit(1).correlate(row.source).scalar_subquery()
        if not node.hops:
            return self._of(row.source, node.field)
        if self._joins is not None and row is self.rows[0]:
            return self._of(self._joined(node.hops), node.field)
        others = [self._alias(h.table) for h in node.hops]
        query = sa.select(self._of(others[-1], node.field)).where(
            others[0].c.uid == row.source.c[node.hops[0].field],
            *(b.c.uid == a.c[h.field] for a, b, h in zip(others, others[1:], node.hops[1:], strict=False)),
        )
        return query.correlate(row.source).scalar_subquery()

    def _joined(self, hops: tuple[Hop, ...]) -> sa.FromClause:
        assert self._joins is not None
        for length in range(1, len(hops) + 1):
            self._joins.setdefault(hops[:length], self._alias(hops[length - 1].table))
        return self._joins[hops]

    def _of(self, source: sa.FromClause, field: Field) -> Column:
        if field.code != AREA_TOTAL or AREA_TOTAL in source.c:
            return source.c[field.code]
        classes: dict[str, list[str]] = defaultdict(list)
        for code, column in area_fields(self.standard.tables[field.table]).items():
            classes[column].append(code)
        whens = [(source.c.asset_class.in_(codes), source.c[column]) for column, codes in classes.items()]
        return sa.case(*whens) if whens else sa.null()

    def _alias(self, table: str) -> sa.FromClause:
        self._aliases += 1
        return self.tables.record[table].alias(f"{table}_{self._aliases}")

    @contextmanager
    def inside(self, node: Aggregate) -> Iterator[tuple[sa.FromClause, Column]]:
        """The children of the record meant, as the innermost row."""
        base = self.rows[-1 - node.up]
        child = self._alias(node.table)
        owner: Column = base.source.c.uid
        if node.hops:
            *before, last = node.hops
            field = self.standard.tables[before[-1].table if before else base.table].fields[last.field]
            owner = self.column(Path(node.kind, node.up, tuple(before), field, ""))
        self.rows.append(Row(node.table, child))
        try:
            yield child, sa.and_(child.c[node.by] == owner, child.c.deleted == 0)
        finally:
            self.rows.pop()

    def outer(self) -> list[sa.FromClause]:
        """What a subquery may refer to outside itself."""
        joined = list((self._joins or {}).values())
        return [*(r.source for r in self.rows), *joined]
