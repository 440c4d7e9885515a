"""Find the tables of a foreign sheet: where each begins, its columns, what stands above it, how far it goes."""

from __future__ import annotations

import bisect
import itertools
import re
from dataclasses import dataclass, field

from core.excel.grid import Grid, Raw, text_of
from core.excel.headrows import LABEL_NOTE, HeaderRows, Knows, is_header_text
from core.excel.merges import Merges
from core.excel.words import bare, half, header_units, is_unit_note, units_in

_CODE = re.compile(r"[^(（\[【]*\d{3}")
"""A number of three digits outside of brackets: no column is called so."""
_SEQUENCE = re.compile(
    r"^[甲乙丙丁戊己庚辛壬癸]$|^栏次$|^[(（]?\d{1,3}[)）]?$|^[a-z]$|^\d{1,3}=.+$|^[①-⑳]$", re.IGNORECASE
)


@dataclass(slots=True)
class Found:
    """One table of a sheet. Rows and columns are 1-based; `columns` maps a column to its header levels."""

    sheet: str
    header_rows: list[int]
    columns: dict[int, tuple[str, ...]]
    body: list[int] = field(default_factory=list)
    skipped: list[tuple[int, str, str]] = field(default_factory=list)
    """(row, why, text) of rows that belong to the frame: repeated headers, numbering."""
    above: list[tuple[int, str]] = field(default_factory=list)
    """(row, text) of titles and notes between the last table and this header."""
    sure: bool = True
    score: float = 0.0
    alone: bool = True
    """No other table stands beside this one."""
    blanks: list[int] = field(default_factory=list)
    instead_of: Found | None = None
    """What was found where somebody has named other header rows."""

    @property
    def first(self) -> int:
        return min(self.columns)

    @property
    def last(self) -> int:
        return max(self.columns)


def find_tables(grid: Grid, knows: Knows) -> list[Found]:
    """Every table of the sheet, in order; side-by-side blocks come out as tables of their own."""
    return _Finder(grid, knows).tables()


_INSTRUCTION = re.compile(
    r"^(?:必填|选填|必填项|选填项|下拉选择|下拉|自动生成|自动计算|文本|数字|数值|日期|整数|单选|多选|填写说明|填写示例|格式.*|例[:：].*|如[:：].*|请.*|按.*填写|按.*填列|[a-z][a-z0-9_.()/]{2,})$",
    re.IGNORECASE,
)


_BRACKETED = re.compile(r"^[(\[【].*[)\]】]$", re.DOTALL)
"""（具体到门牌号）: a remark on the header above."""


def _is_instruction(line: list[Raw]) -> bool:
    """A row below the header that tells how to fill in: 必填 选填 下拉选择, or field codes."""
    texts = [half(text_of(v)) for v in line if v is not None]
    if len(texts) < 2 or not all(isinstance(v, str) for v in line if v is not None):
        return False
    if all(_BRACKETED.match(t) for t in texts):
        return True
    codes = [t for t in texts if t.isascii()]
    if len(set(codes)) < len(codes):
        return False
    return sum(1 for t in texts if _INSTRUCTION.match(t)) >= max(2, len(texts) * 0.8)


@dataclass(frozen=True, slots=True)
class _Said:
    """What stands above a header and holds until it is said anew."""

    units: set[str]
    years: set[str]


def _years(texts: list[str]) -> set[str]:
    """The years that titles name (2023年…台账); a date of filling in is none."""
    return {
        y for t in texts if not LABEL_NOTE.match(t) for y in re.findall(r"(?<!\d)(?:19|20)\d\d(?=年|度)", t)
    }


class _Finder:
    def __init__(self, grid: Grid, knows: Knows) -> None:
        self.grid = grid
        self.knows = knows
        self.heads = HeaderRows(grid, knows)
        self.numbers = self.heads.numbers

    def tables(self) -> list[Found]:
        found: list[Found] = []
        i = 0
        while i < len(self.numbers):
            header = self.heads.first_from(i)
            if header is None:
                break
            rows, nxt = header
            blocks = self._blocks(rows)
            above = self._above(rows[0], found[-1] if found else None)
            following = self._body(blocks, nxt)
            for block in blocks:
                block.above = [*above, *block.above]
            found += blocks
            i = following
        if not found:
            guess = self._guess()
            if guess:
                self._body([guess], bisect.bisect_right(self.numbers, guess.header_rows[-1]))
                guess.above = self._above(guess.header_rows[0], None)
                found.append(guess)
        return found

    def _guess(self) -> Found | None:
        """No row with known names: the first row of several short distinct texts above fuller rows."""
        for i, row in enumerate(self.numbers[:60]):
            texts = [text_of(raw) for _, raw in self.grid.cells(row) if is_header_text(raw)]
            filled = self.heads.filled(row)
            if len(texts) < 3 or len(texts) < filled or len({bare(t) for t in texts}) < len(texts):
                continue
            if any(LABEL_NOTE.match(t) for t in texts):
                continue
            following = [self.heads.filled(r) for r in self.numbers[i + 1 : i + 6]]
            if following and max(following) >= 2:
                block = self._columns(self.heads.levels(i))
                block.sure = False
                return block
        return None

    # --- columns -------------------------------------------------------------------------

    def _columns(self, rows: list[int]) -> Found:
        """Header levels by column, merges spread out."""
        merges = Merges.of(self.grid, range(rows[0], rows[-1] + 1))
        width = max((len(self.grid.rows.get(r, ())) for r in rows), default=0)
        width = max(width, *(m[3] for m in merges.at.values())) if merges.at else width
        texts: list[list[str]] = []
        for r in rows:
            line = []
            for c in range(1, width + 1):
                m = merges.at.get((r, c))
                raw = self.grid.raw(r, c)
                if raw is None and m:
                    raw = self.grid.raw(m[0], m[1])
                line.append(text_of(raw).strip())
            texts.append(line)
        for level in range(len(rows) - 1):
            self._spread(rows[level], texts[level], texts[level + 1 :], merges)
        columns: dict[int, tuple[str, ...]] = {}
        for c in range(1, width + 1):
            levels: list[str] = []
            for line in texts:
                t = line[c - 1]
                if t and (not levels or levels[-1] != t):
                    levels.append(t)
            if levels:
                columns[c] = tuple(levels)
        made = Found(self.grid.name, rows, columns)
        made.score = sum(self.knows(levels[-1]) for levels in columns.values())
        return made

    def _spread(self, row: int, line: list[str], below: list[list[str]], merges: Merges) -> None:
        """A group name written without a merge stands for the gaps to its right that have names below."""
        for c in range(1, len(line)):
            if line[c] or (row, c + 1) in merges.at:
                continue
            if any(b[c] for b in below) and any(b[c - 1] for b in below) and line[c - 1]:
                line[c] = line[c - 1]

    def _blocks(self, rows: list[int]) -> list[Found]:
        """Split side-by-side tables: the same names again behind an empty column."""
        whole = self._columns(rows)
        if not whole.columns:
            return [whole]
        parts: list[dict[int, tuple[str, ...]]] = [{}]
        previous = None
        for c, levels in whole.columns.items():
            if previous is not None and c > previous + 1 and parts[-1]:
                parts.append({})
            parts[-1][c] = levels
            previous = c
        names = [{bare(levels[-1]) for levels in p.values()} for p in parts]
        if len(parts) >= 2 and not all(len(n & names[0]) >= 2 for n in names[1:]):
            parts = self._without_asides(parts, rows[-1])
        if len(parts) == 1:
            parts = _halves(parts[0])
        if len(parts) < 2:
            return [whole]
        return [self._block(rows, p) for p in parts]

    def _block(self, rows: list[int], columns: dict[int, tuple[str, ...]]) -> Found:
        """One of several tables beside each other; a group over all of its columns (调剂使用) is its title."""
        groups = {levels[0] if len(levels) > 1 else "" for levels in columns.values()}
        above: list[tuple[int, str]] = []
        if len(groups) == 1 and groups != {""}:
            above = [(rows[0], groups.pop())]
            columns = {c: levels[1:] for c, levels in columns.items()}
        block = Found(self.grid.name, rows, columns, above=above, alone=False)
        block.score = sum(self.knows(levels[-1]) for levels in columns.values())
        return block

    def _without_asides(
        self, parts: list[dict[int, tuple[str, ...]]], header: int
    ) -> list[dict[int, tuple[str, ...]]]:
        """Keep a small summary beside the list apart; parts that run on with the list belong to it."""
        following = [r for r in self.numbers if r > header][:60]
        kept = [dict(parts[0])]

        def filled(part: dict[int, tuple[str, ...]]) -> int:
            return sum(1 for r in following if any(self.grid.raw(r, c) is not None for c in part))

        first = filled(parts[0])
        for part in parts[1:]:
            gap = range(max(kept[0]) + 1, min(part))
            blank = not any(self.grid.raw(r, c) is not None for r in following for c in gap)
            aside = first >= 3 and filled(part) <= first * 0.6
            # Lists for drop-downs stand far off, and no column of ours is called like their entries.
            far = len(gap) >= 3 and not any(self.knows(t) for levels in part.values() for t in levels)
            if len(kept[0]) >= 3 and blank and (aside or far):
                kept.append(part)
            else:
                kept[0] |= part
        return kept

    # --- what lies around ----------------------------------------------------------------

    def _above(self, header: int, before: Found | None) -> list[tuple[int, str]]:
        floor = max(before.body[-1] if before.body else 0, before.header_rows[-1]) if before else 0
        out = []
        for r in self.numbers:
            if floor < r < header:
                out += [(r, text_of(raw).strip()) for _, raw in self.grid.cells(r)]
        if before:
            out += [(r, t) for r, why, t in before.skipped if why == "title" and r < header]
        return out

    def _body(self, blocks: list[Found], start: int) -> int:
        """Give the rows below the header to the blocks; returns the index of the next table's header."""
        header = blocks[0].header_rows
        words = {half(text_of(raw)) for r in header for _, raw in self.grid.cells(r)}
        words.discard("")
        near = [t for _, t in self._above(header[0], None)[-4:]]
        said = _Said({u for t in near for u in units_in(t) if is_unit_note(t)}, _years(near))
        end = len(self.numbers)
        rows: list[int] = []
        taken: list[tuple[int, str, str]] = []
        for i in range(start, len(self.numbers)):
            row = self.numbers[i]
            line = self.grid.rows[row]
            if (i - start >= 4 or rows) and not self._may_be_header(line, words):
                rows.append(row)
                continue
            texts = [half(v) for v in line if type(v) is str]
            if len(texts) >= 2 or (texts and row in self.heads.starts):
                same = sum(1 for t in texts if t in words)
                filled = sum(1 for v in line if v is not None)
                if same >= 2 and same >= filled * 0.6:
                    if self._changed(header, row, said, rows) and self.heads.is_header(row):
                        end = i
                        break
                    taken.append((row, "repeated-header", " ".join(t for t in texts[:4])))
                    continue
                if len(texts) >= filled * 0.8 and filled >= 3 and self.heads.is_header(row):
                    end = i
                    break
            own = line[blocks[0].first - 1 : blocks[0].last]
            if i - start < 4 and not rows and (self._is_sequence(own) or _is_instruction(own)):
                taken.append((row, "numbering", " ".join(text_of(v) for v in line if v is not None)[:40]))
                continue
            rows.append(row)
        if end < len(self.numbers):
            # Titles and notes right above the next header belong to that table.
            while rows and self.heads.filled(rows[-1]) <= 2 and self._gap_between(rows, end):
                rows.pop()
        for block in blocks:
            block.body = list(rows)
            block.skipped = list(taken)
        return end

    def _may_be_header(self, line: list[Raw], words: set[str]) -> bool:
        """A quick look: the first texts of a header row are names; most records begin with a number and a name."""
        seen = 0
        for v in line:
            if v is None:
                continue
            if type(v) is not str:
                return False
            if v in words or (
                len(v) < 40 and not _CODE.match(v) and (half(v) in words or self.knows(v) == 1)
            ):
                return True
            seen += 1
            if seen > 4:
                return False
        return True

    def _changed(self, header: list[int], row: int, said: _Said, rows: list[int]) -> bool:
        """Whether a header that comes again has other columns, units or another year than the first time."""
        first = next((r for r in header if self.heads.filled(r) >= 2), header[0])
        best = 0
        for r in header:
            same = sum(
                1
                for c, raw in self.grid.cells(row)
                if bare(text_of(raw)) == bare(self.grid.text(r, c))
                and header_units(text_of(raw)) == header_units(self.grid.text(r, c))
            )
            if same > best:
                best, first = same, r
        moved = [
            c
            for c, raw in self.grid.cells(row)
            if half(self.grid.text(first, c)) != half(text_of(raw)) and is_header_text(raw)
            if bare(self.grid.text(first, c)) != bare(text_of(raw))
            or header_units(self.grid.text(first, c)) != header_units(text_of(raw))
        ]
        if moved:
            return True
        near = [
            text_of(raw)
            for r in rows[-3:]
            if r >= row - 4 and self.heads.filled(r) <= 2
            for _, raw in self.grid.cells(r)
        ]
        units = {u for t in near if is_unit_note(t) for u in units_in(t)}
        years = _years(near)
        return bool((units and units != said.units) or (years and said.years and years != said.years))

    def _gap_between(self, rows: list[int], end: int) -> bool:
        line = [raw for _, raw in self.grid.cells(rows[-1])]
        nxt = self.numbers[end]
        return all(isinstance(v, str) for v in line) and nxt - rows[-1] <= 6

    def _is_sequence(self, line: list[Raw]) -> bool:
        """甲 乙 1 2 3 · 栏次 1 2 3 · 1 2 3 4 5 right below the header."""
        texts = [half(text_of(v)) for v in line if v is not None]
        if len(texts) < 3 or not all(_SEQUENCE.match(t) for t in texts):
            return False
        numbers = [int(n) for t in texts if (n := re.sub(r"\D.*$", "", t.strip("()（）")))]
        return all(b == a + 1 for a, b in itertools.pairwise(numbers)) and len(numbers) != 1


def _halves(columns: dict[int, tuple[str, ...]]) -> list[dict[int, tuple[str, ...]]]:
    """One list printed in two or three halves side by side: the same names again from the middle on."""
    names = [tuple(bare(t) for t in levels) for levels in columns.values()]
    for count in (2, 3):
        width, rest = divmod(len(names), count)
        if not rest and width >= 3 and len(set(names[:width])) == width and names == names[:width] * count:
            items = list(columns.items())
            return [dict(items[i : i + width]) for i in range(0, len(items), width)]
    return [columns]


def table_at(grid: Grid, rows: list[int], knows: Knows, instead_of: Found | None = None) -> Found:
    """The table whose header rows somebody has named, `instead_of` one that was found; without columns where no text is."""
    finder = _Finder(grid, knows)
    rows = sorted(rows)
    made = finder._columns(rows)
    start = next((i for i, r in enumerate(finder.numbers) if r > rows[-1]), len(finder.numbers))
    if instead_of is not None:
        made.instead_of = instead_of
        finder.heads.no_headers = frozenset(instead_of.header_rows)
        if not instead_of.alone:
            made.alone = False
            own = range(instead_of.first, instead_of.last + 1)
            made.columns = {c: levels for c, levels in made.columns.items() if c in own}
    if made.columns:
        finder._body([made], start)
        made.above = finder._above(rows[0], None)
    return made
