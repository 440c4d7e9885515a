"""The chained journal: each action is one batch whose hash covers its changes and the batch before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from core.jobs import without_collector
from core.records.changes import Change
from core.records.rows import Pick, picker
from core.standard.types import Value
from core.storage.prepared import Prepared
from core.storage.tables import Tables

BULK = 200
"""From this many added rows on, additions are journalled by digest instead of by content."""

_PATTERNS = 50
"""Rows that fill their fields in more ways than this have no pattern worth keeping."""

DIGEST = "="
"""Stands for the digest of a bulk addition; no field code can be "="."""

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
_HEAD = ("id", "at", "who", "kind", "label", "why", "source", "target", "prev")
_LINE = ("table", "uid", "kind", "before", "after")


def canonical(values: Mapping[str, Value]) -> str:
    """Values as JSON with sorted keys, the way the journal keeps them."""
    if not values:
        return ""
    if len(values) == 1 and DIGEST in values:
        return f'{{"{DIGEST}":"{values[DIGEST]}"}}'
    return _ENCODE(values)


def values_of(text: str) -> dict[str, Any]:
    """The inverse of `canonical`."""
    return dict(json.loads(text)) if text else {}


def digester(codes: Sequence[str]) -> Callable[[Sequence[Value]], str]:
    """Makes SHA-256 digests of rows given as the values of these fields, which are in order of code.

    A digest covers each filled field with its value, by code; no stored text holds \\x1f.
    """
    sha256 = hashlib.sha256
    loose: list[int] = []
    templates: dict[bytes, tuple[str, Pick]] = {}

    def text_of(values: Sequence[Value]) -> str:
        if len(templates) > _PATTERNS:
            return "\x1f".join([f"{c}={v}" for c, v in zip(codes, values, strict=True) if v is not None])
        # Where rows fill the same fields again, one formatting a row is quicker than one a field;
        # only the places that have been seen empty are looked at before.
        filled = bytes([values[place] is not None for place in loose])
        if filled not in templates:
            places = [i for i in range(len(codes)) if i not in loose or values[i] is not None]
            templates[filled] = "\x1f".join([f"{codes[i]}=%s" for i in places]), picker(places)
        template, pick = templates[filled]
        text = template % pick(values)
        if "=None" in text:  # empty for the first time, or words of the clerk
            empty = [i for i, v in enumerate(values) if v is None and i not in loose]
            if empty:
                loose.extend(empty)
                templates.clear()
                return text_of(values)
        return text

    return lambda values: sha256(text_of(values).encode("utf-8", "surrogatepass")).hexdigest()


def digest(values: Mapping[str, Value]) -> str:
    """SHA-256 of a row's filled values."""
    codes = sorted(values)
    return digester(codes)([values[c] for c in codes])


def now() -> str:
    return datetime.now().isoformat(" ", "seconds")


class Writer:
    """Appends batches to the journal of one open ledger."""

    def __init__(self, conn: sa.Connection, tables: Tables) -> None:
        b, c = tables.batch, tables.change
        self._tip = Prepared(conn, sa.select(b.c.id, b.c.hash).order_by(b.c.id.desc()).limit(1))
        self._batch = Prepared(conn, _insert(b, (*_HEAD, "undone", "redone", "hash")))
        self._change = Prepared(conn, _insert(c, ("batch", *_LINE)))

    def tip(self) -> tuple[int, str]:
        """Number and hash of the last batch."""
        row = self._tip.first()
        return (int(row[0]), str(row[1])) if row else (0, "")

    def append(self, head: Mapping[str, Any], changes: Sequence[Change]) -> None:
        """Write one batch with its changes, inside the caller's transaction."""
        batch = head["id"]
        with without_collector():
            rows = [(c.table, c.uid, c.kind, canonical(c.before), canonical(c.after)) for c in changes]
            self._batch(**head, undone=0, redone=0, hash=chain_hash(head, rows))
            self._change.many([(batch, *row) for row in rows])


def _insert(table: sa.Table, columns: Sequence[str]) -> sa.Insert:
    return sa.insert(table).values({c: sa.bindparam(c) for c in columns})


def chain_hash(head: Mapping[str, Any], rows: Iterable[Sequence[str]]) -> str:
    """The hash that ties a batch to its changes and to the batch before it."""
    h = hashlib.sha256("\x1f".join([str(head[k]) for k in _HEAD]).encode("utf-8", "surrogatepass"))
    lines = iter(rows)
    while chunk := ["\x1e" + "\x1f".join(row) for row in islice(lines, 1000)]:
        h.update("".join(chunk).encode("utf-8", "surrogatepass"))
    return h.hexdigest()


def broken_link(conn: sa.Connection, tables: Tables, step: Callable[[int], None] = lambda done: None) -> int:
    """The first batch whose hash does not fit; 0 when the whole chain holds."""
    prev = ""
    for head, rows in _batches(conn, tables):
        if head["prev"] != prev or chain_hash(head, rows) != head["hash"]:
            return int(head["id"])
        prev = head["hash"]
        step(int(head["id"]))
    return 0


def _batches(conn: sa.Connection, tables: Tables) -> Iterator[tuple[Mapping[str, Any], list[Sequence[str]]]]:
    """Each batch with its changes, read in two passes side by side."""
    b, c = tables.batch, tables.change
    query = sa.select(c.c.batch, *(c.c[name] for name in _LINE)).order_by(c.c.batch, c.c.id)
    lines = iter(conn.execute(query))
    line = next(lines, None)
    for head in conn.execute(sa.select(b).order_by(b.c.id)).mappings():
        rows: list[Sequence[str]] = []
        while line is not None and line[0] <= head["id"]:
            # A line of a batch that is not there breaks the hash of the next one.
            rows.append(tuple(line[1:]))
            line = next(lines, None)
        yield dict(head), rows
    if line is not None:
        yield {"id": line[0], "prev": "?", "hash": ""}, []
