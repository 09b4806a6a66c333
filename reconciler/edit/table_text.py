"""One cell of a CSV text exchanged, with all else as it was to the byte: separators, quotes, line ends. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from reconciler.edit.yaml_text import CannotEditError, flow
from reconciler.text.csv import delimiter_of

BREAKS = re.compile("\r\n|\r|\n")
JOINT = re.compile(r"\s*[,;+|]\s*|\s+")


def with_cell(text: str, line: int, column: int, value: Any) -> str:
    """`line` and `column` count from 1, as an `Origin` has them: that of a cell's first letter. Raises
    CannotEditError."""
    at = _line_start(text, line) + column - 1
    delimiter = delimiter_of(text)
    plain = re.escape(delimiter)
    found = re.compile(rf'(?P<before> *)(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^{plain}\r\n]*))').match(text, at)
    if found is None:
        raise CannotEditError("the table has no such cell")
    was = found["plain"] if found["quoted"] is None else found["quoted"].replace('""', '"')
    said = _said(value, was.strip())
    start, end = found.span("quoted" if found["quoted"] is not None else "plain")
    if found["quoted"] is not None:
        return text[:start] + said.replace('"', '""') + text[end:]
    left, right = start + len(was) - len(was.lstrip()), end - len(was) + len(was.rstrip())
    return text[: min(left, end)] + _in_quotes(said, delimiter) + text[max(left, right) :]


def _line_start(text: str, line: int) -> int:
    at = 0
    for _ in range(line - 1):
        found = BREAKS.search(text, at)
        if found is None:
            raise CannotEditError("the table has no such line")
        at = found.end()
    return at


def _said(value: Any, was: str) -> str:
    """As people write it into a cell; a list with what parts the items there now."""
    if isinstance(value, (list, tuple)):
        joint = found[0] if (found := JOINT.search(was.strip("[]"))) else ", "
        inner = joint.join(str(one) for one in _plain(value))
        return f"[{inner}]" if was.startswith("[") else inner
    return value if isinstance(value, str) else next(iter(_plain([value])))


def _plain(values: Sequence[Any]) -> list[str]:
    if any(isinstance(one, (dict, list, tuple)) for one in values):
        raise CannotEditError("a cell holds one value")
    return [one if isinstance(one, str) else flow(one) for one in values]


def _in_quotes(said: str, delimiter: str) -> str:
    """Where a reader would end the cell too early, or take its first quote for the beginning of one."""
    if delimiter in said or '"' in said or BREAKS.search(said):
        return '"' + said.replace('"', '""') + '"'
    return said
