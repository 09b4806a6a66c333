import hashlib
import hmac
import json
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests


def bare(graph, path, **more):
    return requests.get(f"{graph.url}/{path}", timeout=300, **more)


def test_a_token_is_taken_from_query_form_header_and_multipart(graph):
    url = f"{graph.url}/v26.0/me"
    assert requests.get(url, headers={"Authorization": "Bearer x"}, timeout=300).status_code == 200
    assert requests.get(url, params={"access_token": "x"}, timeout=300).status_code == 200
    target = f"{graph.url}/v26.0/{graph.account}/adlabels"
    assert requests.post(target, data={"access_token": "x", "name": "a"}, timeout=300).status_code == 200
    multipart = {"access_token": (None, "x"), "name": (None, "a")}
    assert requests.post(target, files=multipart, timeout=300).status_code == 200
    assert requests.post(target, json={"access_token": "x", "name": "a"}, timeout=300).status_code == 200
    assert requests.post(f"{target}?access_token=x&name=a", timeout=300).status_code == 200


def test_no_token_is_refused(graph):
    graph.token = ""
    assert graph.refused(graph.account, "GET") == (104, None)
    assert graph.refused("me", "GET") == (2500, None)


def test_once_tokens_are_configured_others_are_refused(graph):
    graph.control("tokens", {"token": "good"})
    assert graph.refused(graph.account, "GET") == (190, None)
    graph.token = "good"
    graph.get(graph.account)


def test_tokens_expire_and_are_revoked(graph):
    graph.control("tokens", {"token": graph.token, "expires_at": "2026-11-21T11:00:00+08:00"})
    graph.get(graph.account)
    graph.advance(3600)
    assert graph.refused(graph.account, "GET") == (190, 463)
    graph.control("tokens", {"token": graph.token, "valid": False})
    assert graph.refused(graph.account, "GET") == (190, 460)


def test_a_reading_token_cannot_write(graph):
    graph.control("tokens", {"token": graph.token, "scopes": ["ads_read"]})
    graph.get(f"{graph.account}/campaigns")
    reply = graph.call("POST", f"{graph.account}/campaigns", graph.campaign_params())
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, 200)
    assert "ads_management" in reply.json()["error"]["message"]


def test_a_token_of_another_account_sees_nothing_here(graph):
    id = graph.campaign()
    graph.control("tokens", {"token": graph.token, "accounts": ["act_99"], "pages": []})
    assert graph.refused(graph.account, "GET")[0] == 200
    assert graph.refused(id, "GET") == (100, 33)
    assert graph.refused(graph.pixel, "GET") == (100, 33)
    assert graph.refused(graph.page, "GET")[0] == 10
    assert graph.get("me/adaccounts")["data"] == []


def test_debug_token_tells_scopes_and_expiry(graph):
    graph.control("tokens", {"token": graph.token, "scopes": ["ads_read"], "accounts": [graph.account]})
    data = graph.get("debug_token", input_token=graph.token)["data"]
    assert data["is_valid"] and data["scopes"] == ["ads_read"] and data["expires_at"] == 0
    assert data["granular_scopes"] == [{"scope": "ads_read", "target_ids": ["1234567890"]}]
    assert graph.get("debug_token", input_token="other")["data"]["is_valid"] is False
    assert graph.get("me/permissions")["data"] == [{"permission": "ads_read", "status": "granted"}]


def test_a_wrong_appsecret_proof_is_refused(graph):
    graph.settings(app_secret="secret", require_appsecret_proof=True)
    proof = hmac.new(b"secret", graph.token.encode(), hashlib.sha256).hexdigest()
    graph.get(graph.account, appsecret_proof=proof)
    assert graph.refused(graph.account, "GET", appsecret_proof="0" * 64)[0] == 100
    assert graph.refused(graph.account, "GET")[0] == 100


def test_older_versions_are_upgraded_with_a_warning_or_refused(graph):
    reply = graph.call("GET", "me", version="v24.0")
    assert reply.headers["facebook-api-version"] == "v26.0"
    assert "auto-upgraded to v26.0" in reply.headers["x-ad-api-version-warning"]
    for live in ("v25.0", "v26.0", "v27.0", ""):
        reply = graph.call("GET", "me", version=live)
        assert reply.status_code == 200 and "x-ad-api-version-warning" not in reply.headers
    graph.settings(auto_upgrade=False)
    assert graph.call("GET", "me", version="v24.0").json()["error"]["code"] == 2635
    for unborn in ("v28.0", "v99.0"):
        assert graph.call("GET", "me", version=unborn).json()["error"]["code"] == 2500


def test_a_version_ends_on_the_day_that_meta_has_named(graph):
    graph.settings(auto_upgrade=False)
    graph.control("clock", {"now": "2027-02-22T23:59:00+00:00"})
    assert graph.call("GET", "me", version="v25.0").status_code == 200
    graph.control("clock", {"now": "2027-02-23T00:00:00+00:00"})
    assert graph.call("GET", "me", version="v25.0").json()["error"]["code"] == 2635
    assert graph.call("GET", "me", version="v27.0").status_code == 200


REMOVED_IN_V28 = {
    "several ids": ("GET", "me", {"ids": "1,2"}),
    "method override": ("POST", "me", {"method": "GET"}),
    "a field alias": ("GET", "me", {"fields": "name.as(called)"}),
    "a date format": ("GET", "me", {"date_format": "U"}),
    "JSONP": ("GET", "me", {"callback": "show"}),
    "an asynchronous batch": ("POST", "act_1234567890/asyncadrequestsets", {"name": "n", "ad_specs": "[]"}),
}


@pytest.mark.parametrize("version", ["v25.0", "v26.0", "v27.0"])
@pytest.mark.parametrize("form", REMOVED_IN_V28)
def test_an_app_that_came_after_v27_may_not_use_what_v28_removes_in_any_version(graph, form, version):
    method, path, params = REMOVED_IN_V28[form]
    graph.settings(new_app=True)
    reply = graph.call(method, path, params, version=version)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, 100)
    assert graph.get("me")["id"]
    (entry,) = batch(graph, {"method": "GET", "relative_url": "me?fields=name.as(called)"})
    assert entry["code"] == 400


def test_an_older_app_goes_on_with_it(graph):
    assert graph.call("POST", "me", {"method": "GET"}).json()["id"]
    assert graph.call("GET", "me", {"callback": "show"}).status_code == 200


def test_what_meta_removed_is_gone(graph):
    reply = graph.call("GET", "", {"ids": "1,2"})
    assert (reply.status_code, reply.json()["error"]["type"]) == (500, "FacebookApiException")
    assert graph.refused(graph.account, "GET", date_format="U")[0] == 100


def test_every_reply_carries_metas_headers(graph):
    headers = graph.call("GET", graph.account).headers
    for name in ("facebook-api-version", "x-fb-trace-id", "x-fb-request-id", "x-fb-rev"):
        assert headers[name]
    assert headers["date"] == "Sat, 21 Nov 2026 02:00:00 GMT"
    assert set(json.loads(headers["x-app-usage"])) == {"call_count", "total_cputime", "total_time"}
    assert "acc_id_util_pct" in json.loads(headers["x-ad-account-usage"])
    use = json.loads(headers["x-business-use-case-usage"])["1234567890"][0]
    assert use["type"] == "ads_management" and use["estimated_time_to_regain_access"] == 0


def test_slashes_are_escaped(graph):
    assert r"https:\/\/acme.example\/" in graph.call("GET", graph.creative(), {"fields": "object_story_spec"}).text


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        (
            "name,effective_status,objective,account_id,id",
            ["name", "effective_status", "objective", "account_id", "id"],
        ),
        ("objective,name", ["objective", "name", "id"]),
        ("id,buying_type,account_id", ["id", "buying_type", "account_id"]),
    ],
)
def test_fields_come_in_the_order_asked_for_and_an_id_nobody_asked_for_comes_last(graph, asked, order):
    """Recorded."""
    id = graph.campaign()
    assert list(graph.get(id, fields=asked)) == order
    assert list(graph.get(f"{graph.account}/campaigns", fields=asked)["data"][0]) == order
    nested = graph.get(graph.account, fields=f"name,campaigns{{{asked}}},currency")
    assert list(nested) == ["name", "campaigns", "currency", "id"]
    assert list(nested["campaigns"]["data"][0]) == order


def test_structures_have_the_order_in_which_they_were_recorded(graph):
    ad_set = graph.ad_set(targeting=graph.targeting("MY", genders=[2], age_min=21))
    targeting = graph.get(ad_set, fields="targeting")["targeting"]
    assert list(targeting) == sorted(targeting) and list(targeting["geo_locations"]) == ["countries", "location_types"]
    story = graph.get(graph.creative(name="n"), fields="object_story_spec")["object_story_spec"]
    assert list(story) == ["page_id", "link_data"] and list(story["link_data"]) == ["link", "message", "name"]
    page = graph.get(f"{graph.account}/adsets", limit=1, summary="total_count")
    assert list(page) == ["data", "paging", "summary"] and list(page["paging"]["cursors"]) == ["before", "after"]
    error = graph.call("GET", "404").json()["error"]
    assert list(error) == ["message", "type", "code", "error_subcode", "fbtrace_id"]


def test_insights_have_their_fields_then_the_dates_then_the_breakdowns(graph):
    graph.settings(review_seconds=0)
    graph.ad(graph.ad_set(graph.campaign(status="ACTIVE"), status="ACTIVE"), status="ACTIVE")
    graph.advance(2 * 86400)
    asked = {"fields": "spend,ad_id,actions,impressions", "level": "ad", "breakdowns": "age,gender"}
    row = graph.get(f"{graph.account}/insights", **asked, sort=["impressions_descending"])["data"][0]
    assert list(row) == ["spend", "ad_id", "actions", "impressions", "date_start", "date_stop", "age", "gender"]
    assert list(row["actions"][0]) == ["action_type", "value"]


def test_the_limited_tier_blocks_at_sixty_points_and_forgives_in_time(graph):
    graph.settings(throttle=True, tier="limited")
    for _ in range(60):
        graph.get(graph.account)
    used = json.loads(graph.call("GET", "me").headers["x-app-usage"])
    assert used
    assert graph.refused(graph.account, "GET") == (17, 2446079)
    headers = graph.call("GET", graph.account).headers
    assert json.loads(headers["x-ad-account-usage"])["acc_id_util_pct"] == 100
    use = json.loads(headers["x-business-use-case-usage"])["1234567890"][0]
    assert use["estimated_time_to_regain_access"] == 5
    graph.advance(301)
    graph.get(graph.account)


def test_a_missing_object_is_100_33(graph):
    reply = graph.call("GET", "120200000000000001").json()["error"]
    assert (reply["code"], reply["error_subcode"], reply["type"]) == (100, 33, "GraphMethodException")
    assert graph.refused("120200000000000001") == (100, 33)
    assert graph.refused("no_such_alias", "GET") == (803, None)


def batch(graph, *entries, **more):
    return graph.post("", batch=list(entries), **more)


def test_a_batch_answers_in_order_with_bodies_as_text(graph):
    id = graph.campaign()
    replies = batch(graph, {"method": "GET", "relative_url": id}, {"method": "GET", "relative_url": "v26.0/1"})
    assert [one["code"] for one in replies] == [200, 400]
    assert json.loads(replies[0]["body"]) == {"id": id}
    assert {"name": "facebook-api-version", "value": "v26.0"} in replies[0]["headers"]
    assert "headers" not in batch(graph, {"method": "GET", "relative_url": id}, include_headers="false")[0]


def test_batch_entries_refer_to_one_another(graph):
    made = {"method": "POST", "relative_url": f"{graph.account}/adlabels", "body": "name=a", "name": "label"}
    read = {"method": "GET", "relative_url": "{result=label:$.id}?fields=name"}
    replies = batch(graph, made, read)
    assert replies[0] is None
    assert json.loads(replies[1]["body"])["name"] == "a"
    assert batch(graph, {**made, "omit_response_on_success": False}, read)[0]["code"] == 200


def test_a_failed_dependency_fails_its_dependents(graph):
    bad = {"method": "POST", "relative_url": f"{graph.account}/adlabels", "name": "label"}
    replies = batch(graph, bad, {"method": "GET", "relative_url": "me", "depends_on": "label"})
    assert replies[0]["code"] == 400 and replies[1]["code"] >= 400


def test_batches_have_limits_and_shapes(graph):
    entry = {"method": "GET", "relative_url": "me"}
    assert graph.refused("", batch=[entry] * 51)[0] == 100
    assert graph.refused("", batch="x")[0] == 100
    assert len(batch(graph, *[entry] * 50)) == 50
    circle = [{"method": "GET", "relative_url": "{result=a:$.id}", "name": "a"}, 7, None, {}]
    assert all(one["code"] >= 400 for one in batch(graph, *circle))


def test_files_ride_in_a_batch(graph):
    entry = {"method": "POST", "relative_url": f"{graph.account}/adimages", "attached_files": "file1"}
    files = {"file1": ("a.png", graph.png, "image/png")}
    reply = graph.ok(graph.call("POST", "", {"batch": [entry]}, files=files))
    assert "a.png" in json.loads(reply[0]["body"])["images"]


def test_two_hundred_clients_at_once_are_served(graph):
    def one(number):
        params = {**graph.campaign_params(name=f"C{number}"), "access_token": "x"}
        sent = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()}
        return requests.post(f"{graph.url}/v26.0/{graph.account}/campaigns", data=sent, timeout=300).json()["id"]

    with ThreadPoolExecutor(200) as pool:
        ids = list(pool.map(one, range(200)))
    assert len(set(ids)) == 200 and len(graph.ledger()) == 200


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[1]"),
        ("application/json", b"[" * 100000),
        ("multipart/form-data", b"abc"),
        ("multipart/form-data; boundary=x", b"--x\r\nnothing"),
        ("application/x-www-form-urlencoded", b"\xff\xfe=\xff"),
        ("application/x-www-form-urlencoded", b"a[b]=1&a=2&a[c][]=3&[]=4&b[=5"),
    ],
)
def test_unreadable_bodies_get_an_envelope(graph, content_type, body):
    headers = {"Content-Type": content_type, "Authorization": "Bearer x"}
    url = f"{graph.url}/v26.0/{graph.account}/campaigns"
    reply = requests.post(url, data=body, headers=headers, timeout=300)
    assert reply.status_code == 400 and reply.json()["error"]["code"] == 100


@pytest.mark.parametrize(
    "raw",
    [
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"BREW /v26.0/me HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v26.0/me HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"POST /v26.0/me HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_malformed_requests_get_an_envelope_too(graph, raw):
    host, port = graph.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=300) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        reply = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b'"error"' in reply and b"Traceback" not in reply


def test_a_chunked_request_body_is_read(graph):
    url = f"{graph.url}/v26.0/{graph.account}/adlabels"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = requests.post(url, data=iter([b"access_token=x&", b"name=a"]), headers=headers, timeout=300)
    assert reply.status_code == 200


def test_too_large_a_body_is_an_empty_413(graph):
    graph.settings(max_body_bytes=1000)
    reply = graph.call("POST", f"{graph.account}/advideos", files={"source": ("f", b"x" * 5_000_000)})
    assert (reply.status_code, reply.content) == (413, b"")


def test_other_methods_are_refused_politely(graph):
    for method in ("PUT", "PATCH"):
        assert graph.refused(graph.account, method)[0] in (100, 3)


def test_strange_values_never_break_it(graph):
    id = graph.campaign()
    strange = ["", "\x00", "💥", "[" * 500, '{"a":' * 500, "null", "[null]", '{"0":1}', "9" * 400, "-1", "1e999", "NaN"]
    for name in ("name", "status", "daily_budget", "adlabels", "special_ad_categories", "start_time", "fields"):
        for value in strange:
            for method, path in (("POST", id), ("GET", id), ("POST", f"{graph.account}/campaigns")):
                reply = graph.call(method, path, {name: value})
                assert reply.status_code < 500, (name, value, reply.text)
