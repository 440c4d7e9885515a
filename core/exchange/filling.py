"""The rows of a foreign table, read column by column into planned records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import zip_longest
from statistics import median
from typing import Any

from core.excel import cells, choices, readings
from core.excel.bodies import Row
from core.excel.grid import Raw, letter, text_of
from core.excel.words import bare, half
from core.exchange.areas import areas_by_class
from core.exchange.around import fill_from_sections
from core.exchange.columns import FAMILY, target_field
from core.exchange.dated import PART, date_parts, joined
from core.exchange.implied import imply_codes
from core.exchange.mapped import Mapped, pieces
from core.exchange.measures import section_unit
from core.exchange.plan import CLEAR, KEEP, Doubt, PlannedRecord, PlannedTable
from core.exchange.sight import Sight, plain_number
from core.exchange.spread import spread_column
from core.exchange.target import stand_ins
from core.exchange.witness import private_extra
from core.standard.model import CodeList, Column, Field, Show, TableDef
from core.standard.numbers import AREA_UNITS, MONEY_UNITS, unit_named
from core.standard.types import Value, clean_text

UNITS = {**MONEY_UNITS, **AREA_UNITS}
_OTHERWISE = {"万元": "元", "㎡": "亩"}
"""The unit that was guessed → what it may be as well."""


def read_records(sight: Sight, definition: TableDef, planned: PlannedTable, rows: list[Row]) -> None:
    """Read column by column, then join the readings to records."""
    count = len(rows)
    doubts: list[list[Doubt]] = [[] for _ in range(count)]
    extra: list[dict[str, str]] = [{} for _ in range(count)]
    cleared: dict[int, set[str]] = {}
    columns = _turned(sight, rows)
    for first, *others in date_parts(planned.columns, definition).values():
        columns[first] = joined([columns[c] for c in (first, *others)])
    kinds: dict[str, dict[str, list[Any]]] = {"values": {}, "shown": {}, "refs": {}}
    later: list[tuple[int, Mapped]] = []
    uids = [""] * count
    ticks: dict[str, list[tuple[int, Mapped]]] = {}
    for c, m in planned.columns.items():
        column = definition.column(m.code) if m.code else None
        if m.tick:
            ticks.setdefault(m.code, []).append((c, m))
        elif m.role == "uid":
            uids = [half(text_of(sight.grid.raw(r.number, c))).lower() for r in rows]
        elif m.role in ("serial", "private", "unit", "own", PART):
            continue
        elif column is None:
            later.append((c, m))
        elif m.parts:
            for part, raws, notes in _apart(m, columns[c]):
                values, told = _read(sight, definition.fields[part.code], part, raws)
                kinds["values"][part.code] = values
                _tell_cells(sight, c, part.code, rows, raws, {**notes, **told}, doubts)
        else:
            f = target_field(column)
            raws, notes = spread_column(sight, definition, planned, c, rows, columns[c])
            raws = _with_units(sight, planned, c, f, rows, raws)
            values, told = _read(sight, f, m, raws)
            kind = "shown" if isinstance(column, Show) else "refs" if f.type == "ref" else "values"
            kinds[kind][column.code] = values
            _tell_cells(sight, c, column.code, rows, raws, {**told, **notes}, doubts)
            _tell_blanks(sight, planned, c, column, rows, raws, values, doubts, cleared)
    named = stand_ins(definition, planned.columns)
    if named:
        texts = zip(*[map(text_of, columns[c]) for c in named], strict=True)
        kinds["values"][definition.name_field] = [clean_text("".join(t)) or None for t in texts]
    values_of = _joined(kinds["values"], count)
    shown_of = _joined(kinds["shown"], count)
    refs_of = _joined(kinds["refs"], count)
    for code, marked in ticks.items():
        _ticked(sight, definition.fields[code], marked, rows, values_of, doubts)
    for c, m in later:
        _leftover(sight, definition, planned, m, rows, columns[c], (values_of, shown_of), extra, doubts)
    imply_codes(sight, definition, planned, rows, values_of, doubts)
    fill_from_sections(sight, definition, planned, rows, values_of, shown_of, extra)
    areas_by_class(definition, planned, values_of, doubts)
    for i, r in enumerate(rows):
        if r.doubt:
            doubts[i].append(Doubt(sight.grid.name, r.number, "", definition.name_field, r.doubt, "", r.text))
        sight.out.records.append(
            PlannedRecord(
                definition.code,
                sight.grid.name,
                r.number,
                values_of[i],
                shown_of[i],
                refs_of[i],
                extra[i],
                doubts[i],
                frozenset(cleared.get(i, ())),
                index=sight.index,
                name=str(values_of[i].get(definition.name_field) or ""),
                uid=uids[i],
            )
        )
    planned.rows = count


def _apart(m: Mapped, raws: Sequence[Raw]) -> Iterator[tuple[Mapped, list[Raw], dict[int, tuple[str, str]]]]:
    """A combined column as one column for each of its fields; cells that hold another number of values are told."""
    count = len(m.parts)
    split = [pieces(text_of(raw)) if raw is not None else [] for raw in raws]
    notes = {
        i: (
            "several-in-one",
            f"“{text_of(raw).strip()[:40]}”不是 {count} 个数，分不清各是哪一项。请对照原件分别填写。",
        )
        for i, raw in enumerate(raws)
        if len(split[i]) not in (0, count) and not readings.is_placeholder(text_of(raw))
    }
    for k, part in enumerate(m.parts):
        yield part, [p[k] if len(p) == count else None for p in split], notes


def _turned(sight: Sight, rows: list[Row]) -> list[Sequence[Raw]]:
    """The cells of the record rows by column number (0 is nobody)."""
    width = max(sight.headers, default=0)
    lines = [sight.grid.rows[r.number] for r in rows]
    turned: list[Sequence[Raw]] = [()]
    turned += list(zip_longest(*lines))[:width]
    nothing: Sequence[Raw] = (None,) * len(rows)
    return turned + [nothing] * (width + 1 - len(turned))


def _tell_cells(
    sight: Sight,
    c: int,
    code: str,
    rows: list[Row],
    raws: list[Raw],
    told: dict[int, tuple[str, str]],
    doubts: list[list[Doubt]],
) -> None:
    where, sheet = letter(c), sight.grid.name
    for i, (why, text) in told.items():
        doubts[i].append(Doubt(sheet, rows[i].number, where, code, why, text_of(raws[i])[:200], text))


def _tell_blanks(
    sight: Sight,
    planned: PlannedTable,
    c: int,
    column: Column,
    rows: list[Row],
    raws: list[Raw],
    values: list[Value],
    doubts: list[list[Doubt]],
    cleared: dict[int, set[str]],
) -> None:
    """What a blank cell means, where the clerk has said it."""
    meaning = planned.blanks.get(c, KEEP)
    if meaning == KEEP:
        return
    for i, r in enumerate(rows):
        if raws[i] is not None or values[i] is not None:
            continue
        if meaning == CLEAR:
            cleared.setdefault(i, set()).add(column.code)
        else:
            text = f"{column.label}为空。按所选规则，请补填。"
            doubts[i].append(Doubt(sight.grid.name, r.number, letter(c), column.code, "blank", "", text))


def _with_units(
    sight: Sight, planned: PlannedTable, c: int, field_: Field, rows: list[Row], raws: list[Raw]
) -> list[Raw]:
    """Put the unit of a unit column (面积 | 单位), or of the section above it, behind each number."""
    beside = planned.columns.get(c + 1)
    by_column = beside is not None and beside.role == "unit"
    by_section = planned.columns[c].unit_from == "section"
    if field_.type not in FAMILY or not (by_column or by_section):
        return raws
    family = FAMILY[field_.type]
    out: list[Raw] = []
    for r, raw in zip(rows, raws, strict=True):
        unit = section_unit(r.section, field_.type) if by_section else ""
        if by_column:
            unit = unit_named(half(sight.grid.text(r.number, c + 1)).strip("()（）")) or unit
        plain = isinstance(raw, int | float) or (isinstance(raw, str) and plain_number(raw) is not None)
        out.append(f"{text_of(raw)}{unit}" if plain and not isinstance(raw, bool) and unit in family else raw)
    return out


def _read(
    sight: Sight, field_: Field, m: Mapped, raws: list[Raw]
) -> tuple[list[Value], dict[int, tuple[str, str]]]:
    if field_.type == "date" and not sight.grid.typed:
        raws = _as_numbers(raws)
    if field_.codes is not None:
        raws = _signs_as_words(sight, field_.codes, m, raws)
    values, told = cells.read_column(cells.reader(field_, m.unit, raws), raws)
    if field_.codes is not None and choices.is_question(m.header[-1]):
        for i, raw in enumerate(raws):
            if values[i] is None and i not in told and choices.is_no(raw):
                told[i] = (
                    "unknown-code",
                    f"“{m.title}”填的是“{text_of(raw).strip()}”，不能确定是哪一种{field_.label}。请从选项中选择。",
                )
    if m.unit_from == "size" and m.unit in _OTHERWISE:
        # A cell that states its unit itself is the same whatever is guessed for the column.
        otherwise, _ = cells.read_column(cells.reader(field_, _OTHERWISE[m.unit], raws), raws)
        for i, value in enumerate(values):
            if value is not None and i not in told and value != otherwise[i]:
                told[i] = (
                    "unit-guessed",
                    f"{field_.label}没有写单位，按“{m.unit}”读取。请核对后确认或改正。",
                )
    elif field_.type == "money" and m.unit in ("万元", "亿元"):
        _too_large(field_, values, told)
    return values, told


def _explained(sight: Sight, codes: CodeList, raws: list[Raw]) -> dict[str, str]:
    """Signs (1, 2, A) that a note above or below the table explains; {} where the cells hold none."""
    if not any(len(half(text_of(raw))) == 1 for raw in set(raws) if raw is not None):
        return {}
    below = [s.text for s in sight.out.skipped if s.sheet == sight.grid.name and s.why == "footer"]
    legends = (choices.legend(text, codes) for text in (*below, *sight.notes))
    return next((words for words in legends if words), {})


def _signs_as_words(sight: Sight, codes: CodeList, m: Mapped, raws: list[Raw]) -> list[Raw]:
    """Numbers and letters that the header explains, and marks under a question, as the words they stand for."""
    words = choices.legend(m.header[-1], codes) or _explained(sight, codes, raws)
    if not words and not choices.is_question(m.header[-1]):
        return raws
    meant = {
        raw: words.get(half(text_of(raw)).lower().rstrip(".、"), raw) if words else choices.answer(raw)
        for raw in set(raws)
    }
    return [meant[raw] for raw in raws]


def _too_large(field_: Field, values: list[Value], told: dict[int, tuple[str, str]]) -> None:
    """One row in 元 under a 万元 header stands out by thousands."""
    known = [int(x) for x in values if x is not None and int(x) > 0]
    if len(known) < 4 or max(known) < 10**12:
        return
    limit = max(2000 * median(known), 10**12)
    for i, x in enumerate(values):
        if x is not None and i not in told and int(x) >= limit:
            told[i] = (
                "unit-suspect",
                f"{field_.label}比同列其他数大几千倍，可能是按“元”填的。请核对后改正或确认。",
            )


def _ticked(
    sight: Sight,
    field_: Field,
    marked: list[tuple[int, Mapped]],
    rows: list[Row],
    values: list[dict[str, Value]],
    doubts: list[list[Doubt]],
) -> None:
    names = {m.tick: field_.codes.name_of(m.tick) if field_.codes else m.tick for _, m in marked}
    for i, r in enumerate(rows):
        chosen = []
        for c, m in marked:
            raw = sight.grid.raw(r.number, c)
            if raw is not None and choices.is_tick(raw):
                chosen.append((c, m.tick))
            elif raw is not None and not readings.is_placeholder(text_of(raw)) and not choices.is_untick(raw):
                chosen.append((c, m.tick))
                doubts[i].append(
                    Doubt(
                        sight.grid.name,
                        r.number,
                        letter(c),
                        field_.code,
                        "odd-mark",
                        text_of(raw)[:200],
                        f"“{text_of(raw)[:30]}”不是打勾，按选中“{names[m.tick]}”读取。请核对后确认。",
                    )
                )
        values[i][field_.code] = chosen[0][1] if len({t for _, t in chosen}) == 1 else None
        if len({t for _, t in chosen}) > 1:
            picked = "、".join(names[t] for _, t in chosen)
            doubts[i].append(
                Doubt(
                    sight.grid.name,
                    r.number,
                    letter(chosen[0][0]),
                    field_.code,
                    "several-marks",
                    picked,
                    f"{field_.label}同时勾了 {picked}，不能确定。请只选一个；分部分盘活的请先拆分。",
                )
            )


def _leftover(
    sight: Sight,
    definition: TableDef,
    planned: PlannedTable,
    m: Mapped,
    rows: list[Row],
    given: Sequence[Raw],
    places: tuple[list[dict[str, Value]], list[dict[str, Value]]],
    extra: list[dict[str, str]],
    doubts: list[list[Doubt]],
) -> None:
    """A column without a field stays with the record; one that doubles a field fills its gaps."""
    raws = list(given)
    if not sight.answers.private and private_extra(m.header, raws):
        m.role = "private"
        sight.tell(
            m.column,
            "",
            "private",
            m.title,
            f"“{m.title}”一列像是身份证号或私人电话，未导入。确有需要请勾选“也导入像身份证号、私人电话的列”。",
        )
        return
    if m.role == "duplicate" and m.others:
        column = definition.column(m.others[0])
        if column is not None and target_field(column).type != "ref":
            values = places[isinstance(column, Show)]
            first = next((p for p in planned.columns.values() if p.code == column.code), m)
            _doubled(sight, column, first, m, rows, raws, values, doubts)
    for i, raw in enumerate(raws):
        if raw is not None:
            t = cells.shown_text(raw).strip()
            if t:
                extra[i][m.title] = t


def _doubled(
    sight: Sight,
    column: Column,
    first: Mapped,
    m: Mapped,
    rows: list[Row],
    raws: list[Raw],
    values: list[dict[str, Value]],
    doubts: list[list[Doubt]],
) -> None:
    """What a second column for one field says: it fills the gaps; one of the same name that differs is told."""
    again = first is not m and list(map(bare, first.header)) == list(map(bare, m.header))
    field_ = target_field(column)
    read, told = _read(sight, field_, m, raws)
    for i, value in enumerate(read):
        before = values[i].get(column.code)
        if value is None or any(d.field == column.code for d in doubts[i]):
            continue
        if before is None:
            values[i][column.code] = value
            if i in told:
                _tell_cells(sight, m.column, column.code, rows, raws, {i: told[i]}, doubts)
        elif again and field_.type in FAMILY and i not in told and not _agree(before, value, (first, m)):
            text = f"{column.label}与“{m.title}”一列写的“{text_of(raws[i])}”不同，按前者读取。请核对后改正或确认。"
            _tell_cells(sight, m.column, column.code, rows, raws, {i: ("columns-differ", text)}, doubts)


def _agree(one: Value, other: Value, columns: tuple[Mapped, Mapped]) -> bool:
    """Whether two amounts in 分 (0.01 ㎡) are one; one of them may be rounded to 0.01 of a large unit."""
    assert isinstance(one, int) and isinstance(other, int)
    step = max((UNITS[m.unit] / 100 for m in columns if m.unit in UNITS), default=Fraction(1))
    return abs(one - other) <= (max(int(step), abs(one) // 200) if step > 1 else 1)


def _as_numbers(raws: list[Raw]) -> list[Raw]:
    """2010.1 in a text file is doubtful as the number was, unless some 2010.10 shows that zeros are kept."""
    words = {raw for raw in raws if isinstance(raw, str)}
    months = {raw for raw in words if re.fullmatch(r"\d{4}\.\d{1,2}", raw.strip())}
    if any(m.strip().endswith(".10") for m in months):
        return raws
    return [float(raw) if isinstance(raw, str) and raw in months else raw for raw in raws]


def _joined(columns: dict[str, list[Any]], count: int) -> list[dict[str, Any]]:
    """Columns of values → one dictionary per row, without the blanks."""
    if not columns:
        return [{} for _ in range(count)]
    codes = tuple(columns)
    return [
        {code: v for code, v in zip(codes, row, strict=True) if v is not None}
        for row in zip(*columns.values(), strict=True)
    ]
