"""What people who read a plan need: it shows everything that will be seen or paid for, and what a person has to do."""

from __future__ import annotations

import json

import pytest
from support.command import Reconciler
from support.repository import SPRING, STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

from reconciler.kinds.said import width

MANY = 40


def words(text: str) -> str:
    """The text with single spaces, so that the width of columns does not matter."""
    return " ".join(text.split())


def test_a_plan_shows_all_that_a_person_sees_or_pays_for(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING + "  description: Ends Sunday\n  url_tags: utm_source=meta\n")
    shown = words(reconciler("plan").ended(0).out)
    for told in (
        "PAUSED, active from 2026-12-01 09:00 +08 until 2026-12-31 23:59 +08",
        '+ name "Spring Sale"',
        "+ objective OUTCOME_SALES",
        "+ daily_budget 50.00 SGD (about 1,531.25 SGD in all)",
        "+ optimization_goal OFFSITE_CONVERSIONS",
        "+ promoted_object pixel_id 5647382910; custom_event_type PURCHASE",
        "+ targeting countries SG; advantage_audience on",
        "+ video spring/hero.mp4 (9:16, 0:05)",
        '+ primary_text "Shop our spring sale."',
        '+ headline "Save 30%"',
        '+ description "Ends Sunday"',
        "+ call_to_action SHOP_NOW",
        '+ destination_url "https://acme.example/spring"',
        '+ url_tags "utm_source=meta"',
        '+ page "1029384756"',
    ):
        assert told in shown, told
    assert "billing_event" not in shown
    full = words(reconciler("plan", "--full").ended(0).out)
    for told in (
        "+ billing_event IMPRESSIONS",
        "+ bid_strategy LOWEST_COST_WITHOUT_CAP",
        "+ end_time 2026-12-31 23:59",
    ):
        assert told in full, told


def test_copy_of_several_paragraphs_is_shown_whole(repository: Repository, reconciler: Reconciler) -> None:
    long = "word " * 600
    copy = f"  primary_text: |\n    Shop our spring sale.\n    Plan: 0 to add.\n    {long}end\n"
    repository.campaign("spring", SPRING.replace("  primary_text: Shop our spring sale.\n", copy))
    lines = reconciler("plan").ended(0).out.splitlines()
    assert any(line.endswith('+ primary_text       "Shop our spring sale.') for line in lines)
    assert any(line.endswith("| Plan: 0 to add.") for line in lines)
    assert any(f"| {long}end" in line for line in lines)


def many(repository: Repository, name: str) -> None:
    hero = (repository.root / "creatives" / "spring" / "hero.mp4").read_bytes()
    for number in range(MANY):
        repository.creative(f"spring/v{number}.mp4", hero + b"\0\0\0\x09free" + bytes([number]))
        text = SPRING.replace("name: Spring Sale", f"name: {json.dumps(f'{name} {number}', ensure_ascii=False)}")
        text = text.replace("50.00 SGD", f"{50 + number}.00 SGD").replace("spring/hero.mp4", f"spring/v{number}.mp4")
        repository.campaign(f"c{number:02}", text)


@pytest.mark.parametrize(
    "name", ["Spring", "春のセール", "👨‍👩‍👧 Family", "A" * 380], ids=["plain", "wide", "emoji", "long"]
)
def test_forty_campaigns_that_differ_in_name_budget_and_video_read_in_less_than_200_lines(
    name: str, repository: Repository, reconciler: Reconciler
) -> None:
    many(repository, name)
    lines = reconciler("plan").ended(0).out.splitlines()
    assert len(lines) < 200
    assert lines[0].startswith("  + 40 campaigns acme-sg/*")
    assert sum("Shop our spring sale." in line for line in lines) == 1
    for number in range(MANY):
        for told in (f'"{name} {number}"', f" {50 + number}.00 SGD (about", f" spring/v{number}.mp4 (9:16, 0:05)"):
            assert sum(told in line for line in lines) == 1, told
    budgets = {width(line[: line.index(" SGD (about")].rpartition(" ")[0]) for line in lines if " SGD (about" in line}
    assert len(budgets) == 1, "the budgets begin in one column"


def test_one_campaign_that_is_like_no_other_is_told_by_itself(repository: Repository, reconciler: Reconciler) -> None:
    many(repository, "Spring")
    repository.campaign("c20", TRAFFIC)
    out = reconciler("plan").ended(0).out
    assert "  + 39 campaigns acme-sg/*" in out
    assert "  + campaign acme-sg/c20 " in out
    assert '+ name               "Always on"' in out


def test_what_all_ads_of_a_campaign_share_is_said_once(repository: Repository, reconciler: Reconciler) -> None:
    ad = "  {}:\n    image: outlet/banner.jpg\n    primary_text: {}\n    headline: Outlet\n    destination_url: https://a.example/\n"
    ads = "".join(ad.format(key, text) for key, text in (("a", "First"), ("b", "Second")))
    repository.campaign("still", f"{STILL.partition('ad:')[0]}ads:\n{ads}")
    lines = [words(line) for line in reconciler("plan").ended(0).out.splitlines()]
    shared = lines.index("+ 2 ads acme-sg/still/main/* the same in each")
    assert '+ headline "Outlet"' in lines[shared:]
    assert lines.count('+ headline "Outlet"') == lines.count("+ image outlet/banner.jpg (1:1)") == 1
    assert lines[lines.index("+ ad acme-sg/still/main/a") + 1] == '+ primary_text "First"'
    assert lines[lines.index("+ ad acme-sg/still/main/b") + 1] == '+ primary_text "Second"'


SMALL_AD = "{image: outlet/banner.jpg, primary_text: Hi., headline: A, destination_url: 'https://acme.example/'}"
SMALL_SET = f"    optimization_goal: LINK_CLICKS\n    countries: [MY]\n    ads: {{x: {SMALL_AD}}}\n"


def small(name: str, times: str, of_set: str = "") -> str:
    return (
        f"name: {name}\nobjective: OUTCOME_TRAFFIC\npreset: none\ndaily_budget: 50.00 SGD\n{times}"
        f"ad_sets:\n  main:\n{SMALL_SET}{of_set}"
    )


def test_each_new_object_that_is_turned_on_at_once_says_so_in_its_line(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("spring", small("Spring", "status: ACTIVE\n"))
    reconciler.apply().ended(0)
    repository.campaign("spring", small("Spring", "status: ACTIVE\n") + f"  b:\n{SMALL_SET}")
    out = reconciler("plan").ended(0).out
    lines = [words(line) for line in out.splitlines()]
    assert "+ ad_set acme-sg/spring/b PAUSED, then ACTIVE at once" in lines
    assert "+ ad acme-sg/spring/b/x then ACTIVE, too" in lines
    assert "2 to activate" in out
    assert "Symbols: + create (always PAUSED)" in lines, "no line has the symbol of what is turned on"


def test_of_campaigns_told_together_only_what_differs_in_status_says_a_status(
    repository: Repository, reconciler: Reconciler
) -> None:
    start = "activate_at: 2026-12-01 09:00\n"
    for number in range(4):
        # Names too long for a table: each campaign has lines of its own.
        held = "    status: PAUSED\n" if number == 2 else ""
        repository.campaign(f"c{number}", small(f"{'N' * 150} {number}", start) + f"  b:\n{SMALL_SET}{held}")
    lines = [words(line) for line in reconciler("plan").ended(0).out.splitlines()]
    assert "+ 4 campaigns acme-sg/* PAUSED, active from 2026-12-01 09:00 +08" in lines
    assert [line for line in lines if "status" in line] == ["+ b status PAUSED"]


def test_a_campaign_whose_end_has_passed_is_not_said_to_run_or_to_cost(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("spring", small("Spring", "activate_at: 2026-10-05 09:00\ndeactivate_at: 2026-10-31 18:00\n"))
    lines = [words(line) for line in reconciler("plan").ended(0).out.splitlines()]
    over = "+ campaign acme-sg/spring PAUSED, and never active: its end, 2026-10-31 18:00 +08, has passed"
    assert over in lines
    assert "+ daily_budget 50.00 SGD" in lines


def test_a_campaign_that_nothing_starts_says_so(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL)
    repository.campaign("held", STILL.replace("name: Still", "name: Held\nstatus: PAUSED"))
    out = reconciler("plan").ended(0).out
    assert "PAUSED # does not start by itself: turn it on in Ads Manager, or write activate_at" in out
    assert "PAUSED # does not start: held by status: PAUSED" in out


@pytest.fixture
def started(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """A campaign that runs."""
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    sandbox.at("2026-12-01T09:00:00+08:00")
    reconciler("activate").ended(0)
    sandbox.pass_time(3600)
    return reconciler


def test_a_remark_stands_on_the_line_of_the_field_that_causes_it(started: Reconciler, repository: Repository) -> None:
    repository.edit_campaign("spring", "name: Spring Sale", "name: Summer Sale")
    repository.edit_campaign("spring", "50.00 SGD", "80.00 SGD")
    lines = [words(line) for line in started("plan").ended(0).out.splitlines()]
    assert '~ name "Spring Sale" → "Summer Sale"' in lines
    assert "~ daily_budget 50.00 SGD → 80.00 SGD # +60 %: resets learning" in lines


def test_a_running_campaign_whose_file_is_gone_is_said_first_and_what_is_in_it_with_it(
    started: Reconciler, repository: Repository
) -> None:
    repository.remove("spring")
    repository.campaign("other", STILL)
    lines = [words(line) for line in started("plan").ended(0).out.splitlines()]
    assert lines[0] == "Stops: acme-sg/spring is running and its file is gone, so it is paused"
    assert "= campaign acme-sg/spring ACTIVE → PAUSED with 1 ad set and 1 ad # its YAML is gone" in lines


def test_a_rename_is_said_first_and_once(started: Reconciler, repository: Repository) -> None:
    repository.remove("spring")
    repository.campaign("summer", f"previously: [spring]\n{SPRING}")
    plan = started("plan").ended(0).out
    lines = [words(line) for line in plan.splitlines()]
    assert lines[0] == "Renamed: acme-sg/spring is acme-sg/summer from now on; nothing is made anew"
    assert "=> campaign acme-sg/summer with 1 ad set and 1 ad # was acme-sg/spring" in lines
    assert plan.count("Renamed:") == 1
    (campaign, *_) = started.plan().json["resource_changes"]
    assert campaign["former"] == "acme-sg/spring"


def test_a_conflict_says_who_and_how_to_end_it(
    started: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits("acme-sg/spring", daily_budget=8000)
    repository.edit_campaign("spring", "50.00 SGD", "60.00 SGD")
    refused = started("plan").ended(3).out
    assert "80.00 SGD is live (by Mei in Ads Manager, 2026-12-01 10:00 +08), 60.00 SGD is declared" in refused
    assert "mend: write daily_budget: 80.00 SGD there to keep that, or reconciler apply --revert-drift" in refused
    repository.edit_campaign("spring", "60.00 SGD", "80.00 SGD")
    started.converged()


@pytest.mark.parametrize("way", ["kept", "undone"])
def test_what_drift_says_to_do_ends_it(
    way: str, started: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits("acme-sg/spring", daily_budget=8000)
    told = started("drift").ended(2).out
    assert (
        "  to keep it, write daily_budget: 80.00 SGD (desired/campaigns/acme-sg/spring.yaml:2); to undo it: "
        "reconciler apply --revert-drift --target acme-sg/spring\n"
    ) in told
    if way == "kept":
        repository.edit_campaign("spring", "daily_budget: 50.00 SGD", "daily_budget: 80.00 SGD")
    else:
        started.apply("--revert-drift", "--target", "acme-sg/spring").ended(0)
    started.converged()
    assert sandbox.value("acme-sg/spring", "daily_budget") == {"kept": "8000", "undone": "5000"}[way]


def test_activate_with_nothing_due_says_what_is_next(
    started: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    said = started("activate").ended(0).out
    assert said.startswith("Nothing is due. Next: 2026-12-31 23:59 +08, in 30 days: acme-sg/spring stops.\n")
    (coming,) = started("activate", "--json").ended(0).events[-1]["next"]
    assert (coming["address"], coming["at"], coming["status"]) == (
        "acme-sg/spring", "2026-12-31T23:59:00+08:00", "PAUSED"
    )  # fmt: skip
    sandbox.at("2026-12-31T23:59:00+08:00")
    started("activate").ended(0)
    assert "Nothing is due. No declared time lies ahead." in started("activate").ended(0).out


def test_what_is_not_made_yet_is_not_next(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    assert "Nothing is due. No declared time lies ahead." in reconciler("activate").ended(0).out


def test_the_json_of_a_plan_has_its_warnings(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", f"{SPRING}  raw: {{a_switch_of_tomorrow: 1}}\n")
    warned = reconciler("plan")
    document = reconciler.plan().ended(0).json
    told = [line for line in warned.err.splitlines() if line.startswith("Warning: ")]
    assert len(told) == len(document["warnings"]) > 0
    for line, warning in zip(told, document["warnings"], strict=True):
        assert f"{warning['file']}:{warning['line']}:{warning['column']}: {warning['message']}" in line


def test_every_moment_is_written_in_one_form(started: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    sandbox.person_pauses("acme-sg/spring")
    repository.campaign("late", SPRING.replace("12-01 09:00", "12-01 09:30").replace("Spring Sale", "Late"))
    said = started("plan").out + started("schedule").out + started("activate").out
    assert "+0800" not in said
    assert "+08:00" not in said
    assert " UTC" not in said
    assert "2026-12-01 10:00 +08" in said


def test_what_a_refusal_keeps_back_is_shown(started: Reconciler, repository: Repository) -> None:
    repository.write("project.yaml", "project: acme-agency\npolicies: {max_daily_budget: 70.00 SGD}\n")
    repository.edit_campaign("spring", "50.00 SGD", "80.00 SGD")
    lines = started("plan").ended(3).out.splitlines()
    held = lines.index("Held back (max_daily_budget): acme-sg/spring: 1 to change")
    assert lines[held + 1] == "  acme-sg/spring daily_budget 50.00 SGD → 80.00 SGD"
    (row,) = started.plan().ended(3).json["held_back"]
    assert (row["before"], row["after"]) == ({"daily_budget": 5000}, {"daily_budget": 8000})


def test_a_command_that_only_looks_says_that_nothing_was_changed(started: Reconciler, repository: Repository) -> None:
    repository.edit_campaign("spring", "50.00 SGD", "60.00 SGD")
    target = ("--target", "acme-sg/spring")
    assert started("plan", *target).out.endswith(
        "Nothing was changed. To do this: reconciler apply --target acme-sg/spring\n"
    )
    assert "To do this" not in started("plan", "--offline").out


def test_activate_tells_what_was_to_start_and_is_not_made_yet(reconciler: Reconciler, repository: Repository) -> None:
    repository.campaign("late", SPRING.replace("activate_at: 2026-12-01 09:00", "activate_at: 2026-11-21 09:00"))
    said = reconciler("activate").ended(0).out
    assert "acme-sg/late was to start 2026-11-21 09:00 +08 and is not made yet: that is for reconciler apply" in said


def test_what_somebody_has_deleted_before_its_time_is_not_told_as_never_made(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING)
    reconciler.apply().ended(0)
    sandbox.person_deletes(sandbox.id("acme-sg/spring"))
    sandbox.at("2026-12-01T09:00:00+08:00")
    assert "is not made yet" not in reconciler("activate").said


def test_a_target_asks_for_no_other_that_is_not_made_yet(started: Reconciler, repository: Repository) -> None:
    repository.campaign("late", SPRING.replace("activate_at: 2026-12-01 09:00", "activate_at: 2026-11-21 09:00"))
    assert "acme-sg/late was to start" in started("activate").said
    assert "acme-sg/late" not in started("activate", "--target", "acme-sg/spring").said
