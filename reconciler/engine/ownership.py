"""Whether what carries a label of ours is ours, and what becomes of it where nobody declares it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from reconciler.engine.history import History, said_of
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Refusal
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.status import ACTIVE, PAUSED
from reconciler.text.sanitize import plain

TAKE_IT_OFF = "take the label off what is not to be managed (reconciler forget ID), then plan again"


def why_not_ours(address: Address, live: Object | None, record: Record | None, observed: Observed, zone: tzinfo) -> str:
    """Why nothing is done with what carries the address's label; "" where it is ours."""
    if address in observed.doubtful:
        return f"{observed.doubtful[address]}; {TAKE_IT_OFF}"
    if address in observed.unlabelled:
        return observed.unlabelled[address]
    if record is not None and record.id:
        return ""
    if live is None:
        return _only_copies(copy for of, copy in observed.copies if of == address)
    maker = History.of(observed).made_by_another(live.id)
    said = f"{live.kind} {live.id} carries its label, but was made"
    again = f"if it was imported and state/ was lost, reconciler import {address.account} remembers it again; else "
    return f"{said} {said_of(maker, zone)}; {again}{TAKE_IT_OFF}" if maker else ""


def _only_copies(copies: Iterable[Object]) -> str:
    ids = ", ".join(copy.id for copy in copies)
    said = f"only a copy carries its label ({ids}), and the original is not to be found"
    return f"{said}; {TAKE_IT_OFF}" if ids else ""


def orphaned(live: Object, account: str, history: History, zone: tzinfo, *, pause: bool) -> Change | Refusal | None:
    """It spends, and nobody declares it: nothing may be added to that unseen. None where it is off."""
    if live.status != ACTIVE:
        return None
    whose = _a_persons(live, history, zone) or (_in_doubt(history) if pause else "")
    if pause and not whose:
        return Change(
            Action.PAUSE,
            Address.of_orphan(account, live.kind, live.id),
            id=live.id,
            before={"status": ACTIVE},
            after={"status": PAUSED},
            consequences=("carries our label, and neither desired/ nor state/ knows it",),
            removal=True,
        )
    what = f'{live.kind} {live.id} "{plain(str(live.fields.get("name", "")))}"'
    return Refusal(
        "orphan",
        account,
        f"{what} is ACTIVE and carries a label of this project, but neither desired/ nor state/ knows it, so nothing "
        f"is launched or raised; {f'{whose}, so that --pause-orphans leaves it on; ' if whose else ''}stop it with "
        f"reconciler pause {live.id}{'' if whose else ' or apply --pause-orphans'}, let it go with reconciler forget "
        f"{live.id}, or bring its YAML back",
    )


def _a_persons(live: Object, history: History, zone: tzinfo) -> str:
    """What somebody has duplicated, or made with another application, took or bears our label all the same. "" where
    nothing says so."""
    made = history.creation(live.id)
    if live.source_id:
        return f"it was duplicated from {live.source_id}{f' {said_of(made, zone)}' if made else ''}"
    maker = history.made_by_another(live.id)
    return f"it was made {said_of(maker, zone)}" if maker else ""


def _in_doubt(history: History) -> str:
    if history.since is None:
        return "the activity log, which tells who made it, was not read"
    return "" if history.application else "Meta does not tell whose token this is, so that nobody knows who made it"
