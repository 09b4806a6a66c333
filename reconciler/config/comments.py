"""What a `#` behind unquoted text may have cut off. Pure.

YAML ends an unquoted text at ` #`: `Sale #1 now` is `Sale`. Only what is plainly a comment may do that: two spaces
before its `#` and one after.
"""

from __future__ import annotations

import re

from reconciler.model.problem import Origin

LINE_BREAK = re.compile(r"\r\n?|\n")
_BEHIND = re.compile(r"([,\s]*)#(.*)")
_REST = re.compile(r"\s*\Z")
_VALUE = re.compile(r"\s*:")


class Comments:
    """The lines of one file, asked for what follows a value."""

    def __init__(self, source: str, name: str) -> None:
        self.lines = LINE_BREAK.split(source) if "#" in source else []
        self.name = name

    def doubtful(self, line: int, column: int, indent: int) -> Origin | None:
        """Where a `#` stands that may belong to a value which ends at `line` and `column` (from 0).

        `indent` is the column of the value's key; lines further in than that go on with the value.
        """
        if line >= len(self.lines):
            return None
        text = self.lines[line]
        if match := _BEHIND.match(text, column):
            if not _is_plain(match.group(1), match.group(2)):
                return Origin(self.name, line + 1, match.end(1) + 1, text)
        elif not _REST.match(text, column):
            return None
        return self.below(line + 1, indent)

    def behind_key(self, line: int, column: int, indent: int) -> Origin | None:
        """The same for a key without a value that ends there."""
        colon = _VALUE.match(self.lines[line], column) if line < len(self.lines) else None
        return self.doubtful(line, colon.end(), indent) if colon else None

    def below(self, line: int, indent: int) -> Origin | None:
        """The same for a text whose last line is the one before `line`."""
        for number in range(line, len(self.lines)):
            text = self.lines[number].lstrip()
            before = self.lines[number][: len(self.lines[number]) - len(text)]
            if text and (not text.startswith("#") or len(before) <= indent):
                return None
            if text and not _is_plain(before, text[1:]):
                return Origin(self.name, number + 1, len(before) + 1, self.lines[number])
        return None


def _is_plain(before: str, after: str) -> bool:
    return before.endswith("  ") and after.startswith(" ")
