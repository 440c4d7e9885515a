"""Undo and redo: the journal read backwards and forwards, also across restarts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import UsageError
from core.records import journal
from core.records.changes import Change, Kept, UndoResult
from core.records.edit import AUX, Edit, write_aux
from core.standard.types import Value

if TYPE_CHECKING:
    from core.records.ledger import Ledger

Decide = Callable[[Kept], bool]
"""Asked for each row that was changed since: True takes the undo, False keeps the row."""


def next_undo(ledger: Ledger) -> tuple[int, str]:
    """Batch and label of the action that undo would reverse; (0, "") when there is none."""
    b = ledger.tables.batch
    row = ledger.conn.execute(
        sa.select(b.c.id, b.c.label)
        .where(b.c.undone == 0, b.c.kind.not_in(("undo", "redo")))
        .order_by(b.c.id.desc())
        .limit(1)
    ).first()
    return (int(row[0]), str(row[1])) if row else (0, "")


def next_redo(ledger: Ledger) -> tuple[int, str]:
    """Batch and label of the action that redo would repeat; a new action ends the chance."""
    b = ledger.tables.batch
    normal = sa.select(sa.func.coalesce(sa.func.max(b.c.id), 0)).where(b.c.kind.not_in(("undo", "redo")))
    t = b.alias("t")
    row = ledger.conn.execute(
        sa.select(t.c.id, t.c.label)
        .select_from(b.join(t, t.c.id == b.c.target))
        .where(b.c.kind == "undo", b.c.id > normal.scalar_subquery(), t.c.undone == 1)
        .order_by(b.c.id.desc())
        .limit(1)
    ).first()
    return (int(row[0]), str(row[1])) if row else (0, "")


def reverse(ledger: Ledger, batch: int, *, forward: bool, decide: Decide | None) -> UndoResult:
    """Undo (or with `forward` redo) one batch as a new batch; rows changed since are decided or kept."""
    b = ledger.tables.batch
    head = ledger.conn.execute(sa.select(b).where(b.c.id == batch)).mappings().first()
    if head is None or head["kind"] in ("undo", "redo"):
        raise UsageError(f"没有编号为 {batch} 的操作", next="请在“历史”中查看可撤销的操作。", code="no-batch")
    if bool(head["undone"]) != forward:
        word = "恢复" if forward else "撤销"
        raise UsageError(f"“{head['label']}”不能再{word}", next="请在“历史”中查看它的状态。", code="undone")
    verb = "恢复" if forward else "撤销"
    with ledger.edit(f"{verb} {head['label']}", kind="redo" if forward else "undo", target=batch) as edit:
        kept = _Reversal(ledger, edit, batch, forward, decide).run()
        ledger.conn.execute(sa.update(b).where(b.c.id == batch).values(undone=0 if forward else 1))
    return UndoResult(str(head["label"]), edit.changes, tuple(kept))


class _Reversal:
    def __init__(self, ledger: Ledger, edit: Edit, batch: int, forward: bool, decide: Decide | None) -> None:
        self.ledger, self.edit, self.forward, self.decide = ledger, edit, forward, decide
        c = ledger.tables.change
        order = c.c.id if forward else c.c.id.desc()
        self.rows = (
            ledger.conn.execute(sa.select(c).where(c.c.batch == batch).order_by(order)).mappings().all()
        )

    def run(self) -> list[Kept]:
        kept: list[Kept] = []
        for row in self.rows:
            one = self._one(row)
            if one is not None:
                kept.append(one)
        return kept

    def _one(self, row: Any) -> Kept | None:
        table, uid, kind = row["table"], row["uid"], row["kind"]
        before, after = _values(row["before"]), _values(row["after"])
        if not self.forward:
            before, after = after, before
        if table in AUX and kind == "aux":
            write_aux(self.ledger.conn, self.ledger.tables, table, uid, after or None)
            self.edit.note(Change(table, uid, "aux", before, after))
            return None
        if kind == "set":
            return self._set(table, uid, before, after)
        remove = (kind == "delete") if self.forward else (kind in ("add", "restore"))
        return self._presence(table, uid, remove, before)

    def _set(self, table: str, uid: str, expected: dict[str, Value], wanted: dict[str, Value]) -> Kept | None:
        record = self.ledger.get(table, uid)
        if record is None or record.deleted:
            return Kept(table, uid, "", tuple(wanted), "这条记录后来被删除")
        touched = tuple(k for k, v in expected.items() if record.values.get(k) != v)
        if touched:
            kept = Kept(table, uid, self.ledger.name_of(table, uid), touched, "这些格后来又改过")
            if self.decide is None or not self.decide(kept):
                free = {k: v for k, v in wanted.items() if k not in touched}
                if free:
                    self._write(table, uid, free)
                return kept
        self._write(table, uid, wanted)
        return None

    def _write(self, table: str, uid: str, values: dict[str, Value]) -> None:
        self.edit.set(table, uid, values)

    def _presence(self, table: str, uid: str, remove: bool, expected: dict[str, Value]) -> Kept | None:
        if not remove:
            self.edit.restore(table, uid)
            return None
        record = self.ledger.get(table, uid)
        if record is None or record.deleted:
            return None
        kept = self._changed_since(table, uid, record.values, expected)
        if kept is not None and (self.decide is None or not self.decide(kept)):
            return kept
        self.edit.delete(table, uid)
        return None

    def _changed_since(self, table: str, uid: str, values: Any, expected: dict[str, Value]) -> Kept | None:
        """Whether an added row is no longer what was added."""
        filled = {k: v for k, v in values.items() if v is not None}
        if "=" in expected:
            same = expected["="] == journal.digest(filled)
            fields: tuple[str, ...] = ()
        else:
            fields = tuple(k for k in {**filled, **expected} if filled.get(k) != expected.get(k))
            same = not fields or not expected
        if same:
            return None
        return Kept(table, uid, self.ledger.name_of(table, uid), fields, "这条记录导入后又改过")


def _values(text: str) -> dict[str, Value]:
    return dict(json.loads(text)) if text else {}
