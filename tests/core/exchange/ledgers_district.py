"""Ledgers of a third round, written before the parser was looked at: what districts do that few expect."""

from __future__ import annotations

from pathlib import Path

from tests.core.exchange.ledgers import Expected, Maker, book, expected, fill, save

DISTRICT: dict[str, Maker] = {}


def ledger(make: Maker) -> Maker:
    DISTRICT[make.__name__] = make
    return make


@ledger
def signs_explained_in_the_header(folder: Path) -> Expected:
    """1, 2, 3 and A, B, C stand for what the header says; marks answer a question."""
    wb = book("S")
    head = [
        "资产名称",
        "坐落",
        "盘活路径（1调剂使用 2完善经营 3转让变现）",
        "使用状况\n（A.自用 B.出租 C.闲置）",
        "是否入账",
    ]
    fill(
        wb["S"],
        head,
        ["甲", "东街1号", 1, "C", "√"],
        ["乙", "东街2号", 2, "b", "×"],
        ["丙", "东街3号", 4, "D", True],
        ["丁", "东街4号", None, "不再闲置", False],
    )
    return expected(
        save(wb, folder, "图例"),
        "S",
        (2, {"path_name": "调剂使用", "use_status_name": "闲置", "in_book_name": "已入账"}),
        (3, {"path_name": "完善经营", "use_status_name": "出租", "in_book_name": "未入账"}),
        (4, {"path_name": "!", "use_status_name": "!", "in_book_name": "已入账"}),
        (5, {"path_name": "", "use_status_name": "!", "in_book_name": "未入账"}),
    )


@ledger
def amounts_below_nothing_and_prices(folder: Path) -> Expected:
    """A minus sign, a price, a sum in a sentence."""
    wb = book("S")
    fill(
        wb["S"],
        ["资产名称", "坐落", "账面原值（元）", "建筑面积（㎡）"],
        ["甲", "东街1号", -5, 10],
        ["乙", "东街2号", "1,200元/㎡", -10],
        ["丙", "东街3号", "-5万元", "3元/月"],
        ["丁", "东街4号", 60000, 20],
    )
    return expected(
        save(wb, folder, "负数"),
        "S",
        (2, {"cost": "!-5.00", "area_building": "10.00"}),
        (3, {"cost": "!", "area_building": "!-10.00"}),
        (4, {"cost": "!-50000.00", "area_building": "!"}),
        (5, {"cost": "60000.00", "area_building": "20.00"}),
    )


@ledger
def cards_side_by_side(folder: Path) -> Expected:
    """Two cards beside each other, two such pairs below each other."""
    wb = book("卡")
    ws = wb["卡"]
    for i, (top, left) in enumerate([(1, 1), (1, 4), (9, 1), (9, 4)], 1):
        pairs = [("资产名称", f"老仓库{i}号"), ("坐落位置", f"桥头镇{i}组"), ("账面原值（元）", 60000 * i)]
        ws.cell(top, left, "闲置资产登记卡片")
        for n, pair in enumerate([*pairs, ("使用现状", "闲置")], 1):
            ws.cell(top + n, left, pair[0])
            ws.cell(top + n, left + 1, pair[1])
    return Expected(
        save(wb, folder, "卡"),
        {
            ("卡", -i): {
                "name": f"老仓库{i}号",
                "location": f"桥头镇{i}组",
                "cost": f"{60000 * i}.00",
                "use_status_name": "闲置",
            }
            for i in (1, 2, 3, 4)
        },
    )


@ledger
def fields_down_behind_their_groups(folder: Path) -> Expected:
    """Names of fields down the second column, their groups merged before them, one asset in each further column."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        ["重点闲置资产情况表"],
        ["类别", "项目", "资产一", "资产二"],
        ["基本情况", "资产名称", "甲楼", "乙楼"],
        [None, "坐落", "东街1号", "东街2号"],
        ["价值", "账面原值（万元）", 10, 20],
        [None, "账面净值（万元）", 1, 2],
        ["计划", "盘活路径", "调剂使用", "转让变现"],
    )
    for ref in ("A1:D1", "A3:A4", "A5:A6"):
        ws.merge_cells(ref)
    return Expected(
        save(wb, folder, "转置"),
        {
            ("S", -1): {"name": "甲楼", "cost": "100000.00", "net": "10000.00", "path_name": "调剂使用"},
            ("S", -2): {"name": "乙楼", "location": "东街2号", "cost": "200000.00", "path_name": "转让变现"},
        },
    )


@ledger
def parts_and_notes_that_are_no_assets(folder: Path) -> Expected:
    """其中：… with the parts below it, a figure in words, 备注 alone above numbered notes with figures."""
    wb = book("S")
    fill(
        wb["S"],
        ["序号", "单位", "资产名称", "坐落", "面积（㎡）"],
        ["总计", None, "2处", None, 300],
        [None, "其中：房屋", None, None, 100],
        [None, "　　　土地", None, None, 200],
        [1, "区教委", "甲楼", "东街1号", 100],
        [2, "区教委", "乙地", "东街2号", 200],
        [None, "其中：闲置", None, None, 200],
        [None, None, "大写：叁佰平方米", None, None],
        ["备注"],
        ["1", "以上按2023年12月31日账面数填列"],
        ["2", "联系电话", 48600000],
    )
    return expected(
        save(wb, folder, "其中"),
        "S",
        (5, {"name": "甲楼", "owner_unit_name": "区教委", "area_building": "100.00"}),
        (6, {"name": "乙地"}),
    )


@ledger
def a_second_certificate_in_the_next_row(folder: Path) -> Expected:
    """Two certificates of one asset, in two rows and in one cell: both kept, and told."""
    wb = book("S")
    one, two = "渝（2019）綦江区不动产权第000123456号", "渝（2019）綦江区不动产权第000123457号"
    fill(
        wb["S"],
        ["序号", "资产名称", "坐落", "权证号", "原值（万元）"],
        [1, "甲楼", "东街1号", one, 10],
        [None, None, None, two, None],
        [2, "乙楼", "东街2号", "房权证101字第12345号、101房地证2008字第12346号", 30],
        [3, "丙楼", "东街3号", "101房地证2008字第12345号", 30],
    )
    return expected(
        save(wb, folder, "两证"),
        "S",
        (2, {"name": "甲楼", "cert_no": f"!{one}、{two}", "cost": "100000.00"}),
        (4, {"name": "乙楼", "cert_no": "!房权证101字第12345号、101房地证2008字第12346号"}),
        (5, {"name": "丙楼", "cert_no": "101房地证2008字第12345号"}),
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
def depots_below_a_letterhead(folder: Path) -> Expected:
    """库点名称 and 库点地址 in row 9 below a letterhead with addresses and telephones."""
    wb = book("S")
    fill(
        wb["S"],
        ["某区粮食和物资储备中心"],
        ["某粮储〔2024〕15号"],
        ["地址：某区某街道人民路1号   邮编：401420   电话：023-48600000"],
        [],
        ["关于报送闲置资产情况的报告附表"],
        [
            "填报单位：某区粮食和物资储备中心（公章）",
            None,
            None,
            "填报时间：2024年5月10日",
            None,
            "单位：万元、㎡",
        ],
        ["联系人：张三", None, None, "联系电话：13800000000"],
        [],
        ["序号", "库点名称", "库点地址", "占地面积", "原值", "现状"],
        [1, "一库", "一村1号", 3000, 100.5, "闲置"],
        [2, "二库", "二村2号", 2000, 80, "出租"],
        ["合计", None, None, 5000, 180.5, None],
    )
    return expected(
        save(wb, folder, "函头"),
        "S",
        (
            10,
            {
                "name": "一库",
                "location": "一村1号",
                "area_land": "3000.00",
                "cost": "1005000.00",
                "owner_unit_name": "某区粮食和物资储备中心",
            },
        ),
        (11, {"name": "二库", "use_status_name": "出租"}),
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


@ledger
def names_places_and_much_else(folder: Path) -> Expected:
    """A name and a place make a list, whatever the other columns are."""
    wb = book("S")
    fill(
        wb["S"],
        ["序号", "资产名称", "坐落", "消防等级", "门卫", "水表号"],
        [1, "甲楼", "东街1号", "二级", "有", "S-1"],
        [2, "乙楼", "东街2号", "三级", "无", "S-2"],
    )
    return expected(
        save(wb, folder, "只有名称坐落"),
        "S",
        (2, {"name": "甲楼", "location": "东街1号"}),
        (3, {"name": "乙楼"}),
    )


@ledger
def several_numbers_in_one_cell(folder: Path) -> Expected:
    """建筑面积/土地面积, 原值/净值 and 经纬度: one column for two fields, each with its unit."""
    wb = book("清单")
    fill(
        wb["清单"],
        ["资产名称", "地址", "建筑面积（平方米）/土地面积（亩）", "原值/净值（万元）", "经纬度"],
        ["旧供销社", "石塘镇老街1号", "320.5/1.2", "1,200.5/200", "106.65123,29.02111"],
        ["旧粮站", "石塘镇老街2号", "640\n3", "200.5、30", "东经106.7，北纬29.1"],
        ["旧茧站", "石塘镇老街3号", "128", "50/-", "E106°39′00″ N29°01′30″"],
    )
    return expected(
        save(wb, folder, "合列"),
        "清单",
        (
            2,
            {
                "area_building": "320.50",
                "area_land": "800.00",
                "cost": "12005000.00",
                "net": "2000000.00",
                "lon": "106.651230",
                "lat": "29.021110",
            },
        ),
        (3, {"area_building": "640.00", "area_land": "2000.00", "net": "300000.00", "lat": "29.100000"}),
        (4, {"area_building": "!", "area_land": "!", "cost": "500000.00", "net": "", "lon": "106.650000"}),
        doubts=("several-in-one",),
    )


@ledger
def a_formula_of_old_excel_never_calculated(folder: Path) -> Expected:
    """xlwt and report tools store an empty text as the result; an empty text of IF is one."""
    import xlwt

    book_ = xlwt.Workbook()
    sheet = book_.add_sheet("资产表")
    rows: list[list[object]] = [
        ["资产名称", "坐落", "原值（元）", "净值（元）"],
        ["甲", "东街1号", 100000, xlwt.Formula("C2*0.5")],
        ["乙", "东街2号", 200000, xlwt.Formula('IF(C3>9,"",1)')],
    ]
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    path = folder / "旧.xls"
    book_.save(str(path))
    return expected(path, "资产表", (2, {"cost": "100000.00", "net": "!"}), (3, {"name": "乙", "net": ""}))


@ledger
def a_table_inside_a_cell(folder: Path) -> Expected:
    """A web page of an office system: layout tables, and a small table inside one cell."""
    path = folder / "OA导出.xls"
    path.write_bytes(
        """<html><meta charset=gb2312><body><table><tr><td><b>资产系统</b></td><td>导出人：张三</td></tr></table>
<table><tr><th rowspan=2>资产名称<th rowspan=2>坐落<th colspan=2>账面价值(元)</tr><tr><th>原值<th>净值</tr>
<tr><td>甲楼<td>东街<br>1号<td>1,234,568<td>&nbsp;</tr>
<tr><td>乙&amp;丙楼<td><table><tr><td>东街2号</td></tr></table><td>200000</td><td>--</td></tr></table></body></html>
""".encode("gb18030")
    )
    return Expected(
        path,
        {
            ("", -1): {"name": "甲楼", "location": "东街 1号", "cost": "1234568.00"},
            ("", -2): {"name": "乙&丙楼", "location": "东街2号", "cost": "200000.00", "net": ""},
        },
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
def headers_in_other_words(folder: Path) -> Expected:
    """账面价值（原值） is the cost, 资产名称及简要说明 the name; 分类处置意见 holds paths; 小计 below an amount."""
    wb = book("S")
    fill(
        wb["S"],
        [
            "账面价值（净值）（元）",
            "账面价值（原值）（元）",
            "资产名称及简要说明",
            "坐落（具体到门牌号）",
            "分类处置意见",
            "何时开始闲置",
            "产权归属",
        ],
        [40000, 90000, "甲楼", "东街1号", "调剂使用", "2020年", "区教委"],
        [50000, 80000, "乙楼", "东街2号", "转让变现一批", "2021.5", "区教委"],
        ["小计", 170000],
        [None, 70000, "丙楼", "东街3号", "完善经营", None, "区水利局"],
    )
    return expected(
        save(wb, folder, "换词"),
        "S",
        (
            2,
            {
                "name": "甲楼",
                "cost": "90000.00",
                "net": "40000.00",
                "path_name": "调剂使用",
                "idle_since": "2020",
                "owner_unit_name": "区教委",
            },
        ),
        (3, {"name": "乙楼", "path_name": "转让变现", "idle_since": "2021-05"}),
        (5, {"name": "丙楼", "net": "", "owner_unit_name": "区水利局"}),
        doubts=("column-guessed",),
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
def cards_in_words_that_nobody_knows(folder: Path) -> Expected:
    """Labels that are no names of ours stand in the same columns as those that are; values may be blank."""
    wb = book("卡")
    cards = [("甲楼", "沿街", 100.5, 2000), ("乙车", None, None, None)]
    for i, (name, note, land, building) in enumerate(cards):
        fill(
            wb["卡"],
            ["资产登记卡"],
            ["房屋（土地）名称", name, "备注说明", note],
            ["宗地面积（㎡）", land, "房产面积（㎡）", building],
            ["权证号", "渝（2007）白河区不动产权第000425874号", "门卫电话", "48600000"],
            ["资产所在地", f"东街{i}号", "历史成本（万元）", 32.5],
            at=1 + i * 7,
        )
    return Expected(
        save(wb, folder, "卡"),
        {
            ("卡", -1): {
                "name": "甲楼",
                "note": "沿街",
                "area_land": "100.50",
                "area_building": "2000.00",
                "cost": "325000.00",
            },
            ("卡", -2): {"name": "乙车", "location": "东街1号", "area_land": "", "cost": "325000.00"},
        },
    )


@ledger
def words_where_a_certificate_should_be(folder: Path) -> Expected:
    """办理中, 有，已遗失 and 无证 are no numbers of papers; totals of a unit in the unit's column."""
    wb = book("S")
    fill(
        wb["S"],
        ["单位", "资产名称", "坐落", "产权证号", "原值（元）"],
        ["区教委", "甲", "东街1号", "办理中", 100000],
        ["区教委", "乙", "东街2号", "有，已遗失", 200000],
        ["区教委 汇总", None, None, None, 300000],
        ["区水利局", "丙", "东街3号", "无", 300000],
        ["区水利局", "丁", "东街4号", "綦房权证字第12号", 400000],
        ["区水利局计", None, None, None, 700000],
    )
    return expected(
        save(wb, folder, "证"),
        "S",
        (2, {"cert_no": "!", "owner_unit_name": "区教委"}),
        (3, {"cert_no": "!"}),
        (5, {"cert_no": ""}),
        (6, {"cert_no": "綦房权证字第12号"}),
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


@ledger
def a_quote_that_never_closes(folder: Path) -> Expected:
    """One stray quote would swallow every row below it; an error that a text file spells out is one."""
    path = folder / "引号.csv"
    path.write_text(
        '资产名称,坐落,账面原值（元）\n甲楼,"东街1号\n2楼",100000\n"乙楼,东街2号,200000\n'
        '丙楼,东街3号,#REF!\n丁"楼,东街4号,400000\n',
        "utf-8",
    )
    return Expected(
        path,
        {
            ("", -1): {"name": "甲楼", "location": "东街1号\n2楼", "cost": "100000.00"},
            ("", -2): {"name": "乙楼", "cost": "200000.00"},
            ("", -3): {"name": "丙楼", "cost": "!"},
            ("", -4): {"name": '丁"楼', "cost": "400000.00"},
        },
        doubts=("not-read",),
    )


@ledger
def a_summary_beside_two_header_levels(folder: Path) -> Expected:
    """A small table by unit stands to the right, its first rows in the height of the header and the numbering."""
    wb = book("S")
    ws = wb["S"]
    fill(
        ws,
        [
            "序号",
            "资产名称",
            "坐落",
            "面积（㎡）",
            None,
            "账面价值（元）",
            None,
            None,
            "单位",
            "宗数",
            "原值",
        ],
        [None, None, None, "土地", "房屋", "原值", "净值", None, "教育局", 3, 100],
        ["栏次", 1, 2, 3, 4, 5, 6, None, "水利局", 2, 50],
        ["一、调剂使用", None, None, None, None, None, None, None, "合计", 5, 150],
        [1, "甲楼", "东街1号", 300, 100, 90000, 40000],
        [2, "乙楼", "东街2号", 400, 200, 80000, 50000],
    )
    for ref in ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1", "A4:G4"):
        ws.merge_cells(ref)
    return expected(
        save(wb, folder, "旁表"),
        "S",
        (
            5,
            {
                "name": "甲楼",
                "area_land": "300.00",
                "area_building": "100.00",
                "cost": "90000.00",
                "net": "40000.00",
                "path_name": "调剂使用",
            },
        ),
        (6, {"name": "乙楼", "area_land": "400.00"}),
    )


@ledger
def a_column_called_mu(folder: Path) -> Expected:
    """亩 as a column of its own says nothing of the others; an empty likeness takes no name's place."""
    wb = book("S")
    fill(
        wb["S"],
        ["资产名称", "土地坐落", "土地面积", "亩", "批准面积", "使用功能", "改变使用功能"],
        ["甲地", "幸福村1组", 20000, 30, 20000, "办公", None],
        ["乙地", "民政村2组", 10000, 15, 10000, "展览", None],
    )
    return expected(
        save(wb, folder, "亩"),
        "S",
        (2, {"area_land": "20000.00", "approved_area": "20000.00", "house_use_name": "办公"}),
        (3, {"area_land": "10000.00", "house_use": "!"}),
    )


@ledger
def small_plots_without_a_unit(folder: Path) -> Expected:
    """Land of 3.5 and 46 without a unit may be 亩: ㎡ with a doubt on each; a cell with its unit is sure."""
    wb = book("S")
    fill(
        wb["S"],
        ["地块名称", "坐落", "占地面积", "建筑面积"],
        ["甲地", "东街1号", 3.5, 60],
        ["乙地", "东街2号", 46, 80],
        ["丙地", "东街3号", "12亩", 90],
    )
    return expected(
        save(wb, folder, "小地"),
        "S",
        (2, {"area_land": "!3.50", "area_building": "60.00"}),
        (3, {"area_land": "!46.00"}),
        (4, {"area_land": "8000.00"}),
        doubts=("unit-guessed",),
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
def things_counted_in_many_words(folder: Path) -> Expected:
    """数量 | 单位 with 台, 辆, 平方米 below: no owner is called 台; remarks in brackets stand below the header."""
    wb = book("S")
    fill(
        wb["S"],
        ["序号", "类别", "名称", "数量", "单位", "账面原值（万元）", "存放地点"],
        [None, None, "（与账面一致）", None, None, "（保留两位小数）", "（具体到门牌号）"],
        [1, "设备", "CT机", 1, "台", 120.5, "区医院"],
        [2, "车辆", "皮卡车", 1, "辆", 8, "车库"],
        [3, "房屋", "旧门诊楼", 1200, "平方米", 300, "文化路1号"],
    )
    return expected(
        save(wb, folder, "计数"),
        "S",
        (3, {"name": "CT机", "qty": "1.00", "qty_unit": "台", "owner_unit_name": "", "cost": "1205000.00"}),
        (4, {"name": "皮卡车", "qty_unit": "辆", "owner_unit_name": ""}),
        (5, {"name": "旧门诊楼", "qty_unit": "平方米", "location": "文化路1号"}),
    )
