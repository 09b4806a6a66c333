import json
from collections import Counter

import pytest


def test_without_fields_a_node_is_little_more_than_its_id(graph):
    id = graph.campaign()
    assert graph.get(id) == {"id": id}
    assert graph.get(graph.account) == {"id": graph.account, "account_id": "1234567890"}


def test_empty_fields_are_left_out(graph):
    id = graph.campaign()
    assert graph.get(id, fields="name,spend_cap,issues_info,adlabels") == {"id": id, "name": "Spring"}


def test_unknown_fields_are_refused_at_every_depth_and_on_empty_edges(graph):
    for fields in (
        "nonsense",
        "campaigns{nonsense}",
        "campaigns{insights{nonsense}}",
        "campaigns{adsets{ads{creative{nonsense}}}}",
    ):
        assert graph.refused(graph.account, "GET", fields=fields) == (100, None)
    assert graph.refused(f"{graph.account}/ads", "GET", fields="nonsense") == (100, None)


def test_a_write_only_parameter_is_no_field(graph):
    assert graph.refused(graph.campaign(), "GET", fields="execution_options") == (100, None)


def test_a_crooked_field_expression_is_a_syntax_error(graph):
    for fields in ("id,adsets{id", "a}", "adsets.limit(", "id,,{}", "(", "a.b"):
        assert graph.refused(graph.account, "GET", fields=fields)[0] == 2500


def test_nested_expansion_reads_a_whole_tree(graph):
    campaign = graph.campaign()
    ad_set = graph.ad_set(campaign)
    ad = graph.ad(ad_set)
    fields = "campaigns.limit(50){id,adsets{id,ads{id,creative{id,name}}}}"
    tree = graph.get(graph.account, fields=fields)["campaigns"]["data"][0]
    assert tree["adsets"]["data"][0]["ads"]["data"][0]["id"] == ad
    assert tree["adsets"]["data"][0]["ads"]["data"][0]["creative"]["name"]


def test_pages_carry_after_to_the_end_but_next_only_where_there_is_more(graph):
    ids = [graph.campaign(name=f"C{number}") for number in range(5)]
    seen, url = [], f"{graph.url}/v26.0/{graph.account}/campaigns?limit=2&access_token={graph.token}"
    pages = 0
    while url:
        page = graph.http.get(url).json()
        seen += [one["id"] for one in page["data"]]
        assert page["paging"]["cursors"]["after"]
        url = page["paging"].get("next")
        assert url is None or graph.token in url
        pages += 1
    assert seen == ids[::-1] and pages == 3


def test_a_new_object_between_two_pages_shifts_nothing(graph):
    ids = [graph.campaign(name=f"C{number}") for number in range(4)]
    first = graph.get(f"{graph.account}/campaigns", limit=2)
    graph.campaign(name="late")
    second = graph.get(f"{graph.account}/campaigns", limit=2, after=first["paging"]["cursors"]["after"])
    assert [one["id"] for one in first["data"] + second["data"]] == ids[::-1]
    back = graph.get(f"{graph.account}/campaigns", limit=2, before=second["paging"]["cursors"]["before"])
    assert back["data"] == first["data"]


def test_the_default_page_has_25_rows_and_a_total_on_request(graph):
    for number in range(26):
        graph.campaign(name=f"C{number}")
    page = graph.get(f"{graph.account}/campaigns", summary="total_count")
    assert len(page["data"]) == 25 and page["summary"] == {"total_count": 26}


def test_bad_cursors_and_limits_are_refused(graph):
    graph.campaign()
    assert graph.refused(f"{graph.account}/campaigns", "GET", after="nonsense") == (2642, None)
    assert graph.refused(f"{graph.account}/campaigns", "GET", limit="x")[0] == 100
    assert graph.refused(f"{graph.account}/campaigns", "GET", limit="0")[0] == 100


def test_a_limit_above_the_maximum_is_the_maximum_and_the_links_lead_on(graph):
    graph.settings(max_page_size=2)
    ids = [graph.campaign(name=str(number)) for number in range(3)]
    page = graph.get(f"{graph.account}/campaigns", limit=5000)
    assert [row["id"] for row in page["data"]] == ids[:0:-1]
    rest = graph.ok(graph.http.get(page["paging"]["next"], timeout=300))
    assert [row["id"] for row in rest["data"]] == ids[:1] and "next" not in rest["paging"]


def listed(graph, edge, *conditions):
    rows = [dict(zip(("field", "operator", "value"), one, strict=True)) for one in conditions]
    return {one["id"] for one in graph.get(f"{graph.account}/{edge}", filtering=rows)["data"]}


def test_filters_select_by_name_id_time_and_parent(graph):
    old = graph.campaign(name="Old one")
    graph.advance(100)
    new = graph.campaign(name="New one")
    ad_set = graph.ad_set(new)
    assert listed(graph, "campaigns", ("name", "CONTAIN", "old")) == {old}
    assert listed(graph, "campaigns", ("campaign.name", "EQUAL", "New one")) == {new}
    assert listed(graph, "campaigns", ("id", "IN", [old, new])) == {old, new}
    assert listed(graph, "campaigns", ("campaign.created_time", "GREATER_THAN", 1795226450)) == {new}
    assert listed(graph, "adsets", ("campaign.id", "EQUAL", new)) == {ad_set}
    assert listed(graph, "adsets", ("campaign.name", "STARTS_WITH", "Old")) == set()
    assert listed(graph, "adsets", ("daily_budget", "GREATER_THAN", 1000)) == {ad_set}


def test_deleted_objects_are_listed_through_delivery_info(graph):
    kept, gone = graph.campaign(), graph.campaign()
    graph.delete(gone)
    assert listed(graph, "campaigns", ("campaign.delivery_info", "IN", ["deleted", "inactive"])) == {kept, gone}
    assert listed(graph, "campaigns", ("campaign.delivery_info", "IN", ["inactive"])) == {kept}


def test_nonsense_filters_are_refused(graph):
    graph.campaign()
    bad = ([{"field": "name", "operator": "LIKE", "value": 1}], [{"field": "zzz", "operator": "IN", "value": []}],
           "x", [{"field": "created_time", "operator": "GREATER_THAN", "value": "soon"}])  # fmt: skip
    for one in bad:
        assert graph.refused(f"{graph.account}/campaigns", "GET", filtering=one)[0] == 100


def test_labels_made_in_the_create_call_find_their_objects(graph):
    name = "reconciler:acme:0123456789abcdef"
    campaign = graph.campaign(adlabels=[{"name": name}])
    ad_set = graph.ad_set(campaign, adlabels=[{"name": name}])
    ad = graph.ad(ad_set, adlabels=[{"name": name}])
    labels = graph.get(f"{graph.account}/adlabels", fields="name")["data"]
    assert [one["name"] for one in labels] == [name]
    for edge, id in (("campaignsbylabels", campaign), ("adsetsbylabels", ad_set), ("adsbylabels", ad)):
        rows = graph.get(f"{graph.account}/{edge}", ad_label_ids=[labels[0]["id"]], fields="name")
        assert [one["id"] for one in rows["data"]] == [id]
    assert graph.get(f"{labels[0]['id']}/ads")["data"] == [{"id": ad}]
    assert graph.get(ad, fields="adlabels")["adlabels"][0]["name"] == name
    assert graph.refused(f"{graph.account}/adsbylabels", "GET")[0] == 100


def test_labels_any_and_all(graph):
    both = graph.campaign(adlabels=[{"name": "a"}, {"name": "b"}])
    one = graph.campaign(adlabels=[{"name": "a"}])
    ids = [row["id"] for row in graph.get(f"{graph.account}/adlabels", fields="name")["data"]]
    edge = f"{graph.account}/campaignsbylabels"
    assert {r["id"] for r in graph.get(edge, ad_label_ids=ids, operator="ANY")["data"]} == {both, one}
    assert {r["id"] for r in graph.get(edge, ad_label_ids=ids, operator="ALL")["data"]} == {both}


def test_labels_are_added_removed_and_replaced(graph):
    id = graph.campaign(adlabels=[{"name": "a"}])
    names = lambda: [one["name"] for one in graph.get(id, fields="adlabels").get("adlabels", [])]  # noqa: E731
    graph.post(f"{id}/adlabels", adlabels=[{"name": "b"}])
    assert names() == ["a", "b"]
    graph.delete(f"{id}/adlabels", adlabels=[{"name": "a"}])
    assert names() == ["b"]
    graph.post(id, adlabels=[{"name": "c"}])
    assert names() == ["c"]
    made = graph.post(f"{graph.account}/adlabels", name="c")["id"]
    graph.delete(made)
    assert names() == []
    assert graph.refused(id, adlabels=[{"id": made}])[0] == 100


def test_labels_may_show_up_late(graph):
    graph.settings(label_lag_seconds=30, list_lag_seconds=10)
    graph.campaign(adlabels=[{"name": "a"}])
    graph.advance(5)
    label = graph.post(f"{graph.account}/adlabels", name="a")["id"]
    edge = f"{graph.account}/campaignsbylabels"
    assert graph.get(f"{graph.account}/campaigns")["data"] == []
    graph.advance(10)
    assert len(graph.get(f"{graph.account}/campaigns")["data"]) == 1
    assert graph.get(edge, ad_label_ids=[label])["data"] == []
    graph.advance(20)
    assert len(graph.get(edge, ad_label_ids=[label])["data"]) == 1


def test_the_activity_log_tells_who_did_what_in_utc(graph):
    id = graph.budget_campaign()
    graph.advance(60)
    graph.control("edit", {"id": id, "params": {"daily_budget": 7000, "status": "ACTIVE"}, "actor": "Mei"})
    rows = graph.get(f"{graph.account}/activities", oid=id)["data"]
    kinds = {row["event_type"]: row for row in rows}
    assert set(kinds) == {"create_campaign_group", "update_campaign_budget", "update_campaign_run_status"}
    budget = kinds["update_campaign_budget"]
    assert (budget["actor_name"], budget["application_name"]) == ("Mei", "Ads Manager")
    assert budget["event_time"] == "2026-11-21T02:01:00+0000" and budget["object_id"] == id
    amount = {"type": "payment_amount", "currency": "SGD"}
    told = {"old_value": {**amount, "old_value": 5000}, "new_value": {**amount, "new_value": 7000}}
    assert json.loads(budget["extra_data"]) == told
    assert kinds["create_campaign_group"]["application_name"] == "Reconciler"


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("honoured", {"campaign": 2}),
        ("ignored", {"campaign": 2, "other": 1}),
        ("empty", {}),
        ("creations", {"campaign": 1}),
    ],
)
def test_the_log_of_one_object_has_other_ways_to_answer(way, told, graph):
    ids = {graph.budget_campaign(): "campaign", graph.budget_campaign(): "other"}
    id = next(iter(ids))
    graph.control("edit", {"id": id, "params": {"daily_budget": 7000}, "actor": "Mei"})
    graph.settings(log_of_one=way)
    rows = graph.get(f"{graph.account}/activities", oid=id)["data"]
    assert Counter(ids[row["object_id"]] for row in rows) == told


def test_the_log_of_one_object_may_be_refused(graph):
    id = graph.budget_campaign()
    graph.settings(log_of_one="refused")
    assert graph.refused(f"{graph.account}/activities", "GET", oid=id) == (100, None)
    assert graph.get(f"{graph.account}/activities")["data"] != []


@pytest.mark.parametrize(
    ("now", "spoken"),
    [
        ("2023-03-13T06:30:00+08:00", "03/13/2023 at 6:30 AM"),
        ("2026-01-15T00:05:09+08:00", "01/15/2026 at 12:05 AM"),
        ("2026-12-01T12:00:00+08:00", "12/01/2026 at 12:00 PM"),
        ("2026-12-01T23:59:59+08:00", "12/01/2026 at 11:59 PM"),
    ],
)
def test_the_log_speaks_the_accounts_time_as_recorded(graph, now, spoken):
    graph.control("clock", {"now": now})
    graph.campaign()
    (row,) = graph.get(f"{graph.account}/activities", fields="date_time_in_timezone")["data"]
    assert row == {"date_time_in_timezone": spoken}


def test_the_activity_log_has_a_window(graph):
    graph.campaign()
    graph.advance(10 * 86400)
    assert graph.get(f"{graph.account}/activities")["data"] == []
    rows = graph.get(f"{graph.account}/activities", since="2026-11-20", fields="event_type")["data"]
    assert [row["event_type"] for row in rows] == ["create_campaign_group"]
    assert graph.get(f"{graph.account}/activities", since="2026-11-20", until="2026-11-21")["data"] == []


def test_an_account_reads_as_recorded(graph):
    fields = "name,currency,timezone_name,timezone_offset_hours_utc,account_status,funding_source,amount_spent,"
    seen = graph.get(graph.account, fields=fields + "balance,spend_cap,min_daily_budget,business,disable_reason")
    assert seen["timezone_offset_hours_utc"] == 8 and seen["account_status"] == 1
    assert isinstance(seen["min_daily_budget"], int) and seen["amount_spent"] == "0"
    assert seen["business"]["id"] and seen["disable_reason"] == 0


def test_assets_of_an_account_can_be_listed_and_read(graph):
    assert graph.get(f"{graph.account}/adspixels")["data"] == [{"id": graph.pixel}]
    assert graph.get(f"{graph.account}/promote_pages")["data"][0]["id"] == graph.page
    assert graph.get(graph.page, fields="name")["name"]
    assert graph.get(f"{graph.account}/customaudiences", fields="name")["data"][0]["name"] == "Buyers"
    business = graph.get(graph.account, fields="business")["business"]["id"]
    assert graph.get(f"{business}/owned_ad_accounts")["data"][0]["id"] == graph.account
    assert graph.get(f"{business}/client_ad_accounts") == {"data": []}


def test_what_is_not_emulated_says_so(graph):
    reply = graph.call("GET", f"{graph.account}/value_rule_set")
    assert "not emulated by this sandbox" in reply.json()["error"]["message"]
    assert graph.refused(f"{graph.account}/nonsense", "GET") == (100, None)
