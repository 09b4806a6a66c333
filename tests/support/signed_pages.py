"""Pages of the repository's own campaigns, to be looked at: all of them new, and some changed, refused and touched by a
person."""

from __future__ import annotations

import shutil
from pathlib import Path

from support.command import Reconciler
from support.repository import PROJECT_ROOT, Repository
from support.sandbox import local_graph

LONG = "Everything in the store is thirty per cent off until Sunday night. " * 3
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><b>Sale</b>"
EDITS = (
    ("spring-sale", "acme-sg", "Shop our spring sale.", f"'{LONG}Members of {{{{product.brand}}}} Club go first.'"),
    ("spring-sale", "acme-sg", "description: Ends Sunday", "description: Ends on the first Sunday of next year"),
    ("spring-sale", "acme-sg", "video: spring/hero-square.mp4", "image: outlet/banner.jpg"),
    ("always-on", "acme-sg", "age_min: 21", "age_min: 18"),
    ("always-on", "acme-sg", "headline: Order ahead", f"headline: '{HOSTILE.replace(chr(39), chr(39) * 2)}'"),
    ("brand", "sakura-tw", "1500 TWD", "15000 TWD"),
)
LAUNCH = "2026-12-01T09:01:00+08:00"


def signed_pages(folder: Path) -> dict[str, Path]:
    """The files `new.html` and `changed.html` in the folder, by their names."""
    repository = Repository(folder / "repository")
    shutil.copytree(PROJECT_ROOT / "desired", repository.root / "desired", dirs_exist_ok=True)
    found = {name: folder / f"{name}.html" for name in ("new", "changed")}
    with local_graph() as graph:
        graph.seed_from(repository.root)
        reconciler = Reconciler(repository, graph)
        reconciler("plan", "--html", str(found["new"])).ended(0)
        reconciler.apply().ended(0)
        graph.at(LAUNCH)
        reconciler("activate").ended(0)
        graph.person_edits("acme-sg/spring-sale", status="PAUSED")
        for key, account, old, new in EDITS:
            repository.edit_campaign(key, old, new, account)
        reconciler("plan", "--html", str(found["changed"])).ended(3)
    return found
