"""Attachments inside a package: named after their asset, as domain practice asks, and found again by content."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.exchange.called import Called
from core.exchange.naming import is_device, legal
from core.exchange.package import ATTACHMENTS

if TYPE_CHECKING:
    from core.records import Ledger

_LABEL, _KIND = 60, 20
"""Characters that a number and a kind may take in a name."""


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment as it goes up: `entry` of the package, number and name of what it belongs to."""

    entry: str
    label: str
    name: str
    kind: str
    file: str
    size: int
    sha256: str


def attachments(ledger: Ledger, left_out: frozenset[str] | set[str] = frozenset()) -> list[Attached]:
    """The attachments in the order of their entries: 附件/附件_<资产编号>_<类别>_<序号>.<ext>.

    The same content attached twice goes up once, under its first name. `left_out`: records that stay
    behind, whose numbers a receiver would not know.
    """
    t = ledger.tables.attachment
    called = Called(ledger)
    rows = []
    for r in ledger.conn.execute(sa.select(t).where(t.c.deleted == 0)):
        table, record = str(r.table), str(r.record)
        goes = record not in left_out
        label = legal(_called(ledger, table, record) if goes else "")[:_LABEL] or "未编号"
        kind = legal(str(r.kind or ""))[:_KIND] or "其他"
        name = called.name(table, record) if goes else ""
        rows.append((label, kind, str(r.uid), name, str(r.file), int(r.size), str(r.sha256)))
    counts: Counter[tuple[str, str]] = Counter()
    names: dict[str, str] = {}
    found = []
    for label, kind, _, name, file, size, sha256 in sorted(rows):
        if file not in names:
            key = (label.casefold(), kind.casefold())
            counts[key] += 1
            stem, _, ending = file.rpartition(".")
            ending = legal(ending)[:10] if stem else ""
            names[file] = f"{ATTACHMENTS}附件_{label}_{kind}_{counts[key]:02d}" + (
                f".{ending}" if ending else ""
            )
        found.append(Attached(names[file], label, name, kind, file, size, sha256))
    return sorted(found, key=lambda a: a.entry)


def entry_names(ledger: Ledger, left_out: frozenset[str] | set[str] = frozenset()) -> dict[str, str]:
    """File in the 账套's 附件/ → entry of the package, in the order of the entries."""
    return {a.file: a.entry for a in attachments(ledger, left_out)}


def _called(ledger: Ledger, table: str, record: str) -> str:
    """The number of an asset, else its name; of what belongs to an asset, that of the asset."""
    definition = ledger.standard.tables.get(table)
    if definition is None:
        return ""
    codes = [definition.parent] if definition.parent else [*definition.match[:1], definition.name_field]
    t = ledger.tables.record[table]
    query = sa.select(*(t.c[c] for c in codes)).where(t.c.uid == record, t.c.deleted == 0)
    found = next((str(v) for row in ledger.conn.execute(query) for v in row if v), "")
    return _called(ledger, definition.parent, found) if definition.parent and found else found


def is_plain(file: str) -> bool:
    """Whether a name from a package is that of a file in one folder, and nothing else."""
    return bool(file.strip(". ")) and not set(file) & set("/\\:\0") and not is_device(file)
