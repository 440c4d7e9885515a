"""The worked examples of the field: ratios, codes, idle days and idle land (domain.md appendix B)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from core.audit import check
from core.findings import Finding
from core.records import Ledger
from tests.core.audit.builders import Make

LAND = {
    "domain": "LAND",
    "asset_class": "20",
    "area_land": 100_00,
    "area_building": None,
    "method": "3004",
    "path": "30",
    "idle_class": "20",
    "idle_since": None,
    "appraisal": 1_00,
    "approval_no": "綦国资发〔2026〕12号",
}


def rules(found: Iterable[Finding]) -> set[str]:
    return {f.rule for f in found}


@pytest.mark.parametrize(
    ("external", "recovered", "stated", "told"),
    [
        # B.1: 62.1 of 114.6 is 54.1885 %; 54.1 was cut off, not rounded.
        (6_210_000_000, 11_460_000_000, "54.10", {"T-017"}),
        (6_210_000_000, 11_460_000_000, "54.20", set()),
        (6_205_500_000, 11_464_500_000, "54.10", set()),
        (42_990_000_000, 209_980_000_000, "20.40", {"T-017"}),
        (6_210_000_000, 11_460_000_000, "54.00", {"H-066"}),
        (1, 8, "12.50", set()),
        (0, 0, "0.00", set()),
        (9, 8, "100.00", {"B-061", "H-066"}),
    ],
)
def test_a_stated_ratio_is_recomputed_from_whole_amounts(
    ledger: Ledger,
    an_asset: Make,
    a_progress: Make,
    external: int,
    recovered: int,
    stated: str,
    told: set[str],
) -> None:
    values = {
        "external": external * 100,
        "recovered": recovered * 100,
        "stated_ratio": int(stated.replace(".", "")),
    }
    uid = a_progress(an_asset(), **values)
    assert rules(check(ledger, uids=[uid]).findings) & {"B-061", "H-066", "T-017"} == told


@pytest.mark.parametrize(
    ("uscc", "told"),
    [
        ("11500000009276871K", set()),
        ("11500222MB1B40119W", set()),
        ("11500105584272797D", set()),
        ("11500382MB168634XQ", set()),
        ("915000000000000192", set()),
        ("91500110MA0000007J", set()),
        ("125000000000000272", set()),
        ("11500000009276871A", {"B-001"}),
        ("1150000000927687IK", {"B-001"}),
        ("1150000000927687", {"B-001"}),
        (None, {"B-001"}),
    ],
)
def test_credit_codes_of_former_divisions_are_right(ledger: Ledger, uscc: str | None, told: set[str]) -> None:
    with ledger.edit("单位") as edit:
        uid = edit.add("unit", {"name": "甲", "uscc": uscc, "unit_type": "99", "region_code": "500110"})
    assert rules(check(ledger, uids=[uid]).findings) & {"B-001", "H-001"} == told


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("500110001002GB00003F00010001", False),
        ("500112001002GB00003F00010001", False),
        ("500110001002GB00003F0001000", True),
        ("500110001002XB00003F00010001", True),
    ],
)
def test_parcel_numbers_are_judged_by_their_shape(
    ledger: Ledger, an_asset: Make, number: str, told: bool
) -> None:
    with ledger.edit("权证") as edit:
        uid = edit.add("title", {"asset": an_asset_in(edit), "parcel_unit_no": number})
    assert ("H-008" in rules(check(ledger, uids=[uid]).findings)) is told


def an_asset_in(edit: Any) -> str:
    uid: str = edit.add("asset", {"name": "x"})
    return uid


@pytest.mark.parametrize(("day", "told"), [("2025-06-30", False), ("2026-06-30", True)])
def test_a_division_counts_on_the_day_of_the_business(
    ledger: Ledger, an_asset: Make, day: str, told: bool
) -> None:
    uid = an_asset(region_code="500112", book_date=day)
    assert ("H-005" in rules(check(ledger, uids=[uid]).findings)) is told


@pytest.mark.parametrize(
    ("asset_class", "since", "told"),
    [
        ("10", "2026-03-14", False),  # a house of an office, 200 days
        ("10", "2026-04-13", True),  # 170 days
        ("30", "2026-08-01", True),  # equipment, 60 days
        ("30", "2026-06-20", False),  # 102 days
        ("10", "2026-04", False),  # the first of April is 182 days away
        ("10", "2026-05", True),  # no day of May is 180 days away
        ("10", "2026", False),
    ],
)
def test_idle_days_are_those_of_domain_and_class(
    ledger: Ledger, an_asset: Make, asset_class: str, since: str, told: bool
) -> None:
    uid = an_asset(domain="ADMIN", asset_class=asset_class, idle_since=since)
    assert ("H-030" in rules(check(ledger, uids=[uid], period="2026Q3").findings)) is told


@pytest.mark.parametrize(
    ("values", "told"),
    [
        # 2024-01-01 agreed, not begun by 2025-02-01 (here: by the end of 2025M01 and 2025M02)
        ({"agreed_start": "2024-01-01"}, {"H-033"}),
        ({"agreed_start": "2024-01-01", "actual_start": "2024-05"}, set()),
        ({"agreed_start": "2024-06-01"}, set()),
        ({"agreed_start": "2023-01-01"}, {"H-033", "H-035"}),
        # 30 % built, 20 % invested, suspended for 400 days
        (
            {
                "dev_area": 30,
                "should_dev_area": 100,
                "dev_invested": 20,
                "dev_invest": 100,
                "suspend_date": "2024-01-20",
            },
            {"H-034"},
        ),
        # 40 % built, but only 24 % invested
        (
            {
                "dev_area": 40,
                "should_dev_area": 100,
                "dev_invested": 24,
                "dev_invest": 100,
                "suspend_date": "2024-01-20",
            },
            {"H-034"},
        ),
        (
            {
                "dev_area": 40,
                "should_dev_area": 100,
                "dev_invested": 25,
                "dev_invest": 100,
                "suspend_date": "2024-01-20",
            },
            set(),
        ),
        (
            {
                "dev_area": 30,
                "should_dev_area": 100,
                "dev_invested": 20,
                "dev_invest": 100,
                "suspend_date": "2024-09-20",
            },
            set(),
        ),
    ],
)
def test_idle_land_is_suspected_by_the_ministerial_order(
    ledger: Ledger, an_asset: Make, values: dict[str, Any], told: set[str]
) -> None:
    whole = {k: v * 100 if isinstance(v, int) else v for k, v in values.items()}
    uid = an_asset(**{**LAND, **whole})
    found = check(ledger, uids=[uid], period="2025M02").findings
    assert rules(found) & {"H-033", "H-034", "H-035"} == told
