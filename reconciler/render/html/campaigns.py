"""Campaign by campaign: what becomes of it, whom it reaches, what it costs, and its ads as people see them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.preview import Preview
from reconciler.render.fields import Lines, Row
from reconciler.render.html.ads import advert
from reconciler.render.html.element import Child, Markup, element, joined
from reconciler.render.html.labels import MAIN, SEEN, label, said_value
from reconciler.render.html.media import Gallery
from reconciler.render.html.words import compared
from reconciler.render.review import Block, Review
from reconciler.render.told import Part, Tabled, Told

PLACE = re.compile(r"^\S+\.ya?ml:\d+(:\d+)?\s*")
"""Where a change is declared: nothing for whoever has no access to the files."""


@dataclass(frozen=True)
class Words:
    """What a plan's fields do not say: names by address, and whom an ad set reaches."""

    titles: Mapping[Address, str]
    reach: Mapping[str, str]


def campaigns(review: Review, previews: Sequence[Preview], gallery: Gallery, words: Words) -> Iterator[Markup]:
    by_root: dict[Address, list[Preview]] = {}
    for preview in previews:
        by_root.setdefault(preview.address.root, []).append(preview)
    for block in review.blocks:
        own = [preview for root in block.roots for preview in by_root.pop(root, ())]
        yield _Campaign(block, own, words).drawn(gallery)


@dataclass(frozen=True)
class _Campaign:
    block: Block
    previews: Sequence[Preview]
    words: Words

    def drawn(self, gallery: Gallery) -> Markup:
        tags = (element("span", str(danger), class_="tag changed") for danger in self.block.dangers)
        head = element("h3", element("span", self._title(), dir="auto"), *(part for tag in tags for part in (" ", tag)))
        places = element("p", _first_of(list(map(str, self.block.roots))), class_="address")
        adverts = [advert(preview, self._name_of(preview), gallery, 4) for preview in self.previews]
        return element(
            "article",
            head,
            places,
            *map(self._part, self.block.parts),
            element("div", *adverts, class_="adverts") if adverts else None,
            self._further(),
            class_="change",
        )

    def _title(self) -> str:
        block = self.block
        if len(block.roots) > 1:
            return f"{len(block.roots)} campaigns alike"
        return block.name or self.words.titles.get(block.address) or str(block.address)

    def _name_of(self, preview: Preview) -> str:
        """Its key, where its name is only the campaign's."""
        inherited = preview.name == (self.block.name or self.words.titles.get(preview.address.root))
        return preview.address.key if inherited and preview.address.key != preview.address.keys[-2] else preview.name

    @property
    def _shown(self) -> set[str]:
        return {str(preview.address) for preview in self.previews}

    def _is_seen(self, part: Told, row: Row) -> bool:
        return row.name in SEEN and (part.address in self._shown or "*" in part.address)

    # ---- what everybody wants to know

    def _part(self, part: Part) -> Markup | None:
        if isinstance(part, Tabled):
            return _table(part)
        if part.changed:
            rows = [row for row in part.rows if not self._is_seen(part, row)]
            body = _steps(rows)
        else:
            rows = [row for row in part.rows if row.name in MAIN and not self._is_seen(part, row)]
            body = self._facts(part, rows)
        aside = _sentences(PLACE.sub("", part.aside))
        is_told = part.changed or part.address == str(self.block.address)
        if body is None and not (aside and is_told):
            return None
        return element(
            "div", self._head(part), element("p", aside, class_="soft") if aside else None, body, class_="group"
        )

    def _head(self, part: Told) -> Markup | None:
        """None of what the title already names."""
        if part.address == str(self.block.address) and not part.changed:
            return None
        name = next((row.lines[0].strip('"') for row in part.rows if row.name == "name" and not part.changed), "")
        kind = part.label.replace("_", " ")
        said = f"{kind.capitalize()} {name}".strip()
        return element("h4", element("span", said, dir="auto"), " ", element("span", part.address, class_="address"))

    def _facts(self, part: Told, rows: Iterable[Row]) -> Markup | None:
        pairs = [
            (element("dt", label(row.name)), element("dd", self._value(part, row), _remark(row.remark))) for row in rows
        ]
        return element("dl", *pairs, class_="facts") if pairs else None

    def _value(self, part: Told, row: Row) -> Child:
        reached = self._reached(part.address) if row.name == "targeting" else ""
        return reached[:1].upper() + reached[1:] if reached else _lines(row.lines)

    def _reached(self, address: str) -> str:
        """What is the same in all of `acme-sg/*/main` is so in the first of them."""
        if "*" not in address:
            return self.words.reach.get(address, "")
        return next((said for at, said in self.words.reach.items() if self._is_among(at, address)), "")

    def _is_among(self, address: str, pattern: str) -> bool:
        steps, wanted = address.split("/"), pattern.split("/")
        is_alike = len(steps) == len(wanted) and all(b in ("*", a) for a, b in zip(steps, wanted, strict=True))
        return is_alike and any(address.startswith(f"{root}/") for root in self.block.roots)

    # ---- all the rest

    def _further(self) -> Markup | None:
        """What few ask for, folded; open in print."""
        rows = [row for part in self.block.parts for row in self._rest(part)]
        if not rows:
            return None
        head = element("tr", *(element("th", text, scope="col") for text in ("Of", "Setting", "Value")))
        table = element("table", element("thead", head), element("tbody", *rows), class_="further")
        return element("details", element("summary", f"Further settings ({len(rows)})"), table)

    def _rest(self, part: Part) -> Iterator[Markup]:
        if isinstance(part, Tabled):
            for key, fields in part.rows.items():
                yield from (_setting(key, name, lines) for name, lines in fields.items() if not _is_open(name))
        elif not part.changed:
            for row in part.rows:
                if not (self._is_seen(part, row) or row.name in MAIN or row.name == "name"):
                    yield _setting(f"{part.label.replace('_', ' ')} {part.address}", row.name, row.lines)


MOST_NAMED = 6


def _first_of(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:MOST_NAMED])} and {more} more"


def _is_open(column: str) -> bool:
    """Whether a column of a table is seen anyway: `main/hero headline` by a preview, `daily_budget` in the table."""
    return column.rsplit(maxsplit=1)[-1] in SEEN | MAIN | {"name", "status"}


def _table(part: Tabled) -> Markup | None:
    """What several have of their own, side by side, but what the previews show."""
    columns = dict.fromkeys(name for fields in part.rows.values() for name in fields)
    names = [name for name in columns if _is_open(name) and name.split()[-1] not in SEEN]
    if not any(name.split()[-1] in MAIN | {"status"} for name in names):
        return None
    head = element("tr", element("td"), *(element("th", _column(name), scope="col") for name in names))
    rows = (
        element(
            "tr",
            element("th", key, scope="row"),
            *(element("td", _lines(fields.get(name, ()))) for name in names),
        )
        for key, fields in part.rows.items()
    )
    table = element("table", element("thead", head), element("tbody", *rows))
    return element("div", table, class_="group scroll", tabindex=0, role="group", aria_label="What each has of its own")


def _column(name: str) -> str:
    *place, field = name.split()
    return f"{label(field)} ({' '.join(place)})" if place else label(field)


def _sentences(aside: str) -> str:
    """`PAUSED # goes to review` → `PAUSED. Goes to review.`"""
    told = (text.strip() for text in aside.split("# "))
    return " ".join(f"{text[:1].upper()}{text[1:]}." for text in told if text)


def _setting(of: str, name: str, lines: Lines) -> Markup:
    return element("tr", element("td", of), element("th", label(name), scope="row"), element("td", _lines(lines)))


def _steps(rows: Iterable[Row]) -> Markup | None:
    """What was and what will be, side by side."""
    body = [_step_row(row, step.path, step.before, step.after) for row in rows for step in row.steps]
    head = element("tr", element("td"), element("th", "Before", scope="col"), element("th", "After", scope="col"))
    return element("table", element("thead", head), element("tbody", *body), class_="differences") if body else None


def _step_row(row: Row, path: str, before: Lines, after: Lines) -> Markup:
    was, will = compared("\n".join(map(said_value, before)), "\n".join(map(said_value, after)))
    name = f"{label(row.name)}: {path.replace('_', ' ')}" if path else label(row.name)
    return element("tr", element("th", name, scope="row"), element("td", was), element("td", will, _remark(row.remark)))


def _lines(lines: Lines) -> Markup:
    return joined("\n".join(map(said_value, lines)))


def _remark(remark: str) -> Markup | None:
    return joined(" ", element("span", remark, class_="tag changed")) if remark else None
