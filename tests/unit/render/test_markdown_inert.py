"""Strangers' texts in the comment do nothing: they show as they are, and its structure is that of harmless ones."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given
from hypothesis import strategies as st
from security.hostile import HTML, LINES, MARKDOWN, ORDERS
from support.values import AD, AD_SET, CAMPAIGN, NOW, at, change, plan

from reconciler.engine.delivery import DeliveryIssue
from reconciler.engine.findings import Findings
from reconciler.model.address import Address
from reconciler.model.plan import Action, Drift, Late, Outcome, Plan, Refusal
from reconciler.model.problem import Origin, Problem
from reconciler.render.findings import findings_markdown
from reconciler.render.inert import code, html_code, inert, link
from reconciler.render.markdown import Done, comment, outcome, summary
from reconciler.render.problems import problems_markdown
from reconciler.render.review import About, review_of

FILTERS = {
    "a person or a team": r"(?<![\w@/.])@[a-z\d]",
    "an issue": r"(?<![\w])#\d",
    "an issue by GH-": r"(?i)\bGH-\d",
    "an address": r"(?i)(https?|ftp)://|www\.",
    "an e-mail": r"[\w.+-]@[\w-]",
    "a commit": r"\b(?=[0-9]*[a-f])[0-9a-f]{7,40}\b",
    "a formula": r"\$[^\s$][^$]*\$",
    "an emoji by its name": r":([+-]1|100|1234|[\w+-]*[A-Za-z][\w+-]*):",
}
"""What GitHub looks for in text outside of code, once Markdown has become HTML."""

NO_TEXT = frozenset({"code", "pre", "a"})
OURS = frozenset("h3 h4 p ul li b br code pre table thead tbody tr th td details summary sub span blockquote a".split())


class Page(HTMLParser):
    """The tags of a page, with all their attributes, and its text outside of code as GitHub's filters get it: piece by
    piece between the tags."""

    def __init__(self, markdown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.code: list[str] = []
        self.comments = 0
        self._inside: list[str] = []
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        assert {name for name, _ in attrs} <= {"href", "open", "align", "lang", "class"}
        if tag not in ("br", "img"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._inside.pop() == tag

    def handle_data(self, data: str) -> None:
        (self.code if NO_TEXT & set(self._inside) else self.texts).append(data)

    def handle_comment(self, data: str) -> None:
        self.comments += 1

    @property
    def structure(self) -> Counter[str]:
        assert self._inside == []
        return Counter(tag for tag in self.tags if tag not in ("code", "span"))


def says(text: str) -> Plan:
    """A plan that has the text wherever a stranger may have put one."""
    media = f"{text.replace('@', '')}.mp4@sha256:{'a' * 64}"
    copy = {"primary_text": text, "headline": text, "destination_url": text, "url_tags": text, "video": media}
    raw = {text: [text, {"name": text, "id": text}], "x": text}
    times = {"due": at("12-10 09:00"), "until": at("12-20 23:59")}
    other = Address.parse("acme-sg/always-on")
    return plan(
        [
            change(Action.CREATE, CAMPAIGN, after={"name": text, "daily_budget": 5000, text or "x": text}, **times),
            change(Action.CREATE, AD_SET, after={"name": text, "targeting": raw}, origin=Origin("a.yaml", 1), **times),
            change(Action.CREATE, AD, after={"name": text, **copy}, **times),
            change(
                Action.UPDATE,
                other,
                before={"name": "Old", "primary_text": "Old", "targeting": {"age_min": 18}},
                after={"name": text, "primary_text": text, "targeting": {"age_min": 21, "x": raw}},
                consequences=(text,),
                origin=Origin(f"desired/{text}.yaml", 3),
            ),
        ],
        refusals=(Refusal("max_daily_budget", "acme-sg/always-on", text, Origin(f"{text}.yaml", 2), text),),
        drift=(Drift(other, "name", "Old", text, actor=text, application=text, at=NOW),),
        notes=(text,),
        failures={text: text},
        warnings=(Problem(Origin(text, 1, 1), text, text),),
        media={"a" * 64: "16:9"},
    )


ABOUT = About(
    NOW, commit="c0ffee", media_url=lambda path: "https://example.com/file", run_url="https://example.com/run"
)
HARMLESS = "Spring"


def page_of(text: str, about: About = ABOUT) -> Page:
    return Page(comment(review_of(says(text), about=about)))


def inline(text: str) -> str:
    """Of one line: text of several lines has as many of its own in the comment."""
    return re.sub(r"\s", " ", text)


SIGNS = [*"|`*_[]()<>&!~#@:$\\\"'-+= \u202e\u200b\U0001f600", "\n", "http://x", "www.x", "a", "7"]
TEXTS = st.one_of(
    st.sampled_from([*MARKDOWN, *HTML, *LINES, *ORDERS, "@me fixes #12", "a@b.example", "Fixes GH-1", "closes o/r#1"]),
    st.lists(st.sampled_from(SIGNS)).map("".join),
    st.text(max_size=60),
)


@given(TEXTS)
def test_the_structure_is_that_of_a_harmless_text(text: str) -> None:
    text = inline(text)
    found, harmless = page_of(text), page_of(HARMLESS)
    for tag in ("details", "summary", "table", "tr", "td", "h3", "h4", "pre", "blockquote", "ul", "li", "sub"):
        assert found.structure[tag] == harmless.structure[tag], tag
    assert set(found.structure) <= OURS


@given(TEXTS)
def test_what_became_of_it_has_the_structure_of_a_harmless_text(text: str) -> None:
    def applied(said: str) -> Page:
        failed = Outcome(change(Action.CREATE, CAMPAIGN), error=said)
        told = Outcome(change(Action.CREATE, AD), notes=(said,))
        review = review_of(says(said), about=ABOUT)
        return Page(outcome(review, [Done("acme-sg", (failed, told), error=said)]))

    assert applied(inline(text).strip() or HARMLESS).structure == applied(HARMLESS).structure


@given(TEXTS)
def test_an_issue_has_the_structure_of_a_harmless_text(text: str) -> None:
    def issue(said: str) -> Page:
        late, delivery = Late(CAMPAIGN, NOW), DeliveryIssue(AD, said, said, (said, said))
        found = Findings(replace(says(said), late=(late,)), (delivery,), (said, f"x {said}"))
        return Page(findings_markdown(found, limit=60_000))

    said = inline(text).strip() or HARMLESS
    assert issue(said).structure == issue(HARMLESS).structure


@given(TEXTS)
def test_wrong_files_have_the_structure_of_a_harmless_text(text: str) -> None:
    def told(said: str) -> Page:
        problems = [Problem(Origin(said, 3, 1), said, said), Problem(Origin(said), said)]
        return Page(
            problems_markdown(problems, commit="", file_url=lambda path: "https://example.com/file", limit=60_000)
        )

    assert told(inline(text).strip() or HARMLESS).structure == told(HARMLESS).structure


@given(TEXTS)
def test_nothing_of_it_is_a_mention_a_reference_a_link_or_html(text: str) -> None:
    found = page_of(text)
    assert set(found.structure) <= OURS
    assert found.comments == 0
    assert set(found.links) <= {"https://example.com/file", "https://example.com/file#L1", "https://example.com/file#L2",
                                "https://example.com/file#L3", "https://example.com/run"}  # fmt: skip
    for piece in found.texts:
        for what, pattern in FILTERS.items():
            assert not re.search(pattern, piece), (what, piece)


@given(st.text(max_size=80))
@example("&nbsp")
@example("&amp;lt")
def test_a_text_reads_as_it_was_written(text: str) -> None:
    from reconciler.text.sanitize import plain

    for shown in (Page(f"x {inert(text)} x"), Page(f"x {html_code(text)} x")):
        read = "".join([*shown.texts, *shown.code]).replace("\u200b", "").replace("\n", " ")
        # A text may be a reference itself, such as &nbsp: it has to show as that.
        assert any(plain(text).strip() in one for one in (read, html.unescape(read)))


@pytest.mark.parametrize("text", ["a|b", "`x`", "a\\b", "OUTCOME_SALES", " ", ""])
def test_what_a_code_span_cannot_hold_is_no_code(text: str) -> None:
    found = Page(f"| {code(text)} | 2 |\n|---|---|\n")
    assert found.tags.count("th") == 2
    assert text.strip() in "".join([*found.texts, *found.code])


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x.example/a) [b](c", "https://x.example/<b>", "https://x.example/a b", ""]
)
def test_an_address_that_could_end_a_link_is_none(url: str) -> None:
    assert link("x", url) == "x"


@given(TEXTS)
def test_every_form_of_it_stays_closed_when_it_is_cut(text: str) -> None:
    review = review_of(says(text), about=ABOUT)
    whole = comment(review)
    for limit in (len(whole) - 1, len(whole) // 2):
        try:
            Page(comment(review, limit=limit)).structure  # noqa: B018  it asserts that all is closed
        except ValueError:
            continue


def test_a_summary_says_the_same() -> None:
    review = review_of(says("</details> @me"), about=replace(ABOUT, run_url=""))
    assert summary(review) == comment(review)
