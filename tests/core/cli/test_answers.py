"""The file of decisions: what is not shaped as the plan's tables is refused with the key and what it should be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.cli.answers import answers_of
from core.errors import UsageError


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"tables": "x"}, "tables"),
        ({"tables": [1, None]}, "tables"),
        ({"tables": [{"mapping": 5}]}, "mapping"),
        ({"tables": [{"mapping": {"A": 3}}]}, "mapping"),
        ({"tables": [{"header_rows": ["abc"]}]}, "header_rows"),
        ({"header_rows": [0]}, "header_rows"),
        ({"header_rows": [True]}, "header_rows"),
        ({"units": ["万元"]}, "units"),
        ({"blanks": {"C": "x"}}, "blanks"),
        ({"decisions": [1]}, "decisions"),
        ({"private": "no"}, "private"),
        ({"hidden_sheets": "Sheet1"}, "hidden_sheets"),
        ({"number": 1.5}, "number"),
        ({"sheet": 3}, "sheet"),
    ],
)
def test_a_key_of_another_shape_is_named(given: dict[str, Any], key: str, tmp_path: Path) -> None:
    file = tmp_path / "决定.json"
    file.write_text(json.dumps(given), "utf-8")
    with pytest.raises(UsageError, match=f"里的 {key} 应为"):
        answers_of(file)


def test_what_the_plan_says_of_itself_is_taken(tmp_path: Path) -> None:
    given = {
        "tables": [{"sheet": "甲", "header_rows": [3, 4], "mapping": {"A": "name", "B": None}, "rows": 9}],
        "private": None,
        "blanks": {"C": "clear"},
    }
    file = tmp_path / "决定.json"
    file.write_text(json.dumps(given), "utf-8")
    assert answers_of(file) == given
