"""`reconciler new`"""

from __future__ import annotations

import sys
from typing import Any

import click

from reconciler.cli.options import common_without, make_request, pair
from reconciler.run.new import KINDS, Beginning

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


def _flags(command: Any) -> Any:
    for name, (_, said) in reversed(FLAGS.items()):
        command = click.option(f"--{name}", metavar="TEXT", help=said)(command)
    return command


@click.command("new")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("key")
@_flags
@click.option("--template", metavar="KEY", default="", help="Start from this template; --set gives its variables.")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="Any other key, or a template's variable.")
@common_without(targets="the key says what is made, and --account where")
def command(
    base: dict[str, Any],
    as_json: bool,
    verbose: bool,
    kind: str,
    key: str,
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


def _ask(asked: str, example: str, *, needed: bool) -> str:
    while True:
        answer = str(click.prompt(f"{asked}, such as {example}", default="", show_default=False, err=True)).strip()
        if answer or not needed:
            return answer
