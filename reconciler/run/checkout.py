"""Whether what a desk plans and applies is what everybody else sees: the newest of the branch that CI applies. Asks git
only.

Where `state/` is shared, files here that are older than those of a newer commit are nobody's will: what has a file
there and none here would read as removed, and a value that was raised there as one to be lowered. So whatever they
would do waits, stops too. CI, which looks itself that it is at the newest commit, never waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from threading import Lock
from typing import TYPE_CHECKING

from reconciler.kinds.file_addresses import address_of_file
from reconciler.kinds.said import counted
from reconciler.model.errors import UnsharedState
from reconciler.run.request import Request
from reconciler.store.git.source import Checkout, checkout_of

if TYPE_CHECKING:
    from reconciler.model.account import Account
    from reconciler.model.address import Address
    from reconciler.model.plan import Change, Refusal
    from reconciler.model.resource import Desired
    from reconciler.run.sharing import Sharing

MEDIA = "creatives/"
ACCOUNTS = "desired/accounts"
CHANGED = "M"
BECAME = {"A": "is new there and not here yet", "D": "is gone there"}
"""By git's letter; of all others, it was changed."""


def checkout_note(request: Request) -> str:
    """ "" where it is the newest one, where there is nothing to compare it with, and where nobody answers: what a desk
    applies is for whoever sits there to judge."""
    try:
        found = None if _in_ci(request) else checkout_of(request.root)
    except UnsharedState:
        return ""
    return _note(found)


def _in_ci(request: Request) -> bool:
    return bool(request.environment.get("CI"))


def _note(found: Checkout | None) -> str:
    said = "; ".join(_differences(found)) if found is not None else ""
    return f"this is not {found.main} as the remote has it: {said}" if found is not None and said else ""


def _differences(found: Checkout) -> Iterator[str]:
    if found.branch != found.main:
        yield f"it is on {found.branch}" if found.branch else "it is on no branch"
    if found.behind is None or found.ahead is None:
        yield f"the remote's {found.main} has commits that this clone has never seen; {_pull(found)} brings them"
        return
    if found.behind:
        brings = f"brings {'it' if found.behind == 1 else 'them'}"
        yield f"{found.main} has {counted(found.behind, 'commit')} more; {_pull(found)} {brings}"
    if found.ahead:
        yield f"{counted(found.ahead, 'commit')} here {'is' if found.ahead == 1 else 'are'} not in it yet"


def _pull(found: Checkout) -> str:
    return "git pull" if found.branch == found.main else f"git pull {found.remote} {found.main}"


class Desk:
    """Of one run: how its files stand to the newest commit of main. Git is asked once, and only where it matters."""

    def __init__(self, request: Request, desired: Desired, sharing: Sharing) -> None:
        self._request, self._desired, self._sharing = request, desired, sharing
        self._once, self._asked = Lock(), False
        self._found: Checkout | None = None
        self._problem = ""

    def notes(self, *, applying: bool) -> list[str]:
        """What an apply is made of is said in any case; a plan of another branch is somebody's draft, and only what it
        lacks is said."""
        if self._sharing.shared is None:
            note = checkout_note(self._request) if applying else ""
            return [note] if note else []
        found = self._checkout()
        if self._problem:
            return [] if self._sharing.problem else [self._problem]
        lacks = found is not None and found.behind != 0
        return [note] if (applying or lacks) and (note := _note(found)) else []

    def refusals(self, account: Account, changes: Iterable[Change]) -> Iterator[Refusal]:
        """Of what changes would be made in, all whose files are older here than on main."""
        roots = sorted({change.address.root for change in changes})
        found = self._checkout() if roots else None
        if found is None or not found.newer:
            return
        whole = next((path for path in sorted(found.newer) if _is_of_all(path, found.newer[path], account.key)), None)
        if whole is not None:
            yield _refusal(found, account.key, whole, f"--all --account {account.key}")
            return
        for root in roots:
            path = self._newer_file(root, found.newer)
            if path is not None:
                yield _refusal(found, str(root), path, str(root))

    def _newer_file(self, root: Address, newer: Mapping[str, str]) -> str | None:
        """The file that declares a campaign, or what stands alone, here or there."""
        declared = self._desired.resources.get(root)
        if declared is not None and declared.origin.file in newer:
            return declared.origin.file
        return next((path for path in sorted(newer) if _declares(path, root, made=declared is None)), None)

    def _checkout(self) -> Checkout | None:
        """None where nothing is to be compared, and where nobody answers: `_problem` says why."""
        with self._once:
            if not self._asked:
                self._asked = True
                self._ask()
            return self._found

    def _ask(self) -> None:
        request = self._request
        if request.offline or self._sharing.shared is None or _in_ci(request):
            return
        try:
            self._found = checkout_of(request.root, fetching=True)
        except UnsharedState as error:
            why = str(error).replace("\n  mend: ", "; mend: ")
            self._problem = f"nobody can tell whether newer commits change what is here: {why}"


def _is_of_all(path: str, letter: str, account: str) -> bool:
    """Whether more than one file of the account may say something else by it. What is new below creatives/ no file here
    names."""
    if path.startswith(MEDIA):
        return letter == CHANGED
    at = PurePosixPath(path)
    if str(at.parent) == ACCOUNTS:
        return at.stem == account
    return address_of_file(path) is None and (len(at.parts) < 4 or at.parts[2] == account)


def _declares(path: str, root: Address, *, made: bool) -> bool:
    """`made`: no file here does, so a matrix there may."""
    at = address_of_file(path)
    if at is None or at.account != root.account or at.kind != root.kind:
        return False
    return at == root or (made and root.key.startswith(f"{at.key}-"))


def _refusal(found: Checkout, at: str, path: str, stopped_by: str) -> Refusal:
    from reconciler.model.plan import Refusal  # noqa: PLC0415  only who plans needs it

    became = BECAME.get(found.newer[path], "was changed there")
    message = (
        f"{found.main} has {counted(found.behind or 0, 'commit')} that this clone lacks, and {path} {became}: what the "
        "files here would do may undo what others have merged, so it waits"
    )
    mend = f"{_pull(found)}, then the same command again; what must stop at once: reconciler pause {stopped_by}"
    return Refusal("behind_main", at, message, mend=mend)
