"""What an expression means over a standard: every name resolved, every operand with its kind.

All that can be wrong with an expression (unknown field, code, parameter, function, mixed kinds)
is said here, when a standard is loaded, and never while records are checked.

Names: a field of the table; `owner_unit.unit_type` over a ref; `asset.path` over the parent;
`area_total` (总面积, by asset class); a [show] column. Inside `where=` names are those of the
child; the record outside is reached by its table's code: `sum(asset.receipt.amount,
where=period == progress.period)` in a rule on progress adds the receipts of the same asset and
period. `by=` names the linking field where a table has several to the same other table.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from core.standard.attributes import AREA_TOTAL, attribute_kind, derived_field, kind_of, number
from core.standard.grammar import ExpressionError, method_of, parse, path_of
from core.standard.model import CodeList, Show, Standard, TableDef
from core.standard.nodes import (
    BOOL,
    TEXT,
    WHOLE,
    Aggregate,
    Arith,
    Attr,
    Bool,
    Compare,
    Const,
    First,
    Hop,
    Kind,
    Lookup,
    Member,
    Node,
    Not,
    Option,
    Path,
    parts,
)
from core.standard.signatures import (
    AGGREGATES,
    FUNCTIONS,
    KIND_NAMES,
    SIGNATURES,
    fit,
    known_list,
    same_dim,
    same_kind,
    valid,
    values_fit,
    want_bool,
    want_number,
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where names are looked up: a table, the scope outside it, and the field that links both."""

    table: TableDef
    outer: Scope | None = None
    link: str = ""
    option: CodeList | None = None

    def steps_out(self, steps: list[str]) -> bool:
        """Whether a path begins outside: with the outer table's code, or over the link to it."""
        if self.outer is None or len(steps) < 2:
            return False
        return steps[0] == self.link or (
            steps[0] not in self.table.fields and steps[0] == self.outer.table.code
        )


def understand(
    standard: Standard, table: str, text: str, *, option: str = "", condition: bool = True
) -> Node:
    """Resolve an expression over `table`; raise ExpressionError with a Chinese reason.

    `option` names the code field whose options are judged; with `condition` the whole must be
    a yes or no.
    """
    return _understand(_ByHash(standard), table, text, option, condition)


@dataclass(frozen=True, slots=True, eq=False)
class _ByHash:
    """A standard as a cache key: the hash of its files stands for it."""

    it: Standard

    def __hash__(self) -> int:
        return hash(self.it.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByHash) and self.it.hash == other.it.hash


@lru_cache(maxsize=4096)
def _understand(standard: _ByHash, table: str, text: str, option: str, condition: bool) -> Node:
    made = standard.it.tables[table]
    codes = made.fields[option].codes if option else None
    node = _Reader(standard.it).read(parse(text).tree, Scope(made, option=codes))
    return want_bool(node) if condition else node


_OPS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


class _Reader:
    """Reads a parsed tree into typed nodes: names, operators, functions, sums over children."""

    def __init__(self, standard: Standard) -> None:
        self.standard = standard

    def read(self, node: ast.expr, scope: Scope) -> Node:
        match node:
            case ast.Constant():
                return self._constant(node.value)
            case ast.BoolOp():
                made = tuple(want_bool(self.read(v, scope)) for v in node.values)
                return Bool(BOOL, "and" if isinstance(node.op, ast.And) else "or", made)
            case ast.UnaryOp(op=ast.Not()):
                return Not(BOOL, want_bool(self.read(node.operand, scope)))
            case ast.UnaryOp():
                return self._minus(want_number(self.read(node.operand, scope)))
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
        head, _, attr = text.partition(".")
        if head != "option":
            return self.path(text, scope)
        if scope.option is None:
            raise ExpressionError("option 只能用在 options 里")
        if not attr:
            return Option(Kind("code", codes=scope.option), scope.option, "")
        return Option(attribute_kind(scope.option, attr), scope.option, attr)

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
        if scope.outer and scope.steps_out(steps):
            return self.path(".".join(steps[1:]), scope.outer, up + 1)
        table, hops = scope.table, list[Hop]()
        for step in steps[:-1]:
            field = table.fields.get(step)
            if field is None:
                raise ExpressionError(self._unknown(step, table))
            if field.type != "ref":
                raise ExpressionError(f"{field.label}（{step}）不指向别的记录，后面不能再跟点号")
            hops.append(Hop(step, field.ref))
            table = self.standard.tables[field.ref]
        last = table.fields.get(steps[-1]) or derived_field(table, steps[-1])
        if last is not None:
            return Path(kind_of(last), up, tuple(hops), last, text)
        if steps[-1] in table.shows:
            return self._show(table.shows[steps[-1]], up, tuple(hops), text)
        raise ExpressionError(self._unknown(steps[-1], table))

    def _unknown(self, step: str, table: TableDef) -> str:
        near = next((f for f in table.fields.values() if step in f.code or step == f.label), None)
        guess = f"，是不是 {near.code}（{near.label}）" if near else ""
        return f"{table.label}（{table.code}）没有字段 {step}{guess}"

    def _show(self, show: Show, up: int, hops: tuple[Hop, ...], text: str) -> Path | First:
        if not show.to_child:
            owner = self.standard.tables[show.table].fields[show.hop]
            return Path(kind_of(show.target), up, (*hops, Hop(show.hop, owner.ref)), show.target, text)
        if hops:
            raise ExpressionError(f"{text} 取自子表，不能再隔一层引用")
        return First(kind_of(show.target), up, show.hop, show.table, show.target, text)

    # --- operators ---

    def _minus(self, part: Node) -> Node:
        if isinstance(part, Const) and isinstance(part.value, Fraction):
            return replace(part, value=-part.value)
        return Arith(part.kind, "-", Const(Kind("number", dim=part.kind.dim), Fraction(0)), part)

    def _arith(self, node: ast.BinOp, scope: Scope) -> Node:
        left, right = (want_number(self.read(n, scope)) for n in (node.left, node.right))
        a, b = left.kind, right.kind
        if isinstance(node.op, ast.Mult):
            if _dated(left) and _dated(right):
                raise ExpressionError("两个由日期算出的数不能相乘")
            dims = [d for d in (a.dim, b.dim) if d is not None]
            dim = (sum(d[0] for d in dims), sum(d[1] for d in dims)) if dims else None
            return Arith(Kind("number", dim=dim, scale=a.scale + b.scale), "*", left, right)
        op = "+" if isinstance(node.op, ast.Add) else "-"
        dim = same_dim(left, right, "相加减")
        return Arith(Kind("number", dim=dim, scale=max(a.scale, b.scale)), op, left, right)

    def _compare(self, node: ast.Compare, scope: Scope) -> Node:
        done: list[Node] = []
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            subject = self.read(left, scope)
            if isinstance(op, ast.In | ast.NotIn):
                member = self._member(subject, right, scope)
                done.append(Not(BOOL, member) if isinstance(op, ast.NotIn) else member)
            else:
                done.append(self._pair(_OPS[type(op)], subject, self.read(right, scope)))
            left = right
        return done[0] if len(done) == 1 else Bool(BOOL, "and", tuple(done))

    def _pair(self, op: str, left: Node, right: Node) -> Compare:
        if isinstance(left, Const) and not isinstance(right, Const):
            left = fit(left, right.kind)
        elif isinstance(right, Const) and not isinstance(left, Const):
            right = fit(right, left.kind)
        same_kind(left, right)
        if op not in ("==", "!=") and left.kind.name not in ("number", "date", "period"):
            raise ExpressionError(f"{KIND_NAMES[left.kind.name]}只能比较是否相等，不能比大小")
        return Compare(BOOL, op, left, right)

    def _member(self, subject: Node, tree: ast.expr, scope: Scope) -> Member:
        if isinstance(tree, ast.Tuple | ast.List):
            return self._one_of(subject, [self.read(e, scope) for e in tree.elts])
        right = self.read(tree, scope)
        if right.kind.name != "list":
            raise ExpressionError("in 右边要写一组值，如 ('10','20')；多选字段请用 has(字段, '代码')")
        if isinstance(right, Const) and isinstance(right.value, tuple):
            return self._one_of(subject, [Const(TEXT, v) for v in right.value])
        assert isinstance(right, Attr | Option)
        if subject.kind.name == "code":
            values_fit(right, subject.kind)
        elif subject.kind.name != "text":
            raise ExpressionError(f"{KIND_NAMES[subject.kind.name]}不能用 in 与一组文字相比")
        return Member(BOOL, subject, right)

    def _one_of(self, subject: Node, items: list[Node]) -> Member:
        constants = tuple(fit(c, subject.kind) for c in items if isinstance(c, Const))
        if not constants or len(constants) < len(items):
            raise ExpressionError("in 右边的一组值须是常量，至少一个")
        for item in constants:
            same_kind(subject, item)
        return Member(BOOL, subject, constants)

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
        if name in AGGREGATES:
            return self._aggregate(name, node, scope)
        if node.keywords:
            raise ExpressionError(f"{name}( ) 不认识 {node.keywords[0].arg}=")
        if name == AREA_TOTAL:
            return self._area_total(node, scope)
        args = tuple(self.read(a, scope) for a in node.args)
        if name == "code":
            raise ExpressionError("code(字段) 后面要跟点号和属性")
        if name == "param":
            return self._param(args)
        if name == "valid":
            if len(args) != 3:
                raise ExpressionError("写成 valid('代码表', 代码, 日期)")
            return valid(known_list(self.standard, args[0]), args[1], args[2])
        return SIGNATURES[name](name, args)

    def _area_total(self, node: ast.Call, scope: Scope) -> Node:
        head = path_of(node.args[0]) if node.args else ""
        if len(node.args) > 1 or (node.args and not head):
            raise ExpressionError("写成 area_total( )，或在子表里写 asset.area_total( )")
        return self.path(f"{head}.{AREA_TOTAL}" if head else AREA_TOTAL, scope)

    def _param(self, args: tuple[Node, ...]) -> Node:
        if not args or not isinstance(args[0], Const) or not isinstance(args[0].value, str):
            raise ExpressionError("写成 param('参数名')")
        name = args[0].value
        param = self.standard.params.get(name)
        if param is None:
            raise ExpressionError(f"没有参数 {name}")
        subjects = tuple(a for a in args[1:] if isinstance(a, Path) and a.kind.name in ("code", "text"))
        if len(subjects) != len(args) - 1:
            raise ExpressionError("param( ) 从第二个起要写代码字段")
        if not isinstance(param.value, Mapping):
            if subjects:
                raise ExpressionError(f"参数 {name} 不是一张表，不能按字段取值")
            return self._plain(param.value, param.unit)
        if not subjects:
            raise ExpressionError(f"参数 {name} 是一张表，请写明按哪个字段取：param('{name}', 字段)")
        rows = tuple(self._rows(name, param.value, subjects, param.unit))
        if len({const.kind.name for _, const in rows}) != 1:
            raise ExpressionError(f"参数 {name} 各项的类型不一")
        scale = max(const.kind.scale for _, const in rows)
        return Lookup(replace(rows[0][1].kind, scale=scale), subjects, rows)

    def _plain(self, value: object, unit: str) -> Const:
        if isinstance(value, bool):
            return Const(BOOL, value)
        if isinstance(value, int | float):
            return number(value, unit)
        if isinstance(value, list | tuple):
            return Const(Kind("list"), tuple(str(v) for v in value))
        return Const(TEXT, str(value))

    def _rows(
        self, name: str, table: Mapping[str, object], subjects: tuple[Path, ...], unit: str
    ) -> Iterator[tuple[tuple[str, ...], Const]]:
        """Rows of a parameter that is a table, the exact ones before those with *."""
        codes = subjects[0].kind.codes
        for key in sorted(table, key=lambda k: k == "*"):
            if key != "*" and codes and key not in codes.items:
                raise ExpressionError(f"参数 {name} 的 {key} 不在{codes.label}里")
            value = table[key]
            if not isinstance(value, Mapping):
                yield (key, *("*" for _ in subjects[1:])), self._plain(value, unit)
            elif len(subjects) < 2:
                raise ExpressionError(f"参数 {name} 的 {key} 还有下一层，请再写一个字段")
            else:
                yield from (((key, *k), c) for k, c in self._rows(name, value, subjects[1:], unit))

    # --- sums over children ---

    def _aggregate(self, name: str, node: ast.Call, scope: Scope) -> Aggregate:
        text = path_of(node.args[0]) if len(node.args) == 1 else ""
        words: dict[str, ast.expr] = {str(k.arg): k.value for k in node.keywords}
        if not text or set(words) - {"where", "by"}:
            raise ExpressionError(f"写成 {name}(子表{'.字段' if name == 'sum' else ''}, where=条件)")
        up, hops, start, table, rest = self._collection(text.split("."), scope)
        link = self._link(table, start, path_of(words["by"]) if "by" in words else "")
        # Only straight below the outer record is the link to its parent that record itself.
        inside = Scope(table, scope, "" if hops or up else link)
        value: Path | None = None
        if (name == "sum") != bool(rest):
            raise ExpressionError(f"写成 {name}(子表{'.字段' if name == 'sum' else ''}, where=条件)")
        if rest:
            found = self.path(".".join(rest), inside)
            if not isinstance(found, Path) or found.kind.name != "number" or found.up:
                raise ExpressionError(f"{'.'.join(rest)} 不是可以相加的数")
            value = found
        where = want_bool(self.read(words["where"], inside)) if "where" in words else None
        kind = value.kind if value else BOOL if name == "exists" else WHOLE
        return Aggregate(kind, name, up, tuple(hops), table.code, link, value, where, ast.unparse(node))

    def _collection(
        self, steps: list[str], scope: Scope
    ) -> tuple[int, list[Hop], TableDef, TableDef, list[str]]:
        """Levels out, steps over refs, where they end, the table meant, and the steps behind it."""
        up, hops = 0, list[Hop]()
        if scope.outer and scope.steps_out(steps):
            up, scope, steps = 1, scope.outer, steps[1:]
        here = scope.table
        for position, step in enumerate(steps):
            field = here.fields.get(step)
            if field is not None and field.type == "ref" and position < len(steps) - 1:
                hops.append(Hop(step, field.ref))
                here = self.standard.tables[field.ref]
            elif step in self.standard.tables:
                return up, hops, here, self.standard.tables[step], steps[position + 1 :]
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
        if not links:
            raise ExpressionError(f"{table.label}（{table.code}）没有指向{start.label}的字段")
        if len(links) > 1:
            raise ExpressionError(f"{table.label}有几个字段指向{start.label}（{'、'.join(links)}），请写 by=")
        return links[0]


def _dated(node: Node) -> bool:
    """Whether a number may be uncertain because dates may be partial."""
    return any(isinstance(n, Path | First | Attr) and n.kind.name == "date" for n in parts(node))
