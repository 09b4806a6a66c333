"""A pull request, as GitHub's REST API and the events of its webhooks show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PullRequest:
    """`head_repository` is "" where the fork was deleted."""

    number: int
    head_sha: str
    head_repository: str = ""
    base_repository: str = ""
    base_branch: str = ""
    is_draft: bool = False
    is_merged: bool = False
    merge_commit: str = ""
    """Of one that was merged, the commit that it has made; of an open one a trial that nobody has seen."""
    url: str = ""

    @property
    def is_of_a_fork(self) -> bool:
        return self.head_repository != self.base_repository


def pull_request_of(row: Mapping[str, Any]) -> PullRequest:
    """As the REST API and the events of webhooks show one. Raises KeyError and TypeError for what is none."""
    head, base = row["head"], row["base"]
    return PullRequest(
        number=int(row["number"]),
        head_sha=str(head["sha"]),
        head_repository=str((head.get("repo") or {}).get("full_name", "")),
        base_repository=str(base["repo"]["full_name"]),
        base_branch=str(base["ref"]),
        is_draft=bool(row.get("draft")),
        is_merged=bool(row.get("merged_at")),
        merge_commit=str(row.get("merge_commit_sha") or ""),
        url=str(row.get("html_url", "")),
    )
