"""Columns and values in the words of clerks, and signs that stand for them."""

from __future__ import annotations

import datetime
from pathlib import Path

from tests.core.exchange.ledgers.making import HEAD, Expected, book, expected, fill, ledger, save


@ledger
def uncommon_words(folder: Path) -> Expected:
    """Words of another system: the same things under other names."""
    wb = book("导出")
    fill(
        wb["导出"],
        [
            "卡片编号",
            "固定资产名称",
            "存放地点",
            "使用状态",
            "财务入账日期",
            "价值(元)",
            "账面净额",
            "房产证号码",
            "权属单位",
        ],
        [
            "0001",
            "办公大楼",
            "综合楼",
            "在用",
            "2001-05-06",
            1200000,
            300000,
            "房权证字第1号",
            "白河县林业局",
        ],
    )
    return expected(
        save(wb, folder, "别的系统"),
        "导出",
        (
            2,
            {
                "name": "办公大楼",
                "location": "综合楼",
                "use_status_name": "自用",
                "acquire_date": "2001-05-06",
                "cost": "1200000.00",
                "cert_no": "房权证字第1号",
                "owner_unit_name": "白河县林业局",
            },
        ),
    )


@ledger
def free_wording(folder: Path) -> Expected:
    """Paths, methods, statuses and classes in the words of clerks."""
    wb = book("措辞")
    fill(
        wb["措辞"],
        ["序号", "资产名称", "坐落", "资产类别", "使用状况", "盘活路径", "盘活方式"],
        [1, "一号", "甲路1号", "房屋建筑物", "出租中", "转让变现一批", "挂牌转让"],
        [2, "二号", "甲路2号", "土地使用权", "全部闲置", "一、调剂使用", "无偿划转"],
        [3, "三号", "甲路3号", "设备类", "已对外出租给李某", "拟转让", "拍卖"],
        [4, "四号", "甲路4号", "房产", "待定", "☑调剂使用 □完善经营 □转让变现", None],
        [5, "五号", "甲路5号", "不动产", "未闲置", "调剂或转让", "公开招租"],
        [6, "六号", "甲路6号", "车辆", "〃", "公开招租", "公开招租"],
    )
    return expected(
        save(wb, folder, "措辞"),
        "措辞",
        (
            2,
            {
                "asset_class_name": "房屋",
                "use_status_name": "出租",
                "path_name": "转让变现",
                "method_name": "资产（实物）转让",
            },
        ),
        (
            3,
            {
                "asset_class_name": "土地",
                "use_status_name": "闲置",
                "path_name": "调剂使用",
                "method_name": "无偿划转（体系内）",
            },
        ),
        (
            4,
            {
                "asset_class_name": "设备",
                "use_status_name": "!出租",
                "path_name": "转让变现",
                "method_name": "司法/公开拍卖",
            },
        ),
        (5, {"asset_class_name": "房屋", "use_status_name": "!", "path_name": "调剂使用", "method_name": ""}),
        (6, {"asset_class_name": "!", "use_status_name": "!", "path_name": "!", "method_name": "公开招租"}),
        (7, {"asset_class_name": "车辆", "path_name": "!完善经营", "method_name": "公开招租"}),
    )


@ledger
def private_columns(folder: Path) -> Expected:
    """Identity cards and private phones stay out unless asked for."""
    wb = book("承租")
    fill(
        wb["承租"],
        ["序号", "资产名称", "坐落", "承租人", "身份证号", "手机", "年租金（元）"],
        [1, "门市1", "甲路1号", "赵某", "500103199001011234", "13800000001", 12000],
        [2, "门市2", "甲路2号", "钱某", "50010319900202123X", "13800000002", 24000],
        [3, "门市3", "甲路3号", "孙某", "500103199003031235", "13800000003", 9000],
    )
    return expected(
        save(wb, folder, "隐私"),
        "承租",
        *[(i + 1, {"name": f"门市{i}"}) for i in (1, 2, 3)],
        doubts=("private",),
    )


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
def ruined_codes(folder: Path) -> Expected:
    """Codes that Excel has ruined, and codes that people have protected from it."""
    wb = book("代码")
    ws = wb["代码"]
    fill(
        ws,
        ["资产编号", "资产名称", "坐落", "统一社会信用代码", "单位名称"],
        ["00012345", "一号", "甲路1号", "12405365194843259J", "甲单位"],
        ["00012346", "二号", "甲路2号", 1.24053651948433e17, "乙单位"],
        [12347, "三号", "甲路3号", "1.24E+17", "丙单位"],
        ["'00012348", "四号", "甲路4号", "１２４０５３６５１９４８４３２５９Ｊ", "甲单位"],
        ["\t00012349", "五号", "甲路5号", "12405365194843259K", "丁单位"],
        [datetime.date(2024, 1, 2), "六号", "甲路6号", "12 405365 194843259J", "甲单位"],
        ["00012351", "七号", "甲路7号", "124053651948432000", "戊单位"],
        ["00012352", "八号", "甲路8号", "12405365194843259j\u200b", "甲单位"],
    )
    good = "12405365194843259J"
    return expected(
        save(wb, folder, "代码"),
        "代码",
        (2, {"asset_no": "00012345", "owner_uscc": good}),
        (3, {"asset_no": "00012346", "owner_uscc": "!"}),
        (4, {"asset_no": "!", "owner_uscc": "!"}),
        (5, {"asset_no": "00012348", "owner_uscc": good}),
        (6, {"asset_no": "00012349", "owner_uscc": "!12405365194843259K"}),
        (7, {"asset_no": "!", "owner_uscc": good}),
        (8, {"asset_no": "00012351", "owner_uscc": "!"}),
        (9, {"asset_no": "00012352", "owner_uscc": good}),
    )


@ledger
def ditto_and_hints(folder: Path) -> Expected:
    """同上 and its signs, taken from the row above with a doubt."""
    wb = book("台账")
    fill(
        wb["台账"],
        ["单位名称", "资产名称", "坐落", "原值（元）"],
        ["甲单位", "一号", "甲路1号", 100000],
        ["同上", "二号", "甲路2号", 200000],
        ["〃", "三号", "同上", 300000],
    )
    return expected(
        save(wb, folder, "同上"),
        "台账",
        (2, {"owner_unit_name": "甲单位", "location": "甲路1号"}),
        (3, {"owner_unit_name": "!甲单位", "location": "甲路2号"}),
        (4, {"owner_unit_name": "!甲单位", "location": "!甲路2号", "cost": "300000.00"}),
    )


@ledger
def assets_without_names_and_notes_between(folder: Path) -> Expected:
    """A row without a name is kept and told; page numbers and notes between are not rows."""
    wb = book("台账")
    fill(
        wb["台账"],
        HEAD,
        [1, "一号楼", "甲路1号", 10, 1, "调剂使用"],
        ["第1页 共2页"],
        [2, None, "甲路2号", 20, 2, "转让变现"],
        ["（转下页）"],
        ["（承上页）"],
        [3, "三号楼", "甲路3号", 30, 3, "完善经营"],
        [None, "—", "—", "—", "—", "—"],
    )
    return Expected(
        save(wb, folder, "缺名称"),
        {
            ("台账", 2): {"name": "一号楼"},
            ("台账", 4): {"name": "!", "location": "甲路2号", "cost": "20000.00"},
            ("台账", 7): {"name": "三号楼"},
        },
    )
