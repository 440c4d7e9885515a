"""Parts of a given workbook rewritten: prefixes, shared formulas, cells without places, what hangs on a sheet."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference

from core.errors import InputRefused
from core.excel.fitting import Fitting
from core.excel.formulas import Insertion, RowShift
from core.excel.parts import Package, parse, serialise
from core.excel.refill import DATE, NUMBER, Put, SheetEdit


def simple(path: Path) -> Path:
    book = Workbook()
    s = book.active
    s.title = "表"
    for row in range(1, 6):
        s.cell(row, 1, row)
        s.cell(row, 2, f"=A{row}*2")
    s["B6"] = "=SUM(B1:B5)"
    chart = BarChart()
    chart.add_data(Reference(s, min_col=1, min_row=1, max_row=5))
    s.add_chart(chart, "D8")
    book.save(path)
    return path


def rewrite(path: Path, change: Callable[[bytes], bytes], part: str = "xl/worksheets/sheet1.xml") -> Path:
    with zipfile.ZipFile(path) as z:
        entries = {n: z.read(n) for n in z.namelist()}
    entries[part] = change(entries[part])
    with zipfile.ZipFile(path, "w") as z:
        for name, data in entries.items():
            z.writestr(name, data)
    return path


def edited(path: Path, deed: Callable[[SheetEdit], object]) -> Path:
    target = path.with_name("改.xlsx")
    with Package(path) as package:
        edit = SheetEdit(package, "表")
        deed(edit)
        package.save(target, edit.finish())
    return target


def test_xml_comes_back_as_it_was() -> None:
    xml = '<a:x xmlns:a="u" q="1 &lt; 2 &quot;&#10;"><a:y/>t &amp; &lt;u&gt;</a:x>'
    assert serialise(parse(xml.encode())).decode().split("\n", 1)[1] == xml


@pytest.mark.parametrize("xml", [b"<!DOCTYPE x><x/>", b"<x>", b"<x>" * 500])
def test_xml_that_is_unsafe_or_broken_is_refused(xml: bytes) -> None:
    with pytest.raises(InputRefused):
        parse(xml)


def test_rows_formulas_and_charts_move(tmp_path: Path) -> None:
    def deed(edit: SheetEdit) -> None:
        edit.insert(RowShift((Insertion(5, 2),)))
        for row in (5, 6):
            edit.copy_row(4, row, until=2)
            edit.put(row, "A", Put(str(row * 10), NUMBER))

    target = edited(simple(tmp_path / "原.xlsx"), deed)
    s = load_workbook(target)["表"]
    assert [s.cell(r, 1).value for r in range(1, 8)] == [1, 2, 3, 4, 50, 60, 5]
    assert [s.cell(r, 2).value for r in (4, 5, 6, 7, 8)] == [
        "=A4*2",
        "=A5*2",
        "=A6*2",
        "=A7*2",
        "=SUM(B1:B7)",
    ]
    with zipfile.ZipFile(target) as z:
        assert b"$A$1:$A$7" in z.read("xl/charts/chart1.xml")
        assert b"<xdr:row>9</xdr:row>" in z.read("xl/drawings/drawing1.xml").replace(
            b"<row>", b"<xdr:row>"
        ).replace(b"</row>", b"</xdr:row>")


def test_shared_formulas_become_single_ones(tmp_path: Path) -> None:
    def share(xml: bytes) -> bytes:
        xml = xml.replace(b"<f>A1*2</f>", b'<f t="shared" ref="B1:B5" si="0">A1*2</f>')
        for row in range(2, 6):
            xml = xml.replace(f"<f>A{row}*2</f>".encode(), b'<f t="shared" si="0"/>')
        return xml

    path = rewrite(simple(tmp_path / "原.xlsx"), share)
    target = edited(path, lambda e: e.insert(RowShift((Insertion(3, 1),))))
    s = load_workbook(target)["表"]
    assert [s.cell(r, 2).value for r in (2, 4, 6)] == ["=A2*2", "=A4*2", "=A6*2"]


def test_sheets_with_prefixes_and_without_places_are_filled(tmp_path: Path) -> None:
    path = tmp_path / "原.xlsx"
    book = Workbook()
    book.active.title = "表"
    book.active["A1"] = "名称"
    book.save(path)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = (
        f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>名称</x:t></x:is></x:c>'
        "</x:row><x:row/></x:sheetData></x:worksheet>"
    )
    rewrite(path, lambda _: xml.encode())
    target = edited(path, lambda e: e.put(2, "C", Put("=甲\x01乙")))
    s = load_workbook(target)["表"]
    assert s["A1"].value == "名称" and s["C2"].value == "=甲乙"


def test_dates_need_a_date_format(tmp_path: Path) -> None:
    path = simple(tmp_path / "原.xlsx")
    book = load_workbook(path)
    book["表"]["C1"].number_format = "yyyy-mm-dd"
    book.save(path)

    def deed(edit: SheetEdit) -> None:
        edit.put(1, "C", Put("2024-05-01", DATE))
        edit.put(2, "C", Put("2024-05-01", DATE))
        edit.put(3, "C", Put("2024-05", DATE))

    s = load_workbook(edited(path, deed))["表"]
    assert s["C1"].value.isoformat()[:10] == "2024-05-01"
    assert s["C2"].value == "2024-05-01" and s["C3"].value == "2024-05"


def test_results_are_forgotten_and_the_chain_goes(tmp_path: Path) -> None:
    path = simple(tmp_path / "原.xlsx")
    rewrite(path, lambda xml: xml.replace(b"<v></v>", b"<v>7</v>").replace(b"<v/>", b"<v>7</v>"))
    target = edited(path, lambda e: e.forget_results())
    with zipfile.ZipFile(target) as z:
        assert b'fullCalcOnLoad="1"' in z.read("xl/workbook.xml")
        assert b"<v>7</v>" not in z.read("xl/worksheets/sheet1.xml")


def test_wrapped_texts_make_their_row_higher(tmp_path: Path) -> None:
    from openpyxl.styles import Alignment

    path = simple(tmp_path / "原.xlsx")
    book = load_workbook(path)
    book["表"]["C1"].alignment = Alignment(wrap_text=True)
    book.save(path)

    def deed(edit: SheetEdit) -> None:
        edit.put(1, "C", Put("很长的一段文字" * 5))
        Fitting(edit).fit_height(1, {"C": "很长的一段文字" * 5})
        Fitting(edit).fit_height(2, {"C": "短"})

    s = load_workbook(edited(path, deed))["表"]
    assert s.row_dimensions[1].height > 60 and s.row_dimensions[2].height is None
