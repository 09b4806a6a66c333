"""A user's repository of any size: one campaign, one ad set and two ads a file, so 4 objects each."""

from __future__ import annotations

import shutil
from pathlib import Path

OBJECTS = 4
"""Of one file."""

SPENT = "SGD"
ACCOUNT = """\
account: act_{number}
name: Client {index}
currency: SGD
page: "1029384756"
pixel: "5647382910"
regulated: {{singapore: {{beneficiary: "112233", payer: "112233"}}}}
"""
CAMPAIGN = """\
name: Spring Sale {index} | SG | Video
daily_budget: {budget}.00 SGD
activate_at: {at}
ads:
  hero:
    image: banner.jpg
    primary_text: Shop our spring sale, number {index}.
    headline: Save 30%
    description: Ends Sunday
    destination_url: https://acme.example/spring/{index}
  square:
    image: banner.jpg
    primary_text: Everything you love, 30% off in shop {index}.
    headline: Save 30%
    destination_url: https://acme.example/spring/{index}
    url_tags: utm_source=meta&utm_campaign=spring&utm_content=square
"""
LAUNCH = "2030-01-01 09:00"
"""Far enough away for no launch of these to come due while anything is measured."""


def write(root: Path, image: Path, campaigns: int, accounts: int = 1) -> Path:
    """Anew."""
    shutil.rmtree(root, ignore_errors=True)
    (root / "creatives").mkdir(parents=True)
    shutil.copyfile(image, root / "creatives" / "banner.jpg")
    (root / "desired" / "accounts").mkdir(parents=True)
    (root / "desired" / "project.yaml").write_text("project: bench\nstate: {branch: null}\n", "utf-8")
    for index in range(accounts):
        text = ACCOUNT.format(number=1_000_000_000 + index, index=index)
        (root / "desired" / "accounts" / f"{account_key(index)}.yaml").write_text(text, "utf-8")
        (root / "desired" / "campaigns" / account_key(index)).mkdir(parents=True)
    for index in range(campaigns):
        campaign_file(root, index, accounts).write_text(campaign(index), "utf-8")
    return root


def account_key(index: int) -> str:
    return f"client-{index:03}"


def campaign_file(root: Path, index: int, accounts: int = 1) -> Path:
    return root / "desired" / "campaigns" / account_key(index % accounts) / f"sale-{index:05}.yaml"


def campaign(index: int, budget: int = 0) -> str:
    return CAMPAIGN.format(index=index, budget=budget or 20 + index % 50, at=LAUNCH)
