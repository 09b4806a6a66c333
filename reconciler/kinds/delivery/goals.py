"""Which goal an objective allows, what it promotes, and what it may be billed on.

From Meta's outcome-driven objectives page; LANDING_PAGE_VIEWS under SALES is left out because Meta has refused
it (100/2490408).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """`promotes`: pixel, page, app or nothing. `destination`: the destination_type that Meta wants stated."""

    promotes: str = ""
    destination: str = ""


PIXEL = Goal("pixel")
PAGE = Goal("page")
APP = Goal("app")
FREE = Goal()

GOALS: dict[str, dict[str, Goal]] = {
    "OUTCOME_SALES": {
        "OFFSITE_CONVERSIONS": PIXEL,
        "VALUE": PIXEL,
        "LINK_CLICKS": FREE,
        "IMPRESSIONS": FREE,
        "REACH": FREE,
        "CONVERSATIONS": PAGE,
    },
    "OUTCOME_LEADS": {
        "LEAD_GENERATION": Goal("page", "ON_AD"),
        "QUALITY_LEAD": Goal("page", "ON_AD"),
        "OFFSITE_CONVERSIONS": PIXEL,
        "QUALITY_CALL": PAGE,
        "LINK_CLICKS": FREE,
        "LANDING_PAGE_VIEWS": FREE,
        "IMPRESSIONS": FREE,
        "REACH": FREE,
        "CONVERSATIONS": PAGE,
    },
    "OUTCOME_TRAFFIC": {
        "LINK_CLICKS": FREE,
        "LANDING_PAGE_VIEWS": FREE,
        "IMPRESSIONS": FREE,
        "REACH": FREE,
        "CONVERSATIONS": PAGE,
        "VISIT_INSTAGRAM_PROFILE": PAGE,
    },
    "OUTCOME_ENGAGEMENT": {
        "POST_ENGAGEMENT": Goal("page", "ON_POST"),
        "PAGE_LIKES": Goal("page", "ON_PAGE"),
        "THRUPLAY": Goal("page", "ON_VIDEO"),
        "EVENT_RESPONSES": Goal("page", "ON_EVENT"),
        "CONVERSATIONS": PAGE,
        "OFFSITE_CONVERSIONS": PIXEL,
        "LINK_CLICKS": FREE,
        "LANDING_PAGE_VIEWS": FREE,
        "IMPRESSIONS": FREE,
        "REACH": FREE,
    },
    "OUTCOME_AWARENESS": {"REACH": PAGE, "IMPRESSIONS": PAGE, "AD_RECALL_LIFT": PAGE, "THRUPLAY": PAGE},
    "OUTCOME_APP_PROMOTION": {
        "APP_INSTALLS": APP,
        "LINK_CLICKS": APP,
        "OFFSITE_CONVERSIONS": APP,
        "VALUE": APP,
        "APP_INSTALLS_AND_OFFSITE_CONVERSIONS": APP,
    },
}

DEFAULT_EVENT = {"OUTCOME_SALES": "PURCHASE", "OUTCOME_LEADS": "LEAD", "OUTCOME_ENGAGEMENT": "CONTENT_VIEW"}

BILLABLE = {
    "LINK_CLICKS": "LINK_CLICKS",
    "THRUPLAY": "THRUPLAY",
    "PAGE_LIKES": "PAGE_LIKES",
    "POST_ENGAGEMENT": "POST_ENGAGEMENT",
    "APP_INSTALLS": "APP_INSTALLS",
}
"""Billing event → the only goal it goes with; IMPRESSIONS goes with every goal."""
