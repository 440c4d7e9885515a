"""Two states of the data that can be compared: a package, a kept submission, the 账套 as it is now."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from core.errors import InputRefused
from core.excel.zips import SafeZip
from core.exchange import holdings, zipsafe
from core.exchange.carried import records
from core.exchange.content import Content
from core.exchange.package import CLOSING, DATA
from core.exchange.verdict import INVALID
from core.exchange.verify import verify
from core.figures.movement import Holding, closing
from core.jobs import Progress
from core.records import Ledger
from core.standard.dates import period_name
from core.standard.model import Standard
from core.standard.types import Value

Rows = Iterator[tuple[str, list[Value]]]
"""uid and values of the carried fields, sorted by uid."""


class Side(Protocol):
    """What a comparison reads."""

    standard: Standard
    label: str
    period: str

    def rows(self, table: str) -> Rows: ...

    def holdings(self) -> Iterator[Holding]: ...


class LedgerSide:
    """The 账套 as it is now."""

    def __init__(self, ledger: Ledger, period: str) -> None:
        self.standard, self.period = ledger.standard, period
        self.label = "账套现有数据"
        self._content = Content(ledger, period)

    def rows(self, table: str) -> Rows:
        definition = self.standard.tables[table]
        yield from records(f"{table}.csv", definition, self._content.record_lines(definition))

    def holdings(self) -> Iterator[Holding]:
        yield from closing(self._content.ledger)


class EntriesSide:
    """Carrier entries of a zip: a package, or what was kept of one."""

    def __init__(self, standard: Standard, label: str, period: str) -> None:
        self.standard, self.label, self.period = standard, label, period

    def read(self, entry: str) -> Iterable[bytes] | None:
        raise NotImplementedError

    def rows(self, table: str) -> Rows:
        entry = f"{DATA}{table}.csv"
        pieces = self.read(entry)
        if pieces is not None:
            yield from records(entry, self.standard.tables[table], pieces)

    def holdings(self) -> Iterator[Holding]:
        pieces = self.read(CLOSING)
        if pieces is not None:
            yield from holdings.read(CLOSING, pieces)


class SubmissionSide(EntriesSide):
    """What was kept of a reported package (D12)."""

    def __init__(self, ledger: Ledger, number: int) -> None:
        s = ledger.tables.submission
        query = sa.select(s.c.period, s.c.version, s.c.nature, s.c.carrier).where(s.c.id == number)
        row = ledger.conn.execute(query).one()
        super().__init__(
            ledger.standard,
            f"{period_name(str(row.period))} V{row.version:02d} {row.nature}",
            str(row.period),
        )
        self._kept = zipfile.ZipFile(io.BytesIO(row.carrier))

    def read(self, entry: str) -> Iterable[bytes] | None:
        return [self._kept.read(entry)] if entry in self._kept.namelist() else None


class PackageSide(EntriesSide):
    """A verified package; close it when the comparison is done."""

    def __init__(self, path: Path, progress: Progress | None = None) -> None:
        verdict = verify(path, progress=progress)
        if verdict.verdict == INVALID or not verdict.manifest.get("standard"):
            raise InputRefused(f"{path.name}：{verdict.reason}", next=verdict.next, code=verdict.code)
        m = verdict.manifest
        self._opened: SafeZip = zipsafe.open_package(path)
        label = f"{m['unit']} {period_name(str(m['period']))} V{m['version']:02d} {m['nature']}"
        super().__init__(zipsafe.standard_of(self._opened), label, str(m["period"]))

    def __enter__(self) -> PackageSide:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.__exit__()

    def read(self, entry: str) -> Iterable[bytes] | None:
        return zipsafe.pieces(self._opened, entry) if entry in self._opened.names else None
