"""No mend leads to another refusal: each that the code can give stands in a case, and each case ends in valid files.

A new mend needs a case: what is refused, how the mend begins, and the same files after doing as it says. Cases stand in
the `cases_*.py` beside this file; any list `CASES` in one of them is played.
"""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from mends.case import Case, Said, Verdict, verdict
from mends.sites import GAP, NO_MEND, Site, Text, is_known, pattern, shown, sites
from reconciler.kinds import KINDS
from reconciler.kinds.descriptions import description

FOLDER = Path(__file__).parent
CASES: list[Case] = [
    case for path in sorted(FOLDER.glob("cases_*.py")) for case in importlib.import_module(f"mends.{path.stem}").CASES
]


def name_of(case: Case) -> str:
    return case.mend[:60]


@cache
def _verdict(case: Case, *, bad: bool) -> Verdict:
    """What is said of a case's files before and after; each is asked once in a process."""
    with TemporaryDirectory() as root:
        return verdict(Path(root), case, case.bad if bad else case.good)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_what_the_mend_says_makes_the_files_valid(case: Case) -> None:
    before, after = _verdict(case, bad=True), _verdict(case, bad=False)
    assert any(said.mend.startswith(case.mend) for said in before.all), before
    if case.said:
        assert [f"{said.place}: {said.message}" for said in before.all] == [case.said]
    assert after.problems == ()
    assert [said for said in after.warnings if said.mend.startswith(case.mend)] == []


# ---- none is forgotten

HANDED_ON = {
    ("run/new", "_by_flag"): "what validate says of what was given on the command line",
    ("run/duplicate", "_where_to_say"): "what validate says of what was given on the command line",
    ("model/plan_codec", "_problem"): "what a plan file says that a warning said",
    ("kinds/delivery/checks/reverting", "reverted_drift"): "what the reader of lifecycle.revert_drift says",
    ("kinds/delivery/checks/links", "destinations"): "what a link shows: see cases_copy.py",
    ("kinds/delivery/checks/links", "doubtful_destinations"): "what a link shows: see cases_copy.py",
    ("config/readable", "_refuse_conflict"): "a merge conflict: see tests/unit/test_mistakes.py",
    ("media/model", "of"): "what media/ says, led by the path",
    ("run/validate", "_unusable"): "what the store says: see tests/contract/test_state_files.py",
    ("run/plain", "_unread"): "what an answer of Meta's says",
    ("engine/policy_rules", "_problem"): "a refusal, as validate tells it",
    ("kinds/delivery/checks/raw", "raw_parameters"): "the description of a composed field",
    ("config/misfits", "composed"): "the description of a composed field",
    ("kinds/delivery/checks/media", "media_problems"): "what media/ says",
    ("kinds/delivery/checks/media", "media_warnings"): "what media/ says of a pointer of Git LFS",
    ("config/variables", "read"): "what is wrong with the name of a variable: see cases_variables.py",
    ("config/variables", "told"): "a problem with how its value came about",
    ("config/variables", "wrong"): "what a type says: see cases_variables.py",
    ("config/misfits", "_problem"): "what the reader of a field says",
    ("config/misfits", "_unknown_key"): "what the tables of synonyms.py say: see tests/unit/test_mistakes.py",
    ("config/syntax/among_lines", "cause"): "what a line shows: see tests/unit/test_mistakes.py",
    ("kinds/copy", "_told"): "what a text shows: see cases_copy.py and tests/unit/test_copy.py",
    ("kinds/delivery/words", "idle_words"): "put together of parts",
    ("kinds/delivery/sheet/reading", "unreadable"): "what the reader of a cell says",
    ("kinds/delivery/sheet/exported", "zone_in"): "what the reader of a time zone says",
    ("kinds/legacy", "read"): "what the reader of a field says",
    ("kinds/legacy", "_start"): "what the reader of a time says",
    ("run/sharing", "refusals"): "what git says: see tests/contract/test_state_branch.py",
    ("config/versioned", "doubtful"): "a command of git's: see tests/contract/test_hidden_files.py",
    ("store/git/listed", "_untold"): "what git says: see tests/contract/test_hidden_files.py",
    ("engine/policy_rules", "_unlisted_files"): "the same, as a refusal",
    ("engine/access", "without_access"): "what Meta says of a page or a pixel: see tests/contract/test_isolation.py",
}
"""Where a mend is what another place says: there it is followed."""

NOT_OF_FILES = {
    ("run/plan", "write what one has already into files"): "a command: see tests/contract/test_import.py",
    ("engine/diff", "switch it in Ads Manager"): "a switch by hand: see tests/contract/test_removed_lines.py",
    ("engine/field_diff", "write "): "a conflict with what is live: see tests/contract/test_reading.py",
    ("engine/field_diff", "delete it in Ads Manager"): "what Meta hides: see tests/contract/test_budget_schedules.py",
    ("engine/field_diff", "take it back in Ads Manager"): "a person's ad: see tests/contract/test_what_no_word_says.py",
    ("engine/field_diff", "no YAML says it"): "a person's ad: see tests/contract/test_what_no_word_says.py",
    ("engine/restarts", "pause it in Ads Manager"): "what a person turned on: see tests/contract/test_restarts.py",
    ("run/duplicate", "give the copy a value of its own"): "a command: see tests/e2e/test_new.py",
    ("run/new", "add --set countries="): "a command: see tests/e2e/test_new.py",
    ("run/duplicate", "give the copy another value, as in --set countries=US"): "a command: see tests/e2e/test_new.py",
    ("run/duplicate", "…; or give the copy another value"): "a command: see tests/e2e/test_new.py",
    ("config/syntax/parser_errors", "check the quotes and the indentation"): "no known error of the parser",
    ("config/document", "check that it exists"): "the system's rights",
    ("config/load", "check that it exists"): "the system's rights",
    ("config/load", "this is within a project"): "where a command is run: see tests/contract/test_first_steps.py",
    ("config/document", "put a YAML file in its place"): "said by load before",
    ("kinds/codecs", "it should read 2026-06-16T09:49:54+0800"): "a time of Meta's",
    ("kinds/codecs", "write it too, as in "): "a time on the command line",
    ("kinds/codecs", "give an aware datetime"): "a fault of ours",
    ("media/files", "run again once it is whole"): "a file that changes meanwhile",
    ("media/files", "give yourself read access to the file"): "the system's rights",
    ("media/files", "put the folder itself in its place"): "said by load before",
    ("media/incoming", "put the folder itself in its place"): "said by load before",
    ("media/files", "compress it"): "gigabytes",
    ("media/image", "export the image as PNG or JPEG"): "said by media/__init__ before",
    ("media/mp4", "export the video as MP4 (H.264, AAC)"): "said by media/__init__ before",
    ("engine/immutable", "change its name"): "somebody has archived it: see tests/contract/test_lead_forms.py",
    ("engine/immutable", "write the id of a "): "what Meta has not: see tests/contract/test_import_lead_forms.py",
    ("engine/immutable", "write … here again"): "what is live: see tests/contract/test_import_lead_forms.py",
    ("engine/immutable", "take it out here again"): "what is live: see tests/contract/test_import_lead_forms.py",
    ("engine/plain", "write what is live"): "a conflict with what is live: see tests/contract/test_audiences.py",
    ("engine/plain", "write … here again"): "what is live: see tests/contract/test_audiences.py",
    ("engine/plain", "take it out here"): "what is live: see tests/contract/test_audiences.py",
    ("engine/plain", "reconciler apply"): "its marker is gone: see tests/contract/test_audiences.py",
    ("engine/plain", "rename its file, as to "): "its marker is gone: see tests/contract/test_lead_forms.py",
    ("engine/plain", "bring it back"): "a removal: see tests/contract/test_audiences.py",
    ("engine/plain", "take it out there"): "what others use: see tests/contract/test_audiences.py",
    ("run/checkout", "git pull"): "a clone that is behind: see tests/contract/test_behind_main.py",
    ("run/notes", "bring desired/accounts/"): "what state/ remembers: see tests/contract/test_leaving.py",
    ("run/plain", "run the same command again"): "what Meta does not show: see tests/contract/test_lead_forms.py",
    ("engine/referring", "mend "): "what Meta has not: see tests/contract/test_import_lead_forms.py",
    ("engine/referring", "write another one here, or"): "what Meta says of it: see tests/contract/test_audiences.py",
    ("engine/referring", "write the id of another "): "what Meta has not: see tests/contract/test_lead_forms.py",
    ("engine/referring", "reconciler apply"): "somebody has deleted it: see tests/contract/test_audiences.py",
    ("engine/referring", "write what is live"): "a conflict with what is live: see tests/contract/test_audiences.py",
    ("engine/plan", "write "): "the account's own minimum: see tests/contract/test_policies.py",
    ("config/resolve", "upgrade the reconciler"): "a version of the tool",
    ("engine/policy_rules", "it is turned on by the first run"): "a runner's time: see tests/contract/test_policies.py",
    ("engine/policy_rules", "to keep them, "): "removals: see tests/contract/test_policies.py",
    ("engine/policy_rules", "bring the YAML back: git checkout"): "removals: see tests/unit/test_guard.py",
    ("kinds/settings", "write the amount in "): "a project has no currency",
    ("engine/policy_rules", "write activate_at"): "said by raw before",
    ("engine/policy_money", "write activate_at"): "said by raw before",
    ("engine/policy_money", "write deactivate_at"): "said by raw before",
    ("engine/policy_money", "lower it in Ads Manager"): "what is live: see tests/contract/test_spend_limits.py",
    ("engine/policy_money", "lower the budget, end it later"): "what is left: see tests/contract/test_spend_limits.py",
    ("engine/policy_money", "lower the budgets of the account, end those later"): (
        "what is left: see tests/contract/test_spend_limits.py"
    ),
    ("engine/policy_money", "raise it by less"): "what is live: see tests/contract/test_spend_limits.py",
    ("engine/policy_money", "write …: … or less"): "what is live: see tests/contract/test_spend_limits.py",
    ("engine/reverted", "remove it"): "state/ says that it has been done",
    ("config/resolve", "write api_version: … in desired/project.yaml, or upgrade"): "a version without an end",
}
"""By module and beginning: what no edit of a file follows, and why."""

OF_OTHER_FILES = {
    "config/legacy": "tests/contract/test_legacy.py",
    "config/versioned": "tests/contract/test_hidden_files.py",
    "store/git/listed": "tests/contract/test_hidden_files.py",
    "kinds/legacy": "tests/contract/test_legacy.py",
    "run/import_legacy": "tests/contract/test_legacy.py",
    "kinds/delivery/sheet/unread": "tests/contract/test_sheet_doubts.py",
    "run/import_sheet": "tests/contract/test_sheet_doubts.py",
    "kinds/delivery/sheet/cells": "tests/contract/test_sheets.py",
    "kinds/delivery/sheet/exported": "tests/contract/test_sheet_rows.py",
    "kinds/delivery/sheet/heads": "tests/contract/test_sheets.py",
    "kinds/delivery/sheet/owners": "tests/contract/test_sheets.py",
    "kinds/delivery/sheet/reading": "tests/contract/test_sheets.py",
}
"""Modules whose mends are of sheets, of an older tool's files and of git, which no validate reads → where they are
played."""

ONE_FOR_ALL = ("media/mp4", "media/image", "media/limits")
"""Whatever is wrong with the bytes of a file, the mend is another file: each text needs one case, not each place."""


def followed() -> set[Said]:
    """What is said, word for word, and done in a case."""
    return {said for case in CASES for said in _verdict(case, bad=True).all if said.mend.startswith(case.mend)}


def without_a_case(module: str) -> list[str]:
    done = followed()
    return [
        f"{site}: {shown(mend)}"
        for site in sites()
        if site.module == module
        for mend in site.mends
        if is_known(mend) and not _is_excused(module, mend) and not any(_is_given(site, mend, said) for said in done)
    ]


def _is_given(site: Site, mend: Text, said: Said) -> bool:
    if not pattern(mend).fullmatch(said.mend):
        return False
    # What stands before a message, a field's or a file's name, is put there by who hands it on.
    return site.module in ONE_FOR_ALL or any(pattern((GAP, *one)).fullmatch(said.message) for one in site.messages)


def _is_excused(module: str, mend: Text) -> bool:
    of_files = not any(module == where and shown(mend).startswith(begins) for where, begins in NOT_OF_FILES)
    return module in OF_OTHER_FILES or not of_files


GIVING = sorted({site.module for site in sites() if any(is_known(mend) for mend in site.mends)})


@pytest.mark.parametrize("module", GIVING)
def test_every_mend_has_a_case(module: str) -> None:
    assert without_a_case(module) == []


def test_a_mend_that_cannot_be_read_in_the_code_is_one_that_is_handed_on() -> None:
    """Else a mend could hide: one that a call makes up from what this reader does not understand."""
    unread = {(s.module, s.function) for s in sites() if any(m != NO_MEND and not is_known(m) for m in s.mends)}
    assert unread == set(HANDED_ON)


COMPOSED = sorted({(k, n) for k in ("campaign", "ad_set", "ad") for n, f in KINDS[k].fields.items() if f.composed})


@pytest.mark.parametrize(("kind", "name"), COMPOSED, ids=str)
def test_the_description_of_a_composed_field_is_a_mend_and_has_a_case(kind: str, name: str) -> None:
    said = description(KINDS[kind].spec, name).lower().rstrip(".")
    # A campaign's own is told by the level at which it stands.
    if kind != "campaign":
        assert said in {each.mend.lower() for each in followed()}


def test_the_reader_finds_what_it_is_for() -> None:
    assert len({(site.module, site.function) for site in sites()}) > 80
    assert {"config/document", "engine/policy_rules", "kinds/codecs", "kinds/settings", "media/files"} <= set(GIVING)
    of_raw = [mend for site in sites() if site.module == "kinds/delivery/checks/raw" for mend in site.mends]
    assert ("remove it: the reconciler sees to it",) in of_raw
    stale = [f"{where}: {begins}" for where, begins in NOT_OF_FILES if not _stands(where, begins)]
    assert stale == []


def _stands(module: str, begins: str) -> bool:
    return any(shown(m).startswith(begins) for s in sites() if s.module == module for m in s.mends)
