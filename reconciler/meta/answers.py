"""What an answer proves: that it is about what was asked for, that something was made, or done. No network."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from reconciler.meta.errors import AGAIN
from reconciler.meta.request import OK
from reconciler.model.errors import GraphError, GraphReply, Unavailable

Answer = dict[str, Any] | GraphError
"""What became of one part of a batch."""

PLAUSIBLE_ID = re.compile(r"[1-9][0-9]{4,24}")
"""Ids of what Graph makes have 13 to 18 digits so far."""


def new_id(reply: Mapping[str, Any], name: str = "id", known: Collection[str] = ()) -> str:
    """The id in the reply to a create. Raises Unavailable where there is none that Meta could have given, or one of
    those that are `known` for something else."""
    value = reply.get(name)
    text = str(value) if isinstance(value, (str, int)) else ""
    if not PLAUSIBLE_ID.fullmatch(text) or text in known:
        raise Unavailable(GraphReply(OK, message="Meta answered a create without the id of a new object"), AGAIN)
    return text


def about(object_id: str, answer: Answer) -> Answer:
    """A row of something else says nothing of what was asked for."""
    if isinstance(answer, GraphError) or str(answer.get("id")) == object_id:
        return answer
    return Unavailable(GraphReply(OK, message=f"the answer is not about {object_id}, which was asked for"), AGAIN)


def taken(answer: Answer) -> Answer:
    """An update is answered with `success`; whatever else comes with a 200 proves nothing."""
    if isinstance(answer, GraphError) or answer.get("success") is True:
        return answer
    return Unavailable(GraphReply(200, message="Meta's answer to an update does not say that it was done"), AGAIN)
