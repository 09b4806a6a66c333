"""Campaign by campaign in a comment: a line each, and what is to be seen when it is opened. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from reconciler.kinds import KINDS
from reconciler.kinds.identity import MEDIA_FIELDS
from reconciler.kinds.said import WORD, counted
from reconciler.model.moments import format_time
from reconciler.render.fields import PROSE, Lines, Row, Step
from reconciler.render.fitting import Piece, always
from reconciler.render.inert import code, fenced, html_code, inert, item, link
from reconciler.render.markdown.words import (
    DANGERS,
    DANGERS_WHOLE,
    MOST_NAMES,
    REST,
    REST_WHOLE,
    named,
    number_of,
    place_of,
    row_of,
    until_text,
)
from reconciler.render.review import Block, Review
from reconciler.render.told import Part, Tabled, Told

SAID = {
    "create": "new",
    "update": "changed",
    "replace": "replaced",
    "activate": "turned on",
    "pause": "paused",
    "archive": "archived",
    "delete": "deleted",
    "adopt": "taken under management",
    "forget": "let go",
}
WORDS = {
    "+": "New",
    "~": "Changed",
    "-/+": "Replaced",
    ">": "Turned on",
    "=": "Paused",
    "-": "Removed",
    "=>": "Taken under management",
    ".": "Let go",
}
"""By symbol."""


def section(title: str, blocks: Sequence[Block], review: Review, *, opened: bool) -> Iterator[Piece]:
    if not blocks:
        return
    yield always(f"#### {title}\n\n")
    for block in blocks:
        line, details = _block_line(block, review), _block_details(block, review)
        head = f"<details{' open' if opened else ''}><summary>{line}</summary>\n\n"
        short, whole = (DANGERS, DANGERS_WHOLE) if block.dangers else (REST, REST_WHOLE)
        folded = f"{head}{details}</details>\n\n"
        yield Piece(((short, f"{item(line)}\n"), (whole, folded)), KINDS[block.address.kind].title)


def _block_line(block: Block, review: Review) -> str:
    if len(block.roots) > 1:
        kind = number_of(len(block.roots), block.address.kind)
        name = f"<b>{kind} alike</b> {html_code(str(block.address))} to {html_code(str(block.roots[-1]))}"
    else:
        name = named(block.name, str(block.address))
    facts = [*_block_budgets(block), *_block_starts(block, review), *_block_counts(block)]
    dangers = f" — <b>{', '.join(block.dangers)}</b>" if block.dangers else ""
    return f"{name}: {'; '.join(facts)}{dangers}"


def _block_counts(block: Block) -> Iterator[str]:
    """`new: 1 campaign and 1 ad set`; what is turned on as soon as it is made is new."""
    for action, word in SAID.items():
        kinds = block.kinds[action]
        if kinds and not (action == "activate" and block.counts["create"] + block.counts["replace"]):
            *most, last = [number_of(number, kind) for kind, number in kinds.items()]
            yield f"{word}: {', '.join(most)}{' and ' if most else ''}{last}"


def _block_starts(block: Block, review: Review) -> Iterator[str]:
    moments = Counter(start.at for start in block.starts)
    if any(start.drifted for start in block.starts):
        yield "does not start while what was changed in Ads Manager stands"
    elif any(start.waits for start in block.starts):
        yield "does not start while what is refused stands"
    elif len(moments) == 1:
        at = next(iter(moments))
        verb = "starts" if len(block.starts) == 1 else "start"
        ends = {start.until for start in block.starts}
        until = next(iter(ends)) if len(ends) == 1 else None
        when = format_time(at, review.zone) if at else "with the merge"
        yield f"{verb} {when}{until_text(until, review)}"
    elif moments:
        first, last = block.starts[0].at, max(at for at in moments if at)
        since = format_time(first, review.zone) if first else "the merge"
        yield f"start from {since} to {format_time(last, review.zone)}"


def _block_budgets(block: Block) -> Iterator[str]:
    found = list(Counter(block.budgets).items())
    for budget, number in found[:MOST_NAMES]:
        yield f"{f'{number:,} × ' if number > 1 else ''}{inert(budget)}"
    if len(found) > MOST_NAMES:
        yield f"{counted(len(found) - MOST_NAMES, 'other budget')}"


def _block_details(block: Block, review: Review) -> str:
    is_new = not any(isinstance(part, Told) and part.changed for part in block.parts)
    where = f"Declared in {place_of(block.file, block.line, review)}\n\n" if block.file and is_new else ""
    return where + "".join(_part(part, block, review) for part in block.parts)


def _part(part: Part, block: Block, review: Review) -> str:
    if isinstance(part, Tabled):
        names = list(next(iter(part.rows.values())))
        head = row_of([WORDS[part.symbol], *map(code, names)]) + row_of([":--"] * (len(names) + 1))
        rows = (row_of([code(a), *(_value(n, fields[n], block) for n in names)]) for a, fields in part.rows.items())
        return f"{head}{''.join(rows)}\n"
    status, _, remark = part.aside.partition("# ")
    told = [place_of(part.origin.file, part.origin.line, review)] if part.origin else []
    told += [inert(status.strip())] if status.strip() else []
    told += [f"<b>{inert(remark)}</b>"] if remark else []
    label = inert(part.label.replace("_", " "))
    head = f"<b>{WORDS[part.symbol]}: {label}</b> {code(part.address)}{' — ' if told else ''}{'; '.join(told)}\n\n"
    return head + (_changed(part.rows, block) if part.changed else _made(part.rows, block))


def _made(rows: Sequence[Row], block: Block) -> str:
    if not rows:
        return ""
    head = row_of(["Field", "Value"]) + row_of([":--", ":--"])
    return head + "".join(row_of([code(row.name), _value(row.name, row.lines, block)]) for row in rows) + "\n"


def _changed(rows: Sequence[Row], block: Block) -> str:
    """As a table; text of several lines as a difference, which a table would make hard to read."""
    long = [row for row in rows if row.name in PROSE and any(len(s.before) + len(s.after) > 2 for s in row.steps)]
    short = [row for row in rows if row not in long]
    sets_off = any(row.remark for row in short)
    names = ["Field", "Now", "After the merge", *["Sets off"] * sets_off]
    table = [row_of(names), row_of([":--"] * len(names))] if short else []
    for row in short:
        for n, step in enumerate(row.steps):
            name = f"{code(row.name)} {code(step.path)}" if step.path else code(row.name)
            values = _value(row.name, step.before, block), f"<b>{_value(row.name, step.after, block)}</b>"
            table.append(row_of([name, *values, *[inert(row.remark) if not n else ""] * sets_off]))
    fences = [f"{code(row.name)}\n\n{_difference(row.steps[0])}\n\n" for row in long]
    return "".join([*table, "\n" * bool(table), *fences])


def _difference(step: Step) -> str:
    return fenced([*(f"- {line}" for line in step.before), *(f"+ {line}" for line in step.after)], "diff")


def _value(name: str, lines: Lines, block: Block) -> str:
    return "<br>".join(_shown(name, line, block.media) for line in lines)


def _shown(name: str, line: str, media: Mapping[str, str]) -> str:
    if name in MEDIA_FIELDS:
        path = next((path for path in media if line.startswith(f"{path} (")), "")
        return f"{link(code(path), media[path])}{inert(line.removeprefix(path))}" if path else inert(line)
    if name in PROSE or name == "name":
        return inert(line)
    quoted = len(line) > 2 and line[0] == line[-1] == '"'
    return code(line[1:-1]) if quoted else code(line) if WORD.fullmatch(line) else inert(line)
