"""Raw cell → stored value by field type, with a doubt wherever the reading is not certain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from unicodedata import is_normalized

from core.excel import amounts, choices, counts, days, idents
from core.excel.grid import Cell, Raw, cell_of, text_of
from core.excel.readings import EMPTY, Reader, Reading, Told, is_placeholder, without_value
from core.standard.model import Field
from core.standard.types import Value, clean_text


def reader(field: Field, unit: str, column: Sequence[Raw]) -> Reader:
    """The reader of one column: by the field's type, the column's unit and all of its cells."""
    makers: dict[str, Callable[[], Reader]] = {
        "text": lambda: _text_reader(field),
        "id": lambda: idents.reader(field, column),
        "cert": lambda: idents.reader(field, column),
        "money": lambda: amounts.reader(field, unit, column),
        "area": lambda: amounts.reader(field, unit, column),
        "decimal": lambda: counts.decimal_reader(field, unit),
        "integer": lambda: counts.integer_reader(field, unit),
        "date": lambda: days.reader(field, column),
        "period": lambda: days.period_reader(field),
        "bool": lambda: choices.bool_reader(field),
        "code": lambda: choices.reader(field),
        "codes": lambda: choices.reader(field),
        "ref": lambda: _text_reader(field),
    }
    return makers[field.type]()


def read_column(read: Reader, raws: Sequence[Raw]) -> tuple[list[Value], Told]:
    """Read a whole column: each different cell once, numbers by the reader's own quick loop."""
    quick = getattr(read, "quick", None)
    kinds = set(map(type, raws))
    if quick is not None and kinds <= {int, float, type(None)}:
        return quick(raws)  # type: ignore[no-any-return]
    # True equals 1, so truth values carry their type.
    keys: Sequence[object] = (
        [(bool, raw) if raw is True or raw is False else raw for raw in raws] if bool in kinds else raws
    )
    known: dict[object, Value] = {}
    doubtful: dict[object, tuple[str, str]] = {}
    for key, raw in dict(zip(keys, raws, strict=True)).items():
        reading = read(raw)
        if type(raw) is str and "\ufffd" in raw:
            reading = _garbled(raw, reading)
        known[key] = reading.value
        if reading.code:
            doubtful[key] = (reading.code, reading.text)
    values = list(map(known.__getitem__, keys))
    return values, {i: doubtful[key] for i, key in enumerate(keys) if key in doubtful} if doubtful else {}


def _garbled(raw: str, reading: Reading) -> Reading:
    """Characters that the file's encoding could not give stay visible, and are told."""
    if reading.code:
        return reading
    text = f"“{raw.strip()[:40]}”里有无法识别的字（乱码）。请对照原件改正。"
    return Reading(reading.value, "garbled", text)


def _text_reader(field: Field) -> Reader:
    def read(raw: Raw) -> Reading:
        if nothing := without_value(raw, field.label):
            return nothing
        if type(raw) is str and raw.isprintable() and raw.isascii() is False and raw.strip(" \u3000") == raw:
            text = raw if is_normalized("NFC", raw) else clean_text(raw)
        else:
            text = clean_text(shown_text(raw))
        if is_placeholder(text):
            return EMPTY
        if len(text) > 1 and text[0] in "'‘’" and text.count(text[0]) == 1:
            text = text[1:]
        if isinstance(raw, tuple) and not field.multiline and cell_of(raw).kind == "d":
            shown = f"{field.label}一格在 Excel 里是日期（{text}），可能是“3-2”这样的编号被改成了日期。请对照原件核对。"
            return Reading(text, "date-in-text", shown)
        if len(text) > field.max:
            return Reading(
                text, "too-long", f"{field.label}有 {len(text)} 字，超过 {field.max} 字。请精简后填写。"
            )
        return Reading(text)

    return read


def shown_text(raw: Raw) -> str:
    """A cell as its reader sees it: dates in their own precision, numbers in their format."""
    if isinstance(raw, tuple):
        cell: Cell = cell_of(raw)
        if cell.kind == "d":
            return days.shown_day(cell)
    return text_of(raw)
