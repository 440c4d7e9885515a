"""The workbook of a package against the one that its data make."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core.excel import child
from core.excel.rows import digest_of
from core.exchange.book import Book
from core.exchange.compare import LIMIT, Difference, compare_sheet
from core.exchange.manifest import refused
from core.jobs import Progress


def compare_book(book: Book, file: Path, progress: Progress) -> list[Difference]:
    """The cells of a written workbook that are not as planned.

    The workbook is made anew and compared byte by byte while it is made, which is quick and takes
    no memory; only when it is not the same are both read and compared cell by cell.
    """
    with _unbroken(), zipfile.ZipFile(file) as found:
        against = _Against(found)
        book.write(against)
        if against.is_same:
            return []
        foreign = against.foreign()
    read = child.read(file, progress)
    grids = {g.name: g for g in read.sheets}
    differences: list[Difference] = []
    for sheet in book.sheets:
        lines = _noting(book, sheet.name, sheet.lines())
        differences += compare_sheet(sheet.name, lines, grids.pop(sheet.name, None))
    differences += [Difference(name, "", "（无此表）", "（工作表）") for name in grids]
    return (differences + foreign)[:LIMIT]


@contextmanager
def _unbroken() -> Iterator[None]:
    """A workbook that cannot be read is told as damaged."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as e:
        raise refused("工作簿已损坏，打不开", "damaged") from e


class _Against:
    """Takes the parts of our workbook and compares each with the one found; no more is read than is expected."""

    def __init__(self, found: zipfile.ZipFile) -> None:
        self._found = found
        self._theirs = found.namelist()
        self._ours: list[str] = []
        self._alike = True

    @contextmanager
    def open(self, name: str, mode: str) -> Iterator[_Part]:
        """Take one part."""
        self._ours.append(name)
        if not self._alike or name not in self._theirs:
            self._alike = False
            yield _Part(None)
            return
        with self._found.open(name) as part:
            pair = _Part(part)
            yield pair
            self._alike = pair.is_same and not part.read(1)

    @property
    def is_same(self) -> bool:
        return self._alike and sorted(self._ours) == sorted(self._theirs)

    def foreign(self) -> list[Difference]:
        """Parts that our workbook does not have (macros, links, embedded files), and parts that are gone."""
        ours, theirs = self._ours, self._theirs
        extra = [Difference("", n, "（无）", "多出的部分") for n in sorted(set(theirs) - set(ours))]
        gone = [Difference("", n, "工作簿的部分", "（缺少）") for n in sorted(set(ours) - set(theirs))]
        double = ["重复的部分"] if len(theirs) != len(set(theirs)) else []
        return [*extra, *gone, *(Difference("", "", "（无）", text) for text in double)]


class _Part:
    """One part of ours beside the one found; nothing is read any more once they differ."""

    def __init__(self, found: IO[bytes] | None) -> None:
        self._found = found
        self.is_same = found is not None

    def write(self, data: bytes) -> None:
        if self.is_same and self._found is not None:
            self.is_same = self._found.read(len(data)) == data


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
