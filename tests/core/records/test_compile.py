"""Expressions as SQL against a naive evaluation in Python, and what a form asks about a record."""

from __future__ import annotations

import ast
import calendar
import itertools
import operator
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InputRefused
from core.records import Ledger
from core.records.compile import Context, Statement, applies, compile_where, options_for, required, states
from core.records.intervals import as_sql
from core.records.translate import Translator
from core.standard import Standard, load_default
from core.standard.meaning import understand
from core.storage import engine
from core.storage.tables import Tables, build

CONTEXT = Context("2026-10-08", "2026Q3")


class Bench:
    """One 账套's tables, and whether an expression is certainly true, certainly false or neither."""

    def __init__(self, path: Path, standard: Standard) -> None:
        self.standard = standard
        self.conn = engine.connect(path)
        self.tables: Tables = build(standard)
        self.tables.metadata.create_all(self.conn)
        # Never committed: the tests are of reading, and a commit costs a flush to the disk.
        self.conn.exec_driver_sql("BEGIN")
        self._count = itertools.count(1)
        self._statements: dict[tuple[str, str, bool], Statement] = {}

    def add(self, table: str, **values: Any) -> str:
        uid = f"{next(self._count):08d}"
        self.conn.execute(sa.insert(self.tables.record[table]), {"uid": uid, **values})
        return uid

    def clear(self) -> None:
        for table in self.tables.record.values():
            self.conn.execute(sa.delete(table))

    def asks(self, table: str, text: str, uid: str, *, joins: bool = True) -> bool | None:
        """True, False, or None when it cannot be told."""
        if (table, text, joins) not in self._statements:
            translator = Translator(self.standard, self.tables, table, CONTEXT, joins=joins)
            node = understand(self.standard, table, text)
            yes, no = as_sql(translator.true(node)), as_sql(translator.false(node))
            answer = sa.case((sa.and_(yes, no), -1), (yes, 1), (no, 0))
            source = translator.rows[0].source
            query = sa.select(answer).select_from(translator.from_clause())
            query = query.where(source.c.uid == sa.bindparam("uid", "", sa.Text))
            self._statements[(table, text, joins)] = Statement(query, self.conn.dialect)
        statement = self._statements[(table, text, joins)]
        found = statement.run(self.conn, {**CONTEXT.values(), "uid": uid}).scalar_one()
        assert found != -1, f"{text} 既真又假"
        return None if found is None else bool(found)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("compile") / "台账.db", load_default())
    yield made
    made.conn.close()
    made.conn.engine.dispose()


# --- naive evaluation ------------------------------------------------------------------------

OPS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


def days(written: str, near: Iterable[date]) -> list[date]:
    """Every day that a written date can be; of a year the months' ends and the days around `near`."""
    parts = [int(p) for p in written.split("-")]
    if len(parts) == 3:
        return [date(*parts)]
    months = [parts[1]] if len(parts) == 2 else range(1, 13)
    found = []
    for month in months:
        last = calendar.monthrange(parts[0], month)[1]
        chosen = range(1, last + 1) if len(parts) == 2 else (1, last)
        found += [date(parts[0], month, d) for d in chosen]
    around = {d + timedelta(n) for d in near for n in (-1, 0, 1)}
    return sorted({*found, *(d for d in around if d.isoformat().startswith(written))})


def months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "days_between": lambda a, b: (b - a).days,
    "months_between": months,
    "year": lambda d: d.year,
    "abs": abs,
    "min": min,
    "max": max,
}


def evaluate(node: ast.AST, world: dict[str, Any]) -> Any:
    """Kleene's three-valued logic over exact values; None is unknown."""
    match node:
        case ast.Constant(value=str() as text):
            return date.fromisoformat(text) if text[4:5] == "-" else text
        case ast.Constant(value=value):
            return Fraction(repr(value))
        case ast.Name(id=name):
            return world[name]
        case ast.BoolOp(op=op, values=values):
            answers = [evaluate(v, world) for v in values]
            decisive = isinstance(op, ast.Or)
            return decisive if decisive in answers else None if None in answers else not decisive
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            answer = evaluate(operand, world)
            return None if answer is None else not answer
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            answer = evaluate(operand, world)
            return None if answer is None else -answer
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            a, b = evaluate(left, world), evaluate(right, world)
            return None if a is None or b is None else OPS[type(op)](a, b)
        case ast.BinOp(left=left, op=op, right=right):
            a, b = evaluate(left, world), evaluate(right, world)
            return None if a is None or b is None else OPS[type(op)](a, b)
        case ast.Call(func=ast.Name(id="filled"), args=[ast.Name(id=name)]):
            return world[name] is not None
        case ast.Call(func=ast.Name(id="coalesce"), args=args):
            return next((v for a in args if (v := evaluate(a, world)) is not None), None)
        case ast.Call(func=ast.Name(id=name), args=args):
            given_ = [evaluate(a, world) for a in args]
            return None if None in given_ else FUNCTIONS[name](*given_)
    raise AssertionError(ast.dump(node))


def over_all_dates(text: str, values: dict[str, str | None]) -> set[bool | None]:
    """The answers over every combination of days that the written dates can be."""
    tree = ast.parse(text, mode="eval").body
    written = [*(v for v in values.values() if v), *re.findall(r"'(.*?)'", text)]
    near = [date.fromisoformat(w) for w in written if len(w) == 10]
    choices = [[None] if v is None else days(v, near) for v in values.values()]
    return {evaluate(tree, dict(zip(values, world, strict=True))) for world in itertools.product(*choices)}


# --- partial dates ----------------------------------------------------------------------------

WRITTEN = st.one_of(
    st.none(),
    st.dates(date(2022, 12, 1), date(2024, 3, 31)).flatmap(
        lambda d: st.sampled_from([d.isoformat(), d.isoformat(), d.isoformat()[:7], d.isoformat()[:4]])
    ),
)
COMPARISONS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
COMMON = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@COMMON
@given(a=WRITTEN, b=WRITTEN, op=COMPARISONS)
def test_comparing_partial_dates_is_certain_only_when_it_holds_for_every_day(
    bench: Bench, a: str | None, b: str | None, op: str
) -> None:
    uid = bench.add("asset", idle_since=a, acquire_date=b)
    text = f"idle_since {op} acquire_date"
    answers = over_all_dates(text, {"idle_since": a, "acquire_date": b})
    assert bench.asks("asset", text, uid) == (answers.pop() if len(answers) == 1 else None)


@COMMON
@given(a=WRITTEN, day=st.dates(date(2022, 12, 1), date(2024, 3, 31)), op=COMPARISONS)
def test_comparing_with_a_written_day_is_exact(bench: Bench, a: str | None, day: date, op: str) -> None:
    uid = bench.add("asset", idle_since=a)
    text = f"idle_since {op} '{day}'"
    answers = over_all_dates(text, {"idle_since": a})
    assert bench.asks("asset", text, uid) == (answers.pop() if len(answers) == 1 else None)


@COMMON
@given(a=WRITTEN, b=WRITTEN, n=st.integers(-40, 420), op=COMPARISONS)
@pytest.mark.parametrize("span", ["days_between", "months_between"])
def test_spans_between_partial_dates_never_claim_too_much(
    bench: Bench, span: str, a: str | None, b: str | None, n: int, op: str
) -> None:
    n = n if span == "days_between" else n // 30
    uid = bench.add("asset", idle_since=a, acquire_date=b)
    text = f"{span}(idle_since, acquire_date) {op} {n}"
    answers = over_all_dates(text, {"idle_since": a, "acquire_date": b})
    told = bench.asks("asset", text, uid)
    assert told is None or answers == {told}
    if all(v is None or len(v) == 10 for v in (a, b)):
        assert answers == {told}


@COMMON
@given(a=WRITTEN, b=WRITTEN, c=WRITTEN)
@pytest.mark.parametrize(
    "text",
    [
        "days_between(idle_since, acquire_date) * 3 - 1 > year(book_date) * -1",
        "idle_since < acquire_date and not book_date > idle_since",
        "idle_since == acquire_date or book_date <= acquire_date",
        "not (idle_since < acquire_date or filled(book_date))",
        "max(idle_since, acquire_date) < book_date",
        "min(idle_since, acquire_date) < book_date",
        "coalesce(idle_since, acquire_date) >= book_date",
        "year(idle_since) == 2023 and acquire_date != book_date",
        "days_between(idle_since, acquire_date) - days_between(acquire_date, book_date) > 10",
        "abs(days_between(idle_since, acquire_date)) * 2 > 60",
    ],
)
def test_whole_conditions_over_partial_dates_never_claim_too_much(
    bench: Bench, text: str, a: str | None, b: str | None, c: str | None
) -> None:
    values = {"idle_since": a, "acquire_date": b, "book_date": c}
    uid = bench.add("asset", **values)
    told = bench.asks("asset", text, uid)
    assert told is None or over_all_dates(text, values) == {told}


# --- money, areas, scales ------------------------------------------------------------------------

FEN = st.one_of(st.none(), st.integers(-(10**13), 10**13), st.integers(-200, 200))
SQUARE = st.one_of(st.none(), st.integers(0, 10**8), st.integers(0, 200))
SHARE = st.one_of(st.none(), st.integers(-(10**8), 10**8))


@COMMON
@given(cost=FEN, net=FEN, lon=SHARE, op=COMPARISONS)
@pytest.mark.parametrize(
    "left_right",
    [
        "cost - net, 0.01",
        "cost * 10, net * 9",
        "cost * 0.9, net",
        "cost + 1000, 2 * net",
        "-cost, net - 0.5",
        "abs(cost - net), max(cost, net)",
        "coalesce(cost, 0) - coalesce(net, 0), 12.34",
        "cost * lon, net * 105.28",
        "lon, 105.28",
        "lon * 3 - 1, lon + 0.000001",
    ],
)
def test_amounts_and_decimals_of_different_scales_are_exact(
    bench: Bench, left_right: str, cost: int | None, net: int | None, lon: int | None, op: str
) -> None:
    if "* lon" in left_right:
        # A product beyond 2**63 is a rounded float in SQLite; ledgers do not come near it.
        cost = None if cost is None else cost % 10**6
    text = f" {op} ".join(left_right.split(", ")) if left_right.count(", ") == 1 else ""
    if not text:
        head, _, tail = left_right.rpartition("), ")
        text = f"{head}) {op} {tail}"
    world = {
        "cost": None if cost is None else Fraction(cost, 100),
        "net": None if net is None else Fraction(net, 100),
        "lon": None if lon is None else Fraction(lon, 10**6),
    }
    uid = bench.add("asset", cost=cost, net=net, lon=lon)
    assert bench.asks("asset", text, uid) == evaluate(ast.parse(text, mode="eval").body, world)


@COMMON
@given(cost=st.integers(0, 10**11), area=SQUARE, price=st.sampled_from([100, 50000]))
def test_a_price_per_square_metre_is_money_divided_by_area(
    bench: Bench, cost: int, area: int | None, price: int
) -> None:
    uid = bench.add("asset", cost=cost, asset_class="10", area_building=area)
    name = "unit_price_min" if price == 100 else "unit_price_max"
    expected = None if area is None else Fraction(cost, 100) < price * Fraction(area, 100)
    assert bench.asks("asset", f"cost < param('{name}', asset_class) * area_total()", uid) is expected


def test_the_example_of_the_design_holds_at_its_edges(bench: Bench) -> None:
    asset = bench.add("asset", name="x")
    for deal, told in ((89_99, True), (90_00, False), (90_01, False)):
        uid = bench.add("disposal", asset=asset, deal=deal, appraisal=100_00)
        assert bench.asks("disposal", "deal * 10 < appraisal * 9", uid) is told


# --- names, codes, children --------------------------------------------------------------------------


@pytest.mark.parametrize("joins", [True, False])
@pytest.mark.parametrize(
    ("table", "text", "told"),
    [
        ("asset", "path == '20'", True),
        ("asset", "path != '20'", False),
        ("asset", "method == '2001'", None),
        ("asset", "path in ('10', '20')", True),
        ("asset", "path not in ('10', '20')", False),
        ("asset", "method in ('2001',)", None),
        ("asset", "owner_unit.name == '甲'", True),
        ("asset", "owner_unit_name == '甲'", True),
        ("asset", "resp_unit.name == '甲'", None),
        ("asset", "empty(resp_unit.name)", True),
        ("asset", "code(asset_class).area == 'building'", True),
        ("asset", "code(asset_class).area != 'building'", False),
        ("asset", "code(asset_class).real", True),
        ("asset", "not code(asset_class).real", False),
        ("asset", "code(method).receiver", None),
        ("asset", "domain in code(asset_class).domains", True),
        ("asset", "code(asset_class).area in ('land', 'x')", False),
        ("asset", "has(idle_reason, '04')", True),
        ("asset", "has(idle_reason, '13', '99')", False),
        ("asset", "has(root_cause, '10')", None),
        ("asset", "has(path, '20', '30')", True),
        ("asset", "area_total() == 100", True),
        ("asset", "area_total == 100.00", True),
        ("asset", "length(name) == 4", True),
        ("asset", "matches(name, '^古南')", True),
        ("asset", "substr(name, 1, 2) == '古南'", True),
        ("asset", "uscc_ok(owner_unit.uscc)", True),
        ("asset", "filled(cert_no)", True),
        ("asset", "cert_no == '一号'", True),
        ("asset", "exists(title)", True),
        ("asset", "count(title) == 2", True),
        ("asset", "count(title, where=cert_no == '二号') == 1", True),
        ("asset", "exists(lease)", False),
        ("asset", "sum(receipt.amount) == 7.5", True),
        ("asset", "sum(receipt.amount, where=period == '2026Q3') == 5", True),
        ("asset", "sum(receipt.amount, where=asset.path == '20') == 7.5", True),
        ("asset", "sum(lease.due) == 0", True),
        ("asset", "param('full_form')", False),
        ("asset", "cost < param('cost_low')", True),
        ("asset", "days_between(idle_since, today()) > param('idle_days', domain, asset_class)", True),
        ("asset", "period_end() == '2026-09-30' and this_period() == '2026Q3'", True),
        ("asset", "valid('region', region_code, '2025-06-30')", True),
        ("asset", "valid('region', region_code, '2026-06-30')", False),
        ("asset", "valid('region', '999999', today())", False),
        ("asset", "has_staff", None),
        ("asset", "filled(has_staff)", False),
        ("progress", "asset.path == '20' and asset.owner_unit.name == '甲'", True),
        ("progress", "asset.area_total() == 100", True),
        ("progress", "recovered == sum(asset.receipt.amount, where=period == progress.period)", True),
        ("progress", "period_start(period) == '2026-07-01' and period_end(period) == '2026-09-30'", True),
        ("progress", "period > '2026Q2' and period <= '2026M09' and year(period) == 2026", True),
        ("progress", "exists(asset.progress, where=method != progress.method)", False),
        ("title", "count(asset.title) == 2 and title_status == '10'", None),
        ("unit", "count(asset, by=owner_unit) == 1", True),
    ],
)
def test_an_expression_is_true_false_or_unknown(
    bench: Bench, joins: bool, table: str, text: str, told: bool | None
) -> None:
    bench.clear()
    uids = {"unit": bench.add("unit", name="甲", uscc="11500000009276871K")}
    uids["asset"] = bench.add(
        "asset",
        name="古南仓库",
        owner_unit=uids["unit"],
        path="20",
        domain="SOE",
        asset_class="10",
        area_building=100_00,
        area_land=50_00,
        idle_reason="04|12",
        idle_since="2024",
        cost=999_99,
        region_code="500112",
    )
    other = bench.add("asset", name="别的")
    uids["title"] = bench.add("title", asset=uids["asset"], cert_no="一号")
    bench.add("title", asset=uids["asset"], cert_no="二号")
    bench.add("title", asset=uids["asset"], cert_no="三号", deleted=9)
    bench.add("title", asset=other, cert_no="四号")
    uids["progress"] = bench.add(
        "progress", asset=uids["asset"], period="2026Q3", recovered=5_00, method="2001"
    )
    for amount, period in ((2_00, "2026Q3"), (3_00, "2026Q3"), (2_50, "2026Q2")):
        bench.add("receipt", asset=uids["asset"], amount=amount, period=period)
    assert bench.asks(table, text, uids[table], joins=joins) is told


def test_a_sum_over_partial_dates_lies_between_what_must_and_what_may_count(bench: Bench) -> None:
    uid = bench.add("asset", name="x")
    for amount, day in ((5_00, "2026-08-20"), (3_00, "2026-08"), (-1_00, "2026")):
        bench.add("receipt", asset=uid, amount=amount, recv_date=day)
    total = "sum(receipt.amount, where=recv_date >= '2026-08-15')"
    assert bench.asks("asset", f"{total} <= 8", uid) is True
    assert bench.asks("asset", f"{total} >= 4", uid) is True
    assert bench.asks("asset", f"{total} < 4", uid) is False
    assert bench.asks("asset", f"{total} == 5", uid) is None
    assert bench.asks("asset", "exists(receipt, where=recv_date < '2026-01-01')", uid) is False
    assert bench.asks("asset", "count(receipt, where=recv_date >= '2026-08-15') >= 1", uid) is True


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2025-01-02", "2025-01-03", 2),
        ("2025-01-24", "2025-01-27", 3),  # Sunday the 26th is worked
        ("2025-01-24", "2025-01-29", 3),  # the Spring Festival begins on the 28th
        ("2025-01-03", "2025-01-02", 0),
        ("2035-01-01", "2035-01-31", None),
    ],
)
def test_working_days_follow_the_calendar_of_the_standard(
    bench: Bench, first: str, last: str, count: int | None
) -> None:
    """Both ends count; outside the years of the calendar nothing can be told."""
    asset = bench.add("asset", name="x")
    uid = bench.add("disposal", asset=asset, notice_start=first, notice_end=last)
    told = bench.asks("disposal", f"workdays_between(notice_start, notice_end) == {count or 0}", uid)
    assert told is (None if count is None else True)


@pytest.mark.parametrize(("qty", "told"), [(2_00, True), (-2_00, False), (0, False), (None, None)])
def test_an_uncertain_number_times_an_exact_one_keeps_both_ends(
    bench: Bench, qty: int | None, told: bool | None
) -> None:
    """From a day of February to the first of March are 1 to 29 days."""
    uid = bench.add("asset", idle_since="2024-02", acquire_date="2024-03-01", qty=qty)
    assert bench.asks("asset", "days_between(idle_since, acquire_date) * qty >= 2", uid) is told
    assert bench.asks("asset", "qty * days_between(idle_since, acquire_date) >= -58", uid) is (
        None if qty is None else True
    )
    assert bench.asks("asset", "qty * days_between(idle_since, acquire_date) > 2", uid) is (
        None if qty in (2_00, None) else False
    )


def test_a_filter_with_a_wrong_word_is_refused_in_words(bench: Bench) -> None:
    with pytest.raises(InputRefused, match="没有字段 kost"):
        compile_where(bench.standard, bench.tables, "asset", "kost > 1")


# --- forms ------------------------------------------------------------------------------------------


@pytest.fixture
def asset(ledger: Ledger) -> str:
    with ledger.edit("新增") as edit:
        return edit.add("asset", {"name": "x", "asset_class": "20", "domain": "LAND", "path": "30"})


def test_fields_apply_by_the_values_of_the_record(ledger: Ledger, asset: str) -> None:
    assert {"area_land", "appraisal_waiver_reason", "agreed_start"} <= applies(ledger, "asset", asset)
    assert not {"built_year", "recv_unit_name", "charter_limit"} & applies(ledger, "asset", asset)


def test_in_doubt_a_field_applies_and_need_not_be_filled(ledger: Ledger) -> None:
    with ledger.edit("新增") as edit:
        uid = edit.add("asset", {"name": "x"})
    assert "built_year" in applies(ledger, "asset", uid)
    assert "location" not in required(ledger, "asset", uid)
    assert "name" in required(ledger, "asset", uid)


def test_required_follows_the_record(ledger: Ledger, asset: str) -> None:
    assert {"area_land", "location"} <= required(ledger, "asset", asset)
    assert not {"area_building", "idle_since"} & required(ledger, "asset", asset)
    with ledger.edit("改") as edit:
        edit.set("asset", asset, {"idle_class": "10"})
    assert "idle_since" in required(ledger, "asset", asset)


def test_options_are_those_of_the_path_and_domain(ledger: Ledger, asset: str) -> None:
    offered = options_for(ledger, "asset", asset, "method")
    assert offered and all(i.extra["path"] == "30" and "LAND" in i.extra["domains"] for i in offered)
    with ledger.edit("改") as edit:
        edit.set("asset", asset, {"path": None, "domain": None})
    every = ledger.standard.codes["method"].items
    assert [i.code for i in options_for(ledger, "asset", asset, "method")] == list(every)
    assert len(options_for(ledger, "asset", asset, "path")) == 3


def test_a_record_that_is_not_there_has_every_field(ledger: Ledger) -> None:
    found = states(ledger, "asset", "00000000-0000-0000-0000-000000000000")
    assert found.applies == set(ledger.standard.tables["asset"].fields)
