"""Thumbnails and image addresses that really answer, under ``/_media/``."""

from __future__ import annotations

from reconciler.sandbox.pictures import png
from reconciler.sandbox.wire import Response

_SIZES = {"_128": (128, 128), "_256": (256, 256)}


def handle(path: str) -> Response:
    name = path.partition("?")[0]
    if not name.endswith(".png"):
        return Response(404, {"content-type": "text/plain"}, b"not found")
    stem = name.removesuffix(".png")
    width, height = _SIZES.get(stem[-4:], (320, 180))
    return Response(200, {"content-type": "image/png"}, png(stem, width, height))
