"""期初 + 增加 − 减少 ± 调整 = 期末: two states of the assets compared one by one, in count, area and value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.figures.measures import area_of
from core.records.compile import compile_where
from core.standard.figures import figures_of
from core.standard.model import Standard

if TYPE_CHECKING:
    from core.records import Ledger

MEASURES = ("count", "area", "net")
ADDED, REMOVED, ADJUSTED = 1, -1, 0
REGROUPED, FIRST, SPLIT, UNNAMED = "分类改变", "首次报送", "拆分", "未登记原因"


@dataclass(frozen=True, slots=True)
class Holding:
    """One asset as it stood at the end of a period: its group, area (0.01 ㎡) and net value (分)."""

    uid: str
    group: str
    area: int
    net: int

    def value(self, measure: str) -> int:
        return 1 if measure == "count" else self.area if measure == "area" else self.net


@dataclass(slots=True)
class Bridge:
    """One group's way from opening to closing in one measure."""

    opening: int = 0
    added: int = 0
    removed: int = 0
    adjusted: int = 0
    closing: int = 0

    def is_even(self) -> bool:
        return self.opening + self.added - self.removed + self.adjusted == self.closing


@dataclass(slots=True)
class Movement:
    """The bridges by group (None: all) and measure, and what each reason moved."""

    bridges: dict[str | None, dict[str, Bridge]] = field(default_factory=dict)
    reasons: dict[tuple[int, str], dict[str, int]] = field(default_factory=dict)
    has_opening: bool = False

    def bridge(self, group: str | None, measure: str) -> Bridge:
        return self.bridges.setdefault(group, {m: Bridge() for m in MEASURES})[measure]

    def _note(self, sign: int, reason: str, values: Mapping[str, int]) -> None:
        sums = self.reasons.setdefault((sign, reason), dict.fromkeys(MEASURES, 0))
        for measure, value in values.items():
            sums[measure] += value


def group_field(standard: Standard) -> str:
    """The field of the asset by which the movement is split; "" for none."""
    figures = figures_of(standard)
    grouping = figures.groupings.get(str(figures.movement.get("by", "")))
    return grouping.field if grouping and grouping.table == "asset" else ""


def closing(ledger: Ledger) -> Iterator[Holding]:
    """The present assets, sorted by uid."""
    a = ledger.tables.record["asset"]
    code = group_field(ledger.standard)
    group = sa.func.coalesce(a.c[code], "") if code else sa.literal("")
    zero = sa.func.coalesce(a.c.net, 0)
    query = (
        sa.select(a.c.uid, group, area_of(ledger.standard, a), zero).where(a.c.deleted == 0).order_by(a.c.uid)
    )
    current = figures_of(ledger.standard).current.get("asset", "")
    if current:
        query = query.where(compile_where(ledger.standard, ledger.tables, "asset", current))
    for row in ledger.conn.execute(query):
        yield Holding(str(row[0]), str(row[1]), int(row[2]), int(row[3]))


Reason = Callable[[str, int], str]
"""(uid, direction) → why an asset came, went or changed."""


def movement(
    opening: Iterable[Holding], closed: Iterable[Holding], reason: Reason, *, first: bool
) -> Movement:
    """Walk both states in the order of their uids; `first` says that nothing was reported before."""
    made = Movement(has_opening=not first)
    for before, after in pairs(opening, closed):
        if before is None and after is not None:
            _came(made, after, FIRST if first else reason(after.uid, ADDED))
        elif before is not None and after is None:
            _went(made, before, reason(before.uid, REMOVED))
        elif before is not None and after is not None:
            _stayed(made, before, after, reason)
    return made


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


def _came(made: Movement, after: Holding, reason: str) -> None:
    for m in MEASURES:
        for group in (None, after.group):
            bridge = made.bridge(group, m)
            bridge.added += after.value(m)
            bridge.closing += after.value(m)
    made._note(ADDED, reason, {m: after.value(m) for m in MEASURES})


def _went(made: Movement, before: Holding, reason: str) -> None:
    for m in MEASURES:
        for group in (None, before.group):
            bridge = made.bridge(group, m)
            bridge.opening += before.value(m)
            bridge.removed += before.value(m)
    made._note(REMOVED, reason, {m: before.value(m) for m in MEASURES})


def _stayed(made: Movement, before: Holding, after: Holding, reason: Reason) -> None:
    change = {m: after.value(m) - before.value(m) for m in MEASURES}
    for m in MEASURES:
        total = made.bridge(None, m)
        total.opening += before.value(m)
        total.adjusted += change[m]
        total.closing += after.value(m)
        old, new = made.bridge(before.group, m), made.bridge(after.group, m)
        old.opening += before.value(m)
        new.closing += after.value(m)
        if before.group == after.group:
            new.adjusted += change[m]
        else:
            old.adjusted -= before.value(m)
            new.adjusted += after.value(m)
    if any(change.values()):
        made._note(ADJUSTED, reason(after.uid, ADJUSTED), change)
    elif before.group != after.group:
        made._note(ADJUSTED, REGROUPED, change)


class Reasons:
    """Why assets came, went or changed: movement rows of the period, else exit reasons, else splits."""

    def __init__(self, ledger: Ledger, period: str) -> None:
        self._told: dict[tuple[str, int], str] = {}
        self._exits: dict[str, str] = {}
        self._parts: set[str] = set()
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
        if "split_from" in fields:
            query = sa.select(a.c.uid).where(a.c.split_from.is_not(None))
            self._parts = {str(u) for u in ledger.conn.execute(query).scalars()}

    def __call__(self, uid: str, sign: int) -> str:
        told = self._told.get((uid, sign))
        if told is None and sign == REMOVED:
            told = self._exits.get(uid)
        if told is None and sign == ADDED and uid in self._parts:
            told = SPLIT
        return told or UNNAMED
