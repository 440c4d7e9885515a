"""What changed in the closed file without a transaction is found at the next opening."""

from __future__ import annotations

import json
import random
import sqlite3
from pathlib import Path

import pytest

from core.errors import DamagedError
from core.records import Ledger
from core.storage import seal
from core.storage.lock import NAME, stored_seal


def _flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << random.Random(at).randrange(8)
    path.write_bytes(bytes(data))


def test_any_flipped_bit_is_found_before_the_file_is_written_to(place: Path) -> None:
    database = place / "台账.db"
    whole = database.read_bytes()
    chance = random.Random(6)
    for at in [chance.randrange(len(whole)) for _ in range(30)]:
        _flip(database, at)
        flipped = database.read_bytes()
        for readonly in (True, False):
            with pytest.raises(DamagedError):
                Ledger.open(place, readonly=readonly)
        assert database.read_bytes() == flipped
        database.write_bytes(whole)
    Ledger.open(place).close()


def test_a_damaged_file_can_be_looked_at_and_never_written(place: Path) -> None:
    database = place / "台账.db"
    _flip(database, len(database.read_bytes()) - 10)
    flipped = database.read_bytes()
    with Ledger.open(place, damaged=True) as ledger:
        assert ledger.damage and ledger.readonly
        assert ledger.totals("asset")["count"] == 50
        with pytest.raises(DamagedError, match="不能修改"), ledger.edit("改"):
            pass
    assert database.read_bytes() == flipped


def test_the_newest_good_backup_is_offered(place: Path) -> None:
    with Ledger.open(place) as ledger:
        good = ledger.backup("好")
        bad = ledger.backup("坏")
    _flip(bad, 5000)
    _flip(place / "台账.db", 5000)
    with pytest.raises(DamagedError) as refused:
        Ledger.open(place)
    assert good.name in refused.value.next
    assert refused.value.data == {"backup": str(good)}  # type: ignore[attr-defined]


def test_without_a_backup_the_way_out_is_another(place: Path) -> None:
    _flip(place / "台账.db", 5000)
    with pytest.raises(DamagedError, match="改动或已损坏") as refused:
        Ledger.open(place)
    assert "复制整个账套文件夹" in refused.value.next


def test_a_change_by_another_program_breaks_no_seal(place: Path) -> None:
    with sqlite3.connect(place / "台账.db") as conn:
        conn.execute("UPDATE meta SET value = '李四' WHERE key = 'operator'")
    conn.close()
    with Ledger.open(place) as ledger:
        assert ledger.operator == "李四"


def test_without_a_seal_the_pages_are_asked(place: Path) -> None:
    (place / NAME).unlink()
    database = place / "台账.db"
    whole = bytearray(database.read_bytes())
    whole[8192:12288] = bytes(4096)
    database.write_bytes(bytes(whole))
    with pytest.raises(DamagedError):
        Ledger.open(place)


def test_the_seal_follows_each_change_and_only_a_change(place: Path) -> None:
    first = stored_seal(place)
    Ledger.open(place).close()
    assert stored_seal(place) == first == seal.make(place / "台账.db")
    with Ledger.open(place) as ledger:
        ledger.set_meta("k", "v")
    assert stored_seal(place) == seal.make(place / "台账.db") != first


def test_a_seal_written_by_anything_else_says_nothing() -> None:
    for note in (None, {}, [], {"size": "x"}, json.loads('{"size": 1}')):
        assert seal.Seal.read(note) is None
