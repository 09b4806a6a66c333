"""What an editor can offer in one clone: the names of what is declared there, and of its media."""

from __future__ import annotations

from pathlib import Path

from reconciler.edit.canonical import schema_and_spec
from reconciler.media.files import media_names
from reconciler.store.declared import declared_files


def names_in(root: Path) -> dict[str, list[str]]:
    """By kind of thing (`template`, `video`, `image`, kinds with files of their own), the names in order."""
    found: dict[str, set[str]] = {kind: set(names) for kind, names in media_names(root).items()}
    for file in declared_files(root):
        if known := schema_and_spec(file):
            found.setdefault(known[0], set()).add(Path(file).stem)
    return {kind: sorted(names) for kind, names in found.items()}
