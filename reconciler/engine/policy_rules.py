"""What each policy refuses. A refusal names the policy, the address, the figure and the limit. Pure.

`breaches` is what the YAML alone shows: `validate` tells it at its place, and every plan refuses it too. `of_campaigns`
and `of_account` need to know what is live and what a plan would do. `policy_money.py` has those of money.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from reconciler.engine.lateness import was_launched
from reconciler.engine.policy_ground import Ground, Look
from reconciler.engine.policy_money import (
    account_budget,
    declared_account_budget,
    limit_currency,
    max_budget_increase,
    max_daily_budget,
    unjudged_spend,
)
from reconciler.engine.window import first_inside, is_inside
from reconciler.kinds import KINDS
from reconciler.kinds.domains import one_form
from reconciler.kinds.said import counted
from reconciler.model.address import Address
from reconciler.model.moments import format_time, said_span
from reconciler.model.plan import Action, Change, Plan, Refusal
from reconciler.model.problem import Problem
from reconciler.model.record import Record
from reconciler.model.resource import Desired
from reconciler.model.status import ACTIVE, PAUSED
from reconciler.text.sanitize import plain

TAKES_DOWN = frozenset({Action.REPLACE, Action.ARCHIVE, Action.DELETE})

FEW = 10
"""Below this many managed resources a share of them says little."""


# ---- what the YAML alone shows


def breaches(desired: Desired, now: datetime) -> list[Problem]:
    """Everything that is refused at a moment (aware) whatever is live, each at its place, with the mend."""
    found = {_problem(refusal) for refusal in declared_refusals(desired, now)}
    return sorted(found, key=Problem.sort_key)


def declared_refusals(desired: Desired, now: datetime) -> Iterator[Refusal]:
    """The same, each with its policy and address; it stands at its place or at its account's file."""
    for account in desired.accounts.values():
        look = Look(account, now, desired.zone, desired.of(account.key, now), None)
        for rule in (*DECLARED, declared_account_budget):
            yield from (replace(refusal, origin=refusal.origin or account.origin) for refusal in rule(look))


def _problem(refusal: Refusal) -> Problem:
    assert refusal.origin is not None  # declared_refusals gives each one its place
    account = refusal.address.partition("/")[0]
    return Problem(refusal.origin, f"{refusal.policy}: {refusal.message}", refusal.mend, account)


TEXTS = frozenset(
    {"name", "primary_text", "headline", "description", "url_tags", "message", "title", "body", "caption"}
)
PICTURES = frozenset({"picture", "image_url", "thumbnail_url", "icon_url", "preview_image_url", "file_url"})
LINKS = frozenset(
    {"destination_url", "link", "link_url", "website_url", "object_url", "url", "website", "canonical_url"}
)
WEB = re.compile(r"\s*https?:", re.IGNORECASE)


def links(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """`(field, link)` of every link that an ad leads to, those under `raw` too. Pictures are no links."""
    for name, value in fields.items():
        yield from ((name, link) for link in _links(name, value))


def _links(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _links(str(name), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _links(key, inner)
    elif isinstance(value, str) and key not in TEXTS | PICTURES and (WEB.match(value) or (key in LINKS and value)):
        yield value


def host_of(link: str) -> str:
    """Where a browser goes; "" where that is in doubt."""
    text = link.strip()
    if any(c.isspace() or c == "\\" or not c.isprintable() for c in text):
        return ""
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        return "" if "@" in parts.netloc else (parts.hostname or "").removesuffix(".")
    except ValueError:
        return ""


def _allowed_domains(look: Look) -> Iterator[Refusal]:
    allowed = look.account.policies.allowed_domains
    forms = [one_form(domain) for domain in allowed or ()]
    for address, resource in look.resources.items() if allowed is not None else ():
        for name, link in links(resource.fields) if KINDS[resource.kind].leads_away else ():
            host = host_of(link)
            reached = one_form(host)
            if not any(reached == form or reached.endswith(f".{form}") for form in forms):
                yield Refusal(
                    "allowed_domains",
                    str(address),
                    f"{plain(host or link)} is not among {', '.join(allowed or ())}",
                    resource.origin_of(name),
                    f"lead to an allowed domain, or add it at {look.place('allowed_domains').line_text}",
                )


def _name_pattern(look: Look) -> Iterator[Refusal]:
    pattern = look.account.policies.name_pattern
    for address, resource in look.resources.items() if pattern else ():
        if KINDS[resource.kind].launches and not re.fullmatch(str(pattern), resource.name):
            yield Refusal(
                "name_pattern",
                str(address),
                f'the name "{plain(resource.name)}" does not match {pattern}',
                resource.origin_of("name"),
                "write a name that matches in full",
            )


def _require_url_tags(look: Look) -> Iterator[Refusal]:
    for address, resource in look.resources.items() if look.account.policies.require_url_tags else ():
        if "url_tags" in KINDS[resource.kind].content and not resource.fields.get("url_tags"):
            yield Refusal(
                "require_url_tags",
                str(address),
                "the ad has no url_tags",
                resource.origin,
                "write url_tags: utm_source=meta in the ad, its campaign or its account",
            )


def _declared_starts(look: Look) -> Iterator[Refusal]:
    """A start outside the window never comes at its time."""
    window, now = look.account.policies.activation_window, look.now
    for address, resource in look.resources.items() if window is not None else ():
        start = resource.schedule.activate_at
        if not KINDS[resource.kind].launches or start is None or start <= now or resource.schedule.status == PAUSED:
            continue
        if not is_inside(window or "", start.astimezone(look.zone)):
            yield Refusal(
                "activation_window",
                str(address),
                f"activate_at {format_time(start, look.zone)} is outside {window}",
                resource.origin_of("activate_at"),
                f"move activate_at into it, or change it at {look.place('activation_window').line_text}",
            )


Rule = Callable[[Look], Iterator[Refusal]]
DECLARED: tuple[Rule, ...] = (
    limit_currency,
    max_daily_budget,
    unjudged_spend,
    _allowed_domains,
    _name_pattern,
    _require_url_tags,
    _declared_starts,
)


# ---- what a plan would do


def of_campaigns(ground: Ground, plan: Plan) -> Iterator[Refusal]:
    """What a plan must not do, but for what concerns the account as a whole."""
    look = Look.of(ground, plan)
    for rule in DECLARED:
        yield from rule(look)
    yield from _unlisted_files(ground, plan)
    yield from max_budget_increase(look, plan)
    yield from _protect(look, plan)
    yield from _activation_window(look, plan)


def of_account(ground: Ground, plan: Plan) -> Iterator[Refusal]:
    """What the changes that are left must not come to."""
    look = Look.of(ground, plan)
    yield from account_budget(look)
    yield from _max_removals(ground, plan)


def _unlisted_files(ground: Ground, plan: Plan) -> Iterator[Refusal]:
    """What has no file here may be left out of this working copy, and not deleted. No setting lifts it."""
    gone = {change.address for change in plan.changes if ground.has_no_file(change.address)}
    if ground.unlisted is not None and gone:
        left = f"{counted(len(gone), 'resource')} without YAML here may be left out, not deleted, and stay as they are"
        message = f"{left}: {ground.unlisted.message}"
        yield Refusal("unlisted_files", ground.account.key, message, mend=ground.unlisted.mend)


def _protect(look: Look, plan: Plan) -> Iterator[Refusal]:
    """An edit of the YAML must not take down what is protected; the clock may pause it."""
    for change in plan.changes:
        resource = look.resources.get(change.address)
        if resource is None or not resource.lifecycle.protect or not change.id:
            continue
        stopped = change.action is Action.PAUSE and resource.schedule.status == PAUSED
        if stopped or change.action in TAKES_DOWN:
            live = (look.objects or {}).get(change.address)
            yield Refusal(
                "protect",
                str(change.address),
                f"this plan would {change.action} it, but it is protected; set protect: false and apply first",
                resource.origin,
                lowers=bool(live and live.status == ACTIVE),
            )


def _activation_window(look: Look, plan: Plan) -> Iterator[Refusal]:
    window = look.account.policies.activation_window
    if window is None or is_inside(window, look.now.astimezone(look.zone)):
        return
    for change in plan.changes:
        if change.action is Action.ACTIVATE and KINDS[change.kind].launches:
            yield _outside(window, change, look)


def _outside(window: str, change: Change, look: Look) -> Refusal:
    """What is too late by then waits for a person: said now, while somebody can still do something."""
    opening = first_inside(window, look.now.astimezone(look.zone))
    said, limit = format_time(opening, look.zone), look.account.policies.max_lateness_seconds
    resource, at = look.resources.get(change.address), str(change.address)
    origin = resource.origin_of("activate_at") if resource else None
    widen = f"change it at {look.place('activation_window').line_text}"
    message = f"{format_time(look.now, look.zone)} is outside {window}, which opens {said}"
    launched = change.due is not None and was_launched((look.records or {}).get(change.address), change.due)
    if change.due is None or launched or (opening - change.due).total_seconds() <= limit:
        mend = f"it is turned on by the first run from then on; for another time {widen}"
        return Refusal("activation_window", at, message, origin, mend)
    message += f": by then it is more than {said_span(limit)} late (max_lateness), and would wait for a person"
    return Refusal("activation_window", at, message, origin, f"write activate_at: {said[:16]}, or {widen}")


STOPS_NOW = "; to stop now what they spend, run reconciler pause ADDRESS, or bring the YAML back with status: PAUSED"
"""Of what can be on."""


ENDED = "what is to end for good gets status: ARCHIVED there"
ENDED_ALONE = "what is to end for good is deleted or archived at Meta, and its record is removed from state/{account}"


def _ended(plan: Plan) -> str:
    """What stands alone has no status."""
    removed = [change for change in plan.changes if change.removal]
    delivered = any(not KINDS[change.kind].stands_alone for change in removed)
    return ENDED if delivered else ENDED_ALONE.format(account=removed[0].address.account)


BROUGHT_BACK = "bring the YAML back: git checkout -- desired, or git revert where that is committed"


def is_new_removal(change: Change, records: Mapping[Address, Record]) -> bool:
    """What was removed before, and somebody has deleted since, is not removed again: only its record goes."""
    known = records.get(change.address)
    return change.removal and not (known is not None and known.removed)


def _max_removals(ground: Ground, plan: Plan) -> Iterator[Refusal]:
    """Counted over the whole account: a plan of a part must not remove it piece by piece."""
    account, managed = ground.account, sum(not record.removed for record in ground.records.values())
    here = sum(1 for change in plan.changes if is_new_removal(change, ground.records))
    removals = max(ground.removals, here)
    if any(c.removal and not c.address.is_orphan for c in plan.changes) and not ground.declares:
        message = f"desired/ declares nothing: that never means to remove all {removals}"
        yield Refusal("empty", account.key, message, mend=f"{BROUGHT_BACK}; {_ended(plan)}")
    limit = account.policies.max_removals
    if here and managed >= FEW and 100 * removals > limit * managed:
        yield Refusal(
            "max_removals",
            account.key,
            f"{removals} of {managed} managed resources ({100 * removals // managed} %) would be removed; "
            f"the limit is {limit} %",
            place := account.policies.places.get("max_removals"),
            f"to keep them, {BROUGHT_BACK}; to remove them, write max_removals: {-(-100 * removals // managed)} "
            + ("there" if place else f"below policies in desired/accounts/{account.key}.yaml")
            + (STOPS_NOW if any(c.removal and not KINDS[c.kind].stands_alone for c in plan.changes) else ""),
        )
