from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.counting import bytes_read, calls

from reconciler.config import document, readable
from reconciler.config.document import parse_document, read_document
from reconciler.model.document import Document
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Origin, Problem

PARSERS = ("libyaml", "ruamel")
PROPERTY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=PARSERS)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "ruamel":
        monkeypatch.setattr(document, "CParser", None)
    return str(request.param)


def problems(text: bytes | str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        parse_document(text, "f.yaml")
    return caught.value.problems


def summary(text: bytes | str) -> list[tuple[int, int, str]]:
    return [(p.origin.line, p.origin.column, p.message) for p in problems(text)]


def only(text: bytes | str) -> tuple[int, int, str]:
    (one,) = summary(text)
    return one


def cost(text: str) -> int:
    """How many calls it takes to refuse a text."""
    return calls(lambda: problems(text))


# ---- data


def test_the_c_parser_is_the_one_in_use() -> None:
    assert document.CParser is not None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("NULL", None),
        ("true", True),
        ("False", False),
        ("0", 0),
        ("-0", 0),
        ("42", 42),
        ("+5", 5),
        ("-17", -17),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("1.5", 1.5),
        ("-.5", -0.5),
        ("1e3", 1000.0),
        ("0.10", 0.1),
        ("'42'", "42"),
        ('"true"', "true"),
        ("''", ""),
        ("|\n  x\n  y\n", "x\ny\n"),
        (">\n  x\n  y\n", "x y\n"),
    ],
)
def test_scalars_are_yaml_1_2_core(parser: str, text: str, value: object) -> None:
    read = parse_document(f"a: {text}", "f.yaml").data["a"]
    assert read == value
    assert isinstance(read, type(value))
    assert isinstance(read, bool) is isinstance(value, bool)


WORDS = ["NO", "yes", "on", "Off", "y", "nULL", "a:b", "x*y", "+", "-x", ".", "<<", "=", "30%"]
NUMBER_LIKE = ["12:30", "2026-12-01", "2026-12-01 09:00", "1_000", "50.00 SGD", "0b1", "1.2.3", "e5"]


@pytest.mark.parametrize("text", [*WORDS, *NUMBER_LIKE])
def test_what_only_yaml_1_1_converts_stays_text(parser: str, text: str) -> None:
    assert parse_document(f"a: {text}", "f.yaml").data == {"a": text}


@pytest.mark.parametrize("text", ["{url: https://a.b/c?d=e#f, at: 09:00}", '{"url":"x","n":1}', "[why?, a:b]"])
def test_flow_style_follows_yaml_1_2_with_either_parser(parser: str, text: str) -> None:
    want: dict[str, Any] = {
        "{u": {"url": "https://a.b/c?d=e#f", "at": "09:00"},
        '{"': {"url": "x", "n": 1},
        "[w": ["why?", "a:b"],
    }
    assert parse_document(f"a: {text}", "f.yaml").data["a"] == want[text[:2]]


def test_a_byte_order_mark_moves_nothing(parser: str) -> None:
    read = parse_document(b"\xef\xbb\xbfa: 1\n", "f.yaml")
    assert read.data == {"a": 1}
    assert read.keys[("a",)] == Origin("f.yaml", 1, 1)


def test_one_document_may_be_marked_as_such(parser: str) -> None:
    assert parse_document("# note\n---\na: 1\n...\n", "f.yaml").data == {"a": 1}


def test_the_fallback_is_taken_when_the_c_extension_is_missing() -> None:
    program = (
        "import sys; sys.modules['_ruamel_yaml'] = None\n"
        "from reconciler.config import document\n"
        "assert document.CParser is None\n"
        "print(document.parse_document('a: [1, é]', 'f').data)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    assert run.stdout.strip() == "{'a': [1, 'é']}"


# ---- positions

TREE = """\
# comment
name: Été 🎉 | SG
ad_sets:
  été:
    countries: [🇸🇬, "MY", {a: 1}]
    empty:
    text: |
      🎉
"""


def test_every_key_and_value_has_its_place_in_characters(parser: str) -> None:
    read = parse_document(TREE, "f.yaml")
    values = {path: (at.line, at.column) for path, at in read.values.items()}
    keys = {path: (at.line, at.column) for path, at in read.keys.items()}
    countries = ("ad_sets", "été", "countries")
    assert values == {
        (): (2, 1),
        ("name",): (2, 7),
        ("ad_sets",): (4, 3),
        ("ad_sets", "été"): (5, 5),
        countries: (5, 16),
        (*countries, 0): (5, 17),
        (*countries, 1): (5, 21),
        (*countries, 2): (5, 27),
        (*countries, 2, "a"): (5, 31),
        ("ad_sets", "été", "empty"): (6, 5),
        ("ad_sets", "été", "text"): (7, 11),
    }
    assert keys == {
        ("name",): (2, 1),
        ("ad_sets",): (3, 1),
        ("ad_sets", "été"): (4, 3),
        countries: (5, 5),
        (*countries, 2, "a"): (5, 28),
        ("ad_sets", "été", "empty"): (6, 5),
        ("ad_sets", "été", "text"): (7, 5),
    }


def test_origin_of_what_is_not_written_is_its_nearest_ancestor() -> None:
    read = parse_document("a:\n  b: [1, 2]\n", "f.yaml")
    assert read.origin(("a", "b", 1)) == Origin("f.yaml", 2, 10)
    assert read.origin(("a", "b", 7, "x")) == Origin("f.yaml", 2, 6)
    assert read.origin(("a", "c")) == Origin("f.yaml", 2, 3)
    assert read.origin(("z", "y")) == Origin("f.yaml", 1, 1)


def test_a_key_without_a_value_of_its_own_is_a_place_too() -> None:
    at = Origin("f.yaml", 3, 1)
    assert Document({}, {(): Origin("f.yaml", 1, 1)}, {("a",): at}).origin(("a", "b")) == at
    with pytest.raises(KeyError):
        Document({}, {}, {}).origin(("a",))


def test_windows_line_ends_count_once(parser: str) -> None:
    assert parse_document("a: 1\r\nb: 2\r\n", "f.yaml").keys[("b",)] == Origin("f.yaml", 2, 1)


# ---- what is refused, where, and how it is said


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("", 1, 1, "empty"),
        ("# only a comment\n", 1, 1, "empty"),
        ("---\n", 2, 1, "top level is empty"),
        ("- a\n", 1, 1, "top level is a list"),
        ("hello\n", 1, 1, "top level is a single value"),
        ("a: &x 1", 1, 4, "anchor &x"),
        ("&x a: 1", 1, 1, "anchor &x"),
        ("a: *x", 1, 4, "alias *x"),
        ("<<: {b: 1}", 1, 1, "merge key <<"),
        ("a: !x y", 1, 4, "tag !x"),
        ("a: !!str 1", 1, 4, "tag !!str"),
        ("a: ! y", 1, 4, "tag !"),
        ("a: !x {b: 1}", 1, 4, "tag !x"),
        ("%YAML 1.2\n---\na: 1", 1, 1, "% directive"),
        ("# x\n%TAG ! y\n---\na: 1", 2, 1, "% directive"),
        ("7: x", 1, 1, "key '7' is not a text"),
        ("a: {1.5: x}", 1, 5, "key '1.5' is not a text"),
        ("null: x", 1, 1, "key 'null' is not a text"),
        ("True: x", 1, 1, "key 'True' is not a text"),
        ("007: x", 1, 1, "key '007' is not a text"),
        ("[a]: x", 1, 1, "a key must be a text"),
        ("? {a: b}\n: x", 1, 3, "a key must be a text"),
        ("a: {age_min:21}", 1, 5, "no space after its ':'"),
        ("a: 00123", 1, 4, "'00123' is a number with a leading zero"),
        ("a: -01", 1, 4, "leading zero"),
        ("a: 00.5", 1, 4, "leading zero"),
        ("a: 0x1F", 1, 4, "hexadecimal"),
        ("a: 0o17", 1, 4, "octal"),
        ("a: -.inf", 1, 4, "not a finite number"),
        ("a: .NaN", 1, 4, "not a finite number"),
        ("a: 1e999", 1, 4, "too large to hold"),
        ("a: " + "9" * 700, 1, 4, "more than 640 digits"),
        ("a: 1\nb: \x00", 2, 4, "U+0000"),
        ("é: 🎉\x07", 1, 5, "U+0007 (a control character)"),
        ("a: x\u2028y", 1, 5, "U+2028 (line separator)"),
        ("a: \ud83d", 1, 4, "U+D83D"),
        ("a: \ufeff", 1, 4, "U+FEFF"),
        ('a: "\\e[31m"', 1, 4, "U+001B"),
        ('"\\0": 1', 1, 1, "the key holds U+0000"),
        ('a: "\\ud83d"', 1, 4, "U+D83D"),
        ('a: "\\UFFFFFFFF"', 1, 1, "no character"),
        (b"a: 1\nb: caf\xe9", 2, 7, "byte 0xE9 at offset 11 is not UTF-8"),
        ("a: 1".encode("utf-16"), 1, 1, "the file is UTF-16"),
    ],
)
def test_refusals_name_place_and_cause(parser: str, text: bytes | str, line: int, column: int, said: str) -> None:
    (problem,) = problems(text)
    assert (problem.origin.line, problem.origin.column) == (line, column)
    assert said in problem.message
    assert problem.mend


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("a: b: c", 1, 5, "inside an unquoted text"),
        ("a: 1\n b: 2", 2, 2, "b stands further in than a above it"),
        ("a: - b", 1, 4, "cannot begin with '- '"),
        ("a: ? b", 1, 4, "cannot begin with '? '"),
        ("a:\n - b\n c", 3, 2, "this is no item of the list of a"),
        ("a: *", 1, 4, "cannot begin with '*'"),
        ("a: !<", 1, 4, "cannot begin with '!'"),
        ("a:\n\t- b", 2, 1, "tab is used to indent"),
        ("a: |\n\tx", 2, 1, "tab is used to indent"),
        ("a: @x", 1, 4, "cannot begin with '@'"),
        ("a: %x", 1, 4, "cannot begin with '%'"),
        ("a: `x`", 1, 4, "cannot begin with '`'"),
        ("a: 'x\n---\n'", 2, 1, "inside a quoted text"),
        ("a: 1\n... x", 2, 5, "after the end of the document"),
        ("a: 1\nb: 'x\nc: 2\n", 2, 4, "never closed"),
        ("a: [1,\n  2\nb: 3\n", 3, 2, "neither a ','"),
        ("b: 1\na: [1", 2, 4, "the [ has no ]"),
        ("a: {b: 1]", 1, 4, "the { has no }"),
        ("a: 'b' c", 1, 8, "goes on behind its closing quote"),
        ("a: |\n  x\n y: 1", 3, 2, "does not continue"),
        ('a: "\\q"', 1, 6, "no escape"),
        ('a: "\\x1"', 1, 7, "no escape"),
        ("a: >5x\n b", 1, 4, "'>' begins a block text"),
        ("a: }", 1, 4, "cannot begin with '}'"),
    ],
)
def test_syntax_errors_are_said_in_plain_words(parser: str, text: str, line: int, column: int, said: str) -> None:
    assert said in problems(text)[-1].message
    assert summary(text)[-1][:2] == (line, column)
    assert problems(text)[-1].mend


def test_a_second_document_is_refused(parser: str) -> None:
    (problem,) = problems("a: 1\n---\nb: 2\n")
    assert "second document" in problem.message
    assert problem.origin.line in (2, 3)


def test_a_duplicate_key_names_both_places(parser: str) -> None:
    assert only("x:\n  a: 1\n  b: 2\n  a: 3\n") == (4, 3, "key 'a' is written twice, first at f.yaml:2:3")


def test_the_same_key_in_two_mappings_is_no_duplicate(parser: str) -> None:
    assert parse_document("x: {a: 1}\ny: {a: 1}\n", "f").data == {"x": {"a": 1}, "y": {"a": 1}}


def test_all_problems_of_a_file_are_found_together_in_order(parser: str) -> None:
    text = "a: &x 1\na: *x\n1: !t 00123\n<<: {b: 0x1}\nc: [*x, {d: 1, d: 2}]\n"
    assert [(line, column) for line, column, _ in summary(text)] == [
        (1, 4),
        (2, 1),
        (2, 4),
        (3, 1),
        (3, 4),
        (4, 1),
        (4, 9),
        (5, 5),
        (5, 16),
    ]


def test_problems_before_a_syntax_error_are_kept(parser: str) -> None:
    assert [line for line, _, _ in summary("a: 1\na: 2\nb: 'x\n")] == [2, 3]


def test_control_characters_are_reported_up_to_twenty() -> None:
    assert len(problems("a: \x01\n" * 3)) == 3
    assert len(problems("\x00" * 500_000)) == readable.MAX_CHARACTER_PROBLEMS


# ---- limits


def test_fifty_levels_are_read_and_fifty_one_refused(parser: str) -> None:
    assert parse_document("a: " + "[" * 49 + "]" * 49, "f.yaml")
    assert only("a: " + "[" * 50 + "]" * 50) == (1, 53, "more than 50 levels of nesting")


DEEP = {"lists": "[", "lists in lists": "[[", "mappings": "{a: ", "items": "- ", "keys": "? ", "lists as keys": "? ["}


@pytest.mark.parametrize("level", DEEP.values(), ids=DEEP)
def test_however_deep_a_file_is_nested_refusing_it_costs_the_same(parser: str, level: str) -> None:
    assert any("more than 50 levels" in message for _, _, message in summary(level * 5_000))
    assert cost(level * 10_000) <= cost(level * 5_000) + 1_000 < 50_000


LINES = ["k{}: v\n", "k{}: [a, {{b: c}}]\n", "k{}: &a v\n", "k{}: 'v v v'\n", "k{}: *a\n", "- [k{}]\n"]


@pytest.mark.parametrize("line", LINES)
def test_twice_the_lines_cost_twice_the_calls(parser: str, line: str) -> None:
    def read(lines: int) -> None:
        with suppress(ConfigError):
            parse_document("".join(line.format(n) for n in range(100, 100 + lines)), "f.yaml")

    assert calls(lambda: read(400)) <= 2.1 * calls(lambda: read(200))


def test_an_alias_bomb_is_refused_without_going_off(parser: str) -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert len(problems("\n".join(lines))) == 12 + 11 * 9
    assert cost("\n".join(lines)) < 100 * len("\n".join(lines))


def test_at_100_000_nodes_reading_ends() -> None:
    text = "a: [" + "1," * 450_000 + "]"
    assert "more than 100,000 keys and values" in only(text)[2]
    assert cost(text) < 30 * 100_000


def test_100_000_nodes_are_read() -> None:
    read = parse_document("a: [" + "1," * 99_997 + "]", "f.yaml")
    assert len(read.values) + len(read.keys) == 100_000


def test_parsing_refuses_more_than_a_megabyte() -> None:
    assert "larger than 1,000,000 bytes" in only("#" * 1_000_001)[2]
    assert parse_document("a: 1 #" + "x" * 999_994, "f.yaml").data == {"a": 1}


# ---- files


def problem_of(path: pathlib.Path) -> Problem:
    with pytest.raises(ConfigError) as caught:
        read_document(path, "desired/f.yaml")
    (problem,) = caught.value.problems
    assert problem.origin == Origin("desired/f.yaml")
    assert problem.mend
    return problem


def test_a_file_is_read_under_the_name_it_is_given(tmp_path: pathlib.Path) -> None:
    (tmp_path / "f.yaml").write_text("a: é\n", encoding="utf-8")
    read = read_document(tmp_path / "f.yaml", "desired/f.yaml")
    assert read.data == {"a": "é"}
    assert read.values == {(): Origin("desired/f.yaml", 1, 1), ("a",): Origin("desired/f.yaml", 1, 4)}
    assert read.keys == {("a",): Origin("desired/f.yaml", 1, 1)}


def test_a_sparse_file_of_100_mb_is_refused_by_its_size(tmp_path: pathlib.Path) -> None:
    with (tmp_path / "f.yaml").open("wb") as file:
        file.truncate(100_000_000)
    assert "larger than" in problem_of(tmp_path / "f.yaml").message
    assert bytes_read(lambda: problem_of(tmp_path / "f.yaml")) < 10_000


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "f.yaml")
    assert "not a regular file" in problem_of(tmp_path / "f.yaml").message


def test_a_directory_and_a_missing_file_are_refused(tmp_path: pathlib.Path) -> None:
    assert "not a regular file" in problem_of(tmp_path).message
    assert "cannot be read" in problem_of(tmp_path / "none.yaml").message


# ---- properties

printable = st.characters(
    exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn", "Co"), exclude_characters="\ufeff\ufffe\uffff"
)
texts = st.text(printable, max_size=12)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
trees = st.dictionaries(
    texts,
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=15,
    ),
    max_size=4,
)


def walk(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, (*path, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, (*path, index))


@PROPERTY
@given(tree=trees, indent=st.sampled_from([None, 2]))
def test_json_reads_as_itself_and_every_place_points_at_its_text(
    parser: str, tree: dict[str, Any], indent: int | None
) -> None:
    source = json.dumps(tree, ensure_ascii=False, indent=indent)
    read = parse_document(source.encode(), "f.yaml")
    assert read.data == tree
    lines = source.split("\n")
    nodes = dict(walk(read.data))
    assert nodes.keys() == read.values.keys()
    for path, value in nodes.items():
        written = "{" if isinstance(value, dict) else "[" if isinstance(value, list) else None
        written = written or json.dumps(value, ensure_ascii=False)
        at = read.values[path]
        assert lines[at.line - 1][at.column - 1 :].startswith(written)
    for path, at in read.keys.items():
        written = json.dumps(path[-1], ensure_ascii=False)
        assert lines[at.line - 1][at.column - 1 :].startswith(written)


def parse_or_refuse(text: bytes | str) -> Document | None:
    """Anything but a Document or a ConfigError whose every problem has a place in the file fails the test."""
    try:
        return parse_document(text, "f.yaml")
    except ConfigError as error:
        size = len(re.findall(rb"\n|\r", text) if isinstance(text, bytes) else re.findall(r"\n|\r", text))
        assert error.problems
        for problem in error.problems:
            assert 1 <= problem.origin.line <= size + 2
            assert problem.origin.column >= 1
            assert problem.message
            assert problem.mend
        return None


@PROPERTY
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_bytes_parse_or_are_refused(parser: str, text: bytes | str) -> None:
    parse_or_refuse(text)


TOKENS = [
    *":-?[]{},#&*!|>'\"%@`\\ \n\t\r~<=a1",
    *("\n  ", ": ", "- ", "---\n", "...\n", "<<: ", "k: ", "\\u00e9"),
]
TOKENS += ['"\\', "UFFFFFFFF", "0x1", "%YAML 1.2\n", "é", "🎉", "null", "!!str "]
yamlish = st.lists(st.sampled_from(TOKENS)).map("".join)


@settings(PROPERTY, max_examples=600)
@given(yamlish)
def test_anything_like_yaml_parses_or_is_refused(parser: str, text: str) -> None:
    parse_or_refuse(text)


@settings(PROPERTY, max_examples=600)
@given(text=yamlish)
def test_both_parsers_read_the_same_from_what_both_accept(text: str) -> None:
    fast = parse_or_refuse("k: " + text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document, "CParser", None)
        pure = parse_or_refuse("k: " + text)
    # libyaml is laxer about tabs between tokens.
    if fast and pure:
        assert fast.data == pure.data


@PROPERTY
@given(st.integers())
def test_integers_of_any_ordinary_length_are_exact(number: int) -> None:
    assert parse_document(f"a: {number}", "f.yaml").data == {"a": number}
