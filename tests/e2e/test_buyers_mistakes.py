"""A buyer's mistakes on the command: one error, in its place, in words, with a mend that works."""

from __future__ import annotations

import unicodedata

import pytest
from support.command import Reconciler
from support.repository import ACCOUNT_FILE, CREATIVES, SPRING, Repository

NFC, NFD = (unicodedata.normalize(form, "été.mp4") for form in ("NFC", "NFD"))

MISTAKES = [
    pytest.param("name: ", "name：", "1:5: a full-width ： stands", "write name: Spring Sale", "name: ", id="："),
    pytest.param("Save 30%", "#1 brand", "8:3: headline is written", 'headline: "#1 brand"', '"#1 brand"', id="#"),
    pytest.param("Save 30%", "10.10", "8:13: headline: expected text, found 10.10", '"10.10"', '"10.10"', id="10.10"),
    pytest.param("50.00 SGD", "S$50", "2:15: daily_budget: 'S$50' is not", "write 50.00 SGD", "50.00 SGD", id="S$"),
    pytest.param(
        "2026-12-01 09:00", "1 Dec 2026 9am", "3:14: activate_at:", "write 2026-12-01 09:00", "2026-12-01 09:00",
        id="a time as people write it",
    ),
    pytest.param(
        "  video: ", "video: ", "6:1: video stands further out than primary_text", "put 2 spaces before video",
        "  video: ", id="a line that slipped",
    ),
    pytest.param(
        "spring/hero.mp4", "https://acme.example/hero.mp4", "6:10: https://acme.example/hero.mp4: a web address",
        "download it to creatives/", "spring/hero.mp4", id="a web address",
    ),
    pytest.param(
        "spring/hero.mp4", "C:\\shop\\creatives\\spring\\hero.mp4", "6:10: ", "write spring/hero.mp4",
        "spring/hero.mp4", id="a path of Windows",
    ),
    pytest.param(
        "name: ", "\u200bname: ", "1:1: U+200B (zero width space)", "write name:", "name: ", id="a space of no width"
    ),
    pytest.param(
        "name: Spring Sale\n", "<<<<<<< HEAD\nname: A\n=======\nname: B\n>>>>>>> b\n", "1:1: a merge conflict",
        "keep the lines of one side", "name: A\n", id="a merge conflict",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "says", "mend", "followed"), MISTAKES)
def test_a_mistake_is_told_once_and_its_mend_makes_the_repository_valid(
    repository: Repository, reconciler: Reconciler, right: str, wrong: str, says: str, mend: str, followed: str
) -> None:
    assert right in SPRING
    repository.campaign("spring", SPRING.replace(right, wrong, 1))
    told = reconciler("validate").ended(1).err
    assert told.count("mend: ") == 1
    assert f"desired/campaigns/acme-sg/spring.yaml:{says}" in told
    assert mend in told
    repository.campaign("spring", SPRING.replace(right, followed, 1))
    reconciler("validate").ended(0)


def test_the_number_of_an_ad_account_is_answered_with_its_id(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    repository.write("accounts/acme-sg.yaml", ACCOUNT_FILE.replace("act_1234567890", "1234567890"))
    told = reconciler("validate").ended(1).err
    assert told.count("mend: ") == 1
    assert "write account: act_1234567890" in told


def test_a_file_from_macos_is_told_from_one_that_is_not_there(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING.replace("hero.mp4", NFC))
    there = repository.creative(f"spring/{NFD}", (CREATIVES / "spring/hero.mp4").read_bytes())
    told = reconciler("validate").ended(1).err
    assert f"rename it to {NFC}" in told
    assert "the same letters in another Unicode form" in told
    there.rename(there.with_name(NFC))
    reconciler("validate").ended(0)


def test_quotes_of_typesetting_are_a_warning(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING.replace("Save 30%", "“Save 30%”"))
    told = reconciler("validate").ended(0).said
    assert "Warning: " in told
    assert "the quotes “ ” are shown" in told
