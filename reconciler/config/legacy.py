"""The files of an older tool: campaigns as YAML, accounts and what it remembered as JSON. Read, not understood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reconciler.config.document import parse_document, read_document
from reconciler.config.texts import cut_anywhere
from reconciler.kinds.legacy_fields import TEXT_PATHS
from reconciler.model.document import Document
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Origin, Problem

LISTED = "items"
"""The key of what stands in a list at the top of a file."""
YAML, JSON = (".yaml", ".yml"), ".json"
KNOWN = ("accounts", "campaigns", "schedules")


@dataclass(frozen=True)
class LegacyFiles:
    """By what they hold. `campaigns` are those that the older tool made, by its own ids."""

    configs: tuple[Document, ...]
    accounts: Document | None = None
    campaigns: Document | None = None
    schedules: Document | None = None


def read_legacy(paths: Iterable[Path]) -> LegacyFiles:
    """Raises ConfigError with every problem of every file."""
    configs: list[Document] = []
    others: dict[str, Document] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            if path.suffix.lower() in YAML:
                configs.append(_config(path))
            else:
                others[_what(path, others)] = _json(path)
        except ConfigError as error:
            problems += error.problems
    if not configs and not problems:
        said = "no campaign files are named"
        problems.append(
            Problem(Origin("--legacy"), said, "name them: import --legacy configs/*.yaml data/accounts.json")
        )
    if problems:
        raise ConfigError(problems)
    return LegacyFiles(tuple(configs), **others)


def _config(path: Path) -> Document:
    document = read_document(path, str(path))
    if lost := list(cut_anywhere(document, TEXT_PATHS)):
        raise ConfigError(lost)
    return document


def _what(path: Path, others: dict[str, Document]) -> str:
    """`accounts` of `data/accounts.json`, `client_accounts.json`."""
    found = [name for name in KNOWN if path.suffix.lower() == JSON and name.removesuffix("s") in path.stem.lower()]
    if len(found) != 1:
        mend = "name campaign files *.yaml, and the others accounts.json, campaigns.json and schedules.json"
        raise ConfigError([Problem(Origin(str(path)), "by its name this is no file of the older tool's", mend)])
    if found[0] in others:
        said = f"a second file of {found[0]}"
        raise ConfigError([Problem(Origin(str(path)), said, "name one of the two")])
    return found[0]


def _json(path: Path) -> Document:
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        said = f"the file cannot be read: {error.strerror}"
        raise ConfigError([Problem(Origin(str(path)), said, "check that it exists and who may read it")]) from None
    except UnicodeDecodeError:
        raise ConfigError([Problem(Origin(str(path)), "it is no UTF-8", "save it as UTF-8")]) from None
    # JSON is YAML, and so each value has its place.
    return parse_document(f'{{"{LISTED}": {text}}}' if text.lstrip().startswith("[") else text, str(path))
