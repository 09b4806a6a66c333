"""The steps of a repository's workflows that run one of our commands, with the places of what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import PurePosixPath
from typing import Any

from ruamel.yaml import YAML

RECONCILE = "reconcile"
COMMANDS = ("plan", RECONCILE, "drift", "command")
OPTIONAL = frozenset({"command"})
"""What a repository may do without."""
READ = "_READ"
"""Behind the name of the secret with a token that may only read."""

CHDIR = re.compile(r"--chdir[= ]['\"]?([^\s'\"]+)")


def token_line(variable: str, command: str) -> str:
    return f"{variable}: {secret(variable, command)}"


def secret(variable: str, command: str) -> str:
    return f"${{{{ secrets.{variable}{'' if command == RECONCILE else READ} }}}}"


SECRET = re.compile(r"\bsecrets\.(\w+)")
OF_THE_RUN = "GITHUB_TOKEN"
"""A secret that GitHub makes for each run."""


@dataclass(frozen=True)
class Wiring:
    """How a job that runs one of our commands is set up."""

    command: str
    file: str
    """In the folder of the workflows, as GitHub's API names it: `reconcile.yml`."""
    check: str
    """What a rule of a branch calls the job."""
    environment: str
    """"" for none."""
    secrets: frozenset[str]
    cron: tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """A job of a workflow that runs one of our commands. The nodes are ruamel's, which know their places."""

    command: str
    folder: str
    """That it works in, from the top of the repository; `.` for the top."""
    file: str
    workflow: Any
    key: str
    job: Any
    step: Any

    @property
    def triggers(self) -> Mapping[str, Any]:
        """By event, what stands below it: None where nothing does."""
        on = self.workflow.get("on")
        if isinstance(on, Mapping):
            return on
        return dict.fromkeys(on if isinstance(on, list) else [str(on)])

    @property
    def cron(self) -> list[str]:
        schedule = self.triggers.get("schedule")
        entries = schedule if isinstance(schedule, list) else []
        return [str(entry["cron"]) for entry in entries if isinstance(entry, Mapping) and "cron" in entry]

    @property
    def wiring(self) -> Wiring:
        environment = self.job.get("environment") or ""
        given = [self.step, *(holder.get("env") or {} for holder in (self.workflow, self.job))]
        return Wiring(
            self.command,
            self.file.rpartition("/")[2],
            str(self.job.get("name") or self.key),
            str(environment.get("name", "") if isinstance(environment, dict) else environment),
            frozenset(name for text in _texts(given) for name in SECRET.findall(text)) - {OF_THE_RUN},
            tuple(self.cron),
        )


def read_jobs(file: str, text: str) -> list[Job]:
    """Raises YAMLError or AttributeError for what is no workflow."""
    workflow = YAML().load(StringIO(text, newline=""))
    return list(_jobs(file, workflow))


def _jobs(file: str, workflow: Any) -> Iterator[Job]:
    for key, job in (workflow.get("jobs") or {}).items():
        for step in job.get("steps") or ():
            command = _command(step)
            if command:
                yield Job(command, _folder(step), file, workflow, str(key), job, step)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


def _command(step: Any) -> str:
    """`with: {command: plan}` of the action, or `run: reconciler ci plan`; "" where it is neither."""
    given = str((step.get("with") or {}).get("command", "")) if step.get("uses") else ""
    typed = str(step.get("run", ""))
    return next((one for one in COMMANDS if one == given or f"reconciler ci {one}" in typed), "")


def _folder(step: Any) -> str:
    typed = CHDIR.search(str(step.get("run", "")))
    below = typed[1] if typed else (step.get("with") or {}).get("chdir", ".")
    return (PurePosixPath(str(step.get("working-directory", "."))) / str(below)).as_posix()
