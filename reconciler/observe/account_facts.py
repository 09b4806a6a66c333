"""What Meta says of an ad account itself, its pages and its pixels, held against desired/. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from reconciler.kinds import KINDS
from reconciler.meta.client import Reader
from reconciler.meta.errors import AGAIN, TERMS_PAGE
from reconciler.model.account import Account, AccountFacts, NoAccess
from reconciler.model.account_status import SOUND
from reconciler.model.errors import (
    AccountBlocked,
    AccountError,
    GraphReply,
    Invalid,
    NotFound,
    TokenRefused,
    Unavailable,
    VersionEnded,
)
from reconciler.text.sanitize import brief

ASSIGN = "check the id, and assign the ad account to the system user in Business settings"

TABLE = "minimum_budgets"
MINIMUMS = {
    "impressions": "min_daily_budget_imp",
    "clicks": "min_daily_budget_high_freq",
    "actions": "min_daily_budget_low_freq",
    "views": "min_daily_budget_video_views",
}


def read_account(reader: Reader, account: Account, kinds: Collection[str] = ()) -> AccountFacts:
    """`kinds`: those that are declared. Raises AccountError where the account is not what desired/ says it is."""
    fields = with_terms(f"id,name,currency,timezone_name,min_daily_budget,{STANDING}", kinds)
    try:
        row = _with_minimums(reader, account, fields)
    except (NotFound, AccountBlocked) as error:
        mend = error.mend if isinstance(error, AccountBlocked) else ASSIGN
        raise AccountError(
            f"{account.origin}: the token cannot see {account.id}: {error.reply}\n  mend: {mend}"
        ) from None
    live = brief(str(row.get("currency", "")))
    if live != account.currency:
        raise AccountError(
            f"{account.origin}: {account.id} is in {live}, but {account.key} says currency: {account.currency}\n"
            f"  mend: write currency: {live}, and check every amount of the account"
        )
    assets = ((noun, asset) for noun, ids in (("page", account.pages), ("pixel", account.pixels)) for asset in ids)
    return AccountFacts(
        currency=live,
        name=str(row.get("name", "")),
        timezone=str(row.get("timezone_name", "")),
        status=_status(row),
        minimum_daily=_minimums(reader, account, row),
        unaccepted=unaccepted(row, account, kinds),
        spending_limit=whole_number(row, "spend_cap"),
        spent=whole_number(row, "amount_spent"),
        no_access=tuple(one for noun, asset in assets if (one := _no_access(reader, noun, asset))),
    )


STANDING = "account_status,spend_cap,amount_spent"
"""What may keep all of an account from running, and can change at any hour."""


def still_stands(reader: Reader, account: Account, facts: AccountFacts) -> bool:
    """One read: whether nothing has come up that keeps it from running. False where Meta does not show the account,
    too: whoever asks for all of it is told why."""
    try:
        row = reader.read(account.id, STANDING)
    except (NotFound, Invalid, AccountBlocked):
        return False
    limit, spent = whole_number(row, "spend_cap"), whole_number(row, "amount_spent")
    return _status(row) == facts.status and not replace(facts, spending_limit=limit, spent=spent).is_near_its_limit


def _status(row: Mapping[str, Any]) -> int:
    return whole_number(row, "account_status", SOUND)


def with_terms(fields: str, kinds: Collection[str]) -> str:
    """`fields` of a read of the account, with its terms where one of the declared kinds wants them accepted."""
    return f"{fields},tos_accepted" if any(KINDS[kind].terms for kind in kinds) else fields


def unaccepted(row: Mapping[str, Any], account: Account, kinds: Collection[str]) -> dict[str, str]:
    """`AccountFacts.unaccepted`; nothing where Meta does not show the terms."""
    accepted = row.get("tos_accepted")
    if not isinstance(accepted, Mapping):
        return {}
    wanted = [KINDS[kind] for kind in sorted(kinds) if KINDS[kind].terms]
    page = f"{TERMS_PAGE}{account.id.removeprefix('act_')}"
    return {kind.title: page for kind in wanted if not accepted.get(kind.terms)}


SCOPES = {"page": ", and give the token the scope pages_read_engagement"}
"""What a token needs besides to see one."""


def _no_access(reader: Reader, noun: str, asset: str) -> NoAccess | None:
    try:
        reader.get(asset, fields="id,name")
    except VersionEnded:
        raise
    except (NotFound, AccountBlocked, Invalid, TokenRefused) as error:
        # The token has just read the account, so a refusal here is about the page or the pixel.
        assign = f"check the id of the {noun}, and assign it to the system user in Business settings"
        said = f"the token may not use {noun} {asset}: {error.reply}"
        return NoAccess(asset, said, assign + SCOPES.get(noun, ""))
    return None


def _with_minimums(reader: Reader, account: Account, fields: str) -> dict[str, Any]:
    """The account with its table of smallest budgets, in one read where Meta answers that."""
    try:
        return reader.read(account.id, f"{fields},{TABLE}.limit(100){{{','.join(('currency', *MINIMUMS.values()))}}}")
    except (NotFound, Invalid, AccountBlocked):
        # What the account itself is refused for shows without the table, too.
        return reader.read(account.id, fields)


def _minimums(reader: Reader, account: Account, row: Mapping[str, Any]) -> dict[str, int]:
    """Smallest daily budgets by what is billed, in minor units."""
    floor = whole_number(row, "min_daily_budget")
    for line in _table(reader, account, row):
        if isinstance(line, Mapping) and line.get("currency") == account.currency:
            return {group: max(floor, whole_number(line, name)) for group, name in MINIMUMS.items()}
    return dict.fromkeys(MINIMUMS, floor)


def _table(reader: Reader, account: Account, row: Mapping[str, Any]) -> list[Any]:
    """Not every account has it; its own floor holds all the same."""
    nested = row.get(TABLE)
    if isinstance(nested, Mapping) and isinstance(nested.get("data"), list):
        return list(nested["data"])
    try:
        return list(reader.pages(f"{account.id}/{TABLE}"))
    except (NotFound, Invalid):
        return []


def whole_number(row: Mapping[str, Any], name: str, unset: int = 0) -> int:
    """A figure that Meta sends as a number or as digits. Raises Unavailable where it is neither."""
    value = row.get(name)
    try:
        return unset if value in (None, "") else int(str(value))
    except ValueError:
        raise Unavailable(GraphReply(200, message=f"Meta answered with a {name} that is no number"), AGAIN) from None
