"""Where Graph is. Kept apart from the client so that a look at the URL does not load an HTTP library."""

from __future__ import annotations

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
    raise CredentialsError(
        f"META_GRAPH_URL {url!r} is refused: a token must not travel in the clear\n"
        "  mend: write https://…, or http://127.0.0.1:PORT for the sandbox"
    )


def is_loopback(host: str) -> bool:
    if host in ("", "localhost"):
        return bool(host)
    import ipaddress  # noqa: PLC0415  Meta itself is asked by its name

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
