"""Blank forms as offices draw them by hand: sections a unit, forms that compute and are protected, paper pages."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, DataBarRule, FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break

_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEI = Font(name="黑体", size=11)
_FANG = Font(name="仿宋", size=10.5)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_AMOUNT = "#,##0.00;[Red]-#,##0.00"
UNITS = ("綦江区样例财政所", "綦江区样例城建投资有限公司", "綦江区样例公租房运营有限公司")


def dress(sheet: Any, ref: str, **looks: Any) -> None:
    looks = {"border": _BOX, "font": _FANG, "alignment": _MIDDLE, **looks}
    for row in sheet[ref]:
        for cell in row:
            for name, value in looks.items():
                setattr(cell, name, value)


def lined(sheet: Any, top: int, heads: list[str | None], rows: int) -> None:
    """Header texts, and so many lined rows below them."""
    for c, text in enumerate(heads, 1):
        sheet.cell(top, c, text)
        sheet.column_dimensions[get_column_letter(c)].width = 18
    dress(sheet, f"A{top}:{get_column_letter(len(heads))}{top + rows}")


def unit_sections(path: Path) -> Path:
    """A section a unit, rows numbered anew in each, 小计 by SUBTOTAL, 总计 on top, named and hidden lists."""
    book = Workbook()
    s = book.active
    s.title = "清单"
    lists = book.create_sheet("码表")
    for i, text in enumerate(("①调剂使用", "②完善经营", "③转让变现"), 1):
        lists.cell(i, 1, text)
    lists.sheet_state = "hidden"
    book.defined_names["路径选项"] = DefinedName("路径选项", attr_text="码表!$A$1:$A$3")
    s["A1"], s["A2"] = "附件2", "区属单位闲置资产摸底清单"
    s.merge_cells("A2:K2")
    s["A3"], s["J3"] = "制表单位：区财政局", "单位：万元"
    lined(
        s,
        4,
        [
            "序号",
            "资产名称",
            "具体位置",
            "建筑面积\n（平方米）",
            "土地面积\n（亩）",
            "闲置起始\n时间",
            "账面原值",
            "已提折旧",
            "账面净值",
            "拟盘活路径",
            "资产现状",
        ],
        0,
    )
    s["A5"] = "总计"
    s.merge_cells("A5:C5")
    row, subtotals = 6, []
    for number, unit in zip("一二三", UNITS, strict=True):
        s.cell(row, 1, f"{number}、{unit}")
        s.merge_cells(start_row=row, start_column=1, end_row=row, end_column=11)
        dress(s, f"A{row}:K{row}", font=_HEI, fill=PatternFill("solid", fgColor="E2EFDA"))
        for i in (1, 2):
            s.cell(row + i, 1, i)
            s[f"I{row + i}"] = f"=G{row + i}-H{row + i}"
            dress(s, f"A{row + i}:K{row + i}")
            dress(s, f"D{row + i}:I{row + i}", number_format="#,##0.00_ ")
            dress(s, f"F{row + i}:F{row + i}", number_format="yyyy-mm")
        s.cell(row + 3, 2, "小计")
        for c in "DEGHI":
            s[f"{c}{row + 3}"] = f"=SUBTOTAL(9,{c}{row + 1}:{c}{row + 2})"
        dress(s, f"A{row + 3}:K{row + 3}", font=_HEI, number_format="#,##0.00_ ")
        subtotals.append(row + 3)
        row += 4
    for c in "DEGHI":
        s[f"{c}5"] = "=" + "+".join(f"{c}{r}" for r in subtotals)
    dress(s, "A5:K5", font=_HEI, number_format="#,##0.00_ ")
    s.cell(row, 1, "填表人：        审核人：        日期：")
    paths = DataValidation(type="list", formula1="路径选项", allow_blank=True)
    paths.add(f"J6:J{row - 1}")
    amounts = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0")
    amounts.add(f"D6:E{row - 1}")
    amounts.add(f"G6:I{row - 1}")
    for rule in (paths, amounts):
        s.add_data_validation(rule)
    book.save(path)
    return path


def guarded(path: Path) -> Path:
    """A protected sheet that works out 净值 itself: hidden column, rules that colour, a logo and a seal."""
    book = Workbook()
    s = book.active
    s.title = "资产盘活台帐"
    s.merge_cells("A1:N1")
    s["A1"] = "2026年第三季度低效闲置资产盘活台帐"
    s.row_dimensions[1].height = 48
    s["A2"], s["L2"] = "编报部门：", "货币单位：人民币元　面积单位：平方米"
    s.merge_cells("L2:N2")
    groups = {"A": "序号", "B": "国有资产\n编码", "C": "资产名称", "D": "资产座落", "E": "类别代码"}
    for c, text in groups.items():
        s[f"{c}3"] = text
        s.merge_cells(f"{c}3:{c}4")
    for ref, text in (
        ("F3:G3", "规 模"),
        ("H3:J3", "账面价值"),
        ("K3:L3", "闲置情况"),
        ("M3:N3", "盘活方案"),
    ):
        s[ref[:2]] = text
        s.merge_cells(ref)
    low = [
        "占地面积",
        "建筑面积",
        "原值",
        "累计折旧",
        "净值",
        "闲置起始年月",
        "闲置原因",
        "盘活路径",
        "计划完成时限",
    ]
    for c, text in enumerate(low, 6):
        s.cell(4, c, text)
    dress(s, "A3:N4", font=Font(name="等线", size=11, bold=True), fill=PatternFill("solid", fgColor="2F5597"))
    s["A5"] = "合计"
    s.merge_cells("A5:E5")
    for c in "FGHIJ":
        s[f"{c}5"] = f"=SUM({c}6:{c}9)"
    dress(s, "A5:N5", number_format=_AMOUNT)
    for r in range(6, 10):
        s.cell(r, 1, r - 5)
        s[f"J{r}"] = f"=H{r}-I{r}"
        dress(s, f"A{r}:N{r}", protection=Protection(locked=False))
        dress(s, f"F{r}:J{r}", number_format=_AMOUNT)
        dress(s, f"N{r}:N{r}", number_format="yyyy/m/d")
    s["A10"], s["F10"], s["K10"] = "填表人：", "审核人：", "日期：  年  月  日"
    s["A11"] = "注：净值＝原值－累计折旧，由公式自动计算，请勿改动。"
    s.column_dimensions["E"].hidden = True
    for c in "BCDFGHIJKLMN":
        s.column_dimensions[c].width = 20
    red = PatternFill("solid", bgColor="FFC7CE")
    s.conditional_formatting.add("J6:J9", CellIsRule(operator="lessThan", formula=["0"], fill=red))
    s.conditional_formatting.add("A6:N9", FormulaRule(formula=['$M6="转让"'], font=Font(color="7030A0")))
    s.conditional_formatting.add("H6:H9", DataBarRule("min", None, "max", None, color="638EC6"))
    paths = DataValidation(type="list", formula1='"调剂,经营,转让"')
    paths.add("M6:M9")
    s.add_data_validation(paths)
    s.protection.sheet = True
    s.protection.password = "1234"
    s.print_title_rows, s.print_area = "3:4", "A1:N11"
    s.oddHeader.left.text = "附件3"
    s["B3"].comment, s["K10"].comment = Comment("从系统复制", "财政局"), Comment("填报当日", "财政局")
    s.row_breaks.append(Break(id=9))
    other = book.create_sheet("统计")
    for r, word in enumerate(("调剂", "经营", "转让"), 2):
        other[f"A{r}"] = word
        other[f"B{r}"] = f"=COUNTIF(资产盘活台帐!$M$6:$M$9,A{r})"
    book.save(path)
    _hang_pictures(path, ((0, 0), (12, 9)))
    return path


_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PICTURE = (
    "<xdr:twoCellAnchor><xdr:from><xdr:col>{c}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{r}</xdr:row>"
    "<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>{c}</xdr:col><xdr:colOff>9</xdr:colOff>"
    '<xdr:row>{e}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{i}" '
    'name="图片 {i}"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill>'
    "<xdr:spPr/></xdr:pic><xdr:clientData/></xdr:twoCellAnchor>"
)


def _hang_pictures(path: Path, places: tuple[tuple[int, int], ...]) -> None:
    """Hang a picture on the first sheet at each (column, row), counted from 0; openpyxl needs Pillow for it."""
    with zipfile.ZipFile(path) as z:
        parts = {n: z.read(n) for n in z.namelist()}
    sheet, types = "xl/worksheets/sheet1.xml", "[Content_Types].xml"
    drawing = f'<drawing xmlns:r="{_RELATIONS}" r:id="logo"/>'
    parts[sheet] = parts[sheet].replace(b"<legacyDrawing", drawing.encode() + b"<legacyDrawing")
    own = "xl/worksheets/_rels/sheet1.xml.rels"
    one = f'<Relationship Id="logo" Type="{_RELATIONS}/drawing" Target="../drawings/drawing9.xml"/>'
    parts[own] = parts[own].replace(b"</Relationships>", one.encode() + b"</Relationships>")
    pictures = "".join(_PICTURE.format(c=c, r=r, e=r + 2, i=i) for i, (c, r) in enumerate(places, 1))
    parts["xl/drawings/drawing9.xml"] = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{_RELATIONS}">{pictures}</xdr:wsDr>'
    ).encode()
    parts["xl/drawings/_rels/drawing9.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/image" Target="../media/image1.png"/></Relationships>'
    ).encode()
    parts["xl/media/image1.png"] = _png()
    told = '<Default Extension="png" ContentType="image/png"/><Override PartName="/xl/drawings/drawing9.xml" '
    told += 'ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/></Types>'
    parts[types] = parts[types].replace(b"</Types>", told.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts.items():
            z.writestr(name, data)


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0\xff\0\0\0\xff")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def paper_pages(path: Path) -> Path:
    """A register drawn for paper: two rows a page, each page with its title, its header and its own sum."""
    book = Workbook()
    s = book.active
    s.title = "登记册"
    for page in range(2):
        top = page * 8 + 1
        s.cell(top, 1, f"闲置资产登记册（第{page + 1}页）")
        s.cell(top + 1, 5, "金额单位：元")
        lined(s, top + 2, ["序号", "资产名称", "坐落位置", "账面原值", "账面净值"], 3)
        for i in (1, 2):
            s.cell(top + 2 + i, 1, page * 2 + i)
        s.cell(top + 5, 2, "本页小计")
        for c in "DE":
            s[f"{c}{top + 5}"] = f"=SUM({c}{top + 3}:{c}{top + 4})"
    book.save(path)
    return path


def two_classes(path: Path) -> Path:
    """Two lists in one sheet, told apart by their titles only."""
    book = Workbook()
    s = book.active
    s.title = "附表"
    for top, number, kind, area in ((1, "一", "房屋", "建筑面积（㎡）"), (7, "二", "土地", "土地面积（亩）")):
        s.cell(top, 1, f"表{number}：{kind}类闲置资产")
        lined(s, top + 1, ["序号", "资产名称", "坐落", area, "账面净值（万元）"], 2)
        s.cell(top + 3, 1, "合计")
    book.save(path)
    return path
