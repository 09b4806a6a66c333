"""What somebody changed in Ads Manager, who it was, and both ways to go on from there. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.engine.reverting import also_undone
from reconciler.kinds import KINDS
from reconciler.kinds.said import going_on, said, undoing, written, written_out_below
from reconciler.model.plan import Action, Change, Drift, Plan
from reconciler.model.problem import Origin
from reconciler.model.status import ACTIVE, ARCHIVED, PAUSED
from reconciler.render.changes import by_whom, changed_fields
from reconciler.render.fields import Teller
from reconciler.render.nested import differing, is_nested
from reconciler.text.sanitize import brief


def drift_lines(plan: Plan, drift: Drift) -> Iterator[str]:
    kept = "accepted" if drift.accepted else "reverted" if drift.reverted else "kept"
    effect = f"; {brief(drift.effect)}" if drift.effect and kept == "kept" else ""
    yield f"Drift: {drift.address} {'; '.join(_drifted(plan, drift))}{by_whom(plan, drift)} ({kept}{effect})"
    if kept == "kept":
        yield f"  {brief(_what_to_do(plan, drift))}"


def _drifted(plan: Plan, drift: Drift) -> Iterator[str]:
    """`targeting.age_min 21 → 25`: each leaf that is not as recorded."""
    if KINDS[drift.address.kind].stands_alone and drift.field != "status":
        yield from _in_words(plan, drift)
        return
    path, values = drift.path or drift.field, (drift.recorded, drift.live)
    found = list(differing(path, *values, to_live=True)) if all(map(is_nested, values)) else []
    if found:
        yield from (f"{brief(leaf.path)} {brief(leaf.text)}" for leaf in found)
        return
    currency = plan.currencies.get(drift.address.account, "")
    if _is_unsaid(drift):
        become = KINDS[drift.address.kind].has_become(drift.field, drift.live)
        now = said(drift.field, drift.beyond, currency, plan.zone, path)
        yield f"{brief(path)} {now} is live and not declared{f': {become}' if become else ''}"
        return
    was, now = (said(drift.field, value, currency, plan.zone, path) for value in values)
    yield f"{brief(path)} {was} → {now}"


def _in_words(plan: Plan, drift: Drift) -> Iterator[str]:
    was, now = ({drift.field: value} for value in (drift.recorded, drift.live))
    change = Change(Action.UPDATE, drift.address, drift.id, was, now)
    yield from (f"{row.name} {' '.join(row.lines)}" for row in changed_fields(change, Teller(plan)))


def _is_unsaid(drift: Drift) -> bool:
    """Whether it is of what people see, though nobody declared it."""
    return drift.beyond is not None and KINDS[drift.address.kind].shows(drift.field)


STATUS_WAYS = {
    PAUSED: "it stays off; to turn it on again: {undo}; to keep it off for good, write status: PAUSED{at}",
    ACTIVE: "it runs on; to stop it: reconciler pause {address}; to keep it on, write status: ACTIVE{at}",
    ARCHIVED: "Meta turns nothing back on that is archived; write status: ARCHIVED{at}, or remove its YAML",
    "DELETED": "it is gone; to make it again: {undo}; to let go of it, remove its YAML{at}",
}
"""By the live status."""

ARCHIVED_ALONE = "what uses it does not work; to take it into use again: {undo}; to let go of it, remove its YAML{at}"
"""Of what stands alone."""


SHARED = {
    "desired/project.yaml": "for the whole project",
    "desired/accounts/": "for the whole account",
    "desired/templates/": "for all that extend it",
}
"""By the beginning of a file's name, for what else its lines hold."""


def _shared(origin: Origin) -> str:
    return next((f", {said_}" for start, said_ in SHARED.items() if origin.file.startswith(start)), "")


def _beside(plan: Plan, drift: Drift) -> str:
    """What of the status the command would undo as well; the other fields have lines of their own."""
    return also_undone(drift.address, [one for one in plan.drift if one.field == "status" and one != drift])


def _what_to_do(plan: Plan, drift: Drift) -> str:
    undo = f"{undoing(drift.address)}{_beside(plan, drift)}"
    at = f" ({drift.origin.line_text}{_shared(drift.origin)})" if drift.origin else ""
    if drift.field == "status" and drift.live in STATUS_WAYS:
        below = written_out_below(drift.address)
        at = f" below {below}{at}" if below and drift.live != "DELETED" else at
        alone = drift.live == ARCHIVED and KINDS[drift.address.kind].stands_alone
        way = ARCHIVED_ALONE if alone else STATUS_WAYS[drift.live]
        return way.format(undo=undo, at=at, address=drift.address)
    if _is_unsaid(drift):
        return going_on(drift.address, drift.field, undo)
    currency, whole = plan.currencies.get(drift.address.account, ""), drift.word or drift.path in ("", drift.field)
    line = written(drift.field, drift.live, currency, plan.zone, drift.word) if whole else ""
    if drift.beyond is not None:
        kept = f"write {line if drift.word and line else 'it into the YAML'}{at} or run reconciler apply --accept-live"
        return f"to keep it, {kept}; to remove it: {undo}"
    pulled = f" or run reconciler pull {drift.address}" if drift.field == "end_time" and drift.effect else ""
    return f"to keep it, write {line or 'what is live into the YAML'}{at}{pulled}; to undo it: {undo}"
