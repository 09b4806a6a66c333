"""The examples in the documentation are run exactly as they are printed there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.sandbox import Sandbox, running

DOCS = Path(__file__).parents[2] / "docs"
NOBODY = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()} | {"NO_PROXY": "*"}


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", (DOCS / page).read_text(), re.DOTALL | re.MULTILINE)


def programmes():
    """Blocks that begin with their own file name."""
    found = [b for page in ("sandbox.md", "testing-your-own-code.md") for b in blocks(page, "python")]
    return {re.match(r"# (\S+\.py)\n", one).group(1): one for one in found}


@pytest.fixture
def run(tmp_path):
    def start(*command, **environment):
        done = subprocess.run(
            command, cwd=tmp_path, env=NOBODY | environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return start


@pytest.mark.share(3)
@pytest.mark.parametrize("name", ["test_plain.py", "test_sdk.py", "test_video.py"])
def test_the_tests_that_the_page_shows_pass(run, tmp_path, name):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / name).write_text(programmes()[name])
    plugin = ("-p", "reconciler.sandbox.pytest_plugin", "-p", "no:cacheprovider")
    told = run(sys.executable, "-m", "pytest", *plugin, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_ADDOPTS="")
    assert " passed" in told


def test_the_sandbox_without_a_socket(run, tmp_path):
    (tmp_path / "in_process.py").write_text(programmes()["in_process.py"])
    assert "'currency': 'SGD'" in run(sys.executable, "in_process.py")


def test_every_python_example_is_run_here():
    ours = {"test_plain.py", "test_sdk.py", "test_video.py", "in_process.py", "sitecustomize.py"}
    assert set(programmes()) == ours


@pytest.fixture
def seeded():
    with running(Sandbox()) as server:
        account = b'{"account": "act_1234567890", "pages": ["1029384756"]}'
        server.sandbox.handle("POST", "/_sandbox/accounts", {}, account)
        yield server.url


def test_a_client_that_knows_only_metas_host_is_sent_to_the_sandbox(run, seeded, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(programmes()["sitecustomize.py"])
    ask = "import requests; print(requests.get('https://graph.facebook.com/v26.0/me?access_token=any').json()['name'])"
    told = run(sys.executable, "-c", ask, PYTHONPATH=str(tmp_path), GRAPH_URL=seeded, NO_PROXY="127.0.0.1")
    assert told == "Sandbox System User\n"


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_control_examples_are_accepted(run, seeded):
    script = "\n".join(blocks("sandbox.md", "sh")).replace("localhost:8765", seeded.removeprefix("http://"))
    assert script.count("curl") > 15
    told = run("bash", "-ec", script.replace("curl -s", "curl -sS --fail-with-body"))
    assert '"error":' not in told


@pytest.mark.parametrize("page", ["sandbox.md", "testing-your-own-code.md"])
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", (DOCS / page).read_text()):
        file, _, part = target.partition("#")
        text = (DOCS / (file or page)).read_text()
        headings = [re.sub(r"[^\w -]", "", line).strip().lower() for line in re.findall(r"^#+ (.+)$", text, re.M)]
        assert not part or part in [one.replace(" ", "-") for one in headings], target
