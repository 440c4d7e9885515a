"""The chained journal: each action is one batch whose hash covers its changes and the batch before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from core.records.changes import Change
from core.standard.types import Value
from core.storage.tables import Tables

BULK = 200
"""From this many added rows on, additions are journalled by digest instead of by content."""


def canonical(values: Mapping[str, Value]) -> str:
    """Values as JSON with sorted keys, unfilled ones left out; the base of every digest."""
    if not values:
        return ""
    return json.dumps({k: v for k, v in sorted(values.items())}, ensure_ascii=False, separators=(",", ":"))


def digest(values: Mapping[str, Value]) -> str:
    """SHA-256 of a row's filled values."""
    filled = {k: v for k, v in values.items() if v is not None}
    return hashlib.sha256(canonical(filled).encode("utf-8", "surrogatepass")).hexdigest()


def now() -> str:
    return datetime.now().isoformat(" ", "seconds")


def last_hash(conn: sa.Connection, tables: Tables) -> str:
    b = tables.batch
    return conn.execute(sa.select(b.c.hash).order_by(b.c.id.desc()).limit(1)).scalar() or ""


def write(
    conn: sa.Connection,
    tables: Tables,
    batch_id: int,
    changes: Iterable[Change],
    *,
    kind: str,
    label: str,
    who: str,
    why: str,
    source: str,
    target: int = 0,
) -> None:
    """Append one batch with its changes, inside the caller's transaction."""
    head = {
        "id": batch_id,
        "at": now(),
        "who": who,
        "kind": kind,
        "label": label,
        "why": why,
        "source": source,
        "target": target,
        "prev": last_hash(conn, tables),
    }
    rows = [
        {
            "batch": batch_id,
            "table": c.table,
            "uid": c.uid,
            "kind": c.kind,
            "before": canonical(c.before),
            "after": canonical(c.after),
        }
        for c in changes
    ]
    conn.execute(sa.insert(tables.batch), {**head, "undone": 0, "hash": chain_hash(head, rows)})
    if rows:
        conn.execute(sa.insert(tables.change), rows)


def chain_hash(head: Mapping[str, object], rows: Iterable[Mapping[str, object]]) -> str:
    """The hash that ties a batch to its changes and to the batch before it."""
    h = hashlib.sha256()
    keys = ("id", "at", "who", "kind", "label", "why", "source", "target", "prev")
    h.update("\x1f".join(str(head[k]) for k in keys).encode("utf-8", "surrogatepass"))
    for r in rows:
        line = "\x1f".join(str(r[k]) for k in ("table", "uid", "kind", "before", "after"))
        h.update(b"\x1e" + line.encode("utf-8", "surrogatepass"))
    return h.hexdigest()


def next_batch_id(conn: sa.Connection, tables: Tables) -> int:
    return int(conn.execute(sa.select(sa.func.coalesce(sa.func.max(tables.batch.c.id), 0))).scalar_one()) + 1


def broken_link(conn: sa.Connection, tables: Tables) -> int:
    """The first batch whose hash does not fit; 0 when the whole chain holds."""
    b, c = tables.batch, tables.change
    prev = ""
    for head in conn.execute(sa.select(b).order_by(b.c.id)).mappings():
        rows = conn.execute(sa.select(c).where(c.c.batch == head["id"]).order_by(c.c.id)).mappings().all()
        plain = [dict(r) for r in rows]
        if head["prev"] != prev or chain_hash(dict(head), plain) != head["hash"]:
            return int(head["id"])
        prev = head["hash"]
    return 0
