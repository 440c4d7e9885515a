"""按上级模板填报: three foreign blanks are filled and read back equal, their looks untouched."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from core.errors import InputRefused, UsageError
from core.excel import child
from core.excel.grid import Raw
from core.excel.rows import protect
from core.exchange.compare import found_text
from core.exchange.fill import fill, forms
from core.exchange.intake import propose
from core.exchange.plan import Plan
from core.records import Ledger
from tests.core.exchange import blank_forms

Maker = Callable[[Path], Path]
MAKERS: list[Maker] = [blank_forms.two_levels, blank_forms.bare_header, blank_forms.sheet_per_path]


def read_back(ledger: Ledger, plan: Plan, sheet: str) -> list[dict[str, Any]]:
    return [{**r.values, **r.shown, **r.refs} for r in plan.records if r.sheet == sheet]


@pytest.mark.parametrize("make", MAKERS)
def test_a_filled_form_reads_back_equal(make: Maker, ledger: Ledger, tmp_path: Path) -> None:
    form = make(tmp_path / "空表.xlsx")
    done = fill(ledger, form, tmp_path / "填好.xlsx")
    assert done.rows == sum(t.rows for t in done.tables) > 0
    plan = propose(done.path, ledger.standard)
    for table in done.tables:
        codes = [c.code for c in table.columns if c.code]
        wanted = [
            {k: v for k, v in zip(codes, row, strict=True) if v is not None}
            for row in ledger.select("asset", codes, where=table.condition, order=["asset_no", "uid"])
        ]
        found = [
            {k: v for k, v in r.items() if k in codes and v is not None}
            for r in read_back(ledger, plan, table.sheet)
        ]
        assert found == wanted
    assert not [d for r in plan.records for d in r.doubts]
    assert done.left_out == [] and done.notes == []


@pytest.mark.parametrize("make", MAKERS)
def test_only_the_sheets_that_were_filled_change(make: Maker, ledger: Ledger, tmp_path: Path) -> None:
    form = make(tmp_path / "空表.xlsx")
    done = fill(ledger, form, tmp_path / "填好.xlsx")
    with zipfile.ZipFile(form) as before, zipfile.ZipFile(done.path) as after:
        changed = [n for n in after.namelist() if before.read(n) != after.read(n)]
        assert before.namelist() == after.namelist()
    allowed = ("xl/worksheets/sheet", "xl/workbook.xml", "xl/comments", "xl/drawings", "xl/styles.xml")
    assert [n for n in changed if not n.startswith(allowed)] == []


@pytest.mark.parametrize("make", MAKERS)
def test_looks_of_header_and_footer_are_untouched(make: Maker, ledger: Ledger, tmp_path: Path) -> None:
    form = make(tmp_path / "空表.xlsx")
    done = fill(ledger, form, tmp_path / "填好.xlsx")
    before, after = load_workbook(form), load_workbook(done.path)
    for table in done.tables:
        a, b = before[table.sheet], after[table.sheet]
        for number in range(1, a.max_row + 1):
            moved = number + (table.inserted if number > table.header_rows[-1] + 2 else 0)
            if table.sheet == "资产表" and number > 3:
                moved = number + table.inserted
            for column in range(1, a.max_column + 1):
                old, new = a.cell(number, column), b.cell(moved, column)
                for look in ("font", "border", "fill", "alignment", "number_format"):
                    assert repr(getattr(old, look)) == repr(getattr(new, look)), (old, new)
        assert {k: d.width for k, d in a.column_dimensions.items()} == {
            k: d.width for k, d in b.column_dimensions.items()
        }


def test_totals_footers_merges_lists_and_names_move_along(ledger: Ledger, tmp_path: Path) -> None:
    form = blank_forms.two_levels(tmp_path / "空表.xlsx")
    done = fill(ledger, form, tmp_path / "填好.xlsx")
    s = load_workbook(done.path)["闲置资产情况表"]
    assert done.tables[0].inserted == 9 and s["A18"].value == "合计"
    assert s["H18"].value == "=SUM(H6:H17)"
    assert str(s["A19"].value).startswith("填表人") and s["A19"].comment.text == "签字后上报"
    merges = {str(m) for m in s.merged_cells.ranges}
    assert {"A1:K1", "E3:F3", "A18:D18", "A19:K19"} <= merges and "A9:D9" not in merges
    assert str(s.data_validations.dataValidation[0].sqref) == "I6:I17"
    assert [str(r.sqref) for r in s.conditional_formatting] == ["H6:H17"]
    assert s.print_area == "'闲置资产情况表'!$A$1:$K$19"
    assert s["H4"].comment.text == "按账簿填列"
    assert load_workbook(done.path)["说明"]["B1"].value == "=闲置资产情况表!H18"


def test_totals_hold_their_result_without_being_opened(ledger: Ledger, tmp_path: Path) -> None:
    done = fill(ledger, blank_forms.two_levels(tmp_path / "空表.xlsx"), tmp_path / "填好.xlsx")
    s = load_workbook(done.path, data_only=True)["闲置资产情况表"]
    net = sum(v or 0 for (v,) in ledger.select("asset", ["net"]))
    assert round(s["H18"].value * 10**6) == net


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("make", MAKERS[:1])
def test_libreoffice_opens_and_saves_a_filled_form(make: Maker, ledger: Ledger, tmp_path: Path) -> None:
    done = fill(ledger, make(tmp_path / "空表.xlsx"), tmp_path / "填好.xlsx")
    folder = tmp_path / "另存"
    home = f"-env:UserInstallation=file://{tmp_path}/lo"
    command = ["soffice", home, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(done.path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    a = [g.rows for g in child.read(done.path).sheets]
    b = [g.rows for g in child.read(folder / done.path.name).sheets]
    assert _texts(a[0]) == _texts(b[0])


def _texts(rows: dict[int, list[Raw]]) -> dict[int, list[str]]:
    return {n: t for n, line in rows.items() if any(t := [found_text(v) for v in line])}


def test_one_sheet_a_path_gets_the_assets_of_its_path(ledger: Ledger, tmp_path: Path) -> None:
    done = fill(ledger, blank_forms.sheet_per_path(tmp_path / "空表.xlsx"), tmp_path / "填好.xlsx")
    counts = {p: ledger.totals("asset", path=p)["count"] for p in ("10", "20", "30")}
    assert [t.rows for t in done.tables] == list(counts.values())
    s = load_workbook(done.path)["调剂使用"]
    assert [s.cell(r, 1).value for r in range(5, 5 + counts["10"])] == list(range(1, counts["10"] + 1))


def test_a_narrowed_fill_takes_one_path_only(ledger: Ledger, tmp_path: Path) -> None:
    form = blank_forms.two_levels(tmp_path / "空表.xlsx")
    done = fill(ledger, form, tmp_path / "填好.xlsx", path="20")
    assert done.rows == ledger.totals("asset", path="20")["count"] > 0


def test_records_without_a_place_in_the_form_are_told(ledger: Ledger, tmp_path: Path) -> None:
    form = tmp_path / "空表.xlsx"
    blank_forms.sheet_per_path(form)
    book = load_workbook(form)
    del book["完善经营"], book["转让变现"]
    book.save(form)
    done = fill(ledger, form, tmp_path / "填好.xlsx")
    rest = ledger.totals("asset")["count"] - done.rows
    assert done.notes == [f"另有 {rest} 条资产不属于模板中任何一张表，没有填入。"]


def test_columns_without_a_source_are_listed(ledger: Ledger, tmp_path: Path) -> None:
    done = fill(ledger, blank_forms.bare_header(tmp_path / "空表.xlsx"), tmp_path / "填好.xlsx")
    assert done.tables[0].without_source == ["分管领导批示"]


def test_a_column_kept_from_an_import_fills_the_form(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.edit("补") as edit:
        edit.add("asset", {"name": "甲", "asset_no": "A-1"}, extra='{"分管领导批示": "同意"}')
    done = fill(ledger, blank_forms.bare_header(tmp_path / "空表.xlsx"), tmp_path / "填好.xlsx")
    assert done.tables[0].without_source == []
    s = load_workbook(done.path)["资产表"]
    assert "同意" in [s.cell(r, 9).value for r in range(4, 20)]


def test_the_clerk_decides_columns_and_units(ledger: Ledger, tmp_path: Path) -> None:
    form = blank_forms.bare_header(tmp_path / "空表.xlsx")
    answers = {"mapping": {"I": "note", "G": "area_building"}, "units": {"G": "㎡"}}
    done = fill(ledger, form, tmp_path / "填好.xlsx", answers=answers)
    mapped = done.tables[0].to_json()["mapping"]
    assert mapped["I"] == "note" and mapped["G"] == "area_building"


def test_a_kept_mapping_is_known_the_next_time(ledger: Ledger, tmp_path: Path) -> None:
    form = blank_forms.bare_header(tmp_path / "空表.xlsx")
    fill(ledger, form, tmp_path / "一.xlsx", answers={"mapping": {"I": "note"}}, keep="市局台账")
    assert forms(ledger) == {"市局台账": 1}
    again = fill(ledger, form, tmp_path / "二.xlsx")
    assert again.tables[0].to_json()["mapping"]["I"] == "note"


def test_sections_of_one_sheet_take_the_records_of_their_path(ledger: Ledger, tmp_path: Path) -> None:
    form = tmp_path / "空表.xlsx"
    book = Workbook()
    s = book.active
    rows: list[list[object]] = [
        ["盘活台账"],
        ["序号", "资产名称", "坐落", "账面净值（万元）"],
        ["一、调剂使用"],
        [],
        ["小计"],
        ["二、完善经营"],
        [],
        ["小计"],
        ["合计"],
        ["填表人："],
    ]
    for row in rows:
        s.append(row)
    for number in range(2, 10):
        blank_forms._lines(s, number, 4)
    book.save(form)
    done = fill(ledger, form, tmp_path / "填好.xlsx")
    texts = [[c.value for c in row] for row in load_workbook(done.path).active.iter_rows()]
    first = texts.index(["二、完善经营", None, None, None])
    of_20 = [n for (n,) in ledger.select("asset", ["name"], path="20", order=["asset_no"])]
    assert [t[1] for t in texts[first + 1 : first + 1 + len(of_20)]] == of_20
    subtotals = [t[3] for t in texts if t[0] == "小计"]
    nets = {p: sum(v or 0 for (v,) in ledger.select("asset", ["net"], path=p)) for p in ("10", "20")}
    assert [round(v * 10**6) for v in subtotals if v is not None] == list(nets.values())
    total = next(t[3] for t in texts if t[0] == "合计")
    assert round(total * 10**6) == sum(nets.values())
    assert texts[-1][0] == "填表人："
    missing = ledger.totals("asset", path="30")["count"]
    assert done.notes == ([f"另有 {missing} 条资产不属于模板中任何一张表，没有填入。"] if missing else [])


def test_the_words_of_the_forms_own_list_are_used(ledger: Ledger, tmp_path: Path) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    form = tmp_path / "空表.xlsx"
    book = Workbook()
    s = book.active
    s.append(["资产名称", "坐落", "盘活路径", "账面原值（万元）"])
    for i, word in enumerate(("调剂", "经营盘活", "转让")):
        s.cell(2 + i, 8, word)
    rule = DataValidation(type="list", formula1="$H$2:$H$4")
    rule.add("C2:C100")
    s.add_data_validation(rule)
    book.save(form)
    done = fill(ledger, form, tmp_path / "填好.xlsx", path="10")
    values = {c.value for c in load_workbook(done.path).active["C"][1:]} - {None}
    assert values == {"调剂"}


def test_single_cell_totals_that_miss_new_rows_are_told(ledger: Ledger, tmp_path: Path) -> None:
    form = tmp_path / "空表.xlsx"
    book = Workbook()
    s = book.active
    s.append(["资产名称", "坐落", "账面原值（万元）"])
    s.append([])
    s.append([])
    s.append(["合计", None, "=C2+C3"])
    for number in range(1, 5):
        blank_forms._lines(s, number, 3)
    book.save(form)
    done = fill(ledger, form, tmp_path / "填好.xlsx")
    assert any("C4 的公式“=C2+C3”" in n for n in done.tables[0].notes)


def test_text_that_looks_like_a_formula_stays_text(ledger: Ledger, tmp_path: Path) -> None:
    done = fill(ledger, blank_forms.bare_header(tmp_path / "空表.xlsx"), tmp_path / "填好.xlsx")
    cells = [c for c in load_workbook(done.path)["资产表"]["B"] if str(c.value).startswith("=")]
    assert cells and all(c.data_type in ("s", "inlineStr") for c in cells)


def test_refusals_say_why(ledger: Ledger, tmp_path: Path) -> None:
    form = blank_forms.bare_header(tmp_path / "空表.xlsx")
    with pytest.raises(UsageError):
        fill(ledger, form, form)
    with pytest.raises(UsageError):
        fill(ledger, form, tmp_path / "填好.xls")
    book = Workbook()
    book.active.append(["领导讲话"])
    book.save(tmp_path / "无表.xlsx")
    with pytest.raises(InputRefused) as refused:
        fill(ledger, tmp_path / "无表.xlsx", tmp_path / "填好.xlsx")
    assert refused.value.code == "no-table"
    assert not (tmp_path / "填好.xlsx").exists()


def test_the_ledger_is_not_changed(ledger: Ledger, tmp_path: Path) -> None:
    before = ledger.fingerprint()
    fill(ledger, blank_forms.two_levels(tmp_path / "空表.xlsx"), tmp_path / "填好.xlsx")
    assert ledger.fingerprint() == before


def form_of(path: Path, *rows: list[object], lined: int = 0) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for number in range(1, lined + 1):
        blank_forms._lines(book.active, number, max(len(r) for r in rows))
    book.save(path)
    return path


def test_a_matrix_of_ticks_is_ticked(ledger: Ledger, tmp_path: Path) -> None:
    heads: list[object] = ["资产名称", "坐落", "账面净值（万元）", "调剂使用", "完善经营", "转让变现"]
    form = form_of(tmp_path / "空表.xlsx", heads)
    done = fill(ledger, form, tmp_path / "填好.xlsx")
    assert done.tables[0].without_source == []
    s = load_workbook(done.path).active
    marks = [sum(1 for r in range(2, 30) if s.cell(r, c).value == "√") for c in (4, 5, 6)]
    assert marks == [ledger.totals("asset", path=p)["count"] for p in ("10", "20", "30")]


def test_cells_merged_over_several_rows_are_taken_apart_and_told(ledger: Ledger, tmp_path: Path) -> None:
    form = form_of(tmp_path / "空表.xlsx", ["单位名称", "资产名称", "坐落", "账面净值（万元）"], lined=6)
    book = load_workbook(form)
    book.active.merge_cells("A2:A4")
    book.save(form)
    done = fill(ledger, form, tmp_path / "填好.xlsx")
    assert any("A2:A4 原来上下合并" in n for n in done.tables[0].notes)
    s = load_workbook(done.path).active
    assert all(s.cell(r, 1).value for r in range(2, 14))


def test_rows_that_stand_there_already_are_kept(ledger: Ledger, tmp_path: Path) -> None:
    form = form_of(
        tmp_path / "空表.xlsx", ["资产名称", "坐落", "账面净值（万元）"], ["原有资产", "某路1号", 5.5]
    )
    done = fill(ledger, form, tmp_path / "填好.xlsx")
    s = load_workbook(done.path).active
    assert [c.value for c in s[2]] == ["原有资产", "某路1号", 5.5] and done.tables[0].first_row == 3
    assert done.tables[0].notes == ["第 2 行已有内容，保留不动，新行接在下面。"]


def test_sections_named_after_units_take_the_assets_of_their_unit(ledger: Ledger, tmp_path: Path) -> None:
    form = form_of(
        tmp_path / "空表.xlsx",
        ["资产名称", "坐落", "账面净值（元）"],
        ["示范单位0"],
        [],
        ["示范单位1"],
        [],
        ["外区单位"],
        [],
        lined=7,
    )
    done = fill(ledger, form, tmp_path / "填好.xlsx")
    assert done.rows == ledger.totals("asset")["count"]
    assert any("“外区单位”以下没有填写" in n for n in done.tables[0].notes)
    names = [c.value for c in load_workbook(done.path).active["A"]]
    first = names[names.index("示范单位0") + 1 : names.index("示范单位1")]
    where = "owner_unit.name == '示范单位0'"
    assert first == [protect(n) for (n,) in ledger.select("asset", ["name"], where=where, order=["asset_no"])]


def test_several_tables_for_the_same_records_are_told(ledger: Ledger, tmp_path: Path) -> None:
    form = form_of(tmp_path / "空表.xlsx", ["资产名称", "坐落", "账面净值（万元）"])
    book = load_workbook(form)
    book.copy_worksheet(book.active).title = "另一张"
    book.save(form)
    done = fill(ledger, form, tmp_path / "填好.xlsx")
    assert any("填的是同一批记录" in n for n in done.notes)


def test_a_format_that_shows_wan_over_yuan_gets_yuan(ledger: Ledger, tmp_path: Path) -> None:
    form = form_of(
        tmp_path / "空表.xlsx", ["资产名称", "坐落", "账面原值（万元）"], [None, None, None], lined=2
    )
    book = load_workbook(form)
    book.active["C2"].number_format = "0!.0000"
    book.save(form)
    done = fill(ledger, form, tmp_path / "填好.xlsx", where="asset_no == '500110-S-2026-00001'")
    cost = next(iter(ledger.select("asset", ["cost"], where="asset_no == '500110-S-2026-00001'")))[0]
    assert round(load_workbook(done.path).active["C2"].value * 100) == cost
    assert propose(done.path, ledger.standard).records[0].values["cost"] == cost
