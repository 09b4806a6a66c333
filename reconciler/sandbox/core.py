"""The whole sandbox as one function: ``Sandbox.handle(method, url, headers, body) -> Response``."""

from __future__ import annotations

import base64
import hashlib
import logging
import threading
from collections import deque
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

from reconciler.sandbox import batch, control, faults, media, page, request
from reconciler.sandbox.clock import Clock
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError, trace_id
from reconciler.sandbox.graph import Graph, version
from reconciler.sandbox.nodes import async_set
from reconciler.sandbox.spool import Spool
from reconciler.sandbox.usage import Usage
from reconciler.sandbox.wire import JSON_TYPE, Call, Response, graph_json
from reconciler.sandbox.world import World

_log = logging.getLogger(__name__)
_LONGEST_PATH = 1000  # that the list of calls keeps
_NO_CACHE = {
    "cache-control": "private, no-cache, no-store, must-revalidate",
    "expires": "Sat, 01 Jan 2000 00:00:00 GMT",
    "pragma": "no-cache",
}


class Broken(Exception):
    """A fault takes the whole connection, also from inside a batch."""

    def __init__(self, how: str, seconds: float) -> None:
        super().__init__(how)
        self.how, self.seconds = how, seconds


class Sandbox:
    def __init__(self, world: World | None = None, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or Clock()
        self.faults: faults.Faults = faults.Faults()
        self.usage: Usage = Usage()
        self.lock = threading.RLock()
        self.late: list[tuple[float, Call]] = []
        self.requests = 0
        self.calls: deque[dict[str, Any]] = deque()
        self.world: World = world or World()
        self.spool = Spool()
        self.graph = Graph(self.world, self.clock, self.spool, self.usage)

    def use(self, world: World) -> None:
        self.world, self.spool = world, Spool()
        self.graph = Graph(world, self.clock, self.spool, self.usage)

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        with self.lock:
            try:
                return self._routed(method, url, headers, body)
            except Exception:  # a bug of the sandbox must look like Meta's: an error envelope, no dead connection
                return self._failed(method, url)

    def _routed(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        path = url.partition("://")[2].partition("/")[2] if url.startswith("http") and "://" in url else url.lstrip("/")
        if path.startswith("_sandbox/"):
            return control.handle(self, method, path, body)
        if path.startswith("_media/"):
            return media.handle(path, self.spool.media)
        if page.wanted(method, path, headers):
            return page.handle(self, path)
        return self._graph(method, url, headers, body)

    def _failed(self, method: str, url: str) -> Response:
        _log.exception("the sandbox failed at %s %s", method, url.partition("?")[0])
        return self._reply(500, GraphError("unknown_error").envelope(self._trace()), "", "")

    def _graph(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        self.settle()
        self.requests += 1
        call = None
        try:
            call = request.read(method, url, headers, body)
            response = self._batch(call) if "batch" in call.params and not call.parts else self._single(call)
        except GraphError as problem:
            response = self._reply(problem.http, problem.envelope(self._trace()), "", "")
        except Broken as broken:
            response = Response(0, {}, b"", broken.how, broken.seconds)
        except Exception:
            response = self._failed(method, url)
        self._record(call, method, url, response)
        return response

    def settle(self) -> None:
        """Calls that a ``late`` fault has held back arrive when their time has come."""
        now = self.clock.now()
        due = [call for at, call in self.late if at <= now]
        self.late = [(at, call) for at, call in self.late if at > now]
        for call in due:
            self._carry_out(call)
        if self.world.queue:
            async_set.settle(self.world, now, self.spool, self._record_later)

    def _record_later(self, ctx: Context, body: Any) -> None:
        control.enter(self, ctx.call, body, ctx.call.parts[0].removeprefix("act_"), ctx.caller)

    def _record(self, call: Call | None, method: str, url: str, response: Response) -> None:
        path = call.path if call else url.partition("?")[0]
        entry = {
            "method": call.method if call else method,
            "path": f"/{path}"[:_LONGEST_PATH],
            "status": response.status,
            "time": self.clock.now(),
        }
        if response.connection:
            entry["connection"] = response.connection
        if call and call.in_batch:
            entry["batch"] = True
        self.calls.append(entry)
        while len(self.calls) > self.world.settings["calls_kept"]:
            self.calls.popleft()

    def _batch(self, call: Call) -> Response:
        version(call, self.world.settings, self.clock.now())
        chosen = self.faults.pick(call)
        if chosen and chosen.when == "before" and chosen.effect != "slow":
            return self._struck(chosen, call, None)
        entries = batch.entries(call)

        def run(inner: Call) -> Response | None:
            response = self._single(inner)
            self._record(inner, inner.method, inner.path, response)
            return None if response.connection == "null" else response

        body = batch.Batch(call, entries, run).execute()
        response = self._reply(200, body, "", call.version)
        return self._struck(chosen, call, response) if chosen else response

    def _single(self, call: Call) -> Response:
        chosen = self.faults.pick(call)
        if chosen is None:
            return self._carry_out(call)
        if chosen.when == "before" and chosen.effect != "slow":
            return self._struck(chosen, call, None)
        return self._struck(chosen, call, self._carry_out(call))

    def _carry_out(self, call: Call) -> Response:
        asked = call.version
        trace = self._trace()
        outcome = self.graph.run(call, trace)
        if outcome.wrote and outcome.caller:
            control.enter(self, call, outcome.body, outcome.account, outcome.caller)
        tagged = call.method == "GET" and outcome.status == 200
        response = self._reply(outcome.status, outcome.body, outcome.account, call.version, outcome.use, tagged=tagged)
        if outcome.location:
            response.headers["location"] = outcome.location
        if asked and asked != call.version:
            text = f"The call has been auto-upgraded to {call.version} as {asked} will be deprecated."
            response.headers["x-ad-api-version-warning"] = text
        return response

    def _struck(self, chosen: faults.Rule, call: Call, done: Response | None) -> Response:
        effect, detail = chosen.effect, chosen.detail
        seconds = float(detail.get("seconds", 0))
        if effect in ("drop", "reset", "timeout"):
            raise Broken("hang" if effect == "timeout" else effect, seconds)
        if effect == "late":
            if done is None:
                self.late.append((self.clock.now() + seconds, call))
            raise Broken("drop", 0)
        if effect == "null":
            return Response(0, {}, b"", "null" if call.in_batch else "drop")
        if effect == "slow" and done is not None:
            done.seconds = seconds
            return done
        answer = self._answer(chosen, call)
        if "retry_after" in detail:
            answer.headers["retry-after"] = detail["retry_after"]
        return answer

    def _answer(self, chosen: faults.Rule, call: Call) -> Response:
        detail = chosen.detail
        if chosen.effect == "status":
            body = str(detail["body"]).encode() if "body" in detail else faults.HTML
            return Response(int(detail.get("status", 502)), {"content-type": "text/html; charset=utf-8"}, body)
        if chosen.effect == "redirect":
            headers = {"content-type": JSON_TYPE, "location": str(detail.get("location", "/me"))}
            return Response(int(detail.get("status", 302)), headers, str(detail.get("body", "")).encode())
        if chosen.effect == "garbage":
            return Response(200, {"content-type": JSON_TYPE}, b'{"data":[{"id":"12')
        if chosen.effect == "lie":
            return self._reply(200, {"success": True}, "", call.version)
        problem = faults.error_of(chosen)
        status = 200 if chosen.effect == "error_200" else problem.http
        account = call.parts[0].removeprefix("act_") if call.path.startswith("act_") else ""
        return self._reply(status, problem.envelope(self._trace()), account, call.version)

    def _trace(self) -> str:
        return trace_id(f"{self.requests}")

    def _reply(
        self, status: int, body: Any, account: str, served: str, use: str = "", *, tagged: bool = False
    ) -> Response:
        now = self.clock.now()
        settings = self.world.settings
        trace = self._trace()
        headers = {
            "content-type": str(settings["content_type"]),
            "facebook-api-version": served or settings["default_version"],
            "x-fb-trace-id": trace[:11],
            "x-fb-request-id": trace,
            "x-fb-rev": "1029384756",
            "x-fb-debug": base64.b64encode(hashlib.sha512(trace.encode()).digest()).decode(),
            **_date(settings["date_header"], now),
            **_NO_CACHE,
            **self.usage.headers(account, use, now, settings),
        }
        content = graph_json(body)
        if tagged and settings["entity_tags"]:
            headers["etag"] = f'"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"'
        return Response(status, headers, content)


def _date(told: str, now: float) -> dict[str, str]:
    text = formatdate(now, usegmt=True) if told == "now" else told
    return {"date": text} if text else {}
