import pytest


def test_a_create_answers_with_an_18_digit_string_id(graph):
    reply = graph.post(f"{graph.account}/campaigns", **graph.campaign_params())
    assert list(reply) == ["id"]
    assert len(reply["id"]) == 18 and reply["id"].isdigit()


def test_every_objective_of_today_is_taken_and_older_ones_are_refused(graph):
    for word in ("SALES", "LEADS", "TRAFFIC", "ENGAGEMENT", "AWARENESS", "APP_PROMOTION"):
        graph.campaign(objective=f"OUTCOME_{word}")
    params = graph.campaign_params(objective="CONVERSIONS")
    assert graph.refused(f"{graph.account}/campaigns", **params) == (100, None)


@pytest.mark.parametrize("missing", ["name", "objective", "special_ad_categories"])
def test_required_parameters_are_demanded(graph, missing):
    params = graph.campaign_params()
    del params[missing]
    assert graph.refused(f"{graph.account}/campaigns", **params) == (100, None)


def test_without_a_campaign_budget_the_sharing_flag_is_demanded(graph):
    params = graph.campaign_params()
    del params["is_adset_budget_sharing_enabled"]
    assert graph.refused(f"{graph.account}/campaigns", **params) == (100, 4834011)
    graph.post(f"{graph.account}/campaigns", **params, daily_budget=5000)


@pytest.mark.parametrize("status", ["ARCHIVED", "DELETED"])
def test_nothing_is_born_archived_or_deleted(graph, status):
    params = graph.campaign_params(status=status)
    assert graph.refused(f"{graph.account}/campaigns", **params)[0] == 100


def test_a_campaign_budget_below_the_minimum_is_refused(graph):
    params = graph.campaign_params(daily_budget=10)
    del params["is_adset_budget_sharing_enabled"]
    assert graph.refused(f"{graph.account}/campaigns", **params) == (100, 2238055)


def test_the_echo_differs_from_the_request_as_recorded(graph):
    id = graph.budget_campaign(name="Echo")
    fields = "daily_budget,lifetime_budget,special_ad_categories,special_ad_category,source_campaign_id,"
    seen = graph.get(id, fields=fields + "created_time,start_time,smart_promotion_type,stop_time,buying_type")
    assert seen == {
        "id": id,
        "daily_budget": "5000",
        "lifetime_budget": "0",
        "special_ad_categories": [],
        "special_ad_category": "NONE",
        "source_campaign_id": "0",
        "created_time": "2026-11-21T10:00:00+0800",
        "start_time": "2026-11-21T10:00:01+0800",
        "smart_promotion_type": "GUIDED_CREATION",
        "buying_type": "AUCTION",
    }


def test_types_and_enums_come_from_the_sdk(graph):
    for wrong in ({"daily_budget": "5.5"}, {"status": "ON"}, {"special_ad_categories": "x"}, {"start_time": "soon"}):
        assert graph.refused(f"{graph.account}/campaigns", **graph.campaign_params(**wrong))[0] == 100


@pytest.mark.parametrize("former", ["AUTOMATED_SHOPPING_ADS", "SMART_APP_PROMOTION"])
def test_campaigns_of_former_kinds_are_made_no_more(graph, former):
    params = graph.campaign_params(smart_promotion_type=former)
    assert graph.refused(f"{graph.account}/campaigns", **params)[0] == 100


def test_unknown_parameters_are_ignored_in_silence(graph):
    graph.campaign(colour="red")


def test_a_budget_edit_does_not_move_updated_time_but_a_rename_does(graph):
    id = graph.budget_campaign()
    before = graph.get(id, fields="updated_time")["updated_time"]
    graph.advance(60)
    assert graph.post(id, daily_budget=6000) == {"success": True}
    assert graph.get(id, fields="updated_time")["updated_time"] == before
    graph.post(id, name="Other")
    assert graph.get(id, fields="updated_time")["updated_time"] == "2026-11-21T10:01:00+0800"


def test_objective_is_fixed(graph):
    id = graph.campaign()
    assert graph.refused(id, objective="OUTCOME_SALES")[0] == 100


def test_an_archived_campaign_takes_only_a_name_or_deletion(graph):
    id = graph.campaign()
    graph.post(id, status="ARCHIVED")
    assert graph.refused(id, status="ACTIVE") == (100, 1487566)
    assert graph.refused(id, daily_budget=5000) == (100, 1487566)
    graph.post(id, name="Still nameable")
    graph.post(id, status="DELETED")
    assert graph.refused(id, status="PAUSED") == (100, 1487566)
    graph.post(id, name="Even now")


def test_deletion_hides_from_edges_but_not_from_a_direct_read_and_may_be_repeated(graph):
    id = graph.campaign()
    assert graph.delete(id) == {"success": True}
    assert graph.delete(id) == {"success": True}
    assert graph.get(f"{graph.account}/campaigns") == {"data": []}
    assert graph.get(id, fields="effective_status,status")["effective_status"] == "DELETED"


def test_archived_campaigns_are_listed_only_on_request_and_deleted_never(graph):
    id = graph.campaign()
    graph.post(id, status="ARCHIVED")
    assert graph.get(f"{graph.account}/campaigns")["data"] == []
    shown = graph.get(f"{graph.account}/campaigns", effective_status=["ARCHIVED", "ACTIVE"])
    assert [one["id"] for one in shown["data"]] == [id]
    refused = graph.refused(f"{graph.account}/campaigns", "GET", effective_status=["DELETED"])
    assert refused == (100, 1815001)


def test_turning_the_campaign_budget_on_takes_the_ad_sets_budgets(graph):
    campaign = graph.campaign()
    ad_set = graph.ad_set(campaign)
    graph.post(campaign, daily_budget=9000, bid_strategy="LOWEST_COST_WITHOUT_CAP")
    assert graph.get(ad_set, fields="daily_budget")["daily_budget"] == "0"
    assert "last_budget_toggling_time" in graph.get(campaign, fields="last_budget_toggling_time")
    assert graph.refused(campaign, adset_budgets=[{"adset_id": "1", "daily_budget": 2000}])[0] == 100
    graph.post(campaign, adset_budgets=[{"adset_id": ad_set, "daily_budget": 2500}])
    assert graph.get(ad_set, fields="daily_budget")["daily_budget"] == "2500"
    assert "daily_budget" not in graph.get(campaign, fields="daily_budget")


def test_advantage_plus_sales_is_a_derived_state(graph):
    campaign = graph.budget_campaign(objective="OUTCOME_SALES")
    event = {"pixel_id": graph.pixel, "custom_event_type": "PURCHASE"}
    plus = graph.targeting("MY", targeting_automation={"advantage_audience": 1})
    ad_set = graph.ad_set(
        campaign, daily_budget=None, optimization_goal="OFFSITE_CONVERSIONS", promoted_object=event, targeting=plus
    )
    read = lambda: graph.get(campaign, fields="advantage_state_info")["advantage_state_info"]  # noqa: E731
    assert read()["advantage_state"] == "ADVANTAGE_PLUS_SALES"
    graph.post(ad_set, targeting={**plus, "publisher_platforms": ["facebook"]})
    assert read()["advantage_state"] == "DISABLED"


def test_validate_only_checks_and_creates_nothing(graph):
    params = graph.campaign_params(execution_options=["validate_only"])
    assert graph.post(f"{graph.account}/campaigns", **params) == {"success": True}
    assert graph.get(f"{graph.account}/campaigns") == {"data": []}
    assert graph.ledger() == []
    assert graph.refused(f"{graph.account}/campaigns", **{**params, "objective": "REACH"})[0] == 100


def test_a_disabled_account_takes_no_campaign(graph):
    graph.control("accounts", {"account": graph.account, "account_status": 2})
    assert graph.refused(f"{graph.account}/campaigns", **graph.campaign_params())[0] == 200


def test_a_special_category_names_its_countries(graph):
    given = graph.campaign_params(special_ad_categories=["HOUSING"])
    assert graph.refused(f"{graph.account}/campaigns", **given)[0] == 100
    id = graph.post(f"{graph.account}/campaigns", special_ad_category_country=["US"], **given)["id"]
    graph.post(id, special_ad_categories=["HOUSING", "EMPLOYMENT"])
    other = graph.campaign()
    assert graph.refused(other, special_ad_categories=["CREDIT"])[0] == 100
