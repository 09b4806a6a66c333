"""The HTTP front: keep-alive, one thread a connection, nothing but the core's replies."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from reconciler.sandbox.core import Sandbox
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.wire import JSON_TYPE, Response, graph_json

_PIECE = 1 << 16
_DRAIN_LIMIT = 1 << 31


class TooLargeError(Exception):
    """The body is over the limit."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "GraphSandbox"
    sys_version = ""
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 120
    server: Server

    def _serve(self) -> None:
        try:
            body = self._body()
        except TooLargeError:
            # recorded: an empty 413 for one big multipart request
            self.close_connection = True
            self._send(Response(413, {"connection": "close"}, b""))
            return
        except ValueError:
            self.close_connection = True
            self._send(_refusal(400, "the body's length is unreadable"))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._deliver(self.server.sandbox.handle(self.command, self.path, headers, body))

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = do_OPTIONS = _serve  # noqa: N815

    def _body(self) -> bytes:
        limit = int(self.server.sandbox.world.settings["max_body_bytes"])
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunked(limit)
        length = int(self.headers.get("Content-Length") or 0)
        if length < 0:
            raise ValueError(length)
        if length > limit:
            self._drain(length)
            raise TooLargeError
        body = self.rfile.read(length)
        if len(body) < length:
            raise ValueError("body cut short")
        return body

    def _chunked(self, limit: int) -> bytes:
        pieces: list[bytes] = []
        total = 0
        while size := int(self.rfile.readline(1024).partition(b";")[0].strip(), 16):
            total += size
            if size < 0 or total > limit:
                raise TooLargeError
            pieces.append(self.rfile.read(size))
            self.rfile.readline(8)
        while self.rfile.readline(_PIECE).strip():
            pass
        return b"".join(pieces)

    def _drain(self, length: int) -> None:
        """Read on without keeping, so that the client sees the refusal and not a reset."""
        left = min(length, _DRAIN_LIMIT)
        while left > 0 and (piece := self.rfile.read(min(left, _PIECE))):
            left -= len(piece)

    def _deliver(self, response: Response) -> None:
        if response.seconds:
            time.sleep(response.seconds)
        if response.connection:
            self._break(response.connection)
            return
        self._send(response)

    def _break(self, how: str) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            if how == "reset":
                # a zero linger turns close() into RST
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            else:
                self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, response: Response) -> None:
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Called by the standard library for requests that it cannot read."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self._send(_refusal(int(code), message or "malformed request"))

    def send_header(self, keyword: str, value: str) -> None:
        super().send_header(keyword, value.encode("latin-1", "replace").decode("latin-1"))

    def log_message(self, format: str, *args: Any) -> None:
        """The calls are recorded by the core."""


def _refusal(status: int, why: str) -> Response:
    body = graph_json(GraphError("bad_body", why=why).envelope("malformed"))
    return Response(status if status >= 400 else 400, {"content-type": JSON_TYPE, "connection": "close"}, body)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0) -> None:
        self.sandbox = sandbox
        super().__init__((host, port), Handler)

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no event."""


@contextlib.contextmanager
def running(sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0) -> Any:
    """A server in a thread, for tests: ``with running(Sandbox()) as server: server.url``."""
    server = Server(sandbox, host, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
