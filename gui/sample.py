"""The sample 账套: made once from the shipped messy ledger, so that there is something to try on."""

from __future__ import annotations

from pathlib import Path

from core import paths
from core.jobs import Progress

NAME = "示例账套"
UNIT = "綦江区国有资产监督管理委员会"
REGION = "500110"
OPERATOR = "张晓"


def ledgers() -> list[Path]:
    """The shipped ledgers, the complete one first."""
    return sorted((paths.resources() / "sample").glob("*.xlsx"))


def fill(ledger: object, progress: Progress) -> None:
    """Import the shipped ledgers; called in the worker."""
    from core.exchange.intake import apply, propose
    from core.records import Ledger

    assert isinstance(ledger, Ledger)
    for path in ledgers():
        apply(ledger, propose(path, ledger.standard, ledger=ledger, progress=progress), progress=progress)
