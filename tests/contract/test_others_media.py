"""A picture, a film or a form that somebody has put in place of ours is told, whatever name its creative bears."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.command import Reconciler
from support.existing import World, as_page, settled
from support.repository import STILL, Repository
from support.sandbox import PAGE, LocalGraph

FILM_AD, AD = "acme-sg/film/main/main", "acme-sg/still/main/main"
CREATIVES = Path(__file__).parents[2] / "creatives"
FILM = STILL.replace("name: Still", "name: Film").replace("image: outlet/banner.jpg", "video: spring/hero.mp4")
OTHER_PICTURE = (CREATIVES / "always-on/still.png").read_bytes()


@pytest.fixture
def film(reconciler: Reconciler, repository: Repository, sandbox: LocalGraph) -> Reconciler:
    repository.campaign("film", FILM)
    reconciler.apply().ended(0)
    return reconciler


@pytest.fixture
def still(reconciler: Reconciler, repository: Repository, sandbox: LocalGraph) -> Reconciler:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    return reconciler


def shown(sandbox: LocalGraph, address: str) -> dict[str, Any]:
    return dict(sandbox.read(sandbox.id(address), "creative{id,name,object_story_spec}")["creative"])


def cover_of(sandbox: LocalGraph) -> dict[str, str]:
    data = shown(sandbox, FILM_AD)["object_story_spec"]["video_data"]
    return {name: data[name] for name in ("image_hash", "image_url") if name in data}


def file_of(cover: dict[str, str]) -> str:
    return cover["image_url"].partition("?")[0]


def picture(sandbox: LocalGraph, content: bytes = OTHER_PICTURE) -> str:
    return str(sandbox.person_uploads("adimages", "mine.png", content)["images"]["mine.png"]["hash"])


def put_on(
    sandbox: LocalGraph, address: str, *, name: str = "Mei's", without: tuple[str, ...] = (), **data: Any
) -> str:
    """Somebody's creative in place of ours: the same, but for what is given of its story's one part."""
    before = shown(sandbox, address)
    story = before["object_story_spec"]
    part = next(key for key in story if key.endswith("_data"))
    kept = {key: value for key, value in story[part].items() if key not in ("picture", *without)}
    name = before["name"].partition(" 2026")[0] if name == "ours" else name
    made = sandbox.person_makes("adcreatives", name=name, object_story_spec={**story, part: {**kept, **data}})
    sandbox.person_posts(address, creative={"creative_id": made})
    return made


def frame(sandbox: LocalGraph, number: int) -> str:
    video = shown(sandbox, FILM_AD)["object_story_spec"]["video_data"]["video_id"]
    return str(sandbox.read(video, "thumbnails")["thumbnails"]["data"][number]["uri"])


def drifted(reconciler: Reconciler) -> dict[str, Any]:
    return {each["field"]: each["live"] for each in reconciler.plan().json["drift"]}


def own_cover(how: str, sandbox: LocalGraph, name: str = "Mei's") -> str:
    if how == "a picture":
        return put_on(sandbox, FILM_AD, name=name, without=("image_url",), image_hash=picture(sandbox))
    return put_on(sandbox, FILM_AD, name=name, image_url=frame(sandbox, 1))


COVERS = {"a picture": "thumbnail", "another frame": "object_story_spec"}


@pytest.mark.parametrize("name", ["Mei's", "ours"])
@pytest.mark.parametrize("how", COVERS)
def test_an_own_cover_of_a_film_is_drift_and_no_text_goes_over_it(
    how: str, name: str, film: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    ours = cover_of(sandbox)
    theirs = own_cover(how, sandbox, name)
    assert set(drifted(film)) == {COVERS[how]}
    repository.edit_campaign("film", "headline: Outlet", "headline: Sale")
    refused = film.apply().ended(3)
    assert "a change of headline" in refused.said and COVERS[how] in refused.said
    assert shown(sandbox, FILM_AD)["id"] == theirs
    repository.edit_campaign("film", "headline: Sale", "headline: Outlet")
    film.apply("--revert-drift").ended(0)
    assert shown(sandbox, FILM_AD)["id"] != theirs
    assert cover_of(sandbox).keys() == ours.keys() and file_of(cover_of(sandbox)) == file_of(ours)
    film.converged()


def test_a_picture_as_cover_is_pulled_and_stays_with_the_next_text(
    film: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    own_cover("a picture", sandbox)
    theirs = cover_of(sandbox)["image_hash"]
    film("pull").ended(0)
    film("sync").ended(0)
    film.converged()
    repository.edit_campaign("film", "headline: Outlet", "headline: Sale")
    film.apply().ended(0)
    assert cover_of(sandbox) == {"image_hash": theirs}


def test_the_frame_that_ours_had_is_nobody_s_cover(film: Reconciler, sandbox: LocalGraph) -> None:
    put_on(sandbox, FILM_AD, message="Mei's words", image_url=frame(sandbox, 0))
    assert drifted(film) == {"primary_text": "Mei's words"}


def test_the_hash_that_meta_gives_our_own_cover_is_nobody_s(film: Reconciler, sandbox: LocalGraph) -> None:
    """What was sent as an address may be read with a hash beside it."""
    ours = shown(sandbox, FILM_AD)
    story = ours["object_story_spec"]
    hashed = picture(sandbox)
    both = {**story, "video_data": {**story["video_data"], "image_hash": hashed}}
    sandbox.meta_shows(ours["id"], object_story_spec=both)
    put_on(sandbox, FILM_AD, message="Mei's words", without=("image_url",), image_hash=hashed)
    assert drifted(film) == {"primary_text": "Mei's words"}


def test_an_own_cover_before_a_launch_holds_it(film: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    own_cover("another frame", sandbox)
    repository.campaign("film", FILM + "status: ACTIVE\n")
    assert "is live and not declared" in film.apply().said
    assert sandbox.activations() == []


def test_an_imported_film_keeps_a_cover_that_no_file_names(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    world = World(sandbox)
    content = (CREATIVES / "spring/hero.mp4").read_bytes()
    video = str(sandbox.person_uploads("advideos", "mine.mp4", content)["id"])
    sandbox.pass_time(3600)
    frames = sandbox.read(video, "thumbnails")["thumbnails"]["data"]
    button = {"type": "LEARN_MORE", "value": {"link": "https://acme.example/a"}}
    data = {"video_id": video, "image_url": frames[1]["uri"], "message": "Come.", "call_to_action": button}
    creative = world.creative(object_story_spec={"page_id": PAGE, "video_data": data})
    ad = world.ad(world.ad_set(world.campaign()), creative_id=creative)
    settled(reconciler)
    repository.edit_campaign("old", "primary_text: Come.", "primary_text: Come today.")
    refused = reconciler.apply().ended(3)
    assert "image_url" in refused.said
    assert sandbox.read(ad, "creative")["creative"]["id"] == creative


# ---- nothing is remembered, and the name is that of ours


@pytest.mark.parametrize("how", COVERS)
def test_without_a_record_an_own_cover_under_the_name_of_ours_is_told(
    how: str, film: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    own_cover(how, sandbox, "ours")
    repository.forget_state()
    assert COVERS[how] in drifted(film)


def test_without_a_record_our_own_cover_is_nobody_s(
    film: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.forget_state()
    film.apply().ended(0)
    film.converged()


def test_without_a_record_another_picture_under_the_name_of_ours_is_told(
    still: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    theirs = put_on(sandbox, AD, name="ours", image_hash=picture(sandbox))
    repository.forget_state()
    assert set(drifted(still)) == {"image"}
    repository.edit_campaign("still", "headline: Outlet", "headline: Sale")
    still.apply().ended(0)
    assert shown(sandbox, AD)["id"] == theirs


def test_without_a_record_another_film_under_the_name_of_ours_is_told(
    film: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    content = (CREATIVES / "spring/hero-square.mp4").read_bytes()
    video = str(sandbox.person_uploads("advideos", "mine.mp4", content)["id"])
    sandbox.pass_time(3600)
    put_on(sandbox, FILM_AD, name="ours", video_id=video)
    repository.forget_state()
    assert "video" in drifted(film)


def test_without_a_record_a_picture_that_was_there_under_another_name_is_ours(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """Meta keeps the name of whoever was first to send the bytes."""
    picture(sandbox, (CREATIVES / "outlet/banner.jpg").read_bytes())
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    repository.forget_state()
    reconciler.apply().ended(0)
    reconciler.converged()


FORM = """\
name: Get a quote
questions: [{type: EMAIL}]
privacy_policy: {url: https://acme.example/privacy}
follow_up_url: https://acme.example/
"""
LEADS = """\
name: Leads
objective: OUTCOME_LEADS
daily_budget: 20.00 SGD
countries: [SG]
optimization_goal: LEAD_GENERATION
ad:
  image: outlet/banner.jpg
  primary_text: A quote in a day.
  lead_form: quote
"""
LEAD_AD = "acme-sg/leads/main/main"


def test_without_a_record_another_form_under_the_name_of_ours_is_told(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.write("lead_forms/acme-sg/quote.yaml", FORM)
    repository.campaign("leads", LEADS)
    reconciler.apply().ended(0)
    policy = {"url": "https://acme.example/privacy"}
    other = as_page(
        sandbox, f"{PAGE}/leadgen_forms", name="Mei's", questions=[{"type": "EMAIL"}], privacy_policy=policy
    )
    button = {"type": "SIGN_UP", "value": {"lead_gen_form_id": other}}
    theirs = put_on(sandbox, LEAD_AD, name="ours", call_to_action=button)
    repository.forget_state()
    assert drifted(reconciler) == {"lead_form": other}
    repository.edit_campaign("leads", "A quote in a day.", "A quote in an hour.")
    reconciler.apply().ended(0)
    assert shown(sandbox, LEAD_AD)["id"] == theirs
