"""`state/` on a branch of its own, `SharedState` of `store/shared.py`.

Nothing is checked out by git: the branch's files are read from its commit, and written to `state/` as every other file
there is, so that no worktree, index, hook, filter or line ending of the user's stands between. What git knows of it
beside the branch are a few refs of this working copy alone (`refs/worktree/…`, which linked worktrees do not share):

    …/remote             the branch, as it was fetched or pushed last
    …/base/ACCOUNT       the commit that the account's files were merged with last
    …/unpushed/ACCOUNT   a commit that is not known to have arrived

A file of an account is thus known thrice: in the base, here, and in what was fetched. `merging.py` makes one of them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from reconciler.model.errors import StateError, UnsharedState
from reconciler.store.files.atomic import remove_durably, write_all_durably
from reconciler.store.files.os_errors import mend_of as right_of
from reconciler.store.files.os_errors import why
from reconciler.store.files.places import journal_path
from reconciler.store.files.runs import NO_RUN, run_of
from reconciler.store.git.command import Answer, mend_of, refused
from reconciler.store.git.files import is_run, kept_path, missing_here, paths_here, run_path
from reconciler.store.git.objects import NO_FILE, Objects
from reconciler.store.git.place import Place, is_nearby
from reconciler.store.git.process import REMOTE
from reconciler.store.runs import Run
from reconciler.store.shared import Standing, Told
from reconciler.system import interrupt, platforms
from reconciler.system.clock import SYSTEM, Clock

if TYPE_CHECKING:
    from random import Random

TRIES = 30
"""Of a push that others come before: each of so many rivals gets through in the end."""

FIRST_WAIT, LONGEST_WAIT = 0.1, 3.0
"""Seconds between the tries, doubled each time and cut to a random part, so that rivals do not keep step."""

PATIENCE = 300
"""Seconds for another process of this working copy that fetches or pushes."""

BEHIND = ("fetch first", "non-fast-forward", "stale info", "cannot lock ref", "failed to update ref", "incorrect old")
"""Of a push that was rejected because somebody else's came before it."""

PASSING = ("cannot lock ref", "Unable to create", "shallow file has changed", "Could not resolve host", "timed out")
"""Of what is tried again as it is."""

MANY = 5
"""Accounts of which the files are listed together."""

MISSING = "couldn't find remote ref"

AUTHOR = ("reconciler", "reconciler@users.noreply.github.com")


@dataclass
class _Account:
    """What is known of one account. `seen` are its files as they were when they were brought in, `removed` those that
    a run of this working copy has taken away since, and that nobody else knows to be gone yet."""

    seen: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)


class GitBranch:
    """The branch of one working copy. Safe to be called from several threads, and beside other processes."""

    def __init__(
        self, root: Path, place: Place, branch: str, clock: Clock = SYSTEM, chance: Random | None = None
    ) -> None:
        self.name = f"{place.remote}/{branch}"
        self.told = Told()
        self._state, self._root = root / "state", root
        self._place, self._git, self._branch, self._clock = place, place.git, branch, clock
        self._chance = chance
        self._refs = f"refs/worktree/reconciler/{sha256(f'{branch}:{place.folder}'.encode()).hexdigest()[:16]}"
        self._turn = threading.RLock()
        self._seen = place.seen
        """For the first fetch alone: what is asked after that may have changed."""
        self._objects = Objects(place, self.name)
        self._accounts: dict[str, _Account] = {}
        self._heads: dict[str, str] = {}
        self._head: str | None = None
        self._lost: dict[tuple[str, str], bool] = {}
        self._gone = False
        """The branch was here and is not at the remote any more: it is pushed anew."""

    @property
    def nearby(self) -> bool:
        seen = self._place.seen
        return is_nearby(seen.url if seen else self._git("remote", "get-url", self._place.remote).text)

    # ---- fetch

    def fetch(self, *, seconds: float | None = None) -> None:
        self._refuse_own_branch()
        with self._alone(seconds, self._seen.refs if self._seen else None):
            try:
                self._fetch(seconds)
            finally:
                self._seen = None

    def _fetch(self, seconds: float | None = None) -> None:
        known = self._commit("remote")
        fresh = () if known or not (self._seen.shallow if self._seen else self._shallow()) else ("--depth=1",)
        wanted = f"+refs/heads/{self._branch}:{self._refs}/remote"
        what = ("fetch", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", *fresh)
        answer = self._patiently(what, self._place.remote, wanted, seconds=seconds)
        self._gone = MISSING in answer.said and bool(known)
        if self._gone:
            self._tell(f"{self.name} is gone: the next push makes it again from what this working copy remembers")
        if not answer.ok and MISSING not in answer.said:
            raise refused(f"{self.name} could not be fetched", answer)
        self._look_up()

    def _patiently(self, what: Iterable[str], *rest: str, seconds: float | None) -> Answer:
        """What only passes is tried again."""
        limit = REMOTE if seconds is None else seconds
        for wait in self._waits(1 if seconds is not None else 4):
            answer = self._git(*what, *rest, seconds=limit)
            if answer.ok or not any(sign in answer.said for sign in PASSING):
                return answer
            self._clock.sleep(wait())
        return answer

    def _refuse_own_branch(self) -> None:
        """A push of state/ to the branch that is checked out would put its files beside desired/."""
        seen = self._seen
        if self._branch == (seen.branch if seen else self._git("symbolic-ref", "--short", "-q", "HEAD").text):
            raise StateError(
                f"desired/project.yaml: state: {{branch: {self._branch}}} is the branch that is checked out here\n"
                "  mend: name a branch that is used for nothing else, such as reconciler-state"
            )

    # ---- bring in

    def accounts(self) -> list[str]:
        with self._turn:
            self._look_up()
            return self._fetched()

    def _fetched(self) -> list[str]:
        prefix = f"{self._refs}/unpushed/"
        unpushed = {
            ref.removeprefix(prefix) for ref, commit in self._heads.items() if commit and ref.startswith(prefix)
        }
        there = set(self._objects.tree(self._commit("remote")))
        return sorted(unpushed | there | self._removed_by_others(there))

    def _removed_by_others(self, there: Collection[str]) -> set[str]:
        """Of which the branch has nothing any more, and this working copy still has what it was merged with, or what
        git has put there with a checkout."""
        prefix = f"{self._refs}/base/"
        merged = {ref.removeprefix(prefix) for ref, commit in self._heads.items() if commit and ref.startswith(prefix)}
        placed = self._objects.tree(self._head or "", "state/") if self._commit("remote") else ()
        return {account for account in merged.union(placed).difference(there) if self._has_files(account)}

    def published_runs(self, accounts: Iterable[str]) -> dict[str, Run | None]:
        with self._turn:
            left, here = self._objects.runs(self._commit("remote")), self._state.exists()
            runs = {account: left.get(account, "") for account in accounts if self._is_unknown(account, here)}
            self._objects.load(set(runs.values()) - {"", NO_FILE})
            return {account: self._run(account, one) for account, one in runs.items()}

    def _run(self, account: str, one: str) -> Run | None:
        with suppress(StateError):
            return run_of(self._objects.text(one), f"state/{run_path(account)}") if one else None
        return None

    def _is_unknown(self, account: str, here: bool) -> bool:
        """Whether this working copy has nothing of its own to say of the account. `here`: whether it has a state/."""
        own = (self._commit(f"base/{account}"), self._commit(f"unpushed/{account}"), self._placed(account))
        return not (any(own) or (here and self._has_files(account)))

    def _has_files(self, account: str) -> bool:
        return journal_path(self._root, account).exists() or bool(paths_here(self._state, account))

    def unpublished(self, accounts: Iterable[str]) -> set[str]:
        with self._turn:
            return {account for account in accounts if self._commit(f"unpushed/{account}")}

    def differing(self, accounts: Iterable[str]) -> set[str]:
        with self._turn:
            asked = set(accounts)
            self._list_for(asked)
            return {account for account in asked - self._left_alone(asked) if self._differs(account)}

    def _differs(self, account: str) -> bool:
        try:
            self._refuse_placed_journal(account)
            return self._merge(account, self._commit("remote")).writes(self._here(account)) != {}
        except StateError:
            return True

    def _left_alone(self, accounts: Iterable[str]) -> set[str]:
        """Those of which nobody has published anything since they were merged last, and of which no file is missing
        here: that a merge would change nothing is known without reading what is in the files."""
        tip = self._commit("remote")
        bases = {account: self._commit(f"base/{account}") for account in accounts if self._is_at_rest(account)}
        same = self._objects.unchanged({account: base for account, base in bases.items() if base}, tip)
        return {one for one in same if not missing_here(self._state, self._objects.files(tip, one))}

    def _is_at_rest(self, account: str) -> bool:
        """Whether its files are all that this working copy has to say of the account."""
        apart = self._commit(f"unpushed/{account}") or self._placed(account) or self._known(account).removed
        return not apart and not journal_path(self._root, account).exists()

    def _list_for(self, accounts: Collection[str]) -> None:
        """Of many accounts all files are listed at once, and not those of each."""
        if len(accounts) > MANY:
            self._objects.tree(self._commit("remote"))

    def bring_in(self, account: str) -> None:
        for error in self.bring_in_all([account]).values():
            raise error

    def bring_in_all(self, accounts: Iterable[str]) -> dict[str, StateError]:
        accounts = list(accounts)
        with self._alone():
            self._list_for(accounts)
            tip, merges, failed = self._commit("remote"), dict[str, _Merge](), dict[str, StateError]()
            for account in accounts:
                try:
                    self._take_in(account)
                    merges[account] = self._checked_merge(account, tip)
                except StateError as error:
                    failed[account] = error
            self._write(merges)
            self._point(dict.fromkeys((f"base/{one}" for one in merges if self._has_moved(one, tip)), tip))
            for account, merge in merges.items():
                self._known(account).seen = {path for path, one in merge.files.items() if one}
            self._objects.forget_texts()
            return failed

    def _take_in(self, account: str) -> None:
        """What was done here since it was brought in last: what a journal has goes into the files, and what is gone of
        them was removed. To be asked before each merge: that would take a file that was removed for one that is missing
        here, and put it back."""
        self._refuse_placed_journal(account)
        known = self._known(account)
        if journal_path(self._root, account).exists():
            from reconciler.store.files.records import checkpoint

            known.removed |= {path for path in checkpoint(self._root, account) if kept_path(path) == account}
        known.removed |= known.seen - paths_here(self._state, account)

    def _refuse_placed_journal(self, account: str) -> None:
        """A pull request could put one there, and would say what a killed run has done."""
        path = journal_path(self._root, account)
        if path.name in self._objects.names(self._head or "", "state/"):
            name = path.relative_to(self._root).as_posix()
            raise StateError(
                f"{name}: it is in git, where no run has put it, so it is not believed\n"
                f"  mend: git rm {name}, and commit"
            )

    def _bring_in(self, account: str, tip: str) -> None:
        """The account's files are merged with the commit, and its base is that from then on. Where this ends half way,
        merging once more gives the same."""
        self._write({account: self._checked_merge(account, tip)})
        if self._has_moved(account, tip):
            self._point({f"base/{account}": tip})

    def _has_moved(self, account: str, tip: str) -> bool:
        """Whether the base has other files of the account than the commit that was merged."""
        base = self._commit(f"base/{account}")
        return bool(tip) and not (base and self._objects.files(base, account) == self._objects.files(tip, account))

    def take_ours(self, account: str) -> None:
        with self._alone():
            tip = self._commit("remote")
            self._point({f"base/{account}": tip, f"unpushed/{account}": ""})
            self._known(account).seen = set(self._here(account)) | set(self._objects.files(tip, account))

    def _merge(self, account: str, tip: str) -> _Merge:
        known, here = self._known(account), self._here(account)
        theirs = self._objects.files(tip, account)
        begun = self._objects.files(self._commit(f"base/{account}"), account)
        base = {} if begun and begun != theirs and self._rewritten(account, tip) else begun
        ours = self._ours(account, here, begun)
        paths = sorted({*theirs, *begun, *here, *ours})
        removed = {path for path in known.removed if path not in here}
        mine = {path: "" if path in removed else ours.get(path, begun.get(path, "")) for path in paths}
        found = _Merge({path: self._one(path, base.get(path, ""), mine[path], theirs.get(path, "")) for path in paths})
        records = [path for path in paths if not is_run(path)]
        of_both = all(any(side.get(p, "") != base.get(p, "") for p in records) for side in (mine, theirs))
        if of_both and any(mine[p] != theirs.get(p, "") for p in records):
            # Two at once: neither knows what the other has made, so the next run looks at everything.
            found.files |= {path: self._objects.keep(NO_RUN) for path in paths if is_run(path)}
        return found

    def _one(self, path: str, base: str, ours: str, theirs: str) -> str:
        """The git id of one file; "" where there is none. What is new is kept to be written."""
        if theirs in (ours, base):
            return ours
        if ours == base:
            return theirs
        from reconciler.store.git.contents import merged_text

        texts = [self._objects.text(one) if one else None for one in (base, ours, theirs)]
        merged = merged_text(f"state/{path}", path, *texts)
        return self._objects.keep(merged) if merged is not None else ""

    def _ours(self, account: str, here: Mapping[str, str], base: Mapping[str, str]) -> dict[str, str]:
        """By path, the git ids of what this working copy remembers: its files, and else what a commit has that never
        arrived. What git itself has put there, with another branch or an older commit, is no memory of ours."""
        placed = self._placed(account)
        ours = {path: one for path, one in here.items() if placed.get(path) != one or not self._commit("remote")}
        unpushed = self._commit(f"unpushed/{account}")
        if unpushed:
            before = self._objects.files(self._parent(unpushed), account)
            after = self._objects.files(unpushed, account)
            for path in {*before, *after} - set(ours):
                if before.get(path) != after.get(path):
                    ours[path] = self._one(path, before.get(path, ""), after.get(path, ""), base.get(path, ""))
        return ours

    def _placed(self, account: str) -> dict[str, str]:
        """Files of state/ as the commit that is checked out has them."""
        return self._objects.tree(self._head or "", "state/").get(account, {})

    def _rewritten(self, account: str, tip: str) -> bool:
        """Whether the branch has lost what was in it: then what it lacks was not removed by anybody."""
        base = self._commit(f"base/{account}")
        if (base, tip) not in self._lost:
            self._lost[base, tip] = self._git("merge-base", "--is-ancestor", base, tip).status == 1
        lost = self._lost[base, tip]
        if lost:
            self._tell(f"{self.name} was rewritten: what this working copy remembers was merged into it")
        return lost

    def _checked_merge(self, account: str, tip: str) -> _Merge:
        """One that can be written. Raises StateError."""
        found = self._merge(account, tip)
        self._refuse_links(account)
        return found

    def _write(self, merges: Mapping[str, _Merge]) -> None:
        """What is to be in the files of each account."""
        changes: dict[str, str] = {}
        for account, merge in merges.items():
            changes |= merge.writes(self._here(account))
        self._objects.load({one for one in changes.values() if one})
        write_all_durably({self._state / path: self._objects.text(one) for path, one in changes.items() if one})
        for path, one in changes.items():
            if not one:
                remove_durably(self._state / path)

    def _refuse_links(self, account: str) -> None:
        for folder in (self._state, self._state / account, self._state / "runs"):
            if platforms.is_link(folder):
                name = folder.relative_to(self._root).as_posix()
                raise StateError(
                    f"{name}: it is a symbolic link, which may lead anywhere\n  mend: put a folder in its place"
                )

    # ---- publish

    def publish(self, accounts: Collection[str], message: str, *, seconds: float | None = None) -> bool:
        with self._alone(seconds):
            for account in accounts:
                self._take_in(account)
            published = self._publish(accounts, message, seconds)
            for account in accounts:
                self._accounts[account] = _Account(seen=set(self._here(account)))
            return published

    def check_publishing(self) -> None:
        with self._turn:
            # Whoever may only read is not shown what a push has to know.
            known = self._commit("remote") or "HEAD"
            wanted = f"{known}:refs/heads/{self._branch}"
            answer = self._git("push", "--dry-run", "--no-verify", self._place.remote, wanted, seconds=REMOTE)
            if not answer.ok and not _may_pass(answer):
                raise refused(f"{self.name} could not be pushed", answer)

    def _publish(self, accounts: Collection[str], message: str, seconds: float | None) -> bool:
        for wait in self._waits(TRIES if seconds is None else 2):
            tip = self._commit("remote")
            self._list_for(accounts)
            for account in accounts:
                self._bring_in(account, tip)
            files = self._to_publish(accounts, tip)
            if not files and not self._gone:
                self._point({f"unpushed/{account}": "" for account in accounts})
                return False
            commit = self._committed(tip, files, message)
            self._point({f"unpushed/{account}": commit for account in accounts})
            answer = self._push(commit, seconds)
            if answer.ok:
                self._arrived(accounts, commit, files)
                return True
            if not _may_pass(answer):
                raise self._not_pushed(answer)
            self._clock.sleep(wait())
            self._fetch(seconds)
        raise self._not_pushed(answer)

    def _to_publish(self, accounts: Collection[str], tip: str) -> dict[str, str]:
        """By path the git ids that the branch is to have, "" for none, where it has others. A branch that is not there
        yet gets all that is remembered here."""
        wanted = accounts if tip else {*accounts, *self._remembered()}
        changes: dict[str, str] = {}
        for account in sorted(wanted):
            with suppress(*(() if account in accounts else (StateError,))):
                changes |= self._changes(account, tip)
        return changes

    def _changes(self, account: str, tip: str) -> dict[str, str]:
        here, theirs = self._here(account), self._objects.files(tip, account)
        return {path: here.get(path, "") for path in {*here, *theirs} if here.get(path) != theirs.get(path)}

    def _remembered(self) -> set[str]:
        found = self._state.iterdir() if self._state.is_dir() else ()
        return {path.name for path in found if kept_path(f"{path.name}/x.json") and path.is_dir()}

    def _push(self, commit: str, seconds: float | None) -> Answer:
        wanted = f"{commit}:refs/heads/{self._branch}"
        limit = REMOTE if seconds is None else seconds
        return self._git("push", "--porcelain", "--no-verify", self._place.remote, wanted, seconds=limit)

    def _arrived(self, accounts: Collection[str], commit: str, files: Iterable[str]) -> None:
        """A branch that was not there has got other accounts' files, too: that is no work of somebody else on them."""
        self._point(
            {"remote": commit}
            | {f"base/{account}": commit for account in {*accounts, *map(kept_path, files)}}
            | {f"unpushed/{account}": "" for account in accounts}
        )
        self._gone = False

    def _not_pushed(self, answer: Answer) -> UnsharedState:
        if any(sign in answer.text for sign in BEHIND):
            return UnsharedState(
                f"{self.name} could not be pushed: others came first, {TRIES} times\n  mend: reconciler state push"
            )
        said = Answer(answer.status, b"", f"{answer.said}\n{answer.text}")
        return UnsharedState(
            f"{self.name} could not be pushed: {said.why}; what this run has done is remembered here alone, and found "
            f"by its labels elsewhere\n  mend: {mend_of(said)}; then reconciler state push"
        )

    # ---- commits

    def _committed(self, tip: str, files: Mapping[str, str], message: str) -> str:
        """A commit with these files in place of what the commit before has. Touches neither index nor working tree."""
        ref = f"{self._refs}/made"
        head = [f"commit {ref}", f"committer {self._author()} {int(self._clock.now().timestamp())} +0000"]
        head += [f"data {len(message.encode())}", message]
        # In a shallow clone the remote may lack what stands before, where the branch is gone: it gets the files alone.
        if tip and self._gone and self._shallow():
            head += [f'M 040000 {self._git.need("rev-parse", f"{tip}^{{tree}}").text} ""']
        elif tip:
            head += [f"from {tip}"]
        stream = "".join(f"{line}\n" for line in head).encode()
        for path, one in sorted(files.items()):
            name = _quoted(f"{self._place.folder}{path}")
            if one:
                content = self._objects.text(one).encode()
                stream += f"M 100644 inline {name}\ndata {len(content)}\n".encode() + content + b"\n"
            else:
                stream += f"D {name}\n".encode()
        self._point({"made": ""})
        self._git.need("fast-import", "--quiet", "--force", given=stream + b"\ndone\n")
        return self._git.need("rev-parse", "--verify", ref).text

    def _author(self) -> str:
        name, email = (self._git("config", f"user.{what}").text for what in ("name", "email"))
        name, email = (name, email) if name and email else AUTHOR
        return "{} <{}>".format(*(re.sub("[<>\n]", "", text) for text in (name, email)))

    def _parent(self, commit: str) -> str:
        """ "" where it has none."""
        return self._git("rev-parse", "-q", "--verify", f"{commit}^").text

    def _commit(self, name: str) -> str:
        """Of one of our refs; "" where there is none."""
        return self._heads.get(f"{self._refs}/{name}", "")

    def _look_up(self, known: Mapping[str, str] | None = None) -> None:
        """Other processes of this working copy move the refs, too; `known` is what was seen of them a moment ago."""
        if known is None:
            listed = self._git.need("for-each-ref", "--format=%(refname) %(objectname)", self._refs).text
            known = dict(line.split(" ") for line in listed.splitlines())
        self._heads = dict(known)
        if self._head is None:
            seen = self._place.seen
            self._head = seen.commit if seen else self._git("rev-parse", "-q", "--verify", "HEAD^{commit}").text

    def _point(self, refs: Mapping[str, str]) -> None:
        """Refs to commits, all or none; "" removes one."""
        lines = [
            f"update {self._refs}/{name} {commit}" if commit else f"delete {self._refs}/{name}"
            for name, commit in refs.items()
            if commit != self._commit(name)
        ]
        if lines:
            self._git.need("update-ref", "--stdin", given="".join(f"{line}\n" for line in lines).encode())
        for name, commit in refs.items():
            self._heads[f"{self._refs}/{name}"] = commit

    def _shallow(self) -> bool:
        return self._git("rev-parse", "--is-shallow-repository").text == "true"

    def _here(self, account: str) -> dict[str, str]:
        from reconciler.store.git.contents import contents_here

        return {path: self._objects.keep(text) for path, text in contents_here(self._state, account).items()}

    # ---- around it

    def standing(self) -> Standing:
        self._look_up()
        tip = self._commit("remote")
        at = self._git("log", "-1", "--format=%cI", tip).text if tip else ""
        ours = sorted({*self._remembered(), *self._fetched()})
        behind = tuple(account for account in ours if self._unpublished(account, tip))
        listed = self._git("ls-files", "-z", "--", "state/").out.decode("utf-8", errors="surrogateescape")
        strays = tuple(name for name in listed.split("\0") if kept_path(name.removeprefix("state/")))
        return Standing(self.name, at, behind, strays)

    def _unpublished(self, account: str, tip: str) -> bool:
        theirs = self._objects.files(tip, account)
        merge = self._merge(account, tip)
        return {path: one for path, one in merge.files.items() if one} != theirs

    def _known(self, account: str) -> _Account:
        return self._accounts.setdefault(account, _Account())

    def _tell(self, line: str) -> None:
        if line not in self.told.lines:
            self.told.lines.append(line)

    def _waits(self, tries: int) -> Iterator[Callable[[], float]]:
        """For each try, what tells how long to wait after it."""
        for number in range(tries):
            yield partial(self._wait, min(LONGEST_WAIT, FIRST_WAIT * 2**number))

    def _wait(self, most: float) -> float:
        if self._chance is None:
            from random import Random

            self._chance = Random()  # noqa: S311  it only spreads rivals in time
        return self._chance.uniform(0, most)

    @contextmanager
    def _alone(self, seconds: float | None = None, known: Mapping[str, str] | None = None) -> Iterator[None]:
        """One thread of one process of this clone at a time."""
        with self._turn:
            file = self._locked(PATIENCE if seconds is None else seconds)
            try:
                self._look_up(known)
                yield
            finally:
                file.close()

    def _locked(self, patience: float) -> TextIO:
        path = self._place.home / "reconciler.lock"
        try:
            file = path.open("a", encoding="utf-8")
        except OSError as error:
            raise UnsharedState(
                f"{self.name} was neither fetched nor pushed: {path} cannot be written ({why(error)})\n"
                f"  mend: {right_of(error)}"
            ) from None
        for _ in range(int(patience * 20)):
            if platforms.lock(file.fileno()):
                return file
            interrupt.pause(0.05)
        file.close()
        raise UnsharedState(
            f"{self.name}: another process of this clone fetches or pushes it for {patience:g} s\n"
            "  mend: wait for it to end, then reconciler state push"
        )


@dataclass
class _Merge:
    """The git ids of an account's files as they are to be, by path; "" for none."""

    files: dict[str, str] = field(default_factory=dict)

    def writes(self, here: Mapping[str, str]) -> dict[str, str]:
        """Where what is here is another."""
        return {path: one for path, one in self.files.items() if here.get(path, "") != one}


def _may_pass(answer: Answer) -> bool:
    said = f"{answer.said}\n{answer.text}"
    return any(sign in said for sign in (*BEHIND, *PASSING)) and "hook declined" not in said


def _quoted(path: str) -> str:
    """As fast-import reads it: an account's key needs nothing, the folder of a project may."""
    special = {'"': '\\"', "\\": "\\\\", "\n": "\\n"}
    return f'"{"".join(special.get(letter, letter) for letter in path)}"'
