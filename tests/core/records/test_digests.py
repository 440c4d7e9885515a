"""What is made of many rows together is what is made of each by itself."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from core.records import journal, search

CODES = ("area", "cost", "name", "note")
WORDS = st.one_of(st.none(), st.integers(), st.text(max_size=8), st.sampled_from(["None", "=None", "a=None"]))
ROWS = st.lists(st.tuples(*[WORDS] * len(CODES)), max_size=20)


@given(ROWS)
def test_a_digest_covers_the_filled_fields_whatever_rows_came_before(rows: list[tuple[object, ...]]) -> None:
    digest = journal.digester(CODES)
    for row in rows:
        pairs = [f"{c}={v}" for c, v in zip(CODES, row, strict=True) if v is not None]
        plain = hashlib.sha256("\x1f".join(pairs).encode("utf-8", "surrogatepass")).hexdigest()
        assert digest(row) == plain  # type: ignore[arg-type]


@given(st.lists(st.text("aZ１（\x1e \n重é", max_size=6), max_size=9))
def test_texts_are_folded_together_as_each_alone(texts: list[str]) -> None:
    assert search.fold_all(texts) == [search.fold(text) for text in texts]
