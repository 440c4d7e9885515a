"""Check digits by the test vectors of domain.md §3.1.1 and Appendix B.4."""

from __future__ import annotations

import pytest

from core.standard.identifiers import normalise_id, orgcode_ok, parcel_ok, phone_ok, uscc_ok

REAL = ["11500000009276871K", "11500222MB1B40119W", "11500105584272797D", "11500382MB168634XQ"]
MADE = ["915000000000000192", "91500110MA0000007J", "125000000000000272"]


@pytest.mark.parametrize("code", REAL + MADE)
def test_true_credit_codes_pass_and_one_changed_character_fails(code: str) -> None:
    assert uscc_ok(code)
    assert not uscc_ok(code[:-1] + ("0" if code[-1] != "0" else "1"))


@pytest.mark.parametrize("code", REAL)
def test_the_organisation_code_inside_is_checked_too(code: str) -> None:
    assert orgcode_ok(code)


@pytest.mark.parametrize("code", ["500110001002GB00003F00010001", "500112001002GB00003F00010001"])
def test_parcel_numbers_of_today_and_of_abolished_districts_pass(code: str) -> None:
    assert parcel_ok(code)


def test_identifiers_are_stored_half_width_without_blanks_and_marks() -> None:
    assert normalise_id(" '１２ 623581\u200b741090736k") == "12623581741090736K"


@pytest.mark.parametrize(
    ("text", "good"), [("13800138000", True), ("023-48662345", True), ("48662345-12", True), ("12345", False)]
)
def test_phones(text: str, good: bool) -> None:
    assert phone_ok(text) is good
