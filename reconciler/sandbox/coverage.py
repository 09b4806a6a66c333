"""``python -m reconciler.sandbox.coverage``: what of Meta's SDK is emulated, written to docs/coverage.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from reconciler.sandbox.nodes.registry import TYPES
from reconciler.sandbox.params import SDK_CLASSES, signatures

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
_METHODS = ("GET", "POST", "DELETE")
_FIRST = (
    "account", "campaign", "ad_set", "ad", "creative", "video", "image", "label", "audience", "pixel", "rule",
    "custom_conversion", "page", "leadgen_form", "catalog", "product_set", "product_feed", "study",
)  # fmt: skip
_ROWS = ("business_user",)  # lines of a listing, and no objects of their own
_HEAD = """\
# What the sandbox covers

Made by `python -m reconciler.sandbox.coverage` from the sandbox's own tables and the installed
`facebook_business`. `--check` says whether it is up to date.

- **emulated**: behaves, with state, checks and Meta's errors; see the module's docstring for what is recorded,
  documented or guessed.
- typed only: Meta's SDK has it, so the path is known and the parameters' types are checked; then the answer is
  error 3, "exists in the Graph API but is not emulated by this sandbox".

Anything else does not exist: error 100.
"""


def kinds() -> list[str]:
    return [*_FIRST, *(kind for kind in SDK_CLASSES if kind not in (*_FIRST, *_ROWS) and signatures(kind))]


def emulated(kind: str) -> set[tuple[str, str]]:
    """(method, edge) pairs with behaviour; the node itself is the edge ""."""
    node = TYPES[kind]
    found = {("GET", "")}
    found |= {("GET", edge) for edge in (*node.lists, *node.reads)}
    found |= {("POST", edge) for edge in (*node.posts, *([""] if node.update else []))}
    found |= {("DELETE", edge) for edge in (*node.deletes, *([""] if node.remove else []))}
    return found


def render() -> str:
    return "\n".join([_HEAD, *_summary(), *(line for kind in kinds() for line in _section(kind))]) + "\n"


def _summary() -> list[str]:
    lines = ["| Node | emulated | typed only |", "|---|---:|---:|"]
    for kind in kinds():
        known, done = set(signatures(kind)), emulated(kind)
        lines.append(f"| [{SDK_CLASSES[kind]}](#{SDK_CLASSES[kind].lower()}) | {len(done)} | {len(known - done)} |")
    return lines


def _section(kind: str) -> list[str]:
    known, done = set(signatures(kind)), emulated(kind)
    edges = sorted({edge for _, edge in known | done})
    lines = ["", f"## {SDK_CLASSES[kind]}", "", "| Edge | GET | POST | DELETE |", "|---|---|---|---|"]
    for edge in edges:
        words = [_word((method, edge), known, done) for method in _METHODS]
        lines.append(f"| {f'`{edge}`' if edge else '(the node)'} | {' | '.join(words)} |")
    return lines


def _word(pair: tuple[str, str], known: set[tuple[str, str]], done: set[tuple[str, str]]) -> str:
    return "**emulated**" if pair in done else "typed only" if pair in known else ""


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m reconciler.sandbox.coverage", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is out of date")
    parser.add_argument("--output", type=Path, default=PAGE)
    options = parser.parse_args(argv)
    text = render()
    if not options.check:
        options.output.write_text(text, encoding="utf-8")
        return 0
    if options.output.exists() and options.output.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{options.output} is out of date; run python -m reconciler.sandbox.coverage\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
