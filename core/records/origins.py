"""Where values came from, and the doubts they were read with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.records.changes import Origin

if TYPE_CHECKING:
    from core.records.ledger import Ledger

_COLUMNS = ("id", "table", "uid", "field", "file", "sheet", "row", "column", "raw", "code", "text", "state")

_UNDONE = "undone:"
"""Stands before the state of an origin whose import was undone."""


def of(
    ledger: Ledger, table: str, *, uids: Sequence[str] | None = None, states: Sequence[str] = ("open",)
) -> dict[str, list[Origin]]:
    """Origins by uid, of live records only."""
    o, t = ledger.tables.origin, ledger.tables.record[table]
    query = (
        sa.select(*(o.c[c] for c in _COLUMNS))
        .join_from(o, t, t.c.uid == o.c.uid)
        .where(o.c.table == table, o.c.state.in_(list(states)), t.c.deleted == 0)
        .order_by(o.c.id)
    )
    if uids is not None:
        query = query.where(o.c.uid.in_(list(uids)))
    found: dict[str, list[Origin]] = {}
    for row in ledger.conn.execute(query):
        found.setdefault(row[2], []).append(Origin(*row))
    return found


def withdraw(ledger: Ledger, batch: int, kept: Sequence[str]) -> None:
    """Take back the origins of an undone action, except those of the rows that stay."""
    o = ledger.tables.origin
    state = sa.literal(_UNDONE) + o.c.state
    ledger.conn.execute(
        sa.update(o)
        .where(o.c.batch == batch, o.c.uid.not_in(kept), o.c.state.not_like(_UNDONE + "%"))
        .values(state=state)
    )


def bring_back(ledger: Ledger, batch: int) -> None:
    """Put back the origins of an action that is done again."""
    o = ledger.tables.origin
    state = sa.func.substr(o.c.state, len(_UNDONE) + 1)
    ledger.conn.execute(
        sa.update(o).where(o.c.batch == batch, o.c.state.like(_UNDONE + "%")).values(state=state)
    )
