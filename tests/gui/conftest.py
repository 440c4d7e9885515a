"""A window over a real 账套 in a temporary folder; nothing is taken from the machine's own settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import crash
from gui.app import make_application, make_window
from gui.dialogs import messages
from gui.pages.records import RecordsPage
from gui.window import MainWindow

ASSETS = [
    {"name": "原粮站仓库", "path": "10", "cost": 861800_00, "net": 326000_00, "use_status": "40"},
    {"name": "老办公楼", "path": "20", "cost": 4125500_00, "net": 1983000_00, "use_status": "40"},
    {"name": "商业裙楼", "path": "30", "cost": 38902000_00, "net": 31056600_00, "use_status": "60"},
    {"name": "撤并小学", "cost": 1264000_00, "net": 610500_00},
]


class Desk:
    """The window and the ways of a test to use it."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window, self.session = qtbot, window, window.session

    def settle(self) -> None:
        """Wait until nothing runs and no delayed refresh is due."""
        for _ in range(4):
            self.qtbot.wait(20)
            self.qtbot.waitUntil(self._is_quiet, timeout=20_000)

    def _is_quiet(self) -> bool:
        timers = [t for t in self.window.findChildren(QTimer) if t.isActive() and t.isSingleShot()]
        return not self.window.runner.is_busy and all(t.interval() > 500 for t in [*timers, *self._delays()])

    def _delays(self) -> list[QTimer]:
        return [t for t in self.session.findChildren(QTimer) if t.isActive()]

    def open_new(self, folder: Path, assets: list[dict[str, object]] | None = None) -> None:
        """Make a 账套 with some assets and open it."""
        self.session.create(
            folder,
            "",
            period="2026Q3",
            role="district",
            region="500110",
            unit_name="綦江区国资委",
            operator="张晓",
        )
        self.qtbot.waitUntil(lambda: self.session.is_open, timeout=20_000)
        wanted = ASSETS if assets is None else assets
        if wanted:
            self.session.change("准备", lambda edit: edit.add_many("asset", [("", a, "") for a in wanted]))
        self.settle()

    def records(self, key: str = "table:asset") -> RecordsPage:
        """Go to a list and wait for its rows."""
        self.window.go(key)
        self.settle()
        page = self.window.stack.currentWidget()
        assert isinstance(page, RecordsPage)
        return page

    def ask(self, work: Callable[..., object]) -> object:
        """What the ledger says, asked in the worker."""
        answers: list[object] = []
        self.session.read(lambda ledger, progress: work(ledger)).succeeded.connect(answers.append)
        self.qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
        return answers[0]


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    return QApplication


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("PANHUO_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_dialogs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A message that nobody expects fails the test instead of waiting for a click."""
    told: list[str] = []
    monkeypatch.setattr(messages, "show_error", lambda parent, error: told.append(error.reason) or False)
    monkeypatch.setattr(messages, "inform", lambda parent, text, more="": told.append(text))
    monkeypatch.setattr(
        messages, "ask", lambda parent, text, verb, more="", danger=False: bool(told.append(text))
    )
    monkeypatch.setattr(crash, "show_crash", lambda parent: told.append("程序遇到问题"))
    yield told
    assert not told, told


@pytest.fixture(autouse=True)
def empty_clipboard(qapp: QApplication) -> Iterator[None]:
    """What a test copied goes with it: offscreen, Qt would delete it after Python's end, and crash."""
    yield
    qapp.clipboard().clear()


@pytest.fixture
def window(qtbot: QtBot, own_home: Path) -> Iterator[MainWindow]:
    make_application()
    made = make_window()
    qtbot.addWidget(made)
    made.resize(1366, 740)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


@pytest.fixture
def desk(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Desk:
    made = Desk(qtbot, window)
    made.open_new(tmp_path / "账套")
    return made
