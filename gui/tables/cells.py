"""What happens to cells inside the worker thread: rows made ready, pasted text read, values written."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING

from core.jobs import Progress
from core.standard.model import Field, Show
from core.standard.numbers import AREA_UNITS, MONEY_UNITS, half_up
from core.standard.types import Value, clean_text, parse_shown, show
from gui.tables.columns import GridColumn

if TYPE_CHECKING:
    from core.records import Ledger
    from core.records.edit import Edit


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list, ready to paint: stored values and the strings shown for them.

    `name` is what people call the record; a child record is called after its parent.
    """

    id: int
    uid: str
    name: str
    values: tuple[Value, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellEdit:
    """A value to be written into one cell; `shown` is what to paint until the row is read again."""

    uid: str
    column: GridColumn
    value: Value
    shown: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cell whose text could not be taken, and why."""

    row: int
    label: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class PastePlan:
    """What a paste would write, what it would add, and what it cannot take."""

    edits: tuple[CellEdit, ...]
    added: tuple[tuple[CellEdit, ...], ...]
    refused: tuple[Refusal, ...]

    @property
    def count(self) -> int:
        return len(self.edits) + sum(len(row) for row in self.added)


# --- reading --------------------------------------------------------------------------------------


def load_rows(
    ledger: Ledger, table: str, ids: Sequence[int], columns: Sequence[GridColumn]
) -> dict[int, Row]:
    """Rows with ready strings, by id."""
    wanted = [c.pick.code if c.pick else c.code for c in columns]
    shown = [c.code for c in columns]
    names = _Names(ledger)
    definition = ledger.standard.tables[table]
    called = definition.fields[definition.parent or definition.name_field]
    rows: dict[int, Row] = {}
    for id_, uid, call, *rest in ledger.page(table, ids, ["id", "uid", called.code, *wanted, *shown]):
        values, looks = rest[: len(columns)], rest[len(columns) :]
        texts = tuple(
            names.of(c.field, look) if c.field.type == "ref" else show(look, c.field)
            for c, look in zip(columns, looks, strict=True)
        )
        name = names.of(called, call) if called.type == "ref" else show(call, called)
        rows[id_] = Row(id_, uid, name, tuple(values), texts)
    return rows


class _Names:
    """Names of referenced records, each asked once."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[tuple[str, str], str] = {}

    def of(self, field: Field, uid: Value) -> str:
        if uid is None:
            return ""
        key = (field.ref, str(uid))
        if key not in self._known:
            self._known[key] = self._ledger.name_of(*key)
        return self._known[key]


def block_of(
    ledger: Ledger, table: str, ids: Sequence[int], columns: Sequence[GridColumn]
) -> list[list[str]]:
    """A block of cells as it goes to the clipboard."""
    rows = load_rows(ledger, table, ids, columns)
    return [
        [plain_number(t, c) for t, c in zip(rows[i].texts, columns, strict=True)] for i in ids if i in rows
    ]


def plain_number(text: str, column: GridColumn) -> str:
    """Numbers go to the clipboard without separators, so that every program reads them as numbers."""
    return text.replace(",", "") if column.right else text


def to_tsv(rows: Iterable[Sequence[str]]) -> str:
    """Rows as tab-separated text with quotes where a cell holds tabs, quotes or line breaks."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def to_html(rows: Iterable[Sequence[str]], numbers: Sequence[bool]) -> str:
    """The same block as a table that marks text as text, so that Excel does not ruin long codes.

    `numbers` says of each column whether it holds numbers.
    """
    out = ["<table>"]
    for row in rows:
        cells = []
        for text, is_number in zip(row, numbers, strict=True):
            style = "" if is_number else " style=\"mso-number-format:'\\@'\""
            cells.append(f"<td{style}>{escape(text).replace(chr(10), '<br>')}</td>")
        out.append(f"<tr>{''.join(cells)}</tr>")
    out.append("</table>")
    return "".join(out)


def from_tsv(text: str) -> list[list[str]]:
    """The rows of a clipboard text; a last line break makes no row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.endswith("\n"):
        text = text[:-1]
    if '"' not in text:
        return [line.split("\t") for line in text.split("\n")]
    try:
        return [row or [""] for row in csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True)]
    except csv.Error:  # A lone quote that was not meant as one.
        return [line.split("\t") for line in text.split("\n")]


def add_up(
    ledger: Ledger, table: str, ids: Sequence[int], columns: Sequence[GridColumn]
) -> tuple[int, dict[str, int]]:
    """Filled cells of a block, and the sums of its amounts and areas by type."""
    filled, sums = 0, dict[str, int]()
    codes = [c.code for c in columns]
    for row in ledger.page(table, ids, codes):
        for column, value in zip(columns, row, strict=True):
            if value is None:
                continue
            filled += 1
            if column.field.type in ("money", "area", "integer"):
                sums[column.field.type] = sums.get(column.field.type, 0) + int(value)
    return filled, sums


def distinct(
    ledger: Ledger, table: str, column: GridColumn, where: str, path: str, search: str
) -> list[tuple[Value, str, int]]:
    """What the filter of a column offers, with counts, most used first and blanks last.

    References are offered by name, dates by year, several codes one by one.
    """
    raw: Counter[Value] = Counter(
        row[0] for row in ledger.select(table, [column.code], where=where, path=path, search=search)
    )
    names = _Names(ledger)
    counted: Counter[tuple[Value, str]] = Counter()
    for value, n in raw.items():
        if value is not None:
            for key in _offered(column.field, value, names):
                counted[key] += n
    made = [(value, shown, n) for (value, shown), n in counted.most_common()]
    return [*made, (None, "（空白）", raw[None])] if None in raw else made


def _offered(field: Field, value: Value, names: _Names) -> list[tuple[Value, str]]:
    if field.type == "ref":
        name = names.of(field, value)
        return [(name, name)]
    if field.type == "date":
        year = str(value)[:4]
        return [(year, f"{year}年")]
    if field.type == "codes":
        return [(code, show(code, field)) for code in str(value).split("|")]
    return [(value, show(value, field))]


def show_sum(value: int, field: Field) -> str:
    """A sum for people: added exactly, rounded half up to two decimals at the very end."""
    units = {"money": MONEY_UNITS, "area": AREA_UNITS}.get(field.type)
    return f"{half_up(Fraction(value) / units[field.unit], 2):,}" if units else show(value, field)


# --- understanding what was typed -----------------------------------------------------------------


def understand(ledger: Ledger, column: GridColumn, text: str) -> tuple[Value, str]:
    """Typed or pasted text → stored value and the string to paint; ValueError with a Chinese reason."""
    if not column.editable:
        raise ValueError(f"{column.label}由程序编制，不能填写")
    target = column.writes
    if target.type == "ref":
        uid = find_by_name(ledger, target, text)
        return uid, clean_text(text)
    value = parse_shown(text, target)
    return value, show(value, target)


def find_by_name(ledger: Ledger, field: Field, text: str) -> Value:
    """The record that a name stands for, told without doubt or not at all."""
    name = clean_text(text)
    if not name:
        return None
    other = ledger.standard.tables[field.ref]
    wanted = repr(name[:200])
    found = list(ledger.select(field.ref, ["uid"], where=f"{other.name_field} == {wanted}"))
    for code in other.match:
        if not found and code != other.name_field:
            found = list(ledger.select(field.ref, ["uid"], where=f"{code} == {wanted}"))
    if not found:
        raise ValueError(f"“{name}”不在{other.label}表里，请先在「{other.label}」中添加")
    if len(found) > 1:
        raise ValueError(f"有 {len(found)} 条{other.label}都叫“{name}”，请在格里选择")
    return str(found[0][0])


def plan_paste(
    ledger: Ledger,
    table: str,
    ids: Sequence[int],
    columns: Sequence[GridColumn],
    block: Sequence[Sequence[str]],
    first_row: int,
) -> PastePlan:
    """Read a pasted block against the rows `ids`; rows beyond them become new records."""
    uids = [row[0] for row in ledger.page(table, list(ids), ["uid"])]
    reader = _Reader(ledger)
    edits: list[CellEdit] = []
    added: list[tuple[CellEdit, ...]] = []
    for n, line in enumerate(block):
        uid = uids[n] if n < len(uids) else ""
        made = reader.read(uid, zip(columns, line, strict=False), first_row + n)
        if uid:
            edits.extend(made)
        elif any(e.value is not None for e in made):
            added.append(tuple(made))
    return PastePlan(tuple(edits), tuple(added), tuple(reader.refused))


def plan_fill(
    ledger: Ledger,
    table: str,
    cells: Sequence[tuple[int, int, Sequence[GridColumn]]],
    text: str,
) -> PastePlan:
    """Read one text for many cells, given as (row number, id, columns)."""
    uids: dict[int, str] = dict(ledger.page(table, [id_ for _, id_, _ in cells], ["id", "uid"]))
    reader = _Reader(ledger)
    edits: list[CellEdit] = []
    for number, id_, columns in cells:
        if id_ in uids:
            edits.extend(reader.read(uids[id_], ((c, text) for c in columns), number))
    return PastePlan(tuple(edits), (), tuple(reader.refused))


class _Reader:
    """Understands cells, the same text in the same column once."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[tuple[str, str], tuple[Value, str] | ValueError] = {}
        self.refused: list[Refusal] = []

    def read(self, uid: str, cells: Iterable[tuple[GridColumn, str]], row: int) -> list[CellEdit]:
        made: list[CellEdit] = []
        for column, text in cells:
            key = (column.code, text)
            if key not in self._known:
                try:
                    self._known[key] = understand(self._ledger, column, text)
                except ValueError as reason:
                    self._known[key] = reason
            found = self._known[key]
            if isinstance(found, ValueError):
                self.refused.append(Refusal(row + 1, column.label, text, str(found)))
            else:
                made.append(CellEdit(uid, column, *found))
        return made


def plan_replace(
    ledger: Ledger, table: str, ids: Sequence[int], column: GridColumn, words: str, by: str
) -> PastePlan:
    """Read every cell of a column that holds the words, with the words replaced."""
    edits: list[CellEdit] = []
    refused: list[Refusal] = []
    for start in range(0, len(ids), 1000):
        part = ids[start : start + 1000]
        rows = load_rows(ledger, table, part, [column])
        for n, id_ in enumerate(part, start + 1):
            row = rows.get(id_)
            if row is None or words not in row.texts[0]:
                continue
            text = row.texts[0].replace(words, by)
            try:
                value, shown = understand(ledger, column, text)
            except ValueError as reason:
                refused.append(Refusal(n, column.label, text, str(reason)))
                continue
            edits.append(CellEdit(row.uid, column, value, shown))
    return PastePlan(tuple(edits), (), tuple(refused))


def find_words(
    ledger: Ledger,
    table: str,
    ids: Sequence[int],
    columns: Sequence[GridColumn],
    words: str,
    after: tuple[int, int],
    progress: Progress,
) -> tuple[int, int] | None:
    """Row and column of the next cell with these words behind the one `after`; the last row leads to the first."""
    wanted = words.lower()
    row, column = max(after[0], 0), after[1]
    for begin in range(row, row + len(ids) + 1, 1000):
        progress.step(begin - row, len(ids), "正在查找")
        numbers = [n % len(ids) for n in range(begin, min(begin + 1000, row + len(ids) + 1))]
        rows = load_rows(ledger, table, [ids[n] for n in numbers], columns)
        for turn, n in enumerate(numbers, begin - row):
            found = rows.get(ids[n])
            for c, text in enumerate(found.texts if found else ()):
                is_behind = 0 < turn < len(ids) or (c > column if not turn else c < column)
                if is_behind and wanted in text.lower():
                    return n, c
    return None


# --- writing --------------------------------------------------------------------------------------


def write_cells(edit: Edit, table: str, edits: Iterable[CellEdit]) -> None:
    """Write cells, each through the field or shown column that it belongs to."""
    by_uid: dict[str, dict[str, Value]] = {}
    for each in edits:
        if each.column.pick is not None or isinstance(each.column.source, Field):
            by_uid.setdefault(each.uid, {})[each.column.writes.code] = each.value
    for uid, values in by_uid.items():
        edit.set(table, uid, values)
    for each in edits:
        if each.column.pick is None and isinstance(each.column.source, Show):
            edit.set_shown(table, each.uid, each.column.code, each.value)


def write_plan(plan: PastePlan, table: str, given: dict[str, Value]) -> Callable[[Edit], None]:
    """The deed of a paste: cells of existing rows, then the new rows with the values `given`."""

    def write(edit: Edit) -> None:
        write_cells(edit, table, plan.edits)
        for row in plan.added:
            plain = {e.column.writes.code: e.value for e in row if not _is_through_show(e.column)}
            uid = edit.add(table, {**given, **plain})
            for e in row:
                if _is_through_show(e.column) and e.value is not None:
                    edit.set_shown(table, uid, e.column.code, e.value)

    return write


def _is_through_show(column: GridColumn) -> bool:
    return column.pick is None and isinstance(column.source, Show)
