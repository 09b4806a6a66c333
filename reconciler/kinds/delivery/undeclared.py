"""Settings that Meta shows of an object and no field here declares: which of them an import writes under `raw`, which
it can only tell, and which it leaves. Pure.

Whatever the SDK can both send and read of a campaign, an ad set or an ad stands in one of the three tables; the
conformance test sees to that. What a creative says is `kinds/creative/unsaid.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from reconciler.kinds.structure import is_nothing

WRITTEN: Mapping[str, frozenset[str]] = {
    "campaign": frozenset(
        """
        frequency_control_specs is_reels_trending_ads_enabled is_skadnetwork_attribution pacing_type topline_id
        """.split()
    ),
    "ad_set": frozenset(
        """
        adset_schedule attribution_count_type bid_adjustments campaign_attribution creative_sequence
        creative_sequence_repetition_pattern frequency_control_specs full_funnel_exploration_mode
        is_incremental_attribution_enabled live_video_ad_campaign_config max_budget_spend_percentage
        min_budget_spend_percentage multi_event_conversion_attribution_window_seconds multi_optimization_goal_weight
        optimization_sub_event pacing_type placement_soft_opt_out time_based_ad_rotation_id_blocks
        time_based_ad_rotation_intervals trending_topics_spec value_rule_set_id value_rules_applied
        """.split()
    ),
    "ad": frozenset(
        """
        ad_schedule_end_time ad_schedule_start_time creative_audience_pairing_persona creative_automation_spec
        tracking_specs
        """.split()
    ),
}
"""By kind, what stands under `raw` where somebody has chosen it."""

NO_FIGURE = "what it spends can be judged by no policy"
TOLD: Mapping[str, Mapping[str, str]] = {
    "campaign": {
        "is_meta_moment_maker_enabled": NO_FIGURE,
        "smart_promotion_type": "Meta makes no campaigns of this type any more, and may refuse to change this one",
    },
    "ad_set": {
        "existing_customer_budget_percentage": "Meta takes it for no new campaign",
        "lifetime_imps": NO_FIGURE,
        "meta_moment_maker_spec": NO_FIGURE,
        "rf_prediction_id": NO_FIGURE,
    },
    "ad": {},
}
"""By kind, what decides about delivery or money and is refused under `raw`, and why it is."""

NO_PAGE = "no page of Meta's says what it does, or whether Meta sets it by itself"
LEFT: Mapping[str, Mapping[str, str]] = {
    "campaign": {
        "budget_rebalance_flag": "Meta has done nothing with it since v7",
        "is_budget_schedule_enabled": "the schedules are read themselves",
        "is_direct_send_campaign": NO_PAGE,
        "is_message_campaign": NO_PAGE,
        "is_pca_unified": NO_PAGE,
        "source_campaign_id": "what it was copied from, which is read for that",
        "special_ad_category": "special_ad_categories says it",
        "start_time": "it follows from the ad sets",
        "stop_time": "it follows from the ad sets",
    },
    "ad_set": {
        "ad_set_goal": NO_PAGE,
        "automatic_manual_state": NO_PAGE,
        "is_ba_skip_delayed_eligible": NO_PAGE,
        "is_budget_schedule_enabled": "the schedules are read themselves",
        "is_dc_follow_optimized": NO_PAGE,
        "is_sequenced_conversion_creation": NO_PAGE,
        "relative_value": NO_PAGE,
        "source_adset_id": "what it was copied from, which is read for that",
    },
    "ad": {
        "bid_amount": "Meta takes none of an ad any more",
        "creative_asset_groups_spec": "an ad that has it is left out",
        "display_sequence": "it orders lists, and no delivery",
        "engagement_audience": "it collects an audience, and delivers nothing",
        "priority": NO_PAGE,
        "source_ad_id": "what it was copied from, which is read for that",
    },
}
"""By kind, what is neither read by an import nor written, and why."""

READ: Mapping[str, frozenset[str]] = {kind: names | TOLD[kind].keys() for kind, names in WRITTEN.items()}
"""By kind, what an import asks for besides the fields, in the listings that it makes anyway."""

# ---- what somebody has chosen

NO_CHOICE = (False, 0, "0", "NONE", "UNDEFINED", "UNSET")
"""A value that says no more than this is as if nothing had been sent."""
UNCHOSEN: Mapping[str, Any] = {
    "attribution_count_type": "ALL_CONVERSIONS",
    "full_funnel_exploration_mode": "NONE_EXPLORATION",
    "max_budget_spend_percentage": "100",
    "pacing_type": ["standard"],
    "smart_promotion_type": "GUIDED_CREATION",
}
"""By parameter, what Meta shows where nobody has chosen."""


def chosen(live: Mapping[str, Any], above: Mapping[str, Any], names: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """Of an object's fields those of `names` that somebody has set. `above`: the fields of what it stands in."""
    for name in sorted(names & live.keys()):
        value = PARTS[name](live[name], above) if name in PARTS else live[name]
        if not is_nothing(value) and value not in NO_CHOICE and str(value) != str(UNCHOSEN.get(name)):
            yield name, value


def _enrolled(spec: Any, above: Mapping[str, Any]) -> Any:
    """Of what Meta may make by itself, only being in is a choice."""
    return spec if isinstance(spec, Mapping) and spec.get("enrollment_status") == "OPT_IN" else None


SOURCES = frozenset({"application", "dataset", "dataset_split", "fb_pixel", "fb_pixel_event", "offsite_pixel"})
BY_META = frozenset({"action.type", "application", "fb_pixel"})


def _tracked(specs: Any, above: Mapping[str, Any]) -> Any:
    """Without those that Meta appends: what is done with the page and the post, and the events of the very pixel or app
    that the ad set promotes."""
    if not isinstance(specs, list):
        return specs
    promoted = above.get("promoted_object") or {}
    own = {str(promoted[name]) for name in ("pixel_id", "application_id") if promoted.get(name)}
    return [spec for spec in specs if isinstance(spec, Mapping) and not _is_by_meta(spec, own)]


def _is_by_meta(spec: Mapping[str, Any], promoted: set[str]) -> bool:
    named = {str(one) for name in SOURCES & spec.keys() for one in _all(spec[name])}
    return named <= promoted and (not named or spec.keys() <= BY_META)


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


PARTS: Mapping[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "creative_automation_spec": _enrolled,
    "tracking_specs": _tracked,
}
"""By parameter, what of its value is somebody's."""
