"""`import`: what an account has becomes files that say the same, and nothing is made, lost or changed by that."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from support.command import Reconciler
from support.existing import World, imported, settled
from support.interruption import Interrupted, interrupt
from support.repository import SPRING, STILL, TRAFFIC, Repository
from support.sandbox import ACCOUNT, BLOCK, NOW, PAGE, LocalGraph, label_of

from reconciler.config.declared import load_desired
from reconciler.engine.compare import reads_as
from reconciler.model.address import Address
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.run.importing.labelling import Labelling

AD = "{image: outlet/banner.jpg, primary_text: Shop., headline: Outlet, destination_url: https://acme.example/outlet}"
FILM = "{video: spring/hero.mp4, primary_text: Shop., headline: H, destination_url: https://acme.example/}"

DECLARED = {
    "preset": STILL,
    "scheduled": SPRING,
    "own budgets": TRAFFIC,
    "two ad sets": f"""\
name: Two
objective: OUTCOME_TRAFFIC
daily_budget: 50.00 SGD
ad_sets:
  broad: {{name: Broad, optimization_goal: LINK_CLICKS, countries: [SG], ads: {{a: {AD}, b: {FILM}}}}}
  narrow:
    name: Narrow
    optimization_goal: LINK_CLICKS
    countries: [SG]
    targeting: {{age_min: 25, genders: [2], flexible_spec: [{{interests: [{{id: "6003107902433", name: Football}}]}}]}}
    ads: {{a: {AD}}}
""",
    "awareness of a page": f"""\
name: Seen
objective: OUTCOME_AWARENESS
bid_strategy: COST_CAP
lifetime_budget: 900.00 SGD
deactivate_at: 2026-12-31 23:59
ad_sets: {{all: {{optimization_goal: REACH, bid_amount: 2.00 SGD, countries: [SG, MY], ads: {{x: {AD}}}}}}}
""",
    "no budget on the campaign, two budgets below": f"""\
name: Below
objective: OUTCOME_TRAFFIC
is_adset_budget_sharing_enabled: true
ad_sets:
  one: {{name: One, daily_budget: 20.00 SGD, optimization_goal: LINK_CLICKS, countries: [SG], ads: {{x: {AD}}}}}
  two: {{name: Two, daily_budget: 21.00 SGD, optimization_goal: LANDING_PAGE_VIEWS, countries: [SG], ads: {{x: {AD}}}}}
""",
    "another event and a narrow audience": f"""\
name: Leads
objective: OUTCOME_LEADS
daily_budget: 50.00 SGD
optimization_goal: OFFSITE_CONVERSIONS
conversion_event: COMPLETE_REGISTRATION
countries: [SG]
attribution_spec: [{{event_type: CLICK_THROUGH, window_days: 1}}]
ad: {AD}
""",
    "links and tags of its own": f"""\
name: Tagged
daily_budget: 50.00 SGD
spend_cap: 900.00 SGD
url_tags: utm_source=meta
ads:
  a: {AD}
  b:
    {{image: outlet/banner.jpg, primary_text: "On\\nand on", headline: "#1", call_to_action: LEARN_MORE,
     destination_url: https://acme.example/b, url_tags: utm_source=b}}
""",
    "special categories": f"""\
name: Homes
special_ad_categories: [HOUSING]
special_ad_category_country: [SG]
objective: OUTCOME_TRAFFIC
daily_budget: 50.00 SGD
ad_sets: {{all: {{optimization_goal: LINK_CLICKS, countries: [SG], ads: {{x: {AD}}}}}}}
""",
    "parameters under raw": f"""\
name: Raw
daily_budget: 50.00 SGD
ad_sets: {{main: {{daily_spend_cap: 40.00 SGD, raw: {{pacing_type: [no_pacing]}}, ads: {{x: {AD}}}}}}}
""",
    "a schedule of each ad set": f"""\
name: Waves
objective: OUTCOME_TRAFFIC
daily_budget: 50.00 SGD
ad_sets:
  one:
    {{name: One, activate_at: 2026-12-01 09:00, deactivate_at: 2026-12-05 09:00, optimization_goal: LINK_CLICKS,
     countries: [SG], ads: {{x: {AD}}}}}
  two:
    {{name: Two, activate_at: 2026-12-06 09:00, deactivate_at: 2026-12-09 09:00, optimization_goal: LINK_CLICKS,
     countries: [SG], ads: {{x: {AD}}}}}
""",
}  # fmt: skip


def declared(root: Path) -> dict[Address, Resource]:
    return load_desired(root, datetime.fromisoformat(NOW)).of("acme-sg", datetime.fromisoformat(NOW))


def forget_files(repository: Repository) -> None:
    for folder in ("desired/campaigns", "state"):
        shutil.rmtree(repository.root / folder, ignore_errors=True)


def says_the_same(one: Resource, other: Resource) -> bool:
    """Both ways: what the one declares would be read as the other."""

    def holds(declared: Resource, live: Resource) -> bool:
        seen = Object(live.kind, "1", {n: v for n, v in live.fields.items() if v is not None}, "PAUSED", "PAUSED")
        return all(v is None or reads_as(declared.kind, n, v, seen) for n, v in declared.fields.items())

    same_time = one.schedule == other.schedule
    return holds(one, other) and holds(other, one) and same_time


@pytest.mark.parametrize("text", DECLARED.values(), ids=DECLARED)
def test_what_was_applied_is_imported_as_it_was_declared(
    text: str, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    repository.campaign("given", text)
    reconciler.apply().ended(0)
    before = list(declared(repository.root).values())
    forget_files(repository)
    found = imported(reconciler, "--relabel")
    assert (found["changes"], found["drift"], found["refusals"], found["left_out"]) == (0, 0, [], [])
    after = list(declared(repository.root).values())
    assert len(before) == len(after)
    unlike = [one for one in before if not any(says_the_same(one, other) for other in after)]
    shown = {str(o.address): dict(o.fields) for o in after}
    assert not unlike, (unlike[0].fields, unlike[0].schedule, shown, found["files"])
    reconciler.converged()
    reconciler.apply().ended(0)
    assert len(sandbox.objects("campaign")) == 1


# ---- what others have made


@pytest.fixture
def world(sandbox: LocalGraph) -> World:
    return World(sandbox)


def texts(found: Any) -> str:
    return "\n".join(found["files"].values())


def test_what_a_person_made_is_imported(world: World, reconciler: Reconciler) -> None:
    world.whole()
    found = settled(reconciler)
    assert list(found["files"]) == ["desired/campaigns/acme-sg/old.yaml"]
    assert found["left_out"] == []


FEED = {"bodies": [{"text": "a"}], "link_urls": [{"website_url": "https://acme.example/"}]}
LEFT_OUT = {
    "an existing post": ({"object_story_id": f"{PAGE}_42"}, False, "it shows an existing post"),
    "dynamic creative": (
        {"asset_feed_spec": FEED, "object_story_spec": {"page_id": PAGE}},
        True,
        "it mixes several assets (dynamic creative)",
    ),
}


@pytest.mark.parametrize(("creative", "dynamic", "why"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_an_ad_of_an_unknown_format_is_left_out_with_its_reason(
    creative: dict[str, Any], dynamic: bool, why: str, world: World, reconciler: Reconciler
) -> None:
    campaign = world.campaign()
    ad_set = world.ad_set(campaign, is_dynamic_creative=dynamic)
    world.ad(ad_set, "Boosted", creative_id=world.creative(**creative))
    world.ad(world.ad_set(campaign), "Plain")
    found = settled(reconciler)
    assert [(one["name"], one["why"]) for one in found["left_out"]] == [("Boosted", why)]
    assert "Plain" in texts(found)


def test_a_carousel_is_left_out_until_it_can_be_written(world: World, reconciler: Reconciler) -> None:
    ad_set = world.ad_set(world.campaign())
    card = {"link": "https://acme.example/1", "name": "One", "image_hash": world.image()}
    story = world.story(child_attachments=[card, {**card, "name": "Two"}])
    world.ad(ad_set, "Carousel", creative_id=world.creative(object_story_spec=story))
    found = settled(reconciler)
    why = "it is a carousel, which cannot be written here yet"
    assert [(one["name"], one["why"]) for one in found["left_out"]] == [("Carousel", why)]


NAMES = [
    "🌸🌸",
    "🌸🌸",
    "Old",
    "OLD!",
    "x" * 400,
    "On",
    "null",
    "- *a: &b",
    "Übergröße für alle",
    "春のセール",
    "A / B",
]


def test_names_of_every_sort_give_keys_that_are_clean_and_their_own(world: World, reconciler: Reconciler) -> None:
    for name in NAMES:
        world.whole(name)
    found = settled(reconciler)
    assert len(found["files"]) == len(NAMES)
    assert all(Path(file).stem.isascii() for file in found["files"])


def test_an_import_again_finds_nothing_new(world: World, reconciler: Reconciler, sandbox: LocalGraph) -> None:
    world.whole()
    settled(reconciler)
    writes = len(sandbox.writes())
    assert settled(reconciler)["files"] == {}
    assert len(sandbox.writes()) == writes


def test_labels_of_others_stay(world: World, reconciler: Reconciler, sandbox: LocalGraph) -> None:
    campaign = world.whole(adlabels=[{"name": "theirs"}])
    settled(reconciler)
    names = {one["name"] for one in sandbox.read(campaign, "adlabels")["adlabels"]}
    assert names == {"theirs", label_of("acme-sg/old")}


def test_nothing_but_labels_is_written(world: World, reconciler: Reconciler, sandbox: LocalGraph) -> None:
    world.whole()
    settled(reconciler)
    assert {frozenset(write["params"]) for write in sandbox.writes()} == {frozenset({"adlabels"})}


def test_a_copy_gets_a_label_of_its_own(world: World, reconciler: Reconciler, sandbox: LocalGraph) -> None:
    world.whole()
    settled(reconciler)
    copied = sandbox.person_duplicates("acme-sg/old")
    found = settled(reconciler)
    assert list(found["files"]) == ["desired/campaigns/acme-sg/old-copy.yaml"], found
    names = {one["name"] for one in sandbox.read(copied, "adlabels")["adlabels"]}
    assert names == {label_of("acme-sg/old-copy")}


def test_what_is_archived_is_named_and_left_alone(world: World, reconciler: Reconciler, sandbox: LocalGraph) -> None:
    campaign = world.whole("Gone")
    sandbox.control("edit", {"id": campaign, "actor": "Mei", "params": {"status": "ARCHIVED"}})
    found = settled(reconciler)
    assert [(one["id"], one["why"]) for one in found["left_out"]] == [(campaign, "it is archived")]
    assert found["files"] == {}


def archived(sandbox: LocalGraph, one: str) -> None:
    sandbox.control("edit", {"id": one, "actor": "Mei", "params": {"status": "ARCHIVED"}})


def test_what_is_archived_in_a_live_campaign_is_told_in_one_line_a_campaign(
    world: World, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    campaign = world.whole()
    gone = world.ad_set(campaign, "Last year")
    with_it = [world.ad(gone, name) for name in ("First", "Second")]
    alone = world.ad(sandbox.objects("ad_set")[0]["id"], "Third")
    for one in (gone, alone):
        archived(sandbox, one)
    all_gone = world.whole("All of it")
    archived(sandbox, all_gone)
    shown = reconciler("import", "acme-sg", "--dry-run").ended(0).said
    assert f"Left out: 1 ad set, 3 ads: archived in campaign {campaign} Old\n" in shown
    assert "Last year" not in shown
    found = settled(reconciler)
    left = {one["id"]: one["why"] for one in found["left_out"]}
    inside = dict.fromkeys((gone, alone, *with_it), f"archived in campaign {campaign} Old")
    assert left == {**inside, all_gone: "it is archived"}
    assert found["objects"] == 3


def test_of_one_campaign_only_what_is_archived_in_it_is_told(
    world: World, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    wanted, other = world.whole("A"), world.whole("B")
    gone = world.ad_set(wanted, "Last year")
    for one in (gone, world.ad_set(other, "Other's")):
        archived(sandbox, one)
    assert [one["id"] for one in settled(reconciler, "--campaign", wanted)["left_out"]] == [gone]


def test_what_is_archived_in_a_campaign_that_is_managed_already_is_not_told_again(
    world: World, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    archived(sandbox, world.ad_set(world.whole(), "Last year"))
    assert len(settled(reconciler)["left_out"]) == 1
    world.whole("Another")
    assert settled(reconciler)["left_out"] == []


# ---- without a label


def test_without_a_label_nothing_is_written_at_meta(world: World, reconciler: Reconciler, sandbox: LocalGraph) -> None:
    campaign = world.whole()
    found = settled(reconciler, "--no-label")
    assert sandbox.writes() == []
    assert f'existing: "{campaign}"' in texts(found)


def test_what_is_not_labelled_is_compared_and_never_written_to(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    world.whole()
    settled(reconciler, "--no-label")
    repository.edit_campaign("old", "50.00 SGD", "70.00 SGD")
    plan = reconciler.plan().json
    assert [(one["policy"], one["address"]) for one in plan["refusals"]] == [("unlabelled", "acme-sg/old")]
    assert reconciler.apply().status == 3
    assert sandbox.writes() == []


def test_nothing_is_made_in_what_is_not_labelled(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    world.whole()
    settled(reconciler, "--no-label")
    text = (repository.root / "desired/campaigns/acme-sg/old.yaml").read_text("utf-8")
    repository.campaign("old", text + "      more: " + AD.replace("Outlet,", "More,") + "\n")
    assert reconciler.apply().status == 3
    assert sandbox.writes() == []


def test_what_is_named_and_not_there_is_not_made(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    repository.campaign("named", STILL + 'existing: "120200000000000001"\n')
    plan = reconciler.plan().json
    assert plan["resource_changes"] == []
    assert "120200000000000001" in plan["refusals"][0]["message"]


def test_a_later_import_labels_what_was_named(world: World, reconciler: Reconciler, sandbox: LocalGraph) -> None:
    campaign = world.whole()
    settled(reconciler, "--no-label")
    found = settled(reconciler)
    assert found["labelled"] == 3
    assert {one["name"] for one in sandbox.read(campaign, "adlabels")["adlabels"]} == {label_of("acme-sg/old")}


@pytest.mark.parametrize("writes", [1, 4])
def test_an_import_that_is_cut_short_between_labels_goes_on(
    writes: int, world: World, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    for name in ("A", "B"):
        world.whole(name)
    sandbox.fault("error", r"/\d+$", method="POST", code=190, nth=writes, times=0)
    assert reconciler("import", "acme-sg").status != 0
    sandbox.no_faults()
    assert reconciler.apply().status == 0
    settled(reconciler)
    assert len(sandbox.objects("campaign")) == len(sandbox.objects("ad")) == 2


def test_an_import_that_is_killed_after_its_labels_goes_on(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch, repository: Repository
) -> None:
    world.whole()
    with monkeypatch.context() as moment:
        moment.setattr(Labelling, "_shorten_files", interrupt)
        with pytest.raises(Interrupted):
            reconciler("import", "acme-sg")
    settled(reconciler)
    assert "existing" not in (repository.root / "desired/campaigns/acme-sg/old.yaml").read_text("utf-8")
    assert len(sandbox.objects("campaign")) == 1


def test_an_import_mends_a_lost_state(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    world.whole()
    settled(reconciler)
    repository.forget_state()
    writes = len(sandbox.writes())
    settled(reconciler)
    assert len(sandbox.writes()) == writes


@pytest.mark.parametrize("days", [0, 91], ids=["who made it is known", "older than the log"])
def test_a_plan_without_its_state_says_that_an_import_mends_it(
    days: int, world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    world.whole()
    settled(reconciler)
    repository.forget_state()
    sandbox.pass_time(days * 86400)
    run = reconciler("plan")
    assert run.status == (0 if days else 3)
    assert "state/ was lost" in run.said
    assert "reconciler import acme-sg remembers" in run.said
    writes = len(sandbox.writes())
    settled(reconciler)
    assert len(sandbox.writes()) == writes


def test_a_limit_of_meta_s_ends_it_and_another_run_goes_on(
    world: World, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    for name in ("A", "B"):
        world.whole(name)
    sandbox.fault("error", r"/\d+$", method="POST", code=17, nth=3, times=0)
    reconciler("import", "acme-sg").ended(7)
    sandbox.no_faults()
    sandbox.pass_time(BLOCK)
    settled(reconciler)
    assert len(sandbox.objects("campaign")) == 2


def test_requests_do_not_grow_with_the_number_of_campaigns(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    counts = []
    for number in (1, 9):
        for each in range(number):
            world.whole(f"Name {each}")
        sandbox.forget_calls()
        settled(reconciler)
        counts.append(sum(not call.get("batch") for call in sandbox.calls()))
        forget_files(repository)
    assert counts[1] <= counts[0] + 2


def test_an_object_more_costs_its_label_and_two_looks_at_it_and_fifty_are_one_request(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    found = []
    for ads in (50, 450):
        objects = world.many(ads)
        sandbox.forget_calls()
        assert settled(reconciler)["objects"] == objects
        calls = sandbox.calls()
        requests = sum(not call.get("batch") for call in calls)
        points = sum({"GET": 1}.get(call["method"], 3) for call in calls if call["path"] != "/")
        found.append((objects, requests, points))
        forget_files(repository)
        sandbox.control("reset", {})
    (few, requests_few, points_few), (many, requests_many, points_many) = found
    more = many - few
    # Read before its label is put on and after it. A page of a listing has a hundred objects, a batch fifty.
    assert points_many - points_few <= 5 * more + 5 * more // 100 + 5
    assert requests_many - requests_few <= 3 * more // 50 + 5 * more // 100 + 5


def test_what_another_clone_declares_is_not_taken_over(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    repository.campaign("theirs", STILL)
    reconciler.apply().ended(0)
    repository.remove("theirs")
    found = reconciler("import", "acme-sg", "--json").json["accounts"][0]
    assert found["files"] == {}
    assert "state/ knows it as acme-sg/theirs" in found["left_out"][0]["why"]
    assert sandbox.labelled("acme-sg/theirs")


# ---- what Meta refuses


def test_one_label_that_is_refused_holds_up_no_other(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    ad_set = world.ad_set(world.campaign())
    ads = [world.ad(ad_set, f"Ad {number}") for number in range(3)]
    sandbox.fault("error", rf"/{ads[1]}$", method="POST", code=100, times=0)
    run = reconciler("import", "acme-sg").ended(6)
    assert f"ad {ads[1]} is not labelled" in run.said
    text = (repository.root / "desired/campaigns/acme-sg/old.yaml").read_text("utf-8")
    assert [line.strip() for line in text.splitlines() if "existing" in line] == [f'existing: "{ads[1]}"']
    reconciler.converged()
    sandbox.no_faults()
    assert settled(reconciler)["labelled"] == 1


def test_a_label_that_meta_confirms_and_does_not_put_on_is_told_and_put_on_by_the_next_import(
    world: World, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    campaign = world.whole()
    sandbox.fault("lie", rf"/{campaign}$", method="POST", times=0)
    said = reconciler("import", "acme-sg").ended(6).said
    assert f"Meta took the write, and {campaign} does not carry the label of acme-sg/old" in said
    sandbox.no_faults()
    assert settled(reconciler)["labelled"] == 1


def test_what_cannot_be_seen_any_more_when_it_is_labelled_holds_up_no_other(
    world: World, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    ad_set = world.ad_set(world.campaign())
    ads = [world.ad(ad_set, f"Ad {number}") for number in range(2)]
    sandbox.fault("error", rf"/{ads[1]}$", method="GET", params=LABELS_ALONE, times=0, code=100, subcode=33)
    found = imported(reconciler)
    assert (found["objects"], found["labelled"]) == (4, 3)
    sandbox.no_faults()
    assert settled(reconciler)["labelled"] == 1


def test_labels_that_cannot_be_read_end_an_import_before_one_is_written_and_another_goes_on(
    world: World, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    campaign = world.whole()
    sandbox.fault("error", rf"/{campaign}$", method="GET", params=LABELS_ALONE, times=0, code=2)
    assert reconciler("import", "acme-sg").status != 0
    assert sandbox.writes() == []
    sandbox.no_faults()
    assert settled(reconciler)["labelled"] == 3


LABELS_ALONE = {"fields": "^id,account_id,adlabels$"}


def test_a_slip_in_another_account_s_file_holds_up_no_import(
    world: World, reconciler: Reconciler, repository: Repository
) -> None:
    world.whole()
    text = (repository.root / "desired/accounts/acme-sg.yaml").read_text("utf-8")
    repository.write("accounts/acme-my.yaml", text.replace(ACCOUNT, "act_22222") + "nonsense: 1\n")
    assert "No changes" in reconciler("import", "acme-sg").ended(0).out


# ---- `existing`


def named_again(repository: Repository, old: str, new: str) -> None:
    folder = repository.root / "desired/campaigns/acme-sg"
    (folder / f"{old}.yaml").rename(folder / f"{new}.yaml")


def test_a_file_that_moved_before_its_label_is_told_its_former_key(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    world.whole()
    settled(reconciler, "--no-label")
    named_again(repository, "old", "new")
    plan = reconciler.plan().json
    assert [one["message"].partition("; ")[2] for one in plan["refusals"]] == ["write previously: [old]"]
    assert "is known as acme-sg/old" in plan["refusals"][0]["message"]
    assert plan["resource_changes"] == []
    text = (repository.root / "desired/campaigns/acme-sg/new.yaml").read_text("utf-8")
    repository.campaign("new", text + "previously: [old]\n")
    reconciler.converged()
    assert sandbox.writes() == []


def test_what_stands_there_is_not_made_again_once_its_line_is_gone(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    campaign = world.whole()
    settled(reconciler, "--no-label")
    path = repository.root / "desired/campaigns/acme-sg/old.yaml"
    text = path.read_text("utf-8")
    repository.campaign("old", "".join(line for line in text.splitlines(True) if "existing" not in line))
    assert f'existing: "{campaign}"' in reconciler.plan().json["refusals"][0]["message"]
    assert reconciler.apply().status == 3
    assert sandbox.writes() == []
    path.write_text(text, "utf-8")
    plan = reconciler.plan().json
    assert (plan["resource_changes"], plan["refusals"]) == ([], [])


def test_without_state_a_note_names_what_stands_there_once_its_line_is_gone(
    world: World, reconciler: Reconciler, repository: Repository
) -> None:
    campaign = world.whole()
    settled(reconciler, "--no-label")
    text = (repository.root / "desired/campaigns/acme-sg/old.yaml").read_text("utf-8")
    repository.campaign("old", "".join(line for line in text.splitlines(True) if "existing" not in line))
    repository.forget_state()
    assert any(f'write existing: "{campaign}"' in note for note in reconciler.plan().json["notes"])


def test_two_files_of_one_object_are_an_error_and_nothing_is_written_to_it(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    world.whole()
    settled(reconciler, "--no-label")
    text = (repository.root / "desired/campaigns/acme-sg/old.yaml").read_text("utf-8")
    repository.campaign("too", text)
    run = reconciler("validate")
    assert "acme-sg/too names campaign" in run.said
    assert reconciler("import", "acme-sg").status == 1
    assert reconciler.apply().status == 1
    assert sandbox.writes() == []


def test_a_removal_never_stops_what_another_file_names(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    campaign = world.whole()
    settled(reconciler)
    sandbox.control("edit", {"id": campaign, "actor": "Mei", "params": {"status": "ACTIVE"}})
    repository.remove("old")
    repository.campaign("new", STILL + f'existing: "{campaign}"\n')
    writes = len(sandbox.writes())
    plan = reconciler.plan().json
    assert plan["resource_changes"] == []
    assert "write previously: [old]" in plan["refusals"][0]["message"]
    reconciler.apply()
    assert len(sandbox.writes()) == writes


# ---- what others of this project have


def test_an_account_that_state_knows_under_another_key_is_refused(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    repository.campaign("spring", STILL)
    reconciler.apply().ended(0)
    desired = repository.root / "desired"
    (desired / "accounts/acme-sg.yaml").rename(desired / "accounts/acme.yaml")
    shutil.rmtree(desired / "campaigns")
    writes = len(sandbox.writes())
    run = reconciler("import", "acme")
    assert run.status == 1
    assert "write previously: [acme-sg] in desired/accounts/acme.yaml" in run.said
    assert len(sandbox.writes()) == writes
    repository.edit("accounts/acme.yaml", "currency:", "previously: [acme-sg]\ncurrency:")
    assert "acme-sg/spring" in reconciler("import", "acme", "--json").json["accounts"][0]["left_out"][0]["why"]


def test_an_account_with_a_mistyped_id_is_not_imported_a_second_time(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    repository.campaign("spring", STILL)
    reconciler.apply().ended(0)
    repository.edit("accounts/acme-sg.yaml", ACCOUNT, "act_999999999")
    writes = len(sandbox.writes())
    run = reconciler("import", ACCOUNT)
    assert run.status == 1
    assert "mend account: in desired/accounts/acme-sg.yaml" in run.said
    assert len(sandbox.writes()) == writes


def test_what_a_colleague_has_made_is_taken_over_only_on_demand(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    repository.campaign("colleague", STILL)
    reconciler.apply().ended(0)
    forget_files(repository)
    repository.campaign("mine", SPRING)
    writes = len(sandbox.writes())
    found = reconciler("import", "acme-sg", "--json").json["accounts"][0]
    assert "take it over with --relabel" in found["left_out"][0]["why"]
    assert len(sandbox.writes()) == writes
    assert sandbox.labelled("acme-sg/colleague")
    found = reconciler("import", "acme-sg", "--relabel", "--json").json["accounts"][0]
    assert found["labelled"] == 3
    assert not sandbox.labelled("acme-sg/colleague")


def test_a_label_of_another_project_is_told(world: World, reconciler: Reconciler) -> None:
    world.whole(adlabels=[{"name": "reconciler:theirs:0123456789abcdef"}])
    found = settled(reconciler)
    assert any("a label of another project" in note["text"] for note in found["notes"])


# ---- text that looks like a variable, and nothing to do


@pytest.mark.parametrize("name", ["Save ${product}", "Old $${x}", "${", "$$"])
def test_text_that_looks_like_a_variable_stays_text(name: str, world: World, reconciler: Reconciler) -> None:
    creative = world.creative(object_story_spec=world.story(message=name))
    world.ad(world.ad_set(world.campaign(name)), creative_id=creative)
    assert settled(reconciler)["left_out"] == []


def test_a_name_that_looks_like_a_variable_is_pulled(
    reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    path = repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    sandbox.person_edits("acme-sg/still", name="Save ${product}")
    reconciler("pull").ended(0)
    assert "$${product}" in path.read_text("utf-8")


def test_a_project_without_accounts_says_how_to_begin(reconciler: Reconciler, repository: Repository) -> None:
    shutil.rmtree(repository.root / "desired/accounts")
    assert "reconciler import act_" in reconciler("plan").ended(1).said
    assert "no account is declared" in reconciler("import", "--all").ended(0).said
    assert "reconciler import act_1111111111" in reconciler("import", "1111111111").ended(64).said


def test_nothing_new_is_said_and_an_address_that_nothing_has_is_an_error(
    reconciler: Reconciler, repository: Repository
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    assert "acme-sg: nothing new" in reconciler("pull", "--new").ended(0).out
    assert reconciler("pull", "--new", "acme-sg/stil").ended(64).err


def test_a_pull_of_what_is_new_that_was_cut_short_is_finished_by_the_same_command(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = repository.campaign("mine", MANAGED)
    reconciler.apply().ended(0)
    world.ad(sandbox.nodes("ad_set")[0]["id"], "Mei's idea")
    with monkeypatch.context() as moment:
        moment.setattr(Labelling, "_shorten_files", interrupt)
        with pytest.raises(Interrupted):
            reconciler("pull", "--new")
    assert "existing" in path.read_text("utf-8")
    reconciler("pull", "--new").ended(0)
    assert "existing" not in path.read_text("utf-8")
    reconciler.converged()


# ---- media


def test_media_that_cannot_be_downloaded_stay_at_meta(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    film = (repository.root / "creatives/spring/hero.mp4").read_bytes()
    ad_set = world.ad_set(world.campaign())
    video = sandbox.person_uploads("advideos", "film.mp4", film)["id"]
    sandbox.pass_time(3600)
    button = {"type": "SHOP_NOW", "value": {"link": "https://acme.example/"}}
    shown = {"video_id": video, "image_hash": world.image(), "message": "Hi", "title": "T", "call_to_action": button}
    world.ad(ad_set, creative_id=world.creative(object_story_spec={"page_id": PAGE, "video_data": shown}))
    sandbox.meta_shows(video)  # a world that is put in place anew has none of the files
    shutil.rmtree(repository.root / "creatives")
    found = settled(reconciler)
    assert f'video: {{id: "{video}"}}' in texts(found)
    assert any(video in note["text"] for note in found["notes"])
    assert not [path for path in (repository.root / "creatives").rglob("*") if path.name.startswith(".")]


def test_a_film_comes_back_as_it_was(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    repository.campaign("given", SPRING)
    reconciler.apply().ended(0)
    film = (repository.root / "creatives/spring/hero.mp4").read_bytes()
    shutil.rmtree(repository.root / "creatives")
    forget_files(repository)
    imported(reconciler, "--relabel")
    assert film in [path.read_bytes() for path in (repository.root / "creatives").rglob("*.mp4")]
    reconciler.converged()


def test_another_client_s_file_is_not_shared(world: World, reconciler: Reconciler, repository: Repository) -> None:
    world.whole()
    assert "image: acme-sg/" in texts(settled(reconciler))
    assert list((repository.root / "creatives/acme-sg").iterdir())


# ---- accounts


def test_an_account_that_is_not_declared_gets_a_file(
    world: World, reconciler: Reconciler, repository: Repository
) -> None:
    world.whole()
    (repository.root / "desired/accounts/acme-sg.yaml").unlink()
    found = reconciler("import", ACCOUNT, "--json").ended(0).json["accounts"][0]
    text = found["files"][f"desired/accounts/{found['account']}.yaml"]
    assert f"account: {ACCOUNT}" in text
    assert f'page: "{PAGE}"' in text
    assert "currency: SGD" in text
    reconciler.converged()


def test_an_account_in_another_currency_is_refused_before_anything(
    world: World, reconciler: Reconciler, repository: Repository
) -> None:
    world.whole()
    repository.edit("accounts/acme-sg.yaml", "currency: SGD", "currency: USD")
    run = reconciler("import", "acme-sg")
    assert run.status == 1
    assert "write currency: SGD" in run.said
    assert not (repository.root / "desired/campaigns").exists()


def test_a_dry_run_writes_nothing(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    world.whole()
    run = reconciler("import", "acme-sg", "--dry-run").ended(0)
    assert "name: Old" in run.out
    assert not (repository.root / "desired/campaigns").exists()
    assert sandbox.writes() == []


def test_one_campaign_is_imported_alone(world: World, reconciler: Reconciler) -> None:
    world.whole("A")
    wanted = world.whole("B")
    found = settled(reconciler, "--campaign", wanted)
    assert list(found["files"]) == ["desired/campaigns/acme-sg/b.yaml"]


# ---- pull --new

MANAGED = f"""\
# a comment of mine
name: Mine
objective: OUTCOME_TRAFFIC
daily_budget: 50.00 SGD
ad_sets:
  all:      # everybody
    optimization_goal: LINK_CLICKS
    countries: [SG]
    ads:
      first: {AD}
      # the last comment
deactivate_at: 2026-12-31 23:59
"""


@pytest.mark.parametrize("text", [MANAGED, STILL], ids=["many", "the short form"])
def test_an_ad_that_a_person_made_is_written_into_its_file(
    text: str, world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    path = repository.campaign("mine", text)
    reconciler.apply().ended(0)
    ad_set = sandbox.nodes("ad_set")[0]["id"]
    ad = world.ad(ad_set, "Mei's idea")
    found = reconciler("pull", "--new", "--json").ended(0).json["accounts"][0]
    assert (found["changes"], found["drift"], found["refusals"], found["left_out"]) == (0, 0, [], []), found
    after = path.read_text("utf-8")
    kept = [line for line in text.splitlines() if line.strip().startswith("#") or "everybody" in line]
    assert all(line in after.splitlines() for line in kept)
    assert "mei-s-idea:" in after
    assert "existing" not in after
    key = "mine/all" if text == MANAGED else "mine/main"
    assert sandbox.id(f"acme-sg/{key}/mei-s-idea") == ad
    reconciler.converged()


def test_a_copied_ad_gets_the_label_of_its_own_address(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    repository.campaign("mine", MANAGED)
    reconciler.apply().ended(0)
    copied = sandbox.person_duplicates("acme-sg/mine/all/first")
    reconciler("pull", "--new").ended(0)
    names = {one["name"] for one in sandbox.read(copied, "adlabels")["adlabels"]}
    assert len(names) == 1
    assert names != {label_of("acme-sg/mine/all/first")}
    reconciler.converged()


def test_an_ad_set_that_a_person_made_is_written_with_its_ads(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    path = repository.campaign("mine", MANAGED)
    reconciler.apply().ended(0)
    world.ad(world.ad_set(sandbox.id("acme-sg/mine"), "Night"), "Moon")
    found = reconciler("pull", "--new", "--json").ended(0).json["accounts"][0]
    assert (found["changes"], found["drift"], found["refusals"], found["left_out"]) == (0, 0, [], []), found
    assert "night:" in path.read_text("utf-8")
    reconciler.converged()


def test_a_person_s_new_text_on_an_imported_ad_is_pulled_and_its_file_stays(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    world.whole()
    settled(reconciler)
    path = repository.root / "desired/campaigns/acme-sg/old.yaml"
    before = path.read_text("utf-8")
    ad = sandbox.nodes("ad")[0]["id"]
    for said in ("Come now.", "Come today."):
        creative = world.creative(object_story_spec=world.story(message=said))
        sandbox.control("edit", {"id": ad, "actor": "Mei", "params": {"creative": {"creative_id": creative}}})
        assert [one["field"] for one in reconciler.plan().json["drift"]] == ["primary_text"]
        reconciler("pull").ended(0)
        assert path.read_text("utf-8") == before.replace("Come.", said)
        reconciler.converged()
        reconciler.apply().ended(0)  # which remembers it


def test_a_person_s_other_image_on_an_imported_ad_is_drift(
    world: World, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    world.whole()
    settled(reconciler)
    other = world.image((Path(__file__).parents[2] / "creatives/always-on/still.png").read_bytes())
    creative = world.creative(object_story_spec=world.story(image_hash=other))
    ad = sandbox.nodes("ad")[0]["id"]
    sandbox.control("edit", {"id": ad, "actor": "Mei", "params": {"creative": {"creative_id": creative}}})
    assert [one["field"] for one in reconciler.plan().json["drift"]] == ["image"]
