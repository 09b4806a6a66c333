"""What a file is, told by its first bytes."""

from __future__ import annotations

from typing import NamedTuple

HEAD = 4096

MOVIE = "an MP4 or QuickTime movie"
JPEG = "a JPEG image"
PNG = "a PNG image"
LFS_POINTER = "a Git LFS pointer"

# A QuickTime file older than `ftyp` starts with one of the others.
MOVIE_LEADS = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"sidx"})

STILL_BRANDS = {
    b"heic": "an HEIC image",
    b"heix": "an HEIC image",
    b"mif1": "an HEIC image",
    b"msf1": "an HEIC image",
    b"avif": "an AVIF image",
    b"avis": "an AVIF image",
}


class _Signature(NamedTuple):
    offset: int
    magic: bytes
    name: str


_SIGNATURES = tuple(
    _Signature(*row)
    for row in (
        (0, b"\x89PNG\r\n\x1a\n", PNG),
        (0, b"\xff\xd8\xff", JPEG),
        (0, b"GIF8", "a GIF image"),
        (8, b"WEBP", "a WebP image"),
        (8, b"AVI ", "an AVI movie"),
        (8, b"WAVE", "a WAV sound"),
        (0, b"BM", "a BMP image"),
        (0, b"II*\0", "a TIFF image"),
        (0, b"MM\0*", "a TIFF image"),
        (0, b"8BPS", "a Photoshop document"),
        (0, b"\x1aE\xdf\xa3", "a WebM or Matroska movie"),
        (0, b"FLV", "a Flash movie"),
        (0, b"\x30\x26\xb2\x75", "a Windows Media movie"),
        (0, b"\0\0\1\xba", "an MPEG program stream"),
        (0, b"OggS", "an Ogg file"),
        (0, b"ID3", "an MP3 sound"),
        (0, b"%PDF", "a PDF document"),
        (0, b"PK\3\4", "a ZIP archive"),
        (0, b"\x1f\x8b", "a gzip archive"),
        (0, b"version https://git-lfs", LFS_POINTER),
        (0, b"<svg", "an SVG drawing"),
        (0, b"<!DOCTYPE", "a web page"),
        (0, b"<!doctype", "a web page"),
        (0, b"<html", "a web page"),
        (0, b"<?xml", "an XML document"),
    )
)


def looks_like(head: bytes) -> str:
    """A name, article included, for what starts with `head` (at most `HEAD` bytes are looked at)."""
    head = head[:HEAD]
    if head[4:8] in MOVIE_LEADS:
        return STILL_BRANDS.get(head[8:12], MOVIE) if head[4:8] == b"ftyp" else MOVIE
    for signature in _SIGNATURES:
        if head.startswith(signature.magic, signature.offset):
            return signature.name
    if not head.strip(b"\0"):
        return "nothing but zero bytes"
    return "a text file" if _is_text(head) else "of an unknown kind"


def _is_text(head: bytes) -> bool:
    # The head may end inside a character, which is no longer than four bytes.
    text = head.decode("utf-8", errors="ignore")
    whole = len(head) - len(text.encode()) < 4
    return whole and all(char.isprintable() or char in "\t\r\n" for char in text)
