"""A plan as one page, for somebody who signs it and has no access to the repository: one file, without a script, that
asks for nothing from elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reconciler.engine.agenda import Run, runs
from reconciler.engine.plan import MAKING
from reconciler.engine.spend.over_time import daily
from reconciler.kinds.reach import reach
from reconciler.kinds.said import counted
from reconciler.model.address import Address
from reconciler.model.moments import format_time
from reconciler.model.plan import Drift, Plan
from reconciler.model.preview import Preview
from reconciler.model.resource import Desired
from reconciler.model.status import ACTIVE
from reconciler.render.alike import few
from reconciler.render.html.axis import Axis
from reconciler.render.html.calendar import calendar
from reconciler.render.html.campaigns import Words, campaigns
from reconciler.render.html.chart import Series, charts
from reconciler.render.html.document import document
from reconciler.render.html.element import Child, Markup, element, joined
from reconciler.render.html.media import Gallery
from reconciler.render.html.summary import attention, costs, heading, lead, provenance
from reconciler.render.review import About, Review, review_of


@dataclass(frozen=True)
class Sheet:
    """What the page is made of. `names`: of accounts, by key."""

    review: Review
    previews: Sequence[Preview] = ()
    runs: Sequence[Run] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    new: Collection[Address] = frozenset()
    """What the plan makes."""
    reach: Mapping[str, str] = field(default_factory=dict)
    """By address, whom it reaches, in words."""
    waits: Mapping[Address, str] = field(default_factory=dict)
    """What keeps something off, whatever its times say."""


def sheet_of(plan: Plan, desired: Desired, previews: Sequence[Preview], about: About) -> Sheet:
    """Of a plan and what it was made of."""
    return Sheet(
        review_of(plan, about=about),
        previews,
        runs(desired, plan.accounts.keys()),
        {key: account.name or key for key, account in desired.accounts.items()},
        frozenset(change.address for change in plan.changes if change.action in MAKING),
        {
            str(at): reach(one.fields["targeting"])
            for at, one in desired.resources.items()
            if one.fields.get("targeting")
        },
        _waits(plan),
    )


def _waits(plan: Plan) -> dict[Address, str]:
    refused = {refusal.address for refusal in plan.refusals}
    held = {held.change.address: "refused, see above" for held in plan.held if str(held.change.address) in refused}
    drift = {one.address: "turned off by a person" for one in plan.drift if one.field == "status" and _is_off(one)}
    return {**held, **drift}


def _is_off(drift: Drift) -> bool:
    return drift.live != ACTIVE and not drift.reverted


def page(sheet: Sheet) -> str:
    """The whole file."""
    review, names, gallery = sheet.review, sheet.names, Gallery()
    titles = {run.address: run.name for run in sheet.runs}
    axis = Axis.of(review.now, review.zone, _moments(sheet))
    listed = list(campaigns(review, sheet.previews, gallery, Words(titles, sheet.reach)))
    main = element(
        "main",
        _section("What it costs", element("div", costs(review, names), class_="scroll")) if review.accounts else None,
        _section("Before you sign", *attention(review, titles)),
        _section("What runs when", calendar(sheet.runs, axis, sheet.new, sheet.waits)) if sheet.runs else None,
        _section("What can be spent on each day", _money(review, axis, names)),
        _section("What changes", *listed),
        _sign(review),
    )
    body = element("body", gallery.definitions(), _head(sheet, names), main, _foot(sheet, gallery))
    title = f"{review.project}: {heading(review)}"
    return document(title, body)


def _head(sheet: Sheet, names: Mapping[str, str]) -> Markup:
    review = sheet.review
    who = ", ".join(names.get(row.account, row.account) for row in review.accounts)
    return element(
        "header",
        element("p", f"{review.project} · {who}" if who else review.project, class_="eyebrow", dir="auto"),
        element("h1", heading(review), dir="auto"),
        element("p", lead(review, sheet.previews), class_="lead"),
        provenance(review),
    )


def _section(title: str, *children: Child) -> Markup | None:
    """None where nothing is in it."""
    inside = joined(*children)
    return element("section", element("h2", title), inside) if inside else None


def _moments(sheet: Sheet) -> Iterator[datetime]:
    for run in sheet.runs:
        yield from (moment for moment in (run.start, run.end) if moment is not None)
    for spend in sheet.review.spend.values():
        yield from (moment.at for moment in spend.timeline)


def _money(review: Review, axis: Axis, names: Mapping[str, str]) -> Markup | None:
    today = review.now.astimezone(review.zone).date()
    days = axis.days - (today - axis.start.date()).days
    series = [
        Series(key, names.get(key, key), spend.currency, daily(spend, review.now, review.zone, days))
        for key, spend in review.spend.items()
    ]
    drawn = list(charts(series, axis))
    return element("div", *drawn, class_="money-by-day") if drawn else None


def _sign(review: Review) -> Markup:
    """Nobody can agree to what is not known."""
    if review.failures:
        why = (
            f"This page is not to be signed: {few(review.failures)} could not be planned, for the reason above, "
            "so nobody knows what happens there. Make the page again once that is mended."
        )
        return element("section", element("h2", "Approval"), element("p", why), class_="sign")
    about = review.about
    of = f" of commit {about.commit}" if about.commit else ""
    text = (
        f"This page shows what applying the plan{of} would do, as of {format_time(about.as_of, review.zone)}. "
        "The plan is known by its digest, and another plan has another one: "
    )
    lines = element("div", *(element("div", name) for name in ("Name", "Signature", "Date")), class_="lines")
    return element(
        "section",
        element("h2", "Approval"),
        element("p", text, element("code", review.digest), "."),
        lines,
        class_="sign",
    )


def _foot(sheet: Sheet, gallery: Gallery) -> Markup:
    about = sheet.review.about
    made = f"Made by reconciler {about.tool_version}." if about.tool_version else "Made by reconciler."
    return element("footer", *(element("p", text) for text in (*_of_previews(sheet, gallery), made)))


def _of_previews(sheet: Sheet, gallery: Gallery) -> Iterator[str]:
    if not sheet.previews:
        return
    yield (
        "Previews show the shape of an ad, not Meta's every pixel. Texts are cut about where Meta cuts them, and the "
        "name above an ad is the account's. In a story Meta's own words and buttons lie above the first and below the "
        "second dashed line; in a reel, below the dotted one."
    )
    if gallery.missing:
        named = ", ".join(f"{one.path} ({one.lacking or 'no picture of it'})" for one in gallery.missing.values())
        yield f"Not in this page, {counted(len(gallery.missing), 'file')}: {named}."
