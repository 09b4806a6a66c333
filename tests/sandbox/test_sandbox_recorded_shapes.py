"""Shapes of replies: headers, a chain of creates, an upload, each against what was recorded.

Where the evidence is not a recorded reply, the test says so: observed, or documented.
"""

import json
import re

import pytest

ACCOUNT, PAGE, MEDIA = "act_763408067802379", "108356564252733", "18112743619917095"

# recorded: header, and the pattern that all its sightings share
HEADERS = {
    "content-type": r"application/json; charset=UTF-8$",
    "facebook-api-version": r"v\d+\.0$",
    "x-fb-request-id": r"A[A-Za-z0-9_-]{22}$",
    "x-fb-trace-id": r"[A-Za-z0-9]{11}$",
    "x-fb-rev": r"10\d{8}$",
    "x-fb-debug": r"[A-Za-z0-9+/]{86}==$",
    "date": r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$",
    "cache-control": r"private, no-cache, no-store, must-revalidate$",
    "expires": r"Sat, 01 Jan 2000 00:00:00 GMT$",
    "x-fb-ads-insights-throttle": r'\{"app_id_util_pct": \d+\.\d\d,"acc_id_util_pct": \d+\.\d\d',
    "x-app-usage": r'\{"call_count":\d+,"total_cputime":\d+,"total_time":\d+\}$',
    "x-ad-account-usage": r'\{"acc_id_util_pct":[\d.]+,"reset_time_duration":\d+,"ads_api_access_tier":"\w+"\}$',
    "x-business-use-case-usage": (
        r'\{"\d+":\[\{"type":"\w+","call_count":\d+,"total_cputime":\d+,"total_time":\d+,'
        r'"estimated_time_to_regain_access":\d+,"ads_api_access_tier":"\w+"\}'
    ),
}


@pytest.mark.parametrize("name", HEADERS)
def test_headers_are_written_as_recorded(graph, name):
    graph.settings(throttle=True)
    reply = graph.call("GET", f"{graph.account}/insights")
    assert re.match(HEADERS[name], reply.headers[name]), reply.headers[name]


def test_at_low_load_there_may_be_no_usage_header(graph):
    """Recorded in 2017."""
    graph.settings(usage_headers=False)
    headers = graph.call("GET", f"{graph.account}/insights").headers
    assert not any("usage" in name.lower() or "throttle" in name.lower() for name in headers)


# recorded: a header, the setting under which it is so written, and its text; years 2019, 2022, 2026
VARIANTS = [
    ("x-ad-account-usage", {"usage_headers": "no_tier"}, '{"acc_id_util_pct":0}'),
    ("x-ad-account-usage", {"usage_headers": "no_reset"},
     '{"acc_id_util_pct":0,"ads_api_access_tier":"development_access"}'),
    ("x-business-use-case-usage", {"usage_headers": "no_tier"},
     '{"1234567890":[{"type":"ads_management","call_count":0,"total_cputime":0,"total_time":0,'
     '"estimated_time_to_regain_access":0}]}'),
    ("x-fb-ads-insights-throttle", {"usage_headers": "no_tier"}, '{"app_id_util_pct": 0.00,"acc_id_util_pct": 0.00}'),
    ("content-type", {"content_type": "text/javascript; charset=UTF-8"}, "text/javascript; charset=UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "settings", "text"), VARIANTS)
def test_headers_can_be_written_as_at_other_times(graph, name, settings, text):
    graph.settings(tier="limited", **settings)
    assert graph.call("GET", f"{graph.account}/insights").headers[name] == text


def test_entity_tags_can_be_had_back_on_reads_alone(graph):
    """Recorded: on GET, absent on POST and DELETE."""
    graph.settings(entity_tags=True)
    assert re.match(r'"[0-9a-f]{40}"$', graph.call("GET", graph.account).headers["etag"])
    made = graph.call("POST", f"{graph.account}/campaigns", graph.campaign_params())
    assert "etag" not in made.headers
    assert "etag" not in graph.call("DELETE", made.json()["id"]).headers


def test_entity_tags_are_gone(graph):
    """Recorded on GET until 2022; documented as removed from every version since 2026-10-27."""
    reply = graph.call("GET", graph.account)
    assert "etag" not in reply.headers
    again = graph.http.get(reply.url, headers={"If-None-Match": '"c128883f"'}, timeout=300)
    assert again.status_code == 200 and again.content


def test_a_block_can_hide_from_the_gauges(graph):
    """Observed: code 4 while every gauge shows next to nothing."""
    graph.control("faults", {"effect": "error", "code": 4, "http": 403})
    reply = graph.call("GET", graph.account)
    assert reply.status_code == 403
    assert json.loads(reply.headers["x-ad-account-usage"])["acc_id_util_pct"] == 0
    assert json.loads(reply.headers["x-app-usage"])["call_count"] == 0


def test_the_upgrade_warning_reads_as_recorded(graph):
    graph.settings(live_versions=["v26.0"])
    reply = graph.call("GET", graph.account, version="v25.0")
    text = "The call has been auto-upgraded to v26.0 as v25.0 will be deprecated."
    assert reply.headers["x-ad-api-version-warning"] == text


@pytest.fixture
def boost(graph):
    """Recorded on 2026-07-08: a post boosted with three creates, in Brazil."""
    graph.control("clock", {"now": "2026-07-08T12:00:00-03:00"})
    row = {"account": ACCOUNT, "currency": "BRL", "timezone": "America/Recife", "pages": [PAGE]}
    graph.control("accounts", {**row, "ig_users": [MEDIA]})
    campaign = {
        "name": "TEST_SPIKE_BOOST_campanha",
        "objective": "OUTCOME_ENGAGEMENT",
        "status": "PAUSED",
        "special_ad_categories": [],
        "is_adset_budget_sharing_enabled": False,
    }
    ad_set = {
        "name": "TEST_SPIKE_BOOST_conjunto",
        "status": "PAUSED",
        "daily_budget": 600,
        "billing_event": "IMPRESSIONS",
        "optimization_goal": "POST_ENGAGEMENT",
        "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
        "destination_type": "ON_POST",
        "promoted_object": {"page_id": PAGE},
        "targeting": {
            "geo_locations": {"countries": ["BR"]},
            "age_min": 18,
            "age_max": 65,
            "targeting_automation": {"advantage_audience": 0},
        },
    }
    creative = {"name": "TEST_SPIKE_v8_only_source", "source_instagram_media_id": MEDIA}
    made = {"campaign": graph.post(f"{ACCOUNT}/campaigns", **campaign)}
    made["creative"] = graph.post(f"{ACCOUNT}/adcreatives", **creative)
    made["ad_set"] = graph.post(f"{ACCOUNT}/adsets", **ad_set, campaign_id=made["campaign"]["id"])
    ad = {"name": "TEST_SPIKE_BOOST_ad", "adset_id": made["ad_set"]["id"], "status": "PAUSED"}
    made["ad"] = graph.post(f"{ACCOUNT}/ads", **ad, creative={"creative_id": made["creative"]["id"]})
    return made


def test_the_recorded_chain_of_creates_goes_through(graph, boost):
    account = graph.get(ACCOUNT, fields="timezone_name,currency,min_daily_budget")
    assert account == {"id": ACCOUNT, "timezone_name": "America/Recife", "currency": "BRL", "min_daily_budget": 522}
    assert all(re.match(r"1202\d{14}$", boost[kind]["id"]) for kind in ("campaign", "ad_set", "ad"))
    assert re.match(r"10588\d{11}$", boost["creative"]["id"])
    assert all(set(one) == {"id"} for one in boost.values())


def test_the_recorded_creative_reads_back_with_a_dated_name(graph, boost):
    fields = "name,effective_object_story_id,object_type,source_instagram_media_id"
    seen = graph.get(boost["creative"]["id"], fields=fields)
    assert re.match(r"TEST_SPIKE_v8_only_source 2026-07-08-[0-9a-f]{32}$", seen["name"])
    assert re.match(r"\d+_\d+$", seen["effective_object_story_id"])
    assert (seen["object_type"], seen["source_instagram_media_id"]) == ("SHARE", MEDIA)


def test_money_and_times_read_back_as_recorded(graph, boost):
    seen = graph.get(boost["ad_set"]["id"], fields="daily_budget,lifetime_budget,budget_remaining,created_time")
    assert (seen["daily_budget"], seen["lifetime_budget"]) == ("600", "0")
    assert seen["created_time"] == "2026-07-08T12:00:00-0300" and isinstance(seen["budget_remaining"], str)
    assert graph.get(boost["campaign"]["id"], fields="start_time")["start_time"] == "2026-07-08T12:00:01-0300"


SIZE = 22_420_886


def send(graph, **params):
    files = params.pop("files", None)
    return graph.ok(graph.call("POST", f"{graph.account}/advideos", params, files=files))


def test_the_recorded_upload_goes_the_same_way(graph):
    """Recorded on v19: a window of 1 MiB, a chunk larger than asked for, and success with 13 per cent sent."""
    begun = send(graph, upload_phase="start", file_size=str(SIZE))
    assert set(begun) == {"video_id", "start_offset", "end_offset", "upload_session_id"}
    assert (begun["start_offset"], begun["end_offset"]) == ("0", "1048576")
    assert re.match(r"984\d{12}", begun["video_id"]) and begun["video_id"] != begun["upload_session_id"]
    session = {"upload_session_id": begun["upload_session_id"]}
    files = {"video_file_chunk": ("f.mp4", b"x" * 2_848_208, "video/mp4")}
    moved = send(graph, upload_phase="transfer", start_offset="0", files=files, **session)
    assert set(moved) == {"start_offset", "end_offset"} and moved["start_offset"] == "2848208"
    assert moved["end_offset"] == "3848208"
    assert send(graph, upload_phase="finish", **session) == {"success": True}
    graph.advance(10)
    assert graph.get(begun["video_id"], fields="status")["status"]["video_status"] == "error"


def test_the_window_is_a_setting(graph):
    """Recorded on v2.3: 50 MiB for a file of 152 MB."""
    graph.settings(video_chunk_bytes=52428800)
    begun = send(graph, upload_phase="start", file_size="152043520")
    assert (begun["start_offset"], begun["end_offset"]) == ("0", "52428800")


def test_a_videos_status_has_the_recorded_phases(graph):
    graph.settings(video_seconds=60, copyright_check="error")
    video = graph.video()
    status = graph.get(video, fields="status")["status"]
    assert status == {
        "video_status": "processing",
        "processing_progress": 0,
        "uploading_phase": {"status": "complete", "bytes_transferred": 2000},
        "processing_phase": {"status": "not_started"},
        "publishing_phase": {"status": "not_started"},
        "copyright_check_status": {"status": "error"},
    }
    graph.advance(31)
    status = graph.get(video, fields="status")["status"]
    assert (status["processing_progress"], status["processing_phase"]) == (50, {"status": "in_progress"})


def test_the_loop_ends_where_the_offsets_meet_and_a_cancelled_session_is_gone(graph):
    """SDK: the four phases, and where a wrong offset says to go on."""
    begun = send(graph, upload_phase="start", file_size="10")
    session = {"upload_session_id": begun["upload_session_id"]}
    files = {"video_file_chunk": ("f.mp4", b"x" * 10, "video/mp4")}
    moved = send(graph, upload_phase="transfer", start_offset="0", files=files, **session)
    assert moved["start_offset"] == moved["end_offset"] == "10"
    assert send(graph, upload_phase="cancel", **session) == {"success": True}
    assert graph.refused(f"{graph.account}/advideos", upload_phase="finish", **session)[1] == 1363030


def test_a_report_run_has_the_recorded_fields(graph):
    run = graph.post(f"{graph.account}/insights", level="ad")
    assert list(run) == ["report_run_id"]
    graph.advance(3)
    seen = graph.get(run["report_run_id"])
    assert set(seen) == {
        "id", "account_id", "time_ref", "time_completed", "async_status", "async_percent_completion", "date_start",
        "date_stop",
    }  # fmt: skip
    assert (seen["async_status"], seen["async_percent_completion"]) == ("Job Completed", 100)
    assert seen["time_completed"] - seen["time_ref"] == 3 and re.match(r"\d{4}-\d\d-\d\d$", seen["date_start"])


def test_lists_have_an_after_cursor_on_their_last_page_too(graph):
    graph.campaign()
    page = graph.get(f"{graph.account}/campaigns")
    assert page["paging"]["cursors"]["after"].endswith("ZDZD") and "next" not in page["paging"]


def test_a_batch_answers_with_bodies_as_text_and_null_for_what_did_not_run(graph):
    graph.control("faults", {"effect": "null", "path": "/me$"})
    entries = [{"method": "GET", "relative_url": graph.account}, {"method": "GET", "relative_url": "me"}]
    first, second = graph.post("", batch=entries)
    assert set(first) == {"code", "headers", "body"} and isinstance(first["body"], str) and second is None
    assert set(first["headers"][0]) == {"name", "value"}
