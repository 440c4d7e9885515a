"""A written package, and an audit that finds nothing where a test is not about findings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.exchange import export
from core.exchange.export import PackageSummary, export_package
from core.records import Ledger
from tests.core.exchange import reporting


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """The audit finds nothing."""
    monkeypatch.setattr(export, "_checked", lambda ledger, period, progress: ())


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = reporting.filled_ledger(tmp_path / "账套")
    yield made
    made.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "上报"
    folder.mkdir()
    return folder


@pytest.fixture
def made(ledger: Ledger, out: Path, calm: None) -> PackageSummary:
    """A formal package of the small 账套."""
    return export_package(
        ledger, period=reporting.PERIOD, target=out, cover=reporting.COVER, now="2026-10-12 09:00:00"
    )
