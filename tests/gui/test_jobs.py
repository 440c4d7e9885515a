"""The worker thread: one after the other, cancellable, with errors told apart."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from core.errors import InputRefused, SurroundingsError
from core.jobs import Progress
from gui.jobs import BACKGROUND, URGENT, Runner


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[Runner]:
    made = Runner()
    yield made
    made.stop()


def test_work_runs_in_one_other_thread(qtbot: QtBot, runner: Runner) -> None:
    names: list[str] = []
    job = runner.start(lambda progress: names.append(threading.current_thread().name), "一")
    with qtbot.waitSignal(job.finished):
        pass
    assert names == ["ledger"]


def test_urgent_work_overtakes_what_waits(qtbot: QtBot, runner: Runner) -> None:
    gate, order = threading.Event(), []
    runner.start(lambda progress: gate.wait(5), "先")
    runner.start(lambda progress: order.append("normal"), "后")
    last = runner.start(lambda progress: order.append("urgent"), "急", priority=URGENT)
    gate.set()
    with qtbot.waitSignal(last.finished):
        pass
    qtbot.waitUntil(lambda: not runner.is_busy)
    assert order == ["urgent", "normal"]


def test_cancelled_work_tells_nothing_else(qtbot: QtBot, runner: Runner) -> None:
    started = threading.Event()

    def work(progress: Progress) -> None:
        started.set()
        while True:
            progress.step(0, 0, "等")

    job = runner.start(work, "长")
    failures: list[object] = []
    job.failed.connect(failures.append)
    assert started.wait(5)
    with qtbot.waitSignal(job.cancelled):
        job.cancel()
    assert not failures


def test_a_refusal_reaches_the_window_and_can_be_tried_again(qtbot: QtBot, runner: Runner) -> None:
    tries: list[int] = []

    def work(progress: Progress) -> str:
        tries.append(1)
        if len(tries) == 1:
            raise InputRefused("文件正被打开", next="请关闭后重试。")
        return "好"

    job = runner.start(work, "读")
    with qtbot.waitSignal(runner.job_failed) as failed:
        pass
    assert failed.args is not None and failed.args[1].reason == "文件正被打开"
    with qtbot.waitSignal(job.succeeded) as done:
        runner.retry(job)
    assert done.args == ["好"]


def test_handled_refusals_are_left_to_their_starter_but_bugs_are_not(qtbot: QtBot, runner: Runner) -> None:
    told: list[object] = []
    runner.job_failed.connect(lambda job, error: told.append(error))

    def refuse(progress: Progress) -> None:
        raise InputRefused("不行")

    def bug(progress: Progress) -> None:
        raise KeyError("x")

    first = runner.start(refuse, "一", handled=True)
    with qtbot.waitSignal(first.finished):
        pass
    assert told == []
    second = runner.start(bug, "二", handled=True)
    with qtbot.waitSignal(second.finished):
        pass
    assert isinstance(told[0], KeyError)


def test_background_work_gives_way_and_begins_anew(qtbot: QtBot, runner: Runner) -> None:
    running, begun, order = threading.Event(), [], []

    def long(progress: Progress) -> str:
        begun.append(1)
        running.set()
        while len(begun) < 2:
            progress.step(0, 0, "审核")
        order.append("background")
        return "完"

    job = runner.start(long, "审核", priority=BACKGROUND)
    assert running.wait(5)
    with qtbot.waitSignal(job.succeeded) as done:
        runner.start(lambda progress: order.append("page"), "页")
    assert done.args == ["完"] and order == ["page", "background"] and len(begun) == 2


def test_a_disk_that_fails_is_no_bug(qtbot: QtBot, runner: Runner) -> None:
    def fail(progress: Progress) -> None:
        raise OSError(errno.EIO, "x")

    job = runner.start(fail, "正在备份")
    with qtbot.waitSignal(job.failed) as failed:
        pass
    assert failed.args is not None and isinstance(failed.args[0], SurroundingsError)
    assert failed.args[0].reason == "备份没有完成：读写磁盘出错"


def test_an_answer_for_a_page_that_is_gone_is_dropped(qtbot: QtBot, runner: Runner) -> None:
    page, got = QObject(), []
    job = runner.start(lambda progress: 7, "读")
    job.then(page, got.append)
    delete(page)
    with qtbot.waitSignal(job.finished):
        pass
    assert got == []
    there = QObject()
    job = runner.start(lambda progress: 8, "读")
    job.then(there, got.append)
    with qtbot.waitSignal(job.finished):
        pass
    assert got == [8]
