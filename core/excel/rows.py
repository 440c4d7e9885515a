"""Rows of list sheets as generated XML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import count, islice
from typing import Any

from core.errors import InputRefused

TEXT, NUMBER, DATE = "text", "number", "date"

MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
_EPOCH = date(1899, 12, 30).toordinal()
_CHUNK = 256
_CACHED = 600
"""So many different values of a column are remembered with their cells."""
_ROW = "\0"
"""Stands for the row number in a remembered cell; no text can hold it."""

# What XML forbids; what must be escaped, and what Excel would read as an escape of its own.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile(r"[&<>]|_x[0-9A-Fa-f]{4}_")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list: how a stored value becomes the text of a cell, and how the column looks.

    `plain` gets a stored value that is not None and gives the exact text: a decimal number for
    NUMBER, an ISO date for DATE. A str value in a NUMBER column (—) stays text.
    """

    title: str
    plain: Callable[[Any], str] = str
    kind: str = TEXT
    width: float = 12
    number_format: str = "General"
    align: str = ""
    wrap: bool = False
    group: str = ""
    choices: str = ""
    required: bool = False
    note: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """The streamed rows of one sheet: `count` rows from row `first` on, made anew by each call of `rows`."""

    columns: Sequence[Column]
    rows: Callable[[], Iterable[Sequence[Any]]]
    count: int
    first: int = 1


@dataclass(slots=True)
class Written:
    """What became of one block: a digest a row, and the cells whose text had to be changed."""

    digests: bytearray = field(default_factory=bytearray)
    changed: list[tuple[int, int, str]] = field(default_factory=list)
    count: int = 0


DIGEST_SIZE = 8
_EXACT_DIGITS = 15


class _Texts(dict[Any, str]):
    """Value → text of its cell as a reader finds it; frequent values are converted once."""

    def __init__(self, column: Column) -> None:
        super().__init__({None: ""})
        self._plain, self._is_number = column.plain, column.kind == NUMBER

    def __missing__(self, value: Any) -> str:
        if self._is_number:
            text = clean(value) if type(value) is str else readable(self._plain(value))
        else:
            text = clean(self._plain(value))
        if len(self) < _CACHED:
            self[value] = text
        return text


def texts(block: Block) -> Iterator[list[str]]:
    """The texts of each row of a block as a reader finds them; "" for an empty cell."""
    columns = [_Texts(c) for c in block.columns]
    for row in block.rows():
        yield [c[v] for c, v in zip(columns, row, strict=True)]


def readable(number: str) -> str:
    """A number as a spreadsheet gives it back: a double holds 15 decimal digits."""
    return number if len(number) <= _EXACT_DIGITS else number_text(float(number))


def number_text(value: float) -> str:
    """A double as plain decimal text of at most 15 digits without idle zeros."""
    text = format(Decimal(f"{value:.{_EXACT_DIGITS}g}"), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def digest_of(texts: Sequence[str]) -> bytes:
    """The digest of a row, over the texts of its cells without the empty ones at its end."""
    return hashlib.sha256("\x1f".join(texts).rstrip("\x1f").encode()).digest()[:DIGEST_SIZE]


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=4096)
def serial_of(text: str) -> str:
    """The day number that Excel stores for an ISO date; "" when it must stay text.

    A partial date stays text, so that no day is invented; so does one before March 1900, which
    Excel counts wrongly.
    """
    if len(text) != 10 or text < "1900-03-01":
        return ""
    return str(date.fromisoformat(text).toordinal() - _EPOCH)


def clean(text: str) -> str:
    """The text without what XML forbids, cut to what a cell holds."""
    return _FORBIDDEN.sub("", text)[:MAX_TEXT]


def protect(text: str) -> str:
    """Keep `_x0041_` in a text from being read as an escape."""
    return _LOOKS_ESCAPED.sub("_x005F_", text)


def escape(text: str) -> str:
    """Text as XML content."""
    t = protect(text)
    return t.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def decimal_text(value: int, places: int) -> str:
    """A whole number of 10^-places as exact decimal text without idle zeros: (861800, 6) → 0.8618."""
    if not places:
        return str(value)
    sign, digits = ("-", str(-value)) if value < 0 else ("", str(value))
    if len(digits) <= places:
        digits = digits.zfill(places + 1)
    tail = digits[-places:].rstrip("0")
    return f"{sign}{digits[:-places]}.{tail}" if tail else sign + digits[:-places]


def require_room(rows: int) -> None:
    """Refuse more rows than a sheet holds."""
    if rows > MAX_ROWS:
        raise InputRefused(
            f"有 {rows} 行，超过一张 Excel 工作表的行数",
            next="请按单位或区域分别上报。",
            code="too-many-rows",
        )


Made = tuple[str, str, int]
"""XML of a cell with a mark for the row number, its text as a reader finds it, the lines it takes."""


class _Cells(dict[Any, Made]):
    """Value → its cell. Values that come again and again (codes, dates, nothing) are made once."""

    def __init__(self, column: Column, letters: str, style: int) -> None:
        super().__init__()
        self.plain = column.plain
        self.room = _room(column.width) if column.wrap else 0
        self.empty = f'<c r="{letters}{_ROW}" s="{style}"/>'
        self.figure = f'<c r="{letters}{_ROW}" s="{style}"><v>'
        self.text = f'<c r="{letters}{_ROW}" s="{style}" t="inlineStr"><is><t>'
        self.kept = f'<c r="{letters}{_ROW}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        self[None] = (self.empty, "", 1)
        self.changed: list[str] = []
        """texts changed since this list was last emptied; never remembered, so that each cell is told"""

    def __missing__(self, value: Any) -> Made:
        made = self.make(value)
        if len(self) < _CACHED and not self.changed:
            self[value] = made
        return made

    def many(self, values: Sequence[Any]) -> Iterable[Sequence[Any]]:
        """The cells, texts and lines of some values of the column."""
        if len(self) >= _CACHED and (made := self.different(values)) is not None:
            return made
        return zip(*map(self.__getitem__, values), strict=True)

    def different(self, values: Sequence[Any]) -> tuple[list[str], list[str], list[int]] | None:
        """The same for a column whose values hardly repeat, all looked at together; None when one is unusual."""
        if None in values:
            return None
        texts = list(map(self.plain, values))
        joined = "".join(texts)
        if not joined.isprintable() or _SPECIAL.search(joined) or max(map(len, texts)) >= MAX_TEXT:
            return None
        if "" in texts or list(map(str.strip, texts)) != texts:
            return None
        room = self.room
        lines = [_lines(t, room) if len(t) * 2 > room else 1 for t in texts] if room else [1] * len(texts)
        return [f"{self.text}{t}</t></is></c>" for t in texts], texts, lines

    def make(self, value: Any) -> Made:
        return self.of_text(self.plain(value))

    def of_text(self, t: str) -> Made:
        if (
            t.isprintable()
            and t[:1] != " "
            and t[-1:] != " "
            and not _SPECIAL.search(t)
            and len(t) < MAX_TEXT
        ):
            if not t:
                return self.empty, "", 1
            lines = _lines(t, self.room) if len(t) * 2 > self.room > 0 else 1
            return f"{self.text}{t}</t></is></c>", t, lines
        shown = clean(t)
        if shown != t:
            self.changed.append(t)
        lines = _lines(shown, self.room) if self.room else 1
        return f"{self.kept}{escape(shown)}</t></is></c>" if shown else self.empty, shown, lines


class _Numbers(_Cells):
    def different(self, values: Sequence[Any]) -> tuple[list[str], list[str], list[int]] | None:
        if set(map(type, values)) != {int}:
            return None
        texts = list(map(self.plain, values))
        if max(map(len, texts)) > _EXACT_DIGITS:
            return None
        return [f"{self.figure}{t}</v></c>" for t in texts], texts, [1] * len(texts)

    def make(self, value: Any) -> Made:
        if type(value) is str:
            return self.of_text(value)
        t = self.plain(value)
        return f"{self.figure}{t}</v></c>", t if len(t) <= _EXACT_DIGITS else readable(t), 1


class _Dates(_Cells):
    def different(self, values: Sequence[Any]) -> tuple[list[str], list[str], list[int]] | None:
        return None

    def make(self, value: Any) -> Made:
        t = self.plain(value)
        serial = serial_of(t)
        return (f"{self.figure}{serial}</v></c>", t, 1) if serial else self.of_text(t)


_KINDS: dict[str, type[_Cells]] = {NUMBER: _Numbers, DATE: _Dates}


def row_xml(block: Block, styles: Sequence[int], written: Written) -> Iterator[bytes]:
    """The XML of all rows of a block in pieces; digests and changed cells are noted in `written`."""
    columns = [
        _KINDS.get(c.kind, _Cells)(c, column_letters(i), s)
        for i, (c, s) in enumerate(zip(block.columns, styles, strict=True), 1)
    ]
    found = iter(block.rows())
    number = block.first
    while chunk := list(islice(found, _CHUNK)):
        yield _piece(columns, chunk, number, written).encode()
        number += len(chunk)
    written.count = number - block.first
    if written.count != block.count:
        raise AssertionError(f"{written.count} rows came, {block.count} were announced")


def _piece(columns: Sequence[_Cells], chunk: Sequence[Sequence[Any]], first: int, written: Written) -> str:
    """A few hundred rows, made column by column: empty columns, of which wide sheets are full, cost nothing."""
    size = len(chunk)
    xml: list[Sequence[str]] = []
    shown: list[Sequence[str]] = []
    lines: Sequence[int] = [1] * size
    empty = ""
    gap = 0
    for place, (column, values) in enumerate(zip(columns, zip(*chunk, strict=True), strict=True), 1):
        if values.count(None) == size:
            empty += column.empty
            gap += 1
            continue
        if gap:
            xml.append([empty] * size)
            shown.append(["\x1f" * (gap - 1)] * size)
            empty, gap = "", 0
        cells, texts, needed = column.many(values)
        xml.append(cells)
        shown.append(texts)
        if column.room:
            lines = list(map(max, lines, needed))
        if column.changed:
            column.changed.clear()
            written.changed += [(n, place, t) for n, t in _changed(column, values, first)]
    if gap:
        xml.append([empty] * size)
        shown.append([""] * size)
    made = []
    sha, join = hashlib.sha256, "\x1f".join
    for number, height, cells, texts in zip(
        count(first), lines, zip(*xml, strict=True), zip(*shown, strict=True)
    ):
        made.append((_row_tag(height) + "".join(cells) + "</row>").replace(_ROW, str(number)))
        written.digests += sha(join(texts).rstrip("\x1f").encode()).digest()[:DIGEST_SIZE]
    return "".join(made)


def _changed(column: _Cells, values: Sequence[Any], first: int) -> Iterator[tuple[int, str]]:
    """The rows of a column whose texts could not be written as they are."""
    for number, value in enumerate(values, first):
        text = value if value is None or type(value) is str else ""
        text = column.plain(value) if text else text
        if text and clean(text) != text:
            yield number, text


@lru_cache(maxsize=64)
def _row_tag(lines: int) -> str:
    return f'<row r="{_ROW}" ht="{_height(lines)}" customHeight="1">'


def _room(width: float) -> int:
    """Half-width characters that a line of a column holds: letters are a little wider than Excel's unit."""
    return max(2, int(width * 0.94 - 0.5))


def _lines(text: str, room: int) -> int:
    """How many lines a wrapped text takes; Chinese counts twice, as in GB 18030."""
    if "\n" in text:
        return sum(_lines(part, room) for part in text.split("\n"))
    return -(-len(text.encode("gb18030", "replace")) // (room - room % 2)) or 1


def _height(lines: int) -> str:
    """A row's height in points; set by us, since not every program fits wrapped rows by itself."""
    return f"{min(409, 18 if lines == 1 else 14 * lines + 4)}"
