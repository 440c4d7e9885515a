"""Formats of other programs and other years."""

from __future__ import annotations

import datetime
import io
import struct
import zipfile
from pathlib import Path

import xlwt

from tests.core.exchange.ledgers.making import HEAD, Expected, book, expected, fill, ledger, save


@ledger
def html_named_xls(folder: Path) -> Expected:
    """A web table under the name .xls, with merged header cells and codes marked as text."""
    html = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<style>td{mso-number-format:General}</style></head><body><table border=1>
<tr><td colspan=5>资产导出</td></tr>
<tr><td rowspan=2>资产编号</td><td rowspan=2>资产名称</td><td colspan=2>价值（元）</td><td rowspan=2>坐落</td></tr>
<tr><td>原值</td><td>净值</td></tr>
<tr><td style="mso-number-format:'\\@'">00123</td><td>老&nbsp;粮站</td><td align=right>1200000.5</td><td>0</td><td>甲路<br>1号</td></tr>
<tr><td style="mso-number-format:'\\@'">00124</td><td>旧&amp;新门市</td><td>1,300,000</td><td>—</td><td>甲路2号</td></tr>
</table></body></html>"""
    path = folder / "网页.xls"
    path.write_bytes(html.encode("gb18030"))
    return expected(
        path,
        "",
        (4, {"asset_no": "00123", "cost": "1200000.50", "net": "0.00"}),
        (5, {"asset_no": "00124", "name": "旧&新门市", "cost": "1300000.00", "net": ""}),
    )


@ledger
def xls_of_old_excel(folder: Path) -> Expected:
    """.xls with padded numbers, dates, an error, a hidden row."""
    wb = xlwt.Workbook(encoding="utf-8")
    ws = wb.add_sheet("台账", cell_overwrite_ok=True)
    for c, t in enumerate(["资产编号", "资产名称", "坐落", "原值（万元）", "取得日期", "盘活路径"]):
        ws.write(0, c, t)
    padded = xlwt.easyxf(num_format_str="00000000")
    day = xlwt.easyxf(num_format_str='yyyy"年"m"月"d"日"')
    scaled = xlwt.easyxf(num_format_str="0!.0000")
    for r in (1, 2, 3):
        ws.write(r, 0, r, padded)
        ws.write(r, 1, f"{r}号楼")
        ws.write(r, 2, f"甲路{r}号")
        ws.write(r, 3, 861800 if r == 2 else 86.18, scaled if r == 2 else xlwt.Style.default_style)
        ws.write(r, 4, datetime.date(2010, r, 5), day)
        ws.write(r, 5, "调剂使用")
    ws.row(3).set_cell_error(3, 0x07)
    ws.row(2).hidden = True
    path = folder / "老.xls"
    wb.save(str(path))
    return expected(
        path,
        "台账",
        (2, {"asset_no": "00000001", "name": "1号楼", "cost": "861800.00", "acquire_date": "2010-01-05"}),
        (3, {"asset_no": "00000002", "name": "2号楼", "cost": "861800.00"}),
        (4, {"asset_no": "00000003", "name": "3号楼", "cost": "!", "path_name": "调剂使用"}),
        doubts=("hidden-rows",),
    )


@ledger
def ods_of_libreoffice(folder: Path) -> Expected:
    """.ods with a merged unit, a real date, repeated blank rows and a hidden sheet."""
    content = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:number="n">
<office:automatic-styles><style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet>
<table:table table:name="台账"><table:table-column table:number-columns-repeated="5"/>
<table:table-row>%s</table:table-row>
<table:table-row><table:table-cell office:value-type="string" table:number-rows-spanned="2"><text:p>甲单位</text:p></table:table-cell>%s
<table:table-cell office:value-type="float" office:value="86.18"><text:p>86.18</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2010-05-06"><text:p>2010-05-06</text:p></table:table-cell></table:table-row>
<table:table-row><table:covered-table-cell/>%s<table:table-cell office:value-type="string"><text:p>待评估</text:p></table:table-cell><table:table-cell/></table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>
</table:table>
<table:table table:name="藏" table:style-name="ta2"><table:table-row><table:table-cell office:value-type="string"><text:p>资产名称</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"""

    def cells(*texts: str) -> str:
        return "".join(
            f'<table:table-cell office:value-type="string"><text:p>{t}</text:p></table:table-cell>'
            for t in texts
        )

    content = content % (
        cells("产权单位", "资产名称", "坐落", "原值（万元）", "取得日期"),
        cells("一号", "甲路1号"),
        cells("二号", "甲路2号"),
    )
    path = folder / "台账.ods"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        z.writestr("content.xml", content)
    return expected(
        path,
        "台账",
        (2, {"name": "一号", "owner_unit_name": "甲单位", "cost": "861800.00", "acquire_date": "2010-05-06"}),
        (3, {"name": "二号", "owner_unit_name": "甲单位", "cost": "!", "acquire_date": ""}),
        hidden=("藏",),
    )


@ledger
def xml_2003_named_xls(folder: Path) -> Expected:
    """XML Spreadsheet 2003, as old systems export."""
    xml = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="p"><NumberFormat ss:Format="000000"/></Style></Styles>
<Worksheet ss:Name="资产"><Table>
<Row><Cell ss:MergeAcross="3"><Data ss:Type="String">资产表（单位：元）</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">资产编号</Data></Cell><Cell><Data ss:Type="String">资产名称</Data></Cell><Cell><Data ss:Type="String">坐落</Data></Cell><Cell><Data ss:Type="String">账面原值</Data></Cell></Row>
<Row ss:Index="4"><Cell ss:StyleID="p"><Data ss:Type="Number">12</Data></Cell><Cell><Data ss:Type="String">一号</Data></Cell><Cell ss:Index="4"><Data ss:Type="Number">1000.5</Data></Cell></Row>
</Table></Worksheet></Workbook>"""
    path = folder / "导出.xls"
    path.write_text(xml, "utf-8")
    return expected(
        path, "资产", (4, {"asset_no": "000012", "name": "一号", "location": "", "cost": "1000.50"})
    )


@ledger
def wps_quirks(folder: Path) -> Expected:
    """A sheet without cell references, with a wrong dimension, prefixes, pictures in cells and _x000D_."""
    wb = book("台账")
    fill(wb["台账"], ["序号", "资产名称", "坐落", "原值（万元）"], [1, "一号", "甲路1号", 86.18])
    path = save(wb, folder, "怪.xlsx"[:-5])
    with zipfile.ZipFile(path) as z:
        parts = {n: z.read(n) for n in z.namelist()}
    rows = "".join(
        f"<x:row>{''.join(cells)}</x:row>"
        for cells in (
            [
                f'<x:c t="inlineStr"><x:is><x:t>{t}</x:t></x:is></x:c>'
                for t in ("序号", "资产名称", "坐落", "原值（万元）", "照片")
            ],
            [
                "<x:c><x:v>1</x:v></x:c>",
                '<x:c t="inlineStr"><x:is><x:r><x:t>一号_x000D_</x:t></x:r><x:rPh sb="0" eb="1"><x:t>拼音</x:t></x:rPh></x:is></x:c>',
                '<x:c t="inlineStr"><x:is><x:t xml:space="preserve"> 甲路1号 </x:t></x:is></x:c>',
                "<x:c><x:v>86.18</x:v></x:c>",
                '<x:c t="str"><x:f>_xlfn.DISPIMG("ID_1",1)</x:f><x:v>=DISPIMG("ID_1",1)</x:v></x:c>',
            ],
        )
    )
    parts["xl/worksheets/sheet1.xml"] = (
        '<?xml version="1.0" encoding="UTF-8"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<x:dimension ref="A1"/><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    ).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as z:
        for n, b in parts.items():
            z.writestr(n, b)
    path.write_bytes(buffer.getvalue())
    return expected(path, "台账", (2, {"name": "一号", "location": "甲路1号", "cost": "861800.00"}))


@ledger
def xlsm_and_strict(folder: Path) -> Expected:
    """A macro workbook in the strict namespaces, its parts in unusual places."""
    wb = book("台账")
    fill(wb["台账"], HEAD, [1, "一号楼", "甲路1号", 10, 1, "调剂使用"])
    path = save(wb, folder, "strict")
    with zipfile.ZipFile(path) as z:
        parts = {n: z.read(n) for n in z.namelist()}
    strict = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
    moved = {}
    for n, b in parts.items():
        for old, new in strict.items():
            b = b.replace(old, new)
        moved[n.replace("xl/", "book/")] = b.replace(b"xl/", b"book/")
    target = folder / "宏.xlsm"
    with zipfile.ZipFile(target, "w") as z:
        for n, b in moved.items():
            z.writestr(n, b)
    return expected(target, "台账", (2, {"name": "一号楼", "cost": "10000.00"}))


@ledger
def xlsb_of_excel(folder: Path) -> Expected:
    """.xlsb written record by record: padded numbers, a date, an error, a hidden row, a hidden sheet, a merge."""

    def rec(kind: int, body: bytes = b"") -> bytes:
        head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        size, length = len(body), b""
        while True:
            length += bytes([size & 0x7F | (0x80 if size > 127 else 0)])
            size >>= 7
            if not size:
                return head + length + body

    def text(t: str) -> bytes:
        return struct.pack("<I", len(t)) + t.encode("utf-16-le")

    def cell(c: int, style: int, kind: int, body: bytes) -> bytes:
        return rec(kind, struct.pack("<II", c, style) + body)

    def row(r: int, *cells: bytes, hidden: bool = False) -> bytes:
        flags = bytes([0, 0x10 if hidden else 0, 0])
        return rec(0, struct.pack("<IIH", r, 0, 300) + flags + struct.pack("<I", 0)) + b"".join(cells)

    def sheet(*rows: bytes, merges: bytes = b"") -> bytes:
        return (
            rec(129)
            + rec(148, struct.pack("<IIII", 0, 3, 0, 5))
            + rec(145)
            + b"".join(rows)
            + rec(146)
            + merges
            + rec(130)
        )

    head = row(
        0,
        *[
            cell(c, 0, 6, text(t))
            for c, t in enumerate(("资产编号", "资产名称", "坐落", "原值（万元）", "取得日期", "单位名称"))
        ],
    )
    data = sheet(
        head,
        row(1, cell(0, 1, 5, struct.pack("<d", 7)), cell(1, 0, 6, text("一号")), cell(2, 0, 6, text("甲路1号")),
            cell(3, 0, 5, struct.pack("<d", 86.18)), cell(4, 2, 5, struct.pack("<d", 43525)), cell(5, 0, 6, text("甲单位"))),
        row(2, cell(0, 1, 2, struct.pack("<I", 8 << 2 | 2)), cell(1, 0, 6, text("二号")), cell(2, 0, 6, text("甲路2号")),
            cell(3, 0, 3, b"\x07"), hidden=True),
        row(3, cell(1, 0, 6, text("三号")), cell(2, 0, 6, text("甲路3号")), cell(3, 3, 5, struct.pack("<d", 861800))),
        merges=rec(177, struct.pack("<I", 1)) + rec(176, struct.pack("<IIII", 1, 2, 5, 5)) + rec(178),
    )  # fmt: skip
    formats = ((200, "00000000"), (201, 'yyyy"年"m"月"d"日"'), (202, "0!.0000"))
    styles = (
        rec(278)
        + rec(615, struct.pack("<I", 3))
        + b"".join(rec(44, struct.pack("<H", n) + text(c)) for n, c in formats)
        + rec(616)
    )
    styles += (
        rec(617, struct.pack("<I", 4))
        + b"".join(rec(47, struct.pack("<HHHHHHHH", 0, n, 0, 0, 0, 0, 0, 0)) for n in (0, 200, 201, 202))
        + rec(618)
        + rec(279)
    )
    workbook = rec(131) + rec(153, struct.pack("<II", 0, 0) + text("")) + rec(143)
    for i, (name, state) in enumerate((("台账", 0), ("藏", 1)), 1):
        workbook += rec(156, struct.pack("<II", state, i) + text(f"rId{i}") + text(name))
    workbook += rec(144) + rec(132)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = "".join(
        f'<Relationship Id="rId{i}" Type="{kind}/worksheet" Target="worksheets/sheet{i}.bin"/>'
        for i in (1, 2)
    )
    rels += f'<Relationship Id="rId3" Type="{kind}/styles" Target="styles.bin"/>'
    path = folder / "二进制.xlsb"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        z.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="r"><Relationship Id="r1" Type="{kind}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        )
        z.writestr("xl/workbook.bin", workbook)
        z.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rels}</Relationships>',
        )
        z.writestr("xl/styles.bin", styles)
        z.writestr("xl/worksheets/sheet1.bin", data)
        z.writestr("xl/worksheets/sheet2.bin", sheet(head))
    return expected(
        path,
        "台账",
        (
            2,
            {
                "asset_no": "00000007",
                "name": "一号",
                "cost": "861800.00",
                "acquire_date": "2019-03-01",
                "owner_unit_name": "甲单位",
            },
        ),
        (3, {"asset_no": "00000008", "name": "二号", "cost": "!", "owner_unit_name": "甲单位"}),
        (4, {"name": "三号", "cost": "861800.00", "owner_unit_name": ""}),
        hidden=("藏",),
        doubts=("hidden-rows",),
    )


@ledger
def a_table_inside_a_cell(folder: Path) -> Expected:
    """A web page of an office system: layout tables, and a small table inside one cell."""
    path = folder / "OA导出.xls"
    path.write_bytes(
        """<html><meta charset=gb2312><body><table><tr><td><b>资产系统</b></td><td>导出人：张三</td></tr></table>
<table><tr><th rowspan=2>资产名称<th rowspan=2>坐落<th colspan=2>账面价值(元)</tr><tr><th>原值<th>净值</tr>
<tr><td>甲楼<td>东街<br>1号<td>1,234,568<td>&nbsp;</tr>
<tr><td>乙&amp;丙楼<td><table><tr><td>东街2号</td></tr></table><td>200000</td><td>--</td></tr></table></body></html>
""".encode("gb18030")
    )
    return Expected(
        path,
        {
            ("", -1): {"name": "甲楼", "location": "东街 1号", "cost": "1234568.00"},
            ("", -2): {"name": "乙&丙楼", "location": "东街2号", "cost": "200000.00", "net": ""},
        },
    )
