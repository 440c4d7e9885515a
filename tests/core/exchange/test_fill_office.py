"""Forms that an office drew by hand, filled from the complete sample: every cell back, nothing else touched."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.table import Table

from core import paths
from core.errors import InputRefused
from core.exchange.fill import fill
from core.exchange.filled import Filled
from core.exchange.intake import apply, propose
from core.records import Ledger
from tests.core.exchange import office_forms, reporting

Maker = Callable[[Path], Path]


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a 账套 that holds the complete sample."""
    place = tmp_path_factory.mktemp("样例") / "账套"
    with reporting.new_ledger(place) as ledger:
        apply(
            ledger,
            propose(paths.resources() / "sample" / "完整台账（样例）.xlsx", ledger.standard, ledger=ledger),
        )
    return place


@pytest.fixture
def sample(stocked: Path, tmp_path: Path) -> Iterator[Ledger]:
    shutil.copytree(stocked, tmp_path / "账套")
    with Ledger.open(tmp_path / "账套") as opened:
        yield opened


def filled(make: Maker, ledger: Ledger, folder: Path) -> tuple[Path, Filled]:
    form = make(folder / "空表.xlsx")
    return form, fill(ledger, form, folder / "填好.xlsx")


def assert_comes_back(ledger: Ledger, done: Filled) -> None:
    """Every mapped cell of every table is read back as the ledger holds it."""
    read = propose(done.path, ledger.standard).records
    for table in done.tables:
        codes = [c.code for c in table.columns if c.code]
        mine = [r for r in read if r.sheet == table.sheet and table.first_row <= r.row <= table.last_row]
        found = [{**r.values, **r.shown, **r.refs} for r in mine]
        rows = ledger.select("asset", codes, where=table.condition, order=["asset_no", "uid"])
        wanted = [dict(zip(codes, row, strict=True)) for row in rows]
        assert sorted([str(f.get(c)) for c in codes] for f in found) == sorted(
            [str(w[c]) for c in codes] for w in wanted
        )


def assert_untouched(form: Path, done: Filled, moved: Callable[[int], int]) -> None:
    """Looks of all cells, widths, rules, protection and pictures are those of the form; `moved`: old row → new."""
    name = done.tables[0].sheet
    a, b = load_workbook(form)[name], load_workbook(done.path)[name]
    for row in a.iter_rows():
        for old in row:
            new = b.cell(moved(old.row), old.column)
            looks = ("font", "border", "fill", "alignment", "number_format", "protection")
            assert [repr(getattr(old, k)) for k in looks] == [repr(getattr(new, k)) for k in looks], old
    for k, d in a.column_dimensions.items():
        assert (d.width, d.hidden) == (b.column_dimensions[k].width, b.column_dimensions[k].hidden)
    assert repr(a.protection) == repr(b.protection)
    assert (a.print_title_rows, a.oddHeader.left.text) == (b.print_title_rows, b.oddHeader.left.text)
    rules = [(v.type, v.formula1) for v in a.data_validations.dataValidation]
    assert [(v.type, v.formula1) for v in b.data_validations.dataValidation] == rules
    with zipfile.ZipFile(form) as before, zipfile.ZipFile(done.path) as after:
        assert before.namelist() == after.namelist()
        others = [n for n in before.namelist() if n.startswith(("xl/media/", "xl/theme/", "docProps/"))]
        assert others and all(before.read(n) == after.read(n) for n in others)


def test_sections_a_unit_are_filled_and_numbered_as_printed(sample: Ledger, tmp_path: Path) -> None:
    form, done = filled(office_forms.unit_sections, sample, tmp_path)
    assert_comes_back(sample, done)
    assert_untouched(form, done, lambda row: row + (row >= 12))
    s = load_workbook(done.path, data_only=True)["清单"]
    assert [s.cell(r, 1).value for r in (7, 8, 11, 12, 13, 16, 17)] == [1, 2, 1, 2, 3, 1, 2]
    assert {s.cell(r, 10).value for r in (7, 8)} == {"①调剂使用", "②完善经营"}
    nets = [v for (v,) in sample.select("asset", ["net"])]
    assert round(s["I5"].value * 10**6) == sum(nets)
    partial = [n for n in done.tables[0].notes if "只知道年份或月份" in n]
    assert partial and "按文字填写（如“2023-03”）" in partial[0]


def test_a_protected_form_that_computes_is_filled_around_its_formulas(sample: Ledger, tmp_path: Path) -> None:
    form, done = filled(office_forms.guarded, sample, tmp_path)
    assert_comes_back(sample, done)
    assert done.tables[0].without_source == ["类别代码"]
    assert done.left_out == [] and done.notes == []
    assert_untouched(form, done, lambda row: row + 2 * (row >= 9))
    book, known = load_workbook(done.path), load_workbook(done.path, data_only=True)["资产盘活台帐"]
    s = book["资产盘活台帐"]
    assert s["J11"].value == "=H11-I11" and known["J11"].value == known["H11"].value - known["I11"].value
    assert s["J5"].value == "=SUM(J6:J11)" and s["K12"].comment.text == "填报当日"
    assert sorted(str(r.sqref) for r in s.conditional_formatting) == ["A6:N11", "H6:H11", "J6:J11"]
    assert s.print_area == "'资产盘活台帐'!$A$1:$N$13" and [b.id for b in s.row_breaks.brk] == [11]
    assert book["统计"]["B2"].value == "=COUNTIF(资产盘活台帐!$M$6:$M$11,A2)"
    with zipfile.ZipFile(done.path) as z:
        drawn = z.read("xl/drawings/drawing9.xml").decode()
    assert "<xdr:row>0</xdr:row>" in drawn and "<xdr:row>11</xdr:row>" in drawn


def test_a_formula_that_comes_to_something_else_is_told(sample: Ledger, tmp_path: Path) -> None:
    uid = next(u for (u,) in sample.select("asset", ["uid"], where="asset_no == '500110-A-2026-00001'"))
    with sample.edit("减值") as edit:
        edit.set("asset", uid, {"net": 30_000_000})
    _, done = filled(office_forms.guarded, sample, tmp_path)
    told = [n for n in done.tables[0].notes if "由表中公式计算" in n]
    assert told == [
        "“账面价值／净值”由表中公式计算，有 1 行与台账不同（J6 算得 326000，台账为300000），请核对算式用到的各栏。"
    ]
    assert load_workbook(done.path, data_only=True).active["J6"].value == 326000


def test_pages_of_a_register_are_filled_one_after_the_other(sample: Ledger, tmp_path: Path) -> None:
    _, done = filled(office_forms.paper_pages, sample, tmp_path)
    assert_comes_back(sample, done)
    s = load_workbook(done.path, data_only=True).active
    assert [s.cell(r, 1).value for r in (4, 5, 12, 13, 14, 15)] == [1, 2, 3, 4, 5, 6]
    sums = [s.cell(r, 5).value for r in (6, 16)]
    assert round(sum(sums) * 100) == sum(v for (v,) in sample.select("asset", ["net"]))


def test_lists_named_after_a_class_take_the_assets_of_that_class(sample: Ledger, tmp_path: Path) -> None:
    _, done = filled(office_forms.two_classes, sample, tmp_path)
    assert [t.condition for t in done.tables] == ["(asset_class == '10')", "(asset_class == '20')"]
    assert [t.rows for t in done.tables] == [4, 1]
    assert done.notes == ["另有 1 条资产不属于模板中任何一张表，没有填入。"]


def test_what_stands_beside_a_list_is_no_part_of_it(sample: Ledger, tmp_path: Path) -> None:
    def make(path: Path) -> Path:
        book = Workbook()
        s = book.active
        for c, text in enumerate(["资产编号", "资产名称", "坐落", "账面净值（元）"], 1):
            s.cell(1, c, text)
        s.add_table(Table(displayName="表1", ref="A1:D3"))
        s["F1"], s["F2"], s["F3"] = "合计", "=SUM(表1[账面净值（元）])", "（自动）"
        book.save(path)
        return path

    _, done = filled(make, sample, tmp_path)
    assert_comes_back(sample, done)
    assert done.tables[0].without_source == [] and done.tables[0].first_row == 2
    s = load_workbook(done.path).active
    assert [s[f"F{r}"].value for r in (1, 2, 3, 4)] == ["合计", "=SUM(表1[账面净值（元）])", "（自动）", None]
    assert s.tables["表1"].ref == "A1:D7"


def test_a_card_for_one_asset_is_refused_as_one(sample: Ledger, tmp_path: Path) -> None:
    book = Workbook()
    s = book.active
    s.title = "资产卡片"
    s.append(["闲置资产信息卡"])
    for labels in (("资产名称", "资产编号"), ("产权单位", "坐落"), ("账面原值（万元）", "账面净值（万元）")):
        s.append([labels[0], None, labels[1], None])
    book.save(tmp_path / "卡片.xlsx")
    with pytest.raises(InputRefused, match="像是一宗资产填一张的卡片"):
        fill(sample, tmp_path / "卡片.xlsx", tmp_path / "填好.xlsx")


def test_an_example_row_and_a_bare_area_are_told(sample: Ledger, tmp_path: Path) -> None:
    def make(path: Path) -> Path:
        book = Workbook()
        s = book.active
        office_forms.lined(s, 1, ["序号", "资产名称", "坐落", "面积（㎡）", "账面净值（万元）"], 3)
        example: list[Any] = ["例", "某街道办公楼", "某路1号", 100, 50]
        for c, value in enumerate(example, 1):
            s.cell(2, c, value)
        book.save(path)
        return path

    _, done = filled(make, sample, tmp_path)
    assert done.tables[0].first_row == 3
    assert "第 2 行是填写示例，保留未动，上报前请删去。" in done.tables[0].notes
    assert "“面积（㎡）”没有写明是哪种面积，按“建筑面积”填写，请核对。" in done.tables[0].notes


def test_lists_and_sums_of_other_sheets_hear_of_new_rows(sample: Ledger, tmp_path: Path) -> None:
    """Programs keep a list from another sheet in the extensions of the sheet, not with its other rules."""

    def make(path: Path) -> Path:
        book = Workbook()
        s = book.active
        s.title = "填报表"
        office_forms.lined(s, 1, ["资产名称", "坐落", "账面净值（元）", "盘活路径"], 2)
        other = book.create_sheet("选项")
        for row in (["调剂", "=SUM(填报表!C2:C3)"], ["经营", None], ["转让", None]):
            other.append(row)
        book.save(path)
        main = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
        rule = (
            f'<extLst><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{main}" '
            'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidations count="1">'
            '<x14:dataValidation type="list"><x14:formula1><xm:f>选项!$A$1:$A$3</xm:f></x14:formula1>'
            "<xm:sqref>D2:D3</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
        )
        with zipfile.ZipFile(path) as z:
            parts = {n: z.read(n) for n in z.namelist()}
        sheet = "xl/worksheets/sheet1.xml"
        parts[sheet] = parts[sheet].replace(b"</worksheet>", rule.encode())
        with zipfile.ZipFile(path, "w") as z:
            for name, data in parts.items():
                z.writestr(name, data)
        return path

    _, done = filled(make, sample, tmp_path)
    assert_comes_back(sample, done)
    with zipfile.ZipFile(done.path) as z:
        first, second = (z.read(f"xl/worksheets/sheet{i}.xml").decode() for i in (1, 2))
    words = re.findall(r'<c r="D[2-7]"[^>]*><is><t[^>]*>([^<]*)', first)
    assert len(words) == 6 and set(words) == {"调剂", "经营", "转让"}
    assert "<xm:sqref>D2:D7</xm:sqref>" in first and "<f>SUM(填报表!C2:C7)</f>" in second


def test_a_date_in_three_cells_is_taken_apart(sample: Ledger, tmp_path: Path) -> None:
    def make(path: Path) -> Path:
        book = Workbook()
        s = book.active
        office_forms.lined(s, 1, ["资产名称", "坐落", "账面净值（元）", "闲置起始时间", None, None], 3)
        for c, text in zip("DEF", "年月日", strict=True):
            s[f"{c}2"] = text
        s.merge_cells("D1:F1")
        for c in "ABC":
            s.merge_cells(f"{c}1:{c}2")
        book.save(path)
        return path

    _, done = filled(make, sample, tmp_path)
    assert_comes_back(sample, done)
    assert done.tables[0].without_source == []
    s = load_workbook(done.path).active
    found = [tuple(s[f"{c}{r}"].value for c in "DEF") for r in range(3, 9)]
    told = [v for (v,) in sample.select("asset", ["idle_since"], order=["asset_no"])]
    assert found == [tuple(([int(p) for p in v.split("-")] + [None, None])[:3]) for v in told]
    assert (2023, 3, None) in found and any(day for _, _, day in found)


def test_a_header_ends_where_its_merged_cells_end(sample: Ledger, tmp_path: Path) -> None:
    def make(path: Path) -> Path:
        book = Workbook()
        s = book.active
        heads = ["资产名称", "坐落", "账面净值（元）", "责任人"]
        office_forms.lined(s, 1, [*heads], 6)
        for c, number in zip("ABCD", ("甲", "乙", 1, 2), strict=True):
            s.merge_cells(f"{c}1:{c}3")
            s[f"{c}4"] = number
        book.save(path)
        return path

    form, done = filled(make, sample, tmp_path)
    assert_comes_back(sample, done)
    assert_untouched(form, done, lambda row: row + 3 * (row >= 7))
    assert done.tables[0].first_row == 5
    s = load_workbook(done.path).active
    assert {str(m) for m in s.merged_cells.ranges} == {f"{c}1:{c}3" for c in "ABCD"}
    assert s["A4"].value == "甲"


def test_each_list_under_its_own_header_takes_what_the_line_above_names(
    sample: Ledger, tmp_path: Path
) -> None:
    def make(path: Path) -> Path:
        book = Workbook()
        s = book.active
        s["A1"] = "存量资产盘活“三个一批”清单"
        for top, name in ((3, "一、调剂使用一批"), (8, "二、完善经营一批"), (13, "三、转让变现一批")):
            s.cell(top, 1, name)
            office_forms.lined(s, top + 1, ["序号", "资产名称", "坐落", "账面净值（万元）"], 2)
            s.cell(top + 4, 1, "小计")
        book.save(path)
        return path

    _, done = filled(make, sample, tmp_path)
    assert_comes_back(sample, done)
    s = load_workbook(done.path).active
    listed = [s.cell(r, 2).value for r in range(5, s.max_row + 1) if isinstance(s.cell(r, 1).value, int)]
    wanted = [
        name
        for path in ("10", "20", "30")
        for (name,) in sample.select("asset", ["name"], where=f"path == '{path}'", order=["asset_no"])
    ]
    assert [name for name in listed if name] == wanted


def test_a_row_that_adds_up_others_takes_no_record(sample: Ledger, tmp_path: Path) -> None:
    """Whatever it is called: the totals row of a list of Excel's own, in English."""

    def make(path: Path) -> Path:
        book = Workbook()
        s = book.active
        for row in (["No.", "资产名称", "坐落", "净值 NBV（元）"], [1], [2], ["Total"]):
            s.append(row)
        s["D4"] = "=SUBTOTAL(109,[净值 NBV（元）])"
        table = Table(displayName="表1", ref="A1:D4")
        table.totalsRowCount = 1
        s.add_table(table)
        book.save(path)
        return path

    _, done = filled(make, sample, tmp_path)
    assert_comes_back(sample, done)
    s = load_workbook(done.path).active
    assert (s["A8"].value, s["B8"].value, s.tables["表1"].ref) == ("Total", None, "A1:D8")
