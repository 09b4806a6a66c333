"""An ad that brings its assets under `raw: {asset_feed_spec: …}`: what docs/yaml.md says of it is so, and each mend
leads on."""

from __future__ import annotations

from pathlib import Path

from support.command import Reconciler
from support.repository import Repository
from support.sandbox import LocalGraph

WRITTEN = """\
name: Mixed
objective: OUTCOME_TRAFFIC
daily_budget: 50.00 SGD
ad_sets:
  main:
    optimization_goal: LINK_CLICKS
    countries: [SG]
    is_dynamic_creative: true
    ads:
      mix:
        raw:
          asset_feed_spec:
            bodies: [{text: Shop.}, {text: Come.}]
            titles: [{text: Outlet}, {text: Sale}]
            link_urls: [{website_url: "https://acme.example/outlet"}]
            call_to_action_types: [SHOP_NOW]
            ad_formats: [SINGLE_IMAGE]
"""
MENDS = (
    "add video: or image:, with the file's path below creatives/",
    "add destination_url: https://…, where a click leads",
)


def test_a_feed_alone_is_refused_and_with_what_its_mends_say_it_is_made_and_converges(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("mixed", WRITTEN)
    said = reconciler("validate").ended(1).said
    assert "video or image is missing, which asset_feed_spec stands beside\n" in said
    assert [mend for mend in MENDS if f"mend: {mend}\n" not in said] == []
    followed = "      mix:\n        image: outlet/banner.jpg\n        destination_url: https://acme.example/outlet\n"
    repository.campaign("mixed", WRITTEN.replace("      mix:\n", followed))
    assert "problem" not in reconciler("validate").ended(0).said
    reconciler.apply().ended(0)
    assert len(sandbox.read(sandbox.id("acme-sg/mixed/main/mix"), "creative{asset_feed_spec}")["creative"]) == 2
    reconciler.converged()


def test_the_page_on_yaml_says_what_stands_beside_a_feed() -> None:
    page = " ".join((Path(__file__).parents[2] / "docs/yaml.md").read_text("utf-8").split())
    assert "`raw: {asset_feed_spec: …}`, beside a `video` or `image` and a `destination_url`" in page
