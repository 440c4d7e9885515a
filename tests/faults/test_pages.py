"""Damage on the disk: flipped bits and overwritten pages are found, and nothing is written into the file."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from core.errors import DamagedError
from core.records import Ledger, health, recovery

from .deeds import DEEDS, data, fresh

pytestmark = [pytest.mark.slow, pytest.mark.faults]

ROUNDS = 2000 if os.environ.get("PANHUO_FAULTS") == "all" else 40


@pytest.mark.parametrize("how", ["bit", "byte", "page", "zeroed page", "swapped pages", "cut short"])
def test_damage_is_found_by_the_doctor_and_never_written_into(how: str, tmp_path: Path) -> None:
    sandbox = fresh(tmp_path / "sandbox")
    DEEDS["edit"].prepare(sandbox)
    place = data(sandbox)
    with Ledger.open(place) as ledger:
        good = ledger.backup("好")
        wanted = ledger.fingerprint()
    database = place / "台账.db"
    whole = database.read_bytes()
    chance = random.Random(how)
    found = 0
    for number in range(ROUNDS):
        broken = _broken(bytearray(whole), how, chance)
        database.write_bytes(broken)
        found += not health.examine(place, full=number % 20 == 0).ok
        with pytest.raises(DamagedError) as refused:
            Ledger.open(place)
        assert good.name in refused.value.next
        assert database.read_bytes() == broken
    assert found >= 0.99 * ROUNDS
    print(f"{how}: {found} of {ROUNDS} found")
    made = recovery.restore(place, good)
    assert made.was_damaged and made.kept is not None and made.kept.read_bytes() == broken
    with Ledger.open(place) as ledger:
        assert ledger.fingerprint() == wanted


def _broken(content: bytearray, how: str, chance: random.Random) -> bytes:
    before = bytes(content)
    while bytes(content) == before:
        page = chance.randrange(len(content) // 4096) * 4096
        other = chance.randrange(len(content) // 4096) * 4096
        at = chance.randrange(len(content))
        if how == "bit":
            content[at] ^= 1 << chance.randrange(8)
        elif how == "byte":
            content[at] = chance.randrange(256)
        elif how == "page":
            content[page : page + 4096] = chance.randbytes(4096)
        elif how == "zeroed page":
            content[page : page + 4096] = bytes(4096)
        elif how == "swapped pages":
            first, second = content[page : page + 4096], content[other : other + 4096]
            content[page : page + 4096], content[other : other + 4096] = second, first
        else:
            del content[-chance.randrange(1, len(content) // 2) :]
    return bytes(content)


def test_a_damaged_file_that_was_not_closed_is_still_found_by_its_content(tmp_path: Path) -> None:
    """Without the seal: what changes a value that goes up is found by pages, chain or journal."""
    sandbox = fresh(tmp_path / "sandbox")
    DEEDS["edit"].prepare(sandbox)
    place = data(sandbox)
    with Ledger.open(place) as ledger:
        wanted = ledger.fingerprint()
    (place / "占用.lock").unlink()
    database = place / "台账.db"
    whole = database.read_bytes()
    chance = random.Random(11)
    harmful = missed = 0
    for _ in range(ROUNDS // 2):
        database.write_bytes(_broken(bytearray(whole), chance.choice(("bit", "page", "zeroed page")), chance))
        if not health.examine(place, full=True).ok:
            harmful += 1
            continue
        with Ledger.open(place, damaged=True) as ledger:
            missed += ledger.fingerprint() != wanted
    print(f"without a seal: {harmful} found, {missed} harmful ones missed")
    assert missed == 0
    shutil.rmtree(place)
