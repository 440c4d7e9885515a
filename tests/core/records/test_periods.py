"""Periods: what was reported changes only with a reason, and a year opens from the last reported closing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.errors import InputRefused
from core.records import Ledger, periods
from core.records.changes import ARCHIVED, DRAFT, LOCKED, RECEIVED, RETURNED, REVIEWED, SENT


def _report(ledger: Ledger, period: str, version: int = 1) -> None:
    """What the export leaves behind."""
    with ledger.transaction():
        ledger.conn.execute(
            sa.insert(ledger.tables.submission),
            {"period": period, "version": version, "package_id": f"{period}-{version}", "state": "reported"},
        )


@pytest.fixture
def row(ledger: Ledger, asset: str) -> str:
    """A progress row of the third quarter."""
    with ledger.edit("进展") as edit:
        values = {"asset": asset, "period": "2026Q3", "method": "1001", "stage": "70", "revived": 100}
        return edit.add("progress", values)


def test_a_locked_period_refuses_every_change_of_its_rows(ledger: Ledger, row: str, asset: str) -> None:
    periods.lock(ledger, "2026Q3")
    before = ledger.fingerprint()
    deeds = (
        lambda e: e.set("progress", row, {"revived": 1}),
        lambda e: e.delete("progress", row),
        lambda e: e.delete("asset", asset),
        lambda e: e.add("progress", {"asset": asset, "period": "2026Q3"}),
    )
    for deed in deeds:
        with (
            pytest.raises(InputRefused, match="已锁定") as refused,
            ledger.edit("改", why="有原因也不行") as edit,
        ):
            deed(edit)
        assert refused.value.code == "period-locked" and refused.value.next
    assert ledger.fingerprint() == before
    with ledger.edit("资产照常") as edit:
        edit.set("asset", asset, {"cost": 5})
        edit.add("progress", {"asset": asset, "period": "2026Q4"})


def test_a_reported_row_changes_only_with_a_reason(ledger: Ledger, row: str, asset: str) -> None:
    _report(ledger, "2026Q3")
    assert periods.get(ledger, "2026Q3").state_name == "已报出 V01"
    with pytest.raises(InputRefused, match="须写明原因") as refused, ledger.edit("改") as edit:
        edit.set("progress", row, {"revived": 1})
    assert refused.value.code == "needs-reason"
    with ledger.edit("改", why="金额单位填错") as edit:
        edit.set("progress", row, {"revived": 1})
    line = ledger.history(row, "revived")[0]
    assert (line.before, line.after, line.why) == (100, 1, "金额单位填错")
    assert ledger.batches()[0]["kind"] == "adjust"
    with ledger.edit("资产照常改") as edit:
        edit.set("asset", asset, {"cost": 5})


def test_undoing_a_change_of_what_was_reported_asks_for_a_reason_too(ledger: Ledger, row: str) -> None:
    with ledger.edit("改") as edit:
        edit.set("progress", row, {"revived": 1})
    _report(ledger, "2026Q3")
    with pytest.raises(InputRefused, match="须写明原因"):
        ledger.undo()
    ledger.undo(why="误操作")
    assert ledger.value("progress", row, "revived") == 100


def test_a_review_lapses_with_the_next_change(ledger: Ledger, row: str, asset: str) -> None:
    periods.review(ledger, "2026Q3")
    assert periods.get(ledger, "2026Q3").state == REVIEWED
    periods.open_period(ledger, "2026Q4")
    assert periods.get(ledger, "2026Q3").state == REVIEWED, "another period is no change of the data"
    with ledger.edit("改") as edit:
        edit.set("asset", asset, {"cost": 6})
    assert periods.get(ledger, "2026Q3").state == DRAFT


def test_the_way_of_a_period_from_draft_to_archive(ledger: Ledger, row: str) -> None:
    p = "2026Q3"
    assert periods.get(ledger, p).state == DRAFT
    assert periods.lock(ledger, p).state == LOCKED
    _report(ledger, p)
    assert periods.get(ledger, p).state == SENT
    assert periods.give_back(ledger, p, "第 3 行金额有误").state == RETURNED
    with ledger.edit("按退回意见改") as edit:
        edit.set("progress", row, {"revived": 7})
    _report(ledger, p, 2)
    assert periods.get(ledger, p).state_name == "已报出 V02"
    assert periods.receive(ledger, p, "回执").state == RECEIVED
    with pytest.raises(InputRefused, match="不能锁定"):
        periods.lock(ledger, p)


def test_reopening_needs_a_reason_and_is_no_matter_of_undo(ledger: Ledger, row: str) -> None:
    periods.lock(ledger, "2026Q3")
    with pytest.raises(InputRefused, match="须写明原因"):
        periods.reopen(ledger, "2026Q3", why=" ")
    assert periods.reopen(ledger, "2026Q3", why="漏填一行").state == DRAFT
    assert ledger.undo_label() == "进展"
    assert ledger.batches()[0]["why"] == "漏填一行"


def test_reopening_what_was_reported_holds_until_the_next_report(ledger: Ledger, row: str) -> None:
    _report(ledger, "2026Q3")
    periods.reopen(ledger, "2026Q3", why="补报")
    with ledger.edit("改") as edit:
        edit.set("progress", row, {"revived": 7})
    _report(ledger, "2026Q3", 2)
    assert periods.get(ledger, "2026Q3").state == SENT


def test_a_zero_report_says_so_and_is_refused_where_there_are_rows(ledger: Ledger, row: str) -> None:
    with pytest.raises(InputRefused, match="已有 1 条数据"):
        periods.lock(ledger, "2026Q3", zero=True)
    made = periods.lock(ledger, "2026Q4", zero=True)
    assert made.zero and made.state == LOCKED and made.note == "本期无盘活事项"


def test_unfinished_matters_are_carried_over_once_and_without_amounts(
    ledger: Ledger, row: str, asset: str
) -> None:
    with ledger.edit("乙") as edit:
        done = edit.add("asset", {"name": "乙"})
        edit.add(
            "progress", {"asset": done, "period": "2026Q3", "method": "1001", "stage": "80", "revived": 5}
        )
    assert len(periods.carry_over(ledger, "2026Q3", "2026Q4").changes) == 1
    rows = list(
        ledger.select("progress", ["asset", "period", "method", "stage", "revived"], order=["period"])
    )
    assert rows[-1] == (asset, "2026Q4", "1001", "70", None)
    assert len(periods.carry_over(ledger, "2026Q3", "2026Q4").changes) == 0
    ledger.undo()
    assert ledger.totals("progress")["count"] == 2


def test_the_year_turns_from_the_last_reported_closing(ledger: Ledger, row: str, asset: str) -> None:
    with pytest.raises(InputRefused, match="没有任何期间"):
        periods.close_year(ledger, 2025)
    periods.open_period(ledger, "2026Q4")
    _report(ledger, "2026Q3")
    with pytest.raises(InputRefused, match="2026年第四季度（草稿）"):
        periods.close_year(ledger, 2026)
    periods.carry_over(ledger, "2026Q3", "2026Q4")
    _report(ledger, "2026Q4")
    made = periods.close_year(ledger, 2026)
    assert made.archived == ("2026Q3", "2026Q4") and made.carried == 1
    assert made.opened.period == "2027Q1" and made.opened.opening == "2026Q4-1"
    assert periods.get(ledger, "2026Q3").state == ARCHIVED
    assert any("年度结转前" in p.name for p in (ledger.folder / "备份").iterdir())
    with pytest.raises(InputRefused, match="已归档"):
        periods.reopen(ledger, "2026Q3", why="想改")
    with pytest.raises(InputRefused, match="须写明原因"), ledger.edit("改") as edit:
        edit.set("progress", row, {"revived": 1})
    with ledger.edit("调整", why="审计调整") as edit:
        edit.set("progress", row, {"revived": 1})


@pytest.mark.parametrize(
    ("period", "after"),
    [
        ("2026Q3", "2026Q4"),
        ("2026Q4", "2027Q1"),
        ("2026M12", "2027M01"),
        ("2026H1", "2026H2"),
        ("2026", "2027"),
    ],
)
def test_the_following_period_has_the_same_length(period: str, after: str) -> None:
    assert periods.following(period) == after


def test_an_import_into_a_reported_period_is_guarded_like_any_change(ledger: Ledger, asset: str) -> None:
    _report(ledger, "2026Q3")
    rows = [("", {"asset": asset, "period": "2026Q3", "method": "1001"}, "")]
    with pytest.raises(InputRefused, match="须写明原因"), ledger.edit("导入", kind="import") as edit:
        edit.add_many("progress", rows)
    with ledger.edit("导入", kind="import", why="漏报") as edit:
        edit.add_many("progress", rows)
    assert ledger.batches()[0]["kind"] == "import"
