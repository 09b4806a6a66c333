"""Every kind against the installed SDK: it knows the parameters that we send and the fields that we read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adcampaignbidconstraint import AdCampaignBidConstraint
from facebook_business.adobjects.adcreative import AdCreative
from facebook_business.adobjects.adcreativefeaturesspec import AdCreativeFeaturesSpec
from facebook_business.adobjects.adcreativelinkdata import AdCreativeLinkData
from facebook_business.adobjects.adcreativelinkdatacalltoaction import AdCreativeLinkDataCallToAction
from facebook_business.adobjects.adcreativelinkdatacalltoactionvalue import AdCreativeLinkDataCallToActionValue
from facebook_business.adobjects.adcreativeobjectstoryspec import AdCreativeObjectStorySpec
from facebook_business.adobjects.adcreativevideodata import AdCreativeVideoData
from facebook_business.adobjects.adimage import AdImage
from facebook_business.adobjects.adpromotedobject import AdPromotedObject
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.advideo import AdVideo
from facebook_business.adobjects.campaign import Campaign
from facebook_business.adobjects.customaudience import CustomAudience
from facebook_business.adobjects.flexibletargeting import FlexibleTargeting
from facebook_business.adobjects.leadgencontextcard import LeadGenContextCard
from facebook_business.adobjects.leadgenform import LeadgenForm
from facebook_business.adobjects.leadgenprivacypolicy import LeadGenPrivacyPolicy
from facebook_business.adobjects.leadgenquestion import LeadGenQuestion
from facebook_business.adobjects.leadgenquestionoption import LeadGenQuestionOption
from facebook_business.adobjects.leadgenthankyoupage import LeadGenThankYouPage
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.regionalregulationidentities import RegionalRegulationIdentities
from facebook_business.adobjects.targeting import Targeting
from facebook_business.adobjects.targetingautomation import TargetingAutomation
from facebook_business.adobjects.targetinggeolocation import TargetingGeoLocation

from reconciler.apply.payload import payload
from reconciler.engine.spend.fields import SPENDING
from reconciler.kinds import KINDS, OnChange, countries, enums, targeting_fields
from reconciler.kinds.base import Handling, Identity, Owner, OwnFile
from reconciler.kinds.creative.creative import CREATIVE_FIELDS, creative_params
from reconciler.kinds.creative.features import BUNDLE, FEATURES
from reconciler.kinds.creative.unsaid import ASKED, MIRRORS, STORY
from reconciler.kinds.delivery import undeclared
from reconciler.kinds.delivery.ad_set import BidConstraintsSpec
from reconciler.kinds.delivery.checks.placements import KNOWN
from reconciler.kinds.delivery.checks.raw import MANAGED, not_for_raw
from reconciler.kinds.delivery.checks.raw_values import former
from reconciler.kinds.delivery.checks.regulation import REGIMES
from reconciler.kinds.lead_form import LOCALES, LeadFormSpec, compose
from reconciler.kinds.parameters import LISTED, PARAMETERS
from reconciler.meta.fields import readable

NODES = {
    "campaign": Campaign,
    "ad_set": AdSet,
    "ad": Ad,
    "creative": AdCreative,
    "image": AdImage,
    "video": AdVideo,
    "audience": CustomAudience,
    "lead_form": LeadgenForm,
}
CREATES = {
    "campaign": "create_campaign",
    "ad_set": "create_ad_set",
    "ad": "create_ad",
    "creative": "create_ad_creative",
    "image": "create_ad_image",
    "video": "create_ad_video",
    "audience": "create_custom_audience",
    "lead_form": "create_lead_gen_form",
}
LISTINGS = {
    "campaign": "get_campaigns",
    "ad_set": "get_ad_sets",
    "ad": "get_ads",
    "creative": "get_ad_creatives",
    "image": "get_ad_images",
    "video": "get_ad_videos",
    "audience": "get_custom_audiences",
    "lead_form": "get_lead_gen_forms",
}
LEVELS = ("campaign", "ad_set", "ad")


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_the_class_and_the_calls_of_the_sdk_named_here(kind: str) -> None:
    missing = [name for name, table in TABLES.items() if kind not in table]
    assert not missing, f"add {kind!r} to {', '.join(missing)} of this file"


TABLES: dict[str, Mapping[str, object]] = {"NODES": NODES, "CREATES": CREATES, "LISTINGS": LISTINGS}
PLAIN = [name for name, kind in KINDS.items() if kind.handling is Handling.PLAIN]

FIELDS = [
    pytest.param(kind, name, id=f"{kind} {name}")
    for kind in (*LEVELS, *PLAIN)
    for name in KINDS[kind].fields
    if name not in KINDS[kind].content
]

CHANGEABLE = [
    row for row in FIELDS if KINDS[str(row.values[0])].fields[str(row.values[1])].on_change is not OnChange.REFUSE
]


def owner_of(kind: str) -> Any:
    return Page("1") if KINDS[kind].owner is Owner.PAGE else AdAccount("act_1")


def params_of(request: Any) -> dict[str, str]:
    return dict(request._param_checker._type_check_info)


def create_params(kind: str) -> dict[str, str]:
    return params_of(getattr(owner_of(kind), CREATES[kind])(pending=True))


def update_params(kind: str) -> dict[str, str]:
    return params_of(NODES[kind]("1").api_update(pending=True))


def words(enum: Any) -> set[str]:
    return {value for name, value in vars(enum).items() if not name.startswith("_")}


# ---- fields


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_every_field_is_a_parameter_of_the_create_call(kind: str, name: str) -> None:
    assert name in create_params(kind)


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_every_field_can_be_read_from_its_node(kind: str, name: str) -> None:
    shown = KINDS[kind].fields[name].shown_as
    assert hasattr(NODES[kind], f"get_{shown}") if shown else name in NODES[kind]._field_types


@pytest.mark.parametrize(("kind", "name"), CHANGEABLE)
def test_a_field_that_can_change_is_a_parameter_of_the_update_call(kind: str, name: str) -> None:
    assert name in update_params(kind)


@pytest.mark.parametrize("kind", PLAIN)
def test_a_plain_kind_has_what_its_handler_asks_for(kind: str) -> None:
    has = KINDS[kind]
    assert (has.identity, has.owner) == (Identity.DESCRIPTION, Owner.ACCOUNT)
    assert {"name", "description"} <= set(has.fields)
    assert {"id", has.created_field} <= set(has.read_also)
    assert has.folder
    assert issubclass(has.written, OwnFile)


FROZEN_ALL_THE_SAME = {("campaign", "objective"), ("campaign", "promoted_object")}
"""The SDK lists them on update; Meta does not change them on a campaign that exists."""


def test_what_is_refused_although_the_sdk_lists_it_is_known_by_name() -> None:
    refused = {
        (kind, name)
        for kind in LEVELS
        for name, api in KINDS[kind].fields.items()
        if api.on_change is OnChange.REFUSE and name in update_params(kind)
    }
    assert refused == FROZEN_ALL_THE_SAME


@pytest.mark.parametrize("kind", LEVELS)
def test_what_every_create_carries_is_a_parameter(kind: str) -> None:
    parent = {KINDS[kind].parent_param} - {""}
    assert {"status", "adlabels", "name", *parent} <= set(create_params(kind))


def test_an_ad_is_pointed_at_its_creative_in_create_and_update() -> None:
    assert "creative" in create_params("ad")
    assert "creative" in update_params("ad")


@pytest.mark.parametrize("kind", LEVELS)
def test_a_status_can_be_written_to_every_level(kind: str) -> None:
    assert {"status", "name"} <= set(update_params(kind))
    assert {"ACTIVE", "PAUSED", "ARCHIVED", "DELETED"} <= words(NODES[kind].Status)


@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_is_read_is_a_field_of_the_node(kind: str) -> None:
    asked = {re.sub(r"\{.*", "", name) for name in KINDS[kind].read_also}
    assert asked <= set(NODES[kind]._field_types)
    assert asked <= readable(KINDS[kind].graph_name)


def test_what_is_read_of_an_ads_creative_is_a_field_of_creatives() -> None:
    assert set(KINDS["ad"].content_read) <= set(AdCreative._field_types)
    assert "creative{id,name,object_story_spec,url_tags}" in KINDS["ad"].read_fields()


@pytest.mark.parametrize("kind", LEVELS)
def test_whatever_can_be_set_and_read_is_declared_or_written_or_told_by_an_import_or_left_for_a_reason(
    kind: str,
) -> None:
    may_be_set = ({*create_params(kind)} | {*update_params(kind)}) & readable(NODES[kind].__name__)
    tables = [undeclared.WRITTEN[kind], undeclared.TOLD[kind].keys(), undeclared.LEFT[kind].keys()]
    for at, table in enumerate(tables):
        assert not any(table & other for other in tables[at + 1 :])
    assert set[str]().union(*tables) == may_be_set - KINDS[kind].fields.keys() - MANAGED


@pytest.mark.parametrize("kind", LEVELS)
def test_raw_takes_what_an_import_writes_and_refuses_what_it_only_tells(kind: str) -> None:
    for name in undeclared.WRITTEN[kind]:
        assert not_for_raw(kind, name) is None
        assert not SPENDING.get(name), name
    for name in undeclared.TOLD[kind]:
        assert not_for_raw(kind, name) or SPENDING.get(name) or former(name, "SMART_APP_PROMOTION"), name


def test_whatever_a_creative_can_be_made_with_is_read_whole_or_repeated_of_its_story() -> None:
    may_be_set = {*create_params("creative")} & readable("AdCreative")
    declared = {*CREATIVE_FIELDS, STORY, "id", "name"}
    assert may_be_set - ASKED - MIRRORS - declared <= MANAGED


@pytest.mark.parametrize("kind", LEVELS)
def test_what_can_be_read_ends_where_the_order_of_the_alphabet_does(kind: str) -> None:
    names = list(NODES[kind]._field_types)
    assert readable(KINDS[kind].graph_name) <= set(names)
    tail = [name for name in names if name not in readable(KINDS[kind].graph_name)]
    assert tail == ([] if kind == "ad_set" else names[names.index(tail[0]) :])
    assert {"campaign": "budget_schedule_specs", "ad": "adset_spec"}.get(kind, "execution_options") not in readable(
        KINDS[kind].graph_name
    )


@pytest.mark.parametrize("kind", LEVELS)
def test_a_read_asks_for_no_field_twice(kind: str) -> None:
    asked = re.sub(r"\{[^}]*\}", "", KINDS[kind].read_fields()).split(",")
    assert len(asked) == len(set(asked))
    edges = {api.read_as.partition("{")[0] for api in KINDS[kind].fields.values() if api.read_as}
    assert set(asked) - edges <= set(NODES[kind]._field_types)


def known_to_the_sdk(kind: str) -> set[str]:
    return {*NODES[kind]._field_types, *create_params(kind), *update_params(kind)}


@pytest.mark.parametrize("kind", PARAMETERS)
def test_the_table_of_parameters_is_the_sdks(kind: str) -> None:
    assert known_to_the_sdk(kind) == PARAMETERS[kind], f"write in its place: {' '.join(sorted(known_to_the_sdk(kind)))}"


SHAPES_OF_TYPES = {
    "unsigned int": "number",
    "list<unsigned int>": "numbers",
    "list<IDName>": "named",
    "list<RawCustomAudience>": "named",
    "bool": "flag",
    "string": "text",
}


def test_the_words_of_targeting_are_the_sdks_and_have_its_shapes() -> None:
    theirs = {
        name: SHAPES_OF_TYPES.get(kind, "list" if kind.startswith("list<") else "mapping")
        for name, kind in Targeting._field_types.items()
    }
    assert theirs == targeting_fields.SHAPES
    parts = {name: frozenset(node._field_types) for name, node in PARTS_OF_TARGETING.items()}
    assert parts == targeting_fields.PARTS


def test_the_devices_are_the_sdks() -> None:
    assert words(Targeting.DevicePlatforms) == KNOWN["device_platforms"]


PARTS_OF_TARGETING = {
    "geo_locations": TargetingGeoLocation,
    "excluded_geo_locations": TargetingGeoLocation,
    "flexible_spec": FlexibleTargeting,
    "exclusions": FlexibleTargeting,
    "targeting_automation": TargetingAutomation,
}


def test_what_a_bid_is_bound_by_is_the_sdks() -> None:
    assert set(BidConstraintsSpec.model_fields) == set(AdCampaignBidConstraint._field_types)


# ---- edges


@pytest.mark.parametrize("kind", KINDS)
def test_every_edge_exists_for_creating_and_for_listing(kind: str) -> None:
    for method in (CREATES[kind], LISTINGS[kind]):
        request = getattr(owner_of(kind), method)(pending=True)
        assert request._endpoint == f"/{KINDS[kind].edge}" or request._endpoint == KINDS[kind].edge


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_node_of_the_sdk_by_its_graph_name(kind: str) -> None:
    assert NODES[kind].__name__ == KINDS[kind].graph_name


# ---- words

OURS_AND_THEIRS = [
    pytest.param(enums.BID_STRATEGIES, Campaign.BidStrategy, id="bid strategies of campaigns"),
    pytest.param(enums.BID_STRATEGIES, AdSet.BidStrategy, id="bid strategies of ad sets"),
    pytest.param(enums.OPTIMIZATION_GOALS, AdSet.OptimizationGoal, id="optimisation goals"),
    pytest.param(enums.BILLING_EVENTS, AdSet.BillingEvent, id="billing events"),
    pytest.param(enums.CUSTOM_EVENT_TYPES, AdPromotedObject.CustomEventType, id="pixel events"),
    pytest.param(enums.CALLS_TO_ACTION, AdCreative.CallToActionType, id="buttons"),
    pytest.param(frozenset(countries.NAMES), Campaign.SpecialAdCategoryCountry, id="countries"),
    pytest.param(enums.SPECIAL_AD_CATEGORIES, Campaign.SpecialAdCategories, id="special categories"),
]


@pytest.mark.parametrize(("ours", "theirs"), OURS_AND_THEIRS)
def test_our_words_are_the_sdks(ours: frozenset[str], theirs: Any) -> None:
    assert ours == words(theirs)


def test_destinations_are_the_sdks_less_the_one_that_cannot_be_written_and_one_that_was_recorded() -> None:
    assert (words(AdSet.DestinationType) - {"UNDEFINED"}) | {"PHONE_CALL"} == enums.DESTINATION_TYPES


def test_objectives_are_the_six_outcomes_of_the_sdk() -> None:
    assert {word for word in words(Campaign.Objective) if word.startswith("OUTCOME_")} == enums.OBJECTIVES


# ---- what may stand under raw

SPECS_OF_AN_AD = {"conversion_specs", "tracking_specs"}
"""Lists that the SDK types as objects, or as nothing that is written."""
JUDGED_WHOLE = {"budget_schedule_specs", "adset_budgets"}
"""By policy."""


@pytest.mark.parametrize("kind", LISTED)
def test_lists_under_raw_are_the_sdks(kind: str) -> None:
    params = create_params(kind) | (create_params("creative") if kind == "ad" else {})
    typed = {name for name, said in params.items() if said.startswith("list")}
    fields = KINDS[kind].fields
    allowed = {name for name in typed - MANAGED - JUDGED_WHOLE if name not in fields or fields[name].under_raw}
    assert LISTED[kind] == allowed | (SPECS_OF_AN_AD if kind == "ad" else set())


def test_enhancements_are_the_sdks() -> None:
    assert set(AdCreativeFeaturesSpec._field_types) == FEATURES
    assert BUNDLE in FEATURES


# ---- lead forms

FORM = compose(
    LeadFormSpec.model_validate(
        {
            "name": "Form",
            "questions": [{"type": "EMAIL"}, {"type": "CUSTOM", "label": "How much?", "options": ["Much"]}],
            "privacy_policy": {"url": "https://acme.example/", "link_text": "Privacy"},
            "intro": {"title": "Title", "points": ["One"]},
            "thank_you": {
                "title": "Thanks",
                "body": "Soon",
                "button": "CALL_BUSINESS",
                "button_text": "Call",
                "website_url": "https://acme.example/",
                "business_phone_number": "62221111",
                "country_code": "SG",
            },
        }
    ),
    SimpleNamespace(account=SimpleNamespace(page="1")),  # type: ignore[arg-type]
)


def test_a_lead_form_sends_only_what_the_sdk_knows() -> None:
    sent = payload("lead_form", FORM)
    assert {name for name, value in sent.items() if value is not None} <= set(create_params("lead_form"))
    assert set(FORM["privacy_policy"]) <= set(LeadGenPrivacyPolicy._field_types)
    assert set(FORM["context_card"]) <= set(LeadGenContextCard._field_types)
    assert set(FORM["thank_you_page"]) <= set(LeadGenThankYouPage._field_types)
    assert {name for one in FORM["questions"] for name in one} <= set(LeadGenQuestion._field_types)
    assert set(FORM["questions"][1]["options"][0]) <= set(LeadGenQuestionOption._field_types)


def test_the_languages_of_a_lead_form_are_metas() -> None:
    assert words(LeadgenForm.Locale) == LOCALES


def test_nothing_of_a_lead_form_can_change_but_its_status() -> None:
    assert set(update_params("lead_form")) == {"status"}


# ---- creatives

CONTENT = {
    "video": "a.mp4@sha256:" + "a" * 64,
    "primary_text": "Text",
    "headline": "Head",
    "description": "Small",
    "call_to_action": "SHOP_NOW",
    "destination_url": "https://acme.example",
    "url_tags": "a=b",
    "page": "1",
    "instagram_user": "2",
}
VIDEO = creative_params("Ad", CONTENT, video_id="7", image={"image_url": "https://x.example/f.jpg"})
LINK = creative_params("Ad", {**CONTENT, "video": None, "image": "b.png@sha256:" + "b" * 64}, image={"image_hash": "h"})


@pytest.mark.parametrize(
    ("params", "part", "node"),
    [
        pytest.param(VIDEO, "video_data", AdCreativeVideoData, id="video"),
        pytest.param(LINK, "link_data", AdCreativeLinkData, id="link"),
    ],
)
def test_a_creative_sends_only_what_the_sdk_knows(params: dict[str, Any], part: str, node: Any) -> None:
    story = params["object_story_spec"]
    assert set(params) <= set(create_params("creative"))
    assert set(story) <= set(AdCreativeObjectStorySpec._field_types)
    assert set(story[part]) <= set(node._field_types)
    button = story[part]["call_to_action"]
    assert set(button) <= set(AdCreativeLinkDataCallToAction._field_types)
    assert set(button["value"]) <= set(AdCreativeLinkDataCallToActionValue._field_types)


def test_a_video_creative_says_everything_that_was_declared() -> None:
    assert VIDEO["object_story_spec"] == {
        "page_id": "1",
        "instagram_user_id": "2",
        "video_data": {
            "video_id": "7",
            "image_url": "https://x.example/f.jpg",
            "message": "Text",
            "title": "Head",
            "link_description": "Small",
            "call_to_action": {"type": "SHOP_NOW", "value": {"link": "https://acme.example"}},
        },
    }
    assert VIDEO["url_tags"] == "a=b"


def test_a_link_creative_says_everything_that_was_declared() -> None:
    assert LINK["object_story_spec"]["link_data"] == {
        "link": "https://acme.example",
        "image_hash": "h",
        "message": "Text",
        "name": "Head",
        "description": "Small",
        "call_to_action": {"type": "SHOP_NOW", "value": {"link": "https://acme.example"}},
    }


def test_texts_that_nobody_wrote_are_not_sent() -> None:
    bare = {n: CONTENT[n] for n in ("video", "call_to_action", "destination_url", "page")}
    params = creative_params("Ad", bare, video_id="7", image={})
    assert set(params["object_story_spec"]) == {"page_id", "video_data"}
    assert set(params["object_story_spec"]["video_data"]) == {"video_id", "call_to_action"}
    assert "url_tags" not in params


@pytest.mark.parametrize("regime", [r for r in REGIMES if r.prefix], ids=lambda r: r.setting)
def test_identities_have_the_sdks_names(regime: Any) -> None:
    known = set(RegionalRegulationIdentities._field_types)
    assert {f"{regime.prefix}_beneficiary", f"{regime.prefix}_payer"} <= known
