"""The workbook of a package against the one that its data make."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core.errors import InputRefused
from core.excel import child
from core.excel.rows import digest_of
from core.exchange.book import Book
from core.exchange.compare import LIMIT, Difference, compare_sheet
from core.exchange.manifest import refused
from core.jobs import Progress


def compare_book(book: Book, file: Path, progress: Progress) -> list[Difference]:
    """What of a written workbook is not as planned: its cells first, then all else that a reader would see.

    The workbook is made anew and compared byte by byte while it is made, which is quick and takes
    no memory; only when it is not the same are both read and compared cell by cell. What no cell
    tells (hidden rows, white letters, formulas with the right result, another footer) is told of its sheet.
    """
    with _unbroken(), zipfile.ZipFile(file) as found:
        against = _Against(found)
        book.write(against)
        if against.is_same:
            return []
    with _unbroken():
        read = child.read(file, progress)
    grids = {g.name: g for g in read.sheets}
    differences: list[Difference] = []
    for sheet in book.sheets:
        lines = _noting(book, sheet.name, sheet.lines())
        differences += compare_sheet(sheet.name, lines, grids.pop(sheet.name, None))
    differences += [Difference(name, "", "（无此表）", "（工作表）") for name in grids]
    told = {d.sheet for d in differences}
    looks = [d for d in against.looks([s.name for s in book.sheets]) if d.sheet not in told]
    return (differences[: LIMIT - len(looks)] + looks)[:LIMIT]


@contextmanager
def _unbroken() -> Iterator[None]:
    """A workbook that cannot be read is told as damaged; one that must not be read, as the reader told it."""
    try:
        yield
    except InputRefused as e:
        if e.code in ("damaged", "reader-failed"):
            raise refused("工作簿已损坏，打不开", "damaged") from e
        raise
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as e:
        raise refused("工作簿已损坏，打不开", "damaged") from e


_SAME = "与导出时一致"
_PARTS = {
    "xl/styles.xml": ("样式", "字体、颜色、数字格式等有改动"),
    "xl/workbook.xml": ("工作簿结构", "工作表的顺序、隐藏、名称、打印区域等有改动"),
    "xl/theme/theme1.xml": ("主题", "字体、颜色有改动"),
    "docProps/": ("文档属性", "有改动"),
    "xl/charts/": ("图表", "有改动"),
    "xl/drawings/": ("图形", "有改动"),
}
"""Beginning of a part's name → what people call it, and what may have been changed."""


class _Against:
    """Takes the parts of our workbook and compares each with the one found; no more is read than is expected."""

    def __init__(self, found: zipfile.ZipFile) -> None:
        self._found = found
        self._theirs = found.namelist()
        self._ours: list[str] = []
        self._other: list[str] = []

    @contextmanager
    def open(self, name: str, mode: str) -> Iterator[_Part]:
        """Take one part."""
        self._ours.append(name)
        if name not in self._theirs:
            yield _Part(None)
            return
        with self._found.open(name) as part:
            pair = _Part(part)
            yield pair
            if not pair.is_same or part.read(1):
                self._other.append(name)

    @property
    def is_same(self) -> bool:
        return not self._other and sorted(self._ours) == sorted(self._theirs)

    def looks(self, sheets: Sequence[str]) -> list[Difference]:
        """Parts that are not ours byte by byte, parts that we do not have (macros, links), parts that are gone."""
        named = {f"xl/worksheets/sheet{n}.xml": s for n, s in enumerate(sheets, 1)}
        changed = [named[n] for n in self._other if n in named]
        made = [Difference(s, "", _SAME, "格式、公式、隐藏、页眉页脚等有改动") for s in changed]
        if len(changed) == len(sheets):
            made = [Difference("工作簿", "", _SAME, "被别的程序另存过，格式、公式、隐藏等无从核对")]
        for name in (n for n in self._other if n not in named):
            called, what = next((v for k, v in _PARTS.items() if name.startswith(k)), (name, "有改动"))
            made.append(Difference(called, "", _SAME, what))
        ours, theirs = set(self._ours), set(self._theirs)
        made += [Difference("工作簿", n, "（无）", "多出的部分") for n in sorted(theirs - ours)]
        made += [Difference("工作簿", n, "工作簿的部分", "（缺少）") for n in sorted(ours - theirs)]
        double = ["重复的部分"] if len(self._theirs) != len(theirs) else []
        return [*made, *(Difference("工作簿", "", "（无）", text) for text in double)]


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
