"""Opening a 账套: made new, grown, recovered after a crash, or refused; and closing it under a seal."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from core.errors import AppError, DamagedError
from core.records import journal
from core.standard.model import Standard
from core.storage import backup, engine, files, folder, grow, lock, seal
from core.storage.tables import Tables, build

CHECKED_SIZE = 512 << 20
"""Bytes up to which a file is read through at each opening and closing."""

_UNREADABLE = (sa.exc.DBAPIError, UnicodeDecodeError, TypeError, ValueError)
"""What reading a damaged file ends in, where SQLite itself notices nothing."""

CHANGED = "账套文件在关闭后被改动或已损坏"

_HERE: dict[str, int] = {}
"""Databases open in this process: closing another handle on one would drop SQLite's own locks (POSIX)."""


@dataclass(slots=True)
class Opened:
    conn: sa.Connection
    standard: Standard
    tables: Tables
    lock: lock.Lock | None
    damage: str = ""


def create(place: Path, standard: Standard, given: Mapping[str, str]) -> None:
    """Make a new 账套 in an empty folder, completely or not at all."""
    folder.prepare(place)
    owner = lock.Lock(place)
    owner.acquire()
    made = owner.seal
    try:
        folder.refuse_taken(place)  # another program may have been quicker
        path = folder.database(place)
        making = path.with_suffix(".new")
        with files.told("账套没有建成"):
            making.unlink(missing_ok=True)
            conn = engine.connect(making)
            try:
                tables = build(standard)
                meta = {
                    "schema": str(grow.SCHEMA),
                    "ledger_id": str(uuid.uuid4()),
                    "created_at": journal.now(),
                    **given,
                }
                with engine.transaction(conn, path):
                    tables.metadata.create_all(conn)
                    grow.store_standard(conn, tables, standard)
                    conn.execute(sa.insert(tables.meta), [{"key": k, "value": v} for k, v in meta.items()])
            finally:
                _let_go(conn)
            files.replace(making, path)
            made = seal.make(path)
    finally:
        owner.release(made)


class DamagedLedger(DamagedError):
    """A damaged file is not opened for writing; the newest good backup is named."""

    def __init__(self, damage: str, place: Path) -> None:
        self.backup = backup.newest_good(place)
        if self.backup:
            way = (
                f"最近的完好备份是 {self.backup.name}，请用“恢复备份”（panhuo restore）找回；"
                "损坏的文件会另存，不会被覆盖。"
            )
        else:
            way = "没有找到完好的备份。请先复制整个账套文件夹，再以只读方式打开，导出还能读出的数据。"
        super().__init__(damage, next=way, code="damaged")
        self.data = {"backup": str(self.backup or "")}


@contextmanager
def opened(place: Path, *, readonly: bool, damaged: bool) -> Iterator[Opened]:
    """What a Ledger is made of; all of it is let go when the block fails."""
    path = folder.require(place)
    found: Opened | None = None
    try:
        reading = readonly or damaged
        found = _for_reading(place, path, damaged) if reading else _for_writing(place, path)
        yield found
    except BaseException as e:
        if found is not None:
            close(path, found.conn, found.lock)
        if isinstance(e, _UNREADABLE):
            raise DamagedLedger("账套文件已损坏，读不出数据", place) from e
        raise


def _for_reading(place: Path, path: Path, damaged: bool) -> Opened:
    damage = "" if _key(path) in _HERE else _damage_at_rest(place, path)
    if damage and not damaged:
        raise DamagedLedger(damage, place)
    if engine.needs_recovery(path) and not damaged and _is_left_over(place):
        _recover(place, path)
    found = _connected(place, path, None, damage, asis=damaged and engine.needs_recovery(path))
    if damaged or not grow.missing(found.conn, found.tables):
        return found
    close(path, found.conn, None)
    _recover(place, path)
    return _connected(place, path, None, damage)


def _recover(place: Path, path: Path) -> None:
    """Own the 账套 for a moment: to play back what a crash left, or to grow an older file."""
    found = _for_writing(place, path)
    close(path, found.conn, found.lock)


def _for_writing(place: Path, path: Path) -> Opened:
    """Own the 账套, with its file checked, recovered after a crash, and grown."""
    owner = lock.Lock(place)
    owner.acquire()
    found: Opened | None = None
    try:
        known = _key(path) in _HERE
        proved = not known and _is_sealed(place, path, owner)
        found = _connected(place, path, owner, "")
        if not proved and not known:
            _check_pages(found.conn, place, path)
            # Playing back a journal may leave other bytes in unused pages: the file is sealed anew.
            owner.seal = None
        folder.sweep(place)
        if grow.missing(found.conn, found.tables):
            backup.make(found.conn, place, "升级前")
            with engine.transaction(found.conn, path):
                grow.grow(found.conn, found.tables, grow.renames(found.standard))
        return found
    except BaseException:
        if found is not None:
            close(path, found.conn, None)
        owner.release(owner.seal)
        raise


def checked(place: Path, path: Path, owner: lock.Lock) -> sa.Connection:
    """A connection to the file of an owned 账套, recovered and checked but not grown; damage is told."""
    proved = _is_sealed(place, path, owner)
    found = _connected(place, path, owner, "")
    try:
        if not proved:
            _check_pages(found.conn, place, path)
    except BaseException:
        close(path, found.conn, None)
        raise
    _forget(path)
    return found.conn


def _is_sealed(place: Path, path: Path, owner: lock.Lock) -> bool:
    """Whether the file is proved by its seal; a broken seal is refused, none at all is False."""
    if engine.is_hot(path) or path.stat().st_size > CHECKED_SIZE:
        return False
    broken = seal.is_broken(path, owner.seal)
    if broken:
        raise DamagedLedger(CHANGED, place)
    return broken is False


def _connected(
    place: Path, path: Path, owner: lock.Lock | None, damage: str, *, asis: bool = False
) -> Opened:
    try:
        conn = engine.connect(path, readonly=owner is None, asis=asis)
    except DamagedError as e:
        raise DamagedLedger(e.reason, place) from e
    try:
        with engine.translated(path):
            grow.refuse_newer(conn)
            stored = grow.stored_files(conn, damaged=bool(damage))
    except DamagedError as e:
        _let_go(conn)
        raise DamagedLedger(e.reason, place) from e
    except _UNREADABLE as e:
        # No table meta, no table standard, text that is none: not a file of ours, or no longer.
        _let_go(conn)
        raise DamagedLedger("账套文件无法识别或已损坏", place) from e
    except BaseException:
        _let_go(conn)
        raise
    try:
        standard = grow.loaded(stored)
        found = Opened(conn, standard, build(standard), owner, damage)
    except BaseException:
        _let_go(conn)
        raise
    _HERE[_key(path)] = _HERE.get(_key(path), 0) + 1
    return found


def _key(path: Path) -> str:
    return os.path.realpath(path)


def _forget(path: Path) -> None:
    key = _key(path)
    _HERE[key] = _HERE.get(key, 1) - 1
    if not _HERE[key]:
        del _HERE[key]


def _let_go(conn: sa.Connection) -> None:
    conn.close()
    conn.engine.dispose()


def close(path: Path, conn: sa.Connection, owner: lock.Lock | None) -> None:
    """Close a 账套 and seal its file; a second call does nothing."""
    if conn.closed:
        return
    _let_go(conn)
    _forget(path)
    if owner is not None:
        owner.release(_sealed(path, owner.seal))


def _is_left_over(place: Path) -> bool:
    """Whether a rollback journal belongs to nobody; while its owner lives it is just working."""
    owner = lock.Lock(place)
    try:
        owner.acquire()
    except AppError:
        return False
    owner.release(owner.seal)
    return True


def _check_pages(conn: sa.Connection, place: Path, path: Path) -> None:
    """Without a seal the pages themselves are asked, unless the file is so large that it takes minutes."""
    if os.path.getsize(path) > CHECKED_SIZE:
        return
    if not engine.is_whole(conn, path):
        raise DamagedLedger("账套文件已损坏（数据库页不完整）", place)


def _damage_at_rest(place: Path, path: Path) -> str:
    """What a reader finds wrong with a file that nobody is writing; "" when nothing."""
    before = os.stat(path)
    if engine.is_hot(path) or before.st_size > CHECKED_SIZE:
        return ""
    broken = seal.is_broken(path, lock.stored_seal(place))
    after = os.stat(path)
    unchanged = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
    if broken and unchanged and not engine.is_hot(path):
        return CHANGED
    return ""


def _sealed(path: Path, former: seal.Seal | None = None) -> seal.Seal | None:
    """The seal of the file as it lies now; made anew only when a transaction changed it."""
    if _key(path) in _HERE or engine.needs_recovery(path):
        return None
    try:
        if os.path.getsize(path) > CHECKED_SIZE:
            return None
        if former is not None and seal.counter(path) == former.counter:
            return former
        return seal.make(path)
    except OSError:
        return None
