"""A workbook that was exported, edited and saved again shows exactly the edited cells."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from core.exchange.export import PackageSummary
from core.exchange.intake import apply, propose
from core.exchange.plan import CHANGED, SAME
from core.records import Ledger


@pytest.fixture
def workbook(made: PackageSummary, tmp_path: Path) -> Path:
    """The workbook of a package, taken out of it."""
    with zipfile.ZipFile(made.path) as z:
        name = next(n for n in z.namelist() if n.endswith(".xlsx"))
        return Path(z.extract(name, tmp_path / "取出"))


def edited(path: Path) -> Path:
    """Two cells of one list changed."""
    wb = openpyxl.load_workbook(path)
    ws = wb["完善经营清单"]
    columns = {
        str(c.value).split("\n")[0]: c.column for row in ws.iter_rows(max_row=4) for c in row if c.value
    }
    ws.cell(5, columns["建筑面积"]).value = 5000.5
    ws.cell(6, columns["坐落"]).value = "河西路 99 号"
    target = path.with_name("改.xlsx")
    wb.save(target)
    return target


def changes(ledger: Ledger, path: Path) -> list[tuple[str, int, dict[str, object]]]:
    plan = propose(path, ledger.standard, ledger=ledger)
    assert {r.state for r in plan.records} <= {SAME, CHANGED}
    return [(r.sheet, r.row, dict(r.after)) for r in plan.records if r.state == CHANGED]


EDITED = [("完善经营清单", 5, {"area_building": 500050}), ("完善经营清单", 6, {"location": "河西路 99 号"})]


def test_an_exported_workbook_changes_nothing(ledger: Ledger, workbook: Path) -> None:
    assert changes(ledger, workbook) == []


def test_only_the_edited_cells_are_changes(ledger: Ledger, workbook: Path) -> None:
    path = edited(workbook)
    assert changes(ledger, path) == EDITED
    apply(ledger, propose(path, ledger.standard, ledger=ledger))
    assert changes(ledger, path) == []


@pytest.mark.slow
def test_only_the_edited_cells_are_changes_after_libreoffice_has_saved(
    ledger: Ledger, workbook: Path, tmp_path: Path
) -> None:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("没有 LibreOffice")
    target = tmp_path / "另存"
    subprocess.run(
        [program, "--headless", "--convert-to", "xlsx", "--outdir", target, edited(workbook)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    assert changes(ledger, target / "改.xlsx") == EDITED


def test_elsewhere_the_same_workbook_is_a_ledger_like_any_other(workbook: Path, ledger: Ledger) -> None:
    plan = propose(workbook, ledger.standard)
    assets = [r for r in plan.records if r.table == "asset"]
    numbers = [str(r.values.get("asset_no")) for r in assets]
    assert len(set(numbers)) == len(numbers) == ledger.totals("asset")["count"]
