"""Write the package of one period: completely or not at all, and proven before it gets its name."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core import paths
from core.audit import check
from core.errors import SurroundingsError, UsageError
from core.excel import workbook
from core.exchange import holdings, naming, package
from core.exchange.attached import entry_names
from core.exchange.audited import audit_of
from core.exchange.blocked import Blocked, hindrances
from core.exchange.book import Book, Facts, plan
from core.exchange.book.attachments import attachment_book
from core.exchange.book.facts import LATE, NATURES
from core.exchange.content import Content
from core.exchange.cover import Cover
from core.exchange.cover import load as load_cover
from core.exchange.cover import save as save_cover
from core.exchange.package import AUDIT, DATA, MANIFEST, STANDARD, PackageWriter, json_bytes
from core.exchange.shadow import Twin, twin
from core.exchange.verdict import INVALID
from core.exchange.verify import prove
from core.exchange.versions import Wanted, next_version, revision_since
from core.findings import Finding
from core.jobs import Progress
from core.records import Ledger
from core.standard.dates import parse_period
from core.storage import engine, files
from core.storage.folder import ATTACHMENTS as ATTACHMENT_FOLDER

_NAMESPACE = uuid.UUID("6f0c1d0e-7f0e-5b7a-9d6e-2c9a4b8e1f10")
_STEPS = 6


@dataclass(frozen=True, slots=True)
class PackageSummary:
    """What was written."""

    path: Path
    package_id: str
    period: str
    version: int
    nature: str
    check_code: str
    fingerprint: str
    rows: Mapping[str, int]
    totals: Mapping[str, Mapping[str, int]]
    changed_cells: int = 0


def export_package(
    ledger: Ledger,
    *,
    period: str,
    target: Path,
    draft: bool = False,
    cover: Cover | None = None,
    nature: str = "",
    reason: str = "",
    progress: Progress | None = None,
    now: str = "",
) -> PackageSummary:
    """Write the package of `period` into the folder `target`; raise Blocked when it may not go up.

    A draft may hold open findings and says 草稿 everywhere. The same data exported again is the
    same version again; changed data are the next version (修订, or 补报 when asked for).
    """
    return _Export(ledger, period, target, draft, cover, nature, reason, progress or Progress(), now).run()


def facts_now(
    ledger: Ledger, period: str, *, cover: Cover | None = None, progress: Progress | None = None
) -> tuple[Content, Facts]:
    """What a draft of `period` would hold and state, without writing it (for printing)."""
    made = _Export(ledger, period, Path(), True, cover, "", "", progress or Progress(), "")
    audit = audit_of(ledger, _checked(ledger, made.period, made.progress), made.content.left_out())
    with (
        paths.workroom() as folder,
        PackageWriter(folder / "data") as out,
        twin(ledger.standard) as copy,
    ):
        return made.content, made._carrier(out, audit, copy)


class _Export:
    def __init__(
        self,
        ledger: Ledger,
        period: str,
        target: Path,
        draft: bool,
        cover: Cover | None,
        nature: str,
        reason: str,
        progress: Progress,
        now: str,
    ) -> None:
        self.ledger, self.target, self.draft, self.reason, self.progress = (
            ledger,
            target,
            draft,
            reason,
            progress,
        )
        try:
            self.period = parse_period(period)
        except ValueError as e:
            raise UsageError(str(e), next="例如 2026Q3。", code="period") from e
        if nature and nature not in NATURES:
            raise UsageError(f"没有这种性质：{nature}", next="可用：" + "、".join(NATURES), code="nature")
        if nature == LATE and not reason.strip() and not draft:
            raise UsageError("补报须写明理由", next="请写明补报了什么、为什么补报。", code="no-reason")
        self.nature = nature
        self.cover = cover or load_cover(ledger)
        self.now = now or datetime.now().isoformat(" ", "seconds")
        self.opening, self.opening_pieces = holdings.opening_of(ledger, self.period)
        self.content = Content(
            ledger, self.period, lambda: holdings.read(package.OPENING, self.opening_pieces)
        )

    def run(self) -> PackageSummary:
        if not self.target.is_dir():
            raise SurroundingsError(
                f"没有这个文件夹：{self.target}", next="请先建立文件夹，或换一个位置。", code="no-folder"
            )
        if not self.ledger.readonly:
            save_cover(self.ledger, self.cover)
        self.progress.step(0, _STEPS, "审核数据")
        findings = _checked(self.ledger, self.period, self.progress)
        if not self.draft:
            found = hindrances(self.ledger, findings, self.cover)
            if found:
                raise Blocked(found)
        meta = {"unit_name": self.cover.unit, "region": self.cover.region}
        with (
            _temporary(self.target) as part,
            engine.frugal(self.ledger.conn),
            twin(self.ledger.standard, meta) as made,
        ):
            # The workbooks are made from what was written, as a receiver has it, not from the ledger.
            content = Content(made.ledger, self.period, self.content.opening)
            with PackageWriter(part) as out:
                self.progress.step(1, _STEPS, "写出数据")
                audit = audit_of(self.ledger, findings, self.content.left_out())
                facts = self._carrier(out, audit, made)
                self.progress.step(2, _STEPS, "写出口径与审核结果")
                self._standard(out)
                out.add(AUDIT, [json_bytes(facts.audit)])
                out.add(package.REVISION, [json_bytes(facts.revision)])
                self.progress.step(3, _STEPS, "写出工作簿")
                changed = _workbook(out, f"{self._stem(facts)}.xlsx", plan(content, facts))
                _workbook(out, package.ATTACHMENT_BOOK, attachment_book(content, facts))
                self._attachments(out)
                out.add(package.SUMS, [package.sums_text(out.hashes())])
                out.add(MANIFEST, [json_bytes(self._manifest(out, facts))])
            self.progress.step(4, _STEPS, "核验")
            self._prove(part, content)
            self.progress.step(5, _STEPS, "完成")
            path = self.target / f"{self._stem(facts)}.zip"
            self._keep(part, path, facts)
        rows = {t: s["count"] for t, s in facts.totals.items()}
        return PackageSummary(
            path,
            facts.package_id,
            self.period,
            facts.version,
            facts.nature,
            facts.check_code,
            facts.fingerprint,
            rows,
            facts.totals,
            changed,
        )

    # --- what the package says of itself --------------------------------------------

    def _carrier(self, out: PackageWriter, audit: dict[str, Any], made: Twin) -> Facts:
        """Write data/*.csv, read it into its twin, and draw from it everything that identifies the package."""
        h = hashlib.sha256()
        for name, pieces in self.content.entries():
            h.update(name.encode() + b"\0")
            made.take(DATA + name, out.passing(DATA + name, _hashed(pieces, h)))
        made.settle()
        out.add(package.OPENING, self.opening_pieces)
        out.add(package.CLOSING, holdings.closing_lines(made.ledger))
        content = Content(made.ledger, self.period)
        totals = {code: content.carried_totals(code) for code in self.ledger.standard.tables}
        wanted = Wanted(self.draft, self.nature, self.reason, self.cover)
        version, nature, previous = next_version(self.ledger, self.period, wanted, h.hexdigest(), totals)
        code = package.check_code(out.hashes(), self.ledger.standard.hash, self.period, version)
        facts = Facts(
            package_id="",
            period=self.period,
            version=version,
            nature=nature,
            cover=self.cover,
            check_code=code,
            fingerprint=h.hexdigest(),
            created_at=self.now,
            program=program(),
            totals=totals,
            reason=self.reason,
            previous_id=str(previous.get("package_id", "")),
            previous_code=str(previous.get("check_code", "")),
            operator=self.ledger.operator,
            layout=package.LAYOUT,
            opening=self.opening,
            revision=revision_since(self.ledger, self.period, previous, self.progress),
            audit=audit,
        )
        identity = [self.ledger.meta("ledger_id"), self.period, version, nature, code, facts.fingerprint]
        identity += [self.cover.to_json(), self.reason]
        name = "\x1f".join(str(v) for v in identity)
        return dataclasses.replace(facts, package_id=str(uuid.uuid5(_NAMESPACE, name)))

    def _manifest(self, out: PackageWriter, facts: Facts) -> dict[str, Any]:
        standard = self.ledger.standard
        previous = None
        if facts.previous_id:
            previous = {"package_id": facts.previous_id, "check_code": facts.previous_code}
        values = {
            "format": package.FORMAT,
            "format_version": package.FORMAT_VERSION,
            "layout": facts.layout,
            "program": facts.program,
            "package_id": facts.package_id,
            "period": facts.period,
            "version": facts.version,
            "nature": facts.nature,
            "reason": facts.reason,
            "unit": facts.cover.unit,
            "region": facts.cover.region,
            "cover": dataclasses.asdict(facts.cover),
            "standard": {"id": standard.id, "version": standard.version, "hash": standard.hash},
            "rows": {t: s["count"] for t, s in facts.totals.items()},
            "totals": facts.totals,
            "fingerprint": facts.fingerprint,
            "check_code": facts.check_code,
            "previous": previous,
            "opening": facts.opening,
            "created_at": facts.created_at,
            "operator": facts.operator,
            "workbook": f"{self._stem(facts)}.xlsx",
            "entries": out.listing(),
        }
        assert tuple(values) == package.MANIFEST_KEYS
        self.manifest = values
        return values

    def _stem(self, facts: Facts) -> str:
        return naming.package_stem(
            region=facts.cover.region,
            unit=facts.cover.unit,
            period=facts.period,
            version=facts.version,
            nature=facts.nature,
            report_date=facts.cover.report_date,
        )

    # --- entries --------------------------------------------------------------------

    def _standard(self, out: PackageWriter) -> None:
        for name, data in sorted(self.ledger.standard.files.items()):
            out.add(STANDARD + name, [data])

    def _attachments(self, out: PackageWriter) -> None:
        t = self.ledger.tables.attachment
        query = sa.select(t.c.file, t.c.sha256).where(t.c.deleted == 0)
        known = {str(r.file): r.sha256 for r in self.ledger.conn.execute(query)}
        for name, entry_name in entry_names(self.ledger, self.content.left_out()).items():
            source = self.ledger.folder / ATTACHMENT_FOLDER / name
            if not source.is_file():
                raise SurroundingsError(
                    f"附件不见了：{name}", next="请重新添加这个附件，或删除它的登记。", code="no-attachment"
                )
            entry = out.add_file(entry_name, source)
            if entry.sha256 != known[name]:
                raise SurroundingsError(
                    f"附件在登记之后被改动：{name}", next="请重新添加这个附件。", code="attachment-changed"
                )

    # --- the last steps ---------------------------------------------------------------

    def _prove(self, part: Path, content: Content) -> None:
        """Flush to the disk, and read back what lies there."""
        files.sync(part)
        verdict = prove(part, content, self.progress)
        if verdict.verdict == INVALID or verdict.differences:
            raise SurroundingsError(
                f"写出的上报包没有通过核验：{verdict.reason}", next="请检查磁盘后重试。", code="not-proven"
            )

    def _keep(self, part: Path, path: Path, facts: Facts) -> None:
        """Give the package its name and remember it, both or neither."""
        if self.draft or self.ledger.readonly:
            files.replace(part, path)
            return
        s = self.ledger.tables.submission
        with self.ledger.transaction():
            mine = sa.and_(s.c.period == self.period, s.c.version == facts.version)
            self.ledger.conn.execute(sa.delete(s).where(mine))
            self.ledger.conn.execute(
                sa.insert(s),
                {
                    "package_id": facts.package_id,
                    "period": self.period,
                    "version": facts.version,
                    "nature": facts.nature,
                    "check_code": facts.check_code,
                    "fingerprint": facts.fingerprint,
                    "file": path.name,
                    "at": self.now,
                    "who": self.ledger.operator,
                    "state": "reported",
                    "manifest": json.dumps(self.manifest, ensure_ascii=False),
                    "carrier": _carrier_of(part),
                },
            )
            files.replace(part, path)


def _checked(ledger: Ledger, period: str, progress: Progress) -> Sequence[Finding]:
    """The findings of an audit of everything."""
    return check(ledger, period=period, progress=progress).findings


def program() -> str:
    """Name and version of this program."""
    try:
        return f"panhuo {metadata.version('panhuo')}"
    except metadata.PackageNotFoundError:
        return "panhuo"


def _hashed(pieces: Iterator[bytes], h: Any) -> Iterator[bytes]:
    for piece in pieces:
        h.update(piece)
        yield piece


def _workbook(out: PackageWriter, name: str, book: Book) -> int:
    """Write a workbook straight into the package; how many cells could not be written as they are."""
    with out.entry(name, stored=True) as entry, workbook.packed(entry) as parts:
        made = book.write(parts)
    return sum(len(w.changed) for w in made.blocks.values())


def _carrier_of(path: Path) -> bytes:
    """The data/ entries of a package as a zip of their own, kept with the submission (D12)."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for info in source.infolist():
            if info.filename.startswith(DATA) or info.filename == AUDIT:
                kept.writestr(zipfile.ZipInfo(info.filename), source.read(info), zipfile.ZIP_DEFLATED)
    return out.getvalue()


@contextmanager
def _temporary(folder: Path, ending: str = ".zip") -> Iterator[Path]:
    """A file beside the target that is gone afterwards, whatever happens."""
    path = folder / f".panhuo-{uuid.uuid4().hex[:12]}{ending}.tmp"
    try:
        yield path
    except OSError as e:
        raise files.explained(e, "上报包没有写成") from e
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


__all__ = ["LATE", "PackageSummary", "export_package", "program"]
