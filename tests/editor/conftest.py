"""`make test-editor`: yaml-language-server, which VS Code and others use, is asked over stdio. It comes from npm, so
these tests are collected only with RECONCILER_TEST_EDITOR=1."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.command import Reconciler
from support.repository import Repository

if os.environ.get("RECONCILER_TEST_EDITOR") != "1":
    collect_ignore_glob = ["test_*.py"]

ROOT = Path(__file__).parents[2]
SERVER = ROOT / ".make/editor/node_modules/yaml-language-server/bin/yaml-language-server"
HERE = "‸"
"""Where the cursor stands in a text."""


class Editor:
    """One folder, opened as VS Code opens it."""

    def __init__(self, root: Path, settings: dict[str, Any]) -> None:
        self.root, self.settings = root, settings
        node = shutil.which("node")
        assert node, "node is not installed"
        self.server = subprocess.Popen([node, str(SERVER), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ids = itertools.count(1)
        self.versions = itertools.count(1)
        self.marked: dict[str, list[dict[str, Any]]] = {}
        can = {
            "workspace": {"configuration": True},
            "textDocument": {
                "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}}
            },
        }
        folders = [{"uri": root.as_uri(), "name": "ads"}]
        self.ask("initialize", processId=None, rootUri=root.as_uri(), workspaceFolders=folders, capabilities=can)
        self.send("initialized")
        self.send("workspace/didChangeConfiguration", settings={"yaml": settings})
        self._read_until(lambda message: message.get("method") == "workspace/configuration")

    def send(self, method: str, request: int | None = None, **params: Any) -> None:
        self._write({"method": method, "params": params} | ({"id": request} if request else {}))

    def ask(self, method: str, **params: Any) -> Any:
        request = next(self.ids)
        self.send(method, request, **params)
        return self._read_until(lambda message: message.get("id") == request and "method" not in message)["result"]

    def open(self, name: str, text: str) -> tuple[dict[str, str], dict[str, int]]:
        """The document and the cursor's place in it. The file is on the disk, too."""
        before, _, after = text.partition(HERE)
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(before + after, "utf-8")
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": next(self.versions), "text": before + after}
        self.send("textDocument/didOpen", textDocument=document)
        place = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        return {"uri": path.as_uri()}, place

    def completions(self, name: str, text: str) -> dict[str, dict[str, Any]]:
        """By label, what is offered at the cursor."""
        document, position = self.open(name, text)
        found = self.ask("textDocument/completion", textDocument=document, position=position)
        self.send("textDocument/didClose", textDocument=document)
        return {item["label"]: item for item in (found["items"] if isinstance(found, dict) else found or [])}

    def hover(self, name: str, text: str) -> str:
        document, position = self.open(name, text)
        found = self.ask("textDocument/hover", textDocument=document, position=position)
        self.send("textDocument/didClose", textDocument=document)
        return re.sub(r"\s+", " ", found["contents"]["value"]) if found else ""

    def problems(self, name: str, text: str) -> list[tuple[int, str]]:
        """Line, from 1, and message of what is marked."""
        document, _ = self.open(name.replace(".yaml", f"-{next(self.versions)}.yaml"), text)
        self._read_until(lambda message: document["uri"] in self.marked)
        self.send("textDocument/didClose", textDocument=document)
        return [(one["range"]["start"]["line"] + 1, one["message"]) for one in self.marked[document["uri"]]]

    def _read_until(self, ends: Any) -> dict[str, Any]:
        while True:
            message = self._read()
            if message.get("method") == "textDocument/publishDiagnostics":
                self.marked[message["params"]["uri"]] = message["params"]["diagnostics"]
            elif "method" in message and "id" in message:
                self._write({"id": message["id"], "result": self._answer(message)})
            if ends(message):
                return message

    def _answer(self, message: dict[str, Any]) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        return [self.settings if item.get("section") == "yaml" else None for item in message["params"]["items"]]

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.server.stdin
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.server.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self.server.stdout
        length = 0
        while (line := self.server.stdout.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        assert length, "yaml-language-server has ended"
        found: dict[str, Any] = json.loads(self.server.stdout.read(length))
        return found

    def close(self) -> None:
        self.server.kill()
        self.server.wait()


@pytest.fixture
def editor(repository: Repository, reconciler: Reconciler) -> Iterator[Editor]:
    """On a repository with a template, an audience, a lead form and schemas, as `schema --local` leaves it."""
    repository.write("templates/sale.yaml", "url_tags: utm_source=meta\n")
    repository.write("audiences/acme-sg/visitors.yaml", "name: Visitors\nwebsite: {days: 30}\n")
    repository.write("lead_forms/acme-sg/quote.yaml", "name: Quote\n")
    reconciler("schema").ended(0)
    reconciler("schema", "--local").ended(0)
    settings = json.loads((repository.root / ".vscode/settings.json").read_text("utf-8"))
    made = Editor(
        repository.root, {"schemas": settings["yaml.schemas"], "completion": True, "hover": True, "validate": True}
    )
    yield made
    made.close()
