"""A local Meta Graph API (Marketing API), for tests and demos.

``python -m reconciler.sandbox`` serves it over HTTP; ``Sandbox.handle`` is the same in-process. It shares no
code with the rest of the package, so that it cannot share its mistakes.

Read ``core.py`` first, then ``graph.py``, then ``nodes/``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciler.sandbox.adapter import InProcessAdapter
    from reconciler.sandbox.clock import Clock
    from reconciler.sandbox.core import Sandbox
    from reconciler.sandbox.server import Server, running
    from reconciler.sandbox.wire import Response
    from reconciler.sandbox.world import World

__all__ = ["Clock", "InProcessAdapter", "Response", "Sandbox", "Server", "World", "running"]

HOMES = {
    "Clock": "clock",
    "InProcessAdapter": "adapter",
    "Response": "wire",
    "Sandbox": "core",
    "Server": "server",
    "World": "world",
    "running": "server",
}


def __getattr__(name: str) -> Any:
    # pytest loads the plugin beside this in every run of everybody: the SDK must wait until it is asked for.
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
