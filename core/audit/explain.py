"""Written explanations: checked when they are written, lapsed when a number they speak of changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from core.audit import store
from core.audit.rules import all_rules
from core.audit.scan import Found
from core.errors import InputRefused, UsageError
from core.standard.model import EXPLAIN, Rule

if TYPE_CHECKING:
    from core.records import Ledger

SAME_ON = 5
"""The same words on more findings than this are pointed out (H-070)."""

_PADDING = re.compile(r"[\s\W_]+")
_EMPTY_WORDS = frozenset(
    ("无", "同上", "见附件", "略", "暂无", "没有", "不详", "详见附件", "如上", "同前", "正常", "情况属实")
)


@dataclass(frozen=True, slots=True)
class Written:
    """What `explain_many` wrote: how many, and what is worth thinking over."""

    count: int
    warning: str = ""


def explain(ledger: Ledger, rule: str, uid: str, text: str) -> Written:
    """Write the explanation of what a rule found in a record."""
    return explain_many(ledger, rule, [uid], text)


def explain_many(ledger: Ledger, rule: str, uids: Sequence[str], text: str) -> Written:
    """The same words for several findings of one rule, as one action."""
    found = _rule(ledger, rule)
    words = checked(ledger, text)
    stored = _found(ledger, rule, uids)
    missing = [u for u in uids if u not in stored]
    if missing:
        raise InputRefused(
            f"{rule}没有在这条记录上发现问题，不用说明",
            next="请先审核，再对列出的问题写说明。",
            code="no-finding",
        )
    at = datetime.now().isoformat(timespec="seconds")
    with ledger.edit(f"说明{found.label}", kind="explain") as edit:
        for uid in dict.fromkeys(uids):
            before = _stored(ledger, rule, uid)
            row = {
                "rule": rule,
                "table": stored[uid][0],
                "uid": uid,
                "text": words,
                "digest": stored[uid][1],
                "who": ledger.operator,
                "at": at,
            }
            edit.put_aux("explanation", f"{rule} {uid}", row, before)
    return Written(len(stored), _likeness(ledger, words))


def withdraw(ledger: Ledger, rule: str, uid: str) -> None:
    """Take an explanation back."""
    before = _stored(ledger, rule, uid)
    if before is not None:
        with ledger.edit("撤回说明", kind="explain") as edit:
            edit.put_aux("explanation", f"{rule} {uid}", None, before)


def _stored(ledger: Ledger, rule: str, uid: str) -> dict[str, object] | None:
    t = ledger.tables.explanation
    query = sa.select(*(c for c in t.c if c.name != "id")).where(t.c.rule == rule, t.c.uid == uid)
    row = ledger.conn.execute(query).mappings().first()
    return None if row is None else dict(row)


def checked(ledger: Ledger, text: str) -> str:
    """The words as they are kept; refused when they explain nothing."""
    param = ledger.standard.params.get("explain_min")
    least = int(param.value) if param else 8
    words = text.strip()
    bare = _PADDING.sub("", words)
    why = ""
    if bare in _EMPTY_WORDS:
        why = f"“{words}”不算说明"
    elif len(bare) < least:
        why = f"说明不足 {least} 个字"
    elif len(set(bare)) < 4:
        why = "说明只是重复几个字"
    elif not re.search(r"[\u4e00-\u9fffA-Za-z]", bare):
        why = "说明要用文字写"
    if why:
        raise InputRefused(why, next="请写明是什么情况、为什么、依据是什么。", code="poor-explanation")
    return words


def templates(ledger: Ledger, rule: str) -> list[str]:
    """Words that were written for this rule before, the most used first, to start from."""
    t = ledger.tables.explanation
    query = (
        sa.select(t.c.text)
        .where(t.c.rule == rule)
        .group_by(t.c.text)
        .order_by(sa.func.count().desc(), sa.func.max(t.c.id).desc())
        .limit(8)
    )
    return [str(text) for text in ledger.conn.execute(query).scalars()]


def _likeness(ledger: Ledger, words: str) -> str:
    t = ledger.tables.explanation
    alike = ledger.conn.execute(sa.select(sa.func.count()).where(t.c.text == words)).scalar() or 0
    if alike > SAME_ON:
        return f"同一段说明已用在 {alike} 条上，请核对是否每条都适用；情况不同的分别写。"
    return ""


def alike(ledger: Ledger) -> list[tuple[str, int]]:
    """Explanations used on many findings: text and number, for the review page."""
    t = ledger.tables.explanation
    query = sa.select(t.c.text, sa.func.count()).group_by(t.c.text).having(sa.func.count() > SAME_ON)
    return [(str(text), int(n)) for text, n in ledger.conn.execute(query.order_by(sa.func.count().desc()))]


def _rule(ledger: Ledger, rule: str) -> Rule:
    found = all_rules(ledger.standard).get(rule)
    if found is None:
        raise UsageError(f"没有规则 {rule}", next="请核对规则编号。", code="no-rule")
    if found.severity != EXPLAIN:
        what = "错误要改正，不能用说明代替" if found.severity == "error" else "提示不用说明"
        raise InputRefused(f"{rule}：{what}", next=found.fix or "请按提示处理。", code="not-explainable")
    return found


def _found(ledger: Ledger, rule: str, uids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """uid → (table, digest) of what is found now."""
    t = ledger.tables.finding
    columns = [t.c[c] for c in ("rule", "table", "uid", "field", "params", "digest")]
    found: list[Found] = []
    for start in range(0, len(uids), 400):
        query = sa.select(*columns).where(t.c.rule == rule, t.c.uid.in_(list(uids[start : start + 400])))
        found += [Found(*row) for row in ledger.conn.execute(query)]
    tables = {f.uid: f.table for f in found}
    return {uid: (tables[uid], digest) for uid, digest in store.subject_digests(found).items()}
