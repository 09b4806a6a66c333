"""Audiences: made once, found again by their marker, named by key in a targeting; what is not ours is left alone."""

from __future__ import annotations

import json
import re
import shutil
from typing import Any

import pytest
import requests
from support.command import Reconciler
from support.repository import TRAFFIC, Repository
from support.sandbox import ACCOUNT, LocalGraph, label_of

from reconciler.apply.activate import Gatekeeper

VISITORS = "audiences/acme-sg/visitors.yaml"
LIKE = "audiences/acme-sg/like.yaml"
A, B, SET = "acme-sg/audience:visitors", "acme-sg/audience:like", "acme-sg/t/broad"
WEBSITE = "name: Visitors\nwebsite: {days: 30, url_contains: /shop}\n"
LOOKALIKE = "name: Like them\nlookalike: {of: visitors, countries: [SG, MY], ratio: 2%}\n"
USING = ", custom_audiences: [like], excluded_custom_audiences: [visitors]"
BOTH = "BOTH_USER_AND_PARTNER_PROVIDED"
BY_ID = "name: Like them\nlookalike: {of: '%s', countries: [SG], ratio: 1%%}\n"


@pytest.fixture
def using(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """A website audience, a lookalike of it, and an ad set that names both."""
    repository.write(VISITORS, WEBSITE)
    repository.write(LIKE, LOOKALIKE)
    repository.campaign("t", TRAFFIC.replace("age_min: 21", f"age_min: 21{USING}"))
    return reconciler


def audiences(sandbox: LocalGraph) -> dict[str, dict[str, Any]]:
    """Those that are not deleted, by address or name."""
    known = {label_of(address): address for address in (A, B)}
    found = [node for node in sandbox.nodes("audience") if not node["hidden"].get("deleted")]
    marks = {node["id"]: str(node["data"].get("description", "")).rpartition(" ")[2] for node in found}
    return {known.get(marks[node["id"]], node["data"]["name"]): node for node in found}


def targeted(sandbox: LocalGraph) -> list[list[str]]:
    """Ids that are included, and that are excluded."""
    spec = sandbox.live(SET)["data"]["targeting"]
    return [[one["id"] for one in spec.get(f"{kept}custom_audiences", [])] for kept in ("", "excluded_")]


def days(node: dict[str, Any]) -> int:
    rule = json.loads(node["data"]["rule"])
    return int(rule["inclusions"]["rules"][0]["retention_seconds"]) // 86400


def made_by_hand(sandbox: LocalGraph, name: str) -> str:
    return sandbox.person_makes("customaudiences", name=name, subtype="CUSTOM", customer_file_source=BOTH)


def edited(sandbox: LocalGraph, address: str, **data: Any) -> None:
    sandbox.control("edit", {"id": audiences(sandbox)[address]["id"], "actor": "Mei", "params": data})


def test_what_is_referred_to_is_made_first_and_the_second_plan_is_empty(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    made = audiences(sandbox)
    assert set(made) == {A, B}
    assert targeted(sandbox) == [[made[B]["id"]], [made[A]["id"]]]
    assert made[B]["data"]["lookalike_spec"]["origin"][0]["id"] == made[A]["id"]
    edges = [write["path"].rpartition("/")[2] for write in sandbox.writes()]
    assert edges.index("customaudiences") < edges.index("adsets")
    using.converged()


def test_without_state_everything_is_found_again_and_nothing_is_made(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    before = audiences(sandbox)
    using.repository.forget_state()
    assert {action for action, _ in using.plan().actions} == {"adopt"}
    using.apply().ended(0)
    assert audiences(sandbox) == before
    using.converged()


def test_an_audience_that_is_not_ours_is_left_alone_whatever_its_name(using: Reconciler, sandbox: LocalGraph) -> None:
    theirs = made_by_hand(sandbox, "Visitors")
    using.apply().ended(0)
    using.repository.edit(VISITORS, "Visitors", "Our visitors")
    using.apply().ended(0)
    assert not [write for write in sandbox.writes() if write["path"].strip("/") == theirs]


def test_drift_is_told_with_the_name_kept_and_undone_on_demand(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    edited(sandbox, A, name="By hand")
    told = using("plan")
    assert f'Drift: {A} name "Visitors" → "By hand", by Mei' in told.out
    using.apply().ended(0)
    assert audiences(sandbox)[A]["data"]["name"] == "By hand"
    using.repository.edit(VISITORS, "name: Visitors", "name: Other")
    assert f"Refused (conflict): {A}" in using.apply().ended(3).said
    using.apply("--revert-drift").ended(0)
    assert audiences(sandbox)[A]["data"]["name"] == "Other"
    using.converged()


def test_a_name_that_somebody_gave_it_is_pulled_into_its_file(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    before = (using.repository.root / "desired" / VISITORS).read_text("utf-8")
    edited(sandbox, A, name="By hand")
    using("pull", A).ended(0)
    after = (using.repository.root / "desired" / VISITORS).read_text("utf-8")
    assert after == before.replace("name: Visitors", "name: By hand")
    using.converged()


def test_a_changed_rule_is_sent_to_the_audience_and_the_marker_stays(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    using.repository.edit(VISITORS, "days: 30", "days: 60")
    using.repository.edit(VISITORS, "name: Visitors", "name: Visitors\ndescription: Of the shop")
    using.apply().ended(0)
    assert (
        json.loads(audiences(sandbox)[A]["data"]["rule"])["inclusions"]["rules"][0]["retention_seconds"] == 60 * 86400
    )
    assert audiences(sandbox)[A]["data"]["description"] == f"Of the shop {label_of(A)}"
    using.converged()


def test_what_an_audience_is_made_of_cannot_be_changed(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    using.repository.edit(LIKE, "ratio: 2%", "ratio: 3%")
    refused = using.apply().ended(3).said
    told = "lookalike.ratio 2% → 3% cannot be changed in place: an audience keeps what it is made of"
    assert f"Refused (immutable): {B}: {told}" in refused
    assert "(desired/audiences/acme-sg/like.yaml:2)" in refused
    assert audiences(sandbox)[B]["data"]["lookalike_spec"]["ratio"] == 0.02
    using("sync").ended(0)
    assert f"Refused (immutable): {B}" in using("plan").ended(3).said


def test_the_remedy_for_another_ratio_works(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    using.repository.edit(LIKE, "ratio: 2%", "ratio: 3%")
    another = "desired/audiences/acme-sg/like-2.yaml"
    own = "give what it is to be now a file of its own"
    mend = f"write 2% here again, and {own}, {another}, and its key to what uses it"
    assert f"mend: {mend}" in using("plan").ended(3).said
    using.repository.edit(LIKE, "ratio: 3%", "ratio: 2%")
    using.repository.write("audiences/acme-sg/like-2.yaml", LOOKALIKE.replace("2%", "3%"))
    using.repository.edit_campaign("t", "[like]", "[like-2]")
    using.apply().ended(0)
    using.converged()


def test_the_remedy_for_another_ratio_names_no_file_that_is_there(using: Reconciler) -> None:
    using.repository.write("audiences/acme-sg/like-2.yaml", LOOKALIKE.replace("2%", "5%").replace("Like", "As"))
    using.apply().ended(0)
    using.repository.edit(LIKE, "ratio: 2%", "ratio: 3%")
    assert "desired/audiences/acme-sg/like-3.yaml, and its key" in using("plan").ended(3).said


def test_a_lookalike_cannot_become_an_audience_of_another_sort(using: Reconciler) -> None:
    using.apply().ended(0)
    using.repository.write(LIKE, "name: Like them\nwebsite: {days: 30}\n")
    assert f"Refused (immutable): {B}: lookalike of visitors" in using("plan").ended(3).said


def test_what_is_no_longer_declared_is_let_go_and_bears_no_marker(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    using.repository.edit_campaign("t", USING, "")
    (using.repository.root / "desired" / LIKE).unlink()
    assert ("forget", B) in using.plan().actions
    using.apply().ended(0)
    assert set(audiences(sandbox)) == {A, "Like them"}
    assert not (using.repository.root / "state/acme-sg/audience.like.json").exists()
    using.converged()


def test_with_delete_it_is_deleted_once_nothing_refers_to_it(using: Reconciler, sandbox: LocalGraph) -> None:
    using.repository.edit(LIKE, "name:", "lifecycle: {on_remove: delete}\nname:")
    using.apply().ended(0)
    using.repository.edit_campaign("t", USING, "")
    (using.repository.root / "desired" / LIKE).unlink()
    using.apply().ended(0)
    assert set(audiences(sandbox)) == {A}
    assert targeted(sandbox) == [[], []]
    using.converged()


def test_what_something_refers_to_cannot_be_removed(using: Reconciler) -> None:
    using.apply().ended(0)
    (using.repository.root / "desired" / VISITORS).unlink()
    refused = using("plan").ended(1).said
    assert "no audience 'visitors' is declared" in refused


@pytest.mark.parametrize("effect", ["reset", "timeout", "garbage", "drop"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_create_without_an_answer_is_never_made_twice(
    effect: str, when: str, using: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault(effect, "/customaudiences$", method="POST", nth=1, when=when)
    using.apply()
    sandbox.no_faults()
    using.apply().ended(0)
    assert set(audiences(sandbox)) == {A, B}
    assert len(audiences(sandbox)) == len([n for n in sandbox.nodes("audience") if not n["hidden"].get("deleted")])
    using.converged()


def test_what_refers_to_an_audience_that_could_not_be_made_waits(using: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("error", "/customaudiences$", method="POST", times=0, code=100, subcode=1713098)
    failed = using.apply().ended(6).said
    assert re.search(f"{SET}: create failed: not tried: acme-sg/audience:[a-z]+ failed, and it refers to it", failed)
    assert not sandbox.labelled(SET)
    sandbox.no_faults()
    using.apply().ended(0)
    using.converged()


def test_an_update_that_names_what_is_held_back_is_held_with_it(using: Reconciler, sandbox: LocalGraph) -> None:
    """The plan showed it, and apply failed with it."""
    using.repository.campaign("t", TRAFFIC)
    for file in (VISITORS, LIKE):
        (using.repository.root / "desired" / file).unlink()
    using.apply().ended(0)
    using.repository.write(VISITORS, WEBSITE)
    using.repository.write(LIKE, LOOKALIKE)
    named = TRAFFIC.replace("age_min: 21", f"age_min: 21{USING}")
    using.repository.campaign("t", named.replace("name: Broad", "name: Wide"))
    using.repository.write("project.yaml", "project: acme-agency\npolicies: {max_daily_budget: [500.00 MYR]}\n")
    planned = using.plan().ended(3).json
    (change,) = planned["resource_changes"]
    assert (change["address"], list(change["after"])) == (SET, ["name"])
    assert [one["address"] for one in planned["held_back"]] == [B, A, SET]
    assert "1 changed" in using.apply().ended(3).out
    using.repository.write("project.yaml", "project: acme-agency\n")
    using.apply().ended(0)
    using.converged()


def test_the_id_of_an_audience_that_is_not_declared_may_be_named(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    theirs = made_by_hand(sandbox, "Buyers")
    repository.write(LIKE, BY_ID % theirs)
    reconciler.apply().ended(0)
    assert audiences(sandbox)[B]["data"]["lookalike_spec"]["origin"][0]["id"] == theirs
    reconciler.converged()


def test_one_that_bears_our_marker_no_more_is_not_written_to(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    edited(sandbox, A, description="Taken over by hand")
    using.repository.edit(VISITORS, "days: 30", "days: 60")
    said = using.apply().ended(3).said
    assert f"Refused (ownership): {A}" in said
    assert f"mend: reconciler apply --revert-drift --target {A} to put it back" in said
    assert days(audiences(sandbox)["Visitors"]) == 30
    using.apply("--revert-drift", "--target", A).ended(0)
    using.apply().ended(0)
    assert days(audiences(sandbox)[A]) == 60
    using.converged()


def test_one_that_bears_our_marker_no_more_can_be_let_go(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    edited(sandbox, B, description="Taken over by hand")
    using.repository.edit_campaign("t", "custom_audiences: [like], ", "")
    (using.repository.root / "desired" / LIKE).unlink()
    using.apply().ended(0)
    assert audiences(sandbox)["Like them"]["data"]["description"] == "Taken over by hand"
    using.converged()


def test_a_repository_without_audiences_asks_for_none(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    assert not [call for call in sandbox.calls() if "customaudiences" in call["path"]]


def test_a_lost_folder_of_audiences_is_told_before_anything_is_sent(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    before = len(sandbox.calls("POST"))
    shutil.rmtree(using.repository.root / "desired" / "audiences")
    using.apply().ended(1)
    assert len(sandbox.calls("POST")) == before


def test_forget_says_how_an_audience_loses_its_marker(using: Reconciler) -> None:
    using.apply().ended(0)
    told = using("forget", A).ended(64).said
    assert "remove its file and apply; it stays at Meta" in told
    using.converged()


def test_pause_says_that_an_audience_is_never_on(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    writes = len(sandbox.writes())
    told = using("pause", A).ended(64).said
    assert "acme-sg/audience:visitors is never on, so it cannot be paused; pause what uses it" in told
    assert len(sandbox.writes()) == writes


def test_a_renamed_audience_can_be_removed(using: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    """Its marker is that of the former key, which was written in the file that is gone."""
    repository.write("campaigns/acme-sg/t.yaml", TRAFFIC)
    repository.write(LIKE, BY_ID % made_by_hand(sandbox, "Theirs"))
    using.apply().ended(0)
    (repository.root / "desired" / VISITORS).unlink()
    repository.write("audiences/acme-sg/guests.yaml", WEBSITE + "previously: [visitors]\n")
    using.apply().ended(0)
    using.converged()
    (repository.root / "desired" / "audiences/acme-sg/guests.yaml").unlink()
    using.apply().ended(0)
    assert "reconciler:" not in str(audiences(sandbox)["Visitors"]["data"].get("description"))
    using.converged()


def test_an_audience_that_was_renamed_and_renamed_back_is_not_taken_from_its_new_file(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """The record of the key between has its id, and what it bears is the marker of the file that is there again."""
    guests, deletes = "audiences/acme-sg/guests.yaml", "lifecycle: {on_remove: delete}\n"
    repository.campaign("t", TRAFFIC)
    repository.write(VISITORS, WEBSITE)
    reconciler.apply().ended(0)
    (made,) = audiences(sandbox).values()
    (repository.root / "desired" / VISITORS).unlink()
    repository.write(guests, WEBSITE + "previously: [visitors]\n" + deletes)
    reconciler.apply().ended(0)
    (repository.root / "desired" / guests).unlink()
    repository.write(VISITORS, WEBSITE)
    reconciler.apply().ended(0)
    assert [node["id"] for node in audiences(sandbox).values()] == [made["id"]]
    assert label_of(A) in audiences(sandbox)[A]["data"]["description"]
    reconciler.converged()


def a_person_deletes(sandbox: LocalGraph, address: str) -> str:
    """Its id."""
    deleted = str(audiences(sandbox)[address]["id"])
    http = requests.Session()
    http.trust_env = False
    reply = http.delete(f"{sandbox.url}/v26.0/{deleted}", params={"access_token": "of-mei"}, timeout=300)
    assert reply.status_code == 200, reply.text
    return deleted


def test_an_ad_set_whose_audience_somebody_has_deleted_is_told_first_and_not_launched(
    using: Reconciler, sandbox: LocalGraph
) -> None:
    using.apply().ended(0)
    a_person_deletes(sandbox, B)
    using.repository.edit_campaign("t", "name: Broad", "name: Broad\n    status: ACTIVE")
    refused = using.apply().ended(3)
    lost = f"{SET}: it refers to {B}, which somebody has deleted: what targets it delivers to others, or not at all"
    assert refused.out.startswith(f"Lost: {lost}\n")
    assert f"Refused (lost_reference): {lost}" in refused.said
    assert f"mend: reconciler apply --revert-drift --target {B} to make it again" in refused.said
    assert sandbox.status(SET) == "PAUSED"


def test_an_excluded_audience_that_somebody_has_deleted_is_refused_too(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    a_person_deletes(sandbox, A)
    assert f"Refused (lost_reference): {SET}: it refers to {A}" in using("plan").ended(3).said


def test_what_refers_to_a_deleted_audience_no_more_is_not_held(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    a_person_deletes(sandbox, B)
    using.repository.edit_campaign("t", "custom_audiences: [like], ", "")
    using.apply().ended(0)
    assert targeted(sandbox)[0] == []


@pytest.mark.parametrize("address", [A, B])
def test_a_deleted_audience_is_made_again_and_its_ad_set_moves_over_in_one_run(
    address: str, using: Reconciler, sandbox: LocalGraph
) -> None:
    using.apply().ended(0)
    old = a_person_deletes(sandbox, address)
    done = using.apply("--revert-drift").ended(0).said
    assert f"{address} was made again, and the reference moves over" in done
    new = audiences(sandbox)
    assert old not in (new[A]["id"], new[B]["id"])
    assert targeted(sandbox) == [[new[B]["id"]], [new[A]["id"]]]
    using.converged()


def test_a_move_that_failed_is_made_up_by_the_next_run_and_blamed_on_nobody(
    using: Reconciler, sandbox: LocalGraph
) -> None:
    using.apply().ended(0)
    a_person_deletes(sandbox, B)
    sandbox.fault("error", f"/{sandbox.id(SET)}$", method="POST", times=0, code=100, subcode=1487713)
    using.apply("--revert-drift").ended(6)
    sandbox.no_faults()
    assert "Drift" not in using("plan").said
    using.apply().ended(0)
    assert targeted(sandbox)[0] == [audiences(sandbox)[B]["id"]]
    using.converged()


def test_a_move_does_not_overwrite_what_somebody_has_changed_besides(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    a_person_deletes(sandbox, B)
    sandbox.fault("error", f"/{sandbox.id(SET)}$", method="POST", times=0, code=100, subcode=1487713)
    using.apply("--revert-drift").ended(6)
    sandbox.no_faults()
    targeting = dict(sandbox.live(SET)["data"]["targeting"])
    sandbox.person_edits(SET, targeting={**targeting, "age_min": 30})
    refused = using.apply().ended(3).said
    assert f"Refused (conflict): {SET}: targeting refers to what was made again" in refused
    assert sandbox.live(SET)["data"]["targeting"]["age_min"] == 30
    using.apply("--revert-drift").ended(0)
    assert targeted(sandbox)[0] == [audiences(sandbox)[B]["id"]]
    using.converged()


def test_what_a_live_lookalike_is_made_of_cannot_be_removed_although_its_file_names_another(
    using: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit(VISITORS, "name:", "lifecycle: {on_remove: delete}\nname:")
    repository.edit_campaign("t", USING, ", custom_audiences: [like]")
    using.apply().ended(0)
    repository.write(LIKE, BY_ID % made_by_hand(sandbox, "Buyers"))
    (repository.root / "desired" / VISITORS).unlink()
    refused = using.apply().ended(3).said
    assert f"Refused (immutable): {B}" in refused
    assert f"Refused (referred): {A}: its YAML is gone, but {B} refers to it" in refused
    assert A in audiences(sandbox)


def test_what_a_running_ad_set_without_yaml_targets_cannot_be_removed(
    using: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit(LIKE, "name:", "lifecycle: {on_remove: delete}\nname:")
    repository.edit_campaign("t", "name: Always on", "lifecycle: {on_remove: forget}\nname: Always on")
    repository.edit_campaign("t", "name: Broad", "name: Broad\n    lifecycle: {on_remove: forget}\n    status: ACTIVE")
    using.apply().ended(0)
    repository.remove("t")
    repository.campaign("u", TRAFFIC.replace("Always on", "Another"))
    (repository.root / "desired" / LIKE).unlink()
    assert f"Refused (referred): {B}: its YAML is gone, but {SET} refers to it" in using.apply().ended(3).said
    assert B in audiences(sandbox)


def test_it_is_not_deleted_where_the_ad_set_could_not_leave_it(
    using: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit(LIKE, "name:", "lifecycle: {on_remove: delete}\nname:")
    using.apply().ended(0)
    repository.edit_campaign("t", "custom_audiences: [like], ", "")
    (repository.root / "desired" / LIKE).unlink()
    sandbox.fault("error", f"/{sandbox.id(SET)}$", method="POST", times=0, code=100, subcode=1487713)
    assert f"{B}: delete failed: not tried: {SET} still refers to it" in using.apply().ended(1).said
    assert B in audiences(sandbox)
    sandbox.no_faults()
    using.apply().ended(0)
    assert set(audiences(sandbox)) == {A}
    using.converged()


def test_it_is_not_deleted_where_the_change_of_the_ad_set_is_held_back(
    using: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit(LIKE, "name:", "lifecycle: {on_remove: delete}\nname:")
    using.apply().ended(0)
    sandbox.person_edits(SET, name="By hand")
    repository.edit_campaign("t", "name: Broad", "name: Ours")
    repository.edit_campaign("t", "custom_audiences: [like], ", "")
    (repository.root / "desired" / LIKE).unlink()
    using.apply()
    assert B in audiences(sandbox)


def test_a_deleted_audience_as_a_target_moves_its_ad_set_over_and_changes_nothing_else_of_it(
    using: Reconciler, sandbox: LocalGraph
) -> None:
    using.apply().ended(0)
    a_person_deletes(sandbox, B)
    using.repository.edit_campaign("t", "name: Broad", "name: Wider")
    using.apply("--revert-drift", "--target", B).ended(0)
    assert targeted(sandbox)[0] == [audiences(sandbox)[B]["id"]]
    assert sandbox.live(SET)["data"]["name"] == "Broad"
    using.apply().ended(0)
    using.converged()


def test_an_ad_set_as_a_target_takes_the_audiences_with_it(using: Reconciler, sandbox: LocalGraph) -> None:
    using.repository.write("audiences/acme-sg/other.yaml", WEBSITE)
    made = {address for _, address in using.plan("--target", SET).actions}
    assert made == {"acme-sg/t", SET, f"{SET}/still", A, B}
    using.apply("--target", SET).ended(0)
    assert targeted(sandbox) == [[audiences(sandbox)[B]["id"]], [audiences(sandbox)[A]["id"]]]


def test_a_ratio_that_meta_keeps_as_a_float_of_32_bits_is_no_drift(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    for ratio in (0.019999999552965164, "0.02"):
        seen = audiences(sandbox)[B]
        sandbox.meta_shows(seen["id"], lookalike_spec={**seen["data"]["lookalike_spec"], "ratio": ratio})
        using.converged()


def test_what_a_read_tells_of_a_lookalikes_countries_is_no_drift(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    made = audiences(sandbox)[B]
    seen = made["data"]["lookalike_spec"]
    assert seen["target_countries"] == ["MY", "SG"] and "location_spec" not in seen
    sandbox.meta_shows(made["id"], lookalike_spec={**seen, "country": ""})
    using.converged()


def test_what_meta_adds_to_a_rule_stands_and_the_rule_can_be_changed(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    rule = json.loads(audiences(sandbox)[A]["data"]["rule"])
    rule["inclusions"]["rules"][0]["template"] = "VISITORS_BY_URL"
    rule["inclusions"]["rules"].append(
        {**rule["inclusions"]["rules"][0], "event_sources": [{"id": "99", "type": "shopping_page"}]}
    )
    edited(sandbox, A, rule=json.dumps(rule))
    using.converged()
    using.repository.edit(VISITORS, "days: 30", "days: 60")
    using.apply().ended(0)
    assert days(audiences(sandbox)[A]) == 60
    using.converged()


def test_an_event_alone_asks_for_no_address(using: Reconciler, sandbox: LocalGraph) -> None:
    using.repository.write(VISITORS, "name: Visitors\nwebsite: {event: AddToCart}\n")
    using.apply().ended(0)
    (rule,) = json.loads(audiences(sandbox)[A]["data"]["rule"])["inclusions"]["rules"]
    assert rule["filter"]["filters"] == [{"field": "event", "operator": "eq", "value": "AddToCart"}]


def test_terms_that_nobody_has_accepted_are_told_by_plan_and_doctor(using: Reconciler, sandbox: LocalGraph) -> None:
    page = "https://business.facebook.com/ads/manage/customaudiences/tos/?act=1234567890"
    assert page not in using("plan").ended(0).said + using("doctor").said
    sandbox.account(audience_terms=False)
    assert page in using("plan").ended(0).said
    assert page in using("doctor").ended(1).said


@pytest.mark.parametrize("subcode", [1870034, 1870090])
def test_a_refusal_for_the_terms_says_where_they_are_accepted(
    using: Reconciler, sandbox: LocalGraph, subcode: int
) -> None:
    sandbox.fault("error", "/customaudiences$", method="POST", times=0, code=200, subcode=subcode)
    assert "accept the custom audience terms at https://" in using.apply().said


def test_what_has_no_status_ends_for_good_as_the_mend_says(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.write(VISITORS, WEBSITE)
    reconciler.apply().ended(0)
    shutil.rmtree(repository.root / "desired" / "audiences")
    said = reconciler.apply().ended(3).said
    assert "Refused (empty)" in said
    assert "status: ARCHIVED" not in said
    assert "its record is removed from state/acme-sg" in said
    shutil.rmtree(repository.root / "state" / "acme-sg")
    reconciler.apply().ended(0)


def test_what_the_listing_leaves_out_is_asked_for_by_its_id_and_not_made_twice(
    using: Reconciler, sandbox: LocalGraph
) -> None:
    using.apply().ended(0)
    sandbox.settings(list_lag_seconds=3600)
    using.converged()
    using.apply("--revert-drift").ended(0)
    assert len(sandbox.nodes("audience")) == 2


def test_what_meta_denies_right_after_it_was_made_is_not_taken_for_deleted(
    using: Reconciler, sandbox: LocalGraph
) -> None:
    using.apply().ended(0)
    sandbox.settings(list_lag_seconds=3600, read_lag_seconds=3600)
    told = using("plan").said
    assert "Drift: acme-sg/audience" not in told
    assert "+ audience" not in told


# ---- launches of what uses one


TIMED = f"{TRAFFIC}activate_at: 2026-11-21 12:00\n".replace("age_min: 21", f"age_min: 21{USING}")
START = "2026-11-21T12:00:00+08:00"


@pytest.fixture
def timed(using: Reconciler, sandbox: LocalGraph) -> Reconciler:
    """The campaign is to be launched at noon."""
    using.repository.campaign("t", TIMED)
    using.apply().ended(0)
    return using


@pytest.mark.parametrize("command", ["apply", "activate"])
@pytest.mark.parametrize("address", [A, B])
def test_a_campaign_is_not_launched_while_an_audience_that_it_uses_is_deleted(
    address: str, command: str, timed: Reconciler, sandbox: LocalGraph
) -> None:
    a_person_deletes(sandbox, address)
    sandbox.at(START)
    refused = timed.apply() if command == "apply" else timed("activate")
    assert f"Refused (lost_reference): {SET}: it refers to {address}" in refused.ended(3).said
    assert sandbox.activations() == []
    assert "acme-sg/t: activate" in refused.said
    timed.apply("--revert-drift").ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


def test_a_campaign_without_the_deleted_audience_is_launched(timed: Reconciler, sandbox: LocalGraph) -> None:
    timed.repository.campaign("u", TIMED.replace(USING, "").replace("Always on", "Another"))
    timed.apply().ended(0)
    a_person_deletes(sandbox, B)
    sandbox.at(START)
    timed("activate").ended(3)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


def test_an_audience_that_is_refused_holds_back_raises_of_what_uses_it_and_no_stops(
    timed: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.at(START)
    timed("activate").ended(0)
    edited(sandbox, A, name="By hand")
    timed.repository.edit(VISITORS, "name: Visitors", "name: Other")
    timed.repository.edit_campaign("t", "20.00 SGD", "30.00 SGD")
    assert f"Held back (conflict): {A}" in timed.apply().ended(3).said
    assert int(sandbox.live(SET)["data"]["daily_budget"]) == 2000
    timed.repository.edit_campaign("t", "activate_at:", "status: PAUSED\nactivate_at:")
    timed.apply().ended(3)
    assert sandbox.status("acme-sg/t") == "PAUSED"


def test_an_audience_that_is_deleted_after_the_plan_is_seen_by_the_gate(
    timed: Reconciler, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = Gatekeeper.verdicts

    def deleted_before(gatekeeper: Gatekeeper, wave: Any) -> Any:
        if B in audiences(sandbox):
            a_person_deletes(sandbox, B)
        return verdicts(gatekeeper, wave)

    monkeypatch.setattr(Gatekeeper, "verdicts", deleted_before)
    sandbox.at(START)
    told = timed("activate")
    assert f"{SET}: activate failed: stays PAUSED: it refers to {B}, which somebody has deleted" in told.said
    assert sandbox.status("acme-sg/t") == sandbox.status(SET) == "PAUSED"


def test_audiences_that_cannot_be_read_keep_no_stop_waiting(timed: Reconciler, sandbox: LocalGraph) -> None:
    timed.repository.edit_campaign("t", "activate_at: 2026-11-21 12:00", "status: ACTIVE")
    timed.apply().ended(0)
    timed.repository.edit_campaign("t", "status: ACTIVE", "status: PAUSED")
    sandbox.fault("error", "/customaudiences$", method="GET", times=0, code=10)
    assert f"Refused (unread): {A}: no audience can be looked at" in timed.apply().ended(3).said
    assert sandbox.status("acme-sg/t") == "PAUSED"


def test_an_audience_that_cannot_be_made_keeps_no_stop_waiting(timed: Reconciler, sandbox: LocalGraph) -> None:
    timed.repository.edit_campaign("t", "activate_at: 2026-11-21 12:00", "status: ACTIVE")
    timed.apply().ended(0)
    timed.repository.edit_campaign("t", "status: ACTIVE", "status: PAUSED")
    timed.repository.write("audiences/acme-sg/other.yaml", WEBSITE)
    sandbox.fault("error", "/customaudiences$", method="POST", times=0, code=200, subcode=1870034)
    told = timed.apply().said
    assert "mend: accept the custom audience terms at https://" in told
    assert sandbox.status("acme-sg/t") == "PAUSED"


def test_an_account_that_could_not_be_planned_is_not_called_idle(timed: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.at(START)
    sandbox.fault("error", "/campaigns$", method="GET", times=0, code=10)
    told = timed("activate")
    assert "Nothing is due" not in told.said
    assert "acme-sg could not be planned: what is due there is not done, and what runs goes on." in told.said


# ---- what state/ has lost


@pytest.mark.parametrize("lost", [A, B])
@pytest.mark.parametrize("command", ["apply", "activate"])
def test_a_lost_record_of_one_audience_keeps_no_launch_waiting(
    command: str, lost: str, timed: Reconciler, sandbox: LocalGraph
) -> None:
    (timed.repository.root / "state/acme-sg" / f"{lost.partition('/')[2].replace(':', '.')}.json").unlink()
    sandbox.at(START)
    (timed.apply() if command == "apply" else timed("activate")).ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    timed.converged()


def test_drift_of_an_audience_whose_record_is_lost_stays_drift(timed: Reconciler, sandbox: LocalGraph) -> None:
    (timed.repository.root / "state/acme-sg/audience.like.json").unlink()
    edited(sandbox, B, name="By hand")
    sandbox.at(START)
    timed("activate").ended(0)
    assert [drift["field"] for drift in timed.plan().json["drift"]] == ["name"]


def test_a_plan_says_who_is_in_an_audience_in_the_words_of_its_file(
    using: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.write("audiences/acme-sg/fans.yaml", "name: Fans\nengagement: {days: 10}\n")
    repository.write("audiences/acme-sg/list.yaml", "name: Buyers\ncustomer_list: {}\n")
    told = using("plan").out
    for line in (
        "+ website            pixel 5647382910; days 30; url_contains /shop",
        "+ lookalike          of visitors; countries MY, SG; ratio 2%",
        "+ engagement         page 1029384756; days 10",
        "+ customer_list      source USER_PROVIDED_ONLY",
        "custom_audiences like; excluded_custom_audiences visitors",
        "+ create (campaigns, ad sets and ads always PAUSED)",
    ):
        assert line in told
    using.apply().ended(0)
    repository.edit(VISITORS, "days: 30", "days: 60, event: AddToCart")
    assert "~ website            days 30 → 60; event (none) → AddToCart" in using("plan").out
    sandbox.control("edit", {"id": audiences(sandbox)[A]["id"], "actor": "Mei", "params": {"rule": with_days(7)}})
    assert f"Drift: {A} website days 30 → 7, by Mei" in using("plan").out


def with_days(number: int) -> str:
    where = {"operator": "and", "filters": [{"field": "url", "operator": "i_contains", "value": "/shop"}]}
    source = [{"id": "5647382910", "type": "pixel"}]
    rule = {"event_sources": source, "retention_seconds": number * 86400, "filter": where}
    return json.dumps({"inclusions": {"operator": "or", "rules": [rule]}})


def test_a_plan_of_audiences_alone_says_nothing_of_paused(repository: Repository, reconciler: Reconciler) -> None:
    repository.write(VISITORS, WEBSITE)
    assert "Symbols: + create\n" in reconciler("plan").out


def test_show_has_an_audience_in_the_words_of_its_file(using: Reconciler) -> None:
    using.apply().ended(0)
    rows = [line.split()[0] for line in using("show", B).out.splitlines()[4:]]
    assert rows == ["name", "lookalike"]


# ---- what others use


def unused(using: Reconciler) -> None:
    """Neither is used by what is declared, and both are to be deleted with their files."""
    using.repository.edit_campaign("t", USING, "")
    for name in (VISITORS, LIKE):
        using.repository.edit(name, "name:", "lifecycle: {on_remove: delete}\nname:")
    using.apply().ended(0)


def targeting_by_hand(sandbox: LocalGraph, **audiences: str) -> str:
    ad_set = sandbox.live(SET)["data"]
    listed = {name: [{"id": one}] for name, one in audiences.items()}
    targeting = {"geo_locations": {"countries": ["MY"]}, "targeting_automation": {"advantage_audience": 0}, **listed}
    kept = {name: ad_set[name] for name in ("campaign_id", "billing_event", "optimization_goal", "bid_strategy")}
    return sandbox.person_makes("adsets", name="By hand", targeting=targeting, daily_budget=2000, **kept)


@pytest.mark.parametrize("listed", ["custom_audiences", "excluded_custom_audiences"])
def test_an_audience_that_an_ad_set_made_by_hand_uses_is_not_deleted(
    listed: str, using: Reconciler, sandbox: LocalGraph
) -> None:
    unused(using)
    theirs = targeting_by_hand(sandbox, **{listed: audiences(sandbox)[B]["id"]})
    (using.repository.root / "desired" / LIKE).unlink()
    assert f'Refused (referred): {B}: its YAML is gone, but {theirs} "By hand" is using it' in using.apply().said
    assert B in audiences(sandbox)
    sandbox.control("edit", {"id": theirs, "actor": "Mei", "params": {"status": "DELETED"}})
    using.apply().ended(0)
    assert set(audiences(sandbox)) == {A}
    using.converged()


def test_an_audience_that_a_lookalike_made_by_hand_is_made_of_is_not_deleted(
    using: Reconciler, sandbox: LocalGraph
) -> None:
    unused(using)
    spec, of = {"country": "SG", "ratio": 0.05}, audiences(sandbox)[A]["id"]
    theirs = sandbox.person_makes(
        "customaudiences", name="Theirs", subtype="LOOKALIKE", origin_audience_id=of, lookalike_spec=spec
    )
    for name in (VISITORS, LIKE):
        (using.repository.root / "desired" / name).unlink()
    said = using.apply().said
    assert f'Refused (referred): {A}: its YAML is gone, but {theirs} "Theirs" is using it' in said
    assert set(audiences(sandbox)) == {A, "Theirs"}


def test_both_are_deleted_at_once_where_only_ours_used_them(using: Reconciler, sandbox: LocalGraph) -> None:
    unused(using)
    for name in (VISITORS, LIKE):
        (using.repository.root / "desired" / name).unlink()
    using.apply().ended(0)
    assert audiences(sandbox) == {}


def no_origin(sandbox: LocalGraph) -> None:
    """A read does not have to tell it."""
    made = next(one for one in sandbox.nodes("audience") if one["data"]["name"] == "Like them")
    spec = {name: value for name, value in made["data"]["lookalike_spec"].items() if name != "origin"}
    sandbox.meta_shows(made["id"], lookalike_spec=spec)


@pytest.mark.parametrize("shown", [True, False])
def test_a_lookalike_follows_the_new_key_of_what_it_is_made_of(
    using: Reconciler, sandbox: LocalGraph, shown: bool
) -> None:
    using.apply().ended(0)
    if not shown:
        no_origin(sandbox)
    (using.repository.root / "desired" / VISITORS).unlink()
    using.repository.write("audiences/acme-sg/shop.yaml", WEBSITE + "previously: [visitors]\n")
    using.repository.edit(LIKE, "of: visitors", "of: shop")
    using.repository.edit_campaign("t", "excluded_custom_audiences: [visitors]", "excluded_custom_audiences: [shop]")
    before = len(sandbox.writes())
    using.apply().ended(0)
    assert len(sandbox.writes()) == before
    using.converged()


@pytest.mark.parametrize("shown", [True, False])
def test_what_was_let_go_and_is_named_by_its_id_is_the_same(
    using: Reconciler, sandbox: LocalGraph, shown: bool
) -> None:
    using.apply().ended(0)
    origin = audiences(sandbox)[A]["id"]
    if not shown:
        no_origin(sandbox)
    (using.repository.root / "desired" / VISITORS).unlink()
    using.repository.edit(LIKE, "of: visitors", f"of: '{origin}'")
    using.repository.edit_campaign("t", "audiences: [visitors]", f"audiences: [{{id: '{origin}'}}]")
    assert set(using.plan().actions) == {("forget", A)}
    using.apply().ended(0)
    assert targeted(sandbox)[1] == [origin]
    assert [write["path"].strip("/") for write in sandbox.writes()][-1] == origin
    using.converged()


def test_a_marker_that_meta_has_cut_off_is_told_at_once_and_can_be_put_back(
    using: Reconciler, sandbox: LocalGraph
) -> None:
    using.repository.write(VISITORS, f"{WEBSITE}description: {'Visitors ' * 10}\n")
    sandbox.settings(max_audience_description=80)
    said = using.apply().ended(6).said
    assert f"{A}: create failed: audience" in said
    assert "is there, but Meta has not kept what tells it as ours" in said
    assert f"put {label_of(A)} there in Ads Manager" in said
    (made,) = [one for one in sandbox.nodes("audience") if one["data"]["name"] == "Visitors"]
    sandbox.control("edit", {"id": made["id"], "actor": "Mei", "params": {"description": f"Shop {label_of(A)}"}})
    using.repository.write(VISITORS, f"{WEBSITE}description: Shop\n")
    using.apply().ended(0)
    using.converged()


# ---- what Meta says of one


FLAGGED = {"code": 471, "description": "The custom audience is blocked because it suggests health information."}


def meta_says(sandbox: LocalGraph, address: str, **status: Any) -> None:
    world, wanted = sandbox.control("world", method="GET"), audiences(sandbox)[address]["id"]
    next(node for node in world["nodes"] if node["id"] == wanted)["data"].update(status)
    sandbox.control("world", world)


@pytest.mark.parametrize(
    "status",
    [
        {"operation_status": FLAGGED},
        {"operation_status": {"code": 432, "description": "Lookalike build failed"}},
        {"delivery_status": {"code": 400, "description": "Not usable"}},
    ],
)
def test_a_campaign_is_not_launched_with_an_audience_that_meta_bars(
    status: dict[str, Any], timed: Reconciler, sandbox: LocalGraph
) -> None:
    meta_says(sandbox, B, **status)
    sandbox.at(START)
    said = timed("activate").ended(3).said
    (name, told), *_ = status.items()
    assert f"Refused (unusable): {SET}: it refers to {B}, of which Meta says: {told['description'].rstrip('.')}" in said
    assert f"({name} {told['code']})" in said
    assert sandbox.activations() == []


@pytest.mark.parametrize("code", [431, 450])
def test_an_audience_that_is_stale_or_could_not_be_refreshed_is_told_and_launched(
    code: int, timed: Reconciler, sandbox: LocalGraph
) -> None:
    meta_says(sandbox, B, operation_status={"code": code, "description": "Refresh failed"})
    assert f"Note: {B}: Meta says of it: Refresh failed (operation_status {code})" in timed("plan").said
    sandbox.at(START)
    timed("activate").ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


def test_show_and_doctor_tell_what_meta_says_of_an_audience(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    meta_says(sandbox, B, operation_status=FLAGGED)
    for told in (using("show", B), using("doctor")):
        assert "suggests health information (operation_status 471)" in told.said


def test_doctor_tells_that_the_terms_of_audiences_are_not_accepted(using: Reconciler, sandbox: LocalGraph) -> None:
    assert "audience terms" in using("doctor").said
    sandbox.control("accounts", {"account": ACCOUNT, "audience_terms": False})
    told = using("doctor").said
    assert "not accepted: Meta makes none" in told
    assert "customaudiences/tos/?act=1234567890" in told


def test_a_lookalike_that_somebody_has_made_already_is_refused_at_once_with_what_to_do(
    using: Reconciler, sandbox: LocalGraph
) -> None:
    using.apply().ended(0)
    spec, of = {"country": "SG", "ratio": 0.05}, audiences(sandbox)[A]["id"]
    made = {"subtype": "LOOKALIKE", "origin_audience_id": of, "lookalike_spec": spec}
    sandbox.person_makes("customaudiences", name="Theirs", **made)
    using.repository.write(
        "audiences/acme-sg/too.yaml", "name: Too\nlookalike: {of: visitors, countries: [SG], ratio: 5%}\n"
    )
    sandbox.forget_calls()
    said = using.apply().ended(1).said
    assert "Meta error 2654/1713007" in said
    assert "mend: a lookalike of the same audience, countries and ratio is there already" in said
    assert len([call for call in sandbox.calls("POST") if call["path"].endswith("/customaudiences")]) == 1


def test_what_is_to_become_of_it_without_yaml_is_remembered_by_an_apply_without_changes(
    using: Reconciler, sandbox: LocalGraph
) -> None:
    using.repository.edit_campaign("t", USING, "")
    using.apply().ended(0)
    using.repository.edit(LIKE, "name:", "lifecycle: {on_remove: delete}\nname:")
    using.apply().ended(0)
    (using.repository.root / "desired" / LIKE).unlink()
    using.apply().ended(0)
    assert set(audiences(sandbox)) == {A}


# ---- what bears our marker and is not the one


def copied(sandbox: LocalGraph, name: str = "A copy") -> str:
    """Somebody's audience with the text of ours, marker included."""
    text = audiences(sandbox)[A]["data"]["description"]
    more = {"subtype": "CUSTOM", "customer_file_source": BOTH}
    return sandbox.person_makes("customaudiences", name=name, description=text, **more)


def test_a_copy_with_our_marker_is_named_and_forget_takes_the_marker_off_it_alone(
    using: Reconciler, sandbox: LocalGraph
) -> None:
    using.apply().ended(0)
    ours = audiences(sandbox)[A]["id"]
    copy = copied(sandbox)
    told = f'audience {copy} "A copy" bears the same marker; it is left as it is'
    assert f"{told}; to take the marker off: reconciler forget {copy}" in using("plan").said
    using("forget", copy).ended(0)
    assert "reconciler:" not in sandbox.read(copy, "description")["description"]
    assert told not in using("plan").said
    assert "reconciler:" in sandbox.read(ours, "description")["description"]
    using.converged()


def test_forget_refuses_the_audience_that_a_file_declares_whatever_state_has_lost(
    using: Reconciler, sandbox: LocalGraph
) -> None:
    using.apply().ended(0)
    ours = audiences(sandbox)[A]["id"]
    copy = copied(sandbox)
    using.repository.forget_state()
    assert f"{A} is still declared" in using("forget", ours).ended(64).said
    using("forget", copy).ended(0)
    using.apply().ended(0)
    using.converged()


def test_what_nothing_declares_is_named_and_forget_takes_its_marker_off(using: Reconciler, sandbox: LocalGraph) -> None:
    using.apply().ended(0)
    theirs = sandbox.person_makes(
        "customaudiences",
        name="Old",
        subtype="CUSTOM",
        customer_file_source=BOTH,
        description=f"Of old. {label_of('acme-sg/audience:gone')}",
    )
    told = f'audience {theirs} "Old" bears a marker of this project, and nothing declares it'
    assert told in using("plan").said
    using("forget", theirs).ended(0)
    assert sandbox.read(theirs, "description")["description"] == "Of old."
    assert told not in using("plan").said


def test_a_lookalike_of_an_audience_that_was_made_again_is_told_to_be_of_the_former_one(
    using: Reconciler, sandbox: LocalGraph
) -> None:
    using.apply().ended(0)
    former = a_person_deletes(sandbox, A)
    told = f"{B}: it is made of audience {former}, which {A} was before it was made again"
    assert told in using.apply("--revert-drift").ended(0).said
    assert told in using("plan").said
    using.repository.write("audiences/acme-sg/like-2.yaml", LOOKALIKE.replace("Like them", "Like them too"))
    using.repository.edit_campaign("t", "custom_audiences: [like]", "custom_audiences: [like-2]")
    (using.repository.root / "desired" / LIKE).unlink()
    using.apply().ended(0)
    assert "before it was made again" not in using("plan").said
