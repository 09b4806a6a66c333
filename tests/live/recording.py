"""Cassettes of real replies without anything that belongs to somebody: no token, id, name, address or signed URL.

Ids become numbers in the order of their appearance, the same in requests and replies, so that a cassette can be
replayed to the claims. What is kept is what the claims are about: fields, types, formats, headers and codes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import vcr

CASSETTES = Path(__file__).parent / "cassettes"
SECRET_PARAMS = frozenset({"access_token", "appsecret_proof"})
PERSONAL_FIELDS = frozenset({"name", "username", "email", "link", "actor_name", "business_name", "permalink_url"})
DROPPED_HEADERS = frozenset({"set-cookie", "x-fb-debug", "content-length", "content-encoding", "transfer-encoding"})
LONG_NUMBER = re.compile(r"(?<![\w.])(act_)?(\d{12,20})(?![\w.])")
URL = re.compile(r"https?:(?:\\*/){2}(?!example\.com)(?:[^\s\"'\\]|\\+/)+")
"""URLs of media are signed, and URLs of next pages contain the token."""
OWN_PREFIX = "contract-live"
"""Names that the claims themselves give belong to nobody, so they are kept."""


class Pseudonyms:
    """Each id's stand-in, of the same length. Those given at the start have a stand-in of their own."""

    def __init__(self, known: dict[str, str]) -> None:
        self._known = {real: false for real, false in known.items() if real}

    def of(self, number: str) -> str:
        if number not in self._known.values():
            return self._known.setdefault(number, str(10 ** (len(number) - 1) + len(self._known)))
        return number

    def text(self, text: str) -> str:
        for real in sorted(self._known, key=len, reverse=True):
            text = re.sub(rf"(?<!\d){real}(?!\d)", self._known[real], text)
        return LONG_NUMBER.sub(lambda match: (match[1] or "") + self.of(match[2]), text)


def recorder(account: str, page: str, stand_ins: tuple[str, str], secrets: tuple[str, ...]) -> vcr.VCR:
    """A recorder that writes to CASSETTES. `stand_ins` take the places of the account's and the page's number."""
    ids = Pseudonyms({account.removeprefix("act_"): stand_ins[0].removeprefix("act_"), page: stand_ins[1]})

    def clean(text: str) -> str:
        for secret in filter(None, secrets):
            text = text.replace(secret, "REDACTED")
        return ids.text(URL.sub("https://example.invalid/signed", text))

    return vcr.VCR(
        cassette_library_dir=str(CASSETTES),
        match_on=("method", "path", "query", "body"),
        decode_compressed_response=True,
        before_record_request=lambda request: _clean_request(request, clean),
        before_record_response=lambda response: _clean_response(response, clean),
    )


def _clean_request(request: Any, clean: Any) -> Any:
    url = urlsplit(request.uri)
    request.uri = urlunsplit(("https", "graph.facebook.com", clean(url.path), _clean_form(url.query, clean), ""))
    request.headers = {}
    if b"form-data; name=" in (request.body or b""):
        request.body = b"file=left+out"  # its boundary differs each time
    elif request.body:
        request.body = _clean_form(request.body.decode(), clean).encode()
    return request


def _clean_form(text: str, clean: Any) -> str:
    """Decoded first: in %22120 the digits of an escape and of an id run together."""
    return urlencode([(k, clean(v)) for k, v in parse_qsl(text) if k not in SECRET_PARAMS])


def _clean_response(response: dict[str, Any], clean: Any) -> dict[str, Any]:
    kept = {k: v for k, v in response["headers"].items() if k.lower() not in DROPPED_HEADERS}
    response["headers"] = {k: [clean(one) for one in v] for k, v in kept.items()}
    text = response["body"]["string"].decode("utf-8", "replace")
    response["body"]["string"] = clean(_without_names(text)).encode()
    return response


def _without_names(text: str) -> str:
    try:
        return json.dumps(_nameless(json.loads(text)), ensure_ascii=False)
    except ValueError:
        return text


def _nameless(value: Any, field: str = "") -> Any:
    if isinstance(value, dict):
        return {k: _nameless(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_nameless(v, field) for v in value]
    if field in PERSONAL_FIELDS and isinstance(value, str) and not value.startswith(OWN_PREFIX):
        return "REDACTED"
    if field == "body" and isinstance(value, str):
        return _without_names(value)
    return value
