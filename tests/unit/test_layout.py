"""`edit/layout.py`: a file's text in canonical order and layout."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.declaring import desired_of

from reconciler.config.document import parse_document
from reconciler.edit.canonical import order_of
from reconciler.edit.layout import CannotPlaceError, formatted
from reconciler.model.resource import Desired

CAMPAIGN = "desired/campaigns/acme-sg/spring.yaml"
DESIRED = Path(__file__).parents[2] / "desired"


def laid_out(text: str, file: str = CAMPAIGN) -> str:
    made = formatted(text, order_of(file))
    assert formatted(made, order_of(file)) == made
    return made


# ---- any file

KEYS = "name status ad ads targeting lifecycle raw hero x-1 headline primary_text video countries daily_budget".split()
SCALARS = [
    "X",
    "50.00 SGD",
    '"00123"',
    "'yes'",
    "~",
    "Save 30 % – ünï 🎉",
    "2026-12-01 09:00",
    "{a: 1,b: [x , y]}",
    "[]",
]
LINES = [
    "one\n{0}  two",
    "|\n{0}    a\n\n{0}      b",
    ">-\n{0} a\n{0} b",
    '"a\n{0} b"',
    "|+\n{0}  a\n\n",
    "[ a,\n{0}  b ]",
]


@st.composite
def blocks(draw: st.DrawFn, indent: int = 0, depth: int = 3) -> str:
    """Keys in any order, with comments and blanks wherever people put them. Each comment has a number of its own."""
    text, margin = "", " " * indent
    for key in draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True)):
        for _ in range(draw(st.integers(0, 2))):
            place = " " * draw(st.sampled_from([0, indent, indent, indent + 2]))
            text += draw(st.sampled_from(["", f"{place}# note {draw(st.integers(0, 999))}"])) + "\n"
        behind = draw(st.sampled_from(["", " # behind", "   #behind", "  "]))
        shape = draw(st.integers(0, 4 if depth else 2))
        if shape <= 1:
            text += f"{margin}{key}: {draw(st.sampled_from(SCALARS))}{behind}\n"
        elif shape == 2:
            text += f"{margin}{key}: {draw(st.sampled_from(LINES)).format(margin)}\n"
        elif shape == 3:
            inner = draw(blocks(indent + draw(st.integers(1, 4)), depth - 1))
            text += f"{margin}{key}:{behind}\n{inner}"
        else:
            dash = indent + draw(st.sampled_from([0, 2, 3]))
            items = draw(st.lists(blocks(dash + 2, depth - 1) | st.sampled_from(SCALARS), min_size=1, max_size=3))
            text += f"{margin}{key}:{behind}\n"
            for item in items:
                alone = "\n" in item
                text += f"{' ' * dash}-\n{item}" if alone else f"{' ' * dash}- {item}{behind}\n"
    return text


def comments(text: str) -> Counter[str]:
    return Counter(re.findall(r"# note \d+|# ?behind", text))


@given(st.sampled_from(["", "# Top.\n", "# Top.\n\n# First.\n", "---\n"]), blocks(), st.sampled_from(["\n", "\r\n"]))
def test_a_file_says_the_same_keeps_its_comments_and_is_not_changed_again(head: str, body: str, ends: str) -> None:
    text = (head + body).replace("\n", ends)
    made = laid_out(text)
    assert parse_document(made, "x").data == parse_document(text, "x").data
    assert comments(made) == comments(text)
    assert not made.replace("\r\n", "").count("\n" if ends == "\r\n" else "\r")


# ---- what is declared

FIELDS = {
    "name": "Spring",
    "daily_budget": "50.00 SGD",
    "status": "PAUSED",
    "countries": "[SG, MY]",
    "url_tags": "utm_source=meta",
    "special_ad_categories": "[]",
    "lifecycle": "{protect: true}",
    "raw": "{pacing_type: [standard]}",
}
AD = [
    "video: a.mp4",
    "primary_text: |\n      Shop.\n\n      Now.",
    "headline: Save 30%",
    "destination_url: https://acme.example/",
]


@st.composite
def campaigns(draw: st.DrawFn) -> str:
    lines = [
        f"{name}: {value}" for name, value in FIELDS.items() if name in ("name", "daily_budget") or draw(st.booleans())
    ]
    ads = draw(st.lists(st.sampled_from(["b", "a", "c"]), min_size=1, unique=True))
    lines.append("ads:\n" + "\n".join(f"  {key}:\n    " + "\n    ".join(draw(st.permutations(AD))) for key in ads))
    return "".join(draw(st.sampled_from(["", "# note\n", "\n"])) + line + "\n" for line in draw(st.permutations(lines)))


def declared(desired: Desired) -> dict[str, Any]:
    return {
        str(address): (one.fields, one.schedule, one.lifecycle.protect, one.aliases)
        for address, one in desired.resources.items()
    }


@given(campaigns())
def test_the_same_is_declared_before_and_after(text: str) -> None:
    made = laid_out(text)
    assert declared(desired_of(made)) == declared(desired_of(text))
    assert list(desired_of(made).resources) == list(desired_of(text).resources)


@pytest.mark.parametrize("path", sorted(DESIRED.rglob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_are_in_order(path: Path) -> None:
    text = path.read_text("utf-8")
    assert laid_out(text, path.relative_to(DESIRED.parent).as_posix()) == text


# ---- where comments go


def test_a_comment_moves_with_the_key_below_it_and_one_behind_a_value_stays_there() -> None:
    text = "# Top.\n\nstatus: PAUSED # held\n# As agreed.\nname: X\n"
    assert laid_out(text) == "# Top.\n\n# As agreed.\nname: X\nstatus: PAUSED  # held\n"


def test_a_key_that_is_commented_out_at_the_end_of_a_mapping_stays_at_its_end() -> None:
    text = "ads:\n  hero:\n    headline: A\n    video: a.mp4\n    # description: old\n  square:\n    image: b.png\n"
    hero = "  hero:\n    video: a.mp4\n    headline: A\n    # description: old\n"
    assert laid_out(text) == f"ads:\n{hero}  square:\n    image: b.png\n"


def test_comments_between_items_and_behind_the_last_line_stay_there() -> None:
    text = "countries:\n- SG\n# later: TH\n- MY # ok\nname: X\n# The end.\n"
    assert laid_out(text) == "name: X\ncountries:\n  - SG\n  # later: TH\n  - MY  # ok\n# The end.\n"


def test_a_comment_between_a_key_and_its_value_goes_above_the_key() -> None:
    assert laid_out("name:\n  # why\n  X\n") == "# why\nname: X\n"


def test_blank_lines_that_group_keys_stay_one_each() -> None:
    text = "name: X\n\n\n\n# money\ndaily_budget: 5 SGD\nad:\n\n  video: a\n\n  headline: A\n"
    assert laid_out(text) == "name: X\n\n# money\ndaily_budget: 5 SGD\nad:\n  video: a\n\n  headline: A\n"


def test_comments_that_are_aligned_stay_aligned() -> None:
    text = "name: X         # one\nstatus: PAUSED  # two\n"
    assert laid_out(text) == text


# ---- letters


@pytest.mark.parametrize(
    "value",
    ["'yes'", '"1e3"', '"00123"', "'it''s'", '"a\\tb"', "🎉 Sale", "春 # c".replace(" #", "  #"), "{}", "[]", "~"],
)
def test_a_value_keeps_its_letters(value: str) -> None:
    assert laid_out(f"name: {value}\n") == f"name: {value}\n"


def test_texts_of_several_lines_keep_their_lines() -> None:
    text = (
        'ad:\n   primary_text: |+\n      A\n        B\n\n   headline: >-\n      a\n\n      b\n   page: "x\n      y"\n'
    )
    assert laid_out(text) == (
        'ad:\n  primary_text: |+\n    A\n      B\n\n  headline: >-\n    a\n\n    b\n  page: "x\n    y"\n'
    )


def test_brackets_on_one_line_are_put_in_order_and_those_over_several_keep_their_lines() -> None:
    text = "ad: {headline: A,video: b.mp4 }\ncountries: [\n  SG, # s\n  MY\n]\n"
    assert laid_out(text) == "countries: [\n  SG, # s\n  MY\n]\nad: {video: b.mp4, headline: A}\n"


def test_a_byte_order_mark_tabs_and_a_missing_last_line_end_are_mended() -> None:
    assert laid_out("\ufeffstatus: PAUSED\t# held\nname:\tX") == "name: X\nstatus: PAUSED  # held\n"


def test_what_stands_around_a_document_stays() -> None:
    text = "%YAML 1.2\n---\nname: X\n...\n# The end.\n"
    assert laid_out(text) == text


@pytest.mark.parametrize("text", ["? name\n: X\n", "name: X\u2028Y\n", "a: 1\na: 2\n"])
def test_what_cannot_be_placed_is_refused(text: str) -> None:
    with pytest.raises(CannotPlaceError):
        formatted(text, order_of(CAMPAIGN))
