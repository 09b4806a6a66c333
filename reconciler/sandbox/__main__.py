"""``python -m reconciler.sandbox``: a local Graph API."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from reconciler.sandbox import seed, storage
from reconciler.sandbox.clock import Clock, parse_time
from reconciler.sandbox.core import Sandbox
from reconciler.sandbox.server import Server


def main(argv: list[str] | None = None) -> int:
    options = _options(argv)
    sandbox = Sandbox(clock=Clock(options.clock))
    try:
        if options.data and storage.load(sandbox, options.data) and options.clock:
            sandbox.clock.set(options.clock)
        # A clock that stands still would never finish processing a video.
        sandbox.clock.release()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        sys.stderr.write(f"{options.data} is no world of this sandbox ({type(problem).__name__}); move it away\n")
        return 1
    for row in seed.from_repository(options.chdir):
        seed.account(sandbox.world, row, sandbox.clock.now())
    try:
        server = Server(sandbox, options.host, options.port)
    except OSError as problem:
        sys.stderr.write(f"cannot listen on {options.host}:{options.port}: {problem.strerror}\n")
        return 1
    _serve(sandbox, server, options.data)
    return 0


def _serve(sandbox: Sandbox, server: Server, data: Path | None) -> None:
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    keeper = storage.Keeper(sandbox, data) if data else None
    if keeper:
        keeper.start()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"Graph sandbox on {server.url}\n")
    sys.stdout.flush()
    # in slices, because a wait without limit can hold back the signal handler
    while not stopped.wait(0.5):
        pass
    server.shutdown()
    server.server_close()
    if keeper:
        keeper.stop()


def _moment(text: str) -> str:
    parse_time(text)
    return text


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m reconciler.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one")
    parser.add_argument("--data", type=Path, help="keep the world in this JSON file")
    parser.add_argument("--chdir", type=Path, default=Path(), help="seed accounts from its desired/accounts")
    parser.add_argument("--clock", type=_moment, help="start at this ISO time instead of now")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
