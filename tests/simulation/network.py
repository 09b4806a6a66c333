"""The network between the client and Meta, with its faults: a `requests` adapter in front of the sandbox's own.

Which fault a call meets depends only on the seed, the round, and the number of the call in the round. So two different
clients meet the same faults.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from requests.adapters import BaseAdapter
from support.sandbox import PAGE

from reconciler.sandbox import Sandbox
from reconciler.sandbox.adapter import InProcessAdapter

PATIENCE = 120.0
"""Seconds until a client gives up waiting for a reply."""

DEFAULT_BLOCK = 300.0
"""Seconds that a block by Meta lasts where no header says how long."""

HTML = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
TRANSIENT = ((1, None), (2, None), (960, None))
LIMITS = ((4, None, 403), (17, 2446079, 400), (613, 1487742, 400), (80004, 2446079, 400))
GARBAGE = (b'{"data":[{"id":"12', HTML, b"", b"[]", b"null", b'{"success":true}', b'{"id":null}')


@dataclass(frozen=True)
class Fault:
    """What happens to one call. `kind` is a key of EFFECTS.

    `commits` says whether Meta carries the call out although the client gets no good answer. `seconds` is a delay, and
    `number` chooses among variants, such as which part of a batch.
    """

    kind: str
    commits: bool = False
    seconds: float = 0.0
    number: int = 0


WEIGHTS = {
    "timeout after": 15,
    "timeout before": 10,
    "late": 15,
    "late and resent": 3,
    "twice": 3,
    "5xx after": 5,
    "5xx before": 5,
    "code after": 5,
    "code before": 5,
    "error in 200 after": 3,
    "error in 200 before": 3,
    "garbage after": 4,
    "garbage before": 4,
    "null after": 5,
    "null before": 5,
    "cut batch": 3,
    "limit": 5,
    "limit told": 5,
    "limit of a part": 3,
    "lie": 4,
    "edited meanwhile": 4,
}


def random_fault(rng: random.Random) -> Fault:
    kind = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    return Fault(kind, kind.endswith("after"), rng.uniform(1, 600), rng.randrange(1000))


FaultPlan = Callable[[int], Fault | None]
"""Number of a call → its fault."""


@dataclass
class Network(BaseAdapter):
    """Functions that it calls: `elapse` moves the virtual clock. `hook` is called before each call, and may edit
    objects or raise `Crash`. `answered` gets each answer, and whether it was one to a write. `late_write` delivers a
    delayed call."""

    sandbox: Sandbox
    elapse: Callable[[float], None]
    log: Callable[[str], None]
    plan: FaultPlan = lambda call: None
    hook: Callable[[int, requests.PreparedRequest], None] = lambda call, request: None
    answered: Callable[[bytes, bool], None] = lambda body, write: None
    late_write: Callable[[Callable[[], Any]], None] = lambda deliver: None
    in_block: Callable[[str], None] = lambda call: None
    """Called for each call that the client makes while Meta blocks it."""
    block_ends: float = 0.0
    meanwhile: Callable[[dict[str, dict[str, Any]], int], None] = lambda before, number: None
    """Called while the client waits for an answer that it will not get. Its arguments are the written objects as they
    were before, and a number that chooses what a person does to them."""
    token_dead: bool = False
    lost_answer_edge: str = ""
    """The first create on this edge is carried out, and its answer is lost."""
    date: str = "true"
    calls: int = 0
    faults: int = 0
    last: Fault | None = None
    waiting: list[tuple[float, requests.PreparedRequest]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.inner = InProcessAdapter(self.sandbox)

    def close(self) -> None:
        """Nothing is held open."""

    # ---- one call

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        number, self.calls = self.calls, self.calls + 1
        if hasattr(request.body, "read"):
            # What is read from a file while it is sent may have to be delivered late, or twice.
            request.body = request.body.read()
        self.elapse(0.05)
        self.hook(number, request)
        self.deliver_late()
        fault = self.plan(number)
        if self.lost_answer_edge and creates_on(request, self.lost_answer_edge):
            self.lost_answer_edge, fault = "", Fault("timeout after", commits=True)
        self.last = fault
        if fault is not None:
            self.faults += 1
        self.log(
            f"call {number} {request.method} {_path(request)} {_summary(request)}{f' !{fault.kind}' if fault else ''}"
        )
        if self.sandbox.clock.now() < self.block_ends and not has_a_limit_of_its_own(request):
            self.in_block(f"{request.method} {_path(request)}")
        if self.token_dead:
            return self._refusal(request, 190, 463, 400)
        if fault is None:
            return self._seen(self.inner.send(request), request)
        return EFFECTS[fault.kind](self, request, fault)

    def _seen(self, response: requests.Response, request: requests.PreparedRequest) -> requests.Response:
        self.answered(response.content, is_write(request))
        return self._dated(response)

    def _dated(self, response: requests.Response) -> requests.Response:
        if self.date == "missing":
            response.headers.pop("date", None)
        elif self.date == "stale":
            response.headers["date"] = "Sat, 21 Nov 2026 01:00:00 GMT"
        return response

    # ---- the effects of faults

    def _lost(self, request: requests.PreparedRequest, fault: Fault) -> requests.Response:
        if fault.commits:
            self.inner.send(request)
        self.elapse(PATIENCE if fault.number % 3 else 1.0)
        raise requests.exceptions.ReadTimeout("no reply in time", request=request)

    def _late(self, request: requests.PreparedRequest, fault: Fault) -> requests.Response:
        """A write arrives at Meta some time after the client has given up; a read is lost."""
        if is_write(request):
            self.waiting.append((self.sandbox.clock.now() + fault.seconds, request.copy()))
        self.elapse(5.0)
        raise requests.exceptions.ConnectionError("connection lost", request=request)

    def _late_and_now(self, request: requests.PreparedRequest, fault: Fault) -> requests.Response:
        """A proxy delivers the call now and once more later; the answer is lost."""
        if is_write(request):
            self.waiting.append((self.sandbox.clock.now() + fault.seconds, request.copy()))
            self.inner.send(request)
        raise requests.exceptions.ConnectionError("connection lost", request=request)

    def _twice(self, request: requests.PreparedRequest, fault: Fault) -> requests.Response:
        """A proxy delivers the call twice and passes the second answer on."""
        self.late_write(lambda: self.inner.send(request))
        return self._seen(self.inner.send(request), request)

    def _page(self, request: requests.PreparedRequest, fault: Fault) -> requests.Response:
        if fault.commits:
            self.inner.send(request)
        return self._dated(_response(request, (500, 502, 503, 504)[fault.number % 4], HTML, "text/html"))

    def _code(self, request: requests.PreparedRequest, fault: Fault) -> requests.Response:
        if fault.commits:
            self.inner.send(request)
        code, subcode = TRANSIENT[fault.number % len(TRANSIENT)]
        return self._refusal(request, code, subcode, 500)

    def _error_in_200(self, request: requests.PreparedRequest, fault: Fault) -> requests.Response:
        if fault.commits:
            self.inner.send(request)
        return self._refusal(request, 2, None, 200)

    def _garbage(self, request: requests.PreparedRequest, fault: Fault) -> requests.Response:
        if fault.commits:
            self.inner.send(request)
        body = GARBAGE[fault.number % len(GARBAGE)]
        if body == b'{"success":true}' and not is_create(request):
            body = HTML  # for an update this body would be a true answer, not garbage
        return self._dated(_response(request, 200, body, "application/json"))

    def _limit(self, request: requests.PreparedRequest, fault: Fault) -> requests.Response:
        code, subcode, status = LIMITS[fault.number % len(LIMITS)]
        response = self._refusal(request, code, subcode, status)
        wait = DEFAULT_BLOCK
        if fault.kind == "limit told":
            minutes = 1 + fault.number % 30
            row = {"type": "ads_management", "call_count": 100, "estimated_time_to_regain_access": minutes}
            response.headers["x-business-use-case-usage"] = json.dumps({"1234567890": [row]})
            wait = 60.0 * minutes
        if not has_a_limit_of_its_own(request):
            self.block_ends = self.sandbox.clock.now() + wait
        return response

    def _limit_of_a_part(self, request: requests.PreparedRequest, fault: Fault) -> requests.Response:
        """The rate limit is reached within a batch: one part and all that follow it are refused."""
        entries = batch_of(request)
        if not entries:
            return self._limit(request, fault)
        at = fault.number % len(entries)
        rows = json.loads(self.inner.send(with_batch(request, entries[:at])).content) if at else []
        rows = rows if isinstance(rows, list) else [None] * at
        error = {"message": "Limit.", "type": "OAuthException", "code": 17, "error_subcode": 2446079, "fbtrace_id": "A"}
        refused = {"code": 400, "body": json.dumps({"error": error})}
        body = json.dumps([*rows, *(refused for _ in entries[at:])]).encode()
        self.answered(body, is_write(request))
        self.block_ends = self.sandbox.clock.now() + DEFAULT_BLOCK
        return self._dated(_response(request, 200, body, "application/json"))

    def _false_success(self, request: requests.PreparedRequest, fault: Fault) -> requests.Response:
        """Meta answers that an update was done and does not do it, alone or as a part of a batch."""
        entries, done = batch_of(request), '{"success":true}'
        at = fault.number % len(entries) if entries else 0
        target = entries[at].get("relative_url", "") if entries else _path(request).rpartition("/")[2]
        if request.method != "POST" or target not in self._written(request):
            return self._seen(self.inner.send(request), request)
        body = done.encode()
        if entries:
            sent = entries[:at] + entries[at + 1 :]
            rows = json.loads(self.inner.send(with_batch(request, sent)).content) if sent else []
            rows = rows if isinstance(rows, list) else [None] * len(sent)
            body = json.dumps([*rows[:at], {"code": 200, "body": done}, *rows[at:]]).encode()
        self.answered(body, True)
        return self._dated(_response(request, 200, body, "application/json"))

    def _edited_meanwhile(self, request: requests.PreparedRequest, fault: Fault) -> requests.Response:
        """The write is carried out, and a person reacts to it while the client waits for an answer that never comes."""
        before = self._written(request)
        self.inner.send(request)
        self.elapse(PATIENCE / 2)
        self.meanwhile(before, fault.number)
        self.elapse(PATIENCE / 2)
        raise requests.exceptions.ReadTimeout("no reply in time", request=request)

    def _written(self, request: requests.PreparedRequest) -> dict[str, dict[str, Any]]:
        """The objects that a request writes to, as they are now, by id."""
        paths = [entry.get("relative_url", "") for entry in batch_of(request)] or [_path(request)]
        ids = [path.rpartition("/")[2] for path in paths] if is_write(request) else []
        nodes = self.sandbox.world.nodes
        return {id_: dict(nodes[id_].data) for id_ in ids if id_ in nodes}

    def _null(self, request: requests.PreparedRequest, fault: Fault) -> requests.Response:
        """One part of a batch has `null` for an answer; whether it was carried out is `commits`."""
        entries = batch_of(request)
        if not entries:
            return self._garbage(request, fault)
        at = fault.number % len(entries)
        sent = entries if fault.commits else entries[:at] + entries[at + 1 :]
        rows = json.loads(self.inner.send(with_batch(request, sent)).content) if sent else []
        rows = rows if isinstance(rows, list) else [None] * len(sent)
        rows = [*rows[:at], None, *(rows[at + 1 :] if fault.commits else rows[at:])]
        body = json.dumps(rows).encode()
        self.answered(body, is_write(request))
        return self._dated(_response(request, 200, body, "application/json"))

    def _cut(self, request: requests.PreparedRequest, fault: Fault) -> requests.Response:
        """The first parts of a batch are carried out, the others are not, and there is no answer."""
        entries = batch_of(request)
        if entries:
            sent = entries[: fault.number % (len(entries) + 1)]
            if sent:
                self.inner.send(with_batch(request, sent))
        raise requests.exceptions.ConnectionError("connection lost", request=request)

    def _refusal(
        self, request: requests.PreparedRequest, code: int, subcode: int | None, status: int
    ) -> requests.Response:
        error = {"message": "An error has occurred.", "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
        error |= {"error_subcode": subcode} if subcode is not None else {}
        return self._dated(_response(request, status, json.dumps({"error": error}).encode(), "application/json"))

    # ---- delayed calls

    def deliver_late(self) -> None:
        """Delivers the delayed calls whose time has come."""
        now = self.sandbox.clock.now()
        due = [one for one in self.waiting if one[0] <= now]
        self.waiting = [one for one in self.waiting if one[0] > now]
        for _, request in sorted(due, key=lambda one: one[0]):
            self.log(f"late {request.method} {_path(request)} {_summary(request)}")
            self.late_write(lambda request=request: self.inner.send(request))  # type: ignore[misc]


Effect = Callable[[Network, requests.PreparedRequest, Fault], requests.Response]
EFFECTS: dict[str, Effect] = {
    "timeout after": Network._lost,
    "timeout before": Network._lost,
    "late": Network._late,
    "late and resent": Network._late_and_now,
    "twice": Network._twice,
    "5xx after": Network._page,
    "5xx before": Network._page,
    "code after": Network._code,
    "code before": Network._code,
    "error in 200 after": Network._error_in_200,
    "error in 200 before": Network._error_in_200,
    "garbage after": Network._garbage,
    "garbage before": Network._garbage,
    "null after": Network._null,
    "null before": Network._null,
    "cut batch": Network._cut,
    "limit": Network._limit,
    "limit told": Network._limit,
    "limit of a part": Network._limit_of_a_part,
    "lie": Network._false_success,
    "edited meanwhile": Network._edited_meanwhile,
}


# ---- what is in a request


def params_of(request: requests.PreparedRequest) -> dict[str, str]:
    body = request.body
    text = body if isinstance(body, str) else body.decode("utf-8", "replace") if isinstance(body, bytes) else ""
    return dict(parse_qsl(text))


def batch_of(request: requests.PreparedRequest) -> list[dict[str, str]]:
    text = params_of(request).get("batch") if request.method == "POST" else None
    return list(json.loads(text)) if text else []


def with_batch(request: requests.PreparedRequest, entries: list[dict[str, str]]) -> requests.PreparedRequest:
    changed = request.copy()
    changed.body = urlencode({**params_of(request), "batch": json.dumps(entries)})
    changed.headers["Content-Length"] = str(len(changed.body))
    return changed


OTHER_LIMITS = re.compile(rf"/(customaudiences|leadgen_forms|{PAGE})$")


def has_a_limit_of_its_own(request: requests.PreparedRequest) -> bool:
    """Meta counts calls for audiences, and those of a page, for themselves: a block of one is none of the other."""
    return OTHER_LIMITS.search(_path(request)) is not None


def is_write(request: requests.PreparedRequest) -> bool:
    if request.method == "GET":
        return False
    entries = batch_of(request)
    return not entries or any(entry.get("method") != "GET" for entry in entries)


CREATES = ("/campaigns", "/adsets", "/ads", "/adcreatives", "/adimages", "/advideos")


def is_create(request: requests.PreparedRequest) -> bool:
    return request.method == "POST" and urlsplit(request.url or "").path.endswith(CREATES)


def creates_on(request: requests.PreparedRequest, edge: str) -> bool:
    paths = [entry.get("relative_url", "") for entry in batch_of(request)] or [_path(request)]
    return request.method == "POST" and any(path.endswith(f"/{edge}") for path in paths)


def _path(request: requests.PreparedRequest) -> str:
    return urlsplit(str(request.url)).path


def _summary(request: requests.PreparedRequest) -> str:
    """For the log: the parameters that distinguish one write from another."""
    if request.method == "GET":
        return ""
    entries = batch_of(request)
    if entries:
        return " ".join(
            f"[{e['method']} {e['relative_url'].partition('?')[0]} {_brief(dict(parse_qsl(e.get('body', ''))))}]"
            for e in entries
        )
    return _brief(params_of(request))


def _brief(params: Mapping[str, str]) -> str:
    return " ".join(f"{name}={params[name]}" for name in ("name", "status", "daily_budget") if name in params)


def _response(request: requests.PreparedRequest, status: int, body: bytes, kind: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = body
    response.headers["content-type"] = kind
    response.url, response.request, response.encoding = request.url or "", request, "utf-8"
    return response
