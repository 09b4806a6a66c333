"""``POST /`` with ``batch``: up to 50 calls, which may refer to one another.

Documented: references and ``depends_on``, null for a dependency's own entry unless it says otherwise.
Guessed: the code in the entry of a call whose dependency failed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.params import decoded
from reconciler.sandbox.request import form_pairs, nest, split_version
from reconciler.sandbox.wire import Call, Response, graph_json

Runner = Callable[[Call], Response | None]
_REFERENCE = re.compile(r"\{result=([^:}]+):([^}]*)\}")
_MOST = 50


def entries(call: Call) -> list[Any]:
    wanted = decoded(call.params.get("batch"))
    if not isinstance(wanted, list):
        raise GraphError("bad_batch")
    if len(wanted) > _MOST:
        raise GraphError("batch_too_big")
    return wanted


class Batch:
    def __init__(self, outer: Call, wanted: list[Any], run: Runner) -> None:
        self.outer, self.wanted, self.run = outer, wanted, run
        self.results: dict[int, Response | None] = {}
        self.running: set[int] = set()
        self.needed: set[str] = set()
        named = [(one.get("name"), at) for at, one in enumerate(wanted) if isinstance(one, dict)]
        self.names = {str(name): at for name, at in named if name}

    def execute(self) -> list[dict[str, Any] | None]:
        for at in range(len(self.wanted)):
            self._result(at)
        headers = str(self.outer.params.get("include_headers", "true")).lower() not in ("false", "0")
        return [self._shown(at, headers) for at in range(len(self.wanted))]

    def _shown(self, at: int, headers: bool) -> dict[str, Any] | None:
        response, entry = self.results[at], self.wanted[at]
        if response is None or self._omitted(entry, response):
            return None
        out: dict[str, Any] = {"code": response.status, "body": response.body.decode()}
        if headers:
            out["headers"] = [{"name": name, "value": value} for name, value in response.headers.items()]
        return out

    def _omitted(self, entry: Any, response: Response) -> bool:
        if not isinstance(entry, dict) or response.status >= 400 or str(entry.get("name")) not in self.needed:
            return False
        return str(entry.get("omit_response_on_success", True)).lower() not in ("false", "0")

    def _result(self, at: int) -> Response | None:
        if at not in self.results:
            self.running.add(at)
            self.results[at] = self._run(self.wanted[at])
        return self.results[at]

    def _run(self, entry: Any) -> Response | None:
        try:
            if not isinstance(entry, dict) or not entry.get("method") or "relative_url" not in entry:
                raise GraphError("bad_batch")
            self._depend(entry.get("depends_on"))
            url = self._filled(str(entry["relative_url"]))
            body = self._filled(str(entry.get("body") or ""))
            call = self._call(entry, url, body)
        except GraphError as problem:
            return _failed(problem)
        except ValueError as problem:
            return _failed(GraphError("bad_body", why=type(problem).__name__))
        return self.run(call)

    def _depend(self, names: Any) -> None:
        if names:
            for name in names if isinstance(names, list) else [names]:
                self._good(str(name))

    def _good(self, name: str) -> Response:
        """Refers only backwards: a circle, or an unknown name, counts as failed."""
        at = self.names.get(name)
        if at is None or (at in self.running and at not in self.results):
            raise GraphError("batch_dependency", name=name)
        self.needed.add(name)
        response = self._result(at)
        if response is None or response.status >= 400:
            raise GraphError("batch_dependency", name=name)
        return response

    def _filled(self, text: str) -> str:
        def fill(match: re.Match[str]) -> str:
            name, path = match.groups()
            found = select(self._good(name).json(), path)
            return ",".join(str(one) for one in found)

        return _REFERENCE.sub(fill, text)

    def _call(self, entry: dict[str, Any], url: str, body: str) -> Call:
        path, _, query = url.partition("?")
        version, path = split_version(unquote(path))
        params = nest([*form_pairs(query), *form_pairs(body)])
        for key in ("access_token", "appsecret_proof"):
            if key in self.outer.params:
                params.setdefault(key, self.outer.params[key])
        attached = [one.strip() for one in str(entry.get("attached_files") or "").split(",")]
        files = {name: upload for name, upload in self.outer.files.items() if name in attached}
        method = str(entry["method"]).upper()
        version = version or self.outer.version
        outer = self.outer
        return Call(method, path, version, params, files, outer.headers, outer.base_url, in_batch=True)


def _failed(problem: GraphError) -> Response:
    return Response(problem.http, {}, graph_json(problem.envelope("batch")))


def select(value: Any, path: str) -> list[Any]:
    """The part of JSONPath that Graph documents: ``$.id``, ``$.data.*.id``, ``$.data[0].id``."""
    found = [value]
    for step in re.findall(r"[^.\[\]$]+", path):
        found = [inner for one in found for inner in _step(one, step)]
    return [one for one in found if not isinstance(one, dict | list)]


def _step(value: Any, step: str) -> list[Any]:
    if step == "*":
        return list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, list) else []
    if isinstance(value, list):
        return [value[int(step)]] if step.isdecimal() and len(step) < 6 and int(step) < len(value) else []
    return [value[step]] if isinstance(value, dict) and step in value else []
