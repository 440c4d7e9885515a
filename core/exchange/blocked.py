"""What keeps a report from going up, listed with the way to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import AppError
from core.exchange.called import Called
from core.exchange.cover import Cover
from core.standard.model import ERROR, EXPLAIN

if TYPE_CHECKING:
    from core.findings import Finding
    from core.records import Ledger

ERRORS, EXPLANATIONS, ORIGINS, COVER = "error", "explain", "origin", "cover"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One thing to settle first: its kind, where it is, and what is wrong in words."""

    kind: str
    text: str
    table: str = ""
    uid: str = ""
    field: str = ""
    rule: str = ""


class Blocked(AppError):
    """The report may not go up yet; `hindrances` says why, one by one."""

    exit_code = 10
    code = "blocked"

    def __init__(self, hindrances: Sequence[Hindrance]) -> None:
        counts = {
            k: sum(1 for h in hindrances if h.kind == k) for k in (ERRORS, EXPLANATIONS, ORIGINS, COVER)
        }
        names = {
            ERRORS: "错误",
            EXPLANATIONS: "需说明而未说明",
            ORIGINS: "未确认的导入存疑",
            COVER: "封面事项",
        }
        told = "、".join(f"{names[k]} {n} 条" for k, n in counts.items() if n)
        super().__init__(
            f"不能上报：{told}。",
            next="请逐条改正、说明、确认或补填封面后再上报；也可先导出草稿。",
        )
        self.hindrances = tuple(hindrances)
        self.counts = counts


def hindrances(ledger: Ledger, findings: Sequence[Finding], cover: Cover) -> list[Hindrance]:
    """Open errors, unexplained 需说明, open doubts of the import, and what the cover lacks."""
    called = Called(ledger)

    def told(kind: str, f: Finding) -> Hindrance:
        name = called.name(f.table, f.uid)
        text = f"{name}：{f.text}" if name and name not in f.text else f.text
        return Hindrance(kind, text, f.table, f.uid, f.field, f.rule)

    found = [told(ERRORS, f) for f in findings if f.severity == ERROR]
    found += [told(EXPLANATIONS, f) for f in findings if f.severity == EXPLAIN and not f.explained]
    for table in ledger.standard.tables.values():
        for uid, origins in ledger.origins(table.code).items():
            for o in origins:
                column = table.column(o.field)
                label = column.label if column else o.field
                text = f"{called.name(table.code, uid)}的“{label}”：{o.text}（原文“{o.raw}”）"
                found.append(Hindrance(ORIGINS, text, table.code, uid, o.field))
    found += [Hindrance(COVER, p) for p in cover.problems()]
    return found


def as_json(given: Sequence[Hindrance]) -> list[dict[str, Any]]:
    """For the command's --json."""
    keys = ("kind", "rule", "table", "uid", "field", "text")
    return [{k: getattr(h, k) for k in keys} for h in given]
