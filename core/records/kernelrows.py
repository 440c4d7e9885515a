"""Rows of kernel tables that belong to the data: journalled whole, so that undo brings them back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.storage.tables import Tables

AUX = ("explanation", "origin", "attachment", "period")
"""Kernel tables whose rows the journal carries, each under a key of its own."""


def condition(tables: Tables, table: str, key: str) -> sa.ColumnElement[bool]:
    """Where a row lives: explanation "rule uid", origin id, attachment uid, period."""
    if table == "explanation":
        rule, _, uid = key.partition(" ")
        return sa.and_(tables.explanation.c.rule == rule, tables.explanation.c.uid == uid)
    if table == "origin":
        return tables.origin.c.id == int(key)
    if table == "period":
        return tables.period.c.period == key
    return tables.attachment.c.uid == key


def read(conn: sa.Connection, tables: Tables, table: str, key: str) -> dict[str, Any]:
    """The row as it stands; {} when there is none."""
    t: sa.Table = getattr(tables, table)
    row = conn.execute(sa.select(t).where(condition(tables, table, key))).mappings().first()
    return dict(row) if row else {}


def write(conn: sa.Connection, tables: Tables, table: str, key: str, row: Mapping[str, Any] | None) -> None:
    """Put a row in the place of the one that is there; None takes it away."""
    t: sa.Table = getattr(tables, table)
    conn.execute(sa.delete(t).where(condition(tables, table, key)))
    if row:
        conn.execute(sa.insert(t), dict(row))
