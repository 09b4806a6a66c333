"""Meta's Python SDK, the newest on PyPI."""

import shutil

import pytest
from support.repository import CREATIVES


@pytest.fixture
def sdk(venv, server, program):
    python = venv("facebook-business")
    server.control("settings", {"require_appsecret_proof": True})
    return lambda step: program(python, "python_sdk.py", step)


def test_the_first_programme_of_the_readme(sdk, server):
    reply = sdk("bootstrap")
    assert reply["accounts"] == [server.account] and reply["type"] == "AdAccount" and reply["campaigns"] == 0
    assert reply["account"]["name"] == "Acme" and reply["account"]["amount_spent"] == "0"


def test_create_read_update_delete(sdk):
    reply = sdk("crud")
    assert (reply["read"]["name"], reply["read"]["effective_status"]) == ("Potato Campaign", "PAUSED")
    assert reply["after"] == "DELETED"


def test_refusals_are_its_own_exceptions(sdk):
    missing, legacy = sdk("error")
    assert missing[:2] == [400, 100] and legacy[:2] == [400, 100]


def test_cursors(sdk):
    reply = sdk("cursor")
    assert reply["total"] == 7 and reply["names"] == [f"Campaign {number}" for number in range(7)]


def test_batches(sdk):
    assert sdk("batch") == {"retry": False, "good": 2, "bad": [100], "listed": 1}


def test_a_whole_tree_with_a_picture(sdk):
    reply = sdk("tree")
    assert reply["adset"]["campaign"]["name"] == "Conversions Campaign"
    assert reply["creative"]["body"] == "try it out" and reply["effective_status"] in ("PAUSED", "CAMPAIGN_PAUSED")


def test_a_world_that_goes_into_a_repository_and_out_again(sdk, folder, goes_through):
    shutil.copy(CREATIVES / "always-on/still.png", folder / "picture.png")
    shutil.copy(CREATIVES / "spring/hero.mp4", folder / "film.mp4")
    assert sdk("world") == {"campaigns": 4, "copied": True}
    found = goes_through()
    assert (found["objects"], found["labelled"], found["left_out"]) == (18, 18, [])


def test_the_video_uploader(sdk, server):
    assert sdk("video") == {"title": "film.mp4", "status": "ready"}
    posts = [c for c in server.control("calls", method="GET")["calls"] if c["path"].endswith("/advideos")]
    assert len(posts) > 3


def test_insights_at_once_and_as_a_report_run(sdk):
    reply = sdk("insights")
    assert reply["status"] == "Job Completed"
    assert isinstance(reply["rows"], list)
