"""Measures, groupings and summary tables as a standard declares them in figures.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import StandardError
from core.standard.grammar import ExpressionError
from core.standard.meaning import understand
from core.standard.model import CodeList, Standard
from core.standard.source import Section, require_known

FILE = "figures.toml"
NOW, CUM, LAST, CHANGE, YEAR = "now", "cum", "last", "change", "year"
UNITS_DUE = "units_due"
"""The figure that counts the units registered as due to report; it may be missing."""
SPAN_NAMES = {NOW: "", CUM: "（累计）", LAST: "（上年同期）", CHANGE: "增减%", YEAR: ""}
COUNT, MONEY, AREA, PERCENT = "count", "money", "area", "percent"
_KIND_OF_UNIT = {
    "万元": MONEY,
    "元": MONEY,
    "亿元": MONEY,
    "㎡": AREA,
    "亩": AREA,
    "公顷": AREA,
    "%": PERCENT,
}
ROOT = "root"

_MEASURE_KEYS = {
    "label",
    "unit",
    "help",
    "table",
    "sum",
    "distinct",
    "where",
    "part",
    "of",
    "minus",
    "same_as",
    "span",
}
_GROUPING_KEYS = {"label", "field", "on", "attribute", "names", "note"}
_SUMMARY_KEYS = {"label", "rows", "columns", "note", "number"}
_WAYS = ("sum", "distinct", "part", "minus", "same_as")


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: a sum, a count of different values, a ratio, a difference, or another's twin."""

    code: str
    label: str
    unit: str
    table: str = ""
    sum: str = ""
    distinct: str = ""
    where: str = ""
    part: str = ""
    of: str = ""
    minus: tuple[str, ...] = ()
    same_as: str = ""
    span: str = ""
    help: str = ""

    @property
    def kind(self) -> str:
        """count, money (分), area (0.01 ㎡) or percent."""
        return _KIND_OF_UNIT.get(self.unit, COUNT)

    @property
    def needs(self) -> tuple[str, ...]:
        """Measures that this one is made of."""
        return tuple(c for c in (self.part, self.of, *self.minus, self.same_as) if c)


@dataclass(frozen=True, slots=True)
class Grouping:
    """A field by whose values figures are split; `attribute` groups by an attribute of its code."""

    code: str
    label: str
    table: str
    field: str
    attribute: str = ""
    names: CodeList | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SummaryColumn:
    """One column of a summary: a measure over a span of time."""

    measure: Measure
    span: str

    @property
    def title(self) -> str:
        if self.span == CHANGE:
            return f"{self.measure.label}{SPAN_NAMES[CHANGE]}"
        shown = f"（{self.measure.unit}）" if self.measure.unit else ""
        unit = "" if self.measure.label.endswith(shown) else shown
        return f"{self.measure.label}{SPAN_NAMES[self.span]}{unit}"


@dataclass(frozen=True, slots=True)
class Summary:
    code: str
    label: str
    rows: tuple[Grouping, ...]
    columns: tuple[SummaryColumn, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """All of figures.toml, checked; `current` says which rows of a table count as present."""

    measures: Mapping[str, Measure]
    groupings: Mapping[str, Grouping]
    summaries: Mapping[str, Summary]
    current: Mapping[str, str]
    movement: Mapping[str, Any]


_cache: dict[str, Figures] = {}


def figures_of(standard: Standard) -> Figures:
    """The figures of a standard, read once; a mistake names its key."""
    if standard.hash not in _cache:
        if len(_cache) > 8:
            _cache.clear()
        _cache[standard.hash] = _read(standard)
    return _cache[standard.hash]


def _read(standard: Standard) -> Figures:
    given = standard.figures
    require_known(FILE, "", given, {"current", "measure", "grouping", "summary", "movement"})
    current = dict(given.get("current", {}))
    for table, condition in current.items():
        _require_table(standard, f"current.{table}", table)
        _understood(standard, f"current.{table}", table, condition)
    measures = {c: _measure(standard, c, g) for c, g in given.get("measure", {}).items()}
    for m in measures.values():
        for other in m.needs:
            if other not in measures:
                raise StandardError(FILE, f"measure.{m.code}", f"没有指标 {other}")
    groupings = {c: _grouping(standard, c, g) for c, g in given.get("grouping", {}).items()}
    summaries = {c: _summary(c, g, measures, groupings) for c, g in given.get("summary", {}).items()}
    movement = dict(given.get("movement", {}))
    for code in movement.get("measures", ()):
        if code not in measures:
            raise StandardError(FILE, "movement.measures", f"没有指标 {code}")
    return Figures(measures, groupings, summaries, current, movement)


def _require_table(standard: Standard, key: str, table: str) -> None:
    if table not in standard.tables:
        raise StandardError(FILE, key, f"没有表 {table}")


def _understood(standard: Standard, key: str, table: str, text: str) -> None:
    try:
        understand(standard, table, text)
    except ExpressionError as e:
        raise StandardError(FILE, key, str(e)) from e


def _measure(standard: Standard, code: str, given: Section) -> Measure:
    key = f"measure.{code}"
    require_known(FILE, key, given, _MEASURE_KEYS)
    if not given.get("label"):
        raise StandardError(FILE, f"{key}.label", "必须填写")
    if sum(way in given for way in _WAYS) != 1:
        raise StandardError(FILE, key, "算法须写且只写一种：" + "、".join(_WAYS))
    table = given.get("table", "")
    if "sum" in given or "distinct" in given:
        _require_table(standard, f"{key}.table", table)
        if given.get("where"):
            _understood(standard, f"{key}.where", table, given["where"])
        if given.get("sum", "1") != "1":
            _understood(
                standard,
                f"{key}.sum",
                table,
                f"filled({given['sum']})" if "(" not in given["sum"] else f"{given['sum']} > 0",
            )
        if given.get("distinct", ROOT) != ROOT and given["distinct"] not in standard.tables[table].fields:
            raise StandardError(
                FILE, f"{key}.distinct", f"{standard.tables[table].label}没有字段 {given['distinct']}"
            )
    if given.get("span", NOW) not in SPAN_NAMES:
        raise StandardError(FILE, f"{key}.span", "应为 now、cum、last 或 year")
    plain = {k: v for k, v in given.items() if k != "minus"}
    return Measure(code=code, minus=tuple(given.get("minus", ())), **{"unit": "", **plain})


def _grouping(standard: Standard, code: str, given: Section) -> Grouping:
    key = f"grouping.{code}"
    require_known(FILE, key, given, _GROUPING_KEYS)
    table = given.get("on", "asset")
    _require_table(standard, f"{key}.on", table)
    field = standard.tables[table].fields.get(given.get("field", ""))
    if field is None:
        raise StandardError(
            FILE, f"{key}.field", f"{standard.tables[table].label}没有字段 {given.get('field', '')}"
        )
    names = field.codes
    if "attribute" in given:
        names = standard.codes.get(given.get("names", ""))
        if field.codes is None or names is None:
            raise StandardError(FILE, f"{key}.attribute", "按属性归并要有代码表字段和 names")
    return Grouping(
        code,
        given.get("label", code),
        table,
        field.code,
        given.get("attribute", ""),
        names,
        given.get("note", ""),
    )


def _summary(
    code: str, given: Section, measures: Mapping[str, Measure], groupings: Mapping[str, Grouping]
) -> Summary:
    key = f"summary.{code}"
    require_known(FILE, key, given, _SUMMARY_KEYS)
    for row in given.get("rows", ()):
        if row not in groupings:
            raise StandardError(FILE, f"{key}.rows", f"没有分组 {row}")
    columns = []
    for text in given.get("columns", ()):
        name, _, span = text.partition(".")
        if name not in measures or (span or NOW) not in SPAN_NAMES:
            raise StandardError(FILE, f"{key}.columns", f"没有指标或时段 {text}")
        measure = measures[name]
        columns.append(SummaryColumn(measure, span or measure.span or NOW))
    rows = tuple(groupings[r] for r in given.get("rows", ()))
    notes = "；".join(dict.fromkeys(g.note for g in rows if g.note))
    return Summary(code, given.get("label", code), rows, tuple(columns), given.get("note", "") or notes)
