"""Bugs: written to a log file, told to the clerk without a traceback, exported on request."""

from __future__ import annotations

import faulthandler
import logging
import platform
import sys
import threading
import traceback
import zipfile
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import IO

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler, qVersion
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from core import paths
from gui.dialogs import files, messages

log = logging.getLogger("panhuo")
_handlers: list[RotatingFileHandler] = []
_fault_file: IO[str] | None = None


class _Bell(QObject):
    """Carries a bug from any thread to the dialog in the GUI thread."""

    rung = Signal(str)


_bell: _Bell | None = None
_is_showing = False


def install() -> None:
    """Catch what no code expected, in every thread and in Qt itself."""
    global _bell
    log.setLevel(logging.INFO)
    log_to(paths.settings_home())
    _bell = _Bell()
    _bell.rung.connect(_show)
    sys.excepthook = _hook
    threading.excepthook = lambda args: _hook(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )
    qInstallMessageHandler(_on_qt_message)


def log_to(folder: Path) -> None:
    """Write the log into `folder`; called again when a 账套 with its own 日志 folder is open."""
    global _fault_file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "程序日志.txt", maxBytes=1_000_000, backupCount=4, encoding="utf-8", delay=True
        )
        fault_file = open(folder / "异常退出.txt", "a", encoding="utf-8")  # noqa: SIM115
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for old in _handlers:
        log.removeHandler(old)
        old.close()
    _handlers[:] = [handler]
    log.addHandler(handler)
    faulthandler.enable(fault_file)
    if _fault_file is not None:
        _fault_file.close()
    _fault_file = fault_file


def report(error: BaseException) -> None:
    """Tell a bug that was caught on the way, as the job runner does."""
    _hook(type(error), error, error.__traceback__)


def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    text = "".join(traceback.format_exception(kind, error, trace))
    log.error("程序错误\n%s", text)
    if sys.stderr is not None:
        print(text, file=sys.stderr)
    if _bell is not None and QApplication.instance() is not None:
        _bell.rung.emit(f"{kind.__name__}")


def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
        log.warning("Qt: %s", message)


def _show(name: str) -> None:
    global _is_showing
    if _is_showing:
        return
    _is_showing = True
    try:
        show_crash(QApplication.activeWindow())
    finally:
        _is_showing = False


def show_crash(parent: QWidget | None) -> None:
    """Say that the program has met a problem; never a traceback."""
    box = QMessageBox(QMessageBox.Icon.Warning, messages.TITLE, "程序遇到问题", parent=parent)
    box.setInformativeText(
        "刚才的操作没有完成，此前录入的数据已经保存。\n"
        "可以继续使用；如再次出现，请导出诊断信息发给维护人员（不含台账内容）。"
    )
    export = box.addButton("导出诊断信息", QMessageBox.ButtonRole.ActionRole)
    resume = box.addButton("继续使用", QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(resume)
    box.setEscapeButton(resume)
    box.exec()
    if box.clickedButton() is export:
        ask_and_export(parent)


def ask_and_export(parent: QWidget | None) -> None:
    """Ask where, then write the logs and versions as one zip."""
    name = f"盘活台账诊断信息_{datetime.now():%Y%m%d_%H%M}.zip"
    target = files.save_file(parent, "导出诊断信息", str(paths.documents() / name), "压缩文件 (*.zip)")
    if target is None:
        return
    try:
        export_diagnosis(target)
    except OSError as error:
        messages.inform(parent, f"无法写入 {target}", f"请换一个文件夹再试。（{error.strerror}）")
        return
    messages.inform(parent, "诊断信息已导出", str(target))


def export_diagnosis(target: Path) -> None:
    """Write logs and versions, no records, into a zip."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "版本.txt",
            f"系统：{platform.platform()}\nPython：{platform.python_version()}\nQt：{qVersion()}\n"
            f"程序文件夹：{paths.program_folder()}\n",
        )
        for handler in _handlers:
            handler.flush()
            for file in sorted(Path(handler.baseFilename).parent.glob("程序日志.txt*")):
                archive.write(file, f"日志/{file.name}")
