"""`pause` in other words than its own: each is told the whole command that was meant, and pauses nothing. What was
paused is told by its address, with the way to turn it on again."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from support.command import Reconciler
from support.repository import ACCOUNT_FILE, STILL, Repository
from support.sandbox import LocalGraph

ON = "status: ACTIVE\n"
A = "acme-sg/still"
ONE = "reconciler pause --all --account acme-sg"


@pytest.fixture
def running(repository: Repository, reconciler: Reconciler) -> Reconciler:
    """Two campaigns of acme-sg that are on, beside an account of another client."""
    repository.write("accounts/globex-us.yaml", ACCOUNT_FILE.replace("1234567890", "999"))
    reconciler.graph.account("act_999")
    for name in ("still", "moving"):
        repository.campaign(name, STILL.replace("headline: Outlet", f"headline: {name}") + ON)
    reconciler.apply().ended(0)
    reconciler.graph.pass_time(60)
    return reconciler


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("--all", "acme-sg"), ONE),
        (("acme-sg",), ONE),
        (("acme",), ONE),
        (("act_1234567890",), ONE),
        (("1234567890",), ONE),
        (("desired/accounts/acme-sg.yaml",), ONE),
        (("desired/campaigns/acme-sg/",), ONE),
        (("--account", "acme-sg"), ONE),
        (("--all", "--account", "acme"), ONE),
        (("--all", "acme-sg", "globex-us"), f"{ONE} --account globex-us"),
        (("acme-sg", A), ONE),
        (("all",), "reconciler pause --all"),
        (("-all",), "reconciler pause --all"),
        (("\N{EM DASH}all",), "reconciler pause --all"),
        (("-all", "--account", "acme-sg"), ONE),
        (("--all", A), f"reconciler pause {A}"),
        (("--target", A), f"reconciler pause {A}"),
        (("still",), f"reconciler pause {A}"),
        (("stil",), f"reconciler pause {A}"),
        (("acme/still",), f"reconciler pause {A}"),
        (("desired/campaigns/acme-sg/still.yaml",), f"reconciler pause {A}"),
        (("acme-sg/moving", "still"), f"reconciler pause acme-sg/moving {A}"),
        ((), "reconciler pause --all, or reconciler pause acme-sg/moving"),
        (("qqqqq",), "reconciler pause --all, or reconciler pause acme-sg/moving; accounts: acme-sg, globex-us"),
    ],
)
def test_whoever_says_it_otherwise_is_told_the_whole_command(
    arguments: tuple[str, ...], meant: str, running: Reconciler, sandbox: LocalGraph
) -> None:
    run = running("pause", *arguments).ended(64)
    told = run.err.replace(f" --chdir {running.repository.root}", "")
    assert f" {meant}\n" in told
    assert sandbox.status(A) == "ACTIVE"


def test_a_key_of_two_accounts_is_told_with_each_of_them(running: Reconciler, repository: Repository) -> None:
    repository.campaign("still", STILL, "globex-us")
    assert f"say reconciler pause {A}, or reconciler pause globex-us/still\n" in running("pause", "still").ended(64).err


def test_another_folder_is_told_where_the_repository_is(running: Reconciler, repository: Repository) -> None:
    within = repository.root / "docs" / "deep"
    within.mkdir(parents=True)
    below, root = running.process("pause", "--all", "--chdir", str(within)), repository.root
    assert f"say reconciler pause --all --chdir {root}, so nothing was paused" in below.ended(64).err
    above = running.process("pause", A, "--chdir", str(root.parent)).ended(64).err
    assert f"say reconciler pause {A} --chdir {root}" in above


def test_without_the_project_s_name_it_says_where_the_line_is_to_be_had(
    running: Reconciler, repository: Repository
) -> None:
    repository.write("project.yaml", "timezone: Asia/Singapore\n")
    told = running("pause", "--all").ended(64).err
    assert "nothing was done" in told
    assert "git show HEAD:./desired/project.yaml" in told


def test_beside_an_address_that_nothing_has_the_other_one_is_paused_and_told_so(
    running: Reconciler, sandbox: LocalGraph
) -> None:
    run = running("pause", A, "acme-sg/movin").ended(1)
    assert f'Paused campaign {sandbox.id(A)} "Still": {A}.' in run.out
    told = "nothing at Meta carries the label of acme-sg/movin: of it nothing was paused"
    assert f"{told}; did you mean reconciler pause acme-sg/moving?" in run.err
    assert "so nothing was paused" not in run.said
    assert sandbox.status(A) == "PAUSED"


def test_what_is_paused_bears_its_address_and_the_way_back_turns_it_on(
    running: Reconciler, sandbox: LocalGraph
) -> None:
    run = running("pause", A, "--json").ended(0)
    assert run.json["paused"][0]["address"] == A
    sandbox.person_posts(A, status="ACTIVE")
    assert f"or reconciler apply --revert-drift --target {A}\n" in running("pause", A).ended(0).out
    running.apply("--revert-drift", "--target", A).ended(0)
    assert sandbox.status(A) == "ACTIVE"


def test_what_a_stop_of_all_has_paused_is_listed_with_the_ways_back(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    own, held = "acme-sg/own", "acme-sg/held"
    repository.campaign("own", STILL)
    repository.campaign("held", STILL + "status: PAUSED\n")
    running.apply().ended(0)
    for address in (own, held):
        sandbox.person_posts(address, status="ACTIVE")
    copy = sandbox.person_duplicates(A, status_option="ACTIVE")
    out = running("pause", "--all").ended(0).out
    told = out[out.index("All of that stays off. To turn it on again:\n") :].splitlines()[1:]
    groups: dict[str, list[str]] = {}
    for line in told:
        if line.startswith("    "):
            groups[list(groups)[-1]].append(line.strip().partition(" (")[0])
        elif line.startswith("  "):
            groups[line.strip()] = []
    by_command, undeclared, off, by_hand = groups
    assert "--target ADDRESS; or all at once: reconciler plan --out plan.json, then" in by_command
    assert set(groups[by_command]) == {A, "acme-sg/moving"}
    assert "or write status: ACTIVE, since its YAML says nothing of that, and then" in undeclared
    assert groups[undeclared] == [own]
    assert "since its YAML says that it is off now" in off and groups[off] == [held]
    assert by_hand == "in Ads Manager:" and copy in groups[by_hand][0]


def test_what_declares_no_status_is_turned_on_again_by_what_the_stop_and_each_plan_say(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    own = "acme-sg/own"
    repository.campaign("own", STILL)
    running.apply().ended(0)
    sandbox.person_posts(own, status="ACTIVE")
    running("plan").ended(0)
    place, undo = "desired/campaigns/acme-sg/own.yaml:1", f"reconciler apply --revert-drift --target {own}"
    assert f"or write status: ACTIVE ({place}), since its YAML says nothing of that, and then {undo}" in (
        running("pause", own).ended(0).out
    )
    for _ in range(2):
        for command in ("plan", "drift"):
            assert f"Note: {own} was paused with reconciler pause and stays off" in running(command).ended(0).out
        running.apply().ended(0)
    repository.campaign("own", STILL + "status: ACTIVE\n")
    running.apply("--revert-drift", "--target", own).ended(0)
    assert sandbox.status(own) == "ACTIVE"
    assert "reconciler pause" not in running("plan").ended(0).out


def test_a_plan_file_turns_on_again_what_was_paused_and_its_first_line_says_so(
    running: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    running("pause", A).ended(0)
    file = str(tmp_path / "p.json")
    assert "It turns on again what was paused" in " ".join(running("plan", "--help").out.split())
    assert running("plan", "--out", file).ended(0).out.startswith(f"Turns on again: {A}, which was paused")
    assert running("apply", file).ended(0).out.startswith(f"Turns on again: {A}, which was paused")
    assert sandbox.status(A) == "ACTIVE"


def test_what_holds_a_start_is_no_use_elsewhere_until_it_is_committed(
    running: Reconciler, repository: Repository
) -> None:
    def git(*arguments: str) -> None:
        names = ("-c", "user.name=Mei", "-c", "user.email=mei@acme.example")
        subprocess.run(["git", "-C", str(repository.root), *names, *arguments], check=True, capture_output=True)

    (repository.root / ".gitignore").write_text("state/\n")
    subprocess.run(["git", "init", "--bare", str(repository.root.parent / "far")], check=True, capture_output=True)
    for arguments in (("init",), ("remote", "add", "origin", "../far"), ("add", "."), ("commit", "-m", "All")):
        git(*arguments)
    note = "desired/campaigns/acme-sg/still.yaml is not as committed: until that is committed and merged, CI and other"

    assert note not in running("pause", "--all").said
    repository.edit_campaign("still", ON, "status: PAUSED\n")
    assert note in running("pause", "--all").said
    assert any(note in one for one in json.loads(running("pause", A, "--json").out)["notes"])
    git("commit", "-am", "Hold")
    assert note not in running("pause", "--all").said
