"""What the formulas of a form come to: the four operations, SUM, SUBTOTAL and ROUND over cells of one sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, localcontext
from fractions import Fraction

from core.excel.formulas import range_of
from core.excel.grid import column_number, letter
from core.excel.refill import SheetEdit, decimal_plain

_DEEPEST = 50
"""Formulas that speak of each other further than this are left to Excel."""


class Unknown(Exception):
    """A formula, or a cell that it needs, is beyond what is reckoned here."""


class Reckoner:
    """Exact values of the formulas of one sheet, each worked out once."""

    def __init__(self, edit: SheetEdit) -> None:
        self.edit = edit
        self._known: dict[tuple[int, str], Fraction | None] = {}
        self._under_way: set[tuple[int, str]] = set()

    def value(self, row: int, column: str) -> Fraction | None:
        """The number that a formula comes to; None when that is not known here."""
        place = (row, column)
        if place not in self._known:
            if place in self._under_way or len(self._under_way) > _DEEPEST:
                return None
            self._under_way.add(place)
            try:
                found: Fraction | None = _Reading(self, self.edit.formula(row, column)).whole()
            except Unknown:
                found = None
            self._under_way.discard(place)
            self._known[place] = found
        return self._known[place]

    def cell(self, row: int, column: str) -> Fraction | str:
        """A cell as an operand: its number, 0 when it is blank, "" for words."""
        cell = self.edit.cell(row, column)
        if cell is None or not cell.children:
            return Fraction(0)
        if cell.first("f") is not None:
            found = self.value(row, column)
            if found is None:
                raise Unknown
            return found
        v = cell.first("v")
        if v is None or cell.attributes.get("t", "n") != "n":
            return ""
        return Fraction(v.text)

    def summed(self, reference: str, *, totals: bool = True) -> Fraction:
        """The numbers of a range added up; words in it do not count, nor do subtotals when `totals` is off."""
        return sum(self._numbers(reference, totals), Fraction(0))

    def _numbers(self, reference: str, totals: bool) -> Iterator[Fraction]:
        found = range_of(reference)
        if found is None:
            raise Unknown
        (left, top), (right, bottom) = found
        columns = [letter(c) for c in range(column_number(left), column_number(right) + 1)]
        for row in range(top, min(bottom, self.edit.last_row) + 1):
            for column in columns:
                if not totals and "SUBTOTAL(" in self.edit.formula(row, column).upper():
                    continue
                number = self.cell(row, column)
                if isinstance(number, Fraction):
                    yield number


class _Reading:
    """One formula read from left to right."""

    def __init__(self, reckoner: Reckoner, formula: str) -> None:
        from openpyxl.formula.tokenizer import Tokenizer, TokenizerError

        try:
            items = Tokenizer("=" + formula).items
        except TokenizerError as e:
            raise Unknown from e
        self.reckoner = reckoner
        self.tokens = [t for t in items if t.type != "WHITE-SPACE"]
        self.at = 0

    def whole(self) -> Fraction:
        found = self._sum()
        if self.at < len(self.tokens):
            raise Unknown
        return found

    def _next(self, kind: str, values: str = "") -> str:
        """Take the next token when it is of this kind and one of these characters; else ""."""
        if self.at < len(self.tokens):
            t = self.tokens[self.at]
            if f"{t.type} {t.subtype}".strip() == kind and (not values or t.value in values):
                self.at += 1
                return str(t.value)
        return ""

    def _sum(self) -> Fraction:
        found = self._product()
        while sign := self._next("OPERATOR-INFIX", "+-"):
            found += self._product() if sign == "+" else -self._product()
        return found

    def _product(self) -> Fraction:
        found = self._factor()
        while sign := self._next("OPERATOR-INFIX", "*/"):
            other = self._factor()
            if sign == "/" and not other:
                raise Unknown
            found = found * other if sign == "*" else found / other
        return found

    def _factor(self) -> Fraction:
        if sign := self._next("OPERATOR-PREFIX"):
            return -self._factor() if sign == "-" else self._factor()
        found = self._operand()
        while self._next("OPERATOR-POSTFIX"):
            found /= 100
        return found

    def _operand(self) -> Fraction:
        if number := self._next("OPERAND NUMBER"):
            return Fraction(number)
        if reference := self._next("OPERAND RANGE"):
            found = range_of(reference)
            if found is None or found[0] != found[1]:
                raise Unknown
            (column, row), _ = found
            number_of = self.reckoner.cell(row, column)
            if isinstance(number_of, Fraction):
                return number_of
            raise Unknown
        if self._next("PAREN OPEN"):
            inside = self._sum()
            self._close("PAREN CLOSE")
            return inside
        return self._function(self._next("FUNC OPEN").upper())

    def _close(self, kind: str) -> None:
        if not self._next(kind):
            raise Unknown

    def _function(self, name: str) -> Fraction:
        if name == "SUM(":
            return self._added()
        if name == "SUBTOTAL(":
            if not re.fullmatch(r"9|109", self._next("OPERAND NUMBER")):
                raise Unknown
            self._close("SEP ARG")
            return self._added(totals=False)
        if name == "ROUND(":
            number = self._sum()
            self._close("SEP ARG")
            places = self._next("OPERAND NUMBER")
            self._close("FUNC CLOSE")
            if not places.isdigit():
                raise Unknown
            return _rounded(number, int(places))
        raise Unknown

    def _added(self, *, totals: bool = True) -> Fraction:
        """The arguments of SUM and SUBTOTAL: ranges, cells, numbers, sums."""
        found = Fraction(0)
        while True:
            ahead = self.tokens[self.at + 1 : self.at + 2]
            alone = ahead and ahead[0].type in ("SEP", "FUNC") and ahead[0].subtype in ("ARG", "CLOSE")
            if alone and (reference := self._next("OPERAND RANGE")):
                found += self.reckoner.summed(reference, totals=totals)
            else:
                found += self._sum()
            if not self._next("SEP ARG"):
                break
        self._close("FUNC CLOSE")
        return found


def _rounded(number: Fraction, places: int) -> Fraction:
    """Half away from zero, as spreadsheets round."""
    scaled = abs(number) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if number >= 0 else -whole, 10**places)


def plain(value: Fraction) -> str:
    """A number as a cell stores it: exact where it ends, else with the 15 digits that a double holds."""
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        if Fraction(exact) != value:
            context.prec = 15
            exact = +exact
    return decimal_plain(exact)
