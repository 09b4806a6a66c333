"""`python -m reconciler` and the `reconciler` command."""

import sys

from reconciler import __version__


def main() -> None:
    if sys.argv[1:] == ["--version"]:
        # CI asks for it at every step, and loading click takes longer than starting Python.
        sys.stdout.write(f"reconciler {__version__}\n")
        return
    from reconciler.cli import run  # noqa: PLC0415
    from reconciler.cli.console import guard_process  # noqa: PLC0415

    guard_process()
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
