"""Thumbnails and image addresses that really answer, under ``/_media/``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reconciler.sandbox.pictures import png
from reconciler.sandbox.wire import Response

_SIZES = {"_128": (128, 128), "_256": (256, 256)}
_STATED = re.compile(r"_(\d{1,4})x(\d{1,4})$")


_TYPES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def handle(path: str, kept: Mapping[str, bytes]) -> Response:
    """``kept``: what was uploaded to this process, by its name below ``_media/``. Another image is a generated one; of
    another video there is nothing."""
    name = path.partition("?")[0]
    content = kept.get(name.removeprefix("_media/"))
    if content is not None:
        kind = next((one for head, one in _TYPES.items() if content.startswith(head)), "video/mp4")
        return Response(200, {"content-type": kind}, content)
    if not name.endswith(".png"):
        return Response(404, {"content-type": "text/plain"}, b"not found")
    stem = name.removesuffix(".png")
    width, height = _size(stem)
    return Response(200, {"content-type": "image/png"}, png(stem, width, height))


def _size(stem: str) -> tuple[int, int]:
    stated = _STATED.search(stem)
    if stated:
        return max(1, int(stated[1])), max(1, int(stated[2]))
    return _SIZES.get(stem[-4:], (320, 180))
