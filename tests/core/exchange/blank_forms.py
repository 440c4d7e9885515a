"""Blank forms as offices hand them down, made here by openpyxl: none of them knows our standard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

_SIDE = Side(style="thin")
_LINES = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_THICK = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=Side(style="medium"))
_HEAD = Font(name="黑体", size=11, bold=True)
_BODY = Font(name="仿宋_GB2312", size=12)


def _widen(sheet: Any, widths: dict[str, float]) -> None:
    for column, width in widths.items():
        sheet.column_dimensions[column].width = width


def _lines(sheet: Any, row: int, columns: int, **looks: Any) -> None:
    for c in range(1, columns + 1):
        cell = sheet.cell(row, c)
        cell.border = looks.get("border", _LINES)
        cell.font = looks.get("font", _BODY)
        cell.alignment = Alignment(horizontal=looks.get("align", "center"), vertical="center", wrap_text=True)
        if "fill" in looks:
            cell.fill = PatternFill("solid", fgColor=looks["fill"])


def two_levels(path: Path) -> Path:
    """Two header levels, 万元 and ㎡, 栏次, three prepared rows, a total by formulas, a footer."""
    book = Workbook()
    s = book.active
    s.title = "闲置资产情况表"
    s.merge_cells("A1:K1")
    s["A1"] = "国有闲置资产情况统计表"
    s["A1"].font = Font(name="方正小标宋简体", size=20)
    s["A2"], s["J2"] = "填报单位：", "单位：万元、平方米"
    groups = {"A": "序号", "B": "资产名称", "C": "产权单位", "D": "坐落地址", "K": "备注"}
    for column, text in groups.items():
        s[f"{column}3"] = text
        s.merge_cells(f"{column}3:{column}4")
    s["E3"] = "面积"
    s.merge_cells("E3:F3")
    s["E4"], s["F4"] = "土地面积", "建筑面积"
    s["G3"] = "价值"
    s.merge_cells("G3:H3")
    s["G4"], s["H4"] = "账面原值", "账面净值"
    s["I3"] = "盘活情况"
    s.merge_cells("I3:J3")
    s["I4"], s["J4"] = "盘活路径", "预计完成时间"
    for row in (3, 4):
        _lines(s, row, 11, font=_HEAD, fill="DDEBF7")
    for c in range(1, 12):
        s.cell(5, c, c)
    _lines(s, 5, 11, font=_BODY)
    for row in (6, 7, 8):
        _lines(s, row, 11, border=_THICK if row == 8 else _LINES)
        for column in "EFGH":
            s[f"{column}{row}"].number_format = "#,##0.00_ "
        s.row_dimensions[row].height = 30
    s["A9"] = "合计"
    s.merge_cells("A9:D9")
    for column in "EFGH":
        s[f"{column}9"] = f"=SUM({column}6:{column}8)"
    _lines(s, 9, 11, font=_HEAD)
    s.merge_cells("A10:K10")
    s["A10"] = "填表人：            审核人：            单位负责人：            填报日期：    年  月  日"
    paths = DataValidation(type="list", formula1='"调剂使用,完善经营,转让变现"', allow_blank=True)
    paths.add("I6:I8")
    s.add_data_validation(paths)
    s.conditional_formatting.add("H6:H8", CellIsRule(operator="lessThan", formula=["0"], font=_HEAD))
    s["H4"].comment = Comment("按账簿填列", "市办")
    s["A10"].comment = Comment("签字后上报", "市办")
    s.print_area = "A1:K10"
    s.print_title_rows = "1:5"
    s.freeze_panes = "C6"
    _widen(s, {"B": 24, "C": 16, "D": 20, "E": 14, "F": 14, "G": 14, "H": 14, "I": 12, "J": 14})
    other = book.create_sheet("说明")
    other["A1"] = "本表由区县汇总，合计账面净值（万元）："
    other["B1"] = "=闲置资产情况表!H9"
    book.save(path)
    return path


def bare_header(path: Path) -> Path:
    """元 and 亩 in the headers, nothing prepared: the footer stands right below the header."""
    book = Workbook()
    s = book.active
    s.title = "资产表"
    s["A1"] = "低效闲置资产台账"
    s.merge_cells("A1:I1")
    heads = [
        "编号",
        "资产名称",
        "单位名称（全称）",
        "统一社会信用代码",
        "土地面积（亩）",
        "原值（元）",
        "净值（元）",
        "闲置起始时间",
        "分管领导批示",
    ]
    for c, text in enumerate(heads, 1):
        s.cell(3, c, text)
    _lines(s, 3, 9, font=_HEAD, fill="FFF2CC")
    s.row_dimensions[3].height = 42
    _widen(s, {"A": 20, "B": 24, "C": 16, "D": 22, "E": 12, "F": 20, "G": 20, "H": 14})
    s["A4"] = "填表人："
    s["F4"] = "联系电话："
    s["A5"] = "注：本表一式两份。"
    book.save(path)
    return path


def sheet_per_path(path: Path) -> Path:
    """One sheet a path, a total above the rows, numbered rows, ids in General format, a hidden list."""
    book = Workbook()
    book.remove(book.active)
    for name in ("调剂使用", "完善经营", "转让变现"):
        s = book.create_sheet(name)
        s["A1"] = f"存量资产盘活清单（{name}）"
        s.merge_cells("A1:H1")
        s["G2"] = "金额单位：万元"
        for c, text in enumerate(
            ["序号", "资产编号", "资产名称", "权证号", "盘活方式", "账面原值", "账面净值", "责任人"], 1
        ):
            s.cell(3, c, text)
        _lines(s, 3, 8, font=_HEAD)
        _widen(s, {"B": 20, "C": 22, "D": 26, "E": 14})
        s["A4"] = "合计"
        s["F4"], s["G4"] = "=SUM(F5:F8)", "=SUM(G5:G8)"
        _lines(s, 4, 8, font=_HEAD)
        for row in range(5, 9):
            s.cell(row, 1, row - 4)
            _lines(s, row, 8)
    hidden = book.create_sheet("选项")
    hidden["A1"] = "方式"
    hidden.sheet_state = "hidden"
    book.save(path)
    return path
