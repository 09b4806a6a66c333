"""Shards leave results, and one run tells all of them: one comment, one exit status, and nothing unknown as fine."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ci.conftest import Workflow
from ci.test_ci_reconcile import Actions, Watchman, watchman
from support.command import Run
from support.github import FakeGitHub
from support.remote import Remote, git
from support.repository import ACCOUNT_FILE, SPRING, Repository
from support.sandbox import LocalGraph

from reconciler.model.shard import Shard
from reconciler.render.json import checksum

ONE_RUN = {"GITHUB_RUN_ID": "9"}
"""All jobs of a workflow's run have its number."""
__all__ = ["watchman"]
KEYS = ("acme-sg", "client-1", "client-2", "client-3")


@pytest.fixture
def many(repository: Repository, sandbox: LocalGraph) -> Repository:
    for number, key in enumerate(KEYS[1:], 2):
        sandbox.account(f"act_{number}")
        repository.write(f"accounts/{key}.yaml", ACCOUNT_FILE.replace("act_1234567890", f"act_{number}"))
    for key in KEYS:
        repository.campaign("spring", SPRING, key)
    return repository


@pytest.fixture
def results(tmp_path: Path) -> Path:
    (tmp_path / "results").mkdir()
    return tmp_path / "results"


@pytest.fixture
def shards(many: Repository, workflow: Workflow, results: Path) -> Callable[..., list[Run]]:
    """Each shard as a run of its own, into one folder."""

    def run(count: int, *which: int, into: Path = results, **variables: str) -> list[Run]:
        chosen = which or range(1, count + 1)
        rest = ("--artifacts", str(into))
        return [workflow("ci plan", "--shard", f"{index}/{count}", *rest, **ONE_RUN, **variables) for index in chosen]

    return run


def without_run(text: str) -> str:
    """What is the same of every run."""
    text = re.sub(r"<!-- run .* -->", "", text)
    return re.sub(r"/actions/runs/\d+", "", text)


def edited(path: Path, **values: Any) -> None:
    """As a whole file with a right checksum."""
    row = {**json.loads(path.read_text("utf-8")), **values}
    path.write_text(json.dumps({**row, "checksum": checksum(row)}), "utf-8")


# ---- one comment of all


def test_the_comment_of_all_shards_is_the_one_that_a_single_run_writes(
    shards: Callable[..., list[Run]], workflow: Workflow, github: FakeGitHub, results: Path
) -> None:
    workflow("ci plan").ended(0)
    (alone,), outputs = github.comments(7), workflow.outputs
    for run in shards(3):
        assert "the run that joins the results (--summary-in) tells all of them at once" in run.ended(0).err
        assert "::" not in run.err
    assert github.comments(7) == [alone]
    workflow("ci plan", "--summary-in", str(results), **ONE_RUN).ended(0)
    (joined,) = github.comments(7)
    assert without_run(joined) == without_run(alone)
    own = ("plan_path", "html_path")
    assert {n: v for n, v in workflow.outputs.items() if n not in own} == {
        n: v for n, v in outputs.items() if n not in own
    }


def test_the_plan_file_of_all_shards_is_applied_as_one(
    shards: Callable[..., list[Run]], workflow: Workflow, results: Path, sandbox: LocalGraph
) -> None:
    shards(3)
    workflow("ci plan", "--summary-in", str(results), **ONE_RUN).ended(0)
    workflow.reconciler("apply", workflow.outputs["plan_path"]).ended(0)
    assert len(sandbox.nodes("campaign")) == len(KEYS)


def test_a_missing_shard_is_unknown_and_never_fine(
    shards: Callable[..., list[Run]], workflow: Workflow, github: FakeGitHub, results: Path
) -> None:
    missing = Shard.of("acme-sg", 3)
    shards(3, *({1, 2, 3} - {missing.index}))
    run = workflow("ci plan", "--summary-in", str(results), **ONE_RUN).ended(1)
    assert f"shard {missing} has left no result in" in run.err
    (comment,) = github.comments(7)
    assert "unknown: there is no result of shard" in comment
    assert workflow.outputs["exitcode"] == "1"
    assert "acme-sg" not in json.loads(Path(workflow.outputs["plan_path"]).read_text("utf-8"))["accounts"]


def test_a_missing_shard_without_an_account_is_an_error_all_the_same(
    many: Repository, workflow: Workflow, results: Path
) -> None:
    count = 40
    there = {Shard.of(key, count).index for key in KEYS}
    for index in there:
        workflow("ci plan", "--shard", f"{index}/{count}", "--artifacts", str(results), **ONE_RUN).ended(0)
    workflow("ci plan", "--summary-in", str(results), **ONE_RUN).ended(1)


def test_no_result_at_all_is_an_error_of_every_account(
    many: Repository, workflow: Workflow, github: FakeGitHub, results: Path
) -> None:
    run = workflow("ci plan", "--summary-in", str(results / "never-made"), **ONE_RUN).ended(1)
    assert "no result of a shard is in" in run.err
    assert all(key in github.comments(7)[0] for key in KEYS)


def test_the_worst_shard_decides_how_all_ends(
    shards: Callable[..., list[Run]], many: Repository, workflow: Workflow, results: Path
) -> None:
    many.edit("accounts/client-2.yaml", "name:", "policies: {max_daily_budget: 10.00 SGD}\nname:")
    alone = workflow("ci plan")
    assert sorted({run.status for run in shards(3)}) == [0, 3]
    assert workflow("ci plan", "--summary-in", str(results), **ONE_RUN).status == alone.status == 3


def test_wrong_files_of_one_account_are_told_once_with_their_places(
    shards: Callable[..., list[Run]], many: Repository, workflow: Workflow, github: FakeGitHub, results: Path
) -> None:
    many.edit_campaign("spring", "50.00 SGD", "50.00 USD", "client-2")
    workflow("ci plan").ended(1)
    (alone,) = github.comments(7)
    shards(3)
    workflow("ci plan", "--summary-in", str(results), **ONE_RUN).ended(1)
    assert without_run(github.comments(7)[0]) == without_run(alone)


def test_a_machine_that_joins_needs_no_media(
    shards: Callable[..., list[Run]], many: Repository, workflow: Workflow, github: FakeGitHub, results: Path
) -> None:
    workflow("ci plan").ended(0)
    (alone,) = github.comments(7)
    shards(2)
    shutil.rmtree(many.root / "creatives")
    workflow("ci plan", "--summary-in", str(results), **ONE_RUN).ended(0)
    assert without_run(github.comments(7)[0]) == without_run(alone)


# ---- what does not count


@pytest.mark.share(3)
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: edited(path, commit="b" * 40), "it is of bbbbbbbbbbbb, and this run is of aaaaaaaaaaaa"),
        (lambda path: edited(path, run=12), "it is of run 12, and this is run 9"),
        (lambda path: edited(path, command="reconcile"), "it is of ci reconcile, and this is ci plan"),
        (lambda path: edited(path, project="other"), "it is of the project other, and this is acme-agency"),
        (lambda path: edited(path, format_version="9"), "another version of the reconciler wrote it (format 9"),
        (lambda path: edited(path, shard="0/3"), "'0/3' is not there"),
        (lambda path: edited(path, made_at="2026-12-01T09:00:00"), "its time has no offset"),
        (lambda path: edited(path, parts=[{}]), "it is no result of a shard: KeyError"),
        (lambda path: path.write_text(path.read_text("utf-8")[:-100], "utf-8"), "it is not JSON, or not all of it"),
        (lambda path: path.write_text("", "utf-8"), "it is not JSON"),
        (lambda path: path.write_text("[]", "utf-8"), "it is no result of a shard"),
        (
            lambda path: path.write_text(path.read_text("utf-8").replace("50", "5"), "utf-8"),
            "it was changed after it was written",
        ),
    ],
)
def test_a_result_of_something_else_does_not_count(
    spoil: Callable[[Path], object],
    said: str,
    shards: Callable[..., list[Run]],
    workflow: Workflow,
    github: FakeGitHub,
    results: Path,
) -> None:
    shards(3)
    of_acme = Shard.of("acme-sg", 3)
    spoil(results / f"result-{of_acme.index}-of-3.json")
    run = workflow("ci plan", "--summary-in", str(results), **ONE_RUN).ended(1)
    assert said in run.err
    assert "mend: give each run a folder of its own" in run.err
    assert f"unknown: there is no result of shard {of_acme}" in github.comments(7)[0]


def test_of_two_results_of_a_shard_the_newer_counts_and_the_other_is_named(
    shards: Callable[..., list[Run]], many: Repository, workflow: Workflow, github: FakeGitHub, results: Path
) -> None:
    shards(2, into=results / "first")
    many.edit_campaign("spring", "50.00 SGD", "80.00 SGD")
    workflow.reconciler.graph.pass_time(60)
    shards(2, into=results / "second")
    run = workflow("ci plan", "--summary-in", str(results), **ONE_RUN).ended(1)
    assert run.err.count("is a newer one of that shard") == 2
    assert "80.00" in github.comments(7)[0]


def test_a_shard_that_is_killed_leaves_no_result_of_an_earlier_run(
    shards: Callable[..., list[Run]], many: Repository, workflow: Workflow, results: Path
) -> None:
    shards(2)
    workflow("ci plan", "--shard", "1/2", "--artifacts", str(results), "--account", "nobody", **ONE_RUN).ended(64)
    assert [path.name for path in results.glob("result-*")] == ["result-2-of-2.json"]


def test_the_same_result_twice_is_one(shards: Callable[..., list[Run]], workflow: Workflow, results: Path) -> None:
    shards(2)
    workflow("ci plan", "--summary-in", str(results), "--summary-in", str(results.parent), **ONE_RUN).ended(0)


def test_results_of_another_number_of_shards_do_not_count(
    shards: Callable[..., list[Run]], workflow: Workflow, results: Path
) -> None:
    shards(2)
    workflow.reconciler.graph.pass_time(60)
    shards(3)
    run = workflow("ci plan", "--summary-in", str(results), **ONE_RUN).ended(1)
    assert "it is of 1/2, and the newest result is of 3 shards" in run.err


def test_a_shard_does_not_join(workflow: Workflow, many: Repository, results: Path) -> None:
    run = workflow("ci plan", "--shard", "1/2", "--summary-in", str(results)).ended(64)
    assert "--shard and --summary-in together" in run.err
    assert "one machine is one shard, not 1/2 and 2/2" in workflow("ci plan", "--shard", "1/2", "--shard", "2/2").err
    workflow("ci reconcile", "--shard", "1/2", "--summary-in", str(results), event="push").ended(64)


# ---- drift: an issue an account


def test_each_shard_keeps_the_issues_of_its_own_accounts(
    many: Repository, workflow: Workflow, github: FakeGitHub, sandbox: LocalGraph
) -> None:
    for key in KEYS:
        many.edit_campaign(
            "spring", "activate_at: 2026-12-01 09:00\ndeactivate_at: 2026-12-31 23:59", "status: ACTIVE", key
        )
    workflow.reconciler.apply().ended(0)
    for key in KEYS:
        sandbox.person_pauses(f"{key}/spring")
    for index in (1, 2, 3):
        workflow("ci drift", "--shard", f"{index}/3", event="schedule").ended(0)
    titles = [issue["title"] for issue in github.issues("open")]
    assert len(titles) == len(KEYS)
    assert all(any(key in title for title in titles) for key in KEYS)
    for path in ("accounts/client-3.yaml", "campaigns/client-3/spring.yaml"):
        (many.root / "desired" / path).unlink()
    shutil.rmtree(many.root / "state/client-3")
    for index in (1, 2, 3):
        workflow("ci drift", "--shard", f"{index}/3", event="schedule")
    assert sorted(key for key in KEYS for issue in github.issues("open") if key in issue["title"]) == list(KEYS[:3])


# ---- reconcile: what was merged


@pytest.fixture
def actions(many: Repository, sandbox: LocalGraph, github: FakeGitHub, tmp_path: Path) -> Actions:
    remote = Remote(tmp_path / "git", sandbox)
    remote.starts_from(many)
    return Actions(remote, github, tmp_path)


def reconciled(actions: Actions, results: Path, *which: int, event: str = "push") -> list[Run]:
    rest = ("--artifacts", str(results))
    return [actions("--shard", f"{index}/3", *rest, event=event, **ONE_RUN) for index in which]


def merged(actions: Actions, github: FakeGitHub) -> None:
    """Of pull request 7."""
    head = git(actions.checkout().repository.root, "rev-parse", "HEAD")
    github.pull(7, "a" * 40, merged=head)


def test_shards_apply_what_was_merged_and_one_comment_tells_it(
    actions: Actions, github: FakeGitHub, sandbox: LocalGraph, results: Path
) -> None:
    merged(actions, github)
    for run in reconciled(actions, results, 1, 2, 3):
        run.ended(0)
    assert github.comments(7) == []
    assert len(sandbox.nodes("campaign")) == len(KEYS)
    actions("--summary-in", str(results), event="push", **ONE_RUN).ended(0)
    (comment,) = github.comments(7)
    assert "### Applied: " in comment
    assert all(key in comment for key in KEYS)
    assert actions.outputs["done"] == str(3 * len(KEYS))


def test_a_shard_that_was_lost_is_told_and_made_good_by_the_next_run(
    actions: Actions, github: FakeGitHub, sandbox: LocalGraph, results: Path
) -> None:
    merged(actions, github)
    lost = Shard.of("acme-sg", 3).index
    reconciled(actions, results, *({1, 2, 3} - {lost}))
    actions("--summary-in", str(results), event="push", **ONE_RUN).ended(6)
    assert "unknown: there is no result of shard" in github.comments(7)[0]
    for run in reconciled(actions, results, 1, 2, 3, event="schedule"):
        run.ended(0)
    assert len(sandbox.nodes("campaign")) == len(KEYS)


def test_a_shard_launches_nothing_of_another_one(actions: Actions, sandbox: LocalGraph, results: Path) -> None:
    for run in reconciled(actions, results, 1, 2, 3):
        run.ended(0)
    sandbox.at("2026-12-01T09:00:00+08:00")
    own = Shard.of("acme-sg", 3)
    reconciled(actions, results, own.index, event="schedule")[0].ended(0)
    statuses = {key: sandbox.status(f"{key}/spring") for key in KEYS}
    assert statuses == {key: "ACTIVE" if own.has(key) else "PAUSED" for key in KEYS}


def test_one_account_that_is_named_launches_nothing_of_another_one(actions: Actions, sandbox: LocalGraph) -> None:
    actions(event="push").ended(0)
    sandbox.at("2026-12-01T09:00:00+08:00")
    actions("--account", "client-1").ended(0)
    assert [key for key in KEYS if sandbox.status(f"{key}/spring") == "ACTIVE"] == ["client-1"]


def test_shards_with_nothing_to_do_join_to_nothing_to_do(actions: Actions, results: Path) -> None:
    reconciled(actions, results, 1, 2, 3)
    reconciled(actions, results, 1, 2, 3, event="schedule")
    actions("--summary-in", str(results), **ONE_RUN).ended(0)
    assert actions.outputs["idle_accounts"] == str(len(KEYS))


def test_what_is_held_back_in_shards_is_said_by_the_run_that_joins_them(actions: Actions, results: Path) -> None:
    reconciled(actions, results, 1, 2, 3)
    desk = actions.checkout().repository
    limit = "currency: SGD\npolicies: {max_daily_budget: 10.00 SGD}\n"
    desk.edit("accounts/acme-sg.yaml", "currency: SGD\n", limit)
    git(desk.root, "commit", "-qam", "A limit")
    git(desk.root, "push", "-q", "origin", "HEAD:main")
    own = Shard.of("acme-sg", 3).index
    for event in ("push", "schedule"):
        for index in (1, 2, 3):
            reconciled(actions, results, index, event=event)[0].ended(3 if index == own else 0)
    told = actions("--summary-in", str(results), **ONE_RUN).ended(3)
    assert "acme-sg/spring: max_daily_budget: " in told.err
    assert "held back still" in actions.summary


def test_the_dead_man_s_check_hears_that_all_is_well_of_the_run_that_joins_alone(
    actions: Actions, results: Path, watchman: Watchman
) -> None:
    there = {"RECONCILER_PING_URL": watchman.url, **ONE_RUN}
    for index in (1, 2):
        actions("--shard", f"{index}/3", "--artifacts", str(results), event="push", **there).ended(0)
    assert watchman.paths == []
    assert actions("--summary-in", str(results), event="push", **there).status != 0
    assert watchman.paths == ["/secret/fail"]
    actions("--shard", "3/3", "--artifacts", str(results), event="push", **there).ended(0)
    actions("--summary-in", str(results), event="push", **there).ended(0)
    assert watchman.paths == ["/secret/fail", "/secret"]
