"""`Retry-After`: in seconds or as a moment, how long whoever answers asks to be left alone. RFC 9110, 10.2.3.

Meta documents no such header: it names its times in usage headers. What stands before it, or before GitHub, may send
one, and Graph itself may begin to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from reconciler.model.limits import LONGEST

NUMBER = re.compile(r"[+-]?[0-9]{1,400}(\.[0-9]{1,400})?")
SHOWN = 60
"""Letters of what is quoted."""


@dataclass(frozen=True)
class After:
    """`wait` is never below zero nor above LONGEST. `remark`: of a header that is not kept to as it stands, what it
    says and what is made of it; "" of others. It may quote a stranger's text."""

    wait: timedelta = timedelta()
    remark: str = ""


NOTHING = After()


def read_retry_after(text: str, sent: datetime) -> After:
    """`sent`: when the answer was made, by the clock of whoever has made it. NOTHING where there is no such header."""
    text = text.strip()
    if not text:
        return NOTHING
    if NUMBER.fullmatch(text):
        seconds = float(text)
    elif (moment := read_http_time(text)) is not None:
        seconds = (moment - sent).total_seconds()
    else:
        return After(remark=_remark(text, "is no time, and is not heeded"))
    if seconds < 0:
        return After(remark=_remark(text, "has passed already"))
    if seconds > LONGEST.total_seconds():
        return After(LONGEST, _remark(text, "is more than a day, of which one day is kept to"))
    return After(timedelta(seconds=seconds))


def read_http_time(text: str) -> datetime | None:
    """As the headers `Date` and `Retry-After` have it; None where that is missing or no date. Aware."""
    try:
        found = parsedate_to_datetime(text)
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _remark(text: str, what: str) -> str:
    return f"Retry-After {text[:SHOWN]!r} {what}"
