"""Issues of ours, one a subject: edited in place, closed where nothing is left to say, and opened again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.forge.github import GitHub, Posted, Written
from reconciler.forge.marker import Marker, same, subject_of
from reconciler.forge.rest import Row

OPEN, CLOSED = "open", "closed"


class Issues:
    """Those whose markers begin with `family`, such as `drift:acme-agency/`; listed once, when first asked for.

    Closed ones, of which there may be thousands, are asked for by label.
    """

    def __init__(self, github: GitHub, family: str, label: str) -> None:
        self._github, self._family, self._label = github, family, label
        self._listed: list[Row] | None = None

    def subjects(self) -> set[str]:
        """What stands behind `family` in the markers of the open ones."""
        return {subject for row in self._rows() if row["state"] == OPEN and (subject := self._subject(row))}

    def keep(self, marker: Marker, *, title: str, body: str) -> Posted:
        """The one issue of the marker is open and says `body`. One that a person has closed while it said the same
        stays closed: it was seen."""
        text = marker.text + body
        ours = self._of(marker)
        made = not ours
        if made:
            self._github.rest.post(
                f"{self._github.path}/issues",
                {"title": title, "body": text, "labels": [self._label]},
                find=lambda: next(iter(self._of(marker, again=True)), None),
            )
            # Another run may have found none either, and made its own.
            ours = self._of(marker, again=True)
        kept = self._only_one(ours)
        seen = kept["state"] == CLOSED and same(str(kept["body"]), text)
        changed = not seen and self._edit(kept, {"title": title, "body": text, "state": OPEN})
        written = Written.CREATED if made else Written.EDITED if changed else Written.UNCHANGED
        return Posted(str(kept["html_url"]), written)

    def close(self, marker: Marker, body: str) -> Posted:
        """The issue of the marker says `body` and is closed; where none is open, nothing is done."""
        ours = [row for row in self._of(marker) if row["state"] == OPEN]
        if not ours:
            return Posted("", Written.NONE)
        kept = self._only_one(ours)
        self._edit(kept, {"body": marker.text + body, "state": CLOSED, "state_reason": "completed"})
        return Posted(str(kept["html_url"]), Written.CLOSED)

    def _rows(self, *, again: bool = False) -> list[Row]:
        if self._listed is None or again:
            path, rest = f"{self._github.path}/issues", self._github.rest
            found = [*rest.rows(path, state=OPEN), *rest.rows(path, state=CLOSED, labels=self._label)]
            self._listed = [row for row in found if "pull_request" not in row]
        return self._listed

    def _subject(self, row: Row) -> str:
        name = subject_of(str(row.get("body") or ""))
        ours = name.startswith(self._family) and self._github.is_ours(row, Marker(name))
        return name.removeprefix(self._family) if ours else ""

    def _of(self, marker: Marker, *, again: bool = False) -> list[Row]:
        """The open ones first, then the oldest."""
        ours = {row["number"]: row for row in self._rows(again=again) if self._github.is_ours(row, marker)}
        return sorted(ours.values(), key=lambda row: (row["state"] != OPEN, int(row["number"])))

    def _only_one(self, ours: Sequence[Row]) -> Row:
        kept, *others = ours
        for double in (row for row in others if row["state"] == OPEN):
            self._edit(double, {"state": CLOSED, "state_reason": "not_planned"})
        return kept

    def _edit(self, issue: Row, wanted: Mapping[str, Any]) -> bool:
        """Sends only what differs; False where nothing does."""
        differing = {name: value for name, value in wanted.items() if not _is(issue, name, value)}
        if differing:
            self._github.rest.patch(f"{self._github.path}/issues/{issue['number']}", differing)
        return bool(differing)


def _is(issue: Row, name: str, value: object) -> bool:
    if name == "body":
        return same(str(issue.get("body") or ""), str(value))
    return issue.get(name) == value
