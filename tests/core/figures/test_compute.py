"""Declared measures by declared groupings: sums first, every group once, totals that agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import StandardError
from core.figures.compute import Row, SummaryTable, summaries, summary, totals, year_to_date
from core.records import Ledger, lineage
from core.standard import load_default
from core.standard.figures import figures_of
from core.standard.load import load_files

PERIOD = "2026Q3"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "账套", load_default(), region="500110", unit_name="綦江区") as made:
        with made.edit("新增") as edit:
            unit = edit.add("unit", {"name": "甲公司"})
            for domain, path, method, cls, area, tags in (
                ("SOE", "20", "2001", "10", 100_00, "T01|T02"),
                ("SOE", "30", "3001", "10", 200_00, "T01"),
                ("LAND", "30", "3003", "20", 5_000_00, None),
                ("ADMIN", None, None, "30", None, None),
            ):
                uid = edit.add(
                    "asset",
                    {
                        "name": f"{domain}{path}",
                        "domain": domain,
                        "path": path,
                        "method": method,
                        "asset_class": cls,
                        "owner_unit": unit,
                        "net": 33_333_33,
                        "area_land" if cls == "20" else "area_building": area,
                        "tags": tags,
                    },
                )
                if path == "30":
                    for period, amount in (
                        (PERIOD, 300_00),
                        ("2026Q1", 100_00),
                        ("2025Q3", 200_00),
                        ("2026Q4", 7_00),
                    ):
                        edit.add(
                            "progress",
                            {
                                "asset": uid,
                                "period": period,
                                "method": method,
                                "revived": amount,
                                "recovered": amount,
                                "external": amount // 3,
                            },
                        )
        yield made


def row(table: SummaryTable, *labels: str) -> Row:
    return next(r for r in table.rows if r.labels == labels)


def column(table: SummaryTable, name: str, span: str = "now") -> Callable[[Row], object]:
    at = next(i for i, c in enumerate(table.declared.columns) if (c.measure.code, c.span) == (name, span))
    return lambda r: r.values[at]


def test_paths_and_domains_add_up_to_the_total(ledger: Ledger) -> None:
    table = summary(ledger, "domain_path", PERIOD)
    count, net = column(table, "count"), column(table, "net")
    outer = [r for r in table.rows if r.depth == 1]
    inner = [r for r in table.rows if r.depth == 2]
    assert [count(r) for r in outer] == [2, 1, 1, 0]
    assert sum(int(str(count(r))) for r in inner) == count(table.total) == 4
    assert sum(int(str(net(r))) for r in inner) == net(table.total) == 4 * 33_333_33


def test_spans_take_the_periods_they_name_and_nothing_later(ledger: Ledger) -> None:
    table = summary(ledger, "domain_path", PERIOD)
    revived = {span: column(table, "revived", span)(table.total) for span in ("now", "cum", "last", "change")}
    assert revived == {"now": 600_00, "cum": 800_00, "last": 400_00, "change": Decimal("50.0")}


def test_ratios_come_from_sums_and_not_from_ratios(ledger: Ledger) -> None:
    table = summary(ledger, "domain_path", PERIOD)
    assert column(table, "external_ratio")(table.total) == Decimal("33.3")
    assert column(table, "external_ratio")(row(table, "行政事业单位国有资产")) is None


def test_what_was_split_or_merged_counts_as_many_as_it_was_at_first(ledger: Ledger) -> None:
    first, second, third = [str(row[0]) for row in ledger.select("asset", ["uid"])][:3]
    lineage.split(ledger, first, [{}, {}])
    lineage.merge(ledger, [second, third])
    table = summary(ledger, "domain_path", PERIOD)
    assert column(table, "count")(table.total) == 2 + 1 + 1
    assert column(table, "roots")(table.total) == 1 + 2 + 1


def test_a_multiple_choice_counts_in_each_of_its_groups_and_once_in_the_total(ledger: Ledger) -> None:
    table = summary(ledger, "tag", PERIOD)
    counted = [column(table, "count")(r) for r in table.rows if r.depth == 1 and r.labels != ("未填",)]
    assert sum(int(str(c)) for c in counted) == 3
    assert column(table, "count")(table.total) == 4


def test_the_letters_six_kinds_are_all_shown(ledger: Ledger) -> None:
    table = summary(ledger, "method", PERIOD)
    assert [r.labels[0] for r in table.rows if r.depth == 1][:6] == [
        "开发利用",
        "引入战投",
        "资产证券化",
        "债务重组",
        "资源共享",
        "破产清算",
    ]


def test_areas_follow_the_asset_class(ledger: Ledger) -> None:
    assert totals(ledger, ["area"], PERIOD)["area"] == 100_00 + 200_00 + 5_000_00


def test_targets_of_the_year_give_the_rate(ledger: Ledger) -> None:
    unit = next(iter(ledger.select("unit", ["uid"])))[0]
    with ledger.edit("目标") as edit:
        edit.add("duty", {"unit": unit, "period": "2026", "report_status": "10", "target_revived": 1_600_00})
    table = summary(ledger, "unit", PERIOD)
    assert column(table, "revived_rate", "cum")(row(table, "甲公司")) == Decimal("50.0")
    assert column(table, "revived_gap", "cum")(row(table, "甲公司")) == 800_00


def test_every_declared_summary_computes(ledger: Ledger) -> None:
    assert {t.declared.code for t in summaries(ledger, PERIOD)} == set(figures_of(ledger.standard).summaries)


def test_quarters_do_not_add_months() -> None:
    assert year_to_date("2026Q3", ["2026Q1", "2026M01", "2026", "2026Q3", "2026Q4", "2025Q1"]) == [
        "2026Q1",
        "2026Q3",
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[measure.x]\nlabel="x"\ntable="asset"\nsum="nonsense"', "measure.x.sum"),
        ('[measure.x]\nlabel="x"\ntable="nix"\nsum="1"', "measure.x.table"),
        ('[measure.x]\nlabel="x"\npart="a"\nof="b"', "measure.x"),
        ('[measure.x]\nlabel="x"', "measure.x"),
        ('[grouping.g]\nfield="nonsense"', "grouping.g.field"),
        ('[summary.s]\nlabel="s"\nrows=[]\ncolumns=["nonsense"]', "summary.s.columns"),
        ('[measure.x]\nlabel="x"\ntable="asset"\nsum="1"\ncolour=1', "measure.x.colour"),
    ],
)
def test_a_wrong_figure_is_refused_when_the_standard_is_loaded(text: str, key: str) -> None:
    files = {**load_default().files, "figures.toml": text.encode()}
    with pytest.raises(StandardError) as refused:
        load_files(files)
    assert (refused.value.file, refused.value.key) == ("figures.toml", key)
