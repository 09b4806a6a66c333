"""Whether a run of the CI has anything to do, and whether it may: on the newest commit of the default branch alone.
Asks git, never Meta.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.ci.reports import Reports, reconcile_outputs
from reconciler.ci.telling import Telling
from reconciler.forge.environment import OF_PULL_REQUESTS, CiRun
from reconciler.forge.ping import ping
from reconciler.forge.reports import add_outputs, add_summary
from reconciler.model.errors import ReconcilerError, SourceError
from reconciler.run.look import Look, Work, held_lines, look
from reconciler.run.request import Request
from reconciler.store.git.source import Source, comes_after, newest_of, remote_head, source_of
from reconciler.text.git_mends import UNCOMPARED, compared, put_back
from reconciler.text.sanitize import brief

if TYPE_CHECKING:
    from reconciler.run.events import Subscriber

PROJECT = "desired/project.yaml"
BY_HAND = "workflow_dispatch"
BY_HAND_SAID = "somebody has started this run by hand, so everything is looked at"
MOST_NAMED = 5
NOTHING = "Nothing to do.\n"
"""In a step's summary."""
WAITING = "By the last look, launches that wait while what somebody has changed stands"
HELD = "Refused by an earlier run, held back still, and looked at again within the hour"


@dataclass(frozen=True)
class Looked:
    """What a run has to do with the files of a commit; `obstacle` says why nothing will be done, "" where nothing
    stands against it."""

    source: Source
    look: Look
    obstacle: str = ""
    by_hand: bool = False

    @property
    def needed(self) -> bool:
        """A run that somebody has started by hand looks at everything."""
        idle = all(work is Work.NOTHING for work in self.look.work.values())
        return not self.obstacle and (self.by_hand or not idle)

    @property
    def idle(self) -> bool:
        """Whether nothing is to be done, and nothing stands against it."""
        return not self.needed and not self.obstacle

    @property
    def held(self) -> list[str]:
        """What was refused, and is not tried again yet, where nothing else is to be done: a run that says nothing of it
        would look as if all were well. Where something is to be done, that run says it."""
        return held_lines(self.look.held) if self.idle else []

    @property
    def waiting(self) -> list[str]:
        """Launches that somebody's change keeps waiting, where the account is not looked at."""
        return held_lines(self.look.waiting)


def look_around(request: Request, notify: Subscriber, *, run: CiRun) -> Looked:
    """Whether there is anything to do. Asks git, never Meta. Raises SourceError for files that are no commit of main,
    and UnsharedState where the remote does not answer."""
    source = committed_source(request.root)
    obstacle = obstacle_of(source, run)
    found = Look({}, frozenset()) if obstacle else look(request, source, notify)
    return Looked(source, found, obstacle, by_hand=run.event == BY_HAND)


def tell_look(looked: Looked, reports: Reports) -> None:
    for path in reports.summaries:
        add_summary(path, _said_look(looked))
    for path in reports.outputs:
        add_outputs(path, {"work": looked.needed})
    if looked.idle:
        # The step that reconciles is left out, and all is well unless something is held back.
        ping(reports.ping_url, failed=bool(looked.held))


def _said_look(looked: Looked) -> str:
    if not looked.needed:
        return f"{looked.obstacle}\n" if looked.obstacle else NOTHING + _said_standing(looked)
    from reconciler.render.alike import failed_alike, few  # noqa: PLC0415
    from reconciler.render.inert import inert  # noqa: PLC0415  where nothing is to be done it is not needed

    todo = [f"- {inert(few(accounts))}: {inert(said)}" for accounts, said in failed_alike(_todo(looked))]
    told = "\n".join(["There is something to do:", "", *(todo or [f"- {BY_HAND_SAID}"])]) + "\n"
    return told + said_waiting(looked.waiting)


def _said_standing(looked: Looked) -> str:
    return said_held(looked.held) + said_waiting(looked.waiting)


def _todo(looked: Looked) -> dict[str, str]:
    """By account."""
    found = looked.look
    return {key: found.said(key) for key, work in found.work.items() if work is not Work.NOTHING}


def look_first(request: Request, notify: Subscriber, *, run: CiRun) -> Looked | None:
    """The look of a run that is to work where there is something to do; None where it cannot be had: the work finds
    why, and tells it."""
    try:
        return look_around(request, notify, run=run)
    except ReconcilerError:
        return None


def tell_idle(looked: Looked, reports: Reports, exitcode: int) -> list[ReconcilerError]:
    """What a run of `ci reconcile` that has nothing to do tells; what could not be told, and why."""
    telling, idle = Telling(), len(looked.look.work)
    for path in reports.summaries:
        telling.attempt(add_summary, path, said_idle(idle) + _said_standing(looked))
    for path in reports.outputs:
        telling.attempt(add_outputs, path, reconcile_outputs(exitcode, idle=idle))
    telling.attempt(ping, reports.ping_url, failed=bool(exitcode))
    return telling.troubles


def said_held(lines: Sequence[str]) -> str:
    """As Markdown; "" where nothing is held back."""
    return _listed(HELD, lines)


def said_waiting(lines: Sequence[str]) -> str:
    """The same of launches that wait."""
    return _listed(WAITING, lines)


def _listed(head: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    from reconciler.render.inert import inert  # noqa: PLC0415  where nothing is held back it is not needed

    return "\n".join(["", f"{head}:", "", *(f"- {inert(one)}" for one in lines)]) + "\n"


def said_idle(accounts: int) -> str:
    if not accounts:
        return NOTHING
    return f"{accounts} of the accounts need nothing: Meta was not asked about them.\n"


def committed_source(root: Path) -> Source:
    """Raises SourceError for what is no commit of a repository with a remote."""
    if not (root / PROJECT).is_file():
        raise SourceError(
            f"there is no {PROJECT} in {root}\n  mend: name its folder: --chdir FOLDER, in a workflow chdir: FOLDER"
        )
    source = source_of(root)
    if source is None:
        raise SourceError(
            "this is no clone of a repository with a remote, so nobody can tell what was merged\n"
            "  mend: run it in a clone, as actions/checkout makes one, with desired/ committed and pushed"
        )
    if source.edited:
        more = f" and {len(source.edited) - MOST_NAMED} more" if len(source.edited) > MOST_NAMED else ""
        files = f"{', '.join(map(brief, source.edited[:MOST_NAMED]))}{more}"
        mends = "; ".join(_mends(root, source))
        raise SourceError(f"not as committed: {files}; only what was merged is applied\n  mend: {mends}")
    return source


COMMIT = "commit them; where nobody has edited them, they do not fit .gitattributes (git add --renormalize .)"


def _mends(root: Path, source: Source) -> Iterator[str]:
    """One for each reason for which files are not as committed."""
    found: dict[tuple[str, bool], list[str]] = {}
    for path in source.edited:
        letter = source.uncompared.get(path, "")
        name = path if letter else path.removeprefix(source.place.folder)
        is_here = (root / name).exists() or (root / name).is_symlink()
        found.setdefault((letter, is_here), []).append(name)
    for (letter, is_here), names in sorted(found.items()):
        if letter in UNCOMPARED:
            ways = [] if is_here else [put_back(letter, names)]
            # Disabling a sparse checkout compares its files again.
            yield " and ".join([*ways, *([] if ways and letter == "S" else [compared(letter, names)])])
        else:
            yield COMMIT if is_here else put_back("", names)


def obstacle_of(source: Source, run: CiRun) -> str:
    """Why this run must change nothing, though nothing is wrong; "" where it may. Raises SourceError where there is no
    such branch, and UnsharedState where the remote does not answer."""
    if run.event in OF_PULL_REQUESTS:
        return "this run is of a pull request, and only what was merged is applied"
    main, head = _main_of(run, source)
    if run.branch and run.branch != main:
        return f"this run is of {brief(run.branch)}, and only {main} is applied"
    newest = newest_of(main, source, head)
    if newest is None:
        raise SourceError(f"the remote has no branch {main}\n  mend: git push -u origin {main}")
    if newest.commit == source.commit or newest.has_the_files_of(source):
        return ""
    there, here = newest.commit[:7], source.commit[:7]
    if comes_after(source, newest):
        return f"{here} is not pushed: {main} is at {there}, and only what was merged is applied"
    return f"{main} is at {there} by now, and this run has {here}: the run of {there} does all that is left"


def main_of(run: CiRun, source: Source) -> str:
    """By the event, by GitHub's rule that a schedule is of the default branch, and else by the remote."""
    return _main_of(run, source)[0]


def _main_of(run: CiRun, source: Source) -> tuple[str, str]:
    """With its commit, where the remote was asked."""
    scheduled = run.branch if run.event == "schedule" else ""
    told = run.default_branch or scheduled
    branch, head = (told, "") if told else remote_head(source.place)
    return branch or "main", head
