"""Where each value of a resource is written, and in which word, so that a plan can say where to change it. Pure.

A value may come from a level above, from the account's file, or from a short word that `compose` has turned into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from reconciler.kinds.base import Level
from reconciler.kinds.delivery.checks.regulation import CATEGORIES, IDENTITIES
from reconciler.kinds.delivery.words import WORDS, has_ad_sets
from reconciler.kinds.regimes import REGIMES
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin

NAME_OF_MAIN = "in the full form ad_sets.main.name"
"""The short form has no place for it: its `name` is the campaign's, and that of all in it."""

OF_ACCOUNT = {"conversion_domain": "domain", "page": "page", "instagram_user": "instagram_user", "url_tags": "url_tags"}
"""Of an ad → the account's word."""

TIMES = {"start_time": "activate_at", "end_time": "deactivate_at"}


@dataclass
class Sources:
    """By field, or by path in one (`targeting.geo_locations.countries`): where it is written, and its word there where
    that is another one."""

    document: Document
    account: Document
    origins: dict[str, Origin] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, document: Document, path: KeyPath, word: str = "") -> None:
        if (origin := _place(document, path)) is not None:
            self.put(name, origin, word)

    def put(self, name: str, origin: Origin, word: str = "") -> None:
        self.origins[name] = origin
        if "." in name:
            self.origins.setdefault(name.partition(".")[0], origin)
        if word:
            self.words[name] = word
        else:
            self.words.pop(name, None)


def _place(document: Document, path: KeyPath) -> Origin | None:
    """Where somebody has written what stands there; None where nobody has."""
    value, key = document.values.get(path), document.keys.get(path)
    # What a variable says is changed where that has its value.
    origin = key if key and not (value and value.variable) else value
    if origin is None or not origin.is_written:
        return None
    return replace(origin, made=value.made) if value and value.made else origin


@lru_cache(maxsize=1)
def _of_account(account: Document) -> Mapping[KeyPath, Origin]:
    """What its file says for what is in it, by path there: asked for by each of its resources."""
    words = [(word,) for word in (*LONG_OF, *OF_ACCOUNT.values(), "regulated")]
    places = {path: _place(account, path) for path in (*words, *(at for _, at, _ in REGULATED))}
    return {path: origin for path, origin in places.items() if origin}


def sources(
    document: Document,
    account: Document,
    path: KeyPath,
    kind: str,
    fields: Mapping[str, Any],
    spec: Level,
    times: KeyPath,
    run: Mapping[str, KeyPath],
) -> Sources:
    """`times`: the level whose times hold for its status. `run`: by field of TIMES, the level whose time is sent."""
    found = Sources(document, account)
    for name, word in TIMES.items():
        if origin := _place(document, (*times, word)):
            found.put(word, origin)
        if name in run and (origin := _place(document, (*run[name], word))):
            found.put(name, origin, word)
    if kind == "ad_set":
        found.take("bid_strategy", document, ("bid_strategy",))
        if not has_ad_sets(document):
            found.take("name", document, ("name",), NAME_OF_MAIN)
        _from_words(found, path)
        _from_regulated(found)
    if kind == "ad":
        said = _of_account(account)
        for name, word in OF_ACCOUNT.items():
            if (word,) in said:
                found.put(name, said[word,], word if word != name else "")
    _from_fields(found, path, fields, spec)
    return found


def _from_fields(found: Sources, path: KeyPath, fields: Mapping[str, Any], spec: Level) -> None:
    document = found.document
    for name in (*fields, "status"):
        here = (*path, "raw", name) if name in spec.raw else (*path, name)
        if (origin := _place(document, here)) is None:
            continue
        found.put(name, origin)
        if isinstance(fields.get(name), (Mapping, list)):
            for text, steps in _places(fields[name], name):
                found.take(text, document, (*here, *steps))


LONG_OF = {word.name: ".".join(word.path) for word in WORDS if word.path}


def _from_words(found: Sources, path: KeyPath) -> None:
    said, level = _of_account(found.account), found.document.value(path)
    for word, long in LONG_OF.items():
        # Of a preset no line can be told, and the word is known all the same.
        found.words[long] = word
        if (word,) in said:
            found.put(long, said[word,], word)
        if word in level:
            found.take(long, found.document, (*path, word), word)


REGULATED = tuple(
    (f"{IDENTITIES}.{regime.prefix}_{role}" if regime.prefix else text, ("regulated", regime.setting, role), role)
    for regime in REGIMES
    for role, text in (("beneficiary", "dsa_beneficiary"), ("payer", "dsa_payor"))
)


def _from_regulated(found: Sources) -> None:
    said = _of_account(found.account)
    for name, at, role in REGULATED:
        if at in said:
            found.put(name, said[at], role)
    if ("regulated",) in said:
        found.put(CATEGORIES, said["regulated",])


def _places(value: Any, text: str) -> Iterator[tuple[str, KeyPath]]:
    """Each place inside a value, as gaps name it and as documents do."""
    if isinstance(value, Mapping):
        inner = [(f"{text}.{key}", key, each) for key, each in value.items()]
    else:
        inner = [(f"{text}[{at}]", at, each) for at, each in enumerate(value)] if isinstance(value, list) else []
    for here, step, each in inner:
        yield here, (step,)
        yield from ((deeper, (step, *steps)) for deeper, steps in _places(each, here))
