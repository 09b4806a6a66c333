"""`reconciler doctor`"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import ERROR, OK, THROTTLED
from reconciler.cli.options import Command, common, make_request

if TYPE_CHECKING:
    from reconciler.run.doctor import Finding

MARKS = {"ok": ("ok", "green"), "warning": ("!!", "yellow"), "error": ("NO", "red")}


@click.command("doctor", cls=Command)
@click.option("--ci", "of_ci", is_flag=True, help="The repository at GitHub and its workflows instead of Meta.")
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool, of_ci: bool) -> int:
    """Check token, scopes, accounts, pages, pixels, identities, payment, currency, API version and clock: a line each.

    With --ci: workflows, environment, secrets, rules of branches, schedule. That needs GITHUB_TOKEN or GH_TOKEN, and no
    token of Meta's.

    Identities are those that Meta has verified for Singapore and Taiwan: the account's ad sets show which they are.
    """
    from reconciler.cli.console import say_json
    from reconciler.run.doctor import LIMIT

    findings = _of_ci(base) if of_ci else _of_meta(base)
    if as_json:
        say_json({"findings": [asdict(finding) for finding in findings]})
    else:
        _say(findings)
    wrong = {f.name for f in findings if f.state == "error"}
    return THROTTLED if wrong == {LIMIT} else ERROR if wrong else OK


def _of_meta(base: dict[str, Any]) -> Sequence[Finding]:
    from reconciler.cli.waits import say_waits
    from reconciler.run.doctor import doctor

    return doctor(make_request(base), say_waits)


def _of_ci(base: dict[str, Any]) -> Sequence[Finding]:
    from reconciler.ci.doctor import doctor_of_ci

    return doctor_of_ci(make_request(base), os.environ)


def _say(findings: Sequence[Finding]) -> None:
    from reconciler.cli.console import say
    from reconciler.render.alike import alike, each_of_them, few, masked
    from reconciler.text.sanitize import brief

    accounts = 12 if any(f.account for f in findings) else 0
    names = 9 if accounts else max(len(f.name) for f in findings)
    for group in alike(findings, _cause):
        f = group[0]
        mark, colour = MARKS[f.state]
        detail, mend = f.detail, f"  mend: {brief(f.mend)}" if f.mend else ""
        if len(group) > 1:
            detail, mend = each_of_them(masked(detail, f.account)), masked(mend, f.account)
        account = f"{few(one.account for one in group):<{accounts}} " if accounts else ""
        say(f"{mark}  {account}{f.name:<{names}} {brief(detail)}{mend}", colour)


def _cause(f: Finding) -> tuple[str, ...]:
    """What it may have in common with the same of other accounts."""
    from reconciler.render.alike import masked

    return f.state, f.name, masked(f.detail, f.account), masked(f.mend, f.account), f.account and "account"
