"""The parser's own errors in plain words, where the lines do not show what a person has written. Pure."""

from __future__ import annotations

import re
from typing import Any

from reconciler.config.comments import LINE_BREAK
from reconciler.config.syntax.among_lines import cause
from reconciler.model.problem import Origin, Problem

# (in ruamel's "context: problem", what to say, mend); the first that matches counts.
# {char} is the character at fault, {since} the line where the broken thing begins.
_SYNTAX = (
    (
        r"mapping values are not allowed",
        "a ':' stands here, inside a value that has begun already",
        "give each key its own line and indentation; quote a text that holds ': '",
    ),
    (
        r"sequence entries are not allowed",
        "a list item '- ' stands where no list can begin",
        "begin the list on a line of its own; quote a text that begins with '- '",
    ),
    (r"mapping keys are not allowed", "a '? ' stands where no key can begin", "quote the text"),
    (r"could not find expected ':'", "a key without a ':'", "write key: value on one line"),
    (r"an (anchor|alias)", "a value cannot begin with '&' or '*'", "quote the text"),
    (r"tag", "a value cannot begin with '!'", "quote the text"),
    (r"directive", "a % directive is not allowed", "delete the line"),
    (r"tab character", "a tab is used to indent", "indent with spaces"),
    (r"cannot start any token", "a value cannot begin with {char}", "quote the text"),
    (
        r"<document start>",
        "what stands above this line is a text of its own, with no key",
        "write key: value lines from the first line on",
    ),
    (
        r"document separator",
        "a '---' or '...' inside a quoted text ends the document",
        "close the quote above it; where the line belongs to the text, put two spaces before it",
    ),
    (
        r"document end marker",
        "text after the end of the document",
        "keep one document a file",
    ),
    (r"end of stream", "a quote that is never closed", "write the closing quote"),
    (
        r"',' or '\]'",
        "the list that [ opens at line {since} has neither a ',' nor its ']' here",
        "put the ',' or the ']'",
    ),
    (
        r"',' or '\}'",
        "the mapping that {{ opens at line {since} has neither a ',' nor its '}}' here",
        "put the ',' or the '}'",
    ),
    (
        r"expected <block end>",
        "this does not continue what begins at line {since}",
        "line it up with its siblings; quote the whole of a text that begins with a quote",
    ),
    (
        r"escape character|escape sequence",
        "this is no escape of a double-quoted text",
        "write / in a path; put a text with a backslash into single quotes",
    ),
    (
        r"a block scalar",
        "only |, >, + and - may stand on the line where a block text begins",
        "begin the text on the next line",
    ),
    (
        r"node content",
        "a value is expected here, and {char} begins none",
        "write a value, or quote the text",
    ),
)


_PLAIN_ENOUGH = "document separator|document end marker|escape"
"""What the parser says better than the line shows."""


def explain(error: Exception, source: str, name: str) -> Problem:
    """The cause that is seen in the lines, else the parser's error."""
    mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    found = None
    if mark is not None and not re.search(_PLAIN_ENOUGH, str(getattr(error, "problem", ""))):
        at_end = not source[mark.index :].strip()
        began = getattr(error, "context_mark", None) or mark
        found = cause(LINE_BREAK.split(source), (began if at_end else mark).line, name)
        found = _bare_variable(LINE_BREAK.split(source)[mark.line], mark.line + 1, name) or found
    return found or _told(error, source, name)


_IN_BRACKETS = r"[\[{,:]\s+(?P<text>[^\s\"'{}\[\],]*(?P<name>\$\{\w+\})[^\s\"'{}\[\],]*)"
"""An unquoted text with a variable, of which the brackets would end at its }."""


def _bare_variable(line: str, number: int, name: str) -> Problem | None:
    found = re.search(_IN_BRACKETS, line)
    if found is None or not re.search(r"[\[{]", line[: found.start("name")]):
        return None
    origin = Origin(name, number, found.start("text") + 1)
    said = f"within brackets YAML takes the braces of {found['name']} for its own"
    return Problem(origin, said, f'put it in quotes: "{found["text"]}"')


_WINDOWS = re.compile(r'"[A-Za-z]:\\[^"\r\n]*?([\w.-]+)"')


def _windows_path(mark: Any, source: str, name: str) -> Problem | None:
    """In double quotes each of its backslashes begins an escape."""
    path = _WINDOWS.match(source, mark.index)
    if path is None:
        return None
    whose = f"put the file below creatives/ and write its path there: {path[1]}"
    said = "a path of Windows; here it has no backslashes and no drive"
    return Problem(Origin(name, mark.line + 1, mark.column + 1), said, whose)


def _told(error: Exception, source: str, name: str) -> Problem:
    said = f"{getattr(error, 'context', None) or ''}: {getattr(error, 'problem', None) or error}"
    context: Any = getattr(error, "context_mark", None)
    mark: Any = getattr(error, "problem_mark", None) or context
    if mark is None:
        return Problem(Origin(name), f"this is not YAML: {said}", "check the quotes and the indentation")
    char = source[mark.index : mark.index + 1]
    if "escape" in said and (found := _windows_path(context or mark, source, name)):
        return found
    if char == "\t" and "cannot start" in said:
        said = "tab character"
    since = (context or mark).line + 1
    # The end of the file is nowhere to look: what was left open is.
    if context and not source[mark.index :].strip():
        mark = context
    origin = Origin(name, mark.line + 1, mark.column + 1)
    for pattern, message, mend in _SYNTAX:
        if re.search(pattern, said):
            return Problem(origin, message.format(char=repr(char) if char else "the end", since=since), mend)
    return Problem(origin, f"this is not YAML: {said.strip(': ')}", "check the quotes and the indentation")
