"""Build the Linux program: a .tar.xz for any desktop and a .deb, in dist/linux/.

python3 build/linux/build.py

The bundle runs where glibc is at least that of the machine that built it; the number is found in the bundle,
printed, and written into the .deb. For older desktops build on the oldest system that has to run it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "build"))
sys.dont_write_bytecode = True

import dev  # noqa: E402
import version  # noqa: E402

WORK = ROOT / ".pyi" / "linux"
OUT = ROOT / "dist" / "linux"
PLACE = "opt/panhuo"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
MAINTAINER = "panhuo <panhuo@localhost>"
DESKTOP = """[Desktop Entry]
Type=Application
Name=盘活台账
Comment=闲置低效国有资产的盘点、审核与上报
Exec=/opt/panhuo/panhuo-window
Icon=panhuo
Terminal=false
Categories=Office;
StartupWMClass=panhuo-window
"""
MINE = """\
盘活台账 {version}（Linux）

需要 64 位系统，glibc 不低于 {glibc}（执行 ldd --version 查看），X11 桌面（Wayland 下经 XWayland），中文字体。
解压到任意文件夹，双击 panhuo-window，或在终端执行 ./panhuo-window；./panhuo --help 是命令行程序。
数据（账套）默认在“文档/盘活台账”；程序旁边放一个名为 portable.flag 的空文件，则放在程序旁边的“账套”里。
输入法：ibus 直接可用；fcitx5 请设 QT_IM_MODULE=ibus（fcitx5 自带 ibus 接口）。
检查程序：./panhuo --self-test 自检.json
第三方部件的许可见 _internal/resources/licences。
"""

_began = time.monotonic()


def main() -> int:
    """Build everything and list it."""
    if not sys.platform.startswith("linux"):
        raise SystemExit("请在 Linux 上执行。Windows 版见 build/windows/build.py。")
    for tool, package in {"objdump": "binutils", "strip": "binutils", "dpkg-deb": "dpkg"}.items():
        if not shutil.which(tool):
            raise SystemExit(f"缺少 {tool}：apt-get install {package}")
    dev.set_up()
    folder = freeze()
    needs = libraries(folder)
    glibc = newest_glibc(folder)
    say(f"需要 glibc {glibc} 或更高")
    (folder / "先读我.txt").write_text(MINE.format(version=version.version(), glibc=glibc), "utf-8")
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    made = [tarball(folder), deb(folder, glibc, needs)]
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in made]
    (OUT / "SHA256SUMS.txt").write_text("".join(sums), "utf-8")
    for file in made:
        say(f"{file.stat().st_size / 1e6:.1f} MB  {file.relative_to(ROOT)}")
    return 0


def freeze(work: Path = WORK) -> Path:
    """Run PyInstaller with the .venv, and add the copyright files of the system's libraries."""
    say("PyInstaller")
    dist = work / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    paths = ["--workpath", str(work / "work"), "--distpath", str(dist)]
    command = [str(dev.PYTHON), "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", *paths]
    subprocess.run([*command, str(ROOT / "build" / "pyinstaller.spec")], cwd=ROOT, check=True)
    folder = dist / "panhuo"
    add_copyrights(folder)
    return folder


def add_copyrights(folder: Path) -> None:
    """Debian's copyright file of each library taken from this system."""
    target = folder / "_internal" / "resources" / "licences" / "debian"
    target.mkdir(parents=True, exist_ok=True)
    for package in packages_of([file.name for file in (folder / "_internal").glob("lib*.so*")]):
        source = Path("/usr/share/doc") / package / "copyright"
        if source.is_file():
            shutil.copyfile(source, target / f"{package}.txt")


def elf_files(folder: Path) -> list[Path]:
    """Programs and libraries of the bundle, links left out."""
    files = [p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()]
    return [p for p in files if p.open("rb").read(4) == b"\x7fELF"]


def newest_glibc(folder: Path) -> str:
    """The oldest glibc that has every symbol the bundle asks for."""
    found = {(0, 0)}
    for file in elf_files(folder):
        said = subprocess.run(["objdump", "-T", str(file)], capture_output=True, text=True).stdout
        found |= {(int(a), int(b)) for a, b in re.findall(r"GLIBC_(\d+)\.(\d+)", said)}
    return ".".join(map(str, max(found)))


def libraries(folder: Path) -> list[str]:
    """The packages with the libraries that the bundle leaves to the system."""
    asked: set[str] = set()
    for file in elf_files(folder):
        said = subprocess.run(["objdump", "-p", str(file)], capture_output=True, text=True).stdout
        asked |= set(re.findall(r"NEEDED\s+(\S+)", said))
    bundled = {file.name for file in folder.rglob("*")}
    return sorted(set(packages_of(sorted(asked - bundled))) - {"libc6"})


def packages_of(names: list[str]) -> list[str]:
    """The Debian packages of some libraries, by file name."""
    if not names or not shutil.which("dpkg-query"):
        return []
    patterns = [f"*/{name}" for name in names]
    said = subprocess.run(["dpkg-query", "-S", *patterns], capture_output=True, text=True).stdout
    here = [
        line for line in said.splitlines() if re.search(r": (/usr)?/lib(64|/[\w-]+-linux-gnu)?/[^/]+$", line)
    ]
    return sorted({line.split(":")[0] for line in here})


def tarball(folder: Path) -> Path:
    """The folder as it is."""
    top = f"panhuo-{version.version()}"
    target = OUT / f"{top}-linux-{os.uname().machine}.tar.xz"
    say("tar.xz")
    with tarfile.open(target, "w:xz", preset=6) as archive:
        archive.add(folder, top, filter=_owned_by_root)
    return target


def deb(folder: Path, glibc: str, needs: list[str]) -> Path:
    """A package that puts the folder into /opt, the command into PATH and the window into the menu."""
    say(".deb")
    tree = WORK / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(folder, tree / PLACE, symlinks=True)
    (tree / "usr/bin").mkdir(parents=True)
    (tree / "usr/bin/panhuo").symlink_to(f"/{PLACE}/panhuo")
    menu, icons = tree / "usr/share/applications", tree / "usr/share/icons/hicolor/scalable/apps"
    for place in (menu, icons, tree / "DEBIAN"):
        place.mkdir(parents=True)
    (menu / "panhuo.desktop").write_text(DESKTOP, "utf-8")
    shutil.copyfile(ROOT / "resources/icons/app.svg", icons / "panhuo.svg")
    kilobytes = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file() and not p.is_symlink()) // 1024
    architecture = ARCHITECTURES.get(os.uname().machine, os.uname().machine)
    control = {
        "Package": "panhuo",
        "Version": version.version(),
        "Architecture": architecture,
        "Maintainer": MAINTAINER,
        "Installed-Size": str(kilobytes),
        "Depends": ", ".join([f"libc6 (>= {glibc})", *needs]),
        "Recommends": "fonts-noto-cjk | fonts-wqy-microhei",
        "Section": "office",
        "Priority": "optional",
        "Description": "盘活台账：闲置低效国有资产的盘点、审核与上报（离线桌面程序）",
    }
    lines = "".join(f"{key}: {value}\n" for key, value in control.items())
    (tree / "DEBIAN/control").write_text(lines, "utf-8")
    target = OUT / f"panhuo_{version.version()}_{architecture}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build", str(tree), str(target)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return target


def _owned_by_root(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    return info


def say(text: str) -> None:
    """Tell what happens and when."""
    print(f"[{time.monotonic() - _began:4.0f} s] {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
