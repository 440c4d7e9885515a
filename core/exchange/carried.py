"""Reading the exact carrier back: canonical CSV → stored values, nothing guessed."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from core.errors import DamagedError
from core.records.carrier import carried_fields
from core.standard.dates import parse_date, parse_period
from core.standard.model import Field, TableDef
from core.standard.types import Value

UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TWO = re.compile(r"(?:0|-?[1-9]\d*)\.\d\d|-0\.(?:0[1-9]|[1-9]\d)")
_WHOLE = re.compile(r"0|-?[1-9]\d*")
_CHUNK = 500
_NEXT = "请向报送单位索取完好的文件。"


def _damaged(entry: str, line: int, reason: str) -> DamagedError:
    return DamagedError(f"“{entry}”第 {line} 行：{reason}", next=_NEXT, code="edited")


def text_lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Lines of UTF-8 pieces with their ends."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    rest = ""
    for piece in pieces:
        lines = (rest + decode(piece)).split("\n")
        rest = lines.pop()
        for line in lines:
            yield line + "\n"
    rest += decode(b"", True)
    if rest:
        yield rest


def cells(entry: str, pieces: Iterable[bytes], header: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of a carrier entry below its header, which must be exactly `header`."""
    reader = csv.reader(text_lines(pieces), strict=True)
    try:
        if next(reader, None) != list(header):
            raise _damaged(entry, 1, "表头与口径不符")
        for row in reader:
            if len(row) != len(header):
                raise _damaged(entry, reader.line_num, f"应有 {len(header)} 格，实有 {len(row)} 格")
            yield reader.line_num, row
    except (csv.Error, UnicodeDecodeError) as e:
        raise _damaged(entry, reader.line_num, "不是规范的 CSV") from e


Columns = list[Sequence[Value] | None]
"""Values by column in the order of the carried fields; None for a column without any."""


def record_columns(
    entry: str, table: TableDef, pieces: Iterable[bytes]
) -> Iterator[tuple[Sequence[str], Columns]]:
    """(uids, columns) of a few hundred rows after the other; the rows must be sorted.

    Read column by column: empty columns, of which wide tables are full, cost nothing then.
    """
    fields = carried_fields(table)
    readers = [_reader(f) for f in fields]
    found = cells(entry, pieces, ["uid", *(f.code for f in fields)])
    last = ""
    while chunk := list(islice(found, _CHUNK)):
        uids, *texts = zip(*(row for _, row in chunk), strict=True)
        for (line, _), uid, before in zip(chunk, uids, (last, *uids), strict=False):
            if not UID.fullmatch(uid):
                raise _damaged(entry, line, f"记录标识“{uid[:40]}”不合规")
            if uid <= before:
                raise _damaged(entry, line, "记录未按标识排序或有重复")
        last = uids[-1]
        columns: Columns = []
        for column, read, field in zip(texts, readers, fields, strict=True):
            try:
                columns.append([read(t) if t else None for t in column] if any(column) else None)
            except (ValueError, OverflowError):
                _tell_wrong(
                    entry, field, read, [(n, t) for (n, _), t in zip(chunk, column, strict=True) if t]
                )
        yield uids, columns


def records(entry: str, table: TableDef, pieces: Iterable[bytes]) -> Iterator[tuple[str, list[Value]]]:
    """(uid, stored values in the order of the carried fields) of each row; the rows must be sorted."""
    for uids, columns in record_columns(entry, table, pieces):
        nothing: Sequence[Value] = (None,) * len(uids)
        for uid, *values in zip(uids, *(c or nothing for c in columns), strict=True):
            yield uid, values


def _tell_wrong(
    entry: str, field: Field, read: Callable[[str], Value], texts: Iterable[tuple[int, str]]
) -> None:
    """Name the first of the (line, text) that cannot be read."""
    for line, text in texts:
        try:
            read(text)
        except (ValueError, OverflowError) as e:
            raise _damaged(entry, line, f"“{field.label}”的值“{text[:40]}”不合规") from e


def _reader(field: Field) -> Callable[[str], Value]:
    """The exact inverse of `to_text` for what the carrier holds."""
    if field.type in ("money", "area"):
        return _read_two
    if field.type == "decimal":
        return lambda t: _read_scaled(t, field.scale)
    if field.type == "integer":
        return _read_whole
    if field.type == "bool":
        return _read_bool
    if field.type == "code" and field.codes:
        known = frozenset(field.codes.items)
        return lambda t: _read_known(t, known)
    if field.type == "codes" and field.codes:
        known = frozenset(field.codes.items)
        return lambda t: t if all(_read_known(c, known) for c in t.split("|")) else None
    if field.type in ("date", "period"):
        return _read_date if field.type == "date" else _read_period
    if field.type == "ref":
        return _read_ref
    return str


def _bounded(value: int) -> int:
    if abs(value) >= 2**63:
        raise ValueError
    return value


def _read_two(text: str) -> int:
    if not _TWO.fullmatch(text):
        raise ValueError
    return _bounded(int(text.replace(".", "")))


def _read_scaled(text: str, places: int) -> int:
    if places and not re.fullmatch(rf"-?\d+\.\d{{{places}}}", text):
        raise ValueError
    return _bounded(int(text.replace(".", "")))


def _read_whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError
    return _bounded(int(text))


def _read_bool(text: str) -> int:
    return {"是": 1, "否": 0}[text] if text in ("是", "否") else _refuse(text)


def _refuse(text: str) -> int:
    raise ValueError(text)


def _read_known(text: str, known: frozenset[str]) -> str:
    if text not in known:
        raise ValueError
    return text


@lru_cache(maxsize=20_000)
def _read_date(text: str) -> str:
    if parse_date(text) != text:
        raise ValueError
    return text


@lru_cache(maxsize=500)
def _read_period(text: str) -> str:
    if parse_period(text) != text:
        raise ValueError
    return text


def _read_ref(text: str) -> str:
    if not UID.fullmatch(text):
        raise ValueError
    return text
