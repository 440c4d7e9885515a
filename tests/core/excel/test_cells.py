"""Raw cells → stored values: each kind of value as a table of (cell, value, code of the doubt)."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.excel.cells import read_column, reader
from core.excel.choices import match
from core.excel.formats import describe, is_special, render
from core.excel.grid import Cell, letter, text_of
from core.excel.words import bare, header_units, is_unit_note, units_in
from core.standard import load_default

STANDARD = load_default()
ASSET = dict(STANDARD.tables["asset"].fields)
# Whatever the standard leaves to its rules: here the bounds are declared.
ASSET["cost"] = dataclasses.replace(ASSET["cost"], min="0")
ASSET["built_year"] = dataclasses.replace(ASSET["built_year"], min="1800", most="2200")
UNIT = STANDARD.tables["unit"].fields
GOOD = "12405365194843259J"


def read(field: Any, raw: Any, unit: str = "", column: Any = None) -> tuple[Any, str]:
    reading = reader(field, unit, column or [raw])(raw)
    assert bool(reading.code) == bool(reading.text)
    if reading.code:
        assert any(w in reading.text for w in ("请", "应填")), reading.text
    return reading.value, reading.code


@pytest.mark.parametrize(
    ("raw", "fen", "code"),
    [
        (86.18, 86180000, ""),
        (0.1 + 0.2, 300000, ""),
        (33.333333333, 33333333, ""),
        (1e300, None, "too-big"),
        (-5, -5000000, "negative"),
        ("1,234.50", 1234500000, ""),
        ("１，２３４．５０", 1234500000, ""),
        ("1 234.50", 1234500000, ""),
        ("¥1,234.50元", 123450, ""),
        ("1.2亿", 12000000000, ""),
        ("1亿2000万元", 12000000000, ""),
        ("350万", 350000000, ""),
        ("约350万", 350000000, "approximate"),
        ("350万左右", 350000000, "approximate"),
        ("暂估1200", 1200000000, "approximate"),
        ("1200（暂估）", 1200000000, "approximate"),
        ("≥100", 100000000, "approximate"),
        ("100多万", 100000000, "words"),
        ("（123）", -123000000, "negative"),
        ("壹佰贰拾万元整", 120000000, ""),
        ("三百五十万", 350000000, ""),
        ("86.18万元（861800元）", 86180000, ""),
        ("86.18万元（另有设备20万元）", 86180000, "remark"),
        ("100+50", 150000000, "sum"),
        ("100-200", None, "range"),
        ("原值350万元，净值20万元", None, "several"),
        ("待评估", None, "pending"),
        ("暂估", None, "not-a-number"),
        ("见附件", None, "pending"),
        ("1,2345", 12345000000, "separators"),
        ("12,5", 12500000, "separators"),
        ("12O", None, "not-a-number"),
        ("100㎡", None, "not-a-number"),
        ("—", None, ""),
        ("/", None, ""),
        ("无", None, ""),
        ("N/A", None, ""),
        ("不详", None, ""),
        ("  ", None, ""),
        ("0", 0, ""),
        ("#DIV/0!", None, "excel-error"),
        (Cell("e", "#REF!"), None, "excel-error"),
        (Cell("u", "SUM(A1:A9)"), None, "uncalculated"),
        (Cell("d", "2024-01-02"), None, "date-for-number"),
        (Cell("n", 0.35, "0.00%"), None, "not-a-number"),
        (Cell("n", 861800, "0!.0000"), 86180000, ""),
        (Cell("n", 861800, '0!.0,"万元"'), 86180000, ""),
        (Cell("n", 1234.5, '#,##0.00"元"'), 123450, ""),
        (True, None, "not-a-number"),
    ],
)
def test_amounts_under_a_header_in_wan(raw: Any, fen: int | None, code: str) -> None:
    assert read(ASSET["cost"], raw, "万元") == (fen, code)


@pytest.mark.parametrize(
    ("raw", "stored", "code"),
    [
        ("3.10亩", 206667, ""),
        ("4.1755公顷", 4175500, ""),
        ("32,092.08㎡", 3209208, ""),
        ("41612.92平方米（合62.42亩）", 4161292, ""),
        ("41612.92平方米（合99亩）", 4161292, "remark"),
        ("约 77.7 亩", 5180000, "approximate"),
        ("12亩3分2厘", 821333, ""),
        ("2.5平方公里", 250000000, ""),
        ("3.5万㎡", 3500000, ""),
        ("120m2", 12000, ""),
        ("120㎡+35㎡", 15500, "sum"),
        ("20m×10m", None, "not-a-number"),
        ("两层，共800㎡", 80000, "words"),
        ("未测绘", None, "pending"),
        (1234.5, 123450, ""),
    ],
)
def test_areas(raw: Any, stored: int | None, code: str) -> None:
    assert read(ASSET["area_land"], raw) == (stored, code)


@given(st.decimals(0, 10**11, places=3), st.sampled_from(["元", "万元"]), st.booleans())
def test_figures_as_a_text_are_read_to_the_fen(amount: Decimal, unit: str, grouped: bool) -> None:
    text = f"{amount:,f}" if grouped else f"{amount:f}"
    exact = Fraction(amount) * (100 if unit == "元" else 1_000_000)
    most = ASSET["cost"].most
    wanted = int(exact + Fraction(1, 2))
    assume(not most or wanted <= int(Fraction(most) * 100))
    assert read(ASSET["cost"], text, unit) == (wanted, "")


def test_a_bare_number_among_cells_with_units_is_doubted() -> None:
    assert read(ASSET["area_land"], 100, "", ["3亩", 100, "5亩"]) == (10000, "no-unit")
    assert read(ASSET["area_land"], 100, "亩", ["3亩", 100, "5亩"])[1] == ""


@pytest.mark.parametrize(
    ("raw", "stored", "code"),
    [
        ("2024-3-1", "2024-03-01", ""),
        ("2024/3/1", "2024-03-01", ""),
        ("2024.3.1", "2024-03-01", ""),
        ("2024年3月1日", "2024-03-01", ""),
        ("2024 年 3 月", "2024-03", ""),
        ("２０２４．３", "2024-03", ""),
        ("二〇二四年三月", "2024-03", ""),
        ("20240301", "2024-03-01", ""),
        (20240301, "2024-03-01", ""),
        (202403, "2024-03", ""),
        (2024, "2024", ""),
        ("2024-03-01T08:00:00", "2024-03-01", ""),
        ("2024/3/1 8:00", "2024-03-01", ""),
        ("2024、3、1", "2024-03-01", ""),
        ("Mar-2013", "2013-03", ""),
        (2013.9, "2013-09", ""),
        (1991.11, "1991-11", ""),
        (2010.1, None, "january-or-october"),
        ("2009.1", "2009-01", ""),
        ("1984.10", "1984-10", ""),
        (Cell("n", 2010.1, "0.00"), "2010-10", ""),
        (43525, "2019-03-01", "serial"),
        ("43525", "2019-03-01", "serial"),
        (Cell("d", "2018-10-01", 'yyyy"年"m"月"'), "2018-10", ""),
        (Cell("d", "2018-10-15", 'yyyy"年"m"月"'), "2018-10-15", ""),
        (Cell("d", "2018-10-01", "yyyy/m/d"), "2018-10-01", ""),
        (Cell("d", "1905-07-05", "yyyy"), None, "odd-date"),
        ("98年5月", "1998-05", "rough-date"),
        ("2013年底", "2013", "rough-date"),
        ("约2013年", "2013", "rough-date"),
        ("2018.10至今", "2018-10", "rough-date"),
        ("5/13/2023", "2023-05-13", "rough-date"),
        ("2018年10月-2020年3月", None, "not-a-date"),
        ("上世纪90年代", None, "not-a-date"),
        ("2023.02.30", None, "not-a-date"),
        ("不详", None, ""),
    ],
)
def test_dates(raw: Any, stored: str | None, code: str) -> None:
    assert read(ASSET["acquire_date"], raw) == (stored, code)


def test_two_digit_months_throughout_make_one_digit_one_october() -> None:
    assert read(ASSET["acquire_date"], 2010.1, "", [2013.09, 2010.1, 1991.05]) == ("2010-10", "")


@pytest.mark.parametrize(
    ("raw", "stored", "code"),
    [
        (GOOD, GOOD, ""),
        (GOOD.lower() + "\u200b", GOOD, ""),
        (f"'{GOOD}", GOOD, ""),
        (f'="{GOOD}"', GOOD, ""),
        (f"\t{GOOD}", GOOD, ""),
        ("12 405365 194843259J", GOOD, ""),
        ("１２４０５３６５１９４８４３２５９Ｊ", GOOD, ""),
        (GOOD[:-1] + "K", GOOD[:-1] + "K", "check-failed"),
        (1.24053651948433e17, None, "digits-lost"),
        (124053651948432590, None, "digits-lost"),
        ("1.24E+17", None, "scientific"),
        ("124053651948432000", None, "digits-lost"),
        ("—", None, ""),
    ],
)
def test_credit_codes(raw: Any, stored: str | None, code: str) -> None:
    assert read(UNIT["uscc"], raw) == (stored, code)


@pytest.mark.parametrize(
    ("raw", "stored", "code"),
    [
        ("00080843", "00080843", ""),
        (80843, None, "zeros-lost"),
        (Cell("n", 87447, "00000000"), "00087447", ""),
        (Cell("n", 123, '"GZ-"0000'), "GZ-0123", ""),
        (13812345, "13812345", ""),
        (13812345.0, "13812345", ""),
        (1.5, "1.5", "number-code"),
        (Cell("d", "2024-01-02", "m-d"), None, "date-for-code"),
        ("GZ-98443", "GZ-98443", ""),
    ],
)
def test_asset_numbers_in_a_column_of_eight_digits(raw: Any, stored: str | None, code: str) -> None:
    column = ["00080843", "00058098", "00001984", raw]
    assert read(ASSET["asset_no"], raw, "", column) == (stored, code)


@pytest.mark.parametrize(
    ("field", "raw", "stored", "code"),
    [
        ("path", "转让变现一批", "30", ""),
        ("path", "一、完善经营", "20", ""),
        ("path", "③转让变现", "30", ""),
        ("path", "30", "30", ""),
        ("path", 10, "10", ""),
        ("path", "☑调剂使用 □完善经营 □转让变现", "10", ""),
        ("path", "□调剂使用 □完善经营 □转让变现", None, ""),
        ("path", "调剂、转让", None, "unknown-code"),
        ("path", "不转让", None, "unknown-code"),
        ("use_status", "出租中", "20", ""),
        ("use_status", "已对外出租给李某", "20", "free-wording"),
        ("acquire_date", "2019年三月", "2019-03", ""),
        ("acquire_date", "3019年", "3019", "odd-date"),
        ("acquire_date", "190305", None, "not-a-date"),
        ("acquire_date", "2019.3-2020.5", None, "not-a-date"),
        ("cost", "30\n40", None, "several"),
        ("asset_no", "GZ-1\nGZ-2", "GZ-1GZ-2", "two-lines"),
        ("share_pct", 0.35, 3500, "share"),
        ("share_pct", "35%", 350000, ""),
        ("cost", "12 000元", 1_200_000, ""),
        ("cost", "12 5", None, "several"),
        ("cost", "万元", None, "not-a-number"),
        ("cost", "12.5萬圆", 12_500_000, ""),
        ("cost", "$12000", None, "not-a-number"),
        ("use_status", "拟出租", "20", "free-wording"),
        ("use_status", "不再闲置", None, "unknown-code"),
        ("use_status", "危房，无法使用", None, "unknown-code"),
        ("path", "拟转让变现", "30", ""),
        ("asset_class", "教学楼", "10", ""),
        ("asset_class", "住宅", "10", ""),
        ("in_book", "√", "10", ""),
        ("in_book", "无", None, "unknown-code"),
        ("in_book", "—", None, ""),
        ("in_book", " ", None, ""),
        ("use_status", "部分闲置", "45", ""),
        ("use_status", "未闲置", None, "unknown-code"),
        ("use_status", "—", None, ""),
        ("asset_class", "土地使用权", "20", ""),
        ("idle_reason", "权属不清、资金不足", "01|11", ""),
        ("idle_reason", "权属不清，以及别的", "01", "free-wording"),
        ("has_staff", "是", 1, ""),
        ("has_staff", "无", 0, ""),
        ("has_staff", "不涉及职工", 0, "free-wording"),
        ("has_staff", "看情况", None, "unknown-code"),
        ("built_year", "1998年", 1998, ""),
        ("built_year", 1998.5, None, "not-whole"),
        ("built_year", 98, 98, "out-of-range"),
        ("use_life", "约50年", 50, "words"),
        ("note", "无", None, ""),
        ("note", 12.0, "12", ""),
        ("note", Cell("d", "2024-03-01", "yyyy-mm-dd"), "2024-03-01", ""),
        ("note", "长" * 600, "长" * 600, "too-long"),
        ("name", "'0号楼", "0号楼", ""),
    ],
)
def test_words(field: str, raw: Any, stored: Any, code: str) -> None:
    assert read(ASSET[field], raw) == (stored, code)


def test_a_column_is_read_as_its_cells_are() -> None:
    raws: list[Any] = [
        86.18,
        None,
        "约350万",
        True,
        0.1 + 0.2,
        Cell("n", 861800, "0!.0000"),
        -1,
        1e300,
        "乱\ufffd码",
    ]
    one = reader(ASSET["cost"], "万元", raws)
    values, told = read_column(one, raws)
    assert values == [one(r).value for r in raws]
    assert {i: c for i, (c, _) in told.items()} == {i: one(r).code for i, r in enumerate(raws) if one(r).code}
    numbers: list[Any] = [86.18, None, 0.1 + 0.2, -1, 1e300, 5]
    values, told = read_column(reader(ASSET["cost"], "万元", numbers), numbers)
    assert values == [86180000, None, 300000, -1000000, None, 5000000] and set(told) == {3, 4}


def test_characters_that_no_encoding_gave_are_told() -> None:
    values, told = read_column(reader(ASSET["name"], "", ["小\ufffd礼堂"]), ["小\ufffd礼堂"])
    assert values == ["小\ufffd礼堂"] and told[0][0] == "garbled"


# --- formats and words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind", "special", "shown"),
    [
        ("General", "number", False, "861800"),
        ("#,##0.00", "number", False, "861800.00"),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "number", False, "861800.00"),
        ("00000000", "number", True, "00861800"),
        ("0!.0000", "number", True, "86.1800"),
        ("0!.0,", "number", True, "86.2"),
        ("0\\.0,", "number", True, "86.2"),
        ('#"."0000', "number", True, "86.1800"),
        ('0!.0,"万元"', "number", True, "86.2万元"),
        ('[>=10000]0!.0,"万";0', "number", True, "86.2万"),
        ('"GZ-"0000', "number", True, "GZ-861800"),
        ("[$¥-804]#,##0.00", "number", False, "¥861800.00"),
        ('yyyy"年"m"月"', "month", True, ""),
        ('[$-804]yyyy"年"m"月"d"日";@', "date", True, ""),
        ("yyyy/m/d h:mm", "date", True, ""),
        ("h:mm", "time", True, ""),
        ("@", "text", False, ""),
    ],
)
def test_number_formats(code: str, kind: str, special: bool, shown: str) -> None:
    assert describe(code, 861800).kind == kind and is_special(code) is special
    if shown:
        assert render(861800, code) == shown


@pytest.mark.parametrize(
    ("text", "plain", "units"),
    [
        ("账面原值\n（万元）", "账面原值", ("万元",)),
        ("*资 产\n名 称", "资产名称", ()),
        ("2、座落（详细地址）", "坐落", ()),
        ("帐面原值:元", "账面原值", ("元",)),
        ("土地面积（亩）", "土地面积", ("亩",)),
        ("建筑面积㎡", "建筑面积", ("㎡",)),
        ("（一）资产名称*", "资产名称", ()),
        ("３．净值", "净值", ()),
    ],
)
def test_headers_are_brought_to_one_shape(text: str, plain: str, units: tuple[str, ...]) -> None:
    assert bare(text) == plain and header_units(text) == units


@pytest.mark.parametrize(
    ("text", "is_note", "units"),
    [
        ("单位：万元、平方米", True, ("万元", "㎡")),
        ("金额单位：人民币万元", True, ("万元",)),
        ("（单位:元）", True, ("元",)),
        ("面积单位：亩；金额单位：万元", True, ("亩", "万元")),
        ("万元", True, ("万元",)),
        ("填报单位：临江区财政局", False, ()),
        ("资产原值100万元", False, ("万元",)),
    ],
)
def test_unit_notes(text: str, is_note: bool, units: tuple[str, ...]) -> None:
    assert is_unit_note(text) is is_note
    assert units_in(text) == units


def test_letters_and_texts_of_cells() -> None:
    assert [letter(n) for n in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert [text_of(r) for r in (None, 5.0, 1e15, True, Cell("u", "A1"), Cell("n", 7, "000"))] == [
        "", "5", "1000000000000000", "TRUE", "=A1", "007",
    ]  # fmt: skip


def test_a_wording_can_mean_several_entries_and_is_then_not_chosen() -> None:
    codes = STANDARD.codes["path"]
    assert [i.code for i in match("调剂使用或转让变现", codes)[0]] == ["10", "30"]
    assert match("既不调剂也不转让", codes) == ([], False)
