"""Tokens out of text. Every secret that was read is known here; every line that is printed passes through here.

A secret that is known goes in each of its spellings; one that was never read is known by its shape or by its place.
In `state/` a place proves nothing: a text that was declared and is not recorded as it is would be a change for ever.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "[redacted]"

META_TOKEN = re.compile(r"EAA[A-Za-z0-9]{20,}")
HEX_TOKEN = re.compile(r"454141(?:3[0-9]|[46][1-9a-f]|[57][0-9a]){20,}", re.IGNORECASE)
_TOKEN_BYTES = re.compile(rb"EAA[A-Za-z0-9]{20,}")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")

PARAMETERS = "access_token|appsecret_proof|input_token|fb_exchange_token|client_secret|app_secret"
_ASSIGNED = r"(?:=|:|%(?:25)*3[AD]|\\*[\"']\s*[:=]\s*(?:\\*[\"'])?)"
_VALUE = r"[^&\s\"'\\,;)}…\[]+"
TOKEN_PARAMETER = re.compile(rf"((?:{PARAMETERS}){_ASSIGNED}){_VALUE}", re.IGNORECASE)
_HEADER = r"Authorization(?:\\*[\"']?[ \t]*[:=]|\\*[\"'][ \t]*,)[ \t]*(?:b?\\*[\"'])?"
AUTHORIZATION = re.compile(
    rf"({_HEADER}(?:(?:Bearer|OAuth|Basic)[ \t]+)?)(?!(?:Bearer|OAuth|Basic)\b){_VALUE}", re.IGNORECASE
)
BEARER = re.compile(rf"(Bearer[ \t]+)(?=[a-z._~+/|%-]*[0-9])(?=[a-z0-9._~+/|%-]{{20}}){_VALUE}", re.IGNORECASE)
"""Without its header: `bearer` is a word of fashion and of banking, so what follows has to look like a token."""

USER_IN_URL = re.compile(r"(://)[^/\s:@\"'\\]+:[^/\s@\"'\\]+(?=@)")

SECRET_VARIABLE = re.compile(r"TOKEN|SECRET|PASSWORD")
SHORTEST = 8
"""Of a secret that is known: the sandbox takes any word for a token, and without a short word no text could be read.
No token of Meta's is so short, and against Meta itself none is taken."""

OF_THE_SANDBOX = "sandbox-token"
"""What `init` itself tells people to write while they try the sandbox: no secret, and a line to copy must hold it."""

_known: set[str] = set()
_credentials: set[str] = set()
"""Those of the known that open something at Meta."""


def remember_secret(secret: str) -> None:
    """From now on `redact` removes this text in every spelling of `spellings`; one shorter than SHORTEST
    stays, and so does the sandbox's."""
    if len(secret) >= SHORTEST and secret != OF_THE_SANDBOX:
        _known.add(secret)


def remember_credentials(token: str, app_secret: str) -> None:
    """The token, the app's secret, and the proof that is made of both."""
    import hmac  # noqa: PLC0415  a project without an app's secret needs none

    both = token and app_secret
    proof = hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest() if both else ""
    for credential in (token, app_secret, proof):
        if len(credential) >= SHORTEST:
            remember_secret(credential)
            _credentials.add(credential)


def credentials_known() -> int:
    """How many: with one more, what was written without them may have to be written anew."""
    return len(_credentials)


def remember_environment(environment: Mapping[str, str]) -> None:
    """What variables named for secrets hold, so that a crash before the first connection gives none away."""
    for name, value in environment.items():
        if SECRET_VARIABLE.search(name):
            remember_secret(value.strip())


def redact(text: str) -> str:
    """The text without tokens in any of their forms."""
    text = _without(frozenset(_known), text)
    for pattern, replacement in _BY_SHAPE_OR_PLACE:
        text = pattern.sub(replacement, text)
    return BASE64.sub(_unless_a_token, text)


def redacted(value: Any) -> Any:
    """Plain data without tokens: keys and values alike."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {redacted(key): redacted(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redacted(inner) for inner in value]
    return value if value is None or isinstance(value, (bool, int, float)) else redact(str(value))


def without_credentials(value: Any) -> Any:
    """Plain data for `state/`: of its texts, not of its keys, only Meta's credentials and what is shaped like a token
    is taken, so that whatever else was declared is recorded to the letter."""
    real = frozenset(_credentials)
    return _credentials_masked(real, value) if _may_hold(real, _long_texts_in(value)) else value


def _credentials_masked(real: frozenset[str], value: Any) -> Any:
    if isinstance(value, str):
        return META_TOKEN.sub(MASK, _without(real, value))
    if isinstance(value, Mapping):
        return {key: _credentials_masked(real, inner) for key, inner in value.items()}
    return [_credentials_masked(real, inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _may_hold(real: frozenset[str], texts: Sequence[str]) -> bool:
    """Whether one of the texts is to be looked into by itself. Most records hold nothing that is."""
    joined = "\0".join(texts)
    if META_TOKEN.search(joined) or any(spelling in joined for spelling in _all_spellings(real)):
        return True
    return bool(real) and any(map(_ENCODED.search, texts))


def _long_texts_in(value: Any) -> list[str]:
    """Without those in which no secret has room."""
    left, found = [value], list[str]()
    while left:
        inner = left.pop()
        if isinstance(inner, str):
            if len(inner) >= SHORTEST:
                found.append(inner)
        elif isinstance(inner, (dict, Mapping)):
            left.extend(inner.values())
        elif isinstance(inner, (list, tuple)):
            left.extend(inner)
    return found


def _without(secrets: frozenset[str], text: str) -> str:
    for spelling in _all_spellings(secrets):
        text = text.replace(spelling, MASK)
    if _ENCODED.search(text):
        for secret in secrets:
            text = _however_encoded(secret).sub(MASK, text)
    return text


_BY_SHAPE_OR_PLACE = (
    (META_TOKEN, MASK),
    (HEX_TOKEN, MASK),
    (TOKEN_PARAMETER, rf"\1{MASK}"),
    (AUTHORIZATION, rf"\1{MASK}"),
    (BEARER, rf"\1{MASK}"),
    (USER_IN_URL, rf"\1{MASK}"),
)


def _unless_a_token(match: re.Match[str]) -> str:
    """A run of base64 that says a token, wherever in the run it begins."""
    run = match[0].rstrip("=").translate(_STANDARD)
    for start in range(4):
        whole = run[start : start + (len(run) - start) // 4 * 4]
        if _TOKEN_BYTES.search(binascii.a2b_base64(whole)):
            return MASK
    return match[0]


_STANDARD = str.maketrans("-_", "+/")

# ---- spellings of a secret that is known


def _base64_cores(secret: str) -> Iterable[str]:
    """What base64 of any text with the secret in it must contain, for each of the three ways they can be aligned."""
    for before in range(3):
        data = b"\0" * before + secret.encode()
        first, last = -(-before * 8 // 6), len(data) * 8 // 6
        core = base64.b64encode(data).decode()[first:last]
        if len(core) >= SHORTEST:
            yield core
            yield core.translate(str.maketrans("+/", "-_"))


_IN_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


def _in_html(text: str) -> str:
    """As `html.escape` writes it, whose module brings the names of two thousand letters along."""
    return text.translate(_IN_HTML)


Speller = Callable[[str], str]


def _lower_quote(text: str) -> str:
    return re.sub("%..", lambda match: match[0].lower(), quote(text, safe=""))


_SPELLERS: tuple[Speller, ...] = (
    str,
    quote,
    quote_plus,
    _lower_quote,
    lambda text: quote(text, safe=""),
    lambda text: quote(quote(text, safe=""), safe=""),
    lambda text: _lower_quote(_lower_quote(text)),
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    lambda text: text.replace("/", "\\/"),
    lambda text: repr(text)[1:-1],
    _in_html,
)


@lru_cache(maxsize=64)
def spellings(secret: str) -> frozenset[str]:
    """The secret as it is, in base64 and in hex, each of them as URLs, JSON, Python and HTML write it."""
    in_hex = secret.encode().hex()
    texts = (secret, *_base64_cores(secret), in_hex, in_hex.upper())
    return frozenset(speller(text) for text in texts for speller in _SPELLERS)


@lru_cache(maxsize=8)
def _all_spellings(secrets: frozenset[str]) -> list[str]:
    """The longest first, so that of none a part is left."""
    return sorted({text for secret in secrets for text in spellings(secret)}, key=len, reverse=True)


_ENCODED = re.compile(r"%[0-9a-f]{2}|\\+[ux][0-9a-f]{2}|\\[^\w\s]|&#?\w+;", re.IGNORECASE)


@lru_cache(maxsize=64)
def _however_encoded(secret: str) -> re.Pattern[str]:
    """The secret with any of its characters escaped as URLs (however often), JSON, Python or HTML do it."""
    return re.compile("".join(map(_character, secret)))


def _character(character: str) -> str:
    """Backslashes up to those of JSON five times inside JSON: without an end, a long row of them takes minutes."""
    in_url = "".join(f"%(?:25)*{_either_case(f'{byte:02x}')}" for byte in character.encode())
    code, short = _either_case(f"{ord(character):04x}"), _either_case(f"{ord(character):02x}")
    itself = re.escape(character) if character.isalnum() else rf"\\{{0,32}}{re.escape(character)}"
    named = re.escape(_in_html(character))
    return rf"(?:{itself}|{in_url}|\\{{1,32}}u{code}|\\{{1,32}}x{short}|&#0*{ord(character)};|&#[xX]0*{short};|{named})"


def _either_case(number: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in number)
