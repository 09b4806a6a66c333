"""What a preset says in place of the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MAIN = "main"

BY_DEFAULT = "advantage_plus_sales"
"""The one that holds where no objective is written."""

PRESETS: dict[str, dict[str, dict[str, Any]]] = {
    "advantage_plus_sales": {
        "campaign": {
            "preset": "advantage_plus_sales",
            "objective": "OUTCOME_SALES",
            "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
        },
        "ad_set": {
            "optimization_goal": "OFFSITE_CONVERSIONS",
            "billing_event": "IMPRESSIONS",
            "conversion_event": "PURCHASE",
            "advantage_audience": True,
            "countries": ["SG"],
        },
        "ad": {},
    },
    "none": {"campaign": {}, "ad_set": {}, "ad": {}},
}


def preset_of(campaign: Mapping[str, Any]) -> str:
    """The preset in force: written, else advantage_plus_sales where no objective is written."""
    written = campaign.get("preset")
    if isinstance(written, str):
        return written if written in PRESETS else "none"
    return "none" if campaign.get("objective") is not None else "advantage_plus_sales"
