"""What the clerk's surroundings do: a full disk, a read-only folder, another program, another process."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.records import Ledger, health

from . import strace
from .deeds import DEEDS, GOOD, data, fresh, hold, state
from .test_errors import told

pytestmark = [
    pytest.mark.slow,
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="limits and mounts of Linux"),
]


@pytest.fixture
def sandbox(tmp_path: Path) -> Path:
    made = fresh(tmp_path / "sandbox")
    DEEDS["edit"].prepare(made)
    return made


# --- no room -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["edit", "import", "backup", "pack", "restore", "attach"])
def test_files_that_may_not_grow_are_told_as_a_full_disk(name: str, tmp_path: Path) -> None:
    """RLIMIT_FSIZE stands for a full disk where nothing may be mounted."""
    sandbox = fresh(tmp_path / "sandbox")
    DEEDS[name].prepare(sandbox)
    shutil.copytree(sandbox, tmp_path / "kept")
    words = DEEDS[name].words(sandbox)
    before = state(data(sandbox))
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (8000, 8000));"
        "from core.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, *map(str, words), "--json"]
    answer = strace._run(command, sandbox)
    assert answer.code in (3, 4), answer
    found = told(answer)
    assert answer.code == 3 or found["code"] in ("disk-full", "disk-io"), found
    after = state(data(sandbox))
    assert after == before
    hold(sandbox, before, before)
    assert strace.run_here(words).code in GOOD
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 8000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2.5 MB."""
    place = tmp_path / "U盘"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2560k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("nothing may be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_stick_that_fills_up_keeps_every_finished_edit(small_disk: Path, tmp_path: Path) -> None:
    sandbox = fresh(tmp_path / "sandbox")
    DEEDS["edit"].prepare(sandbox)
    shutil.copytree(data(sandbox), small_disk / "data")
    place = small_disk / "data"
    prints = []
    from core.errors import SurroundingsError

    with Ledger.open(place) as ledger:
        with pytest.raises(SurroundingsError) as full:
            for job in range(200):
                with ledger.edit(f"改 {job}") as edit:
                    edit.add_many(
                        "asset", [("", {"name": f"批{i}", "note": "长" * 400}, "") for i in range(50)]
                    )
                prints.append(ledger.fingerprint())
        assert full.value.code == "disk-full" and "清理磁盘" in full.value.next
        assert prints and ledger.fingerprint() == prints[-1]
        with pytest.raises(SurroundingsError) as full:
            ledger.backup("满")
        assert full.value.code == "disk-full"
        assert [p.name for p in (place / "备份").iterdir()] == []
    assert health.examine(place, full=True).ok
    assert strace.run(["doctor", "--full", "--data", place], sandbox).code == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_an_answer_that_finds_no_room_is_told(sandbox: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            strace.panhuo(["list", "asset", "--data", data(sandbox)]),
            env=strace.environment(sandbox),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
    assert done.returncode == 4 and "磁盘空间已满" in done.stderr and "下一步" in done.stderr, done
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr


# --- no rights ------------------------------------------------------------------------------------


def test_a_read_only_folder_can_be_read_and_refuses_changes(sandbox: Path, tmp_path: Path) -> None:
    place = tmp_path / "只读"
    shutil.copytree(data(sandbox), place)
    (place / "占用.lock").unlink()
    if os.geteuid() == 0:
        mounted = subprocess.run(
            ["mount", "--bind", "-o", "ro", str(place), str(place)], capture_output=True, check=False
        )
        again = subprocess.run(
            ["mount", "-o", "remount,bind,ro", str(place)], capture_output=True, check=False
        )
        if mounted.returncode or again.returncode:
            pytest.skip("nothing may be mounted here")
    else:
        for path in (*place.rglob("*"), place):
            path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        for words in (["list", "asset"], ["fingerprint"], ["doctor", "--full"]):
            assert strace.run([*words, "--data", place], sandbox).code == 0, words
        uid = DEEDS["edit"].words(sandbox)[1]
        for words in (["set", uid, "cost", "9"], ["undo"], ["backup"]):
            answer = strace.run([*words, "--data", place], sandbox)
            assert answer.code == 4 and told(answer)["code"] == "readonly", answer
    finally:
        if os.geteuid() == 0:
            subprocess.run(["umount", "-l", str(place)], check=False)


# --- others ------------------------------------------------------------------------------------------


def test_a_file_held_for_three_seconds_is_waited_for(sandbox: Path) -> None:
    """A virus scanner or a copying program: the edit comes late, and whole."""
    words = _edit(sandbox)
    other = sqlite3.connect(data(sandbox) / "台账.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    threading.Timer(3, lambda: other.execute("COMMIT")).start()
    began = time.monotonic()
    answer = strace.run_here(words)
    assert answer.code in GOOD, answer
    assert time.monotonic() - began > 2
    other.close()


def test_a_file_held_for_good_is_told(sandbox: Path) -> None:
    words = _edit(sandbox)
    before = state(data(sandbox))
    other = sqlite3.connect(data(sandbox) / "台账.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    answer = strace.run(words, sandbox)
    other.execute("COMMIT")
    other.close()
    assert answer.code == 4 and told(answer)["code"] == "busy", answer
    hold(sandbox, before, before)
    assert strace.run_here(words).code in GOOD


def test_a_reader_that_does_not_let_go_stops_the_commit_and_loses_nothing(sandbox: Path) -> None:
    words = _edit(sandbox)
    before = state(data(sandbox))
    other = sqlite3.connect(data(sandbox) / "台账.db", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM asset").fetchone()
    answer = strace.run(words, sandbox)
    other.execute("COMMIT")
    other.close()
    assert answer.code == 4 and told(answer)["code"] == "busy", answer
    hold(sandbox, before, before)


def test_a_second_process_is_refused_by_name_whatever_it_wants(sandbox: Path) -> None:
    uid = str(_edit(sandbox)[1])
    with Ledger.open(data(sandbox)):
        made = strace.run(["backup", "--data", data(sandbox)], sandbox)
        assert made.code == 0, made
        for words in (
            ["set", uid, "cost", "9"],
            ["undo"],
            ["period", "open", "2026Q3"],
            ["restore", "--yes"],
        ):
            answer = strace.run([*words, "--data", data(sandbox)], sandbox)
            assert answer.code == 4 and told(answer)["code"] == "locked", answer
        for words in (["list", "asset"], ["doctor"], ["backup"], ["history"]):
            assert strace.run([*words, "--data", data(sandbox)], sandbox).code in GOOD, words


def _edit(sandbox: Path) -> list[object]:
    return DEEDS["edit"].words(sandbox)
