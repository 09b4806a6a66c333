"""Places and interests that a file names otherwise than Meta does: the id is what counts, and it may be another one's.
Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.kinds.structure import IDS
from reconciler.model.address import Address
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.text.sanitize import brief

FIELD = "targeting"


def misnamed(resources: Mapping[Address, Resource], live: Mapping[Address, Object]) -> Iterator[str]:
    """One note for each thing, wherever else it stands: what the file calls it, and what Meta does."""
    told: set[tuple[str, str, str]] = set()
    for address, resource in resources.items():
        one, spec = live.get(address), resource.fields.get(FIELD)
        if one is None or one.gone or not isinstance(spec, Mapping):
            continue
        for path, named, said, called in _pairs(spec, one.fields.get(FIELD), FIELD):
            if (named, said, called) not in told and not _alike(said, called):
                told.add((named, said, called))
                ours, theirs = f"{brief(said)!r} ({resource.origin_of(path).line_text})", repr(brief(called))
                yield (
                    f"{address}: {path} calls {named} {ours}, and at Meta that is {theirs}: "
                    f"only the {named.partition(' ')[0]} counts; write the one that is meant, or that name"
                )


def _pairs(declared: Any, live: Any, path: str) -> Iterator[tuple[str, str, str, str]]:
    """Path, id, declared name and live name of each thing that both name."""
    if isinstance(declared, Mapping) and isinstance(live, Mapping):
        if (named := _id_of(declared)) and named == _id_of(live) and declared.get("name") and live.get("name"):
            yield path, named, str(declared["name"]), str(live["name"])
        for key, value in declared.items():
            if isinstance(value, (Mapping, list)):
                yield from _pairs(value, live.get(key), f"{path}.{key}")
    elif isinstance(declared, list) and isinstance(live, list):
        by_id = {named: one for one in live if (named := _id_of(one))}
        groups = [one for one in live if isinstance(one, Mapping) and not _id_of(one)]
        for at, item in enumerate(declared):
            named = _id_of(item)
            for other in [by_id.get(named)] if named else groups:
                yield from _pairs(item, other, f"{path}[{at}]")


def _id_of(item: Any) -> str:
    """Such as `key 2418779`; "" of what has none."""
    return next((f"{name} {item[name]}" for name in IDS if name in item), "") if isinstance(item, Mapping) else ""


def _alike(said: str, called: str) -> bool:
    """Whether all words of the one are the other's. Names in two scripts cannot be compared."""
    ours, theirs = _words(said), _words(called)
    return ours <= theirs or theirs <= ours or _is_latin(ours) is not _is_latin(theirs)


def _words(name: str) -> frozenset[str]:
    plain = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    return frozenset(re.findall(r"\w+", plain))


def _is_latin(words: frozenset[str]) -> bool:
    return all(word.isascii() for word in words)
