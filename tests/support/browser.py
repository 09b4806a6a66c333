"""A real Chromium, driven through chromedriver's own HTTP protocol: as much of W3C WebDriver as the tests need."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

DRIVER = shutil.which("chromedriver")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MISSING = [name for name, found in (("chromedriver", DRIVER), ("chromium", BROWSER)) if not found]

NEEDS_BROWSER = [
    pytest.mark.skipif(
        os.environ.get("RECONCILER_TEST_BROWSER") != "1",
        reason="a real browser is slow to start: run make test-browser",
    ),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]
"""For `pytestmark`."""

OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --no-proxy-server --window-size=1440,960"
).split()
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Down": "\ue015", "Up": "\ue013", "Left": "\ue012", "Right": "\ue014", "Enter": "\ue007", "Tab": "\ue004",
        "Home": "\ue011", "End": "\ue010", "Space": " ", "Shift": "\ue008"}  # fmt: skip
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Browser:
    """As much of W3C WebDriver as these tests need."""

    def __init__(self, port: int, profile: Path) -> None:
        self.root = f"http://127.0.0.1:{port}"
        chrome = {"binary": BROWSER, "args": [*OPTIONS, f"--user-data-dir={profile}"]}
        always = {
            "browserName": "chrome",
            "goog:chromeOptions": chrome,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        self.session = self.send("POST", "/session", {"capabilities": {"alwaysMatch": always}})["sessionId"]

    def send(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.root + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with DIRECT.open(request, timeout=300) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as problem:
            raise AssertionError(problem.read().decode()) from None

    def do(self, path: str, body: Any = None, method: str = "POST") -> Any:
        return self.send(method, f"/session/{self.session}{path}", {} if body is None and method == "POST" else body)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.do("/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector: str) -> str:
        return self.do("/element", {"using": "css selector", "value": selector})[ELEMENT]

    def click(self, selector: str) -> None:
        self.do(f"/element/{self.find(selector)}/click")

    def fill(self, selector: str, text: str) -> None:
        self.run("document.querySelector(arguments[0]).select()", selector)
        self.do(f"/element/{self.find(selector)}/value", {"text": text})

    def press(self, *names: str) -> None:
        actions = []
        for name in names:
            *held, last = name.split("+")
            actions += [{"type": "keyDown", "value": KEYS[key]} for key in held]
            actions += [{"type": kind, "value": KEYS[last]} for kind in ("keyDown", "keyUp")]
            actions += [{"type": "keyUp", "value": KEYS[key]} for key in held]
        self.do("/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def text(self, selector: str) -> str:
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def emulate(self, **media: str) -> None:
        features = [{"name": f"prefers-{name.replace('_', '-')}", "value": value} for name, value in media.items()]
        self.do("/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}})

    def open(self, url: str) -> None:
        self.do("/url", {"url": url})

    def device(self, width: int, height: int, scale: float = 1) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        self.cdp("Emulation.setDeviceMetricsOverride", metrics)

    def cdp(self, command: str, parameters: dict[str, Any] | None = None) -> Any:
        """A command of Chromium's DevTools."""
        return self.do("/goog/cdp/execute", {"cmd": command, "params": parameters or {}})

    def log(self, kind: str) -> list[dict[str, Any]]:
        return self.do("/se/log", {"type": kind})

    def until(self, what: Any, looks: int = 2000) -> Any:
        for _ in range(looks):
            if found := what():
                return found
            time.sleep(0.05)
        raise AssertionError(self.log("browser"))

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.do("/screenshot", method="GET")))


B = TypeVar("B", bound=Browser)


@contextmanager
def started(folder: Path, kind: type[B] = Browser) -> Iterator[B]:  # type: ignore[assignment]
    """A browser with a profile of its own in the folder."""
    # chromium's crash handler wants a home of its own
    environment = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    driver = subprocess.Popen([str(DRIVER), "--port=0"], stdout=subprocess.PIPE, text=True, env=environment)
    assert driver.stdout is not None
    try:
        said = ""
        while "started successfully on port" not in said:
            said = driver.stdout.readline()
            assert said, "chromedriver did not start"
        found = kind(int(said.rstrip(".\n").split()[-1]), folder / "profile")
        yield found
        found.do("", method="DELETE")
    finally:
        driver.terminate()
        driver.wait(timeout=300)
        driver.stdout.close()
