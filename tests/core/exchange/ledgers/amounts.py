"""Amounts, their units, formats and formulas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlwt

from tests.core.exchange.ledgers.making import Expected, book, expected, fill, ledger, save, set_cached


@ledger
def amounts_of_all_kinds(folder: Path) -> Expected:
    """Amounts in words and figures."""
    wb = book("金额")
    given: list[tuple[Any, str]] = [
        (86.18, "861800.00"),
        ("1,234.50", "12345000.00"),
        ("1.2亿", "120000000.00"),
        ("约350万", "!3500000.00"),
        ("¥1,234.50", "12345000.00"),
        ("１２３．５", "1235000.00"),
        ("暂估", "!"),
        ("待评估", "!"),
        ("暂估1200", "!12000000.00"),
        ("—", ""),
        ("/", ""),
        ("暂无", ""),
        ("N/A", ""),
        ("861800元", "861800.00"),
        ("壹佰万元整", "1000000.00"),
        ("100-200", "!"),
        ("（12.5）", "!-125000.00"),
        ("见附件", "!"),
        ("1亿2000万元", "120000000.00"),
        ("0", "0.00"),
        (0.1 + 0.2, "3000.00"),
        ("350余万元", "!3500000.00"),
        ("abc", "!"),
        ("12.5（暂估）", "!125000.00"),
        ("１，２００", "12000000.00"),
    ]
    fill(
        wb["金额"],
        ["序号", "资产名称", "坐落", "账面原值（万元）"],
        *[[i, f"{i}号", f"甲路{i}号", v] for i, (v, _) in enumerate(given, 1)],
    )
    return expected(
        save(wb, folder, "金额"),
        "金额",
        *[(i + 1, {"name": f"{i}号", "cost": w}) for i, (_, w) in enumerate(given, 1)],
    )


@ledger
def number_formats(folder: Path) -> Expected:
    """Formats that show 万元 over 元, pad zeros, hide digits."""
    wb = book("格式")
    ws = wb["格式"]
    fill(
        ws,
        ["资产编号", "资产名称", "坐落", "原值（万元）", "净值（元）"],
        [123, "一号", "甲路1号", 861800, 528300],
        [45678, "二号", "甲路2号", 86.18, 528300],
        [7, "三号", "甲路3号", 861800, 528300.5],
    )
    for r in (2, 3, 4):
        ws.cell(r, 1).number_format = "00000000"
    ws["D2"].number_format = "0!.0000"
    ws["D4"].number_format = '0!.0,"万元"'
    ws["E3"].number_format = '0!.0,"万"'
    ws["E4"].number_format = "#,##0"
    return expected(
        save(wb, folder, "数字格式"),
        "格式",
        (2, {"asset_no": "00000123", "name": "一号", "cost": "861800.00", "net": "528300.00"}),
        (3, {"asset_no": "00045678", "name": "二号", "cost": "861800.00", "net": "528300.00"}),
        (4, {"asset_no": "00000007", "name": "三号", "cost": "861800.00", "net": "528300.50"}),
    )


@ledger
def formulas_and_errors(folder: Path) -> Expected:
    """Formulas with and without stored results, errors."""
    wb = book("公式")
    fill(
        wb["公式"],
        ["序号", "资产名称", "坐落", "账面原值（元）", "账面净值（元）", "资产编号"],
        [1, "一号", "甲路1号", 1000000, "=D2-200000", '="00123"'],
        [2, "二号", "甲路2号", 3000000, "=D3*0.5", "A-2"],
        [3, "三号", "甲路3号", "=1/0", 5, "A-3"],
        [4, "四号", "甲路4号", "=SUM(D2:D3)", 5, "A-4"],
    )
    path = save(wb, folder, "公式")
    set_cached(
        path, 1, {"E2": ("", "800000"), "F2": ("str", "00123"), "D4": ("e", "#DIV/0!"), "D5": ("", "4000000")}
    )
    return expected(
        path,
        "公式",
        (2, {"name": "一号", "cost": "1000000.00", "net": "800000.00", "asset_no": "00123"}),
        (3, {"name": "二号", "net": "!"}),
        (4, {"name": "三号", "cost": "!", "net": "5.00"}),
        (5, {"name": "四号", "cost": "4000000.00"}),
    )


@ledger
def no_unit_stated(folder: Path) -> Expected:
    """Nobody says 元 or 万元: large amounts are 元, small ones are asked."""
    wb = book("甲", "乙")
    head = ["序号", "资产名称", "坐落", "账面原值"]
    fill(
        wb["甲"],
        head,
        [1, "一号", "甲路1号", 4644799.55],
        [2, "二号", "甲路2号", 396079.55],
        [3, "三号", "甲路3号", 815108.27],
    )
    fill(
        wb["乙"],
        head,
        [1, "四号", "乙路1号", 86.18],
        [2, "五号", "乙路2号", 143.82],
        [3, "六号", "乙路3号", 2882.27],
    )
    return Expected(
        save(wb, folder, "无单位"),
        {
            ("甲", 2): {"cost": "4644799.55"},
            ("甲", 3): {"cost": "396079.55"},
            ("甲", 4): {"cost": "815108.27"},
            ("乙", 2): {"cost": "!861800.00"},
            ("乙", 3): {"cost": "!1438200.00"},
            ("乙", 4): {"cost": "!28822700.00"},
        },
        doubts=("unit-guessed",),
    )


@ledger
def units_in_a_column(folder: Path) -> Expected:
    """The unit of each number stands in the next column."""
    wb = book("台账")
    fill(
        wb["台账"],
        ["序号", "资产名称", "坐落", "土地面积", "单位", "账面原值", "金额单位"],
        [1, "一号", "甲路1号", 3, "亩", 10, "万元"],
        [2, "二号", "甲路2号", 300, "平方米", 5000, "元"],
        [3, "三号", "甲路3号", 0.2, "公顷", 1, "亿元"],
    )
    return expected(
        save(wb, folder, "单位列"),
        "台账",
        (2, {"name": "一号", "area_land": "2000.00", "cost": "100000.00"}),
        (3, {"name": "二号", "area_land": "300.00", "cost": "5000.00"}),
        (4, {"name": "三号", "area_land": "2000.00", "cost": "100000000.00"}),
    )


@ledger
def unit_note_inside_the_table(folder: Path) -> Expected:
    """The unit stands in a row below the header."""
    wb = book("台账")
    fill(
        wb["台账"],
        ["序号", "资产名称", "坐落", "账面原值", "账面净值"],
        [None, None, None, None, "金额单位：人民币万元"],
        [1, "一号", "甲路1号", 10, 5],
    )
    return expected(
        save(wb, folder, "表内单位"), "台账", (3, {"name": "一号", "cost": "100000.00", "net": "50000.00"})
    )


@ledger
def one_row_in_yuan(folder: Path) -> Expected:
    """One amount typed in 元 under a 万元 header stands out and is told."""
    wb = book("台账")
    fill(
        wb["台账"],
        ["序号", "资产名称", "坐落", "账面原值（万元）"],
        *[[i, f"{i}号", f"甲路{i}号", v] for i, v in enumerate((86.18, 143.82, 52.5, 1438200, 96, 40), 1)],
    )
    return expected(
        save(wb, folder, "混了元"),
        "台账",
        *[
            (i + 1, {"name": f"{i}号", "cost": w})
            for i, w in enumerate(
                ("861800.00", "1438200.00", "525000.00", "!14382000000.00", "960000.00", "400000.00"), 1
            )
        ],
    )


@ledger
def amounts_below_nothing_and_prices(folder: Path) -> Expected:
    """A minus sign, a price, a sum in a sentence."""
    wb = book("S")
    fill(
        wb["S"],
        ["资产名称", "坐落", "账面原值（元）", "建筑面积（㎡）"],
        ["甲", "东街1号", -5, 10],
        ["乙", "东街2号", "1,200元/㎡", -10],
        ["丙", "东街3号", "-5万元", "3元/月"],
        ["丁", "东街4号", 60000, 20],
    )
    return expected(
        save(wb, folder, "负数"),
        "S",
        (2, {"cost": "!-5.00", "area_building": "10.00"}),
        (3, {"cost": "!", "area_building": "!-10.00"}),
        (4, {"cost": "!-50000.00", "area_building": "!"}),
        (5, {"cost": "60000.00", "area_building": "20.00"}),
    )


@ledger
def amounts_currency_formats(folder: Path) -> Expected:
    """万元 only in the number format of the cells."""
    wb = book("S")
    ws = wb["S"]
    fill(ws, ["名称", "坐落", "原值（万元）", "净值"], ["甲", "d1", 1234.5, 12.3], ["乙", "d2", 0.5, 0])
    ws["C2"].number_format = '_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ '
    ws["D2"].number_format = '#,##0.00"万元"'
    ws["D3"].number_format = '#,##0.00"万元"'
    return expected(
        save(wb, folder, "a"),
        "S",
        (2, {"name": "甲", "cost": "12345000.00", "net": "123000.00"}),
        (3, {"name": "乙", "cost": "5000.00", "net": "0.00"}),
    )


@ledger
def a_formula_of_old_excel_never_calculated(folder: Path) -> Expected:
    """xlwt and report tools store an empty text as the result; an empty text of IF is one."""
    book_ = xlwt.Workbook()
    sheet = book_.add_sheet("资产表")
    rows: list[list[object]] = [
        ["资产名称", "坐落", "原值（元）", "净值（元）"],
        ["甲", "东街1号", 100000, xlwt.Formula("C2*0.5")],
        ["乙", "东街2号", 200000, xlwt.Formula('IF(C3>9,"",1)')],
    ]
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    path = folder / "旧.xls"
    book_.save(str(path))
    return expected(path, "资产表", (2, {"cost": "100000.00", "net": "!"}), (3, {"name": "乙", "net": ""}))


@ledger
def numbers_and_days_from_web_pages(folder: Path) -> Expected:
    """Blanks of other widths, △ for below nothing, 平; two signs in one date, the day that means none."""
    wb = book("S")
    fill(
        wb["S"],
        ["资产名称", "坐落", "账面原值（元）", "建筑面积（㎡）", "取得时间", "租期（年）"],
        ["甲", "东街1号", "1\u00a0234\u2009567.89", "1200平", "2024-03/04", 3],
        ["乙", "东街2号", "△3,000", "80㎡", "1899-12-30", "18个月"],
        ["丙", "东街3号", "5000", "60", "2024-03-04", "3万"],
    )
    return expected(
        save(wb, folder, "网页"),
        "S",
        (
            2,
            {
                "cost": "1234567.89",
                "area_building": "1200.00",
                "acquire_date": "!2024-03",
                "rent_term": "36",
            },
        ),
        (3, {"cost": "!-3000.00", "acquire_date": "!", "rent_term": "18"}),
        (4, {"acquire_date": "2024-03-04", "rent_term": "!3"}),
    )
