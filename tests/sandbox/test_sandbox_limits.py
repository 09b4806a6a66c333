"""Rate limits of both tiers, their blocks, their headers; and versions."""

import json

import pytest

from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.settings import settings
from reconciler.sandbox.usage import TIERS, Usage

NOW = 1_800_000_000.0
FULL = settings({"throttle": True, "tier": "full"})


def header(reply, name):
    return json.loads(reply.headers[name])


def count(usage, *, use="ads_management", write=False, now=NOW, chosen=FULL, active=0):
    usage.count("1", use, write, now, chosen, lambda: active)


def refusal(call, *args, **kwargs):
    with pytest.raises(GraphError) as caught:
        call(*args, **kwargs)
    return caught.value.row.code, caught.value.row.subcode


@pytest.mark.parametrize(("tier", "reads", "block"), [("limited", 60, 300), ("full", 9000, 60)])
@pytest.mark.parametrize(("code", "told"), [(17, (17, 2446079)), (613, (613, 1487742))])
def test_a_full_score_blocks_for_the_tiers_time(tier, reads, block, code, told):
    chosen = settings({"throttle": True, "tier": tier, "score_code": code})
    usage = Usage()
    for _ in range(reads):
        count(usage, chosen=chosen)
    assert refusal(count, usage, chosen=chosen) == told
    assert refusal(count, usage, chosen=chosen, now=NOW + block - 1) == told
    if tier == "full":  # the block ends before the score has decayed
        assert refusal(count, usage, chosen=chosen, now=NOW + block) == told
    count(usage, chosen=chosen, now=NOW + 2 * block + TIERS[tier].decay)


@pytest.mark.parametrize(("tier", "writes"), [("limited", 20), ("full", 3000)])
def test_a_write_costs_three_points(tier, writes):
    chosen = settings({"throttle": True, "tier": tier})
    usage = Usage()
    for number in range(writes):
        count(usage, write=True, chosen=chosen, now=NOW + number / 100)
    assert refusal(count, usage, write=True, chosen=chosen, now=NOW + writes / 100 + 1) == (17, 2446079)


def test_points_come_back_after_three_hundred_seconds(graph):
    graph.settings(throttle=True, tier="limited")
    for _ in range(5):
        graph.campaign()
    assert header(graph.call("GET", graph.account), "x-ad-account-usage") == {
        "acc_id_util_pct": 26.67, "reset_time_duration": 300, "ads_api_access_tier": "development_access",
    }  # fmt: skip
    graph.advance(299)
    assert header(graph.call("GET", graph.account), "x-ad-account-usage")["reset_time_duration"] == 1
    graph.advance(2)
    assert header(graph.call("GET", graph.account), "x-ad-account-usage")["acc_id_util_pct"] == 3.33


def test_a_hundred_writes_a_second_are_the_most():
    usage = Usage()
    for _ in range(100):
        count(usage, write=True)
    assert refusal(count, usage, write=True) == (613, 5044001)
    count(usage, write=True, now=NOW + 1)


@pytest.mark.parametrize(
    ("use", "base", "each", "code"),
    [("ads_management", 300, 40, 80004), ("ads_insights", 600, 400, 80000), ("custom_audience", 5000, 40, 80003)],
)
def test_an_hours_calls_are_limited_by_use_case_and_grow_with_what_is_active(use, base, each, code):
    chosen = settings({"throttle": True, "tier": "full", "hourly_limits": {use: base}})
    for active in (0, 1):
        usage = Usage()
        calls = base + each * active
        for number in range(calls):
            count(usage, use=use, chosen=chosen, active=active, now=NOW + 1000 * number / calls)
        assert refusal(count, usage, use=use, chosen=chosen, active=active, now=NOW + 1000) == (code, 2446079)


def test_hourly_limits_can_be_made_small_and_say_when_they_end(graph):
    graph.settings(throttle=True, hourly_limits={"ads_management": 3, "ads_insights": 2, "custom_audience": 1})
    for _ in range(3):
        graph.get(graph.account)
    reply = graph.call("GET", graph.account)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, 80004)
    use = header(reply, "x-business-use-case-usage")["1234567890"][0]
    assert use["call_count"] == 133 and use["estimated_time_to_regain_access"] == 60
    for _ in range(2):
        graph.get(f"{graph.account}/insights")
    assert graph.refused(f"{graph.account}/insights", "GET") == (80000, 2446079)
    graph.control("accounts", {"account": "act_77"})  # without an audience, which would widen the limit
    graph.get("act_77/customaudiences")
    assert graph.refused("act_77/customaudiences", "GET") == (80003, 2446079)
    graph.advance(3601)
    graph.get(graph.account)


def test_one_account_does_not_pay_for_another(graph):
    graph.control("accounts", {"account": "act_77"})
    graph.settings(throttle=True, hourly_limits={"ads_management": 1})
    graph.get(graph.account)
    assert graph.refused(graph.account, "GET")[0] == 80004
    graph.get("act_77")


def test_all_four_headers_have_the_recorded_shape(graph):
    reply = graph.call("GET", f"{graph.account}/insights")
    assert header(reply, "x-app-usage") == {"call_count": 0, "total_cputime": 0, "total_time": 0}
    assert set(header(reply, "x-ad-account-usage")) == {"acc_id_util_pct", "reset_time_duration", "ads_api_access_tier"}
    assert header(reply, "x-business-use-case-usage")["1234567890"][0] == {
        "type": "ads_management", "call_count": 0, "total_cputime": 0, "total_time": 0,
        "estimated_time_to_regain_access": 0, "ads_api_access_tier": "standard_access",
    }  # fmt: skip
    text = reply.headers["x-fb-ads-insights-throttle"]
    assert text.startswith('{"app_id_util_pct": 0.00,"acc_id_util_pct": 0.00') and json.loads(text)
    assert "x-fb-ads-insights-throttle" not in graph.call("GET", graph.account).headers


def test_one_account_shows_every_use_case_it_has_used(graph):
    graph.settings(throttle=True, tier="limited")
    graph.get(f"{graph.account}/insights")
    reply = graph.call("GET", f"{graph.account}/customaudiences")
    rows = header(reply, "x-business-use-case-usage")["1234567890"]
    assert [row["type"] for row in rows] == ["ads_management", "ads_insights", "custom_audience"]


def test_limits_are_off_until_they_are_switched_on(graph):
    for _ in range(70):
        graph.get(graph.account)
    assert header(graph.call("GET", graph.account), "x-ad-account-usage")["acc_id_util_pct"] == 0


def test_calls_in_a_batch_each_count(graph):
    graph.settings(throttle=True, tier="limited")
    entries = [{"method": "GET", "relative_url": graph.account}] * 50
    for expected in ([200] * 50, [200] * 10 + [400] * 40):
        assert [one["code"] for one in graph.post("", batch=entries)] == expected


@pytest.mark.parametrize("version", ["v21.0", "v22.0", "v23.0", "v24.0"])
def test_older_versions_are_upgraded_with_the_recorded_warning_or_refused(graph, version):
    reply = graph.call("GET", graph.account, version=version)
    text = f"The call has been auto-upgraded to v26.0 as {version} will be deprecated."
    assert reply.headers["x-ad-api-version-warning"] == text and reply.headers["facebook-api-version"] == "v26.0"
    graph.settings(auto_upgrade=False)
    reply = graph.call("GET", graph.account, version=version)
    error = reply.json()["error"]
    assert (reply.status_code, error["code"]) == (400, 2635) and "latest version: v27.0" in error["message"]


def test_a_version_is_retired_by_a_setting(graph):
    assert "x-ad-api-version-warning" not in graph.call("GET", graph.account, version="v25.0").headers
    graph.settings(live_versions=["v26.0"])
    assert "x-ad-api-version-warning" in graph.call("GET", graph.account, version="v25.0").headers
