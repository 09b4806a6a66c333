"""Published extractors: every field that they ask for is answered or left out, and every request of theirs works."""

import json

import pytest
from extractor_fields import AIRBYTE, MELTANO, MELTANO_LEAVES_OUT, SINGER

from reconciler.sandbox.params import readable_fields

DAY = {"since": "2026-11-23", "until": "2026-11-23"}
STATUSES = ["active", "archived", "completed", "limited", "not_delivering", "deleted", "not_published",
            "pending_review", "permanently_deleted", "recently_completed", "recently_rejected", "rejected",
            "scheduled", "inactive"]  # fmt: skip
EDGES = {"campaign": "campaigns", "ad_set": "adsets", "ad": "ads", "creative": "adcreatives", "image": "adimages",
         "video": "advideos", "label": "adlabels", "audience": "customaudiences",
         "custom_conversion": "customconversions", "activity": "activities"}  # fmt: skip
STREAMS = [
    (name, kind, tuple(fields.split()))
    for name, streams in (("singer", SINGER), ("meltano", MELTANO), ("airbyte", AIRBYTE))
    for kind, fields in streams.items()
]
INSIGHTS = [(name, fields) for name, kind, fields in STREAMS if kind.endswith("insights")]
INSIGHTS += [("meltano", tuple(sorted(readable_fields("insights") - {*MELTANO_LEAVES_OUT.split()})))]
CUTS = [[], ["age", "gender"], ["country"], ["region"], ["comscore_market"],
        ["publisher_platform", "platform_position", "impression_device"],
        ["hourly_stats_aggregated_by_advertiser_time_zone"]]  # fmt: skip
HOURLY = CUTS[-1]


@pytest.fixture
def account(graph):
    """One of each, an ad that has run for three days, and one that is deleted."""
    graph.settings(review_seconds=0)
    campaign = graph.campaign(status="ACTIVE", adlabels=[{"name": "one"}])
    ad_set = graph.ad_set(campaign, status="ACTIVE")
    ad = graph.ad(ad_set, status="ACTIVE")
    graph.delete(graph.ad(ad_set, creative=graph.creative(message="Other")))
    pixel = {"event_source_id": graph.pixel, "rule": {"and": [{"event": {"eq": "Purchase"}}]}}
    made = {
        "account": graph.account,
        "campaign": campaign,
        "ad_set": ad_set,
        "ad": ad,
        "creative": graph.get(ad, fields="creative")["creative"]["id"],
        "image": f"{graph.account.removeprefix('act_')}:{graph.image()}",
        "video": graph.video(),
        "label": graph.get(f"{graph.account}/adlabels")["data"][0]["id"],
        "audience": "23850001",
        "custom_conversion": graph.post(
            f"{graph.account}/customconversions", name="c", custom_event_type="PURCHASE", **pixel
        )["id"],
    }
    graph.advance(3 * 86400)
    return made


def test_every_field_of_every_stream_is_answered_or_left_out(graph, account):
    for name, kind, fields in STREAMS:
        if kind in account:
            seen = graph.get(account[kind], fields=",".join(fields))
            assert seen["id"] == account[kind] and set(seen) <= {*fields, "id"}, (name, kind)


def test_every_stream_lists_its_edge_with_all_its_fields(graph, account):
    for name, kind, fields in STREAMS:
        if kind in EDGES:
            text = str(list(fields)) if name == "meltano" else ",".join(fields)  # as a Python list: so it really asks
            rows = graph.get(f"{graph.account}/{EDGES[kind]}", fields=text, limit=100)["data"]
            assert rows and all(set(row) <= {*fields, "id"} for row in rows), (name, kind)


def test_accounts_are_listed_with_all_fields(graph, account):
    listed = graph.get("me/adaccounts", fields=str(MELTANO["account"].split()), limit=25)["data"]
    assert graph.account in {one["id"] for one in listed}


@pytest.mark.parametrize("edge", ["campaigns", "adsets", "ads"])
def test_increments_are_filtered_by_time_and_by_three_delivery_states_at_a_time(graph, account, edge):
    level = edge[:-1]
    later = {"field": f"{level}.updated_time", "operator": "GREATER_THAN", "value": 1767225600}
    asked = {"fields": "id,updated_time", "limit": 100}
    found = set()
    for states in thirds(STATUSES):
        one = {"field": f"{level}.delivery_info", "operator": "IN", "value": states}
        found |= {row["id"] for row in graph.get(f"{graph.account}/{edge}", filtering=[one, later], **asked)["data"]}
    whole = {"field": f"{level}.delivery_info", "operator": "IN", "value": STATUSES}
    assert found == {row["id"] for row in graph.get(f"{graph.account}/{edge}", filtering=[whole], **asked)["data"]}
    assert len(found) == (2 if edge == "ads" else 1)
    sorted_by = {"sort": "asc", "order_by": "updated_time", "filtering": json.dumps([later]), "limit": "25"}
    assert graph.get(f"{graph.account}/{edge}", **sorted_by)["data"]


def thirds(items):
    return [items[at : at + 3] for at in range(0, len(items), 3)]


def test_leads_are_filtered_by_their_time(graph, account):
    policy = {"url": "https://acme.example/"}
    form = graph.post(f"{graph.page}/leadgen_forms", name="f", questions=[{"type": "EMAIL"}], privacy_policy=policy)
    lead = graph.post(f"{form['id']}/test_leads")["id"]
    window = [
        {"field": "time_created", "operator": "GREATER_THAN", "value": 1795000000},
        {"field": "time_created", "operator": "LESS_THAN", "value": 1797000000},
    ]
    assert [one["id"] for one in graph.get(f"{form['id']}/leads", filtering=window, limit=100)["data"]] == [lead]
    assert graph.get(f"{account['ad']}/leads", filtering=window)["data"] == []
    assert graph.get(lead, fields=SINGER["lead"].replace(" ", ","))["form_id"] == form["id"]


def test_activities_are_read_since_a_moment(graph, account):
    rows = graph.get(f"{graph.account}/activities", fields=AIRBYTE["activity"].replace(" ", ","), since=1795000000)
    assert {"create_campaign_group", "create_ad_set", "create_ad"} <= {row["event_type"] for row in rows["data"]}


@pytest.mark.parametrize("cuts", CUTS, ids=lambda cuts: ",".join(cuts) or "whole")
@pytest.mark.parametrize(("name", "fields"), INSIGHTS, ids=[f"{name}{at}" for at, (name, _) in enumerate(INSIGHTS)])
def test_every_insights_stream_runs_as_a_report_and_holds_what_it_asks_for(graph, account, name, fields, cuts):
    parts = ["action_type"] if "impression_device" in cuts or cuts == HOURLY else [
        "action_type", "action_target_id", "action_destination"]  # fmt: skip
    windows = {
        "singer": ["1d_click", "7d_click", "28d_click", "1d_view", "7d_view", "28d_view"],
        "meltano": ["1d_view", "7d_click"],
        "airbyte": ["1d_click", "7d_click", "28d_click", "1d_view"],
    }[name]
    asked = {"level": "ad", "action_breakdowns": parts, "breakdowns": cuts, "fields": list(fields),
             "time_increment": 1, "action_attribution_windows": windows, "limit": 100}  # fmt: skip
    more = {
        "singer": {"time_ranges": [DAY]},
        "meltano": {"time_range": {**DAY, "until": "2026-11-24"}, "action_report_time": "mixed"},
        "airbyte": {"time_range": DAY, "filtering": [
            {"field": "ad.effective_status", "operator": "IN", "value": ["ACTIVE", "PAUSED", "DELETED", "ARCHIVED"]}]},
    }[name]  # fmt: skip
    run = graph.post(f"{graph.account}/insights", **asked, **more)["report_run_id"]
    graph.advance(10)
    assert graph.get(run)["async_status"] == "Job Completed"
    rows = graph.get(f"{run}/insights")["data"]
    assert rows and all({"date_start", "date_stop", *cuts} <= set(row) <= {*fields, *cuts, "date_start", "date_stop"}
                        for row in rows)  # fmt: skip


# --- and what Meta refuses


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("campaign", "adbatch budget_schedule_specs execution_options iterative_split_test_configs shoe_size"),
        ("ad_set", "budget_schedule_specs campaign_spec daily_imps date_format execution_options shoe_size"),
        ("ad", "adset_spec audience_id date_format execution_options url_tags shoe_size"),
        ("creative", "execution_options image_file is_dco_internal shoe_size"),
        ("account", "shoe_size account_nam"),
        ("video", "file_url upload_phase shoe_size"),
    ],
)
def test_what_only_a_create_takes_and_what_nobody_knows_is_refused(graph, account, kind, names):
    for name in names.split():
        reply = graph.call("GET", account[kind], {"fields": f"id,{name}"})
        error = reply.json()["error"]
        assert (reply.status_code, error["code"]) == (400, 100)
        assert error["message"].startswith(f"(#100) Tried accessing nonexisting field ({name})")


RECORDED_ACCOUNT = (
    "business_city business_country_code business_name business_street can_create_brand_lift_study capabilities "
    "end_advertiser end_advertiser_name fb_entity has_migrated_permissions is_attribution_spec_system_default "
    "is_direct_deals_enabled is_in_3ds_authorization_enabled_market is_notifications_enabled is_personal "
    "is_tax_id_required min_campaign_group_spend_cap offsite_pixels_tos_accepted rf_spec tax_id_status tax_id_type "
    "timezone_id tos_accepted user_tos_accepted"
).split()
KINDS = {"bool": bool, "float": int, "int": int, "unsigned int": int, "string": str, "list<string>": list,
         "map<string, int>": dict, "ReachFrequencySpec": dict, "Object": dict, "map": dict}  # fmt: skip


def test_an_account_tells_all_that_a_recorded_one_told_in_the_types_of_the_sdk(graph):
    from facebook_business.adobjects.adaccount import AdAccount

    seen = graph.get(graph.account, fields=",".join(RECORDED_ACCOUNT))
    assert list(seen) and set(seen) == {*RECORDED_ACCOUNT, "id"}
    wrong = {name for name in RECORDED_ACCOUNT if type(seen[name]) is not KINDS[AdAccount._field_types[name]]}
    assert not wrong
    assert seen["min_campaign_group_spend_cap"] == "13000" and seen["tos_accepted"]["custom_audience_tos"] == 1


def test_zones_have_numbers_of_their_own(graph):
    numbers = set()
    for zone in ("America/Los_Angeles", "Asia/Singapore", "Asia/Kuala_Lumpur", "Asia/Taipei"):
        graph.control("accounts", {"account": graph.account, "timezone": zone})
        numbers.add(graph.get(graph.account, fields="timezone_id")["timezone_id"])
    assert len(numbers) == 4 and 1 in numbers
