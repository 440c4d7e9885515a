"""The rules in force: those of the standard, those every standard has, and those switched off."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from core.errors import InputRefused
from core.standard.model import ERROR, HINT, Rule, Standard

if TYPE_CHECKING:
    from core.records import Ledger

OFF = "rules_off"
"""Setting of the 账套: JSON, rule id → who, at, why."""

TRACE = "rules_switched"
"""Setting of the 账套: JSON list of every switching on and off, for the notes sheet."""


def _built_in(rule_id: str, kind: str, severity: str, label: str, message: str, fix: str) -> Rule:
    return Rule(rule_id, "", label, severity, message, fix, "字段定义", kind=kind)


BUILT_IN: Mapping[str, Rule] = MappingProxyType(
    {
        rule.kind: rule
        for rule in (
            _built_in(
                "B-000",
                "required",
                ERROR,
                "必填项未填",
                "{missing}没有填写。",
                "请补填；确实没有的，核对该项的适用条件。",
            ),
            _built_in(
                "B-991",
                "origin",
                ERROR,
                "读入有疑问的内容未确认",
                "{label}读入时有疑问：原文“{raw}”（{file} {sheet} 第 {row} 行），{reason}。",
                "请对照原件填入正确的内容，或确认现有内容无误。",
            ),
            _built_in(
                "B-992",
                "options",
                ERROR,
                "选项与其他栏目不合",
                "{label}“{value}”不在现有条件允许的选项里。",
                "请改选该项，或改正决定选项的那一栏。",
            ),
            _built_in(
                "T-991",
                "unfit",
                HINT,
                "不适用的栏目填了内容",
                "{fields}在现有条件下不适用，却填了内容，上报时写作“—”。",
                "请核对决定是否适用的那一栏；确不适用的，清空即可。",
            ),
        )
    }
)
"""Kind → the rule that speaks for it when the standard declares none of that kind."""


@dataclass(frozen=True, slots=True)
class Switched:
    """A rule switched off: by whom, when and why."""

    rule: str
    label: str
    who: str
    at: str
    why: str


def all_rules(standard: Standard) -> dict[str, Rule]:
    """Every rule that can be found, by id: declared ones, then the built-in ones not replaced."""
    declared = {r.id: r for r in standard.rules.values() if not r.merged}
    general = {r.kind for r in declared.values() if not r.table}
    for kind, rule in BUILT_IN.items():
        if kind not in general:
            declared.setdefault(rule.id, rule)
    return declared


def rules_in_force(ledger: Ledger) -> dict[str, Rule]:
    """The rules that are carried out now."""
    off = _off(ledger)
    return {k: r for k, r in all_rules(ledger.standard).items() if r.enabled and k not in off}


def switched_off(ledger: Ledger) -> list[Switched]:
    """Rules switched off in this 账套 or by the standard, for the notes sheet."""
    rules, off = all_rules(ledger.standard), _off(ledger)
    found = [Switched(k, r.label, "", "", "口径停用") for k, r in rules.items() if not r.enabled]
    found += [Switched(k, rules[k].label, v["who"], v["at"], v["why"]) for k, v in off.items() if k in rules]
    return sorted(found, key=lambda s: s.rule)


def switch_rule(ledger: Ledger, rule: str, on: bool, why: str = "") -> None:
    """Switch a rule off with a reason, or on again; both leave a trace."""
    known = all_rules(ledger.standard)
    if rule not in known:
        raise InputRefused(f"没有规则 {rule}", next="请核对规则编号。", code="no-rule")
    if not on and len(why.strip()) < 4:
        raise InputRefused(
            "停用规则要写明原因", next="请写明为什么不适用，编报说明会列出。", code="no-reason"
        )
    off = _off(ledger)
    entry = {"who": ledger.operator, "at": datetime.now().isoformat(timespec="seconds"), "why": why.strip()}
    off.pop(rule, None)
    if not on:
        off[rule] = entry
    trace = json.loads(ledger.meta(TRACE) or "[]")
    trace.append({"rule": rule, "on": on, **entry})
    ledger.set_meta(OFF, json.dumps(off, ensure_ascii=False))
    ledger.set_meta(TRACE, json.dumps(trace, ensure_ascii=False))


def _off(ledger: Ledger) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(ledger.meta(OFF) or "{}")
    return found
