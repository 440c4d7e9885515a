"""The window program: arguments, one application, and the wiring of everything."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from gui import crash, theme
from gui.collecting import Collector
from gui.jobs import Runner
from gui.session import Session
from gui.settings import Settings
from gui.window import MainWindow

PRINT = "--print"
"""Hidden switch: print to a PDF for the panhuo command, without a window."""


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == [PRINT]:
        from gui.printing import main as print_out

        return print_out(words[1:])
    given = _arguments(words)
    if given.self_test is not None:
        from gui.selftest import run

        return run(given.self_test)
    app = make_application()
    crash.install()
    window = make_window()
    collector = Collector(app)
    window.session.closed.connect(lambda: collector.look_through_later(window.is_idle))
    if given.sample:
        window.painted.connect(window.opening.sample)
    elif given.data is not None:
        folder: Path = given.data
        window.painted.connect(lambda: window.opening.open(folder))
    elif (recent := window.settings.recent()) and window.settings.is_there(recent[0]):
        window.painted.connect(lambda: window.opening.open(Path(recent[0])))
    window.show()
    status = app.exec()
    window.runner.stop()
    return status


def make_application() -> QApplication:
    """The application with its style, font and language."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(["盘活台账"])
    app.setApplicationName("panhuo")
    app.setApplicationDisplayName("")
    theme.speak_chinese(app)
    theme.apply(app)
    return app


def make_window() -> MainWindow:
    """The window with its worker, wired and not yet shown."""
    runner = Runner()
    session = Session(runner)
    return MainWindow(runner, session, Settings())


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="panhuo-window", description="盘活台账的窗口程序。", add_help=sys.stdout is not None
    )
    parser.add_argument("--data", type=Path, metavar="文件夹", help="打开这个账套")
    parser.add_argument("--sample", action="store_true", help="打开示例账套")
    parser.add_argument(
        "--self-test",
        type=Path,
        nargs="?",
        const=Path("自检.json"),
        metavar="文件",
        dest="self_test",
        help="检查程序自身，结果写入文件（省略时为 自检.json）",
    )
    # Unknown words are let pass: a file association must not keep the window from opening.
    known, _ = parser.parse_known_args(argv)
    return known
