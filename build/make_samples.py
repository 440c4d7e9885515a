"""Write the two sample ledgers of resources/sample (run once, the files are committed).

`杂乱台账（样例）.xlsx` looks like what a district sends: titles, two header rows, 万元, merged
units, subtotals, ruined codes. `完整台账（样例）.xlsx` holds all that an upload needs.
Units, people and numbers are invented.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.standard.identifiers import USCC_ALPHABET, orgcode_ok, uscc_ok  # noqa: E402

TARGET = ROOT / "resources" / "sample"
MADE = datetime(2026, 10, 8)


def uscc(head: str) -> str:
    """A credit code with true check digits: 16 given characters and the two that fit."""
    body = next(head + c for c in USCC_ALPHABET if orgcode_ok(head[8:] + c))
    return next(body + c for c in USCC_ALPHABET if uscc_ok(body + c))


FINANCE = ("綦江区样例财政所", uscc("11500110MB1B4011"))
SCHOOL = ("綦江区样例教育管理中心", uscc("12500110MB1B4022"))
CITY = ("綦江区样例城建投资有限公司", uscc("91500110MA5U0033"))
HOUSE = ("綦江区样例公租房运营有限公司", uscc("91500110MA5U0044"))


def messy() -> Workbook:
    """Two-level header below titles, 万元, merged units, subtotals, footer, cells that need a question."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "清查明细"
    sheet.append(["綦江区闲置低效国有资产清查明细表（样例）"])
    sheet.append(
        [
            "填报单位：綦江区样例财政所",
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            "金额单位：万元　面积单位：平方米",
        ]
    )
    top = ["序号", "产权单位", "统一社会信用代码", "资产名称", "坐落", "面积", None, "账面价值", None]
    sheet.append([*top, "取得时间", "使用状况", "盘活方式", "产权证号", "管护人", "备注"])
    sheet.append([None, None, None, None, None, "土地面积", "建筑面积", "原值", "净值"])
    rows = [
        (
            FINANCE,
            [
                (
                    "原古南粮站仓库",
                    "綦江区古南街道河西路12号",
                    1860.5,
                    1240.25,
                    86.18,
                    32.6,
                    "1996年5月",
                    "闲置",
                    "调剂使用一批",
                    "渝（2019）綦江区不动产权第000123456号",
                    "王样",
                    None,
                ),
                (
                    "文龙街道老办公楼",
                    "綦江区文龙街道九龙大道3号",
                    "2.4亩",
                    3312.4,
                    412.55,
                    198.3,
                    "2003.9",
                    "闲置",
                    "完善经营一批",
                    "渝（2020）綦江区不动产权第000223344号",
                    "王样",
                    None,
                ),
                (
                    "三江街道原税务所",
                    "綦江区三江街道新街45号",
                    642,
                    518.7,
                    58.2,
                    "待评估",
                    "1998年",
                    "部分闲置",
                    "转让变现一批",
                    None,
                    "李样",
                    "证在办理",
                ),
            ],
        ),
        (
            SCHOOL,
            [
                (
                    "石角镇撤并小学教学楼",
                    "綦江区石角镇红星村2组",
                    "约3.1亩",
                    1875.6,
                    126.4,
                    61.05,
                    "1989-09",
                    "闲置",
                    "调剂使用",
                    "渝房地证2008字第01234号",
                    "张样",
                    None,
                ),
                (
                    "打通镇撤并中学操场",
                    "綦江区打通镇大罗村",
                    5230,
                    None,
                    45,
                    45,
                    "1992/3/1",
                    "空置",
                    "盘活",
                    6.844130914537507e17,
                    "张样",
                    "方式待定",
                ),
                (
                    "安稳镇村小",
                    "綦江区安稳镇羊角村4组",
                    1100.25,
                    486.3,
                    22.75,
                    3.1,
                    "一九八六年七月",
                    "闲置",
                    "调剂使用",
                    "无",
                    "张样",
                    None,
                ),
            ],
        ),
        (
            CITY,
            [
                (
                    "通惠商业裙楼",
                    "綦江区通惠街道通惠大道88号",
                    None,
                    4620.8,
                    3890.2,
                    3105.66,
                    "2015年12月",
                    "低效使用",
                    "完善经营",
                    "渝（2017）綦江区不动产权第000556677号",
                    "赵样",
                    None,
                ),
                (
                    "食品园区A03地块",
                    "綦江区古南街道食品园区",
                    "4.1755公顷",
                    None,
                    2650,
                    2650,
                    "2013.10",
                    "闲置",
                    "转让变现",
                    "渝（2014）綦江区不动产权第000667788号",
                    "赵样",
                    None,
                ),
                (
                    "永新镇老供销社门市",
                    "綦江区永新镇正街17号",
                    210,
                    388.9,
                    35.6,
                    40.2,
                    "1983年",
                    "出租",
                    "完善经营",
                    "渝（2021）綦江区不动产权第000778899号",
                    "赵样",
                    "净值大于原值，待核",
                ),
            ],
        ),
        (
            HOUSE,
            [
                (
                    "惠泽小区公租房商铺",
                    "綦江区通惠街道惠泽路1号",
                    None,
                    960,
                    530,
                    471.2,
                    "2014年6月",
                    "部分闲置",
                    "完善经营",
                    "渝（2016）綦江区不动产权第000889900号",
                    "钱样",
                    None,
                ),
            ],
        ),
    ]
    number = 0
    for (unit, code), assets in rows:
        first = sheet.max_row + 1
        for asset in assets:
            number += 1
            name, place, land, building, cost, net, *rest = asset
            shown = code if number not in (2, 5) else (9.15e17 if number == 5 else "1.15E+17")
            sheet.append([number, unit, shown, name, place, land, building, cost, net, *rest])
        last = sheet.max_row
        if last > first:
            sheet.merge_cells(start_row=first, end_row=last, start_column=2, end_column=2)
        numbers = [a[5] for a in assets if isinstance(a[5], int | float)]
        sheet.append(["小计", None, None, None, None, None, None, sum(a[4] for a in assets), sum(numbers)])
    sheet.append(["合　计"])
    sheet.append([])
    sheet.append(["单位负责人：孙样　　填表人：周样　　联系电话：023-00000000　　填报日期：2026年10月8日"])
    for span in ("A1:O1", "A2:H2", "F3:G3", "H3:I3", *(f"{c}3:{c}4" for c in "ABCDEJKLMNO")):
        sheet.merge_cells(span)
    _dress(sheet, header_rows=(3, 4))
    other = book.create_sheet("说明")
    other.append(["本表由各单位报送后汇总，口径以区县要求为准。"])
    return book


HEADERS = [
    "资产编号", "资产名称", "领域", "资产大类", "产权单位", "统一社会信用代码", "责任单位", "坐落", "所在区县", "乡镇街道",
    "土地面积（㎡）", "建筑面积（㎡）", "闲置面积（㎡）", "可盘活面积（㎡）", "取得日期", "取得方式", "使用状况", "闲置低效类别",
    "认定依据", "闲置起始日", "闲置原因", "账面原值（元）", "累计折旧（元）", "账面净值（元）", "净值基准日", "是否入账",
    "评估值（元）", "评估基准日", "盘活路径", "盘活方式", "盘活措施", "盘活计划额（元）", "计划开始", "计划完成", "责任人", "责任人电话",
    "牵头专班", "接收单位", "审批机关", "审批文号", "权证号", "确权状态",
]  # fmt: skip


def complete() -> Workbook:
    """One row an asset, every column an upload asks for."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "资产"
    sheet.append(["綦江区样例台账（完整）"])
    sheet.append(HEADERS)
    base = {
        "所在区县": "綦江区",
        "取得方式": "购置",
        "净值基准日": "2026-09-30",
        "是否入账": "已入账",
        "认定依据": "本口径闲置时长标准",
    }
    for given in _assets():
        row = base | given
        sheet.append([row.get(h) for h in HEADERS])
    _dress(sheet, header_rows=(2,))
    return book


def _assets() -> list[dict[str, object]]:
    def asset(no: int, name: str, unit: tuple[str, str], **more: object) -> dict[str, object]:
        letter = {"国有企业资产": "S", "国有土地资产": "L", "行政事业单位国有资产": "A", "公租房资产": "P"}[
            str(more["领域"])
        ]
        return {
            "资产编号": f"500110-{letter}-2026-{no:05d}", "资产名称": name, "产权单位": unit[0], "统一社会信用代码": unit[1],
            "责任单位": unit[0], "权证号": f"渝（2019）綦江区不动产权第{no * 1111:09d}号", "确权状态": "已确权", **more,
        }  # fmt: skip

    def money(cost: float, depreciation: float) -> dict[str, object]:
        return {
            "账面原值（元）": cost,
            "累计折旧（元）": depreciation,
            "账面净值（元）": round(cost - depreciation, 2),
        }

    def area(building: float, idle: float, land: float | None = None) -> dict[str, object]:
        return {
            "建筑面积（㎡）": building,
            "闲置面积（㎡）": idle,
            "可盘活面积（㎡）": idle,
            "土地面积（㎡）": land,
        }

    idle = {"使用状况": "闲置", "闲置低效类别": "闲置", "闲置原因": "市场需求不足"}
    admin = {"领域": "行政事业单位国有资产", "资产大类": "房屋", "牵头专班": "行政事业资产盘活专班"}
    soe = {"领域": "国有企业资产", "资产大类": "房屋", "牵头专班": "国企资产盘活专班"}
    return [
        asset(1, "原古南粮站仓库", FINANCE, **admin, **idle, **money(861_800, 535_800), **area(1240.25, 1240.25, 1860.5),
              坐落="綦江区古南街道河西路12号", 乡镇街道="古南街道", 取得日期="1996-05", 闲置起始日="2023-03", 盘活路径="调剂使用",
              盘活方式="跨部门、跨地区、跨级次调剂", 盘活措施="调剂给区应急管理部门用作救灾物资仓库", 接收单位="綦江区样例应急管理局",
              责任人="王样", 责任人电话="023-48660001", 计划开始="2026-10", 计划完成="2026-12", **{"盘活计划额（元）": 326_000},
              审批机关="綦江区样例财政局", 审批文号="綦样财资〔2026〕8号"),
        asset(2, "文龙街道老办公楼", FINANCE, **admin, **idle, **money(4_125_500, 2_142_500), **area(3312.4, 2100.0, 1600),
              坐落="綦江区文龙街道九龙大道3号", 乡镇街道="文龙街道", 取得日期="2003-09", 闲置起始日="2022-06-30", 盘活路径="完善经营",
              盘活方式="公开招租", 盘活措施="面向社会公开招租，用作社区便民服务用房", 责任人="王样", 责任人电话="023-48660001",
              计划开始="2026-10", 计划完成="2027-03", **{"盘活计划额（元）": 1_983_000}),
        asset(3, "通惠商业裙楼二层", CITY, **soe, **idle, **money(38_902_000, 7_845_400), **area(4620.8, 4620.8),
              坐落="綦江区通惠街道通惠大道88号", 乡镇街道="通惠街道", 取得日期="2015-12", 闲置起始日="2024-01", 盘活路径="完善经营",
              盘活方式="委托运营/代管", 盘活措施="委托专业商业管理公司整体运营，引入生活服务业态", 责任人="赵样",
              责任人电话="023-48660003", 计划开始="2026-11", 计划完成="2027-06", **{"盘活计划额（元）": 31_056_600}),
        asset(4, "三江街道原综合楼", CITY, **soe, **idle, **money(5_820_000, 2_910_000.55), **area(518.7, 518.7, 642),
              坐落="綦江区三江街道新街45号", 乡镇街道="三江街道", 取得日期="1998-07-01", 闲置起始日="2021-05", 盘活路径="转让变现",
              盘活方式="资产（实物）转让", 盘活措施="评估备案后在产权交易机构公开挂牌转让", 责任人="赵样", 责任人电话="023-48660003",
              计划开始="2026-10", 计划完成="2027-04", 评估基准日="2026-06-30", 审批机关="綦江区样例国资委", 审批文号="綦样国资〔2026〕15号",
              **{"盘活计划额（元）": 3_200_000, "评估值（元）": 3_200_000}),
        asset(5, "惠泽小区公租房商铺", HOUSE, **idle, **money(5_300_000, 588_000), **area(960, 420), 领域="公租房资产",
              资产大类="公租房商业/车位/配套", 牵头专班="公租房资产盘活专班", 坐落="綦江区通惠街道惠泽路1号", 乡镇街道="通惠街道", 取得日期="2014-06",
              闲置起始日="2024-09", 盘活路径="完善经营", 盘活方式="公开招租", 盘活措施="分割后面向社区生活服务商户公开招租",
              责任人="钱样", 责任人电话="023-48660004", 计划开始="2026-10", 计划完成="2026-12", **{"盘活计划额（元）": 2_061_500}),
        asset(6, "食品园区A03地块", CITY, **idle, **money(26_500_000, 0), 领域="国有土地资产", 资产大类="土地（使用权）",
              牵头专班="土地资产盘活专班", 坐落="綦江区古南街道食品园区A03号", 乡镇街道="古南街道", 取得日期="2013-10", 闲置起始日="2025-06",
              盘活路径="转让变现", 盘活方式="土地收储/收回", 盘活措施="由区土地储备机构有偿收回后重新供应", 责任人="赵样",
              责任人电话="023-48660003", 计划开始="2026-10", 计划完成="2027-06", 审批机关="綦江区样例规划自然资源局",
              审批文号="綦样规资〔2026〕21号", 评估基准日="2026-06-30",
              **{"土地面积（㎡）": 41_755, "闲置面积（㎡）": 41_755, "可盘活面积（㎡）": 41_755,
                 "盘活计划额（元）": 27_000_000, "评估值（元）": 27_000_000}),
    ]  # fmt: skip


def _dress(sheet: object, *, header_rows: tuple[int, ...]) -> None:
    from openpyxl.worksheet.worksheet import Worksheet

    assert isinstance(sheet, Worksheet)
    sheet["A1"].font = Font(name="宋体", size=16, bold=True)
    for number in header_rows:
        for cell in sheet[number]:
            cell.font = Font(name="宋体", size=11, bold=True)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for column in range(1, sheet.max_column + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 16


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, made in (("杂乱台账（样例）.xlsx", messy()), ("完整台账（样例）.xlsx", complete())):
        made.properties.creator = "panhuo"
        made.properties.created = made.properties.modified = MADE
        made.save(TARGET / name)
        print("已写出", name)


if __name__ == "__main__":
    main()
