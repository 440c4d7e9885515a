"""The workbook of a package against the one that its data make."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from core import paths
from core.excel import child
from core.excel.rows import digest_of
from core.exchange.book import Book
from core.exchange.compare import LIMIT, Difference, compare_sheet
from core.exchange.manifest import refused
from core.jobs import Progress

_PIECE = 1 << 18


def compare_book(book: Book, file: Path, progress: Progress) -> list[Difference]:
    """The cells of a written workbook that are not as planned.

    The workbook is made anew and compared byte by byte, which is quick and takes no memory; only
    when it is not the same are both read and compared cell by cell.
    """
    with paths.workroom() as folder:
        again = folder / "again.xlsx"
        book.write(again)
        try:
            with zipfile.ZipFile(again) as made, zipfile.ZipFile(file) as found:
                foreign = _foreign_parts(made, found)
                if not foreign and _same_bytes(made, found):
                    return []
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as e:
            raise refused("工作簿已损坏，打不开", "damaged") from e
    read = child.read(file, progress)
    grids = {g.name: g for g in read.sheets}
    differences: list[Difference] = []
    for sheet in book.sheets:
        lines = _noting(book, sheet.name, sheet.lines())
        differences += compare_sheet(sheet.name, lines, grids.pop(sheet.name, None))
    differences += [Difference(name, "", "（无此表）", "（工作表）") for name in grids]
    return (differences + foreign)[:LIMIT]


def _same_bytes(made: zipfile.ZipFile, found: zipfile.ZipFile) -> bool:
    """Whether two workbooks hold the same entries; of the one from outside no more is read than is expected."""
    for name in made.namelist():
        with made.open(name) as left, found.open(name) as right:
            while piece := left.read(_PIECE):
                if right.read(len(piece)) != piece:
                    return False
            if right.read(1):
                return False
    return True


def _foreign_parts(made: zipfile.ZipFile, found: zipfile.ZipFile) -> list[Difference]:
    """Parts that our workbook does not have (macros, links, embedded files), and parts that are gone."""
    ours, theirs = made.namelist(), found.namelist()
    extra = [Difference("", n, "（无）", "多出的部分") for n in sorted(set(theirs) - set(ours))]
    gone = [Difference("", n, "工作簿的部分", "（缺少）") for n in sorted(set(ours) - set(theirs))]
    double = ["重复的部分"] if len(theirs) != len(set(theirs)) else []
    return [*extra, *gone, *(Difference("", "", "（无）", text) for text in double)]


def _noting(
    book: Book, name: str, lines: Iterable[tuple[int, Sequence[str]]]
) -> Iterator[tuple[int, Sequence[str]]]:
    """Pass lines on and note the digests of the block's rows, as writing does."""
    sheet = next(s for s in book.sheets if s.name == name)
    known = book.digests[name] = bytearray()
    block = sheet.block
    for number, texts in lines:
        if block and block.first <= number < block.first + block.count:
            known += digest_of(texts)
        yield number, texts
