"""Domains as Meta and the policies take them: a host alone, without what stands before and after it in an address."""

from __future__ import annotations

import re
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
