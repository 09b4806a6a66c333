"""The only speaker of HTTP. `Reader` can read; `Writer` can also create, update and delete.

Built on the SDK's session without its defaults: no process-wide API object, no crash reporter, no retries of its
own; the token travels in a header, never in a URL; a body that is not JSON is a failure whatever its status.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, urlsplit

import requests
from facebook_business.api import FacebookAdsApi, FacebookResponse
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from reconciler.errors import (
    GraphError,
    GraphReply,
    Invalid,
    Throttled,
    TooMuchData,
    Unavailable,
)
from reconciler.meta.address import GRAPH_URL, VIDEO_URL, is_loopback
from reconciler.meta.errors import AGAIN, REDUCE, Meaning, meaning_of, read_reply
from reconciler.meta.throttle import DEFAULT_WAIT, Usage, read_usage

log = logging.getLogger("reconciler.meta")

PAGE_SIZE = 100
READ_TRIES = 5
UPDATE_TRIES = 3
NETWORK = f"check the network, then {AGAIN}"
SECRETS = frozenset({"access_token", "appsecret_proof"})

Params = Mapping[str, Any]
Files = Mapping[str, tuple[str, BinaryIO | bytes, str]]


@dataclass(frozen=True)
class Connection:
    """How to reach Graph. `repr` shows no secret."""

    token: str
    graph_url: str = GRAPH_URL
    version: str = "v26.0"
    app_secret: str = ""
    connect_seconds: float = 10
    read_seconds: float = 120
    sleep: Callable[[float], None] = time.sleep

    def __repr__(self) -> str:
        return f"Connection({self.graph_url}, {self.version})"


class _Session(FacebookSession):  # type: ignore[misc]
    """The SDK's session with the token in a header and limits on time."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(
            None,
            connection.app_secret or None,
            connection.token,
            timeout=(connection.connect_seconds, connection.read_seconds),
        )
        self.GRAPH = connection.graph_url
        self.requests.params.pop("access_token", None)
        self.requests.headers["Authorization"] = f"Bearer {connection.token}"
        # A proxy of the environment must not see loopback traffic.
        self.requests.trust_env = not is_loopback(urlsplit(connection.graph_url).hostname or "")


class Reader:
    """Reads from Graph. Transient failures are tried again; everything else is raised as a GraphError."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.server_time: datetime | None = None
        self.usage = Usage()
        self._api = FacebookAdsApi(_Session(connection), api_version=connection.version)

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """One object or one page. Retries what may pass, up to five times."""
        for attempt in range(READ_TRIES):
            try:
                return self._call("GET", path, params)
            except TooMuchData:
                raise
            except Unavailable:
                if attempt == READ_TRIES - 1:
                    raise
                self.connection.sleep(0.25 * 2**attempt * (1 + random.random()))  # noqa: S311  jitter
        raise AssertionError("unreachable")

    def pages(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Every row of an edge, each id once. Stops where `next` is missing: the last page has cursors too."""
        limit, seen, cursors = PAGE_SIZE, set(), set()
        after: dict[str, str] = {}
        while True:
            try:
                page = self.get(path, **{**params, "limit": limit, **after})
            except TooMuchData:
                if limit == 1:
                    raise
                limit = max(1, limit // 2)
                continue
            for row in page.get("data") or []:
                key = row.get("id")
                if key is None or key not in seen:
                    seen.add(key)
                    yield row
            after = _next_page(page)
            if not after:
                return
            cursor = str(sorted(after.items()))
            if cursor in cursors:
                raise Invalid(GraphReply(200, message=f"Meta repeats the page {path}: the listing has no end"))
            cursors.add(cursor)

    def _call(
        self, method: str, path: str, params: Params, files: Files | None = None, base: str | None = None
    ) -> dict[str, Any]:
        self._pace()
        sent = {name: value for name, value in params.items() if value is not None}
        log.debug("%s %s %s", method, path, sorted(sent))
        try:
            response: FacebookResponse = self._api.call(
                method, tuple(path.split("/")), params=sent, files=dict(files or {}), url_override=base
            )
        except FacebookRequestError as error:
            self._note(error.http_headers() or {})
            raise self._error(error.http_status(), _as_json(error.body())) from None
        except requests.exceptions.RequestException as error:
            # The text of these errors holds the URL, and with it the proof.
            raise Unavailable(GraphReply(0, message=f"no answer from Meta ({type(error).__name__})"), NETWORK) from None
        self._note(response.headers())
        body = response.json()
        if response.status() >= 400 or not isinstance(body, dict) or "error" in body:
            raise self._error(response.status(), body)
        return body

    def _note(self, headers: Mapping[str, str]) -> None:
        self.usage = read_usage(headers)
        date = next((v for k, v in headers.items() if k.lower() == "date"), None)
        if date:
            try:
                self.server_time = parsedate_to_datetime(date).astimezone(UTC)
            except ValueError:
                self.server_time = None

    def _pace(self) -> None:
        if self.usage.stop:
            reply = GraphReply(0, message=f"the account's limit is used to {self.usage.percent:.0f} %")
            raise Throttled(reply, self._retry_at())
        if self.usage.slow:
            self.connection.sleep(1.0)

    def _retry_at(self) -> datetime:
        wait: timedelta = self.usage.wait or DEFAULT_WAIT
        return (datetime.now(UTC) + wait).replace(microsecond=0)

    def _error(self, http_status: int, body: Any) -> GraphError:
        reply = read_reply(http_status, body)
        # The one text that is looked at: this variant of code 1 has no subcode, and only reads meet it.
        meaning = Meaning(TooMuchData) if reply.code == 1 and REDUCE in reply.message else meaning_of(reply)
        if meaning.error is Throttled:
            return Throttled(reply, self._retry_at(), meaning.mend)
        return meaning.error(reply, meaning.mend)


class Writer(Reader):
    """Also writes. Creates are sent once; what is made is always PAUSED; ACTIVE goes through `activate` alone."""

    def create(self, account_id: str, edge: str, params: Params) -> str:
        """The new object's id. Raises Unavailable where nothing is known of the outcome."""
        if edge in DELIVERING_EDGES and params.get("status") != "PAUSED":
            raise AssertionError(f"refused: a create on {edge} must be PAUSED")
        reply = self._call("POST", f"{account_id}/{edge}", params)
        if not reply.get("id"):
            raise Unavailable(GraphReply(200, message="Meta answered a create without an id"))
        return str(reply["id"])

    def update(self, object_id: str, params: Params) -> None:
        """Absolute values, so that sending them again after an unknown outcome is safe."""
        if params.get("status") == "ACTIVE":
            raise AssertionError("refused: ACTIVE is written by activate alone")
        self._write(object_id, params)

    def activate(self, object_id: str) -> None:
        self._write(object_id, {"status": "ACTIVE"})

    def _write(self, object_id: str, params: Params) -> None:
        for attempt in range(UPDATE_TRIES):
            try:
                self._call("POST", object_id, params)
                return
            except Unavailable:
                if attempt == UPDATE_TRIES - 1:
                    raise
                self.connection.sleep(0.5 * 2**attempt)

    def post(self, path: str, params: Params, files: Files | None = None, *, video: bool = False) -> dict[str, Any]:
        """For uploads, which have replies of their own and can be repeated."""
        live = self.connection.graph_url == GRAPH_URL
        return self._call("POST", path, params, files, VIDEO_URL if video and live else None)


DELIVERING_EDGES = frozenset({"campaigns", "adsets", "ads"})


def _as_json(body: Any) -> Any:
    return body if isinstance(body, (dict, list)) else {}


def _next_page(page: Mapping[str, Any]) -> dict[str, str]:
    """The parameters that lead to the next page; empty on the last. Never the URL: it carries the token."""
    paging = page.get("paging") or {}
    if not paging.get("next"):
        return {}
    after = (paging.get("cursors") or {}).get("after")
    if after:
        return {"after": str(after)}
    query = parse_qsl(urlsplit(str(paging["next"])).query)
    return {k: v for k, v in query if k not in SECRETS and k in ("after", "until", "since", "offset", "__paging_token")}
