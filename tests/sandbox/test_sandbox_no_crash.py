"""No request ends in a failure of the sandbox itself: odd values in every parameter of every edge of a full account."""

import json
import logging
from urllib.parse import urlencode

import pytest

from reconciler.sandbox import Clock, Sandbox
from reconciler.sandbox.nodes.registry import TYPES
from reconciler.sandbox.params import readable_fields, signatures

TOKEN = {"authorization": "Bearer x"}
FORM = {**TOKEN, "content-type": "application/x-www-form-urlencoded"}
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x04\xb0\x00\x00\x02\x74\x08\x02\x00\x00\x00" + b"\x00" * 40

VALUES = [
    "", "0", "-1", "1.5", "x", "true", "null", "[]", "{}", "[null]", "[[]]", "[{}]", '[""]', "1767225600", "9" * 30,
    "2026-01-01", "2026-01-01T00:00:00+0000", "['DELETED']", '["ARCHIVED"]', '{"a":null}', '{"id":{}}', '[{"id":[1]}]',
    '{"since":"2026-11-01","until":"2026-11-03"}', '{"since":null}', '{"since":[],"until":{}}', "💥", "\x00",
    '[{"field":"id","operator":"IN","value":null}]', '[{"field":{},"operator":[],"value":1}]',
    '[{"field":"updated_time","operator":"IN_RANGE","value":5}]', '[{"field":"adlabels","operator":"ALL","value":{}}]',
    '[{"field":"created_time","operator":"GREATER_THAN","value":{"a":1}}]', '{"geo_locations":{"countries":[null]}}',
    '[{"field":"name","operator":"CONTAIN","value":["a"]}]',
    '[{"field":"effective_status","operator":"IN","value":[1]}]',
    '{"page_id":"9","link_data":{"link":"https://a.example/","child_attachments":[{},null]}}',
]  # fmt: skip
# what clients send to edges that do not know it
STRAY = (
    "updated_since", "effective_status", "since", "until", "is_completed", "time_range", "date_preset", "oid", "sort",
    "order_by", "filtering", "limit", "after", "summary", "fields", "title", "hashes", "level", "time_increment",
)  # fmt: skip


ODD = [None, "", "x", 0, -1, 1.5, True, [], {}, [None], [[]], [{}], {"a": None}, {"id": {}}, "9" * 30, [1, "a"]]


class World:
    """One of every kind that can be made, without sockets."""

    def __init__(self):
        self.sandbox = Sandbox(clock=Clock("2026-11-21T10:00:00+08:00"))
        seeds = {"pages": ["9"], "pixels": ["8"], "ig_users": ["7"], "catalogs": ["5"]}
        self.sandbox.handle("POST", "/_sandbox/accounts", {}, json.dumps({"account": "act_1", **seeds}).encode())
        self.ids = {"account": "act_1", "page": "9", "pixel": "8", "ig_user": "7", "catalog": "5", "user": "me"}
        self.fill()

    def send(self, method, path, **params):
        sent = urlencode({k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()})
        if method == "POST":
            return self.sandbox.handle(method, f"/v26.0/{path}", FORM, sent.encode())
        return self.sandbox.handle(method, f"/v26.0/{path}?{sent}", TOKEN, b"")

    def made(self, kind, path, **params):
        reply = self.send("POST", path, **params)
        assert reply.status == 200, reply.body
        body = reply.json()
        self.ids[kind] = str(body.get("id") or body.get("report_run_id"))

    def fill(self):
        for kind, edge in (("campaign", "campaigns"), ("ad_set", "adsets"), ("creative", "adcreatives"), ("ad", "ads")):
            self.made(kind, f"act_1/{edge}", **self.whole(edge))
        self.made("label", "act_1/adlabels", name="two")
        self.made("report", "act_1/insights", level="ad")
        self.made("video", "act_1/advideos", file_url="https://a.example/film.mp4")
        file = {"customer_file_source": "USER_PROVIDED_ONLY"}
        self.made("audience", "act_1/customaudiences", name="u", subtype="CUSTOM", **file)
        self.made("other campaign", "act_1/campaigns", **self.whole("campaigns"))
        halves = [self.ids["campaign"], self.ids["other campaign"]]
        cells = [{"name": id, "treatment_percentage": 50, "campaigns": [id]} for id in halves]
        when = {"start_time": 1796000000, "end_time": 1797000000}
        self.made("study", "300100000000001/ad_studies", name="t", type="SPLIT_TEST", cells=cells, **when)
        questions = [{"type": "EMAIL"}]
        policy = {"url": "https://a.example/"}
        self.made("leadgen_form", "9/leadgen_forms", name="f", questions=questions, privacy_policy=policy)
        self.made("lead", f"{self.ids['leadgen_form']}/test_leads")
        self.made("product_set", "5/product_sets", name="p")
        self.made("product_feed", "5/product_feeds", name="p")
        self.sandbox.handle("POST", "/_sandbox/clock", {}, b'{"advance_seconds": 259200}')
        self.ids["business"] = "300100000000001"

    def whole(self, edge):
        """What makes an object; each part of it is then made odd."""
        story = {"page_id": "9", "link_data": {"link": "https://a.example/", "message": "m", "call_to_action": {
            "type": "SHOP_NOW", "value": {"link": "https://a.example/"}}, "child_attachments": [
            {"link": "https://a.example/", "name": "n"}, {"link": "https://a.example/", "name": "o"}]}}  # fmt: skip
        targeting = {"geo_locations": {"countries": ["MY"], "cities": [{"key": "1"}]}, "age_min": 18, "genders": [1],
                     "flexible_spec": [{"interests": [{"id": "1", "name": "n"}]}], "publisher_platforms": ["facebook"],
                     "facebook_positions": ["feed"], "targeting_automation": {"advantage_audience": 0}}  # fmt: skip
        return {
            "campaigns": {"name": "c", "objective": "OUTCOME_TRAFFIC", "special_ad_categories": [], "status": "ACTIVE",
                          "is_adset_budget_sharing_enabled": False, "adlabels": [{"name": "one"}]},
            "adsets": {"name": "s", "campaign_id": self.ids.get("campaign"), "optimization_goal": "LINK_CLICKS",
                       "billing_event": "IMPRESSIONS", "daily_budget": 5000, "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
                       "status": "PAUSED", "targeting": targeting, "promoted_object": {"page_id": "9"},
                       "attribution_spec": [{"event_type": "CLICK_THROUGH", "window_days": 1}]},
            "adcreatives": {"name": "n", "object_story_spec": story, "degrees_of_freedom_spec": {
                "creative_features_spec": {"image_touchups": {"enroll_status": "OPT_OUT"}}}},
            "ads": {"name": "a", "adset_id": self.ids.get("ad_set"), "status": "ACTIVE",
                    "creative": {"creative_id": self.ids.get("creative")}, "tracking_specs": [{"action.type": ["x"]}]},
            "customaudiences": {"name": "l", "rule": {"inclusions": {"operator": "or", "rules": [
                {"event_sources": [{"id": "8", "type": "pixel"}], "retention_seconds": 3600}]}}},
            "adrules_library": {"name": "r", "schedule_spec": {"schedule_type": "DAILY"},
                                "execution_spec": {"execution_type": "PAUSE"}, "evaluation_spec": {
                                    "evaluation_type": "SCHEDULE", "filters": [
                                        {"field": "entity_type", "operator": "EQUAL", "value": "AD"},
                                        {"field": "time_preset", "operator": "EQUAL", "value": "TODAY"}]}},
        }[edge]  # fmt: skip


@pytest.fixture(scope="module")
def world():
    return World()


def survived(world, caplog, method, path, **params):
    reply = world.send(method, path, **params)
    failed = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert not failed, (method, path, params, failed[0].exc_text)
    json.loads(reply.body or b"null")


def calls(kind):
    """Method, edge, and the names of parameters that mean something there."""
    one = TYPES[kind]
    yield "GET", "", ()
    for edge in (*one.lists, *one.reads):
        known = signatures(kind).get(("GET", edge))
        yield "GET", edge, tuple(known.types) if known else ()
    for method, table, own in (("POST", one.posts, one.update), ("DELETE", one.deletes, None)):
        for edge in (*table, *([""] if own else [])):
            known = signatures(kind).get((method, edge))
            yield method, edge, tuple(known.types) if known else ()


KINDS = (
    "account", "campaign", "ad_set", "ad", "creative", "label", "report", "video", "audience", "study", "leadgen_form",
    "lead", "product_set", "product_feed", "page", "pixel", "ig_user", "catalog", "user", "business",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_no_value_of_any_parameter_fails_on_a_full_account(world, caplog, kind):
    id, turn = world.ids[kind], 0
    for method, edge, names in calls(kind):
        for name in sorted({*names, *STRAY}):
            for value in VALUES[turn % 9 :: 9]:  # each parameter a ninth of them, all of them in turn
                survived(world, caplog, method, f"{id}/{edge}" if edge else id, **{name: value})
            turn += 1


@pytest.mark.parametrize("kind", ["account", "campaign", "ad_set", "label", "audience", "business"])
def test_no_argument_of_a_nested_edge_fails(world, caplog, kind):
    for edge in (*TYPES[kind].lists, *TYPES[kind].reads):
        for name in STRAY:
            for value in VALUES[len(edge + name) % 9 :: 9]:
                survived(world, caplog, "GET", world.ids[kind], fields=f"{edge}.{name}({value}){{id}}")


def places(value, path=()):
    """Every place in a structure."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def with_odd(whole, path, odd):
    copy = json.loads(json.dumps(whole))
    at = copy
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = odd
    return copy


MADE = {"campaigns": "campaign", "adsets": "ad_set", "adcreatives": "creative", "ads": "ad",
        "customaudiences": "audience", "adrules_library": "rule"}  # fmt: skip


@pytest.mark.parametrize("edge", MADE)
def test_no_oddity_inside_a_create_or_an_update_fails_then_or_when_read(caplog, edge):
    world = World()
    roomy = b'{"max_ad_sets_per_campaign": 9999, "max_ads_per_ad_set": 9999, "budget_edits_per_hour": 9999}'
    world.sandbox.handle("POST", "/_sandbox/settings", {}, roomy)
    everything = ",".join(sorted(readable_fields(MADE[edge])))
    whole = world.whole(edge)
    known = signatures("account")["POST", edge].types
    odd = [with_odd(whole, path, one) for at, path in enumerate(places(whole)) for one in ODD[at % 3 :: 3]]
    odd += [{**whole, name: value} for at, name in enumerate(sorted(known)) for value in VALUES[at % 9 :: 9]]
    for params in odd:
        reply = world.send("POST", f"act_1/{edge}", **params)
        if reply.status == 200 and "id" in reply.json():
            id = reply.json()["id"]
            survived(world, caplog, "GET", id, fields=everything)
            survived(world, caplog, "POST", id, **{name: one for name, one in params.items() if name in whole})
        changed = {name: value for name, value in params.items() if value != whole.get(name)}
        survived(world, caplog, "POST", world.ids.get(MADE[edge], id), **changed)
    survived(world, caplog, "GET", f"act_1/{edge}", fields=everything, limit="500")
    survived(world, caplog, "GET", "act_1/insights", level="ad", fields="actions,spend", date_preset="maximum")


def test_updated_since_is_ignored_by_edges_that_do_not_know_it(graph):
    campaign = graph.campaign()
    ad_set = graph.ad_set(campaign)
    graph.advance(100)
    later = "1795226450"
    for value in (later, "2026-11-21", "soon"):
        assert graph.get(f"{graph.account}/campaigns", updated_since=value)["data"] == [{"id": campaign}]
        assert graph.get(f"{campaign}/adsets", updated_since=value)["data"] == [{"id": ad_set}]
    inner = f"adsets.updated_since({later}){{id}}"
    tree = graph.get(graph.account, fields=f"campaigns.updated_since({later}){{{inner}}}")["campaigns"]["data"]
    assert tree[0]["adsets"]["data"] == [{"id": ad_set}]
    assert graph.get(f"{graph.account}/adsets", updated_since=later)["data"] == []
