"""What the pages show can be written as it stands there."""

from __future__ import annotations

import re

import pytest
from support.command import Reconciler
from support.repository import PROJECT_ROOT, Repository
from support.sandbox import LocalGraph

BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"^`desired/(\S+\.csv)`:\n\n```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r"# desired/(\S+)\n")
BEGINNINGS = {
    "# the short form": "campaigns/acme-sg/short.yaml",
    "# the full form": "campaigns/acme-sg/full.yaml",
    "account: ": "accounts/acme-sg.yaml",
    "project: ": "project.yaml",
}
"""Of blocks that do not say which file they are."""
PIECES = ("  primary_text: |", "lifecycle:", "targeting: {custom_audiences:")
"""Blocks that are no whole file begin so."""


def blocks(page: str) -> list[str]:
    return BLOCK.findall((PROJECT_ROOT / page).read_text("utf-8"))


def place_of(block: str) -> str:
    """Below desired/; "" for a piece."""
    if block.startswith(PIECES):
        return ""
    named = PLACE.match(block)
    return named[1] if named else next(where for begins, where in BEGINNINGS.items() if block.startswith(begins))


def test_what_the_pages_show_is_valid(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    shown = {
        place: block for page in ("README.md", "docs/yaml.md") for block in blocks(page) if (place := place_of(block))
    }
    assert len(shown) > 7
    tables = dict(TABLE.findall((PROJECT_ROOT / "docs/yaml.md").read_text("utf-8")))
    for place, block in {**shown, **tables}.items():
        repository.write(place, block)
    reconciler("validate").ended(0)


@pytest.mark.parametrize("piece", [block for block in blocks("docs/yaml.md") if block.startswith("targeting:")])
def test_the_piece_about_audiences_is_valid(piece: str, repository: Repository, reconciler: Reconciler) -> None:
    for block in blocks("docs/yaml.md"):
        if place_of(block).startswith("audiences/"):
            repository.write(place_of(block), block)
    indented = piece.replace("custom_audiences", "geo_locations: {countries: [MY]}, custom_audiences", 1)
    repository.campaign(
        "a",
        "name: A\nobjective: OUTCOME_TRAFFIC\nad_sets:\n  a:\n    daily_budget: 9.00 SGD\n"
        f"    optimization_goal: LINK_CLICKS\n    {indented}",
    )
    reconciler("validate").ended(0)
