"""Lead forms: made once with the page's token, found again by their name, named by key in an ad. They never change: an
edit makes another one, the ad moves over, and the old one is archived when nothing uses it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from support.command import CANARY, Reconciler
from support.existing import as_page
from support.repository import ACCOUNT_FILE, STILL, Repository
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
    assert "whoever reads leads by the form's id gets nothing more from then on" in leads("plan").said
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


def test_an_ad_as_a_target_takes_its_changed_form_with_it(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply().ended(0)
    old = only(sandbox)["id"]
    leads.repository.edit(QUOTE, "type: EMAIL", "type: PHONE")
    planned = leads.plan("--target", AD)
    assert set(planned.actions) == {("create", A), ("update", AD)}
    said = leads.apply("--target", AD).ended(0).said
    assert f"partial plan: only {AD}, and what that refers to: {A}" in said
    assert opened_by(sandbox) == forms(sandbox)[-1]["id"] != old
    leads.apply().ended(0)
    assert [form["id"] for form in forms(sandbox, "ARCHIVED")] == [old]
    leads.converged()


def test_an_ad_as_a_target_is_made_with_its_form(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply("--target", AD).ended(0)
    assert opened_by(sandbox) == only(sandbox)["id"]
    leads.converged()


def test_a_changed_form_as_a_target_says_that_its_ads_wait(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply().ended(0)
    old = only(sandbox)["id"]
    leads.repository.edit(QUOTE, "type: EMAIL", "type: PHONE")
    said = leads.apply("--target", A).ended(0).said
    assert f"{AD}: it refers to what is made anew, and moves over with an apply that is not partial" in said
    assert f'lead form {old} stays in use, since {sandbox.id(AD)} "Leads" is using it' in said
    assert opened_by(sandbox) == old
    leads.apply().ended(0)
    assert only(sandbox)["id"] == opened_by(sandbox) != old
    leads.converged()


@pytest.mark.parametrize(
    ("written", "sent"), [("", [None]), ("organic: true\n", ["false"]), ("organic: false\n", ["true"])]
)
def test_whether_people_may_open_it_without_the_ad_is_sent_where_it_is_written(
    leads: Reconciler, sandbox: LocalGraph, written: str, sent: list[str | None]
) -> None:
    leads.repository.write(QUOTE, FORM + written)
    leads.apply().ended(0)
    made = [write["params"] for write in sandbox.writes() if write["path"].endswith("/leadgen_forms")]
    assert [one.get("block_display_for_non_targeted_viewer") for one in made] == sent
    leads.converged()


def test_a_link_text_may_be_as_long_as_meta_takes_it(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.repository.edit(QUOTE, "link_text: Privacy", f"link_text: {'P' * 71}")
    assert "lead_forms/acme-sg/quote.yaml:6:" in leads("validate").ended(1).said
    leads.repository.edit(QUOTE, "P" * 71, "P" * 70)
    leads.apply().ended(0)


def test_the_longest_name_that_validate_takes_is_found_again(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.repository.edit(QUOTE, "Get a quote", "N" * 401)
    assert "lead_forms/acme-sg/quote.yaml:1:" in leads("validate").ended(1).said
    room = re.search(r"shorten it to (\d+) characters", leads("validate").said)
    longest = int(room[1]) if room else 400
    leads.repository.edit(QUOTE, "N" * 401, "N" * longest)
    leads.apply().ended(0)
    assert len(only(sandbox)["data"]["name"]) <= 400
    leads.repository.forget_state()
    leads.apply().ended(0)
    only(sandbox)


@pytest.mark.parametrize(("code", "status"), [(190, 400), (10, 403), (200, 403)])
def test_what_the_pages_token_is_refused_is_mended_at_the_page(
    leads: Reconciler, sandbox: LocalGraph, code: int, status: int
) -> None:
    sandbox.fault("error", "/leadgen_forms$", method="GET", times=0, code=code, http=status)
    said = leads("plan").said
    assert f"assign page {PAGE} to the system user in Business settings" in said
    assert "system-user token" not in said


def deleted_by_meta(sandbox: LocalGraph, form: str) -> None:
    sandbox.meta_shows(form, status="DELETED")


def test_a_form_that_was_made_again_is_what_its_ad_opens_in_the_same_run(
    leads: Reconciler, sandbox: LocalGraph
) -> None:
    leads.apply().ended(0)
    former = only(sandbox)["id"]
    deleted_by_meta(sandbox, former)
    leads.apply("--revert-drift").ended(0)
    assert opened_by(sandbox) == only(sandbox)["id"] != former
    leads.converged()


def test_an_ad_that_opens_a_former_form_moves_over_whatever_state_has_lost(
    leads: Reconciler, sandbox: LocalGraph
) -> None:
    leads.apply().ended(0)
    former = only(sandbox)["id"]
    deleted_by_meta(sandbox, former)
    sandbox.fault("error", f"/{sandbox.id(AD)}$", method="POST", times=1, code=100, subcode=1487713)
    leads.apply("--revert-drift").ended(6)
    assert opened_by(sandbox) == former
    leads.repository.forget_state()
    leads.apply().ended(0)
    assert opened_by(sandbox) == only(sandbox)["id"] != former
    leads.converged()


def test_an_ad_in_an_archived_ad_set_is_not_pointed_to_what_was_made_again(
    leads: Reconciler, sandbox: LocalGraph
) -> None:
    leads.apply().ended(0)
    former = only(sandbox)["id"]
    sandbox.person_edits("acme-sg/l/broad", status="ARCHIVED")
    leads.repository.edit(QUOTE, "type: EMAIL", "type: PHONE")
    leads.apply().ended(0)
    leads.repository.forget_state()
    leads.apply().ended(0)
    leads.apply().ended(0)
    assert opened_by(sandbox) == former
    assert leads.plan().actions == []


def test_a_form_that_the_listing_leaves_out_is_asked_for_by_its_id(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply().ended(0)
    sandbox.settings(list_lag_seconds=3600)
    leads.converged()
    leads.apply("--revert-drift").ended(0)
    assert len(forms(sandbox)) == 1


@pytest.mark.parametrize("command", ["apply", "activate"])
def test_a_campaign_is_not_launched_while_the_form_of_its_ad_is_archived(
    command: str, leads: Reconciler, sandbox: LocalGraph
) -> None:
    leads.repository.edit_campaign("l", "objective:", "activate_at: 2026-11-21 12:00\nobjective:")
    leads.apply().ended(0)
    as_page(sandbox, only(sandbox)["id"], status="ARCHIVED")
    sandbox.at("2026-11-21T12:00:00+08:00")
    refused = leads.apply() if command == "apply" else leads("activate")
    assert f"Refused (archived): {A}" in refused.ended(3).said
    assert sandbox.activations() == []
    leads.apply("--revert-drift").ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


# ---- without the right to the page


def loses_its_page(sandbox: LocalGraph) -> None:
    sandbox.token(CANARY, scopes=["ads_management", "ads_read", "business_management"])


@pytest.mark.parametrize("command", ["apply", "activate"])
def test_a_token_without_the_page_stops_what_is_to_stop_and_launches_all_but_what_opens_a_form(
    command: str, leads: Reconciler, sandbox: LocalGraph
) -> None:
    launch = "activate_at: 2026-11-21 12:00\nobjective:"
    leads.repository.edit_campaign("l", "objective:", launch)
    leads.repository.campaign("ends", STILL + "activate_at: 2026-11-21 09:00\ndeactivate_at: 2026-11-21 12:00\n")
    leads.repository.campaign("starts", STILL.replace("Still", "Starts") + "activate_at: 2026-11-21 12:00\n")
    leads.apply().ended(0)
    leads.converged()
    assert sandbox.status("acme-sg/ends") == "ACTIVE"
    loses_its_page(sandbox)
    sandbox.at("2026-11-21T12:00:00+08:00")
    told = leads.apply() if command == "apply" else leads("activate")
    assert f"Refused (unread): {A}: no lead form can be looked at" in told.ended(3).said
    assert "Nothing is due" not in told.said
    states = {key: sandbox.status(f"acme-sg/{key}") for key in ("ends", "starts", "l")}
    assert states == {"ends": "PAUSED", "starts": "ACTIVE", "l": "PAUSED"}
    assert sandbox.status(AD) == "PAUSED"


def test_a_form_that_is_removed_or_changed_waits_while_it_cannot_be_looked_at(
    leads: Reconciler, sandbox: LocalGraph
) -> None:
    leads.apply().ended(0)
    before, writes = only(sandbox), len(sandbox.writes())
    loses_its_page(sandbox)
    leads.repository.edit(QUOTE, "type: EMAIL", "type: PHONE")
    assert f"Refused (unread): {A}" in leads.apply().ended(3).said
    leads.repository.edit_campaign("l", "lead_form: quote", 'lead_form: "120210000000000077"')
    (leads.repository.root / "desired" / QUOTE).unlink()
    leads.apply("--target", "acme-sg/lead_form:quote").ended(3)
    assert (only(sandbox), len(sandbox.writes())) == (before, writes)


def test_without_state_and_page_an_ad_is_not_pointed_elsewhere(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply().ended(0)
    opens = sandbox.live(AD)["data"]["creative"]
    leads.repository.forget_state()
    loses_its_page(sandbox)
    leads.apply().ended(3)
    assert (sandbox.live(AD)["data"]["creative"], len(forms(sandbox))) == (opens, 1)


def test_a_plan_shows_of_a_changed_form_what_changed_and_of_a_new_one_all_in_the_words_of_its_file(
    leads: Reconciler,
) -> None:
    told = leads("plan").out
    for line in (
        "+ questions          type FULL_NAME\n",
        'type CUSTOM; label "What is your budget?"; key what-is-your-budget; options "Below 1000", More\n',
        '+ intro              title "A quote in a day"; points Free, "Without obligation"\n',
        "+ tracking           utm_source meta\n",
        "+ lead_form          quote\n",
    ):
        assert line in told
    leads.apply().ended(0)
    leads.repository.edit(QUOTE, "type: EMAIL", "type: PHONE")
    leads.repository.edit(QUOTE, "higher_intent: true\n", "")
    told = leads("plan").out
    assert "~ lead_form          quote (as it was → as changed)" in told
    assert "+ questions          [1].type EMAIL → PHONE\n      + higher_intent      true → (none)\n\n" in told


def test_show_has_a_form_in_the_words_of_its_file_and_in_its_order(leads: Reconciler) -> None:
    leads.apply().ended(0)
    rows = [line.split()[0] for line in leads("show", A).out.splitlines()[4:]]
    assert rows[:4] == ["name", "page", "locale", "questions"]
    assert rows[-3:] == ["higher_intent", "tracking", "status"]


def test_doctor_tries_the_pages_token_where_forms_are_declared(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply().ended(0)
    assert "the page's token reads 1 lead form" in leads("doctor").said
    sandbox.token("narrow", scopes=["ads_management", "ads_read"], accounts=[ACCOUNT])
    narrow = Reconciler(leads.repository, sandbox, {"META_ACCESS_TOKEN": "narrow"})
    said = narrow("doctor").said
    assert f"has no right to the lead forms of page {PAGE}" in said
    assert "pages_manage_ads" in said


def test_doctor_asks_for_no_forms_where_none_is_declared(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    reconciler("doctor")
    assert not [call for call in sandbox.calls() if "leadgen_forms" in call["path"]]


OTHER, OTHER_FORM = "act_2222222222", "lead_forms/other/offer.yaml"


@pytest.fixture
def two_accounts(leads: Reconciler, sandbox: LocalGraph) -> Reconciler:
    """A second account with the same page and a form of its own."""
    sandbox.account(OTHER)
    leads.repository.write("accounts/other.yaml", ACCOUNT_FILE.replace(ACCOUNT, OTHER))
    leads.repository.write(OTHER_FORM, FORM.replace("Get a quote", "An offer"))
    return leads


def test_what_another_account_of_the_project_has_on_the_page_is_not_told_as_stray(
    two_accounts: Reconciler, sandbox: LocalGraph
) -> None:
    two_accounts.apply().ended(0)
    assert "nothing declares it" not in two_accounts("plan").said
    (two_accounts.repository.root / "desired" / OTHER_FORM).unlink()
    assert "nothing declares it" not in two_accounts("plan").said
    shutil.rmtree(two_accounts.repository.root / "state" / "other")
    assert "nothing declares it" in two_accounts("plan").said


def test_a_form_that_an_ad_of_another_declared_account_opens_is_not_archived(
    two_accounts: Reconciler, sandbox: LocalGraph
) -> None:
    two_accounts.apply().ended(0)
    form = opened_by(sandbox)
    other = LEADS.replace("lead_form: quote", f'lead_form: "{form}"')
    two_accounts.repository.campaign("theirs", other, "other")
    two_accounts.apply().ended(0)
    two_accounts.repository.edit(QUOTE, "name: Get a quote", "name: Another")
    said = two_accounts.apply().ended(0).said
    assert f"lead form {form} stays in use" in said
    assert forms(sandbox, "ARCHIVED") == []
    assert opened_by(sandbox) != form


def test_a_form_is_not_archived_while_the_ads_of_a_declared_account_cannot_be_read(
    two_accounts: Reconciler, sandbox: LocalGraph
) -> None:
    two_accounts.apply().ended(0)
    two_accounts.repository.edit(QUOTE, "name: Get a quote", "name: Another")
    sandbox.fault("error", f"/{OTHER}/ads$", method="GET", times=0, code=200, http=403)
    said = two_accounts("plan").said
    assert f'{OTHER} "other, which this token cannot read"' in said


def test_a_renamed_form_changes_no_ad(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply().ended(0)
    (leads.repository.root / "desired" / QUOTE).unlink()
    leads.repository.write("lead_forms/acme-sg/offer.yaml", FORM + "previously: [quote]\n")
    leads.repository.edit_campaign("l", "lead_form: quote", "lead_form: offer")
    before = len(sandbox.writes())
    leads.apply().ended(0)
    assert len(sandbox.writes()) == before
    leads.converged()
    leads.repository.forget_state()
    leads.apply().ended(0)
    leads.converged()


def test_doctor_asks_for_the_scope_of_pages_where_a_form_is_declared(leads: Reconciler, sandbox: LocalGraph) -> None:
    scopes = ["ads_management", "ads_read", "business_management", "pages_show_list", "pages_read_engagement"]
    sandbox.token(CANARY, scopes=scopes)
    assert "lacks pages_manage_ads" in leads("doctor").said
    (leads.repository.root / "desired" / QUOTE).unlink()
    leads.repository.remove("l")
    leads.repository.campaign("s", STILL)
    assert "pages_manage_ads" not in leads("doctor").said


def test_what_is_to_become_of_a_form_without_yaml_is_remembered_by_an_apply_without_changes(
    leads: Reconciler, sandbox: LocalGraph
) -> None:
    leads.apply().ended(0)
    leads.repository.edit(QUOTE, "name:", "lifecycle: {on_remove: forget}\nname:")
    leads.apply().ended(0)
    leads.repository.edit_campaign("l", "lead_form: quote", f'lead_form: "{by_hand(sandbox, "Another")}"')
    (leads.repository.root / "desired" / QUOTE).unlink()
    leads.apply().ended(0)
    assert len(forms(sandbox)) == 2


# ---- a form that is declared nowhere


@pytest.fixture
def by_id(leads: Reconciler, sandbox: LocalGraph) -> Reconciler:
    """The ad opens a form that somebody has made by hand."""
    leads.repository.edit_campaign("l", "lead_form: quote", f'lead_form: "{by_hand(sandbox, "Theirs")}"')
    (leads.repository.root / "desired" / QUOTE).unlink()
    return leads


def test_an_id_that_no_form_has_is_refused_at_its_place_before_anything_is_made(
    by_id: Reconciler, sandbox: LocalGraph
) -> None:
    theirs = forms(sandbox)[0]["id"]
    by_id.repository.edit_campaign("l", theirs, "120210000000000077")
    refused = by_id.apply().ended(3).said
    assert f"Refused (lost_reference): {AD}: it refers to lead form 120210000000000077, which page {PAGE}" in refused
    assert "desired/campaigns/acme-sg/l.yaml:14)" in refused
    assert not sandbox.labelled(AD)


def test_a_form_of_somebody_s_that_is_archived_is_refused_as_a_declared_one(
    by_id: Reconciler, sandbox: LocalGraph
) -> None:
    by_id.repository.edit_campaign("l", "objective:", "activate_at: 2026-11-21 12:00\nobjective:")
    by_id.apply().ended(0)
    by_id.converged()
    as_page(sandbox, forms(sandbox)[0]["id"], status="ARCHIVED")
    sandbox.at("2026-11-21T12:00:00+08:00")
    assert "which somebody has archived: a click on the ad opens nothing" in by_id.apply().ended(3).said
    assert sandbox.activations() == []


def test_a_form_of_another_page_is_refused(by_id: Reconciler, sandbox: LocalGraph) -> None:
    form = forms(sandbox)[0]["id"]
    sandbox.meta_shows(form, page_id="777")
    said = by_id.apply().ended(3).said
    assert f"it refers to lead form {form}, which is page 777's, and it runs as page {PAGE}" in said


def test_without_a_right_to_the_page_an_id_is_taken_as_it_is_written(by_id: Reconciler, sandbox: LocalGraph) -> None:
    loses_its_page(sandbox)
    by_id.apply().ended(0)
    by_id.converged()


# ---- what bears our marker and is not the one, and what bears it no more


def test_a_copied_form_is_named_and_forget_says_that_its_marker_stays(leads: Reconciler, sandbox: LocalGraph) -> None:
    leads.apply().ended(0)
    name = only(sandbox)["data"]["name"]
    copy = by_hand(sandbox, name.replace("Get a quote", "A copy"))
    told = f'lead form {copy} "A copy" bears the same marker; it is left as it is; its name cannot be changed'
    assert told in leads("plan").said
    refused = leads("forget", copy).ended(64).said
    assert f'lead form {copy} "A copy": the marker stands in its name, which nobody can change at Meta' in refused
    leads.converged()


def test_a_form_that_bears_our_marker_no_more_is_named_and_gives_way_to_one_of_another_key(
    leads: Reconciler, sandbox: LocalGraph
) -> None:
    leads.apply().ended(0)
    form = only(sandbox)["id"]
    sandbox.meta_shows(form, name="Renamed by Meta")
    refused = leads.apply().ended(3).said
    assert f'{A}: lead form {form} "Renamed by Meta" bears our marker no more' in refused
    assert "rename its file, as to desired/lead_forms/acme-sg/quote-2.yaml" in refused
    desired = leads.repository.root / "desired"
    (desired / QUOTE).rename(desired / QUOTE.replace("quote", "quote-2"))
    leads.repository.edit_campaign("l", "lead_form: quote", "lead_form: quote-2")
    leads.apply().ended(0)
    assert opened_by(sandbox) != form
    leads.converged()
