"""Which column of a foreign table is which field: by its header, and by its values as witness."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from core.excel import choices, readings
from core.excel.grid import Raw, text_of
from core.excel.sums import number_of
from core.excel.words import bare, half, header_units
from core.exchange.mapped import OWN_NAMES, UID_NAMES, Mapped, combined_parts
from core.exchange.vocabulary import ASK, SERIAL, SURE, Vocabulary, importable, target_field
from core.exchange.witness import (
    are_counters,
    counts_up,
    is_unit_column,
    looks_private,
    numeric,
    speaks,
    witness,
)
from core.standard.model import Column, Field, Show, TableDef
from core.standard.numbers import AREA_UNITS, MONEY_UNITS

LAND_UNITS = frozenset(("亩", "公顷", "平方公里"))
__all__ = [
    "FAMILY",
    "NO_HEADER",
    "Vocabulary",
    "importable",
    "map_columns",
    "target_field",
]

FAMILY = {"money": MONEY_UNITS, "area": AREA_UNITS}
NO_HEADER = "（无表头）"
"""Ends the title of a column that has values and no header."""


# --- mapping one table ---------------------------------------------------------------------


def map_columns(
    vocabulary: Vocabulary,
    table: str,
    headers: dict[int, tuple[str, ...]],
    samples: dict[int, list[Raw]],
    *,
    context: str = "",
    private: bool = False,
) -> dict[int, Mapped]:
    """Propose a field for each column of a table."""
    definition = vocabulary.standard.tables[table]
    mapped = {c: Mapped(c, levels) for c, levels in headers.items()}
    offers: list[tuple[float, int, str, float]] = []
    named: dict[int, dict[str, float]] = {}
    claimed = {
        code
        for levels in headers.values()
        for code, score in vocabulary.names(table, levels).items()
        if score >= SURE
    }
    fields = {
        c
        for c, levels in headers.items()
        if max(vocabulary.names(table, levels).values(), default=0.0) >= SURE
    }
    combined = {
        c: parts
        for c, levels in headers.items()
        if (parts := combined_parts(vocabulary, definition, c, levels, samples.get(c, [])))
    }
    ticks = _tick_columns(definition, headers, samples, fields)
    for c, levels in headers.items():
        m = mapped[c]
        if is_unit_column(samples.get(c, [])):
            m.role = "unit"
            continue
        if bare(levels[-1]) in OWN_NAMES:
            m.role = "own"
            continue
        if bare(levels[-1]) in UID_NAMES:
            m.role = "uid"
            continue
        if bare(levels[-1]) in SERIAL or (half(levels[-1]).lower() in SERIAL):
            m.role = "serial"
            continue
        if c in combined:
            m.parts, m.code, m.score, m.asked = combined[c], combined[c][0].code, 1.0, True
            continue
        if c in ticks:
            m.code, m.tick = ticks[c]
            m.score = 1.0
            continue
        if counts_up(samples.get(c, [])) and (
            levels[-1].endswith(NO_HEADER) or _is_number_name(half(levels[-1]))
        ):
            m.role = "serial"
            continue
        if not private and looks_private(levels, samples.get(c, [])):
            m.role = "private"
            continue
        values = samples.get(c, [])
        # 单位 with 台, 辆, 平方米 below counts things; it names no owner.
        counted = bare(levels[-1]) == "单位" and are_counters(values)
        scores = dict(vocabulary.candidates(table, ("计量单位",) if counted else levels))
        generic = vocabulary.generic[table].get(bare(levels[-1]), ())
        twin = bool(generic) and _twice(c, headers, samples)
        for code in generic:
            if scores.get(code, 0.0) > 1.0:
                continue  # 土地 above 面积 has said it.
            # 面积 alone: which one, the words of the sheet and the unit (亩 is for land) decide.
            column = definition.column(code)
            land = "土地" * 3 if twin or set(header_units(levels[-1])) & LAND_UNITS else ""
            scores[code] = 0.95 + 0.01 * _evidence(column, context + land) if column else 0.0
        if twin:
            best = max(generic, key=lambda code: scores[code])
            scores = {code: s for code, s in scores.items() if code == best or code not in generic}
        named[c] = scores
        for code, score in scores.items():
            column = definition.column(code)
            if column is None:
                continue
            if not private and target_field(column).sensitive:
                m.role = "private"
                break
            f = target_field(column)
            if score == 0.67 and f.type not in ("code", "money"):
                continue
            if score < SURE and not values and code in claimed:
                # A likeness without a single value is nothing beside a column that has the name.
                continue
            fit = witness(f, values)
            score = _in_context(score, column, context) + _recency(levels)
            offers.append((score * (0.35 + 0.65 * fit), c, code, fit))
            if score >= ASK:
                m.others = (*m.others, code)
    guessed = {code for codes in vocabulary.generic[table].values() for code in codes}
    lists = {c.code for c in importable(definition) if target_field(c).codes is not None}
    _assign(mapped, offers, named, lists)
    for m, other in itertools.permutations([m for m in mapped.values() if m.code in guessed], 2):
        # Two columns called 面积 and nothing else: which is which was a guess.
        m.asked = m.asked or m.header == other.header
    _by_values(definition, mapped, samples)
    _by_position(definition, mapped, samples)
    _codes_of_neighbours(definition, mapped)
    for m in mapped.values():
        m.others = tuple(o for o in dict.fromkeys(m.others) if o != m.code)[:5]
    return mapped


def _twice(c: int, headers: dict[int, tuple[str, ...]], samples: dict[int, list[Raw]]) -> bool:
    """Whether another column of the same name holds the same areas in another unit: 面积（亩） | 面积（㎡）."""
    own = _area_unit(headers[c])
    for other, levels in headers.items():
        unit = _area_unit(levels)
        if bare(levels[-1]) != bare(headers[c][-1]) or not own or not unit or own == unit:
            continue
        if LAND_UNITS.isdisjoint((own, unit)):
            continue
        factor = float(AREA_UNITS[own] / AREA_UNITS[unit])
        pairs = zip(samples.get(c, []), samples.get(other, []), strict=False)
        same = [
            a is not None and b is not None and abs(a * factor - b) <= 0.02 * abs(b)
            for a, b in ((number_of(mine), number_of(theirs)) for mine, theirs in pairs)
        ]
        if len(same) >= 2 and sum(same) >= 0.8 * len(same):
            return True
    return False


def _area_unit(levels: tuple[str, ...]) -> str:
    """The one unit of area that a header states; "" when there is none."""
    units = [u for u in header_units(levels[-1]) if u in AREA_UNITS]
    return units[0] if len(units) == 1 else ""


def _is_number_name(header: str) -> bool:
    """编号 · 号 alone may be a mere serial number; 资产编号 names a code."""
    return header in ("编号", "号", "编码", "资产序号", "号码", "项目", "顺序")


def _in_context(score: float, column: Column, context: str) -> float:
    """Between fields of one name (面积), the one whose words the sheet's title speaks."""
    if not context:
        return score
    return score + 0.001 * _evidence(column, context)


def _recency(levels: Sequence[str]) -> float:
    """Between the same figure of several days, the last one: 2024年末 before 2023年末, 期末 before 期初."""
    text = half("".join(levels))
    years = [int(y) for y in re.findall(r"(?:19|20)\d\d", text)]
    early = re.search(r"期初|年初|上年|上期|去年", text) is not None
    return (max(years) - 2100 if years else 0) * 0.0001 - 0.001 * early


def _evidence(column: Column, context: str) -> int:
    """How often the sheet speaks the words that make this column's name."""
    words = {w[:2] for w in (column.label, *column.synonyms) if len(half(w)) >= 4} - {"使用", "总建", "其中"}
    return min(4, sum(context.count(w) for w in words))


def _assign(
    mapped: dict[int, Mapped],
    offers: list[tuple[float, int, str, float]],
    header_scores: dict[int, dict[str, float]],
    lists: set[str],
) -> None:
    """Give each field to the column that claims it best."""
    taken: dict[str, int] = {p.code: c for c, m in mapped.items() if m.tick for p in (m, *m.parts)}
    taken |= {p.code: c for c, m in mapped.items() for p in m.parts}
    done: set[int] = set()
    for score, c, code, fit in sorted(offers, key=lambda o: (-o[0], o[1])):
        m = mapped[c]
        if c in done or m.role or m.tick or m.parts:
            continue
        named = header_scores[c].get(code, 0.0)
        if code in taken:
            if named >= SURE and all(
                header_scores[c].get(o, 0.0) < ASK or o in taken for o in header_scores[c]
            ):
                m.role = "duplicate"
                m.others = (code, *m.others)
            continue
        if named < ASK or (named < SURE and (fit < 0.7 or score < ASK)):
            continue
        if fit == 0.0 and _another(offers, c, code, taken):
            continue
        m.code, m.score, m.fit = code, named, fit
        m.role = ""
        # 是否有证 asks for yes or no: where an answer is no name of the list, the clerk confirms what it means.
        m.asked = named < SURE or (fit < 1.0 and code in lists and choices.is_question(m.header[-1]))
        taken[code] = c
        done.add(c)
    for c in done:
        mapped[c].role = ""


def _another(offers: list[tuple[float, int, str, float]], c: int, code: str, taken: dict[str, int]) -> bool:
    """Whether the column has a further field that its values fit."""
    return any(o[1] == c and o[2] != code and o[2] not in taken and o[3] > 0 and o[0] > 0.3 for o in offers)


def _tick_columns(
    definition: TableDef,
    headers: dict[int, tuple[str, ...]],
    samples: dict[int, list[Raw]],
    fields: set[int],
) -> dict[int, tuple[str, str]]:
    """Columns named like the codes of one list and filled with marks: column → (field, code).

    `fields` are the columns whose header names a field: words in them are no marks.
    """
    marked = {}
    for c, levels in headers.items():
        filled = [v for v in samples.get(c, []) if v is not None and not readings.is_placeholder(text_of(v))]
        ticked = sum(1 for v in filled if choices.is_tick(v))
        if ticked + sum(1 for v in filled if choices.is_untick(v)) == len(filled):
            marked[c] = (levels, ticked, False)
        elif all(
            choices.is_tick(v) or numeric(v) or (c not in fields and len(text_of(v)) <= 40) for v in filled
        ):
            # Figures or words (划转至区档案馆) under 调剂使用一批 choose it as a tick does.
            marked[c] = (levels, len(filled), True)
    offers: list[dict[int, tuple[str, str]]] = []
    for f in definition.fields.values():
        if f.type != "code" or f.codes is None:
            continue
        found: dict[int, tuple[str, str]] = {}
        total = 0
        for c, (levels, count, figures) in marked.items():
            name = re.sub(r"^是否", "", bare(levels[-1]))
            items, sure = choices.match(name, f.codes)
            # Amounts under 调剂使用 | 完善经营 | 转让变现 choose a path too; under 土地 | 房屋 they are areas.
            if sure and len(items) == 1 and not (figures and len(name) < 4):
                found[c] = (f.code, items[0].code)
                total += count
        if len({code for _, code in found.values()}) >= 2 and total:
            offers.append(found)
    # 使用状况 and 盘活路径 may both be ticked in one table; a column belongs to the larger list.
    chosen: dict[int, tuple[str, str]] = {}
    for found in sorted(offers, key=len, reverse=True):
        if found.keys().isdisjoint(chosen):
            chosen |= found
    return chosen


def _by_values(definition: TableDef, mapped: dict[int, Mapped], samples: dict[int, list[Raw]]) -> None:
    """Columns that no header named: their values may speak for them."""
    taken = {m.code for m in mapped.values() if m.code}
    listed = [
        c
        for c in importable(definition)
        if c.list and c.code not in taken and target_field(c).type in ("code", "id")
    ]
    for m in mapped.values():
        # A name that no value of the column fits is no witness either, and 处置意见 may hold nothing but paths.
        own = definition.column(m.code) if m.code and not m.tick else None
        prose = isinstance(own, Field) and own.type == "text" and own.multiline
        group = own.group if isinstance(own, Field) else ""
        wrong = own is not None and (m.fit == 0.0 or prose)
        if m.role or (m.code and not wrong):
            continue
        filled = [
            v for v in samples.get(m.column, []) if v is not None and not readings.is_placeholder(text_of(v))
        ]
        filled = filled[:80]
        if len(filled) < (1 if m.title.endswith(NO_HEADER) else 3):
            continue
        for column in listed:
            f = target_field(column)
            if prose and m.fit > 0.0 and f.group != group:
                continue
            if column.code in taken or not speaks(f, filled, alone=m.title.endswith(NO_HEADER)):
                continue
            taken.discard(m.code)
            m.code, m.asked, m.score, m.fit = column.code, True, ASK, 1.0
            taken.add(column.code)
            break


def _by_position(definition: TableDef, mapped: dict[int, Mapped], samples: dict[int, list[Raw]]) -> None:
    """No column is called a name: the first one before the place whose words are all different (项目, no header)."""
    columns = {m.code: definition.column(m.code) for m in mapped.values() if m.code}
    named = {f.code for f in definition.fields.values() if f.names} | {definition.name_field}
    places = [
        m.column
        for m in mapped.values()
        if isinstance(f := columns.get(m.code), Field) and f.type == "text" and f.list and f.group == "place"
    ]
    if not definition.name_field or not named.isdisjoint(columns) or not places:
        return
    for c, m in sorted(mapped.items()):
        if c > min(places):
            return
        words = [text_of(v).strip() for v in samples.get(c, []) if v is not None]
        if m.code or m.role or len(words) < 2 or any(numeric(w) or len(w) > 60 for w in words):
            continue
        if len(set(words)) >= 0.8 * len(words):
            m.code, m.score, m.asked = definition.name_field, ASK, True
            return


def _codes_of_neighbours(definition: TableDef, mapped: dict[int, Mapped]) -> None:
    """信用代码 right behind 被投企业 is that company's, not the owner's: the field declared behind it."""
    fields = list(definition.fields.values())
    following = {f.code: g for f, g in itertools.pairwise(fields)}
    taken = {m.code for m in mapped.values()}
    for m in mapped.values():
        column = definition.column(m.code) if m.code else None
        before = mapped.get(m.column - 1)
        if not isinstance(column, Show) or before is None or before.code not in following:
            continue
        theirs = following[before.code]
        if theirs.check and theirs.check == column.target.check and theirs.code not in taken:
            m.code, m.asked = theirs.code, True
