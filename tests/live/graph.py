"""A Graph client for the claims: it creates only PAUSED objects, deletes them, and keeps the shape of each answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

KINDS_OF_TEXT = (
    ("time", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("digits", re.compile(r"\d+")),
    ("url", re.compile(r"https?://.+", re.S)),
)


def shape_of(value: Any) -> Any:
    """Field names and types; of texts, whether they are digits, a time or a URL; of lists, the first entry."""
    if isinstance(value, Mapping):
        return {name: shape_of(v) for name, v in sorted(value.items())}
    if isinstance(value, list):
        return [shape_of(v) for v in value[:1]]
    if isinstance(value, str):
        return next((kind for kind, pattern in KINDS_OF_TEXT if pattern.fullmatch(value)), "text")
    return type(value).__name__


@dataclass
class Exchange:
    """What was asked, and the shape of the answer: status, then the error's codes or the body's fields and types."""

    asked: str
    status: int
    answer: Any


@dataclass
class ClaimGraph:
    url: str
    token: str
    account: str
    page: str = ""
    exchanges: list[Exchange] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    http: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.http.trust_env = not self.url.startswith("http://127.")
        # As `auth` and not as a header: else requests would put a login of ~/.netrc in its place.
        self.http.auth = self._with_token

    def _with_token(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request

    def call(self, method: str, path: str, files: Any = None, **params: Any) -> requests.Response:
        if params.get("status", "PAUSED") not in ("PAUSED", "DELETED"):
            raise AssertionError("a claim makes nothing that could deliver")
        sent = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()}
        place = {"params": sent} if method == "GET" else {"data": sent}
        reply = self.http.request(method, f"{self.url}/v26.0/{path}", files=files, timeout=300, **place)
        words = path.replace(self.account, "ACCOUNT").replace(self.page or "no page", "PAGE")
        self.exchanges.append(
            Exchange(f"{method} {re.sub(r'[0-9]{9,}', 'ID', words)}", reply.status_code, _answer(reply))
        )
        return reply

    def get(self, path: str, **params: Any) -> Any:
        return _taken(self.call("GET", path, **params))

    def post(self, path: str, files: Any = None, **params: Any) -> Any:
        return _taken(self.call("POST", path, files, **params))

    def refused(self, path: str, **params: Any) -> tuple[int, int | None]:
        """The code and subcode of a refusal. If the object is created against expectation, it is deleted, too."""
        reply = self.call("POST", path, **params)
        if reply.status_code == 200:
            self.made.append(str(reply.json().get("id", "")))
        assert reply.status_code != 200, f"{path} was expected to be refused"
        error = reply.json()["error"]
        return error["code"], error.get("error_subcode")

    def make(self, edge: str, **params: Any) -> str:
        """A paused object below the account, deleted when the claim ends."""
        found = self.post(f"{self.account}/{edge}", **params)
        self.made.append(str(found["id"]))
        return self.made[-1]

    def clean_up(self) -> None:
        """Deletes what was made, the youngest first. Its replies are no part of the claim."""
        kept = list(self.exchanges)
        for made in reversed([m for m in self.made if m]):
            self.call("DELETE", made)
        self.made.clear()
        self.exchanges = kept


def _taken(reply: requests.Response) -> Any:
    assert reply.status_code == 200, f"{reply.request.method} {reply.status_code}: {reply.text[:500]}"
    return reply.json()


def _answer(reply: requests.Response) -> Any:
    try:
        body = reply.json()
    except ValueError:
        return "not JSON"
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        return (body["error"].get("code"), body["error"].get("error_subcode"))
    return shape_of(body)
