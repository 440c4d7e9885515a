"""The one worker thread that owns the ledger, and the jobs that it works off in turn."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from core.errors import AppError
from core.jobs import Cancelled, Progress
from core.storage import files

Work = Callable[[Progress], Any]

URGENT, NORMAL, BACKGROUND = 0, 1, 2
"""Pages that the list wants to paint overtake what waits. Background work leaves no trace when it is
stopped: it gives way to every other job, and begins anew when nothing else waits."""


class Job(QObject):
    """One piece of work; its signals arrive in the GUI thread.

    started(): the worker has taken it up. progressed(done, total, label). succeeded(result).
    failed(error): an AppError that the clerk should read, or a bug. cancelled(): the clerk stopped it.
    finished(): always the last one.
    """

    started = Signal()
    progressed = Signal(int, int, str)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    finished = Signal()

    def __init__(
        self,
        work: Work,
        label: str,
        *,
        quiet: bool,
        cancellable: bool,
        handled: bool,
        priority: int = NORMAL,
    ) -> None:
        super().__init__()
        self.priority = priority
        self.work = work
        self.label = label
        self.quiet = quiet
        self.cancellable = cancellable
        self.handled = handled
        self._stop = threading.Event()

    def then(self, owner: QObject, deed: Callable[[Any], object]) -> None:
        """Call `deed` with the result, unless `owner` is gone by then: pages go when the 账套 is closed."""
        self.succeeded.connect(lambda result: deed(result) if isValid(owner) else None)

    def cancel(self) -> None:
        """Ask the work to stop at its next step; nothing that it did stays."""
        self._stop.set()

    @property
    def is_cancelling(self) -> bool:
        return self._stop.is_set()


class Runner(QObject):
    """Runs jobs one after the other in one thread.

    job_started(job) and job_finished(job) for those who show that something runs;
    job_failed(job, error) for errors that the starter of the job does not handle itself.
    """

    job_started = Signal(object)
    job_finished = Signal(object)
    job_failed = Signal(object, object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: queue.PriorityQueue[tuple[int, int, Job | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._alive = True
        self._pending: set[Job] = set()
        self._dropped: list[Job] = []
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def start(
        self,
        work: Work,
        label: str,
        *,
        quiet: bool = False,
        cancellable: bool = True,
        handled: bool = False,
        priority: int = NORMAL,
    ) -> Job:
        """Queue `work`; connect to the job returned before the next event is handled.

        `quiet` work shows no progress dialog. With `handled` the starter shows errors itself.
        """
        job = Job(work, label, quiet=quiet, cancellable=cancellable, handled=handled, priority=priority)
        if self._alive:
            self._pending.add(job)
            self._queue.put((priority, next(self._order), job))
        else:
            self._dropped.append(job)  # Its starter still connects to it.
        return job

    def retry(self, job: Job) -> Job:
        """Queue the same work again; the listeners of the old job hear the new one."""
        again = self.start(
            job.work, job.label, quiet=job.quiet, cancellable=job.cancellable, handled=job.handled
        )
        for heard, told in (
            (again.succeeded, job.succeeded),
            (again.failed, job.failed),
            (again.cancelled, job.cancelled),
            (again.finished, job.finished),
        ):
            heard.connect(told)
        return again

    @property
    def is_busy(self) -> bool:
        """Say whether anything runs or waits."""
        return bool(self._pending)

    def stop(self, timeout: float = 10.0) -> None:
        """Cancel what runs, drop what waits, and end the thread."""
        self._alive = False
        for job in self._pending:
            job.cancel()
        self._queue.put((BACKGROUND, next(self._order), None))
        self._thread.join(timeout)

    # --- the worker thread -------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            _, _, job = self._queue.get()
            if job is None:
                return
            self._send(partial(self._begin, job))
            outcome = self._outcome(job)
            if outcome is not None:
                self._send(outcome)

    def _outcome(self, job: Job) -> Callable[[], None] | None:
        """Do the work; what is to be told then, or None when it has given way and waits again."""
        progress = Progress(
            lambda done, total, label: self._send(lambda: job.progressed.emit(done, total, label)),
            lambda: job.is_cancelling or self._must_give_way(job),
        )
        try:
            progress.step(0, 0, job.label)
            result = job.work(progress)
        except Cancelled:
            if job.is_cancelling:
                return lambda: self._end(job, job.cancelled.emit)
            self._queue.put((job.priority, next(self._order), job))
            return None
        except Exception as error:
            caught = error
            if isinstance(error, OSError) and files.is_of_surroundings(error):
                caught = files.explained(error, f"{job.label.removeprefix('正在')}没有完成")
            return lambda: self._fail(job, caught)
        return lambda: self._end(job, lambda: job.succeeded.emit(result))

    def _must_give_way(self, job: Job) -> bool:
        if job.priority != BACKGROUND:
            return False
        with self._queue.mutex:
            return bool(self._queue.queue) and self._queue.queue[0][0] < BACKGROUND

    def _send(self, what: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # The window is gone; nobody is left to hear it.
            self._arrived.emit(what)

    # --- back in the GUI thread --------------------------------------------------------------------

    def _on_arrived(self, what: Callable[[], None]) -> None:
        what()

    def _begin(self, job: Job) -> None:
        job.started.emit()
        self.job_started.emit(job)

    def _fail(self, job: Job, error: Exception) -> None:
        def tell() -> None:
            job.failed.emit(error)
            if not job.handled or not isinstance(error, AppError):
                self.job_failed.emit(job, error)

        self._end(job, tell)

    def _end(self, job: Job, tell: Callable[[], None]) -> None:
        self._pending.discard(job)
        self.job_finished.emit(job)
        try:
            tell()
        finally:
            job.finished.emit()
