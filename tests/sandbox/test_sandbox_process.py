import json
import os
import signal
import subprocess
import sys

import pytest
import requests

ACCOUNT = """
account: act_42
name: Acme
currency: SGD
page: "11"
pixel: "22"
instagram_user: "33"
catalog: "44"
regulated:
  singapore: {beneficiary: "55", payer: "66"}
  eu: {beneficiary: Acme, payer: Acme}
"""


@pytest.fixture
def start(tmp_path):
    running = []

    def begin(*options):
        command = [sys.executable, "-m", "reconciler.sandbox", "--port", "0", "--chdir", str(tmp_path), *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        line = process.stdout.readline()
        assert line.startswith("Graph sandbox on http://127.0.0.1:"), process.stderr.read()
        return process, line.split()[-1]

    yield begin
    for process in running:
        process.kill()
        process.wait()


def get(url, path, **params):
    return requests.get(f"{url}/v26.0/{path}", params={"access_token": "t", **params}, timeout=300).json()


def test_it_seeds_the_accounts_of_a_repository(start, tmp_path):
    folder = tmp_path / "desired" / "accounts"
    folder.mkdir(parents=True)
    (folder / "acme.yaml").write_text(ACCOUNT)
    (folder / "broken.yaml").write_text("account: [")
    (folder / "odd.yaml").write_text("account: act_43\nregulated: [1]\n")
    (tmp_path / "desired" / "project.yaml").write_text("project: acme\ntimezone: Asia/Tokyo\n")
    _, url = start()
    seen = get(url, "act_42", fields="name,currency,timezone_name,funding_source,default_dsa_payor,adspixels")
    assert (seen["name"], seen["timezone_name"], seen["default_dsa_payor"]) == ("Acme", "Asia/Tokyo", "Acme")
    assert seen["funding_source"] and seen["adspixels"]["data"] == [{"id": "22"}]
    world = requests.get(f"{url}/_sandbox/world", timeout=300).json()
    account = next(node for node in world["nodes"] if node["id"] == "act_42")
    assert account["hidden"]["identities"] == ["55", "66"]


def test_it_starts_without_any_account(start):
    _, url = start()
    assert get(url, "me/adaccounts") == {"data": []}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_world_outlives_the_process(start, tmp_path, number):
    data = tmp_path / "world.json"
    process, url = start("--data", str(data), "--clock", "2026-12-01T09:00:00+08:00")
    requests.post(f"{url}/_sandbox/accounts", json={"account": "act_7"}, timeout=300)
    made = requests.post(f"{url}/v26.0/act_7/adlabels", data={"access_token": "t", "name": "a"}, timeout=300).json()
    os.kill(process.pid, number)
    assert process.wait(timeout=300) == 0
    assert json.loads(data.read_text())["format"] == 1
    _, url = start("--data", str(data))
    assert get(url, made["id"], fields="name")["name"] == "a"
    assert requests.get(f"{url}/_sandbox/clock", timeout=300).json()["now"].startswith("2026-12-01T01:")


def test_a_broken_world_is_told_in_one_line_and_left_alone(tmp_path):
    data = tmp_path / "world.json"
    data.write_text('{"nodes": [{')
    command = [sys.executable, "-m", "reconciler.sandbox", "--port", "0", "--data", str(data)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 1 and "move it away" in run.stderr and "Traceback" not in run.stderr
    assert data.read_text() == '{"nodes": [{'


def test_a_taken_port_is_told_in_one_line(start):
    _, url = start()
    port = url.rpartition(":")[2]
    command = [sys.executable, "-m", "reconciler.sandbox", "--port", port]
    second = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert second.returncode == 1 and "cannot listen" in second.stderr and "Traceback" not in second.stderr
