"""Damage on the disk: flipped bits and overwritten pages are found, and nothing is written into the file."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from core.errors import DamagedError
from core.records import Ledger, attachments, health, lineage, periods, recovery

from .deeds import DEEDS, data, fresh

pytestmark = [pytest.mark.slow, pytest.mark.faults]

ROUNDS = {"all": 1000, "turns": 100}.get(os.environ.get("PANHUO_FAULTS", ""), 10)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A 账套 with an import and its doubts, edits, a split, attachments, explanations, a period, undone steps."""
    sandbox = fresh(tmp_path / "sandbox")
    DEEDS["undo"].prepare(sandbox)
    made = data(sandbox)
    with Ledger.open(made) as ledger:
        uids = [str(r[0]) for r in ledger.select("asset", ["uid"])]
        for number, uid in enumerate(uids[:6]):
            with ledger.edit(f"改{number}") as edit:
                edit.set("asset", uid, {"cost": number, "note": "附注" * 30 * number})
                edit.add("progress", {"asset": uid, "period": "2026Q3", "method": "11", "revived": number})
                row = {"rule": "H-012", "table": "asset", "uid": uid, "text": "原因", "digest": "", "who": ""}
                edit.put_aux("explanation", f"H-012 {uid}", {**row, "at": ""}, None)
            photo = sandbox / "in" / f"照片{number}.jpg"
            photo.write_bytes(os.urandom(5000))
            attachments.attach(ledger, "asset", uid, photo)
        lineage.split(ledger, uids[7], [{"cost": 1}, {}], rest=1)
        periods.lock(ledger, "2026Q3")
        ledger.undo()
    return made


@pytest.mark.parametrize("how", ["bit", "byte", "page", "zeroed page", "swapped pages", "cut short"])
def test_damage_is_found_by_the_doctor_and_never_written_into(how: str, place: Path) -> None:
    with Ledger.open(place) as ledger:
        good = ledger.backup("好")
        wanted = ledger.fingerprint()
    database = place / "台账.db"
    whole = database.read_bytes()
    chance = random.Random(how)
    found = 0
    for _ in range(ROUNDS):
        broken = _broken(bytearray(whole), how, chance)
        database.write_bytes(broken)
        found += not health.examine(place, full=True).ok
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


def test_a_damaged_attachment_is_found(place: Path) -> None:
    chance = random.Random(3)
    for path in (place / "附件").iterdir():
        whole = path.read_bytes()
        for how in ("bit", "byte", "page", "cut short"):
            path.write_bytes(_broken(bytearray(whole), how, chance))
            report = health.examine(place, full=True)
            assert {p.code for p in report.problems if p.level == "error"} == {"attachment"}
        path.unlink()
        assert not health.examine(place).ok
        path.write_bytes(whole)
    assert health.examine(place, full=True).ok


@pytest.mark.parametrize("how", ["bit", "byte", "page", "zeroed page", "swapped pages"])
def test_a_damaged_file_that_was_not_closed_is_still_found_by_its_content(how: str, place: Path) -> None:
    """Without the seal: what changes a value is found by pages, chain or journal."""
    with Ledger.open(place) as ledger:
        wanted = _content(ledger)
    (place / "占用.lock").unlink()
    database = place / "台账.db"
    whole = database.read_bytes()
    chance = random.Random(how)
    harmful = missed = 0
    for _ in range(ROUNDS):
        database.write_bytes(_broken(bytearray(whole), how, chance))
        if not health.examine(place, full=True).ok:
            harmful += 1
            continue
        (place / "占用.lock").unlink(missing_ok=True)
        with Ledger.open(place, damaged=True) as ledger:
            missed += _content(ledger) != wanted
    print(f"{how} without a seal: {harmful} of {ROUNDS} found, {missed} missed, the others changed nothing")
    assert missed <= 0.01 * harmful


def _content(ledger: Ledger) -> list[object]:
    """All that a clerk would miss: every row of every table, and the journal."""
    found: list[object] = []
    for table in ledger.tables.metadata.sorted_tables:
        found += ledger.conn.execute(table.select().order_by(*table.primary_key)).all()
    return found
