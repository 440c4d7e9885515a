"""What was reported changes only with a reason: rows of locked and reported periods."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.errors import InputRefused
from core.records import periods as periods_of
from core.records.changes import LOCKED, REPORTED
from core.standard.dates import period_name

if TYPE_CHECKING:
    from core.records.ledger import Ledger

ADJUST = "adjust"
"""Kind of a batch that changed what was reported."""


class PeriodLocked(InputRefused):
    """A change of locked periods; `periods` are to be reopened first, with a reason."""

    def __init__(self, periods: tuple[str, ...]) -> None:
        super().__init__(
            f"{'、'.join(period_name(p) for p in periods)}的数据已锁定，不能修改",
            next="如确需修改，请先解锁该期间（panhuo period reopen），解锁会留下记录。",
            code="period-locked",
        )
        self.periods = periods


def allowed_kind(ledger: Ledger, touched: Iterable[str], *, kind: str, why: str) -> str:
    """Refuse a change of a locked period, or of a reported one without a reason; the batch's kind."""
    periods = sorted(p for p in touched if p)
    if not periods:
        return kind
    states = periods_of.states(ledger, periods)
    locked = tuple(period for period, state in states.items() if state == LOCKED)
    if locked:
        raise PeriodLocked(locked)
    reported = [period for period, state in states.items() if state in REPORTED]
    if reported and not why.strip():
        names = "、".join(period_name(period) for period in reported)
        raise InputRefused(
            f"{names}已经报出，修改已报数据须写明原因", next="请填写调整原因后重试。", code="needs-reason"
        )
    return ADJUST if reported and kind == "edit" else kind
