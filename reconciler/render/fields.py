"""The fields of a plan as a person reads them: in words, whole, the names in a column of their own. Text of strangers
stands in quotes, and further lines of it behind a bar, so that it can look like no line of ours. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from reconciler.kinds import KINDS
from reconciler.kinds.codecs import grouped_money, parse_wire_time
from reconciler.kinds.identity import MEDIA_FIELDS, at_meta, media_digest, media_path
from reconciler.kinds.said import REFERRING, leaf_name, padded, phrase, readable, said, width
from reconciler.model.plan import Change, Plan
from reconciler.render.nested import Leaf, differing, is_nested
from reconciler.text.sanitize import brief, plain

Lines = tuple[str, ...]
"""One value: a line, or several where it has line breaks of its own."""

COLUMN = 18
"""Of the names; longer ones, within reason, make it wider."""

WIDEST_COLUMN = 26
LONGEST_STEP = 100
"""Columns of what a value was and what it will be, on one line."""

LONGEST_LINE = 10_000
MOST_LINES = 200
"""Meta's longest text is 63,206 characters; a reader approves all of it."""

COPY = frozenset({"name", "primary_text", "headline", "description", "destination_url", "url_tags"})
"""Always in quotes: a headline such as SALE is none of Meta's words."""

PROSE = frozenset({"primary_text", "description", "headline"})
"""May have line breaks, which a reader sees as they are."""

ANYTHING = object()

TECHNICAL: Mapping[str, Any] = {
    "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
    "billing_event": "IMPRESSIONS",
    "buying_type": "AUCTION",
    "special_ad_categories": [],
    "is_adset_budget_sharing_enabled": False,
    "is_dynamic_creative": False,
    "regional_regulated_categories": ANYTHING,
    "conversion_domain": ANYTHING,
}
"""What nobody sees or pays for, at this value, and `--full` adds."""


OVER = {"daily_budget": "in all", "lifetime_budget": "a day"}
"""What is told of a new budget beside its own figure."""

BAR = "| "


class Step(NamedTuple):
    """What a value was and what it will be. `path`: where in its field it stands, "" for all of it."""

    path: str
    before: Lines
    after: Lines


@dataclass(frozen=True)
class Teller:
    """Says the values of one plan. `full`: with what is technical. `bar`: what stands before the further lines of a
    stranger's text, where nothing else keeps them from looking like ours."""

    plan: Plan
    full: bool = False
    bar: str = BAR

    def value(self, account: str, name: str, value: Any) -> Lines:
        if name in MEDIA_FIELDS and isinstance(value, str):
            return (self._media(value),)
        if name in COPY and isinstance(value, str):
            return _text(value, self.bar) if name in PROSE else (f'"{brief(value)}"',)
        if is_nested(value):
            return (phrase(self._readable(account, name, value), name),)
        return (said(name, value, self.plan.currencies.get(account, ""), self.plan.zone),)

    def _readable(self, account: str, name: str, value: Any) -> Any:
        return readable(name, value, self.plan.currencies.get(account, ""), self.plan.zone)

    def _media(self, value: str) -> str:
        digest = media_digest(value)
        if at_meta(value):
            return brief(media_path(value))
        return f"{brief(media_path(value))} ({self.plan.media.get(digest) or digest[:8]})"

    def step(self, account: str, name: str, old: Any, new: Any) -> Lines:
        """`50.00 SGD → 80.00 SGD`; on two lines where one would be long. Of what is nested the leaves that differ, on a
        line each where one would be long. Nothing where it is Meta's alone."""
        if is_nested(old) and is_nested(new):
            return _leaves(self._differing(account, name, old, new))
        before, after = self._both(account, name, old, new)
        if before == after and name in REFERRING:
            return (f"{before[0]} (as it was → as changed)",)
        if len(before) == len(after) == 1 and width(before[0]) + width(after[0]) <= LONGEST_STEP:
            return (f"{before[0]} → {after[0]}",)
        return (*before, f"→ {after[0]}", *(f"  {line}" for line in after[1:]))

    def _both(self, account: str, name: str, old: Any, new: Any) -> tuple[Lines, Lines]:
        if name in MEDIA_FIELDS and media_path(str(old)) == media_path(str(new)):
            # The file has been overwritten: only its content tells the two apart.
            return (said(name, old, "", self.plan.zone),), (said(name, new, "", self.plan.zone),)
        return self.value(account, name, old), self.value(account, name, new)

    def steps(self, account: str, name: str, old: Any, new: Any) -> tuple[Step, ...]:
        """The same as `step`, for a table of what is and what will be."""
        if not (is_nested(old) and is_nested(new)):
            return (Step("", *self._both(account, name, old, new)),)
        leaves = self._differing(account, name, old, new)
        return tuple(Step(leaf_name(leaf.path), (brief(leaf.old),), (brief(leaf.new),)) for leaf in leaves)

    def _differing(self, account: str, name: str, old: Any, new: Any) -> Iterator[Leaf]:
        return differing(name, *(self._readable(account, name, value) for value in (new, old)))

    def new(self, change: Change, campaign: Change | None) -> dict[str, Lines]:
        """What a new object is made of; `campaign` is the one that it stands in, where that is new, too."""
        account = change.address.account
        if KINDS[change.kind].stands_alone:
            return dict(self._in_words(change))
        return {
            name: self._with_money(change, name, self.value(account, name, value))
            for name, value in change.after.items()
            if name != "status" and (self.full or not _goes_without_saying(change, name, value, campaign))
        }

    @staticmethod
    def changed(change: Change) -> Iterator[tuple[str, Any, Any]]:
        """Each field of an update, in YAML's words where the kind has some, with what it was and will be."""
        words = KINDS[change.kind].words
        before, after = words(change.before), words(change.after)
        for name in dict.fromkeys((*after, *before)):
            if before.get(name) != after.get(name):
                yield name, before.get(name), after.get(name)

    def _in_words(self, change: Change) -> Iterator[tuple[str, Lines]]:
        """Of what takes a former one's place only what differs from that."""
        account = change.address.account
        if change.before:
            steps = ((name, self.step(account, name, old, new)) for name, old, new in self.changed(change))
            yield from ((name, lines) for name, lines in steps if lines)
            return
        for name, value in KINDS[change.kind].words(change.after).items():
            yield name, self._listed(name, value) or self.value(account, name, value)

    def _listed(self, name: str, value: Any) -> Lines:
        """A line for each, such as a question of a form."""
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            return ()
        return tuple(phrase(one) for one in value)

    def _with_money(self, change: Change, name: str, lines: Lines) -> Lines:
        """What a daily budget comes to, and what of a lifetime budget is spent a day, where the times are declared."""
        if name not in OVER or change.comes_to is None:
            return lines
        money = grouped_money(change.comes_to, self.plan.currencies[change.address.account])
        return (f"{lines[0]} (about {money} {OVER[name]})",)


def _leaves(leaves: Iterable[Leaf]) -> Lines:
    told = [f"{leaf_name(leaf.path)} {leaf.text}".lstrip() for leaf in leaves]
    whole = "; ".join(told)
    if width(whole) <= LONGEST_STEP:
        return (whole,) if told else ()
    return (*(f"{one};" for one in told[:-1]), told[-1])


def is_over(plan: Plan, change: Change) -> bool:
    """Whether what is to be made would have ended before now."""
    return change.until is not None and change.until <= plan.now


def _goes_without_saying(change: Change, name: str, value: Any, campaign: Change | None) -> bool:
    if name in TECHNICAL:
        return TECHNICAL[name] is ANYTHING or bool(TECHNICAL[name] == value)
    if name == "name" and not KINDS[change.kind].launches:
        return campaign is not None and bool(value == campaign.after.get("name"))
    moment = {"start_time": "due", "end_time": "until"}.get(name)
    told = [getattr(one, moment) for one in (change, campaign) if one is not None] if moment else []
    return bool(told) and parse_wire_time(value) in told


def _text(text: str, bar: str) -> Lines:
    """In quotes, its line breaks as line breaks."""
    first, *rest = text.replace("\r\n", "\n").split("\n")
    lines = [brief(first, LONGEST_LINE), *(f"{bar}{brief(line, LONGEST_LINE)}" for line in rest)]
    left = len(lines) - MOST_LINES
    kept = [*lines[:MOST_LINES], f"{bar}… ({left:,} more lines)"] if left > 0 else lines
    return (f'"{kept[0]}', *kept[1:-1], f'{kept[-1]}"') if len(kept) > 1 else (f'"{kept[0]}"',)


class Row(NamedTuple):
    """A field. `lines`: its value, or of a change what it was and what it will be, of which `steps` are the same."""

    name: str
    lines: Lines
    remark: str = ""
    """What it sets off; "" for nothing."""
    steps: tuple[Step, ...] = ()


def field_lines(sign: str, rows: Iterable[Row], indent: int = 6) -> Iterator[str]:
    """The names in a column, the remark at the end of the first line."""
    shown = [(plain(row.name), row.lines, row.remark) for row in rows]
    column = max(COLUMN, *(width(name) for name, _, _ in shown if width(name) <= WIDEST_COLUMN), 0)
    for name, lines, remark in shown:
        head = f"{' ' * indent}{sign} {padded(name, column)} "
        yield f"{head}{lines[0]}{f'   # {remark}' if remark else ''}"
        yield from (f"{' ' * width(head)}{line}" for line in lines[1:])


def table(rows: Mapping[str, Mapping[str, Lines]], sign: str, widest: int = 160) -> list[str] | None:
    """A line for each label, where all have the same fields and each of them fits; else None."""
    names = list(next(iter(rows.values())))
    if any(list(fields) != names or any(len(lines) > 1 for lines in fields.values()) for fields in rows.values()):
        return None
    cells = [
        ["", *map(plain, names)],
        *([label, *(fields[name][0] for name in names)] for label, fields in rows.items()),
    ]
    columns = [max(width(row[at]) for row in cells) for at in range(len(names) + 1)]
    if sum(columns) + 2 * len(names) > widest:
        return None
    signs = [" ", *[sign] * len(rows)]
    found = ["  ".join(padded(cell, size) for cell, size in zip(row, columns, strict=True)).rstrip() for row in cells]
    return [f"    {mark} {line}" for mark, line in zip(signs, found, strict=True) if line]
