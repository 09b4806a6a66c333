"""What must be true of a repository at GitHub before its workflows can be relied on, a line each. Reads only, and needs
no token of Meta's.

What keeps a run from its work is an error; what lets somebody do more than a reviewer has approved is a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import cached_property, partial
from typing import Any

from reconciler.forge.github import GitHub
from reconciler.forge.location import location_of
from reconciler.forge.settings import BranchRules, Settings
from reconciler.model.errors import ForgeError, ForgeThrottled, ForgeUnanswered, ReconcilerError
from reconciler.model.moments import format_time
from reconciler.run.at_a_glance import branch_at, zone_at
from reconciler.run.doctor import LIMIT, Finding
from reconciler.run.pipeline import pipeline
from reconciler.run.request import Request
from reconciler.starter.cron import parse
from reconciler.starter.jobs import COMMANDS, RECONCILE, Wiring
from reconciler.starter.workflow_checks import Wanted, problems, wirings
from reconciler.starter.workflows import Place, place_of
from reconciler.store.git.default_branch import default_branch
from reconciler.store.git.source import remote_address
from reconciler.text.sanitize import brief

LATE = timedelta(hours=2)
"""GitHub's clock is best effort: runs come minutes late as a rule, hours now and then."""

HARMLESS = frozenset({"deletion", "non_fast_forward", "required_linear_history"})
"""Rules that the state branch keeps anyway: it is never forced, and has no merges."""

FAILED = frozenset({"failure", "timed_out", "startup_failure", "action_required"})
UNTOLD = frozenset({None, "", "cancelled", "skipped", "neutral", "stale"})
"""Conclusions that say nothing of the work: of runs that wait, GitHub cancels all but the newest."""

DISABLED = {
    "disabled_inactivity": "GitHub has disabled it, since nothing was committed for 60 days",
    "disabled_manually": "somebody has disabled it",
    "disabled_fork": "GitHub has disabled it, since this is a fork",
}
ADMINISTERS = "use the token of somebody who administers the repository: gh auth token prints one"
NO_ENVIRONMENTS = "where the plan has no environments, let only those push whom you would give the token"
NO_RULES = "GitHub Pro, Team and Enterprise have them; until then let only those push who may spend"

Build = Callable[..., Finding]


def doctor_of_ci(request: Request, environment: Mapping[str, str]) -> list[Finding]:
    """Raises ConfigError with every problem of every file: the tokens that the workflows give stand there."""
    needs, root = pipeline(request), request.root.resolve()
    place = place_of(root, default_branch(root))
    wanted = Wanted(needs.variables, needs.moments, request.now)
    return [*_of_workflows(place, wanted), *_of_github(request, wirings(place), environment)]


def _of_workflows(place: Place, wanted: Wanted) -> Iterator[Finding]:
    found = problems(place, wanted)
    for problem in found:
        yield Finding("", "workflows", "error", f"{problem.origin}: {problem.message}", problem.mend)
    if not found:
        yield Finding(
            "", "workflows", "ok", f"{', '.join(COMMANDS)}: each has its tokens and rights, none is cancelled"
        )


def _of_github(request: Request, jobs: tuple[Wiring, ...], environment: Mapping[str, str]) -> Iterator[Finding]:
    try:
        location = location_of(remote_address(request.root), environment)
        github = GitHub(location.repository, location.token(environment), location.api_url, request.clock)
    except ReconcilerError as error:
        yield _failed("github", error)
        return
    try:
        yield from _Repository(request, jobs, github).findings()
    except ForgeThrottled as error:
        yield _failed(LIMIT, error)
    except ForgeError as error:
        yield _failed("github", error)
    finally:
        github.close()


def _failed(name: str, error: ReconcilerError, state: str = "error", mend: str = "") -> Finding:
    what, _, told = str(error).partition("\n  mend: ")
    return Finding("", name, state, what, mend or told)


class _Repository:
    def __init__(self, request: Request, jobs: tuple[Wiring, ...], github: GitHub) -> None:
        self._request, self._settings, self._github = request, Settings(github), github
        self._jobs = {job.command: job for job in jobs}

    def findings(self) -> Iterator[Finding]:
        """Raises ForgeError where nothing at all can be seen."""
        yield Finding("", "github", "ok", f"{self._settings.name}, default branch {self._main}")
        checks = {
            "environment": self._environment,
            "secrets": self._secrets,
            self._main: self._rules,
            "state": self._state,
            "schedule": self._schedule,
            "commands": self._commands,
        }
        for name, check in checks.items():
            try:
                yield from check(partial(Finding, "", name))
            except (ForgeThrottled, ForgeUnanswered):
                raise
            except ForgeError as error:
                yield _unseen(name, error)

    @property
    def _main(self) -> str:
        return self._settings.default_branch

    @cached_property
    def _rules_of_main(self) -> BranchRules:
        return self._settings.rules_of(self._main)

    # ---- who gets the token that may write

    def _environment(self, finding: Build) -> Iterator[Finding]:
        job = self._jobs.get(RECONCILE)
        if job is None:
            return
        if not job.environment:
            said = f"{job.file} names none: a workflow of any branch can read the token that may write"
            yield finding("warning", said, "write environment: meta into the job, and make it as docs/github.md says")
            return
        yield self._environment_of(finding, job.environment)

    def _environment_of(self, finding: Build, name: str) -> Finding:
        main, found = self._main, self._settings.environment(name)
        limit = f"Settings, Environments, {name}, Deployment branches and tags: selected, {main}"
        if found is None:
            said = f"there is no {name}: a workflow of any branch can read the token that may write"
            return finding("warning", said, f"make it: {limit}; {NO_ENVIRONMENTS}")
        if found.is_for_all:
            return finding("warning", f"{name} is not limited: a workflow of any branch can read its token", limit)
        if found.is_for_protected:
            if self._rules_of_main.is_protected:
                return finding("ok", f"{name} is limited to branches that are protected, as {main} is")
            return finding("error", f"{name} takes protected branches only, and {main} has no branch protection", limit)
        if not any(fnmatchcase(main, pattern) for pattern in found.patterns):
            return finding("error", f"{name} does not take {main}: reconcile is refused", limit)
        if others := sorted({*found.patterns} - {main}):
            return finding("warning", f"{name} takes more than {main}: {', '.join(map(brief, others))}", limit)
        return finding("ok", f"{name} is limited to {main}")

    def _secrets(self, finding: Build) -> Iterator[Finding]:
        shared = self._settings.secrets()
        of = {one.environment: self._settings.secrets_of(one.environment) for one in self._wired if one.environment}
        missing = {name for one in self._wired for name in one.secrets - shared - of.get(one.environment, frozenset())}
        for name in sorted(missing):
            holders = sorted({one.environment for one in self._wired if name in one.secrets})
            yield finding("error", f"{name} is missing", f"add it: {' and '.join(map(_place_of_secrets, holders))}")
        open_to_all = self._writing & shared
        for name in sorted(open_to_all):
            said = f"{name} is a secret of the repository: a workflow of any branch can read the token that may write"
            yield finding("warning", said, f"move it into the environment; {NO_ENVIRONMENTS}")
        if not missing and not open_to_all:
            yield finding("ok", ", ".join(sorted({name for one in self._wired for name in one.secrets})))

    @property
    def _wired(self) -> Iterable[Wiring]:
        return self._jobs.values()

    @property
    def _writing(self) -> frozenset[str]:
        """Secrets of the job that may write, and of no other."""
        others = {name for one in self._wired if one.command != RECONCILE for name in one.secrets}
        return frozenset(name for one in self._wired for name in one.secrets) - others

    # ---- what the rules of branches say

    def _rules(self, finding: Build) -> Iterator[Finding]:
        rules, job = self._rules_of_main, self._jobs.get("plan")
        where = f"Settings, Rules, Rulesets, of {self._main}"
        reviewed = rules.is_protected or "pull_request" in rules.rules
        if not reviewed:
            said = "whoever may push changes it without a pull request"
            yield finding("warning", said, f"{where}: require a pull request before merging")
        checked = job is None or job.check in rules.checks
        if job is not None and not checked:
            said = f"a pull request can be merged without the check {brief(job.check)}"
            yield finding("warning", said, f"{where}: require status checks to pass, {brief(job.check)}")
        if reviewed and checked:
            yield finding("ok", "takes pull requests only" + (f", with the check {brief(job.check)}" if job else ""))

    def _state(self, finding: Build) -> Iterator[Finding]:
        branch = branch_at(self._request.root)
        if branch is None:
            said = f"state/ is kept in {self._main}, where a rule keeps workflows from pushing it"
            yield finding("warning", said, "remove state: {branch: null} from desired/project.yaml")
            return
        found = self._settings.rules_of(branch)
        stopping = sorted(found.rules - HARMLESS) + ["branch protection"] * found.is_protected
        if not stopping:
            yield finding("ok", f"no rule keeps workflows from {branch}")
            return
        # Who may pass a rule is shown to nobody but who may change it. Where the branch is there, somebody could push.
        state = "warning" if found.is_there else "error"
        mend = f"Settings, Rules: leave {branch} out of what they target; it is written by workflows alone"
        yield finding(state, f"rules hold for {branch}: {', '.join(map(brief, stopping))}", mend)

    # ---- whether it runs

    def _schedule(self, finding: Build) -> Iterator[Finding]:
        for job in self._wired:
            state = self._settings.state_of(job.file)
            if state != "active":
                said = DISABLED.get(state, f"GitHub says of it: {brief(state)}")
                missing = f"GitHub knows no such workflow: it has to be on {self._main}"
                mend = f"gh workflow enable {job.file}" if state else f"merge it into {self._main}"
                yield finding("error", f"{job.file}: {said if state else missing}", mend)
            elif job.cron:
                yield self._last_run(finding, job)
        reconciling = self._jobs.get(RECONCILE)
        if reconciling is not None and not reconciling.cron:
            yield finding("warning", f"{reconciling.file} never runs by the clock", "reconciler init --schedule")

    def _last_run(self, finding: Build, job: Wiring) -> Finding:
        runs = list(self._github.runs_of(job.file, self._main, event="schedule"))
        promised = _promised(job.cron, self._request.now - LATE)
        if not runs:
            state = "warning" if promised is not None else "ok"
            return finding(state, f"{job.file} has not run by the clock yet", LOOK if state == "warning" else "")
        begun = _moment(runs[0])
        said = f"{job.file} ran by the clock at {self._time(begun)}"
        if promised is not None and begun < promised:
            return finding("warning", f"{said}, and was to run at {self._time(promised)}", LOOK)
        ended = next((run for run in runs if run.get("conclusion") not in UNTOLD), None)
        if ended is not None and ended["conclusion"] in FAILED:
            told = f"{said}; the run of {self._time(_moment(ended))} ended with {ended['conclusion']}"
            return finding("error", told, f"see {ended['html_url']}: its summary says what is tried again")
        return finding("ok", said)

    def _time(self, moment: datetime) -> str:
        return format_time(moment, zone_at(self._request.root))

    def _commands(self, finding: Build) -> Iterator[Finding]:
        if self._settings.runs_may_make_pull_requests():
            yield finding("ok", "workflows may make pull requests")
            return
        said = "workflows may make no pull request, as commands in comments do (/reconciler …)"
        yield finding(
            "warning", said, "Settings, Actions, General: allow GitHub Actions to create and approve pull requests"
        )


def _place_of_secrets(environment: str) -> str:
    return f"Settings, Environments, {environment}" if environment else "Settings, Secrets and variables, Actions"


LOOK = "see the page Actions of the repository; start it by hand: gh workflow run"


def _promised(cron: Iterable[str], until: datetime) -> datetime | None:
    """The last moment of the lines that is not after `until`; None where no line has one."""
    return max((at for line in cron for at in _last_of(line, until)), default=None)


def _last_of(line: str, until: datetime) -> Iterator[datetime]:
    """GitHub reads cron lines in UTC, as `until` is."""
    try:
        found = parse(line).last_before(until)
    except (ValueError, LookupError):
        return
    if found is not None:
        yield found


def _moment(run: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(run["created_at"]))


def _unseen(name: str, error: ForgeError) -> Finding:
    if "upgrade to github" in str(error).lower():
        return Finding("", name, "warning", "GitHub's plan of this repository has no such rules", NO_RULES)
    what = str(error).partition("\n")[0]
    return Finding("", name, "warning", f"cannot be seen with this token: {what}", ADMINISTERS)
