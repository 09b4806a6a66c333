"""The page that a client signs, in a real Chromium: readable by everybody, in light, dark, on a telephone and on
paper, and asking for nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.browser import NEEDS_BROWSER, Browser, started
from support.repository import PROJECT_ROOT
from support.signed_pages import signed_pages

AXE = PROJECT_ROOT / ".make/node_modules/axe-core/axe.min.js"
pytestmark = [
    *NEEDS_BROWSER,
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not in .make: make test-browser"),
]

RUN_AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations']}).then(found => done(found.violations.map(
  one => one.id + ': ' + one.nodes.map(node => node.html.slice(0, 200) + ' ' + node.failureSummary).join(' | '))));
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with started(tmp_path_factory.mktemp("chromium")) as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return signed_pages(tmp_path_factory.mktemp("pages"))


def opened(browser: Browser, file: Path, scheme: str = "light", width: int = 1280) -> None:
    browser.emulate(color_scheme=scheme)
    browser.device(width, 900)
    browser.log("performance")
    browser.log("browser")
    browser.open(file.as_uri())


@pytest.mark.parametrize("name", ["new", "changed"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, pages: dict[str, Path], name: str, scheme: str, width: int
) -> None:
    opened(browser, pages[name], scheme, width)
    browser.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    browser.cdp("Runtime.evaluate", {"expression": AXE.read_text("utf-8")})
    assert browser.do("/execute/async", {"script": RUN_AXE, "args": []}) == []
    assert browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.mark.parametrize("name", ["new", "changed"])
def test_nothing_is_asked_for_and_the_policy_refuses_nothing_of_the_page(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    opened(browser, pages[name])
    assert browser.log("browser") == []
    events = [json.loads(line["message"])["message"] for line in browser.log("performance")]
    asked = {e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"}
    assert {url for url in asked if not url.startswith(("data:", pages[name].as_uri()))} == set()


def test_a_script_that_gets_in_does_not_run(browser: Browser, pages: dict[str, Path]) -> None:
    opened(browser, pages["changed"])
    title = browser.run("return document.title")
    browser.run(
        "const s = document.createElement('script'); s.textContent = 'document.title = 1'; document.body.append(s)"
    )
    assert browser.run("return document.title") == title != "owned"
    assert browser.run("return document.querySelectorAll('img').length") == 0


MEASURED = """
return [...document.querySelectorAll(arguments[0])].map(one => {
  const box = one.getBoundingClientRect();
  return [box.width, box.height];
});
"""


def measured(browser: Browser, selector: str) -> list[tuple[float, float]]:
    """Width and height of each element."""
    return [(width, height) for width, height in browser.run(MEASURED, selector)]


def test_every_film_and_still_is_shown(browser: Browser, pages: dict[str, Path]) -> None:
    opened(browser, pages["new"])
    films = measured(browser, "video")
    shown = "return [...document.querySelectorAll('video')].filter(one => one.readyState >= 2).length"
    assert len(films) == 15
    assert browser.until(lambda: browser.run(shown) == len(films))
    assert min(height for _, height in films) > 50


def test_a_shape_keeps_its_aspect_whatever_the_film_s_is(browser: Browser, pages: dict[str, Path]) -> None:
    opened(browser, pages["new"])
    assert [width / height for width, height in measured(browser, ".phone")] == pytest.approx([9 / 16] * 10, abs=0.005)
    cards = [width / height for width, height in measured(browser, ".card .picture")]
    assert min(cards) == pytest.approx(4 / 5, abs=0.005)


DARK = {"name": "prefers-color-scheme", "value": "dark"}


def test_paper_has_everything_open_no_ad_in_two_parts_and_no_dark(browser: Browser, pages: dict[str, Path]) -> None:
    opened(browser, pages["new"])
    browser.cdp("Emulation.setEmulatedMedia", {"media": "print", "features": [DARK]})
    assert min(height for _, height in measured(browser, "details:not([open]) table")) > 0
    assert browser.run("return getComputedStyle(document.querySelector('.advert')).breakInside") == "avoid"
    ink = "return getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()"
    assert browser.run(ink) == "#1b1f24"
    browser.cdp("Emulation.setEmulatedMedia", {"media": "screen", "features": [DARK]})
    assert browser.run(ink) == "#e9e9e6"


FOCUSED = """
const at = document.activeElement;
return [at.tagName, getComputedStyle(at.closest('.plays') ?? at).outlineStyle];
"""


def test_the_keyboard_reaches_what_can_be_opened_and_is_seen_there(browser: Browser, pages: dict[str, Path]) -> None:
    opened(browser, pages["new"])
    seen: dict[str, str] = {}
    for _ in range(60):
        browser.press("Tab")
        tag, outline = browser.run(FOCUSED)
        if tag == "BODY":
            break
        seen[tag] = outline
    assert {"A", "SUMMARY", "VIDEO"} <= set(seen)
    assert "none" not in seen.values()
