"""What people have done to an account, asked of its activity log where a plan depends on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.engine.difference import Difference
from reconciler.engine.due import MARGIN, log_needed_since, made_unusual, may_be_asked_alone
from reconciler.engine.intents import unheard_since
from reconciler.meta.client import Reader
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import GraphError, Throttled, TokenRefused
from reconciler.model.plan import Action, Refusal
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Observed
from reconciler.model.resource import Resource
from reconciler.observe.account_log import (
    REACH,
    Question,
    find_ended,
    of_objects,
    read_identity,
    read_log,
    read_log_of,
)
from reconciler.observe.traces import made_unseen
from reconciler.text.sanitize import brief

DECIDED = frozenset({Action.ACTIVATE, Action.PAUSE, Action.ADOPT, Action.UPDATE})


class Unusual(Exception):
    """Somebody has done something since the last look at the whole account that only another one makes clear."""


@dataclass(frozen=True)
class AccountHistory:
    """Where to ask for it. `looked_at`: of a look at some campaigns, when the whole account was looked at."""

    reader: Reader
    project: str
    account: Account
    now: datetime
    records: Mapping[Address, Record]
    resources: Mapping[Address, Resource]
    looked_at: datetime | None = None
    roots: Collection[Address] = ()

    def considered(
        self,
        observed: Observed,
        difference: Difference,
        compared: Callable[[Observed, Collection[Address]], Difference],
    ) -> tuple[Observed, Difference]:
        """Both again with what the log says, where something depends on it. Of what was asked for in vain, nothing
        that spends more is left. `compared` is given what there was nothing to tell of, and the log says nothing of.
        Raises Unusual."""
        asked = _objects_in_question(difference)
        if not (asked or difference.lost):
            return observed, difference
        try:
            observed = self._read(observed, asked, difference)
            silent = {at for at in difference.silent if not observed.log_of(observed.objects[at].id)}
            return observed, compared(observed, silent)
        except (Throttled, TokenRefused):
            raise
        except GraphError as error:
            # A refusal of the log alone is none of the account.
            _do_without(difference, self.account, error)
            return observed, difference

    def _read(self, observed: Observed, asked: frozenset[str], difference: Difference) -> Observed:
        """With what the log says of the objects in question, and of what somebody may have deleted."""
        lost, earliest = difference.lost, self.now - REACH
        records, resources = self.records, self.resources
        needed = log_needed_since(difference, asked, observed, records, resources, self.now, self.looked_at) or earliest
        since = max(earliest, min(needed, self.looked_at - MARGIN if self.looked_at else needed))
        log, identity = self._log(observed, asked, difference, since), read_identity(self.reader)
        if self.looked_at is not None:
            ours = {live.id for at, live in observed.objects.items() if at.root in self.roots}
            if made_unusual(log, identity, self.looked_at, observed.objects, ours):
                raise Unusual
        seen = replace(observed, identity=identity)
        creates = {c.address for c in difference.changes if c.action is Action.CREATE}
        return replace(
            seen,
            made_unseen=made_unseen({at: resources[at] for at in creates & resources.keys()}, log, seen),
            activities=of_objects(log, asked, frozenset(resource.name for resource in lost.values())),
            log_since=since,
            ended=find_ended(self.reader, self.project, lost, self._doubted(lost, observed), self._former(), log),
        )

    def _doubted(self, lost: Collection[Address], observed: Observed) -> frozenset[Address]:
        """Those a create of which may have been done that nobody has heard of, and those that are there and of which
        nothing is remembered: so nobody knows what else there was."""
        return frozenset(at for at in lost if at in observed.objects or unheard_since(self.records.get(at)))

    def _former(self) -> frozenset[str]:
        """Ids of which it is known what they are, or were."""
        return frozenset(one for record in self.records.values() for one in (*record.replaced, record.id))

    def _log(
        self, observed: Observed, asked: frozenset[str], difference: Difference, since: datetime
    ) -> tuple[Activity, ...]:
        """All of it, or what it tells of the objects in question, where nothing else is taken from it."""
        alone = self.looked_at is None and may_be_asked_alone(difference, asked, observed, self.records, since)
        if not alone:
            return read_log(self.reader, self.account, since)
        known = {live.id: at for at, live in observed.objects.items()}
        looked = {one: datetime.fromisoformat(self.records[known[one]].as_of) for one in asked}
        questions = [
            Question(one, looked[one], {d.field: d.live for d in difference.drift if d.id == one})
            for one in sorted(asked)
        ]
        return read_log_of(self.reader, self.account, since, questions)


def _objects_in_question(difference: Difference) -> frozenset[str]:
    """Whose history matters: what drifted, and what is taken over, turned on or off, or changed."""
    drifted = {d.id for d in difference.drift}
    changed = {c.id for c in difference.changes if c.action in DECIDED}
    return frozenset((drifted | changed | difference.asked) - {""})


def _do_without(difference: Difference, account: Account, error: GraphError) -> None:
    """What spends less needs no log; nobody can tell whether the rest goes against somebody's will."""
    why = "nothing is made, turned on or raised, since nobody can tell what people have changed"
    message = f"the activity log cannot be read ({brief(str(error.reply))}): {why}; {brief(error.mend) or 'run again'}"
    difference.refusals.append(Refusal("unread_log", account.key, message))
    # What no record knows is not written down either: the next run would take the guess for what was applied.
    unknown = [change for change in difference.changes if change.action is Action.ADOPT]
    difference.changes = [change for change in difference.changes if change not in unknown]
    difference.set_aside |= {change.address for change in unknown}
    difference.held.clear()
