"""A new kind is one file and one line: `support/note.py`, put into `KINDS` before the tool loads anything else."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.command import Reconciler, Run
from support.note import KIND
from support.repository import Repository
from support.sandbox import LocalGraph, label_of

from reconciler.sandbox.context import Context
from reconciler.sandbox.nodes import account
from reconciler.sandbox.nodes.registry import TYPES
from reconciler.sandbox.world import Node

TESTS = Path(__file__).parents[1]
THE_LINE = "from reconciler.kinds import KINDS; from support.note import KIND; KINDS['note'] = KIND"
PROGRAM = (sys.executable, "-c", f"{THE_LINE}; from reconciler.__main__ import main; main()")
FILE, AT = "notes/acme-sg/first.yaml", "acme-sg/note:first"
NOTE = "name: Buy milk\ndescription: Two litres\n"
MARKER = label_of(AT)


class WithNotes(Reconciler):
    """Every command is a process that knows the kind from its start, as if the line stood in `KINDS`."""

    def __call__(self, command: str, *rest: str) -> Run:
        return self.process(command, *rest)


@pytest.fixture
def reconciler(repository: Repository, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch) -> Reconciler:
    """One note, and at Meta an edge that makes one of a name and a description."""
    posts = {**account.TYPE.posts, KIND.edge: made}
    monkeypatch.setitem(TYPES, "account", replace(account.TYPE, posts=posts))
    repository.write(FILE, NOTE)
    return WithNotes(repository, sandbox, {"PYTHONPATH": str(TESTS)}, program=PROGRAM)


def made(ctx: Context, owner: Node, params: Mapping[str, Any]) -> dict[str, str]:
    number, kind = owner.id.removeprefix("act_"), "custom_conversion"
    data = {"name": params["name"], "description": params["description"], "created_time": ctx.now, "is_archived": False}
    ctx.about_to_write()
    return {"id": ctx.wrote(ctx.world.add(Node(ctx.world.new_id(kind, number), kind, number, data))).id}


def notes(sandbox: LocalGraph) -> list[tuple[str, str]]:
    """Names and descriptions of those that are there."""
    rows = [node["data"] for node in sandbox.nodes("custom_conversion")]
    return [(row["name"], row["description"]) for row in rows if not row["is_archived"]]


def edited(sandbox: LocalGraph, **data: str) -> None:
    (node,) = sandbox.nodes("custom_conversion")
    sandbox.control("edit", {"id": node["id"], "actor": "Mei", "params": data})


def test_one_file_and_one_line_are_loading_plan_apply_and_an_empty_second_plan(
    reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    assert "1 note" in reconciler("validate").ended(0).out
    assert reconciler.plan().actions == [("create", AT)]
    reconciler.apply().ended(0)
    assert notes(sandbox) == [("Buy milk", f"Two litres {MARKER}")]
    reconciler.converged()


def test_and_a_mistake_with_its_place_and_a_schema(reconciler: Reconciler, repository: Repository) -> None:
    repository.write(FILE, "name: Buy milk\ndescripton: Two litres\n")
    said = reconciler("validate").ended(1).said
    assert "desired/notes/acme-sg/first.yaml:2" in said
    assert "description" in said
    reconciler("schema").ended(0)
    assert "desired/notes/<account>/<key>.yaml" in (repository.root / "schemas/note.schema.json").read_text("utf-8")


def test_and_importing_one_that_somebody_has_made(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    (repository.root / "desired" / FILE).unlink()
    sandbox.person_makes(KIND.edge, name="Buy milk", description="Two litres")
    reconciler("import", "acme-sg").ended(0)
    text = (repository.root / "desired/notes/acme-sg/buy-milk.yaml").read_text("utf-8")
    assert text.partition("\n")[2] == NOTE
    assert notes(sandbox) == [("Buy milk", f"Two litres {label_of('acme-sg/note:buy-milk')}")]
    reconciler.converged()


def test_and_finding_it_again_without_state(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    reconciler.apply().ended(0)
    reconciler.repository.forget_state()
    assert reconciler.plan().actions == [("adopt", AT)]
    reconciler.apply().ended(0)
    assert notes(sandbox) == [("Buy milk", f"Two litres {MARKER}")]
    reconciler.converged()


def test_and_a_change_that_keeps_the_marker(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    reconciler.apply().ended(0)
    reconciler.repository.write(FILE, "name: Buy oat milk\n")
    assert reconciler.plan().actions == [("update", AT)]
    reconciler.apply().ended(0)
    assert notes(sandbox) == [("Buy oat milk", MARKER)]
    reconciler.converged()


def test_and_drift_that_is_told_kept_and_undone_on_demand(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    reconciler.apply().ended(0)
    edited(sandbox, name="By hand")
    assert f'Drift: {AT} name "Buy milk" → "By hand"' in reconciler("plan").out
    assert re.search('name +"Buy milk" +"Buy milk" +"By hand"', reconciler("show", AT).out)
    reconciler.apply().ended(0)
    assert notes(sandbox) == [("By hand", f"Two litres {MARKER}")]
    reconciler.apply("--revert-drift").ended(0)
    assert notes(sandbox) == [("Buy milk", f"Two litres {MARKER}")]
    reconciler.converged()


@pytest.mark.parametrize(
    ("lifecycle", "action", "left"),
    [("", "forget", [("Buy milk", "Two litres")]), ("lifecycle: {on_remove: delete}\n", "delete", [])],
)
def test_and_removal(
    lifecycle: str, action: str, left: list[tuple[str, str]], reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    reconciler.repository.write("notes/acme-sg/second.yaml", "name: Stays\n")
    path = reconciler.repository.write(FILE, NOTE + lifecycle)
    reconciler.apply().ended(0)
    path.unlink()
    assert reconciler.plan().actions == [(action, AT)]
    reconciler.apply().ended(0)
    assert notes(sandbox) == [*left, ("Stays", label_of("acme-sg/note:second"))]
    reconciler.converged()
