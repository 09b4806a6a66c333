"""Orphans: objects with our label that neither desired/ nor state/ knows. They may spend money though nobody declares
them."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.repository import ACCOUNT_FILE, STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph, label_of

ON = STILL.replace("daily_budget", "status: ACTIVE\ndaily_budget")
OTHER = ON.replace("name: Still", "name: Other")


@pytest.fixture
def orphan(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> str:
    """A running campaign whose YAML was removed, and whose state is lost before anything was applied. Its id."""
    repository.campaign("still", ON)
    reconciler.apply().ended(0)
    reconciler.converged()
    found = sandbox.id("acme-sg/still")
    repository.remove("still")
    repository.forget_state()
    repository.campaign("other", OTHER)
    return found


def test_an_active_orphan_is_named_with_its_ways_out_and_holds_launches_back(
    orphan: str, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    applied = reconciler.apply().ended(3)
    for way_out in (f"reconciler pause {orphan}", f"reconciler forget {orphan}", "--pause-orphans"):
        assert way_out in applied.out
    assert sandbox.status("acme-sg/other") == "PAUSED"
    assert sandbox.status("acme-sg/still") == "ACTIVE"


def test_an_active_orphan_holds_raises_back_but_no_decrease(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    for key in ("up", "down"):
        repository.campaign(key, STILL.replace("Still", key))
    repository.campaign("still", ON)
    reconciler.apply().ended(0)
    repository.remove("still")
    (repository.root / "state" / "acme-sg" / "still.json").unlink()
    repository.edit_campaign("up", "50.00", "55.00")
    repository.edit_campaign("down", "50.00", "40.00")
    reconciler.apply().ended(3)
    assert sandbox.value("acme-sg/up", "daily_budget") == "5000"
    assert sandbox.value("acme-sg/down", "daily_budget") == "4000"


def test_an_orphan_is_never_paused_unasked(orphan: str, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    for command in (("apply", "--auto-approve"), ("activate",), ("sync",), ("drift",)):
        reconciler(*command)
        assert sandbox.read(orphan, "status")["status"] == "ACTIVE"


WAYS_OUT = (
    ("pause", lambda id_: ("pause", id_)),
    ("forget", lambda id_: ("forget", id_)),
    ("apply", lambda id_: ("apply", "--auto-approve", "--pause-orphans")),
)


@pytest.mark.parametrize(("name", "command"), WAYS_OUT, ids=lambda v: v if isinstance(v, str) else "")
def test_each_way_out_frees_the_launch(
    name: str, command: object, orphan: str, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    reconciler.apply().ended(3)
    reconciler(*command(orphan)).ended(0)  # type: ignore[operator]
    reconciler.apply().ended(0)
    assert sandbox.status("acme-sg/other") == "ACTIVE"
    assert sandbox.read(orphan, "status")["status"] == ("ACTIVE" if name == "forget" else "PAUSED")


def test_a_paused_orphan_is_noted_and_stands_in_nobodys_way(
    orphan: str, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    sandbox.person_pauses("acme-sg/still")
    applied = reconciler.apply().ended(0)
    assert orphan in applied.said
    assert sandbox.status("acme-sg/other") == "ACTIVE"


def test_an_orphan_is_counted_in_the_spend(orphan: str, reconciler: Reconciler) -> None:
    spend = reconciler.plan().json["spend"]["acme-sg"]
    assert (spend["active_before"], spend["active_after"]) == (5000, 5000)


def test_an_ad_whose_yaml_went_with_its_state_is_an_orphan_too(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    second = (
        TRAFFIC.replace("name: Always on", "name: Always on\nstatus: ACTIVE") + TRAFFIC[TRAFFIC.index("      still:") :]
    )
    repository.campaign("t", second.replace("      still:", "      extra:", 1))
    reconciler.apply().ended(0)
    ad = sandbox.id("acme-sg/t/broad/extra")
    repository.campaign("t", TRAFFIC.replace("name: Always on", "name: Always on\nstatus: ACTIVE"))
    repository.forget_state()
    assert f"ad {ad}" in reconciler.plan().ended(3).out
    assert sandbox.status("acme-sg/t/broad/extra") == "ACTIVE"


def test_forget_takes_the_label_off_all_that_is_in_it_and_keeps_other_labels(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", ON)
    reconciler.apply().ended(0)
    ids = [sandbox.id(at) for at in ("acme-sg/still", "acme-sg/still/main", "acme-sg/still/main/main")]
    sandbox.person_edits("acme-sg/still", adlabels=[{"name": label_of("acme-sg/still")}, {"name": "Client X"}])
    repository.remove("still")
    reconciler("forget", "acme-sg/still").ended(0)
    assert sandbox.labelled("acme-sg/still") == []
    labels = [[row["name"] for row in sandbox.read(one, "adlabels").get("adlabels", [])] for one in ids]
    assert labels == [["Client X"], [], []]
    assert [sandbox.read(one, "status")["status"] for one in ids] == ["ACTIVE"] * 3
    reconciler.converged()


def test_what_is_still_declared_cannot_be_forgotten(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    for target in ("acme-sg/still", sandbox.id("acme-sg/still")):
        assert "remove its YAML first" in reconciler("forget", target).ended(64).err
    assert len(sandbox.labelled("acme-sg/still")) == 1


def test_on_remove_forget_takes_the_label_off(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", ON.replace("name:", "lifecycle: {on_remove: forget}\nname:", 1))
    repository.campaign("other", OTHER)
    reconciler.apply().ended(0)
    repository.remove("still")
    reconciler.apply().ended(0)
    assert [sandbox.labelled(at) for at in ("acme-sg/still", "acme-sg/still/main")] == [[], []]
    reconciler.converged()


def test_what_was_removed_and_somebody_turned_on_again_is_an_orphan(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", ON)
    reconciler.apply().ended(0)
    repository.remove("still")
    repository.campaign("third", STILL.replace("Still", "Third"))
    reconciler.apply().ended(0)
    assert sandbox.status("acme-sg/still") == "PAUSED"
    reconciler.converged()
    sandbox.person_activates("acme-sg/still")
    assert f"reconciler pause {sandbox.id('acme-sg/still')}" in reconciler("plan").out


# ---- a person's duplicate is never taken for an orphan and paused


def test_pausing_orphans_leaves_a_persons_copy_on_and_names_who_made_it(
    orphan: str, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    sandbox.pass_time(3600)
    copy = sandbox.person_duplicates("acme-sg/still")
    said = reconciler.apply("--pause-orphans").ended(3).out
    assert f"it was duplicated from {orphan} by Mei" in said
    assert f"reconciler pause {copy}" in said and f"reconciler forget {copy}" in said
    assert [sandbox.read(one, "status")["status"] for one in (orphan, copy)] == ["PAUSED", "ACTIVE"]
    assert sandbox.status("acme-sg/other") == "PAUSED"
    reconciler("forget", copy).ended(0)
    reconciler.apply().ended(0)
    assert sandbox.status("acme-sg/other") == "ACTIVE"


def test_pausing_orphans_leaves_a_copy_in_a_persons_own_campaign_on(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", TRAFFIC.replace("name: Always on", "name: Always on\nstatus: ACTIVE"))
    repository.campaign("other", STILL)
    reconciler.apply().ended(0)
    own = sandbox.person_makes("campaigns", name="Mei's", objective="OUTCOME_TRAFFIC", status="ACTIVE")
    copy = sandbox.person_duplicates("acme-sg/t/broad", campaign_id=own)
    repository.remove("t")
    repository.forget_state()
    reconciler.apply("--pause-orphans").ended(3)
    assert sandbox.read(copy, "status")["status"] == "ACTIVE"
    assert sandbox.status("acme-sg/t") == "PAUSED"


def test_pausing_orphans_leaves_on_what_another_application_made(
    orphan: str, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    labels = [{"name": label_of("acme-sg/gone")}]
    made = sandbox.person_makes("campaigns", name="Gone", objective="OUTCOME_SALES", status="ACTIVE", adlabels=labels)
    assert "it was made by Mei in Ads Manager" in reconciler.apply("--pause-orphans").ended(3).out
    assert [sandbox.read(one, "status")["status"] for one in (orphan, made)] == ["PAUSED", "ACTIVE"]


@pytest.mark.parametrize("path", ["/activities", "/(app|me)$"])
def test_where_nobody_can_tell_who_made_it_no_orphan_is_paused(
    path: str, orphan: str, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    sandbox.fault("error", path, method="GET", times=0, code=10, http=403)
    reconciler.apply("--pause-orphans").ended(3)
    assert sandbox.read(orphan, "status")["status"] == "ACTIVE"
    sandbox.no_faults()
    reconciler.apply("--pause-orphans").ended(0)
    assert sandbox.read(orphan, "status")["status"] == "PAUSED"


def test_a_plan_that_pauses_no_orphans_reads_no_log_for_them(
    orphan: str, repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("other", STILL.replace("Still", "Other"))
    reconciler.apply().ended(3)

    def asked(*options: str) -> int:
        reconciler.graph.forget_calls()
        reconciler.plan(*options)
        return sum(call["path"].endswith("/activities") for call in reconciler.graph.calls("GET"))

    assert (asked(), asked("--pause-orphans")) == (0, 1)


def test_what_pausing_orphans_frees_may_be_spent_in_the_same_plan(
    orphan: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.write("accounts/acme-sg.yaml", ACCOUNT_FILE + "policies: {max_account_daily_budget: 60.00 SGD}\n")
    reconciler.plan().ended(3)
    spend = reconciler.plan("--pause-orphans").ended(0).json["spend"]["acme-sg"]
    assert (spend["active_before"], spend["active_after"]) == (5000, 5000)
    reconciler.apply("--pause-orphans").ended(0)
    assert sandbox.deliverable()["campaign"] == 1


def test_an_ad_set_that_is_paused_as_an_orphan_counts_no_more_in_its_campaign(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    running = TRAFFIC.replace("name: Always on", "name: Always on\nstatus: ACTIVE")
    extra = running[running.index("  broad:") :].replace("broad:", "extra:").replace("Broad", "Extra")
    repository.campaign("t", running + extra)
    reconciler.apply().ended(0)
    repository.campaign("t", running)
    repository.forget_state()
    repository.write("project.yaml", "project: acme-agency\npolicies: {max_daily_budget: 30.00 SGD}\n")
    assert "max_daily_budget" in {r["policy"] for r in reconciler.plan().ended(3).json["refusals"]}
    plan = reconciler.plan("--pause-orphans").ended(0)
    assert plan.json["spend"]["acme-sg"]["active_after"] == 2000


def test_what_somebody_turned_on_again_and_is_paused_spends_no_more(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", ON)
    reconciler.apply().ended(0)
    repository.remove("still")
    repository.campaign("third", STILL.replace("Still", "Third"))
    reconciler.apply().ended(0)
    sandbox.person_activates("acme-sg/still")
    for at in ("acme-sg/still/main", "acme-sg/still/main/main"):
        sandbox.person_activates(at)
    spend = reconciler.plan("--pause-orphans").json["spend"]["acme-sg"]
    assert (spend["active_before"], spend["active_after"]) == (5000, 0)


# ---- what must not be forgotten, since another one would be created beside it


def test_what_is_declared_and_on_cannot_be_forgotten_with_state_lost(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", ON)
    reconciler.apply().ended(0)
    sandbox.person_edits("acme-sg/still", adlabels=[])
    repository.forget_state()
    ad_set = sandbox.id("acme-sg/still/main")
    assert "remove its YAML first" in reconciler("forget", ad_set).ended(64).err
    reconciler.apply().ended(3)
    assert sandbox.deliverable()["campaign"] == 1
    repository.remove("still")
    repository.campaign("other", STILL)
    reconciler("forget", ad_set).ended(0)
    reconciler.apply().ended(0)
    reconciler.converged()


def test_the_very_one_that_is_declared_is_told_from_its_copy_with_state_lost(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", ON)
    reconciler.apply().ended(0)
    original = sandbox.id("acme-sg/still")
    copy = sandbox.person_duplicates("acme-sg/still")
    repository.forget_state()
    reconciler("forget", original).ended(64)
    reconciler("forget", copy).ended(0)
    assert [n["id"] for n in sandbox.labelled("acme-sg/still")] == [original]


def test_what_another_application_made_under_a_declared_label_can_be_forgotten(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    labels = [{"name": label_of("acme-sg/still")}]
    made = sandbox.person_makes("campaigns", name="Still", objective="OUTCOME_SALES", status="ACTIVE", adlabels=labels)
    repository.campaign("still", ON)
    assert f"campaign {made} carries its label, but was made by Mei" in reconciler.apply().ended(3).out
    reconciler("forget", made).ended(0)
    reconciler.apply().ended(0)


def test_an_orphan_that_ci_has_paused_is_told_as_paused_by_this_tool_where_its_yaml_is_back(
    orphan: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """It may have been reconciler pause, which the log tells in the same words: it stays off until a person says so."""
    reconciler.apply("--pause-orphans").ended(0)
    sandbox.pass_time(3600)
    repository.campaign("still", ON)
    told = reconciler("plan").ended(0).out
    assert "(kept; this tool has paused it, and state/ does not remember why: since its YAML was gone, or by" in told
    reconciler.apply().ended(0)
    assert sandbox.status("acme-sg/still") == "PAUSED"
    mend = "reconciler apply --revert-drift --target acme-sg/still"
    assert mend in told
    reconciler.apply("--revert-drift", "--target", "acme-sg/still").ended(0)
    assert sandbox.status("acme-sg/still") == "ACTIVE"


def test_what_a_person_has_paused_is_not_told_as_paused_by_this_tool(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", ON)
    reconciler.apply().ended(0)
    sandbox.person_pauses("acme-sg/still")
    repository.forget_state()
    assert "this tool has paused it" not in reconciler("plan").ended(0).out
