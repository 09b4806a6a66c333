"""What one call knows: the world, the moment, who calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from reconciler.sandbox.clock import graph_time, parse_time
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.wire import Call
from reconciler.sandbox.world import Node, World

if TYPE_CHECKING:
    from reconciler.sandbox.spool import Spool


@dataclass(frozen=True, slots=True)
class Caller:
    """The person and the application behind a token."""

    token: str
    user_id: str = "122100000000000001"
    user_name: str = "Sandbox System User"
    app_id: str = "1100220033004400"
    app_name: str = "Reconciler"
    scopes: tuple[str, ...] = ()
    accounts: tuple[str, ...] | None = None  # None: all
    pages: tuple[str, ...] | None = None
    expires_at: float = 0
    type: str = "SYSTEM_USER"
    locale: str = ""
    page: str = ""  # whose token this is, where it is a page's


class OnlyValidating(Exception):
    """Raised where a write would begin, when ``execution_options`` says ``validate_only``."""


class Redirect(Exception):
    """The answer lies elsewhere."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@dataclass(slots=True)
class Context:
    world: World
    now: float
    caller: Caller
    call: Call
    spool: Spool
    validating: bool = False
    written: list[Node] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, Any]:
        return self.world.settings

    def zone(self, node: Node) -> ZoneInfo:
        account = node if node.kind == "account" else self.world.account(node.account)
        return zone_of(account.data["timezone_name"])

    def local_time(self, node: Node, stamp: float | None) -> str | None:
        return None if stamp is None else graph_time(stamp, self.zone(node))

    def stamp(self, node: Node, value: Any) -> float:
        return parse_time(value, self.zone(node))

    def about_to_write(self) -> None:
        if self.validating:
            raise OnlyValidating

    def wrote(self, node: Node) -> Node:
        self.written.append(node)
        self.world.touch()
        return node

    def need(self, id: Any, kind: str) -> Node:
        node = self.world.get(str(id), kind)
        if node is None or not self.sees(node):
            raise GraphError("lost", method=self.call.method.lower(), id=id)
        return node

    def sees(self, node: Node) -> bool:
        number = node.id.removeprefix("act_") if node.kind == "account" else node.account
        return not number or self.caller.accounts is None or number in self.caller.accounts
