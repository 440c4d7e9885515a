"""Rules that compare the present with what was reported before; where nothing was, they find nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from core.audit.reported import Reported, last_period, last_year, reported, reported_before
from core.audit.scan import Found, found
from core.audit.sets import Room, percent
from core.audit.wording import with_unit
from core.records.carrier import record_lines
from core.standard.attributes import AREA_TOTAL, area_fields, attribute_value, derived_field
from core.standard.model import Field
from core.standard.numbers import half_up

Sums = dict[str, list[int]]


def _of_period(room: Room, period: str) -> Reported | None:
    return next((r for r in reported(room.ledger) if r.period == period), None)


def _now_rows(room: Room, codes: list[str]) -> Iterator[tuple[Any, ...]]:
    """Rows of the period that is reported now."""
    for row, uid, period, *values in room.select(["period", *codes]):
        if period == room.context.period:
            yield row, uid, *values


def change(room: Room) -> Iterator[Found]:
    """Sums of a group that moved too far since last period or last year, and nobody says why."""
    options, period = room.rule.options, room.context.period
    if not period:
        return
    then_period = last_year(period) if options["compare"] == "last_year" else last_period(period)
    before = _of_period(room, then_period)
    if before is None:
        return
    codes = list(options["values"])
    group = options["group"][0]
    now, said_why, then = Sums(), set[str](), _sums_then(room, before, then_period, codes, group)
    for _, _, owner, note, *values in _now_rows(room, [group, room.rule.field, *codes]):
        sums = now.setdefault(str(owner or ""), [0] * len(codes))
        for place, value in enumerate(values):
            sums[place] += value or 0
        if note is not None:
            said_why.add(str(owner or ""))
    yield from _moved(room, codes, now, then, said_why)


def _sums_then(room: Room, before: Reported, period: str, codes: list[str], group: str) -> Sums:
    """The sums of the reported package by the group field, which may lie over one ref."""
    hop, _, last = group.partition(".")
    table = room.standard.tables[room.rule.table]
    owners: dict[str, str] = {}
    if last:
        owners = {uid: str(v.get(last) or "") for uid, v in before.rows(table.fields[hop].ref)}
    sums = Sums()
    for _, row in before.rows(table.code):
        if row.get("period") == period:
            key = str(row.get(hop) or "")
            total = sums.setdefault(owners.get(key, "") if last else key, [0] * len(codes))
            for place, code in enumerate(codes):
                total[place] += int(row.get(code) or 0)
    return sums


def _moved(room: Room, codes: list[str], now: Sums, then: Sums, said_why: set[str]) -> Iterator[Found]:
    fields = room.standard.tables[room.rule.table].fields
    hop, _, last = room.rule.options["group"][0].partition(".")
    owner = fields[hop]
    if last:
        owner = room.standard.tables[owner.ref].fields[last]
    over = room.number("over")
    for key in sorted(set(now) | set(then)):
        if key in said_why or not key:
            continue
        for place, code in enumerate(codes):
            a, b = (sums.get(key, [0] * len(codes))[place] for sums in (now, then))
            if b and abs(a - b) * 100 > abs(b) * over:
                moved = half_up(Fraction((a - b) * 100, abs(b)), 1)
                params = {
                    "unit": room.ledger.name_of(owner.ref, key) if owner.ref else key,
                    "name": fields[code].label,
                    "now": with_unit(fields[code], a),
                    "then": with_unit(fields[code], b),
                    "pct": f"{moved:+}%",
                }
                yield found(room.rule, owner.ref or room.rule.table, key, "", params)


def same(room: Room) -> Iterator[Found]:
    """Texts that are letter for letter those of the last period."""
    period = room.context.period
    before = _of_period(room, last_period(period)) if period else None
    if before is None:
        return
    table = room.standard.tables[room.rule.table]
    codes = list(room.rule.options["fields"])
    told: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for _, row in before.rows(table.code):
        if row.get("period") == before.period:
            told[str(row.get(table.parent))].add(tuple(row.get(c) for c in codes))
    said = {
        row: {"same": values}
        for row, _, parent, *values in _now_rows(room, [table.parent, *codes])
        if any(v is not None for v in values) and tuple(values) in told[str(parent)]
    }
    yield from room.with_details(said, room.rule.field or codes[0], ["same"])


def unchanged(room: Room) -> Iterator[Found]:
    """Nearly all rows are as they were reported in the last period."""
    before = reported_before(room.ledger, room.context.period) if room.context.period else []
    if not before:
        return
    then = dict(before[-1].lines(room.rule.table))
    whole, alike = 0, 0
    for line in _lines_now(room, room.rule.table):
        whole += 1
        alike += then.get(line.partition(",")[0]) == line
    if whole and alike * 100 > whole * room.number("over"):
        yield room.whole({"share": percent(alike, whole)})


def _lines_now(room: Room, table: str) -> Iterator[str]:
    lines = record_lines(room.ledger, room.standard.tables[table])
    next(lines)
    for line in lines:
        yield line.decode("utf-8")


def postponed(room: Room) -> Iterator[Found]:
    """A date that every report moved further away."""
    if not room.context.period:
        return
    history: dict[str, list[str]] = defaultdict(list)
    for package in reported_before(room.ledger, room.context.period):
        for uid, row in package.rows(room.rule.table):
            if value := row.get(room.rule.field):
                history[uid].append(str(value))
    times = int(room.number("times"))
    said: dict[int, dict[str, Any]] = {}
    for row, uid, value in room.select([room.rule.field]):
        dates = [*history.get(uid, ()), *([str(value)] if value else [])]
        run = 0
        for earlier, later in pairwise(dates):
            run = run + 1 if later > earlier else 0
        if run >= times:
            said[row] = {"times": run, "dates": " → ".join(dates[-run - 1 :])}
    yield from room.with_details(said, room.rule.field, ["dates"])


# --- opening, movement, closing ---------------------------------------------------------------


def _standing(room: Room, rows: Iterator[tuple[str, dict[str, Any]]]) -> dict[str, int]:
    """Count, total area and net value of the assets that are on the books."""
    wanted = area_fields(room.standard.tables["asset"])
    sums = {"count": 0, "area": 0, "net": 0}
    for _, row in rows:
        if row.get("exit_reason"):
            continue
        sums["count"] += 1
        sums["net"] += row.get("net") or 0
        sums["area"] += row.get(wanted.get(str(row.get("asset_class")), "")) or 0
    return sums


def _opening(room: Room) -> dict[str, int] | None:
    """What the last period closed with, as reported."""
    before = reported_before(room.ledger, room.context.period) if room.context.period else []
    return _standing(room, before[-1].rows("asset")) if before else None


def balance(room: Room) -> Iterator[Found]:
    """Opening + added − removed ± adjusted = closing, for the count or for area and net value."""
    opening = _opening(room)
    if opening is None:
        return
    wanted = ["asset_class", "net", "area_building", "area_land", "exit_reason"]
    codes = [c for c in wanted if c in room.standard.tables["asset"].fields]
    rows = room.ledger.select("asset", ["uid", *codes])
    closing = _standing(room, ((r[0], dict(zip(codes, r[1:], strict=True))) for r in rows))
    moves = _moves(room)
    assets = room.standard.tables["asset"]
    shown: dict[str, Field | None] = {
        "count": None,
        "area": derived_field(assets, AREA_TOTAL),
        "net": assets.fields["net"],
    }
    for measure in ("count",) if room.rule.options["measure"] == "count" else ("area", "net"):
        added, removed, adjusted = moves[measure]
        expected = opening[measure] + added - removed + adjusted
        if expected != closing[measure]:
            field = shown[measure]
            numbers = {
                "opening": opening[measure],
                "added": added,
                "removed": removed,
                "adjusted": adjusted,
                "expected": expected,
                "closing": closing[measure],
            }
            params: dict[str, Any] = {k: with_unit(field, v) if field else v for k, v in numbers.items()}
            yield room.whole({"name": field.label if field else "宗数", **params})


def _moves(room: Room) -> dict[str, tuple[int, int, int]]:
    """Added, removed and adjusted of the period, by measure."""
    made: dict[str, tuple[int, int, int]] = {}
    for measure in ("count", "area", "net"):
        sums = {1: 0, -1: 0, 0: 0}
        for _, _, kind, value in _now_rows(room, ["kind", measure]):
            codes = room.standard.tables[room.rule.table].fields["kind"].codes
            const = attribute_value(codes, str(kind), "sign") if codes and kind in codes.items else None
            sign = int(str(const.value)) if const else 0
            sums[sign] += (1 if measure == "count" and value is None else value) or 0
        made[measure] = (sums[1], sums[-1], sums[0])
    return made


def opening_share(room: Room) -> Iterator[Found]:
    """Movements of one sort that are too many for the opening."""
    opening = _opening(room)
    if not opening or not opening["count"]:
        return
    count = 0
    chosen = {uid for _, uid in room.select([], where=[room.rule.options["where"]])}
    for _, uid, value in _now_rows(room, ["count"]):
        if uid in chosen:
            count += 1 if value is None else value
    if count * 100 > opening["count"] * room.number("over"):
        params = {"count": count, "opening": opening["count"], "share": percent(count, opening["count"])}
        yield room.whole(params)


# --- other packages -----------------------------------------------------------------------------


def version_change(room: Room) -> Iterator[Found]:
    """Rows that differ from the last version of the same period."""
    before = _of_period(room, room.context.period)
    if before is None:
        return
    whole, differ = 0, 0
    for table in sorted(before.tables()):
        then = dict(before.lines(table))
        for line in _lines_now(room, table):
            whole += 1
            differ += then.pop(line.partition(",")[0], "") != line
        whole += len(then)
        differ += len(then)
    if whole and differ * 100 > whole * room.number("over"):
        yield room.whole({"share": percent(differ, whole)})


def elsewhere(room: Room) -> Iterator[Found]:
    """Rows of this period's last package that are not as they were reported."""
    before = _of_period(room, room.context.period)
    if before is None:
        return
    then = dict(before.lines(room.rule.table))
    changed = [
        uid
        for line in _lines_now(room, room.rule.table)
        if (uid := line.partition(",")[0]) in then and then[uid] != line
    ]
    t = room.ledger.tables.record[room.rule.table]
    said: dict[int, dict[str, Any]] = {}
    for start in range(0, len(changed), 500):
        query = sa.select(t.c.id).where(t.c.uid.in_(changed[start : start + 500]))
        for row in room.ledger.conn.execute(query).scalars():
            said[row] = {"package": f"V{before.version:02d}"}
    yield from room.with_details(said, room.rule.field, ["package"])


HISTORY: dict[str, Callable[[Room], Iterator[Found]]] = {
    "change": change,
    "same": same,
    "unchanged": unchanged,
    "postponed": postponed,
    "balance": balance,
    "opening_share": opening_share,
    "version_change": version_change,
    "elsewhere": elsewhere,
}
