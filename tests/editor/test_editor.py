"""What an editor with yaml-language-server completes, explains and marks."""

from __future__ import annotations

import pytest
from editor.conftest import Editor

FILE = "desired/campaigns/acme-sg/new.yaml"
MODELINE = "# yaml-language-server: $schema=../../../schemas/campaign.schema.json\n"


def test_the_first_line_of_a_file_is_enough_to_complete_its_fields(editor: Editor) -> None:
    assert {"daily_budget", "activate_at", "countries", "ad_sets"} <= set(
        editor.completions(FILE, MODELINE + "name: X\n‸")
    )


def test_countries_are_offered_with_their_names(editor: Editor) -> None:
    offered = editor.completions(FILE, MODELINE + "name: X\ncountries:\n  - ‸\n")
    assert "Singapore" in str(offered["SG"]["documentation"])


def test_buttons_are_offered_with_what_they_are_for_and_rare_ones_only_taken(editor: Editor) -> None:
    offered = editor.completions(FILE, MODELINE + "name: X\nad:\n  call_to_action: ‸\n")
    assert "a shop or a product page" in str(offered["SHOP_NOW"]["documentation"])
    assert "WOODHENGE_SUPPORT" not in offered
    ad = "name: X\nad:\n  call_to_action: {}\n"
    assert editor.problems(FILE, MODELINE + ad.format("WOODHENGE_SUPPORT")) == []
    assert {line for line, _ in editor.problems(FILE, MODELINE + ad.format("SHOP_NAU"))} == {4}


def test_targeting_is_completed_and_explained(editor: Editor) -> None:
    text = MODELINE + "name: X\ntargeting:\n  {}\n"
    assert {"age_min", "geo_locations", "interests"} <= set(editor.completions(FILE, text.format("‸")))
    assert "13" in editor.hover(FILE, text.format("age_m‸in: 21"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("daily_bud‸get: 5.00 SGD", "learning"),
        ("targ‸eting: {}", "resets learning"),
        ("ad: {prim‸ary_text: X}", "125 characters"),
        ("ad: {head‸line: X}", "40 characters"),
    ],
)
def test_hovering_tells_a_buyer_what_follows(editor: Editor, line: str, said: str) -> None:
    assert said in editor.hover(FILE, f"{MODELINE}name: X\n{line}\n")


def test_a_new_ad_and_a_new_campaign_come_as_snippets(editor: Editor) -> None:
    offered = editor.completions(FILE, MODELINE + "name: X\nads:\n  hero:\n    ‸")
    assert {"video ad", "image ad", "video ad with a lead form"} <= set(offered)
    text = str(offered["video ad"].get("textEdit") or offered["video ad"]["insertText"])
    assert "video:" in text and "destination_url:" in text
    assert "campaign: one video ad" in editor.completions(FILE, MODELINE + "‸")


def test_slips_are_marked_at_their_line(editor: Editor) -> None:
    marked = editor.problems(FILE, MODELINE + "name: X\ndayly_budget: 5.00 SGD\nstatus: ON\n")
    assert {line for line, _ in marked} == {3, 4}


def test_a_file_without_that_line_is_offered_what_is_here_by_name(editor: Editor) -> None:
    assert "sale" in editor.completions(FILE, "name: X\nextends: ‸\n")
    assert "visitors" in editor.completions(FILE, "name: X\ntargeting:\n  custom_audiences:\n    - ‸\n")
    assert "quote" in editor.completions(FILE, "name: X\nad:\n  lead_form: ‸\n")
    assert "spring/hero.mp4" in editor.completions(FILE, "name: X\nad:\n  video: ‸\n")
    assert "outlet/banner.jpg" in editor.completions(FILE, "name: X\nad:\n  image: ‸\n")
    assert editor.problems(FILE, "name: X\nad:\n  video: not-yet-there.mp4\n") == []
