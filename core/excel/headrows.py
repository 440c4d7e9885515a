"""Which rows of a foreign sheet are a header: rows of known names, grown over the levels that belong to them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable

from core.excel import choices
from core.excel.grid import Grid, Raw, cell_of, text_of
from core.excel.words import bare, half, is_unit_note
from core.standard.numbers import unit_named

Knows = Callable[[str], float]
"""How surely a text is the name of a column: 1 exactly, 0.5 in part, 0 not at all."""

MAX_LEVELS = 4
_NUMBER = re.compile(r"^[-+¥￥(（]?\d[\d,，.]*%?[)）]?$")
LABEL_NOTE = re.compile(r"^([^:：]{2,14})[:：]\s*(.*)$", re.DOTALL)


def is_header_text(raw: Raw) -> bool:
    """A cell that may be a column's name: short text that is no number."""
    if not isinstance(raw, str):
        cell = cell_of(raw)
        return cell.kind in ("u", "s") and len(str(cell.value)) <= 40
    t = half(raw)
    return bool(t) and (len(t) <= 40 or len(bare(raw)) <= 20) and not _NUMBER.match(t)


def _is_unit(raw: Raw) -> bool:
    """A cell that holds nothing but a unit: 万元 · （㎡） · 人民币（元）."""
    if not isinstance(raw, str):
        return False
    return bool(unit_named(half(raw).strip("()（）【】[]"))) or ("单位" not in raw and is_unit_note(raw))


def _is_moment(raw: Raw) -> bool:
    """A date or a year: the day that a figure is of."""
    if isinstance(raw, int):
        return 1990 <= raw <= 2100
    return cell_of(raw).kind == "d"


class HeaderRows:
    """The rows of one sheet, asked which of them are headers."""

    def __init__(self, grid: Grid, knows: Knows) -> None:
        self.grid = grid
        self.knows = knows
        self.numbers = list(grid.rows)
        self.place = {r: i for i, r in enumerate(self.numbers)}
        self.no_headers: frozenset[int] = frozenset()
        """Rows of which somebody has said that they are none."""
        self.starts: dict[int, list[tuple[int, int, int, int]]] = {}
        for m in grid.merges:
            self.starts.setdefault(m[0], []).append(m)

    def first_from(self, start: int) -> tuple[list[int], int] | None:
        """The next header at or below the row with index `start`: its rows, and the index behind it."""
        for i in range(start, len(self.numbers)):
            if self.is_header(self.numbers[i]):
                rows = self.levels(i)
                return rows, self.place[rows[-1]] + 1 if rows[-1] in self.place else i + 1
        return None

    def score(self, row: int) -> tuple[float, int, int]:
        """(known names, filled cells, cells that look like names) of a row; a name that comes again counts once."""
        hits = 0.0
        filled = named = 0
        seen: set[str] = set()
        for _, raw in self.grid.cells(row):
            filled += 1
            if not is_header_text(raw):
                named += isinstance(raw, int) and 1990 <= raw <= 2100
                continue
            text = text_of(raw)
            key = bare(text)
            if key in seen:
                filled -= 1
                continue
            seen.add(key)
            named += 1
            hits += self.knows(text)
        return hits, filled, named

    def is_header(self, row: int) -> bool:
        line = self.grid.rows[row]
        if row in self.no_headers or sum(1 for v in line if type(v) is str) < 2:
            return False
        hits, filled, named = self.score(row)
        if hits < 2 or named < filled * 0.8 or self._is_form_row(row, hits, filled):
            return False
        return hits >= max(2.0, filled * 0.34) or hits >= 5

    def _is_form_row(self, row: int, hits: float, filled: int) -> bool:
        """Label, value, label, value: names again right below names, with other texts between them."""
        if filled > 2 and hits > filled * 0.7:
            return False
        at = self.place[row]
        named = self._named_columns(row)
        for other in self.numbers[max(0, at - 1) : at] + self.numbers[at + 1 : at + 2]:
            both = named & self._named_columns(other)
            if any(self._has_value(r, c + 1) for c in both for r in (row, other)):
                return True
        return False

    def _has_value(self, row: int, column: int) -> bool:
        raw = self.grid.raw(row, column)
        return raw is not None and not (isinstance(raw, str) and self.knows(raw) >= 0.9)

    def _named_columns(self, row: int) -> set[int]:
        return {c for c, raw in self.grid.cells(row) if isinstance(raw, str) and self.knows(raw) >= 0.9}

    def levels(self, i: int) -> list[int]:
        """Grow a header row upward and downward over the levels that belong to it."""
        row = self.numbers[i]
        rows = [row]
        while len(rows) < MAX_LEVELS:
            nxt = rows[-1] + 1
            if not self._continues(rows, nxt):
                break
            rows.append(nxt)
        while len(rows) < MAX_LEVELS:
            before = rows[0] - 1
            if before < 1 or not self._is_group_row(before, rows):
                break
            rows.insert(0, before)
        return rows

    def _continues(self, rows: list[int], nxt: int) -> bool:
        """Whether row `nxt` is a further header level."""
        covering = [
            m for r in rows for m in self.starts.get(r, ()) if m[2] >= nxt and m[2] - m[0] < MAX_LEVELS
        ]
        covering = [m for m in covering if text_of(self.grid.raw(m[0], m[1])).strip()]
        line = [(c, raw) for c, raw in self.grid.cells(nxt)]
        if covering and line and all(is_header_text(raw) or _is_moment(raw) for _, raw in line):
            return True
        if any(not is_header_text(raw) for _, raw in line):
            # A small table may stand beside this one, with its first row in the height of the second level.
            edge = self._edge(rows)
            line = [(c, raw) for c, raw in line if c <= edge]
            if any(not is_header_text(raw) for _, raw in line):
                return False
        if line and all(_is_unit(raw) for _, raw in line):
            return True
        if covering and line:
            return True
        if covering and not line:
            return bool(any(m[2] >= nxt + 1 for m in covering))
        if not line:
            return False
        last = rows[-1]
        wide = [m for m in self.starts.get(last, ()) if m[3] > m[1] and m[2] == m[0]]
        under = sum(1 for c, _ in line if any(m[1] <= c <= m[3] for m in wide))
        hits, filled, _ = self.score(nxt)
        if wide and under >= 2 and under >= filled * 0.5 and len(line) < self.filled(last) + under:
            # A full data row of texts lies under everything; a second level only under the groups.
            outside = [c for c, raw in line if not _is_unit(raw) and not any(m[1] <= c <= m[3] for m in wide)]
            return len(outside) <= filled * 0.3 or hits >= filled * 0.5
        return self._fills_gaps(rows, line, hits)

    def _edge(self, rows: list[int]) -> int:
        """The last column before the first one that has neither a name nor values below."""
        at = bisect.bisect_right(self.numbers, rows[-1])
        following = self.numbers[at : at + 30]
        named = {c for r in rows for c, _ in self.grid.cells(r)}
        named |= {c for r in rows for m in self.starts.get(r, ()) for c in range(m[1], m[3] + 1)}
        named |= {c for r in following for c, _ in self.grid.cells(r)}
        return next((c for c in sorted(named) if c + 1 not in named), 0)

    def filled(self, row: int) -> int:
        return sum(1 for _ in self.grid.cells(row))

    def _fills_gaps(self, rows: list[int], line: list[tuple[int, Raw]], hits: float) -> bool:
        """Without merges (CSV): the second level stands where the first has gaps behind a group name."""
        last = rows[-1]
        top = {c for c, _ in self.grid.cells(last)}
        below = {c for c, _ in line}
        gaps = {c for c in below if c not in top}
        if not gaps and len(below) >= 2 and top - below:
            # 面积 | 面积 over 土地 | 建筑: group names written again instead of merged.
            texts = {c: half(self.grid.text(last, c)) for c in top}
            named = hits > 0 or any(self.knows(bare(text_of(raw)) + bare(texts[c])) == 1 for c, raw in line)
            return named and all(texts[c] in (texts.get(c - 1), texts.get(c + 1)) for c in below)
        if not gaps or len(below) < 2 or not (top - below):
            return False
        groups = {max((t for t in top if t < c), default=0) for c in gaps}
        over = {c: max((t for t in top if t <= c), default=0) for c in below}
        named = hits > 0 or any(
            self.knows(bare(text_of(raw)) + bare(self.grid.text(last, over[c]))) == 1 for c, raw in line
        )
        parts = {half(text_of(raw)) for _, raw in line} <= {"年", "月", "日"}
        return below <= gaps | groups and (named or parts or self._ticked(rows[-1] + 1, below))

    def _ticked(self, row: int, columns: set[int]) -> bool:
        """Whether nothing but marks stands below these cells: 自用 | 出租 | 闲置 below 使用状况."""
        at = bisect.bisect_right(self.numbers, row)
        marks = [raw for r in self.numbers[at : at + 20] for c, raw in self.grid.cells(r) if c in columns]
        return any(map(choices.is_tick, marks)) and all(len(text_of(raw).strip()) == 1 for raw in marks)

    def _is_group_row(self, row: int, rows: list[int]) -> bool:
        """Whether the row above holds names of column groups (not a title, not a note)."""
        line = [(c, raw) for c, raw in self.grid.cells(row)]
        if not line or any(not is_header_text(raw) for _, raw in line):
            return False
        texts = [text_of(raw).strip() for _, raw in line]
        if any(LABEL_NOTE.match(t) or is_unit_note(t) or len(half(t)) > 16 for t in texts):
            return False
        width = max((c for r in rows for c, _ in self.grid.cells(r)), default=1)
        spans = {m[1]: m for m in self.starts.get(row, ())}
        wide = [spans[c] for c, _ in line if c in spans and spans[c][3] > spans[c][1]]
        if any(m[3] - m[1] + 1 >= width * 0.8 for m in wide):
            return False
        reaching = [m for m in self.starts.get(row, ()) if m[2] >= rows[0]]
        return bool(wide or reaching) or (
            len(line) >= 3 and row not in self.starts and self._gapless(row, rows)
        )

    def _gapless(self, row: int, rows: list[int]) -> bool:
        """Groups written without merges: each stands over a name, with gaps between."""
        top = [c for c, _ in self.grid.cells(row)]
        below = {c for c, _ in self.grid.cells(rows[0])}
        return set(top) <= below and len(top) <= len(below) * 0.7
