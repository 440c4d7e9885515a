"""Ledgers of a fourth round: of accountants, housing offices, groups and schools; read without a child process."""

from __future__ import annotations

from pathlib import Path

from tests.core.exchange.ledgers import Expected, Maker, book, expected, fill, save

ACCOUNTANT: dict[str, Maker] = {}


def ledger(make: Maker) -> Maker:
    ACCOUNTANT[make.__name__] = make
    return make


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
