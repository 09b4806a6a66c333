"""What the environment says of proxies, certificates and logins: over real TLS, through a proxy that sees all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.command import Reconciler
from support.proxy import CERTIFICATE, Proxy, proxy
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

from reconciler.forge.ping import ping
from reconciler.forge.rest import Rest
from reconciler.meta.client import Reader
from reconciler.meta.connection import Connection
from reconciler.meta.download import downloaded
from reconciler.model.errors import ReconcilerError
from reconciler.system.clock import SYSTEM

TOKEN = "token-of-this-test"
NETRC = "default login corpuser password corpsecret\n"


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A machine with a login for everything in ~/.netrc, behind a proxy that opens TLS and that it trusts."""
    (tmp_path / "netrc").write_text(NETRC, "utf-8")
    with proxy() as made:
        for name, text in environment(made, tmp_path).items():
            monkeypatch.setenv(name, text)
        yield made


def environment(made: Proxy, folder: Path) -> dict[str, str]:
    return {
        "NETRC": str(folder / "netrc"),
        "HTTPS_PROXY": made.url,
        "https_proxy": made.url,
        "NO_PROXY": "",
        "no_proxy": "",
        "REQUESTS_CA_BUNDLE": str(CERTIFICATE),
    }


def ask_meta() -> None:
    Reader(Connection(TOKEN, "https://graph.test")).get("me")


def ask_github() -> None:
    Rest("https://api.github.test", TOKEN, SYSTEM, patience=0).get("/user")


def download() -> None:
    with downloaded(Reader(Connection(TOKEN, "https://graph.test")), "https://media.test/film") as pieces:
        list(pieces)


SPEAKERS: dict[Callable[[], None], tuple[str, set[str]]] = {
    ask_meta: ("graph.test", {f"Bearer {TOKEN}"}),
    ask_github: ("api.github.test", {f"Bearer {TOKEN}"}),
    download: ("media.test", {""}),
    lambda: ping("https://check.test/uuid"): ("check.test", {""}),
    lambda: ping("https://check.test/uuid", failed=True): ("check.test", {""}),
    lambda: ping("https://own:login@check.test/uuid"): ("check.test", {"Basic b3duOmxvZ2lu"}),
}


@pytest.mark.parametrize("speak", SPEAKERS, ids=["Meta", "GitHub", "a download", "a ping", "a failed ping", "a login"])
def test_no_server_gets_a_login_that_is_not_meant_for_it(
    speak: Callable[[], None], company: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.meta.connection.Connection.sleep", lambda self, seconds: None)
    monkeypatch.setattr("reconciler.forge.rest.Rest._pause", lambda self, seconds, error: None)
    host, logins = SPEAKERS[speak]
    with suppress(ReconcilerError):  # A 204 is no answer of Meta's.
        speak()
    assert set(company.asked) == {host}
    assert company.logins() == logins


@pytest.fixture
def behind(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, tmp_path: Path
) -> Iterator[tuple[Reconciler, Proxy]]:
    """A project with a campaign that is on, on such a machine, and Graph behind its proxy."""
    repository.campaign("still", f"{STILL}status: ACTIVE\n")
    reconciler.apply().ended(0)
    (tmp_path / "netrc").write_text(NETRC, "utf-8")
    with proxy(urlsplit(sandbox.url).port or 0) as made:
        reconciler.environment |= environment(made, tmp_path)
        reconciler.environment |= {"META_GRAPH_URL": "https://graph.test", "RECONCILER_NOW": ""}
        yield reconciler, made


def test_the_emergency_stop_works_with_a_login_in_netrc_behind_a_proxy_that_opens_tls(
    behind: tuple[Reconciler, Proxy], sandbox: LocalGraph
) -> None:
    reconciler, made = behind
    reconciler("pause", "--all").ended(0)
    assert sandbox.status("acme-sg/still") == "PAUSED"
    assert {login.partition(" ")[0] for login in made.logins()} == {"Bearer"}


def without(name: str) -> dict[str, str]:
    return {name: ""}


SETTINGS = {
    "a certificate that nobody trusts": (
        without("REQUESTS_CA_BUNDLE"),
        "the certificate that it shows is signed by nobody whom this computer trusts",
        "set REQUESTS_CA_BUNDLE to a PEM file with it",
    ),
    "another host's certificate": (
        {"META_GRAPH_URL": "https://elsewhere.test"},
        "the certificate that it shows is another host's",
        "check the address that is asked",
    ),
    "no file of certificates": (
        {"REQUESTS_CA_BUNDLE": "/nope.pem"},
        "the file of certificates that the environment names is not there: /nope.pem",
        "set REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE) to a PEM file",
    ),
    "a file without certificates": (
        {"REQUESTS_CA_BUNDLE": __file__},
        "the file of certificates that the environment names holds none",
        "set REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE) to a PEM file",
    ),
    "a SOCKS proxy": (
        {"HTTPS_PROXY": "socks5://127.0.0.1:9", "https_proxy": "socks5://127.0.0.1:9"},
        "the proxy of the environment is one for SOCKS",
        "write a proxy for http:// in HTTPS_PROXY",
    ),
    "a proxy that is not there": (
        {"HTTPS_PROXY": "http://user:CorpSecret9@127.0.0.1:9", "https_proxy": "http://user:CorpSecret9@127.0.0.1:9"},
        "the proxy of the environment cannot be reached",
        "check HTTPS_PROXY (or ALL_PROXY)",
    ),
    "a proxy without an address": (
        {"HTTPS_PROXY": "http://user:CorpSecret9@h:abc", "https_proxy": "http://user:CorpSecret9@h:abc"},
        "the proxy of the environment has no address that can be read",
        "write HTTPS_PROXY (or ALL_PROXY) as http://HOST:PORT",
    ),
}


@pytest.mark.parametrize(("changed", "said", "mend"), SETTINGS.values(), ids=SETTINGS)
def test_a_setting_that_keeps_calls_from_meta_is_named_with_its_mend(
    changed: dict[str, str], said: str, mend: str, behind: tuple[Reconciler, Proxy]
) -> None:
    reconciler, _ = behind
    reconciler.environment |= changed
    for run in (reconciler("doctor").ended(1), reconciler("plan").ended(1), reconciler("pause", "--all").ended(1)):
        assert said in run.said and mend in run.said, run.said
        assert "CorpSecret9" not in run.said
    told = reconciler("doctor").out
    assert "NO  acme-sg      network" in told
    assert "version" not in told and "Date header" not in told


@pytest.mark.parametrize(
    ("answer", "mend"),
    [
        (
            "407 Proxy Authentication Required",
            "write its login before the host in HTTPS_PROXY (or ALL_PROXY): the user",
        ),
        ("403 Forbidden", "let the proxy of HTTPS_PROXY (or ALL_PROXY) pass this host, or name the host in NO_PROXY"),
        ("502 Bad Gateway", "let the proxy of HTTPS_PROXY (or ALL_PROXY) pass this host"),
    ],
)
def test_what_a_proxy_answers_is_told_and_asked_again_where_it_may_pass(
    answer: str, mend: str, behind: tuple[Reconciler, Proxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    reconciler, made = behind
    monkeypatch.setattr("reconciler.meta.connection.Connection.sleep", lambda self, seconds: None)
    made.refuses = answer
    run = reconciler("plan").ended(1)
    assert (len(made.asked) > 1) == answer.startswith("5")
    assert f"no answer from Meta (the proxy of the environment answers {answer})" in run.said
    assert f"mend: {mend}" in run.said


def test_what_no_proxy_names_is_asked_without_one(behind: tuple[Reconciler, Proxy]) -> None:
    reconciler, made = behind
    reconciler.environment |= {"NO_PROXY": "graph.test", "no_proxy": "graph.test"}
    assert "nobody here knows the name of the host" in reconciler("plan").ended(1).said
    assert made.asked == []


def test_a_doctor_who_reaches_nobody_says_nothing_of_versions_and_clocks(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.environment["META_GRAPH_URL"] = "http://127.0.0.1:9"
    told = reconciler("doctor").ended(1).out
    assert "network" in told and "nothing listens at 127.0.0.1:9, which META_GRAPH_URL names" in told
    assert "version" not in told and "Date header" not in told


@pytest.mark.parametrize(
    ("added", "said", "mend"),
    [
        ("/v26.0", "it ends in the API version v26.0", "the version is api_version: in desired/project.yaml"),
        ("/v26.0/", "it ends in the API version v26.0", "the version is api_version: in desired/project.yaml"),
        ("?x=1", "it is no address of a server", "write https://graph.facebook.com, or http://127.0.0.1:PORT"),
        (" 1", "it is no address of a server", "write https://graph.facebook.com, or http://127.0.0.1:PORT"),
    ],
)
def test_an_address_of_graph_that_cannot_be_asked_is_refused_at_once(
    added: str, said: str, mend: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.environment["META_GRAPH_URL"] = sandbox.url + added
    sandbox.forget_calls()
    run = reconciler("plan").ended(1)
    assert said in run.said and mend in run.said
    assert sandbox.calls() == []


def test_white_space_around_the_address_of_graph_is_no_part_of_it(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.environment["META_GRAPH_URL"] = f" {sandbox.url}/\n"
    reconciler("plan").ended(0)
