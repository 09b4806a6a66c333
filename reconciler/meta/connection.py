"""How Graph is reached, and the session that it is reached with: the SDK's, without its defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from facebook_business.api import FacebookAdsApi
from facebook_business.session import FacebookSession

from reconciler.meta.address import GRAPH_URL, is_loopback
from reconciler.meta.errors import TOKENS_VARIABLE
from reconciler.meta.pace import Pace
from reconciler.model.remote import Identity
from reconciler.model.versions import DEFAULT
from reconciler.system.clock import SYSTEM, Clock
from reconciler.web.session import Http

Adapter = requests.adapters.BaseAdapter


@dataclass(frozen=True)
class Connection:
    """How to reach Graph. `repr` shows no secret."""

    token: str
    graph_url: str = GRAPH_URL
    version: str = DEFAULT
    spare: tuple[str, ...] = ()
    """Versions to go on with, one after the other, where Meta serves the one in use no more: the emergency stop's."""
    app_secret: str = ""
    variable: str = TOKENS_VARIABLE
    """Of the environment, from which the token comes."""
    page: str = ""
    """Whose own token it is; "" where it is the one of the environment."""
    connect_seconds: float = 10
    read_seconds: float = 120
    clock: Clock = SYSTEM
    pace: Pace = field(default_factory=Pace)
    refused: dict[str, set[str]] = field(default_factory=dict)
    """By edge or id, the fields that Meta has refused to show in this run."""
    answered: dict[str, int] = field(default_factory=dict)
    """By edge, how many rows of it Meta could answer in this run, where it was asked for too many."""
    whole_logs: set[str] = field(default_factory=set)
    """Accounts whose activity log is not to be asked for some objects alone in this run."""
    identities: dict[str, Identity] = field(default_factory=dict)
    """Whose token it is, once somebody has asked, by `page`."""
    adapter: Adapter | None = None
    """Instead of sockets, for trial runs within one process."""

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)

    def tell_wait(self, seconds: float, why: str) -> None:
        """Before pauses that may come to so many seconds."""
        self.pace.waiting(seconds, why)

    def __repr__(self) -> str:
        return f"Connection({self.graph_url}, {self.version})"


class _Http(Http):
    """What lies behind a redirect is not Meta's answer, and must not get the token."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        return super().send(request, **{**options, "allow_redirects": False})


class Session(FacebookSession):  # type: ignore[misc]
    """The SDK's session with the token in a header and limits on time."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(
            None,
            connection.app_secret or None,
            connection.token,
            timeout=(connection.connect_seconds, connection.read_seconds),
        )
        self.GRAPH = connection.graph_url
        made: Any = vars(self)["requests"]
        self.requests = _Http(direct=is_loopback(urlsplit(connection.graph_url).hostname or ""), token=connection.token)
        self.requests.verify = made.verify
        self.requests.params = {n: v for n, v in made.params.items() if n != "access_token"}
        self.requests.headers.update(FacebookAdsApi.HTTP_DEFAULT_HEADERS)
        if connection.adapter is not None:
            self.requests.mount(connection.graph_url, connection.adapter)
