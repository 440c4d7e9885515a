"""Ledgers of a fourth round: of accountants, housing offices, groups and schools; read without a child process."""

from __future__ import annotations

import datetime
from pathlib import Path

from openpyxl.styles import Font

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


@ledger
def numbers_and_days_from_web_pages(folder: Path) -> Expected:
    """Blanks of other widths, △ for below nothing, 平; two signs in one date, the day that means none."""
    wb = book("S")
    fill(
        wb["S"],
        ["资产名称", "坐落", "账面原值（元）", "建筑面积（㎡）", "取得时间", "租期（年）"],
        ["甲", "东街1号", "1\u00a0234\u2009567.89", "1200平", "2024-03/04", 3],
        ["乙", "东街2号", "△3,000", "80㎡", "1899-12-30", "18个月"],
        ["丙", "东街3号", "5000", "60", "2024-03-04", "3万"],
    )
    return expected(
        save(wb, folder, "网页"),
        "S",
        (
            2,
            {
                "cost": "1234567.89",
                "area_building": "1200.00",
                "acquire_date": "!2024-03",
                "rent_term": "36",
            },
        ),
        (3, {"cost": "!-3000.00", "acquire_date": "!", "rent_term": "18"}),
        (4, {"acquire_date": "2024-03-04", "rent_term": "!3"}),
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


@ledger
def signs_explained_below_the_table(folder: Path) -> Expected:
    """1, 2, 3 are paths by the note at the foot."""
    wb = book("S")
    fill(
        wb["S"],
        ["序号", "资产名称", "坐落", "盘活路径", "账面原值（元）"],
        [1, "甲", "东街1号", 1, 100000],
        [2, "乙", "东街2号", 3, 200000],
        ["注：盘活路径填数字：1-调剂使用，2-完善经营，3-转让变现。"],
    )
    return expected(
        save(wb, folder, "脚注"),
        "S",
        (2, {"path_name": "调剂使用"}),
        (3, {"path_name": "转让变现"}),
    )


@ledger
def paths_in_other_columns(folder: Path) -> Expected:
    """A method belongs to a path; an opinion names one, and is asked; 其中：闲置 below 校舍面积."""
    wb = book("方式", "意见")
    fill(
        wb["方式"],
        ["资产名称", "坐落", "盘活方式"],
        ["甲", "东街1号", "调剂使用-部门内调剂"],
        ["乙", "东街2号", "转让变现-公开招租"],
    )
    fill(
        wb["意见"],
        ["学校名称", "所属乡镇", "校舍面积（㎡）", None, "拟处置意见"],
        [None, None, "总面积", "其中：闲置", None],
        ["大坪村小", "龙溪镇", 680, 420, "移交村集体"],
        ["石桥中学", "白沙镇", 5600, 5600, "拟通过产权交易所公开转让"],
    )
    wb["意见"].merge_cells("C1:D1")
    return Expected(
        save(wb, folder, "路径"),
        {
            ("方式", 2): {"path_name": "调剂使用", "method_name": "部门内调剂"},
            ("方式", 3): {"path_name": "!完善经营", "method_name": "!公开招租"},
            ("意见", 3): {"name": "大坪村小", "area_building": "680.00", "area_idle": "420.00", "path": ""},
            ("意见", 4): {"path_name": "!转让变现", "measure": "拟通过产权交易所公开转让"},
        },
    )


@ledger
def a_sheet_for_each_month(folder: Path) -> Expected:
    """Each month lists all assets again: the last one counts; what has left the list is no asset."""
    wb = book("1月", "2月", "本期减少")
    head = ["序号", "资产名称", "坐落", "账面净值（元）", "使用状况"]
    fill(wb["1月"], head, [1, "甲楼", "东街1号", 1000, "闲置"], [2, "乙楼", "东街2号", 2000, "闲置"])
    fill(
        wb["2月"],
        head,
        [1, "甲楼", "东街1号", 990, "闲置"],
        [2, "乙楼", "东街2号", 1980, "出租"],
        [3, "丙楼", "东街3号", 500, "闲置"],
    )
    fill(wb["本期减少"], [*head[:4], "减少原因"], [1, "丁楼", "东街4号", 30, "已拍卖"])
    return expected(
        save(wb, folder, "2024年台账"),
        "2月",
        (2, {"name": "甲楼", "net": "990.00"}),
        (3, {"name": "乙楼", "net": "1980.00", "use_status_name": "出租"}),
        (4, {"name": "丙楼", "net": "500.00"}),
        doubts=("older-sheet", "table-left-out"),
    )


@ledger
def a_copy_that_was_kept(folder: Path) -> Expected:
    """台账（备份） lists the same assets at the same places: one record each, what differs is told."""
    wb = book("台账（备份）", "台账", "另一局")
    head = ["序号", "资产名称", "坐落", "账面净值（元）"]
    fill(
        wb["台账（备份）"],
        head,
        *[[i, f"{i}号楼", f"东街{i}号", 1000 * i + (5 if i == 3 else 0)] for i in range(1, 7)],
    )
    fill(wb["台账"], head, *[[i, f"{i}号楼", f"东街{i}号", 1000 * i] for i in range(1, 7)])
    fill(wb["另一局"], head, *[[i, f"{i}号楼", f"西街{i}号", 500] for i in range(1, 4)])
    rows = {("台账", i + 1): {"net": f"{1000 * i}.00" if i != 3 else "!3000.00"} for i in range(1, 7)}
    rows |= {("另一局", i + 1): {"location": f"西街{i}号", "net": "500.00"} for i in range(1, 4)}
    return Expected(save(wb, folder, "备份"), rows, doubts=("repeated-sheet",))


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
def units_with_their_sums_above(folder: Path) -> Expected:
    """A row of the unit adds up its assets, in the column of names or of units; a unit written once."""
    wb = book("名称栏", "单位栏", "只写一次")
    fill(
        wb["名称栏"],
        ["资产名称", "坐落", "建筑面积（㎡）", "账面原值（万元）"],
        ["区教育局", None, 1500, 60],
        ["一中教学楼", "东街1号", 1000, 40],
        ["二中食堂", "东街2号", 500, 20],
        ["区水利局", None, 300, 10.5],
        ["泵站", "东街3号", 300, 10.5],
    )
    fill(
        wb["单位栏"],
        ["单位", "资产名称", "坐落", "建筑面积（㎡）"],
        ["区林业局", None, None, 700],
        [None, "林场", "南街1号", 400],
        [None, "苗圃", "南街2号", 300],
    )
    fill(
        wb["只写一次"],
        ["单位", "序号", "资产名称", "坐落", "建筑面积（㎡）"],
        ["区民政局", 1, "敬老院", "西街1号", 40],
        [None, 2, "福利院", "西街2号", 50],
        ["区司法局", 1, "司法所", "西街3号", 60],
        [None, 2, "旧法庭", "西街4号", 70],
    )
    return Expected(
        save(wb, folder, "单位"),
        {
            ("名称栏", 3): {"owner_unit_name": "区教育局"},
            ("名称栏", 4): {"owner_unit_name": "区教育局", "cost": "200000.00"},
            ("名称栏", 6): {"owner_unit_name": "区水利局"},
            ("单位栏", 3): {"owner_unit_name": "区林业局", "name": "林场"},
            ("单位栏", 4): {"owner_unit_name": "区林业局"},
            ("只写一次", 2): {"owner_unit_name": "区民政局"},
            ("只写一次", 3): {"owner_unit_name": "!区民政局"},
            ("只写一次", 4): {"owner_unit_name": "区司法局"},
            ("只写一次", 5): {"owner_unit_name": "!区司法局"},
        },
    )


@ledger
def halves_and_options_beside_a_list(folder: Path) -> Expected:
    """A list printed in two halves without a gap; entries of drop-downs far to the right."""
    wb = book("两半", "台账")
    fill(
        wb["两半"],
        ["公房明细"],
        ["序号", "房屋名称", "地址", "建筑面积（㎡）"] * 2,
        [1, "A栋", "人民路1号", 100.1, 3, "C栋", "人民路3号", 300.3],
        [2, "B栋", "人民路2号", 200.2],
    )
    fill(
        wb["台账"],
        ["返回目录"],
        ["序号", "资产名称", "坐落", "盘活路径"],
        [1, "甲楼", "东街1号", "调剂使用"],
        [2, "乙楼", "东街2号", "完善经营"],
    )
    for row, words in enumerate([("路径选项", "状态选项"), ("调剂使用", "闲置"), *[("其他", "自用")] * 4], 1):
        for column, word in enumerate(words, 28):
            wb["台账"].cell(row, column, word)
    rows = {("两半", -i): {"name": f"{n}栋", "area_building": f"{i}00.{i}0"} for i, n in enumerate("ABC", 1)}
    rows |= {("台账", 3): {"path_name": "调剂使用"}, ("台账", 4): {"path_name": "完善经营"}}
    return Expected(save(wb, folder, "并排"), rows, doubts=("table-left-out",))


@ledger
def names_below_other_headers(folder: Path) -> Expected:
    """项目 or nothing above the names, 权属企业, last year's figures beside this year's, a code written as 100012.0."""
    wb = book("项目", "无表头", "公房")
    fill(
        wb["项目"],
        ["序号", "项 目", "地 点", "金 额（万元）", "权属企业", "处置建议"],
        [1, "老车站", "东街1号", 120, "区交通公司", "公开转让"],
        [2, "管理房", "东街2号", 6, "区水利公司", "再议"],
    )
    fill(
        wb["无表头"],
        [None, "坐落", "原值（元）", "2022年末净值", "2023年末净值", "不动产单元号", "资产编号"],
        ["甲楼", "西街1号", 500000, 9000, 8000, "500110001002GB00003F00010001", "100012.0"],
        ["乙楼", "西街2号", 600000, 7000, 6000, "", "A-2"],
    )
    fill(
        wb["公房"],
        ["序号", "门牌号", "房屋结构", "总层数", "所在层", "承租人"],
        [1, "解放路12号1-1", "砖木", 2, 1, "李四"],
        [2, "解放路12号1-2", "砖混", 2, 1, None],
    )
    return Expected(
        save(wb, folder, "别的叫法"),
        {
            ("项目", 2): {
                "name": "老车站",
                "cost": "1200000.00",
                "owner_unit_name": "区交通公司",
                "path_name": "!转让变现",
            },
            ("项目", 3): {"name": "管理房", "measure": "再议", "path": ""},
            ("无表头", 2): {"name": "甲楼", "net": "8000.00", "unit_no": "", "asset_no": "!100012"},
            ("无表头", 3): {"name": "乙楼", "net": "6000.00", "asset_no": "A-2"},
            ("公房", 2): {"location": "解放路12号1-1", "structure_name": "砖木结构"},
            ("公房", 3): {"location": "解放路12号1-2"},
        },
        doubts=("column-guessed", "duplicate"),
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


@ledger
def a_table_drawn_with_strokes(folder: Path) -> Expected:
    """A table of a text file drawn with strokes; prices per building are no cost."""
    path = folder / "表.txt"
    path.write_text(
        "# 闲置资产\n\n| 序号 | 资产名称 | 坐落 | 账面原值（元） |\n|---|---|:---|---:|\n"
        "| 1 | 甲楼 | 东街1号 | 100 |\n| 2 | 乙楼 | 东街2号 | 120.5万元/栋 |\n",
        "utf-8",
    )
    return expected(path, "", (5, {"name": "甲楼", "cost": "100.00"}), (6, {"name": "乙楼", "cost": "!"}))


@ledger
def two_years_in_one_sheet(folder: Path) -> Expected:
    """The list of last year above that of this year; an asset written over two rows without merges."""
    wb = book("台账", "两行")
    head = ["序号", "资产名称", "坐落", "账面净值（元）"]
    fill(
        wb["台账"],
        ["2022年闲置资产台账"],
        head,
        [1, "甲楼", "东街1号", 1000],
        [2, "乙楼", "东街2号", 2000],
        [],
        ["2023年闲置资产台账"],
        head,
        [1, "甲楼", "东街1号", 900],
        [2, "乙楼", "东街2号", 1900],
        [3, "丙楼", "东街3号", 500],
    )
    fill(
        wb["两行"],
        head,
        [1, "丁楼", "西街1号", None],
        [None, None, None, 5000],
        [2, "戊楼", "西街2号", None],
        [None, None, None, 6000],
    )
    return Expected(
        save(wb, folder, "两年"),
        {
            ("台账", 8): {"name": "甲楼", "net": "900.00"},
            ("台账", 9): {"name": "乙楼", "net": "1900.00"},
            ("台账", 10): {"name": "丙楼"},
            ("两行", 2): {"name": "丁楼", "net": "5000.00"},
            ("两行", 4): {"name": "戊楼", "net": "6000.00"},
        },
        doubts=("older-sheet",),
    )


@ledger
def units_numbered_and_not(folder: Path) -> Expected:
    """一、区教育局 above the first assets of a text file, 区供销联合社 alone above the others."""
    path = folder / "单位.csv"
    lines = [
        "名称,坐落,原值（元）",
        "一、区教育局,,",
        "甲楼,东街1号,100",
        "区供销联合社,,",
        "乙楼,东街2号,200",
    ]
    path.write_text("\n".join(lines), "utf-8")
    return expected(
        path,
        "",
        (3, {"name": "甲楼", "owner_unit_name": "区教育局"}),
        (5, {"name": "乙楼", "owner_unit_name": "区供销联合社"}),
    )


@ledger
def a_list_for_each_path_beside_the_others(folder: Path) -> Expected:
    """Three lists beside each other, each under its path."""
    wb = book("S")
    head = ["序号", "资产名称", "原值（元）"]
    fill(
        wb["S"],
        ["调剂使用", None, None, None, "完善经营", None, None, None, "转让变现"],
        [*head, None, *head, None, *head],
        [1, "甲楼", 10, None, 1, "乙楼", 20, None, 1, "丙楼", 30],
        [2, "丁楼", 40],
    )
    for area in ("A1:C1", "E1:G1", "I1:K1"):
        wb["S"].merge_cells(area)
    paths = [("甲楼", "调剂使用"), ("丁楼", "调剂使用"), ("乙楼", "完善经营"), ("丙楼", "转让变现")]
    rows = {("S", -i): {"name": name, "path_name": path} for i, (name, path) in enumerate(paths)}
    return Expected(save(wb, folder, "三栏"), rows)
