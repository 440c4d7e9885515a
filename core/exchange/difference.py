"""What changed from one report to the next, in the language of the office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import InputRefused
from core.exchange.sides import LedgerSide, PackageSide, Rows, Side
from core.figures.movement import Holding, pairs
from core.jobs import Progress
from core.records import Ledger
from core.records.carrier import carried_fields
from core.records.lineage import FROM, INTO
from core.standard.model import Field, Standard, TableDef
from core.standard.numbers import format_scaled
from core.standard.types import Value, show

ADDED, REMOVED, CHANGED = "新增", "删除", "修改"
LIMIT = 2000
"""So many single changes are listed; the sums count all of them."""

EXIT = "exit_reason"
"""Field of the asset that says why it is no longer listed; not every standard has it."""
_FEW = 5
"""So many names are told in a sentence."""

_SUMMED = ("revived", "recovered", "external")


@dataclass(frozen=True, slots=True)
class Change:
    """One record that came or went, or one field of a record that changed, as people read it."""

    kind: str
    table: str
    uid: str
    label: str
    name: str
    field: str = ""
    before: str = ""
    after: str = ""


@dataclass(slots=True)
class Comparison:
    """Everything that differs between two states; `lines` says it in words."""

    before: str
    after: str
    standard: Standard
    changes: list[Change] = field(default_factory=list)
    more: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    fields: Counter[str] = field(default_factory=Counter)
    paths: Counter[tuple[str, str]] = field(default_factory=Counter)
    sums: dict[str, tuple[int, int]] = field(default_factory=dict)
    named: dict[str, list[str]] = field(default_factory=dict)
    """table without a parent → names of the few records that came or went"""
    standing: tuple[int, int] = (0, 0)
    worth: tuple[int, int] = (0, 0)
    came: tuple[int, int] = (0, 0)
    went: tuple[int, int] = (0, 0)
    ways: dict[str, Counter[str]] = field(default_factory=dict)
    """新增 · 删除 → how assets came (拆分形成) and why they went (已合并), as far as it is known"""
    net: dict[str, tuple[int, int]] = field(default_factory=dict)
    area: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def is_same(self) -> bool:
        return not any(c.total() for c in self.counts.values())

    def lines(self) -> list[str]:
        """Sentences for the page, the clipboard and the 修订说明."""
        if self.is_same:
            return ["两者数据完全相同。"]
        return [s for s in (*self._assets(), *self._sums(), *self._fields(), *self._tables()) if s]

    def text(self) -> str:
        return "\n".join([f"{self.before} → {self.after}", *self.lines()])

    def _assets(self) -> Iterator[str]:
        before, after = self.standing
        parts = [f"资产由 {before:,} 项变为 {after:,} 项" if before != after else f"资产仍为 {after:,} 项"]
        for kind, word, (count, net) in ((ADDED, "新增", self.came), (REMOVED, "退出", self.went)):
            if count:
                ways = [f"{way} {n:,} 项" for way, n in self.ways.get(kind, Counter()).most_common()]
                told = f"；其中{'、'.join(ways)}" if ways else ""
                parts.append(f"{word} {count:,} 项（账面净值 {_wan(net)} 万元{told}）")
        yield "，".join(parts) + "。"
        old, new = self.worth
        if old != new:
            yield f"账面净值合计由 {_wan(old)} 万元变为 {_wan(new)} 万元。"
        if self.paths:
            listed = [f"由“{a}”改为“{b}” {n} 项" for (a, b), n in self.paths.most_common()]
            yield f"路径改变 {sum(self.paths.values())} 项：" + "，".join(listed) + "。"
        yield _up_and_down("账面净值", self.net, _wan, "万元")
        yield _up_and_down("面积", self.area, _two, "㎡")

    def _sums(self) -> Iterator[str]:
        fields = self.standard.tables["progress"].fields
        for code, (a, b) in self.sums.items():
            if a != b:
                word = "增加" if b > a else "减少"
                label = fields[code].label
                yield f"{label}由 {_wan(a)} 万元变为 {_wan(b)} 万元，{word} {_wan(abs(b - a))} 万元。"

    def _fields(self) -> Iterator[str]:
        if self.fields:
            listed = [f"{label} {n} 项" for label, n in self.fields.most_common(12)]
            more = "等" if len(self.fields) > 12 else ""
            yield "资产其他栏目有改动：" + "、".join(listed) + more + "。"

    def _tables(self) -> Iterator[str]:
        for code, counts in self.counts.items():
            if code != "asset" and counts.total():
                parts = [f"{k} {counts[k]:,} 条" for k in (ADDED, REMOVED, CHANGED) if counts[k]]
                names = self.named.get(code, [])
                told = f"（{'、'.join(names)}）" if 0 < len(names) <= _FEW else ""
                yield f"{self.standard.tables[code].label}：" + "、".join(parts) + f"{told}。"


def _wan(fen: int) -> str:
    """分 → 万元 with two decimals, rounded half up."""
    sign, value = (-1, -fen) if fen < 0 else (1, fen)
    return format_scaled(sign * ((value + 5000) // 10000), 2, grouped=True)


def _two(hundredths: int) -> str:
    return format_scaled(hundredths, 2, grouped=True)


def _up_and_down(
    label: str, found: dict[str, tuple[int, int]], write: Callable[[int], str], unit: str
) -> str:
    parts = []
    for word in ("调增", "调减"):
        count, total = found.get(word, (0, 0))
        if count:
            parts.append(f"{word} {write(total)} {unit}（{count} 项）")
    return f"{label}" + "，".join(parts) + "。" if parts else ""


# --- comparing ------------------------------------------------------------------


def difference(
    before: Path, after: Path | Ledger, *, period: str = "", progress: Progress | None = None
) -> Comparison:
    """Compare a package with another one, or with the 账套 (as a report of `period`)."""
    with PackageSide(before, progress) as first:
        if isinstance(after, Ledger):
            return compare(first, LedgerSide(after, period or first.period), progress)
        with PackageSide(after, progress) as second:
            return compare(first, second, progress)


def compare(before: Side, after: Side, progress: Progress | None = None) -> Comparison:
    """Compare two states record by record, in one walk through each table."""
    progress = progress or Progress()
    if before.standard.id != after.standard.id:
        raise InputRefused(
            "两份数据采用不同的口径，不能比较", next="请选择同一口径的两个包。", code="other-standard"
        )
    made = Comparison(before.label, after.label, after.standard)
    common = [c for c in after.standard.tables if c in before.standard.tables]
    names, fates = _Names(before, after), _Fates()
    for number, code in enumerate(common):
        progress.step(number, len(common), f"比较{after.standard.tables[code].label}")
        _Table(made, before, after, code, names, fates).run()
    order = {c: n for n, c in enumerate(common)}
    kinds = (ADDED, REMOVED, CHANGED)
    made.changes.sort(key=lambda c: (order[c.table], kinds.index(c.kind), c.name, c.uid))
    _holdings(made, before.holdings(), after.holdings(), fates)
    return made


class _Names:
    """Names of records that others refer to, read when one is asked for."""

    def __init__(self, before: Side, after: Side) -> None:
        self._sides = (before, after)
        self._names: dict[str, dict[str, str]] = {}

    def of(self, table: str, uid: Value) -> str:
        if table not in self._names:
            found = self._names[table] = {}
            for side in self._sides:
                definition = side.standard.tables[table]
                place = [f.code for f in carried_fields(definition)].index(definition.name_field)
                found |= {u: str(v[place] or "") for u, v in side.rows(table)}
        return self._names[table].get(str(uid), "")

    def shown(self, value: Value, field: Field) -> str:
        if value is None:
            return ""
        if field.type == "ref":
            return self.of(field.ref, value) or "（未命名）"
        return f"{show(value, field)} {field.unit if field.type in ('money', 'area') else ''}".rstrip()


class _Fates:
    """How assets came about and why they went, where the assets themselves tell."""

    def __init__(self) -> None:
        self._exits: dict[str, str] = {}
        self._parts: set[str] = set()
        self._joined: set[str] = set()

    def note(self, uid: str, told: Mapping[str, Value], fields: Mapping[str, Field]) -> None:
        """Remember what today's row of an asset says."""
        if told.get(FROM):
            self._parts.add(uid)
        if told.get(INTO):
            self._joined.add(str(told[INTO]))
        if reason := told.get(EXIT):
            self._exits[uid] = show(reason, fields[EXIT])

    def way(self, kind: str, uid: str) -> str:
        if kind == REMOVED:
            return self._exits.get(uid, "删除登记")
        return "拆分形成" if uid in self._parts else "合并形成" if uid in self._joined else ""


class _Table:
    def __init__(
        self, made: Comparison, before: Side, after: Side, code: str, names: _Names, fates: _Fates
    ) -> None:
        self.made, self.code, self.names, self.fates = made, code, names, fates
        self.before, self.after = before, after
        self.table: TableDef = after.standard.tables[code]
        old = [f.code for f in carried_fields(before.standard.tables[code])]
        self.fields = [f for f in carried_fields(self.table)]
        # where each of today's fields stood before; None for a field that came since
        self.places = [old.index(f.code) if f.code in old else None for f in self.fields]
        codes = [f.code for f in self.fields]
        self.name = codes.index(self.table.name_field)
        self.parent = codes.index(self.table.parent) if self.table.parent else None
        self.fate = [(c, codes.index(c)) for c in (FROM, INTO, EXIT) if c in codes] if code == "asset" else []
        self.period = codes.index("period") if "period" in codes else None
        self.summed = {c: codes.index(c) for c in _SUMMED if c in codes} if code == "progress" else {}
        self.counts = made.counts.setdefault(code, Counter())

    def run(self) -> None:
        for uid, old, new in _merged(self.before.rows(self.code), self.after.rows(self.code)):
            values = None if old is None else [None if p is None else old[p] for p in self.places]
            self._add(values, new)
            if new is not None and self.fate:
                self.fates.note(uid, {c: new[place] for c, place in self.fate}, self.table.fields)
            if values is None:
                self._one(ADDED, uid, new or [])
            elif new is None:
                self._one(REMOVED, uid, values)
            elif values != new:
                self._changed(uid, values, new)

    def _add(self, old: Sequence[Value] | None, new: Sequence[Value] | None) -> None:
        """Sums of the reported period on both sides."""
        for code, place in self.summed.items():
            a, b = self.made.sums.get(code, (0, 0))
            if old is not None and self._is_of(old, self.before):
                a += int(old[place] or 0)
            if new is not None and self._is_of(new, self.after):
                b += int(new[place] or 0)
            self.made.sums[code] = (a, b)

    def _is_of(self, values: Sequence[Value], side: Side) -> bool:
        return self.period is None or values[self.period] == side.period

    def _one(self, kind: str, uid: str, values: Sequence[Value]) -> None:
        self.counts[kind] += 1
        name = self._name(values)
        self._keep(Change(kind, self.code, uid, self.table.label, name))
        if self.parent is None and len(names := self.made.named.setdefault(self.code, [])) <= _FEW:
            names.append(name)

    def _changed(self, uid: str, old: Sequence[Value], new: Sequence[Value]) -> None:
        self.counts[CHANGED] += 1
        for f, a, b in zip(self.fields, old, new, strict=True):
            if a == b:
                continue
            before, after = self.names.shown(a, f), self.names.shown(b, f)
            if self.code == "asset":
                if f.code == "path":
                    self.made.paths[before or "未定", after or "未定"] += 1
                elif f.code != "net":
                    self.made.fields[f.label] += 1
            self._keep(
                Change(CHANGED, self.code, uid, self.table.label, self._name(new), f.label, before, after)
            )

    def _name(self, values: Sequence[Value]) -> str:
        """A record by its own name; what belongs to another one by that, and its own in brackets."""
        own = self.names.shown(values[self.name], self.fields[self.name])
        if self.parent is None:
            return own or "（未命名）"
        whose = self.names.of(self.table.parent, values[self.parent]) or "（未命名）"
        return f"{whose}（{own}）" if own else whose

    def _keep(self, change: Change) -> None:
        if len(self.made.changes) < LIMIT:
            self.made.changes.append(change)
        else:
            self.made.more += 1


def _merged(left: Rows, right: Rows) -> Iterator[tuple[str, list[Value] | None, list[Value] | None]]:
    a, b = next(left, None), next(right, None)
    while a is not None or b is not None:
        if b is None or (a is not None and a[0] < b[0]):
            assert a is not None
            yield a[0], a[1], None
            a = next(left, None)
        elif a is None or b[0] < a[0]:
            yield b[0], None, b[1]
            b = next(right, None)
        else:
            yield a[0], a[1], b[1]
            a, b = next(left, None), next(right, None)


def _holdings(made: Comparison, before: Iterable[Holding], after: Iterable[Holding], fates: _Fates) -> None:
    """Present assets on both sides: what came, went, and changed in value and area."""
    counts, worth = [0, 0], [0, 0]
    came, went = [0, 0], [0, 0]
    made.ways = {ADDED: Counter(), REMOVED: Counter()}
    for old, new in pairs(before, after):
        for side, holding in enumerate((old, new)):
            if holding is not None:
                counts[side] += 1
                worth[side] += holding.net
        if old is None and new is not None:
            came = [came[0] + 1, came[1] + new.net]
            if way := fates.way(ADDED, new.uid):
                made.ways[ADDED][way] += 1
        elif new is None and old is not None:
            went = [went[0] + 1, went[1] + old.net]
            made.ways[REMOVED][fates.way(REMOVED, old.uid)] += 1
        elif old is not None and new is not None:
            _note(made.net, new.net - old.net)
            _note(made.area, new.area - old.area)
    made.standing, made.worth = (counts[0], counts[1]), (worth[0], worth[1])
    made.came, made.went = (came[0], came[1]), (went[0], went[1])


def _note(found: dict[str, tuple[int, int]], change: int) -> None:
    if change:
        word = "调增" if change > 0 else "调减"
        count, total = found.get(word, (0, 0))
        found[word] = (count + 1, total + abs(change))
