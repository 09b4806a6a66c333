"""After the writes: what Meta did not take is an error, and what will not deliver is told with its reason. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from reconciler.engine.compare import differing, plainly_read, standing
from reconciler.engine.idle import says_idle
from reconciler.kinds import KINDS
from reconciler.kinds.base import Handling
from reconciler.kinds.said import said
from reconciler.kinds.structure import Gap, is_nothing
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Outcome
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.text.sanitize import plain

WRITES_FIELDS = frozenset({Action.CREATE, Action.REPLACE, Action.UPDATE})
WRITES_STATUS = frozenset({Action.ACTIVATE, Action.PAUSE, Action.ARCHIVE})

RECORDED = frozenset({Action.ADOPT, Action.FORGET, Action.DELETE})
DELIVERS = frozenset({"ACTIVE", "PREAPPROVED"})
WAITS = {
    "PENDING_REVIEW": "Meta is reviewing it",
    "IN_PROCESS": "Meta is processing it",
    "CAMPAIGN_PAUSED": "its campaign is paused",
    "ADSET_PAUSED": "its ad set is paused",
    "DISAPPROVED": "Meta's review rejected it",
    "PENDING_BILLING_INFO": "the account lacks a payment method",
    "WITH_ISSUES": "it has issues",
    "PAUSED": "it reads as paused",
}


def check(
    outcomes: Sequence[Outcome], observed: Observed, records: Mapping[Address, Record], currency: str, zone: ZoneInfo
) -> Iterator[Outcome]:
    """The outcomes again, with what reading back has shown: an error, or notes about delivery. `records` know of what
    Meta adds by itself."""
    last_status = {o.change.address: o.change for o in outcomes if not o.error and "status" in o.change.after}
    for outcome in outcomes:
        change, seen = outcome.change, observed.objects.get(outcome.change.address)
        read_back = KINDS[change.kind].handling is Handling.DELIVERABLE  # others are, right after each write
        if outcome.error or change.removal or change.action in RECORDED or not read_back:
            yield outcome
        elif seen is None:
            yield Outcome(change, error="it cannot be read back: run sync in a minute", late=True)
        else:
            wrong = dict(_not_applied(change, seen, records.get(change.address), observed, currency, zone))
            yield _seen(outcome, change, seen, last_status.get(change.address) is change, wrong)


def _seen(outcome: Outcome, change: Change, live: Object, final: bool, wrong: dict[str, str]) -> Outcome:
    if final and live.status != change.after.get("status", live.status):
        wrong["status"] = f"{TAKEN}: status reads {live.status}, not {change.after['status']}"
    if wrong:
        return Outcome(change, error="; ".join(wrong.values()), late=True, not_applied=tuple(wrong))
    if change.action is Action.ACTIVATE:
        return Outcome(change, notes=(*filter(says_idle, change.consequences), *_delivery(live)))
    return outcome


def _not_applied(
    change: Change, live: Object, record: Record | None, observed: Observed, currency: str, zone: ZoneInfo
) -> Iterator[tuple[str, str]]:
    if change.action not in WRITES_FIELDS:
        return
    for name, value in change.after.items():
        if name == "status" or plainly_read(name, value, live):
            continue
        gaps = differing(change.kind, name, value, live, standing(record, live, name, observed))
        told = [_told(change, gap, currency, zone) for gap in gaps]
        if told:
            yield name, "; ".join(told)


TAKEN = "Meta took the write but not the value, or somebody has changed it since"


def _told(change: Change, gap: Gap, currency: str, zone: ZoneInfo) -> str:
    name = gap.path.partition(".")[0].partition("[")[0]
    raw = "" if name in KINDS[change.kind].fields else "raw."
    path = f"{raw}{plain(gap.path)}"
    if is_nothing(gap.live):
        return f"Meta took the request and dropped {path}"
    sent, got = (said(name, value, currency, zone, gap.path) for value in (gap.declared, gap.live))
    return f"{path} {got} is live and nobody declared it" if gap.added else f"{TAKEN}: {path} reads {got}, not {sent}"


def _delivery(live: Object) -> Iterator[str]:
    if live.effective_status not in DELIVERS:
        why = WAITS.get(live.effective_status, "")
        yield f"not delivering yet: {live.effective_status}" + (f" ({why})" if why else "")
    yield from (f"issue: {plain(text)}" for text in live.issues)
    yield from (f"review: {plain(text)}" for text in live.review)
