"""What an event tells of a change: the forms of ``extra_data`` that people have published."""

import json

import pytest

SIDES = ("old_value", "new_value")


def events(graph, id):
    rows = graph.get(f"{graph.account}/activities", oid=id, fields="event_type,extra_data,object_type", limit=100)
    return rows["data"]  # newest first


def extra_data(graph, id):
    return json.loads(events(graph, id)[0]["extra_data"])


def money(graph, side, value):
    return {"type": "payment_amount", "currency": "SGD", side: value}


def make(graph, kind):
    return {"campaign": graph.budget_campaign, "ad_set": graph.ad_set, "ad": graph.ad}[kind]()


@pytest.mark.parametrize("kind", ["campaign", "ad_set", "ad"])
def test_a_status_is_told_in_words_and_in_metas_numbers(graph, kind):
    id = make(graph, kind)
    graph.post(id, status="ACTIVE")
    extra = extra_data(graph, id)
    assert (extra["old_value"], extra["new_value"], extra["type"]) == ("Inactive", "Active", "run_status")
    assert extra["run_status"]["new_value"] == 1 and extra["run_status"]["old_value"] in (7, 8, 15)
    graph.post(id, status="ARCHIVED")
    assert (extra_data(graph, id)["new_value"], "run_status" in extra_data(graph, id)) == ("Archived", False)
    graph.delete(id)
    assert extra_data(graph, id)["new_value"] == "Deleted"


def test_an_ads_campaign_is_its_ad_set_as_in_the_recorded_event(graph):
    ad_set = graph.ad_set()
    id = graph.ad(ad_set, status="ACTIVE")
    graph.post(id, status="PAUSED")
    text = events(graph, id)[0]["extra_data"]
    assert text.startswith(f'{{"old_value":"Active","new_value":"Inactive","campaign_id":{ad_set},"type":"run_status"')


def test_words_come_in_the_readers_language_and_numbers_do_not(graph):
    id = graph.campaign()
    graph.post(id, status="ACTIVE")
    graph.control("tokens", {"token": "t", "locale": "pt_BR"})
    graph.token = "t"
    extra = extra_data(graph, id)
    assert extra["new_value"] == "[pt_BR] Active" and extra["run_status"]["new_value"] == 1


@pytest.mark.parametrize("kind", ["campaign", "ad_set"])
def test_a_budget_is_an_amount_inside_each_side(graph, kind):
    id = make(graph, kind)
    before = int(graph.get(id, fields="daily_budget")["daily_budget"])
    graph.post(id, daily_budget=7000)
    assert extra_data(graph, id) == {
        "old_value": money(graph, "old_value", before),
        "new_value": money(graph, "new_value", 7000),
    }


def test_a_create_tells_the_campaigns_budget_or_nothing(graph):
    campaign, plain = graph.budget_campaign(), graph.campaign()
    ad_set = graph.ad_set(plain)
    ad = graph.ad(ad_set)
    assert extra_data(graph, campaign) == {"new_value": money(graph, "new_value", 5000)}
    assert extra_data(graph, plain) == extra_data(graph, ad_set) == {}
    assert extra_data(graph, ad) == {"campaign_id": int(ad_set)}


def test_names_are_told_as_they_are_and_bid_strategies_in_another_word(graph):
    id = graph.ad_set()
    graph.post(id, name="Narrow")
    assert [extra_data(graph, id)[side] for side in SIDES] == ["Broad", "Narrow"]
    graph.post(id, bid_strategy="COST_CAP", bid_amount=500)
    strategy = next(row for row in events(graph, id) if row["event_type"] == "update_ad_set_bid_strategy")
    assert json.loads(strategy["extra_data"])["old_value"] == "LOWEST_COST_BID_STRATEGY"


def test_targeting_is_told_in_sentences_that_name_no_value(graph):
    id = graph.ad_set()
    graph.post(id, targeting=graph.targeting("PH"))
    extra = extra_data(graph, id)
    assert (
        all(set(one) == {"content"} for side in SIDES for one in extra[side])
        and extra["old_value"] != extra["new_value"]
    )


@pytest.mark.parametrize(("kind", "type"), [("campaign", "CAMPAIGN_GROUP"), ("ad_set", "CAMPAIGN"), ("ad", "ADGROUP")])
def test_objects_have_metas_older_names(graph, kind, type):
    assert {row["object_type"] for row in events(graph, make(graph, kind))} == {type}


def test_an_ad_may_be_switched_in_two_steps(graph):
    graph.settings(status_steps=True)
    id = graph.ad()
    graph.post(id, status="ACTIVE")
    second, first = (json.loads(row["extra_data"]) for row in events(graph, id)[:2])
    assert [first["old_value"], first["new_value"], second["new_value"]] == ["Inactive", "Pending process", "Active"]
    assert first["run_status"]["new_value"] == 17
