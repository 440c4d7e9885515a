"""Set up and run everything from a fresh checkout, with the standard library only.

python3 build/dev.py run | test | check | bench      (Windows: py build\\dev.py …)
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = os.name == "nt"
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
LOCK = ROOT / "build" / "requirements.lock"
STAMP = VENV / ".stamp"
NEWEST, OLDEST = (3, 13), (3, 11)
DONE_WITH_FINDINGS = 10

# Found with ldd in an empty Debian 12: the first line is enough for offscreen tests, the second
# adds a real window on X11, the third is the font without which every Chinese character is a box.
SYSTEM_PACKAGES = (
    *("libgl1", "libegl1", "libxkbcommon0", "libfontconfig1", "libdbus-1-3", "libglib2.0-0"),
    *("libxkbcommon-x11-0", "libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0"),
    "fonts-noto-cjk",
)

USAGE = """用法：python3 build/dev.py <命令> [参数]      （Windows：py build\\dev.py <命令> [参数]）

  run    运行：有屏幕时打开窗口（示例账套）；没有屏幕时在命令行跑一遍主流程（panhuo demo）
  test   运行测试；其余参数交给 pytest，例如  test -k paths -x
  check  检查代码：排版、静态检查、类型、模块依赖方向
  bench  运行性能测量（benchmarks/run.py）

首次运行自动安装系统库与中文字体（Debian/Ubuntu）、建立 .venv 并安装锁定的依赖，之后不再重复。"""


def main(arguments: Sequence[str]) -> int:
    """Do the set-up that is still missing, then the command."""
    # A pipe on an English Windows cannot hold Chinese; a "?" is better than a traceback.
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    if not arguments or arguments[0] not in COMMANDS:
        asked_for_help = bool(arguments) and arguments[0] in ("-h", "--help", "help")
        print(USAGE)
        return 0 if asked_for_help else 2
    other = fitting_python()
    if other:
        return subprocess.call([*other, str(Path(__file__).resolve()), *arguments])
    set_up()
    return COMMANDS[arguments[0]](list(arguments[1:]))


# ---- set-up ---------------------------------------------------------------------------------------


def fitting_python() -> list[str] | None:
    """Return another Python to go on with, None when this one fits, and stop when there is none."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return None
    versions = [f"3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    for version in versions:
        if WINDOWS and shutil.which("py"):
            candidate = ["py", f"-{version}"]
            answer = subprocess.run([*candidate, "-c", ""], capture_output=True)
            if answer.returncode == 0:
                return candidate
        elif found := shutil.which(f"python{version}"):
            return [found]
    here = ".".join(map(str, sys.version_info[:2]))
    raise SystemExit(
        f"需要 Python {versions[-1]} 至 {versions[0]}，当前是 {here}。请安装其中一个版本后重试。"
    )


def set_up() -> None:
    """Bring system libraries, font, .venv and the installed command into being, once."""
    wanted = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    started = time.monotonic()
    install_system_packages()
    make_venv()
    say("安装锁定的依赖（首次约下载 150 MB，请稍候）…")
    quiet_pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--use-pep517"]
    step([*quiet_pip, "-r", str(LOCK)], "安装依赖失败。请检查网络或包镜像设置后重试。")
    step([*quiet_pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], "安装 panhuo 命令失败。")
    STAMP.write_text(wanted, encoding="utf-8")
    say(f"准备完成，用时 {time.monotonic() - started:.0f} 秒。")


def fingerprint() -> str:
    """Digest what the set-up depends on, so that a second call is instant and a change is noticed."""
    import tomllib

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [
        str(ROOT),
        # Not the full version: apt may upgrade Python within the set-up itself.
        str(sys.version_info[:2]),
        " ".join(SYSTEM_PACKAGES),
        LOCK.read_text(encoding="utf-8"),
        json.dumps([declared["build-system"], declared["project"], declared["tool"]["hatch"]]),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def install_system_packages() -> None:
    """Install by apt what Debian or Ubuntu still lacks; elsewhere do nothing."""
    if WINDOWS or not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        return
    wanted = list(SYSTEM_PACKAGES)
    if importlib.util.find_spec("ensurepip") is None:
        wanted.insert(0, "python3-venv")
    have = installed_packages()
    missing = [name for name in wanted if name not in have]
    if not missing:
        return
    say(f"安装系统库与中文字体：{' '.join(missing)}")
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    install = [*apt, "install", "-y", "--no-install-recommends", *missing]
    by_hand = f"请由管理员执行：apt-get install --no-install-recommends {' '.join(missing)}"
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            raise SystemExit(f"缺少系统库，且当前用户不能安装。{by_hand}")
        apt, install = ["sudo", *apt], ["sudo", "DEBIAN_FRONTEND=noninteractive", *install]
    step([*apt, "update"], f"更新软件源失败。{by_hand}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    step(install, f"安装系统库失败。{by_hand}", env=quiet, stdout=subprocess.DEVNULL)


def installed_packages() -> set[str]:
    """Name the installed Debian packages, and what they provide under an older name (libglib2.0-0)."""
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status}\t${Package}, ${Provides}\n"]
    lines = subprocess.run(query, capture_output=True, text=True, check=True).stdout.splitlines()
    names: set[str] = set()
    for line in lines:
        status, _, package = line.partition("\t")
        if status == "installed":
            names.update(part.split()[0] for part in package.split(",") if part.strip())
    return names


def make_venv() -> None:
    """Make .venv, anew when its Python is gone or was left half made."""
    works = PYTHON.exists() and (
        subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True).returncode == 0
    )
    if not works:
        say("建立 Python 环境 .venv …")
        step([sys.executable, "-m", "venv", "--clear", str(VENV)], "建立 .venv 失败。")


# ---- commands -------------------------------------------------------------------------------------


def run(arguments: list[str]) -> int:
    """Open the window on the sample 账套, or go through the main job on the command line."""
    if has_screen():
        status = subprocess.call([str(PYTHON), "-m", "gui", "--sample", *arguments], cwd=ROOT)
        if status == -signal.SIGABRT:
            say("窗口没有打开。若当前没有可用的屏幕，请清除环境变量 DISPLAY 后重试，程序会改在命令行运行。")
        return status
    say("没有屏幕（未设置 DISPLAY 或 WAYLAND_DISPLAY），在命令行用示例台账跑一遍主流程。")
    out = Path(tempfile.mkdtemp(prefix="panhuo-demo-"))
    status = subprocess.call([str(BIN / "panhuo"), "demo", "--out", str(out), *arguments], cwd=ROOT)
    if status not in (0, DONE_WITH_FINDINGS):
        say(f"主流程没有完成（退出码 {status}）。")
        return status
    packages = sorted(out.rglob("*.zip"))
    say("上报包在：" + "；".join(map(str, packages)) if packages else f"结果在：{out}")
    return 0


def has_screen() -> bool:
    """Say whether a window can be shown."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    on_x11_or_wayland = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return WINDOWS or sys.platform == "darwin" or bool(on_x11_or_wayland)


def test(arguments: list[str]) -> int:
    """Run pytest without a screen."""
    env = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    return subprocess.call([str(PYTHON), "-m", "pytest", *arguments], cwd=ROOT, env=env)


def check(arguments: list[str]) -> int:
    """Run the four checks to the end and name those that failed."""
    checks = {
        "排版（ruff format）": [str(BIN / "ruff"), "format", "--check", "."],
        "静态检查（ruff check）": [str(BIN / "ruff"), "check", "."],
        "类型（mypy）": [str(PYTHON), "-m", "mypy"],
        "模块依赖方向（lint-imports）": [str(BIN / "lint-imports")],
    }
    failed = []
    for name, command in checks.items():
        say(name)
        if subprocess.call(command, cwd=ROOT) != 0:
            failed.append(name)
    say("未通过：" + "、".join(failed) if failed else "全部通过。")
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """Run the measurements."""
    script = ROOT / "benchmarks" / "run.py"
    if not script.exists():
        say("还没有性能测量（benchmarks/run.py 不存在）。")
        return 0
    return subprocess.call([str(PYTHON), str(script), *arguments], cwd=ROOT)


COMMANDS = {"run": run, "test": test, "check": check, "bench": bench}


def say(text: str) -> None:
    """Tell the person at the keyboard what happens."""
    print(f"[盘活台账] {text}", flush=True)


def step(
    command: Sequence[str],
    failure: str,
    *,
    env: dict[str, str] | None = None,
    stdout: int | None = None,
) -> None:
    """Run one command of the set-up and stop with a reason when it fails."""
    try:
        status = subprocess.run(command, env=env, stdout=stdout).returncode
    except OSError as error:
        raise SystemExit(f"{failure}（{error}）") from error
    if status != 0:
        raise SystemExit(f"{failure}（退出码 {status}）")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
