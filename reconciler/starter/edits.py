"""Changes of single lines in the text of a workflow: everything else stays byte for byte.

A text that cannot be changed so, such as `on: [push]` where a schedule is wanted, is given back without it: whoever
calls looks at the result.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.error import YAMLError

from reconciler.starter.jobs import RECONCILE, Job, read_jobs, secret, token_line

OURS = re.compile(r"META_(ACCESS_)?TOKEN(_\w+)?")
"""Names of tokens. A line of another name, such as RECONCILER_PING_URL, is somebody's own."""


@dataclass(frozen=True, order=True)
class _Edit:
    """From the character `start` to before `end`, `new` takes the place of what stands there."""

    start: int
    end: int
    new: str


class _Text:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.splitlines(keepends=True)
        self.newline = "\r\n" if text.count("\r\n") else "\n"
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line))

    def at(self, line: int, column: int = 0) -> int:
        return self._starts[min(line, len(self.lines))] + column

    def put_lines(self, line: int, column: int, new: Iterable[str]) -> _Edit:
        """Above `line`, indented up to `column`."""
        start = self.at(line)
        return _Edit(start, start, "".join(f"{' ' * column}{one}{self.newline}" for one in new))

    def without_lines(self, first: int, last: int) -> _Edit:
        return _Edit(self.at(first), self.at(last + 1), "")

    def edited(self, edits: Iterable[_Edit]) -> str:
        text = self.text
        for edit in sorted(set(edits), reverse=True):
            text = text[: edit.start] + edit.new + text[edit.end :]
        return text


def with_tokens(name: str, text: str, chdir: str, variables: Collection[str]) -> str:
    """Each of our steps that works in `chdir` is given `variables`, and no token that is none of them."""
    source = _Text(text)
    return source.edited(edit for job in _jobs(name, text, chdir) for edit in _tokens(source, job, variables))


def with_cron(name: str, text: str, chdir: str, cron: Iterable[str]) -> str:
    """The runs of reconcile by the clock are those of `cron`."""
    source = _Text(text)
    wanted = [f'- cron: "{line}"' for line in cron]
    jobs = [job for job in _jobs(name, text, chdir) if job.command == RECONCILE]
    return source.edited(edit for job in jobs for edit in _times(source, job, wanted))


def _jobs(name: str, text: str, chdir: str) -> list[Job]:
    try:
        return [job for job in read_jobs(name, text) if job.folder == chdir]
    except (YAMLError, AttributeError):
        return []


def _tokens(source: _Text, job: Job, variables: Collection[str]) -> Iterator[_Edit]:
    given = job.step.get("env")
    missing = [variable for variable in sorted(variables) if variable not in (given or ())]
    lines = [token_line(variable, job.command) for variable in missing]
    if given and _is_block(given):
        yield from _instead(source, given, _stale(given, variables, job.command), lines)
    elif given is not None and missing:
        inside = ", ".join(f'{variable}: "{secret(variable, job.command)}"' for variable in missing)
        at = source.text.find("{", source.at(given.lc.line, given.lc.col)) + 1
        yield _Edit(at, at, f"{inside}{', ' if given else ''}")
    elif missing and "env" in job.step:
        line, column = job.step.lc.key("env")
        yield source.put_lines(line + 1, column + 2, lines)
    elif missing and _is_block(job.step):
        yield from _new_env(source, job.step, lines)


def _new_env(source: _Text, step: Any, lines: Sequence[str]) -> Iterator[_Edit]:
    """Before the second key: the first stands behind the dash of the step."""
    places = _places(step)
    if len(places) > 1:
        line, column = places[1]
        yield source.put_lines(line, column, ["env:", *(f"  {one}" for one in lines)])


def _instead(source: _Text, given: Any, stale: Collection[str], lines: Sequence[str]) -> Iterator[_Edit]:
    line, column = _places(given)[0]
    if lines:
        yield source.put_lines(line, column, lines)
    if len(stale) < len(given) or lines:
        for name in stale:
            at, _ = given.lc.key(name)
            yield source.without_lines(at, at)


def _stale(given: Mapping[str, Any], variables: Collection[str], command: str) -> list[str]:
    """Tokens that no account names any more, in lines as we write them."""
    return [
        name
        for name, value in given.items()
        if name not in variables and OURS.fullmatch(name) and value == secret(name, command)
    ]


def _times(source: _Text, job: Job, wanted: Sequence[str]) -> Iterator[_Edit]:
    schedule = job.triggers.get("schedule")
    if isinstance(schedule, CommentedSeq) and schedule and _is_block(schedule):
        yield source.put_lines(_places(schedule)[0][0], schedule.lc.col, wanted)
        for entry in schedule:
            rows = [line for line, _ in _places(entry)]
            yield source.without_lines(min(rows), max(rows))
    elif schedule is None and "schedule" not in job.triggers and hasattr(job.triggers, "lc"):
        line, column = _places(job.triggers)[0]
        yield source.put_lines(line, column, ["schedule:", *(f"  {one}" for one in wanted)])


def _is_block(node: Any) -> bool:
    return not node.fa.flow_style()


def _places(node: Any) -> list[tuple[int, int]]:
    """Line and column of each key, in the order of the file; those that come in by an anchor have none here."""
    return sorted((int(place[0]), int(place[1])) for place in (node.lc.data or {}).values())
