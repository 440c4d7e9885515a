"""Ledgers as offices write them, by the kind of thing that they list; each taught the intake something."""

from __future__ import annotations

import datetime
from pathlib import Path

from tests.core.exchange.ledgers import Expected, book, expected, fill, ledger, save


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
def merged_titles_between(folder: Path) -> Expected:
    """Each block has a title of its own, with its path and its unit: 表一 调剂使用类资产（单位：㎡、万元）."""
    wb = book("汇编")
    ws = wb["汇编"]
    h = ["序号", "资产名称", "坐落", "面积", "净值", "备注"]
    fill(
        ws,
        ["表一 调剂使用类资产（单位：㎡、万元）"],
        h,
        [1, "甲", "甲路1号", 10, 1, None],
        [2, "乙", "甲路2号", 20, 2, None],
        ["合计", None, None, 30, 3],
        [],
        ["表二 完善经营类资产（单位：㎡、元）"],
        h,
        [1, "丙", "甲路3号", 30, 3000, None],
        ["合计", None, None, 30, 3000],
        [],
        ["表三 转让变现类资产（单位：㎡、万元）"],
        h,
        [1, "丁", "甲路4号", 40, 4, "急"],
    )
    for r in (1, 7, 12):
        ws.merge_cells(f"A{r}:F{r}")
    return expected(
        save(wb, folder, "块标题"),
        "汇编",
        (3, {"name": "甲", "path_name": "调剂使用", "net": "10000.00"}),
        (4, {"name": "乙", "path_name": "调剂使用", "net": "20000.00"}),
        (9, {"name": "丙", "path_name": "完善经营", "net": "3000.00"}),
        (14, {"name": "丁", "path_name": "转让变现", "net": "40000.00", "note": "急"}),
    )


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
def tick_two_levels(folder: Path) -> Expected:
    """Status and path are both ticked in one table."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["序号", "资产名称", "坐落", "建筑面积（㎡）", "使用状况", None, None, "盘活路径", None, None],
        [None, None, None, None, "自用", "出租", "闲置", "调剂使用", "完善经营", "转让变现"],
        [1, "甲", "甲路1号", 10, None, None, "√", "√", None, None],
        [2, "乙", "甲路2号", 20, None, "√", None, None, "✔", None],
        [3, "丙", "甲路3号", 30, "是", "否", "否", "否", "否", "是"],
        [4, "丁", "甲路4号", 40, None, None, "●", None, None, "V"],
    )
    ws.merge_cells("E1:G1")
    ws.merge_cells("H1:J1")
    return expected(
        save(wb, folder, "双勾"),
        "S",
        (3, {"name": "甲", "use_status_name": "闲置", "path_name": "调剂使用"}),
        (4, {"name": "乙", "use_status_name": "出租", "path_name": "完善经营"}),
        (5, {"name": "丙", "use_status_name": "自用", "path_name": "转让变现"}),
        (6, {"name": "丁", "use_status_name": "闲置", "path_name": "转让变现"}),
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
def same_name_columns(folder: Path) -> Expected:
    """面积 | 面积 over 土地㎡ | 房屋㎡, without merges; 备注 twice."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["序号", "资产名称", "坐落", "面积", "面积", "备注", "备注"],
        [None, None, None, "土地㎡", "房屋㎡", None, None],
        [1, "甲", "g路1号", 10, 5, "a", "b"],
        [2, "乙", "g路2号", 20, None, None, "c"],
    )
    return expected(
        save(wb, folder, "a"),
        "S",
        (3, {"name": "甲", "area_land": "10.00", "area_building": "5.00", "note": "a"}),
        (4, {"name": "乙", "area_land": "20.00"}),
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
def status_sentences(folder: Path) -> Expected:
    """Sentences about the use, below a header with another beginning and another ending."""
    wb = book("S")
    ws = wb["S"]
    v = [
        ("目前闲置", "闲置"),
        ("长期闲置多年", "!闲置"),
        ("1楼出租，2楼闲置", "!"),
        ("自用", "自用"),
        ("租给张三开超市", "!"),
        ("借给社区使用", "!"),
        ("未出租", "!"),
        ("被村民占用", "!被占用"),
        ("已拆除", "!"),
        ("正常使用", "自用"),
        ("闲置（待盘活）", "!闲置"),
        ("闲置/低效", "!"),
        ("空置", "闲置"),
        ("无", ""),
    ]
    fill(
        ws,
        ["序号", "资产名称", "坐落", "目前使用情况"],
        *[[i, f"房{i}", f"p路{i}", a] for i, (a, _) in enumerate(v, 1)],
    )
    return expected(
        save(wb, folder, "a"),
        "S",
        *[(i + 1, {"name": f"房{i}", "use_status_name": w}) for i, (_, w) in enumerate(v, 1)],
    )


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
def has_cert_question(folder: Path) -> Expected:
    """是否有证: yes and no are no states; the guess is told, and a no is asked."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["序号", "资产名称", "坐落", "是否有证", "证号"],
        [1, "甲", "t路1", "是", "渝2020綦江001"],
        [2, "乙", "t路2", "否", "无"],
        [3, "丙", "t路3", "×", "/"],
        [4, "丁", "t路4", "有", None],
        [5, "戊", "t路5", "无", None],
    )
    return expected(
        save(wb, folder, "a"),
        "S",
        (2, {"name": "甲", "title_status_name": "已确权"}),
        (3, {"name": "乙", "title_status": "!"}),
        (4, {"title_status": "!"}),
        (5, {"title_status_name": "已确权"}),
        (6, {"title_status": "!"}),
        doubts=("column-guessed",),
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
def two_tables_different(folder: Path) -> Expected:
    """Houses, land and equipment below each other, with other columns and units."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["一、房屋类"],
        ["序号", "房屋名称", "坐落", "建筑面积（㎡）", "净值（万元）"],
        [1, "甲房", "r路1", 10, 1],
        ["小计", None, None, 10, 1],
        [],
        ["二、土地类"],
        ["序号", "地块名称", "坐落", "土地面积（亩）", "净值（万元）"],
        [1, "乙地", "r路2", 3, 2],
        ["小计", None, None, 3, 2],
        ["三、设备类"],
        ["序号", "设备名称", "存放地点", "数量", "净值（元）"],
        [1, "丙机", "r路3", 2, 300],
    )
    return expected(
        save(wb, folder, "a"),
        "S",
        (3, {"name": "甲房", "area_building": "10.00", "net": "10000.00"}),
        (8, {"name": "乙地", "area_land": "2000.00", "net": "20000.00"}),
        (12, {"name": "丙机", "net": "300.00", "location": "r路3"}),
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
def merged_header_two_rows_title_inside(folder: Path) -> Expected:
    """Groups over the columns, the unit and its seal in a line of their own."""
    wb = book("明细表")
    ws = wb["明细表"]
    fill(
        ws,
        ["附件1:", "", "", "", "", "", "", "", "", "单位：元、㎡"],
        ["XX县行政事业单位国有房产情况调查表"],
        ["填报单位：白河县教育局（公章）"],
        ["序号", "房产基本信息", None, None, None, "产权情况", None, "财务情况", None, "使用情况"],
        [
            None,
            "房产名称",
            "坐落位置",
            "建筑面积",
            "建成时间",
            "是否办证",
            "产权证号",
            "账面原值",
            "账面净值",
            "使用状况",
        ],
        [
            1,
            "实验小学旧址",
            "城关镇1号",
            "1,050.20",
            "1987年",
            "是",
            "白房权证字第001号",
            "120000",
            "0",
            "空置",
        ],
        [2, "教师周转房", "城关镇2号", 800, "2001.9", "是", "白房权证字第002号", 450000.5, 120000.25, "出租"],
        ["小计", None, None, 1850.2, None, None, None, 570000.5, 120000.25, None],
    )
    for r in ("A2:J2", "A3:J3", "A4:A5", "B4:E4", "F4:G4", "H4:I4"):
        ws.merge_cells(r)
    return expected(
        save(wb, folder, "a"),
        "明细表",
        (
            6,
            {
                "name": "实验小学旧址",
                "location": "城关镇1号",
                "area_building": "1050.20",
                "acquire_date": "1987",
                "title_status_name": "已确权",
                "cert_no": "白房权证字第001号",
                "cost": "120000.00",
                "net": "0.00",
                "use_status_name": "闲置",
                "owner_unit_name": "白河县教育局",
            },
        ),
        (
            7,
            {
                "name": "教师周转房",
                "acquire_date": "2001-09",
                "cost": "450000.50",
                "net": "120000.25",
                "use_status_name": "出租",
            },
        ),
    )


@ledger
def three_batches_as_columns_with_method(folder: Path) -> Expected:
    """Words under the three paths: each chooses its path as a tick does, and is told."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["序号", "资产名称", "坐落", "盘活方式（三个一批）", None, None],
        [None, None, None, "调剂使用一批", "完善经营一批", "转让变现一批"],
        [1, "甲", "a1", "划转至区档案馆", None, None],
        [2, "乙", "a2", None, "公开招租", None],
        [3, "丙", "a3", None, None, "公开拍卖"],
    )
    ws.merge_cells("D1:F1")
    return expected(
        save(wb, folder, "a"),
        "S",
        (3, {"name": "甲", "path_name": "!调剂使用"}),
        (4, {"name": "乙", "path_name": "!完善经营"}),
        (5, {"name": "丙", "path_name": "!转让变现"}),
    )


@ledger
def repeated_group_years(folder: Path) -> Expected:
    """The same figure of two years: the later one counts, and the choice is told."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["序号", "资产名称", "坐落", "账面原值（万元）", "账面净值（万元）", None],
        [None, None, None, None, "2023年末", "2024年末"],
        [1, "甲", "b1", 10, 8, 7],
        [2, "乙", "b2", 20, 18, 17],
    )
    ws.merge_cells("E1:F1")
    return expected(
        save(wb, folder, "a"),
        "S",
        (3, {"name": "甲", "cost": "100000.00", "net": "70000.00"}),
        (4, {"name": "乙", "cost": "200000.00", "net": "170000.00"}),
        doubts=("column-guessed",),
    )


@ledger
def amounts_currency_formats(folder: Path) -> Expected:
    """万元 only in the number format of the cells."""
    wb = book("S")
    ws = wb["S"]
    fill(ws, ["名称", "坐落", "原值（万元）", "净值"], ["甲", "d1", 1234.5, 12.3], ["乙", "d2", 0.5, 0])
    ws["C2"].number_format = '_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ '
    ws["D2"].number_format = '#,##0.00"万元"'
    ws["D3"].number_format = '#,##0.00"万元"'
    return expected(
        save(wb, folder, "a"),
        "S",
        (2, {"name": "甲", "cost": "12345000.00", "net": "123000.00"}),
        (3, {"name": "乙", "cost": "5000.00", "net": "0.00"}),
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
def column_of_serial_text(folder: Path) -> Expected:
    """Short names: 标的, 建面."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["No.", "标的", "所在区域", "具体位置", "建面（㎡）", "挂牌价（万元）", "备注"],
        ["001", "门市A", "古南", "河西路1号", "45.5", "30", "临街"],
        ["002", "门市B", "古南", "河西路2号", "50", "35", ""],
    )
    return expected(
        save(wb, folder, "a"), "S", (2, {"name": "门市A", "area_building": "45.50"}), (3, {"name": "门市B"})
    )


@ledger
def english_mixed_headers(folder: Path) -> Expected:
    """The header in two languages."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["序号/No", "资产名称 Name", "地址 Address", "原值 Cost（元）"],
        [1, "甲", "k1", 10],
        [2, "乙", "k2", 20],
    )
    return expected(save(wb, folder, "a"), "S", (2, {"name": "甲", "cost": "10.00"}), (3, {"name": "乙"}))
