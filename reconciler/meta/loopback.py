"""A sandbox that META_GRAPH_URL names on this machine, and that does not run."""

from __future__ import annotations

from urllib.parse import urlsplit

from urllib3.exceptions import NewConnectionError

from reconciler.meta.address import is_loopback
from reconciler.model.errors import GraphReply, Unreachable

USUAL = 8765
"""The port of `reconciler sandbox`."""


def nobody_listens(error: Exception, graph_url: str) -> Unreachable | None:
    """None where the connection failed otherwise, or to elsewhere."""
    parts = urlsplit(graph_url)
    reason = getattr(next(iter(error.args), None), "reason", None)
    if not isinstance(reason, NewConnectionError) or not is_loopback(parts.hostname or ""):
        return None
    port = f" --port {parts.port}" if parts.port not in (None, USUAL) else ""
    message = f"no answer: nothing listens at {parts.netloc}, which META_GRAPH_URL names"
    mend = f"say reconciler sandbox{port} in a second terminal; or unset META_GRAPH_URL to ask Meta itself"
    return Unreachable(GraphReply(0, message=message), mend, lasts=True)
