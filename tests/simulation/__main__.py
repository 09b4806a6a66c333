"""`python -m simulation N [--seed S] [--jobs J]`, and `python -m simulation planted`."""

from __future__ import annotations

import argparse
import sys

from simulation import planted
from simulation.many import INVARIANTS, Sum, Told, cores, report, summed


def main() -> int:
    parser = argparse.ArgumentParser(prog="simulation", description=__doc__)
    parser.add_argument("number", help="of schedules, or `planted`")
    parser.add_argument("--seed", default="0", help="of the first schedule; the others follow")
    parser.add_argument("--jobs", type=int, default=cores())
    parser.add_argument("--alone", action="store_true", help="without the control")
    given = parser.parse_args()
    if given.number == "planted":
        return planted.main(given.jobs)
    return _simulate(int(given.number), given.seed, given.jobs, control=not given.alone)


def _simulate(number: int, first: str, jobs: int, *, control: bool) -> int:
    seeds = [str(int(first) + at) for at in range(number)] if first.isdigit() else [first]
    ours = summed("ours", seeds, jobs, _say)
    naive = summed("naive", seeds, jobs, lambda told: None) if control else Sum()
    print(f"{ours.schedules} schedules, {ours.rate:.1f} a second on {jobs} cores; ", end="")
    print(f"{100 * ours.eventful // max(1, ours.schedules)} % of them with three misfortunes or more")
    print(f"{'schedules that broke':24}" + "".join(f"{name:>6}" for name in INVARIANTS))
    for title, total in (("the reconciler", ours), ("a naive client", naive)):
        print(f"{title:24}" + "".join(f"{total.broken[name]:>6}" for name in INVARIANTS))
    return 1 if ours.broken else 0


def _say(told: Told) -> None:
    print(report(told), flush=True)


if __name__ == "__main__":
    sys.exit(main())
