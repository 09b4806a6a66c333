"""What Meta counts apart: business use cases, by the edge of a call and by the code of a refusal.

A path without an edge is an id, which does not tell what it is of: it counts as the management of ads.
"""

from __future__ import annotations

from reconciler.model.limits import EVERY, Limit

ADS_MANAGEMENT = "ads_management"
ADS_INSIGHTS = "ads_insights"
CUSTOM_AUDIENCE = "custom_audience"
PAGES = "pages"
LEADGEN = "leadgen"
CATALOG_MANAGEMENT = "catalog_management"
CATALOG_BATCH = "catalog_batch"

EDGES = {
    "insights": ADS_INSIGHTS,
    "customaudiences": CUSTOM_AUDIENCE,
    "users": CUSTOM_AUDIENCE,
    "usersreplace": CUSTOM_AUDIENCE,
    "feed": PAGES,
    "posts": PAGES,
    "published_posts": PAGES,
    "leadgen_forms": LEADGEN,
    "leads": LEADGEN,
    "owned_product_catalogs": CATALOG_MANAGEMENT,
    "products": CATALOG_MANAGEMENT,
    "product_sets": CATALOG_MANAGEMENT,
    "product_feeds": CATALOG_MANAGEMENT,
    "items_batch": CATALOG_BATCH,
}
"""By the last part of a path."""

OWNERS = {
    PAGES: "page",
    LEADGEN: "page",
    CATALOG_MANAGEMENT: "catalog",
    CATALOG_BATCH: "catalog",
}
"""Kinds of what the calls are counted for: the object whose edge it is. Of other use cases it is the ad account."""

REFUSALS = {
    80000: ADS_INSIGHTS,
    80001: PAGES,
    80002: "instagram",
    80003: CUSTOM_AUDIENCE,
    80004: ADS_MANAGEMENT,
    80005: LEADGEN,
    80006: "messenger",
    80008: "whatsapp",
    80009: CATALOG_MANAGEMENT,
    80014: CATALOG_BATCH,
}
"""Codes that name the use case whose limit is met; what names none speaks of the whole scope."""

APP_WIDE = frozenset({4})
"""Codes that speak of the app, not of one account: nobody with this token may make such calls."""
APP_REFUSALS = {1504022: ADS_INSIGHTS, 1504039: ADS_INSIGHTS}
"""Their subcodes that name a use case."""

SCORES = {ADS_MANAGEMENT: EVERY, CUSTOM_AUDIENCE: EVERY, ADS_INSIGHTS: ADS_INSIGHTS}
"""Where the points of a call are counted: an ad account has one score for what changes its objects. Insights have
limits of their own; Meta gives no score for anything else, whose headers alone say how full it is."""


def limit_of(path: str, account: str) -> Limit:
    """What a call on `path`, an id or an edge, counts for, when it is made for this account."""
    holder, _, edge = path.rpartition("/")
    use_case = EDGES.get(edge, ADS_MANAGEMENT) if holder else ADS_MANAGEMENT
    owner = OWNERS.get(use_case)
    return Limit(f"{owner}:{holder}" if owner else account, use_case)
