"""The manifest of a package from outside: there, of this format, whole, and in agreement with itself."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from core.errors import DamagedError, InputRefused
from core.excel.zips import SafeZip
from core.exchange import package, zipsafe
from core.exchange.book.facts import NATURES
from core.exchange.cover import from_dict
from core.exchange.package import MANIFEST, MANIFEST_KEYS
from core.standard.dates import parse_period

ASK_AGAIN = "请向报送单位索取原件，不要使用这一份。"


def refused(reason: str, code: str = "edited") -> DamagedError:
    """The refusal of a package that is not as it was made."""
    return DamagedError(reason, next=ASK_AGAIN, code=code)


def parsed(data: bytes, name: str) -> Any:
    """JSON of an entry; a key that comes twice, of which another program may take the other, is refused."""
    try:
        return json.loads(data, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as e:
        raise refused(f"“{name}”不合规，或已损坏", "damaged") from e


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(text)


def read_manifest(opened: SafeZip) -> dict[str, Any]:
    """The manifest, each key of its kind; what it says of the entries is not checked yet."""
    if MANIFEST not in opened.names:
        raise refused("上报包不完整：缺少“manifest.json”")
    m = parsed(zipsafe.read(opened, MANIFEST), MANIFEST)
    if not isinstance(m, dict) or m.get("format") != package.FORMAT:
        raise InputRefused(
            "这不是上报包：清单里的格式不对", next="请选择“渝国资盘活_….zip”。", code="not-a-package"
        )
    if not isinstance(m.get("format_version"), int) or m["format_version"] < 1:
        raise refused("清单被改动：“format_version”不合规")
    if m["format_version"] > package.FORMAT_VERSION:
        raise InputRefused(
            f"上报包由更新版本的程序导出（格式 {m['format_version']}）",
            next="请安装新版程序后再核验。",
            code="newer-program",
        )
    for key in MANIFEST_KEYS:
        if key not in m:
            raise refused(f"清单被改动：缺少“{key}”")
    if extra := sorted(set(m) - set(MANIFEST_KEYS)):
        raise refused(f"清单被改动：多出“{extra[0]}”")
    _shape(m)
    return m


def _shape(m: Mapping[str, Any]) -> None:
    texts: tuple[str, ...] = (
        "program",
        "package_id",
        "period",
        "nature",
        "reason",
        "unit",
        "region",
        "fingerprint",
    )
    texts += ("check_code", "created_at", "operator", "workbook", "opening")
    kinds: dict[str, Any] = dict.fromkeys(texts, str) | {"layout": int, "version": int}
    kinds |= dict.fromkeys(("cover", "standard", "rows", "totals", "entries"), dict)
    kinds["previous"] = (dict, type(None))
    for key, kind in kinds.items():
        if not isinstance(m[key], kind) or isinstance(m[key], bool):
            raise refused(f"清单被改动：“{key}”不合规")
    cover = dataclasses.asdict(from_dict(m["cover"]))
    if m["cover"] != cover or (m["unit"], m["region"]) != (cover["unit"], cover["region"]):
        raise refused("清单被改动：“cover”不合规，或与“unit”“region”不符")
    if m["previous"] is not None and set(m["previous"]) != {"package_id", "check_code"}:
        raise refused("清单被改动：“previous”不合规")
    try:
        period = parse_period(m["period"])
    except ValueError:
        period = ""
    if period != m["period"] or m["nature"] not in NATURES or not 1 <= m["version"] <= 999:
        raise refused("清单被改动：期间、性质或版本号不合规")
