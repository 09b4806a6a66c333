"""`python -m reconciler` and the `reconciler` command."""

import sys

from reconciler import __version__


def collect_seldom() -> None:
    """A run makes hundreds of thousands of objects that live until its end; by default each 700 of them start a
    search."""
    import gc  # noqa: PLC0415

    gc.set_threshold(50_000, 20, 20)


def leave(status: int) -> None:
    """What the run has made goes with its process; Python would first search all of it for circles."""
    import gc  # noqa: PLC0415

    gc.freeze()
    sys.exit(status)


def main() -> None:
    if sys.argv[1:] == ["--version"]:
        # CI asks for it at every step, and loading click takes longer than starting Python.
        sys.stdout.write(f"reconciler {__version__}\n")
        return
    from reconciler.system import interrupt  # noqa: PLC0415

    interrupt.listen()
    collect_seldom()
    try:
        from reconciler.run.ahead import asked_ahead  # noqa: PLC0415

        with asked_ahead(sys.argv[1:]):
            from reconciler.cli import run  # noqa: PLC0415
            from reconciler.cli.console import guard_process  # noqa: PLC0415

            guard_process()
            status = run(sys.argv[1:])
    except KeyboardInterrupt:  # while it loads, or says its last words
        sys.stderr.write(f"\n{interrupt.word()}.\n")
        status = interrupt.status()
    leave(status)


if __name__ == "__main__":
    main()
