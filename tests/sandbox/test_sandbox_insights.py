"""Insights follow from budgets and time, and agree with each other."""

import json
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from support.counting import calls

SINCE, UNTIL = "2026-11-21", "2026-11-24"
WINDOW = {"since": SINCE, "until": UNTIL}
DAY = 86400


@pytest.fixture
def tree(graph):
    """Two campaigns, one of them with a campaign budget; three ad sets; five ads; three days of delivery."""
    graph.settings(review_seconds=0)
    hero = graph.creative()
    plain = graph.campaign(status="ACTIVE")
    shared = graph.budget_campaign(status="ACTIVE", name="Shared")
    sets = [
        graph.ad_set(plain, status="ACTIVE", targeting=graph.targeting("MY", "ID", age_min=25)),
        graph.ad_set(shared, status="ACTIVE", daily_budget=None, bid_strategy=None),
        graph.ad_set(shared, status="ACTIVE", daily_budget=None, bid_strategy=None, name="Narrow"),
    ]
    ads = [graph.ad(one, status="ACTIVE", creative=hero, name=f"Ad {n}") for n, one in enumerate([*sets, *sets[:2]])]
    graph.advance(3 * DAY)
    return {"campaigns": [plain, shared], "sets": sets, "ads": ads}


def insights(graph, id, **params):
    return graph.get(f"{id}/insights", **{"time_range": WINDOW, "limit": 500, **params})["data"]


def total(rows, name="impressions"):
    return round(sum(float(row[name]) for row in rows), 2)


def test_nothing_is_delivered_by_what_is_not_effectively_active(graph):
    graph.settings(review_seconds=0)
    for campaign, ad_set, ad in (
        ("PAUSED", "ACTIVE", "ACTIVE"),
        ("ACTIVE", "PAUSED", "ACTIVE"),
        ("ACTIVE",) * 2 + ("PAUSED",),
    ):
        id = graph.campaign(status=campaign)
        graph.ad(graph.ad_set(id, status=ad_set), status=ad)
    graph.advance(2 * DAY)
    assert insights(graph, graph.account) == []


def test_a_full_day_spends_about_its_daily_budget_and_never_more(graph, tree):
    for row in insights(graph, tree["sets"][0], time_increment=1, fields="spend")[1:3]:
        assert 17.9 <= float(row["spend"]) <= 20.0
    for row in insights(graph, tree["campaigns"][1], time_increment=1, fields="spend")[1:3]:
        assert 44.9 <= float(row["spend"]) <= 50.0


def test_an_ad_in_review_waits_and_a_rejected_ad_never_spends(graph):
    graph.settings(review_seconds=DAY)
    ad_set = graph.ad_set(graph.campaign(status="ACTIVE"), status="ACTIVE")
    good, bad = graph.ad(ad_set, status="ACTIVE"), graph.ad(ad_set, status="ACTIVE", name="bad")
    graph.control("review", {"id": bad, "decision": "reject"})
    graph.advance(2 * DAY)
    assert [row["date_start"] for row in insights(graph, good, time_increment=1)] == ["2026-11-22", "2026-11-23"]
    assert insights(graph, bad) == []


def test_pausing_stops_the_money_and_the_past_does_not_move(graph, tree):
    before = insights(graph, tree["campaigns"][0], time_increment=1)[:3]
    graph.post(tree["campaigns"][0], status="PAUSED")
    graph.advance(10 * DAY)
    window = {"since": SINCE, "until": "2026-12-04"}
    after = insights(graph, tree["campaigns"][0], time_increment=1, time_range=window)
    assert after[:3] == before and after[-1]["date_start"] == "2026-11-24"


def test_a_budget_edit_counts_from_its_own_moment(graph, tree):
    graph.post(tree["sets"][0], daily_budget=4000)
    graph.advance(2 * DAY)
    days = insights(graph, tree["sets"][0], time_increment=1, time_range={"since": SINCE, "until": "2026-11-25"})
    assert float(days[1]["spend"]) <= 20 and float(days[4]["spend"]) > 35


def test_a_lifetime_budget_is_spent_evenly_and_ends_with_its_schedule(graph):
    graph.settings(review_seconds=0)
    ad_set = graph.ad_set(
        graph.campaign(status="ACTIVE"), status="ACTIVE", daily_budget=None, lifetime_budget=10000,
        end_time="2026-11-26T10:00:00+0800",
    )  # fmt: skip
    graph.ad(ad_set, status="ACTIVE")
    graph.advance(2.5 * DAY)
    assert abs(total(insights(graph, ad_set), "spend") - 50) < 0.1
    assert graph.refused(ad_set, lifetime_budget=5200) == (100, 1885650)
    graph.advance(20 * DAY)
    spent = insights(graph, ad_set, time_range={"since": SINCE, "until": "2026-12-15"})
    assert 99.9 < total(spent, "spend") <= 100


def test_a_campaigns_spend_cap_ends_its_spending(graph):
    graph.settings(review_seconds=0)
    campaign = graph.campaign(status="ACTIVE", spend_cap=13000)
    ad_set = graph.ad_set(campaign, status="ACTIVE", daily_budget=10000)
    graph.ad(ad_set, status="ACTIVE")
    graph.advance(3 * DAY)
    assert 129.9 <= total(insights(graph, campaign), "spend") <= 130


@pytest.mark.parametrize("measure", ["spend", "impressions", "clicks"])
def test_ads_add_up_to_ad_sets_campaigns_and_the_account(graph, tree, measure):
    for increment in ("all_days", 1):
        sums = {
            level: total(insights(graph, graph.account, level=level, fields=measure, time_increment=increment), measure)
            for level in ("account", "campaign", "adset", "ad")
        }
        assert len(set(sums.values())) == 1 and sums["ad"] > 0
    one = total(insights(graph, tree["sets"][0], level="ad", fields=measure), measure)
    assert one == total(insights(graph, tree["sets"][0], fields=measure), measure)
    assert one == total(
        [r for id in (tree["ads"][0], tree["ads"][3]) for r in insights(graph, id, fields=measure)], measure
    )


@pytest.mark.parametrize(
    "breakdowns",
    [
        "country", "publisher_platform", "age", "gender", "device_platform", "age,gender",
        "publisher_platform,platform_position", "hourly_stats_aggregated_by_advertiser_time_zone",
    ],
)  # fmt: skip
def test_breakdowns_add_up_to_the_whole(graph, tree, breakdowns):
    for level in ("account", "ad"):
        for measure in ("spend", "impressions", "clicks"):
            whole = insights(graph, graph.account, level=level, fields=measure)
            cut = insights(graph, graph.account, level=level, fields=measure, breakdowns=breakdowns)
            assert total(cut, measure) == total(whole, measure) and len(cut) > len(whole)
            assert all(set(breakdowns.split(",")) <= set(row) for row in cut)


def test_hours_add_up_to_their_day_and_lie_where_the_ad_was_on(graph, tree):
    name = "hourly_stats_aggregated_by_advertiser_time_zone"
    first = {"since": SINCE, "until": SINCE}
    rows = insights(graph, tree["ads"][0], breakdowns=[name], time_range=first, fields="spend,reach,impressions")
    assert min(row[name] for row in rows) == "10:00:00 - 10:59:59"
    assert total(rows, "spend") == total(insights(graph, tree["ads"][0], time_range=first), "spend")
    assert not any("reach" in row for row in rows)


def test_targeting_decides_what_breakdowns_can_show(graph, tree):
    countries = insights(graph, tree["sets"][0], breakdowns="country")
    ages = insights(graph, tree["sets"][0], breakdowns="age")
    assert {row["country"] for row in countries} == {"MY", "ID"} and "18-24" not in {row["age"] for row in ages}


def test_increments_cut_the_range_and_days_add_up(graph, tree):
    whole = insights(graph, graph.account, fields="spend")
    assert whole[0]["date_start"] == SINCE and whole[0]["date_stop"] == UNTIL
    for increment in (1, 2, 90, "monthly"):
        rows = insights(graph, graph.account, fields="spend", time_increment=increment)
        assert total(rows, "spend") == total(whole, "spend")
    two = insights(graph, graph.account, time_increment=2)
    assert [(row["date_start"], row["date_stop"]) for row in two] == [(SINCE, "2026-11-22"), ("2026-11-23", UNTIL)]
    ranges = [{"since": SINCE, "until": SINCE}, WINDOW]
    both = insights(graph, graph.account, time_ranges=ranges, time_increment=1, fields="spend")
    assert [row["date_stop"] for row in both] == [SINCE, UNTIL] and both[1] == whole[0]


def test_presets_follow_the_accounts_calendar(graph, tree):
    def days(preset):
        rows = graph.get(f"{graph.account}/insights", date_preset=preset)["data"]
        return [(row["date_start"], row["date_stop"]) for row in rows]

    assert days("today") == [(UNTIL, UNTIL)]
    assert days("yesterday") == [("2026-11-23", "2026-11-23")]
    assert days("last_7d") == [("2026-11-17", "2026-11-23")]
    assert days("this_month") == [("2026-11-01", UNTIL)]
    assert days("last_week_mon_sun") == [("2026-11-16", "2026-11-22")]
    assert days("maximum") == [("2023-10-24", UNTIL)]
    assert days("last_month") == [] == days("last_quarter")
    assert graph.get(f"{graph.account}/insights")["data"][0]["date_stop"] == "2026-11-23"


def test_numbers_are_strings_and_spend_is_in_major_units(graph, tree):
    fields = "spend,impressions,ctr,cpc,cpm,actions,reach,frequency,account_id,campaign_name,unknown_so_far"
    assert graph.refused(f"{graph.account}/insights", "GET", fields=fields)[0] == 100
    row = insights(graph, tree["campaigns"][0], fields=fields.replace(",unknown_so_far", ""))[0]
    assert all(isinstance(row[name], str) for name in ("spend", "impressions", "ctr", "cpc", "reach", "frequency"))
    assert row["account_id"] == "1234567890" and row["campaign_name"] == "Spring"
    click = next(one for one in row["actions"] if one["action_type"] == "link_click")
    assert set(click) == {"action_type", "value"} and 0 < int(click["value"]) < int(row["impressions"])
    assert float(row["ctr"]) == pytest.approx(
        100 * float(row["spend"]) / float(row["cpc"]) / int(row["impressions"]), 1e-3
    )
    assert int(row["reach"]) <= int(row["impressions"])


def test_a_sales_campaign_buys_purchases_worth_money(graph):
    graph.settings(review_seconds=0)
    campaign = graph.campaign(status="ACTIVE", objective="OUTCOME_SALES")
    goal = {"optimization_goal": "OFFSITE_CONVERSIONS"}
    promoted = {"pixel_id": graph.pixel, "custom_event_type": "PURCHASE"}
    ad_set = graph.ad_set(campaign, status="ACTIVE", daily_budget=50000, promoted_object=promoted, **goal)
    graph.ad(ad_set, status="ACTIVE")
    graph.advance(2 * DAY)
    fields = "actions,action_values,purchase_roas,cost_per_action_type,spend"
    row = insights(graph, campaign, fields=fields, action_attribution_windows=["7d_click", "28d_view"])[0]
    bought = {one["action_type"]: one for one in row["actions"]}
    assert bought["omni_purchase"]["value"] == bought["purchase"]["value"]
    assert "7d_click" in bought["link_click"] and "28d_view" not in bought["link_click"]
    worth = {one["action_type"]: float(one["value"]) for one in row["action_values"]}
    assert float(row["purchase_roas"][0]["value"]) == pytest.approx(worth["omni_purchase"] / float(row["spend"]), 1e-3)


def test_devices_add_up_to_their_action(graph, tree):
    plain = insights(graph, graph.account, fields="actions")[0]["actions"]
    cut = insights(graph, graph.account, fields="actions", action_breakdowns=["action_type", "action_device"])[0][
        "actions"
    ]
    for kind in ("link_click", "post_engagement"):
        parts = [one for one in cut if one["action_type"] == kind]
        assert sum(int(one["value"]) for one in parts) == int(
            next(one for one in plain if one["action_type"] == kind)["value"]
        )
        assert {one["action_device"] for one in parts} <= {"iphone", "android_smartphone", "desktop"}


def test_rows_are_filtered_by_their_objects_and_by_their_figures(graph, tree):
    def names(*filters, level="ad"):
        rows = insights(graph, graph.account, level=level, fields=f"{level}_id,spend", filtering=list(filters))
        return {row[f"{level}_id"] for row in rows}

    first = {"field": "campaign.id", "operator": "IN", "value": [tree["campaigns"][0]]}
    assert names(first) == {tree["ads"][0], tree["ads"][3]}
    assert names({"field": "ad.name", "operator": "CONTAIN", "value": "Ad 2"}) == {tree["ads"][2]}
    assert names({"field": "adset.name", "operator": "EQUAL", "value": "Narrow"}, level="campaign") == {
        tree["campaigns"][1]
    }
    assert names({"field": "spend", "operator": "GREATER_THAN", "value": 100}, level="campaign") == {
        tree["campaigns"][1]
    }
    assert names({"field": "actions:link_click", "operator": "GREATER_THAN", "value": 10**6}) == set()
    assert (
        graph.refused(f"{graph.account}/insights", "GET", filtering=[{"field": "ad.nothing", "operator": "EQUAL"}])[0]
        == 100
    )


@pytest.mark.parametrize("status", ["DELETED", "ARCHIVED"])
def test_what_is_gone_counts_in_its_parents_and_is_listed_only_when_asked_for(graph, tree, status):
    whole = total(insights(graph, graph.account), "spend")
    graph.post(tree["ads"][0], status=status)
    assert total(insights(graph, graph.account), "spend") == whole
    assert total(insights(graph, graph.account, level="campaign"), "spend") == whole
    assert total(insights(graph, graph.account, level="ad"), "spend") < whole
    some = {"field": "ad.impressions", "operator": "GREATER_THAN", "value": 0}
    for filters in ([], [some], [{"field": "ad.name", "operator": "CONTAIN", "value": "Ad"}]):
        shown = insights(graph, graph.account, level="ad", fields="ad_id", filtering=filters)
        assert {row["ad_id"] for row in shown} == set(tree["ads"][1:])
    asked = [{"field": "ad.effective_status", "operator": "IN", "value": [status]}]
    gone = insights(graph, graph.account, level="ad", fields="ad_id", filtering=asked)
    assert [row["ad_id"] for row in gone] == [tree["ads"][0]]
    assert insights(graph, tree["ads"][0]) and insights(graph, tree["ads"][0], level="ad")


@pytest.mark.parametrize("level", ["ad_set", "campaign"])
def test_what_is_below_a_deleted_parent_is_reached_by_its_own_id_alone(graph, tree, level):
    parent = tree["campaigns" if level == "campaign" else "sets"][0]
    below = {row["ad_id"] for row in insights(graph, parent, level="ad", fields="ad_id")}
    graph.delete(parent)
    assert below and insights(graph, parent) and not insights(graph, parent, level="ad", fields="ad_id")
    assert not below & {row["ad_id"] for row in insights(graph, graph.account, level="ad", fields="ad_id")}
    assert all(insights(graph, ad) for ad in below)


RANKINGS = "quality_ranking,engagement_rate_ranking,conversion_rate_ranking"
WORDS = {"UNKNOWN", "ABOVE_AVERAGE", "AVERAGE", "BELOW_AVERAGE_35", "BELOW_AVERAGE_20", "BELOW_AVERAGE_10"}


def test_an_ad_has_rankings_and_no_other_level_has(graph, tree):
    rows = insights(graph, graph.account, level="ad", fields=f"impressions,{RANKINGS}")
    assert all(row[name] in WORDS for row in rows for name in RANKINGS.split(","))
    assert not set(RANKINGS.split(",")) & set(insights(graph, graph.account, level="adset", fields=RANKINGS)[0])


def test_unique_figures_count_people(graph, tree):
    fields = "inline_link_clicks,unique_inline_link_clicks,actions,unique_actions,social_spend,reach"
    (row,) = insights(graph, graph.account, fields=fields)
    assert 0 < int(row["unique_inline_link_clicks"]) <= int(row["inline_link_clicks"]) and row["social_spend"] == "0"
    deeds = {one["action_type"]: int(one["value"]) for one in row["actions"]}
    people = {one["action_type"]: int(one["value"]) for one in row["unique_actions"]}
    assert deeds.keys() == people.keys() and all(0 < people[kind] <= deeds[kind] for kind in deeds)


def test_sorting_and_paging_walk_the_whole_report(graph, tree):
    asked = {
        "level": "ad",
        "time_range": WINDOW,
        "time_increment": 1,
        "fields": "ad_id,spend",
        "sort": ["spend_descending"],
    }
    whole = graph.get(f"{graph.account}/insights", **asked, limit=500)["data"]
    spends = [float(row["spend"]) for row in whole]
    assert spends == sorted(spends, reverse=True)
    page = graph.get(f"{graph.account}/insights", **asked, limit=7, summary="total_count")
    assert page["paging"]["cursors"]["before"] == "MAZDZD" and page["summary"]["total_count"] == len(whole)
    walked = page["data"]
    while "next" in page["paging"]:
        page = graph.ok(graph.http.get(page["paging"]["next"], timeout=300))
        walked += page["data"]
    assert walked == whole and "after" in page["paging"]["cursors"]
    assert graph.refused(f"{graph.account}/insights", "GET", after="nonsense") == (2642, None)
    assert graph.get(f"{graph.account}/insights", **asked, limit=5001)["data"] == whole


def test_a_summary_adds_up_all_rows(graph, tree):
    body = graph.get(
        f"{graph.account}/insights", level="ad", time_range=WINDOW, limit=1, fields="spend", default_summary=True
    )
    assert float(body["summary"]["spend"]) == total(insights(graph, graph.account), "spend")
    asked = graph.get(f"{graph.account}/insights", level="ad", time_range=WINDOW, summary="impressions", fields="spend")
    assert set(asked["summary"]) == {"impressions", "date_start", "date_stop"}


def test_insights_ride_in_field_expansion(graph, tree):
    text = f'name,insights.time_range({{"since":"{SINCE}","until":"{UNTIL}"}}){{spend,impressions}}'
    ads = graph.get(f"{graph.account}/ads", fields=text)["data"]
    assert len(ads) == 5 and all("spend" in ad["insights"]["data"][0] for ad in ads)
    assert "insights" not in graph.get(tree["ads"][0], fields="insights.date_preset(last_month){spend}")


def test_what_cannot_be_asked_is_refused(graph, tree):
    def refused(**params):
        return graph.refused(f"{graph.account}/insights", "GET", **params)

    assert refused(time_range={"since": "2023-10-23", "until": SINCE}) == (3018, None)
    assert refused(time_range={"since": UNTIL, "until": SINCE})[0] == 100
    for bad in ({"since": SINCE}, {"since": "soon", "until": SINCE}, "x"):
        assert refused(time_range=bad)[0] == 100
    for increment in (0, 91, "weekly"):
        assert refused(time_range=WINDOW, time_increment=increment)[0] == 100
    assert refused(date_preset="last_8d")[0] == 100 and refused(level="creative")[0] == 100
    assert refused(breakdowns="shoe_size")[0] == 100 and refused(breakdowns="zip")[0] == 3
    assert refused(breakdowns="age,hourly_stats_aggregated_by_advertiser_time_zone")[0] == 100
    assert refused(breakdowns="platform_position")[0] == 100
    assert refused(sort="shoe_size")[0] == 100 and refused(sort="spend_upwards")[0] == 100
    assert graph.refused(f"{tree['ads'][0]}/insights", "GET", level="account") == (1, 99)
    graph.settings(insights_max_cells=3)
    assert refused(time_range=WINDOW, level="ad") == (100, 1487534)


def test_ranges_may_have_the_single_quotes_of_metas_examples(graph, tree):
    text = f"{{'since':'{SINCE}','until':'{UNTIL}'}}"
    assert insights(graph, graph.account, time_range=text) == insights(graph, graph.account)


def test_the_seed_decides_the_figures(graph, tree):
    first = insights(graph, graph.account, level="ad")
    assert insights(graph, graph.account, level="ad") == first
    graph.settings(insights_seed="another")
    assert insights(graph, graph.account, level="ad") != first


def test_figures_survive_a_world_carried_away(graph, tree):
    first = insights(graph, graph.account, level="ad", time_increment=1)
    graph.control("world", graph.control("world", method="GET"))
    assert insights(graph, graph.account, level="ad", time_increment=1) == first


def test_what_is_spent_shows_in_accounts_and_budgets(graph, tree):
    whole = round(100 * total(insights(graph, graph.account), "spend"))
    assert graph.get(graph.account, fields="amount_spent")["amount_spent"] == str(whole)
    today = round(100 * total(insights(graph, tree["sets"][0], time_range={"since": UNTIL, "until": UNTIL}), "spend"))
    assert graph.get(tree["sets"][0], fields="budget_remaining")["budget_remaining"] == str(2000 - today)


def start(graph, **params):
    return graph.post(f"{graph.account}/insights", time_range=WINDOW, level="ad", **params)["report_run_id"]


def test_a_report_run_progresses_by_the_clock(graph, tree):
    graph.settings(insights_seconds=100)
    run = start(graph, fields="ad_id,spend", time_increment=1)
    seen = []
    for _ in range(11):
        body = graph.get(run)
        seen.append((body["async_status"], body["async_percent_completion"]))
        graph.advance(10)
    assert [one for one, _ in seen] == ["Job Not Started", "Job Started", *["Job Running"] * 8, "Job Completed"]
    assert [part for _, part in seen] == sorted(part for _, part in seen)
    assert ("Job Running", 100) in seen and seen[-1][1] == 100 and seen[0][1] == 0
    body = graph.get(run)
    assert body["time_completed"] - body["time_ref"] == 100 and body["account_id"] == "1234567890"
    assert (body["date_start"], body["date_stop"]) == (SINCE, UNTIL)


def test_a_runs_rows_come_only_when_it_has_completed(graph, tree):
    run = start(graph, fields="ad_id,spend", time_increment=1, limit=4)
    assert graph.refused(f"{run}/insights", "GET") == (2601, 1815107)
    direct = insights(graph, graph.account, level="ad", fields="ad_id,spend", time_increment=1)
    graph.advance(3)
    page = graph.get(f"{run}/insights")
    walked = page["data"]
    while "next" in page["paging"]:
        page = graph.ok(graph.http.get(page["paging"]["next"], timeout=300))
        walked += page["data"]
    assert walked == direct
    graph.advance(DAY)
    assert graph.get(f"{run}/insights", limit=500)["data"] == direct


def test_a_failed_run_says_why(graph, tree):
    graph.settings(insights_fail=True)
    run = start(graph)
    graph.settings(insights_fail=False)
    graph.advance(3)
    body = graph.get(run)
    assert body["async_status"] == "Job Failed" and body["error_code"] == 2 and body["error_subcode"] == 1504044
    assert body["async_percent_completion"] < 100
    assert graph.refused(f"{run}/insights", "GET")[0] == 2601


def test_runs_expire_and_refuse_at_once_what_is_wrong(graph, tree):
    assert graph.refused(f"{graph.account}/insights", fields="nothing")[0] == 100
    run = start(graph)
    graph.advance(31 * DAY)
    assert graph.refused(run, "GET") == (100, 33)


def test_too_much_for_one_answer_is_not_too_much_for_a_run(graph, tree):
    graph.settings(insights_max_cells=3, insights_seconds=0)
    assert graph.get(f"{start(graph)}/insights")["data"]


def test_asking_for_a_report_is_reading(graph, tree):
    graph.control("tokens", {"token": graph.token, "scopes": ["ads_read"]})
    before = len(graph.ledger())
    start(graph)
    assert len(graph.ledger()) == before


def test_thirty_days_of_two_hundred_ads_take_two_thousand_calls_a_row(graph, sandbox):
    graph.settings(review_seconds=0)
    hero = graph.creative()
    campaign = graph.campaign(status="ACTIVE")
    for _ in range(5):
        ad_set = graph.ad_set(campaign, status="ACTIVE")
        for number in range(40):
            graph.ad(ad_set, status="ACTIVE", creative=hero, name=f"{number}")
    graph.advance(30 * DAY)
    until = date.fromisoformat(SINCE) + timedelta(days=29)
    window = {"since": SINCE, "until": until.isoformat()}
    asked = urlencode({"level": "ad", "time_range": json.dumps(window), "time_increment": 1, "limit": 6000})
    path, replies = f"/v26.0/{graph.account}/insights?{asked}", []
    spent = calls(lambda: replies.append(sandbox.handle("GET", path, {"authorization": "Bearer x"}, b"")))
    print(spent, len(json.loads(replies[0].body)["data"]))
    assert spent < 2000 * len(json.loads(replies[0].body)["data"])
