"""`reconciler ci drift`"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.ci_options import of_the_ci
from reconciler.cli.options import Command, common, make_request, many_accounts
from reconciler.cli.timings import beside, timed_value

if TYPE_CHECKING:
    from reconciler.ci.drift import Watched
    from reconciler.engine.findings import Findings
    from reconciler.forge.environment import CiRun
    from reconciler.run.results import Planned
    from reconciler.system.timings import Timings


@click.command("drift", cls=Command)
@many_accounts
@of_the_ci
@common
@timed_value
def command(
    base: dict[str, Any],
    as_json: bool,
    verbose: bool,
    run: CiRun,
    summaries: tuple[Path, ...],
    outputs: tuple[Path, ...],
) -> int:
    """Keep one issue per account with what needs a person: drift, overdue launches, rejected ads, copies.

    Syncs first, and changes nothing at Meta. On GitHub it needs GITHUB_TOKEN with issues: write. What it finds is no
    failure of the run: that an account could not be read is.
    """
    from reconciler.ci.drift import watch
    from reconciler.cli.console import say_to_runner
    from reconciler.cli.status import shared_status
    from reconciler.cli.waits import say_waits

    request = make_request(base)
    watched = watch(
        request,
        say_waits,
        run=run,
        summaries=summaries,
        outputs=outputs,
        token=os.environ.get("GITHUB_TOKEN", "").strip(),
        exitcode_of=_detailed,
    )
    _say(watched, request.timings, as_json=as_json)
    if run.provider == "github":
        say_to_runner(watched.commands)
    failed = _failed(watched.planned)
    status = failed or max((trouble.exit_code for trouble in watched.troubles), default=0)
    return shared_status(status, [watched.planned.unshared, *watched.unshared.values()])


def _failed(planned: Planned) -> int:
    from reconciler.cli.status import plan_status

    return plan_status(planned.plan, planned.failures, detailed=False) if planned.failures else 0


def _detailed(planned: Planned, findings: Mapping[str, Findings]) -> int:
    """As `drift`, which ends with 2 where something needs a person."""
    from reconciler.cli import CHANGES, OK

    found = any(not one.empty for one in findings.values())
    return _failed(planned) or (CHANGES if found else OK)


def _say(watched: Watched, timings: Timings, *, as_json: bool) -> None:
    from reconciler.cli.console import say, say_error, say_failures, say_json
    from reconciler.render.alike import failed_alike, few

    if as_json:
        say_json({**_as_json(watched), **beside(timings)})
    else:
        for accounts, text in failed_alike({account: _told(watched, account) for account in watched.findings}):
            say(f"{few(accounts)}: {text}")
    say_failures(watched.planned.plan.failures.items(), " could not be read; the issue of each stays as it is")
    if watched.silence:
        say(f"No issue was touched: {watched.silence}", err=True)
    say_failures((account, str(error)) for account, error in watched.unshared.items())
    for trouble in watched.troubles:
        say_error(str(trouble))


def _told(watched: Watched, account: str) -> str:
    from reconciler.forge.github import Written

    told = watched.posted.get(account)
    issue = f" (issue {told.written}: {told.url})" if told and told.written is not Written.NONE else ""
    return f"{'nothing needs a person' if watched.findings[account].empty else 'needs a look'}{issue}"


def _as_json(watched: Watched) -> dict[str, Any]:
    return {
        "accounts": {
            account: {
                "drift": len(found.plan.drift) + sum(one.policy == "conflict" for one in found.plan.refusals),
                "overdue": [str(late.address) for late in found.plan.late],
                "held_back": found.held_back,
                "rejected": [
                    {"address": str(one.address), "id": one.id, "reasons": list(one.reasons)}
                    for one in found.delivery_issues
                ],
                "undeclared": [*(f"{one.address}: {one.message}" for one in found.plan.refusals), *found.undeclared],
                "issue": watched.posted[account].url if account in watched.posted else "",
            }
            for account, found in watched.findings.items()
        },
        "failures": dict(watched.planned.plan.failures),
    }
