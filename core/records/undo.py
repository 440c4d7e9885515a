"""Undo and redo: the journal read backwards and forwards, also across restarts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import UsageError
from core.records import journal, kernelrows, origins
from core.records.changes import Kept, UndoResult
from core.records.edit import Edit
from core.standard.types import Value

if TYPE_CHECKING:
    from core.records.ledger import Ledger

Decide = Callable[[Kept], bool]
"""Asked for each row that was changed since: True takes the undo, False keeps the row."""

FINAL = ("undo", "redo", "period")
"""Kinds of batches that undo passes over: a period is reopened, not undone."""

_CHUNK = 500


def next_undo(ledger: Ledger) -> tuple[int, str]:
    """Batch and label of the action that was done or redone last; (0, "") when there is none.

    `redone` holds the number of the batch that redid an action, 0 when it was never undone.
    """
    b = ledger.tables.batch
    done = (
        sa.select(b.c.id, b.c.label, b.c.redone)
        .where(b.c.target == 0, b.c.undone == 0, b.c.kind.not_in(FINAL))
        .limit(1)
    )
    first = ledger.conn.execute(done.order_by(b.c.id.desc())).first()
    again = ledger.conn.execute(
        done.where(b.c.redone > sa.literal_column("0")).order_by(b.c.redone.desc())
    ).first()
    if first is None:
        return (0, "")
    row = again if again is not None and again[2] > first[0] else first
    return (int(row[0]), str(row[1]))


def next_redo(ledger: Ledger) -> tuple[int, str]:
    """Batch and label of the action that redo would repeat; a new action ends the chance.

    `undone` holds the number of the batch that undid an action, so the largest is the last undo.
    """
    b = ledger.tables.batch
    newest = sa.select(sa.func.coalesce(sa.func.max(b.c.id), 0)).where(b.c.target == 0)
    row = ledger.conn.execute(
        sa.select(b.c.id, b.c.label)
        .where(b.c.target == 0, b.c.undone > newest.scalar_subquery())
        .order_by(b.c.undone.desc())
        .limit(1)
    ).first()
    return (int(row[0]), str(row[1])) if row else (0, "")


def reverse(ledger: Ledger, batch: int, *, forward: bool, decide: Decide | None, why: str = "") -> UndoResult:
    """Undo (or with `forward` redo) one batch as a new batch; rows changed since are decided or kept."""
    b = ledger.tables.batch
    head = ledger.conn.execute(sa.select(b).where(b.c.id == batch)).mappings().first()
    if head is None or head["kind"] in FINAL:
        raise UsageError(f"没有编号为 {batch} 的操作", next="请在“历史”中查看可撤销的操作。", code="no-batch")
    verb = "恢复" if forward else "撤销"
    if bool(head["undone"]) != forward:
        raise UsageError(f"“{head['label']}”不能再{verb}", next="请在“历史”中查看它的状态。", code="undone")
    kind = "redo" if forward else "undo"
    # Redo takes back what the undo did, and nothing else: rows that the undo left alone stay as they are.
    reversed_batch = int(head["undone"]) if forward else batch
    with ledger.edit(f"{verb} {head['label']}", kind=kind, target=batch, why=why) as edit:
        kept = _Reversal(ledger, edit, reversed_batch, decide, again=forward).run()
        if forward:
            origins.bring_back(ledger, batch)
        else:
            origins.withdraw(ledger, batch, [k.uid for k in kept])
        marks = {"undone": 0, "redone": edit.batch} if forward else {"undone": edit.batch, "redone": 0}
        ledger.conn.execute(sa.update(b).where(b.c.id == batch).values(marks))
    return UndoResult(str(head["label"]), edit.changes, tuple(kept))


def preview(ledger: Ledger, batch: int) -> list[Kept]:
    """The rows changed since that undoing a batch would ask about; nothing is changed."""

    class Looked(Exception):
        """Ends the action, so that nothing of it stays."""

    found: list[Kept] = []
    try:
        with ledger.edit("预览撤销", kind="undo") as edit:
            found = _Reversal(ledger, edit, batch, None).run()
            raise Looked
    except Looked:
        return found


class _Reversal:
    """Walks one batch's changes backwards; runs of additions and deletions are taken together.

    `again`: the batch is an undo, whose deletions were checked when the action was first done.
    """

    def __init__(
        self, ledger: Ledger, edit: Edit, batch: int, decide: Decide | None, *, again: bool = False
    ) -> None:
        self.ledger, self.edit, self.decide, self.again = ledger, edit, decide, again
        self.kept: list[Kept] = []
        c = ledger.tables.change
        query = sa.select(c.c.table, c.c.uid, c.c.kind, c.c.before, c.c.after)
        self.rows = ledger.conn.execute(query.where(c.c.batch == batch).order_by(c.c.id.desc())).all()

    def run(self) -> list[Kept]:
        for (table, kind), rows in groupby(self.rows, key=lambda row: (row[0], row[2])):
            if kind == "aux":
                for row in rows:
                    self._aux(*self._sides(row))
            elif kind == "set":
                for row in rows:
                    self._set(*self._sides(row))
            elif kind != "delete":
                run = {str(row[1]): journal.values_of(row[4]) for row in rows}
                for chunk in _chunked(list(run)):
                    self._remove(table, {uid: run[uid] for uid in chunk}, run.keys())
            else:
                self.edit.restore_many(table, [str(row[1]) for row in rows])
        return self.kept

    def _sides(self, row: Sequence[Any]) -> tuple[str, str, dict[str, Any], dict[str, Any]]:
        """Table, uid, what the row should be now, and what it shall become."""
        return row[0], row[1], journal.values_of(row[4]), journal.values_of(row[3])

    def _ask(self, kept: Kept) -> bool:
        """Whether to take the undo although the row was changed since; a row kept is listed."""
        if self.decide is not None and self.decide(kept):
            return True
        self.kept.append(kept)
        return False

    def _aux(self, table: str, key: str, expected: dict[str, Any], wanted: dict[str, Any]) -> None:
        """A kernel row that a later action wrote anew stays as it is."""
        now = kernelrows.read(self.ledger.conn, self.ledger.tables, table, key)
        if bool(now) == bool(expected) and all(now[k] == v for k, v in expected.items() if k in now):
            self.edit.put_aux(table, key, wanted, expected)

    def _set(self, table: str, uid: str, expected: dict[str, Value], wanted: dict[str, Value]) -> None:
        record = self.ledger.get(table, uid)
        if record is None or record.deleted:
            name = self.ledger.name_of(table, uid) if record else ""
            self.kept.append(Kept(table, uid, name, tuple(wanted), "这条记录后来被删除", fixed=True))
            return
        touched = tuple(k for k, v in expected.items() if record.values.get(k) != v)
        if touched:
            kept = Kept(table, uid, self.ledger.name_of(table, uid), touched, "这些格后来又改过")
            if not self._ask(kept):
                wanted = {k: v for k, v in wanted.items() if k not in touched}
        self.edit.set(table, uid, wanted, settles=False)

    def _remove(
        self, table: str, expected: Mapping[str, dict[str, Value]], together: Collection[str]
    ) -> None:
        """Take added (or restored) rows away, except those changed, extended or used since."""
        t = self.ledger.tables.record[table]
        codes = list(self.ledger.standard.tables[table].fields)
        query = sa.select(t.c.uid, *(t.c[c] for c in codes)).where(t.c.uid.in_(expected), t.c.deleted == 0)
        live = {
            str(row[0]): {k: v for k, v in zip(codes, row[1:], strict=True) if v is not None}
            for row in self.ledger.conn.execute(query)
        }
        extended = self._extended(table, live)
        used = self._used(table, live, together)
        going = []
        for uid, filled in live.items():
            fields = _differing(filled, expected[uid])
            if uid in used:
                self.kept.append(
                    Kept(table, uid, self.ledger.name_of(table, uid), (), "别的记录还在引用它", fixed=True)
                )
            elif fields is None and uid not in extended:
                going.append(uid)
            else:
                why = "这条记录后来又改过" if fields is not None else "这条记录后来加了下级记录"
                if self._ask(Kept(table, uid, self.ledger.name_of(table, uid), fields or (), why)):
                    going.append(uid)
        self.edit.delete_many(table, going)

    def _extended(self, table: str, live: Mapping[str, Any]) -> set[str]:
        """Rows that have children now; those of the same action are gone by then."""
        found: set[str] = set()
        for child in self.ledger.standard.children(table) if not self.again else ():
            c = self.ledger.tables.record[child.code]
            query = sa.select(c.c[table]).where(c.c[table].in_(live), c.c.deleted == 0).distinct()
            found |= {str(parent) for parent in self.ledger.conn.execute(query).scalars()}
        return found

    def _used(self, table: str, live: Mapping[str, Any], together: Collection[str]) -> set[str]:
        """Rows that other live records still point to; those that go `together` do not count."""
        found: set[str] = set()
        for f in self.ledger.standard.all_fields() if not self.again else ():
            if f.type != "ref" or f.ref != table or self.ledger.standard.tables[f.table].parent == f.code:
                continue
            r = self.ledger.tables.record[f.table]
            query = sa.select(r.c[f.code]).where(r.c[f.code].in_(live), r.c.deleted == 0)
            if f.table == table:
                pairs = self.ledger.conn.execute(query.add_columns(r.c.uid)).all()
                found |= {str(uid) for uid, by in pairs if by not in together}
            else:
                found |= {str(uid) for uid in self.ledger.conn.execute(query.distinct()).scalars()}
        return found


def _differing(filled: Mapping[str, Value], expected: Mapping[str, Value]) -> tuple[str, ...] | None:
    """The fields in which a row is no longer what was added; None when it is the same.

    Nothing expected means a row that was restored: its content was not this action's.
    """
    if not expected:
        return None
    if journal.DIGEST in expected:
        return None if expected[journal.DIGEST] == journal.digest(filled) else ()
    fields = tuple(k for k in {**filled, **expected} if filled.get(k) != expected.get(k))
    return fields or None


def _chunked(items: Sequence[Any]) -> Iterator[list[Any]]:
    source = iter(items)
    while chunk := list(islice(source, _CHUNK)):
        yield chunk
