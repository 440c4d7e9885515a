"""Periods of reporting: their states, the lock on what was reported, carry-over and the turn of the year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import InputRefused, UsageError
from core.records import journal
from core.records.changes import (
    ARCHIVED,
    DRAFT,
    LOCKED,
    RECEIVED,
    REPORTED,
    RETURNED,
    REVIEWED,
    SENT,
    ChangeSet,
)
from core.standard.dates import parse_period, period_bounds, period_name
from core.standard.types import Value

if TYPE_CHECKING:
    from core.records.ledger import Ledger

KIND = "period"
"""Kind of the batches that change a period; undo passes over them."""

STATE_NAMES = {
    DRAFT: "草稿",
    REVIEWED: "已审核",
    LOCKED: "已锁定",
    SENT: "已报出",
    RECEIVED: "已接收",
    RETURNED: "已退回",
    ARCHIVED: "已归档",
}

_FROM = {
    REVIEWED: (DRAFT, RETURNED),
    LOCKED: (DRAFT, REVIEWED, RETURNED),
    DRAFT: (REVIEWED, LOCKED, SENT, RECEIVED),
    RECEIVED: (SENT,),
    RETURNED: (SENT, RECEIVED),
    ARCHIVED: REPORTED,
}
"""To which state a period comes, and from where; 已报出 follows from the package that was written."""

CARRIED = "stage"
"""The field of a progress row that is carried over beside its key: how far the matter has come."""


@dataclass(frozen=True, slots=True)
class Period:
    """One period as it stands now. `opening` is the package whose closing figures it starts from."""

    period: str
    state: str
    note: str = ""
    changed_at: str = ""
    who: str = ""
    zero: bool = False
    opening: str = ""
    version: int = 0
    package_id: str = ""

    @property
    def state_name(self) -> str:
        name = STATE_NAMES.get(self.state, self.state)
        return f"{name} V{self.version:02d}" if self.state in (SENT, RECEIVED, RETURNED) else name

    @property
    def is_open(self) -> bool:
        """Whether its rows can be changed without a word."""
        return self.state in (DRAFT, REVIEWED, RETURNED)


def known(text: str) -> str:
    """A period as stored, from what was typed."""
    try:
        return parse_period(text)
    except ValueError as e:
        raise UsageError(str(e), next="例如 2026Q3、2026M09、2026。", code="period") from e


def can_become(state: str, to: str) -> bool:
    """Whether a period in one state can be brought into another."""
    return state in _FROM[to]


def listed(ledger: Ledger) -> list[Period]:
    """Every period that was opened or reported, oldest first."""
    p, s = ledger.tables.period, ledger.tables.submission
    rows = {r["period"]: dict(r) for r in ledger.conn.execute(sa.select(p)).mappings()}
    sent = {
        r["period"]: dict(r)
        for r in ledger.conn.execute(
            sa.select(s.c.id, s.c.period, s.c.version, s.c.package_id)
            .where(s.c.state == SENT)
            .order_by(s.c.version, s.c.id)
        ).mappings()
    }
    found = [_period(ledger, name, rows.get(name), sent.get(name)) for name in {**rows, **sent}]
    return sorted(found, key=lambda one: (period_bounds(one.period)[1], one.period))


def get(ledger: Ledger, period: str) -> Period:
    """One period; a period that nobody opened is a draft."""
    return next((one for one in listed(ledger) if one.period == period), Period(period, DRAFT))


def states(ledger: Ledger, periods: Iterable[str]) -> dict[str, str]:
    wanted = set(periods)
    return {one.period: one.state for one in listed(ledger) if one.period in wanted}


def _period(
    ledger: Ledger, name: str, row: Mapping[str, Any] | None, sent: Mapping[str, Any] | None
) -> Period:
    given = row or {"state": DRAFT, "submission": 0, "batch": 0}
    state = str(given["state"] or DRAFT)
    if sent is not None and sent["id"] > given["submission"] and state != ARCHIVED:
        state = SENT
    elif state == REVIEWED and _changed_since(ledger, int(given["batch"])):
        state = DRAFT
    return Period(
        name,
        state,
        str(given.get("note", "")),
        str(given.get("changed_at", "")),
        str(given.get("who", "")),
        bool(given.get("zero", 0)),
        str(given.get("opening", "")),
        int(sent["version"]) if sent else 0,
        str(sent["package_id"]) if sent else "",
    )


def _changed_since(ledger: Ledger, batch: int) -> bool:
    """Whether anything but periods changed after a batch; a review holds until then."""
    b = ledger.tables.batch
    later = sa.select(b.c.id).where(b.c.id > batch, b.c.kind != KIND).limit(1)
    return ledger.conn.execute(later).first() is not None


# --- changing the state --------------------------------------------------------------


def open_period(ledger: Ledger, period: str, *, opening: str = "") -> Period:
    """Begin a period; one that is there already stays as it is."""
    p = ledger.tables.period
    if not ledger.conn.execute(sa.select(p.c.period).where(p.c.period == period)).first():
        _put(ledger, period, DRAFT, f"开始{period_name(period)}", "", opening=opening)
    return get(ledger, period)


def review(ledger: Ledger, period: str) -> Period:
    """Mark a period 已审核; the caller has just run the audit. It is a draft again after any change."""
    return _move(ledger, period, REVIEWED, "审核通过", "")


def lock(ledger: Ledger, period: str, *, zero: bool = False, why: str = "") -> Period:
    """Lock a period's rows; `zero` declares that there is nothing to report (零报告)."""
    if zero and (count := _rows(ledger, period)):
        raise InputRefused(
            f"{period_name(period)}已有 {count} 条数据，不能作零报告",
            next="请删除误填的数据，或按正常报送锁定。",
            code="not-zero",
        )
    note = why or ("本期无盘活事项" if zero else "")
    return _move(ledger, period, LOCKED, "零报告锁定" if zero else "锁定", note, zero=zero)


def reopen(ledger: Ledger, period: str, *, why: str) -> Period:
    """Make a locked or reported period a draft again, with a reason that stays in the journal."""
    if not why.strip():
        raise InputRefused("解锁须写明原因", next="请用 --why 写明为什么要解锁。", code="needs-reason")
    return _move(ledger, period, DRAFT, "解锁", why)


def receive(ledger: Ledger, period: str, note: str = "") -> Period:
    """Note that the office received the package (回执)."""
    return _move(ledger, period, RECEIVED, "收到回执", note)


def give_back(ledger: Ledger, period: str, note: str) -> Period:
    """Note that the office returned the package; its rows are open for the next version."""
    return _move(ledger, period, RETURNED, "退回", note)


def _move(ledger: Ledger, period: str, to: str, deed: str, note: str, *, zero: bool | None = None) -> Period:
    now = get(ledger, period)
    if now.state == to and zero in (None, now.zero):
        return now
    if not can_become(now.state, to):
        raise InputRefused(
            f"{period_name(period)}{now.state_name}，不能{deed}",
            next="已归档的期间不再改动，需要时用带原因的调整。"
            if now.state == ARCHIVED
            else "请先查看期间的状态（panhuo period list）。",
            code="period-state",
        )
    _put(ledger, period, to, f"{deed} {period_name(period)}", note, zero=zero)
    return get(ledger, period)


def _put(
    ledger: Ledger,
    period: str,
    state: str,
    label: str,
    note: str,
    *,
    zero: bool | None = None,
    opening: str | None = None,
) -> None:
    with ledger.edit(label, why=note, kind=KIND) as edit:
        before, after = _row(ledger, period, state, note, edit.batch)
        if zero is not None:
            after["zero"] = int(zero)
        if opening is not None:
            after["opening"] = opening
        edit.put_aux("period", period, after, before)


def _row(
    ledger: Ledger, period: str, state: str, note: str, batch: int
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """A period's row as it is, and as it becomes."""
    p, s = ledger.tables.period, ledger.tables.submission
    found = ledger.conn.execute(sa.select(p).where(p.c.period == period)).mappings().first()
    newest = sa.select(sa.func.coalesce(sa.func.max(s.c.id), 0)).where(
        s.c.period == period, s.c.state == SENT
    )
    before = dict(found) if found else None
    blank = {"period": period, "zero": 0, "opening": ""}
    after = (before or blank) | {
        "state": state,
        "note": note,
        "changed_at": journal.now(),
        "who": ledger.operator,
        "batch": batch,
        "submission": int(ledger.conn.execute(newest).scalar_one()),
    }
    return before, after


def _rows(ledger: Ledger, period: str) -> int:
    """How many child rows speak of a period."""
    count = 0
    for code, t in ledger.tables.record.items():
        field = ledger.shape(code).period
        if field:
            query = sa.select(sa.func.count()).where(t.c[field] == period, t.c.deleted == 0)
            count += int(ledger.conn.execute(query).scalar_one())
    return count


# --- carry-over and the turn of the year --------------------------------------------------


def following(period: str) -> str:
    """The period of the same length just after."""
    year, tail = int(period[:4]), period[4:]
    if not tail:
        return str(year + 1)
    count = {"Q": 4, "M": 12, "H": 2}[tail[0]]
    number = int(tail[1:]) + 1
    if number > count:
        year, number = year + 1, 1
    return f"{year}{tail[0]}{number:0{2 if tail[0] == 'M' else 1}d}"


def carry_over(ledger: Ledger, source: str, target: str) -> ChangeSet:
    """Make a row in `target` for each matter of `source` that is not finished; amounts stay 未填."""
    definition = ledger.standard.tables["progress"]
    key = next((u for u in definition.unique if "period" in u), ("asset", "period"))
    codes = [c for c in (*key, CARRIED) if c in definition.fields and c != "period"]
    t, a = ledger.tables.record["progress"], ledger.tables.record["asset"]
    assets = sa.select(a.c.uid).where(a.c.deleted == 0, *ledger.query("asset").current())
    rows = ledger.conn.execute(
        sa.select(*(t.c[c] for c in codes)).where(
            t.c.period == source, t.c.deleted == 0, t.c.asset.in_(assets)
        )
    ).all()
    kept = [tuple(row) for row in rows if not _is_finished(definition.fields.get(CARRIED), row[-1])]
    there = {
        tuple(row)
        for row in ledger.conn.execute(
            sa.select(*(t.c[c] for c in codes if c != CARRIED)).where(t.c.period == target, t.c.deleted == 0)
        )
    }
    new: list[tuple[str, Mapping[str, Value], str]] = []
    for row in kept:
        values = dict(zip(codes, row, strict=True))
        if tuple(values[c] for c in codes if c != CARRIED) not in there:
            new.append(("", {**values, "period": target}, ""))
    with ledger.edit(f"从{period_name(source)}结转未完成事项") as edit:
        edit.add_many("progress", new)
    return edit.changes


def _is_finished(field: Any, code: Any) -> bool:
    item = field.codes.items.get(code) if field is not None and field.codes else None
    return item is not None and bool(item.extra.get("done") or item.extra.get("ended"))


@dataclass(frozen=True, slots=True)
class YearClosed:
    """What the turn of the year did: the archived periods, and the one that was opened."""

    archived: tuple[str, ...]
    opened: Period
    carried: int


def close_year(ledger: Ledger, year: int) -> YearClosed:
    """Archive a year's periods and open the next one from the last reported closing (年度结转)."""
    of_year = [one for one in listed(ledger) if one.period[:4] == str(year)]
    _refuse_unreported(year, of_year)
    last = max(of_year, key=lambda one: (period_bounds(one.period)[1], one.version))
    first = _first_after(last.period, year)
    ledger.backup(f"{year}年度结转前")
    done = [one.period for one in of_year if one.state != ARCHIVED]
    with ledger.edit(f"{year}年度结转", kind=KIND) as edit:
        for period in done:
            before, after = _row(ledger, period, ARCHIVED, f"{year}年度结转", edit.batch)
            edit.put_aux("period", period, after, before)
        before, after = _row(ledger, first, DRAFT, "", edit.batch)
        if before is None:
            after["opening"] = last.package_id
            edit.put_aux("period", first, after, None)
    carried = carry_over(ledger, last.period, first)
    return YearClosed(tuple(done), get(ledger, first), len(carried.changes))


def _refuse_unreported(year: int, of_year: Sequence[Period]) -> None:
    if not of_year:
        raise InputRefused(
            f"{year}年没有任何期间", next="请检查年份；只有报送过的年度才能结转。", code="year-empty"
        )
    waiting = [one for one in of_year if one.state not in REPORTED]
    if waiting:
        names = "、".join(f"{period_name(one.period)}（{one.state_name}）" for one in waiting)
        raise InputRefused(
            f"{year}年还有期间没有报出：{names}",
            next="请先报出这些期间（没有数据的作零报告），再做年度结转。",
            code="year-open",
        )


def _first_after(last: str, year: int) -> str:
    """The first period of the next year, of the same length as the last one."""
    period = last
    while period[:4] == str(year):
        period = following(period)
    return period
