"""What keeps an answer from coming → what a person reads, and what to do about it: one table.

The texts of these errors hold URLs, and with them signatures and a proxy's password: none is shown but what a row takes
out of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.text.sanitize import brief

PROXY = "HTTPS_PROXY (or ALL_PROXY)"
BUNDLE = "REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE)"
ANOTHER_BUNDLE = f"set {BUNDLE} to a PEM file with certificates, or take it out of the environment"
LET_PASS = f"let the proxy of {PROXY} pass this host, or name the host in NO_PROXY where it can be reached without"
CHECK_PROXY = f"check {PROXY}; what is to be reached without it is named in NO_PROXY"
TRUST = (
    "where a proxy of your network opens TLS, ask for the certificate that it signs with, and set REQUESTS_CA_BUNDLE "
    "to a PEM file with it; where none does, somebody may be reading along: send nothing"
)


@dataclass(frozen=True)
class Cause:
    """`mend`: "" where nothing is known but the kind of error: what was sent may have arrived. With one, nothing was
    sent; `lasts`: it is a setting, so that the next try meets with the same."""

    said: str
    mend: str = ""
    lasts: bool = False


@dataclass(frozen=True)
class _Row:
    """`known_by` is sought in the names and texts of all errors inside of one; its groups go into `said`."""

    known_by: str
    said: str
    mend: str
    lasts: bool = True


TABLE = (
    _Row(
        r"CERTIFICATE_VERIFY_FAILED\].*?(expired|not yet valid)",
        "the certificate that it shows is {0}",
        "set this computer's clock; where it is right, a proxy or login page of your network shows the certificate",
    ),
    _Row(
        r"CERTIFICATE_VERIFY_FAILED\].*?(?:mismatch|not valid for|doesn't match)",
        "the certificate that it shows is another host's",
        "check the address that is asked, and whether a proxy or login page of your network answers in its place",
    ),
    _Row(
        r"CERTIFICATE_VERIFY_FAILED\](?: certificate verify failed: ([a-z -]+))?",
        "the certificate that it shows is signed by nobody whom this computer trusts ({0})",
        TRUST,
    ),
    _Row(
        r"TLS CA certificate bundle, invalid path: ([^'\"]+)",
        "the file of certificates that the environment names is not there: {0}",
        ANOTHER_BUNDLE,
    ),
    _Row(
        r"NO_CERTIFICATE_OR_CRL_FOUND|NO_START_LINE|PEM lib|no certificate or crl found",
        "the file of certificates that the environment names holds none",
        ANOTHER_BUNDLE,
    ),
    _Row(
        r"Tunnel connection failed: (407[^'\"]*)",
        "the proxy of the environment answers {0}",
        f"write its login before the host in {PROXY}: the user, a colon, the password and an @; %40 for an @ in one",
    ),
    _Row(
        r"Tunnel connection failed: (4[0-9]{2}[^'\"]*)",
        "the proxy of the environment answers {0}",
        LET_PASS,
    ),
    _Row(
        r"Tunnel connection failed: ([0-9]{3}[^'\"]*)",
        "the proxy of the environment answers {0}",
        LET_PASS,
        lasts=False,
    ),
    _Row(
        "appears to only use HTTP",
        "the proxy of the environment speaks http, not https",
        f"write http:// in {PROXY} in place of https://",
    ),
    _Row(
        r"\bProxyError\b.*(?:NewConnectionError|NameResolutionError)",
        "the proxy of the environment cannot be reached",
        CHECK_PROXY,
    ),
    _Row(
        r"\bProxyError\b",
        "the proxy of the environment does not answer",
        CHECK_PROXY,
        lasts=False,
    ),
    _Row(
        "SOCKS",
        "the proxy of the environment is one for SOCKS, which this installation does not speak",
        f"write a proxy for http:// in {PROXY}, or install PySocks beside the reconciler",
    ),
    _Row(
        r"\b(?:InvalidProxyURL|ProxySchemeUnknown|LocationParseError)\b",
        "the proxy of the environment has no address that can be read",
        f"write {PROXY} as http://HOST:PORT",
    ),
    _Row(
        r"\bSSLError\b.*?\[SSL: ([A-Z0-9_]*(?:VERSION|PROTOCOL|HTTP_REQUEST|HANDSHAKE)[A-Z0-9_]*)\]",
        "no TLS came about ({0})",
        f"check the address that is asked, and {PROXY}: whoever answers there speaks something else",
    ),
    _Row(r"\bNameResolutionError\b", "nobody here knows the name of the host", "", lasts=False),
    _Row("Connection refused|ECONNREFUSED|WinError 10061", "the connection is refused", "", lasts=False),
)


def cause_of(error: BaseException) -> Cause:
    whole = " ".join(f"{type(one).__name__} {one}" for one in _within(error))
    for row in TABLE:
        if found := re.search(row.known_by, whole, re.DOTALL):
            parts = [brief((part or "unknown").strip(), 200) for part in found.groups()]
            return Cause(row.said.format(*parts), row.mend, row.lasts)
    return Cause(type(error).__name__)


def _within(error: BaseException) -> Iterator[BaseException]:
    """The error, and those that it was made of."""
    left, met = [error], set[int]()
    while left:
        one = left.pop(0)
        if id(one) in met:
            continue
        met.add(id(one))
        yield one
        inner = (*one.args, getattr(one, "reason", None))
        left += [each for each in inner if isinstance(each, BaseException)]
