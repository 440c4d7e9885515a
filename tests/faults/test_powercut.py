"""The power cut at a recorded call: what is certain on the disk is before or after, and a finished job stays.

A sample by default; PANHUO_FAULTS=all tries every call.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from pathlib import Path

import pytest

from core.records import Ledger, health
from core.storage import backup, folder

from . import disk, strace
from .deeds import DEEDS, data, fresh, hold, state

pytestmark = [
    pytest.mark.slow,
    pytest.mark.faults,
    pytest.mark.skipif(bool(strace.MISSING), reason=strace.MISSING or "strace"),
]

CUTS = 2

# Six jobs of an afternoon; a line on stdout is the promise that the job is done.
JOBS = """
import sys
from pathlib import Path
from core.records import Ledger
with Ledger.open(Path(sys.argv[1])) as ledger:
    uids = [r[0] for r in ledger.select("asset", ["uid"])]
    print(f"done 0 {ledger.fingerprint()}", flush=True)
    for job in range(1, 7):
        with ledger.edit(f"改 {job}") as edit:
            edit.set("asset", uids[job], {"cost": job * 1000, "note": "改" * job * 40})
            if job % 2:
                edit.add_many("asset", [("", {"name": f"批{job}-{i}", "note": "长" * 200}, "") for i in range(20)])
            else:
                edit.delete("asset", uids[job - 1])
        print(f"done {job} {ledger.fingerprint()}", flush=True)
    ledger.backup("傍晚")
    print(f"done 7 {ledger.fingerprint()}", flush=True)
"""


def _chosen(count: int, most: int) -> list[int]:
    if os.environ.get("PANHUO_FAULTS") == "all" or count <= most:
        return list(range(count))
    return sorted({int(i * count / most) for i in range(most)} | {count - 1})


def _some(played: disk.Disk, chance: random.Random, *, most: bool) -> list[tuple[str, dict[str, bytes]]]:
    """Three of what the disk may hold, or all of it."""
    found = list(played.states(chance))
    return found if most or os.environ.get("PANHUO_FAULTS") == "all" else chance.sample(found, 3)


def _promises(step: disk.Step) -> list[str] | None:
    """The words of a "done" line."""
    words = step.args[1].decode("utf-8", "replace").split() if step.call == "write" else []
    return words if words[:1] == ["done"] else None


def test_a_finished_job_survives_and_an_unfinished_one_leaves_no_trace(tmp_path: Path) -> None:
    sandbox = fresh(tmp_path / "sandbox")
    DEEDS["edit"].prepare(sandbox)
    place = data(sandbox)
    played = disk.Disk(place)
    steps = disk.record([sys.executable, "-c", JOBS, str(place)], sandbox)
    promised = [words for s in steps if (words := _promises(s))]
    prints = [words[2] for words in promised]
    assert len(prints) == 8
    done, states = 0, 0
    chance = random.Random(6)
    changing = [n for n, s in enumerate(steps) if s.call in strace.CALLS]
    cuts = {changing[i] for i in _chosen(len(changing), 3 * CUTS)}
    for number, step in enumerate(steps):
        played.play(step)
        if words := _promises(step):
            done = int(words[1])
        if number not in cuts:
            continue
        for name, content in _some(played, chance, most=number == changing[-1]):
            target = tmp_path / "after"
            disk.lay_out(content, played.folders, place, target)
            states += 1
            report = health.examine(target, full=True)
            assert report.ok, (number, step.call, name, report.problems)
            with Ledger.open(target, readonly=True) as ledger:
                found = prints.index(ledger.fingerprint())
            assert done <= found <= done + 1 or prints[found] in prints[done : done + 2], (
                number,
                name,
                done,
                found,
            )
            for path in (target / folder.BACKUPS).glob("*.db"):
                assert backup.flaw(path) == "", (number, name)
            if done == 7:
                assert backup.listed(target), (number, name)
            shutil.rmtree(target)
    print(f"jobs: {len(cuts)} of {len(changing)} cuts, {states} states")


@pytest.mark.parametrize("name", ["import", "export", "backup", "pack", "restore", "grow", "attach"])
def test_each_deed_is_before_or_after_a_power_cut(name: str, tmp_path: Path) -> None:
    deed = DEEDS[name]
    sandbox = fresh(tmp_path / "sandbox")
    deed.prepare(sandbox)
    shutil.copytree(sandbox, tmp_path / "peek")
    before = state(data(tmp_path / "peek"))
    words = deed.words(sandbox)
    played = disk.Disk(sandbox)
    steps = disk.record(strace.panhuo(words), sandbox)
    after = state(data(sandbox))
    chance = random.Random(7)
    changing = [n for n, s in enumerate(steps) if s.call in strace.CALLS]
    cuts = {changing[i] for i in _chosen(len(changing), CUTS)}
    states = 0
    for number, step in enumerate(steps):
        played.play(step)
        if number not in cuts:
            continue
        for kind, content in _some(played, chance, most=number == changing[-1]):
            target = tmp_path / "after"
            shutil.rmtree(target, ignore_errors=True)
            disk.lay_out(content, played.folders, sandbox, target)
            states += 1
            now = hold(target, before, after)
            if number == changing[-1]:
                assert now == after, (kind, "the command had said that it was done")
                assert sorted(
                    p.name for p in (target / "out").iterdir() if not p.name.startswith(".")
                ) == sorted(p.name for p in (sandbox / "out").iterdir()), kind
    print(f"{name}: {len(cuts)} of {len(changing)} cuts, {states} states")
