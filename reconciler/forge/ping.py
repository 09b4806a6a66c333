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
    import requests  # noqa: PLC0415

    try:
        answer = requests.get(f"{url.rstrip('/')}/fail" if failed else url, timeout=SECONDS)
    except requests.RequestException as error:
        raise ForgeError(f"the address of the dead man's check did not answer ({type(error).__name__})") from None
    if not answer.ok:
        raise ForgeError(f"the address of the dead man's check answers {answer.status_code}", answer.status_code)
