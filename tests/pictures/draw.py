"""Draws what a reviewer sees in a pull request, to be looked at: the comment with GitHub's stylesheet in Chromium.

    make screenshots                        all, to .make/pictures/, and the one that README shows to docs/pictures/
    .venv/bin/python tests/pictures/draw.py forty     one of them

The Markdown becomes HTML by GitHub's own parser (cmarkgfm); the stylesheet is npm's github-markdown-css. What GitHub
does to the HTML after that, such as alerts, is done here by a few lines of `alerts`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from pictures.cases import CASES, comment_of  # noqa: E402

STYLES = ROOT / ".make" / "node_modules" / "github-markdown-css" / "github-markdown-light.css"
PICTURES = ROOT / ".make" / "pictures"
FOR_README = ROOT / "docs" / "pictures"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

ALERT = re.compile(r"<blockquote>\s*<p>\[!(\w+)\]\s*(?:<br />)?(.*?)</blockquote>", re.DOTALL)


def alerts(html: str) -> str:
    """GitHub's boxes for `> [!CAUTION]` and its like, with the classes of the stylesheet."""

    def box(match: re.Match[str]) -> str:
        kind = match[1].lower()
        title = f'<p class="markdown-alert-title">{kind.title()}</p>'
        return f'<div class="markdown-alert markdown-alert-{kind}">{title}<p>{match[2]}</div>'

    return ALERT.sub(box, html)


PAGE = """<!doctype html><meta charset="utf-8"><style>{styles}
body {{ margin: 24px; background: #fff }} .markdown-body {{ max-width: 860px; border: 1px solid #d0d7de;
border-radius: 6px; padding: 16px }}</style><article class="markdown-body">{body}</article>
<script>document.body.dataset.height = document.documentElement.getBoundingClientRect().height + 26 | 0</script>"""


def as_html(markdown: str) -> str:
    body = cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)
    return PAGE.format(styles=STYLES.read_text("utf-8"), body=alerts(body))


OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
WIDTH = 940
MEASURED = re.compile(r'data-height="(\d+)"')


def browse(page: Path, *options: str) -> str:
    command = [str(BROWSER), *OPTIONS, *options, page.as_uri()]
    return subprocess.run(command, check=True, capture_output=True, timeout=120, text=True).stdout


def draw(name: str) -> Path:
    """As high as what there is to see."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page, picture = PICTURES / f"{name}.html", PICTURES / f"{name}.png"
    markdown = comment_of(name)
    (PICTURES / f"{name}.md").write_text(markdown, "utf-8")
    page.write_text(as_html(markdown), "utf-8")
    height = MEASURED.search(browse(page, f"--window-size={WIDTH},600", "--dump-dom"))
    browse(page, f"--window-size={WIDTH},{height[1] if height else 2000}", f"--screenshot={picture}")
    return picture


def missing() -> list[str]:
    found = {"chromium (apt-get install chromium)": BROWSER, "github-markdown-css (npm)": STYLES.exists()}
    return [name for name, there in found.items() if not there]


def main(names: list[str]) -> int:
    if lacking := missing():
        print(f"No pictures were drawn. Not there: {', '.join(lacking)}.", file=sys.stderr)
        return 1
    for name in names or CASES:
        print(draw(name))
    if "readme" in (names or CASES):
        FOR_README.mkdir(exist_ok=True)
        print(shutil.copy(PICTURES / "readme.png", FOR_README / "comment.png"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
