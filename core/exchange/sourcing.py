"""Where the columns of a form get their values from: fields, the form's own words, columns of imports."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from core.excel import cells
from core.excel.formulas import sheet_of
from core.excel.grid import Grid, column_number, letter, text_of
from core.excel.parts import is_place, place_of
from core.excel.refill import DATE, NUMBER, TEXT, Put, SheetEdit, decimal_plain
from core.excel.rows import decimal_text
from core.excel.words import bare
from core.exchange.blanks import Blank
from core.exchange.columns import FAMILY, target_field
from core.exchange.dated import date_parts
from core.exchange.filled import FilledColumn, FilledTable, in_one_line
from core.standard.model import Field
from core.standard.numbers import AREA_UNITS, MONEY_UNITS, unit_named
from core.standard.types import Value, show

if TYPE_CHECKING:
    from core.records import Ledger

TICK = "√"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the values of one column of a form come from."""

    column: str
    code: str
    write: Callable[[Any], Put | None]
    field: Field | None = None
    unit: str = ""
    place: int = -1
    extra: str = ""


def exact_in(value: int, unit: str, units: Mapping[str, Fraction]) -> str:
    """Whole 分 or 0.01 ㎡ in a unit, without any rounding (1 ㎡ is 0.0015 亩)."""
    ratio = Fraction(value) / units[unit]
    with localcontext() as context:
        context.prec = 60
        return decimal_plain(Decimal(ratio.numerator) / Decimal(ratio.denominator))


class Sourcing:
    """Finds the source of every column of a form, and how its values are written there."""

    def __init__(self, ledger: Ledger, edit: SheetEdit, grids: Sequence[Grid]) -> None:
        self.ledger, self.edit = ledger, edit
        self.grids = {g.name: g for g in grids}

    def columns(self, blank: Blank, table: FilledTable) -> list[Source]:
        """Where each column of a form gets its values from; `table` is told of them."""
        d, made = blank.definition, []
        headers = {m.code: m.header for m in blank.planned.columns.values() if m.code}
        extras = self._extras(blank)
        dates = {
            c: (code, index)
            for code, places in date_parts(blank.planned.columns, d).items()
            for index, c in enumerate(places)
        }
        for c, m in blank.planned.columns.items():
            place, title = letter(c), in_one_line(m.title)
            if m.role == "serial":
                made.append(Source(place, "", lambda v: None))
                continue
            if m.header and m.header[-1].endswith("列（无表头）"):
                continue
            if c in blank.ticks:
                code, value = blank.ticks[c]
                made.append(Source(place, code, _tick(value)))
                table.columns.append(FilledColumn(place, title, code, d.fields[code].label))
                continue
            if c in dates:
                code, index = dates[c]
                made.append(Source(place, code, _part(index)))
                table.columns.append(FilledColumn(place, title, code, d.fields[code].label))
                continue
            code = m.code
            if m.role == "duplicate" and m.others and m.others[0] in headers:
                other = headers[m.others[0]]
                if other == m.header:
                    continue  # one header merged over two columns
                if _own_words(other) == _own_words(m.header):
                    code = m.others[0]  # 净值（元） beside 净值（万元）
            if m.role == "uid":
                made.append(Source(place, "uid", text_put))
                continue
            column = d.column(code) if code and m.role != "private" else None
            if column is None:
                if bare(m.header[-1]) in extras:
                    other_title = extras[bare(m.header[-1])]
                    made.append(Source(place, "", text_put, extra=other_title))
                    table.columns.append(FilledColumn(place, title, extra=other_title))
                else:
                    table.columns.append(FilledColumn(place, title))
                continue
            f = target_field(column)
            unit = self._unit(m.unit, f, title, table)
            made.append(Source(place, code, self._writer(f, unit, place, blank, title, table), f, unit))
            table.columns.append(FilledColumn(place, title, code, column.label, unit))
            if m.asked:
                table.notes.append(f"“{title}”按“{column.label}”填写，请核对。")
        return made

    def _unit(self, told: str, f: Field, title: str, table: FilledTable) -> str:
        if f.type not in FAMILY:
            return ""
        if told in FAMILY[f.type]:
            return told
        unit = f.unit or {"money": "元", "area": "㎡"}[f.type]
        table.notes.append(f"“{title}”没有写单位，按“{unit}”填写，请核对。")
        return unit

    def _extras(self, blank: Blank) -> dict[str, str]:
        """Columns of imported ledgers that no field took: they may be what the form asks for."""
        free = {bare(m.header[-1]) for m in blank.planned.columns.values() if not m.code and not m.role}
        if not free:
            return {}
        found: dict[str, str] = {}
        for (extra,) in self.ledger.select(blank.definition.code, ["extra"]):
            for title in json.loads(extra) if extra else ():
                key = bare(title.split("／")[-1])
                if key in free:
                    found.setdefault(key, title)
        return found

    def _writer(
        self, f: Field, unit: str, place: str, blank: Blank, title: str, table: FilledTable
    ) -> Callable[[Any], Put | None]:
        if f.type in ("money", "area"):
            units = MONEY_UNITS if f.type == "money" else AREA_UNITS
            return lambda v: Put(exact_in(v, unit, units), NUMBER)
        if f.type == "decimal":
            return lambda v: Put(decimal_text(v, f.scale), NUMBER)
        if f.type == "integer":
            return lambda v: Put(str(v), NUMBER)
        if f.type == "date":
            return lambda v: Put(v, DATE)
        if f.type == "ref":
            other = self.ledger.standard.tables[f.ref]
            names = dict(self.ledger.select(f.ref, ["uid", other.name_field]))
            return lambda v: text_put(names.get(v))
        if f.type in ("code", "bool"):
            return self._chooser(f, place, blank, title, table)
        return lambda v: text_put(show(v, f))

    def _chooser(
        self, f: Field, place: str, blank: Blank, title: str, table: FilledTable
    ) -> Callable[[Any], Put | None]:
        """The form's own word for a code, where it has a drop-down list."""
        offered = self._offered(blank.header_end + 1, place)
        words: dict[Value, str] = {}
        if offered:
            read = cells.reader(f, "", list(offered))
            readings = [(word, read(word)) for word in offered]
            for word, reading in sorted(readings, key=lambda r: r[1].code != ""):
                if reading.value is not None:
                    words.setdefault(reading.value, word)
        missing: set[Value] = set()

        def write(value: Any) -> Put | None:
            if value in words:
                return Put(words[value])
            name = show(value, f)
            if offered and value not in missing:
                missing.add(value)
                table.notes.append(f"“{title}”的下拉选项里没有“{name}”，已照填，请核对。")
            return Put(name)

        return write

    def _offered(self, first: int, column: str) -> list[str]:
        """The entries of the drop-down list of a column."""
        source = next((s for r in range(first, first + 6) if (s := self.edit.choices(r, column))), "")
        if source.startswith('"'):
            return [t.strip() for t in source.strip('"').split(",") if t.strip()]
        for name in self.edit.package.tree(self.edit.package.main).all("definedName"):
            if name.attributes.get("name") == source:
                source = name.text
        sheet, rest = sheet_of(source)
        head, _, tail = rest.replace("$", "").partition(":")
        grid = self.grids.get(sheet or self.edit.name)
        if grid is None or not is_place(head) or not is_place(tail or head):
            return []
        (a, top), (b, bottom) = place_of(head), place_of(tail or head)
        texts = [
            grid.text(r, c)
            for r in range(top, min(bottom, top + 2000) + 1)
            for c in range(column_number(a), column_number(b) + 1)
        ]
        return [t for t in texts if t]


def _own_words(levels: tuple[str, ...]) -> str:
    """A header without its unit, also where the unit is a level of its own."""
    named = [t for t in levels if not unit_named(t)]
    return bare(named[-1]) if named else ""


def text_put(value: Any) -> Put | None:
    text = text_of(value) if value is not None else ""
    return Put(text, TEXT) if text else None


def _tick(wanted: str) -> Callable[[Any], Put | None]:
    return lambda value: Put(TICK) if value == wanted else None


def _part(index: int) -> Callable[[Any], Put | None]:
    """Year, month or day of a date, as far as it is known."""

    def write(value: str) -> Put | None:
        parts = value.split("-")
        return Put(str(int(parts[index])), NUMBER) if index < len(parts) else None

    return write
