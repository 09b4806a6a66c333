"""`edit/table_text.py`: a cell of a CSV exchanged, and all else as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.config.tables import parse_table
from reconciler.edit.table_text import with_cell
from reconciler.edit.yaml_text import CannotEditError, Letters

texts = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\x85\ufffe\uffff$"), max_size=9)


@given(
    st.lists(st.tuples(texts, texts), min_size=1, max_size=4),
    texts.filter(lambda said: said == said.strip()),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.data(),
)
def test_what_is_put_into_a_cell_is_read_back_and_every_other_cell_stays(
    rows: list[tuple[str, str]], said: str, mark: str, end: str, is_quoted: bool, data: st.DataObject
) -> None:
    def cell(text: str) -> str:
        needs = is_quoted or mark in text or text.strip().startswith('"')
        return '"' + text.replace('"', '""') + '"' if needs else text

    lines = [f"key{mark}one{mark}two", *(mark.join((f"k{n}", *map(cell, row))) for n, row in enumerate(rows))]
    text = end.join(lines) + end
    before = parse_table(text, "t.csv")
    at, name = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.sampled_from(["one", "two"]))
    origin = before.rows[at].cells.origin((name,))
    after = parse_table(with_cell(text, origin.line, origin.column, said), "t.csv")
    wanted = [dict(row.cells.data) for row in before.rows]
    wanted[at][name] = said
    assert [row.cells.data for row in after.rows] == wanted


CELLS = {
    "money": ("key,a,b\nx,80.00 SGD,1\n", Letters("90.00 SGD"), "key,a,b\nx,90.00 SGD,1\n"),
    "in quotes it stays": ('key,a,b\nx,"80, old",1\n', "new", 'key,a,b\nx,"new",1\n'),
    "quotes where they are needed": ("key,a,b\nx,old,1\n", 'a, "b"', 'key,a,b\nx,"a, ""b""",1\n'),
    "the space around it": ("key;a;b\nx;  old ;1\n", "new", "key;a;b\nx;  new ;1\n"),
    "a number": ("key,a,b\nx,21,1\n", 25, "key,a,b\nx,25,1\n"),
    "a flag": ("key,a,b\nx,true,1\n", False, "key,a,b\nx,false,1\n"),
    "a list": ("key;a;b\nx;[SG, MY];1\n", ["SG"], "key;a;b\nx;[SG];1\n"),
}


@pytest.mark.parametrize(("text", "value", "becomes"), CELLS.values(), ids=CELLS)
def test_a_cell_is_written_as_people_write_it(text: str, value: object, becomes: str) -> None:
    assert with_cell(text, 2, 3, value) == becomes


def test_what_no_cell_holds_is_refused() -> None:
    with pytest.raises(CannotEditError):
        with_cell("key,a\nx,1\n", 2, 3, {"id": "1"})
    with pytest.raises(CannotEditError):
        with_cell("key,a\nx,1\n", 9, 1, "a")
