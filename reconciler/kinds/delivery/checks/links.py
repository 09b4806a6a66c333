"""Where a click leads, and the parameters that Meta adds to it: what would reach no page or lose a count. Pure.

Each slip knows the text as it was meant. One text may have several: all are told at once, and the mend is free of each.
"""

from __future__ import annotations

import re
import typing
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import parse_qsl, urlsplit

from reconciler.kinds.domains import host_of
from reconciler.model.problem import Problem
from reconciler.text.yaml import LONGEST, TOO_LONG, named, quoted

if typing.TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope
    from reconciler.kinds.settings import AccountSpec

# ---- what Meta fills in

MACROS = (
    "{{campaign.id}}", "{{adset.id}}", "{{ad.id}}", "{{campaign.name}}", "{{adset.name}}", "{{ad.name}}",
    "{{placement}}", "{{site_source_name}}",
)  # fmt: skip
"""Meta's "Use URL tags for tracking" has the first six, the form of Ads Manager all eight."""


def _letters(said: str) -> str:
    return re.sub("[^a-z]", "", said.lower())


MACRO_OF: Mapping[str, str] = {_letters(macro): macro for macro in MACROS} | {
    "adgroupid": "{{adset.id}}",
    "adgroupname": "{{adset.name}}",
    "adsetgroupid": "{{adset.id}}",
    "creativeid": "{{ad.id}}",
    "source": "{{site_source_name}}",
    "sitesource": "{{site_source_name}}",
    "sourcename": "{{site_source_name}}",
}
"""By their letters alone, so that any case, space, dot or dash will do; words of other tools among them."""
NAME_OR_ID: Mapping[str, str] = {"campaign": "campaign", "adset": "adset", "adgroup": "adset", "ad": "ad"}
"""What may be either, the name or the id."""

_BRACES = re.compile(r"\$?\{+([\w. -]*)\}*|__([A-Z_]+?)__")
_BRACKETS = re.compile(r"(?<==)(?:\[([\w. -]+)\]|<([\w. -]+)>)(?=&|#|\Z)")


def _macro(said: str) -> str:
    letters = _letters(said)
    near = get_close_matches(letters, MACRO_OF, n=1, cutoff=0.9) if len(letters) <= LONGEST else []
    return MACRO_OF.get(letters) or (MACRO_OF[near[0]] if near else "")


def _right_macros(text: str) -> str:
    """With each that is meant for one of Meta's as Meta writes it. Of the others only the spaces go."""

    def right(match: re.Match[str]) -> str:
        said = match[1] or match[2] or ""
        return _macro(said) or (re.sub(r"\s", "", match[0]) if "{" in match[0] else match[0])

    return _BRACKETS.sub(right, _BRACES.sub(right, text))


def _unknown_macros(text: str) -> Iterator[tuple[str, str]]:
    for match in (*_BRACES.finditer(text), *_BRACKETS.finditer(text)):
        said = match[1] or match[2] or ""
        if match[0] in MACROS or _macro(said) or match[0].startswith("__") or not said.strip():
            continue
        thing = NAME_OR_ID.get(_letters(said))
        which = f"{{{{{thing}.name}}}} or {{{{{thing}.id}}}}" if thing else f"one of {' '.join(MACROS)}"
        mend = f"write {which} in its place" + ("" if thing else ", or take the parameter out")
        yield f"Meta fills in nothing for {match[0][:LONGEST]}", mend


# ---- slips


@dataclass(frozen=True)
class Slip:
    said: str
    less: Callable[[str], str]
    """The text without it."""
    is_sure: bool = True
    """Whether no link or count could work with it: an error. Else it is a warning."""


_PAGE = re.compile(
    r"\A(?:(?:(?:https?:)?//[^\s?&]*|[\w-]+(?:\.[\w-]+)+(?:/[^\s?&=]*)?)(?:[?&]|\Z)|[^=&{}\s?]+\?)", re.IGNORECASE
)
_NAME = r"[A-Za-z_][\w.-]*"
_JOINED = re.compile(rf"(?:\s*[,;|]\s*|\s+)(?={_NAME}=|utm_\w+:)|\s*&[\s&]*")
_AROUND_EQUALS = re.compile(r"\s+=\s*|=\s+(?=\S)")
_JOINED_BY_SPACE = re.compile(rf"(?:[,;|]?\s+|\s+[,;|])(?={_NAME}=|utm_\w+:)|\s*&\s+|\s+&")


def _equals(text: str) -> str:
    return re.sub(r"(^|&)(utm_[a-z]+)\s*:\s*(?=[^&=]*(?:&|$))", r"\1\2=", text)


def _of_query(less: Callable[[str], str]) -> Callable[[str], str]:
    """The same for what stands behind the `?` of an address."""

    def in_address(url: str) -> str:
        page, mark, rest = url.partition("?")
        query, hash_, fragment = rest.partition("#")
        return page + mark + less(query) + hash_ + fragment

    return in_address


def _less_end(text: str) -> str:
    """Without a full stop, and without the `)` of a text around it: `(see https://…)`, but not `…/Mercury_(planet)`."""
    bare = text.rstrip(".!:'’")
    return bare[:-1] if bare.endswith(")") and bare.count(")") > bare.count("(") else bare


COMMENT = Slip("a comment stands within it", lambda text: re.sub(r"\s+#\s.*", "", text, flags=re.DOTALL))
ENTITY = Slip("&amp; is how the code of a page writes &", lambda text: text.replace("&amp;", "&"), is_sure=False)
QUOTES = Slip("a quote stands within it", lambda text: re.sub("[\"“”„«»]|^[‘’']|[‘’']$", "", text))
ENCODED = Slip(
    "%7B%7B may not be read as {{",
    lambda text: re.sub("%7D%7D", "}}", re.sub("%7B%7B", "{{", text, flags=re.I), flags=re.I),
    is_sure=False,
)
AS_META_WRITES = Slip("what Meta fills in must stand as Meta writes it", _right_macros)
EQUALS = "a parameter is a name, = and a value"
TIGHT = "no space stands beside an ="
JOINED = "parameters are joined by & alone"
SPACE = re.compile(r"\s")

OF_TAGS = (
    COMMENT,
    Slip("they are what comes behind the ? of an address, without the page", lambda text: _PAGE.sub("", text)),
    Slip("Meta writes the ? or & before it", lambda text: text.lstrip("?&"), is_sure=False),
    ENTITY,
    QUOTES,
    ENCODED,
    AS_META_WRITES,
    Slip(TIGHT, lambda text: _AROUND_EQUALS.sub("=", text), is_sure=False),
    Slip(JOINED, lambda text: _JOINED.sub("&", text), is_sure=False),
    Slip(EQUALS, _equals),
    Slip("it ends in a sign that is no part of it", lambda text: text.rstrip(",;&"), is_sure=False),
    Slip("a space in it breaks the link", lambda text: SPACE.sub("%20", text), is_sure=False),
)
OF_ADDRESS = (
    COMMENT,
    ENTITY,
    Slip("a quote stands within it", lambda text: re.sub('["“”„«»]', "", text)),
    Slip("it ends in a sign that is no part of it", lambda text: text.rstrip(",;>")),
    ENCODED,
    AS_META_WRITES,
    Slip(TIGHT, _of_query(lambda text: _AROUND_EQUALS.sub("=", text))),
    Slip(JOINED, _of_query(lambda text: _JOINED_BY_SPACE.sub("&", text))),
    Slip(EQUALS, _of_query(_equals)),
    Slip("it ends in a sign that may be no part of it", _less_end, is_sure=False),
)


def _slips(text: str, table: tuple[Slip, ...]) -> tuple[str, list[Slip]]:
    """The text as it was meant, and what it was not. Longer than any link, it is not looked into."""
    found: list[Slip] = []
    if len(text) > TOO_LONG:
        return text, found
    for slip in table:
        if (less := slip.less(text).strip()) != text:
            found.append(slip)
            text = less
    return text, found


def _told(slips: list[Slip]) -> str:
    return "; ".join(slip.said for slip in slips)


# ---- url_tags, wherever they are written

Said = tuple[str, str]
"""A message and its mend."""


def wrong_tags(text: str) -> Iterator[Said]:
    yield from _said_of_tags(text, sure=True)


def doubtful_tags(text: str) -> Iterator[Said]:
    yield from _said_of_tags(text, sure=False)
    meant, _ = _slips(text.strip(), OF_TAGS)
    yield from ((f"url_tags: {message}", mend) for message, mend in _unknown_macros(meant[:TOO_LONG]))


def _said_of_tags(text: str, *, sure: bool) -> Iterator[Said]:
    meant, slips = _slips(text.strip(), OF_TAGS)
    if slips and sure == any(slip.is_sure for slip in slips):
        shown = f"write url_tags: {quoted(meant)}" if len(meant) <= LONGEST else "write it again without that"
        yield f"url_tags: {_told(slips)}", shown if meant else NO_TAGS


NO_TAGS = "write the parameters alone, as in url_tags: utm_source=meta, or delete the line"

# ---- destination_url

HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+\.?")
MISSING = "add destination_url: https://…, where a click leads"
ADDRESS = "write https://… with the host alone before the path; elsewhere %20 for a space and %5C for a backslash"
_NEXT = re.compile(r"(?:\s*[,;|]\s*|\s+(?:(?:or|and|/|-)\s+)?|(?<=\w))(?=https?://)", re.IGNORECASE)
_CUT = re.compile(r"(?:…|\.{2,})$")


def destinations(scope: Scope) -> Iterator[Problem]:
    """Links that lead nowhere."""
    for path, _, ad in scope.ads():
        here = (*path, "destination_url")
        if ad.destination_url is not None:
            yield from (scope.problem(here, *told) for told in _wrong_address(ad.destination_url.strip()))
        elif ad.lead_form is None and here not in scope.document.keys:  # written with nothing is told where it stands
            yield scope.problem(path, "destination_url is missing", MISSING)


def doubtful_destinations(scope: Scope) -> Iterator[Problem]:
    """Warnings: links that may lead elsewhere than meant, and parameters that stand in link and tags."""
    for path, _, ad in scope.ads():
        url, tags = ad.destination_url or "", ad.url_tags or scope.account.url_tags or ""
        if url and not next(_wrong_address(url), None):
            doubts = (*_doubtful_address(url), *_twice(url, tags), *_near_domain(scope.account, url))
            yield from (scope.problem((*path, "destination_url"), *told) for told in doubts)


def _doubtful_address(url: str) -> Iterator[Said]:
    meant, slips = _slips(url, OF_ADDRESS)
    if slips:
        yield f"destination_url: {_told(slips)}", f"write {_shown(meant)}, unless it is right as it is"
    yield from ((f"destination_url: {message}", mend) for message, mend in _unknown_macros(meant))


def _wrong_address(url: str) -> Iterator[Said]:
    if two := _several(url):
        yield "destination_url holds two addresses", f"keep one: {' or '.join(f'write {_shown(one)}' for one in two)}"
        return
    try:
        _check_address(url)
    except ValueError as error:
        yield next(
            (told for pattern, told in NO_PAGES if re.match(pattern, url, re.IGNORECASE)),
            (f"{url!r} is no web address: {error}", _address_mend(url)),
        )
        return
    if _CUT.search(url):
        yield f"destination_url: {url} is cut off, or yet to be filled in", "write the whole address of the page"
        return
    meant, slips = _slips(url, OF_ADDRESS)
    if any(slip.is_sure for slip in slips):
        yield f"destination_url: {_told(slips)}", f"write {_shown(meant)}"


def _address_mend(url: str) -> str:
    """With a space either what follows it belongs to the address, or it is a note."""
    meant = _address_meant(url)
    if "%20" not in meant or "%20" in url:
        return f"write {_shown(meant)}" if meant else ADDRESS
    alone = _address_meant(url.split(maxsplit=1)[0])
    return f"write {_shown(meant)}" + (f"; or, where what follows the space is a note, {alone}" if alone else "")


def _shown(url: str) -> str:
    """In quotes where a sign in it would end it between braces."""
    return quoted(url) if re.search(r"[{}\[\],]", url) else url


def _several(url: str) -> list[str]:
    """Each of two addresses in one value. Behind a `?`, where no space parts them, one may be a parameter."""
    before, mark, behind = (url, "", "") if SPACE.search(url) else url.partition("?")
    *first, last = _NEXT.split(before)
    found = [_address_meant(part) for part in (*first, f"{last}{mark}{behind}") if part]
    return list(dict.fromkeys(found))[:2] if first and all(found) else []


NO_PAGES = (
    ("mailto:", ("destination_url: mailto: opens a mail, not a page", "write the https:// address of a page")),
    (
        "(tel|sms|callto|whatsapp):",
        (
            "destination_url: this calls or opens a chat, which is no page, and ads that do are not supported yet",
            "write the https:// address of a page",
        ),
    ),
)
"""What a destination begins with that is no page: what it is, and the mend."""


def _address_meant(url: str) -> str:
    """The web address less what a paste has put around it, or with the scheme that it lacks; empty where that is none.

    Nothing within it is turned into something else: an address that looks like another must not be helped along.
    """
    seen = "".join(c for c in url if unicodedata.category(c) != "Cf").strip(" <>()[],;\"'“”„‘’«»")
    if link := re.fullmatch(r"[^\[\]()]*\]\((https?://[^()\s]+)", seen):
        seen = link[1]  # [the shop](https://…), as Markdown writes a link
    seen, _ = _slips(seen, OF_ADDRESS)
    if not seen.isascii() or "\\" in seen or _CUT.search(seen):
        return ""
    plain = seen.replace(" ", "%20")
    bare = re.sub(r"^(?:[htps]{3,6}(?::/{0,3}|/{1,3})|//){1,2}", "", plain, flags=re.IGNORECASE)
    for meant in (plain, f"https://{bare}"):
        with suppress(ValueError):
            _check_address(meant)
            return meant
    return ""


def _check_address(url: str) -> None:
    """Raises ValueError for what a browser may lead elsewhere than `urlsplit`, by which `allowed_domains` judges."""
    if any(c.isspace() or c == "\\" or unicodedata.category(c) == "Cc" for c in url):
        raise ValueError("it holds white space, a backslash or a control character")
    if unseen := next((c for c in url if unicodedata.category(c) == "Cf"), ""):
        raise ValueError(f"it holds {named(unseen)}, which nobody sees")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError("it begins with neither https:// nor http://")
    if "@" in parts.netloc:
        raise ValueError("a user stands before the host")
    host, _, port = parts.netloc.partition(":")
    if not HOST.fullmatch(_in_ascii(host)):
        raise ValueError("its host is not made of letters, digits and hyphens with a dot between")
    if port and not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise ValueError("its port is no number below 65536")


def _in_ascii(host: str) -> str:
    """As DNS writes it; "" for what is no name there."""
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def _twice(url: str, tags: str) -> Iterator[Said]:
    """Of a parameter that stands in both the page gets two values, and each tool takes another."""
    added = dict(parse_qsl(tags, keep_blank_values=True))
    query = urlsplit(url).query
    both = [name for name, value in parse_qsl(query, keep_blank_values=True) if added.get(name, value) != value]
    if both:
        kept = "&".join(part for part in query.split("&") if part.partition("=")[0] not in both)
        bare = urlsplit(url)._replace(query=kept).geturl()
        yield (
            f"{both[0]} stands in destination_url and, with another value, in url_tags: the page gets both",
            f"write destination_url: {_shown(bare)}; or keep it there, and give the ad url_tags without {both[0]}",
        )


SHORTEST_DOMAIN = 8
"""Letters of a domain with its end: shorter ones are near to each other by chance."""


def _near_domain(account: AccountSpec, url: str) -> Iterator[Said]:
    """A host that is the account's domain but for one letter."""
    domain, host = (account.domain or "").strip(".").lower(), host_of(url)
    known = (domain, *(account.policies.allowed_domains or ()))
    if len(domain) < SHORTEST_DOMAIN or any(host == each or host.endswith(f".{each}") for each in known):
        return
    said = ".".join(host.split(".")[-domain.count(".") - 1 :])
    if _is_one_slip(said, domain):
        meant = url.replace(said, domain, 1) if said in url else f"https://{domain}/…"
        yield (
            f"{said} is not {domain}, the account's domain, but looks like it",
            f"write {_shown(meant)}, unless {said} is meant",
        )


def _is_one_slip(said: str, right: str) -> bool:
    """Whether one letter is missing, too many or another one, or two have changed places."""
    if said == right or abs(len(said) - len(right)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(said, right, strict=False)) if a != b), min(len(said), len(right)))
    a, b = said[start:], right[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[2:] == b[2:] and a[:2] == b[:2][::-1])
