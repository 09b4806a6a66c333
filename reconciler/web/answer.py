"""The body of an answer, with a limit on its whole time.

The limit of a socket is one for each silence: an answer that comes a byte a second never meets it, and holds up a run
for ever.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import requests
from urllib3.exceptions import DecodeError, HTTPError, ProtocolError, SSLError
from urllib3.response import BaseHTTPResponse

CHUNK = 65_536

RAISED: tuple[tuple[type[HTTPError], type[requests.RequestException]], ...] = (
    (ProtocolError, requests.exceptions.ChunkedEncodingError),
    (DecodeError, requests.exceptions.ContentDecodingError),
    (SSLError, requests.exceptions.SSLError),
    (HTTPError, requests.exceptions.ConnectionError),
)
"""As requests itself calls what may happen to a body, the first that fits."""


def keep_whole(response: requests.Response, seconds: float) -> None:
    """Reads a streamed answer as one that is not streamed. Raises a RequestException where it breaks off or has not
    come to its end after so many seconds."""
    if not isinstance(response.raw, BaseHTTPResponse):
        return  # of an adapter within this process, which has it whole
    try:
        response._content = b"".join(_parts(response.raw, time.monotonic() + seconds))
        response._content_consumed = True  # type: ignore[attr-defined]
    except HTTPError as error:
        response.close()
        raise next(ours for theirs, ours in RAISED if isinstance(error, theirs))(error) from None
    except requests.RequestException:
        response.close()
        raise


def _parts(raw: BaseHTTPResponse, until: float) -> Iterator[bytes]:
    while part := raw.read1(CHUNK, decode_content=True):
        yield part
        if time.monotonic() > until:
            raise requests.exceptions.ReadTimeout("the answer came too slowly to be waited for")
