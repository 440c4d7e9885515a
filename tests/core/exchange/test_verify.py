"""What verify says of good, damaged, edited, foreign and newer packages, and of workbooks that came back."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from core.exchange import package
from core.exchange.export import PackageSummary
from core.exchange.verify import verify

Change = Callable[[dict[str, bytes]], None]


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as z:
        return {n: z.read(n) for n in z.namelist()}


def rebuilt(path: Path, target: Path, change: Change, *, repair: bool = False) -> Path:
    """A copy of a package with changed entries; `repair` corrects the checksums in the manifest."""
    inside = entries(path)
    change(inside)
    if repair:
        hashes = {n: hashlib.sha256(d).hexdigest() for n, d in inside.items()}
        if package.SUMS in inside:
            inside[package.SUMS] = package.sums_text(hashes)
            hashes[package.SUMS] = hashlib.sha256(inside[package.SUMS]).hexdigest()
        m = json.loads(inside["manifest.json"])
        m["entries"] = {
            n: {"sha256": hashes[n], "size": len(d)} for n, d in inside.items() if n != "manifest.json"
        }
        inside["manifest.json"] = json.dumps(m, ensure_ascii=False).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in inside.items():
            z.writestr(name, data)
    return target


def test_a_package_that_was_unzipped_and_zipped_again_is_valid(made: PackageSummary, tmp_path: Path) -> None:
    assert verify(rebuilt(made.path, tmp_path / "a.zip", lambda inside: None)).verdict == "valid"


def test_a_package_from_before_the_list_of_attachments_is_valid(made: PackageSummary, tmp_path: Path) -> None:
    def change(inside: dict[str, bytes]) -> None:
        manifest(format_version=1)(inside)
        del inside[package.SUMS], inside[package.ATTACHMENT_BOOK]

    assert verify(rebuilt(made.path, tmp_path / "a.zip", change, repair=True)).verdict == "valid"


class _InGbk(zipfile.ZipInfo):
    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), 0


def test_windows_and_others_may_zip_a_package_again(made: PackageSummary, tmp_path: Path) -> None:
    """Chinese Windows writes names in GBK and does not say so; many programs list the folders too."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as z:
        z.writestr(zipfile.ZipInfo("data/"), b"")
        z.writestr(zipfile.ZipInfo("standard/rules/"), b"")
        for name, data in entries(made.path).items():
            z.writestr(_InGbk(name), data)
    assert verify(tmp_path / "a.zip").verdict == "valid"


def test_a_package_inside_something_else_is_told_how_to_get_out(made: PackageSummary, tmp_path: Path) -> None:
    for name, way_out in (("报送包/manifest.json", "原来的"), (made.path.name, "先解压")):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as z:
            z.writestr(name, b"{}")
        verdict = verify(tmp_path / "a.zip")
        assert verdict.code == "not-a-package" and way_out in verdict.next


def book_name(inside: dict[str, bytes]) -> str:
    return next(n for n in inside if n.endswith(".xlsx"))


def with_cell(data: bytes, sheet: str, cell: str, value: object) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    book[sheet][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def manifest(**changes: object) -> Change:
    def change(inside: dict[str, bytes]) -> None:
        m = json.loads(inside["manifest.json"]) | changes
        inside["manifest.json"] = json.dumps(m, ensure_ascii=False).encode()

    return change


def test_a_fresh_package_is_valid(made: PackageSummary) -> None:
    verdict = verify(made.path)
    assert (verdict.ok, verdict.verdict, verdict.exit_code) == (True, "valid", 0)
    assert verdict.totals["asset"]["count"] == 12 and verdict.manifest["check_code"] == made.check_code


def test_a_cut_file_is_damaged(made: PackageSummary, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(made.path.read_bytes()[:5000])
    verdict = verify(tmp_path / "a.zip")
    assert (verdict.code, verdict.exit_code) == ("damaged", 5) and verdict.next


def test_an_entry_with_flipped_bits_is_named(made: PackageSummary, tmp_path: Path) -> None:
    data = bytearray(made.path.read_bytes())
    with zipfile.ZipFile(made.path) as z:
        info = z.getinfo("data/asset.csv")
    data[info.header_offset + 30 + len(info.filename.encode()) + 20] ^= 255
    (tmp_path / "a.zip").write_bytes(data)
    verdict = verify(tmp_path / "a.zip")
    assert (verdict.code, verdict.exit_code) == ("damaged", 5) and "data/asset.csv" in verdict.reason


def test_an_edited_entry_is_named_and_is_not_called_damaged(made: PackageSummary, tmp_path: Path) -> None:
    def change(inside: dict[str, bytes]) -> None:
        inside["data/asset.csv"] = inside["data/asset.csv"].replace("古南".encode(), "古北".encode())

    verdict = verify(rebuilt(made.path, tmp_path / "a.zip", change))
    assert (verdict.code, verdict.exit_code) == ("edited", 5) and "data/asset.csv" in verdict.reason


def test_repaired_checksums_do_not_hide_edited_data(made: PackageSummary, tmp_path: Path) -> None:
    def change(inside: dict[str, bytes]) -> None:
        inside["data/asset.csv"] = inside["data/asset.csv"].replace("古南".encode(), "古北".encode())

    verdict = verify(rebuilt(made.path, tmp_path / "a.zip", change, repair=True))
    assert (verdict.code, verdict.exit_code) == ("edited", 5) and "校验码" in verdict.reason


def test_a_cell_edited_with_repaired_checksums_is_named(made: PackageSummary, tmp_path: Path) -> None:
    def change(inside: dict[str, bytes]) -> None:
        inside[book_name(inside)] = with_cell(inside[book_name(inside)], "封面", "B6", "别的单位")

    verdict = verify(rebuilt(made.path, tmp_path / "a.zip", change, repair=True))
    assert (verdict.verdict, verdict.exit_code) == ("warning", 10)
    only, *looks = verdict.differences  # openpyxl saved the workbook, and other parts are not ours any more
    assert not any(d.cell.isalnum() for d in looks)
    assert (only.sheet, only.cell, only.found) == ("封面", "B6", "别的单位")


@pytest.mark.parametrize(
    ("change", "code", "exit_code", "word"),
    [
        (manifest(format="other"), "not-a-package", 3, "格式"),
        (manifest(format_version=99), "newer-program", 3, "更新版本"),
        (manifest(fingerprint="0" * 64), "edited", 5, "fingerprint"),
        (manifest(check_code="0" * 12), "edited", 5, "校验码"),
        (manifest(version=2), "edited", 5, "校验码"),
        (manifest(period="2026Q4"), "edited", 5, "校验码"),
        (manifest(rows={}), "edited", 5, "rows"),
        (manifest(totals={}), "edited", 5, "totals"),
        (manifest(period=3), "edited", 5, "period"),
        (manifest(surprise=1), "edited", 5, "surprise"),
        (lambda i: i.pop("manifest.json"), "edited", 5, "manifest.json"),
        (lambda i: i.pop("audit.json"), "edited", 5, "audit.json"),
        (lambda i: i.update({"audit2.json": b"x"}), "edited", 5, "audit2.json"),
        (lambda i: i.update({"manifest.json": b"{"}), "damaged", 5, "manifest.json"),
    ],
)
def test_each_change_is_refused_with_its_own_reason(
    made: PackageSummary, tmp_path: Path, change: Change, code: str, exit_code: int, word: str
) -> None:
    verdict = verify(rebuilt(made.path, tmp_path / "a.zip", change))
    assert (verdict.verdict, verdict.code, verdict.exit_code) == ("invalid", code, exit_code)
    assert word in verdict.reason and verdict.next


def test_an_unknown_standard_is_offered_as_the_packages_own(
    made: PackageSummary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.exchange.verdict.available", lambda: ())
    verdict = verify(made.path)
    assert (verdict.code, verdict.exit_code, verdict.verdict) == ("unknown-standard", 3, "warning")
    assert "随包口径" in verdict.next and verdict.manifest["standard"]["id"] not in verdict.reason
    assert verify(made.path, known=[verdict.manifest["standard"]["hash"]]).ok


@pytest.mark.parametrize("name", ["../x", "/x", "C:\\x", "a/../../x", "CON", "MANIFEST.JSON"])
def test_unsafe_names_are_refused_and_nothing_is_written(
    made: PackageSummary, tmp_path: Path, name: str
) -> None:
    before = sorted(p.name for p in tmp_path.rglob("*"))
    target = rebuilt(made.path, tmp_path / "a.zip", lambda i: i.update({name: b"x"}))
    verdict = verify(target)
    assert (verdict.code, verdict.exit_code) == ("unsafe-zip", 3)
    target.unlink()
    assert sorted(p.name for p in tmp_path.rglob("*")) == before


def test_other_files_are_no_package(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"hello")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as z:
        z.writestr("readme.txt", "x")
    for name in ("a.zip", "b.zip", "missing.zip"):
        assert verify(tmp_path / name).exit_code == 3


# --- workbooks that came back -------------------------------------------------------


def extracted(made: PackageSummary, tmp_path: Path) -> Path:
    inside = entries(made.path)
    (tmp_path / "book.xlsx").write_bytes(inside[book_name(inside)])
    return tmp_path / "book.xlsx"


def saved_again(path: Path, *changes: tuple[str, str, object]) -> Path:
    """The workbook as another program saves it (openpyxl), with some cells changed."""
    book = openpyxl.load_workbook(path)
    for sheet, cell, value in changes:
        book[sheet][cell] = value
    book.save(path)
    return path


def test_a_workbook_alone_is_checked_by_its_digests(made: PackageSummary, tmp_path: Path) -> None:
    book = extracted(made, tmp_path)
    assert verify(book).ok and verify(book).manifest["check_code"] == made.check_code


def test_a_changed_row_of_a_workbook_alone_is_named(made: PackageSummary, tmp_path: Path) -> None:
    sheet = "调剂使用清单"
    book = saved_again(extracted(made, tmp_path), (sheet, "C5", "改了名字"))
    verdict = verify(book)
    assert (verdict.verdict, verdict.exit_code) == ("warning", 10)
    assert [(d.sheet, d.cell) for d in verdict.differences] == [(sheet, "第 5 行")]


def test_against_the_package_the_very_cells_are_named(made: PackageSummary, tmp_path: Path) -> None:
    book = saved_again(extracted(made, tmp_path), ("完善经营清单", "C6", "改了"), ("封面", "B12", "李四"))
    verdict = verify(book, against=made.path)
    assert {(d.sheet, d.cell, d.found) for d in verdict.differences} == {
        ("完善经营清单", "C6", "改了"),
        ("封面", "B12", "李四"),
    }
    assert verdict.exit_code == 10 and "完善经营清单 C6" in verdict.reason


def test_sorting_rows_is_no_change(made: PackageSummary, tmp_path: Path) -> None:
    path = extracted(made, tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = next(book[n] for n in ("调剂使用清单", "完善经营清单", "转让变现清单") if book[n].max_row >= 8)
    for column in range(1, sheet.max_column + 1):
        a, b = sheet.cell(5, column), sheet.cell(6, column)
        a.value, b.value = b.value, a.value
    book.save(path)
    assert verify(path).ok and verify(path, against=made.path).ok


def test_removed_and_added_rows_are_named(made: PackageSummary, tmp_path: Path) -> None:
    path = extracted(made, tmp_path)
    book = openpyxl.load_workbook(path)
    book["转让变现清单"].delete_rows(5)
    book.save(path)
    verdict = verify(path, against=made.path)
    assert [(d.sheet, d.cell) for d in verdict.differences] == [("转让变现清单", "A5")]
    assert "缺少" in verdict.differences[0].found


def test_the_check_code_on_the_cover_is_that_of_the_manifest(made: PackageSummary, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(extracted(made, tmp_path))
    texts = [str(c.value) for row in book["封面"].iter_rows() for c in row if c.value]
    shown = [re.sub(" ", "", t).lower() for t in texts]
    assert made.check_code in shown and made.fingerprint in shown
