"""Files moved and synced so that a name means a complete file, and a system's refusal becomes words."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sys
import time
from collections.abc import Iterator
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


def explained(error: OSError, what: str) -> SurroundingsError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return SurroundingsError(
            f"{what}：磁盘空间已满", next="请清理磁盘后重试，之前的数据完好。", code="disk-full"
        )
    if error.errno == errno.EIO:
        return SurroundingsError(
            f"{what}：读写磁盘出错", next="请检查 U 盘或硬盘是否连接正常，然后重试。", code="disk-io"
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        if getattr(error, "winerror", None) in (32, 33):
            return SurroundingsError(
                f"{what}：文件正被其他程序占用",
                next="请关闭正在使用该文件的程序（如 Excel、WPS）后重试。",
                code="held",
            )
        return SurroundingsError(
            f"{what}：没有写入权限",
            next="请检查文件夹是否只读、U 盘是否写保护，或换一个位置。",
            code="readonly",
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return SurroundingsError(f"{what}：找不到文件或文件夹", next="请检查路径是否选对。", code="missing")
    return SurroundingsError(f"{what}：{error.strerror or error}", next=_AGAIN, code="surroundings")
