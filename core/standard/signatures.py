"""Which operands go together, and what each function of the expressions takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from core.standard.attributes import attribute
from core.standard.dates import make_date, parse_period
from core.standard.grammar import ExpressionError
from core.standard.model import CodeList, Standard
from core.standard.nodes import (
    BOOL,
    DATE,
    PERIOD,
    TEXT,
    WHOLE,
    Attr,
    Call,
    Const,
    Dim,
    First,
    Kind,
    Node,
    Option,
    Path,
)

KIND_NAMES = {
    "bool": "是否",
    "number": "数",
    "text": "文字",
    "date": "日期",
    "period": "期间",
    "code": "代码",
    "codes": "多选代码",
    "ref": "记录",
    "list": "一组值",
}
_DIM_NAMES = {(0, 0): "数", (1, 0): "金额", (0, 1): "面积", (1, -1): "单价"}
Args = tuple[Node, ...]


# --- operands that meet ---------------------------------------------------------------


def want_bool(node: Node) -> Node:
    """A condition, or a reason why it is none."""
    if node.kind.name != "bool":
        raise ExpressionError(f"这里要的是条件（成立或不成立），写的却是{KIND_NAMES[node.kind.name]}")
    return node


def want_number(node: Node) -> Node:
    if node.kind.name != "number":
        raise ExpressionError(f"{KIND_NAMES[node.kind.name]}不能做加减乘")
    return node


def same_dim(left: Node, right: Node, deed: str) -> Dim | None:
    """The common dimension of two numbers; a bare number takes that of the other."""
    a, b = left.kind.dim, right.kind.dim
    if a is not None and b is not None and a != b:
        words = [_DIM_NAMES.get(d, "金额与面积的积") for d in (a, b)]
        raise ExpressionError(f"{words[0]}与{words[1]}不能{deed}（确要比较数值时用 number( )）")
    return b if a is None else a


def same_kind(left: Node, right: Node) -> None:
    """Refuse to compare what cannot be compared."""
    a, b = left.kind, right.kind
    if a.name == b.name == "number":
        same_dim(left, right, "相比")
        return
    if "codes" in (a.name, b.name):
        raise ExpressionError("多选字段请用 has(字段, '代码')")
    if a.name == b.name == "code" and a.codes and b.codes and a.codes.code != b.codes.code:
        raise ExpressionError(f"{a.codes.label}与{b.codes.label}是两张代码表，不能相比")
    if a.name == b.name == "ref" and a.ref != b.ref:
        raise ExpressionError("两边指向不同的表，不能相比")
    for one, other in ((left, right), (right, left)):
        if one.kind.name == "code" and isinstance(other, Attr | Option) and other.kind.name == "text":
            values_fit(other, one.kind)
            return
    if a.name != b.name:
        raise ExpressionError(f"{KIND_NAMES[a.name]}与{KIND_NAMES[b.name]}不能相比")


def values_fit(node: Attr | Option, kind: Kind) -> None:
    """An attribute that is compared with a code field holds only codes of that field's list."""
    codes = node.subject.kind.codes if isinstance(node, Attr) else node.codes
    if codes is None or kind.codes is None:
        return
    for item in codes.items.values():
        value = attribute(item, node.attr)
        for code in value if isinstance(value, list | tuple) else (value,):
            if code not in (None, "") and str(code) not in kind.codes.items:
                raise ExpressionError(
                    f"代码表 {codes.code} 的 {item.code} 在属性 {node.attr} 里写了 {code}，"
                    f"它不在{kind.codes.label}（{kind.codes.code}）里"
                )


def fit(const: Const, kind: Kind) -> Const:
    """A literal as the kind it meets, or a reason why it cannot be."""
    value = const.value
    if isinstance(value, str):
        if kind.name in ("code", "codes"):
            if kind.codes and value not in kind.codes.items:
                raise ExpressionError(f"{kind.codes.label}（{kind.codes.code}）没有代码 '{value}'")
            return Const(kind, value)
        if kind.name == "date":
            return Const(DATE, _full_date(value))
        if kind.name == "period":
            try:
                return Const(PERIOD, parse_period(value))
            except ValueError as e:
                raise ExpressionError(str(e)) from e
    if kind.name != const.kind.name:
        shown = "、".join(value) if isinstance(value, tuple) else str(value)
        raise ExpressionError(f"“{shown}”是{KIND_NAMES[const.kind.name]}，不能与{KIND_NAMES[kind.name]}相比")
    return const


def _full_date(value: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ExpressionError(f"日期“{value}”请写成 2026-01-01")
    try:
        year, month, day = value.split("-")
        return make_date(int(year), int(month), int(day))
    except ValueError as e:
        raise ExpressionError(str(e)) from e


# --- functions ------------------------------------------------------------------------


def _arity(name: str, args: Args, least: int, most: int | None = None) -> None:
    if not least <= len(args) <= (least if most is None else most):
        raise ExpressionError(f"{name}( ) 的参数个数不对")


def _textual(name: str, node: Node) -> None:
    if node.kind.name not in ("text", "code"):
        raise ExpressionError(f"{name}( ) 要的是文字，写的却是{KIND_NAMES[node.kind.name]}")


def _dates(name: str, args: Args) -> Args:
    made = tuple(fit(a, DATE) if isinstance(a, Const) else a for a in args)
    for arg in made:
        if arg.kind.name != "date":
            raise ExpressionError(f"{name}( ) 要的是日期，写的却是{KIND_NAMES[arg.kind.name]}")
    return made


def _presence(name: str, args: Args) -> Node:
    _arity(name, args, 1)
    if not isinstance(args[0], Path | First | Attr):
        raise ExpressionError(f"{name}( ) 里要写字段")
    return Call(BOOL, name, args)


def _has(name: str, args: Args) -> Node:
    if len(args) < 2 or not all(isinstance(a, Const) for a in args[1:]):
        raise ExpressionError("写成 has(字段, '代码')，代码可以有几个")
    subject = args[0]
    if not isinstance(subject, Path | First) or subject.kind.name not in ("codes", "code"):
        raise ExpressionError("has( ) 的第一个参数要写代码字段")
    return Call(BOOL, name, (subject, *(fit(a, subject.kind) for a in args[1:] if isinstance(a, Const))))


def _length(name: str, args: Args) -> Node:
    _arity(name, args, 1)
    _textual(name, args[0])
    return Call(WHOLE, name, args)


def _substr(name: str, args: Args) -> Node:
    _arity(name, args, 3)
    _textual(name, args[0])
    for place in args[1:]:
        value = place.value if isinstance(place, Const) else None
        if not isinstance(value, Fraction) or value < 1 or value.denominator != 1:
            raise ExpressionError("写成 substr(文本, 起, 长)，起和长是从 1 起的整数")
    return Call(TEXT, name, args)


def _check(name: str, args: Args) -> Node:
    _arity(name, args, 1)
    _textual(name, args[0])
    return Call(BOOL, name, args)


def _matches(name: str, args: Args) -> Node:
    _arity(name, args, 2)
    _textual(name, args[0])
    if not isinstance(args[1], Const) or not isinstance(args[1].value, str):
        raise ExpressionError("matches( ) 的第二个参数要写正则式文字")
    try:
        re.compile(args[1].value)
    except re.error as e:
        raise ExpressionError(f"正则式“{args[1].value}”不合语法") from e
    return Call(BOOL, name, args)


def valid(listed: CodeList, code: Node, day: Node) -> Node:
    """valid('region', code, day): the code is in the list and in force on that day."""
    _textual("valid", code)
    own = code.kind.codes
    if own is not None and own.code != listed.code:
        raise ExpressionError(f"字段用的是代码表 {own.code}，不是 {listed.code}")
    return Call(BOOL, "valid", (Const(Kind("list", codes=listed), ()), code, *_dates("valid", (day,))))


def _span(name: str, args: Args) -> Node:
    _arity(name, args, 2)
    return Call(WHOLE, name, _dates(name, args))


def _year(name: str, args: Args) -> Node:
    _arity(name, args, 1)
    return Call(WHOLE, name, args if args[0].kind.name == "period" else _dates(name, args))


def _moment(name: str, args: Args) -> Node:
    _arity(name, args, 0, 1 if name.startswith("period_") else 0)
    if args and args[0].kind.name != "period":
        raise ExpressionError(f"{name}( ) 里要写期间字段")
    return Call(PERIOD if name == "this_period" else DATE, name, args)


_ALIKE = {
    "abs": ("number",),
    "min": ("number", "date"),
    "max": ("number", "date"),
    "coalesce": ("number", "date", "text", "code", "bool", "period"),
}


def _alike(name: str, args: Args) -> Node:
    """abs, min, max and coalesce: operands of one kind."""
    _arity(name, args, 1 if name == "abs" else 2, 1 if name == "abs" else 9)
    lead = next((a for a in args if not isinstance(a, Const)), args[0])
    args = tuple(fit(a, lead.kind) if isinstance(a, Const) else a for a in args)
    dim = None
    for arg in args:
        same_kind(lead, arg)
        if arg.kind.name not in _ALIKE[name]:
            raise ExpressionError(f"{name}( ) 不能用于{KIND_NAMES[arg.kind.name]}")
        dim = arg.kind.dim if dim is None else dim
    return Call(replace(lead.kind, dim=dim, scale=max(a.kind.scale for a in args)), name, args)


def _number(name: str, args: Args) -> Node:
    _arity(name, args, 1)
    return Call(replace(want_number(args[0]).kind, dim=None), name, args)


SIGNATURES: dict[str, Callable[[str, Args], Node]] = {
    "filled": _presence,
    "empty": _presence,
    "has": _has,
    "length": _length,
    "substr": _substr,
    "year": _year,
    "matches": _matches,
    "number": _number,
    **dict.fromkeys(("today", "this_period", "period_start", "period_end"), _moment),
    **dict.fromkeys(_ALIKE, _alike),
    **dict.fromkeys(("uscc_ok", "orgcode_ok", "parcel_ok", "phone_ok"), _check),
    **dict.fromkeys(("days_between", "months_between", "workdays_between"), _span),
}
"""Functions whose arguments are plain operands."""

AGGREGATES = ("sum", "count", "exists")
FUNCTIONS = (*SIGNATURES, *AGGREGATES, "param", "code", "valid", "area_total")


def known_list(standard: Standard, node: Node) -> CodeList:
    """The code list that a literal names."""
    name = node.value if isinstance(node, Const) else None
    if not isinstance(name, str) or name not in standard.codes:
        raise ExpressionError(f"没有代码表 {name if isinstance(name, str) else ''}")
    return standard.codes[name]
