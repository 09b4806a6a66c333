"""What a mend leaves for a person to fill in, pasted as it stands: `{id: …}`, `<page id>`, `xxx`. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from reconciler.kinds.meant import is_placeholder
from reconciler.kinds.said import fill_in
from reconciler.kinds.targeting_fields import SHAPES
from reconciler.model.document import KeyPath
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope

IDENTITY = re.compile(r"(?:.*_)?(?:id|ids|key|keys)")
"""Keys below which an id of Meta's stands."""
GAPS = ("…", "...")
"""What no parameter can mean; `xxx` may be a text of somebody's."""


def placeholders(scope: Scope) -> Iterator[Problem]:
    """Ids and names of Meta's things that are yet to be filled in, where Meta's own structures are written."""
    for path, _, level in scope.levels():
        written = vars(level)  # a spec is asked with its whole machinery for a field that it does not have
        for field in ("targeting", "promoted_object", "attribution_spec", "raw"):
            value = written.get(field)
            for at, name, said in _texts(value, (*path, field), field) if value else ():
                if len(at) == len(path) + 3 and field == "targeting" and SHAPES.get(name) in ("numbers", "named"):
                    continue  # told as a value of the wrong shape
                loose = field == "raw" and not IDENTITY.fullmatch(name)
                if said.strip() in GAPS or (not loose and is_placeholder(said) and not _is_json(said)):
                    yield scope.problem(at, f"{name}: {said!r} is yet to be filled in", fill_in(name, said))


def _is_json(text: str) -> bool:
    """`pixel_rule: '{"event": {"eq": "Lead"}}'`: some of Meta's fields are JSON as a text."""
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _texts(value: Any, at: KeyPath, name: str) -> Iterator[tuple[KeyPath, str, str]]:
    """Every text below, with the key that it stands under."""
    if isinstance(value, str):
        yield at, name, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(each, (*at, key), str(key))
    elif isinstance(value, list):
        for i, each in enumerate(value):
            yield from _texts(each, (*at, i), name)
