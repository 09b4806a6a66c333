"""Our objects are recognised by labels and by content, so that losing state/ loses nothing and creates nothing
twice."""

from __future__ import annotations

from collections import Counter

import pytest
from support.command import Reconciler
from support.repository import SPRING, STILL, TRAFFIC, Repository
from support.sandbox import BLOCK, LEVELS, LocalGraph, label_of

WRITES_OF_SPRING = 7
"""Three phases of the video, the creative, campaign, ad set, ad."""


def count_objects(sandbox: LocalGraph) -> Counter[str]:
    """How many objects of each kind exist, with uploaded media."""
    return Counter(n["kind"] for n in sandbox.nodes() if n["kind"] in (*LEVELS, "creative", "video", "image"))


def test_without_state_a_plan_only_adopts(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    repository.campaign("always-on", TRAFFIC)
    reconciler.apply().ended(0)
    before, writes = count_objects(sandbox), len(sandbox.writes())
    remembered = repository.state_text()
    repository.forget_state()

    plan = reconciler.plan().ended(0)
    assert {action for action, _ in plan.actions} == {"adopt"}
    assert len(plan.actions) == 6
    assert plan.json["drift"] == []
    reconciler.apply().ended(0)
    assert count_objects(sandbox) == before
    assert len(sandbox.writes()) == writes
    assert repository.state_text() == remembered
    reconciler.converged()


@pytest.mark.parametrize("command", ["sync", "drift", "apply"])
def test_state_comes_back_the_same_whichever_command_brings_it(
    command: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    sandbox.at("2026-12-05T00:00:00+08:00")
    reconciler("activate").ended(1 if command == "never" else 3)
    reconciler.apply("--late-activations").ended(0)
    reconciler("sync").ended(0)
    remembered = repository.state_text()
    repository.forget_state()
    reconciler(command, *(["--auto-approve"] if command == "apply" else [])).ended(0)
    assert repository.state_text() == remembered


LIFE = (
    ("create", lambda r, s: r.campaign("spring", SPRING), "2026-11-21T10:00:00+08:00"),
    ("nothing", lambda r, s: None, "2026-11-21T11:00:00+08:00"),
    ("budget", lambda r, s: r.edit_campaign("spring", "50.00 SGD", "55.00 SGD"), "2026-11-22T10:00:00+08:00"),
    ("words", lambda r, s: r.edit_campaign("spring", "Save 30%", "Save 40%"), "2026-11-23T10:00:00+08:00"),
    ("start", lambda r, s: None, "2026-12-01T09:00:00+08:00"),
    ("late budget", lambda r, s: r.edit_campaign("spring", "55.00", "65.00"), "2026-12-10T10:00:00+08:00"),
    ("end", lambda r, s: None, "2026-12-31T23:59:00+08:00"),
)


def run_lifecycle(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, lose: frozenset[int]
) -> list[tuple[str, object]]:
    """Runs all steps of LIFE, and deletes state/ before those numbered in `lose`. Returns what is live in the end."""
    for number, (_, change, moment) in enumerate(LIFE):
        sandbox.at(moment)
        if number in lose:
            repository.forget_state()
            # Without state/, a value that the YAML has just changed would look like drift. So an apply with the YAML of
            # the day before comes first; it recognises what is live and writes it to state/.
            reconciler("sync").ended(0)
        change(repository, sandbox)
        reconciler.apply().ended(0)
        reconciler.converged()
    kept = ("name", "status", "daily_budget", "creative")
    return [
        (n["kind"], [n["data"].get(k) for k in kept if k != "creative"]) for n in sandbox.nodes() if n["kind"] in LEVELS
    ]


@pytest.mark.share(2)
@pytest.mark.parametrize("lost", [*range(len(LIFE)), "always"], ids=lambda n: n if isinstance(n, str) else LIFE[n][0])
def test_state_may_be_lost_at_any_point_of_a_campaign_s_life(
    lost: int | str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    points = frozenset(range(len(LIFE))) if lost == "always" else frozenset({int(lost)})
    end = run_lifecycle(repository, sandbox, reconciler, points)
    assert end == [
        ("campaign", ["Spring Sale", "PAUSED", 6500]),
        ("ad_set", ["Spring Sale", "PAUSED", None]),
        ("ad", ["Spring Sale", "PAUSED", None]),
    ]
    assert count_objects(sandbox) == {"campaign": 1, "ad_set": 1, "ad": 1, "creative": 2, "video": 1}
    assert len(sandbox.activations()) == 3


@pytest.mark.share(3)
@pytest.mark.parametrize("done", range(WRITES_OF_SPRING + 1))
@pytest.mark.parametrize("state", ["kept", "lost"])
def test_an_apply_that_stops_after_any_write_is_finished_by_the_next(
    done: int, state: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING)
    sandbox.fault("error", ".", method="POST", nth=done + 1, times=0, code=17, http=400)
    reconciler.apply().ended(0 if done == WRITES_OF_SPRING else 7)
    assert len(sandbox.writes()) == done
    sandbox.no_faults()
    sandbox.pass_time(BLOCK)
    if state == "lost":
        repository.forget_state()
    reconciler.apply().ended(0)
    reconciler.converged()
    ready = [n for n in sandbox.nodes("video") if n["hidden"]["state"] != "uploading"]
    assert len(ready) == 1
    assert {k: v for k, v in count_objects(sandbox).items() if k != "video"} == {
        "campaign": 1,
        "ad_set": 1,
        "ad": 1,
        "creative": 1,
    }


def test_a_twin_takes_no_place_of_what_a_person_has_archived(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    ours, twin = sandbox.id("acme-sg/still"), sandbox.another_run_makes_a_duplicate("acme-sg/still")
    sandbox.pass_time(3600)
    repository.edit_campaign("still", "50.00", "60.00")
    reconciler.apply().ended(0)
    sandbox.control("edit", {"id": ours, "actor": "Mei", "params": {"status": "ARCHIVED"}})
    said = reconciler.apply().said
    assert f"campaign {twin}" in said and "is a copy that carries its label" in said
    assert repository.state("still")["acme-sg/still"]["id"] == ours


def test_a_twin_whose_create_came_hours_late_takes_no_such_place_either(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """It is younger than all that is remembered."""
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    ours = sandbox.id("acme-sg/still")
    sandbox.pass_time(3 * 3600)
    twin = sandbox.another_run_makes_a_duplicate("acme-sg/still")
    sandbox.pass_time(1)
    sandbox.control("edit", {"id": ours, "actor": "Mei", "params": {"status": "ARCHIVED"}})
    sandbox.pass_time(3600)
    said = reconciler.apply().said
    assert f"campaign {twin}" in said and "is a copy that carries its label" in said
    assert repository.state("still")["acme-sg/still"]["id"] == ours


@pytest.mark.parametrize("state", ["kept", "lost"])
def test_the_same_file_is_uploaded_once_per_account(
    state: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    for key in ("one", "two"):
        repository.campaign(key, SPRING.replace("  video:", "  thumbnail: launch/thumbnail.jpg\n  video:"))
    reconciler.apply().ended(0)
    if state == "lost":
        repository.forget_state()
    repository.campaign("three", SPRING.replace("Save 30%", "Other words"))
    reconciler.apply().ended(0)
    finished = [w for w in sandbox.creates("video") if w["params"].get("upload_phase") == "finish"]
    images = [w for w in sandbox.writes() if w["path"].endswith("/adimages")]
    assert (len(finished), len(images)) == (1, 1)
    assert len(sandbox.creates("creative")) == 2


def test_a_video_is_used_only_once_it_is_ready(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """`finish` says success at once; the creative waits for `ready`."""
    sandbox.settings(video_seconds=90)
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    written = {w["path"].rsplit("/")[-1] + w["params"].get("upload_phase", ""): w["time"] for w in sandbox.writes()}
    finished, made = written["advideosfinish"], written["adcreatives"]
    assert finished < "2026-11-21T02:01:00" < "2026-11-21T02:01:30" <= made


def test_a_video_that_was_still_processing_when_a_run_stopped_is_waited_for(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    sandbox.settings(video_seconds=BLOCK + 90)
    repository.campaign("spring", SPRING)
    sandbox.fault("error", r"/\d+$", method="GET", times=0, code=17, params={"fields": "^status$"})
    reconciler.apply().ended(7)
    sandbox.no_faults()
    sandbox.pass_time(BLOCK)
    assert sandbox.nodes("video")[0]["hidden"]["state"] == "processing"
    reconciler.apply().ended(0)
    reconciler.converged()
    assert len(sandbox.nodes("video")) == 1


def reads(sandbox: LocalGraph, reconciler: Reconciler) -> int:
    sandbox.forget_calls()
    reconciler.converged()
    assert sandbox.calls("POST") == []
    return len(sandbox.calls("GET"))


def test_reads_of_a_plan_depend_on_pages_not_on_objects(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    for number in range(3):
        repository.campaign(f"c{number}", STILL)
    reconciler.apply().ended(0)
    few = reads(sandbox, reconciler)
    for number in range(3, 60):
        repository.campaign(f"c{number}", STILL)
    reconciler.apply().ended(0)
    assert len(sandbox.nodes("campaign")) == 60
    assert reads(sandbox, reconciler) == few
    for _ in range(41):
        sandbox.person_copies("acme-sg/c0")
    assert len(sandbox.nodes("campaign")) == 101
    assert reads(sandbox, reconciler) == few + len(LEVELS)


def test_objects_of_other_people_are_neither_read_as_ours_nor_written_to(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    theirs = sandbox.id("acme-sg/still")
    for address in ("acme-sg/still/main/main", "acme-sg/still/main", "acme-sg/still"):
        sandbox.person_edits(address, adlabels=[])
    repository.forget_state()
    assert {a for a, _ in reconciler.plan().ended(0).actions} == {"create"}
    reconciler.apply().ended(0)
    assert sandbox.id("acme-sg/still") != theirs
    assert [w for w in sandbox.writes() if w["path"] == f"/{theirs}"] == []


def test_an_object_that_lost_our_label_is_not_written_to(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    sandbox.person_edits("acme-sg/still", adlabels=[])
    repository.edit_campaign("still", "50.00", "60.00")
    writes = len(sandbox.writes())
    refused = reconciler.apply().ended(3)
    assert "Refused (ownership): acme-sg/still" in refused.out
    assert len(sandbox.writes()) == writes


@pytest.mark.parametrize("state", ["kept", "lost"])
def test_a_copy_made_in_ads_manager_is_reported_and_left_alone(
    state: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    original = sandbox.id("acme-sg/still")
    sandbox.pass_time(60)
    sandbox.person_copies("acme-sg/still")
    if state == "lost":
        repository.forget_state()
    repository.edit_campaign("still", "headline: Outlet", "headline: Outlet week")
    plan = reconciler.plan().ended(0)
    assert any("is a copy that carries its label" in note for note in plan.json["notes"])
    ids = {c["id"] for c in plan.json["resource_changes"] if c["kind"] == "campaign"}
    assert ids <= {original}
    reconciler.apply().ended(0)
    copies = {n["id"] for n in sandbox.labelled("acme-sg/still")} - {original}
    assert copies
    assert [w for w in sandbox.writes() if w["path"].strip("/") in copies] == []


def test_of_two_ads_in_an_archived_campaign_the_one_that_nobody_archived_is_remembered(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """We have created both: the answer to the first create came so late that it was sent again."""
    ad = "acme-sg/still/main/main"
    repository.campaign("still", STILL)
    sandbox.fault("late", "/ads$", method="POST", seconds=50)
    reconciler.apply()
    sandbox.pass_time(1200)
    older, younger = (str(node["id"]) for node in sandbox.labelled(ad))
    sandbox.control("edit", {"id": older, "params": {"status": "ARCHIVED"}})
    sandbox.person_edits("acme-sg/still", status="ARCHIVED")
    repository.forget_state()
    reconciler("sync").ended(0)
    assert repository.state("still")[ad]["id"] == younger


def test_two_projects_share_an_account_without_touching_each_other(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    mine = sandbox.id("acme-sg/still")
    repository.forget_state()
    repository.write("project.yaml", "project: another-agency\n")
    refused = reconciler.plan().ended(3).json["refusals"]
    assert [(r["policy"], r["address"]) for r in refused] == [("possible_rename", "acme-sg/still")]
    repository.campaign("still", STILL + "lifecycle: {new: true}\n")
    assert {a for a, _ in reconciler.plan().ended(0).actions} == {"create"}
    reconciler.apply().ended(0)
    assert [n["id"] for n in sandbox.labelled("acme-sg/still")] == [mine]
    assert len(sandbox.labelled("acme-sg/still", "another-agency")) == 1


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_a_renamed_key_keeps_its_object(
    memory: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("old", STILL)
    reconciler.apply().ended(0)
    repository.remove("old")
    repository.campaign("new", STILL + "previously: [old]\n")
    if memory == "lost":
        repository.forget_state()
    assert {a for a, _ in reconciler.plan().ended(0).actions} == {"adopt"}
    reconciler.apply().ended(0)
    reconciler.converged()
    assert [len(sandbox.nodes(kind)) for kind in LEVELS] == [1, 1, 1]
    assert not (repository.root / "state" / "acme-sg" / "old.json").exists()


def test_a_removed_ad_is_paused_and_comes_back_as_the_same_object(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    two = "      two: {image: outlet/banner.jpg, headline: Two, destination_url: 'https://acme.example/'}\n"
    repository.campaign("t", TRAFFIC.replace("    ads:\n", f"    ads:\n{two}") + "status: ACTIVE\n")
    reconciler.apply().ended(0)
    repository.campaign("t", TRAFFIC + "status: ACTIVE\n")
    reconciler.apply().ended(0)
    reconciler.converged()
    assert sandbox.status("acme-sg/t/broad/two") == "PAUSED"
    repository.campaign("t", TRAFFIC.replace("    ads:\n", f"    ads:\n{two}") + "status: ACTIVE\n")
    assert reconciler.plan().ended(0).actions == [("activate", "acme-sg/t/broad/two")]
    reconciler.apply().ended(0)
    assert len(sandbox.nodes("ad")) == 2


def test_where_state_cannot_be_written_nothing_is_made(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """If the intent were not on disk before the create is sent, a crash could lose the object."""
    repository.campaign("still", STILL)
    (repository.root / "state").write_text("a file where a folder should be")
    reconciler.apply().ended(1)
    assert [sandbox.creates(kind) for kind in LEVELS] == [[], [], []]


@pytest.mark.parametrize("kind", ["campaign", "ad_set"])
def test_nothing_is_made_beside_what_a_person_took_the_label_off(
    kind: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """Without `state/`, what the object contains shows which address it had."""
    address = {"campaign": "acme-sg/still", "ad_set": "acme-sg/still/main"}[kind]
    repository.campaign("still", STILL.replace("daily_budget", "status: ACTIVE\ndaily_budget"))
    reconciler.apply().ended(0)
    taken = sandbox.id(address)
    sandbox.person_edits(address, adlabels=[])
    repository.forget_state()
    before = len(sandbox.writes())
    refused = reconciler.apply().ended(3)
    assert taken in refused.out
    assert len(sandbox.writes()) == before
    back = {"adlabels": [{"name": label_of(address)}]}
    sandbox.control("edit", {"id": taken, "actor": "Mei", "params": back})
    reconciler.apply().ended(0)
    reconciler.converged()


def test_what_is_forgotten_in_a_campaign_without_label_lets_a_new_one_be_made(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    inside = sandbox.id("acme-sg/still/main")
    sandbox.person_edits("acme-sg/still", adlabels=[])
    repository.forget_state()
    assert f"forget {inside}" in reconciler.apply().ended(3).out.replace("forget ID", f"forget {inside}")
    repository.remove("still")
    reconciler("forget", inside).ended(0)
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    assert len(sandbox.labelled("acme-sg/still")) == 1


@pytest.mark.parametrize("status", ["PAUSED", "ACTIVE"])
@pytest.mark.parametrize("on_remove", ["pause", "forget"])
def test_a_rename_is_refused_in_every_run_until_it_is_answered(
    status: str, on_remove: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    text = STILL + f"status: {status}\nlifecycle: {{on_remove: {on_remove}}}\n"
    repository.campaign("old", text)
    reconciler.apply().ended(0)
    repository.remove("old")
    repository.campaign("new", text)
    for _ in range(3):
        assert "Refused (possible_rename)" in reconciler.apply().ended(3).said
        assert [len(sandbox.nodes(kind)) for kind in LEVELS] == [1, 1, 1]
    repository.campaign("new", text + "previously: [old]\n")
    reconciler.apply().ended(0)
    reconciler.converged()
    assert [len(sandbox.nodes(kind)) for kind in LEVELS] == [1, 1, 1]
    assert sandbox.status("acme-sg/old") == status


def test_a_renamed_ad_is_refused_in_every_run_until_it_is_answered(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    reconciler.repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    head, _, ad = STILL.partition("ad:\n")
    repository.campaign("still", f"{head}ads:\n  other:\n" + ad.replace("  ", "    "))
    for _ in range(2):
        assert "Refused (possible_rename)" in reconciler.apply().ended(3).said
        assert len(sandbox.nodes("ad")) == 1
