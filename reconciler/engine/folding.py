"""What is told of many objects at once: some in lines of their own, the rest in one. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.model.address import Address

MOST_TOLD = 5
"""Of one sort in lines of their own."""

MOST_NAMED = 40
"""Of the others in one line: an agency has hundreds of launches on one morning."""


def folded(told: Sequence[tuple[Address, str]], what: str) -> list[str]:
    """The first ones in full; of the others, which they are, and how many where they are very many."""
    lines = [f"{address}: {text}" for address, text in told[:MOST_TOLD]]
    rest = [str(address) for address, _ in told[MOST_TOLD:]]
    more = f" and {len(rest) - MOST_NAMED:,} others" if len(rest) > MOST_NAMED else ""
    return [*lines, f"{len(rest):,} more {what}: {', '.join(rest[:MOST_NAMED])}{more}"] if rest else lines
