"""`import` of lead forms: files that name them by their ids, since no marker can be put on one. They are compared, and
neither made nor written to; what is to be another form is one of our own, once the file names it no more."""

from __future__ import annotations

from typing import Any

import pytest
from support.command import Reconciler
from support.existing import World, as_page, imported, settled
from support.interruption import Interrupted, interrupt
from support.repository import ACCOUNT_FILE, Repository
from support.sandbox import ACCOUNT, PAGE, LocalGraph, label_of

FOLDER = "desired/lead_forms/acme-sg"
CAMPAIGN = "desired/campaigns/acme-sg/old.yaml"
A = "acme-sg/lead_form:theirs"
POLICY = {"url": "https://acme.example/privacy", "link_text": "Privacy"}
WHOLE: dict[str, Any] = {
    "name": "Theirs",
    "locale": "EN_GB",
    "questions": [
        {"type": "EMAIL", "key": "email"},
        {
            "type": "CUSTOM",
            "key": "what_is_your_budget?",
            "label": "What is your budget?",
            "options": [{"key": "below_1000", "value": "Below 1000"}, {"key": "more", "value": "More"}],
        },
    ],
    "privacy_policy": POLICY,
    "follow_up_action_url": "https://acme.example/next",
    "context_card": {"title": "A quote in a day", "content": ["Free", "Without obligation"], "style": "LIST_STYLE"},
    "thank_you_page": {
        "title": "Thanks",
        "body": "We call you.",
        "button_type": "VIEW_WEBSITE",
        "button_text": "Visit us",
        "website_url": "https://acme.example/",
    },
    "question_page_custom_headline": "Two questions",
    "is_optimized_for_quality": True,
    "block_display_for_non_targeted_viewer": True,
    "tracking_parameters": {"utm_source": "meta"},
}
FILE = """\
name: Theirs
existing: "{form}"
locale: EN_GB
headline: Two questions
questions:
  - type: EMAIL
  - type: CUSTOM
    label: What is your budget?
    key: what_is_your_budget?
    options: [Below 1000, More]
    option_keys: [below_1000, more]
privacy_policy: {{url: https://acme.example/privacy, link_text: Privacy}}
follow_up_url: https://acme.example/next
intro: {{title: A quote in a day, points: [Free, Without obligation]}}
thank_you:
  title: Thanks
  body: We call you.
  button: VIEW_WEBSITE
  button_text: Visit us
  website_url: https://acme.example/
higher_intent: true
organic: false
tracking: {{utm_source: meta}}
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
      still: {image: always-on/still.png, primary_text: A quote in a day., headline: Ask us, lead_form: theirs}
"""


class Leads(World):
    """Forms of the page, and ads that open them."""

    def form(self, name: str = "Theirs", **more: Any) -> str:
        given = {"name": name, "questions": [{"type": "EMAIL"}], "privacy_policy": {"url": POLICY["url"]}, **more}
        return as_page(self.sandbox, f"{PAGE}/leadgen_forms", **given)

    def opening(self, form: str, name: str = "Old", **more: Any) -> str:
        """A campaign with one ad that opens it; the id of the ad."""
        campaign = self.campaign(name, objective="OUTCOME_LEADS", **more)
        goal = {"optimization_goal": "LEAD_GENERATION", "destination_type": "ON_AD"}
        ad_set = self.ad_set(campaign, promoted_object={"page_id": PAGE}, **goal)
        return self.ad_of(ad_set, form)

    def ad_of(self, ad_set: str, form: str, name: str = "Old ad") -> str:
        button = {"type": "SIGN_UP", "value": {"lead_gen_form_id": form}}
        story = self.story(call_to_action=button, link="http://fb.me/")
        return self.ad(ad_set, name, creative_id=self.creative(object_story_spec=story))

    def opened_by(self, ad: str) -> str:
        story = self.sandbox.read(ad, "creative{object_story_spec}")["creative"]["object_story_spec"]
        return str(story["link_data"]["call_to_action"]["value"]["lead_gen_form_id"])

    def forms(self) -> list[dict[str, Any]]:
        return self.sandbox.nodes("leadgen_form")


@pytest.fixture
def people(sandbox: LocalGraph) -> Leads:
    return Leads(sandbox)


def left(found: Any) -> dict[str, str]:
    return {one["name"]: one["why"] for one in found["left_out"]}


def file_of(found: Any, key: str = "theirs") -> str:
    """Without its first line, which names the schema."""
    return str(found["files"][f"{FOLDER}/{key}.yaml"]).partition("\n")[2]


def edit(reconciler: Reconciler, old: str, new: str, file: str = f"{FOLDER}/theirs.yaml") -> None:
    path = reconciler.repository.root / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1, text
    path.write_text(text.replace(old, new), "utf-8")


def line(form: str) -> str:
    return f'existing: "{form}"\n'


def paths(sandbox: LocalGraph) -> list[str]:
    return [write["path"].strip("/") for write in sandbox.writes()]


@pytest.fixture
def taken_in(people: Leads, reconciler: Reconciler) -> tuple[str, str]:
    """A form, and an ad that opens it, both imported."""
    form = people.form(follow_up_action_url="https://acme.example/next")
    ad = people.opening(form)
    settled(reconciler)
    return form, ad


# ---- what is written


def test_a_form_becomes_a_file_in_its_words_that_names_it(people: Leads, reconciler: Reconciler) -> None:
    form = people.form(**WHOLE)
    found = settled(reconciler)
    assert left(found) == {}
    assert file_of(found) == FILE.format(form=form)


def test_a_form_with_nothing_but_what_it_must_have_becomes_one(people: Leads, reconciler: Reconciler) -> None:
    form = people.form()
    questions = "questions:\n  - type: EMAIL\nprivacy_policy: {url: https://acme.example/privacy}\n"
    assert file_of(settled(reconciler)) == f"name: Theirs\n{line(form)}locale: EN_US\n{questions}"


def test_what_meta_adds_to_a_form_is_no_part_of_it(people: Leads, reconciler: Reconciler, sandbox: LocalGraph) -> None:
    form = people.form(**WHOLE)
    thanks = {"id": "77", "status": "ACTIVE", "lead_gen_use_case": "x", "enable_messenger": False}
    sandbox.meta_shows(form, locale="en_GB", thank_you_page={**WHOLE["thank_you_page"], **thanks})
    assert file_of(settled(reconciler)) == FILE.format(form=form)


def test_ads_of_the_same_run_open_it_by_key_and_nothing_of_it_is_written(
    people: Leads, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    form = people.form()
    people.opening(form)
    before = people.forms()
    found = settled(reconciler)
    assert "lead_form: theirs" in found["files"][CAMPAIGN]
    assert people.forms() == before
    assert form not in paths(sandbox)


def test_a_campaign_that_is_imported_later_opens_it_by_key(people: Leads, reconciler: Reconciler) -> None:
    form = people.form()
    settled(reconciler)
    people.opening(form)
    found = settled(reconciler, "--campaign", people.sandbox.objects("campaign")[0]["id"])
    assert "lead_form: theirs" in found["files"][CAMPAIGN]


def test_a_key_in_place_of_an_id_is_no_change(people: Leads, reconciler: Reconciler) -> None:
    form = people.form()
    people.opening(form)
    settled(reconciler, "--campaign", people.sandbox.objects("campaign")[0]["id"])
    settled(reconciler)
    edit(reconciler, f'lead_form: "{form}"', "lead_form: theirs", CAMPAIGN)
    reconciler.converged()


def test_without_a_label_forms_are_declared_all_the_same(
    people: Leads, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    people.opening(people.form())
    writes = len(sandbox.writes())
    found = settled(reconciler, "--no-label")
    assert "lead_form: theirs" in found["files"][CAMPAIGN]
    assert len(sandbox.writes()) == writes


def test_a_dry_run_shows_it_and_writes_nothing(people: Leads, reconciler: Reconciler) -> None:
    form = people.form()
    people.opening(form)
    found = imported(reconciler, "--dry-run")
    assert line(form) in file_of(found)
    assert "lead_form: theirs" in found["files"][CAMPAIGN]
    assert not (reconciler.repository.root / FOLDER).exists()


def test_a_second_import_does_nothing(taken_in: tuple[str, str], reconciler: Reconciler, sandbox: LocalGraph) -> None:
    writes = len(sandbox.writes())
    assert settled(reconciler)["files"] == {}
    assert len(sandbox.writes()) == writes


STEPS = ("write_new", "_remember", "_label", "_shorten_files")


@pytest.mark.parametrize("step", STEPS)
def test_a_run_that_is_cut_short_is_finished_by_the_same_command(
    step: str, people: Leads, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = people.form(follow_up_action_url="https://acme.example/next")
    ad = people.opening(form)
    with monkeypatch.context() as moment, pytest.raises(Interrupted):
        moment.setattr(f"reconciler.run.importing.labelling.Labelling.{step}", interrupt)
        reconciler("import", "acme-sg")
    reconciler.apply()
    settled(reconciler)
    assert [one["id"] for one in people.forms()] == [people.opened_by(ad)] == [form]


def test_an_account_without_a_file_gets_one_and_its_page_s_forms(
    people: Leads, repository: Repository, reconciler: Reconciler
) -> None:
    people.opening(people.form())
    (repository.root / "desired/accounts/acme-sg.yaml").unlink()
    found = reconciler("import", ACCOUNT, "--json").ended(0).json["accounts"][0]
    assert (found["changes"], found["drift"], found["refusals"]) == (0, 0, []), found
    key = found["account"]
    assert f"desired/lead_forms/{key}/theirs.yaml" in found["files"]
    assert "lead_form: theirs" in found["files"][f"desired/campaigns/{key}/old.yaml"]


def test_names_give_keys_that_are_no_ids(people: Leads, reconciler: Reconciler) -> None:
    for name in ("2026", "2026", "🌸"):
        people.form(name)
    keys = {file.removeprefix(f"{FOLDER}/") for file in settled(reconciler)["files"]}
    assert {"lead_form-2026.yaml", "lead_form-2026-2.yaml"} < keys
    assert len(keys) == 3


def test_an_account_with_the_same_page_gets_files_of_its_own(
    taken_in: tuple[str, str], reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    form, _ = taken_in
    other = "act_2222222222"
    sandbox.account(other)
    reconciler.repository.write("accounts/other.yaml", ACCOUNT_FILE.replace(ACCOUNT, other))
    found = reconciler("import", "other", "--json").ended(0).json["accounts"][0]
    assert (found["changes"], found["drift"], found["refusals"]) == (0, 0, []), found
    assert line(form) in found["files"]["desired/lead_forms/other/theirs.yaml"]
    reconciler.converged()


# ---- what stays by its id


def question(**more: Any) -> dict[str, Any]:
    return {"questions": [{"type": "CUSTOM", "key": "q", "label": "Which?", **more}]}


BEYOND: dict[str, tuple[dict[str, Any], str]] = {
    "a disclaimer": (
        {"custom_disclaimer": {"title": "Terms", "body": {"text": "I agree."}}},
        "a file has no word for its custom_disclaimer",
    ),
    "questions that depend on answers": (
        question(dependent_conditional_questions=[{"name": "n", "field_key": "k"}]),
        "a file has no word for its dependent_conditional_questions",
    ),
    "a text beside a question": (
        question(inline_context="So we can help."),
        "a file has no word for its inline_context",
    ),
    "a question of meta's under a name of one's own": (
        {"questions": [{"type": "EMAIL", "key": "work_mail"}]},
        "a file has no word for its EMAIL by the name of work_mail",
    ),
    "a picture above": (
        {"context_card": {"title": "T", "content": ["x"], "style": "PARAGRAPH_STYLE", "cover_photo": {"id": "9"}}},
        "a file has no word for its cover_photo",
    ),
    "a button that opens a chat": (
        {"thank_you_page": {"title": "T", "button_type": "WHATSAPP", "button_text": "Chat"}},
        "no file may say it: button: 'WHATSAPP' is not known here",
    ),
    "a question after a shop": (
        {"questions": [{"type": "STORE_LOOKUP", "key": "store_lookup"}]},
        "no file may say it: type: 'STORE_LOOKUP' is not known here",
    ),
}


@pytest.mark.parametrize(("given", "why"), BEYOND.values(), ids=BEYOND)
def test_what_a_form_says_beyond_the_words_leaves_it_by_its_id(
    given: dict[str, Any], why: str, people: Leads, reconciler: Reconciler
) -> None:
    form = people.form(**given)
    people.opening(form)
    found = settled(reconciler)
    assert left(found)["Theirs"].startswith(why), found
    assert f'lead_form: "{form}"' in found["files"][CAMPAIGN]


SHOWN: dict[str, tuple[dict[str, Any], str]] = {
    "archived": ({"status": "ARCHIVED"}, "it is archived"),
    "a draft": ({"status": "DRAFT"}, "it is draft"),
    "another project's": (
        {"name": f"Theirs {label_of(A, 'another')}.0123456789abcdef"},
        f"it is another project's, as {label_of(A, 'another')}.0123456789abcdef in its name tells",
    ),
    "a colleague's": (
        {"name": f"Theirs {label_of(A)}.0123456789abcdef"},
        f"what uses it names it by its id: {label_of(A)}.0123456789abcdef in its name is a marker of this project, "
        "and nothing here has it",
    ),
}


@pytest.mark.parametrize(("shown", "why"), SHOWN.values(), ids=SHOWN)
def test_what_is_not_to_be_declared_stays_by_its_id(
    shown: dict[str, Any], why: str, people: Leads, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.meta_shows(people.form(), **shown)
    found = imported(reconciler)
    assert left(found) == {"Theirs": why}
    assert found["files"] == {}


def test_forms_that_cannot_be_read_are_told_and_campaigns_are_imported(
    people: Leads, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    form = people.form()
    people.opening(form)
    sandbox.fault("error", "/leadgen_forms$", method="GET", times=0, code=100)
    found = imported(reconciler)
    assert [one["text"] for one in found["notes"] if "lead forms could not be read" in one["text"]]
    assert f'lead_form: "{form}"' in found["files"][CAMPAIGN]


# ---- what becomes of it later


def test_with_state_lost_the_same_file_finds_it(
    taken_in: tuple[str, str], people: Leads, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    form, ad = taken_in
    reconciler.repository.forget_state()
    assert ("adopt", A) in reconciler.plan().actions
    assert {action for action, _ in reconciler.plan().actions} == {"adopt"}
    reconciler.apply()
    assert [one["id"] for one in people.forms()] == [people.opened_by(ad)] == [form]
    assert form not in paths(sandbox)
    settled(reconciler)


def test_a_form_that_the_listing_leaves_out_is_asked_for_by_its_id(
    taken_in: tuple[str, str], reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.settings(list_lag_seconds=3600)
    reconciler.converged()


def test_another_content_is_refused_and_written_as_it_was_it_is_none(
    taken_in: tuple[str, str], people: Leads, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    form, _ = taken_in
    writes = len(sandbox.writes())
    edit(reconciler, "type: EMAIL", "type: PHONE")
    said = reconciler.apply().ended(3).said
    assert f"Refused (immutable): {A}: lead form {form} says questions" in said
    assert f"{FOLDER}/theirs.yaml:5)" in said
    assert "take the line existing: out, so that another one is made as the file says" in said
    assert len(sandbox.writes()) == writes
    edit(reconciler, "type: PHONE", "type: EMAIL")
    reconciler.converged()


EDITS = {
    "other answers": ("type: EMAIL", "{type: CUSTOM, label: Which?, options: [A]}", "questions {type EMAIL}, its file"),
    "a line more": (
        "locale: EN_US",
        "headline: Two questions\nlocale: EN_US",
        'headline (none), its file "Two questions"',
    ),
    "a line less": ("follow_up_url: https://acme.example/next\n", "", "follow_up_url https://acme.example/next, its"),
    "another name": ("name: Theirs", "name: Ours", "name Theirs, its file Ours"),
    "another privacy policy": ("example/privacy", "example/legal", "privacy_policy.url https://acme.example/privacy"),
    "another language": ("EN_US", "EN_GB", "locale EN_US, its file EN_GB"),
    "closed to others": ("locale: EN_US", "organic: false\nlocale: EN_US", "organic (none), its file false"),
}


@pytest.mark.parametrize("forgets", [False, True])
@pytest.mark.parametrize(("old", "new", "told"), EDITS.values(), ids=EDITS)
def test_each_edit_of_what_it_says_is_refused_whatever_state_has_lost(
    forgets: bool, old: str, new: str, told: str, taken_in: tuple[str, str], reconciler: Reconciler
) -> None:
    edit(reconciler, old, new)
    for _ in range(2):
        if forgets:
            reconciler.repository.forget_state()
        assert told in reconciler.apply().ended(3).said


def test_without_the_line_another_one_is_made_the_ad_moves_and_theirs_stays_as_it_is(
    taken_in: tuple[str, str], people: Leads, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    form, ad = taken_in
    edit(reconciler, "type: EMAIL", "type: PHONE")
    edit(reconciler, line(form), "")
    assert set(reconciler.plan().actions) == {("create", A), ("update", "acme-sg/old/old-set/old-ad")}
    said = reconciler("plan").said
    assert f'{form} stays as it is, and existing: "{form}" written here again goes on with that' in said
    assert "the former one is archived" not in said
    assert "whoever reads leads by the form's id gets nothing more from then on" in said
    reconciler.apply().ended(0)
    ours = next(one for one in people.forms() if one["id"] != form)
    assert ours["data"]["name"].startswith(f"Theirs {label_of(A)}.")
    assert people.opened_by(ad) == ours["id"]
    assert sandbox.read(form, "status")["status"] == "ACTIVE"
    assert form not in paths(sandbox)
    reconciler.converged()
    reconciler.repository.forget_state()
    reconciler.apply()
    assert len(people.forms()) == 2


def test_a_line_that_is_put_back_before_an_apply_changes_nothing(
    taken_in: tuple[str, str], reconciler: Reconciler
) -> None:
    form, _ = taken_in
    edit(reconciler, line(form), "")
    assert ("create", A) in reconciler.plan().actions
    edit(reconciler, "name: Theirs\n", f"name: Theirs\n{line(form)}")
    reconciler.converged()


def test_a_line_that_is_put_back_after_an_apply_points_the_ad_back_and_archives_ours(
    taken_in: tuple[str, str], people: Leads, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    form, ad = taken_in
    edit(reconciler, line(form), "")
    reconciler.apply().ended(0)
    ours = people.opened_by(ad)
    edit(reconciler, "name: Theirs\n", f"name: Theirs\n{line(form)}")
    reconciler.apply().ended(0)
    assert people.opened_by(ad) == form != ours
    assert sandbox.read(ours, "status")["status"] == "ARCHIVED"
    reconciler.converged()


def test_another_id_points_the_ad_to_that_form(
    taken_in: tuple[str, str], people: Leads, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    form, ad = taken_in
    other = people.form(follow_up_action_url="https://acme.example/next")
    edit(reconciler, form, other)
    assert set(reconciler.plan().actions) == {("adopt", A), ("update", "acme-sg/old/old-set/old-ad")}
    reconciler.apply().ended(0)
    assert people.opened_by(ad) == other
    assert {form, other}.isdisjoint(paths(sandbox))
    reconciler.converged()


def test_an_id_that_no_form_has_is_refused_and_nothing_is_made_in_its_stead(
    taken_in: tuple[str, str], people: Leads, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    form, ad = taken_in
    writes = len(sandbox.writes())
    edit(reconciler, form, "120210000000000077")
    said = reconciler.apply().ended(3).said
    assert f"Refused (named): {A}: existing names lead form 120210000000000077, which is not there" in said
    assert f"({FOLDER}/theirs.yaml:3)" in said
    assert (len(people.forms()), people.opened_by(ad), len(sandbox.writes())) == (1, form, writes)


def test_a_form_of_another_page_is_refused(
    taken_in: tuple[str, str], reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    form, _ = taken_in
    sandbox.meta_shows(form, page_id="777")
    said = reconciler.apply().ended(3).said
    assert f"existing names lead form {form}, which is page 777's, and the account's page is {PAGE}" in said


def test_one_that_a_person_has_archived_keeps_its_ad_from_starting_and_gives_way_to_another(
    taken_in: tuple[str, str], people: Leads, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    form, ad = taken_in
    edit(reconciler, "name: Old\n", "name: Old\nactivate_at: 2026-11-21 12:00\n", CAMPAIGN)
    reconciler.apply().ended(0)
    as_page(sandbox, form, status="ARCHIVED")
    assert f"existing names lead form {form}, which somebody has archived" in reconciler("drift").ended(2).said
    sandbox.at("2026-11-21T12:00:00+08:00")
    said = reconciler.apply("--revert-drift").ended(3).said
    assert f"existing names lead form {form}, which somebody has archived" in said
    assert sandbox.activations() == []
    assert sandbox.read(form, "status")["status"] == "ARCHIVED"
    edit(reconciler, line(form), "")
    reconciler.apply().ended(0)
    assert people.opened_by(ad) != form
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


def test_a_campaign_that_opens_it_is_launched(
    taken_in: tuple[str, str], reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    edit(reconciler, "name: Old\n", "name: Old\nactivate_at: 2026-11-21 12:00\n", CAMPAIGN)
    reconciler.apply().ended(0)
    sandbox.at("2026-11-21T12:00:00+08:00")
    reconciler("activate").ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


def test_without_its_file_it_stays_as_it_is_and_is_forgotten(
    taken_in: tuple[str, str], people: Leads, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    form, ad = taken_in
    (reconciler.repository.root / FOLDER / "theirs.yaml").unlink()
    assert "no lead form 'theirs' is declared" in reconciler("plan").said
    edit(reconciler, "lead_form: theirs", f'lead_form: "{form}"', CAMPAIGN)
    assert reconciler.plan().actions == [("forget", A)]
    reconciler.apply().ended(0)
    assert (sandbox.read(form, "status")["status"], people.opened_by(ad)) == ("ACTIVE", form)
    assert form not in paths(sandbox)
    reconciler.converged()


def test_a_renamed_file_changes_no_ad(taken_in: tuple[str, str], reconciler: Reconciler, sandbox: LocalGraph) -> None:
    folder = reconciler.repository.root / FOLDER
    text = (folder / "theirs.yaml").read_text("utf-8")
    (folder / "theirs.yaml").unlink()
    (folder / "quote.yaml").write_text(text + "previously: [theirs]\n", "utf-8")
    edit(reconciler, "lead_form: theirs", "lead_form: quote", CAMPAIGN)
    writes = len(sandbox.writes())
    reconciler.apply().ended(0)
    assert len(sandbox.writes()) == writes
    reconciler.converged()


def test_two_files_of_one_form_are_an_error(taken_in: tuple[str, str], reconciler: Reconciler) -> None:
    form, _ = taken_in
    folder = reconciler.repository.root / FOLDER
    (folder / "twice.yaml").write_text((folder / "theirs.yaml").read_text("utf-8"), "utf-8")
    said = reconciler("validate").ended(1).said
    assert f"existing: acme-sg/lead_form:twice names lead form {form}, as {A} does" in said


def test_a_new_ad_opens_it_by_key(
    taken_in: tuple[str, str], people: Leads, reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    form, _ = taken_in
    repository.campaign("l", LEADS)
    reconciler.apply().ended(0)
    assert people.opened_by(sandbox.id("acme-sg/l/broad/still")) == form
    reconciler.converged()


def test_a_plan_tells_it_in_the_words_of_its_file(taken_in: tuple[str, str], reconciler: Reconciler) -> None:
    form, _ = taken_in
    said = reconciler("show", A).said
    assert form in said
    assert "follow_up_url" in said
    assert "page_id" not in said
