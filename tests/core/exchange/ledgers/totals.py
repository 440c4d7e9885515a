"""Rows that are no records: totals, notes, blanks, what is prepared ahead, what only looks so."""

from __future__ import annotations

import datetime
from pathlib import Path

from openpyxl.styles import Border, Side

from tests.core.exchange.ledgers.making import HEAD, Expected, book, expected, fill, ledger, save


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
def blank_rows_and_formats(folder: Path) -> Expected:
    """20,000 formatted blank rows, a stray cell far below, serial numbers prepared ahead with formulas."""
    wb = book("台账")
    ws = wb["台账"]
    fill(ws, HEAD, [1, "一号楼", "甲路1号", 10, 1, "调剂使用"], [2, "二号楼", "甲路2号", 20, 2, "转让变现"])
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
def subtotal_in_the_middle(folder: Path) -> Expected:
    """小计 in the name's column, 合计（大写）：… in another, 本页合计 and 累计."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["序号", "单位", "资产名称", "坐落", "原值（万元）"],
        [1, "甲局", "一楼", "甲路1号", 1],
        [2, "甲局", "二楼", "甲路2号", 2],
        [None, None, "小计", None, 3],
        [3, "乙局", "三楼", "甲路3号", 4],
        [None, None, "小  计：", None, 4],
        [None, None, None, "合计（大写）：柒万元整", 7],
        [None, "本页合计", None, None, 7],
        ["累计", None, None, None, 7],
    )
    return expected(
        save(wb, folder, "中间小计"),
        "S",
        (2, {"name": "一楼", "owner_unit_name": "甲局", "cost": "10000.00"}),
        (3, {"name": "二楼"}),
        (5, {"name": "三楼", "cost": "40000.00"}),
    )


@ledger
def footer_signs_with_numbers(folder: Path) -> Expected:
    """A telephone number and a date stored as numbers in the footer."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["序号", "资产名称", "坐落", "原值（元）"],
        [1, "甲", "h1", 10],
        ["合计", None, None, 10],
        [],
        ["单位负责人（签章）：张三", None, "填表人：李四", None],
        ["联系电话：", 23456789, "填报日期：", datetime.date(2024, 5, 6)],
    )
    return expected(save(wb, folder, "a"), "S", (2, {"name": "甲", "cost": "10.00"}))


@ledger
def parts_and_notes_that_are_no_assets(folder: Path) -> Expected:
    """其中：… with the parts below it, a figure in words, 备注 alone above numbered notes with figures."""
    wb = book("S")
    fill(
        wb["S"],
        ["序号", "单位", "资产名称", "坐落", "面积（㎡）"],
        ["总计", None, "2处", None, 300],
        [None, "其中：房屋", None, None, 100],
        [None, "　　　土地", None, None, 200],
        [1, "区教委", "甲楼", "东街1号", 100],
        [2, "区教委", "乙地", "东街2号", 200],
        [None, "其中：闲置", None, None, 200],
        [None, None, "大写：叁佰平方米", None, None],
        ["备注"],
        ["1", "以上按2023年12月31日账面数填列"],
        ["2", "联系电话", 48600000],
    )
    return expected(
        save(wb, folder, "其中"),
        "S",
        (5, {"name": "甲楼", "owner_unit_name": "区教委", "area_building": "100.00"}),
        (6, {"name": "乙地"}),
    )


@ledger
def sums_that_nobody_calls_so(folder: Path) -> Expected:
    """A first row of sums, Total, unnumbered parts below 其中, a row of the same names in English."""
    wb = book("无字", "其中", "英文")
    head = ["序号", "资产名称", "坐落", "建筑面积（㎡）", "账面原值（元）"]
    fill(
        wb["无字"],
        head,
        [None, None, None, 700, 90000],
        [1, "甲楼", "东街1号", 300, 40000],
        [2, "乙楼", "东街2号", 400, 50000],
        ["Total", None, None, 700, 90000],
        ["平均", None, None, 350, 45000],
        ["同比增长", None, None, "7%", "7%"],
    )
    fill(
        wb["其中"],
        head,
        [1, "丙楼", "西街1号", 300, 10000],
        [2, "丁楼", "西街2号", 400, 20000],
        ["其中", "调剂使用", None, None, 10000],
        [None, "完善经营", None, None, 20000],
        [None, "转让变现", None, None, 0],
    )
    fill(
        wb["英文"],
        ["资产名称", "坐落", "账面原值（元）"],
        ["Asset Name", "Address", "Cost (CNY)"],
        ["戊楼", "南街1号", 100000],
        ["己楼", "南街2号", 200000],
    )
    return Expected(
        save(wb, folder, "合计"),
        {
            ("无字", 3): {"name": "甲楼", "cost": "40000.00"},
            ("无字", 4): {"name": "乙楼"},
            ("其中", 2): {"name": "丙楼"},
            ("其中", 3): {"name": "丁楼", "cost": "20000.00"},
            ("英文", 3): {"name": "戊楼"},
            ("英文", 4): {"name": "己楼", "cost": "200000.00"},
        },
    )


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
def a_summary_beside_two_header_levels(folder: Path) -> Expected:
    """A small table by unit stands to the right, its first rows in the height of the header and the numbering."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        [
            "序号",
            "资产名称",
            "坐落",
            "面积（㎡）",
            None,
            "账面价值（元）",
            None,
            None,
            "单位",
            "宗数",
            "原值",
        ],
        [None, None, None, "土地", "房屋", "原值", "净值", None, "教育局", 3, 100],
        ["栏次", 1, 2, 3, 4, 5, 6, None, "水利局", 2, 50],
        ["一、调剂使用", None, None, None, None, None, None, None, "合计", 5, 150],
        [1, "甲楼", "东街1号", 300, 100, 90000, 40000],
        [2, "乙楼", "东街2号", 400, 200, 80000, 50000],
    )
    for ref in ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1", "A4:G4"):
        ws.merge_cells(ref)
    return expected(
        save(wb, folder, "旁表"),
        "S",
        (
            5,
            {
                "name": "甲楼",
                "area_land": "300.00",
                "area_building": "100.00",
                "cost": "90000.00",
                "net": "40000.00",
                "path_name": "调剂使用",
            },
        ),
        (6, {"name": "乙楼", "area_land": "400.00"}),
    )


@ledger
def depots_below_a_letterhead(folder: Path) -> Expected:
    """库点名称 and 库点地址 in row 9 below a letterhead with addresses and telephones."""
    wb = book("S")
    fill(
        wb["S"],
        ["某区粮食和物资储备中心"],
        ["某粮储〔2024〕15号"],
        ["地址：某区某街道人民路1号   邮编：401420   电话：023-48600000"],
        [],
        ["关于报送闲置资产情况的报告附表"],
        [
            "填报单位：某区粮食和物资储备中心（公章）",
            None,
            None,
            "填报时间：2024年5月10日",
            None,
            "单位：万元、㎡",
        ],
        ["联系人：张三", None, None, "联系电话：13800000000"],
        [],
        ["序号", "库点名称", "库点地址", "占地面积", "原值", "现状"],
        [1, "一库", "一村1号", 3000, 100.5, "闲置"],
        [2, "二库", "二村2号", 2000, 80, "出租"],
        ["合计", None, None, 5000, 180.5, None],
    )
    return expected(
        save(wb, folder, "函头"),
        "S",
        (
            10,
            {
                "name": "一库",
                "location": "一村1号",
                "area_land": "3000.00",
                "cost": "1005000.00",
                "owner_unit_name": "某区粮食和物资储备中心",
            },
        ),
        (11, {"name": "二库", "use_status_name": "出租"}),
        doubts=("column-guessed",),
    )
