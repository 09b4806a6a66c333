from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.meta.throttle import Usage, fullest, read_usage
from reconciler.model.limits import EVERY


def business(**gauge: Any) -> dict[str, str]:
    return {"X-Business-Use-Case-Usage": json.dumps({"123": [{"type": "ads_management", **gauge}]})}


HEADERS = [
    pytest.param({}, 0, timedelta(), id="none at low load"),
    pytest.param(
        {"X-App-Usage": '{"call_count":100,"total_cputime":30,"total_time":7}'},
        0,
        timedelta(),
        id="the app's, which leaves out the Marketing API",
    ),
    pytest.param({"x-ad-account-usage": '{"acc_id_util_pct":12}'}, 12, timedelta(), id="in small letters"),
    pytest.param(
        {"X-Ad-Account-Usage": '{"acc_id_util_pct":9.67,"reset_time_duration":100}'},
        9.67,
        timedelta(seconds=100),
        id="the account's, in seconds",
    ),
    pytest.param(
        business(call_count=80, estimated_time_to_regain_access=19),
        80,
        timedelta(minutes=19),
        id="the business's, in minutes",
    ),
    pytest.param(
        {**business(total_time=20), "X-Ad-Account-Usage": '{"acc_id_util_pct":96}'},
        96,
        timedelta(),
        id="the fullest of several",
    ),
    pytest.param({"X-Ad-Account-Usage": "not JSON"}, 0, timedelta(), id="unreadable"),
    pytest.param({"X-Ad-Account-Usage": "[1]"}, 0, timedelta(), id="a list"),
    pytest.param({"X-Ad-Account-Usage": '{"acc_id_util_pct":"many"}'}, 0, timedelta(), id="words for figures"),
    pytest.param({"X-Ad-Account-Usage": ""}, 0, timedelta(), id="empty"),
    pytest.param({"X-Business-Use-Case-Usage": '{"1": ["x"]}'}, 0, timedelta(), id="rows that are no gauges"),
]


@pytest.mark.parametrize(("headers", "percent", "wait"), HEADERS)
def test_usage_headers_are_read(headers: dict[str, str], percent: float, wait: timedelta) -> None:
    found = fullest(read_usage(headers).values())
    assert (found.percent, found.wait) == (percent, wait)


def test_only_a_full_gauge_tells_by_its_emptying_when_a_block_ends() -> None:
    told = [
        read_usage({"x-ad-account-usage": f'{{"acc_id_util_pct":{percent},"reset_time_duration":90}}'})[EVERY].regain
        for percent in (2, 100)
    ]
    assert told == [timedelta(), timedelta(seconds=90)]


@pytest.mark.parametrize(
    ("percent", "slow", "stops", "stops_launches"),
    [
        (74.9, False, False, False),
        (75, True, False, False),
        (94.9, True, False, False),
        (95, True, True, False),
        (99.9, True, True, False),
        (100, True, True, True),
        (120, True, True, True),
    ],
)
def test_near_the_limit_it_slows_then_stops_what_can_wait_and_at_the_limit_all(
    percent: float, slow: bool, stops: bool, stops_launches: bool
) -> None:
    usage = Usage(percent)
    assert (usage.slow, usage.stops(), usage.stops(first=True)) == (slow, stops, stops_launches)


def test_the_rows_of_others_say_nothing_of_an_account_that_has_its_own() -> None:
    rows = {key: [{"type": "ads_management", "call_count": count}] for key, count in (("123", 3), ("777", 100))}
    headers = {"x-business-use-case-usage": json.dumps(rows)}
    told = [read_usage(headers, holder)["ads_management"].percent for holder in ("act_123", "123", "act_9", "")]
    assert told == [3, 3, 100, 100]


@given(st.text(max_size=40))
def test_no_header_breaks_the_reading(text: str) -> None:
    found = read_usage(dict.fromkeys(("x-ad-account-usage", "x-business-use-case-usage"), text))
    assert fullest(found.values()).percent >= 0


@pytest.mark.parametrize("wait", ["1e400", "1e300", "NaN", "Infinity", "-5", "100000000000000"])
def test_a_wait_that_no_clock_can_reach_is_no_wait(wait: str) -> None:
    row = f'{{"1": [{{"call_count": 1, "estimated_time_to_regain_access": {wait}}}]}}'
    assert fullest(read_usage({"x-business-use-case-usage": row}).values()).wait == timedelta()


def test_each_gauge_counts_for_the_use_case_that_it_is_of() -> None:
    rows = [{"type": "ads_management", "call_count": 7}, {"type": "pages", "call_count": 50}, {"call_count": 3}]
    headers = {
        "x-app-usage": '{"call_count": 99}',
        "x-ad-account-usage": '{"acc_id_util_pct": 12}',
        "x-fb-ads-insights-throttle": '{"app_id_util_pct": 97, "acc_id_util_pct": 1}',
        "x-business-use-case-usage": json.dumps({"1": rows, "2": [{"type": "pages", "total_time": 60}]}),
    }
    percents = {use_case: usage.percent for use_case, usage in read_usage(headers).items()}
    assert percents == {EVERY: 12, "ads_insights": 97, "ads_management": 7, "pages": 60}
