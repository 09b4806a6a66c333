"""What differs inside a nested value, leaf by leaf, as people read it. Pure.

`engine/compare.py` has decided that it differs; `kinds/structure.py` says where, and which list items have no like. Of
those a few may be one thing with another content, such as a group of interests that has lost one: deepdiff finds them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from reconciler.kinds.echoes import is_echo
from reconciler.kinds.said import phrase
from reconciler.kinds.structure import Gap, gaps, is_mapping, names_one_thing, one_form
from reconciler.model.values import canonical_json

MOST_PAIRED = 16
"""Items on each side: deepdiff takes each with each, a millisecond a time."""

FARTHEST = 0.5
"""How much of two items may differ for them to be told as one that was changed; 1 is all."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """`text`: `21 → 25`, or of a list that keeps some of its items those that came and went: `+ MY − TH`."""

    path: str
    text: str
    old: str
    new: str
    """The same as two whole values, for a table of what is and what will be."""


def is_nested(value: Any) -> bool:
    return isinstance(value, (Mapping, list))


def differing(path: str, declared: Any, live: Any, *, to_live: bool = False) -> Iterator[Leaf]:
    """The leaves that differ, but what Meta adds by itself. An update takes them from live to declared; what somebody
    did went the other way, `to_live`. The order of lists is nothing."""
    for gap in gaps(declared, live, path, _not_metas_own):
        if gap.alone is None:
            yield _step(gap.path, gap.declared, gap.live, to_live)
        else:
            yield from _in_lists(gap, *gap.alone, to_live)


def _not_metas_own(path: str, value: Any, inside: Any) -> Iterator[Gap]:
    if not is_echo(path, value, inside):
        yield Gap(path, None, value, added=True, beyond=value)


def _step(path: str, declared: Any, live: Any, to_live: bool) -> Leaf:
    old, new = (phrase(value, path) for value in ((declared, live) if to_live else (live, declared)))
    return Leaf(path, f"{old} → {new}", old, new)


def _in_lists(gap: Gap, declared: Mapping[int, Any], live: Mapping[int, Any], to_live: bool) -> Iterator[Leaf]:
    """Of the items that have no like: those that are another's with another content, then those that came and went."""
    pairs = _pairs(_structures(declared), _structures(live))
    for at, to in pairs.items():
        yield from differing(f"{gap.path}[{at}]", declared[at], live[to], to_live=to_live)
    ours = [item for at, item in declared.items() if at not in pairs]
    theirs = [item for to, item in live.items() if to not in pairs.values()]
    if (len(ours), len(theirs)) == (len(gap.declared), len(gap.live)):
        yield _step(gap.path, ours, theirs, to_live)
    elif ours or theirs:
        came, went = (theirs, ours) if to_live else (ours, theirs)
        told = [f"{sign} {phrase(items, gap.path)}" for sign, items in (("+", came), ("−", went)) if items]
        whole = _step(gap.path, gap.declared, gap.live, to_live)
        yield replace(whole, text=" ".join(told))


def _structures(items: Mapping[int, Any]) -> dict[int, Any]:
    """What could be the same thing with another content: an id, a word or a number cannot."""
    return {at: item for at, item in items.items() if is_mapping(item) and not names_one_thing(item)}


def _pairs(declared: Mapping[int, Any], live: Mapping[int, Any]) -> dict[int, int]:
    """The places of declared items, each with that of the live one that is most like it."""
    if not (declared and live) or max(len(declared), len(live)) > MOST_PAIRED:
        return {}
    ours, theirs = list(declared), list(live)
    texts = (canonical_json([one_form(item) for item in items.values()]) for items in (declared, live))
    return {ours[at]: theirs[to] for at, to in _most_alike(*texts)}


@lru_cache(maxsize=256)
def _most_alike(declared: str, live: str) -> list[tuple[int, int]]:
    """Of two JSON lists. Kept, since a template's change is the same in a thousand campaigns."""
    from deepdiff import DeepDiff  # noqa: PLC0415  most plans have no such change and go without it

    found = DeepDiff(
        json.loads(declared),
        json.loads(live),
        ignore_order=True,
        report_repetition=True,
        cutoff_intersection_for_pairs=1,
        cutoff_distance_for_pairs=FARTHEST,
        view="tree",
    )
    paths = [
        [level.path(output_format="list", use_t2=of_live) for of_live in (False, True)]
        for levels in found.values()
        for level in levels
    ]
    return sorted({(at[0], to[0]) for at, to in paths if len(at) > 1})
