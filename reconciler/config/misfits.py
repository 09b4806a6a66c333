"""What a file that does not fit its spec is told, in a buyer's words and with a mend that works. Pure.

`slipped` finds lines that stand in the wrong place before anything is typed, `composed` what is not written here, and
`told` says what pydantic found: another tool's word, a key without its ':', a value of another shape.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from reconciler.config.elsewhere import among_keys, elsewhere
from reconciler.config.known_keys import FILES, LEVELS
from reconciler.config.proposals import proposal
from reconciler.kinds.base import Spec, api_fields
from reconciler.kinds.copy import LONG
from reconciler.kinds.descriptions import description
from reconciler.kinds.field_types import KEY_PATTERN, free_keys, key_of
from reconciler.kinds.files import LAYERED
from reconciler.kinds.identity import MEDIA_FIELDS
from reconciler.kinds.said import counted
from reconciler.kinds.spec_tree import has_own_keys, is_text, keys_of, spec_at, spec_below, written_fields
from reconciler.kinds.synonyms import OF_FILES, RIGHT_NAMES, as_key
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Problem
from reconciler.model.versions import DEFAULT
from reconciler.text.yaml import LONGEST, as_yaml, quoted

WORDS = LAYERED.words

MOST_GUESSES = 200
"""Problems of one file that a near word is looked for; a file with more is not misspelt."""

Detail = Mapping[str, Any]


def told(
    model: type[BaseModel], document: Document, error: ValidationError, context: Mapping[str, Any]
) -> Iterator[Problem]:
    # A text written with nothing is told where it is written, whatever stands below it.
    details = [d for d in error.errors(include_url=False) if d["input"] is not None or not is_text(model, d["loc"])]
    details = [d for d in details if not _is_written_otherwise(model, d, details)]
    yield from (_problem(model, document, d, context, guess=i < MOST_GUESSES) for i, d in enumerate(details))


def _is_written_otherwise(model: type[BaseModel], missing: Detail, details: Sequence[Detail]) -> bool:
    """Whether a key that is missing stands there under another name, which is told."""
    if missing["type"] != "missing":
        return False
    here, name = missing["loc"][:-1], missing["loc"][-1]
    beside = [str(d["loc"][-1]) for d in details if d["type"] == "extra_forbidden" and d["loc"][:-1] == here]
    spec = spec_at(model, missing["loc"])
    return any(
        _right_name(spec, as_key(key)).partition(":")[0] == f"write {name}"
        or get_close_matches(as_key(key), [str(name)])
        for key in beside
    )


def slipped(model: type[BaseModel], document: Document, path: KeyPath = ()) -> Iterator[Problem]:
    """A key with nothing below it, since the lines that belong there stand no further in than it does."""
    level = document.value(path)
    if not path and (wrapped := _wrapped(model, document)):
        yield wrapped
        return
    owner = ""
    out: dict[str, list[str]] = {}
    fields = model.model_fields
    for name, value in level.items() if isinstance(level, dict) else ():
        below = spec_below(model, name)
        if below is not None:
            is_map = has_own_keys(model, name)
            owner = name if value is None and not document.origin((*path, name)).written else ""
            if is_map and _is_keyless(below, value):
                here, noun = (
                    document.keys.get((*path, name), document.origin((*path, name))),
                    name[:-1].replace("_", " "),
                )
                said = f"the lines below {name}: are those of one {noun}, which has no key"
                yield Problem(
                    here,
                    said,
                    f"write a key of your own below {name}:, such as {WORDS.keys[name]}:, and those lines "
                    "below it, two spaces further in",
                )
                continue
            if is_map:
                yield from _slipped_of_one(below, document, (*path, name))
            for inner in [(*path, name, key) for key in keys_of(value)] if is_map else [(*path, name)]:
                yield from slipped(below, document, inner)
        elif owner and name not in fields and _belongs(model, owner, name, value):
            out.setdefault(owner, []).append(name)
    for name, names in out.items():
        yield _no_further_in(document, (*path, name), names)


def _slipped_of_one(below: type[BaseModel], document: Document, path: KeyPath) -> Iterator[Problem]:
    """`hero:` below `ads:`, with the ad's fields beside it."""
    owner = ""
    names: list[str] = []
    for name, value in document.value(path).items() if isinstance(document.value(path), dict) else ():
        if value is None and not document.origin((*path, name)).written and name not in below.model_fields:
            owner, names = name, []
        elif owner and name in below.model_fields and (spec_below(below, name) or not isinstance(value, dict)):
            names.append(name)
        elif names:
            break
    if names:
        yield _no_further_in(document, (*path, owner), names)


def _no_further_in(document: Document, path: KeyPath, names: Sequence[str]) -> Problem:
    here = document.keys.get(path, document.origin(path))
    mend = f"put two spaces before each line that belongs to {path[-1]}: {', '.join(names[:MOST_NAMES])}"
    return Problem(here, f"the lines below {path[-1]}: stand no further in than it", mend)


MOST_NAMES = 8


@cache
def _required(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(name for name, info in model.model_fields.items() if info.is_required())


def _wrapped(model: type[BaseModel], document: Document) -> Problem | None:
    """`campaign:` above the whole file, whose fields stand further in than they belong."""
    required, fields = _required(model), model.model_fields
    following = [*document.data, ""]
    for index, (name, value) in enumerate(document.data.items(), 1):
        is_field = name in fields and name not in required
        if is_field or not isinstance(value, dict) or not required & (set(value) - set(document.data)):
            continue
        here, first = document.keys.get((name,)), document.keys.get((name, next(iter(value))))
        if here and first and first.line > here.line and all(inner in model.model_fields for inner in value):
            spaces = counted(first.column - here.column, "space")
            until = f", up to {following[index]}:" if following[index] else ""
            mend = f"delete this line, and take {spaces} away before each line below it{until}"
            return Problem(here, f"the fields of this file stand below {name}:, further in than they belong", mend)
    return None


def _is_keyless(below: type[BaseModel], value: Any) -> bool:
    """Whether `ads:` holds the fields of an ad, and no ad by its key. `image: ~` takes away an ad that is called so."""
    return (
        isinstance(value, dict)
        and all(name in below.model_fields for name in value)
        and any(inner is not None and not isinstance(inner, dict) for inner in value.values())
    )


def _belongs(model: type[BaseModel], owner: str, name: str, value: Any) -> bool:
    if has_own_keys(model, owner):
        return isinstance(value, dict)
    below = spec_below(model, owner)
    return below is not None and name in below.model_fields


def composed(model: type[BaseModel], document: Document, path: KeyPath) -> Iterator[Problem]:
    """Fields that exist at Meta but are composed from others: writing them would say a thing twice."""
    data = document.value(path)
    if not isinstance(data, dict):
        return
    markers = api_fields(model)
    for name, value in data.items():
        here = (*path, name)
        if name in markers and markers[name].composed:
            said = description(model, name)
            mend = said[:1].lower() + said[1:].rstrip(".")
            yield Problem(document.keys.get(here, document.origin(here)), f"{name} is not written here", mend)
            continue
        below = spec_below(model, name)
        if below is not None and isinstance(value, dict):
            for inner in [(*here, key) for key in value] if has_own_keys(model, name) else [here]:
                yield from composed(below, document, inner)


def _problem(
    model: type[BaseModel], document: Document, detail: Detail, context: Mapping[str, Any], *, guess: bool
) -> Problem:
    path: KeyPath = tuple(step for step in detail["loc"] if step != "[key]")
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    kind = str(detail["type"])
    if kind == "extra_forbidden":
        here = spec_at(model, path)
        slip = _without_colon(model, document, path) or (WORDS.slip(here, document, path) if _is_level(here) else None)
        return slip or _or_text(_unknown_key(model, document, path, guess=guess), here, document, path)
    if kind == "missing":
        return Problem(document.origin(path[:-1]), f"{name} is missing", f"add {name}: …, {_wanted(model, path)}")
    if kind in OF_MAPPINGS and (slip := among_keys(model, document, path, detail["input"])):
        return slip
    is_key = detail["loc"][-1:] == ("[key]",)
    origin = document.keys.get(path, document.origin(path)) if is_key else document.origin(path)
    message, mend = _words(kind, name, detail, origin.written)
    if not is_key and isinstance(detail["input"], str) and (line := _line_of(model, path, detail["input"])):
        return Problem(origin, message, line)
    if kind == "string_type" and name in ONE_TEXT and isinstance(detail["input"], list | dict):
        return Problem(origin, message, _one_text(name, detail["input"]))
    if kind == "string_type" and (
        several := WORDS.several(spec_at(model, path), path, detail["input"], origin.written)
    ):
        return Problem(origin, message, several)
    if not mend and is_key:
        mend = _key_mend(str(detail["input"]), document.value(path[:-1]) or ())
    elif not mend:
        guess = guess and kind != "string_too_long"
        mend = (guess and proposal(model, path, detail["input"], origin.written, context)) or MENDS.get(name, "")
    return Problem(origin, message, mend or _plain_mend(model, path, kind, detail))


ONE_TEXT = {
    "url_contains": ("a part of the address, such as /shop", "; for each other part write another audience"),
    "event": ("the name of one event, such as AddToCart", "; for each other event write another audience"),
    "of": ("the key of an audience, or an id in quotes", "; for each other audience write another lookalike"),
    "lead_form": ("the key of a lead form, or an id in quotes", "; for each other form write another ad"),
    "label": ("the text of one question", "; for each other question write another item of questions"),
    "body": ("one text", ""),
    "button_text": ("what stands on the button", ""),
}
"""A text in which brackets would never be meant: what it is, and what is written where it is to be several."""


def _one_text(name: str, value: Any) -> str:
    """`write of: visitors`, of `[visitors]` and of `{key: visitors}`."""
    inner = list(value.values()) if isinstance(value, dict) else list(value)
    texts = [one for one in inner if isinstance(one, str) and one.strip() and len(one) <= LONGEST]
    takes, others = ONE_TEXT[name]
    if not texts or (isinstance(value, dict) and len(value) > 1):
        return f"write {name}: and {takes}"
    more = others if len(inner) > 1 else ""
    return f"write {name}: {quoted(texts[0]) if texts[0].isdigit() else as_yaml(texts[0])}, as it takes {takes}{more}"


WANTED = {
    "name": "as it is shown in Ads Manager",
    "account": "the ad account's id, such as act_1234567890",
    "currency": "the account's currency, such as SGD",
    "project": "a short name that is part of every ownership label and stays as it is",
}
IN_EU = {"beneficiary": "the name of who benefits from the ads", "payer": "the name of who pays for the ads"}
"""What a key that is missing holds."""


def _wanted(model: type[BaseModel], path: KeyPath) -> str:
    name = str(path[-1])
    if path[0] == "regulated":
        return IN_EU[name] if "eu" in path else "the id of a verified identity, in quotes"
    return WANTED.get(name) or _explained(spec_at(model, path), name)


def _explained(spec: type[BaseModel], name: str) -> str:
    """What the schema says of a field, as the end of a sentence."""
    said = description(spec, name).partition("\n")[0].rstrip(".")
    return said[0].lower() + said[1:]


def _unknown_key(model: type[BaseModel], document: Document, path: KeyPath, *, guess: bool) -> Problem:
    name = str(path[-1])
    here, said = spec_at(model, path), as_key(name)
    known = written_fields(here)
    note, mend = WORDS.meant(here, document, path) if _is_level(here) else ("", _right_name(here, said))
    mend = mend or elsewhere(model, document, path)
    if not mend and guess and (near := get_close_matches(said, known, n=1, cutoff=0.6)):
        mend = f"did you mean {near[0]}?"
    elif not mend and "raw" in known:
        mend = "remove it; a Marketing API parameter that has no name here goes under raw:"
    elif not mend:
        mend = f"known keys: {', '.join(sorted(known))}"
    origin = document.keys.get(path, document.origin(path))
    return Problem(origin, f"unknown key {name!r}{note}", mend)


def _is_level(here: type[BaseModel]) -> bool:
    return here in LEVELS.values()


def _without_colon(model: type[BaseModel], document: Document, path: KeyPath) -> Problem | None:
    """`headline Save: today` is `headline: "Save: today"`."""
    word, _, rest = str(path[-1]).partition(" ")
    value, written = document.value(path), document.origin(path).written
    is_known = word in written_fields(spec_at(model, path)) and word not in document.value(path[:-1])
    if not is_known or not rest.strip() or isinstance(value, dict | list) or len(f"{rest}{value}") > LONGEST:
        return None
    text = f"{rest.strip()}: {written or value}" if value is not None else f"{rest.strip()}:"
    origin = document.keys.get(path, document.origin(path))
    return Problem(origin, f"{word} has no ':'", f"write {word}: {quoted(text)}")


def _line_of(model: type[BaseModel], path: KeyPath, value: Any) -> str:
    """The one line below a key, where it lacks its ':' and so is taken for a text: `image b.png` below `ad:`."""
    below = spec_below(spec_at(model, path), str(path[-1])) if path else None
    word, _, rest = str(value).partition(" ")
    if below is None or not rest.strip() or word not in written_fields(below) or len(rest) > LONGEST:
        return ""
    return f"write {word}: {as_yaml(rest.strip())}, below {path[-1]}: and two spaces further in"


def _or_text(problem: Problem, here: type[BaseModel], document: Document, path: KeyPath) -> Problem:
    """`Ends: on Sunday` below a text is meant as its next line."""
    before = list(document.value(path[:-1]))
    owner = before[before.index(path[-1]) - 1] if path[-1] in before[1:] else None
    if owner != LONG or as_key(str(path[-1])) in (path[-1], *written_fields(here)):
        return problem
    is_block = "\n" in str(document.value((*path[:-1], owner)))
    how = "put it as far in as the other lines of that" if is_block else f"use a block text: {owner}: |"
    return replace(problem, mend=f"{problem.mend}; where it goes on with the text above it, {how}")


def _right_name(here: type[BaseModel], said: str) -> str:
    """The mend for a word of Ads Manager's, or a field that stands a level too high or too low."""
    if _is_level(here):
        return WORDS.right_name(here, said)
    known = written_fields(here)
    told = here.SAID.get(said, "") if issubclass(here, Spec) else ""
    if told:
        return f"write {told}" if told in known else told
    own = OF_FILES.get(FILES.get(here, ""), {}).get(said, said)
    name = own if own in known else RIGHT_NAMES.get(said, said)
    return f"write {name}" if name in known else ""


EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "dict_type": "a mapping of keys to values",
    "list_type": "a list",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}


ONE_FILE = "write one file below creatives/, such as spring/hero.mp4; one for each placement is not supported yet"

MENDS = {
    "countries": "write a list of two-letter country codes, such as [SG]",
    "special_ad_category_country": "write a list of two-letter country codes, such as [SG]",
    "attribution_spec": "write a list of windows, such as [{event_type: CLICK_THROUGH, window_days: 7}]",
    "token": "write env/NAME, the name of the environment variable that holds the token; never a token itself",
    "api_version": f"write api_version: {DEFAULT}",
    "account": "write act_ and the digits from Ads Manager's address bar, such as act_1234567890",
    **dict.fromkeys(MEDIA_FIELDS, ONE_FILE),
    "max_lateness": "write a span of time, such as 24h",
    **WORDS.parts,
}
"""What a field takes, where nothing that was written is near it."""


def _key_mend(key: str, beside: Collection[str]) -> str:
    """`beside`: the keys of that mapping, of which others may be wrong, too."""
    shown = free_keys(beside, lambda one: "" if KEY.fullmatch(one) else key_of(one)).get(key)
    return (f"write {shown}; " if shown else "") + "keys are at most 63 small letters, digits, - and _"


KEY = re.compile(KEY_PATTERN)


def _plain_mend(model: type[BaseModel], path: KeyPath, kind: str, detail: Detail) -> str:
    if kind in OF_MAPPINGS and (whole := _as_mapping(model, path, detail["input"])):
        return whole
    if kind in EXPECTED:
        return MENDS_OF_TYPES.get(kind, "")
    if kind == "too_short":
        return "write at least one"
    if kind == "string_too_long":
        return "shorten it"
    if kind == "string_pattern_mismatch":
        return f"it must match {detail['ctx']['pattern']}"
    return ""


OF_MAPPINGS = frozenset({"dict_type", "model_type", "model_attributes_type"})


def _as_mapping(model: type[BaseModel], path: KeyPath, value: Any) -> str:
    """`privacy_policy: https://…` is `{url: https://…}`, since that is what it has to have; where nothing has to be
    there, `{}` says that all is as usual."""
    steps = [step for step in path if isinstance(step, str)]
    below = spec_below(spec_at(model, steps), steps[-1]) if steps else None
    if below is None or _is_level(below):
        return ""
    needed = [name for name, info in below.model_fields.items() if info.is_required()]
    written = dict.fromkeys(needed, value)
    if len(needed) > 1 or not _fits(below, written):
        return ""
    said = ", ".join(f"{name}: {as_yaml(str(value))}" for name in needed)
    return f"write {'' if isinstance(path[-1], int) else f'{path[-1]}: '}{{{said}}}"


def _fits(spec: type[BaseModel], value: Mapping[str, Any]) -> bool:
    try:
        spec.model_validate(value)
    except ValidationError:
        return False
    return True


MENDS_OF_TYPES = {
    "string_type": "write one text, in quotes",
    "int_type": "write a whole number",
    "bool_type": "write true or false",
    "list_type": "write a list in brackets, such as [one, two]",
    "dict_type": "write the keys and values below it, two spaces further in",
    "model_type": "write the keys and values below it, two spaces further in",
    "model_attributes_type": "write the keys and values below it, two spaces further in",
}


BEYOND = {"less_than_equal": ("more than", "le"), "greater_than_equal": ("less than", "ge")}
OTHER_SIDE = {"more than": "less", "less than": "more"}


def _words(kind: str, name: str, detail: Detail, written: str) -> tuple[str, str]:
    """What is wrong, and the mend where the error has one of its own."""
    value = detail.get("input")
    if kind == "value_error":
        message, _, mend = str(detail["ctx"]["error"]).partition("; ")
        return f"{name}: {message}", mend
    if kind == "string_too_short":
        return f"{name} is written with nothing", "write the text, or delete the key"
    if kind in EXPECTED:
        return f"{name}: expected {EXPECTED[kind]}, found {_found(value, written)}", ""
    if kind == "too_short":
        return f"{name} has nothing in it", ""
    if kind == "string_pattern_mismatch":
        return f"{name}: {value!r} does not fit", ""
    if kind in BEYOND:
        side, bound = BEYOND[kind]
        limit = detail["ctx"][bound]
        return f"{name}: {value} is {side} {limit}", f"write {name}: {limit}, or {OTHER_SIDE[side]}"
    return f"{name}: {detail['msg'][0].lower()}{detail['msg'][1:]}", ""


def _found(value: Any, written: str) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        noun = "a mapping" if isinstance(value, dict) else "a list"
        return f"{noun}, {written}" if written else noun
    return written if written and not isinstance(value, str) else repr(value)
