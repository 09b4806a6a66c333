"""What can be targeted: the global search, the account's own tree, and how many people that makes."""

import pytest
from facebook_business.adobjects.targetingsearch import TargetingSearch
from facebook_business.api import FacebookAdsApi


def search(graph, kind, **params):
    return graph.get("search", type=kind, **params)["data"]


def test_countries_are_found_by_name_and_by_code(graph):
    named = search(graph, "adgeolocation", location_types=["country"], q="un", limit=100)
    assert {row["key"] for row in named} == {"AE", "GB", "UM", "US"}
    (code,) = search(graph, "adgeolocation", location_types=["country"], q="sg", match_country_code=True)
    assert (code["key"], code["name"], code["type"]) == ("SG", "Singapore", "country")
    everything = search(graph, "adgeolocation", location_types=["country"], q="", limit=1000)
    assert {"SG", "MY", "US", "GB"} <= {row["key"] for row in everything}


def test_regions_cities_postcodes_and_markets_know_where_they_lie(graph):
    california, *_ = search(graph, "adgeolocation", location_types=["region"], q="cali")
    assert california["key"] == "3847" and california["country_code"] == "US"
    cities = search(graph, "adgeolocation", location_types=["city"], q="Manhattan")
    assert {(row["key"], row["region"]) for row in cities} == {("2447439", "Kansas"), ("2439596", "Illinois")}
    malaysian = search(graph, "adgeolocation", location_types=["region"], country_code="MY", q="", limit=50)
    assert len(malaysian) == 16
    (code,) = search(graph, "adgeolocation", location_types=["zip"], q="90028")
    assert (code["key"], code["primary_city"]) == ("US:90028", "Los Angeles")
    (market,) = search(graph, "adgeolocation", location_types=["geo_market"], q="New York")
    assert market["key"].startswith("COMSCORE_MARKET:")
    (group,) = search(graph, "adgeolocation", location_types=["country_group"], q="mercosur")
    assert "BR" in group["country_codes"] and group["is_worldwide"] is False


def test_places_are_described_by_their_keys(graph):
    asked = {"countries": ["JP"], "regions": [3847], "cities": [2418779], "zips": ["US:90210"]}
    found = search(graph, "adgeolocationmeta", **asked)
    assert {name: rows[key]["name"] for name, rows in found.items() for key in rows} == {
        "countries": "Japan",
        "regions": "California",
        "cities": "Danville",
        "zips": "90210",
    }


def test_interests_are_searched_suggested_and_validated(graph):
    (baseball,) = search(graph, "adinterest", q="baseball")
    assert baseball["path"] == ["Interests", "Sports and outdoors", "Sports", "Baseball"]
    assert baseball["audience_size_lower_bound"] < baseball["audience_size_upper_bound"]
    suggested = search(graph, "adinterestsuggestion", interest_list=["Basketball"])
    assert "Tennis" in {row["name"] for row in suggested} and "Basketball" not in {row["name"] for row in suggested}
    good, bad = search(graph, "adinterestvalid", interest_list=["Japan", "nonexistantkeyword"])
    assert (good["valid"], good["id"]) == (True, "6003700426513") and bad == {
        "name": "nonexistantkeyword",
        "valid": False,
    }
    assert [row["valid"] for row in search(graph, "adinterestvalid", interest_fbid_list=["6003700426513", "1"])] == [
        True,
        False,
    ]


def test_classes_locales_and_the_rest_answer(graph):
    behaviours = search(graph, "adTargetingCategory", **{"class": "behaviors"})
    assert behaviours and {row["type"] for row in behaviours} == {"behaviors"}
    assert {row["key"] for row in search(graph, "adlocale", q="en")} >= {6, 24}
    assert search(graph, "adworkposition", q="Business Analyst")[0]["coverage"] > 0
    assert search(graph, "adradiussuggestion", latitude=1.3, longitude=103.8) == [
        {"suggested_radius": 10, "distance_unit": "mile"}
    ]
    (status,) = search(graph, "targetingoptionstatus", targeting_option_list=["6003700426513"])
    assert status["current_status"] == "NORMAL"


def test_eight_come_where_no_limit_is_given(graph):
    assert len(search(graph, "adgeolocation", q="")) == 8
    assert len(search(graph, "adgeolocation", q="", limit=20)) == 20


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"type": "adshoes"},
        {"type": "adinterest"},
        {"type": "adTargetingCategory", "class": "shoes"},
        {"type": "adgeolocation", "location_types": ["planet"]},
        {"type": "adinterest", "q": "a", "limit": "²"},
        {"type": "adradiussuggestion", "latitude": 1},
    ],
)
def test_a_crooked_search_is_refused(graph, params):
    assert graph.refused("search", "GET", **params)[0] == 100


def test_a_place_that_the_selection_lacks_altogether_says_so(graph):
    assert graph.refused("search", "GET", type="adgeolocation", location_types=["electoral_district"], q="x")[0] == 3


def test_searching_needs_a_token(graph):
    graph.token = ""
    assert graph.refused("search", "GET", type="adlocale")[0] == 104


def test_metas_sdk_searches(graph, monkeypatch):
    monkeypatch.setattr("facebook_business.session.FacebookSession.GRAPH", graph.url)
    api = FacebookAdsApi.init(access_token="t", api_version="v26.0", crash_log=False)
    found = TargetingSearch.search({"type": "adgeolocation", "location_types": ["country"], "q": "Sing"}, api=api)
    assert [one["key"] for one in found] == ["SG"]


def test_the_accounts_tree_is_searched_browsed_and_paged(graph):
    edge = f"{graph.account}/targetingsearch"
    assert [row["name"] for row in graph.get(edge, q="coffee", fields="name")["data"]] == ["Coffee"]
    assert graph.refused(edge, "GET")[0] == 100
    page = graph.get(f"{graph.account}/targetingbrowse", limit=3, limit_type="behaviors")
    assert len(page["data"]) == 3 and {row["type"] for row in page["data"]} == {"behaviors"}
    more = graph.ok(graph.http.get(page["paging"]["next"], timeout=300))["data"]
    assert more and not {row["id"] for row in more} & {row["id"] for row in page["data"]}
    assert graph.refused(f"{graph.account}/targetingbrowse", "GET", limit_type="shoes")[0] == 100


def test_suggestions_share_a_topic_and_validation_tells_right_from_wrong(graph):
    coffee = {"type": "interests", "id": "6003225556345"}
    names = {row["name"] for row in graph.get(f"{graph.account}/targetingsuggestions", targeting_list=[coffee])["data"]}
    assert "Cooking" in names and "Coffee" not in names
    asked = [coffee, {"type": "interests", "id": "1"}]
    rows = graph.get(f"{graph.account}/targetingvalidation", targeting_list=asked)["data"]
    assert [(row["id"], row["valid"]) for row in rows] == [("6003225556345", True), ("1", False)]


def test_what_is_found_can_be_targeted(graph):
    (region,) = search(graph, "adgeolocation", location_types=["region"], q="selangor")
    (interest,) = search(graph, "adinterest", q="yoga")
    spec = {
        "geo_locations": {"regions": [{"key": region["key"]}]},
        "flexible_spec": [{"interests": [{"id": interest["id"], "name": interest["name"]}]}],
        "targeting_automation": {"advantage_audience": 0},
    }
    id = graph.ad_set(targeting=spec)
    assert graph.get(id, fields="targeting")["targeting"]["geo_locations"]["regions"] == [{"key": region["key"]}]


def reach(graph, **spec):
    given = {"geo_locations": {"countries": ["MY"]}, **spec}
    return graph.get(f"{graph.account}/reachestimate", targeting_spec=given)["data"]["users_lower_bound"]


def test_narrower_targeting_reaches_fewer_people(graph):
    whole = reach(graph)
    assert reach(graph, geo_locations={"countries": ["MY", "SG"]}) > whole > reach(graph, age_min=25, age_max=34)
    assert whole > reach(graph, genders=[1]) > reach(graph, genders=[1], interests=[{"id": "6003306084421"}])
    assert reach(graph, geo_locations={"zips": [{"key": "SG:018956"}]}, age_min=60, age_max=61) == 1000
    assert graph.refused(f"{graph.account}/reachestimate", "GET")[0] == 100
    empty = {"age_min": 20}
    assert graph.refused(f"{graph.account}/reachestimate", "GET", targeting_spec=empty) == (100, 1885364)


def test_an_upper_bound_is_the_lower_one_by_085(graph):
    spec = {"geo_locations": {"countries": ["MY"]}}
    (row,) = graph.get(f"{graph.account}/delivery_estimate", targeting_spec=spec, optimization_goal="REACH")["data"]
    assert row["estimate_ready"] is True
    assert row["estimate_mau_lower_bound"] / row["estimate_mau_upper_bound"] == pytest.approx(0.85, abs=0.01)
    (own,) = graph.get(f"{graph.ad_set()}/delivery_estimate")["data"]
    assert own == row
    assert graph.refused(f"{graph.account}/delivery_estimate", "GET", targeting_spec=spec)[0] == 100
