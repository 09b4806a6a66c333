"""What goes wrong on this computer with one account is that account's error: the others are finished and reported."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pytest
from support.command import CANARY, EXECUTABLE, Reconciler
from support.repository import ACCOUNT_FILE, SPRING, STILL, Repository
from support.sandbox import NOW, LocalGraph

from reconciler.run.apply import apply
from reconciler.run.events import ChangeDone, Event
from reconciler.run.request import Request
from reconciler.sandbox import Clock, Response, Sandbox, running

OTHER = "act_2345678901"


class SandboxWithEvents(Sandbox):
    """A sandbox that does something to the reconciler's disk at a certain call, such as removing a folder."""

    def __init__(self) -> None:
        super().__init__(clock=Clock(NOW))
        self.events: list[tuple[str, str, Callable[[], object]]] = []

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        for event in [e for e in self.events if e[0] == method and url.partition("?")[0].endswith(e[1])]:
            self.events.remove(event)
            event[2]()
        return super().handle(method, url, headers, body)


@pytest.fixture
def meta() -> SandboxWithEvents:
    return SandboxWithEvents()


@pytest.fixture
def sandbox(meta: SandboxWithEvents) -> Iterator[LocalGraph]:
    with running(meta) as server:
        graph = LocalGraph(server.url)
        graph.account()
        graph.account(OTHER)
        yield graph
        graph.close()


@pytest.mark.parametrize(("noun", "names_it"), [("page", "main/main"), ("pixel", "main")])
def test_a_page_or_pixel_that_the_token_may_not_use_holds_back_its_campaign_alone(
    noun: str, names_it: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    times = "activate_at: 2026-11-21 12:00\ndeactivate_at: 2026-12-01 09:00\n"
    repository.campaign("ends", STILL.replace("Still", "Ends") + times)
    repository.campaign("starts", SPRING)
    reconciler.apply().ended(0)
    sandbox.at("2026-11-21T12:01:00+08:00")
    reconciler("activate").ended(0)
    repository.campaign("wrong", f'{STILL.replace("Still", "Wrong")}{noun}: "4040404040"\n')
    sandbox.at("2026-12-01T09:01:00+08:00")
    reconciler("activate").ended(0)
    assert (sandbox.status("acme-sg/ends"), sandbox.status("acme-sg/starts")) == ("PAUSED", "ACTIVE")
    said = reconciler.apply().ended(3).said
    assert f"Refused (no_access): acme-sg/wrong/{names_it}: the token may not use {noun} 4040404040" in said
    assert "mend: check the id of the" in said
    assert not sandbox.labelled("acme-sg/wrong")


@pytest.fixture
def two_accounts(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    repository.write("accounts/other.yaml", ACCOUNT_FILE.replace("act_1234567890", OTHER))
    for account in ("acme-sg", "other"):
        repository.campaign("still", STILL + "activate_at: 2026-11-21 12:00\n", account)
    return reconciler


def ads_of(sandbox: LocalGraph, account: str) -> int:
    return sum(f"act_{node['account']}" == account for node in sandbox.objects("ad"))


def block_path(path: Path) -> Callable[[], object]:
    """Puts a file where a folder should be, or a folder where a file should be. Unlike missing permissions, that stops
    root, too."""

    def put() -> None:
        if path.is_dir():
            shutil.rmtree(path)
            path.write_text("")
        elif path.suffix:
            path.unlink(missing_ok=True)
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")

    return put


UNUSABLE = {
    "no folder": ("state/other", "state/other: it is no folder, and what is remembered is kept in one"),
    "no state file": ("state/other/still.json", "state/other/still.json: it cannot be read"),
    "no lock file": ("state/.other.lock", "state/.other.lock: the lock is a link, or no file at all"),
}


@pytest.mark.parametrize("command", ["plan", "apply", "activate", "drift", "sync"])
@pytest.mark.parametrize(("place", "said"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_state_that_cannot_be_used_is_its_accounts_error(
    command: str, place: str, said: str, two_accounts: Reconciler, sandbox: LocalGraph
) -> None:
    block_path(two_accounts.repository.root / place)()
    run = two_accounts(command, *(["--auto-approve"] if command == "apply" else []))
    locks = command != "plan"
    failed = locks or "lock" not in place
    if failed:
        assert f"other: {said}" in run.said
        assert "mend:" in run.said
    else:
        assert "other/still" in run.said
    assert run.status == {"apply": 6}.get(command, 1 if failed else 0)
    if command == "apply":
        assert (ads_of(sandbox, "act_1234567890"), ads_of(sandbox, OTHER)) == (1, 0)
    elif command == "plan":
        assert "acme-sg/still" in run.said


def test_a_state_folder_that_cannot_be_used_at_all_is_told_and_nothing_is_sent(
    two_accounts: Reconciler, sandbox: LocalGraph
) -> None:
    block_path(two_accounts.repository.root / "state")()
    told = two_accounts.apply().ended(1)
    assert "Error: acme-sg, other: " in told.said
    assert "mend: move away what stands in its place" in told.said
    assert sandbox.writes() == []


@pytest.mark.parametrize(("method", "edge"), [("POST", "/campaigns"), ("POST", "/adsets"), ("POST", "/ads")])
def test_what_meta_has_done_is_told_when_the_disk_does_not_take_it(
    method: str, edge: str, two_accounts: Reconciler, sandbox: LocalGraph, meta: SandboxWithEvents
) -> None:
    journal = two_accounts.repository.root / "state" / ".other.journal"
    meta.events.append((method, f"{OTHER}{edge}", block_path(journal)))
    told = two_accounts.apply().ended(6)
    assert ads_of(sandbox, "act_1234567890") == 1
    assert "state/.other.journal could not be written" in told.err
    assert "the next plan finds it by its label" in told.err
    assert "done at Meta, and not in state/" in told.out
    journal.rmdir()
    two_accounts.apply().ended(0)
    assert len(sandbox.objects("ad")) == 2
    two_accounts.converged()


def test_an_activation_that_the_disk_does_not_take_is_told_and_stands(
    two_accounts: Reconciler, sandbox: LocalGraph, meta: SandboxWithEvents
) -> None:
    two_accounts.apply().ended(0)
    sandbox.at("2026-11-21T12:00:00+08:00")
    campaign = sandbox.id("other/still")
    journal = two_accounts.repository.root / "state" / ".other.journal"
    meta.events.append(("POST", f"/{campaign}", block_path(journal)))
    told = two_accounts("activate").ended(6)
    assert "other/still: done at Meta, and not in state/" in told.out
    assert sandbox.deliverable() == {"campaign": 2, "ad_set": 2, "ad": 2}
    journal.rmdir()
    two_accounts("activate").ended(0)
    assert sandbox.deliverable() == {"campaign": 2, "ad_set": 2, "ad": 2}
    two_accounts.converged()


def test_files_that_cannot_be_written_at_the_end_are_told_and_nothing_is_lost(
    two_accounts: Reconciler, sandbox: LocalGraph, meta: SandboxWithEvents
) -> None:
    folder = two_accounts.repository.root / "state" / "other"
    meta.events.append(("POST", f"{OTHER}/ads", block_path(folder)))
    told = two_accounts.apply().ended(6)
    assert "state/other/still.json could not be written" in told.said
    folder.unlink()
    (two_accounts.repository.root / "state" / ".other.facts.json").unlink(missing_ok=True)
    two_accounts.converged()
    two_accounts.apply().ended(0)
    assert two_accounts.repository.state("still", "other")["other/still/main/main"]["id"]
    assert len(sandbox.objects("ad")) == 2


@pytest.mark.parametrize("command", ["drift", "sync"])
def test_a_look_that_cannot_be_written_down_leaves_the_other_accounts_records_written(
    command: str, two_accounts: Reconciler, sandbox: LocalGraph, meta: SandboxWithEvents
) -> None:
    two_accounts.apply().ended(0)
    for account in ("acme-sg", "other"):
        sandbox.person_edits(f"{account}/still", name="Renamed")
    # The last read before the records are written.
    meta.events.append(("GET", f"{OTHER}/ads", block_path(two_accounts.repository.root / "state" / ".other.journal")))
    told = two_accounts(command).ended(1)
    assert "other: state/.other.journal could not be written" in told.said
    assert two_accounts.repository.state("still")["acme-sg/still"]["live"]["name"] == "Renamed"


def test_the_emergency_stop_goes_on_where_the_disk_takes_nothing(two_accounts: Reconciler, sandbox: LocalGraph) -> None:
    two_accounts.apply().ended(0)
    sandbox.at("2026-11-21T12:00:00+08:00")
    two_accounts("activate").ended(0)
    for place in ("state/other", "state/.other.lock", "state/acme-sg/still.json"):
        block_path(two_accounts.repository.root / place)()
    two_accounts("pause", "--all")
    assert sandbox.deliverable() == {"campaign": 0, "ad_set": 0, "ad": 0}


@pytest.mark.parametrize("gone", [True, False], ids=["vanished", "a folder"])
def test_media_that_cannot_be_read_any_more_are_the_ads_error(
    gone: bool, two_accounts: Reconciler, sandbox: LocalGraph, meta: SandboxWithEvents
) -> None:
    banner = two_accounts.repository.root / "creatives" / "outlet" / "banner.jpg"
    content = banner.read_bytes()
    two_accounts.repository.edit_campaign("still", "image: outlet/banner.jpg", "image: always-on/still.png")
    meta.events.append(("GET", f"{OTHER}/activities", banner.unlink if gone else block_path(banner)))
    told = two_accounts.apply().ended(6)
    assert "other/still/main/main: create failed: outlet/banner.jpg" in told.err
    assert (ads_of(sandbox, "act_1234567890"), ads_of(sandbox, OTHER)) == (1, 0)
    if not gone:
        banner.rmdir()
    banner.write_bytes(content)
    two_accounts.apply().ended(0)
    assert ads_of(sandbox, OTHER) == 1
    two_accounts.converged()


def test_a_disk_that_is_full_for_one_account_leaves_the_others_whole(
    two_accounts: Reconciler, sandbox: LocalGraph
) -> None:
    """The system limits files to 32 KiB: enough for the state of a small account, but not for forty ads."""
    ads = "".join(
        f"  ad{n}: {{image: outlet/banner.jpg, primary_text: Shop {n}., headline: Outlet {n}, "
        "destination_url: https://acme.example/}\n"
        for n in range(40)
    )
    two_accounts.repository.campaign("large", f"name: Large\ndaily_budget: 50.00 SGD\nads:\n{ads}", "other")
    arguments = [str(EXECUTABLE), *two_accounts.arguments("apply", ("--auto-approve",))]
    done = subprocess.run(
        ["bash", "-c", 'ulimit -f 32; exec "$@"', "bash", *arguments],
        # Python 3.11 leaves half a .pyc where a file may not be longer, for the next one to stumble over.
        env={**two_accounts.real_variables(), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    assert CANARY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 6, done.stderr
    assert "Error: other: state/.other.journal could not be written (File too large)" in done.stderr
    assert "mend: make room on the disk" in done.stderr
    assert ads_of(sandbox, "act_1234567890") == 1
    assert two_accounts.repository.state("still")["acme-sg/still/main/main"]["id"]
    sandbox.at(NOW)
    two_accounts.apply().ended(0)
    assert len(sandbox.objects("campaign")) == 3
    assert len(sandbox.objects("ad")) == 42
    two_accounts.converged()


def test_a_bug_in_one_account_is_told_as_ours_and_loses_no_others_result(
    two_accounts: Reconciler, sandbox: LocalGraph, caplog: pytest.LogCaptureFixture
) -> None:
    def subscriber(event: Event) -> None:
        if isinstance(event, ChangeDone) and event.account == "other":
            raise ValueError("nobody has thought of this")

    environment = {"META_ACCESS_TOKEN": CANARY, "META_GRAPH_URL": sandbox.url}
    now = datetime.fromisoformat(NOW)
    request = Request(two_accounts.repository.root, now, environment, clock=two_accounts.patient_clock(now))
    with caplog.at_level("DEBUG", "reconciler"):
        applied = apply(request, subscriber)
    assert applied.planned.failures == {}
    results = {result.account: result for result in applied.results}
    assert results["acme-sg"].error is None
    assert len(results["acme-sg"].outcomes) == 3
    assert "this is a fault of the reconciler: ValueError: nobody has thought of this" in str(results["other"].error)
    assert "Traceback" in caplog.text
    # The lock is released, and the next run finds what was done.
    two_accounts.apply().ended(0)
    assert len(sandbox.objects("ad")) == 2
    two_accounts.converged()
