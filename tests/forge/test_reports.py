"""What GitHub's runner reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.forge.reports import LONGEST_SUMMARY, Annotation, Level, add_outputs, add_summary, below, commands
from reconciler.model.errors import FileError


def test_what_ends_a_property_or_a_line_is_escaped() -> None:
    (line,) = commands([Annotation(Level.ERROR, "100%, a: b", "50% off\nmend: x", "desired/a,b:c.yaml", 3, 7)])
    place = "file=desired/a%2Cb%3Ac.yaml,line=3,endLine=3,col=7"
    assert line == f"::error {place},title=100%25%2C a%3A b::50%25 off%0Amend: x"


def test_without_a_file_there_is_no_line() -> None:
    assert commands([Annotation(Level.NOTICE, "Drift", "changed", line=3)]) == ["::notice title=Drift::changed"]


def test_the_worst_come_first_and_their_order_stays() -> None:
    levels = [Level.NOTICE, Level.ERROR, Level.WARNING, Level.ERROR]
    lines = commands([Annotation(level, str(number), "") for number, level in enumerate(levels)])
    assert lines == ["::error title=1::", "::error title=3::", "::warning title=2::", "::notice title=0::"]


@pytest.mark.parametrize(("level", "number", "shown"), [("error", 10, 10), ("warning", 11, 10), ("notice", 1234, 10)])
def test_ten_of_a_level_are_shown(level: str, number: int, shown: int) -> None:
    lines = commands([Annotation(Level(level), f"{n}", "") for n in range(number)])
    assert len(lines) == shown
    assert ("more of these" in lines[-1]) == (number > shown)


def test_what_the_last_annotation_counts_is_all_that_is_not_shown() -> None:
    lines = commands([Annotation(Level.ERROR, f"{n}", "") for n in range(1234)])
    assert lines[-1] == "::error title=1%2C234 in all::1,225 more of these stand in the summary of this run"


@given(st.text(), st.text(), st.text())
def test_whatever_a_text_holds_an_annotation_is_one_command(title: str, message: str, file: str) -> None:
    (line,) = commands([Annotation(Level.ERROR, title, message, file, 1)])
    assert "\n" not in line
    assert "\r" not in line
    properties = line.removeprefix("::error ").partition("::")[0]
    names = {part.partition("=")[0] for part in properties.split(",") if part}
    assert names <= {"file", "line", "endLine", "title"}


def test_files_are_named_from_the_top_of_the_repository() -> None:
    given_ = [Annotation(Level.ERROR, "a", "b", "desired/x.yaml", 1), Annotation(Level.ERROR, "a", "b")]
    assert [one.file for one in below(given_, "ads")] == ["ads/desired/x.yaml", ""]
    assert [one.file for one in below(given_, "")] == ["desired/x.yaml", ""]


def test_an_output_is_one_line_whatever_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "outputs"
    path.write_text("earlier=1\n", "utf-8")
    add_outputs(path, {"has_changes": True, "add": 3, "plan_path": "a\nother=1"})
    assert path.read_text("utf-8") == "earlier=1\nhas_changes=true\nadd=3\nplan_path=a\\nother=1\n"


def test_a_summary_that_would_hide_all_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    add_summary(path, "€" * (LONGEST_SUMMARY // 3 - 10))
    with pytest.raises(FileError, match="mend: "):
        add_summary(path, "€" * 20)
    assert path.stat().st_size <= LONGEST_SUMMARY
