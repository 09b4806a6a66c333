"""Keeps one issue per account with what needs a person: drift, overdue launches, rejected ads, copies.

Level-triggered: each run brings the issues to what it finds, so a lost or repeated one does no harm. Of an account that
could not be read nothing is known, so its issue stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.ci.media import bring_media
from reconciler.ci.outputs import drift_outputs
from reconciler.ci.telling import Telling, needed
from reconciler.engine.findings import Findings, findings_by_account
from reconciler.forge.environment import OF_PULL_REQUESTS, CiRun
from reconciler.forge.github import LONGEST, GitHub, Posted
from reconciler.forge.issues import Issues
from reconciler.forge.marker import Marker
from reconciler.forge.reports import Annotation, Level, add_outputs, add_summary, below, commands
from reconciler.kinds.said import counted
from reconciler.model.errors import ReconcilerError
from reconciler.render.alike import few, told_alike
from reconciler.render.findings import CLOSED, findings_markdown, title
from reconciler.render.inert import code, inert, item
from reconciler.run.events import Subscriber
from reconciler.run.request import Request
from reconciler.run.results import Planned
from reconciler.run.sync import sync
from reconciler.text.redact import redact
from reconciler.text.sanitize import brief

LABEL = "reconciler"
NOTHING = "No drift, no overdue launch, nothing rejected."
ROOM_FOR_MASKS = 500
"""What stands in place of a secret may be longer than it."""

ROOM_IN_SUMMARY, MOST_IN_SUMMARY = 300_000, 40
"""UTF-16 units of all texts together, which are three bytes each at most, and accounts: of more, the issues tell."""

OF_ELSEWHERE = "this run is of {}, where desired/ may say something else than what was merged"


@dataclass(frozen=True)
class Watched:
    """What was found, by account, and what became of each account's issue."""

    planned: Planned
    findings: Mapping[str, Findings]
    commands: tuple[str, ...]
    """Annotations, for a runner of GitHub."""
    posted: Mapping[str, Posted]
    silence: str = ""
    """Why no issue was touched, where none was to be."""
    troubles: tuple[ReconcilerError, ...] = ()
    """What could not be told, and why."""
    unshared: Mapping[str, ReconcilerError] = field(default_factory=dict)
    """Accounts of which others do not know yet what state/ knows, and why."""


def watch(
    request: Request,
    notify: Subscriber,
    *,
    run: CiRun,
    summaries: tuple[Path, ...],
    outputs: tuple[Path, ...],
    token: str,
    exitcode_of: Callable[[Planned, Mapping[str, Findings]], int],
) -> Watched:
    """`exitcode_of`: the status with which `drift` would end. `token` is GitHub's; "" for none. Raises what `sync`
    raises."""
    bring_media(request.root, notify)
    synced = sync(replace(request, watching=True), notify)
    planned = synced.planned
    findings = findings_by_account(planned.plan, synced.delivery_issues, synced.undeclared, synced.held_back)
    keeping = _Keeping(findings, planned, run)
    for path in summaries:
        keeping.attempt(add_summary, path, keeping.summary())
    keeping.attempt(keeping.write_issues, request, token)
    told = drift_outputs(findings, exitcode_of(planned, findings))
    for path in outputs:
        keeping.attempt(add_outputs, path, told)
    annotated = tuple(commands(below(keeping.annotations(), run.folder_of(request.root))))
    troubles = tuple(keeping.troubles)
    return Watched(planned, findings, annotated, keeping.posted, keeping.silence, troubles, synced.unshared)


class _Keeping(Telling):
    def __init__(self, findings: Mapping[str, Findings], planned: Planned, run: CiRun) -> None:
        super().__init__()
        self._findings, self._planned, self._run = findings, planned, run
        self.posted: dict[str, Posted] = {}
        self.silence = _silence(run)

    def write_issues(self, request: Request, token: str) -> None:
        if self.silence:
            return
        github = GitHub(self._run.repository, needed(token), self._run.api_url, request.clock)
        try:
            issues = Issues(github, f"drift:{self._planned.plan.project}/", LABEL)
            for account in self._accounts(request, issues):
                self.attempt(self._write_issue, issues, account)
        finally:
            github.close()

    def _accounts(self, request: Request, issues: Issues) -> list[str]:
        """Those that were read, and those that are declared no more and still have an issue."""
        left = set() if request.named_accounts else set(filter(request.is_in_shard, issues.subjects()))
        return sorted({*self._findings, *left} - set(self._planned.failures))

    def _write_issue(self, issues: Issues, account: str) -> None:
        found = self._findings.get(account)
        marker = Marker(f"drift:{self._planned.plan.project}/{account}", self._run.stamp)
        if found is None or found.empty:
            self.posted[account] = issues.close(marker, CLOSED)
            return
        body = redact(findings_markdown(found, limit=LONGEST - len(marker.text) - ROOM_FOR_MASKS))
        self.posted[account] = issues.keep(marker, title=title(account), body=body)

    def summary(self) -> str:
        whole = [account for account, found in self._findings.items() if not found.empty]
        told, left = whole[:MOST_IN_SUMMARY], len(whole[MOST_IN_SUMMARY:])
        each = min(LONGEST, ROOM_IN_SUMMARY // max(1, len(told)))
        texts = [f"## {code(account)}\n\n{findings_markdown(self._findings[account], limit=each)}" for account in told]
        texts += [f"{counted(left, 'more account')}: their issues tell.\n"] if left else []
        failed = [
            item(f"{few(map(code, accounts))} could not be read: {inert(brief(said))}")
            for accounts, said in told_alike(self._failures)
        ]
        more = [f"- {len(failed) - MOST_IN_SUMMARY:,} more\n"] if len(failed) > MOST_IN_SUMMARY else []
        failures = "".join([*failed[:MOST_IN_SUMMARY], *more])
        return redact("\n".join([*texts, failures]) if texts or failed else f"{NOTHING}\n")

    def annotations(self) -> Iterator[Annotation]:
        for account, said in self._failures:
            yield Annotation(Level.ERROR, f"Not read: {account}", said, f"desired/accounts/{account}.yaml", 1)
        for account, found in self._findings.items():
            if not found.empty:
                url = self.posted[account].url if account in self.posted else ""
                yield Annotation(Level.WARNING, f"{account} needs a look", url or "the summary of this run says why")

    @property
    def _failures(self) -> Iterable[tuple[str, str]]:
        return self._planned.plan.failures.items()


def _silence(run: CiRun) -> str:
    """Why no issue is to be touched; "" where nothing stands against it."""
    if run.provider != "github":
        return "this is no run of GitHub's"
    if run.event in OF_PULL_REQUESTS:
        return OF_ELSEWHERE.format("a pull request")
    if run.default_branch and run.branch != run.default_branch:
        return OF_ELSEWHERE.format(f"the branch {brief(run.branch)}")
    return ""
