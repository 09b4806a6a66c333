"""`edit/yaml_text.py`: values put into the text of a file, and all else as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.config.document import parse_document
from reconciler.edit.yaml_text import CannotEditError, Letters, with_value, without_value

TEXT = """\
# Top.
name: Spring | SG  # as agreed

targeting:   # who
  geo_locations: {countries: [SG],  cities: []}  # where
  genders:
    # both
    - 1   # men
    - 2
  # The end of it.

ads:
  hero: {headline: 'Save 30%', url: "https://acme.example/"}
  still:
    primary_text: |
      Shop.

    headline: Outlet
# Bottom.
"""
PATHS: list[tuple[str | int, ...]] = [
    ("name",),
    ("targeting", "geo_locations", "countries"),
    ("targeting", "geo_locations", "cities"),
    ("targeting", "genders"),
    ("targeting", "genders", 1),
    ("targeting", "age_min"),
    ("targeting", "a", "b", "c"),
    ("ads", "hero", "headline"),
    ("ads", "hero", "name"),
    ("ads", "still", "headline"),
    ("ads", "still", "name"),
    ("status",),
]
words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp")), max_size=12)
scalars = st.one_of(words, st.integers(), st.booleans(), st.just("null"), st.just("80.00 SGD"), st.just("a: b #c"))
plain = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.from_regex("[a-z]{1,5}", fullmatch=True), inner),
    max_leaves=6,
)


@given(st.sampled_from(PATHS), plain)
def test_what_is_put_in_is_read_back_and_nothing_else_says_other_than_before(
    path: tuple[str | int, ...], value: Any
) -> None:
    try:
        text = with_value(TEXT, path, value)
    except CannotEditError:
        return
    before, after = parse_document(TEXT, "a.yaml"), parse_document(text, "a.yaml")
    # A text over several lines goes on ending as its first line says.
    ends = "\n" if "primary_text: |" in text and path == ("ads", "still", "primary_text") else ""
    assert after.value(path) == (f"{value.rstrip()}{ends}" if ends else value)
    others = [at for at in before.values if at != path and at[: len(path)] != path and path[: len(at)] != at]
    assert [after.value(at) for at in others] == [before.value(at) for at in others]


@given(st.sampled_from(PATHS), plain)
def test_the_lines_of_other_values_stay_to_the_letter(path: tuple[str | int, ...], value: Any) -> None:
    try:
        text = with_value(TEXT, path, value)
    except CannotEditError:
        return
    kept = [line for line in TEXT.splitlines() if "#" in line and line.lstrip().startswith("#")]
    assert [line for line in text.splitlines() if line in kept] == kept


@pytest.mark.parametrize(
    ("path", "lost"),
    [
        (("targeting", "genders"), ["  genders:", "    # both", "    - 1   # men", "    - 2"]),
        (("ads", "still", "primary_text"), ["    primary_text: |", "      Shop."]),
        (("name",), ["name: Spring | SG  # as agreed"]),
    ],
)
def test_what_is_taken_out_goes_with_its_own_lines_alone(path: tuple[str, ...], lost: list[str]) -> None:
    left = without_value(TEXT, path).splitlines()
    assert [line for line in TEXT.splitlines() if line not in left] == lost


def test_a_mapping_that_would_be_left_empty_goes_too() -> None:
    assert without_value("a: 1\nb: {c: {d: 2}}\n", ("b", "c", "d")) == "a: 1\n"


def test_letters_stand_without_quotes_and_texts_that_look_like_them_with_quotes() -> None:
    assert with_value("a: 1\n", ("a",), Letters("80.00 SGD")) == "a: 80.00 SGD\n"
    assert with_value("a: 1\n", ("a",), "12") == 'a: "12"\n'


def test_a_key_is_put_where_a_person_would_look_for_it() -> None:
    text = with_value("name: A\n# budget\nads: {}\n", ("status",), "PAUSED", lambda path: ("name", "status", "ads"))
    assert text == "name: A\nstatus: PAUSED\n# budget\nads: {}\n"


@pytest.mark.parametrize(("path", "value"), [(("ads", "still", "primary_text"), ["x"]), (("targeting",), "one")])
def test_what_goes_over_several_lines_is_not_exchanged_for_what_cannot_stand_there(
    path: tuple[str, ...], value: Any
) -> None:
    with pytest.raises(CannotEditError):
        with_value(TEXT, path, value)


BLOCKS = {
    "folded, one word": ("a: >  # why\n  One two\n  three.\nb: 1\n", "One four three.", "  One four"),
    "folded, the end": ("a: >-\n  One two\n  three.\n", "One two four.", "  four."),
    "folded, the beginning": ("a: >\n  One two\n  three.\n# b\n", "Two two three.", "  Two two"),
    "literal": ("a: |\n  One\n  two\n\nb: 1\n", "One\nthree", "  three"),
    "literal, a hash": ("a: |\r\n  One\r\n  two\r\nb: 1\r\n", "One # two\ntwo", "  One # two"),
}


@pytest.mark.parametrize(("text", "value", "line"), BLOCKS.values(), ids=BLOCKS)
def test_of_a_text_over_several_lines_those_stay_that_can(text: str, value: str, line: str) -> None:
    after = with_value(text, ("a",), value)
    assert parse_document(after, "a.yaml").value(("a",)).rstrip("\n") == value
    assert [each for each in after.splitlines() if each not in text.splitlines()] == [line]
    assert ("\r\n" in after) == ("\r\n" in text)


def test_what_no_such_text_can_say_stands_on_one_line() -> None:
    assert with_value("a: |\n  One\n  two\nb: 1\n", ("a",), " One") == 'a: " One"\nb: 1\n'
    with pytest.raises(CannotEditError):
        with_value("a: |  # why\n  One\n  two\nb: 1\n", ("a",), " One")


def test_breaks_in_a_folded_text_are_blank_lines() -> None:
    after = with_value("a: >-\n  One\n  two\n", ("a",), "One\n\ntwo\nthree")
    assert parse_document(after, "a.yaml").value(("a",)) == "One\n\ntwo\nthree"


def test_a_text_within_brackets_gets_the_quotes_that_it_needs_there() -> None:
    assert with_value("a: {b: One, c: [Two]}\n", ("a", "b"), "Half, off") == 'a: {b: "Half, off", c: [Two]}\n'
