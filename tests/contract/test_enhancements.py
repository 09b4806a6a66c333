"""Advantage+ creative: `import`, `pull` and `drift` hold the same for somebody's choice, and an enhancement that
stands as it does where nobody has chosen is none."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from support.command import Reconciler
from support.existing import World, settled
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

AD = "acme-sg/still/main/main"


def features(**each: str) -> dict[str, Any]:
    return {"degrees_of_freedom_spec": {"creative_features_spec": {n: {"enroll_status": s} for n, s in each.items()}}}


BY_DEFAULT = {"inline_comment": "OPT_IN", "image_touchups": "OPT_OUT", "image_animation": "OPT_IN"}
CHOSEN = {"text_optimizations": "OPT_IN", "adapt_to_placement": "OPT_OUT"}


@pytest.mark.parametrize("chosen", [{}, CHOSEN], ids=["by default", "chosen"])
def test_an_import_writes_the_enhancements_that_somebody_has_chosen_and_nothing_has_drifted_then(
    chosen: dict[str, str], repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    world = World(sandbox)
    world.ad(world.ad_set(world.campaign()), **features(**BY_DEFAULT, **chosen))
    (text,) = [text for name, text in settled(reconciler)["files"].items() if "/campaigns/" in name]
    (ad_set,) = yaml.safe_load(text)["ad_sets"].values()
    ad = ad_set.get("ad") or next(iter(ad_set["ads"].values()))
    assert ad.get("raw", {}) == (features(**chosen) if chosen else {})
    reconciler("drift").ended(0)


@pytest.mark.parametrize("chosen", [{}, CHOSEN], ids=["by default", "chosen"])
def test_drift_tells_the_enhancements_that_pull_writes_and_no_others(
    chosen: dict[str, str], repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    shown = sandbox.read(sandbox.id(AD), "creative{object_story_spec}")["creative"]
    new = World(sandbox).creative(object_story_spec=shown["object_story_spec"], **features(**BY_DEFAULT, **chosen))
    sandbox.person_posts(AD, creative={"creative_id": new})
    drifted = {one["field"] for one in reconciler.plan().ended(0).json["drift"]}
    assert ("degrees_of_freedom_spec" in " ".join(drifted)) == bool(chosen), drifted
    reconciler("pull")
    said = yaml.safe_load((repository.root / "desired/campaigns/acme-sg/still.yaml").read_text("utf-8"))["ad"]
    assert said.get("raw", {}) == (features(**chosen) if chosen else {})
    reconciler.converged()
