"""Web addresses in the form in which they are compared: Meta may write one otherwise than it was sent. Pure.

Recorded in 2026: the `website_url` of an asset feed that is a host alone is read with a `/`, and the `link` of a story
as it was sent. The rest is what every browser takes for one address (RFC 3986, 3987): scheme and host in small
letters, a host in letters or as DNS writes it, the port that goes without saying, and the escapes of letters.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit, urlunsplit

from reconciler.kinds.domains import one_form

PORTS = {"http": "80", "https": "443"}
ESCAPE = re.compile("%[0-9a-fA-F]{2}")
ASCII = "".join(map(chr, range(0x21, 0x7F)))


def same_address(one: str, other: str) -> bool:
    """Whether two texts are one address, or one text. A slash at the end of a path leads to another page."""
    return one == other or _one_address(one) == _one_address(other)


@lru_cache(maxsize=20_000)
def _one_address(text: str) -> str:
    """A text that is no address stays as it is."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    if parts.scheme not in PORTS or not parts.netloc or "[" in parts.netloc:
        return text
    user, at, place = parts.netloc.rpartition("@")
    host, colon, port = place.partition(":")
    port = "" if port in ("", PORTS[parts.scheme]) else f"{colon}{port}"
    netloc = f"{user}{at}{one_form(host)}{port}"
    return _escaped(urlunsplit(parts._replace(netloc=netloc, path=parts.path or "/")))


def _escaped(text: str) -> str:
    return ESCAPE.sub(lambda found: found[0].upper(), quote(text, safe=ASCII))
