"""A commit and its branch made by GitHub's git data API: no working copy, no push, and no credentials in one.

It needs `contents: write`, as a push does; what it makes with a workflow's token GitHub signs.
docs.github.com/rest/git
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import requests

from reconciler.forge.github import GitHub
from reconciler.forge.rest import Row
from reconciler.model.errors import ForgeError

FILE = "100644"
"""The mode of a file that nobody executes."""


def commit_files(github: GitHub, branch: str, parent: str, files: Mapping[str, str], message: str) -> str:
    """The branch has one commit more than `parent`, in which `files` (by path from the top of the repository) have
    other texts. A branch of that name that is there already is moved. Returns the commit."""
    git = f"{github.path}/git"
    base = github.rest.get(f"{git}/commits/{quote(parent, safe='')}")["tree"]["sha"]
    entries = [{"path": path, "mode": FILE, "type": "blob", "content": text} for path, text in sorted(files.items())]
    # What no branch leads to yet may be made twice: nobody sees it.
    tree = github.rest.post(f"{git}/trees", {"base_tree": base, "tree": entries}, find=_nothing)
    commit = {"message": message, "tree": str(tree["sha"]), "parents": [parent]}
    made = str(github.rest.post(f"{git}/commits", commit, find=_nothing)["sha"])
    _point(github, branch, made)
    return made


def _nothing() -> None:
    return None


def _point(github: GitHub, branch: str, commit: str) -> None:
    git = f"{github.path}/git"

    def found() -> Row | None:
        return {"ref": branch} if _is_at(github, branch, commit) else None

    try:
        github.rest.post(f"{git}/refs", {"ref": f"refs/heads/{branch}", "sha": commit}, find=found)
    except ForgeError as error:
        if error.status != requests.codes.unprocessable_entity:
            raise
        github.rest.patch(f"{git}/refs/heads/{quote(branch)}", {"sha": commit, "force": True})


def _is_at(github: GitHub, branch: str, commit: str) -> bool:
    try:
        return github.head_of(branch) == commit
    except ForgeError as error:
        if error.status == requests.codes.not_found:
            return False
        raise
