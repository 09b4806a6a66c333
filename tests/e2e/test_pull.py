"""`pull`: what people set in Ads Manager is written into the YAML, and nothing else of it changes."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.command import Reconciler
from support.existing import World
from support.repeat import full_or_share
from support.repository import STILL, Repository
from support.sandbox import PAGE, LocalGraph, local_graph

from reconciler.run.editing import Editing, Tried

BROAD = "acme-sg/traffic/broad"
COMMENTED = """\
# Bought by Mei. Ask before you change it.
name:   'Spring Sale'      # as on the invoice
daily_budget: 50.00 SGD    # agreed with the client

activate_at: 2026-12-01 09:00
deactivate_at: 2026-12-31 23:59
ad:
  image: outlet/banner.jpg
  primary_text: >
    Shop our
    spring sale.
  headline: Save 30%
  destination_url: https://acme.example/spring
# The end.
"""
FULL = """\
name: Traffic
objective: OUTCOME_TRAFFIC
ad_sets:
  broad:
    daily_budget: 20.00 SGD
    optimization_goal: LINK_CLICKS
    targeting:
      geo_locations: {countries: [SG]}
      age_min: 21     # law
      genders:
        - 1
        - 2
      flexible_spec:
        - interests:
            - {id: "6003", name: Coffee}
    ads:
      still:
        image: always-on/still.png
        primary_text: Coffee, always on.
        headline: Visit Acme
        destination_url: https://acme.example/
"""


def applied(reconciler: Reconciler, **campaigns: str) -> None:
    for key, text in campaigns.items():
        reconciler.repository.campaign(key, text)
    reconciler("apply", "--auto-approve").ended(0)


def campaign_text(repository: Repository, key: str) -> str:
    return (repository.root / f"desired/campaigns/acme-sg/{key}.yaml").read_bytes().decode()


def changed(before: str, after: str) -> list[str]:
    """The lines that differ, as a diff has them."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def nothing_left(reconciler: Reconciler) -> None:
    plan = reconciler("plan", "--json").ended(0).json
    assert not plan["drift"]
    assert not plan["resource_changes"]
    assert not plan["refusals"]


def targeting(**more: Any) -> dict[str, Any]:
    spec = {
        "geo_locations": {"countries": ["SG"]},
        "age_min": 21,
        "genders": [1, 2],
        "flexible_spec": [{"interests": [{"id": "6003", "name": "Coffee"}]}],
        "targeting_automation": {"advantage_audience": 0},
    }
    return {"targeting": {**spec, **more}}


def test_one_value_is_one_changed_line_and_comments_and_quotes_stay(
    reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    applied(reconciler, spring=COMMENTED)
    sandbox.person_edits("acme-sg/spring", daily_budget=8000)
    reconciler("pull").ended(0)
    assert changed(COMMENTED, campaign_text(repository, "spring")) == [
        "-daily_budget: 50.00 SGD    # agreed with the client",
        "+daily_budget: 80.00 SGD    # agreed with the client",
    ]
    nothing_left(reconciler)


@dataclass(frozen=True)
class Edited:
    """A person's edit, and how the lines of the file differ once it was pulled."""

    address: str
    params: dict[str, Any]
    lines: list[str]


EDITS = {
    "a budget of an ad set": Edited(
        BROAD, {"daily_budget": 3000}, ["-    daily_budget: 20.00 SGD", "+    daily_budget: 30.00 SGD"]
    ),
    "an age": Edited(BROAD, targeting(age_min=25), ["-      age_min: 21     # law", "+      age_min: 25     # law"]),
    "a place more": Edited(
        BROAD,
        targeting(geo_locations={"countries": ["SG", "MY"]}),
        ["-      geo_locations: {countries: [SG]}", "+      geo_locations: {countries: [SG, MY]}"],
    ),
    "an item less": Edited(BROAD, targeting(genders=[2]), ["-        - 1"]),
    "an interest more": Edited(
        BROAD,
        targeting(flexible_spec=[{"interests": [{"id": "6003", "name": "Coffee"}, {"id": "6004", "name": "Tea"}]}]),
        ['+            - {id: "6004", name: Tea}'],
    ),
    "a key that was not there": Edited(BROAD, targeting(age_max=44), ["+      age_max: 44"]),
    "a name that was not written": Edited(BROAD, {"name": "Broad: SG"}, ['+    name: "Broad: SG"']),
    "an ad's name": Edited(f"{BROAD}/still", {"name": "Still 2"}, ["+        name: Still 2"]),
    "a name": Edited("acme-sg/traffic", {"name": "Traffic #1"}, ["-name: Traffic", '+name: "Traffic #1"']),
}


@pytest.mark.parametrize("edited", [pytest.param(one, id=name) for name, one in EDITS.items()])
def test_after_a_pull_the_plan_knows_of_no_drift_and_few_lines_differ(
    reconciler: Reconciler, sandbox: LocalGraph, repository: Repository, edited: Edited
) -> None:
    applied(reconciler, traffic=FULL)
    sandbox.person_edits(edited.address, **edited.params)
    reconciler("pull").ended(0)
    assert changed(FULL, campaign_text(repository, "traffic")) == edited.lines
    assert not reconciler("plan", "--json").json["drift"]


SHORT = """\
name: Spring
daily_budget: 50.00 SGD
activate_at: 2026-12-01 09:00
deactivate_at: 2026-12-31 23:59
ad:
  image: outlet/banner.jpg
  primary_text: Shop.
  headline: Save 30%
  destination_url: https://acme.example/spring
"""
MAIN = "acme-sg/spring/main"


def pulled_lines(reconciler: Reconciler, key: str, text: str, *arguments: str) -> list[str]:
    reconciler("pull", *arguments).ended(0)
    return changed(text, campaign_text(reconciler.repository, key))


def test_a_moved_end_goes_to_the_line_of_the_campaign_that_it_comes_from(
    reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    applied(reconciler, spring=SHORT)
    sandbox.person_edits(MAIN, end_time="2027-01-15T22:00:00+0800")
    assert pulled_lines(reconciler, "spring", SHORT) == [
        "-deactivate_at: 2026-12-31 23:59",
        "+deactivate_at: 2027-01-15 22:00",
    ]
    nothing_left(reconciler)


def test_an_end_that_was_taken_away_loses_its_line(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    applied(reconciler, spring=SHORT)
    sandbox.meta_changes(MAIN, end_time=None)
    assert pulled_lines(reconciler, "spring", SHORT) == ["-deactivate_at: 2026-12-31 23:59"]
    nothing_left(reconciler)


def test_a_pause_of_what_runs_is_written_as_a_hold(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    applied(reconciler, spring=SHORT)
    sandbox.at("2026-12-01T10:00:00+08:00")
    reconciler("activate").ended(0)
    sandbox.person_pauses("acme-sg/spring")
    run = reconciler("pull").ended(0)
    assert "with it changes acme-sg/spring/main status, acme-sg/spring/main/main status" in run.out
    assert changed(SHORT, campaign_text(reconciler.repository, "spring")) == ["+status: PAUSED"]
    assert not reconciler("plan", "--json").json["drift"]


def test_a_pause_of_an_ad_keeps_its_times(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    applied(reconciler, spring=SHORT)
    sandbox.at("2026-12-01T10:00:00+08:00")
    reconciler("activate").ended(0)
    sandbox.person_pauses(f"{MAIN}/main")
    assert pulled_lines(reconciler, "spring", SHORT) == ["+  status: PAUSED"]
    nothing_left(reconciler)


def test_a_pause_of_an_ad_set_keeps_its_start_and_end_at_meta(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    full = FULL.replace("name: Traffic\n", "name: Traffic\nactivate_at: 2026-12-01 09:00\n")
    applied(reconciler, traffic=full)
    sandbox.at("2026-12-01T10:00:00+08:00")
    reconciler("activate").ended(0)
    sandbox.person_pauses(BROAD)
    assert pulled_lines(reconciler, "traffic", full) == [
        "+    status: PAUSED",
    ]
    assert not reconciler("plan", "--json").json["drift"]


@pytest.mark.parametrize("status", ["PAUSED", "ARCHIVED"])
@pytest.mark.parametrize("options", [(), ("--shared",)], ids=["alone", "shared"])
def test_the_status_of_the_only_ad_set_is_never_written_on_its_campaign(
    options: tuple[str, ...], status: str, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    """In it a person's own may run, and nothing that is archived comes back."""
    applied(reconciler, spring=SHORT)
    sandbox.at("2026-12-01T10:00:00+08:00")
    reconciler("activate").ended(0)
    sandbox.person_edits(MAIN, status=status)
    assert f"write status: {status} below ad_sets.main (" in reconciler("drift").ended(2).out
    run = reconciler("pull", *options).ended(1)
    assert campaign_text(reconciler.repository, "spring") == SHORT
    assert f"Not written: {MAIN} status {status}: a line for it would hold for acme-sg/spring status, too" in run.said
    assert f"with status: {status}, below ad_sets.main" in run.said
    reconciler.apply()
    assert sandbox.value("acme-sg/spring", "status") == "ACTIVE"
    written_out = SHORT[: SHORT.index("ad:")] + f"ad_sets:\n  main:\n    status: {status}\n    ad:\n"
    ad = SHORT[SHORT.index("ad:\n") + 4 :]
    reconciler.repository.campaign("spring", written_out + "".join(f"    {line}\n" for line in ad.splitlines()))
    plan = reconciler("plan", "--json").json
    assert not plan["drift"] and not any(c["address"] == "acme-sg/spring" for c in plan["resource_changes"])


def test_countries_become_the_long_form_where_a_city_was_added(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    text = SHORT.replace("\nactivate_at", "\ncountries: [SG]  # the island\nactivate_at")
    applied(reconciler, spring=text)
    places = {"countries": ["SG"], "cities": [{"key": "2418779", "name": "Tokyo", "country": "JP"}]}
    live = sandbox.live(MAIN)["data"]["targeting"]
    sandbox.person_edits(MAIN, targeting={**live, "geo_locations": places})
    assert pulled_lines(reconciler, "spring", text) == [
        "-countries: [SG]  # the island",
        '+targeting: {geo_locations: {countries: [SG], cities: [{country: JP, key: "2418779", name: Tokyo}]}}',
    ]
    nothing_left(reconciler)


def test_a_part_of_a_place_is_written_where_it_stands(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    city = '{key: "123", name: Ipoh, country: MY, radius: 17, distance_unit: kilometer}'
    text = SHORT + f"targeting: {{geo_locations: {{countries: [SG], cities: [{city}]}}}}\n"
    applied(reconciler, spring=text)
    live = sandbox.live(MAIN)["data"]["targeting"]
    (there,) = live["geo_locations"]["cities"]
    places = {**live["geo_locations"], "cities": [{**there, "radius": 40}]}
    sandbox.person_edits(MAIN, targeting={**live, "geo_locations": places})
    (was, becomes) = pulled_lines(reconciler, "spring", text)
    assert becomes == was.replace("-", "+", 1).replace("radius: 17", "radius: 40")
    nothing_left(reconciler)


def test_what_a_preset_gives_gets_a_line_of_its_own(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    applied(reconciler, spring=SHORT)
    live = sandbox.live(MAIN)["data"]["targeting"]
    sandbox.person_edits(MAIN, targeting={**live, "targeting_automation": {"advantage_audience": 0}})
    assert pulled_lines(reconciler, "spring", SHORT) == ["+advantage_audience: false"]
    nothing_left(reconciler)


TEMPLATE = """\
daily_budget: 50.00 SGD   # for all
bid_strategy: LOWEST_COST_WITHOUT_CAP
"""


def of_template(name: str) -> str:
    return STILL.replace("name: Still\ndaily_budget: 50.00 SGD", f"name: {name}\nextends: usual")


def test_a_line_that_others_share_is_changed_only_when_that_is_said(
    reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    template = repository.write("templates/usual.yaml", TEMPLATE)
    applied(reconciler, one=of_template("One"), two=of_template("Two"))
    sandbox.person_edits("acme-sg/one", daily_budget=8000)
    run = reconciler("pull").ended(1)
    assert "its line is in desired/templates/usual.yaml (desired/templates/usual.yaml:1)" in run.out
    assert "with it would change acme-sg/two daily_budget" in run.out
    assert template.read_text("utf-8") == TEMPLATE
    assert campaign_text(repository, "one") == of_template("One")

    run = reconciler("pull", "--shared").ended(0)
    assert "with it changes acme-sg/two daily_budget" in run.out
    assert changed(TEMPLATE, template.read_text("utf-8")) == [
        "-daily_budget: 50.00 SGD   # for all",
        "+daily_budget: 80.00 SGD   # for all",
    ]


CARDS = [{"link": "https://acme.example/1", "name": "One"}, {"link": "https://acme.example/2", "name": "Two"}]
"""Of a carousel, whose texts are all that a plan compares."""


def test_what_no_file_can_say_of_a_creative_is_left_with_all_of_it(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    applied(reconciler, spring=SHORT)
    story = story_of(sandbox, name="Save 50%")
    image = story["link_data"]["image_hash"]
    cards = [{**card, "image_hash": image} for card in CARDS]
    shows(sandbox, {**story, "link_data": {**story["link_data"], "child_attachments": cards}})
    run = reconciler("pull").ended(1)
    assert "Not written: acme-sg/spring/main/main headline" in run.out
    assert "it is a carousel, which cannot be written here yet" in run.out
    assert campaign_text(reconciler.repository, "spring") == SHORT


def test_another_image_is_named_by_its_file_or_else_by_meta_s_hash(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    applied(reconciler, spring=SHORT, other=SHORT.replace("outlet/banner.jpg", "always-on/still.png"))
    known = next(node["data"]["hash"] for node in sandbox.nodes("image") if node["data"]["name"].endswith("png"))
    shows(sandbox, story_of(sandbox, image_hash=known))
    assert pulled_lines(reconciler, "spring", SHORT) == ["-  image: outlet/banner.jpg", "+  image: always-on/still.png"]
    nothing_left(reconciler)
    content = (reconciler.repository.root / "creatives/always-on/still.png").read_bytes()
    made = sandbox.person_uploads("adimages", "new.png", content + b"\n")["images"]["new.png"]["hash"]
    shows(sandbox, story_of(sandbox, image_hash=made))
    lines = [line.replace('"', "") for line in pulled_lines(reconciler, "spring", SHORT)]
    assert lines == ["-  image: outlet/banner.jpg", f"+  image: {{hash: {made}}}"]
    nothing_left(reconciler)


def test_another_text_on_an_imported_ad_is_no_other_image(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    world = World(sandbox)
    campaign = world.campaign("Theirs")
    ad = world.ad(world.ad_set(campaign))
    reconciler("import", "acme-sg").ended(0)
    before = campaign_text(reconciler.repository, "theirs")
    assert "image: acme-sg/banner" in before
    story = sandbox.read(ad, "creative{object_story_spec}")["creative"]["object_story_spec"]
    data = {name: value for name, value in story["link_data"].items() if name not in ("picture", "image_url")}
    made = sandbox.person_makes(
        "adcreatives", name="Mei's", object_story_spec={"page_id": PAGE, "link_data": {**data, "message": "Go."}}
    )
    sandbox.person_posts("acme-sg/theirs/old-set/old-ad", creative={"creative_id": made})
    drift = reconciler("plan", "--json").json["drift"]
    assert {one["field"] for one in drift} == {"primary_text"}
    lines = pulled_lines(reconciler, "theirs", before)
    assert [line.split(": ")[1] for line in lines] == ["Come.", "Go."]
    reconciler.converged()


NEEDS_MORE = {
    "a bid strategy": (
        {"bid_strategy": "COST_CAP"},
        "write bid_strategy: COST_CAP into",
        "add the bid_amount that is live to the ad set",
        "bid_amount: 5.00 SGD",
    ),
    "a category": (
        {"special_ad_categories": ["HOUSING"]},
        "write special_ad_categories: [HOUSING] into",
        "add special_ad_category_country: [SG]",
        "special_ad_category_country: [SG]",
    ),
}


@pytest.mark.parametrize(("params", "line", "more", "rest"), NEEDS_MORE.values(), ids=NEEDS_MORE)
def test_what_needs_more_than_its_own_line_is_told_with_its_line_and_the_rest(
    reconciler: Reconciler, sandbox: LocalGraph, params: dict[str, Any], line: str, more: str, rest: str
) -> None:
    applied(reconciler, spring=SHORT)
    sandbox.person_edits("acme-sg/spring", **params)
    run = reconciler("pull").ended(1)
    assert f"{line} desired/campaigns/acme-sg/spring.yaml; that needs more: {more}" in run.out
    wanted = [line.removeprefix("write ").removesuffix(" into"), rest]
    reconciler.repository.campaign("spring", "\n".join([SHORT.rstrip("\n"), *wanted]) + "\n")
    reconciler("validate").ended(0)
    field = next(iter(params))
    assert field not in {one["field"] for one in reconciler("plan", "--json").json["drift"]}


def test_a_part_of_the_targeting_that_is_left_is_told_with_what_it_stands_in(
    reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    applied(reconciler, spring=SHORT)
    live = sandbox.live(MAIN)["data"]["targeting"]
    sandbox.person_edits(MAIN, targeting={**live, "publisher_platforms": ["facebook"]})
    assert "write targeting: {publisher_platforms: [facebook]} into" in reconciler("pull").ended(1).out


def test_after_the_merge_of_pulled_copy_nothing_is_made_of_it(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    applied(reconciler, spring=SHORT)
    shows(sandbox, story_of(sandbox, name="Save 50%", description="Only today"))
    assert pulled_lines(reconciler, "spring", SHORT) == [
        "-  headline: Save 30%",
        "+  headline: Save 50%",
        "+  description: Only today",
    ]
    made, creative = len(sandbox.creates("creative")), sandbox.read(sandbox.id(f"{MAIN}/main"), "creative")
    reconciler("apply", "--auto-approve").ended(0)
    nothing_left(reconciler)
    assert len(sandbox.creates("creative")) == made
    assert sandbox.read(sandbox.id(f"{MAIN}/main"), "creative") == creative


def test_what_only_a_person_s_creative_says_is_not_lost_with_the_next_one(
    reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    applied(reconciler, spring=SHORT)
    shows(sandbox, story_of(sandbox, description="Only today"))
    drift = reconciler("plan", "--json").ended(0).json["drift"]
    assert [(one["field"], one["live"]) for one in drift] == [("description", "Only today")]
    repository.edit_campaign("spring", "Save 30%", "Save 50%")
    refused = reconciler("plan", "--json").ended(3).json["refusals"]
    assert [(one["policy"], one["address"]) for one in refused] == [("conflict", f"{MAIN}/main")]
    assert 'description "Only today" is live and not declared' in refused[0]["message"]
    reconciler("pull").ended(0)
    assert "  description: Only today\n" in campaign_text(repository, "spring")
    reconciler("apply", "--auto-approve").ended(0)
    shown = story_of(sandbox)["link_data"]
    assert (shown["name"], shown["description"]) == ("Save 50%", "Only today")


def test_what_only_a_person_s_creative_says_goes_where_that_is_asked_for(
    reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    applied(reconciler, spring=SHORT)
    shows(sandbox, story_of(sandbox, description="Only today"))
    repository.edit_campaign("spring", "Save 30%", "Save 50%")
    reconciler("apply", "--auto-approve", "--revert-drift").ended(0)
    assert "description" not in story_of(sandbox)["link_data"]


def story_of(sandbox: LocalGraph, **changed: Any) -> dict[str, Any]:
    """The story of the ad's creative, with something else in its part."""
    story = sandbox.read(sandbox.id(f"{MAIN}/main"), "creative{object_story_spec}")["creative"]["object_story_spec"]
    data = {name: value for name, value in story["link_data"].items() if name not in ("picture", "image_url")}
    return {"page_id": story["page_id"], "link_data": {**data, **changed}}


def shows(sandbox: LocalGraph, story: dict[str, Any]) -> None:
    """Somebody puts another creative on the ad."""
    made = sandbox.person_makes("adcreatives", name="Mei's", object_story_spec=story)
    sandbox.person_posts(f"{MAIN}/main", creative={"creative_id": made})


def test_a_dry_run_shows_the_lines_and_writes_nothing(
    reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    applied(reconciler, spring=SHORT)
    sandbox.person_edits("acme-sg/spring", daily_budget=8000)
    run = reconciler("pull", "--dry-run").ended(0)
    assert "-daily_budget: 50.00 SGD\n+daily_budget: 80.00 SGD\n" in run.out
    assert campaign_text(repository, "spring") == SHORT


def test_only_what_is_named_is_pulled(reconciler: Reconciler, sandbox: LocalGraph, repository: Repository) -> None:
    applied(reconciler, one=STILL.replace("Still", "One"), two=STILL.replace("Still", "Two"))
    for key in ("one", "two"):
        sandbox.person_edits(f"acme-sg/{key}", daily_budget=8000)
    reconciler("pull", "acme-sg/two").ended(0)
    assert "50.00 SGD" in campaign_text(repository, "one")
    assert "80.00 SGD" in campaign_text(repository, "two")


def test_a_conflict_ends_with_what_is_live(reconciler: Reconciler, sandbox: LocalGraph, repository: Repository) -> None:
    applied(reconciler, spring=SHORT)
    sandbox.person_edits("acme-sg/spring", daily_budget=8000)
    repository.edit_campaign("spring", "50.00", "60.00")
    reconciler("plan").ended(3)
    reconciler("pull").ended(0)
    assert "daily_budget: 80.00 SGD" in campaign_text(repository, "spring")
    nothing_left(reconciler)


def test_a_file_that_changes_meanwhile_is_not_overwritten(
    reconciler: Reconciler, sandbox: LocalGraph, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(reconciler, spring=SHORT)
    sandbox.person_edits("acme-sg/spring", daily_budget=8000)
    edited = SHORT.replace("Shop.", "Shop now.")
    tried = Editing.keep

    def while_mei_saves(editing: Editing, one: Tried) -> None:
        repository.campaign("spring", edited)
        tried(editing, one)

    monkeypatch.setattr(Editing, "keep", while_mei_saves)
    assert "has changed meanwhile, so nothing was written" in reconciler("pull").ended(1).err
    assert campaign_text(repository, "spring") == edited


@pytest.mark.parametrize("marks", [b"", "\ufeff".encode()], ids=["plain", "byte order mark"])
def test_line_ends_and_a_byte_order_mark_stay(
    reconciler: Reconciler, sandbox: LocalGraph, repository: Repository, marks: bytes
) -> None:
    text = marks + SHORT.replace("\n", "\r\n").encode()
    path = repository.write("campaigns/acme-sg/spring.yaml", text)
    reconciler("apply", "--auto-approve").ended(0)
    sandbox.person_edits("acme-sg/spring", daily_budget=8000, name="Spring 2")
    reconciler("pull").ended(0)
    assert path.read_bytes() == text.replace(b"50.00", b"80.00").replace(b"Spring", b"Spring 2")


TABLED = """\
name: ${product}
matrix: {from: launches.csv}
extends: typed
daily_budget: ${budget}
objective: OUTCOME_TRAFFIC
ad_sets:
  main:
    name: Main
    optimization_goal: LINK_CLICKS
    countries: ${markets}
    ads:
      hero:
        name: Hero
        image: outlet/banner.jpg
        primary_text: "New: ${said}"
        headline: Now
        destination_url: https://a.example/
"""
ROWS = """\
key;product;budget;markets;said
shoes;Shoes;80.00 SGD;SG MY;"Run; run"
bags; Bags ;20.00 SGD;SG+MY;Carry
"""
BAGS = "acme-sg/launches-bags"
CELLS: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "money": (BAGS, {"daily_budget": 3000}, ";20.00 SGD;", ";30.00 SGD;"),
    "a text with the separator in it": (BAGS, {"name": "Bags; all"}, "; Bags ;", '; "Bags; all" ;'),
    "a text with a quote in it": (BAGS, {"name": 'Bags 5"'}, "; Bags ;", '; "Bags 5""" ;'),
    "another line": ("acme-sg/launches-shoes", {"daily_budget": 9000}, "80.00 SGD", "90.00 SGD"),
}


def tabled(reconciler: Reconciler, rows: bytes) -> Path:
    reconciler.repository.write("templates/typed.yaml", "vars: {budget: money, markets: countries}\n")
    path = reconciler.repository.write("campaigns/acme-sg/launches.csv", rows)
    applied(reconciler, launches=TABLED)
    return path


@pytest.mark.parametrize("marks", [b"", "\ufeff".encode()], ids=["plain", "byte order mark"])
@pytest.mark.parametrize(("address", "params", "was", "becomes"), CELLS.values(), ids=CELLS)
def test_of_a_table_one_cell_is_changed_and_the_rest_stays_to_the_byte(
    reconciler: Reconciler,
    sandbox: LocalGraph,
    marks: bytes,
    address: str,
    params: dict[str, Any],
    was: str,
    becomes: str,
) -> None:
    rows = marks + ROWS.replace("\n", "\r\n").encode()
    path = tabled(reconciler, rows)
    sandbox.person_edits(address, **params)
    run = reconciler("pull").ended(0)
    assert "desired/campaigns/acme-sg/launches.csv:" in run.out
    assert path.read_bytes() == rows.replace(was.encode(), becomes.encode())
    assert campaign_text(reconciler.repository, "launches") == TABLED
    nothing_left(reconciler)


def test_a_list_goes_into_its_cell_with_what_parts_its_items_there(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    path = tabled(reconciler, ROWS.encode())
    live = sandbox.live(f"{BAGS}/main")["data"]["targeting"]
    places = {**live["geo_locations"], "countries": ["SG", "MY", "ID"]}
    sandbox.person_edits(f"{BAGS}/main", targeting={**live, "geo_locations": places})
    reconciler("pull").ended(0)
    assert changed(ROWS, path.read_text("utf-8")) == [
        "-bags; Bags ;20.00 SGD;SG+MY;Carry",
        "+bags; Bags ;20.00 SGD;SG+MY+ID;Carry",
    ]
    nothing_left(reconciler)


def test_a_cell_that_is_a_part_of_a_longer_text_is_named_and_left(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    path = tabled(reconciler, ROWS.encode())
    ad = f"{BAGS}/main/hero"
    story = sandbox.read(sandbox.id(ad), "creative{object_story_spec}")["creative"]["object_story_spec"]
    data = {name: value for name, value in story["link_data"].items() if name not in ("picture", "image_url")}
    said = {"page_id": story["page_id"], "link_data": {**data, "message": "Old: Carry"}}
    made = sandbox.person_makes("adcreatives", name="Mei's", object_story_spec=said)
    sandbox.person_posts(ad, creative={"creative_id": made})
    run = reconciler("pull").ended(1)
    assert f"Not written: {ad} primary_text" in run.out
    assert "(desired/campaigns/acme-sg/launches.yaml:15)" in run.out
    assert path.read_text("utf-8") == ROWS
    assert campaign_text(reconciler.repository, "launches") == TABLED


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "age_min": st.integers(18, 30),
    "age_max": st.one_of(st.none(), st.integers(31, 65)),
    "genders": st.sampled_from([[1], [2], [1, 2]]),
    "countries": st.lists(st.sampled_from(["SG", "MY", "ID", "TH"]), min_size=1, unique=True),
    "daily_budget": st.integers(2000, 9000),
    "name": st.text("Aé#:'\"{}, 1", min_size=1, max_size=8).map(lambda text: f"N{text}".strip()),
}


@settings(max_examples=full_or_share(60, 6))
@example([{"age_min": 18}, {"age_min": 21}])
@given(st.lists(st.fixed_dictionaries({}, optional=VALUES), min_size=1, max_size=3))
def test_whatever_is_set_one_pull_brings_yaml_and_live_together(edits: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as folder, local_graph() as graph:
        graph.account()
        repository = Repository(Path(folder) / "repository")
        reconciler = Reconciler(repository, graph)
        applied(reconciler, traffic=FULL)
        for edit in edits:
            before = campaign_text(repository, "traffic")
            graph.person_edits(BROAD, **as_sent(graph, edit))
            reconciler("pull").ended(0)
            lines = changed(before, campaign_text(repository, "traffic"))
            assert len(lines) <= 2 * len(edit) + 1
            nothing_left(reconciler)
            # As a merge does. Until then what was applied last is what was there before the edit.
            reconciler("apply", "--auto-approve").ended(0)


def as_sent(graph: LocalGraph, edit: dict[str, Any]) -> dict[str, Any]:
    """What Ads Manager sends: the targeting as a whole."""
    spec = dict(graph.live(BROAD)["data"]["targeting"])
    for name in set(edit) & {"age_min", "age_max", "genders"}:
        spec[name] = edit[name]
    if "countries" in edit:
        spec["geo_locations"] = {**spec["geo_locations"], "countries": edit["countries"]}
    whole = {"targeting": {name: value for name, value in spec.items() if value is not None}}
    return {**whole, **{name: edit[name] for name in set(edit) & {"daily_budget", "name"}}}
