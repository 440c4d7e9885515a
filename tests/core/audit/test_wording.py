"""Messages with the numbers in place, in the units that people read."""

from __future__ import annotations

from typing import Any

import pytest

from core.audit.wording import text_of, value_text
from core.standard import Standard, load_default
from core.standard.meaning import understand
from core.standard.model import Rule


@pytest.fixture(scope="module")
def standard() -> Standard:
    return load_default()


def worded(standard: Standard, message: str, table: str = "asset", **params: Any) -> str:
    rule = Rule("B-900", table, "试", "error", message, "", "", must="cost > 0")
    return text_of(standard, rule, table, params)


@pytest.mark.parametrize(
    ("message", "params", "text"),
    [
        ("{cost}", {"cost": 123_456_78}, "12.345678万元"),
        ("{cost}", {"cost": 123_456_7800}, "1,234.5678万元"),
        ("{cost.label}为 {cost}", {"cost": 1_0000_00}, "账面原值为 1.00万元"),
        ("{cost}", {"cost": None}, "（未填）"),
        ("{area_idle}", {"area_idle": 1234_50}, "1,234.50㎡"),
        ("{lon}", {"lon": 106_651234}, "106.651234度"),
        ("{use_life}", {"use_life": 20}, "20年"),
        ("{path}", {"path": "30"}, "转让变现"),
        ("{path}", {"path": "77"}, "77"),
        ("{idle_reason}", {"idle_reason": "04|99"}, "历史遗留（改制、撤并）、其他"),
        ("{idle_since}", {"idle_since": "2024-03"}, "2024-03"),
        ("{has_staff}", {"has_staff": 1}, "是"),
        ("{owner_unit}", {"owner_unit": "綦江区国资委"}, "綦江区国资委"),
        ("{name}{name}", {"name": "甲{x}"}, "甲{x}甲{x}"),
    ],
)
def test_values_are_shown_with_their_unit(
    standard: Standard, message: str, params: dict[str, Any], text: str
) -> None:
    assert worded(standard, message, **params) == text


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("cost - depreciation", 10_000_00, "1.00万元"),
        ("sum(receipt.amount)", 10_000_00, "10,000.00元"),
        ("area_total()", 100_00, "100.00㎡"),
        ("param('cost_low')", 1000, "1,000.00元"),
        ("param('measure_min')", 10, "10"),
        ("param('idle_days', domain, asset_class)", 180, "180"),
        ("cost * 0.9", 9_000_000, "0.90万元"),
        ("number(cost)", 12_50, "12.5"),
        ("exists(title)", 1, "是"),
        ("coalesce(book_date, period_end())", "2026-09-30", "2026-09-30"),
        ("cost - net", None, "（未填）"),
    ],
)
def test_computed_values_take_the_unit_of_their_fields(
    standard: Standard, text: str, value: Any, shown: str
) -> None:
    assert value_text(understand(standard, "asset", text, condition=False), value) == shown
