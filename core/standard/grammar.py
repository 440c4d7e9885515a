"""The grammar of expressions: a small, white-listed part of Python's, parsed and never executed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

MAX_LENGTH = 500
MAX_DEPTH = 40
MAX_PARTS = 400

_ALLOWED: tuple[type[ast.AST], ...] = (
    ast.Expression,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.Not,
    ast.USub,
    ast.BinOp,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Compare,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.In,
    ast.NotIn,
    ast.Call,
    ast.keyword,
    ast.Name,
    ast.Load,
    ast.Attribute,
    ast.Constant,
    ast.Tuple,
    ast.List,
)
_NAMES_OF_FORBIDDEN = {
    ast.Div: "除法（比例请写成乘法，如 deal * 10 < appraisal * 9）",
    ast.FloorDiv: "整除",
    ast.Mod: "取余",
    ast.Pow: "乘方",
    ast.Lambda: "lambda",
    ast.IfExp: "if … else（请用 when 或 and / or）",
    ast.Subscript: "方括号取值",
    ast.Is: "is（判断未填请写 empty(字段)）",
    ast.IsNot: "is not（判断已填请写 filled(字段)）",
    ast.NamedExpr: "赋值",
    ast.JoinedStr: "f 字符串",
    ast.Starred: "星号",
}


class ExpressionError(ValueError):
    """An expression that cannot be understood; the message is a Chinese reason."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: its text, its tree, and the field paths it names, in reading order."""

    text: str
    tree: ast.expr
    names: tuple[str, ...]


@lru_cache(maxsize=2048)
def parse(text: str) -> Expression:
    """Parse an expression; raise ExpressionError (a ValueError) with a Chinese reason."""
    source = text.strip()
    if not source:
        raise ExpressionError("表达式是空的")
    if len(source) > MAX_LENGTH:
        raise ExpressionError(f"表达式过长（{len(source)} 字，最多 {MAX_LENGTH} 字），请拆成几条规则")
    try:
        tree = ast.parse(" ".join(source.split()), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as e:
        raise ExpressionError(f"“{source}”不合语法") from e
    _check(tree)
    return Expression(source, tree, tuple(dict.fromkeys(_paths(tree))))


def path_of(node: ast.AST) -> str:
    """asset.owner_unit.name for a chain of names; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (head := path_of(node.value)):
        return f"{head}.{node.attr}"
    return ""


def method_of(node: ast.Call) -> str:
    """The path before a function written behind a dot, as in asset.area_total(); "" for others."""
    return path_of(node.func.value) if isinstance(node.func, ast.Attribute) and not node.args else ""


def _check(tree: ast.AST) -> None:
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    seen = 0
    while waiting:
        node, depth = waiting.pop()
        seen += 1
        if depth > MAX_DEPTH or seen > MAX_PARTS:
            raise ExpressionError("表达式层次过多，请拆成几条规则")
        if not isinstance(node, _ALLOWED):
            word = _NAMES_OF_FORBIDDEN.get(type(node), type(node).__name__)
            raise ExpressionError(f"表达式里不能用{word}")
        if isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float | bool):
            raise ExpressionError("常量只能是文字、数字、True、False")
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) or method_of(node)):
            raise ExpressionError("函数只能直接写名字")
        if isinstance(node, ast.keyword) and node.arg is None:
            raise ExpressionError("表达式里不能用 **")
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            raise ExpressionError(f"没有 {node.attr}")
        waiting.extend((child, depth + 1) for child in ast.iter_child_nodes(node))


def _paths(node: ast.AST) -> Iterator[str]:
    """Field paths below a node; the names of functions and of the option do not count."""
    if path := path_of(node):
        if path.partition(".")[0] != "option":
            yield path
    elif isinstance(node, ast.Call):
        if method := method_of(node):
            yield f"{method}.{node.func.attr}"  # type: ignore[attr-defined]
        for part in (*node.args, *(k.value for k in node.keywords)):
            yield from _paths(part)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _paths(child)
