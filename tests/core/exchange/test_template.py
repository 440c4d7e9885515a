"""The blank template: drop-downs, help, a marked example; filled by others it reads back cell by cell."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from core.errors import UsageError
from core.excel import styles
from core.excel.rows import protect
from core.exchange.book.fields import target_of
from core.exchange.intake import apply, propose
from core.exchange.template import EXAMPLE, GUIDE, Template, declared_columns, make_template
from core.records import Ledger
from core.standard import load_default, types
from core.standard.model import Sheet as Declaration
from core.standard.model import Standard
from tests.core.exchange import reporting

STANDARD = load_default()
LISTS = [s for s in STANDARD.sheets if s.kind in ("list", "detail")]
PATHS = {"调剂使用清单": "10", "完善经营清单": "20", "转让变现清单": "30"}


@pytest.fixture
def blank(tmp_path: Path) -> Template:
    return make_template(STANDARD, tmp_path / "模板.xlsx")


def written(value: Any, standard: Standard, table: str, code: str) -> Any:
    column = standard.tables[table].column(code)
    assert column is not None
    return None if value is None else types.cell(value, target_of(column))[0]


def fill_by_hand(made: Template, ledger: Ledger) -> dict[str, list[dict[str, Any]]]:
    """Write the ledger's assets into the template with openpyxl, as a unit would by keyboard."""
    book = load_workbook(made.path)
    wanted: dict[str, list[dict[str, Any]]] = {}
    for name, path in PATHS.items():
        declared = next(s for s in STANDARD.sheets if s.name == name)
        codes = [c.code for c in declared_columns(STANDARD.tables["asset"], declared)]
        rows = list(ledger.select("asset", codes, path=path, order=["asset_no"]))
        wanted[name] = [{k: v for k, v in zip(codes, r, strict=True) if v is not None} for r in rows]
        for number, row in enumerate(rows, 6):
            for column, (code, value) in enumerate(zip(codes, row, strict=True), 2):
                cell = book[name].cell(number, column)
                cell.value = written(value, STANDARD, "asset", code)
                if isinstance(cell.value, str):
                    cell.value, cell.data_type = protect(cell.value), "s"
    book.save(made.path)
    return wanted


def read(path: Path) -> dict[str, list[dict[str, Any]]]:
    plan = propose(path, STANDARD)
    assert plan.all_doubts == [] and plan.hidden_sheets == []
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in PATHS}
    for r in plan.records:
        values = {**r.values, **r.shown}
        values.pop("owner_unit", None)
        found[r.sheet].append({k: v for k, v in values.items() if v is not None})
    return found


def test_a_template_filled_by_openpyxl_reads_back_equal(blank: Template, ledger: Ledger) -> None:
    wanted = fill_by_hand(blank, ledger)
    assert read(blank.path) == wanted and any(wanted.values())


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_template_saved_by_libreoffice_reads_back_equal(
    blank: Template, ledger: Ledger, tmp_path: Path
) -> None:
    wanted = fill_by_hand(blank, ledger)
    folder = tmp_path / "另存"
    home = f"-env:UserInstallation=file://{tmp_path}/lo"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(folder),
        str(blank.path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert read(folder / blank.path.name) == wanted


def test_an_imported_template_makes_the_same_assets(blank: Template, ledger: Ledger, tmp_path: Path) -> None:
    fill_by_hand(blank, ledger)
    with reporting.new_ledger(tmp_path / "另一账套") as other:
        done = apply(other, propose(blank.path, STANDARD, ledger=other))
        assert done.added == ledger.totals("asset")["count"]
        assert other.totals("asset") == ledger.totals("asset")


@pytest.mark.parametrize("declared", LISTS, ids=[s.name for s in LISTS])
def test_every_column_of_every_sheet_is_known_again(declared: Declaration, tmp_path: Path) -> None:
    made = make_template(STANDARD, tmp_path / "模板.xlsx", sheets=[declared.name])
    plan = propose(made.path, STANDARD)
    wanted = [c.code for c in declared_columns(STANDARD.tables[declared.table], declared)]
    assert [t.table for t in plan.tables] == [declared.table]
    assert list(plan.tables[0].mapping().values()) == wanted
    assert plan.records == [] and plan.all_doubts == []
    assert [s.why for s in plan.skipped] == ["numbering", "example"]


def test_one_table_can_be_asked_for(tmp_path: Path) -> None:
    made = make_template(STANDARD, tmp_path / "模板.xlsx", table="asset")
    assert list(made.sheets) == ["资产清单"]
    assert load_workbook(made.path).sheetnames == [GUIDE, "资产清单", "字典", "_meta"]


def test_identifiers_are_text_also_below_the_prepared_rows(blank: Template) -> None:
    sheet = load_workbook(blank.path)["调剂使用清单"]
    assert sheet.column_dimensions["B"].number_format == "@"
    assert sheet["B6"].number_format == "@" and sheet["E6"].number_format == "@"


def test_drop_downs_refer_to_the_hidden_dictionary(blank: Template) -> None:
    book = load_workbook(blank.path)
    rules = book["完善经营清单"].data_validations.dataValidation
    assert rules and all(r.formula1.startswith("字典!$") for r in rules)
    assert book["字典"].sheet_state == "hidden"
    titles = {c.value: c.column_letter for c in book["完善经营清单"][3]}
    rule = next(r for r in rules if f"{titles['盘活方式']}6" in r.sqref)
    column = book["字典"][rule.formula1.split("$")[1]]
    offered = [c.value for c in column[1:] if c.value]
    methods = STANDARD.tables["asset"].fields["method"].codes
    assert methods is not None
    assert offered == [i.name for i in methods.items.values() if i.extra.get("path") == "20"]


def test_required_columns_are_shaded_and_each_has_its_help(blank: Template) -> None:
    sheet = load_workbook(blank.path)["调剂使用清单"]
    heads = {str(c.value).split("\n")[0]: c for c in sheet[3]}
    assert heads["资产名称"].fill.fgColor.rgb.endswith(styles.REQUIRED_FILL)
    assert not heads["备注"].fill.fgColor.rgb.endswith(styles.REQUIRED_FILL)
    assert "必填" in heads["账面原值"].comment.text and "万元" in heads["账面原值"].comment.text
    assert sheet["A5"].value == EXAMPLE


def test_unknown_wishes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        make_template(STANDARD, tmp_path / "模板.xlsx", table="nothing")
    with pytest.raises(UsageError):
        make_template(STANDARD, tmp_path / "模板.xlsx", sheets=["没有这张表"])
    assert list(tmp_path.iterdir()) == []
