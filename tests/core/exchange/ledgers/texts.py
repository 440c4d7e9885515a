"""Text files: encodings, separators, quotes, tables drawn with strokes."""

from __future__ import annotations

from pathlib import Path

from tests.core.exchange.ledgers.making import Expected, expected, ledger

_CSV = '北山区闲置资产台账,,,,\r\n序号,资产名称,坐落,"原值（元）",盘活路径\r\n1,大礼堂,"北山镇1号，临街","1,072,861.52",调剂使用\r\n2,"门市""甲""",北山镇2号,="260705.35",转让变现\r\n合计,,,,\r\n'
_CSV_ROWS = (
    (3, {"name": "大礼堂", "location": "北山镇1号，临街", "cost": "1072861.52", "path_name": "调剂使用"}),
    (4, {"name": '门市"甲"', "cost": "260705.35", "path_name": "转让变现"}),
)


def _csv(folder: Path, name: str, data: bytes) -> Expected:
    path = folder / name
    path.write_bytes(data)
    return expected(path, "", *_CSV_ROWS)


@ledger
def csv_utf8_bom(folder: Path) -> Expected:
    return _csv(folder, "a.csv", _CSV.encode("utf-8-sig"))


@ledger
def csv_gb18030_named_xls(folder: Path) -> Expected:
    return _csv(folder, "假的.xls", _CSV.encode("gb18030"))


@ledger
def csv_utf16_tabs(folder: Path) -> Expected:
    text = (
        _CSV.replace('"北山镇1号，临街"', "北山镇1号，临街")
        .replace('"1,072,861.52"', "1072861.52")
        .replace(",", "\t")
    )
    return _csv(folder, "unicode.txt", text.encode("utf-16"))


@ledger
def csv_semicolons(folder: Path) -> Expected:
    text = _CSV.replace('"1,072,861.52"', "1072861.52").replace(",", ";")
    return _csv(folder, "分号.csv", text.encode("utf-8"))


@ledger
def csv_two_level_header(folder: Path) -> Expected:
    """Two header levels without merges."""
    path = folder / "两级.csv"
    path.write_text(
        "序号,资产名称,面积（㎡）,,账面价值（万元）,\n,,土地,建筑,原值,净值\n1,粮站,100,50,10,5\n2,门市,,30,8,4\n",
        "utf-8",
    )
    return expected(
        path,
        "",
        (
            3,
            {
                "name": "粮站",
                "area_land": "100.00",
                "area_building": "50.00",
                "cost": "100000.00",
                "net": "50000.00",
            },
        ),
        (4, {"name": "门市", "area_land": "", "area_building": "30.00", "cost": "80000.00"}),
    )


@ledger
def garbled_and_separated(folder: Path) -> Expected:
    """sep=; in the first line, and one character that no encoding explains."""
    path = folder / "sep.csv"
    text = "sep=;\r\n序号;资产名称;坐落;原值（元）\r\n1;大礼堂;北山镇1号;100000\r\n2;小#礼堂;北山镇2号;200000\r\n"
    path.write_bytes(text.encode("gb18030").replace(b"#", b"\xff"))
    return expected(
        path, "", (3, {"name": "大礼堂", "cost": "100000.00"}), (4, {"name": "!小�礼堂", "cost": "200000.00"})
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
def a_table_drawn_with_strokes(folder: Path) -> Expected:
    """A table of a text file drawn with strokes; prices per building are no cost."""
    path = folder / "表.txt"
    path.write_text(
        "# 闲置资产\n\n| 序号 | 资产名称 | 坐落 | 账面原值（元） |\n|---|---|:---|---:|\n"
        "| 1 | 甲楼 | 东街1号 | 100 |\n| 2 | 乙楼 | 东街2号 | 120.5万元/栋 |\n",
        "utf-8",
    )
    return expected(path, "", (5, {"name": "甲楼", "cost": "100.00"}), (6, {"name": "乙楼", "cost": "!"}))
