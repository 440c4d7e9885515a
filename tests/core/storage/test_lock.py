"""One owner at a time: named while it lives, forgotten when it is killed."""

from __future__ import annotations

import getpass
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import SurroundingsError
from core.records import Ledger
from core.storage.lock import NAME, Lock

from .conftest import ROOT

HOLD = """
import sys, time
from pathlib import Path
from core.storage.lock import Lock
lock = Lock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
time.sleep(60)
"""


def _holder(place: Path) -> subprocess.Popen[str]:
    made = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert made.stdout is not None and made.stdout.readline() == "held\n"
    return made


def test_another_process_is_named_with_computer_and_user(place: Path) -> None:
    with _holder(place) as holder:
        with pytest.raises(SurroundingsError, match="该账套已被打开") as refused:
            Ledger.open(place)
        holder.kill()
    assert socket.gethostname() in refused.value.reason
    assert getpass.getuser() in refused.value.reason
    assert refused.value.code == "locked" and refused.value.next


def test_the_lock_of_a_killed_process_is_free_at_once(place: Path) -> None:
    with _holder(place) as holder:
        holder.kill()
        holder.wait()
        with Ledger.open(place) as ledger:
            assert ledger.totals("asset")["count"] == 50


def test_a_command_that_is_about_to_finish_is_waited_for(place: Path) -> None:
    code = HOLD.replace("time.sleep(60)", "time.sleep(0.3)")
    with subprocess.Popen(
        [sys.executable, "-c", code, str(place)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as it:
        assert it.stdout is not None and it.stdout.readline()
        Ledger.open(place).close()


def test_the_note_of_a_crashed_owner_does_not_harm(place: Path) -> None:
    for junk in (b"", b"{", b"[1]", b"\xff\x00", b'{"seal": 5}'):
        (place / NAME).write_bytes(junk)
        Ledger.open(place).close()


def test_the_lock_file_names_its_owner_while_held(place: Path) -> None:
    lock = Lock(place)
    lock.acquire()
    assert getpass.getuser() in lock.holder()
    lock.release()


def test_a_refusal_comes_within_two_seconds(place: Path, elsewhere: Callable[..., object]) -> None:
    with Ledger.open(place):
        began = time.monotonic()
        with pytest.raises(SurroundingsError):
            Ledger.open(place)
        assert time.monotonic() - began < 2
