"""The ledger that the worker thread holds: opened, made, restored and closed there, never touched elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from core.jobs import Progress
from core.standard.model import Standard
from gui.reading import State, read_state

if TYPE_CHECKING:
    from core.records import Ledger

Look = tuple[Standard, State]
"""The first look at a 账套: its standard, and what the window tells about it."""


class Held:
    """At most one ledger. Each deed closes the one before, and returns the first look at the new one."""

    def __init__(self) -> None:
        self.ledger: Ledger | None = None

    def open(self, folder: Path, *, damaged: bool = False) -> Look:
        """Open a 账套; `damaged` opens a file that is not whole, for reading only."""
        from core.records import Ledger

        self.close()
        return self._look_at(Ledger.open(folder, damaged=damaged))

    def create(self, folder: Path, standard_name: str, *, period: str, **given: str) -> Look:
        """Make a 账套."""
        from core.records import Ledger
        from core.standard import load_default

        self.close()
        standard = load_default(standard_name) if standard_name else load_default()
        self.ledger = Ledger.create(folder, standard, **given)
        self.ledger.set_meta("period", period)
        return self._look_at(self.ledger)

    def create_sample(self, folder: Path, progress: Progress) -> Look:
        """Make the sample 账套 and fill it from the shipped ledgers."""
        from gui import sample
        from gui.dialogs.ledgers import last_quarter

        given = {"region": sample.REGION, "unit_name": sample.UNIT, "operator": sample.OPERATOR}
        self.create(folder, "", period=last_quarter(date.today()), role="district", **given)
        assert self.ledger is not None
        sample.fill(self.ledger, progress)
        return self._look_at(self.ledger)

    def restore(self, folder: Path, source: Path, progress: Progress, *, damaged: bool) -> Look:
        """Put a backup or a pack in the place of a 账套; what was open is opened again when that fails."""
        from core.records import Ledger, recovery

        former = self.ledger.folder if self.ledger is not None else None
        self.close()
        try:
            recovery.restore(folder, source, progress=progress)
        except Exception:
            if former is not None:
                self.ledger = Ledger.open(former, damaged=damaged)
            raise
        return self._look_at(Ledger.open(folder))

    def accept_outside(self, folder: Path) -> Look:
        """Take a file that was changed outside as it is, if every line of it agrees."""
        from core.records import Ledger, health

        self.close()
        report = health.accept(folder)
        return self._look_at(Ledger.open(folder, damaged=not report.ok))

    def close(self) -> None:
        """Close what is open."""
        if self.ledger is not None:
            self.ledger.close()
            self.ledger = None

    def _look_at(self, ledger: Ledger) -> Look:
        self.ledger = ledger
        return ledger.standard, read_state(ledger)
