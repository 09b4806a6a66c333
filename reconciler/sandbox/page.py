"""The page at ``/``: what is in the sandbox, and a person's hands on it.

``GET /`` with ``Accept: text/html`` and without a token serves one HTML file; Graph's own ``/`` is left alone.
``GET /_page/view?open=&selected=&gone=`` feeds it. The page changes things through ``/_sandbox/…`` only.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from reconciler.sandbox import currency, statuses, told
from reconciler.sandbox.context import Caller, Context
from reconciler.sandbox.nodes import story
from reconciler.sandbox.wire import Call, Response
from reconciler.sandbox.world import Node

if TYPE_CHECKING:
    from reconciler.sandbox.core import Sandbox

_BELOW = {"account": "campaign", "campaign": "ad_set", "ad_set": "ad"}
_BUDGETS = ("daily_budget", "lifetime_budget")
_SHOWN = 200  # children of one parent; a page with more is no page to look at
_OPENED = 60  # rows that are opened unasked
_LOG = 50
_INLINE = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)


def wanted(method: str, path: str, headers: Mapping[str, str]) -> bool:
    """A browser's first visit, or the page asking for more."""
    if method not in ("GET", "HEAD"):
        return False
    if path.startswith("_page/"):
        return True
    lower = {name.lower(): value for name, value in headers.items()}
    return path == "" and "text/html" in lower.get("accept", "") and "authorization" not in lower


def handle(sandbox: Sandbox, path: str) -> Response:
    name, _, query = path.partition("?")
    if name == "":
        return _html()
    if name != "_page/view":
        return Response(404, {"content-type": "text/plain"}, b"not found")
    given = {key: values[-1] for key, values in parse_qs(query).items()}
    body = json.dumps(View(sandbox, given).body()).encode()
    return Response(200, {"content-type": "application/json", "cache-control": "no-store"}, body)


@lru_cache(maxsize=1)
def _html() -> Response:
    """Only this file's own style and script may run; nothing is fetched from anywhere else."""
    content = Path(__file__).with_name("page.html").read_bytes()
    allowed = {tag: _digest(text) for tag, text in _INLINE.findall(content.decode())}
    policy = (
        f"default-src 'none'; style-src {allowed['style']}; script-src {allowed['script']}; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cache-control": "no-cache",
    }
    return Response(200, headers, content)


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class View:
    """What the page shows at one moment; ``open`` and ``selected`` are its own memory, sent along."""

    def __init__(self, sandbox: Sandbox, given: dict[str, str]) -> None:
        self.world, self.clock = sandbox.world, sandbox.clock
        call = Call("GET", "", "", {})
        self.ctx = Context(self.world, self.clock.now(), Caller(""), call, sandbox.spool)
        self.gone = given.get("gone") == "1"
        self.accounts = list(self.world.accounts())
        self.open = self._first() if given.get("open", "*") == "*" else set(given["open"].split(","))
        chosen = self.world.get(given.get("selected", ""))
        self.selected = chosen or (self.accounts[0] if self.accounts else None)

    def body(self) -> dict[str, Any]:
        node = self.selected
        return {
            "clock": {"unix": self.ctx.now, "stands": self.clock.dump()["fixed"] is not None, "zone": self._zone(node)},
            "rows": [row for account in self.accounts for row in self._rows(account, 1)],
            "detail": self._detail(node) if node else None,
            "log": self._log(node) if node else [],
        }

    def _zone(self, node: Node | None) -> str:
        return self.ctx.zone(node).key if node and (node.account or node.kind == "account") else "UTC"

    def _first(self) -> set[str]:
        """Level by level, as long as the tree stays small."""
        chosen: set[str] = set()
        count, level = len(self.accounts), self.accounts
        while level:
            below = [child for node in level for child in self._children(node)]
            count += len(below)
            if count > _OPENED and chosen:
                break
            chosen |= {node.id for node in level}
            level = below
        return chosen

    def _children(self, node: Node) -> list[Node]:
        kind = _BELOW.get(node.kind)
        if kind is None:
            return []
        if node.kind == "account":
            found = self.world.of_account(node.id.removeprefix("act_"), kind)
        else:
            found = self.world.children(node.id, kind)
        return [one for one in found if self.gone or one.data["status"] not in statuses.GONE]

    def _rows(self, node: Node, level: int) -> Iterator[dict[str, Any]]:
        children = self._children(node)
        is_open = bool(children) and node.id in self.open
        yield {**self._row(node), "level": level, "children": len(children), "open": is_open}
        if not is_open:
            return
        for child in children[:_SHOWN]:
            yield from self._rows(child, level + 1)
        if len(children) > _SHOWN:
            yield {"id": f"{node.id}+", "kind": "more", "level": level + 1, "name": f"{len(children) - _SHOWN} more"}

    def _row(self, node: Node) -> dict[str, Any]:
        account = node.kind == "account"
        return {
            "id": node.id,
            "kind": node.kind,
            "name": str(node.data.get("name", "")),
            "status": "" if account else node.data["status"],
            "effective": "" if account else statuses.effective(self.ctx, node),
            "budget": self._budget(node),
            "start": node.data.get("start_time") or node.data.get("ad_schedule_start_time"),
            "end": node.data.get("end_time") or node.data.get("stop_time") or node.data.get("ad_schedule_end_time"),
            "zone": self._zone(node),
        }

    def _budget(self, node: Node) -> dict[str, Any] | None:
        field = next((name for name in _BUDGETS if node.data.get(name)), None)
        if field is None or node.kind not in ("campaign", "ad_set"):
            return None
        code = self.world.account(node.account).data["currency"]
        return {"field": field, "minor": int(node.data[field]), "currency": code, "offset": currency.offset(code)}

    def _detail(self, node: Node) -> dict[str, Any]:
        detail = {**self._row(node), "facts": self._facts(node), "preview": None}
        if node.kind == "ad":
            detail["preview"] = self._preview(node)
            detail["review"] = statuses.review_state(self.ctx, node)
        return detail

    def _facts(self, node: Node) -> list[tuple[str, str]]:
        data = node.data
        rows = [(label, data.get(key)) for label, key in _FACTS.get(node.kind, ())]
        if node.kind == "ad":
            rows += [("Review", "; ".join(_feedback(statuses.feedback(self.ctx, node))))]
        rows += [("Issue", _said(one)) for one in node.hidden.get("issues_info") or []]
        labels = [self.world.get(str(id)) for id in map(_id, data.get("adlabels") or [])]
        rows += [("Label", one.data.get("name")) for one in labels if one]
        return [(label, _flat(value)) for label, value in rows if value not in (None, "", [], {})]

    def _preview(self, ad: Node) -> dict[str, Any] | None:
        creative = self.world.get(str(_id(ad.data.get("creative"))), "creative")
        if creative is None:
            return None
        spec = creative.data.get("object_story_spec") or {}
        page = self.world.get(str(spec.get("page_id")), "page")
        words = story.texts(creative.data)
        video = "video_data" in spec
        part = next((value for key, value in spec.items() if key.endswith("_data") and isinstance(value, dict)), {})
        picture = part.get("image_hash")
        cards = [card for card in part.get("child_attachments") or [] if isinstance(card, dict)]
        return {
            "page": str(page.data["name"]) if page else str(spec.get("page_id", "")),
            "text": words["body"],
            "title": words["title"],
            "button": words["call_to_action_type"],
            "link": story.link_of(spec),
            "video": video,
            "picture": _picture(picture) if picture else f"/_media/creative/{creative.id}.png",
            "cards": [{"title": str(c.get("name", "")), "picture": _picture(c.get("image_hash"))} for c in cards],
        }

    def _log(self, node: Node) -> list[dict[str, Any]]:
        """Newest first: of an account everything, of an object its own and what is below it."""
        found = []
        for entry in reversed(self.world.activities):
            about = (f"act_{entry['account']}", entry["data"]["object_id"], *entry["parents"])
            if node.id in about:
                found.append(self._event(entry))
            if len(found) == _LOG:
                break
        return found

    def _event(self, entry: dict[str, Any]) -> dict[str, Any]:
        data = entry["data"]
        extra = json.loads(data["extra_data"])
        return {
            "at": entry["at"],
            "who": f"{data['actor_name']} · {data['application_name']}",
            "what": data["translated_event_type"],
            "name": data["object_name"],
            "old": self._said_value(extra, "old_value"),
            "new": self._said_value(extra, "new_value"),
        }

    def _said_value(self, extra: dict[str, Any], key: str) -> str:
        value = extra.get(key)
        amount = told.amount_of(value, key)
        return currency.display(*amount) if amount else _flat(value)


_FACTS: dict[str, tuple[tuple[str, str], ...]] = {
    "account": (("Currency", "currency"), ("Time zone", "timezone_name"), ("Spent", "amount_spent")),
    "campaign": (("Objective", "objective"), ("Special categories", "special_ad_categories"), ("Bid", "bid_strategy")),
    "ad_set": (
        ("Goal", "optimization_goal"),
        ("Billed by", "billing_event"),
        ("Bid", "bid_strategy"),
        ("Audience", "targeting"),
        ("Promotes", "promoted_object"),
    ),
    "ad": (("Creative", "creative"),),
}


def _picture(hash: Any) -> str:
    return f"/_media/image/{re.sub(r'[^A-Za-z0-9_-]', '', str(hash))}.png"


def _id(label: Any) -> Any:
    return label.get("id") if isinstance(label, dict) else label


def _said(issue: Any) -> str:
    return str(issue.get("error_summary") or issue.get("error_message") or issue) if isinstance(issue, dict) else ""


def _feedback(found: dict[str, Any] | None) -> list[str]:
    return [f"{policy}: {text}" for policy, text in ((found or {}).get("global") or {}).items()]


def _flat(value: Any) -> str:
    """A value on one line, without JSON's noise where it needs none."""
    if isinstance(value, dict):
        return ", ".join(f"{key.replace('_', ' ')} {_flat(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_flat(one) for one in value)
    return "" if value is None else str(value)
