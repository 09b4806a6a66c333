"""Scripted misfortune: which call, before or after it is carried out, and what the client sees."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.errors import GraphError, Refusal
from reconciler.sandbox.wire import Call

EFFECTS = {
    "drop": "the connection closes without a reply",
    "reset": "the connection is reset",
    "timeout": "no reply for `seconds`, then the connection closes",
    "slow": "the reply comes after `seconds`",
    "late": "the connection closes at once; the call is carried out `seconds` later",
    "status": "HTTP `status` with `body` (an HTML page by default)",
    "redirect": "HTTP `status` (302 by default) to `location`, with `body`",
    "garbage": "HTTP 200 with a truncated JSON body",
    "error_200": "HTTP 200 with an error envelope",
    "error": "a Graph error: `code`, `subcode`, `message`, `type`, `http`, `is_transient`",
    "null": "a null entry, inside a batch",
    "hide_fresh": "objects younger than `seconds` are missing from `where`: lists, labels or reads",
    "lie": "HTTP 200 {\"success\": true}, nothing done",
}  # fmt: skip
LAGS = {"lists": "list_lag_seconds", "labels": "label_lag_seconds", "reads": "read_lag_seconds"}
HTML = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
_KEYS = {
    "method", "path", "params", "nth", "times", "when", "effect", "seconds", "status", "body", "code", "subcode",
    "message", "type", "http", "is_transient", "error_data", "title", "text", "where", "location",
    "retry_after",
}  # fmt: skip
_NUMBERS: dict[str, tuple[tuple[type, ...], int, float]] = {
    "nth": ((int,), 1, 1e9),
    "times": ((int,), 0, 1e9),
    "seconds": ((int, float), 0, 1e9),
    "status": ((int,), 200, 600),
    "http": ((int,), 200, 600),
    "code": ((int,), -(10**9), 1e9),
}


@dataclass(slots=True)
class Rule:
    effect: str
    method: str = ""
    path: re.Pattern[str] | None = None
    params: dict[str, re.Pattern[str]] = field(default_factory=dict)
    nth: int = 1
    times: int = 1  # 0: for ever
    when: str = "before"
    detail: dict[str, Any] = field(default_factory=dict)
    source: dict[str, Any] = field(default_factory=dict)
    seen: int = 0

    def matches(self, call: Call) -> bool:
        if self.method and self.method != call.method:
            return False
        if self.path and not self.path.search("/" + call.path):
            return False
        return all(name in call.params and p.search(str(call.params[name])) for name, p in self.params.items())

    def fires(self) -> bool:
        self.seen += 1
        return self.seen >= self.nth and (self.times == 0 or self.seen < self.nth + self.times)


def rule(row: dict[str, Any]) -> Rule:
    unknown = sorted(set(row) - _KEYS)
    effect = row.get("effect", "")
    if unknown or effect not in EFFECTS:
        raise ValueError(f"unknown keys {unknown}" if unknown else f"effect must be one of {sorted(EFFECTS)}")
    if row.get("when", "before") not in ("before", "after"):
        raise ValueError("when must be before or after")
    wrong = [
        key for key, (kind, least, most) in _NUMBERS.items() if not _within(row.get(key, least), kind, least, most)
    ]
    wrong += [key for key in ("title", "text", "location", "retry_after") if not isinstance(row.get(key, ""), str)]
    if wrong or row.get("where", "lists") not in LAGS:
        raise ValueError(f"out of range: {', '.join(wrong) or 'where'}")
    return Rule(
        effect=effect,
        method=str(row.get("method", "")).upper(),
        path=re.compile(row["path"]) if row.get("path") else None,
        params={name: re.compile(str(pattern)) for name, pattern in (row.get("params") or {}).items()},
        nth=int(row.get("nth", 1)),
        times=int(row.get("times", 1)),
        when=row.get("when", "before"),
        detail={k: row[k] for k in row if k not in ("method", "path", "params", "nth", "times", "when", "effect")},
        source=dict(row),
    )


def _within(value: Any, kind: tuple[type, ...], least: int, most: float) -> bool:
    return type(value) in kind and bool(least <= value < most)


class Faults:
    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def pick(self, call: Call) -> Rule | None:
        """The first rule that fires; every matching rule counts the call."""
        chosen = None
        for one in self.rules:
            if one.matches(call) and one.fires() and chosen is None:
                chosen = one
        return chosen

    def dump(self) -> list[dict[str, Any]]:
        return [{**one.source, "seen": one.seen} for one in self.rules]


def error_of(chosen: Rule) -> GraphError:
    detail = chosen.detail
    code = int(detail.get("code", 2))
    row = Refusal(
        code=code,
        subcode=detail.get("subcode"),
        message=str(detail.get("message", "An unexpected error has occurred. Please retry your request later.")),
        title=detail.get("title"),
        text=detail.get("text"),
        type=str(detail.get("type", "OAuthException")),
        http=int(detail.get("http", 500 if code in (1, 2) else 400)),
        transient=detail.get("is_transient"),
    )
    return GraphError("fault", row=row, data=detail.get("error_data"))
