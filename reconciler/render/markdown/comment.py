"""The comment in a pull request, and a step's summary, within their limits. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.render.fitting import Piece, always, utf8_bytes, utf16_units
from reconciler.render.inert import inert, item
from reconciler.render.markdown.campaigns import section
from reconciler.render.markdown.head import head_of
from reconciler.render.markdown.words import DRIFT, folded, footer, within
from reconciler.render.review import Block, Review

LIMIT = 65_536
"""Of a comment. GitHub says `body is too long (maximum is 65536 characters)` with 422; others have measured that of a
comment's body it counts 262,144 bytes, of a pull request's 65,536 characters. So many UTF-16 units are within both."""

SUMMARY_LIMIT = 1_000_000
"""Bytes of a step's summary, of which GitHub takes 1 MiB: none of a larger one is shown."""


def comment(review: Review, *, limit: int = LIMIT) -> str:
    """At most `limit` UTF-16 units. Raises ValueError for a limit in which the headline alone has no room."""
    return within(list(head_of(review)), list(_body(review)), review, limit, utf16_units)


def summary(review: Review, *, limit: int = SUMMARY_LIMIT) -> str:
    """The same with more room: at most `limit` bytes of UTF-8."""
    return within(list(head_of(review)), list(_body(review)), review, limit, utf8_bytes)


# ---- after the head


def _body(review: Review) -> Iterator[Piece]:
    yield from section("Dangerous", review.dangerous, review, opened=True)
    rest = [block for block in review.blocks if not block.dangers]
    title = "Everything else" if review.dangerous else "Campaign by campaign"
    yield from section(title, rest, review, opened=_is_one(review.blocks))
    yield from _drifted(review)
    yield from folded("What the refusals hold back", review.held, "line")
    yield from folded("Notes", review.notes, "note")
    yield from folded("Hints about the YAML", review.problems, "hint")
    yield always(footer(review))


def _is_one(blocks: Sequence[Block]) -> bool:
    """One campaign, and not many that are alike: then there is nothing to choose from."""
    return len(blocks) == 1 and len(blocks[0].roots) == 1


def _drifted(review: Review) -> Iterator[Piece]:
    if not review.drift:
        return
    yield always(f"#### Changed in Ads Manager: {len(review.drift):,}\n\n")
    for drift in review.drift:
        ways = f"<br>{inert(drift.ways_out)}" if drift.ways_out else ""
        yield Piece(((DRIFT, item(f"{inert(drift.text)}{ways}")),), "drift")
    yield always("\n")
