"""Each kind of value: parse, text, show, cell; and every field of every shipped standard survives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.standard import available, load_default
from core.standard.model import CodeItem, CodeList, Field
from core.standard.types import cell, example, parse, parse_shown, show, to_text

COLOURS = CodeList("colour", "颜色", {"1": CodeItem("1", "红", ("红色",)), "2": CodeItem("2", "蓝")})


def a_field(kind: str, **given: object) -> Field:
    return Field(table="t", code="f", label="字段", type=kind, order=0, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "  解放碑\u200b ", "解放碑"),
        ("id", "１２ 3a", "123A"),
        ("cert", "渝（2024）綦江区 不动产权第1号", "渝（2024）綦江区不动产权第1号"),
        ("money", "1,234.5", 123450),
        ("area", "1亩", 66667),
        ("integer", "12", 12),
        ("date", "2023年5月", "2023-05"),
        ("period", "2026年第三季度", "2026Q3"),
        ("bool", "是", 1),
        ("bool", "无", 0),
    ],
)
def test_text_becomes_a_stored_value(kind: str, text: str, value: object) -> None:
    assert parse(text, a_field(kind)) == value


@pytest.mark.parametrize("blank", [None, "", "  ", "\u3000\n"])
def test_blank_is_not_filled(blank: str | None) -> None:
    assert parse(blank, a_field("money")) is None


@pytest.mark.parametrize(
    ("text", "code"), [("1", "1"), ("红", "1"), ("红 色", "1"), ("2 蓝", "2"), ("2-蓝", "2")]
)
def test_codes_are_found_by_code_name_or_synonym(text: str, code: str) -> None:
    assert parse(text, a_field("code", codes=COLOURS)) == code


def test_several_codes_are_stored_in_list_order() -> None:
    assert parse("蓝、红", a_field("codes", codes=COLOURS)) == "1|2"


def test_an_unknown_code_is_refused_and_the_choices_are_named() -> None:
    with pytest.raises(ValueError, match="红、蓝"):
        parse("绿", a_field("code", codes=COLOURS))


def test_money_is_typed_and_shown_in_its_unit_and_never_loses_fen() -> None:
    field = a_field("money", unit="万元")
    assert parse_shown("86.18", field) == 861_800_00
    assert show(861_800_00, field) == "86.18"
    assert show(12_345_67, field) == "1.234567"
    assert cell(12_345_67, field) == (Decimal("1.234567"), "#,##0.00")


def test_a_full_date_is_a_date_cell_and_a_partial_one_stays_text() -> None:
    assert cell("2023-05-01", a_field("date")) == (date(2023, 5, 1), "yyyy-mm-dd")
    assert cell("2023-05", a_field("date")) == ("2023-05", "@")


def test_bounds_are_written_in_yuan() -> None:
    with pytest.raises(ValueError, match="不能小于"):
        parse("-1", a_field("money", min="0"))


@pytest.mark.parametrize("name", available())
def test_every_example_of_every_shipped_standard_survives_text_value_cell_value(name: str) -> None:
    for field in load_default(name).all_fields():
        value = parse(example(field), field)
        assert value is not None, field
        assert parse(to_text(value, field), field) == value, field
        shown, _ = cell(value, field)
        assert shown is not None
        if field.type not in ("ref", "period"):
            assert parse_shown(show(value, field), field) == value, field
