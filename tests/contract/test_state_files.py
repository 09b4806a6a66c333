"""state/ holds exactly what was declared, and nothing that somebody else put there is trusted."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from support.command import Reconciler
from support.repository import ACCOUNT_FILE, STILL, Repository
from support.sandbox import LocalGraph

FILE = "state/acme-sg/still.json"


def a_link(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.mkdir()


def deep(path: Path) -> None:
    path.write_text("[" * 200_000)


def deep_inside_a_record(path: Path) -> None:
    record = {"kind": "campaign", "applied": {"x": "NESTED"}}
    text = json.dumps({"format_version": 1, "resources": {"acme-sg/still": record}})
    path.write_text(text.replace('"NESTED"', "[" * 900 + "]" * 900))


HOSTILE = {
    "a link without an end": (a_link, "it is a link"),
    "a pipe": (a_pipe, "it is not a regular file"),
    "a folder": (a_folder, "it is not a regular file"),
    "a file of brackets": (deep, "it is nested deeper than"),
    "a record of brackets": (deep_inside_a_record, "it is nested deeper than"),
}


@pytest.mark.parametrize(("put", "why"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_state_file_ends_the_run_with_one_message(
    put: Callable[[Path], None], why: str, repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    (repository.root / "state" / "acme-sg").mkdir(parents=True)
    put(repository.root / FILE)
    for command in ("plan", "drift", "apply"):
        run = reconciler(command, *(["--auto-approve"] if command == "apply" else [])).ended(1)
        assert run.said.count(f"{FILE}: ") == 1
        assert why in run.said
        assert f"git checkout -- {FILE}" in run.said


OWNER = '{"account": "act_1234567890", "currency": "SGD", "format_version": 2}'
DAMAGED = {
    "no version": "{}",
    "no address": f'{OWNER}\n{{"not an address": null}}',
    "no record": f'{OWNER}\n{{"acme-sg/still": 5}}',
    "no kind": f'{OWNER}\n{{"acme-sg/still": {{"id": "1"}}}}',
    "no JSON": f"{OWNER}\n{{\n{OWNER}",
    "no line": f"{OWNER}\n[]\n",
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_journal_is_deleted_and_never_asked_of_git(
    text: str, repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    journal = repository.root / "state" / ".acme-sg.journal"
    journal.write_text(text + "\n")
    run = reconciler.apply().ended(1)
    assert "state/.acme-sg.journal: " in run.said
    assert "mend: delete it: what it alone remembers is found by its labels" in run.said
    assert "git checkout" not in run.said
    journal.unlink()
    reconciler.converged()


LOOKALIKES = {
    "a parameter in the address": ("https://acme.example/outlet", "https://acme.example/?access_token=abc"),
    "a parameter in the text": ("Shop.", "Say access_token=abc123 now"),
    "a header in the text": ("Shop.", "Authorization Bearer ya29.a0abc123-def_ghi"),
    "a word of fashion": ("name: Still", "name: Bearer Coats Winter | SG"),
}


@pytest.mark.parametrize(("old", "new"), LOOKALIKES.values(), ids=LOOKALIKES)
def test_a_text_that_looks_like_a_secret_is_applied_once(
    old: str, new: str, repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL.replace(old, new))
    reconciler.apply().ended(0)
    reconciler.converged()
    assert new.rpartition(": ")[2] in repository.state_text()
    repository.edit_campaign("still", "50.00 SGD", "40.00 SGD")
    reconciler.apply().ended(0)
    reconciler.converged()


def test_a_password_of_something_else_changes_no_state_file(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    before = repository.state("still")
    repository.forget_state()
    reconciler.process("sync", env={"DB_PASSWORD": "resources", "A_TOKEN": "acme.example", "B_SECRET": "campaign"})
    assert {k: v["id"] for k, v in repository.state("still").items()} == {k: v["id"] for k, v in before.items()}
    assert "redacted" not in repository.state_text()


@pytest.mark.parametrize("linked", ["state", "state/acme-sg"])
def test_nothing_is_written_through_a_linked_folder(
    linked: str, tmp_path: Path, repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    path = repository.root / linked
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(elsewhere)
    assert f"{linked}: it is a symbolic link" in reconciler.apply().ended(1).said
    assert list(elsewhere.rglob("*.json")) == []


@pytest.mark.parametrize("put", [a_link, a_pipe, deep], ids=["a link", "a pipe", "brackets"])
@pytest.mark.parametrize("name", [".acme-sg.usage.json", ".acme-sg.block.json", ".app.META_ACCESS_TOKEN.block.json"])
def test_what_a_stranger_put_where_limits_are_kept_is_neither_read_nor_written_through(
    name: str, put: Callable[[Path], None], repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    (repository.root / "state").mkdir(exist_ok=True)
    put(repository.root / "state" / name)
    reconciler.apply().ended(0)


def leftovers(repository: Repository) -> list[str]:
    return sorted(path.name for path in (repository.root / "state").rglob("*.tmp"))


def test_a_full_disk_leaves_nothing_half_written(
    repository: Repository, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Points and ids that were answered are a help: what cannot be kept of them stops nobody."""
    repository.campaign("still", STILL)
    tried: list[Path] = []

    def full(path: Path, *_: object, **__: object) -> int:
        path.touch()
        tried.append(path)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_text", full)
        reconciler.apply().ended(0)
    assert tried
    assert leftovers(repository) == []


def test_a_disk_that_takes_nothing_is_told_with_the_file_and_its_mend(
    repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL)
    reconciler.program = ("sh", "-c", 'ulimit -f 0; exec "$0" "$@"', *reconciler.program)
    told = reconciler.process("apply", "--auto-approve").ended(1).said
    assert "state/.acme-sg.lock: File too large\n  mend: make room on the disk, then run the same command again" in told
    assert not sandbox.writes()


def test_what_a_killed_write_has_left_long_ago_is_removed_and_nothing_else(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    state = repository.root / "state"
    old = [state / ".acme-sg.usage.json.4242.139.tmp", state / "acme-sg" / ".still.json.4242.139.tmp"]
    others = [state / ".acme-sg.block.json.4243.140.tmp", state / ".mine.tmp", state / "acme-sg" / "notes.4242.139.tmp"]
    for path in (*old, *others):
        path.write_text("{")
    for path in (*old, *others[1:]):
        os.utime(path, (1, 1))
    repository.edit_campaign("still", "50.00 SGD", "40.00 SGD")
    reconciler.apply().ended(0)
    assert leftovers(repository) == sorted(path.name for path in others)


NEEDING_STATE = {
    "plan": (),
    "apply": ("--auto-approve",),
    "activate": (),
    "sync": (),
    "drift": (),
    "show": ("acme-sg/still",),
    "pull": (),
    "export": ("--xlsx", "x.xlsx"),
    "force-unlock": ("1234",),
    "state show": (),
    "state rebuild": (),
}


@pytest.mark.parametrize("command", NEEDING_STATE)
def test_a_file_in_place_of_state_is_told_with_its_place_and_mend(
    command: str, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL)
    (repository.root / "state").write_text("")
    told = reconciler(command, *NEEDING_STATE[command]).ended(1).said
    assert "state: it is no folder, and what is remembered is kept in one" in told
    assert "mend: move away what stands in its place, then run the same command again" in told
    assert sandbox.writes() == []
    (repository.root / "state").rename(repository.root / "away")
    reconciler.apply().ended(0)


def test_a_stop_goes_on_where_a_file_stands_in_place_of_state(
    repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    reconciler.apply().ended(0)
    repository.forget_state()
    (repository.root / "state").write_text("")
    told = reconciler("pause", "--all").ended(0).said
    assert sandbox.status("acme-sg/still") == "PAUSED"
    assert "state: it is no folder, and what is remembered is kept in one; mend: move away" in told


def test_a_file_in_place_of_the_folder_of_runs_is_told_itself(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL)
    (repository.root / "state").mkdir()
    (repository.root / "state/runs").write_text("")
    told = reconciler.apply().ended(1).said
    assert "state/runs: it is no folder, and what is remembered is kept in one\n  mend: move away" in told


def of_a_newer_version(path: Path) -> None:
    path.write_text('{"format_version": 99, "resources": {}}')


UNUSABLE = {
    "no JSON": lambda path: path.write_text("{"),
    "a folder in place of the file": a_folder,
    "a newer version": of_a_newer_version,
    "another ad account's": lambda path: path.write_text('{"format_version": 1, "account": "act_7", "resources": {}}'),
}


@pytest.mark.parametrize("put", UNUSABLE.values(), ids=UNUSABLE)
def test_validate_tells_of_state_what_a_plan_stops_with(
    put: Callable[[Path], object], repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    (repository.root / FILE).parent.mkdir(parents=True)
    put(repository.root / FILE)
    stopped = reconciler("plan").ended(1).said
    problem = reconciler("validate", "--json").ended(1).json["problems"][0]
    assert problem["file"] == FILE
    assert f"Error: acme-sg: {FILE}: {problem['message']}\n  mend: {problem['mend']}" in stopped


def test_validate_asks_nothing_of_the_state_of_an_account_that_is_not_asked_for(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.write("accounts/acme-us.yaml", ACCOUNT_FILE.replace("1234567890", "2"))
    repository.campaign("still", STILL)
    (repository.root / FILE).parent.mkdir(parents=True)
    (repository.root / FILE).write_text("{")
    reconciler("validate", "--account", "acme-us").ended(0)
    assert FILE in reconciler("validate", "--account", "acme-sg").ended(1).said
