"""A create whose outcome is unknown is never sent again without a look: in the end there is one object, whatever went
wrong."""

from __future__ import annotations

import time
from typing import Any

import pytest
from support.command import PATIENCE, Reconciler
from support.repository import STILL, Repository
from support.sandbox import EDGES, LocalGraph

HELD = 5
"""Seconds by which an answer is delayed, in which a file is replaced by another."""

ADDRESSES = {"campaign": "acme-sg/still", "ad_set": "acme-sg/still/main", "ad": "acme-sg/still/main/main"}

FAULTS: dict[str, dict[str, Any]] = {
    "dropped before": {"effect": "drop", "when": "before"},
    "dropped after": {"effect": "drop", "when": "after"},
    "reset after": {"effect": "reset", "when": "after"},
    "500 before": {"effect": "status", "status": 500, "when": "before"},
    "500 after": {"effect": "status", "status": 500, "when": "after"},
    "502 page after": {"effect": "status", "status": 502, "when": "after"},
    "code 1 before": {"effect": "error", "code": 1, "when": "before"},
    "code 1 after": {"effect": "error", "code": 1, "when": "after"},
    "code 2 after": {"effect": "error", "code": 2, "when": "after"},
    "code 960 after": {"effect": "error", "code": 960, "when": "after"},
    "try later after": {"effect": "error", "code": 100, "subcode": 1487390, "when": "after"},
    "unreadable after": {"effect": "garbage", "when": "after"},
    "unreadable before": {"effect": "garbage", "when": "before"},
    "200 with error after": {"effect": "error_200", "code": 2, "when": "after"},
    "200 without id": {"effect": "lie", "when": "before"},
    "empty 200 after": {"effect": "status", "status": 200, "body": "", "when": "after"},
    "a list after": {"effect": "status", "status": 200, "body": "[]", "when": "after"},
    "redirect before": {"effect": "redirect", "location": "/v26.0/me", "when": "before"},
    "redirect after": {"effect": "redirect", "location": "/v26.0/me", "when": "after"},
    "redirect with an id after": {"effect": "redirect", "status": 307, "body": '{"id": "1202555"}', "when": "after"},
    "page with 200 before": {"effect": "status", "status": 200, "when": "before"},
    "page with 403 after": {"effect": "status", "status": 403, "when": "after"},
    "204 after": {"effect": "status", "status": 204, "body": "", "when": "after"},
    "201 with an id before": {"effect": "status", "status": 201, "body": '{"id": "1202555"}', "when": "before"},
    "portal before": {"effect": "status", "status": 200, "body": '{"login": "https://portal"}', "when": "before"},
    "a number after": {"effect": "status", "status": 200, "body": "5", "when": "after"},
    "an error in words after": {"effect": "status", "status": 200, "body": '{"error": "denied"}', "when": "after"},
    "an error without data after": {"effect": "status", "status": 400, "body": '{"error": []}', "when": "after"},
}

NO_IDS = [
    '"login"',
    "1",
    "true",
    '["120210000000000001"]',
    '""',
    "null",
    "-5",
    '"act_1234567890"',
    '"1234567890"',
    "1e30",
]
"""Ids that an answer to a create may name although no new object has them."""


def inject_fault(sandbox: LocalGraph, kind: str, fault_args: dict[str, Any], **more: Any) -> None:
    sandbox.fault(path=f"/{EDGES[kind]}$", method="POST", **{**fault_args, **more})


@pytest.mark.share(5)
@pytest.mark.parametrize("kind", ["campaign", "ad_set", "creative", "ad"])
@pytest.mark.parametrize("name", FAULTS)
def test_an_unknown_outcome_never_makes_two(
    kind: str, name: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    inject_fault(sandbox, kind, FAULTS[name])
    reconciler.apply().ended(0)
    assert [len(sandbox.objects(k)) for k in ("campaign", "ad_set", "creative", "ad")] == [1, 1, 1, 1]
    reconciler.converged()


@pytest.mark.parametrize("kind", ["campaign", "ad_set", "creative", "ad"])
def test_an_id_that_no_new_object_has_is_an_unknown_outcome(
    kind: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    for number, value in enumerate(NO_IDS):
        repository.campaign(f"c{number}", STILL.replace("Outlet", f"Outlet {number}"))
        body = f'{{"id": {value}}}'
        inject_fault(sandbox, kind, {"effect": "status", "status": 200, "body": body, "when": "after"})
        reconciler.apply().ended(0)
        sandbox.no_faults()
    made = len(NO_IDS)
    assert [len(sandbox.objects(k)) for k in ("campaign", "ad_set", "creative", "ad")] == [made] * 4
    reconciler.converged()


STRAYED = {"nobody's": "120299999999999999", "another type's": "100000000000001", "another object's": "of the campaign"}


@pytest.mark.share(5)
@pytest.mark.parametrize("kind", ["campaign", "ad_set", "creative", "ad"])
@pytest.mark.parametrize("whose", STRAYED)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_wrong_id_that_looks_right_is_put_right_by_a_later_run(
    kind: str, whose: str, when: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("other", STILL.replace("Outlet", "Other"))
    reconciler.apply().ended(0)
    wrong = sandbox.id("acme-sg/other") if whose == "another object's" else STRAYED[whose]
    if whose == "another type's":
        wrong = next(n["id"] for n in sandbox.nodes("label"))
    repository.campaign("still", STILL)
    inject_fault(sandbox, kind, {"effect": "status", "status": 200, "body": f'{{"id": "{wrong}"}}', "when": when})
    for _ in range(5):
        reconciler.apply()
        sandbox.no_faults()
        sandbox.pass_time(240)
    assert [len(sandbox.objects(k)) for k in ("campaign", "ad_set", "creative", "ad")] == [2, 2, 2, 2]
    reconciler.converged()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_the_mend_is_told(
    status: int, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.fault("redirect", "/act_1234567890$", times=0, status=status, location=f"{sandbox.url}/v26.0/me")
    told = reconciler("plan").ended(1).said
    assert "a redirect to 127.0.0.1 instead of an answer from Meta" in told
    assert "mend: check META_GRAPH_URL, the proxy" in told
    assert not [c for c in sandbox.calls() if c["path"] == "/me"]


@pytest.mark.share(3)
@pytest.mark.parametrize("edge", ["campaigns", "adsets", "ads", "activities"])
@pytest.mark.parametrize(
    "body", ['{"data": {}}', '{"data": [5]}', '{"data": [], "paging": 5}', '{"success": true}', "[]", "5", ""]
)
def test_a_listing_that_is_none_changes_nothing(
    edge: str, body: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-11-21 12:00\n")
    reconciler.apply().ended(0)
    repository.forget_state()
    sandbox.at("2026-11-21T12:00:00+08:00")
    sandbox.fault("status", f"/{edge}$", method="GET", status=200, body=body, times=0)
    reconciler("activate")
    assert sandbox.activations() == []
    assert len(sandbox.objects("campaign")) == 1
    sandbox.no_faults()
    reconciler("activate").ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


@pytest.mark.share(3)
@pytest.mark.parametrize("kind", ["campaign", "ad_set", "creative", "ad"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_trouble_that_lasts_is_told_and_finished_by_the_next_run(
    kind: str, when: str, memory: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    inject_fault(sandbox, kind, {"effect": "error", "code": 2, "when": when}, times=0)
    stopped = reconciler.apply()
    assert stopped.status in ((0, 6) if when == "after" else (6,))
    if stopped.status == 6:
        assert "the outcome is not known" in stopped.err
    sandbox.no_faults()
    if memory == "lost":
        repository.forget_state()
    reconciler.apply().ended(0)
    assert [len(sandbox.objects(k)) for k in ("campaign", "ad_set", "creative", "ad")] == [1, 1, 1, 1]
    reconciler.converged()


@pytest.mark.parametrize("kind", list(ADDRESSES))
def test_a_label_that_shows_late_is_waited_for(
    kind: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.settings(list_lag_seconds=10, label_lag_seconds=10)
    inject_fault(sandbox, kind, {"effect": "drop", "when": "after"})
    reconciler.apply()
    sandbox.pass_time(60)
    reconciler.apply().ended(0)
    assert len(sandbox.objects(kind)) == 1
    reconciler.converged()


@pytest.mark.parametrize("kind", list(ADDRESSES))
@pytest.mark.parametrize("seconds", [3, 600])
def test_a_create_that_arrives_late_never_makes_two_that_deliver(
    kind: str, seconds: int, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """Meta has no idempotency key. After a create is sent again two objects may exist, both PAUSED; one is reported as
    a copy."""
    repository.campaign("still", STILL + "activate_at: 2026-11-21 12:00\n")
    inject_fault(sandbox, kind, {"effect": "late", "seconds": seconds})
    reconciler.apply()
    sandbox.pass_time(1200)
    plan = reconciler.plan().ended(0).json
    found = sandbox.labelled(ADDRESSES[kind])
    assert len(found) == (1 if seconds < 10 else 2)
    assert len(plan["notes"]) == len(found) - 1
    sandbox.at("2026-11-21T12:00:00+08:00")
    reconciler("activate").ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


@pytest.mark.share(3)
@pytest.mark.parametrize("name", [n for n in FAULTS if n != "200 without id"])
def test_an_update_that_got_no_answer_is_repeated(
    name: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    repository.edit_campaign("still", "50.00", "60.00")
    sandbox.fault(path=r"/\d+$", method="POST", **FAULTS[name])
    reconciler.apply().ended(0)
    assert sandbox.value("acme-sg/still", "daily_budget") == "6000"
    reconciler.converged()


def test_a_write_that_meta_says_it_took_but_did_not_is_told(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    repository.edit_campaign("still", "50.00", "60.00")
    sandbox.fault("lie", r"/\d+$", method="POST")
    told = reconciler.apply().ended(1)
    assert "or somebody has changed it since: daily_budget reads 50.00 SGD, not 60.00 SGD" in told.err
    assert [a for a, _ in reconciler.plan().ended(0).actions] == ["update"]
    reconciler.apply().ended(0)
    reconciler.converged()


def test_an_activation_that_meta_says_it_took_but_did_not_is_told_and_tried_again(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "activate_at: 2026-11-21 12:00\n")
    reconciler.apply().ended(0)
    sandbox.at("2026-11-21T12:00:00+08:00")
    campaign = sandbox.id("acme-sg/still")
    sandbox.fault("lie", f"/{campaign}$", method="POST")
    told = reconciler("activate")
    assert told.status != 0
    assert "status reads PAUSED, not ACTIVE" in told.err
    reconciler("activate").ended(0)
    assert sandbox.status("acme-sg/still") == "ACTIVE"


UPLOADS = ("start", "transfer", "finish")


@pytest.mark.share(2)
@pytest.mark.parametrize("phase", UPLOADS)
@pytest.mark.parametrize(
    "name",
    [
        "dropped before",
        "dropped after",
        "code 2 after",
        "unreadable after",
        "500 before",
        "redirect after",
        "portal before",
    ],
)
def test_an_upload_survives_a_lost_answer(
    phase: str, name: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    film = STILL.replace("image: outlet/banner.jpg", "video: spring/hero.mp4")
    repository.campaign("film", film)
    repository.campaign("film2", film.replace("Outlet", "Second"))
    sandbox.settings(video_chunk_bytes=20_000)
    sandbox.fault(path="/advideos$", method="POST", params={"upload_phase": f"^{phase}$"}, **FAULTS[name])
    reconciler.apply().ended(0)
    whole = [n for n in sandbox.nodes("video") if n["hidden"].get("received") == n["hidden"].get("size")]
    assert len(whole) == 1
    assert {n["data"]["object_story_spec"]["video_data"]["video_id"] for n in sandbox.nodes("creative")} == {
        whole[0]["id"]
    }
    reconciler.converged()


@pytest.mark.parametrize("edge", ["campaigns", "adsets", "ads"])
@pytest.mark.parametrize("effect", ["garbage", "error_200", "drop", "status"])
def test_a_listing_that_cannot_be_read_is_never_taken_for_an_empty_one(
    edge: str, effect: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    repository.forget_state()
    sandbox.fault(effect, f"/{edge}$", method="GET", times=0)
    writes = len(sandbox.writes())
    reconciler.apply().ended(1)
    assert len(sandbox.writes()) == writes


def test_a_read_that_fails_once_is_repeated(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    for number in range(1, 8):
        sandbox.no_faults()
        sandbox.fault("error", ".", method="GET", nth=number, code=2)
        reconciler.converged()


def test_a_film_that_changes_while_it_is_uploaded_is_not_finished(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """The uploaded bytes are those that were hashed."""
    repository.campaign("film", STILL.replace("image: outlet/banner.jpg", "video: spring/hero.mp4"))
    sandbox.fault("slow", "/advideos$", method="POST", when="after", seconds=HELD)
    process = reconciler.start("apply", "--auto-approve")
    while process.poll() is None and not sandbox.creates("video"):
        time.sleep(0.01)
    film = repository.root / "creatives" / "spring" / "hero.mp4"
    film.write_bytes(film.read_bytes()[::-1])
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 6, err
    assert "spring/hero.mp4" in err
    assert "finish" not in {w["params"].get("upload_phase") for w in sandbox.creates("video")}
    assert sandbox.nodes("ad") == []


@pytest.mark.parametrize("trouble", [{"code": 2}, {"code": 17, "subcode": 2446079, "http": 400}])
def test_what_nobody_could_look_for_is_not_sent_again(
    trouble: dict[str, Any], repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    inject_fault(sandbox, "campaign", {"effect": "drop", "when": "after"})
    # The plan reads the live and the archived campaigns. The third read looks for the label.
    sandbox.fault("error", "/campaigns$", method="GET", nth=3, times=0, **trouble)
    stopped = reconciler.apply()
    assert stopped.status == (7 if trouble["code"] == 17 else 6)
    assert len([c for c in sandbox.calls("POST") if c["path"].endswith("/campaigns")]) == 1
    sandbox.no_faults()
    sandbox.pass_time(301)
    reconciler.apply().ended(0)
    assert len(sandbox.objects("campaign")) == 1
    reconciler.converged()


@pytest.mark.parametrize("body", ["{}", '{"upload_session_id": "1"}', '{"start_offset": "x", "end_offset": "1"}', "[]"])
def test_an_upload_that_is_begun_with_nonsense_is_an_error_and_nothing_is_made(
    body: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("film", STILL.replace("image: outlet/banner.jpg", "video: spring/hero.mp4"))
    sandbox.fault("status", "/advideos$", method="POST", status=200, body=body, times=0)
    reconciler.apply().ended(6)
    assert sandbox.objects("ad") == []
    sandbox.no_faults()
    reconciler.apply().ended(0)
    reconciler.converged()


NO_HASHES = [
    '{"success": true}',
    '{"images": []}',
    '{"images": {"a": {"hash": "<html>"}}}',
    '{"images": {"a": 5}}',
    "[]",
]


@pytest.mark.share(3)
@pytest.mark.parametrize("body", NO_HASHES)
@pytest.mark.parametrize("times", [1, 0])
def test_an_image_without_a_plausible_hash_is_not_taken_for_uploaded(
    times: int, body: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.fault("status", "/adimages$", method="POST", status=200, body=body, times=times)
    reconciler.apply().ended(0 if times else 6)
    assert len(sandbox.objects("ad")) == times
    sandbox.no_faults()
    reconciler.apply().ended(0)
    assert len(sandbox.nodes("image")) == 1
    reconciler.converged()


@pytest.mark.share(3)
@pytest.mark.parametrize("name", ["video_id", "upload_session_id"])
@pytest.mark.parametrize("value", NO_IDS[:7])
def test_a_film_without_a_plausible_id_is_not_taken_for_begun(
    value: str, name: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("film", STILL.replace("image: outlet/banner.jpg", "video: spring/hero.mp4"))
    begun = {"video_id": '"984700000000001"', "upload_session_id": '"984800000000001"', name: value}
    offsets = '"start_offset": "0", "end_offset": "1048576"'
    body = "{" + ", ".join(f'"{key}": {said}' for key, said in begun.items()) + f", {offsets}}}"
    phase = {"upload_phase": "^start$"}
    sandbox.fault("status", "/advideos$", method="POST", params=phase, status=200, body=body)
    reconciler.apply().ended(0)
    reconciler.converged()


def test_an_upload_that_never_gets_further_ends(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("film", STILL.replace("image: outlet/banner.jpg", "video: spring/hero.mp4"))
    body = '{"start_offset": "0", "end_offset": "1000"}'
    phase = {"upload_phase": "^transfer$"}
    sandbox.fault("status", "/advideos$", method="POST", params=phase, status=200, body=body, times=0)
    assert "Meta acknowledged 0 of" in reconciler.apply().ended(6).err


@pytest.mark.parametrize("row", ['{"id": "act_1234567890", "currency": "SGD", "account_status": "open"}', '{"id": 1}'])
def test_an_account_that_reads_as_nonsense_stops_with_an_error(
    row: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.fault("status", "/act_1234567890$", method="GET", status=200, body=row, times=0)
    reconciler.apply().ended(1)
    assert sandbox.writes() == []


@pytest.mark.parametrize(("times", "made"), [(1, 1), (3, 1), (0, 0)])
def test_a_parent_that_meta_denies_for_a_moment_is_waited_for(
    times: int, made: int, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.fault("error", "/adsets$", method="POST", times=times, code=100, subcode=33)
    reconciler.apply().ended(0 if made else 6)
    assert len(sandbox.objects("ad_set")) == made
    sandbox.no_faults()
    reconciler.apply().ended(0)
    reconciler.converged()
