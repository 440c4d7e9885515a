"""Names of packages as domain.md §6.4 wants them, legal on every system."""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 120
_ILLEGAL = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_DEVICE = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def legal(text: str) -> str:
    """The text without what file names may not hold; blanks and dots at the ends go too."""
    made = _ILLEGAL.sub("", unicodedata.normalize("NFC", text))
    made = re.sub(r"\s+", "", made).strip(". ")
    return f"{made}_" if _DEVICE.match(made) else made


def is_device(name: str) -> bool:
    """Whether Windows takes a file name for a device, whatever its ending."""
    return _DEVICE.match(name.partition(".")[0].strip()) is not None


def package_stem(*, region: str, unit: str, period: str, version: int, nature: str, report_date: str) -> str:
    """渝国资盘活_500110_綦江区_2026Q3_V02_修订_20261012, at most 120 characters with its ending."""
    head = ["渝国资盘活", legal(region) or "区域未填"]
    tail = [legal(period), f"V{version:02d}", legal(nature), report_date.replace("-", "") or "日期未填"]
    room = MAX_LENGTH - len("_".join([*head, *tail])) - len("_.xlsx")
    name = (legal(unit) or "单位未填")[:room].rstrip(". ")
    return "_".join([*head, name, *tail])
