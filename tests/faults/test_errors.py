"""A call fails with an I/O error or for want of room: a reason, a way out, nothing lost, and again is enough.

A sample by default; PANHUO_FAULTS=turns or =all tries more, as in test_kill.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from . import strace
from .deeds import DEEDS, GOOD, data, fresh, hold, state

pytestmark = [
    pytest.mark.slow,
    pytest.mark.faults,
    pytest.mark.skipif(bool(strace.MISSING), reason=strace.MISSING or "strace"),
]

POINTS = 3


def told(answer: strace.Answer) -> dict[str, object]:
    """A refusal in Chinese with a next step, and no traceback (I5)."""
    assert "Traceback" not in answer.out + answer.err, answer
    found: dict[str, object] = json.loads(answer.out.strip().splitlines()[-1])
    assert found["ok"] is False and found["reason"] and found["next"], found
    assert any("\u4e00" <= c <= "\u9fff" for c in str(found["reason"])), found
    return found


@pytest.mark.parametrize(
    ("name", "error"),
    [
        *(
            (name, "EIO")
            for name in ("edit", "import", "export", "backup", "pack", "restore", "grow", "attach")
        ),
        *((name, "ENOSPC") for name in ("edit", "import", "backup")),
    ],
)
def test_a_failing_call_is_told_and_loses_nothing(name: str, error: str, tmp_path: Path) -> None:
    deed = DEEDS[name]
    sandbox = fresh(tmp_path / "sandbox")
    deed.prepare(sandbox)
    kept = tmp_path / "kept"
    shutil.copytree(sandbox, kept)
    shutil.copytree(kept, tmp_path / "peek")
    before = state(data(tmp_path / "peek"))
    words = deed.words(sandbox)
    found = strace.points(words, sandbox)
    after = state(data(sandbox))
    tried = strace.sample(found, POINTS)
    codes: dict[int, int] = {}
    for number, point in enumerate(tried):
        shutil.rmtree(sandbox)
        shutil.copytree(kept, sandbox)
        # Stdout is written to as well; and Python looks for a temporary folder by making and removing a file,
        # in the current folder too where nothing can be removed for ever.
        ever = number % 2 == 1 and point.call not in ("write", "unlink")
        answer = strace.failing(words, sandbox, point, error, ever=ever)
        codes[answer.code] = codes.get(answer.code, 0) + 1
        if answer.code not in GOOD:
            assert answer.code in (3, 4), (point, answer)
            told(answer)
        now = hold(sandbox, before, after)
        if answer.code in GOOD:
            assert now == after, (point, answer)
        answer = strace.run_here(words)
        assert answer.code in GOOD, (point, answer)
        assert state(data(sandbox)) == after, point
    print(
        f"{name} {error}: {len(tried)} of {len(strace.turns(found))} turns and {len(found)} points, exit codes {codes}"
    )
