"""`.pre-commit-hooks.yaml`: what each hook runs, in a user's repository, as pre-commit would."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from support.command import Reconciler
from support.repository import STILL, Repository

HOOKS = YAML(typ="safe").load(Path(__file__).parents[2] / ".pre-commit-hooks.yaml")
FILE = "desired/campaigns/acme-sg/still.yaml"


def run(reconciler: Reconciler, hook: str, *changed: str) -> int:
    """Its exit status, with the changed files that pre-commit would hand it."""
    found = next(one for one in HOOKS if one["id"] == hook)
    program, command, *options = found["entry"].split()
    assert program == "reconciler"
    files = [name for name in changed if re.search(found["files"], name)]
    assert files
    return reconciler(command, *options, *(files if found.get("pass_filenames", True) else [])).status


@pytest.fixture
def still(repository: Repository) -> Repository:
    repository.campaign("still", STILL)
    return repository


def test_validate_stops_a_commit_of_a_mistake(still: Repository, reconciler: Reconciler) -> None:
    assert run(reconciler, "validate", FILE) == 0
    still.edit_campaign("still", "daily_budget", "dayly_budget")
    assert run(reconciler, "validate", FILE) == 1


def test_fmt_puts_the_files_of_the_commit_in_order(still: Repository, reconciler: Reconciler) -> None:
    path = still.campaign("still", f"status: PAUSED\n{STILL}")
    assert run(reconciler, "fmt", FILE, "creatives/README.md") == 0
    assert path.read_text("utf-8").startswith("name: ")
    assert reconciler("fmt", "--check").status == 0


def test_schema_writes_what_the_new_version_has(still: Repository, reconciler: Reconciler) -> None:
    assert run(reconciler, "schema", ".pre-commit-config.yaml") == 0
    assert (still.root / "schemas/campaign.schema.json").is_file()
