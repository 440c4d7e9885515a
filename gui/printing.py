"""Draw what goes on paper: sheets with repeated headers and page numbers, and the letter by GB/T 9704.

`python -m gui.printing FOLDER WHAT TARGET.pdf` prints to a PDF without opening a window.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import (
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from core.errors import AppError
from core.exchange.letter import Letter
from core.exchange.paper import Paper, PaperSheet
from core.exchange.whole import whole_file
from core.jobs import Cancelled, Progress
from gui.paper.letter import letter_pages, paint_letter_page
from gui.paper.pen import Pen
from gui.paper.sheets import Layout, paint_sheet_page

if TYPE_CHECKING:
    from core.records import Ledger

PAPERS = {"A4": QPageSize.PageSizeId.A4, "A3": QPageSize.PageSizeId.A3}
RESOLUTION = 600


@dataclass(frozen=True, slots=True)
class Printed:
    """How many pages came out, and in which fonts."""

    pages: int
    fonts: tuple[str, ...]


def page_layout(sheet: PaperSheet | None, paper: str = "") -> QPageLayout:
    """Paper and orientation of a sheet; of the letter when there is none."""
    size = QPageSize(PAPERS[paper or sheet.paper if sheet else "A4"])
    landscape = sheet is not None and sheet.landscape
    orientation = QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
    layout = QPageLayout(size, orientation, QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    layout.setMode(QPageLayout.Mode.FullPageMode)
    return layout


def paint(
    device: QPagedPaintDevice, document: Paper, *, paper: str = "", progress: Progress | None = None
) -> Printed:
    """Draw a document on a printer, a preview or a PDF."""
    progress = progress or Progress()
    first = document.sheets[0] if document.sheets else None
    device.setPageLayout(page_layout(first, paper))
    painter = QPainter()
    if not painter.begin(device):
        raise AppError("打不开打印机或文件", next="请检查打印机是否就绪，或换一个位置保存。", code="printer")
    try:
        pen = Pen(device, painter)
        if document.letter is not None:
            return _paint_letter(device, pen, document.letter)
        return _paint_sheets(device, pen, document, paper, progress)
    finally:
        painter.end()


def _paint_letter(device: QPagedPaintDevice, pen: Pen, letter: Letter) -> Printed:
    pages = letter_pages(pen, letter)
    for number, lines in enumerate(pages, 1):
        if number > 1:
            device.newPage()
        paint_letter_page(pen, lines, number, letter)
    return Printed(len(pages), tuple(pen.fonts))


def _paint_sheets(
    device: QPagedPaintDevice, pen: Pen, document: Paper, paper: str, progress: Progress
) -> Printed:
    pages = [page for sheet in document.sheets for page in Layout(sheet, pen, paper).pages()]
    for number, page in enumerate(pages, 1):
        progress.step(number, len(pages), f"打印第 {number} 页，共 {len(pages)} 页")
        if number > 1:
            device.setPageLayout(page_layout(page.sheet.sheet, paper))
            device.newPage()
        paint_sheet_page(pen, page, number, len(pages))
    return Printed(len(pages), tuple(pen.fonts))


def write_pdf(document: Paper, target: Path, *, paper: str = "", progress: Progress | None = None) -> Printed:
    """A PDF with embedded fonts, completely or not at all."""
    with whole_file(target, "PDF 没有写成") as part:
        writer = QPdfWriter(str(part))
        writer.setResolution(RESOLUTION)
        writer.setTitle(document.title)
        writer.setCreator("盘活台账")
        return paint(writer, document, paper=paper, progress=progress)


def print_pdf(
    ledger: Ledger,
    what: str,
    target: Path,
    *,
    period: str = "",
    draft: bool = False,
    paper: str = "",
    progress: Progress | None = None,
) -> tuple[Paper, Printed]:
    """Print cover, lists, audit result or letter of a ledger into a PDF."""
    from core.exchange.paper import compose

    document = compose(ledger, what, period=period, draft=draft, progress=progress)
    return document, write_pdf(document, target, paper=paper, progress=progress)


# --- the program behind `panhuo print` ------------------------------------------------------------------


def main(argv: Sequence[str] | None = None) -> int:
    """Print to a PDF without a window; the answer goes to a file, since a window program has no output."""
    parser = argparse.ArgumentParser(prog="printing")
    parser.add_argument("folder", type=Path)
    parser.add_argument("what")
    parser.add_argument("target", type=Path)
    parser.add_argument("--period", default="")
    parser.add_argument("--draft", action="store_true")
    parser.add_argument("--paper", default="auto", choices=("auto", *PAPERS))
    parser.add_argument("--answer", type=Path, required=True)
    given = parser.parse_args(sys.argv[1:] if argv is None else argv)
    answer, code = _answer(given)
    given.answer.write_text(json.dumps(answer, ensure_ascii=False), "utf-8")
    return code


def _answer(given: argparse.Namespace) -> tuple[dict[str, Any], int]:
    from core.records import Ledger

    _without_window()
    try:
        with Ledger.open(given.folder, readonly=True) as ledger:
            paper = "" if given.paper == "auto" else given.paper
            document, printed = print_pdf(
                ledger, given.what, given.target, period=given.period, draft=given.draft, paper=paper
            )
    except AppError as e:
        return {"reason": e.reason, "next": e.next, "code": e.code, "exit": e.exit_code}, e.exit_code
    except Cancelled:
        return {"reason": "已取消", "next": "", "code": "cancelled", "exit": 4}, 4
    told = {
        "path": str(given.target),
        "what": given.what,
        "title": document.title,
        "period": document.period,
        "state": document.state,
        "check_code": document.check_code,
        "pages": printed.pages,
        "fonts": list(printed.fonts),
    }
    return told, 0


def _without_window() -> None:
    """Fonts need an application; on Windows the platform without a screen knows none of them."""
    from PySide6.QtWidgets import QApplication

    if sys.platform != "win32":
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if QApplication.instance() is None:
        global _application
        _application = QApplication(["panhuo-print"])


_application: Any = None


if __name__ == "__main__":
    sys.exit(main())
