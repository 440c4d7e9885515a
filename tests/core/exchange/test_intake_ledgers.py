"""Awkward ledgers come in right, or say why not: every row, every cell, nothing silent, no phantom."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.excel import child, reading
from core.exchange.columns import target_field
from core.exchange.intake import plan_book, propose
from core.exchange.plan import Plan, PlannedRecord
from core.standard import Standard, load_default
from core.standard.types import to_text
from tests.core.exchange import ledgers
from tests.core.exchange.ledgers import LEDGERS
from tests.core.exchange.ledgers.making import Expected

DATA = Path(__file__).resolve().parents[2] / "data" / "intake"
MAP = {
    "asset_no": "asset_code",
    "name": "asset_name",
    "asset_class_name": "category",
    "owner_unit_name": "unit_name",
    "location": "address",
    "use_status_name": "status",
    "cert_no": "cert_no",
    "note": "remark",
    "owner_uscc": "credit_code",
    "cost": "original_value_yuan",
    "net": "net_value_yuan",
    "area_land": "land_area_m2",
    "area_building": "building_area_m2",
    "acquire_date": "acquired_date",
    "idle_since": "idle_since",
    "path_name": "path",
}


def texts(record: PlannedRecord, standard: Standard) -> dict[str, str]:
    """The values of a record in canonical text, codes also by name."""
    out: dict[str, str] = {}
    table = standard.tables[record.table]
    for code, value in {**record.values, **record.shown}.items():
        column = table.column(code)
        assert column is not None
        f = target_field(column)
        out[code] = to_text(value, f)
        if f.codes is not None and value is not None:
            out[code + "_name"] = f.codes.name_of(str(value))
    return out


def rows_of(plan: Plan, standard: Standard) -> list[dict[str, Any]]:
    return [
        {
            "source": {"sheet": r.sheet, "row": r.row},
            "values": texts(r, standard),
            "flags": sorted({d.field for d in r.doubts if d.field}),
        }
        for r in plan.records
        if not r.left_out
    ]


@pytest.mark.parametrize("key", sorted((DATA / "keys").glob("*.json")), ids=lambda p: p.stem)
def test_the_five_ledgers_come_in_whole_and_nothing_is_silent(key: Path, tmp_path: Path) -> None:
    standard = load_default()
    plan = propose(DATA / json.loads(key.read_text("utf-8"))["file"], standard)
    (tmp_path / "rows.json").write_text(json.dumps({"rows": rows_of(plan, standard)}), "utf-8")
    (tmp_path / "map.json").write_text(json.dumps(MAP), "utf-8")
    answer = subprocess.run(
        [
            sys.executable,
            DATA / "score_import.py",
            key,
            tmp_path / "rows.json",
            "--map",
            tmp_path / "map.json",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    score = json.loads(answer.stdout)
    assert score["pass"], score
    assert not score["totals_differ"], score


@pytest.mark.parametrize("name", LEDGERS)
def test_an_awkward_ledger_comes_in_right_or_says_why_not(name: str, tmp_path: Path) -> None:
    make = LEDGERS[name]
    want = make(tmp_path)
    # Formats differ in how they are read; the others need no process of their own each.
    read = (
        child.read
        if make.__module__ in (ledgers.formats.__name__, ledgers.texts.__name__)
        else reading.read_file
    )
    standard = load_default()
    plan = plan_book(read(want.path), want.path, standard, answers=want.answers)
    problems = compare(plan, want, standard)
    assert not problems, "\n".join(problems)


def compare(plan: Plan, want: Expected, standard: Standard) -> list[str]:
    """Everything in which a plan differs from its key."""
    problems: list[str] = []
    found = {(r.sheet, r.row): r for r in plan.records if not r.left_out}
    names = {r.name: r for r in plan.records if not r.left_out}
    count = len([r for r in plan.records if not r.left_out])
    if count != len(want.rows):
        got = [(r.sheet, r.row, r.name) for r in plan.records if not r.left_out]
        problems.append(
            f"{count} rows instead of {len(want.rows)}: {got}; skipped {[(s.row, s.why) for s in plan.skipped]}"
        )
    for place, values in want.rows.items():
        # Rows of cards and of side-by-side blocks are found by name (their place is not one row).
        record = found.get(place) if place[1] > 0 else names.get(values["name"])
        if record is None:
            problems.append(f"missing {place} {values.get('name')}")
            continue
        got = texts(record, standard)
        flagged = {d.field for d in record.doubts}
        for code, wanted in values.items():
            field = code.removesuffix("_name") if code != "owner_unit_name" else code
            text = got.get(code, "")
            must = wanted.startswith("!")
            if must and field not in flagged:
                problems.append(f"{place} {code}: {text!r} went in silently")
            if text != wanted.removeprefix("!"):
                problems.append(
                    f"{place} {code}: {text!r} instead of {wanted!r} {[d.text for d in record.doubts if d.field == field]}"
                )
            if not must and field in flagged:
                problems.append(
                    f"{place} {code}: needlessly doubted: {[d.text for d in record.doubts if d.field == field]}"
                )
    if tuple(plan.hidden_sheets) != want.hidden:
        problems.append(f"hidden sheets {plan.hidden_sheets}")
    told = {d.code for d in plan.all_doubts}
    problems += [f"not told: {code}" for code in want.doubts if code not in told]
    return problems
