"""Applying a plan: one action, sources and doubts, matches, answers, and the corrected file back."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.audit import check
from core.errors import InputRefused
from core.excel import reading
from core.exchange.annotate import annotate, remarks_of
from core.exchange.intake import apply, plan_book, propose
from core.exchange.plan import CHANGED, CONFLICT, NEW, SAME, Plan
from core.exchange.sources import sources
from core.records import Ledger, lineage
from core.standard import load_default
from tests.core.exchange.ledgers import LEDGERS
from tests.core.exchange.ledgers.making import book, fill

DATA = Path(__file__).resolve().parents[2] / "data" / "intake"
HEAD = ["资产编号", "单位名称", "资产名称", "坐落", "建筑面积（㎡）", "账面原值（万元）", "盘活路径", "备注"]
ROWS: list[list[Any]] = [
    ["A-1", "甲单位", "一号楼", "甲路1号", 100, 10, "调剂使用", "沿街"],
    ["A-2", "甲单位", "二号楼", "甲路2号", 200, "约20", "转让变现", None],
    ["A-3", "乙单位", "三号楼", "甲路3号", 300, 30, "待研究", None],
]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "账套", load_default(), region="500103", operator="张三") as made:
        yield made


def write(folder: Path, rows: list[list[Any]], name: str = "台账.xlsx", head: list[Any] = HEAD) -> Path:
    wb = book("台账")
    fill(wb["台账"], head, *rows)
    path = folder / name
    wb.save(path)
    return path


def import_file(ledger: Ledger, path: Path, answers: dict[str, Any] | None = None) -> Plan:
    plan = propose(path, ledger.standard, ledger=ledger, answers=answers)
    apply(ledger, plan)
    return plan


def listed(ledger: Ledger, *codes: str) -> list[tuple[Any, ...]]:
    return [tuple(r) for r in ledger.select("asset", codes, order=["asset_no"])]


def test_an_import_is_one_action_that_undo_takes_back(ledger: Ledger, tmp_path: Path) -> None:
    empty = ledger.fingerprint()
    plan = import_file(ledger, write(tmp_path, ROWS))
    assert plan.counts()[NEW] == 3
    assert ledger.undo_label() == "导入 台账.xlsx"
    assert ledger.totals("asset")["count"] == 3 and ledger.totals("unit")["count"] == 2
    ledger.undo()
    assert ledger.fingerprint() == empty


def test_proposing_writes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    before = ledger.fingerprint()
    propose(write(tmp_path, ROWS), ledger.standard, ledger=ledger)
    assert ledger.fingerprint() == before and ledger.undo_label() == ""


def test_every_row_knows_its_file_sheet_and_row_and_every_doubt_its_cell(
    ledger: Ledger, tmp_path: Path
) -> None:
    import_file(ledger, write(tmp_path, ROWS))
    found = [o for group in ledger.origins("asset", states=("open", "source")).values() for o in group]
    assert sorted((o.file, o.sheet, o.row) for o in found if o.state == "source") == [
        ("台账.xlsx", "台账", n) for n in (2, 3, 4)
    ]
    doubts = {(o.field, o.column, o.row, o.raw, o.code) for o in found if o.state == "open"}
    assert doubts == {("cost", "F", 3, "约20", "approximate"), ("path", "G", 4, "待研究", "unknown-code")}
    assert listed(ledger, "cost", "path") == [(100000_00, "10"), (200000_00, "30"), (300000_00, None)]


def test_the_same_file_twice_changes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    path = write(tmp_path, ROWS)
    import_file(ledger, path)
    before = ledger.fingerprint()
    plan = import_file(ledger, path)
    assert plan.counts()[SAME] == 3 and ledger.fingerprint() == before
    assert sum(len(v) for v in ledger.origins("asset").values()) == 2


@pytest.mark.parametrize("name", LEDGERS)
def test_any_ledger_twice_changes_nothing_even_when_it_was_saved_again(
    ledger: Ledger, tmp_path: Path, name: str
) -> None:
    want = LEDGERS[name](tmp_path)
    read = reading.read_file(want.path)

    def imported() -> tuple[int, int, int]:
        answers = copy.deepcopy(want.answers)
        result = apply(ledger, plan_book(read, want.path, ledger.standard, ledger=ledger, answers=answers))
        return result.added, result.changed, result.conflicts

    imported()
    after = ledger.fingerprint(), len(ledger.batches())
    for sha256 in (read.sha256, "of a file with the same cells"):
        read.sha256 = sha256
        assert imported() == (0, 0, 0)
        assert (ledger.fingerprint(), len(ledger.batches())) == after


def test_the_same_file_does_not_overwrite_what_was_edited_since(ledger: Ledger, tmp_path: Path) -> None:
    path = write(tmp_path, ROWS)
    import_file(ledger, path)
    uid = next(iter(ledger.select("asset", ["uid"], where="asset_no == 'A-1'")))[0]
    with ledger.edit("改") as edit:
        edit.set("asset", uid, {"cost": 1_00})
    assert import_file(ledger, path).counts()[SAME] == 3
    assert ledger.value("asset", uid, "cost") == 1_00


def test_an_import_that_was_undone_can_be_made_again(ledger: Ledger, tmp_path: Path) -> None:
    path = write(tmp_path, ROWS)
    import_file(ledger, path)
    ledger.undo()
    import_file(ledger, path)
    assert ledger.totals("asset")["count"] == 3 and ledger.totals("unit")["count"] == 2


def test_a_later_file_changes_only_the_cells_that_differ(ledger: Ledger, tmp_path: Path) -> None:
    import_file(ledger, write(tmp_path, ROWS))
    later = [[*ROWS[0]], [*ROWS[1]], ["A-4", "丙单位", "四号楼", "甲路4号", 400, 40, "完善经营", None]]
    later[0][5] = 11
    later[1][1] = "丁单位"
    plan = propose(write(tmp_path, later, "二季度.xlsx"), ledger.standard, ledger=ledger)
    by_row = {r.row: r for r in plan.records}
    assert [by_row[n].state for n in (2, 3, 4)] == [CHANGED, CHANGED, NEW]
    assert by_row[2].before == {"cost": 100000_00} and by_row[2].after == {"cost": 110000_00}
    assert set(by_row[3].after) == {"owner_unit"}
    apply(ledger, plan)
    assert listed(ledger, "asset_no", "owner_unit_name", "cost") == [
        ("A-1", "甲单位", 110000_00),
        ("A-2", "丁单位", 200000_00),
        ("A-3", "乙单位", 300000_00),
        ("A-4", "丙单位", 400000_00),
    ]


def test_a_blank_cell_keeps_the_value_unless_the_clerk_says_otherwise(ledger: Ledger, tmp_path: Path) -> None:
    import_file(ledger, write(tmp_path, ROWS))
    later = [[*ROWS[0]]]
    later[0][7] = None
    path = write(tmp_path, later, "空.xlsx")
    assert propose(path, ledger.standard, ledger=ledger).records[0].state == SAME
    asked = propose(path, ledger.standard, ledger=ledger, answers={"tables": [{"blanks": {"H": "error"}}]})
    assert [d.code for d in asked.records[0].doubts] == ["blank"]
    import_file(ledger, path, {"tables": [{"blanks": {"备注": "clear"}}]})
    assert listed(ledger, "note")[0] == (None,)


def test_matching_by_certificate_and_by_place_is_told(ledger: Ledger, tmp_path: Path) -> None:
    head = ["单位名称", "资产名称", "坐落", "建筑面积（㎡）", "不动产权证号", "备注"]
    first = [
        ["甲单位", "一号楼", "甲路1号", 100, "渝（2024）第1号", None],
        ["甲单位", "二号楼", "甲路2号", 200, None, None],
        ["甲单位", "三号楼", "甲路3号", None, None, None],
    ]
    import_file(ledger, write(tmp_path, first, head=head))
    second = [[*r] for r in first]
    second[0][4] = "渝[2024]第1号"
    for r in second:
        r[5] = "复核"
    plan = propose(write(tmp_path, second, "复核.xlsx", head), ledger.standard, ledger=ledger)
    assert [(r.state, r.matched_by, r.question) for r in plan.records] == [
        (CHANGED, "cert_no", ""),
        (CHANGED, "place", "same-place"),
        (CHANGED, "content", "same-name"),
    ]


PLACES = ["单位名称", "资产名称", "坐落", "账面原值（万元）", "备注"]


@pytest.mark.parametrize(
    ("row", "state", "question"),
    [
        (["甲单位", "门面", "甲路1号", 10], SAME, "same-name"),
        (["甲单位", "门面", "甲路1号", None], SAME, "same-name"),
        (["甲单位", "门面", "甲路1号", 12], CONFLICT, "unsure"),
        (["甲单位", "门面", "乙路7号", 12], NEW, "looks-alike"),
        (["甲单位", "门面", None, None], SAME, "same-name"),
        (["甲单位", "门面", None, None, "沿街"], CONFLICT, "which"),
        (["乙单位", "门面", "甲路1号", 10], NEW, ""),
    ],
)
def test_a_row_without_number_and_area_is_weighed_by_all_it_says(
    ledger: Ledger, tmp_path: Path, row: list[object], state: str, question: str
) -> None:
    known = [["甲单位", "门面", "甲路1号", 10], ["甲单位", "门面", "甲路2号", 20]]
    import_file(ledger, write(tmp_path, known, head=PLACES))
    before = ledger.fingerprint()
    plan = propose(write(tmp_path, [row], "二.xlsx", PLACES), ledger.standard, ledger=ledger)
    assert [(r.state, r.question) for r in plan.records] == [(state, question)]
    assert bool(question) == bool(plan.records[0].doubts)
    apply(ledger, plan)
    assert (ledger.fingerprint() == before) == (state != NEW)


def test_an_unsure_row_follows_the_decision(ledger: Ledger, tmp_path: Path) -> None:
    import_file(ledger, write(tmp_path, [["甲单位", "门面", "甲路1号", 10]], head=PLACES))
    path = write(tmp_path, [["甲单位", "门面", "甲路1号", 12]], "二.xlsx", PLACES)
    import_file(ledger, path, {"decisions": {"台账!2": "match"}})
    assert listed(ledger, "cost") == [(120000_00,)]
    import_file(
        ledger,
        write(tmp_path, [["甲单位", "门面", "甲路1号", 13]], "三.xlsx", PLACES),
        {"decisions": {"台账!2": "new"}},
    )
    assert ledger.totals("asset")["count"] == 2


def test_rooms_of_one_name_and_area_with_other_numbers_are_other_assets(
    ledger: Ledger, tmp_path: Path
) -> None:
    import_file(ledger, write(tmp_path, [["A-8", "甲单位", "宿舍", "甲路1号", 60, 5, "调剂使用", None]]))
    row = ["A-9", "甲单位", "宿舍", "甲路1号", 60, 5, "调剂使用", None]
    import_file(ledger, write(tmp_path, [row], "二季度.xlsx"))
    assert listed(ledger, "asset_no") == [("A-8",), ("A-9",)]


def test_the_same_asset_in_two_tables_of_one_file_is_told_with_both_places(
    ledger: Ledger, tmp_path: Path
) -> None:
    wb = book("一", "二")
    head = ["资产编号", "单位名称", "资产名称", "坐落", "建筑面积（㎡）"]
    fill(wb["一"], head, ["A-1", "甲单位", "一号楼", "甲路1号", 100], [None, "甲单位", "门面", "甲路2号", 30])
    fill(wb["二"], head, ["A-1", "甲单位", "另一栋", "乙路1号", 100], [None, "甲单位", "门面", "甲路3号", 30])
    wb.save(tmp_path / "两表.xlsx")
    plan = propose(tmp_path / "两表.xlsx", ledger.standard, ledger=ledger)
    told = {(d.sheet, d.cell, d.code): d.text for d in plan.all_doubts}
    assert "工作表“二” A2" in told["一", "A2", "duplicate-key"]
    assert "工作表“一” A2" in told["二", "A2", "duplicate-key"]
    assert "工作表“一”第 3 行" in told["二", "3", "alike-rows"]
    assert [r.state for r in plan.records] == [NEW] * 4


def test_a_number_that_belongs_to_another_name_is_a_conflict_and_nothing_is_changed(
    ledger: Ledger, tmp_path: Path
) -> None:
    import_file(ledger, write(tmp_path, ROWS))
    path = write(tmp_path, [["A-1", "甲单位", "完全不同的地块", "乙路", 5, 5, "转让变现", None]], "撞号.xlsx")
    before = ledger.fingerprint()
    plan = import_file(ledger, path)
    assert plan.records[0].state == CONFLICT and ledger.fingerprint() == before
    import_file(ledger, path, {"decisions": {"台账!2": "match"}})
    assert ledger.fingerprint() != before


@pytest.mark.parametrize("name", ["台账.xlsx", "二季度.xlsx"])
def test_an_asset_that_was_split_is_not_taken_in_again_unless_the_clerk_says_so(
    ledger: Ledger, tmp_path: Path, name: str
) -> None:
    import_file(ledger, write(tmp_path, ROWS))
    whole = next(r[0] for r in ledger.select("asset", ["uid", "asset_no"]) if r[1] == "A-1")
    lineage.split(ledger, whole, [{"cost": 1}, {}], rest=1)
    cost = ledger.totals("asset")["cost"]
    rows = [[*r] for r in ROWS]
    rows[2][7] = "附注" if name == "二季度.xlsx" else rows[2][7]
    path = write(tmp_path, rows, name)
    plan = import_file(ledger, path)
    assert [(r.state, r.question) for r in plan.records[:2]] == [(CONFLICT, "replaced"), (SAME, "")]
    assert "拆分" in plan.all_doubts[0].text
    assert ledger.totals("asset")["count"] == 4 and ledger.totals("asset")["cost"] == cost
    import_file(ledger, path, {"decisions": {"台账!2": "new"}})
    assert ledger.totals("asset")["count"] == 5


def test_rows_can_be_left_out_and_made_new_by_decision(ledger: Ledger, tmp_path: Path) -> None:
    path = write(tmp_path, ROWS)
    import_file(ledger, path, {"decisions": {"台账!2": "skip"}})
    assert [r[0] for r in listed(ledger, "asset_no")] == ["A-2", "A-3"]


def test_two_rows_with_one_number_both_come_in_and_are_told(ledger: Ledger, tmp_path: Path) -> None:
    plan = import_file(
        ledger, write(tmp_path, [ROWS[0], ["A-1", "甲单位", "另一栋", "甲路9号", 1, 1, "调剂使用", None]])
    )
    assert ledger.totals("asset")["count"] == 2
    assert {d.code for d in plan.all_doubts} >= {"duplicate-key"}


def test_units_are_told_apart_by_their_code_and_a_missing_code_goes_by_name(
    ledger: Ledger, tmp_path: Path
) -> None:
    head = ["资产编号", "单位名称", "统一社会信用代码", "资产名称", "坐落"]
    rows = [
        ["1", "云岭区水利局", "12405365194843259J", "一号", "甲路1号"],
        ["2", "云岭区水利局", "12623581741090736K", "二号", "甲路2号"],
        ["3", "临江区水利局", "113160083Y5225669X", "三号", "甲路3号"],
        ["4", "临江区水利局", None, "四号", "甲路4号"],
    ]
    import_file(ledger, write(tmp_path, rows, head=head))
    assert ledger.totals("unit")["count"] == 3
    assert listed(ledger, "owner_uscc")[3] == ("113160083Y5225669X",)


def test_the_clerk_changes_mapping_unit_and_header_row(ledger: Ledger, tmp_path: Path) -> None:
    path = write(tmp_path, [["1", "一号", "甲路1号", 5]], head=["号", "叫啥", "在哪", "值多少"])
    answers = {
        "tables": [
            {
                "header_rows": [1],
                "table": "asset",
                "mapping": {"A": "asset_no", "B": "name", "在哪": "location", "D": "cost"},
                "units": {"D": "亿元"},
            }
        ]
    }
    plan = propose(path, ledger.standard, answers=answers)
    assert plan.records[0].values == {
        "asset_no": "1",
        "name": "一号",
        "location": "甲路1号",
        "cost": 500_000_000_00,
    }


def test_answers_are_remembered_for_the_next_file_of_the_same_layout(ledger: Ledger, tmp_path: Path) -> None:
    head = ["资产编号", "资产名称", "坐落", "管护等级"]
    answers = {"tables": [{"mapping": {"D": "note"}}]}
    import_file(ledger, write(tmp_path, [["1", "一号", "甲路1号", "甲级"]], head=head), answers)
    plan = propose(
        write(tmp_path, [["2", "二号", "甲路2号", "乙级"]], "下季.xlsx", head), ledger.standard, ledger=ledger
    )
    assert plan.records[0].values["note"] == "乙级"


def test_columns_without_a_field_stay_with_the_record(ledger: Ledger, tmp_path: Path) -> None:
    plan = propose(
        write(
            tmp_path, [["1", "一号", "甲路1号", "甲级"]], head=["资产编号", "资产名称", "坐落", "管护等级"]
        ),
        ledger.standard,
    )
    assert plan.records[0].extra == {"管护等级": "甲级"}


def test_a_hidden_sheet_comes_in_when_asked_for(ledger: Ledger, tmp_path: Path) -> None:
    path = LEDGERS["hidden_things"](tmp_path).path
    plan = propose(path, ledger.standard, answers={"hidden_sheets": ["旧数据"]})
    assert "不该导入" in {r.name for r in plan.records}


def test_private_columns_come_in_when_asked_for(ledger: Ledger, tmp_path: Path) -> None:
    path = LEDGERS["private_columns"](tmp_path).path
    plan = propose(path, ledger.standard, answers={"private": True})
    assert any("身份证号" in r.extra or "手机" in r.extra for r in plan.records)


def test_a_named_sheet_is_read_alone_and_an_unknown_one_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    path = LEDGERS["sheet_per_path"](tmp_path).path
    plan = propose(path, ledger.standard, sheet="调剂使用")
    assert {r.sheet for r in plan.records} == {"调剂使用"}
    with pytest.raises(InputRefused) as caught:
        propose(path, ledger.standard, sheet="没有")
    assert caught.value.code == "no-sheet" and "调剂使用" in caught.value.next


def test_the_plan_has_a_json_form_that_import_takes_back(ledger: Ledger) -> None:
    path = next(DATA.glob("L01*"))
    plan = propose(path, ledger.standard)
    told = json.loads(json.dumps(plan.to_json()))
    assert told["tables"][0]["mapping"]["C"] == "name" and told["tables"][0]["units"]["G"] == "万元"
    again = propose(path, ledger.standard, answers=json.loads(json.dumps(plan.mapping())))
    assert [r.values for r in again.records] == [r.values for r in plan.records]


# --- the file that goes back ---------------------------------------------------------------------


def test_the_clerks_own_file_comes_back_with_marks_and_only_the_corrected_rows_apply(
    ledger: Ledger, tmp_path: Path
) -> None:
    path = write(tmp_path, ROWS)
    plan = import_file(ledger, path)
    back = annotate(path, remarks_of(plan), tmp_path / "退回.xlsx", plan=plan)
    assert (back.rows, back.cells) == (2, 2)
    wb = openpyxl.load_workbook(back.path)
    ws = wb["台账"]
    assert (
        ws["I1"].value == "错误说明"
        and "约数" in ws["I3"].value
        and ws["G4"].fill.fgColor.rgb.endswith("FFF2CC")
    )
    ws["G4"] = "完善经营"
    wb.save(back.path)
    again = propose(back.path, ledger.standard, ledger=ledger)
    assert [(r.state, r.matched_by) for r in again.records] == [
        (SAME, "uid"),
        (SAME, "uid"),
        (CHANGED, "uid"),
    ]
    apply(ledger, again)
    assert listed(ledger, "path")[2] == ("20",)
    assert not [o for group in ledger.origins("asset").values() for o in group if o.field == "path"]


def test_what_a_clerk_said_of_units_holds_for_the_corrected_file(ledger: Ledger, tmp_path: Path) -> None:
    """Two header levels, so that the marks stand beside a group; a row that was left out has none."""
    head = ["资产编号", "单位名称", "资产名称", "面积", None, "账面价值", None]
    wb = book("台账")
    fill(wb["台账"], head, [None, None, None, "土地面积（㎡）", "建筑面积（㎡）", "原值", "净值"])
    for place in ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1"):
        wb["台账"].merge_cells(place)
    for row in (
        ["A-1", "甲单位", "一号楼", 100, 10, 300, 200],
        ["A-2", "甲单位", "二号楼", 9, "约8", 30, 20],
    ):
        wb["台账"].append(row)
    wb["台账"].append(["A-3", "甲单位", "三号楼", 7, "约6", 30, 20])
    path = tmp_path / "台账.xlsx"
    wb.save(path)
    first = propose(path, ledger.standard, ledger=ledger)
    said = {"sheet": "台账", "number": 1, "units": {"F": "万元", "G": "万元"}, "blanks": {"E": "error"}}
    plan = import_file(ledger, path, {"tables": [said], "decisions": {first.records[2].place: "skip"}})
    remarks = remarks_of(plan, check(ledger).findings)
    assert {r.row for r in remarks} == {3, 4}
    texts = [r.text for r in remarks if r.column == "E"]
    assert len(texts) == 1 and "约8" in texts[0], texts
    back = annotate(path, remarks, tmp_path / "退回.xlsx", plan=plan)
    wb = openpyxl.load_workbook(back.path)
    assert wb["台账"]["H1"].value == "错误说明"
    wb["台账"]["E4"] = 8
    wb.save(back.path)
    again = propose(back.path, ledger.standard, ledger=ledger)
    assert [r.state for r in again.records] == [SAME, SAME, NEW]
    assert again.records[1].matched_by == "uid" and not {"H", "I"} & {d.column for d in again.doubts}
    third = annotate(back.path, remarks_of(again), tmp_path / "再退回.xlsx", plan=again)
    ws = openpyxl.load_workbook(third.path)["台账"]
    assert [c.value for c in ws[1]][7:] == ["错误说明", "记录标识"]
    assert ws["H4"].value is None and ws["E4"].comment is None and "约数" in ws["H5"].value


def test_header_rows_that_the_clerk_names_hold_for_one_table_and_for_the_next_file(
    ledger: Ledger, tmp_path: Path
) -> None:
    wb = book("台账")
    ws = wb["台账"]
    fill(
        ws,
        ["资产编号", "资产名称", "坐落", "单位名称", "原值（元）", "净值（元）"],
        ["A-1", "一号楼", "甲路1号", "甲单位", 3, 2],
        [],
        ["资产编号", "资产名称", "坐落", "单位名称", "账面价值（元）", None],
        [None, None, None, None, "原值", "净值"],
        ["B-2", "二号楼", "甲路2号", "甲单位", 30, 20],
        ["B-3", "三号楼", "甲路3号", "甲单位", 3, 2],
    )
    path = tmp_path / "台账.xlsx"
    wb.save(path)
    assert [t.header_rows for t in propose(path, ledger.standard).tables] == [[1], [4, 5]]
    said = {"sheet": "台账", "number": 2, "header_rows": [4]}
    plan = import_file(ledger, path, {"tables": [said]})
    assert [(t.header_rows, t.rows) for t in plan.tables] == [([1], 1), ([4], 3)]
    ws.insert_rows(3)
    wb.save(path)
    assert [t.header_rows for t in propose(path, ledger.standard, ledger=ledger).tables] == [[1], [5]]
    with pytest.raises(InputRefused, match="第 99 行没有文字"):
        propose(path, ledger.standard, answers={"tables": [{**said, "header_rows": [99]}]})


def test_findings_of_the_audit_go_back_to_their_cells(ledger: Ledger, tmp_path: Path) -> None:
    path = write(tmp_path, ROWS)
    plan = import_file(ledger, path)
    found = check(ledger).findings
    assert found
    remarks = remarks_of(plan, found)
    assert len(remarks) > 2 and {r.row for r in remarks} <= {2, 3, 4}


def test_remarks_on_cards_stand_in_the_cards_with_the_name_of_the_asset(
    ledger: Ledger, tmp_path: Path
) -> None:
    """A card is no row of the sheet: its identity has no place there, and its remarks stand where it is."""
    want = LEDGERS["cards_side_by_side"](tmp_path)
    plan = import_file(ledger, want.path)
    back = annotate(want.path, remarks_of(plan, check(ledger).findings), tmp_path / "退回.xlsx", plan=plan)
    ws = openpyxl.load_workbook(back.path).worksheets[0]
    before = openpyxl.load_workbook(want.path).worksheets[0]
    notes = {c.row: c.value for row in ws.iter_rows() for c in row if before[c.coordinate].value != c.value}
    for record in plan.records:
        row = next(c.row for line in before.iter_rows() for c in line if c.value == record.name)
        assert any(f"{record.name}：" in str(text) for n, text in notes.items() if abs(n - row) < 4)
    assert not any(c.value == "记录标识" for row in ws.iter_rows() for c in row)


def test_other_formats_come_back_as_a_workbook_with_the_same_places(ledger: Ledger, tmp_path: Path) -> None:
    want = LEDGERS["csv_gb18030_named_xls"](tmp_path)
    plan = import_file(ledger, want.path)
    back = annotate(want.path, remarks_of(plan), tmp_path / "退回.xlsx", plan=plan)
    ws = openpyxl.load_workbook(back.path).worksheets[0]
    assert ws["B3"].value == "大礼堂" and ws["D3"].value == "1,072,861.52"
    again = propose(back.path, ledger.standard, ledger=ledger)
    assert {(r.state, r.matched_by) for r in again.records} == {(SAME, "uid")}


# --- several files at once ------------------------------------------------------------------------------


def test_folders_are_expanded_and_lock_files_left_out_with_a_word(tmp_path: Path) -> None:
    (tmp_path / "下级").mkdir()
    for name in ("a.xlsx", "~$a.xlsx", "b.csv", "说明.docx", "下级/c.et", "下级/.hidden.xls"):
        (tmp_path / name).write_bytes(b"x")
    found = sources([tmp_path, tmp_path / "a.xlsx"])
    assert [p.name for p in found.files] == ["a.xlsx", "b.csv", "c.et"]
    assert sorted(p.name for p, _ in found.left_out) == ["a.xlsx", "~$a.xlsx", "说明.docx"]
    assert all(why for _, why in found.left_out)


# --- what belongs to an asset -------------------------------------------------------------------------

PROGRESS = [
    "序号",
    "资产编号",
    "资产名称",
    "期间",
    "盘活方式",
    "进度状态",
    "本期盘活额（万元）",
    "本期回收资金（万元）",
    "工作进展",
]


def test_progress_finds_its_assets_in_the_file_and_in_the_ledger(ledger: Ledger, tmp_path: Path) -> None:
    import_file(ledger, write(tmp_path, ROWS))
    wb = book("新资产", "进展")
    fill(wb["新资产"], HEAD, ["A-9", "丙单位", "九号楼", "甲路9号", 1, 1, "完善经营", None])
    fill(
        wb["进展"],
        PROGRESS,
        [1, "A-1", "一号楼", "2026Q3", "无偿划转", "已完成", 10, 0, "已移交"],
        [2, None, "九号楼", "2026年第三季度", "出租", "签约", 1, 0.5, "已签约"],
        [3, "X-1", "没有的楼", "2026Q3", "出租", "签约", 1, 0.5, "已签约"],
    )
    path = tmp_path / "三季度.xlsx"
    wb.save(path)
    plan = import_file(ledger, path)
    assert [(s.row, s.why) for s in plan.skipped if s.sheet == "进展"] == [(4, "no-parent")]
    rows = [
        tuple(r) for r in ledger.select("progress", ["asset_name", "period", "revived"], order=["revived"])
    ]
    assert rows == [("九号楼", "2026Q3", 10000_00), ("一号楼", "2026Q3", 100000_00)]
    wb["进展"]["G2"] = 12
    wb.save(tmp_path / "改.xlsx")
    again = propose(tmp_path / "改.xlsx", ledger.standard, ledger=ledger)
    changed = [(r.row, r.matched_by, r.after) for r in again.records if r.state == CHANGED]
    assert changed == [(2, "unique", {"revived": 120000_00})]
    assert again.counts()[NEW] == 0
