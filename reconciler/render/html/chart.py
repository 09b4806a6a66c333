"""What can be spent on each day: a chart for each currency, and its figures as a table. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from reconciler.kinds.codecs import grouped_money
from reconciler.render.html.axis import Axis, said_day
from reconciler.render.html.element import Markup, element

Days = Sequence[tuple[date, int]]
"""Minor units that can be spent on each day."""

HUES = 6
"""Of accounts, before they come again."""
ROOM_ABOVE = 1.15
"""The highest bar leaves some room for its figure."""


@dataclass(frozen=True)
class Series:
    """One account's money."""

    account: str
    name: str
    currency: str
    days: Days


def charts(series: Sequence[Series], axis: Axis) -> Iterator[Markup]:
    by_currency: dict[str, list[Series]] = {}
    for one in series:
        by_currency.setdefault(one.currency, []).append(one)
    for currency, own in sorted(by_currency.items()):
        if any(amount for one in own for _, amount in one.days):
            drawing = element("div", *_legend(own), _chart(currency, own, axis), axis.labels(), class_="chart")
            yield element("div", element("h3", f"{currency} a day"), drawing, _table(currency, own), class_="currency")


def _legend(series: Sequence[Series]) -> Iterator[Markup]:
    if len(series) > 1:
        items = (
            element("li", element("span", class_=f"swatch hue-{at % HUES}", aria_hidden="true"), one.name)
            for at, one in enumerate(series)
        )
        yield element("ul", *items, class_="legend")


def _chart(currency: str, series: Sequence[Series], axis: Axis) -> Markup:
    totals = _totals(series)
    highest = max(totals.values())
    top = highest * ROOM_ABOVE
    bars = [bar for at, one in enumerate(series) for bar in _bars(at, one, _below(series[:at]), top, axis)]
    first = next(day for day, amount in totals.items() if amount == highest)
    at = axis.day(first)
    level = f"{100 - 100 * highest / top:.2f}%"
    said = grouped_money(highest, currency)
    side: dict[str, str | int] = (
        {"x": f"{at}%", "dx": 2} if at < 70 else {"x": f"{axis.day(first + timedelta(days=1))}%", "text_anchor": "end"}
    )
    figure = element("text", said, class_="figure", y=level, dy=-4, **side)
    return element(
        "svg",
        element("title", f"{currency} a day: at most {said}, first on {first}. The table below has every figure."),
        *axis.grid(),
        *bars,
        figure,
        element("line", class_="floor", x1="0", x2="100%", y1="100%", y2="100%"),
        class_="bars",
        role="img",
    )


def _totals(series: Sequence[Series]) -> dict[date, int]:
    found: dict[date, int] = {}
    for one in series:
        for day, amount in one.days:
            found[day] = found.get(day, 0) + amount
    return found


def _below(series: Sequence[Series]) -> Mapping[date, int]:
    return _totals(series)


def _bars(at: int, one: Series, below: Mapping[date, int], top: float, axis: Axis) -> Iterator[Markup]:
    """One for all days in a row with the same money."""
    rows = ((day, amount, below.get(day, 0)) for day, amount in one.days)
    for (amount, under), run in groupby(rows, key=lambda row: row[1:]):
        days = [day for day, _, _ in run]
        if amount:
            start, end = axis.day(days[0]), axis.day(days[-1] + timedelta(days=1))
            hue, y = f"hue-{at % HUES}", f"{100 - 100 * (amount + under) / top:.2f}%"
            width, height = f"{round(end - start, 3)}%", f"{100 * amount / top:.2f}%"
            yield element("rect", class_=hue, x=f"{start}%", width=width, y=y, height=height)
            yield element("line", class_=hue, x1=f"{start}%", x2=f"{end}%", y1=y, y2=y)


def _table(currency: str, series: Sequence[Series]) -> Markup:
    """A row for all days in a row on which every account has the same money."""
    lists = [dict(one.days) for one in series]
    days = sorted({day for one in lists for day in one})
    many = len(series) > 1
    heads = [*(one.name for one in series), *(["Together"] if many else [])]
    head = element("tr", element("th", "Days", scope="col"), *(element("th", text, scope="col") for text in heads))
    rows = []
    for amounts, run in groupby(days, key=lambda day: tuple(one.get(day, 0) for one in lists)):
        own = list(run)
        cells = [*amounts, *([sum(amounts)] if many else [])]
        rows.append(
            element(
                "tr",
                element("th", _said_days(own), scope="row"),
                *(element("td", grouped_money(cell, currency)) for cell in cells),
            )
        )
    return element(
        "table",
        element("caption", f"{currency} that can be spent on each day"),
        element("thead", head),
        element("tbody", *rows),
        class_="figures",
    )


def _said_days(days: Sequence[date]) -> str:
    if len(days) == 1:
        return str(days[0])
    same_year = days[0].year == days[-1].year
    return f"{days[0]} to {said_day(days[-1]) if same_year else days[-1]}"
