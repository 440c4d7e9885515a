"""Try the finished installer under Wine, as an office PC would see it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wine import SCREEN, Wine, WineError, stop

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = "办公 软件𠮷/盘活台账"
"""Under C:\\: a blank, Chinese, and a character that takes two places in UTF-16."""
DATA = "我的 数据"
STICK = "U盘 模拟"
PROGRAMS = ("盘活台账.exe", "panhuo.exe")
NT = r"HKLM\Software\Microsoft\Windows NT\CurrentVersion"
UNINSTALL = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\盘活台账"
OLD_BUILD, TOO_OLD, RUNNING = "17134", 2, 4
"""Windows 10 1803, and the exit codes of the installer."""

Say = Callable[[str], None]


def run(wine: Wine, installer: Path, portable: Path, out: Path, say: Say) -> None:
    """Install, self-test, look, upgrade, remove, start from a stick; stop at the first failure."""
    trial = _Trial(wine, installer, out, say)
    trial.run()
    trial.runs_from_a_stick(portable)


class _Trial:
    def __init__(self, wine: Wine, installer: Path, out: Path, say: Say) -> None:
        self.wine, self.installer, self.out, self.say = wine, installer, out, say
        self.place = wine.drive / INSTALLED
        self.data = wine.drive / DATA

    def run(self) -> None:
        self._clean()
        self.refuses_old_windows()
        self.installs()
        self.self_tests()
        self.same_fingerprint()
        self.shows_its_window()
        self.upgrades_over_a_running_program()
        self.removes_itself()

    def _clean(self) -> None:
        for old in (self.place.parent, self.data, self.wine.drive / STICK, self.out):
            shutil.rmtree(old, ignore_errors=True)
        for key in (r"HKCU\Software\盘活台账", UNINSTALL):
            self.wine.ask("reg", "delete", key, "/f")
        for link in self._links():
            link.unlink()
        self.out.mkdir(parents=True)
        self.data.mkdir()

    def _links(self) -> list[Path]:
        """The shortcuts in the start menu and on the desktop, which Wine links to $HOME."""
        places = (self.wine.drive / "users", self.wine.folder / "home")
        return [link for place in places for link in place.rglob("*盘活台账.lnk")]

    def setup(self) -> int:
        """Run the installer silently.

        /D= takes the rest of the line and must not be quoted, which Wine does to words with blanks.
        """
        words = f"/D={self.wine.windows_path(self.place)}".split(" ")
        code, _ = self.wine.ask(str(self.installer), "/S", *words, seconds=300)
        return code

    def refuses_old_windows(self) -> None:
        names = ("CurrentBuild", "CurrentBuildNumber")
        was = {name: self._registry(name) for name in names}
        try:
            for name in names:
                self.wine.registry(NT, name, OLD_BUILD)
            self._restart()
            code = self.setup()
        finally:
            for name, value in was.items():
                self.wine.registry(NT, name, value)
            self._restart()
        _must(code == TOO_OLD and not self.place.exists(), f"Windows 10 1803 没有被拒绝：{code}")
        self.say("试装：Windows 10 1803 被拒绝。")

    def _registry(self, name: str) -> str:
        return self.wine.run("reg", "query", NT, "/v", name).split()[-1]

    def _restart(self) -> None:
        """Let new processes see another Windows."""
        subprocess.run(["wineserver", "-k"], env=self.wine.env, stderr=subprocess.DEVNULL)
        time.sleep(2)

    def installs(self) -> None:
        code = self.setup()
        _must(code == 0, f"安装退出码 {code}")
        missing = [n for n in (*PROGRAMS, "先读我.txt", "卸载.exe") if not (self.place / n).is_file()]
        _must(not missing, f"安装后缺少 {missing}")
        names = sorted(link.name for link in self._links())
        _must(names == ["卸载盘活台账.lnk", "盘活台账.lnk", "盘活台账.lnk"], f"快捷方式：{names}")
        self.say(f"试装：静默安装到 C:\\{INSTALLED.replace('/', chr(92))}，开始菜单和桌面各有快捷方式。")

    def self_tests(self) -> None:
        for number, program in enumerate(PROGRAMS, 1):
            self._self_test(self.place / program, self.data / f"自检 {number}.json")

    def _self_test(self, program: Path, target: Path) -> dict[str, Any]:
        words = [str(program), "--self-test", self.wine.windows_path(target)]
        code, said = self.wine.ask(*words, cwd=target.parent, seconds=300)
        _must(target.is_file(), f"{program.name} 没有写出自检结果（退出码 {code}）：{said}")
        shutil.copy(target, self.out)
        report: dict[str, Any] = json.loads(target.read_text("utf-8"))
        bad = [f"{s['step']}：{s['said']}" for s in report["steps"] if not s["ok"]]
        _must(
            code == 0 and report["ok"] and report["frozen"],
            f"{program.name} 自检退出码 {code}\n" + "\n".join(bad),
        )
        seconds = sum(s["seconds"] for s in report["steps"])
        self.say(f"试装：{program.name} 自检 {len(report['steps'])} 项全部通过（{seconds:.0f} 秒）。")
        return report

    def same_fingerprint(self) -> None:
        theirs = self._demo([str(self.place / "panhuo.exe")], self.wine.windows_path(self.data / "样例 上报"))
        sys.path.insert(0, str(ROOT / "build"))
        import dev

        dev.set_up()

        def source(*words: str) -> dict[str, Any]:
            command = [str(dev.PYTHON), "-m", "core.cli", *words, "--json"]
            answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            said: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
            return said

        ours = source("demo", "--out", str(self.out / "从源码"))
        for key in ("fingerprint", "check_code", "totals", "counts"):
            _must(theirs[key] == ours[key], f"demo 的 {key} 与源码运行不同：{theirs[key]} {ours[key]}")
        (made,) = (self.data / "样例 上报").glob("*.zip")
        verdict = source("verify", str(made))
        _must(verdict["verdict"] == "valid", f"源码校验 Windows 的上报包：{verdict['reason']}")
        (sent,) = (self.out / "从源码").glob("*.zip")
        shutil.copy(sent, self.data / "从源码.zip")
        words = ("verify", self.wine.windows_path(self.data / "从源码.zip"), "--json")
        code, said = self.wine.ask(str(self.place / "panhuo.exe"), *words, cwd=self.data, seconds=300)
        _must(code == 0, f"panhuo.exe 校验源码的上报包：{code}\n{said}")
        self.say("试装：两个系统的上报包互相校验，逐字节与数据相符。")
        self.say(
            f"试装：panhuo.exe demo 与 Linux 源码运行的指纹、校验码、合计相同（{ours['fingerprint'][:12]}…）。"
        )

    def _demo(self, program: list[str], out: str) -> dict[str, Any]:
        code, said = self.wine.ask(*program, "demo", "--json", "--out", out, cwd=self.data, seconds=600)
        _must(code in (0, 10), f"demo 退出码 {code}\n{said}")
        found: dict[str, Any] = json.loads(said.splitlines()[-1])
        return found

    def shows_its_window(self) -> None:
        # Without its desktop Wine leaves a maximized window to a window manager, and there is none.
        window = self.open_window("explorer", f"/desktop=trial,{SCREEN}")
        try:
            self.picture("窗口.png")
        finally:
            stop(window)
            self._restart()
        self.say("试装：窗口已打开并截图。")

    def open_window(self, *desktop: str) -> subprocess.Popen[bytes]:
        """Start the window on the sample 账套 and wait until it stands still."""
        home = {"PANHUO_HOME": self.wine.windows_path(self.data / "账套")}
        program = self.wine.windows_path(self.place / PROGRAMS[0])
        window = self.wine.start(*desktop, program, "--sample", cwd=self.data, env=home, seconds=300)
        subprocess.Popen(["cat"], stdin=window.stdout, stdout=subprocess.DEVNULL)
        began = time.monotonic()
        while not list((self.data / "账套").rglob("台账.db")):
            _must(window.poll() is None, "窗口程序自己结束了")
            _must(time.monotonic() - began < 120, "窗口没有打开示例账套")
            time.sleep(1)
        time.sleep(20)
        return window

    def picture(self, name: str) -> None:
        """A screenshot, when ImageMagick is here."""
        if shutil.which("import"):
            subprocess.run(["import", "-window", "root", str(self.out / name)], env=self.wine.env, check=True)

    def upgrades_over_a_running_program(self) -> None:
        before = self._files()
        (self.place / "_internal" / "旧版本留下的.txt").write_text("x", "utf-8")
        window = self.open_window()
        began = time.monotonic()
        code = self.setup()
        _must(code == 0, f"升级退出码 {code}（{RUNNING} 表示程序没有关闭）")
        _must(window.poll() is not None or time.monotonic() - began < 300, "程序没有关闭")
        window.wait(60)
        _must(self._files() == before, "升级后的文件与安装时不同")
        self.say(f"试装：升级时请正在运行的程序关闭（退出码 {window.returncode}），旧文件不留。")

    def _files(self) -> list[str]:
        return sorted(str(p.relative_to(self.place)) for p in self.place.rglob("*"))

    def removes_itself(self) -> None:
        own = self.place / "账套" / "台账.db"
        own.parent.mkdir()
        own.write_bytes(b"kept")
        ledgers = sorted((self.data / "账套").rglob("台账.db"))
        self.wine.run(str(self.place / "卸载.exe"), "/S", seconds=120)
        for _ in range(30):  # the remover copies itself away and returns at once
            if not (self.place / "卸载.exe").exists():
                break
            time.sleep(1)
        left = [str(p.relative_to(self.place)) for p in self.place.rglob("*") if p.is_file()]
        _must(left == [os.path.join("账套", "台账.db")], f"卸载后留下：{left}")
        _must(bool(ledgers) and all(p.is_file() for p in ledgers), "卸载动了账套")
        _must(not self._links(), f"快捷方式没有删除：{self._links()}")
        self.say(f"试装：卸载干净，{len(ledgers) + 1} 个账套都在。")

    def runs_from_a_stick(self, portable: Path) -> None:
        """The portable zip: unpacked, self-tested, opened; what it writes lies beside the program."""
        stick = self.wine.drive / STICK
        with zipfile.ZipFile(portable) as archive:
            archive.extractall(stick)
        (top,) = stick.iterdir()
        report = self._self_test(top / PROGRAMS[1], stick / "自检 便携.json")
        _must(report["portable"], "便携版没有认出自己")
        window = self.wine.start(str(top / PROGRAMS[0]), "--sample", cwd=stick, seconds=120)
        for _ in range(60):
            if list((top / "账套").rglob("台账.db")):
                break
            time.sleep(1)
        time.sleep(5)
        stop(window)
        self._restart()
        _must(bool(list((top / "账套").rglob("台账.db"))), "便携版没有把账套放在程序旁边")
        self.say(f"试装：便携版在 C:\\{STICK} 自检通过，账套在程序旁边。")


def _must(true: bool, otherwise: str) -> None:
    if not true:
        raise WineError(otherwise)
