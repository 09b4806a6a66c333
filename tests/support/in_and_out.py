"""Into a repository and out of it again: what others have made is imported, put in order, and written as a sheet, and
that sheet is a repository once more."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from reconciler.config.declared import load_desired
from reconciler.model.address import Address
from reconciler.model.resource import Resource
from support.command import Reconciler
from support.remote import git
from support.repository import Repository
from support.sandbox import NOW

RUN = {"start_time", "end_time"}


def goes_in_and_out(reconciler: Reconciler, folder: Path, account: str = "acme-sg") -> Any:
    """What `import` has told. `folder`: where the second repository is made."""
    found = reconciler("import", account, "--json").ended(0).json["accounts"][0]
    assert (found["changes"], found["drift"], found["refusals"]) == (0, 0, []), found
    reconciler.converged()
    _is_in_order(reconciler)
    _comes_out_and_in(reconciler, folder, account)
    return found


def _is_in_order(reconciler: Reconciler) -> None:
    root = reconciler.repository.root
    (root / ".gitignore").write_text("state/\n", "utf-8")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "What is there already")
    reconciler("fmt").ended(0)
    assert git(root, "status", "--porcelain") == ""


def _comes_out_and_in(reconciler: Reconciler, folder: Path, account: str) -> None:
    """The second repository has the account, its audiences and media, and neither campaigns nor state/."""
    root, sheet = reconciler.repository.root, folder / "ads.xlsx"
    folder.mkdir()
    told = reconciler("export", "--xlsx", str(sheet), "--account", account, "--json").ended(0).json
    assert told["unread"] == [], told["unread"]
    shutil.copytree(root / "desired", folder / "desired", ignore=shutil.ignore_patterns("campaigns"))
    shutil.copytree(root / "creatives", folder / "creatives")
    second = Reconciler(Repository.at(folder), reconciler.graph, reconciler.environment)
    second("import", account, "--xlsx", str(sheet)).ended(0)
    second("validate").ended(0)
    before, after = _declared(root), _declared(folder)
    ids = _ids(root)
    assert set(after) == set(before)
    lost = {(one["address"], one["field"].partition(".")[0]) for one in told["lost"]}
    unlisted = {
        str(one.address): names
        for id_, one in before.items()
        if (names := _differing(_by_id(one.fields, ids), after[id_].fields) - _listed(one, lost))
    }
    told_apart = [(one.fields, after[id_].fields) for id_, one in before.items() if str(one.address) in unlisted]
    assert not unlisted, (unlisted, told_apart)


def _declared(root: Path) -> Mapping[str, Resource]:
    """By names from the campaign down, since the keys of two repositories need not be the same."""
    resources = load_desired(root, datetime.fromisoformat(NOW)).resources
    found = {_names(at, resources): one for at, one in resources.items()}
    assert len(found) == len(resources), "two of one name cannot be told apart here"
    return found


def _names(at: Address, resources: Mapping[Address, Resource]) -> str:
    return " / ".join(str(resources[each].fields.get("name")) for each in (*reversed(at.ancestors), at))


def _ids(root: Path) -> dict[str, str]:
    """By address, as state/ has them."""
    files = (json.loads(path.read_text("utf-8")) for path in (root / "state").rglob("*.json"))
    records = (file.get("resources", {}) for file in files)
    return {at: one["id"] for each in records for at, one in each.items()}


def _by_id(value: Any, ids: Mapping[str, str]) -> Any:
    """A sheet names by its id what YAML names by its key, and without state/ nothing tells the key."""
    if isinstance(value, Mapping):
        return {name: _by_id(inner, ids) for name, inner in value.items()}
    if isinstance(value, list):
        return [_by_id(inner, ids) for inner in value]
    return ids.get(value, value) if isinstance(value, str) else value


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    return {name for name in {*one, *other} - RUN if one.get(name) != other.get(name)}


def _listed(one: Resource, lost: set[tuple[str, str]]) -> set[str]:
    places = {str(at) for at in (one.address, *one.address.ancestors)}
    return {name for at, name in lost if at in places}
