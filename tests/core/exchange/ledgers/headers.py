"""Headers: their sentences, notes and numbers, and where they come again."""

from __future__ import annotations

from pathlib import Path

from tests.core.exchange.ledgers.making import Expected, Row, book, expected, fill, ledger, save


@ledger
def notes_beside_and_strange_headers(folder: Path) -> Expected:
    """Unit note beside the title, line breaks, blanks, stars and numbers in headers; unknown columns kept."""
    wb = book("明细")
    fill(
        wb["明细"],
        ["盘活资产明细表", None, None, None, None, "（单位：万元、亩）"],
        [
            "序\n号",
            "*资 产\n名 称",
            "2、座落（详细地址）",
            "占地\n面积",
            "帐面\n原值",
            "管护等级",
            "是否办证",
        ],
        [1, "原砖厂地块", "新桥乡1号", 6, 12, "甲级", "已办证"],
    )
    return expected(
        save(wb, folder, "怪表头"),
        "明细",
        (3, {"name": "原砖厂地块", "location": "新桥乡1号", "area_land": "4000.00", "cost": "120000.00"}),
    )


@ledger
def header_changes_below(folder: Path) -> Expected:
    """The header comes again with its columns in another order, then with another unit."""
    wb = book("台账")
    fill(
        wb["台账"],
        ["单位：万元"],
        ["序号", "资产名称", "坐落", "账面原值", "账面净值"],
        [1, "一号", "甲路1号", 10, 5],
        ["序号", "资产名称", "坐落", "账面净值", "账面原值"],
        [2, "二号", "甲路2号", 6, 20],
        ["续表"],
        ["单位：元"],
        ["序号", "资产名称", "坐落", "账面净值", "账面原值"],
        [3, "三号", "甲路3号", 70000, 300000],
        ["序号", "资产名称", "坐落", "账面净值（万元）", "账面原值（元）"],
        [4, "四号", "甲路4号", 8, 400000],
    )
    return expected(
        save(wb, folder, "换表头"),
        "台账",
        (3, {"name": "一号", "cost": "100000.00", "net": "50000.00"}),
        (5, {"name": "二号", "cost": "200000.00", "net": "60000.00"}),
        (9, {"name": "三号", "cost": "300000.00", "net": "70000.00"}),
        (11, {"name": "四号", "cost": "400000.00", "net": "80000.00"}),
    )


@ledger
def unit_rows_and_instructions(folder: Path) -> Expected:
    """A row of units, a row of 必填/选填, an example, and 以下空白 below."""
    wb = book("上报")
    fill(
        wb["上报"],
        ["序号", "资产名称", "坐落", "土地面积", "账面原值", "盘活路径"],
        [None, None, None, "亩", "万元", None],
        ["必填", "必填", "必填", "选填", "必填", "下拉选择"],
        ["例", "XX办公楼", "XX路1号", 1, 1, "调剂使用"],
        [1, "一号", "甲路1号", 3, 10, "完善经营"],
        [2, "例行检修车间", "甲路2号", 6, 20, "转让变现"],
        [None, "以下空白"],
    )
    return expected(
        save(wb, folder, "说明行"),
        "上报",
        (5, {"name": "一号", "area_land": "2000.00", "cost": "100000.00", "path_name": "完善经营"}),
        (6, {"name": "例行检修车间", "area_land": "4000.00"}),
    )


@ledger
def serial_without_a_name(folder: Path) -> Expected:
    """A serial column without a header, prepared further down than there are assets; 编号 that only counts."""
    wb = book("甲", "乙")
    fill(
        wb["甲"],
        [None, "资产名称", "坐落", "原值（元）"],
        *[[i, f"{i}号", f"甲路{i}号", 100000 * i] for i in (1, 2, 3)],
    )
    for r in range(5, 30):
        wb["甲"].cell(r, 1, r - 1)
    fill(
        wb["乙"],
        ["编号", "资产名称", "坐落", "原值（元）"],
        *[[i, f"乙{i}号", f"乙路{i}号", 100000 * i] for i in (1, 2, 3)],
    )
    rows: dict[tuple[str, int], Row] = {
        ("甲", i + 1): {"name": f"{i}号", "cost": f"{i}00000.00"} for i in (1, 2, 3)
    }
    rows |= {("乙", i + 1): {"name": f"乙{i}号", "asset_no": ""} for i in (1, 2, 3)}
    return Expected(save(wb, folder, "无名序号"), rows)


@ledger
def long_header_texts_and_years(folder: Path) -> Expected:
    """Headers with whole sentences in brackets, and years as numbers among them."""
    wb = book("台账")
    fill(
        wb["台账"],
        [
            "序号",
            "资产名称（写到能认出是哪一处，不要只写房屋、土地，多处的分行填写）",
            "坐落",
            "盘活路径（调剂使用、完善经营、转让变现三选一，分部分的请先拆分后分别填写）",
            2023,
            2024,
            "账面原值(万元)",
        ],
        [1, "一号", "甲路1号", "完善经营", 3, 4, 10],
    )
    return expected(
        save(wb, folder, "长表头"),
        "台账",
        (2, {"name": "一号", "path_name": "完善经营", "cost": "100000.00"}),
    )


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
