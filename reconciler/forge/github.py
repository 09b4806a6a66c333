"""A repository at GitHub: its comments, issues and pull requests, and what a user may do there.

What is ours is known by a `Marker` at its beginning and by who wrote it (`comments.py`, `issues.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from urllib.parse import quote

import requests

from reconciler.forge.marker import Marker
from reconciler.forge.pull_request import PullRequest, pull_request_of
from reconciler.forge.rest import Rest, Row
from reconciler.model.errors import ForgeError
from reconciler.system.clock import SYSTEM, Clock

MAY_WRITE = frozenset({"admin", "write"})
"""Of the four legacy permissions; `maintain` is told as write, `triage` as read.
docs.github.com/rest/collaborators/collaborators"""

LONGEST = 65_536
"""Characters of a comment and of an issue's text."""


class Written(StrEnum):
    """What became of a comment or an issue."""

    CREATED = "created"
    EDITED = "edited"
    UNCHANGED = "unchanged"
    NEWER = "newer"
    """A newer run has written it: it stays as it is."""
    CLOSED = "closed"
    NONE = "none"
    """There is none, and none is needed."""


@dataclass(frozen=True)
class Posted:
    """A comment or an issue: its address for a browser, and what became of it."""

    url: str
    written: Written


@dataclass(frozen=True)
class Compared:
    """How many commits a head has that its base lacks, and the other way round."""

    ahead_by: int
    behind_by: int


def _moment(text: object) -> datetime:
    """Long ago where there is none."""
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


class GitHub:
    """`repository` is `owner/name`; `url` is that of the REST API, which a GitHub Enterprise has at `/api/v3`."""

    def __init__(self, repository: str, token: str, url: str = "https://api.github.com", clock: Clock = SYSTEM) -> None:
        self.rest = Rest(url, token, clock)
        self.path = f"/repos/{'/'.join(quote(part, safe='') for part in repository.split('/', 1))}"

    def close(self) -> None:
        self.rest.close()

    # ---- who is who

    @cached_property
    def _login(self) -> str:
        """Whose token this is; "" for an app's and the workflow's own, which GitHub tells nobody."""
        try:
            return str(self.rest.get("/user")["login"])
        except ForgeError as error:
            if error.status == requests.codes.forbidden:
                return ""
            raise

    def is_ours(self, row: Row, marker: Marker) -> bool:
        if not marker.begins(str(row.get("body") or "")):
            return False
        author = row.get("user") or {}
        return author.get("login") == self._login if self._login else author.get("type") == "Bot"

    def may_write(self, login: str) -> bool:
        """Whether a person may push to the repository. False for whom nobody has asked in."""
        path = f"{self.path}/collaborators/{quote(login, safe='')}/permission"
        try:
            return self.rest.get(path).get("permission") in MAY_WRITE
        except ForgeError as error:
            if error.status == requests.codes.not_found:
                return False
            raise

    # ---- pull requests

    def pull_request(self, number: int) -> PullRequest:
        return pull_request_of(self.rest.get(f"{self.path}/pulls/{number}"))

    def merged_by(self, commit: str) -> PullRequest | None:
        """The pull request whose merge has made the commit; None for one that was pushed."""
        rows = self.rest.rows(f"{self.path}/commits/{quote(commit, safe='')}/pulls")
        merged = [row for row in rows if row.get("merged_at")]
        exact = [row for row in merged if row.get("merge_commit_sha") == commit]
        found = exact or merged
        return pull_request_of(found[0]) if found else None

    def merged_lately(self, branch: str, since: datetime, most: int = 30) -> list[PullRequest]:
        """Those that were merged into a branch, of the newest `most` that were closed. GitHub lists one here at once,
        and says some time later which commit is whose."""
        order = {"state": "closed", "base": branch, "sort": "updated", "direction": "desc"}
        rows = self.rest.get(f"{self.path}/pulls", per_page=most, **order)
        return [pull_request_of(row) for row in rows if _moment(row.get("merged_at")) >= since]

    def compared(self, base: str, head: str) -> Compared:
        """Two commits or branches. Raises ForgeError with status 404 where GitHub does not know one."""
        pair = f"{quote(base, safe='')}...{quote(head, safe='')}"
        row = self.rest.get(f"{self.path}/compare/{pair}", per_page=1)
        return Compared(int(row["ahead_by"]), int(row["behind_by"]))

    def pull_request_from(self, branch: str) -> PullRequest | None:
        """The newest that was made from a branch of the repository itself, open or not."""
        row = self._proposed(branch)
        return pull_request_of(row) if row is not None else None

    def propose(self, branch: str, base: str, title: str, body: str) -> PullRequest:
        """A pull request from the branch, or the one that there is."""
        text = {"title": title, "head": branch, "base": base, "body": body}
        try:
            made = self.rest.post(f"{self.path}/pulls", text, find=lambda: self._proposed(branch))
        except ForgeError as error:
            found = self.pull_request_from(branch) if error.status == requests.codes.unprocessable_entity else None
            if found is None:
                raise
            return found
        return pull_request_of(made)

    def _proposed(self, branch: str) -> Row | None:
        owner = self.path.split("/")[2]
        rows = self.rest.get(f"{self.path}/pulls", head=f"{owner}:{branch}", state="all", per_page=1)
        return rows[0] if rows else None

    def head_of(self, branch: str) -> str:
        """The newest commit of a branch. Raises ForgeError with status 404 where there is no such branch."""
        return str(self.rest.get(f"{self.path}/branches/{quote(branch, safe='')}")["commit"]["sha"])

    # ---- runs of workflows

    def runs_of(self, workflow: str, branch: str, newest: int = 20, *, event: str = "") -> Iterator[Row]:
        """The newest runs of a workflow file (`apply.yml`) on a branch, newest first, as GitHub shows them; with
        `event` only those that it has started."""
        path = f"{self.path}/actions/workflows/{quote(workflow, safe='')}/runs"
        started = {"event": event} if event else {}
        yield from self.rest.get(path, branch=branch, per_page=newest, **started).get("workflow_runs") or ()
