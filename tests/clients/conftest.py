"""Published clients against the sandbox, unchanged but for their base URL. `make test-clients` runs them.

They are installed from PyPI and npm, so they are collected only with RECONCILER_TEST_CLIENTS=1.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from support.command import Reconciler
from support.in_and_out import goes_in_and_out
from support.repository import Repository
from support.sandbox import LocalGraph

from reconciler.sandbox import Sandbox, running

if os.environ.get("RECONCILER_TEST_CLIENTS") != "1":
    collect_ignore_glob = ["test_*.py"]

PROGRAMS = Path(__file__).parent / "programs"
HOSTS = PROGRAMS / "hosts"  # on PYTHONPATH, for programmes whose base URL is no option
ACCOUNT, PAGE, SECRET = "act_1234567890", "1029384756", "secret-of-the-app"
TOKEN = "token-of-a-client-long-enough-for-everybody"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff\xff\x7f\x00\t\xfb\x03\xfd\x05CE\xca\x00\x00\x00\x00IEND\xaeB`\x82"
)


class Server:
    """The sandbox, and what a test asks of it outside of Graph."""

    account, page, token, secret = ACCOUNT, PAGE, TOKEN, SECRET
    png, programs = PNG, PROGRAMS

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False

    def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        reply = self.http.request(method, f"{self.url}/_sandbox/{path}", json=body, timeout=300)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def objects(self, kind: str) -> list[dict[str, Any]]:
        return [node["data"] for node in self.control("world", method="GET")["nodes"] if node["kind"] == kind]

    def environment(self, folder: Path) -> dict[str, str]:
        """The environment of a program: the sandbox's URL, and no proxy."""
        kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        return kept | {
            "GRAPH_URL": self.url,
            "ACCOUNT_ID": ACCOUNT,
            "PAGE_ID": PAGE,
            "ACCESS_TOKEN": TOKEN,
            "APP_SECRET": SECRET,
            "FOLDER": str(folder),
            "PYTHONPATH": str(HOSTS),
            "HOME": str(folder),
            "NO_PROXY": "127.0.0.1",
        }


@pytest.fixture
def server() -> Iterator[Server]:
    with running(Sandbox()) as http:
        found = Server(http.url)
        page = {"id": PAGE, "name": "Acme"}
        found.control("accounts", {"account": ACCOUNT, "name": "Acme", "currency": "SGD", "pages": [page]})
        found.control("settings", {"app_id": "77", "app_secret": SECRET, "video_seconds": 0, "review_seconds": 0})
        yield found
        found.http.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "picture.png").write_bytes(PNG)
    (tmp_path / "film.mp4").write_bytes(bytes(range(256)) * 12_000)
    return tmp_path


def interpreter(least: tuple[int, int]) -> str:
    """This Python, or another one on PATH, if this one is too old for the client."""
    for name in (sys.executable, "python3.14", "python3.13", "python3.12"):
        told = f"import sys; sys.exit(sys.version_info < {least})"
        if shutil.which(name) and not subprocess.run([name, "-c", told], capture_output=True, check=False).returncode:
            return name
    pytest.skip(f"no Python {least[0]}.{least[1]}")


@pytest.fixture(scope="session")
def venv(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """The Python of a virtual environment of its own with the newest release of one package, kept between runs."""

    def make(package: str, least: tuple[int, int] = (3, 11)) -> Path:
        home = Path(request.config.cache.mkdir("clients")) / package
        python = home / "bin" / "python"
        if not (home / "ready").exists():
            subprocess.run([interpreter(least), "-m", "venv", "--clear", str(home)], check=True)
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", package], check=True)
            (home / "ready").touch()
        return python

    return make


@pytest.fixture(scope="session")
def node_modules(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    def make(package: str) -> Path:
        home = Path(request.config.cache.mkdir("clients")) / f"npm-{package}"
        if not (home / "ready").exists():
            home.mkdir(exist_ok=True)
            (home / "package.json").write_text('{"private": true}')
            subprocess.run(["npm", "install", "--no-audit", "--no-fund", package], cwd=home, check=True)
            (home / "ready").touch()
        return home / "node_modules"

    return make


@pytest.fixture
def program(server: Server, folder: Path) -> Callable[..., Any]:
    """Runs one of ``programs/``; the last line that it prints is JSON."""

    def run(interpreter: Path | str, name: str, *arguments: str, **environment: str) -> Any:
        command = [str(interpreter), str(PROGRAMS / name), *arguments]
        told = server.environment(folder) | environment
        done = subprocess.run(command, env=told, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


@pytest.fixture
def goes_through(server: Server, tmp_path: Path) -> Callable[[], Any]:
    """Takes what a client has made into a repository, and out of it again as a sheet; what `import` has told."""

    def go() -> Any:
        server.control("settings", {"require_appsecret_proof": False})
        graph = LocalGraph(server.url)
        try:
            graph.account()
            return goes_in_and_out(Reconciler(Repository(tmp_path / "repository"), graph), tmp_path / "second")
        finally:
            graph.close()

    return go
