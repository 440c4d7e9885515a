"""What is found in the open 账套, and which cells it colours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    """Findings and open doubts; `counts` are the open findings by severity, explained ones do not count.

    Made by the worker, since there may be hundreds of thousands. `findings` and `doubts` are replaced and
    never altered, so that the worker may go through those it was given.
    """

    def __init__(self, findings: Sequence[Finding] = (), doubts: Doubts | None = None) -> None:
        self.findings = findings
        self.doubts: Doubts = doubts or {}
        self.counts = Counter({ERROR: 0, EXPLAIN: 0, HINT: 0})
        self.doubt_count = sum(len(_of_cells(found)) for by in self.doubts.values() for found in by.values())
        self._by_uid: dict[str, list[Finding]] = {}
        self._rows: dict[tuple[str, str], dict[str, Mark]] = {}
        self._take(findings)

    def _take(self, found: Iterable[Finding]) -> None:
        for f in found:
            if f.uid:
                self._by_uid.setdefault(f.uid, []).append(f)
            if not f.explained:
                self.counts[f.severity] += 1

    def renew(self, touched: Collection[tuple[str, str]], fresh: Sequence[Finding], doubts: Doubts) -> None:
        """Take what a check of the `touched` records (table, uid) found, and the doubts open on them."""
        gone = {uid for _, uid in touched}
        for uid in gone:
            former = self._by_uid.pop(uid, ())
            self.counts.subtract(f.severity for f in former if not f.explained)
        self.findings = [*fresh, *(f for f in self.findings if f.uid not in gone)]
        self._take(fresh)
        for table in {t for t, _ in touched}:
            before = self.doubts.get(table, {})
            mine = {uid: doubts.get(table, {}).get(uid, []) for t, uid in touched if t == table}
            for uid, found in mine.items():
                self.doubt_count += len(_of_cells(found)) - len(_of_cells(before.get(uid, ())))
                self._rows.pop((table, uid), None)
            after = {uid: found for uid, found in {**before, **mine}.items() if found}
            self.doubts = {**self.doubts, table: after}

    def at(self, table: str, uid: str, code: str) -> Mark | None:
        """Why this cell is coloured, if it is."""
        row = self._rows.get((table, uid))
        if row is None:
            row = self._rows[table, uid] = self._row(table, uid)
        return row.get(code)

    def _row(self, table: str, uid: str) -> dict[str, Mark]:
        """The coloured cells of a record; the worst finding decides, and a doubt before all."""
        made: dict[str, Mark] = {}
        mine = [f for f in self._by_uid.get(uid, ()) if f.table == table and not f.explained]
        for f in sorted(mine, key=lambda f: _RANK.get(f.severity, 3)):
            text = f"{f.text}（{f.rule}）"
            for code in f.fields:
                worse = made.get(code)
                made[code] = (
                    Mark(worse.severity, f"{worse.text}\n{text}") if worse else Mark(f.severity, text)
                )
        for o in _of_cells(self.doubts.get(table, {}).get(uid, ())):
            made[o.field] = Mark("doubt", o.text, o.raw)
        return made


def _of_cells(found: Sequence[Origin]) -> list[Origin]:
    """Doubts about a cell; others speak of the whole row."""
    return [o for o in found if o.field]
