"""The main job by the command: messy ledger in, checked, corrected, package out, proven, read back."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.cli import demo
from core.standard.load import newest, standards_root

Panhuo = Callable[..., tuple[int, dict[str, Any]]]
INTAKE = Path(__file__).resolve().parents[1] / "data" / "intake"
MAP = {
    "asset_no": "asset_code",
    "name": "asset_name",
    "asset_class_name": "category",
    "owner_unit_name": "unit_name",
    "location": "address",
    "use_status_name": "status",
    "note": "remark",
    "owner_uscc": "credit_code",
    "cost": "original_value_yuan",
    "net": "net_value_yuan",
    "area_land": "land_area_m2",
    "area_building": "building_area_m2",
    "acquire_date": "acquired_date",
    "path_name": "path",
}


@pytest.mark.parametrize("ledger", ["L01", "L03", "L06", "L07", "L10"])
def test_the_five_ledgers_come_in_without_a_wrong_cell_or_a_silent_one(
    ledger: str, data: Path, tmp_path: Path, panhuo: Panhuo
) -> None:
    source = next(INTAKE.glob(f"{ledger}*"))
    code, told = panhuo("import", source, "--data", data, "--yes")
    assert code in (0, 10) and told["ok"]
    _, rows = panhuo("list", "asset", "--data", data)
    (tmp_path / "rows.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    (tmp_path / "map.json").write_text(json.dumps(MAP), encoding="utf-8")
    command = [
        sys.executable,
        INTAKE / "score_import.py",
        INTAKE / "keys" / f"{ledger}.json",
        "rows.json",
        "--map",
        "map.json",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    score = json.loads(done.stdout)
    assert score["pass"], score


def test_the_same_file_twice_changes_nothing_the_second_time(data: Path, panhuo: Panhuo) -> None:
    source = next(INTAKE.glob("L06*"))
    panhuo("import", source, "--data", data, "--yes")
    _, before = panhuo("fingerprint", "--data", data)
    _, told = panhuo("import", source, "--data", data, "--yes")
    assert (told["rows_added"], told["rows_changed"], told["rows_same"]) == (0, 0, 40)
    assert panhuo("fingerprint", "--data", data)[1] == before


def test_without_consent_nothing_is_imported(data: Path, panhuo: Panhuo) -> None:
    code, told = panhuo("import", demo.sample(demo.MESSY), "--data", data)
    assert code == 3 and not told["ok"] and told["doubts"]
    assert panhuo("list", "asset", "--data", data)[1]["count"] == 0


def test_findings_block_the_report_and_a_draft_says_so(
    data: Path, tmp_path: Path, cover: Path, panhuo: Panhuo
) -> None:
    panhuo("import", demo.sample(demo.MESSY), "--data", data, "--yes")
    out = tmp_path / "out"
    code, told = panhuo("export", "--data", data, "--period", "2026Q3", "--out", out, "--cover", cover)
    assert code == 10 and not told["ok"] and told["counts"]["error"]
    assert not list(out.iterdir())
    code, told = panhuo("export", "--data", data, "--period", "2026Q3", "--out", out, "--draft")
    assert code == 0 and told["nature"] == "草稿" and "草稿" in Path(told["path"]).name
    _, verdict = panhuo("verify", told["path"])
    assert "草稿" in verdict["reason"]


@pytest.fixture
def reported(data: Path, tmp_path: Path, cover: Path, panhuo: Panhuo) -> Path:
    """A formal package made from the complete sample."""
    panhuo("import", demo.sample(demo.COMPLETE), "--data", data, "--yes")
    code, told = panhuo(
        "export", "--data", data, "--period", "2026Q3", "--out", tmp_path / "out", "--cover", cover
    )
    assert code == 0, told
    assert told["nature"] == "正式" and told["version"] == 1
    return Path(told["path"])


def test_a_reported_package_is_valid_and_comes_back_equal(
    reported: Path, data: Path, tmp_path: Path, panhuo: Panhuo
) -> None:
    code, verdict = panhuo("verify", reported)
    assert (code, verdict["verdict"]) == (0, "valid")
    other = tmp_path / "空账套"
    panhuo("init", "--data", other, "--role", "city", "--region", "500110", "--unit", "市办")
    code, told = panhuo("import", reported, "--data", other, "--yes")
    assert code == 0, told
    assert panhuo("fingerprint", "--data", other)[1] == panhuo("fingerprint", "--data", data)[1]


def test_each_list_holds_the_rows_of_its_path_and_every_amount_equals_the_database(
    reported: Path, data: Path, tmp_path: Path, panhuo: Panhuo
) -> None:
    with zipfile.ZipFile(reported) as z:
        name = next(n for n in z.namelist() if n.endswith(".xlsx"))
        z.extract(name, tmp_path)
    book = openpyxl.load_workbook(tmp_path / name)
    for path, sheet_name in (("10", "调剂使用"), ("20", "完善经营"), ("30", "转让变现")):
        sheet = book[next(s for s in book.sheetnames if sheet_name in s)]
        cells = [
            [c.value.replace("\n", "") if isinstance(c.value, str) else c.value for c in r]
            for r in sheet.iter_rows()
        ]
        header = next(i for i, row in enumerate(cells) if "资产名称" in row)
        at = {
            label: cells[header].index(label)
            for label in ("资产名称", "账面原值（万元）", "账面净值（万元）")
        }
        rows = {
            row[at["资产名称"]]: row for row in cells[header + 1 :] if row[at["账面原值（万元）"]] is not None
        }
        _, listed = panhuo("list", "asset", "--data", data, "--path", path)
        for record in listed["rows"]:
            row = rows[record["values"]["name"]]
            for code, label in (("cost", "账面原值（万元）"), ("net", "账面净值（万元）")):
                assert round(float(row[at[label]]) * 10_000, 2) == float(record["values"][code])


def test_one_changed_cell_is_named_against_the_package(
    reported: Path, tmp_path: Path, panhuo: Panhuo
) -> None:
    with zipfile.ZipFile(reported) as z:
        name = next(n for n in z.namelist() if n.endswith(".xlsx"))
        z.extract(name, tmp_path)
    book = openpyxl.load_workbook(tmp_path / name)
    sheet = book[next(s for s in book.sheetnames if "调剂使用" in s)]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "原古南粮站仓库")
    cell.value = "改过的名称"
    book.save(tmp_path / "changed.xlsx")
    code, verdict = panhuo("verify", tmp_path / "changed.xlsx", "--against", reported)
    assert code == 10
    assert [(d["cell"], d["found"]) for d in verdict["differences"] if d["sheet"] == sheet.title] == [
        (cell.coordinate, "改过的名称")
    ]


def test_the_demo_tells_what_came_in_what_was_found_and_what_the_package_holds(
    tmp_path: Path, panhuo: Panhuo
) -> None:
    code, told = panhuo("demo", "--out", tmp_path)
    assert code in (0, 10)
    assert told["rows_read"] == 10 and told["doubts"] and told["counts"] and told["verdict"] != "invalid"
    assert Path(told["path"]).is_file()


def test_a_field_added_to_the_standard_appears_everywhere_without_python(
    tmp_path: Path, panhuo: Panhuo, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "standards"
    shutil.copytree(standards_root(), root)
    table = root.joinpath(*newest().split("@"), "tables", "asset.toml")
    field = '\nelevator_count = { label = "电梯台数", type = "integer", unit = "台", list = true, synonyms = ["电梯数"] }\n'
    table.write_text(table.read_text("utf-8") + field, "utf-8")
    monkeypatch.setattr(import_module("core.standard.load"), "standards_root", lambda: root)
    from core.standard.load import load_named

    load_named.cache_clear()
    try:
        _journey_with_elevators(tmp_path, panhuo)
    finally:
        load_named.cache_clear()


def _journey_with_elevators(tmp_path: Path, panhuo: Panhuo) -> None:
    data = tmp_path / "账套"
    panhuo("init", "--data", data, "--role", "district", "--region", "500110", "--unit", "甲")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["资产名称", "坐落", "盘活路径", "电梯数"],
        ["甲楼", "綦江区一路1号", "调剂使用", 3],
        ["乙楼", "綦江区二路2号", "完善经营", 2],
    ):
        sheet.append(row)
    book.save(tmp_path / "电梯.xlsx")
    panhuo("import", tmp_path / "电梯.xlsx", "--data", data, "--yes")
    _, listed = panhuo("list", "asset", "--data", data, "--where", "elevator_count > 2")
    assert [r["values"]["elevator_count"] for r in listed["rows"]] == ["3"]
    uid = listed["rows"][0]["uid"]
    panhuo("set", uid, "elevator_count", "5", "--data", data)
    _, made = panhuo("export", "--data", data, "--period", "2026Q3", "--out", tmp_path, "--draft")
    assert made["ok"], made
    with zipfile.ZipFile(made["path"]) as z:
        name = next(n for n in z.namelist() if n.endswith(".xlsx"))
        z.extract(name, tmp_path)
        assert b"elevator_count" in z.read("data/asset.csv").splitlines()[0]
    exported = openpyxl.load_workbook(tmp_path / name)
    sheet = exported[next(s for s in exported.sheetnames if "调剂使用" in s)]
    texts = [str(c.value) for row in sheet.iter_rows() for c in row]
    assert any("电梯台数" in t for t in texts) and "5" in texts


def test_a_folder_of_files_comes_in_file_by_file_and_one_refusal_keeps_none_out(
    data: Path, tmp_path: Path, panhuo: Panhuo
) -> None:
    folder = tmp_path / "各单位"
    folder.mkdir()
    for source in (next(INTAKE.glob("L03*")), next(INTAKE.glob("L07*"))):
        shutil.copy(source, folder)
    (folder / "说明.xlsx").write_bytes(b"%PDF-1.4 not a table")
    (folder / "~$打开着.xlsx").write_bytes(b"x")
    code, told = panhuo("import", folder, "--data", data, "--yes")
    assert code == 10 and told["ok"]
    assert (told["rows_added"], told["refused"], len(told["left_out"])) == (65, 1, 1)
    assert all(f["ok"] or (f["reason"] and f["next"]) for f in told["files"])


def test_the_clerks_own_file_comes_back_marked_and_its_correction_changes_only_those_rows(
    data: Path, tmp_path: Path, panhuo: Panhuo
) -> None:
    _, told = panhuo("import", demo.sample(demo.MESSY), "--data", data, "--yes", "--marked", tmp_path)
    book = openpyxl.load_workbook(told["marked"])
    sheet = book["清查明细"]
    header = next(c for row in sheet.iter_rows() for c in row if c.value == "错误说明")
    remark = sheet.cell(6, header.column)
    assert "科学计数法" in str(remark.value)
    sheet["C6"] = "11500110MB1B40119B"
    book.save(tmp_path / "改好.xlsx")
    _, again = panhuo("import", tmp_path / "改好.xlsx", "--data", data, "--yes")
    assert (again["rows_added"], again["rows_changed"]) == (0, 1)
