"""What becomes of references and formulas when rows are inserted into a sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_CELL = r"\$?[A-Za-z]{1,3}\$?\d{1,7}"
_PLAIN = re.compile(rf"^({_CELL})(?::({_CELL}))?$")
_ROWS = re.compile(r"^(\$?)(\d{1,7}):(\$?)(\d{1,7})$")
_PARTS = re.compile(r"^(\$?[A-Za-z]{1,3}\$?)(\d{1,7})$")


@dataclass(frozen=True, slots=True)
class Insertion:
    """`count` rows inserted before row `before`; ranges that end at row `grows` take them in."""

    before: int
    count: int
    grows: int = 0


@dataclass(frozen=True, slots=True)
class RowShift:
    """All insertions into one sheet, told in its old row numbers."""

    insertions: tuple[Insertion, ...] = ()

    def __bool__(self) -> bool:
        return any(i.count for i in self.insertions)

    def row(self, number: int) -> int:
        """Where an old row stands now."""
        return number + sum(i.count for i in self.insertions if number >= i.before)

    def end(self, first: int, last: int) -> int:
        """Where the last row of a range stands now, with what was inserted at its end."""
        grown = sum(i.count for i in self.insertions if i.grows == last and i.before > last >= first)
        return self.row(last) + grown

    def reference(self, text: str) -> str:
        """A1 · $B$6:F15 · 6:9 with its rows moved; anything else as it is."""
        if m := _ROWS.match(text):
            first, last = int(m[2]), int(m[4])
            return f"{m[1]}{self.row(first)}:{m[3]}{self.end(first, last)}"
        m = _PLAIN.match(text)
        if m is None:
            return text
        column, first = _split(m[1])
        if m[2] is None:
            return f"{column}{self.row(first)}"
        other, last = _split(m[2])
        if last < first:
            return f"{column}{self.row(first)}:{other}{self.row(last)}"
        return f"{column}{self.row(first)}:{other}{self.end(first, last)}"

    def references(self, text: str) -> str:
        """A list of references as sqref holds it."""
        return " ".join(self.reference(part) for part in text.split())


def _split(cell: str) -> tuple[str, int]:
    m = _PARTS.match(cell)
    assert m is not None
    return m[1], int(m[2])


def sheet_of(reference: str) -> tuple[str, str]:
    """('表 1', '$A$3') of a reference with a sheet; ('', reference) without one."""
    name, mark, rest = reference.rpartition("!")
    if not mark:
        return "", reference
    if name.startswith("'") and name.endswith("'"):
        name = name[1:-1].replace("''", "'")
    return name, rest


def shifted(formula: str, shift: RowShift, sheet: str, *, own: bool) -> str:
    """A formula (without =) after rows of `sheet` have moved; `own`: it stands on that sheet."""
    from openpyxl.formula.tokenizer import Tokenizer, TokenizerError

    try:
        items = Tokenizer("=" + formula).items
    except TokenizerError:
        return formula
    made = []
    for token in items:
        value = token.value
        if token.type == "OPERAND" and token.subtype == "RANGE":
            name, rest = sheet_of(value)
            if name == sheet or (own and not name):
                value = value[: len(value) - len(rest)] + shift.reference(rest)
        made.append(value)
    return "".join(made)


def moved(formula: str, origin: str, target: str) -> str:
    """A formula (without =) as it reads when it is copied from one cell to another."""
    from openpyxl.formula.translate import Translator

    return str(Translator("=" + formula, origin=origin).translate_formula(target))[1:]


def single_rows(formula: str, sheet: str, *, own: bool) -> set[int]:
    """Rows that a formula names one by one, outside ranges: =F6+F7."""
    from openpyxl.formula.tokenizer import Tokenizer, TokenizerError

    try:
        items = Tokenizer("=" + formula).items
    except TokenizerError:
        return set()
    found = set()
    for token in items:
        if token.type == "OPERAND" and token.subtype == "RANGE":
            name, rest = sheet_of(token.value)
            m = _PLAIN.match(rest)
            if m and m[2] is None and (name == sheet or (own and not name)):
                found.add(_split(m[1])[1])
    return found


def range_of(reference: str) -> tuple[tuple[str, int], tuple[str, int]] | None:
    """(("F", 6), ("F", 15)) of F6:F15 on the own sheet, twice the same for one cell; None for anything else."""
    m = _PLAIN.match(reference.replace("$", "").upper())
    if not m:
        return None
    first = _split(m[1])
    return first, _split(m[2]) if m[2] else first


def insertions(found: Sequence[Insertion]) -> RowShift:
    """The shift of a sheet, in order."""
    return RowShift(tuple(sorted((i for i in found if i.count), key=lambda i: i.before)))
