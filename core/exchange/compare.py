"""Cells as found against cells as they should be: rows are matched by digest, then cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.excel.grid import Grid, Raw, cell_of
from core.excel.rows import column_letters, digest_of, number_text

LIMIT = 500
"""So many differences are named; a file with more is another file."""

ROW_MISSING, ROW_ADDED, SHEET = "（缺少这一行）", "（多出这一行）", "（工作表）"


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell (or row, or sheet) that is not as it should be."""

    sheet: str
    cell: str
    expected: str
    found: str

    def text(self) -> str:
        where = f"{self.sheet} {self.cell}".strip()
        return f"“{where}”应为“{self.expected}”，实为“{self.found}”"


def found_text(raw: Raw) -> str:
    """A cell of a read workbook in the form that `Sheet.lines` gives; a formula is never equal to a value."""
    cell = cell_of(raw)
    if cell.formula:
        return f"={cell.formula.lstrip('=')}"
    if cell.kind == "n":
        return number_text(float(cell.value))
    if cell.kind == "d":
        text = str(cell.value)
        return text[:10] if text[10:].strip("T ") in ("", "00:00:00") else text
    if cell.kind == "u":
        return f"={cell.value}"
    return "" if cell.value is None else str(cell.value).replace("\r\n", "\n")


def found_rows(grid: Grid) -> dict[int, list[str]]:
    """All rows of a read sheet as texts."""
    return {n: [found_text(v) for v in line] for n, line in grid.rows.items()}


def _trimmed(texts: Sequence[str]) -> list[str]:
    end = len(texts)
    while end and not texts[end - 1]:
        end -= 1
    return list(texts[:end])


def compare_sheet(
    name: str, expected: Iterable[tuple[int, Sequence[str]]], grid: Grid | None
) -> list[Difference]:
    """Differences of one sheet; rows that only moved are none."""
    if grid is None:
        return [Difference(name, "", SHEET, "（缺少）")]
    found = {n: t for n, line in found_rows(grid).items() if (t := _trimmed(line))}
    left: dict[int, list[str]] = {}
    for number, texts in expected:
        wanted = _trimmed(texts)
        if wanted and found.get(number) == wanted:
            del found[number]
        elif wanted:
            left[number] = wanted
    if not left and not found:
        return []
    moved = Counter(digest_of(t) for t in found.values())
    for number, texts in list(left.items()):
        if moved[digest_of(texts)]:
            moved[digest_of(texts)] -= 1
            del left[number]
    extra = {}
    for number, texts in reversed(found.items()):
        if moved[digest_of(texts)]:
            moved[digest_of(texts)] -= 1
            extra[number] = texts
    return _pairs(name, left, dict(sorted(extra.items())))


def _pairs(name: str, left: dict[int, list[str]], extra: dict[int, list[str]]) -> list[Difference]:
    pairs = [(n, n) for n in left if n in extra]
    rest_left = [n for n in left if n not in extra]
    rest_extra = [n for n in extra if n not in left]
    pairs += zip(rest_left, rest_extra, strict=False)
    differences: list[Difference] = []
    for wanted, got in pairs:
        differences += _cells(name, left[wanted], got, extra[got])
    for number in rest_left[len(rest_extra) :]:
        differences.append(Difference(name, f"A{number}", _glance(left[number]), ROW_MISSING))
    for number in rest_extra[len(rest_left) :]:
        differences.append(Difference(name, f"A{number}", ROW_ADDED, _glance(extra[number])))
    return differences


def _cells(name: str, wanted: list[str], row: int, got: list[str]) -> list[Difference]:
    width = max(len(wanted), len(got))
    pairs = zip(wanted + [""] * (width - len(wanted)), got + [""] * (width - len(got)), strict=True)
    return [
        Difference(name, f"{column_letters(i)}{row}", a, b) for i, (a, b) in enumerate(pairs, 1) if a != b
    ]


def _glance(texts: Sequence[str]) -> str:
    shown = "，".join(t for t in texts if t)
    return shown if len(shown) <= 60 else shown[:59] + "…"


def compare_grids(expected: Sequence[Grid], found: Sequence[Grid]) -> list[Difference]:
    """Differences of two read workbooks, by the names of their sheets."""
    known = {g.name: g for g in found}
    differences: list[Difference] = []
    for grid in expected:
        differences += compare_sheet(grid.name, found_rows(grid).items(), known.pop(grid.name, None))
    differences += [Difference(name, "", "（无此表）", SHEET) for name in known]
    return differences[:LIMIT]
