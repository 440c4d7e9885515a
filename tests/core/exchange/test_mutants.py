"""Changed packages of every kind: each is refused, or warned of with the name of what differs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import AppError
from core.exchange import export
from core.exchange.export import PackageSummary, export_package
from core.exchange.receive import receive
from core.exchange.verdict import INVALID, VALID
from core.exchange.verify import verify
from core.records import Ledger
from tests.core.exchange import reporting
from tests.core.exchange.mutants import KINDS, Kind, Mutant
from tests.core.exchange.test_verify import entries

SAMPLE = 4
"""Of each kind in the quick test."""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PackageSummary]:
    """A formal package of a small 账套."""
    place = tmp_path_factory.mktemp("原件")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "_checked", lambda ledger, period, progress: ())
        with reporting.filled_ledger(place / "账套") as ledger:
            yield exported(ledger, place)


def exported(ledger: Ledger, place: Path) -> PackageSummary:
    (place / "上报").mkdir()
    now = "2026-10-12 09:00:00"
    return export_package(
        ledger, period=reporting.PERIOD, target=place / "上报", cover=reporting.COVER, now=now
    )


def silent(mutants: Iterator[Mutant] | list[Mutant], place: Path) -> list[str]:
    """The mutants that were taken, or turned down without a reason, a way out or a name."""
    found = []
    for what, data in mutants:
        file = place / "包.zip"
        file.write_bytes(data)
        there = sorted(place.parent.rglob("*"))
        verdict = verify(file)
        told = verdict.reason and verdict.next if verdict.verdict == INVALID else verdict.differences
        named = [d.sheet and (d.cell or d.found) for d in verdict.differences]
        if verdict.ok or verdict.verdict == VALID or not told or not all(named):
            found.append(f"{what}: {verdict.verdict} {verdict.code} {verdict.reason}")
        if verdict.exit_code not in (3, 5, 10) or sorted(place.parent.rglob("*")) != there:
            found.append(f"{what}: exit code {verdict.exit_code}, or something was written")
    return found


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_some_of_each_kind(kind: Kind, original: PackageSummary, tmp_path: Path) -> None:
    mutants = list(kind(original.path.read_bytes(), entries(original.path)))
    assert silent(random.Random(3).sample(mutants, SAMPLE), tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_all_of_each_kind(kind: Kind, original: PackageSummary, tmp_path: Path) -> None:
    mutants = list(kind(original.path.read_bytes(), entries(original.path)))
    print(f"{kind.__name__}: {len(mutants)}")
    assert silent(mutants, tmp_path) == []
    with reporting.new_ledger(tmp_path / "收") as office:
        before = office.fingerprint()
        for _, data in random.Random(4).sample(mutants, SAMPLE):
            (tmp_path / "包.zip").write_bytes(data)
            with pytest.raises(AppError):
                receive(office, tmp_path / "包.zip")
        assert office.fingerprint() == before


def test_a_forgery_that_agrees_in_everything_shows_another_check_code(
    original: PackageSummary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has the program can make a package of other numbers; the stamped paper then shows it."""
    monkeypatch.setattr(export, "_checked", lambda ledger, period, progress: ())
    with reporting.filled_ledger(tmp_path / "账套") as ledger:
        ((uid,),) = list(ledger.select("asset", ["uid"], where="asset_no == '500110-S-2026-00001'"))
        with ledger.edit("改") as edit:
            edit.set("asset", uid, {"net": 1})
        forged = exported(ledger, tmp_path)
    verdict = verify(forged.path)
    assert verdict.verdict == VALID and verdict.manifest["check_code"] != original.check_code
    assert forged.path.name == original.path.name
