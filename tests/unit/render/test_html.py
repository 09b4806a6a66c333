"""The page's own laws: what is given is text, and what is drawn is what is said."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import values
from support.markup import Node, parsed
from support.values import CAMPAIGN, NOW, ZONE

from reconciler.model.address import Address
from reconciler.model.plan import Action, Effort, Plan, Spend
from reconciler.render.html.axis import Axis
from reconciler.render.html.element import element, escaped, host_of, is_web, link
from reconciler.render.html.page import Sheet, page
from reconciler.render.html.words import compared, folded
from reconciler.render.review import About, review_of


@given(st.text(max_size=100))
def test_an_attribute_holds_what_was_given_and_ends_where_it_ends(text: str) -> None:
    (node,) = parsed(element("p", text, title=text)).children
    assert isinstance(node, Node)
    assert list(node.attributes) == ["title"]
    assert node.attributes["title"] == node.text == parsed(f"<p>{escaped(text)}</p>").text


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JAVASCRIPT://a.example/%0aalert(1)", "data:text/html,x", "//evil.example", "https://",
     " https://a.example", "https://a.example/\n", "vbscript:x", "https://[", "file:///etc/passwd", ""],
)  # fmt: skip
def test_what_is_no_website_s_address_is_no_link(url: str) -> None:
    assert not is_web(url)
    assert parsed(link(url, url)).all("a") == []


def test_a_website_s_address_is_a_link_that_tells_nobody_where_it_was_opened() -> None:
    (anchor,) = parsed(link("https://www.acme.example/a?b=c&d", "Acme")).all("a")
    assert anchor.attributes == {"href": "https://www.acme.example/a?b=c&d", "rel": "noopener noreferrer"}
    assert host_of("https://www.acme.example/a") == "acme.example"


# ---- words


@given(st.text(max_size=300), st.integers(1, 200))
def test_a_folded_text_is_whole_and_what_is_seen_is_no_longer_than_people_see(text: str, shown: int) -> None:
    seen, rest = folded(text, shown)
    assert seen + rest == text
    assert len(seen) <= shown or not rest


@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=60))
def test_both_sides_of_a_comparison_are_whole_and_differ_only_where_they_are_marked(before: str, after: str) -> None:
    was, will = (parsed(f"<p>{side}</p>").one("p") for side in compared(before, after))
    assert (was.text, will.text) == (before, after)
    kept = [[word for c in side.children if isinstance(c, str) for word in c.split()] for side in (was, will)]
    assert kept[0] == kept[1]


# ---- days


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001  made aware below
    st.lists(st.integers(0, 400), max_size=4),
)
def test_an_axis_holds_its_moments_and_runs_from_left_to_right(start: datetime, days: list[int]) -> None:
    now = start.replace(tzinfo=ZONE)
    moments = [now + timedelta(days=each) for each in days]
    axis = Axis.of(now, ZONE, moments)
    assert axis.start <= now < axis.end and axis.start.weekday() == 0
    assert all(moment < axis.end for moment in moments if moment < axis.start + timedelta(weeks=25))
    places = [axis.at(moment) for moment in sorted([*moments, axis.start, axis.end])]
    assert places == sorted(places) and places[0] == 0 and places[-1] == 100


def test_two_accounts_of_one_currency_are_drawn_on_each_other_and_told_together() -> None:
    spend = {"a": Spend("SGD", 0, 0, 0, 5000), "b": Spend("SGD", 0, 0, 0, 2500), "c": Spend("TWD", 0, 0, 0, 900)}
    plan = Plan("acme", ZONE, NOW, spend=spend, currencies={"a": "SGD", "b": "SGD", "c": "TWD"})
    node = parsed(page(Sheet(review_of(plan, about=About(NOW)), names={"a": "Acme", "b": "Beta", "c": "Cosy"})))
    both, alone = node.all("table", "figures")
    assert [cell.text for cell in both.all("th")][:4] == ["Days", "Acme", "Beta", "Together"]
    assert [cell.text for cell in both.all("tr")[-1].all("td")] == ["50.00 SGD", "25.00 SGD", "75.00 SGD"]
    assert "Cosy" in alone.text
    drawings = node.all("svg", "bars")
    assert ["75.00 SGD" in drawing.text for drawing in drawings] == [True, False]
    rects = [rect.attributes for rect in drawings[0].all("rect")]
    lower, upper = ([r for r in rects if r["class"] == hue][-1] for hue in ("hue-0", "hue-1"))
    assert _percent(upper["y"]) + _percent(upper["height"]) == pytest.approx(_percent(lower["y"]), abs=0.02)


def _percent(text: str) -> float:
    return float(text.removesuffix("%"))


def test_an_apply_of_minutes_is_said_on_the_page() -> None:
    effort = {"acme-sg": Effort(9, 198, 3360, "limited")}
    told = values.plan([values.change(Action.CREATE, CAMPAIGN, after={"name": "Spring"})], effort=effort)
    text = page(Sheet(review_of(told, about=About(NOW))))
    assert "Time to apply: acme-sg about 56 min (198 writes, limited tier)." in text


def test_an_empty_plan_is_a_page() -> None:
    plan = Plan("acme", ZONE, NOW)
    node = parsed(page(Sheet(review_of(plan, about=About(NOW)))))
    assert node.one("h1").text == "Nothing changes"


def test_several_launches_of_several_kinds_are_counted() -> None:
    other = Address.parse("acme-sg/other/main")
    changes = [
        values.change(Action.CREATE, CAMPAIGN, after={"name": "Spring"}, due=NOW + timedelta(days=1)),
        values.change(Action.CREATE, other, after={"name": "Other"}, due=NOW + timedelta(days=2)),
    ]
    node = parsed(page(Sheet(review_of(values.plan(changes), about=About(NOW)))))
    assert node.one("h1").text == "2 launches start, the first on 2026-12-06 10:00 +08"
