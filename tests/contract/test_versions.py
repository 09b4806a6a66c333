"""The API versions: in each that lives a plan after an apply is empty, one that ends is told in time, and nothing is
sent that v28 removes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from support.command import Reconciler
from support.repository import PROJECT_ROOT, STILL, TRAFFIC, Repository
from support.sandbox import NOW, LocalGraph

from reconciler.sandbox import Clock, Response, Sandbox, running
from reconciler.sandbox.multipart import parse as parse_multipart
from reconciler.sandbox.versions import SPOKEN

EXAMPLES = PROJECT_ROOT / "desired"
PROJECT = "project: acme-agency\n"


def test_the_sandbox_speaks_what_lives() -> None:
    assert SPOKEN == ["v25.0", "v26.0", "v27.0"]


@dataclass(frozen=True)
class Sent:
    """One call that was sent: a request, or a part of a batch."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)


class Recording(Sandbox):
    """A sandbox that keeps every request as it arrives."""

    def __init__(self) -> None:
        super().__init__(clock=Clock(NOW))
        self.sent: list[Sent] = []

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        path = urlsplit(url).path
        if not path.startswith("/_sandbox"):
            params = one_value(urlsplit(url).query) | of_body(headers.get("content-type", ""), body)
            self.sent.append(Sent(method, path, params, headers))
            self.sent += entries(params)
        return super().handle(method, url, headers, body)


def one_value(query: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}


def of_body(kind: str, body: bytes) -> dict[str, str]:
    if kind.startswith("multipart/"):
        return {name: str(value) for name, value in parse_multipart(body, kind)[0]}
    return one_value(body.decode())


def entries(params: Mapping[str, str]) -> Iterator[Sent]:
    for entry in json.loads(params.get("batch", "[]")):
        path, _, query = entry["relative_url"].partition("?")
        yield Sent(entry["method"], f"/{path}", one_value(query) | one_value(entry.get("body", "")))


REMOVED: dict[str, Callable[[Sent], bool]] = {
    "several ids": lambda sent: "ids" in sent.params,
    "method override": lambda sent: "method" in sent.params or "x-http-method-override" in sent.headers,
    "a method that is none of the three": lambda sent: sent.method not in ("GET", "POST", "DELETE"),
    "field aliases": lambda sent: ".as(" in sent.params.get("fields", ""),
    "date formats": lambda sent: "date_format" in sent.params,
    "JSONP": lambda sent: "callback" in sent.params,
    "an asynchronous batch": lambda sent: sent.path.endswith(("/asyncadrequestsets", "/async_batch_requests")),
    "entity tags": lambda sent: "if-none-match" in sent.headers,
}


@pytest.fixture
def recording() -> Recording:
    return Recording()


@pytest.fixture
def recorded(recording: Recording, repository: Repository) -> Iterator[Reconciler]:
    """The repository's own examples against a sandbox that keeps what arrives, for an app made after v27 came."""
    with running(recording) as server:
        graph = LocalGraph(server.url)
        graph.settings(new_app=True, video_chunk_bytes=20_000)
        shutil.rmtree(repository.root / "desired")
        shutil.copytree(EXAMPLES, repository.root / "desired")
        graph.seed_from(repository.root)
        yield Reconciler(repository, graph)
        graph.close()


def test_no_request_uses_what_v28_removes(recorded: Reconciler, recording: Recording) -> None:
    recorded("doctor").ended(0)
    recorded("plan").ended(0)
    recorded.apply().ended(0)
    recorded.graph.at("2026-12-01T09:00:00+08:00")
    recorded("activate").ended(0)
    recorded.graph.person_edits("acme-sg/spring-sale", daily_budget=9900)
    recorded("drift").ended(2)
    recorded("show", "acme-sg/spring-sale").ended(0)
    recorded.repository.forget_state()
    recorded("sync").ended(0)
    recorded.apply("--revert-drift").ended(0)
    recorded("pause", "--all").ended(0)
    used = {name for name, uses in REMOVED.items() for sent in recording.sent if uses(sent)}
    assert used == set()
    kinds = {(sent.method, sent.path.rpartition("/")[2]) for sent in recording.sent}
    assert {("POST", "campaigns"), ("POST", "advideos"), ("POST", "adimages"), ("GET", "activities")} <= kinds
    assert any("batch" in sent.params for sent in recording.sent)


@pytest.mark.parametrize("version", SPOKEN)
def test_the_examples_leave_an_empty_plan_in_every_version_that_lives(
    version: str, sandbox: LocalGraph, repository: Repository, reconciler: Reconciler
) -> None:
    shutil.rmtree(repository.root / "desired")
    shutil.copytree(EXAMPLES, repository.root / "desired")
    pin(repository, version)
    sandbox.seed_from(repository.root)
    sandbox.settings(auto_upgrade=False, live_versions=[version])
    reconciler.apply().ended(0)
    reconciler.converged()
    repository.forget_state()
    reconciler.apply().ended(0)
    reconciler.converged()


def pin(repository: Repository, version: str) -> None:
    path = repository.root / "desired" / "project.yaml"
    path.write_text(path.read_text("utf-8") + f"api_version: {version}\n", "utf-8")


# ---- what is told of the version that is pinned

DEAD = [
    pytest.param("v24.0", "Meta has ended v24.0 for ads on 2026-11-10", id="dead since the 10th"),
    pytest.param("v22.0", "Meta has ended v22.0 for ads on 2026-02-19", id="long dead"),
    pytest.param(
        "v21.0", "v21.0 is no version that this reconciler knows; Meta serves v25.0, v26.0, v27.0", id="older"
    ),
    pytest.param(
        "v28.0", "v28.0 is no version that this reconciler knows; Meta serves v25.0, v26.0, v27.0", id="newer"
    ),
]


@pytest.mark.parametrize("command", ["validate", "plan"])
@pytest.mark.parametrize(("version", "said"), DEAD)
def test_a_version_that_meta_does_not_serve_is_refused_and_the_mend_works(
    command: str, version: str, said: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    repository.write("project.yaml", f"{PROJECT}api_version: {version}\n")
    refused = reconciler(command).ended(1)
    assert f"desired/project.yaml:2:14: api_version: {said}" in refused.err
    assert "mend: write api_version: v26.0" in refused.err
    assert sandbox.calls() == []
    repository.write("project.yaml", f"{PROJECT}api_version: v26.0\n")
    assert "api_version" not in reconciler(command).ended(0).said


@pytest.mark.parametrize(("day", "told"), [("2026-12-24", False), ("2026-12-26", True), ("2027-02-22", True)])
def test_the_end_of_the_pinned_version_is_told_sixty_days_before(
    day: str, told: bool, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    repository.write("project.yaml", f"{PROJECT}api_version: v25.0\n")
    sandbox.at(f"{day}T10:00:00+08:00")
    said = "Meta ends v25.0 for ads on 2027-02-23"
    for command in ("validate", "plan"):
        assert (said in reconciler(command).ended(0).said) == told
    assert any(said in note for note in reconciler.plan().json["notes"]) == told
    findings = reconciler("doctor", "--json").ended(0).json["findings"]
    states = {f["state"]: f for f in findings if f["name"] == "version"}
    assert set(states) == {"warning" if told else "ok"}


def test_on_its_last_day_the_version_is_refused_by_both_sides(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    repository.write("project.yaml", f"{PROJECT}api_version: v25.0\n")
    sandbox.settings(auto_upgrade=False)
    sandbox.at("2027-02-23T07:59:00+08:00")
    reconciler("plan").ended(0)
    sandbox.at("2027-02-23T08:01:00+08:00")
    assert "Meta has ended v25.0" in reconciler("plan").ended(1).err
    reconciler.now = "2027-02-23T07:59:00+08:00"
    assert "2635" in reconciler("plan").ended(1).said


def test_doctor_tells_that_meta_answers_as_another_version(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    repository.write("project.yaml", f"{PROJECT}api_version: v25.0\n")
    assert "ok  acme-sg      version   v25.0, until 2027-02-23" in reconciler("doctor").ended(0).out
    sandbox.settings(live_versions=["v26.0"])
    told = reconciler("doctor").ended(0).out
    assert "!!  acme-sg      version   Meta answers as v26.0, not as v25.0, which is pinned" in told
    assert "Meta says: The call has been auto-upgraded to v26.0 as v25.0 will be deprecated." in told


def test_the_emergency_stop_does_not_speak_a_version_that_has_ended(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    reconciler.apply().ended(0)
    repository.write("project.yaml", f"{PROJECT}api_version: v24.0\n")
    sandbox.settings(auto_upgrade=False)
    reconciler("pause", "--all").ended(0)
    assert sandbox.status("acme-sg/still") == "PAUSED"


# ---- what a version will switch on

DEVICES = {
    "user_os": "[iOS]",
    "user_device": "[iPhone]",
    "excluded_user_device": "[iPad]",
    "device_platforms": "[mobile]",
}


@pytest.mark.parametrize(("name", "value"), DEVICES.items())
@pytest.mark.parametrize(("version", "warned"), [("v26.0", False), ("v27.0", True)])
def test_a_default_that_widens_device_targeting_is_warned_of(
    version: str, warned: bool, name: str, value: str, repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("on", TRAFFIC.replace("age_min: 21", f"{name}: {value}"))
    repository.write("project.yaml", f"{PROJECT}api_version: {version}\n")
    said = reconciler("validate").ended(0).said
    assert (f"{name}: since v27.0 Meta reaches people on other mobile devices too" in said) == warned
    assert ("Warning: desired/campaigns/acme-sg/on.yaml:8:" in said) == warned


def test_without_device_targeting_there_is_nothing_to_warn_of(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL)
    repository.write("project.yaml", f"{PROJECT}api_version: v27.0\n")
    assert "Warning" not in reconciler("validate").ended(0).said


@pytest.mark.parametrize(
    ("message", "mend"),
    [
        ("(#2635) You are calling a deprecated version of the Ads API.", "write api_version: v27.0 in desired/"),
        ("(#2635) Please update to the latest version: v25.0.", "write api_version: v25.0 in desired/"),
        (
            "(#2635) Please update to v28.0.",
            "write api_version: v27.0 in desired/project.yaml, or upgrade the reconciler, which does not know v28.0",
        ),
    ],
)
def test_where_meta_ends_the_version_in_use_the_mend_names_another(
    message: str, mend: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.fault("error", "/", code=2635, http=400, times=0, message=message)
    for command in ("plan", "doctor"):
        assert f"mend: {mend}" in reconciler(command).ended(1).said


def test_what_the_mend_of_an_ended_version_says_is_enough(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.settings(auto_upgrade=False, live_versions=["v27.0"])
    assert "write api_version: v27.0 in desired/project.yaml" in reconciler("plan").ended(1).said
    repository.write("project.yaml", f"{PROJECT}api_version: v27.0\n")
    reconciler.apply().ended(0)


def test_the_doctor_blames_the_version_and_no_id_where_meta_ends_it(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.settings(auto_upgrade=False, live_versions=["v27.0"])
    told = reconciler("doctor").ended(1).out
    assert "NO  acme-sg      version   not looked into any further: Meta error 2635" in told
    assert "check the id" not in told and told.count("NO") == 1


def test_where_meta_ends_a_version_for_pages_alone_no_page_is_blamed(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.fault("error", "/1029384756$", method="GET", code=2635, http=400, times=0)
    said = reconciler("plan").ended(1).said
    assert "write api_version: v27.0" in said and "the token may not use page" not in said


def test_the_emergency_stop_goes_on_with_another_version_and_says_so(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", f"{STILL}status: ACTIVE\n")
    reconciler.apply().ended(0)
    sandbox.settings(auto_upgrade=False, live_versions=["v25.0"])
    run = reconciler("pause", "--all").ended(0)
    assert sandbox.status("acme-sg/still") == "PAUSED"
    assert (
        "Meta serves v26.0 no more, so v25.0 was spoken: write api_version: v25.0 in desired/project.yaml" in run.said
    )


def test_where_no_version_is_served_the_emergency_stop_says_so_once(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", f"{STILL}status: ACTIVE\n")
    reconciler.apply().ended(0)
    sandbox.fault("error", "/", code=2635, http=400, times=0)
    run = reconciler("pause", "--all").ended(1)
    assert "Meta error 2635" in run.said and "was spoken" not in run.said
