"""--self-test [FILE] of the window program: its parts and its pages without a screen, then the main job."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QLibraryInfo, Qt, QTimer, qVersion
from PySide6.QtGui import QFontDatabase, QImage
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMessageBox

from core.cli import selftest

SECONDS = 120


def run(target: Path) -> int:
    """Check, write what was found as JSON, and return 0 when all is well."""
    if (
        sys.platform != "win32"
    ):  # there "offscreen" knows no fonts: the real platform, with a window kept hidden
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    report, code = selftest.test(_steps)
    return selftest.finish(report, target.absolute(), code)


def _steps(folder: Path) -> list[selftest.Step]:
    from gui.app import make_application

    # Neither the clerk's settings nor the list of recent 账套 is touched.
    os.environ["PANHUO_HOME"] = str(folder / "窗口")
    app = make_application()
    return [
        ("Qt", lambda: f"{qVersion()}，{app.platformName()}"),
        ("中文字体", _font),
        ("界面文字", _translation),
        ("图标", _icons),
        ("窗口：示例账套与各页", lambda: _window(app)),
    ]


def _font() -> str:
    families = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    assert families, "没有中文字体"
    return "、".join(families[:3])


def _translation() -> str:
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    assert (folder / "qtbase_zh_CN.qm").is_file(), "缺少 qtbase_zh_CN.qm"
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    text = box.button(QDialogButtonBox.StandardButton.Cancel).text()
    assert "取消" in text, f"按钮不是中文：{text}"
    return text


def _icons() -> str:
    from core import paths
    from gui.icons import icon

    names = sorted(p.stem for p in (paths.resources() / "icons").glob("*.svg"))
    assert names, "缺少图标"
    empty = [name for name in names if not _is_drawn(icon(name).pixmap(24, 24).toImage())]
    assert not empty, f"画不出的图标：{empty}"
    return f"{len(names)} 个"


def _window(app: QApplication) -> str:
    """Open the sample 账套 and show each page."""
    from gui.app import make_window

    window = make_window()
    told: list[str] = []
    asked: list[str] = []
    watch = QTimer(interval=200)
    watch.timeout.connect(lambda: _close_dialog(asked))
    watch.start()
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    try:
        window.show()
        window.opening.sample()
        _until(app, lambda: window.session.is_open or bool(asked))
        for key in ("table:asset", "audit", "report", "history", "home"):
            window.go(key)
            _until(app, lambda: not window.runner.is_busy)
            picture = window.grab().toImage()
            assert _is_drawn(picture), f"{key} 页是空白"
            told.append(f"{key} {picture.width()}×{picture.height()}")
    finally:
        watch.stop()
        window.close()
    assert not asked, "\n".join(asked)
    return "；".join(told)


def _close_dialog(asked: list[str]) -> None:
    """Nobody is there to answer: a question or a refusal is noted and put away."""
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QMessageBox):
        asked.append(f"{dialog.text()} {dialog.informativeText()}")
        dialog.reject()


def _is_drawn(picture: QImage) -> bool:
    """More than one colour."""
    small = picture.scaled(64, 64)
    return len({small.pixel(x, y) for x in range(small.width()) for y in range(small.height())}) > 1


def _until(app: QApplication, done: Callable[[], bool]) -> None:
    started = time.monotonic()
    while not done():
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        assert time.monotonic() - started < SECONDS, "等待超时"
