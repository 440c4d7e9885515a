"""What is found in the open 账套, and which cells it colours."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.findings import ERROR, EXPLAIN, HINT, Finding

if TYPE_CHECKING:
    from core.records import Origin

Doubts = Mapping[str, Mapping[str, "list[Origin]"]]
"""Open doubts by table and uid."""

_RANK = {ERROR: 0, EXPLAIN: 1, HINT: 2}


@dataclass(frozen=True)
class Mark:
    """Why a cell is coloured: how bad, the words for the tooltip, and the raw text of a doubt."""

    severity: str
    text: str
    raw: str = ""


class Marks:
    """Findings and open doubts; `counts` are the open findings by severity, explained ones do not count."""

    def __init__(self) -> None:
        self._cells: dict[str, dict[str, dict[str, Mark]]] = {}
        self.put([], {})

    def put(self, findings: list[Finding], doubts: Doubts) -> None:
        """Take what a check of everything found."""
        self.findings, self.doubts = findings, doubts
        self._cells = {}
        self._mark(findings)

    def renew(self, touched: Collection[tuple[str, str]], fresh: list[Finding], doubts: Doubts) -> None:
        """Take what a check of the `touched` records (table, uid) found."""
        self.findings = [*fresh, *(f for f in self.findings if (f.table, f.uid) not in touched)]
        self.doubts = doubts
        for table, uid in touched:
            self._cells.get(table, {}).pop(uid, None)
        self._mark(fresh)

    def at(self, table: str, uid: str, code: str) -> Mark | None:
        """Why this cell is coloured, if it is."""
        by_uid = self._cells.get(table)
        row = by_uid.get(uid) if by_uid else None
        return row.get(code) if row else None

    def _mark(self, found: Iterable[Finding]) -> None:
        """Colour the cells that findings and open doubts speak of; the worst one decides."""
        for f in sorted(found, key=lambda f: -_RANK.get(f.severity, 3)):
            if not f.uid or f.explained:
                continue
            row = self._cells.setdefault(f.table, {}).setdefault(f.uid, {})
            for code in f.fields:
                before = row.get(code)
                text = f"{f.text}（{f.rule}）" + (f"\n{before.text}" if before else "")
                row[code] = Mark(f.severity, text)
        self.doubt_count = 0
        for table, by_uid in self.doubts.items():
            for uid, origins in by_uid.items():
                for o in origins:
                    if o.field:
                        self.doubt_count += 1
                        cells = self._cells.setdefault(table, {}).setdefault(uid, {})
                        cells[o.field] = Mark("doubt", o.text, o.raw)
        self.counts = {ERROR: 0, EXPLAIN: 0, HINT: 0}
        for f in self.findings:
            if not f.explained:
                self.counts[f.severity] = self.counts.get(f.severity, 0) + 1
