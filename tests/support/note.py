"""A kind that the tool does not have: plain, with files of its own, and with nothing but fields of Meta's."""

from __future__ import annotations

from typing import Annotated

from reconciler.kinds.base import Api, Handling, Identity, Kind, OwnFile
from reconciler.kinds.field_types import Name, Text
from reconciler.kinds.wire import TEXT


class NoteSpec(OwnFile):
    """desired/notes/<account>/<key>.yaml: one note."""

    name: Annotated[Name, Api(TEXT)]
    """Shown in Ads Manager."""
    description: Annotated[Text | None, Api(TEXT, clear="")] = None
    """For people; what tells the note as ours stands behind it."""


KIND = Kind(
    name="note",
    spec=NoteSpec,
    edge="customconversions",
    read_also=("id", "creation_time"),
    created_field="creation_time",
    graph_name="CustomConversion",
    identity=Identity.DESCRIPTION,
    handling=Handling.PLAIN,
    folder="notes",
)
