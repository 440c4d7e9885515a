"""The audit: rules carried out as SQL, findings that explain themselves, explanations that can lapse."""

from core.audit.explain import alike, explain, explain_many, templates, withdraw
from core.audit.rules import Switched, all_rules, rules_in_force, switch_rule, switched_off
from core.audit.run import CheckResult, check, current_period, recheck, recheck_changes, review
from core.audit.store import findings

__all__ = [
    "CheckResult",
    "Switched",
    "alike",
    "all_rules",
    "check",
    "current_period",
    "explain",
    "explain_many",
    "findings",
    "recheck",
    "recheck_changes",
    "review",
    "rules_in_force",
    "switch_rule",
    "switched_off",
    "templates",
    "withdraw",
]
