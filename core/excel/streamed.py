"""Rows on their way into the frame that openpyxl built, while its zip is copied."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal, Protocol

from core.excel.rows import Block, Written, row_xml


class Sink(Protocol):
    """Takes the parts of a workbook one after the other: a zip, or something that looks at them."""

    def open(self, name: str, mode: Literal["w"]) -> AbstractContextManager[Part]: ...


class Part(Protocol):
    """One part on its way into a sink."""

    def write(self, data: bytes, /) -> object: ...


def write_rows(
    frame: zipfile.ZipFile,
    target: Sink,
    blocks: Mapping[str, tuple[Block, Sequence[int]]],
    replaced: Mapping[str, bytes],
    written: Mapping[str, Written],
) -> None:
    """Copy a workbook's zip entry by entry, streaming rows into the sheets that have a block.

    `blocks`: part name → (block, style number a column); `replaced`: parts to write instead.
    Parts with blocks are written in the order of `blocks`, behind the others, so that a later
    block may tell of an earlier one; `written` tells what became of each.
    """
    names = [n for n in frame.namelist() if n not in blocks]
    for name in (*names, *blocks):
        with target.open(name, "w") as out:
            if name in blocks:
                _stream(_part(frame, name), *blocks[name], out, written[name])
            else:
                out.write(replaced[name] if name in replaced else _part(frame, name))


def _part(frame: zipfile.ZipFile, name: str) -> bytes:
    """A part as every system writes it: on Windows openpyxl sends sheets through a text file, line ends and all."""
    data = frame.read(name)
    return data.replace(b"\r\n", b"\n") if name.endswith(".xml") else data


def _stream(sheet: bytes, block: Block, styles: Sequence[int], out: Part, written: Written) -> None:
    before, after = _cut(sheet, block.first)
    out.write(before)
    for piece in row_xml(block, styles, written):
        out.write(piece)
    out.write(after)


def _cut(sheet: bytes, first: int) -> tuple[bytes, bytes]:
    """Split a sheet's XML where row `first` belongs."""
    if empty := re.search(rb"<sheetData\s*/>", sheet):
        return sheet[: empty.start()] + b"<sheetData>", b"</sheetData>" + sheet[empty.end() :]
    for row in re.finditer(rb'<row [^>]*?\br="(\d+)"', sheet):
        if int(row[1]) >= first:
            return sheet[: row.start()], sheet[row.start() :]
    end = sheet.index(b"</sheetData>")
    return sheet[:end], sheet[end:]
