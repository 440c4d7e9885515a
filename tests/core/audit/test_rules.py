"""Switching rules off and on, with a trace; rules that every standard has."""

from __future__ import annotations

import json

import pytest

from core.audit import all_rules, check, recheck, rules_in_force, switch_rule, switched_off
from core.audit.rules import BUILT_IN, TRACE
from core.errors import InputRefused
from core.records import Ledger
from core.standard import load_default
from core.standard.load import load_files
from tests.core.audit.builders import Make


def test_a_rule_switched_off_finds_nothing_and_leaves_a_trace(ledger: Ledger, an_asset: Make) -> None:
    uid = an_asset(net=1)
    switch_rule(ledger, "B-012", False, "本单位净值按重估入账，不适用")
    assert "B-012" not in {f.rule for f in check(ledger).findings}
    assert "B-012" not in {f.rule for f in recheck(ledger, "asset", uid)}
    off = switched_off(ledger)
    assert [(s.rule, s.who, s.why) for s in off] == [("B-012", "张三", "本单位净值按重估入账，不适用")]
    assert off[0].label == "净值等于原值减折旧减减值" and off[0].at
    switch_rule(ledger, "B-012", True)
    assert "B-012" in {f.rule for f in recheck(ledger, "asset", uid)}
    assert switched_off(ledger) == []
    assert [(e["rule"], e["on"]) for e in json.loads(ledger.meta(TRACE))] == [
        ("B-012", False),
        ("B-012", True),
    ]


def test_switching_off_wants_a_reason_and_a_rule(ledger: Ledger) -> None:
    with pytest.raises(InputRefused, match="原因"):
        switch_rule(ledger, "B-012", False, "  ")
    with pytest.raises(InputRefused, match="没有规则"):
        switch_rule(ledger, "B-777", False, "不适用于本单位")
    assert "B-012" in rules_in_force(ledger)


def test_a_rule_that_the_standard_disables_is_listed_too(ledger: Ledger) -> None:
    files = dict(load_default().files)
    name, text = next((n, t) for n, t in files.items() if n.startswith("rules/") and b"[B-012]" in t)
    files[name] = text.replace(b"[B-012]", b"[B-012]\nenabled = false")
    ledger.standard = load_files(files)
    assert "B-012" not in rules_in_force(ledger)
    assert [(s.rule, s.why) for s in switched_off(ledger)] == [("B-012", "口径停用")]


def test_a_merged_rule_is_none_to_carry_out() -> None:
    standard = load_default()
    merged = {r.id for r in standard.rules.values() if r.merged}
    assert merged and not merged & set(all_rules(standard))


def test_every_standard_has_the_rules_of_its_fields(ledger: Ledger) -> None:
    kinds = {r.kind for r in all_rules(load_default()).values()}
    assert set(BUILT_IN) <= kinds
    bare = {n: t for n, t in load_default().files.items() if not n.startswith("rules/")}
    rules = all_rules(load_files(bare))
    assert {r.kind: k for k, r in rules.items()} == {k: r.id for k, r in BUILT_IN.items()}
