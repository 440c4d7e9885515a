"""期初 + 增加 − 减少 ± 调整 = 期末: two states of the assets compared one by one, in count, area and value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.figures.measures import area_of
from core.records.compile import compile_where
from core.standard.figures import figures_of
from core.standard.model import Standard

if TYPE_CHECKING:
    from core.records import Ledger

MEASURES = ("count", "area", "net")
ADDED, REMOVED, ADJUSTED = 1, -1, 0
REGROUPED, FIRST, UNNAMED = "分类改变", "首次报送", "未登记原因"
SPLIT, JOINED = "拆分形成", "合并形成"


@dataclass(frozen=True, slots=True)
class Holding:
    """One asset as it stood at the end of a period: its group, area (0.01 ㎡) and net value (分)."""

    uid: str
    group: str
    area: int
    net: int


@dataclass(slots=True)
class Bridge:
    """One group's way from opening to closing in one measure."""

    opening: int = 0
    added: int = 0
    removed: int = 0
    adjusted: int = 0
    closing: int = 0


@dataclass(slots=True)
class Movement:
    """The bridges by group (None: all) and measure, and what each reason moved."""

    bridges: dict[str | None, dict[str, Bridge]] = field(default_factory=dict)
    reasons: dict[tuple[int, str], dict[str, int]] = field(default_factory=dict)
    has_opening: bool = False

    def bridge(self, group: str | None, measure: str) -> Bridge:
        return self.bridges.setdefault(group, {m: Bridge() for m in MEASURES})[measure]

    def _note(self, sign: int, reason: str, holding: Holding, count: int = 1) -> None:
        sums = self.reasons.get((sign, reason))
        if sums is None:
            sums = self.reasons[sign, reason] = dict.fromkeys(MEASURES, 0)
        sums["count"] += count
        sums["area"] += holding.area
        sums["net"] += holding.net


def group_field(standard: Standard) -> str:
    """The field of the asset by which the movement is split; "" for none."""
    figures = figures_of(standard)
    grouping = figures.groupings.get(str(figures.movement.get("by", "")))
    return grouping.field if grouping and grouping.table == "asset" else ""


def closing(ledger: Ledger) -> Iterator[Holding]:
    """The present assets, sorted by uid."""
    for row in ledger.conn.execute(_closing(ledger)):
        yield Holding(str(row[0]), str(row[1]), int(row[2]), int(row[3]))


def _closing(ledger: Ledger) -> sa.Select[Any]:
    a = ledger.tables.record["asset"]
    code = group_field(ledger.standard)
    group = sa.func.coalesce(a.c[code], "") if code else sa.literal("")
    net = sa.func.coalesce(a.c.net, 0)
    wanted = (a.c.uid, group.label("group"), area_of(ledger.standard, a).label("area"), net.label("net"))
    query = sa.select(*wanted).where(a.c.deleted == 0).order_by(a.c.uid)
    current = figures_of(ledger.standard).current.get("asset", "")
    if current:
        query = query.where(compile_where(ledger.standard, ledger.tables, "asset", current))
    return query


def closing_sums(ledger: Ledger) -> Iterator[tuple[str, int, int, int]]:
    """(group, count, area, net) of the present assets."""
    each = _closing(ledger).order_by(None).subquery()
    total = (sa.func.count(), sa.func.sum(each.c.area), sa.func.sum(each.c.net))
    for row in ledger.conn.execute(sa.select(each.c.group, *total).group_by(each.c.group)):
        yield str(row[0]), int(row[1]), int(row[2]), int(row[3])


Reason = Callable[[str, int], str]
"""(uid, direction) → why an asset came, went or changed."""


def first_movement(ledger: Ledger) -> Movement:
    """The movement of a first report: everything came now."""
    made = Movement()
    for group, count, area, net in closing_sums(ledger):
        for measure, value in zip(MEASURES, (count, area, net), strict=True):
            for name in (group, None):
                bridge = made.bridge(name, measure)
                bridge.added += value
                bridge.closing += value
        made._note(ADDED, FIRST, Holding("", group, area, net), count)
    made.bridge(None, MEASURES[0])
    return made


def movement(opening: Iterable[Holding], closed: Iterable[Holding], reason: Reason) -> Movement:
    """Walk both states in the order of their uids."""
    made = Movement(has_opening=True)
    groups: dict[str, list[int]] = {}
    blank = [0] * (len(MEASURES) * len(_STEPS))
    for before, after in pairs(opening, closed):
        if before is None and after is not None:
            _add(groups.setdefault(after.group, blank[:]), after, 1, "added", "closing")
            made._note(ADDED, reason(after.uid, ADDED), after)
        elif before is not None and after is None:
            _add(groups.setdefault(before.group, blank[:]), before, 1, "opening", "removed")
            made._note(REMOVED, reason(before.uid, REMOVED), before)
        elif before is not None and after is not None:
            old = groups.setdefault(before.group, blank[:])
            new = groups.setdefault(after.group, blank[:])
            _add(old, before, 1, "opening")
            _add(new, after, 1, "closing")
            if before != after:
                _add(old, before, -1, "adjusted")
                _add(new, after, 1, "adjusted")
                change = Holding(after.uid, after.group, after.area - before.area, after.net - before.net)
                why = reason(after.uid, ADJUSTED) if change.area or change.net else REGROUPED
                made._note(ADJUSTED, why, change, count=0)
    for group, sums in groups.items():
        for m in range(len(MEASURES)):
            values = sums[m * len(_STEPS) : (m + 1) * len(_STEPS)]
            made.bridges.setdefault(group, {})[MEASURES[m]] = Bridge(*values)
            total = made.bridge(None, MEASURES[m])
            for step, value in zip(_STEPS, values, strict=True):
                setattr(total, step, getattr(total, step) + value)
    made.bridge(None, MEASURES[0])
    return made


_STEPS = ("opening", "added", "removed", "adjusted", "closing")
_PLACES = {s: i for i, s in enumerate(_STEPS)}


def _add(sums: list[int], holding: Holding, sign: int, *steps: str) -> None:
    for step in steps:
        place = _PLACES[step]
        sums[place] += sign
        sums[place + len(_STEPS)] += sign * holding.area
        sums[place + 2 * len(_STEPS)] += sign * holding.net


def pairs(
    opening: Iterable[Holding], closed: Iterable[Holding]
) -> Iterator[tuple[Holding | None, Holding | None]]:
    left, right = iter(opening), iter(closed)
    a, b = next(left, None), next(right, None)
    while a is not None or b is not None:
        if b is None or (a is not None and a.uid < b.uid):
            yield a, None
            a = next(left, None)
        elif a is None or b.uid < a.uid:
            yield None, b
            b = next(right, None)
        else:
            yield a, b
            a, b = next(left, None), next(right, None)


class Reasons:
    """Why assets came, went or changed: movement rows of the period, else exit reasons, splits and mergers."""

    def __init__(self, ledger: Ledger, period: str) -> None:
        self._told: dict[tuple[str, int], str] = {}
        self._exits: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        standard = ledger.standard
        figures = figures_of(standard)
        codes = standard.codes.get(str(figures.movement.get("reasons", "")))
        rows = standard.tables.get("movement")
        if codes is not None and rows is not None:
            condition = f"period == '{period}'" if "period" in rows.fields else ""
            for asset, kind in ledger.select("movement", ["asset", "kind"], where=condition):
                item = codes.items.get(str(kind))
                if item is not None:
                    self._told[str(asset), int(item.extra.get("sign", 0))] = item.name
        fields = standard.tables["asset"].fields
        a = ledger.tables.record["asset"]
        if "exit_reason" in fields:
            names = fields["exit_reason"].codes
            query = sa.select(a.c.uid, a.c.exit_reason).where(a.c.exit_reason.is_not(None))
            self._exits = {
                str(u): names.name_of(str(c)) if names else str(c) for u, c in ledger.conn.execute(query)
            }
        for code, column, way in (("merged_into", "merged_into", JOINED), ("split_from", "uid", SPLIT)):
            if code in fields:
                query = sa.select(a.c[column]).where(a.c[code].is_not(None), a.c.deleted == 0)
                self._parts |= {str(u): way for u in ledger.conn.execute(query).scalars()}

    def __call__(self, uid: str, sign: int) -> str:
        told = self._told.get((uid, sign))
        if told is None and sign == REMOVED:
            told = self._exits.get(uid)
        if told is None and sign == ADDED:
            told = self._parts.get(uid)
        return told or UNNAMED
