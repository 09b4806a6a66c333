"""What a buyer sees of a comment in ten seconds: what starts and when, what it costs, what is dangerous or refused.
Then the accounts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from reconciler.engine.spend.over_time import Total
from reconciler.kinds.said import counted
from reconciler.model.moments import format_time
from reconciler.model.plan import Spend
from reconciler.render.alike import failed_alike, few
from reconciler.render.fields import PROSE
from reconciler.render.fitting import Piece, always
from reconciler.render.inert import code, inert, item
from reconciler.render.markdown.words import (
    DANGERS,
    MOST_MOMENTS,
    MOST_NAMES,
    REFUSALS,
    ROWS,
    alert,
    lines_of,
    local,
    money,
    named,
    names,
    number_of,
    place_of,
    row_of,
    total_of,
    unbroken,
    until_text,
)
from reconciler.render.review import About, AccountRow, Block, CurrencyRow, Danger, Refused, Review, Start
from reconciler.render.told import Told


def head_of(review: Review) -> Iterator[Piece]:
    yield always(f"### {_title(review)}\n\n")
    if review.about.stale:
        yield always(alert("IMPORTANT", "Something was pushed since: this is the plan of an older commit."))
    yield from map(always, _beside_main(review.about))
    if review.about.into:
        yield from _alerts(review)
        yield from _account_table(review)
        return
    claims = [
        *_no_starts(review),
        *start_lines(review.starts, review),
        *cost_lines(review),
        *_unknown(review),
        *map(_time_to_apply, review.effort),
    ]
    if claims:
        yield always("".join(map(item, claims)) + "\n")
    yield from _alerts(review)
    yield from _account_table(review)


def _time_to_apply(line: str) -> str:
    """A launch may come before all is made."""
    what, _, said = line.removesuffix(".").partition(": ")
    return f"<b>{inert(what)}</b>: {inert(said)}"


def _beside_main(about: About) -> Iterator[str]:
    if about.into:
        said = f"This is to be merged into {code(about.into)}, and only {code(about.main)} is applied: "
        yield alert("IMPORTANT", f"{said}nothing of what stands here is done before it is there.")
    if about.behind:
        commits = counted(about.behind, "commit")
        said = f"{code(about.main)} has {commits} that this branch lacks: what they change is not in this plan, "
        yield alert(
            "NOTE", f"{said}and may look here as if it were taken back. Update the branch for a plan with them."
        )


def _no_starts(review: Review) -> Iterator[str]:
    if not review.planned:
        yield "<b>Starts</b>: unknown, since no account could be planned"
    elif not review.empty and all(start.waits for start in review.starts):
        yield "<b>Starts</b>: nothing" + " of what could be planned" * bool(review.failures)


def _unknown(review: Review) -> Iterator[str]:
    if review.failures:
        names = few(map(inert, review.failures))
        they = "it" if len(review.failures) == 1 else "they"
        yield f"<b>Spend of {names}</b>: unknown, since {they} could not be planned"


def _title(review: Review) -> str:
    if review.about.into:
        return f"Plan: nothing before it is in {inert(review.about.main)}"
    if review.empty:
        return inert(review.summary)
    figures = [*_title_figures(review)]
    return f"Plan: {', '.join(figures)}" if figures else inert(review.summary)


def _title_figures(review: Review) -> Iterator[str]:
    starting = [start for start in review.starts if not start.waits]
    for kind, number in Counter(start.address.kind for start in starting).items():
        yield f"{number_of(number, kind)} {'starts' if number == 1 else 'start'}"
    roots = {start.address.root for start in starting}
    made = [at for block in review.blocks if block.counts["create"] for at in block.roots if at not in roots]
    changed = [at for block in review.blocks if block.counts["update"] or block.counts["replace"] for at in block.roots]
    stopped = [at for block in review.blocks if Danger.STOPS in block.dangers for at in block.roots]
    for word, found in (("made without a start", made), ("changed", changed), ("stopped", stopped)):
        for kind, number in Counter(at.kind for at in found).items():
            yield f"{number_of(number, kind)} {word}"
    yield from [f"{len(review.refusals):,} refused"] if review.refusals else ()
    yield from [f"{counted(len(review.failures), 'account')} not planned"] if review.failures else ()
    others = {word: review.counts[word] for word in ("adopt", "forget") if review.counts[word]}
    yield from (f"{number:,} to {word}" for word, number in others.items())


def start_lines(starts: Sequence[Start], review: Review) -> Iterator[str]:
    starting = [start for start in starts if not start.waits]
    groups = [(key, list(group)) for key, group in groupby(starting, key=lambda start: (start.at, start.until))]
    for (at, until), group in groups[:MOST_MOMENTS]:
        when = f"{format_time(at, review.zone) if at else 'with the merge'}{until_text(until, review)}"
        yield f"<b>Starts {when}</b>: {names(group)}"
    later = [start for _, group in groups[MOST_MOMENTS:] for start in group]
    if later and later[-1].at:
        yield f"<b>Starts later</b>: {len(later):,} more, the last {format_time(later[-1].at, review.zone)}"
    waiting = [start for start in starts if start.waits and not start.drifted]
    if waiting:
        yield f"<b>Does not start</b>, at its time neither, while what is refused below stands: {names(waiting)}"
    drifted = [start for start in starts if start.drifted]
    if drifted:
        yield f"<b>Does not start</b> while what was changed in Ads Manager stands, see below: {names(drifted)}"


def cost_lines(review: Review, *, after: bool = False) -> Iterator[str]:
    """`after`: what was planned is done."""
    rows: Sequence[AccountRow | CurrencyRow] = [row for row in review.accounts if row.spend is not None]
    if len(rows) > MOST_NAMES:
        alone = [row for row in rows if row.currency not in {one.currency for one in review.currencies}]
        rows = [*review.currencies, *alone][:MOST_NAMES]
    for row in rows:
        whose = inert(row.account) if isinstance(row, AccountRow) else f"all accounts in {row.currency}"
        if row.spend is not None and row.total is not None:
            yield f"<b>Spend of {whose}</b>: {'; '.join(_cost(row.spend, row.total, review, done=after))}"


def _cost(spend: Spend, total: Total, review: Review, *, done: bool) -> Iterator[str]:
    before, after = spend.active_after if done else spend.active_before, spend.active_after
    if before != after:
        yield f"{money(before, spend)} → <b>{money(after, spend)} a day</b> with the merge"
    else:
        yield f"{money(after, spend)} a day{' now' if done else ', unchanged by the merge'}" if after else "nothing now"
    rises = [moment for moment in spend.timeline if moment.daily > after]
    if rises:
        most = max(rises, key=lambda moment: moment.daily)
        up_to = "up to " if len(rises) > 1 else ""
        yield f"{up_to}<b>{money(most.daily, spend)} a day</b> from {format_time(most.at, review.zone)}"
    if total.amount or total.onward:
        yield total_of(total, spend, review)


# ---- what is dangerous, refused, unknown


def _alerts(review: Review) -> Iterator[Piece]:
    dangers = [*_first_lines(review), *_danger_lines(review)]
    if dangers:
        yield always("> [!CAUTION]\n> <b>Look twice before this is merged</b>\n>\n")
        yield from (Piece(((DANGERS, f"> {item(line)}"),), "warning") for line in dangers)
        yield always("\n")
    if review.failures:
        yield always(f"> [!WARNING]\n> <b>Not planned: {counted(len(review.failures), 'account')}</b>\n>\n")
        for accounts, text in failed_alike(review.failures):
            names = few(map(inert, accounts))
            line = f"> {item(f'<b>{names}</b>: {lines_of(text.split(chr(10)))}')}"
            yield Piece(((REFUSALS, line),), "failure")
        yield always("\n")
    yield from refusal_pieces(review)


def refusal_pieces(review: Review) -> Iterator[Piece]:
    if review.refusals:
        yield always(f"> [!WARNING]\n> <b>Refused: {len(review.refusals):,}</b>, and not done\n>\n")
        for refusal in review.refusals:
            yield Piece(((REFUSALS, f"> {item(refusal_text(refusal, review))}"),), "refusal")
        yield always("\n")


def _first_lines(review: Review) -> Iterator[str]:
    for line in review.warnings_first:
        word, _, text = line.partition(": ")
        yield f"<b>{word}</b>: {inert(text)}"


def _danger_lines(review: Review) -> Iterator[str]:
    stops = {line.partition(": ")[2].partition(" ")[0] for line in review.warnings_first if line.startswith("Stops: ")}
    for block in review.dangerous:
        told = [d.value for d in block.dangers if d is not Danger.STOPS or str(block.address) not in stops]
        if told:
            yield f"{named(block.name, str(block.address))}: {', '.join(told)}{_remarks(block)}"


def _remarks(block: Block) -> str:
    """Of what is changed, with the figures that cause them."""
    found = [
        f"{code(row.name)} {inert(row.lines[0])} ({inert(row.remark)})"
        for part in block.parts
        if isinstance(part, Told) and part.changed
        for row in part.rows
        if row.remark and len(row.lines) == 1 and row.name not in PROSE
    ]
    return f": {'; '.join(found[:MOST_NAMES])}" if found else ""


def refusal_text(refusal: Refused, review: Review) -> str:
    mend = f"<br>mend: {inert(refusal.mend)}" if refusal.mend else ""
    told = f"{refusal.file}:{refusal.line}" in refusal.message and review.about.media_url is None
    where = f" ({place_of(refusal.file, refusal.line, review)})" if refusal.file and not told else ""
    return f"{code(refusal.policy)} {code(refusal.address)}{where}: {inert(refusal.message)}{mend}"


# ---- accounts

COUNTED = {
    "+": ("create", "replace"),
    "~": ("update",),
    "−": ("archive", "delete"),
    "on": ("activate",),
    "off": ("pause",),
}
"""Columns, with the actions that each counts."""
LEGEND = (
    "+ new, ~ changed, − removed, on: turned on by the merge, off: paused by it; the money is all that the account may "
    "spend"
)


def _account_table(review: Review) -> Iterator[Piece]:
    if not review.accounts:
        return
    names = ["Account", *COUNTED, "A day: now → merged", "A day, later", "Whole account, in total"]
    yield always(row_of(names) + row_of([":--", *["--:"] * len(COUNTED), ":--", ":--", ":--"]))
    for row in review.accounts:
        yield Piece(((ROWS, _account(row, review)),), "account")
    for total in review.currencies:
        without = f" without {', '.join(map(inert, total.without))}" if total.without else ""
        cells = [f"<b>All in {total.currency}</b>{without}", *[""] * len(COUNTED)]
        yield Piece(((ROWS, row_of([*cells, *_spending(total.spend, total.total, review)])),), "total")
    yield always(f"\n<sub>{LEGEND}</sub>\n\n")


def _account(row: AccountRow, review: Review) -> str:
    name = f"<b>{unbroken(inert(row.account))}</b>" + (f"<br>{row.refused:,} refused" if row.refused else "")
    if row.spend is None or row.total is None:
        return row_of([name, *["?"] * len(COUNTED), "unknown: not planned", "", ""])
    numbers = [f"{sum(row.counts[action] for action in actions):,}" for actions in COUNTED.values()]
    return row_of([name, *numbers, *_spending(row.spend, row.total, review)])


def _spending(spend: Spend, total: Total, review: Review) -> list[str]:
    before, after = money(spend.active_before, spend), money(spend.active_after, spend)
    first = spend.timeline[:MOST_MOMENTS]
    later = [f"{unbroken(local(moment.at, review))}: {unbroken(money(moment.daily, spend))}" for moment in first]
    more = spend.timeline[MOST_MOMENTS:]
    later += [f"{counted(len(more), 'change')} more until {unbroken(local(more[-1].at, review))}"] if more else []
    step = f"{before}, unchanged" if before == after else f"{before} → <b>{after}</b>"
    return [step, "<br>".join(later), total_of(total, spend, review) if total.amount or total.onward else "nothing"]
