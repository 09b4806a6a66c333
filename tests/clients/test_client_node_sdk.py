"""Meta's Node SDK, the newest on npm."""

import shutil
import subprocess

import pytest

pytestmark = pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed")


@pytest.fixture
def sdk(node_modules, program):
    modules = node_modules("facebook-nodejs-business-sdk")
    return lambda step: program("node", "node_sdk.js", step, NODE_PATH=str(modules))


def test_reading_an_account(sdk):
    reply = sdk("read")
    assert reply["name"] == "Acme" and reply["currency"] == "SGD" and reply["age"] >= 0


def test_create_read_update_delete(sdk):
    assert sdk("crud") == {"name": "Campaign - Updated", "before": "PAUSED", "after": "DELETED"}


def test_the_readmes_old_objective_is_refused_as_meta_does(sdk):
    reply = sdk("error")
    assert reply["name"] == "FacebookRequestError" and reply["status"] == 400 and reply["code"] == 100


def test_cursors_both_ways(sdk):
    reply = sdk("cursor")
    assert sorted(reply["names"]) == [f"Campaign {number}" for number in range(5)]
    assert reply["back"] == reply["names"][2:4]


def test_batches(sdk):
    assert sdk("batch") == [["ok", "Acme"], ["ok", "Acme"], ["no", 100]]


def test_a_whole_tree_with_a_picture(sdk):
    reply = sdk("tree")
    assert reply["adset"]["name"] == "My Ad Set" and reply["creative"]["body"] == "try it out" and reply["active"] == 0


def test_a_video(sdk):
    assert sdk("video")["title"] == "Film"


def test_insights(sdk):
    reply = sdk("insights")
    assert reply["one"] in (0, 1) and reply["all"] in (0, 1)


def test_the_example_in_the_documentation(node_modules, server, folder):
    docs = server.programs.parents[2] / "docs" / "testing-your-own-code.md"
    (folder / "campaign.js").write_text(docs.read_text().partition("```js\n")[2].partition("```")[0])
    environment = server.environment(folder) | {"NODE_PATH": str(node_modules("facebook-nodejs-business-sdk"))}
    done = subprocess.run(
        ["node", str(folder / "campaign.js")], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout == "Spring PAUSED\n", done.stderr
