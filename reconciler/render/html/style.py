"""The page's stylesheet, and its digest: the page's policy names it, so that no other style counts."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

STYLE = files("reconciler.render.html").joinpath("page.css").read_text("utf-8")

POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'",
        "img-src data:",
        "media-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""No script, nothing from elsewhere, and of styles only this one."""
