"""What somebody changes in Ads Manager, one thing at a time: `pull` makes one line of it, and nothing is left to do.

A value that the file says is one line for another; one that nothing said is a line more. Git counts them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from support.command import Reconciler
from support.creatives import put_on
from support.remote import git
from support.repository import Repository
from support.sandbox import LocalGraph

SHARED = """\
# Bought by Mei. Ask before you change it.
name:   'Spring Sale'      # as on the invoice
objective: OUTCOME_TRAFFIC
special_ad_categories: []
bid_strategy: COST_CAP
daily_budget: 50.00 SGD    # agreed with the client
spend_cap: 5000.00 SGD     # the order

activate_at: 2026-12-01 09:00
deactivate_at: 2026-12-31 23:59
ad_sets:
  broad:
    name: Broad   # everybody
    optimization_goal: LINK_CLICKS
    bid_amount: 2.00 SGD
    attribution_spec: [{event_type: CLICK_THROUGH, window_days: 7}]
    targeting:
      geo_locations: {countries: [SG]}
      age_min: 21     # law
      genders: [1]
      publisher_platforms: [facebook, instagram]
      facebook_positions: [feed]
      custom_audiences: [buyers]
    raw:
      pacing_type: [standard]
    ads:
      still:
        name: Still
        image: outlet/banner.jpg
        # The legal department has read this.
        primary_text: Come and see.
        headline: Save 30%
        call_to_action: SHOP_NOW
        destination_url: https://acme.example/spring
        url_tags: utm_source=meta
      more:
        name: More
        image: always-on/still.png
        primary_text: More.
        headline: More
        destination_url: https://acme.example/more
# The end.
"""
EACH = """\
name: Each its own
objective: OUTCOME_TRAFFIC
ad_sets:
  daily:
    daily_budget: 20.00 SGD   # a day
    optimization_goal: LINK_CLICKS
    countries: [SG]           # the island
    ads:
      still: {image: outlet/banner.jpg, primary_text: A, headline: A, destination_url: https://acme.example/a}
  whole:
    lifetime_budget: 300.00 SGD   # until Christmas
    optimization_goal: LINK_CLICKS
    bid_strategy: LOWEST_COST_WITH_BID_CAP
    bid_amount: 1.00 SGD
    countries: [SG, MY]
    activate_at: 2026-12-01 09:00
    deactivate_at: 2026-12-24 18:00
    ads:
      still: {image: outlet/banner.jpg, primary_text: B, headline: B, destination_url: https://acme.example/b}
"""
PRESET = """\
name: Preset
lifetime_budget: 900.00 SGD
activate_at: 2026-12-01 09:00
deactivate_at: 2026-12-31 23:59
ad:
  video: spring/hero.mp4
  primary_text: >
    Shop our
    spring sale.
  headline: Save 30%
  destination_url: https://acme.example/spring
"""
FILES = {
    "audiences/acme-sg/buyers.yaml": "name: Buyers\nwebsite: {days: 30, url_contains: /thanks}\n",
    "audiences/acme-sg/visitors.yaml": "name: Visitors\nwebsite: {days: 30, url_contains: /shop}\n",
    "campaigns/acme-sg/shared.yaml": SHARED,
    "campaigns/acme-sg/each.yaml": EACH,
    "campaigns/acme-sg/preset.yaml": PRESET,
}
BROAD, STILL, MORE = "acme-sg/shared/broad", "acme-sg/shared/broad/still", "acme-sg/shared/broad/more"
DAILY, WHOLE, FILM = "acme-sg/each/daily", "acme-sg/each/whole", "acme-sg/preset/main/main"
ONE_FOR_ANOTHER, ONE_MORE = (1, 1), (1, 0)

Act = Callable[[LocalGraph], None]


@dataclass(frozen=True)
class Edit:
    """What a person does, the line that comes of it, and how many lines git counts."""

    act: Act
    line: str
    lines: tuple[int, int] = ONE_FOR_ANOTHER
    running: bool = False
    """Whether it happens after the launch."""


def sets(address: str, **params: Any) -> Act:
    return lambda graph: graph.person_edits(address, **params)


def aims(address: str, **changed: Any) -> Act:
    """The targeting as Ads Manager sends it, whole; None takes something out."""

    def act(graph: LocalGraph) -> None:
        spec = {**graph.live(address)["data"]["targeting"], "age_range": None, **changed}
        graph.person_edits(address, targeting={name: value for name, value in spec.items() if value is not None})

    return act


def aims_at(address: str, field: str, *names: str) -> Act:
    """Audiences by their names, as a person chooses them."""

    def act(graph: LocalGraph) -> None:
        ids = {node["data"]["name"]: node["id"] for node in graph.nodes("audience")}
        aims(address, **{field: [{"id": ids[name]} for name in names]})(graph)

    return act


def words(address: str, tags: str = "", **changed: Any) -> Act:
    """Another creative, put on the ad, as Ads Manager does it. `changed` is of the story's part; None takes it out."""

    return lambda graph: put_on(graph, address, tags, **changed)


def button(kind: str, link: str) -> dict[str, Any]:
    return {"type": kind, "value": {"link": link}}


EDITS = {
    "a campaign's daily budget": Edit(
        sets("acme-sg/shared", daily_budget=8000), "daily_budget: 80.00 SGD    # agreed with the client"
    ),
    "a campaign's lifetime budget": Edit(
        sets("acme-sg/preset", lifetime_budget=120000), "lifetime_budget: 1200.00 SGD"
    ),
    "a campaign's name": Edit(
        sets("acme-sg/shared", name="Mei's sale"), "name:   'Mei''s sale'      # as on the invoice"
    ),
    "a spend cap": Edit(sets("acme-sg/shared", spend_cap=600000), "spend_cap: 6000.00 SGD     # the order"),
    "a bid strategy": Edit(
        sets("acme-sg/shared", bid_strategy="LOWEST_COST_WITH_BID_CAP"), "bid_strategy: LOWEST_COST_WITH_BID_CAP"
    ),
    "an ad set's daily budget": Edit(sets(DAILY, daily_budget=3000), "    daily_budget: 30.00 SGD   # a day"),
    "an ad set's lifetime budget": Edit(
        sets(WHOLE, lifetime_budget=45000), "    lifetime_budget: 450.00 SGD   # until Christmas"
    ),
    "an ad set's name": Edit(sets(BROAD, name="Broad: SG"), '    name: "Broad: SG"   # everybody'),
    "an ad set's name that was not written": Edit(sets(DAILY, name="By day"), "    name: By day", ONE_MORE),
    "an ad set's bid strategy": Edit(sets(WHOLE, bid_strategy="COST_CAP"), "    bid_strategy: COST_CAP"),
    "a bid cap": Edit(sets(WHOLE, bid_amount=150), "    bid_amount: 1.50 SGD"),
    "a cost cap": Edit(sets(BROAD, bid_amount=250), "    bid_amount: 2.50 SGD"),
    "an attribution window": Edit(
        sets(BROAD, attribution_spec=[{"event_type": "CLICK_THROUGH", "window_days": 1}]),
        "    attribution_spec: [{event_type: CLICK_THROUGH, window_days: 1}]",
    ),
    "pacing": Edit(sets(BROAD, pacing_type=["no_pacing"]), "      pacing_type: [no_pacing]"),
    "an end": Edit(sets(WHOLE, end_time="2026-12-26T18:00:00+0800"), "    deactivate_at: 2026-12-26 18:00"),
    "a start": Edit(sets(WHOLE, start_time="2026-12-02T10:30:00+0800"), "    activate_at: 2026-12-02 10:30"),
    "the end of a campaign with one ad set": Edit(
        sets("acme-sg/preset/main", end_time="2027-01-15T22:00:00+0800"), "deactivate_at: 2027-01-15 22:00"
    ),
    "the start of a campaign with one ad set": Edit(
        sets("acme-sg/preset/main", start_time="2026-12-03T09:00:00+0800"), "activate_at: 2026-12-03 09:00"
    ),
    "the youngest age": Edit(aims(BROAD, age_min=25), "      age_min: 25     # law"),
    "the oldest age, which was not written": Edit(aims(BROAD, age_max=44), "      age_max: 44", ONE_MORE),
    "genders": Edit(aims(BROAD, genders=[2]), "      genders: [2]"),
    "a country more": Edit(
        aims(BROAD, geo_locations={"countries": ["SG", "MY"], "location_types": ["home", "recent"]}),
        "      geo_locations: {countries: [SG, MY]}",
    ),
    "a country less, in the short word": Edit(
        aims(WHOLE, geo_locations={"countries": ["MY"], "location_types": ["home", "recent"]}), "    countries: [MY]"
    ),
    "a city more, in place of the short word": Edit(
        aims(
            DAILY,
            geo_locations={"countries": ["SG"], "cities": [{"key": "1", "name": "Ipoh", "country": "MY"}]},
        ),
        '    targeting: {geo_locations: {countries: [SG], cities: [{country: MY, key: "1", name: Ipoh}]}}',
    ),
    "platforms": Edit(aims(BROAD, publisher_platforms=["facebook"]), "      publisher_platforms: [facebook]"),
    "a position": Edit(aims(BROAD, facebook_positions=["feed", "story"]), "      facebook_positions: [feed, story]"),
    "another audience": Edit(aims_at(BROAD, "custom_audiences", "Visitors"), "      custom_audiences: [visitors]"),
    "an audience that is left out": Edit(
        aims_at(BROAD, "excluded_custom_audiences", "Visitors"), "      excluded_custom_audiences: [visitors]", ONE_MORE
    ),
    "an interest": Edit(
        aims(BROAD, flexible_spec=[{"interests": [{"id": "6003", "name": "Coffee"}]}]),
        '      flexible_spec: [{interests: [{id: "6003", name: Coffee}]}]',
        ONE_MORE,
    ),
    "Advantage audience off": Edit(
        aims("acme-sg/preset/main", targeting_automation={"advantage_audience": 0}),
        "advantage_audience: false",
        ONE_MORE,
    ),
    "an ad's name": Edit(sets(STILL, name="Still 2"), "        name: Still 2"),
    "an ad's name that was not written": Edit(sets(FILM, name="Film"), "  name: Film", ONE_MORE),
    "an ad's pause": Edit(sets(STILL, status="PAUSED"), "        status: PAUSED", ONE_MORE, running=True),
    "a headline": Edit(words(STILL, name="Save 50%"), "        headline: Save 50%"),
    "a primary text": Edit(words(STILL, message="Come: see #1."), '        primary_text: "Come: see #1."'),
    "a primary text over two lines": Edit(words(STILL, message="Come.\nSee."), '        primary_text: "Come.\\nSee."'),
    "a description that was not written": Edit(
        words(STILL, description="Only today"), "        description: Only today", ONE_MORE
    ),
    "a button": Edit(
        words(STILL, call_to_action=button("LEARN_MORE", "https://acme.example/spring")),
        "        call_to_action: LEARN_MORE",
    ),
    "a button that was not written": Edit(
        words(MORE, call_to_action=button("LEARN_MORE", "https://acme.example/more")),
        "        call_to_action: LEARN_MORE",
        ONE_MORE,
    ),
    "a link": Edit(
        words(STILL, link="https://acme.example/sale"), "        destination_url: https://acme.example/sale"
    ),
    "tags of a link": Edit(words(STILL, tags="utm_source=mei"), "        url_tags: utm_source=mei"),
    "tags of a link that had none": Edit(
        words(MORE, tags="utm_source=mei"), "        url_tags: utm_source=mei", ONE_MORE
    ),
    "a headline beside a film": Edit(words(FILM, title="Save 50%"), "  headline: Save 50%"),
    "a text that is folded": Edit(words(FILM, message="Shop our spring sale now."), "    spring sale now."),
    "a text in brackets": Edit(
        words(f"{DAILY}/still", name="Half, off"),
        '      still: {image: outlet/banner.jpg, primary_text: A, headline: "Half, off", '
        "destination_url: https://acme.example/a}",
    ),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_one_edit_is_one_line_and_nothing_is_left_to_do(
    edit: Edit, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    for name, text in FILES.items():
        repository.write(name, text)
    reconciler.apply().ended(0)
    if edit.running:
        sandbox.at("2026-12-01T10:00:00+08:00")
        reconciler("activate").ended(0)
    root = repository.root
    (root / ".gitignore").write_text("state/\n", "utf-8")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "As it was applied")
    reconciler.converged()
    edit.act(sandbox)
    reconciler("pull").ended(0)
    added, removed, _ = (git(root, "diff", "--numstat") or "0 0 nothing").split("\t")
    diff = git(root, "diff", "-U0", "--no-color")
    assert [line for line in diff.splitlines() if line.startswith("+") and line[1:2] != "+"] == [f"+{edit.line}"]
    assert (int(added), int(removed)) == edit.lines
    reconciler.converged()
    assert reconciler("pull").ended(0)
    assert git(root, "diff", "-U0", "--no-color") == diff
