"""The words and small parts of a comment. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from reconciler.engine.spend.over_time import Total
from reconciler.kinds import KINDS
from reconciler.kinds.codecs import grouped_money
from reconciler.kinds.said import counted
from reconciler.model.moments import format_time
from reconciler.model.plan import Spend
from reconciler.render.fitting import Measure, Piece, always, cut, fitted
from reconciler.render.inert import code, html_code, inert, item, link
from reconciler.render.review import Review, Start
from reconciler.render.spending import WITHIN_CAPS
from reconciler.text.sanitize import brief

ROWS, REFUSALS, DANGERS, DANGERS_WHOLE, DRIFT, REST, REST_WHOLE, ASIDE = range(8)
"""What is told, in the order of how long it is kept."""

MOST_MOMENTS = 3
MOST_NAMES = 3
LONGEST_NAME = 100


def number_of(number: int, kind: str) -> str:
    return counted(number, KINDS[kind].title.replace("_", " "))


def until_text(moment: datetime | None, review: Review) -> str:
    return f" until {format_time(moment, review.zone)}" if moment else ""


def names(starts: Sequence[Start]) -> str:
    number = f"{len(starts):,}: " if len(starts) > MOST_NAMES else ""
    more = [f"{len(starts) - MOST_NAMES:,} more"] if len(starts) > MOST_NAMES else []
    return number + ", ".join([*(named(start.name, str(start.address)) for start in starts[:MOST_NAMES]), *more])


def named(name: str, address: str) -> str:
    """The name with an end, so that the head has one; the campaign's table has all of it."""
    return f"<b>{inert(brief(name, LONGEST_NAME))}</b> {html_code(address)}" if name else html_code(address)


def total_of(total: Total, spend: Spend, review: Review) -> str:
    kept = WITHIN_CAPS if total.capped else ""
    if total.until is not None:
        return f"about <b>{money(total.amount, spend)}</b> in all until {local(total.until, review)}{kept}"
    if not total.onward:
        return f"about <b>{money(total.amount, spend)}</b> in all{kept}, without a declared end"
    if not total.amount:
        return "without a declared end"
    known = f"about {money(total.amount, spend)} until {local(total.known_until, review)}{kept}"
    return f"{known}, then <b>{money(total.onward, spend)} a day</b> without a declared end"


def money(minor: int, spend: Spend) -> str:
    return grouped_money(minor, spend.currency)


def local(moment: datetime, review: Review) -> str:
    """In the project's time zone, which the last line names."""
    return format_time(moment, review.zone).rpartition(" ")[0]


def lines_of(lines: Iterable[str]) -> str:
    return "<br>".join(inert(line.strip()) for line in lines)


def place_of(file: str, line: int, review: Review) -> str:
    shown, url = code(f"{file}:{line}" if line else file), review.about.media_url
    return link(shown, f"{url(file)}#L{line}" if line else url(file)) if url else shown


def alert(kind: str, *lines: str) -> str:
    return f"> [!{kind}]\n" + "".join(f"> {line}\n" for line in lines) + "\n"


def row_of(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def unbroken(text: str) -> str:
    """In one line of a narrow cell."""
    return text.replace(" ", "&nbsp;").replace("-", "-&#8288;")


def footer(review: Review) -> str:
    about = review.about
    parts = [f"As of {format_time(about.as_of, review.zone)}", f"times are of {inert(str(review.zone))}"]
    parts += [f"commit {code(about.commit[:12])}"] if about.commit else []
    parts += [f"plan {code(review.digest[:12])}"]
    parts += [f"reconciler {inert(about.tool_version)}"] if about.tool_version else []
    parts += [link("the run", about.run_url)] if about.run_url else []
    return f"<sub>{' · '.join(parts)}</sub>\n"


# ---- what is cut


def within(head: Sequence[Piece], body: Sequence[Piece], review: Review, limit: int, measure: Measure) -> str:
    """Head and body, and between them, where they do not fit, what was cut."""
    pieces = [*head, *body]
    whole = "".join(piece.whole for piece in pieces)
    if measure(whole) <= limit:
        return whole
    nouns = sorted({piece.noun for piece in pieces})
    room = limit - measure(_cut_note(review, [f"{len(pieces):,} {noun}s in one line" for noun in nouns] * 2))
    chosen = fitted(pieces, room, measure)
    texts = [piece.forms[number - 1][1] if number else "" for piece, number in zip(pieces, chosen, strict=True)]
    return "".join([*texts[: len(head)], _cut_note(review, list(cut(pieces, chosen))), *texts[len(head) :]])


def _cut_note(review: Review, figures: Sequence[str]) -> str:
    where = link("the run has the whole plan", review.about.run_url) if review.about.run_url else "see the plan's run"
    return f"> [!NOTE]\n> Cut to fit in here: {', '.join(figures)}: {where}.\n\n"


def folded(title: str, lines: Sequence[str], noun: str, rank: int = ASIDE) -> Iterator[Piece]:
    if not lines:
        return
    yield always(f"<details><summary>{title}: {len(lines):,}</summary>\n\n")
    for line in lines:
        yield Piece(((rank, item(lines_of(line.split(chr(10))))),), noun)
    yield always("\n</details>\n\n")
