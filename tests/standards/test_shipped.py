"""Each shipped standard makes sense as data: words, codes, parameters, figures and sheets fit together."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from core.standard import available, load_default
from core.standard.identifiers import uscc_ok
from core.standard.meaning import understand
from core.standard.model import Standard
from core.standard.types import example, parse, squeeze, to_text

WITNESSED = {("asset", "盘活方式"), ("asset", "拟盘活方式"), ("asset", "盘活途径"), ("asset", "处置方式")}
WITNESSED |= {("asset", "拟处置方式"), ("asset", "资产类型")}
WITNESSED |= {("asset", w) for w in ("经纬度", "经纬度坐标", "地理坐标", "坐标", "东经北纬")}
"""Headers that real ledgers use for either of two fields, or for both; the values tell which."""


@pytest.fixture(params=available())
def standard(request: pytest.FixtureRequest) -> Standard:
    return load_default(request.param)


@pytest.fixture
def chongqing() -> Standard:
    return load_default("chongqing@2026.1")


def words(*given: str) -> Iterator[str]:
    yield from (squeeze(w) for w in given)


# --- fields --------------------------------------------------------------------------


def test_every_example_survives_text_value_text(standard: Standard) -> None:
    for field in standard.all_fields():
        value = parse(example(field), field)
        assert parse(to_text(value, field), field) == value, f"{field.table}.{field.code}"


def test_a_header_word_belongs_to_one_field_unless_values_tell(standard: Standard) -> None:
    for table in standard.tables.values():
        owners: dict[str, set[str]] = defaultdict(set)
        for column in table.columns:
            for word in words(column.label, *column.synonyms):
                owners[word].add(column.code)
        shared = {(table.code, w) for w, codes in owners.items() if len(codes) > 1}
        assert shared <= {(t, squeeze(w)) for t, w in WITNESSED}


def test_the_headers_of_real_ledgers_find_their_field(chongqing: Standard) -> None:
    """Original headers of the sample ledgers and of the documents the study quotes."""
    asset = chongqing.table("asset")
    found = {w: c.code for c in asset.columns for w in words(c.label, *c.synonyms)}
    expected = {
        "占有使用单位": "owner_unit_name",
        "填报单位": "owner_unit_name",
        "统一社会信用代码": "owner_uscc",
        "不动产权证号": "cert_no",
        "地块名称": "name",
        "坐落": "location",
        "资产位置": "location",
        "位置": "location",
        "使用权面积": "area_land",
        "占地面积": "area_land",
        "建筑面积": "area_building",
        "原值": "cost",
        "购置价值": "cost",
        "净值": "net",
        "账面价值": "net",
        "取得年月": "acquire_date",
        "使用状况": "use_status",
        "盘活路径": "path",
        "闲置起始日期": "idle_since",
        "备注": "note",
        "资产编号": "asset_no",
        "是否低效用地": "is_inefficient",
        "规格型号": "model",
    }
    assert {h: found.get(squeeze(h)) for h in expected} == expected


def test_required_amounts_and_paths_are_shown_in_wan(chongqing: Standard) -> None:
    asset = chongqing.table("asset")
    assert {asset.fields[c].unit for c in ("cost", "net", "appraisal", "plan_amount")} == {"万元"}


def test_the_list_fits_a_screen(chongqing: Standard) -> None:
    assert 18 <= len(chongqing.table("asset").list_columns) <= 26


# --- code lists ----------------------------------------------------------------------


def test_a_word_names_one_code_of_its_list(standard: Standard) -> None:
    for codes in standard.codes.values():
        if codes.code == "holiday":
            continue
        owners: dict[str, set[str]] = defaultdict(set)
        for item in codes.items.values():
            for word in words(item.name, *item.synonyms):
                owners[word].add(item.code)
        assert {w: c for w, c in owners.items() if len(c) > 1} == {}, codes.code


def test_attributes_name_codes_that_exist(chongqing: Standard) -> None:
    codes = {name: set(c.items) for name, c in chongqing.codes.items()}
    for item in chongqing.codes["method"].items.values():
        assert item.extra["path"] in codes["path"]
        assert item.extra["seed"] in codes["seed"]
        assert item.extra["basis"] in codes["revived_basis"]
        assert set(item.extra["domains"]) <= codes["domain"]
        assert item.code[:2] == item.extra["path"]
    for item in chongqing.codes["asset_class"].items.values():
        assert item.extra["area"] in ("building", "land", "")
        assert set(item.extra["domains"]) <= codes["domain"]
    for item in chongqing.codes["exit_reason"].items.values():
        assert item.extra["movement"] in codes["movement"] | {""}
    for item in chongqing.codes["secu_product"].items.values():
        assert set(item.extra["venues"]) <= codes["secu_venue"]
    for item in chongqing.codes["gb14885"].items.values():
        assert re.fullmatch(r"A\d{8}", item.code)
        assert item.extra["asset_class"] in codes["asset_class"]


def test_each_path_has_ways_for_each_domain(chongqing: Standard) -> None:
    ways = {
        (d, i.extra["path"]) for i in chongqing.codes["method"].items.values() for d in i.extra["domains"]
    }
    assert ways == {(d, p) for d in chongqing.codes["domain"].items for p in chongqing.codes["path"].items}


def test_the_change_of_districts_is_dated_linked_and_to_be_verified(chongqing: Standard) -> None:
    region = chongqing.codes["region"].items
    national = [i for i in region.values() if i.extra["national"] == "是"]
    assert len(national) == 39
    assert len([i for i in national if not i.valid_to]) == 37
    for old in ("500105", "500112"):
        assert region[old].valid_to == "2026-01-24"
        assert "500157" in region[old].extra["successors"].split("|")
    assert region["500157"].valid_from == "2026-01-25"
    assert {region[c].extra["verified"] for c in ("500105", "500109", "500112", "500157")} == {"否"}
    for item in region.values():
        for key in ("predecessors", "successors"):
            assert {c for c in item.extra[key].split("|") if c} <= set(region)
    for move in chongqing.codes["town_move"].items.values():
        assert {move.extra["from_region"], move.extra["to_region"]} <= set(region)


def test_make_up_workdays_are_weekends(chongqing: Standard) -> None:
    days = chongqing.codes["holiday"].items
    assert {d[:4] for d in days} == {"2025", "2026"}
    for day, item in days.items():
        assert item.extra["kind"] in ("休", "班")
        assert item.extra["verified"] == "否"
        if item.extra["kind"] == "班":
            assert datetime.date.fromisoformat(day).weekday() >= 5


def test_the_shares_in_and_outside_the_system(chongqing: Standard) -> None:
    """The proposal of the field study; the office has not confirmed it."""
    outside = {c for c, i in chongqing.codes["payer_class"].items.items() if i.extra["external"]}
    assert outside == {"21", "22", "31", "32", "33", "41", "51"}


def test_the_credit_codes_of_the_examples_are_real(standard: Standard) -> None:
    for field in standard.all_fields():
        if field.check == "uscc" and field.example:
            assert uscc_ok(field.example)


# --- parameters and rules ------------------------------------------------------------


def test_no_parameter_claims_to_be_confirmed(chongqing: Standard) -> None:
    assert [p.code for p in chongqing.params.values() if p.verified] == []
    assert [p.code for p in chongqing.params.values() if not p.note] == []


def test_every_rule_says_what_is_wrong_what_to_do_and_why(standard: Standard) -> None:
    for rule in standard.rules.values():
        assert rule.label and rule.clause, rule.id
        if rule.merged:
            assert len(rule.merged) >= 15, rule.id
        else:
            assert rule.message.endswith(("。", "{reason}")) and rule.fix.endswith("。"), rule.id
            assert "{" in rule.message or rule.kind in ("same",), f"{rule.id} 没有填入实际的数"


def test_only_the_two_rules_of_law_block_on_recalled_grounds(chongqing: Standard) -> None:
    recalled = {r.id for r in chongqing.rules.values() if "核对原文" in r.clause and r.severity == "error"}
    assert recalled == {"B-047", "B-054"}


# --- figures and sheets ----------------------------------------------------------------


def test_figures_name_what_exists(standard: Standard) -> None:
    figures = standard.figures
    measures, groupings = figures["measure"], figures["grouping"]
    for table, condition in figures["current"].items():
        understand(standard, table, condition)
    for code, measure in measures.items():
        ways = [k for k in ("sum", "distinct", "part", "minus", "same_as") if k in measure]
        assert len(ways) == 1, code
        if "sum" in measure:
            understand(standard, measure["table"], measure["sum"], condition=False)
        if "where" in measure:
            understand(standard, measure["table"], measure["where"])
        named = [measure[k] for k in ("part", "of", "same_as") if k in measure] + measure.get("minus", [])
        assert set(named) <= set(measures), code
    for code, grouping in groupings.items():
        field = standard.table(grouping.get("on", "asset")).fields[grouping["field"]]
        assert grouping.get("names", "seed") in standard.codes, code
        assert (field.type == "codes") == ("note" in grouping), f"{code}：多选分组要注明分项之和可大于合计"
    for summary in figures["summary"].values():
        assert set(summary["rows"]) <= set(groupings)
        assert {c.partition(".")[0] for c in summary["columns"]} <= set(measures)
        assert {c.partition(".")[2] for c in summary["columns"]} <= {"", "cum", "last", "change"}
    assert set(figures["movement"]["measures"]) <= set(measures)


def test_sheets_name_what_exists(standard: Standard) -> None:
    names = [s.name for s in standard.sheets]
    assert len(set(names)) == len(names)
    assert all(len(n) <= 31 for n in names)
    for sheet in standard.sheets:
        if sheet.kind == "summary":
            assert sheet.options["summary"] in standard.figures["summary"]
        if sheet.kind == "detail":
            assert set(sheet.options["groups"]) <= set(standard.table(sheet.table).groups)


def test_every_field_of_a_domain_is_on_one_of_the_detail_sheets(chongqing: Standard) -> None:
    shown = {g for s in chongqing.sheets if s.kind == "detail" for g in s.options["groups"]}
    assert shown == set(chongqing.table("asset").groups)
