"""Cards, and tables that run across."""

from __future__ import annotations

from pathlib import Path

from tests.core.exchange.ledgers.making import Expected, book, expected, fill, ledger, save


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


@ledger
def cards_side_by_side(folder: Path) -> Expected:
    """Two cards beside each other, two such pairs below each other."""
    wb = book("卡")
    ws = wb["卡"]
    for i, (top, left) in enumerate([(1, 1), (1, 4), (9, 1), (9, 4)], 1):
        pairs = [("资产名称", f"老仓库{i}号"), ("坐落位置", f"桥头镇{i}组"), ("账面原值（元）", 60000 * i)]
        ws.cell(top, left, "闲置资产登记卡片")
        for n, pair in enumerate([*pairs, ("使用现状", "闲置")], 1):
            ws.cell(top + n, left, pair[0])
            ws.cell(top + n, left + 1, pair[1])
    return Expected(
        save(wb, folder, "卡"),
        {
            ("卡", -i): {
                "name": f"老仓库{i}号",
                "location": f"桥头镇{i}组",
                "cost": f"{60000 * i}.00",
                "use_status_name": "闲置",
            }
            for i in (1, 2, 3, 4)
        },
    )


@ledger
def fields_down_behind_their_groups(folder: Path) -> Expected:
    """Names of fields down the second column, their groups merged before them, one asset in each further column."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["重点闲置资产情况表"],
        ["类别", "项目", "资产一", "资产二"],
        ["基本情况", "资产名称", "甲楼", "乙楼"],
        [None, "坐落", "东街1号", "东街2号"],
        ["价值", "账面原值（万元）", 10, 20],
        [None, "账面净值（万元）", 1, 2],
        ["计划", "盘活路径", "调剂使用", "转让变现"],
    )
    for ref in ("A1:D1", "A3:A4", "A5:A6"):
        ws.merge_cells(ref)
    return Expected(
        save(wb, folder, "转置"),
        {
            ("S", -1): {"name": "甲楼", "cost": "100000.00", "net": "10000.00", "path_name": "调剂使用"},
            ("S", -2): {"name": "乙楼", "location": "东街2号", "cost": "200000.00", "path_name": "转让变现"},
        },
    )


@ledger
def cards_in_words_that_nobody_knows(folder: Path) -> Expected:
    """Labels that are no names of ours stand in the same columns as those that are; values may be blank."""
    wb = book("卡")
    cards = [("甲楼", "沿街", 100.5, 2000), ("乙车", None, None, None)]
    for i, (name, note, land, building) in enumerate(cards):
        fill(
            wb["卡"],
            ["资产登记卡"],
            ["房屋（土地）名称", name, "备注说明", note],
            ["宗地面积（㎡）", land, "房产面积（㎡）", building],
            ["权证号", "渝（2007）白河区不动产权第000425874号", "门卫电话", "48600000"],
            ["资产所在地", f"东街{i}号", "历史成本（万元）", 32.5],
            at=1 + i * 7,
        )
    return Expected(
        save(wb, folder, "卡"),
        {
            ("卡", -1): {
                "name": "甲楼",
                "note": "沿街",
                "area_land": "100.50",
                "area_building": "2000.00",
                "cost": "325000.00",
            },
            ("卡", -2): {"name": "乙车", "location": "东街1号", "area_land": "", "cost": "325000.00"},
        },
    )


@ledger
def cards_of_bookkeeping_software(folder: Path) -> Expected:
    """使用年限(月), a net value that is small beside costs in 元, 单位：全部 of a query."""
    wb = book("S")
    fill(
        wb["S"],
        ["固定资产清单"],
        ["单位：全部", None, None, "期间：2024.03"],
        [
            "卡片编号",
            "固定资产编号",
            "固定资产名称",
            "使用年限(月)",
            "尚可使用年限",
            "原值",
            "累计折旧",
            "净值",
        ],
        ["00012", "0101003", "旧门诊楼", 480, "12年6个月", 1500000, 1470000, 30000],
        ["00013", "0302001", "CT机", 100, "5年", 4200000, 4200000, 0],
        ["合计", "(共计卡片2张)", None, None, None, 5700000, 5670000, 30000],
    )
    return expected(
        save(wb, folder, "卡片"),
        "S",
        (
            4,
            {
                "asset_no": "0101003",
                "use_life": "40",
                "remain_life": "!",
                "cost": "1500000.00",
                "net": "30000.00",
                "owner_unit_name": "",
            },
        ),
        (5, {"use_life": "!", "remain_life": "5", "depreciation": "4200000.00", "net": "0.00"}),
    )
