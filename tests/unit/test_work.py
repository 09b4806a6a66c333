"""How much is done for how many files: by calls, not by a clock, so that no busy machine makes a difference."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench import repository
from bench.rows import ROWS
from bench.stage import IMAGE
from hypothesis import given
from hypothesis import strategies as st
from support.counting import calls
from support.declaring import NOW
from support.repository import PROJECT_ROOT

from reconciler.kinds.copy import COPY, DOUBTS, FAULTS, LINKS, is_remarkable
from reconciler.run.request import Request
from reconciler.run.validate import validate

FEW, TIMES = 60, 3
LIMITS = "policies: {max_daily_budget: [500.00 SGD], max_account_daily_budget: [900000.00 SGD]}\n"


def work_of(root: Path, campaigns: int, accounts: int) -> int:
    repository.write(root, IMAGE, campaigns, accounts)
    project = root / "desired" / "project.yaml"
    project.write_text(project.read_text("utf-8") + LIMITS, "utf-8")
    return calls(lambda: validate(Request(root, NOW, {})))


@pytest.mark.parametrize("share", [1, 3])
def test_three_times_the_campaigns_are_three_times_the_work_of_validate(tmp_path: Path, share: int) -> None:
    """One account for all, or one for every third campaign. What is asked of each of all others is their square."""
    work_of(tmp_path / "first", 2, 1)  # what is imported and kept with the first
    few = work_of(tmp_path / "few", FEW, FEW // share if share > 1 else 1)
    many = work_of(tmp_path / "many", FEW * TIMES, FEW * TIMES // share if share > 1 else 1)
    assert many <= few * TIMES * 1.02


SIGNS = ("[BRAND]", "{{name}}", "#REF!", "=A1", "<br>", "**now**", "&amp;", "\\n", "“", "\u200b", "â€™", "# note", "é")
MARKS = (
    "TODO",
    "tbc",
    "XXXX",
    "Headline here",
    "n/a",
    "lorem ipsum",
    "FIXME",
    " | ",
    " - ",
    ": ",
    "\n",
    "there",
    "30%",
)
WORDS = st.sampled_from((*SIGNS, *MARKS))
TEXTS = st.one_of(st.text(), st.lists(WORDS, max_size=5).map("".join), st.lists(WORDS, max_size=4).map(" ".join))


@given(st.sampled_from([*COPY, *LINKS, "name", "video"]), TEXTS, st.one_of(st.just(""), TEXTS))
def test_a_text_that_is_passed_over_is_one_of_which_no_check_has_a_word_to_say(
    name: str, text: str, written: str
) -> None:
    if not is_remarkable(name, text, written):
        assert [said for check in (*FAULTS, *DOUBTS) for said in check(name, text, written)] == []


def test_every_row_of_the_bench_has_a_name_of_its_own_that_the_docs_use() -> None:
    table = (PROJECT_ROOT / "docs" / "performance.md").read_text("utf-8").splitlines()
    told = [line.split("|")[1].strip().partition(":")[0] for line in table if line.startswith("| ")]
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)
    assert sorted(set(told).intersection(names)) == sorted(names)
