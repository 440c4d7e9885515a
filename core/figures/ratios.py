"""Ratios from whole numbers, rounded half up once, at the end."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from core.standard.numbers import half_up


def percent(part: int, whole: int, places: int = 1) -> Decimal | None:
    """part / whole in percent; None (shown as —) when the whole is nought."""
    return None if whole == 0 else half_up(Fraction(part * 100, whole), places)


def change_percent(now: int, before: int, places: int = 1) -> Decimal | None:
    """Growth from `before` to `now` in percent; None when there was nothing before."""
    return None if before == 0 else half_up(Fraction((now - before) * 100, abs(before)), places)
