"""What stands under `raw`: where it goes, what Meta makes of it, and what happens where it cannot be read back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.command import Reconciler
from support.interruption import Interrupted, interrupt
from support.repository import STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

from reconciler.run import apply
from reconciler.sandbox import params, project
from reconciler.sandbox.nodes import change
from reconciler.sandbox.nodes.registry import TYPES

UNREADABLE = "raw: {iterative_split_test_configs: [{a: 1}]}\n"
OPT_OUT = {"creative_features_spec": {"text_optimizations": {"enroll_status": "OPT_OUT"}}}
MULTI = {"enroll_status": "OPT_OUT"}
AD = "acme-sg/still/main/main"
MAIN = "acme-sg/still/main"


def with_raw(**raw: Any) -> str:
    return STILL + f"  raw: {json.dumps(raw)}\n"


def creative_of(sandbox: LocalGraph, address: str = AD) -> dict[str, Any]:
    asked = "creative{id,degrees_of_freedom_spec,contextual_multi_ads}"
    return dict(sandbox.read(sandbox.id(address), asked)["creative"])


# ---- an ad's parameters that belong to its creative


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_a_creative_s_parameter_goes_to_the_creative(
    memory: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", with_raw(degrees_of_freedom_spec=OPT_OUT, contextual_multi_ads=MULTI))
    reconciler.apply().ended(0)
    (sent,) = sandbox.creates("creative")
    assert sent["params"]["contextual_multi_ads"] == MULTI
    assert "contextual_multi_ads" not in sandbox.creates("ad")[0]["params"]
    features = creative_of(sandbox)["degrees_of_freedom_spec"]["creative_features_spec"]
    assert features["text_optimizations"] == {"enroll_status": "OPT_OUT"}
    if memory == "lost":
        repository.forget_state()
        reconciler.apply().ended(0)
    reconciler.converged()
    assert "cannot be verified" not in reconciler("plan").out


TAKING_AWAY = """\
extends: base
raw: {pacing_type: ~, zone_of_ours: {a: ~, deep: {c: ~}, kept: 1}}
ad:
  raw: {degrees_of_freedom_spec: {creative_features_spec: {image_template: ~}}, contextual_multi_ads: ~}
"""


def test_nothing_below_raw_takes_away_what_a_template_says_at_any_depth_and_is_never_sent(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    features = {"image_template": MULTI, **OPT_OUT["creative_features_spec"]}
    creative = {"degrees_of_freedom_spec": {"creative_features_spec": features}, "contextual_multi_ads": MULTI}
    campaign = {"pacing_type": ["no_pacing"], "zone_of_ours": {"a": 1, "deep": {"c": 2}}}
    repository.write("templates/base.yaml", with_raw(**creative) + f"raw: {json.dumps(campaign)}\n")
    repository.campaign("still", TAKING_AWAY)
    reconciler.apply().ended(0)
    assert sandbox.creates("campaign")[0]["params"].get("zone_of_ours") == {"kept": 1}
    assert "pacing_type" not in sandbox.creates("campaign")[0]["params"]
    assert "null" not in json.dumps([call["params"] for call in sandbox.writes()])
    assert "contextual_multi_ads" not in sandbox.creates("creative")[0]["params"]
    said = sandbox.creates("creative")[0]["params"]["degrees_of_freedom_spec"]["creative_features_spec"]
    assert set(said) == set(OPT_OUT["creative_features_spec"])
    reconciler.converged()


def test_what_is_taken_away_after_an_apply_is_no_change_that_meta_does_not_take(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "raw: {pacing_type: [no_pacing]}\n")
    reconciler.apply().ended(0)
    repository.campaign("still", STILL + "raw: {pacing_type: ~}\n")
    reconciler.apply().ended(0)
    reconciler.converged()


def test_a_changed_parameter_of_a_creative_makes_a_new_one(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", with_raw(contextual_multi_ads=MULTI))
    reconciler.apply().ended(0)
    before = creative_of(sandbox)["id"]
    repository.campaign("still", with_raw(contextual_multi_ads={"enroll_status": "OPT_IN"}))
    plan = reconciler.plan().json
    assert [(c["actions"], list(c["after"])) for c in plan["resource_changes"]] == [
        (["update"], ["contextual_multi_ads"])
    ]
    assert plan["resource_changes"][0]["consequences"] == ["new creative: goes to review"]
    reconciler.apply().ended(0)
    assert creative_of(sandbox)["id"] != before
    reconciler.converged()


def test_another_creative_in_ads_manager_is_drift_of_the_parameter_too(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", with_raw(contextual_multi_ads=MULTI))
    repository.campaign("other", STILL.replace("headline: Outlet", "headline: Other"))
    reconciler.apply().ended(0)
    other = sandbox.live("acme-sg/other/main/main")["data"]["creative"]
    sandbox.person_edits(AD, creative={"creative_id": other})
    drift = reconciler.plan().ended(0).json["drift"]
    assert {"headline", "contextual_multi_ads"} == {d["field"] for d in drift}


# ---- what Meta took and dropped


def meta_drops(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Meta takes a parameter and keeps nothing of it."""
    monkeypatch.setattr(change, "_NOT_STORED", change._NOT_STORED | set(names))


DROPPED = (
    ("ad_set", TRAFFIC + "    raw: {multi_optimization_goal_weight: BALANCED}\n", "multi_optimization_goal_weight",
     "acme-sg/t/broad"),
    ("ad", TRAFFIC + "        raw: {priority: 3}\n", "priority", "acme-sg/t/broad/still"),
    ("creative", TRAFFIC + f"        raw: {{contextual_multi_ads: {json.dumps(MULTI)}}}\n", "contextual_multi_ads",
     "acme-sg/t/broad/still"),
    ("campaign", TRAFFIC + "raw: {is_skadnetwork_attribution: true}\n", "is_skadnetwork_attribution", "acme-sg/t"),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "name", "address"), DROPPED, ids=[kind for kind, *_ in DROPPED])
def test_what_meta_takes_and_drops_is_that_address_s_error_each_time_and_never_drift(
    kind: str,
    text: str,
    name: str,
    address: str,
    repository: Repository,
    sandbox: LocalGraph,
    reconciler: Reconciler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    meta_drops(monkeypatch, name)
    repository.campaign("t", text + "status: ACTIVE\n")
    repository.campaign("still", STILL)
    told = reconciler.apply().ended(6)
    assert f"{address}: Meta took the request and dropped raw.{name}" in told.said
    assert name not in repository.state("t")[address]["applied"]
    for _ in range(2):
        sandbox.pass_time(7200)
        plan = reconciler.plan().json
        assert plan["drift"] == []
        assert ("update", address) in [(a, c["address"]) for c in plan["resource_changes"] for a in c["actions"]]
        assert name in next(c for c in plan["resource_changes"] if c["address"] == address)["after"]
        again = reconciler.apply()
        assert again.status != 0 and f"dropped raw.{name}" in again.said
    assert sandbox.deliverable()["ad"] == 0


@pytest.mark.parametrize("made", ["with it", "without it"])
@pytest.mark.parametrize(("kind", "text", "name", "address"), DROPPED, ids=[kind for kind, *_ in DROPPED])
def test_what_meta_drops_is_a_change_again_though_the_run_ended_before_it_read_back(
    kind: str,
    text: str,
    name: str,
    address: str,
    made: str,
    repository: Repository,
    sandbox: LocalGraph,
    reconciler: Reconciler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    meta_drops(monkeypatch, name)
    if made == "without it":
        repository.campaign("t", TRAFFIC)
        reconciler.apply().ended(0)
    repository.campaign("t", text)
    with pytest.MonkeyPatch.context() as moment, pytest.raises(Interrupted):
        moment.setattr(apply, "read_back", interrupt)
        reconciler("apply", "--auto-approve")
    sandbox.pass_time(7200)
    plan = reconciler.plan().json
    assert plan["drift"] == []
    assert ("update", address) in [(a, c["address"]) for c in plan["resource_changes"] for a in c["actions"]]
    assert f"dropped raw.{name}" in reconciler.apply().said
    assert name not in repository.state("t")[address]["applied"]


def test_what_was_dropped_keeps_the_launch_off(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta_drops(monkeypatch, "priority")
    repository.campaign("t", TRAFFIC + "        raw: {priority: 3}\nactivate_at: 2026-11-21 12:00\n")
    reconciler.apply()
    sandbox.at("2026-11-21T12:01:00+08:00")
    assert "priority of acme-sg/t/broad/still is not as declared" in reconciler("activate").said
    assert sandbox.deliverable()["campaign"] == 0


def test_a_part_that_meta_makes_another_of_is_no_drift_by_the_tool_itself(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meta drops an interest that no longer exists, without an error."""
    sandbox.settings(retired_interests=["2"])
    spec = "flexible_spec: [{interests: [{id: '1'}, {id: '2'}]}], age_min: 21"
    repository.campaign("t", TRAFFIC.replace("age_min: 21", spec) + "activate_at: 2026-11-21 12:00\n")
    told = reconciler.apply().ended(6).said
    assert "targeting.flexible_spec[0].interests reads" in told
    sandbox.pass_time(3600)
    plan = reconciler.plan().json
    assert plan["drift"] == [] and plan["refusals"] == []
    assert [c["actions"] for c in plan["resource_changes"]] == [["update"]]
    sandbox.at("2026-11-21T12:01:00+08:00")
    assert "targeting.flexible_spec[0].interests of acme-sg/t/broad is not as declared" in reconciler("activate").said


# ---- what cannot be read back


def test_what_cannot_be_read_stops_nothing_and_is_said_once(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + UNREADABLE)
    repository.campaign("t", TRAFFIC + "raw: {iterative_split_test_configs: [{a: 1}]}\nactivate_at: 2026-11-21 12:00\n")
    reconciler.apply().ended(0)
    reconciler.converged()
    told = [note for note in reconciler.plan().json["notes"] if "cannot be verified" in note]
    assert told == [
        "cannot be verified, since Meta does not show it: acme-sg/still raw.iterative_split_test_configs; "
        "acme-sg/t raw.iterative_split_test_configs"
    ]
    reconciler("drift").ended(0)
    sandbox.at("2026-11-21T12:01:00+08:00")
    reconciler("activate").ended(0)
    assert sandbox.deliverable()["campaign"] == 1
    repository.forget_state()
    assert reconciler.plan().ended(0).json["drift"] == []


def test_a_change_of_what_cannot_be_read_is_a_change(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + UNREADABLE)
    reconciler.apply().ended(0)
    repository.campaign("still", STILL + UNREADABLE.replace("a: 1", "a: 2"))
    assert reconciler.plan().actions == [("update", "acme-sg/still")]
    reconciler.apply().ended(0)
    reconciler.converged()


def meta_refuses(monkeypatch: pytest.MonkeyPatch, kind: str, *names: str) -> None:
    """Meta does not show a field that the SDK lists."""
    real = params.readable_fields
    hidden = frozenset(names)
    shown = lambda wanted: real(wanted) - hidden if wanted == kind else real(wanted)  # noqa: E731
    monkeypatch.setattr(project, "readable_fields", shown)
    kept = {name: reader for name, reader in TYPES[kind].readers.items() if name not in hidden}
    monkeypatch.setitem(TYPES, kind, type(TYPES[kind])(**{**_slots(TYPES[kind]), "readers": kept}))


def _slots(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in type(one).__slots__}


REFUSED = (
    ("campaign", "budget_rebalance_flag", STILL + "raw: {budget_rebalance_flag: false}\n"),
    ("ad_set", "pacing_type", STILL + "ads_raw"),
    ("creative", "contextual_multi_ads", with_raw(contextual_multi_ads=MULTI)),
    ("campaign", "issues_info", STILL),
    ("ad_set", "dsa_payor", STILL),
    ("ad", "ad_review_feedback", STILL),
    ("creative", "url_tags", STILL),
)


@pytest.mark.parametrize(("kind", "name", "text"), REFUSED, ids=[f"{kind} {name}" for kind, name, _ in REFUSED])
def test_a_field_that_meta_does_not_show_is_left_out_of_the_read(
    kind: str,
    name: str,
    text: str,
    repository: Repository,
    sandbox: LocalGraph,
    reconciler: Reconciler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    meta_refuses(monkeypatch, kind, name)
    if text.endswith("ads_raw"):
        text = TRAFFIC + "    raw: {pacing_type: [standard]}\n"
    repository.campaign("still", text)
    reconciler.apply().ended(0)
    reconciler.converged()
    repository.forget_state()
    assert {action for action, _ in reconciler.plan().ended(0).actions} == {"adopt"}
    unverified = [note for note in reconciler.plan().json["notes"] if f"raw.{name}" in note]
    assert len(unverified) == (1 if f"{name}:" in text or f'"{name}"' in text else 0)


def test_a_targeting_that_meta_does_not_show_is_no_drift(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    meta_refuses(monkeypatch, "ad_set", "targeting")
    reconciler.converged()


def test_one_object_s_refusal_leaves_the_others_as_they_are(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """Of two objects, one cannot be read by id; the other is still compared."""
    repository.campaign("t", TRAFFIC)
    repository.campaign("u", TRAFFIC.replace("Always on", "Second"))
    reconciler.apply().ended(0)
    message = "(#100) Tried accessing nonexisting field (bid_amount) on node type (AdCampaign)"
    sandbox.fault("error", f"/{sandbox.id('acme-sg/t/broad')}$", method="GET", code=100, message=message, times=1)
    for key in ("t", "u"):
        repository.edit_campaign(key, "age_min: 21", "age_min: 25")
    reconciler.apply().ended(0)
    reconciler.converged()


def test_an_essential_field_that_meta_does_not_show_is_an_error(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    message = "(#100) Tried accessing nonexisting field (adlabels) on node type (AdCampaign)"
    sandbox.fault("error", "/adsets$", method="GET", code=100, message=message, times=0)
    assert "nonexisting field (adlabels)" in reconciler("plan").said


# ---- lists that Meta appends to

TRACKED = [
    {"action.type": ["offsite_conversion"], "fb_pixel": ["5647382910"]},
    {"action.type": ["rsvp"], "event": ["17"]},
]


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_tracking_specs_to_which_meta_appends_its_own_are_as_declared(
    memory: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", with_raw(tracking_specs=TRACKED) + "status: ACTIVE\n")
    reconciler.apply().ended(0)
    live = sandbox.read(sandbox.id(AD), "tracking_specs")["tracking_specs"]
    assert all(spec in live for spec in TRACKED)
    assert len(live) > len(TRACKED)
    # The gate and the look after the write compare in the same way.
    assert sandbox.live(AD)["data"]["status"] == "ACTIVE"
    if memory == "lost":
        repository.forget_state()
        reconciler.apply().ended(0)
    reconciler.converged()


def test_a_tracking_spec_that_somebody_takes_away_is_drift(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", with_raw(tracking_specs=TRACKED))
    reconciler.apply().ended(0)
    sandbox.person_edits(AD, tracking_specs=TRACKED[:1])
    drift = reconciler.plan().ended(0).json["drift"]
    assert {(row["address"], row["field"].partition("[")[0]) for row in drift} == {(AD, "tracking_specs")}


def test_a_changed_tracking_spec_is_written_once(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", with_raw(tracking_specs=TRACKED))
    reconciler.apply().ended(0)
    repository.campaign("still", with_raw(tracking_specs=TRACKED[:1]))
    reconciler.apply().ended(0)
    assert [w["params"]["tracking_specs"] for w in sandbox.writes() if "tracking_specs" in w["params"]] == [
        TRACKED,
        TRACKED[:1],
    ]
    reconciler.converged()


def test_times_and_amounts_within_a_structure_are_said_as_such(repository: Repository, reconciler: Reconciler) -> None:
    """In the project's zone; a share is no amount."""
    rows = [
        {"budget_value": 15000, "budget_value_type": "ABSOLUTE", "time_start": 1797292800, "time_end": 1797379200},
        {
            "budget_value": "20",
            "budget_value_type": "MULTIPLIER",
            "time_start": "2026-12-20T09:00:00+0900",
            "time_end": "2026-12-21T00:00:00+0000",
        },
    ]
    raw = f"raw: {{budget_schedule_specs: {json.dumps(rows)}}}\n"
    repository.campaign("still", STILL + raw)
    told = " ".join(reconciler("plan").ended(0).out.split())
    assert "{budget_value 150.00 SGD; budget_value_type ABSOLUTE; time_start 2026-12-15 08:00 +08; time_end" in told
    assert "{budget_value 20 %; budget_value_type MULTIPLIER; time_start 2026-12-20 08:00 +08;" in told
    reconciler.apply().ended(0)
    repository.campaign("still", STILL + raw.replace("15000", "25000").replace("1797379200", "1797382800"))
    step = " ".join(reconciler("plan").ended(0).out.split())
    assert "250.00 SGD" in step and "2026-12-16 09:00 +08" in step and "17973" not in step
