"""`lifecycle: {ignore: [targeting]}`: fields of the level that it stands on, by names that a plan compares. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reconciler.kinds import KINDS
from reconciler.kinds.delivery.checks.raw import TWINS, a_level, written_out
from reconciler.kinds.delivery.words import WORDS, has_ad_sets
from reconciler.kinds.parameters import PARAMETERS
from reconciler.model.document import KeyPath
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope

FIELD_OF = {word.name: word.path[0] for word in WORDS if word.path and not word.to_ads}
"""A word → the field that it is a part of, which is compared, and left alone, as one."""


def ignored(scope: Scope) -> Iterator[Problem]:
    """Names of nothing that the level has."""
    for path, kind, level in scope.levels():
        known = {*KINDS[kind].fields, *level.raw, "status"}
        for i, name in enumerate(level.lifecycle.ignore):
            if name not in known and not _was_under_raw(kind, name):
                yield _misnamed(scope, (*path, "lifecycle", "ignore", i), kind, known)


def _was_under_raw(kind: str, name: str) -> bool:
    """A parameter that stood under `raw`, is taken out there, and stays at Meta."""
    return name in PARAMETERS[kind] and not any(name in KINDS[home].fields for home in TWINS)


def _misnamed(scope: Scope, here: KeyPath, kind: str, known: set[str]) -> Problem:
    name = str(scope.document.value(here))
    field = FIELD_OF.get(name, name)
    if field in known:
        return scope.problem(here, f"{name} is a part of {field}, which is one field", f"write {field}")
    homes = [home for home in TWINS if field in KINDS[home].fields]
    if homes:
        said = f"{field} is a field of {a_level(homes[0])}, not of {a_level(kind)}"
        return scope.problem(here, said, _to_its_home(scope, here, kind, homes[0], field))
    return scope.problem(
        here, f"there is no field {name!r} to ignore", f"write one of {', '.join(sorted(known))}, or remove it"
    )


def _to_its_home(scope: Scope, here: KeyPath, kind: str, home: str, field: str) -> str:
    if kind == "campaign" and home == "ad_set" and not has_ad_sets(scope.document):
        return written_out(scope, here, f"lifecycle: {{ignore: [{field}]}}")
    return f"write {field} in lifecycle: {{ignore: […]}} of the {home.replace('_', ' ')}"
