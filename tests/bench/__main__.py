"""`python -m bench [--runs N] [--most CAMPAIGNS] [--json FILE]`: a table of ratios, and the same as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import peers
from bench.rows import MEGABYTE, ROWS, Outcome, chosen, measured

WIDTH = 110
"""Of the lines that tell why a row is not reached."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="of each, by turns with what it is held against")
    parser.add_argument("--most", type=int, default=10_000, help="campaigns; larger ones take minutes to set up once")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    parser.add_argument("--only", default="", metavar="TEXT", help="rows whose name has this in it")
    given = parser.parse_args()
    wanted = [row for row in chosen(given.most) if given.only.lower() in row.name.lower()]
    if not wanted or given.runs < 1:
        names = "\n  ".join(f"{row.name} ({row.size[0]:,} campaigns)" for row in ROWS)
        parser.error(f"no row is left, or no run of it: there are\n  {names}")
    peers.install()
    outcomes = []
    print(f"{'what':<32} {'median (spread)':<28} {'against':<30} {'median (spread)':<28} {'ratio':>7} {'most':>7}")
    for row in wanted:
        outcomes.append(measured(row, given.runs))
        print(line(outcomes[-1]), flush=True)
    if given.json:
        given.json.write_text(json.dumps(figures(outcomes, given.runs), indent=2) + "\n", "utf-8")
    return 0


def line(found: Outcome) -> str:
    row, mark = found.row, "" if found.holds else "  not reached"
    ratio, most = (f"{found.ratio:.2f}", f"{row.most:g}")
    if found.floor is None:
        ratio, most = (f"{found.ratio / MEGABYTE:.0f} MB", f"{row.most / MEGABYTE:.0f} MB")
    said = f"{row.name:<32} {found.ours!s:<28} {row.against:<30} {found.floor or ''!s:<28} {ratio:>7} {most:>7}{mark}"
    why = [] if found.holds else [*_limit(found), *textwrap.wrap(row.reason, WIDTH)]
    return "\n".join((said, *(f"{'':<32} {one}" for one in why)))


def _limit(found: Outcome) -> Iterator[str]:
    if found.row.limit is not None and found.limit is not None:
        of_floor = f", {found.limit.median / found.floor.median:.2f} of it" if found.floor else ""
        yield f"{found.row.limit[0]} alone: {found.limit}{of_floor}"


def figures(outcomes: list[Outcome], runs: int) -> dict[str, Any]:
    return {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "runs": runs,
        "rows": [
            {
                "what": one.row.name,
                "against": one.row.against,
                "seconds": one.ours.seconds,
                "against_seconds": one.floor.seconds if one.floor else [],
                "peak_bytes": one.ours.peak,
                "limit": one.row.limit[0] if one.row.limit else None,
                "limit_seconds": one.limit.seconds if one.limit else [],
                "ratio": one.ratio if one.floor else None,
                "most": one.row.most,
                "holds": one.holds,
                "reason": "" if one.holds else one.row.reason,
            }
            for one in outcomes
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
