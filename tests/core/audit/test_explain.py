"""Explanations: checked when written, lapsed when a number they speak of changes."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from core.audit import alike, check, explain, explain_many, findings, recheck, templates, withdraw
from core.errors import InputRefused, UsageError
from core.findings import Finding
from core.records import Ledger
from tests.core.audit.builders import Make

WORDS = "接收时已闲置，原单位移交清单可查"


def edit(ledger: Ledger, uid: str, **values: Any) -> None:
    with ledger.edit("改") as action:
        action.set("asset", uid, values)
    recheck(ledger, "asset", uid)


def one(ledger: Ledger, rule: str, uid: str) -> Finding:
    return next(f for f in findings(ledger, rules=[rule], uids=[uid]))


@pytest.fixture
def early(ledger: Ledger, an_asset: Make) -> str:
    """An asset that was idle before it was acquired (H-010)."""
    uid = an_asset(idle_since="2009-03")
    check(ledger)
    return uid


def test_a_finding_is_explained_in_words(ledger: Ledger, early: str) -> None:
    assert one(ledger, "H-010", early).blocks
    explain(ledger, "H-010", early, f"  {WORDS} ")
    told = one(ledger, "H-010", early)
    assert (told.explained, told.explanation, told.blocks) == (True, WORDS, False)
    assert check(ledger).counts["explained"] == 1
    row = ledger.conn.execute(sa.select(ledger.tables.explanation)).mappings().one()
    assert (row["who"], row["table"]) == ("张三", "asset")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "不足"),
        ("无", "不算说明"),
        ("同上", "不算说明"),
        ("见附件。", "不算说明"),
        (" 略 ", "不算说明"),
        ("暂无", "不算说明"),
        ("情况属实", "不算说明"),
        ("已核实了", "不足 8 个字"),
        ("说明说明说明说明说明", "重复"),
        ("１２３４５６７８９", "文字"),
        ("。。。。。。。。。。", "不足"),
    ],
)
def test_words_that_explain_nothing_are_refused(ledger: Ledger, early: str, text: str, reason: str) -> None:
    with pytest.raises(InputRefused, match=reason):
        explain(ledger, "H-010", early, text)
    assert not one(ledger, "H-010", early).explanation


def test_an_explanation_lapses_when_a_value_it_speaks_of_changes(ledger: Ledger, early: str) -> None:
    explain(ledger, "H-010", early, WORDS)
    edit(ledger, early, note="与此无关", cost=500_000_00)
    assert one(ledger, "H-010", early).explained
    edit(ledger, early, idle_since="2009-04")
    told = one(ledger, "H-010", early)
    assert (told.explained, told.lapsed, told.explanation, told.blocks) == (False, True, WORDS, True)
    edit(ledger, early, idle_since="2009-03")
    assert one(ledger, "H-010", early).explained


def test_the_passing_of_days_does_not_lapse_it(ledger: Ledger, an_asset: Make) -> None:
    uid = an_asset(idle_since="2026-08-01")
    check(ledger, period="2026Q3")
    explain(ledger, "H-030", uid, "新近停用，预计长期空置，按低效办理")
    check(ledger, period="2026Q4")
    assert all(f.explained for f in findings(ledger, rules=["H-030"], uids=[uid]))


def test_a_double_is_explained_until_another_comes(ledger: Ledger, an_asset: Make) -> None:
    uids = [an_asset(name=f"第{n}处") for n in range(3)]
    with ledger.edit("权证") as action:
        for uid in uids[:2]:
            action.add("title", {"asset": uid, "cert_no": "101房地证2008字第12345号"})
    check(ledger)
    told = findings(ledger, rules=["H-003"])
    explain_many(ledger, "H-003", [f.uid for f in told], "一证两宗，已按楼层拆分登记")
    assert all(f.explained for f in findings(ledger, rules=["H-003"]))
    with ledger.edit("权证") as action:
        action.add("title", {"asset": uids[2], "cert_no": "101房地证2008字第12345号"})
    check(ledger)
    assert [f.explained for f in findings(ledger, rules=["H-003"])] == [False] * 3


def test_a_finding_about_the_whole_ledger_is_explained_without_a_record(
    ledger: Ledger, an_asset: Make
) -> None:
    an_asset()
    check(ledger)
    explain(ledger, "H-073", "", "其余三个领域本期确无资产，零报告")
    assert one(ledger, "H-073", "").explained


def test_many_are_explained_as_one_action_and_taken_back_as_one(ledger: Ledger, an_asset: Make) -> None:
    uids = [an_asset(idle_since="2009-03") for _ in range(3)]
    check(ledger)
    assert explain_many(ledger, "H-010", uids, WORDS).count == 3
    assert [f.explained for f in findings(ledger, rules=["H-010"])] == [True] * 3
    ledger.undo()
    assert [f.explanation for f in findings(ledger, rules=["H-010"])] == [""] * 3


def test_rewriting_and_withdrawing_are_journalled(ledger: Ledger, early: str) -> None:
    explain(ledger, "H-010", early, WORDS)
    explain(ledger, "H-010", early, "已向原单位核实，移交前即停用")
    withdraw(ledger, "H-010", early)
    assert one(ledger, "H-010", early).explanation == ""
    ledger.undo()
    assert one(ledger, "H-010", early).explanation == "已向原单位核实，移交前即停用"
    ledger.undo()
    assert one(ledger, "H-010", early).explanation == WORDS


def test_the_same_words_on_many_findings_are_pointed_out(ledger: Ledger, an_asset: Make) -> None:
    uids = [an_asset(idle_since="2009-03") for _ in range(6)]
    check(ledger)
    assert explain_many(ledger, "H-010", uids[:5], WORDS).warning == ""
    assert "6 条" in explain(ledger, "H-010", uids[5], WORDS).warning
    assert alike(ledger) == [(WORDS, 6)]


def test_words_used_before_are_offered(ledger: Ledger, an_asset: Make) -> None:
    uids = [an_asset(idle_since="2009-03") for _ in range(3)]
    check(ledger)
    explain(ledger, "H-010", uids[0], "移交前由原单位停用至今")
    explain_many(ledger, "H-010", uids[1:], WORDS)
    assert templates(ledger, "H-010") == [WORDS, "移交前由原单位停用至今"]
    assert templates(ledger, "H-020") == []


@pytest.mark.parametrize(
    ("rule", "error", "reason"),
    [
        ("B-012", InputRefused, "错误要改正"),
        ("T-010", InputRefused, "提示不用说明"),
        ("H-999", UsageError, "没有规则"),
        ("H-020", InputRefused, "没有在这条记录上"),
    ],
)
def test_only_what_was_found_and_wants_words_is_explained(
    ledger: Ledger, early: str, rule: str, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        explain(ledger, rule, early, WORDS)


def test_explanations_are_part_of_the_fingerprint(ledger: Ledger, early: str) -> None:
    before = ledger.fingerprint()
    explain(ledger, "H-010", early, WORDS)
    assert ledger.fingerprint() != before
