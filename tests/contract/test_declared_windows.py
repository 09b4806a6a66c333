"""What runs, runs within the times of what it is in: Meta is told so, and nothing waits or is late beyond them."""

from __future__ import annotations

import shutil

import pytest
from support.command import Reconciler
from support.repository import Repository
from support.sandbox import LocalGraph
from support.sheets import cells

AD = '{image: outlet/banner.jpg, primary_text: Shop., headline: Sale, destination_url: "https://acme.example/"}'
START, END = "2026-12-05T09:00:00+0800", "2026-12-20T09:00:00+0800"
TIMES = "activate_at: 2026-12-05 09:00\ndeactivate_at: 2026-12-20 09:00\n"
FILE = "desired/campaigns/acme-sg/sale.yaml"


def sale(times: str = TIMES, *, budget: str = "daily_budget: 900.00 SGD", **ad_sets: str) -> str:
    """A campaign with an ad set for each key, which says in addition what is given; each has one ad."""
    rows = [
        f"  {key}: {{name: {key}, countries: [SG], {said + ', ' if said else ''}ads: {{x: {AD}}}}}\n"
        for key, said in ad_sets.items()
    ]
    return f"name: Sale\n{budget}\n{times}ad_sets:\n{''.join(rows)}"


def run_of(sandbox: LocalGraph, key: str) -> tuple[str, str]:
    start, end = (sandbox.value(f"acme-sg/sale/{key}", name) for name in ("start_time", "end_time"))
    return start, end


# ---- what is sent

SENT = {
    "nothing of its own": ("", START, END),
    "a later start": ("activate_at: 2026-12-05 10:00", "2026-12-05T10:00:00+0800", END),
    "an earlier start": ("activate_at: 2026-12-02 09:00", START, END),
    "an earlier end": ("deactivate_at: 2026-12-10 09:00", START, "2026-12-10T09:00:00+0800"),
    "a later end": ("activate_at: 2026-12-07 09:00, deactivate_at: 2026-12-28 09:00", "2026-12-07T09:00:00+0800", END),
    "ACTIVE": ("status: ACTIVE", START, END),
    "a hold": ("status: PAUSED", START, END),
}


@pytest.mark.parametrize(("own", "start", "end"), SENT.values(), ids=SENT)
def test_an_ad_set_is_sent_its_own_times_within_its_campaign_s(
    own: str, start: str, end: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("sale", sale(a=own))
    reconciler.apply().ended(0)
    assert run_of(sandbox, "a") == (start, end)
    assert "No changes" in reconciler("plan").ended(0).out


def test_an_end_that_is_moved_or_taken_from_the_campaign_is_so_in_ad_sets_with_times_of_their_own(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    own = {"later": "activate_at: 2026-12-05 10:00", "on": "status: ACTIVE"}
    repository.campaign("sale", sale(**own))
    reconciler.apply().ended(0)
    repository.campaign("sale", sale(TIMES.replace("12-20", "12-22"), **own))
    reconciler.apply().ended(0)
    assert {run_of(sandbox, key)[1] for key in own} == {"2026-12-22T09:00:00+0800"}
    repository.campaign("sale", sale("activate_at: 2026-12-05 09:00\n", **own))
    reconciler.apply().ended(0)
    assert {run_of(sandbox, key)[1] for key in own} == {None}
    assert "No changes" in reconciler("plan").ended(0).out


def test_a_start_that_has_passed_is_not_sent_again_when_the_campaign_s_lies_ahead(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """Meta refuses to move it."""
    repository.campaign("sale", sale("", a="activate_at: 2026-11-22 09:00"))
    reconciler.apply().ended(0)
    sandbox.at("2026-11-23T09:00:00+08:00")
    repository.campaign("sale", sale(a="activate_at: 2026-11-22 09:00"))
    reconciler.apply("--late-activations").ended(0)
    assert run_of(sandbox, "a") == ("2026-11-22T09:00:00+0800", END)
    assert "No changes" in reconciler("plan").ended(0).out


def test_a_campaign_that_gets_times_gives_them_to_what_is_on_in_it(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """Its start is its creation, which Meta moves no more: its end alone is new."""
    repository.campaign("sale", sale("", a="status: ACTIVE"))
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    repository.campaign("sale", sale(a="status: ACTIVE"))
    plan = reconciler("plan", "--json").ended(0).json
    assert [one["after"] for one in plan["resource_changes"]] == [{"end_time": END}] and plan["drift"] == []
    reconciler.apply().ended(0)
    assert "No changes" in reconciler("plan").ended(0).out


def test_what_an_ad_set_costs_in_all_begins_with_its_campaign(repository: Repository, reconciler: Reconciler) -> None:
    own = "optimization_goal: LINK_CLICKS, daily_budget: 10.00 SGD, activate_at: 2026-12-02 09:00"
    repository.campaign("sale", sale(TIMES, budget="objective: OUTCOME_TRAFFIC", a=own))
    assert "10.00 SGD (about 150.00 SGD in all)" in reconciler("plan").ended(0).out


def test_a_lifetime_budget_takes_the_campaign_s_end_for_an_ad_set_with_a_start_of_its_own(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    text = sale(budget="lifetime_budget: 900.00 SGD", a="activate_at: 2026-12-06 09:00", b="status: ACTIVE")
    repository.campaign("sale", text)
    reconciler.apply().ended(0)
    assert {run_of(sandbox, key)[1] for key in "ab"} == {END}


def test_what_is_archived_keeps_its_times_whatever_becomes_of_its_campaign_s(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("sale", sale(a="activate_at: 2026-12-06 09:00", b=""))
    reconciler.apply().ended(0)
    repository.campaign("sale", sale(a="status: ARCHIVED", b=""))
    reconciler.apply().ended(0)
    repository.campaign("sale", sale(TIMES.replace("12-20", "12-22"), a="status: ARCHIVED", b=""))
    reconciler.apply().ended(0)
    assert sandbox.status("acme-sg/sale/a") == "ARCHIVED" and run_of(sandbox, "a")[1] == END


# ---- what somebody changes there


@pytest.fixture
def shared(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """Two ad sets, of which one has a start of its own."""
    repository.campaign("sale", sale(whole="", later="activate_at: 2026-12-05 10:00"))
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    return reconciler


def test_an_end_that_somebody_moved_names_the_line_of_the_campaign(shared: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits("acme-sg/sale/later", end_time="2026-12-27T09:00:00+0800")
    assert f"write deactivate_at: 2026-12-27 09:00 ({FILE}:4)" in shared("plan").out


def test_an_earlier_end_is_pulled_to_the_ad_set(shared: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits("acme-sg/sale/later", end_time="2026-12-15T09:00:00+0800")
    assert f"2026-12-15 09:00 +08 ({FILE}:7)" in shared("pull").ended(0).out
    assert "No changes. What is live matches" in shared("plan").out


def test_a_later_end_is_the_campaign_s_to_say(shared: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits("acme-sg/sale/later", end_time="2026-12-27T09:00:00+0800")
    left = shared("pull").out
    assert f"its line holds for acme-sg/sale/whole end_time, too ({FILE}:4)" in left
    assert "run it again with --shared" in left
    shared("pull", "--shared").ended(0)
    assert "deactivate_at: 2026-12-27 09:00\nad_sets:" in (shared.repository.root / FILE).read_text()
    shared.apply().ended(0)
    assert run_of(sandbox, "whole")[1] == run_of(sandbox, "later")[1] == "2026-12-27T09:00:00+0800"


# ---- sheets and imports


def test_a_sheet_says_the_campaign_s_end_of_an_ad_set_that_has_none_of_its_own(
    repository: Repository, reconciler: Reconciler
) -> None:
    """Ads Manager, which the sheet is for, would let it run on."""
    ends = {"later": "activate_at: 2026-12-05 10:00", "beyond": "deactivate_at: 2026-12-28 09:00"}
    repository.campaign("sale", sale(**ends))
    file = repository.root / "ads.xlsx"
    told = reconciler("export", "--xlsx", str(file), "--json").ended(0).json
    ads = {row["Ad Set Name"]: row["Ad Set Time Stop"] for row in cells(file)}
    assert ads["later"] == ads["beyond"] == cells(file)[0]["Campaign Stop Time"]
    lost = {(each["address"], each["field"]) for each in told["lost"]}
    assert ("acme-sg/sale/beyond", "deactivate_at") in lost
    assert not any(address.startswith("acme-sg/sale/later") for address, _ in lost)
    assert "left as it is" in reconciler("import", "acme-sg", "--xlsx", str(file)).ended(0).out


ON_EARLY = {
    "alone": ({"a": "status: ACTIVE"}, "pre_review: true"),
    "beside one that waits": ({"a": "status: ACTIVE", "b": ""}, "status: ACTIVE"),
    "beside one of another start": ({"a": "status: ACTIVE", "b": "activate_at: 2026-12-06 09:00"}, ""),
}


@pytest.mark.parametrize(("ad_sets", "said"), ON_EARLY.values(), ids=ON_EARLY)
def test_an_ad_set_that_is_on_before_its_campaign_s_time_is_imported_without_a_change(
    ad_sets: dict[str, str], said: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("sale", sale(**ad_sets))
    reconciler.apply().ended(0)
    shutil.rmtree(repository.root / "state")
    (repository.root / FILE).unlink()
    run = reconciler("import", "acme-sg", "--campaign", sandbox.id("acme-sg/sale"), "--relabel").ended(0)
    assert "No changes" in run.out
    assert said in (repository.root / FILE).read_text()
    assert "No changes" in reconciler("plan").ended(0).out


# ---- what nothing starts

ALONE = "does not start by itself: turn it on in Ads Manager, or write activate_at"


def test_an_end_alone_is_said_not_to_start_in_a_campaign_that_does(
    repository: Repository, reconciler: Reconciler
) -> None:
    ends = AD.replace("}", ", deactivate_at: 2026-12-10 09:00}")
    text = sale(a="deactivate_at: 2026-12-10 09:00", b="").replace(
        f"b, countries: [SG], ads: {{x: {AD}}}", "b, ads: {}"
    )
    repository.campaign("sale", text.replace("ads: {}", f"countries: [SG], ads: {{x: {AD}, y: {ends}}}"))
    told = [line for line in reconciler("plan", "--full").ended(0).out.splitlines() if ALONE in line]
    assert [line.split()[2] for line in told] == ["acme-sg/sale/a", "acme-sg/sale/b/y"]


def test_an_end_alone_in_a_campaign_that_nothing_starts_is_said_of_the_campaign(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("sale", sale("", a="deactivate_at: 2026-12-10 09:00"))
    told = [line for line in reconciler("plan", "--full").ended(0).out.splitlines() if ALONE in line]
    assert [line.split()[2] for line in told] == ["acme-sg/sale"]


def test_what_is_to_be_archived_is_never_made(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    gone = AD.replace("}", ", status: ARCHIVED}")
    repository.campaign("sale", sale(a="status: ARCHIVED", b="").replace("ads: {x", f"ads: {{y: {gone}, x"))
    reconciler.apply().ended(0)
    assert len(sandbox.objects("ad_set")) == len(sandbox.objects("ad")) == 1
    assert "No changes" in reconciler("plan").ended(0).out


def test_what_is_to_be_archived_is_not_made_anew_with_its_campaign(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    goals = {"a": "optimization_goal: OFFSITE_CONVERSIONS", "b": "optimization_goal: OFFSITE_CONVERSIONS"}
    repository.campaign("sale", sale(f"objective: OUTCOME_SALES\n{TIMES}", **goals))
    reconciler.apply().ended(0)
    goals["a"] += ", status: ARCHIVED"
    moved = f"lifecycle: {{replace: true}}\nobjective: OUTCOME_LEADS\n{TIMES}"
    repository.campaign("sale", sale(moved, **goals))
    made = len(sandbox.creates("ad_set"))
    reconciler.apply().ended(0)
    assert len(sandbox.creates("ad_set")) == made + 1
    assert "No changes" in reconciler("plan").ended(0).out


# ---- what is over


def test_nothing_is_late_in_a_campaign_that_has_ended(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    late = AD.replace("}", ", activate_at: 2026-12-08 09:00}")
    own = {"a": "activate_at: 2026-12-06 09:00", "b": "activate_at: 2026-12-07 09:00, deactivate_at: 2026-12-28 09:00"}
    repository.campaign("sale", sale(**own, c="").replace("ads: {x", f"ads: {{y: {late}, x"))
    reconciler.apply().ended(0)
    sandbox.at("2026-12-25T10:00:00+08:00")
    for command in ("plan", "activate", "validate"):
        run = reconciler(command).ended(0)
        assert "Late" not in run.out + run.err and "max_lateness" not in run.out + run.err
    assert "No changes" in reconciler("plan").out
    assert sandbox.activations() == []
    sandbox.forget_calls()
    reconciler("activate").ended(0)
    assert sandbox.calls() == []


def test_a_new_end_of_the_campaign_asks_again_for_what_has_not_started(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    own = {"a": "activate_at: 2026-12-06 09:00"}
    repository.campaign("sale", sale(**own))
    reconciler.apply().ended(0)
    sandbox.at("2026-12-25T10:00:00+08:00")
    repository.campaign("sale", sale(TIMES.replace("12-20", "12-31"), **own))
    run = reconciler("plan").ended(3)
    assert "Late: acme-sg/sale/a was to start 2026-12-06 09:00 +08" in run.out
