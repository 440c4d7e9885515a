"""One owner of a 账套 at a time, window and command alike; the lock dies with its process."""

from __future__ import annotations

import getpass
import json
import os
import socket
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from core.errors import SurroundingsError
from core.storage import files
from core.storage.seal import Seal

NAME = "占用.lock"
# Windows: the locked byte lies far behind the text, so that others can still read who holds it.
_OFFSET = 1 << 30
_PATIENCE = 1.0
_LENGTH = 1024


class Lock:
    """Held from `acquire` to `release`; a crash releases it, as the system drops the file's lock.

    The file stays and carries a note: who holds the 账套, or the seal of the file when it was closed.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._file: IO[bytes] | None = None
        self.seal: Seal | None = None

    def acquire(self) -> None:
        """Take the lock; another command may need a moment to finish, a window is named at once."""
        with files.told(f"无法在账套文件夹中写入（{self._path.parent}）"):
            # "a" makes the file without emptying one that another owner just made.
            open(self._path, "ab").close()
            self._file = open(self._path, "r+b")  # noqa: SIM115
        end = time.monotonic() + _PATIENCE
        while not _try_lock(self._file):
            if time.monotonic() > end:
                holder = self.holder()
                self._file.close()
                self._file = None
                raise SurroundingsError(
                    f"该账套已被打开（{holder}）", next="请先关闭已打开的窗口或命令，再重试。", code="locked"
                )
            time.sleep(0.05)
        self.seal = Seal.read(self._note().get("seal"))
        at = datetime.now().isoformat(" ", "seconds")
        self._write({"host": socket.gethostname(), "pid": os.getpid(), "user": _user(), "at": at})

    def _note(self) -> dict[str, Any]:
        try:
            note = json.loads(self._path.read_bytes() or b"{}")
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    def _write(self, note: dict[str, Any]) -> None:
        assert self._file is not None
        if self.seal is not None:
            note["seal"] = self.seal.note()
        with files.told(f"无法在账套文件夹中写入（{self._path.parent}）"):
            # One write of one length: nothing is cut off while the byte far behind is locked.
            self._file.seek(0)
            self._file.write(json.dumps(note, ensure_ascii=False).encode().ljust(_LENGTH))
            self._file.flush()

    def holder(self) -> str:
        """Who holds the lock, for the message."""
        note = self._note()
        host, user, at = (note.get(k, "未知") for k in ("host", "user", "at"))
        return f"计算机 {host}，用户 {user}，{at} 起"

    def release(self, seal: Seal | None = None) -> None:
        """Give the 账套 free; the seal says what its file is now."""
        if self._file is None:
            return
        try:
            self.seal = seal
            self._write({"closed": datetime.now().isoformat(" ", "seconds")})
        except SurroundingsError:
            pass  # without a seal the next opening checks the file by its content
        finally:
            self._file.close()
            self._file = None


def stored_seal(folder: Path) -> Seal | None:
    """The seal beside a 账套 that this process need not own."""
    return Seal.read(Lock(folder)._note().get("seal"))


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
