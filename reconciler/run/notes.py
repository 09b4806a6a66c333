"""What a plan says beside its changes: of an account, of the project, and of what only state/ knows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, tzinfo

from reconciler.apply.gate import clocks_apart, tells_clocks
from reconciler.engine.delivery import delivery_notes
from reconciler.engine.difference import Difference
from reconciler.engine.launches import holiday_notes, review_notes
from reconciler.engine.named_things import misnamed
from reconciler.engine.plan import MAKING
from reconciler.kinds import KINDS
from reconciler.kinds.codecs import Money, format_money
from reconciler.model import versions
from reconciler.model.account import Account, AccountFacts
from reconciler.model.account_status import account_status
from reconciler.model.address import Address
from reconciler.model.errors import StateError
from reconciler.model.plan import OF_A_MATRIX, Drift, Plan, Refusal
from reconciler.model.remote import Observed
from reconciler.model.resource import Desired, Resource
from reconciler.run.request import Request
from reconciler.store.files.os_errors import why
from reconciler.store.opening import may_run
from reconciler.text.sanitize import brief

NO_APPLICATION = (
    "Meta does not tell whose token this is, so nobody can tell what Meta has added by itself from what people have; "
    "--accept-live lets it stand"
)


RAISE_LIMIT = "raise or reset it in Ads Manager under Billing"


def limit_said(facts: AccountFacts) -> str:
    """Of an account that is near its own limit."""
    limit, left = (
        format_money(Money(amount, facts.currency)) for amount in (facts.spending_limit, facts.limit_left or 0)
    )
    if not facts.limit_left:
        return f"the spending limit of the ad account itself, {limit}, is used up, so nothing of it delivers"
    return f"{left} are left of the spending limit of the ad account itself, {limit}, at which all of it stops"


# ---- of one account


def account_notes(
    account: Account,
    observed: Observed,
    resources: Mapping[Address, Resource],
    difference: Difference,
    local: datetime,
    server: datetime | None,
    zone: tzinfo,
) -> list[str]:
    """`local` and `server`: what time it is here and at Meta, the latter None where no reply has told."""
    shown_anew = {change.address for change in difference.changes if KINDS[change.kind].content & set(change.after)}
    return [
        *_standing(observed),
        *_other_name(account, observed, difference),
        *misnamed(resources, observed.objects),
        *delivery_notes(observed.objects, resources, shown_anew),
        *_identity(observed, difference.drift),
        *_clock(local, server, zone),
    ]


def _standing(observed: Observed) -> Iterator[str]:
    if status := account_status(observed.facts.status):
        yield f"{observed.account}: {status}"
    if observed.facts.is_near_its_limit:
        yield f"{observed.account}: {limit_said(observed.facts)}; {RAISE_LIMIT}"
    for asset in observed.facts.no_access:
        yield f"{observed.account}: {asset.said}: what names it is neither made nor changed; {asset.mend}"
    for title, page in observed.facts.unaccepted.items():
        yield f"{observed.account}: nobody has accepted Meta's terms of the {title}, so none can be made: do so: {page}"


def _other_name(account: Account, observed: Observed, difference: Difference) -> Iterator[str]:
    """Before the first of it is made: the id of another client's account would be taken as well."""
    names = [re.sub(r"[\W_]+", "", name).casefold() for name in (account.name, observed.facts.name)]
    alike = names[0] in names[1] or names[1] in names[0]
    unnamed = account.name == account.key or observed.facts.name == account.id
    if not (alike or unnamed or observed.objects) and any(change.action in MAKING for change in difference.changes):
        yield (
            f"{account.key}: {account.id} is called {brief(observed.facts.name)!r} at Meta, and {account.origin.file} "
            f"says name: {account.name}: see that it is the right account, before anything is made in it"
        )


def _identity(observed: Observed, drift: Iterable[Drift]) -> Iterator[str]:
    known = observed.identity is not None and observed.identity.application_id
    if observed.log_since is not None and not known and any(one.beyond is not None for one in drift):
        yield f"{observed.account}: {NO_APPLICATION}"


def _clock(local: datetime, server: datetime | None, zone: tzinfo) -> Iterator[str]:
    if apart := clocks_apart(local, server, zone):
        yield f"{apart}: nothing is turned on until they agree"


# ---- of launches


def launch_notes(request: Request, desired: Desired, plan: Plan) -> Iterator[str]:
    """What a planner should know of those to come, in the accounts that were planned."""
    made = [change.address for change in plan.changes if change.action in MAKING]
    at, targets = request.now, request.targets
    made = [address for address in made if not targets or any(address.within(target) for target in targets)]
    yield from holiday_notes(desired, at, plan.accounts, targets)
    yield from review_notes(desired, at, plan.accounts, made)


# ---- of the project


def shard_note(request: Request, accounts: Collection[str]) -> Iterator[str]:
    """Whoever reads it must not take it for all."""
    if request.shard is not None:
        which = ", ".join(sorted(accounts)) or "none of the accounts that are asked for is in it"
        yield f"{OF_SHARD}{request.shard}: {which}"


OF_SHARD = "only shard "


def once_of_clocks(notes: Iterable[str]) -> Iterator[str]:
    """The clocks of this computer and of Meta are the same ones for all accounts: the first note tells of them."""
    told = False
    for note in notes:
        if not (tells_clocks(note) and told):
            yield note
        told = told or tells_clocks(note)


def is_shard_note(note: str) -> bool:
    """It is not true any more of what all shards say together."""
    return note.startswith(OF_SHARD)


def version_notes(desired: Desired, now: datetime) -> Iterator[str]:
    if told := versions.notice(desired.api_version, now):
        yield f"api_version: {'; '.join(told)}"


def matrix_notes(request: Request, desired: Desired) -> Iterator[str]:
    """How many of what the matrices make that are asked for; with the account where several have a file of this key,
    since equal notes are told once."""
    keys = Counter(address.key for address, _ in desired.matrices)
    for address, said in desired.matrices:
        chosen = not request.targets or any(_made_by(address, target) for target in request.targets)
        if request.chooses(address.account) and chosen:
            yield f"{OF_A_MATRIX}{address if keys[address.key] > 1 else address.key}: {said}"


def _made_by(file: Address, target: Address) -> bool:
    return target.account == file.account and f"{target.keys[0]}-".startswith(f"{file.key}-")


def undeclared_accounts(request: Request, desired: Desired) -> Iterator[Refusal]:
    """Accounts that only state/ knows: what was on there when it was last seen may run on, and nobody looks."""
    store = request.store
    renamed = {key for account in desired.accounts.values() for key in account.previously}
    for key in _recorded(request):
        if key in {*desired.accounts, *desired.broken, *renamed} or not request.is_in_shard(key):
            continue
        if not may_run(store, key):
            continue
        yield Refusal(
            "undeclared_account",
            key,
            f"state/{key} remembers campaigns that were on, and no desired/accounts/{key}.yaml declares the account: "
            "what they spend is not known",
            mend=f"bring desired/accounts/{key}.yaml back; of a client who leaves, stop them, where there is access "
            f"still: reconciler pause --all --account {key}; then reconciler state forget {key}",
        )


def _recorded(request: Request) -> list[str]:
    """None where no folder keeps them: that is the error of each account. Raises OSError."""
    try:
        return request.store.recorded_accounts()
    except StateError:
        return []


def orphaned_state(request: Request, desired: Desired) -> Iterator[str]:
    """Folders of state/ whose account nobody declares."""
    try:
        recorded = _recorded(request)
    except OSError as error:
        yield f"state/ cannot be listed ({why(error)}), so nobody knows whether it remembers other accounts"
        return
    for key in recorded:
        if key not in {*desired.accounts, *desired.broken} and request.is_in_shard(key):
            undeclared = f"no desired/accounts/{key}.yaml declares the account"
            yield f"state/{key} remembers objects, but {undeclared}: reconciler state forget {key} ends that"
