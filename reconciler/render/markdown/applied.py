"""What became of a merged pull request, in the comment that showed its plan. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciler.kinds.said import counted
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.plan import Outcome
from reconciler.render.alike import failed_alike, few
from reconciler.render.fitting import Piece, always, utf16_units
from reconciler.render.inert import html_code, inert, item
from reconciler.render.markdown.campaigns import SAID
from reconciler.render.markdown.comment import LIMIT
from reconciler.render.markdown.head import cost_lines, refusal_pieces, start_lines
from reconciler.render.markdown.words import REFUSALS, REST, ROWS, folded, footer, lines_of, names, row_of, within
from reconciler.render.review import Review
from reconciler.text.redact import redact
from reconciler.text.sanitize import brief


@dataclass(frozen=True)
class Done:
    """What became of one account."""

    account: str
    outcomes: tuple[Outcome, ...] = ()
    error: str = ""
    """What stopped the account, "" where nothing did."""
    retry_at: datetime | None = None
    """When it is tried again, where a limit of Meta's is what stopped it."""

    @property
    def done(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if not one.error)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if one.error and one.retry_at is None)

    @property
    def waiting(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if one.error and one.retry_at is not None)

    @property
    def next_try(self) -> datetime | None:
        moments = [self.retry_at, *(one.retry_at for one in self.waiting)]
        return max((moment for moment in moments if moment is not None), default=None)

    @property
    def stopped(self) -> bool:
        return bool(self.error) and self.retry_at is None


def outcome(review: Review, results: Sequence[Done], *, limit: int = LIMIT) -> str:
    """`review` is of the plan that was applied: what it refuses, and its launches that are to come, are said as well.
    At most `limit` UTF-16 units."""
    return within(list(_head(review, results)), list(_body(review, results)), review, limit, utf16_units)


def _head(review: Review, results: Sequence[Done]) -> Iterator[Piece]:
    failed, told = [one for result in results for one in result.failed], {result.account for result in results}
    stops = {one.account: redact(one.error) for one in results if one.stopped}
    left = stops or failed or review.failures or review.refusals or any(result.next_try for result in results)
    yield always(f"### {_title(review, results, in_part=bool(left))}\n\n")
    troubled = {one.change.address.root for result in results for one in (*result.failed, *result.waiting)}
    halted = {result.account for result in results if result.error}
    coming = [start for start in review.starts if start.at is not None]
    doubtful = [s for s in coming if s.address.root in troubled or s.address.account in halted]
    lines = [*_waits(review, results), *start_lines([s for s in coming if s not in doubtful], review)]
    lines += [f"<b>May not start</b>, since not all of it is done: {names(doubtful)}"] if doubtful else []
    lines += [] if left else cost_lines(review, after=True)
    if lines:
        yield always("".join(map(item, lines)) + "\n")
    yield from _failures({**review.failures, **stops}, failed)
    yield from refusal_pieces(review)
    rows = [*results, *(Done(key, error=text) for key, text in review.failures.items() if key not in told)]
    if rows:
        yield always(row_of(["Account", "done", "failed", "waits"]) + row_of([":--", "--:", "--:", ":--"]))
        yield from (Piece(((ROWS, _account(row, review)),), "account") for row in rows)
        yield always("\n")


def _title(review: Review, results: Sequence[Done], *, in_part: bool) -> str:
    done = Counter(one.change.action.value for result in results for one in result.done)
    figures = [f"{done[action]:,} {word}" for action, word in SAID.items() if done[action]]
    head = "Nothing applied" if not figures else "Applied in part" if in_part else "Applied"
    figures += _left(review, results)
    return f"{head}: {', '.join(figures)}" if figures else f"{head}: nothing was left to do"


def _left(review: Review, results: Sequence[Done]) -> Iterator[str]:
    failed, waiting = (sum(len(getattr(result, name)) for result in results) for name in ("failed", "waiting"))
    yield from [f"{failed:,} failed"] if failed else ()
    yield from [f"{waiting:,} waiting"] if waiting else ()
    stopped = sum(result.stopped for result in results) + len(review.failures)
    yield from [f"{counted(stopped, 'account')} stopped"] if stopped else ()
    yield from [f"{len(review.refusals):,} refused"] if review.refusals else ()


def _waits(review: Review, results: Iterable[Done]) -> Iterator[str]:
    for result in results:
        if result.next_try is not None:
            what = counted(len(result.waiting), "change") if result.waiting else "the rest"
            when = format_time(result.next_try, review.zone)
            yield f"<b>Waits until {when}</b>: {what} of {html_code(result.account)}, for a limit of Meta's"


def _failures(stops: Mapping[str, str], failed: Sequence[Outcome]) -> Iterator[Piece]:
    if not stops and not failed:
        return
    yield always("> [!CAUTION]\n> <b>Not done</b>; the next run tries again what can be tried again\n>\n")
    for accounts, text in failed_alike(stops):
        line = item(f"<b>{few(map(inert, accounts))}</b>: {lines_of(text.splitlines())}")
        yield Piece(((REFUSALS, f"> {line}"),), "failure")
    for one in failed:
        unknown = ", and nobody knows whether Meta has" if one.unknown else ""
        error = lines_of(redact(one.error).splitlines())
        line = item(f"{html_code(str(one.change.address))} ({SAID[one.change.action.value]}{unknown}): {error}")
        yield Piece(((REFUSALS, f"> {line}"),), "failure")
    yield always("\n")


def _account(result: Done, review: Review) -> str:
    when = f"until {format_time(result.next_try, review.zone)}" if result.next_try else ""
    failed = "stopped" if result.stopped else f"{len(result.failed):,}"
    return row_of([f"<b>{inert(result.account)}</b>", f"{len(result.done):,}", failed, when])


def _body(review: Review, results: Sequence[Done]) -> Iterator[Piece]:
    roots: dict[Address, Counter[str]] = {}
    for one in (one for result in results for one in result.done):
        roots.setdefault(one.change.address.root, Counter())[one.change.action.value] += 1
    done = [f"{root}: {_counts(found)}" for root, found in roots.items()]
    yield from folded("What was done", done, "line", REST)
    told = (one for result in results for one in result.outcomes)
    notes = [f"{one.change.address}: {brief(note)}" for one in told for note in one.notes]
    yield from folded("Notes", notes, "note")
    yield always(footer(review))


def _counts(actions: Mapping[str, int]) -> str:
    return ", ".join(f"{actions[action]:,} {word}" for action, word in SAID.items() if actions.get(action))
