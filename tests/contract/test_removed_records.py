"""A record that goes is gone for everybody: whichever way it goes, the next plan is empty, no file of it is left on the
branch, and another clone knows the same."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.command import Reconciler
from support.remote import Remote, git
from support.repository import ACCOUNT_FILE, NARROW, PROJECT, STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

ON = TRAFFIC.replace("objective", "status: ACTIVE\nobjective", 1)
AD = """\
      second:
        image: always-on/still.png
        primary_text: Tea, always on.
        headline: Visit us
        destination_url: https://acme.example/
"""
GOING = ON + AD + NARROW
"""Two ad sets, the first of which has two ads."""


def with_lifecycle(ends: str) -> Callable[[Repository], None]:
    def written(repository: Repository) -> None:
        repository.edit_campaign("going", "status: ACTIVE", f"status: ACTIVE\nlifecycle: {{on_remove: {ends}}}")

    return written


def renamed_campaign(repository: Repository) -> None:
    _moved(repository, "going", "gone")
    repository.edit_campaign("gone", "name: Always on", "previously: [going]\nname: Always on")


def _moved(repository: Repository, old: str, new: str) -> None:
    folder = repository.root / "desired" / "campaigns" / "acme-sg"
    (folder / f"{old}.yaml").rename(folder / f"{new}.yaml")


def renamed_ad_set(repository: Repository) -> None:
    repository.edit_campaign("going", "  broad:\n", "  wide:\n    previously: [broad]\n")


def renamed_ad(repository: Repository) -> None:
    repository.edit_campaign("going", "      second:\n", "      third:\n        previously: [second]\n")


def renamed_account(repository: Repository) -> None:
    desired = repository.root / "desired"
    (desired / "accounts" / "acme-sg.yaml").unlink()
    repository.write("accounts/acme.yaml", ACCOUNT_FILE + "previously: [acme-sg]\n")
    (desired / "campaigns" / "acme-sg").rename(desired / "campaigns" / "acme")


def removed_campaign(repository: Repository) -> None:
    repository.remove("going")


def removed_ad_set(repository: Repository) -> None:
    repository.edit_campaign("going", NARROW, "")


def removed_ad(repository: Repository) -> None:
    repository.edit_campaign("going", AD, "")


def renamed_campaign_without_an_ad_set(repository: Repository) -> None:
    removed_ad_set(repository)
    renamed_campaign(repository)


def renamed_ad_set_without_an_ad(repository: Repository) -> None:
    removed_ad(repository)
    renamed_ad_set(repository)


def renamed_account_without_a_campaign(repository: Repository) -> None:
    removed_campaign(repository)
    renamed_account(repository)


RENAMED = [renamed_campaign, renamed_ad_set, renamed_ad, renamed_account]
REMOVED = [
    removed_campaign,
    removed_ad_set,
    removed_ad,
    renamed_campaign_without_an_ad_set,
    renamed_ad_set_without_an_ad,
    renamed_account_without_a_campaign,
]
WAYS = [
    *(("pause", way) for way in RENAMED),
    *((ends, way) for ends in ("pause", "archive", "delete", "forget") for way in REMOVED),
]


@pytest.fixture
def remote(tmp_path: Path, sandbox: LocalGraph) -> Remote:
    return Remote(tmp_path / "git", sandbox)


@pytest.fixture
def desk(remote: Remote, repository: Repository) -> Reconciler:
    """Two campaigns, one of which stays as it is."""
    repository.write("project.yaml", f"{PROJECT}policies: {{max_removals: 20}}\n")
    repository.campaign("stays", ON.replace("Always on", "Stays"))
    repository.campaign("going", GOING)
    desk = remote.starts_from(repository)
    (desk.repository.root / ".gitignore").write_text("/state/\n")
    return desk


def merge(remote: Remote, desk: Reconciler) -> None:
    remote.commit(desk.repository.root)
    git(desk.repository.root, "push", "-q", "origin", "HEAD:main")


def in_ci(remote: Remote, name: str) -> Reconciler:
    """A fresh checkout of a CI."""
    fresh = remote.clone(name)
    head = git(fresh.repository.root, "rev-parse", "HEAD")
    fresh.environment |= {"CI": "true", "GITHUB_SHA": head, "GITHUB_REF_NAME": "main"}
    return fresh


class Runs:
    """What brings the account to its files: at a desk, or in fresh checkouts of a CI."""

    def __init__(self, remote: Remote, desk: Reconciler, where: str) -> None:
        self._remote, self._desk, self._where = remote, desk, where
        self._number = 0

    def __call__(self) -> None:
        if self._where == "desk":
            self._desk.apply().ended(0)
            return
        self._number += 1
        in_ci(self._remote, f"runner-{self._number}")("ci reconcile").ended(0)


def kept(root: Path) -> dict[str, str]:
    """The files of a working copy's state/ that are shared."""
    state = root / "state"
    paths = (path for path in state.rglob("*.json") if not path.name.startswith("."))
    return {path.relative_to(state).as_posix(): path.read_text("utf-8").strip() for path in paths}


@pytest.mark.share(7)
@pytest.mark.parametrize("where", ["desk", "ci", "desk after ci"])
@pytest.mark.parametrize(("ends", "way"), WAYS, ids=lambda one: one if isinstance(one, str) else one.__name__)
def test_what_is_remembered_of_what_goes_is_gone_for_everybody(
    where: str, ends: str, way: Callable[[Repository], None], remote: Remote, desk: Reconciler, sandbox: LocalGraph
) -> None:
    with_lifecycle(ends)(desk.repository)
    merge(remote, desk)
    if where == "desk after ci":
        Runs(remote, desk, "ci")()
        desk.plan().ended(0)
    runs = Runs(remote, desk, where.partition(" ")[0])
    runs()
    objects = {kind: len(sandbox.objects(kind)) for kind in ("campaign", "ad_set", "ad")}
    way(desk.repository)
    merge(remote, desk)
    runs()

    desk.converged()
    published, commits = remote.files(), remote.commits()
    second = remote.clone("second")
    second.converged()
    records = {path for path in published if not path.startswith("runs/")}
    assert {path: remote.text(path) for path in published} == kept(desk.repository.root) == kept(second.repository.root)
    assert records == {f"{path}.json" for path in _expected(ends, way)}
    desk.apply().ended(0)
    assert remote.commits() == commits
    if way in RENAMED:
        assert {kind: len(sandbox.objects(kind)) for kind in objects} == objects


def _expected(ends: str, way: Callable[[Repository], None]) -> set[str]:
    account = "acme" if way in (renamed_account, renamed_account_without_a_campaign) else "acme-sg"
    gone = {removed_campaign, renamed_account_without_a_campaign}
    campaign = "gone" if way in (renamed_campaign, renamed_campaign_without_an_ad_set) else "going"
    # What is paused because its YAML is gone is remembered as removed.
    stays = way not in gone or ends == "pause"
    return {f"{account}/stays"} | ({f"{account}/{campaign}"} if stays else set())


def test_of_an_account_that_was_renamed_what_main_tracks_still_is_no_memory(
    remote: Remote, desk: Reconciler, sandbox: LocalGraph
) -> None:
    """A repository that has committed state/ until it had a branch of its own."""
    desk.apply().ended(0)
    (desk.repository.root / ".gitignore").write_text("state/.*\n")
    renamed_account(desk.repository)
    merge(remote, desk)
    desk.apply().ended(0)
    remote.clone("second").converged()


def renamed_and_removed(desk: Reconciler, more: str = "") -> str:
    """The id of an ad that runs, and whose line goes together with its ad set's key."""
    repository, sandbox = desk.repository, desk.graph
    repository.campaign("going", ON + AD + more)
    desk.apply().ended(0)
    renamed_ad_set(repository)
    repository.edit_campaign("going", AD + more, "")
    return sandbox.id("acme-sg/going/broad/second")


def status_of(sandbox: LocalGraph, object_id: str) -> str:
    return str(next(node for node in sandbox.nodes() if node["id"] == object_id)["data"]["status"])


@pytest.mark.parametrize("memory", ["kept", "of a version that left it behind"])
def test_what_is_removed_together_with_its_ad_sets_key_is_paused_as_one_removal(
    memory: str, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    repository.write("project.yaml", f"{PROJECT}policies: {{max_removals: 1}}\n")
    ad = renamed_and_removed(reconciler)
    if memory != "kept":
        _moved_all_but(repository, "acme-sg/going/broad/second")
    plan = reconciler.plan().ended(0)
    removals = [(action, at) for action, at in plan.actions if action != "adopt"]
    assert removals == [("pause", "acme-sg/going/wide/second")]
    assert "its YAML is gone" in reconciler("plan").ended(0).out
    reconciler.apply().ended(0)
    assert status_of(sandbox, ad) == "PAUSED"
    reconciler.converged()

    # It is the same ad, when its line comes back.
    repository.edit_campaign("going", "    ads:\n", f"    ads:\n{AD}")
    reconciler.apply().ended(0)
    assert status_of(sandbox, ad) == "ACTIVE"
    assert len(sandbox.objects("ad")) == 2


def _moved_all_but(repository: Repository, left: str) -> None:
    path = repository.root / "state" / "acme-sg" / "going.json"
    kept = json.loads(path.read_text("utf-8"))
    moved = {at if at == left else at.replace("/broad", "/wide"): one for at, one in kept["resources"].items()}
    path.write_text(json.dumps(kept | {"resources": moved}), "utf-8")


def test_what_is_protected_is_kept_when_its_line_goes_together_with_its_ad_sets_key(
    remote: Remote, desk: Reconciler, sandbox: LocalGraph
) -> None:
    ad = renamed_and_removed(desk, "        lifecycle: {protect: true}\n")
    merge(remote, desk)
    said = in_ci(remote, "runner")("ci reconcile").ended(3).said
    assert "acme-sg/going/wide/second" in said
    assert "orphan" not in said
    assert status_of(sandbox, ad) == "ACTIVE"


@pytest.mark.parametrize("ends", ["delete", "forget"])
def test_what_was_removed_and_is_declared_anew_is_made(ends: str, desk: Reconciler, sandbox: LocalGraph) -> None:
    with_lifecycle(ends)(desk.repository)
    desk.apply().ended(0)
    before = len(sandbox.creates("campaign"))
    path = desk.repository.root / "desired" / "campaigns" / "acme-sg" / "going.yaml"
    text = path.read_text("utf-8")
    path.unlink()
    desk.apply().ended(0)
    path.write_text(text, "utf-8")
    desk.apply().ended(0)
    assert len(sandbox.creates("campaign")) == before + 1
    made = desk.repository.state("going")["acme-sg/going"]["id"]
    assert status_of(sandbox, made) == "ACTIVE"
    desk.converged()


def test_a_former_address_is_answered_with_what_it_is_called_now(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("going", GOING)
    reconciler.apply().ended(0)
    renamed_campaign(repository)
    reconciler.apply().ended(0)
    for said in (
        reconciler("plan", "--target", "acme-sg/going").ended(64).err,
        reconciler("duplicate", "acme-sg/going", "copy").ended(64).err,
    ):
        assert "acme-sg/going; it was renamed to acme-sg/gone" in said
    assert "did you mean acme-sg/gone?" in reconciler("duplicate", "acme-sg/gonee", "copy").ended(64).err


def test_a_campaign_that_was_moved_to_another_account_is_told_that_it_is_made_anew_there(
    repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.account("act_2")
    repository.write("accounts/acme-b.yaml", ACCOUNT_FILE.replace("act_1234567890", "act_2"))
    repository.campaign("going", ON)
    repository.campaign("stays", ON.replace("Always on", "Stays"))
    reconciler.apply().ended(0)
    repository.remove("going")
    for former, said in (("acme-sg/going", "is an address"), ("going", "which is this one itself")):
        repository.campaign("going", f"previously: [{former}]\n{ON}", "acme-b")
        told = reconciler("validate").ended(1).said
        assert (told.count(said), told.count("previously")) == (1, 1)
        assert "to another" in told
    repository.campaign("going", ON, "acme-b")
    reconciler.apply().ended(0)
    assert sorted(node["data"]["status"] for node in sandbox.objects("campaign")) == ["ACTIVE", "ACTIVE", "PAUSED"]


@pytest.mark.parametrize("back", [False, True], ids=["gone", "its YAML is back"])
@pytest.mark.parametrize("on_remove", ["pause", "archive", "delete", "forget"])
def test_a_removal_whose_record_comes_back_once_turns_nothing_on_and_makes_nothing(
    on_remove: str, *, back: bool, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """A run was killed after it had removed it, and before anybody was told."""
    text = f"{STILL}status: ACTIVE\nlifecycle: {{on_remove: {on_remove}}}\n"
    repository.campaign("still", text)
    repository.campaign("other", STILL.replace("Still", "Other"))
    reconciler.apply().ended(0)
    state, kept = repository.root / "state", repository.root / "kept"
    shutil.copytree(state, kept)
    sandbox.pass_time(3600)
    repository.remove("still")
    reconciler.apply().ended(0)
    shutil.rmtree(state)
    shutil.copytree(kept, state)
    if back:
        repository.campaign("still", text)
    before, on = len(sandbox.nodes()), len(sandbox.activations())
    for _ in range(2):
        reconciler.apply()
    assert (len(sandbox.nodes()), len(sandbox.activations())) == (before, on)
