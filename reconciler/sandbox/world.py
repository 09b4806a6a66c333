"""Everything that exists: objects by id, with the indexes that listings need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.settings import DEFAULTS, settings

# campaign, ad set and ad ids are 18 digits and creative ids 16 (recorded 2026); the other lengths are guessed
_ID_FORMS = {
    "campaign": ("1202", 10, 4),
    "ad_set": ("1202", 10, 4),
    "ad": ("1202", 10, 4),
    "creative": ("10588", 11, 0),
    "video": ("9847", 11, 0),
    "upload_session": ("9848", 11, 0),
    "label": ("60", 14, 0),
    "audience": ("1203", 10, 4),
    "report": ("6023", 11, 0),
    "rule": ("1203", 10, 4),
    "custom_conversion": ("7240", 11, 0),
    "pixel": ("6641", 11, 0),
    "leadgen_form": ("8190", 11, 0),
    "catalog": ("4415", 11, 0),
    "product": ("7781", 11, 0),
    "product_set": ("9920", 11, 0),
    "high_demand_period": ("6512", 11, 0),
    "product_feed": ("3317", 11, 0),
    "study": ("2870", 11, 0),
    "lead": ("8191", 11, 0),
    "study_cell": ("2871", 11, 0),
    "async_set": ("6024", 11, 0),
    "async_request": ("6025", 11, 0),
    "business": ("3001", 11, 0),
}


@dataclass(slots=True)
class Node:
    """``data`` is what Graph shows (times as unix seconds), ``hidden`` what only the sandbox knows."""

    id: str
    kind: str
    account: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    hidden: dict[str, Any] = field(default_factory=dict)
    seq: int = 0


_PARENTS = {
    "ad_set": ("campaign_id",),
    "ad": ("campaign_id", "adset_id"),
    "leadgen_form": ("page_id",),
    "lead": ("form_id",),
    "product": ("catalog_id",),
    "product_set": ("catalog_id",),
    "high_demand_period": ("ad_object_id",),
    "product_feed": ("catalog_id",),
    "study_cell": ("study_id",),
    "async_request": ("set_id",),
}


class World:
    def __init__(self) -> None:
        self.settings: dict[str, Any] = dict(DEFAULTS)
        self.nodes: dict[str, Node] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.ledger: list[dict[str, Any]] = []
        self.activities: list[dict[str, Any]] = []
        self.counters: dict[str, int] = {}
        self.queue: list[str] = []  # asynchronous requests that wait for their time
        self._by_account: dict[tuple[str, str], dict[str, Node]] = {}
        self._children: dict[tuple[str, str], dict[str, Node]] = {}
        self._names: dict[tuple[str, str, str], Node] = {}
        self.revision = 0

    def count(self, name: str) -> int:
        self.counters[name] = self.counters.get(name, 0) + 1
        return self.counters[name]

    def new_id(self, kind: str, account: str = "") -> str:
        prefix, digits, tail = _ID_FORMS[kind]
        number = 5176195230 + self.count("id") * 1171
        suffix = account[-tail:].rjust(tail, "0") if tail else ""
        return f"{prefix}{number:0{digits}d}{suffix}"

    def add(self, node: Node) -> Node:
        node.seq = node.seq or self.count("seq")
        self.nodes[node.id] = node
        self._index(node)
        self.touch()
        return node

    def touch(self) -> None:
        self.revision += 1

    def _index(self, node: Node) -> None:
        self._by_account.setdefault((node.account, node.kind), {})[node.id] = node
        for parent in _PARENTS.get(node.kind, ()):
            self._children.setdefault((node.data[parent], node.kind), {})[node.id] = node
        for key in ("content", "label"):
            if key in node.hidden:
                self._names[(node.account, node.kind, node.hidden[key])] = node

    def get(self, id: str, kind: str | None = None) -> Node | None:
        node = self.nodes.get(id)
        return node if node and kind in (None, node.kind) else None

    def account(self, number: str) -> Node:
        return self.nodes[f"act_{number}"]

    def accounts(self) -> Iterator[Node]:
        return (node for node in self.nodes.values() if node.kind == "account")

    def of_account(self, account: str, kind: str) -> list[Node]:
        return list(self._by_account.get((account, kind), {}).values())

    def children(self, parent: str, kind: str) -> list[Node]:
        return list(self._children.get((parent, kind), {}).values())

    def by_content(self, account: str, kind: str, content: str) -> Node | None:
        return self._names.get((account, kind, content))

    def forget(self, node: Node) -> None:
        """Some vanish for good; campaigns, ad sets and ads stay readable by id (recorded)."""
        del self.nodes[node.id]
        for parent in _PARENTS.get(node.kind, ()):
            self._children.get((node.data[parent], node.kind), {}).pop(node.id, None)
        self._by_account[(node.account, node.kind)].pop(node.id, None)
        for key in ("content", "label"):
            self._names.pop((node.account, node.kind, str(node.hidden.get(key))), None)
        self.touch()

    def dump(self) -> dict[str, Any]:
        return {
            "settings": {k: v for k, v in self.settings.items() if v != DEFAULTS[k]},
            "tokens": self.tokens,
            "counters": self.counters,
            "queue": self.queue,
            "ledger": self.ledger,
            "activities": self.activities,
            "nodes": [
                {
                    "id": n.id,
                    "kind": n.kind,
                    "account": n.account,
                    "seq": n.seq,
                    "data": n.data,
                    "hidden": n.hidden,
                }
                for n in self.nodes.values()
            ],
        }

    @classmethod
    def load(cls, saved: dict[str, Any]) -> World:
        world = cls()
        world.settings = settings({k: v for k, v in saved.get("settings", {}).items() if k in DEFAULTS})
        wrong = [key for key, kind in _INNER.items() if not _holds(saved.get(key, []), kind)]
        if wrong:
            raise ValueError(f"{', '.join(wrong)} of a wrong kind")
        world.tokens = dict(saved.get("tokens", {}))
        world.counters = dict(saved.get("counters", {}))
        world.queue = list(saved.get("queue", []))
        world.ledger = list(saved.get("ledger", []))
        world.activities = list(saved.get("activities", []))
        for row in saved.get("nodes", []):
            world.add(_node(row))
        return world


_INNER: dict[str, type] = {"tokens": dict, "counters": int, "queue": str, "ledger": dict, "activities": dict}
_ROW = {"id": str, "kind": str, "account": str, "data": dict, "hidden": dict, "seq": int}


def _holds(table: Any, kind: type) -> bool:
    return all(isinstance(one, kind) for one in (table.values() if isinstance(table, dict) else table))


def _node(row: dict[str, Any]) -> Node:
    wrong = [key for key, kind in _ROW.items() if not isinstance(row[key], kind)]
    if wrong:
        raise ValueError(f"{row['id']}: {', '.join(wrong)} of a wrong kind")
    return Node(**{key: row[key] for key in _ROW})
