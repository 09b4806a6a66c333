"""Where Graph is. Kept apart from the client so that a look at the URL does not load an HTTP library."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from reconciler.model.errors import CredentialsError

GRAPH_URL = "https://graph.facebook.com"
LOCAL = "http://127.0.0.1:PORT"
VERSION_AT_THE_END = re.compile(r"/v[0-9]+(?:\.[0-9]+)?$")
VIDEO_URL = "https://graph-video.facebook.com"


def checked_graph_url(url: str) -> str:
    """The base URL without white space around it or a trailing slash. Raises CredentialsError for what is none, for an
    API version in it, and unless it is https, or http on loopback."""
    url = url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        allowed = {"https": bool(parts.hostname), "http": is_loopback(parts.hostname or "")}
        rest = (parts.port == 0, parts.query, parts.fragment)
        readable = url.isprintable() and " " not in url and not any(rest)
    except ValueError:
        allowed, readable, parts = {}, False, urlsplit("")
    if not readable:
        raise _refused(url, "it is no address of a server", f"write {GRAPH_URL}, or {LOCAL} for the sandbox")
    if _BARE.fullmatch(url):
        scheme = "http" if is_loopback(url.partition("/")[0].partition(":")[0]) else "https"
        raise _refused(url, "it says neither http:// nor https://", f"write {scheme}://{url}")
    if not allowed.get(parts.scheme):
        raise _refused(url, "a token must not travel in the clear", f"write https://…, or {LOCAL} for the sandbox")
    if found := VERSION_AT_THE_END.search(parts.path):
        bare = url.removesuffix(found[0])
        raise _refused(
            url,
            f"it ends in the API version {found[0][1:]}, which each call adds by itself",
            f"write {bare}; the version is api_version: in desired/project.yaml",
        )
    return url


_BARE = re.compile(r"[\w.-]+(?::\d+)?(?:/.*)?")
"""An address without its scheme; `localhost:18400` has one by the rules of URLs."""


def _refused(url: str, why: str, mend: str) -> CredentialsError:
    return CredentialsError(f"META_GRAPH_URL {url!r} is refused: {why}\n  mend: {mend}")


def is_loopback(host: str) -> bool:
    if host in ("", "localhost"):
        return bool(host)
    import ipaddress  # noqa: PLC0415  Meta itself is asked by its name

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
