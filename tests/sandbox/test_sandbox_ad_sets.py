import pytest

SG = {
    "regional_regulated_categories": ["SINGAPORE_UNIVERSAL"],
    "regional_regulation_identities": {
        "singapore_universal_beneficiary": "112233",
        "singapore_universal_payer": "112233",
    },
}


def refused(graph, campaign=None, **params):
    given = graph.ad_set_params(campaign or graph.campaign(), **params)
    return graph.refused(f"{graph.account}/adsets", **{k: v for k, v in given.items() if v is not None})


def test_a_create_answers_with_the_id_alone(graph):
    reply = graph.post(f"{graph.account}/adsets", **graph.ad_set_params(graph.campaign()))
    assert list(reply) == ["id"] and len(reply["id"]) == 18


def test_budgets_stand_on_exactly_one_level(graph):
    assert refused(graph, graph.budget_campaign()) == (100, 1885621)
    assert refused(graph, daily_budget=None) == (100, 1487061)
    graph.ad_set(graph.budget_campaign(), daily_budget=None)


def test_a_bid_is_demanded_where_the_strategy_was_left_to_its_default(graph):
    assert refused(graph, bid_strategy=None) == (100, 2490487)
    assert refused(graph, bid_strategy="COST_CAP") == (100, 1815857)
    graph.ad_set(bid_strategy=None, bid_amount=100)
    params = graph.campaign_params(daily_budget=5000)
    del params["is_adset_budget_sharing_enabled"]
    dear = graph.post(f"{graph.account}/campaigns", **params)["id"]
    assert refused(graph, dear, daily_budget=None) == (100, 2490487)


@pytest.mark.parametrize(
    ("currency", "too_low", "enough"),
    [("SGD", 100, 200), ("JPY", 100, 400), ("IDR", 5000, 20000), ("USD", 99, 100), ("TWD", 30, 80)],
)
def test_minimum_budgets_follow_the_currency_and_its_offset(graph, currency, too_low, enough):
    graph.control("accounts", {"account": graph.account, "currency": currency})
    assert refused(graph, daily_budget=too_low) == (100, 1885272)
    graph.ad_set(daily_budget=enough)


@pytest.mark.parametrize(
    ("objective", "goal"),
    [
        ("OUTCOME_TRAFFIC", "OFFSITE_CONVERSIONS"),
        ("OUTCOME_SALES", "LANDING_PAGE_VIEWS"),
        ("OUTCOME_SALES", "THRUPLAY"),
    ],
)
def test_a_goal_must_suit_the_objective(graph, objective, goal):
    campaign = graph.campaign(objective=objective)
    assert refused(graph, campaign, optimization_goal=goal) == (100, 2490408)


def test_billing_by_clicks_only_goes_with_the_click_goal(graph):
    graph.ad_set(billing_event="LINK_CLICKS")
    assert refused(graph, optimization_goal="REACH", billing_event="LINK_CLICKS")[0] == 100


@pytest.mark.parametrize(
    ("objective", "goal", "promoted"),
    [
        ("OUTCOME_SALES", "OFFSITE_CONVERSIONS", {"pixel_id": "5647382910", "custom_event_type": "PURCHASE"}),
        ("OUTCOME_LEADS", "LEAD_GENERATION", {"page_id": "1029384756"}),
        ("OUTCOME_AWARENESS", "REACH", {"page_id": "1029384756"}),
        ("OUTCOME_APP_PROMOTION", "APP_INSTALLS", {"application_id": "1", "object_store_url": "http://a"}),
    ],
)
def test_what_a_goal_promotes_must_be_named(graph, objective, goal, promoted):
    campaign = graph.campaign(objective=objective)
    assert refused(graph, campaign, optimization_goal=goal) == (100, 1815430)
    graph.ad_set(campaign, optimization_goal=goal, promoted_object=promoted)


def test_somebody_elses_pixel_cannot_be_promoted(graph):
    campaign = graph.campaign(objective="OUTCOME_SALES")
    event = {"pixel_id": "404", "custom_event_type": "PURCHASE"}
    assert refused(graph, campaign, optimization_goal="OFFSITE_CONVERSIONS", promoted_object=event)[1] == 1815430


@pytest.mark.parametrize(
    ("change", "subcode"),
    [
        ({"geo_locations": {}}, 1885364),
        ({"geo_locations": {"countries": ["Malaysia"]}}, 1487079),
        ({"geo_locations": {"countries": ["MY"], "cities": [{"key": "1", "country": "MY"}]}}, 1487756),
        ({"geo_locations": {"countries": ["MY"], "location_types": ["home"]}}, 1870199),
        ({"targeting_automation": {}}, 1870227),
        ({"targeting_automation": {"advantage_audience": 7}}, 1870196),
        ({"targeting_automation": {"advantage_audience": 1}, "age_min": 30}, 1870188),
        ({"targeting_automation": {"advantage_audience": 1}, "age_max": 50}, 1870189),
        ({"targeting_optimization": "expansion_all"}, 1870197),
        ({"custom_audiences": [{"id": "23850001", "name": "Buyers"}]}, 1359202),
        ({"custom_audiences": [{"id": "404"}]}, 1359207),
        ({"facebook_positions": ["video_feeds"]}, 2490562),
        ({"instagram_positions": ["explore"]}, 2490589),
    ],
)
def test_targeting_is_refused_as_recorded(graph, change, subcode):
    assert refused(graph, targeting=graph.targeting(**change)) == (100, subcode)


def test_targeting_comes_back_with_what_meta_adds(graph):
    id = graph.ad_set(
        targeting=graph.targeting("MY", custom_audiences=[{"id": "23850001"}], messenger_positions=["story"])
    )
    seen = graph.get(id, fields="targeting")["targeting"]
    assert seen["geo_locations"] == {"countries": ["MY"], "location_types": ["frequently_in", "home"]}
    assert (seen["age_min"], seen["age_max"], seen["age_range"]) == (18, 65, [18, 65])
    assert seen["targeting_optimization"] == "expansion_all"
    assert seen["custom_audiences"] == [{"id": "23850001", "name": "Buyers"}]
    assert "messenger_positions" not in seen and "publisher_platforms" not in seen
    assert graph.get(id, fields="targeting{geo_locations}")["targeting"].keys() == {"geo_locations"}


def test_retired_interests_vanish(graph):
    graph.settings(retired_interests=["6003"])
    id = graph.ad_set(targeting=graph.targeting(interests=[{"id": "6003"}, {"id": "6004"}]))
    assert graph.get(id, fields="targeting")["targeting"]["interests"] == [{"id": "6004"}]


def test_an_update_of_targeting_replaces_the_whole_spec(graph):
    id = graph.ad_set(targeting=graph.targeting(age_min=21, interests=[{"id": "6003"}]))
    assert graph.refused(id, targeting={"age_min": 30}) == (100, 1885364)
    graph.post(id, targeting={"geo_locations": {"countries": ["TH"]}})
    seen = graph.get(id, fields="targeting")["targeting"]
    assert seen["age_min"] == 18 and "interests" not in seen
    assert seen["targeting_automation"] == {"advantage_audience": 0}


def test_singapore_demands_verified_identities(graph):
    sg = graph.targeting("SG")
    assert refused(graph, targeting=sg) == (100, 3858548)
    one = {"singapore_universal_beneficiary": "112233"}
    assert refused(graph, targeting=sg, regional_regulation_identities=one) == (100, 3858634)
    strange = {**SG["regional_regulation_identities"], "singapore_universal_payer": "99"}
    assert refused(graph, targeting=sg, **{**SG, "regional_regulation_identities": strange}) == (100, 3858636)
    only = {"regional_regulation_identities": SG["regional_regulation_identities"]}
    assert refused(graph, targeting=sg, **only) == (100, 3858495)
    id = graph.ad_set(targeting=sg, **SG)
    assert graph.get(id, fields="regional_regulation_identities")["regional_regulation_identities"]


def test_europe_demands_payor_and_beneficiary_and_elsewhere_they_vanish(graph):
    germany = graph.targeting("DE")
    assert refused(graph, targeting=germany) == (100, 3858079)
    assert refused(graph, targeting=germany, dsa_payor="Acme") == (100, 3858081)
    both = {"dsa_payor": "Acme", "dsa_beneficiary": "Acme"}
    assert graph.get(graph.ad_set(targeting=germany, **both), fields="dsa_payor")["dsa_payor"] == "Acme"
    assert "dsa_payor" not in graph.get(graph.ad_set(**both), fields="dsa_payor,dsa_beneficiary")
    graph.control("accounts", {"account": graph.account, "default_dsa_payor": "A", "default_dsa_beneficiary": "B"})
    seen = graph.get(graph.ad_set(targeting=germany, dsa_payor="C"), fields="dsa_payor,dsa_beneficiary")
    assert (seen["dsa_payor"], seen["dsa_beneficiary"]) == ("C", "B")


def test_budgets_and_defaults_read_back_as_recorded(graph):
    id = graph.ad_set()
    fields = "daily_budget,lifetime_budget,destination_type,start_time,source_adset_id,bid_amount,end_time"
    assert graph.get(id, fields=fields) == {
        "id": id,
        "daily_budget": "2000",
        "lifetime_budget": "0",
        "destination_type": "UNDEFINED",
        "start_time": "2026-11-21T10:00:00+0800",
        "source_adset_id": "0",
    }


def test_times_come_back_in_the_accounts_zone_whatever_was_sent(graph):
    id = graph.ad_set(start_time="2026-12-01T01:00:00Z", end_time=1800000000)
    seen = graph.get(id, fields="start_time,end_time")
    assert seen["start_time"] == "2026-12-01T09:00:00+0800"
    assert seen["end_time"].endswith("+0800")


def test_schedules_that_cannot_be_are_refused(graph):
    assert refused(graph, end_time="2026-11-20T00:00:00+0800") == (100, 1487033)
    assert refused(graph, start_time="2026-12-05T00:00:00+0800", end_time="2026-12-04T00:00:00+0800")[0] == 100
    assert refused(graph, end_time="2026-11-21T20:00:00+0800")[0] == 100
    assert refused(graph, daily_budget=None, lifetime_budget=50000)[0] == 100
    graph.ad_set(daily_budget=None, lifetime_budget=50000, end_time="2026-12-01T00:00:00+0800")


def test_end_time_zero_means_no_end(graph):
    id = graph.ad_set(end_time="2026-12-31T00:00:00+0800")
    graph.post(id, end_time=0)
    assert "end_time" not in graph.get(id, fields="end_time")


def test_a_published_ad_set_keeps_its_goal_and_promoted_object(graph):
    id = graph.ad_set()
    graph.post(id, optimization_goal="REACH")
    graph.post(id, status="ACTIVE")
    assert graph.refused(id, optimization_goal="LINK_CLICKS") == (100, 3260011)
    graph.post(id, optimization_goal="REACH", name="The same value is no change")


def test_an_ad_out_of_review_publishes_its_ad_set(graph):
    id = graph.ad_set()
    graph.ad(id)
    graph.post(id, optimization_goal="REACH")
    graph.advance(60)
    assert graph.refused(id, optimization_goal="LINK_CLICKS") == (100, 3260011)


def test_the_fifth_budget_edit_within_an_hour_is_refused(graph):
    id = graph.ad_set()
    for number in range(4):
        graph.post(id, daily_budget=3000 + number)
    graph.post(id, daily_budget=3003)
    assert graph.refused(id, daily_budget=4000) == (613, 1487632)
    graph.advance(3601)
    graph.post(id, daily_budget=4000)


def test_daily_does_not_become_lifetime(graph):
    id = graph.ad_set(end_time="2026-12-31T00:00:00+0800")
    assert graph.refused(id, lifetime_budget=99000)[0] == 100


def test_an_archived_ad_set_is_locked(graph):
    id = graph.ad_set()
    graph.post(id, status="ARCHIVED")
    assert graph.refused(id, daily_budget=4000) == (100, 1487056)


def test_a_deleted_campaign_takes_no_ad_set_and_hides_its_own(graph):
    campaign = graph.campaign()
    id = graph.ad_set(campaign)
    graph.delete(campaign)
    assert graph.get(f"{graph.account}/adsets")["data"] == []
    assert graph.get(id, fields="effective_status,status") == {
        "id": id,
        "effective_status": "DELETED",
        "status": "PAUSED",
    }
    assert refused(graph, campaign)[0] == 100


def test_effective_status_follows_the_campaign(graph):
    campaign = graph.campaign()
    id = graph.ad_set(campaign, status="ACTIVE")
    read = lambda: graph.get(id, fields="effective_status")["effective_status"]  # noqa: E731
    assert read() == "CAMPAIGN_PAUSED"
    graph.post(campaign, status="ACTIVE")
    assert read() == "ACTIVE"
    graph.post(id, status="PAUSED")
    assert read() == "PAUSED"


def test_creates_may_stay_in_process_for_a_while(graph):
    graph.settings(in_process_seconds=20)
    id = graph.campaign(status="ACTIVE")
    assert graph.get(id, fields="effective_status")["effective_status"] == "IN_PROCESS"
    graph.advance(21)
    assert graph.get(id, fields="effective_status")["effective_status"] == "ACTIVE"


def test_a_campaign_holds_only_so_many_ad_sets(graph):
    graph.settings(max_ad_sets_per_campaign=2)
    campaign = graph.campaign()
    graph.ad_set(campaign)
    graph.ad_set(campaign)
    assert refused(graph, campaign) == (100, 1487809)


def test_minimum_budgets_can_be_read(graph):
    rows = graph.get(f"{graph.account}/minimum_budgets", limit=100)["data"]
    mine = next(row for row in rows if row["currency"] == "SGD")
    assert mine["min_daily_budget_imp"] == graph.get(graph.account, fields="min_daily_budget")["min_daily_budget"]


@pytest.mark.parametrize("country", ["UK", "XX", "sg", "Singapore"])
def test_a_country_is_a_code_of_metas(graph, country):
    targeting = graph.targeting(geo_locations={"countries": [country]})
    given = graph.ad_set_params(graph.campaign(), targeting=targeting)
    assert graph.refused(f"{graph.account}/adsets", **given) == (100, 1487079)


@pytest.mark.parametrize(
    "places", [{"countries": ["SG", "RU"]}, {"countries": ["IR"]}, {"cities": [{"key": "1", "country": "CU"}]}]
)
def test_some_countries_are_restricted(graph, places):
    given = graph.ad_set_params(graph.campaign(), targeting=graph.targeting(geo_locations=places))
    assert graph.refused(f"{graph.account}/adsets", **given)[0] == 2641


@pytest.mark.parametrize(
    ("placed", "refused"),
    [
        ({"publisher_platforms": ["audience_network"]}, True),
        ({"publisher_platforms": ["audience_network", "facebook"]}, False),
        ({"publisher_platforms": ["threads"]}, True),
        ({"publisher_platforms": ["facebook"], "facebook_positions": ["story"]}, True),
        ({"publisher_platforms": ["facebook", "instagram"], "facebook_positions": ["story"]}, False),
        ({"facebook_positions": ["marketplace"]}, True),
        ({"facebook_positions": ["marketplace", "feed"]}, False),
        ({"instagram_positions": ["story"], "threads_positions": ["threads_stream"]}, True),
    ],
)
def test_some_placements_do_not_stand_alone(graph, placed, refused):
    given = graph.ad_set_params(graph.campaign(), targeting=graph.targeting(**placed))
    if refused:
        assert graph.refused(f"{graph.account}/adsets", **given)[0] == 100
    else:
        graph.post(f"{graph.account}/adsets", **given)


def test_ad_sets_that_share_a_budget_share_a_goal(graph):
    campaign = graph.budget_campaign()
    first = graph.ad_set(campaign, daily_budget=None, bid_strategy=None, optimization_goal="LINK_CLICKS")
    given = graph.ad_set_params(campaign, optimization_goal="REACH")
    for name in ("daily_budget", "bid_strategy"):
        given.pop(name)
    assert graph.refused(f"{graph.account}/adsets", **given) == (100, 1885760)
    second = graph.post(f"{graph.account}/adsets", **{**given, "optimization_goal": "LINK_CLICKS"})["id"]
    assert graph.refused(second, optimization_goal="REACH") == (100, 1885760)
    graph.post(first, status="ARCHIVED")
    graph.post(second, optimization_goal="REACH")


ROAS = {
    "optimization_goal": "VALUE",
    "bid_strategy": "LOWEST_COST_WITH_MIN_ROAS",
    "bid_constraints": {"roas_average_floor": 20000},
}


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({}, None),
        ({"bid_constraints": {"roas_average_floor": 2}}, (100, None)),
        ({"bid_constraints": {"roas_average_floor": 10_000_001}}, (100, None)),
        ({"bid_constraints": {}}, (100, 2490487)),
        ({"bid_amount": 500}, (100, None)),
        ({"optimization_goal": "LINK_CLICKS"}, (100, None)),
    ],
)
def test_a_minimum_return_has_a_floor_of_ten_thousandths_the_goal_value_and_no_bid(graph, change, refused):
    event = {"pixel_id": graph.pixel, "custom_event_type": "PURCHASE"}
    campaign = graph.campaign(objective="OUTCOME_SALES")
    given = graph.ad_set_params(campaign, promoted_object=event, **{**ROAS, **change})
    if refused:
        assert graph.refused(f"{graph.account}/adsets", **given) == refused
    else:
        id = graph.post(f"{graph.account}/adsets", **given)["id"]
        assert graph.get(id, fields="bid_constraints")["bid_constraints"] == {"roas_average_floor": 20000}
