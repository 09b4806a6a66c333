"""Lead forms: made once with the page's token, found again by their name, named by key in an ad. They never change: an
edit makes another one, the ad moves over, and the old one is archived when nothing uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from support.command import Reconciler
from support.repository import Repository
from support.sandbox import ACCOUNT, PAGE, LocalGraph, label_of

QUOTE = "lead_forms/acme-sg/quote.yaml"
A, AD = "acme-sg/lead_form:quote", "acme-sg/l/broad/still"
FORM = """\
name: Get a quote
questions:
  - type: FULL_NAME
  - type: EMAIL
  - {type: CUSTOM, label: What is your budget?, options: [Below 1000, More]}
privacy_policy: {url: https://acme.example/privacy, link_text: Privacy}
follow_up_url: https://acme.example/
intro: {title: A quote in a day, points: [Free, Without obligation]}
thank_you: {title: Thanks, button: VIEW_WEBSITE, button_text: Visit us, website_url: https://acme.example/}
higher_intent: true
tracking: {utm_source: meta}
"""
LEADS = """\
name: Leads
objective: OUTCOME_LEADS
ad_sets:
  broad:
    name: Broad
    daily_budget: 20.00 SGD
    optimization_goal: LEAD_GENERATION
    targeting: {geo_locations: {countries: [SG]}, age_min: 21}
    ads:
      still:
        image: always-on/still.png
        primary_text: A quote in a day.
        headline: Ask us
        lead_form: quote
"""


@pytest.fixture
def leads(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """A lead form, and an ad that opens it."""
    repository.write(QUOTE, FORM)
    repository.campaign("l", LEADS)
    return reconciler


def forms(sandbox: LocalGraph, status: str = "ACTIVE") -> list[dict[str, Any]]:
    """Oldest first."""
    found = [node for node in sandbox.nodes("leadgen_form") if node["data"]["status"] == status]
    return sorted(found, key=lambda node: int(node["id"]))


def only(sandbox: LocalGraph) -> dict[str, Any]:
    (form,) = forms(sandbox)
    return form


def opened_by(sandbox: LocalGraph, address: str = AD) -> str:
    """The id of the form that an ad opens."""
    creative = sandbox.read(sandbox.id(address), "creative{object_story_spec}")["creative"]["object_story_spec"]
    data = creative.get("link_data") or creative["video_data"]
    return str(data["call_to_action"]["value"]["lead_gen_form_id"])


def as_page(sandbox: LocalGraph, path: str, **params: Any) -> str:
    """What a person does on the page; the id of what was made."""
    sent = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
    token = sandbox.read(PAGE, "access_token")["access_token"]
    http = requests.Session()
    http.trust_env = False
    reply = http.post(f"{sandbox.url}/v26.0/{path}", data={**sent, "access_token": token}, timeout=300)
    assert reply.status_code == 200, reply.text
    return str(reply.json().get("id", ""))


def by_hand(sandbox: LocalGraph, name: str) -> str:
    policy = {"url": "https://acme.example/privacy"}
    return as_page(sandbox, f"{PAGE}/leadgen_forms", name=name, questions=[{"type": "EMAIL"}], privacy_policy=policy)


def writes_of(sandbox: LocalGraph) -> list[str]:
    return [write["path"].strip("/") for write in sandbox.writes()]


def test_it_is_made_before_its_ad_and_the_second_plan_is_empty(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply().ended(0)
    made = only(sandbox)
    assert made["data"]["name"].startswith(f"Get a quote {label_of(A)}.")
    assert [one["type"] for one in made["data"]["questions"]] == ["FULL_NAME", "EMAIL", "CUSTOM"]
    assert made["data"]["questions"][2]["options"][1] == {"key": "option-2", "value": "More"}
    assert made["data"]["context_card"]["style"] == "LIST_STYLE"
    assert opened_by(sandbox) == made["id"]
    edges = [path.rpartition("/")[2] for path in writes_of(sandbox)]
    assert edges.index("leadgen_forms") < edges.index("adcreatives")
    leads.converged()


def test_without_state_it_is_found_again_and_nothing_is_made(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply().ended(0)
    before = only(sandbox)
    leads.repository.forget_state()
    assert {action for action, _ in leads.plan().actions} == {"adopt"}
    leads.apply().ended(0)
    assert only(sandbox) == before
    leads.converged()


def test_a_form_that_is_not_ours_is_left_alone_whatever_its_name(leads: Reconciler, sandbox: LocalGraph) -> None:
    theirs = by_hand(sandbox, "Get a quote")
    leads.apply().ended(0)
    leads.repository.edit(QUOTE, "Get a quote", "Get an offer")
    leads.apply().ended(0)
    assert theirs not in writes_of(sandbox)
    assert theirs in [form["id"] for form in forms(sandbox)]


@pytest.mark.parametrize("forgets", [False, True])
def test_a_change_makes_another_one_the_ad_moves_and_the_old_one_is_archived(
    forgets: bool, leads: Reconciler, sandbox: LocalGraph
) -> None:
    leads.apply().ended(0)
    old = only(sandbox)["id"]
    if forgets:
        leads.repository.forget_state()
        leads.apply().ended(0)
    leads.repository.edit(QUOTE, "type: EMAIL", "type: PHONE")
    assert {("create", A), ("update", AD), ("archive", A)} <= set(leads.plan().actions)
    leads.apply().ended(0)
    assert only(sandbox)["id"] == opened_by(sandbox) != old
    assert [form["id"] for form in forms(sandbox, "ARCHIVED")] == [old]
    leads.converged()


def test_what_is_written_as_it_was_before_takes_the_former_one_into_use(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply().ended(0)
    first = only(sandbox)["id"]
    leads.repository.edit(QUOTE, "type: EMAIL", "type: PHONE")
    leads.apply().ended(0)
    leads.repository.edit(QUOTE, "type: PHONE", "type: EMAIL")
    leads.apply().ended(0)
    assert only(sandbox)["id"] == opened_by(sandbox) == first
    leads.converged()


def test_the_old_one_stays_while_an_ad_made_by_hand_uses_it(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply().ended(0)
    old = only(sandbox)["id"]
    ad = sandbox.read(sandbox.id(AD), "adset_id,creative")
    creative = {"creative_id": ad["creative"]["id"]}
    theirs = sandbox.person_makes("ads", name="By hand", adset_id=ad["adset_id"], creative=creative)
    leads.repository.edit(QUOTE, "type: EMAIL", "type: PHONE")
    said = leads.apply().ended(0).said
    assert f'lead form {old} stays in use, since {theirs} "By hand" is using it' in said
    assert len(forms(sandbox)) == 2
    sandbox.control("edit", {"id": theirs, "actor": "Mei", "params": {"status": "DELETED"}})
    leads.apply().ended(0)
    assert only(sandbox)["id"] == opened_by(sandbox) != old
    leads.converged()


def test_the_old_one_stays_where_the_ad_could_not_move(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply().ended(0)
    old = only(sandbox)["id"]
    leads.repository.edit(QUOTE, "type: EMAIL", "type: PHONE")
    sandbox.fault("error", f"/{sandbox.id(AD)}$", method="POST", times=0, code=100, subcode=1487713)
    assert f'not tried: {sandbox.id(AD)} "Leads" is using it' in leads.apply().ended(6).said
    assert old in [form["id"] for form in forms(sandbox)]
    sandbox.no_faults()
    leads.apply().ended(0)
    assert only(sandbox)["id"] == opened_by(sandbox) != old
    leads.converged()


def test_one_that_a_person_has_archived_is_told_and_taken_into_use_on_demand(
    leads: Reconciler, sandbox: LocalGraph
) -> None:
    leads.apply().ended(0)
    form = only(sandbox)["id"]
    as_page(sandbox, form, status="ARCHIVED")
    refused = leads.apply().ended(3).said
    assert f"Refused (archived): {A}: somebody has archived lead form {form}" in refused
    assert forms(sandbox) == []
    leads.apply("--revert-drift").ended(0)
    assert only(sandbox)["id"] == form
    leads.converged()


def test_one_that_a_person_has_archived_gives_way_to_another_under_another_name(
    leads: Reconciler, sandbox: LocalGraph
) -> None:
    leads.apply().ended(0)
    form = only(sandbox)["id"]
    as_page(sandbox, form, status="ARCHIVED")
    leads.repository.edit(QUOTE, "Get a quote", "Get an offer")
    leads.apply().ended(0)
    assert only(sandbox)["id"] == opened_by(sandbox) != form
    leads.converged()


def test_without_its_yaml_it_is_archived_once_no_ad_uses_it(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply().ended(0)
    other = by_hand(sandbox, "Another")
    leads.repository.edit_campaign("l", "lead_form: quote", f'lead_form: "{other}"')
    (leads.repository.root / "desired" / QUOTE).unlink()
    leads.apply().ended(0)
    assert only(sandbox)["id"] == opened_by(sandbox) == other
    assert not (leads.repository.root / "state/acme-sg/lead_form.quote.json").exists()
    leads.converged()


def test_with_forget_it_stays(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.repository.edit(QUOTE, "name:", "lifecycle: {on_remove: forget}\nname:")
    leads.apply().ended(0)
    form, other = only(sandbox)["id"], by_hand(sandbox, "Another")
    leads.repository.edit_campaign("l", "lead_form: quote", f'lead_form: "{other}"')
    (leads.repository.root / "desired" / QUOTE).unlink()
    leads.apply().ended(0)
    assert {one["id"] for one in forms(sandbox)} == {form, other}
    leads.converged()


def test_a_key_that_nothing_declares_is_an_error_with_the_nearest(leads: Reconciler) -> None:
    leads.repository.edit_campaign("l", "lead_form: quote", "lead_form: qoute")
    refused = leads("validate").ended(1).said
    assert "campaigns/acme-sg/l.yaml:14:20: no lead form 'qoute' is declared" in refused
    assert "did you mean quote?" in refused


@pytest.mark.parametrize("effect", ["reset", "timeout", "garbage", "drop"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_create_without_an_answer_is_never_made_twice(
    effect: str, when: str, leads: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault(effect, "/leadgen_forms$", method="POST", nth=1, when=when)
    leads.apply()
    sandbox.no_faults()
    leads.apply().ended(0)
    assert only(sandbox)["id"] == opened_by(sandbox)
    leads.converged()


def test_a_lost_create_of_former_content_is_no_answer_to_the_new_one(leads: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("drop", "/leadgen_forms$", method="POST", times=0, when="after")
    sandbox.fault("error", "/leadgen_forms$", method="GET", times=0, code=2)
    leads.apply()
    sandbox.no_faults()
    leads.repository.edit(QUOTE, "type: EMAIL", "type: PHONE")
    leads.apply().ended(0)
    assert [one["type"] for one in only(sandbox)["data"]["questions"]][1] == "PHONE"
    assert only(sandbox)["id"] == opened_by(sandbox)
    leads.converged()


def test_an_ad_waits_for_a_form_that_could_not_be_made(leads: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("error", "/leadgen_forms$", method="POST", times=0, code=100, subcode=1892075)
    assert f"{AD}: create failed: not tried: {A} failed, and it refers to it" in leads.apply().ended(6).said
    assert not sandbox.labelled(AD)
    sandbox.no_faults()
    leads.apply().ended(0)
    leads.converged()


def test_a_video_opens_it_too(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.repository.edit_campaign(
        "l", "image: always-on/still.png", "video: spring/hero.mp4\n        call_to_action: GET_QUOTE"
    )
    leads.apply().ended(0)
    assert opened_by(sandbox) == only(sandbox)["id"]
    leads.converged()


def test_without_a_right_to_the_page_that_is_told_and_nothing_is_made(leads: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.token("narrow", scopes=["ads_management", "ads_read"], accounts=[ACCOUNT])
    narrow = Reconciler(leads.repository, sandbox, {"META_ACCESS_TOKEN": "narrow"})
    said = narrow.apply().said
    assert f"has no right to the lead forms of page {PAGE}" in said
    assert "pages_manage_ads" in said
    assert writes_of(sandbox) == []


def test_the_pages_token_stands_nowhere(leads: Reconciler, sandbox: LocalGraph) -> None:
    said = leads.apply().ended(0).said
    token = sandbox.read(PAGE, "access_token")["access_token"]
    assert ".page." in token
    assert ".page." not in said + leads.repository.state_text(hidden=True)


def test_a_repository_without_forms_asks_for_none(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("l", LEADS.replace("lead_form: quote", f'lead_form: "{by_hand(sandbox, "Theirs")}"'))
    reconciler.apply().ended(0)
    assert not [call for call in sandbox.calls("GET") if "leadgen_forms" in call["path"]]
    reconciler.converged()


def test_a_plan_file_with_a_change_does_what_it_shows(leads: Reconciler, sandbox: LocalGraph, tmp_path: Path) -> None:
    leads.apply().ended(0)
    leads.repository.edit(QUOTE, "type: EMAIL", "type: PHONE")
    file = str(tmp_path / "plan.json")
    leads("plan", "--out", file).ended(0)
    leads("sync").ended(0)
    leads("apply", file).ended(0)
    assert only(sandbox)["id"] == opened_by(sandbox)
    leads.converged()


def test_a_former_key_renames_it_without_another_form(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply().ended(0)
    before = only(sandbox)
    (leads.repository.root / "desired" / QUOTE).unlink()
    leads.repository.write("lead_forms/acme-sg/offer.yaml", f"previously: [quote]\n{FORM}")
    leads.repository.edit_campaign("l", "lead_form: quote", "lead_form: offer")
    leads.apply().ended(0)
    leads.converged()
    leads.repository.forget_state()
    leads.apply().ended(0)
    assert only(sandbox) == before
    leads.converged()


def test_questions_in_chinese_are_told_apart(leads: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    asked = "  - {type: CUSTOM, label: 您的预算是多少}\n  - {type: CUSTOM, label: 您的姓名}\n"
    repository.write(QUOTE, FORM.replace("  - type: EMAIL\n", f"  - type: EMAIL\n{asked}"))
    leads.apply().ended(0)
    leads.converged()
    (made,) = forms(sandbox)
    assert {"您的预算是多少", "您的姓名"} <= {one.get("label") for one in as_list(made["data"]["questions"])}


def as_list(value: object) -> list[dict[str, object]]:
    return json.loads(value) if isinstance(value, str) else list(value)  # type: ignore[call-overload]
