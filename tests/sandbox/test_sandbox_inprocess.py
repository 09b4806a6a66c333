"""The same sandbox without sockets."""

import ast
from pathlib import Path

import pytest
import requests
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.api import FacebookAdsApi
from facebook_business.session import FacebookSession

import reconciler.sandbox
from reconciler.sandbox import InProcessAdapter, Sandbox, multipart

PACKAGE = Path(reconciler.sandbox.__file__).parent


@pytest.fixture
def session():
    sandbox = Sandbox()
    http = requests.Session()
    http.mount("https://", InProcessAdapter(sandbox))
    http.post("https://graph.facebook.com/_sandbox/accounts", json={"account": "act_1"})
    return http


def test_metas_sdk_runs_on_it_with_its_own_addresses(session):
    meta = FacebookSession(access_token="t")
    meta.requests.mount("https://", session.get_adapter("https://graph.facebook.com"))
    account = AdAccount("act_1", api=FacebookAdsApi(meta))
    assert account.api_get(fields=["currency"])["currency"] == "SGD"


def test_faults_become_the_errors_that_requests_raises(session):
    control = "https://graph.facebook.com/_sandbox/faults"
    url = "https://graph.facebook.com/v26.0/me?access_token=t"
    for effect, error in (("drop", requests.ConnectionError), ("timeout", requests.ReadTimeout)):
        session.post(control, json={"effect": effect})
        with pytest.raises(error):
            session.get(url)
    session.post(control, json={"effect": "slow", "seconds": 30})
    with pytest.raises(requests.ReadTimeout):
        session.get(url, timeout=10)


@pytest.mark.parametrize("content", [b"", b"\r\n", b"\r\n\r\n--x", b"--xyz", bytes(range(256)), b"\n" * 5])
def test_multipart_keeps_every_byte(content):
    head = b'--xyz1\r\nContent-Disposition: form-data; name="f"; filename="a;b.bin"\r\n'
    head += b"Content-Type: multipart/form-data\r\n\r\n"
    text = b'\r\n--xyz1\r\nContent-Disposition: form-data; name="t"\r\n\r\nvalue\r\n--xyz1--\r\n'
    fields, files = multipart.parse(head + content + text, 'multipart/form-data; boundary="xyz1"')
    assert files["f"].content == content and files["f"].filename == "a;b.bin"
    assert fields == [("t", "value")]


def test_it_shares_no_code_with_the_rest():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            ours = [name for name in names if name.startswith("reconciler")]
            assert all(name.startswith("reconciler.sandbox") for name in ours), (path, ours)


def test_misshapen_specs_get_an_envelope(session):
    url = "https://graph.facebook.com/v26.0/act_1/"
    story = {"page_id": "5", "link_data": {"link": "http://a"}}
    misshapen = [
        ("adcreatives", {"object_story_spec": [1]}),
        ("adcreatives", {"object_story_spec": {**story, "link_data": 5}}),
        ("adcreatives", {"object_story_spec": {**story, "link_data": {"link": "x", "call_to_action": "SHOP"}}}),
        ("adcreatives", {"object_story_spec": story, "degrees_of_freedom_spec": {"creative_features_spec": 5}}),
        ("adcreatives", {"object_story_spec": story, "asset_feed_spec": {"bodies": 5}}),
        ("adimages", {"copy_from": [1]}),
        ("adsets", {"targeting": {"geo_locations": {"countries": 5}}}),
        ("campaigns", {"adlabels": [1]}),
    ]
    for edge, params in misshapen:
        reply = session.post(url + edge, json={"access_token": "t", "name": "n", **params})
        assert reply.status_code == 400 and reply.json()["error"]["code"] in (100, 3), (edge, params, reply.text)


def test_texts_come_in_the_language_of_the_tokens_user(session):
    session.post("https://graph.facebook.com/_sandbox/tokens", json={"token": "t", "locale": "pt_BR"})
    reply = session.post("https://graph.facebook.com/v26.0/act_1/campaigns", data={
        "access_token": "t", "name": "n", "objective": "OUTCOME_TRAFFIC", "special_ad_categories": "[]",
    })  # fmt: skip
    assert reply.json()["error"]["error_user_title"].startswith("[pt_BR]")
