"""What the Ledger hands out: records, change sets, lines of history, results of undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from core.standard.types import Value


@dataclass(frozen=True, slots=True)
class Record:
    """One record with its stored values by field code."""

    table: str
    uid: str
    id: int
    values: Mapping[str, Value]
    deleted: bool = False


_NOTHING: Mapping[str, Value] = MappingProxyType({})


class Change(NamedTuple):
    """One changed row: kind is add, set, delete, restore, or aux for explanations and origins.

    A tuple, since an import makes a hundred thousand of them.
    """

    table: str
    uid: str
    kind: str
    before: Mapping[str, Value] = _NOTHING
    after: Mapping[str, Value] = _NOTHING


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one user action changed; screens refresh from it, undo reverses it."""

    batch: int
    label: str
    changes: tuple[Change, ...]

    @property
    def uids(self) -> frozenset[str]:
        return frozenset(c.uid for c in self.changes)

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(c.table for c in self.changes)


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that undo left as it is, because it was changed since."""

    table: str
    uid: str
    name: str
    fields: tuple[str, ...]
    why: str
    fixed: bool = False
    """There is nothing to decide: the row cannot be brought back as it was."""


@dataclass(frozen=True, slots=True)
class UndoResult:
    """`changes` is what undo or redo did; `kept` lists the rows it left alone."""

    label: str
    changes: ChangeSet
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from, and the doubt that it was read with.

    `field` is "" for the source of a whole row; `state` is open, entered, confirmed or source.
    """

    id: int
    table: str
    uid: str
    field: str
    file: str
    sheet: str
    row: int
    column: str
    raw: str
    code: str
    text: str
    state: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change of one field, as shown in the history of a record."""

    batch: int
    at: str
    who: str
    label: str
    why: str
    table: str
    uid: str
    kind: str
    field: str
    before: Value
    after: Value
    undone: bool


DRAFT, REVIEWED, LOCKED, SENT, RECEIVED, RETURNED, ARCHIVED = (
    "draft",
    "reviewed",
    "locked",
    "reported",
    "received",
    "returned",
    "archived",
)
"""States of a period (domain 6.5): 草稿, 已审核, 已锁定, 已报出, 已接收, 已退回, 已归档."""

REPORTED = (SENT, RECEIVED, ARCHIVED)
"""States in which a change needs a reason."""
