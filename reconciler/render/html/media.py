"""Media in the page: each image once, as a symbol that all ads show; each film once, and elsewhere its still. Pure.

Browsers let an image be shown many times from one copy (SVG's `use`), and a film not: so a film plays in the first ad
that has it, in the shape that suits it, and a film of one picture stands for it in the others."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field

from reconciler.model.preview import Medium
from reconciler.render.html.element import Markup, element

STILL = "video/mp4"
MOST_OF_STILLS = 3 * 1024**2
"""Bytes of all stills in the page; each use of one is a copy."""


def data_url(type_: str, content: bytes) -> Markup:
    """Base64 has nothing to escape, and what looks like a token in it is none."""
    return Markup(f"data:{type_};base64,{b64encode(content).decode()}")


def said_size(size: int) -> str:
    return f"{size / 1024**2:.1f} MB" if size >= 1024**2 else f"{-(-size // 1024)} KB"


@dataclass
class Gallery:
    """What of the media the page has so far."""

    symbols: dict[str, Markup] = field(default_factory=dict)
    played: dict[str, str] = field(default_factory=dict)
    """By digest of a film, the id of its first player."""
    missing: dict[str, Medium] = field(default_factory=dict)
    """Of which the page has nothing to show, or no film: by digest."""
    left: int = MOST_OF_STILLS

    def definitions(self) -> Markup:
        """To stand before the first use."""
        return element("svg", *self.symbols.values(), class_="definitions", aria_hidden="true", width=0, height=0)

    def shown(self, medium: Medium, poster: Medium | None, box: tuple[int, int], *, fit: bool, play: bool) -> Markup:
        """In a box of that aspect. `fit`: the whole of it, with room around; else it fills the box and is cut.
        `play`: as a film, where it is one and this is its first place."""
        if medium.content and medium.kind == "video" and play and medium.sha256 not in self.played:
            return self._film(medium, box, fit)
        if medium.lacking and medium.kind == "video":
            self.missing[medium.sha256] = medium
        picture = poster if poster is not None and poster.content else medium
        if picture.content and picture.kind == "image":
            return self._image(picture, medium, box, fit)
        if medium.still and self.left >= len(medium.still):
            self.left -= len(medium.still)
            return self._still(medium, box, fit)
        self.missing[medium.sha256] = medium
        return _named(medium, box)

    def _film(self, medium: Medium, box: tuple[int, int], fit: bool) -> Markup:
        anchor = f"film-{len(self.played) + 1}"
        self.played[medium.sha256] = anchor
        film = element(
            "video",
            id=anchor,
            class_="fit" if fit else "fill",
            src=data_url(medium.type, medium.content),
            controls=True,
            playsinline=True,
            preload="auto",
            aria_label=_alt(medium),
        )
        return element("div", _room(box), film, class_="picture plays")

    def _still(self, medium: Medium, box: tuple[int, int], fit: bool) -> Markup:
        film = element(
            "video",
            class_="fit" if fit else "fill",
            src=data_url(STILL, medium.still),
            muted=True,
            playsinline=True,
            preload="auto",
            aria_hidden="true",
        )
        return element("div", _room(box), film, _badge(medium), class_="picture", role="img", aria_label=_alt(medium))

    def _image(self, picture: Medium, medium: Medium, box: tuple[int, int], fit: bool) -> Markup:
        symbol = self._symbol(picture)
        scene = element(
            "svg",
            element("title", _alt(medium)),
            element("use", href=f"#{symbol}-{'fit' if fit else 'fill'}", width=box[0], height=box[1]),
            role="img",
            viewBox=f"0 0 {box[0]} {box[1]}",
        )
        return element("div", scene, _badge(medium), class_="picture")

    def _symbol(self, picture: Medium) -> str:
        """The id of its symbols: one that fits its box and one that fills it, of one copy of the file."""
        known = f"image-{picture.sha256[:16]}"
        if known not in self.symbols:
            wide, high = picture.width, picture.height
            image = element("image", id=known, href=data_url(picture.type, picture.content), width=wide, height=high)
            frames = [
                element(
                    "symbol",
                    element("use", href=f"#{known}"),
                    id=f"{known}-{way}",
                    viewBox=f"0 0 {wide} {high}",
                    preserveAspectRatio=f"xMidYMid {rule}",
                )
                for way, rule in (("fit", "meet"), ("fill", "slice"))
            ]
            self.symbols[known] = element("g", element("defs", image), *frames)
        return known


def _room(box: tuple[int, int]) -> Markup:
    """Keeps the aspect of the box: a film's own would win over whatever its attributes say."""
    return element("svg", viewBox=f"0 0 {box[0]} {box[1]}", aria_hidden="true")


def _badge(medium: Medium) -> Markup | None:
    """Over the still of a film, how long it is."""
    length = medium.shape.rpartition(", ")[2]
    return element("span", f"▶ {length}", class_="badge", aria_hidden="true") if medium.kind == "video" else None


def _alt(medium: Medium) -> str:
    return f"{medium.kind or 'file'} {medium.path}{f' ({medium.shape})' if medium.shape else ''}"


def _named(medium: Medium, box: tuple[int, int]) -> Markup:
    """In place of what the page does not hold: its outline, its name, and why."""
    facts = ", ".join(part for part in (medium.shape, said_size(medium.size) if medium.size else "") if part)
    label = element(
        "span",
        element("b", medium.path),
        element("span", facts) if facts else None,
        element("span", medium.lacking or "shown above") if medium.lacking or medium.kind else None,
        class_="label",
    )
    return element("div", _room(box), label, class_="picture absent")
