"""Rules that compare with what was reported; without a report they find nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.audit import check
from core.audit.reported import last_period, last_year, reported, reported_before
from core.findings import Finding
from core.records import Ledger
from tests.core.audit.builders import Make

Report = Callable[..., None]

COMPARING = ("H-064", "H-065", "T-012", "T-013", "H-041", "B-081", "B-082", "H-075", "H-071", "T-015")


def found(ledger: Ledger, rule: str, period: str = "2026Q3") -> list[Finding]:
    return list(check(ledger, rules=[rule], period=period).findings)


def edit(ledger: Ledger, table: str, uid: str, **values: Any) -> None:
    with ledger.edit("改") as action:
        action.set(table, uid, values)


def move(ledger: Ledger, asset: str, kind: str, **values: Any) -> None:
    with ledger.edit("变动") as action:
        given = {"asset": asset, "period": "2026Q3", "kind": kind, "move_date": "2026-08-01", "count": 1}
        action.add("movement", {**given, **values})


@pytest.mark.parametrize(
    ("period", "before", "year"),
    [
        ("2026Q3", "2026Q2", "2025Q3"),
        ("2026Q1", "2025Q4", "2025Q1"),
        ("2026M01", "2025M12", "2025M01"),
        ("2026M10", "2026M09", "2025M10"),
        ("2026H1", "2025H2", "2025H1"),
        ("2026", "2025", "2025"),
    ],
)
def test_the_period_before_has_the_same_length(period: str, before: str, year: str) -> None:
    assert (last_period(period), last_year(period)) == (before, year)


def test_the_last_version_of_a_period_counts(ledger: Ledger, an_asset: Make, report: Report) -> None:
    uid = an_asset()
    report("2026Q1"), report("2026Q2", 1)
    edit(ledger, "asset", uid, note="改过，说“好”,\n第二行")
    report("2026Q2", 2)
    assert [(r.period, r.version) for r in reported(ledger)] == [("2026Q1", 1), ("2026Q2", 2)]
    last = reported_before(ledger, "2026Q3")[-1]
    assert dict(last.rows("asset"))[uid]["note"] == "改过，说“好”,\n第二行"
    assert dict(last.rows("asset"))[uid]["net"] == 400_000_00


@pytest.mark.parametrize("rule", COMPARING)
def test_without_a_report_nothing_is_found(
    ledger: Ledger, an_asset: Make, a_progress: Make, rule: str
) -> None:
    asset = an_asset()
    a_progress(asset, recovered=9_00, period="2026Q2"), a_progress(asset, recovered=1_00)
    move(ledger, asset, "D4")
    assert found(ledger, rule) == []


@pytest.mark.parametrize(("rule", "then"), [("H-065", "2026Q2"), ("H-064", "2025Q3")])
def test_a_sum_that_moved_by_more_than_a_fifth_wants_a_word(
    ledger: Ledger, an_asset: Make, a_progress: Make, report: Report, unit: str, rule: str, then: str
) -> None:
    asset = an_asset()
    a_progress(asset, period=then, revived=100_000_00, recovered=50_000_00)
    report(then)
    now = a_progress(asset, revived=121_000_00, recovered=60_000_00)
    told = found(ledger, rule)
    assert [(f.table, f.uid) for f in told] == [("unit", unit)]
    assert "本期盘活额" in told[0].text and "+21.0%" in told[0].text
    assert "12.10万元" in told[0].text and "10.00万元" in told[0].text
    edit(ledger, "progress", now, variance_note="新增两处出租，合同已签")
    assert found(ledger, rule) == []
    edit(ledger, "progress", now, variance_note=None, revived=120_000_00)
    assert found(ledger, rule) == []


def test_the_same_words_as_last_time_are_pointed_out(
    ledger: Ledger, an_asset: Make, a_progress: Make, report: Report
) -> None:
    asset = an_asset()
    a_progress(asset, period="2026Q2")
    report("2026Q2")
    now = a_progress(asset)
    assert [f.uid for f in found(ledger, "T-012")] == [now]
    edit(ledger, "progress", now, work_note="合同已签，租金已到账")
    assert found(ledger, "T-012") == []


def test_when_hardly_anything_changed_the_whole_is_questioned(
    ledger: Ledger, an_asset: Make, report: Report
) -> None:
    uids = [an_asset(note="多行\n备注") for _ in range(10)]
    report("2026Q2")
    assert "100.0%" in found(ledger, "T-013")[0].text
    for uid in uids[:2]:
        edit(ledger, "asset", uid, note="新")
    assert found(ledger, "T-013") == []


def test_a_deadline_moved_by_three_reports_in_a_row(ledger: Ledger, an_asset: Make, report: Report) -> None:
    uid = an_asset(plan_end="2026-03")
    report("2025Q4")
    for period, end in (("2026Q1", "2026-06"), ("2026Q2", "2026-09")):
        edit(ledger, "asset", uid, plan_end=end)
        report(period)
    assert found(ledger, "H-041") == []
    edit(ledger, "asset", uid, plan_end="2026-12")
    told = found(ledger, "H-041")
    assert [f.uid for f in told] == [uid]
    assert "2026-03 → 2026-06 → 2026-09 → 2026-12" in told[0].text
    edit(ledger, "asset", uid, plan_end="2026-09")
    assert found(ledger, "H-041") == []


# --- movement (domain.md appendix B.6, in small) ---------------------------------------------------


def test_opening_movement_and_closing_must_agree(ledger: Ledger, an_asset: Make, report: Report) -> None:
    old = [an_asset() for _ in range(4)]
    report("2026Q2")
    assert found(ledger, "B-081") == []
    new = an_asset(area_building=50_00, area_idle=1_00, area_revivable=1_00)
    told = found(ledger, "B-081")
    assert len(told) == 1
    assert all(part in told[0].text for part in ("期初 4 宗", "应为 4 宗", "期末在册 5 宗"))
    move(ledger, new, "A2", area=50_00, net=400_000_00)
    assert found(ledger, "B-081") == [] and found(ledger, "B-082") == []
    edit(ledger, "asset", old[0], exit_reason="10", exit_date="2026-08-01")
    move(ledger, old[0], "D1", area=100_00, net=400_000_00)
    assert found(ledger, "B-081") == [] and found(ledger, "B-082") == []


def test_a_value_that_was_only_revalued_is_adjusted(ledger: Ledger, an_asset: Make, report: Report) -> None:
    uid = an_asset()
    report("2026Q2")
    edit(ledger, "asset", uid, net=390_000_00, area_building=101_00)
    texts = [f.text for f in found(ledger, "B-082")]
    assert any("总面积" in t and "101.00㎡" in t for t in texts)
    assert any("账面净值" in t and "39.00万元" in t for t in texts)
    move(ledger, uid, "J1", count=0, net=-10_000_00)
    move(ledger, uid, "J2", count=0, area=1_00)
    assert found(ledger, "B-082") == []


def test_corrections_of_more_than_a_twentieth_want_a_word(
    ledger: Ledger, an_asset: Make, report: Report
) -> None:
    uids = [an_asset() for _ in range(20)]
    report("2026Q2")
    move(ledger, uids[0], "D4")
    assert found(ledger, "H-075") == []
    move(ledger, uids[1], "D5")
    assert "10.0%" in found(ledger, "H-075")[0].text


# --- versions ---------------------------------------------------------------------------------------


def test_a_version_that_differs_much_wants_a_word(ledger: Ledger, an_asset: Make, report: Report) -> None:
    uids = [an_asset() for _ in range(9)]
    report("2026Q3")
    for uid in uids[:3]:
        edit(ledger, "asset", uid, note="改")
    assert found(ledger, "H-071") == []  # three of ten rows, the unit among them
    edit(ledger, "asset", uids[3], note="改")
    assert "40.0%" in found(ledger, "H-071")[0].text


def test_what_changed_since_this_periods_package_is_an_update(
    ledger: Ledger, an_asset: Make, report: Report
) -> None:
    uid, _ = an_asset(), an_asset()
    report("2026Q3", 2)
    assert found(ledger, "T-015") == []
    edit(ledger, "asset", uid, note="改")
    told = found(ledger, "T-015")
    assert [f.uid for f in told] == [uid] and "V02" in told[0].text
