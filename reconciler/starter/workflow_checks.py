"""What `reconciler validate --workflows` finds in the workflows of a repository, offline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from ruamel.yaml.error import YAMLError

from reconciler.model.errors import FileError
from reconciler.model.problem import Origin, Problem
from reconciler.starter.cron import EVERY_TEN_MINUTES, SAFETY_NET, Cron, parse, without_a_run
from reconciler.starter.jobs import COMMANDS, OPTIONAL, RECONCILE, Job, Wiring, read_jobs, token_line
from reconciler.starter.workflows import FOLDER, Place

RIGHTS: Mapping[str, Mapping[str, str]] = {
    "plan": {"contents": "read", "pull-requests": "write"},
    RECONCILE: {"contents": "write", "pull-requests": "write"},
    "drift": {"contents": "write", "issues": "write"},
    "command": {"contents": "write", "issues": "write", "pull-requests": "write"},
}
"""What each job needs of GitHub's own token."""


@dataclass(frozen=True)
class Wanted:
    """What desired/ declares: the names of the variables that hold tokens, and the moments, which are aware."""

    variables: Collection[str]
    moments: Sequence[datetime]
    now: datetime


def problems(place: Place, wanted: Wanted) -> list[Problem]:
    """What is wrong in the workflows. `place.branch` is "" where the default branch is not known. Raises FileError for
    what cannot be read."""
    found, jobs = _read(place)
    here = [job for job in jobs if job.folder == place.chdir]
    found += [problem for command in COMMANDS if command not in OPTIONAL for problem in _missing(command, jobs, place)]
    return found + [problem for job in here for problem in _of_job(job, place, wanted)]


def wirings(place: Place) -> tuple[Wiring, ...]:
    """The jobs of the project that run our commands; none of a file that is no workflow. Raises FileError for what
    cannot be read."""
    return tuple(job.wiring for job in _read(place)[1] if job.folder == place.chdir)


def _read(place: Place) -> tuple[list[Problem], list[Job]]:
    found, jobs = list[Problem](), list[Job]()
    for path in sorted((place.top / FOLDER).glob("*.y*ml")):
        name = path.relative_to(place.top).as_posix()
        try:
            jobs += read_jobs(name, path.read_text("utf-8"))
        except (YAMLError, UnicodeDecodeError, AttributeError) as error:
            line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
            mend = "delete it, and write it anew with reconciler init --workflows"
            found.append(Problem(Origin(name, line, 1 if line else 0), "it is no workflow that can be read", mend))
        except OSError as error:
            raise FileError(f"{name} cannot be read: {error.strerror}\n  mend: make it readable") from None
    return found, jobs


def _missing(command: str, jobs: Iterable[Job], place: Place) -> Iterator[Problem]:
    there = [job for job in jobs if job.command == command]
    if any(job.folder == place.chdir for job in there):
        return
    yield _elsewhere(there[0], place.chdir) if there else _nowhere(command, place)


def _elsewhere(job: Job, chdir: str) -> Problem:
    said = f"{job.command} works in {job.folder}, and nothing does in {chdir}, where desired/ is"
    mend = f"add chdir: {chdir} below with: of this step, or a job like this one with it"
    return Problem(_at(job, job.step), said, mend)


def _nowhere(command: str, place: Place) -> Problem:
    name = f"{FOLDER}/{command}.yml"
    first = f"delete {name}, and " if (place.top / name).exists() else ""
    mend = f"{first}write it with reconciler init --workflows"
    return Problem(Origin(FOLDER), f"no workflow runs reconciler ci {command}", mend)


def _of_job(job: Job, place: Place, wanted: Wanted) -> Iterator[Problem]:
    yield from _tokens(job, wanted.variables)
    yield from _rights(job)
    yield from _cancelled(job)
    yield from _strangers(job)
    if job.command == "plan":
        yield from _skipped(job)
    if job.command == RECONCILE:
        yield from _side_by_side(job)
        yield from _other_branch(job, place.branch)
        yield from _clock(job, wanted)


def _tokens(job: Job, variables: Collection[str]) -> Iterator[Problem]:
    given = job.step.get("env") or {}
    for name in sorted(set(variables) - set(given)):
        said = f"{job.command} is not given {name}, which an account in desired/accounts names as its token"
        mend = f"add {token_line(name, job.command)} below env: of this step"
        yield Problem(_at(job, job.step), said, mend)


def _rights(job: Job) -> Iterator[Problem]:
    rights = job.job.get("permissions", job.workflow.get("permissions")) or {}
    for right, least in RIGHTS[job.command].items():
        if not isinstance(rights, dict) or rights.get(right) not in (least, "write"):
            said = f"{job.command} may not {least} {right}"
            yield Problem(_at(job, job.job), said, f"add {right}: {least} below permissions: of this job")


def _cancelled(job: Job) -> Iterator[Problem]:
    """A run that is ended half way leaves the rest to the next one, which may be hours away."""
    for holder in (job.workflow, job.job):
        limits = holder.get("concurrency")
        if isinstance(limits, dict) and limits.get("cancel-in-progress") not in (None, False):
            said = f"{job.command} may be cancelled while it works"
            yield Problem(_at(job, limits), said, "write cancel-in-progress: false")


def _strangers(job: Job) -> Iterator[Problem]:
    if "pull_request_target" in job.triggers:
        said = "pull_request_target hands the secrets to what anybody with a fork has written"
        yield Problem(_at_trigger(job, "pull_request_target"), said, "write pull_request in its place")


def _skipped(job: Job) -> Iterator[Problem]:
    below = job.triggers.get("pull_request")
    for name in ("paths", "paths-ignore"):
        if isinstance(below, Mapping) and name in below:
            said = f"{name}: leaves plan out of some pull requests; where its check is required, they wait for ever"
            yield Problem(_at_key(job, below, name), said, f"take {name}: out")


def _side_by_side(job: Job) -> Iterator[Problem]:
    if "concurrency" not in job.workflow and "concurrency" not in job.job:
        said = "two runs of reconcile may work side by side"
        mend = "add concurrency: {group: reconcile, cancel-in-progress: false} to this job"
        yield Problem(_at(job, job.job), said, mend)


def _other_branch(job: Job, branch: str) -> Iterator[Problem]:
    below = job.triggers.get("push")
    patterns = below.get("branches") if isinstance(below, Mapping) else None
    if branch and isinstance(patterns, list) and not any(fnmatchcase(branch, str(one)) for one in patterns):
        said = f"reconcile does not start when {branch} is pushed, which is the default branch"
        yield Problem(_at_key(job, below, "branches"), said, f"write branches: [{branch}]")


def _clock(job: Job, wanted: Wanted) -> Iterator[Problem]:
    if not job.cron:
        said = "nothing starts reconcile by the clock, so nothing is turned on or off at its time"
        mend = f'add schedule: [{{cron: "{EVERY_TEN_MINUTES[0]}"}}] below on:'
        yield Problem(_at_trigger(job, "schedule"), said, mend)
        return
    lines = list[Cron]()
    for line in job.cron:
        try:
            lines.append(parse(line))
        except ValueError:
            said = f"{line} is no time that GitHub knows"
            mend = f"write minute, hour, day, month and weekday in UTC, as in {SAFETY_NET}"
            yield Problem(_at_trigger(job, "schedule"), said, mend)
            return
    yield from _stale(job, lines, wanted)


def _stale(job: Job, lines: Sequence[Cron], wanted: Wanted) -> Iterator[Problem]:
    """Where the times of the runs follow the declared ones: somebody has declared others since."""
    late = without_a_run(wanted.moments, lines, wanted.now) if SAFETY_NET in job.cron else []
    if late:
        more = f", and {len(late) - 1} more" if late[1:] else ""
        said = f"nothing starts reconcile within half an hour after {late[0]:%Y-%m-%d %H:%M} UTC{more}"
        mend = "write the times of the runs anew with reconciler init --schedule"
        yield Problem(_at_trigger(job, "schedule"), said, mend)


def _at(job: Job, node: Any) -> Origin:
    return Origin(job.file, node.lc.line + 1, node.lc.col + 1)


def _at_key(job: Job, node: Any, name: str) -> Origin:
    line, column = node.lc.key(name)
    return Origin(job.file, line + 1, column + 1)


def _at_trigger(job: Job, name: str) -> Origin:
    known = name in job.triggers and hasattr(job.triggers, "lc")
    return _at_key(job, job.triggers, name) if known else _at_key(job, job.workflow, "on")
