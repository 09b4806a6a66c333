"""Platforms and positions that a targeting spec chooses, by the limitations on Meta's page on placements. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from reconciler.kinds.synonyms import MOST, NEAR
from reconciler.model.document import KeyPath
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope

PLATFORMS = ("facebook", "instagram", "threads", "messenger", "audience_network", "whatsapp")
PLACEMENT_KEYS = frozenset(
    ["publisher_platforms", "device_platforms", *(f"{platform}_positions" for platform in PLATFORMS)]
)
PLATFORM_WORDS = {
    **{name.replace("_", ""): name for name in PLATFORMS},
    "fb": "facebook",
    "ig": "instagram",
    "insta": "instagram",
    "an": "audience_network",
    "network": "audience_network",
}


KNOWN: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "device_platforms": "mobile desktop connected_tv",
        "facebook_positions": """
            feed right_hand_column marketplace story search instream_video facebook_reels
            facebook_reels_overlay profile_feed notification
        """,
        "instagram_positions": "stream story explore_home reels profile_feed ig_search profile_reels",
        "messenger_positions": "messenger_home sponsored_messages",
        "audience_network_positions": "classic instream_video rewarded_video",
        "threads_positions": "threads_stream",
        "whatsapp_positions": "status",
    }.items()
}
"""Meta's words for devices (the SDK's) and for positions (its page on placements)."""

RETIRED: Mapping[str, frozenset[str]] = {
    "facebook_positions": frozenset(["instant_article", "video_feeds"]),
    "instagram_positions": frozenset(["explore"]),
    "messenger_positions": frozenset(["story"]),
}
"""Positions that Meta refuses or drops without a word; video feeds since v24, the last two since v26."""

OTHER_POSITIONS: Mapping[str, Mapping[str, str]] = {
    "device_platforms": {
        **dict.fromkeys("phone phones smartphone tablet tablets mobiles mobiledevices".split(), "mobile"),
        **dict.fromkeys("pc computer computers laptop web".split(), "desktop"),
        **dict.fromkeys("tv ctv".split(), "connected_tv"),
    },
    "facebook_positions": {
        **dict.fromkeys("feeds newsfeed newsfeeds stream fbfeed".split(), "feed"),
        **dict.fromkeys("reel reels fbreels".split(), "facebook_reels"),
        **dict.fromkeys("rightcolumn righthandcolumn rhc".split(), "right_hand_column"),
        **dict.fromkeys("instream instreamvideos".split(), "instream_video"),
        "stories": "story",
    },
    "instagram_positions": {
        **dict.fromkeys("feed feeds igfeed newsfeed".split(), "stream"),
        **dict.fromkeys("reel igreels instagramreels".split(), "reels"),
        "stories": "story",
        "search": "ig_search",
    },
    "threads_positions": dict.fromkeys("feed stream threads".split(), "threads_stream"),
    "whatsapp_positions": dict.fromkeys("story stories".split(), "status"),
}
"""By the place, what is said elsewhere, in small letters without spaces → Meta's word."""

SYSTEMS = {
    **dict.fromkeys("ios iphone iphones ipad apple".split(), "iOS"),
    **dict.fromkeys("android androids samsung".split(), "Android"),
}
"""What people say of devices → the word of `user_os`."""

AUTOMATIC = frozenset(
    "advantage+ advantage+placements advantageplus advantageplusplacements all allplacements auto automatic "
    "automaticplacements any everywhere".split()
)


def says_automatic(value: Any) -> bool:
    """Whether Meta shall choose, which is what it does unless something is written."""
    words = value if isinstance(value, list) else [value]
    return bool(words) and all(_plain(str(word)) in AUTOMATIC for word in words)


META_CHOOSES = "remove it: where nothing is written Meta chooses where the ads stand"


@dataclass(frozen=True)
class Companion:
    """A position that Meta takes only beside one of others."""

    holder: str
    position: str
    others: tuple[tuple[str, str], ...]


FEED = (("facebook_positions", "feed"),)
COMPANIONS = (
    Companion("facebook_positions", "story", (*FEED, ("instagram_positions", "story"))),
    Companion("facebook_positions", "marketplace", FEED),
    Companion("facebook_positions", "search", FEED),
    Companion("facebook_positions", "profile_feed", FEED),
    Companion("facebook_positions", "notification", FEED),
    Companion("threads_positions", "threads_stream", (("instagram_positions", "stream"),)),
    Companion("whatsapp_positions", "status", (("instagram_positions", "story"),)),
)
"""From the limitations on Meta's page on placement targeting."""


def _written(scope: Scope) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    """The targeting of each ad set that writes one: of the others Meta chooses where they run."""
    for path, ad_set in scope.ad_sets():
        if ad_set.targeting:
            yield (*path, "targeting"), ad_set.targeting


def placements(scope: Scope) -> Iterator[Problem]:
    """Platforms and positions that Meta does not take alone."""
    for here, targeting in _written(scope):
        for i, word in enumerate(_chosen(targeting)):
            if says_automatic(word):
                yield scope.problem((*here, "publisher_platforms", i), f"{word!r} is no platform", META_CHOOSES)
            elif word not in PLATFORMS and (right := platform_of(word)):
                place = (*here, "publisher_platforms", i)
                yield scope.problem(place, f"Meta knows no platform {word!r}", f"did you mean {right}?")
        yield from _positions(scope, here, targeting)
        platforms = _platforms_of(targeting)
        if platforms == {"audience_network"} and not _is_app(scope):
            yield scope.problem((*here, "publisher_platforms"), ALONE, "add facebook to publisher_platforms")
        if platforms == {"threads"}:
            message = "Meta takes threads only beside instagram"
            yield scope.problem((*here, "publisher_platforms"), message, "add instagram to publisher_platforms")
        for companion in COMPANIONS:
            yield from _lonely(scope, here, targeting, companion)


def _positions(scope: Scope, here: KeyPath, targeting: Mapping[str, Any]) -> Iterator[Problem]:
    for holder, known in KNOWN.items():
        for i, word in enumerate(_listed(targeting, holder)):
            if _is_retired(holder, word):
                others = [each for each in _listed(targeting, holder) if not _is_retired(holder, each)]
                otherwise = f"remove {word}" if others else _without(holder)
                yield scope.problem((*here, holder, i), f"{holder}: Meta shows no ads in {word} any more", otherwise)
            elif word not in known and (mend := _meant(holder, word)):
                yield scope.problem((*here, holder, i), f"{holder}: Meta knows no {word!r} there", mend)


def _is_retired(holder: str, word: str) -> bool:
    return word in RETIRED.get(holder, ()) or _right(holder, word) in RETIRED.get(holder, ())


def _without(holder: str) -> str:
    """The mend where no position would be left: an empty list means all of them."""
    if holder == "messenger_positions":
        return "remove it, and write where else the ads stand, such as publisher_platforms: [facebook]"
    return f"write another position, such as {holder}: [{'feed' if holder == 'facebook_positions' else 'stream'}]"


def _listed(targeting: Mapping[str, Any], holder: str) -> list[Any]:
    words = targeting.get(holder)
    return [word for word in words if isinstance(word, str)] if isinstance(words, list) else []


def _meant(holder: str, word: str) -> str:
    """The mend for another word of a position or a device; empty where it is near none."""
    if holder == "device_platforms" and (system := SYSTEMS.get(_plain(word))):
        return f"remove it, and write user_os: [{system}]"
    right = _right(holder, word)
    return f"did you mean {right}?" if right else ""


def in_a_list(holder: str, value: Any) -> str:
    """The mend for one word in place of a list of positions or devices; empty where another one is as good."""
    if holder not in PLACEMENT_KEYS or not isinstance(value, str):
        return ""
    words = [word for word in re.split(r"\s*[,/]\s*", value[:MOST]) if word]
    systems = [SYSTEMS[_plain(word)] for word in words if holder == "device_platforms" and _plain(word) in SYSTEMS]
    if systems:
        return f"write user_os: [{', '.join(systems)}] in place of it"
    right = [_right(holder, word) if holder in KNOWN else platform_of(word) for word in words]
    if gone := RETIRED.get(holder, frozenset()) & set(right):
        left = [word for word in right if word and word not in gone]
        return f"write {holder}: [{', '.join(left)}]" if left else _without(holder)
    return f"write {holder}: [{', '.join(right)}]" if all(right) else ""


def _plain(word: str) -> str:
    return re.sub("[_ -]", "", word[:MOST].lower())


def _right(holder: str, word: str) -> str:
    said = _plain(word)
    words = KNOWN[holder] | RETIRED.get(holder, frozenset())
    plain = {**{each.replace("_", ""): each for each in words}, **OTHER_POSITIONS.get(holder, {})}
    near = [said] if said in plain else get_close_matches(said, plain, n=1, cutoff=NEAR)
    return plain[near[0]] if near else ""


def idle_positions(scope: Scope) -> Iterator[Problem]:
    """Warnings: positions of a platform that is not chosen, and words that are not known here."""
    for here, targeting in _written(scope):
        platforms = _platforms_of(targeting)
        for holder, known in KNOWN.items():
            platform = holder.removesuffix("_positions")
            if platforms and platform in PLATFORMS and targeting.get(holder) and platform not in platforms:
                message = f"{holder} has no effect: publisher_platforms leaves {platform} out"
                yield scope.problem((*here, holder), message, f"remove it, or add {platform} to publisher_platforms")
            for i, word in enumerate(_listed(targeting, holder)):
                if word not in known and not _meant(holder, word):
                    said = f"{holder}: {word!r} is not known here; it is sent as it is"
                    yield scope.problem((*here, holder, i), said, f"known are {', '.join(sorted(known))}")


ALONE = "Meta does not take Audience Network alone"


def doubtful_placements(scope: Scope) -> Iterator[Problem]:
    """Warnings: platforms that are not known here, and rewarded video of apps without another placement."""
    for path, targeting in _written(scope):
        here = (*path, "publisher_platforms")
        for i, word in enumerate(_chosen(targeting)):
            if word not in PLATFORMS and not platform_of(word) and not says_automatic(word):
                said = f"no platform {word!r} is known here; it is sent as it is"
                yield scope.problem((*here, i), said, f"known are {', '.join(PLATFORMS)}")
        if _platforms_of(targeting) == {"audience_network"} and _is_app(scope):
            yield scope.problem(here, ALONE, "add facebook to publisher_platforms")


def _chosen(targeting: Mapping[str, Any]) -> list[Any]:
    platforms = targeting.get("publisher_platforms") or []
    return platforms if isinstance(platforms, list) else [platforms]


def _platforms_of(targeting: Mapping[str, Any]) -> frozenset[str]:
    """Those that are chosen, or meant; none where Meta is to choose."""
    return frozenset(platform_of(word) or str(word) for word in _chosen(targeting))


def _is_app(scope: Scope) -> bool:
    return scope.spec.objective == "OUTCOME_APP_PROMOTION"


def platform_of(word: Any) -> str:
    """The platform that a word stands for, such as IG or Audience Network; empty where there is none."""
    plain = re.sub("[_ -]", "", str(word)[:MOST].lower())
    near = [plain] if plain in PLATFORM_WORDS else get_close_matches(plain, PLATFORM_WORDS, n=1, cutoff=NEAR)
    return PLATFORM_WORDS[near[0]] if near else ""


def _lonely(scope: Scope, here: KeyPath, targeting: Mapping[str, Any], rule: Companion) -> Iterator[Problem]:
    positions = targeting.get(rule.holder)
    if not isinstance(positions, list) or rule.position not in positions:
        return
    if any(_is_placed(targeting, *other) for other in rule.others):
        return
    wanted = " or ".join(f"{position} in {holder}" for holder, position in rule.others)
    holder, position = rule.others[0]
    platform = holder.removesuffix("_positions")
    platforms = _platforms_of(targeting)
    absent = bool(platforms) and platform not in platforms
    mend = f"add {position} to {holder}" + (f" and {platform} to publisher_platforms" if absent else "")
    message = f"Meta takes {rule.position} only beside {wanted}"
    yield scope.problem((*here, rule.holder, positions.index(rule.position)), message, mend)


def _is_placed(targeting: Mapping[str, Any], holder: str, position: str) -> bool:
    """Whether ads stand there. Of a platform without a list of positions all are meant."""
    platforms, positions = _platforms_of(targeting), targeting.get(holder)
    if platforms and holder.removesuffix("_positions") not in platforms:
        return False
    return not isinstance(positions, list) or position in positions
