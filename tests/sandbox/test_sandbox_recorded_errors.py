"""Error replies, held against a table of what Meta has been seen or said to answer.

``recorded``: a reply kept verbatim. ``observed``: an operator's written report, or a third party's double.
``documented``: Meta's documentation or SDK. Where no HTTP status or flag was told, None stands.
"""

import json
from dataclasses import dataclass

import pytest

RECORDED, OBSERVED, DOCUMENTED = "recorded", "observed", "documented"
LOST = "does not exist, cannot be loaded due to missing permissions, or does not support this operation"


@dataclass(frozen=True)
class Row:
    evidence: str
    code: int
    subcode: int | None
    http: int | None
    transient: bool | None
    text: str  # in the message, the title or the user's text
    scene: str  # what brings it about; "fault" where only a scripted fault does
    type: str = "OAuthException"


# fmt: off
ROWS = [
    # tokens and permissions
    Row(RECORDED, 190, 463, 400, None, "Session has expired on", "expired token"),
    Row(RECORDED, 190, 460, 400, None, "session has been invalidated because the user changed", "revoked token"),
    Row(RECORDED, 190, 458, 400, None, "The user has not authorized application 1100220033004400.", "fault"),
    Row(RECORDED, 190, None, 400, None, "must be granted before impersonating a user's page.", "fault"),
    Row(OBSERVED, 190, 459, None, None, "checkpointed", "fault"),
    Row(OBSERVED, 190, 464, None, None, "unconfirmed", "fault"),
    Row(OBSERVED, 190, 467, None, None, "invalid", "fault"),
    Row(OBSERVED, 190, 492, None, None, "lost Page role", "fault"),
    Row(OBSERVED, 102, None, None, None, "session key invalid", "fault"),
    Row(RECORDED, 200, None, 403, None, "(#200) Requires business_management permission to manage the object", "scope"),
    Row(RECORDED, 100, None, 400, None, "(#100) Missing permissions", "fault"),
    Row(OBSERVED, 10, None, None, None, "(#10) Application does not have permission for this action", "foreign page"),
    Row(OBSERVED, 3, None, None, None, "Application does not have the capability to make this API call", "fault"),
    Row(OBSERVED, 270, None, None, None, "not allowed for apps with development access level", "fault"),
    Row(RECORDED, 1, 2853001, 400, False, "An unknown error occurred", "fault"),
    Row(OBSERVED, 31, 3858385, 200, None, "requires the user to take a pending action", "fault"),
    Row(DOCUMENTED, 368, None, None, None, "deemed abusive or is otherwise disallowed", "fault"),
    # objects that are not there
    Row(RECORDED, 100, 33, 400, None, LOST, "lost get", "GraphMethodException"),
    Row(RECORDED, 100, 33, 400, None, "Unsupported post request. Object with ID", "too fresh", "GraphMethodException"),
    Row(OBSERVED, 803, None, 400, None, "(#803) Some of the aliases you requested do not exist", "alias"),
    Row(OBSERVED, 100, 1815001, None, None, "Requesting for deleted objects is not supported", "deleted listing"),
    # throttles
    Row(OBSERVED, 4, 1504022, None, None, "(#4) Application request limit reached", "fault"),
    Row(OBSERVED, 4, None, None, None, "Application request limit reached", "fault"),
    Row(RECORDED, 4, 2207051, 403, False, "Application request limit reached", "fault"),
    Row(OBSERVED, 4, 5044001, None, False, "Application request limit reached", "fault"),
    Row(RECORDED, 17, 2446079, 400, None, "User request limit reached", "full score"),
    Row(RECORDED, 80000, 2446079, 400, None, "There have been too many calls from this ad-account", "insights an hour"),
    Row(RECORDED, 80004, 2446079, 400, None, "There have been too many calls to this ad-account.", "calls an hour"),
    Row(OBSERVED, 613, 1487225, None, None, "Calls to this api have exceeded the rate limit", "fault"),
    Row(OBSERVED, 613, 1487632, None, None, "Calls to this api have exceeded the rate limit", "fifth budget edit"),
    Row(DOCUMENTED, 613, 1487742, None, None, "too many calls from this ad-account", "full score as 613"),
    Row(OBSERVED, 613, 5044001, None, None, "Calls to this api have exceeded the rate limit", "hundred writes"),
    *[Row(DOCUMENTED, code, None, None, None, "limit", "fault")
      for code in (32, 80001, 80002, 80005, 80006, 80008, 80009, 80014)],
    Row(DOCUMENTED, 80003, 2446079, None, None, "too many calls from this ad-account", "audiences an hour"),
    # failures of Meta's own
    Row(RECORDED, 2, None, 400, True, "(#2) Service temporarily unavailable", "fault"),
    Row(RECORDED, 2, None, 500, True, "An unexpected error has occurred. Please retry your request later.", "fault"),
    Row(OBSERVED, 2, None, None, False, "Service temporarily unavailable", "fault"),
    Row(OBSERVED, 2, 1504044, None, None, "Service temporarily unavailable", "fault"),
    Row(RECORDED, 1, 99, 500, None, "An unknown error occurred", "level above the object"),
    Row(RECORDED, 1, None, 500, None, "Please reduce the amount of data you're asking for", "fault"),
    Row(RECORDED, 1, None, 500, None, "An unknown error has occurred.", "fault"),
    Row(RECORDED, 100, 1504018, None, False, "Invalid parameter", "fault"),
    Row(OBSERVED, 2, 1504041, None, None, "Service temporarily unavailable", "fault"),
    Row(RECORDED, 100, 1487390, 400, False, "Invalid parameter", "fault"),
    Row(RECORDED, 9004, 2207052, 400, False, "Only photo or video can be accepted as media type.", "fault"),
    Row(DOCUMENTED, 960, None, 400, None, "batch", "fault"),
    # campaigns and ad sets
    Row(OBSERVED, 100, 4834011, 400, None, "Must specify True or False in is_adset_budget_sharing", "no flag"),
    Row(DOCUMENTED, 1487901, None, None, False, "The budget for your Ad-Set is too low.", "fault", "Exception"),
    Row(OBSERVED, 100, 1885272, 400, None, "Budget is too low", "low budget"),
    Row(RECORDED, 100, 1870227, 400, False, "Advantage Audience Flag Required", "no audience flag"),
    Row(RECORDED, 100, 1870189, 400, False, "Maximum age is below threshold", "age below 65"),
    Row(RECORDED, 100, 1870188, 400, None, "minimum age audience control can't be set to higher", "age above 25"),
    Row(RECORDED, 100, 1870197, 400, False, "The targeting_optimization field has been removed", "optimization"),
    Row(OBSERVED, 100, 1870196, 400, None, "The targeting automation type passed is invalid.", "odd flag"),
    Row(RECORDED, 100, 1870249, 400, None, "Selected targeting options unavailable for young people", "fault"),
    Row(RECORDED, 100, 1487079, 400, False, "Invalid data for field geo_locations", "odd country"),
    Row(RECORDED, 100, 1487756, 400, False, "Locations Can't Be Used", "overlap"),
    Row(OBSERVED, 100, 1885364, 400, None, "A location is missing", "no location"),
    Row(RECORDED, 100, 1815430, 400, False, "No promotion object found", "no promoted object"),
    Row(RECORDED, 100, 2490487, 400, None, "Bid amount or bid constraints are required for the bid strategy", "no bid"),
    Row(OBSERVED, 100, 1359207, 400, None, "custom audiences, which are no longer available", "audience gone"),
    Row(OBSERVED, 100, 1359202, 400, None, "Cannot Disable Advantage Options", "audience with name"),
    Row(RECORDED, 100, 1487056, 400, False, "Can't Edit Ad Set", "archived ad set"),
    Row(DOCUMENTED, 100, 3858079, 400, False, "No payor provided in DSA regulated", "no payor", "FacebookApiException"),
    Row(OBSERVED, 100, 3858495, 400, None, "Transparency data", "no category"),
    Row(OBSERVED, 100, 3858548, 400, None, "Provide a verified beneficiary", "no beneficiary"),
    Row(OBSERVED, 100, 2490589, 400, None, "Instagram explore placement is deprecated", "explore"),
    # creatives and ads
    Row(RECORDED, 100, 1885183, 400, False, "created by an app that is in development mode", "fault"),
    Row(RECORDED, 100, 1443226, 400, None, "Your ad needs a video thumbnail", "no thumbnail"),
    Row(RECORDED, 100, 2061015, 400, None, "link field is required", "no link"),
    Row(RECORDED, 100, 1487929, 400, None, "object_story_id, source_instagram_media_id", "two sources"),
    Row(RECORDED, 100, None, 400, None, "Param instagram_actor_id must be a valid Instagram account id", "actor"),
    Row(RECORDED, 100, 2875030, 400, None, "copyrighted music cannot be boosted", "fault"),
    Row(OBSERVED, 100, 1815629, 400, None, "Duplicates of ad asset values are not allowed", "fault"),
    Row(OBSERVED, 100, 1772103, 400, None, "Instagram account is missing", "fault"),
    Row(RECORDED, 100, 1885998, 400, None, "Cannot create dynamic creative ad in non-dynamic", "dynamic mismatch"),
    Row(OBSERVED, 100, 3858504, 400, None, "standard_enhancements cannot be set on the creative", "enhancements"),
    Row(OBSERVED, 100, 1487810, 400, None, "App URL only with the App Installs objective", "fault"),
    Row(OBSERVED, 100, 1487891, 400, None, "Invalid Creative For Objective", "no lead form"),
    Row(RECORDED, 100, 1359188, 400, None, "No Payment Method", "no payment"),
    Row(OBSERVED, 100, 1885194, 400, None, "fewer than 3 objects", "large copy"),
    # videos
    Row(OBSERVED, 6000, 1363019, 500, None, "There was a problem uploading your video.", "fault"),
    Row(OBSERVED, 6000, 1363045, None, False, "There was a problem uploading your video file.", "fault"),
    Row(RECORDED, 6000, 1363030, 400, None, "Your video upload timed out before it could be completed.", "no session"),
    Row(OBSERVED, 2, 1363047, 400, True, "Service temporarily unavailable", "fault"),
    Row(RECORDED, 6001, 1363037, 400, False, "There was a problem uploading your video.", "wrong offset"),
    Row(OBSERVED, 389, 1363057, 400, None, "Unable to fetch video file from URL", "bad file_url"),
    # protocol and reports
    Row(RECORDED, 2635, None, 400, None, "You are calling a deprecated version of the Ads API.", "dead version"),
    Row(RECORDED, 2642, None, 400, None, "(#2642) Invalid cursors values", "dead cursor"),
    Row(RECORDED, 12, None, 400, None, "field is deprecated for versions v2.4 and higher", "fault"),
    Row(OBSERVED, 100, None, 400, None, "(#100) Tried accessing nonexisting field (shoe_size)", "unknown field"),
    Row(OBSERVED, 3018, None, 400, None, "cannot be beyond 37 months", "long ago"),
    Row(DOCUMENTED, 100, 1487534, None, None, "Too much data", "too much data"),
    Row(RECORDED, 100, None, 500, None, "The ids query parameter is deprecated in v26", "ids", "FacebookApiException"),
]
# fmt: on


def ad_set(graph, **changes):
    campaign = graph.campaign(objective=changes.pop("objective", "OUTCOME_TRAFFIC"))
    params = graph.ad_set_params(campaign, **changes)
    return graph.call("POST", f"{graph.account}/adsets", {k: v for k, v in params.items() if v is not None})


def targeted(*countries, **more):
    return lambda graph: ad_set(graph, targeting=graph.targeting(*countries, **more))


def creative(graph, **params):
    return graph.call("POST", f"{graph.account}/adcreatives", {"name": "c", **params})


def ad(graph, **params):
    return graph.call("POST", f"{graph.account}/ads", {"name": "a", "status": "PAUSED", **params})


def token(**row):
    def scene(graph):
        graph.control("tokens", {"token": graph.token, **row})
        return graph.call("GET", graph.account)

    return scene


def throttled(path, **settings):
    def scene(graph):
        graph.settings(throttle=True, tier="limited", **settings)
        for _ in range(200):
            reply = graph.call("GET", path.format(account=graph.account))
            if reply.status_code != 200:
                return reply
        return reply

    return scene


def audiences_an_hour(graph):
    graph.control("accounts", {"account": "act_77"})  # without an audience, which would widen the limit
    return throttled("act_77/customaudiences", hourly_limits={"custom_audience": 2})(graph)


def too_fresh(graph):
    graph.control("faults", {"effect": "hide_fresh", "where": "reads", "seconds": 60})
    return ad_set(graph)


def scope(graph):
    business = graph.get(graph.account, fields="business")["business"]["id"]
    graph.control("tokens", {"token": graph.token, "scopes": ["ads_management"]})
    return graph.call("GET", business)


def foreign_page(graph):
    graph.control("tokens", {"token": graph.token, "pages": []})
    return graph.call("GET", graph.page)


def fifth_budget_edit(graph):
    id = graph.ad_set()
    for number in range(5):
        reply = graph.call("POST", id, {"daily_budget": 3000 + number})
    return reply


def archived_ad_set(graph):
    id = graph.ad_set()
    graph.post(id, status="ARCHIVED")
    return graph.call("POST", id, {"daily_budget": 3000})


def no_category(graph):
    identities = {f"singapore_universal_{who}": graph.identity for who in ("beneficiary", "payer")}
    return ad_set(graph, targeting=graph.targeting("SG"), regional_regulation_identities=identities)


def no_thumbnail(graph):
    data = {"video_id": graph.video(), "message": "m"}
    return creative(graph, object_story_spec={"page_id": graph.page, "video_data": data})


def dynamic_mismatch(graph):
    feed = {"bodies": [{"text": "a"}, {"text": "b"}], "ad_formats": ["SINGLE_IMAGE"]}
    spec = {"object_story_spec": {"page_id": graph.page}, "asset_feed_spec": feed}
    return ad(graph, adset_id=graph.ad_set(), creative=spec)


def no_lead_form(graph):
    goal = {
        "optimization_goal": "LEAD_GENERATION",
        "destination_type": "ON_AD",
        "promoted_object": {"page_id": graph.page},
    }
    id = graph.ad_set(graph.campaign(objective="OUTCOME_LEADS"), **goal)
    return ad(graph, adset_id=id, creative={"creative_id": graph.creative()})


def no_payment(graph):
    id = graph.ad_set()
    graph.control("accounts", {"account": graph.account, "payment_method": False})
    return ad(graph, adset_id=id, creative={"creative_id": graph.creative()})


def large_copy(graph):
    campaign = graph.campaign()
    for _ in range(4):
        graph.ad_set(campaign)
    return graph.call("POST", f"{campaign}/copies", {"deep_copy": True})


def upload(graph, offset=None, session=None):
    made = graph.post(f"{graph.account}/advideos", upload_phase="start", file_size=100)
    params = {
        "upload_phase": "transfer",
        "upload_session_id": session or made["upload_session_id"],
        "start_offset": offset,
    }
    files = {"video_file_chunk": ("f.mp4", b"x" * 10, "video/mp4")}
    return graph.call("POST", f"{graph.account}/advideos", params, files=files)


def dead_version(graph):
    graph.settings(auto_upgrade=False)
    return graph.call("GET", graph.account, version="v24.0")


def insights(graph, **params):
    return graph.call("GET", f"{graph.account}/insights", params)


def too_much_data(graph):
    graph.settings(review_seconds=0, insights_max_cells=1)
    made = graph.ad_set(graph.campaign(status="ACTIVE"), status="ACTIVE")
    graph.ad(made, status="ACTIVE")
    graph.advance(3 * 86400)
    return insights(graph, level="ad")


def hundred_writes(graph):
    graph.settings(throttle=True)
    batch = [{"method": "POST", "relative_url": f"{graph.account}/adlabels", "body": f"name={n}"} for n in range(50)]
    graph.post("", batch=batch)
    graph.post("", batch=batch)
    return graph.call("POST", f"{graph.account}/adlabels", {"name": "x"})


ADVANTAGE = {"targeting_automation": {"advantage_audience": 1}}
ENHANCED = {"creative_features_spec": {"standard_enhancements": {"enroll_status": "OPT_IN"}}}
SCENES = {
    "expired token": token(expires_at=1),
    "revoked token": token(valid=False),
    "scope": scope,
    "foreign page": foreign_page,
    "lost get": lambda graph: graph.call("GET", "120200000000000001"),
    "too fresh": too_fresh,
    "alias": lambda graph: graph.call("GET", "nobody.knows"),
    "deleted listing": lambda g: g.call("GET", f"{g.account}/ads", {"effective_status": ["DELETED"]}),
    "full score": throttled("{account}"),
    "full score as 613": throttled("{account}", score_code=613),
    "insights an hour": throttled("{account}/insights", hourly_limits={"ads_insights": 2}),
    "calls an hour": throttled("{account}", hourly_limits={"ads_management": 2}),
    "audiences an hour": audiences_an_hour,
    "fifth budget edit": fifth_budget_edit,
    "hundred writes": hundred_writes,
    "level above the object": lambda g: g.call("GET", f"{g.campaign()}/insights", {"level": "account"}),
    "no flag": lambda g: g.call(
        "POST",
        f"{g.account}/campaigns",
        {k: v for k, v in g.campaign_params().items() if k != "is_adset_budget_sharing_enabled"},
    ),
    "low budget": lambda graph: ad_set(graph, daily_budget=1),
    "no audience flag": targeted("MY", targeting_automation={}),
    "age below 65": targeted("MY", **ADVANTAGE, age_max=50),
    "age above 25": targeted("MY", **ADVANTAGE, age_min=30),
    "optimization": targeted("MY", targeting_optimization="none"),
    "odd flag": targeted("MY", targeting_automation={"advantage_audience": 7}),
    "odd country": targeted("Malaysia"),
    "overlap": targeted(geo_locations={"countries": ["MY"], "regions": [{"key": "1", "country": "MY"}]}),
    "no location": targeted(geo_locations={}),
    "no promoted object": lambda g: ad_set(g, objective="OUTCOME_SALES", optimization_goal="OFFSITE_CONVERSIONS"),
    "no bid": lambda graph: ad_set(graph, bid_strategy=None),
    "audience gone": targeted("MY", custom_audiences=[{"id": "404"}]),
    "audience with name": targeted("MY", custom_audiences=[{"id": "23850001", "name": "Buyers"}]),
    "archived ad set": archived_ad_set,
    "no payor": targeted("DE"),
    "no category": no_category,
    "no beneficiary": targeted("SG"),
    "explore": targeted("MY", publisher_platforms=["instagram"], instagram_positions=["explore"]),
    "no thumbnail": no_thumbnail,
    "no link": lambda g: creative(g, object_story_spec={"page_id": g.page, "link_data": {"message": "m"}}),
    "two sources": lambda g: creative(g, object_story_id="1_2", source_instagram_media_id="3"),
    "actor": lambda g: creative(g, object_story_spec={**g.story(), "instagram_actor_id": "1"}),
    "dynamic mismatch": dynamic_mismatch,
    "enhancements": lambda g: creative(g, object_story_spec=g.story(), degrees_of_freedom_spec=ENHANCED),
    "no lead form": no_lead_form,
    "no payment": no_payment,
    "large copy": large_copy,
    "no session": lambda graph: upload(graph, 0, "404"),
    "wrong offset": lambda graph: upload(graph, 50),
    "bad file_url": lambda g: g.call("POST", f"{g.account}/advideos", {"file_url": "https://nothing.invalid/a.mp4"}),
    "dead version": dead_version,
    "dead cursor": lambda g: g.call("GET", f"{g.account}/campaigns", {"after": "dead"}),
    "unknown field": lambda g: g.call("GET", g.account, {"fields": "shoe_size"}),
    "long ago": lambda g: insights(g, time_range={"since": "2020-01-01", "until": "2020-01-02"}),
    "too much data": too_much_data,
    "ids": lambda g: g.call("GET", "", {"ids": "1,2"}),
}


def fault(graph, row):
    rule = {"effect": "error", "code": row.code, "message": row.text, "type": row.type}
    rule |= {"subcode": row.subcode} if row.subcode else {}
    rule |= {"http": row.http} if row.http else {}
    rule |= {"is_transient": row.transient} if row.transient is not None else {}
    graph.control("faults", rule)
    return graph.call("GET", graph.account)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.code}-{row.subcode}-{row.scene}-{row.evidence}")
def test_the_sandbox_answers_as_meta_does(graph, row):
    reply = fault(graph, row) if row.scene == "fault" else SCENES[row.scene](graph)
    error = reply.json()["error"]
    assert (error["code"], error.get("error_subcode"), error["type"]) == (row.code, row.subcode, row.type)
    assert row.http in (None, reply.status_code) and row.transient in (None, error.get("is_transient"))
    told = " ".join(str(error.get(name, "")) for name in ("message", "error_user_title", "error_user_msg"))
    assert row.text.lower() in told.lower()
    assert error["fbtrace_id"]


def test_every_scene_is_in_the_table():
    assert set(SCENES) == {row.scene for row in ROWS} - {"fault"}


def test_error_data_comes_as_text_or_as_an_object(graph):
    link = SCENES["no link"](graph).json()["error"]["error_data"]
    assert link == '{"blame_field_specs":[["link"]]}'
    overlap = SCENES["overlap"](graph).json()["error"]["error_data"]
    assert json.loads(overlap) == {"blame_field": "targeting"}
    offsets = SCENES["wrong offset"](graph).json()["error"]["error_data"]
    assert offsets == {"start_offset": "0", "end_offset": "100"}
    graph.control("faults", {"effect": "error", "code": 1487901, "type": "Exception", "error_data": {"a": 1}})
    assert graph.call("GET", graph.account).json()["error"]["error_data"] == {"a": 1}


def test_a_dsa_refusal_has_its_trace_beside_the_error(graph):
    body = SCENES["no payor"](graph).json()
    assert set(body) == {"error", "__fb_trace_id__", "__www_request_id__"}
    assert "dsa_payor" in body["error"]["error_data"]


def test_replies_that_are_no_envelope(graph):
    """observed: HTML behind a 502, an error inside a 200, an empty 413."""
    graph.control("faults", {"effect": "status", "status": 502})
    reply = graph.call("GET", graph.account)
    assert reply.status_code == 502 and reply.text.startswith("<!DOCTYPE html>")
    graph.control("faults", {"effect": "error_200", "code": 2})
    reply = graph.call("GET", graph.account)
    assert reply.status_code == 200 and reply.json()["error"]["code"] == 2
    graph.control("faults", {"effect": "status", "status": 200, "body": "Service Unavailable"})
    assert graph.call("GET", graph.account).text == "Service Unavailable"
    graph.control("faults", {"effect": "status", "status": 413, "body": ""})
    reply = graph.call("GET", graph.account)
    assert (reply.status_code, reply.content) == (413, b"")
