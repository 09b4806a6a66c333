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
