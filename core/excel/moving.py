"""What hangs on the rows of a sheet moves when rows are inserted: frame, notes, pictures, names, formulas."""

from __future__ import annotations

from collections.abc import Iterator

from core.errors import InputRefused
from core.excel.formulas import RowShift, sheet_of, shifted
from core.excel.parts import Node, Package, is_place, place_of

_ANCHOR_ROWS = (2, 6)
"""Places of the rows in a VML anchor: column, offset, row, offset, twice."""


def move_frame(root: Node, sheet: str, shift: RowShift) -> None:
    """What the sheet says outside its rows."""
    for node in root.nodes():
        if node.name == "sheetData":
            continue
        for one in (node, *_below(node)):
            if one.name == "mergeCell":
                one.attributes["ref"] = _merge_moved(one.attributes.get("ref", ""), shift)
                continue
            for key in ("ref", "activeCell", "topLeftCell"):
                if key in one.attributes:
                    one.attributes[key] = shift.reference(one.attributes[key])
            if "sqref" in one.attributes:
                one.attributes["sqref"] = shift.references(one.attributes["sqref"])
            if one.name == "sqref":
                one.text = shift.references(one.text)
            elif one.name in ("formula", "formula1", "formula2", "f"):
                one.text = shifted(one.text, shift, sheet, own=True)
    holder = root.first("rowBreaks")
    for mark in holder.nodes("brk") if holder else ():
        mark.attributes["id"] = str(shift.row(int(mark.attributes.get("id", "0"))))


def move_around(package: Package, part: str, sheet: str, shift: RowShift) -> set[str]:
    """Notes, pictures and tables that hang on a sheet; the parts that changed."""
    touched: set[str] = set()
    for one in package.related(part, "comments"):
        for note in package.tree(one).all("comment"):
            note.attributes["ref"] = shift.reference(note.attributes.get("ref", ""))
        touched.add(one)
    for one in package.related(part, "table"):
        root = package.tree(one)
        for node in (root, *root.all("autoFilter")):
            node.attributes["ref"] = shift.reference(node.attributes.get("ref", ""))
        touched.add(one)
    for one in package.related(part, "drawing"):
        for row in package.tree(one).all("row"):
            row.text = str(shift.row(int(row.text) + 1) - 1)
        touched.add(one)
        for chart in package.related(one, "chart"):
            for f in package.tree(chart).all("f"):
                f.text = shifted(f.text, shift, sheet, own=False)
            touched.add(chart)
    for one in package.related(part, "vmlDrawing"):
        touched |= _move_notes(package, one, shift)
    return touched


def _move_notes(package: Package, part: str, shift: RowShift) -> set[str]:
    try:
        root = package.tree(part)
    except InputRefused:
        return set()  # VML of old programs is no XML; its boxes then stay where they were
    for data in root.all("ClientData"):
        for row in data.nodes("Row"):
            row.text = str(shift.row(int(row.text) + 1) - 1)
        for anchor in data.nodes("Anchor"):
            places = [p.strip() for p in anchor.text.split(",")]
            for at in _ANCHOR_ROWS:
                if at < len(places) and places[at].isdigit():
                    places[at] = str(shift.row(int(places[at]) + 1) - 1)
            anchor.text = ", ".join(places)
    return {part}


def move_elsewhere(package: Package, sheet: str, shift: RowShift) -> set[str]:
    """Names of the workbook, and formulas of other sheets that speak of this one; the parts that changed."""
    touched: set[str] = set()
    main = package.tree(package.main)
    for name in main.all("definedName"):
        made = shifted(name.text, shift, sheet, own=False)
        if made != name.text:
            name.text = made
            touched.add(package.main)
    for title, part in package.sheets.items():
        if title == sheet:
            continue
        for f in list(package.tree(part).all("f")):
            made = shifted(f.text, shift, sheet, own=False)
            if made != f.text:
                f.text = made
                touched.add(part)
    return touched


def reach(package: Package, part: str, sheet: str, header: int, last: int) -> set[str]:
    """Stretch the print area, and the Excel table below a header, down to a row; the parts that changed."""
    touched: set[str] = set()
    for name in package.tree(package.main).all("definedName"):
        title, rest = sheet_of(name.text)
        if name.attributes.get("name") == "_xlnm.Print_Area" and "," not in name.text and title == sheet:
            head, _, tail = rest.replace("$", "").partition(":")
            if is_place(head) and is_place(tail) and place_of(tail)[1] < last:
                a, b = place_of(head), place_of(tail)
                whole = name.text[: len(name.text) - len(rest)]
                name.text = f"{whole}${a[0]}${a[1]}:${b[0]}${last}"
                touched.add(package.main)
    for one in package.related(part, "table"):
        root = package.tree(one)
        for node in (root, *root.all("autoFilter")):
            head, _, tail = node.attributes.get("ref", "").partition(":")
            if is_place(head) and is_place(tail) and place_of(head)[1] == header:
                column, bottom = place_of(tail)
                node.attributes["ref"] = f"{head}:{column}{max(bottom, last)}"
                touched.add(one)
    return touched


def _merge_moved(ref: str, shift: RowShift) -> str:
    """A merged range in its new place; one that lies in a single row stays in one."""
    head, _, tail = ref.partition(":")
    if is_place(head) and is_place(tail) and place_of(head)[1] == place_of(tail)[1]:
        return f"{shift.reference(head)}:{shift.reference(tail)}"
    return shift.reference(ref)


def _below(node: Node) -> Iterator[Node]:
    for child in node.nodes():
        yield child
        yield from _below(child)
