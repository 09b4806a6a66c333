"""What must be true before a first apply, checked one by one, each with its mend. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from itertools import islice
from typing import Any

from reconciler.kinds import KINDS
from reconciler.kinds.base import Owner
from reconciler.kinds.identity import project_prefix
from reconciler.kinds.said import counted
from reconciler.meta.client import Reader
from reconciler.meta.errors import NEW_TOKEN, TERMS_PAGE, TOKENS_VARIABLE
from reconciler.model import versions
from reconciler.model.account import Account, AccountFacts
from reconciler.model.account_status import SOUND, account_status
from reconciler.model.errors import (
    AccountBlocked,
    CredentialsError,
    GraphError,
    Invalid,
    NotFound,
    Throttled,
    TokenRefused,
    Unreachable,
    VersionEnded,
)
from reconciler.model.moments import format_time
from reconciler.model.resource import Desired
from reconciler.observe.account_facts import ASSIGN, STANDING, whole_number
from reconciler.observe.plain import list_plain
from reconciler.run.declared import declared_by
from reconciler.run.events import Subscriber, ignore
from reconciler.run.failures import failure_of
from reconciler.run.notes import RAISE_LIMIT, limit_said
from reconciler.run.request import Request
from reconciler.run.session import Session, Sessions
from reconciler.run.sharing import Sharing
from reconciler.text.sanitize import brief

NEEDED = ("ads_management", "ads_read")
USEFUL = ("business_management", "pages_show_list", "pages_read_engagement")
FOR_PAGES = "pages_manage_ads"
"""What a token has to have besides, where something declared is the page's."""
LARGEST_SKEW = timedelta(seconds=60)
SOON = timedelta(days=14)

LIMIT = "limit"
ENDS: dict[type[GraphError], str] = {Throttled: LIMIT, Unreachable: "network", VersionEnded: "version"}
"""What is found where Meta wants no calls now, where no call gets there, and where none is answered: by its error. It
ends the list, since nothing else can be known."""
ENDING = tuple(ENDS)


@dataclass(frozen=True)
class Finding:
    """`state` is ok, warning or error."""

    account: str
    name: str
    state: str
    detail: str
    mend: str = ""


Build = Callable[..., Finding]


def doctor(request: Request, notify: Subscriber = ignore) -> list[Finding]:
    """Of the chosen accounts. Raises ConfigError with every problem of every file, and UsageError for an account that
    is not declared."""
    desired = declared_by(request)
    with Sessions(request, desired, notify) as sessions:
        found = [finding for account in sessions.accounts for finding in _of_account(sessions.open(account))]
        return [*_of_state(sessions.sharing, desired.zone), *found]


def _of_state(sharing: Sharing, zone: tzinfo) -> Iterator[Finding]:
    """One line about the branch that state/ is shared through, where it is."""
    finding = partial(Finding, "", "state")
    if sharing.problem is not None:
        what, _, mend = str(sharing.problem).partition("\n  mend: ")
        yield finding("error", what, mend)
        return
    if sharing.shared is None:
        yield from (finding("ok", note) for note in sharing.notes)
        return
    standing = sharing.shared.standing()
    since = standing.pushed(zone) or "made by the first apply"
    said = f"{standing.name}, {since}"
    if standing.strays:
        yield finding("warning", f"{said}; state/ is tracked beside desired/ as well, and not read from there", UNTRACK)
    elif standing.unpublished:
        yield finding("warning", f"{said}; not pushed yet: {', '.join(standing.unpublished)}", "reconciler state push")
    else:
        yield finding("ok", said)


UNTRACK = "git rm -r -q --cached state && echo '/state/' >> .gitignore && git add .gitignore && git commit"


def _of_account(session: Session) -> Iterator[Finding]:
    account = session.account
    try:
        reader = session.reader()
    except CredentialsError as error:
        what, _, mend = str(error).partition("\n  mend: ")
        yield Finding(account.key, "token", "error", what, mend)
        return
    if reader is not None:
        declared = {at.kind for at in session.desired.resources if at.account == account.key}
        of_pages = any(KINDS[name].owner is Owner.PAGE for name in declared)
        needed = (*NEEDED, FOR_PAGES) if of_pages else NEEDED
        found = list(examine(reader, account, session.request.now, needed))
        yield from found
        if not any(one.name in ("token", *ENDS.values()) and one.state == "error" for one in found):
            yield from _of_pages(partial(Finding, account.key), reader, account, session.desired)
            yield from _of_audiences(partial(Finding, account.key), reader, account, session.desired)


def _of_pages(finding: Build, reader: Reader, account: Account, desired: Desired) -> Iterator[Finding]:
    """What is declared and hangs on the page is read with the page's own token."""
    declared = {at.kind for at in desired.resources if at.account == account.key}
    for kind in (KINDS[name] for name in sorted(declared)):
        if kind.owner is Owner.PAGE:
            try:
                number = len(list_plain(reader, account, kind))
            except Exception as error:
                what, _, mend = str(failure_of(error, account.key)).partition("\n  mend: ")
                yield finding(kind.title, "error", what, mend)
            else:
                yield finding(kind.title, "ok", f"the page's token reads {counted(number, kind.title)}")


ACCEPT = f"a person accepts them at {TERMS_PAGE}"


def _of_audiences(finding: Build, reader: Reader, account: Account, desired: Desired) -> Iterator[Finding]:
    """Whether the account has accepted the terms of what it declares, and what Meta says of those that are there."""
    declared = {at.kind for at in desired.resources if at.account == account.key}
    for kind in (KINDS[name] for name in sorted(declared) if KINDS[name].terms):
        try:
            accepted = reader.read(account.id, "id,tos_accepted").get("tos_accepted") or {}
            listed = list_plain(reader, account, kind)
        except Exception as error:
            what, _, mend = str(failure_of(error, account.key)).partition("\n  mend: ")
            yield finding(kind.title, "error", what, mend)
            continue
        if isinstance(accepted, Mapping) and accepted.get(kind.terms):
            yield finding(f"{kind.title} terms", "ok", "accepted")
        else:
            number = account.id.removeprefix("act_")
            yield finding(f"{kind.title} terms", "error", "not accepted: Meta makes none", f"{ACCEPT}{number}")
        prefix = project_prefix(desired.project)
        for live in (one for one in listed if any(text.startswith(prefix) for text in one.labels)):
            for said in live.issues:
                yield finding(kind.title, "warning", f'{live.id} "{brief(str(live.fields.get("name")))}": {said}')


MOST_AD_SETS = 1000
"""That are looked into for identities."""


def examine(reader: Reader, account: Account, now: datetime, needed: Sequence[str] = NEEDED) -> Iterator[Finding]:
    """Every finding for one account; a refused token, too, ends the list."""
    finding = partial(Finding, account.key)
    try:
        yield from _examined(finding, reader, account, now, needed)
    except ENDING as error:
        yield finding(ENDS[type(error)], "error", f"not looked into any further: {error.reply}", error.mend)
    except Exception as error:
        what, _, mend = str(failure_of(error, account.key)).partition("\n  mend: ")
        yield finding("doctor", "error", what, mend)


def _examined(
    finding: Build, reader: Reader, account: Account, now: datetime, needed: Sequence[str]
) -> Iterator[Finding]:
    try:
        token = reader.get("debug_token", input_token=reader.connection.token).get("data")
    except ENDING:
        raise
    except TokenRefused as error:
        yield finding("token", "error", str(error.reply), error.mend)
        return
    except GraphError as error:
        token = {}
        yield finding("token", "warning", f"could not be looked into: {error.reply}")
    if isinstance(token, Mapping) and token:
        yield from _token(finding, token, reader, now, needed)
    yield from _account(finding, reader, account)
    for noun, own, ids in (("page", account.page, account.pages), ("pixel", account.pixel, account.pixels)):
        for asset in sorted({*ids, own} - {""}):
            yield _asset(finding, reader, noun, asset)
    yield from _identities(finding, reader, account)
    if reader.answered:
        yield from _version(finding, reader, now)
        yield _clock(finding, reader, now)


def _token(
    finding: Build, token: Mapping[str, Any], reader: Reader, now: datetime, needed: Sequence[str]
) -> Iterator[Finding]:
    new = NEW_TOKEN.replace(TOKENS_VARIABLE, reader.connection.variable)
    if not token.get("is_valid", True):
        yield finding("token", "error", "it is no longer valid", new)
        return
    expires = int(token.get("expires_at") or 0)
    if expires and datetime.fromtimestamp(expires, UTC) - now < SOON:
        moment = datetime.fromtimestamp(expires, UTC)
        yield finding("token", "warning", f"expires at {format_time(moment, reader.pace.zone)}", new)
    else:
        yield finding("token", "ok", "valid" + (f", type {token['type']}" if token.get("type") else ""))
    scopes = set(token.get("scopes") or [])
    grant = "add the scopes when you generate the system-user token"
    if missing := [s for s in needed if s not in scopes]:
        yield finding("scopes", "error", f"lacks {', '.join(missing)}", grant)
    elif missing := [s for s in USEFUL if s not in scopes]:
        yield finding("scopes", "warning", f"lacks {', '.join(missing)}", grant)
    else:
        yield finding("scopes", "ok", ", ".join(sorted(scopes)))


def _account(finding: Build, reader: Reader, account: Account) -> Iterator[Finding]:
    fields = f"id,name,currency,timezone_name,funding_source,{STANDING}"
    try:
        row = reader.read(account.id, fields)
    except ENDING:
        raise
    except GraphError as error:
        own = isinstance(error, (NotFound, Invalid)) or not error.mend
        yield finding("account", "error", f"{account.id}: {error.reply}", ASSIGN if own else error.mend)
        return
    status = account_status(whole_number(row, "account_status", SOUND))
    named = f"{account.id} {row.get('name', '')} ({row.get('timezone_name', '')})"
    if status:
        yield finding("account", "error", f"{named} is {status.said}; {status.so}", status.mend)
    else:
        yield finding("account", "ok", named)
    if row.get("currency") == account.currency:
        yield finding("currency", "ok", account.currency)
    else:
        said = f"Meta says {row.get('currency')}, {account.origin.file} says {account.currency}"
        yield finding("currency", "error", said, f"write currency: {row.get('currency')}, and check every amount")
    spending = AccountFacts(
        account.currency, spending_limit=whole_number(row, "spend_cap"), spent=whole_number(row, "amount_spent")
    )
    if spending.is_near_its_limit:
        how = "warning" if spending.limit_left else "error"
        yield finding("limit", how, limit_said(spending), RAISE_LIMIT)
    if row.get("funding_source"):
        yield finding("payment", "ok", "a payment method is set")
    else:
        yield finding(
            "payment",
            "error",
            "no payment method: Meta refuses even paused ads",
            "add one in Ads Manager under Billing",
        )


def _asset(finding: Build, reader: Reader, noun: str, asset: str) -> Finding:
    try:
        row = reader.get(asset, fields="id,name")
    except ENDING:
        raise
    except GraphError as error:
        # The token has just been looked into, so its refusal is about the page or the pixel.
        own = isinstance(error, (NotFound, Invalid, AccountBlocked, TokenRefused)) or not error.mend
        assign = f"check the id of the {noun}, and assign it to the system user in Business settings"
        return finding(noun, "error", f"{asset}: {error.reply}", assign if own else error.mend)
    return finding(noun, "ok", f"{asset} {row.get('name', '')}".strip())


def _identities(finding: Build, reader: Reader, account: Account) -> Iterator[Finding]:
    """Meta has no list of the identities that it has verified. Which ones it takes, the account's ad sets show."""
    if not account.identities:
        return
    rows = reader.each(f"{account.id}/adsets", fields="id,name,regional_regulation_identities")
    taken: dict[str, dict[str, str]] = {}
    try:
        for row in islice(rows, MOST_AD_SETS):
            for key, id in _named_in(row):
                taken.setdefault(key, {}).setdefault(id, str(row.get("name") or row.get("id")))
    except ENDING:
        raise
    except GraphError as error:
        yield finding("identity", "warning", f"the ad sets that may name one cannot be read: {error.reply}", error.mend)
        return
    roles: dict[tuple[str, str, tuple[tuple[str, str], ...]], list[str]] = {}
    for one in account.identities:
        roles.setdefault((one.region, one.id, tuple(sorted(taken.get(one.key, {}).items()))), []).append(one.role)
    for (region, id, others), those in roles.items():
        yield _identity(finding, f"{region} {' and '.join(those)}", id, dict(others))


def _named_in(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    named = row.get("regional_regulation_identities")
    if isinstance(named, Mapping):
        for key, value in named.items():
            yield str(key), str(value.get("id")) if isinstance(value, Mapping) else str(value)


def _identity(finding: Build, place: str, id: str, taken: Mapping[str, str]) -> Finding:
    """`taken`: the ids that stand in this place of ad sets, each with the name of one of them."""
    said = f"{place} {id}"
    if id in taken:
        return finding("identity", "ok", f'{said}: Meta took it in ad set "{brief(taken[id])}"')
    if taken:
        others = ", ".join(f'"{other}" (ad set "{brief(name)}")' for other, name in sorted(taken.items()))
        mend = f"write an id that they name, unless {id} was verified only now"
        return finding("identity", "warning", f"{said}: no ad set of this account names it; they name {others}", mend)
    mend = (
        "in Ads Manager make an ad set for that country, choose the verified beneficiary and payer (they are verified "
        "under Advertising settings), publish it turned off, and run reconciler doctor again: it prints the ids"
    )
    return finding("identity", "warning", f"{said}: not to be checked, since no ad set of this account names any", mend)


def _version(finding: Build, reader: Reader, now: datetime) -> Iterator[Finding]:
    """The pinned version against the table, and against what Meta itself says in the headers of its replies."""
    pinned, served = reader.connection.version, reader.served_version
    told = versions.notice(pinned, now)
    if told:
        yield finding("version", "warning", *told)
    if served and served != pinned:
        said = f"Meta answers as {served}, not as {pinned}, which is pinned"
        known = served in versions.live(now)
        mend = f"write api_version: {served}, and look at the plan" if known else versions.UPGRADE
        yield finding("version", "warning", said, mend)
    if reader.version_warning:
        yield finding("version", "warning", f"Meta says: {brief(reader.version_warning)}")
    if not told and served in ("", pinned) and not reader.version_warning:
        ends = versions.ENDS.get(pinned)
        yield finding("version", "ok", f"{pinned}, " + (f"until {ends}" if ends else "which has no end yet"))


def _clock(finding: Build, reader: Reader, now: datetime) -> Finding:
    if reader.server_time is None:
        return finding("clock", "warning", "Meta's replies carry no Date header")
    skew = abs(reader.server_time - now)
    if skew > LARGEST_SKEW:
        return finding(
            "clock", "error", f"differs from Meta's by {int(skew.total_seconds())} s", "switch on NTP on this computer"
        )
    return finding("clock", "ok", f"within {int(LARGEST_SKEW.total_seconds())} s of Meta's")
