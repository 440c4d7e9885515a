"""Headers of two and three levels, with merges and without."""

from __future__ import annotations

from pathlib import Path

from tests.core.exchange.ledgers.making import Expected, book, expected, fill, ledger, save


@ledger
def three_level_header(folder: Path) -> Expected:
    """Three header levels with merges, a 栏次 row and a 甲乙丙 row below."""
    wb = book("表")
    ws = wb["表"]
    fill(
        ws,
        ["国有资产清查表"],
        ["编制单位：白河县财政局", None, None, None, None, None, None, "金额单位：元"],
        ["序号", "资产基本情况", None, None, None, "账面价值情况", None, "盘活情况"],
        [None, "资产名称", "坐落地址", "面积（平方米）", None, "原值", "净值", "拟盘活路径"],
        [None, None, None, "土地", "房屋建筑", None, None, None],
        ["栏次", 1, 2, 3, 4, 5, 6, 7],
        [1, "粮站", "白河镇1号", 1000.5, 200.25, 1500000, 900000, "转让变现"],
        [2, "供销社门市", "白河镇2号", None, 80, 260000.5, 100000, "完善经营"],
    )
    for ref in ("A1:H1", "A3:A5", "B3:E3", "B4:B5", "C4:C5", "D4:E4", "F3:G3", "F4:F5", "G4:G5", "H4:H5"):
        ws.merge_cells(ref)
    return expected(
        save(wb, folder, "三级表头"),
        "表",
        (
            7,
            {
                "name": "粮站",
                "location": "白河镇1号",
                "area_land": "1000.50",
                "area_building": "200.25",
                "cost": "1500000.00",
                "net": "900000.00",
                "path_name": "转让变现",
                "owner_unit_name": "白河县财政局",
            },
        ),
        (
            8,
            {
                "name": "供销社门市",
                "area_land": "",
                "area_building": "80.00",
                "cost": "260000.50",
                "path_name": "完善经营",
            },
        ),
    )


@ledger
def group_names_written_twice(folder: Path) -> Expected:
    """Two header levels without merges, the group's name written over each of its columns."""
    wb = book("台账")
    fill(
        wb["台账"],
        ["序号", "资产名称", "面积（㎡）", "面积（㎡）", "账面价值（万元）", "账面价值（万元）"],
        [None, None, "土地", "建筑", "原值", "净值"],
        [1, "一号", 100, 50, 10, 5],
    )
    return expected(
        save(wb, folder, "重复组名"),
        "台账",
        (
            3,
            {
                "name": "一号",
                "area_land": "100.00",
                "area_building": "50.00",
                "cost": "100000.00",
                "net": "50000.00",
            },
        ),
    )


@ledger
def columns_merged_in_pairs(folder: Path) -> Expected:
    """Each logical column spans two physical ones, in the header and in every row."""
    wb = book("台账")
    ws = wb["台账"]
    rows = [
        ["序号", "资产名称", "坐落", "原值（万元）"],
        [1, "一号", "甲路1号", 10],
        [2, "二号", "甲路2号", 20],
        ["合计", None, None, 30],
    ]
    for r, row in enumerate(rows, 2):
        for i, value in enumerate(row):
            ws.cell(r, 2 * i + 2, value)
            ws.merge_cells(start_row=r, end_row=r, start_column=2 * i + 2, end_column=2 * i + 3)
    ws["B1"] = "资产台账"
    return expected(
        save(wb, folder, "成对合并"),
        "台账",
        (3, {"name": "一号", "location": "甲路1号", "cost": "100000.00"}),
        (4, {"name": "二号", "location": "甲路2号", "cost": "200000.00"}),
    )


@ledger
def three_levels_without_merges(folder: Path) -> Expected:
    """Groups, names and parts of 面积 without a merge; signatures below are no asset."""
    wb = book("S")
    fill(
        wb["S"],
        ["序号", "资产基本情况", None, None, None, "盘活情况", None],
        [None, "名称", "地址", "面积", None, "路径", "责任人"],
        [None, None, None, "土地", "房屋", None, None],
        [1, "甲", "东街1号", 300, 100, "调剂使用", "张三"],
        [2, "乙", "东街2号", 400, 200, "转让变现", "李四"],
        ["单位负责人签字：", None, "经办人签字：", None, None],
        ["        年    月    日"],
    )
    return expected(
        save(wb, folder, "三级"),
        "S",
        (4, {"name": "甲", "area_land": "300.00", "area_building": "100.00", "path_name": "调剂使用"}),
        (5, {"name": "乙", "area_land": "400.00", "resp_person": "李四"}),
    )


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
def groups_that_name_the_subject(folder: Path) -> Expected:
    """闲置情况 over 面积 with ㎡ below, 盘活计划 over 方式."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["序号", "基本情况", None, "闲置情况", None, "盘活计划", None],
        [None, "名称", "地址", "起始时间", "面积", "路径", "方式"],
        [None, None, None, None, "㎡", None, None],
        [1, "甲楼", "东街1号", "2020年", 100, "完善经营", "公开招租"],
        [2, "乙楼", "东街2号", "2021.5", 200, "转让变现", "资产转让"],
    )
    for ref in ("A1:A3", "B1:C1", "D1:E1", "F1:G1"):
        ws.merge_cells(ref)
    return expected(
        save(wb, folder, "大表"),
        "S",
        (4, {"name": "甲楼", "idle_since": "2020", "area_idle": "100.00", "method_name": "公开招租"}),
        (5, {"name": "乙楼", "area_idle": "200.00", "path_name": "转让变现"}),
    )
