"""Which cells are coloured, what is counted, and how a long group of findings opens in parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from PySide6.QtCore import QItemSelection, QModelIndex
from pytestqt.modeltest import ModelTester

from core.findings import ERROR, EXPLAIN, Finding
from gui.marks import Marks
from gui.tables.findings import SHOWN, FindingsModel, Group


@dataclass
class Doubted:
    """As much of an origin as is looked at."""

    field: str
    text: str = "没读准"
    raw: str = "约五万"


def finding(uid: str, severity: str, text: str = "", field: str = "cost", explained: bool = False) -> Finding:
    return Finding("B-001", severity, "asset", uid, field, text=text, explained=explained)


def doubts(**by_uid: list[Doubted]) -> Any:
    return {"asset": by_uid}


def test_the_worst_finding_colours_a_cell_and_a_doubt_goes_before_all() -> None:
    marks = Marks(
        [finding("a", EXPLAIN, "偏高"), finding("a", ERROR, "大于原值"), finding("b", ERROR, explained=True)],
        doubts(c=[Doubted("cost"), Doubted("")]),
    )
    mark = marks.at("asset", "a", "cost")
    assert mark and mark.severity == ERROR and mark.text.index("大于原值") < mark.text.index("偏高")
    assert marks.at("asset", "b", "cost") is None, "an explained finding colours nothing"
    assert (found := marks.at("asset", "c", "cost")) and found.raw == "约五万"
    assert marks.doubt_count == 1 and marks.counts[ERROR] == 1 and marks.counts[EXPLAIN] == 1


def test_a_recheck_replaces_what_was_known_of_the_touched_records_only() -> None:
    before = [finding("a", ERROR), finding("b", ERROR)]
    marks = Marks(before, doubts(a=[Doubted("name")], b=[Doubted("name")]))
    assert marks.at("asset", "a", "cost")
    marks.renew({("asset", "a")}, [finding("a", EXPLAIN, field="net")], doubts())
    assert marks.at("asset", "a", "cost") is None and marks.at("asset", "a", "name") is None
    assert (mark := marks.at("asset", "a", "net")) and mark.severity == EXPLAIN
    assert marks.at("asset", "b", "cost") and marks.at("asset", "b", "name")
    assert marks.counts[ERROR] == 1 and marks.counts[EXPLAIN] == 1 and marks.doubt_count == 1
    assert {f.uid for f in marks.findings} == {"a", "b"} and "a" not in marks.doubts["asset"]


def test_a_long_group_opens_in_parts_and_its_heading_stands_for_all(qtmodeltester: ModelTester) -> None:
    count = SHOWN + 3
    model = FindingsModel()
    model.fill([Group("短", ERROR, (finding("x", ERROR),)), Group("长", ERROR, _many(count))], {})
    qtmodeltester.check(model)
    head = model.index(1, 0)
    last = model.index(SHOWN, 0, head)
    assert model.rowCount(head) == SHOWN + 1 and model.is_more(last) and "还有 3 条" in last.data()
    assert len(model.findings_at(QItemSelection(head, head))) == count
    rows = QItemSelection(model.index(SHOWN - 2, 0, head), last)
    assert len(model.findings_at(rows)) == 2, "the row that shows more is no finding"
    model.show_more(last)
    assert model.rowCount(head) == count
    assert cast("Finding", model.finding_at(model.index(count - 1, 0, head))).uid == str(count - 1)
    assert not model.is_more(model.index(count - 1, 0, head)) and model.rowCount(QModelIndex()) == 2


def _many(count: int) -> tuple[Finding, ...]:
    return tuple(finding(str(n), ERROR) for n in range(count))
