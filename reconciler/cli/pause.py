"""`reconciler pause`"""

from __future__ import annotations

from dataclasses import asdict
from threading import Lock
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import Dashed, at_once, common_without, current_clock
from reconciler.model.parallelism import MOST_PARALLELISM
from reconciler.system.clock import SYSTEM, Clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.run.events import Event
    from reconciler.run.pause import Paused, Wanted
    from reconciler.run.ways_back import Back


@click.command("pause", cls=Dashed)
@click.argument("addresses", nargs=-1, metavar="[ADDRESS|ID]...")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="All that is active of the project, in every account, or in those that --account names.",
)
@at_once(MOST_PARALLELISM)
@common_without(targets="an address stands alone: reconciler pause ADDRESS")
def command(base: dict[str, Any], as_json: bool, verbose: bool, addresses: tuple[str, ...], everything: bool) -> int:
    """Stop delivery now. Works without valid YAML; what it pauses stays paused until a person turns it on.

    A run of this working copy that is under way is stopped first. Runs elsewhere are not.
    """
    from reconciler.cli.console import say_json
    from reconciler.cli.pause_words import Words
    from reconciler.cli.waits import say_waits
    from reconciler.run.at_a_glance import accounts_at
    from reconciler.run.pause import pause
    from reconciler.run.request import Request

    Words(base["root"], addresses, base["accounts"], everything, accounts_at(base["root"])).check()
    wanted, clock = _wanted(addresses, everything=everything), _clock()
    # Here alone as many as there can be: whoever waits for a place goes on spending.
    request = Request(
        base["root"], clock.now(), accounts=base["accounts"], clock=clock, parallelism=base["parallelism"]
    )
    paused = pause(request, wanted, say_waits if as_json else _say_stopped)
    if as_json:
        say_json(
            {
                "paused": [asdict(stopped) for stopped in paused.stopped],
                "failures": {key: "\n".join(texts) for key, texts in paused.failures.items()},
                "back": [{"id": one.stopped.id, "how": one.said} for one in paused.back],
                "later": [str(start.address) for start in paused.starts if not start.late],
                "notes": list(paused.notes),
            }
        )
    else:
        _say_rest(paused, _said_nothing(wanted, request.accounts))
    return 1 if paused.failures else 0


def _wanted(texts: tuple[str, ...], *, everything: bool) -> Wanted:
    from reconciler.model.address import Address
    from reconciler.run.pause import Wanted

    ids = frozenset(text for text in texts if text.isdigit())
    return Wanted(tuple(Address.parse(text) for text in texts if text not in ids), ids, everything=everything)


def _clock() -> Clock:
    """The stop must not hang on a clock that somebody has set wrongly for trying things out."""
    from reconciler.model.errors import CredentialsError

    try:
        return current_clock()
    except (CredentialsError, click.BadParameter):
        return SYSTEM


TOLD = Lock()
"""A line is whole, whichever account it comes from."""


def _say_stopped(event: Event) -> None:
    """At once: the command may still have to wait."""
    from reconciler.cli.console import say
    from reconciler.cli.waits import say_waits
    from reconciler.run.results import Stopped
    from reconciler.text.sanitize import brief

    if isinstance(event, Stopped):
        where = f": {brief(event.address)}" if event.address else f" in {event.account}"
        with TOLD:
            say(f'Paused {event.kind} {event.id} "{brief(event.name)}"{where}.', "yellow")
    else:
        say_waits(event)


def _said_nothing(wanted: Wanted, accounts: tuple[str, ...]) -> str:
    """What was looked at, where nothing of it was on."""
    if not wanted.everything:
        return "Nothing of what was asked for was active."
    return f"Nothing of ours was active{' in ' if accounts else ''}{', '.join(sorted(set(accounts)))}."


def _say_rest(paused: Paused, nothing: str) -> None:
    from reconciler.cli.console import say, say_failures

    if not paused.stopped and not paused.failures:
        say(nothing)
    say_failures((key, text) for key, texts in paused.failures.items() for text in texts)
    if paused.stopped:
        for line in _turned_on(paused.back):
            say(line)
    for note in paused.notes:
        say(f"Note: {note}.")
    for start in paused.starts:
        how = "only" if start.late else "all the same"
        to_hold = f"write status: PAUSED ({start.file}), commit and merge that to hold it"
        say(f"Note: {start.address} starts {start.when} {how}; {to_hold}.")


def _turned_on(back: Sequence[Back]) -> Iterator[str]:
    """How somebody turns on again what was paused: what has one way stands together."""
    if len(back) == 1:
        yield f"It stays off. To turn it on again: {back[0].said}"
        return
    from reconciler.run.ways_back import REVIEWED, Way

    yield "All of that stays off. To turn it on again:"
    for way in Way:
        if found := [one for one in back if one.way is way]:
            at_once = f"; or all at once: {REVIEWED}" if way is Way.DECLARED else ""
            yield f"  {way.value.format(address='ADDRESS', place='')}{at_once}:"
            yield from (f"    {_listed(one)}" for one in found)


def _listed(one: Back) -> str:
    """What is turned on by hand is looked for by its id: a copy bears the address of its original."""
    from reconciler.run.ways_back import Way
    from reconciler.text.sanitize import brief

    stopped = one.stopped
    if one.way is Way.BY_HAND or not stopped.address:
        return f'{stopped.kind} {stopped.id} "{brief(stopped.name)}"'
    return f"{brief(stopped.address)} ({one.place})" if one.place else brief(stopped.address)
