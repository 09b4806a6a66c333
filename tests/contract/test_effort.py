"""What a plan says that its apply takes: the requests of uploads among it, and beside it what goes first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.command import Reconciler
from support.repository import CREATIVES, STILL, Repository, still_campaign
from support.sandbox import LocalGraph

FILM = STILL.replace("image: outlet/banner.jpg", "video: spring/long.mp4")
SOON = "activate_at: 2026-11-21 10:09\n"


def film(repository: Repository, size: int) -> None:
    hero = (CREATIVES / "spring" / "hero.mp4").read_bytes()
    rest = size - len(hero)
    repository.creative("spring/long.mp4", hero + rest.to_bytes(4, "big") + b"free" + bytes(rest - 8))


def effort(reconciler: Reconciler) -> dict[str, Any]:
    found = reconciler.plan().ended(0).json["effort"]["acme-sg"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("size", [900_000, 2_500_000])
def test_a_film_takes_the_requests_that_its_size_asks_for(
    size: int, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    film(repository, size)
    repository.campaign("film", FILM)
    told = effort(reconciler)
    assert told["writes"] == 4 + told["uploads"]
    assert told["reads"] > 15
    reconciler.apply().ended(0)
    assert told["uploads"] == len(sandbox.creates("video")) == 2 + -(-size // 1_000_000)


def test_an_image_takes_one_however_many_ads_show_it_and_none_once_it_was_shown(
    repository: Repository, reconciler: Reconciler
) -> None:
    for name in "ab":
        repository.campaign(name, still_campaign(name))
    assert effort(reconciler)["uploads"] == 1
    reconciler.apply("--target", "acme-sg/a").ended(0)
    assert effort(reconciler)["uploads"] == 0
    (repository.root / "state/.acme-sg.uploads.json").unlink()
    assert effort(reconciler)["uploads"] == 0


def test_what_was_sent_lately_is_not_counted_again_though_no_record_shows_it(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    (repository.root / "state/acme-sg/still.json").unlink()
    repository.campaign("more", still_campaign("more"))
    assert effort(reconciler)["uploads"] == 0
    sandbox.pass_time(25 * 3600)
    assert effort(reconciler)["uploads"] == 1


@pytest.mark.parametrize("made", [True, False])
def test_launches_of_the_next_ten_minutes_are_told_beside_it(
    made: bool, repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("soon", STILL + SOON)
    repository.campaign("later", still_campaign("later", "activate_at: 2026-11-21 10:11\n"))
    if made:
        reconciler.apply().ended(0)
    repository.campaign("more", still_campaign("more"))
    told = effort(reconciler)
    assert (told["due_reads"], told["due_writes"]) == (6, 3)
    assert told["writes"] == (4 if made else 13)


def test_a_stop_is_told_as_well_and_nothing_that_a_person_holds(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("stops", STILL + "activate_at: 2026-11-21 09:00\ndeactivate_at: 2026-11-21 10:05\n")
    told = effort(reconciler)
    assert (told["due_reads"], told["due_writes"]) == (6, 3)
    repository.edit_campaign("stops", "name:", "status: PAUSED\nname:")
    told = effort(reconciler)
    assert (told["due_reads"], told["due_writes"]) == (0, 0)


def test_text_comment_and_page_say_it_where_they_say_how_long_it_takes(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, tmp_path: Path
) -> None:
    repository.campaign("soon", STILL + SOON)
    reconciler.apply().ended(0)
    sandbox.settings(throttle=True, tier="limited")
    film(repository, 30_000_000)
    repository.campaign("film", FILM)
    files = [tmp_path / "comment.md", tmp_path / "page.html"]
    out = reconciler("plan", "--markdown", str(files[0]), "--html", str(files[1])).ended(0).out
    for text in (out, *(file.read_text() for file in files)):
        assert "36 writes, 32 of them for uploads, limited tier" in text
        assert "Launches and stops of the next ten minutes take 3 writes and 6 reads more" in text
