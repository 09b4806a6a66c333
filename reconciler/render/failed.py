"""Accounts that could not be planned, by what has failed: one dead token fails hundreds in the same words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

TRACE = re.compile(r" \[trace [^\]\s]*\]")
"""Meta's own number of one answer, which no two have in common."""


def failed_alike(failures: Mapping[str, str]) -> list[tuple[list[str], str]]:
    """With each error, as the first of them has it, the accounts that it was told of; in their order."""
    accounts: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for account, text in failures.items():
        same = TRACE.sub("", text)
        accounts.setdefault(same, []).append(account)
        texts.setdefault(same, text)
    return [(accounts[same], text) for same, text in texts.items()]
