"""Domains as Meta and the policies take them: a host alone, without what stands before and after it in an address."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator

from reconciler.kinds.field_types import Text

_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_HOST = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")
FORM = "write the domain alone, such as acme.example"


def host_of(text: str) -> str:
    """The host of what may be an address, in small letters; empty where there is none."""
    host = re.split(r"[/\\?#]", _SCHEME.sub("", text.strip()), maxsplit=1)[0].rpartition("@")[2]
    host = host.partition(":")[0].removeprefix("*.").strip(".").lower()
    return host if _HOST.fullmatch(host) else ""


@lru_cache(maxsize=20_000)
def in_ascii(host: str) -> str:
    """As DNS writes it; "" for what is no name there."""
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


_KEPT_BY_BROWSERS = frozenset("ßς\u200c\u200d")
"""Letters that IDNA of 2003, which Python has, writes as others, and browsers do not: two hosts would look like one."""


def one_form(host: str) -> str:
    """The form in which hosts are compared: `münchen.example` is `xn--mnchen-3ya.example`, and `ACME.example` is
    `acme.example`. What has no such form stays as it is, and is the same as itself alone."""
    plain = host.strip(".").lower()
    return plain if plain.isascii() or _KEPT_BY_BROWSERS & set(plain) else in_ascii(plain) or plain


def _is_host(text: str) -> str:
    host = host_of(text)
    if not host or text.strip(".").lower() != host:
        raise ValueError(f"{text!r} is more than a domain; write {host}" if host else f"{text!r} is no domain; {FORM}")
    return text


def _is_registrable(text: str) -> str:
    """Meta takes the domain that was registered, without www."""
    bare = host_of(text).removeprefix("www.")
    if "." in bare and text.strip(".").lower() != bare:
        raise ValueError(f"{text!r} is not the domain alone, as it was registered; write {bare}")
    return _is_host(text)


Host = Annotated[Text, AfterValidator(_is_host)]
Domain = Annotated[Text, AfterValidator(_is_registrable)]
