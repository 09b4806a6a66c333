"""The HTTP front: keep-alive, one thread a connection, nothing but the core's replies."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from typing import Any

from reconciler.sandbox.core import Sandbox
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.wire import JSON_TYPE, Response, graph_json

_PIECE = 1 << 20
_IN_MEMORY = 1 << 20  # of a body; the rest waits in a temporary file for its turn
_PATIENCE = 3  # seconds without a byte from a client that has been answered
_LONGEST_DRAIN = 600
_LENGTH = re.compile(r"[0-9]{1,18}$")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;|\r?\n)")
_MOST_TRAILERS = 100


class TooLargeError(Exception):
    """The body is over the limit."""


class Body(tempfile.SpooledTemporaryFile[bytes]):
    """Two hundred large bodies at once are two hundred files, and one of them in memory."""

    def __init__(self, limit: int) -> None:
        super().__init__(max_size=_IN_MEMORY)
        self._left = limit

    def take(self, source: BufferedIOBase, length: int) -> None:
        """Exactly so many bytes."""
        if length > self._left:
            raise TooLargeError
        self._left -= length
        while length:
            piece = source.read(min(length, _PIECE))
            if not piece:
                raise ValueError("body cut short")
            length -= self.write(piece)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "GraphSandbox"
    sys_version = ""
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 120
    server: Server

    def _serve(self) -> None:
        with Body(int(self.server.sandbox.world.settings["max_body_bytes"])) as body:
            try:
                self._read(body)
            except TooLargeError:
                self._too_large()
            except ValueError:
                self.send_error(400, "the body is cut short, or its length unreadable")
            except TimeoutError:
                self.send_error(408, "the body did not come in time")
            else:
                self._deliver(self._handled(body))

    def _handled(self, body: Body) -> Response:
        headers = {name.lower(): value for name, value in self.headers.items()}
        sandbox = self.server.sandbox
        with sandbox.lock:
            body.seek(0)
            return sandbox.handle(self.command, self.path, headers, body.read())

    def _too_large(self) -> None:
        """Recorded: an empty 413 for one big multipart request."""
        self.close_connection = True
        self._send(Response(413, {"connection": "close"}, b""))

    def handle_expect_100(self) -> bool:
        """What is too large is refused before it is sent."""
        if int(self._length() or 0) > self.server.sandbox.world.settings["max_body_bytes"]:
            self._too_large()
            return False
        return super().handle_expect_100()

    def _length(self) -> str:
        text = (self.headers.get("Content-Length") or "0").strip()
        return text if _LENGTH.match(text) else ""

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = _serve  # noqa: N815

    def _read(self, body: Body) -> None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            self._chunked(body)
        else:
            body.take(self.rfile, int(self._length()))

    def _chunked(self, body: Body) -> None:
        while size := self._chunk_size():
            body.take(self.rfile, size)
            if self.rfile.readline(3).strip():
                raise ValueError("a chunk is longer than it says")
        for _ in range(_MOST_TRAILERS):
            if not self.rfile.readline(1024).strip():
                return
        raise ValueError("too many trailers")

    def _chunk_size(self) -> int:
        found = _CHUNK_SIZE.match(self.rfile.readline(1024))
        if not found:
            raise ValueError("no chunk size")
        return int(found[1], 16)

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
        """Called by the standard library too, for requests that it cannot read."""
        self.close_connection = True
        self.request_version = self.protocol_version
        with contextlib.suppress(OSError):
            self._send(_refusal(int(code), (message or "malformed request")[:100]))

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
    # Where this name is there, on Windows, reuse means that two servers can have one port.
    allow_reuse_address = not hasattr(socket, "SO_EXCLUSIVEADDRUSE")

    def __init__(self, sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0) -> None:
        self.sandbox = sandbox
        super().__init__((host, port), Handler)

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def shutdown_request(self, request: Any) -> None:
        """A close with bytes unread would reach the client as a reset instead of the answer: read on a while."""
        end = time.monotonic() + _LONGEST_DRAIN
        with contextlib.suppress(OSError):
            request.shutdown(socket.SHUT_WR)
            request.settimeout(_PATIENCE)
            while request.recv(_PIECE) and time.monotonic() < end:
                pass
        self.close_request(request)

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
