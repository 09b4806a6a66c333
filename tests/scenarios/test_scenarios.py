"""Every folder here is one scenario: YAML that goes in, and golden files of what must come out.

    NAME/desired/…     what is declared; project.yaml and accounts/acme-sg.yaml are those of base/ unless given here
    NAME/before/…      optional: what was declared on an earlier day, as far as it is applied by the steps in `before`
    NAME/steps.yaml    optional: before, plan, command, ends, afterwards; see `Scenario`
    NAME/plan.txt      golden: what `plan` prints
    NAME/calls.txt     golden: the writes that Meta accepted from `command`
    NAME/after.json    golden: what is live in the end

A new scenario needs no Python: write the YAML, run with UPDATE_GOLDENS=1, and read the golden files that it wrote.
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
from support.normalize import Normalizer, addresses_in
from support.repository import Repository
from support.sandbox import LocalGraph

HERE = Path(__file__).parent
BASE = HERE / "base"
SCENARIOS = sorted(p.parent.name for p in HERE.glob("*/desired") if p.parent != BASE)
UPDATE = bool(os.environ.get("UPDATE_GOLDENS"))


@dataclass(frozen=True)
class Scenario:
    """What steps.yaml says.

    before      steps that lead up to the plan, each a command line or one of `at`, `forget_state`, `person`
    plan        the command whose output is plan.txt
    command     the command whose writes are calls.txt
    ends        the exit statuses of `plan` and `command`, where they are not 0
    afterwards  whether a plan after `command` has "changes" or "no changes"
    """

    folder: Path
    before: list[Any] = field(default_factory=list)
    plan: str = "plan"
    command: str = "apply --auto-approve"
    ends: dict[str, int] = field(default_factory=dict)
    afterwards: str = "no changes"

    @classmethod
    def of(cls, name: str) -> Scenario:
        path = HERE / name / "steps.yaml"
        return cls(HERE / name, **(YAML(typ="safe").load(path) if path.exists() else {}))


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(name: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    scenario = Scenario.of(name)
    declare(repository, scenario.folder / ("before" if (scenario.folder / "before").exists() else "desired"))
    sandbox.seed_from(repository.root)
    for step in scenario.before:
        do_step(step, sandbox, repository, reconciler)
    declare(repository, scenario.folder / "desired")
    normalizer = Normalizer(
        sandbox, {*addresses_in(scenario.folder / "before"), *addresses_in(scenario.folder / "desired")}
    )

    planned = command(reconciler, scenario.plan)
    written = len(sandbox.ledger())
    applied = command(reconciler, scenario.command)
    writes = [w for w in sandbox.writes() if w["n"] > written]

    assert_golden(
        scenario,
        "plan.txt",
        normalizer.text(f"$ reconciler {scenario.plan}\n{planned.said}\nexit status {planned.status}\n"),
    )
    assert_golden(scenario, "calls.txt", normalizer.calls(writes))
    assert_golden(scenario, "after.json", json.dumps(normalizer.live(), indent=2, ensure_ascii=False) + "\n")
    assert planned.status == scenario.ends.get("plan", 0), planned.said
    assert applied.status == scenario.ends.get("command", 0), applied.said
    left = reconciler.plan().json["resource_changes"]
    assert ("changes" if left else "no changes") == scenario.afterwards


def declare(repository: Repository, tree: Path) -> None:
    """Replaces the repository's desired/ by base/ with the files of `tree` over it."""
    shutil.rmtree(repository.root / "desired")
    shutil.copytree(BASE / "desired", repository.root / "desired")
    shutil.copytree(tree, repository.root / "desired", dirs_exist_ok=True)


def command(reconciler: Reconciler, line: str) -> Run:
    first, *rest = shlex.split(line)
    return reconciler(first, *rest)


def do_step(step: Any, sandbox: LocalGraph, repository: Repository, reconciler: Reconciler) -> None:
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


def assert_golden(scenario: Scenario, name: str, text: str) -> None:
    path = scenario.folder / name
    if UPDATE:
        path.write_text(text, "utf-8")
    assert path.exists(), f"{path} is missing: run with UPDATE_GOLDENS=1"
    assert text == path.read_text("utf-8"), f"{scenario.folder.name}/{name} differs; UPDATE_GOLDENS=1 rewrites it"


def test_every_folder_is_a_scenario_with_its_goldens() -> None:
    folders = {p.name for p in HERE.iterdir() if p.is_dir() and not p.name.startswith((".", "_"))} - {"base"}
    assert folders == set(SCENARIOS)
    for name in SCENARIOS:
        known = {"desired", "before", "steps.yaml", "plan.txt", "calls.txt", "after.json"}
        assert {p.name for p in (HERE / name).iterdir()} <= known
