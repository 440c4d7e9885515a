"""Rules that look at many records: doubles, medians, shares."""

from __future__ import annotations

import pytest

from core.audit import check, findings, recheck
from core.findings import Finding
from core.records import Ledger
from tests.core.audit.builders import PERIOD, Make


def found(ledger: Ledger, rule: str) -> list[Finding]:
    return list(check(ledger, rules=[rule]).findings)


@pytest.fixture
def a_title(ledger: Ledger) -> Make:
    def make(asset: str, **values: str) -> str:
        with ledger.edit("新增权证") as edit:
            return edit.add("title", {"asset": asset, **values})

    return make


def test_certificates_are_compared_without_their_brackets(
    ledger: Ledger, an_asset: Make, a_title: Make
) -> None:
    first, second, third = an_asset(name="甲处"), an_asset(name="乙处"), an_asset(name="丙处")
    a_title(first, cert_no="渝（2024）綦江区不动产权第000123456号")
    b = a_title(second, cert_no="渝(2024)綦江区不动产权第000123456号")
    a_title(third, cert_no="渝（2024）綦江区不动产权第000123457号")
    told = found(ledger, "H-003")
    assert len(told) == 2
    assert "“乙处”" in told[0].text and "“甲处”" in told[1].text
    assert [f.rule for f in recheck(ledger, "title", b) if f.rule == "H-003"] == ["H-003"]


def test_many_doubles_are_named_and_counted(ledger: Ledger, an_asset: Make) -> None:
    for n in range(6):
        an_asset(asset_no="500110-S-2026-00001", name=f"第{n}处")
    told = found(ledger, "B-002")
    assert len(told) == 6
    assert "”等 5 条" in told[0].text and told[0].text.count("“第") == 3


def test_an_empty_number_is_nobodys_double(ledger: Ledger, an_asset: Make) -> None:
    an_asset(asset_no=None), an_asset(asset_no=None)
    assert found(ledger, "B-002") == []


def test_a_price_far_from_the_median_of_its_like_is_found(ledger: Ledger, an_asset: Make) -> None:
    for cost in (100, 110, 120, 130):
        an_asset(cost=cost * 1_000_00)
    high, low = an_asset(cost=1_000_000_00), an_asset(cost=10_000_00)
    an_asset(cost=9_000_000_00, asset_class="11")
    told = {f.uid: f for f in found(ledger, "H-014")}
    assert set(told) == {high, low}
    assert "8.7 倍" in told[high].text


def test_shares_speak_only_of_enough_records(ledger: Ledger, an_asset: Make) -> None:
    for _ in range(9):
        an_asset()
    assert found(ledger, "T-010") == []
    an_asset()
    told = found(ledger, "T-010")
    assert len(told) == 1 and told[0].uid == "" and "100.0%" in told[0].text
    for _ in range(2):
        an_asset(method="2003")
    assert found(ledger, "T-010") == []


def test_too_many_others_are_pointed_out(ledger: Ledger, an_asset: Make) -> None:
    others = [i.code for i in ledger.standard.codes["method"].items.values() if i.extra["seed"] == "M9"]
    rest = [i.code for i in ledger.standard.codes["method"].items.values() if i.extra["seed"] != "M9"]
    for n in range(10):
        an_asset(method=others[0] if n < 3 else rest[0])
    assert "30.0%" in found(ledger, "T-011")[0].text


def test_missing_domains_want_a_word_unless_the_notes_have_it(ledger: Ledger, an_asset: Make) -> None:
    an_asset()
    told = found(ledger, "H-073")
    assert len(told) == 1 and "公租房" in told[0].text and "国有企业" not in told[0].text
    with ledger.edit("封面") as edit:
        edit.add("report", {"period": PERIOD, "empty_domain_note": "其他领域本期零报告"})
    assert found(ledger, "H-073") == []


def test_a_single_unit_is_not_asked_for_the_domains_of_a_district(ledger: Ledger, an_asset: Make) -> None:
    an_asset()
    ledger.set_meta("role", "unit")
    assert found(ledger, "H-073") == []


def test_findings_can_be_read_by_rule_table_record_and_severity(ledger: Ledger, an_asset: Make) -> None:
    uid = an_asset(net=1)
    check(ledger)
    assert {f.rule for f in findings(ledger, rules=["B-012"])} == {"B-012"}
    assert {f.table for f in findings(ledger, table="asset")} == {"asset"}
    assert {f.uid for f in findings(ledger, uids=[uid])} == {uid}
    assert {f.severity for f in findings(ledger, severity="explain")} <= {"explain"}
