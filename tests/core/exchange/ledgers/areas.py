"""Areas and counted things."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.core.exchange.ledgers.making import Expected, book, expected, fill, ledger, save


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
def a_column_called_mu(folder: Path) -> Expected:
    """亩 as a column of its own says nothing of the others; an empty likeness takes no name's place."""
    wb = book("S")
    fill(
        wb["S"],
        ["资产名称", "土地坐落", "土地面积", "亩", "批准面积", "使用功能", "改变使用功能"],
        ["甲地", "幸福村1组", 20000, 30, 20000, "办公", None],
        ["乙地", "民政村2组", 10000, 15, 10000, "展览", None],
    )
    return expected(
        save(wb, folder, "亩"),
        "S",
        (2, {"area_land": "20000.00", "approved_area": "20000.00", "house_use_name": "办公"}),
        (3, {"area_land": "10000.00", "house_use": "!"}),
    )


@ledger
def small_plots_without_a_unit(folder: Path) -> Expected:
    """Land of 3.5 and 46 without a unit may be 亩: ㎡ with a doubt on each; a cell with its unit is sure."""
    wb = book("S")
    fill(
        wb["S"],
        ["地块名称", "坐落", "占地面积", "建筑面积"],
        ["甲地", "东街1号", 3.5, 60],
        ["乙地", "东街2号", 46, 80],
        ["丙地", "东街3号", "12亩", 90],
    )
    return expected(
        save(wb, folder, "小地"),
        "S",
        (2, {"area_land": "!3.50", "area_building": "60.00"}),
        (3, {"area_land": "!46.00"}),
        (4, {"area_land": "8000.00"}),
        doubts=("unit-guessed",),
    )


@ledger
def things_counted_in_many_words(folder: Path) -> Expected:
    """数量 | 单位 with 台, 辆, 平方米 below: no owner is called 台; remarks in brackets stand below the header."""
    wb = book("S")
    fill(
        wb["S"],
        ["序号", "类别", "名称", "数量", "单位", "账面原值（万元）", "存放地点"],
        [None, None, "（与账面一致）", None, None, "（保留两位小数）", "（具体到门牌号）"],
        [1, "设备", "CT机", 1, "台", 120.5, "区医院"],
        [2, "车辆", "皮卡车", 1, "辆", 8, "车库"],
        [3, "房屋", "旧门诊楼", 1200, "平方米", 300, "文化路1号"],
    )
    return expected(
        save(wb, folder, "计数"),
        "S",
        (3, {"name": "CT机", "qty": "1.00", "qty_unit": "台", "owner_unit_name": "", "cost": "1205000.00"}),
        (4, {"name": "皮卡车", "qty_unit": "辆", "owner_unit_name": ""}),
        (5, {"name": "旧门诊楼", "qty_unit": "平方米", "location": "文化路1号"}),
    )


@ledger
def one_area_column_for_houses_and_land(folder: Path) -> Expected:
    """面积 says neither land nor building: the class of each row does, with the unit beside it."""
    wb = book("S")
    fill(
        wb["S"],
        ["序号", "资产名称", "坐落", "资产类别", "面积", "计量单位", "账面原值", "金额单位"],
        [1, "老粮站", "桥头镇1号", "房屋", 1200.5, "㎡", 35.6, "万元"],
        [2, "砖厂地块", "桥头镇2号", "土地", 12.4, "亩", 356000, "元"],
        [3, "苗圃", "桥头镇4号", "土地", "约300㎡", "㎡", 88, "万元"],
        [4, "车棚", "桥头镇5号", "构筑物", 60, "㎡", 8, "万元"],
    )
    return expected(
        save(wb, folder, "单位各行不同"),
        "S",
        (2, {"area_building": "1200.50", "area_land": "", "cost": "356000.00"}),
        (3, {"area_building": "", "area_land": "8266.67", "cost": "356000.00"}),
        (4, {"area_building": "", "area_land": "!300.00", "cost": "880000.00"}),
        (5, {"area_building": "60.00", "area_land": ""}),
    )


@ledger
def quantities_in_square_metres(folder: Path) -> Expected:
    """数量 1200 in ㎡ is the area of a house and of land; 12 台 is none."""
    wb = book("S")
    fill(
        wb["S"],
        ["序号", "资产名称", "资产类别", "数量", "计量单位", "账面原值（元）"],
        [1, "办公楼", "房屋", 1200, "㎡", 500000],
        [2, "空调", "设备", 12, "台", 30000],
        [3, "堆场", "土地", 3.5, "亩", 60000],
    )
    return expected(
        save(wb, folder, "数量"),
        "S",
        (2, {"area_building": "1200.00", "qty": "1200.00"}),
        (3, {"area_building": "", "area_land": "", "qty": "12.00"}),
        (4, {"area_land": "2333.33", "area_building": ""}),
    )
