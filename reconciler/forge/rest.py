"""One call to GitHub's REST API, version 2022-11-28: retried where that is safe, within its limits, page by page.

GET, PATCH and DELETE say the same however often they are sent, so they are sent again where no answer came. A POST may
have been done: whoever sends one says how to find what it makes. What GitHub refuses for a limit was not done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests

from reconciler.forge.refusals import refusal_of
from reconciler.model.errors import ForgeError, ForgeThrottled, ForgeUnanswered
from reconciler.model.moments import format_time, said_wait
from reconciler.model.retry_after import After, read_http_time, read_retry_after
from reconciler.system.clock import Clock
from reconciler.text.redact import remember_secret
from reconciler.text.sanitize import brief
from reconciler.web.causes import cause_of
from reconciler.web.session import Http

log = logging.getLogger("reconciler")

API_VERSION = "2022-11-28"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
TIMEOUTS = (10, 60)
"""Seconds for a connection, and between two parts of an answer."""

TRIES = 4
FIRST_PAUSE = 1.0
"""Seconds before the second try; twice as long before each further one."""

PATIENCE = 600.0
"""Seconds that all calls of a run together wait for limits."""

SECONDARY_PAUSE = 60.0
"""Where GitHub names a secondary limit and no time: "wait for at least one minute", then longer each time.
docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"""

PER_PAGE = 100

Row = Mapping[str, Any]


class Rest:
    """Raises ForgeError for what is refused, ForgeThrottled for a limit that lasts too long, ForgeUnanswered where
    nobody knows."""

    def __init__(self, url: str, token: str, clock: Clock, patience: float = PATIENCE) -> None:
        self._url, self._clock, self._patience = _checked(url), clock, patience
        remember_secret(token)
        self._http = Http(direct=urlsplit(self._url).hostname in LOOPBACK, token=token)
        self._http.headers.update(
            {
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": API_VERSION,
                "User-Agent": "reconciler",
            }
        )

    def get(self, path: str, **query: str | int) -> Any:
        return _json(self._repeated("GET", self._url + path, query=query))

    def rows(self, path: str, *, within: str = "", **query: str | int) -> Iterator[Row]:
        """Of all pages, as `Link` leads through them. `within` names their field, where a page is an object."""
        url, asked = self._url + path, {"per_page": PER_PAGE, **query}
        while url:
            response = self._repeated("GET", url, query=asked)
            found = _object(response).get(within) if within else _json(response)
            if not isinstance(found, list):
                raise ForgeUnanswered(f"GET {path} was answered with something that is no list")
            yield from found
            url, asked = self._next(response), {}

    def patch(self, path: str, body: Row) -> Row:
        return _object(self._repeated("PATCH", self._url + path, body=body))

    def delete(self, path: str) -> None:
        """What is gone already is no error."""
        try:
            self._repeated("DELETE", self._url + path)
        except ForgeError as error:
            if error.status != requests.codes.not_found:
                raise

    def post(self, path: str, body: Row, find: Callable[[], Row | None]) -> Row:
        """`find` looks for what this call makes: where no answer came, that is asked before it is sent again."""
        for pause in _pauses():
            try:
                return _object(self._once("POST", self._url + path, body=body))
            except ForgeUnanswered as error:
                unanswered = error
                self._pause(pause, error)
                if (made := find()) is not None:
                    return made
        raise unanswered

    def close(self) -> None:
        self._http.close()

    # ---- sending

    def _repeated(self, method: str, url: str, *, query: Row | None = None, body: Row | None = None) -> Any:
        for pause in _pauses():
            try:
                return self._once(method, url, query=query, body=body)
            except ForgeUnanswered as error:
                unanswered = error
                self._pause(pause, error)
        raise unanswered

    def _pause(self, seconds: float, unanswered: ForgeUnanswered) -> None:
        """At least as long as the answer has asked for. Raises it where that is longer than the run has patience."""
        if unanswered.asked > self._patience:
            raise unanswered
        self._patience -= unanswered.asked
        self._clock.sleep(max(seconds, unanswered.asked))

    def _once(self, method: str, url: str, *, query: Row | None = None, body: Row | None = None) -> requests.Response:
        """Sent until no limit stands in its way."""
        path, attempt = urlsplit(url).path, 0
        while True:
            response = self._answer(method, url, query, body)
            log.debug("%s %s → %s", method, path, response.status_code)
            if response.status_code < requests.codes.multiple_choices:
                return response
            if response.status_code >= requests.codes.server_error:
                raise _failed(method, path, response)
            wait = _wait_of(response, attempt)
            if wait is None:
                raise refusal_of(method, path, response)
            self._wait(wait, response)
            attempt += 1

    def _answer(self, method: str, url: str, query: Row | None, body: Row | None) -> requests.Response:
        try:
            return self._http.request(method, url, params=query, json=body, timeout=TIMEOUTS, allow_redirects=False)
        except requests.RequestException as error:
            host, cause = urlsplit(url).netloc, cause_of(error)
            mend = cause.mend or f"run it again; see that the runner reaches {host}"
            raise ForgeUnanswered(f"{host} could not be reached: {cause.said}\n  mend: {mend}") from None

    def _wait(self, seconds: float, response: requests.Response) -> None:
        if seconds > self._patience:
            until = format_time((self._clock.now() + timedelta(seconds=seconds)).replace(microsecond=0), UTC)
            raise ForgeThrottled(
                f"GitHub's limit of calls is used up ({brief(_message(response), 200)}) until {until}\n"
                f"  mend: run it again after that",
                response.status_code,
            )
        self._patience -= seconds
        self._clock.sleep(seconds)

    def _next(self, response: requests.Response) -> str:
        """The next page; a link that leads elsewhere would take the token along."""
        url = str(response.links.get("next", {}).get("url", ""))
        if url and urlsplit(url)[:2] != urlsplit(self._url)[:2]:
            raise ForgeError(f"the next page is said to be at {brief(url, 200)}, which is another host")
        return url


def _checked(url: str) -> str:
    """Raises ForgeError for an address to which a token must not go."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return url.rstrip("/")
    raise ForgeError(
        f"GITHUB_API_URL is {brief(url, 200)!r}: a token goes over https only\n"
        "  mend: write https://api.github.com, or https://HOST/api/v3 for GitHub Enterprise"
    )


def _pauses() -> Iterator[float]:
    return (FIRST_PAUSE * 2**number for number in range(TRIES))


def _wait_of(response: requests.Response, attempt: int) -> float | None:
    """Seconds until the limit that a refusal names is over; None where it names none."""
    if response.status_code not in (requests.codes.forbidden, requests.codes.too_many_requests):
        return None
    headers, after = response.headers, _after(response)
    if headers.get("retry-after") and not after.remark:
        return max(1.0, after.wait.total_seconds())
    if headers.get("x-ratelimit-remaining") == "0" and (reset := headers.get("x-ratelimit-reset", "")).isdecimal():
        return max(1.0, int(reset) + 1 - _sent_at(response).timestamp())
    secondary = "rate limit" in _message(response).lower()
    if secondary or response.status_code == requests.codes.too_many_requests:
        return SECONDARY_PAUSE * float(2**attempt)
    return None


def _failed(method: str, path: str, response: requests.Response) -> ForgeUnanswered:
    after, said = _after(response), f"{method} {path} was answered with HTTP {response.status_code}"
    seconds = after.wait.total_seconds()
    asked = brief(after.remark) or (f"it asks to be left alone for {said_wait(seconds)}" if seconds else "")
    return ForgeUnanswered(f"{said} ({asked})" if asked else said, seconds)


def _after(response: requests.Response) -> After:
    return read_retry_after(response.headers.get("retry-after", ""), _sent_at(response))


def _sent_at(response: requests.Response) -> datetime:
    """GitHub's clock, so that a runner's wrong one does not matter."""
    return read_http_time(response.headers.get("date", "")) or datetime.now(UTC)


def _message(response: requests.Response) -> str:
    try:
        found = response.json()
    except ValueError:
        return ""
    return str(found.get("message", "")) if isinstance(found, dict) else ""


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        raise ForgeUnanswered(
            f"{response.request.method} {urlsplit(response.url).path} was answered with no JSON"
        ) from None


def _object(response: requests.Response) -> Row:
    found = _json(response)
    if not isinstance(found, dict):
        raise ForgeUnanswered(f"{response.request.method} {urlsplit(response.url).path} was answered with no object")
    return found
