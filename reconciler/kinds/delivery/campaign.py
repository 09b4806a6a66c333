"""The campaign: an objective, and the budget unless its ad sets have their own."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from reconciler.kinds.base import Along, Api, Kind, Level, OnChange
from reconciler.kinds.budget_schedules import CODEC as SCHEDULES
from reconciler.kinds.budget_schedules import READ as READ_SCHEDULES
from reconciler.kinds.codecs import NO_CAP
from reconciler.kinds.delivery.ad import AdSpec
from reconciler.kinds.delivery.ad_set import LEARNING, STANDARD_PACE, AdSetSettings, AdSetSpec, Delivery
from reconciler.kinds.delivery.snippets import CAMPAIGN_SNIPPETS
from reconciler.kinds.enums import (
    BID_STRATEGIES,
    OBJECTIVES,
    SAID_BID_STRATEGIES,
    SAID_CATEGORIES,
    SAID_OBJECTIVES,
    SPECIAL_AD_CATEGORIES,
)
from reconciler.kinds.field_types import Country, Key, Matrix, MoneyField, Name, OneOf, Templates, Vars
from reconciler.kinds.wire import CATEGORIES, FLAG, JSON, MINOR_UNITS, TEXT

SAID_PRESETS = {
    **dict.fromkeys(
        "advantageplusshopping advantageshopping asc advantage advantagesales".split(), "advantage_plus_sales"
    ),
    **dict.fromkeys("no manual false off".split(), "none"),
}

BIDS = Along("adset_bid_amounts", "bid_amount", frozenset({"LOWEST_COST_WITH_BID_CAP", "COST_CAP"}))
"""Documented as required from an automatic bid to a manual one, and to be set along with `bid_strategy`."""

FIXED = "Meta fixes it when the campaign is created"


class CampaignFields(Level):
    """What a campaign itself has at Meta."""

    name: Annotated[Name, Api(TEXT, log=("name",))]
    """Shown in Ads Manager."""
    objective: Annotated[
        Annotated[str, OneOf(OBJECTIVES, SAID_OBJECTIVES)] | None, Api(TEXT, OnChange.REFUSE, reason=FIXED)
    ] = None
    """What the campaign is for; OUTCOME_SALES in the preset."""
    buying_type: Annotated[
        str | None, OneOf(frozenset({"AUCTION", "RESERVED"})), Api(TEXT, OnChange.REFUSE, reason=FIXED)
    ] = None
    """AUCTION unless written."""
    special_ad_categories: Annotated[
        list[Annotated[str, OneOf(SPECIAL_AD_CATEGORIES, SAID_CATEGORIES)]] | None, Api(CATEGORIES)
    ] = None
    """Housing, credit, politics and the like; none unless written."""
    special_ad_category_country: Annotated[list[Country] | None, Api(JSON)] = None
    """Where the special categories apply."""
    bid_strategy: Annotated[
        Annotated[str, OneOf(BID_STRATEGIES, SAID_BID_STRATEGIES)] | None,
        Api(TEXT, consequence=LEARNING, along=BIDS, log=("bid",)),
    ] = None
    """How Meta bids; LOWEST_COST_WITHOUT_CAP unless written. A change resets learning."""
    daily_budget: Annotated[MoneyField | None, Api(MINOR_UNITS)] = None
    """Budget a day shared by all ad sets, such as 50.00 SGD. Meta may spend up to three quarters more on one day, and
    evens it out over the week. A large rise may reset learning."""
    lifetime_budget: Annotated[MoneyField | None, Api(MINOR_UNITS)] = None
    """Budget for the whole run; needs deactivate_at."""
    spend_cap: Annotated[MoneyField | None, Api(MINOR_UNITS, clear=NO_CAP, log=("spend_cap",))] = None
    """The most that the campaign may ever spend."""
    is_adset_budget_sharing_enabled: Annotated[bool | None, Api(FLAG, maybe_unread=True)] = None
    """Whether ad sets with budgets of their own may share a fifth of them; false unless written."""
    promoted_object: Annotated[
        dict[str, Any] | None,
        Api(JSON, OnChange.REFUSE, reason=FIXED, composed=True, under_raw=True, log=("conversion_event",)),
    ] = None
    """Write catalog, where an ad set promotes a product set, or this under raw."""
    budget_schedule_specs: Annotated[
        list[dict[str, Any]] | None,
        Api(SCHEDULES, read_as=READ_SCHEDULES, told=True, composed=True, under_raw=True, log=("budget_scheduling",)),
    ] = None
    """Write this under raw."""


class CampaignSpec(AdSetSettings, Delivery, CampaignFields):
    """One campaign file. With `ad` or `ads` it is the short form: one ad set with the key main."""

    model_config = ConfigDict(json_schema_extra=CAMPAIGN_SNIPPETS)

    extends: Templates = Field(default_factory=list)
    """A file of desired/templates whose fields this campaign starts from, or a list of them: the later wins."""
    vars: Vars = Field(default_factory=dict)
    """Values of variables, for ${name} in texts; in a template their types: budget: money."""
    matrix: Matrix = Field(default_factory=dict)
    """Makes many of one: ads, ad_sets or campaigns, over the values below it or the lines of a CSV file."""
    preset: Annotated[str, OneOf(frozenset(["advantage_plus_sales", "none"]), SAID_PRESETS)] | None = None
    """advantage_plus_sales is the default where no objective is written."""
    pre_review: bool | None = None
    """Turn ads and ad sets on at once, under the campaign that stays off, so that review is over at launch."""
    ad: AdSpec | None = None
    """The only ad; short for one ad set with the key main and one ad with the key main."""
    ads: dict[Key, AdSpec] = Field(default_factory=dict)
    """Ads by key; short for one ad set with the key main."""
    ad_sets: dict[Key, AdSetSpec] = Field(default_factory=dict)
    """Ad sets by key."""


KIND = Kind(
    name="campaign",
    spec=CampaignFields,
    edge="campaigns",
    folder="campaigns",
    read_also=(
        "id",
        "account_id",
        "status",
        "effective_status",
        "adlabels",
        "created_time",
        "issues_info",
        "budget_remaining",
    ),
    graph_name="Campaign",
    source_field="source_campaign_id",
    raw={"pacing_type": STANDARD_PACE},
    launches=True,
    written=CampaignSpec,
)
