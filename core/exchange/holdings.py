"""The assets as they stood at the end of a period, carried in data/_closing.csv and data/_opening.csv (D12)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from core.audit.reported import reported_before
from core.errors import DamagedError
from core.exchange.carried import UID, cells
from core.exchange.package import CLOSING
from core.figures.movement import Holding, closing
from core.records import Ledger
from core.records.carrier import Lines, line
from core.standard.numbers import format_scaled

_CHUNK = 500
COLUMNS = ("uid", "group", "area", "net")


def closing_lines(ledger: Ledger) -> Iterator[bytes]:
    """The present assets as canonical CSV."""
    lines = Lines()
    lines.add(COLUMNS)
    for number, h in enumerate(closing(ledger), 1):
        lines.add((h.uid, h.group, format_scaled(h.area, 2), format_scaled(h.net, 2)))
        if not number % _CHUNK:
            yield lines.take()
    yield lines.take()


def read(entry: str, pieces: Iterable[bytes]) -> Iterator[Holding]:
    """Holdings of a carrier entry."""
    for number, (uid, group, area, net) in cells(entry, pieces, COLUMNS):
        try:
            if not UID.fullmatch(uid):
                raise ValueError(uid)
            yield Holding(uid, group, _whole(area), _whole(net))
        except ValueError as e:
            raise DamagedError(
                f"“{entry}”第 {number} 行不合规", next="请索取完好的文件。", code="edited"
            ) from e


def _whole(text: str) -> int:
    whole, dot, tail = text.partition(".")
    if dot != "." or len(tail) != 2:
        raise ValueError(text)
    return int(whole + tail)


def opening_of(ledger: Ledger, period: str) -> tuple[str, list[bytes]]:
    """(period, CSV pieces) of the closing reported last before `period`; ("", header only) when there is none."""
    before = reported_before(ledger, period)
    if before:
        s = ledger.tables.submission
        carrier = ledger.conn.execute(sa.select(s.c.carrier).where(s.c.id == before[-1].id)).scalar()
        with zipfile.ZipFile(io.BytesIO(carrier or b"")) as kept:
            if CLOSING in kept.namelist():
                return before[-1].period, [kept.read(CLOSING)]
    return "", [line(list(COLUMNS))]
