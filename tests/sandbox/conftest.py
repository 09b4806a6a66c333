"""A sandbox over real HTTP, and a client with helpers for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from reconciler.sandbox import Clock, Sandbox, running

NOW = "2026-11-21T10:00:00+08:00"
ACCOUNT = "act_1234567890"
PAGE, PIXEL, INSTAGRAM, IDENTITY = "1029384756", "5647382910", "17841400000000", "112233"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x04\xb0\x00\x00\x02\x74\x08\x02\x00\x00\x00" + b"\x00" * 40


class Graph:
    """Plain requests, as any client would send them."""

    account = ACCOUNT
    page, pixel, instagram, identity = PAGE, PIXEL, INSTAGRAM, IDENTITY
    png = PNG

    def __init__(self, url: str) -> None:
        self.url, self.token = url, "token-of-a-test"
        self.http = requests.Session()
        self.http.trust_env = False

    def call(self, method: str, path: str, params: Any = None, *, version: str = "v26.0", **more: Any) -> Any:
        files = more.pop("files", None)
        sent = {k: v if isinstance(v, str) else json.dumps(v) for k, v in {**(params or {}), **more}.items()}
        if self.token:
            sent = {"access_token": self.token, **sent}
        place = {"data": sent} if method == "POST" else {"params": sent}
        base = f"{self.url}/{version}/" if version else f"{self.url}/"
        return self.http.request(method, base + path, files=files, timeout=300, **place)

    def get(self, path: str, **params: Any) -> Any:
        return self.ok(self.call("GET", path, params))

    def post(self, path: str, **params: Any) -> Any:
        return self.ok(self.call("POST", path, params))

    def delete(self, path: str, **params: Any) -> Any:
        return self.ok(self.call("DELETE", path, params))

    def ok(self, reply: requests.Response) -> Any:
        assert reply.status_code == 200, reply.text
        return reply.json()

    def refused(self, path: str, method: str = "POST", **params: Any) -> tuple[int, int | None]:
        reply = self.call(method, path, params)
        assert reply.status_code != 200, reply.text
        error = reply.json()["error"]
        assert error["message"] and error["type"] and error["fbtrace_id"]
        return error["code"], error.get("error_subcode")

    def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        reply = self.http.request(method, f"{self.url}/_sandbox/{path}", json=body, timeout=300)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def settings(self, **values: Any) -> None:
        self.control("settings", values)

    def advance(self, seconds: float) -> None:
        self.control("clock", {"advance_seconds": seconds})

    def ledger(self) -> list[dict[str, Any]]:
        return self.control("ledger", method="GET")["ledger"]

    # what a buyer makes

    def campaign_params(self, **params: Any) -> dict[str, Any]:
        return {
            "name": "Spring",
            "objective": "OUTCOME_TRAFFIC",
            "special_ad_categories": [],
            "status": "PAUSED",
            "is_adset_budget_sharing_enabled": False,
            **params,
        }

    def campaign(self, **params: Any) -> str:
        return self.post(f"{ACCOUNT}/campaigns", **self.campaign_params(**params))["id"]

    def budget_campaign(self, **params: Any) -> str:
        given = self.campaign_params(daily_budget=5000, bid_strategy="LOWEST_COST_WITHOUT_CAP", **params)
        del given["is_adset_budget_sharing_enabled"]
        return self.post(f"{ACCOUNT}/campaigns", **given)["id"]

    def targeting(self, *countries: str, **more: Any) -> dict[str, Any]:
        return {
            "geo_locations": {"countries": list(countries) or ["MY"]},
            "targeting_automation": {"advantage_audience": 0},
            **more,
        }

    def ad_set_params(self, campaign: str, **params: Any) -> dict[str, Any]:
        return {
            "name": "Broad",
            "campaign_id": campaign,
            "status": "PAUSED",
            "daily_budget": 2000,
            "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
            "optimization_goal": "LINK_CLICKS",
            "billing_event": "IMPRESSIONS",
            "targeting": self.targeting(),
            **params,
        }

    def ad_set(self, campaign: str | None = None, **params: Any) -> str:
        given = self.ad_set_params(campaign or self.campaign(), **params)
        return self.post(f"{ACCOUNT}/adsets", **{k: v for k, v in given.items() if v is not None})["id"]

    def story(self, **link_data: Any) -> dict[str, Any]:
        return {"page_id": PAGE, "link_data": {"link": "https://acme.example/", "message": "Shop", **link_data}}

    def creative(self, **link_data: Any) -> str:
        story = self.story(**link_data)
        return self.post(f"{ACCOUNT}/adcreatives", name="Hero", object_story_spec=story)["id"]

    def ad(self, ad_set: str | None = None, **params: Any) -> str:
        creative = params.pop("creative", None) or self.creative()
        given = {"name": "Ad", "adset_id": ad_set or self.ad_set(), "status": "PAUSED", **params}
        return self.post(f"{ACCOUNT}/ads", creative={"creative_id": creative}, **given)["id"]

    def image(self, content: bytes = PNG, name: str = "hero.png") -> str:
        reply = self.call("POST", f"{ACCOUNT}/adimages", files={"filename": (name, content, "image/png")})
        return self.ok(reply)["images"][name]["hash"]

    def video(self, content: bytes = b"film" * 500) -> str:
        files = {"source": ("film.mp4", content, "video/mp4")}
        return self.ok(self.call("POST", f"{ACCOUNT}/advideos", files=files))["id"]


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(clock=Clock(NOW))


@pytest.fixture
def graph(sandbox: Sandbox) -> Iterator[Graph]:
    with running(sandbox) as server:
        client = Graph(server.url)
        client.control(
            "accounts",
            {
                "account": ACCOUNT,
                "name": "Acme Singapore",
                "currency": "SGD",
                "pages": [PAGE],
                "pixels": [PIXEL],
                "ig_users": [INSTAGRAM],
                "identities": [IDENTITY],
                "audiences": [{"id": "23850001", "name": "Buyers"}],
            },
        )
        yield client
        client.http.close()
