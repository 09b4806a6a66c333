"""What is wrong in the files, for the pull request that brings it: each with its place and its mend. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reconciler.kinds.said import counted
from reconciler.model.problem import Problem
from reconciler.render.alike import Mistake, few, mistakes
from reconciler.render.fitting import Piece, always, cut, fitted, utf16_units
from reconciler.render.inert import code, inert, item, link
from reconciler.text.sanitize import brief


def problems_markdown(
    problems: Sequence[Problem],
    *,
    commit: str,
    file_url: Callable[[str], str],
    limit: int,
    left_out: Sequence[str] = (),
) -> str:
    """At most `limit` UTF-16 units. `file_url` gives the address of a file, "" where nobody can open it. `left_out`:
    the accounts that are wrong, where others can be planned."""
    files = len({problem.origin.file for problem in problems})
    what = f"{few(map(inert, left_out))} cannot be planned" if left_out else "nothing can be planned"
    asked = "Nothing was asked of Meta." if not left_out else "The plan of the other accounts stands below."
    head = (
        f"### {counted(len(problems), 'problem')} in {counted(files, 'file')}: {what}\n\n"
        f"{f'Commit {code(commit[:7])}. ' if commit else ''}{asked}\n\n"
    )
    pieces = [Piece(((rank, _item(one, file_url)),), "problem") for rank, one in enumerate(mistakes(problems))]
    note = "\nCut to fit in here: {}. `reconciler validate` tells all.\n"
    room = limit - utf16_units(note.format(f"{len(problems):,} problems left out"))
    chosen = fitted([always(head), *pieces], room, utf16_units)[1:]
    cut_out = ", ".join(cut(pieces, chosen))
    shown = "".join(piece.whole for piece, number in zip(pieces, chosen, strict=True) if number)
    return f"{head}{shown}{note.format(cut_out) if cut_out else ''}"


def _item(mistake: Mistake, file_url: Callable[[str], str]) -> str:
    problem = mistake.problem
    origin = problem.origin
    url = file_url(origin.file)
    place = link(code(str(origin)), f"{url}#L{origin.line}" if url and origin.line else url)
    also = f"<br>the same at {inert(mistake.also)}" if mistake.also else ""
    mend = f"<br>mend: {inert(brief(problem.mend))}" if problem.mend else ""
    return item(f"{place} {inert(brief(problem.message))}{also}{mend}")
