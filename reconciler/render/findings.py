"""What of one account needs a person, as the text of its issue. It says the same as long as nothing changes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count

from reconciler.engine.delivery import DeliveryIssue
from reconciler.engine.findings import UNKNOWN, Findings
from reconciler.engine.lateness import WAYS_OUT
from reconciler.model.moments import format_time
from reconciler.model.plan import Drift, Late, Plan, Refusal
from reconciler.render.drifted import drift_lines
from reconciler.render.fitting import Piece, always, cut, fitted, utf16_units
from reconciler.render.inert import code, inert, item
from reconciler.text.sanitize import brief

COMMAND = re.compile(r"(reconciler [a-z-]+(?: (?:--account [\w-]+|--[a-z-]+|[\w:-]*[./\d](?:[\w./:-]*\w)?))*)")
"""With its options, and with what has a dot, a slash or a digit: files, addresses, ids. Other words are English."""

CHANGED = "Changed outside"
KEPT = "Kept by `reconciler ci drift`: edited in place, and closed when nothing is left.\n"
ASK = (
    "Comment `/reconciler pull ADDRESS` to have it written into the YAML by a pull request, or "
    "`/reconciler revert-drift ADDRESS` to have it overwritten once that is merged.\n\n"
)
CLOSED = f"Nothing is left here that needs a person.\n\n{KEPT}"


def title(account: str) -> str:
    """The same whatever is found, so that an issue's history is not about its title."""
    return f"{account} needs a look: drift, overdue launches, rejected ads"


def findings_markdown(found: Findings, *, limit: int) -> str:
    """At most `limit` UTF-16 units; what is cut is counted."""
    ranks = count()
    pieces = [always(f"{KEPT}\n")]
    for heading, noun, items in _sections(found):
        if items:
            pieces.append(always(f"### {heading} ({len(items):,})\n\n{ASK if heading == CHANGED else ''}"))
            pieces += [Piece(((next(ranks), item),), noun) for item in items]
            pieces.append(always("\n"))
    note = "Cut to fit in here: {}. `reconciler drift` tells all.\n"
    nouns = ", ".join(f"{len(pieces):,} {piece.noun}s left out" for piece in {p.noun: p for p in pieces}.values())
    chosen = fitted(pieces, limit - utf16_units(note.format(nouns)), utf16_units)
    left_out = ", ".join(cut(pieces, chosen))
    shown = "".join(piece.whole for piece, number in zip(pieces, chosen, strict=True) if number)
    return f"{shown}{note.format(left_out) if left_out else ''}"


def _sections(found: Findings) -> Iterator[tuple[str, str, Sequence[str]]]:
    """A heading, what one item is called, and the items: what spends unseen first."""
    plan = found.plan
    beside = (item(_with_commands(text)) for text in found.undeclared)
    unknown = [one for one in plan.refusals if one.policy in UNKNOWN]
    changed = [one for one in plan.refusals if one.policy not in UNKNOWN]
    yield "At Meta, and not declared", "object", [*map(_refused, unknown), *beside]
    held_back = [item(_with_commands(found.held_back))] if found.held_back else []
    kept = map(_kept_from_running, found.delivery_issues)
    yield "Rejected or held back by Meta", "object", [*held_back, *kept]
    yield "Overdue launches", "launch", [_overdue(plan, one) for one in plan.late]
    yield CHANGED, "change", [*map(_refused, changed), *(_drift(plan, one) for one in plan.drift)]


def _refused(refusal: Refusal) -> str:
    way = f"<br>mend: {_with_commands(refusal.mend)}" if refusal.mend else ""
    return item(f"{code(brief(refusal.address))} {_with_commands(refusal.message)}{way}")


def _kept_from_running(issue: DeliveryIssue) -> str:
    reasons = "".join(f"<br>{inert(brief(reason))}" for reason in issue.reasons) or "<br>Meta gives no reason"
    return item(f"{code(str(issue.address))} ({code(issue.effective_status)}, id {code(issue.id)}){reasons}")


def _overdue(plan: Plan, late: Late) -> str:
    what = f"{code(str(late.address))} was to start {format_time(late.due, plan.zone)} and has not"
    if late.held:
        return item(f"{what}: it is too late to start by itself; correct `activate_at`, or {_with_commands(WAYS_OUT)}")
    return item(f"{what}: see that the scheduled workflow runs, or start it now: `reconciler activate`")


def _drift(plan: Plan, drift: Drift) -> str:
    what, *ways = drift_lines(plan, drift)
    below = "".join(f"<br>{_with_commands(way.strip())}" for way in ways)
    return item(f"{inert(what.removeprefix('Drift: '))}{below}")


def _with_commands(text: str) -> str:
    """Commands of ours stand as code, to be copied as they are."""
    parts = COMMAND.split(brief(text))
    return "".join(code(part) if number % 2 else inert(part) for number, part in enumerate(parts))
