"""What may be written in an expression, and that a wrong standard is refused by file and key."""

from __future__ import annotations

import re

import pytest

from core.errors import StandardError
from core.standard import Standard, load_default
from core.standard.expressions import ExpressionError, field_of, parse, placeholders
from core.standard.load import load_files
from core.standard.meaning import understand
from core.standard.nodes import Path, operands


@pytest.fixture(scope="module")
def standard() -> Standard:
    return load_default()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("net == cost - depreciation", ("net", "cost", "depreciation")),
        ("path != '30' or filled(appraisal)", ("path", "appraisal")),
        ("owner_unit.unit_type == '10' and net > 0 and net < 5", ("owner_unit.unit_type", "net")),
        (
            "sum(receipt.amount, where=period == progress.period) > 0",
            ("receipt.amount", "period", "progress.period"),
        ),
        ("option.path == path", ("path",)),
        ("code(method).path == path", ("method", "path")),
        ("area_idle <= asset.area_total()", ("area_idle", "asset.area_total")),
        ("lon in (1, 2.5)\n  and  lat not in (3,)", ("lon", "lat")),
    ],
)
def test_names_are_the_field_paths_in_reading_order(text: str, names: tuple[str, ...]) -> None:
    assert parse(text).names == names


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "空"),
        ("cost +", "语法"),
        ("cost / 2 > 1", "除法"),
        ("cost ** 2 > 1", "乘方"),
        ("cost % 2 == 1", "取余"),
        ("cost[0] == 1", "方括号"),
        ("[c for c in cost]", "不能用"),
        ("(lambda: 1)()", "函数只能"),
        ("cost.__class__ == 1", "__class__"),
        ("cost if net else 1", "if"),
        ("cost is 1", "is"),
        ("(x := 1)", "赋值"),
        ("f'{cost}' == 'x'", "f 字符串"),
        ("exists(*cost)", "星号"),
        ("exists(title, **{})", r"\*\*|不能用"),
        ("path == b'1'", "常量"),
        ("path == None", "常量"),
        ("a" * 501, "过长"),
        ("not " * 60 + "filled(cost)", "层次"),
    ],
)
def test_what_is_not_on_the_list_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError, match=reason):
        parse(text)


@pytest.mark.parametrize(
    ("table", "text", "reason"),
    [
        ("asset", "paht == '10'", "没有字段 paht"),
        ("asset", "账面原值 > 1", "是不是 cost"),
        ("asset", "path == '40'", "没有代码 '40'"),
        ("asset", "path in ('10', '40')", "没有代码 '40'"),
        ("asset", "path < '20'", "不能比大小"),
        ("asset", "path == method", "两张代码表"),
        ("asset", "path == 10", "不能与代码相比"),
        ("asset", "cost == '10'", "不能与数相比"),
        ("asset", "cost == area_land", "金额与面积"),
        ("asset", "cost + area_land > 1", "金额与面积"),
        ("asset", "cost", "要的是条件"),
        ("asset", "cost and net", "要的是条件"),
        ("asset", "acquire_date < '2020'", "2026-01-01"),
        ("asset", "acquire_date < '2020-02-30'", "不存在"),
        ("asset", "idle_reason == '01'", "has"),
        ("asset", "has(idle_reason, '77')", "没有代码 '77'"),
        ("asset", "has(cost, '77')", "代码字段"),
        ("asset", "name + name == 'x'", "不能做加减乘"),
        ("asset", "code(method).nowhere == 'x'", "没有属性 nowhere"),
        ("asset", "code(cost).area == 'x'", "单选代码字段"),
        ("asset", "code(method) == 'x'", "点号和属性"),
        ("asset", "param('nowhere') > 1", "没有参数"),
        ("asset", "param('idle_days') > 1", "是一张表"),
        ("asset", "cost < param('cost_low', domain)", "不是一张表"),
        ("asset", "open(name)", "没有函数 open"),
        ("asset", "matches(name, '(')", "正则式"),
        ("asset", "uscc_ok(cost)", "要的是文字"),
        ("asset", "days_between(cost, net) > 1", "要的是日期"),
        ("asset", "filled(1)", "要写字段"),
        ("asset", "days_between(plan_start, plan_end) * year(plan_end) > 1", "不能相乘"),
        ("asset", "option.path == path", "只能用在 options"),
        ("asset", "owner_unit.nowhere == 'x'", "没有字段 nowhere"),
        ("asset", "cost.net == 1", "不指向别的记录"),
        ("asset", "sum(title) > 1", "写成 sum"),
        ("asset", "sum(title.cert_no) > 1", "不是可以相加的数"),
        ("asset", "count(title, if_=1) > 1", "写成 count"),
        ("asset", "exists(duty)", "没有指向资产"),
        ("unit", "exists(asset)", "请写 by="),
        ("unit", "exists(asset, by=path)", "不是指向单位的字段"),
        ("asset", "valid('nowhere', region_code, today())", "没有代码表"),
        ("asset", "valid('path', region_code, today())", "不是 path"),
        ("asset", "substr(name, 0, 1) == 'x'", "从 1 起"),
        ("asset", "domain in 'SOE'", "一组值"),
        ("asset", "asset_class in code(method).domains", "不在资产大类"),
        ("asset", "cost in (1, net)", "须是常量"),
    ],
)
def test_an_expression_over_a_standard_is_refused_with_a_reason(
    standard: Standard, table: str, text: str, reason: str
) -> None:
    with pytest.raises(ExpressionError, match=reason):
        understand(standard, table, text)


def test_operands_are_what_the_expression_speaks_of(standard: Standard) -> None:
    node = understand(standard, "progress", "recovered == sum(asset.receipt.amount) and asset.path == '10'")
    assert [o.text for o in operands(node)] == ["recovered", "sum(asset.receipt.amount)", "asset.path"]


def test_a_shown_column_is_the_field_it_shows(standard: Standard) -> None:
    node = understand(standard, "asset", "owner_uscc == 'x'")
    shown = next(operands(node))
    assert isinstance(shown, Path) and shown.field.code == "uscc" and shown.hops[0].field == "owner_unit"


def test_inside_where_the_parent_of_a_child_is_the_record_outside(standard: Standard) -> None:
    node = understand(standard, "asset", "exists(progress, where=asset.path == '10' and period == '2026Q3')")
    inside = [p.up for p in operands(node.where)]
    assert inside == [1, 0]


def test_placeholders_are_read_in_order() -> None:
    assert placeholders("净值 {net} 应为 {= cost - net}（{net.label}）") == (
        "net",
        "= cost - net",
        "net.label",
    )


def test_every_shipped_rule_leads_to_a_field(standard: Standard) -> None:
    for rule in standard.rules.values():
        if rule.kind == "row" and not rule.merged:
            assert standard.tables[rule.table].column(field_of(standard, rule)), rule.id


# --- a standard that is itself wrong -----------------------------------------------------


def _changed(standard: Standard, file: str, old: str, new: str) -> dict[str, bytes]:
    text = standard.files[file].decode()
    assert old in text, f"{file} 里没有 {old}"
    return {**standard.files, file: text.replace(old, new, 1).encode()}


RULE = '[B-900]\ntable = "asset"\nlabel = "试"\nmust = "cost > 0"\nmessage = "原值 {cost}"\nfix = "请核对"\n'


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("cost > 0", "kost > 0", "B-900.must", "没有字段 kost"),
        ('must = "cost > 0"', 'must = "cost > 0"\nwhen = "path == \'99\'"', "B-900.when", "没有代码"),
        ("{cost}", "{kost}", "B-900.message", "没有字段 kost"),
        ("{cost}", "{= cost + area_land}", "B-900.message", "金额与面积"),
        ("请核对", "请核对 {kost}", "B-900.fix", "没有字段 kost"),
        ('must = "cost > 0"', 'must = "cost > 0"\nfield = "kost"', "B-900.field", "没有字段 kost"),
        ('must = "cost > 0"', 'must = "exists(title)"', "B-900.field", "没有本表的字段"),
        ('must = "cost > 0"', 'kind = "nowhere"', "B-900.kind", "没有规则种类"),
        ('must = "cost > 0"', 'kind = "unique"', "B-900.fields", "要写 fields"),
        ('must = "cost > 0"', 'kind = "unique"\nfields = ["kost"]', "B-900.fields", "没有字段 kost"),
        ('must = "cost > 0"', 'kind = "unique"\nfields = "cost"', "B-900.fields", "写成"),
        ('must = "cost > 0"', 'kind = "unique"\nfields = ["cost"]\nover = 3', "B-900.over", "没有这个键"),
        ('must = "cost > 0"', 'kind = "share"\nover = "nowhere"\nwhere = "cost > 0"', "B-900.over", "不是数"),
        ('must = "cost > 0"', 'kind = "share"\nover = 20\nwhere = "cost"', "B-900.where", "要的是条件"),
        ('must = "cost > 0"', 'kind = "balance"\nmeasure = "weight"', "B-900.measure", "之一"),
        ('must = "cost > 0"', 'kind = "required"\nfields = ["lon"]', "B-900.fields", "没有声明 required"),
        (
            'must = "cost > 0"',
            'kind = "dates"\nuntil = "today"\nexcept = ["asset.kost"]',
            "B-900.except",
            "asset.kost",
        ),
    ],
)
def test_a_wrong_rule_fails_at_load_with_file_and_key(
    standard: Standard, old: str, new: str, key: str, reason: str
) -> None:
    files = {**standard.files, "rules/9_test.toml": RULE.replace(old, new, 1).encode()}
    with pytest.raises(StandardError, match=reason) as caught:
        load_files(files)
    assert (caught.value.file, caught.value.key) == ("rules/9_test.toml", key)


@pytest.mark.parametrize("key", ["label", "message", "fix", "clause", "when", "must", "field", "kind"])
@pytest.mark.parametrize("value", ["5", "true", "[]", '["x"]', "{ a = 1 }"])
def test_a_key_of_the_wrong_type_fails_at_load(standard: Standard, key: str, value: str) -> None:
    lines = [line for line in RULE.splitlines() if not line.startswith(f"{key} =")]
    text = "\n".join([*lines, f"{key} = {value}"])
    with pytest.raises(StandardError) as caught:
        load_files({**standard.files, "rules/9_test.toml": text.encode()})
    assert caught.value.file == "rules/9_test.toml"


def test_a_right_rule_loads(standard: Standard) -> None:
    loaded = load_files({**standard.files, "rules/9_test.toml": RULE.encode()})
    assert loaded.rules["B-900"].must == "cost > 0"


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "reason"),
    [
        (
            "tables/asset.toml",
            'required = "filled(exit_reason)"',
            'required = "filled(exit)"',
            "field.exit_date.required",
            "没有字段 exit",
        ),
        (
            "tables/asset.toml",
            'applies = "filled(exit_reason)"',
            'applies = "cost"',
            "field.exit_date.applies",
            "要的是条件",
        ),
        (
            "tables/asset.toml",
            "option.path == path",
            "option.road == path",
            "field.method.options",
            "没有属性 road",
        ),
        ("sheets.toml", "path == '10'", "path == '11'", None, "没有代码 '11'"),
    ],
)
def test_a_wrong_condition_fails_at_load_with_file_and_key(
    standard: Standard, file: str, old: str, new: str, key: str | None, reason: str
) -> None:
    with pytest.raises(StandardError, match=reason) as caught:
        load_files(_changed(standard, file, old, new))
    assert caught.value.file == file
    assert key is None or caught.value.key == key
    assert re.search(r"sheet\[\d+\]\.where|field\.", caught.value.key)
