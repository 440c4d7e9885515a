"""Ratios by the vectors of domain.md Appendix B.1 and B.2, and what a printed ratio can follow from."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.figures.ratios import change_percent, judge_printed, percent, printed_interval, rounding_gap


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (6_210_000_000, 11_460_000_000, "54.2"),
        (6_205_500_000, 11_464_500_000, "54.1"),
        (42_990_000_000, 209_980_000_000, "20.5"),
        (1, 3, "33.3"),
        (1, 8, "12.5"),
        (1_145, 2_000, "57.3"),
    ],
)
def test_percentages_are_rounded_half_up_from_whole_numbers(part: int, whole: int, shown: str) -> None:
    assert percent(part, whole) == Decimal(shown)


def test_nothing_over_nothing_is_a_dash_and_not_nought() -> None:
    assert percent(0, 0) is None
    assert change_percent(5, 0) is None


def test_change_is_against_the_size_of_what_was() -> None:
    assert change_percent(120, 100) == Decimal("20.0")
    assert change_percent(-50, -100) == Decimal("50.0")


def test_the_letters_first_ratio_follows_from_its_numbers_by_rounding() -> None:
    low, high = printed_interval("62.1", "114.6")
    assert round(float(low), 2) == 54.12 and round(float(high), 2) == 54.26
    assert judge_printed("62.1", "114.6", "54.1") == "四舍五入可得"


def test_the_letters_second_ratio_follows_by_cutting_off_only() -> None:
    assert judge_printed("429.9", "2099.8", "20.4") == "只有截尾才能得到"
    assert judge_printed("429.9", "2099.8", "20.5%") == "四舍五入可得"
    assert judge_printed("429.9", "2099.8", "21.5") == "由这两个数得不到"


def test_rounded_parts_may_miss_the_rounded_total() -> None:
    assert rounding_gap([10_040_00] * 3, 30_120_00, 1_000_000) == Decimal("-0.01")
    assert rounding_gap([12_344_99, 12_345_00, 12_350_00], 37_039_99, 1_000_000) == 0
