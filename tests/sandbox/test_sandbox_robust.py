"""Bad input is answered with Graph's error envelope: no traceback, no dropped connection, limited memory and disk."""

import json
import math
import shutil
import socket
import threading
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.counting import calls

from reconciler.sandbox import Clock, Sandbox
from reconciler.sandbox.multipart import boundary_of, parse
from reconciler.sandbox.nodes.registry import TYPES
from reconciler.sandbox.params import signatures
from reconciler.sandbox.server import Handler
from reconciler.sandbox.settings import DEFAULTS
from reconciler.sandbox.spool import Film
from reconciler.sandbox.wire import parse_json

NOW = "2026-11-21T10:00:00+08:00"
TOKEN = {"authorization": "Bearer x"}
ENDS_WELL = {200, 302, 400, 403, 404, 413, 424}


def plain(value):
    raise AssertionError(f"{value} is no JSON")


def answered(reply, *, control=False):
    """A Graph envelope or a result, in JSON that every parser reads."""
    assert reply.status in ENDS_WELL, (reply.status, reply.body)
    if reply.headers.get("content-type", "").startswith("application/json"):
        body = json.loads(reply.body, parse_constant=plain)
        assert control or reply.status < 400 or body["error"]["code"]
    return reply


@pytest.fixture(scope="module")
def world():
    made = Sandbox(clock=Clock(NOW))
    seeds = {"pages": ["9"], "pixels": ["8"], "ig_users": ["7"], "catalogs": ["5"]}
    made.handle("POST", "/_sandbox/accounts", {}, json.dumps({"account": "act_1", **seeds}).encode())
    return made


# --- any bytes to any path

PATHS = st.one_of(
    st.text(max_size=30).map(lambda text: f"/v26.0/{text}"),
    st.sampled_from(["/", "*", "", "//[", "http://[/v26.0/me", "/v26.0/act_1/campaigns", "/v²6.0/me", "/_page/view"]),
    st.binary(max_size=20).map(lambda raw: "/v26.0/" + raw.decode("latin-1")),
)
TYPES_OF_BODY = st.sampled_from(
    [
        "",
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "multipart/form-data",
    ]
)
BODIES = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=60).map(lambda raw: b"--b\r\n" + raw + b"\r\n\r\n" + raw + b"\r\n--b--"),
    st.text("a[]=&0²{}\"',:", max_size=60).map(str.encode),
)


@settings(max_examples=300, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "PUT", "TRACE", "x"]), path=PATHS, kind=TYPES_OF_BODY, body=BODIES
)
def test_any_bytes_to_any_path_are_answered(world, method, path, kind, body):
    answered(world.handle(method, path, {**TOKEN, "content-type": kind}, body))


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just(10**400), st.just("\ud800")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
CONTROLS = (
    "accounts",
    "tokens",
    "clock",
    "faults",
    "edit",
    "copy",
    "review",
    "world",
    "settings",
    "reset",
    "ledger",
    "",
)


@settings(max_examples=200, deadline=None)
@given(
    route=st.sampled_from(CONTROLS),
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    body=JSON | st.binary(max_size=50),
)
def test_any_bytes_to_any_control_are_answered_and_leave_the_sandbox_well(route, method, body):
    one = Sandbox(clock=Clock(NOW))
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answered(one.handle(method, f"/_sandbox/{route}", {}, raw), control=True)
    assert one.handle("GET", "/v26.0/me/adaccounts", TOKEN, b"").status in (200, 400)
    answered(one.handle("GET", "/_sandbox/health", {}, b""), control=True)


@settings(max_examples=200, deadline=None)
@given(key=st.sampled_from(sorted(DEFAULTS)), value=JSON)
def test_no_setting_can_break_a_call(key, value):
    one = Sandbox(clock=Clock(NOW))
    one.handle("POST", "/_sandbox/accounts", {}, b'{"account": "act_1"}')
    answered(one.handle("POST", "/_sandbox/settings", {}, json.dumps({key: value}).encode()), control=True)
    for path in ("act_1?fields=name", "act_1/campaigns", "act_1/insights", "me"):
        assert one.handle("GET", f"/v26.0/{path}", TOKEN, b"").status < 500


# --- values in every place of every emulated call

VALUES = [
    "", "\x00", "💥", "²", "-1", "1e999", "NaN", "-Infinity", '["\\ud800"]', "9" * 400, "9" * 4400, "[" * 10000,
    '{"a":' * 10000, "a{" * 10000, "a.limit(", "campaigns.limit(99999){ads.limit(-1){id}}", "9999-12-31", "[NaN]",
    f"[{'9' * 400}]", "[[]]", "[{}]", "[null]", '{"a":null}', '[{"id":[]}]', '{"creative_id":{}}',
    '[{"field":"id","operator":"IN","value":null}]', '[{"field":"daily_budget","operator":"GREATER_THAN","value":1}]',
    '{"since":"2026-01-01","until":[]}', '{"geo_locations":{"countries":["MY"],"regions":[1,null]}}',
    '{"page_id":"9","link_data":{"link":{},"child_attachments":[1]}}',
]  # fmt: skip
EVERYWHERE = (
    "fields",
    "limit",
    "after",
    "filtering",
    "summary",
    "execution_options",
    "date_preset",
    "time_range",
    "level",
)


def emulated():
    for kind, one in TYPES.items():
        for method, edge in signatures(kind):
            holds = {"GET": (*one.lists, *one.reads, ""), "POST": (*one.posts, ""), "DELETE": tuple(one.deletes)}
            if edge in holds.get(method, ()):
                yield kind, method, edge


@pytest.mark.share(2)
@pytest.mark.parametrize("kind", ["account", "page", "pixel", "ig_user", "catalog", "user", "business"])
def test_no_value_in_any_parameter_breaks_a_call(world, kind):
    ids = {"account": "act_1", "page": "9", "pixel": "8", "ig_user": "7", "catalog": "5", "user": "me"}
    id = ids.get(kind, "300100000000001")
    turn = 0
    for _, method, edge in (call for call in emulated() if call[0] == kind):
        for name in sorted({*signatures(kind)[method, edge].types, *EVERYWHERE}):
            for value in VALUES[turn % 6 :: 6]:  # each parameter a sixth of them, all of them in turn
                sent = urlencode({name: value})
                path, body = (f"?{sent}", b"") if method == "GET" else ("", sent.encode())
                answered(world.handle(method, f"/v26.0/{id}/{edge}{path}", TOKEN, body))
            turn += 1
    json.loads(world.handle("GET", "/_sandbox/world", {}, b"").body, parse_constant=plain)


@pytest.mark.parametrize(
    "batch",
    ["[" * 10000, "null", "{}", "[[]]", '[{"method":[],"relative_url":{}}]', '[{"method":"GET","relative_url":"//["}]',
     '[{"method":"GET","relative_url":"me","name":{},"depends_on":5}]',
     '[{"method":"POST","relative_url":"act_1/adlabels","body":"a[]=1&a[²]=1","attached_files":[1]}]'],
)  # fmt: skip
def test_no_batch_breaks_it(world, batch):
    answered(world.handle("POST", "/v26.0/", TOKEN, urlencode({"batch": batch}).encode()))


@pytest.mark.parametrize(
    "text", ["NaN", "[1e999]", "[-Infinity]", '"\\ud800"', "[" * 100, "{" * 100_000, "[1" + ",1" * 1_000_001 + "]"]
)
def test_json_that_could_not_be_written_again_is_refused(text):
    with pytest.raises(ValueError):
        parse_json(text)


@pytest.mark.parametrize(
    "row",
    [{"effect": "error", "code": []}, {"effect": "error", "http": 1}, {"effect": "status", "status": "x"},
     {"effect": "slow", "seconds": math.inf}, {"effect": "drop", "path": "("}, {"effect": "error", "title": 5}],
)  # fmt: skip
def test_a_fault_that_could_not_be_played_is_refused(world, row):
    assert world.handle("POST", "/_sandbox/faults", {}, json.dumps(row).encode()).status == 400


@pytest.mark.parametrize(
    "body", [{"advance_seconds": 1e300}, {"now": -1}, {"now": "9999-12-31"}, {"advance_seconds": "x"}]
)
def test_the_clock_stays_within_calendars(world, body):
    assert world.handle("POST", "/_sandbox/clock", {}, json.dumps(body).encode()).status == 400
    assert world.handle("GET", "/v26.0/me", TOKEN, b"").status == 200


# --- what takes long

LONG = [
    (f"multipart/form-data; {'y' * 60000}", b"abc"),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: " + b"x" * 1_000_000 + b"\r\n\r\n\r\n--b--"),
    ("multipart/form-data; boundary=b", b"--b\r\n\r\n\r\n" * 200_000 + b"--b--"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(200_000))),
    ("application/x-www-form-urlencoded", b"a" + b"[b]" * 10_000 + b"=1"),
    ("application/json", b'{"a":[' + b"[]," * 700_000 + b"[]]}"),
]


@pytest.mark.parametrize(("kind", "body"), LONG, ids=["type", "part", "parts", "fields", "brackets", "values"])
def test_no_body_holds_the_others_up(world, kind, body):
    replies = []
    ask = ("POST", "/v26.0/act_1/campaigns", {**TOKEN, "content-type": kind}, body)
    assert calls(lambda: replies.append(world.handle(*ask))) < 200_000
    assert answered(replies[0]).status == 400


@settings(deadline=None)
@given(st.text(max_size=40), st.binary(max_size=200).filter(lambda content: b"--b" not in content))
def test_multipart_is_byte_exact(name, content):
    name = "".join(char for char in name if char.isalnum())
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="f"\r\n\r\n'.encode()
    assert boundary_of('multipart/form-data; boundary="b"') == b"b"
    assert parse(head + content + b"\r\n--b--", "multipart/form-data; boundary=b")[1][name].content == content


# --- films


def box(name, content):
    return (len(content) + 8).to_bytes(4) + name + content


@settings(deadline=None)
@given(st.integers(1, 10**6), st.integers(0, 10**9), st.lists(st.integers(1, 60), max_size=8), st.booleans())
def test_a_films_length_is_found_however_its_bytes_are_cut(scale, duration, cuts, wide):
    times = bytes(16) if wide else bytes(8)
    mvhd = bytes([wide, 0, 0, 0]) + times + scale.to_bytes(4) + duration.to_bytes(8 if wide else 4)
    content = box(b"ftyp", b"isom") + box(b"mdat", bytes(100)) + box(b"moov", box(b"mvhd", mvhd) + box(b"trak", b""))
    film = Film()
    for size in cuts:
        film.feed(content[:size])
        content = content[size:]
    film.feed(content)
    assert film.seconds == round(duration / scale, 3)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_what_is_no_film_has_no_length_and_does_no_harm(content):
    film = Film()
    film.feed(content)
    assert film.seconds is None or film.seconds >= 0


def test_a_film_may_be_ten_gigabytes_and_not_more(graph):
    start = {"upload_phase": "start"}
    graph.post(f"{graph.account}/advideos", **start, file_size=10 * 1024**3)
    assert graph.refused(f"{graph.account}/advideos", **start, file_size=10 * 1024**3 + 1) == (382, 1363023)


def test_open_uploads_hold_no_files(graph):
    before = open_files()
    for _ in range(50):
        graph.post(f"{graph.account}/advideos", upload_phase="start", file_size=1000)
    assert open_files() < before + 20


def open_files():
    held = Path("/proc/self/fd")
    return len(list(held.iterdir())) if held.exists() else 0


# --- the connection


def talk(graph, *pieces, end=True):
    host, port = graph.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=300) as connection:
        for piece in pieces:
            connection.sendall(piece)
        if end:
            connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def post(*headers, path=b"/v26.0/act_1/advideos"):
    return b"\r\n".join([b"POST " + path + b" HTTP/1.1", b"Host: x", b"Authorization: Bearer x", *headers, b"", b""])


CHUNKED = b"Transfer-Encoding: chunked"
RAW = {
    "length below zero": post(b"Content-Length: -5"),
    "length with a sign": post(b"Content-Length: +5") + b"a=bbb",
    "length beyond numbers": post(b"Content-Length: " + b"9" * 5000),
    "body cut short": post(b"Content-Length: 500") + b"a=b",
    "chunk below zero": post(CHUNKED) + b"-5\r\na=bbb\r\n0\r\n\r\n",
    "chunk cut short": post(CHUNKED) + b"50\r\na=b",
    "chunk longer than it says": post(CHUNKED) + b"5\r\na=bbbXXX\r\n0\r\n\r\n",
    "chunks without an end": post(CHUNKED) + b"5\r\na=bbb\r\n",
    "endless trailers": post(CHUNKED) + b"5\r\na=bbb\r\n0\r\n" + b"x: y\r\n" * 5000,
    "many headers": post(*[b"x: y"] * 5000),
    "a long header": post(b"x: " + b"y" * 3_000_000),
    "a long address": post(path=b"/" + b"a" * 3_000_000),
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "another version": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "nul in the address": post(path=b"/v26.0/\x00"),
    "compressed": post(b"Content-Encoding: gzip", b"Content-Length: 4") + b"\x1f\x8b\x08\x00",
}


@pytest.mark.parametrize("name", RAW)
def test_what_is_no_request_gets_status_line_and_envelope(graph, name):
    head, _, body = talk(graph, RAW[name]).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 4") or head.startswith(b"HTTP/1.1 505")
    assert json.loads(body)["error"]["code"]
    assert len(body) < 1000


def test_pipelined_and_old_requests_are_answered_in_turn(graph):
    one = b"GET /v26.0/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n"
    assert talk(graph, one * 3).count(b"HTTP/1.1 200") == 3
    assert talk(graph, b"GET /v26.0/me?access_token=x HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200")
    assert talk(graph, b"HEAD /v26.0/404?access_token=x HTTP/1.1\r\nHost: x\r\n\r\n").endswith(b"\r\n\r\n")


def test_an_address_inside_the_query_is_no_address(graph):
    reply = graph.call("GET", f"{graph.account}/campaigns", {"x": "http://a/_sandbox/world"})
    assert reply.json() == {"data": []}


def test_a_body_that_stops_coming_is_a_408(graph, monkeypatch):
    monkeypatch.setattr(Handler, "timeout", 1.5)
    assert talk(graph, post(b"Content-Length: 500"), b"a=b", end=False).startswith(b"HTTP/1.1 408")


def test_a_client_that_leaves_in_the_middle_harms_nobody(graph):
    host, port = graph.url.removeprefix("http://").split(":")
    for _ in range(20):
        with socket.create_connection((host, int(port)), timeout=300) as connection:
            connection.sendall(post(b"Content-Length: 5000000") + bytes(100_000))
    graph.get("me")


def test_what_is_expected_to_be_too_large_is_refused_before_it_is_sent(graph):
    graph.settings(max_body_bytes=1000)
    reply = talk(graph, post(b"Expect: 100-continue", b"Content-Length: 10737418240"), end=False)
    assert reply.startswith(b"HTTP/1.1 413") and b"100 Continue" not in reply
    assert b"100 Continue" in talk(graph, post(b"Expect: 100-continue", b"Content-Length: 3"), b"a=b")


@pytest.mark.parametrize("way", ["whole", "in chunks"])
def test_a_huge_upload_is_read_to_its_end_and_kept_nowhere(graph, way):
    """The answer waits until the client has sent everything. 10 GiB would take 4 seconds; this sends a thirtieth of
    it."""
    piece, count = bytes(1 << 20), 350
    free = shutil.disk_usage("/tmp").free
    peak = peak_memory()
    if way == "whole":
        reply = talk(graph, post(b"Content-Length: %d" % (count << 20)), *[piece] * count)
    else:
        chunk = b"100000\r\n" + piece + b"\r\n"
        reply = talk(graph, post(CHUNKED), *[chunk] * count, b"0\r\n\r\n")
    assert reply.startswith(b"HTTP/1.1 413") and reply.endswith(b"\r\n\r\n")
    assert peak_memory() - peak < 60 << 20
    assert free - shutil.disk_usage("/tmp").free < 300 << 20
    graph.get("me")


def peak_memory():
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def test_two_hundred_clients_read_write_and_batch_at_once(graph):
    entry = [{"method": "GET", "relative_url": "me"}, {"method": "POST", "relative_url": f"{graph.account}/adlabels"}]
    calls = [
        ("GET", f"{graph.account}?fields=name", b""),
        (
            "POST",
            f"{graph.account}/campaigns",
            urlencode({k: json.dumps(v).strip('"') for k, v in graph.campaign_params().items()}).encode(),
        ),
        ("GET", f"{graph.account}/campaigns?fields=name", b""),
        ("POST", "", urlencode({"batch": json.dumps(entry)}).encode()),
    ]
    replies, together = [], threading.Barrier(200)

    def client(number):
        method, path, body = calls[number % 4]
        head = f"{method} /v26.0/{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Length: {len(body)}"
        together.wait()
        replies.append(talk(graph, f"{head}\r\nConnection: close\r\n\r\n".encode() + body, end=number % 8 > 3))

    clients = [threading.Thread(target=client, args=(number,)) for number in range(200)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    assert len(replies) == 200 and all(reply.startswith(b"HTTP/1.1 200") for reply in replies)
    assert len(graph.get(f"{graph.account}/campaigns", limit=100)["data"]) == 50
