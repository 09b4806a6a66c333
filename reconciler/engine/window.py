"""`policies.activation_window`: when launches are allowed, in the project's zone. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from reconciler.kinds.settings import DAYS, WINDOW


def is_inside(window: str, local: datetime) -> bool:
    parts = WINDOW.fullmatch(window)
    if parts is None:
        return False
    first = DAYS.index(parts["first"]) if parts["first"] in DAYS else 0
    last = DAYS.index(parts["last"]) if parts["last"] in DAYS else (first if parts["first"] else 6)
    days = {(first + i) % 7 for i in range((last - first) % 7 + 1)}
    return local.weekday() in days and parts["from"] <= f"{local:%H:%M}" < parts["to"]


def first_inside(window: str, local: datetime) -> datetime:
    """That moment where it is inside, else when the window opens next."""
    parts = WINDOW.fullmatch(window)
    if parts is None or is_inside(window, local):
        return local
    begin = time.fromisoformat(parts["from"])
    days = (local.date() + timedelta(days=ahead) for ahead in range(8))
    openings = (datetime.combine(day, begin, local.tzinfo) for day in days)
    return next(at for at in openings if at > local and is_inside(window, at))
