"""Findings sifted, grouped and ordered for the screen, in the worker: there may be hundreds of thousands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.findings import SEVERITY_NAMES, Finding
from core.jobs import Progress
from core.standard.model import Standard
from gui import theme
from gui.pages.names import Names
from gui.tables.findings import Group, row_of
from gui.wording import DOUBT_NAME, RANK, is_found, rule_label

KINDS = {theme.DOUBT: DOUBT_NAME, **SEVERITY_NAMES}
BY_RULE, BY_UNIT, BY_SEVERITY = "按规则", "按单位", "按严重程度"
_STEP = 5000
"""Findings that are gone through before somebody may say that they are no longer wanted."""


@dataclass(frozen=True)
class Wish:
    """What of the findings is to be shown, and how; `column` is -1 for the order of the rules."""

    kinds: frozenset[str]
    explained: bool = False
    words: tuple[str, ...] = ()
    by: str = BY_RULE
    column: int = -1
    is_down: bool = False


def open_counts(found: Iterable[Finding]) -> Mapping[str, int]:
    """Findings by severity that are not explained."""
    return Counter(f.severity for f in found if not f.explained)


def arranged(
    standard: Standard, found: Sequence[Finding], names: Names, wish: Wish, progress: Progress
) -> list[Group]:
    """The findings that are wanted, under headings, the worst first."""
    made: dict[tuple[int, str], list[Finding]] = {}
    for number, f in enumerate(found):
        if number % _STEP == 0:
            progress.step(number, len(found), "正在整理审核结果")
        if _is_wanted(f, names, wish):
            made.setdefault(_heading(standard, f, names, wish.by), []).append(f)
    by_unit = wish.by == BY_UNIT
    order = sorted(made.items(), key=lambda kv: (-len(kv[1]), kv[0][1]) if by_unit else kv[0])
    return [
        Group(
            label,
            "" if by_unit else members[0].severity,
            tuple(_ordered(members, names, wish)),
        )
        for (_, label), members in order
    ]


def _is_wanted(f: Finding, names: Names, wish: Wish) -> bool:
    if f.severity not in wish.kinds or (f.explained and not wish.explained):
        return False
    if not wish.words:
        return True
    name, unit = names.get((f.table, f.uid), ("", ""))
    return all(is_found(word, (name, unit, f.label), (f.rule, f.text, f.explanation)) for word in wish.words)


def _heading(standard: Standard, f: Finding, names: Names, by: str) -> tuple[int, str]:
    rank = RANK.get(f.severity, 9)
    if by == BY_UNIT:
        return (0, names.get((f.table, f.uid), ("", ""))[1] or "（不分单位）")
    if by == BY_SEVERITY:
        return (rank, KINDS.get(f.severity, f.severity))
    return (rank, rule_label(standard, f))


def _ordered(members: list[Finding], names: Names, wish: Wish) -> list[Finding]:
    """By what one column says, empty ones last; else the worst first."""
    if wish.column < 0 and wish.by != BY_UNIT:
        return members  # all of a heading are equally bad
    if wish.column < 0:
        return sorted(members, key=lambda f: RANK.get(f.severity, 9))
    words = {id(f): row_of(f, names)[wish.column] for f in members}
    made = sorted(members, key=lambda f: words[id(f)].encode("gb18030", "replace"), reverse=wish.is_down)
    return sorted(made, key=lambda f: not words[id(f)])
