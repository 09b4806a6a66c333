"""The sandbox at the beginning of every schedule: two ad accounts, and campaigns that other people made in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import requests
from support.repository import CREATIVES
from support.sandbox import ACCOUNT, IDENTITY, INSTAGRAM, PAGE, PIXEL

from reconciler.sandbox import Clock as SandboxClock
from reconciler.sandbox import Sandbox, control
from reconciler.sandbox.adapter import InProcessAdapter
from simulation.stack import HOUR, IMAGE, START

GRAPH = "http://127.0.0.1:1"
ELSEWHERE = "act_2468013579"
"""A second ad account that the token may use."""


@lru_cache(maxsize=2)
def initial_world(image_known: bool) -> dict[str, Any]:
    """The sandbox's data, with two campaigns without a label. One of them has a name that a schedule declares, too;
    neither may ever be changed. With `image_known` the image of all ads has been uploaded before."""
    sandbox = Sandbox(clock=SandboxClock(START - 24 * HOUR))  # type: ignore[arg-type]
    row = {"account": ACCOUNT, "name": "Acme", "currency": "SGD", "pages": [PAGE], "pixels": [PIXEL]}
    for account in (ACCOUNT, ELSEWHERE):
        known = {"ig_users": [INSTAGRAM], "identities": [IDENTITY]}
        control._accounts(sandbox, {**row, **known, "account": account})
    session = requests.Session()
    session.mount("http://", InProcessAdapter(sandbox))
    post = _poster(session)
    if image_known:
        digest = hashlib.sha256((CREATIVES / IMAGE).read_bytes()).hexdigest()
        name = f"{Path(IMAGE).stem} {digest}{Path(IMAGE).suffix}"
        session.post(
            f"{GRAPH}/v26.0/{ACCOUNT}/adimages",
            data={"access_token": "x"},
            files={name: (name, (CREATIVES / IMAGE).read_bytes(), "image/png")},
        )
    for name in ("Campaign c0", "Somebody else's"):
        campaign = post(
            "campaigns",
            name=name,
            objective="OUTCOME_TRAFFIC",
            status="ACTIVE",
            special_ad_categories=[],
            daily_budget=7700,
            bid_strategy="LOWEST_COST_WITHOUT_CAP",
        )
        post(
            "adsets",
            name=f"{name} s0",
            campaign_id=campaign,
            status="PAUSED",
            optimization_goal="LINK_CLICKS",
            billing_event="IMPRESSIONS",
            targeting={"geo_locations": {"countries": ["SG"]}, "targeting_automation": {"advantage_audience": 0}},
            regional_regulated_categories=["SINGAPORE_UNIVERSAL"],
            regional_regulation_identities={
                "singapore_universal_beneficiary": IDENTITY,
                "singapore_universal_payer": IDENTITY,
            },
        )
    return sandbox.world.dump()


def _poster(session: requests.Session) -> Callable[..., str]:
    def post(edge: str, **params: Any) -> str:
        sent = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()}
        reply = session.post(f"{GRAPH}/v26.0/{ACCOUNT}/{edge}", data={**sent, "access_token": "x"})
        assert reply.status_code == 200, reply.text
        return str(reply.json()["id"])

    return post
