"""This tool and all that it runs on, in the versions that run here: a workflow is to install what was tried."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution

from reconciler import __version__

TOOL = "ads-reconciler"

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?")
"""ruamel.yaml[oldlibyaml]>=0.18; python_version >= "3.11" → its name, its extras"""

_EXTRA = re.compile(r"extra\s*==\s*[\"']([^\"']+)[\"']")


def pinned() -> list[str]:
    """Lines of a requirements.txt, the tool first. What another system or Python would need besides is not known here:
    pip takes the newest of it."""
    versions: dict[str, str] = {}
    waiting = [(TOOL, frozenset[str]())]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        versions[name] = found.version
        waiting += [needed for line in found.requires or () if (needed := _needed(line, extras))]
    others = sorted(f"{name}=={version}" for name, version in versions.items() if name != TOOL)
    return [f"{TOOL}=={__version__}", *others]


def _needed(line: str, extras: frozenset[str]) -> tuple[str, frozenset[str]] | None:
    """None for what only an extra asks for that nobody has asked for."""
    requirement, _, marker = line.partition(";")
    wanted = _EXTRA.search(marker)
    found = _REQUIREMENT.match(requirement)
    if found is None or (wanted and _plain(wanted[1]) not in extras):
        return None
    return _plain(found[1]), frozenset(_plain(one) for one in (found[2] or "").split(",") if one.strip())


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()
