"""Rows that share or repeat something: merges, remarks that run on, certificates, rows struck out."""

from __future__ import annotations

from pathlib import Path

from openpyxl.styles import Font

from tests.core.exchange.ledgers.making import Expected, book, expected, fill, ledger, save


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
def records_over_two_rows_no_merge(folder: Path) -> Expected:
    """A remark that runs on in the next row."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["序号", "资产名称", "坐落", "原值（元）", "备注"],
        [1, "甲", "e路1号", 100, "房屋年久失修，"],
        [None, None, None, None, "需要维修加固"],
        [2, "乙", "e路2号", 200, None],
    )
    return expected(
        save(wb, folder, "a"),
        "S",
        (2, {"name": "甲", "cost": "100.00"}),
        (4, {"name": "乙", "cost": "200.00"}),
    )


@ledger
def a_second_certificate_in_the_next_row(folder: Path) -> Expected:
    """Two certificates of one asset, in two rows and in one cell: both kept, and told."""
    wb = book("S")
    one, two = "渝（2019）綦江区不动产权第000123456号", "渝（2019）綦江区不动产权第000123457号"
    fill(
        wb["S"],
        ["序号", "资产名称", "坐落", "权证号", "原值（万元）"],
        [1, "甲楼", "东街1号", one, 10],
        [None, None, None, two, None],
        [2, "乙楼", "东街2号", "房权证101字第12345号、101房地证2008字第12346号", 30],
        [3, "丙楼", "东街3号", "101房地证2008字第12345号", 30],
    )
    return expected(
        save(wb, folder, "两证"),
        "S",
        (2, {"name": "甲楼", "cert_no": f"!{one}、{two}", "cost": "100000.00"}),
        (4, {"name": "乙楼", "cert_no": "!房权证101字第12345号、101房地证2008字第12346号"}),
        (5, {"name": "丙楼", "cert_no": "101房地证2008字第12345号"}),
    )


@ledger
def several_numbers_in_one_cell(folder: Path) -> Expected:
    """建筑面积/土地面积, 原值/净值 and 经纬度: one column for two fields, each with its unit."""
    wb = book("清单")
    fill(
        wb["清单"],
        ["资产名称", "地址", "建筑面积（平方米）/土地面积（亩）", "原值/净值（万元）", "经纬度"],
        ["旧供销社", "石塘镇老街1号", "320.5/1.2", "1,200.5/200", "106.65123,29.02111"],
        ["旧粮站", "石塘镇老街2号", "640\n3", "200.5、30", "东经106.7，北纬29.1"],
        ["旧茧站", "石塘镇老街3号", "128", "50/-", "E106°39′00″ N29°01′30″"],
    )
    return expected(
        save(wb, folder, "合列"),
        "清单",
        (
            2,
            {
                "area_building": "320.50",
                "area_land": "800.00",
                "cost": "12005000.00",
                "net": "2000000.00",
                "lon": "106.651230",
                "lat": "29.021110",
            },
        ),
        (3, {"area_building": "640.00", "area_land": "2000.00", "net": "300000.00", "lat": "29.100000"}),
        (4, {"area_building": "!", "area_land": "!", "cost": "500000.00", "net": "", "lon": "106.650000"}),
        doubts=("several-in-one",),
    )


@ledger
def rows_struck_out_and_a_shared_amount(folder: Path) -> Expected:
    """A struck-out row is read and told; one amount for three assets is told on each; a list of names only."""
    wb = book("台账", "名单")
    ws = wb["台账"]
    fill(
        ws,
        ["序号", "资产名称", "坐落", "建筑面积（㎡）", "账面原值（万元）"],
        [1, "主楼", "东街1号", 1000, 90],
        [2, "附楼", "东街2号", 200, None],
        [3, "门卫", "东街3号", 20, None],
        [4, "车库", "东街4号", 60, 7],
    )
    ws.merge_cells("E2:E4")
    for cell in ws[5]:
        cell.font = Font(strike=True)
    fill(wb["名单"], ["闲置资产名单"], ["序号", "资产名称"], [1, "老文化馆"], [2, "旧粮库"])
    return Expected(
        save(wb, folder, "划掉"),
        {
            ("台账", 2): {"cost": "!900000.00"},
            ("台账", 3): {"cost": "!"},
            ("台账", 4): {"cost": "!"},
            ("台账", 5): {"cost": "70000.00"},
            ("名单", 3): {"name": "老文化馆"},
            ("名单", 4): {"name": "旧粮库"},
        },
        doubts=("not-read",),
    )


@ledger
def two_columns_for_one_thing(folder: Path) -> Expected:
    """The same cost in 元 and in 万元, once in contradiction; 无 in the first of two certificates."""
    wb = book("S")
    fill(
        wb["S"],
        ["资产名称", "坐落", "原值（元）", "原值（万元）", "房产证号", "土地证号"],
        ["甲", "东街1号", 1254321, 125.43, "无", "渝国用（2004）字第46号"],
        ["乙", "东街2号", 500000, 5000, "渝房权证字第1号", "渝国用（2004）字第47号"],
        ["丙", "东街3号", None, 7, "", ""],
    )
    return expected(
        save(wb, folder, "两列"),
        "S",
        (2, {"cost": "1254321.00", "cert_no": "渝国用（2004）字第46号"}),
        (3, {"cost": "!500000.00", "cert_no": "渝房权证字第1号"}),
        (4, {"cost": "70000.00", "cert_no": ""}),
        doubts=("duplicate",),
    )
