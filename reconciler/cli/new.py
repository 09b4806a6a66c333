"""`reconciler new`"""

from __future__ import annotations

import sys
from difflib import get_close_matches
from typing import Any

import click

from reconciler.cli.options import common_without, make_request, pair
from reconciler.run.new import KINDS, TEMPLATE, Beginning

FLAGS = {
    "name": ("name", "What it is called in Ads Manager."),
    "budget": ("daily_budget", "Budget a day, such as 50.00 SGD."),
    "start": ("activate_at", "When it starts, such as 2026-12-01 09:00; without, it is made paused."),
    "end": ("deactivate_at", "When it ends."),
    "media": ("ad.media", "Video or image, by its path below creatives/."),
    "text": ("ad.primary_text", "The text above it."),
    "headline": ("ad.headline", "The headline."),
    "link": ("ad.destination_url", "Where the ad leads to."),
}
"""Of campaigns: the key that each says."""

ACCOUNT = "account"
OF_ACCOUNTS = (
    "an account's file begins with an ad account at Meta: say reconciler import act_… with its id, which writes "
    "desired/accounts/KEY.yaml and what is in it; or write that file with three lines, account: act_…, name: and "
    f"currency:. Here begin {', '.join(KINDS)}"
)


def _flags(command: Any) -> Any:
    for name, (_, said) in reversed(FLAGS.items()):
        command = click.option(f"--{name}", metavar="TEXT", help=said)(command)
    return command


@click.command("new")
@click.argument("words", nargs=-1, metavar=f"{{{'|'.join(KINDS)}}} KEY")
@_flags
@click.option("--template", metavar="KEY", default="", help="Start from this template; --set gives its variables.")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="Any other key, or a template's variable.")
@common_without(targets="the key says what is made, and --account where")
def command(
    base: dict[str, Any],
    as_json: bool,
    verbose: bool,
    words: tuple[str, ...],
    template: str,
    pairs: tuple[str, ...],
    **flags: str | None,
) -> int:
    """Begin the file of a campaign, template, audience or lead form. Never writes over a file.

    On a terminal it asks for what is needed; elsewhere what is not given is an error that names it.
    """
    from reconciler.cli.console import say, say_json, say_problem
    from reconciler.model.errors import UsageError
    from reconciler.model.plan_codec import problem_json

    kind, key = _kind_and_key(words)
    flags_of = {yaml: f"--{name}" for name, (yaml, _) in FLAGS.items()}
    beginning = Beginning(make_request(base), kind, key, template, flags_of)
    beginning.account()
    answers = {FLAGS[name][0]: value for name, value in flags.items() if value is not None}
    answers |= dict(pair(text) for text in pairs)
    if missing := beginning.lacking(answers):
        if as_json or not sys.stdin.isatty():
            how = [f'{flags_of.get(q.name, f"--set {q.name}=")} "{q.example}"'.replace('= "', '="') for q in missing]
            raise UsageError(f"it is not said: {', '.join(q.name for q in missing)}\n  mend: add {' '.join(how)}")
        answers |= {q.name: _ask(q.asked, q.example, needed=q.needed) for q in beginning.open_questions(answers)}
    done = beginning.write(answers)
    if as_json:
        say_json({"file": done.file, "gaps": [problem_json(one) for one in done.gaps]})
        return 1 if done.gaps else 0
    say(f"  {done.file}", "green")
    for gap in done.gaps:
        say_problem(gap, "yellow", head="To do: ")
    say("Next: reconciler validate" if done.gaps else "It is valid. Next: reconciler plan")
    return 1 if done.gaps else 0


def _kind_and_key(words: tuple[str, ...]) -> tuple[str, str]:
    """Raises UsageError with the command that was meant, where they stand otherwise than one behind the other."""
    if words[:1] == (ACCOUNT,):
        raise click.UsageError(OF_ACCOUNTS)
    kind = next((word for word in words[:1] if word in KINDS), "")
    if kind and len(words) == 2 and "/" not in words[1]:
        return kind, words[1]
    kinds = {meant: word for word in reversed(words) if (meant := _kind_meant(word))}
    kind = kind or next(iter(kinds), KINDS[0])
    rest = [word for word in words if word not in (kind, kinds.get(kind))]
    account, _, key = next((word for word in rest if "/" in word), "-".join(rest)).rpartition("/")
    where = f" --account {account.partition('/')[0]}" if account and kind != TEMPLATE else ""
    said = "the kind comes first, then one key" if words else "it is not said what is to be begun"
    raise click.UsageError(
        f"{said}: say reconciler new {kind} {key or 'spring-sale'}{where}; kinds are {', '.join(KINDS)}"
    )


def _kind_meant(word: str) -> str:
    return next(iter(get_close_matches(word.lower().replace("-", "_"), KINDS, n=1, cutoff=0.7)), "")


def _ask(asked: str, example: str, *, needed: bool) -> str:
    while True:
        answer = str(click.prompt(f"{asked}, such as {example}", default="", show_default=False, err=True)).strip()
        if answer or not needed:
            return answer
