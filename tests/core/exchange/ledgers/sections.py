"""Rows that head the rows below them: sections, and units above their assets."""

from __future__ import annotations

from pathlib import Path

from tests.core.exchange.ledgers.making import Expected, book, expected, fill, ledger, save


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
def serial_dashed_sections(folder: Path) -> Expected:
    """一 and 1-1: units as numbered sections."""
    wb = book("明细")
    ws = wb["明细"]
    fill(
        ws,
        ["綦江区闲置低效资产明细表"],
        ["序号", "资产名称", "坐落地址", "建筑面积（m2）", "账面净值（万元）", "盘活措施"],
        ["一", "区住房城乡建委", None, 300, 30, None],
        ["1-1", "原房管所办公楼", "古南街道1号", 100, 10, "公开招租"],
        ["1-2", "原房管所车库", "古南街道2号", 200, 20, "调剂"],
        ["二", "区水利局", None, 80, 5, None],
        ["2-1", "水文站旧楼", "三角镇3号", 80, 5, "拍卖"],
        ["总计", None, None, 380, 35, None],
    )
    return expected(
        save(wb, folder, "分级序号"),
        "明细",
        (
            4,
            {
                "name": "原房管所办公楼",
                "owner_unit_name": "区住房城乡建委",
                "area_building": "100.00",
                "net": "100000.00",
            },
        ),
        (5, {"name": "原房管所车库", "owner_unit_name": "区住房城乡建委"}),
        (7, {"name": "水文站旧楼", "owner_unit_name": "区水利局", "net": "50000.00"}),
    )


@ledger
def section_units_numbered(folder: Path) -> Expected:
    """一、区教委（共2处） above its assets; units that have none."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["序号", "资产名称", "地址", "面积㎡", "原值万元", "现状"],
        ["一、区教委（共2处，300㎡）"],
        [1, "甲校", "a路1号", 100, 1, "闲置"],
        [2, "乙校", "a路2号", 200, 2, "闲置"],
        ["二、区卫健委（共1处）"],
        [1, "丙院", "a路3号", 50, 3, "出租"],
        ["三、区民政局：无"],
        ["四、区残联", "无", None, None, None, None],
        ["合计", None, None, 350, 6, None],
    )
    return expected(
        save(wb, folder, "a"),
        "S",
        (3, {"name": "甲校", "owner_unit_name": "区教委"}),
        (4, {"name": "乙校", "owner_unit_name": "区教委"}),
        (6, {"name": "丙院", "owner_unit_name": "区卫健委", "use_status_name": "出租"}),
    )


@ledger
def xiaoji_at_front_per_unit(folder: Path) -> Expected:
    """The total in front, （一） and the unit above its assets."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["序号", "单位/资产名称", "坐落", "面积（㎡）", "原值（万元）"],
        ["合计", "12家单位3处资产", None, 60, 6],
        ["（一）", "区工会", None, 30, 3],
        [1, "工人文化宫", "k路1", 10, 1],
        [2, "职工之家", "k路2", 20, 2],
        ["（二）", "区妇联", None, 30, 3],
        [3, "妇女儿童中心", "k路3", 30, 3],
    )
    return expected(
        save(wb, folder, "a"),
        "S",
        (4, {"name": "工人文化宫", "owner_unit_name": "区工会"}),
        (5, {"name": "职工之家"}),
        (7, {"name": "妇女儿童中心", "owner_unit_name": "区妇联"}),
    )


@ledger
def sections_with_units_of_their_own(folder: Path) -> Expected:
    """一、房屋（单位：㎡、万元） · 三、设备（单位：台、元）: the unit changes inside one table."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["序号", "资产名称", "坐落", "原值", "净值"],
        ["一、房屋（单位：㎡、万元）"],
        [1, "甲楼", "东街1号", 10, 5],
        ["二、土地（单位：亩、万元）"],
        [1, "丙地", "东街3号", 30, 20],
        ["三、设备（单位：台、元）"],
        [1, "锅炉", "东街4号", 3000, 1000],
    )
    for row in (2, 4, 6):
        ws.merge_cells(start_row=row, end_row=row, start_column=1, end_column=5)
    return expected(
        save(wb, folder, "类节"),
        "S",
        (3, {"name": "甲楼", "cost": "100000.00", "asset_class_name": "房屋"}),
        (5, {"name": "丙地", "net": "200000.00"}),
        (7, {"name": "锅炉", "cost": "3000.00", "net": "1000.00", "asset_class_name": "设备"}),
    )


@ledger
def sections_one_inside_the_other(folder: Path) -> Expected:
    """The inner section says it where both could; 土地 among 房屋 and 设备 is a class."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["序号", "资产名称", "坐落", "账面原值（元）"],
        ["一、调剂使用"],
        [1, "甲楼", "东街1号", 100000],
        ["（二）转让变现"],
        [2, "乙地", "东街2号", 200000],
        ["一、房屋"],
        [3, "丙楼", "东街3号", 300000],
        ["二、土地"],
        [4, "丁地", "东街4号", 400000],
        ["三、设备"],
        [5, "锅炉", "东街5号", 500000],
    )
    for row in (2, 4, 6, 8, 10):
        ws.merge_cells(start_row=row, end_row=row, start_column=1, end_column=4)
    return expected(
        save(wb, folder, "内外"),
        "S",
        (3, {"path_name": "调剂使用"}),
        (5, {"path_name": "转让变现"}),
        (7, {"asset_class_name": "房屋", "path_name": ""}),
        (9, {"asset_class_name": "土地"}),
        (11, {"asset_class_name": "设备"}),
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
def units_alone_in_a_text_file(folder: Path) -> Expected:
    """Rows with nothing but a unit's name stand above its assets; a lone asset's name stays one."""
    path = folder / "单位.csv"
    path.write_text(
        "资产名称,坐落,原值（元）\n区教委,,\n甲楼,东街1号,100000\n乙楼,东街2号,200000\n"
        "区卫健委,,\n丙楼,东街3号,300000\n",
        "gb18030",
    )
    return Expected(
        path,
        {
            ("", -1): {"name": "甲楼", "owner_unit_name": "区教委"},
            ("", -2): {"name": "乙楼", "owner_unit_name": "区教委"},
            ("", -3): {"name": "丙楼", "owner_unit_name": "区卫健委"},
        },
    )


@ledger
def headings_above_the_tables_of_a_page(folder: Path) -> Expected:
    """Path and unit stand in headings and captions outside the rows; 2010.10 is October."""
    path = folder / "网页.html"
    head = "<tr><th>资产名称<th>坐落<th>账面原值<th>取得时间</tr>"
    path.write_text(
        "<html><meta charset=utf-8><body><h1>闲置资产台账</h1>"
        f"<h2>一、调剂使用类资产</h2><p>单位：万元</p><table>{head}<tr><td>甲<td>东街1号<td>10<td>2010.10</table>"
        f"<h1>Sheet 2: <em>转让变现</em></h1><table><caption>单位：元</caption>{head}"
        "<tr><td>乙<td>东街2号<td>200000<td>2010.5</table></body></html>",
        "utf-8",
    )
    return Expected(
        path,
        {
            ("", -1): {"name": "甲", "path_name": "调剂使用", "cost": "100000.00", "acquire_date": "2010-10"},
            ("", -2): {"name": "乙", "path_name": "转让变现", "cost": "200000.00", "acquire_date": "2010-05"},
        },
    )
