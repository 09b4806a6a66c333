"""What `reconciler init` writes: a repository that validates as it stands."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from reconciler.errors import UsageError
from reconciler.schema import schema_files

NOT_COPIED = frozenset({"__init__.py", "__pycache__"})
RENAMED = {"github": ".github"}
"""Folders that start with a dot are easily lost in packaging."""

GITIGNORE = ".venv/\n__pycache__/\nstate/.*\n"


def write_starter(root: Path) -> list[str]:
    """Writes the files that are not there yet, and names them. Raises UsageError where desired/ exists."""
    if (root / "desired").exists():
        raise UsageError(f"{root} has a desired/ folder already: it is a repository of the reconciler")
    contents = {name: source.read_bytes() for name, source in _files(files(__name__), "")}
    contents[".gitignore"] = GITIGNORE.encode()
    contents |= {f"schemas/{name}": text.encode() for name, text in schema_files().items()}
    written = []
    for name, content in sorted(contents.items()):
        path = root / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written.append(name)
    return written


def _files(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in folder.iterdir():
        if entry.name in NOT_COPIED:
            continue
        name = f"{prefix}{RENAMED.get(entry.name, entry.name)}"
        found += _files(entry, f"{name}/") if entry.is_dir() else [(name, entry)]
    return found
