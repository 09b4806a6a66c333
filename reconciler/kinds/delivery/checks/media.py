"""Media files of ads: what is wrong with one that is named, and what people should see of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.kinds.delivery.campaign import CampaignSpec
from reconciler.kinds.delivery.checks.scope import Scope
from reconciler.kinds.identity import MEDIA_FIELDS, at_meta
from reconciler.kinds.said import with_article
from reconciler.model.document import KeyPath
from reconciler.model.media import MediaFact
from reconciler.model.problem import Problem

WANTED = {"video": "video", "thumbnail": "image", "image": "image"}
OTHER_KIND = {
    "video": "name a video here, or write image: {file} in its place",
    "image": "name an image here, or write video: {file} in its place",
    "thumbnail": "name an image here",
}

Media = Mapping[str, MediaFact]


def media_paths(spec: CampaignSpec) -> Iterator[str]:
    """Every media file that an ad names."""
    ads = (ad for ad_set in spec.ad_sets.values() for ad in ad_set.ads.values())
    yield from (file for ad in ads for name in MEDIA_FIELDS if (file := getattr(ad, name)) and not at_meta(file))


def media_problems(scope: Scope, media: Media) -> Iterator[Problem]:
    for path, name, file, fact in _named(scope, media):
        if fact.problem is not None:
            yield scope.problem(path, *fact.problem)
        elif fact.kind != WANTED[name]:
            yield scope.problem(path, f"{file} is {with_article(fact.kind)}", OTHER_KIND[name].format(file=file))


def media_warnings(scope: Scope, media: Media) -> Iterator[Problem]:
    for path, name, file, fact in _named(scope, media):
        if fact.problem is None and fact.kind == WANTED[name]:
            yield from (scope.problem(path, f"{file}: {text}") for text in fact.warnings)
            if fact.absent is not None:
                message, mend = fact.absent
                yield scope.problem(path, f"{file}: {message}", mend)


def _named(scope: Scope, media: Media) -> Iterator[tuple[KeyPath, str, str, MediaFact]]:
    """Where each file is named, in which field, and what is known of it."""
    for path, _, ad in scope.ads():
        for name in MEDIA_FIELDS:
            file = getattr(ad, name)
            if file and (fact := media.get(file)) is not None:
                yield (*path, name), name, file, fact
