"""The program killed as it enters each call that changes a file: I1 to I6 hold.

A sample by default; PANHUO_FAULTS=turns tries each point where another call or file begins,
PANHUO_FAULTS=all every one.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from . import strace
from .deeds import DEEDS, GOOD, State, data, fresh, hold, state

pytestmark = [
    pytest.mark.slow,
    pytest.mark.faults,
    pytest.mark.skipif(bool(strace.MISSING), reason=strace.MISSING or "strace"),
]

POINTS = 3
"""Tried of each deed."""


@pytest.mark.parametrize("name", DEEDS)
def test_a_killed_command_leaves_before_or_after(name: str, tmp_path: Path) -> None:
    deed = DEEDS[name]
    template = fresh(tmp_path / "sandbox")
    deed.prepare(template)
    kept = tmp_path / "kept"
    shutil.copytree(template, kept)
    words = deed.words(template)
    before = _peeked(kept, tmp_path)

    found = strace.points(words, template)
    after = state(data(template))
    assert (before != after) == deed.changes or name == "grow"
    _inputs_unchanged(template, kept)

    tried = strace.sample(found, 2 if name == "export" else POINTS)
    ends = {"before": 0, "after": 0}
    for point in tried:
        _again(kept, template)
        answer = strace.killed(words, template, point)
        assert answer.code in (137, -9) or "read-table" in str(answer), (point, answer)
        now = hold(template, before, after)
        _inputs_unchanged(template, kept)
        ends["before" if now == before else "after"] += 1
        if name == "undo" and now == after:
            continue  # undoing again would go one step further back
        answer = strace.run_here(words)  # I4
        assert answer.code in GOOD, (point, answer)
        assert state(data(template)) == after, point
    print(f"{name}: {len(tried)} of {len(strace.turns(found))} turns and {len(found)} points, {ends}")


def _peeked(kept: Path, tmp_path: Path) -> State:
    """The state before, read from a copy, since reading grows an older file."""
    copy = tmp_path / "peek"
    shutil.copytree(kept / "data", copy)
    found = state(copy)
    shutil.rmtree(copy)
    return found


def _again(kept: Path, template: Path) -> None:
    shutil.rmtree(template)
    shutil.copytree(kept, template)


def _inputs_unchanged(template: Path, kept: Path) -> None:
    """I6: what was only read is as it was."""
    for part in ("in", "home"):
        listed = {p.name: p.read_bytes() for p in (template / part).rglob("*") if p.is_file()}
        assert listed == {p.name: p.read_bytes() for p in (kept / part).rglob("*") if p.is_file()}
