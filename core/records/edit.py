"""One user action in the making: rows are written at once, the journal entry at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from core.errors import InputRefused
from core.jobs import without_collector
from core.records import journal, kernelrows
from core.records.changes import Change, ChangeSet
from core.records.identity import new_uid
from core.records.rows import picker
from core.standard.model import Show, TableDef
from core.standard.types import Value
from core.storage import engine

if TYPE_CHECKING:
    from core.records.ledger import Ledger

_CHUNK = 500
_Item = TypeVar("_Item")


_ORIGIN = ("batch", "table", "uid", "field", "file", "sheet", "row", "column", "raw", "code", "text", "state")


class Edit:
    """Offers add, set, delete, restore inside `with ledger.edit(…) as edit`."""

    def __init__(self, ledger: Ledger, batch: int, label: str) -> None:
        self._ledger = ledger
        self._conn: sa.Connection = ledger.conn
        self._tables = ledger.tables
        self.batch = batch
        self.label = label
        self.periods: set[str] = set()
        """Periods of the child rows touched so far; the guard asks about them at the end."""
        self._changes: list[Change] = []
        self._origins: list[tuple[object, ...]] = []

    @property
    def changes(self) -> ChangeSet:
        return ChangeSet(self.batch, self.label, tuple(self._changes))

    # --- records -------------------------------------------------------------

    def add(self, table: str, values: Mapping[str, Value], *, uid: str = "", extra: str = "") -> str:
        """Add one record; returns its uid."""
        return self.add_many(table, [(uid, values, extra)])[0]

    def add_many(self, table: str, rows: Sequence[tuple[str, Mapping[str, Value], str]]) -> list[str]:
        """Add records given as (uid or "", values, extra JSON or "").

        Bulk additions are journalled by digest.
        """
        if len(rows) < journal.BULK:
            return self._add_many(table, rows)
        with without_collector():
            return self._add_many(table, rows)

    def _add_many(self, table: str, rows: Sequence[tuple[str, Mapping[str, Value], str]]) -> list[str]:
        shape = self._ledger.shape(table)
        used: set[str] = set().union(*(values for _, values, _ in rows))
        self._require_known(shape.table, used)
        codes = sorted(used)
        writer, pick, digest = shape.writer(codes), picker(codes), journal.digester(codes)
        blank = dict.fromkeys(codes)
        uids = [uid or new_uid() for uid, _, _ in rows]
        # Some rows at a time, so that what is made of them is still in the processor's cache.
        for some in _chunks(
            [(uid, values, extra) for uid, (_, values, extra) in zip(uids, rows, strict=True)]
        ):
            given = [
                (uid, extra, pick(values if len(values) == len(codes) else {**blank, **values}))
                for uid, values, extra in some
            ]
            afters: list[dict[str, Value]]
            if len(rows) >= journal.BULK:
                afters = [{journal.DIGEST: digest(line)} for _, _, line in given]
            else:
                afters = [{k: v for k, v in values.items() if v is not None} for _, values, _ in some]
            self._changes += [
                Change(table, uid, "add", {}, after) for (uid, _, _), after in zip(some, afters, strict=True)
            ]
            record = self._tables.record[table]
            engine.bulk_insert(self._conn, record, writer.columns, writer.rows(given))
        if shape.period:
            self.periods |= {str(values.get(shape.period) or "") for _, values, _ in rows}
        return uids

    def set(self, table: str, uid: str, values: Mapping[str, Value], *, settles: bool = True) -> None:
        """Change fields of one record; values equal to what is there leave no trace.

        What is entered settles the doubts of its cells; undo brings those back by itself.
        """
        shape = self._ledger.shape(table)
        self._require_known(shape.table, values)
        codes = shape.to_read(values)
        if not codes:
            return
        row = self._ledger.read_row(table, codes, uid)
        if row is None:
            raise InputRefused(
                f"{shape.table.label}里没有这条记录",
                next="它可能已被删除，请刷新列表。",
                code="no-record",
            )
        now = dict(zip(codes, row, strict=True))
        before = {k: now[k] for k, v in values.items() if now[k] != v}
        after = {k: values[k] for k in before}
        if settles:
            self._settle_doubts(table, uid, values)
        if not after:
            return
        if shape.period:
            self.periods |= {str(now[shape.period] or ""), str(after.get(shape.period) or "")}
        now |= after
        self._ledger.write_row(table, uid, {**after, **shape.derived(after, now)})
        self._changes.append(Change(table, uid, "set", before, after))

    def set_shown(self, table: str, uid: str, code: str, value: Value) -> None:
        """Write through a shown column: to the referenced record, or to the first child (made if missing)."""
        definition = self._ledger.standard.tables[table]
        show = definition.shows[code]
        self._settle_doubts(table, uid, {code: value})
        if show.to_child:
            self._set_child(definition, show, uid, value)
            return
        ref = definition.fields[show.hop].ref
        target = self._ledger.value(table, uid, show.hop)
        if target is None:
            made = self.add(ref, {show.target.code: value})
            self.set(table, uid, {show.hop: made})
        else:
            self.set(ref, str(target), {show.target.code: value})

    def _set_child(self, definition: TableDef, show: Show, uid: str, value: Value) -> None:
        child = self._tables.record[show.hop]
        found = self._conn.execute(
            sa.select(child.c.uid)
            .where(child.c[definition.code] == uid, child.c.deleted == 0)
            .order_by(child.c.uid)
            .limit(1)
        ).scalar()
        if found is not None:
            self.set(show.hop, str(found), {show.target.code: value})
        elif value is not None:
            self.add(show.hop, {definition.code: uid, show.target.code: value})

    def delete(self, table: str, uid: str) -> None:
        """Delete a record with its children; all of it can come back."""
        self.delete_many(table, [uid])

    def delete_many(self, table: str, uids: Iterable[str]) -> None:
        """Delete records with their children."""
        for chunk in _chunks(uids):
            t = self._tables.record[table]
            live = self._marked(table, sa.and_(t.c.uid.in_(chunk), t.c.deleted == 0))
            self._mark(table, live, self.batch, "delete")
            for child in self._ledger.standard.children(table):
                c = self._tables.record[child.code]
                children = self._marked(child.code, sa.and_(c.c[table].in_(live), c.c.deleted == 0))
                self.delete_many(child.code, children)

    def restore(self, table: str, uid: str) -> None:
        """Bring a deleted record back, with the children that were deleted together with it."""
        t = self._tables.record[table]
        batch = self._conn.execute(sa.select(t.c.deleted).where(t.c.uid == uid)).scalar()
        self.restore_many(table, [uid])
        for child in self._ledger.standard.children(table) if batch else ():
            c = self._tables.record[child.code]
            together = sa.select(c.c.uid).where(c.c[table] == uid, c.c.deleted == batch)
            for child_uid in self._conn.execute(together).scalars().all():
                self.restore(child.code, str(child_uid))

    def restore_many(self, table: str, uids: Iterable[str]) -> None:
        """Bring deleted records back, each by itself, without its children."""
        for chunk in _chunks(uids):
            t = self._tables.record[table]
            self._mark(
                table, self._marked(table, sa.and_(t.c.uid.in_(chunk), t.c.deleted != 0)), 0, "restore"
            )

    def _marked(self, table: str, which: sa.ColumnElement[bool]) -> list[str]:
        """The records that satisfy a condition, in order; their periods are noted for the guard."""
        t = self._tables.record[table]
        period = self._ledger.shape(table).period
        columns = (t.c.uid, t.c[period]) if period else (t.c.uid,)
        found = self._conn.execute(sa.select(*columns).where(which).order_by(t.c.id)).all()
        if period:
            self.periods |= {str(row[1] or "") for row in found}
        return [str(row[0]) for row in found]

    def _mark(self, table: str, uids: Sequence[str], deleted: int, kind: str) -> None:
        if not uids:
            return
        t = self._tables.record[table]
        self._conn.execute(sa.update(t).where(t.c.uid.in_(uids)).values(deleted=deleted))
        self._changes += [Change(table, uid, kind) for uid in uids]

    def _require_known(self, definition: TableDef, codes: Iterable[str]) -> None:
        for code in codes:
            if code not in definition.fields:
                raise InputRefused(
                    f"{definition.label}没有字段“{code}”", next="请检查字段代码。", code="no-field"
                )

    # --- origins, explanations, attachments --------------------------------------

    def source(self, table: str, uid: str, *, file: str, sheet: str, row: int) -> None:
        """Remember which row of which file a record came from."""
        self._origins.append((self.batch, table, uid, "", file, sheet, row, "", "", "", "", "source"))

    def doubt(
        self,
        table: str,
        uid: str,
        field: str,
        *,
        file: str,
        sheet: str,
        row: int,
        column: str,
        raw: str,
        code: str,
        text: str,
    ) -> None:
        """Leave an open doubt on a cell: shown there, part of `flags`, blocking 上报."""
        self._origins.append(
            (self.batch, table, uid, field, file, sheet, row, column, raw, code, text, "open")
        )

    def flush_origins(self) -> bool:
        """Write the collected origins in one go, when the action ends; whether there were any."""
        found = bool(self._origins)
        if found:
            engine.bulk_insert(self._conn, self._tables.origin, _ORIGIN, self._origins)
            self._origins.clear()
        return found

    def _settle_doubts(self, table: str, uid: str, codes: Iterable[str]) -> None:
        """A value entered over a doubt settles it."""
        self._close_doubts(table, uid, codes, "entered")

    def confirm(self, table: str, uid: str, field: str) -> None:
        """The clerk confirms the value as it stands."""
        self._close_doubts(table, uid, (field,), "confirmed")

    def _close_doubts(self, table: str, uid: str, codes: Iterable[str], state: str) -> None:
        found = self._ledger.open_doubts(table, uid)
        wanted = set(codes) if found else ()
        for origin in found:
            if origin["field"] in wanted:
                self.put_aux("origin", str(origin["id"]), {**origin, "state": state}, origin)

    def put_aux(
        self, table: str, key: str, after: Mapping[str, Any] | None, before: Mapping[str, Any] | None
    ) -> None:
        """Insert, replace or drop one row of a kernel table, journalled whole."""
        kernelrows.write(self._conn, self._tables, table, key, after)
        self._changes.append(Change(table, key, "aux", dict(before or {}), dict(after or {})))


def _chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    source = iter(items)
    while chunk := list(islice(source, _CHUNK)):
        yield chunk
