"""The hidden lines by which a comment or an issue of ours is known again, and which run has written it. Pure.

<!-- reconciler:plan:acme-agency -->
<!-- run 7301 attempt 1 commit 4f2c1e9… -->
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FIRST_LINE = re.compile(r"<!-- reconciler:([^\s>]+) -->(?:\r?\n|$)")
STAMP = re.compile(r"\n<!-- run (\d{1,19}) attempt (\d{1,9}) commit ([0-9a-f]*) -->(?:\r?\n|$)")


@dataclass(frozen=True, order=True)
class Stamp:
    """Which run has written it. Ids of runs grow, and a run that is run again keeps its id."""

    run: int = 0
    attempt: int = 0
    commit: str = ""

    @property
    def text(self) -> str:
        return f"<!-- run {self.run} attempt {self.attempt} commit {self.commit} -->"

    def gives_way_to(self, other: Stamp) -> bool:
        """Of one commit, whoever writes later has looked later."""
        return self.commit == other.commit or (self.run, self.attempt) <= (other.run, other.attempt)


@dataclass(frozen=True)
class Marker:
    """`name` is what it is about: `plan:acme-agency`, `drift:acme-agency/acme-sg`."""

    name: str
    stamp: Stamp = Stamp()

    @property
    def first_line(self) -> str:
        return f"<!-- reconciler:{self.name} -->"

    @property
    def text(self) -> str:
        return f"{self.first_line}\n{self.stamp.text}\n"

    def begins(self, body: str) -> bool:
        """Only at its very beginning: a person's quotation has `>` before it."""
        return body.startswith((self.first_line + "\n", self.first_line + "\r\n")) or body == self.first_line


def subject_of(body: str) -> str:
    """The name in the marker that a text begins with; "" where it begins with none."""
    found = FIRST_LINE.match(body)
    return found[1] if found else ""


def stamp_of(body: str) -> Stamp:
    """Of what no run has stamped, one that gives way to all others."""
    found = STAMP.search(body)
    return Stamp(int(found[1]), int(found[2]), found[3]) if found else Stamp()


def without_marker(body: str) -> str:
    """What stands below the hidden lines."""
    text = body.replace("\r\n", "\n")
    first = FIRST_LINE.match(text)
    below = text[first.end() :] if first else text
    stamp = STAMP.match(f"\n{below}")
    return below[stamp.end() - 1 :] if stamp else below


def same(one: str, other: str) -> bool:
    """Whether both tell a reader the same: who wrote it, and how lines end, is left out."""
    return _told(one) == _told(other)


def _told(body: str) -> str:
    return STAMP.sub("\n", body.replace("\r\n", "\n"), count=1).strip()
