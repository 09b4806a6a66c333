"""The page in a real Chromium, driven through chromedriver's own HTTP protocol."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support.browser import NEEDS_BROWSER, Browser, started

pytestmark = NEEDS_BROWSER
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><b>Sale</b>"


class SandboxPage(Browser):
    """Looks at the sandbox's own page."""

    def rows(self) -> list[str]:
        return self.run("return [...document.querySelectorAll('#rows .row b')].map(one => one.textContent)")

    def focused(self) -> str:
        """A row's name, or what the focused control is called."""
        return self.run(
            "const at = document.activeElement; return at.querySelector('b')?.textContent"
            " ?? at.getAttribute('aria-label') ?? at.textContent"
        )


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with started(tmp_path_factory.mktemp("chromium"), SandboxPage) as found:
        yield found


@pytest.fixture
def page(browser, graph):
    """Two campaigns, the first with everything below it."""
    campaign = graph.budget_campaign(name="Spring Sale", status="ACTIVE")
    ad_set = graph.ad_set(campaign, name="Broad", status="ACTIVE", daily_budget=None, bid_strategy=None)
    button = {"type": "SHOP_NOW", "value": {"link": "https://acme.example/"}}
    creative = graph.creative(name="Up to 40% off", message="The spring collection is here.", call_to_action=button)
    graph.ad(ad_set, name="Hero image", status="ACTIVE", creative=creative)
    graph.campaign(name=HOSTILE)
    browser.log("performance")
    browser.log("browser")
    browser.do("/url", {"url": graph.url + "/"})
    browser.until(lambda: len(browser.rows()) == 5)
    return browser


def row(name):
    return f"#rows .row:has(b[title={json.dumps(name)}])"


def name_of(name):
    """A place in the row where a click selects it and does not hit a switch."""
    return row(name) + " b"


def test_the_tree_shows_statuses_budgets_and_schedule(page):
    assert page.rows() == ["Acme Singapore", "Spring Sale", "Broad", "Hero image", HOSTILE]
    assert page.text(row("Spring Sale")).split("\n") == [
        "Spring Sale", "Campaign", "Active", "Active", "SGD\xa050.00",
    ]  # fmt: skip
    assert page.text(row("Broad")).endswith("from 21 Nov")
    assert "Pending review" in page.text(row("Hero image"))
    assert "21 Nov 2026, 10:00" in page.text("#now") and "standing still" in page.text("#zone")


def test_names_stay_text(page):
    assert page.run("return document.title") == "Graph sandbox"
    assert page.run("return document.querySelectorAll('#rows img, #rows b b').length") == 0
    page.click(name_of(HOSTILE))
    page.until(lambda: page.text("#side h2") == HOSTILE)
    assert page.run("return document.querySelectorAll('#side img').length") == 0


def test_the_policy_holds_and_nothing_leaves_this_machine(page, graph):
    page.click(name_of("Hero image"))
    page.until(lambda: page.text(".ad"))
    page.run(
        "const s = document.createElement('script'); s.textContent = 'document.title = 1'; document.body.append(s)"
    )
    assert page.run("return document.title") == "Graph sandbox"
    refused = [line["message"] for line in page.log("browser") if line["level"] == "SEVERE"]
    assert len(refused) == 1 and "Content Security Policy" in refused[0]
    events = [json.loads(line["message"])["message"] for line in page.log("performance")]
    sent = [e["params"] for e in events if e["method"] == "Network.requestWillBeSent"]
    # the browser's own first tab asks for things of its own
    asked = {one["request"]["url"] for one in sent if one["documentURL"].startswith(graph.url)}
    assert asked and {url for url in asked if not url.startswith((graph.url, "data:"))} == set()


def test_a_campaign_is_paused_and_activated_by_a_switch(page, graph):
    page.fill("#actor", "Priya")
    page.click(row("Spring Sale") + " .switch")
    page.until(lambda: "Paused" in page.text(row("Spring Sale")))
    assert "Campaign paused" in page.text(row("Broad"))
    last = graph.ledger()[-1]
    assert (last["actor"], last["application"], last["params"]) == ("Priya", "Ads Manager", {"status": "PAUSED"})
    page.click(row("Spring Sale") + " .switch")
    page.until(lambda: graph.ledger()[-1]["params"] == {"status": "ACTIVE"})


def test_a_name_and_a_budget_are_edited(page, graph):
    page.click(name_of("Spring Sale"))
    page.until(lambda: page.text("#side h2") == "Spring Sale")
    page.fill("#side [data-key=budget]", "75.50")
    page.press("Enter")
    page.until(lambda: graph.ledger()[-1]["params"] == {"daily_budget": 7550})
    page.until(lambda: "SGD 50.00 → SGD 75.50" in page.text("#side ol"))
    page.fill("#side [data-key=name]", "Winter")
    page.press("Enter")
    page.until(lambda: page.text("#side h2") == "Winter" and "Winter" in page.rows())


@pytest.mark.parametrize("wrong", ["none", "0", "-5", "abc"])
def test_a_budget_that_is_no_number_is_refused_on_the_spot(page, graph, wrong):
    page.click(name_of("Spring Sale"))
    page.until(lambda: page.text("#side h2") == "Spring Sale")
    before = len(graph.ledger())
    page.fill("#side [data-key=budget]", wrong)
    page.press("Enter")
    page.until(lambda: "number above zero" in page.text("#said"))
    assert len(graph.ledger()) == before


def test_what_is_being_typed_is_not_taken_away(page, graph):
    page.click(name_of("Spring Sale"))
    page.until(lambda: page.text("#side h2") == "Spring Sale")
    page.fill("#side [data-key=name]", "Half a na")
    campaign = graph.ledger()[0]["id"]
    graph.control("edit", {"id": campaign, "params": {"status": "PAUSED"}, "actor": "Somebody"})
    page.until(lambda: "Paused" in page.text(row("Spring Sale")))
    assert page.run("return document.querySelector('#side [data-key=name]').value") == "Half a na"


def test_the_clock_is_moved_and_set(page, graph):
    page.click("[data-step='3600']")
    page.until(lambda: "21 Nov 2026, 11:00" in page.text("#now"))
    page.until(lambda: "Active" in page.text(row("Hero image")) and "Pending" not in page.text(row("Hero image")))
    page.click("[data-step='86400']")
    page.until(lambda: "22 Nov 2026, 11:00" in page.text("#now"))
    moment = page.find("#moment")
    page.run(
        "const at = document.querySelector('#moment'); at.value = '2026-12-24T18:30';"
        "at.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    assert moment
    page.click("#clock button:not([data-step])")
    page.until(lambda: graph.control("clock", method="GET")["now"] == "2026-12-24T10:30:00+0000")


def test_the_whole_tree_is_walked_by_keyboard(page):
    page.run("document.querySelector('#rows .row').focus()")
    page.press("Down")
    page.until(lambda: page.focused() == "Spring Sale")
    page.press("Left")
    page.until(lambda: len(page.rows()) == 3)
    assert page.focused() == "Spring Sale"
    page.press("Right")
    page.until(lambda: len(page.rows()) == 5)
    page.press("Right")
    page.until(lambda: page.focused() == "Broad")
    page.press("Left", "Left")
    page.until(lambda: page.focused() == "Spring Sale")
    page.press("End")
    page.until(lambda: page.focused() == HOSTILE)
    page.press("Home")
    page.until(lambda: page.focused() == "Acme Singapore")


def test_switching_by_keyboard_keeps_the_focus(page, graph):
    page.run("document.querySelector('#rows .row').focus()")
    page.press("Down", "Space")
    page.until(lambda: graph.ledger()[-1]["params"] == {"status": "PAUSED"})
    page.until(lambda: "Paused" in page.text(row("Spring Sale")))
    assert page.focused() == "Spring Sale"
    page.press("Enter")
    page.until(lambda: page.focused() == "Active: Spring Sale")
    page.press("Space")
    page.until(lambda: graph.ledger()[-1]["params"] == {"status": "ACTIVE"})
    page.until(lambda: page.focused() == "Active: Spring Sale")


def test_the_focus_goes_from_top_to_bottom_and_is_visible(page):
    page.run("document.activeElement.blur()")
    seen = []
    for _ in range(18):
        page.press("Tab")
        seen.append(page.run(
            "const at = document.activeElement; return at.id || at.dataset.step || at.dataset.key || at.className"
            " || at.textContent"
        ))  # fmt: skip
        outline = page.run("return getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", seen
        if seen[-1] == "row":
            break
    order = list(dict.fromkeys(seen))
    assert order == ["actor", "3600", "86400", "moment", "Set", "gone", "row"]


def test_an_ad_is_previewed_and_reviewed(page, graph):
    page.click(name_of("Hero image"))
    page.until(lambda: "The spring collection is here." in page.text(".ad"))
    assert "Shop now" in page.text(".foot") and "acme.example" in page.text(".foot")
    page.until(lambda: page.run("const i = document.querySelector('.ad img'); return i.complete && i.naturalWidth") > 0)
    page.click("[data-key=reject]")
    page.until(lambda: "Disapproved" in page.text(row("Hero image")))
    assert "Sandbox policy" in page.text("#side dl")


def test_an_empty_sandbox_says_what_to_do(page, graph):
    graph.control("reset", {"all": True})
    page.do("/url", {"url": graph.url + "/"})
    page.until(lambda: "No ad account yet" in page.text("#empty"))
    assert f"{graph.url}/_sandbox/accounts" in page.text("#empty")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 420])
def test_text_stands_out_from_its_ground(page, scheme, width, tmp_path):
    """WCAG's 4.5 to 1, in both colour schemes, and no sideways scrolling on a telephone."""
    page.emulate(color_scheme=scheme)
    metrics = {"width": width, "height": 960, "deviceScaleFactor": 1, "mobile": False}
    page.do("/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": metrics})
    try:
        page.click(name_of("Hero image"))
        page.until(lambda: page.text(".ad"))
        page.screenshot(Path(os.environ.get("PAGE_SCREENSHOTS", tmp_path)) / f"page-{scheme}-{width}.png")
        assert page.run(CONTRAST) == []
        assert page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    finally:
        page.emulate()
        page.do("/goog/cdp/execute", {"cmd": "Emulation.clearDeviceMetricsOverride", "params": {}})


CONTRAST = """
const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
const part = c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
const light = ([r, g, b]) => .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
function ground(el) {
  for (; el; el = el.parentElement) {
    const c = parse(getComputedStyle(el).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c;
  }
  return [255, 255, 255];
}
const poor = [];
for (const el of document.querySelectorAll('body *')) {
  const own = [...el.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  if (!own || !el.offsetParent || ['SCRIPT', 'STYLE'].includes(el.tagName)) continue;
  const [a, b] = [light(parse(getComputedStyle(el).color)), light(ground(el))].sort((x, y) => y - x);
  if ((a + .05) / (b + .05) < 4.5) poor.push(el.tagName + ' ' + el.className + ' ' + el.textContent.slice(0, 30));
}
return poor;
"""
