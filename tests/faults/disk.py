"""A disk that forgets: a recorded run replayed to any call, and the states a power cut there may leave.

What was written is certain only after fsync of the file, a name only after fsync of its folder.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import strace

_CALLS = (*strace.CALLS, "openat", "lseek", "read", "close")
_LINE = re.compile(r"^(\d+)\s+(\w+)\((.*)\)\s+= (-?\d+)(.*)$")
_FD = re.compile(r"^(\d+)<(.*?)>$")
_SECTOR = 512


@dataclass(frozen=True, slots=True)
class Step:
    """One call that succeeded: its name, decoded arguments, and what it returned."""

    process: str
    call: str
    args: tuple[bytes, ...]
    result: int


def record(command: Sequence[str], sandbox: Path) -> list[Step]:
    """Run a command and note each call that opens, changes or syncs a file, with all data."""
    log = sandbox.parent / f"{sandbox.name}.steps"
    watch = [
        "strace",
        "-f",
        "-y",
        "-xx",
        "-s",
        "100000000",
        "-e",
        "trace=" + ",".join(_CALLS),
        "-o",
        str(log),
    ]
    done = subprocess.run(
        [*watch, *command], cwd=sandbox, env=strace.environment(sandbox), capture_output=True, timeout=300
    )
    assert done.returncode in (0, 10), done.stderr.decode()
    steps = []
    with open(log, encoding="ascii", errors="replace") as lines:
        for text in lines:
            if match := _LINE.match(text.rstrip("\n")):
                process, call, rest, result, _ = match.groups()
                if int(result) >= 0:
                    steps.append(Step(process, call, tuple(_arguments(rest)), int(result)))
    log.unlink()
    return steps


def _arguments(text: str) -> Iterator[bytes]:
    """Split at commas outside strings; \\xNN becomes the byte."""
    for piece in re.findall(r'"[^"]*"(?:\.\.\.)?|[^,]+', text):
        plain = piece.strip().strip('"')
        yield re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), plain.encode())


@dataclass
class Inode:
    now: bytearray
    durable: bytes
    pending: list[tuple[int, bytes]] = field(default_factory=list)
    """Writes since the last sync; (-1, size) stands for a change of length."""


class Disk:
    """The files under one root, as they are and as far as they are certain."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.names: dict[str, Inode] = {}
        self.folders: set[str] = {str(root)}
        for path in root.rglob("*"):
            if path.is_dir():
                self.folders.add(str(path))
            else:
                content = path.read_bytes()
                self.names[str(path)] = Inode(bytearray(content), content)
        self.durable_names = dict(self.names)
        self.pending_names: list[tuple[str, str, Inode | None]] = []
        """(what, path, inode): "set" and "del" in the order they happened; a rename is both at once."""
        self.files: dict[tuple[str, bytes], list[object]] = {}

    # --- playing the steps ---------------------------------------------------------------

    def play(self, step: Step) -> None:
        method = getattr(self, "_" + step.call, None)
        if method is not None:
            method(step)

    def _mine(self, raw: bytes) -> str | None:
        path = raw.decode("utf-8", "replace")
        return path if path.startswith(str(self.root) + "/") or path == str(self.root) else None

    def _open_file(self, step: Step) -> tuple[list[object], Inode] | None:
        match = _FD.match(step.args[0].decode("utf-8", "replace"))
        if not match or self._mine(match[2].encode()) is None:
            return None
        found = self.files.get((step.process, match[1].encode()))
        if found is None or not isinstance(found[0], Inode):
            return None
        return found, found[0]

    def _openat(self, step: Step) -> None:
        path = self._mine(step.args[1])
        key = (step.process, str(step.result).encode())
        self.files.pop(key, None)
        if path is None:
            return
        flags = step.args[2].split(b"|")
        inode = self.names.get(path)
        if inode is None:
            if path in self.folders:
                return
            inode = self.names[path] = Inode(bytearray(), b"")
            self.pending_names.append(("set", path, inode))
        elif b"O_TRUNC" in flags:
            self._resize(inode, 0)
        self.files[key] = [inode, 0, b"O_APPEND" in flags]

    def _write_at(self, inode: Inode, offset: int, data: bytes) -> None:
        if len(inode.now) < offset:
            inode.now.extend(bytes(offset - len(inode.now)))
        inode.now[offset : offset + len(data)] = data
        inode.pending.append((offset, data))

    def _resize(self, inode: Inode, size: int) -> None:
        inode.now = inode.now[:size] + bytes(max(0, size - len(inode.now)))
        inode.pending.append((-1, size.to_bytes(8, "big")))

    def _write(self, step: Step) -> None:
        if opened := self._open_file(step):
            place, inode = opened
            offset = len(inode.now) if place[2] else int(str(place[1]))
            data = step.args[1][: step.result]
            self._write_at(inode, offset, data)
            place[1] = offset + len(data)

    def _pwrite64(self, step: Step) -> None:
        if opened := self._open_file(step):
            self._write_at(opened[1], int(step.args[-1]), step.args[1][: step.result])

    def _sendfile(self, step: Step) -> None:
        opened = self._open_file(step)
        if opened is None:
            return
        match = _FD.match(step.args[1].decode("utf-8", "replace"))
        assert match
        source = self.files.get((step.process, match[1].encode()))
        whole = (
            bytes(source[0].now) if source and isinstance(source[0], Inode) else Path(match[2]).read_bytes()
        )
        place, inode = opened
        offset = int(str(place[1]))
        self._write_at(inode, offset, whole[offset : offset + step.result])
        place[1] = offset + step.result

    def _read(self, step: Step) -> None:
        if opened := self._open_file(step):
            opened[0][1] = int(str(opened[0][1])) + step.result

    def _lseek(self, step: Step) -> None:
        if opened := self._open_file(step):
            opened[0][1] = step.result

    def _ftruncate(self, step: Step) -> None:
        if opened := self._open_file(step):
            self._resize(opened[1], int(step.args[1]))

    def _close(self, step: Step) -> None:
        match = _FD.match(step.args[0].decode("utf-8", "replace"))
        if match:
            self.files.pop((step.process, match[1].encode()), None)

    def _fsync(self, step: Step) -> None:
        match = _FD.match(step.args[0].decode("utf-8", "replace"))
        path = self._mine(match[2].encode()) if match else None
        if path in self.folders:
            self._sync_folder(str(path))
        elif opened := self._open_file(step):
            opened[1].durable = bytes(opened[1].now)
            opened[1].pending.clear()

    _fdatasync = _fsync

    def _sync_folder(self, folder: str) -> None:
        left = []
        for what, path, inode in self.pending_names:
            if str(Path(path).parent) == folder:
                _apply(self.durable_names, what, path, inode)
            else:
                left.append((what, path, inode))
        self.pending_names = left

    def _rename(self, step: Step) -> None:
        old, new = (self._mine(a) for a in step.args[:2])
        if old is None or new is None or old not in self.names:
            return
        inode = self.names.pop(old)
        self.names[new] = inode
        self.pending_names += [("del", old, None), ("set", new, inode)]

    def _unlink(self, step: Step) -> None:
        path = self._mine(step.args[-1] if step.call == "unlink" else step.args[1])
        if path is not None and self.names.pop(path, None) is not None:
            self.pending_names.append(("del", path, None))

    def _unlinkat(self, step: Step) -> None:
        path = self._mine(step.args[1])
        if path is not None:
            self.folders.discard(path)
            if self.names.pop(path, None) is not None:
                self.pending_names.append(("del", path, None))

    def _mkdir(self, step: Step) -> None:
        path = self._mine(step.args[0])
        if path is not None:
            # Folders are kept at once: an empty one harms nobody.
            self.folders.add(path)

    # --- after the cut ------------------------------------------------------------------------

    def states(self, chance: random.Random) -> Iterator[tuple[str, dict[str, bytes]]]:
        """What may lie on the disk when the power goes now."""
        sure = dict(self.durable_names)
        yield "only what is certain", {p: i.durable for p, i in sure.items()}
        yield "names without their data", {p: i.durable for p, i in self.names.items()}
        yield "data without their names", {p: bytes(i.now) for p, i in sure.items()}
        for number in range(2):
            names = dict(self.durable_names)
            cut = chance.randint(0, len(self.pending_names))
            for what, path, inode in self.pending_names[:cut]:
                _apply(names, what, path, inode)
            yield f"torn {number}", {p: _torn(i, chance) for p, i in names.items()}


def _apply(names: dict[str, Inode], what: str, path: str, inode: Inode | None) -> None:
    if what == "set" and inode is not None:
        names[path] = inode
    else:
        names.pop(path, None)


def _torn(inode: Inode, chance: random.Random) -> bytes:
    """Any of the unsynced writes, whole, in part by sectors, or not at all."""
    content = bytearray(inode.durable)
    for offset, data in inode.pending:
        fate = chance.choice(("lost", "kept", "torn"))
        if fate == "lost":
            continue
        if offset < 0:
            size = int.from_bytes(data, "big")
            content = content[:size] + bytes(max(0, size - len(content)))
            continue
        for start in range(0, len(data), _SECTOR):
            if fate == "torn" and chance.random() < 0.5:
                continue
            at = offset + start
            if len(content) < at:
                content.extend(bytes(at - len(content)))
            piece = data[start : start + _SECTOR]
            content[at : at + len(piece)] = piece
    return bytes(content)


def lay_out(files: dict[str, bytes], folders: set[str], root: Path, target: Path) -> None:
    """Write a state as real files under another root."""
    for folder in sorted(folders):
        (target / Path(folder).relative_to(root)).mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        place = target / Path(path).relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
