"""Keys that no campaign, ad set or ad has: words of Ads Manager and of other tools, fields of another level. Of each
is told what stands for it here, with the value that was written where it can be kept. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from reconciler.kinds.codecs import ROAS_FLOOR
from reconciler.kinds.delivery.ad import AdSpec
from reconciler.kinds.delivery.ad_set import AdSetSpec
from reconciler.kinds.delivery.campaign import CampaignSpec
from reconciler.kinds.delivery.checks.audience import part_of_targeting
from reconciler.kinds.delivery.checks.placements import META_CHOOSES, says_automatic
from reconciler.kinds.delivery.checks.raw import not_for_raw
from reconciler.kinds.delivery.checks.raw_values import former
from reconciler.kinds.delivery.synonyms import (
    EITHER,
    ELSEWHERE,
    FLOOR_WORDS,
    NOT_YET,
    NOT_YET_BY_VALUE,
    NUMBERS_OF_LOCALES,
    OF_A_LEVEL,
    PARTS_OF_TARGETING,
    PLACEMENT_WORDS,
    SEVERAL,
)
from reconciler.kinds.parameters import PARAMETERS
from reconciler.kinds.spec_tree import is_text, written_fields
from reconciler.kinds.synonyms import RIGHT_NAMES, as_key
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Problem
from reconciler.text.yaml import LONGEST, as_yaml, quoted

LEVELS: dict[str, type[BaseModel]] = {"campaign": CampaignSpec, "ad_set": AdSetSpec, "ad": AdSpec}
KEYS = {"ads": "hero", "ad_sets": "main"}
"""Where a writer chooses the keys → such a key."""
TWICE = {"ad": "; for two ads write ads: with a key of your own for each, and its fields below that"}
PARTS = {
    "ad": "write the fields of the ad below it, two spaces further in and without a '-'",
    "ads": "write a key of your own for each ad in place of the '-', such as hero:, and its fields below that",
    "ad_sets": "write a key of your own for each ad set in place of the '-', such as main:, and its fields below that",
}
"""What a field takes, where nothing that was written is near it."""


def slip(here: type[BaseModel], document: Document, path: KeyPath) -> Problem | None:
    return _with_value(here, document, path) or _id_of_a_file(here, document, path)


def meant(here: type[BaseModel], document: Document, path: KeyPath) -> tuple[str, str]:
    """A note on the unknown key, and the mend; both empty where nothing is known of it."""
    name = str(path[-1])
    said, note = as_key(name), ""
    mend = right_name(here, said)
    if said in PLACEMENT_WORDS and says_automatic(document.value(path)):
        mend = META_CHOOSES
    elif said in PARTS_OF_TARGETING and mend.startswith(f"write {PARTS_OF_TARGETING[said]}"):
        numbers = f", {NUMBERS_OF_LOCALES}" if NUMBERS_OF_LOCALES in mend else ""
        mend = _in_targeting(here, document, path)
        mend += numbers if "…" in mend else ""
    elif said in FLOOR_WORDS:
        mend = _floor(document.value(path), written_fields(here))
    what = _not_yet(said, document.value(path), mend)
    if what:
        note, mend = f": {what} not supported yet", _instead(what)
    elif not mend and name in _parameters(here):
        mend = _under_raw(here, name, document.value(path))
    return note, _in_short_form(mend, document, path)


def right_name(here: type[BaseModel], said: str) -> str:
    """The mend for a word of Ads Manager's, or a field that stands a level too high or too low."""
    if said in OF_A_LEVEL:
        return _at_home(here, *OF_A_LEVEL[said])
    known = written_fields(here)
    name = said if said in known else RIGHT_NAMES.get(said, said)
    if name in known:
        return f"write {name}"
    if said in PARTS_OF_TARGETING:
        numbers = f", {NUMBERS_OF_LOCALES}" if "locales" in PARTS_OF_TARGETING[said] else ""
        return f"write {PARTS_OF_TARGETING[said]}{numbers}" + ("" if "targeting" in known else ON_THE_AD_SET)
    homes = [level for level, spec in reversed(LEVELS.items()) if name in written_fields(spec)]
    if homes:
        return _at_home(here, name, homes[0])
    return (
        f"write {EITHER[said]}" + ("" if here is AdSpec else ", on the ad")
        if said in EITHER
        else ELSEWHERE.get(said, "")
    )


def _at_home(here: type[BaseModel], name: str, home: str) -> str:
    """A field, and the level that it is of where that is another one."""
    return f"write {name}" + ("" if LEVELS[home] is here else f", on the {home.replace('_', ' ')}")


ON_THE_AD_SET = ", on the ad set"


def _in_short_form(mend: str, document: Document, path: KeyPath) -> str:
    """The short form has no place that is called the ad set: its fields stand beside the campaign's name."""
    # Written out, its ad set has no key of its own in the file, and so no place of one.
    if ON_THE_AD_SET not in mend or document.keys.get(("ad_sets",), 0) not in (0, document.origin(("ad_sets",))):
        return mend
    name = mend.partition(ON_THE_AD_SET)[0].removeprefix("write ")
    if name == "name":
        return (
            "delete the line: the one ad set of the short form is named as its campaign is; with ad_sets: it has a name"
        )
    if name in document.data:
        return f"delete the line: {name} is written already, and holds for the one ad set of the short form"
    return mend.replace(ON_THE_AD_SET, "" if len(path) == 1 else ", beside the campaign's name")


def _in_targeting(here: type[BaseModel], document: Document, path: KeyPath) -> str:
    """With the value that was written, in a form that is taken beside Advantage+ audience where that is on."""
    ad_sets = document.value(path[:2] if path[:1] == ("ad_sets",) else ("ad_sets",))
    each = [ad_sets] if path[:1] == ("ad_sets",) else list(ad_sets.values()) if isinstance(ad_sets, dict) else []
    automatic = any(isinstance(one, dict) and one.get("advantage_audience") is True for one in each)
    beside = document.value(path[:-1])
    mends = {
        key: part_of_targeting(as_key(str(key)), value, beside, automatic=automatic)
        or f"write {PARTS_OF_TARGETING[as_key(str(key))]}"
        for key, value in beside.items()
        if as_key(str(key)) in PARTS_OF_TARGETING and key not in written_fields(here)
    }
    mend = mends[path[-1]]
    # The mend of the first line makes a targeting, into which those of the others go.
    first = next(each for each in mends.values() if each.startswith("write ") or each is mend)
    is_below = first != mend or any(isinstance(one, dict) and one.get("targeting") for one in each)
    if is_below and mend.startswith("write "):
        return re.sub(r"^write targeting: \{(.*)\}", r"put \1 into targeting", mend)
    where = "" if "targeting" in written_fields(here) or not mend.startswith("write") else ON_THE_AD_SET
    written, mark, note = mend.partition("; ")
    return f"{written}{where}{mark}{note}"


STRATEGIES = {
    **dict.fromkeys("bid_cap bid_limit max_bid".split(), "LOWEST_COST_WITH_BID_CAP"),
    **dict.fromkeys("cost_cap cost_goal cost_per_result_goal target_cost".split(), "COST_CAP"),
}
"""What is said elsewhere → the bid strategy whose amount it is."""
SWITCHES = {
    **dict.fromkeys("active enabled live on running".split(), True),
    **dict.fromkeys("disabled hold off paused stopped".split(), False),
}
"""What other tools write with true and false → the one of the two with which it runs."""
STATUS_OF = {
    True: "write status: ACTIVE, which spends as soon as it is applied, or activate_at: with a time",
    False: "write status: PAUSED",
}
FILES_OF_MEDIA = {"video": "spring/hero.mp4", "image": "spring/hero.jpg", "thumbnail": "spring/hero.jpg"}


def _with_value(here: type[BaseModel], document: Document, path: KeyPath) -> Problem | None:
    """A word from elsewhere whose value belongs into the mend."""
    name = str(path[-1])
    said, value = as_key(name), document.value(path)
    if isinstance(value, dict | list) or value is None:
        return None
    shown = document.origin(path).written or as_yaml(value)
    mend = ""
    if said in STRATEGIES and here is not AdSpec and "bid_amount" in written_fields(here):
        mend = f"write bid_strategy: {STRATEGIES[said]}, where the budget stands, and bid_amount: {shown[:LONGEST]}"
    elif re.fullmatch("utm_[a-z]+", said):
        mend = _utm(document.value(path[:-1]))
    elif said in SWITCHES and isinstance(value, bool):
        mend = STATUS_OF[value is SWITCHES[said]]
    return Problem(document.keys.get(path, document.origin(path)), f"unknown key {name!r}", mend) if mend else None


def _id_of_a_file(here: type[BaseModel], document: Document, path: KeyPath) -> Problem | None:
    """`video_id`, `image_url`: what stands elsewhere for a file that is here."""
    said = as_key(str(path[-1]))
    name = RIGHT_NAMES.get(said, "")
    if name not in FILES_OF_MEDIA or not said.endswith(("_id", "_hash", "_url")):
        return None
    mend = f"write {name}: and the path of the file below creatives/, such as {name}: {FILES_OF_MEDIA[name]}"
    origin = document.keys.get(path, document.origin(path))
    return Problem(origin, f"unknown key {str(path[-1])!r}", mend + ("" if here is AdSpec else ", on the ad"))


def _utm(level: Mapping[str, Any]) -> str:
    """All of a level in the one line that they are here."""
    own = level.get("url_tags")
    tags = [own] if isinstance(own, str) else []
    tags += [
        f"{as_key(str(key))}={quote(str(value), safe='{}.|-')}"
        for key, value in level.items()
        if re.fullmatch("utm_[a-z]+", as_key(str(key))) and not isinstance(value, dict | list) and value is not None
    ]
    joined = "&".join(tags)[:LONGEST]
    return f"write url_tags: {joined if re.fullmatch('[A-Za-z0-9_.=&%-]+', joined) else quoted(joined)}"


def several_texts(here: type[BaseModel], path: KeyPath, value: Any, written: str) -> str:
    """Of a list of texts where an ad has one."""
    texts = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    if len(texts) < 2 or here is not AdSpec or not is_text(here, path[-1:]) or len(texts[0]) > LONGEST:
        return ""
    whole = f"; where the brackets are text, write {path[-1]}: {quoted(written)}" if written else ""
    mend = f"an ad has one text: write {path[-1]}: {as_yaml(texts[0])}"
    if path[-1] == "primary_text" and not written:
        whole = "; where the list is the text, use a block text: primary_text: |"
    return f"{mend}; for several write ads: with an ad by key for each{whole}"


def _floor(value: Any, known: Sequence[str]) -> str:
    is_ratio = isinstance(value, int | float) and not isinstance(value, bool) and 0.01 <= value <= 1000
    floor = round(float(value), 4) if is_ratio else 2.0
    where = "" if "bid_constraints" in known else f"{ON_THE_AD_SET},"
    strategy = "with bid_strategy: LOWEST_COST_WITH_MIN_ROAS beside the budget"
    return f"write bid_constraints: {{{ROAS_FLOOR}: {floor}}}{where} {strategy}"


def _not_yet(said: str, value: Any, mend: str) -> str:
    """The ads that a key belongs to and that cannot be made here; empty where it is another word for what can."""
    what, values = NOT_YET_BY_VALUE.get(said, ("", frozenset()))
    each = value if isinstance(value, list) else [value]
    if what and each and all(isinstance(one, str) and as_key(one) in values for one in each):
        return what
    return "" if mend else NOT_YET.get(said, "")


def _instead(what: str) -> str:
    if what == SEVERAL:
        return "write ads: with one ad for each of them, or make this ad in Ads Manager"
    return "write an ad of one video or one image, or make this ad in Ads Manager"


def _under_raw(here: type[BaseModel], name: str, value: Any) -> str:
    """Or what would be said of it there."""
    level = next(level for level, spec in LEVELS.items() if spec is here)
    _, instead = not_for_raw(level, name) or ("", former(name, value))
    return instead or f"write it under raw: raw: {{{name}: …}}"


def _parameters(here: type[BaseModel]) -> frozenset[str]:
    """What Meta's SDK knows of the level, and has no name here."""
    level = next((level for level, spec in LEVELS.items() if spec is here), "")
    return PARAMETERS.get(level, frozenset()) | (PARAMETERS["creative"] if level == "ad" else frozenset())
