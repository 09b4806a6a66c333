"""What will start and stop is shown as a table, a page and a diagram, and launches that collide are pointed out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.command import Reconciler
from support.repository import SPRING, STILL, Repository
from support.sandbox import LocalGraph
from support.values import NOW, ZONE, at

from reconciler.engine.agenda import Run
from reconciler.model.address import Address
from reconciler.render.mermaid import gantt, undrawn

TASK = re.compile(r"    “[^:;#%`<>&{}\n“”]*” :(active, )?\d{4}-\d\d-\d\dT\d\d:\d\d, \d{4}-\d\d-\d\dT\d\d:\d\d")
"""What Mermaid's grammar takes as a task, whatever stands between the quotation marks."""
CHRISTMAS = SPRING.replace("2026-12-01 09:00", "2026-12-25 09:00")


@pytest.fixture
def spring(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    sandbox.at("2026-11-25T09:00:00+08:00")
    repository.campaign("spring", SPRING)
    return reconciler


def test_the_page_has_all_in_one_file_without_a_script(spring: Reconciler, tmp_path: Path) -> None:
    spring("schedule", "--days", "60", "--html", str(tmp_path / "page.html")).ended(0)
    text = (tmp_path / "page.html").read_text("utf-8")
    assert "from 2026-12-01 09:00 +08 until 2026-12-31 23:59 +08" in text
    assert "1 start and 1 stop by the files" in text
    assert 'class="run new"' in text
    assert "prefers-color-scheme" in text
    assert not re.search(r"<script|<link|src=|https?://(?!www\.w3\.org)", text)
    assert "new with this plan" not in text


def test_a_name_is_text_in_the_page_and_in_the_diagram(spring: Reconciler, tmp_path: Path) -> None:
    spring.repository.edit_campaign("spring", "name: Spring Sale", 'name: "click </svg><script>x : 2026 # %%"')
    page, diagram = tmp_path / "page.html", tmp_path / "runs.md"
    spring("schedule", "--html", str(page), "--mermaid", str(diagram)).ended(0)
    assert "<script>" not in page.read_text("utf-8")
    text = diagram.read_text("utf-8")
    assert text.startswith("```mermaid\ngantt\n")
    assert text.endswith("\n```\n")
    assert "“click ‹/svg›‹script›x ： 2026 ＃ ％％” :2026-12-01T09:00, 2026-12-25T09:00" in text.replace("active, ", "")


@given(name=st.text(max_size=80))
def test_no_name_can_break_the_diagram(name: str) -> None:
    run = Run(Address.of("acme-sg", "spring"), name, at("12-10 09:00"), at("12-20 09:00"))
    *head, section, task = gantt([run], NOW, at("12-30 09:00"), ZONE).splitlines()
    assert len(head) == 4
    assert section == "    section acme-sg"
    assert TASK.fullmatch(task)


def test_a_diagram_of_very_many_runs_is_small_enough_to_be_drawn() -> None:
    runs = [Run(Address.of("acme-sg", f"c{n}"), "x" * 500, at("12-10 09:00"), at("12-20 09:00")) for n in range(1000)]
    assert len(gantt(runs, NOW, at("12-30 09:00"), ZONE)) < 50_000
    assert len(undrawn(runs)) == 700


def test_what_has_no_times_is_counted_beside_the_diagram(spring: Reconciler, tmp_path: Path) -> None:
    spring.repository.campaign("still", STILL)
    file = tmp_path / "runs.mmd"
    run = spring("schedule", "--mermaid", str(file)).ended(0)
    assert "Not in the diagram: 1 run without times" in run.out
    assert f"Written: {file}\n" in run.out
    assert file.read_text("utf-8").startswith("gantt\n")


def test_nothing_to_show_is_a_whole_page_and_a_whole_diagram(reconciler: Reconciler, tmp_path: Path) -> None:
    page, diagram = tmp_path / "page.html", tmp_path / "runs.mmd"
    reconciler("schedule", "--html", str(page), "--mermaid", str(diagram)).ended(0)
    assert "0 starts and 0 stops" in page.read_text("utf-8")
    assert ":milestone, " in diagram.read_text("utf-8")


@pytest.mark.parametrize(
    ("moment", "events", "status"),
    [
        ("2026-11-30 09:00", ["starts", "stops"], "PAUSED"),
        ("2026-12-01 09:00", ["starts", "stops"], "ACTIVE"),
        ("2026-12-01 09:01", ["stops"], "ACTIVE"),
        ("2026-12-01 23:58", ["stops"], "ACTIVE"),
        ("2027-01-01 09:00", [], "PAUSED"),
    ],
)
def test_another_moment_is_shown_as_it_will_be(
    moment: str, events: list[str], status: str, spring: Reconciler, sandbox: LocalGraph
) -> None:
    spring.apply().ended(0)
    shown = spring("schedule", "--days", "40", "--at", moment).ended(0).out
    assert re.findall(r"starts|stops", shown.replace("Nothing starts or stops", "")) == events
    planned = spring.plan("--at", moment).ended(0)
    assert ("activate" in [action for action, _ in planned.actions]) is (status == "ACTIVE")
    assert sandbox.status("acme-sg/spring") == "PAUSED"


def test_it_says_how_far_it_looks(spring: Reconciler) -> None:
    out = spring("schedule", "--at", "2026-11-30 09:00").ended(0).out
    assert "That is all in the next 30 days, until 2026-12-30 09:00 +08.\n" in out
    none = spring("schedule", "--at", "2027-01-01 09:00", "--days", "2").ended(0).out
    assert none == "Nothing starts or stops in the next 2 days, until 2027-01-03 09:00 +08.\n"


def test_what_is_no_moment_is_refused(spring: Reconciler) -> None:
    assert "--at" in spring("schedule", "--at", "tomorrow").ended(64).err


# ---- collisions


@pytest.mark.parametrize("command", ["plan", "schedule", "validate"])
def test_a_launch_on_a_holiday_is_pointed_out_with_the_country(command: str, spring: Reconciler) -> None:
    spring.repository.campaign("spring", CHRISTMAS)
    run = spring(command).ended(0)
    assert "Note: acme-sg/spring: starts on 2026-12-25, Christmas Day in Singapore" in run.out


def test_a_holiday_of_another_country_is_none(spring: Reconciler) -> None:
    spring.repository.campaign("spring", CHRISTMAS + "countries: [JP]\n")
    assert "Christmas" not in spring("schedule").ended(0).out


def test_a_launch_that_is_not_to_come_collides_with_nothing(spring: Reconciler, sandbox: LocalGraph) -> None:
    spring.repository.campaign("held", CHRISTMAS.replace("activate_at:", "status: PAUSED\nactivate_at:"))
    assert "Christmas" not in spring("validate").said
    sandbox.at("2026-12-26T09:00:00+08:00")
    assert "Christmas" not in spring("plan").said


@pytest.mark.parametrize("command", ["plan", "schedule", "validate"])
def test_ads_that_may_not_be_reviewed_in_time_are_pointed_out_until_they_are_made(
    command: str, spring: Reconciler, sandbox: LocalGraph
) -> None:
    said = "Meta's review usually takes up to 24 hours, so it may start later than 2026-12-01 09:00 +08"
    sandbox.at("2026-11-30T08:59:00+08:00")
    assert said not in spring(command).ended(0).out
    sandbox.at("2026-11-30T10:00:00+08:00")
    assert said in spring(command).ended(0).out
    spring.apply().ended(0)
    assert said not in spring(command).ended(0).out


def test_what_is_reviewed_before_its_launch_is_not_pointed_out(spring: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.at("2026-11-30T10:00:00+08:00")
    spring.repository.campaign("spring", SPRING + "pre_review: true\n")
    assert "Meta's review" not in spring("plan").ended(0).out


def test_a_launch_outside_the_window_is_pointed_out(spring: Reconciler) -> None:
    spring.repository.edit("accounts/acme-sg.yaml", "name:", "policies: {activation_window: 10:00-18:00}\nname:")
    run = spring("schedule").ended(0)
    assert (
        "Note: acme-sg/spring: activate_at 2026-12-01 09:00 +08 is outside 10:00-18:00, so it never starts" in run.out
    )
    spring("validate").ended(1)
    spring("plan").ended(3)


def test_many_collisions_are_folded_and_none_is_lost(spring: Reconciler) -> None:
    for number in range(12):
        spring.repository.campaign(f"c{number:02}", CHRISTMAS.replace("Spring Sale", f"Campaign {number}"))
    notes = [note for note in spring("schedule", "--json").ended(0).json["notes"] if "holiday" in note or "Day" in note]
    assert len(notes) == 6
    assert notes[-1].startswith("7 more launches on public holidays: acme-sg/c05, acme-sg/c06")
    assert all(f"acme-sg/c{number:02}" in "".join(notes) for number in range(12))


def test_of_very_many_collisions_the_rest_is_counted(spring: Reconciler) -> None:
    for number in range(60):
        spring.repository.campaign(f"c{number:02}", CHRISTMAS.replace("Spring Sale", f"Campaign {number}"))
    (note,) = [note for note in spring("schedule", "--json").ended(0).json["notes"] if "more launches on" in note]
    assert note.startswith("55 more launches on public holidays: acme-sg/c05")
    assert note.endswith("acme-sg/c44 and 15 others")


def test_what_a_person_turns_on_has_no_solid_bar(spring: Reconciler, tmp_path: Path) -> None:
    spring.repository.campaign("still", STILL.replace("ad:", "deactivate_at: 2026-12-20 09:00\nad:"))
    page, diagram = tmp_path / "page.html", tmp_path / "runs.mmd"
    spring("schedule", "--html", str(page), "--mermaid", str(diagram)).ended(0)
    assert "Still" not in diagram.read_text("utf-8")
    assert 'class="run by-hand"' in page.read_text("utf-8")


@pytest.mark.parametrize("option", ["--html", "--mermaid", "--ics"])
def test_no_file_of_the_project_or_of_another_kind_is_overwritten(
    option: str, spring: Reconciler, tmp_path: Path
) -> None:
    declared = spring.repository.root / "desired/campaigns/acme-sg/spring.yaml"
    other = tmp_path / "notes.txt"
    other.write_text("mine", "utf-8")
    for file in (declared, other):
        was = file.read_text("utf-8")
        spring("schedule", option, str(file)).ended(64)
        assert file.read_text("utf-8") == was
    for _ in range(2):
        spring("schedule", option, str(tmp_path / "new")).ended(0)
