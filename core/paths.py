"""Where the program finds its resources, where it proposes to keep data and settings, where it works."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import SurroundingsError

APP_FOLDER = "盘活台账"
PORTABLE_FLAG = "portable.flag"
_SOURCE_ROOT = Path(__file__).resolve().parent.parent


def is_frozen() -> bool:
    """Say whether this is the bundle made by PyInstaller."""
    return bool(getattr(sys, "frozen", False))


def resources() -> Path:
    """Return the folder with standards, help, icons and samples: of the bundle, or of the checkout."""
    return Path(getattr(sys, "_MEIPASS", _SOURCE_ROOT)) / "resources"


def program_folder() -> Path:
    """Return the folder that holds the programs, or the checkout when run from source."""
    return Path(sys.executable).resolve().parent if is_frozen() else _SOURCE_ROOT


def is_portable() -> bool:
    """Say whether `portable.flag` lies beside the program and its folder takes files."""
    folder = program_folder()
    return is_frozen() and (folder / PORTABLE_FLAG).is_file() and _takes_files(folder)


def data_home() -> Path:
    """Return the folder in which new 账套 are proposed; it need not exist yet.

    Portable: beside the program. Installed: in the clerk's documents, never in Program Files.
    """
    chosen = os.environ.get("PANHUO_HOME")
    if chosen:
        return Path(chosen)
    return program_folder() / "账套" if is_portable() else documents() / APP_FOLDER


def settings_home() -> Path:
    """Return the folder for window state, the list of recent 账套 and the program's own log."""
    chosen = os.environ.get("PANHUO_HOME")
    if chosen:
        return Path(chosen) / "设置"
    if is_portable():
        return program_folder() / "设置"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / APP_FOLDER
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "panhuo"


def documents() -> Path:
    """Return the clerk's documents folder, wherever the system was told to keep it."""
    found = _windows_documents() if sys.platform == "win32" else _xdg_documents()
    return found or Path.home()


@contextmanager
def workroom() -> Iterator[Path]:
    """A temporary folder, gone afterwards; SurroundingsError where the system has room for none.

    A virus scanner may still hold a file of it: what is left over is no failure.
    """
    try:
        room = tempfile.TemporaryDirectory(prefix="panhuo-", ignore_cleanup_errors=True)
    except FileNotFoundError as e:  # Each place that the system offers was tried by writing a file.
        raise SurroundingsError(
            "临时文件夹写不进去，系统盘可能已满",
            next="请清理系统盘（通常是 C 盘）后重试，之前的数据完好。",
            code="no-workroom",
        ) from e
    with room as folder:
        yield Path(folder)


def _takes_files(folder: Path) -> bool:
    """Try it: on Windows the rights that a folder shows say little about what happens."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _windows_documents() -> Path | None:
    """Ask the registry, since the folder is often moved to another drive."""
    if sys.platform != "win32":
        return None
    import winreg

    key = r"Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
            value, _ = winreg.QueryValueEx(opened, "Personal")
    except OSError:
        return Path.home() / "Documents"
    return Path(os.path.expandvars(str(value)))


def _xdg_documents() -> Path | None:
    """Read XDG_DOCUMENTS_DIR, which desktops in Chinese set to ~/文档."""
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "user-dirs.dirs"
    try:
        text = config.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    if match := re.search(r'^\s*XDG_DOCUMENTS_DIR="([^"]+)"', text, re.MULTILINE):
        return Path(match[1].replace("$HOME", str(Path.home())))
    return next((folder for name in ("文档", "Documents") if (folder := Path.home() / name).is_dir()), None)
