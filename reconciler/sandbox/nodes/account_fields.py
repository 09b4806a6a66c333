"""What an account says of itself beside money and time.

Types are the SDK's, which fields are there is recorded. Guessed: the address, and the numbers of most time zones.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from reconciler.sandbox import currency
from reconciler.sandbox.context import Context
from reconciler.sandbox.nodes.base import Reader
from reconciler.sandbox.world import Node

_SAID: dict[str, Any] = {
    "business_street": "1 Sandbox Street",
    "business_zip": "018989",
    "can_create_brand_lift_study": False,
    "capabilities": ["CAN_CREATE_CALL_ADS", "CAN_SEE_GROWTH_OPPORTUNITY_DATA", "CAN_USE_MOBILE_EXTERNAL_PAGE_TYPE"],
    "fb_entity": 85,
    "has_advertiser_opted_in_odax": True,
    "has_migrated_permissions": True,
    "is_attribution_spec_system_default": True,
    "is_direct_deals_enabled": False,
    "is_in_3ds_authorization_enabled_market": False,
    "is_notifications_enabled": True,
    "is_personal": 0,
    "is_tax_id_required": False,
    "media_agency": "UNFOUND",
    "offsite_pixels_tos_accepted": True,
    "partner": "UNFOUND",
    "rf_spec": {
        "countries": ["US"],
        "global_io_max_campaign_duration": 100,
        "max_campaign_duration": {"US": 90},
        "max_days_to_finish": {"US": 180},
        "min_campaign_duration": {"US": 1},
        "min_reach_limits": {"US": 200000},
    },
    "tax_id_status": 0,
    "tax_id_type": "0",
    "user_tos_accepted": {"206760949512025": 1, "215449065224656": 1},
}
# documented; of the others only that each has a number of its own
_ZONES = (
    "America/Los_Angeles", "America/Denver", "Pacific/Honolulu", "America/Anchorage", "America/Phoenix",
    "America/Chicago", "America/New_York", "Asia/Dubai",
)  # fmt: skip


def _said(name: str, value: Any) -> Reader:
    """Unless the account was told otherwise."""
    return lambda ctx, node: node.data.get(name, value)


@cache
def _zone_numbers() -> dict[str, int]:
    return {name: at for at, name in enumerate((*_ZONES, *sorted(available_timezones() - set(_ZONES))), 1)}


def _country(ctx: Context, node: Node) -> str:
    """Currencies begin with their country's code, but for the euro."""
    code = str(node.data["currency"])
    return str(node.data.get("business_country_code", "IE" if code == "EUR" else code[:2]))


def _city(ctx: Context, node: Node) -> str:
    zone = str(node.data["timezone_name"])
    return str(node.data.get("business_city", zone.rpartition("/")[2].replace("_", " ")))


def _terms(ctx: Context, node: Node) -> dict[str, int]:
    """Absent means not accepted (folk)."""
    accepted = node.hidden.get("audience_terms", True)
    return {**({"custom_audience_tos": 1} if accepted else {}), "web_custom_audience_tos": 1}


def _name(ctx: Context, node: Node) -> str:
    return str(node.data.get("business_name") or node.data["name"])


READERS: dict[str, Reader] = {
    **{name: _said(name, value) for name, value in _SAID.items()},
    "account_name": lambda ctx, node: node.data["name"],
    "business_city": _city,
    "business_country_code": _country,
    "business_name": _name,
    "end_advertiser": lambda ctx, node: node.data.get("end_advertiser", node.hidden.get("business")),
    "end_advertiser_name": _name,
    "min_campaign_group_spend_cap": lambda ctx, node: str(currency.minor_from_usd(100, node.data["currency"])),
    "owner_business": lambda ctx, node: ctx.world.get(node.hidden.get("business", "")),
    "timezone_id": lambda ctx, node: _zone_numbers().get(str(node.data["timezone_name"])),
    "tos_accepted": _terms,
}


def name_of_account(ctx: Context, node: Node) -> Any:
    """``account_name`` of what lies in an account (folk)."""
    return ctx.world.account(node.account).data["name"]
