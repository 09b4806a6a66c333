"""A local Graph API over HTTP: faults, time, what people do there, and what can be seen afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from reconciler.sandbox import Clock, Sandbox, running
from reconciler.sandbox.seed import from_repository

NOW = "2026-11-21T10:00:00+08:00"
ACCOUNT = "act_1234567890"
PAGE, PIXEL, INSTAGRAM, IDENTITY, CATALOG = "1029384756", "5647382910", "17841400000000", "112233", "998877"
EDGES = {"campaign": "campaigns", "ad_set": "adsets", "ad": "ads", "creative": "adcreatives", "video": "advideos"}
BLOCK = 301
"""Seconds after which a block is over, where Meta did not say how long it lasts."""

LEVELS = ("campaign", "ad_set", "ad")


def label_of(address: str, project: str = "acme-agency") -> str:
    """The ownership label of an address. It is computed here a second time on purpose: with the tool's own function, a
    test would not notice that the label has changed, and then every live object would be lost."""
    return f"reconciler:{project}:{hashlib.sha256(address.encode()).hexdigest()[:16]}"


class LocalGraph:
    """What a test asks of the sandbox, beside Graph itself. Without `sandbox` it goes over HTTP."""

    def __init__(self, url: str, sandbox: Sandbox | None = None) -> None:
        self.url = url
        self._sandbox = sandbox
        self._http = requests.Session()
        # A proxy of the environment must not see loopback traffic.
        self._http.trust_env = False

    def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        if self._sandbox is not None:
            sent = b"" if body is None else json.dumps(body).encode()
            answer = self._sandbox.handle(method, f"/_sandbox/{path}", {"content-type": "application/json"}, sent)
            assert answer.status == 200, answer.body
            return json.loads(answer.body)
        reply = self._http.request(method, f"{self.url}/_sandbox/{path}", json=body, timeout=300)
        assert reply.status_code == 200, reply.text
        return reply.json()

    # the world

    def account(self, account: str = ACCOUNT, **known: Any) -> None:
        self.control(
            "accounts",
            {
                "account": account,
                "name": "Acme",
                "currency": "SGD",
                "pages": [PAGE],
                "pixels": [PIXEL],
                "ig_users": [INSTAGRAM],
                "identities": [IDENTITY],
                "catalogs": [CATALOG],
                **known,
            },
        )

    def seed_from(self, root: Path) -> None:
        """Adds the accounts, pages and pixels that a repository's files name."""
        self.control("accounts", from_repository(root))

    def token(self, token: str, **rights: Any) -> None:
        self.control("tokens", {"token": token, **rights})

    def settings(self, **values: Any) -> None:
        self.control("settings", values)

    # time

    def now(self) -> str:
        moment = datetime.fromisoformat(self.control("clock", method="GET")["now"])
        return moment.isoformat()

    def at(self, moment: str) -> None:
        self.control("clock", {"now": moment})

    def pass_time(self, seconds: float) -> None:
        self.control("clock", {"advance_seconds": seconds})

    def let_time_run(self) -> None:
        """Lets the clock run, for processes, which wait in real seconds."""
        self.control("clock", {"run": True})

    # faults

    def fault(self, effect: str, path: str, **detail: Any) -> None:
        self.control("faults", {"effect": effect, "path": path, **detail})

    def no_faults(self) -> None:
        self.control("faults", method="DELETE")

    # people

    def person_edits(self, address: str, *, actor: str = "Mei", **params: Any) -> None:
        self.control("edit", {"id": self.id(address), "actor": actor, "params": params})

    def meta_changes(self, address: str, **data: Any) -> None:
        """A change by Meta itself, which the activity log does not show."""
        self.meta_shows(self.id(address), **data)

    def meta_shows(self, object_id: str, **data: Any) -> None:
        """The same of any object: what no write could do to it."""
        world = self.control("world", method="GET")
        next(n for n in world["nodes"] if n["id"] == object_id)["data"].update(data)
        self.control("world", world)

    def person_posts(self, address: str, *, actor: str = "Mei", **params: Any) -> None:
        """A person's edit through Graph, as Ads Manager makes it. Meta's rules apply, unlike with `person_edits`."""
        token = f"token-of-{actor}"
        self.settings(strict_tokens=False)
        scopes = ["ads_management", "ads_read"]
        app = {"app_name": "Ads Manager", "app_id": "9"}
        self.token(token, user_name=actor, user_id="100000000000042", scopes=scopes, **app)
        sent = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()}
        reply = self._http.post(
            f"{self.url}/v26.0/{self.id(address)}", data={**sent, "access_token": token}, timeout=300
        )
        assert reply.status_code == 200, reply.text

    def person_pauses(self, address: str, actor: str = "Mei") -> None:
        self.person_edits(address, actor=actor, status="PAUSED")

    def person_activates(self, address: str, actor: str = "Mei") -> None:
        self.person_edits(address, actor=actor, status="ACTIVE")

    def person_copies(self, address: str, actor: str = "Mei") -> None:
        self.control("copy", {"id": self.id(address), "actor": actor})

    def person_duplicates(self, address: str, *, actor: str = "Mei", **to: Any) -> str:
        """Duplicates the object with all that is in it, and turns the copies on; the id of the topmost copy."""
        known = {node["id"] for node in self.nodes()}
        self.control("copy", {"id": self.id(address), "actor": actor, "params": {"deep_copy": True, **to}})
        new = [node["id"] for kind in LEVELS for node in self.nodes(kind) if node["id"] not in known]
        for one in new:
            self.control("edit", {"id": one, "actor": actor, "params": {"status": "ACTIVE"}})
        return str(new[0])

    def person_makes(self, edge: str, *, actor: str = "Mei", account: str = ACCOUNT, **params: Any) -> str:
        """A person creates an object through Graph; its id."""
        token = f"token-of-{actor}"
        self.settings(strict_tokens=False)
        self.token(token, user_name=actor, app_name="Ads Manager", app_id="9", user_id="100000000000042")
        return self._made(token, edge, params, account)

    def person_uploads(
        self, edge: str, name: str, content: bytes, actor: str = "Mei", account: str = ACCOUNT
    ) -> dict[str, Any]:
        """A person uploads a file through Graph; the answer."""
        token = f"token-of-{actor}"
        self.settings(strict_tokens=False)
        self.token(token, user_name=actor, app_name="Ads Manager", app_id="9", user_id="100000000000042")
        url, field = f"{self.url}/v26.0/{account}/{edge}", "source" if edge == "advideos" else "filename"
        reply = self._http.post(url, data={"access_token": token}, files={field: (name, content)}, timeout=300)
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    def person_deletes(self, path: str, *, actor: str = "Mei", **params: str) -> None:
        """A person deletes an object, or what the parameters name on an edge, through Graph."""
        token = f"token-of-{actor}"
        self.settings(strict_tokens=False)
        self.token(token, user_name=actor, app_name="Ads Manager", app_id="9", user_id="100000000000042")
        sent = {**params, "access_token": token}
        reply = self._http.delete(f"{self.url}/v26.0/{path}", params=sent, timeout=300)
        assert reply.status_code == 200, reply.text

    def another_run_makes_a_duplicate(self, address: str) -> str:
        """Creates a second campaign with the label of the address, as another run of the tool may have done; its id."""
        live = self.live(address)["data"]
        names = ("name", "objective", "special_ad_categories", "daily_budget", "bid_strategy")
        labels = [{"name": label_of(address)}]
        return self._made("rival", "campaigns", {**{n: live[n] for n in names}, "adlabels": labels})

    def _made(self, token: str, edge: str, params: dict[str, Any], account: str = ACCOUNT) -> str:
        given = {"status": "PAUSED", "special_ad_categories": [], "is_adset_budget_sharing_enabled": False, **params}
        sent = {k: v if isinstance(v, str) else json.dumps(v) for k, v in given.items()}
        url = f"{self.url}/v26.0/{account}/{edge}"
        reply = self._http.post(url, data={**sent, "access_token": token}, timeout=300)
        assert reply.status_code == 200, reply.text
        return str(reply.json()["id"])

    # what is there

    def nodes(self, kind: str = "") -> list[dict[str, Any]]:
        found = self.control("world", method="GET")["nodes"]
        return [n for n in found if kind in ("", n["kind"])]

    def objects(self, kind: str) -> list[dict[str, Any]]:
        """All objects of a kind, except deleted ones."""
        return [n for n in self.nodes(kind) if n["data"].get("status") != "DELETED"]

    def labelled(self, address: str, project: str = "acme-agency") -> list[dict[str, Any]]:
        """Every object that carries an address's label, oldest first."""
        known = self.nodes()
        wanted = label_of(address, project)
        ids = {n["id"] for n in known if n["kind"] == "label" and n["data"].get("name") == wanted}
        return [n for n in known if n["kind"] in LEVELS and ids & _label_ids(n, wanted)]

    def live(self, address: str) -> dict[str, Any]:
        """The one object of an address."""
        found = self.labelled(address)
        assert found, f"nothing carries the label of {address}"
        return found[0]

    def id(self, address: str) -> str:
        return str(self.live(address)["id"])

    def status(self, address: str) -> str:
        return str(self.live(address)["data"]["status"])

    def value(self, address: str, name: str) -> Any:
        """What Graph answers when asked for one field of the address's object."""
        return self.read(self.id(address), name).get(name)

    def read(self, object_id: str, fields: str) -> dict[str, Any]:
        sent = {"fields": fields, "access_token": "reader"}
        reply = self._http.get(f"{self.url}/v26.0/{object_id}", params=sent, timeout=300)
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    def ledger(self) -> list[dict[str, Any]]:
        """Every write that was accepted, in order."""
        return list(self.control("ledger", method="GET")["ledger"])

    def writes(self, after: int = 0) -> list[dict[str, Any]]:
        """The reconciler's writes, after the one with the number `after`."""
        ours = [w for w in self.ledger() if w["application"] == "Reconciler" and w["method"] in ("POST", "DELETE")]
        return [w for w in ours if w["n"] > after]

    def creates(self, kind: str) -> list[dict[str, Any]]:
        return [w for w in self.writes() if w["path"].endswith(f"/{EDGES[kind]}")]

    def activations(self, after: int = 0) -> list[str]:
        """Ids in the order in which they were turned on."""
        return [w["id"] for w in self.writes(after) if w["params"].get("status") == "ACTIVE"]

    def calls(self, method: str = "") -> list[dict[str, Any]]:
        """Every request that has arrived, whether it was accepted or not."""
        found = self.control("calls", method="GET")["calls"]
        return [c for c in found if method in ("", c["method"])]

    def forget_calls(self) -> None:
        self.control("calls", method="DELETE")

    def deliverable(self) -> dict[str, int]:
        """How many campaigns, ad sets and ads are ACTIVE all the way up."""
        nodes = {n["id"]: n for n in self.nodes() if n["kind"] in LEVELS}
        count = dict.fromkeys(LEVELS, 0)
        for node in nodes.values():
            above = [nodes[node["data"][k]] for k in ("campaign_id", "adset_id") if k in node["data"]]
            count[node["kind"]] += all(n["data"]["status"] == "ACTIVE" for n in (node, *above))
        return count

    def close(self) -> None:
        self._http.close()


def _label_ids(node: dict[str, Any], wanted: str) -> set[str]:
    rows = node["data"].get("adlabels") or []
    return {str(r.get("id", "")) if isinstance(r, dict) else str(r) for r in rows}


@contextmanager
def local_graph(now: str = NOW) -> Iterator[LocalGraph]:
    """A running sandbox. Its clock stands still, except where a test or the command moves it."""
    sandbox = Sandbox(clock=Clock(now))
    with running(sandbox) as server:
        graph = LocalGraph(server.url, sandbox)
        try:
            yield graph
        finally:
            graph.close()
