"""The figures that the cover, the notes and the summaries have in common, from one computation."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from core.exchange.content import Content
from core.figures.compute import Computation, totals
from core.figures.measures import group_sums
from core.figures.movement import Movement, Reasons, closing, first_movement, movement
from core.figures.ratios import percent
from core.standard.figures import NOW, UNITS_DUE, figures_of

KEY = ("count", "area", "cost", "net", "revived", "recovered", "external", "revived_area")


def key_figures(content: Content, made: Computation) -> dict[str, int]:
    """Counts (宗), areas (0.01 ㎡) and amounts (分) of the whole report, as the standard defines them."""
    declared = figures_of(content.standard).measures
    found = {c: made.value(declared[c], NOW, (), ()) for c in KEY if c in declared}
    if len(found) == len(KEY):
        return {c: int(v or 0) for c, v in found.items()}
    plain: Mapping[str, int] = group_sums(content.ledger, [], periods=[content.period]).get((), {})
    return {c: int(found.get(c, plain.get(c, 0)) or 0) for c in KEY}


def unit_counts(content: Content) -> dict[str, int]:
    """应报、实报、零报告、未报户数: as registered for the period, else by which units have assets."""
    declared = figures_of(content.standard).measures
    codes = {
        "expected": UNITS_DUE,
        "reported": "units_reported",
        "nil": "units_zero",
        "missing": "units_missing",
    }
    if all(c in declared for c in codes.values()):
        found = totals(content.ledger, codes.values(), content.period)
        if found[UNITS_DUE]:
            return {name: int(found[c] or 0) for name, c in codes.items()}
    reporting = content.used("asset", "owner_unit")
    due = set(reporting)
    if "must_report" in content.standard.tables["unit"].fields:
        due |= {u for u, must in content.select("unit", ["uid", "must_report"]) if must}
    return {"expected": len(due), "reported": len(reporting), "nil": len(due - reporting), "missing": 0}


def moved(content: Content, opening: str) -> Movement:
    """The way from the opening to the closing of the period."""
    if not opening:
        return first_movement(content.ledger)
    reasons = Reasons(content.ledger, content.period)
    return movement(content.opening(), closing(content.ledger), reasons)


def money(fen: int) -> Decimal:
    """分 → 万元, exact."""
    return Decimal(fen).scaleb(-6)


def area(hundredths: int) -> Decimal:
    """0.01 ㎡ → ㎡, exact."""
    return Decimal(hundredths).scaleb(-2)


def ratio_text(part: int, whole: int) -> str:
    value = percent(part, whole)
    return "—" if value is None else f"{value}%"
