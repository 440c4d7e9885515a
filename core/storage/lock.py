"""One owner of a 账套 at a time, window and command alike; the lock dies with its process."""

from __future__ import annotations

import getpass
import json
import os
import socket
import sys
from datetime import datetime
from pathlib import Path
from typing import IO

from core.errors import SurroundingsError

NAME = "占用.lock"
# Windows: the locked byte lies far behind the text, so that others can still read who holds it.
_OFFSET = 1 << 30


class Lock:
    """Held from `acquire` to `release`; a crash releases it, as the system drops the file's lock."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._file: IO[bytes] | None = None

    def acquire(self) -> None:
        try:
            self._file = open(self._path, "r+b" if self._path.exists() else "w+b")  # noqa: SIM115
        except OSError as e:
            raise SurroundingsError(
                f"无法在账套文件夹中写入：{self._path.parent}",
                next="请检查文件夹是否只读，或换一个文件夹。",
                code="readonly",
            ) from e
        if not _try_lock(self._file):
            holder = self.holder()
            self._file.close()
            self._file = None
            raise SurroundingsError(
                f"该账套已被打开（{holder}）", next="请先关闭已打开的窗口或命令，再重试。", code="locked"
            )
        note = {
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "user": _user(),
            "at": datetime.now().isoformat(" ", "seconds"),
        }
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps(note, ensure_ascii=False).encode())
        self._file.flush()

    def holder(self) -> str:
        """Who holds the lock, for the message."""
        try:
            note = json.loads(self._path.read_bytes() or b"{}")
        except (OSError, ValueError):
            note = {}
        return f"计算机 {note.get('host', '未知')}，用户 {note.get('user', '未知')}，{note.get('at', '时间未知')} 起"

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "未知"


def _try_lock(file: IO[bytes]) -> bool:
    if sys.platform == "win32":
        import msvcrt

        file.seek(_OFFSET)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
