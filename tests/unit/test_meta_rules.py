"""What Meta accepts is accepted; what it refuses is reported once, at its place, whatever its type."""

from __future__ import annotations

import pytest
from support.declaring import ACCOUNT, SHORT, desired_of, place, problems_of
from test_checks import full

from reconciler.model.errors import ConfigError

MY = "targeting: {geo_locations: {countries: [MY]}, "

TAKEN = [
    MY + 'custom_audiences: [{id: "1", name: x}], excluded_custom_audiences: [{id: "2"}]}',
    MY + 'flexible_spec: [{interests: [{id: "6003", name: yoga}], behaviors: [{id: "7"}]}]}',
    MY + "exclusions: {interests: []}}",
    MY + "instagram_positions: [stream, explore_home], publisher_platforms: [instagram]}",
    MY + 'excluded_geo_locations: {cities: [{key: "1", country: MY}]}}',
    'targeting: {geo_locations: {countries: [MY], cities: [{key: "1", country: PH}]}}',
    'targeting: {geo_locations: {countries: [MY], geo_markets: [{key: "DMA:501"}]}}',
    'targeting: {geo_locations: {cities: [{key: "1", country: MY, radius: 40, distance_unit: kilometer}]}, '
    'excluded_geo_locations: {cities: [{key: "1", country: MY, radius: 17, distance_unit: kilometer}]}}',
    "targeting: {geo_locations: {custom_locations: [{latitude: -3.1, longitude: 101.7, radius: 1, "
    "distance_unit: mile, country: MY}]}}",
    "targeting: {geo_locations: {custom_locations: [{latitude: '3.1', longitude: '101.7', radius: '25', "
    "distance_unit: kilometer, country: MY}]}}",
    "attribution_spec: [{event_type: CLICK_THROUGH, window_days: 7}, {event_type: VIEW_THROUGH, window_days: 1}, "
    "{event_type: ENGAGED_VIDEO_VIEW, window_days: 1}]",
    "attribution_spec: [{event_type: VIEW_THROUGH, window_days: 0}]",
    "raw: {pacing_type: [no_pacing]}",
    "raw: {frequency_control_specs: [{event: IMPRESSIONS, interval_days: 7, max_frequency: 2}]}",
    "raw: {frequency_control_specs: []}",
]


@pytest.mark.parametrize("written", TAKEN)
def test_what_meta_takes_is_neither_refused_nor_doubted(written: str) -> None:
    where = "" if "targeting" in written else "countries: [MY]\n"
    assert desired_of(full(where + written)).warnings == ()


@pytest.mark.parametrize(
    "campaign",
    [
        SHORT + "raw: {smart_promotion_type: GUIDED_CREATION}\n",
        SHORT + "activate_at: 2026-12-01 09:00\ndeactivate_at: 2027-12-01 09:00\n",
        SHORT + "special_ad_categories: [NONE]\n",
        SHORT.replace(
            "{video",
            "{raw: {tracking_specs: [{action.type: [x]}], degrees_of_freedom_spec: {creative_features_spec: "
            "{image_template: {enroll_status: OPT_OUT}, inline_comment: {enroll_status: OPT_IN}, "
            "text_optimizations: {customizations: {}}}}}, video",
        ),
        full(
            "lifetime_budget: 900.00 SGD\ncountries: [MY]\nraw: {pacing_type: [day_parting], adset_schedule: "
            "[{start_minute: 0, end_minute: '1440', days: [0, 6], timezone_type: ADVERTISER}]}",
            "deactivate_at: 2026-12-31 23:59",
        ),
        full(
            "countries: [MY]\nraw: {adset_schedule: [{start_minute: 0, end_minute: 60, days: [0]}]}",
            "lifetime_budget: 900.00 SGD\ndeactivate_at: 2026-12-31 23:59\nraw: {pacing_type: [day_parting]}",
        ),
    ],
)
def test_a_campaign_that_meta_takes_has_no_warning(campaign: str) -> None:
    assert desired_of(campaign).warnings == ()


ONCE = [
    (MY + "custom_audiences: [{name: Past buyers}]}", "spring.yaml:8:51", "not {"),
    (MY + "exclusions: {interests: [{name: yoga}]}}", "spring.yaml:8:51", "no interests in exclusions"),
    (MY + "messenger_positions: [story]}", "spring.yaml:8:73", "Meta shows no ads in story any more"),
    ("targeting: {geo_locations: {countries: [MY], zips: [{key: 'MY:1'}, {key: 'MY:2'}]}}", "spring.yaml:8:57", "MY"),
    (
        "targeting: {geo_locations: {countries: [MY]}, excluded_geo_locations: {countries: [MY]}}",
        "spring.yaml:8:88",
        "nothing is left",
    ),
]


@pytest.mark.parametrize(("written", "where", "message"), ONCE)
def test_one_mistake_is_told_once(written: str, where: str, message: str) -> None:
    (problem,) = problems_of(full(written))
    assert message in problem.message
    assert place(problem) == where


ODD = (
    "~",
    "5",
    "text",
    "[5]",
    "[[]]",
    "{a: 1}",
    "[{}]",
    "[{id: ~}]",
    "[{radius: [], distance_unit: []}]",
    "[~]",
    "true",
)
UNDER = [
    *[f"targeting: {{geo_locations: {{countries: [MY]}}, {name}: ODD}}" for name in ("custom_audiences", "exclusions")],
    *[f"targeting: {{geo_locations: {{countries: [MY], {name}: ODD}}}}" for name in ("cities", "custom_locations")],
    "targeting: {geo_locations: {countries: [MY]}, excluded_geo_locations: ODD}",
    "targeting: {geo_locations: {countries: [MY]}, excluded_geo_locations: {countries: ODD}}",
    "attribution_spec: [{event_type: ODD, window_days: ODD}]",
    "promoted_object: {pixel_id: ODD, custom_event_type: ODD}",
    "raw: {smart_promotion_type: ODD, pacing_type: ODD, budget_schedule_specs: ODD}",
    "raw: {adset_schedule: ODD, pacing_type: ODD, budget_schedule_specs: ODD}",
    "raw: {adset_schedule: [{start_minute: ODD, end_minute: ODD, days: ODD}]}",
]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("written", UNDER)
def test_no_shape_of_a_value_is_a_fault_of_ours(written: str, odd: str) -> None:
    try:
        desired_of(full(written.replace("ODD", odd)), account=ACCOUNT)
    except ConfigError as error:
        assert error.problems


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "inner", ["ODD", "{creative_features_spec: ODD}", "{creative_features_spec: {image_uncrop: ODD}}"]
)
def test_no_shape_of_an_enhancement_is_a_fault_of_ours(inner: str, odd: str) -> None:
    raw = f"raw: {{degrees_of_freedom_spec: {inner.replace('ODD', odd)}, tracking_specs: {odd}}}"
    try:
        desired_of(SHORT.replace("{video", f"{{{raw}, video"))
    except ConfigError as error:
        assert error.problems
