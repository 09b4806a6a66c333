"""One comment of ours on a pull request, edited by each run.

Two runs at once may both find none and make one each. Whoever has made one looks again, so the later of them sees both;
all runs keep the oldest, with what the newest run had to say, so it does not matter which of them does it.
"""

from __future__ import annotations

from collections.abc import Callable

from reconciler.forge.github import GitHub, Posted, Written
from reconciler.forge.marker import Marker, same, stamp_of, without_marker
from reconciler.forge.rest import Row


def sticky_comment(
    github: GitHub, number: int, marker: Marker, body: str, onto: Callable[[str, str], str] | None = None
) -> Posted:
    """The one comment of the marker on an issue or pull request says `body`, unless a newer run has written it. `onto`
    makes one text of what the comment said before and of `body`."""
    ours = _comments(github, number, marker)
    before = _newest(ours)
    text = marker.text + (onto(before, body) if onto is not None and before else body)
    made = not ours
    if made:
        github.rest.post(
            f"{github.path}/issues/{number}/comments",
            {"body": text},
            find=lambda: next(iter(_comments(github, number, marker)), None),
        )
        ours = _comments(github, number, marker)
    return _settled(github, ours, marker, text, made=made)


def said_before(github: GitHub, number: int, marker: Marker) -> str:
    """What our comment says, without its marker; "" where there is none."""
    return _newest(_comments(github, number, marker))


def _newest(ours: list[Row]) -> str:
    if not ours:
        return ""
    return without_marker(max((str(row["body"]) for row in ours), key=stamp_of))


def _comments(github: GitHub, number: int, marker: Marker) -> list[Row]:
    """Ours, the oldest first."""
    rows = github.rest.rows(f"{github.path}/issues/{number}/comments")
    return sorted((row for row in rows if github.is_ours(row, marker)), key=lambda row: int(row["id"]))


def _settled(github: GitHub, ours: list[Row], marker: Marker, text: str, *, made: bool) -> Posted:
    kept, *doubles = ours
    newest = max((str(row["body"]) for row in ours), key=stamp_of)
    is_newest = stamp_of(newest).gives_way_to(marker.stamp)
    wanted = text if is_newest else newest
    changed = not same(str(kept["body"]), wanted)
    if changed:
        github.rest.patch(f"{github.path}/issues/comments/{kept['id']}", {"body": wanted})
    for double in doubles:
        github.rest.delete(f"{github.path}/issues/comments/{double['id']}")
    written = Written.CREATED if made else Written.EDITED if changed else Written.UNCHANGED
    return Posted(str(kept["html_url"]), written if is_newest else Written.NEWER)
