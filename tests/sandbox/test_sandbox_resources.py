"""What surrounds campaigns: audiences, rules, conversions, pixels, forms, catalogues, studies, asynchronous ads."""

import hashlib
import json

import pytest

from reconciler.sandbox import coverage
from reconciler.sandbox.nodes.registry import TYPES
from reconciler.sandbox.params import SDK_CLASSES, signatures

LIST = {"subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def website_rule(pixel, **more):
    rule = {"event_sources": [{"id": pixel, "type": "pixel"}], "retention_seconds": 2592000, **more}
    return json.dumps({"inclusions": {"operator": "or", "rules": [rule]}})


def audience(graph, **params):
    return graph.post(f"{graph.account}/customaudiences", **{"name": "Buyers of shoes", **LIST, **params})["id"]


def names(graph, path):
    return {row["id"] for row in graph.get(path)["data"]}


def test_an_audience_echoes_unix_times_and_a_string_among_booleans(graph):
    id = audience(graph, description="Shoes")
    fields = (
        "name,subtype,time_created,time_updated,operation_status,permission_for_actions,delivery_status,description"
    )
    seen = graph.get(id, fields=fields)
    assert seen["time_created"] == 1795226400 and seen["operation_status"] == {"code": 200, "description": "Normal"}
    assert seen["permission_for_actions"]["can_share"] == "True" and seen["permission_for_actions"]["can_edit"] is True
    assert seen["delivery_status"]["code"] == 300 and seen["description"] == "Shoes"
    assert graph.post(id, name="Renamed") == {"success": True}
    assert graph.get(id, fields="name")["name"] == "Renamed"


def test_an_audience_needs_what_its_sort_needs(graph):
    edge = f"{graph.account}/customaudiences"
    assert graph.refused(edge, **LIST)[0] == 100
    assert graph.refused(edge, name="a", subtype="CUSTOM")[0] == 100
    assert graph.refused(edge, name="a", subtype="SHOES")[0] == 100
    assert graph.refused(edge, name="a", subtype="VIDEO")[0] == 3
    for rule in ("nonsense", "{}", '{"inclusions":{"rules":[]}}', '{"inclusions":{"rules":[1]}}'):
        assert graph.refused(edge, name="a", rule=rule)[0] == 100
    assert graph.refused(edge, name="a", rule=website_rule("404"))[0] == 100
    assert graph.refused(edge, name="a", rule=website_rule(graph.pixel, filter={"filters": [{}] * 101}))[0] == 100


def test_a_website_audience_keeps_its_rule_as_text(graph):
    rule = website_rule(graph.pixel)
    id = graph.post(f"{graph.account}/customaudiences", name="Visitors", rule=rule)["id"]
    seen = graph.get(id, fields="rule,subtype,retention_days,delivery_status")
    assert json.loads(seen["rule"]) == json.loads(rule)
    assert seen["subtype"] == "WEBSITE" and seen["retention_days"] == 30 and seen["delivery_status"]["code"] == 200
    assert graph.refused(f"{id}/users", payload={"schema": "EMAIL", "data": []})[0] == 100


def test_a_lookalike_knows_its_origin_and_exists_once(graph):
    origin = audience(graph)
    spec = {"country": "MY", "ratio": 0.02}
    params = {"name": "Like", "subtype": "LOOKALIKE", "origin_audience_id": origin, "lookalike_spec": json.dumps(spec)}
    id = graph.post(f"{graph.account}/customaudiences", **params)["id"]
    assert graph.get(id, fields="lookalike_spec")["lookalike_spec"]["origin"][0]["id"] == origin
    assert graph.get(origin, fields="lookalike_audience_ids")["lookalike_audience_ids"] == [id]
    assert graph.refused(f"{graph.account}/customaudiences", **params) == (2654, 1713007)
    too_wide = {**params, "lookalike_spec": json.dumps({**spec, "ratio": 0.3})}
    assert graph.refused(f"{graph.account}/customaudiences", **too_wide)[0] == 100


def test_users_are_counted_and_plain_addresses_are_invalid(graph):
    id = audience(graph)
    payload = {
        "schema": ["EMAIL", "FN"],
        "data": [[digest("a"), digest("x")], ["plain@acme.example", ""], [digest("b")]],
    }
    reply = graph.post(f"{id}/users", payload=payload)
    assert (reply["audience_id"], reply["num_received"], reply["num_invalid_entries"]) == (id, 3, 2)
    assert graph.refused(f"{id}/users", payload={"schema": "SHOE_SIZE", "data": []})[0] == 100
    assert graph.refused(f"{id}/users", payload={"schema": "EMAIL", "data": ["a"] * 10001})[0] == 100
    assert graph.refused(f"{id}/users")[0] == 100


def test_an_audience_grows_and_shrinks_with_its_users(graph):
    id = audience(graph)
    people = [digest(f"{number}") for number in range(2000)]
    fields = "approximate_count_lower_bound,approximate_count_upper_bound,delivery_status"
    assert graph.get(id, fields=fields)["approximate_count_lower_bound"] == -1
    for _ in range(2):
        graph.post(f"{id}/users", payload={"schema": "EMAIL", "data": people})
    seen = graph.get(id, fields=fields)
    assert seen["approximate_count_lower_bound"] == 1800 and seen["approximate_count_upper_bound"] == 2200
    assert seen["delivery_status"]["code"] == 200
    graph.post(f"{id}/users", method="delete", payload={"schema": "EMAIL", "data": people[:1500]})
    assert graph.get(id, fields=fields)["approximate_count_lower_bound"] == -1


def test_deleting_an_audience_pauses_what_targeted_it(graph):
    id = audience(graph)
    ad_set = graph.ad_set(status="ACTIVE", targeting=graph.targeting("MY", custom_audiences=[{"id": id}]))
    assert graph.delete(id) == graph.delete(id) == {"success": True}
    assert id not in names(graph, f"{graph.account}/customaudiences")
    assert graph.get(id, fields="operation_status")["operation_status"]["code"] == 411
    seen = graph.get(ad_set, fields="status,issues_info")
    assert seen["status"] == "PAUSED" and seen["issues_info"][0]["error_code"] == 2446446
    gone = graph.targeting("MY", custom_audiences=[{"id": id}])
    assert graph.refused(ad_set, targeting=gone) == (100, 1359207)
    assert graph.refused(id, name="x") == (100, 33)


def test_audiences_are_found_again_by_name_when_asked_to(graph):
    assert audience(graph) != audience(graph)
    first = audience(graph, name="Once", enable_fetch_or_create=True)
    assert audience(graph, name="Once", enable_fetch_or_create=True) == first


def test_audiences_wait_for_their_terms(graph):
    graph.control("accounts", {"account": graph.account, "audience_terms": False})
    assert graph.refused(f"{graph.account}/customaudiences", name="a", **LIST) == (200, 1870034)


def rule(**changes):
    filters = {"entity_type": "ADSET", "time_preset": "LAST_7_DAYS", "spent": 1000, **changes.pop("filters", {})}
    listed = [{"field": k, "operator": "EQUAL", "value": v} for k, v in filters.items() if v is not None]
    return {
        "name": "Stop the dear ones",
        "evaluation_spec": {"evaluation_type": "SCHEDULE", "filters": listed},
        "execution_spec": {"execution_type": "PAUSE"},
        "schedule_spec": {"schedule_type": "SEMI_HOURLY"},
        **changes,
    }


def test_a_rule_is_made_switched_and_deleted(graph):
    id = graph.post(f"{graph.account}/adrules_library", **rule())["id"]
    seen = graph.get(id, fields="name,status,created_by,created_time,evaluation_spec")
    assert seen["status"] == "ENABLED" and seen["created_by"]["name"] and seen["created_time"].endswith("+0800")
    assert graph.post(id, status="DISABLED") == {"success": True}
    assert graph.get(f"{graph.account}/adrules_library", fields="status")["data"] == [{"id": id, "status": "DISABLED"}]
    assert graph.delete(id) == {"success": True}
    assert graph.get(f"{graph.account}/adrules_library")["data"] == []
    assert graph.refused(id, status="ENABLED") == (100, 33)


def test_a_rule_is_checked(graph):
    edge = f"{graph.account}/adrules_library"
    budget = {"execution_spec": {"execution_type": "CHANGE_BUDGET"}}
    assert graph.refused(edge, **rule(filters={"entity_type": "AD"}, **budget)) == (100, 1815677)
    graph.post(edge, **rule(**budget))
    for broken in (
        {"filters": {"entity_type": None}}, {"filters": {"time_preset": None}}, {"schedule_spec": {}},
        {"execution_spec": {"execution_type": "DANCE"}}, {"evaluation_spec": {"evaluation_type": "NEVER"}},
        {"schedule_spec": {"schedule_type": "CUSTOM"}}, {"status": "MAYBE"}, {"evaluation_spec": 5},
    ):  # fmt: skip
        assert graph.refused(edge, **rule(**broken))[0] == 100, broken


def test_a_custom_conversion_keeps_its_rule_for_life(graph):
    edge = f"{graph.account}/customconversions"
    rule = '{"and":[{"event":{"eq":"Purchase"}}]}'
    params = {"name": "Big", "event_source_id": graph.pixel, "rule": rule, "custom_event_type": "PURCHASE"}
    id = graph.post(edge, **params)["id"]
    seen = graph.get(id, fields="rule,creation_time,pixel,is_archived,custom_event_type")
    assert seen["rule"] == rule and seen["creation_time"].endswith("+0000") and seen["pixel"] == {"id": graph.pixel}
    assert seen["is_archived"] is False
    graph.post(id, name="Bigger", default_conversion_value=5)
    assert graph.get(id, fields="name,default_conversion_value")["default_conversion_value"] == 5
    assert graph.refused(id, rule='{"and":[]}')[0] == 100
    assert graph.refused(edge, **{**params, "event_source_id": "404"})[0] == 100
    assert graph.refused(edge, **{**params, "rule": "often"})[0] == 100
    graph.delete(id)
    assert graph.get(edge)["data"] == [] and graph.get(id, fields="is_archived")["is_archived"] is True


def test_an_account_has_one_pixel(graph):
    assert graph.refused(f"{graph.account}/adspixels", name="Second")[0] == 6200
    graph.control("accounts", {"account": "act_77"})
    id = graph.post("act_77/adspixels", name="First")["id"]
    graph.post(id, name="Renamed")
    assert graph.get("act_77/adspixels", fields="name")["data"] == [{"id": id, "name": "Renamed"}]
    assert graph.get(id, fields="owner_ad_account")["owner_ad_account"]["id"] == "act_77"
    assert id in graph.get(id, fields="code")["code"]


def form(**more):
    policy = {"url": "https://acme.example/privacy"}
    return {"name": "Test drive", "questions": [{"type": "EMAIL"}, {"type": "CUSTOM", "key": "q"}],
            "privacy_policy": policy, "follow_up_action_url": "https://acme.example/", **more}  # fmt: skip


def test_a_lead_form_can_only_be_archived(graph):
    edge = f"{graph.page}/leadgen_forms"
    id = graph.post(edge, **form())["id"]
    seen = graph.get(id, fields="name,status,questions,locale,page,leads_count,privacy_policy_url")
    assert seen["status"] == "ACTIVE" and seen["questions"][0]["key"] == "email" and seen["page"]["id"] == graph.page
    assert graph.refused(edge, "GET")[0] == graph.refused(id, status="ARCHIVED")[0] == 190
    person, graph.token = graph.token, graph.get(graph.page, fields="access_token")["access_token"]
    assert graph.refused(id, name="Other")[0] == 100
    assert graph.post(id, status="ARCHIVED") == {"success": True}
    assert graph.get(edge, fields="status")["data"] == [{"id": id, "status": "ARCHIVED"}]
    for broken in ({"name": ""}, {"questions": []}, {"questions": [{}]}, {"privacy_policy": {}}):
        assert graph.refused(edge, **form(**broken))[0] == 100
    assert graph.refused(edge, **form(privacy_policy={})) == (100, 1892075)
    assert graph.refused(id, "DELETE") == (100, 33)
    graph.token = person
    graph.control("tokens", {"token": graph.token, "scopes": ["ads_management"], "pages": []})
    assert graph.refused(id, "GET")[0] == 10


def test_catalogues_hold_sets_and_feeds(graph):
    business = graph.get(graph.account, fields="business")["business"]["id"]
    catalog = graph.post(f"{business}/owned_product_catalogs", name="Shoes", vertical="commerce")["id"]
    assert catalog in names(graph, f"{business}/owned_product_catalogs")
    chosen = {"retailer_id": {"is_any": ["a", "b"]}}
    made = graph.post(f"{catalog}/product_sets", name="Red", filter=chosen)["id"]
    seen = graph.get(made, fields="filter,product_count,product_catalog")
    assert json.loads(seen["filter"]) == chosen and seen["product_count"] == 0
    assert seen["product_catalog"]["id"] == catalog
    schedule = {"interval": "DAILY", "url": "https://acme.example/feed.csv", "hour": 3}
    feed = graph.post(f"{catalog}/product_feeds", name="Daily", schedule=schedule)["id"]
    assert graph.get(feed, fields="schedule,created_time")["schedule"] == schedule
    assert graph.refused(f"{catalog}/product_feeds", name="x", schedule={"interval": "DAILY"})[0] == 100
    for id in (catalog, made, feed):
        graph.post(id, name="Renamed")
        assert graph.get(id)["name"] == "Renamed"
    assert graph.get(catalog, fields="feed_count,product_sets{name}")["feed_count"] == 1
    graph.delete(made)
    assert graph.get(f"{catalog}/product_sets")["data"] == []
    graph.delete(catalog)
    assert graph.refused(feed, "GET") == (100, 33) == graph.refused(catalog, "GET")


def study(graph, *cells, **more):
    business = graph.get(graph.account, fields="business")["business"]["id"]
    params = {"name": "A or B", "type": "SPLIT_TEST", "start_time": 1795313000, "end_time": 1796000000, **more}
    return f"{business}/ad_studies", {**params, "cells": list(cells)}


def test_a_study_splits_campaigns_into_cells(graph):
    one, two = graph.campaign(), graph.campaign()
    cells = [{"name": n, "treatment_percentage": 50, "campaigns": [id]} for n, id in (("A", one), ("B", two))]
    edge, params = study(graph, *cells)
    id = graph.post(edge, **params)["id"]
    seen = graph.get(id, fields="name,type,start_time,cells{name,treatment_percentage,campaigns}")
    assert [cell["name"] for cell in seen["cells"]["data"]] == ["A", "B"]
    assert seen["cells"]["data"][1]["campaigns"]["data"] == [{"id": two}]
    assert (
        names(graph, edge) == names(graph, f"{one}/ad_studies") == names(graph, f"{graph.account}/ad_studies") == {id}
    )
    for broken in (cells[:1], [{**cells[0], "treatment_percentage": 60}, cells[1]], [cells[0], cells[0]], ["A", "B"]):
        assert graph.refused(edge, **{**params, "cells": broken})[0] == 100
    assert graph.refused(edge, **{**params, "end_time": 1795313000})[0] == 100
    graph.post(id, name="Renamed", start_time=1795400000)
    graph.advance(10 * 86400)
    assert graph.refused(id, start_time=1795500000)[0] == 100
    graph.delete(id)
    assert graph.get(f"{one}/ad_studies") == {"data": []} and graph.refused(id, "GET") == (100, 33)


def ad_spec(graph, **more):
    return {"name": "Later", "status": "PAUSED", "creative": {"creative_id": graph.creative()}, **more}


def test_asynchronous_ads_are_made_one_by_one_and_can_be_asked_about(graph):
    ad_set = graph.ad_set()
    specs = [ad_spec(graph, adset_id=ad_set), ad_spec(graph, adset_id="404"), ad_spec(graph, adset_id=ad_set, name="B")]
    graph.settings(async_request_seconds=10)
    id = graph.post(f"{graph.account}/asyncadrequestsets", name="Night", ad_specs=specs)["id"]
    fields = "is_completed,total_count,initial_count,in_progress_count,success_count,error_count,name"
    seen = graph.get(id, fields=fields)
    assert seen == {"id": id, "is_completed": False, "total_count": 3, "initial_count": 2, "in_progress_count": 1,
                    "success_count": 0, "error_count": 0, "name": "Night"}  # fmt: skip
    assert graph.get(f"{graph.account}/ads")["data"] == []
    graph.advance(20)
    assert graph.get(id, fields=fields)["success_count"] == 1
    graph.advance(10)
    assert graph.get(id, fields=fields)["is_completed"] is True
    rows = graph.get(f"{id}/requests", fields="status,result,input")["data"]
    assert [row["status"] for row in rows] == ["SUCCESS", "ERROR", "SUCCESS"]
    assert names(graph, f"{graph.account}/ads") == {rows[0]["result"]["id"], rows[2]["result"]["id"]}
    assert rows[1]["result"]["error"]["error_subcode"] == 33
    assert len(graph.get(f"{id}/requests", statuses=["ERROR"])["data"]) == 1
    assert [entry["id"] for entry in graph.ledger()[-2:]] == [rows[0]["result"]["id"], rows[2]["result"]["id"]]


def test_what_waits_can_be_cancelled_and_carried_away(graph):
    specs = [ad_spec(graph, adset_id=graph.ad_set())] * 2
    id = graph.post(f"{graph.account}/asyncadrequestsets", name="Night", ad_specs=specs)["id"]
    graph.control("world", graph.control("world", method="GET"))
    graph.advance(1)
    graph.delete(id)
    graph.advance(10)
    assert [row["status"] for row in graph.get(f"{id}/requests", fields="status")["data"]] == ["SUCCESS", "CANCELED"]
    assert len(graph.get(f"{graph.account}/ads")["data"]) == 1


def test_a_campaign_or_an_ad_set_is_made_inside_its_childs_call(graph):
    params = graph.ad_set_params("")
    del params["campaign_id"]
    ad_set = graph.post(f"{graph.account}/adsets", campaign_spec=graph.campaign_params(), **params)["id"]
    assert graph.get(ad_set, fields="campaign{name}")["campaign"]["name"] == "Spring"
    spec = graph.ad_set_params(graph.campaign())
    ad = graph.post(f"{graph.account}/ads", adset_spec=spec, **ad_spec(graph))["id"]
    assert graph.get(ad, fields="adset{name}")["adset"]["name"] == "Broad"
    both = {**params, "campaign_spec": graph.campaign_params()}
    deep = graph.post(f"{graph.account}/ads", adset_spec=both, **ad_spec(graph))["id"]
    assert graph.get(deep, fields="campaign{name}")["campaign"]["name"] == "Spring"


def test_a_refused_child_leaves_no_parent_behind(graph):
    params = graph.ad_set_params("", daily_budget=1)
    del params["campaign_id"]
    activities = len(graph.get(f"{graph.account}/activities")["data"])
    spec = graph.campaign_params()
    assert graph.refused(f"{graph.account}/adsets", campaign_spec=spec, **params) == (100, 1885272)
    assert graph.refused(f"{graph.account}/adsets", campaign_spec={**spec, "objective": "X"}, **params)[0] == 100
    assert graph.get(f"{graph.account}/campaigns")["data"] == []
    assert len(graph.get(f"{graph.account}/activities")["data"]) == activities


def test_validating_with_an_inline_parent_goes_as_recorded(graph):
    only = {"execution_options": ["validate_only"]}
    params = graph.ad_set_params("")
    del params["campaign_id"]
    assert graph.refused(f"{graph.account}/adsets", campaign_spec=graph.campaign_params(), **only, **params) == (1, 99)
    spec = graph.ad_set_params(graph.campaign())
    assert graph.post(f"{graph.account}/ads", adset_spec=spec, **only, **ad_spec(graph)) == {"success": True}
    assert graph.get(f"{graph.account}/adsets")["data"] == []


NODES = {
    "AdAccount", "Campaign", "AdSet", "Ad", "AdCreative", "AdVideo", "AdImage", "AdLabel", "CustomAudience", "AdsPixel",
    "AdRule", "CustomConversion", "Page", "LeadgenForm", "ProductCatalog", "ProductSet", "ProductFeed", "AdStudy",
}  # fmt: skip


def examples(graph):
    """One object of each kind, by its kind."""
    business = graph.get(graph.account, fields="business")["business"]["id"]
    catalog = graph.post(f"{business}/owned_product_catalogs", name="Shoes")["id"]
    edge, params = study(graph, type="LIFT")
    conversion = {"name": "a", "event_source_id": graph.pixel, "rule": "{}"}
    ad = graph.ad()
    above = graph.get(ad, fields="adset_id,campaign_id,creative")
    return {
        "account": graph.account, "campaign": above["campaign_id"], "ad_set": above["adset_id"], "ad": ad,
        "creative": above["creative"]["id"], "video": graph.video(), "image": f"1234567890:{graph.image()}",
        "label": graph.post(f"{graph.account}/adlabels", name="a")["id"], "audience": audience(graph),
        "pixel": graph.pixel, "rule": graph.post(f"{graph.account}/adrules_library", **rule())["id"],
        "custom_conversion": graph.post(f"{graph.account}/customconversions", **conversion)["id"],
        "page": graph.page, "leadgen_form": graph.post(f"{graph.page}/leadgen_forms", **form())["id"],
        "catalog": catalog, "product_set": graph.post(f"{catalog}/product_sets", name="a")["id"],
        "product_feed": graph.post(f"{catalog}/product_feeds", name="a")["id"],
        "study": graph.post(edge, **params)["id"],
    }  # fmt: skip


def test_every_method_of_the_sdk_is_routed_and_the_rest_says_it_is_not_emulated(graph):
    found = examples(graph)
    assert {SDK_CLASSES[kind] for kind in found} == NODES
    typed_only = 0
    for kind, id in found.items():
        for method, edge in sorted(set(signatures(kind)) - coverage.emulated(kind)):
            error = graph.call(method, f"{id}/{edge}").json()["error"]
            assert error["code"] == 3 and "not emulated by this sandbox" in error["message"], (kind, method, edge)
            typed_only += 1
    assert typed_only > 300


def test_parameters_are_checked_even_where_nothing_is_emulated(graph):
    assert graph.refused(f"{graph.account}/reachfrequencypredictions", budget="much")[0] == 100
    assert graph.refused(f"{graph.account}/reachfrequencypredictions", budget=5)[0] == 3
    assert graph.refused(f"{graph.account}/reachestimate", "GET", targeting_spec="wide")[0] in (3, 100)


STRANGE = ["", "[", "null", "[null]", "[[]]", "[{}]", "{}", '{"0":1}', "9" * 40, "-1", "NaN", "true", '{"rules":[1]}']


def test_strange_values_get_an_envelope_and_no_crash(graph):
    business = graph.get(graph.account, fields="business")["business"]["id"]
    conversion = {"name": "a", "event_source_id": graph.pixel, "rule": "{}"}
    creates = [
        ("account", graph.account, "customaudiences", {"name": "a", **LIST}),
        ("account", graph.account, "adrules_library", rule()),
        ("account", graph.account, "customconversions", conversion),
        ("account", graph.account, "asyncadrequestsets", {"name": "a", "ad_specs": [{}]}),
        ("account", graph.account, "insights", {}),
        ("audience", audience(graph), "users", {}),
        ("page", graph.page, "leadgen_forms", form()),
        ("business", business, "ad_studies", study(graph, type="LIFT")[1]),
        ("business", business, "owned_product_catalogs", {"name": "a"}),
    ]
    for kind, id, edge, params in creates:
        for name in signatures(kind)[("POST", edge)].types:
            for value in STRANGE:
                reply = graph.call("POST", f"{id}/{edge}", {**params, name: value})
                assert reply.status_code < 500, (edge, name, value, reply.text)


def test_what_neither_the_sdk_nor_the_sandbox_knows_does_not_exist(graph):
    assert graph.refused(f"{graph.account}/nonsense") == (100, 33)
    assert graph.refused(f"{graph.pixel}/campaigns", "GET")[0] == 100


def test_the_coverage_page_is_up_to_date(tmp_path):
    assert coverage.main(["--check"]) == 0, "run python -m reconciler.sandbox.coverage"
    other = tmp_path / "coverage.md"
    assert coverage.main(["--check", "--output", str(other)]) == 1
    assert coverage.main(["--output", str(other)]) == 0 == coverage.main(["--check", "--output", str(other)])


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_what_is_emulated_is_typed_by_the_sdk(kind):
    """Except for the few edges that are missing in the SDK."""
    forgotten = {"DELETE adlabels", "DELETE ", "GET adcreatives", "GET activities", "DELETE adimages"}
    pairs = coverage.emulated(kind) - set(signatures(kind)) if signatures(kind) else set()
    assert {f"{method} {edge}" for method, edge in pairs} <= forgotten
