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


def printed_interval(part: str, whole: str) -> tuple[Fraction, Fraction]:
    """Least and greatest percentage that two printed (already rounded) numbers can stand for.

    ("62.1", "114.6") → 54.12…54.26: each number may be off by half of its last place.
    """
    (a, half_a), (b, half_b) = _printed(part), _printed(whole)
    if b - half_b <= 0:
        raise ValueError("分母取整后可能为零，不能复算")
    return (a - half_a) * 100 / (b + half_b), (a + half_a) * 100 / (b - half_b)


def judge_printed(part: str, whole: str, ratio: str) -> str:
    """Say whether a printed percentage can follow from two printed numbers, and by which rounding."""
    low, high = printed_interval(part, whole)
    value, half = _printed(ratio)
    if low < value + half and high >= value - half:
        return "四舍五入可得"
    if low < value + 2 * half and high >= value:
        return "只有截尾才能得到"
    return "由这两个数得不到"


def _printed(text: str) -> tuple[Fraction, Fraction]:
    """A printed number and half of its last place."""
    t = text.strip().rstrip("%").replace(",", "")
    places = len(t.partition(".")[2])
    return Fraction(t), Fraction(1, 2 * 10**places)


def rounding_gap(parts: list[int], total: int, unit: int, places: int = 2) -> Decimal:
    """What rounded parts add up to beyond the rounded total, in the display unit (万元: unit=1_000_000)."""
    rounded = sum((half_up(Fraction(p, unit), places) for p in parts), Decimal(0))
    return rounded - half_up(Fraction(total, unit), places)
