"""A user's repository in a temporary folder, and YAML to put into it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from textwrap import dedent
from typing import Any

PROJECT_ROOT = Path(__file__).parents[2]
CREATIVES = PROJECT_ROOT / "creatives"

PROJECT = "project: acme-agency\n"
ACCOUNT_FILE = """\
account: act_1234567890
name: Acme Singapore
currency: SGD
page: "1029384756"
pixel: "5647382910"
domain: acme.example
regulated:
  singapore: {beneficiary: "112233", payer: "112233"}
"""
SPRING = """\
name: Spring Sale
daily_budget: 50.00 SGD
activate_at: 2026-12-01 09:00
deactivate_at: 2026-12-31 23:59
ad:
  video: spring/hero.mp4
  primary_text: Shop our spring sale.
  headline: Save 30%
  destination_url: https://acme.example/spring
"""
STILL = """\
name: Still
daily_budget: 50.00 SGD
ad:
  image: outlet/banner.jpg
  primary_text: Shop.
  headline: Outlet
  destination_url: https://acme.example/outlet
"""
"""The shortest campaign: one ad set, one ad with an image, no times."""

NARROW = """\
  narrow:
    name: Narrow
    daily_budget: 10.00 SGD
    optimization_goal: LINK_CLICKS
    targeting: {geo_locations: {countries: [SG]}, age_min: 30}
    ads:
      still:
        image: always-on/still.png
        primary_text: Coffee, always on.
        headline: Visit us
        destination_url: https://acme.example/
"""
"""An ad set beside that of TRAFFIC."""

TRAFFIC = """\
name: Always on
objective: OUTCOME_TRAFFIC
ad_sets:
  broad:
    name: Broad
    daily_budget: 20.00 SGD
    optimization_goal: LINK_CLICKS
    targeting: {geo_locations: {countries: [SG]}, age_min: 21}
    ads:
      still:
        image: always-on/still.png
        primary_text: Coffee, always on.
        headline: Visit Acme
        destination_url: https://acme.example/
"""


def still_campaign(headline: str, rest: str = "") -> str:
    """STILL with another headline, so that its ad and creative differ; `rest` is more YAML at its end."""
    return STILL.replace("headline: Outlet", f"headline: {headline}") + rest


class Repository:
    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(CREATIVES, root / "creatives")
        self.write("project.yaml", PROJECT)
        self.write("accounts/acme-sg.yaml", ACCOUNT_FILE)

    @classmethod
    def at(cls, root: Path) -> Repository:
        """One that is there already, as git has cloned it."""
        found = cls.__new__(cls)
        found.root = root
        return found

    def write(self, name: str, text: str | bytes) -> Path:
        """Writes a file below desired/; its path."""
        path = self.root / "desired" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return path

    def campaign(self, key: str, text: str, account: str = "acme-sg") -> Path:
        return self.write(f"campaigns/{account}/{key}.yaml", text)

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / "desired" / name
        text = path.read_text("utf-8")
        assert old in text, f"{name} has no {old!r}"
        path.write_text(text.replace(old, new), "utf-8")

    def edit_campaign(self, key: str, old: str, new: str, account: str = "acme-sg") -> None:
        self.edit(f"campaigns/{account}/{key}.yaml", old, new)

    def remove(self, key: str, account: str = "acme-sg") -> None:
        (self.root / "desired" / "campaigns" / account / f"{key}.yaml").unlink()

    def creative(self, name: str, content: bytes) -> Path:
        path = self.root / "creatives" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def state(self, key: str, account: str = "acme-sg") -> dict[str, Any]:
        path = self.root / "state" / account / f"{key}.json"
        return dict(json.loads(path.read_text("utf-8"))["resources"])

    def state_text(self, *, hidden: bool = False) -> str:
        """All files of state/ that are committed; with `hidden` also those that git ignores: the lock and what Meta
        said of usage."""
        files = sorted((self.root / "state").rglob("*")) if (self.root / "state").exists() else []
        kept = [p for p in files if p.is_file() and (hidden or not p.name.startswith("."))]
        return "\n".join(f"{p.name}\n{p.read_text('utf-8')}" for p in kept)

    def forget_state(self) -> None:
        shutil.rmtree(self.root / "state", ignore_errors=True)
