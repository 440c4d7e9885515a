"""The package that goes up: blocked when it must be, written the same way each time, and complete."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import python_calamine

from core.errors import SurroundingsError, UsageError
from core.exchange import cover, export, package
from core.exchange.blocked import Blocked
from core.exchange.export import PackageSummary, export_package
from core.exchange.verify import verify
from core.findings import Finding
from core.records import Ledger
from tests.core.exchange.reporting import COVER, NAMES, PERIOD, attach, filled_ledger, new_ledger

LISTS = {"10": "调剂使用清单", "20": "完善经营清单", "30": "转让变现清单"}


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as z:
        return {n: z.read(n) for n in z.namelist()}


def workbook(path: Path, folder: Path) -> python_calamine.CalamineWorkbook:
    book = next(n for n in entries(path) if n.endswith(".xlsx"))
    (folder / "book.xlsx").write_bytes(entries(path)[book])
    return python_calamine.load_workbook(str(folder / "book.xlsx"))


def listed(book: python_calamine.CalamineWorkbook, sheet: str) -> list[dict[str, object]]:
    """The data rows of a list sheet by their titles."""
    found = book.get_sheet_by_name(sheet).to_python()
    titles = [str(t).replace("\n", "") for t in found[2]]
    return [dict(zip(titles, row, strict=True)) for row in found[4:] if isinstance(row[0], float)]


def test_name_and_version_follow_the_rule(made: PackageSummary) -> None:
    assert made.path.name == "渝国资盘活_500110_綦江区国有资产监督管理委员会_2026Q3_V01_正式_20261012.zip"
    assert (made.version, made.nature, len(made.check_code)) == (1, "正式", 12)
    assert [p.name for p in made.path.parent.iterdir()] == [made.path.name]


def test_manifest_tells_what_is_inside(made: PackageSummary, ledger: Ledger) -> None:
    inside = entries(made.path)
    manifest = json.loads(inside["manifest.json"])
    assert set(manifest["entries"]) == set(inside) - {"manifest.json"}
    assert manifest["totals"]["asset"]["net"] == ledger.totals("asset")["net"]
    assert manifest["rows"]["asset"] == 12 and manifest["fingerprint"] == ledger.fingerprint()
    assert {n for n in inside if n.startswith("standard/")} == {
        f"standard/{n}" for n in ledger.standard.files
    }


def test_each_list_holds_the_rows_of_its_path_and_the_exact_amounts(
    made: PackageSummary, ledger: Ledger, tmp_path: Path
) -> None:
    book = workbook(made.path, tmp_path)
    for path, sheet in LISTS.items():
        rows = {r["资产编号"]: r for r in listed(book, sheet)}
        stored = {
            no: (net, cost)
            for no, net, cost in ledger.select("asset", ["asset_no", "net", "cost"], path=path)
        }
        assert set(rows) == set(stored)
        for no, (net, cost) in stored.items():
            assert Decimal(repr(rows[no]["账面净值（万元）"])) == Decimal(net).scaleb(-6)
            assert Decimal(repr(rows[no]["账面原值（万元）"])) == Decimal(cost).scaleb(-6)


def test_nothing_in_the_workbook_is_a_formula(made: PackageSummary) -> None:
    book = next(v for n, v in entries(made.path).items() if n.endswith(".xlsx"))
    path = made.path.with_suffix(".probe")
    path.write_bytes(book)
    with zipfile.ZipFile(path) as z:
        assert not any(b"<f>" in z.read(n) for n in z.namelist() if n.startswith("xl/worksheets/"))


def test_two_exports_of_the_same_data_differ_in_stated_times_only(tmp_path: Path, calm: None) -> None:
    found = []
    for number, now in enumerate(("2026-10-12 09:00:00", "2026-11-30 17:30:00")):
        ledger = filled_ledger(tmp_path / f"{number}")
        ledger.set_meta("ledger_id", "the-same")
        (tmp_path / f"out{number}").mkdir()
        made = export_package(ledger, period=PERIOD, target=tmp_path / f"out{number}", cover=COVER, now=now)
        ledger.close()
        found.append(entries(made.path))
    first, second = found
    assert list(first) == list(second)
    different = {n for n in first if first[n] != second[n]}
    assert {n.rsplit(".")[-1] for n in different} == {"xlsx", "json", "txt"} and "audit.json" not in different
    a, b = json.loads(first["manifest.json"]), json.loads(second["manifest.json"])
    assert {k for k in a if a[k] != b[k]} == {"created_at", "entries"}
    stated = {("封面", "生成时间"), ("_meta", "生成时间")}
    for name in (n for n in different if n.endswith(".xlsx")):
        wanted = set() if name == package.ATTACHMENT_BOOK else stated
        assert differing_cells(first[name], second[name], tmp_path) == wanted


def differing_cells(first: bytes, second: bytes, folder: Path) -> set[tuple[str, str]]:
    books = []
    for number, data in enumerate((first, second)):
        (folder / f"{number}.xlsx").write_bytes(data)
        books.append(python_calamine.load_workbook(str(folder / f"{number}.xlsx")))
    found = set()
    for name in books[0].sheet_names:
        pairs = zip(
            books[0].get_sheet_by_name(name).to_python(),
            books[1].get_sheet_by_name(name).to_python(),
            strict=True,
        )
        for a, b in pairs:
            if a != b and name != "_meta":
                found.add((name, str(a[2] if "生成时间" in a else a)))
            elif a != b and a[0] != "封面":  # the digest of the cover's own row
                found.add((name, str(a[0])))
    return found


def test_an_incomplete_cover_blocks_and_says_what_is_missing(ledger: Ledger, out: Path, calm: None) -> None:
    with pytest.raises(Blocked) as e:
        export_package(
            ledger, period=PERIOD, target=out, cover=dataclasses.replace(COVER, phone="", non_secret=False)
        )
    texts = [h.text for h in e.value.hindrances]
    assert len(texts) == 2 and "联系电话" in texts[0] and "不涉密承诺" in texts[1]
    assert e.value.exit_code == 10 and list(out.iterdir()) == []


def test_open_errors_and_unexplained_findings_block(
    ledger: Ledger, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = (
        Finding("B-012", "error", "asset", "x", text="净值不对"),
        Finding("H-030", "explain", "asset", "y", text="闲置过久"),
        Finding("H-031", "explain", "asset", "z", text="已说明的", explained=True),
        Finding("T-001", "hint", "asset", "z", text="提示"),
    )
    monkeypatch.setattr(export, "_checked", lambda ledger, period, progress: found)
    with pytest.raises(Blocked) as e:
        export_package(ledger, period=PERIOD, target=out, cover=COVER)
    assert [(h.kind, h.rule) for h in e.value.hindrances] == [("error", "B-012"), ("explain", "H-030")]
    assert "错误 1 条" in e.value.reason and "需说明而未说明 1 条" in e.value.reason


def test_an_open_doubt_of_the_import_blocks(ledger: Ledger, out: Path, calm: None) -> None:
    ((uid,),) = list(ledger.select("asset", ["uid"], where="asset_no == '500110-S-2026-00001'"))
    with ledger.edit("导入") as edit:
        edit.doubt(
            "asset",
            uid,
            "net",
            file="a.xlsx",
            sheet="表",
            row=3,
            column="净值",
            raw="约30",
            code="vague",
            text="不是数字",
        )
    with pytest.raises(Blocked) as e:
        export_package(ledger, period=PERIOD, target=out, cover=COVER)
    (only,) = e.value.hindrances
    assert (only.kind, only.uid, only.field) == ("origin", uid, "net") and "约30" in only.text


def test_a_draft_may_be_incomplete_and_says_so_everywhere(ledger: Ledger, out: Path, tmp_path: Path) -> None:
    made = export_package(ledger, period=PERIOD, target=out, cover=cover.Cover(unit="某区"), draft=True)
    assert "_草稿_" in made.path.name and made.nature == "草稿"
    verdict = verify(made.path)
    assert verdict.ok and verdict.code == "draft" and "草稿" in verdict.reason
    book = workbook(made.path, tmp_path)
    for name in book.sheet_names:
        if name not in ("字典", "_meta"):
            texts = [str(c) for row in book.get_sheet_by_name(name).to_python()[:5] for c in row]
            assert any("草稿" in t for t in texts), name


def test_the_same_data_is_the_same_version_again_and_changed_data_the_next(
    made: PackageSummary, ledger: Ledger, out: Path
) -> None:
    again = export_package(ledger, period=PERIOD, target=out, cover=COVER, now="2026-10-13 08:00:00")
    assert (again.version, again.package_id, again.path) == (1, made.package_id, made.path)
    ((uid,),) = list(ledger.select("asset", ["uid"], where="asset_no == '500110-S-2026-00001'"))
    with ledger.edit("改") as edit:
        edit.set("asset", uid, {"net": 1})
    revised = export_package(ledger, period=PERIOD, target=out, cover=COVER)
    assert (revised.version, revised.nature) == (2, "修订") and revised.check_code != made.check_code
    manifest = json.loads(entries(revised.path)["manifest.json"])
    assert manifest["previous"] == {"package_id": made.package_id, "check_code": made.check_code}


def test_a_late_report_keeps_its_reason(made: PackageSummary, ledger: Ledger, out: Path) -> None:
    late = export_package(
        ledger, period=PERIOD, target=out, cover=COVER, nature="补报", reason="漏报两宗，现予补报。"
    )
    assert (late.version, late.nature) == (2, "补报") and verify(late.path).manifest[
        "reason"
    ] == "漏报两宗，现予补报。"


def test_a_late_report_needs_a_reason_and_a_nil_report_no_data(ledger: Ledger, out: Path, calm: None) -> None:
    with pytest.raises(UsageError, match="补报须写明理由"):
        export_package(ledger, period=PERIOD, target=out, cover=COVER, nature="补报", reason=" ")
    with pytest.raises(UsageError, match="本期有数据，不能作零报告"):
        export_package(ledger, period=PERIOD, target=out, cover=COVER, nature="零报告")
    assert list(out.iterdir()) == []


def test_nothing_to_report_is_a_report(tmp_path: Path, out: Path, calm: None) -> None:
    with new_ledger(tmp_path / "空") as empty:
        made = export_package(empty, period=PERIOD, target=out, cover=COVER)
    assert made.nature == "零报告" and verify(made.path).ok
    book = workbook(made.path, tmp_path)
    assert any("本期无" in str(c) for row in book.get_sheet_by_name("调剂使用清单").to_python() for c in row)


def test_rows_of_later_periods_stay_behind(ledger: Ledger, out: Path, calm: None) -> None:
    ((uid,),) = list(ledger.select("asset", ["uid"], where="asset_no == '500110-S-2026-00001'"))
    with ledger.edit("下期") as edit:
        edit.add("progress", {"asset": uid, "period": "2026Q4", "revived": 5})
    made = export_package(ledger, period=PERIOD, target=out, cover=COVER)
    assert made.rows["progress"] == 6 and made.fingerprint != ledger.fingerprint()


def test_the_sums_are_those_of_every_entry_as_sha256sum_reads_them(made: PackageSummary) -> None:
    inside = entries(made.path)
    lines = inside[package.SUMS].decode().splitlines()
    assert {line[66:]: line[:66] for line in lines} == {
        n: f"{hashlib.sha256(d).hexdigest()}  "
        for n, d in inside.items()
        if n not in (package.SUMS, "manifest.json")
    }


def test_attachments_travel_under_the_number_of_their_asset(ledger: Ledger, out: Path, calm: None) -> None:
    ((uid,),) = list(ledger.select("asset", ["uid"], where="asset_no == '500110-S-2026-00001'"))
    for name, data in (("0a_扫描.PDF", b"%PDF-1.4 a"), ("0b_背面.pdf", b"%PDF-1.4 b")):
        attach(ledger, uid, name, data)
    attach(ledger, "x", "旧登记", b"?")
    made = export_package(ledger, period=PERIOD, target=out, cover=COVER)
    inside = entries(made.path)
    found = {n: d for n, d in inside.items() if n.startswith("附件/")}
    number = "500110-S-2026-00001"
    assert list(found) == [
        f"附件/附件_{number}_权证_01.PDF",
        f"附件/附件_{number}_权证_02.pdf",
        "附件/附件_未编号_权证_01",
    ]
    assert list(found.values()) == [b"%PDF-1.4 a", b"%PDF-1.4 b", b"?"]
    listed = openpyxl.load_workbook(io.BytesIO(inside[package.ATTACHMENT_BOOK])).active
    rows = [[c.value for c in row] for row in listed.iter_rows(min_row=5, max_row=7, max_col=7)]
    assert rows[0] == [1, f"附件_{number}_权证_01.PDF", number, f"{NAMES[0]}1号", "权证", "0a_扫描.PDF", 10]
    assert [row[1] for row in rows] == [n.removeprefix("附件/") for n in found] and rows[2][2] == "未编号"
    (ledger.folder / "附件" / "0a_扫描.PDF").write_bytes(b"other")
    with pytest.raises(SurroundingsError, match="被改动"):
        export_package(ledger, period=PERIOD, target=out, cover=COVER, draft=True)
    assert len(list(out.iterdir())) == 1


def test_the_cover_is_asked_once(made: PackageSummary, ledger: Ledger) -> None:
    assert cover.load(ledger) == COVER


def test_a_period_that_is_none_is_a_usage_error(ledger: Ledger, out: Path) -> None:
    with pytest.raises(UsageError):
        export_package(ledger, period="去年", target=out, draft=True)


def test_the_reported_carrier_is_kept(made: PackageSummary, ledger: Ledger) -> None:
    from core.audit.reported import reported

    (kept,) = reported(ledger)
    assert (kept.period, kept.version, kept.package_id) == (PERIOD, 1, made.package_id)
    assert len(dict(kept.rows("asset"))) == 12


@pytest.mark.parametrize("name", ["data/asset.csv", "渝国资盘活", "附件清单.xlsx", "manifest.json"])
def test_what_the_disk_lost_is_found_before_the_package_has_its_name(
    ledger: Ledger, out: Path, calm: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A byte turns over on its way to the disk, in the middle of one entry."""

    def spoil(part: Path) -> None:
        with zipfile.ZipFile(part) as z:
            info = next(i for i in z.infolist() if i.filename.startswith(name))
        data = bytearray(part.read_bytes())
        data[info.header_offset + 200 + info.compress_size // 2] ^= 1
        part.write_bytes(data)

    monkeypatch.setattr(export.files, "sync", spoil)
    with pytest.raises(SurroundingsError) as refused:
        export_package(ledger, period=PERIOD, target=out, cover=COVER)
    assert refused.value.code == "not-proven" and list(out.iterdir()) == []


def test_cancelling_leaves_no_trace(ledger: Ledger, out: Path, calm: None) -> None:
    from core.jobs import Cancelled, Progress

    def stop(done: int, total: int, label: str) -> None:
        if label == "写出工作簿":
            raise Cancelled(label)

    with pytest.raises(Cancelled):
        export_package(ledger, period=PERIOD, target=out, cover=COVER, progress=Progress(stop))
    assert list(out.iterdir()) == []


def test_what_people_read_holds_no_technical_names(made: PackageSummary, tmp_path: Path) -> None:
    book = workbook(made.path, tmp_path)
    shown = [s.name for s in book.sheets_metadata if s.visible == python_calamine.SheetVisibleEnum.Visible]
    assert len(shown) > 20
    texts = {str(v) for name in shown for row in book.get_sheet_by_name(name).to_python() for v in row}
    foreign = {t for t in texts if re.search(r"[a-z]{3}|_[a-z]", t) and not t.startswith(NAMES)}
    assert {t for t in foreign if not re.fullmatch("[0-9a-f]{64}", t)} == set()
