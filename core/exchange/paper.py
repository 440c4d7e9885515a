"""What goes on paper: sheets of the report and the letter as plain data, and the program that draws them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core import paths
from core.audit.reported import Reported, reported
from core.errors import AppError, DamagedError, InputRefused, SurroundingsError, UsageError
from core.excel import workbook
from core.excel.rows import NUMBER, Block
from core.excel.styles import Style
from core.excel.workbook import Cell, CellValue, Line, Sheet
from core.exchange.book.facts import Facts, spaced
from core.exchange.book.plan import declarations, plan
from core.exchange.content import Content
from core.exchange.export import facts_now
from core.exchange.letter import Letter, make_letter
from core.exchange.shadow import shadow
from core.exchange.sides import SubmissionSide
from core.jobs import Progress
from core.records import Ledger

LETTER, ALL = "letter", "all"
KINDS: Mapping[str, tuple[str, ...]] = {
    "cover": ("cover",),
    "notes": ("notes",),
    "lists": ("list",),
    "details": ("detail",),
    "summary": ("summary",),
    "movement": ("movement",),
    "audit": ("audit",),
    "revision": ("revision",),
    ALL: ("cover", "notes", "guide", "summary", "list", "movement", "audit", "revision"),
}
NAMES = {
    "cover": "封面",
    "lists": "路径清单",
    "audit": "审核情况表",
    LETTER: "报送函",
    "notes": "编报说明",
    "summary": "汇总表",
    "movement": "增减变动表",
    "details": "全字段明细",
    "revision": "修订说明",
    ALL: "全套表（不含明细）",
}
"""What can be printed, in the order in which it is offered."""
MOST_ROWS = 20_000
SWITCH = "--print"
TIME_LIMIT = 600.0


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """One sheet with everything as text: what a printer needs, and nothing of the ledger."""

    name: str
    widths: tuple[float, ...]
    head: tuple[Line, ...]
    rows: tuple[tuple[str, ...], ...]
    looks: tuple[Style, ...]
    tail: tuple[Line, ...]
    repeated: int = 0
    """Lines of the head that come again on every page."""
    kept: int = 0
    """Columns that come again where a sheet is wider than a page."""
    landscape: bool = True
    paper: str = "A4"
    one_page: bool = False
    page_header: str = ""
    page_footer: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """Something to print."""

    title: str
    sheets: tuple[PaperSheet, ...] = ()
    letter: Letter | None = None
    period: str = ""
    check_code: str = ""
    state: str = ""
    """Which data it shows: 已报出 2026Q3 V01 正式 · 草稿"""


def compose(
    ledger: Ledger, what: str, *, period: str = "", draft: bool = False, progress: Progress | None = None
) -> Paper:
    """Put together what is to be printed.

    A reported period is printed from its package (DESIGN D12), so that paper and file agree;
    with `draft`, or where nothing has been reported, the present data are printed and say 草稿.
    """
    if what not in KINDS and what != LETTER:
        raise UsageError(f"不能打印“{what}”", next="可用：" + "、".join(NAMES), code="what")
    progress = progress or Progress()
    wanted = period or _period(ledger)
    with _report(ledger, wanted, draft, progress) as (content, facts):
        state = "草稿" if facts.is_draft else f"已报出 {facts.period} V{facts.version:02d} {facts.nature}"
        title = f"{facts.cover.unit} {facts.period_name} {NAMES[what]}".strip()
        sheets: tuple[PaperSheet, ...] = ()
        letter = make_letter(content, facts) if what == LETTER else None
        if letter is None:
            progress.step(1, 2, "排版")
            sheets = tuple(_sheets(content, facts, what))
        return Paper(title, sheets, letter, facts.period, spaced(facts.check_code), state)


def _period(ledger: Ledger) -> str:
    """The period that is worked on: the last one reported, or the present one."""
    from core.audit.run import current_period

    return current_period(ledger)


@contextmanager
def _report(ledger: Ledger, period: str, draft: bool, progress: Progress) -> Iterator[tuple[Content, Facts]]:
    """Content and facts of a reported period as it went up, or of the present data."""
    sent = [r for r in reported(ledger) if r.period == period]
    if draft or not sent:
        progress.step(0, 2, "审核数据")
        yield facts_now(ledger, period, progress=progress)
        return
    progress.step(0, 2, "取出已报出的数据")
    with _as_reported(ledger, sent[-1]) as found:
        yield found


@contextmanager
def _as_reported(ledger: Ledger, sent: Reported) -> Iterator[tuple[Content, Facts]]:
    from core.exchange import holdings
    from core.exchange.package import AUDIT, OPENING
    from core.exchange.verify import facts_from

    side = SubmissionSide(ledger, sent.id)
    s = ledger.tables.submission
    manifest = json.loads(ledger.conn.execute(sa.select(s.c.manifest).where(s.c.id == sent.id)).scalar_one())
    audit = json.loads(b"".join(side.read(AUDIT) or [b"{}"]))
    names = [n for n in manifest["entries"] if side.read(n) is not None]
    try:
        with shadow(ledger.standard, lambda n: side.read(n) or (), names) as kept:
            opening = lambda: holdings.read(OPENING, side.read(OPENING) or ())  # noqa: E731
            yield Content(kept, sent.period, opening), facts_from(manifest, audit, {})
    except DamagedError as e:
        raise InputRefused(
            f"{sent.period} 报出之后换过口径，已报出的数据不能再按现口径排版",
            next="请打开当时的上报包，从工作簿打印。",
            code="other-standard",
        ) from e


# --- sheets as text --------------------------------------------------------------------------


def _sheets(content: Content, facts: Facts, what: str) -> Iterator[PaperSheet]:
    kinds = KINDS[what]
    names = {
        d.name
        for d in declarations(content.standard)
        if d.kind in kinds and (d.kind != "list" or what != "lists" or d.table == "asset")
    }
    chosen = [s for s in plan(content, facts).sheets if s.name in names and not s.hidden]
    count = sum(s.block.count for s in chosen if s.block)
    if count > MOST_ROWS:
        raise InputRefused(
            f"要打印的有 {count:,} 行，太多了",
            next="请打开上报包里的工作簿，在 Excel 或 WPS 中选择要打印的部分。",
            code="too-many-rows",
        )
    for sheet in chosen:
        yield paper_sheet(sheet)


def paper_sheet(sheet: Sheet) -> PaperSheet:
    """A planned sheet with every value as it is shown."""
    block = sheet.block
    return PaperSheet(
        sheet.name,
        sheet.widths,
        tuple(_shown_line(line) for line in sheet.head),
        tuple(_shown_rows(block)) if block else (),
        tuple(workbook.body_style(c) for c in block.columns) if block else (),
        tuple(_shown_line(line) for line in sheet.tail),
        sheet.title_rows[1] if sheet.title_rows else 0,
        sheet.title_columns,
        sheet.landscape,
        sheet.paper,
        sheet.fit_height,
        sheet.page_header,
        sheet.page_footer,
    )


def _shown_line(line: Line) -> Line:
    cells = tuple(Cell(shown(c.value, c.style.number_format), c.style, c.across, c.down) for c in line.cells)
    return Line(cells, line.height)


def _shown_rows(block: Block) -> Iterator[tuple[str, ...]]:
    for row in block.rows():
        yield tuple(
            ""
            if v is None
            else shown(Decimal(c.plain(v)), c.number_format)
            if c.kind == NUMBER and type(v) is not str
            else str(v)
            if c.kind == NUMBER
            else c.plain(v)
            for c, v in zip(block.columns, row, strict=True)
        )


def shown(value: CellValue, number_format: str) -> str:
    """A value as a spreadsheet shows it in one of the formats that our sheets use."""
    if value is None:
        return ""
    if not isinstance(value, int | Decimal):
        return str(value)
    grouped = "," if "," in number_format else ""
    if number_format == "General" or number_format == "@":
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    places = len(number_format.rpartition(".")[2]) if "." in number_format else 0
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:{grouped}.{places}f}"


# --- the program that draws -----------------------------------------------------------------------


def command(arguments: Sequence[str]) -> list[str]:
    """The command line of the program that has Qt: the window, asked to print and not to open."""
    if paths.is_frozen():
        name = "盘活台账.exe" if sys.platform == "win32" else "panhuo-window"
        return [str(paths.program_folder() / name), SWITCH, *arguments]
    return [sys.executable, "-m", "gui.printing", *arguments]


def run_printing(
    folder: Path, what: str, target: Path, *, period: str = "", draft: bool = False, paper: str = ""
) -> dict[str, Any]:
    """Print to a PDF in a process of its own, since the command has no Qt; no window opens."""
    if what not in KINDS and what != LETTER:
        raise UsageError(f"不能打印“{what}”", next="可用：" + "、".join(NAMES), code="what")
    with paths.workroom() as place:
        answer = place / "answer.json"
        arguments = [str(folder), what, str(target), "--answer", str(answer), "--paper", paper or "auto"]
        arguments += ["--period", period] if period else []
        arguments += ["--draft"] if draft else []
        root = str(Path(__file__).resolve().parents[2])
        env = {**os.environ, "PYTHONUTF8": "1"}
        if not paths.is_frozen():
            env["PYTHONPATH"] = os.pathsep.join(p for p in (root, env.get("PYTHONPATH", "")) if p)
        try:
            subprocess.run(
                command(arguments),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=env,
                timeout=TIME_LIMIT,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                check=False,
            )
        except OSError as e:
            raise SurroundingsError(
                "找不到负责打印的窗口程序",
                next="请重新安装，保持两个程序在同一文件夹。",
                code="no-window-program",
            ) from e
        except subprocess.TimeoutExpired as e:
            raise SurroundingsError("打印超时，已停止", next="请缩小打印范围后重试。", code="too-slow") from e
        if not answer.exists():
            raise SurroundingsError(
                "打印程序没有完成", next="请在窗口里用“文件 → 打印”重试。", code="printing-failed"
            )
        told: dict[str, Any] = json.loads(answer.read_text("utf-8"))
    if "reason" in told:
        error = AppError(told["reason"], next=told["next"], code=told["code"])
        error.exit_code = int(told["exit"])
        raise error
    return told
