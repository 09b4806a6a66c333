"""`python -m reconciler` and the `reconciler` command."""

import sys

from reconciler.cli import run


def main() -> None:
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
