"""Assets that come from assets: split, merged, renumbered; and what they came from at first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.errors import InputRefused
from core.records.changes import ChangeSet
from core.records.query import replaced_codes
from core.standard.model import TableDef
from core.standard.types import Value, to_text

if TYPE_CHECKING:
    from core.records.edit import Edit
    from core.records.ledger import Ledger

ASSET = "asset"
FROM, INTO = "split_from", "merged_into"
"""The ref fields that lead from a part to the whole, and from a source to the merged asset."""

_SPLIT, _MERGED = "80", "85"
_SUMMED = ("money", "area")


@dataclass(frozen=True, slots=True)
class Divided:
    """What a split or a merger made; `left` is what the parts do not add up to, by field, in stored units."""

    changes: ChangeSet
    uids: tuple[str, ...]
    left: Mapping[str, int]


def split(
    ledger: Ledger,
    uid: str,
    parts: Sequence[Mapping[str, Value]],
    *,
    rest: int | None = None,
    why: str = "",
) -> Divided:
    """Divide one asset into parts; the whole stays as their parent and no longer counts.

    Each part takes over what the whole says of itself, except amounts and areas: those are what
    the part is given, and `rest` names the part that takes what remains of them.
    """
    if len(parts) < 2:
        raise InputRefused("拆分至少要拆成两宗", next="请写出每一宗的名称和金额、面积。", code="one-part")
    definition, whole = _current(ledger, uid)
    given = [dict(part) for part in parts]
    if rest is not None:
        _take_rest(definition, whole, given, rest)
    with ledger.edit(f"拆分 {_name(definition, whole)} 为 {len(parts)} 宗", why=why, kind="split") as edit:
        uids = [
            edit.add(ASSET, _part(definition, whole, part, number, uid))
            for number, part in enumerate(given, 1)
        ]
        _retire(ledger, edit, uid, _SPLIT)
    return Divided(edit.changes, tuple(uids), _left(definition, whole, given))


def merge(
    ledger: Ledger, uids: Sequence[str], values: Mapping[str, Value] | None = None, *, why: str = ""
) -> Divided:
    """Join assets into one; amounts and areas are added up, what all agree in is kept, the rest is given.

    Where the sources differ and `values` says nothing, the field stays 未填.
    """
    if len(set(uids)) < 2:
        raise InputRefused("合并至少要选两宗资产", next="请多选几宗再合并。", code="one-part")
    found = [_current(ledger, uid) for uid in dict.fromkeys(uids)]
    definition, rows = found[0][0], [values_ for _, values_ in found]
    made = {**combined(definition, rows), **(values or {})}
    made[definition.name_field] = made.get(definition.name_field) or rows[0].get(definition.name_field)
    label = f"合并 {_name(definition, rows[0])} 等 {len(rows)} 宗"
    with ledger.edit(label, why=why, kind="merge") as edit:
        new = edit.add(ASSET, {k: v for k, v in made.items() if v is not None})
        for uid in dict.fromkeys(uids):
            _retire(ledger, edit, uid, _MERGED, {INTO: new} if INTO in definition.fields else {})
    total = {c: sum(int(r.get(c) or 0) for r in rows) for c in summed(definition)}
    left = {c: t - int(made.get(c) or 0) for c, t in total.items() if t != int(made.get(c) or 0)}
    return Divided(edit.changes, (new,), left)


def combined(definition: TableDef, rows: Sequence[Mapping[str, Value]]) -> dict[str, Value]:
    """What several assets make together: sums, and what they agree in; the rest is not there."""
    made: dict[str, Value] = {}
    for code, field in definition.fields.items():
        column = [row.get(code) for row in rows]
        if field.type in _SUMMED:
            filled = [int(v) for v in column if v is not None]
            made[code] = sum(filled) if filled else None
        elif code not in (FROM, INTO, *definition.match) and len(set(column)) == 1:
            made[code] = column[0]
    return made


def renumber(
    ledger: Ledger, uids: Sequence[str], *, prefix: str, start: int = 1, digits: int = 5, why: str = ""
) -> ChangeSet:
    """Give assets new running numbers in the given order; the former ones stay in the history."""
    definition = ledger.standard.tables[ASSET]
    code = definition.match[0]
    numbers = [f"{prefix}{start + i:0{digits}d}" for i in range(len(uids))]
    t = ledger.tables.record[ASSET]
    query = sa.select(t.c[code]).where(t.c[code].in_(numbers), t.c.uid.not_in(list(uids)), t.c.deleted == 0)
    taken = sorted(str(n) for n in ledger.conn.execute(query).scalars())
    if taken:
        raise InputRefused(
            f"编号已被其他资产使用：{'、'.join(taken[:5])}",
            next="请换一个前缀或起始号。",
            code="number-taken",
        )
    with ledger.edit(f"重新编号 {len(uids)} 宗", why=why) as edit:
        for uid, number in zip(uids, numbers, strict=True):
            edit.set(ASSET, uid, {code: number})
    return edit.changes


def roots(ledger: Ledger) -> dict[str, set[str]]:
    """Each asset that came from others → those that it came from in the end (原宗数 counts them once)."""
    parents = _parents(ledger)
    return {
        uid: {one for one in (uid, *_reached(uid, parents)) if one not in parents} or {uid} for uid in parents
    }


def ancestors(ledger: Ledger, uid: str) -> list[str]:
    """What an asset was split from or merged of, nearest first."""
    return _reached(uid, _parents(ledger))


def descendants(ledger: Ledger, uid: str) -> list[str]:
    """What became of an asset, nearest first."""
    children: dict[str, list[str]] = defaultdict(list)
    for child, parents in _parents(ledger).items():
        for parent in parents:
            children[parent].append(child)
    return _reached(uid, children)


# --- pieces ------------------------------------------------------------------------------


def _current(ledger: Ledger, uid: str) -> tuple[TableDef, Mapping[str, Value]]:
    definition = ledger.standard.tables[ASSET]
    record = ledger.get(ASSET, uid)
    if record is None or record.deleted:
        raise InputRefused("没有这宗资产", next="它可能已被删除，请刷新列表。", code="no-record")
    for code, gone in replaced_codes(definition).items():
        if record.values.get(code) in gone:
            field = definition.fields[code]
            name = field.codes.name_of(str(record.values[code])) if field.codes else ""
            raise InputRefused(
                f"“{_name(definition, record.values)}”{name}，不再是当前的资产",
                next="请选择拆分或合并后的资产。",
                code="replaced",
            )
    return definition, record.values


def _name(definition: TableDef, values: Mapping[str, Value]) -> str:
    return str(values.get(definition.name_field) or "（未命名）")


def summed(definition: TableDef) -> list[str]:
    """The fields that parts divide and mergers add up: amounts and areas."""
    return [c for c, f in definition.fields.items() if f.type in _SUMMED]


def _part(
    definition: TableDef, whole: Mapping[str, Value], part: Mapping[str, Value], number: int, uid: str
) -> dict[str, Value]:
    own = {*definition.match, *summed(definition), FROM, INTO}
    made = {k: v for k, v in whole.items() if v is not None and k not in own}
    if (key := definition.match[0] if definition.match else "") and whole.get(key):
        made[key] = f"{whole[key]}-{number}"
    made[definition.name_field] = f"{_name(definition, whole)}（{number}）"
    if FROM in definition.fields:
        made[FROM] = uid
    return {k: v for k, v in {**made, **part}.items() if v is not None}


def _take_rest(
    definition: TableDef, whole: Mapping[str, Value], parts: list[dict[str, Value]], rest: int
) -> None:
    for code in summed(definition):
        if whole.get(code) is None or code in parts[rest]:
            continue
        others = sum(int(part.get(code) or 0) for i, part in enumerate(parts) if i != rest)
        remains = int(whole[code] or 0) - others
        if remains < 0:
            field = definition.fields[code]
            raise InputRefused(
                f"各宗{field.label}合计超过原宗的 {to_text(whole[code], field)}",
                next="请核对各宗的金额和面积。",
                code="over-whole",
            )
        parts[rest][code] = remains


def _left(
    definition: TableDef, whole: Mapping[str, Value], parts: Sequence[Mapping[str, Value]]
) -> dict[str, int]:
    left = {}
    for code in summed(definition):
        difference = int(whole.get(code) or 0) - sum(int(part.get(code) or 0) for part in parts)
        if difference:
            left[code] = difference
    return left


def _retire(ledger: Ledger, edit: Edit, uid: str, code: str, more: Mapping[str, Value] | None = None) -> None:
    """Mark an asset as replaced; a standard without a code for it has the asset deleted."""
    definition = ledger.standard.tables[ASSET]
    field = next((f for f, codes in replaced_codes(definition).items() if code in codes), "")
    if not field:
        edit.delete(ASSET, uid)
        return
    marks: dict[str, Value] = {field: code, **(more or {})}
    if "exit_date" in definition.fields:
        marks["exit_date"] = date.today().isoformat()
    edit.set(ASSET, uid, marks)


def _parents(ledger: Ledger) -> dict[str, list[str]]:
    """Each asset that came from others → those; empty in most ledgers."""
    t = ledger.tables.record[ASSET]
    found: dict[str, list[str]] = defaultdict(list)
    for code in (FROM, INTO):
        if code not in t.c:
            continue
        query = sa.select(t.c.uid, t.c[code]).where(t.c[code].is_not(None), t.c.deleted == 0)
        for uid, other in ledger.conn.execute(query.order_by(t.c.id)):
            child, parent = (uid, other) if code == FROM else (other, uid)
            found[str(child)].append(str(parent))
    return dict(found)


def _reached(start: str, edges: Mapping[str, Iterable[str]]) -> list[str]:
    seen: dict[str, None] = {}
    waiting = list(edges.get(start, ()))
    while waiting:
        uid = waiting.pop(0)
        if uid not in seen and uid != start:
            seen[uid] = None
            waiting += edges.get(uid, ())
    return list(seen)
