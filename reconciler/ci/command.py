"""Answers a comment that asks for something: with a pull request that changes the YAML, never with a write to main or
to Meta.

The comment is a stranger's until GitHub says that its author may write, whatever it and the event say of him. One
comment has one branch, one pull request and one answer, by its id: a run that is repeated, or killed half way, ends in
the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconciler.ci.telling import needed
from reconciler.forge.command import BEGINNING, FORMS, Asked, asked_in, is_command
from reconciler.forge.comments import sticky_comment
from reconciler.forge.commits import commit_files
from reconciler.forge.environment import CiRun, Comment
from reconciler.forge.github import LONGEST, GitHub, Posted
from reconciler.forge.marker import Marker
from reconciler.forge.pull_request import PullRequest
from reconciler.kinds.file_addresses import parsed_address
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError, UsageError
from reconciler.render.inert import code, inert, link
from reconciler.render.markdown.pulled import Line, not_written, proposal, title_of
from reconciler.run.events import Subscriber
from reconciler.run.pull import Pulled, pull, revert_drift
from reconciler.run.request import Request
from reconciler.text.redact import redact
from reconciler.text.sanitize import brief

BRANCHES = "reconciler/comment-"
ROOM = 2_000
"""For the marker, and for what stands in place of a secret."""

NO_RIGHT = "Nothing was done: only somebody with write access to this repository may ask for that."


@dataclass(frozen=True)
class Answered:
    """`silence`: why nothing was answered."""

    posted: Posted | None = None
    pull_request: PullRequest | None = None
    silence: str = ""
    trouble: ReconcilerError | None = None
    """What stood in the way, and was answered so."""


def answer(request: Request, notify: Subscriber, *, run: CiRun, token: str) -> Answered:
    """`token` is GitHub's. Raises ForgeError where GitHub cannot be asked or told."""
    comment = run.comment
    if comment is None or not is_command(comment.body):
        return Answered(silence=f"no comment that begins with {BEGINNING} has started this run")
    if comment.is_of_a_bot:
        return Answered(silence="the comment is a bot's")
    github = GitHub(run.repository, needed(token), run.api_url, request.clock)
    try:
        return _Answering(request, notify, run, comment, github).answer()
    finally:
        github.close()


@dataclass(frozen=True)
class _Answering:
    request: Request
    notify: Subscriber
    run: CiRun
    comment: Comment
    github: GitHub

    @property
    def branch(self) -> str:
        return f"{BRANCHES}{self.comment.id}"

    def answer(self) -> Answered:
        if not self.github.may_write(self.comment.author):
            return Answered(self._say(NO_RIGHT))
        if (made := self.github.pull_request_from(self.branch)) is not None:
            return Answered(self._say(_here(made)), made)
        try:
            asked = asked_in(self.comment.body)
            targets = tuple(map(parsed_address, asked.addresses))
        except ValueError as error:
            return Answered(self._say(_unknown(str(error))))
        try:
            return self._propose(asked, self._written(asked, targets))
        except UsageError as error:
            return Answered(self._say(_unknown(str(error))))
        except ReconcilerError as error:
            said = f"Nothing was done:\n\n{_quoted(str(error))}\n"
            return Answered(self._say(said), trouble=error)

    def _written(self, asked: Asked, targets: tuple[Address, ...]) -> Pulled:
        """On no disk: what would be written goes into a commit."""
        request = replace(self.request, targets=targets)
        request.check_fence()
        if asked.name == "pull":
            return pull(request, self.notify, shared=asked.shared, dry_run=True)
        return revert_drift(request, self.notify, dry_run=True)

    def _propose(self, asked: Asked, found: Pulled) -> Answered:
        plan, left = found.planned.plan, [Line(one.overtaken, one.why, tuple(map(str, one.also))) for one in found.left]
        for error in found.planned.failures.values():
            raise error
        if not found.files:
            return Answered(self._say(not_written(plan, left, limit=LONGEST - ROOM)))
        taken = [Line(one.overtaken, f"{one.edit.file}:{one.line}", tuple(map(str, one.also))) for one in found.taken]
        title = title_of(asked.name, asked.addresses)
        body = proposal(
            asked.name, plan, taken, left, by=self.comment.author, at=f"#{self.comment.number}", limit=LONGEST - ROOM
        )
        commit_files(self.github, self.branch, self.run.commit, self._texts(found), redact(title))
        made = self.github.propose(self.branch, self.run.default_branch, redact(title), redact(body))
        return Answered(self._say(_here(made)), made)

    def _texts(self, found: Pulled) -> Mapping[str, str]:
        root = self.request.root
        return {self.run.path_in_repository(root, file): text.becomes for file, text in found.files.items()}

    def _say(self, text: str) -> Posted:
        marker = Marker(f"comment:{self.comment.id}", self.run.stamp)
        return sticky_comment(self.github, self.comment.number, marker, redact(text))


def _here(made: PullRequest) -> str:
    return f"Here it is: {link(f'#{made.number}', made.url)}\n"


def _unknown(why: str) -> str:
    forms = "\n".join(f"- {code(form)}" for form in FORMS)
    return f"Nothing was done: {inert(brief(why))}. There are:\n\n{forms}\n"


def _quoted(text: str) -> str:
    return "\n".join(f"> {inert(brief(line))}" for line in text.splitlines()[:20])
