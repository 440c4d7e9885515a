"""Run the panhuo command as a clerk's script would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.cli import main

Panhuo = Callable[..., tuple[int, dict[str, Any]]]

COVER = {
    "unit": "綦江区样例",
    "region": "500110",
    "leader": "孙样",
    "deputy": "吴样",
    "filler": "周样",
    "reviewer": "郑样",
    "phone": "023-48660000",
    "address": "綦江区古南街道样例路1号",
    "postcode": "401420",
    "report_date": "2026-11-24",
    "non_secret": True,
    "public": "不公开",
}


@pytest.fixture
def panhuo(capsys: pytest.CaptureFixture[str]) -> Panhuo:
    """panhuo(*words) → (exit code, the JSON object of the last line)."""

    def run(*words: object) -> tuple[int, dict[str, Any]]:
        code = main([*(str(w) for w in words), "--json"])
        out = capsys.readouterr()
        assert "Traceback" not in out.out + out.err
        return code, json.loads(out.out.strip().splitlines()[-1])

    return run


@pytest.fixture
def data(tmp_path: Path, panhuo: Panhuo) -> Path:
    """An empty 账套."""
    folder = tmp_path / "綦江 账套"
    code, told = panhuo(
        "init",
        "--data",
        folder,
        "--role",
        "district",
        "--region",
        "500110",
        "--unit",
        "綦江区样例",
        "--operator",
        "周样",
    )
    assert code == 0 and told["ok"]
    return folder


@pytest.fixture
def cover(tmp_path: Path) -> Path:
    path = tmp_path / "封面.json"
    path.write_text(json.dumps(COVER, ensure_ascii=False), encoding="utf-8")
    return path
