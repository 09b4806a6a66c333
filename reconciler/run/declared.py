"""What is declared, from the files as git knows them: what a checkout has left out must not read as removed."""

from __future__ import annotations

from reconciler.config.declared import load_desired
from reconciler.model.resource import Desired
from reconciler.run.request import Request
from reconciler.store.git.listed import listed


def declared_by(request: Request, *, by_account: bool = False, lenient: bool = False) -> Desired:
    """Raises what `load_desired` raises, also for a file that git has and that is not here; with `lenient` that is a
    warning. Where git does not tell which those are, `Desired.unlisted` says why."""
    timed = request.timings.of
    with timed("read files"):
        known = listed(request.root)
    return load_desired(request.root, request.now, by_account=by_account, timed=timed, listed=known, lenient=lenient)
