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
from support.sandbox import ACCOUNT, LocalGraph

from reconciler.media.files import HashingReader
from reconciler.meta.client import Writer
from reconciler.meta.connection import Connection
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


def test_what_needs_no_new_film_is_done_before_one_is_sent(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("changed", STILL)
    reconciler.apply().ended(0)
    before = len(sandbox.writes())
    films(repository, 1)
    repository.campaign("still", STILL.replace("name: Still", "name: Other").replace("Outlet", "New"))
    repository.edit_campaign("changed", "Outlet", "Corrected")
    reconciler.apply().ended(0)
    edges = [w["path"].rsplit("/")[-1] for w in sandbox.writes()][before:]
    film = edges.index("advideos")
    assert edges[:film].count("ads") == edges[film:].count("ads") == 1
    assert any(edge.isdigit() for edge in edges[:film])


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
    # What the killed run has sent may still be on its way into the ledger, beside the next run's.
    known = -1
    while known != len(phases(sandbox)):
        known = len(phases(sandbox))
        time.sleep(0.5)
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


OF_A_BROKEN_UPLOAD = {
    "try again": {"code": 6000, "subcode": 1363019, "http": 500},
    "another code": {"code": 6001, "subcode": 1363019, "http": 400},
    "a part of the file": {"code": 6000, "subcode": 1363033, "http": 400},
    "without a subcode": {"code": 6001, "http": 400},
    "the service": {"code": 2, "http": 500},
    "too late, as the service": {"code": 2, "subcode": 1363030, "http": 400},
    "an offset that is never right": {
        "code": 6001, "subcode": 1363037, "http": 400, "error_data": {"start_offset": 40_000, "end_offset": 60_000}
    },
    "an offset that is not told": {"code": 6001, "subcode": 1363037, "http": 400},
}  # fmt: skip


def begun(repository: Repository) -> dict[str, Any]:
    """The one upload that is remembered."""
    kept = json.loads((repository.root / "state" / ".acme-sg.uploads.json").read_text())
    (one,) = kept["begun"].values()
    return dict(one)


def break_the_upload(repository: Repository, sandbox: LocalGraph, phases: str, **how: Any) -> None:
    """For ever, and no other one."""
    about = {"upload_phase": phases, "upload_session_id": begun(repository)["session"]}
    sandbox.fault("error", "/advideos$", method="POST", params=about, times=0, **how)


@pytest.mark.parametrize("how", OF_A_BROKEN_UPLOAD.values(), ids=OF_A_BROKEN_UPLOAD)
def test_an_upload_that_meta_breaks_is_begun_anew_in_the_same_run_whatever_meta_says(
    how: dict[str, Any], repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    killed_in_the_middle(reconciler, repository, sandbox)
    break_the_upload(repository, sandbox, "transfer", **how)
    reconciler.apply().ended(0)
    assert phases(sandbox).count("start") == 2
    assert arrived(sandbox) == declared(repository, 1)
    assert shown(sandbox) == {whole(sandbox)}
    reconciler.converged()


def whole(sandbox: LocalGraph) -> str:
    """The id of the one film that is whole."""
    (one,) = [n for n in sandbox.nodes("video") if n["hidden"].get("received") == n["hidden"].get("size")]
    return str(one["id"])


def shown(sandbox: LocalGraph) -> set[str]:
    """The ids of the films in creatives."""
    return {n["data"]["object_story_spec"]["video_data"]["video_id"] for n in sandbox.nodes("creative")}


def test_an_upload_that_meta_does_not_let_come_to_its_end_is_begun_anew(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    killed_in_the_middle(reconciler, repository, sandbox)
    break_the_upload(repository, sandbox, "finish", code=6000, subcode=1363019, http=500)
    reconciler.apply().ended(0)
    assert phases(sandbox).count("start") == 2
    usable = [n for n in sandbox.nodes("video") if n["hidden"]["state"] != "uploading"]
    assert shown(sandbox) == {n["id"] for n in usable} and len(usable) == 1


def test_a_film_of_which_meta_can_make_nothing_after_several_runs_is_sent_once_more_as_a_whole(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    killed_in_the_middle(reconciler, repository, sandbox)
    first = begun(repository)["video_id"]
    failed = json.dumps({"id": first, "status": {"video_status": "error"}})
    sandbox.fault("status", f"/{first}$", method="GET", status=200, body=failed, times=0)
    reconciler.apply().ended(0)
    assert phases(sandbox).count("start") == 2
    assert shown(sandbox) != {first} and len(shown(sandbox)) == 1


def test_an_upload_that_fails_again_when_begun_anew_is_the_ad_s_error_and_the_next_run_sends_it(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    killed_in_the_middle(reconciler, repository, sandbox)
    sandbox.fault(
        "error", "/advideos$", method="POST", params={"upload_phase": "transfer"}, code=6000, subcode=1363019, times=0
    )
    told = reconciler.apply().ended(6)
    assert "spring/v0.mp4 did not get to Meta: Meta error 6000/1363019" in told.err
    assert "mend: run apply again; where it ends like this each time, export the video again" in told.err
    assert "the outcome is not known" not in told.said
    assert phases(sandbox).count("start") == 2
    sandbox.no_faults()
    reconciler.apply().ended(0)
    assert phases(sandbox).count("start") == 2, "what was begun anew is gone on with"
    assert arrived(sandbox) == declared(repository, 1)
    reconciler.converged()


@pytest.mark.parametrize("code", [2, 6000])
@pytest.mark.parametrize("subcode", [1363019, 1363030, 1363033])
def test_a_part_that_meta_does_not_take_at_once_is_sent_again_in_the_same_run(
    subcode: int, code: int, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    films(repository, 1)
    about = {"upload_phase": "transfer"}
    sandbox.fault("error", "/advideos$", method="POST", params=about, nth=2, code=code, subcode=subcode)
    reconciler.apply().ended(0)
    assert phases(sandbox).count("start") == 1
    assert set(parts(sandbox).values()) == {1}
    assert arrived(sandbox) == declared(repository, 1)
    reconciler.converged()


def test_an_upload_that_is_too_slow_each_time_says_what_makes_it_faster_and_the_next_run_goes_on(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    films(repository, 1)
    about = {"upload_phase": "transfer"}
    sandbox.fault("error", "/advideos$", method="POST", params=about, nth=2, times=0, code=2, subcode=1363030)
    told = reconciler.apply().ended(6)
    assert "mend: run apply again: it goes on with what has arrived" in told.err
    assert "check the network, or export the video again with fewer bits" in told.err
    assert "left for too long" not in told.said
    sandbox.no_faults()
    reconciler.apply().ended(0)
    assert phases(sandbox).count("start") == 1
    assert set(parts(sandbox).values()) == {1}
    assert arrived(sandbox) == declared(repository, 1)


def test_an_upload_that_nobody_answers_is_kept_and_gone_on_with(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """A network that is down says nothing of what has arrived."""
    killed_in_the_middle(reconciler, repository, sandbox)
    kept = begun(repository)
    sandbox.fault("drop", "/advideos$", method="POST", times=0)
    reconciler.apply().ended(6)
    assert begun(repository) == kept
    sandbox.no_faults()
    reconciler.apply().ended(0)
    assert phases(sandbox).count("start") == 1
    assert set(parts(sandbox).values()) == {1}


def test_a_film_whose_end_a_killed_run_did_not_hear_of_is_used_and_not_sent_again(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """The list of videos may not show it yet."""
    films(repository, 1)
    about = {"upload_phase": "finish"}
    sandbox.fault("drop", "/advideos$", method="POST", params=about, when="after", times=1)
    sandbox.fault("drop", r"/\d+$", method="GET", params={"fields": "^status$"}, times=0)
    reconciler.apply().ended(6)
    assert begun(repository)["start"] == begun(repository)["end"]
    sandbox.no_faults()
    sandbox.fault("status", "/advideos$", method="GET", status=200, body='{"data": []}', times=0)
    reconciler.apply().ended(0)
    assert phases(sandbox).count("start") == 1
    assert shown(sandbox) == {whole(sandbox)}


@pytest.mark.parametrize(
    ("code", "subcode", "mend"),
    [
        (382, 1363023, "export the video again with fewer bits"),
        (352, None, "export the video again as H.264 MP4"),
        (6000, 1363042, "give the system user"),
        (6000, 1363045, "see that nothing writes to the file"),
    ],
)
def test_a_film_that_meta_takes_in_no_case_has_a_mend_of_its_own(
    code: int, subcode: int | None, mend: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    films(repository, 1)
    told = {"code": code} | ({"subcode": subcode} if subcode else {})
    sandbox.fault("error", "/advideos$", method="POST", params={"upload_phase": "transfer"}, times=0, **told)
    assert f"mend: {mend}" in reconciler.apply().ended(6).err


# ---- what somebody has deleted at Meta since


def another_ad(repository: Repository, sandbox: LocalGraph, headline: str) -> None:
    """Of the same file, an hour later."""
    sandbox.pass_time(3600)
    text = (repository.root / "desired" / "campaigns" / "acme-sg" / "film0.yaml").read_text()
    repository.campaign("second", text.replace("headline: H0", f"headline: {headline}"))


@pytest.mark.parametrize("still", ["", "\n  thumbnail: outlet/banner.jpg"], ids=["Meta's still", "a still of ours"])
def test_a_film_that_was_deleted_at_meta_within_a_day_is_sent_again_at_once(
    still: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    films(repository, 1)
    repository.edit_campaign("film0", "video: spring/v0.mp4", f"video: spring/v0.mp4{still}")
    reconciler.apply().ended(0)
    gone = whole(sandbox)
    sandbox.person_deletes(f"{ACCOUNT}/advideos", video_id=gone)
    another_ad(repository, sandbox, "Second")
    reconciler.apply().ended(0)
    assert phases(sandbox).count("start") == 2
    assert shown(sandbox) == {gone, whole(sandbox)}
    assert len(sandbox.objects("ad")) == 2


def test_an_image_that_was_deleted_at_meta_within_a_day_is_sent_again_at_once(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("film0", STILL.replace("Outlet", "H0"))
    reconciler.apply().ended(0)
    (image,) = sandbox.nodes("image")
    sandbox.person_deletes(f"{ACCOUNT}/adimages", hash=image["data"]["hash"])
    another_ad(repository, sandbox, "Second")
    reconciler.apply().ended(0)
    assert len([w for w in sandbox.writes() if w["path"].endswith("/adimages")]) == 2
    assert len(sandbox.objects("ad")) == 2


def test_a_creative_that_was_deleted_at_meta_within_a_day_is_made_again_at_once(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """A killed run has made it, and no ad of it."""
    films(repository, 1)
    sandbox.fault("slow", "/campaigns$", method="POST", seconds=PATIENCE, times=0)
    process = reconciler.start("apply", "--auto-approve")
    while process.poll() is None and not sandbox.nodes("creative"):
        time.sleep(0.01)
    time.sleep(0.2)
    process.kill()
    process.communicate(timeout=PATIENCE)
    sandbox.no_faults()
    (creative,) = sandbox.nodes("creative")
    sandbox.person_deletes(creative["id"])
    reconciler.apply().ended(0)
    assert len(sandbox.creates("creative")) == 2
    reconciler.converged()


def test_a_creative_that_is_refused_for_its_texts_sends_no_film_again(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    films(repository, 1)
    reconciler.apply().ended(0)
    another_ad(repository, sandbox, "Second")
    sandbox.fault("error", "/adcreatives$", method="POST", code=100, times=0)
    before = len(sandbox.calls())
    reconciler.apply().ended(6)
    assert phases(sandbox).count("start") == 1
    tried = [call for call in sandbox.calls()[before:] if call["path"].endswith("/adcreatives")]
    assert len([call for call in tried if call["method"] == "POST"]) == 1


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
