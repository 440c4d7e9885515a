"""Hostile and broken files: a reason in Chinese and a next step, within the limits, and nothing else."""

from __future__ import annotations

import re
import resource
import time
from pathlib import Path

import pytest

from core.errors import InputRefused
from core.excel import child
from core.exchange.intake import propose
from core.standard import load_default
from tests.core.excel.hostile import HOSTILE, INJECTIONS


def test_there_are_at_least_fifty() -> None:
    assert len(HOSTILE) >= 50


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_file_is_refused_or_read_within_its_limits(name: str, tmp_path: Path) -> None:
    path, code = HOSTILE[name](tmp_path)
    before = sorted(p.name for p in tmp_path.iterdir())
    began = time.monotonic()
    if code:
        with pytest.raises(InputRefused) as caught:
            propose(path, load_default())
        assert caught.value.code == code, (caught.value.code, caught.value.reason)
        assert re.search(r"[\u4e00-\u9fff]", caught.value.reason)
        assert caught.value.next
        assert "Traceback" not in caught.value.reason
    else:
        plan = propose(path, load_default())
        assert plan.records
    assert time.monotonic() - began < child.TIME_LIMIT
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < child.MEMORY_LIMIT / 1024 * 1.1
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_what_survives_is_what_is_there(tmp_path: Path) -> None:
    for name in (
        "far_cell",
        "a_million_blank_rows",
        "blank_cells_everywhere",
        "beyond_the_sheet",
        "cells_out_of_order",
    ):
        plan = propose(HOSTILE[name](tmp_path)[0], load_default())
        assert [(r.row, r.name, r.values["cost"]) for r in plan.records] == [(2, "大礼堂", 1000000)], name
    plan = propose(HOSTILE["rows_out_of_order"](tmp_path)[0], load_default())
    assert [r.row for r in plan.records] == [2, 3, 5]


def test_dangerous_texts_are_kept_as_they_are(tmp_path: Path) -> None:
    plan = propose(HOSTILE["injections"](tmp_path)[0], load_default())
    names = [r.name for r in plan.records]
    assert names == [
        t.strip().removeprefix("'") if t.count("'") == 1 and t[0] == "'" else t.strip() for t in INJECTIONS
    ]


def test_a_child_that_dies_does_not_hurt_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    path, _ = HOSTILE["far_cell"](tmp_path)
    for command in (
        ["-c", "import os; os.abort()"],
        ["-c", "import sys; sys.exit(1)"],
        ["-c", "bytearray(10**12)"],
    ):
        monkeypatch.setattr(child, "command", lambda s, o, c=command: [sys.executable, *c])
        with pytest.raises(InputRefused) as caught:
            child.read(path)
        assert caught.value.code == "reader-failed"


def test_a_child_that_is_late_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    path, _ = HOSTILE["far_cell"](tmp_path)
    monkeypatch.setattr(child, "TIME_LIMIT", 0.3)
    monkeypatch.setattr(child, "command", lambda s, o: [sys.executable, "-c", "import time; time.sleep(60)"])
    began = time.monotonic()
    with pytest.raises(InputRefused) as caught:
        child.read(path)
    assert caught.value.code == "too-slow"
    assert time.monotonic() - began < 10


def test_reading_can_be_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from core.jobs import Cancelled, Progress

    path, _ = HOSTILE["far_cell"](tmp_path)
    monkeypatch.setattr(child, "command", lambda s, o: [sys.executable, "-c", "import time; time.sleep(60)"])
    with pytest.raises(Cancelled):
        child.read(path, Progress(should_stop=lambda: True))
