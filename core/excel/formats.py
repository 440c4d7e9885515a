"""Excel number formats: is it a date, does it pad zeros, does it show 万元 over 元."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

BUILTIN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    # The Chinese meaning of the built-in numbers that other languages leave open.
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    37: "#,##0",
    38: "#,##0",
    39: "#,##0.00",
    40: "#,##0.00",
    41: "#,##0",
    42: "#,##0",
    43: "#,##0.00",
    44: "#,##0.00",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "0.0E+0",
    49: "@",
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}

_TOKEN = re.compile(
    r'"[^"]*"?|[\\!].|_.|\*.|\[[^\]]*\]|上午/下午|AM/PM|A/P|General|G/通用格式|E[+-]|[ymdhse]+|[0#?]+|[.,%@/]|.',
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"^\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]$")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a number format does to a number.

    kind: "number" · "date" (shows a day) · "month" (year and month) · "year" · "time" · "text"
    """

    kind: str = "number"
    scale: Fraction = Fraction(1)
    percent: bool = False
    places: int | None = None
    digits: int = 0
    prefix: str = ""
    suffix: str = ""
    general: bool = False

    @property
    def plain(self) -> bool:
        """Nothing that the number alone does not tell."""
        return self.kind == "text" or (
            self.kind == "number"
            and self.scale == 1
            and not self.percent
            and self.digits <= 1
            and not _word(self.prefix)
            and not _word(self.suffix)
        )


def _word(text: str) -> str:
    return re.sub(r"[\s()（）¥￥$+\-_\u3000/]", "", text)


def _sections(code: str) -> list[tuple[str, list[str]]]:
    """(condition, tokens) of each part between semicolons."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for token in _TOKEN.findall(code):
        if token == ";":
            parts.append(("", []))
        elif _CONDITION.match(token):
            parts[-1] = (token, parts[-1][1])
        else:
            parts[-1][1].append(token)
    return parts


def _holds(condition: str, value: float) -> bool:
    m = _CONDITION.match(condition)
    if not m:
        return True
    limit = float(m[2])
    return {
        "<": value < limit,
        "<=": value <= limit,
        ">": value > limit,
        ">=": value >= limit,
        "=": value == limit,
        "<>": value != limit,
    }[m[1]]


@lru_cache(maxsize=2048)
def _described(code: str) -> tuple[tuple[str, Shown], ...]:
    return tuple((condition, _describe(tokens)) for condition, tokens in _sections(code))


def describe(code: str, value: float = 1) -> Shown:
    """What the format does to this value (sections and conditions respected)."""
    parts = _described(code)
    if any(condition for condition, _ in parts):
        return next((s for condition, s in parts if _holds(condition, value)), parts[-1][1])
    if value < 0 and len(parts) > 1 and parts[1][1].kind == "number" and not parts[1][1].general:
        return parts[1][1]
    return parts[0][1]


def is_special(code: str) -> bool:
    """Whether some section shows more than the bare number: a date, padding, a scale, a unit."""
    return any(not shown.plain for _, shown in _described(code))


def _describe(tokens: list[str]) -> Shown:
    letters, prefix, suffix = "", "", ""
    digits_before = digits_after = literal_after = 0
    scale = Fraction(1)
    percent = general = text = False
    seen_dot = seen_literal_dot = seen_digit = False
    zeros = 0
    places: int | None = None
    for i, token in enumerate(tokens):
        low = token.lower()
        if token[0] == "[":
            if re.match(r"^\[[hms]+\]$", low):
                letters += low[1:-1]
            elif m := re.match(r"^\[\$([^\]-]+)", token):
                if not seen_digit:
                    prefix += m[1]
                else:
                    suffix += m[1]
            continue
        if token[0] in "_*" and len(token) == 2:
            continue
        if low in ("general", "g/通用格式"):
            general = seen_digit = True
        elif low in ("am/pm", "a/p", "上午/下午"):
            letters += "h"
        elif re.match(r"^[ymdhs]+$", low) or low in ("e", "ee", "eeee"):
            letters += low.replace("e", "y")
        elif token[0] in "0#?":
            seen_digit = True
            if seen_dot:
                digits_after += len(token)
            elif seen_literal_dot:
                literal_after += len(token)
            else:
                digits_before += len(token)
                zeros += token.count("0")
        elif token == "." and seen_digit and not letters:
            seen_dot = True
        elif token == ",":
            following = "".join(tokens[i + 1 :])
            if seen_digit and not re.match(r"^,*[0#?]", following):
                scale /= 1000
        elif token == "%":
            percent = True
        elif token == "@":
            text = True
        else:
            literal = token[1:].rstrip('"') if token[0] == '"' else token[1:] if token[0] in "\\!" else token
            if literal == "." and seen_digit:
                seen_literal_dot = True
            elif seen_digit:
                suffix += literal
            else:
                prefix += literal
    if letters and not seen_digit:
        return Shown(kind=_date_kind(letters), prefix=prefix, suffix=suffix)
    if text and not seen_digit:
        return Shown(kind="text", general=True)
    if literal_after:
        scale /= 10**literal_after
        places = literal_after
    elif seen_digit and not general:
        places = digits_after
    if scale != 1:
        zeros = 0
    return Shown("number", scale, percent, places, zeros, prefix, suffix, general)


def _date_kind(letters: str) -> str:
    if "d" in letters:
        return "date"
    if "h" in letters or "s" in letters:
        return "date" if "y" in letters else "time"
    if "m" in letters:
        return "month" if "y" in letters else "date"
    return "year"


def number_text(value: int | float) -> str:
    """A number with the 15 significant digits that Excel itself keeps, never in exponent form."""
    if isinstance(value, int):
        return str(value)
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    text = f"{value:.15g}"
    if "e" in text:
        text = f"{Decimal(text):f}"
    return text


def is_date(code: str) -> bool:
    return describe(code).kind in ("date", "month", "year", "time")


def render(value: int | float, code: str) -> str:
    """A number as the format shows it, as far as that matters for codes and words."""
    if not code:
        return number_text(value)
    shown = describe(code, value)
    if shown.kind != "number":
        return number_text(value)
    number = Decimal(number_text(abs(value)))
    if shown.percent:
        number *= 100
    if shown.scale != 1:
        number = Decimal(shown.scale.numerator) * number / Decimal(shown.scale.denominator)
    if shown.places is not None and not shown.general:
        number = (
            number.quantize(Decimal(1).scaleb(-shown.places), ROUND_HALF_UP) if number < 10**20 else number
        )
    text = f"{number:f}"
    whole, dot, rest = text.partition(".")
    text = whole.rjust(shown.digits, "0") + dot + rest
    sign = "-" if value < 0 else ""
    return f"{shown.prefix.strip()}{sign}{text}{'%' if shown.percent else ''}{shown.suffix.strip()}"
