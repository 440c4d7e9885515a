"""The municipal office: a folder of packages is taken in at once, and what was not is named at the end."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from core.cli.main import run
from core.exchange import export
from core.exchange.export import export_package
from tests.core.exchange import reporting

REGIONS = ("500101", "500102", "500103")


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Packages of three districts; the second lost its end on the way."""
    monkeypatch.setattr(export, "_checked", lambda ledger, period, progress: ())
    folder = tmp_path / "收到"
    folder.mkdir()
    for number, region in enumerate(REGIONS):
        with reporting.filled_ledger(tmp_path / region, 4, seed=number + 5) as ledger:
            with ledger.edit("编号") as edit:
                for i, (uid,) in enumerate(list(ledger.select("asset", ["uid"]))):
                    edit.set("asset", uid, {"asset_no": f"{region}-S-2026-{i:05d}"})
            cover = dataclasses.replace(reporting.COVER, region=region, unit=f"{region}国资委")
            export_package(ledger, period=reporting.PERIOD, target=folder, cover=cover)
    second = next(p for p in folder.iterdir() if REGIONS[1] in p.name)
    second.write_bytes(second.read_bytes()[:9000])
    return folder


def command(*words: object) -> tuple[int, dict[str, object], list[str]]:
    outcome, _ = run([str(w) for w in words])
    return outcome.exit, json.loads(json.dumps(outcome.data)), list(outcome.lines)


def test_packages_of_a_folder_come_in_together_and_refused_ones_are_named(
    inbox: Path, tmp_path: Path
) -> None:
    office = tmp_path / "市办"
    assert command("init", "--data", office, "--role", "city", "--region", "500000", "--unit", "市办")[0] == 0
    refused = command(
        "init", "--data", tmp_path / "区", "--role", "district", "--region", "500000", "--unit", "区"
    )
    assert refused[0] == 2, "no district reports for the whole city"
    code, data, lines = command("import", inbox, "--data", office, "--yes")
    assert (code, data["refused"]) == (10, 1)
    assert lines[-2] == "其中 1 个没有装入：" and REGIONS[1] in lines[-1]
    code, found, _ = command("list", "asset", "--data", office)
    rows = found["rows"]
    assert isinstance(rows, list) and len(rows) == 8
    again = command("import", inbox, "--data", office, "--yes")[1]
    assert (again["rows_added"], again["rows_changed"]) == (0, 0)


def test_figures_in_mu_are_mu(inbox: Path, tmp_path: Path) -> None:
    office = tmp_path / "市办"
    command("init", "--data", office, "--role", "city", "--region", "500000", "--unit", "市办")
    command("import", inbox, "--data", office, "--yes")
    data = command("figures", "--data", office, "--period", reporting.PERIOD, "--summary", "domain_path")[1]
    (table,) = data["tables"]  # type: ignore[misc]
    units = [c["unit"] for c in table["columns"]]
    total = table["rows"][-1]["values"]
    square, mu = float(total[units.index("㎡")]), float(total[units.index("亩")])
    assert abs(mu - square * 3 / 2000) < 0.0001
