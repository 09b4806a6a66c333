"""Where in which repository a project stands, and through which remote it shares."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from reconciler.store.git.command import Git


@dataclass(frozen=True)
class Place:
    """A project in a git repository: `folder` is where desired/ stands, "" for git's own root, else ending in a `/`."""

    git: Git
    folder: str
    home: Path
    remote: str


def place_of(root: Path) -> Place | None:
    """None where the project is in no git repository, git does not track its desired/project.yaml, or there is no
    remote to share with: neither one called origin, nor a single one. Raises UnsharedState where git does not say."""
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return None
    git = Git(root)
    found = git.need("rev-parse", "--absolute-git-dir", "--show-prefix").out.decode("utf-8", errors="surrogateescape")
    home, folder = found.split("\n")[:2]
    if not git.need("ls-files", "-z", "--", "desired/project.yaml").out:
        return None
    remotes = git.need("remote").text.split("\n")
    remote = "origin" if "origin" in remotes else remotes[0] if len(remotes) == 1 else ""
    return Place(git, folder, Path(home), remote) if remote else None


def is_nearby(url: str) -> bool:
    """Whether a remote's address leads to this machine: a folder, or a server that only it can reach."""
    if "://" in url:
        return url.startswith("file://") or (urlsplit(url).hostname or "") in ("localhost", "127.0.0.1", "::1")
    # HOST:PATH is another machine; C:/path is a folder of Windows.
    host, colon, _ = url.partition(":")
    return not colon or "/" in host or len(host) == 1
