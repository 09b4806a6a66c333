"""How it is told that a change was refused, or that nobody knows: what Meta said, where that is written, the mend."""

from __future__ import annotations

import re

from reconciler.media import MediaError
from reconciler.model.errors import GraphReply, Invalid, Unavailable
from reconciler.model.plan import Change
from reconciler.model.problem import Origin
from reconciler.model.resource import Resource

ABOUT = {1885650: "lifetime_budget"}
"""By subcode: the field that a refusal is about, where Meta may not name it."""


def told(error: Exception, change: Change, resource: Resource | None) -> str:
    words = _words(error)
    if isinstance(error, Invalid) and (place := _place(change, resource, error.reply)):
        said, *mend = words.split("\n", 1)
        return "\n".join([f"{said} ({place.line_text})", *mend])
    return words


def _words(error: Exception) -> str:
    if isinstance(error, MediaError):
        return f"{error.message}\n  mend: {error.mend}" if error.mend else error.message
    if isinstance(error, Unavailable):
        return f"{error.reply}: the outcome is not known\n  mend: {error.mend or 'run apply again'}"
    return str(error)


def _place(change: Change, resource: Resource | None, reply: GraphReply) -> Origin | None:
    """Where the field stands that Meta blames, of those that were sent."""
    blamed = [*re.split("[^a-z_]+", reply.blame), ABOUT.get(reply.subcode or 0, "")]
    names = [name for name in blamed if name in change.after]
    return resource.origin_of(names[0]) if resource is not None and names else None
