"""Videos: four of an account at a time, in constant memory, and what has arrived is not sent again."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from support.command import PATIENCE, Reconciler
from support.repository import CREATIVES, STILL, Repository
from support.sandbox import LocalGraph

from reconciler.media.files import HashingReader
from reconciler.meta.client import Connection, Writer
from reconciler.meta.upload import upload_video

CHUNK = 20_000
BLOCKED = {"code": 17, "subcode": 2446079, "http": 400}


@pytest.fixture(autouse=True)
def small_chunks(sandbox: LocalGraph) -> None:
    sandbox.settings(video_chunk_bytes=CHUNK, video_next_chunk_bytes=CHUNK)


def films(repository: Repository, number: int) -> None:
    """So many campaigns, each with a film of its own."""
    hero = (CREATIVES / "spring" / "hero.mp4").read_bytes()
    for at in range(number):
        repository.creative(f"spring/v{at}.mp4", hero + b"\0\0\0\x09free" + bytes([at]))
        text = STILL.replace("image: outlet/banner.jpg", f"video: spring/v{at}.mp4").replace("Outlet", f"H{at}")
        repository.campaign(f"film{at}", text)


def phases(sandbox: LocalGraph) -> list[str]:
    return [w["params"]["upload_phase"] for w in sandbox.creates("video")]


def parts(sandbox: LocalGraph) -> Counter[tuple[str, str]]:
    """How often each part of each upload has arrived, by session and offset."""
    sent = [w["params"] for w in sandbox.creates("video") if w["params"]["upload_phase"] == "transfer"]
    return Counter((str(one["upload_session_id"]), str(one["start_offset"])) for one in sent)


def arrived(sandbox: LocalGraph) -> list[str]:
    """The digests of the films that are whole at Meta."""
    nodes = sandbox.nodes("video")
    return sorted(n["hidden"]["sha256"] for n in nodes if n["hidden"].get("received") == n["hidden"].get("size"))


def declared(repository: Repository, number: int) -> list[str]:
    names = [repository.root / "creatives" / "spring" / f"v{at}.mp4" for at in range(number)]
    return sorted(hashlib.sha256(name.read_bytes()).hexdigest() for name in names)


def test_four_films_of_an_account_go_up_side_by_side_and_a_fifth_waits(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    films(repository, 5)
    real, all_four, met = Writer.post, threading.Barrier(4), set[str]()

    def together(self: Writer, path: str, params: Any, *given: Any, **named: Any) -> Any:
        session = str(params.get("upload_session_id", ""))
        if params.get("upload_phase") == "transfer" and session not in met and len(met) < 4:
            met.add(session)
            # Nobody comes past this alone.
            all_four.wait(PATIENCE)
        return real(self, path, params, *given, **named)

    monkeypatch.setattr(Writer, "post", together)
    reconciler.apply().ended(0)
    told = phases(sandbox)
    assert told[: told.index("finish")].count("start") == 4
    assert told.count("start") == told.count("finish") == 5
    assert arrived(sandbox) == declared(repository, 5)
    assert set(parts(sandbox).values()) == {1}


def test_one_at_a_time_means_one_film_at_a_time(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    films(repository, 3)
    reconciler.apply("--parallelism", "1").ended(0)
    told = [phase for phase in phases(sandbox) if phase != "transfer"]
    assert told == ["start", "finish"] * 3


def test_a_film_that_meta_refuses_keeps_no_other(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    films(repository, 3)
    sandbox.fault("error", "/advideos$", method="POST", params={"upload_phase": "^start$"}, code=100, nth=2)
    reconciler.apply().ended(6)
    assert len(arrived(sandbox)) == 2
    assert len(sandbox.objects("ad")) == 2
    reconciler.apply().ended(0)
    assert arrived(sandbox) == declared(repository, 3)


@pytest.mark.parametrize("number", [1, 3])
def test_a_limit_that_one_upload_meets_loses_nothing_of_any(
    number: int, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    films(repository, number)
    sandbox.fault("error", "/advideos$", method="POST", params={"upload_phase": "^transfer$"}, nth=3, **BLOCKED)
    reconciler.apply().ended(7)
    begun = phases(sandbox).count("start")
    assert begun >= 1 and "finish" not in phases(sandbox)
    sandbox.pass_time(301)
    reconciler.apply().ended(0)
    assert arrived(sandbox) == declared(repository, number)
    assert phases(sandbox).count("start") == number
    assert set(parts(sandbox).values()) == {1}


def killed_in_the_middle(reconciler: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    films(repository, 1)
    sandbox.fault("slow", "/advideos$", method="POST", when="after", seconds=0.2, times=0)
    process = reconciler.start("apply", "--auto-approve")
    while process.poll() is None and phases(sandbox).count("transfer") < 2:
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=PATIENCE)
    sandbox.no_faults()
    assert "finish" not in phases(sandbox)


def test_an_upload_whose_run_is_killed_goes_on_where_it_was(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    killed_in_the_middle(reconciler, repository, sandbox)
    reconciler.apply().ended(0)
    assert phases(sandbox).count("start") == 1
    # What was sent and not answered is refused with the right offset, and that counts as no arrival.
    assert set(parts(sandbox).values()) == {1}
    assert arrived(sandbox) == declared(repository, 1)


def test_an_upload_that_meta_knows_no_more_is_begun_anew(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    killed_in_the_middle(reconciler, repository, sandbox)
    kept = repository.root / "state" / ".acme-sg.uploads.json"
    known = json.loads(kept.read_text())
    (upload,) = known["begun"].values()
    upload["session"] = "984800000000099"
    kept.write_text(json.dumps(known))
    reconciler.apply().ended(0)
    assert phases(sandbox).count("start") == 2
    assert arrived(sandbox) == declared(repository, 1)


def test_an_upload_of_a_file_that_was_written_since_is_begun_anew(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """Its first part may have been sent of other bytes."""
    killed_in_the_middle(reconciler, repository, sandbox)
    os.utime(repository.root / "creatives" / "spring" / "v0.mp4", (1, 1))
    reconciler.apply().ended(0)
    assert phases(sandbox).count("start") == 2
    assert arrived(sandbox) == declared(repository, 1)


def test_what_is_ready_is_neither_looked_at_nor_sent_again_by_the_next_run(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    films(repository, 1)
    sandbox.fault("error", "/adcreatives$", method="POST", code=100, times=1)
    reconciler.apply().ended(6)
    repository.campaign("second", (repository.root / "desired/campaigns/acme-sg/film0.yaml").read_text())
    reconciler.apply().ended(0)
    assert phases(sandbox).count("start") == 1


# ---- memory

GIGABYTE = 2**30
MOST_HELD = 4 * 2**20


class Swallowing(BaseHTTPRequestHandler):
    """Takes a video of any size, a window at a time, and keeps nothing of it but its length."""

    protocol_version = "HTTP/1.1"
    window, size, arrived = 256 * 2**20, GIGABYTE, 0

    def do_POST(self) -> None:
        length, head = int(self.headers["Content-Length"]), b""
        left = length
        while left:
            piece = self.rfile.read(min(left, 2**16))
            head, left = head or piece[:1024], left - len(piece)
        if b"upload_phase=start" in head:
            self._say({"upload_session_id": "984800000000001", "video_id": "984700000000001", **self._window()})
        elif b"upload_phase=finish" in head:
            self._say({"success": True})
        else:
            type(self).arrived += min(self.window, self.size - self.arrived)
            self._say(self._window())

    def do_GET(self) -> None:
        self._say({"id": "984700000000001", "status": {"video_status": "ready"}})

    def _window(self) -> dict[str, str]:
        end = min(self.arrived + self.window, self.size)
        return {"start_offset": str(self.arrived), "end_offset": str(end)}

    def _say(self, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def swallowing() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Swallowing)
    Swallowing.arrived = 0
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Unread:
    """Stands for a digest of what nobody has read before: the file is looked at once, while it is sent."""

    def __init__(self, reader: HashingReader) -> None:
        self._reader = reader
        self.read_range = reader.read_range

    def verify(self, sha256: str) -> None:
        self._reader.hexdigest()


def test_a_film_of_a_gigabyte_is_sent_with_four_megabytes_in_memory(tmp_path: Path, swallowing: str) -> None:
    path = tmp_path / "film.mp4"
    with path.open("wb") as file:
        file.truncate(GIGABYTE)
    writer = Writer(Connection("a token", swallowing))
    with path.open("rb") as stream:
        tracemalloc.start()
        try:
            source = Unread(HashingReader(stream))
            assert upload_video(writer, "act_1", source, GIGABYTE, "", "film") == "984700000000001"
            held = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    writer.close()
    assert Swallowing.arrived == GIGABYTE
    assert held < MOST_HELD
