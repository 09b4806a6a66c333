"""`python -m reconciler` and the `reconciler` command."""

import sys


def main() -> None:
    from reconciler.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
