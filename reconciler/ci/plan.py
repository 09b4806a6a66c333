"""Tells a pull request what merging it would do, wherever its reviewers look. Reads only at Meta.

What needs only this machine comes before the comment, so that it is there even where GitHub cannot be reached. Files
that are wrong are told in the same places as a plan, and before the plan of the accounts whose files are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from reconciler import __version__
from reconciler.ci.annotations import of_plan, of_problems
from reconciler.ci.media import bring_media
from reconciler.ci.outputs import plan_outputs
from reconciler.ci.shards import OF_A_SHARD, begin, commit_of, join, joined_plan, keep_result, part_of
from reconciler.ci.telling import Telling, needed
from reconciler.engine.policy_rules import declared_refusals
from reconciler.forge.comments import sticky_comment
from reconciler.forge.environment import CiRun
from reconciler.forge.github import LONGEST, GitHub, Posted
from reconciler.forge.marker import Marker
from reconciler.forge.reports import (
    Annotation,
    add_outputs,
    add_summary,
    below,
    commands,
    make_folder,
    remove,
    write_text,
)
from reconciler.kinds.said import counted
from reconciler.model.errors import ConfigError, ForgeError, ReconcilerError, UsageError
from reconciler.model.plan import Plan
from reconciler.model.problem import Problem
from reconciler.model.shard import Shard
from reconciler.render import markdown
from reconciler.render.fitting import utf16_units
from reconciler.render.html.page import page, sheet_of
from reconciler.render.plan_file import plan_text
from reconciler.render.problems import problems_markdown
from reconciler.render.review import About, Review, review_of
from reconciler.render.shard_result import ShardResult
from reconciler.run.at_a_glance import branch_at, project_at
from reconciler.run.events import Subscriber
from reconciler.run.plan import plan
from reconciler.run.previews import previews_of
from reconciler.run.request import Request
from reconciler.run.results import Planned
from reconciler.run.sharing import Sharing
from reconciler.store.git.source import revision
from reconciler.text.redact import redact

PLAN_FILE, PAGE_FILE = "plan.json", "plan.html"
OF_A_FORK = "GitHub gives a pull request of a fork no secrets and a token that cannot write"
OF_DEPENDABOT = (
    "GitHub gives a run of Dependabot none of the secrets of Actions, and a token that cannot write\n"
    "  mend: for a plan of what is live, which the summary has then, set Meta's tokens under Settings → Secrets and "
    "variables → Dependabot as well"
)
OF_NONE = "this run is of no pull request"


@dataclass(frozen=True)
class Places:
    """Where the reports go: the folder whose files a workflow keeps, and files that a CI reads."""

    artifacts: Path
    comment: Path | None = None
    summaries: tuple[Path, ...] = ()
    outputs: tuple[Path, ...] = ()
    results: tuple[Path, ...] = ()
    """Folders with the results of shards, which are joined in place of a look of its own."""


@dataclass(frozen=True)
class Told:
    """What was found, and what became of the telling: a plan, or what is wrong in the files."""

    planned: Planned | None
    wrong: ConfigError | None
    commands: tuple[str, ...]
    """Annotations, for a runner of GitHub."""
    posted: Posted | None = None
    silence: str = ""
    """Why there is no comment, where none was to be written."""
    troubles: tuple[ReconcilerError, ...] = ()
    """What could not be told, and why."""


def tell_plan(
    request: Request,
    notify: Subscriber,
    *,
    run: CiRun,
    places: Places,
    token: str,
    exitcode_of: Callable[[Planned], int],
) -> Told:
    """`exitcode_of`: the status with which `plan --detailed-exitcode` would end. `token` is GitHub's; "" for none.

    Raises UsageError for an account or address that there is not.
    """
    # As the merge does it, which pauses what nobody declares.
    reads = run.is_trusted or (run.is_of_dependabot and _has_a_token(request.environment))
    request = replace(request, offline=request.offline or not reads, pause_orphans=True)
    begin(places.artifacts, request.shard)
    preparing = Telling()
    for file in (PLAN_FILE, PAGE_FILE):
        # Not to be taken for this run's, beside what that writes, or where it is killed.
        preparing.attempt(remove, places.artifacts / _named(file, request.shard))
    bring_media(request.root, notify)
    if places.results:
        found = _joined(request, run, places.results, preparing)
    else:
        preparing.attempt(_bring_in_state, request, notify)
        found = _look(request, notify, run)
    telling = _Telling(found, places)
    telling.troubles += preparing.troubles
    telling.attempt(telling.keep_plan)
    telling.attempt(telling.keep_page)
    telling.attempt(telling.write_files)
    telling.attempt(telling.write_comment, token)
    exitcode = exitcode_of(found.planned) if found.planned is not None else ConfigError.exit_code
    telling.attempt(telling.write_outputs, exitcode)
    telling.attempt(telling.keep_result)
    return Told(
        found.planned,
        found.wrong,
        # Those of a shard are told by the run that joins them.
        () if request.shard else tuple(commands(below(found.annotations(), run.folder_of(request.root)))),
        telling.posted,
        telling.silence,
        tuple(telling.troubles),
    )


# ---- what there is to tell


@dataclass(frozen=True)
class _Found:
    request: Request
    run: CiRun
    planned: Planned | None = None
    wrong: ConfigError | None = None
    behind: int = 0

    @cached_property
    def shown(self) -> Plan | None:
        """With what the policies refuse in accounts that could not be planned: that can be known offline."""
        if self.planned is None or not self.planned.failures:
            return self.planned.plan if self.planned is not None else None
        # Their problems stand above the plan, each with its place.
        brief = {key: _of_files(error) for key, error in self.broken.items()}
        whole = replace(self.planned.plan, failures={**self.planned.plan.failures, **brief})
        refused = declared_refusals(self.planned.desired, self.request.now)
        more = [one for one in refused if one.address.partition("/")[0] in self.planned.failures]
        return replace(whole, refusals=(*whole.refusals, *more))

    @property
    def broken(self) -> Mapping[str, ConfigError]:
        """Accounts whose own files are wrong, beside others that were planned."""
        failures = self.planned.failures if self.planned is not None else {}
        return {key: error for key, error in failures.items() if isinstance(error, ConfigError)}

    @property
    def problems(self) -> tuple[Problem, ...]:
        errors = [self.wrong] if self.wrong is not None else list(self.broken.values())
        return tuple(problem for error in errors for problem in error.problems)

    @cached_property
    def review(self) -> Review | None:
        if self.planned is None or self.shown is None:
            return None
        return review_of(self.shown, about=self.about)

    @property
    def about(self) -> About:
        run = self.run
        return About(
            as_of=self.request.now,
            tool_version=__version__,
            commit=run.commit or revision(self.request.root),
            digest=self.planned.plan.digest if self.planned is not None else "",
            media_url=self.file_url if run.file_url("any") else None,
            run_url=run.run_url,
            main=run.default_branch,
            into=run.other_base,
            behind=self.behind,
        )

    @property
    def project(self) -> str:
        """Raises UsageError where no file says it."""
        return self.planned.plan.project if self.planned is not None else project_at(self.request.root)

    def file_url(self, path: str) -> str:
        """`path` is below the folder with desired/."""
        return self.run.file_url(self.run.path_in_repository(self.request.root, path))

    def comment(self, limit: int) -> str:
        text = redact(self._comment(limit))
        # What stands in place of a secret may be longer than it.
        over = max(0, len(text) - limit)
        return redact(self._comment(limit - over)) if over else text

    def _comment(self, limit: int) -> str:
        first = self._problems(limit // 2 if self.review is not None else limit)
        return first + (markdown.comment(self.review, limit=limit - utf16_units(first)) if self.review else "")

    def summary(self) -> str:
        return redact(self._problems(LONGEST) + (markdown.summary(self.review) if self.review is not None else ""))

    def _problems(self, limit: int) -> str:
        """What is wrong in the files, before the plan of the accounts whose files are not; "" where nothing is."""
        if not self.problems:
            return ""
        commit, left_out = self.run.commit, tuple(self.broken)
        text = problems_markdown(
            self.problems, commit=commit, file_url=self.file_url, limit=limit - 1, left_out=left_out
        )
        return f"{text}\n" if left_out else text

    def annotations(self) -> Iterator[Annotation]:
        yield from of_problems(self.problems)
        if self.shown is not None:
            rest = {key: text for key, text in self.shown.failures.items() if key not in self.broken}
            yield from of_plan(replace(self.shown, failures=rest))


def _of_files(error: ConfigError) -> str:
    return f"{counted(len(error.problems), 'problem')} in its files; the merge leaves this account as it is"


def _bring_in_state(request: Request, notify: Subscriber) -> None:
    """An offline plan compares with what is remembered, which a checkout does not have."""
    if request.offline:
        Sharing(replace(request, offline=False), branch_at(request.root), notify).begin()


def _has_a_token(environment: Mapping[str, str]) -> bool:
    """Whether one of Meta's is set: Dependabot has secrets of its own, which may lack them all."""
    return any(name.startswith("META_") and "TOKEN" in name and text.strip() for name, text in environment.items())


def _look(request: Request, notify: Subscriber, run: CiRun) -> _Found:
    try:
        return _Found(request, run, planned=plan(request, notify, by_account=True))
    except ConfigError as error:
        return _Found(request, run, wrong=error)


def _joined(request: Request, run: CiRun, folders: Sequence[Path], telling: Telling) -> _Found:
    try:
        joined = join(request, run, "plan", folders)
    except ConfigError as error:
        return _Found(request, run, wrong=error)
    telling.troubles += joined.troubles
    request = replace(request, offline=request.offline or joined.offline)
    return _Found(request, run, planned=joined_plan(joined, request))


# ---- telling it


def _named(name: str, shard: Shard | None) -> str:
    """Shards may write into one folder."""
    stem, _, suffix = name.partition(".")
    return f"{stem}-{shard.index}-of-{shard.count}.{suffix}" if shard else name


class _Telling(Telling):
    def __init__(self, found: _Found, places: Places) -> None:
        super().__init__()
        self._found, self._places = found, places
        self.posted: Posted | None = None
        self.silence = ""
        self._plan_path = self._page_path = ""

    def keep_plan(self) -> None:
        """Nothing is kept that apply would not take: it wants a plan of what is live, of one account at least."""
        planned, request = self._found.planned, self._found.request
        if planned is None or request.offline or not planned.plan.accounts:
            return
        text, path = plan_text(planned.plan), self._places.artifacts / _named(PLAN_FILE, self._found.request.shard)
        make_folder(path.parent)
        request.store.plans.write(str(path), text)
        self._plan_path = str(path)

    def keep_page(self) -> None:
        found = self._found
        if found.planned is None or found.shown is None:
            return
        path, desired = self._places.artifacts / _named(PAGE_FILE, self._found.request.shard), found.planned.desired
        sheet = sheet_of(found.shown, desired, previews_of(found.request.root, found.shown, desired), found.about)
        write_text(path, page(sheet))
        self._page_path = str(path)

    def keep_result(self) -> None:
        """Of a shard, for the run that joins them."""
        found, request = self._found, self._found.request
        if request.shard is None:
            return
        result = ShardResult(
            "plan",
            request.shard,
            commit_of(request, found.run),
            request.clock.now(),
            run=found.run.run_id,
            project=found.planned.plan.project if found.planned else "",
            offline=request.offline,
            parts=(part_of("plan", found.planned),) if found.planned else (),
            error=str(found.wrong or ""),
            troubles=tuple(map(str, self.troubles)),
        )
        keep_result(self._places.artifacts, result)

    def write_files(self) -> None:
        for path in self._places.summaries:
            add_summary(path, self._found.summary())
        if self._places.comment is not None:
            write_text(self._places.comment, self._found.comment(LONGEST))

    def write_outputs(self, exitcode: int) -> None:
        planned = self._found.planned
        outputs = plan_outputs(
            planned.plan if planned is not None else None,
            exitcode=exitcode,
            plan_path=self._plan_path,
            html_path=self._page_path,
            comment_url=self.posted.url if self.posted else "",
        )
        for path in self._places.outputs:
            add_outputs(path, outputs)

    def write_comment(self, token: str) -> None:
        run, shard = self._found.run, self._found.request.shard
        if shard is not None:
            self.silence = OF_A_SHARD.format(shard)
            return
        if run.pull_request is None or not run.is_trusted:
            self.silence = OF_NONE if run.pull_request is None else OF_DEPENDABOT if run.is_of_dependabot else OF_A_FORK
            return
        marker = Marker(f"plan:{self._project()}", run.stamp)
        github = GitHub(run.repository, needed(token), run.api_url, self._found.request.clock)
        try:
            head = github.pull_request(run.pull_request.number).head_sha
            if head != run.commit:
                self.silence = f"{head[:7]} was pushed after {run.commit[:7]}, and its own run writes the comment"
                return
            found = replace(self._found, behind=self._behind(github))
            body = found.comment(LONGEST - len(marker.text))
            self.posted = sticky_comment(github, run.pull_request.number, marker, body)
        finally:
            github.close()

    def _behind(self, github: GitHub) -> int:
        """0 where GitHub does not say: the plan is to be told all the same."""
        run = self._found.run
        if not run.default_branch:
            return 0
        try:
            return github.compared(run.default_branch, run.commit).behind_by
        except ForgeError:
            return 0

    def _project(self) -> str:
        try:
            return self._found.project
        except UsageError as error:
            raise ForgeError(f"no comment of ours could be found again later: {error}") from None
