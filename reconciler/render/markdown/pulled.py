"""What was written into the YAML and what was left, for the pull request that brings it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconciler.engine.overtaken import Overtaken
from reconciler.kinds.said import said
from reconciler.model.plan import Plan
from reconciler.render.fitting import Piece, always, cut, fitted, utf16_units
from reconciler.render.inert import code, inert
from reconciler.text.sanitize import brief

TITLES = {
    "pull": "Pull what was changed in Ads Manager",
    "revert-drift": "Overwrite what was changed in Ads Manager",
}
MERGED = {
    "pull": "Merging it changes nothing at Meta: the YAML says what is live already.",
    "revert-drift": "Merging it overwrites these values once, and only while they are what is live.",
}
APPROVAL = (
    "It was made with the workflow's own token, so its checks wait: choose “Approve workflows to run” below, or close "
    "and reopen it, so that `ci plan` looks at it."
)
LONGEST_TITLE = 200


@dataclass(frozen=True)
class Line:
    """One value, with where it was written or why it was not, and what else changes with it."""

    overtaken: Overtaken
    told: str
    also: tuple[str, ...] = ()


def title_of(command: str, addresses: Sequence[str]) -> str:
    return brief(f"{TITLES[command]}: {', '.join(addresses)}", LONGEST_TITLE)


def proposal(
    command: str, plan: Plan, taken: Iterable[Line], left: Iterable[Line], *, by: str, at: str, limit: int
) -> str:
    """The text of the pull request. `by` has asked for it, in the comment at the address `at`."""
    head = f"{MERGED[command]}\n\nAsked for by {code(by)} in {at}. {APPROVAL}\n\n"
    pieces = [always(head), *_pieces("Written", plan, taken), *_pieces("Not written", plan, left)]
    return _cut(pieces, limit)


def not_written(plan: Plan, left: Iterable[Line], *, limit: int) -> str:
    """The answer where nothing could be written."""
    lines = list(left)
    if not lines:
        return "There is no drift there: what is live is what the YAML says.\n"
    return _cut([always("Nothing was written, so there is no pull request.\n\n"), *_pieces("", plan, lines)], limit)


def _pieces(heading: str, plan: Plan, lines: Iterable[Line]) -> list[Piece]:
    found = [Piece(((rank, _item(plan, one)),), "value") for rank, one in enumerate(lines)]
    return [always(f"### {heading}\n\n"), *found] if found and heading else found


def _item(plan: Plan, line: Line) -> str:
    one = line.overtaken
    value = said(one.field, one.live, plan.currencies.get(one.address.account, ""), plan.zone, one.path)
    also = f"<br>changes with it: {inert(brief(', '.join(line.also)))}" if line.also else ""
    return (
        f"- {code(str(one.address))} {code(brief(one.path))} {inert(brief(value))}: {inert(brief(line.told))}{also}\n"
    )


def _cut(pieces: list[Piece], limit: int) -> str:
    note = "\n{}.\n"
    chosen = fitted(pieces, limit - utf16_units(note.format("9,999,999 values left out")), utf16_units)
    left_out = ", ".join(cut(pieces, chosen))
    shown = "".join(piece.whole for piece, number in zip(pieces, chosen, strict=True) if number)
    return f"{shown}{note.format(left_out) if left_out else ''}"
