"""The only speaker of HTTP. `Reader` can read; `Writer` can also create, update and delete.

Built on the SDK's session without its defaults: no process-wide API object, no crash reporter, no retries of its
own, none of its batches, which send again what got no answer, none of its reading of replies; the token travels in a
header, never in a URL, and follows no redirect. Only an answer that is what the call asks for counts: a 200 with JSON,
of that object, with that list. All else may come from a proxy or a login page: what became of the call is unknown then.
"""

from __future__ import annotations

import json
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from functools import partial
from itertools import islice
from typing import Any, Self, TypeVar

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from reconciler.meta.address import GRAPH_URL, VIDEO_URL
from reconciler.meta.answers import Answer, about, taken
from reconciler.meta.connection import Connection, Session
from reconciler.meta.errors import (
    AGAIN,
    ANOTHER_VERSION,
    LIST_AGAIN,
    OF_PAGES,
    REDUCE,
    SMALLER,
    TOKENS_VARIABLE,
    Meaning,
    gated_edge,
    meaning_of,
    named_versions,
    of_one_write,
    of_page,
    read_reply,
    refused_field,
    stray,
)
from reconciler.meta.fields import without
from reconciler.meta.listing import (
    LEAST_FIRST,
    Begun,
    CursorRefused,
    Walk,
    edge_of,
    is_page,
    key_of,
    may_be_too_much,
    next_page,
    unanswered,
)
from reconciler.meta.loopback import nobody_listens
from reconciler.meta.pace import READ, WRITE
from reconciler.meta.refusals import Refusals
from reconciler.meta.request import OK, Files, Params, Part, Range, body_of, header, part_headers, read_json, texts
from reconciler.model.errors import (
    STOPPING,
    AccountBlocked,
    CredentialsError,
    GraphError,
    GraphReply,
    Invalid,
    NotFound,
    Throttled,
    TooFast,
    TooMuchData,
    Unavailable,
    Unreachable,
    VersionEnded,
)
from reconciler.model.limits import Limit
from reconciler.model.moments import said_wait
from reconciler.model.plan import Permit
from reconciler.model.retry_after import NOTHING, After, read_http_time, read_retry_after
from reconciler.model.status import ACTIVE, PAUSED
from reconciler.model.versions import instead_of
from reconciler.system import interrupt
from reconciler.text.redact import remember_secret
from reconciler.text.sanitize import brief
from reconciler.web.causes import cause_of

log = logging.getLogger("reconciler.meta")

READ_TRIES = 5
READ_PATIENCE = timedelta(seconds=150)
"""After so long a read that gets no answer is not sent again: a second silence says that more of it would follow."""
SECONDS_APART = (1.0, 2.0, 4.0)
"""Between sends of what was refused for its number within a second."""

UPDATE_TRIES = 3
NETWORK = f"check the network, then {AGAIN}"

TOO_MANY, SERVER_ERROR = 429, 500
NO_SUCH_PATH = 2500
NEVER = datetime.min.replace(tzinfo=UTC)
NOT_LONG = timedelta(seconds=30)


class Asked(Enum):
    """What a refusal refuses."""

    READ = auto()
    CREATE = auto()
    CHANGE = auto()
    BATCH = auto()
    """As a whole."""

    @staticmethod
    def of(method: str, path: str) -> Asked:
        if method == "GET":
            return Asked.READ
        return Asked.CREATE if "/" in path else Asked.CHANGE if path else Asked.BATCH


BATCH = 50
"""Parts that Graph takes in one batch."""


T = TypeVar("T")


class Reader:
    """Reads from Graph. Transient failures are tried again; everything else is raised as a GraphError."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.server_time: datetime | None = None
        """The `Date` of the last reply that had one, not long ago; None where none had."""
        self._told_at = NEVER
        self.version = connection.version
        """The one that is spoken now."""
        self._spare = list(connection.spare)
        self.answered = False
        """Whether Meta has said anything so far, a refusal included."""
        self.served_version = ""
        """The API version that the last reply says it is of; "" where it says none."""
        self.version_warning = ""
        """What Meta has said last of the version that was asked for."""
        self.pace = connection.pace
        self._session = Session(connection)
        self._pages: dict[str, Self] = {}

    def close(self) -> None:
        """Lets go of its sockets."""
        for client in self._pages.values():
            client.close()
        self._session.requests.close()

    def as_page(self, page: str) -> Self:
        """The same with the page's own token, which Meta hands to whoever has a part in it. Raises CredentialsError
        where it does not."""
        if page not in self._pages:
            token = self._token_of(page)
            remember_secret(token)
            self._pages[page] = self._with(replace(self.connection, token=token, page=page))
        return self._pages[page]

    def _with(self, connection: Connection) -> Self:
        return type(self)(connection)

    def _token_of(self, page: str) -> str:
        why = "Meta shows no token of it"
        try:
            if token := self.read(page, "id,access_token").get("access_token"):
                return str(token)
        except (AccountBlocked, Invalid, NotFound) as error:
            why = str(error.reply)
        raise CredentialsError(
            f"the token in {self.connection.variable} has no right to the lead forms of page {page}: {why}\n  mend: "
            f"assign the page to the system user in Business settings, with its leads, and make a token with {OF_PAGES}"
        )

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """One object or one page. Retries what may pass, up to five times, and goes on without a field that Meta does
        not show."""
        return self._got(path, params, READ_TRIES)

    def _got(self, path: str, params: Params, tries: int) -> dict[str, Any]:
        while True:
            asked = self._shown(path, params)
            try:
                return self._retried(partial(self._call, "GET", path, asked), tries)
            except (AccountBlocked, Invalid) as error:
                if not self._learns(path, asked.get("fields"), error):
                    raise

    def read(self, object_id: str, fields: str) -> dict[str, Any]:
        """One object, surely the one with this id. Retries what may pass, up to five times."""

        def ask() -> dict[str, Any]:
            answer = about(object_id, self.get(object_id, fields=fields))
            if isinstance(answer, GraphError):
                raise answer
            return answer

        return self._retried(ask)

    def refused(self, path: str) -> frozenset[str]:
        """The fields that Meta has refused to show of an id or on an edge."""
        return frozenset(self.connection.refused.get(_shape(path), ()))

    def _shown(self, path: str, params: Params) -> dict[str, Any]:
        refused = self.refused(path)
        fields = {"fields": without(str(params["fields"]), refused)} if refused and params.get("fields") else {}
        return {**params, **fields}

    def _learns(self, path: str, fields: Any, error: GraphError) -> bool:
        """Whether the read can be repeated without the field that it was refused for. One object's refusal says nothing
        of another's."""
        name, asked = refused_field(error.reply) or gated_edge(error.reply), str(fields or "")
        if not name or without(asked, frozenset({name})) == asked:
            return False
        self.connection.refused.setdefault(_shape(path), set()).add(name)
        return True

    def _retried(self, ask: Callable[[], T], tries: int = READ_TRIES) -> T:
        begun = self.connection.clock.now()
        for attempt in range(tries):
            try:
                return ask()
            except TooMuchData:
                raise
            except Unavailable as error:
                lasts = isinstance(error, Unreachable) and error.lasts
                late = self.connection.clock.now() - begun > READ_PATIENCE
                if lasts or late or attempt == tries - 1:
                    raise
                self.connection.sleep(0.25 * 2**attempt * (1 + random.random()))  # noqa: S311  jitter
        raise AssertionError("unreachable")

    def pages(self, path: str, *, events: bool = False, **params: Any) -> Iterator[dict[str, Any]]:
        """Every row of an edge, each id once; of `events` every one, since what they call their id may be their
        object's. No row is handed over before Meta has said that there are no more: a list that ends otherwise is an
        error. A list whose cursor Meta refuses is begun anew once, since cursors expire, and nothing of it is kept."""
        yield from self.begin(path, 1, events=events, **params).finish()

    def each(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """The same rows as they come, for whoever acts on each at once or may need but a few of them."""
        given: set[str] = set()
        try:
            for row in self._rows(path, params):
                given.add(key_of(row))
                yield row
        except CursorRefused:
            yield from (row for row in self._rows(path, params) if key_of(row) not in given)

    def begin(self, path: str, most: int, *, events: bool = False, fixed: bool = False, **params: Any) -> Begun:
        """At most so many pages of a list, for whoever may do without the rest. What is begun is no list yet: what it
        does not show may come. Raises as `pages` does, here and where it is finished; `fixed`: Unavailable, too, where
        Meta cannot answer a page of the usual size."""
        walked, rows = self._walked(path, params, events=events, fixed=fixed), list[dict[str, Any]]()

        def finish() -> list[dict[str, Any]]:
            try:
                return [*rows, *(row for page, _ in walked for row in page)]
            except CursorRefused:
                return self._whole(path, params, events=events)

        try:
            pages = list(islice(walked, most))
        except CursorRefused:
            pages = [(self._whole(path, params, events=events), True)]
        rows += (row for page, _ in pages for row in page)
        return Begun(rows, pages[-1][1], finish)

    def _whole(self, path: str, params: Params, *, events: bool = False) -> list[dict[str, Any]]:
        return list(self._rows(path, params, events=events))

    def _rows(self, path: str, params: Params, *, events: bool = False) -> Iterator[dict[str, Any]]:
        for page, _ in self._walked(path, params, events=events):
            yield from page

    def _walked(
        self, path: str, params: Params, *, events: bool = False, fixed: bool = False
    ) -> Iterator[tuple[list[dict[str, Any]], bool]]:
        """The new rows of each page, and whether it is the last. Stops where `next` is missing: the last page has
        cursors too. Raises Unavailable where Meta comes to no end."""
        first = self.connection.answered.get(edge_of(path), self.pace.limits.page_size)
        walk, seen = Walk(path, min(first, self.pace.limits.page_size), fixed=fixed), set[str]()
        while True:
            page = self._page(walk, params)
            known, fresh, after = len(seen), [], next_page(page, path, params)
            for row in page["data"]:
                key = key_of(row, events=events)
                if events or row.get("id") is None or key not in seen:
                    fresh.append(row)
                seen.add(key)
            yield fresh, not after
            walk.go_on(after, len(seen) > known)
            if not after:
                return

    def _page(self, walk: Walk, params: Params) -> dict[str, Any]:
        """The one that the walk has come to, with as many rows as Meta can answer."""
        tries = READ_TRIES
        while True:
            try:
                page = self._got(walk.path, {**params, "limit": walk.limit, **walk.after}, tries)
            except (TooMuchData, Unavailable) as error:
                if walk.limit == 1 or walk.fixed or not may_be_too_much(error):
                    # Of one row it is not the size: Meta does not answer the list.
                    raise unanswered(walk.path, error) from None
                walk.limit, walk.halved = max(1, walk.limit // 2), True
                # What may be too much has had its tries: of each smaller size one shows whether it was that.
                tries = READ_TRIES if isinstance(error, TooMuchData) else 1
            except Invalid as error:
                if not walk.after:
                    raise
                # Meta has taken the same question without a cursor. It has several codes for that.
                raise CursorRefused(error.reply, LIST_AGAIN) from None
            else:
                if not is_page(page):
                    raise Unavailable(
                        GraphReply(OK, message=f"Meta answered the listing {walk.path} without rows"), AGAIN
                    )
                if walk.halved:
                    # A row that is large by itself must not make all later lists slow.
                    self.connection.answered[edge_of(walk.path)] = max(walk.limit, LEAST_FIRST)
                return page

    def get_all(self, ids: Sequence[str], fields: str) -> list[Answer]:
        """The same fields of many objects, in the order asked for; fifty a request."""
        found: list[Answer] = []
        for at in range(0, len(ids), BATCH):
            now = ids[at : at + BATCH]
            found += [about(one, answer) for one, answer in zip(now, self._get_each(now, fields), strict=True)]
        return found

    def _get_each(self, ids: Sequence[str], fields: str) -> list[Answer]:
        asked = [self._shown(one, {"fields": fields}) for one in ids]
        found = self._get_batch([Part("GET", one, params) for one, params in zip(ids, asked, strict=True)])
        again = [
            at
            for at, answer in enumerate(found)
            if isinstance(answer, (AccountBlocked, Invalid)) and self._learns(ids[at], asked[at]["fields"], answer)
        ]
        if again:
            for at, answer in zip(again, self._get_each([ids[at] for at in again], fields), strict=True):
                found[at] = answer
        return found

    def _get_batch(self, parts: Sequence[Part]) -> list[Answer]:
        """In one request, or in as many as Meta can answer: of what is too much for it each has half as many parts."""
        answers, most = list[Answer](), BATCH
        while len(answers) < len(parts):
            now = parts[len(answers) : len(answers) + most]
            try:
                answers += self._together(now) if most > 1 else [self._alone(now[0])]
            except TooMuchData:
                most = max(1, len(now) // 2)
        return answers

    def _together(self, parts: Sequence[Part]) -> list[Answer]:
        answers = self._retried(partial(self._batch, parts, READ))
        # The parts of a batch share Meta's time: what is too much there need not be too much alone.
        return [
            self._alone(part) if isinstance(answer, self._better_alone()) else answer
            for part, answer in zip(parts, answers, strict=True)
        ]

    def _better_alone(self) -> tuple[type[GraphError], ...]:
        return (TooMuchData, VersionEnded) if self._spare else (TooMuchData,)

    def _alone(self, part: Part) -> Answer:
        """A read of a batch as a request of its own. What bars this one alone is its answer, as it would be there."""
        try:
            return self._retried(partial(self._call, "GET", part.path, part.params))
        except (AccountBlocked, Invalid, NotFound, TooMuchData) as error:
            return error

    def _batch(self, parts: Sequence[Part], cost: int) -> list[Answer]:
        """Each part judged alone. Raises what the request as a whole met with."""
        entries = json.dumps([part.entry() for part in parts])
        limits = [self.pace.limit_of(part.path) for part in parts]
        self.pace.enter_all({limit: cost * number for limit, number in Counter(limits).items()})
        log.debug("batch of %d: %s", len(parts), sorted({f"{p.method} {p.path}" for p in parts}))
        reads = all(part.method == "GET" for part in parts)
        body = self._exchange("POST", "", {"batch": entries}, limits=limits, reads=reads, cost=cost * len(parts))
        if not isinstance(body, list) or len(body) != len(parts):
            raise Unavailable(GraphReply(200, message="Meta answered a batch with something else"), AGAIN)
        self.pace.note_parts((limit, part_headers(entry)) for limit, entry in zip(limits, body, strict=True))
        return [self._judged_part(part, one) for part, one in zip(parts, body, strict=True)]

    def _judged_part(self, part: Part, entry: Any) -> Answer:
        """A part that was not answered, `null` included, may have been carried out."""
        if not isinstance(entry, dict) or not isinstance(entry.get("code"), int):
            return Unavailable(GraphReply(0, message="no answer from Meta for this part of a batch"), AGAIN)
        body = read_json(entry.get("body"))
        if entry["code"] != OK or not isinstance(body, dict) or "error" in body:
            asked, limit = Asked.of(part.method, part.path), self.pace.limit_of(part.path)
            return self._error(asked, entry["code"], body, part_headers(entry), limit)
        return body

    def _call(
        self, method: str, path: str, params: Params, files: Files | Range | None = None, base: str | None = None
    ) -> dict[str, Any]:
        limit = self.pace.limit_of(path)
        cost = READ if method == "GET" else WRITE
        self.pace.enter(cost, limit)
        log.debug("%s %s %s", method, path, sorted(params))
        body = self._exchange(method, path, params, files, base, [limit], cost=cost)
        if not isinstance(body, dict):
            raise self._error(Asked.of(method, path), OK, body)
        return body

    def _exchange(
        self,
        method: str,
        path: str,
        params: Params,
        files: Files | Range | None = None,
        base: str | None = None,
        limits: Sequence[Limit] = (),
        *,
        reads: bool = False,
        cost: int = 0,
    ) -> Any:
        """One request, counted for `limits`, and the JSON of its reply, an object or a list. Raises everything else
        as a GraphError. `reads`: it is sent as a POST, and all that it asks for are reads. `cost`: the points that
        it counts, where it reaches Meta."""
        interrupt.check()
        url = "/".join((base or self._session.GRAPH, self.version, path))
        sent = texts(params)
        given = {"params": sent} if method in ("GET", "DELETE") else body_of(sent, files)
        try:
            response = self._session.requests.request(method, url, timeout=self._session.timeout, **given)
        except requests.exceptions.RequestException as error:
            cause = cause_of(error)
            if cause.mend or _has_reached_nothing(error):
                self.pace.unspend(cost)
            if nobody := nobody_listens(error, self.connection.graph_url):
                raise nobody from None
            # The text of these errors holds the URL, and with it the proof.
            reply = GraphReply(0, message=f"no answer from Meta ({cause.said})")
            if cause.mend:
                raise Unreachable(reply, cause.mend, lasts=cause.lasts) from None
            raise Unavailable(reply, NETWORK) from None
        self._note(response.headers, limits)
        body = read_json(response.content)
        self.answered = self.answered or isinstance(body, (dict, list))
        if response.status_code == OK and isinstance(body, (dict, list)) and "error" not in body:
            return body
        asked = Asked.READ if reads else Asked.of(method, path)
        refusal = self._error(asked, response.status_code, body, response.headers, *limits[:1])
        if not self._has_another_version(refusal):
            raise refusal
        return self._exchange(method, path, params, files, base, limits, reads=reads, cost=cost)

    def _has_another_version(self, refusal: GraphError) -> bool:
        """Whether a call of a version that is not served goes out again as the next spare one. Of one that Meta never
        had it says that there is no such path."""
        is_spare = self.version != self.connection.version
        unserved = isinstance(refusal, VersionEnded) or (is_spare and refusal.reply.code == NO_SUCH_PATH)
        if unserved:
            self.version = self._spare.pop(0) if self._spare else self.connection.version
        return unserved and self.version != self.connection.version

    def _note(self, headers: Mapping[str, str], limits: Sequence[Limit] = ()) -> None:
        self.pace.note(headers, limits)
        self._note_time(read_http_time(header(headers, "date")))
        self.served_version = header(headers, "facebook-api-version")
        self.version_warning = header(headers, "x-ad-api-version-warning") or self.version_warning

    def _note_time(self, told: datetime | None) -> None:
        """One reply without a Date, a proxy's for instance, makes nobody forget that this computer's clock is wrong."""
        now = self.connection.clock.now()
        if told is not None:
            self.server_time, self._told_at = told, now
        elif abs(now - self._told_at) > NOT_LONG:
            self.server_time = None

    def _error(
        self,
        asked: Asked,
        http_status: int,
        body: Any,
        headers: Mapping[str, str] | None = None,
        limit: Limit | None = None,
    ) -> GraphError:
        reply = read_reply(http_status, body)
        after = self._after(reply, headers or {})
        reply = replace(reply, remark=_said(after))
        if reply.code is None and (strayed := stray(http_status, headers or {}, reply.remark)):
            self.pace.stand_back(after.wait, limit, reply.remark)
            return strayed
        # The one text that is looked at, and of reads alone: this variant of code 1 has no subcode.
        smaller = asked is Asked.READ and reply.code == 1 and REDUCE in reply.message
        meaning = Meaning(TooMuchData, SMALLER) if smaller else meaning_of(reply)
        if self.connection.page:
            meaning = of_page(meaning, self.connection.page)
        if asked in (Asked.CREATE, Asked.CHANGE):
            meaning = of_one_write(meaning, names_much=asked is Asked.CREATE)
        if meaning.error is Throttled:
            return Throttled(reply, self.pace.blocked(reply, limit, after.wait), meaning.mend, self.pace.zone)
        self.pace.stand_back(after.wait, limit, reply.remark)
        return meaning.error(reply, self._mend(meaning.mend, reply))

    def _mend(self, text: str, reply: GraphReply) -> str:
        if text == ANOTHER_VERSION:
            return instead_of(self.version, self.connection.clock.now(), named_versions(reply))
        return text.replace(TOKENS_VARIABLE, self.connection.variable)

    def _after(self, reply: GraphReply, headers: Mapping[str, str]) -> After:
        """How long the refusal asks to be left alone. A redirect or a page of some other server asks nothing of us."""
        if reply.code is None and reply.http_status < SERVER_ERROR and reply.http_status != TOO_MANY:
            return NOTHING
        sent = read_http_time(header(headers, "date")) or self.connection.clock.now()
        return read_retry_after(header(headers, "retry-after"), sent)


class Writer(Reader):
    """Also writes. Creates are sent once; what is made is always PAUSED; ACTIVE needs the gate's permit.

    `fence` is called before each write, and raises where the right to write is lost.
    """

    def __init__(self, connection: Connection, fence: Callable[[], None] = lambda: None) -> None:
        super().__init__(connection)
        self._fence = fence
        self._refusals = Refusals()

    def _with(self, connection: Connection) -> Self:
        return type(self)(connection, self._fence)

    def update(self, object_id: str, params: Params) -> None:
        """An absolute value, sent again where no answer came: for the emergency stop alone, which nobody may stop.
        Raises where Meta has not taken it."""
        for attempt in range(UPDATE_TRIES):
            answer = taken(self.write_all([Part("POST", object_id, params)])[0])
            if not isinstance(answer, Unavailable):
                break
            self.connection.sleep(0.5 * 2**attempt)
        if isinstance(answer, GraphError):
            raise answer

    def write_all(self, parts: Sequence[Part], permits: Sequence[Permit] = ()) -> list[Answer]:
        """Many writes, each sent once, in as few requests as the pace allows; the answers in the same order.

        A batch of one goes as an ordinary request. Where the request itself fails, that is the answer to each part;
        what stops the account ends the writing, and what was not sent then is answered with it.
        """
        answers: list[Answer] = []
        while len(answers) < len(parts):
            left = parts[len(answers) :]
            if (unsent := self._refusals.unsent(left[0].path)) is not None:
                answers.append(unsent)
                continue
            now = left[: self.pace.fitting([part.path for part in left[:BATCH]])]
            answered = zip(now, self._unhurried(now, permits), strict=True)
            answers += [self._refusals.judged(part.path, answer) for part, answer in answered]
            stop = next((a for a in answers if isinstance(a, STOPPING)), None)
            if stop is not None:
                answers += [stop] * (len(parts) - len(answers))
        return answers

    def _unhurried(self, parts: Sequence[Part], permits: Sequence[Permit]) -> list[Answer]:
        """Parts that were refused for their number within a second are sent again: nothing of them was done."""
        answers = self._write_batch(parts, permits)
        for pause in SECONDS_APART:
            again = [at for at, answer in enumerate(answers) if isinstance(answer, TooFast)]
            if not again or any(isinstance(answer, STOPPING) for answer in answers):
                break
            self.connection.sleep(pause)
            for at, answer in zip(again, self._write_batch([parts[at] for at in again], permits), strict=True):
                answers[at] = answer
        return answers

    def _write_batch(self, parts: Sequence[Part], permits: Sequence[Permit]) -> list[Answer]:
        for part in parts:
            guard_write(part, permits)
        self._fence()
        try:
            if len(parts) == 1:
                return [self._call(parts[0].method, parts[0].path, parts[0].params)]
            return self._batch(parts, WRITE)
        except GraphError as error:
            return [error] * len(parts)

    def post(
        self, path: str, params: Params, files: Files | Range | None = None, *, video: bool = False
    ) -> dict[str, Any]:
        """For uploads, which have replies of their own and can be repeated."""
        if path.rpartition("/")[2] not in UPLOADS:
            raise AssertionError(f"refused: {path} takes no upload")
        if (unsent := self._refusals.unsent(path)) is not None:
            raise unsent
        self._fence()
        live = self.connection.graph_url == GRAPH_URL
        try:
            answer: Answer = self._call("POST", path, params, files, VIDEO_URL if video and live else None)
        except GraphError as error:
            answer = error
        answer = self._refusals.judged(path, answer)
        if isinstance(answer, GraphError):
            raise answer
        return answer


UPLOADS = frozenset({"advideos", "adimages"})
DELIVERING_EDGES = frozenset({"campaigns", "adsets", "ads"})


def _has_reached_nothing(error: Exception) -> bool:
    """A refused connection, a name that nobody knows: not a byte was sent."""
    reason = getattr(next(iter(error.args), None), "reason", None)
    return isinstance(reason, (NewConnectionError, ConnectTimeoutError))


def guard_write(part: Part, permits: Sequence[Permit]) -> None:
    """The last line of defence: no create but PAUSED, no ACTIVE but what the gate has let through."""
    status = part.params.get("status")
    edge = part.path.rpartition("/")[2] if "/" in part.path else ""
    if edge in DELIVERING_EDGES and status != PAUSED:
        raise AssertionError(f"refused: a create on {edge} must be PAUSED")
    if status == ACTIVE and part.delivers and part.path not in {permit.id for permit in permits}:
        raise AssertionError("refused: ACTIVE is written with the gate's permit alone")


def _said(after: After) -> str:
    if after.remark or not after.wait:
        return brief(after.remark)
    return f"it asks to be left alone for {said_wait(after.wait.total_seconds())}"


def _shape(path: str) -> str:
    """An edge, whatever it hangs on, or an id."""
    return path.rpartition("/")[2]
