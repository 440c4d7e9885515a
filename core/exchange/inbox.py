"""The packages of many districts at once: what each of them is, which should come in, and taking them in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.errors import InputRefused
from core.exchange.book.facts import DRAFT
from core.exchange.receive import Received, other_standard, receive
from core.exchange.verdict import INVALID, Verdict
from core.exchange.verify import verify
from core.jobs import Cancelled, Progress
from core.records import Ledger

READY, AGAIN, OLDER, TWO, SKETCH, REFUSED = "ready", "again", "older", "two", "sketch", "refused"
"""May come in; is here already; a later version is here; two of one version; a draft; cannot come in."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One file of the inbox; `note` says why it should not come in unasked, and what to do about it."""

    path: Path
    verdict: Verdict
    state: str = READY
    note: str = ""

    def said(self, key: str) -> Any:
        """What the package says of itself; None of one that cannot be read."""
        return self.verdict.manifest.get(key)

    @property
    def report(self) -> tuple[str, str, str]:
        """Whose report it is, and of which period: region, unit, period."""
        return str(self.said("region")), str(self.said("unit")), str(self.said("period"))


def look(ledger: Ledger, paths: Sequence[Path], *, progress: Progress | None = None) -> list[Incoming]:
    """Verify each package and weigh it against the others and against what came in before."""
    progress = progress or Progress()
    found: list[Incoming] = []
    for number, path in enumerate(paths):
        label = f"正在校验 {number + 1}/{len(paths)}"
        progress.step(number, len(paths), f"{label} {path.name}")
        verdict = verify(path, known=[ledger.standard.hash], progress=progress.under(label))
        found.append(_judged(ledger, path, verdict))
    return list(_weighed(found, _known(ledger)))


def take_in(
    ledger: Ledger, chosen: Sequence[Incoming], *, progress: Progress | None = None
) -> list[tuple[Incoming, Received | InputRefused]]:
    """Receive these packages, earlier versions first, each as an action of its own, after one backup.

    One that is refused does not keep the others out. When the user stops, those that came in stay.
    """
    progress = progress or Progress()
    progress.step(0, len(chosen), "正在备份账套")
    ledger.backup("收件前")
    done: list[tuple[Incoming, Received | InputRefused]] = []
    ordered = sorted(chosen, key=lambda each: (str(each.said("period")), int(each.said("version") or 0)))
    for number, each in enumerate(ordered):
        label = f"正在装入 {number + 1}/{len(ordered)} {each.said('unit')}"
        try:
            progress.step(number, len(ordered), label)
            came = receive(ledger, each.path, verdict=each.verdict, progress=progress.under(label))
            done.append((each, came))
        except Cancelled:
            break
        except InputRefused as refusal:
            done.append((each, refusal))
    return done


def _judged(ledger: Ledger, path: Path, verdict: Verdict) -> Incoming:
    """What the package is by itself."""
    if verdict.verdict == INVALID or verdict.code == "unknown-standard":
        return Incoming(path, verdict, REFUSED, f"{verdict.reason.rstrip('。')}。{verdict.next}")
    if verdict.differences:
        note = f"{verdict.reason}。请向报送单位索取工作簿与数据一致的包。"
        return Incoming(path, verdict, REFUSED, note)
    if verdict.manifest["standard"]["hash"] != ledger.standard.hash:
        note = f"{other_standard(verdict.manifest, ledger)}，请升级到同一口径后再装入。"
        return Incoming(path, verdict, REFUSED, note)
    if verdict.manifest["nature"] == DRAFT:
        return Incoming(path, verdict, SKETCH, "是草稿，不作上报依据；请向报送单位索取正式的包。")
    return Incoming(path, verdict)


def _known(ledger: Ledger) -> set[str]:
    """Names of the packages that came in and were not taken back."""
    b = ledger.tables.batch
    query = sa.select(b.c.source).where(b.c.kind == "receive", b.c.undone == 0)
    return {str(name) for (name,) in ledger.conn.execute(query)}


def _weighed(found: Iterable[Incoming], known: set[str]) -> Iterable[Incoming]:
    """What each is among the others: the last version of a report comes in, and only once."""
    listed = list(found)
    good = [each for each in listed if each.state == READY]
    first: dict[str, Path] = {}
    for each in listed:
        if each.state != READY:
            yield each
            continue
        same = first.setdefault(str(each.said("package_id")), each.path)
        mine = [other for other in good if other.report == each.report]
        last = max(int(other.said("version")) for other in mine)
        if same != each.path:
            yield replace(each, state=AGAIN, note=f"与“{same.name}”是同一个包。")
        elif each.path.name in known:
            yield replace(
                each, state=AGAIN, note="已经装入过；再装入一次不会重复，只把后来的修改改回包里的值。"
            )
        elif int(each.said("version")) < last:
            yield replace(each, state=OLDER, note=f"同一单位、同一期间还有 V{last:02d}，以新的为准。")
        elif len({str(o.said("check_code")) for o in mine if int(o.said("version")) == last}) > 1:
            note = (
                "同一单位、同一期间、同一版本有两个内容不同的包，请问清以哪个为准（核对盖章封面上的校验码）。"
            )
            yield replace(each, state=TWO, note=note)
        else:
            yield each
