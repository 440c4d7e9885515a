"""Build the Windows program on Debian under Wine: installer, portable zip and hashes in dist/windows/.

python3 build/windows/build.py              everything, then installed, self-tested, upgraded and removed
python3 build/windows/build.py --no-check   without that trial
python3 build/windows/build.py --fresh      with a new Wine prefix (otherwise used again when still right)

On Windows itself (.github/workflows/windows.yml) it needs CPython 3.11 with the wheels of requirements-win.txt
and NSIS, and leaves the trial to the workflow.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent)]
sys.dont_write_bytecode = True

import runtime  # noqa: E402
import version  # noqa: E402
from wine import FONT, Wine, WineError  # noqa: E402

WINDOWS = sys.platform == "win32"
Python = Callable[..., str]
"""Runs Python for Windows with words and paths; returns what it said."""

WORK = ROOT / ".pyi" / "windows"
OUT = ROOT / "dist" / "windows"
NAME = "盘活台账"
PYTHON = r"C:\py311\python.exe"
TOOLS = {
    "wine": "wine wine64",
    "wineserver": "wine wine64",
    "Xvfb": "xvfb",
    "makensis": "nsis",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-posix",
    "x86_64-w64-mingw32-dlltool": "binutils-mingw-w64-x86-64",
    "timeout": "coreutils",
}
"""Programs that the build calls, and the Debian packages that have them."""

MEGABYTE = 1_000_000
LARGEST_INSTALLER, LARGEST_FOLDER = 30 * MEGABYTE, 80 * MEGABYTE

_began = time.monotonic()


def main() -> int:
    """Build, test, and list what was made."""
    parser = argparse.ArgumentParser(description="在 Debian 上用 Wine 生成 Windows 安装程序和便携版。")
    parser.add_argument("--fresh", action="store_true", help="重建 Wine 环境")
    parser.add_argument("--no-check", action="store_true", help="不做安装、自检、升级、卸载的试验")
    given = parser.parse_args()
    if WINDOWS:
        clear()
        made = build(python_here)
    else:
        use_right_python()
        require_tools()
        clear()
        with Wine(WORK) as wine:
            prepare(wine, fresh=given.fresh)
            made = build(python_under(wine))
            if given.no_check:
                say("没有试装：--no-check。")
            else:
                import trial

                trial.run(wine, *made[:2], OUT / "trial", say)
    say(f"完成。结果在 {OUT.relative_to(ROOT)}：")
    for file in [*made, OUT / "SHA256SUMS.txt"]:
        print(f"  {file.stat().st_size / MEGABYTE:6.1f} MB  {file.name}")
    return 0


def build(python: Python) -> list[Path]:
    """Make the bundle, and from it the installer and the portable zip."""
    folder = freeze(python)
    notes = write_notes()
    made = [make_installer(folder, notes), make_portable(folder, notes)]
    list_hashes(made)
    return made


def clear() -> None:
    """Begin with an empty output folder."""
    OUT.mkdir(parents=True, exist_ok=True)
    WORK.mkdir(parents=True, exist_ok=True)
    for old in OUT.iterdir():
        old.unlink() if old.is_file() else shutil.rmtree(old)


def python_under(wine: Wine) -> Python:
    """The Windows Python of the prefix."""

    def ask(*words: str | Path) -> str:
        given = [wine.windows_path(word) if isinstance(word, Path) else word for word in words]
        return wine.run(PYTHON, *given, cwd=ROOT, seconds=1800)

    return ask


def python_here(*words: str | Path) -> str:
    """The Python that runs this, on Windows."""
    done = subprocess.run([sys.executable, *map(str, words)], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{words}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


# ---- what the machine must have -------------------------------------------------------------------


def use_right_python() -> None:
    """Go on with CPython of the patch version whose DLL is bundled, or refuse."""
    wanted = runtime.VERSION
    if platform.python_implementation() == "CPython" and platform.python_version() == wanted:
        return
    for name in ("python3.11", "python3", "python"):
        found = shutil.which(name)
        if not found:
            continue
        ask = [found, "-c", "import platform as p; print(p.python_implementation(), p.python_version())"]
        answer = subprocess.run(ask, capture_output=True, text=True)
        if answer.stdout.strip() == f"CPython {wanted}":
            os.execv(found, [found, str(Path(__file__).resolve()), *sys.argv[1:]])
    raise SystemExit(
        f"需要 CPython {wanted}：当前是 {platform.python_version()}，PATH 里也没有。"
        f"Windows 包里的 Python DLL 是 {wanted}，标准库必须取自同一版本。"
        f"请安装后重试，例如 pyenv install {wanted}，并让 python3.11 指向它。"
    )


def require_tools() -> None:
    """Name all that is missing at once."""
    missing = sorted({package for tool, package in TOOLS.items() if not shutil.which(tool)})
    if missing:
        raise SystemExit(
            "缺少工具，不能生成 Windows 程序。请由管理员执行：\n"
            f"  apt-get install -y --no-install-recommends {' '.join(missing)}"
        )
    if shutil.which("fc-list"):
        fonts = subprocess.run(["fc-list"], capture_output=True, text=True).stdout
        if FONT not in fonts:
            say(f"没有字体 {FONT}（fonts-wqy-microhei）：试装的截图里中文会是方框，不影响产品。")


# ---- steps ----------------------------------------------------------------------------------------


def prepare(wine: Wine, *, fresh: bool) -> None:
    """Make a prefix with Python and our wheels, or use the one that is still right."""
    stamp = WORK / "prefix.stamp"
    wanted = hashlib.sha256()
    for file in sorted(
        [*HERE.glob("*.txt"), *(HERE / "runtime").iterdir(), HERE / "runtime.py", HERE / "wine.py"]
    ):
        wanted.update(file.read_bytes())
    wanted.update(subprocess.run(["wine", "--version"], capture_output=True).stdout)
    if not fresh and stamp.exists() and stamp.read_text("ascii") == wanted.hexdigest():
        say("沿用已有的 Wine 环境（--fresh 重建）。")
        return
    stamp.unlink(missing_ok=True)
    say("下载 Windows 版 Python 部件并核对哈希")
    libraries = runtime.fetch(WORK)
    runtime.compile_parts(libraries, WORK / "parts")
    say("建立 Wine 环境")
    wine.make(WORK / "parts")
    say("安装 Windows 版依赖（锁定哈希）")
    runtime.install(libraries, WORK / "parts", wine.drive / "py311")
    said = wine.run(PYTHON, "-c", "import platform; print(platform.python_version())")
    if said.split()[-1:] != [runtime.VERSION]:
        raise SystemExit(f"Windows 版 Python 不对：{said}")
    stamp.write_text(wanted.hexdigest(), "ascii")


def freeze(python: Python) -> Path:
    """Run PyInstaller, and check the folder it made."""
    say("PyInstaller")
    dist, work = WORK / "dist", WORK / "work"
    for old in (dist, work):
        shutil.rmtree(old, ignore_errors=True)
    options = ["--noconfirm", "--log-level", "ERROR", "--workpath", work, "--distpath", dist]
    python("-m", "PyInstaller", *options, ROOT / "build" / "pyinstaller.spec")
    folder = dist / "panhuo"
    say(python(HERE / "verify_bundle.py", folder))
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    limit("程序文件夹", size, LARGEST_FOLDER)
    return folder


def write_notes() -> Path:
    """先读我.txt as old Notepads read it: with a byte order mark and CRLF."""
    text = (HERE / "先读我.txt").read_text("utf-8").replace("\n", "\r\n")
    notes = WORK / "先读我.txt"
    notes.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
    return notes


def make_installer(folder: Path, notes: Path) -> Path:
    """Compile the installer."""
    say("安装程序（NSIS）")
    target = OUT / f"{NAME}-{version.version()}-安装.exe"
    defines = {
        "VERSION": version.version(),
        "SOURCE": folder,
        "ICON": ROOT / "resources" / "icons" / "app.ico",
        "NOTES": notes,
        "OUTFILE": target,
        "SLASH": os.sep,
    }
    words = [f"-D{key}={value}" for key, value in defines.items()]
    subprocess.run(
        ["makensis", "-V2", "-INPUTCHARSET", "UTF8", *words, str(HERE / "installer.nsi")], check=True
    )
    limit("安装程序", target.stat().st_size, LARGEST_INSTALLER)
    return target


def make_portable(folder: Path, notes: Path) -> Path:
    """Zip the folder, with the flag that keeps its data beside it."""
    say("便携版")
    top = f"{NAME}-{version.version()}"
    target = OUT / f"{top}-便携.zip"
    flag = "有这个文件时，数据放在程序旁边的“账套”文件夹。请勿删除。\r\n".encode("utf-8-sig")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(f"{top}/portable.flag", flag)
        archive.write(notes, f"{top}/先读我.txt")
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.write(file, f"{top}/{file.relative_to(folder).as_posix()}")
    return target


def list_hashes(files: list[Path]) -> None:
    """Write SHA256SUMS.txt, as sha256sum -c reads it."""
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (OUT / "SHA256SUMS.txt").write_text("".join(lines), "utf-8")


def limit(what: str, size: int, most: int) -> None:
    """Stop when something has grown beyond what we promise."""
    say(f"{what} {size / MEGABYTE:.1f} MB（上限 {most / MEGABYTE:.0f} MB）")
    if size > most:
        raise SystemExit(f"{what}太大。")


def say(text: str) -> None:
    """Tell what happens and when."""
    print(f"[{time.monotonic() - _began:4.0f} s] {text}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except WineError as error:
        sys.exit(f"Windows 程序没有成功：{error}")
