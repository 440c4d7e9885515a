"""Lists as bookkeeping programs, townships and platform companies hand them over."""

from __future__ import annotations

import datetime
from pathlib import Path

from tests.core.exchange.ledgers.making import Expected, book, expected, fill, ledger, save


@ledger
def movements_below_two_groups(folder: Path) -> Expected:
    """期初, 本期计提 and 期末 below 累计折旧: the last one is the depreciation."""
    wb = book("变动")
    fill(
        wb["变动"],
        ["单位：元"],
        ["资产编码", "资产名称", "原值", None, None, "累计折旧", None, None, "期末净值"],
        [None, None, "期初余额", "本期增加", "期末余额", "期初余额", "本期计提", "期末余额", None],
        ["FA001", "一号厂房", 1_000_000, 200_000, 1_200_000, 300_000, 5_000, 305_000, 895_000],
        ["FA002", "二号厂房", 800_000, 0, 800_000, 400_000, 3_000, 403_000, 397_000],
    )
    for cells in ("C2:E2", "F2:H2", "A2:A3", "B2:B3", "I2:I3"):
        wb["变动"].merge_cells(cells)
    return expected(
        save(wb, folder, "变动"),
        "变动",
        (4, {"name": "一号厂房", "cost": "1200000.00", "depreciation": "305000.00", "net": "895000.00"}),
        (5, {"name": "二号厂房", "cost": "800000.00", "depreciation": "403000.00", "net": "397000.00"}),
    )


@ledger
def one_reporter_above_three_tables(folder: Path) -> Expected:
    """填报单位 above the first table holds for those below it, and the sheet is called like no unit of its own."""
    wb = book("打通镇")
    fill(
        wb["打通镇"],
        ["填报单位：打通镇人民政府"],
        ["一、房屋类"],
        ["序号", "房屋名称", "位置", "建筑面积㎡", "原值（元）"],
        [1, "老敬老院", "双坝村", 560, 320_000],
        ["二、设备类"],
        ["序号", "设备名称", "设备编号", "设备状况", "原值（元）"],
        [1, "洒水车", "SB-01", "闲置", 180_000],
    )
    unit = {"owner_unit_name": "打通镇人民政府"}
    return expected(
        save(wb, folder, "打通镇"),
        "打通镇",
        (4, {"name": "老敬老院", "location": "双坝村", "area_building": "560.00", **unit}),
        (7, {"name": "洒水车", "asset_no": "SB-01", "use_status_name": "闲置", "cost": "180000.00", **unit}),
    )


@ledger
def vehicles_named_by_their_plates(folder: Path) -> Expected:
    wb = book("车辆")
    fill(
        wb["车辆"],
        ["序号", "车牌号", "品牌型号", "购置价（万元）", "车辆状况", "所属单位"],
        [1, "渝B12345", "大众帕萨特", 22.8, "闲置", "区财政局"],
        [2, "渝B5A678", "长安商用", 6.5, "待报废", "区审计局"],
    )
    return expected(
        save(wb, folder, "车辆"),
        "车辆",
        (2, {"name": "渝B12345", "cost": "228000.00", "owner_unit_name": "区财政局"}),
        (3, {"name": "渝B5A678", "use_status_name": "待处置", "owner_unit_name": "区审计局"}),
    )


@ledger
def large_areas_and_plain_paths_of_projects(folder: Path) -> Expected:
    """万㎡ in the header; 处置意见 that says a path's own name is no wording to confirm."""
    wb = book("项目")
    fill(
        wb["项目"],
        ["项目名称", "业主单位", "建设地点", "占地（公顷）", "总建筑面积（万㎡）", "处置意见"],
        ["国际商贸城", "甲实业公司", "文龙街道", 5.7, 12.6, "转让变现"],
        ["南门水岸", "乙置业公司", "古南街道", 2, 4.05, "完善经营"],
        ["北门市场", "乙置业公司", "三江街道", 1, 0.8, "转让变现"],
    )
    return expected(
        save(wb, folder, "项目"),
        "项目",
        (2, {"owner_unit_name": "甲实业公司", "area_building": "126000.00", "path_name": "转让变现"}),
        (3, {"area_land": "20000.00", "area_building": "40500.00", "path_name": "完善经营"}),
        (4, {"area_land": "10000.00", "area_building": "8000.00", "path_name": "转让变现"}),
    )


@ledger
def rows_that_only_look_like_records(folder: Path) -> Expected:
    """An example and two closing sentences where the name would stand, and a village called 其中村."""
    wb = book("清册")
    fill(
        wb["清册"],
        ["资产名称", "坐落", "建筑面积（㎡）", "账面净值（元）"],
        ["填写示例：某办公楼", "某街道某路1号", 1000, 100],
        ["其中村小学", "丁路1号", 560, 205_000],
        ["旧茶厂", "丁山镇", 780, 300_000],
        ["共计2宗，账面净值合计505000元"],
        ["人民币（大写）：伍拾万伍仟元整"],
    )
    return expected(
        save(wb, folder, "清册"),
        "清册",
        (3, {"name": "其中村小学", "location": "丁路1号", "net": "205000.00"}),
        (4, {"name": "旧茶厂", "location": "丁山镇", "net": "300000.00"}),
    )


@ledger
def certificate_and_area_below_land_and_house(folder: Path) -> Expected:
    """面积 twice: the group above says which; a door number that became a date is asked."""
    wb = book("表")
    fill(
        wb["表"],
        ["资产名称", "门牌号", "房屋", None, "土地", None],
        [None, None, "证号", "面积", "证号", "面积"],
        ["一号门面", datetime.datetime(2024, 3, 2), "房权证字第99号", 500, "渝国用（2003）字第88号", 1000],
        ["二号门面", "3-3", None, 60, None, 80],
    )
    wb["表"].merge_cells("C1:D1")
    wb["表"].merge_cells("E1:F1")
    return expected(
        save(wb, folder, "表"),
        "表",
        (3, {"location": "!2024-03-02", "area_building": "500.00", "area_land": "1000.00"}),
        (4, {"location": "3-3", "area_building": "60.00", "area_land": "80.00"}),
    )


@ledger
def sheets_that_run_on_without_a_header(folder: Path) -> Expected:
    """The second sheet has the columns and the unit of the first one; the third is none of it, and is told."""
    wb = book("第1页", "第2页", "人员")
    fill(
        wb["第1页"],
        ["单位：万元"],
        ["序号", "资产名称", "坐落", "建筑面积㎡", "原值"],
        [1, "甲楼", "甲路1号", 100, 10],
        [2, "乙楼", "乙路2号", 200, 20],
    )
    fill(wb["第2页"], [3, "丙楼", "丙路3号", 300, 30], [4, "丁楼", "丁路4号", 400, 40])
    fill(wb["人员"], [1, "张三", "办公室", "科员", "甲"], [2, "李四", "财务科", "科长", "乙"])
    return Expected(
        save(wb, folder, "续表"),
        {
            ("第1页", 3): {"name": "甲楼", "cost": "100000.00"},
            ("第1页", 4): {"name": "乙楼", "cost": "200000.00"},
            ("第2页", 1): {"name": "丙楼", "location": "丙路3号", "cost": "300000.00"},
            ("第2页", 2): {"name": "丁楼", "area_building": "400.00", "cost": "400000.00"},
        },
        doubts=("continued-sheet", "table-left-out"),
    )


@ledger
def groups_written_without_merges(folder: Path) -> Expected:
    """As text files have them: 年 月 日 below 取得时间, ticks below 使用状况, 人民币（元） below 原值."""
    wb = book("日期", "勾选", "单位行")
    fill(
        wb["日期"],
        ["资产名称", "坐落", "取得时间", None, None, "净值（元）"],
        [None, None, "年", "月", "日", None],
        ["甲楼", "甲路1号", 2010, 5, 6, 100],
        ["乙楼", "乙路2号", 1998, 12, None, 200],
    )
    fill(
        wb["勾选"],
        ["资产名称", "坐落", "使用状况", None, None, "净值（元）"],
        [None, None, "自用", "出租", "闲置", None],
        ["丙楼", "丙路3号", None, None, "√", 300],
        ["丁楼", "丁路4号", None, "✔", None, 400],
    )
    fill(
        wb["单位行"],
        ["资产名称", "坐落", "原值"],
        [None, None, "人民币（元）"],
        ["戊楼", "戊路5号", "1,234,567.8"],
        ["己楼", "己路6号", "￥ 2,000"],
    )
    return Expected(
        save(wb, folder, "无合并"),
        {
            ("日期", 3): {"name": "甲楼", "acquire_date": "2010-05-06", "net": "100.00"},
            ("日期", 4): {"name": "乙楼", "acquire_date": "1998-12", "net": "200.00"},
            ("勾选", 3): {"name": "丙楼", "use_status_name": "闲置", "net": "300.00"},
            ("勾选", 4): {"name": "丁楼", "use_status_name": "出租", "net": "400.00"},
            ("单位行", 3): {"name": "戊楼", "cost": "1234567.80"},
            ("单位行", 4): {"name": "己楼", "cost": "2000.00"},
        },
    )


@ledger
def labelled_units_between_the_rows(folder: Path) -> Expected:
    """单位：区卫健委 above a repeated header names the unit of what follows; sums in figures as text have no word."""
    wb = book("清册")
    fill(
        wb["清册"],
        ["单位：区教育局"],
        ["序号", "资产名称", "坐落", "原值（元）"],
        [1, "甲楼", "甲路1号", "100"],
        [2, "乙楼", "乙路2号", "250"],
        [None, None, None, "350"],
        ["单位：区卫健委"],
        ["序号", "资产名称", "坐落", "原值（元）"],
        [1, "丙楼", "丙路3号", "300"],
    )
    return expected(
        save(wb, folder, "清册"),
        "清册",
        (3, {"name": "甲楼", "owner_unit_name": "区教育局", "cost": "100.00"}),
        (4, {"name": "乙楼", "owner_unit_name": "区教育局", "cost": "250.00"}),
        (8, {"name": "丙楼", "owner_unit_name": "区卫健委", "cost": "300.00"}),
    )


@ledger
def a_unit_that_the_program_does_not_know(folder: Path) -> Expected:
    """百元 is not 元: each amount is asked."""
    wb = book("表")
    fill(wb["表"], ["资产名称", "坐落", "原值（百元）"], ["甲楼", "甲路1号", 100], ["乙楼", "乙路2号", 200])
    return expected(
        save(wb, folder, "百元"),
        "表",
        (2, {"name": "甲楼", "cost": "!1000000.00"}),
        (3, {"name": "乙楼", "cost": "!2000000.00"}),
    )


@ledger
def outlines_with_one_asset_in_each_part(folder: Path) -> Expected:
    """一、（一） 1: more headings than assets are no list that is numbered 一、二、三; a title beside 第2页 is no asset."""
    wb = book("清册")
    fill(
        wb["清册"],
        ["序号", "资产名称", "坐落", "账面净值（万元）"],
        ["一", "行政单位"],
        ["（一）", "区教育局"],
        [1, "甲楼", "甲路1号", 10],
        ["（二）", "区民政局"],
        [1, "乙楼", "乙路2号", 20],
        [None, "资产清册", None, "第2页"],
        ["二", "国有企业"],
        ["（一）", "南州城投公司"],
        [1, "丙楼", "丙路3号", 30],
    )
    return expected(
        save(wb, folder, "清册"),
        "清册",
        (4, {"name": "甲楼", "owner_unit_name": "区教育局", "net": "100000.00"}),
        (6, {"name": "乙楼", "owner_unit_name": "区民政局", "net": "200000.00"}),
        (10, {"name": "丙楼", "owner_unit_name": "南州城投公司", "net": "300000.00"}),
    )


AREAS = ["资产名称", "位置", "面积（亩）", "面积（平方米）"]


@ledger
def the_same_area_in_two_units(folder: Path) -> Expected:
    """面积（亩） beside 面积（平方米） of the same plots is one area, of land."""
    wb = book("地块")
    fill(wb["地块"], AREAS, ["甲地", "甲路1号", 3, 2000], ["乙地", "乙路2号", 1.5, 1000])
    return expected(
        save(wb, folder, "两种单位"),
        "地块",
        (2, {"name": "甲地", "area_land": "2000.00", "area_building": ""}),
        (3, {"name": "乙地", "area_land": "1000.00", "area_building": ""}),
    )


@ledger
def two_areas_of_one_name_that_differ(folder: Path) -> Expected:
    """The same headers over other numbers are the land and what stands on it."""
    wb = book("混合")
    fill(wb["混合"], AREAS, ["丙地", "丙路3号", 3, 450], ["丁楼", "丁路4号", 6, 800])
    return expected(
        save(wb, folder, "两个面积"),
        "混合",
        (2, {"name": "丙地", "area_land": "2000.00", "area_building": "450.00"}),
        (3, {"name": "丁楼", "area_land": "4000.00", "area_building": "800.00"}),
    )
