"""One ad as people will see it: in a feed and over the whole of a telephone, and, of a changed one, what it was. Pure.

The shapes are Meta's: a feed shows nothing taller than 4:5; of a story's 1920 pixels the upper 250 and the lower 340
lie below buttons and texts, of a reel's the lower 670 (Meta's guide to ads, safe zones).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.kinds.buttons import button_text
from reconciler.kinds.lengths import LENGTHS, STORY_SHOWN
from reconciler.kinds.shapes import FEED, STORY
from reconciler.model.preview import Medium, Preview, Showing
from reconciler.render.html.element import Markup, element, host_of, joined, link
from reconciler.render.html.media import Gallery
from reconciler.render.html.words import compared, cut_text, folding_text

TALLEST, WIDEST = (4, 5), (191, 100)
"""Of media in a feed."""
PHONE = (9, 16)
SAFE_TOP, SAFE_STORY, SAFE_REEL = 250, 1920 - 340, 1920 - 670

NOTHING = "Made of Meta's own parameters, so there is no preview: see its fields below."

COMPARED = {
    "primary_text": "Text",
    "headline": "Headline",
    "description": "Description",
    "call_to_action": "Button",
    "destination_url": "Link",
    "url_tags": "Link tags",
    "lead_form": "Form",
}


def advert(preview: Preview, name: str, gallery: Gallery, heading: int) -> Markup:
    """`heading`: the level of its title."""
    after, before = preview.after, preview.before
    title = element(f"h{heading}", element("span", name, dir="auto"), " ", _mark(before), class_="advert-name")
    parts = [title, element("p", str(preview.address), class_="address")]
    if before is not None:
        parts += [_differences(before, after), _columns(preview, before, gallery)]
    else:
        parts += [element("div", *_shapes(preview, after, gallery), class_="shapes")]
    return element("section", *parts, _leads_to(after), *_notes(after), class_="advert")


def _mark(before: Showing | None) -> Markup:
    return element("span", "changed", class_="tag changed") if before else element("span", "new", class_="tag new")


def _columns(preview: Preview, before: Showing, gallery: Gallery) -> Markup:
    """Before and after, side by side."""
    was = [_feed(preview, before, gallery, play=False, said="Until now")] if before.medium else []
    return element("div", *was, *_shapes(preview, after=preview.after, gallery=gallery), class_="shapes")


def _shapes(preview: Preview, after: Showing, gallery: Gallery) -> Iterator[Markup]:
    """A film plays in the shape that shows the whole of it."""
    if after.medium is None:
        yield element("p", NOTHING, class_="soft")
        return
    upright = _is_upright(after.medium)
    said = "After" if preview.before else ""
    if FEED in preview.shapes:
        yield _feed(preview, after, gallery, play=not upright or STORY not in preview.shapes, said=said)
    if STORY in preview.shapes:
        yield _story(preview, after, gallery, play=upright or FEED not in preview.shapes, said=said)
    if not preview.shapes:
        yield _feed(preview, after, gallery, play=True, said="Elsewhere only")


def _is_upright(medium: Medium) -> bool:
    return medium.width * TALLEST[1] < medium.height * TALLEST[0] * 0.98


# ---- feed


def _feed(preview: Preview, showing: Showing, gallery: Gallery, *, play: bool, said: str) -> Markup:
    assert showing.medium is not None
    media = gallery.shown(showing.medium, showing.poster, _feed_box(showing.medium), fit=False, play=play)
    card = element(
        "div",
        _by(preview.page),
        folding_text(showing.primary_text, LENGTHS["primary_text"].shown, whole=True),
        media,
        _foot(showing),
        class_="card",
    )
    cropped = "cropped to 4:5" if _is_upright(showing.medium) else ""
    return _figure(card, "feed", said, "Feed", cropped)


def _feed_box(medium: Medium) -> tuple[int, int]:
    ratio = medium.width / medium.height if medium.kind else 1.0
    if ratio < TALLEST[0] / TALLEST[1]:
        return 400, 500
    return (382, 200) if ratio > WIDEST[0] / WIDEST[1] else (400, round(400 / ratio))


def _by(page: str) -> Markup:
    avatar = element("span", page[:1].upper(), class_="avatar", aria_hidden="true")
    return element(
        "div", avatar, element("span", element("b", page, dir="auto"), element("small", "Sponsored")), class_="by"
    )


def _foot(showing: Showing) -> Markup:
    host = "Form" if showing.lead_form else host_of(showing.destination_url)
    words = element(
        "span",
        element("small", host) if host else None,
        cut_text(showing.headline, LENGTHS["headline"].shown, "headline"),
        cut_text(showing.description, LENGTHS["description"].shown, "description"),
        class_="words",
    )
    button = button_text(showing.call_to_action) if showing.call_to_action else ""
    return element("div", words, element("span", button, class_="button") if button else None, class_="foot")


# ---- story


def _story(preview: Preview, showing: Showing, gallery: Gallery, *, play: bool, said: str) -> Markup:
    assert showing.medium is not None
    media = gallery.shown(showing.medium, showing.poster, (360, 640), fit=True, play=play)
    button = button_text(showing.call_to_action) if showing.call_to_action else ""
    over = element(
        "div",
        folding_text(showing.primary_text, STORY_SHOWN, whole=not preview.shapes & {FEED}),
        element("span", button, class_="button") if button else None,
        class_="over",
    )
    phone = element("div", media, _by(preview.page), over, _zones(), class_="phone")
    return _figure(phone, "story", said, "Story and reel", "")


def _zones() -> Markup:
    """Lines, between which nothing of Meta's lies over the media."""
    heights = ((SAFE_TOP, "both"), (SAFE_STORY, "stories"), (SAFE_REEL, "reels"))
    lines = (element("line", class_=name, x1=0, x2=1080, y1=at, y2=at) for at, name in heights)
    return element(
        "svg", *lines, class_="zones", viewBox="0 0 1080 1920", preserveAspectRatio="none", aria_hidden="true"
    )


def _figure(content: Markup, class_: str, said: str, shape: str, remark: str) -> Markup:
    caption = " · ".join(part for part in (said, shape, remark) if part)
    return element("figure", content, element("figcaption", caption), class_=f"shape {class_}")


# ---- in words


def _leads_to(showing: Showing) -> Markup | None:
    if showing.lead_form:
        return element("p", "Opens the form ", element("b", showing.lead_form), class_="leads-to")
    if not showing.destination_url:
        return None
    tags = f" with {showing.url_tags}" if showing.url_tags else ""
    return element("p", "Leads to ", link(showing.destination_url, showing.destination_url), tags, class_="leads-to")


def _notes(showing: Showing) -> Iterator[Markup]:
    for name, length in LENGTHS.items():
        text = getattr(showing, name)
        if len(text) > length.shown and name != "primary_text":
            note = f"The {name} has {len(text)} characters; people see about {length.shown}, and the rest nowhere."
            yield element("p", note, class_="note")


@dataclass(frozen=True)
class _Row:
    label: str
    before: Markup
    after: Markup


def _differences(before: Showing, after: Showing) -> Markup:
    rows = [*_changed_words(before, after), *_changed_media(before, after)]
    head = element("tr", element("td"), element("th", "Before", scope="col"), element("th", "After", scope="col"))
    body = (
        element(
            "tr",
            element("th", r.label, scope="row"),
            element("td", r.before, dir="auto"),
            element("td", r.after, dir="auto"),
        )
        for r in rows
    )
    return element("table", element("thead", head), element("tbody", *body), class_="differences")


def _changed_words(before: Showing, after: Showing) -> Iterator[_Row]:
    for name, label in COMPARED.items():
        old, new = getattr(before, name), getattr(after, name)
        if name == "call_to_action":
            old, new = (button_text(word) if word else "" for word in (old, new))
        if old != new:
            was, will = compared(old, new)
            yield _Row(label, was if old else _nothing(), will if new else _nothing())


def _changed_media(before: Showing, after: Showing) -> Iterator[_Row]:
    for label, old, new in (("Media", before.medium, after.medium), ("Poster", before.poster, after.poster)):
        if (old.sha256 if old else "") != (new.sha256 if new else ""):
            same_name = old is not None and new is not None and old.path == new.path
            yield _Row(label, _file(old, same_name), _file(new, same_name))


def _file(medium: Medium | None, same_name: bool) -> Markup:
    if medium is None:
        return _nothing()
    told = medium.sha256[:8] if same_name else medium.shape
    return joined(medium.path, f" ({told})" if told else "")


def _nothing() -> Markup:
    return element("span", "none", class_="soft")
