"""The exact carrier: records as canonical CSV, and the fingerprint over it."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.standard.model import Field, TableDef
from core.standard.types import to_text

if TYPE_CHECKING:
    from core.records.ledger import Ledger

EXPLANATION_COLUMNS = ("rule", "table", "uid", "text")
ATTACHMENT_COLUMNS = ("uid", "table", "record", "kind", "file", "sha256", "size")


def carried_fields(table: TableDef) -> tuple[Field, ...]:
    """The fields that go up."""
    return tuple(f for f in table.fields.values() if f.sheet)


class Lines:
    """Collects canonical CSV lines: all that could end a line is quoted, and each ends with \\n alone.

    With \\n as its line end, `csv` would leave a lone \\r unquoted, and a reader would end the row there.
    """

    def __init__(self) -> None:
        self._made: list[str] = []
        self.add = csv.writer(self, lineterminator="\r\n").writerow

    def write(self, text: str) -> None:
        """One line from `csv`."""
        self._made.append(text[:-2])

    def take(self) -> bytes:
        """The lines so far as UTF-8; what follows begins anew."""
        made = "\n".join([*self._made, ""])
        self._made.clear()
        return made.encode("utf-8")


def line(cells: list[str]) -> bytes:
    """One canonical CSV line."""
    lines = Lines()
    lines.add(cells)
    return lines.take()


def record_lines(ledger: Ledger, table: TableDef) -> Iterator[bytes]:
    """Header and live rows of one table, sorted by uid."""
    fields = carried_fields(table)
    yield line(["uid", *(f.code for f in fields)])
    t = ledger.tables.record[table.code]
    query = sa.select(t.c.uid, *(t.c[f.code] for f in fields)).where(t.c.deleted == 0).order_by(t.c.uid)
    for row in ledger.conn.execute(query):
        yield line([row[0], *(to_text(v, f) for v, f in zip(row[1:], fields, strict=True))])


def explanation_lines(ledger: Ledger) -> Iterator[bytes]:
    yield line(list(EXPLANATION_COLUMNS))
    t = ledger.tables.explanation
    query = sa.select(t.c.rule, t.c.table, t.c.uid, t.c.text).order_by(t.c.table, t.c.uid, t.c.rule)
    for row in ledger.conn.execute(query):
        yield line([str(c) for c in row])


def attachment_lines(ledger: Ledger) -> Iterator[bytes]:
    yield line(list(ATTACHMENT_COLUMNS))
    t = ledger.tables.attachment
    query = sa.select(*(t.c[c] for c in ATTACHMENT_COLUMNS)).where(t.c.deleted == 0).order_by(t.c.uid)
    for row in ledger.conn.execute(query):
        yield line([str(c) for c in row])


def carrier(ledger: Ledger) -> Iterator[tuple[str, Iterator[bytes]]]:
    """(entry name without folder, lines) of everything that a fingerprint covers, in order."""
    for code in sorted(ledger.standard.tables):
        yield f"{code}.csv", record_lines(ledger, ledger.standard.tables[code])
    yield "_explanation.csv", explanation_lines(ledger)
    yield "_attachment.csv", attachment_lines(ledger)


def fingerprint_of(entries: Iterator[tuple[str, Iterator[bytes]]]) -> str:
    """SHA-256 over live record rows, explanations and attachment hashes (DESIGN D7)."""
    h = hashlib.sha256()
    for name, lines in entries:
        h.update(name.encode() + b"\0")
        for data in lines:
            h.update(data)
    return h.hexdigest()
