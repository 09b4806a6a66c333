"""Every command, with hostile names, people and errors in the sandbox: the output misleads nobody."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path
from unittest.mock import patch

import pytest
from hostile import CORPUS, MARK, SHARES, harm, share
from support.command import Reconciler, Run
from support.repeat import sample
from support.repository import STILL, TRAFFIC, Repository
from support.sandbox import ACCOUNT, PAGE, PIXEL, LocalGraph

from reconciler.cli.progress import Console
from reconciler.run.events import Uploading
from reconciler.text.sanitize import LONGEST, brief, plain, plain_lines, screen, screen_json

STREAMS = ("apply", "activate")
KEYS = ("a", "b", "c", "d")
LEVELS = ("", "/main", "/main/main")
LOOKING = ["plan", "plan -v", "drift", "show acme-sg/a", "show acme-sg/b/main", "doctor", "activate --dry-run", "sync"]


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert len(CORPUS) >= 500
    assert len(set(CORPUS)) == len(CORPUS)


@pytest.mark.parametrize("number", range(SHARES))
def test_whatever_is_printed_is_inert(number: int) -> None:
    for text in share(number):
        assert harm(screen(f"{text}\n")) == [
            h for h in harm(screen(f"{text}\n")) if h.startswith(("a forged", "a line of"))
        ]
        assert harm(screen(f'name "{brief(text)}"')) == []
        assert len(brief(text)) < LONGEST + 40
        assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize("number", range(SHARES))
def test_json_says_the_same_and_shows_only_what_is_visible(number: int) -> None:
    value = {f"key {i}": text for i, text in enumerate(share(number))}
    shown = screen_json(json.dumps(value, indent=2, ensure_ascii=False))
    assert json.loads(shown) == value
    assert not [h for h in harm(shown) if not h.startswith("a line of")]


def test_an_error_of_ours_keeps_its_lines_and_a_stranger_s_words_make_none() -> None:
    assert plain_lines("what\n  mend: this") == "what\n  mend: this"
    assert plain_lines(f"what\n{MARK}") == f"what\\n{MARK}"


# ---- through the commands

SHARES_TO_RUN = sample(range(SHARES), 10)
"""Shares of the strings. What stands before the output has met all of them above."""


def checked(run: Run) -> Run:
    """Asserts that the output does no harm. JSON may have long lines: a program needs them whole."""
    assert [h for h in harm(run.out) if not (run.out.startswith("{") and h.startswith("a line of"))] == []
    assert harm(run.err) == []
    run.said.encode()
    return run


@pytest.fixture
def applied(repository: Repository, reconciler: Reconciler) -> Reconciler:
    """Four campaigns of one ad set and one ad each, applied."""
    for key in KEYS:
        repository.campaign(key, STILL.replace("name: Still", f"name: Still {key}"))
    reconciler.apply().ended(0)
    return reconciler


def rename_everything(graph: LocalGraph, texts: Iterator[str]) -> None:
    """Gives one of the strings to every name and every person in the sandbox."""
    for key in KEYS:
        for level in LEVELS:
            graph.person_edits(f"acme-sg/{key}{level}", name=next(texts), actor=sayable(next(texts)), status="ACTIVE")
    graph.control(
        "accounts",
        {
            "account": ACCOUNT,
            "name": next(texts),
            "currency": "SGD",
            "pages": [{"id": PAGE, "name": next(texts)}],
            "pixels": [{"id": PIXEL, "name": next(texts)}],
        },
    )


def sayable(text: str) -> str:
    """The string without half characters (lone surrogates): a person's name has none, while names of objects may."""
    return text.encode("utf-8", "replace").decode()


def rotate(texts: list[str], start: int) -> Iterator[str]:
    """The strings over and over, beginning at `start`."""
    while True:
        yield from texts[start:]
        start = 0


ROUNDS = [(number, start) for number in SHARES_TO_RUN for start in (0, 26)]


@pytest.mark.parametrize(("number", "start"), ROUNDS)
def test_names_and_people_are_shown_and_obeyed_by_nothing(
    number: int, start: int, applied: Reconciler, sandbox: LocalGraph
) -> None:
    rename_everything(sandbox, rotate(share(number), start))
    for line in LOOKING:
        command, *rest = line.split()
        checked(applied(command, *rest))
        if command != "sync":
            run = checked(applied(command, "--json", *[r for r in rest if r != "-v"]))
            assert run.events if command in STREAMS else run.json
    checked(applied("pause", "--all"))
    checked(applied("apply", "--auto-approve", "--revert-drift"))


@pytest.mark.parametrize("number", SHARES_TO_RUN)
def test_drift_in_json_is_the_live_name_to_the_letter(number: int, applied: Reconciler, sandbox: LocalGraph) -> None:
    for text in [t for t in share(number) if t.strip() and sayable(t) == t][::5]:
        sandbox.person_edits("acme-sg/a", name=text, actor=text)
        drift = checked(applied("drift", "--json")).json["drift"]
        assert [d["live"].strip() for d in drift if d["field"] == "name"] in ([text.strip()], [])


def forget_facts(applied: Reconciler) -> None:
    """The next command asks for the account itself, and after a failure the one after it does."""
    (applied.repository.root / "state" / ".acme-sg.facts.json").unlink()


@pytest.mark.parametrize("number", SHARES_TO_RUN)
def test_facts_of_an_account_forge_no_line_of_an_error(number: int, applied: Reconciler, sandbox: LocalGraph) -> None:
    forget_facts(applied)
    for text in share(number)[::3]:
        row = {"id": ACCOUNT, "name": text, "currency": text, "timezone_name": text, "account_status": 1}
        for command in ("plan", "doctor"):
            sandbox.fault("status", f"{ACCOUNT}$", method="GET", status=200, body=json.dumps(row))
            assert checked(applied(command)).status == 1
            sandbox.no_faults()


FIELDS = ("message", "title", "text")


@pytest.mark.parametrize("number", SHARES_TO_RUN)
def test_errors_of_meta_are_shown_and_obeyed_by_nothing(number: int, applied: Reconciler, sandbox: LocalGraph) -> None:
    forget_facts(applied)
    for i, text in enumerate(share(number)):
        detail = {FIELDS[i % 3]: text, "error_data": {"blame_field_specs": [[text]]}}
        sandbox.fault("error", f"{ACCOUNT}$", method="GET", code=100, times=0, **detail)
        run = checked(applied("plan", *(["--json"] if i % 2 else [])))
        assert run.status == 1
        sandbox.no_faults()


@pytest.mark.parametrize("number", SHARES_TO_RUN)
def test_errors_of_meta_during_a_write_are_inert_too(number: int, applied: Reconciler, sandbox: LocalGraph) -> None:
    applied.repository.edit_campaign("a", "50.00 SGD", "60.00 SGD")
    for text in share(number)[::7]:
        sandbox.fault("error", "", method="POST", code=100, title=text, text=text, message=text, times=0)
        assert checked(applied.apply()).status in (1, 6)
        assert checked(applied("apply", "--auto-approve", "--json")).status in (1, 6)
        sandbox.no_faults()


# ---- what a pull request brings


def written(text: str) -> str:
    """As YAML that says exactly the string: JSON, which is ASCII."""
    return json.dumps(text)


@pytest.mark.parametrize("number", SHARES_TO_RUN)
def test_names_keys_and_values_of_yaml_are_inert_in_problems_and_plans(
    number: int, repository: Repository, reconciler: Reconciler
) -> None:
    for i, text in enumerate(share(number)):
        said = written(text)
        repository.campaign(f"name{i}", STILL.replace("name: Still", f"name: {said}"))
        repository.campaign(f"key{i}", f"{STILL}{said}: {said}\n")
        repository.campaign(f"set{i}", TRAFFIC.replace("broad:", f"{said}:").replace("LINK_CLICKS", said))
        repository.campaign(f"media{i}", STILL.replace("outlet/banner.jpg", said))
        repository.campaign(f"time{i}", f"{STILL}activate_at: {said}\n")
        repository.campaign(f"extends{i}", f"{STILL}extends: {said}\n")
        repository.campaign(f"money{i}", STILL.replace("50.00 SGD", said))
        repository.campaign(f"raw{i}", f"{STILL}raw: {{{said}: {said}}}\n")
        repository.write(f"campaigns/acme-sg/bytes{i}.yaml", f"name: {text}\n".encode("utf-8", "surrogatepass"))
    assert checked(reconciler("validate")).status == 1
    problems = checked(reconciler("validate", "--json")).json["problems"]
    assert {p["file"].rpartition("/")[2][:3] for p in problems} >= {"key", "set", "med", "tim", "ext", "mon"}


@pytest.mark.parametrize("number", SHARES_TO_RUN)
def test_a_hostile_name_that_validates_is_planned_inertly(
    number: int, repository: Repository, reconciler: Reconciler
) -> None:
    for i, text in enumerate(share(number)):
        path = repository.campaign(f"name{i}", STILL.replace("name: Still", f"name: {written(text)}"))
        if reconciler("validate").status:
            path.unlink()
    for command in ("plan", "plan --offline", "schedule", "show acme-sg/name0"):
        name, *rest = command.split()
        checked(reconciler(name, *rest))
        checked(reconciler(name, "--json", *rest))


@pytest.mark.parametrize("number", SHARES_TO_RUN)
def test_names_of_files_are_inert(number: int, repository: Repository, reconciler: Reconciler) -> None:
    folder = repository.root / "desired" / "campaigns" / "acme-sg"
    repository.campaign("good", STILL)
    made = 0
    for i, text in enumerate(share(number)):
        for name in (f"{text}.yaml", f"{text}{i}.txt", text):
            made += _made(folder, name)
    assert made > 20
    assert checked(reconciler("validate")).status == 1
    checked(reconciler("validate", "--json")).json  # noqa: B018  it parses


def _made(folder: Path, name: str) -> bool:
    if "/" in name or "\0" in name or name in ("", ".", ".."):
        return False
    try:
        (folder / name).write_text(STILL)
    except (OSError, UnicodeEncodeError):
        return False
    return True


@pytest.mark.parametrize("number", SHARES_TO_RUN)
def test_arguments_are_inert_in_what_is_said_of_them(number: int, applied: Reconciler) -> None:
    for text in [t for t in share(number) if "\0" not in t][::4]:
        for arguments in (["show", text], ["plan", "--target", text], ["plan", "--account", text], ["plan", text]):
            assert applied(arguments[0], *arguments[1:]).status in (0, 1, 64)
            shown = applied(arguments[0], *arguments[1:]).said
            assert [h for h in harm(shown) if not h.startswith(("a forged", "a line of"))] == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_the_bar_of_an_upload_shows_a_hostile_title_inertly(stream: type[io.StringIO]) -> None:
    for text in CORPUS:
        err = stream()
        with redirect_stderr(err):
            console = Console(shown=lambda planned: [])
            with patch("reconciler.cli.console.colours_wanted", return_value=False):
                console(Uploading("acme-sg", 0, text, 5, 10))
        assert harm(err.getvalue().removeprefix("\r").rstrip("\n")) == []


# ---- the sandbox's page


def test_the_page_puts_hostile_names_nowhere_but_into_text(applied: Reconciler, sandbox: LocalGraph) -> None:
    """One file for all, with a policy that runs no script but its own; names come as JSON in ASCII."""
    page = sandbox._http.get(f"{sandbox.url}/", headers={"Accept": "text/html"}, timeout=300)
    source = page.text
    for unsafe in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc"):
        assert unsafe not in source
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for number in range(SHARES):
        rename_everything(sandbox, rotate(share(number), 0))
        reply = sandbox._http.get(f"{sandbox.url}/_page/view", timeout=300)
        assert reply.headers["content-type"] == "application/json"
        assert reply.text.isascii()
        assert sandbox._http.get(f"{sandbox.url}/", headers={"Accept": "text/html"}, timeout=300).text == source
