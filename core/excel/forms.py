"""Card forms: label beside value, one record per form; laid out as rows so that they read like a table."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field

from core.excel.grid import Grid, Raw, text_of
from core.excel.headers import Found
from core.excel.headrows import LABEL_NOTE, Knows
from core.excel.merges import Merges
from core.excel.words import bare, half

MIN_LABELS = 3


@dataclass(slots=True)
class Card:
    """One form: label → value, and where each value stands."""

    row: int
    values: dict[str, Raw] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Forms:
    """The forms of a sheet as a table, and the real place of each of its cells."""

    grid: Grid
    found: Found
    places: dict[tuple[int, int], tuple[int, int]]


def find_forms(grid: Grid, knows: Knows) -> Forms | None:
    """The card forms of a sheet; None when there are none."""
    cards = _transposed(grid, knows) or _cards(grid, knows)
    cards = [
        c for c in cards if len(c.values) >= MIN_LABELS and any(v is not None for v in c.values.values())
    ]
    if not cards:
        return None
    keys = list(dict.fromkeys(k for c in cards for k in c.values))
    rows: dict[int, list[Raw]] = {}
    places: dict[tuple[int, int], tuple[int, int]] = {}
    for card in cards:
        rows[card.row] = [card.values.get(k) for k in keys]
        for i, k in enumerate(keys, 1):
            if k in card.places:
                places[(card.row, i)] = card.places[k]
    labels: dict[str, str] = {}
    for card in cards:
        labels |= {k: v for k, v in card.labels.items() if k not in labels}
    made = Grid(grid.name, rows, grid.visible)
    found = Found(grid.name, [0], {i: (labels[k],) for i, k in enumerate(keys, 1)})
    found.body = list(rows)
    first = min(rows)
    found.above = [(r, text_of(raw).strip()) for r in grid.rows if r < first for _, raw in grid.cells(r)]
    return Forms(made, found, places)


def _is_label(raw: Raw, knows: Knows) -> bool:
    return isinstance(raw, str) and len(half(raw)) <= 24 and knows(raw.rstrip(":： ")) >= 0.9


def _label_columns(grid: Grid, knows: Knows) -> set[int]:
    """Columns in which every other text is a known label: the texts between them are labels too."""
    texts: Counter[int] = Counter()
    known: Counter[int] = Counter()
    for r in grid.rows:
        for c, raw in grid.cells(r):
            texts[c] += isinstance(raw, str)
            known[c] += _is_label(raw, knows)
    return {c for c, n in known.items() if n >= MIN_LABELS and n * 2 >= texts[c]}


def _may_label(raw: Raw) -> bool:
    """A short text without a value of its own."""
    return isinstance(raw, str) and 2 <= len(half(raw)) <= 16 and LABEL_NOTE.match(raw.strip()) is None


def _cards(grid: Grid, knows: Knows) -> list[Card]:
    """The cards of a sheet, those that stand side by side each by itself."""
    top = max(grid.rows, default=0)
    merges = Merges.of(grid, range(1, top + 1)) if len(grid.merges) < 5000 else Merges({})
    labelled = _label_columns(grid, knows)
    starts = _bands(grid, knows)
    bands = [range(a, b) for a, b in itertools.pairwise([*starts, grid.width + 1])]
    cards = [card for band in bands for card in _in_band(grid, merges, band, labelled, knows)]
    rows: set[int] = set()
    for card in cards:
        # Cards in one row are told apart by the rows that they reach down to.
        reach = [card.row, *sorted({r for r, _ in card.places.values()})]
        card.row = next((r for r in reach if r not in rows), max(rows, default=0) + 1)
        rows.add(card.row)
    return cards


def _bands(grid: Grid, knows: Knows) -> list[int]:
    """The first columns of the cards beside each other: where a row says its first label again."""
    seen: Counter[tuple[int, ...]] = Counter()
    for r in grid.rows:
        labels = [(c, bare(text_of(raw))) for c, raw in grid.cells(r) if _is_label(raw, knows)]
        again = tuple(c for c, label in labels if label == labels[0][1])
        if len(again) > 1:
            seen[again] += 1
    if not seen:
        return [1]
    starts, count = seen.most_common(1)[0]
    return [1, *starts[1:]] if count >= MIN_LABELS else [1]


def _in_band(grid: Grid, merges: Merges, band: range, labelled: set[int], knows: Knows) -> list[Card]:
    """Walk some columns of the sheet; a label that comes again begins the next card."""
    cards: list[Card] = []
    card: Card | None = None
    for r in grid.rows:
        cells = [(c, raw) for c, raw in grid.cells(r) if c in band]
        used: set[int] = set()
        for i, (c, raw) in enumerate(cells):
            if c in used or not isinstance(raw, str):
                continue
            pairs: list[tuple[str, Raw, int]] = []
            if _is_label(raw, knows):
                value, at = _beside(grid, merges, cells, i, knows)
                if at:
                    used.add(at)
                pairs.append((raw, value, at or c + 1))
            elif c in labelled and _may_label(raw) and (beside := _beside(grid, merges, cells, i, knows))[1]:
                used.add(beside[1])
                pairs.append((raw, *beside))
            else:
                for piece in raw.replace("\t", "\n").split("\n"):
                    note = LABEL_NOTE.match(piece.strip())
                    if note and knows(note[1]) >= 0.9:
                        pairs.append((note[1], note[2].strip() or None, c))
            for label, value, at in pairs:
                key = bare(label)
                if card is None or key in card.values:
                    card = Card(r)
                    cards.append(card)
                card.values[key] = value
                card.labels[key] = label.rstrip(":： ")
                card.places[key] = (r, at)
    return cards


def _beside(
    grid: Grid, merges: Merges, cells: list[tuple[int, Raw]], i: int, knows: Knows
) -> tuple[Raw, int]:
    """The value to the right of a label: the next filled cell that is no label itself, with nothing but merges between."""
    c, _ = cells[i]
    if i + 1 >= len(cells):
        return None, 0
    nxt, raw = cells[i + 1]
    if _is_label(raw, knows):
        return None, 0
    if nxt > c + 1 and nxt - c > 4:
        return None, 0
    return raw, nxt


def _transposed(grid: Grid, knows: Knows) -> list[Card]:
    """Labels down one of the first columns (groups may stand before them), one record per further column."""
    rows = list(grid.rows)
    left = min((c for r in rows for c, _ in grid.cells(r)), default=0)
    labels = {c: [r for r in rows if _is_label(grid.raw(r, c), knows)] for c in (left, left + 1)}
    first, labelled = max(labels.items(), key=lambda at: len(at[1]))
    if len(labelled) < MIN_LABELS:
        return []
    if first in _label_columns(grid, knows):
        labelled = [r for r in rows if r in labelled or _may_label(grid.raw(r, first))]
    columns = sorted({c for r in labelled for c, raw in grid.cells(r) if c > first})
    full = [
        c for c in columns if sum(1 for r in labelled if grid.raw(r, c) is not None) >= len(labelled) * 0.5
    ]
    if len(full) < 2 or any(_is_label(grid.raw(r, c), knows) for r in labelled for c in full):
        return []
    cards = []
    for c in full:
        card = Card(c)
        for r in labelled:
            label = text_of(grid.raw(r, first))
            key = bare(label)
            card.values[key], card.labels[key], card.places[key] = grid.raw(r, c), label, (r, c)
        cards.append(card)
    return cards
