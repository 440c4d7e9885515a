"""Files moved and synced so that a name means a complete file, and a system's refusal becomes words."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import SurroundingsError

PATIENCE = 5.0
"""Seconds to wait for a file that a virus scanner, a sync client or Excel holds for a moment."""

_BLOCK = 1 << 20
_AGAIN = "请检查磁盘是否可用、文件夹是否可写，然后重试。"


def sync(path: Path) -> None:
    """Have the file's bytes on the disk before going on."""
    with open(path, "rb+") as f:
        os.fsync(f.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk; Windows does it by itself."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some file systems refuse to sync folders
            os.fsync(handle)
    finally:
        os.close(handle)


def replace(source: Path, target: Path) -> None:
    """Give a finished file its final name; waits while another program holds the target."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            os.replace(source, target)
            break
        except PermissionError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
    sync_folder(target.parent)


def discard(*paths: Path) -> None:
    """Take away what is left of an attempt; what cannot be taken away is swept up later."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def sha256(path: Path) -> str:
    h = hashlib.sha256()
    with open(path, "rb") as f:
        while block := f.read(_BLOCK):
            h.update(block)
    return h.hexdigest()


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    """Turn a system's refusal into a reason and a way out; `what` says what did not succeed."""
    try:
        yield
    except OSError as e:
        raise explained(e, what) from e


@dataclass(frozen=True, slots=True)
class _Kind:
    """One way in which a system refuses: its numbers in Python, those of Windows, and our words."""

    code: str
    why: str
    next: str
    numbers: frozenset[int]
    windows: frozenset[int] = frozenset()


def _numbers(*names: str) -> frozenset[int]:
    """Numbers by name; Windows does not know all of them."""
    return frozenset(getattr(errno, name) for name in names if hasattr(errno, name))


# Windows' own numbers come first: Python maps a pulled stick and a held file alike to EACCES.
_KINDS = (
    _Kind(
        "held",
        "文件正被其他程序占用",
        "请关闭正在使用该文件的程序（如 Excel、WPS）后重试。",
        _numbers("EBUSY", "ETXTBSY"),
        frozenset({32, 33}),  # sharing and lock violation
    ),
    _Kind(
        "disk-gone",
        "U 盘或磁盘已断开",
        "请重新插好 U 盘或接好磁盘，重新打开账套后核对最后一次修改。",
        _numbers("ENODEV", "ENXIO", "ESTALE", "ENOTCONN", "ENOMEDIUM"),
        frozenset({21, 55, 433, 1167}),  # not ready, no longer there, not connected
    ),
    _Kind(
        "disk-full",
        "磁盘空间已满",
        "请清理磁盘后重试，之前的数据完好。",
        _numbers("ENOSPC", "EDQUOT", "EFBIG"),
        frozenset({39, 112}),
    ),
    _Kind(
        "disk-io",
        "读写磁盘出错",
        "请检查 U 盘或硬盘是否连接正常，然后重试。",
        _numbers("EIO"),
        frozenset({23, 1117}),  # check sum of the disk, device error
    ),
    _Kind(
        "readonly",
        "没有写入权限",
        "请检查文件夹是否只读、U 盘是否写保护，或换一个位置。",
        _numbers("EACCES", "EPERM", "EROFS"),
        frozenset({19}),
    ),
    _Kind(
        "too-long",
        "路径太长",
        "请把账套移到路径短一些的文件夹（例如 D:\\台账），或改短文件名后重试。",
        _numbers("ENAMETOOLONG"),
        frozenset({206}),
    ),
    _Kind("too-many", "打开的文件太多", "请关闭一些程序后重试。", _numbers("EMFILE", "ENFILE")),
    _Kind("no-memory", "内存不足", "请关闭一些程序后重试。", _numbers("ENOMEM")),
)
_ELSEWHERE = (
    _Kind("missing", "找不到文件或文件夹", "请检查路径是否选对。", _numbers("ENOENT", "ENOTDIR")),
    _Kind(
        "taken",
        "已有同名的文件或文件夹",
        "请把它改名或移走，然后重试。",
        _numbers("EEXIST", "EISDIR", "ENOTEMPTY"),
    ),
)
"""What is told where a path was given, and may be a bug anywhere else."""


def _kind_of(error: OSError) -> _Kind | None:
    """How the surroundings refused; None when it may as well be a bug."""
    own = getattr(error, "winerror", None)
    named = next((k for k in _KINDS if own in k.windows), None)
    return named or next((k for k in _KINDS if error.errno in k.numbers), None)


def is_of_surroundings(error: OSError) -> bool:
    """Whether disk, rights or another program refused, wherever it happened; a missing file may be a bug."""
    return _kind_of(error) is not None


def explained(error: OSError, what: str) -> SurroundingsError:
    """The refusal in words; `what` says what did not succeed."""
    kind = _kind_of(error) or next((k for k in _ELSEWHERE if error.errno in k.numbers), None)
    if kind is None:
        return SurroundingsError(f"{what}：系统没有接受这次操作", next=_AGAIN, code="surroundings")
    return SurroundingsError(f"{what}：{kind.why}", next=kind.next, code=kind.code)
