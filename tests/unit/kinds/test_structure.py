"""Comparison of two JSON values: other spellings that Graph uses are the same value, and every addition is seen."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler.kinds.structure import Gap, gaps, is_nothing

plain_values = st.recursive(
    st.one_of(st.booleans(), st.integers(-5, 5), st.text("ab1", max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=10,
)


def echoed(value: Any, chance: random.Random) -> Any:
    """The value as Graph may return it: some numbers as text, lists in another order, empty values left out."""
    if isinstance(value, dict):
        return {k: echoed(v, chance) for k, v in value.items() if not (is_nothing(v) and chance.random() < 0.5)}
    if isinstance(value, list):
        items = [echoed(v, chance) for v in value]
        chance.shuffle(items)
        return items
    if isinstance(value, bool):
        return chance.choice([value, int(value), str(value)])
    return str(value) if isinstance(value, int) and chance.random() < 0.5 else value


def same(declared: Any, live: Any) -> bool:
    return not any(gaps(declared, live, "x"))


@given(plain_values, st.randoms(use_true_random=False))
def test_an_echo_has_no_gap(value: Any, chance: random.Random) -> None:
    assert same(value, echoed(value, chance))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths at which something can be added: every mapping and every list."""
    here = [path] if isinstance(value, (dict, list)) else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*here, *(found for key, one in inner for found in places(one, (*path, key)))]


def added_to(value: Any, path: tuple[Any, ...], addition: Any) -> Any:
    if isinstance(value, dict):
        inner = {k: added_to(v, path[1:], addition) if path and k == path[0] else v for k, v in value.items()}
        return inner if path else {**inner, "added": addition}
    items = [added_to(v, path[1:], addition) if path and i == path[0] else v for i, v in enumerate(value)]
    return items if path else [*items, addition]


@given(plain_values, plain_values, st.data())
def test_an_addition_anywhere_is_a_gap(value: Any, addition: Any, data: st.DataObject) -> None:
    where = places(value)
    assume(where and not same(None, addition))
    assert not same(value, added_to(value, data.draw(st.sampled_from(where)), addition))


TABLE = [
    pytest.param({"a": 1}, {"a": 1, "b": 2}, False, id="a further key"),
    pytest.param({"a": 1}, {"a": 1, "b": 0}, False, id="a further key that is 0: the default may be 1"),
    pytest.param({"a": 1}, {"a": 1, "b": False}, False, id="a further key that is false"),
    pytest.param({"a": 1}, {"a": 1, "b": []}, True, id="a further key that is empty"),
    pytest.param({"a": 1}, {"a": 1, "b": {"c": None}}, True, id="a further key that is empty within"),
    pytest.param({"a": 1, "b": 2}, {"a": 1}, False, id="a missing key"),
    pytest.param([1, 2], [2, 1], True, id="the order of a list does not count"),
    pytest.param([1, 2], [1, 2, 3], False, id="a further item"),
    pytest.param([], [1], False, id="an item where none was declared"),
    pytest.param([1, 1, 2], [1, 2, 2], False, id="how often an item stands counts"),
    pytest.param([1], ["1"], True, id="numbers as text in a list"),
    pytest.param(5, "5", True, id="a number as text"),
    pytest.param("5", 5, True, id="text as a number"),
    pytest.param(1.0, 1, True, id="a whole number written with a point"),
    pytest.param(1.0, "1", True, id="a whole number as text"),
    pytest.param(1, "1.00", True, id="a number as text with a point"),
    pytest.param(0.5, "0.50", True, id="a fraction as text"),
    pytest.param(1.5, 1, False, id="a fraction is not dropped"),
    pytest.param("1.0", "1", False, id="two texts are compared to the letter"),
    pytest.param(True, 1, True, id="a flag as 1"),
    pytest.param(True, "True", True, id="a flag as a word"),
    pytest.param("false", False, True, id="a word as a flag"),
    pytest.param(False, 0, True, id="a flag as 0"),
    pytest.param(True, 0, False, id="a flag turned round"),
    pytest.param(True, 5, False, id="a number is no flag"),
    pytest.param({}, None, True, id="an empty mapping is omitted"),
    pytest.param({}, {"a": 1}, False, id="an empty mapping that was filled"),
    pytest.param([], None, True, id="an empty list is omitted"),
    pytest.param("", None, True, id="an empty text is omitted"),
    pytest.param("", 0, False, id="an empty text is not 0"),
    pytest.param(0, None, True, id="zero is omitted"),
    pytest.param(0, "0", True, id="zero as text"),
    pytest.param(False, None, True, id="false is omitted"),
    pytest.param(None, None, True, id="nothing is nothing"),
    pytest.param(None, 0, False, id="nothing declared, and set to 0"),
    pytest.param(None, "x", False, id="nothing declared, but set"),
    pytest.param(0, 5, False, id="zero is not five"),
    pytest.param("a ", "a", True, id="a space at the end"),
    pytest.param({"a": {}}, {}, True, id="an empty mapping inside is omitted"),
    pytest.param({"a": 1}, None, False, id="a mapping that is gone"),
    pytest.param({"a": 1}, [1], False, id="a list in place of a mapping"),
    pytest.param([1], None, False, id="a list that is gone"),
    pytest.param([1], {"a": 1}, False, id="a mapping in place of a list"),
    pytest.param([{"id": "1"}], [{"id": "1", "radius": 5}], False, id="a key added to an item"),
    pytest.param([{"a": 1}, {"a": 1, "b": 2}], [{"a": 1, "b": 2}, {"a": 1}], True, id="items in another order"),
    pytest.param([{"a": 1}, {"a": 1}], [{"a": 1}, {"a": 2}], False, id="one match serves one item only"),
    pytest.param(
        "2026-12-01T09:00:00+0800", "2026-12-01T01:00:00+0000", True, id="the same moment in the account's zone"
    ),
    pytest.param(1796086800, "2026-12-01T09:00:00+0800", True, id="a moment in seconds"),
    pytest.param("2026-12-01T09:00:00+0800", "2026-12-01T09:00:00+0000", False, id="another moment"),
    pytest.param("2026-12-01T09:00:00", "2026-12-01T09:00:00+0800", True, id="a time that Meta read in its zone"),
    pytest.param("2026-12-01T09:00:00", "2026-12-01T09:00:01+0800", False, id="another second of that zone"),
    pytest.param("TOTAL", "TINY", False, id="words with a T"),
]


@pytest.mark.parametrize(("declared", "live", "result"), TABLE)
def test_what_reads_as_what_was_declared(declared: Any, live: Any, result: bool) -> None:
    assert same(declared, live) is result


PATHS = [
    pytest.param({"a": 1}, {"a": 1, "b": [2]}, [Gap("x.b", None, [2], True, [2])], id="a key"),
    pytest.param({"a": [1]}, {"a": [2, 1]}, [Gap("x.a", [1], [2, 1], True, [2])], id="an item"),
    pytest.param({"a": [1]}, {"a": [2]}, [Gap("x.a", [1], [2])], id="another item"),
    pytest.param(
        [{"id": 1}, {"id": 2}], [{"id": 2, "c": 3}, {"id": 1}], [Gap("x[1].c", None, 3, True, 3)], id="inside"
    ),
    pytest.param([{"b": 1}], [{"b": 2}], [Gap("x[0].b", 1, 2)], id="the only item changed"),
    pytest.param({"a": {"b": 1}, "c": 1}, {"c": 1}, [Gap("x.a", {"b": 1}, None)], id="what is gone"),
]


@pytest.mark.parametrize(("declared", "live", "found"), PATHS)
def test_each_gap_has_its_path(declared: Any, live: Any, found: list[Gap]) -> None:
    assert list(gaps(declared, live, "x")) == found
