"""Where a click leads, and the parameters that Meta adds to it: what would reach no page or lose a count. Pure.

Each slip knows the text as it was meant. One text may have several: all are told at once, and the mend is free of each.
"""

from __future__ import annotations

import re
import typing
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from reconciler.kinds.domains import host_of, in_ascii, one_form
from reconciler.kinds.reachable import OPEN_ADDRESS, hidden_host, trial_host
from reconciler.kinds.tags import OF_ADDRESS, SPACE, Said, doubtful_query, slips_of, told_of, unknown_macros
from reconciler.model.problem import Problem
from reconciler.model.ref import texts
from reconciler.text.yaml import named, quoted

if typing.TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope
    from reconciler.kinds.settings import AccountSpec

# ---- destination_url

HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+\.?")
MISSING = "add destination_url: https://…, where a click leads"
ADDRESS = "write https://… with the host alone before the path; elsewhere %20 for a space and %5C for a backslash"
ONE_VALUE = "give each parameter one value, or take it out"
_NEXT = re.compile(r"(?:\s*[,;|]\s*|\s+(?:(?:or|and|/|-)\s+)?|(?<=\w))(?=https?://)", re.IGNORECASE)
_CUT = re.compile(r"(?:…|\.{2,})$")


def destinations(scope: Scope) -> Iterator[Problem]:
    """Links that lead nowhere."""
    for path, _, ad in scope.ads():
        here = (*path, "destination_url")
        if ad.destination_url is not None:
            yield from (scope.problem(here, *told) for told in _wrongs_of(ad.destination_url.strip()))
        elif ad.lead_form is None and here not in scope.document.keys:  # written with nothing is told where it stands
            yield scope.problem(path, "destination_url is missing", MISSING)
        for name, value in ad.raw.items():
            if host := next(filter(None, map(hidden_host, texts(value))), ""):
                yield scope.problem((*path, "raw", name), f"{name} leads to {host}{CLOSED}", OPEN_ADDRESS)


CLOSED = ", which nobody outside its own network can open"


def doubtful_destinations(scope: Scope) -> Iterator[Problem]:
    """Warnings: links that may lead elsewhere than meant, and parameters that stand in link and tags."""
    for path, _, ad in scope.ads():
        url, tags = ad.destination_url or "", ad.url_tags or scope.account.url_tags or ""
        if url and not _wrongs_of(url):
            doubts = (*_doubts_of(url), *_twice(url, tags), *_near_domain(scope.account, url), *_of_another(scope, url))
            yield from (scope.problem((*path, "destination_url"), *told) for told in doubts)


@lru_cache(maxsize=20_000)
def _doubts_of(url: str) -> tuple[Said, ...]:
    """Of one link in many ads."""
    return tuple(_doubtful_address(url))


def _doubtful_address(url: str) -> Iterator[Said]:
    if host := trial_host(url):
        yield f"{host} looks like a site to try things on", "write the address of the page itself, unless it is right"
    meant, slips = slips_of(url, OF_ADDRESS)
    if slips:
        yield f"destination_url: {told_of(slips)}", f"write {_shown(meant)}, unless it is right as it is"
    yield from ((f"destination_url: {message}", mend) for message, mend in unknown_macros(meant))
    yield from ((f"destination_url: {message}", ONE_VALUE) for message in doubtful_query(urlsplit(meant).query))


@lru_cache(maxsize=20_000)
def _wrongs_of(url: str) -> tuple[Said, ...]:
    """Asked for by what is an error and again by what is a warning, and of one link in many ads."""
    return tuple(_wrong_address(url))


def _wrong_address(url: str) -> Iterator[Said]:
    if host := hidden_host(url):
        yield f"destination_url leads to {host}{CLOSED}", OPEN_ADDRESS
        return
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
    meant, slips = slips_of(url, OF_ADDRESS)
    if any(slip.is_sure for slip in slips):
        yield f"destination_url: {told_of(slips)}", f"write {_shown(meant)}"


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


LINKS = (
    re.compile(r"[^<>]*<(https?://[^<>|\s]+)(?:\|[^<>]*)?>", re.IGNORECASE),  # <https://…|the shop>, as Slack copies it
    re.compile(r"!?\[.*\]\(<?(https?://(?:[^()<>\s]|\([^()\s]*\))+)>?(?:\s+[\"'(].*)?\)", re.IGNORECASE),  # Markdown
    re.compile(r"<a\s[^<>]*?href=[\"']?(https?://[^<>\"'\s]+)[^<>]*>.*</a>", re.IGNORECASE),  # HTML
    re.compile(r"`+(https?://[^`\s]+)`+", re.IGNORECASE),
)
"""How other programs write a link: with the address in it, and mostly a text beside it that is none."""


def _linked(url: str) -> str:
    """The address in what is pasted as a whole link; "" where it is none."""
    found = (link.fullmatch(_without_unseen(url).strip()) for link in LINKS)
    return next((match[1] for match in found if match), "")


def _without_unseen(url: str) -> str:
    return "".join(c for c in url if unicodedata.category(c) != "Cf")


def _several(url: str) -> list[str]:
    """Each of two addresses in one value. Behind a `?`, where no space parts them, one may be a parameter."""
    if "http" not in url[1:].lower() or _linked(url):
        return []
    before, mark, behind = (url, "", "") if SPACE.search(url) else url.partition("?")
    *first, last = _NEXT.split(before)
    if not first:
        return []
    found = [_address_meant(part) for part in (*first, f"{last}{mark}{behind}") if part]
    return list(dict.fromkeys(found))[:2] if all(found) else []


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
    seen = _linked(url) or _without_unseen(url).strip(" <>()[],;\"'“”„‘’«»")
    seen, _ = slips_of(seen, OF_ADDRESS)
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
    odd = _ODD.findall(url)
    if any(c.isspace() or c == "\\" or unicodedata.category(c) == "Cc" for c in odd):
        raise ValueError("it holds white space, a backslash or a control character")
    if unseen := next((c for c in odd if unicodedata.category(c) == "Cf"), ""):
        raise ValueError(f"it holds {named(unseen)}, which nobody sees")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise ValueError("it begins with neither https:// nor http://")
    if "@" in parts.netloc:
        raise ValueError("a user stands before the host")
    host, _, port = parts.netloc.partition(":")
    if not HOST.fullmatch(in_ascii(host)):
        raise ValueError("its host is not made of letters, digits and hyphens with a dot between")
    if port and not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise ValueError("its port is no number below 65536")


_ODD = re.compile(r"[^!-\[\]-~]")
"""All but what ASCII shows, less the backslash."""


def _twice(url: str, tags: str) -> Iterator[Said]:
    """Of a parameter that stands in both the page gets two values, and each tool takes another."""
    if not tags or "?" not in url:
        return
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
    domain = (account.domain or "").strip(".").lower()
    if len(domain) < SHORTEST_DOMAIN:
        return
    host = host_of(url)
    known = [one_form(each) for each in (domain, *(account.policies.allowed_domains or ()))]
    reached = one_form(host)
    if any(reached == each or reached.endswith(f".{each}") for each in known):
        return
    said = ".".join(host.split(".")[-domain.count(".") - 1 :])
    if _is_one_slip(said, domain):
        meant = url.replace(said, domain, 1) if said in url else f"https://{domain}/…"
        yield (
            f"{said} is not {domain}, the account's domain, but looks like it",
            f"write {_shown(meant)}, unless {said} is meant",
        )


def _of_another(scope: Scope, url: str) -> Iterator[Said]:
    """A page of another account's domain. Whose own pages nobody has told, nobody can tell apart."""
    own, allowed = host_of(scope.account.domain or ""), scope.account.policies.allowed_domains or ()
    right = [*filter(None, (own, *map(host_of, allowed)))]
    if not right:
        return
    host = host_of(url)
    if any(host == each or host.endswith(f".{each}") for each in right):
        return
    parts = host.split(".")
    above = (".".join(parts[at:]) for at in range(len(parts)))
    if other := next((domain for domain in above if scope.domains.get(domain)), ""):
        both = ", ".join(dict.fromkeys((*right, other)))
        yield (
            f"{host} is of {scope.domains[other]}, whose domain is {other}, and this is an ad of {scope.account_key}",
            f"lead to {right[0]}; or, where that page is meant, write allowed_domains: [{both}] "
            f"below policies in the file of the account {scope.account_key}",
        )


def _is_one_slip(said: str, right: str) -> bool:
    """Whether one letter is missing, too many or another one, or two have changed places."""
    if said == right or abs(len(said) - len(right)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(said, right, strict=False)) if a != b), min(len(said), len(right)))
    a, b = said[start:], right[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[2:] == b[2:] and a[:2] == b[:2][::-1])
