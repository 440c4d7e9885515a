"""Rules that look at many records at once, by kind; `core.standard.setkinds` says which keys each has.

Those that compare with what was reported before are in `history.py`. Each function yields findings
for one rule; the numbers it gives for placeholders are ready texts, the rest is stored values.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.audit.scan import Auditor, Found, found
from core.records.intervals import as_sql
from core.records.operands import Context
from core.records.query import current
from core.records.search import sort_key
from core.records.translate import Translator
from core.standard.identifiers import cert_key
from core.standard.meaning import understand
from core.standard.model import Rule, Standard
from core.standard.nodes import First, Path
from core.standard.numbers import half_up

if TYPE_CHECKING:
    from core.records import Ledger

MIN_ROWS = 10
"""Shares of fewer rows say nothing about how a ledger was filled in."""

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Room:
    """What a set rule works with."""

    ledger: Ledger
    auditor: Auditor
    context: Context
    rule: Rule

    @property
    def standard(self) -> Standard:
        return self.ledger.standard

    def number(self, key: str) -> Fraction:
        """A number written in the rule, or the parameter that it names."""
        value = self.rule.options[key]
        if isinstance(value, str):
            value = self.standard.params[value].value
        return Fraction(str(value))

    def select(self, texts: Sequence[str], *, where: Iterable[str] = ()) -> Iterator[tuple[Any, ...]]:
        """id, uid and the values of expressions, of the live rows that `when` and `where` let in."""
        rule, led = self.rule, self.ledger
        translator = Translator(self.standard, led.tables, rule.table, self.context, joins=True)
        columns = []
        for text in texts:
            node = understand(self.standard, rule.table, text, condition=False)
            value = translator.column(node) if isinstance(node, Path | First) else translator.span(node).lo
            columns.append(value if isinstance(value, sa.ColumnElement) else sa.literal(value))
        source = translator.rows[0].source
        limits = [source.c.deleted == 0, *current(source, self.standard.tables[rule.table])]
        for text in (rule.when, *where):
            if text:
                limits.append(as_sql(translator.true(understand(self.standard, rule.table, text))))
        query = sa.select(source.c.id, source.c.uid, *columns).select_from(translator.from_clause())
        for row in led.conn.execute(query.where(*limits)):
            yield tuple(row)

    def count(self, where: str = "") -> int:
        return sum(1 for _ in self.select([], where=[where]))

    def with_details(
        self, said: dict[int, dict[str, Any]], field: str, weighs: Sequence[str]
    ) -> Iterator[Found]:
        """Findings for rows (by id), with the values that the message speaks of beside those given."""
        for row, uid, params, spoken in self.auditor.details(
            self.ledger.conn, self.rule, sorted(said), self.context
        ):
            yield found(self.rule, self.rule.table, uid, field, params | said[row], [*weighs, *spoken])

    def whole(self, params: dict[str, Any], weighs: Iterable[str] = ()) -> Found:
        """A finding about the ledger as a whole."""
        return found(self.rule, self.rule.table, "", self.rule.field, params, weighs)


def percent(part: int, whole: int) -> str:
    """A share as people read it."""
    return f"{half_up(Fraction(part * 100, whole), 1)}%" if whole else "—"


# --- unique ---------------------------------------------------------------------------


def unique(room: Room) -> Iterator[Found]:
    """Rows that agree in all fields; identifiers are compared in their normal form."""
    groups: dict[tuple[str, ...], list[tuple[int, str]]] = defaultdict(list)
    for row, uid, *values in room.select(room.rule.options["fields"]):
        if key := _key(room, values):
            groups[key].append((row, uid))
    yield from _shared(room, {k: rows for k, rows in groups.items() if len(rows) > 1})


def unique_around(room: Room, uid: str, before: Sequence[Any]) -> tuple[set[str], list[Found]]:
    """The same for one record: the uids concerned, by its key now and `before`, and their findings."""
    t = room.ledger.tables.record[room.rule.table]
    fields = room.rule.options["fields"]
    columns = [t.c[f] for f in fields]
    live = (t.c.deleted == 0, *current(t, room.standard.tables[room.rule.table]))
    now = room.ledger.conn.execute(sa.select(*columns).where(t.c.uid == uid, *live)).first()
    groups: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for values in (now, before or None):
        key = _key(room, tuple(values)) if values is not None else None
        if key and values is not None and key not in groups:
            same = _alike(room, t, dict(zip(fields, values, strict=True)))
            query = sa.select(t.c.id, t.c.uid, *columns).where(*live, *same)
            rows = room.ledger.conn.execute(query).fetchall()
            groups[key] = [(r[0], r[1]) for r in rows if _key(room, tuple(r[2:])) == key]
    shared = {k: rows for k, rows in groups.items() if len(rows) > 1}
    touched = {uid} | {u for rows in groups.values() for _, u in rows}
    return touched, list(_shared(room, shared))


def _alike(room: Room, t: sa.Table, values: dict[str, Any]) -> Iterator[sa.ColumnElement[bool]]:
    """Conditions for rows of the same key, led by the index that finds fewest."""
    table = room.standard.tables[room.rule.table]
    named = table.name_field in values and table.fields[table.name_field].type != "cert"
    if named:
        yield t.c.sort == sort_key(str(values[table.name_field]))
    for code, value in values.items():
        # A unit may have all the assets: its index must not be chosen before that of the name.
        column = sa.func.coalesce(t.c[code], "") if named else t.c[code]
        yield column.in_(_spellings(room, code, value))


def _key(room: Room, values: Sequence[Any]) -> tuple[str, ...] | None:
    if any(v is None for v in values):
        return None
    fields = room.standard.tables[room.rule.table].fields
    kinds = (fields[f].type if f in fields else "" for f in room.rule.options["fields"])
    return tuple(cert_key(str(v)) if k == "cert" else str(v) for k, v in zip(kinds, values, strict=True))


_BRACKETS = ("（）", "()", "〔〕", "[]", "【】", "")


def _spellings(room: Room, field: str, value: Any) -> list[Any]:
    """Ways to write the same certificate number, so that an index finds it."""
    if room.standard.tables[room.rule.table].fields[field].type != "cert":
        return [value]
    text = str(value)
    found_ = {text}
    for pair in _BRACKETS:
        opened = "".join(pair[:1] if c in "（(〔[【" else c for c in text)
        found_.add("".join(pair[1:] if c in "）)〕]】" else c for c in opened))
    return sorted(found_)


def _shared(room: Room, groups: dict[tuple[str, ...], list[tuple[int, str]]]) -> Iterator[Found]:
    names = _names(room, [uid for rows in groups.values() for _, uid in rows])
    said: dict[int, dict[str, Any]] = {}
    for key, rows in groups.items():
        uids = sorted(u for _, u in rows)
        for row, uid in rows:
            others = [u for u in uids if u != uid]
            shown = "、".join(f"“{names.get(u) or '（未命名）'}”" for u in others[:_SHOWN])
            more = f"等 {len(others)} 条" if len(others) > _SHOWN else ""
            said[row] = {"key": list(key), "with": [*others[:20], len(others)], "others": shown + more}
    field = room.rule.field or room.rule.options["fields"][0]
    yield from room.with_details(said, field, ["key", "with"])


def _names(room: Room, uids: Sequence[str]) -> dict[str, str]:
    """What the records are called; a child by its parent, since its own name is what is doubled."""
    table = room.standard.tables[room.rule.table]
    t = room.ledger.tables.record[table.code]
    name: sa.ColumnElement[Any] = t.c[table.name_field]
    joined: sa.FromClause = t
    if table.parent:
        owner = room.ledger.tables.record[table.parent].alias()
        joined = t.outerjoin(owner, owner.c.uid == t.c[table.parent])
        name = owner.c[room.standard.tables[table.parent].name_field]
    made: dict[str, str] = {}
    for start in range(0, len(uids), 500):
        query = sa.select(t.c.uid, name).select_from(joined).where(t.c.uid.in_(uids[start : start + 500]))
        made |= {uid: str(called or "") for uid, called in room.ledger.conn.execute(query)}
    return made


# --- shares and medians --------------------------------------------------------------------


def outlier(room: Room) -> Iterator[Found]:
    """Rows whose value (or price per unit) is far from the median of their group."""
    options = room.rule.options
    value, per = options["value"], options.get("per")
    limits = [f"{value} > 0"] + ([f"{per} > 0"] if per else [])
    groups: dict[tuple[Any, ...], list[tuple[int, float, Any, Any]]] = defaultdict(list)
    texts = [value, *([per] if per else []), *options["group"]]
    for row, _, amount, *rest in room.select(texts, where=limits):
        unit = rest.pop(0) if per else 1
        groups[tuple(rest)].append((row, amount / unit, amount, unit))
    times = float(room.number("times"))
    said: dict[int, dict[str, Any]] = {}
    for members in groups.values():
        middle = statistics.median(price for _, price, _, _ in members)
        for row, price, amount, unit in members:
            if len(members) >= 3 and (price > times * middle or price * times < middle):
                ratio = Decimal(str(round(price / middle, 2)))
                said[row] = {
                    "times": f"{ratio.normalize():f}",
                    "median": f"{middle:,.2f}",
                    "of": [amount, unit],
                }
    yield from room.with_details(said, room.rule.field, ["of"])


def concentration(room: Room) -> Iterator[Found]:
    """One code taken by nearly all rows."""
    field = room.standard.tables[room.rule.table].fields[room.rule.field]
    counts = Counter(v for _, _, v in room.select([field.code]) if v is not None)
    whole = sum(counts.values())
    if whole < MIN_ROWS:
        return
    code, top = counts.most_common(1)[0]
    if top * 100 > whole * room.number("over"):
        name = field.codes.name_of(str(code)) if field.codes else str(code)
        yield room.whole({"name": name, "share": percent(top, whole)}, ["name"])


def share(room: Room) -> Iterator[Found]:
    """Rows of one sort that are too many."""
    whole, part = room.count(), room.count(room.rule.options["where"])
    if whole >= MIN_ROWS and part * 100 > whole * room.number("over"):
        yield room.whole({"count": part, "share": percent(part, whole)}, ["count"])


def missing_codes(room: Room) -> Iterator[Found]:
    """Entries of a code list that no row has, in the ledger of a whole district."""
    field = room.standard.tables[room.rule.table].fields[room.rule.field]
    if field.codes is None or room.ledger.meta("role") in ("unit", "group") or _excused(room):
        return
    present = {v for _, _, v in room.select([field.code])}
    absent = [i.name for i in field.codes.items.values() if i.code not in present]
    if present and absent:
        yield room.whole({"names": "、".join(absent)})


def _excused(room: Room) -> bool:
    """Whether the field `unless` of this period's record says why."""
    table, _, code = str(room.rule.options.get("unless", "")).partition(".")
    if not table:
        return False
    t = room.ledger.tables.record[table]
    query = sa.select(t.c.id).where(t.c.deleted == 0, t.c[code].is_not(None))
    if "period" in t.c:
        query = query.where(t.c.period == room.context.period)
    return room.ledger.conn.execute(query.limit(1)).first() is not None


# --- doubts of an import --------------------------------------------------------------------


def origin(room: Room, only: str = "", uids: Sequence[str] | None = None) -> Iterator[Found]:
    """Open doubts: what was not read as it stands in the file, until the clerk settles it."""
    for table in [only] if only else room.standard.tables:
        for uid, doubts in room.ledger.origins(table, uids=uids).items():
            for doubt in doubts:
                if doubt.field:
                    params = {
                        "label": doubt.field,
                        "raw": doubt.raw,
                        "reason": doubt.text,
                        "file": doubt.file,
                        "sheet": doubt.sheet,
                        "row": doubt.row,
                    }
                    yield found(room.rule, table, uid, doubt.field, params)


SETS: dict[str, Callable[[Room], Iterator[Found]]] = {
    "unique": unique,
    "outlier": outlier,
    "concentration": concentration,
    "share": share,
    "missing_codes": missing_codes,
    "origin": origin,
}
