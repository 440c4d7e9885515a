"""Attachments inside a package: named after their asset, as domain practice asks, and found again by content."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.exchange.naming import is_device, legal
from core.exchange.package import ATTACHMENTS

if TYPE_CHECKING:
    from core.records import Ledger

_LABEL, _KIND = 60, 20
"""Characters that a number and a kind may take in a name."""


def entry_names(ledger: Ledger, left_out: frozenset[str] | set[str] = frozenset()) -> dict[str, str]:
    """File in the 账套's 附件/ → entry of the package, in the order of the entries.

    附件/附件_<资产编号>_<类别>_<序号>.<ext>; the same content attached twice goes up once, under its
    first name. `left_out`: records that stay behind, whose numbers a receiver would not know.
    """
    t = ledger.tables.attachment
    columns = (t.c.file, t.c.table, t.c.record, t.c.kind, t.c.uid)
    rows = []
    for file, table, record, kind, uid in ledger.conn.execute(sa.select(*columns).where(t.c.deleted == 0)):
        label = legal("" if record in left_out else _called(ledger, str(table), str(record)))[:_LABEL]
        named = (label or "未编号", legal(str(kind or ""))[:_KIND] or "其他")
        rows.append((*named, str(uid), str(file)))
    counts: Counter[tuple[str, str]] = Counter()
    names: dict[str, str] = {}
    for label, kind, _, file in sorted(rows):
        if file in names:
            continue
        key = (label.casefold(), kind.casefold())
        counts[key] += 1
        stem, _, ending = file.rpartition(".")
        ending = legal(ending)[:10] if stem else ""
        names[file] = f"{ATTACHMENTS}附件_{label}_{kind}_{counts[key]:02d}" + (f".{ending}" if ending else "")
    return dict(sorted(names.items(), key=lambda n: n[1]))


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
