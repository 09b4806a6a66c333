"""Fields and their forms in what Graph answers, one row each: where they were seen, and how they are written.

``recorded``: a reply kept verbatim. ``observed``: an operator's report, or a third party's double. ``documented``:
Meta's documentation or SDK. A form is a value, a type, a compiled pattern, or ABSENT.
"""

import re
from dataclasses import dataclass
from typing import Any

import pytest

RECORDED, OBSERVED, DOCUMENTED = "recorded", "observed", "documented"
ABSENT = object()
DIGITS = re.compile(r"\d+$")
SIGNED = re.compile(r"https?://.+[?&]oh=\w+$")
LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}$")
UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$")
DAY = re.compile(r"\d{4}-\d\d-\d\d$")


@dataclass(frozen=True)
class Row:
    evidence: str
    scene: str
    path: str  # names and positions, with dots
    form: Any


# fmt: off
ROWS = [
    # an account: money as text, the minimum as a number
    Row(RECORDED, "account", "id", re.compile(r"act_\d+$")),
    Row(RECORDED, "account", "account_id", DIGITS),
    Row(RECORDED, "account", "amount_spent", "0"),
    Row(RECORDED, "account", "balance", "0"),
    Row(RECORDED, "account", "spend_cap", "0"),
    Row(RECORDED, "account", "min_daily_budget", int),
    # a campaign
    Row(RECORDED, "campaign", "id", re.compile(r"\d{18}$")),
    Row(RECORDED, "campaign", "status", "PAUSED"),
    Row(RECORDED, "campaign", "configured_status", "PAUSED"),
    Row(RECORDED, "campaign", "effective_status", "PAUSED"),
    Row(RECORDED, "campaign", "special_ad_categories", ["HOUSING"]),
    Row(RECORDED, "campaign", "special_ad_category", "HOUSING"),
    Row(RECORDED, "campaign", "special_ad_category_country", ["US"]),
    Row(RECORDED, "campaign", "created_time", "2026-11-21T10:00:00+0800"),
    Row(RECORDED, "campaign", "start_time", "2026-11-21T10:00:01+0800"),
    Row(RECORDED, "campaign", "daily_budget", "5000"),
    Row(RECORDED, "campaign", "budget_remaining", "5000"),
    Row(RECORDED, "campaign", "promoted_object", ABSENT),
    Row(RECORDED, "plain campaign", "special_ad_category", "NONE"),
    Row(RECORDED, "plain campaign", "daily_budget", ABSENT),
    # an ad set: money as text, an unset budget as "0", targeting with what Meta adds
    Row(RECORDED, "ad set", "daily_budget", "2000"),
    Row(RECORDED, "ad set", "lifetime_budget", "0"),
    Row(RECORDED, "ad set", "budget_remaining", "2000"),
    Row(RECORDED, "ad set", "start_time", LOCAL),
    Row(OBSERVED, "ad set", "targeting.geo_locations.location_types", ["frequently_in", "home"]),
    Row(RECORDED, "ad set", "targeting.brand_safety_content_filter_levels", list),
    Row(RECORDED, "ad set", "targeting.targeting_relaxation_types", dict),
    Row(RECORDED, "ad set", "targeting.income", ABSENT),
    Row(OBSERVED, "ad set", "targeting.publisher_platforms", ABSENT),
    Row(RECORDED, "ad set that echoes placements", "targeting.publisher_platforms", list),
    Row(RECORDED, "ad set that echoes placements", "targeting.facebook_positions", list),
    Row(RECORDED, "ad set", "targeting.custom_audiences.0", {"id": "23850001", "name": "Buyers"}),
    # an ad
    Row(RECORDED, "ad", "adset_id", DIGITS),
    Row(RECORDED, "ad", "campaign_id", DIGITS),
    Row(RECORDED, "ad", "creative.id", DIGITS),
    Row(RECORDED, "ad", "tracking_specs.0.action\\.type", list),
    Row(RECORDED, "ad", "conversion_specs.0.action\\.type", list),
    Row(RECORDED, "ad", "source_ad_id", "0"),
    Row(RECORDED, "active ad", "status", "ACTIVE"),
    Row(RECORDED, "active ad", "effective_status", "ADSET_PAUSED"),
    Row(DOCUMENTED, "rejected ad", "ad_review_feedback.global.Alcohol", "No."),
    Row(DOCUMENTED, "rejected ad", "ad_review_feedback.placement_specific.facebook", {"Alcohol": "No."}),
    Row(RECORDED, "troubled ad set", "issues_info.0.level", "AD_SET"),
    Row(RECORDED, "troubled ad set", "issues_info.0.error_code", 2446446),
    Row(RECORDED, "troubled ad set", "issues_info.0.error_type", "HARD_ERROR"),
    Row(RECORDED, "troubled ad set", "issues_info.0.error_summary", "This Ad Set Has 1 Error"),
    Row(RECORDED, "troubled ad set", "issues_info.0.error_message", str),
    # an image, as its upload answers
    Row(RECORDED, "image", "images.hero\\.png.hash", re.compile(r"[0-9a-f]{32}$")),
    Row(RECORDED, "image", "images.hero\\.png.url", SIGNED),
    Row(RECORDED, "image", "images.hero\\.png.url_128", SIGNED),
    Row(RECORDED, "image", "images.hero\\.png.url_256", SIGNED),
    Row(RECORDED, "image", "images.hero\\.png.url_256_height", str),
    Row(RECORDED, "image", "images.hero\\.png.height", 628),
    Row(RECORDED, "image", "images.hero\\.png.width", 1200),
    Row(RECORDED, "image", "images.hero\\.png.name", "hero.png"),
    # creatives
    Row(RECORDED, "link creative", "name", re.compile(r"Hero 2026-11-21-[0-9a-f]{32}$")),
    Row(RECORDED, "link creative", "object_story_spec.link_data.link", "https://acme.example/"),
    Row(RECORDED, "link creative", "object_story_spec.link_data.image_hash", str),
    Row(RECORDED, "link creative", "object_story_spec.link_data.call_to_action.value.link", str),
    Row(RECORDED, "link creative", "thumbnail_url", SIGNED),
    Row(RECORDED, "carousel", "object_story_spec.link_data.multi_share_optimized", True),
    Row(RECORDED, "carousel", "object_story_spec.link_data.multi_share_end_card", False),
    Row(RECORDED, "carousel", "object_story_spec.link_data.child_attachments.1.link", str),
    Row(RECORDED, "carousel", "object_story_spec.link_data.child_attachments.1.image_hash", str),
    Row(RECORDED, "carousel", "object_story_spec.link_data.child_attachments.1.call_to_action.type", "SHOP_NOW"),
    Row(RECORDED, "video creative", "object_type", "VIDEO"),
    Row(RECORDED, "video creative", "video_id", DIGITS),
    Row(RECORDED, "video creative", "thumbnail_id", DIGITS),
    Row(RECORDED, "video creative", "object_story_spec.instagram_user_id", DIGITS),
    Row(RECORDED, "video creative", "object_story_spec.video_data.call_to_action.value.lead_gen_form_id", DIGITS),
    Row(RECORDED, "video creative", "object_story_spec.video_data.image_hash", str),
    *[Row(RECORDED, "asset feed", f"asset_feed_spec.{key}.0.{inner}", str) for key, inner in (
        ("bodies", "text"), ("titles", "text"), ("descriptions", "text"), ("images", "hash"),
        ("link_urls", "website_url"), ("link_urls", "display_url"))],
    Row(RECORDED, "asset feed", "asset_feed_spec.ad_formats", ["SINGLE_IMAGE"]),
    Row(RECORDED, "asset feed", "asset_feed_spec.call_to_action_types", ["SHOP_NOW"]),
    Row(RECORDED, "asset feed", "asset_feed_spec.optimization_type", "DEGREES_OF_FREEDOM"),
    Row(OBSERVED, "asset feed", "asset_feed_spec.reasons_to_shop", False),
    Row(OBSERVED, "asset feed", "asset_feed_spec.shops_bundle", False),
    # a video
    Row(RECORDED, "video", "length", float),
    Row(RECORDED, "video", "published", True),
    Row(RECORDED, "video", "is_instagram_eligible", True),
    Row(RECORDED, "video", "created_time", UTC),
    # an audience: unix times, a text among truth values
    Row(RECORDED, "audience", "subtype", "CUSTOM"),
    Row(RECORDED, "audience", "time_created", int),
    Row(RECORDED, "audience", "operation_status", {"code": 200, "description": "Normal"}),
    Row(RECORDED, "audience", "delivery_status.code", 200),
    Row(RECORDED, "audience", "approximate_count_lower_bound", 4700),
    Row(RECORDED, "audience", "approximate_count_upper_bound", 5500),
    Row(RECORDED, "audience", "permission_for_actions.can_share", "True"),
    Row(RECORDED, "audience", "permission_for_actions.can_edit", True),
    Row(OBSERVED, "unavailable audience", "operation_status.code", 412),
    Row(OBSERVED, "unavailable audience", "approximate_count_lower_bound", -1),
    # lists, writes, the log
    Row(RECORDED, "first page", "paging.cursors.before", re.compile(r".+ZDZD$")),
    Row(RECORDED, "first page", "paging.cursors.after", re.compile(r".+ZDZD$")),
    Row(RECORDED, "first page", "paging.next", re.compile(r"http.+access_token=.+")),
    Row(RECORDED, "first page", "summary.total_count", 2),
    Row(RECORDED, "rename", "", {"success": True}),
    Row(RECORDED, "second deletion", "", {"success": True}),
    Row(RECORDED, "deleted campaign", "effective_status", "DELETED"),
    Row(OBSERVED, "validation", "", {"success": True}),
    Row(DOCUMENTED, "validation with advice", "", {"success": True}),
    Row(DOCUMENTED, "validation with review", "", {"success": True}),
    Row(RECORDED, "log", "data.0.event_time", UTC),
    # insights: every figure is text, money in major units
    Row(RECORDED, "insights", "data.0.spend", re.compile(r"\d+(\.\d+)?$")),
    Row(RECORDED, "insights", "data.0.impressions", DIGITS),
    Row(RECORDED, "insights", "data.0.ctr", re.compile(r"\d+(\.\d+)?$")),
    Row(RECORDED, "insights", "data.0.actions.0.action_type", str),
    Row(RECORDED, "insights", "data.0.actions.0.value", DIGITS),
    Row(RECORDED, "insights", "data.0.date_start", DAY),
    Row(RECORDED, "insights", "data.0.date_stop", DAY),
    *[Row(DOCUMENTED, "failed run", key, kind) for key, kind in (
        ("async_status", "Job Failed"), ("error_code", int), ("error_message", str), ("error_subcode", int),
        ("error_user_title", str), ("error_user_msg", str))],
]
# fmt: on


def node(id, fields):
    return lambda graph: graph.get(id(graph), fields=fields)


def after(seconds, id):
    def scene(graph):
        made = id(graph)
        graph.advance(seconds)
        return made

    return scene


def campaign(graph):
    country = {"special_ad_categories": ["HOUSING"], "special_ad_category_country": ["US"]}
    given = graph.campaign_params(daily_budget=5000, bid_strategy="LOWEST_COST_WITHOUT_CAP", **country)
    del given["is_adset_budget_sharing_enabled"]
    return graph.post(f"{graph.account}/campaigns", **given, promoted_object={})["id"]


def ad_set(graph):
    return graph.ad_set(targeting=graph.targeting("US", income=[], custom_audiences=[{"id": "23850001"}]))


def echoing_ad_set(graph):
    graph.settings(echo_placements=True)
    return graph.ad_set()


def rejected_ad(graph):
    id = graph.ad()
    told = {"global": {"Alcohol": "No."}, "placement_specific": {"facebook": {"Alcohol": "No."}}}
    graph.control("review", {"id": id, "decision": "reject", "feedback": told})
    return id


def troubled_ad_set(graph):
    id = graph.ad_set()
    issue = {
        "level": "AD_SET",
        "error_code": 2446446,
        "error_type": "HARD_ERROR",
        "error_summary": "This Ad Set Has 1 Error",
        "error_message": 'It was paused because the audience "X" was deleted.',
    }
    graph.control("edit", {"id": id, "params": {"issues_info": [issue]}, "actor": "Meta", "application": "Meta"})
    return id


def image(graph):
    return graph.ok(graph.call("POST", f"{graph.account}/adimages", files={"f": ("hero.png", graph.png, "image/png")}))


def link_creative(graph):
    button = {"type": "SHOP_NOW", "value": {"link": "https://acme.example/"}}
    return graph.creative(image_hash=graph.image(), name="n", call_to_action=button)


def carousel(graph):
    button = {"type": "SHOP_NOW", "value": {"link": "https://acme.example/"}}
    card = {"link": "https://acme.example/", "image_hash": graph.image(), "name": "n", "call_to_action": button}
    return graph.creative(child_attachments=[card, card], multi_share_optimized=True, multi_share_end_card=False)


def video_creative(graph):
    form = graph.post(
        f"{graph.page}/leadgen_forms",
        name="f",
        questions=[{"type": "EMAIL"}],
        privacy_policy={"url": "https://acme.example/privacy"},
        follow_up_action_url="https://acme.example/",
    )["id"]
    data = {
        "video_id": after(2, graph.__class__.video)(graph),
        "image_hash": graph.image(),
        "title": "t",
        "message": "m",
        "call_to_action": {"type": "APPLY_NOW", "value": {"lead_gen_form_id": form, "link": "http://fb.me/"}},
    }
    spec = {"page_id": graph.page, "instagram_user_id": graph.instagram, "video_data": data}
    return graph.post(f"{graph.account}/adcreatives", name="v", object_story_spec=spec)["id"]


def asset_feed(graph):
    feed = {
        "bodies": [{"text": "b"}],
        "titles": [{"text": "t"}],
        "descriptions": [{"text": "d"}],
        "images": [{"hash": graph.image()}],
        "link_urls": [{"website_url": "https://acme.example/", "display_url": "acme.example"}],
        "call_to_action_types": ["SHOP_NOW"],
        "ad_formats": ["SINGLE_IMAGE"],
        "optimization_type": "DEGREES_OF_FREEDOM",
    }
    spec = {"page_id": graph.page}
    return graph.post(f"{graph.account}/adcreatives", name="f", object_story_spec=spec, asset_feed_spec=feed)["id"]


def unavailable_audience(graph):
    status = {"code": 412, "description": "Unavailable"}
    row = {"id": "23850412", "operation_status": status, "approximate_count_lower_bound": -1}
    graph.control("accounts", {"account": graph.account, "audiences": [row]})
    return "23850412"


def first_page(graph):
    graph.campaign(), graph.campaign()
    return graph.get(f"{graph.account}/campaigns", limit=1, summary="total_count")


def gone(graph):
    id = graph.campaign()
    graph.delete(id)
    return id


def validation(*options):
    return lambda g: g.post(
        f"{g.account}/campaigns", **g.campaign_params(execution_options=["validate_only", *options])
    )


def reviewed_validation(graph):
    given = {"name": "a", "adset_id": graph.ad_set(), "creative": {"creative_id": graph.creative()}, "status": "PAUSED"}
    options = ["validate_only", "synchronous_ad_review"]
    return graph.post(f"{graph.account}/ads", **given, execution_options=options)


def log(graph):
    graph.campaign()
    return graph.get(f"{graph.account}/activities", fields="event_time")


def insights(graph):
    graph.settings(review_seconds=0)
    graph.ad(graph.ad_set(graph.campaign(status="ACTIVE"), status="ACTIVE"), status="ACTIVE")
    graph.advance(3 * 86400)
    return graph.get(f"{graph.account}/insights", fields="spend,impressions,ctr,actions", date_preset="maximum")


def failed_run(graph):
    graph.settings(insights_fail=True)
    run = graph.post(f"{graph.account}/insights")["report_run_id"]
    graph.advance(10)
    fields = "async_status,error_code,error_message,error_subcode,error_user_title,error_user_msg"
    return graph.get(run, fields=fields)


BUDGETS = "daily_budget,lifetime_budget,budget_remaining"
CATEGORIES = "special_ad_categories,special_ad_category,special_ad_category_country"
STATUSES = "status,configured_status,effective_status"
STORY = "name,object_type,object_story_spec,thumbnail_url,video_id,thumbnail_id"
COUNTS = "approximate_count_lower_bound,approximate_count_upper_bound"
AUDIENCE = f"subtype,time_created,operation_status,delivery_status,permission_for_actions,{COUNTS}"
SCENES = {
    "account": lambda g: g.get(g.account, fields="account_id,amount_spent,balance,spend_cap,min_daily_budget"),
    "campaign": node(campaign, f"{STATUSES},{CATEGORIES},{BUDGETS},created_time,start_time,promoted_object"),
    "plain campaign": node(lambda g: g.campaign(), f"{CATEGORIES},{BUDGETS}"),
    "ad set": node(ad_set, f"{STATUSES},{BUDGETS},start_time,targeting"),
    "ad set that echoes placements": node(echoing_ad_set, "targeting"),
    "ad": node(lambda g: g.ad(), "adset_id,campaign_id,creative,tracking_specs,conversion_specs,source_ad_id"),
    "active ad": node(after(60, lambda g: g.ad(g.ad_set(g.campaign(status="ACTIVE")), status="ACTIVE")), STATUSES),
    "rejected ad": node(rejected_ad, "ad_review_feedback"),
    "troubled ad set": node(troubled_ad_set, "issues_info"),
    "image": image,
    "link creative": node(link_creative, STORY),
    "carousel": node(carousel, STORY),
    "video creative": node(video_creative, STORY),
    "asset feed": node(asset_feed, "asset_feed_spec"),
    "video": node(after(5, lambda g: g.video()), "length,published,is_instagram_eligible,created_time"),
    "audience": node(lambda _: "23850001", AUDIENCE),
    "unavailable audience": node(unavailable_audience, AUDIENCE),
    "first page": first_page,
    "rename": lambda g: g.post(g.campaign(), name="Other"),
    "second deletion": lambda g: g.delete(gone(g)),
    "deleted campaign": node(gone, "effective_status"),
    "validation": validation(),
    "validation with advice": validation("include_recommendations"),
    "validation with review": reviewed_validation,
    "log": log,
    "insights": insights,
    "failed run": failed_run,
}


def found(value, path):
    for name in re.split(r"(?<!\\)\.", path) if path else []:
        key = name.replace("\\", "")
        if isinstance(value, list):
            value = value[int(key)]
        elif key in value:
            value = value[key]
        else:
            return ABSENT
    return value


def fits(value, form):
    if isinstance(form, re.Pattern):
        return isinstance(value, str) and bool(form.match(value))
    return type(value) is form if isinstance(form, type) else value == form


@pytest.mark.parametrize("scene", SCENES)
def test_every_field_is_written_as_meta_writes_it(graph, scene):
    seen = SCENES[scene](graph)
    rows = [row for row in ROWS if row.scene == scene]
    wrong = [(row, found(seen, row.path)) for row in rows if not fits(found(seen, row.path), row.form)]
    assert rows and not wrong


def test_every_row_has_a_scene():
    assert {row.scene for row in ROWS} == set(SCENES)


def test_a_video_creatives_own_ids_differ_from_what_was_uploaded(graph):
    """Recorded."""
    seen = graph.get(video_creative(graph), fields="video_id,object_story_spec")
    assert seen["video_id"] != seen["object_story_spec"]["video_data"]["video_id"]


@pytest.mark.parametrize("state", ["Job Not Started", "Job Started", "Job Running", "Job Completed"])
def test_a_run_passes_through_the_documented_states(graph, state):
    graph.settings(insights_seconds=40)
    run = graph.post(f"{graph.account}/insights")["report_run_id"]
    seen = set()
    for _ in range(42):
        seen.add(graph.get(run)["async_status"])
        graph.advance(1)
    assert state in seen
