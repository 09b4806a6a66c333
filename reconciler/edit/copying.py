"""The text of a file as that of another one: without what was said once, in another account's words. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconciler.edit.yaml_text import CannotEditError, Letters, with_value, without_value
from reconciler.kinds import MONEY_FIELDS
from reconciler.kinds.codecs import parse_money
from reconciler.kinds.domains import host_of
from reconciler.kinds.identity import MEDIA_FIELDS, at_meta
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin
from reconciler.model.resource import Resource

ONCE = {
    "previously": "it tells the former keys of the one that was copied",
    "existing": "it names the object that is there already",
    "new": "it counts once",
    "revert_drift": "it counts once",
    "replace": "it allows once what cannot be changed",
}
"""Words that are about one object alone: why each is not copied."""
OF_LIFECYCLE = frozenset({"new", "revert_drift", "replace"})
TIMES = ("activate_at", "deactivate_at")
OF_THE_ACCOUNT = {
    **dict.fromkeys(("page", "pixel", "instagram_user", "catalog"), "the other account has its own"),
    "conversion_domain": "the other account has its own domain",
    "promoted_object": "it names what belongs to the other account",
}
_AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]+)? [A-Z]{3}")


@dataclass(frozen=True)
class Left:
    """What the copy does not say."""

    line: int
    what: str
    why: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what} is not copied: {self.why}"


@dataclass
class Copy:
    """A text on its way. `read` parses it as it is by now."""

    text: str
    read: Callable[[str], Document]
    left: list[Left] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.first = self.read(self.text)

    def less_once(self, passed: Callable[[str], bool]) -> None:
        """`passed`: whether a time, as it is written, has gone by."""
        for path in [*self._paths()]:
            word = str(path[-1])
            if word in ONCE and (word not in OF_LIFECYCLE or path[-2:-1] == ("lifecycle",)):
                self._take(path, ONCE[word])
            elif word in TIMES and passed(str(self.first.value(path))):
                self._take(path, "the time has passed")

    def less_of_account(self) -> None:
        for path in [*self._paths()]:
            if str(path[-1]) in OF_THE_ACCOUNT and path[:1] != ("vars",):
                self._take(path, OF_THE_ACCOUNT[str(path[-1])])

    def amounts(self) -> list[KeyPath]:
        """Where money stands: in its fields, and as an amount with its currency anywhere else."""
        found = []
        for path in self.first.values:
            value = self.first.value(path)
            of_field = any(step in MONEY_FIELDS for step in path) and not isinstance(value, dict | list)
            written = isinstance(value, str) and _AMOUNT.fullmatch(value)
            if (of_field and not (isinstance(value, str) and value.startswith("${"))) or written:
                found.append(path)
        return found

    def said(self, path: KeyPath) -> str:
        origin = self.first.origin(path)
        return f"{origin}: {'.'.join(map(str, path))}: {origin.written or self.first.value(path)}"

    def put_amounts(self, paths: Sequence[KeyPath], amounts: Sequence[str], currency: str) -> None:
        """Raises ValueError for what is no amount in the currency, and CannotEditError."""
        for path, amount in zip(paths, amounts, strict=True):
            parse_money(amount, currency)
            self.text = with_value(self.text, path, Letters(amount))

    def put_name(self, name: str) -> None:
        self.put_text(("name",), name)

    def put_text(self, path: KeyPath, text: str) -> None:
        self.text = with_value(self.text, path, text)

    def put_letters(self, path: KeyPath, letters: str) -> None:
        """A value as YAML has it."""
        self.text = with_value(self.text, path, Letters(letters))

    def tables(self) -> list[KeyPath]:
        """Where a matrix names the table that its values are in."""
        matrix = self.first.data.get("matrix")
        at = [("matrix", "from"), *(("matrix", word, "from") for word in matrix)] if isinstance(matrix, dict) else []
        return [path for path in at if isinstance(self.first.value(path), str)]

    def _paths(self) -> Iterator[KeyPath]:
        """Of a matrix, whose keys are a person's own, only the former keys of its values."""
        for path in self.first.keys:
            if path[:1] != ("matrix",) or (len(path) > 4 and path[-1] == "previously"):
                yield path

    def _take(self, path: KeyPath, why: str) -> None:
        try:
            self.text = without_value(self.text, path)
        except CannotEditError:
            return  # it went with what it stood in
        self.left.append(Left(self.first.origin(path).line, ".".join(map(str, path)), why))


@dataclass
class TableCopy:
    """A table on its way. `rows` are its cells with their places in `text`."""

    becomes: str
    text: str
    rows: Sequence[Document]

    def amounts(self) -> list[tuple[Origin, str]]:
        cells = ((row.values[path], str(row.value(path))) for row in self.rows for path in row.values if path)
        return [(origin, said) for origin, said in cells if _AMOUNT.fullmatch(said)]

    def put_amounts(self, amounts: Sequence[str]) -> None:
        """Each in place of one, in their order; all else stays as it is to the letter."""
        lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", self.text)
        for (origin, said), amount in reversed([*zip(self.amounts(), amounts, strict=True)]):
            line, at = lines[origin.line - 1], origin.column - 1
            lines[origin.line - 1] = line[:at] + line[at:].replace(said, amount, 1)
        self.text = "".join(lines)


@dataclass(frozen=True)
class Theirs:
    """What is one account's own in texts."""

    key: str
    name: str
    domain: str
    currency: str
    ids: frozenset[str] = frozenset()
    """Such as its page's and its pixel's."""

    def words(self) -> list[str]:
        """The longest first: its domain and name, its key, and what a word of the name has in common with those."""
        short = (word for word in re.findall(r"[\w-]{3,}", self.name) if word.lower() in f"{self.key} {self.domain}")
        label = self.domain.partition(".")[0]
        return list({one.lower(): one for one in (*short, label, self.key, self.name, self.domain) if one}.values())[
            ::-1
        ]


@dataclass(frozen=True)
class Foreign:
    """What in a copy in another account may not be its own."""

    theirs: Theirs
    ours: Theirs

    def still_says(self, texts: Mapping[str, str], resources: Iterable[Resource]) -> Iterator[str]:
        """Line by line. `texts`: of the copy, comments too; `resources`: what it declares, wherever that is written."""
        said: dict[tuple[str, int], dict[str, None]] = {}
        for file, number, found in (*self._of_texts(texts), *self._of_values(resources, texts)):
            said.setdefault((file, number), {}).update(dict.fromkeys(found))
        for (file, number), each in sorted(said.items()):
            if each:
                yield f"{file}:{number}: still says {', '.join([*each][:MOST_SAID])}"

    def _of_texts(self, texts: Mapping[str, str]) -> Iterator[tuple[str, int, list[str]]]:
        for file, text in texts.items():
            for number, line in enumerate(_LINE_BREAK.split(text), start=1):
                yield file, number, self.said_in(line)

    def _of_values(self, resources: Iterable[Resource], texts: Collection[str]) -> Iterator[tuple[str, int, list[str]]]:
        """What the copy's own lines do not show: that of a template, and ids of what the other account has."""
        for resource in resources:
            for name, value in resource.fields.items():
                for path, text in _texts(value, name):
                    place = resource.origin_of(path)
                    found = self._id_in(name, path, text)
                    is_shown = found or name in MEDIA_FIELDS or place.file in texts
                    yield place.file, place.line, found if is_shown else self.said_in(text)

    def said_in(self, line: str) -> list[str]:
        theirs, ours = self.theirs, self.ours
        own = " ".join(ours.words()).lower()
        foreign = [word for word in theirs.words() if word.lower() not in own]
        hosts = (host_of(link) for link in _LINK.findall(line))
        found = [host for host in hosts if host and not _is_below(host, ours.domain)]
        found += [word for word in foreign if _word(word).search(_LINK.sub("", line))]
        found += [] if found else [word for word in foreign if _word(word).search(line)]
        if theirs.currency != ours.currency:
            found += [said for said in _PRICE.findall(line) if said.strip()]
            found += re.findall(rf"\b{theirs.currency}\b", line)
        return found

    def _id_in(self, name: str, path: str, text: str) -> list[str]:
        if name in MEDIA_FIELDS and at_meta(text):
            return [f"{name} {at_meta(text)}, which is of the other account"]
        if text in self.theirs.ids - self.ours.ids:
            return [f"{path.rpartition('.')[2]} {text}, which is of the other account"]
        return [f"{name} {text}, which is of the other account"] if text.isdecimal() and _OWNED.search(path) else []


_OWNED = re.compile(r"custom_audiences\b|^lead_gen_form_id$|\bproduct_(set|catalog)_id$|\bevent_id$|\boffer_id$")
"""Where an id is that of something that one account has."""


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{at}]")


MOST_SAID = 3
"""Of one line."""
_LINE_BREAK = re.compile(r"\r\n?|\n")
_LINK = re.compile(r"https?://[^\s\"'<>,;]+")
_PRICE = re.compile(r"(?:[A-Z]{1,3})?[$€£¥₩₹฿₫]\s?[0-9][0-9.,]*[0-9]|(?:[A-Z]{1,3})?[$€£¥₩₹฿₫]\s?[0-9]")


def _is_below(host: str, domain: str) -> bool:
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _word(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(text)}(?![^\W_])", re.IGNORECASE)


def has_passed(text: str, parse: Callable[[str], datetime], now: datetime) -> bool:
    try:
        return parse(text) <= now
    except ValueError:
        return False
