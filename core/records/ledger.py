"""The Ledger: one 账套, open; the only way to read and change its records."""

from __future__ import annotations

import uuid
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from core.errors import SurroundingsError
from core.records import carrier, journal, undo
from core.records.changes import HistoryLine, Origin, Record, UndoResult
from core.records.edit import Edit
from core.records.query import Query
from core.standard.model import Standard
from core.standard.types import Value
from core.storage import backup, engine, folder, grow
from core.storage.lock import Lock
from core.storage.tables import Tables, build


class Ledger:
    """Reads and changes one 账套; used by one thread at a time.

    `standard` is the standard that the 账套 carries; `conn` belongs to this object and to
    the modules of core that extend it (audit, exchange), never to a screen.
    """

    def __init__(self, place: Path, conn: sa.Connection, standard: Standard, lock: Lock | None) -> None:
        self.folder = place
        self.conn = conn
        self.standard = standard
        self.tables: Tables = build(standard)
        self.readonly = lock is None
        self.operator = ""
        self._lock = lock
        self._path = folder.database(place)
        self._queries: dict[str, Query] = {}

    # --- opening and closing ---------------------------------------------------

    @classmethod
    def create(
        cls,
        place: Path,
        standard: Standard,
        *,
        role: str = "district",
        region: str = "",
        unit_name: str = "",
        operator: str = "",
    ) -> Self:
        """Make a new 账套 in an empty folder and open it."""
        folder.prepare(place)
        lock = Lock(place)
        lock.acquire()
        path = folder.database(place)
        making = path.with_suffix(".new")
        try:
            making.unlink(missing_ok=True)
            conn = engine.connect(making)
            tables = build(standard)
            with engine.transaction(conn, path):
                tables.metadata.create_all(conn)
                grow.store_standard(conn, tables, standard)
                given = {
                    "schema": str(grow.SCHEMA),
                    "ledger_id": str(uuid.uuid4()),
                    "role": role,
                    "region": region,
                    "unit_name": unit_name,
                    "operator": operator,
                    "created_at": journal.now(),
                }
                conn.execute(sa.insert(tables.meta), [{"key": k, "value": v} for k, v in given.items()])
            conn.close()
            conn.engine.dispose()
            making.replace(path)
            return cls._opened(place, lock, operator)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(cls, place: Path, *, operator: str = "", readonly: bool = False) -> Self:
        """Open an existing 账套; a second owner is refused by name, a newer file is left untouched."""
        folder.require(place)
        if readonly and not engine.needs_recovery(folder.database(place)):
            return cls._opened(place, None, operator)
        lock = Lock(place)
        lock.acquire()
        try:
            return cls._opened(place, lock, operator)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def _opened(cls, place: Path, lock: Lock | None, operator: str) -> Self:
        path = folder.database(place)
        conn = engine.connect(path, readonly=lock is None)
        with engine.translated(path):
            grow.refuse_newer(conn)
            made = cls(place, conn, grow.stored_standard(conn), lock)
            if lock is not None and grow.missing(conn, made.tables):
                backup.make(conn, place, "升级前")
                with engine.transaction(conn, path):
                    grow.grow(conn, made.tables, grow.renames(made.standard))
            made.operator = operator or made.meta("operator")
            return made

    def close(self) -> None:
        self.conn.close()
        self.conn.engine.dispose()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- settings of the 账套 -----------------------------------------------------

    def meta(self, key: str, default: str = "") -> str:
        """A setting of this 账套 (role, region, unit_name, operator, cover …)."""
        m = self.tables.meta
        found = self.conn.execute(sa.select(m.c.value).where(m.c.key == key)).scalar()
        return default if found is None else str(found)

    def set_meta(self, key: str, value: str) -> None:
        m = self.tables.meta
        with self.transaction():
            self.conn.execute(sa.delete(m).where(m.c.key == key))
            self.conn.execute(sa.insert(m), {"key": key, "value": value})

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One write transaction for what is not a record (findings, settings, submissions)."""
        self._require_writable()
        with engine.transaction(self.conn, self._path):
            yield

    def _require_writable(self) -> None:
        if self.readonly:
            raise SurroundingsError(
                "账套以只读方式打开，不能修改", next="请关闭后重新打开，或恢复备份。", code="readonly"
            )

    # --- reading ---------------------------------------------------------------------

    def query(self, table: str) -> Query:
        if table not in self._queries:
            self._queries[table] = Query(self.standard, self.tables, table)
        return self._queries[table]

    def _conditions(
        self, table: str, where: str, path: str, search: str, include_deleted: bool
    ) -> list[sa.ColumnElement[bool]]:
        condition = None
        if where:
            from core.records.compile import compile_where

            condition = compile_where(self.standard, self.tables, table, where)
        return self.query(table).conditions(
            condition, path=path, search=search, include_deleted=include_deleted
        )

    def get(self, table: str, uid: str) -> Record | None:
        """One record, deleted ones included."""
        t = self.tables.record[table]
        codes = list(self.standard.tables[table].fields)
        row = self.conn.execute(
            sa.select(t.c.id, t.c.deleted, *(t.c[c] for c in codes)).where(t.c.uid == uid)
        ).first()
        if row is None:
            return None
        return Record(table, uid, int(row[0]), dict(zip(codes, row[2:], strict=True)), bool(row[1]))

    def value(self, table: str, uid: str, code: str) -> Value:
        t = self.tables.record[table]
        found: Value = self.conn.execute(sa.select(t.c[code]).where(t.c.uid == uid)).scalar()
        return found

    def name_of(self, table: str, uid: str) -> str:
        """What people call a record."""
        return str(self.value(table, uid, self.standard.tables[table].name_field) or "（未命名）")

    def find(self, uid: str) -> str:
        """The table that holds a uid; "" when none does."""
        for code, t in self.tables.record.items():
            if self.conn.execute(sa.select(t.c.id).where(t.c.uid == uid)).first():
                return code
        return ""

    def select(
        self,
        table: str,
        codes: Sequence[str],
        *,
        where: str = "",
        path: str = "",
        search: str = "",
        order: Sequence[str] = (),
        include_deleted: bool = False,
    ) -> Iterator[tuple[Any, ...]]:
        """Stored values of the wanted columns (fields, shown columns, uid, id), row by row."""
        conditions = self._conditions(table, where, path, search, include_deleted)
        return self.query(table).stream(self.conn, codes, conditions, order)

    def ids(
        self,
        table: str,
        *,
        where: str = "",
        path: str = "",
        search: str = "",
        order: Sequence[str] = (),
        include_deleted: bool = False,
    ) -> array[int]:
        """Row ids that satisfy everything, in order."""
        conditions = self._conditions(table, where, path, search, include_deleted)
        return self.query(table).ids(self.conn, conditions, order)

    def page(self, table: str, ids: Sequence[int], codes: Sequence[str]) -> list[tuple[Any, ...]]:
        """Stored values of some rows in the order of `ids`."""
        return self.query(table).page(self.conn, ids, codes)

    def totals(self, table: str, *, where: str = "", path: str = "", search: str = "") -> dict[str, int]:
        """`count` and the sum of every money (分) and area (0.01 ㎡) field."""
        return self.query(table).totals(self.conn, self._conditions(table, where, path, search, False))

    # --- writing ------------------------------------------------------------------------

    @contextmanager
    def edit(
        self, label: str, *, why: str = "", kind: str = "edit", source: str = "", target: int = 0
    ) -> Iterator[Edit]:
        """One user action: one transaction, one journal entry; nothing is kept when it fails."""
        with self.transaction():
            edit = Edit(self, journal.next_batch_id(self.conn, self.tables), label)
            yield edit
            edit.flush_origins()
            if edit.changes.changes or kind in ("undo", "redo"):
                journal.write(
                    self.conn,
                    self.tables,
                    edit.batch,
                    edit.changes.changes,
                    kind=kind,
                    label=label,
                    who=self.operator,
                    why=why,
                    source=source,
                    target=target,
                )

    def undo_label(self) -> str:
        return undo.next_undo(self)[1]

    def redo_label(self) -> str:
        return undo.next_redo(self)[1]

    def undo(self, batch: int | None = None, *, decide: undo.Decide | None = None) -> UndoResult | None:
        """Reverse the last action, or a given one; rows changed since are decided or kept. None: nothing to undo."""
        wanted = batch or undo.next_undo(self)[0]
        return undo.reverse(self, wanted, forward=False, decide=decide) if wanted else None

    def redo(self, *, decide: undo.Decide | None = None) -> UndoResult | None:
        """Repeat the action that was undone last. None: nothing to redo."""
        wanted = undo.next_redo(self)[0]
        return undo.reverse(self, wanted, forward=True, decide=decide) if wanted else None

    def history(self, uid: str = "", field: str = "", *, limit: int = 1000) -> list[HistoryLine]:
        """Changes of one record (or of all), newest first, one line a field."""
        b, c = self.tables.batch, self.tables.change
        query = (
            sa.select(b, c.c.table, c.c.uid, c.c.kind.label("change_kind"), c.c.before, c.c.after)
            .join_from(b, c, c.c.batch == b.c.id)
            .order_by(c.c.id.desc())
            .limit(limit)
        )
        if uid:
            query = query.where(c.c.uid == uid)
        lines: list[HistoryLine] = []
        for r in self.conn.execute(query).mappings():
            before, after = undo._values(r["before"]), undo._values(r["after"])
            for code in {**before, **after} or {"": None}:
                if field and code != field:
                    continue
                lines.append(
                    HistoryLine(
                        r["id"],
                        r["at"],
                        r["who"],
                        r["label"],
                        r["why"],
                        r["table"],
                        r["uid"],
                        r["change_kind"],
                        code,
                        before.get(code),
                        after.get(code),
                        bool(r["undone"]),
                    )
                )
        return lines

    def batches(self, *, limit: int = 200) -> list[Mapping[str, Any]]:
        """The latest actions, newest first: id, at, who, kind, label, why, source, undone, target, rows."""
        b, c = self.tables.batch, self.tables.change
        count = sa.select(sa.func.count()).where(c.c.batch == b.c.id).scalar_subquery().label("rows")
        query = sa.select(b, count).order_by(b.c.id.desc()).limit(limit)
        return [dict(r) for r in self.conn.execute(query).mappings()]

    # --- origins -------------------------------------------------------------------------

    def open_origins(self, table: str, uid: str, field: str) -> list[dict[str, Any]]:
        o = self.tables.origin
        query = sa.select(o).where(
            o.c.uid == uid, o.c.table == table, o.c.field == field, o.c.state == "open"
        )
        return [dict(r) for r in self.conn.execute(query).mappings()]

    def origins(
        self, table: str, *, uids: Sequence[str] | None = None, states: Sequence[str] = ("open",)
    ) -> dict[str, list[Origin]]:
        """Origins by uid; of live records only. `states`: open, entered, confirmed, source."""
        o, t = self.tables.origin, self.tables.record[table]
        columns = (
            "id",
            "table",
            "uid",
            "field",
            "file",
            "sheet",
            "row",
            "column",
            "raw",
            "code",
            "text",
            "state",
        )
        query = (
            sa.select(*(o.c[c] for c in columns))
            .join_from(o, t, t.c.uid == o.c.uid)
            .where(o.c.table == table, o.c.state.in_(list(states)), t.c.deleted == 0)
            .order_by(o.c.id)
        )
        if uids is not None:
            query = query.where(o.c.uid.in_(list(uids)))
        found: dict[str, list[Origin]] = {}
        for row in self.conn.execute(query):
            found.setdefault(row[2], []).append(Origin(*row))
        return found

    def confirm(self, table: str, uid: str, field: str) -> None:
        """Confirm a doubtful value as it stands, as one action."""
        name = self.standard.tables[table].column(field)
        with self.edit(f"确认{name.label if name else field}") as edit:
            edit.confirm(table, uid, field)

    # --- proof and safety ------------------------------------------------------------------

    def fingerprint(self) -> str:
        """SHA-256 of everything that goes up; equal fingerprints mean equal data."""
        return carrier.fingerprint_of(carrier.carrier(self))

    def backup(self, reason: str) -> Path:
        """A verified copy of the database in 备份/."""
        return backup.make(self.conn, self.folder, reason)
