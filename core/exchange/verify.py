"""Proving a package: complete, unchanged, known, in agreement with itself; and naming what differs."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from core import paths
from core.errors import AppError, InputRefused
from core.excel import child
from core.excel.zips import SafeZip
from core.exchange import holdings, package, returned, shell, zipsafe
from core.exchange.attached import entry_names, is_plain
from core.exchange.book import Facts, plan
from core.exchange.book.attachments import attachment_book
from core.exchange.book.facts import spaced
from core.exchange.compare import Difference, compare_grids
from core.exchange.content import Content
from core.exchange.cover import from_dict
from core.exchange.manifest import parsed, read_manifest, refused
from core.exchange.package import ATTACHMENT_LIST, ATTACHMENTS, AUDIT, DATA, MANIFEST, STANDARD
from core.exchange.sameness import compare_book
from core.exchange.shadow import shadow
from core.exchange.verdict import INVALID, Verdict, given, of_package
from core.figures.movement import Holding
from core.jobs import Progress
from core.records import Ledger
from core.standard.load import hash_of, load_files
from core.standard.model import Standard


def verify(
    path: Path, *, against: Path | None = None, known: Iterable[str] = (), progress: Progress | None = None
) -> Verdict:
    """Check a package, or a workbook that left one; `known` are hashes of standards adopted here."""
    progress = progress or Progress()
    try:
        with zipsafe.open_package(path) as opened:
            if MANIFEST in opened.names or any(n.startswith((DATA, STANDARD)) for n in opened.names):
                verdict = _Check(path, opened, set(known), progress).run()
                return _against(path, opened, verdict, against, progress)
            if opened.find("[Content_Types].xml") is None:
                raise InputRefused(
                    "这不是上报包：里面没有 manifest.json", next=_where(opened.names), code="not-a-package"
                )
        return _workbook(path, against, progress)
    except AppError as e:
        return Verdict(False, INVALID, e.code, e.reason, e.next, e.exit_code)


def prove(path: Path, content: Content, progress: Progress) -> Verdict:
    """Check a package that was just written from `content`, the twin of its own data.

    Every entry is read from the disk and must have the checksum of what was written. That the workbooks
    follow from the data needs no second making: they were made from them.
    """
    try:
        with zipsafe.open_package(path) as opened:
            return _Check(path, opened, {content.standard.hash}, progress).over(content)
    except AppError as e:
        return Verdict(False, INVALID, e.code, e.reason, e.next, e.exit_code)


def shown(name: str) -> str:
    """The name of a foreign entry as a line can show it: at most 60 characters, none invisible."""
    text = "".join(c if c.isprintable() else "□" for c in name)
    return text if len(text) <= 60 else text[:59] + "…"


def _where(names: Sequence[str]) -> str:
    """The next step for a zip that is no package but may hold one."""
    if any(n.endswith(f"/{MANIFEST}") for n in names):
        return "里面是解压后连同文件夹重新压缩的上报包：请直接使用原来的“渝国资盘活_….zip”。"
    if any(n.lower().endswith(".zip") for n in names):
        return "压缩包里还有压缩包：请先解压，再选择其中的“渝国资盘活_….zip”。"
    return "请选择“渝国资盘活_….zip”。"


# --- a bare workbook -----------------------------------------------------------


def _workbook(path: Path, against: Path | None, progress: Progress) -> Verdict:
    book = child.read(path, progress)
    told = returned.facts_of(book)
    if against is None:
        differences = returned.by_digests(book)
        reason = (
            "与导出时一致（按行摘要核对）" if not differences else f"有 {len(differences)} 处与导出时不同"
        )
        hint = "" if not differences else "要看到具体单元格，请用 --against 指定原上报包。"
        return given(differences, reason, hint, returned.totals_of(told), returned.manifest_like(told))
    original = verify(against, progress=progress)
    if original.verdict == INVALID:
        raise InputRefused(f"用来对照的包不可用：{original.reason}", next=original.next, code=original.code)
    return _compared(book, against, original, progress)


def _against(
    path: Path, opened: SafeZip, verdict: Verdict, against: Path | None, progress: Progress
) -> Verdict:
    if against is None or verdict.verdict == INVALID:
        return verdict
    with _extracted(opened, str(verdict.manifest["workbook"])) as file:
        book = child.read(file, progress)
    return _compared(book, against, verdict, progress)


def _compared(book: Any, against: Path, verdict: Verdict, progress: Progress) -> Verdict:
    with zipsafe.open_package(against) as opened:
        manifest = json.loads(zipsafe.read(opened, MANIFEST))
        with _extracted(opened, str(manifest["workbook"])) as file:
            original = child.read(file, progress)
    differences = compare_grids(original.sheets, book.sheets)
    reason = "与对照的上报包一致" if not differences else f"与对照的上报包有 {len(differences)} 处不同"
    return given(differences, reason, "", verdict.totals, verdict.manifest)


@contextmanager
def _extracted(opened: SafeZip, name: str) -> Iterator[Path]:
    """One entry of a package as a file in a temporary folder."""
    with paths.workroom() as folder:
        file = folder / "book.xlsx"
        with file.open("wb") as out:
            for piece in zipsafe.pieces(opened, name):
                out.write(piece)
        yield file


# --- a package -------------------------------------------------------------------


class _Check:
    """Named passes over one package, from the outside in."""

    def __init__(self, path: Path, opened: SafeZip, known: set[str], progress: Progress) -> None:
        self.path, self.opened, self.known, self.progress = path, opened, known, progress
        self.manifest: dict[str, Any] = {}
        self.totals: dict[str, dict[str, int]] = {}

    def run(self) -> Verdict:
        standard = self._outside()
        meta = {"unit_name": str(self.manifest["unit"]), "region": str(self.manifest["region"])}
        data = [n for n in self.opened.names if n.startswith(DATA)]
        with shadow(standard, lambda n: zipsafe.pieces(self.opened, n), data, meta) as ledger:
            content = Content(ledger, str(self.manifest["period"]), self._opening)
            self._inside(content)
            self._closing(ledger)
            self.progress.step(3, 4, "核对工作簿")
            differences = self._workbook(content)
        return self._judged(standard, differences)

    def over(self, content: Content) -> Verdict:
        """The same without making the workbooks, and the data that follow from others, once more."""
        standard = self._outside()
        self._inside(content)
        return self._judged(standard, [])

    def _outside(self) -> Standard:
        self.progress.step(0, 4, "核对清单")
        self.manifest = read_manifest(self.opened)
        self.progress.step(1, 4, "核对校验和")
        self._entries()
        standard = self._standard()
        self.progress.step(2, 4, "核对数据与合计")
        self._codes(standard)
        return standard

    def _inside(self, content: Content) -> None:
        self._sums(content)
        self._attachments(content.ledger)

    def _judged(self, standard: Standard, found: Sequence[Difference]) -> Verdict:
        headers = [Difference("压缩包", n, "与导出时一致", what) for n, what in shell.faults(self.path)]
        return of_package(self.manifest, self.totals, standard, self.known, [*found, *headers])

    def _entries(self) -> None:
        listed, there = self.manifest["entries"], set(self.opened.names) - {MANIFEST}
        since = package.SINCE_2 if self.manifest["format_version"] >= 2 else ()
        if missing := sorted({*listed, *since} - there):
            raise refused(f"上报包不完整：缺少“{missing[0]}”")
        own = {AUDIT, package.REVISION, self.manifest["workbook"], *since}
        foreign = {n for n in there - own if not n.startswith((DATA, STANDARD, ATTACHMENTS))}
        if extra := sorted(there - set(listed) | foreign):
            raise refused(f"上报包被改动：多出“{shown(extra[0])}”")
        for name, said in listed.items():
            h, size = hashlib.sha256(), 0
            for piece in zipsafe.pieces(self.opened, name):
                h.update(piece)
                size += len(piece)
            if not isinstance(said, dict) or said.get("sha256") != h.hexdigest() or said.get("size") != size:
                raise refused(f"“{name}”被改动过，与清单记载的校验和不符")
        hashes = {n: said["sha256"] for n, said in listed.items()}
        if since and zipsafe.read(self.opened, package.SUMS) != package.sums_text(hashes):
            raise refused(f"“{package.SUMS}”被改动，与各文件的校验和不符")
        if self.manifest["workbook"] not in listed:
            raise refused("清单被改动：“workbook”所指的工作簿不在包里")

    def _standard(self) -> Standard:
        said = self.manifest["standard"]
        names = [n for n in self.opened.names if n.startswith(STANDARD)]
        files = {n[len(STANDARD) :]: zipsafe.read(self.opened, n) for n in names}
        if set(said) != {"id", "version", "hash"} or said["hash"] != hash_of(files):
            raise refused("随包口径与清单记载的不符")
        standard = load_files(files)
        if (standard.id, standard.version) != (said["id"], said["version"]):
            raise refused("清单被改动：“standard”与随包口径不符")
        return standard

    def _codes(self, standard: Standard) -> None:
        m = self.manifest
        wanted = {f"{DATA}{t}.csv" for t in standard.tables} | {package.EXPLANATIONS, ATTACHMENT_LIST}
        wanted |= {package.OPENING, package.CLOSING}
        others = {AUDIT, package.REVISION}
        data = {n for n in self.opened.names if n.startswith(DATA)}
        if missing := sorted((wanted - data) | (others - set(m["entries"]))):
            raise refused(f"上报包不完整：缺少“{missing[0]}”")
        if data - wanted:
            raise refused(f"上报包被改动：多出“{sorted(data - wanted)[0]}”")
        hashes = {n: e["sha256"] for n, e in m["entries"].items()}
        code = package.check_code(hashes, standard.hash, m["period"], m["version"])
        if code != m["check_code"]:
            raise refused(f"校验码不符：清单记载 {spaced(m['check_code'])}，按数据应为 {spaced(code)}")
        h = hashlib.sha256()
        for name in [*(f"{t}.csv" for t in sorted(standard.tables)), "_explanation.csv", "_attachment.csv"]:
            h.update(name.encode() + b"\0")
            for piece in zipsafe.pieces(self.opened, DATA + name):
                h.update(piece)
        if h.hexdigest() != m["fingerprint"]:
            raise refused("清单被改动：“fingerprint”与数据不符")

    def _sums(self, content: Content) -> None:
        for code in content.standard.tables:
            self.totals[code] = content.carried_totals(code)
            if self.manifest["totals"].get(code) != self.totals[code]:
                raise refused(f"清单被改动：“totals”中{content.standard.tables[code].label}的合计与数据不符")
            if self.manifest["rows"].get(code) != self.totals[code]["count"]:
                raise refused(f"清单被改动：“rows”中{content.standard.tables[code].label}的行数与数据不符")
        for key in ("rows", "totals"):
            if extra := sorted(set(self.manifest[key]) - set(content.standard.tables)):
                raise refused(f"清单被改动：“{key}”多出“{extra[0]}”")

    def _opening(self) -> Iterator[Holding]:
        return holdings.read(package.OPENING, zipsafe.pieces(self.opened, package.OPENING))

    def _closing(self, ledger: Ledger) -> None:
        """What the next period will begin with must follow from the data."""
        made = b"".join(holdings.closing_lines(ledger))
        if made != zipsafe.read(self.opened, package.CLOSING):
            raise refused(f"“{package.CLOSING}”与资产数据不符")

    def _attachments(self, ledger: Ledger) -> None:
        t = ledger.tables.attachment
        entries = self.manifest["entries"]
        there = {n for n in entries if n.startswith(ATTACHMENTS)}
        named = entry_names(ledger)
        for row in ledger.conn.execute(t.select()):
            file = str(row.file)
            if not is_plain(file):
                raise refused(f"附件清单里的文件名不合规：“{file}”")
            # Packages of the first test versions named the entry like the file.
            name = next((n for n in (named[file], ATTACHMENTS + file) if n in entries), "")
            if not name:
                raise refused(f"上报包不完整：缺少附件“{named[file]}”")
            if entries[name]["sha256"] != row.sha256:
                raise refused(f"附件“{name}”与附件清单记载的不符")
            there.discard(name)
        if there:
            raise refused(f"上报包被改动：多出附件“{min(there)}”")

    def _workbook(self, content: Content) -> list[Difference]:
        if self.manifest["layout"] > package.LAYOUT:
            raise InputRefused(
                "工作簿由更新版本的程序排版", next="请安装新版程序后再核验。", code="newer-program"
            )
        facts = facts_from(self.manifest, self._audit(), self._revision())
        with _extracted(self.opened, self.manifest["workbook"]) as file:
            differences = compare_book(plan(content, facts), file, self.progress)
        if self.manifest["format_version"] >= 2:
            with _extracted(self.opened, package.ATTACHMENT_BOOK) as file:
                found = compare_book(attachment_book(content, facts), file, self.progress)
            differences += [replace(d, sheet=f"{package.ATTACHMENT_BOOK} {d.sheet}") for d in found]
        return differences

    def _json(self, name: str) -> dict[str, Any]:
        found = parsed(zipsafe.read(self.opened, name), name)
        if not isinstance(found, dict):
            raise refused(f"“{name}”不合规")
        return found

    def _audit(self) -> dict[str, Any]:
        """audit.json, each finding with all it must tell."""
        audit = self._json(AUDIT)
        findings = audit.get("findings")
        texts = ("rule", "severity", "table", "uid", "field", "name", "text", "explanation")
        for f in findings if isinstance(findings, list) else [None]:
            if not isinstance(f, dict) or not all(isinstance(f.get(k), str) for k in texts):
                raise refused(f"“{AUDIT}”被改动：审核结果不合规")
        if audit.get("counts") != Counter(f["severity"] for f in findings or ()):
            raise refused(f"“{AUDIT}”被改动：条数与所列的审核结果不符")
        return audit

    def _revision(self) -> dict[str, Any]:
        revision = self._json(package.REVISION)
        lines, changes = revision.get("lines"), revision.get("changes")
        if not isinstance(lines, list) or not isinstance(changes, list):
            raise refused(f"“{package.REVISION}”被改动：修订说明不合规")
        texts = [*lines, *(t for row in changes for t in (row if isinstance(row, list) else [None]))]
        even = all(len(row) == 6 for row in changes if isinstance(row, list))
        if (
            not even
            or not all(isinstance(t, str) for t in texts)
            or not isinstance(revision.get("more"), int)
        ):
            raise refused(f"“{package.REVISION}”被改动：修订说明不合规")
        return revision


def facts_from(manifest: Mapping[str, Any], audit: Mapping[str, Any], revision: Mapping[str, Any]) -> Facts:
    """The facts of a workbook as its manifest, audit.json and revision.json state them."""
    previous = manifest["previous"] or {}
    return Facts(
        package_id=manifest["package_id"],
        period=manifest["period"],
        version=manifest["version"],
        nature=manifest["nature"],
        cover=from_dict(manifest["cover"]),
        check_code=manifest["check_code"],
        fingerprint=manifest["fingerprint"],
        created_at=manifest["created_at"],
        program=manifest["program"],
        totals=manifest["totals"],
        reason=manifest["reason"],
        previous_id=str(previous.get("package_id", "")),
        previous_code=str(previous.get("check_code", "")),
        operator=manifest["operator"],
        layout=manifest["layout"],
        opening=manifest["opening"],
        revision=revision,
        audit=audit,
    )
