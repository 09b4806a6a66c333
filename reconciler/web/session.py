"""Sessions with the proxies and certificates of the environment, and with no login that nobody has given them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.auth import AuthBase

from reconciler.web.answer import keep_whole

NO_BUNDLE = "TLS CA certificate bundle"
"""In what requests raises as a plain OSError."""


class AsGiven(AuthBase):
    """The login that was given, or the one in the URL. Where a session has none, requests takes one of ~/.netrc, and
    puts it in the place of a header that says who asks."""

    def __init__(self, authorization: str = "") -> None:
        self._authorization = authorization

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        parts = urlsplit(request.url or "")
        if self._authorization:
            request.headers["Authorization"] = self._authorization
        elif parts.username is not None:
            request.prepare_auth((unquote(parts.username), unquote(parts.password or "")))
        return request


class Http(requests.Session):
    """`direct`: a proxy of the environment is to see nothing of it, as of what stays on this machine. `token`: goes
    along as a bearer's, to the host that was asked alone."""

    def __init__(self, *, direct: bool = False, token: str = "") -> None:
        super().__init__()
        self.trust_env = not direct
        self.auth = AsGiven(f"Bearer {token}" if token else "")

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """What is not streamed has as much time for its body as for any silence."""
        seconds = None if options.get("stream") else _read_seconds(options.get("timeout"))
        response = self._sent(request, {**options, "stream": True} if seconds else options)
        if seconds:
            keep_whole(response, seconds)
        return response

    def _sent(self, request: requests.PreparedRequest, options: dict[str, Any]) -> requests.Response:
        try:
            return super().send(request, **options)
        except OSError as error:
            if isinstance(error, requests.RequestException) or NO_BUNDLE not in str(error):
                raise
            raise requests.exceptions.SSLError(str(error)) from None

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """What lies behind a redirect gets no login of ~/.netrc either."""
        before, url = response.request.url or "", prepared_request.url or ""
        elsewhere: bool = self.should_strip_auth(before, url)  # type: ignore[no-untyped-call]
        if elsewhere:
            prepared_request.headers.pop("Authorization", None)


def _read_seconds(timeout: object) -> float | None:
    """Of the limits of a request: one number, or one for the connection and one for reading."""
    read = timeout[1] if isinstance(timeout, tuple) else timeout
    return float(read) if isinstance(read, (int, float)) else None
