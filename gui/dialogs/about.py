"""关于: versions, the standard, and where the data lies."""

from __future__ import annotations

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QWidget

from gui.dialogs import messages
from gui.session import Session


def program_version() -> str:
    """The version of this program."""
    from importlib import metadata

    try:
        return metadata.version("panhuo")
    except metadata.PackageNotFoundError:
        return "0.1.0"


def show_about(parent: QWidget, session: Session) -> None:
    """Show what a maintainer asks on the phone."""
    lines = [f"程序版本 {program_version()}　Qt {qVersion()}"]
    if session.is_open:
        lines += [
            f"口径 {session.standard.title}（{session.standard.version}）",
            f"账套 {session.folder}",
        ]
    lines.append("数据只在本机的账套文件夹里，程序不联网。")
    messages.inform(parent, "盘活台账", "\n".join(lines))
