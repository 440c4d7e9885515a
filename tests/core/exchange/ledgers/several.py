"""Several tables and sheets: beside and below each other, of the same assets, around one list."""

from __future__ import annotations

from pathlib import Path

from tests.core.exchange.ledgers.making import HEAD, Expected, book, expected, fill, ledger, save


@ledger
def several_tables_in_one_sheet(folder: Path) -> Expected:
    """Two tables below each other with other columns and other units."""
    wb = book("Sheet1")
    fill(
        wb["Sheet1"],
        ["一、房屋"],
        ["单位：万元"],
        ["序号", "房屋名称", "坐落", "建筑面积", "原值"],
        [1, "办公楼", "甲街1号", 1200, 350.5],
        [2, "宿舍", "甲街2号", 800, 120],
        ["合计", None, None, 2000, 470.5],
        [],
        ["二、土地"],
        ["单位：元"],
        ["序号", "地块名称", "坐落", "土地面积（亩）", "账面原值", "备注"],
        [1, "储备用地", "乙街1号", 3, 200000, "无证"],
        ["合计", None, None, 3, 200000],
    )
    return expected(
        save(wb, folder, "一页两表"),
        "Sheet1",
        (4, {"name": "办公楼", "area_building": "1200.00", "cost": "3505000.00"}),
        (5, {"name": "宿舍", "cost": "1200000.00"}),
        (11, {"name": "储备用地", "area_land": "2000.00", "cost": "200000.00", "note": "无证"}),
    )


@ledger
def side_by_side(folder: Path) -> Expected:
    """Two blocks of the same columns next to each other."""
    wb = book("并排")
    fill(
        wb["并排"],
        ["序号", "资产名称", "坐落", "原值（万元）", None, "序号", "资产名称", "坐落", "原值（万元）"],
        [1, "甲楼", "一路1号", 1, None, 3, "丙楼", "一路3号", 3],
        [2, "乙楼", "一路2号", 2, None, 4, "丁楼", "一路4号", 4],
    )
    path = save(wb, folder, "并排")
    return Expected(
        path,
        {
            ("并排", -4): {"name": "甲楼", "cost": "10000.00"},
            ("并排", -5): {"name": "乙楼", "cost": "20000.00"},
            ("并排", -2): {"name": "丙楼", "cost": "30000.00"},
            ("并排", -3): {"name": "丁楼", "cost": "40000.00"},
        },
    )


@ledger
def duplicate_sheet(folder: Path) -> Expected:
    """A whole ledger, and again its parts by unit on further sheets: each asset once."""
    wb = book("总表", "教育局", "水利局")
    head = ["序号", "单位名称", "资产名称", "坐落", "账面原值（元）"]
    rows = [
        [1, "云岭区教育局", "教学楼", "甲路1号", 100000],
        [2, "云岭区教育局", "食堂", "甲路2号", 200000],
        [3, "云岭区水利局", "泵房", "甲路3号", 300000],
        [4, "云岭区水利局", "闸房", "甲路4号", 400000],
    ]
    fill(wb["总表"], head, *rows, ["合计", None, None, None, 1000000])
    fill(wb["教育局"], head, *rows[:2])
    fill(wb["水利局"], head, *[[i, *r[1:]] for i, r in enumerate(rows[2:], 1)])
    return expected(
        save(wb, folder, "总表分表"),
        "总表",
        *[(i + 2, {"name": r[2], "cost": f"{r[4]}.00"}) for i, r in enumerate(rows)],
        doubts=("repeated-sheet",),
    )


@ledger
def two_sheets_about_the_same_assets(folder: Path) -> Expected:
    """基本情况 and 盘活情况 of the same assets on two sheets, joined by number; one says something else."""
    wb = book("基本情况", "盘活情况")
    fill(
        wb["基本情况"],
        ["资产编号", "资产名称", "坐落", "账面原值（万元）"],
        ["A-1", "一号", "甲路1号", 10],
        ["A-2", "二号", "甲路2号", 20],
        ["A-3", "三号", "甲路3号", 30],
    )
    fill(
        wb["盘活情况"],
        ["资产编号", "资产名称", "盘活路径", "盘活方式", "账面原值（万元）"],
        ["A-2", "二号", "转让变现", "拍卖", 20],
        ["A-1", "一号", "调剂使用", None, 11],
        ["A-4", "四号", "完善经营", "出租", 40],
    )
    return Expected(
        save(wb, folder, "两表一事"),
        {
            ("基本情况", 2): {"name": "一号", "path_name": "调剂使用", "cost": "!100000.00"},
            ("基本情况", 3): {
                "name": "二号",
                "path_name": "转让变现",
                "method_name": "司法/公开拍卖",
                "cost": "200000.00",
            },
            ("基本情况", 4): {"name": "三号", "path_name": ""},
            ("盘活情况", 4): {"name": "四号", "path_name": "完善经营", "cost": "400000.00"},
        },
    )


@ledger
def two_sheets_joined_by_name(folder: Path) -> Expected:
    """The same without numbers: joined by name when nothing contradicts."""
    wb = book("表一", "表二")
    fill(
        wb["表一"],
        ["序号", "资产名称", "坐落", "账面原值（万元）"],
        *[[i, f"{i}号楼", f"甲路{i}号", i] for i in (1, 2, 3)],
    )
    fill(
        wb["表二"],
        ["序号", "资产名称", "使用状况", "盘活路径"],
        *[[i, f"{i}号楼", "闲置", "转让变现"] for i in (1, 2, 3)],
    )
    return expected(
        save(wb, folder, "两表同名"),
        "表一",
        *[
            (
                i + 1,
                {
                    "name": f"{i}号楼",
                    "cost": f"{i}0000.00",
                    "path_name": "转让变现",
                    "use_status_name": "闲置",
                },
            )
            for i in (1, 2, 3)
        ],
    )


@ledger
def cover_instructions_dictionary(folder: Path) -> Expected:
    """A cover, filling instructions, a dictionary and a summary around one list."""
    wb = book("封面", "填报说明", "清单", "汇总", "字典")
    fill(
        wb["封面"],
        ["闲置资产盘活报表"],
        ["单位名称", "北山区财政局", None, "统一社会信用代码", "12405365194843259J"],
        ["单位负责人", "王某", None, "联系电话", "023-00000000"],
        ["地址", "北山镇1号", None, "填报日期", "2024年3月1日"],
    )
    fill(
        wb["填报说明"],
        ["字段", "填报要求"],
        ["资产名称", "写到能认出"],
        ["坐落", "写到门牌"],
        ["账面原值", "按账面"],
        ["备注", "选填"],
    )
    fill(
        wb["清单"],
        HEAD,
        [1, "一号楼", "甲路1号", 10, 1, "调剂使用"],
        [2, "二号楼", "甲路2号", 20, 2, "转让变现"],
    )
    fill(
        wb["汇总"],
        ["单位名称", "资产数量", "建筑面积（㎡）", "账面原值（万元）"],
        ["北山区财政局", 2, 30, 3],
        ["合计", 2, 30, 3],
    )
    fill(
        wb["字典"],
        ["代码", "名称", "说明"],
        ["10", "调剂使用", "内部"],
        ["20", "完善经营", "经营"],
        ["30", "转让变现", "转让"],
    )
    return expected(
        save(wb, folder, "整本"), "清单", (2, {"name": "一号楼", "cost": "10000.00"}), (3, {"name": "二号楼"})
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
def the_sheet_of_last_year(folder: Path) -> Expected:
    """2023年 and 2024年 list the same assets: the later one counts, and it is told."""
    wb = book("2023年", "2024年")
    head = ["资产名称", "坐落", "账面原值（万元）", "盘活路径"]
    fill(wb["2023年"], head, ["甲", "东街1号", 10, "调剂使用"], ["乙", "东街2号", 20, "转让变现"])
    fill(
        wb["2024年"],
        head,
        ["甲", "东街1号", 10, "完善经营"],
        ["乙", "东街2号", 20, "转让变现"],
        ["丙", "东街3号", 30, "转让变现"],
    )
    return expected(
        save(wb, folder, "两年"),
        "2024年",
        (2, {"name": "甲", "path_name": "完善经营"}),
        (3, {"name": "乙"}),
        (4, {"name": "丙"}),
        doubts=("older-sheet",),
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
def hidden_things(folder: Path) -> Expected:
    """A hidden sheet, hidden rows, a hidden column."""
    wb = book("台账", "旧数据")
    fill(wb["台账"], HEAD, *[[i, f"{i}号楼", f"甲路{i}号", 10 * i, i, "调剂使用"] for i in range(1, 5)])
    wb["台账"].row_dimensions[3].hidden = True
    wb["台账"].column_dimensions["D"].hidden = True
    fill(wb["旧数据"], HEAD, [1, "不该导入", "甲路9号", 10, 1, "调剂使用"])
    wb["旧数据"].sheet_state = "hidden"
    return expected(
        save(wb, folder, "隐藏"),
        "台账",
        *[(i + 1, {"name": f"{i}号楼", "area_building": f"{10 * i}.00"}) for i in range(1, 5)],
        hidden=("旧数据",),
        doubts=("hidden-rows", "hidden-sheet", "hidden-column"),
    )
