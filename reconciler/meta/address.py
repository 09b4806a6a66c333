"""Where Graph is. Kept apart from the client so that a look at the URL does not load an HTTP library."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from reconciler.model.errors import CredentialsError

GRAPH_URL = "https://graph.facebook.com"
VIDEO_URL = "https://graph-video.facebook.com"


def checked_graph_url(url: str) -> str:
    """The base URL without a trailing slash. Raises CredentialsError unless https, or http on loopback."""
    try:
        parts = urlsplit(url)
        allowed = {"https": bool(parts.hostname), "http": is_loopback(parts.hostname or "")}
    except ValueError:
        allowed, parts = {}, urlsplit("")
    if allowed.get(parts.scheme):
        return url.rstrip("/")
    raise CredentialsError(f"META_GRAPH_URL {url!r} is refused: {_wrong_in(url)}")


def _wrong_in(url: str) -> str:
    """And the mend."""
    if _BARE.fullmatch(url):
        scheme = "http" if is_loopback(url.partition("/")[0].partition(":")[0]) else "https"
        return f"it says neither http:// nor https://\n  mend: write {scheme}://{url}"
    return "a token must not travel in the clear\n  mend: write https://…, or http://127.0.0.1:PORT for the sandbox"


_BARE = re.compile(r"[\w.-]+(?::\d+)?(?:/.*)?")
"""An address without its scheme; `localhost:18400` has one by the rules of URLs."""


def is_loopback(host: str) -> bool:
    if host in ("", "localhost"):
        return bool(host)
    import ipaddress  # noqa: PLC0415  Meta itself is asked by its name

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
