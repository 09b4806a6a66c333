"""The files of `state/` as git has them: which a commit holds, by account, and what is in them. Asks each thing once,
and of many things at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from reconciler.model.errors import StateError, UnsharedState
from reconciler.store.git.files import Files, Tree, git_id, kept_path, run_path
from reconciler.store.git.place import Place
from reconciler.store.runs import FOLDER

MOST_TREES = 3
"""That are held: of a commit, what is here, and what was merged with."""

NO_FILE = "no file"
"""In place of a git id: a link or a submodule has the name of a file of ours."""


class Objects:
    """Of one repository. `name` is what the shared state is called in errors."""

    def __init__(self, place: Place, name: str) -> None:
        self._place, self._git, self._name = place, place.git, name
        self._trees: dict[str, Tree] = {}
        self._files: dict[tuple[str, str, str], Files] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._texts: dict[str, str] = {}
        self._spoilt: set[str] = set()
        """Of these, the content is no UTF-8."""
        self._format = ""

    # ---- trees

    def tree(self, commit: str, below: str = "") -> Tree:
        """All files of ours in a commit, by their paths below state/; none of "". `below` is where they stand in it."""
        key, seen = f"{commit}:{below}", self._place.seen
        if not commit or (seen and below and commit == seen.commit and not seen.remembers):
            return {}
        if key not in self._trees:
            self._trees[key] = self._tree(commit, below, f"{self._place.folder}{below}")
            # Each account that is published makes a new commit, and its tree names the files of all.
            for old in [key for key in self._trees if key.endswith(":")][:-MOST_TREES]:
                del self._trees[old]
        return self._trees[key]

    def _tree(self, commit: str, below: str, *prefixes: str) -> Tree:
        found: Tree = {}
        for path, one in _rows(self._listed(commit, prefixes, "-r"), f"{self._place.folder}{below}"):
            found.setdefault(kept_path(path), {})[path] = one
        return found

    def runs(self, commit: str) -> Files:
        """Of those files, what the last run of each account has left, by account; nothing else is listed."""
        folder = self._place.folder
        rows = _rows(self._listed(commit, [f"{folder}{FOLDER}/"]), folder) if commit else ()
        return {kept_path(path): one for path, one in rows}

    def files(self, commit: str, account: str, below: str = "") -> Files:
        """Those of one account: where not all were asked for, they alone are listed."""
        tree = self._trees.get(f"{commit}:{below}")
        if tree is not None or not commit:
            return tree.get(account, {}) if tree else {}
        key = (commit, account, below)
        if key not in self._files:
            folder = f"{self._place.folder}{below}"
            self._files[key] = self._tree(commit, below, f"{folder}{account}/", f"{folder}{run_path(account)}").get(
                account, {}
            )
        return self._files[key]

    def names(self, commit: str, below: str) -> frozenset[str]:
        """Of all that a commit has in a folder of the project, of whatever kind; none of ""."""
        key = f"{commit}:{below}"
        if commit and key not in self._names:
            rows = (
                self._listed(commit, [f"{self._place.folder}{below}"])
                .decode("utf-8", errors="surrogateescape")
                .split("\0")
            )
            self._names[key] = frozenset(row.rpartition("/")[2] for row in rows if row)
        return self._names.get(key, frozenset())

    def _listed(self, commit: str, prefixes: Iterable[str], *how: str) -> bytes:
        return self._git.need("ls-tree", *how, "-z", "--full-tree", commit, *filter(None, prefixes)).out

    def unchanged(self, bases: Mapping[str, str], tip: str) -> set[str]:
        """Of accounts and a commit of each, those whose files are the same in `tip`. One question of git's for all:
        each account may have a commit of its own."""
        sides = [
            f"{commit}:{self._place.folder}{path}"
            for account, base in bases.items()
            for path in (account, run_path(account))
            for commit in (base, tip)
        ]
        if not (sides and tip):
            return set()
        given = "".join(f"{side}\n" for side in sides).encode()
        told = self._git.need("cat-file", "--batch-check=%(objectname)", given=given).text.split("\n")
        ids = iter("" if line.endswith(" missing") else line for line in told)
        rows = zip(bases, ids, ids, ids, ids, strict=True)
        return {account for account, *of_folder_and_run in rows if _in_pairs(of_folder_and_run)}

    # ---- what is in them

    def keep(self, text: str) -> str:
        """The git id that a text has or would have; it is known from then on."""
        one = git_id(text, self._digest)
        self._texts[one] = text
        return one

    def text(self, one: str) -> str:
        """Raises StateError for what is no text of ours."""
        self.load({one})
        if one in self._spoilt:
            known = (*self._files.values(), *(files for tree in self._trees.values() for files in tree.values()))
            path = next((path for files in known for path, each in files.items() if each == one), one)
            raise StateError(
                f"{self._name}: {path} is not UTF-8; it is not taken for empty\n  mend: reconciler state rebuild"
            )
        return self._texts[one]

    def load(self, wanted: Collection[str]) -> None:
        """All that is not known yet, by one command."""
        if NO_FILE in wanted:
            raise StateError(
                f"{self._name}: a link or a submodule stands in the place of a file\n  mend: reconciler state rebuild"
            )
        missing = sorted(set(wanted) - set(self._texts) - self._spoilt)
        if missing:
            given = "".join(f"{one}\n" for one in missing).encode()
            for one, content in _contents(self._git.need("cat-file", "--batch", given=given).out):
                try:
                    self._texts[one] = content.decode("utf-8")
                except UnicodeDecodeError:
                    self._spoilt.add(one)

    def forget_texts(self) -> None:
        """What is in the files of thousands of campaigns is not to be held for the rest of a run."""
        self._texts.clear()

    @property
    def _digest(self) -> str:
        """What this repository names its objects by."""
        self._format = self._format or self._git.need("rev-parse", "--show-object-format").text
        return self._format


def _in_pairs(ids: list[str]) -> bool:
    return ids[0] == ids[1] and ids[2] == ids[3]


def _rows(listed: bytes, prefix: str) -> Iterator[tuple[str, str]]:
    """Paths below `prefix` and git ids, of files of ours alone: others are left in the branch as they are."""
    for row in listed.decode("utf-8", errors="surrogateescape").split("\0"):
        about, _, path = row.partition("\t")
        if not path.startswith(prefix) or not kept_path(path.removeprefix(prefix)):
            continue
        mode, _, one = about.split(" ")
        yield path.removeprefix(prefix), one if mode in ("100644", "100755") else NO_FILE


def _contents(out: bytes) -> Iterator[tuple[str, bytes]]:
    """`ID blob SIZE`, a line end, so many bytes and a line end, for each."""
    at = 0
    while at < len(out):
        end = out.index(b"\n", at)
        one, *about = out[at:end].decode().split(" ")
        if len(about) == 1:
            raise UnsharedState(f"git has lost the object {one}\n  mend: git fetch --refetch, or clone anew")
        first, size = end + 1, int(about[1])
        yield one, out[first : first + size]
        at = first + size + 1
