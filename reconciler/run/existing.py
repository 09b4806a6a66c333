"""What is at Meta already, on its way to a file: its key, and why it stays without one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from reconciler.engine.compare import differing
from reconciler.kinds.field_types import key_of
from reconciler.model.address import Address
from reconciler.model.problem import Problem
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.observe.inventory import Unfit


def unique(stem: str, taken: Iterable[str]) -> Iterator[str]:
    """`sale`, `sale-2`, `sale-3`: those that are free."""
    used, number = set(taken), 1
    while True:
        key = stem[:58].rstrip("-_") + (f"-{number}" if number > 1 else "") if number > 1 or len(stem) > 58 else stem
        if key not in used:
            yield key
        number += 1


def key_from(live: Object) -> str:
    # A slash is a sign in a name, not a folder.
    return key_of(name_of(live).replace("/", " ")) or f"{live.kind.replace('_', '-')}-{live.id[-8:]}"


def name_of(live: Object) -> str:
    return str(live.fields.get("name") or "")


def unfit_for(live: Object, why: str) -> Unfit:
    return Unfit(live.kind, live.id, name_of(live), why)


def unfit_by(live: Object, problem: Problem) -> Unfit:
    return unfit_for(live, f"{problem.message}; {problem.mend}" if problem.mend else problem.message)


def of_another_clone(live: Object, address: Address) -> Unfit:
    """A file that has not been pulled here would name it a second time."""
    return unfit_for(
        live, f"state/ knows it as {address}, and its file is not here: pull main, or reconciler forget {address}"
    )


def otherwise(resource: Resource, live: Object) -> list[str]:
    """Fields of which the YAML says something else than what is live."""
    checked = (n for n in resource.fields if n not in resource.lifecycle.ignore)
    return [n for n in checked if differing(resource.kind, n, resource.fields[n], live)]


def declared_fields(resource: Resource) -> dict[str, Any]:
    return {n: v for n, v in resource.fields.items() if v is not None and n not in resource.lifecycle.ignore}
