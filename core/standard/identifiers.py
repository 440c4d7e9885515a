"""Check digits and shapes of identifiers: 统一社会信用代码, 组织机构代码, 不动产单元号, 电话."""

from __future__ import annotations

import re

from core.standard.widths import half_width

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PARCEL = re.compile(r"^\d{12}[GJZ][A-Z]\d{5}[FLQW]\d{8}$")
_PHONE = re.compile(r"^(?:1\d{10}|(?:0\d{2,3}-?)?\d{7,8}(?:-\d{1,6})?)$")


def normalise_id(text: str) -> str:
    """Identifier as stored: half-width, without blanks, invisible marks and a leading apostrophe."""
    t = half_width(text)
    t = re.sub(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]", "", t)
    return t.lstrip("'‘’`").upper()


def uscc_ok(code: str) -> bool:
    """GB 32100-2015: length, alphabet and check digit of an 18-digit credit code."""
    if len(code) != 18 or any(c not in USCC_ALPHABET for c in code) or not code[2:8].isdigit():
        return False
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(code, _USCC_WEIGHTS, strict=False))
    return USCC_ALPHABET[(31 - total % 31) % 31] == code[17]


def orgcode_ok(code: str) -> bool:
    """GB 11714: the 9-digit organisation code inside a credit code (positions 9–17)."""
    body = code[8:17] if len(code) == 18 else code.replace("-", "")
    if len(body) != 9 or any(c not in _ORG_ALPHABET for c in body):
        return False
    total = sum(_ORG_ALPHABET.index(c) * w for c, w in zip(body, _ORG_WEIGHTS, strict=False))
    return body[8] == {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def parcel_ok(code: str) -> bool:
    """28-digit 不动产单元号 (GB/T 37346), historical division codes allowed."""
    return bool(_PARCEL.match(code))


def phone_ok(text: str) -> bool:
    """Mobile number or landline with optional area code and extension."""
    return bool(_PHONE.match(text))


def cert_key(text: str) -> str:
    """权证号 for comparing: brackets unified, blanks dropped, leading 号/字 noise kept."""
    t = normalise_id(text)
    return re.sub(r"[()\[\]〔〕【】]", "", t)


CHECKS = {"uscc": uscc_ok, "parcel": parcel_ok, "phone": phone_ok, "orgcode": orgcode_ok}
CHECK_REASONS = {
    "uscc": "统一社会信用代码应为 18 位且校验码相符",
    "parcel": "不动产单元号应为 28 位规定格式",
    "phone": "电话应为 11 位手机号或带区号的座机号",
    "orgcode": "组织机构代码校验位不符",
}
