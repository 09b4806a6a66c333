"""Whether people can open an address: what stands in a network of one's own leads nobody anywhere. Pure."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urlsplit

HIDDEN_ENDS = frozenset("arpa corp home internal intranet invalid lan local localdomain localhost private test".split())
"""Ends of names that no registry has, and none will: RFC 2606, 6761, 6762 and 8375, ICANN's `internal`, and habit."""
EXAMPLES = tuple(map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))
"""Addresses for documents, as `.example` is for names."""
TRIALS = frozenset("dev preprod qa stage staging stg test uat".split())
SURELY_TRIALS = frozenset("preprod staging stg uat".split())
"""Also as a part of a name, such as `acme-staging`."""

OPEN_ADDRESS = "write the address under which people open the page from outside, such as https://acme.example/…"


@lru_cache(maxsize=20_000)
def hidden_host(url: str) -> str:
    """The host of an address that nobody outside its own network can open; "" of any other."""
    host = _host(url)
    if not host:
        return ""
    last = host.rpartition(".")[2]
    if ":" not in host and not last.isdecimal():
        return host if last in HIDDEN_ENDS else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host  # as 127.1, which browsers read as a whole one
    return "" if address.is_global or any(address in one for one in EXAMPLES) else host


def trial_host(url: str) -> str:
    """The host of an address that looks like one to try things on; "" of any other. Of a domain itself, as it was
    registered, nothing follows."""
    host = _host(url)
    *before, _, _ = host.split(".") if host.count(".") > 1 else ["", ""]
    words = {word for label in before for word in label.split("-")}
    return host if TRIALS & set(before) or SURELY_TRIALS & words else ""


def _host(url: str) -> str:
    if not re.match("https?://", url.strip(), re.IGNORECASE):
        return ""
    try:
        return (urlsplit(url.strip()).hostname or "").removesuffix(".")
    except ValueError:
        return ""
