"""Typed nodes of an understood expression: what `core.records.compile` turns into SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from core.standard.model import CodeList, Field

Dim = tuple[int, int]
"""Powers of money and of area; None is a bare number that takes the kind of what it meets."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a value: bool number text date period code codes ref list.

    A number is stored as a whole number of 10^-scale 元 or ㎡.
    """

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
    codes: CodeList
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


def parts(node: Node) -> Iterator[Node]:
    """The node and all nodes below it, outermost first."""
    yield node
    for part in _below(node):
        yield from parts(part)


def own(node: Node, depth: int = 0) -> Iterator[Path | First | Aggregate | Call]:
    """Nodes that speak of the record itself; what a `where` says of its children is left out."""
    if isinstance(node, Path | First | Aggregate) and node.up == depth:
        yield node
    if isinstance(node, Call) and not depth:
        yield node
    for part in _below(node):
        yield from own(part, depth + isinstance(node, Aggregate))


def operands(node: Node) -> Iterator[Path | First | Aggregate]:
    """The values an expression speaks of: fields of the record, of its refs, and sums of children."""
    if isinstance(node, Path | First | Aggregate):
        yield node
        return
    for part in _below(node):
        yield from operands(part)


def _below(node: Node) -> tuple[Node, ...]:
    match node:
        case Bool():
            return node.parts
        case Not():
            return (node.part,)
        case Compare() | Arith():
            return (node.left, node.right)
        case Member():
            return (node.subject, *(node.items if isinstance(node.items, tuple) else (node.items,)))
        case Call():
            return node.args
        case Lookup():
            return node.subjects
        case Attr():
            return (node.subject,)
        case Aggregate():
            return tuple(n for n in (node.value, node.where) if n is not None)
    return ()
