"""What GitHub refused, as an error with its mend. Pure, but for the type of its answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import requests

from reconciler.model.errors import ForgeError
from reconciler.text.sanitize import brief

ACCEPTED = "x-accepted-github-permissions"
"""The header in which GitHub says which permissions would do: `issues=write; pull_requests=write`."""

NEEDED = (
    (r"/issues/(\d+|comments)\b.*", "pull-requests: write", r"/comments"),
    (r"/issues\b.*", "issues: write", ""),
    (r"/(pulls|commits/[^/]+/pulls)\b.*", "pull-requests: read", ""),
    (r"/git/.*", "contents: write", ""),
    (r"/actions/.*", "actions: read", ""),
    (r".*", "contents: read", ""),
)
"""Where the header says nothing: the end of a path, the permission of the job, and what must be in the path, too."""


@dataclass(frozen=True)
class _Known:
    status: int
    words: str
    """In GitHub's message; "" for any."""
    mend: str


KNOWN = (
    _Known(
        401, "", "the token is wrong or has expired: pass env: {{GITHUB_TOKEN: ${{{{ github.token }}}}}} to the step"
    ),
    _Known(
        403,
        "by integration",
        "give the job permissions: {{{needed}}}; a pull request of a fork or of Dependabot never has them",
    ),
    _Known(
        403,
        "by personal access token",
        "give the token the permission {needed}, or pass ${{{{ github.token }}}} instead",
    ),
    _Known(
        403,
        "not permitted to create",
        "let workflows open pull requests: Settings, Actions, General, Allow GitHub Actions to create and approve pull "
        "requests",
    ),
    _Known(403, "archived", "the repository is archived: unarchive it, or turn its workflows off"),
    _Known(403, "locked", "the conversation is locked: unlock it, or give the token the role Triage or more"),
    _Known(403, "", "the token lacks {needed}, or a rule of the organisation forbids this"),
    _Known(404, "", "see that GITHUB_REPOSITORY names the repository, and that the token may see it ({needed})"),
    _Known(410, "", "turn issues on: Settings, General, Features, Issues"),
    _Known(422, "too long", "this is a fault of the reconciler: report it with the size of desired/"),
    _Known(301, "", "the repository has moved: correct GITHUB_REPOSITORY, or GITHUB_API_URL"),
)
"""The first that fits is said."""


def refusal_of(method: str, path: str, response: requests.Response) -> ForgeError:
    status, said = response.status_code, " ".join(_said(response))
    known = next((k for k in KNOWN if k.status == status and k.words in said.lower()), None)
    mend = f"\n  mend: {known.mend.format(needed=needed(path, response))}" if known else ""
    return ForgeError(f"GitHub refused {method} {path}: HTTP {status}: {brief(said, 300)}{mend}", status)


def needed(path: str, response: requests.Response) -> str:
    """The permission as a workflow writes it: `pull-requests: write`."""
    accepted = response.headers.get(ACCEPTED, "")
    if found := re.findall(r"([a-z_]+)=([a-z]+)", accepted):
        return " or ".join(f"{name.replace('_', '-')}: {level}" for name, level in reversed(found))
    ending = re.sub(r"^.*?/repos/[^/]+/[^/]+", "", path)
    return next(name for pattern, name, also in NEEDED if re.fullmatch(pattern, ending) and also in ending)


def _said(response: requests.Response) -> Iterator[str]:
    """GitHub's message, and what it says of single fields."""
    try:
        found = response.json()
    except ValueError:
        return
    if not isinstance(found, dict):
        return
    yield str(found.get("message", ""))
    for one in found.get("errors") or ():
        yield str(one.get("message") or f"{one.get('field')}: {one.get('code')}") if isinstance(one, dict) else str(one)
