"""What people have made in Ads Manager, and what `import` makes of it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import requests

from support.command import Reconciler
from support.sandbox import ACCOUNT, LEVELS, PAGE, LocalGraph

GEO = {"geo_locations": {"countries": ["MY"]}, "targeting_automation": {"advantage_audience": 0}}


class World:
    """What people make in Ads Manager, by Graph."""

    def __init__(self, sandbox: LocalGraph, account: str = ACCOUNT) -> None:
        self.sandbox, self.account = sandbox, account

    def campaign(self, name: str = "Old", **more: Any) -> str:
        given = {"name": name, "objective": "OUTCOME_TRAFFIC", "daily_budget": 5000}
        given |= {"bid_strategy": "LOWEST_COST_WITHOUT_CAP", **more}
        return self.sandbox.person_makes(
            "campaigns", account=self.account, **{n: v for n, v in given.items() if v is not None}
        )

    def ad_set(self, campaign: str, name: str = "Old set", **more: Any) -> str:
        given = {"campaign_id": campaign, "name": name, "optimization_goal": "LINK_CLICKS", "targeting": GEO}
        given |= {"billing_event": "IMPRESSIONS", **more}
        return self.sandbox.person_makes(
            "adsets", account=self.account, **{n: v for n, v in given.items() if v is not None}
        )

    def creative(self, **more: Any) -> str:
        return self.sandbox.person_makes("adcreatives", account=self.account, **more)

    def ad(self, ad_set: str, name: str = "Old ad", **more: Any) -> str:
        creative = more.pop("creative_id", "") or self.creative(object_story_spec=self.story(), **more)
        shown = {"creative_id": creative}
        return self.sandbox.person_makes("ads", account=self.account, adset_id=ad_set, name=name, creative=shown)

    def story(self, **more: Any) -> dict[str, Any]:
        button = {"type": "LEARN_MORE", "value": {"link": "https://acme.example/a"}}
        data = {
            "link": "https://acme.example/a",
            "message": "Come.",
            "image_hash": self.image(),
            "call_to_action": button,
        }
        return {"page_id": PAGE, "link_data": {**data, **more}}

    def image(self, content: bytes = b"") -> str:
        content = content or (Path(__file__).parents[2] / "creatives/outlet/banner.jpg").read_bytes()
        return self.sandbox.person_uploads("adimages", "banner.jpg", content, account=self.account)["images"][
            "banner.jpg"
        ]["hash"]

    def whole(self, name: str = "Old", **more: Any) -> str:
        campaign = self.campaign(name, **more)
        self.ad(self.ad_set(campaign))
        return campaign

    def many(self, ads: int) -> int:
        """So many ads, fifty in an ad set and two hundred in a campaign; how many objects that are. They are put in
        place at once: one request each would take as long as the import that is looked at."""
        self.whole("Seed")
        world = self.sandbox.control("world", method="GET")
        seeds = {kind: next(node for node in world["nodes"] if node["kind"] == kind) for kind in LEVELS}
        last = max(node["seq"] for node in world["nodes"])
        before = len(world["nodes"])

        def add(kind: str, **data: Any) -> str:
            nonlocal last
            last += 1
            node = copy.deepcopy(seeds[kind])
            node |= {"id": f"1299{last:014d}", "seq": last, "data": {**node["data"], **data}}
            world["nodes"].append(node)
            return str(node["id"])

        campaign = ad_set = ""
        for number in range(ads):
            if number % 200 == 0:
                campaign = add("campaign", name=f"Campaign {number // 200}")
            if number % 50 == 0:
                ad_set = add("ad_set", name=f"Ad set {number // 50}", campaign_id=campaign)
            add("ad", name=f"Ad {number}", adset_id=ad_set, campaign_id=campaign)
        self.sandbox.control("world", world)
        return len(world["nodes"]) - before + len(LEVELS)


def imported(reconciler: Reconciler, *rest: str) -> Any:
    return reconciler("import", "acme-sg", "--json", *rest).ended(0).json["accounts"][0]


def settled(reconciler: Reconciler, *rest: str) -> Any:
    """Imported, with a plan in which nothing is to be done."""
    found = imported(reconciler, *rest)
    assert (found["changes"], found["drift"], found["refusals"]) == (0, 0, []), found
    reconciler.converged()
    return found


def as_page(sandbox: LocalGraph, path: str, **params: Any) -> str:
    """What a person does on the page; the id of what was made."""
    sent = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
    token = sandbox.read(PAGE, "access_token")["access_token"]
    http = requests.Session()
    http.trust_env = False
    reply = http.post(f"{sandbox.url}/v26.0/{path}", data={**sent, "access_token": token}, timeout=300)
    assert reply.status_code == 200, reply.text
    return str(reply.json().get("id", ""))
