"""The open 账套 as the window sees it: reads and writes go to the worker, news come back as signals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import AppError
from core.findings import EXPLAIN, Finding
from core.jobs import Progress
from core.standard.model import Standard
from gui.held import Held, Look
from gui.jobs import BACKGROUND, NORMAL, URGENT, Job, Runner
from gui.marks import Doubts, Marks
from gui.reading import (
    State,
    check_everything,
    read_findings,
    read_state,
    recheck_around,
)

if TYPE_CHECKING:
    from core.records import ChangeSet, Ledger
    from core.records.edit import Edit

NEEDS_REASON = "needs-reason"
"""Code of the refusal to change what was reported without a word."""

Read = Callable[["Ledger", Progress], Any]
Write = Callable[["Ledger", Progress, str], Any]
"""Writes with the reason that was given, "" at first."""

RECHECKED = 200
"""Up to this many changed records are checked one by one; more are a full check."""
COMPLETE_AFTER = 3000
"""Milliseconds after the last edit until the rules over many records run again."""


class Session(QObject):
    """One 账套 at a time, owned by the worker thread.

    opened(), closed(); records_changed(ChangeSet or None for everything);
    state_changed(); findings_changed(); saved(time as HH:MM);
    reason_asked(error, proceed): what was locked or reported would change; proceed(reason) goes on.
    """

    opened = Signal()
    closed = Signal()
    records_changed = Signal(object)
    state_changed = Signal()
    findings_changed = Signal()
    saved = Signal(str)
    reason_asked = Signal(object, object)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self.folder: Path | None = None
        self._standard: Standard | None = None
        self.state = State()
        self.marks = Marks()
        self._held = Held()  # touched by the worker only
        self._touched: set[str] = set()
        self._checking: Job | None = None
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(120)
        self._refresh.timeout.connect(self._on_refresh)
        self._complete = QTimer(self)
        self._complete.setSingleShot(True)
        self._complete.setInterval(COMPLETE_AFTER)
        self._complete.timeout.connect(lambda: self.load_findings() if self.is_open else None)

    @property
    def is_open(self) -> bool:
        return self._standard is not None

    @property
    def standard(self) -> Standard:
        assert self._standard is not None, "no 账套 is open"
        return self._standard

    @property
    def findings(self) -> Sequence[Finding]:
        return self.marks.findings

    @property
    def doubts(self) -> Doubts:
        return self.marks.doubts

    @property
    def doubt_count(self) -> int:
        """Cells with an open doubt."""
        return self.marks.doubt_count

    # --- opening -----------------------------------------------------------------------------------

    def open(self, folder: Path, *, damaged: bool = False) -> Job:
        """Open a 账套 in the worker; the one that was open is closed first.

        `damaged` opens a file that is not whole, for reading only; else the caller shows errors.
        """
        held = self._held
        return self._opening(
            lambda progress: held.open(folder, damaged=damaged), folder, "正在打开账套", handled=not damaged
        )

    def create(self, folder: Path, standard_name: str, *, period: str = "", **given: str) -> Job:
        """Make a 账套 and open it."""
        held = self._held
        return self._opening(
            lambda progress: held.create(folder, standard_name, period=period, **given),
            folder,
            "正在新建账套",
        )

    def create_sample(self, folder: Path) -> Job:
        """Make the sample 账套, fill it from the shipped ledgers, and open it."""
        return self._opening(
            lambda progress: self._held.create_sample(folder, progress), folder, "正在准备示例账套"
        )

    def restore(self, source: Path, place: Path | None = None) -> Job:
        """Put a backup or a pack in the place of a 账套 (the open one) and open it; what was there is kept."""
        folder = place or self.folder
        assert folder is not None
        is_damaged, held = bool(self.state.damage), self._held
        return self._opening(
            lambda progress: held.restore(folder, source, progress, damaged=is_damaged), folder, "正在恢复"
        )

    def accept_outside(self) -> Job:
        """Take a file that was changed outside as it is, if every line of it agrees; and open it again."""
        folder = self.folder
        assert folder is not None
        return self._opening(lambda progress: self._held.accept_outside(folder), folder, "正在逐行核对")

    def _opening(
        self, work: Callable[[Progress], Look], folder: Path, label: str, *, handled: bool = False
    ) -> Job:
        job = self.runner.start(work, label, cancellable=False, handled=handled)
        job.succeeded.connect(lambda look: self._on_opened(folder, look))
        job.failed.connect(lambda error: self._on_open_failed())
        return job

    def _on_opened(self, folder: Path, look: Look) -> None:
        self.folder = folder
        self._standard, self.state = look
        self.marks = Marks()
        self.opened.emit()
        self.state_changed.emit()
        self.read(read_findings).succeeded.connect(self._on_findings)
        self.load_findings()

    def _on_open_failed(self) -> None:
        if self._held.ledger is None and self._standard is not None:
            self._forget()

    def close(self) -> Job:
        """Close the 账套."""
        job = self.runner.start(lambda progress: self._held.close(), "正在关闭账套", quiet=True)
        self._forget()
        return job

    def _forget(self) -> None:
        self._standard, self.folder = None, None
        self.marks = Marks()
        self.state = State()
        self.closed.emit()

    # --- reading and writing -------------------------------------------------------------------------

    def read(
        self, work: Read, label: str = "正在读取", *, urgent: bool = False, handled: bool = False
    ) -> Job:
        """Read from the ledger without a progress dialog."""
        return self.runner.start(
            self._bound(work), label, quiet=True, handled=handled, priority=URGENT if urgent else NORMAL
        )

    def run(self, work: Read, label: str, *, cancellable: bool = True, handled: bool = False) -> Job:
        """Do long work with the ledger under a progress dialog."""
        return self.runner.start(self._bound(work), label, cancellable=cancellable, handled=handled)

    def _bound(self, work: Read) -> Callable[[Progress], Any]:
        def bound(progress: Progress) -> Any:
            if self._held.ledger is None:  # Closed while this was waiting.
                return None
            return work(self._held.ledger, progress)

        return bound

    def change(self, label: str, fill: Callable[[Edit], Any], *, kind: str = "edit") -> Job:
        """One user action: one transaction, one undo step; succeeded(ChangeSet)."""

        def work(ledger: Ledger, progress: Progress, why: str) -> ChangeSet:
            with ledger.edit(label, why=why, kind=kind) as edit:
                fill(edit)
            return edit.changes

        job = self._with_reason(work, label, quiet=True)
        job.succeeded.connect(self.tell_changed)
        return job

    def act(self, label: str, work: Callable[[Ledger, str], ChangeSet]) -> Job:
        """A deed of core that makes its own action from (ledger, reason); succeeded(ChangeSet)."""
        job = self._with_reason(lambda ledger, progress, why: work(ledger, why), label)
        job.succeeded.connect(self.tell_changed)
        return job

    def write(self, work: Write, label: str, *, cancellable: bool = True) -> Job:
        """Do long work that may touch what was reported; the caller tells what changed."""
        return self._with_reason(work, label, cancellable=cancellable)

    def undo(
        self, batch: int | None = None, *, redo: bool = False, take: frozenset[str] = frozenset()
    ) -> Job:
        """Undo the last action or `batch`, or redo; succeeded(UndoResult or None).

        Rows changed since stay as they are, except those in `take`.
        """

        def work(ledger: Ledger, progress: Progress, why: str) -> Any:
            decide = (lambda kept: kept.uid in take) if take else None
            if redo:
                return ledger.redo(decide=decide, why=why)
            return ledger.undo(batch, decide=decide, why=why)

        job = self._with_reason(work, "正在恢复" if redo else "正在撤销")
        job.succeeded.connect(lambda result: self.tell_changed(result.changes) if result else None)
        return job

    def _with_reason(self, work: Write, label: str, *, quiet: bool = False, cancellable: bool = False) -> Job:
        """Write; when what was locked or reported would change, ask why and write again."""
        reason = ""
        locked: tuple[str, ...] = ()

        def attempt(ledger: Ledger, progress: Progress) -> Any:
            from core.records import periods

            for period in locked:
                periods.reopen(ledger, period, why=reason)
            return work(ledger, progress, reason)

        job = self.runner.start(
            self._bound(attempt), label, quiet=quiet, cancellable=cancellable, handled=True
        )

        def on_failed(error: Exception) -> None:
            if not isinstance(error, AppError):
                return
            self.records_changed.emit(None)
            closed = getattr(error, "periods", ())

            def proceed(given: str) -> None:
                nonlocal reason, locked
                reason, locked = given, closed
                self.runner.retry(job)

            if closed or error.code == NEEDS_REASON:
                self.reason_asked.emit(error, proceed)
            else:
                self.runner.job_failed.emit(job, error)

        job.failed.connect(on_failed)
        return job

    def tell_changed(self, changes: ChangeSet | None) -> None:
        """Let every screen see a change, and check what it touched."""
        if not self.is_open:
            return
        self.saved.emit(f"{datetime.now():%H:%M}")
        self._touched |= set(changes.tables if changes is not None else self.standard.tables)
        self.records_changed.emit(changes)
        if changes is None or len(changes.uids) > RECHECKED:
            self.load_findings()
        elif changes.changes:
            self._recheck(changes)
            self._complete.start()
        self._refresh.start()

    def set_info(self, unit_name: str, operator: str, period: str) -> Job:
        """Change the few things of the 账套 that may change."""

        def work(ledger: Ledger, progress: Progress) -> None:
            for key, value in (("unit_name", unit_name), ("operator", operator), ("period", period)):
                if ledger.meta(key) != value:
                    ledger.set_meta(key, value)
            ledger.operator = operator

        job = self.read(work, "正在保存")
        job.succeeded.connect(lambda nothing: self._refresh.start())
        return job

    # --- state and findings -----------------------------------------------------------------------------

    def refresh_state(self) -> None:
        """Read counts and labels again soon."""
        if self.is_open:
            self._touched |= set(self.standard.tables)
            self._refresh.start()

    def _on_refresh(self) -> None:
        if self.is_open:
            before, tables = self.state, self._touched
            self._touched = set()
            self.read(lambda ledger, progress: read_state(ledger, before, tables)).succeeded.connect(
                self._on_state
            )

    def _on_state(self, state: State | None) -> None:
        if state is not None and self.is_open:
            self.state = state
            self.state_changed.emit()

    def load_findings(self) -> Job:
        """Check everything in the background; it gives way to whatever the clerk does."""
        if self._checking is not None:
            self._checking.cancel()
        job = self.runner.start(self._bound(check_everything), "正在审核", quiet=True, priority=BACKGROUND)
        self._checking = job
        job.succeeded.connect(self._on_findings)
        return job

    def check_all(self) -> Job:
        """Check everything under a progress dialog."""
        job = self.run(check_everything, "正在审核")
        job.succeeded.connect(self._on_findings)
        return job

    def explain(self, found: Sequence[Finding], text: str) -> Job:
        """Write one explanation for findings, one action a rule; succeeded(warning or "").

        The caller shows why words are refused: beside the words.
        """
        wanted: dict[str, list[str]] = {}
        for f in found:
            if f.severity == EXPLAIN:
                wanted.setdefault(f.rule, []).append(f.uid)

        def work(ledger: Ledger, progress: Progress) -> str:
            from core.audit import explain_many

            warnings = [explain_many(ledger, rule, uids, text).warning for rule, uids in wanted.items()]
            return next((w for w in warnings if w), "")

        job = self.run(work, "正在写入说明", handled=True)
        job.succeeded.connect(lambda warning: self._on_explained())
        return job

    def _on_explained(self) -> None:
        self.saved.emit(f"{datetime.now():%H:%M}")
        self.read(read_findings).succeeded.connect(self._on_findings)
        self._refresh.start()

    def _on_findings(self, marks: Marks | None) -> None:
        if marks is None or not self.is_open:
            return
        self.marks = marks
        self.findings_changed.emit()

    def _recheck(self, changes: ChangeSet) -> None:
        """Rules of the touched records at once; those over many records a little later."""

        def work(ledger: Ledger, progress: Progress) -> Any:
            return recheck_around(ledger, changes)

        self.read(work, "正在审核").succeeded.connect(self._on_rechecked)

    def _on_rechecked(self, found: Any) -> None:
        if found is None or not self.is_open:
            return
        self.marks.renew(*found)
        self.findings_changed.emit()
