"""Tokens out of text. Every secret that was read is known here; every line that is printed passes through here."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote

MASK = "[redacted]"

META_TOKEN = re.compile(r"\bEAA[A-Za-z0-9]{20,}")
TOKEN_PARAMETER = re.compile(
    r"((?<![A-Za-z_])(?:access_token|appsecret_proof|input_token)(?:=|%3D|\":\s*\"))[^&\s\"']+", re.IGNORECASE
)
AUTHORIZATION = re.compile(r"(Bearer\s+)\S+", re.IGNORECASE)

_known: set[str] = set()


def remember_secret(secret: str) -> None:
    """From now on `redact` removes this text, as it is, URL-encoded and in base64."""
    if secret:
        encoded = base64.b64encode(secret.encode()).decode()
        _known.update({secret, quote(secret, safe=""), encoded, encoded.rstrip("=")})


def redact(text: str) -> str:
    """The text without tokens in any of their forms."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = TOKEN_PARAMETER.sub(rf"\1{MASK}", text)
    return AUTHORIZATION.sub(rf"\1{MASK}", META_TOKEN.sub(MASK, text))
