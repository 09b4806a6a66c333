"""Which of Meta's limits a call counts for, and what is remembered of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

EVERY = ""
"""In place of a use case: what Meta counts of a scope as a whole, such as an ad account's score."""

LONGEST = timedelta(days=1)
"""No block is kept to for longer, whatever a header says."""


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """Meta counts the calls of each use case apart, for each owner: `acme-sg` and `ads_insights`."""

    scope: str
    """A scope's text, `acme-sg` or `page:123`, or `app:` and the variable that holds the app's token."""
    use_case: str = EVERY
    """Meta's word, as in the header X-Business-Use-Case-Usage, or EVERY."""


@dataclass(frozen=True)
class Spent:
    """The points that were spent of a limit, by moment, and the tier that headers have named; "" for none."""

    points: tuple[tuple[datetime, int], ...] = ()
    tier: str = ""
