"""What an expression means over a standard: every name resolved, every operand with its kind.

The result is a small tree of typed nodes that `core.records.compile` turns into SQL. All that can
be wrong with an expression (unknown field, code, parameter, function, mixed kinds) is said here,
when a standard is loaded, and never while records are checked.

Names: a field of the table; `owner_unit.unit_type` over a ref; `asset.path` over the parent;
`area_total` (总面积, by asset class); a [show] column. Inside `where=` names are those of the
child; the record outside is reached by its table's code: `sum(asset.receipt.amount,
where=period == progress.period)` in a rule on progress adds the receipts of the same asset and period.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from core.standard.dates import make_date, parse_period
from core.standard.grammar import ExpressionError, method_of, parse, path_of
from core.standard.model import CodeItem, CodeList, Field, Show, Standard, TableDef
from core.standard.numbers import AREA_UNITS, MONEY_UNITS

Dim = tuple[int, int]
"""Powers of money and of area; None is a bare number that takes the kind of what it meets."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a value: bool number text date period code codes ref list."""

    name: str
    codes: CodeList | None = None
    ref: str = ""
    dim: Dim | None = None
    scale: int = 0


BOOL = Kind("bool")
TEXT = Kind("text")
DATE = Kind("date")
PERIOD = Kind("period")
WHOLE = Kind("number", dim=(0, 0))
_WORDS = {
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


@dataclass(frozen=True, slots=True)
class Const:
    kind: Kind
    value: Fraction | str | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hop:
    """One step over a ref field to the record it names."""

    field: str
    table: str


@dataclass(frozen=True, slots=True)
class Path:
    """A field, reached over refs, of the record `up` levels outside the innermost `where`."""

    kind: Kind
    up: int
    hops: tuple[Hop, ...]
    field: Field
    text: str


@dataclass(frozen=True, slots=True)
class First:
    """A field of the first child record (a [show] column over a child table)."""

    kind: Kind
    up: int
    table: str
    by: str
    field: Field
    text: str


@dataclass(frozen=True, slots=True)
class Attr:
    """An attribute of the entry that a code field holds."""

    kind: Kind
    subject: Path
    attr: str


@dataclass(frozen=True, slots=True)
class Option:
    """The option under judgement (`attr` = "") or one of its attributes; bound per entry."""

    kind: Kind
    attr: str


@dataclass(frozen=True, slots=True)
class Bool:
    """and / or of parts."""

    kind: Kind
    op: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    kind: Kind
    part: Node


@dataclass(frozen=True, slots=True)
class Compare:
    kind: Kind
    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Member:
    """`subject in items`, where items are constants or one list-valued node."""

    kind: Kind
    subject: Node
    items: tuple[Const, ...] | Attr | Option


@dataclass(frozen=True, slots=True)
class Arith:
    kind: Kind
    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    kind: Kind
    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A parameter that is a table: its value for the codes that some fields hold ("*" = any)."""

    kind: Kind
    subjects: tuple[Path, ...]
    rows: tuple[tuple[tuple[str, ...], Const], ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """sum, count or exists over the records of `table` whose `by` names the record at `hops`."""

    kind: Kind
    name: str
    up: int
    hops: tuple[Hop, ...]
    table: str
    by: str
    value: Path | None
    where: Node | None
    text: str


Node = (
    Const | Path | First | Attr | Option | Bool | Not | Compare | Member | Arith | Call | Lookup | Aggregate
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where names are looked up: a table, the scope outside it, and the field that links both."""

    table: TableDef
    outer: Scope | None = None
    link: str = ""
    option: CodeList | None = None


@lru_cache(maxsize=4096)
def _understand(standard: _ById, table: str, text: str, option: str, condition: bool) -> Node:
    loaded = standard.it
    codes = loaded.tables[table].fields[option].codes if option else None
    reader = _Reader(loaded)
    node = reader.read(parse(text).tree, Scope(loaded.tables[table], option=codes))
    if condition:
        _want_bool(node)
    return node


@dataclass(frozen=True, slots=True, eq=False)
class _ById:
    """A standard as a cache key: the same object, not equal content."""

    it: Standard

    def __hash__(self) -> int:
        return hash(self.it.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and (self.it is other.it or self.it.hash == other.it.hash)


def understand(
    standard: Standard, table: str, text: str, *, option: str = "", condition: bool = True
) -> Node:
    """Resolve an expression over `table`; raise ExpressionError with a Chinese reason.

    `option` names the code field whose options are judged; with `condition` the whole must be
    a yes or no.
    """
    return _understand(_ById(standard), table, text, option, condition)


def parts(node: Node) -> Iterator[Node]:
    """The node and all nodes below it, outermost first."""
    yield node
    below: tuple[Node | None, ...] = ()
    if isinstance(node, Bool):
        below = node.parts
    elif isinstance(node, Not):
        below = (node.part,)
    elif isinstance(node, Compare | Arith):
        below = (node.left, node.right)
    elif isinstance(node, Member):
        below = (node.subject, *(node.items if isinstance(node.items, tuple) else (node.items,)))
    elif isinstance(node, Call):
        below = node.args
    elif isinstance(node, Lookup):
        below = node.subjects
    elif isinstance(node, Attr):
        below = (node.subject,)
    elif isinstance(node, Aggregate):
        below = (node.value, node.where)
    for part in below:
        if part is not None:
            yield from parts(part)


def operands(node: Node) -> Iterator[Path | First | Aggregate]:
    """The values an expression speaks of: fields of the record, of its refs, and sums of children."""
    if isinstance(node, Path | First | Aggregate):
        yield node
        return
    for part in _below(node):
        yield from operands(part)


def _below(node: Node) -> Iterator[Node]:
    if isinstance(node, Bool):
        yield from node.parts
    elif isinstance(node, Not):
        yield node.part
    elif isinstance(node, Compare | Arith):
        yield from (node.left, node.right)
    elif isinstance(node, Member):
        yield node.subject
        if isinstance(node.items, Attr):
            yield node.items
    elif isinstance(node, Call):
        yield from node.args
    elif isinstance(node, Lookup):
        yield from node.subjects
    elif isinstance(node, Attr):
        yield node.subject


# --- fields ------------------------------------------------------------------------

AREA_TOTAL = "area_total"


def derived_field(table: TableDef, code: str) -> Field | None:
    """A value that follows from other fields: 总面积 is 建筑面积 or 土地面积 by the asset class."""
    wanted = ("asset_class", "area_building", "area_land")
    if code == AREA_TOTAL and all(f in table.fields for f in wanted):
        return Field(
            table.code, AREA_TOTAL, "总面积", "area", -1, unit=table.fields["area_building"].unit or "㎡"
        )
    return None


def kind_of(field: Field) -> Kind:
    """The kind of value that a field holds."""
    match field.type:
        case "money":
            return Kind("number", dim=(1, 0), scale=2)
        case "area":
            return Kind("number", dim=(0, 1), scale=2)
        case "decimal":
            return Kind("number", dim=(0, 0), scale=field.scale)
        case "integer":
            return WHOLE
        case "date":
            return DATE
        case "period":
            return PERIOD
        case "bool":
            return BOOL
        case "code" | "codes":
            return Kind(field.type, codes=field.codes)
        case "ref":
            return Kind("ref", ref=field.ref)
    return TEXT


# --- attributes of codes -------------------------------------------------------------


def attribute(item: CodeItem, attr: str) -> object:
    """The value of an entry's attribute, None when the entry has none."""
    if attr in ("valid_from", "valid_to", "name", "code"):
        return getattr(item, attr) or None
    return item.extra.get(attr)


def attribute_kind(codes: CodeList, attr: str) -> Kind:
    """The kind of an attribute, told by the entries that have it."""
    if attr in ("valid_from", "valid_to"):
        return DATE
    if attr in ("name", "code"):
        return TEXT
    kinds = {_plain_kind(v) for i in codes.items.values() if (v := i.extra.get(attr)) is not None}
    if not kinds:
        raise ExpressionError(f"代码表 {codes.code} 的条目没有属性 {attr}")
    if len(kinds) > 1:
        raise ExpressionError(f"代码表 {codes.code} 的属性 {attr} 在各条目里类型不一")
    return Kind(kinds.pop())


def _plain_kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "list" if isinstance(value, list | tuple) else "text"


def attribute_value(codes: CodeList, code: str, attr: str) -> Const | None:
    """An entry's attribute as a constant; a missing bool is False, missing text "", a missing list ()."""
    item = codes.items[code]
    value = attribute(item, attr)
    kind = attribute_kind(codes, attr)
    if value is None:
        missing: dict[str, Const] = {
            "bool": Const(BOOL, False),
            "text": Const(TEXT, ""),
            "list": Const(Kind("list"), ()),
        }
        return missing.get(kind.name)
    if kind.name == "bool":
        return Const(BOOL, bool(value))
    if kind.name == "number":
        return number(value)
    if kind.name == "list":
        assert isinstance(value, list | tuple)
        return Const(kind, tuple(str(v) for v in value))
    return Const(kind, str(value))


def number(value: object, unit: str = "") -> Const:
    """A constant number, in 元 or ㎡ when its unit is one of money or area."""
    exact = Fraction(repr(value)) if isinstance(value, float) else Fraction(str(value))
    dim: Dim | None = None
    if unit in MONEY_UNITS:
        exact, dim = exact * MONEY_UNITS[unit] / 100, (1, 0)
    elif unit in AREA_UNITS:
        exact, dim = exact * AREA_UNITS[unit] / 100, (0, 1)
    elif unit.startswith("元/㎡"):
        dim = (1, -1)
    return Const(Kind("number", dim=dim, scale=_decimals(exact)), exact)


def _decimals(value: Fraction) -> int:
    for scale in range(13):
        if (value * 10**scale).denominator == 1:
            return scale
    raise ExpressionError(f"常数 {value} 小数位过多")


# --- reading -------------------------------------------------------------------------

_OPS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_CHECKS = ("uscc_ok", "orgcode_ok", "parcel_ok", "phone_ok")
_SPANS = ("days_between", "months_between", "workdays_between")
_AGGREGATES = ("sum", "count", "exists")
FUNCTIONS = (
    *("filled", "empty", "has", "length", "substr", "year", "matches", "param", "code", "valid", "number"),
    *("today", "this_period", "period_start", "period_end", "abs", "min", "max", "coalesce", "area_total"),
    *_CHECKS,
    *_SPANS,
    *_AGGREGATES,
)


def _want_bool(node: Node) -> Node:
    if node.kind.name != "bool":
        raise ExpressionError("这里要的是条件（成立或不成立），写的却是" + _WORDS[node.kind.name])
    return node


class _Reader:
    """Named passes from the parsed tree to typed nodes."""

    def __init__(self, standard: Standard) -> None:
        self.standard = standard

    def read(self, node: ast.expr, scope: Scope) -> Node:
        match node:
            case ast.Constant():
                return self._constant(node.value)
            case ast.BoolOp():
                made = tuple(_want_bool(self.read(v, scope)) for v in node.values)
                return Bool(BOOL, "and" if isinstance(node.op, ast.And) else "or", made)
            case ast.UnaryOp(op=ast.Not()):
                return Not(BOOL, _want_bool(self.read(node.operand, scope)))
            case ast.UnaryOp():
                part = self._number(self.read(node.operand, scope))
                if isinstance(part, Const) and isinstance(part.value, Fraction):
                    return replace(part, value=-part.value)
                return Arith(part.kind, "-", Const(replace(part.kind, scale=0), Fraction(0)), part)
            case ast.BinOp():
                return self._arith(node, scope)
            case ast.Compare():
                return self._compare(node, scope)
            case ast.Call():
                return self._call(node, scope)
            case ast.Name() | ast.Attribute():
                return self._name(node, scope)
        raise ExpressionError("一组值只能写在 in 的右边")

    def _constant(self, value: object) -> Const:
        if isinstance(value, bool):
            return Const(BOOL, value)
        if isinstance(value, str):
            return Const(TEXT, value)
        return number(value)

    # --- names ---

    def _name(self, node: ast.Name | ast.Attribute, scope: Scope) -> Node:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call):
            return self._attribute(node.value, node.attr, scope)
        text = path_of(node)
        if not text:
            raise ExpressionError("点号前面只能是字段或 code(字段)")
        first, *rest = text.split(".")
        if first == "option":
            return self._option(rest, scope)
        return self.path(text, scope)

    def _option(self, rest: list[str], scope: Scope) -> Option:
        codes = scope.option
        if codes is None:
            raise ExpressionError("option 只能用在 options 里")
        if len(rest) > 1:
            raise ExpressionError("option 后只能跟一个属性")
        if not rest:
            return Option(Kind("code", codes=codes), "")
        return Option(attribute_kind(codes, rest[0]), rest[0])

    def _attribute(self, call: ast.Call, attr: str, scope: Scope) -> Node:
        if not isinstance(call.func, ast.Name) or call.func.id != "code" or len(call.args) != 1:
            raise ExpressionError("点号前面只能是字段或 code(字段)")
        subject = self.read(call.args[0], scope)
        if not isinstance(subject, Path) or subject.kind.name != "code" or subject.kind.codes is None:
            raise ExpressionError("code( ) 里要写一个单选代码字段")
        return Attr(attribute_kind(subject.kind.codes, attr), subject, attr)

    def path(self, text: str, scope: Scope, up: int = 0) -> Path | First:
        """A dotted path from the scope's table, or from the record outside it."""
        steps = text.split(".")
        table, hops = scope.table, list[Hop]()
        if (
            scope.outer
            and len(steps) > 1
            and steps[0] not in table.fields
            and steps[0] == scope.outer.table.code
        ):
            return self.path(".".join(steps[1:]), scope.outer, up + 1)
        if scope.outer and len(steps) > 1 and steps[0] == scope.link:
            return self.path(".".join(steps[1:]), scope.outer, up + 1)
        for number_, step in enumerate(steps):
            last = number_ == len(steps) - 1
            field = table.fields.get(step) or derived_field(table, step)
            if field is None and last and step in table.shows:
                return self._show(table.shows[step], up, tuple(hops), text)
            if field is None:
                where = f"{table.label}（{table.code}）"
                raise ExpressionError(f"{where}没有字段 {step}{self._nearest(step, table)}")
            if last:
                return Path(kind_of(field), up, tuple(hops), field, text)
            if field.type != "ref":
                raise ExpressionError(f"{field.label}（{step}）不是指向别的记录的字段，后面不能再跟点号")
            hops.append(Hop(step, field.ref))
            table = self.standard.tables[field.ref]
        raise ExpressionError(f"“{text}”不是字段")

    def _show(self, show: Show, up: int, hops: tuple[Hop, ...], text: str) -> Path | First:
        if not show.to_child:
            owner = self.standard.tables[show.table].fields[show.hop]
            return Path(kind_of(show.target), up, (*hops, Hop(show.hop, owner.ref)), show.target, text)
        if hops:
            raise ExpressionError(f"{text} 取自子表，不能再隔一层引用")
        return First(kind_of(show.target), up, show.hop, show.table, show.target, text)

    def _nearest(self, step: str, table: TableDef) -> str:
        for field in table.fields.values():
            if step in field.code or step == field.label:
                return f"，是不是 {field.code}（{field.label}）"
        return ""

    # --- operators ---

    def _number(self, node: Node) -> Node:
        if node.kind.name != "number":
            raise ExpressionError(f"{_WORDS[node.kind.name]}不能做加减乘")
        return node

    def _arith(self, node: ast.BinOp, scope: Scope) -> Node:
        left, right = (self._number(self.read(n, scope)) for n in (node.left, node.right))
        if isinstance(node.op, ast.Mult):
            if left.kind.dim is None and right.kind.dim is None:
                dim = None
            else:
                a, b = left.kind.dim or (0, 0), right.kind.dim or (0, 0)
                dim = (a[0] + b[0], a[1] + b[1])
            return Arith(Kind("number", dim=dim, scale=left.kind.scale + right.kind.scale), "*", left, right)
        op = "+" if isinstance(node.op, ast.Add) else "-"
        dim = self._same_dim(left, right, "相加减")
        return Arith(Kind("number", dim=dim, scale=max(left.kind.scale, right.kind.scale)), op, left, right)

    def _same_dim(self, left: Node, right: Node, what: str) -> Dim | None:
        a, b = left.kind.dim, right.kind.dim
        if a is not None and b is not None and a != b:
            raise ExpressionError(f"{_dim_word(a)}与{_dim_word(b)}不能{what}（确要比较数值时用 number( )）")
        return b if a is None else a

    def _compare(self, node: ast.Compare, scope: Scope) -> Node:
        done: list[Node] = []
        left_tree = node.left
        for op, right_tree in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, ast.In | ast.NotIn):
                member = self._member(self.read(left_tree, scope), right_tree, scope)
                done.append(Not(BOOL, member) if isinstance(op, ast.NotIn) else member)
            else:
                done.append(
                    self._pair(_OPS[type(op)], self.read(left_tree, scope), self.read(right_tree, scope))
                )
            left_tree = right_tree
        return done[0] if len(done) == 1 else Bool(BOOL, "and", tuple(done))

    def _pair(self, op: str, left: Node, right: Node) -> Compare:
        if isinstance(left, Const) and not isinstance(right, Const):
            left = self.fit(left, right)
        elif isinstance(right, Const) and not isinstance(left, Const):
            right = self.fit(right, left)
        self._same_kind(left, right)
        if op not in ("==", "!=") and left.kind.name not in ("number", "date", "period"):
            raise ExpressionError(f"{_WORDS[left.kind.name]}只能比较是否相等，不能比大小")
        return Compare(BOOL, op, left, right)

    def _same_kind(self, left: Node, right: Node) -> None:
        a, b = left.kind, right.kind
        if a.name == b.name == "number":
            self._same_dim(left, right, "相比")
            return
        if "codes" in (a.name, b.name):
            raise ExpressionError("多选字段请用 has(字段, '代码')")
        if a.name == b.name == "code" and a.codes and b.codes and a.codes.code != b.codes.code:
            raise ExpressionError(f"{a.codes.label}与{b.codes.label}是两张代码表，不能相比")
        if a.name == b.name == "ref" and a.ref != b.ref:
            raise ExpressionError("两边指向不同的表，不能相比")
        for one, other in ((left, right), (right, left)):
            if one.kind.name == "code" and isinstance(other, Attr | Option) and other.kind.name == "text":
                self._values_fit(other, one.kind)
                return
        if a.name != b.name:
            raise ExpressionError(f"{_WORDS[a.name]}与{_WORDS[b.name]}不能相比")

    def _values_fit(self, node: Attr | Option, kind: Kind) -> None:
        """An attribute compared with a code field holds only codes of that field's list."""
        codes = node.subject.kind.codes if isinstance(node, Attr) else self._option_codes
        for item in codes.items.values() if codes and kind.codes else ():
            value = attribute(item, node.attr)
            for code in value if isinstance(value, list | tuple) else (value,):
                if code not in (None, "") and kind.codes and str(code) not in kind.codes.items:
                    raise ExpressionError(
                        f"代码表 {codes.code if codes else ''} 条目 {item.code} 的属性 {node.attr} 写了 {code}，"
                        f"它不在{kind.codes.label}（{kind.codes.code}）里"
                    )

    _option_codes: CodeList | None = None

    def fit(self, const: Const, other: Node) -> Const:
        """A literal as the kind it is compared with, or a reason why it cannot be."""
        kind, value = other.kind, const.value
        if kind.name == "number" and isinstance(value, Fraction):
            return const
        if isinstance(value, str):
            if kind.name in ("code", "codes"):
                if kind.codes and value not in kind.codes.items:
                    raise ExpressionError(f"{kind.codes.label}（{kind.codes.code}）没有代码 '{value}'")
                return Const(kind, value)
            if kind.name == "date":
                self._date(value)
                return Const(DATE, value)
            if kind.name == "period":
                try:
                    return Const(PERIOD, parse_period(value))
                except ValueError as e:
                    raise ExpressionError(str(e)) from e
        if kind.name != const.kind.name:
            shown = (
                value
                if isinstance(value, str | bool)
                else "、".join(value)
                if isinstance(value, tuple)
                else value
            )
            raise ExpressionError(f"“{shown}”是{_WORDS[const.kind.name]}，不能与{_WORDS[kind.name]}相比")
        return const

    def _date(self, value: str) -> None:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ExpressionError(f"日期“{value}”请写成 2026-01-01")
        try:
            year, month, day = value.split("-")
            make_date(int(year), int(month), int(day))
        except ValueError as e:
            raise ExpressionError(str(e)) from e

    def _member(self, subject: Node, tree: ast.expr, scope: Scope) -> Member:
        if isinstance(tree, ast.Tuple | ast.List):
            read = [self.read(e, scope) for e in tree.elts]
            if not read or not all(isinstance(c, Const) for c in read):
                raise ExpressionError("in 右边的一组值须是常量，至少一个")
            items = tuple(self.fit(c, subject) for c in read if isinstance(c, Const))
            for item in items:
                self._same_kind(subject, item)
            return Member(BOOL, subject, items)
        right = self.read(tree, scope)
        if right.kind.name != "list":
            raise ExpressionError("in 右边要写一组值，如 ('10','20')；多选字段请用 has(字段, '代码')")
        if isinstance(right, Const) and isinstance(right.value, tuple):
            return Member(BOOL, subject, tuple(self.fit(Const(TEXT, v), subject) for v in right.value))
        assert isinstance(right, Attr | Option)
        if subject.kind.name == "code":
            self._values_fit(right, subject.kind)
        elif subject.kind.name != "text":
            raise ExpressionError(f"{_WORDS[subject.kind.name]}不能用 in 与一组文字相比")
        return Member(BOOL, subject, right)

    # --- functions ---

    def _call(self, node: ast.Call, scope: Scope) -> Node:
        if head := method_of(node):
            assert isinstance(node.func, ast.Attribute)
            if node.func.attr != AREA_TOTAL or node.keywords:
                raise ExpressionError(f"没有函数 {head}.{node.func.attr}( )")
            return self.path(f"{head}.{AREA_TOTAL}", scope)
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name not in FUNCTIONS:
            raise ExpressionError(f"没有函数 {name}；可用：{'、'.join(sorted(FUNCTIONS))}")
        if name in _AGGREGATES:
            return self._aggregate(name, node, scope)
        if node.keywords:
            raise ExpressionError(f"{name}( ) 不认识 {node.keywords[0].arg}=")
        if name == "code":
            raise ExpressionError("code(字段) 后面要跟点号和属性")
        if name == "param":
            return self._param(node, scope)
        if name == "area_total":
            return self._area_total(node, scope)
        if name == "valid":
            return self._valid(node, scope)
        args = tuple(self.read(a, scope) for a in node.args)
        reader: Callable[[str, tuple[Node, ...]], Node] = _BY_NAME[name]
        return reader(name, args) if name != "has" else self._has(args)

    def _area_total(self, node: ast.Call, scope: Scope) -> Node:
        if len(node.args) > 1:
            raise ExpressionError("area_total( ) 里最多写一个引用字段")
        head = path_of(node.args[0]) if node.args else ""
        if node.args and not head:
            raise ExpressionError("area_total( ) 里只能写引用字段，如 area_total(asset)")
        return self.path(f"{head}.{AREA_TOTAL}" if head else AREA_TOTAL, scope)

    def _valid(self, node: ast.Call, scope: Scope) -> Node:
        if len(node.args) != 3:
            raise ExpressionError("写成 valid('代码表', 代码, 日期)")
        listed, code, day = (self.read(a, scope) for a in node.args)
        if not isinstance(listed, Const) or listed.value not in self.standard.codes:
            raise ExpressionError(f"没有代码表 {listed.value if isinstance(listed, Const) else ''}")
        _textual("valid", code)
        codes = self.standard.codes[str(listed.value)]
        if code.kind.name == "code" and code.kind.codes and code.kind.codes.code != codes.code:
            raise ExpressionError(f"字段用的是代码表 {code.kind.codes.code}，不是 {codes.code}")
        return Call(
            BOOL, "valid", (replace(listed, kind=Kind("list", codes=codes)), code, *_dates("valid", (day,)))
        )

    def _has(self, args: tuple[Node, ...]) -> Node:
        if len(args) < 2 or not all(isinstance(a, Const) for a in args[1:]):
            raise ExpressionError("写成 has(字段, '代码')，代码可以有几个")
        subject = args[0]
        if not isinstance(subject, Path | First | Option) or subject.kind.name not in (
            "codes",
            "code",
            "list",
        ):
            raise ExpressionError("has( ) 的第一个参数要写代码字段")
        if isinstance(subject, Option):
            raise ExpressionError("option 的属性请用 in 判断")
        fitted = tuple(self.fit(a, subject) for a in args[1:] if isinstance(a, Const))
        return Call(BOOL, "has", (subject, *fitted))

    def _param(self, node: ast.Call, scope: Scope) -> Node:
        args = [self.read(a, scope) for a in node.args]
        if not args or not isinstance(args[0], Const) or not isinstance(args[0].value, str):
            raise ExpressionError("写成 param('参数名')")
        name = args[0].value
        param = self.standard.params.get(name)
        if param is None:
            raise ExpressionError(f"没有参数 {name}")
        subjects = tuple(
            a for a in args[1:] if isinstance(a, Path) and a.kind.name in ("code", "text", "ref")
        )
        if len(subjects) != len(args) - 1:
            raise ExpressionError("param( ) 从第二个起要写代码字段")
        if isinstance(param.value, dict):
            if not subjects:
                raise ExpressionError(f"参数 {name} 是一张表，请写明按哪个字段取：param('{name}', 字段)")
            rows = tuple(self._rows(name, param.value, subjects, param.unit))
            kinds = {const.kind.name for _, const in rows}
            if len(kinds) != 1:
                raise ExpressionError(f"参数 {name} 各项的类型不一")
            scale = max(const.kind.scale for _, const in rows)
            return Lookup(replace(rows[0][1].kind, scale=scale), subjects, rows)
        if subjects:
            raise ExpressionError(f"参数 {name} 不是一张表，不能按字段取值")
        return self._plain(name, param.value, param.unit)

    def _plain(self, name: str, value: object, unit: str) -> Const:
        if isinstance(value, bool):
            return Const(BOOL, value)
        if isinstance(value, int | float):
            return number(value, unit)
        if isinstance(value, list):
            return Const(Kind("list"), tuple(str(v) for v in value))
        return Const(TEXT, str(value))

    def _rows(
        self, name: str, table: dict[str, object], subjects: tuple[Path, ...], unit: str
    ) -> Iterator[tuple[tuple[str, ...], Const]]:
        """Rows of a parameter table, the exact ones before those with *."""
        for key in sorted(table, key=lambda k: k == "*"):
            codes = subjects[0].kind.codes
            if key != "*" and codes and key not in codes.items:
                raise ExpressionError(f"参数 {name} 的 {key} 不在{codes.label}里")
            value = table[key]
            if isinstance(value, dict):
                if len(subjects) < 2:
                    raise ExpressionError(f"参数 {name} 的 {key} 还有下一层，请再写一个字段")
                yield from (((key, *k), c) for k, c in self._rows(name, value, subjects[1:], unit))
            else:
                yield (key, *("*" for _ in subjects[1:])), self._plain(name, value, unit)

    def _aggregate(self, name: str, node: ast.Call, scope: Scope) -> Aggregate:
        text = path_of(node.args[0]) if len(node.args) == 1 else ""
        form = f"{name}(子表.字段, where=条件)" if name == "sum" else f"{name}(子表, where=条件)"
        if not text:
            raise ExpressionError(f"写成 {form}")
        words: dict[str, ast.expr] = {str(k.arg): k.value for k in node.keywords}
        if set(words) - {"where", "by"}:
            raise ExpressionError(f"{name}( ) 只认识 where= 和 by=")
        by = path_of(words["by"]) if "by" in words else ""
        hops, table, rest, up, start = self._collection(text.split("."), scope)
        link = self._link(table, start, by)
        inside = Scope(table, scope if not hops and not up else None, link)
        if hops or up:
            # The record outside is still reached by its table's code, but not through the link.
            inside = Scope(table, scope)
        value: Path | None = None
        if (name == "sum") != bool(rest):
            raise ExpressionError(f"写成 {form}")
        if rest:
            found = self.path(".".join(rest), inside)
            if not isinstance(found, Path) or found.kind.name != "number" or found.up:
                raise ExpressionError(f"{'.'.join(rest)} 不是可以相加的数")
            value = found
        where = _want_bool(self.read(words["where"], inside)) if "where" in words else None
        kind = value.kind if value else (BOOL if name == "exists" else WHOLE)
        shown = ast.unparse(node)
        return Aggregate(kind, name, up, tuple(hops), table.code, link, value, where, shown)

    def _collection(
        self, steps: list[str], scope: Scope
    ) -> tuple[list[Hop], TableDef, list[str], int, TableDef]:
        """Steps over refs, the table whose records are meant, and the steps behind it."""
        up, hops = 0, list[Hop]()
        if (
            scope.outer
            and steps[0] not in scope.table.fields
            and steps[0] == scope.outer.table.code
            and len(steps) > 1
        ):
            up, scope, steps = 1, scope.outer, steps[1:]
        here = scope.table
        for position, step in enumerate(steps):
            other = self.standard.tables.get(step)
            field = here.fields.get(step)
            if field is not None and field.type == "ref" and position < len(steps) - 1:
                hops.append(Hop(step, field.ref))
                here = self.standard.tables[field.ref]
            elif other is not None:
                return hops, other, steps[position + 1 :], up, here
            else:
                break
        raise ExpressionError(f"“{'.'.join(steps)}”里没有一张子表")

    def _link(self, table: TableDef, start: TableDef, by: str) -> str:
        """The ref field of `table` that names records of `start`."""
        links = [f.code for f in table.fields.values() if f.type == "ref" and f.ref == start.code]
        if by:
            if by not in links:
                raise ExpressionError(f"{table.label}的 {by} 不是指向{start.label}的字段")
            return by
        if table.parent == start.code and start.code in links:
            return start.code
        if len(links) != 1:
            why = "没有指向" if not links else "有几个字段指向"
            raise ExpressionError(
                f"{table.label}（{table.code}）{why}{start.label}{'，请写 by=字段' if links else ''}"
            )
        return links[0]


# --- signatures ---------------------------------------------------------------------


def _arity(name: str, args: tuple[Node, ...], least: int, most: int | None = None) -> None:
    if not least <= len(args) <= (least if most is None else most):
        raise ExpressionError(f"{name}( ) 的参数个数不对")


def _presence(name: str, args: tuple[Node, ...]) -> Node:
    _arity(name, args, 1)
    if not isinstance(args[0], Path | First | Attr):
        raise ExpressionError(f"{name}( ) 里要写字段")
    return Call(BOOL, name, args)


def _textual(name: str, node: Node) -> None:
    if node.kind.name not in ("text", "code"):
        raise ExpressionError(f"{name}( ) 要的是文字，写的却是{_WORDS[node.kind.name]}")


def _length(name: str, args: tuple[Node, ...]) -> Node:
    _arity(name, args, 1)
    _textual(name, args[0])
    return Call(WHOLE, name, args)


def _substr(name: str, args: tuple[Node, ...]) -> Node:
    _arity(name, args, 3)
    _textual(name, args[0])
    for place in args[1:]:
        if not isinstance(place, Const) or not isinstance(place.value, Fraction) or place.value < 1:
            raise ExpressionError("写成 substr(文本, 起, 长)，起和长是从 1 起的整数")
    return Call(TEXT, name, args)


def _check(name: str, args: tuple[Node, ...]) -> Node:
    _arity(name, args, 1)
    _textual(name, args[0])
    return Call(BOOL, name, args)


def _matches(name: str, args: tuple[Node, ...]) -> Node:
    _arity(name, args, 2)
    _textual(name, args[0])
    if not isinstance(args[1], Const) or not isinstance(args[1].value, str):
        raise ExpressionError("matches( ) 的第二个参数要写正则式文字")
    try:
        re.compile(args[1].value)
    except re.error as e:
        raise ExpressionError(f"正则式“{args[1].value}”不合语法") from e
    return Call(BOOL, name, args)


def _dates(name: str, args: tuple[Node, ...]) -> tuple[Node, ...]:
    made = []
    for arg in args:
        if isinstance(arg, Const):
            arg = _Reader.fit(_FITTER, arg, Const(DATE, ""))
        if arg.kind.name != "date":
            raise ExpressionError(f"{name}( ) 要的是日期，写的却是{_WORDS[arg.kind.name]}")
        made.append(arg)
    return tuple(made)


def _span(name: str, args: tuple[Node, ...]) -> Node:
    _arity(name, args, 2)
    return Call(WHOLE, name, _dates(name, args))


def _year(name: str, args: tuple[Node, ...]) -> Node:
    _arity(name, args, 1)
    if args[0].kind.name != "period":
        args = _dates(name, args)
    return Call(WHOLE, name, args)


def _moment(name: str, args: tuple[Node, ...]) -> Node:
    if name in ("today", "this_period"):
        _arity(name, args, 0)
    else:
        _arity(name, args, 0, 1)
        if args and args[0].kind.name != "period":
            raise ExpressionError(f"{name}( ) 里要写期间字段")
    return Call(PERIOD if name == "this_period" else DATE, name, args)


def _alike(name: str, args: tuple[Node, ...]) -> Node:
    """abs, min, max and coalesce: operands of one kind."""
    if name == "abs":
        _arity(name, args, 1)
    else:
        _arity(name, args, 2, 9)
    lead = next((a for a in args if not isinstance(a, Const)), args[0])
    args = tuple(_Reader.fit(_FITTER, a, lead) if isinstance(a, Const) else a for a in args)
    allowed: tuple[str, ...] = ("number",) if name == "abs" else ("number", "date")
    if name == "coalesce":
        allowed = ("number", "date", "text", "code", "bool", "period")
    for arg in args:
        _Reader._same_kind(_FITTER, lead, arg)
        if arg.kind.name not in allowed:
            raise ExpressionError(f"{name}( ) 不能用于{_WORDS[arg.kind.name]}")
    dim = next((a.kind.dim for a in args if a.kind.dim is not None), None)
    return Call(replace(lead.kind, dim=dim, scale=max(a.kind.scale for a in args)), name, args)


def _number(name: str, args: tuple[Node, ...]) -> Node:
    _arity(name, args, 1)
    if args[0].kind.name != "number":
        raise ExpressionError("number( ) 里要写数")
    return Call(replace(args[0].kind, dim=None), name, args)


def _dim_word(dim: Dim) -> str:
    return {(0, 0): "数", (1, 0): "金额", (0, 1): "面积", (1, -1): "单价"}.get(dim, "金额与面积的积")


_FITTER = _Reader.__new__(_Reader)
_BY_NAME: dict[str, Callable[[str, tuple[Node, ...]], Node]] = {
    "filled": _presence,
    "empty": _presence,
    "has": _presence,
    "length": _length,
    "substr": _substr,
    "year": _year,
    "matches": _matches,
    "number": _number,
    **dict.fromkeys(("today", "this_period", "period_start", "period_end"), _moment),
    **dict.fromkeys(("abs", "min", "max", "coalesce"), _alike),
    **dict.fromkeys(_CHECKS, _check),
    **dict.fromkeys(_SPANS, _span),
}
