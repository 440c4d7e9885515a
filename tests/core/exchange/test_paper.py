"""What goes on paper: a reported period from its package, the present data as a draft, every value as shown."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import pytest

from core import paths
from core.errors import InputRefused, UsageError
from core.excel.workbook import CellValue
from core.exchange import paper
from core.exchange.book.facts import spaced
from core.exchange.export import PackageSummary
from core.exchange.letter import plain_text
from core.exchange.paper import NAMES, PaperSheet, compose, shown
from core.records import Ledger
from tests.core.exchange import reporting


def texts(sheet: PaperSheet) -> list[str]:
    lines = (*sheet.head, *sheet.tail)
    return [str(c.value) for line in lines for c in line.cells if c.value] + [
        t for r in sheet.rows for t in r
    ]


def test_without_a_report_the_present_data_are_printed_as_a_draft(ledger: Ledger) -> None:
    made = compose(ledger, "cover", period=reporting.PERIOD)
    assert made.state == "草稿" and made.sheets[0].page_header == "草　稿"


def test_a_reported_period_is_printed_from_its_package(ledger: Ledger, made: PackageSummary) -> None:
    with ledger.edit("后来的改动") as edit:
        edit.add("asset", {"name": "后来登记的", "path": "10"})
    cover = compose(ledger, "cover", period=reporting.PERIOD)
    assert cover.check_code == spaced(made.check_code) and cover.state == "已报出 2026Q3 V01 正式"
    assert not cover.sheets[0].page_header and spaced(made.check_code) in texts(cover.sheets[0])
    lists = compose(ledger, "lists", period=reporting.PERIOD)
    assert not any("后来登记的" in t for s in lists.sheets for t in texts(s))
    draft = compose(ledger, "lists", period=reporting.PERIOD, draft=True)
    assert any("后来登记的" in t for s in draft.sheets for t in texts(s))


def test_the_lists_hold_every_asset_with_its_amounts(ledger: Ledger) -> None:
    made = compose(ledger, "lists", period=reporting.PERIOD)
    assert sum(len(s.rows) for s in made.sheets) == ledger.totals("asset")["count"]
    first = next(iter(ledger.select("asset", ["cost"], path="10", order=["asset_no"])))[0]
    assert shown(Decimal(first).scaleb(-6), "#,##0.00") in made.sheets[0].rows[0]


@pytest.mark.parametrize("what", [w for w in NAMES if w != "letter"])
def test_everything_that_is_offered_can_be_composed(what: str, ledger: Ledger) -> None:
    made = compose(ledger, what, period=reporting.PERIOD)
    assert made.sheets and all(len(r) == len(s.widths) for s in made.sheets for r in s.rows)


def test_the_letter_tells_the_figures_of_the_cover(ledger: Ledger, made: PackageSummary) -> None:
    letter = compose(ledger, "letter", period=reporting.PERIOD).letter
    assert letter is not None
    text = "\n".join(plain_text(letter))
    net = shown(Decimal(made.totals["asset"]["net"]).scaleb(-6), "#,##0.00")
    assert f"账面净值{net}万元" in text and spaced(made.check_code) in text
    assert letter.title.endswith("的函") and letter.date == "2026年10月12日"
    assert letter.sender == reporting.COVER.unit and not letter.is_draft


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (Decimal("1234.565"), "#,##0.00", "1,234.57"),
        (Decimal("-0.005"), "#,##0.00", "-0.01"),
        (12, "#,##0", "12"),
        (Decimal("47.25"), "0.0", "47.3"),
        (Decimal("0.861800"), "General", "0.861800"),
        ("—", "#,##0.00", "—"),
        (None, "0", ""),
    ],
)
def test_values_look_as_in_a_spreadsheet(value: CellValue, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def test_unknown_wishes_and_endless_lists_are_refused(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError):
        compose(ledger, "poster", period=reporting.PERIOD)
    monkeypatch.setattr(paper, "MOST_ROWS", 3)
    with pytest.raises(InputRefused) as refused:
        compose(ledger, "lists", period=reporting.PERIOD)
    assert refused.value.code == "too-many-rows"


def test_the_command_asks_the_window_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert paper.command(["x"]) == [sys.executable, "-m", "gui.printing", "x"]
    monkeypatch.setattr(paths, "is_frozen", lambda: True)
    monkeypatch.setattr(paths, "program_folder", lambda: tmp_path)
    name = "盘活台账.exe" if sys.platform == "win32" else "panhuo-window"
    assert paper.command(["x"]) == [str(tmp_path / name), "--print", "x"]
