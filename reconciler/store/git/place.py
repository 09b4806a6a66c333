"""Where in which repository a project stands, and through which remote it shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from reconciler.store.git.command import Git

PROJECT = "desired/project.yaml"


@dataclass(frozen=True)
class Seen:
    """What a look has been told by git a moment ago. `url` is the remote's, and may hold a token; `branch` is "" for a
    commit without one; `remembers`: whether that commit has a state/; `refs` are commits by the names of our refs,
    None where git did not say."""

    url: str = field(repr=False)
    shallow: bool
    branch: str
    commit: str
    remembers: bool
    refs: Mapping[str, str] | None = field(repr=False)


@dataclass(frozen=True)
class Place:
    """A project in a git repository: `folder` is where desired/ stands, "" for git's own root, else ending in a `/`.
    `seen` is None where nobody has looked: who wants to know it asks."""

    git: Git
    folder: str
    home: Path
    remote: str
    seen: Seen | None = None


def place_of(root: Path) -> Place | None:
    """None where the project is in no git repository, git does not track its desired/project.yaml, or there is no
    remote to share with: neither one called origin, nor a single one. Raises UnsharedState where git does not say."""
    if not is_in_git(root):
        return None
    git = Git(root)
    found = git.need("rev-parse", "--absolute-git-dir", "--show-prefix").out.decode("utf-8", errors="surrogateescape")
    home, folder = found.split("\n")[:2]
    if not git.need("ls-files", "-z", "--", PROJECT).out:
        return None
    remote = shared_through(git.need("remote").text.split("\n"))
    return Place(git, folder, Path(home), remote) if remote else None


def is_in_git(root: Path) -> bool:
    return any((folder / ".git").exists() for folder in (root, *root.parents))


def shared_through(remotes: Sequence[str]) -> str:
    """The one called origin, else the only one; "" for none."""
    return "origin" if "origin" in remotes else remotes[0] if len(remotes) == 1 else ""


def is_nearby(url: str) -> bool:
    """Whether a remote's address leads to this machine: a folder, or a server that only it can reach."""
    if "://" in url:
        return url.startswith("file://") or (urlsplit(url).hostname or "") in ("localhost", "127.0.0.1", "::1")
    # HOST:PATH is another machine; C:/path is a folder of Windows.
    host, colon, _ = url.partition(":")
    return not colon or "/" in host or len(host) == 1
