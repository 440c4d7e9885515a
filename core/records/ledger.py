"""The Ledger: one 账套, open; the only way to read and change its records."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

import sqlalchemy as sa

from core.errors import DamagedError, SurroundingsError
from core.records import carrier, guard, histories, journal, opening, origins, undo
from core.records.changes import HistoryLine, Kept, Origin, Record, UndoResult
from core.records.edit import Edit
from core.records.query import Narrowing, Query
from core.records.rows import Shape
from core.records.undo import Decide
from core.standard.model import Standard
from core.standard.types import Value
from core.storage import backup, engine, folder
from core.storage.lock import Lock
from core.storage.prepared import Prepared
from core.storage.tables import Tables, build


class Ledger:
    """Reads and changes one 账套; used by one thread at a time.

    `standard` is the standard that the 账套 carries; `conn` belongs to this object and to
    the modules of core that extend it (audit, exchange), never to a screen. `damage` says
    what is wrong with a file that was opened although it is damaged.
    """

    def __init__(
        self,
        place: Path,
        conn: sa.Connection,
        standard: Standard,
        lock: Lock | None,
        tables: Tables | None = None,
    ) -> None:
        self.folder = place
        self.conn = conn
        self.standard = standard
        self.tables = tables or build(standard)
        self.readonly = lock is None
        self.operator = ""
        self.damage = ""
        self._lock = lock
        self._path = folder.database(place)
        self._queries: dict[str, Query] = {}
        self._shapes: dict[str, Shape] = {}
        self._prepared: dict[object, Prepared] = {}
        self._writer: journal.Writer | None = None

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
        given = {"role": role, "region": region, "unit_name": unit_name, "operator": operator}
        opening.create(place, standard, given)
        return cls.open(place, operator=operator)

    @classmethod
    def open(cls, place: Path, *, operator: str = "", readonly: bool = False, damaged: bool = False) -> Self:
        """Open an existing 账套.

        A second owner is refused by name, a newer file is left untouched. A damaged file is
        refused with DamagedError; `damaged` opens it all the same, for reading only.
        """
        with opening.opened(place, readonly=readonly, damaged=damaged) as found:
            made = cls(place, found.conn, found.standard, found.lock, found.tables)
            made.damage = found.damage
            made.operator = operator or made.meta("operator")
            return made

    def close(self) -> None:
        opening.close(self._path, self.conn, self._lock)

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
        try:
            with engine.transaction(self.conn, self._path):
                yield
        except DamagedError as e:
            # Never write into a file that SQLite found damaged.
            self.readonly, self.damage = True, e.reason
            raise

    def _require_writable(self) -> None:
        if self.damage:
            raise DamagedError(
                f"{self.damage}，不能修改", next="请用“恢复备份”找回最近的完好备份。", code="damaged"
            )
        if self.readonly:
            raise SurroundingsError(
                "账套以只读方式打开，不能修改", next="请关闭后重新打开，或恢复备份。", code="readonly"
            )

    # --- reading ---------------------------------------------------------------------

    def query(self, table: str) -> Query:
        if table not in self._queries:
            self._queries[table] = Query(self.standard, self.tables, table)
        return self._queries[table]

    def _conditions(self, table: str, narrowing: Narrowing) -> list[sa.ColumnElement[bool]]:
        given = dict(narrowing)
        condition = None
        if where := given.pop("where", ""):
            from core.records.compile import compile_where

            condition = compile_where(self.standard, self.tables, table, str(where))
        return self.query(table).conditions(condition, **given)  # type: ignore[arg-type]

    def prepared(self, key: object, make: Callable[[], sa.sql.ClauseElement]) -> Prepared:
        """A statement that is run again and again, compiled at its first use."""
        found = self._prepared.get(key)
        if found is None:
            found = self._prepared[key] = Prepared(self.conn, make())
        return found

    def shape(self, table: str) -> Shape:
        """A record table as the writing code needs it."""
        found = self._shapes.get(table)
        if found is None:
            found = self._shapes[table] = Shape.of(self.standard.tables[table])
        return found

    def read_row(self, table: str, codes: Sequence[str], uid: str) -> tuple[Any, ...] | None:
        """Some fields of a live record; None when it is not there."""
        t = self.tables.record[table]

        def make() -> sa.Select[Any]:
            return sa.select(*(t.c[c] for c in codes)).where(t.c.uid == sa.bindparam("u"), t.c.deleted == 0)

        row: tuple[Any, ...] | None = self.prepared(("read", table, tuple(codes)), make).first(u=uid)
        return row

    def write_row(self, table: str, uid: str, values: Mapping[str, Value]) -> None:
        """Only for Edit: columns of one record, without a journal entry."""
        t = self.tables.record[table]

        def make() -> sa.Update:
            return (
                sa.update(t)
                .where(t.c.uid == sa.bindparam("u"))
                .values({c: sa.bindparam(f"v_{c}") for c in values})
            )

        self.prepared(("write", table, tuple(values)), make)(
            u=uid, **{f"v_{c}": v for c, v in values.items()}
        )

    def open_doubts(self, table: str, uid: str) -> list[dict[str, Any]]:
        """Open origins of one record, whole rows."""
        o = self.tables.origin

        def make() -> sa.Select[Any]:
            return sa.select(o).where(
                o.c.uid == sa.bindparam("u"), o.c.table == sa.bindparam("t"), o.c.state == "open"
            )

        found = self.prepared("doubts", make).all(u=uid, t=table)
        return [dict(zip(o.c.keys(), row, strict=True)) for row in found]

    def get(self, table: str, uid: str) -> Record | None:
        """One record, deleted ones included."""
        t = self.tables.record[table]
        codes = self.standard.tables[table].fields.keys()

        def make() -> sa.Select[Any]:
            return sa.select(t.c.id, t.c.deleted, *(t.c[c] for c in codes)).where(
                t.c.uid == sa.bindparam("u")
            )

        row = self.prepared(("get", table), make).first(u=uid)
        if row is None:
            return None
        return Record(table, uid, int(row[0]), dict(zip(codes, row[2:], strict=True)), bool(row[1]))

    def value(self, table: str, uid: str, code: str) -> Value:
        t = self.tables.record[table]

        def make() -> sa.Select[Any]:
            return sa.select(t.c[code]).where(t.c.uid == sa.bindparam("u"))

        row = self.prepared(("value", table, code), make).first(u=uid)
        found: Value = row[0] if row else None
        return found

    def name_of(self, table: str, uid: str) -> str:
        """What people call a record."""
        return str(self.value(table, uid, self.standard.tables[table].name_field) or "（未命名）")

    def find(self, uid: str) -> str:
        """The table that holds a uid; "" when none does."""
        for code, t in self.tables.record.items():
            query = sa.select(t.c.id).where(t.c.uid == sa.bindparam("u"))
            if self.prepared(("find", code), lambda query=query: query).first(u=uid):  # type: ignore[misc]
                return code
        return ""

    def select(
        self, table: str, codes: Sequence[str], *, order: Sequence[str] = (), **narrowing: Unpack[Narrowing]
    ) -> Iterator[tuple[Any, ...]]:
        """Stored values of the wanted columns (fields, shown columns, uid, id), row by row."""
        return self.query(table).stream(self.conn, codes, self._conditions(table, narrowing), order)

    def ids(self, table: str, *, order: Sequence[str] = (), **narrowing: Unpack[Narrowing]) -> array[int]:
        """Row ids that satisfy everything, in order."""
        return self.query(table).ids(self.conn, self._conditions(table, narrowing), order)

    def page(self, table: str, ids: Sequence[int], codes: Sequence[str]) -> list[tuple[Any, ...]]:
        """Stored values of some rows in the order of `ids`."""
        return self.query(table).page(self.conn, ids, codes)

    def totals(self, table: str, **narrowing: Unpack[Narrowing]) -> dict[str, int]:
        """`count` and the sum of every money (分) and area (0.01 ㎡) field."""
        return self.query(table).totals(self.conn, self._conditions(table, narrowing))

    # --- writing ------------------------------------------------------------------------

    @contextmanager
    def edit(
        self, label: str, *, why: str = "", kind: str = "edit", source: str = "", target: int = 0
    ) -> Iterator[Edit]:
        """One user action: one transaction, one journal entry; nothing is kept when it fails.

        A change of what was reported needs `why`.
        """
        with self.transaction():
            if self._writer is None:
                self._writer = journal.Writer(self.conn, self.tables)
            last, prev = self._writer.tip()
            edit = Edit(self, last + 1, label)
            yield edit
            left_doubts = edit.flush_origins()
            if not (edit.changes.changes or left_doubts or target):
                return
            head = {
                "id": edit.batch,
                "at": journal.now(),
                "who": self.operator,
                "kind": guard.allowed_kind(self, edit.periods, kind=kind, why=why),
                "label": label,
                "why": why,
                "source": source,
                "target": target,
                "prev": prev,
            }
            self._writer.append(head, edit.changes.changes)

    def undo_label(self) -> str:
        return undo.next_undo(self)[1]

    def redo_label(self) -> str:
        return undo.next_redo(self)[1]

    def undo(
        self, batch: int | None = None, *, decide: Decide | None = None, why: str = ""
    ) -> UndoResult | None:
        """Reverse the last action, or a given one; rows changed since are decided or kept.

        None: nothing to undo.
        """
        wanted = batch or undo.next_undo(self)[0]
        return undo.reverse(self, wanted, forward=False, decide=decide, why=why) if wanted else None

    def undo_preview(self, batch: int) -> list[Kept]:
        """The rows that undoing a batch would ask about."""
        return undo.preview(self, batch)

    def redo(self, *, decide: Decide | None = None, why: str = "") -> UndoResult | None:
        """Repeat the action that was undone last. None: nothing to redo."""
        wanted = undo.next_redo(self)[0]
        return undo.reverse(self, wanted, forward=True, decide=decide, why=why) if wanted else None

    def history(
        self, uid: str = "", field: str = "", *, batch: int = 0, limit: int = 1000
    ) -> list[HistoryLine]:
        """Changes of one record, of one action, or of all, newest first, one line a field."""
        return histories.lines(self, uid, field, batch=batch, limit=limit)

    def batches(self, *, limit: int = 200) -> list[Mapping[str, Any]]:
        """The latest actions, newest first: id, at, who, kind, label, why, source, undone, target, rows."""
        b, c = self.tables.batch, self.tables.change
        count = sa.select(sa.func.count()).where(c.c.batch == b.c.id).scalar_subquery().label("rows")
        query = sa.select(b, count).order_by(b.c.id.desc()).limit(limit)
        return [dict(r) for r in self.conn.execute(query).mappings()]

    # --- origins -------------------------------------------------------------------------

    def origins(
        self, table: str, *, uids: Sequence[str] | None = None, states: Sequence[str] = ("open",)
    ) -> dict[str, list[Origin]]:
        """Origins by uid; of live records only. `states`: open, entered, confirmed, source."""
        return origins.of(self, table, uids=uids, states=states)

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
