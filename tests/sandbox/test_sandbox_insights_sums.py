"""Whatever is turned on or off, edited or waited for, the figures agree with each other."""

import json
from collections import defaultdict
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.sandbox import Clock, Sandbox

WINDOW = {"since": "2026-11-01", "until": "2026-12-31"}
HOURLY = "hourly_stats_aggregated_by_advertiser_time_zone"
FORM = {"content-type": "application/x-www-form-urlencoded"}
TARGETING = {"geo_locations": {"countries": ["MY", "PH"]}, "targeting_automation": {"advantage_audience": 0}}


class Account:
    """Two campaigns, three ad sets and four ads in a sandbox without sockets."""

    def __init__(self, currency):
        self.sandbox = Sandbox(clock=Clock("2026-11-01T09:30:00+08:00"))
        self.control("accounts", {"account": "act_1", "currency": currency, "pages": ["5"]})
        self.control("settings", {"review_seconds": 7200, "budget_edits_per_hour": 10**6})
        scale = 100 if currency == "SGD" else 10000
        plain = self.campaign(is_adset_budget_sharing_enabled=False)
        shared = self.campaign(daily_budget=50 * scale, bid_strategy="LOWEST_COST_WITHOUT_CAP")
        own = {"daily_budget": 20 * scale, "bid_strategy": "LOWEST_COST_WITHOUT_CAP"}
        self.sets = [self.ad_set(plain, **own), self.ad_set(shared), self.ad_set(shared)]
        self.ads = [self.ad(one) for one in (*self.sets, self.sets[0])]
        self.everything = [plain, shared, *self.sets, *self.ads]
        self.scale = scale

    def control(self, path, body):
        reply = self.sandbox.handle("POST", f"/_sandbox/{path}", {}, json.dumps(body).encode())
        assert reply.status == 200, reply.body

    def call(self, method, path, **params):
        query = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()}
        text = urlencode({"access_token": "t", **query})
        if method == "GET":
            reply = self.sandbox.handle("GET", f"/v26.0/{path}?{text}", {}, b"")
        else:
            reply = self.sandbox.handle(method, f"/v26.0/{path}", FORM, text.encode())
        assert reply.status == 200, reply.body
        return reply.json()

    def campaign(self, **params):
        base = {"name": "c", "objective": "OUTCOME_TRAFFIC", "special_ad_categories": [], "status": "ACTIVE"}
        return self.call("POST", "act_1/campaigns", **base, **params)["id"]

    def ad_set(self, campaign, **params):
        goal = {"optimization_goal": "LINK_CLICKS", "billing_event": "IMPRESSIONS", "targeting": TARGETING}
        return self.call("POST", "act_1/adsets", name="s", campaign_id=campaign, status="ACTIVE", **goal, **params)[
            "id"
        ]

    def ad(self, ad_set):
        spec = {"object_story_spec": {"page_id": "5", "link_data": {"link": "https://a.example/", "message": ad_set}}}
        return self.call("POST", "act_1/ads", name="a", adset_id=ad_set, status="ACTIVE", creative=spec)["id"]

    def sums(self, id="act_1", **params):
        asked = {"time_range": WINDOW, "limit": 5000, "fields": "spend,impressions,clicks,ad_id,adset_id"}
        rows = self.call("GET", f"{id}/insights", **asked, **params)["data"]
        return rows, {n: round(sum(float(r[n]) for r in rows), 2) for n in ("spend", "impressions", "clicks")}

    def actions(self, **params):
        rows = self.call("GET", "act_1/insights", time_range=WINDOW, limit=5000, **params)["data"]
        return by_action(rows), by_action(rows, "action_values")


steps = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 60)),
        st.tuples(st.just("switch"), st.integers(0, 8)),
        st.tuples(st.just("budget"), st.integers(10, 90)),
    ),
    min_size=1,
    max_size=12,
)


def act(account, step):
    kind, value = step
    if kind == "wait":
        account.control("clock", {"advance_seconds": value * 3600})
    elif kind == "budget":
        account.call("POST", account.sets[0], daily_budget=value * account.scale)
    else:
        id = account.everything[value]
        status = account.call("GET", id, fields="status")["status"]
        account.call("POST", id, status="PAUSED" if status == "ACTIVE" else "ACTIVE")


@settings(max_examples=60, deadline=None)
@given(steps=steps, currency=st.sampled_from(["SGD", "JPY"]))
def test_every_way_of_cutting_gives_the_same_sums(steps, currency):
    account = Account(currency)
    for step in steps:
        act(account, step)
    _, whole = account.sums()
    for params in (
        *({"level": level} for level in ("campaign", "adset", "ad")),
        {"time_increment": 1, "level": "ad"}, {"time_increment": 7}, {"time_increment": "monthly"},
        {"breakdowns": HOURLY}, {"breakdowns": "age,gender", "level": "ad"}, {"breakdowns": "country"},
    ):  # fmt: skip
        assert account.sums(**params)[1] == whole, params
    days, _ = account.sums(level="adset", time_increment=1)
    hours, _ = account.sums(level="adset", time_increment=1, breakdowns=HOURLY)
    by_day = defaultdict(float)
    for row in hours:
        by_day[row["adset_id"], row["date_start"]] += float(row["spend"])
    assert {key: round(value, 2) for key, value in by_day.items() if value} == {
        (row["adset_id"], row["date_start"]): round(float(row["spend"]), 2) for row in days
    }


WINDOWS = ["1d_click", "7d_click", "1d_view", "1d_ev"]


def by_action(rows, field="actions"):
    sums = defaultdict(int)
    for row in rows:
        for one in row.get(field, []):
            for window in ("value", *WINDOWS):
                sums[one["action_type"], window] += round(float(one.get(window, 0)) * 100)
    return {key: value for key, value in sums.items() if value}


@settings(max_examples=10, deadline=None)
@given(steps=steps, currency=st.sampled_from(["SGD", "JPY"]))
def test_every_action_and_every_window_adds_up_however_it_is_cut(steps, currency):
    account = Account(currency)
    for step in [*steps, ("wait", 60)]:
        act(account, step)
    asked = {"fields": "actions,action_values", "action_attribution_windows": WINDOWS}
    whole = account.actions(**asked)
    for params in (
        *({"level": level} for level in ("campaign", "adset", "ad")), {"time_increment": 1},
        {"breakdowns": HOURLY}, {"breakdowns": "age,gender"}, {"breakdowns": "country"}, {"breakdowns": "region"},
        {"breakdowns": "publisher_platform,platform_position,impression_device"},
        {"action_breakdowns": "action_type,action_device"}, {"action_breakdowns": "action_type,action_reaction"},
        {"action_breakdowns": "action_type,action_target_id,action_destination", "level": "ad"},
    ):  # fmt: skip
        assert account.actions(**asked, **params) == whole, params


@settings(max_examples=60, deadline=None)
@given(before=steps, after=steps)
def test_the_past_never_moves(before, after):
    account = Account("SGD")
    for step in before:
        act(account, step)
    account.control("clock", {"advance_seconds": 86400})
    first, _ = account.sums(level="ad", time_increment=1)
    for step in after:
        act(account, step)
    later, _ = account.sums(level="ad", time_increment=1)
    today = max((row["date_start"] for row in first), default="")
    known = {(row["ad_id"], row["date_start"]): row for row in later}
    for row in first:
        seen = known[row["ad_id"], row["date_start"]]
        assert seen == row or (row["date_start"] == today and float(seen["spend"]) >= float(row["spend"]))


@pytest.mark.parametrize("hours", [6, 30, 100])
def test_no_budget_is_exceeded_on_any_day(hours):
    account = Account("SGD")
    account.control("clock", {"advance_seconds": hours * 3600})
    for id, budget in ((account.sets[0], 20), (account.everything[1], 50)):
        rows, _ = account.sums(id, time_increment=1)
        assert rows and all(float(row["spend"]) <= budget for row in rows)
