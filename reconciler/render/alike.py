"""One cause is told once, with how many it has met and a few of their names: a dead token or a limit that is left out
says the same of hundreds of accounts. JSON has each of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from reconciler.model.plan import Refusal
from reconciler.model.problem import Problem

TRACE = re.compile(r" \[trace [^\]\s]*\]")
"""Meta's own number of one answer, which no two have in common."""
FEW = 5
"""That are named one by one, before the rest is a number."""
OF_AN_ACCOUNT = re.compile(r"(?:desired/[a-z_]+|state)/([a-z0-9-]+)(?:/|\.ya?ml$)")
ANY = "<account>"

Item = TypeVar("Item")


def few(names: Iterable[str]) -> str:
    """`a, b, c, d, e and 295 more`; all of them where that is no longer."""
    listed = list(names)
    left = len(listed) - FEW
    return ", ".join(listed) if left <= 1 else f"{', '.join(listed[:FEW])} and {left:,} more"


def alike(items: Iterable[Item], cause: Callable[[Item], Hashable]) -> list[list[Item]]:
    """Items with one cause together, where the first of them stands; where they are only a few, each alone."""
    listed = list(items)
    causes = [cause(item) for item in listed]
    together: dict[Hashable, list[Item]] = {}
    for item, key in zip(listed, causes, strict=True):
        together.setdefault(key, []).append(item)
    found: list[list[Item]] = []
    for item, key in zip(listed, causes, strict=True):
        group = together[key]
        if len(group) <= FEW:
            found.append([item])
        elif group[0] is item:
            found.append(group)
    return found


# ---- accounts


def failed_alike(failures: Mapping[str, str]) -> list[tuple[list[str], str]]:
    """With each error, as the first of them has it, the accounts that it was told of; in their order."""
    return told_alike(failures.items())


def told_alike(told: Iterable[tuple[str, str]]) -> list[tuple[list[str], str]]:
    """The same of accounts with their texts, of which one account may have several."""
    found: dict[str, list[tuple[str, str]]] = {}
    for account, text in told:
        found.setdefault(masked(TRACE.sub("", text), account), []).append((account, text))
    return [([account for account, _ in of], _of_all(same, [text for _, text in of])) for same, of in found.items()]


def _of_all(same: str, texts: Sequence[str]) -> str:
    """The first as it is, unless it speaks of its account alone."""
    if len({TRACE.sub("", text) for text in texts}) == 1:
        return texts[0]
    what, mend, how = same.partition("\n  mend: ")
    return f"{each_of_them(what)}{mend}{how}"


def failed_lines(failures: Mapping[str, str]) -> Iterator[str]:
    """`client-a, client-b and 3 more: no answer …`"""
    for accounts, text in failed_alike(failures):
        yield f"{few(accounts)}: {text}"


def each_of_them(text: str) -> str:
    """Of a text that is masked and has names before it; `<account>` is left in addresses and files."""
    return re.sub(rf"{ANY}(?![\w/-]|\.ya?ml)", "each of them", text)


def masked(text: str, account: str) -> str:
    """What it says of any account."""
    if not account or account not in text:
        return text
    return re.sub(rf"(?<![\w-]){re.escape(account)}(?![\w-])", ANY, text)


# ---- refusals


def refused_alike(refusals: Iterable[Refusal]) -> Iterator[Refusal]:
    """One for many accounts has a few of them for its address, and is for reading alone."""
    for group in alike(refusals, _cause_of_refusal):
        keys = [one.address for one in group]
        first = group[0]
        if len(group) > 1:
            said = each_of_them(masked(first.message, first.address))
            first = replace(first, address=few(keys), message=said, mend=masked(first.mend, keys[0]))
        yield first


def _cause_of_refusal(one: Refusal) -> tuple[str, str, str]:
    """What is refused of a whole account may be the same for others; a campaign's is its own."""
    if "/" in one.address:
        return one.policy, one.address, one.message
    return one.policy, masked(one.message, one.address), masked(one.mend, one.address)


# ---- mistakes in files


@dataclass(frozen=True)
class Mistake:
    """As it is told. `also`: a few of the other places, where the same stands at many."""

    problem: Problem
    also: str = ""


def mistakes(problems: Iterable[Problem]) -> Iterator[Mistake]:
    for group in alike(problems, _cause_of_problem):
        first = group[0]
        places = [*dict.fromkeys(str(one.origin) for one in group)]
        if len(group) == 1:
            yield Mistake(first)
        elif len(places) == 1:
            named = few(dict.fromkeys(map(_account_of, group)))
            said = masked(first.message, _account_of(first)).replace(ANY, named)
            yield Mistake(replace(first, message=said, mend=masked(first.mend, _account_of(first))))
        else:
            yield Mistake(first, few(places[1:]))


def _cause_of_problem(one: Problem) -> tuple[str, str]:
    account, said, mend = _account_of(one), one.message, one.mend
    if account not in said and account not in mend:
        return said, mend
    return masked(said, account), masked(mend, account)


def _account_of(one: Problem) -> str:
    return one.about or _account_in(one.origin.file)


@lru_cache(maxsize=64)
def _account_in(file: str) -> str:
    found = OF_AN_ACCOUNT.match(file)
    return found[1] if found else ""
