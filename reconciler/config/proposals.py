"""What somebody who wrote a value that a field does not take may have meant. Pure.

Whatever is proposed has been tried: the field takes it.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from reconciler.kinds import countries
from reconciler.kinds.base import LifecycleSpec
from reconciler.kinds.field_types import OneOf, key_of
from reconciler.kinds.identity import MEDIA_FIELDS
from reconciler.kinds.meant import clean, identifier
from reconciler.kinds.spec_tree import has_own_keys, model_of, spec_below
from reconciler.model.document import KeyPath
from reconciler.text.yaml import as_yaml

FLAGS: Mapping[str, bool] = {
    **dict.fromkeys("yes y true on 1 enabled enable active ja".split(), True),
    **dict.fromkeys("no n false off 0 disabled disable inactive nein".split(), False),
}
COUNTRIES = frozenset(["countries", "special_ad_category_country"])
LONGEST = 500
"""Characters of a value that is guessed at."""
_SEPARATORS = r"\s*(?:[,，、;；/|&+\n]|\band\b)\s*|\s+"


def proposal(model: type[BaseModel], path: KeyPath, value: Any, written: str, context: Mapping[str, Any]) -> str:
    """`write countries: [SG]`; empty where the field takes nothing that is near."""
    found = _field(model, path)
    if found is None or (isinstance(value, str) and len(value) > LONGEST):
        return ""
    name, annotation, is_item = found
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    said = ""
    for meant in _candidates(name, annotation, value, written):
        try:
            adapter.validate_python(meant, strict=True, context=dict(context))
        except ValidationError as error:
            said = said or _said(error)
            continue
        return f"write {as_yaml(meant)}" if is_item else f"write {name}: {as_yaml(meant)}"
    return _several(name, adapter, value, context, in_quotes=not written) if is_item else said


def _several(name: str, adapter: TypeAdapter[Any], value: Any, context: Mapping[str, Any], *, in_quotes: bool) -> str:
    """An item that is several: `[SG MY]`, `["SG, MY"]`."""
    parts = [part for part in re.split(_SEPARATORS, str(value)) if part]
    make = (lambda part: iter([_country(part)])) if name in COUNTRIES else _of_text
    meant = [next((m for m in make(part) if _takes(adapter, m, context)), None) for part in parts]
    if len(parts) < 2 or not all(meant):
        return ""
    return f"write {', '.join(map(as_yaml, meant))}" + (", without the quotes around it" if in_quotes else "")


def _takes(adapter: TypeAdapter[Any], value: Any, context: Mapping[str, Any]) -> bool:
    try:
        adapter.validate_python(value, strict=True, context=dict(context))
    except ValidationError:
        return False
    return True


def _said(error: ValidationError) -> str:
    """The mend of a field that has proposals of its own."""
    first = error.errors(include_url=False)[0]
    return str(first["ctx"]["error"]).partition("; ")[2] if first["type"] == "value_error" else ""


def _field(model: type[BaseModel], path: KeyPath) -> tuple[str, Any, bool] | None:
    """The field of a spec that `path` leads to, or the item of a list in it: name, type, and whether it is an item."""
    steps = list(path)
    while steps:
        name = str(steps.pop(0))
        info = model.model_fields.get(name)
        if info is None:
            return None
        if not steps:
            return name, _whole(info), False
        below = spec_below(model, name)
        if below is None:
            item = _item(info.annotation)
            return (name, item, True) if len(steps) == 1 and isinstance(steps[0], int) and item else None
        if has_own_keys(model, name):
            steps.pop(0)
        model = below
    return None


def _whole(info: FieldInfo) -> Any:
    return typing.Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def _item(annotation: Any) -> Any:
    """`X` of `list[X]`, also inside `list[X] | None` and `Annotated[list[X], …]`."""
    if typing.get_origin(annotation) is list:
        return typing.get_args(annotation)[0]
    return next((item for part in typing.get_args(annotation) if (item := _item(part)) is not None), None)


def _candidates(name: str, annotation: Any, value: Any, written: str) -> Iterator[Any]:
    """The likeliest first."""
    if model_of(annotation) is LifecycleSpec and isinstance(value, str):
        yield {"on_remove": clean(value).lower()}
    if name in MEDIA_FIELDS:
        yield from (each for each in _inner(value) if isinstance(each, str))
        return
    yield from _by_name(name, value)
    text = value if isinstance(value, str) else written
    is_list, words = _item(annotation) is not None, _words_of(annotation)
    if text and name in COUNTRIES:
        yield from (_listed(text, _country) if is_list else [_country(text)])
    elif text:
        yield from (_lists(text) if is_list else _of_text(text))
    if text and words and (meant := words.meant(clean(text))) and meant not in words.others:
        yield [meant] if is_list else meant
    if isinstance(value, bool | int | float) and is_list:
        yield [value]
    if isinstance(value, list) and len(value) == 1 and len(str(value[0])) <= LONGEST and not is_list:
        yield from _of_text(value[0]) if isinstance(value[0], str) else [value[0], str(value[0])]
    if isinstance(value, dict) and is_list:
        yield from _candidates(name, annotation, ", ".join(map(str, value)), "")
    if isinstance(value, dict) and len(value) == 1 and not is_list:
        yield from _of_text(str(_inner(value)[0])[:LONGEST])
    if value is None and is_list:
        yield []


def _by_name(name: str, value: Any) -> Iterator[Any]:
    """Of the fields that are written in another way elsewhere."""
    if name == "url_tags":
        yield "&".join(f"{key}={inner}" for key, inner in value.items()) if isinstance(value, dict) else ""
        yield "&".join(map(str, _inner(value)))
    if name == "attribution_spec":
        yield from _windows(value)


def _windows(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from [[value]] if "window_days" in value else []
        return
    said = str(value).lower()
    found = re.findall(_WINDOW, said)
    windows = [{"event_type": f"{event.upper()}_THROUGH", "window_days": int(days)} for days, event in found]
    if windows and len(windows) == len(re.findall("[0-9]+", said)):
        yield windows
        yield from windows if len(windows) == 1 else ()


_WINDOW = r"([0-9]{1,2})[ _-]*d(?:ays?)?[ _-]*(click|view)"
"""`7-day click, 1-day view`, as Ads Manager says it; `7d_click` in a report."""


def _inner(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _words_of(annotation: Any) -> OneOf | None:
    if isinstance(annotation, OneOf):
        return annotation
    return next((words for part in typing.get_args(annotation) if (words := _words_of(part))), None)


def _of_text(text: str) -> Iterator[Any]:
    plain = clean(text)
    yield from (plain, plain.upper(), text)
    if plain.lower() in FLAGS:
        yield FLAGS[plain.lower()]
    if number := re.fullmatch(r"([0-9]{1,12})\s*(?:%|percent|pct)?", plain):
        yield int(number[1])
    yield from _shaped(plain)


def _shaped(plain: str) -> Iterator[str]:
    """Keys, ad accounts, versions, spans of time and names of variables, which have a shape of their own."""
    if account := re.fullmatch(r"(?:.*\bact[=_\s-]*)?([0-9]{1,30})(?:&.*)?", plain, re.IGNORECASE):
        yield f"act_{account[1]}"
    if version := re.fullmatch(r"[vV]?\s*([0-9]{2})(?:\.[0-9])?", plain):
        yield f"v{version[1]}.0"
    if span := re.fullmatch(r"([1-9][0-9]*)\s*(m|h|d)[a-z]*", plain, re.IGNORECASE):
        yield f"{span[1]}{span[2].lower()}"
    if variable := re.fullmatch(r"(?:env[/:.]?|\$\{?)\s*([A-Za-z_][A-Za-z0-9_]*)\}?", plain):
        yield f"env/{variable[1].upper()}"
    if span := re.fullmatch("[1-9][0-9]{0,3}", plain):
        yield f"{plain}h"
    if digits := identifier(plain):
        yield from (digits, f"act_{digits}")
    if re.search(r"[A-Za-z0-9]", plain):
        yield from (key_of(plain), key_of(plain).replace("_", "-"))


def _lists(text: str) -> Iterator[list[str]]:
    for make in (str, str.upper, str.lower, key_of):
        yield from _listed(text, make)


def _country(text: str) -> str:
    code = countries.meant(re.sub(r"^.*:|[.]", "", clean(text)).strip())
    return "" if code in countries.NO_ADS else code


def _listed(text: str, make: Callable[[str], str]) -> Iterator[list[str]]:
    """`SG`, `SG, MY`, `(SG)` and `［SG］` as lists."""
    inner = re.sub(r"^[\[({<-]+\s*|\s*[\])}>]+$", "", clean(text))
    parts = [part for part in re.split(r"\s*[,，、;；/|&]\s*|\s+and\s+", inner) if part]
    words = [part for part in re.split(r"[\s,，、;；/|&]+", inner) if part and part != "and"]
    for each in (parts, words):
        yield [make(part) for part in each]
