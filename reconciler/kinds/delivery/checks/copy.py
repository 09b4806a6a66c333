"""What is wrong with the texts of a campaign file, or doubtful. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reconciler.kinds.copy import doubtful_texts, wrong_texts
from reconciler.kinds.delivery.campaign import CampaignSpec
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope


def wrong_copy(scope: Scope) -> Iterator[Problem]:
    yield from wrong_texts(CampaignSpec, scope.document)


def doubtful_copy(scope: Scope) -> Iterator[Problem]:
    yield from doubtful_texts(CampaignSpec, scope.document)


def lacking_copy(scope: Scope) -> Iterator[Problem]:
    """Warnings: an ad without a text that the others of its ad set have. Meta takes it, and shows nothing there."""
    for path, ad_set in scope.ad_sets():
        for name in ("primary_text", "headline"):
            with_it = [key for key, ad in ad_set.ads.items() if getattr(ad, name)]
            for key in ad_set.ads if len(with_it) * 2 >= len(ad_set.ads) else ():
                if key not in with_it and not ad_set.ads[key].raw:
                    said = f"{key} has no {name}, {with_it[0]} beside it has one"
                    yield scope.problem((*path, "ads", key), said, f"add {name}: and the text, unless none is meant")
