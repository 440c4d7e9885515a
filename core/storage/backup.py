"""Verified copies of the database file, thinned by age."""

from __future__ import annotations

import os
import re
import sqlite3
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from core.errors import SurroundingsError
from core.storage import engine
from core.storage.folder import BACKUPS

KEEP = 20
"""How many backups stay."""

_PAGES = 1000


def make(conn: sa.Connection, place: Path, reason: str) -> Path:
    """Copy the open database to 备份/<time>_<reason>.db, check the copy, keep the newest ones."""
    target_folder = place / BACKUPS
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S-%f")[:-3]
    word = re.sub(r'[\\/:*?"<>|\s]', "", reason)[:20]
    final = target_folder / f"{stamp}_{word}.db"
    making = final.with_suffix(".tmp")
    with engine.translated(making):
        try:
            target_folder.mkdir(parents=True, exist_ok=True)
            copy = sqlite3.connect(making)
            try:
                engine.raw(conn).backup(copy, pages=_PAGES)
                verdict = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
            finally:
                copy.close()
            if verdict != "ok":
                raise SurroundingsError(
                    "备份没有通过检查，已放弃",
                    next="请换一个磁盘再备份，并运行“检查账套”。",
                    code="backup-bad",
                )
            with open(making, "rb+") as f:
                os.fsync(f.fileno())
            os.replace(making, final)
        except OSError as e:
            raise SurroundingsError(
                f"备份没有写成：{e.strerror or e}", next="请检查磁盘空间和写入权限。", code="backup"
            ) from e
        finally:
            making.unlink(missing_ok=True)
    _thin(target_folder)
    return final


def listed(place: Path) -> list[Path]:
    """Backups, newest first."""
    return sorted((place / BACKUPS).glob("*.db"), reverse=True)


def _thin(target_folder: Path) -> None:
    """Keep the newest KEEP, and the first of each month."""
    found = sorted(target_folder.glob("*.db"), reverse=True)
    first_of_month = {p.name[:6]: p for p in found}
    for old in found[KEEP:]:
        if old not in first_of_month.values():
            old.unlink(missing_ok=True)
