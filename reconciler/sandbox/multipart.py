"""multipart/form-data, byte-exact.

Written by hand: the standard library's ``email`` adds bytes to parts, and Meta's Python SDK types its video
chunks ``multipart/form-data``, which stricter parsers take for a nested message.
"""

from __future__ import annotations

import re

from reconciler.sandbox.wire import Upload

# begins at a word's first letter only, else a long word is searched once for each of its letters
_PARAMETER = re.compile(r'(?<![\w*-])([\w*-]+)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))')
_MOST_PARTS = 10_000
_LONGEST_HEADER = 1 << 14


def boundary_of(content_type: str) -> bytes:
    found = {key.lower(): quoted or bare for key, quoted, bare in _PARAMETER.findall(content_type)}
    boundary: str = found.get("boundary", "")
    if not boundary:
        raise ValueError("multipart body without a boundary")
    return boundary.encode("latin-1")


def parse(body: bytes, content_type: str) -> tuple[list[tuple[str, str]], dict[str, Upload]]:
    """The text fields in order, and the files by field name."""
    fields: list[tuple[str, str]] = []
    files: dict[str, Upload] = {}
    for start, stop in _parts(body, b"--" + boundary_of(content_type)):
        head_end = body.find(b"\r\n\r\n", start, min(stop, start + _LONGEST_HEADER))
        if head_end < 0:
            raise ValueError("a part has no header, or a long one")
        headers = _headers(body[start:head_end])
        disposition = _disposition(headers.get("content-disposition", ""))
        content = body[head_end + 4 : stop]
        name = disposition.get("name", "")
        if "filename" in disposition:
            files[name] = Upload(disposition["filename"], content, headers.get("content-type", ""))
        else:
            fields.append((name, content.decode("utf-8", "replace")))
    return fields, files


def _parts(body: bytes, delimiter: bytes) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    at = body.find(delimiter)
    if at < 0:
        raise ValueError("the boundary does not occur in the body")
    while True:
        start = at + len(delimiter)
        if body[start : start + 2] == b"--":
            return spans
        start = body.find(b"\r\n", start)
        at = body.find(b"\r\n" + delimiter, start)
        if start < 0 or at < 0:
            raise ValueError("the closing boundary is missing")
        spans.append((start + 2, at))
        if len(spans) > _MOST_PARTS:
            raise ValueError("too many parts")
        at += 2


def _headers(raw: bytes) -> dict[str, str]:
    lines = raw.decode("utf-8", "replace").split("\r\n")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _disposition(value: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, quoted, bare in _PARAMETER.findall(value):
        found[key.lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare
    return found
