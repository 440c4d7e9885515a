"""Read a foreign file in a child process with a time and a memory limit, and take its answer."""

from __future__ import annotations

import gc
import io
import json
import marshal
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from core import paths
from core.errors import AppError, InputRefused, SurroundingsError
from core.excel.grid import Book, Cell, Grid
from core.jobs import Progress, without_collector

TIME_LIMIT = 60.0
MEMORY_LIMIT = 1_200_000_000
VERB = "read-table"
_TRUSTED = b"PHBOOK1\n"

# --- the side of the program ------------------------------------------------------


def read(path: Path, progress: Progress | None = None) -> Book:
    """Read a file in a child process; every failure is a refusal with a reason and a next step."""
    progress = progress or Progress()
    path = Path(path)
    _readable(path)
    with paths.workroom() as folder:
        out = folder / "book"
        code = _run(path, out, progress, careful=False)
        if code not in (0, 3) and code != _TIMEOUT:
            # The quick reader may abort on what the careful one survives (a far cell, for instance).
            out.unlink(missing_ok=True)
            code = _run(path, out, progress, careful=True)
        if code == _TIMEOUT:
            raise InputRefused(
                f"读取超过 {TIME_LIMIT:.0f} 秒，已停止。",
                next="请在 Excel 中删去多余的空白行、图片和公式，或拆成几个文件后再导入。",
                code="too-slow",
            )
        answer = out.read_bytes() if out.exists() else b""
    if code == 3 and answer:
        told = json.loads(answer)
        raise InputRefused(told["reason"], next=told["next"], code=told["code"])
    if code != 0 or not answer.startswith(_TRUSTED):
        raise InputRefused(
            "读取这个文件时出错：文件可能已损坏，或内容过大。",
            next="请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入；仍不行请拆成几个文件。",
            code="reader-failed",
        )
    with without_collector():
        return _load(answer)


_TIMEOUT = 1001


def _readable(path: Path) -> None:
    if path.is_dir():
        raise InputRefused(
            "这是文件夹，不是文件。", next="请选择其中的表格文件，或按文件夹导入。", code="folder"
        )
    try:
        if path.exists() and not path.is_file():
            # Opening a pipe would wait for ever.
            raise InputRefused(
                "这是设备或管道，不是文件。", next="请选择 Excel、WPS 表格或 CSV 文件。", code="not-a-file"
            )
        with path.open("rb"):
            pass
    except FileNotFoundError as e:
        raise InputRefused(
            f"找不到文件：{path.name}", next="请确认文件还在原处，再重新选择。", code="missing"
        ) from e
    except PermissionError as e:
        raise SurroundingsError(
            f"打不开文件：{path.name}，可能正被 Excel 或 WPS 打开。", next="请关闭后重试。", code="busy"
        ) from e
    except OSError as e:
        raise SurroundingsError(
            f"读不出文件：{path.name}。", next="请把文件复制到本机后重试。", code="unreadable"
        ) from e


def command(source: Path, out: Path) -> list[str]:
    """The command line that reads `source` into `out`."""
    if paths.is_frozen():
        program = paths.program_folder() / ("panhuo.exe" if sys.platform == "win32" else "panhuo")
        return [str(program), VERB, str(source), str(out)]
    return [sys.executable, "-m", "core.excel.child", str(source), str(out)]


def _run(source: Path, out: Path, progress: Progress, *, careful: bool) -> int:
    """Start the child, watch it, and kill it when it is late or unwanted."""
    root = str(Path(__file__).resolve().parents[2])
    env = {**os.environ, "PYTHONUTF8": "1", "PANHUO_CAREFUL": "1" if careful else ""}
    if not paths.is_frozen():
        env["PYTHONPATH"] = os.pathsep.join(p for p in (root, env.get("PYTHONPATH", "")) if p)
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    began = time.monotonic()
    with (out.parent / "said").open("w+b") as said:
        child = subprocess.Popen(
            command(source.resolve(), out),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.DEVNULL,
            env=env,
            creationflags=flags,
        )
        try:
            wait = 0.02
            while True:
                try:
                    return child.wait(wait)
                except subprocess.TimeoutExpired:
                    pass
                wait = 0.1
                if time.monotonic() - began > TIME_LIMIT:
                    return _TIMEOUT
                progress.step(0, 0, _last_line(out.parent / "said") or f"正在读取 {source.name}")
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()


def _last_line(path: Path) -> str:
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""


def _load(answer: bytes) -> Book:
    """The answer of our own child: builtins only, made by `_dump`."""
    kind, encoding, sha256, notes, sheets = marshal.loads(answer[len(_TRUSTED) :])
    grids = []
    for name, rows, visible, merges, hidden_rows, hidden_cols, told, typed in sheets:
        grids.append(Grid(name, rows, visible, merges, set(hidden_rows), set(hidden_cols), told, typed))
    return Book(kind, grids, encoding, sha256, notes)


def _dump(book: Book) -> bytes:
    def said(rows: Callable[[Grid], object]) -> bytes:
        sheets = [
            (
                g.name,
                rows(g),
                g.visible,
                g.merges,
                sorted(g.hidden_rows),
                sorted(g.hidden_cols),
                g.notes,
                g.typed,
            )
            for g in book.sheets
        ]
        return marshal.dumps((book.kind, book.encoding, book.sha256, book.notes, sheets))

    try:
        return _TRUSTED + said(lambda g: g.rows)
    except ValueError:
        return _TRUSTED + said(_plain)


def _plain(grid: Grid) -> dict[int, list[object]]:
    """marshal refuses subclasses: named tuples become bare ones."""
    rows: dict[int, list[object]] = grid.rows  # type: ignore[assignment]
    for line in rows.values():
        for i, raw in enumerate(line):
            if type(raw) is Cell:
                line[i] = tuple(raw)
    return rows


# --- the side of the child ----------------------------------------------------------


def limit_memory(limit: int = MEMORY_LIMIT) -> None:
    """Let this process never take more than `limit` bytes."""
    if sys.platform == "win32":
        _limit_by_job(limit)
    else:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_by_job(limit: int) -> None:
    """Windows: put this process into a Job Object with a memory limit (JOBOBJECT_EXTENDED_LIMIT_INFORMATION)."""
    if sys.platform != "win32":
        return
    import ctypes
    from ctypes import wintypes

    class Basic(ctypes.Structure):
        _fields_ = [
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        ]

    class Extended(ctypes.Structure):
        _fields_ = [
            ("Basic", Basic),
            ("IoInfo", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        ]

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = wintypes.HANDLE
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    kernel.SetInformationJobObject.argtypes = [wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD]
    kernel.AssignProcessToJobObject.argtypes = [wintypes.HANDLE, wintypes.HANDLE]
    job = kernel.CreateJobObjectW(None, None)
    info = Extended()
    info.Basic.LimitFlags = 0x100 | 0x400  # PROCESS_MEMORY, DIE_ON_UNHANDLED_EXCEPTION
    info.ProcessMemoryLimit = limit
    kernel.SetInformationJobObject(job, 9, ctypes.byref(info), ctypes.sizeof(info))
    kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())


def main(arguments: list[str]) -> int:
    """The hidden verb read-table IN OUT: exit 0 with a book, 3 with a refusal, else something broke."""
    source, out = Path(arguments[0]), Path(arguments[1])
    limit_memory()
    gc.disable()  # one book, then the end: the collector would walk a million cells for nothing
    from core.excel.reading import read_file

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # a frozen program on Windows would write in its code page

    def report(label: str) -> None:
        print(label, flush=True)

    try:
        book = read_file(source, fast=not os.environ.get("PANHUO_CAREFUL"), report=report)
        out.write_bytes(_dump(book))
    except AppError as e:
        told = {"reason": e.reason, "next": e.next, "code": e.code}
        out.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        return 3
    except (MemoryError, RecursionError):
        told = {
            "reason": "文件过大：读取时内存不够。",
            "next": "请在 Excel 中删去多余的空白行、图片和工作表，或拆成几个文件后再导入。",
            "code": "too-large",
        }
        out.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
