"""Finding tables in a sheet, as small Markdown tables."""

from __future__ import annotations

from typing import Any

import pytest

from core.excel import rowkinds
from core.excel.bodies import classify
from core.excel.forms import find_forms
from core.excel.grid import Grid, Raw
from core.excel.headers import Found, find_tables, table_at
from core.excel.merges import Fill

KNOWN = {
    "序号",
    "资产名称",
    "坐落",
    "原值",
    "净值",
    "面积",
    "土地面积",
    "建筑面积",
    "备注",
    "单位名称",
    "盘活路径",
    "账面原值",
}


def knows(text: str) -> float:
    from core.excel.words import bare

    return 1.0 if bare(text) in KNOWN else 0.0


def grid(text: str, merges: str = "") -> Grid:
    """A Markdown table as a grid: numbers become numbers, . stays blank."""
    made = Grid("表")
    for r, line in enumerate(text.strip().splitlines(), 1):
        row: list[Raw] = []
        for piece in line.strip().strip("|").split("|"):
            t = piece.strip()
            row.append(None if t in ("", ".") else float(t) if t.replace(".", "", 1).isdigit() else t)
        while row and row[-1] is None:
            row.pop()
        if row:
            made.rows[r] = row
    for m in merges.split():
        first, last = m.split(":")
        made.merges.append((int(first[1:]), ord(first[0]) - 64, int(last[1:]), ord(last[0]) - 64))
    return made


def tables(text: str, merges: str = "") -> list[Found]:
    return find_tables(grid(text, merges), knows)


def test_the_header_is_found_below_titles_and_notes() -> None:
    (found,) = tables(
        """
        | 附件2 |
        | 资产台账 |
        | 单位：万元 |
        | 序号 | 资产名称 | 坐落 | 原值 |
        | 1 | 一号 | 甲路 | 10 |
        """
    )
    assert found.header_rows == [4] and found.body == [5]
    assert [t for _, t in found.above] == ["附件2", "资产台账", "单位：万元"]


def test_two_levels_are_joined_through_merges() -> None:
    (found,) = tables(
        """
        | 序号 | 资产名称 | 面积 | . | 价值 | . |
        | . | . | 土地 | 建筑 | 原值 | 净值 |
        | 1 | 一号 | 5 | 6 | 7 | 8 |
        """,
        "A1:A2 B1:B2 C1:D1 E1:F1",
    )
    assert found.header_rows == [1, 2] and found.body == [3]
    assert found.columns[3] == ("面积", "土地") and found.columns[6] == ("价值", "净值")


def test_a_group_row_above_the_names_belongs_to_the_header() -> None:
    (found,) = tables(
        """
        | 资产台账 |
        | 基本情况 | . | . | 价值情况 | . |
        | 序号 | 资产名称 | 坐落 | 原值 | 净值 |
        | 1 | 一号 | 甲路 | 1 | 2 |
        """,
        "A1:E1 A2:C2 D2:E2",
    )
    assert found.header_rows == [2, 3] and found.columns[4] == ("价值情况", "原值")


def test_a_title_over_the_whole_width_is_no_header_level() -> None:
    (found,) = tables("| 资产台账 |\n| 序号 | 资产名称 | 坐落 |\n| 1 | 一号 | 甲路 |", "A1:C1")
    assert found.header_rows == [2]


def test_first_data_rows_of_texts_are_no_header_level() -> None:
    (found,) = tables("| 资产名称 | 坐落 | 备注 |\n| 一号 | 甲路 | 沿街 |\n| 二号 | 乙路 | . |")
    assert found.header_rows == [1] and found.body == [2, 3]


def test_repeated_headers_and_numbering_rows_are_set_aside() -> None:
    (found,) = tables(
        """
        | 序号 | 资产名称 | 坐落 | 原值 |
        | 栏次 | 1 | 2 | 3 |
        | 1 | 一号 | 甲路 | 10 |
        | 序 号 | 资产名称 | 坐落 | 原值 |
        | 2 | 二号 | 乙路 | 20 |
        """
    )
    assert found.body == [3, 5]
    assert [(r, why) for r, why, _ in found.skipped] == [(2, "numbering"), (4, "repeated-header")]


def test_a_header_in_another_order_begins_a_new_table() -> None:
    first, second = tables(
        """
        | 序号 | 资产名称 | 原值 | 净值 |
        | 1 | 一号 | 10 | 5 |
        | 序号 | 资产名称 | 净值 | 原值 |
        | 2 | 二号 | 6 | 20 |
        """
    )
    assert first.body == [2] and second.header_rows == [3] and second.body == [4]


def test_side_by_side_blocks_are_tables_of_their_own() -> None:
    first, second = tables("| 资产名称 | 原值 | . | 资产名称 | 原值 |\n| 一号 | 1 | . | 二号 | 2 |")
    assert (first.first, first.last, second.first, second.last) == (1, 2, 4, 5)


def test_a_sheet_without_known_names_gives_a_guess_that_says_so() -> None:
    (found,) = tables("| 甲 | 乙 | 丙 |\n| 一 | 二 | 三 |\n| 四 | 五 | 六 |")
    assert not found.sure


def test_named_header_rows_are_taken_as_they_are() -> None:
    g = grid("| 甲 | 乙 | 丙 |\n| x | y | z |\n| 一 | 二 | 三 |")
    found = table_at(g, [2], knows)
    assert found.columns == {1: ("x",), 2: ("y",), 3: ("z",)} and found.body == [3]


# --- the rows below ------------------------------------------------------------------------------

ROLES = {1: rowkinds.SERIAL, 2: rowkinds.NAME, 3: rowkinds.TEXT, 4: rowkinds.NUMBER}


def rows(text: str, merges: str = "") -> tuple[list[int], dict[int, str]]:
    g = grid(
        "| 序号 | 资产名称 | 坐落 | 原值 |\n" + "\n".join(line.strip() for line in text.strip().splitlines()),
        merges,
    )
    (found,) = find_tables(g, knows)
    out = classify(g, found, ROLES, Fill(g, found))
    return [r.number for r in out.rows], {r: why for r, why, _ in out.skipped}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("| 小  计 | . | . | 10 |", "subtotal"),
        ("| . | 本页小计 | . | 10 |", "subtotal"),
        ("| 合    计 | . | . | 10 |", "total"),
        ("| . | 总计（3宗） | . | 10 |", "total"),
        ("| 合计：3宗 | . | . | 10 |", "total"),
        ("| . | 教育局小计 | . | 10 |", "subtotal"),
        ("| . | 累计 | . | 10 |", "total"),
        ("| 过次页 | . | . | 10 |", "subtotal"),
        ("| . | 其中：土地 | . | 10 |", "among"),
        ("| 一、调剂使用（3宗） | . | . | 10 |", "section"),
        ("| 一 | 调剂使用 | . | 10 |", "section"),
        ("| 教育局 | . | . | . |", "section"),
        ("| 填表人：李某 | . | 日期： | . |", "footer"),
        ("| 注：面积以权证为准 | . | . | . |", "footer"),
        ("| 第1页 | . | . | . |", "page"),
        ("| 资产台账（续表） | . | . | . |", "title"),
        ("| 7 | . | . | . |", "empty-form"),
        ("| 7 | . | . | 0 |", "empty-form"),
        ("| 7 | 无 | / | — |", "empty-form"),
        ("| . | 以下空白 | . | . |", "empty-form"),
        ("| 例 | XX楼 | XX路 | 1 |", "example"),
        ("| . | . | . | 30 |", "unlabelled-total"),
    ],
)
def test_rows_that_are_no_records(line: str, why: str) -> None:
    found, skipped = rows("| 1 | 一号 | 甲路 | 10 |\n| 2 | 二号 | 乙路 | 20 |\n" + line)
    assert found == [2, 3] and skipped == {4: why}


@pytest.mark.parametrize(
    "line",
    [
        "| 3 | 总计大厦 | 丙路 | 10 |",
        "| 3 | 会计局办公楼合计 | 丙路 | 10 |",
        "| 3 | 累计库房 | . | 10 |",
        "| 3 | 一号楼 | . | . |",
        "| . | 三号楼 | 丙路 | 10 |",
        "| 3 | . | 丙路 | 10 |",
        "| 3 | 注册中心用房 | . | 10 |",
        "| 3 | 例行检修间 | 丙路 | 10 |",
        "| 3 | 共计三栋 | 丙路 | 10 |",
    ],
)
def test_assets_that_look_like_something_else_stay(line: str) -> None:
    found, _ = rows("| 1 | 一号 | 甲路 | 10 |\n| 2 | 二号 | 乙路 | 20 |\n" + line)
    assert found == [2, 3, 4]


def test_a_list_numbered_in_chinese_has_no_sections() -> None:
    found, skipped = rows("| 一 | 一号 | 甲路 | 10 |\n| 二 | 二号 | 乙路 | 20 |\n| 三 | 三号 | 丙路 | 5 |")
    assert found == [2, 3, 4] and not skipped


def test_sections_hold_until_the_next_one() -> None:
    g = grid(
        "| 序号 | 资产名称 | 坐落 | 原值 |\n| 一、甲 | . | . | . |\n| 1 | 一号 | x | 1 |\n| （一）乙 | . | . | . |\n| 2 | 二号 | y | 2 |\n| 二、丙 | . | . | . |\n| 3 | 三号 | z | 3 |"
    )
    (found,) = find_tables(g, knows)
    out = classify(g, found, ROLES, Fill(g, found))
    assert [r.section for r in out.rows] == [("一、甲",), ("一、甲", "(一)乙"), ("二、丙",)]


# --- card forms -----------------------------------------------------------------------------------


def test_cards_are_laid_out_as_rows_with_their_real_places() -> None:
    g = grid(
        """
        | 登记卡 |
        | 资产名称 | 一号 | 坐落 | 甲路 |
        | 原值 | 10 | 备注 | . |
        | . |
        | 资产名称 | 二号 | 坐落 | 乙路 |
        | 原值 | 20 | 备注 | 沿街 |
        """
    )
    forms = find_forms(g, knows)
    assert forms is not None and forms.grid.rows == {
        2: ["一号", "甲路", 10.0, None],
        5: ["二号", "乙路", 20.0, "沿街"],
    }
    assert forms.places[(5, 3)] == (6, 2)


def test_a_list_is_no_card() -> None:
    values: list[Any] = [find_forms(grid("| 甲 | 乙 |\n| 1 | 2 |"), knows)]
    assert values == [None]


def test_a_header_that_reaches_over_a_blank_row_is_no_stumble() -> None:
    sheet = Grid("S", {1: ["序号", "资产名称", "坐落"], 3: [861800.5]}, merges=[(1, 1, 3, 1)])
    assert [t.header_rows[0] for t in find_tables(sheet, knows)] == [1]
