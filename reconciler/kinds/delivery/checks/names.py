"""Names that nobody could tell apart in Ads Manager. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.kinds.delivery.checks.scope import Scope
from reconciler.kinds.said import brief
from reconciler.model.document import KeyPath
from reconciler.model.problem import Problem


def alike_ads(scope: Scope) -> Iterator[Problem]:
    """Of a matrix's ads: those that somebody writes one by one may well have one name."""
    for path, ad_set in scope.ad_sets():
        made = [key for key in ad_set.ads if _is_made(scope, (*path, "ads", key))]
        names = {ad_set.ads[key].name or scope.spec.name for key in made}
        if len(made) > 1 and len(names) == 1:
            said = f'the {len(made)} ads that the matrix makes all get the name "{brief(names.pop())}"'
            mend = 'write name: "${campaign} ${ad}" below ad:, or another name with ${ad} in it'
            yield scope.problem((*path, "ads", made[0]), said, mend)


def _is_made(scope: Scope, path: KeyPath) -> bool:
    """What a matrix makes stands where its value does, and has no key of its own before that."""
    origin = scope.document.origin(path)
    return scope.document.keys.get(path, origin) == origin
