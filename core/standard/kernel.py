"""The small set of tables and fields that the code itself computes with; every standard has them."""

from __future__ import annotations

KERNEL: dict[str, dict[str, str]] = {
    "unit": {"name": "text", "uscc": "id"},
    "asset": {
        "asset_no": "id",
        "name": "text",
        "owner_unit": "ref",
        "asset_class": "code",
        "domain": "code",
        "path": "code",
        "method": "code",
        "cost": "money",
        "net": "money",
        "area_land": "area",
        "area_building": "area",
        "area_idle": "area",
        "area_revivable": "area",
    },
    "title": {"asset": "ref", "cert_no": "id"},
    "progress": {
        "asset": "ref",
        "period": "period",
        "revived": "money",
        "recovered": "money",
        "external": "money",
        "revived_area": "area",
    },
    "receipt": {"asset": "ref", "amount": "money"},
    "project": {"name": "text"},
    "demand": {},
    "issue": {},
}
"""table → field → type; checked when a standard is loaded."""

PATHS = ("10", "20", "30")
"""调剂使用, 完善经营, 转让变现: the top classification of the founding letter."""
