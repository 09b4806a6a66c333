"""A ``requests`` transport straight into a sandbox, without sockets.

session.mount("https://", InProcessAdapter(sandbox))
"""

from __future__ import annotations

import io
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from reconciler.sandbox.core import Sandbox


class InProcessAdapter(BaseAdapter):
    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self.sandbox = sandbox

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, timeout: Any = None, **_: Any
    ) -> requests.Response:
        """Time is the sandbox's: a slow reply only fails where it outlasts the client's patience."""
        reply = self.sandbox.handle(request.method or "GET", request.url or "", request.headers, _bytes(request.body))
        patience = timeout[1] if isinstance(timeout, tuple) else timeout
        if reply.connection == "hang" or (patience is not None and reply.seconds > patience):
            raise requests.exceptions.ReadTimeout("sandbox: no reply in time", request=request)
        if reply.connection:
            raise requests.exceptions.ConnectionError("sandbox: connection lost", request=request)
        response = requests.Response()
        response.status_code = reply.status
        response.headers = CaseInsensitiveDict(reply.headers)
        response.raw = io.BytesIO(reply.body)
        response._content = reply.body
        response.url = request.url or ""
        response.request = request
        response.encoding = "utf-8"
        return response

    def close(self) -> None:
        """Nothing is held open."""


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    return bytes(body.read()) if hasattr(body, "read") else b"".join(body)
