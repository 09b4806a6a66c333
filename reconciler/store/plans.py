"""Plans that are kept until somebody has reviewed them."""

from __future__ import annotations

from typing import Protocol


class Plans(Protocol):
    """Texts of plans by name; for the files of a repository the name is a path."""

    def write(self, name: str, text: str) -> None:
        """Durable when it returns. After a crash the old text is there or the whole new one. Raises OSError where it
        cannot be written, and leaves the old text then."""

    def read(self, name: str) -> str:
        """The whole text that was written. Raises FileNotFoundError where nothing has the name, OSError where it cannot
        be read, and ValueError where it is no text: what cannot be read is never an empty plan."""
