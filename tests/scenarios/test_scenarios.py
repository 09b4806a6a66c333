"""Every folder here is a story: what was there, what is declared, what a plan shows, what is sent, what is live then.

    NAME/desired/…     what is declared; project.yaml and accounts/acme-sg.yaml come from base/ unless written
    NAME/before/…      the same for an earlier day, where there is one
    NAME/steps.yaml    optional: now, before (steps), plan, command, ends, afterwards; see Story
    NAME/plan.txt      what `plan` prints
    NAME/calls.txt     the writes that Meta accepted from `command`
    NAME/after.json    what is live in the end

A new story needs no Python: write the YAML, run with UPDATE_GOLDENS=1, and read what was written.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from support.command import Reconciler, Run
from support.repository import Repository
from support.retell import Retold, addresses_in
from support.sandbox import LocalGraph

HERE = Path(__file__).parent
BASE = HERE / "base"
STORIES = sorted(p.parent.name for p in HERE.glob("*/desired") if p.parent != BASE)
UPDATE = bool(os.environ.get("UPDATE_GOLDENS"))


@dataclass(frozen=True)
class Story:
    """steps.yaml. A step is a command line, or one of `at`, `forget_state`, `person`."""

    folder: Path
    before: list[Any] = field(default_factory=list)
    plan: str = "plan"
    command: str = "apply --auto-approve"
    ends: dict[str, int] = field(default_factory=dict)
    afterwards: str = "no changes"

    @classmethod
    def of(cls, name: str) -> Story:
        path = HERE / name / "steps.yaml"
        return cls(HERE / name, **(YAML(typ="safe").load(path) if path.exists() else {}))


@pytest.mark.parametrize("name", STORIES)
def test_story(name: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    story = Story.of(name)
    declare(repository, story.folder / ("before" if (story.folder / "before").exists() else "desired"))
    sandbox.seed_from(repository.root)
    for step in story.before:
        take(step, sandbox, repository, reconciler)
    declare(repository, story.folder / "desired")
    retold = Retold(sandbox, {*addresses_in(story.folder / "before"), *addresses_in(story.folder / "desired")})

    planned = command(reconciler, story.plan)
    written = len(sandbox.ledger())
    applied = command(reconciler, story.command)
    writes = [w for w in sandbox.writes() if w["n"] > written]

    same(story, "plan.txt", retold.text(f"$ reconciler {story.plan}\n{planned.said}\nexit status {planned.status}\n"))
    same(story, "calls.txt", retold.calls(writes))
    same(story, "after.json", json.dumps(retold.live(), indent=2, ensure_ascii=False) + "\n")
    assert planned.status == story.ends.get("plan", 0), planned.said
    assert applied.status == story.ends.get("command", 0), applied.said
    left = reconciler.plan().json["resource_changes"]
    assert ("changes" if left else "no changes") == story.afterwards


def declare(repository: Repository, tree: Path) -> None:
    """The repository's desired/ as a story has it on one day."""
    shutil.rmtree(repository.root / "desired")
    shutil.copytree(BASE / "desired", repository.root / "desired")
    shutil.copytree(tree, repository.root / "desired", dirs_exist_ok=True)


def command(reconciler: Reconciler, line: str) -> Run:
    first, *rest = shlex.split(line)
    return reconciler(first, *rest)


def take(step: Any, sandbox: LocalGraph, repository: Repository, reconciler: Reconciler) -> None:
    if isinstance(step, str):
        command(reconciler, step).ended(0)
    elif "at" in step:
        sandbox.at(step["at"])
    elif "forget_state" in step:
        repository.forget_state()
    elif "person" in step:
        sandbox.person_edits(step["edits"], actor=step["person"], **step["params"])
    else:
        raise AssertionError(f"unknown step {step}")


def same(story: Story, name: str, text: str) -> None:
    path = story.folder / name
    if UPDATE:
        path.write_text(text, "utf-8")
    assert path.exists(), f"{path} is missing: run with UPDATE_GOLDENS=1"
    assert text == path.read_text("utf-8"), f"{story.folder.name}/{name} differs; UPDATE_GOLDENS=1 rewrites it"


def test_every_folder_is_a_story_with_its_goldens() -> None:
    folders = {p.name for p in HERE.iterdir() if p.is_dir() and not p.name.startswith((".", "_"))} - {"base"}
    assert folders == set(STORIES)
    for name in STORIES:
        known = {"desired", "before", "steps.yaml", "plan.txt", "calls.txt", "after.json"}
        assert {p.name for p in (HERE / name).iterdir()} <= known
