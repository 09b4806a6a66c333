"""A campaign as it lives at Meta, as the full form that `shorten.py` writes in short. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reconciler.kinds.base import BUDGETS
from reconciler.kinds.budget_schedules import SCHEDULES, as_written
from reconciler.kinds.codecs import parse_wire_time
from reconciler.kinds.creative.creative import CREATIVE_PARAMETERS
from reconciler.kinds.delivery.presets import BY_DEFAULT, MAIN, PRESETS
from reconciler.kinds.delivery.undeclared import NO_CHOICE, READ, TOLD, WRITTEN, chosen
from reconciler.kinds.delivery.words import END, START
from reconciler.kinds.identity import MEDIA_FIELDS
from reconciler.kinds.regimes import REGIMES
from reconciler.kinds.structure import is_nothing
from reconciler.kinds.variables import escaped
from reconciler.kinds.wire import AUDIENCE_KEYS
from reconciler.model.address import Address
from reconciler.model.ref import address_in
from reconciler.model.status import ACTIVE, PAUSED
from reconciler.model.values import canonical_json

if TYPE_CHECKING:
    from reconciler.model.remote import Object

RUN = ("start_time", "end_time")
ROLES = ("beneficiary", "payer")
BELOW = {"campaign": "ad_sets", "ad_set": "ads"}


@dataclass
class FullForm:
    """`tree` as `shortened` takes it, and by address what is not in it."""

    tree: dict[str, Any] = field(default_factory=dict)
    notes: list[tuple[Address, str]] = field(default_factory=list)


def key_for(name: str, alone: bool, above: str) -> str:
    """`main` for the only one, where its name is that of what it is in, or there is nothing to tell it from."""
    return MAIN if alone and name == above else ""


def full_form(
    live: Mapping[Address, Object],
    media: Callable[[str], Any],
    now: datetime,
    ours: bool,
    existing: bool,
) -> FullForm:
    """Of a campaign with all in it. `media`: what YAML says for a media value. `ours`: whether it carries a label of
    this project, so that its start was declared. `existing`: whether each level names its object. `now` is aware."""
    found = FullForm()
    root = next(address for address in live if address.parent is None)
    levels: dict[Address, dict[str, Any]] = {}
    for address, one in sorted(live.items(), key=lambda each: len(each[0].keys)):
        above = live[address.parent].fields if address.parent is not None else {}
        level = _level(one, above, media)
        found.notes += [(address, text) for text in _only_told(one, above)]
        level |= {"existing": one.id} if existing else {}
        levels[address] = level
        if address.parent is not None:
            levels[address.parent].setdefault(BELOW[address.parent.kind], {})[address.key] = level
    for address, one in live.items():
        if "end_time" in one.fields or "start_time" in one.fields:
            _run(found, address, live, levels, now, ours=ours)
    found.tree = levels[root]
    if ours:
        _as_one_schedule(found, {at: levels[at] for at in live if at.parent == root}, live)
    return found


def _as_one_schedule(found: FullForm, sets: Mapping[Address, dict[str, Any]], live: Mapping[Address, Object]) -> None:
    """What we have made of one campaign's times stands in each of its ad sets. One that is on before its time is so
    under these: no time of its own says so."""
    on = [at for at, level in sets.items() if START in level and live[at].status == ACTIVE]
    said = {tuple(level.get(name) for name in (START, END)) for level in sets.values()}
    if len(said) != 1 or not any(next(iter(said))):
        for at in on:
            found.notes.append((at, _unsaid(sets[at].pop(START), "turned off until then")))
        return
    for name in (START, END):
        times = [level.pop(name) for level in sets.values() if name in level]
        found.tree |= {name: times[0]} if times else {}
    if on and len(on) == len(sets):
        found.tree["pre_review"] = True
    else:
        for at in on:
            sets[at]["status"] = ACTIVE


def _unsaid(start: datetime, otherwise: str) -> str:
    said = f"Meta starts it {start.isoformat(' ', 'minutes')} at the earliest"
    return f"{said}; the YAML does not say it: with activate_at it would be {otherwise}"


def _level(live: Object, above: Mapping[str, Any], media: Callable[[str], Any]) -> dict[str, Any]:
    said = {name: value for name, value in live.fields.items() if name not in RUN and not is_nothing(value)}
    raw = dict(chosen(said, above, WRITTEN[live.kind]))
    raw |= {name: said[name] for name in CREATIVE_PARAMETERS if name in said and said[name] not in NO_CHOICE}
    raw |= {SCHEDULES: as_written(said[SCHEDULES])} if SCHEDULES in said else {}
    apart = READ[live.kind] | CREATIVE_PARAMETERS | {SCHEDULES}
    level = {name: value for name, value in said.items() if name not in apart}
    level |= {name: media(level[name]) for name in MEDIA_FIELDS if name in level}
    return dict(escaped({**level, "raw": raw} if raw else level))


def _only_told(live: Object, above: Mapping[str, Any]) -> Iterator[str]:
    """What decides about delivery or money, and no file can say."""
    why = TOLD[live.kind]
    for name, value in chosen(live.fields, above, frozenset(why)):
        yield f"{name} {canonical_json(value)} stays at Meta, and no YAML says it: {why[name]}"


# ---- when it runs


def _run(
    found: FullForm,
    address: Address,
    live: Mapping[Address, Object],
    levels: Mapping[Address, dict[str, Any]],
    now: datetime,
    *,
    ours: bool,
) -> None:
    one, level = live[address], levels[address]
    start, end = (_moment(one.fields.get(name)) for name in RUN)
    if start is not None and start > now:
        above = live[address.root]
        if ours and above.status == PAUSED and _stands_as_waiting(address, live):
            level[START] = start
        else:
            found.notes.append((address, _unsaid(start, "turned on then, whoever has it off by now")))
    if end is None:
        return
    if end > now:
        level[END] = end
        return
    _ended(found, address, live, levels, end)


def _ended(
    found: FullForm,
    address: Address,
    live: Mapping[Address, Object],
    levels: Mapping[Address, dict[str, Any]],
    end: datetime,
) -> None:
    """What Meta has ended keeps its status there, and nobody has to turn it off."""
    concerned = [at for at in live if at.within(address) or address.within(at)]
    budgets = {name for at in (address, address.root) for name in BUDGETS if live[at].fields.get(name)}
    if "lifetime_budget" not in budgets:
        _ignore(levels[address], "end_time")
        found.notes.append((address, f"it ended {end.isoformat(' ', 'minutes')}; that stays as it is"))
        return
    levels[address][END] = end
    for at in concerned:
        if live[at].status == ACTIVE:
            _ignore(levels[at], "status")


def _stands_as_waiting(address: Address, live: Mapping[Address, Object]) -> bool:
    """Off with all that is in it, or all on under a campaign that is off, for an early review."""
    return len({live[at].status for at in live if at.within(address)}) == 1


def _ignore(level: dict[str, Any], name: str) -> None:
    lifecycle = level.setdefault("lifecycle", {})
    lifecycle["ignore"] = sorted({*lifecycle.get("ignore", []), name})


def plainly(tree: dict[str, Any]) -> bool:
    """Without a preset, whose checks may not let it be said."""
    may_be_said = "preset" not in tree and tree.get("objective") == PRESETS[BY_DEFAULT]["campaign"]["objective"]
    tree |= {"preset": "none"} if may_be_said else {}
    return may_be_said


def ignoring(tree: dict[str, Any], address: Address, name: str) -> None:
    """Leaves a field alone from now on, at the address's level of a full form."""
    _ignore(level_at(tree, address), name)


def level_at(tree: dict[str, Any], address: Address) -> dict[str, Any]:
    level = tree
    for step, key in zip(("ad_sets", "ads"), address.keys[1:], strict=False):
        level = level[step][key]
    return level


def level_in_short(tree: dict[str, Any], address: Address) -> dict[str, Any]:
    """The same in the short form too, where the only ad set or ad has no key."""
    level = tree
    for (many, one), key in zip((("ad_sets", ""), ("ads", "ad")), address.keys[1:], strict=False):
        if many in level:
            level = level[many][key]
        elif one and one in level:
            level = level[one]
    return level


def below(level: dict[str, Any], key: str) -> dict[str, Any]:
    """What stands in it by a key; the only ad may have none."""
    many = next((name for name in ("ad_sets", "ads") if name in level), "")
    found: dict[str, Any] = level[many][key] if many else level["ad"]
    return found


def without(tree: dict[str, Any], address: Address) -> None:
    """Takes one level out of a full form."""
    above = tree if len(address.keys) == 2 else tree["ad_sets"][address.keys[1]]
    above["ad_sets" if len(address.keys) == 2 else "ads"].pop(address.key)


def naming(tree: dict[str, Any], live: Mapping[Address, Object]) -> None:
    """Each level names the object that it is."""
    for address, one in live.items():
        level_at(tree, address)["existing"] = one.id


def referring(tree: dict[str, Any], refs: Mapping[str, str]) -> None:
    """Audiences and lead forms that are declared stand by their keys. `refs`: by id, what stands for it."""
    for ad_set in tree.get("ad_sets", {}).values():
        for ad in ad_set.get("ads", {}).values():
            if ref := refs.get(str(ad.get("lead_form"))):
                ad["lead_form"] = address_in(ref).key
        targeting = ad_set.get("targeting") or {}
        lists = {name: targeting[name] for name in AUDIENCE_KEYS if isinstance(targeting.get(name), list)}
        named = {name: [_named(one, refs) for one in audiences] for name, audiences in lists.items()}
        if named:
            ad_set["targeting"] = {**targeting, **named}


def _named(audience: Any, refs: Mapping[str, str]) -> Any:
    ref = refs.get(str(audience.get("id"))) if isinstance(audience, Mapping) else None
    return address_in(ref).key if ref else audience


# ---- the account


def of_account(live: Iterable[Object]) -> dict[str, Any]:
    """Page, Instagram account, pixel and identities that all ads and ad sets have in common."""
    objects = list(live)
    ads = [one.fields for one in objects if one.kind == "ad"]
    sets = [one.fields for one in objects if one.kind == "ad_set"]
    found = {
        "page": _common(ad.get("page") for ad in ads),
        "instagram_user": _common(ad.get("instagram_user") for ad in ads),
        "pixel": _common(pixel for each in sets if (pixel := (each.get("promoted_object") or {}).get("pixel_id"))),
        "regulated": _regulated(sets),
    }
    return {name: value for name, value in found.items() if value}


def _common(values: Iterable[Any]) -> str | None:
    found = set(values)
    return str(found.pop()) if len(found) == 1 and None not in found else None


def _regulated(sets: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    named = [each.get("regional_regulation_identities") or {} for each in sets]
    found = {}
    for regime in REGIMES:
        roles = {r: _common(ids[k] for ids in named if (k := f"{regime.prefix}_{r}") in ids) for r in ROLES}
        if regime.prefix and all(roles.values()) and regime.demanded:
            found[regime.setting] = roles
    return found


def _moment(value: Any) -> datetime | None:
    return parse_wire_time(value) if value else None
