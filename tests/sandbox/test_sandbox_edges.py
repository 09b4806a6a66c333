"""Edges that ordinary clients meet: pictures, previews, budget schedules, ad schedules, items of catalogues, rules."""

import pytest

DAY = 86400
HOUR = 3600
NOW = 1795226400


def test_a_pages_picture_is_a_redirect_or_a_description(graph):
    about = graph.get(f"{graph.page}/picture", redirect=False)["data"]
    assert set(about) == {"height", "is_silhouette", "url", "width"} and about["is_silhouette"] is False
    assert graph.http.get(about["url"]).content.startswith(b"\x89PNG")
    reply = graph.http.get(f"{graph.url}/v26.0/{graph.page}/picture?access_token=t", allow_redirects=False)
    assert reply.status_code == 302 and reply.headers["location"] == about["url"]
    large = graph.get(f"{graph.page}/picture", redirect=0, type="large")["data"]
    assert (large["width"], large["height"]) == (200, 200)
    assert graph.get(f"{graph.page}/picture", redirect=0, width=64, height=32)["data"]["width"] == 64


def test_a_picture_can_be_expanded_like_any_field(graph):
    row = graph.get(f"{graph.account}/promote_pages", fields="name,picture{url}")["data"][0]
    assert set(row["picture"]["data"]) == {"url"}
    assert graph.get("me", fields="picture.type(large)")["picture"]["data"]["width"] == 200


def test_a_creative_shows_the_addresses_of_its_images(graph):
    hash = graph.image()
    id = graph.creative(image_hash=hash)
    seen = graph.get(id, fields="image_url,image_urls_for_viewing,image_hash")
    assert seen["image_hash"] == hash and len(seen["image_urls_for_viewing"]) == 1
    assert graph.http.get(seen["image_url"]).content.startswith(b"\x89PNG")
    ad = graph.ad(creative=id)
    (row,) = graph.get(f"{ad}/adcreatives", fields="id,image_urls_for_viewing,thumbnail_url")["data"]
    assert row["image_urls_for_viewing"]


def test_previews_need_a_format_and_give_a_frame(graph):
    ad = graph.ad()
    creative = graph.get(ad, fields="creative")["creative"]["id"]
    for id in (ad, creative):
        assert graph.refused(f"{id}/previews", "GET")[0] == 100
        assert graph.refused(f"{id}/previews", "GET", ad_format="BILLBOARD")[0] == 100
        (row,) = graph.get(f"{id}/previews", ad_format="MOBILE_FEED_STANDARD")["data"]
        assert row["body"].startswith('<iframe src="http') and 'width="335"' in row["body"]
    address = row["body"].partition('src="')[2].partition('"')[0].replace("&amp;", "&")
    assert graph.http.get(address).content.startswith(b"\x89PNG")


def test_a_spec_is_previewed_without_being_stored(graph):
    edge, spec = f"{graph.account}/generatepreviews", {"object_story_spec": graph.story()}
    (row,) = graph.get(edge, creative=spec, ad_format="DESKTOP_FEED_STANDARD")["data"]
    assert "<iframe" in row["body"] and graph.get(f"{graph.account}/adcreatives")["data"] == []
    assert graph.refused(edge, "GET", ad_format="DESKTOP_FEED_STANDARD")[0] == 100
    bad = {"object_story_spec": {"page_id": "404", "link_data": {"link": "https://a.example"}}}
    assert graph.refused(edge, "GET", creative=bad, ad_format="DESKTOP_FEED_STANDARD") == (100, 1815694)


def period(**more):
    hours = {"time_start": NOW + HOUR, "time_end": NOW + 25 * HOUR}
    return {"budget_value": 1000, "budget_value_type": "ABSOLUTE", **hours, **more}


def test_a_budget_schedule_is_made_listed_changed_and_deleted(graph):
    ad_set = graph.ad_set()
    id = graph.post(f"{ad_set}/budget_schedules", **period())["id"]
    (row,) = graph.get(f"{ad_set}/budget_schedules")["data"]
    assert (row["id"], row["budget_value"], row["recurrence_type"]) == (id, 1000, "ONE_TIME")
    assert row["time_start"] == "2026-11-21T11:00:00+0800"
    graph.post(id, budget_value=500)
    assert graph.get(id, fields="budget_value")["budget_value"] == 500
    assert graph.get(f"{ad_set}/budget_schedules", time_start=NOW + 30 * HOUR)["data"] == []
    assert graph.delete(id) == {"success": True}
    assert graph.get(f"{ad_set}/budget_schedules")["data"] == []
    assert graph.refused(id, "DELETE") == (100, 33)


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_end": NOW + 2 * HOUR},
        {"time_start": NOW - 9 * HOUR, "time_end": NOW - HOUR},
        {"budget_value": 20000},
        {"budget_value_type": "DOUBLE"},
        {"budget_value": None},
    ],
)
def test_a_crooked_budget_schedule_is_refused(graph, wrong):
    given = {key: value for key, value in period(**wrong).items() if value is not None}
    assert graph.refused(f"{graph.ad_set()}/budget_schedules", **given)[0] == 100


def test_a_budget_schedule_is_not_made_once_it_has_begun_and_is_changed_all_the_same(graph):
    ad_set = graph.ad_set()
    began = period(time_start=NOW - HOUR)
    assert graph.refused(f"{ad_set}/budget_schedules", **began)[0] == 100
    short = period(time_end=NOW + 2 * HOUR)
    assert graph.refused(f"{ad_set}/budget_schedules", **short) == (100, 3858094)
    id = graph.post(f"{ad_set}/budget_schedules", **period())["id"]
    graph.advance(2 * HOUR)
    graph.post(id, budget_value=500)
    graph.advance(3 * DAY)
    assert [row["id"] for row in graph.get(f"{ad_set}/budget_schedules")["data"]] == [id]


def test_what_has_been_spent_stays_spent_where_an_end_is_moved(graph):
    graph.settings(review_seconds=0)
    money = {"daily_budget": None, "lifetime_budget": 50000}
    campaign = graph.budget_campaign(status="ACTIVE", **money)
    ends = {"end_time": "2026-12-01T10:00:00+0800"}
    ad_set = graph.ad_set(campaign, status="ACTIVE", daily_budget=None, bid_strategy=None, **ends)
    graph.ad(ad_set, status="ACTIVE")
    graph.advance(4 * DAY)
    before = int(graph.get(campaign, fields="budget_remaining")["budget_remaining"])
    assert before < 50000
    graph.post(ad_set, end_time="2026-12-21T10:00:00+0800")
    assert int(graph.get(campaign, fields="budget_remaining")["budget_remaining"]) <= before


def test_a_budget_schedule_needs_a_daily_budget_of_its_own_and_ends_with_its_ad_set(graph):
    campaign = graph.budget_campaign()
    graph.post(f"{campaign}/budget_schedules", **period())
    shared = graph.ad_set(campaign, daily_budget=None, bid_strategy=None)
    assert graph.refused(f"{shared}/budget_schedules", **period())[0] == 100
    short = graph.ad_set(end_time="2026-11-23T10:00:00+0800")
    late = period(time_end=NOW + 72 * HOUR)
    assert graph.refused(f"{short}/budget_schedules", **late) == (100, 3858090)


def test_a_schedule_in_the_create_call_is_stored_and_a_bad_one_leaves_nothing_behind(graph):
    ad_set = graph.ad_set(budget_schedule_specs=[period()])
    assert len(graph.get(f"{ad_set}/budget_schedules")["data"]) == 1
    given = graph.ad_set_params(graph.campaign(), name="Never", budget_schedule_specs=[period(time_end=NOW)])
    assert graph.refused(f"{graph.account}/adsets", **given)[0] == 100
    assert "Never" not in {row["name"] for row in graph.get(f"{graph.account}/adsets", fields="name")["data"]}


@pytest.mark.parametrize(("kind", "value"), [("ABSOLUTE", 4000), ("MULTIPLIER", 200)])
def test_a_budget_schedule_is_spent_while_it_lasts_and_its_past_stays(graph, kind, value):
    graph.settings(review_seconds=0)
    ad_set = graph.ad_set(graph.campaign(status="ACTIVE"), status="ACTIVE")
    graph.ad(ad_set, status="ACTIVE")
    start = NOW + 14 * HOUR  # midnight in Singapore
    times = {"time_start": start, "time_end": start + DAY}
    id = graph.post(f"{ad_set}/budget_schedules", **period(budget_value_type=kind, budget_value=value, **times))["id"]
    graph.advance(4 * DAY)
    window = {"since": "2026-11-22", "until": "2026-11-24"}

    def spends():
        rows = graph.get(f"{ad_set}/insights", time_range=window, time_increment=1, fields="spend")["data"]
        return [float(row["spend"]) for row in rows]

    before = spends()
    assert 54 <= before[0] <= 60 and 18 <= before[1] <= 20
    graph.delete(id)
    assert spends() == before


PARTS = [{"start_minute": 540, "end_minute": 720, "days": [1, 2, 3]}]
LIFETIME = {"daily_budget": None, "lifetime_budget": 50000, "end_time": "2026-12-21T10:00:00+0800"}


def test_an_ad_schedule_is_stored_and_echoed(graph):
    ad_set = graph.ad_set(**LIFETIME, adset_schedule=PARTS, pacing_type=["day_parting"])
    seen = graph.get(ad_set, fields="adset_schedule,pacing_type")
    assert seen["adset_schedule"] == [{**PARTS[0], "timezone_type": "USER"}]
    assert seen["pacing_type"] == ["day_parting"]
    graph.post(ad_set, adset_schedule=[{**PARTS[0], "end_minute": 780, "timezone_type": "ADVERTISER"}])
    assert graph.get(ad_set, fields="adset_schedule")["adset_schedule"][0]["end_minute"] == 780


@pytest.mark.parametrize(
    "wrong",
    [
        {"adset_schedule": PARTS, "pacing_type": ["day_parting"]},
        {**LIFETIME, "adset_schedule": PARTS},
        {**LIFETIME, "pacing_type": ["day_parting"]},
        {**LIFETIME, "adset_schedule": [{**PARTS[0], "start_minute": 541}], "pacing_type": ["day_parting"]},
        {**LIFETIME, "adset_schedule": [{**PARTS[0], "end_minute": 540}], "pacing_type": ["day_parting"]},
        {**LIFETIME, "adset_schedule": [{**PARTS[0], "days": [7]}], "pacing_type": ["day_parting"]},
        {**LIFETIME, "adset_schedule": [1], "pacing_type": ["day_parting"]},
    ],
)
def test_a_crooked_ad_schedule_is_refused(graph, wrong):
    given = {k: v for k, v in graph.ad_set_params(graph.campaign(), **wrong).items() if v is not None}
    assert graph.refused(f"{graph.account}/adsets", **given)[0] == 100


def item(number, **more):
    base = {"title": f"Shirt {number}", "description": "Cotton", "availability": "in stock", "price": "19.90 SGD"}
    links = {"link": "https://acme.example/", "image_link": "https://acme.example/a.png", "brand": "Acme"}
    return {"id": f"sku-{number}", **base, **links, **more}


def catalog(graph):
    business = graph.get("me/businesses")["data"][0]["id"]
    return graph.post(f"{business}/owned_product_catalogs", name="Shop")["id"]


def items(graph, id, *requests):
    handles = graph.post(f"{id}/items_batch", item_type="PRODUCT_ITEM", requests=list(requests))["handles"]
    return handles[0]


def test_a_batch_of_items_makes_changes_and_deletes_products(graph):
    id = catalog(graph)
    handle = items(graph, id, *({"method": "CREATE", "data": item(number)} for number in (1, 2, 3)))
    assert graph.get(f"{id}/check_batch_request_status", handle=handle)["data"][0]["status"] == "started"
    graph.advance(2)
    (status,) = graph.get(f"{id}/check_batch_request_status", handle=handle)["data"]
    assert (status["status"], status["errors_total_count"]) == ("finished", 0)
    items(graph, id, {"method": "UPDATE", "data": {"id": "sku-1", "price": "9.90 SGD"}},
          {"method": "DELETE", "data": {"id": "sku-3"}})  # fmt: skip
    rows = graph.get(f"{id}/products", fields="retailer_id,name,price,url")["data"]
    assert {(row["retailer_id"], row["price"]) for row in rows} == {("sku-1", "9.90 SGD"), ("sku-2", "19.90 SGD")}
    assert graph.get(id, fields="product_count")["product_count"] == 2


def test_items_with_errors_are_told_by_the_status_and_not_stored(graph):
    id = catalog(graph)
    broken = {key: value for key, value in item(1).items() if key != "availability"}
    handle = items(graph, id, {"method": "CREATE", "data": broken}, {"method": "CREATE", "data": item(2)})
    graph.advance(2)
    asked = {"handle": handle, "load_ids_of_invalid_requests": True, "fields": "status,errors,ids_of_invalid_requests"}
    (status,) = graph.get(f"{id}/check_batch_request_status", **asked)["data"]
    assert status["ids_of_invalid_requests"] == ["sku-1"] and "availability" in status["errors"][0]["message"]
    assert len(graph.get(f"{id}/products")["data"]) == 1
    assert graph.refused(f"{id}/check_batch_request_status", "GET", handle="nothing")[0] == 100
    for bad in ("x", [], [{"method": "BUY", "data": {}}], [{"method": "CREATE", "data": []}, 1]):
        assert graph.refused(f"{id}/items_batch", item_type="PRODUCT_ITEM", requests=bad)[0] == 100


def test_a_product_set_holds_what_its_filter_finds_and_its_ads_report_by_product(graph):
    graph.settings(review_seconds=0)
    id = catalog(graph)
    items(graph, id, *({"method": "CREATE", "data": item(number)} for number in (1, 2, 3)))
    rule = {"retailer_id": {"is_any": ["sku-1", "sku-2"]}}
    some = graph.post(f"{id}/product_sets", name="Some", filter=rule)["id"]
    assert graph.get(some, fields="product_count")["product_count"] == 2
    assert len(graph.get(f"{some}/products")["data"]) == 2
    goal = {"promoted_object": {"product_set_id": some}}
    ad_set = graph.ad_set(graph.campaign(status="ACTIVE"), status="ACTIVE", **goal)
    graph.ad(ad_set, status="ACTIVE")
    graph.advance(DAY)
    asked = {"time_range": {"since": "2026-11-21", "until": "2026-11-22"}, "fields": "spend"}
    rows = graph.get(f"{ad_set}/insights", **asked, breakdowns="product_id")["data"]
    (whole,) = graph.get(f"{ad_set}/insights", **asked)["data"]
    assert {row["product_id"].partition(", ")[2] for row in rows} == {"Shirt 1", "Shirt 2"}
    assert round(sum(float(row["spend"]) for row in rows), 2) == float(whole["spend"])


def test_one_product_is_made_by_its_own_verb(graph):
    id = catalog(graph)
    given = {"retailer_id": "a", "name": "Cap", "price": 1250, "currency": "SGD", "url": "https://acme.example/"}
    product = graph.post(f"{id}/products", **given, image_url="https://acme.example/a.png")["id"]
    assert graph.get(product, fields="price,availability")["price"] == "12.50 SGD"
    graph.post(product, price=900)
    assert graph.get(product, fields="price")["price"] == "9.00 SGD"
    assert graph.delete(product) == {"success": True} and graph.get(f"{id}/products")["data"] == []


def rule(graph, *filters, kind="ADSET", action=None, preset="LAST_7_DAYS", **options):
    chosen = [("entity_type", "EQUAL", kind), ("time_preset", "EQUAL", preset), *filters]
    rows = [dict(zip(("field", "operator", "value"), one, strict=True)) for one in chosen]
    execution = {"execution_type": action or "PAUSE", **options}
    spec = {"evaluation_spec": {"evaluation_type": "SCHEDULE", "filters": rows}, "execution_spec": execution}
    return graph.post(
        f"{graph.account}/adrules_library", name="Rule", schedule_spec={"schedule_type": "DAILY"}, **spec
    )["id"]


@pytest.fixture
def running(graph):
    graph.settings(review_seconds=0)
    campaign = graph.campaign(status="ACTIVE")
    dear, cheap = (graph.ad_set(campaign, status="ACTIVE", daily_budget=budget) for budget in (9000, 1500))
    for one in (dear, cheap):
        graph.ad(one, status="ACTIVE")
    graph.advance(3 * DAY)
    return dear, cheap


def test_a_rules_preview_lists_what_passes_and_its_execution_does_it(graph, running):
    dear, cheap = running
    id = rule(graph, ("spend", "GREATER_THAN", 10000))
    assert graph.post(f"{id}/preview")["data"] == [{"id": dear}]
    assert graph.get(dear, fields="status")["status"] == "ACTIVE"
    assert graph.post(f"{id}/execute") == {"success": True}
    assert graph.get(dear, fields="status")["status"] == "PAUSED"
    assert graph.get(cheap, fields="status")["status"] == "ACTIVE"
    (run,) = graph.get(f"{id}/history")["data"]
    (result,) = run["results"]
    assert (result["object_id"], result["object_type"]) == (dear, "ADSET") and run["is_manual"] is True
    assert result["actions"][0]["action"] == "PAUSED"
    (entry,) = graph.get(f"{graph.account}/adrules_history", object_id=dear)["data"]
    assert entry["rule_id"] == id
    assert graph.get(f"{id}/history", action="UNPAUSED")["data"] == []


def test_a_rule_changes_budgets_by_amounts_and_percentages_up_to_a_limit(graph, running):
    dear, cheap = running
    spec = {"amount": 20, "unit": "PERCENTAGE", "limit": 10000}
    options = [{"field": "change_spec", "operator": "EQUAL", "value": spec}]
    id = rule(graph, ("name", "CONTAIN", "Broad"), action="CHANGE_BUDGET", execution_options=options)
    graph.post(f"{id}/execute")
    assert graph.get(dear, fields="daily_budget")["daily_budget"] == "10000"
    assert graph.get(cheap, fields="daily_budget")["daily_budget"] == "1800"


def test_what_a_rule_cannot_do_here_says_so(graph, running):
    for id in (
        rule(graph, action="ROTATE"),
        rule(graph, ("hours_since_creation", "GREATER_THAN", 1)),
        rule(graph, ("spend", "GREATER_THAN", 1), preset="LAST_2_DAYS"),
    ):
        assert graph.refused(f"{id}/execute")[0] == 3
        assert graph.get(f"{id}/history")["data"] == []


def test_a_creative_given_by_hand_is_the_ads_creative(graph):
    ad, other = graph.ad(), graph.creative(message="Another")
    graph.advance(60)
    for given in ({"creative_id": other}, {"id": other}):
        graph.control("edit", {"id": ad, "params": {"creative": given}})
        rows = graph.get(f"{graph.account}/ads", fields="creative{id,body},effective_status")["data"]
        assert rows[0]["creative"] == {"id": other, "body": "Another"}
    assert rows[0]["effective_status"] == "PENDING_REVIEW"
    assert graph.get(f"{graph.account}/insights")["data"] == []


def test_an_edit_with_an_unknown_creative_changes_nothing(graph):
    ad = graph.ad()
    reply = graph.http.post(f"{graph.url}/_sandbox/edit", json={"id": ad, "params": {"creative": {"creative_id": "1"}}})
    assert reply.status_code == 400
    assert graph.get(ad, fields="creative")["creative"]["id"] != "1"
