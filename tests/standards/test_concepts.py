"""Every concept of the founding letter and every numbered audit rule has its place in the shipped standard.

`concepts.csv` says where: rows 1–72 are the concepts, the others the numbered rules. `where` lists
`file:key` targets; a row without one, or whose place needs a word, gives a reason.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
STANDARD = HERE.parent.parent / "resources" / "standards" / "chongqing" / "2026.1"
ROWS = list(csv.DictReader(io.StringIO((HERE / "concepts.csv").read_text("utf-8"))))


@lru_cache
def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((STANDARD / name).read_text("utf-8"))


def exists(target: str) -> bool:
    """Whether `file:key` names something: a row of a CSV list, a sheet by name, or a key of a TOML file."""
    name, _, key = target.partition(":")
    if not (STANDARD / name).is_file() or not key:
        return False
    if name.endswith(".csv"):
        rows = csv.DictReader(io.StringIO((STANDARD / name).read_text("utf-8")))
        return any(row["code"] == key for row in rows)
    if name == "sheets.toml":
        return any(sheet["name"] == key for sheet in toml(name)["sheet"])
    found: Any = toml(name)
    for step in key.split("."):
        if not isinstance(found, dict) or step not in found:
            return False
        found = found[step]
    return True


@pytest.mark.parametrize("row", ROWS, ids=[r["id"] for r in ROWS])
def test_every_row_points_at_something_or_says_why_not(row: dict[str, str]) -> None:
    targets = [t for t in row["where"].split("|") if t]
    assert row["what"]
    assert targets or row["reason"]
    assert [t for t in targets if not exists(t)] == []


def test_all_seventy_two_concepts_are_listed() -> None:
    assert [r["id"] for r in ROWS if r["id"].isdigit()] == [str(n) for n in range(1, 73)]


def test_all_139_numbered_rules_are_listed_once() -> None:
    ids = [r["id"] for r in ROWS if not r["id"].isdigit()]
    assert len(set(ids)) == len(ids)
    assert Counter(i[0] for i in ids) == {"B": 67, "H": 63, "T": 9}


def test_a_rule_that_became_part_of_something_else_says_so_in_the_table() -> None:
    for row in ROWS:
        if not row["id"].isdigit():
            name, _, rule = row["where"].partition(":")
            assert bool(toml(name)[rule].get("merged")) == bool(row["reason"])


def test_a_place_that_is_not_there_is_noticed() -> None:
    assert not exists("tables/asset.toml:field.no_such_field")
    assert not exists("tables/nothing.toml:table")
    assert not exists("codes/region.csv:000000")
    assert not exists("sheets.toml:没有这张表")
