"""Verified copies of the database file in 备份/, named by time, reason and check sum, thinned by age."""

from __future__ import annotations

import re
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from core.errors import DamagedError, SurroundingsError
from core.storage import engine, files
from core.storage.folder import BACKUPS

KEEP = 10
"""How many of the newest backups stay at any age."""

DAMAGED = "损坏"
"""Begins the name of a damaged file that was kept aside; it is never thinned out."""

_PAGES = 1000
_NAME = re.compile(r"^(\d{8}-\d{6}-\d{3})_(.*)_([0-9a-f]{12})\.db$")


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy: when and why it was made, and the first digits of its SHA-256."""

    path: Path
    at: datetime
    reason: str
    digest: str
    size: int


def make(conn: sa.Connection, place: Path, reason: str) -> Path:
    """Copy the open database to 备份/<time>_<reason>_<check sum>.db, check the copy, thin the old ones."""
    target_folder = place / BACKUPS
    now = _later_than(descriptions(place))
    stamp = f"{now:%Y%m%d-%H%M%S}-{now.microsecond // 1000:03d}"
    word = re.sub(r'[\\/:*?"<>|\s_]', "", reason)[:20]
    making = target_folder / f"{stamp}.tmp"
    with files.told("备份没有写成"):
        target_folder.mkdir(exist_ok=True)
        try:
            digest = copy(conn, making)
            final = target_folder / f"{stamp}_{word}_{digest[:12]}.db"
            files.replace(making, final)
        finally:
            files.discard(making, *engine.companions(making))
        thin(target_folder, now)
    return final


def _later_than(found: list[Backup]) -> datetime:
    """The time of a new backup: later than the others, also where the clock was set back (an empty battery)."""
    now = datetime.now()
    return max(now, found[0].at + timedelta(milliseconds=1)) if found else now


def copy(conn: sa.Connection, target: Path) -> str:
    """Copy the open database to a new file, synced and checked; returns its SHA-256."""
    with engine.translated(target):
        made = sqlite3.connect(target)
        try:
            # The copy counts only once it is whole and synced, so it needs no journal of its own.
            made.execute("PRAGMA journal_mode=OFF")
            made.execute("PRAGMA synchronous=OFF")
            engine.raw(conn).backup(made, pages=_PAGES)
            verdict = made.execute("PRAGMA quick_check(1)").fetchone()[0]
        finally:
            made.close()
    if verdict != "ok":
        raise DamagedError(
            "备份没有通过检查，已放弃",
            next="请运行“检查账套”（panhuo doctor --full）；磁盘有问题时换一个磁盘。",
            code="backup-bad",
        )
    files.sync(target)
    return files.sha256(target)


def listed(place: Path) -> list[Path]:
    """Backups, newest first; damaged files kept aside are not among them."""
    return [b.path for b in descriptions(place)]


def descriptions(place: Path) -> list[Backup]:
    """Backups with their time and reason, newest first."""
    found = [b for p in (place / BACKUPS).glob("*.db") if (b := _described(p))]
    return sorted(found, key=lambda b: b.path.name, reverse=True)


def _described(path: Path) -> Backup | None:
    match = _NAME.match(path.name)
    if not match:
        return None
    try:
        return Backup(
            path,
            datetime.strptime(match[1] + "000", "%Y%m%d-%H%M%S-%f"),
            match[2],
            match[3],
            path.stat().st_size,
        )
    except (ValueError, OSError):
        return None


def flaw(path: Path) -> str:
    """What is wrong with a backup file; "" when it is as it was written and SQLite can read it."""
    described = _described(path)
    try:
        if described is not None and not files.sha256(path).startswith(described.digest):
            return "内容与写入时的校验值不符"
        conn = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            verdict = conn.execute("PRAGMA quick_check(1)").fetchone()[0]
            conn.execute('SELECT count(*) FROM "batch"').fetchone()
        finally:
            conn.close()
    except (OSError, sqlite3.Error) as e:
        return f"无法读取（{e}）"
    return "" if verdict == "ok" else "数据库页损坏"


def newest_good(place: Path) -> Path | None:
    """The newest backup that proves to be whole."""
    return next((p for p in listed(place) if not flaw(p)), None)


def thin(target_folder: Path, now: datetime) -> None:
    """Keep the newest KEEP, all of two days, then one a day, after two weeks one a week, then one a month."""
    found = sorted(
        (b for p in target_folder.glob("*.db") if (b := _described(p))), key=lambda b: b.at, reverse=True
    )
    seen: set[str] = set()
    for number, backup in enumerate(found):
        slot = _slot(backup.at, now)
        if number >= KEEP and slot and slot in seen:
            files.discard(backup.path)
        seen.add(slot)


def _slot(at: datetime, now: datetime) -> str:
    """Of the backups in one slot the newest stays; "" is kept always."""
    age = now - at
    if age < timedelta(days=2):
        return ""
    if age < timedelta(days=14):
        return f"{at:%Y-%m-%d}"
    if age < timedelta(days=91):
        year, week, _ = at.isocalendar()
        return f"{year}w{week}"
    return f"{at:%Y-%m}"


def keep_aside(database: Path, place: Path) -> Path:
    """Copy a damaged file, with what lies beside it, into 备份/ before anything replaces it."""
    now = datetime.now()
    target_folder = place / BACKUPS
    kept = target_folder / f"{DAMAGED}_{now:%Y%m%d-%H%M%S}-{now.microsecond // 1000:03d}.db"
    with files.told("损坏的账套文件没有另存成功"):
        target_folder.mkdir(exist_ok=True)
        beside = zip(engine.companions(database), engine.companions(kept), strict=True)
        for source, target in (*beside, (database, kept)):
            if source.exists():
                making = target.with_suffix(".tmp")
                try:
                    shutil.copyfile(source, making)
                    files.sync(making)
                    files.replace(making, target)
                finally:
                    files.discard(making)
    return kept


def refuse_bad(path: Path) -> None:
    """Stop before a backup that is not whole is used."""
    if not path.is_file():
        raise SurroundingsError(f"找不到备份文件：{path}", next="请检查路径是否选对。", code="missing")
    if wrong := flaw(path):
        raise DamagedError(f"备份文件不能用：{wrong}", next="请选择另一份备份。", code="backup-bad")
