"""What `reconciler init` writes: a repository that validates and plans as it stands."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from reconciler.model.errors import FileError, UsageError
from reconciler.render.schema import schema_files
from reconciler.starter.requirements import pinned
from reconciler.starter.workflows import MAIN, Place, place_of, workflow_files

WORKFLOWS = "github"
"""Of the package: `workflow_files` has what is below it."""

GITIGNORE = """\
.venv/
__pycache__/
/state/*
!/state/README.md
reconciler-plan/
plan.json
plan.html
sandbox.json
/schemas/local/
/.vscode/settings.json
"""

GITATTRIBUTES = """\
/creatives/** filter=lfs diff=lfs merge=lfs -text
/creatives/**/*.md !filter !diff !merge text
/state/** linguist-generated
/schemas/** linguist-generated
*.yaml text eol=lf
*.json text eol=lf
"""

PROJECT = "desired/project.yaml"
"""Written last: where it stands, all the others do."""


@dataclass
class Written:
    """`kept` was there before and is as it was, with the lines that it lacks where it is a file of lines."""

    names: list[str] = field(default_factory=list)
    kept: dict[str, list[str]] = field(default_factory=dict)
    within: str = ""
    """The folder above that is such a repository itself; "" where none is."""


def write_starter(root: Path, branch: str = MAIN) -> Written:
    """Writes the files that are not there yet; the workflows only at the top of a git repository, since GitHub looks
    for them nowhere else. `branch` is the default one. Raises UsageError where the folder is such a repository already,
    and FileError where it cannot be written."""
    if os.path.lexists(root / PROJECT):
        raise UsageError(
            f"{root} is a repository of the reconciler already: {PROJECT} is there\n"
            "  mend: go on there with reconciler validate, or name another folder: reconciler init FOLDER"
        )
    done = Written(within=next((str(above) for above in root.parents if (above / PROJECT).is_file()), ""))
    try:
        for name, content in sorted(
            _contents(place_of(root, branch)).items(), key=lambda item: (item[0] == PROJECT, item[0])
        ):
            _write(root, name, content, done)
    except OSError as error:
        raise FileError(
            f"{error.filename or root} cannot be written: {error.strerror}\n"
            "  mend: free that path, or name a folder that you may write to: reconciler init FOLDER"
        ) from None
    return done


def _contents(place: Place) -> dict[str, bytes]:
    contents = {name: source.read_bytes() for name, source in _files(files(__name__), "")}
    if place.chdir == ".":
        contents |= {name: text.encode() for name, text in workflow_files(place=place).items()}
    contents |= {f"schemas/{name}": text.encode() for name, text in schema_files().items()}
    return contents | {name: text.encode() for name, text in _line_files().items()}


def _line_files() -> dict[str, str]:
    pins = "".join(f"{pin}\n" for pin in pinned())
    return {".gitignore": GITIGNORE, ".gitattributes": GITATTRIBUTES, "requirements.txt": pins}


def _write(root: Path, name: str, content: bytes, done: Written) -> None:
    path = root / name
    if os.path.lexists(path):
        done.kept[name] = _missing(path, content.decode()) if name in _line_files() else []
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    done.names.append(name)


def _missing(path: Path, text: str) -> list[str]:
    there = {line.strip() for line in path.read_text("utf-8", errors="replace").splitlines()}
    return [line for line in text.splitlines() if line not in there]


def _files(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        if entry.name.endswith(".py") or entry.name in ("__pycache__", WORKFLOWS):
            continue
        name = f"{prefix}{entry.name}"
        found += _files(entry, f"{name}/") if entry.is_dir() else [(name, entry)]
    return found
