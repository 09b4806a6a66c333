"""`reconciler doctor`"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from reconciler.cli import ERROR, OK, THROTTLED
from reconciler.cli.options import Command, common, make_request

MARKS = {"ok": ("ok", "green"), "warning": ("!!", "yellow"), "error": ("NO", "red")}


@click.command("doctor", cls=Command)
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool) -> int:
    """Check token, scopes, accounts, pages, pixels, identities, payment, currency, API version and clock: a line each.

    Identities are those that Meta has verified for Singapore and Taiwan: the account's ad sets show which they are.
    """
    from reconciler.cli.console import say, say_json
    from reconciler.cli.progress import say_waits
    from reconciler.run.doctor import LIMIT, doctor
    from reconciler.text.sanitize import brief

    findings = doctor(make_request(base), say_waits)
    if as_json:
        say_json({"findings": [asdict(finding) for finding in findings]})
    else:
        for f in findings:
            mark, colour = MARKS[f.state]
            mend = f"  mend: {brief(f.mend)}" if f.mend else ""
            say(f"{mark}  {f.account:<12} {f.name:<9} {brief(f.detail)}{mend}", colour)
    wrong = {f.name for f in findings if f.state == "error"}
    return THROTTLED if wrong == {LIMIT} else ERROR if wrong else OK
