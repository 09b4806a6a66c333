"""The accounts and campaigns of an older tool, as files of ours. Pure.

One of its campaigns is one video ad in one ad set, for purchases that a pixel counts: Advantage+ Sales here.

    campaign_id: acme-spring            the key
    client_account_id: act_1234567890   the account
    daily_budget: 5000                  "cents"
    video: {file_path: hero.mp4}
    schedule: {activate_at: 2026-12-01T09:00:00+08:00}
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconciler.kinds.codecs import OFFSETS, Money, format_money, parse_time
from reconciler.kinds.delivery.presets import MAIN, PRESETS
from reconciler.kinds.delivery.sheet.cells import Around, read_media
from reconciler.kinds.delivery.shorten import shortened
from reconciler.kinds.field_types import key_of
from reconciler.kinds.legacy_fields import (
    HUNDREDTHS,
    ID,
    MADE,
    MINOR,
    NEEDED,
    OF_ACCOUNT,
    READ,
    TEXTS,
    WORDS,
    decides,
)
from reconciler.kinds.regimes import REGIMES
from reconciler.kinds.settings import AccountSpec, ProjectSpec
from reconciler.kinds.variables import as_it_stands
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin, Problem

Tree = dict[str, Any]


class Wrong(ValueError):
    """One problem at one place."""

    def __init__(self, document: Document, path: KeyPath, said: str, mend: str) -> None:
        super().__init__(said)
        self.problem = Problem(document.origin(path), said, mend)


# ---- accounts


@dataclass(frozen=True)
class LegacyAccount:
    """One client. `id` is digits."""

    id: str
    key: str
    data: Tree
    origin: Origin
    active: bool = True


@dataclass
class Told:
    """What comes of the older tool's files beside files of ours."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    """Fields that nothing reads, and how often they are written."""


def accounts_of(document: Document | None, told: Told) -> dict[str, LegacyAccount]:
    """By id."""
    found: dict[str, LegacyAccount] = {}
    keys: set[str] = set()
    for path, entry in _entries(document, "account_id") if document else ():
        assert document is not None
        try:
            account = _account(document, path, entry, keys)
        except Wrong as error:
            told.problems.append(error.problem)
            continue
        if account.id in found:
            said = f"account act_{account.id} stands here twice"
            told.problems.append(Problem(account.origin, said, "delete one of the two"))
        found[account.id] = account
        told.left.update(f"accounts: {name}" for name in set(entry) - OF_ACCOUNT)
    return found


def _account(document: Document, path: KeyPath, entry: Tree, keys: set[str]) -> LegacyAccount:
    number = _account_id(document, path, entry)
    name, currency = str(entry.get("client_name") or f"act_{number}"), entry.get("currency")
    if currency not in OFFSETS:
        raise Wrong(document, (*path, "currency"), f"{currency!r} is no currency of Meta's", "write a code such as SGD")
    key = _unique(key_of(name.replace("/", " ")) or f"act-{number}", keys)
    words = {"page": "page_id", "pixel": "pixel_id", "catalog": "catalog_id"}
    ids = {word: _text_id(document, (*path, old), entry[old]) for word, old in words.items() if entry.get(old)}
    data: Tree = {"account": f"act_{number}", "name": name, "currency": currency, **ids}
    if entry.get("domain"):
        data["domain"] = (
            str(entry["domain"]).removeprefix("https://").removeprefix("http://").removeprefix("www.").strip("/")
        )
    if entry.get("beneficiary_id"):
        data["beneficiary_id"] = _text_id(document, (*path, "beneficiary_id"), entry["beneficiary_id"])
    active = entry.get("active", True)
    if not isinstance(active, bool):
        raise Wrong(document, (*path, "active"), f"active is {active!r}", "write true or false")
    return LegacyAccount(number, key, data, document.origin(path), active)


def _account_id(document: Document, path: KeyPath, entry: Tree) -> str:
    said = str(entry.get("account_id", "")).removeprefix("act_")
    if not ID.fullmatch(said):
        raise Wrong(document, path, "this account has no account_id of digits", 'write account_id: "act_1234567890"')
    return said


def _text_id(document: Document, path: KeyPath, value: Any) -> str:
    if isinstance(value, bool | float) or not ID.fullmatch(str(value)):
        raise Wrong(document, path, f"{value!r} is not an id of Meta's", "write its digits in quotes")
    return str(value)


def account_file(account: LegacyAccount, countries: Iterable[str], told: Told) -> Tree:
    """What `desired/accounts/<key>.yaml` says. `countries`: those of the account's campaigns, by which the place is
    known that its beneficiary is verified for."""
    data = {name: value for name, value in account.data.items() if name != "beneficiary_id"}
    person = account.data.get("beneficiary_id")
    if not person:
        return data
    reached = set(countries)
    places = [one for one in REGIMES if one.prefix and not one.finance and reached & one.countries]
    if len(places) != 1:
        which = "several places" if places else "no place"
        told.notes.append(
            f"beneficiary_id of {account.key} was not taken: its campaigns run in {which} that ask for one; write it "
            f"below regulated in desired/accounts/{account.key}.yaml"
        )
        return data
    told.notes.append(f"beneficiary_id of {account.key} was taken for beneficiary and payer of {places[0].place}")
    return {**data, "regulated": {places[0].setting: {"beneficiary": person, "payer": person}}}


def _entries(document: Document, name: str) -> Iterator[tuple[KeyPath, Tree]]:
    """Of a list, of a list below one key, or of a mapping by id."""
    data: Any = document.data
    path: KeyPath = ()
    if len(data) == 1 and isinstance(next(iter(data.values())), list | dict):
        only = next(iter(data))
        value = data[only]
        if isinstance(value, list) or (only in ("accounts", "campaigns", "schedules") and isinstance(value, dict)):
            data, path = value, (only,)
    if isinstance(data, list):
        yield from (((*path, at), one) for at, one in enumerate(data) if isinstance(one, dict))
    else:
        for key, value in data.items():
            yield (*path, key), {name: key, **value} if isinstance(value, dict) else {name: key, "": value}


# ---- what it remembered


def made_of(document: Document | None, told: Told) -> dict[str, dict[str, str]]:
    """By its id of a campaign, the ids at Meta of `campaign`, `ad_set` and `ad`."""
    found: dict[str, dict[str, str]] = {}
    for path, entry in _entries(document, "campaign_id") if document else ():
        assert document is not None
        own, made = str(path[-1]), dict[str, str]()
        if isinstance(path[-1], int):
            own = str(entry.get("campaign_id"))
        for name, value in _flat(entry):
            level = next(
                (one for one, pattern in MADE.items() if pattern.fullmatch(name)), "campaign" if not name else ""
            )
            if not level or value in (None, "") or (name == "campaign_id" and str(value) == own):
                told.left.update([f"campaigns: {name}"] if not level else [])
                continue
            try:
                made[level] = _text_id(document, path, value)
            except Wrong as error:
                told.problems.append(error.problem)
        if made:
            found[own] = made
    return found


def _flat(entry: Tree) -> Iterator[tuple[str, Any]]:
    """The ids may stand below `meta_ids`, and lists of one hold one."""
    for name, value in entry.items():
        if isinstance(value, dict):
            yield from value.items()
        else:
            yield name, value[0] if isinstance(value, list) and len(value) == 1 else value


def moments_of(document: Document | None) -> dict[str, tuple[str, KeyPath]]:
    """By its id of a campaign, when that is to start, as it is written, and where."""
    found: dict[str, tuple[str, KeyPath]] = {}
    for path, entry in _entries(document, "campaign_id") if document else ():
        said = entry.get("activate_at", entry.get(""))
        if said:
            found[str(entry["campaign_id"])] = (str(said), path)
    return found


# ---- campaigns


@dataclass(frozen=True)
class LegacyCampaign:
    """One, with the file that says it."""

    id: str
    account: str
    """Digits."""
    file: Document

    @property
    def countries(self) -> list[str]:
        places = self.file.data.get("geo_locations")
        found = places.get("countries") if isinstance(places, dict) else None
        return [str(one) for one in found] if isinstance(found, list) else []


def campaigns_of(
    files: Iterable[Document], told: Told, skipped: frozenset[str] = frozenset()
) -> list[LegacyCampaign]:  # fmt: skip
    """`skipped`: fields whose content may be lost, such as `geo_locations.cities`."""
    found: dict[str, LegacyCampaign] = {}
    for file in files:
        missing = [name for name in NEEDED if file.data.get(name) in (None, "")]
        if missing:
            said = f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not written"
            told.problems.append(Problem(file.origin(()), said, "write it, or leave this file out"))
            continue
        own = str(file.data["campaign_id"])
        if own in found:
            said = f"{own} is the campaign_id in {found[own].file.origin(()).file}, too"
            told.problems.append(Problem(file.origin(("campaign_id",)), said, "give one of the two another"))
            continue
        found[own] = LegacyCampaign(own, str(file.data["client_account_id"]).removeprefix("act_"), file)
        for path in _unread(file.data, ()):
            name = ".".join(path)
            if decides(path) and name not in skipped:
                told.problems.append(_undecided(file, path, name))
            else:
                told.left.update([name])
    return list(found.values())


def _undecided(file: Document, path: KeyPath, name: str) -> Problem:
    said = f"{name} decides whom the ads reach, when they run or what is spent, and is not read"
    mend = f"delete it here, and write it into the YAML afterwards; to go on without it, give --skip-column {name}"
    return Problem(file.keys.get(path, file.origin(path)), said, mend)


def _unread(data: Tree, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, value in data.items():
        here = (*path, name)
        if isinstance(value, dict) and any(known[: len(here)] == here for known in READ) and here not in READ:
            yield from _unread(value, here)
        elif here not in READ and value not in (None, "", [], {}):
            yield here


@dataclass(frozen=True)
class Converting:
    """How the campaigns of one account are read. `cents`: one of CENTS, "" where nobody has said it."""

    account: AccountSpec
    project: ProjectSpec
    around: Around
    cents: str = ""
    made: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    moments: Mapping[str, tuple[str, KeyPath]] = field(default_factory=dict)
    schedules: Document | None = None

    def document(self, campaign: LegacyCampaign, told: Told) -> Document:
        """As a person would write it; its places are those in the older tool's file."""
        tree = self._tree(campaign, told)
        data = shortened(as_it_stands(tree), self.account, self.project)
        own = campaign.file
        values: dict[KeyPath, Origin] = {(): own.origin(())}
        keys: dict[KeyPath, Origin] = {}
        for path in _paths(data, ()):
            word = next((step for step in reversed(path) if step in WORDS), "")
            values[path] = own.origin(WORDS[str(word)]) if word else own.origin(())
            keys[path] = values[path]
        return Document(data, values, keys)

    def _tree(self, campaign: LegacyCampaign, told: Told) -> Tree:
        def read(name: str, how: Any) -> Any:
            path: KeyPath = WORDS[name]
            value = campaign.file.value(path)
            if value in (None, ""):
                return None
            try:
                return how(campaign.file, path, value)
            except Wrong as error:
                told.problems.append(error.problem)
            except ValueError as error:
                said, _, mend = str(error).partition("; ")
                told.problems.append(Problem(campaign.file.origin(path), f"{path[-1]}: {said}", mend))
            return None

        preset, made = PRESETS["advantage_plus_sales"], self.made.get(campaign.id, {})
        ad: Tree = {name: read(name, _text) for name in TEXTS}
        ad |= {
            "video": read("video", self._video),
            "url_tags": read("url_tags", _parameters),
            "page": read("page", _text_id),
        }
        ad_set = {
            "optimization_goal": preset["ad_set"]["optimization_goal"],
            "targeting": {
                "geo_locations": {"countries": read("countries", _codes) or preset["ad_set"]["countries"]},
                "targeting_automation": {"advantage_audience": 1},
            },
            "promoted_object": {
                "pixel_id": read("pixel", _text_id) or self.account.pixel,
                "custom_event_type": preset["ad_set"]["conversion_event"],
            },
            "ads": {MAIN: _written(ad) | _existing(made, "ad")},
        }
        if read("countries", _codes) is None:
            told.notes.append(
                f"{campaign.id} names no countries: the preset's were taken, {preset['ad_set']['countries']}"
            )
        if (catalog := campaign.file.data.get("catalog_id")) and str(catalog) != self.account.catalog:
            told.left.update(["catalog_id"])
        start = self._start(campaign, read, told)
        if start is None and str(campaign.file.data.get("status")).strip().upper() == "ACTIVE":
            told.notes.append(f"{campaign.id} is ACTIVE without a time: it is left to the buyer, and starts nothing")
        return _written(
            {
                "name": read("name", _text),
                "objective": preset["campaign"]["objective"],
                "bid_strategy": preset["campaign"]["bid_strategy"],
                "daily_budget": read("daily_budget", self._budget),
                "status": read("status", _hold),
                "activate_at": start,
                **_existing(made, "campaign"),
                "ad_sets": {MAIN: ad_set | _existing(made, "ad_set")},
            }
        )

    def _budget(self, document: Document, path: KeyPath, value: Any) -> int:
        written = str(value)
        if isinstance(value, bool) or not re.fullmatch("[0-9]{1,15}", written) or not int(written):
            raise Wrong(document, path, f"{written!r} is no number of cents", "write a whole number, such as 5000")
        cents, currency = int(written), self.account.currency
        if OFFSETS[currency] != 1:
            return cents
        whole, part = divmod(cents, 100)
        either = format_money(Money(cents, currency)), format_money(Money(whole, currency))
        if self.cents == MINOR:
            return cents
        if part and self.cents == HUNDREDTHS:
            raise Wrong(document, path, f"{cents} hundredths are no whole {currency}", "write a multiple of 100")
        if self.cents == HUNDREDTHS:
            return whole
        said = f"{currency} has no hundredths at Meta, so {cents} cents may be {either[0]} or {either[1]}"
        second = f", or --cents {HUNDREDTHS} where {either[1]} is" if not part else ""
        raise Wrong(
            document,
            path,
            said,
            f"look at what the account spends: give --cents {MINOR} where {either[0]} is meant{second}",
        )

    def _video(self, document: Document, path: KeyPath, value: Any) -> str:
        return read_media(value, self.around)

    def _start(self, campaign: LegacyCampaign, read: Any, told: Told) -> datetime | None:
        own = read("activate_at", lambda document, path, value: parse_time(str(value), self.around.zone))
        if campaign.id not in self.moments or self.schedules is None:
            return own if isinstance(own, datetime) else None
        written, path = self.moments[campaign.id]
        try:
            found = parse_time(written, self.around.zone)
        except ValueError as error:
            said, _, mend = str(error).partition("; ")
            told.problems.append(Problem(self.schedules.origin(path), said, mend))
            return None
        if isinstance(own, datetime) and own != found:
            said = (
                f"{campaign.id} starts {written} here, and {campaign.file.value(WORDS['activate_at'])} in its own file"
            )
            mend = f"write the right one in both; its own is {campaign.file.origin(WORDS['activate_at'])}"
            told.problems.append(Problem(self.schedules.origin(path), said, mend))
        return found


def _existing(made: Mapping[str, str], level: str) -> Tree:
    return {"existing": made[level]} if level in made else {}


def _written(tree: Tree) -> Tree:
    return {name: value for name, value in tree.items() if value is not None}


def _text(document: Document, path: KeyPath, value: Any) -> str:
    if isinstance(value, dict | list):
        raise Wrong(document, path, f"{path[-1]} is not a text", "write it in quotes")
    return str(value)


def _hold(document: Document, path: KeyPath, value: Any) -> str | None:
    """A pause is a hold. What was to be on starts by its time, and without one by a person."""
    word = str(value).strip().upper()
    if word not in ("ACTIVE", "PAUSED"):
        raise Wrong(document, path, f"status {word[:40]} is nothing that can be declared", "write PAUSED or ACTIVE")
    return word if word == "PAUSED" else None


def _codes(document: Document, path: KeyPath, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise Wrong(document, path, "countries is not a list", "write countries: [SG]")
    return [str(one).upper() for one in value]


def _parameters(document: Document, path: KeyPath, value: Any) -> str:
    """`utm_source=meta&utm_medium=paid`, of a mapping too."""
    if isinstance(value, dict):
        return "&".join(f"{name}={inner}" for name, inner in value.items())
    return _text(document, path, value).lstrip("?&")


def _paths(value: Any, path: KeyPath) -> Iterator[KeyPath]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*path, step)
        yield from _paths(inner, (*path, step))


def _unique(key: str, taken: set[str]) -> str:
    number, found = 1, key
    while found in taken:
        number += 1
        found = f"{key[: 62 - len(str(number))]}-{number}"
    taken.add(found)
    return found


def campaign_key(campaign: LegacyCampaign, taken: set[str]) -> str:
    return _unique(key_of(campaign.id.replace("/", " ")) or "campaign", taken)
