"""A dead man's check: an address that somebody else's service waits for, and raises an alarm when it does not come."""

from __future__ import annotations

from reconciler.model.errors import ForgeError

SECONDS = 10.0


def ping(url: str, *, failed: bool = False) -> None:
    """Nothing for "". A run that failed asks for `URL/fail`, as healthchecks.io and its like understand it. The address
    is a secret, so no error has it. Raises ForgeError."""
    if not url:
        return
    # Most runs ping nobody, and the scheduled one loads nothing else that needs it.
    from requests import RequestException  # noqa: PLC0415

    from reconciler.web.causes import cause_of  # noqa: PLC0415
    from reconciler.web.session import Http  # noqa: PLC0415

    try:
        with Http() as http:
            answer = http.get(f"{url.rstrip('/')}/fail" if failed else url, timeout=SECONDS)
    except RequestException as error:
        cause = cause_of(error)
        said = f"the address of the dead man's check did not answer: {cause.said}"
        raise ForgeError(f"{said}\n  mend: {cause.mend}" if cause.mend else said) from None
    if not answer.ok:
        raise ForgeError(f"the address of the dead man's check answers {answer.status_code}", answer.status_code)
