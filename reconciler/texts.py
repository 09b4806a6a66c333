"""Text that would be lost in silence: a field written with nothing, or cut off by a `#`. Pure."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from reconciler.document import Document, KeyPath
from reconciler.kinds.base import Prose
from reconciler.model import Problem


def lost_text(model: type[BaseModel], document: Document, within: KeyPath = ()) -> Iterator[Problem]:
    """Of one file, or of what stands in it at `within`, which `model` describes."""
    size = len(within)
    for path in _nothing(_at(document.data, within), within):
        if is_text(model, path[size:]):
            mend = "put the text in quotes" if path in document.cut else "write the text, or delete the key"
            yield Problem(document.origin(path), f"{path[-1]} is written with nothing", mend)
    for path, origin in document.cut.items():
        if path[:size] == within and is_text(model, path[size:]) and _at(document.data, path) is not None:
            name = next(step for step in reversed(path) if isinstance(step, str))
            said = f"{name} ends here: YAML takes what follows the # for a comment"
            yield Problem(origin, said, "put the text in quotes; a comment has two spaces before its # and one after")


def is_text(model: type[BaseModel], path: KeyPath) -> bool:
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


def _nothing(value: Any, path: KeyPath) -> Iterator[KeyPath]:
    if value is None and path:
        yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in steps:
        yield from _nothing(item, (*path, step))


def _at(data: Any, path: KeyPath) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
