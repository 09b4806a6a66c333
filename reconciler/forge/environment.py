"""What a CI says of the run that it has started: its variables and, of GitHub, the file with the event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from reconciler.model.errors import ForgeError
from reconciler.text.sanitize import brief

if TYPE_CHECKING:
    # Most runs are of no pull request, and say nothing to one.
    from reconciler.forge.marker import Stamp
    from reconciler.forge.pull_request import PullRequest

OF_PULL_REQUESTS = frozenset({"pull_request", "pull_request_target"})
OF_COMMENTS = "issue_comment"
DEPENDABOT = "dependabot[bot]"

OTHERS = (
    ("GITLAB_CI", "CI_COMMIT_SHA", "CI_JOB_URL"),
    ("BITBUCKET_BUILD_NUMBER", "BITBUCKET_COMMIT", ""),
    ("TF_BUILD", "BUILD_SOURCEVERSION", ""),
    ("JENKINS_URL", "GIT_COMMIT", "BUILD_URL"),
)
"""Other CIs: the variable that each has, and those with the commit and with the run's address."""


@dataclass(frozen=True)
class Comment:
    """What somebody has written on an issue or a pull request: a stranger, until GitHub says otherwise."""

    id: int
    number: int
    """Of the issue or pull request."""
    author: str
    body: str
    is_of_a_bot: bool = False


@dataclass(frozen=True)
class CiRun:
    """One run. All is "" or 0 that the CI does not say; `provider` is "github" or ""."""

    provider: str = ""
    event: str = ""
    """What has started it: `pull_request`, `push`, `schedule`, `workflow_dispatch` …"""
    repository: str = ""
    """`owner/name`"""
    commit: str = ""
    """Of a pull request its head: GITHUB_SHA is there a merge that nobody has seen."""
    ref: str = ""
    branch: str = ""
    default_branch: str = ""
    pull_request: PullRequest | None = None
    comment: Comment | None = None
    """That has started it."""
    actor: str = ""
    run_id: int = 0
    attempt: int = 0
    run_url: str = ""
    server_url: str = ""
    api_url: str = ""
    workspace: Path | None = None
    """Where the repository was checked out."""
    temporary: Path | None = None
    output_file: Path | None = None
    summary_file: Path | None = None

    @property
    def is_trusted(self) -> bool:
        """Whether GitHub gives the run secrets and a token that writes: not for forks, nor for Dependabot."""
        fork = self.pull_request is not None and self.pull_request.is_of_a_fork
        return not fork and not self.is_of_dependabot

    @property
    def is_of_dependabot(self) -> bool:
        return self.pull_request is not None and self.actor == DEPENDABOT

    @property
    def other_base(self) -> str:
        """The branch that the pull request is to be merged into, where that is not the default one; else ""."""
        base = self.pull_request.base_branch if self.pull_request is not None else ""
        return base if self.default_branch and base != self.default_branch else ""

    @property
    def stamp(self) -> Stamp:
        from reconciler.forge.marker import Stamp  # noqa: PLC0415

        return Stamp(self.run_id, self.attempt, self.commit)

    def file_url(self, path: str) -> str:
        """A file of the commit in a browser; "" where nobody can say. `path` is from the top of the repository."""
        pull = self.pull_request
        repository = pull.head_repository if pull is not None else self.repository
        if not (self.server_url and repository and self.commit):
            return ""
        return f"{self.server_url}/{repository}/blob/{self.commit}/{quote(path)}"

    def folder_of(self, root: Path) -> str:
        """Where in the repository `root` is, the folder with desired/; "" where it is the top, or nobody can say."""
        top = self._top_of(root)
        return root.relative_to(top).as_posix() if root != top and root.is_relative_to(top) else ""

    def _top_of(self, root: Path) -> Path:
        """The checkout that it stands in: `path:` of actions/checkout puts that into a folder of the workspace."""
        top = self.workspace.resolve() if self.workspace is not None else root
        inside = [one for one in (root, *root.parents) if one.is_relative_to(top)]
        return next((one for one in inside if (one / ".git").exists()), top)

    def path_in_repository(self, root: Path, path: str) -> str:
        """A path below `root` as it is from the top of the repository."""
        folder = self.folder_of(root)
        return f"{folder}/{path}" if folder else path


def ci_run(environment: Mapping[str, str]) -> CiRun:
    """Raises ForgeError where GitHub's variables contradict themselves."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return _github_run(environment)
    for known, commit, url in OTHERS:
        if environment.get(known):
            return CiRun(commit=environment.get(commit, ""), run_url=environment.get(url, ""))
    return CiRun()


def _github_run(environment: Mapping[str, str]) -> CiRun:
    told = environment.get
    name, event = told("GITHUB_EVENT_NAME", ""), _event(environment)
    pull = _pull_request(event) if name in OF_PULL_REQUESTS else None
    comment = _comment(event) if name == OF_COMMENTS else None
    server, repository, run_id = told("GITHUB_SERVER_URL", ""), told("GITHUB_REPOSITORY", ""), told("GITHUB_RUN_ID", "")
    attempt = told("GITHUB_RUN_ATTEMPT", "")
    return CiRun(
        provider="github",
        event=name,
        repository=repository,
        commit=pull.head_sha if pull else told("GITHUB_SHA", ""),
        ref=told("GITHUB_REF", ""),
        branch=told("GITHUB_HEAD_REF", "") or told("GITHUB_REF_NAME", ""),
        default_branch=str((event.get("repository") or {}).get("default_branch", "")),
        pull_request=pull,
        comment=comment,
        actor=told("GITHUB_ACTOR", ""),
        run_id=_number(run_id),
        attempt=_number(attempt),
        run_url=f"{server}/{repository}/actions/runs/{run_id}/attempts/{attempt}" if server and run_id else "",
        server_url=server,
        api_url=told("GITHUB_API_URL", "") or "https://api.github.com",
        workspace=_path(told("GITHUB_WORKSPACE")),
        temporary=_path(told("RUNNER_TEMP")),
        output_file=_path(told("GITHUB_OUTPUT")),
        summary_file=_path(told("GITHUB_STEP_SUMMARY")),
    )


def _event(environment: Mapping[str, str]) -> Mapping[str, Any]:
    path = _path(environment.get("GITHUB_EVENT_PATH"))
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _broken(path, str(error)) from None
    return found if isinstance(found, dict) else {}


def _pull_request(event: Mapping[str, Any]) -> PullRequest:
    from reconciler.forge.pull_request import pull_request_of  # noqa: PLC0415

    try:
        return pull_request_of(event["pull_request"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _broken("GITHUB_EVENT_PATH", f"no pull request with head and base: {error!r}") from None


def _comment(event: Mapping[str, Any]) -> Comment:
    try:
        row, author = event["comment"], event["comment"]["user"]
        number, is_bot = int(event["issue"]["number"]), author.get("type") == "Bot"
        return Comment(int(row["id"]), number, str(author["login"]), str(row["body"] or ""), is_bot)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _broken("GITHUB_EVENT_PATH", f"no comment with its author and its place: {error!r}") from None


def _broken(path: object, why: str) -> ForgeError:
    return ForgeError(
        f"{path} does not hold the event that has started this run: {brief(why, 200)}\n"
        "  mend: run it as a step of the workflow itself, where GITHUB_EVENT_PATH leads to the file, not in a container"
        " without it"
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None
