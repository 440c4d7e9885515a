"""A private Wine prefix: made, furnished for our tests, and asked to run Windows programs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

FONT = "WenQuanYi Micro Hei"
REPLACED_FONTS = (
    *("SimSun", "宋体", "Microsoft YaHei", "Microsoft YaHei UI", "微软雅黑"),
    *("Tahoma", "MS Shell Dlg", "MS Shell Dlg 2", "Segoe UI"),
)
"""Fonts of Windows that Wine has not; without this the wizard shows boxes."""

SCREEN = "1366x768"
"""The smallest screen of an office PC."""

UISETTINGS = r"HKLM\Software\Microsoft\WindowsRuntime\ActivatableClassId\Windows.UI.ViewManagement.UISettings"
NO_DEBUGGER = r"HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug"


class WineError(Exception):
    """A Windows program failed or took too long; the text is what it said."""


class Wine:
    """One prefix in one folder, with a screen of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.drive = folder / "prefix" / "drive_c"
        self._screen: subprocess.Popen[bytes] | None = None
        home = folder / "home"
        # Wine links the prefix's Desktop and Documents to $HOME: give it one that is ours.
        home.mkdir(parents=True, exist_ok=True)
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "XDG_", "PANHUO", "QT_"))},
            "HOME": str(home),
            "WINEPREFIX": str(folder / "prefix"),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",
            "LC_ALL": "C.UTF-8",  # a Chinese program path fails with c0000135 otherwise
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "1",
            "PYTHONUTF8": "1",
        }
        self.env.pop("WAYLAND_DISPLAY", None)

    def __enter__(self) -> Wine:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SCREEN}x24", "-nolisten", "tcp"]
        quiet = subprocess.DEVNULL
        self._screen = subprocess.Popen(command, pass_fds=[write], stdin=quiet, stdout=quiet, stderr=quiet)
        os.close(write)
        with os.fdopen(read) as numbers:
            self.env["DISPLAY"] = f":{numbers.readline().strip()}"
        return self

    def __exit__(self, *error: object) -> None:
        subprocess.run(["wineserver", "-k"], env=self.env, stderr=subprocess.DEVNULL)
        if self._screen is not None:
            self._screen.terminate()
            self._screen.wait()

    def windows_path(self, path: Path) -> str:
        """Name a file of this machine as the Windows programs see it."""
        path = path.resolve()
        if path.is_relative_to(self.drive):
            return "C:\\" + str(path.relative_to(self.drive)).replace("/", "\\")
        return "Z:" + str(path).replace("/", "\\")

    def start(
        self, *words: str, cwd: Path | None = None, env: dict[str, str] | None = None, seconds: int = 120
    ) -> subprocess.Popen[bytes]:
        """Start a program; its stdout must be a pipe: a plain file is "Invalid handle" to Python there."""
        return subprocess.Popen(
            ["timeout", "-k", "5", str(seconds), "wine", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**self.env, **(env or {})},
            cwd=cwd,
            start_new_session=True,
        )

    def ask(
        self, *words: str, cwd: Path | None = None, env: dict[str, str] | None = None, seconds: int = 120
    ) -> tuple[int, str]:
        """Run a program to its end; return its exit code and what it said."""
        with tempfile.TemporaryFile() as said:
            program = self.start(*words, cwd=cwd, env=env, seconds=seconds)
            # `cat` takes the pipe, so that a process left behind cannot hold this one.
            cat = subprocess.Popen(["cat"], stdin=program.stdout, stdout=said)
            assert program.stdout is not None
            program.stdout.close()
            code = program.wait()
            try:
                cat.wait(20)
            except subprocess.TimeoutExpired:
                cat.kill()
                cat.wait()
            said.seek(0)
            text = said.read().decode("utf-8", errors="replace").replace("\r\n", "\n")
        noise = (
            "it looks like wine32 is missing",
            "multiarch needs to be enabled",
            'execute "dpkg',
            "apt-get install wine32",
        )
        lines = [line for line in text.splitlines() if not line.startswith(noise)]
        return code, "\n".join(lines).strip()

    def run(
        self, *words: str, cwd: Path | None = None, env: dict[str, str] | None = None, seconds: int = 120
    ) -> str:
        """Run a program that has to succeed; return what it said."""
        code, said = self.ask(*words, cwd=cwd, env=env, seconds=seconds)
        if code != 0:
            raise WineError(f"{' '.join(words)}\n退出码 {code}\n{said}")
        return said

    def registry(self, key: str, name: str, data: str, kind: str = "REG_SZ") -> None:
        """Set one value."""
        self.run("reg", "add", key, "/v", name, "/t", kind, "/d", data, "/f")

    def make(self, stubs: Path) -> None:
        """Make the prefix anew, as a Windows 10 whose crashes do not wait for a debugger."""
        shutil.rmtree(self.folder / "prefix", ignore_errors=True)
        self.run("wineboot", "-i", seconds=300)
        self.run("winecfg", "-v", "win10")
        system = self.drive / "windows" / "system32"
        for stub in ("uisettings_stub.dll", "bcryptprimitives.dll"):
            if not (system / stub).exists():
                shutil.copy(stubs / stub, system)
        self.registry(UISETTINGS, "DllPath", r"C:\windows\system32\uisettings_stub.dll")
        self.registry(NO_DEBUGGER, "Debugger", "")
        for font in REPLACED_FONTS:
            self.registry(r"HKCU\Software\Wine\Fonts\Replacements", font, FONT)
        self._install_font()
        # Files written so far must survive `wineserver -k`.
        subprocess.run(["wineserver", "-w"], env=self.env, timeout=60)

    def _install_font(self) -> None:
        """Lay the Chinese font where Windows keeps its own."""
        if shutil.which("fc-match"):
            ask = ["fc-match", "-f", "%{file}", FONT]
            file = Path(subprocess.run(ask, capture_output=True, text=True, env=os.environ).stdout)
            if file.is_file():
                shutil.copy(file, self.drive / "windows" / "Fonts")


def stop(program: subprocess.Popen[bytes]) -> None:
    """End a program that `start` began, with whatever it started."""
    if program.poll() is None:
        os.killpg(program.pid, signal.SIGTERM)
    program.wait()
