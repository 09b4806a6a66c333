"""An answer that comes byte by byte holds up nothing for ever: its whole time has a limit, as each silence has one."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from reconciler.meta.client import Reader
from reconciler.meta.connection import Connection
from reconciler.model.errors import Unavailable
from reconciler.system.clock import Clock
from reconciler.web.session import Http

ROW = json.dumps({"id": "1", "name": "a" * 3000}).encode()

Send = Callable[[BaseHTTPRequestHandler], None]


def _head(to: BaseHTTPRequestHandler, **headers: str) -> None:
    to.send_response(200)
    for name, value in headers.items():
        to.send_header(name.replace("_", "-"), value)
    to.end_headers()


def drop_by_drop(to: BaseHTTPRequestHandler) -> None:
    """All that there is to say, and then a space now and then, until nobody listens any more."""
    _head(to, Content_Length=str(10**9))
    to.wfile.write(ROW)
    gone = threading.Event()
    while not gone.wait(0.05):
        try:
            to.wfile.write(b" ")
        except OSError:
            gone.set()


def chunked(to: BaseHTTPRequestHandler) -> None:
    _head(to, Transfer_Encoding="chunked")
    for at in range(0, len(ROW), 7):
        part = ROW[at : at + 7]
        to.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
    to.wfile.write(b"0\r\n\r\n")


def zipped(to: BaseHTTPRequestHandler) -> None:
    body = gzip.compress(ROW)
    _head(to, Content_Length=str(len(body)), Content_Encoding="gzip")
    for at in range(len(body)):
        to.wfile.write(body[at : at + 1])


def without_a_length(to: BaseHTTPRequestHandler) -> None:
    _head(to)
    to.wfile.write(ROW)


def cut_off(to: BaseHTTPRequestHandler) -> None:
    _head(to, Content_Length=str(len(ROW) + 1))
    to.wfile.write(ROW)


def no_gzip(to: BaseHTTPRequestHandler) -> None:
    _head(to, Content_Length=str(len(ROW)), Content_Encoding="gzip")
    to.wfile.write(ROW)


@pytest.fixture
def serve() -> Iterator[Callable[[Send], str]]:
    servers = list[ThreadingHTTPServer]()

    def start(send: Send) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.close_connection = True
                send(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_read_that_never_comes_to_its_end_is_an_answer_that_did_not_come(serve: Callable[[Send], str]) -> None:
    reader = Reader(
        Connection("a token", serve(drop_by_drop), read_seconds=0.4, clock=Clock(sleep=lambda seconds: None))
    )
    with pytest.raises(Unavailable, match=r"no answer from Meta \(ReadTimeout\)"):
        reader.read("1", "id,name")


@pytest.mark.parametrize("send", [chunked, zipped, without_a_length])
def test_however_an_answer_is_cut_into_pieces_it_is_read_whole(send: Send, serve: Callable[[Send], str]) -> None:
    with Http(direct=True) as http:
        assert http.get(serve(send), timeout=(5, 30)).content == ROW


@pytest.mark.parametrize(
    ("send", "raised"),
    [(cut_off, requests.exceptions.ChunkedEncodingError), (no_gzip, requests.exceptions.ContentDecodingError)],
)
def test_a_body_that_breaks_off_is_no_answer(send: Send, raised: type[Exception], serve: Callable[[Send], str]) -> None:
    with Http(direct=True) as http, pytest.raises(raised):
        http.get(serve(send), timeout=30)
