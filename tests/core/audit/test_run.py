"""Checking everything, and reviewing around one edit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.audit import check, current_period, findings, recheck, recheck_changes, run
from core.findings import ERROR, EXPLAIN, Finding
from core.jobs import Cancelled, Progress
from core.records import Ledger, lineage
from core.standard.dates import period_of
from core.storage import engine
from tests.core.audit.builders import PERIOD, Make


def ids(found: Iterable[Finding]) -> list[tuple[str, str]]:
    return sorted((f.rule, f.field) for f in found)


def changed(ledger: Ledger, table: str, uid: str, **values: Any) -> list[Finding]:
    with ledger.edit("修改") as edit:
        edit.set(table, uid, values)
    return recheck(ledger, table, uid)


def stored(ledger: Ledger) -> set[tuple[Any, ...]]:
    t = ledger.tables.finding
    return set(
        ledger.conn.execute(sa.select(t.c.rule, t.c.table, t.c.uid, t.c.field, t.c.params, t.c.digest))
    )


def reviewed_like_checked(ledger: Ledger) -> None:
    """What reviews left is what a full check finds in records (rules of the whole ledger aside)."""
    before = {row for row in stored(ledger) if row[2]}
    check(ledger)
    assert before == {row for row in stored(ledger) if row[2]}


def test_a_clean_ledger_has_nothing_to_find(ledger: Ledger, an_asset: Make, a_progress: Make) -> None:
    a_progress(an_asset())
    assert ids(f for f in check(ledger).findings if f.uid) == []


def test_a_finding_has_its_numbers_its_remedy_and_its_clause(ledger: Ledger, an_asset: Make) -> None:
    uid = an_asset(net=400_000_01)
    found = next(f for f in check(ledger).findings if f.rule == "B-012")
    assert (found.table, found.uid, found.field, found.severity) == ("asset", uid, "net", ERROR)
    assert found.text == (
        "账面净值 40.000001万元 不等于账面原值 50.00万元 减累计折旧 10.00万元、"
        "减值准备 （未填），应为 40.00万元。"
    )
    assert found.fix and found.clause == "5.2" and found.label
    assert found.params["net"] == 400_000_01
    assert found.blocks


def test_missing_fields_of_a_record_are_one_finding_under_the_rule_that_claims_them(
    ledger: Ledger, an_asset: Make
) -> None:
    uid = an_asset(name=None, measure=None, use_status=None, resp_person=None)
    by_rule = {f.rule: f for f in check(ledger, uids=[uid]).findings}
    assert by_rule["B-003"].params["missing"] == ["name"]
    assert by_rule["B-043"].params["missing"] == ["resp_person"]
    assert by_rule["B-000"].params["missing"] == ["use_status", "measure"]
    assert by_rule["B-000"].fields == ("use_status", "measure")
    assert by_rule["B-000"].text == "使用状况、盘活措施没有填写。"


def test_what_an_error_rule_wants_filled_is_not_said_twice(ledger: Ledger, an_asset: Make) -> None:
    uid = an_asset(path="10", method="1002", domain="ADMIN", recv_unit_name=None, gb14885_code="A01010100")
    rules = [f.rule for f in check(ledger, uids=[uid]).findings]
    assert "B-045" in rules and "B-000" not in rules


def test_a_field_that_does_not_apply_is_not_missed(ledger: Ledger, an_asset: Make) -> None:
    uid = an_asset(asset_class="30", area_building=None, area_idle=None, area_revivable=None, location=None)
    assert not {"B-000", "B-005"} & {f.rule for f in check(ledger, uids=[uid]).findings}


def test_content_where_a_field_does_not_apply_is_a_hint(ledger: Ledger, an_asset: Make) -> None:
    uid = an_asset(recv_unit_name="某单位", rent=0)
    found = next(f for f in check(ledger, uids=[uid]).findings if f.rule == "T-991")
    assert found.params["fields"] == ["recv_unit_name"]
    assert "接收单位" in found.text


def test_an_option_that_the_conditions_exclude_is_found_once(
    ledger: Ledger, an_asset: Make, a_progress: Make
) -> None:
    asset = an_asset(method="3001")
    progress = a_progress(asset, method="3001")
    found = check(ledger, uids=[asset, progress]).findings
    assert ("B-040", "method") in ids(f for f in found if f.uid == asset)
    assert ("B-992", "method") not in ids(f for f in found if f.uid == asset)
    assert ("B-992", "method") in ids(f for f in found if f.uid == progress)


def test_an_open_doubt_blocks_until_it_is_settled(ledger: Ledger, an_asset: Make) -> None:
    uid = an_asset()
    with ledger.edit("导入") as edit:
        edit.doubt(
            "asset",
            uid,
            "rent",
            file="a.xls",
            sheet="表",
            row=3,
            column="D",
            raw="约二万",
            code="x",
            text="不是数字",
        )
    found = next(f for f in recheck(ledger, "asset", uid) if f.rule == "B-015")
    assert (
        found.severity == ERROR
        and found.field == "rent"
        and "约二万" in found.text
        and "第 3 行" in found.text
    )
    ledger.confirm("asset", uid, "rent")
    assert "B-015" not in {f.rule for f in recheck(ledger, "asset", uid)}


def test_every_date_after_the_base_day_is_found_but_plans_may_lie_ahead(
    ledger: Ledger, an_asset: Make
) -> None:
    uid = an_asset(idle_since="2026-10", book_date="2026-09", plan_end="2027")
    found = [f for f in check(ledger, uids=[uid], period=PERIOD).findings if f.rule == "B-010"]
    assert ids(found) == [("B-010", "idle_since")]
    assert "2026-10" in found[0].text and "2026-09-30" in found[0].text


def test_counts_tell_open_findings_by_severity(ledger: Ledger, an_asset: Make) -> None:
    an_asset(net=1, lon=1_000000, lat=29_000000, crs="10")
    result = check(ledger)
    assert result.counts[ERROR] == sum(f.severity == ERROR for f in result.findings)
    assert result.counts[EXPLAIN] >= 1 and result.counts["explained"] == 0
    assert [f.severity for f in result.findings] == sorted(f.severity for f in result.findings)


def test_one_rule_can_be_asked_alone(ledger: Ledger, an_asset: Make) -> None:
    an_asset(net=1, area_idle=200_00)
    check(ledger)
    before = stored(ledger)
    assert {f.rule for f in check(ledger, rules=["B-021"]).findings} == {"B-021"}
    assert stored(ledger) == before


def test_a_deleted_record_has_no_findings(ledger: Ledger, an_asset: Make) -> None:
    uid = an_asset(net=1)
    check(ledger)
    with ledger.edit("删除") as edit:
        edit.delete("asset", uid)
    assert recheck(ledger, "asset", uid) == []
    reviewed_like_checked(ledger)


def test_a_cancelled_check_leaves_what_was_stored(ledger: Ledger, an_asset: Make) -> None:
    uid = an_asset(net=1)
    check(ledger)
    before = stored(ledger)
    with ledger.edit("改") as edit:
        edit.set("asset", uid, {"net": 400_000_00})
    with pytest.raises(Cancelled):
        check(ledger, progress=Progress(should_stop=lambda: True))
    assert stored(ledger) == before


def test_a_ledger_that_may_not_be_written_is_checked_all_the_same(
    ledger: Ledger, an_asset: Make, tmp_path: Path
) -> None:
    an_asset(net=1)
    ledger.close()
    with Ledger.open(tmp_path / "账套", readonly=True) as read:
        assert "B-012" in {f.rule for f in check(read).findings}
        assert findings(read) == []


# --- after one edit -------------------------------------------------------------------------


def test_an_edit_finds_and_clears_at_once(ledger: Ledger, an_asset: Make) -> None:
    uid = an_asset()
    assert changed(ledger, "asset", uid, area_idle=100_01)[0].rule == "B-021"
    assert changed(ledger, "asset", uid, area_idle=100_00) == []
    reviewed_like_checked(ledger)


def test_an_edit_of_the_parent_reviews_the_children_that_speak_of_it(
    ledger: Ledger, an_asset: Make, a_progress: Make
) -> None:
    asset = an_asset()
    progress = a_progress(asset)
    check(ledger)
    changed(ledger, "asset", asset, path="30", method="3001", appraisal=1_00)
    assert "B-992" in {f.rule for f in findings(ledger, uids=[progress])}
    reviewed_like_checked(ledger)


def test_an_edit_of_a_child_reviews_its_parent_and_its_siblings(
    ledger: Ledger, an_asset: Make, a_progress: Make
) -> None:
    asset = an_asset()
    progress = a_progress(asset, recovered=5_00)
    with ledger.edit("到账") as edit:
        values = {"asset": asset, "period": PERIOD, "amount": 5_00, "recv_date": "2026-08-01"}
        values |= {"fund_kind": "20", "payer": "甲", "payer_class": "31", "method": "2001"}
        receipt = edit.add("receipt", values)
    check(ledger)
    assert "B-062" not in {f.rule for f in findings(ledger, uids=[progress])}
    changed(ledger, "receipt", receipt, amount=4_00)
    assert "B-062" in {f.rule for f in findings(ledger, uids=[progress])}
    changed(ledger, "progress", progress, revived_area=80_01)
    assert "B-065" in {f.rule for f in findings(ledger, uids=[asset])}
    reviewed_like_checked(ledger)


def test_an_edit_of_a_unit_reviews_its_assets(ledger: Ledger, an_asset: Make, unit: str) -> None:
    asset = an_asset(domain="ADMIN", method="2009", gb14885_code="A01010100")
    check(ledger)
    before = {f.rule for f in findings(ledger, uids=[asset])}
    changed(ledger, "unit", unit, unit_type="01")
    changed(ledger, "unit", unit, unit_type="03")
    assert {f.rule for f in findings(ledger, uids=[asset])} == before
    reviewed_like_checked(ledger)


def test_doubles_are_found_and_cleared_on_both_sides(ledger: Ledger, an_asset: Make) -> None:
    first, second = an_asset(asset_no="X1"), an_asset(asset_no="X2")
    assert "B-002" in {f.rule for f in changed(ledger, "asset", second, asset_no="X1")}
    assert "B-002" in {f.rule for f in findings(ledger, uids=[first])}
    assert "B-002" not in {f.rule for f in changed(ledger, "asset", second, asset_no="X3")}
    assert "B-002" not in {f.rule for f in findings(ledger, uids=[first])}
    reviewed_like_checked(ledger)


def test_a_change_set_asks_only_the_rules_that_speak_of_what_changed(
    ledger: Ledger, an_asset: Make, a_progress: Make
) -> None:
    asset = an_asset()
    progress = a_progress(asset)
    with ledger.edit("改") as edit:
        edit.set("asset", asset, {"measure": "换一种做法，仍旧公开招租，用作驿站"})
    assert recheck_changes(ledger, edit.changes) == {("asset", asset)}
    with ledger.edit("改") as edit:
        edit.set("asset", asset, {"path": "30"})
    assert recheck_changes(ledger, edit.changes) >= {("asset", asset), ("progress", progress)}
    reviewed_like_checked(ledger)


def test_a_child_that_changes_its_parent_clears_the_old_one(
    ledger: Ledger, an_asset: Make, a_progress: Make
) -> None:
    old, new = an_asset(), an_asset()
    progress = a_progress(old, revived_area=90_00)
    check(ledger)
    assert "B-065" in {f.rule for f in findings(ledger, uids=[old])}
    with ledger.edit("改挂") as edit:
        edit.set("progress", progress, {"asset": new})
    recheck_changes(ledger, edit.changes)
    assert "B-065" not in {f.rule for f in findings(ledger, uids=[old])}
    assert "B-065" in {f.rule for f in findings(ledger, uids=[new])}
    reviewed_like_checked(ledger)


def test_undoing_an_import_can_be_reviewed(ledger: Ledger, an_asset: Make) -> None:
    with ledger.edit("导入", kind="import") as edit:
        uid = edit.add("asset", {"name": "x"})
    recheck_changes(ledger, edit.changes)
    assert findings(ledger, uids=[uid])
    undone = ledger.undo()
    assert undone is not None
    recheck_changes(ledger, undone.changes)
    assert findings(ledger, uids=[uid]) == []


def test_confirming_a_doubt_clears_its_finding(ledger: Ledger, an_asset: Make) -> None:
    uid = an_asset()
    place = {"file": "a.xls", "sheet": "表", "row": 3, "column": "D"}
    with ledger.edit("导入") as edit:
        edit.doubt("asset", uid, "rent", **place, raw="约二万", code="x", text="不是数字")
    check(ledger)
    assert "B-015" in {f.rule for f in findings(ledger, uids=[uid])}
    with ledger.edit("确认") as edit:
        edit.confirm("asset", uid, "rent")
    assert recheck_changes(ledger, edit.changes) == {("asset", uid)}
    assert "B-015" not in {f.rule for f in findings(ledger, uids=[uid])}


def test_an_import_of_many_rows_is_checked_at_once(
    ledger: Ledger, an_asset: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BULK", 3)
    old = an_asset()
    with ledger.edit("导入", kind="import") as edit:
        new = [edit.add("asset", {"name": f"第{n}处"}) for n in range(4)]
    assert recheck_changes(ledger, edit.changes) >= {("asset", uid) for uid in new}
    assert {f.uid for f in findings(ledger, rules=["B-000"])} == set(new)
    assert findings(ledger, uids=[old]) == []


def test_nothing_is_written_when_nothing_changed(ledger: Ledger, an_asset: Make) -> None:
    uid = an_asset(net=1)
    recheck(ledger, "asset", uid)
    version = ledger.conn.exec_driver_sql("SELECT total_changes()").scalar()
    recheck(ledger, "asset", uid)
    assert ledger.conn.exec_driver_sql("SELECT total_changes()").scalar() == version


def test_the_period_is_the_one_set_or_the_quarter_of_today(ledger: Ledger) -> None:
    assert current_period(ledger) == PERIOD
    ledger.set_meta("period", "")
    assert current_period(ledger) == period_of(date.today())


def test_a_check_that_finds_the_same_writes_nothing_and_a_new_one_only_what_is_new(ledger: Ledger) -> None:
    with ledger.edit("准备") as edit:
        uids = [edit.add("asset", {"name": f"{n}号楼", "cost": 100, "net": 200}) for n in range(3)]
    check(ledger)
    numbers = _stored_numbers(ledger)
    assert numbers
    before = _writes(ledger)
    check(ledger)
    assert _writes(ledger) == before and _stored_numbers(ledger) == numbers
    with ledger.edit("删除") as edit:
        edit.delete("asset", uids[0])
    check(ledger)
    assert set(_stored_numbers(ledger)) < set(numbers), "what still holds keeps its row"


def _stored_numbers(ledger: Ledger) -> list[int]:
    return [int(n) for (n,) in ledger.conn.execute(sa.select(ledger.tables.finding.c.id))]


def _writes(ledger: Ledger) -> int:
    return engine.raw(ledger.conn).total_changes


def test_what_others_have_taken_the_place_of_is_asked_nothing(ledger: Ledger, an_asset: Make) -> None:
    whole = an_asset(net=400_000_01, location=None)
    assert {f.uid for f in check(ledger).findings if f.severity == ERROR} == {whole}
    parts = lineage.split(ledger, whole, [{}, {}])
    recheck_changes(ledger, parts.changes)
    reviewed_like_checked(ledger)
    assert whole not in {f.uid for f in findings(ledger)}
    undone = ledger.undo()
    assert undone is not None
    recheck_changes(ledger, undone.changes)
    reviewed_like_checked(ledger)
    assert {f.uid for f in findings(ledger) if f.severity == ERROR} == {whole}
