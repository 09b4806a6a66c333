"""What a plan says beside its changes: of an account, of the project, and of what only state/ knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from reconciler.apply.gate import clocks_apart
from reconciler.kinds import versions
from reconciler.model.plan import Drift, Refusal
from reconciler.model.remote import Observed
from reconciler.model.resource import Desired
from reconciler.observe.account_facts import ACCOUNT_STATUSES
from reconciler.store.files.os_errors import why
from reconciler.store.opening import Store, may_run

NO_APPLICATION = (
    "Meta does not tell whose token this is, so nobody can tell what Meta has added by itself from what people have; "
    "--accept-live lets it stand"
)


# ---- of one account


def account_notes(
    observed: Observed, drift: Iterable[Drift], local: datetime, server: datetime | None, zone: tzinfo
) -> list[str]:
    """`local` and `server`: what time it is here and at Meta, the latter None where no reply has told."""
    return [*_standing(observed), *_identity(observed, drift), *_clock(local, server, zone)]


def _standing(observed: Observed) -> Iterator[str]:
    if status := ACCOUNT_STATUSES.get(observed.facts.status):
        yield f"{observed.account}: the ad account is {status}; nothing will deliver"


def _identity(observed: Observed, drift: Iterable[Drift]) -> Iterator[str]:
    known = observed.identity is not None and observed.identity.application_id
    if observed.log_since is not None and not known and any(one.beyond is not None for one in drift):
        yield f"{observed.account}: {NO_APPLICATION}"


def _clock(local: datetime, server: datetime | None, zone: tzinfo) -> Iterator[str]:
    if apart := clocks_apart(local, server, zone):
        yield f"{apart}: nothing is turned on until they agree"


# ---- of the project


def version_notes(desired: Desired, now: datetime) -> Iterator[str]:
    if told := versions.notice(desired.api_version, now):
        yield f"api_version: {'; '.join(told)}"


def undeclared_accounts(store: Store, desired: Desired) -> Iterator[Refusal]:
    """Accounts that only state/ knows: what was on there when it was last seen may run on, and nobody looks."""
    renamed = {key for account in desired.accounts.values() for key in account.previously}
    for key in store.recorded_accounts():
        if key in {*desired.accounts, *desired.broken, *renamed} or not may_run(store, key):
            continue
        yield Refusal(
            "undeclared_account",
            key,
            f"state/{key} remembers campaigns that were on, and no desired/accounts/{key}.yaml declares the account: "
            f"what they spend is not known; stop them with reconciler pause --all --account {key}, and remove "
            f"state/{key} then, or bring the account's file back",
        )


def orphaned_state(store: Store, desired: Desired) -> Iterator[str]:
    """Folders of state/ whose account nobody declares."""
    try:
        recorded = store.recorded_accounts()
    except OSError as error:
        yield f"state/ cannot be listed ({why(error)}), so nobody knows whether it remembers other accounts"
        return
    for key in recorded:
        if key not in desired.accounts and key not in desired.broken:
            yield f"state/{key} remembers objects, but no desired/accounts/{key}.yaml declares the account"
