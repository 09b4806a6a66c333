"""The comment of a merged pull request, over all runs that have done something for its commit. Pure.

What a run has done stays there when a later one of the same commit does the rest, or finds nothing to do: each is a
section of its own. One that has done nothing gives way to the next.
"""

from __future__ import annotations

import re

from reconciler.render.fitting import utf16_units

FIRST_LINE = re.compile(r"<!-- outcome of ([0-9a-f]*)( without effect)? -->\n")
BETWEEN = "\n\n---\n\n"


def section(commit: str, text: str, *, effect: bool) -> str:
    return f"<!-- outcome of {commit}{'' if effect else ' without effect'} -->\n{text.strip()}\n"


def is_outcome(body: str) -> bool:
    """False of the plan that stands there before the merge."""
    return FIRST_LINE.match(body) is not None


def with_section(former: str, new: str, limit: int, *, idle: bool) -> str:
    """`former` and `new` are texts of the comment without its marker. `idle`: this run had nothing to do."""
    sections = [*_sections(former, _commit(new))]
    if idle and sections:
        return former
    if sections and "without effect" in sections[-1].partition("\n")[0]:
        sections.pop()
    while sections and utf16_units(BETWEEN.join([*sections, new])) > limit:
        sections.pop()
    return BETWEEN.join([*sections, new])


def _commit(text: str) -> str:
    found = FIRST_LINE.match(text)
    return found[1] if found else ""


def _sections(body: str, commit: str) -> list[str]:
    """Those of the commit; none where the comment is of another one, or is a plan."""
    if not is_outcome(body) or _commit(body) != commit:
        return []
    starts = [found.start() for found in FIRST_LINE.finditer(body)]
    return [body[a:b].removesuffix(BETWEEN).strip() for a, b in zip(starts, [*starts[1:], len(body)], strict=True)]
