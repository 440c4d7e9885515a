"""Amounts and areas: every spelling → whole 分 and whole 0.01 ㎡ (domain.md Appendix B.2, B.3)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.standard.numbers import (
    AREA_UNITS,
    MONEY_UNITS,
    format_scaled,
    half_up,
    in_unit,
    parse_quantity,
    read_number,
    unit_named,
)


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("86.18", "万元", 861_800_00),
        ("1,072,861.52", "元", 1_072_861_52),
        ("１，０７２", "元", 1_072_00),
        ("¥1,234.50", "元", 1_234_50),
        ("（123）", "元", -123_00),
        ("1.2亿", "元", 120_000_000_00),
        ("350万", "元", 3_500_000_00),
        ("350 万元", "元", 3_500_000_00),
        ("-0.01", "元", -1),
        ("1.5e3", "元", 1_500_00),
        (".5", "元", 50),
    ],
)
def test_amounts_are_read_with_their_units(text: str, unit: str, fen: int) -> None:
    assert parse_quantity(text, unit, MONEY_UNITS) == fen


@pytest.mark.parametrize(
    ("text", "square"),
    [
        ("46.5亩", 31_000_00),
        ("1公顷", 10_000_00),
        ("420㎡", 420_00),
        ("3333.33平方米", 3_333_33),
        ("3.10亩", 2_066_67),
        ("0.5平方公里", 500_000_00),
    ],
)
def test_areas_are_stored_in_square_metres(text: str, square: int) -> None:
    assert parse_quantity(text, "㎡", AREA_UNITS) == square


def test_areas_are_shown_in_mu_rounded_once() -> None:
    assert round(in_unit(3_333_33, "亩", AREA_UNITS), 2) == Decimal("5.00")
    assert round(in_unit(420_00, "亩", AREA_UNITS), 2) == Decimal("0.63")


@pytest.mark.parametrize("text", ["", "无", "约", "12,34", "1.2.3", "一百", "12五", "--5"])
def test_what_is_no_number_is_refused_in_chinese(text: str) -> None:
    with pytest.raises(ValueError, match="不是"):
        parse_quantity(text, "元", MONEY_UNITS)


def test_a_third_decimal_of_yuan_is_refused_when_exactness_is_asked() -> None:
    with pytest.raises(ValueError, match="两位小数"):
        parse_quantity("1.005", "元", MONEY_UNITS, exact=True)


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (6_210_000_000, 11_460_000_000, "54.2"),
        (6_205_500_000, 11_464_500_000, "54.1"),
        (4299, 20998, "20.5"),
        (1, 3, "33.3"),
        (1, 8, "12.5"),
        (1145, 2000, "57.3"),
    ],
)
def test_ratios_are_rounded_half_up_once_at_the_end(part: int, whole: int, percent: str) -> None:
    assert half_up(Fraction(part * 100, whole), 1) == Decimal(percent)


def test_ten_thousand_yuan_are_rounded_half_up_after_the_sum() -> None:
    shown = [half_up(Fraction(fen, 1_000_000), 2) for fen in (12_344_99, 12_345_00, 12_350_00)]
    assert shown == [Decimal("1.23"), Decimal("1.23"), Decimal("1.24")]
    assert half_up(Fraction(37_039_99, 1_000_000), 2) == Decimal("3.70")
    assert half_up(Fraction(3 * 10_040_00, 1_000_000), 2) == Decimal("3.01")


@given(st.integers(-(10**15), 10**15))
def test_fen_survive_text_and_back_in_every_unit(fen: int) -> None:
    assert parse_quantity(format_scaled(fen, 2, grouped=True), "元", MONEY_UNITS, exact=True) == fen
    for unit in ("元", "万元", "亿元"):
        assert parse_quantity(f"{in_unit(fen, unit, MONEY_UNITS):f}", unit, MONEY_UNITS, exact=True) == fen


@pytest.mark.parametrize(
    ("word", "unit"),
    [("平方米", "㎡"), ("m2", "㎡"), ("万", "万元"), ("（万元）", "万元"), ("公顷", "公顷"), ("个", "")],
)
def test_unit_words_are_known(word: str, unit: str) -> None:
    assert unit_named(word) == unit


def test_the_unit_word_behind_a_number_is_kept() -> None:
    assert read_number("41612.92平方米") == (Fraction("41612.92"), "平方米")
