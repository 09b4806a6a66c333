"""Which keys a level of a file takes, and which of them hold text. Pure."""

from __future__ import annotations

import types
import typing
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from reconciler.kinds.base import Prose, api_fields
from reconciler.kinds.campaign import CampaignSpec
from reconciler.settings import AccountSpec, ProjectSpec

_OF_FILES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("desired/project.yaml", ProjectSpec),
    ("desired/accounts/", AccountSpec),
    ("desired/campaigns/", CampaignSpec),
    ("desired/templates/", CampaignSpec),
)


def keys_at(file: str, path: Sequence[str]) -> frozenset[str] | None:
    """What may stand in `file` below the keys of `path`; None where the keys are the writer's own."""
    spec = _spec_of(file)
    return frozenset() if spec is None else _keys_at(spec, tuple(path))


def holds_text(file: str, path: Sequence[str]) -> bool:
    spec = _spec_of(file)
    return spec is not None and is_text(spec, tuple(path))


def _spec_of(file: str) -> type[BaseModel] | None:
    return next((spec for start, spec in _OF_FILES if file.startswith(start)), None)


@lru_cache(maxsize=100)
def _keys_at(spec: type[BaseModel], path: tuple[str, ...]) -> frozenset[str] | None:
    steps = list(path)
    while steps:
        info = spec.model_fields.get(steps.pop(0))
        below = model_of(info.annotation) if info else None
        if info is None or below is None:
            return frozenset()
        if is_mapping_of_models(info.annotation):
            if not steps:
                return None
            steps.pop(0)
        spec = below
    composed = {name for name, marker in api_fields(spec).items() if marker.composed}
    return frozenset(spec.model_fields) - composed


def is_text(model: type[BaseModel], path: Sequence[str | int]) -> bool:
    """Whether a field of the spec, or an item of one, holds text that a person reads or follows."""
    steps = list(path)
    while steps:
        info = model.model_fields.get(str(steps.pop(0)))
        if info is None:
            return False
        below = model_of(info.annotation)
        if below is None:
            return _is_prose(info) and all(isinstance(step, int) for step in steps)
        if steps and (isinstance(steps[0], int) or is_mapping_of_models(info.annotation)):
            steps.pop(0)
        model = below
    return False


def model_of(annotation: Any) -> type[BaseModel] | None:
    """The spec inside `X | None`, `dict[Key, X]`, `list[X]`, `Annotated[X, …]`; None where there is none."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, BaseModel) else None
    return next((m for part in typing.get_args(annotation) if (m := model_of(part))), None)


def is_mapping_of_models(annotation: Any) -> bool:
    return typing.get_origin(annotation) is dict


def _is_prose(info: FieldInfo) -> bool:
    return any(isinstance(each, Prose) for each in info.metadata) or _marked(info.annotation)


def _marked(annotation: Any) -> bool:
    return isinstance(annotation, Prose) or any(_marked(part) for part in typing.get_args(annotation))
