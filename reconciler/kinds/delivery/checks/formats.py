"""Formats of ads that are not there yet: what Meta would refuse only once campaign and ad set exist. Pure.

An ad here is one video or one image with a link to a website, or with a lead form. An ad set without ads may be
anything: its ads are made in Ads Manager then. An ad that brings its assets under `raw.asset_feed_spec` is Meta's to
judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from reconciler.kinds.base import Level
from reconciler.kinds.delivery.ad_set import AdSetSpec
from reconciler.kinds.delivery.goals import BILLABLE, GOALS
from reconciler.kinds.enums import (
    BUTTONS_OF_OTHERS,
    DESTINATIONS_OF_OTHERS,
    FORM_DESTINATION,
    FORM_GOALS,
    GOALS_OF_OTHERS,
)
from reconciler.model.document import KeyPath
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope

OTHER_CREATIVES: Mapping[str, str] = {
    "object_story_id": "an existing post of a page",
    "source_facebook_post_id": "an existing post of a page",
    "source_instagram_media_id": "an existing post of Instagram",
}
"""Parameters under an ad's `raw` that stand for a whole creative: beside a video or an image Meta refuses them."""

FEED = "asset_feed_spec"


def has_ads_of_one(ad_set: AdSetSpec) -> bool:
    """Whether it has an ad that is made here, of one video or one image."""
    return any(FEED not in ad.raw for ad in ad_set.ads.values())


def links_to_a_website(ad_set: AdSetSpec) -> bool:
    """Whether one of those opens no lead form."""
    return any(FEED not in ad.raw and ad.lead_form is None for ad in ad_set.ads.values())


def formats(scope: Scope) -> Iterator[Problem]:
    """Goals, destinations, buttons and creatives whose ads cannot be made here."""
    for path, ad_set in scope.ad_sets():
        if has_ads_of_one(ad_set):
            yield from _goal(scope, path, ad_set)
            yield from _destination(scope, path, ad_set)
            yield from _dynamic(scope, path, ad_set)
        elif ad_set.is_dynamic_creative and len(ad_set.ads) > 1:
            message = f"{len(ad_set.ads)} ads: Meta takes one in an ad set with is_dynamic_creative"
            yield scope.problem((*path, "ads"), message, "give each an ad set of its own")
    for path, _, ad in scope.ads():
        if FEED not in ad.raw and (opens := BUTTONS_OF_OTHERS.get(ad.call_to_action)):
            yield _refused(
                scope, (*path, "call_to_action"), ad.call_to_action, opens, "write call_to_action: LEARN_MORE"
            )
        for name, what in OTHER_CREATIVES.items():
            if name in ad.raw:
                yield scope.problem((*path, "raw", name), f"an ad that shows {what} is not supported yet", "remove it")


CHATS = frozenset("api.whatsapp.com chat.whatsapp.com m.me wa.me web.whatsapp.com".split())


def chat_links(scope: Scope) -> Iterator[Problem]:
    """Warnings: links to a chat, which Meta has another kind of ad for."""
    for path, _, ad in scope.ads():
        host = re.sub(r"^https?://(?:www\.)?|[/?#:].*$", "", (ad.destination_url or "").strip().lower())
        if host in CHATS:
            message = f"{host} opens a chat, which is no page, and ads that do are not supported yet"
            yield scope.problem((*path, "destination_url"), message, "write the https:// address of a page")


def _goal(scope: Scope, path: KeyPath, ad_set: AdSetSpec) -> Iterator[Problem]:
    goal = str(ad_set.optimization_goal)
    if goal in GOALS_OF_OTHERS and goal in GOALS.get(str(scope.spec.objective), {}):
        mend = f"write optimization_goal: {_another_goal(scope, ad_set)}"
        yield _refused(scope, (*path, "optimization_goal"), goal, GOALS_OF_OTHERS[goal], mend)
    elif goal in FORM_GOALS and goal in GOALS.get(str(scope.spec.objective), {}) and links_to_a_website(ad_set):
        yield scope.problem((*path, "optimization_goal"), f"{goal}: {NAMES_NO_FORM}", _with_form(scope, ad_set))


NAMES_NO_FORM = "its ads open a lead form, and one of them names none"


def _with_form(scope: Scope, ad_set: AdSetSpec) -> str:
    form = min(scope.lead_forms, default="")
    if form:
        return f"write lead_form: {form} in place of the destination_url of each ad"
    return f"write optimization_goal: {_another_goal(scope, ad_set)}"


def _another_goal(scope: Scope, ad_set: AdSetSpec) -> str:
    """A goal of the same objective that ads with a link serve, and that lacks nothing."""
    goals = GOALS[str(scope.spec.objective)]
    counts = ad_set.promoted_object is None and (ad_set.pixel or scope.account.pixel)
    is_billed = ad_set.billing_event in BILLABLE
    return "OFFSITE_CONVERSIONS" if counts and not is_billed and "OFFSITE_CONVERSIONS" in goals else "LINK_CLICKS"


def _destination(scope: Scope, path: KeyPath, ad_set: AdSetSpec) -> Iterator[Problem]:
    name = "destination_type"
    word, here = ad_set.destination_type, (*path, name)
    if of_another_format(ad_set, name):
        word, here = ad_set.raw[name], (*path, "raw", name)
    if opens := DESTINATIONS_OF_OTHERS.get(str(word)):
        yield _refused(scope, here, str(word), opens, "remove it")
    elif word == FORM_DESTINATION and _lacks_forms(ad_set):
        yield scope.problem(here, f"{word}: {NAMES_NO_FORM}", "remove it")


def of_another_format(level: Level, name: str) -> bool:
    """Whether `raw` says what would be refused beside it, too: that is told once, and without sending it there."""
    if name != "destination_type" or not isinstance(level, AdSetSpec) or not has_ads_of_one(level):
        return False
    word = str(level.raw.get(name))
    return word in DESTINATIONS_OF_OTHERS or (word == FORM_DESTINATION and _lacks_forms(level))


def _lacks_forms(ad_set: AdSetSpec) -> bool:
    return links_to_a_website(ad_set) and ad_set.optimization_goal not in FORM_GOALS


def _dynamic(scope: Scope, path: KeyPath, ad_set: AdSetSpec) -> Iterator[Problem]:
    if ad_set.is_dynamic_creative:
        message = "is_dynamic_creative: its ad mixes several videos, images or texts, which is not supported yet"
        mend = f"remove it and write an ad for each, or write the assets under the ad's raw: {{{FEED}: …}}"
        yield scope.problem((*path, "is_dynamic_creative"), message, mend)


def _refused(scope: Scope, path: KeyPath, word: str, opens: str, mend: str) -> Problem:
    return scope.problem(path, f"{word}: its ads open {opens}, and such ads can be made only in Ads Manager yet", mend)


def without_ads(scope: Scope) -> Iterator[Problem]:
    """Warnings: a campaign of the preset that shows nothing. In others the ads may be made in Ads Manager."""
    if scope.preset == "advantage_plus_sales" and not any(scope.ads()):
        message = "this campaign has no ad: it shows nothing, though its budget counts and its time comes"
        yield scope.problem((), message, "add ad: with video: or image: and destination_url: below it")


def doubtful_feeds(scope: Scope) -> Iterator[Problem]:
    """Warnings: a feed of the dynamic kind in an ad set that is not (1885998)."""
    for path, ad_set, ad in scope.ads():
        feed = ad.raw.get(FEED)
        if isinstance(feed, dict) and not feed.get("optimization_type") and not ad_set.is_dynamic_creative:
            message = f"Meta takes {FEED} without optimization_type only in an ad set with is_dynamic_creative"
            yield scope.problem((*path, "raw", FEED), message, "add one of the two")
