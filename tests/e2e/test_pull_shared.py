"""`pull` where one line, or one cell, says something of several: nobody's live ad changes because of another's."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.creatives import put_on
from support.repository import Repository
from support.sandbox import LocalGraph

CAMPAIGNS = "desired/campaigns/acme-sg/"
TEMPLATE = """\
vars:
  product: string
  budget: {type: money, default: 5.00 SGD}
name: "${client} | ${product}"
objective: OUTCOME_TRAFFIC
daily_budget: ${budget}
ad_sets:
  main:
    name: Main
    optimization_goal: LINK_CLICKS
    countries: [SG]
    ads:
      hero:
        name: Hero
        image: outlet/banner.jpg
        primary_text: Out now.
        headline: ${product}
        destination_url: https://acme.example/${product}
"""
MATRIX = """\
name: Matrix
daily_budget: 50.00 SGD
matrix:
  ads:
    text:
      short: {primary_text: Shop now., headline: Save 30%}
      long: {primary_text: Everything you love., headline: The spring sale}
ad: {name: "${ad}", image: outlet/banner.jpg, destination_url: https://acme.example/spring}
"""
SQUARE = """\
name: Square
daily_budget: 50.00 SGD
matrix:
  ads:
    image: {banner: outlet/banner.jpg, still: always-on/still.png}
    text:
      short: {primary_text: Shop now., headline: Save 30%}
      long: {primary_text: Everything you love., headline: The spring sale}
ad: {name: "${ad}", destination_url: https://acme.example/spring}
"""
LAUNCHES = "extends: launch\nmatrix: {from: launches.csv}\n"
ROWS = """\
key;product;budget
hats;hats;7.00 SGD
socks;socks;
"""
BAGS = "extends: launch\nvars: {product: bags}\n"
FILES = {
    "templates/launch.yaml": TEMPLATE,
    "campaigns/acme-sg/matrix.yaml": MATRIX,
    "campaigns/acme-sg/square.yaml": SQUARE,
    "campaigns/acme-sg/launches.yaml": LAUNCHES,
    "campaigns/acme-sg/launches.csv": ROWS,
    "campaigns/acme-sg/bags.yaml": BAGS,
}
LONG, SHORT = "acme-sg/matrix/main/long", "acme-sg/matrix/main/short"
HATS, SOCKS = "acme-sg/launches-hats", "acme-sg/launches-socks"
LINK = "https://acme.example/long-only"


@pytest.fixture
def applied(reconciler: Reconciler, repository: Repository) -> Reconciler:
    for name, text in FILES.items():
        repository.write(name, text)
    reconciler.apply().ended(0)
    return reconciler


def text(repository: Repository, name: str) -> str:
    return (repository.root / "desired" / name).read_text("utf-8")


def untouched(repository: Repository) -> bool:
    return all(text(repository, name) == was for name, was in FILES.items())


def becomes(repository: Repository, name: str, was: str, now: str) -> None:
    """One place of one file, and nothing else of any."""
    wanted = {**FILES, name: FILES[name].replace(was, now)}
    assert wanted[name] != FILES[name]
    assert {each: text(repository, each) for each in FILES} == wanted


def test_a_line_that_all_ads_of_a_matrix_have_is_left_and_both_ways_are_told(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    put_on(sandbox, LONG, link=LINK)
    run = applied("pull").ended(1)
    assert untouched(repository)
    assert f"Not written: {LONG} destination_url" in run.out
    assert f"its line holds for {SHORT} destination_url, too" in run.out
    assert "--shared" in run.out
    assert "and write it into each value of matrix.ads.text" in run.out

    applied("pull", "--shared").ended(0)
    becomes(repository, "campaigns/acme-sg/matrix.yaml", "https://acme.example/spring", LINK)


def test_the_told_way_out_of_a_matrix_s_line_works(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    put_on(sandbox, LONG, link=LINK)
    applied("pull").ended(1)
    moved = MATRIX.replace(", destination_url: https://acme.example/spring}", "}")
    moved = moved.replace("headline: Save 30%", "headline: Save 30%, destination_url: https://acme.example/spring")
    moved = moved.replace("headline: The spring sale", f"headline: The spring sale, destination_url: {LINK}")
    repository.campaign("matrix", moved)
    applied.converged()


def test_what_the_value_of_a_matrix_says_of_one_ad_alone_is_written_there(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    put_on(sandbox, LONG, name="The whole sale", description="Only today")
    applied("pull").ended(0)
    now = "headline: The whole sale, description: Only today"
    becomes(repository, "campaigns/acme-sg/matrix.yaml", "headline: The spring sale", now)
    applied.converged()


def test_a_pause_of_one_ad_of_a_matrix_is_written_into_its_value(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    repository.edit_campaign("matrix", "name: Matrix", "name: Matrix\nstatus: ACTIVE")
    applied("apply", "--auto-approve").ended(0)
    sandbox.person_pauses(LONG)
    applied("pull").ended(0)
    assert "long: {primary_text: Everything you love., headline: The spring sale, status: PAUSED}" in text(
        repository, "campaigns/acme-sg/matrix.yaml"
    )
    assert not applied("plan", "--json").json["drift"]


def test_a_value_of_a_matrix_that_two_ads_take_is_left(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    put_on(sandbox, "acme-sg/square/main/banner-long", name="The whole sale")
    run = applied("pull").ended(1)
    assert untouched(repository)
    assert "its line holds for acme-sg/square/main/still-long headline, too" in run.out
    applied("pull", "--shared").ended(0)
    becomes(repository, "campaigns/acme-sg/square.yaml", "headline: The spring sale", "headline: The whole sale")


def test_a_cell_that_several_fields_take_is_left_and_a_column_of_its_own_is_told(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    put_on(sandbox, f"{HATS}/main/hero", name="TBC")
    run = applied("pull").ended(1)
    assert untouched(repository)
    assert f"its cell ({CAMPAIGNS}launches.csv:2:6) holds for {HATS} name, too" in run.out
    assert "add the column headline to desired/campaigns/acme-sg/launches.csv" in run.out
    applied("pull", "--shared").ended(0)
    becomes(repository, "campaigns/acme-sg/launches.csv", "hats;hats", "hats;TBC")


def test_a_variable_of_a_file_that_several_fields_take_stays_and_the_field_gets_a_line_of_its_own(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    put_on(sandbox, "acme-sg/bags/main/hero", name="TBC")
    applied("pull").ended(0)
    assert "vars: {product: bags}" in text(repository, "campaigns/acme-sg/bags.yaml")
    applied.converged()


def test_what_an_empty_cell_leaves_to_the_template_is_told_to_go_into_that_cell(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    sandbox.person_edits(SOCKS, daily_budget=600)
    run = applied("pull").ended(1)
    assert untouched(repository)
    assert "write 6.00 SGD into the cell desired/campaigns/acme-sg/launches.csv:3:13, which goes before" in run.out
    repository.write("campaigns/acme-sg/launches.csv", ROWS.replace("socks;socks;", "socks;socks;6.00 SGD"))
    applied.converged()


def test_two_live_values_for_one_line_are_a_conflict_told_for_both_and_nothing_is_written(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    sandbox.person_edits("acme-sg/bags", daily_budget=900)
    sandbox.person_edits(SOCKS, daily_budget=600)
    run = applied("pull", "--shared").ended(1)
    assert untouched(repository)
    assert "Pulled" not in run.out
    assert "Not written: acme-sg/bags daily_budget 9.00 SGD" in run.out
    assert "would have to say 6.00 SGD for acme-sg/launches-socks" in run.out
    assert f"Not written: {SOCKS} daily_budget 6.00 SGD" in run.out
    assert "would have to say 9.00 SGD for acme-sg/bags" in run.out
    assert "write budget: 9.00 SGD below vars into desired/campaigns/acme-sg/bags.yaml" in run.out


def test_of_three_live_values_for_one_line_two_of_which_agree_none_is_written(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    repository.campaign("caps", "extends: launch\nvars: {product: caps}\n")
    applied("apply", "--auto-approve").ended(0)
    for address, amount in (("acme-sg/bags", 900), ("acme-sg/caps", 600), (SOCKS, 900)):
        sandbox.person_edits(address, daily_budget=amount)
    left = applied("pull", "--shared", "--json").ended(1).json["left"]
    assert untouched(repository)
    assert {one["address"] for one in left} == {"acme-sg/bags", "acme-sg/caps", SOCKS}


def test_two_people_s_links_of_one_line_of_a_matrix_are_a_conflict(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    put_on(sandbox, LONG, link=LINK)
    put_on(sandbox, SHORT, link="https://acme.example/short-only")
    run = applied("pull", "--shared").ended(1)
    assert untouched(repository)
    assert run.out.count("holds for others, too, and would have to say") == 2


def test_one_live_value_for_all_of_a_shared_line_is_written(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    for address in ("acme-sg/bags", SOCKS):
        sandbox.person_edits(address, daily_budget=900)
    applied("pull", "--shared").ended(0)
    becomes(repository, "templates/launch.yaml", "default: 5.00 SGD", "default: 9.00 SGD")
    applied.converged()


@pytest.mark.parametrize("shared", [(), ("--shared",)], ids=["plain", "shared"])
def test_a_name_that_is_put_together_for_all_never_becomes_one_s_own(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository, shared: tuple[str, ...]
) -> None:
    sandbox.person_edits("acme-sg/bags", name="Bags #1")
    applied("pull", *shared).ended(0)
    assert text(repository, "templates/launch.yaml") == TEMPLATE
    assert 'name: "Bags #1"' in text(repository, "campaigns/acme-sg/bags.yaml")
    applied.converged()


@pytest.mark.parametrize("shared", [(), ("--shared",)], ids=["plain", "shared"])
def test_of_a_line_of_a_table_such_a_name_is_left_and_a_column_is_told(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository, shared: tuple[str, ...]
) -> None:
    sandbox.person_edits(HATS, name="Hats #1")
    run = applied("pull", *shared).ended(1)
    assert untouched(repository)
    assert "its text is put together with ${…}" in run.out
    assert "write name: ${name} in desired/campaigns/acme-sg/launches.yaml, and add the column name" in run.out
    repository.campaign("launches", f"{LAUNCHES}name: ${{name}}\n")
    rows = ROWS.replace("budget\n", "budget;name\n").replace("7.00 SGD\n", "7.00 SGD;Hats #1\n")
    repository.write("campaigns/acme-sg/launches.csv", rows.replace("socks;\n", "socks;;Acme Singapore | socks\n"))
    applied.converged()


def test_a_text_that_no_cell_can_hold_is_told_with_a_file_that_can(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    template = TEMPLATE.replace("headline: ${product}", 'headline: "${said}"').replace("vars:", "vars:\n  said: string")
    rows = (
        ROWS.replace("budget\n", "budget;said\n").replace("SGD\n", "SGD;Hats\n").replace("socks;\n", "socks;;Socks\n")
    )
    repository.write("templates/launch.yaml", template)
    repository.write("campaigns/acme-sg/launches.csv", rows)
    repository.campaign("bags", BAGS.replace("bags}", "bags, said: Bags}"))
    applied("apply", "--auto-approve").ended(0)
    put_on(sandbox, f"{HATS}/main/hero", name="50% off ${x}")
    run = applied("pull").ended(1)
    assert "launches-hats.yaml" in run.out
    assert 'headline: "50% off $${x}"' in run.out
    less = "\n".join(line for line in rows.splitlines() if not line.startswith("hats")) + "\n"
    repository.write("campaigns/acme-sg/launches.csv", less)
    level = 'ad_sets: {main: {ads: {hero: {headline: "50% off $${x}"}}}}\n'
    own = "extends: launch\nvars: {product: hats, budget: 7.00 SGD, said: Hats}\n"
    repository.campaign("launches-hats", own + level)
    applied.converged()


def test_a_shard_pulls_what_is_of_its_accounts_alone(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    sandbox.person_edits("acme-sg/matrix", daily_budget=6000)
    runs = [applied("pull", "--shard", f"{at}/2", "--dry-run").ended(0) for at in (1, 2)]
    assert sum("Would write acme-sg/matrix daily_budget 60.00 SGD" in run.out for run in runs) == 1


def test_an_account_in_place_of_an_address_is_told_its_option(applied: Reconciler) -> None:
    assert "of a whole account: --account acme-sg" in applied("pull", "acme-sg").ended(64).err
