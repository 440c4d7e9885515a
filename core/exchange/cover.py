"""What the cover of a report says: who reports, who signs, and two promises."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.standard.dates import parse_date
from core.standard.identifiers import phone_ok

if TYPE_CHECKING:
    from core.records import Ledger

META_KEY = "cover"
NOT_PUBLIC, PUBLIC = "不公开", "可公开"

LABELS = {
    "unit": "报送单位",
    "region": "报送区域",
    "leader": "单位负责人",
    "deputy": "分管负责人",
    "filler": "填表人",
    "reviewer": "复核人",
    "phone": "联系电话",
    "address": "地址",
    "postcode": "邮编",
    "report_date": "报出日期",
    "non_secret": "不涉密承诺",
    "public": "公开属性",
}


@dataclass(frozen=True, slots=True)
class Cover:
    """Cover data; asked once and kept in the 账套."""

    unit: str = ""
    region: str = ""
    leader: str = ""
    deputy: str = ""
    filler: str = ""
    reviewer: str = ""
    phone: str = ""
    address: str = ""
    postcode: str = ""
    report_date: str = ""
    non_secret: bool = False
    public: str = NOT_PUBLIC

    def problems(self) -> list[str]:
        """What is missing or wrong, in words; empty when the cover may go up."""
        found = [
            f"封面“{LABELS[k]}”未填写"
            for k, v in dataclasses.asdict(self).items()
            if k != "non_secret" and not v
        ]
        if self.phone and not phone_ok(self.phone):
            found.append("封面“联系电话”应为 11 位手机号或带区号的座机号")
        if self.postcode and not re.fullmatch(r"\d{6}", self.postcode):
            found.append("封面“邮编”应为 6 位数字")
        if self.report_date and not _is_full_date(self.report_date):
            found.append("封面“报出日期”应写到日，如 2026-10-12")
        if self.public not in (NOT_PUBLIC, PUBLIC):
            found.append(f"封面“公开属性”应为 {NOT_PUBLIC} 或 {PUBLIC}")
        if not self.non_secret:
            found.append("未作“不涉密承诺”：请确认数据不含国家秘密后勾选")
        return found

    def to_json(self) -> str:
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)


def from_dict(given: object) -> Cover:
    """A cover from JSON; unknown keys and values of a wrong kind are left out."""
    if not isinstance(given, dict):
        return Cover()
    texts = {k: v for k, v in given.items() if k in LABELS and isinstance(v, str)}
    return dataclasses.replace(Cover(), **texts, non_secret=given.get("non_secret") is True)


def load(ledger: Ledger) -> Cover:
    """The cover kept in the 账套, with its unit and region where none was entered."""
    try:
        kept = from_dict(json.loads(ledger.meta(META_KEY) or "{}"))
    except json.JSONDecodeError:
        kept = Cover()
    return dataclasses.replace(
        kept,
        unit=kept.unit or ledger.meta("unit_name"),
        region=kept.region or ledger.meta("region"),
        filler=kept.filler or ledger.meta("operator"),
    )


def save(ledger: Ledger, cover: Cover) -> None:
    """Keep the cover for the next time."""
    if ledger.meta(META_KEY) != cover.to_json():
        ledger.set_meta(META_KEY, cover.to_json())


def _is_full_date(text: str) -> bool:
    try:
        return len(parse_date(text)) == 10
    except ValueError:
        return False
