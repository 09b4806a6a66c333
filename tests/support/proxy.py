"""A proxy as companies have them: asked with CONNECT, it opens TLS with a certificate of its own, and sees all that
goes by. Whatever host is asked for, one server on this machine answers."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FOLDER = Path(__file__).parent / "tls"
CERTIFICATE, KEY = FOLDER / "certificate.pem", FOLDER / "key.pem"
"""Signed by itself, for the hosts below `.test` that the tests ask. Nobody trusts it but who is told to."""

AGAIN = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


class Proxy(socketserver.ThreadingTCPServer):
    """`upstream`: the port that answers; 0 for nothing but a 204. `refuses`: its answer to CONNECT, such as "407 …"."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, upstream: int = 0, refuses: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream, self.refuses = upstream, refuses
        self.asked: list[str] = []
        """Hosts."""
        self.seen = b""
        """All that clients have sent through it, opened."""
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(CERTIFICATE, KEY)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def logins(self) -> set[str]:
        """Every Authorization that has gone by; "" for a request without one."""
        heads = [part for part in self.seen.decode("latin-1").split("\r\n\r\n") if " HTTP/1.1\r\n" in part]
        return {_header(head, "authorization") for head in heads}


def _header(head: str, name: str) -> str:
    found = (line.partition(":") for line in head.split("\r\n"))
    return next((value.strip() for key, _, value in found if key.lower() == name), "")


class _Handler(socketserver.StreamRequestHandler):
    server: Proxy

    def handle(self) -> None:
        host = self.rfile.readline().decode("latin-1").split(" ")[1].partition(":")[0]
        while self.rfile.readline().strip():
            pass
        self.server.asked.append(host)
        if self.server.refuses:
            self.wfile.write(f"HTTP/1.1 {self.server.refuses}\r\nContent-Length: 0\r\n\r\n".encode())
            return
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with suppress(OSError), self.server.context.wrap_socket(self.request, server_side=True) as client:
            self._relay(client)

    def _relay(self, client: ssl.SSLSocket) -> None:
        if not self.server.upstream:
            while b"\r\n\r\n" not in self.server.seen and (sent := client.recv(65536)):
                self.server.seen += sent
            client.sendall(AGAIN)
            return
        with socket.create_connection(("127.0.0.1", self.server.upstream)) as upstream:
            back = threading.Thread(target=_pour, args=(upstream, client), daemon=True)
            back.start()
            with suppress(OSError):
                while sent := client.recv(65536):
                    self.server.seen += sent
                    upstream.sendall(sent)
            with suppress(OSError):
                upstream.shutdown(socket.SHUT_WR)
            back.join()


def _pour(source: socket.socket, to: socket.socket) -> None:
    with suppress(OSError):
        while sent := source.recv(65536):
            to.sendall(sent)


@contextmanager
def proxy(upstream: int = 0, refuses: str = "") -> Iterator[Proxy]:
    with Proxy(upstream, refuses) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        try:
            yield made
        finally:
            made.shutdown()
