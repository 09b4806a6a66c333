"""`python -m reconciler` and the `reconciler` command."""

import os
import sys

from reconciler import __version__


def open_missing_streams() -> None:
    """`>&-` in a shell leaves nothing in a stream's place, and its number to the next file that is opened. What is read
    of it is empty then, and what is written to it goes nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  open to the end


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
    open_missing_streams()
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
