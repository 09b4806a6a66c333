"""What v28 removes from every version. Documented: since v27 came, new apps may not use it in any version. Guessed: the
words of the refusal, and that a POST with ``method=POST`` is an override too."""

from __future__ import annotations

from collections.abc import Callable

from reconciler.sandbox.wire import Call

_ASYNC_EDGES = {"asyncadrequestsets", "async_batch_requests"}

_REMOVED: dict[str, Callable[[Call], bool]] = {
    "A request for several ids": lambda call: call.method == "GET" and "ids" in call.params,
    "HTTP method override": lambda call: call.overridden or "x-http-method-override" in call.headers,
    "A field alias": lambda call: ".as(" in str(call.params.get("fields", "")).replace(" ", ""),
    "The date_format parameter": lambda call: "date_format" in call.params,
    "JSONP": lambda call: "callback" in call.params,
    "An asynchronous batch": lambda call: bool(_ASYNC_EDGES & set(call.parts[1:])),
}


def used(call: Call) -> str:
    """What of it a call uses; "" for nothing."""
    return next((what for what, uses in _REMOVED.items() if uses(call)), "")
