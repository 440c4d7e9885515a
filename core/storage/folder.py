"""The 账套: one folder with 台账.db, 附件, 备份 and 日志."""

from __future__ import annotations

import contextlib
import shutil
import sys
from pathlib import Path

from core.errors import SurroundingsError, UsageError
from core.storage import files

DATABASE = "台账.db"
ATTACHMENTS, BACKUPS, LOGS = "附件", "备份", "日志"
RESTORING = ".恢复-"
"""Begins the name of the folder in which a restore makes its file."""

_SYNCED = (
    "onedrive",
    "wps云盘",
    "wpsdrive",
    "百度网盘",
    "baidunetdisk",
    "nutstore",
    "坚果云",
    "dropbox",
    "icloud",
)
_REMOVABLE, _REMOTE = 2, 4


def database(folder: Path) -> Path:
    return folder / DATABASE


def exists(folder: Path) -> bool:
    return database(folder).is_file()


def prepare(folder: Path) -> None:
    """Make the empty folder of a new 账套; refuse one that is there already."""
    refuse_taken(folder)
    refuse_network(folder)
    with files.told(f"无法建立账套文件夹（{folder}）"):
        for part in (ATTACHMENTS, BACKUPS, LOGS):
            (folder / part).mkdir(parents=True, exist_ok=True)


def refuse_taken(folder: Path) -> None:
    """Stop before a new 账套 is made where one is."""
    if exists(folder):
        raise UsageError(f"这里已有账套：{folder}", next="请直接打开它，或换一个文件夹新建。", code="exists")


def require(folder: Path) -> Path:
    """The database file of an existing 账套."""
    if not exists(folder):
        raise UsageError(
            f"这里没有账套：{folder}",
            next="请先新建账套（panhuo init），或检查文件夹是否选对。",
            code="missing",
        )
    refuse_network(folder)
    return database(folder)


def sweep(place: Path) -> None:
    """Take away what a crash left half made; the caller owns the 账套."""
    for left in leftovers(place):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                left.unlink()


def leftovers(place: Path) -> list[Path]:
    """Unfinished files: copies, packs and unpacked folders that never got their name."""
    found = [p for part in (ATTACHMENTS, BACKUPS) for p in (place / part).glob("*.tmp*")]
    found += [p for p in place.glob(f"{RESTORING}*") if p.is_dir()]
    return found + list(place.glob(f"{Path(DATABASE).stem}.new*"))


def refuse_network(folder: Path) -> None:
    """SQLite files on a share get damaged; a copy on the machine does not."""
    text = str(folder.absolute())
    if text.startswith(("\\\\", "//")) or _drive_type(folder) == _REMOTE:
        raise SurroundingsError(
            f"账套不能放在网络文件夹：{folder}",
            next="请复制到本机（如“文档”文件夹）后打开。",
            code="network-folder",
        )


def warning(folder: Path) -> str:
    """A word of caution for synced and removable folders; "" when there is none."""
    lowered = str(folder.absolute()).lower()
    if any(word in lowered for word in _SYNCED):
        return "账套在同步文件夹里，同步软件可能占用或改坏文件，建议移到普通文件夹。"
    if _drive_type(folder) == _REMOVABLE:
        return "账套在可移动磁盘上，请先“安全弹出”再拔，并定期备份到本机。"
    return ""


def _drive_type(folder: Path) -> int:
    if sys.platform != "win32":
        return 0
    import ctypes

    return int(ctypes.windll.kernel32.GetDriveTypeW(folder.absolute().anchor))
