"""A local Meta Graph API (Marketing API), for tests and demos.

``python -m reconciler.sandbox`` serves it over HTTP; ``Sandbox.handle`` is the same in-process. It shares no
code with the rest of the package, so that it cannot share its mistakes.

Read ``core.py`` first, then ``graph.py``, then ``nodes/``.
"""

from reconciler.sandbox.adapter import InProcessAdapter
from reconciler.sandbox.clock import Clock
from reconciler.sandbox.core import Sandbox
from reconciler.sandbox.server import Server, running
from reconciler.sandbox.wire import Response
from reconciler.sandbox.world import World

__all__ = ["Clock", "InProcessAdapter", "Response", "Sandbox", "Server", "World", "running"]
