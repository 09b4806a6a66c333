"""How long what was made may stay out of sight."""

from __future__ import annotations

from datetime import datetime, timedelta

from reconciler.kinds.identity import LABEL_PREFIX
from reconciler.model.record import Record
from reconciler.model.remote import Object

VISIBLE_WITHIN = timedelta(minutes=10)
"""How long a new object may stay out of reads before its absence means anything."""


def young(record: Record, now: datetime) -> bool:
    return bool(record.created_at) and now - datetime.fromisoformat(record.created_at) < VISIBLE_WITHIN


def awaits_label(record: Record | None, live: Object, now: datetime) -> bool:
    """Whether an object without a label of ours may be about to show it: we have made it a moment ago, and no look has
    seen one. Once a label was seen, its absence is a person's act."""
    if record is None or record.id != live.id or not young(record, now):
        return False
    return not any(text.startswith(LABEL_PREFIX) for text in live.labels)
