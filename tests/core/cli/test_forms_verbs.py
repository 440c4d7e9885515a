"""The verbs template, fill and diff: JSON of DESIGN §4, exit codes, words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from core.cli.main import run
from core.cli.outcome import Outcome
from core.exchange import export
from core.exchange.export import export_package
from core.records import Ledger
from tests.core.exchange import blank_forms, reporting


@pytest.fixture
def place(tmp_path: Path) -> Path:
    reporting.filled_ledger(tmp_path / "账套").close()
    return tmp_path / "账套"


def call(*words: object) -> Outcome:
    return run([*map(str, words), "--json"])[0]


def report(place: Path, out: Path) -> Path:
    out.mkdir(exist_ok=True)
    with Ledger.open(place) as ledger:
        return export_package(ledger, period=reporting.PERIOD, target=out, cover=reporting.COVER).path


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "_checked", lambda ledger, period, progress: ())


def test_template_needs_no_ledger(tmp_path: Path) -> None:
    done = call("template", "--data", tmp_path, "--out", tmp_path / "模板.xlsx", "--table", "asset")
    assert done.exit == 0 and list(done.data["sheets"]) == ["资产清单"]
    assert "资产清单" in load_workbook(tmp_path / "模板.xlsx").sheetnames


def test_template_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    done = call("template", "--data", tmp_path, "--out", tmp_path / "模板.xlsx", "--sheet", "没有")
    assert done.exit == 2 and "可用" in done.data["next"] and not (tmp_path / "模板.xlsx").exists()


def test_fill_tells_columns_without_a_source(place: Path, tmp_path: Path) -> None:
    form = blank_forms.bare_header(tmp_path / "空表.xlsx")
    done = call("fill", form, "--data", place, "--out", tmp_path / "填好.xlsx")
    assert done.exit == 10 and done.data["rows"] == 12
    assert done.data["tables"][0]["without_source"] == [{"column": "I", "title": "分管领导批示"}]
    assert any("未填的列：分管领导批示" in line for line in done.lines)


def test_fill_takes_the_decisions_of_a_file_and_keeps_them(place: Path, tmp_path: Path) -> None:
    form = blank_forms.bare_header(tmp_path / "空表.xlsx")
    decisions = tmp_path / "对应.json"
    decisions.write_text(json.dumps({"mapping": {"I": "note"}}), "utf-8")
    words = ("fill", form, "--data", place, "--out", tmp_path / "一.xlsx")
    done = call(*words, "--map", decisions, "--keep", "市局表")
    assert done.exit == 0 and done.data["tables"][0]["mapping"]["I"] == "note"
    again = call("fill", form, "--data", place, "--out", tmp_path / "二.xlsx")
    assert again.data["tables"][0]["mapping"]["I"] == "note"


def test_diff_of_a_package_and_the_ledger(place: Path, tmp_path: Path, calm: None) -> None:
    package = report(place, tmp_path / "上报")
    same = call("diff", package, "--data", place)
    assert same.exit == 0 and same.data["same"] and same.data["sentences"] == ["两者数据完全相同。"]
    with Ledger.open(place) as ledger:
        (uid, net), *_ = ledger.select("asset", ["uid", "net"], path="10")
        with ledger.edit("改", why="重新核实") as edit:
            edit.set("asset", uid, {"path": "20", "net": net + 123_456_00})
            edit.add("asset", {"name": "新登记", "path": "30", "net": 1_000_000_00})
    done = call("diff", package, "--data", place)
    said = "".join(done.data["sentences"])
    assert done.exit == 10 and "新增 1 项" in said and "路径改变 1 项" in said and "调增 12.35 万元" in said
    assert any(c["field"] == "盘活路径" and c["after"] == "完善经营" for c in done.data["changes"])


def test_diff_of_two_packages_and_since_the_last_report(place: Path, tmp_path: Path, calm: None) -> None:
    first = report(place, tmp_path / "一")
    with Ledger.open(place) as ledger, ledger.edit("加", why="补登") as edit:
        edit.add("asset", {"name": "新登记", "path": "30"})
    since = call("diff", "--data", place)
    assert since.exit == 10 and since.data["after"] == "账套现有数据"
    second = report(place, tmp_path / "二")
    done = call("diff", first, second)
    assert done.data["sentences"] == since.data["sentences"]
    assert call("diff", "--data", place).data["same"]


def test_diff_without_any_report_says_so(place: Path) -> None:
    done = call("diff", "--data", place)
    assert done.exit == 2 and done.data["code"] == "nothing-reported"


def test_print_refuses_other_endings_and_subjects(place: Path, tmp_path: Path) -> None:
    assert call("print", "--data", place, "--what", "cover", "--out", tmp_path / "a.txt").exit == 2
    done = call("print", "--data", place, "--what", "poster", "--out", tmp_path / "a.pdf")
    assert done.exit == 2 and "封面" not in done.data["next"] and "cover" in done.data["next"]
