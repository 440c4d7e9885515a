"""The workbook of a package, saved again by other programs, is read back without a difference but the edits."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from core.exchange.export import PackageSummary
from core.exchange.verify import verify

Edit = tuple[str, str, str | float]
Save = Callable[[Path, Sequence[Edit]], Path]
"""Opens a workbook, changes cells, saves it and tells where."""

EDITS: tuple[Edit, ...] = (
    ("封面", "B12", "李四"),
    ("完善经营清单", "C6", "=改了名字, “一层”\n𠮷"),
    ("调剂使用清单", "P6", "改了"),
    ("进展表", "H5", 12345.67),
)


@pytest.fixture
def book(made: PackageSummary, tmp_path: Path) -> Path:
    """The workbook of a package, taken out of it."""
    with zipfile.ZipFile(made.path) as z:
        name = next(n for n in z.namelist() if n.endswith(".xlsx"))
        return Path(z.extract(name, tmp_path / "取出"))


@pytest.fixture(scope="module")
def exceljs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Node finds ExcelJS."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("没有 Node.js")
    folder = tmp_path_factory.mktemp("exceljs")
    (folder / "save.js").write_text(_SCRIPT, encoding="utf-8")
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "exceljs@4.4.0"]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if told.returncode:
        pytest.skip(f"ExcelJS 装不上：{told.stderr[-300:]}")
    return folder


_SCRIPT = """
const ExcelJS = require("exceljs");
const [source, target, edits] = process.argv.slice(2);
(async () => {
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(source);
  for (const [sheet, cell, value] of JSON.parse(edits)) book.getWorksheet(sheet).getCell(cell).value = value;
  await book.xlsx.writeFile(target);
})();
"""


@pytest.fixture
def by_exceljs(exceljs: Path, tmp_path: Path) -> Save:
    def save(source: Path, edits: Sequence[Edit]) -> Path:
        target = tmp_path / "exceljs.xlsx"
        command = ["node", str(exceljs / "save.js"), str(source), str(target), json.dumps(edits)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return target

    return save


@pytest.fixture
def by_libreoffice(tmp_path: Path) -> Save:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("没有 LibreOffice")

    def save(source: Path, edits: Sequence[Edit]) -> Path:
        if edits:
            book = openpyxl.load_workbook(source)
            for sheet, cell, value in edits:
                # Through `value`, a text that begins with "=" would become a formula.
                made = book[sheet][cell]
                made.value = value
                made.data_type = "s" if isinstance(value, str) else "n"
            book.save(source)
        home = f"-env:UserInstallation=file://{tmp_path}/home"
        command = [program, home, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "另存")]
        subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=300)
        return tmp_path / "另存" / source.name

    return save


@pytest.mark.slow
@pytest.mark.parametrize("program", ["by_exceljs", "by_libreoffice"])
def test_saving_again_is_no_difference_and_edits_are_named_exactly(
    program: str, made: PackageSummary, book: Path, request: pytest.FixtureRequest
) -> None:
    save: Save = request.getfixturevalue(program)
    untouched = save(book, ())
    assert untouched.read_bytes() != book.read_bytes()
    assert verify(untouched).ok and verify(untouched, against=made.path).ok
    verdict = verify(save(book, EDITS), against=made.path)
    found = {(d.sheet, d.cell, d.found) for d in verdict.differences}
    assert found == {(s, c, str(v)) for s, c, v in EDITS}
