"""`pull --new` in files of every sort: with variables, templates, defaults or a matrix, in the short form, and with
what the account declares besides. What is written changes nothing else, and what has no room is told."""

from __future__ import annotations

from typing import Any

import pytest
from support.command import Reconciler
from support.existing import GEO, World, as_page, settled
from support.repository import Repository
from support.sandbox import PAGE, LocalGraph

AD = "{image: outlet/banner.jpg, primary_text: Shop., headline: Outlet, destination_url: https://acme.example/outlet}"
FILE = "campaigns/acme-sg/mine.yaml"
TRAFFIC = "name: Mine\ndaily_budget: 50.00 SGD\nobjective: OUTCOME_TRAFFIC\n"
FULL = f"""\
ad_sets:
  all:
    optimization_goal: LINK_CLICKS
    ads:
      first: {AD}
"""
SHORT = f"optimization_goal: LINK_CLICKS\ncountries: [SG]\nad: {AD}\n"

ROOM = {
    "in full": {FILE: f"{TRAFFIC}countries: [SG]\n{FULL}"},
    "in short": {FILE: TRAFFIC + SHORT},
    "the short form over several lines": {
        FILE: f"{TRAFFIC}{SHORT.partition('ad:')[0]}ad:\n  "
        + AD.strip("{}").replace(", ", "\n  ").replace("Shop.", "|\n    Shop.\n\n    Today.")
    },
    "variables": {
        FILE: f"vars: {{text: Shop., where: [SG]}}\n{TRAFFIC}countries: ${{where}}\n"
        + FULL.replace("Shop.", "'${text}'")
    },
    "all of a template": {
        "templates/t.yaml": f"objective: OUTCOME_TRAFFIC\ncountries: [SG]\n{FULL}",
        FILE: "extends: t\nname: Mine\ndaily_budget: 50.00 SGD\n",
    },
    "a part of a template": {
        "templates/t.yaml": "objective: OUTCOME_TRAFFIC\ncountries: [MY, SG]\nurl_tags: utm_source=t\n",
        FILE: f"extends: t\nname: Mine\ndaily_budget: 50.00 SGD\n{FULL}",
    },
    "defaults": {
        "project.yaml": "project: acme-agency\ndefaults:\n  campaign: {countries: [SG], name: 'Of ${client}'}\n"
        "  ad_set: {name: '${ad_set}', optimization_goal: LINK_CLICKS}\n  ad: {name: 'Ad ${ad}', headline: Outlet}\n",
        FILE: TRAFFIC.partition("\n")[2] + FULL.replace("    optimization_goal: LINK_CLICKS\n", ""),
    },
    "a budget for the whole run": {
        FILE: "name: Mine\nlifetime_budget: 900.00 SGD\nobjective: OUTCOME_TRAFFIC\ndeactivate_at: 2026-12-31 23:59\n"
        f"countries: [SG]\n{FULL}"
    },
}


@pytest.fixture
def world(sandbox: LocalGraph) -> World:
    return World(sandbox)


def given(repository: Repository, reconciler: Reconciler, files: dict[str, str]) -> None:
    for name, text in files.items():
        repository.write(name, text)
    reconciler.apply().ended(0)
    reconciler.converged()


def pulled(reconciler: Reconciler) -> Any:
    return reconciler("pull", "--new", "--json").ended(0).json["accounts"][0]


def taken(reconciler: Reconciler) -> Any:
    found = pulled(reconciler)
    assert (found["changes"], found["drift"], found["refusals"], found["left_out"]) == (0, 0, [], []), found
    assert found["notes"] == []
    reconciler.converged()
    return found


@pytest.mark.parametrize("files", ROOM.values(), ids=ROOM)
def test_an_ad_is_written_into_a_file_of_any_sort(
    files: dict[str, str], world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    given(repository, reconciler, files)
    ad = world.ad(sandbox.nodes("ad_set")[0]["id"], "Mei's idea")
    taken(reconciler)
    (ad_set,) = [key for key in ("all", "main") if sandbox.labelled(f"acme-sg/mine/{key}")]
    assert sandbox.id(f"acme-sg/mine/{ad_set}/mei-s-idea") == ad


@pytest.mark.parametrize("files", ROOM.values(), ids=ROOM)
def test_an_ad_set_is_written_into_a_file_of_any_sort_with_a_line_for_each_key(
    files: dict[str, str], world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    given(repository, reconciler, files)
    more = {"end_time": "2026-12-31T23:59:00+0800"} if "lifetime_budget" in files[FILE] else {}
    night = world.ad_set(sandbox.id("acme-sg/mine"), "Night", **more)
    world.ad(night, "Moon")
    taken(reconciler)
    assert sandbox.id("acme-sg/mine/night") == night
    text = (repository.root / "desired" / FILE).read_text("utf-8")
    assert "  night:\n" in text
    assert "      moon:\n" in text


def test_the_short_form_gives_its_ad_set_a_key_and_keeps_all_else(
    world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    text = """\
# what this is about
# ask Mei

name: Mine      # as the client calls it
daily_budget: 50.00 SGD
# where
countries:
  - SG          # at home
objective: OUTCOME_TRAFFIC
optimization_goal: LINK_CLICKS
# the one that works
ad:
  image: outlet/banner.jpg
  primary_text: |
    Shop.

    Today.
  headline: Outlet
  destination_url: https://acme.example/outlet
lifecycle: {protect: true}
# the end
"""
    given(repository, reconciler, {FILE: text})
    world.ad(world.ad_set(sandbox.id("acme-sg/mine"), "Night"), "Moon")
    taken(reconciler)
    after = (repository.root / "desired" / FILE).read_text("utf-8")
    assert after.startswith(
        """\
# what this is about
# ask Mei

name: Mine      # as the client calls it
daily_budget: 50.00 SGD
ad_sets:
  main:
    # where
    countries:
      - SG          # at home
    optimization_goal: LINK_CLICKS
    # the one that works
    ad:
      image: outlet/banner.jpg
      primary_text: |
        Shop.

        Today.
      headline: Outlet
      destination_url: https://acme.example/outlet
  night:
    name: Night
"""
    )
    assert after.endswith("lifecycle: {protect: true}\n# the end\n")
    assert "objective: OUTCOME_TRAFFIC\n" in after


def test_two_ad_sets_and_an_ad_find_room_in_the_short_form(
    world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    given(repository, reconciler, {FILE: TRAFFIC + SHORT})
    world.ad(sandbox.id("acme-sg/mine/main"), "Sun")
    for name in ("Night", "Day"):
        world.ad(world.ad_set(sandbox.id("acme-sg/mine"), name), "Moon")
    assert taken(reconciler)["objects"] == 5
    assert all(sandbox.labelled(f"acme-sg/mine/{key}") for key in ("main/sun", "night/moon", "day/moon"))


def test_a_new_ad_set_without_times_is_taken_into_a_campaign_that_waits_and_its_times_are_left_alone(
    world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    times = "activate_at: 2026-12-01 09:00\ndeactivate_at: 2026-12-31 23:59\n"
    given(repository, reconciler, {FILE: TRAFFIC + times + SHORT})
    night = world.ad_set(sandbox.id("acme-sg/mine"), "Night")
    world.ad(night, "Moon")
    found = pulled(reconciler)
    assert (found["changes"], found["drift"], found["refusals"], found["left_out"]) == (0, 0, [], []), found
    assert {one["text"].partition(" ")[0] for one in found["notes"]} == {"start_time", "end_time"}
    reconciler.converged()
    sandbox.at("2026-12-01T09:00:00+08:00")
    reconciler("activate").ended(0)
    reconciler.converged()


def test_a_new_ad_set_in_a_preset_s_campaign_says_what_the_preset_says_otherwise(
    world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    given(repository, reconciler, {FILE: f"name: Mine\ndaily_budget: 50.00 SGD\nad: {AD}\n"})
    counts = {"promoted_object": {"pixel_id": "5647382910", "custom_event_type": "PURCHASE"}}
    night = world.ad_set(sandbox.id("acme-sg/mine"), "Night", optimization_goal="OFFSITE_CONVERSIONS", **counts)
    world.ad(night, "Moon")
    taken(reconciler)
    text = (repository.root / "desired" / FILE).read_text("utf-8")
    assert "    countries: [MY]\n    advantage_audience: false\n    ads:\n" in text


# ---- what has no room, and the mend followed

BY_LINES = "key;country\nsg;SG\nmy;MY\n"
MATRICES = {
    "ads": (
        {FILE: TRAFFIC + SHORT.replace(", headline: Outlet", "") + "matrix: {ads: {headline: {a: Outlet, b: Sale}}}\n"},
        "a matrix makes the ads of its file",
        {FILE: f"{TRAFFIC}{SHORT.partition('ad:')[0]}ads:\n  a: {AD}\n  b: {AD.replace(': Outlet', ': Sale')}\n"},
    ),
    "ad sets": (
        {FILE: f"{TRAFFIC}{SHORT.replace('countries: [SG]', 'matrix: {ad_sets: {countries: {sg: [SG], my: [MY]}}}')}"},
        "a matrix makes the ad sets of its file",
        {
            FILE: TRAFFIC
            + "ad_sets:\n"
            + "".join(
                f"  {key}:\n    optimization_goal: LINK_CLICKS\n    countries: [{key.upper()}]\n    ad: {AD}\n"
                for key in ("sg", "my")
            )
        },
    ),
    "campaigns": (
        {
            FILE: f"{TRAFFIC.replace('Mine', 'Mine ${country}')}"
            + SHORT.replace("[SG]", "['${country}']")
            + "matrix: {campaigns: {country: {sg: SG, my: MY}}}\n"
        },
        "a matrix makes the campaigns of its file",
        {
            FILE: "",
            **{
                f"campaigns/acme-sg/mine-{key}.yaml": TRAFFIC.replace("Mine", f"Mine {key.upper()}")
                + SHORT.replace("SG", key.upper())
                for key in ("sg", "my")
            },
        },
    ),
    "campaigns of a table": (
        {
            FILE: TRAFFIC.replace("Mine", "Mine ${country}")
            + SHORT.replace("[SG]", "['${country}']")
            + "matrix: {from: lines.csv}\n",
            "campaigns/acme-sg/lines.csv": BY_LINES,
        },
        "a matrix makes the campaigns of its file",
        {
            FILE: "",
            "campaigns/acme-sg/lines.csv": "",
            **{
                f"campaigns/acme-sg/mine-{key}.yaml": TRAFFIC.replace("Mine", f"Mine {key.upper()}")
                + SHORT.replace("SG", key.upper())
                for key in ("sg", "my")
            },
        },
    ),
    "an ad of a template": (
        {"templates/t.yaml": SHORT, FILE: f"extends: t\n{TRAFFIC}"},
        "its template has ad:, which has room for one; write it there as ads: with the key main, and run this again",
        {"templates/t.yaml": SHORT.replace("ad:", "ads:\n  main:")},
    ),
}


@pytest.mark.parametrize("what", ["an ad", "an ad set"])
@pytest.mark.parametrize(("files", "why", "mended"), MATRICES.values(), ids=MATRICES)
def test_what_a_file_makes_many_of_takes_nothing_in_until_that_is_written_out(
    what: str,
    files: dict[str, str],
    why: str,
    mended: dict[str, str],
    world: World,
    repository: Repository,
    reconciler: Reconciler,
    sandbox: LocalGraph,
) -> None:
    given(repository, reconciler, files)
    ad_set = sandbox.nodes("ad_set")[0]
    if what == "an ad set":
        world.ad(world.ad_set(ad_set["data"]["campaign_id"], "Night"), "Moon")
        if "templates/t.yaml" in files:
            why = (
                "its template has the short form, which has room for one; write it there with ad_sets: and the key main"
            )
            mended = {"templates/t.yaml": "ad_sets:\n  main:\n    " + SHORT.replace("\n", "\n    ").rstrip() + "\n"}
    else:
        world.ad(ad_set["id"], "Moon")
    writes = len(sandbox.writes())
    (left,) = pulled(reconciler)["left_out"]
    assert left["why"].startswith(why)
    assert len(sandbox.writes()) == writes
    for name, text in mended.items():
        repository.write(name, text) if text else (repository.root / "desired" / name).unlink()
    reconciler.converged()
    taken(reconciler)


def test_an_ad_set_that_would_rename_its_campaign_is_left_out_until_the_name_is_written(
    world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    project = "project: acme-agency\ndefaults: {campaign: {name: 'Mine ${countries}'}}\n"
    text = TRAFFIC.partition("\n")[2] + FULL.replace("LINK_CLICKS\n", "LINK_CLICKS\n    countries: [SG]\n")
    given(repository, reconciler, {"project.yaml": project, FILE: text})
    world.ad(world.ad_set(sandbox.id("acme-sg/mine"), "Night"), "Moon")
    (left,) = pulled(reconciler)["left_out"]
    wanted = "name of acme-sg/mine would be otherwise with it; write that into the file as it is, and run this again"
    assert left["why"] == wanted
    repository.edit(FILE, "objective:", "name: Mine SG\nobjective:")
    taken(reconciler)


# ---- what the account declares besides


def test_a_new_ad_set_names_audiences_by_key(
    world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    repository.write("audiences/acme-sg/buyers.yaml", "name: Buyers\ncustomer_list: {}\n")
    given(repository, reconciler, {FILE: f"{TRAFFIC}countries: [SG]\n{FULL}"})
    buyers = sandbox.nodes("audience")[0]["id"]
    targeting = {**GEO, "custom_audiences": [{"id": buyers}]}
    world.ad(world.ad_set(sandbox.id("acme-sg/mine"), "Night", targeting=targeting), "Moon")
    taken(reconciler)
    text = (repository.root / "desired" / FILE).read_text("utf-8")
    assert "custom_audiences: [buyers]" in text
    assert buyers not in text


LEADS = """\
name: Mine
objective: OUTCOME_LEADS
daily_budget: 50.00 SGD
ad_sets:
  all:
    optimization_goal: LEAD_GENERATION
    countries: [SG]
    ads:
      first: {image: outlet/banner.jpg, primary_text: Ask., headline: Ask us, lead_form: quote}
"""
QUOTE = """\
name: Get a quote
questions: [{type: EMAIL}]
privacy_policy: {url: https://acme.example/privacy}
follow_up_url: https://acme.example/
"""


def opening(world: World, ad_set: str, form: str) -> str:
    button = {"type": "SIGN_UP", "value": {"lead_gen_form_id": form}}
    story = world.story(call_to_action=button, link="http://fb.me/")
    return world.ad(ad_set, "Mei's idea", creative_id=world.creative(object_story_spec=story))


@pytest.mark.parametrize("whose", ["ours", "imported", "somebody's"])
def test_a_new_ad_opens_a_declared_form_by_key(
    whose: str, world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    repository.write("lead_forms/acme-sg/quote.yaml", QUOTE)
    given(repository, reconciler, {FILE: LEADS})
    form = sandbox.nodes("leadgen_form")[0]["id"]
    if whose != "ours":
        policy = {"url": "https://acme.example/privacy"}
        said = {"name": "Theirs", "questions": [{"type": "EMAIL"}], "privacy_policy": policy}
        form = as_page(sandbox, f"{PAGE}/leadgen_forms", **said)
    if whose == "imported":
        settled(reconciler)
    opening(world, sandbox.id("acme-sg/mine/all"), form)
    taken(reconciler)
    text = (repository.root / "desired" / FILE).read_text("utf-8")
    wanted = {"ours": "lead_form: quote\n", "imported": "lead_form: theirs\n", "somebody's": f'lead_form: "{form}"\n'}
    assert wanted[whose] in text.partition("mei-s-idea:")[2]


# ---- where a campaign's own file is


NAMED_BY_DEFAULT = {
    "project.yaml": "project: acme-agency\ndefaults: {campaign: {name: Named by default}}\n",
    FILE: f"daily_budget: 50.00 SGD\nobjective: OUTCOME_TRAFFIC\ncountries: [SG]\n{FULL}",
}


def test_a_campaign_that_defaults_name_is_changed_in_its_own_file(
    repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    given(repository, reconciler, NAMED_BY_DEFAULT)
    sandbox.person_edits("acme-sg/mine", name="Mei's name")
    said = reconciler("pull").ended(1).said
    assert "into desired/campaigns/acme-sg/mine.yaml, which goes before" in said
    reconciler("revert-drift", "acme-sg/mine").ended(0)
    own = (repository.root / "desired" / FILE).read_text("utf-8")
    assert 'revert_drift: {name: "Mei\'s name"}' in own
    assert (repository.root / "desired/project.yaml").read_text("utf-8") == NAMED_BY_DEFAULT["project.yaml"]
    reconciler.apply().ended(0)
    assert sandbox.read(sandbox.id("acme-sg/mine"), "name")["name"] == "Named by default"


def test_a_campaign_that_defaults_name_is_duplicated_with_its_own_file(
    repository: Repository, reconciler: Reconciler
) -> None:
    given(repository, reconciler, NAMED_BY_DEFAULT)
    reconciler("duplicate", "acme-sg/mine", "copy", "--budget", "60.00 SGD").ended(0)
    text = (repository.root / "desired/campaigns/acme-sg/copy.yaml").read_text("utf-8")
    assert "daily_budget: 60.00 SGD" in text
    assert "first:" in text


def test_what_a_person_has_left_off_in_a_running_campaign_stays_off(
    world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    given(repository, reconciler, {FILE: f"{TRAFFIC}status: ACTIVE\ncountries: [SG]\n{FULL}"})
    world.ad(sandbox.id("acme-sg/mine/all"), "Mei's idea", status="PAUSED")
    found = pulled(reconciler)
    assert [note["address"] for note in found["notes"]] == ["acme-sg/mine/all/mei-s-idea"]
    assert "status: PAUSED" in (repository.root / "desired" / FILE).read_text("utf-8")
    reconciler.converged()
    assert sandbox.status("acme-sg/mine/all/mei-s-idea") == "PAUSED"


# ---- what is on and off


OFF = {
    "a hold": "status: PAUSED\n",
    "times to come": "activate_at: 2026-12-01 09:00\ndeactivate_at: 2026-12-31 23:59\n",
}


@pytest.mark.parametrize("said", OFF.values(), ids=OFF)
def test_what_a_person_has_left_on_in_a_campaign_that_is_off_stays_on_and_the_plan_is_empty(
    said: str, world: World, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    given(repository, reconciler, {FILE: f"{TRAFFIC}{said}countries: [SG]\n{FULL}"})
    night = world.ad_set(sandbox.id("acme-sg/mine"), "Night", status="ACTIVE")
    moon = world.ad(night, "Moon")
    sandbox.meta_shows(moon, status="ACTIVE")
    world.ad(night, "Stars")
    sun = world.ad(sandbox.id("acme-sg/mine/all"), "Sun")
    sandbox.meta_shows(sun, status="ACTIVE")
    found = pulled(reconciler)
    assert (found["changes"], found["drift"], found["refusals"], found["left_out"]) == (0, 0, [], []), found
    told = {one["address"]: one["text"] for one in found["notes"] if "status:" in one["text"]}
    assert {at: text.partition(" ")[2][:9] for at, text in told.items()} == {
        "acme-sg/mine/all/sun": "is on whe",
        "acme-sg/mine/night": "is on whe",
        "acme-sg/mine/night/stars": "is off, a",
    }
    reconciler.converged()
    assert [sandbox.status(f"acme-sg/mine/{key}") for key in ("night", "night/moon", "night/stars", "all/sun")] == [
        "ACTIVE", "ACTIVE", "PAUSED", "ACTIVE"
    ]  # fmt: skip
