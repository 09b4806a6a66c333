"""How long what was made may stay out of sight."""

from __future__ import annotations

from datetime import datetime, timedelta

from reconciler.model.record import Record

VISIBLE_WITHIN = timedelta(minutes=10)
"""How long a new object may stay out of reads before its absence means anything."""


def young(record: Record, now: datetime) -> bool:
    return bool(record.created_at) and now - datetime.fromisoformat(record.created_at) < VISIBLE_WITHIN
