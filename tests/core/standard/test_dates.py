"""Dates in every spelling, as precise as they are known; periods."""

from __future__ import annotations

import pytest

from core.standard.dates import parse_date, parse_period, period_bounds, period_name, to_cn


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2024-3-1", "2024-03-01"),
        ("2024/3/1", "2024-03-01"),
        ("2024.3.1", "2024-03-01"),
        ("20240301", "2024-03-01"),
        ("202403", "2024-03"),
        ("2024年3月", "2024-03"),
        ("2024年3月1日", "2024-03-01"),
        ("2024 年 3 月", "2024-03"),
        ("2024年", "2024"),
        ("2024", "2024"),
        ("２０２４年３月", "2024-03"),
        ("二〇二四年三月", "2024-03"),
        ("二〇二四年十二月三十一日", "2024-12-31"),
        ("2024-03-01 00:00:00", "2024-03-01"),
        ("2024年10月份", "2024-10"),
    ],
)
def test_dates_are_read_in_every_spelling(text: str, stored: str) -> None:
    assert parse_date(text) == stored


@pytest.mark.parametrize("text", ["2024-13", "2024-02-30", "昨天", "24年3月", "1024-01-01", "2024-3-1-1"])
def test_what_is_no_date_is_refused_in_chinese(text: str) -> None:
    with pytest.raises(ValueError, match=r"日期|月份|这一天|年份"):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "period", "name", "bounds"),
    [
        ("2026q3", "2026Q3", "2026年第三季度", ("2026-07-01", "2026-09-30")),
        ("2026年第三季度", "2026Q3", "2026年第三季度", ("2026-07-01", "2026-09-30")),
        ("2026年9月", "2026M09", "2026年9月", ("2026-09-01", "2026-09-30")),
        ("2026", "2026", "2026年度", ("2026-01-01", "2026-12-31")),
        ("2026M02", "2026M02", "2026年2月", ("2026-02-01", "2026-02-28")),
    ],
)
def test_periods(text: str, period: str, name: str, bounds: tuple[str, str]) -> None:
    assert parse_period(text) == period
    assert period_name(period) == name
    assert period_bounds(period) == bounds


def test_letters_write_dates_in_chinese() -> None:
    assert to_cn("2026-11-04") == "2026年11月4日"
