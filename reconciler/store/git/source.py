"""Which files of which commit a working copy has, and what the remote's branch is by now. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.store.git.asked import FOLDERS, asked_of
from reconciler.store.git.command import Answer, Git, answer_of, needed, refused
from reconciler.store.git.place import PROJECT, Place, Seen, is_in_git, place_of, shared_through
from reconciler.store.git.process import REMOTE

STATE = "state"
TO_BRANCH = "ref: refs/heads/"


@dataclass(frozen=True)
class Source:
    """`desired` and `creatives` are the git ids of these folders' trees at `commit`: the same id means the same files.
    "" stands for a folder that is not there. `edited` are files of them that are not as they were committed: where
    there are some, no id tells what is there. Of those that git does not compare `uncompared` has the letter of
    `git ls-files -v`, by path from the project."""

    commit: str
    desired: str
    creatives: str
    place: Place = field(compare=False, repr=False)
    edited: tuple[str, ...] = ()
    uncompared: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def has_the_files_of(self, other: Source) -> bool:
        return (self.desired, self.creatives) == (other.desired, other.creatives)


def source_of(root: Path) -> Source | None:
    """None outside git and without a remote. Raises UnsharedState where git does not say."""
    if not is_in_git(root):
        return None
    with asked_of(str(root)) as asked:
        git = Git(root)
        home, folder, shallow = _decoded(needed(asked.place)).split("\n")[:3]
        listed = needed(asked.listed).out
        if not _is_listed(PROJECT, listed):
            return None
        urls = _urls(needed(asked.remotes))
        remote = shared_through([*urls])
        if not remote:
            return None
        status = _decoded(needed(asked.status)).split("\0")
        told = answer_of(asked.refs)
        refs = dict(line.split(" ") for line in told.text.splitlines()) if told.ok else None
    about = dict(line.removeprefix("# ").split(" ", 1) for line in status if line.startswith("# "))
    # Before the first commit git says why there is none.
    commit = git.need("rev-parse", "HEAD").text if about["branch.oid"] == "(initial)" else about["branch.oid"]
    trees = _trees(git, folder, commit, STATE)
    branch = about["branch.head"]
    branch = "" if branch == "(detached)" else branch
    seen = Seen(urls[remote], shallow == "true", branch, commit, STATE in trees, refs)
    place = Place(git, folder, Path(home), remote, seen)
    uncompared = dict(_left_out(listed))
    return replace(_source(place, commit, trees), edited=(*_edited(status), *uncompared), uncompared=uncompared)


def _decoded(answer: Answer) -> str:
    return answer.out.decode("utf-8", errors="surrogateescape")


FIELDS_BEFORE_PATH = {"1": 8, "2": 9, "u": 10, "?": 1}
"""Of the rows of a status: git help status, "Porcelain Format Version 2"."""


def _edited(status: Iterable[str]) -> Iterator[str]:
    rows = iter(status)
    for row in rows:
        fields = FIELDS_BEFORE_PATH.get(row[:1])
        if fields is not None:
            yield row.split(" ", fields)[fields]
        if row.startswith("2 "):
            next(rows)  # what it was called before


def _is_listed(name: str, listed: bytes) -> bool:
    wanted = name.encode()
    return b"\0H %s\0" % wanted in b"\0" + listed or any(row[2:] == wanted for row in listed.split(b"\0"))


def _left_out(listed: bytes) -> Iterator[tuple[str, str]]:
    """With their letters, files that git does not compare: a sparse checkout has not put them there, or somebody has
    told git to leave them alone. Nobody sees by the commit what stands there."""
    compared = listed.startswith(b"H ") + listed.count(b"\0H ")
    if compared != listed.count(b"\0"):
        rows = listed.decode("utf-8", errors="surrogateescape").split("\0")
        yield from ((row[2:], row[0]) for row in rows if row and row[0] != "H")


def _urls(answer: Answer) -> dict[str, str]:
    """By remote the address that git asks; of one without, its name is that."""
    urls = dict[str, str]()
    for line in answer.text.split("\n"):
        name, _, told = line.partition("\t")
        url = told.rpartition(" (fetch)")[0]
        urls[name] = urls.get(name) or url
    return {name: url or name for name, url in urls.items()}


def newest_of(branch: str, known: Source, head: str = "") -> Source | None:
    """What the remote's branch has by now, `known` where that is its commit; None where there is no such branch. `head`
    is the branch's commit where the remote has just told it. Raises UnsharedState where the remote does not answer."""
    place = known.place
    head = head or _refs(place, f"refs/heads/{branch}").get(f"refs/heads/{branch}", "")
    if head in ("", known.commit):
        return known if head else None
    _fetch(place, branch, "--depth=1")
    return _source(place, head, _trees(place.git, place.folder, head))


def _fetch(place: Place, branch: str, *options: str) -> None:
    """Its commits alone: no ref of this clone changes. Raises UnsharedState where they do not come."""
    what = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", *options)
    answer = place.git(*what, place.remote, f"refs/heads/{branch}", seconds=REMOTE)
    if not answer.ok:
        raise refused(f"the newest commit of {place.remote}/{branch} cannot be fetched", answer)


def comes_after(source: Source, other: Source) -> bool:
    """Whether a commit is made on top of another one, as far as this clone knows."""
    return source.place.git("merge-base", "--is-ancestor", other.commit, source.commit).ok


def remote_head(place: Place) -> tuple[str, str]:
    """The branch that the remote calls its HEAD, and its commit; "" for what it does not say. Raises UnsharedState
    where it does not answer."""
    rows = [line.split("\t", 1) for line in _ls_remote(place, "--symref", "HEAD").splitlines() if "\t" in line]
    told = [about for about, name in rows if name == "HEAD"]
    branch = next((one for one in told if one.startswith(TO_BRANCH)), "").removeprefix(TO_BRANCH)
    return branch, next((one for one in told if branch and not one.startswith("ref: ")), "")


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


def _trees(git: Git, folder: str, commit: str, *more: str) -> dict[str, str]:
    """The git ids of folders of the project at a commit; what is not there is left out."""
    names = (*FOLDERS, *more)
    listed = git.need("ls-tree", "-z", "--full-tree", commit, *(f"{folder}{name}" for name in names))
    rows = (row.split("\t", 1) for row in _decoded(listed).split("\0") if row)
    return {path.removeprefix(folder): about.split(" ")[2] for about, path in rows if about.split(" ")[1] != "blob"}


def _source(place: Place, commit: str, trees: Mapping[str, str]) -> Source:
    desired, creatives = (trees.get(name, "") for name in FOLDERS)
    return Source(commit, desired, creatives, place)


def remote_address(root: Path) -> str:
    """As git has it of the remote that state/ is shared through; it may hold a token. "" where there is none. Raises
    UnsharedState where git does not say."""
    place = place_of(root)
    return place.git("remote", "get-url", place.remote).text if place is not None else ""


@dataclass(frozen=True)
class Checkout:
    """How the commit of a working copy stands to the `main` of `remote`. `ahead` and `behind` count commits; None where
    this clone does not have that one. `branch` is "" for a commit without one. `newer` has by path from the project, of
    the files that commits of `main` which are not here have changed, those that stand here otherwise: with git's letter
    for what became of them, A for a new one, D for one that is gone."""

    main: str
    branch: str
    remote: str
    ahead: int | None = 0
    behind: int | None = 0
    newer: Mapping[str, str] = field(default_factory=dict)


def checkout_of(root: Path, *, fetching: bool = False) -> Checkout | None:
    """None outside git, without a remote, and where that has no default branch. With `fetching` commits that are not
    here are fetched, and compared; no branch of the clone moves by it. Raises UnsharedState where git or the remote
    does not say."""
    place = place_of(root)
    main, newest = remote_head(place) if place is not None else ("", "")
    if place is None or not main:
        return None
    branch = place.git("symbolic-ref", "--short", "-q", "HEAD").text
    if fetching and not place.git("cat-file", "-e", f"{newest}^{{commit}}").ok:
        _fetch(place, main)
    counted = place.git("rev-list", "--left-right", "--count", f"HEAD...{newest}")
    if not counted.ok:
        return Checkout(main, branch, place.remote, None, None)
    ahead, behind = map(int, counted.text.split())
    newer = _newer(place.git, newest) if fetching and behind else {}
    return Checkout(main, branch, place.remote, ahead, behind, newer)


def _newer(git: Git, newest: str) -> dict[str, str]:
    """What was brought here in another way, such as by one commit for several, is the same, and left out."""
    # Without a common commit, as in a shallow clone, all that is otherwise may be newer.
    base = git("merge-base", "HEAD", newest)
    changed = _changed(git, "--name-status", *([base.text] if base.ok else ["-R"]), newest)
    different = set(_changed(git, "--name-only", newest))
    pairs = zip(changed[::2], changed[1::2], strict=True)
    return {path: letter for letter, path in pairs if path in different}


def _changed(git: Git, *arguments: str) -> list[str]:
    """Paths from the project; against the working tree where one commit is named."""
    told = git.need("diff", "--relative", "--no-renames", "--no-ext-diff", "-z", *arguments, "--", *FOLDERS)
    return [one for one in _decoded(told).split("\0") if one]


UNCOMMITTED = " with changes that are not committed"


def revision(root: Path) -> str:
    """The commit's id, and whether desired/ or creatives/ differ from it; "" where there is no git or no commit."""
    git = Git(root)
    commit = git("rev-parse", "--verify", "--quiet", "HEAD")
    if not commit.ok:
        return ""
    changed = git("status", "--porcelain", "--untracked-files=all", "--", *FOLDERS).out
    return f"{commit.text}{UNCOMMITTED}" if changed else commit.text
