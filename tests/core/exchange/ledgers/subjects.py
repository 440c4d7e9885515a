"""What is listed: vehicles, leases, debts, shares, flats, units, what appraisers found."""

from __future__ import annotations

import datetime
from pathlib import Path

from tests.core.exchange.ledgers.making import Expected, book, expected, fill, ledger, save


@ledger
def vehicles(folder: Path) -> Expected:
    """A list named after its kind: 车辆名称 is the name."""
    wb = book("车辆")
    ws = wb["车辆"]
    fill(
        ws,
        ["闲置车辆明细表"],
        [
            "序号",
            "资产编号",
            "车辆名称",
            "车牌号",
            "品牌型号",
            "购置日期",
            "账面原值(元)",
            "累计折旧(元)",
            "账面净值(元)",
            "存放地点",
            "使用状况",
            "拟处置方式",
        ],
        [
            1,
            "TY2012000123",
            "小型轿车",
            "渝B12345",
            "大众帕萨特",
            "2012/3/8",
            218000,
            218000,
            0,
            "机关车库",
            "闲置",
            "公开拍卖",
        ],
        [
            2,
            "TY2015000007",
            "轻型货车",
            "渝BF0789",
            "江铃",
            "2015.11.30",
            "98,600.00",
            98600,
            "0.00",
            "机关车库",
            "待报废",
            "报废",
        ],
    )
    return expected(
        save(wb, folder, "车辆"),
        "车辆",
        (
            3,
            {
                "asset_no": "TY2012000123",
                "name": "小型轿车",
                "acquire_date": "2012-03-08",
                "cost": "218000.00",
                "net": "0.00",
                "location": "机关车库",
                "use_status_name": "闲置",
                "method_name": "司法/公开拍卖",
            },
        ),
        (
            4,
            {
                "asset_no": "TY2015000007",
                "name": "轻型货车",
                "cost": "98600.00",
                "net": "0.00",
                "method_name": "报废处置（残值变现）",
            },
        ),
    )


@ledger
def leases(folder: Path) -> Expected:
    """A second header level with the dates of a term and a unit that stands alone."""
    wb = book("出租台账")
    ws = wb["出租台账"]
    fill(
        ws,
        ["綦江区国有资产出租台账（2024年度）"],
        ["序号", "资产名称", "坐落", "出租面积", "承租人", "租赁期限", "", "年租金（元）", "备注"],
        [None, None, None, "（㎡）", None, "起始日", "到期日", None, None],
        [1, "一门市", "古南街道1号", 60, "张某", "2022.1.1", "2024.12.31", 12000, None],
        [2, "二门市", "古南街道2号", 80, "李某", "2023-06-01", "2026-05-31", 16000, "欠租"],
    )
    ws.merge_cells("F2:G2")
    return expected(
        save(wb, folder, "出租"),
        "出租台账",
        (4, {"name": "一门市", "location": "古南街道1号"}),
        (5, {"name": "二门市"}),
    )


@ledger
def debts(folder: Path) -> Expected:
    """Numbered records of a kind without names."""
    wb = book("债权")
    ws = wb["债权"]
    fill(
        ws,
        ["不良债权清单", None, None, None, None, "单位:元"],
        ["编号", "债务人", "债权本金", "债权利息", "合计", "形成时间", "盘活措施"],
        ["ZQ-01", "某贸易公司", "1,000,000.00", "250,000.00", "1,250,000.00", "2015年", "清收"],
        ["ZQ-02", "某建材公司", 500000, 0, 500000, "2018.3", "债权转让"],
        ["合计", None, 1500000, 250000, 1750000],
    )
    return expected(save(wb, folder, "债权"), "债权", (3, {"asset_no": "ZQ-01"}), (4, {"asset_no": "ZQ-02"}))


@ledger
def unit_table(folder: Path) -> Expected:
    """单位情况表: units with their codes and addresses are no assets without names."""
    wb = book("单位情况表")
    ws = wb["单位情况表"]
    fill(
        ws,
        ["序号", "单位名称", "统一社会信用代码", "单位地址", "联系人", "联系电话"],
        [1, "甲局", "12405365194843259J", "s路1", "张", "023-1"],
        [2, "乙局", "11500222MB1B40119W", "s路2", "李", "023-2"],
    )
    return expected(save(wb, folder, "a"), "S")


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
def shares_named_by_their_company(folder: Path) -> Expected:
    """No name: the company stands in for it, and the code behind it is the company's."""
    wb = book("股权")
    fill(
        wb["股权"],
        ["区属国有企业股权清单"],
        ["单位：万元"],
        ["序号", "持股单位", "标的企业名称", "统一社会信用代码", "持股比例", "账面净值", "拟盘活路径"],
        [1, "区城投公司", "重庆甲置业有限公司", "91500110MA0000007J", "35%", 800, "转让变现"],
        [2, "区城投公司", "重庆乙建材有限公司", None, 0.51, 0, "转让变现"],
    )
    wb["股权"]["E5"].number_format = "0%"
    return expected(
        save(wb, folder, "股权"),
        "股权",
        (
            4,
            {
                "name": "重庆甲置业有限公司",
                "investee": "重庆甲置业有限公司",
                "investee_uscc": "91500110MA0000007J",
                "owner_unit_name": "区城投公司",
                "owner_uscc": "",
                "share_pct": "35.0000",
                "net": "8000000.00",
                "asset_class_name": "股权",
            },
        ),
        (5, {"name": "重庆乙建材有限公司", "share_pct": "51.0000", "net": "0.00"}),
        doubts=("name-stands-in", "column-guessed"),
    )


@ledger
def flats_named_by_estate_and_door(folder: Path) -> Expected:
    """小区, 楼栋 and 房号 together name a flat; a rent per month is no rent of a year."""
    wb = book("S")
    fill(
        wb["S"],
        ["公租房闲置情况表"],
        ["序号", "小区名称", "楼栋", "房号", "建筑面积", "状态", "空置时间", "租金（元/月）"],
        [1, "民心佳园", "1栋", "101", 45.5, "空置", "2022.3", 450],
        [2, "民心佳园", "1栋", "102", 60.2, "出租", None, 600],
    )
    return expected(
        save(wb, folder, "公租"),
        "S",
        (
            3,
            {
                "name": "民心佳园1栋101",
                "area_building": "45.50",
                "use_status_name": "闲置",
                "idle_since": "2022-03",
                "rent": "",
                "rent_std": "",
            },
        ),
        (4, {"name": "民心佳园1栋102", "use_status_name": "出租"}),
        doubts=("name-stands-in",),
    )


@ledger
def lists_of_appraisers(folder: Path) -> Expected:
    """原值 and 净值 below 评估价值 are not those of the books; what changed is no cost; a day above a figure."""
    wb = book("房屋建筑物", "增减", "两年")
    ws = wb["房屋建筑物"]
    fill(
        ws,
        ["房屋建筑物清查评估明细表"],
        ["被评估单位：区城投集团有限公司", *[None] * 7, "金额单位：人民币元"],
        [
            "序号",
            "权证编号",
            "建筑物名称",
            "建筑面积（m2）",
            "账面价值",
            None,
            "评估价值",
            None,
            None,
            "增值率%",
        ],
        [None, None, None, None, "原值", "净值", "原值", "成新率%", "净值", None],
        [1, "有（房权证第1号）", "1号厂房", 3200.5, 4500000, 2100000.5, 5200000, 60, 3120000, 48.57],
        [2, "无证", "门卫室", 32, 60000, None, 70000, 55, 38500, 92.5],
    )
    for area in ("A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "G3:I3", "J3:J4"):
        ws.merge_cells(area)
    changes = ["序号", "资产名称", "坐落", "账面原值（元）", None, None, None]
    fill(
        wb["增减"],
        changes,
        [None, None, None, "期初数", "本期增加", "本期减少", "期末数"],
        [1, "甲楼", "东街1号", 100000, 50000, 0, 150000],
        [2, "乙楼", "东街2号", 200000, 0, 20000, 180000],
    )
    fill(
        wb["两年"],
        ["序号", "资产名称", "坐落", "净值/万", None],
        [None, None, None, datetime.date(2022, 12, 31), datetime.date(2023, 12, 31)],
        [1, "丙楼", "西街1号", 10, 9],
        [2, "丁楼", "西街2号", 20, 19],
    )
    for name, last in (("增减", "G"), ("两年", "E")):
        for area in ("A1:A2", "B1:B2", "C1:C2", f"D1:{last}1"):
            wb[name].merge_cells(area)
    return Expected(
        save(wb, folder, "评估"),
        {
            ("房屋建筑物", 5): {
                "cost": "4500000.00",
                "net": "2100000.50",
                "appraisal": "3120000.00",
                "newness_pct": "60.00",
                "cert_no": "!有（房权证第1号）",
                "owner_unit_name": "区城投集团有限公司",
            },
            ("房屋建筑物", 6): {"cost": "60000.00", "net": "", "appraisal": "38500.00"},
            ("增减", 3): {"cost": "150000.00"},
            ("增减", 4): {"cost": "180000.00"},
            ("两年", 3): {"net": "90000.00"},
            ("两年", 4): {"net": "190000.00"},
        },
    )
