"""What the README shows is what happens: the repository's own desired/, from the first plan to a person's pause."""

from __future__ import annotations

import re
import shutil

import pytest
from support.command import Reconciler
from support.repository import PROJECT_ROOT, Repository
from support.sandbox import LocalGraph

README = (PROJECT_ROOT / "README.md").read_text("utf-8")
SHOWN = "desired/campaigns/acme-sg/spring-sale.yaml"
CAMPAIGN = "acme-sg/spring-sale"


@pytest.fixture
def own_repository(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """This project's own desired/, before anything of it is created."""
    shutil.rmtree(repository.root / "desired")
    shutil.copytree(PROJECT_ROOT / "desired", repository.root / "desired")
    sandbox.seed_from(repository.root)
    return reconciler


def blocks(language: str) -> list[str]:
    return [text for named, text in re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S) if named == language]


def documented_output() -> dict[str, str]:
    """Command to the output that the README shows for it, without comments after the commands."""
    example = next(block for block in blocks("") if block.startswith("$ reconciler plan"))
    parts = re.split(r"^\$ reconciler (.*?)(?: {2,}#.*)?\n", example, flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_the_campaign_in_the_readme_is_the_repositorys_own() -> None:
    assert f"# {SHOWN}\n" + _without_comments((PROJECT_ROOT / SHOWN).read_text("utf-8")) in blocks("yaml")


def _without_comments(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))


def test_the_plan_in_the_readme_is_that_of_the_repositorys_own_desired(
    own_repository: Reconciler, sandbox: LocalGraph
) -> None:
    shown = documented_output()
    plan = f"plan --target {CAMPAIGN}"
    assert own_repository(*plan.split()).ended(0).out.rstrip() == shown.pop(plan).rstrip()

    own_repository.apply().ended(0)
    sandbox.at("2026-12-01T09:01:00+08:00")
    activate = f"activate --account {CAMPAIGN.partition('/')[0]}"
    printed = own_repository(*activate.split()).ended(0).out
    assert printed.startswith(shown.pop(activate).partition("…")[0].rstrip())

    sandbox.at("2026-12-01T14:30:00+08:00")
    sandbox.person_pauses(CAMPAIGN)
    assert own_repository("drift").ended(2).out.rstrip() == shown.pop("drift").rstrip()
    assert shown == {}
