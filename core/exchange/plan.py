"""What an import would do, before it does it: tables, records, doubts, questions; with a JSON form."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.excel.bodies import WHY
from core.excel.grid import letter
from core.excel.headers import Found
from core.excel.words import bare
from core.exchange.mapped import OWN_NAMES, UID_NAMES, Mapped
from core.standard.types import Value

NEW, CHANGED, SAME, CONFLICT = "new", "changed", "same", "conflict"
STATE_NAMES = {NEW: "新增", CHANGED: "修改", SAME: "无变化", CONFLICT: "需决定"}
KEEP, CLEAR, ERROR = "keep", "clear", "error"
"""What a blank cell means for a record that exists already: leave the value, clear it, or ask."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that was not read for certain. row 0 speaks of a whole column or sheet."""

    sheet: str
    row: int
    column: str
    field: str
    code: str
    raw: str
    text: str

    @property
    def cell(self) -> str:
        return f"{self.column}{self.row}" if self.row else self.column

    def to_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "field": self.field,
            "code": self.code,
            "raw": self.raw,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no record, and why."""

    sheet: str
    row: int
    why: str
    text: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "why": self.why,
            "reason": WHY.get(self.why, self.why),
            "text": self.text,
        }


def layout_of(headers: Mapping[int, tuple[str, ...]]) -> str:
    """Names an arrangement of columns, so that its answers are remembered; a file with marks has that of the first."""
    own = OWN_NAMES | UID_NAMES
    names = "|".join("/".join(map(bare, t)) for _, t in sorted(headers.items()) if bare(t[-1]) not in own)
    return hashlib.sha256(names.encode()).hexdigest()[:24]


@dataclass(slots=True)
class PlannedTable:
    """One table of the file: where it stands, which column is which field, in which unit."""

    sheet: str
    table: str
    header_rows: list[int]
    columns: dict[int, Mapped]
    number: int = 1
    """Of the tables of its sheet."""
    title: str = ""
    constants: dict[str, tuple[str, str]] = field(default_factory=dict)
    """field → (text, where it stands): 填报单位 above the table, the path in the sheet's name"""
    blanks: dict[int, str] = field(default_factory=dict)
    rows: int = 0
    note: str = ""
    """Why nothing of this table comes in; "" when it does."""
    places: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """(row, column) as it was read → where it stands, for card forms only"""
    instead_of: Found | None = None
    """The table that was found where the clerk has named other header rows."""

    def first_cell(self, row: int) -> tuple[int, int]:
        """Where the card begins that was read as a row."""
        return min(place for (r, _), place in self.places.items() if r == row)

    @property
    def layout(self) -> str:
        return layout_of({c: m.header for c, m in self.columns.items()})

    def remembered(self, answers: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """layout → what is to be known when it comes again: these answers, and where its header really is."""
        kept = {self.layout: answers}
        if (found := self.instead_of) is not None:
            shift = [row - found.header_rows[0] for row in self.header_rows]
            kept[layout_of(found.columns)] = {"header_shift": shift}
        return kept

    def mapping(self) -> dict[str, str]:
        return {letter(c): m.code for c, m in sorted(self.columns.items()) if m.code}

    def to_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "table": self.table,
            "title": self.title,
            "header_rows": self.header_rows,
            "headers": {letter(c): m.title for c, m in sorted(self.columns.items())},
            "mapping": self.mapping(),
            "ticks": {letter(c): m.tick for c, m in sorted(self.columns.items()) if m.tick},
            "units": {letter(c): m.unit for c, m in sorted(self.columns.items()) if m.unit},
            "constants": {k: v[0] for k, v in self.constants.items()},
            "unmapped": [letter(c) for c, m in sorted(self.columns.items()) if not m.code and not m.role],
            "left_out": [letter(c) for c, m in sorted(self.columns.items()) if m.role == "private"],
            "blanks": {letter(c): b for c, b in sorted(self.blanks.items())},
            "rows": self.rows,
            "note": self.note,
        }


@dataclass(slots=True)
class PlannedRecord:
    """One record that the file holds, and what would become of it."""

    table: str
    sheet: str
    row: int
    values: dict[str, Value]
    shown: dict[str, Value]
    refs: dict[str, str]
    """ref field → name of the record it points to"""
    extra: dict[str, str]
    doubts: list[Doubt]
    blanks: frozenset[str] = frozenset()
    """columns whose blank cell clears the value"""
    uid: str = ""
    state: str = NEW
    matched_by: str = ""
    before: dict[str, Value] = field(default_factory=dict)
    """column → value now, for every column that would change"""
    after: dict[str, Value] = field(default_factory=dict)
    question: str = ""
    left_out: bool = False
    index: int = 0
    """Which table of the plan it came from."""
    name: str = ""
    unedited: bool = False
    """A row of this program's own workbook that is still as it was exported."""
    nth: int = 0
    """Which record of its row, where tables stand side by side."""

    @property
    def place(self) -> str:
        """Names the record in the clerk's decisions."""
        return f"{self.sheet}!{self.row}" + (f"/{self.nth + 1}" if self.nth else "")

    def to_json(self) -> dict[str, Any]:
        return {
            "table": self.table,
            "sheet": self.sheet,
            "row": self.row,
            "state": self.state,
            "matched_by": self.matched_by,
            "question": self.question,
            "changes": sorted(self.after),
        }


@dataclass(slots=True)
class PlannedUnit:
    """A unit that records of the file belong to and that is not in the ledger yet, or lacks its code there."""

    uid: str
    name: str
    uscc: str
    new: bool = True
    rows: int = 0
    table: str = "unit"


@dataclass(slots=True)
class Answers:
    """The clerk's decisions on a plan; everything has a default."""

    tables: list[dict[str, Any]] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    private: bool = False
    decisions: dict[str, str] = field(default_factory=dict)
    """place of a record → "new" · "skip" · "match" · a uid"""
    remembered: dict[str, dict[str, Any]] = field(default_factory=dict)
    """layout → what was decided for it before"""

    @classmethod
    def from_json(cls, given: Mapping[str, Any] | None) -> Answers:
        given = given or {}
        tables = list(given.get("tables") or [])
        if not tables and (given.get("mapping") or given.get("units") or given.get("table")):
            tables = [{k: v for k, v in given.items() if k not in ("hidden_sheets", "private", "decisions")}]
        return cls(
            tables,
            list(given.get("hidden_sheets") or []),
            bool(given.get("private")),
            {str(k): str(v) for k, v in (given.get("decisions") or {}).items()},
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "tables": self.tables,
            "hidden_sheets": self.hidden_sheets,
            "private": self.private,
            "decisions": self.decisions,
        }

    def for_table(self, sheet: str, number: int, header_row: int) -> dict[str, Any]:
        """The answers for the n-th table of a sheet; one that names no sheet speaks for all."""
        for given in self.tables:
            if given.get("sheet") not in (None, sheet):
                continue
            rows = given.get("header_rows")
            if rows and header_row not in rows and given.get("number") is None and len(self.tables) > 1:
                continue
            if given.get("number") not in (None, number):
                continue
            return dict(given)
        return {}


@dataclass(slots=True)
class Plan:
    """The whole import, pure: making it has written nothing."""

    file: str
    path: Path
    sha256: str
    kind: str
    encoding: str
    tables: list[PlannedTable] = field(default_factory=list)
    records: list[PlannedRecord] = field(default_factory=list)
    units: list[PlannedUnit] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    """Of columns, sheets and rows; those of cells are with their records."""
    skipped: list[Skipped] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    answers: Answers = field(default_factory=Answers)
    own: bool = False
    """A workbook that this program has exported: its lists are compared with the records they came from."""

    @property
    def all_doubts(self) -> list[Doubt]:
        return [*self.doubts, *(d for r in self.records if not r.left_out for d in r.doubts)]

    def counts(self) -> dict[str, int]:
        """new, changed, same, conflict, doubts, skipped."""
        states = Counter(r.state for r in self.records if not r.left_out)
        return {
            **{s: states.get(s, 0) for s in (NEW, CHANGED, SAME, CONFLICT)},
            "doubts": len(self.all_doubts),
            "skipped": len(self.skipped),
        }

    def to_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "kind": self.kind,
            "encoding": self.encoding,
            "tables": [t.to_json() for t in self.tables],
            "doubts": [d.to_json() for d in self.all_doubts],
            "hidden_sheets": self.hidden_sheets,
            "skipped": [s.to_json() for s in self.skipped],
            "counts": self.counts(),
            "units": [{"name": u.name, "uscc": u.uscc, "new": u.new, "rows": u.rows} for u in self.units],
            "records": [r.to_json() for r in self.records if r.state != NEW or r.question],
        }

    def mapping(self) -> dict[str, Any]:
        """The decisions of this plan in the form that `import --map` takes."""
        return {
            "tables": [
                {
                    "sheet": t.sheet,
                    "number": t.number,
                    "table": t.table,
                    "header_rows": t.header_rows,
                    "mapping": {letter(c): m.code for c, m in sorted(t.columns.items())},
                    "units": {letter(c): m.unit for c, m in sorted(t.columns.items()) if m.unit},
                }
                for t in self.tables
            ],
            "hidden_sheets": self.answers.hidden_sheets,
            "private": self.answers.private,
        }


def dumps(plan: Plan) -> str:
    return json.dumps(plan.to_json(), ensure_ascii=False)
