"""What is added up for assets and their progress, by any fields of the asset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.standard.attributes import AREAS, area_fields
from core.standard.model import Standard

if TYPE_CHECKING:
    from core.records import Ledger

ASSET_MEASURES = ("count", "area", "cost", "net", "revivable")
PROGRESS_MEASURES = ("revived", "recovered", "external", "revived_area")


@dataclass(frozen=True, slots=True)
class Group:
    """The sums of one group: `key` holds the values of the grouping fields."""

    key: tuple[Any, ...]
    sums: Mapping[str, int]


def area_of(standard: Standard, asset: Any) -> sa.ColumnElement[Any]:
    """总面积: land or building area, as the asset class says (0 when it has none)."""
    wanted = area_fields(standard.tables["asset"])
    c = asset.c
    whens = [
        (c.asset_class.in_([code for code, own in wanted.items() if own == field]), c[field])
        for field in AREAS.values()
    ]
    return sa.func.coalesce(sa.case(*whens, else_=0), 0)


def group_sums(
    ledger: Ledger, by: Sequence[str], *, periods: Sequence[str] | None = None
) -> dict[tuple[Any, ...], dict[str, int]]:
    """Sums of live assets and of their progress in `periods` (None: all), by fields of the asset.

    Money is in 分, area in 0.01 ㎡. Sums of the empty grouping `()` are the totals.
    """
    a, p = ledger.tables.record["asset"], ledger.tables.record["progress"]
    keys = [a.c[code] for code in by]
    found: dict[tuple[Any, ...], dict[str, int]] = {}

    def sums(key: tuple[Any, ...]) -> dict[str, int]:
        return found.setdefault(key, dict.fromkeys((*ASSET_MEASURES, *PROGRESS_MEASURES), 0))

    def total(column: Any) -> sa.ColumnElement[Any]:
        return sa.func.coalesce(sa.func.sum(column), 0)

    wanted = [
        sa.func.count(),
        total(area_of(ledger.standard, a)),
        *(total(a.c[c]) for c in ("cost", "net", "area_revivable")),
    ]
    query = sa.select(*keys, *wanted).where(a.c.deleted == 0).group_by(*keys)
    for row in ledger.conn.execute(query):
        sums(tuple(row[: len(by)])).update(zip(ASSET_MEASURES, map(int, row[len(by) :]), strict=True))
    wanted = [total(p.c[c]) for c in PROGRESS_MEASURES]
    query = (
        sa.select(*keys, *wanted)
        .join_from(p, a, sa.and_(a.c.uid == p.c.asset, a.c.deleted == 0))
        .where(p.c.deleted == 0)
        .group_by(*keys)
    )
    if periods is not None:
        query = query.where(p.c.period.in_(list(periods)))
    for row in ledger.conn.execute(query):
        sums(tuple(row[: len(by)])).update(zip(PROGRESS_MEASURES, map(int, row[len(by) :]), strict=True))
    return found


def added(groups: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """The sum of several groups, measure by measure."""
    return {m: sum(g[m] for g in groups) for m in (*ASSET_MEASURES, *PROGRESS_MEASURES)}
