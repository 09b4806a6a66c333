"""What is declared, from the files as git knows them: what a checkout has left out must not read as removed."""

from __future__ import annotations

from dataclasses import replace

from reconciler.config.declared import load_desired
from reconciler.model.errors import ConfigError
from reconciler.model.resource import Desired
from reconciler.run.request import Request
from reconciler.store.git.listed import listed, media_of


def declared_by(request: Request, *, by_account: bool = False, lenient: bool = False) -> Desired:
    """Raises what `load_desired` raises, also for a file that git has and that is not here; with `lenient` that is a
    warning, and so is all that is wrong in accounts beside those that are asked for. Where git does not tell which
    those are, `Desired.unlisted` says why."""
    timed = request.timings.of
    with timed("read files"):
        known = listed(request.root)
    apart = by_account or bool(request.named_accounts)
    desired = load_desired(
        request.root,
        request.now,
        by_account=apart,
        timed=timed,
        listed=known,
        lenient=lenient,
        committed=media_of(request.root),
    )
    return desired if by_account or not desired.broken else _beside(desired, request)


def _beside(desired: Desired, request: Request) -> Desired:
    """Raises ConfigError with every problem, unless only accounts that are not asked for have some: a slip in one
    client's file must not hold up another's."""
    keys = {account.id: account.key for account in desired.accounts.values()}
    asked = {keys.get(name, name) for name in request.named_accounts}
    problems = [one for own in desired.broken.values() for one in own]
    if not asked <= set(desired.accounts):
        raise ConfigError(problems)
    return replace(desired, warnings=(*desired.warnings, *problems))
