"""Media from the addresses that Meta gives: signed ones, on servers of its own, to which no token goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests

from reconciler.meta.address import is_loopback
from reconciler.meta.client import Reader
from reconciler.model.errors import TransferError
from reconciler.system import interrupt
from reconciler.web.causes import cause_of
from reconciler.web.session import Http

CHUNK = 1024 * 1024


@contextmanager
def downloaded(reader: Reader, url: str) -> Iterator[Iterator[bytes]]:
    """The bytes at `url`, a piece at a time. Raises TransferError where there are none, or fewer than announced."""
    _check(url)
    connection = reader.connection
    http = Http(direct=is_loopback(urlsplit(url).hostname or ""))
    if connection.adapter is not None:
        http.mount("http://", connection.adapter)
    try:
        timeout = (connection.connect_seconds, connection.read_seconds)
        with http.get(url, stream=True, timeout=timeout) as reply:
            if reply.status_code != requests.codes.ok:
                raise TransferError(f"Meta answers {reply.status_code} for its address")
            yield _pieces(reply)
    except requests.exceptions.RequestException as error:
        # The text of these errors holds the URL, and with it the signature.
        cause = cause_of(error)
        said = f"no answer from the address that Meta gives: {cause.said}"
        raise TransferError(f"{said}\n  mend: {cause.mend}" if cause.mend else said) from None
    finally:
        http.close()


def _pieces(reply: requests.Response) -> Iterator[bytes]:
    wanted, taken = reply.headers.get("Content-Length", ""), 0
    for piece in reply.iter_content(CHUNK):
        interrupt.check()
        taken += len(piece)
        yield piece
    if wanted.isdigit() and "Content-Encoding" not in reply.headers and taken != int(wanted):
        raise TransferError(f"only {taken} of {wanted} bytes came")


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        allowed = {"https": bool(parts.hostname), "http": is_loopback(parts.hostname or "")}
    except ValueError:
        raise TransferError("Meta gives no address for it") from None
    if not allowed.get(parts.scheme):
        raise TransferError("Meta gives no address for it")
