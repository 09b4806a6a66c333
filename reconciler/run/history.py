"""What people have done to an account, asked of its activity log where a plan depends on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.engine.diff import Difference
from reconciler.meta.client import Reader
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import GraphError, Throttled, TokenRefused
from reconciler.model.plan import Action, Refusal
from reconciler.model.remote import Observed
from reconciler.model.resource import Resource
from reconciler.observe.account_log import REACH, find_deleted, read_activities, read_identity
from reconciler.text.sanitize import brief

DECIDED = frozenset({Action.ACTIVATE, Action.PAUSE, Action.ADOPT, Action.UPDATE})


@dataclass(frozen=True)
class AccountHistory:
    """Where to ask for it."""

    reader: Reader
    project: str
    account: Account
    now: datetime

    def considered(
        self, observed: Observed, difference: Difference, compared: Callable[[Observed], Difference]
    ) -> tuple[Observed, Difference]:
        """Both again with what the log says, where something depends on it. Of what was asked for in vain, nothing
        that spends more is left."""
        asked = _objects_in_question(difference)
        if not (asked or difference.lost):
            return observed, difference
        try:
            observed = self._read(observed, asked, difference.lost)
            return observed, compared(observed)
        except (Throttled, TokenRefused):
            raise
        except GraphError as error:
            # A refusal of the log alone is none of the account.
            _do_without(difference, self.account, error)
            return observed, difference

    def _read(self, observed: Observed, asked: frozenset[str], lost: Mapping[Address, Resource]) -> Observed:
        """With what the log says of the objects in question, and of what somebody may have deleted."""
        names = frozenset(resource.name for resource in lost.values())
        log = read_activities(self.reader, self.account, asked, self.now, deleted_names=names)
        return replace(
            observed,
            activities=log,
            identity=read_identity(self.reader),
            log_since=self.now - REACH,
            deleted=find_deleted(self.reader, self.project, lost, log),
        )


def _objects_in_question(difference: Difference) -> frozenset[str]:
    """Whose history matters: what drifted, and what is taken over, turned on or off, or changed."""
    drifted = {d.id for d in difference.drift}
    changed = {c.id for c in difference.changes if c.action in DECIDED}
    return frozenset((drifted | changed | difference.asked) - {""})


def _do_without(difference: Difference, account: Account, error: GraphError) -> None:
    """What spends less needs no log; nobody can tell whether the rest goes against somebody's will."""
    why = "nothing is made, turned on or raised, since nobody can tell what people have changed"
    message = f"the activity log cannot be read ({brief(str(error.reply))}): {why}; run again"
    difference.refusals.append(Refusal("unread_log", account.key, message))
    # What no record knows is not written down either: the next run would take the guess for what was applied.
    unknown = [change for change in difference.changes if change.action is Action.ADOPT]
    difference.changes = [change for change in difference.changes if change not in unknown]
    difference.set_aside |= {change.address for change in unknown}
    difference.held.clear()
