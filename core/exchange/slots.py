"""The rows of a form that take records: between its header, its totals, its sections and its footer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from core.excel.refill import SheetEdit
from core.exchange.blanks import RECORD, Blank

_RANGE = re.compile(r"\b[A-Z]{1,3}(\d+):[A-Z]{1,3}(\d+)\b")
REPEATED = "repeated-header"
_PASSED = ("numbering", "example", REPEATED, "among")
_TOTALS = ("total", "subtotal", "unlabelled-total")
_USABLE = ("", "empty-form")


@dataclass(slots=True)
class Slot:
    """Rows of a form that take records: the prepared ones, and what bounds them below."""

    first: int
    prepared: list[int] = field(default_factory=list)
    bound: int = 0
    codes: dict[str, str] = field(default_factory=dict)
    owner: str = ""
    records: list[tuple[Any, ...]] = field(default_factory=list)
    inserted: int = 0
    framed: bool = False
    """The prepared rows are drawn: what speaks of them (lists, sums elsewhere) must hear of new ones."""
    continues: bool = False
    """A further page of the same list, under its header again."""


@dataclass(slots=True)
class Total:
    """A total row, in old numbers, and the slots it adds up."""

    row: int
    slots: list[Slot]


def _ranges(formula: str) -> list[tuple[int, int]]:
    """First and last row of each range in a formula."""
    return [(int(a), int(b)) for a, b in _RANGE.findall(formula.upper().replace("$", ""))]


def find_slots(edit: SheetEdit, blank: Blank, letters: list[str]) -> tuple[list[Slot], list[Total]]:
    """Slots and totals of one table of a form, from its header down; `letters` are its columns."""
    return _Finder(edit, blank, letters).run()


class _Finder:
    """Walks down from a header and tells slots, totals and the end of the table."""

    def __init__(self, edit: SheetEdit, blank: Blank, letters: list[str]) -> None:
        self.edit, self.blank, self.letters = edit, blank, letters
        self.slots: list[Slot] = []
        self.totals: list[Total] = []
        self.there: list[int] = []
        self.end = (blank.limit or edit.last_row + 1, bool(blank.limit))
        self.filled = {r for r in blank.grid.rows if r > blank.header_end and blank.has_content(r)}
        self.below = max([*self.filled, *blank.kinds, 0])
        self.last_header = max((r for r, why in blank.kinds.items() if why == REPEATED), default=0)
        first = blank.header_end + 1
        for row in range(first, self.end[0]):
            if blank.kinds.get(row, "") in _USABLE and self._adds_up(row):
                blank.kinds[row] = "unlabelled-total"
        self.lined = any(self._is_lined(r) for r in range(first, min(self.end[0], first + 40)))
        self.now: Slot | None = Slot(first, codes=blank.opening)

    def _is_lined(self, row: int) -> bool:
        return self.edit.is_lined(row, self.letters)

    def _adds_up(self, row: int) -> bool:
        """Whether a row sums other rows, whatever it is called (Total, a list's own totals row)."""
        return any(
            f.upper().startswith(("SUM(", "SUBTOTAL("))
            and ("[" in f or any(row < a or b < row for a, b in _ranges(f)))
            for f in (self.edit.formula(row, c) for c in self.letters)
        )

    def _usable(self, row: int) -> bool:
        """A row that waits for a record: blank (or a mere number), and drawn like one."""
        if self.blank.kinds.get(row, "") not in _USABLE:
            return False
        if row not in self.blank.kinds and row in self.filled:
            return False
        if self.blank.kinds.get(row) == "empty-form" or not self.lined:
            return True
        return self._is_lined(row)

    def run(self) -> tuple[list[Slot], list[Total]]:
        last = self.end[0] if self.end[1] else max(self.below, self.edit.last_row) + 1
        row = self.blank.header_end + 1
        stop = False
        while row < last and not stop:
            stop = self._step(row, last)
            row += 1
        if self.now is not None:
            self._close(row - 1 if stop else last if self.end[1] else 0)
        return self._done()

    def _step(self, row: int, last: int) -> bool:
        """Take one row in; True at the end of the table."""
        kind = self.blank.kinds.get(row, "")
        now = self.now
        if kind in _USABLE and not (kind == "" and row in self.filled):
            if now is not None and self._usable(row) and (not now.prepared or now.prepared[-1] == row - 1):
                now.prepared.append(row)
            return False
        if kind in _TOTALS:
            self._total(row)
            return False
        if kind == "section" and (self._named(row) or self._usable(row + 1)):
            return self._section(row)
        if kind == REPEATED and (now is None or now.prepared):
            if now is not None:
                self._close(row)
            self.now = Slot(row + 1, continues=True)
            return False
        if kind in _PASSED or kind == RECORD:
            if now is None or (kind in _PASSED and now.prepared):
                return True
            if kind == RECORD:
                self.there.append(row)
            now.first, now.prepared = row + 1, []
            return False
        if row < self.last_header:
            if now is not None and now.prepared:
                self._close(row)  # the foot of a page, and the title of the next
            return False
        return True

    def _named(self, row: int) -> bool:
        return bool(self.blank.sections.get(row) or self.blank.owners.get(row))

    def _section(self, row: int) -> bool:
        """A heading inside the table: of a path, of a unit, or of nothing that we know."""
        now = self.now
        if now is not None and now.prepared:
            self._close(row)
            if not self._named(row) and not any(s.codes or s.owner for s in self.slots):
                return True  # rows, then a text, then rows: nothing says what the second ones are for
        if self._named(row):
            codes = self.blank.sections.get(row, {})
            self.now = Slot(row + 1, codes=codes, owner="" if codes else self.blank.owners.get(row, ""))
        elif sum(1 for k in self.blank.kinds.values() if k == "section") == 1:
            self.now = Slot(row + 1)
        else:
            self.now = None
            text = self.blank.grid.text(row, next((c for c, _ in self.blank.grid.cells(row)), 1))
            self.blank.notes.append(f"第 {row} 行“{text[:20]}”以下没有填写：认不出它指哪条路径或哪个单位。")
        return False

    def _total(self, row: int) -> None:
        now = self.now
        if now is not None and not now.prepared and self._usable(row + 1):
            now.first = row + 1
            self.totals.append(Total(row, []))
            return
        if now is not None:
            self._close(row)
        total = self.blank.kinds[row] == "total"
        mine = self.slots if total else self.slots[-1:]
        self.totals.append(Total(row, list(mine)))

    def _close(self, bound: int) -> None:
        assert self.now is not None
        now, self.now = self.now, None
        now.bound = bound
        now.framed = self.lined and bool(now.prepared)
        if len(now.prepared) > 1 and not self.lined and bound and now.prepared[-1] not in self.filled:
            now.prepared.pop()  # the empty line above the footer
        self.slots.append(now)

    def _tell_records(self) -> None:
        if self.there:
            rows = (
                f"第 {self.there[0]} 行"
                if len(self.there) == 1
                else f"第 {self.there[0]}–{self.there[-1]} 行"
            )
            self.blank.notes.append(f"{rows}已有内容，保留不动，新行接在下面。")

    def _done(self) -> tuple[list[Slot], list[Total]]:
        if any(s.codes or s.owner for s in self.slots):
            self.slots = [s for s in self.slots if s.codes or s.owner]
        self._tell_records()
        self.blank.notes += [
            f"第 {r} 行是填写示例，保留未动，上报前请删去。"
            for r, why in self.blank.kinds.items()
            if why == "example"
        ]
        for total in self.totals:
            if not total.slots:
                total.slots = list(self.slots)
        return self.slots, self.totals
