"""The ad set: who sees the ads, what is optimised, and when Meta may run them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from reconciler.kinds.base import Api, Kind, Level, OnChange, Spec
from reconciler.kinds.budget_schedules import CODEC as SCHEDULES
from reconciler.kinds.budget_schedules import READ as READ_SCHEDULES
from reconciler.kinds.codecs import NO_CAP, PARTS_OF_ROAS
from reconciler.kinds.delivery.ad import AdSpec
from reconciler.kinds.delivery.presets import MAIN
from reconciler.kinds.enums import (
    BID_STRATEGIES,
    BILLING_EVENTS,
    COMMON_EVENTS,
    COMMON_GOALS,
    CUSTOM_EVENT_TYPES,
    DESTINATION_TYPES,
    DESTINATIONS_OF_OTHERS,
    GOALS_OF_OTHERS,
    OPTIMIZATION_GOALS,
    SAID_BID_STRATEGIES,
    SAID_EVENTS,
    SAID_GOALS,
)
from reconciler.kinds.field_types import Country, Id, Key, MoneyField, Name, OneOf, Text
from reconciler.kinds.merging import less_nothing
from reconciler.kinds.targeting_fields import says_where
from reconciler.kinds.targeting_schema import TARGETING_SCHEMA
from reconciler.kinds.wire import AUDIENCE_KEYS, ENUM, FLAG, JSON, MINOR_UNITS, TARGETING, TEXT, TIME, WORDS

LEARNING = "resets learning"
STANDARD_PACE = Api(JSON, clear=["standard"])
NO_SCHEDULE = Api(JSON, clear=[])
"""Meta's page on ad scheduling turns it off with both."""
NO_SUCH_GOAL = "write LINK_CLICKS, or {word} in an ad set without ads"
NO_SUCH_DESTINATION = "remove it, or write {word} in an ad set without ads"
PUBLISHED_LOCK = "Meta locks pixel, event and optimisation of an ad set that has been published (100/3260011)"


PLACES_WITH_A_COUNTRY = (
    "cities", "custom_locations", "electoral_districts", "geo_markets", "large_geo_areas", "medium_geo_areas",
    "metro_areas", "neighborhoods", "places", "political_districts", "regions", "small_geo_areas", "subcities",
    "subneighborhoods", "zips",
)  # fmt: skip
"""Kinds of places whose items have a `country` at Meta."""
PLACES = ("countries", "country_groups", *PLACES_WITH_A_COUNTRY, "location_cluster_ids", "location_types")


def _well_formed(targeting: dict[str, Any]) -> dict[str, Any]:
    """The parts that are looked into here have Meta's shapes; the rest is Meta's to judge."""
    for part, mend in (
        ("geo_locations", "write geo_locations: {countries: [SG]}"),
        ("targeting_automation", "write targeting_automation: {advantage_audience: 0}"),
    ):
        if not isinstance(targeting.get(part) or {}, dict):
            raise ValueError(f"{part} is not a mapping; {mend}")
    places = targeting.get("geo_locations") or {}
    for holder, names in ((places, PLACES), (targeting, AUDIENCE_KEYS)):
        for name in names:
            if not isinstance(holder.get(name) or [], list):
                raise ValueError(f"{name} is not a list; write {name}: [{holder[name]}]")
    if not all(isinstance(country, str) for country in places.get("countries") or []):
        raise ValueError("countries holds what is not text; write two-letter codes, in quotes where YAML mistakes them")
    return less_nothing(targeting)


LEAST_FLOOR, MOST_FLOOR = 100, 10_000_000
ROAS_FORM = "write 2.0 for two dollars back for each dollar spent"


def _read_floor(value: object) -> object:
    """`2.0` is the ratio that people speak of; Meta counts it in parts of ten thousand, as `20000`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is no number; {_ratio_of(value)}")
    parts = Decimal(repr(value)) * PARTS_OF_ROAS if isinstance(value, float) else Decimal(value)
    if isinstance(value, int) and 0 < value < PARTS_OF_ROAS:
        ratio, percent = Decimal(value) / PARTS_OF_ROAS, Decimal(value) / 100
        mend = f"write {value}.0 for the ratio"
        if value >= LEAST_FLOOR:
            mend = f"write {float(percent)} where {value} % is meant, or {float(ratio)} where Meta's count is"
        raise ValueError(f"{value} is {ratio:f} in Meta's count; {mend}")
    if parts != parts.to_integral_value():
        raise ValueError(f"{value} is too fine, Meta counts four decimals; write {round(value, 4)}")
    if not LEAST_FLOOR <= parts <= MOST_FLOOR:
        raise ValueError(f"{value} is out of Meta's range; write a ratio from 0.01 to 1000.0")
    return int(parts)


_RATIO = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{1,4}))?\s*(x|%)?", re.IGNORECASE)


def _ratio_of(value: object) -> str:
    """The mend for what was written in another form: `2,5`, `2.5x`, `250%`."""
    match = _RATIO.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return ROAS_FORM
    ratio = Decimal(f"{match[1]}.{match[2] or 0}") / (100 if match[3] == "%" else 1)
    fits = LEAST_FLOOR <= ratio * PARTS_OF_ROAS <= MOST_FLOOR and ratio == round(ratio, 4)
    return f"write {float(ratio)}" if fits else ROAS_FORM


RoasFloor = Annotated[
    int,
    BeforeValidator(_read_floor),
    WithJsonSchema({"type": "number", "minimum": 0.01, "maximum": MOST_FLOOR, "examples": [2.0]}),
]


class BidConstraintsSpec(Spec):
    """What limits a bid strategy."""

    roas_average_floor: RoasFloor | None = None
    """The least return for each unit spent, such as 2.0; a whole number from 10000 counts in parts of ten thousand."""


class Delivery(Spec):
    """Written on a campaign, these hold for all its ad sets and ads unless they write their own."""

    countries: list[Country] | None = None
    """Where the ads run, as ISO country codes, such as [SG, MY]; short for targeting.geo_locations.countries. A change
    resets learning."""
    conversion_event: Annotated[str, OneOf(CUSTOM_EVENT_TYPES, SAID_EVENTS, COMMON_EVENTS)] | None = None
    """The pixel event to optimise for, such as PURCHASE."""
    advantage_audience: bool | None = None
    """Whether Meta may look beyond the declared audience."""
    page: Id | None = None
    """The Facebook page that the ads run as, in place of the account's."""
    pixel: Id | None = None
    """The pixel that counts conversions, in place of the account's."""
    catalog: Id | None = None
    """The product catalogue, in place of the account's."""
    instagram_user: Id | None = None
    """The Instagram account that the ads run as, in place of the account's."""
    url_tags: Text | None = None
    """Query parameters that Meta adds to links, in place of the account's."""


class AdSetSettings(Spec):
    """What an ad set is made of; the short form writes these beside the campaign's own fields."""

    optimization_goal: Annotated[
        Annotated[str, OneOf(OPTIMIZATION_GOALS, SAID_GOALS, COMMON_GOALS, GOALS_OF_OTHERS, NO_SUCH_GOAL)] | None,
        Api(TEXT, OnChange.REFUSE_PUBLISHED, reason=PUBLISHED_LOCK, consequence=LEARNING, log=("optimization_goal",)),
    ] = None
    """What Meta delivers for, such as OFFSITE_CONVERSIONS or LINK_CLICKS. Meta locks it once the ad set has run."""
    billing_event: Annotated[
        Annotated[str, OneOf(BILLING_EVENTS)] | None,
        Api(TEXT, OnChange.REFUSE_PUBLISHED, reason=PUBLISHED_LOCK),
    ] = None
    """What Meta charges for."""
    bid_amount: Annotated[MoneyField | None, Api(MINOR_UNITS, consequence=LEARNING, log=("bid",))] = None
    """The most for one result, for a bid strategy with a cap. A change resets learning."""
    bid_constraints: Annotated[BidConstraintsSpec | None, Api(JSON, consequence=LEARNING, log=("bid",))] = None
    """For LOWEST_COST_WITH_MIN_ROAS: {roas_average_floor: 2.0}, the least return for each unit spent."""
    daily_min_spend_target: Annotated[MoneyField | None, Api(MINOR_UNITS, clear=0)] = None
    """What Meta tries to spend a day at least of the campaign's daily_budget, such as 10.00 SGD."""
    daily_spend_cap: Annotated[MoneyField | None, Api(MINOR_UNITS, clear=NO_CAP)] = None
    """The most that the ad set takes a day of the campaign's daily_budget, such as 30.00 SGD."""
    lifetime_min_spend_target: Annotated[MoneyField | None, Api(MINOR_UNITS, clear=0)] = None
    """What Meta tries to spend at least of the campaign's lifetime_budget."""
    lifetime_spend_cap: Annotated[MoneyField | None, Api(MINOR_UNITS, clear=NO_CAP)] = None
    """The most that the ad set takes of the campaign's lifetime_budget."""
    targeting: Annotated[
        Annotated[dict[str, Any], AfterValidator(_well_formed), WithJsonSchema(dict(TARGETING_SCHEMA))] | None,
        Api(TARGETING, consequence=LEARNING, refers=True, log=("target_spec", "targets_spec")),
    ] = None
    """Meta's targeting spec: who sees the ads. A change resets learning. Sent whole: Meta drops what an update leaves
    out."""
    promoted_object: Annotated[
        Annotated[dict[str, Any], AfterValidator(less_nothing)] | None,
        Api(JSON, OnChange.REFUSE_PUBLISHED, reason=PUBLISHED_LOCK, consequence=LEARNING, log=("conversion_event",)),
    ] = None
    """What is promoted; made from page, pixel and conversion_event unless written."""
    destination_type: Annotated[
        Annotated[str, OneOf(DESTINATION_TYPES, others=DESTINATIONS_OF_OTHERS, instead=NO_SUCH_DESTINATION)] | None,
        Api(ENUM, OnChange.REFUSE_PUBLISHED),
    ] = None
    """Where a click leads, for goals that need it."""
    attribution_spec: Annotated[list[dict[str, Any]] | None, Api(JSON, consequence=LEARNING)] = None
    """Attribution windows."""
    is_dynamic_creative: Annotated[
        bool | None, Api(FLAG, OnChange.REFUSE, reason="Meta fixes it at creation", clear=False)
    ] = None
    """Whether ads mix several assets."""


class AdSetSpec(Level, Delivery, AdSetSettings):
    """One ad set with its ads."""

    name: Annotated[Name | None, Api(TEXT, log=("name",))] = None
    """Shown in Ads Manager; the campaign's name unless written."""
    bid_strategy: Annotated[
        Annotated[str, OneOf(BID_STRATEGIES, SAID_BID_STRATEGIES)] | None, Api(TEXT, consequence=LEARNING, log=("bid",))
    ] = None
    """How Meta bids; only without a campaign budget, else it is the campaign's."""
    daily_budget: Annotated[MoneyField | None, Api(MINOR_UNITS)] = None
    """Budget a day, such as 20.00 SGD; only without a campaign budget. A large rise may reset
    learning."""
    lifetime_budget: Annotated[MoneyField | None, Api(MINOR_UNITS)] = None
    """Budget for the whole run; needs deactivate_at."""
    ad: AdSpec | None = None
    """The only ad; short for ads with the key main."""
    ads: dict[Key, AdSpec] = Field(default_factory=dict)
    """Ads by key."""
    start_time: Annotated[str | None, Api(TIME, composed=True, log=("duration", "schedule"))] = None
    """Write activate_at."""
    end_time: Annotated[str | None, Api(TIME, clear=0, composed=True, log=("duration", "schedule"))] = None
    """Write deactivate_at."""
    regional_regulated_categories: Annotated[
        list[str] | None, Api(WORDS, maybe_unread=True, appends=True, composed=True, under_raw=True)
    ] = None
    """Write them below regulated in the account's file, or this under raw."""
    regional_regulation_identities: Annotated[
        dict[str, str] | None, Api(JSON, maybe_unread=True, composed=True, under_raw=True)
    ] = None
    """Write them below regulated in the account's file, or this under raw."""
    dsa_beneficiary: Annotated[str | None, Api(TEXT, maybe_unread=True, composed=True, under_raw=True)] = None
    """Write eu below regulated in the account's file, or this under raw."""
    dsa_payor: Annotated[str | None, Api(TEXT, maybe_unread=True, composed=True, under_raw=True)] = None
    """Write eu below regulated in the account's file, or this under raw."""
    budget_schedule_specs: Annotated[
        list[dict[str, Any]] | None,
        Api(SCHEDULES, read_as=READ_SCHEDULES, told=True, composed=True, under_raw=True, log=("budget_scheduling",)),
    ] = None
    """Write this under raw."""

    @cached_property
    def composed_targeting(self) -> Mapping[str, Any]:
        """The targeting spec with `countries` and `advantage_audience` put where Meta wants them. Eight checks ask for
        it, and composing does."""
        targeting = dict(self.targeting or {})
        if self.countries and not says_where(targeting):
            targeting["geo_locations"] = {"countries": list(self.countries), **(targeting.get("geo_locations") or {})}
        automation = dict(targeting.get("targeting_automation") or {})
        automation.setdefault("advantage_audience", int(bool(self.advantage_audience)))
        return {**targeting, "targeting_automation": automation}


KIND = Kind(
    name="ad_set",
    spec=AdSetSpec,
    edge="adsets",
    parent_param="campaign_id",
    read_also=(
        "id",
        "account_id",
        "campaign_id",
        "status",
        "effective_status",
        "adlabels",
        "created_time",
        "issues_info",
        "budget_remaining",
    ),
    graph_name="AdSet",
    source_field="source_adset_id",
    raw={"pacing_type": STANDARD_PACE, "adset_schedule": NO_SCHEDULE},
    title="ad set",
    short_key=MAIN,
    one_at_a_time=True,
)
