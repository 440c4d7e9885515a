"""Awkward ledgers of our own, each written by a few readable lines, with the answer a careful person would give.

`LEDGERS` maps a name to a function that writes the file into a folder and returns what is expected:
rows by (sheet, row) with canonical values (元, ㎡, ISO dates, code names), cells that must be flagged
("!" before the value; "!" alone: flagged and empty), and rows that are no records.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

Row = dict[str, str]


@dataclass
class Expected:
    """The key of one ledger."""

    path: Path
    rows: dict[tuple[str, int], Row] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    """Codes of doubts about columns, sheets or rows that must be told."""
    answers: dict[str, Any] | None = None


Maker = Callable[[Path], Expected]
LEDGERS: dict[str, Maker] = {}


def ledger(make: Maker) -> Maker:
    LEDGERS[make.__name__] = make
    return make


def book(*sheets: str) -> openpyxl.Workbook:
    wb = openpyxl.Workbook()
    wb.remove(wb.active)
    for name in sheets:
        wb.create_sheet(name)
    return wb


def fill(ws: Worksheet, *rows: list[Any], at: int = 1) -> None:
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            if value is not None:
                ws.cell(at + i, j + 1, value)


def save(wb: openpyxl.Workbook, folder: Path, name: str) -> Path:
    path = folder / f"{name}.xlsx"
    wb.save(path)
    return path


def set_cached(path: Path, sheet: int, cells: dict[str, tuple[str, str]]) -> None:
    """Store results of formulas, which openpyxl cannot: cell → (type, value)."""
    import re

    entry = f"xl/worksheets/sheet{sheet}.xml"
    data: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as z:
        for n in z.namelist():
            data[n] = z.read(n)
    xml = data[entry].decode()
    for ref, (kind, value) in cells.items():
        xml = re.sub(
            rf'<c r="{ref}"([^>]*?)(?: t="\w+")?\s*><f>(.*?)</f><v\s*/?>(?:</v>)?</c>',
            lambda m, k=kind, v=value, r=ref: (
                f'<c r="{r}"{m[1]}{f" t={chr(34)}{k}{chr(34)}" if k else ""}><f>{m[2]}</f><v>{v}</v></c>'
            ),
            xml,
        )
    data[entry] = xml.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for n, b in data.items():
            z.writestr(n, b)


HEAD = ["序号", "资产名称", "坐落", "建筑面积（㎡）", "账面原值（万元）", "盘活路径"]


def expected(path: Path, sheet: str, *rows: tuple[int, Row], **more: Any) -> Expected:
    return Expected(path, {(sheet, n): values for n, values in rows}, **more)


# --- structure ---------------------------------------------------------------------------------


@ledger
def sheet_per_path(folder: Path) -> Expected:
    """One sheet per path, the path only in the sheet's name; a summary sheet in front."""
    wb = book("汇总", "调剂使用", "完善经营一批", "三、转让变现", "填报说明")
    fill(
        wb["汇总"],
        ["路径", "宗数", "账面原值（万元）"],
        ["调剂使用", 1, 10],
        ["完善经营", 1, 20],
        ["合计", 3, 60],
    )
    rows = {}
    for name, path, n in (
        ("调剂使用", "调剂使用", 1),
        ("完善经营一批", "完善经营", 2),
        ("三、转让变现", "转让变现", 3),
    ):
        fill(
            wb[name],
            [f"{name}资产清单"],
            ["单位：万元"],
            ["序号", "资产名称", "坐落", "账面原值", "使用状况"],
            [1, f"粮站仓库{n}号", f"古南街道河西路{n}号", 10 * n, "闲置"],
            ["合计", None, None, 10 * n],
        )
        rows[(name, 4)] = {
            "name": f"粮站仓库{n}号",
            "cost": f"{n}00000.00",
            "path_name": path,
            "use_status_name": "闲置",
        }
    fill(wb["填报说明"], ["填报说明"], ["1.按账面数填列。"], ["2.面积以权证为准。"])
    return Expected(save(wb, folder, "分路径"), rows)


@ledger
def tick_matrix(folder: Path) -> Expected:
    """√ under one of three paths; two ticks and none."""
    wb = book("台账")
    ws = wb["台账"]
    fill(
        ws,
        ["闲置资产盘活台账"],
        ["序号", "资产名称", "坐落", "盘活路径", None, None, "备注"],
        [None, None, None, "调剂使用", "完善经营", "转让变现", None],
        [1, "大礼堂", "永安街道1号", "√", None, None, None],
        [2, "门市用房", "永安街道2号", None, "√", None, "沿街"],
        [3, "老校区地块", "永安街道3号", None, None, "✓", None],
        [4, "水塔", "永安街道4号", "√", None, "√", None],
        [5, "晒坝", "永安街道5号", None, None, None, None],
    )
    for ref in ("A1:G1", "A2:A3", "B2:B3", "C2:C3", "G2:G3", "D2:F2"):
        ws.merge_cells(ref)
    return expected(
        save(wb, folder, "打勾"),
        "台账",
        (4, {"name": "大礼堂", "path_name": "调剂使用"}),
        (5, {"name": "门市用房", "path_name": "完善经营", "note": "沿街"}),
        (6, {"name": "老校区地块", "path_name": "转让变现"}),
        (7, {"name": "水塔", "path_name": "!"}),
        (8, {"name": "晒坝", "path_name": ""}),
    )


@ledger
def vertical_merges(folder: Path) -> Expected:
    """Units merged downwards; an amount merged over two rows counts once and is told."""
    wb = book("Sheet1")
    ws = wb["Sheet1"]
    fill(
        ws,
        ["单位名称", "资产名称", "坐落", "原值（元）", "路径"],
        ["云岭区水利局", "泵房一", "云岭镇1号", 1000, "调剂使用"],
        [None, "泵房二", "云岭镇2号", 90000, None],
        [None, "泵房三", "云岭镇3号", None, "转让变现"],
        [None, "没有单位的库房", "云岭镇4号", 70000, "转让变现"],
    )
    for ref in ("A2:A4", "E2:E3", "D3:D4"):
        ws.merge_cells(ref)
    return expected(
        save(wb, folder, "竖向合并"),
        "Sheet1",
        (
            2,
            {"owner_unit_name": "云岭区水利局", "name": "泵房一", "cost": "1000.00", "path_name": "调剂使用"},
        ),
        (
            3,
            {
                "owner_unit_name": "云岭区水利局",
                "name": "泵房二",
                "cost": "!90000.00",
                "path_name": "调剂使用",
            },
        ),
        (4, {"owner_unit_name": "云岭区水利局", "name": "泵房三", "cost": "!", "path_name": "转让变现"}),
        (5, {"owner_unit_name": "", "name": "没有单位的库房", "cost": "70000.00", "path_name": "转让变现"}),
    )


@ledger
def sections_in_the_table(folder: Path) -> Expected:
    """一、调剂使用 … rows with sums inside the table; units as sub-sections."""
    wb = book("明细")
    fill(
        wb["明细"],
        ["序号", "资产名称", "坐落", "建筑面积（平方米）", "账面原值（万元）"],
        ["一", "调剂使用", None, 300, 30],
        [1, "一号楼", "甲路1号", 100, 10],
        [2, "二号楼", "甲路2号", 200, 20],
        ["二", "完善经营（1宗）", None, 50, 5],
        [3, "三号楼", "甲路3号", 50, 5],
        ["三、转让变现"],
        [4, "四号楼", "甲路4号", 70, 7],
        [None, "合计", None, 420, 42],
    )
    return expected(
        save(wb, folder, "分段"),
        "明细",
        (3, {"name": "一号楼", "path_name": "调剂使用", "area_building": "100.00"}),
        (4, {"name": "二号楼", "path_name": "调剂使用"}),
        (6, {"name": "三号楼", "path_name": "完善经营", "cost": "50000.00"}),
        (8, {"name": "四号楼", "path_name": "转让变现"}),
    )


@ledger
def unit_sections(folder: Path) -> Expected:
    """Rows that only name the unit stand above its assets; merged across the table."""
    wb = book("台账")
    ws = wb["台账"]
    fill(
        ws,
        ["北山区闲置资产台账"],
        ["序号", "资产名称", "位置", "账面净值（元）"],
        ["北山区教育局"],
        [1, "老教学楼", "北山镇1号", "1,234,567.89"],
        [2, "操场用地", "北山镇2号", "—"],
        ["小计", None, None, "1,234,567.89"],
        ["北山区卫生健康局"],
        [1, "旧门诊楼", "北山镇3号", 200000],
        ["小计", None, None, 200000],
        ["合计", None, None, 1434567.89],
        ["填表人：张某    审核人：李某    联系电话：023-00000000"],
    )
    for ref in ("A1:D1", "A3:D3", "A7:D7", "A11:D11"):
        ws.merge_cells(ref)
    return expected(
        save(wb, folder, "按单位分段"),
        "台账",
        (4, {"name": "老教学楼", "owner_unit_name": "北山区教育局", "net": "1234567.89"}),
        (5, {"name": "操场用地", "owner_unit_name": "北山区教育局", "net": ""}),
        (8, {"name": "旧门诊楼", "owner_unit_name": "北山区卫生健康局", "net": "200000.00"}),
    )


@ledger
def three_level_header(folder: Path) -> Expected:
    """Three header levels with merges, a 栏次 row and a 甲乙丙 row below."""
    wb = book("表")
    ws = wb["表"]
    fill(
        ws,
        ["国有资产清查表"],
        ["编制单位：白河县财政局", None, None, None, None, None, None, "金额单位：元"],
        ["序号", "资产基本情况", None, None, None, "账面价值情况", None, "盘活情况"],
        [None, "资产名称", "坐落地址", "面积（平方米）", None, "原值", "净值", "拟盘活路径"],
        [None, None, None, "土地", "房屋建筑", None, None, None],
        ["栏次", 1, 2, 3, 4, 5, 6, 7],
        [1, "粮站", "白河镇1号", 1000.5, 200.25, 1500000, 900000, "转让变现"],
        [2, "供销社门市", "白河镇2号", None, 80, 260000.5, 100000, "完善经营"],
    )
    for ref in ("A1:H1", "A3:A5", "B3:E3", "B4:B5", "C4:C5", "D4:E4", "F3:G3", "F4:F5", "G4:G5", "H4:H5"):
        ws.merge_cells(ref)
    return expected(
        save(wb, folder, "三级表头"),
        "表",
        (
            7,
            {
                "name": "粮站",
                "location": "白河镇1号",
                "area_land": "1000.50",
                "area_building": "200.25",
                "cost": "1500000.00",
                "net": "900000.00",
                "path_name": "转让变现",
                "owner_unit_name": "白河县财政局",
            },
        ),
        (
            8,
            {
                "name": "供销社门市",
                "area_land": "",
                "area_building": "80.00",
                "cost": "260000.50",
                "path_name": "完善经营",
            },
        ),
    )


@ledger
def several_tables_in_one_sheet(folder: Path) -> Expected:
    """Two tables below each other with other columns and other units."""
    wb = book("Sheet1")
    fill(
        wb["Sheet1"],
        ["一、房屋"],
        ["单位：万元"],
        ["序号", "房屋名称", "坐落", "建筑面积", "原值"],
        [1, "办公楼", "甲街1号", 1200, 350.5],
        [2, "宿舍", "甲街2号", 800, 120],
        ["合计", None, None, 2000, 470.5],
        [],
        ["二、土地"],
        ["单位：元"],
        ["序号", "地块名称", "坐落", "土地面积（亩）", "账面原值", "备注"],
        [1, "储备用地", "乙街1号", 3, 200000, "无证"],
        ["合计", None, None, 3, 200000],
    )
    return expected(
        save(wb, folder, "一页两表"),
        "Sheet1",
        (4, {"name": "办公楼", "area_building": "1200.00", "cost": "3505000.00"}),
        (5, {"name": "宿舍", "cost": "1200000.00"}),
        (11, {"name": "储备用地", "area_land": "2000.00", "cost": "200000.00", "note": "无证"}),
    )


@ledger
def side_by_side(folder: Path) -> Expected:
    """Two blocks of the same columns next to each other."""
    wb = book("并排")
    fill(
        wb["并排"],
        ["序号", "资产名称", "坐落", "原值（万元）", None, "序号", "资产名称", "坐落", "原值（万元）"],
        [1, "甲楼", "一路1号", 1, None, 3, "丙楼", "一路3号", 3],
        [2, "乙楼", "一路2号", 2, None, 4, "丁楼", "一路4号", 4],
    )
    path = save(wb, folder, "并排")
    return Expected(
        path,
        {
            ("并排", -4): {"name": "甲楼", "cost": "10000.00"},
            ("并排", -5): {"name": "乙楼", "cost": "20000.00"},
            ("并排", -2): {"name": "丙楼", "cost": "30000.00"},
            ("并排", -3): {"name": "丁楼", "cost": "40000.00"},
        },
    )


@ledger
def cards_one_per_sheet(folder: Path) -> Expected:
    """A card form: label beside value, one asset a sheet."""
    wb = book("卡片1", "卡片2")
    for i, ws in enumerate(wb.worksheets, 1):
        fill(
            ws,
            ["国有资产情况登记卡"],
            ["资产名称", f"兽防站{i}号", None, "资产编号", f"GZ-000{i}"],
            ["坐落", f"龙门镇幸福村{i}号", None, "建筑面积（㎡）", 100 * i],
            ["账面原值（万元）", 12.5 * i, None, "账面净值（万元）", 3],
            ["使用状况", "闲置", None, "盘活路径", "转让变现"],
            ["备注", "无"],
            ["填表人：李某", None, None, "日期：2024年3月1日"],
        )
        ws.merge_cells("A1:E1")
        ws.merge_cells("B2:C2")
    return Expected(
        save(wb, folder, "卡片"),
        {
            (f"卡片{i}", 0): {
                "name": f"兽防站{i}号",
                "asset_no": f"GZ-000{i}",
                "area_building": f"{100 * i}.00",
                "cost": f"{125000 * i}.00",
                "net": "30000.00",
                "use_status_name": "闲置",
                "path_name": "转让变现",
                "note": "",
            }
            for i in (1, 2)
        },
    )


@ledger
def cards_below_each_other(folder: Path) -> Expected:
    """Several cards in one sheet, written as label：value."""
    wb = book("卡片")
    ws = wb["卡片"]
    for i in (1, 2, 3):
        fill(
            ws,
            ["资产登记卡"],
            [f"资产名称：旧粮仓{i}号", None, f"坐落：石板滩镇{i}号"],
            [f"占地面积：{i}.5亩", None, f"账面原值：{i}2.5万元"],
            ["盘活路径：调剂使用", None, "联系人：王某"],
            [],
            at=(i - 1) * 6 + 1,
        )
    return Expected(
        save(wb, folder, "卡片连排"),
        {
            ("卡片", -i): {
                "name": f"旧粮仓{i}号",
                "location": f"石板滩镇{i}号",
                "area_land": f"{i * 2000 / 3 + 1000 / 3:.2f}",
                "cost": f"{i}25000.00",
                "path_name": "调剂使用",
            }
            for i in (1, 2, 3)
        },
    )


@ledger
def blank_rows_and_formats(folder: Path) -> Expected:
    """20,000 formatted blank rows, a stray cell far below, serial numbers prepared ahead with formulas."""
    wb = book("台账")
    ws = wb["台账"]
    fill(ws, HEAD, [1, "一号楼", "甲路1号", 10, 1, "调剂使用"], [2, "二号楼", "甲路2号", 20, 2, "转让变现"])
    from openpyxl.styles import Border, Side

    side = Side(style="thin")
    for r in range(4, 20_004):
        ws.cell(r, 2).border = Border(left=side)
    for r in range(4, 40):
        ws.cell(r, 1, r - 1)
        ws.cell(r, 5, 0)
    return expected(
        save(wb, folder, "空白行"),
        "台账",
        (2, {"name": "一号楼", "cost": "10000.00"}),
        (3, {"name": "二号楼", "path_name": "转让变现"}),
    )


@ledger
def hidden_things(folder: Path) -> Expected:
    """A hidden sheet, hidden rows, a hidden column."""
    wb = book("台账", "旧数据")
    fill(wb["台账"], HEAD, *[[i, f"{i}号楼", f"甲路{i}号", 10 * i, i, "调剂使用"] for i in range(1, 5)])
    wb["台账"].row_dimensions[3].hidden = True
    wb["台账"].column_dimensions["D"].hidden = True
    fill(wb["旧数据"], HEAD, [1, "不该导入", "甲路9号", 10, 1, "调剂使用"])
    wb["旧数据"].sheet_state = "hidden"
    return expected(
        save(wb, folder, "隐藏"),
        "台账",
        *[(i + 1, {"name": f"{i}号楼", "area_building": f"{10 * i}.00"}) for i in range(1, 5)],
        hidden=("旧数据",),
        doubts=("hidden-rows", "hidden-sheet", "hidden-column"),
    )


@ledger
def totals_and_lookalikes(folder: Path) -> Expected:
    """Totals in every spelling; assets whose names look like totals stay."""
    wb = book("台账")
    fill(
        wb["台账"],
        HEAD,
        [1, "总计大厦", "甲路1号", 10, 1, "调剂使用"],
        [2, "会计局办公楼合计", "甲路2号", 20, 2, "转让变现"],
        [None, "小 计", None, 30, 3, None],
        [3, "统计局累计库房", "甲路3号", 30, 3, "完善经营"],
        ["本页合计：", None, None, 30, 3, None],
        ["（3宗）总 计", None, None, 60, 6, None],
        [None, "其中：闲置", None, 10, 1, None],
        [None, None, None, 60, 6, None],
        ["合计（3宗）", None, None, 60, 6, None],
        ["注：以上数据截至2024年3月31日。"],
        ["制表：王某", None, "复核：李某"],
    )
    return expected(
        save(wb, folder, "合计"),
        "台账",
        (2, {"name": "总计大厦", "cost": "10000.00"}),
        (3, {"name": "!会计局办公楼合计", "cost": "20000.00"}),
        (5, {"name": "统计局累计库房", "cost": "30000.00"}),
    )


@ledger
def footer_notes_numbered(folder: Path) -> Expected:
    """Notes below the table, numbered, in the first column and in the name's column."""
    wb = book("台账")
    fill(
        wb["台账"],
        HEAD,
        [1, "一号楼", "甲路1号", 10, 1, "调剂使用"],
        [],
        ["填报说明："],
        ["1.面积以权证为准；"],
        ["2.原值按账面数填列；"],
        [None, "3.路径三选一。"],
        ["单位负责人（签字）：        填报日期：2024年3月1日"],
    )
    return expected(save(wb, folder, "表尾"), "台账", (2, {"name": "一号楼"}))


@ledger
def notes_beside_and_strange_headers(folder: Path) -> Expected:
    """Unit note beside the title, line breaks, blanks, stars and numbers in headers; unknown columns kept."""
    wb = book("明细")
    fill(
        wb["明细"],
        ["盘活资产明细表", None, None, None, None, "（单位：万元、亩）"],
        [
            "序\n号",
            "*资 产\n名 称",
            "2、座落（详细地址）",
            "占地\n面积",
            "帐面\n原值",
            "管护等级",
            "是否办证",
        ],
        [1, "原砖厂地块", "新桥乡1号", 6, 12, "甲级", "已办证"],
    )
    return expected(
        save(wb, folder, "怪表头"),
        "明细",
        (3, {"name": "原砖厂地块", "location": "新桥乡1号", "area_land": "4000.00", "cost": "120000.00"}),
    )


@ledger
def uncommon_words(folder: Path) -> Expected:
    """Words of another system: the same things under other names."""
    wb = book("导出")
    fill(
        wb["导出"],
        [
            "卡片编号",
            "固定资产名称",
            "存放地点",
            "使用状态",
            "财务入账日期",
            "价值(元)",
            "账面净额",
            "房产证号码",
            "权属单位",
        ],
        [
            "0001",
            "办公大楼",
            "综合楼",
            "在用",
            "2001-05-06",
            1200000,
            300000,
            "房权证字第1号",
            "白河县林业局",
        ],
    )
    return expected(
        save(wb, folder, "别的系统"),
        "导出",
        (
            2,
            {
                "name": "办公大楼",
                "location": "综合楼",
                "use_status_name": "自用",
                "acquire_date": "2001-05-06",
                "cost": "1200000.00",
                "cert_no": "房权证字第1号",
                "owner_unit_name": "白河县林业局",
            },
        ),
    )


@ledger
def area_in_two_units(folder: Path) -> Expected:
    """One area in two sub-columns, ㎡ and 亩; the second fills the gaps of the first."""
    wb = book("土地")
    ws = wb["土地"]
    fill(
        ws,
        ["序号", "宗地名称", "坐落", "土地面积", None, "原值（万元）"],
        [None, None, None, "㎡", "亩", None],
        [1, "一号地", "甲路1号", 2000, 3, 10],
        [2, "二号地", "甲路2号", None, 6, 20],
    )
    for ref in ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:F2"):
        ws.merge_cells(ref)
    return expected(
        save(wb, folder, "两种面积"),
        "土地",
        (3, {"name": "一号地", "area_land": "2000.00"}),
        (4, {"name": "二号地", "area_land": "4000.00", "cost": "200000.00"}),
    )


@ledger
def private_columns(folder: Path) -> Expected:
    """Identity cards and private phones stay out unless asked for."""
    wb = book("承租")
    fill(
        wb["承租"],
        ["序号", "资产名称", "坐落", "承租人", "身份证号", "手机", "年租金（元）"],
        [1, "门市1", "甲路1号", "赵某", "500103199001011234", "13800000001", 12000],
        [2, "门市2", "甲路2号", "钱某", "50010319900202123X", "13800000002", 24000],
        [3, "门市3", "甲路3号", "孙某", "500103199003031235", "13800000003", 9000],
    )
    return expected(
        save(wb, folder, "隐私"),
        "承租",
        *[(i + 1, {"name": f"门市{i}"}) for i in (1, 2, 3)],
        doubts=("private",),
    )


@ledger
def duplicate_sheet(folder: Path) -> Expected:
    """A whole ledger, and again its parts by unit on further sheets: each asset once."""
    wb = book("总表", "教育局", "水利局")
    head = ["序号", "单位名称", "资产名称", "坐落", "账面原值（元）"]
    rows = [
        [1, "云岭区教育局", "教学楼", "甲路1号", 100000],
        [2, "云岭区教育局", "食堂", "甲路2号", 200000],
        [3, "云岭区水利局", "泵房", "甲路3号", 300000],
        [4, "云岭区水利局", "闸房", "甲路4号", 400000],
    ]
    fill(wb["总表"], head, *rows, ["合计", None, None, None, 1000000])
    fill(wb["教育局"], head, *rows[:2])
    fill(wb["水利局"], head, *[[i, *r[1:]] for i, r in enumerate(rows[2:], 1)])
    return expected(
        save(wb, folder, "总表分表"),
        "总表",
        *[(i + 2, {"name": r[2], "cost": f"{r[4]}.00"}) for i, r in enumerate(rows)],
        doubts=("repeated-sheet",),
    )


@ledger
def header_changes_below(folder: Path) -> Expected:
    """The header comes again with its columns in another order, then with another unit."""
    wb = book("台账")
    fill(
        wb["台账"],
        ["单位：万元"],
        ["序号", "资产名称", "坐落", "账面原值", "账面净值"],
        [1, "一号", "甲路1号", 10, 5],
        ["序号", "资产名称", "坐落", "账面净值", "账面原值"],
        [2, "二号", "甲路2号", 6, 20],
        ["续表"],
        ["单位：元"],
        ["序号", "资产名称", "坐落", "账面净值", "账面原值"],
        [3, "三号", "甲路3号", 70000, 300000],
        ["序号", "资产名称", "坐落", "账面净值（万元）", "账面原值（元）"],
        [4, "四号", "甲路4号", 8, 400000],
    )
    return expected(
        save(wb, folder, "换表头"),
        "台账",
        (3, {"name": "一号", "cost": "100000.00", "net": "50000.00"}),
        (5, {"name": "二号", "cost": "200000.00", "net": "60000.00"}),
        (9, {"name": "三号", "cost": "300000.00", "net": "70000.00"}),
        (11, {"name": "四号", "cost": "400000.00", "net": "80000.00"}),
    )


@ledger
def unit_rows_and_instructions(folder: Path) -> Expected:
    """A row of units, a row of 必填/选填, an example, and 以下空白 below."""
    wb = book("上报")
    fill(
        wb["上报"],
        ["序号", "资产名称", "坐落", "土地面积", "账面原值", "盘活路径"],
        [None, None, None, "亩", "万元", None],
        ["必填", "必填", "必填", "选填", "必填", "下拉选择"],
        ["例", "XX办公楼", "XX路1号", 1, 1, "调剂使用"],
        [1, "一号", "甲路1号", 3, 10, "完善经营"],
        [2, "例行检修车间", "甲路2号", 6, 20, "转让变现"],
        [None, "以下空白"],
    )
    return expected(
        save(wb, folder, "说明行"),
        "上报",
        (5, {"name": "一号", "area_land": "2000.00", "cost": "100000.00", "path_name": "完善经营"}),
        (6, {"name": "例行检修车间", "area_land": "4000.00"}),
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
def plain_area_on_a_land_ledger(folder: Path) -> Expected:
    """面积 alone means land on a land ledger and a building on a house ledger."""
    wb = book("土地", "房屋")
    fill(wb["土地"], ["序号", "地块名称", "位置", "面积（亩）"], [1, "一号地", "甲路1号", 3])
    fill(wb["房屋"], ["序号", "房屋名称", "位置", "面积（㎡）"], [1, "一号楼", "甲路2号", 30])
    return Expected(
        save(wb, folder, "面积"),
        {
            ("土地", 2): {"name": "一号地", "area_land": "2000.00", "area_building": ""},
            ("房屋", 2): {
                "name": "一号楼",
                "area_building": "30.00",
                "area_land": "",
                "asset_class_name": "房屋",
            },
        },
    )


@ledger
def ditto_and_hints(folder: Path) -> Expected:
    """同上 and its signs, taken from the row above with a doubt."""
    wb = book("台账")
    fill(
        wb["台账"],
        ["单位名称", "资产名称", "坐落", "原值（元）"],
        ["甲单位", "一号", "甲路1号", 100000],
        ["同上", "二号", "甲路2号", 200000],
        ["〃", "三号", "同上", 300000],
    )
    return expected(
        save(wb, folder, "同上"),
        "台账",
        (2, {"owner_unit_name": "甲单位", "location": "甲路1号"}),
        (3, {"owner_unit_name": "!甲单位", "location": "甲路2号"}),
        (4, {"owner_unit_name": "!甲单位", "location": "!甲路2号", "cost": "300000.00"}),
    )


@ledger
def transposed(folder: Path) -> Expected:
    """Names down the first column, one asset in each further column."""
    wb = book("对照")
    fill(
        wb["对照"],
        ["资产情况表"],
        ["资产名称", "一号楼", "二号楼"],
        ["坐落", "甲路1号", "甲路2号"],
        ["建筑面积（㎡）", 100, 200.5],
        ["账面原值（万元）", 10, 20],
        ["盘活路径", "调剂使用", "转让变现"],
    )
    return Expected(
        save(wb, folder, "转置"),
        {
            ("对照", -1): {
                "name": "一号楼",
                "area_building": "100.00",
                "cost": "100000.00",
                "path_name": "调剂使用",
            },
            ("对照", -2): {
                "name": "二号楼",
                "area_building": "200.50",
                "location": "甲路2号",
                "path_name": "转让变现",
            },
        },
    )


# --- values ---------------------------------------------------------------------------------------


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
def dates_of_all_kinds(folder: Path) -> Expected:
    """Dates in every spelling."""
    wb = book("日期")
    ws = wb["日期"]
    given: list[tuple[Any, str, str]] = [
        (datetime.date(2019, 3, 1), "yyyy/m/d", "2019-03-01"),
        (datetime.date(2019, 3, 1), 'yyyy"年"m"月"', "2019-03"),
        (datetime.date(2019, 3, 15), 'yyyy"年"m"月"', "2019-03-15"),
        (43525, "General", "!2019-03-01"),
        ("43525", "@", "!2019-03-01"),
        ("2019.3.1", "@", "2019-03-01"),
        ("2019年3月", "@", "2019-03"),
        ("2019-03-01 00:00:00", "@", "2019-03-01"),
        ("20190301", "@", "2019-03-01"),
        (20190301, "General", "2019-03-01"),
        (201903, "General", "2019-03"),
        (2019, "General", "2019"),
        ("二〇一九年三月一日", "@", "2019-03-01"),
        ("98年5月", "@", "!1998-05"),
        ("2019年底", "@", "!2019"),
        ("不详", "@", ""),
        ("上世纪90年代", "@", "!"),
        ("2019.2.30", "@", "!"),
        ("2019/3", "@", "2019-03"),
        ("２０１９年３月", "@", "2019-03"),
        ("2019、3、1", "@", "2019-03-01"),
        ("约2019年", "@", "!2019"),
    ]
    fill(ws, ["序号", "资产名称", "坐落", "取得时间"])
    for i, (value, code, _) in enumerate(given, 1):
        fill(ws, [i, f"{i}号", f"甲路{i}号", value], at=i + 1)
        ws.cell(i + 1, 4).number_format = code
    return expected(
        save(wb, folder, "日期"),
        "日期",
        *[(i + 1, {"name": f"{i}号", "acquire_date": w}) for i, (_, _, w) in enumerate(given, 1)],
    )


@ledger
def dates_1904(folder: Path) -> Expected:
    """The date system of old Macs, and a built-in Chinese format that openpyxl itself does not know."""
    wb = book("日期")
    wb.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    fill(
        wb["日期"],
        ["序号", "资产名称", "坐落", "取得日期"],
        [1, "一号", "甲路1号", datetime.date(2010, 5, 6)],
    )
    wb["日期"]["D2"].number_format = "yyyy-mm-dd"
    return expected(save(wb, folder, "1904"), "日期", (2, {"name": "一号", "acquire_date": "2010-05-06"}))


@ledger
def year_month_as_numbers(folder: Path) -> Expected:
    """2010.1 as a number is January or October: asked; with two digits throughout it is October."""
    wb = book("甲", "乙")
    head = ["序号", "资产名称", "坐落", "取得年月"]
    fill(
        wb["甲"],
        head,
        [1, "一号", "甲路1号", 2013.9],
        [2, "二号", "甲路2号", 2010.1],
        [3, "三号", "甲路3号", 1991.11],
        [4, "四号", "甲路4号", "1984.10"],
    )
    fill(
        wb["乙"],
        head,
        [1, "五号", "乙路1号", 2013.09],
        [2, "六号", "乙路2号", 2010.1],
        [3, "七号", "乙路3号", 1991.05],
    )
    return Expected(
        save(wb, folder, "年月"),
        {
            ("甲", 2): {"name": "一号", "acquire_date": "2013-09"},
            ("甲", 3): {"name": "二号", "acquire_date": "!"},
            ("甲", 4): {"name": "三号", "acquire_date": "1991-11"},
            ("甲", 5): {"name": "四号", "acquire_date": "1984-10"},
            ("乙", 2): {"name": "五号", "acquire_date": "2013-09"},
            ("乙", 3): {"name": "六号", "acquire_date": "2010-10"},
            ("乙", 4): {"name": "七号", "acquire_date": "1991-05"},
        },
    )


@ledger
def ruined_codes(folder: Path) -> Expected:
    """Codes that Excel has ruined, and codes that people have protected from it."""
    wb = book("代码")
    ws = wb["代码"]
    fill(
        ws,
        ["资产编号", "资产名称", "坐落", "统一社会信用代码", "单位名称"],
        ["00012345", "一号", "甲路1号", "12405365194843259J", "甲单位"],
        ["00012346", "二号", "甲路2号", 1.24053651948433e17, "乙单位"],
        [12347, "三号", "甲路3号", "1.24E+17", "丙单位"],
        ["'00012348", "四号", "甲路4号", "１２４０５３６５１９４８４３２５９Ｊ", "甲单位"],
        ["\t00012349", "五号", "甲路5号", "12405365194843259K", "丁单位"],
        [datetime.date(2024, 1, 2), "六号", "甲路6号", "12 405365 194843259J", "甲单位"],
        ["00012351", "七号", "甲路7号", "124053651948432000", "戊单位"],
        ["00012352", "八号", "甲路8号", "12405365194843259j\u200b", "甲单位"],
    )
    good = "12405365194843259J"
    return expected(
        save(wb, folder, "代码"),
        "代码",
        (2, {"asset_no": "00012345", "owner_uscc": good}),
        (3, {"asset_no": "00012346", "owner_uscc": "!"}),
        (4, {"asset_no": "!", "owner_uscc": "!"}),
        (5, {"asset_no": "00012348", "owner_uscc": good}),
        (6, {"asset_no": "00012349", "owner_uscc": "!12405365194843259K"}),
        (7, {"asset_no": "!", "owner_uscc": good}),
        (8, {"asset_no": "00012351", "owner_uscc": "!"}),
        (9, {"asset_no": "00012352", "owner_uscc": good}),
    )


@ledger
def free_wording(folder: Path) -> Expected:
    """Paths, methods, statuses and classes in the words of clerks."""
    wb = book("措辞")
    fill(
        wb["措辞"],
        ["序号", "资产名称", "坐落", "资产类别", "使用状况", "盘活路径", "盘活方式"],
        [1, "一号", "甲路1号", "房屋建筑物", "出租中", "转让变现一批", "挂牌转让"],
        [2, "二号", "甲路2号", "土地使用权", "全部闲置", "一、调剂使用", "无偿划转"],
        [3, "三号", "甲路3号", "设备类", "已对外出租给李某", "拟转让", "拍卖"],
        [4, "四号", "甲路4号", "房产", "待定", "☑调剂使用 □完善经营 □转让变现", None],
        [5, "五号", "甲路5号", "不动产", "未闲置", "调剂或转让", "公开招租"],
        [6, "六号", "甲路6号", "车辆", "〃", "公开招租", "公开招租"],
    )
    return expected(
        save(wb, folder, "措辞"),
        "措辞",
        (
            2,
            {
                "asset_class_name": "房屋",
                "use_status_name": "出租",
                "path_name": "转让变现",
                "method_name": "资产（实物）转让",
            },
        ),
        (
            3,
            {
                "asset_class_name": "土地",
                "use_status_name": "闲置",
                "path_name": "调剂使用",
                "method_name": "无偿划转（体系内）",
            },
        ),
        (
            4,
            {
                "asset_class_name": "设备",
                "use_status_name": "!出租",
                "path_name": "转让变现",
                "method_name": "司法/公开拍卖",
            },
        ),
        (5, {"asset_class_name": "房屋", "use_status_name": "!", "path_name": "调剂使用", "method_name": ""}),
        (6, {"asset_class_name": "!", "use_status_name": "!", "path_name": "!", "method_name": "公开招租"}),
        (7, {"asset_class_name": "车辆", "path_name": "!完善经营", "method_name": "公开招租"}),
    )


@ledger
def areas_of_all_kinds(folder: Path) -> Expected:
    """Areas with units in the cells."""
    wb = book("面积")
    given: list[tuple[Any, str]] = [
        ("3.10亩", "2066.67"),
        ("32,092.08㎡", "32092.08"),
        ("4.1755公顷", "41755.00"),
        ("41612.92平方米（合62.42亩）", "41612.92"),
        ("约 77.7 亩", "!51800.00"),
        ("0.5平方公里", "500000.00"),
        ("3亩5分", "2333.33"),
        ("120㎡+35㎡", "!155.00"),
        ("20m×10m", "!"),
        ("１２０平米", "120.00"),
        ("120 m2", "120.00"),
        ("无", ""),
        ("两层，共800㎡", "!800.00"),
        (100, "!100.00"),
        ("1.2万㎡", "12000.00"),
    ]
    fill(
        wb["面积"],
        ["序号", "地块名称", "坐落", "使用权面积"],
        *[[i, f"{i}号", f"甲路{i}号", v] for i, (v, _) in enumerate(given, 1)],
    )
    return expected(
        save(wb, folder, "面积"),
        "面积",
        *[(i + 1, {"name": f"{i}号", "area_land": w}) for i, (_, w) in enumerate(given, 1)],
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


# --- formats --------------------------------------------------------------------------------------

_CSV = '北山区闲置资产台账,,,,\r\n序号,资产名称,坐落,"原值（元）",盘活路径\r\n1,大礼堂,"北山镇1号，临街","1,072,861.52",调剂使用\r\n2,"门市""甲""",北山镇2号,="260705.35",转让变现\r\n合计,,,,\r\n'
_CSV_ROWS = (
    (3, {"name": "大礼堂", "location": "北山镇1号，临街", "cost": "1072861.52", "path_name": "调剂使用"}),
    (4, {"name": '门市"甲"', "cost": "260705.35", "path_name": "转让变现"}),
)


def _csv(folder: Path, name: str, data: bytes) -> Expected:
    path = folder / name
    path.write_bytes(data)
    return expected(path, "", *_CSV_ROWS)


@ledger
def csv_utf8_bom(folder: Path) -> Expected:
    return _csv(folder, "a.csv", _CSV.encode("utf-8-sig"))


@ledger
def csv_gb18030_named_xls(folder: Path) -> Expected:
    return _csv(folder, "假的.xls", _CSV.encode("gb18030"))


@ledger
def csv_utf16_tabs(folder: Path) -> Expected:
    text = (
        _CSV.replace('"北山镇1号，临街"', "北山镇1号，临街")
        .replace('"1,072,861.52"', "1072861.52")
        .replace(",", "\t")
    )
    return _csv(folder, "unicode.txt", text.encode("utf-16"))


@ledger
def csv_semicolons(folder: Path) -> Expected:
    text = _CSV.replace('"1,072,861.52"', "1072861.52").replace(",", ";")
    return _csv(folder, "分号.csv", text.encode("utf-8"))


@ledger
def csv_two_level_header(folder: Path) -> Expected:
    """Two header levels without merges."""
    path = folder / "两级.csv"
    path.write_text(
        "序号,资产名称,面积（㎡）,,账面价值（万元）,\n,,土地,建筑,原值,净值\n1,粮站,100,50,10,5\n2,门市,,30,8,4\n",
        "utf-8",
    )
    return expected(
        path,
        "",
        (
            3,
            {
                "name": "粮站",
                "area_land": "100.00",
                "area_building": "50.00",
                "cost": "100000.00",
                "net": "50000.00",
            },
        ),
        (4, {"name": "门市", "area_land": "", "area_building": "30.00", "cost": "80000.00"}),
    )


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
    import xlwt

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


# --- more of the same and worse -------------------------------------------------------------------


@ledger
def group_names_written_twice(folder: Path) -> Expected:
    """Two header levels without merges, the group's name written over each of its columns."""
    wb = book("台账")
    fill(
        wb["台账"],
        ["序号", "资产名称", "面积（㎡）", "面积（㎡）", "账面价值（万元）", "账面价值（万元）"],
        [None, None, "土地", "建筑", "原值", "净值"],
        [1, "一号", 100, 50, 10, 5],
    )
    return expected(
        save(wb, folder, "重复组名"),
        "台账",
        (
            3,
            {
                "name": "一号",
                "area_land": "100.00",
                "area_building": "50.00",
                "cost": "100000.00",
                "net": "50000.00",
            },
        ),
    )


@ledger
def columns_merged_in_pairs(folder: Path) -> Expected:
    """Each logical column spans two physical ones, in the header and in every row."""
    wb = book("台账")
    ws = wb["台账"]
    rows = [
        ["序号", "资产名称", "坐落", "原值（万元）"],
        [1, "一号", "甲路1号", 10],
        [2, "二号", "甲路2号", 20],
        ["合计", None, None, 30],
    ]
    for r, row in enumerate(rows, 2):
        for i, value in enumerate(row):
            ws.cell(r, 2 * i + 2, value)
            ws.merge_cells(start_row=r, end_row=r, start_column=2 * i + 2, end_column=2 * i + 3)
    ws["B1"] = "资产台账"
    return expected(
        save(wb, folder, "成对合并"),
        "台账",
        (3, {"name": "一号", "location": "甲路1号", "cost": "100000.00"}),
        (4, {"name": "二号", "location": "甲路2号", "cost": "200000.00"}),
    )


@ledger
def yes_no_matrix(folder: Path) -> Expected:
    """是否调剂使用 · 是否完善经营 · 是否转让变现, filled with 是 and 否."""
    wb = book("台账")
    fill(
        wb["台账"],
        ["序号", "资产名称", "坐落", "是否调剂使用", "是否完善经营", "是否转让变现"],
        [1, "一号", "甲路1号", "是", "否", "否"],
        [2, "二号", "甲路2号", "否", "否", "是"],
    )
    return expected(
        save(wb, folder, "是否"),
        "台账",
        (2, {"name": "一号", "path_name": "调剂使用"}),
        (3, {"name": "二号", "path_name": "转让变现"}),
    )


@ledger
def amounts_under_the_paths(folder: Path) -> Expected:
    """Amounts instead of ticks under the three paths: the path is read from where they stand, with a doubt."""
    wb = book("台账")
    ws = wb["台账"]
    fill(
        ws,
        ["序号", "资产名称", "坐落", "分路径盘活面积", None, None],
        [None, None, None, "调剂使用", "完善经营", "转让变现"],
        [1, "一号", "甲路1号", 120, None, None],
        [2, "二号", "甲路2号", None, None, 350.5],
    )
    for ref in ("A1:A2", "B1:B2", "C1:C2", "D1:F1"):
        ws.merge_cells(ref)
    return expected(
        save(wb, folder, "路径下的数"),
        "台账",
        (3, {"name": "一号", "path_name": "!调剂使用"}),
        (4, {"name": "二号", "path_name": "!转让变现"}),
    )


@ledger
def serial_without_a_name(folder: Path) -> Expected:
    """A serial column without a header, prepared further down than there are assets; 编号 that only counts."""
    wb = book("甲", "乙")
    fill(
        wb["甲"],
        [None, "资产名称", "坐落", "原值（元）"],
        *[[i, f"{i}号", f"甲路{i}号", 100000 * i] for i in (1, 2, 3)],
    )
    for r in range(5, 30):
        wb["甲"].cell(r, 1, r - 1)
    fill(
        wb["乙"],
        ["编号", "资产名称", "坐落", "原值（元）"],
        *[[i, f"乙{i}号", f"乙路{i}号", 100000 * i] for i in (1, 2, 3)],
    )
    rows: dict[tuple[str, int], Row] = {
        ("甲", i + 1): {"name": f"{i}号", "cost": f"{i}00000.00"} for i in (1, 2, 3)
    }
    rows |= {("乙", i + 1): {"name": f"乙{i}号", "asset_no": ""} for i in (1, 2, 3)}
    return Expected(save(wb, folder, "无名序号"), rows)


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
def long_header_texts_and_years(folder: Path) -> Expected:
    """Headers with whole sentences in brackets, and years as numbers among them."""
    wb = book("台账")
    fill(
        wb["台账"],
        [
            "序号",
            "资产名称（写到能认出是哪一处，不要只写房屋、土地，多处的分行填写）",
            "坐落",
            "盘活路径（调剂使用、完善经营、转让变现三选一，分部分的请先拆分后分别填写）",
            2023,
            2024,
            "账面原值(万元)",
        ],
        [1, "一号", "甲路1号", "完善经营", 3, 4, 10],
    )
    return expected(
        save(wb, folder, "长表头"),
        "台账",
        (2, {"name": "一号", "path_name": "完善经营", "cost": "100000.00"}),
    )


@ledger
def leases_beside_assets(folder: Path) -> Expected:
    """A rental ledger: many lease columns, yet each row is an asset."""
    wb = book("出租")
    fill(
        wb["出租"],
        [
            "序号",
            "资产名称",
            "坐落",
            "建筑面积（㎡）",
            "承租人",
            "合同编号",
            "租期起",
            "租期止",
            "年租金（元）",
            "使用状况",
        ],
        [1, "门市1", "甲路1号", 30, "赵某", "HT-1", "2023-01-01", "2025-12-31", 12000, "出租"],
    )
    return expected(
        save(wb, folder, "出租台账"),
        "出租",
        (2, {"name": "门市1", "area_building": "30.00", "use_status_name": "出租"}),
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
def garbled_and_separated(folder: Path) -> Expected:
    """sep=; in the first line, and one character that no encoding explains."""
    path = folder / "sep.csv"
    text = "sep=;\r\n序号;资产名称;坐落;原值（元）\r\n1;大礼堂;北山镇1号;100000\r\n2;小#礼堂;北山镇2号;200000\r\n"
    path.write_bytes(text.encode("gb18030").replace(b"#", b"\xff"))
    return expected(
        path, "", (3, {"name": "大礼堂", "cost": "100000.00"}), (4, {"name": "!小�礼堂", "cost": "200000.00"})
    )


@ledger
def assets_without_names_and_notes_between(folder: Path) -> Expected:
    """A row without a name is kept and told; page numbers and notes between are not rows."""
    wb = book("台账")
    fill(
        wb["台账"],
        HEAD,
        [1, "一号楼", "甲路1号", 10, 1, "调剂使用"],
        ["第1页 共2页"],
        [2, None, "甲路2号", 20, 2, "转让变现"],
        ["（转下页）"],
        ["（承上页）"],
        [3, "三号楼", "甲路3号", 30, 3, "完善经营"],
        [None, "—", "—", "—", "—", "—"],
    )
    return Expected(
        save(wb, folder, "缺名称"),
        {
            ("台账", 2): {"name": "一号楼"},
            ("台账", 4): {"name": "!", "location": "甲路2号", "cost": "20000.00"},
            ("台账", 7): {"name": "三号楼"},
        },
    )


@ledger
def names_merged_downwards(folder: Path) -> Expected:
    """One name merged over two rows with their own areas and certificates: two records under that name."""
    wb = book("台账")
    ws = wb["台账"]
    fill(
        ws,
        ["序号", "资产名称", "坐落", "不动产权证号", "建筑面积（㎡）", "账面原值（万元）"],
        [1, "综合楼", "甲路1号", "渝（2024）第1号", 100, 50],
        [None, None, "甲路2号", "渝（2024）第2号", 200, None],
        [2, "独栋", "甲路3号", "渝（2024）第3号", 300, 60],
    )
    for ref in ("A2:A3", "B2:B3", "F2:F3"):
        ws.merge_cells(ref)
    return expected(
        save(wb, folder, "名称合并"),
        "台账",
        (2, {"name": "综合楼", "area_building": "100.00", "cost": "500000.00"}),
        (3, {"name": "综合楼", "area_building": "200.00", "cost": "!", "cert_no": "渝（2024）第2号"}),
        (4, {"name": "独栋", "cost": "600000.00"}),
    )


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
    import struct

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
def two_sheets_about_the_same_assets(folder: Path) -> Expected:
    """基本情况 and 盘活情况 of the same assets on two sheets, joined by number; one says something else."""
    wb = book("基本情况", "盘活情况")
    fill(
        wb["基本情况"],
        ["资产编号", "资产名称", "坐落", "账面原值（万元）"],
        ["A-1", "一号", "甲路1号", 10],
        ["A-2", "二号", "甲路2号", 20],
        ["A-3", "三号", "甲路3号", 30],
    )
    fill(
        wb["盘活情况"],
        ["资产编号", "资产名称", "盘活路径", "盘活方式", "账面原值（万元）"],
        ["A-2", "二号", "转让变现", "拍卖", 20],
        ["A-1", "一号", "调剂使用", None, 11],
        ["A-4", "四号", "完善经营", "出租", 40],
    )
    return Expected(
        save(wb, folder, "两表一事"),
        {
            ("基本情况", 2): {"name": "一号", "path_name": "调剂使用", "cost": "!100000.00"},
            ("基本情况", 3): {
                "name": "二号",
                "path_name": "转让变现",
                "method_name": "司法/公开拍卖",
                "cost": "200000.00",
            },
            ("基本情况", 4): {"name": "三号", "path_name": ""},
            ("盘活情况", 4): {"name": "四号", "path_name": "完善经营", "cost": "400000.00"},
        },
    )


@ledger
def two_sheets_joined_by_name(folder: Path) -> Expected:
    """The same without numbers: joined by name when nothing contradicts."""
    wb = book("表一", "表二")
    fill(
        wb["表一"],
        ["序号", "资产名称", "坐落", "账面原值（万元）"],
        *[[i, f"{i}号楼", f"甲路{i}号", i] for i in (1, 2, 3)],
    )
    fill(
        wb["表二"],
        ["序号", "资产名称", "使用状况", "盘活路径"],
        *[[i, f"{i}号楼", "闲置", "转让变现"] for i in (1, 2, 3)],
    )
    return expected(
        save(wb, folder, "两表同名"),
        "表一",
        *[
            (
                i + 1,
                {
                    "name": f"{i}号楼",
                    "cost": f"{i}0000.00",
                    "path_name": "转让变现",
                    "use_status_name": "闲置",
                },
            )
            for i in (1, 2, 3)
        ],
    )


@ledger
def cover_instructions_dictionary(folder: Path) -> Expected:
    """A cover, filling instructions, a dictionary and a summary around one list."""
    wb = book("封面", "填报说明", "清单", "汇总", "字典")
    fill(
        wb["封面"],
        ["闲置资产盘活报表"],
        ["单位名称", "北山区财政局", None, "统一社会信用代码", "12405365194843259J"],
        ["单位负责人", "王某", None, "联系电话", "023-00000000"],
        ["地址", "北山镇1号", None, "填报日期", "2024年3月1日"],
    )
    fill(
        wb["填报说明"],
        ["字段", "填报要求"],
        ["资产名称", "写到能认出"],
        ["坐落", "写到门牌"],
        ["账面原值", "按账面"],
        ["备注", "选填"],
    )
    fill(
        wb["清单"],
        HEAD,
        [1, "一号楼", "甲路1号", 10, 1, "调剂使用"],
        [2, "二号楼", "甲路2号", 20, 2, "转让变现"],
    )
    fill(
        wb["汇总"],
        ["单位名称", "资产数量", "建筑面积（㎡）", "账面原值（万元）"],
        ["北山区财政局", 2, 30, 3],
        ["合计", 2, 30, 3],
    )
    fill(
        wb["字典"],
        ["代码", "名称", "说明"],
        ["10", "调剂使用", "内部"],
        ["20", "完善经营", "经营"],
        ["30", "转让变现", "转让"],
    )
    return expected(
        save(wb, folder, "整本"), "清单", (2, {"name": "一号楼", "cost": "10000.00"}), (3, {"name": "二号楼"})
    )


@ledger
def paths_down_the_side(folder: Path) -> Expected:
    """The path stands in merged cells down the first column, under no header; 类别 that holds paths."""
    wb = book("甲", "乙")
    ws = wb["甲"]
    fill(
        ws,
        [None, "序号", "资产名称", "坐落", "原值（元）"],
        ["调剂使用", 1, "一号", "甲路1号", 100000],
        [None, 2, "二号", "甲路2号", 200000],
        ["转让变现", 3, "三号", "甲路3号", 300000],
        [None, 4, "四号", "甲路4号", 400000],
    )
    ws.merge_cells("A2:A3")
    ws.merge_cells("A4:A5")
    fill(
        wb["乙"],
        ["序号", "资产名称", "坐落", "原值（元）", "类别"],
        *[
            [i, f"乙{i}号", f"乙路{i}号", 100000 * i, p]
            for i, p in enumerate(("调剂使用", "完善经营", "转让变现"), 1)
        ],
    )
    rows: dict[tuple[str, int], Row] = {
        ("甲", i + 1): {"name": f"{n}号", "path_name": p}
        for i, (n, p) in enumerate(
            zip("一二三四", ("调剂使用", "调剂使用", "转让变现", "转让变现"), strict=True), 1
        )
    }
    rows |= {
        ("乙", i + 1): {"name": f"乙{i}号", "path_name": p}
        for i, p in enumerate(("调剂使用", "完善经营", "转让变现"), 1)
    }
    return Expected(save(wb, folder, "侧边路径"), rows)


@ledger
def summary_beside_the_list(folder: Path) -> Expected:
    """A small table by unit to the right of the list."""
    wb = book("台账")
    fill(
        wb["台账"],
        ["序号", "资产名称", "坐落", "原值（元）", None, "单位", "合计", "宗数"],
        [1, "一号", "甲路1号", 100000, None, "甲单位", 300000, 2],
        [2, "二号", "甲路2号", 200000, None, "乙单位", 700000, 2],
        [3, "三号", "甲路3号", 300000],
        [4, "四号", "甲路4号", 400000],
    )
    return expected(
        save(wb, folder, "右侧汇总"),
        "台账",
        *[
            (i + 1, {"name": f"{n}号", "cost": f"{i}00000.00", "owner_unit_name": ""})
            for i, n in enumerate("一二三四", 1)
        ],
    )


@ledger
def csv_year_months(folder: Path) -> Expected:
    """In a text file 2010.1 is as doubtful as the number was."""
    path = folder / "年月.csv"
    path.write_text(
        "序号,资产名称,坐落,取得年月\n1,一号,甲路1号,2013.9\n2,二号,甲路2号,2010.1\n3,三号,甲路3号,1991.11\n",
        "utf-8",
    )
    return expected(
        path,
        "",
        (2, {"name": "一号", "acquire_date": "2013-09"}),
        (3, {"name": "二号", "acquire_date": "!"}),
        (4, {"name": "三号", "acquire_date": "1991-11"}),
    )
