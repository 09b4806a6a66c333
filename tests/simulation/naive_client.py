"""A simple client that runs the same schedules for comparison. They must break it: if they did not, it would prove
little that they do not break the reconciler.

It makes the usual mistakes. It repeats every failed call, creates included. It does not look for objects by their
label. It takes an object that a listing leaves out for deleted. It trusts this computer's clock. It turns a campaign on
before its ads. It overwrites whatever people have changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import requests
from support.sandbox import EDGES, IDENTITY, LEVELS, PAGE, label_of

from simulation.disk import Crash
from simulation.initial_world import GRAPH
from simulation.simulator import CANARY, Report, Simulator
from simulation.stack import ACCOUNT_KEY, PAUSED, DeclaredObject, declared_objects

TRIES = 4
FIELDS = {"campaign": "id,status,daily_budget", "ad_set": "id,status,daily_budget", "ad": "id,status"}
CREATE: dict[str, dict[str, Any]] = {
    "campaign": {
        "objective": "OUTCOME_TRAFFIC",
        "special_ad_categories": [],
    },
    "ad_set": {
        "optimization_goal": "LINK_CLICKS",
        "billing_event": "IMPRESSIONS",
        "targeting": {"geo_locations": {"countries": ["SG"]}, "targeting_automation": {"advantage_audience": 0}},
        "regional_regulated_categories": ["SINGAPORE_UNIVERSAL"],
        "regional_regulation_identities": {
            "singapore_universal_beneficiary": IDENTITY,
            "singapore_universal_payer": IDENTITY,
        },
    },
    "ad": {
        "creative": {
            "object_story_spec": {
                "page_id": PAGE,
                "link_data": {"link": "https://acme.example/", "message": "Hi", "name": "Hi"},
            }
        }
    },
}


class Failed(Exception):
    """The same call has failed TRIES times."""


class NaiveClient:
    """Keeps ids by address in one file, which it writes only at the end of a run."""

    def run_command(self, simulator: Simulator, command: str, number: int) -> Report:
        report = Report()
        try:
            _Run(simulator, report).do(command)
        except Failed as error:
            report.errors.append(str(error))
        except Crash:
            report.crashed = True
        return report

    def stop(self, simulator: Simulator, address: str) -> None:
        """Pauses the object whose id is in the file; looks for no other."""
        run_command = _Run(simulator, Report())
        with simulator.without_faults(), suppress(Failed):
            if id_ := run_command.ids.get(address):
                run_command.call("POST", id_, status=PAUSED)


class _Run:
    def __init__(self, simulator: Simulator, report: Report) -> None:
        self.simulator = simulator
        self.report = report
        self.path = simulator.root / "state" / ACCOUNT_KEY / "naive.json"
        kept = json.loads(self.path.read_text("utf-8"))["resources"] if self.path.exists() else {}
        self.ids: dict[str, str] = {address: row["id"] for address, row in kept.items()}
        self.live: dict[str, dict[str, Any]] = {}

    def do(self, command: str) -> None:
        for kind in LEVELS:
            self.live |= {row["id"]: row for row in self.rows(kind)}
        wanted = list(declared_objects(self.simulator.stack))
        if command == "apply":
            self.make(wanted)
        self.switch(wanted)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps({"resources": {a: {"id": i} for a, i in self.ids.items()}}), "utf-8")

    def rows(self, kind: str) -> Iterator[dict[str, Any]]:
        found = self.call(
            "GET", f"{self.simulator.oracle.ownership.account}/{EDGES[kind]}", fields=FIELDS[kind], limit=500
        )
        return iter(found.get("data") or [])

    def make(self, wanted: list[DeclaredObject]) -> None:
        for want in wanted:
            id_ = self.ids.get(want.address, "")
            if id_ not in self.live:
                self.create(want)
            elif want.budget and str(self.live[id_].get("daily_budget")) != str(want.budget):
                self.call("POST", id_, daily_budget=want.budget)

    def create(self, want: DeclaredObject) -> None:
        kind = _kind(want)
        parent = self.ids.get(want.address.rpartition("/")[0], "")
        params: dict[str, Any] = {**CREATE[kind], "name": want.name, "status": PAUSED}
        params["adlabels"] = [{"name": label_of(want.address)}]
        params |= {"daily_budget": want.budget, "bid_strategy": "LOWEST_COST_WITHOUT_CAP"} if want.budget else {}
        params |= {"is_adset_budget_sharing_enabled": False} if kind == "campaign" and not want.budget else {}
        params |= {"campaign": {}, "ad_set": {"campaign_id": parent}, "ad": {"adset_id": parent}}[kind]
        reply = self.call("POST", f"{self.simulator.oracle.ownership.account}/{EDGES[kind]}", **params)
        self.ids[want.address] = str(reply.get("id", ""))
        self.live[self.ids[want.address]] = {"status": PAUSED}

    def switch(self, wanted: list[DeclaredObject]) -> None:
        """From the campaign down to its ads, by this computer's clock."""
        now = self.simulator.local_now().timestamp()
        for want in wanted:
            id_, status = self.ids.get(want.address, ""), want.campaign.declared_status(now)
            if id_ in self.live and status and self.live[id_].get("status") != status:
                self.call("POST", id_, status=status)

    def call(self, method: str, path: str, **params: Any) -> dict[str, Any]:
        self.report.changes += method == "POST"
        for attempt in range(TRIES):
            try:
                reply = self.simulator.network.send(_request(method, path, params))
                body = reply.json()
                if reply.status_code < 400:
                    return body if isinstance(body, dict) else {}
            except (requests.exceptions.RequestException, ValueError):
                pass
            self.simulator.sleep(2.0**attempt)
        raise Failed(f"{method} {path}")


def _request(method: str, path: str, params: dict[str, Any]) -> requests.PreparedRequest:
    sent = urlencode({k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()})
    url = f"{GRAPH}/v26.0/{path}" + (f"?{sent}" if method == "GET" else "")
    request = requests.Request(method, url, data=sent if method == "POST" else None)
    request.headers["Authorization"] = f"Bearer {CANARY}"
    request.headers["Content-Type"] = "application/x-www-form-urlencoded"
    return request.prepare()


def _kind(want: DeclaredObject) -> str:
    return LEVELS[want.address.count("/") - 1]
