"""Days, months and years."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import openpyxl

from tests.core.exchange.ledgers.making import Expected, book, expected, fill, ledger, save


@ledger
def dates_of_all_kinds(folder: Path) -> Expected:
    """Dates in every spelling."""
    wb = book("日期")
    ws = wb["日期"]
    given: list[tuple[Any, str, str]] = [
        (datetime.date(2019, 3, 1), "yyyy/m/d", "2019-03-01"),
        (datetime.date(2019, 3, 1), 'yyyy"年"m"月"', "2019-03"),
        (datetime.date(2019, 3, 15), 'yyyy"年"m"月"', "2019-03-15"),
        (43525, "General", "!2019-03-01"),
        ("43525", "@", "!2019-03-01"),
        ("2019.3.1", "@", "2019-03-01"),
        ("2019年3月", "@", "2019-03"),
        ("2019-03-01 00:00:00", "@", "2019-03-01"),
        ("20190301", "@", "2019-03-01"),
        (20190301, "General", "2019-03-01"),
        (201903, "General", "2019-03"),
        (2019, "General", "2019"),
        ("二〇一九年三月一日", "@", "2019-03-01"),
        ("98年5月", "@", "!1998-05"),
        ("2019年底", "@", "!2019"),
        ("不详", "@", ""),
        ("上世纪90年代", "@", "!"),
        ("2019.2.30", "@", "!"),
        ("2019/3", "@", "2019-03"),
        ("２０１９年３月", "@", "2019-03"),
        ("2019、3、1", "@", "2019-03-01"),
        ("约2019年", "@", "!2019"),
    ]
    fill(ws, ["序号", "资产名称", "坐落", "取得时间"])
    for i, (value, code, _) in enumerate(given, 1):
        fill(ws, [i, f"{i}号", f"甲路{i}号", value], at=i + 1)
        ws.cell(i + 1, 4).number_format = code
    return expected(
        save(wb, folder, "日期"),
        "日期",
        *[(i + 1, {"name": f"{i}号", "acquire_date": w}) for i, (_, _, w) in enumerate(given, 1)],
    )


@ledger
def dates_1904(folder: Path) -> Expected:
    """The date system of old Macs, and a built-in Chinese format that openpyxl itself does not know."""
    wb = book("日期")
    wb.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    fill(
        wb["日期"],
        ["序号", "资产名称", "坐落", "取得日期"],
        [1, "一号", "甲路1号", datetime.date(2010, 5, 6)],
    )
    wb["日期"]["D2"].number_format = "yyyy-mm-dd"
    return expected(save(wb, folder, "1904"), "日期", (2, {"name": "一号", "acquire_date": "2010-05-06"}))


@ledger
def year_month_as_numbers(folder: Path) -> Expected:
    """2010.1 as a number is January or October: asked; with two digits throughout it is October."""
    wb = book("甲", "乙")
    head = ["序号", "资产名称", "坐落", "取得年月"]
    fill(
        wb["甲"],
        head,
        [1, "一号", "甲路1号", 2013.9],
        [2, "二号", "甲路2号", 2010.1],
        [3, "三号", "甲路3号", 1991.11],
        [4, "四号", "甲路4号", "1984.10"],
    )
    fill(
        wb["乙"],
        head,
        [1, "五号", "乙路1号", 2013.09],
        [2, "六号", "乙路2号", 2010.1],
        [3, "七号", "乙路3号", 1991.05],
    )
    return Expected(
        save(wb, folder, "年月"),
        {
            ("甲", 2): {"name": "一号", "acquire_date": "2013-09"},
            ("甲", 3): {"name": "二号", "acquire_date": "!"},
            ("甲", 4): {"name": "三号", "acquire_date": "1991-11"},
            ("甲", 5): {"name": "四号", "acquire_date": "1984-10"},
            ("乙", 2): {"name": "五号", "acquire_date": "2013-09"},
            ("乙", 3): {"name": "六号", "acquire_date": "2010-10"},
            ("乙", 4): {"name": "七号", "acquire_date": "1991-05"},
        },
    )


@ledger
def csv_year_months(folder: Path) -> Expected:
    """In a text file 2010.1 is as doubtful as the number was."""
    path = folder / "年月.csv"
    path.write_text(
        "序号,资产名称,坐落,取得年月\n1,一号,甲路1号,2013.9\n2,二号,甲路2号,2010.1\n3,三号,甲路3号,1991.11\n",
        "utf-8",
    )
    return expected(
        path,
        "",
        (2, {"name": "一号", "acquire_date": "2013-09"}),
        (3, {"name": "二号", "acquire_date": "!"}),
        (4, {"name": "三号", "acquire_date": "1991-11"}),
    )
