"""Watch and disturb the system calls by which the program changes files."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.cli import main

ROOT = Path(__file__).resolve().parents[2]

CALLS = (
    *("write", "pwrite64", "writev", "sendfile", "copy_file_range", "ftruncate"),
    *("fsync", "fdatasync", "rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "rmdir"),
)
"""Every call by which Python and SQLite change a file or a folder on Linux."""


def _missing() -> str:
    """Why system calls cannot be watched here; "" when they can."""
    if sys.platform != "linux" or not shutil.which("strace"):
        return "strace is not installed"
    tried = subprocess.run(
        ["strace", "-f", "-e", "inject=chroot:error=EIO:when=1", "-o", os.devnull, "true"],
        capture_output=True,
        text=True,
    )
    return "" if tried.returncode == 0 else f"strace is forbidden here: {tried.stderr.strip()[-200:]}"


MISSING = _missing()

_LINE = re.compile(r"^(\d+)\s+(\w+)\((.*)$")


@dataclass(frozen=True, slots=True)
class Point:
    """The n-th call of one name: where a fault is put. `path` is what it touched when watched."""

    call: str
    number: int
    path: str = ""

    def __str__(self) -> str:
        return f"{self.call}#{self.number} {Path(self.path).name}"


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    out: str
    err: str


def environment(sandbox: Path) -> dict[str, str]:
    """Everything the program might write to lies in the sandbox."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "TMPDIR": str(sandbox / "tmp"),
        "HOME": str(sandbox / "home"),
        "XDG_DATA_HOME": str(sandbox / "home"),
        "PANHUO_HOME": str(sandbox / "home"),
    }


def panhuo(words: Sequence[object]) -> list[str]:
    return [sys.executable, "-m", "core.cli", *map(str, words), "--json"]


def _run(command: Sequence[str], sandbox: Path) -> Answer:
    done = subprocess.run(
        command,
        cwd=sandbox,
        env=environment(sandbox),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def run(words: Sequence[object], sandbox: Path) -> Answer:
    """The command undisturbed."""
    return _run(panhuo(words), sandbox)


def run_here(words: Sequence[object]) -> Answer:
    """The command in this process: quicker, where nothing disturbs it."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*map(str, words), "--json"])
    return Answer(code, out.getvalue(), err.getvalue())


def points(words: Sequence[object], sandbox: Path) -> list[Point]:
    """Run the command and list each call that touched a file of the sandbox."""
    log = sandbox.parent / f"{sandbox.name}.log"
    command = ["strace", "-f", "-y", "-s", "0", "-e", "trace=" + ",".join(CALLS), "-o", str(log)]
    answer = _run([*command, *panhuo(words)], sandbox)
    assert answer.code in (0, 10), answer
    counts: Counter[tuple[str, str]] = Counter()
    found: dict[tuple[str, int], Point] = {}
    for text in log.read_text("utf-8", "replace").splitlines():
        match = _LINE.match(text)
        if not match:
            continue
        process, call, rest = match.groups()
        counts[process, call] += 1
        touched = re.search(re.escape(str(sandbox)) + r'[^">]*', rest)
        if touched:
            point = Point(call, counts[process, call], touched[0])
            found.setdefault((call, point.number), point)
    log.unlink()
    return list(found.values())


def killed(words: Sequence[object], sandbox: Path, point: Point) -> Answer:
    """The command, killed as it enters the call of a point."""
    return _disturbed(words, sandbox, point, "signal=KILL")


def failing(
    words: Sequence[object], sandbox: Path, point: Point, error: str, *, ever: bool = False
) -> Answer:
    """The command, with one call failing; `ever`: this one and all after it."""
    return _disturbed(words, sandbox, point, f"error={error}", "+" if ever else "")


def _disturbed(words: Sequence[object], sandbox: Path, point: Point, how: str, more: str = "") -> Answer:
    # Without --seccomp-bpf, which loses injected signals (strace 6.1).
    inject = f"inject={point.call}:{how}:when={point.number}{more}"
    command = ["strace", "-f", "-e", f"trace={point.call}", "-e", inject, "-o", "/dev/null"]
    return _run([*command, *panhuo(words)], sandbox)


def sample(found: Sequence[Point], most: int) -> list[Point]:
    """Some of the turns, spread evenly, first and last included.

    PANHUO_FAULTS=turns takes every turn, PANHUO_FAULTS=all every point.
    """
    wanted = os.environ.get("PANHUO_FAULTS")
    if wanted == "all":
        return list(found)
    turning = turns(found)
    if wanted == "turns" or len(turning) <= most:
        return turning
    return [turning[round(i * (len(turning) - 1) / (most - 1))] for i in range(most)]


def turns(found: Sequence[Point]) -> list[Point]:
    """The points where another call or another file begins or ends: between them one write is like the next."""
    kinds = [(p.call, p.path) for p in found]
    return [
        p
        for i, p in enumerate(found)
        if i in (0, len(found) - 1) or kinds[i] != kinds[i - 1] or kinds[i] != kinds[i + 1]
    ]
