"""The periods of the 账套: where each stands, and the deeds that lead on from there."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.jobs import Progress
from core.standard.dates import period_bounds, period_name
from gui.dialogs import messages
from gui.dialogs.buttons import verb_and_cancel
from gui.dialogs.ledgers import periods_around
from gui.session import Session
from gui.tables.sheet import Sheet

if TYPE_CHECKING:
    from core.records import Ledger
    from core.records.periods import Period

_NOTE = (
    "草稿 → 已审核 → 已锁定 → 已报出 → 已接收或已退回 → 已归档。"
    "生成正式上报包后自动成为“已报出”；已锁定、已报出的期间要修改，须先解锁或写明原因。"
)


@dataclass(frozen=True)
class _Deed:
    """One button: to which state it brings the chosen period, how, and what must be asked first."""

    text: str
    tip: str
    to: str
    do: Callable[[Ledger, Period, str], Any]
    reason: str = ""
    """Label of the words to ask for; "" asks nothing."""
    sure: str = ""
    """A question before it is done."""


class PeriodsDialog(QDialog):
    """told(text): for the status bar."""

    told = Signal(str)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.setWindowTitle("期间管理")
        self.resize(900, 460)
        self._found: list[Period] = []
        note = QLabel(_NOTE)
        note.setWordWrap(True)
        note.setObjectName("muted")
        heads = ["期间", "状态", "零报告", "说明", "改变时间", "经办人"]
        self.table = Sheet(heads, (190, 110, 60, 240, 150))
        self.table.itemSelectionChanged.connect(self._refresh)
        self.buttons: dict[str, QPushButton] = {}
        self._deeds = _deeds()
        grid = QGridLayout()
        for n, deed in enumerate(self._deeds):
            button = QPushButton(deed.text)
            button.setToolTip(deed.tip)
            button.setAutoDefault(False)
            button.clicked.connect(lambda checked=False, d=deed: self._on_deed(d))
            self.buttons[deed.text] = button
            grid.addWidget(button, n // 4, n % 4)
        self.begin = QPushButton("开始新期间")
        self.begin.setToolTip("建立下一个期间，并从选中的期间结转未完成事项")
        self.begin.clicked.connect(self._on_begin)
        self.year = QPushButton("年度结转")
        self.year.setToolTip("全年各期归档，建立下一年第一个期间，期初取自最后一次报出的期末")
        self.year.clicked.connect(self._on_year)
        close = QPushButton("关闭")
        close.clicked.connect(self.reject)
        for button in (self.begin, self.year):
            button.setAutoDefault(False)
        bottom = QHBoxLayout()
        bottom.addWidget(self.begin)
        bottom.addWidget(self.year)
        bottom.addStretch(1)
        bottom.addWidget(close)
        layout = QVBoxLayout(self)
        for part in (note, self.table):
            layout.addWidget(part)
        layout.addLayout(grid)
        layout.addLayout(bottom)
        self._refresh()
        self._load()

    # --- what is there -----------------------------------------------------------------------------------

    def _load(self, keep: str = "") -> None:
        def work(ledger: Ledger, progress: Progress) -> tuple[list[Period], str]:
            from core.records import periods

            now = ledger.meta("period")
            found = periods.listed(ledger)
            if now and now not in {p.period for p in found}:
                found.append(periods.get(ledger, now))
            return found, now

        self.session.read(work).then(self, lambda found: self._on_listed(found, keep))

    def _on_listed(self, found: tuple[list[Period], str] | None, keep: str) -> None:
        if found is None:
            return
        self._found, now = found
        self.table.fill(
            [
                (
                    period_name(p.period) + ("（当前）" if p.period == now else ""),
                    p.state_name,
                    "是" if p.zero else "",
                    p.note,
                    p.changed_at,
                    p.who,
                )
                for p in self._found
            ]
        )
        wanted = keep or now
        row = next((n for n, p in enumerate(self._found) if p.period == wanted), len(self._found) - 1)
        if row >= 0:
            self.table.choose(row)
        self._refresh()

    def chosen(self) -> Period | None:
        """The selected period."""
        chosen = self.table.chosen()
        return self._found[chosen[0]] if chosen else None

    def _refresh(self) -> None:
        from core.records.periods import can_become

        one = self.chosen()
        free = not self.session.state.readonly
        for deed in self._deeds:
            can = one is not None and can_become(one.state, deed.to)
            self.buttons[deed.text].setEnabled(free and can)
        self.begin.setEnabled(free)
        self.year.setEnabled(free and one is not None)

    # --- deeds -------------------------------------------------------------------------------------------

    def _on_deed(self, deed: _Deed) -> None:
        one = self.chosen()
        if one is None:
            return
        name, words = period_name(one.period), ""
        if deed.reason:
            words = messages.ask_text(self, deed.text, f"{deed.text}：{name}", deed.reason, deed.text)
            if not words:
                return
        elif deed.sure and not messages.ask(self, f"{deed.text}：{name}？", deed.text, deed.sure):
            return

        def work(ledger: Ledger, progress: Progress) -> Any:
            return deed.do(ledger, one, words)

        self._run(work, deed.text, f"{name}：{deed.text}完成", one.period)

    def _on_begin(self) -> None:
        one = self.chosen()
        wanted = ask_period(self, {p.period for p in self._found})
        if not wanted:
            return

        def work(ledger: Ledger, progress: Progress) -> int:
            from core.records import periods

            periods.open_period(ledger, wanted)
            carried = 0
            if one is not None and one.period != wanted:
                carried = len(periods.carry_over(ledger, one.period, wanted).changes)
            ledger.set_meta("period", wanted)
            return carried

        job = self._run(work, "开始新期间", "", wanted)
        job.then(
            self,
            lambda carried: self.told.emit(f"已开始{period_name(wanted)}，结转未完成事项 {carried or 0} 条"),
        )

    def _on_year(self) -> None:
        one = self.chosen()
        if one is None:
            return
        year = int(one.period[:4])
        more = f"{year} 年各期归档后只能带原因调整；随后建立 {year + 1} 年的第一个期间。"
        if not messages.ask(self, f"结转 {year} 年度？", "年度结转", more, danger=True):
            return

        def work(ledger: Ledger, progress: Progress) -> Any:
            from core.records import periods

            made = periods.close_year(ledger, year)
            ledger.set_meta("period", made.opened.period)
            return made

        job = self._run(work, "年度结转", "", "")
        job.then(
            self,
            lambda made: (
                messages.inform(
                    self,
                    f"{year} 年度已结转，归档 {len(made.archived)} 个期间。",
                    f"已开始{period_name(made.opened.period)}，结转未完成事项 {made.carried} 条。",
                )
                if made
                else None
            ),
        )

    def _run(self, work: Callable[[Ledger, Progress], Any], label: str, said: str, keep: str) -> Any:
        job = self.session.run(work, f"正在{label}", cancellable=False)

        def after(result: Any) -> None:
            self.session.tell_changed(None)
            if said:
                self.told.emit(said)
            self._load(keep)

        job.then(self, after)
        return job


def ask_period(parent: QWidget, there: Collection[str]) -> str:
    """Ask which period begins; "" when the clerk cancels. Those that are `there` are not offered."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("开始新期间")
    dialog.setMinimumWidth(360)
    box = QComboBox()
    today = date.today()
    offered = [*periods_around(date(today.year + 1, 12, 31)), *periods_around(today)]
    for period in sorted(set(offered) - set(there), key=period_bounds):
        if period_bounds(period)[1] >= f"{today.year - 1}-12-31":
            box.addItem(period_name(period), period)
    buttons, _ = verb_and_cancel(dialog, "开始")
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(18, 16, 18, 14)
    layout.addWidget(QLabel("从选中的期间结转未完成事项，金额不结转。"))
    layout.addWidget(box)
    layout.addWidget(buttons)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return str(box.currentData() or "") if accepted else ""


def _deeds() -> tuple[_Deed, ...]:
    from core.records import periods
    from core.records.changes import DRAFT, LOCKED, RECEIVED, RETURNED, REVIEWED

    return (
        _Deed(
            "标为已审核",
            "先审核全部数据，没有错误和未说明的问题才标为已审核",
            REVIEWED,
            lambda ledger, one, words: _reviewed(ledger, one),
        ),
        _Deed(
            "锁定",
            "锁定后这一期的数据不能随手改动",
            LOCKED,
            lambda ledger, one, words: periods.lock(ledger, one.period),
        ),
        _Deed(
            "零报告锁定",
            "本期没有盘活事项，仍须报送",
            LOCKED,
            lambda ledger, one, words: periods.lock(ledger, one.period, zero=True),
            sure="表示本期没有盘活事项。",
        ),
        _Deed(
            "解锁",
            "改回草稿；原因记入历史",
            DRAFT,
            lambda ledger, one, words: periods.reopen(ledger, one.period, why=words),
            reason="解锁原因",
        ),
        _Deed(
            "登记收到回执",
            "市办已接收这一期的上报包",
            RECEIVED,
            lambda ledger, one, words: periods.receive(ledger, one.period, words),
            reason="回执文号或日期",
        ),
        _Deed(
            "登记被退回",
            "市办退回了上报包；数据可以修改后报下一版",
            RETURNED,
            lambda ledger, one, words: periods.give_back(ledger, one.period, words),
            reason="退回原因",
        ),
    )


def _reviewed(ledger: Ledger, one: Period) -> None:
    from core.audit import review
    from core.errors import InputRefused

    if blocking := review(ledger, one.period):
        raise InputRefused(
            f"{period_name(one.period)}还有 {len(blocking)} 处要改正或说明，不能标为已审核",
            next="请在“审核”页逐条处理后再标。",
            code="blocked",
        )
