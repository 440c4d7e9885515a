"""Findings and doubts in words: one line, in full, counted; and how they are found by typing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.findings import ERROR, EXPLAIN, HINT, SEVERITY_NAMES, Finding
from core.standard.model import Standard
from core.standard.types import squeeze
from gui import theme
from gui.forms.choosing import initials
from gui.marks import Doubts

DOUBT_NAME = "没读准"
RANK = {theme.DOUBT: 0, ERROR: 1, EXPLAIN: 2, HINT: 3}
"""The worst first."""


def doubts_as_findings(doubts: Doubts, table: str = "") -> list[Finding]:
    """Open doubts of the import, in the shape of findings."""
    made: list[Finding] = []
    for code, by_uid in doubts.items():
        if table and code != table:
            continue
        for uid, origins in by_uid.items():
            for o in origins:
                if o.field:
                    place = (
                        f"{o.file}"
                        + (f" {o.sheet}" if o.sheet else "")
                        + (f" 第 {o.row} 行" if o.row else "")
                    )
                    made.append(
                        Finding(
                            rule=DOUBT_NAME,
                            severity=theme.DOUBT,
                            table=code,
                            uid=uid,
                            field=o.field,
                            text=f"{o.text}（原文“{o.raw}”，{place}）",
                            fix="请录入正确的值；现值无误的，点「确认此值」。",
                            label="导入时没读准，请核对",
                        )
                    )
    return made


def rule_label(standard: Standard, f: Finding) -> str:
    """The rule's id and its name."""
    rule = standard.rules.get(f.rule)
    name = f.label or (rule.label if rule else "")
    return f"{f.rule}　{name}" if f.severity != theme.DOUBT else name


def finding_line(f: Finding) -> str:
    """One line of the list."""
    return f.text.replace("\n", " ")


def finding_html(f: Finding) -> str:
    """A finding in full: what, how to mend, on what ground."""
    colour = theme.WORD_COLOURS.get(f.severity, theme.INK)
    name = SEVERITY_NAMES.get(f.severity, DOUBT_NAME)
    lines = [f"<b style='color:{colour}'>{name}</b>{theme.GAP}{f.text}"]
    if f.fix:
        lines.append(f.fix)
    if f.lapsed:
        colour = theme.WORD_COLOURS[ERROR]
        lines.append(
            f"<span style='color:{colour}'>数字改过，原来的说明已失效，请重新写明：{f.explanation}</span>"
        )
    ground = theme.GAP.join(
        x
        for x in (
            f"规则 {f.rule}" if f.severity != theme.DOUBT else "",
            f"依据 {f.clause}" if f.clause else "",
        )
        if x
    )
    if ground:
        lines.append(f"<span style='color:{theme.MUTED}'>{ground}</span>")
    return "<br>".join(lines)


def summary_html(counts: Mapping[str, int]) -> str:
    """没读准 2　错误 3　需说明 1, coloured."""
    names = {theme.DOUBT: DOUBT_NAME, **SEVERITY_NAMES}
    return theme.GAP.join(
        f"<span style='color:{theme.WORD_COLOURS[s]}'>{names[s]} <b>{counts.get(s, 0):,}</b></span>"
        for s in RANK
        if counts.get(s)
    )


def counted(members: Sequence[Finding]) -> str:
    """How many of a group are open, and how many of it are explained."""
    explained = sum(1 for f in members if f.explained)
    count = f"{len(members) - explained:,}"
    return f"（{count}，已说明 {explained:,}）" if explained else f"（{count}）"


def is_found(word: str, names: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether a word of a search occurs; names are found by their pinyin initials too."""
    wanted = squeeze(word)
    if any(wanted in squeeze(part) for part in (*names, *texts)):
        return True
    return wanted.isascii() and any(wanted in initials(name) for name in names)
