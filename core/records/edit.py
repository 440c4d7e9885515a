"""One user action in the making: rows are written at once, the journal entry at the end."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import InputRefused
from core.records import journal, search
from core.records.changes import Change, ChangeSet
from core.standard.model import Show, TableDef
from core.standard.types import Value
from core.storage import engine
from core.storage.tables import Tables

if TYPE_CHECKING:
    from core.records.ledger import Ledger

AUX = ("explanation", "origin", "attachment")
"""Kernel tables whose rows are journalled whole, keyed by `aux_key`."""


class Edit:
    """Offers add, set, delete, restore inside `with ledger.edit(…) as edit`."""

    def __init__(self, ledger: Ledger, batch: int, label: str) -> None:
        self._ledger = ledger
        self._conn: sa.Connection = ledger.conn
        self._tables: Tables = ledger.tables
        self.batch = batch
        self.label = label
        self._changes: list[Change] = []
        self._origins: list[dict[str, Any]] = []

    @property
    def changes(self) -> ChangeSet:
        return ChangeSet(self.batch, self.label, tuple(self._changes))

    # --- records -------------------------------------------------------------

    def add(self, table: str, values: Mapping[str, Value], *, uid: str = "", extra: str = "") -> str:
        """Add one record; returns its uid."""
        return self.add_many(table, [(uid, values, extra)])[0]

    def add_many(self, table: str, rows: Sequence[tuple[str, Mapping[str, Value], str]]) -> list[str]:
        """Add records given as (uid or "", values, extra JSON or ""); bulk additions are journalled by digest."""
        definition = self._ledger.standard.tables[table]
        searched = search.searched_fields(definition)
        codes = list(definition.fields)
        tuples: list[tuple[object, ...]] = []
        uids: list[str] = []
        by_digest = len(rows) >= journal.BULK
        for uid, values, extra in rows:
            self._require_known(definition, values)
            uid = uid or str(uuid.uuid4())
            name = values.get(definition.name_field)
            tuples.append(
                (
                    uid,
                    0,
                    search.search_text(definition, searched, values),
                    search.sort_key(str(name or "")),
                    extra,
                    *(values.get(c) for c in codes),
                )
            )
            uids.append(uid)
            filled = {k: v for k, v in values.items() if v is not None}
            # "=" cannot be a field code, so a digest is never mistaken for content.
            after: Mapping[str, Value] = {"=": journal.digest(filled)} if by_digest else filled
            self._changes.append(Change(table, uid, "add", {}, after))
        columns = ["uid", "deleted", "search", "sort", "extra", *codes]
        engine.bulk_insert(self._conn, self._tables.record[table], columns, tuples)
        return uids

    def set(self, table: str, uid: str, values: Mapping[str, Value]) -> None:
        """Change fields of one record; values equal to what is there leave no trace."""
        definition = self._ledger.standard.tables[table]
        self._require_known(definition, values)
        t = self._tables.record[table]
        codes = list(definition.fields)
        row = self._conn.execute(
            sa.select(*(t.c[c] for c in codes)).where(t.c.uid == uid, t.c.deleted == 0)
        ).first()
        if row is None:
            raise InputRefused(
                f"{definition.label}里没有这条记录", next="它可能已被删除，请刷新列表。", code="no-record"
            )
        now = dict(zip(codes, row, strict=True))
        before = {k: now[k] for k, v in values.items() if now[k] != v}
        after = {k: values[k] for k in before}
        self._settle_doubts(table, uid, values)
        if not after:
            return
        now |= after
        update: dict[str, object] = dict(after)
        update["search"] = search.search_text(definition, search.searched_fields(definition), now)
        if definition.name_field in after:
            update["sort"] = search.sort_key(str(now[definition.name_field] or ""))
        self._conn.execute(sa.update(t).where(t.c.uid == uid).values(update))
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
            .order_by(child.c.id)
            .limit(1)
        ).scalar()
        if found is not None:
            self.set(show.hop, str(found), {show.target.code: value})
        elif value is not None:
            self.add(show.hop, {definition.code: uid, show.target.code: value})

    def delete(self, table: str, uid: str) -> None:
        """Delete a record with its children; all of it can come back."""
        t = self._tables.record[table]
        done = self._conn.execute(
            sa.update(t).where(t.c.uid == uid, t.c.deleted == 0).values(deleted=self.batch)
        )
        if done.rowcount:
            self._changes.append(Change(table, uid, "delete"))
        for child in self._ledger.standard.children(table):
            c = self._tables.record[child.code]
            rows = (
                self._conn.execute(sa.select(c.c.uid).where(c.c[table] == uid, c.c.deleted == 0))
                .scalars()
                .all()
            )
            for child_uid in rows:
                self.delete(child.code, child_uid)

    def restore(self, table: str, uid: str) -> None:
        """Bring a deleted record back."""
        t = self._tables.record[table]
        done = self._conn.execute(sa.update(t).where(t.c.uid == uid, t.c.deleted != 0).values(deleted=0))
        if done.rowcount:
            self._changes.append(Change(table, uid, "restore"))

    def _require_known(self, definition: TableDef, values: Iterable[str]) -> None:
        for code in values:
            if code not in definition.fields:
                raise InputRefused(
                    f"{definition.label}没有字段“{code}”", next="请检查字段代码。", code="no-field"
                )

    # --- origins, explanations, attachments --------------------------------------

    def source(self, table: str, uid: str, *, file: str, sheet: str, row: int) -> None:
        """Remember which row of which file a record came from."""
        self._origin(table, uid, "", file=file, sheet=sheet, row=row, state="source")

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
        self._origin(
            table,
            uid,
            field,
            file=file,
            sheet=sheet,
            row=row,
            column=column,
            raw=raw,
            code=code,
            text=text,
            state="open",
        )

    def _origin(self, table: str, uid: str, field: str, **given: Any) -> None:
        blank = {"file": "", "sheet": "", "row": 0, "column": "", "raw": "", "code": "", "text": ""}
        self._origins.append(
            {**blank, **given, "batch": self.batch, "table": table, "uid": uid, "field": field}
        )

    def flush_origins(self) -> None:
        """Write the collected origins in one go; called when the action ends."""
        if self._origins:
            columns = list(self._origins[0])
            rows = [tuple(o[c] for c in columns) for o in self._origins]
            engine.bulk_insert(self._conn, self._tables.origin, columns, rows)
            self._origins.clear()

    def _settle_doubts(self, table: str, uid: str, values: Mapping[str, Value]) -> None:
        """A value entered over a doubt settles it."""
        for code in values:
            for found in self._ledger.open_origins(table, uid, code):
                self.put_aux("origin", str(found["id"]), {**found, "state": "entered"}, found)

    def confirm(self, table: str, uid: str, field: str) -> None:
        """The clerk confirms the value as it stands."""
        for found in self._ledger.open_origins(table, uid, field):
            self.put_aux("origin", str(found["id"]), {**found, "state": "confirmed"}, found)

    def put_aux(
        self, table: str, key: str, after: Mapping[str, Any] | None, before: Mapping[str, Any] | None
    ) -> None:
        """Insert, replace or drop one row of a kernel table, journalled whole."""
        write_aux(self._conn, self._tables, table, key, after)
        self._changes.append(Change(table, key, "aux", dict(before or {}), dict(after or {})))

    # --- for undo ------------------------------------------------------------------

    def note(self, change: Change) -> None:
        """Take a change that undo or redo made into this batch."""
        self._changes.append(change)


def aux_condition(tables: Tables, table: str, key: str) -> sa.ColumnElement[bool]:
    """Where one row of a kernel table lives: explanation "rule uid", origin id, attachment uid."""
    if table == "explanation":
        rule, _, uid = key.partition(" ")
        return sa.and_(tables.explanation.c.rule == rule, tables.explanation.c.uid == uid)
    if table == "origin":
        return tables.origin.c.id == int(key)
    return tables.attachment.c.uid == key


def write_aux(
    conn: sa.Connection, tables: Tables, table: str, key: str, row: Mapping[str, Any] | None
) -> None:
    t: sa.Table = getattr(tables, table)
    conn.execute(sa.delete(t).where(aux_condition(tables, table, key)))
    if row:
        conn.execute(sa.insert(t), dict(row))
