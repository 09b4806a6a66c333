"""Takes out of a run's texts whatever differs from run to run, so that they can be compared with a file.

campaign 120330000000000 created  →  campaign <campaign acme-sg/spring-sale> created
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from support.repository import CREATIVES
from support.sandbox import LEVELS, LocalGraph, label_of

FIELDS = {
    "campaign": "name,status,effective_status,objective,daily_budget,lifetime_budget,bid_strategy,spend_cap,"
    "special_ad_categories",
    "ad_set": "name,status,effective_status,daily_budget,lifetime_budget,bid_strategy,optimization_goal,billing_event,"
    "promoted_object,end_time,regional_regulation_identities,dsa_beneficiary,dsa_payor",
    "ad": "name,status,effective_status,conversion_domain,creative{object_story_spec,url_tags}",
}
THUMBNAIL = re.compile(r"http://127\.0\.0\.1:\d+/_media/[^\s\"'\\]+")
OMITTED_PARAMS = ("file_size", "start_offset", "upload_session_id")
REPLACEMENTS = (
    (re.compile(r"\b(\S+\.(?:mp4|mov|png|jpe?g)) \([0-9a-f]{8}\)"), r"\1"),
    (re.compile(r"<([\w ./:-]+): \d+ bytes>"), r"<\1>"),
    (re.compile(r"\[trace \w+\]"), "[trace]"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<digest>"),
)


def addresses_in(tree: Path) -> Iterator[str]:
    """Every address that the campaign files below a folder declare."""
    for path in sorted((tree / "campaigns").glob("*/*.yaml")):
        data = YAML(typ="safe").load(path)
        campaign = f"{path.parent.name}/{path.stem}"
        yield campaign
        for key, ad_set in (data.get("ad_sets") or {"main": data}).items():
            yield f"{campaign}/{key}"
            for ad in ad_set.get("ads") or {"main": {}}:
                yield f"{campaign}/{key}/{ad}"


class Normalizer:
    """Puts `<kind address>` in place of ids. Videos and creatives have no address: they are numbered in the order in
    which they were created."""

    def __init__(self, sandbox: LocalGraph, addresses: Iterable[str]) -> None:
        self.sandbox = sandbox
        self.labels = {label_of(address): address for address in addresses}

    def _names(self) -> dict[str, str]:
        names, numbers = {}, dict.fromkeys(("video", "creative"), 0)
        for node in self.sandbox.nodes():
            kind = node["kind"]
            if kind in LEVELS:
                names[node["id"]] = f"<{kind} {self._title(node)}>"
            elif kind in numbers:
                numbers[kind] += 1
                names[node["id"]] = f"<{kind} {numbers[kind]}>"
            elif kind == "image":
                names[node["data"]["hash"]] = "<image>"
        return names

    def _title(self, node: dict[str, Any]) -> str:
        known = {n["id"]: n["data"]["name"] for n in self.sandbox.nodes("label")}
        labels = [known.get(str(i), "") for i in node["data"].get("adlabels") or []]
        return next((self.labels[name] for name in labels if name in self.labels), f"named {node['data']['name']}")

    def text(self, text: str) -> str:
        files = {hashlib.sha256(p.read_bytes()).hexdigest(): p for p in CREATIVES.rglob("*.*")}
        text = THUMBNAIL.sub("<thumbnail>", text)
        for digest, path in files.items():
            text = text.replace(digest, f"<sha256 of {path.relative_to(CREATIVES).as_posix()}>")
        for id_, name in self._names().items():
            text = text.replace(id_, name)
        for label, address in self.labels.items():
            text = text.replace(label, f"<label of {address}>")
        for pattern, replacement in REPLACEMENTS:
            text = pattern.sub(replacement, text)
        return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"

    def calls(self, writes: list[dict[str, Any]]) -> str:
        """The writes as text, a paragraph each, in the order in which Meta accepted them."""
        paragraphs = []
        for write in writes:
            params = {k: v for k, v in write["params"].items() if k not in OMITTED_PARAMS}
            lines = [f"  {k}: {v if isinstance(v, str) else json.dumps(v, ensure_ascii=False, sort_keys=True)}"
                     for k, v in sorted(params.items())]  # fmt: skip
            paragraphs.append("\n".join([f"{write['method']} {write['path']}", *lines]))
        return self.text("\n\n".join(paragraphs)) if paragraphs else ""

    def live(self) -> dict[str, Any]:
        """What Graph shows of every campaign, ad set and ad, by address."""
        found: dict[str, Any] = {}
        for node in self.sandbox.nodes():
            if node["kind"] in LEVELS:
                row = json.loads(
                    self.text(json.dumps(self.sandbox.read(node["id"], FIELDS[node["kind"]]), sort_keys=True))
                )
                row.pop("id")
                title = self._title(node)
                while title in found:
                    title += " (again)"
                found[title] = {"kind": node["kind"], **row}
        return dict(sorted(found.items()))
