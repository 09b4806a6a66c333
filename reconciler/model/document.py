"""One file as data, with the place of every key and value."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import Any

from reconciler.model.light import light
from reconciler.model.problem import Origin

KeyPath = tuple[str | int, ...]


@light(frozen=True, eq=False)
class Document:
    """One file: `data` is dict, list, str, int, float, bool and None only.

    `values` says where each value starts, `keys` where each mapping key stands. Paths lead from the top
    level, `()`; a list's steps are its indexes. `cut` says where a `#` stands that may have cut an unquoted value off,
    with the line as it is `written`; documents made of several have none.
    """

    data: dict[str, Any]
    values: dict[KeyPath, Origin]
    keys: dict[KeyPath, Origin]
    cut: dict[KeyPath, Origin] = field(default_factory=dict)

    def origin(self, path: KeyPath) -> Origin:
        """Where the value at `path` starts, or its key; for what is not in the file, its nearest ancestor.

        Raises KeyError where not even `()` is known.
        """
        while path and path not in self.values and path not in self.keys:
            path = path[:-1]
        return self.values.get(path) or self.keys[path]

    @cached_property
    def texts(self) -> tuple[tuple[KeyPath, Origin, str], ...]:
        """Each text that stands in a file, with its path and its place."""
        written = [(path, origin) for path, origin in self.values.items() if origin.is_written]
        return tuple([(path, origin, text) for path, origin in written if isinstance(text := self.value(path), str)])

    def value(self, path: KeyPath) -> Any:
        """What is written at `path`; None where nothing is."""
        found: Any = self.data
        for step in path:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return None
        return found
