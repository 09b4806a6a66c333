"""What a spec holds, field by field and level by level."""

from __future__ import annotations

import types
import typing
from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from reconciler.kinds.base import api_fields
from reconciler.kinds.field_types import Prose


def is_text(model: type[BaseModel], path: Sequence[str | int]) -> bool:
    """Whether a field of the spec, or an item of one, holds text that a person reads or follows."""
    steps = list(path)
    while steps:
        name = str(steps.pop(0))
        info, below = model.model_fields.get(name), spec_below(model, name)
        if info is None:
            return False
        if below is None:
            return _is_prose(info) and all(isinstance(step, int) for step in steps)
        if steps and (isinstance(steps[0], int) or has_own_keys(model, name)):
            steps.pop(0)
        model = below
    return False


@cache
def spec_below(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The spec that a field holds, be it in a list or by key. Asked of each key of each file, and found once."""
    info = model.model_fields.get(name)
    return model_of(info.annotation) if info else None


@cache
def has_own_keys(model: type[BaseModel], name: str) -> bool:
    """Whether a field holds things by keys that the writer chooses: ads, ad sets."""
    info = model.model_fields.get(name)
    return info is not None and typing.get_origin(info.annotation) is dict


def spec_at(model: type[BaseModel], path: Sequence[str | int]) -> type[BaseModel]:
    """The spec that the last step of `path` is a field of."""
    for step in path[:-1]:
        model = spec_below(model, str(step)) or model
    return model


def written_fields(model: type[BaseModel]) -> list[str]:
    """Fields less those that are composed from others."""
    composed = {n for n, marker in api_fields(model).items() if marker.composed}
    return [n for n in model.model_fields if n not in composed]


def in_order(model: type[BaseModel]) -> list[str]:
    """The fields that YAML may write, as a person writes them one after the other."""
    first, last = getattr(model, "FIRST", ()), getattr(model, "LAST", ())
    names = written_fields(model)
    between = [name for name in names if name not in first and name not in last]
    return [*(n for n in first if n in names), *between, *(n for n in last if n in names)]


def keys_of(value: Any) -> list[str]:
    return list(value) if isinstance(value, dict) else []


def model_of(annotation: Any) -> type[BaseModel] | None:
    """The spec inside `X | None`, `dict[Key, X]`, `list[X]`, `Annotated[X, …]`; None where there is none."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, BaseModel) else None
    return next((m for part in typing.get_args(annotation) if (m := model_of(part))), None)


def _is_prose(info: FieldInfo) -> bool:
    return any(isinstance(each, Prose) for each in info.metadata) or _marked(info.annotation)


def _marked(annotation: Any) -> bool:
    return isinstance(annotation, Prose) or any(_marked(part) for part in typing.get_args(annotation))
