"""What a failed request tells: the errors of `requests` as it makes them of urllib3's."""

from __future__ import annotations

import ssl

import pytest
from requests import exceptions as told
from urllib3 import exceptions as inner

from reconciler.web.causes import Cause, cause_of

SECRET = "https://user:CorpSecret9@proxy.example/?access_token=CorpSecret9"


def within(error: type[told.RequestException], reason: Exception) -> told.RequestException:
    return error(inner.MaxRetryError(None, SECRET, reason))  # type: ignore[arg-type]


def tls(text: str) -> told.RequestException:
    return within(told.SSLError, inner.SSLError(ssl.SSLError(1, text)))


def tunnel(text: str) -> told.RequestException:
    return within(told.ProxyError, inner.ProxyError("Unable to connect to proxy", OSError(text)))


UNKNOWN = {
    "a reply that did not come in time": told.ReadTimeout(SECRET),
    "a connection that was reset": told.ConnectionError(inner.ProtocolError(SECRET, ConnectionResetError(104, SECRET))),
    "TLS that broke off": tls("[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol"),
    "TLS that was spoilt on its way": tls("[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC] bad record mac"),
    "a reply that was cut": told.ChunkedEncodingError(SECRET),
}


@pytest.mark.parametrize("error", UNKNOWN.values(), ids=UNKNOWN)
def test_what_may_have_arrived_is_called_by_its_kind_alone(error: told.RequestException) -> None:
    assert cause_of(error) == Cause(type(error).__name__)


KNOWN = {
    "an expired certificate": (
        tls("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)"),
        "the certificate that it shows is expired",
        True,
    ),
    "a certificate of the future": (
        tls("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid (_ssl.c:1006)"),
        "the certificate that it shows is not yet valid",
        True,
    ),
    "a certificate that nobody knows": (
        tls(
            "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl)"
        ),
        "the certificate that it shows is signed by nobody whom this computer trusts "
        "(unable to get local issuer certificate)",
        True,
    ),
    "no TLS at all": (tls("[SSL: WRONG_VERSION_NUMBER] wrong version number"), "no TLS came about", True),
    "a login that is missing": (tunnel("Tunnel connection failed: 407 Login"), "environment answers 407 Login", True),
    "a proxy that is busy": (tunnel("Tunnel connection failed: 503 Busy"), "environment answers 503 Busy", False),
    "a proxy that hangs up": (tunnel("Remote end closed connection"), "environment does not answer", False),
    "https to a proxy of http": (
        within(told.ProxyError, inner.ProxyError("Your proxy appears to only use HTTP and not HTTPS", OSError(SECRET))),
        "speaks http, not https",
        True,
    ),
    "a proxy of a scheme of its own": (
        told.InvalidURL(inner.ProxySchemeUnknown("ftp")),
        "has no address that can be read",
        True,
    ),
}


@pytest.mark.parametrize(("error", "said", "lasts"), KNOWN.values(), ids=KNOWN)
def test_what_stands_in_the_way_is_said_with_a_mend_and_without_a_secret(
    error: told.RequestException, said: str, lasts: bool
) -> None:
    cause = cause_of(error)
    assert said in cause.said and cause.mend
    assert cause.lasts is lasts
    assert "CorpSecret9" not in cause.said + cause.mend
