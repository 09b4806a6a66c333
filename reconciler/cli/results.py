"""What an apply or an activation has done, as text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, tzinfo

from reconciler.cli.console import say, say_error, say_failures
from reconciler.model.errors import Throttled
from reconciler.model.moments import format_time
from reconciler.model.plan import Action, Outcome
from reconciler.model.resource import Desired
from reconciler.render.alike import failed_alike, few
from reconciler.run.results import Planned, Result
from reconciler.text.sanitize import brief, plain_lines

COUNTED = (
    ((Action.CREATE, Action.REPLACE), "added"),
    ((Action.UPDATE,), "changed"),
    ((Action.ARCHIVE, Action.DELETE), "removed"),
    ((Action.ACTIVATE,), "activated"),
    ((Action.PAUSE,), "paused"),
)
COUNTED_IF_ANY = ((Action.ADOPT, "adopted"), (Action.FORGET, "forgotten"))


def say_results(results: Iterable[Result], failures: Collection[str], zone: tzinfo, *, pending: bool) -> None:
    """`failures`: accounts that could not be planned, of which the plan has told already."""
    whole = list(results)
    outcomes = [outcome for result in whole for outcome in result.outcomes]
    for outcome in outcomes:
        _say_late_findings(outcome)
    _say_stops(whole, zone)
    say_failures((one.account, str(one.unshared)) for one in whole if one.unshared is not None)
    others = (one for result in whole if not isinstance(result.error, Throttled) for one in result.outcomes)
    waits = [outcome.retry_at for outcome in others if outcome.retry_at is not None]
    if waits:
        _say_when(max(waits), zone)
    if pending:
        stopped = bool(failures) or any(r.error for r in whole) or any(o.error for o in outcomes)
        head = "Apply incomplete!" if stopped else "Apply complete!"
        say(f"\n{head} {_counts(outcomes)}.", "red" if stopped else "green")


def nothing_due(planned: Planned, coming: str = "") -> str:
    """With what comes next. What is due in an account that could not be planned, nobody knows; the emergency stop asks
    Meta whatever its limits say."""
    if not planned.failures:
        return f"Nothing is due. {coming}".rstrip()
    keys = sorted(planned.failures)
    unknown = (
        f"{few(keys)} could not be planned: what is due there is not done, and what runs goes on. "
        f"To stop all of it now: reconciler pause --all{_accounts(keys, planned.desired)}"
    )
    return f"Nothing is due elsewhere. {coming}".rstrip() + f"\n{unknown}" if planned.plan.accounts else unknown


def _accounts(keys: Sequence[str], desired: Desired) -> str:
    """Each that is to be stopped, as options; none where that is every one."""
    return "" if set(keys) >= {*desired.accounts, *desired.broken} else "".join(f" --account {key}" for key in keys)


def _say_late_findings(outcome: Outcome) -> None:
    """Errors that reading back has shown, and notes; the rest was printed as it happened."""
    address = outcome.change.address
    if outcome.late:
        say(f"  {address}: {plain_lines(outcome.error)}", "red", err=True)
    for note in outcome.notes:
        say(f"  {address}: {brief(note)}", "yellow")


def _say_stops(results: Iterable[Result], zone: tzinfo) -> None:
    """What has stopped accounts; the moment to come back is told with the last of a text."""
    errors = {one.account: one.error for one in results if one.error is not None}
    for accounts, text in failed_alike({key: str(error) for key, error in errors.items()}):
        say_error(f"{few(accounts)}: {text}")
        waits = [e.retry_at for e in map(errors.get, accounts) if isinstance(e, Throttled)]
        if waits:
            _say_when(max(waits), zone)


def _say_when(moment: datetime, zone: tzinfo) -> None:
    say(f"Run again after {format_time(moment, zone)}; what was done is recorded.", "red", err=True)


def _counts(outcomes: Iterable[Outcome]) -> str:
    done = [o.change.action for o in outcomes if not o.error]
    figures = [f"{sum(1 for a in done if a in actions)} {word}" for actions, word in COUNTED]
    extras = [f"{done.count(action)} {word}" for action, word in COUNTED_IF_ANY if action in done]
    return ", ".join([*figures, *extras])
