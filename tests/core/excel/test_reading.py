"""Kinds told by content; the quick reader and the careful reader say the same."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InputRefused, SurroundingsError
from core.excel import child, fast, xlsx
from core.excel.grid import Grid, cell_of
from core.excel.reading import kind_of, read_file
from tests.core.excel.hostile import ole, pack


def both(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Grid], list[Grid]]:
    monkeypatch.setattr(xlsx, "FAST_FROM", 0)
    quick = xlsx.read(path, fast=True, report=lambda t: None)
    return quick, xlsx.read(path, fast=False, report=lambda t: None)


def plain(grid: Grid) -> dict[int, list[Any]]:
    """Values with numbers as numbers and dates as dates, for comparing the two readers."""
    out: dict[int, list[Any]] = {}
    for r, line in grid.rows.items():
        row: list[Any] = [None if v is None else (cell_of(v).kind, cell_of(v).value) for v in line]
        while row and row[-1] is None:
            row.pop()
        if row:
            out[r] = row
    return out


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8).filter(
    lambda t: t.strip() and not t.startswith(("=", "#"))
)
CELLS = st.one_of(
    st.none(),
    st.integers(-(10**14), 10**14),
    st.floats(-1e12, 1e12, allow_nan=False).map(lambda x: round(x, 4)),
    TEXTS,
    st.booleans(),
    st.dates(datetime.date(1990, 1, 1), datetime.date(2030, 1, 1)),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=8))
def test_the_quick_reader_says_what_the_careful_one_says(
    rows: list[list[Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wb = openpyxl.Workbook()
    for row in rows:
        wb.active.append(row)
    path = tmp_path / "a.xlsx"
    wb.save(path)
    quick, careful = both(path, monkeypatch)
    assert plain(quick[0]) == plain(careful[0])


def test_rows_and_columns_before_the_first_cell_are_counted(tmp_path: Path) -> None:
    import xlwt

    wb = xlwt.Workbook()
    ws = wb.add_sheet("a")
    ws.write(3, 2, 5.0)
    ws.write(5, 3, "x")
    wb.save(str(tmp_path / "a.xls"))
    assert read_file(tmp_path / "a.xls").sheets[0].rows == {4: [None, None, 5], 6: [None, None, None, "x"]}


def test_the_second_look_finds_what_the_quick_reader_loses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wb = openpyxl.Workbook()
    ws = wb.active
    ws.append(["编号", "额", "式", "月", "错"])
    for i in range(1, 6):
        ws.append([i, 861800, "=1+1", datetime.date(2018, 10, 1), "x"])
        ws.cell(i + 1, 1).number_format = "000000"
        ws.cell(i + 1, 2).number_format = "0!.0000"
        ws.cell(i + 1, 4).number_format = 'yyyy"年"m"月"'
    ws.merge_cells("E3:E4")
    ws.row_dimensions[4].hidden = True
    ws.column_dimensions["E"].hidden = True
    path = tmp_path / "a.xlsx"
    wb.save(path)
    with zipfile.ZipFile(path) as z:
        parts = {n: z.read(n) for n in z.namelist()}
    entry = "xl/worksheets/sheet1.xml"
    parts[entry] = parts[entry].replace(
        b"</row></sheetData>", b'<c r="F6" t="e"><v>#DIV/0!</v></c></row></sheetData>'
    )
    pack(path, parts)
    quick, careful = both(path, monkeypatch)
    assert quick[0].rows == careful[0].rows
    assert (quick[0].merges, quick[0].hidden_rows, quick[0].hidden_cols) == ([(3, 5, 4, 5)], {4}, {5})
    assert cell_of(quick[0].raw(2, 1)).format == "000000" and cell_of(quick[0].raw(2, 3)).kind == "u"
    assert cell_of(quick[0].raw(6, 6)).value == "#DIV/0!"


def test_when_the_two_do_not_agree_the_careful_one_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wb = openpyxl.Workbook()
    wb.active.append(["甲", "乙"])
    wb.active.append([1, 2])
    path = tmp_path / "a.xlsx"
    wb.save(path)
    monkeypatch.setattr(fast, "values", lambda sheet: {1: ["甲", "乙"]})
    quick, careful = both(path, monkeypatch)
    assert quick[0].rows == careful[0].rows == {1: ["甲", "乙"], 2: [1, 2]}


def test_kinds_are_told_by_content_not_by_ending(tmp_path: Path) -> None:
    def kind(name: str, data: bytes) -> str:
        path = tmp_path / name
        path.write_bytes(data)
        return kind_of(path, data[:4096])

    assert kind("a.xls", "序号,名称\n".encode("gb18030")) == "text"
    assert kind("a.csv", b"<html><table></table></html>") == "html"
    assert kind("a.xlsx", ole({"Workbook": b"x" * 5000})) == "xls"
    assert kind("a.et", ole({"Workbook": b"x" * 5000})) == "xls"
    assert (
        kind("b.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">')
        == "xml"
    )
    assert kind("c.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related") == "mht"
    package = pack(tmp_path / "p.zip", {"manifest.json": b"{}", "data/asset.csv": b"uid\n"})
    assert kind_of(package, package.read_bytes()[:4096]) == "package"
    assert read_file(package).kind == "package"


def test_an_ending_that_lies_hinders_no_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import xlwt

    old = xlwt.Workbook()
    old.add_sheet("a").write(0, 0, "甲")
    old.save(str(tmp_path / "旧.xlsx"))
    assert read_file(tmp_path / "旧.xlsx").sheets[0].rows == {1: ["甲"]}
    new = openpyxl.Workbook()
    new.active.append(["甲", 1])
    new.save(tmp_path / "新.xls")
    quick, careful = both(tmp_path / "新.xls", monkeypatch)
    assert quick[0].rows == careful[0].rows == {1: ["甲", 1]}


def test_single_file_web_pages_are_read(tmp_path: Path) -> None:
    path = tmp_path / "导出.xls"
    path.write_bytes(
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n'
        b'Content-Type: text/html; charset="gb2312"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        + "<html><meta charset=gb2312><table><tr><td>资产名称</td><td>原值</td></tr></table></html>".encode(
            "gb18030"
        )
        + b"\r\n--x--\r\n"
    )
    book = read_file(path)
    assert book.kind == "html" and book.sheets[0].rows == {1: ["资产名称", "原值"]}


def test_a_missing_file_and_a_folder_are_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as missing:
        child.read(tmp_path / "没有.xlsx")
    assert missing.value.code == "missing"
    with pytest.raises(InputRefused) as folder:
        child.read(tmp_path)
    assert folder.value.code == "folder"


def test_a_file_held_by_another_program_asks_to_close_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x")

    def refuse(*_: Any, **__: Any) -> Any:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SurroundingsError) as caught:
        child.read(path)
    assert caught.value.code == "busy" and "关闭" in caught.value.next


def test_what_the_child_says_is_shown_while_it_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from core.jobs import Progress

    path = tmp_path / "a.csv"
    path.write_text("x")
    code = "import time; print('正在读取工作表“甲”', flush=True); time.sleep(0.5); raise SystemExit(1)"
    monkeypatch.setattr(child, "command", lambda s, o: [sys.executable, "-X", "utf8", "-c", code])
    heard: list[str] = []
    with pytest.raises(InputRefused):
        child.read(path, Progress(lambda done, total, label: heard.append(label)))
    assert "正在读取工作表“甲”" in heard


def test_a_cut_off_package_is_asked_for_again_from_its_sender(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as z:
        z.writestr("manifest.json", "{}")
        z.writestr("data/asset.csv", "uid")
        openpyxl.Workbook().save(workbook := io.BytesIO())
        z.writestr("表.xlsx", workbook.getvalue())
        end_of_workbook = whole.tell()
    path = tmp_path / "上报包.zip"
    for cut in (end_of_workbook, len(whole.getvalue()) - 40):
        path.write_bytes(whole.getvalue()[:cut])
        with pytest.raises(InputRefused) as refused:
            kind_of(path, path.read_bytes()[:64])
        assert refused.value.code == "damaged" and "索取" in refused.value.next


def test_both_readers_tell_of_rows_that_are_struck_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wb = openpyxl.Workbook()
    for number in range(1, 5):
        wb.active.append([number, f"门面{number}", 12.5, None])
    gone = openpyxl.styles.Font(strike=True)
    for place in ("A2", "B2", "C2", "D2", "B3"):
        wb.active[place].font = gone
    wb.active["C2"].number_format = "000000"
    wb.active.row_dimensions[2].hidden = True
    wb.save(tmp_path / "a.xlsx")
    for (grid,) in both(tmp_path / "a.xlsx", monkeypatch):
        assert [n for n in grid.notes if "删除线" in n] == [
            "工作表“Sheet”第 2 行（共 1 行）划了删除线，已照常读取。请核对是否应导入。"
        ]
