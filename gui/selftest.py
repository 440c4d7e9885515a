"""--self-test FILE: does the window program find its parts and paint itself, without a screen?"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QLibraryInfo, qVersion
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

SECONDS = 60


def run(target: Path) -> int:
    """Check, write what was found as JSON, and return 0 when all is well."""
    from gui.app import make_application

    app = make_application()
    checks: dict[str, Callable[[], Any]] = {
        "字体": _font,
        "界面文字": _translation,
        "图标": _icons,
        "首屏": lambda: _window(app),
    }
    results = []
    for name, check in checks.items():
        try:
            results.append({"name": name, "ok": True, "told": check()})
        except Exception as error:
            results.append({"name": name, "ok": False, "told": f"{type(error).__name__}: {error}"})
    ok = all(r["ok"] for r in results)
    told = {"ok": ok, "qt": qVersion(), "python": sys.version.split()[0], "checks": results}
    target.write_text(json.dumps(told, ensure_ascii=False, indent=2), encoding="utf-8")
    return 0 if ok else 1


def _font() -> str:
    families = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    if not families:
        raise RuntimeError("没有中文字体")
    return families[0]


def _translation() -> str:
    file = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)) / "qtbase_zh_CN.qm"
    if not file.is_file():
        raise RuntimeError("缺少 qtbase_zh_CN.qm")
    return file.name


def _icons() -> int:
    from core import paths

    found = list((paths.resources() / "icons").glob("*.svg"))
    if not found:
        raise RuntimeError("缺少图标")
    return len(found)


def _window(app: QApplication) -> str:
    """Open a new 账套 in a temporary folder and show its pages."""
    from gui.app import make_window

    with tempfile.TemporaryDirectory() as folder:
        window = make_window()
        window.show()
        window.session.create(Path(folder) / "自检", "", unit_name="自检", operator="自检")
        _until(app, lambda: window.session.is_open)
        for key in ("table:asset", "audit", "report", "history", "home"):
            window.go(key)
            _until(app, lambda: not window.runner.is_busy)
        size = window.grab().size()
        window.close()
        return f"{size.width()}×{size.height()}"


def _until(app: QApplication, done: Callable[[], bool]) -> None:
    started = time.monotonic()
    while not done():
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        if time.monotonic() - started > SECONDS:
            raise RuntimeError("等待超时")
