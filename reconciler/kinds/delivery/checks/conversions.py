"""What an ad set counts and promotes: the promoted object, the event, the windows of attribution. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from reconciler.kinds.delivery.ad_set import AdSetSpec
from reconciler.kinds.delivery.goals import GOALS
from reconciler.kinds.enums import CUSTOM_EVENT_TYPES, SAID_EVENTS
from reconciler.kinds.field_types import COPY_ID, OneOf
from reconciler.model.document import KeyPath
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope

OTHER = "OTHER"
"""An event of the advertiser's own, which has to be named (1815430)."""
EVENTS = OneOf(CUSTOM_EVENT_TYPES, SAID_EVENTS)


def promoted_objects(scope: Scope) -> Iterator[Problem]:
    """Ids that are no text, events in other letters than Meta's, and an event of one's own without its name."""
    raw = scope.spec.raw.get("promoted_object")
    yield from _promoted(scope, ("raw", "promoted_object"), raw if isinstance(raw, Mapping) else {})
    for path, ad_set in scope.ad_sets():
        yield from _promoted(scope, (*path, "promoted_object"), ad_set.promoted_object or {})
        yield from _own_event(scope, path, ad_set)


def _promoted(scope: Scope, here: KeyPath, promoted: Mapping[str, Any]) -> Iterator[Problem]:
    for name, value in promoted.items():
        if not name.endswith("_id") or isinstance(value, bool | str) or not isinstance(value, int | float):
            continue
        mend = f'write {name}: "{value}" in quotes' if isinstance(value, int) else COPY_ID
        yield scope.problem((*here, name), f"{name}: an id is text, not the number {value}", mend)
    event = promoted.get("custom_event_type")
    if isinstance(event, str) and event not in CUSTOM_EVENT_TYPES and (meant := EVENTS.meant(event)):
        message = f"Meta knows no custom_event_type {event!r}"
        yield scope.problem((*here, "custom_event_type"), message, f"did you mean {meant}?")
    if event == OTHER and not (promoted.get("custom_event_str") or promoted.get("custom_conversion_id")):
        yield scope.problem(
            (*here, "custom_event_type"),
            "OTHER is an event of your own, and nothing says which",
            "add custom_event_str: …, with the event's name as the pixel sends it",
        )


def _own_event(scope: Scope, path: KeyPath, ad_set: AdSetSpec) -> Iterator[Problem]:
    goal = GOALS.get(str(scope.spec.objective), {}).get(str(ad_set.optimization_goal))
    written = ad_set.promoted_object or {}
    if ad_set.conversion_event != OTHER or goal is None or goal.promotes != "pixel" or "custom_event_type" in written:
        return
    words = "conversion_event and pixel" if ad_set.pixel else "conversion_event"
    own = {**({"pixel_id": f'"{ad_set.pixel}"'} if ad_set.pixel else {}), "custom_event_type": OTHER}
    inner = ", ".join(f"{name}: {value}" for name, value in {**own, "custom_event_str": "…"}.items())
    mend = f"write promoted_object: {{{inner}}} in place of {words}, with the event's name as the pixel sends it"
    yield scope.problem((*path, "conversion_event"), "OTHER is an event of your own, and nothing says which", mend)


# ---- attribution

WINDOWS: Mapping[str, tuple[int, ...]] = {"CLICK_THROUGH": (1, 7), "VIEW_THROUGH": (1,), "ENGAGED_VIDEO_VIEW": (1,)}
"""By event: the days that Meta offers. 0, which counts nothing, is not judged."""
FORMERLY = (7, 28)
"""Days that it offered once, and that some accounts may still have."""
SAID_KINDS = {
    **dict.fromkeys("clickthrough click clicks clicked".split(), "CLICK_THROUGH"),
    **dict.fromkeys("viewthrough view views viewed".split(), "VIEW_THROUGH"),
    **dict.fromkeys("engagedvideoview engagedview engagedviews engagedviewthrough".split(), "ENGAGED_VIDEO_VIEW"),
}


def attribution(scope: Scope) -> Iterator[Problem]:
    """Events and days that are none of Meta's."""
    for path, ad_set in scope.ad_sets():
        for i, window in enumerate(ad_set.attribution_spec or []):
            here = (*path, "attribution_spec", i)
            yield from _event(scope, here, window.get("event_type"))
            yield from _days(scope, here, window)


def _event(scope: Scope, here: KeyPath, event: Any) -> Iterator[Problem]:
    if event is None:
        add = f"add event_type: CLICK_THROUGH, or another of {', '.join(WINDOWS)}"
        yield scope.problem(here, "attribution_spec: a window without an event_type", add)
    elif event not in tuple(WINDOWS):
        meant = _kind(event)
        mend = f"did you mean {meant}?" if meant else f"write one of {', '.join(WINDOWS)}"
        yield scope.problem((*here, "event_type"), f"Meta knows no event_type {event!r}", mend)


def _days(scope: Scope, here: KeyPath, window: Mapping[str, Any]) -> Iterator[Problem]:
    days = window.get("window_days")
    offered = WINDOWS.get(_kind(window.get("event_type")), (1, 7))
    listed = " or ".join(map(str, offered))
    if days is None:
        yield scope.problem(here, "attribution_spec: a window without window_days", f"add window_days: {listed}")
    elif not isinstance(days, int) or isinstance(days, bool) or days not in (0, *offered, *FORMERLY):
        found = re.fullmatch(r"\s*([0-9]+)\s*(?:d|days?)?\s*", str(days))
        number = int(found[1]) if found and len(found[1]) < len("1000") else None
        mend = f"write window_days: {number if number in offered else listed}"
        yield scope.problem((*here, "window_days"), f"Meta offers no window of {days!r}, in days", mend)


def doubtful_attribution(scope: Scope) -> Iterator[Problem]:
    """Warnings: windows that Meta has taken away from most accounts."""
    for path, ad_set in scope.ad_sets():
        for i, window in enumerate(ad_set.attribution_spec or []):
            days, offered = window.get("window_days"), WINDOWS.get(_kind(window.get("event_type")), FORMERLY)
            if days in FORMERLY and days not in offered:
                listed = " or ".join(map(str, offered))
                message = f"Meta may take no window of {days} days for {window['event_type']} any more"
                here = (*path, "attribution_spec", i, "window_days")
                yield scope.problem(here, message, f"write window_days: {listed}")


def _kind(event: Any) -> str:
    return SAID_KINDS.get(re.sub("[^a-z]", "", str(event)[:40].lower()), "")
