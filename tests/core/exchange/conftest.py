"""A written package, and an audit that finds nothing where a test is not about findings.

The small 账套 and its package are made once; each test gets a copy of the folder.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.exchange import export
from core.exchange.export import PackageSummary, export_package
from core.records import Ledger
from tests.core.exchange import reporting


def _quiet(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(export, "_checked", lambda ledger, period, progress: ())


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """The audit finds nothing."""
    _quiet(monkeypatch)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small 账套 that nothing was reported from."""
    place = tmp_path_factory.mktemp("样本") / "账套"
    reporting.filled_ledger(place).close()
    return place


@pytest.fixture(scope="session")
def reported(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PackageSummary]:
    """The folder after a formal package was written, and what the writing told."""
    place = tmp_path_factory.mktemp("已报") / "账套"
    shutil.copytree(filled, place)
    out = place.parent / "上报"
    out.mkdir()
    with pytest.MonkeyPatch.context() as patch, Ledger.open(place) as ledger:
        _quiet(patch)
        now = "2026-10-12 09:00:00"
        made = export_package(ledger, period=reporting.PERIOD, target=out, cover=reporting.COVER, now=now)
    return place, made


@pytest.fixture
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """A copy of the small 账套; the reported one where the test asks for its package too."""
    name = "reported" if "made" in request.fixturenames else "filled"
    source = request.getfixturevalue(name)
    shutil.copytree(source[0] if name == "reported" else source, tmp_path / "账套")
    with Ledger.open(tmp_path / "账套") as opened:
        yield opened


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "上报"
    folder.mkdir()
    return folder


@pytest.fixture
def made(reported: tuple[Path, PackageSummary], ledger: Ledger, out: Path, calm: None) -> PackageSummary:
    """A formal package of the small 账套, in this test's own folder."""
    summary = reported[1]
    shutil.copy(summary.path, out)
    return dataclasses.replace(summary, path=out / summary.path.name)
