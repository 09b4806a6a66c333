"""What other published clients do that Meta's SDK does not: loose JSON, reads after writes, tokens, people, leads,
events."""

import pytest

from reconciler.sandbox.loose import parse

SECRET = {"app_id": "77", "app_secret": "secret"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("['1d_click','7d_click']", ["1d_click", "7d_click"]),
        ("{since:'2026-11-01',until:2026-11-02}", {"since": "2026-11-01", "until": "2026-11-02"}),
        (
            '[{field:"ad.name",operator:\'IN\',value:["A",],},]',
            [{"field": "ad.name", "operator": "IN", "value": ["A"]}],
        ),
        ("['it\\'s', \"it's\", 'say \"x\"', 1.5, true, null]", ["it's", "it's", 'say "x"', 1.5, True, None]),
    ],
)
def test_json_is_read_as_metas_examples_write_it(text, value):
    assert parse(text) == value


@pytest.mark.parametrize("text", ["[Spring] sale", "{", "['a", "{a}", "[a b]", '"a', "{'a':}"])
def test_what_is_no_json_stays_text(text):
    with pytest.raises(ValueError):
        parse(text)


def test_single_quotes_and_bare_words_are_understood_in_parameters(graph):
    id = graph.campaign(name="[Spring] sale")
    found = graph.get(
        f"{graph.account}/campaigns",
        fields="['name']",
        effective_status="['PAUSED',]",
        filtering="[{field:'name',operator:'CONTAIN',value:'Spring'}]",
    )
    assert found["data"] == [{"id": id, "name": "[Spring] sale"}]
    targeting = "{'geo_locations':{countries:['MY']},'targeting_automation':{advantage_audience:0}}"
    ad_set = graph.ad_set(id, targeting=targeting)
    assert graph.get(ad_set, fields="targeting")["targeting"]["geo_locations"]["countries"] == ["MY"]
    graph.get(f"{graph.account}/insights", action_attribution_windows="['1d_click','7d_click']", date_preset="last_7d")


def test_a_create_with_fields_answers_with_the_new_object(graph):
    made = graph.post(f"{graph.account}/campaigns", **graph.campaign_params(), fields="name,status,objective")
    assert (made["name"], made["status"], made["objective"]) == ("Spring", "PAUSED", "OUTCOME_TRAFFIC") and made["id"]
    assert graph.ledger()[-1]["id"] == made["id"]


def test_an_update_with_fields_answers_with_the_changed_object(graph):
    id = graph.campaign()
    assert graph.post(id, name="Autumn", fields="name") == {"id": id, "name": "Autumn"}
    assert graph.post(id, name="Winter") == {"success": True}
    copy = graph.post(f"{id}/copies", fields="name,status")
    assert copy["id"] != id and copy["status"] == "PAUSED"


def test_a_write_whose_fields_do_not_exist_changes_nothing(graph):
    id = graph.campaign()
    assert graph.refused(id, name="Autumn", fields="shoe_size")[0] == 100
    assert graph.refused(f"{graph.account}/campaigns", **graph.campaign_params(), fields="shoe_size")[0] == 100
    assert graph.get(id, fields="name")["name"] == "Spring" and len(graph.ledger()) == 1


def test_a_validated_write_reads_nothing_back(graph):
    params = graph.campaign_params(execution_options=["validate_only"])
    assert graph.post(f"{graph.account}/campaigns", **params, fields="name") == {"success": True}


def exchange(graph, **params):
    return graph.call("GET", "oauth/access_token", {"client_id": "77", "client_secret": "secret", **params})


def test_a_short_token_is_exchanged_for_a_long_one_with_its_rights(graph):
    graph.settings(**SECRET)
    graph.control("tokens", {"token": graph.token, "scopes": ["ads_read"], "accounts": [graph.account]})
    graph.token, short = "", graph.token
    reply = exchange(graph, grant_type="fb_exchange_token", fb_exchange_token=short).json()
    assert reply["token_type"] == "bearer" and reply["expires_in"] > 5_000_000
    graph.token = reply["access_token"]
    assert graph.get(graph.account)["id"] == graph.account
    assert graph.refused(f"{graph.account}/campaigns", **graph.campaign_params())[0] == 200
    graph.advance(reply["expires_in"])
    assert graph.refused(graph.account, "GET") == (190, 463)


def test_an_exchange_asks_for_the_app_and_its_secret(graph):
    graph.settings(**SECRET)
    graph.token = ""
    for wrong, code in ({"client_secret": "x"}, 1), ({"client_id": "78"}, 101), ({"client_id": ""}, 101):
        reply = exchange(graph, grant_type="client_credentials", **wrong)
        assert (reply.status_code, reply.json()["error"]["code"]) == (400, code)
    assert exchange(graph, code="from-a-dialog", redirect_uri="https://acme.example/").json()["error"]["code"] == 3
    assert exchange(graph, grant_type="fb_exchange_token").json()["error"]["code"] == 100


def test_the_apps_own_token_inspects_others_and_reads_no_ads(graph):
    graph.settings(**SECRET)
    graph.control("tokens", {"token": graph.token})
    token = exchange(graph, grant_type="client_credentials").json()["access_token"]
    person, graph.token = graph.token, token
    assert token == "77|secret" and graph.get("debug_token", input_token=person)["data"]["is_valid"]
    assert graph.refused(graph.account, "GET")[0] == 200


def test_a_page_has_a_token_of_its_own(graph):
    listed = graph.get("me/accounts")["data"][0]
    assert listed["id"] == graph.page and "ADVERTISE" in listed["tasks"]
    assert graph.get(graph.page, fields="access_token")["access_token"] == listed["access_token"]
    assert "access_token" not in graph.get(graph.page)
    graph.token = listed["access_token"]
    assert graph.get("me", fields="name")["id"] == graph.page
    form = {"name": "Form", "questions": [{"type": "EMAIL"}], "privacy_policy": {"url": "https://acme.example/"}}
    assert graph.post("me/leadgen_forms", **form)["id"]


def test_a_page_token_reaches_no_other_page_and_no_more_than_its_person(graph):
    graph.control("accounts", {"account": graph.account, "pages": ["2039485760"]})
    graph.control("tokens", {"token": graph.token, "scopes": ["pages_show_list", "ads_read"]})
    graph.token = graph.get("me/accounts")["data"][0]["access_token"]
    mine = graph.get("me")["id"]
    other = next(page for page in (graph.page, "2039485760") if page != mine)
    assert graph.refused(other, "GET")[0] == 10
    assert graph.refused(f"{graph.account}/campaigns", **graph.campaign_params())[0] == 200
    graph.token = f"nobody.page.{mine}"
    assert graph.refused("me", "GET")[0] == 190


@pytest.mark.parametrize("path", ["ads_archive", "instagram_oembed", "oauth/client_code"])
def test_what_belongs_to_no_object_and_is_not_here_says_so(graph, path):
    reply = graph.call("GET", path)
    assert reply.json()["error"]["code"] == 3 and "not emulated" in reply.json()["error"]["message"]


def test_the_caller_is_a_user_of_the_business_with_tasks_in_its_accounts(graph):
    user = graph.get("me/business_users")["data"][0]
    assigned = graph.get(f"{graph.account}/assigned_users", business=user["business"]["id"])["data"]
    assert [one["id"] for one in assigned] == [user["id"]] and "ADVERTISE" in assigned[0]["tasks"]
    assert graph.get(f"{user['business']['id']}/business_users")["data"][0]["id"] == user["id"]
    assert graph.get(f"{graph.account}/assigned_users", business="1")["data"] == []
    assert graph.refused(f"{graph.account}/assigned_users", "GET")[0] == 100


def test_a_pixel_of_a_business_is_shared_with_accounts(graph):
    business = graph.get(graph.account, fields="business")["business"]["id"]
    id = graph.post(f"{business}/adspixels", name="Shop")["id"]
    assert id in {one["id"] for one in graph.get(f"{business}/adspixels")["data"]}
    assert graph.get(id, fields="owner_business")["owner_business"]["id"] == business
    assert graph.get(f"{id}/shared_accounts", business=business)["data"] == []
    sharing = {"account_id": graph.account.removeprefix("act_"), "business": business}
    assert graph.post(f"{id}/shared_accounts", **sharing) == {"success": True}
    assert id in {one["id"] for one in graph.get(f"{graph.account}/adspixels")["data"]}
    assert [one["id"] for one in graph.get(f"{id}/shared_accounts", business=business)["data"]] == [graph.account]
    assert graph.delete(f"{id}/shared_accounts", **sharing) == {"success": True}
    assert id not in {one["id"] for one in graph.get(f"{graph.account}/adspixels")["data"]}
    assert graph.refused(f"{id}/shared_accounts", account_id="404", business=business)[0] == 100


def event(**changes):
    return {"event_name": "Purchase", "event_time": 1795226400, "user_data": {"em": ["x"]}, **changes}


def test_conversion_events_are_counted(graph):
    reply = graph.post(f"{graph.pixel}/events", data=[event(), event(event_name="Lead")])
    assert reply["events_received"] == 2 and reply["messages"] == [] and reply["fbtrace_id"]
    assert graph.get(graph.pixel, fields="last_fired_time")["last_fired_time"] == "2026-11-21T02:00:00+0000"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"event_name": None}, (100, None)),
        ({"user_data": {}}, (100, None)),
        ({"user_data": "x"}, (100, None)),
        ({"event_time": "noon"}, (100, None)),
        ({"event_time": 1795226400 - 8 * 86400}, (100, 2804003)),
        ({"event_time": 1795226400 + 3600}, (100, 2804004)),
    ],
)
def test_conversion_events_need_a_name_a_person_and_a_recent_time(graph, changes, refusal):
    assert graph.refused(f"{graph.pixel}/events", data=[event(**changes)]) == refusal
    assert graph.refused(f"{graph.pixel}/events", data=["nonsense"])[0] == 100


def test_a_form_has_one_test_lead(graph):
    form = graph.post(
        f"{graph.page}/leadgen_forms",
        name="Form",
        questions=[{"type": "EMAIL"}, {"type": "FULL_NAME"}],
        privacy_policy={"url": "https://acme.example/"},
    )["id"]
    assert graph.get(f"{form}/leads")["data"] == []
    id = graph.post(f"{form}/test_leads", field_data=[{"name": "email", "values": ["a@acme.example"]}])["id"]
    lead = graph.get(f"{form}/leads")["data"][0]
    assert lead["id"] == id and lead["field_data"] == [{"name": "email", "values": ["a@acme.example"]}]
    assert graph.get(form, fields="leads_count")["leads_count"] == 1
    assert graph.refused(f"{form}/test_leads")[0] == 100
    assert graph.delete(id) == {"success": True}
    id = graph.post(f"{form}/test_leads")["id"]
    assert graph.get(id)["field_data"][0]["values"] == ["<test lead: dummy data for email>"]
    assert graph.get(f"{graph.ad()}/leads", fields="id,form_id,field_data")["data"] == []


def test_an_account_says_which_studies_touch_it(graph):
    assert graph.get(f"{graph.account}/impacting_ad_studies", fields="name")["data"] == []


def test_an_image_may_be_asked_for_its_filename(graph):
    graph.image()
    assert "filename" not in graph.get(f"{graph.account}/adimages", fields="hash,filename")["data"][0]


def test_a_page_that_exists_takes_a_new_name(graph):
    graph.control("accounts", {"account": graph.account, "pages": [{"id": graph.page, "name": "Acme"}]})
    assert graph.get(graph.page)["name"] == "Acme"


def test_pixel_stats_count_events_by_hour_in_the_zone_that_was_asked_for(graph):
    graph.post(f"{graph.pixel}/events", data=[event(), event(), event(event_name="Lead", event_time=1795226400 - 7200)])
    window = {"start_time": "2026-11-21T00:00:00+0800", "end_time": "2026-11-22T00:00:00+0800"}
    found = graph.get(f"{graph.pixel}/stats", aggregation="event", **window)["data"]
    assert [(one["start_time"], one["data"]) for one in found] == [
        ("2026-11-21T08:00:00+0800", [{"value": "Lead", "count": 1}]),
        ("2026-11-21T10:00:00+0800", [{"value": "Purchase", "count": 2}]),
    ]
    assert len(graph.get(f"{graph.pixel}/stats", event="Lead")["data"]) == 1
    assert graph.refused(f"{graph.pixel}/stats", "GET", aggregation="host")[0] == 3


def test_a_catalogue_is_fed_by_pixels(graph):
    business = graph.get(graph.account, fields="business")["business"]["id"]
    edge = f"{graph.post(f'{business}/owned_product_catalogs', name='Shop')['id']}/external_event_sources"
    assert graph.post(edge, external_event_sources=[graph.pixel]) == {"success": True}
    assert [(one["id"], one["source_type"]) for one in graph.get(edge)["data"]] == [(graph.pixel, "PIXEL")]
    assert graph.delete(edge, external_event_sources=[graph.pixel]) == {"success": True}
    assert graph.get(edge)["data"] == [] and graph.refused(edge, external_event_sources=["404"])[0] == 100


@pytest.mark.parametrize("preset", ["last_30d", "LAST_30D"])
def test_a_date_preset_is_understood_in_small_letters_and_capitals(graph, preset):
    assert graph.get(f"{graph.account}/adsets", date_preset=preset)["data"] == []
    assert graph.refused(f"{graph.account}/adsets", "GET", date_preset="last_8d")[0] == 100


def test_insights_are_sorted_upwards_where_no_direction_is_given(graph):
    for sort in (["ad_id"], "spend", ["actions:link_click"], ["reach_descending"]):
        assert graph.get(f"{graph.account}/insights", level="ad", sort=sort)["data"] == []


def test_a_business_and_its_people_list_what_is_theirs(graph):
    business = graph.get(graph.account, fields="business")["business"]["id"]
    for edge, id in (
        ("owned_pixels", graph.pixel),
        ("instagram_accounts", graph.instagram),
        ("owned_instagram_accounts", graph.instagram),
    ):
        assert id in {one["id"] for one in graph.get(f"{business}/{edge}")["data"]}
    for edge in ("client_pages", "client_pixels", "client_product_catalogs"):
        assert graph.get(f"{business}/{edge}")["data"] == []
    assert graph.get("me/assigned_ad_accounts")["data"][0]["id"] == graph.account
    assert graph.get("me/assigned_pages", fields="name")["data"][0]["id"] == graph.page
    assert graph.get(f"{graph.account}/connected_instagram_accounts")["data"][0]["id"] == graph.instagram
