"""What goes up for one period: the live rows of a 账套 up to that period, as lines and as columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.figures.movement import Holding
from core.records import Ledger, carrier
from core.records.compile import compile_where, now
from core.records.intervals import as_sql
from core.records.translate import Translator
from core.standard.dates import period_bounds
from core.standard.meaning import understand
from core.standard.model import Field, Standard, TableDef
from core.standard.types import TYPES, to_text

PERIOD = "period"
_CHUNK = 500
_KNOWN = 600
"""So many different values of a column are remembered with their texts."""
_QUOTED = re.compile('[",\\r\\n]')
"""What makes a cell of the carrier stand in quotes."""


class Content:
    """One 账套 seen as a report of `period`: rows of later periods are left out."""

    def __init__(
        self, ledger: Ledger, period: str, opening: Callable[[], Iterable[Holding]] | None = None
    ) -> None:
        self.ledger = ledger
        self.standard: Standard = ledger.standard
        self.period = period
        self.opening: Callable[[], Iterable[Holding]] = opening or (lambda: ())
        self._names: dict[str, Mapping[str, str]] = {}

    # --- rows ------------------------------------------------------------------

    def periods(self, table: str) -> list[str] | None:
        """The periods of a table's rows that go up; None when its rows have no period."""
        field = self.standard.tables[table].fields.get(PERIOD)
        if field is None or field.type != "period":
            return None
        t = self.ledger.tables.record[table]
        found = self.ledger.conn.execute(sa.select(t.c.period).where(t.c.deleted == 0).distinct()).scalars()
        end = period_bounds(self.period)[1]
        return sorted(p for p in found if p and period_bounds(p)[1] <= end)

    def where(self, table: str, condition: str = "") -> str:
        """`condition`, and no later period, as one expression of the standard."""
        periods = self.periods(table)
        if periods is None:
            return condition
        listed = ", ".join(f"'{p}'" for p in periods)
        limit = f"(empty({PERIOD}) or {PERIOD} in ({listed},))" if periods else f"empty({PERIOD})"
        return f"({condition}) and {limit}" if condition else limit

    def select(
        self, table: str, codes: Sequence[str], *, where: str = "", order: Sequence[str] = ()
    ) -> Iterator[tuple[Any, ...]]:
        """Stored values, in an order that does not depend on row numbers."""
        return self.ledger.select(table, codes, where=self.where(table, where), order=[*order, "uid"])

    def used(self, table: str, code: str) -> set[str]:
        """The different values of a text field."""
        column = self.ledger.tables.record[table].c[code]
        query = sa.select(column).where(*self._conditions(table, "")).distinct()
        return {str(v) for v in self.ledger.conn.execute(query).scalars() if v}

    def marked(
        self,
        table: str,
        codes: Sequence[str],
        conditions: Sequence[str],
        *,
        where: str = "",
        order: Sequence[str] = (),
    ) -> Iterator[tuple[Any, ...]]:
        """As `select`, with a 1 behind the values for each condition that is certainly false, else 0."""
        if not conditions:
            yield from self.select(table, codes, where=where, order=order)
            return
        query = self.ledger.query(table)
        translator = Translator(self.standard, self.ledger.tables, table, now(self.period))
        nodes = [understand(self.standard, table, text) for text in conditions]
        marks = [sa.case((as_sql(translator.false(node)), 1), else_=0) for node in nodes]
        wanted = query.select(codes, self._conditions(table, where), [*order, "uid"])
        found = self.ledger.conn.execute(wanted.add_columns(*marks))
        rows: Any = found.cursor  # the driver's own tuples are enough
        yield from rows

    def _conditions(self, table: str, where: str) -> list[sa.ColumnElement[bool]]:
        condition = self.where(table, where)
        tables = self.ledger.tables
        compiled = compile_where(self.standard, tables, table, condition) if condition else None
        return self.ledger.query(table).conditions(compiled)

    def carried_totals(self, table: str) -> dict[str, int]:
        """Sums of every row of the carrier, those of replaced assets too."""
        t = self.ledger.tables.record[table]
        codes = [f.code for f in self.standard.tables[table].fields.values() if f.type in ("money", "area")]
        sums = [sa.func.coalesce(sa.func.sum(t.c[c]), 0) for c in codes]
        query = sa.select(sa.func.count(), *sums).select_from(t).where(*self._carried(table))
        row = self.ledger.conn.execute(query).one()
        return dict(zip(["count", *codes], map(int, row), strict=True))

    def _carried(self, table: str) -> list[sa.ColumnElement[bool]]:
        t = self.ledger.tables.record[table]
        made: list[sa.ColumnElement[bool]] = [t.c.deleted == 0]
        periods = self.periods(table)
        if periods is not None:
            made.append(sa.or_(t.c.period.is_(None), t.c.period.in_(periods)))
        return made

    def survey(
        self, table: str, where: str, codes: Collection[str]
    ) -> tuple[dict[str, int], dict[str, tuple[int, int]]]:
        """Count and sums of the rows that a list shows, and smallest and largest, for the numbers shown."""
        t = self.ledger.tables.record[table]
        fields = [f for f in self.standard.tables[table].fields.values() if f.code in codes]
        numbers = [f.code for f in fields if TYPES[f.type].sql == "INTEGER"]
        summed = [f.code for f in fields if f.type in ("money", "area")]
        parts = [sa.func.count(), *(sa.func.coalesce(sa.func.sum(t.c[c]), 0) for c in summed)]
        parts += [sa.func.min(t.c[c]) for c in numbers]
        parts += [sa.func.max(t.c[c]) for c in numbers if c not in summed]
        query = sa.select(*parts).select_from(t).where(*self._conditions(table, where))
        row = iter([int(v or 0) for v in self.ledger.conn.execute(query).one()])
        totals = {c: next(row) for c in ["count", *summed]}
        least = {c: next(row) for c in numbers}
        # No amount is larger than the sum of all of them less the smallest, where that is negative.
        most = {c: next(row) for c in numbers if c not in summed}
        most |= {c: totals[c] - min(0, least[c]) * totals["count"] for c in summed}
        return totals, {c: (least[c], most[c]) for c in numbers}

    def names(self, field: Field) -> Mapping[str, str]:
        """uid → name of the records that a ref field leads to."""
        key = f"{field.table}.{field.code}"
        if key not in self._names:
            t, other = self.ledger.tables.record[field.table], self.ledger.tables.record[field.ref]
            name = other.c[self.standard.tables[field.ref].name_field]
            used = sa.select(t.c[field.code]).where(t.c.deleted == 0, t.c[field.code].is_not(None))
            query = sa.select(other.c.uid, name).where(other.c.uid.in_(used))
            self._names[key] = {str(u): str(n or "") for u, n in self.ledger.conn.execute(query)}
        return self._names[key]

    # --- the exact carrier --------------------------------------------------------

    def record_lines(self, table: TableDef) -> Iterator[bytes]:
        """Header and rows of one table as canonical CSV, as `core.records.carrier` writes them."""
        fields = carrier.carried_fields(table)
        t = self.ledger.tables.record[table.code]
        query = sa.select(t.c.uid, *(t.c[f.code] for f in fields)).order_by(t.c.uid)
        query = query.where(*self._carried(table.code))
        yield carrier.line(["uid", *(f.code for f in fields)])
        texts = [None, *(None if _is_own_text(f) else _Texts(f) for f in fields)]
        rows: Any = self.ledger.conn.execute(query).cursor  # the driver's own tuples are enough
        while chunk := rows.fetchmany(_CHUNK):
            yield _lines(chunk, texts).encode()

    def entries(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """(entry name without folder, bytes) of everything that a fingerprint covers, in order."""
        for code in sorted(self.standard.tables):
            yield f"{code}.csv", self.record_lines(self.standard.tables[code])
        yield "_explanation.csv", self._explanations()
        yield "_attachment.csv", carrier.attachment_lines(self.ledger)

    def left_out(self) -> set[str]:
        """uids of the rows of later periods."""
        found: set[str] = set()
        for code in self.standard.tables:
            periods = self.periods(code)
            if periods is not None:
                t = self.ledger.tables.record[code]
                query = sa.select(t.c.uid).where(t.c.period.is_not(None), t.c.period.not_in(periods))
                found.update(self.ledger.conn.execute(query).scalars())
        return found

    def _explanations(self) -> Iterator[bytes]:
        out = self.left_out()
        for line in carrier.explanation_lines(self.ledger):
            if not out or line.split(b",")[2].decode() not in out:
                yield line


def _is_own_text(field: Field) -> bool:
    """Whether the stored value is its own canonical text."""
    return field.type in ("text", "id", "cert", "date", "period", "code", "codes", "ref")


class _Texts(dict[Any, str]):
    """Stored value → its canonical text; those that come again are made once."""

    def __init__(self, field: Field) -> None:
        super().__init__({None: ""})
        self._field = field

    def __missing__(self, value: Any) -> str:
        text = to_text(value, self._field)
        if len(self) < _KNOWN:
            self[value] = text
        return text


def _lines(rows: Sequence[tuple[Any, ...]], texts: Sequence[_Texts | None]) -> str:
    """Canonical CSV lines, as `core.records.carrier.Lines` writes them, made column by column.

    Empty columns, of which wide tables are full, cost nothing then.
    """
    made: list[Sequence[str]] = []
    gap = 0
    for values, known in zip(zip(*rows, strict=True), texts, strict=True):
        if values.count(None) == len(rows):
            gap += 1
            continue
        if gap:
            made.append(["," * (gap - 1)] * len(rows))
            gap = 0
        shown = [known[v] for v in values] if known is not None else ["" if v is None else v for v in values]
        if _QUOTED.search("".join(shown)):
            shown = ['"' + t.replace('"', '""') + '"' if _QUOTED.search(t) else t for t in shown]
        made.append(shown)
    if gap:
        made.append(["," * (gap - 1)] * len(rows))
    return "\n".join([*map(",".join, zip(*made, strict=True)), ""])
