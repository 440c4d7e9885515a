"""Streamed rows against the same rows written by openpyxl alone, and the limits of a cell."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from et_xmlfile import incremental_tree
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputRefused
from core.excel import rows, workbook
from core.excel.rows import DATE, NUMBER, Block, Column
from core.excel.workbook import Cell, Line, Sheet

COLUMNS = (
    Column("序号", str, NUMBER, number_format="0"),
    Column("名称", width=20, wrap=True),
    Column("净值", lambda v: rows.decimal_text(v, 6), NUMBER, number_format="#,##0.00"),
    Column("日期", str, DATE, number_format="yyyy-mm-dd"),
)
ROWS: list[tuple[Any, ...]] = [
    (1, "=1+1", 861800, "2024-02-29"),
    (2, " 前后有空白 ", None, "2024-02"),
    (3, "两行\n文字 & <标签>", -1, "1899-12-31"),
    (4, "", "—", None),
    (5, "+86 -1 @甲", 999_999_999_999_999, "1900-03-01"),
    (6, "𠀀㐂䶮綦", 0, "2023"),
]


def write(tmp_path: Path, data: list[tuple[Any, ...]], tail: tuple[Line, ...] = ()) -> Path:
    head = (Line((Cell("标题", across=4),)), Line(tuple(Cell(c.title) for c in COLUMNS)))
    sheet = Sheet("清单", (6, 20, 12, 12), head, Block(COLUMNS, lambda: data, len(data), 3), tail)
    target = tmp_path / "a.xlsx"
    workbook.write([sheet], target)
    return target


def by_openpyxl(tmp_path: Path, data: list[tuple[Any, ...]]) -> Path:
    """The same cells, given to openpyxl one by one."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "清单"
    sheet.append(["标题"])
    sheet.append([c.title for c in COLUMNS])
    for number, row in enumerate(data, 3):
        for place, (column, value) in enumerate(zip(COLUMNS, row, strict=True), 1):
            cell = sheet.cell(number, place)
            if value is None or value == "":
                continue
            if column.kind == NUMBER and not isinstance(value, str):
                cell.value = Decimal(column.plain(value))
            elif column.kind == DATE and rows.serial_of(value):
                cell.value = __import__("datetime").date.fromisoformat(value)
            else:
                cell.value = value
                cell.data_type = "s"
    target = tmp_path / "b.xlsx"
    book.save(target)
    return target


def cells(path: Path) -> list[list[Any]]:
    return python_calamine.load_workbook(str(path)).get_sheet_by_name("清单").to_python()


def test_streamed_rows_equal_those_of_openpyxl_cell_by_cell(tmp_path: Path) -> None:
    assert cells(write(tmp_path, ROWS)) == cells(by_openpyxl(tmp_path, ROWS))


def test_openpyxl_reads_them_with_their_formats(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(write(tmp_path, ROWS))["清单"]
    assert sheet["B3"].value == "=1+1" and sheet["B3"].data_type == "s"
    assert sheet["C3"].value == 0.8618 and sheet["C3"].number_format == "#,##0.00"
    assert sheet["D3"].is_date and sheet["D4"].value == "2024-02"
    assert sheet["A3"].font.name == "宋体"


def test_lines_say_what_a_reader_finds(tmp_path: Path) -> None:
    head = (Line((Cell("标题"),)),)
    sheet = Sheet(
        "清单",
        (6,) * 4,
        head,
        Block(COLUMNS, lambda: ROWS, len(ROWS), 2),
        (Line((Cell(None), Cell(Decimal("3.10")))),),
    )
    workbook.write([sheet], tmp_path / "a.xlsx")
    from core.excel import child
    from core.exchange.compare import compare_sheet

    grid = child.read(tmp_path / "a.xlsx").sheets[0]
    assert compare_sheet("清单", sheet.lines(), grid) == []


def test_forbidden_characters_are_stripped_and_told(tmp_path: Path) -> None:
    data: list[tuple[Any, ...]] = [(1, "甲\x00\x0b\ufffe乙", 1, None), (2, "长" * 40_000, 1, None)]
    head = (Line(tuple(Cell(c.title) for c in COLUMNS)),)
    sheet = Sheet("清单", (6,) * 4, head, Block(COLUMNS, lambda: data, 2, 2))
    made = workbook.write([sheet], tmp_path / "a.xlsx")
    assert [(r, c) for r, c, _ in made.blocks["清单"].changed] == [(2, 2), (3, 2)]
    found = cells(tmp_path / "a.xlsx")
    assert found[1][1] == "甲乙" and len(found[2][1]) == rows.MAX_TEXT


def test_a_text_that_looks_like_an_escape_stays_itself(tmp_path: Path) -> None:
    data: list[tuple[Any, ...]] = [(1, "_x0041_", 1, None)]
    assert cells(write(tmp_path, data, (Line((Cell("_x0042_"),)),)))[2:] == [
        [1.0, "_x0041_", 1e-06, ""],
        ["_x0042_", "", "", ""],
    ]


def test_rows_are_stored_between_head_and_tail(tmp_path: Path) -> None:
    path = write(tmp_path, ROWS, (Line((Cell("合计"),)),))
    assert [r[0] for r in cells(path)] == ["标题", "序号", 1, 2, 3, 4, 5, 6, "合计"]
    xml = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    assert xml.index('<row r="8"') < xml.index('<row r="9"')


def test_no_rows_leave_a_sheet_that_opens(tmp_path: Path) -> None:
    assert len(cells(write(tmp_path, []))) == 2


def test_a_wrong_count_is_a_bug_and_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        workbook.write([Sheet("清单", (6,), (), Block(COLUMNS, lambda: ROWS, 99, 1))], tmp_path / "a.xlsx")


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="超过"):
        workbook.write(
            [Sheet("清单", (6,), (), Block(COLUMNS, lambda: ROWS, rows.MAX_ROWS + 1, 1))], tmp_path / "a.xlsx"
        )


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (861800, 6, "0.8618"),
        (0, 6, "0"),
        (-1, 2, "-0.01"),
        (100, 2, "1"),
        (-123456, 2, "-1234.56"),
        (5, 0, "5"),
        (10**18, 6, "1000000000000"),
    ],
)
def test_whole_numbers_become_exact_decimals(value: int, places: int, text: str) -> None:
    assert rows.decimal_text(value, places) == text


@given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 10))
def test_decimal_text_is_exact(value: int, places: int) -> None:
    assert Decimal(rows.decimal_text(value, places)) == Decimal(value).scaleb(-places)


@given(st.text())
def test_cleaned_text_can_be_written_as_xml(text: str) -> None:
    import xml.etree.ElementTree as ET

    t = rows.clean(text)
    assert ET.fromstring(f"<t>{rows.escape(t)}</t>").text in (
        rows.protect(t) or None,
        None if not t else rows.protect(t),
    )


def test_column_letters() -> None:
    assert [rows.column_letters(n) for n in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_the_parts_are_the_same_bytes_where_text_files_have_other_line_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written() -> dict[str, bytes]:
        target = tmp_path / "a.xlsx"
        head = (Line((Cell("面积\n（㎡）"),)),)
        workbook.write([Sheet("甲", (9,), head, Block(COLUMNS, lambda: ROWS, len(ROWS), 2))], target)
        with zipfile.ZipFile(target) as z:
            return {name: z.read(name) for name in z.namelist()}

    usual = written()
    monkeypatch.setattr(incremental_tree, "open", partial(open, newline="\r\n"), raising=False)
    assert written() == usual
