"""What was reported before: the exact carriers kept with the submissions (DESIGN D12)."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.records.carrier import line
from core.standard.dates import period_bounds
from core.standard.types import Value, parse

if TYPE_CHECKING:
    from core.records import Ledger


@dataclass(frozen=True, slots=True)
class Reported:
    """One package that has gone up: the last version of its period."""

    ledger: Ledger
    id: int
    package_id: str
    period: str
    version: int

    def lines(self, table: str) -> Iterator[tuple[str, str]]:
        """uid and the whole canonical line of each row."""
        rows = csv.reader(io.StringIO(self._text(table), newline=""))
        next(rows, None)
        for row in rows:
            yield row[0], line(row).decode("utf-8")

    def rows(self, table: str) -> Iterator[tuple[str, dict[str, Value]]]:
        """uid and stored values of each row; fields that the standard no longer has are left out."""
        fields = self.ledger.standard.tables[table].fields
        for row in csv.DictReader(io.StringIO(self._text(table), newline="")):
            uid = row.pop("uid", "")
            yield uid, {k: parse(v, fields[k]) for k, v in row.items() if k in fields and v}

    def tables(self) -> set[str]:
        """The record tables that the carrier holds."""
        with self._open() as kept:
            names = {n.rsplit("/", 1)[-1].removesuffix(".csv") for n in kept.namelist() if n.endswith(".csv")}
        return names & set(self.ledger.standard.tables)

    def _text(self, table: str) -> str:
        with self._open() as kept:
            name = next((n for n in kept.namelist() if n.rsplit("/", 1)[-1] == f"{table}.csv"), "")
            return kept.read(name).decode("utf-8") if name else ""

    def _open(self) -> zipfile.ZipFile:
        s = self.ledger.tables.submission
        data = self.ledger.conn.execute(sa.select(s.c.carrier).where(s.c.id == self.id)).scalar()
        return zipfile.ZipFile(io.BytesIO(data or _EMPTY))


_EMPTY = b"PK\x05\x06" + bytes(18)
"""A zip without entries."""


def reported(ledger: Ledger) -> list[Reported]:
    """The last reported version of each period, oldest period first."""
    s = ledger.tables.submission
    query = sa.select(s.c.id, s.c.package_id, s.c.period, s.c.version).where(s.c.state == "reported")
    last: dict[str, Reported] = {}
    for row in ledger.conn.execute(query.order_by(s.c.version, s.c.id)):
        last[row[2]] = Reported(ledger, *row)
    return sorted(last.values(), key=lambda r: period_bounds(r.period)[1])


def reported_before(ledger: Ledger, period: str) -> list[Reported]:
    """Packages of periods that ended before `period` began, oldest first."""
    start = period_bounds(period)[0]
    return [r for r in reported(ledger) if period_bounds(r.period)[1] < start]


def last_year(period: str) -> str:
    """The same period one year before."""
    return f"{int(period[:4]) - 1}{period[4:]}"


def last_period(period: str) -> str:
    """The period of the same length just before."""
    year, tail = int(period[:4]), period[4:]
    if not tail:
        return str(year - 1)
    count = {"Q": 4, "M": 12, "H": 2}[tail[0]]
    number = int(tail[1:]) - 1
    width = 2 if tail[0] == "M" else 1
    return f"{year - (number < 1)}{tail[0]}{(number or count):0{width}d}"
