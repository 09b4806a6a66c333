"""Which keys a level of a file takes, and which of them hold text. Pure."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from reconciler.kinds import KINDS
from reconciler.kinds.files import LAYERED
from reconciler.kinds.settings import AccountSpec, ProjectSpec
from reconciler.kinds.spec_tree import has_own_keys, is_text, spec_at, spec_below, written_fields
from reconciler.model.address import LEVELS as NAMES

_OF_FILES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("desired/project.yaml", ProjectSpec),
    ("desired/accounts/", AccountSpec),
    ("desired/templates/", LAYERED.kind.written),
    *((f"desired/{kind.folder}/", kind.written) for kind in KINDS.values() if kind.folder),
)


LEVELS: dict[str, type[BaseModel]] = {name: KINDS[name].written for name in NAMES}
FILES: dict[type[BaseModel], str] = {AccountSpec: "account", ProjectSpec: "project"}


def keys_at(file: str, path: Sequence[str]) -> frozenset[str] | None:
    """What may stand in `file` below the keys of `path`; None where the keys are the writer's own."""
    spec = _spec_of(file)
    return frozenset() if spec is None else _keys_at(spec, tuple(path))


EVERY_KEY = frozenset(name for spec in (*LEVELS.values(), *FILES) for name in written_fields(spec))


def takes_list(file: str, path: Sequence[str]) -> bool:
    """Whether the key that `path` ends in holds a list."""
    spec = _spec_of(file)
    info = spec_at(spec, path).model_fields.get(path[-1]) if spec else None
    return info is not None and _has_list(info.annotation)


def _has_list(annotation: Any) -> bool:
    return typing.get_origin(annotation) is list or any(map(_has_list, typing.get_args(annotation)))


def holds_text(file: str, path: Sequence[str]) -> bool:
    spec = _spec_of(file)
    return spec is not None and is_text(spec, tuple(path))


def _spec_of(file: str) -> type[BaseModel] | None:
    return next((spec for start, spec in _OF_FILES if file.startswith(start)), None)


@lru_cache(maxsize=100)
def _keys_at(spec: type[BaseModel], path: tuple[str, ...]) -> frozenset[str] | None:
    steps = list(path)
    while steps:
        name = steps.pop(0)
        below = spec_below(spec, name)
        if below is None:
            return frozenset()
        if has_own_keys(spec, name):
            if not steps:
                return None
            steps.pop(0)
        spec = below
    return frozenset(written_fields(spec))
