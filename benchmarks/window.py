"""How long the window ever stands still while a large 账套 is used, in milliseconds (issue: it never freezes).

Wall time of the thread that paints, so a busy machine shows in it: the longest of several rounds says how
bad it got, the shortest how bad it is. A gap is what a timer of 10 ms is late by.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtGui import QGuiApplication

from benchmarks.audit import PERIOD, Row, fill
from benchmarks.intake import ledger_file
from core.audit import check
from core.records import Ledger
from core.standard import load_default
from gui.app import make_application, make_window
from gui.collecting import Collector
from gui.pages.audit import AuditPage
from gui.pages.intake import IntakePage
from gui.pages.records import RecordsPage
from gui.window import MainWindow

ROUNDS = 3


class Pulse(QObject):
    """Measures the longest gap between the ticks of a timer in the thread that paints."""

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0.0
        self._last = time.perf_counter()
        timer = QTimer(self)
        timer.setInterval(10)
        timer.timeout.connect(self._on_tick)
        timer.start()

    def _on_tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last - 0.01)
        self._last = now

    def begin(self) -> None:
        self.longest, self._last = 0.0, time.perf_counter()


def wait(done: Callable[[], bool]) -> None:
    """Let events run until something is so."""
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: loop.quit() if done() else None)
    timer.start(15)
    if not done():
        loop.exec()


def settle(window: MainWindow) -> None:
    """Let events run until the worker has been idle for half a second."""
    since = [time.perf_counter()]

    def is_quiet() -> bool:
        if window.runner.is_busy:
            since[0] = time.perf_counter()
        return time.perf_counter() - since[0] > 0.5

    wait(is_quiet)


@contextmanager
def opened() -> Iterator[MainWindow]:
    app = make_application()
    window = make_window()
    collector = Collector(app)
    window.session.closed.connect(lambda: collector.look_through_later(window.is_idle))
    window.show()
    yield window
    QGuiApplication.clipboard().clear()  # offscreen, Qt would delete it after Python's end, and crash
    window.close()


def measured(window: MainWindow, pulse: Pulse, deeds: list[Callable[[], object]]) -> float:
    """The longest gap in milliseconds while these things are done one after the other."""
    pulse.begin()
    for deed in deeds:
        deed()
        settle(window)
    return pulse.longest * 1000


def large(folder: Path, count: int) -> int:
    """A 账套 with so many assets, a third of them with mistakes; returns the number of findings."""
    with Ledger.create(folder, load_default(), operator="基准") as ledger:
        ledger.set_meta("period", PERIOD)
        fill(ledger, count, wrong=0.3)
        return check(ledger).total


def used(window: MainWindow, pulse: Pulse, folder: Path) -> float:
    """Open a large 账套; sort, search, scroll, select and copy; the audit page; an edit and its undo."""

    def grid() -> RecordsPage:
        window.go("table:asset")
        page = window.stack.currentWidget()
        assert isinstance(page, RecordsPage)
        return page

    def audit() -> AuditPage:
        window.go("audit")
        page = window.stack.currentWidget()
        assert isinstance(page, AuditPage)
        return page

    def sort() -> None:
        grid().bar.order = ("-cost",)
        grid()._apply()

    def edit() -> None:
        model = grid().model
        model.setData(model.index(3, model.column_number("name")), "改名")

    return measured(
        window,
        pulse,
        [
            lambda: window.opening.open(folder),
            grid,
            sort,
            lambda: grid().search.setText("仓库"),
            lambda: grid().search.setText(""),
            lambda: grid().view.go(1 << 30, 0),
            lambda: grid().view.select_block(0, 1, 1 << 30, 1),
            lambda: grid().deeds.copy(),
            audit,
            lambda: audit().group.setCurrentIndex(1),
            lambda: audit().search.setText("ck"),
            lambda: audit().search.setText(""),
            lambda: audit().tree.selectAll(),
            lambda: audit().copy(),
            edit,
            window.deeds.undo,
            window.close_ledger,
        ],
    )


def imported(window: MainWindow, pulse: Pulse, folder: Path, file: Path) -> float:
    """Drop a large ledger in, look at each page of the plan, change the mapping, apply, undo, redo."""
    window.session.create(folder, "", period=PERIOD, role="district", region="500110", operator="基准")
    settle(window)

    def page() -> IntakePage:
        window.go("import")
        found = window.stack.currentWidget()
        assert isinstance(found, IntakePage)
        return found

    return measured(
        window,
        pulse,
        [
            lambda: window.take_files([file]),
            lambda: page().preview.tabs.setCurrentIndex(1),
            lambda: page().preview.records.scrollToBottom(),
            lambda: page().preview.tabs.setCurrentIndex(2),
            lambda: page().preview.mapping.widget(0).choose(3, 3, ""),  # type: ignore[union-attr]
            lambda: page()._on_apply(),
            lambda: window.go("audit"),
            lambda: window.go("table:asset"),
            window.deeds.undo,
            window.deeds.redo,
            window.close_ledger,
        ],
    )


def run(quick: bool) -> list[Row]:
    """Both uses, several rounds; goal: under 200 ms."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    assets, rows = (10_000, 2_000) if quick else (100_000, 20_000)
    uses: list[float] = []
    imports: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        os.environ["PANHUO_HOME"] = str(place / "home")
        findings = large(place / "大", assets)
        ledger_file(place / "台账.xlsx", rows)
        with opened() as window:
            pulse = Pulse()
            for n in range(ROUNDS):
                uses.append(used(window, pulse, place / "大"))
                imports.append(imported(window, pulse, place / f"入{n}", place / "台账.xlsx"))
    goal = f"毫秒，{ROUNDS} 轮里最好的一轮；目标 ≤ 200"
    return [
        (
            f"窗口最长停顿：{assets:,} 宗资产、{findings:,} 条审核结果，打开、排序、查找、复制、审核、改、撤销",
            min(uses),
            f"{goal}；最差 {max(uses):.0f}",
        ),
        (
            f"窗口最长停顿：{rows:,} 行 × 60 列，拖入、看计划、改列对应、导入、撤销、恢复",
            min(imports),
            f"{goal}；最差 {max(imports):.0f}",
        ),
    ]
