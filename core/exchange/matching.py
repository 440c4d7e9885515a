"""Which records of the ledger a plan speaks of, which units it needs, and what would change cell by cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.exchange.columns import target_field
from core.exchange.plan import CHANGED, CONFLICT, NEW, SAME, Doubt, Plan, PlannedRecord, Skipped
from core.exchange.units import Units, key_of, made_uid
from core.records import Ledger
from core.standard.identifiers import cert_key
from core.standard.model import Standard, TableDef
from core.standard.types import Value

QUESTIONS = {
    "same-place": "名称、单位和面积都与账套中的一条记录相同，但没有编号可以对上，按同一条记录处理。请核对；不是同一宗请选“新增”。",
    "looks-alike": "名称和单位与账套中的记录相同，但面积不同或为空，按新增处理。请核对是否重复。",
    "twice": "文件中第 {rows} 行的{label}相同（{value}），各按一条记录处理。请核对是否重复登记。",
    "several": "账套中有几条记录的{label}都是“{value}”，不能确定是哪一条，按新增处理。请核对。",
    "other-name": "{label}“{value}”在账套中属于“{name}”，名称不同。默认不改动账套中的记录，请决定。",
    "replaced": "这是账套中的“{name}”，它已拆分或合并，再加一宗会重复计算，这一行默认不导入。请改报拆分、合并后的资产；确是另一宗请选“新增”。",
}


def match(plan: Plan, standard: Standard, ledger: Ledger | None) -> None:
    """Give every record its uid and state, and list the units that are missing."""
    units = Units(plan, standard, ledger)
    present = {r.table for r in plan.records}
    for code in [t for t in standard.tables if t in present]:
        records = [r for r in plan.records if r.table == code]
        _Matcher(plan, standard.tables[code], ledger, units).run(records)
    plan.units = units.planned()


# --- units (and whatever else records point to by name) -----------------------------------------


# --- records -------------------------------------------------------------------------------------


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
    replaced: bool = False
    taken: list[PlannedRecord] = field(default_factory=list)


class _Matcher:
    def __init__(self, plan: Plan, definition: TableDef, ledger: Ledger | None, units: Units) -> None:
        self.plan = plan
        self.definition = definition
        self.ledger = ledger
        self.units = units
        self.unit_shows = [s for s in definition.shows.values() if not s.to_child]
        self.child_shows = [s for s in definition.shows.values() if s.to_child]
        self.keys = [m for m in definition.match if definition.fields[m].type in ("id", "cert", "text")]
        self.areas = [f.code for f in definition.fields.values() if f.type == "area" and f.list]
        self.certs = [s for s in self.child_shows if s.target.type in ("id", "cert")]
        self.there: dict[str, _There] = {}
        self.deleted: set[str] = set()
        self.index: dict[str, dict[str, list[_There]]] = defaultdict(lambda: defaultdict(list))

    def run(self, records: list[PlannedRecord]) -> None:
        self._resolve_units(records)
        self._load()
        if not self.plan.own:
            self._twice(records)
        for r in records:
            self._find(r)
        self._one_each(records)
        self._compare(records)
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
        hop = self.unit_shows[0].hop if self.unit_shows else ""
        codes = [
            "id",
            "uid",
            d.name_field,
            *([hop] if hop else []),
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
                str(given.get(hop) or ""),
                tuple(given[a] for a in self.areas),
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

    def _twice(self, records: list[PlannedRecord]) -> None:
        """Two rows of the file with one key are both kept and told."""
        for k in self.keys:
            rows: dict[str, list[PlannedRecord]] = defaultdict(list)
            for r in records:
                if r.values.get(k):
                    rows[key_of(r.values[k])].append(r)
            label = self.definition.fields[k].label
            for same in rows.values():
                if len(same) < 2:
                    continue
                numbers = "、".join(str(r.row) for r in same[:6])
                for r in same:
                    value = str(r.values[k])
                    r.question = "twice"
                    r.doubts.append(
                        Doubt(
                            r.sheet,
                            r.row,
                            "",
                            k,
                            "duplicate-key",
                            value,
                            QUESTIONS["twice"].format(rows=numbers, label=label, value=value),
                        )
                    )

    def _find(self, r: PlannedRecord) -> None:
        """The one record of the ledger that this row is."""
        uid = made_uid(self.plan.sha256, r.table, r.sheet, r.row)
        decision = self.plan.answers.decisions.get(f"{r.sheet}!{r.row}", "")
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
            salt = 0
            while uid in self.deleted or uid in self.there:
                salt += 1
                uid = made_uid(self.plan.sha256, r.table, r.sheet, r.row, salt)
            r.uid, r.state = uid, NEW

    def _by_keys(self, r: PlannedRecord) -> None:
        if not self.there:
            return
        d = self.definition
        for k in self.keys:
            value = r.values.get(k)
            if not value or r.question == "twice":
                continue
            found = self._indexed(k, key_of(value))
            if len(found) == 1:
                self._take(r, found[0], k)
                if (
                    k != d.name_field
                    and found[0].name
                    and key_of(r.values.get(d.name_field)) not in ("", found[0].name)
                ):
                    self._other_name(r, found[0], k, str(value))
                return
            if len(found) > 1:
                self._several(r, d.fields[k].label, str(value))
                return
        for s in self.certs:
            value = r.shown.get(s.code)
            found = self._indexed(s.code, cert_key(str(value))) if value else []
            if len(found) == 1 and found[0].name == key_of(r.values.get(d.name_field)):
                self._take(r, found[0], s.code)
                return
        for fields in d.unique:
            if sum(1 for f in fields if r.values.get(f) is not None) >= min(2, len(fields)):
                found = self._indexed("unique", "|".join(str(r.values.get(f) or "") for f in fields))
                if len(found) == 1:
                    self._take(r, found[0], "unique")
                    return
        self._by_place(r)

    def _by_place(self, r: PlannedRecord) -> None:
        """Name, unit and area: asked, and taken only when all three say the same."""
        d = self.definition
        hop = self.unit_shows[0].hop if self.unit_shows else ""
        name = key_of(r.values.get(d.name_field))
        if not name:
            return
        found = self._indexed("=", f"{name}|{r.values.get(hop) or ''}")
        areas = tuple(r.values.get(a) for a in self.areas)
        equal = [o for o in found if any(a is not None for a in areas) and self._same_areas(o.areas, areas)]
        if len(equal) == 1:
            self._take(r, equal[0], "place")
            r.question = "same-place"
            r.doubts.append(
                Doubt(
                    r.sheet,
                    r.row,
                    "",
                    "",
                    "same-place",
                    str(r.values.get(d.name_field)),
                    QUESTIONS["same-place"],
                )
            )
        elif found:
            r.question = "looks-alike"
            r.doubts.append(
                Doubt(
                    r.sheet,
                    r.row,
                    "",
                    "",
                    "looks-alike",
                    str(r.values.get(d.name_field)),
                    QUESTIONS["looks-alike"],
                )
            )

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
        r.question = "replaced"
        if self.plan.answers.decisions.get(f"{r.sheet}!{r.row}") != "match":
            r.state = CONFLICT
        name = self.ledger.name_of(r.table, one.uid) if self.ledger is not None else ""
        text = QUESTIONS["replaced"].format(name=name)
        r.doubts.append(Doubt(r.sheet, r.row, "", "", "replaced", name, text))

    def _other_name(self, r: PlannedRecord, one: _There, key: str, value: str) -> None:
        label = self.definition.fields[key].label
        r.question = "other-name"
        if self.plan.answers.decisions.get(f"{r.sheet}!{r.row}") != "match":
            r.state = CONFLICT
        name = self.ledger.name_of(r.table, one.uid) if self.ledger is not None else ""
        text = QUESTIONS["other-name"].format(label=label, value=value, name=name)
        r.doubts.append(Doubt(r.sheet, r.row, "", "", "other-name", value, text))

    def _several(self, r: PlannedRecord, label: str, value: str) -> None:
        r.question = "several"
        text = QUESTIONS["several"].format(label=label, value=value)
        r.doubts.append(Doubt(r.sheet, r.row, "", "", "several", value, text))

    def _one_each(self, records: list[PlannedRecord]) -> None:
        """Two rows may not become one record: the first keeps the match, the others are new."""
        for one in self.there.values():
            for r in one.taken[1:]:
                if self.plan.own or r.matched_by in ("uid", "source", "decision"):
                    continue
                r.state, r.matched_by = NEW, ""
                uid, salt = made_uid(self.plan.sha256, r.table, r.sheet, r.row), 0
                while uid in self.deleted or uid in self.there:
                    salt += 1
                    uid = made_uid(self.plan.sha256, r.table, r.sheet, r.row, salt)
                r.uid = uid
                self._several(r, "关键内容", str(r.values.get(self.definition.name_field) or ""))

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

    # --- cell by cell ---------------------------------------------------------------------------

    def _compare(self, records: list[PlannedRecord]) -> None:
        matched = [r for r in records if r.state != NEW]
        if not matched or self.ledger is None:
            return
        d = self.definition
        codes = sorted(
            {c for r in matched for c in (*r.values, *r.blanks)}
            | {s.code for s in self.child_shows if any(s.code in r.shown for r in matched)}
        )
        ids = [self.there[r.uid].id for r in matched if r.uid in self.there]
        rows = dict(zip(ids, self.ledger.page(d.code, ids, codes), strict=True)) if codes else {}
        for r in matched:
            if r.uid not in self.there or r.unedited:
                continue
            now: Mapping[str, Value] = (
                dict(zip(codes, rows[self.there[r.uid].id], strict=True)) if codes else {}
            )
            for code in codes:
                given: dict[str, Value] = r.shown if code in d.shows else r.values
                if code not in given and code not in r.blanks:
                    continue
                new, old = given.get(code), now[code]
                if new == old or (new is None and code not in r.blanks):
                    continue
                if r.matched_by == "source" and old is not None:
                    continue  # edited since this very file came in: the ledger's value stays
                column = d.column(code)
                if (
                    column is not None
                    and target_field(column).type in ("id", "cert")
                    and key_of(new) == key_of(old)
                ):
                    continue
                r.before[code], r.after[code] = old, new
            if r.after and r.state != CONFLICT:
                r.state = CHANGED


def names_of_units(plan: Plan, ledger: Any) -> dict[str, str]:
    """uid → name for every unit that the plan's changes speak of."""
    names = {u.uid: u.name for u in plan.units}
    if ledger is not None:
        for r in plan.records:
            for code in r.after:
                for uid in (r.before.get(code), r.after.get(code)):
                    field_ = ledger.standard.tables[r.table].fields.get(code)
                    if field_ is not None and field_.type == "ref" and uid and uid not in names:
                        names[str(uid)] = ledger.name_of(field_.ref, str(uid))
    return names
