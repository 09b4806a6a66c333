"""Draws the page that a client signs, to be looked at: in light, dark, on a telephone and on paper.

make screenshots            all, to .make/pictures/, and the one that README shows to docs/pictures/
"""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from support.browser import MISSING, Browser, started  # noqa: E402
from support.signed_pages import signed_pages  # noqa: E402

PICTURES = ROOT / ".make" / "pictures"
FOR_README = ROOT / "docs" / "pictures"
LOOKS = (("light", 1280), ("dark", 1280), ("light", 390))
WIDE, HIGH = 1280, 1240
"""Pixels of README's pictures."""

PAPER = {"printBackground": True, "preferCSSPageSize": True}


def whole(browser: Browser, file: Path, scheme: str, width: int) -> None:
    """Opens a page in a window as high as it is."""
    browser.emulate(color_scheme=scheme)
    browser.device(width, 900)
    browser.open(file.as_uri())
    browser.device(width, browser.run("return document.documentElement.scrollHeight"))
    browser.until(lambda: browser.run("return [...document.querySelectorAll('video')].every(v => v.readyState >= 2)"))


def draw(browser: Browser, name: str, file: Path) -> None:
    for scheme, width in LOOKS:
        whole(browser, file, scheme, width)
        picture = PICTURES / f"page-{name}-{scheme}-{width}.png"
        browser.screenshot(picture)
        print(picture)
    paper = PICTURES / f"page-{name}.pdf"
    paper.write_bytes(base64.b64decode(browser.cdp("Page.printToPDF", PAPER)["data"]))
    print(paper)


def draw_for_readme(browser: Browser, file: Path) -> None:
    """The beginning of the page, and a campaign with two ads."""
    whole(browser, file, "light", WIDE)
    place = "return document.querySelectorAll('.change')[2].getBoundingClientRect().top + scrollY - 40"
    for name, top in (("page", 0), ("page-ads", browser.run(place))):
        clip = {"x": 0, "y": top, "width": WIDE, "height": HIGH, "scale": 1}
        taken = browser.cdp("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True})
        (FOR_README / f"{name}.png").write_bytes(base64.b64decode(taken["data"]))


def main() -> int:
    if MISSING:
        print(f"No pages were drawn. Not installed: {', '.join(MISSING)}.", file=sys.stderr)
        return 1
    for folder in (PICTURES, FOR_README):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, started(Path(place)) as browser:
        pages = signed_pages(Path(place))
        for name, file in pages.items():
            draw(browser, name, file)
        draw_for_readme(browser, pages["new"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
