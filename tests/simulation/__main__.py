"""`python -m simulation N [--seed S] [--jobs J]`, and `python -m simulation planted`."""

from __future__ import annotations

import argparse
import sys

from simulation import planted_bugs
from simulation.batch import INVARIANTS, Result, Totals, cores, failure_report, run_batch


def main() -> int:
    parser = argparse.ArgumentParser(prog="simulation", description=__doc__)
    parser.add_argument("number", help="of schedules, or `planted`")
    parser.add_argument("--seed", default="0", help="of the first schedule; the others follow")
    parser.add_argument("--jobs", type=int, default=cores())
    parser.add_argument("--alone", action="store_true", help="without the naive client")
    given = parser.parse_args()
    if given.number == "planted":
        return planted_bugs.main(given.jobs)
    return _simulate(int(given.number), given.seed, given.jobs, with_naive=not given.alone)


def _simulate(number: int, first: str, jobs: int, *, with_naive: bool) -> int:
    seeds = [str(int(first) + at) for at in range(number)] if first.isdigit() else [first]
    ours = run_batch("ours", seeds, jobs, _print_failure)
    naive = run_batch("naive", seeds, jobs, lambda result: None) if with_naive else Totals()
    print(f"{ours.schedules} schedules, {ours.rate:.1f} a second on {jobs} cores; ", end="")
    print(f"{100 * ours.eventful // max(1, ours.schedules)} % of them with three incidents or more")
    print(f"{'schedules that broke':24}" + "".join(f"{name:>6}" for name in INVARIANTS))
    for title, total in (("the reconciler", ours), ("a naive client", naive)):
        print(f"{title:24}" + "".join(f"{total.broken[name]:>6}" for name in INVARIANTS))
    return 1 if ours.broken else 0


def _print_failure(result: Result) -> None:
    print(failure_report(result), flush=True)


if __name__ == "__main__":
    sys.exit(main())
