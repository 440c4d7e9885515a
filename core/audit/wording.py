"""Findings are worded when they are shown: the numbers put in, in the units that people read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from core.standard.expressions import placeholders
from core.standard.meaning import understand
from core.standard.model import Field, Rule, Standard
from core.standard.nodes import First, Node, Path, parts
from core.standard.numbers import AREA_UNITS, MONEY_UNITS, half_up
from core.standard.setkinds import KINDS
from core.standard.types import show

UNFILLED = "（未填）"


def text_of(standard: Standard, rule: Rule, table: str, params: Mapping[str, Any]) -> str:
    """What is wrong, with the values in place."""
    return _filled(standard, rule, table, rule.message, params)


def fix_of(standard: Standard, rule: Rule, table: str, params: Mapping[str, Any]) -> str:
    """What to do about it."""
    return _filled(standard, rule, table, rule.fix, params)


def _filled(standard: Standard, rule: Rule, table: str, message: str, params: Mapping[str, Any]) -> str:
    says = KINDS[rule.kind].says if rule.kind in KINDS else ()
    made = message
    for said in placeholders(message):
        if said in says:
            word = _said(standard, rule, table, said, params)
        else:
            word = _operand(standard, table or rule.table, said, params)
        made = made.replace("{" + said + "}", word, 1)
    return made


def _operand(standard: Standard, table: str, said: str, params: Mapping[str, Any]) -> str:
    if said.endswith(".label"):
        node = understand(standard, table, said.removesuffix(".label"), condition=False)
        return node.field.label if isinstance(node, Path | First) else said
    text = said[1:].strip() if said.startswith("=") else said
    return value_text(understand(standard, table, text, condition=False), params.get(said))


def _said(standard: Standard, rule: Rule, table: str, said: str, params: Mapping[str, Any]) -> str:
    """Placeholders of a set rule: field codes become labels, values of those fields are shown."""
    value = params.get(said)
    fields = standard.tables[table].fields if table in standard.tables else {}
    if said in ("missing", "fields") and isinstance(value, Sequence):
        return "、".join(fields[c].label if c in fields else str(c) for c in value)
    if said == "label":
        column = standard.tables[table].column(str(value)) if table in standard.tables else None
        return column.label if column else str(value)
    if said == "value" and (field := fields.get(str(params.get("label")))):
        return with_unit(field, value)
    return UNFILLED if value in (None, "") else str(value)


def with_unit(field: Field, value: Any) -> str:
    """A stored value as people read it, with its unit."""
    if value is None:
        return UNFILLED
    if field.type == "ref":
        return str(value)
    shown = show(value, field)
    return shown + field.unit if field.type in ("money", "area", "decimal", "integer") else shown


def value_text(node: Node, value: Any) -> str:
    """The value of an operand or of a computed expression."""
    if isinstance(node, Path | First):
        return with_unit(node.field, value)
    if value is None:
        return UNFILLED
    if node.kind.name == "number":
        return _number_text(node, Fraction(int(value), 10**node.kind.scale))
    if node.kind.name == "bool":
        return "是" if value else "否"
    if node.kind.codes and isinstance(value, str):
        return node.kind.codes.name_of(value)
    return str(value)


def _number_text(node: Node, value: Fraction) -> str:
    """A computed number in the unit of the fields it is made of."""
    for dim, units, plain in (((1, 0), MONEY_UNITS, "元"), ((0, 1), AREA_UNITS, "㎡")):
        if node.kind.dim == dim:
            unit = _unit(node, dim) or plain
            scaled = value * 100 / units[unit]
            places = 2 if (scaled * 100).denominator == 1 else 6
            return f"{_plain(half_up(scaled, places), places == 2)}{unit}"
    return _plain(half_up(value, min(node.kind.scale, 6)), False)


def _unit(node: Node, dim: tuple[int, int]) -> str:
    for part in parts(node):
        if isinstance(part, Path | First) and part.kind.dim == dim and part.field.unit:
            return part.field.unit
    return ""


def _plain(value: Decimal, two: bool) -> str:
    if two:
        return f"{value:,.2f}"
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=4096)
def params_of(text: str) -> Mapping[str, Any]:
    """Stored parameters of a finding."""
    found: dict[str, Any] = json.loads(text or "{}")
    return found
