"""Bringing back: what a backup would undo row by row, single rows of it, or the whole of it."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import DamagedError, InputRefused, UsageError
from core.jobs import Progress
from core.records import opening
from core.records.changes import ChangeSet
from core.standard.types import Value
from core.storage import backup, engine, files, folder, grow, lock, pack, seal

if TYPE_CHECKING:
    from core.records.ledger import Ledger

ADDED, CHANGED, DELETED = "added", "changed", "deleted"
"""Since the backup: a row that would vanish, one that would go back, one that would be there again."""

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Loss:
    """One row that differs between now and a backup; `fields` are (code, now, then)."""

    table: str
    uid: str
    name: str
    kind: str
    fields: tuple[tuple[str, Value, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: `kept` is the former file, as a backup or, when damaged, kept aside."""

    source: Path
    kept: Path | None
    was_damaged: bool
    ledger_id: str


@contextmanager
def looked_at(path: Path) -> Iterator[Ledger]:
    """A backup or a damaged file as a read-only ledger, its bytes taken as they lie there."""
    from core.records.ledger import Ledger

    conn = engine.connect(path, asis=True)
    try:
        with engine.translated(path):
            grow.refuse_newer(conn)
            standard = grow.stored_standard(conn)
        yield Ledger(path.parent, conn, standard, None)
    except sa.exc.DBAPIError as e:
        raise DamagedError(
            f"读不出 {path.name}（{e.orig}）", next="请选择另一份备份。", code="backup-bad"
        ) from e
    finally:
        conn.close()
        conn.engine.dispose()


# --- what would be lost --------------------------------------------------------------------


def compare(now: Ledger, then: Ledger) -> list[Loss]:
    """Every row that is not the same in the backup `then`; read from the journal where it can be."""
    found: list[Loss] = []
    try:
        since = _changed_since(now, then)
        for code in now.standard.tables:
            if code in then.tables.record and (since is None or since.get(code)):
                found += _differences(now, then, code, None if since is None else since[code])
    except (sa.exc.DBAPIError, ValueError, TypeError) as e:
        raise DamagedError(
            "有的记录已读不出来，无法逐行比较",
            next="恢复后可用 --uid 从损坏文件中找回个别记录。",
            code="damaged",
        ) from e
    return found


def _changed_since(now: Ledger, then: Ledger) -> dict[str, list[str]] | None:
    """uids touched after the backup's last action, by table; None when the backup is of another line."""
    b = then.tables.batch
    last = then.conn.execute(sa.select(b.c.id, b.c.hash).order_by(b.c.id.desc()).limit(1)).first()
    if last is None:
        return None
    b, c = now.tables.batch, now.tables.change
    if now.conn.execute(sa.select(b.c.hash).where(b.c.id == last[0])).scalar() != last[1]:
        return None
    found: dict[str, list[str]] = {}
    query = sa.select(c.c.table, c.c.uid).where(c.c.batch > last[0]).distinct()
    for table, uid in now.conn.execute(query):
        found.setdefault(table, []).append(uid)
    return found


def _differences(now: Ledger, then: Ledger, table: str, uids: Sequence[str] | None) -> Iterator[Loss]:
    codes = [c for c in now.standard.tables[table].fields if c in then.standard.tables[table].fields]
    if uids is None:
        present, former = _rows(now, table, codes, None), _rows(then, table, codes, None)
        yield from _pairs(now, table, codes, present, former)
        return
    for start in range(0, len(uids), _CHUNK):
        part = uids[start : start + _CHUNK]
        yield from _pairs(now, table, codes, _rows(now, table, codes, part), _rows(then, table, codes, part))


def _rows(
    ledger: Ledger, table: str, codes: Sequence[str], uids: Sequence[str] | None
) -> dict[str, tuple[Any, ...]]:
    t = ledger.tables.record[table]
    query = sa.select(t.c.uid, *(t.c[c] for c in codes)).where(t.c.deleted == 0)
    if uids is not None:
        query = query.where(t.c.uid.in_(uids))
    return {row[0]: tuple(row[1:]) for row in ledger.conn.execute(query)}


def _pairs(
    now: Ledger,
    table: str,
    codes: Sequence[str],
    present: Mapping[str, tuple[Any, ...]],
    former: Mapping[str, tuple[Any, ...]],
) -> Iterator[Loss]:
    name_field = now.standard.tables[table].name_field
    at = codes.index(name_field) if name_field in codes else None

    def name(row: tuple[Any, ...]) -> str:
        return str((row[at] if at is not None else None) or "（未命名）")

    for uid, row in present.items():
        before = former.get(uid)
        if before is None:
            yield Loss(table, uid, name(row), ADDED)
        elif before != row:
            fields = tuple((c, n, t) for c, n, t in zip(codes, row, before, strict=True) if n != t)
            yield Loss(table, uid, name(row), CHANGED, fields)
    for uid, row in former.items():
        if uid not in present:
            yield Loss(table, uid, name(row), DELETED)


# --- single rows --------------------------------------------------------------------------------


def restore_rows(
    ledger: Ledger, then: Ledger, rows: Iterable[tuple[str, str]], *, why: str = ""
) -> ChangeSet:
    """Bring single rows (table, uid) to what they are in a backup, as one action that can be undone.

    A row that is gone comes back with its children.
    """
    with ledger.edit("从备份找回记录", why=why, kind="restore") as edit:
        waiting = list(dict.fromkeys(rows))
        while waiting:
            table, uid = waiting.pop(0)
            former = then.get(table, uid)
            if former is None or former.deleted:
                raise InputRefused(
                    "备份里没有这条记录", next="请选择另一份备份，或查看修改历史。", code="no-record"
                )
            known = ledger.standard.tables[table].fields
            values = {c: v for c, v in former.values.items() if c in known}
            present = ledger.get(table, uid)
            if present is not None and not present.deleted:
                edit.set(table, uid, values)
                continue
            if present is None:
                edit.add(table, {c: v for c, v in values.items() if v is not None}, uid=uid)
            else:
                edit.restore_many(table, [uid])
                edit.set(table, uid, values)
            for child in ledger.standard.children(table):
                if child.code in then.tables.record:
                    c = then.tables.record[child.code]
                    mine = sa.select(c.c.uid).where(c.c[table] == uid, c.c.deleted == 0)
                    waiting += [(child.code, str(u)) for u in then.conn.execute(mine).scalars()]
    return edit.changes


# --- the whole -------------------------------------------------------------------------------------


def restore(
    place: Path, source: Path, *, foreign: bool = False, progress: Progress | None = None
) -> Restored:
    """Put a backup or a pack in the place of the 账套 that is there, or make one of a pack.

    The former file is backed up first, or kept aside when it is damaged. A backup of another
    账套 is refused unless `foreign` says that this is meant.
    """
    progress = progress or Progress()
    if not source.is_file():
        raise UsageError(f"找不到文件：{source}", next="请检查路径是否选对。", code="missing")
    packed = pack.is_pack(source)
    if not folder.exists(place):
        folder.prepare(place)
    folder.refuse_network(place)
    owner = lock.Lock(place)
    owner.acquire()
    made: seal.Seal | None = None
    work = place / f"{folder.RESTORING}{uuid.uuid4().hex[:8]}"
    try:
        with files.told("恢复没有完成"):
            work.mkdir()
            if packed:
                pack.read(source, work, progress)
            else:
                backup.refuse_bad(source)
                shutil.copyfile(source, work / folder.DATABASE)
                files.sync(work / folder.DATABASE)
            new = work / folder.DATABASE
            backup.refuse_bad(new)
            ledger_id = _ledger_id(new)
            progress.step(1, 3, "保留现有数据")
            kept, damaged = _keep(place, owner, ledger_id, foreign)
            progress.step(2, 3, "换上备份")
            _attachments(work, place)
            path = folder.database(place)
            # What lies beside the file belongs to the former one and would be played into the new one.
            for beside in engine.companions(path):
                beside.unlink(missing_ok=True)
            files.replace(new, path)
            made = seal.make(path)
        return Restored(source, kept, damaged, ledger_id)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        owner.release(made or owner.seal)


def _ledger_id(path: Path) -> str:
    with looked_at(path) as found:
        return found.meta("ledger_id")


def _keep(place: Path, owner: lock.Lock, ledger_id: str, foreign: bool) -> tuple[Path | None, bool]:
    """Back up what is there, or keep a damaged file aside; (its place, whether it was damaged)."""
    path = folder.database(place)
    if not path.exists():
        return None, False
    try:
        found = opening.checked(place, path, owner)
    except DamagedError:
        return backup.keep_aside(path, place), True
    try:
        m = sa.table("meta", sa.column("key"), sa.column("value"))
        here = found.execute(sa.select(m.c.value).where(m.c.key == "ledger_id")).scalar()
        if here != ledger_id and not foreign:
            raise InputRefused(
                "这份备份属于另一个账套",
                next="请确认选对了备份；要打开别的账套，请恢复到一个新文件夹。",
                code="other-ledger",
            )
        return backup.make(found, place, "恢复前"), False
    finally:
        found.close()
        found.engine.dispose()


def _attachments(work: Path, place: Path) -> None:
    """Add the attachments of a pack; files that are there already stay."""
    source, target = work / folder.ATTACHMENTS, place / folder.ATTACHMENTS
    target.mkdir(parents=True, exist_ok=True)
    for file in sorted(source.glob("*")) if source.is_dir() else ():
        if not (target / file.name).exists():
            files.replace(file, target / file.name)
