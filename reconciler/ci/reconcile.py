"""Brings every account to what the newest main says, and tells the pull request that was merged what became of it.

Only on the newest commit of the default branch: what was merged is what counts, and an older run, a run of it again, or
one that was started on another branch would undo what came after. `run/reconcile.py` does the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from reconciler import __version__
from reconciler.ci.annotations import of_outcomes, of_plan, of_problems
from reconciler.ci.look import (
    NOTHING,
    Looked,
    committed_source,
    look_around,
    main_of,
    obstacle_of,
    said_held,
    said_idle,
    said_waiting,
)
from reconciler.ci.media import bring_media
from reconciler.ci.outcomes import is_outcome, section, with_section
from reconciler.ci.outputs import outputs_of_rounds
from reconciler.ci.reports import Reports
from reconciler.ci.shards import begin, commit_of, join, joined_rounds, keep_result, part_of
from reconciler.ci.telling import Telling, needed
from reconciler.forge.comments import said_before, sticky_comment
from reconciler.forge.environment import CiRun
from reconciler.forge.github import LONGEST, GitHub, Posted
from reconciler.forge.marker import Marker
from reconciler.forge.ping import ping
from reconciler.forge.pull_request import PullRequest
from reconciler.forge.reports import Annotation, Level, add_outputs, add_summary, below, commands
from reconciler.model.errors import ConfigError, ForgeError, ReconcilerError, SourceError, Throttled, UnsharedState
from reconciler.model.plan import Plan
from reconciler.render import markdown
from reconciler.render.inert import inert, item
from reconciler.render.problems import problems_markdown
from reconciler.render.review import About, Review, review_of
from reconciler.render.shard_result import ShardResult
from reconciler.run.events import Subscriber
from reconciler.run.look import Work, held_lines
from reconciler.run.reconcile import Reconciled, reconcile
from reconciler.run.request import Request
from reconciler.run.results import Applied, Result
from reconciler.store.git.source import Source
from reconciler.text.redact import redact


@dataclass(frozen=True)
class Done:
    """What was done, and what became of the telling. `error` is what has kept everything from being done."""

    reconciled: Reconciled
    commands: tuple[str, ...]
    """Annotations, for a runner of GitHub."""
    posted: Posted | None = None
    error: ReconcilerError | None = None
    troubles: tuple[ReconcilerError, ...] = ()
    """What could not be told or fetched, and why."""


def reconcile_all(
    request: Request,
    notify: Subscriber,
    *,
    run: CiRun,
    reports: Reports,
    token: str,
    exitcode_of: Callable[[Reconciled], int],
    looked: Looked | None = None,
) -> Done:
    """`looked`: what a look has just found, where there was one. `exitcode_of`: the status with which the command ends.
    `token` is GitHub's; "" for none. What keeps it from doing anything is told as well."""
    begin(reports.artifacts, request.shard)
    telling = _Telling(request, run)
    try:
        if reports.results:
            done = _joined(request, run, reports, telling)
        else:
            done = _reconciled(request, notify, run, telling, looked)
    except ReconcilerError as error:
        telling.attempt(telling.keep_result, reports, error=str(error))
        return _failed(error, run, reports, telling)
    exitcode = exitcode_of(done)
    telling.done = done
    for path in reports.summaries:
        telling.attempt(add_summary, path, telling.summary())
    telling.attempt(telling.write_comment, token)
    for path in reports.outputs:
        telling.attempt(add_outputs, path, outputs_of_rounds(done, exitcode))
    failed = bool(exitcode) or (bool(reports.results) and bool(telling.troubles))
    # That all is well, no single shard can tell.
    if failed or not (done.stopped or request.shard):
        telling.attempt(ping, reports.ping_url, failed=failed)
    telling.attempt(telling.keep_result, reports)
    # Those of a shard are told by the run that joins them.
    annotations = () if request.shard else telling.annotations()
    annotated = tuple(commands(below(annotations, run.folder_of(request.root))))
    return Done(done, annotated, telling.posted, troubles=tuple(telling.troubles))


def _reconciled(
    request: Request, notify: Subscriber, run: CiRun, telling: _Telling, looked: Looked | None
) -> Reconciled:
    looked = looked or look_around(request, notify, run=run)
    telling.source = source = looked.source
    if looked.obstacle:
        return Reconciled((), frozenset(), looked.obstacle)
    bring_media(request.root, notify)
    asked, found = replace(request, pause_orphans=True), looked.look.at_everything if looked.by_hand else looked.look
    return reconcile(asked, source, notify, found=found, obstacle=_Obstacle(source, run))


def _joined(request: Request, run: CiRun, reports: Reports, telling: _Telling) -> Reconciled:
    telling.source = committed_source(request.root)
    joined = join(request, run, "reconcile", reports.results)
    telling.troubles += joined.troubles
    return joined_rounds(joined, request)


def _failed(error: ReconcilerError, run: CiRun, reports: Reports, telling: _Telling) -> Done:
    for path in reports.summaries:
        telling.attempt(add_summary, path, telling.failure(error))
    nothing = Reconciled((), frozenset())
    for path in reports.outputs:
        telling.attempt(add_outputs, path, outputs_of_rounds(nothing, error.exit_code))
    telling.attempt(ping, reports.ping_url, failed=True)
    annotated = tuple(commands(below(telling.annotations_of(error), run.folder_of(telling.root))))
    return Done(nothing, annotated, error=error, troubles=tuple(telling.troubles))


@dataclass
class _Obstacle:
    """Asked before each round, and between batches: main may move while a long apply goes on."""

    source: Source
    run: CiRun

    def __call__(self) -> str:
        try:
            return obstacle_of(self.source, self.run)
        except (UnsharedState, SourceError) as error:
            return f"nobody can tell whether this is the newest main: {error}"


# ---- telling it


class _Telling(Telling):
    def __init__(self, request: Request, run: CiRun) -> None:
        super().__init__()
        self._request, self._run = request, run
        self.done = Reconciled((), frozenset())
        self.source: Source | None = None
        self.posted: Posted | None = None

    @property
    def root(self) -> Path:
        return self._request.root

    @property
    def _applied(self) -> Applied | None:
        """The first apply, whose plan has all that was to be done."""
        return next(iter(self.done.of(Work.APPLY)), None)

    def _review(self, plan: Plan) -> Review:
        run = self._run
        commit = self.source.commit if self.source else run.commit
        about = About(self._request.now, __version__, commit, plan.digest, run_url=run.run_url)
        return review_of(plan, about=about)

    def write_comment(self, token: str) -> None:
        """Into the pull request whose merge this is, and into those that were merged before it and that no run has told
        yet; what the clock asks for later is no part of it."""
        first, run = self._applied, self._run
        if self._request.shard is not None or first is None or run.provider != "github" or self.source is None:
            return
        if not first.planned.plan.changes and run.event != "push":
            return
        github = GitHub(run.repository, needed(token), run.api_url, self._request.clock)
        try:
            marker = Marker(f"plan:{first.planned.plan.project}", run.stamp)
            for merged in self._merged(github, self.source, marker):
                posted = self._tell(github, merged, marker, first)
                self.posted = self.posted or posted
        finally:
            github.close()

    def _merged(self, github: GitHub, source: Source, marker: Marker) -> Iterator[PullRequest]:
        """That of the commit first."""
        commit = source.commit
        lately = github.merged_lately(main_of(self._run, source), self._request.now - LATELY)
        own = github.merged_by(commit) or next((one for one in lately if one.merge_commit == commit), None)
        if own is not None:
            yield own
        for one in lately:
            told = own is not None and one.number == own.number
            if not told and _is_untold(said_before(github, one.number, marker)) and _is_in(github, one, commit):
                yield one

    def _tell(self, github: GitHub, merged: PullRequest, marker: Marker, first: Applied) -> Posted:
        commit, room = (self.source.commit if self.source else ""), LONGEST - len(marker.text)
        done = any(not one.error for result in _together(self.done.of(Work.APPLY)) for one in result.outcomes)
        frame = len(section(commit, "", effect=False))
        body = section(commit, self._outcome(first, room - frame), effect=done)
        idle = not first.planned.plan.changes

        def onto(was: str, new: str) -> str:
            return with_section(was, new, room, idle=idle)

        return sticky_comment(github, merged.number, marker, body, onto)

    def keep_result(self, reports: Reports, error: str = "") -> None:
        """Of a shard, for the run that joins them."""
        request, done = self._request, self.done
        if request.shard is None:
            return
        parts = tuple(part_of(one.work.value, one.applied.planned, one.applied.results) for one in done.rounds)
        result = ShardResult(
            "reconcile",
            request.shard,
            commit_of(request, self._run),
            request.clock.now(),
            run=self._run.run_id,
            project=next((part.plan.project for part in parts), ""),
            parts=parts,
            idle=tuple(sorted(done.idle)),
            stopped=done.stopped,
            held=done.held,
            waiting=done.waiting,
            error=error,
            troubles=tuple(map(str, self.troubles)),
        )
        keep_result(reports.artifacts, result)

    def _outcome(self, applied: Applied, limit: int) -> str:
        results = _together(self.done.of(Work.APPLY))
        return redact(markdown.outcome(self._review(applied.planned.plan), results, limit=limit))

    def summary(self) -> str:
        texts = [self._outcome(self._applied, LONGEST)] if self._applied is not None else []
        for launched in self.done.of(Work.DUE):
            if launched.planned.plan.changes or launched.planned.failures:
                results = _together([launched])
                texts.append(redact(markdown.outcome(self._review(launched.planned.plan), results, limit=LONGEST)))
        idle = len(self.done.idle)
        texts += [said_idle(idle)] if idle else []
        texts += [said_held(lines)] if (lines := held_lines(self.done.held)) else []
        texts += [said_waiting(lines)] if (lines := held_lines(self.done.waiting)) else []
        texts += [f"Stopped: {inert(self.done.stopped)}\n"] if self.done.stopped else []
        return "\n".join(texts) or NOTHING

    def failure(self, error: ReconcilerError) -> str:
        if isinstance(error, ConfigError):
            told = problems_markdown(error.problems, commit=self._run.commit, file_url=self._file_url, limit=LONGEST)
        else:
            what, _, mend = str(error).partition("\n  mend: ")
            told = f"### Nothing was done\n\n{item(inert(what))}" + (item(f"mend: {inert(mend)}") if mend else "")
        return redact(told)

    def _file_url(self, path: str) -> str:
        return self._run.file_url(self._run.path_in_repository(self.root, path))

    def annotations_of(self, error: ReconcilerError) -> Iterator[Annotation]:
        if isinstance(error, ConfigError):
            yield from of_problems(error.problems)
        else:
            yield Annotation(Level.ERROR, "Nothing was done", str(error))

    def annotations(self) -> Iterator[Annotation]:
        for one in self.done.rounds:
            yield from of_plan(one.applied.planned.plan)
            yield from of_outcomes(outcome for result in one.applied.results for outcome in result.outcomes)


LATELY = timedelta(days=1)
"""How long ago a merge may be whose run was replaced by that of a later one."""


def _is_untold(said: str) -> bool:
    """A plan stands there: the run that was to say what became of it has not come to that."""
    return bool(said) and not is_outcome(said)


def _is_in(github: GitHub, merged: PullRequest, commit: str) -> bool:
    """Whether the commit has what that one has merged: it may have come to main since."""
    try:
        return github.compared(merged.merge_commit, commit).behind_by == 0
    except ForgeError as error:
        if error.status == NOT_FOUND:
            return False
        raise


NOT_FOUND = 404


def _together(rounds: Iterable[Applied]) -> list[markdown.Done]:
    """Of each account what all rounds have done, and what stopped the last."""
    found: dict[str, list[Result]] = {}
    for result in (result for applied in rounds for result in applied.results):
        found.setdefault(result.account, []).append(result)
    return [_one(account, results) for account, results in sorted(found.items())]


def _one(account: str, results: list[Result]) -> markdown.Done:
    outcomes = tuple(outcome for result in results for outcome in result.outcomes)
    error = results[-1].error
    retry_at = error.retry_at if isinstance(error, Throttled) else None
    return markdown.Done(account, outcomes, str(error) if error else "", retry_at)
