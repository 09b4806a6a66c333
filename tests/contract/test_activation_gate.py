"""Nothing is turned on while anything about it is in doubt. Once the doubt is gone, it is turned on."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import ACCOUNT, LocalGraph

from reconciler.apply.write import Writes
from reconciler.meta.client import Reader
from reconciler.model.errors import GraphReply, Unavailable
from reconciler.model.remote import Identity
from reconciler.run import history

ADDRESS, AD_SET, AD = "acme-sg/still", "acme-sg/still/main", "acme-sg/still/main/main"
START = "2026-11-21T12:00:00+08:00"
TIMED = STILL + "activate_at: 2026-11-21 12:00\n"
OFF, ON = {"campaign": 0, "ad_set": 0, "ad": 0}, {"campaign": 1, "ad_set": 1, "ad": 1}


def start_plus(seconds: float) -> str:
    return (datetime.fromisoformat(START) + timedelta(seconds=seconds)).isoformat()


@pytest.fixture
def applied(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    repository.campaign("still", TIMED)
    reconciler.apply().ended(0)
    sandbox.at(START)
    return reconciler


@pytest.mark.parametrize("command", ["activate", "apply"])
@pytest.mark.parametrize("skew", [61, 3600, 26 * 3600, 400 * 86400])
def test_a_clock_that_runs_ahead_starts_nothing_early(
    skew: float, command: str, applied: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.at(start_plus(-skew))
    applied.now = start_plus(1)
    told = applied(command, *(["--auto-approve"] if command == "apply" else []))
    assert told.status != 0 and "this computer's clock says" in told.said
    assert sandbox.activations() == []
    applied.now = ""
    sandbox.at(START)
    applied("activate").ended(0)
    assert sandbox.deliverable() == ON


def test_a_clock_that_is_seconds_ahead_of_meta_waits_for_meta(applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.at(start_plus(-30))
    applied.now = start_plus(1)
    told = applied("activate")
    assert "has not come by both clocks" in told.said
    assert sandbox.activations() == []


DATES = [
    pytest.param({}, "has no date", id="missing"),
    pytest.param({"date": format_datetime(datetime.fromisoformat(start_plus(-7200)))}, "Meta's 2026", id="stale"),
    pytest.param({"date": "yesterday"}, "has no date", id="unreadable"),
]


@pytest.mark.parametrize(("headers", "reason"), DATES)
def test_a_reply_without_a_date_that_can_be_believed_starts_nothing(
    headers: dict[str, str], reason: str, applied: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.settings(date_header=headers.get("date", ""))
    told = applied("activate")
    assert reason in told.said
    assert sandbox.activations() == []


CHANGED: list[Any] = [
    pytest.param(ADDRESS, {"daily_budget": 500000}, "daily_budget of acme-sg/still", id="a campaign's budget"),
    pytest.param(
        AD_SET,
        {"targeting": {"geo_locations": {"countries": ["US"]}}},
        "targeting.geo_locations.countries of",
        id="targeting",
    ),
]


@pytest.mark.parametrize(("address", "params", "reason"), CHANGED)
def test_what_a_person_changed_before_the_launch_keeps_it_paused_until_a_person_decides(
    address: str, params: dict[str, Any], reason: str, applied: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(address, **params)
    told = applied("activate")
    assert reason in told.said and "is declared" in told.said
    assert sandbox.deliverable() == OFF
    applied.apply("--revert-drift").ended(0)
    applied("activate").ended(0)
    assert sandbox.deliverable() == ON


ON_AD_SET = """\
name: Still
objective: OUTCOME_TRAFFIC
countries: [SG]
activate_at: 2026-11-21 12:00
pre_review: true
ad_sets:
  main:
    daily_budget: 50.00 SGD
    optimization_goal: LINK_CLICKS
    billing_event: IMPRESSIONS
    ads:
      main: {image: outlet/banner.jpg, primary_text: Hi, headline: Hi, destination_url: "https://acme.example/x"}
"""


def test_a_campaign_does_not_start_over_an_ad_set_that_is_on_with_another_budget(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", ON_AD_SET)
    reconciler.apply().ended(0)
    assert sandbox.status(AD_SET) == "ACTIVE"
    sandbox.person_edits(AD_SET, daily_budget=900000)
    sandbox.at(START)
    told = reconciler("activate")
    assert "daily_budget of acme-sg/still/main is not as declared: 9000.00 SGD is live" in told.said
    assert sandbox.deliverable() == OFF


def test_a_launch_waits_until_the_listings_show_what_was_made(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """Only listings that were made so long after the create also show what another run has created before it."""
    repository.campaign("still", STILL + "status: ACTIVE\n")
    sandbox.settings(list_lag_seconds=20, label_lag_seconds=20)
    reconciler.apply().ended(0)
    assert sandbox.deliverable() == ON
    first = {w["params"]["status"]: w["time"] for w in reversed(sandbox.writes()) if "status" in w["params"]}
    waited = datetime.fromisoformat(first["ACTIVE"]) - datetime.fromisoformat(first["PAUSED"])
    assert waited >= timedelta(seconds=20)


def test_a_launch_whose_objects_stay_unseen_is_left_to_the_next_run(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    sandbox.settings(list_lag_seconds=300, label_lag_seconds=300)
    told = reconciler.apply().ended(6)
    assert "listings do not show it yet" in told.said
    assert sandbox.deliverable() == OFF
    sandbox.pass_time(300)
    reconciler.apply().ended(0)
    assert sandbox.deliverable() == ON


@pytest.mark.share(5)
@pytest.mark.parametrize("memory", ["kept", "lost"])
@pytest.mark.parametrize("seconds", [30, 50, 200, 600])
@pytest.mark.parametrize(("kind", "edge"), [("campaign", "campaigns"), ("ad_set", "adsets"), ("ad", "ads")])
def test_a_create_that_arrives_minutes_late_leaves_one_that_delivers_and_the_other_paused_and_told(
    kind: str, edge: str, seconds: int, memory: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", TIMED)
    sandbox.fault("late", f"/{edge}$", method="POST", seconds=seconds)
    reconciler.apply()
    sandbox.pass_time(1200)
    if memory == "lost":
        repository.forget_state()
    reconciler.apply().ended(0)
    sandbox.at(START)
    reconciler("activate").ended(0)
    assert sandbox.deliverable() == ON
    found = sandbox.labelled({"campaign": ADDRESS, "ad_set": AD_SET, "ad": AD}[kind])
    assert [n["data"]["status"] for n in found].count("ACTIVE") == 1
    told = reconciler.plan().ended(0).json
    assert told["resource_changes"] == []
    copies = [note for note in told["notes"] if "is a copy that carries its label (PAUSED)" in note]
    assert len(copies) == len(found) - 1


@pytest.mark.parametrize("crash_before", [1, 2, 3])
def test_a_crash_between_two_flips_delivers_nothing_and_the_next_run_goes_on(
    crash_before: int, applied: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault("status", r"/\d+$", method="POST", status=500, nth=crash_before, times=0)
    assert applied("activate").status != 0
    assert sandbox.deliverable() == OFF
    sandbox.no_faults()
    applied("activate").ended(0)
    assert sandbox.deliverable() == ON


def test_what_somebody_changed_between_the_plan_and_the_write_is_not_overwritten(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Writes.misgivings

    def meanwhile(self: Any, wave: Any) -> Any:
        sandbox.person_edits(ADDRESS, daily_budget=7700)
        return real(self, wave)

    repository.edit_campaign("still", "50.00", "60.00")
    monkeypatch.setattr(Writes, "misgivings", meanwhile)
    told = applied.apply("--target", ADDRESS)
    assert "it was changed after the plan was made: daily_budget is 77.00 SGD by now" in told.said
    assert sandbox.value(ADDRESS, "daily_budget") == "7700"


def test_two_checkouts_that_know_nothing_of_each_other_turn_on_one(
    tmp_path: Path, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    elsewhere = Repository(tmp_path / "elsewhere")
    elsewhere.campaign("still", STILL + "status: ACTIVE\n")
    reconciler.apply().ended(0)
    Reconciler(elsewhere, sandbox).apply().ended(0)
    assert sandbox.deliverable() == ON
    assert len(sandbox.objects("campaign")) == 1


def test_a_clock_that_runs_ahead_stops_nothing_early_and_the_plan_tells_of_it(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-11-21 12:00\ndeactivate_at: 2026-11-22 12:00\n")
    reconciler.apply().ended(0)
    sandbox.at(START)
    reconciler("activate").ended(0)
    reconciler.now = start_plus(26 * 3600)
    assert "nothing is turned on until they agree" in reconciler("plan").said
    told = reconciler("activate")
    assert told.status != 0 and "stays ACTIVE: this computer's clock says" in told.said
    assert sandbox.deliverable() == ON
    reconciler.now = ""
    sandbox.at(start_plus(24 * 3600))
    reconciler("activate").ended(0)
    assert sandbox.deliverable() == OFF


def test_one_reply_without_a_date_lets_no_wrong_clock_stop_what_runs(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", TIMED + "deactivate_at: 2026-11-22 12:00\n")
    reconciler.apply().ended(0)
    sandbox.at(START)
    reconciler("activate").ended(0)
    real = history.read_identity

    def dateless(reader: Reader) -> Identity | None:
        with contextlib.suppress(Unavailable):
            sandbox.settings(date_header="")
            real(reader)
        sandbox.settings(date_header="now")
        raise Unavailable(GraphReply(200, message="not Meta's answer"))

    monkeypatch.setattr(history, "read_identity", dateless)
    reconciler.now = start_plus(26 * 3600)
    told = reconciler("activate")
    assert "stays ACTIVE: this computer's clock says" in told.said
    assert sandbox.deliverable() == ON


# ---- what the look by label shows

BY_LABEL = "/campaignsbylabels$"
FAILURES = [
    pytest.param({"effect": "error", "code": 100}, id="refused"),
    pytest.param({"effect": "error", "code": 100, "subcode": 33}, id="not found"),
    pytest.param({"effect": "error", "code": 100, "subcode": 1504018}, id="too much data"),
    pytest.param({"effect": "error", "code": 2}, id="down"),
    pytest.param({"effect": "error", "code": 368}, id="blocked"),
    pytest.param({"effect": "drop"}, id="no answer"),
]


@pytest.mark.parametrize("failure", FAILURES)
def test_where_the_edge_by_label_fails_the_launch_goes_on_by_a_look_at_the_whole_account(
    failure: dict[str, Any], applied: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault(path=BY_LABEL, method="GET", times=0, **failure)
    applied("activate").ended(0)
    assert sandbox.deliverable() == ON
    calls = [(call["method"], call["path"]) for call in sandbox.calls()]
    asked = calls.index(("GET", f"/{ACCOUNT}/campaignsbylabels"))
    assert ("GET", f"/{ACCOUNT}/campaigns") in calls[asked : calls.index(("POST", f"/{sandbox.id(ADDRESS)}"))]


@pytest.mark.parametrize("failure", FAILURES)
def test_where_the_edge_by_label_fails_a_twin_that_is_on_holds_the_launch_all_the_same(
    failure: dict[str, Any], applied: Reconciler, sandbox: LocalGraph
) -> None:
    ours, twin = sandbox.id(ADDRESS), sandbox.another_run_makes_a_duplicate(ADDRESS)
    sandbox.control("edit", {"id": twin, "params": {"status": "ACTIVE"}})
    sandbox.fault(path=BY_LABEL, method="GET", times=0, **failure)
    told = applied("activate")
    assert f"campaign {twin} carries the label of {ADDRESS} too, and is ACTIVE" in told.said
    assert ours not in sandbox.activations()


def test_where_the_label_of_a_new_campaign_cannot_be_looked_up_the_whole_account_is_looked_at(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    sandbox.fault("error", r"/\d+$", method="GET", params={"fields": "^id,adlabels$"}, times=0, code=100)
    reconciler.apply().ended(0)
    assert sandbox.deliverable() == ON
    calls = [(call["method"], call["path"]) for call in sandbox.calls()]
    made, launched = calls.index(("POST", f"/{ACCOUNT}/ads")), calls.index(("POST", f"/{sandbox.id(AD)}"))
    assert ("GET", f"/{ACCOUNT}/campaigns") in calls[made:launched]


def test_a_twin_that_the_look_by_label_shows_and_no_listing_yet_holds_the_launch_until_one_does(
    applied: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.another_run_makes_a_duplicate(ADDRESS)
    sandbox.settings(list_lag_seconds=1800)
    told = applied("activate").ended(6)
    assert "listings do not show it yet" in told.said
    assert sandbox.deliverable() == OFF
    sandbox.pass_time(1800)
    applied("activate").ended(0)
    assert sandbox.deliverable() == ON


def test_a_twin_that_the_log_alone_knows_holds_the_launch_once_somebody_has_turned_it_on(
    applied: Reconciler, sandbox: LocalGraph
) -> None:
    ours, twin = sandbox.id(ADDRESS), sandbox.another_run_makes_a_duplicate(ADDRESS)
    sandbox.settings(list_lag_seconds=1800)
    sandbox.fault(effect="error", path=BY_LABEL, method="GET", times=0, code=100)
    sandbox.control("edit", {"id": twin, "actor": "Mei", "params": {"status": "ACTIVE"}})
    told = applied("activate").ended(6)
    assert "somebody has turned on one of its name, which no list shows yet" in told.said
    assert ours not in sandbox.activations()


# ---- what is not there any more


@pytest.mark.parametrize("status", ["DELETED", "ARCHIVED"])
def test_a_campaign_none_of_whose_ads_is_there_is_not_turned_on(
    status: str, applied: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(AD, status=status)
    told = applied("activate")
    assert "none of its ads is there" in told.said
    assert sandbox.status(ADDRESS) == "PAUSED"


@pytest.mark.parametrize("text", [TIMED, ON_AD_SET], ids=["all of it", "the campaign alone"])
def test_a_launch_that_was_missed_since_its_object_has_lost_its_label_is_told_by_every_run(
    text: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """Of what is not ours any more there is no change that a refusal could hold back."""
    repository.campaign("still", text)
    reconciler.apply().ended(0)
    campaign = sandbox.id(ADDRESS)
    sandbox.at(START)
    sandbox.person_edits(ADDRESS, adlabels=[])
    for _ in range(2):
        assert f"Refused (ownership): {ADDRESS}" in reconciler("activate").ended(3).said
    assert campaign not in sandbox.activations()
