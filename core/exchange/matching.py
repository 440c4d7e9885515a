"""Which records of the ledger a plan speaks of, which units it needs, and what would change cell by cell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from core.exchange.alike import NEAREST, Facts, ask_within, differing, facts_of, tell_keys, weigh
from core.exchange.amending import compare_cells
from core.exchange.plan import CONFLICT, NEW, SAME, Doubt, Plan, PlannedRecord, Skipped
from core.exchange.units import Units, key_of, made_uid
from core.records import Ledger
from core.standard.identifiers import cert_key
from core.standard.model import Standard, TableDef
from core.standard.types import Value

QUESTIONS = {
    "same-place": "名称、单位和面积都与账套中的一条记录相同，但没有编号可以对上，按同一条记录处理。请核对；不是同一宗请在这一行上按右键，选“不是同一条，作为新增”。",
    "same-name": "名称和单位与账套中的一条记录相同，没有编号和面积可比，其他内容没有不同，按同一条记录处理。请核对；不是同一宗请在这一行上按右键，选“不是同一条，作为新增”。",
    "looks-alike": "名称和单位与账套中的记录相同，但{apart}不同，按新增处理。请核对是否重复。",
    "one-more": "名称和单位与账套中的记录相同，那些记录都已有对应的行，这一行按新增处理。请核对是否重复。",
    "unsure": "这一行像账套中的一条记录，但{apart}不同，不能确定是不是同一宗，默认不导入。请决定是修改那一条还是新增。",
    "which": "账套中有几条记录与这一行相像，不能确定是哪一条，默认不导入。请决定是修改已有的还是新增。",
    "several": "账套中有几条记录的{label}都是“{value}”，不能确定是哪一条，按新增处理。请核对。",
    "other-name": "{label}“{value}”在账套中属于“{name}”，名称不同。默认不改动账套中的记录，请决定。",
    "replaced": "这是账套中的“{name}”，它已拆分或合并，再加一宗会重复计算，这一行默认不导入。请改报拆分、合并后的资产；确是另一宗请在这一行上按右键，选“不是同一条，作为新增”。",
}


def match(plan: Plan, standard: Standard, ledger: Ledger | None) -> None:
    """Give every record its uid and state, and list the units that are missing."""
    units = Units(plan, standard, ledger)
    present = {r.table for r in plan.records}
    for code in [t for t in standard.tables if t in present]:
        records = [r for r in plan.records if r.table == code]
        _Matcher(plan, standard.tables[code], ledger, units).run(records)
    plan.units = units.planned()


@dataclass(slots=True)
class _There:
    """One record of the ledger that is not deleted, as far as matching needs it.

    `replaced`: others have taken its place (split, merged); it is found only where no current one is.
    """

    id: int
    uid: str
    name: str
    unit: str
    areas: tuple[Value, ...]
    keys: Mapping[str, str]
    replaced: bool = False
    taken: list[PlannedRecord] = field(default_factory=list)


@dataclass(slots=True)
class _Unsure:
    """A row that several records may be: by the number of this label and value, or by name and unit."""

    row: PlannedRecord
    found: Sequence[_There]
    label: str = ""
    value: str = ""
    question: str = ""
    """What is asked when one of them is taken."""


class _Matcher:
    def __init__(self, plan: Plan, definition: TableDef, ledger: Ledger | None, units: Units) -> None:
        self.plan = plan
        self.definition = definition
        self.ledger = ledger
        self.units = units
        self.unit_shows = [s for s in definition.shows.values() if not s.to_child]
        self.child_shows = [s for s in definition.shows.values() if s.to_child]
        self.keys = [m for m in definition.match if definition.fields[m].type in ("id", "cert", "text")]
        self.hop = self.unit_shows[0].hop if self.unit_shows else ""
        self.areas = [f.code for f in definition.fields.values() if f.type == "area" and f.list]
        self.certs = [s for s in self.child_shows if s.target.type in ("id", "cert")]
        self.there: dict[str, _There] = {}
        self.deleted: set[str] = set()
        self.index: dict[str, dict[str, list[_There]]] = defaultdict(lambda: defaultdict(list))
        self.unsure: list[_Unsure] = []

    def run(self, records: list[PlannedRecord]) -> None:
        _number(records)
        self._resolve_units(records)
        self._load()
        if not self.plan.own:
            for k in self.keys:
                tell_keys(self.plan, records, k, self.definition.fields[k].label)
        for r in records:
            self._find(r)
        self._by_content()
        self._one_each()
        if not self.plan.own:
            ask_within(self.plan, self.definition, records, self.hop, self.areas)
        if self.ledger is not None:
            places = {one.uid: one.id for one in self.there.values()}
            compare_cells(self.ledger, self.definition, records, places)
        self._register(records)

    def _resolve_units(self, records: list[PlannedRecord]) -> None:
        """Turn names and codes of units into references."""
        hops: dict[str, dict[str, str]] = {}
        for s in self.unit_shows:
            hops.setdefault(s.hop, {})[s.target.code] = s.code
        for hop, shown in hops.items():
            table = self.definition.fields[hop].ref
            name_field, code_field = self.units.keys(table)
            name_code, uscc_code = shown.get(name_field, ""), shown.get(code_field, "")

            def pair(
                r: PlannedRecord, name_code: str = name_code, uscc_code: str = uscc_code
            ) -> tuple[str, str]:
                return str(r.shown.get(name_code) or ""), str(r.shown.get(uscc_code) or "")

            wanted = [p for r in records if any(p := pair(r))]
            parent = table == self.definition.parent
            found = self.units.resolve_all(table, wanted, make=not parent)
            for r in records:
                p = pair(r)
                if parent and not found.get(p):
                    self._orphan(r, p)
                elif any(p):
                    r.values[hop] = found[p]
                    planned = self.units.made.get(found[p])
                    if planned is not None:
                        planned.rows += 1
        for f in self.definition.fields.values():
            if f.type != "ref":
                continue
            names = [(r.refs[f.code], "") for r in records if r.refs.get(f.code)]
            if not names:
                continue
            found = self.units.resolve_all(f.ref, names)
            for r in records:
                if r.refs.get(f.code):
                    r.values[f.code] = found[(r.refs[f.code], "")]

    def _orphan(self, r: PlannedRecord, pair: tuple[str, str]) -> None:
        """A row that belongs to an asset nobody knows is not taken in."""
        r.left_out = True
        said = "、".join(p for p in pair if p) or "（未写）"
        text = (
            f"账套和文件中没有（或不止一宗）资产“{said}”，这一行{self.definition.label}未导入。"
            "请先导入资产，或改正编号后再导入。"
        )
        self.plan.doubts.append(Doubt(r.sheet, r.row, "", "", "no-parent", said, text))
        self.plan.skipped.append(Skipped(r.sheet, r.row, "no-parent", said))

    def _load(self) -> None:
        """Index the ledger's records by every key; one pass."""
        if self.ledger is None:
            return
        d = self.definition
        t = self.ledger.tables.record[d.code]
        import sqlalchemy as sa

        self.deleted = {
            str(u) for (u,) in self.ledger.conn.execute(sa.select(t.c.uid).where(t.c.deleted != 0))
        }
        current = {str(u) for (u,) in self.ledger.select(d.code, ["uid"])}
        codes = [
            "id",
            "uid",
            d.name_field,
            *([self.hop] if self.hop else []),
            *self.areas,
            *self.keys,
            *(s.code for s in self.certs),
            *(c for fields in d.unique for c in fields),
        ]
        for row in self.ledger.select(d.code, codes, include_deleted=True):
            given = dict(zip(codes, row, strict=True))
            if given["uid"] in self.deleted:
                continue
            one = _There(
                given["id"],
                given["uid"],
                key_of(given[d.name_field]),
                str(given.get(self.hop) or ""),
                tuple(given[a] for a in self.areas),
                {k: key_of(given[k]) for k in self.keys if given[k]},
                given["uid"] not in current,
            )
            self.there[one.uid] = one
            for k in self.keys:
                if given[k]:
                    self.index[k][key_of(given[k])].append(one)
            for s in self.certs:
                if given[s.code]:
                    self.index[s.code][cert_key(str(given[s.code]))].append(one)
            for fields in d.unique:
                self.index["unique"]["|".join(str(given[f] or "") for f in fields)].append(one)
            self.index["="][f"{one.name}|{one.unit}"].append(one)

    def _find(self, r: PlannedRecord) -> None:
        """The one record of the ledger that this row is."""
        uid = self._made_uid(r)
        decision = self._decision(r)
        if decision == "skip":
            r.left_out = True
        given = r.uid
        r.uid = ""
        if decision in self.there:
            self._take(r, self.there[decision], "decision")
        elif given and given in self.there:
            self._take(r, self.there[given], "uid")
        elif uid in self.there and not (decision == "new" and self.there[uid].replaced):
            self._take(r, self.there[uid], "source")
        elif decision != "new":
            self._by_keys(r)
        if not r.uid:
            self._as_new(r, uid)

    def _decision(self, r: PlannedRecord) -> str:
        return self.plan.answers.decisions.get(r.place, "")

    def _made_uid(self, r: PlannedRecord) -> str:
        """The uid that this row of this file always gets."""
        parts = (r.table, r.sheet, r.row, *([f"#{r.nth}"] if r.nth else []))
        return made_uid(self.plan.sha256, *parts)

    def _as_new(self, r: PlannedRecord, uid: str) -> None:
        r.uid, r.state, r.matched_by = uid, NEW, ""
        salt = 0
        while r.uid in self.deleted or r.uid in self.there:
            salt += 1
            r.uid = made_uid(self.plan.sha256, r.table, r.place, salt)

    def _by_keys(self, r: PlannedRecord) -> None:
        if not self.there:
            return
        d = self.definition
        name = key_of(r.values.get(d.name_field))
        for k in self.keys:
            value = r.values.get(k)
            found = self._indexed(k, key_of(value)) if value else []
            if len(found) == 1 and r.question != "duplicate-key":
                self._take(r, found[0], k)
                if k != d.name_field and found[0].name and name not in ("", found[0].name):
                    self._other_name(r, found[0], k, str(value))
                return
            if found:
                self.unsure.append(_Unsure(r, found, d.fields[k].label, str(value)))
                return
        for s in self.certs:
            value = r.shown.get(s.code)
            found = self._indexed(s.code, cert_key(str(value))) if value else []
            found = [one for one in found if one.name == name]
            if len(found) == 1:
                self._take(r, found[0], s.code)
                return
            if found:
                self.unsure.append(_Unsure(r, found, s.label, str(value)))
                return
        for fields in d.unique:
            if sum(1 for f in fields if r.values.get(f) is not None) >= min(2, len(fields)):
                found = self._indexed("unique", "|".join(str(r.values.get(f) or "") for f in fields))
                if len(found) == 1:
                    self._take(r, found[0], "unique")
                    return
        self._by_place(r)

    def _by_place(self, r: PlannedRecord) -> None:
        """Name, unit and area: taken only when all three say the same, and asked; without an area all else is weighed."""
        name = key_of(r.values.get(self.definition.name_field))
        keys = {k: key_of(r.values[k]) for k in self.keys if r.values.get(k)}
        found = [
            one
            for one in self._indexed("=", f"{name}|{r.values.get(self.hop) or ''}")
            if not differing(keys, one.keys)
        ]
        areas = tuple(r.values.get(a) for a in self.areas)
        equal = [one for one in found if self._same_areas(one.areas, areas)]
        if name and len(equal) == 1 and r.question != "duplicate-key":
            self._take(r, equal[0], "place")
            self._ask(r, "same-place", str(r.values.get(self.definition.name_field)))
        elif found:
            question = "same-place" if equal else "same-name"
            self.unsure.append(_Unsure(r, equal or found, question=question))

    # --- what all else says ---------------------------------------------------------------------

    def _by_content(self) -> None:
        """Settle the unsure rows by everything they say: equal ones first, then the nearest that is free."""
        d = self.definition
        if not self.unsure or self.ledger is None:
            return
        codes = [
            c
            for c in (*d.fields, *(s.code for s in self.child_shows))
            if any(c in u.row.values or c in u.row.shown for u in self.unsure)
        ]
        there = {one.id: one for u in self.unsure for one in u.found}
        pages = self.ledger.page(d.code, list(there), codes) if codes else []
        said = {
            i: facts_of(d, dict(zip(codes, row, strict=True))) for i, row in zip(there, pages, strict=False)
        }
        equal: dict[tuple[Value, ...], list[_There]] = defaultdict(list)
        for i, facts in said.items():
            equal[tuple(facts.get(c) for c in codes)].append(there[i])
        rest = []
        for u in self.unsure:
            says = facts_of(d, {c: v for c, v in (u.row.values | u.row.shown).items() if c in codes})
            same = next((o for o in equal[tuple(says.get(c) for c in codes)] if not o.taken), None)
            if same is None:
                rest.append((u, says))
            else:
                self._take(u.row, same, "content")
                self._ask(u.row, u.question, u.row.name)
        for u, says in rest:
            self._nearest(u, says, said)

    def _nearest(self, u: _Unsure, says: Facts, said: Mapping[int, Facts]) -> None:
        """The free record that says most alike: taken without a contradiction, asked when more is alike than not."""
        says = {c: v for c, v in says.items() if c not in (self.definition.name_field, self.hop)}
        free = list(islice((one for one in u.found if not one.taken), NEAREST))
        scores = [
            (alike - apart, one) for one in free for alike, apart in [weigh(says, said.get(one.id, {}))]
        ]
        best = max((s for s, _ in scores), default=0)
        chosen = [one for s, one in scores if s == best]
        apart = differing(says, said.get(chosen[0].id, {})) if chosen else []
        labels = "、".join(c.label for code in apart[:4] if (c := self.definition.column(code)) is not None)
        matched = self._decision(u.row) == "match"
        named = bool(key_of(u.row.values.get(self.definition.name_field)))
        if chosen and matched:
            self._take(u.row, chosen[0], "decision")
        elif chosen and len(chosen) == 1 and not apart and (named or u.label):
            self._take(u.row, chosen[0], "content")
            self._ask(u.row, u.question, u.row.name)
        elif chosen and best >= 0 and (named or u.label):
            self._take(u.row, chosen[0], "content")
            u.row.state = CONFLICT
            self._ask(u.row, "unsure" if len(chosen) == 1 else "which", u.row.name, apart=labels)
        elif u.row.question == "duplicate-key":
            return
        elif u.label:
            self._ask(u.row, "several", u.value, label=u.label, value=u.value)
        elif named:
            self._ask(u.row, "looks-alike" if chosen else "one-more", u.row.name, apart=labels)

    def _ask(self, r: PlannedRecord, question: str, raw: str, **words: str) -> None:
        if not question:
            return
        r.question = question
        r.doubts.append(Doubt(r.sheet, r.row, "", "", question, raw, QUESTIONS[question].format(**words)))

    @staticmethod
    def _same_areas(one: tuple[Value, ...], other: tuple[Value, ...]) -> bool:
        pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
        return bool(pairs) and all(a == b for a, b in pairs)

    def _indexed(self, key: str, value: str) -> list[_There]:
        found = self.index[key].get(value, [])
        return [one for one in found if not one.replaced] or found

    def _take(self, r: PlannedRecord, one: _There, by: str) -> None:
        r.uid, r.matched_by, r.state = one.uid, by, SAME
        one.taken.append(r)
        if one.replaced and by != "decision":
            self._replaced(r, one)

    def _replaced(self, r: PlannedRecord, one: _There) -> None:
        if self._decision(r) != "match":
            r.state = CONFLICT
        name = self.ledger.name_of(r.table, one.uid) if self.ledger is not None else ""
        self._ask(r, "replaced", name, name=name)

    def _other_name(self, r: PlannedRecord, one: _There, key: str, value: str) -> None:
        if self._decision(r) != "match":
            r.state = CONFLICT
        name = self.ledger.name_of(r.table, one.uid) if self.ledger is not None else ""
        label = self.definition.fields[key].label
        self._ask(r, "other-name", value, label=label, value=value, name=name)

    def _one_each(self) -> None:
        """Two rows may not become one record: the first keeps the match, the others are new."""
        for one in self.there.values():
            for r in one.taken[1:]:
                if self.plan.own or r.matched_by in ("uid", "source", "decision"):
                    continue
                self._as_new(r, self._made_uid(r))
                name = str(r.values.get(self.definition.name_field) or "")
                self._ask(r, "several", name, label="关键内容", value=name)

    def _register(self, records: list[PlannedRecord]) -> None:
        """Make the file's own new records known to the tables that follow."""
        present = {r.table for r in self.plan.records}
        tables = self.units.standard.tables
        if not any(tables[code].parent == self.definition.code for code in present):
            return
        name_field, code_field = self.units.keys(self.definition.code)
        for r in records:
            if r.state == NEW and not r.left_out:
                given = r.values.get(code_field) if code_field else None
                name = str(r.values.get(name_field) or "")
                self.units.register(self.definition.code, r.uid, name, str(given or ""))


def _number(records: Sequence[PlannedRecord]) -> None:
    """Tables side by side give several records of one row."""
    seen: Counter[tuple[str, int]] = Counter()
    for r in records:
        r.nth = seen[r.sheet, r.row]
        seen[r.sheet, r.row] += 1
