"""The beginning of the page: what starts, when, and what it costs; and what must be read first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.engine.spend.over_time import Total
from reconciler.kinds import KINDS
from reconciler.kinds.codecs import grouped_money
from reconciler.kinds.said import counted
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.plan import Spend
from reconciler.model.preview import Preview
from reconciler.render.alike import failed_alike, few
from reconciler.render.html.element import Child, Markup, element, joined
from reconciler.render.review import AccountRow, Refused, Review, Start
from reconciler.render.spending import WITHIN_CAPS, totals_by_currency

MOST_MOMENTS = 4
"""At which an account's spend changes; the chart has them all."""


# ---- head


def heading(review: Review) -> str:
    starts = review.starts
    if len(starts) == 1:
        return f"{_name(starts[0])} starts {_when(review, starts[0])}"
    if starts:
        kinds = {KINDS[start.address.kind].title for start in starts}
        noun = kinds.pop() if len(kinds) == 1 else "launch"
        counted_ = f"{len(starts)} launches start" if noun == "launch" else f"{counted(len(starts), noun)} start"
        return f"{counted_}, the first {_when(review, starts[0])}"
    if not review.planned:
        return "Nothing can be said yet"
    if review.blocks:
        return f"{counted(len({root for block in review.blocks for root in block.roots}), 'campaign')} to change"
    return f"Nothing changes{' in what could be planned' * bool(review.failures)}"


def _name(start: Start) -> str:
    return start.name or str(start.address)


def _when(review: Review, start: Start) -> str:
    return f"on {format_time(start.at, review.zone)}" if start.at else "as soon as this is applied"


def lead(review: Review, previews: Sequence[Preview]) -> str:
    new, changed = (sum(1 for one in previews if (one.before is None) == fresh) for fresh in (True, False))
    told = [counted(n, f"{word} ad") for n, word in ((new, "new"), (changed, "changed")) if n]
    accounts = counted(len(review.accounts), "account")
    most = [grouped_money(_most(spend), currency) for currency, spend in sorted(_by_currency(review)) if _most(spend)]
    unknown = f" What {few(review.failures)} may spend is unknown." if review.failures else ""
    nothing = "" if unknown else " Nothing is spent."
    money = f"{f' At most {_listed(most)} a day.' if most else nothing}{unknown}"
    return f"{' and '.join(told)} in {accounts}.{money}" if told else f"In {accounts}.{money}"


def _listed(texts: Sequence[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last


def _by_currency(review: Review) -> Iterable[tuple[str, Spend]]:
    return totals_by_currency(review.spend.values()).items()


def _most(spend: Spend) -> int:
    return max([spend.active_after, *(moment.daily for moment in spend.timeline)])


def provenance(review: Review) -> Markup:
    about = review.about
    rows: list[tuple[str, Child, bool]] = [
        ("As of", format_time(about.as_of, review.zone), True),
        ("Commit", about.commit[:12], False),
        ("Plan", review.digest[:12], False),
    ]
    shown = (
        element("div", element("dt", name), element("dd", value), class_="words" if words else None)
        for name, value, words in rows
        if value
    )
    return element("dl", *shown, class_="provenance")


# ---- what it costs


def costs(review: Review, names: Mapping[str, str]) -> Markup:
    heads = ("Account", "Now, a day", "Later, a day", "In all")
    rows = [_cost_row(review, row, names.get(row.account, row.account), heads) for row in review.accounts]
    rows += [_row(review, f"All in {one.currency}", "", one.spend, one.total, heads) for one in review.currencies]
    head = element("tr", *(element("th", text, scope="col") for text in heads))
    return element("table", element("thead", head), element("tbody", *rows), class_="costs")


def _cost_row(review: Review, row: AccountRow, name: str, heads: Sequence[str]) -> Markup:
    if row.spend is None or row.total is None:
        unknown = element("td", "unknown: this account could not be planned", colspan=3)
        return element("tr", element("th", name, element("small", row.account), scope="row"), unknown)
    return _row(review, name, row.account, row.spend, row.total, heads)


def _row(review: Review, name: str, key: str, spend: Spend, total: Total, heads: Sequence[str]) -> Markup:
    label = element("th", element("span", name, dir="auto"), element("small", key) if key else None, scope="row")
    cells = (_now(spend), joined(*_moments(review, spend)), _total(review, spend, total))
    return element(
        "tr", label, *(element("td", cell, data_head=head) for head, cell in zip(heads[1:], cells, strict=True))
    )


def _now(spend: Spend) -> Markup:
    """Each amount is whole on a line: large ones stand below each other."""
    before, after = (
        element("span", grouped_money(amount, spend.currency), class_="money")
        for amount in (spend.active_before, spend.active_after)
    )
    if spend.active_before == spend.active_after:
        return before
    return joined(
        before, " ", element("span", element("span", "→ ", class_="arrow"), element("b", after), class_="money")
    )


def _moments(review: Review, spend: Spend) -> Iterator[Markup]:
    for moment in spend.timeline[:MOST_MOMENTS]:
        amount = element("b", grouped_money(moment.daily, spend.currency), class_="money")
        yield element("div", amount, f" from {format_time(moment.at, review.zone)}")
    if more := len(spend.timeline) - MOST_MOMENTS:
        yield element("div", f"and {counted(more, 'change')} more, see the days below") if more > 0 else joined()
    if not spend.timeline:
        yield element("span", "no change", class_="soft")


def _total(review: Review, spend: Spend, total: Total) -> Markup:
    amount = element("b", grouped_money(total.amount, spend.currency), class_="money")
    kept = WITHIN_CAPS if total.capped else ""
    if not total.amount and not total.onward:
        return element("span", "nothing", class_="soft")
    if total.until is None and not total.onward:
        return joined("about ", amount, f"{kept}, without a declared end")
    known = f"until {format_time(total.known_until, review.zone)}{kept}"
    if total.until is not None:
        return joined("about ", amount, f" {known}")
    onward = joined(
        element("b", grouped_money(total.onward, spend.currency), class_="money"), " a day without a declared end"
    )
    if total.known_until <= review.now:
        return onward
    if not total.amount:
        return joined(onward, f", from {format_time(total.known_until, review.zone)}")
    return joined("about ", amount, f" {known}, then ", onward)


# ---- what must be read


def attention(review: Review, titles: Mapping[Address, str]) -> Iterator[Markup]:
    """Boxes, the gravest first; none where there is nothing to say."""
    yield from _box("stop", "Read this first", (element("li", text) for text in review.warnings_first))
    yield from _box("stop", "Could not be planned", (_failure(*each) for each in failed_alike(review.failures)))
    held = [element("li", text.strip()) for text in review.held]
    yield from _box("stop", "Refused, and not done", [*map(_refused, review.refusals), *held])
    looks = (
        _danger(block.name or titles.get(block.address) or str(block.address), block.dangers)
        for block in review.dangerous
    )
    yield from _box("", "Look twice", looks)
    drift = (element("li", element("span", one.text), _mend(one.ways_out)) for one in review.drift)
    yield from _box("", "Changed by somebody in Ads Manager", drift)
    yield from _box("calm", "Warnings", map(_problem, review.problems))
    yield from _box("calm", "Takes a while", (element("li", line) for line in review.effort))
    yield from _box("calm", "Notes", (element("li", text) for text in review.notes))


def _box(class_: str, title: str, items: Iterable[Markup]) -> Iterator[Markup]:
    listed = list(items)
    if listed:
        yield element("div", element("h3", title), element("ul", *listed), class_=f"box {class_}".strip())


def _failure(accounts: Sequence[str], text: str) -> Markup:
    said, _, mend = text.partition("\n  mend: ")
    return element("li", element("b", few(accounts)), element("span", said), _mend(mend))


def _refused(one: Refused) -> Markup:
    place = f" ({one.file}:{one.line})" if one.file else ""
    return element("li", element("span", element("b", one.address), f": {one.message}{place}"), _mend(one.mend))


def _mend(text: str) -> Markup | None:
    return element("span", text, class_="mend") if text else None


def _problem(text: str) -> Markup:
    said, _, mend = text.partition("\n  mend: ")
    return element("li", element("span", said), _mend(mend))


def _danger(name: str, dangers: Iterable[str]) -> Markup:
    return element("li", element("span", element("b", name), f": {', '.join(dangers)}"))
