"""Whatever stands in a sheet, planning ends in a plan or in a refusal, and loses no number silently."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputRefused
from core.excel.grid import Book, Cell, Grid
from core.exchange.intake import plan_book
from core.standard import load_default

WORDS = [
    "序号",
    "资产名称",
    "坐落",
    "建筑面积（㎡）",
    "土地面积（亩）",
    "账面原值（万元）",
    "净值",
    "盘活路径",
    "盘活方式",
    "调剂使用",
    "完善经营",
    "转让变现",
    "备注",
    "单位名称",
    "统一社会信用代码",
    "取得时间",
    "使用状况",
    "合计",
    "小",
    "计",
    "总计",
    "一、调剂使用",
    "教育局",
    "填表人：李某",
    "注：略",
    "单位：万元",
    "同上",
    "—",
    "无",
    "√",
    "是",
    "否",
    "大礼堂",
    "甲路1号",
    "约350万",
    "3.10亩",
    "2018年10月",
    "1.14E+17",
    "12405365194843259J",
    "栏次",
    "甲",
    "乙",
    "丙",
    "必填",
    "例",
    "以下空白",
    "续表",
    "资产编号",
    "编号",
    "亩",
    "万元",
    "待评估",
]
CELLS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.none(),
    st.sampled_from(WORDS),
    st.integers(-5, 10**6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
    st.booleans(),
    st.just(Cell("e", "#DIV/0!")),
    st.just(Cell("u", "A1+B1")),
    st.just(Cell("d", "2018-10-01", 'yyyy"年"m"月"')),
    st.just(Cell("n", 861800, "0!.0000")),
    st.just(Cell("t", "08:00")),
)
HEADER = st.lists(st.sampled_from(WORDS[:20]), min_size=3, max_size=7, unique=True)
MERGES = st.lists(
    st.tuples(st.integers(1, 9), st.integers(1, 6), st.integers(0, 4), st.integers(0, 4)).map(
        lambda m: (m[0], m[1], m[0] + m[2], m[1] + m[3])
    ),
    max_size=4,
)


@settings(max_examples=250, deadline=None)
@given(
    above=st.lists(st.lists(CELLS, max_size=5), max_size=3),
    header=HEADER,
    body=st.lists(st.lists(CELLS, max_size=8), max_size=12),
    merges=MERGES,
)
def test_any_sheet_gives_a_plan_or_a_refusal(
    above: list[list[Any]], header: list[Any], body: list[list[Any]], merges: list[tuple[int, int, int, int]]
) -> None:
    rows = {
        i: row for i, row in enumerate([*above, header, *body], 1) if any(v not in (None, "") for v in row)
    }
    book = Book(
        "xlsx",
        [Grid("表", rows, merges=[m for m in merges if m[0] != m[2] or m[1] != m[3]])],
        sha256="0" * 64,
    )
    try:
        plan = plan_book(book, Path("a.xlsx"), load_default())
    except InputRefused as e:
        assert e.next
        return
    seen = {(r.sheet, r.row) for r in plan.records} | {(s.sheet, s.row) for s in plan.skipped}
    if all(not t.note and t.header_rows != [0] for t in plan.tables):
        last = max(t.header_rows[-1] for t in plan.tables)
        below = {r for r in rows if r > last}
        covered = {r for _, r in seen}
        width = max(max(t.columns, default=0) for t in plan.tables)
        lost = [
            r for r in below - covered if any(v not in (None, "") and str(v).strip() for v in rows[r][:width])
        ]
        first = min(min(t.columns, default=1) for t in plan.tables)
        lost = [
            r for r in lost if any(v not in (None, "") and str(v).strip() for v in rows[r][first - 1 : width])
        ]
        assert not lost, (lost, [rows[r] for r in lost])
    for record in plan.records:
        for doubt in record.doubts:
            assert doubt.text and doubt.code
