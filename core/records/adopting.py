"""Adopting another standard: what would change, and the 账套 grown to it; nothing recorded is lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from core.errors import UsageError
from core.records.ledger import Ledger
from core.standard.model import Standard
from core.storage import grow
from core.storage.tables import build


@dataclass(frozen=True, slots=True)
class Adoption:
    """Differences of two standards in words; `gone` fields keep their values in the file, but go up no more."""

    before: str
    after: str
    tables: tuple[str, ...]
    fields: tuple[str, ...]
    gone: tuple[tuple[str, int], ...]
    """(field in words, records that have a value there)"""
    codes_gone: tuple[tuple[str, int], ...]
    """(field and code in words, records that hold a code the new list lacks)"""
    rules_added: tuple[str, ...]
    rules_gone: tuple[str, ...]
    rules_changed: tuple[str, ...]

    def lines(self) -> list[str]:
        """For people."""

        def named(what: str, items: tuple[str, ...]) -> list[str]:
            more = f"……共 {len(items)} 项" if len(items) > 12 else ""
            return [f"{what}：{'、'.join(items[:12])}{more}"] if items else []

        gone = tuple(f"{name}（{n} 条有值，保留在账套里，不再上报）" for name, n in self.gone)
        codes = tuple(f"{name}（{n} 条）" for name, n in self.codes_gone)
        return [
            f"口径 {self.before} → {self.after}",
            *named("新增的表", self.tables),
            *named("新增的栏目", self.fields),
            *named("取消的栏目", gone),
            *named("不再可选、但正在使用的代码", codes),
            *named("新增的规则", self.rules_added),
            *named("取消的规则", self.rules_gone),
            *named("有改动的规则", self.rules_changed),
        ]


def compare(ledger: Ledger, standard: Standard) -> Adoption:
    """What adopting `standard` would change, and how many records it touches; nothing is written."""
    old = ledger.standard
    renamed = {(f.table, f.renamed) for f in standard.all_fields() if f.renamed}
    old_fields = {(f.table, f.code): f for f in old.all_fields()}
    new_fields = {(f.table, f.code): f for f in standard.all_fields()}
    gone = [(k, f) for k, f in old_fields.items() if k not in new_fields and k not in renamed]
    changed = [i for i in old.rules if i in standard.rules and _essence(old, i) != _essence(standard, i)]
    return Adoption(
        before=f"{old.name}（{old.title}）",
        after=f"{standard.name}（{standard.title}）",
        tables=tuple(t.label for c, t in standard.tables.items() if c not in old.tables),
        fields=tuple(
            f"{standard.tables[t].label}·{f.label}"
            for (t, c), f in new_fields.items()
            if (t, c) not in old_fields and not f.renamed and t in old.tables
        ),
        gone=tuple((f"{old.tables[t].label}·{f.label}", _filled(ledger, t, c)) for (t, c), f in gone),
        codes_gone=tuple(_codes_gone(ledger, standard)),
        rules_added=tuple(i for i in standard.rules if i not in old.rules),
        rules_gone=tuple(i for i in old.rules if i not in standard.rules),
        rules_changed=tuple(changed),
    )


def _essence(standard: Standard, rule: str) -> tuple[object, ...]:
    r = standard.rules[rule]
    return (r.severity, r.when, r.must, r.found, r.kind, r.enabled, dict(r.options))


def _filled(ledger: Ledger, table: str, code: str) -> int:
    t = ledger.tables.record[table]
    return int(ledger.conn.execute(sa.select(sa.func.count(t.c[code])).where(t.c.deleted == 0)).scalar_one())


def _codes_gone(ledger: Ledger, standard: Standard) -> list[tuple[str, int]]:
    found = []
    for field in standard.all_fields():
        if field.codes is None or field.type != "code" or field.table not in ledger.standard.tables:
            continue
        if field.code not in ledger.standard.tables[field.table].fields:
            continue
        t = ledger.tables.record[field.table]
        query = sa.select(t.c[field.code], sa.func.count()).where(t.c.deleted == 0).group_by(t.c[field.code])
        for code, count in ledger.conn.execute(query):
            if code is not None and code not in field.codes.items:
                found.append((f"{standard.tables[field.table].label}·{field.label} {code}", int(count)))
    return found


def adopt(place: Path, standard: Standard, *, operator: str = "") -> Adoption:
    """Back up, grow the file to the standard and keep its files there, in one transaction."""
    with Ledger.open(place, operator=operator) as ledger:
        if ledger.standard.hash == standard.hash:
            raise UsageError(f"账套已经采用口径 {standard.name}", next="无需再做。", code="same-standard")
        found = compare(ledger, standard)
        ledger.backup("换口径前")
        tables = build(standard)
        with ledger.transaction():
            grow.grow(ledger.conn, tables, grow.renames(standard))
            grow.store_standard(ledger.conn, tables, standard)
            ledger.conn.execute(sa.delete(ledger.tables.finding))
    return found
