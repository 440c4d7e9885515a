"""Clipboard text, filters and columns, without a window."""

from __future__ import annotations

import dataclasses

import pytest

from core.standard import load_default
from gui.tables.cells import from_tsv, show_sum, to_tsv
from gui.tables.columns import GridColumn, all_columns, chosen_columns, usual_columns
from gui.tables.filters import LONGEST, Filter, describe, to_where

STANDARD = load_default()
ASSET = STANDARD.table("asset")
COLUMNS = {c.code: c for c in all_columns(STANDARD, ASSET)}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\tb\n", [["a", "b"]]),
        ("a\r\nb\r\n", [["a"], ["b"]]),
        ('"一\n二"\t3\n', [["一\n二", "3"]]),
        ('"他说""好"""\t1', [['他说"好"', "1"]]),
        ('5" 管道\t1', [['5" 管道', "1"]]),
        ("", [[""]]),
        ("a\n\nb", [["a"], [""], ["b"]]),
    ],
)
def test_clipboard_text_is_read_as_excel_writes_it(text: str, rows: list[list[str]]) -> None:
    assert from_tsv(text) == rows


def test_clipboard_text_survives_its_own_reading() -> None:
    rows = [["一\n二", 'a"b', "1,234.50"], ["", "\t", "x"]]
    assert from_tsv(to_tsv(rows)) == rows


@pytest.mark.parametrize(
    ("code", "made", "where"),
    [
        ("path", Filter(values=("10",)), "path == '10'"),
        ("path", Filter(values=("10", "20")), "path in ('10', '20')"),
        ("path", Filter(values=("10",), blank=True), "path == '10' or empty(path)"),
        ("net", Filter(low="10", high="20.5"), "net >= 100000 and net <= 205000"),
        ("area_land", Filter(low="15.5"), "area_land >= 15.5"),
        (
            "idle_since",
            Filter(low="2024-03", high="2024"),
            "idle_since >= '2024-03-01' and idle_since <= '2024-12-31'",
        ),
        ("idle_since", Filter(values=("2024",)), "idle_since >= '2024-01-01' and idle_since <= '2024-12-31'"),
        ("owner_unit", Filter(values=("甲局",)), "owner_unit.name == '甲局'"),
        ("name", Filter(values=("张'三",)), "name == '张\\'三'"),
        ("has_staff", Filter(values=(1,)), "has_staff"),
    ],
)
def test_filters_become_expressions_of_the_standard(code: str, made: Filter, where: str) -> None:
    assert to_where({code: made}, COLUMNS) == where


@pytest.mark.parametrize("code", list(COLUMNS))
def test_a_blank_filter_on_every_column_is_a_valid_expression(code: str) -> None:
    from core.standard.meaning import understand

    understand(STANDARD, "asset", to_where({code: Filter(blank=True)}, COLUMNS))


def test_words_are_searched_as_they_stand() -> None:
    from core.standard.meaning import understand

    where = to_where({"name": Filter(words="3.5（东）")}, COLUMNS)
    understand(STANDARD, "asset", where)
    assert "\\\\." in where


def test_too_many_values_are_refused_with_a_way_out() -> None:
    many = Filter(values=tuple(f"某某区某某街道办事处第{n}号资产" for n in range(60)))
    with pytest.raises(ValueError, match="包含文字"):
        to_where({"name": many}, COLUMNS)
    assert LONGEST == 500


def test_a_filter_is_described_in_words() -> None:
    assert describe(Filter(values=("10",)), COLUMNS["path"], {"10": "调剂使用"}) == "盘活路径：调剂使用"
    assert describe(Filter(low="10"), COLUMNS["net"], {}) == "账面净值 ≥ 10万元"


def test_sums_are_rounded_half_up_once_at_the_end() -> None:
    net = ASSET.fields["net"]
    assert show_sum(123_450_000, net) == "123.45"
    assert show_sum(100_376_994_5, net) == "1,003.77"
    assert show_sum(5_000, net) == "0.01"
    assert show_sum(4_999, net) == "0.00"


def test_columns_come_from_the_standard_alone() -> None:
    lift = dataclasses.replace(
        ASSET.fields["qty"], code="elevator_count", label="电梯数", type="integer", list=True, unit="部"
    )
    table = dataclasses.replace(ASSET, fields={**ASSET.fields, "elevator_count": lift})
    standard = dataclasses.replace(STANDARD, tables={**STANDARD.tables, "asset": table})
    column = next(c for c in usual_columns(standard, table) if c.code == "elevator_count")
    assert (
        isinstance(column, GridColumn) and column.title == "电梯数（部）" and column.right and column.editable
    )


def test_unknown_chosen_columns_are_forgotten() -> None:
    assert [c.code for c in chosen_columns(STANDARD, ASSET, ["net", "gone"])] == ["net"]
    assert chosen_columns(STANDARD, ASSET, ["gone"]) == usual_columns(STANDARD, ASSET)
