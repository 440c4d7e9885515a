"""The Linux bundle, built with the spec that Windows uses, checks itself and does the main job."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.frozen, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux")]

MINUTES = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle, moved to a folder with a blank and Chinese characters."""
    made = tmp_path_factory.mktemp("build")
    paths = ["--workpath", str(made / "work"), "--distpath", str(made / "dist")]
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", *paths]
    subprocess.run([*command, str(ROOT / "build" / "pyinstaller.spec")], cwd=ROOT, check=True)
    place = made / "办公 软件𠮷"
    shutil.move(made / "dist" / "panhuo", place)
    return place


def ask(folder: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the bundle as a desktop does: no Python, no source, no screen."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "TMPDIR")}
    env = {**kept, "HOME": str(home), "LC_ALL": "C.UTF-8"}
    command = [str(folder / words[0]), *words[1:]]
    return subprocess.run(command, cwd=home, env=env, capture_output=True, text=True, timeout=10 * MINUTES)


@pytest.mark.parametrize("program", ["panhuo", "panhuo-window"])
def test_self_test(folder: Path, tmp_path: Path, program: str) -> None:
    report = tmp_path / "自检.json"
    done = ask(folder, tmp_path, program, "--self-test", str(report))
    told = json.loads(report.read_text("utf-8"))
    assert [step for step in told["steps"] if not step["ok"]] == []
    assert told["ok"] and told["frozen"] and told["version"]
    assert done.returncode == 0
    left = set(os.listdir(tmp_path)) - {".cache"}  # of fontconfig
    assert left == {"自检.json"}


def test_demo_has_the_fingerprint_of_the_source(folder: Path, tmp_path: Path) -> None:
    frozen = ask(folder, tmp_path, "panhuo", "demo", "--json", "--out", str(tmp_path / "样例"))
    source = demo_from_source(["--out", str(tmp_path / "源码")])
    theirs = json.loads(frozen.stdout.splitlines()[-1])
    for key in ("fingerprint", "check_code", "totals", "counts"):
        assert theirs[key] == source[key]


def demo_from_source(words: Sequence[str]) -> dict[str, object]:
    command = [sys.executable, "-m", "core.cli", "demo", "--json", *words]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    found: dict[str, object] = json.loads(said.splitlines()[-1])
    return found


def test_portable_keeps_its_data_beside_the_program(folder: Path, tmp_path: Path) -> None:
    flag = folder / "portable.flag"
    flag.touch()
    try:
        report = tmp_path / "自检.json"
        ask(folder, tmp_path, "panhuo", "--self-test", str(report))
        assert json.loads(report.read_text("utf-8"))["portable"]
    finally:
        flag.unlink()


def test_bundle_has_the_resources_and_no_second_language(folder: Path) -> None:
    inside = folder / "_internal"
    names = {p.name for p in (inside / "resources").iterdir()}
    assert {"standards", "sample", "help", "icons", "licences"} <= names
    assert [p.name for p in inside.rglob("*.qm")] == ["qtbase_zh_CN.qm"]
    assert (inside / "resources" / "licences" / "LGPL-3.0.txt").is_file()


def test_bundle_holds_nothing_that_speaks_to_a_network(folder: Path) -> None:
    found = [p.name for p in folder.rglob("*") if p.name.startswith(("libQt6Network", "libssl", "_ssl"))]
    assert found == []
