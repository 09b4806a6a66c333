"""The sandbox's claims, run on the sandbox; and, where there is a cassette or a live test account, against Meta.

`make contract-live` runs them on a live account and records what it answers. A cassette that exists is replayed in
every run of the tests, and the sandbox's replies must have its shapes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from live.claims import CLAIMS, NEEDS_PAGE, Claim
from live.graph import ClaimGraph, shape_of
from live.recording import CASSETTES, recorder
from support.sandbox import ACCOUNT, PAGE, LocalGraph, local_graph

META = "https://graph.facebook.com"
TOKEN = os.environ.get("RECONCILER_LIVE_TOKEN", "")
RECORDED = [claim for claim in CLAIMS if (CASSETTES / f"{claim.__name__}.yaml").exists()]


def about(claims: Sequence[Claim]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("claim", claims, ids=lambda claim: claim.__name__)


def run(claim: Claim, graph: ClaimGraph) -> ClaimGraph:
    try:
        claim(graph)
    finally:
        graph.clean_up()
    return graph


@contextmanager
def recorded(name: str, mode: str, *, account: str = ACCOUNT, page: str = PAGE, token: str = "") -> Iterator[None]:
    with recorder(account, page, (ACCOUNT, PAGE), (token,)).use_cassette(f"{name}.yaml", record_mode=mode):
        yield


def same_shapes(one: ClaimGraph, other: ClaimGraph) -> None:
    assert one.exchanges == other.exchanges


@about(CLAIMS)
def test_the_claim_holds_on_the_sandbox(claim: Claim, sandbox: LocalGraph) -> None:
    run(claim, ClaimGraph(sandbox.url, "a token", ACCOUNT, PAGE))


@about(RECORDED)
def test_the_claim_holds_as_recorded_and_the_sandbox_answers_alike(claim: Claim, sandbox: LocalGraph) -> None:
    with recorded(claim.__name__, "none"):
        meta = run(claim, ClaimGraph(META, "", ACCOUNT, PAGE))
    same_shapes(meta, run(claim, ClaimGraph(sandbox.url, "a token", ACCOUNT, PAGE)))


@about(CLAIMS if TOKEN else ())
def test_the_claim_holds_at_meta_and_the_sandbox_answers_alike(claim: Claim, sandbox: LocalGraph) -> None:
    account = os.environ["RECONCILER_LIVE_ACCOUNT"]
    page = os.environ.get("RECONCILER_LIVE_PAGE", "")
    if claim in NEEDS_PAGE and not page:
        pytest.skip("RECONCILER_LIVE_PAGE is not set")
    url = os.environ.get("RECONCILER_LIVE_URL", META)
    (CASSETTES / f"{claim.__name__}.yaml").unlink(missing_ok=True)
    with recorded(claim.__name__, "all", account=account, page=page, token=TOKEN):
        meta = run(claim, ClaimGraph(url, TOKEN, account, page))
    same_shapes(meta, run(claim, ClaimGraph(sandbox.url, "a token", ACCOUNT, PAGE)))


LIVE_ACCOUNT, LIVE_PAGE, LIVE_TOKEN = "act_770088009900", "990077006600", "EAAliveTokenOfSomebody0123456789"


@pytest.fixture
def stand_in() -> Iterator[LocalGraph]:
    """Another sandbox in Meta's place, with an account and a page of its own."""
    with local_graph() as graph:
        graph.account(LIVE_ACCOUNT, name="Secret Client Pte Ltd", pages=[LIVE_PAGE])
        yield graph


@about(CLAIMS)
def test_a_recording_names_nobody_and_plays_back_the_same(
    claim: Claim, stand_in: LocalGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.recording.CASSETTES", tmp_path)
    with recorded("claim", "all", account=LIVE_ACCOUNT, page=LIVE_PAGE, token=LIVE_TOKEN):
        first = run(claim, ClaimGraph(stand_in.url, LIVE_TOKEN, LIVE_ACCOUNT, LIVE_PAGE))
    text = (tmp_path / "claim.yaml").read_text("utf-8")
    for secret in (LIVE_TOKEN, LIVE_ACCOUNT.removeprefix("act_"), LIVE_PAGE, "Secret Client", "127.0.0.1"):
        assert secret not in text
    stand_in.control("reset", {})
    with recorded("claim", "none"):
        again = run(claim, ClaimGraph(META, "", ACCOUNT, PAGE))
    same_shapes(first, again)
    assert first.exchanges


def test_cassettes_hold_no_token_and_no_signed_url() -> None:
    for path in CASSETTES.glob("*.yaml"):
        text = path.read_text("utf-8")
        assert yaml.safe_load(text)["interactions"], f"{path.name} is empty"
        assert "access_token" not in text and "EAA" not in text and "fbcdn" not in text, path.name


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ('{"name": "Mei Tan", "id": "7"}', '{"name": "REDACTED", "id": "7"}'),
        ('{"name": "contract-live campaign"}', '{"name": "contract-live campaign"}'),
        ('[{"body": "{\\"name\\": \\"Mei\\"}"}]', '[{"body": "{\\"name\\": \\"REDACTED\\"}"}]'),
        ('{"u": "https:\\/\\/scontent.xx.fbcdn.net\\/v?oe=1"}', '{"u": "https://example.invalid/signed"}'),
        ('{"id": "120249999999990001"}', '{"id": "100000000000000002"}'),
    ],
)
def test_what_belongs_to_somebody_is_replaced(text: str, clean: str) -> None:
    vcr = recorder(LIVE_ACCOUNT, LIVE_PAGE, (ACCOUNT, PAGE), (LIVE_TOKEN,))
    reply = {"headers": {}, "body": {"string": text.encode()}}
    assert json.loads(vcr.before_record_response(reply)["body"]["string"]) == json.loads(clean)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ({"id": "12", "n": 3, "at": "2026-11-21T10:00:00+0800"}, {"at": "time", "id": "digits", "n": "int"}),
        ([{"link": "https://a.example/"}, {"other": 1}], [{"link": "url"}]),
        ({"ok": True, "none": None, "day": "2026-11-21"}, {"day": "date", "none": "NoneType", "ok": "bool"}),
    ],
)
def test_a_shape_keeps_fields_and_types_and_drops_values(value: object, shape: object) -> None:
    assert shape_of(value) == shape
