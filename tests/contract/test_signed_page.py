"""`plan --html` writes one file that shows what a client signs: what starts, when, what it costs, and each ad."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from support.command import Reconciler
from support.markup import Node, parsed
from support.repository import PROJECT_ROOT, SPRING, STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

from reconciler.run import previews


@pytest.fixture
def page_of(reconciler: Reconciler, tmp_path: Path):
    def written(*options: str, status: int = 0) -> Node:
        file = tmp_path / "plan.html"
        reconciler("plan", "--html", str(file), *options).ended(status)
        return parsed(file.read_text("utf-8"))

    return written


def words(node: Node) -> str:
    return " ".join(node.text.split())


def section(page: Node, title: str) -> Node:
    return next(one for one in page.all("section") if one.all("h2") and one.all("h2")[0].text == title)


# ---- one file


def test_nothing_is_asked_for_from_elsewhere_and_nothing_runs(repository, page_of):
    repository.campaign("spring", SPRING)
    page = page_of()
    assert not page.all("script") + page.all("link") + page.all("iframe") + page.all("form")
    for node in page.nodes:
        assert not [name for name in node.attributes if name.startswith("on") or name == "style"]
        fetched = [node.attributes.get(name, "") for name in ("src", "poster", "data")]
        linked = node.attributes.get("href", "")
        assert all(not url or url.startswith("data:") for url in fetched)
        assert not linked or linked.startswith(("data:image/", "#")) or node.tag == "a"


def test_the_policy_allows_just_the_page_s_own_style(repository, page_of):
    repository.campaign("still", STILL)
    page = page_of()
    (policy,) = [one.attributes["content"] for one in page.all("meta") if "http-equiv" in one.attributes]
    digest = base64.b64encode(hashlib.sha256(page.one("style").text.encode()).digest()).decode()
    assert policy.split("; ")[:2] == ["default-src 'none'", f"style-src 'sha256-{digest}'"]
    assert "unsafe" not in policy and "http" not in policy


def test_every_id_stands_once_and_every_symbol_that_is_used_is_there(repository, page_of):
    repository.campaign("spring", SPRING)
    repository.campaign("still", STILL)
    page = page_of()
    ids = [node.attributes["id"] for node in page.nodes if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    assert {node.attributes["href"][1:] for node in page.all("use")} <= set(ids)


# ---- what starts, and what it costs


def test_the_head_says_what_starts_and_the_costs_what_is_spent(repository, page_of):
    repository.campaign("spring", SPRING)
    page = page_of()
    assert page.one("h1").text == "Spring Sale starts on 2026-12-01 09:00 +08"
    assert "1 new ad in 1 account. At most 50.00 SGD a day." in words(page.one("header"))
    costs = words(page.one("table", "costs"))
    assert "Acme Singapore" in costs
    assert "50.00 SGD from 2026-12-01 09:00 +08" in costs
    assert "until 2026-12-31 23:59 +08" in costs


def test_the_chart_s_table_has_the_figures_of_each_day(repository, page_of):
    repository.campaign("spring", SPRING)
    rows = [words(row) for row in page_of().one("table", "figures").all("tr")][1:]
    assert rows == [
        "2026-11-21 to 11-300 SGD",
        "2026-12-0131.25 SGD",
        "2026-12-02 to 12-3150.00 SGD",
        "2027-01-01 to 01-100 SGD",
    ]


def test_the_calendar_says_each_run_in_words_and_marks_what_has_no_end(repository, page_of):
    repository.campaign("spring", SPRING)
    repository.campaign("open", STILL + "activate_at: 2026-12-05 10:00\n")
    repository.campaign("held", STILL.replace("Still", "Held") + "status: PAUSED\n")
    calendar = page_of().one("table", "calendar")
    told = {words(row.all("th")[0].all("span")[0]): row for row in calendar.all("tr")[1:]}
    assert [words(row.all("td", "times")[0]) for row in told.values()] == [
        "from 2026-12-01 09:00 +08 until 2026-12-31 23:59 +08",
        "from 2026-12-05 10:00 +08 without an end",
        "held: off until a person turns it on",
    ]
    assert {name: len(row.all("path", "goes-on")) for name, row in told.items()} == {
        "Spring Sale": 0, "Still": 1, "Held": 0,
    }  # fmt: skip


def test_the_page_names_commit_and_digest_and_whether_files_differ_from_it(repository, page_of, reconciler):
    repository.campaign("still", STILL)
    git = ["git", "-C", str(repository.root), "-c", "user.name=Mei", "-c", "user.email=mei@acme.example"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "Still"]):
        subprocess.run([*git, *command], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    approval = words(page_of().one("section", "sign"))
    assert f"of commit {commit} would do, as of 2026-11-21 10:00 +08" in approval
    assert reconciler.plan().json["digest"] in approval
    repository.edit_campaign("still", "Shop.", "Shop now.")
    assert f"{commit} with changes that are not committed" in words(page_of().one("section", "sign"))


# ---- ads


def test_an_ad_is_shown_with_its_words_its_button_and_its_picture(repository, page_of):
    repository.campaign("still", STILL.replace("headline: Outlet", "headline: Outlet\n  description: This week"))
    page = page_of()
    card = page.one("div", "card")
    assert [words(card.one(class_=name)) for name in ("text", "headline", "description", "button")] == [
        "Shop.", "Outlet", "This week", "Shop Now",
    ]  # fmt: skip
    assert "acme.example" in words(card.one("div", "foot"))
    content = base64.b64encode((repository.root / "creatives/outlet/banner.jpg").read_bytes()).decode()
    assert page.one("image").attributes["href"] == f"data:image/jpeg;base64,{content}"


def test_one_picture_of_many_ads_stands_in_the_page_once(repository, page_of):
    for key in "abc":
        repository.campaign(key, STILL.replace("name: Still", f"name: Still {key}"))
    page = page_of()
    assert len(page.all("section", "advert")) == 3
    assert len(page.all("image")) == 1


def test_a_film_plays_in_one_place_and_a_still_of_it_stands_in_the_others(repository, page_of):
    repository.campaign("spring", SPRING)
    repository.campaign("again", SPRING.replace("Spring Sale", "Again"))
    films = page_of().all("video")
    content = base64.b64encode((repository.root / "creatives/spring/hero.mp4").read_bytes()).decode()
    playing = [film for film in films if "controls" in film.attributes]
    assert [film.attributes["src"] for film in playing] == [f"data:video/mp4;base64,{content}"]
    stills = {film.attributes["src"] for film in films if film not in playing}
    assert len(films) == 4 and len(stills) == 1
    assert 0 < len(stills.pop()) < len(content) / 4


def test_a_changed_ad_is_shown_before_and_after_with_the_words_that_differ(repository, page_of, reconciler):
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    repository.edit_campaign("still", "primary_text: Shop.", "primary_text: Shop today.")
    repository.edit_campaign("still", "outlet/banner.jpg", "always-on/still.png")
    page = page_of()
    advert = page.one("section", "advert")
    rows = {row.all("th")[0].text: [words(cell) for cell in row.all("td")] for row in advert.all("tr")[1:]}
    assert rows == {
        "Text": ["Shop.", "Shop today."],
        "Media": ["outlet/banner.jpg (1:1)", "always-on/still.png (1:1)"],
    }
    assert [words(one) for one in advert.all("ins")] == ["Shop today."]
    assert [words(one) for one in advert.all("figcaption")] == [
        "Until now · Feed", "After · Feed", "After · Story and reel",
    ]  # fmt: skip
    assert len(page.all("image")) == 2


def test_a_film_that_gave_way_to_a_picture_is_shown_as_what_was(repository, page_of, reconciler):
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    repository.edit_campaign("spring", "video: spring/hero.mp4", "image: outlet/banner.jpg")
    advert = page_of().one("section", "advert")
    assert "Mediaspring/hero.mp4 (9:16, 0:05)outlet/banner.jpg (1:1)" in words(advert)
    assert words(advert.all("figcaption")[0]) == "Until now · Feed · cropped to 4:5"
    assert len(advert.all("figure")[0].all("video")) == 1


def test_a_file_that_was_overwritten_is_not_shown_as_what_runs_now(repository, page_of, reconciler):
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    other = (repository.root / "creatives/launch/thumbnail.jpg").read_bytes()
    repository.creative("outlet/banner.jpg", other)
    page = page_of()
    assert "this version of the file is not in the repository any more" in words(page.one("div", "absent"))
    assert len(page.all("image")) == 1


def test_what_is_cut_and_what_is_folded_away_is_marked(repository, page_of):
    text, headline = "word " * 40, "Save thirty per cent on everything in the store"
    repository.campaign(
        "still", STILL.replace("Shop.", text.strip()).replace("headline: Outlet", f"headline: {headline}")
    )
    page = page_of()
    card = page.one("div", "card")
    assert words(card.one(class_="more")) == "… See more"
    assert words(card.one("p", "text")).replace("… See more", " ").split() == text.split()
    assert words(card.one("s", "cut")) == "the store"
    assert f"The headline has {len(headline)} characters" in words(page.one("section", "advert"))


def test_placeholders_are_marked(repository, page_of):
    repository.campaign("still", STILL.replace("Shop.", '"Shop {{product.name}} now."'))
    assert [words(one) for one in page_of().one("div", "card").all(class_="filled-in")] == ["{{product.name}}"]


def test_only_the_shapes_that_the_placements_have_are_drawn(repository, page_of):
    places = "age_min: 21, publisher_platforms: [facebook], facebook_positions: [feed]"
    repository.campaign("on", TRAFFIC.replace("age_min: 21", places))
    assert [words(one) for one in page_of().all("figcaption")] == ["Feed"]


def test_an_ad_set_s_reach_is_told_in_words(repository, page_of):
    repository.campaign("on", TRAFFIC)
    facts = page_of().one("article", "change")
    assert "People in Singapore, aged 21 and over; wherever Meta shows ads" in words(facts)


def test_campaigns_that_are_alike_are_told_once_with_what_each_has_of_its_own(repository, page_of):
    for number in range(24):
        text = SPRING.replace("Spring Sale", f"Spring {number:02}").replace("50.00 SGD", f"{50 + number}.00 SGD")
        repository.campaign(f"spring-{number:02}", text)
    page = page_of()
    change = page.one("article", "change")
    assert words(change.one("h3")) == "24 campaigns alike"
    assert "and 18 more" in words(change.all("p", "address")[0])
    assert "People in Singapore; wherever Meta shows ads" in words(change)
    rows = [words(row) for row in change.one("div", "scroll").all("tr")]
    assert len(rows) == 25 and "73.00 SGD" in rows[-1]
    assert len(change.all("section", "advert")) == 24
    (line,) = page.one("table", "calendar").all("tr")[1:]
    assert words(line.all("th")[0]) == "Spring 00 and 23 moreacme-sg"


def test_a_file_that_is_too_large_is_named_with_its_size(repository, page_of, monkeypatch):
    monkeypatch.setitem(previews.MOST_OF_A_FILE, "image", 10_000)
    repository.campaign("still", STILL)
    page = page_of()
    assert not page.all("image")
    assert "outlet/banner.jpg1:1, 44 KBtoo large to be in this page" in words(page.all("div", "absent")[0])
    assert "outlet/banner.jpg (too large to be in this page)" in words(page.one("footer"))


def test_where_there_is_no_room_films_are_left_out_and_pictures_stay(repository, page_of, monkeypatch):
    monkeypatch.setattr(previews, "MOST_IN_ALL", 55_000)
    repository.campaign("spring", SPRING)
    repository.campaign("still", STILL)
    page = page_of()
    assert len(page.all("image")) == 1
    assert [film for film in page.all("video") if "controls" in film.attributes] == []
    assert len(page.all("video")) == 2
    assert "spring/hero.mp4 (left out to keep this page small enough to mail)" in words(page.one("footer"))


# ---- what must be read first


def test_refusals_drift_and_failures_are_told_in_words(repository, page_of, reconciler, sandbox: LocalGraph):
    repository.campaign("still", STILL)
    repository.campaign("on", TRAFFIC + "status: ACTIVE\n")
    reconciler.apply().ended(0)
    reconciler("activate").ended(0)
    sandbox.person_edits("acme-sg/on", status="PAUSED")
    repository.edit(
        "project.yaml", "project: acme-agency", "project: acme-agency\npolicies: {max_daily_budget: 60.00 SGD}"
    )
    repository.edit_campaign("still", "50.00 SGD", "90.00 SGD")
    read = section(page_of(status=3), "Before you sign")
    assert "90.00 SGD a day is over the limit of 60.00 SGD" in words(read)
    assert "status ACTIVE → PAUSED, by Mei" in words(read)


def test_an_account_that_could_not_be_planned_is_named_with_what_is_known_of_it(repository, page_of, sandbox):
    repository.campaign("still", STILL)
    sandbox.fault("error", "act_1234567890", code=190, http=400, times=0)
    page = page_of(status=1)
    assert page.one("h1").text == "Nothing can be said yet"
    assert "Acme Singaporeacme-sgunknown: this account could not be planned" in words(page.one("table", "costs"))
    assert "acme-sg" in words(section(page, "Before you sign"))


def test_a_plan_of_nothing_says_so(repository, page_of, reconciler):
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    page = page_of()
    assert page.one("h1").text == "Nothing changes"
    assert not page.all("section", "advert")


def test_the_page_is_written_beside_json_and_a_plan_file(repository, reconciler, tmp_path):
    repository.campaign("still", STILL)
    file, saved = tmp_path / "plan.html", tmp_path / "plan.json"
    run = reconciler("plan", "--json", "--html", str(file), "--out", str(saved)).ended(0)
    assert run.json["digest"] in file.read_text("utf-8")
    assert saved.exists()


# ---- size


def test_three_hundred_ads_of_thirty_pictures_take_no_more_than_the_pictures_and_their_words(repository, page_of):
    banner = (repository.root / "creatives/always-on/still.png").read_bytes()
    end = banner.rindex(b"\0\0\0\0IEND")
    for number in range(30):
        # A chunk that says nothing makes each of them another file.
        repository.creative(f"many/{number}.png", banner[:end] + _chunk(number) + banner[end:])
    for number in range(100):
        ads = "".join(_ad(number, key) for key in range(3))
        repository.campaign(f"c{number}", f"name: Campaign {number}\ndaily_budget: 5.00 SGD\nads:\n{ads}")
    page = page_of()
    assert len(page.all("section", "advert")) == 300
    assert len(page.all("image")) == 30
    pictures = sum(len(one.attributes["href"]) for one in page.all("image"))
    file = repository.root.parent / "plan.html"
    assert file.stat().st_size - pictures < 300 * 4_000


def _chunk(number: int) -> bytes:
    data = b"tEXt" + f"Number\0{number}".encode()
    return struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))


def _ad(number: int, key: int) -> str:
    return (
        f"  a{key}: {{image: many/{(number * 3 + key) % 30}.png, primary_text: Shop {number} {key}., "
        f"headline: Outlet {key}, destination_url: https://acme.example/{number}}}\n"
    )


def test_the_repository_s_own_campaigns_make_a_page_of_less_than_a_megabyte(sandbox, tmp_path):
    for name in ("desired", "creatives"):
        shutil.copytree(PROJECT_ROOT / name, tmp_path / "own" / name)
    own = object.__new__(Repository)
    own.root = tmp_path / "own"
    sandbox.seed_from(own.root)
    file = tmp_path / "plan.html"
    Reconciler(own, sandbox)("plan", "--html", str(file)).ended(0)
    page = parsed(file.read_text("utf-8"))
    assert page.one("h1").text == "5 campaigns start, the first on 2026-12-01 09:00 +08"
    assert sorted(re.findall("SGD|MYR|TWD|USD", words(page.one("header")))) == ["MYR", "SGD", "TWD"]
    assert file.stat().st_size < 1_000_000
