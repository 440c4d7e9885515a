"""What the file itself says of its health: pages, indexes, and what lies around it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from core.errors import AppError
from core.storage import backup, engine, folder

ERROR, HINT = "error", "hint"
_MOST = 20
_OLD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a 账套: an error, or a hint that harms nobody yet."""

    code: str
    level: str
    text: str
    next: str = ""
    table: str = ""
    uid: str = ""


def pages(conn: sa.Connection, path: Path, *, full: bool) -> Iterator[Problem]:
    """SQLite's own check of pages; with `full` also of each index against its table."""
    pragma = "integrity_check" if full else "quick_check"
    try:
        verdicts = [row[0] for row in engine.raw(conn).execute(f"PRAGMA {pragma}({_MOST})")]
    except sqlite3.Error as e:
        found = engine.explained(e, path)
        reason = found.reason if isinstance(found, AppError) else str(e)
        verdicts = [reason]
    for text in verdicts:
        if text != "ok":
            yield Problem("pages", ERROR, f"数据库页损坏：{text}", RESTORE)


RESTORE = "请用“恢复备份”（panhuo restore）找回最近的完好备份。"


def surroundings(place: Path, *, full: bool) -> Iterator[Problem]:
    """Backups that are missing, old or bad, and files that a crash left."""
    found = backup.descriptions(place)
    if not found:
        yield Problem("no-backup", HINT, "还没有备份", "请备份一次（panhuo backup）。")
    elif datetime.now() - found[0].at > _OLD:
        days = (datetime.now() - found[0].at).days
        yield Problem("old-backup", HINT, f"最近一次备份是 {days} 天以前", "请备份一次（panhuo backup）。")
    for one in found if full else ():
        if wrong := backup.flaw(one.path):
            yield Problem(
                "bad-backup", HINT, f"备份 {one.path.name} 不能用：{wrong}", "请删除它，并重新备份。"
            )
    for left in folder.leftovers(place):
        yield Problem("leftover", HINT, f"有未完成的文件：{left.name}", "下次打开账套时会自动清理。")
