"""Which files of which commit a working copy has, and what the remote's branch is by now. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.store.git.command import REMOTE, Git, refused
from reconciler.store.git.place import Place, place_of

FOLDERS = ("desired", "creatives")
MOST_NAMED = 5


@dataclass(frozen=True)
class Source:
    """`desired` and `creatives` are the git ids of these folders' trees at `commit`: the same id means the same files.
    "" stands for a folder that is not there. `edited` are files of them that are not as they were committed: where
    there are some, no id tells what is there."""

    commit: str
    desired: str
    creatives: str
    place: Place = field(compare=False, repr=False)
    edited: tuple[str, ...] = ()

    def has_the_files_of(self, other: Source) -> bool:
        return (self.desired, self.creatives) == (other.desired, other.creatives)


def source_of(root: Path) -> Source | None:
    """None outside git and without a remote. Raises UnsharedState where git does not say."""
    place = place_of(root)
    if place is None:
        return None
    listed = place.git.need("status", "--porcelain", "-z", "--untracked-files=all", "--", *FOLDERS).out
    rows = listed.decode("utf-8", errors="surrogateescape").split("\0")
    edited = tuple(row[3:] for row in rows if row[2:3] == " ")
    return _at(place, place.git.need("rev-parse", "HEAD").text, (*edited, *_left_out(place)))


def _left_out(place: Place) -> Iterator[str]:
    """Files that git does not compare: a sparse checkout has not put them there, or somebody has told git to leave them
    alone. Nobody sees by the commit what stands there."""
    listed = place.git.need("ls-files", "-v", "-z", "--", *FOLDERS).out.decode("utf-8", errors="surrogateescape")
    return (row[2:] for row in listed.split("\0") if row and row[0] != "H")


def newest_of(branch: str, known: Source) -> Source | None:
    """What the remote's branch has by now, `known` where that is its commit; None where there is no such branch. Raises
    UnsharedState where the remote does not answer."""
    place = known.place
    head = _refs(place, f"refs/heads/{branch}").get(f"refs/heads/{branch}", "")
    if head in ("", known.commit):
        return known if head else None
    what = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--depth=1")
    answer = place.git(*what, place.remote, f"refs/heads/{branch}", seconds=REMOTE)
    if not answer.ok:
        raise refused(f"the newest commit of {place.remote}/{branch} cannot be fetched", answer)
    return _at(place, head, ())


def comes_after(source: Source, other: Source) -> bool:
    """Whether a commit is made on top of another one, as far as this clone knows."""
    return source.place.git("merge-base", "--is-ancestor", other.commit, source.commit).ok


def remote_default_branch(place: Place) -> str:
    """What the remote calls its HEAD; "" where it does not say. Raises UnsharedState where it does not answer."""
    listed = _ls_remote(place, "--symref", "HEAD")
    line = next((line for line in listed.splitlines() if line.startswith("ref: refs/heads/")), "")
    return line.removeprefix("ref: refs/heads/").partition("\t")[0]


def _refs(place: Place, *patterns: str) -> dict[str, str]:
    """By their whole names: git takes a pattern for the end of a name, too."""
    rows = (line.split("\t") for line in _ls_remote(place, *patterns).splitlines() if "\t" in line)
    return {name: commit for commit, name in rows}


def _ls_remote(place: Place, *arguments: str) -> str:
    options = [one for one in arguments if one.startswith("--")]
    rest = [one for one in arguments if not one.startswith("--")]
    answer = place.git("ls-remote", *options, place.remote, *rest, seconds=REMOTE)
    if not answer.ok:
        raise refused(f"{place.remote} cannot be asked for its newest commit", answer)
    return answer.text


def _at(place: Place, commit: str, edited: tuple[str, ...]) -> Source:
    listed = place.git.need("ls-tree", "-d", "-z", "--full-tree", commit, *(f"{place.folder}{one}" for one in FOLDERS))
    rows = (row.split("\t", 1) for row in listed.out.decode("utf-8", errors="surrogateescape").split("\0") if row)
    trees = {path.removeprefix(place.folder): about.split(" ")[2] for about, path in rows}
    desired, creatives = (trees.get(name, "") for name in FOLDERS)
    return Source(commit, desired, creatives, place, edited)


def remote_address(root: Path) -> str:
    """As git has it of the remote that state/ is shared through; it may hold a token. "" where there is none. Raises
    UnsharedState where git does not say."""
    place = place_of(root)
    return place.git("remote", "get-url", place.remote).text if place is not None else ""


@dataclass(frozen=True)
class Checkout:
    """How the commit of a working copy stands to the remote's `main`. `ahead` and `behind` count commits; None where
    this clone does not have that one. `branch` is "" for a commit without one."""

    main: str
    branch: str
    ahead: int | None = 0
    behind: int | None = 0


def checkout_of(root: Path) -> Checkout | None:
    """None outside git, without a remote, and where that has no default branch. Raises UnsharedState where git or the
    remote does not say."""
    place = place_of(root)
    main = remote_default_branch(place) if place is not None else ""
    if place is None or not main:
        return None
    newest = _refs(place, f"refs/heads/{main}").get(f"refs/heads/{main}", "")
    branch = place.git("symbolic-ref", "--short", "-q", "HEAD").text
    counted = place.git("rev-list", "--left-right", "--count", f"HEAD...{newest}")
    if not counted.ok:
        return Checkout(main, branch, None, None)
    ahead, behind = map(int, counted.text.split())
    return Checkout(main, branch, ahead, behind)


UNCOMMITTED = " with changes that are not committed"


def revision(root: Path) -> str:
    """The commit's id, and whether desired/ or creatives/ differ from it; "" where there is no git or no commit."""
    git = Git(root)
    commit = git("rev-parse", "--verify", "--quiet", "HEAD")
    if not commit.ok:
        return ""
    changed = git("status", "--porcelain", "--untracked-files=all", "--", *FOLDERS).out
    return f"{commit.text}{UNCOMMITTED}" if changed else commit.text
