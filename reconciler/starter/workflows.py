"""The workflows of a repository: written for the tokens and the times that desired/ declares. Of a workflow that is
there already only these lines are changed; the rest is the people's.

A token is never in a file. A workflow names the variables that desired/accounts names, and the secrets they come from:

    token: env/META_TOKEN_ACME   =>   META_TOKEN_ACME: ${{ secrets.META_TOKEN_ACME }}        where it may write
                                      META_TOKEN_ACME: ${{ secrets.META_TOKEN_ACME_READ }}   where it only reads
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from ruamel.yaml.error import YAMLError

from reconciler.model.errors import FileError
from reconciler.starter.cron import EVERY_TEN_MINUTES
from reconciler.starter.edits import with_cron, with_tokens
from reconciler.starter.jobs import COMMANDS, RECONCILE, read_jobs, token_line

FOLDER = ".github/workflows"
ACTION = ".github/actions/reconciler/action.yml"
TOKEN = "META_ACCESS_TOKEN"  # noqa: S105  the variable's name
MAIN = "main"
SIGNED = "# written by reconciler init, "
"""Before the digest of the lines above: where it fits, nobody has changed them, and a newer version may."""


@dataclass(frozen=True)
class Place:
    """Where a project stands in its git repository."""

    top: Path
    """The folder of the git repository, where GitHub looks for workflows."""
    chdir: str = "."
    """The project's folder, from there."""
    branch: str = MAIN
    """The default branch."""


@dataclass
class Written:
    """By path from the top."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    """What could not be brought in, by where."""
    cron: list[str] = field(default_factory=list)
    """Of reconcile, as the files are now."""


def place_of(root: Path, branch: str) -> Place:
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
    return Place(top, root.relative_to(top).as_posix(), branch)


def workflow_files(
    variables: Collection[str] = (TOKEN,), cron: Iterable[str] = EVERY_TEN_MINUTES, place: Place | None = None
) -> dict[str, str]:
    """By path, the text of each workflow and of the action that they call."""
    source = files("reconciler.starter").joinpath("github")
    found = {ACTION: _signed(source.joinpath("actions", "reconciler", "action.yml").read_text("utf-8"))}
    for command in COMMANDS:
        text = source.joinpath("workflows", f"{command}.yml").read_text("utf-8")
        name = f"{FOLDER}/{command}.yml"
        if place is not None:
            text = _with_place(text, command, place)
        chdir = "." if place is None else place.chdir
        found[name] = with_cron(name, with_tokens(name, text, chdir, variables), chdir, cron)
    return found


def _with_place(text: str, command: str, place: Place) -> str:
    lines = {"    branches: [main]\n": f"    branches: [{_quoted(place.branch)}]\n"}
    if place.chdir != ".":
        below = _quoted(place.chdir)
        lines |= {
            f"with: {{command: {command}}}\n": f"with: {{command: {command}, chdir: {below}}}\n",
            f"          command: {command}\n": f"          command: {command}\n          chdir: {below}\n",
        }
    for old, new in lines.items():
        text = text.replace(old, new)
    return text


def _quoted(word: str) -> str:
    plain = word.replace("/", "").replace("-", "").replace("_", "").isalnum() and word[0].isalpha()
    return word if plain else "'" + word.replace("'", "''") + "'"


def _signed(text: str) -> str:
    return f"{text}{SIGNED}{sha256(text.encode()).hexdigest()[:16]}\n"


def _is_ours(text: str) -> bool:
    above, _, _ = text.rpartition(SIGNED)
    return _signed(above) == text


def write_workflows(place: Place, variables: Collection[str], cron: Sequence[str] | None) -> Written:
    """Writes what is not there yet. Of the workflows that are there, the lines of tokens are changed, and those of the
    times unless `cron` is None. Raises FileError where one cannot be read or written."""
    done = Written()
    for name, text in workflow_files(variables, cron or EVERY_TEN_MINUTES, place).items():
        try:
            _write(place, name, text, variables, cron, done)
        except OSError as error:
            raise FileError(f"{name} cannot be written: {error.strerror}\n  mend: free that path") from None
    return done


def _write(
    place: Place, name: str, text: str, variables: Collection[str], cron: Sequence[str] | None, done: Written
) -> None:
    path = place.top / name
    before = path.read_bytes().decode("utf-8", errors="surrogateescape") if path.exists() else ""
    after = text
    if before and name != ACTION:
        after = _edited(place, name, before, variables, cron, done)
    elif before and not _is_ours(before):
        after = before
        if before != text.rpartition(SIGNED)[0]:
            done.left[name] = "it was changed by hand; delete it, and run this again, to have that of this version"
    if f"{RECONCILE}.yml" in name:
        done.cron = _cron(name, after, place.chdir)
    if after == before:
        done.same += [] if name in done.left else [name]
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(after.encode("utf-8", errors="surrogateescape"))
    (done.changed if before else done.new).append(name)


def _edited(
    place: Place, name: str, before: str, variables: Collection[str], cron: Sequence[str] | None, done: Written
) -> str:
    after = with_tokens(name, before, place.chdir, variables)
    if cron is not None:
        after = with_cron(name, after, place.chdir, cron)
    lacks = _lacking(name, after, place.chdir, variables, cron)
    if lacks:
        done.left[name] = lacks
    return before if lacks else after


def _lacking(name: str, text: str, chdir: str, variables: Collection[str], cron: Sequence[str] | None) -> str:
    """What the edited text has not all the same; "" where it has it all."""
    try:
        jobs = [job for job in read_jobs(name, text) if job.folder == chdir]
    except (YAMLError, AttributeError):
        return "it is no workflow that can be read"
    if not jobs:
        return f"no step in it runs one of our commands in {chdir}"
    for job in jobs:
        for variable in sorted(set(variables) - set(job.step.get("env") or ())):
            return f"add {token_line(variable, job.command)} below env: of the step that runs {job.command}"
        if cron is not None and job.command == RECONCILE and job.cron != list(cron):
            return f"write the lines of times yourself: {', '.join(cron)}"
    return ""


def _cron(name: str, text: str, chdir: str) -> list[str]:
    try:
        return next((job.cron for job in read_jobs(name, text) if job.folder == chdir), [])
    except (YAMLError, AttributeError):
        return []
