"""Where the path of an asset is told: sheets, ticks, columns, headings, the side of the table."""

from __future__ import annotations

from pathlib import Path

from tests.core.exchange.ledgers.making import Expected, Row, book, expected, fill, ledger, save


@ledger
def sheet_per_path(folder: Path) -> Expected:
    """One sheet per path, the path only in the sheet's name; a summary sheet in front."""
    wb = book("汇总", "调剂使用", "完善经营一批", "三、转让变现", "填报说明")
    fill(
        wb["汇总"],
        ["路径", "宗数", "账面原值（万元）"],
        ["调剂使用", 1, 10],
        ["完善经营", 1, 20],
        ["合计", 3, 60],
    )
    rows = {}
    for name, path, n in (
        ("调剂使用", "调剂使用", 1),
        ("完善经营一批", "完善经营", 2),
        ("三、转让变现", "转让变现", 3),
    ):
        fill(
            wb[name],
            [f"{name}资产清单"],
            ["单位：万元"],
            ["序号", "资产名称", "坐落", "账面原值", "使用状况"],
            [1, f"粮站仓库{n}号", f"古南街道河西路{n}号", 10 * n, "闲置"],
            ["合计", None, None, 10 * n],
        )
        rows[(name, 4)] = {
            "name": f"粮站仓库{n}号",
            "cost": f"{n}00000.00",
            "path_name": path,
            "use_status_name": "闲置",
        }
    fill(wb["填报说明"], ["填报说明"], ["1.按账面数填列。"], ["2.面积以权证为准。"])
    return Expected(save(wb, folder, "分路径"), rows)


@ledger
def tick_matrix(folder: Path) -> Expected:
    """√ under one of three paths; two ticks and none."""
    wb = book("台账")
    ws = wb["台账"]
    fill(
        ws,
        ["闲置资产盘活台账"],
        ["序号", "资产名称", "坐落", "盘活路径", None, None, "备注"],
        [None, None, None, "调剂使用", "完善经营", "转让变现", None],
        [1, "大礼堂", "永安街道1号", "√", None, None, None],
        [2, "门市用房", "永安街道2号", None, "√", None, "沿街"],
        [3, "老校区地块", "永安街道3号", None, None, "✓", None],
        [4, "水塔", "永安街道4号", "√", None, "√", None],
        [5, "晒坝", "永安街道5号", None, None, None, None],
    )
    for ref in ("A1:G1", "A2:A3", "B2:B3", "C2:C3", "G2:G3", "D2:F2"):
        ws.merge_cells(ref)
    return expected(
        save(wb, folder, "打勾"),
        "台账",
        (4, {"name": "大礼堂", "path_name": "调剂使用"}),
        (5, {"name": "门市用房", "path_name": "完善经营", "note": "沿街"}),
        (6, {"name": "老校区地块", "path_name": "转让变现"}),
        (7, {"name": "水塔", "path_name": "!"}),
        (8, {"name": "晒坝", "path_name": ""}),
    )


@ledger
def yes_no_matrix(folder: Path) -> Expected:
    """是否调剂使用 · 是否完善经营 · 是否转让变现, filled with 是 and 否."""
    wb = book("台账")
    fill(
        wb["台账"],
        ["序号", "资产名称", "坐落", "是否调剂使用", "是否完善经营", "是否转让变现"],
        [1, "一号", "甲路1号", "是", "否", "否"],
        [2, "二号", "甲路2号", "否", "否", "是"],
    )
    return expected(
        save(wb, folder, "是否"),
        "台账",
        (2, {"name": "一号", "path_name": "调剂使用"}),
        (3, {"name": "二号", "path_name": "转让变现"}),
    )


@ledger
def amounts_under_the_paths(folder: Path) -> Expected:
    """Amounts instead of ticks under the three paths: the path is read from where they stand, with a doubt."""
    wb = book("台账")
    ws = wb["台账"]
    fill(
        ws,
        ["序号", "资产名称", "坐落", "分路径盘活面积", None, None],
        [None, None, None, "调剂使用", "完善经营", "转让变现"],
        [1, "一号", "甲路1号", 120, None, None],
        [2, "二号", "甲路2号", None, None, 350.5],
    )
    for ref in ("A1:A2", "B1:B2", "C1:C2", "D1:F1"):
        ws.merge_cells(ref)
    return expected(
        save(wb, folder, "路径下的数"),
        "台账",
        (3, {"name": "一号", "path_name": "!调剂使用"}),
        (4, {"name": "二号", "path_name": "!转让变现"}),
    )


@ledger
def paths_down_the_side(folder: Path) -> Expected:
    """The path stands in merged cells down the first column, under no header; 类别 that holds paths."""
    wb = book("甲", "乙")
    ws = wb["甲"]
    fill(
        ws,
        [None, "序号", "资产名称", "坐落", "原值（元）"],
        ["调剂使用", 1, "一号", "甲路1号", 100000],
        [None, 2, "二号", "甲路2号", 200000],
        ["转让变现", 3, "三号", "甲路3号", 300000],
        [None, 4, "四号", "甲路4号", 400000],
    )
    ws.merge_cells("A2:A3")
    ws.merge_cells("A4:A5")
    fill(
        wb["乙"],
        ["序号", "资产名称", "坐落", "原值（元）", "类别"],
        *[
            [i, f"乙{i}号", f"乙路{i}号", 100000 * i, p]
            for i, p in enumerate(("调剂使用", "完善经营", "转让变现"), 1)
        ],
    )
    rows: dict[tuple[str, int], Row] = {
        ("甲", i + 1): {"name": f"{n}号", "path_name": p}
        for i, (n, p) in enumerate(
            zip("一二三四", ("调剂使用", "调剂使用", "转让变现", "转让变现"), strict=True), 1
        )
    }
    rows |= {
        ("乙", i + 1): {"name": f"乙{i}号", "path_name": p}
        for i, p in enumerate(("调剂使用", "完善经营", "转让变现"), 1)
    }
    return Expected(save(wb, folder, "侧边路径"), rows)


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
