"""The mapping of a whole file: a page for each of its tables, and what the clerk has said of them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget

from gui.pages.mapping import IMPORTING, MappingView, Words
from gui.session import Session

if TYPE_CHECKING:
    from core.exchange.plan import PlannedTable


class MappingTabs(QTabWidget):
    """answered(): the file is to be read anew with what the clerk said."""

    answered = Signal()

    def __init__(self, session: Session, words: Words = IMPORTING) -> None:
        super().__init__()
        self.session, self.words = session, words
        self.begin()

    def begin(self) -> None:
        """Forget the answers of the file before, and where the clerk was in it."""
        self._answers: dict[tuple[str, int], dict[str, Any]] = {}
        self._read_with = copy.deepcopy(self._answers)
        self.clear()

    def given(self) -> list[dict[str, Any]]:
        """What the clerk has said of each table, as a plan takes it."""
        return [
            {"sheet": sheet, "number": number, **said}
            for (sheet, number), said in self._answers.items()
            if said
        ]

    def accept(self) -> None:
        """The file was read with these answers."""
        self._read_with = copy.deepcopy(self._answers)

    def take_back(self) -> None:
        """The file could not be read with the last answer: the others hold."""
        self._answers = copy.deepcopy(self._read_with)

    def fill(self, tables: Sequence[PlannedTable], samples: Sequence[dict[int, str]]) -> None:
        """Show these tables; the clerk stays where he was."""
        here, before = self.currentIndex(), self.currentWidget()
        place = before.place() if isinstance(before, MappingView) and before.planned.sheet else None
        had_focus = before is not None and before.isAncestorOf(self.focusWidget() or self)
        while self.count():
            page = self.widget(0)
            self.removeTab(0)
            if page is not None:
                page.deleteLater()
        for planned, shown in zip(tables, samples, strict=True):
            said = self._answers.setdefault((planned.sheet, planned.number), {})
            view = MappingView(self.session.standard, planned, shown, said, self.words)
            view.changed.connect(lambda said: self.answered.emit())
            name = planned.sheet or "表格"
            self.addTab(view, name if planned.number == 1 else f"{name}（第 {planned.number} 张表）")
        self.setCurrentIndex(max(min(here, self.count() - 1), 0))
        now = self.currentWidget()
        if isinstance(now, MappingView) and place is not None:
            now.go_to(place, focus=had_focus)
