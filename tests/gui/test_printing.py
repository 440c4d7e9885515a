"""On paper: headers come again, pages are numbered, fonts are embedded, nothing leaves the page."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtPrintSupport import QPrintPreviewDialog, QPrintPreviewWidget
from pytestqt.qtbot import QtBot

from core.cli.main import run
from core.exchange import cover
from core.exchange.paper import compose
from core.records import Ledger
from gui.dialogs import files
from gui.dialogs.printing import PrintDialog
from gui.paper.letter import title_lines
from gui.printing import print_pdf
from tests.core.exchange import reporting
from tests.gui.conftest import Desk

MM = 72 / 25.4
needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("打印") / "账套"
    with reporting.filled_ledger(folder, 90) as ledger:
        cover.save(ledger, reporting.COVER)
    return folder


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def page_texts(pdf: Path) -> list[str]:
    """Texts without blanks; some fonts tell 页 as the radical that looks like it."""
    found = output("pdftotext", "-layout", str(pdf), "-").split("\f")[:-1]
    return [re.sub(r"\s", "", unicodedata.normalize("NFKC", t).replace("⻚", "页")) for t in found]


@needs_poppler
def test_lists_repeat_their_header_and_number_their_pages(place: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with Ledger.open(place, readonly=True) as ledger:
        document, printed = print_pdf(ledger, "lists", tmp_path / "清单.pdf", period=reporting.PERIOD)
    pages = page_texts(tmp_path / "清单.pdf")
    assert len(pages) == printed.pages > len(document.sheets)
    for number, text in enumerate(pages, 1):
        assert f"第{number}页共{printed.pages}页" in text
        assert (
            "资产名称" in text
            and "账面净值" in text
            and f"校验码{document.check_code.replace(' ', '')}" in text
        )
    whole = "".join(pages)
    for (no,) in _numbers(place):
        assert no[-5:] in whole


def _numbers(place: Path) -> list[tuple[str]]:
    with Ledger.open(place, readonly=True) as ledger:
        return list(ledger.select("asset", ["asset_no"]))


@needs_poppler
def test_fonts_are_embedded_and_chinese(place: Path, tmp_path: Path, qtbot: QtBot) -> None:
    with Ledger.open(place, readonly=True) as ledger:
        print_pdf(ledger, "cover", tmp_path / "封面.pdf", period=reporting.PERIOD)
    lines = output("pdffonts", str(tmp_path / "封面.pdf")).splitlines()[2:]
    assert lines and all(re.search(r"\s(yes|no)\s+(yes|no)\s+(yes|no)\s+\d+", line) for line in lines)
    assert all(line.split()[-5] == "yes" for line in lines)
    assert "綦江区国有资产监督管理委员会" in page_texts(tmp_path / "封面.pdf")[0]


@needs_poppler
def test_the_cover_is_one_page_with_places_for_signature_and_seal(
    place: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with Ledger.open(place, readonly=True) as ledger:
        _, printed = print_pdf(ledger, "cover", tmp_path / "封面.pdf", period=reporting.PERIOD)
    text = page_texts(tmp_path / "封面.pdf")[0]
    assert printed.pages == 1 and "签字" in text and "盖章" in text and "第1页共1页" in text


@needs_poppler
@pytest.mark.parametrize("what", ["cover", "lists", "audit", "letter", "summary"])
@pytest.mark.parametrize("paper", ["", "A4"])
def test_nothing_leaves_the_page(what: str, paper: str, place: Path, tmp_path: Path, qtbot: QtBot) -> None:
    pdf = tmp_path / "一.pdf"
    with Ledger.open(place, readonly=True) as ledger:
        print_pdf(ledger, what, pdf, period=reporting.PERIOD, paper=paper)
    page = re.compile(r'<page width="([\d.]+)" height="([\d.]+)"')
    word = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"')
    for part in output("pdftotext", "-bbox", str(pdf), "-").split("<page ")[1:]:
        width, height = map(float, page.match("<page " + part).groups())  # type: ignore[union-attr]
        boxes = [list(map(float, m.groups())) for m in word.finditer(part)]
        assert boxes
        assert min(b[0] for b in boxes) >= 10 * MM and max(b[2] for b in boxes) <= width - 10 * MM
        assert min(b[1] for b in boxes) >= 3 * MM and max(b[3] for b in boxes) <= height - 5 * MM


@needs_poppler
def test_the_letter_keeps_the_margins_of_the_rule(place: Path, tmp_path: Path, qtbot: QtBot) -> None:
    pdf = tmp_path / "函.pdf"
    with Ledger.open(place, readonly=True) as ledger:
        print_pdf(ledger, "letter", pdf, period=reporting.PERIOD)
    for number, part in enumerate(output("pdftotext", "-bbox", str(pdf), "-").split("<page ")[1:], 1):
        word = re.compile(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<')
        found = [([float(v) for v in m.groups()[:4]], m[5]) for m in word.finditer(part)]
        body = [f for f, _ in found if f[1] > 34 * MM and f[3] < (37 + 225 + 3) * MM]
        assert body and min(f[0] for f in body) >= 27.5 * MM
        assert max(f[2] for f in body) <= (28 + 156 + 1) * MM
        assert any(text == str(number) and f[1] > (37 + 225) * MM for f, text in found)


def test_the_command_prints_without_a_window(place: Path, tmp_path: Path) -> None:
    pdf = tmp_path / "封面.pdf"
    outcome, _ = run(
        ["print", "--data", str(place), "--what", "cover", "--out", str(pdf), "--period", "2026Q3", "--json"]
    )
    assert outcome.exit == 0 and outcome.data["pages"] == 1 and outcome.data["fonts"]
    assert pdf.read_bytes().startswith(b"%PDF") and list(tmp_path.iterdir()) == [pdf]


def test_the_command_hands_on_what_the_window_program_refuses(place: Path, tmp_path: Path) -> None:
    words = ["print", "--data", str(tmp_path), "--what", "cover", "--out", str(tmp_path / "封面.pdf")]
    outcome, _ = run(words)
    assert outcome.exit == 2 and "没有账套" in outcome.data["reason"] and outcome.data["next"]


def test_titles_break_between_words(qtbot: QtBot) -> None:
    font = QFont()
    font.setPixelSize(22)
    metrics = QFontMetricsF(font)
    title = "綦江区国有资产监督管理委员会关于报送2026年第三季度闲置低效国有资产盘活情况的函"
    lines = title_lines(title, font, metrics, metrics.horizontalAdvance("国") * 20)
    assert "".join(lines) == title and lines[1].startswith("关于")
    assert not any(line.endswith(("闲", "国有资", "第三")) for line in lines)


def test_the_dialog_saves_a_pdf(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "清单.pdf"
    monkeypatch.setattr(files, "save_file", lambda *a: target)
    dialog = PrintDialog(desk.session, desk.window)
    dialog.what.setCurrentIndex(dialog.what.findData("lists"))
    dialog.pdf_button.click()
    desk.qtbot.waitUntil(target.exists, timeout=20_000)
    desk.qtbot.waitUntil(lambda: "已存为 清单.pdf" in dialog.state.text(), timeout=5_000)
    dialog.deleteLater()


def test_the_preview_draws_the_same_pages(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def shown(dialog: QPrintPreviewDialog) -> int:
        view = dialog.findChild(QPrintPreviewWidget)
        assert isinstance(view, QPrintPreviewWidget)
        view.updatePreview()
        assert view.pageCount() == 1
        seen.append(dialog.windowTitle())
        return 0

    monkeypatch.setattr(QPrintPreviewDialog, "exec", shown)
    dialog = PrintDialog(desk.session, desk.window)
    dialog.preview_button.click()
    desk.qtbot.waitUntil(lambda: bool(seen), timeout=20_000)
    assert "封面" in seen[0] and "草稿" in seen[0]
    dialog.deleteLater()


def test_a_draft_and_a_report_differ_on_paper(place: Path) -> None:
    with Ledger.open(place, readonly=True) as ledger:
        assert compose(ledger, "cover", period=reporting.PERIOD).sheets[0].page_header == "草　稿"
