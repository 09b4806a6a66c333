"""``graph_sandbox``, a pytest fixture: a local Graph API of its own for every test.

Loaded by pytest itself once the package is installed, so it imports the sandbox only where a test asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from reconciler.sandbox.core import Sandbox
    from reconciler.sandbox.server import Server

ACCOUNT, PAGE, PIXEL, INSTAGRAM = "act_1234567890", "1029384756", "5647382910", "17841400000000001"
TOKEN = "EAAB-token-of-the-graph-sandbox"  # noqa: S105 - no secret: the sandbox takes any token


class SandboxError(AssertionError):
    """The control endpoint refused what a test asked for."""


class GraphSandbox:
    """A running sandbox with one ad account, and everything that happens behind Graph's back."""

    account, page, pixel, instagram, token = ACCOUNT, PAGE, PIXEL, INSTAGRAM, TOKEN

    def __init__(self, sandbox: Sandbox, url: str) -> None:
        self.sandbox, self.url = sandbox, url

    # what there is

    def add_account(self, account: str = ACCOUNT, **known: Any) -> str:
        """``known`` as ``POST /_sandbox/accounts`` takes it; the rest is filled in."""
        given = {"name": "Sandbox account", "currency": "SGD", "pages": [PAGE], "pixels": [PIXEL], **known}
        given.setdefault("ig_users", [INSTAGRAM])
        return str(self.control("POST", "accounts", {"account": account, **given})["accounts"][0])

    def add_token(self, token: str, **rights: Any) -> None:
        """From the first one on, tokens that were not added are refused."""
        self.control("POST", "tokens", {"token": token, **rights})

    def settings(self, **values: Any) -> dict[str, Any]:
        return dict(self.control("POST", "settings", values))

    # time

    def now(self) -> str:
        return str(self.control("GET", "clock")["now"])

    def set_clock(self, moment: str, *, run: bool = False) -> None:
        """The clock stands still from here on, unless it is to ``run``."""
        self.control("POST", "clock", {"now": moment, "run": run})

    def advance(self, seconds: float) -> None:
        self.control("POST", "clock", {"advance_seconds": seconds})

    # misfortune

    def fault(self, effect: str, **rule: Any) -> None:
        """``method``, ``path``, ``params``, ``nth``, ``times``, ``when`` choose the call."""
        self.control("POST", "faults", {"effect": effect, **rule})

    def no_faults(self) -> None:
        self.control("DELETE", "faults")

    # people, and Meta

    def edit(self, id: str, *, actor: str = "Mei", **params: Any) -> None:
        """By hand in Ads Manager, past every lock."""
        self.control("POST", "edit", {"id": id, "actor": actor, "params": params})

    def copy(self, id: str, *, actor: str = "Mei", **params: Any) -> dict[str, Any]:
        return dict(self.control("POST", "copy", {"id": id, "actor": actor, "params": params}))

    def review(self, id: str, decision: str, **more: Any) -> None:
        """``approve``, ``reject`` or ``pending``."""
        self.control("POST", "review", {"id": id, "decision": decision, **more})

    # what happened

    def objects(self, kind: str) -> list[dict[str, Any]]:
        """Everything of one kind: campaign, ad_set, ad, creative, image, video, label, audience, account."""
        nodes = self.control("GET", "world")["nodes"]
        return [{"id": node["id"], **node["data"]} for node in nodes if node["kind"] == kind]

    def ledger(self) -> list[dict[str, Any]]:
        """Every write that was accepted, in order."""
        return list(self.control("GET", "ledger")["ledger"])

    def calls(self) -> list[dict[str, Any]]:
        """Every request that arrived, accepted or not."""
        return list(self.control("GET", "calls")["calls"])

    def forget_calls(self) -> None:
        self.control("DELETE", "calls")

    def reset(self) -> None:
        """Accounts, tokens and settings stay."""
        self.control("POST", "reset", {})

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """``/_sandbox/{path}``, without the way over a socket."""
        sent = b"" if body is None else json.dumps(body).encode()
        reply = self.sandbox.handle(method, f"/_sandbox/{path}", {}, sent)
        if reply.status != 200:
            raise SandboxError(reply.body.decode())
        return reply.json()


@pytest.fixture
def graph_sandbox() -> Iterator[GraphSandbox]:
    """A fresh Graph API on a free port of this machine; its clock runs until a test sets it."""
    from reconciler.sandbox.core import Sandbox  # noqa: PLC0415
    from reconciler.sandbox.server import running  # noqa: PLC0415

    sandbox = Sandbox()
    served: AbstractContextManager[Server] = running(sandbox)
    with served as server:
        graph = GraphSandbox(sandbox, server.url)
        graph.add_account()
        yield graph
