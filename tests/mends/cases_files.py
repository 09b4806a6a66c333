"""Mends of folders, files and media."""

from __future__ import annotations

import struct
import unicodedata
import zlib
from pathlib import Path

from mends.case import BASE, CAMPAIGN, PROJECT_FILE, SHORT, Case, Content, edited

HERO, STILL, BANNER = (BASE[f"creatives/{name}"] for name in ("a.mp4", "b.png", "c.jpg"))
assert isinstance(HERO, bytes)
assert isinstance(STILL, bytes)
MORE = "desired/campaigns/acme-sg/more.yaml"
OTHER = SHORT.replace("Spring", "More")


DECOMPOSED = unicodedata.normalize("NFD", "é")


def link_to(target: str) -> Content:
    return lambda path: path.symlink_to(target)


def folder(path: Path) -> None:
    path.mkdir()


FOLDERS = [
    Case("run the command in the repository's folder", {PROJECT_FILE: None}, {PROJECT_FILE: "project: acme\n"}),
    Case(
        "put the folder itself in its place", {"desired/templates": link_to("campaigns")}, {"desired/templates": folder}
    ),
    Case("keep one of the two", {MORE: OTHER, MORE.replace(".yaml", ".yml"): OTHER}, {MORE: OTHER}),
    Case("desired/ holds plain files only", {MORE: link_to("spring.yaml")}, {}),
    *[
        Case("delete it", {at: folder}, {}, said=f"{place}: an empty folder, which nothing reads here")
        for at, place in ((MORE.replace("more.yaml", "2026"), "1:1"), ("desired/old", "1:1"))
    ],
    Case("move its files to acme-sg/, and delete it", {MORE.replace("more", "2026/more"): OTHER}, {MORE: OTHER}),
    Case("name it more.yaml or move it out of desired/", {MORE.replace("yaml", "json"): OTHER}, {MORE: OTHER}),
    Case("name it more.yaml or move it out of desired/", {MORE + ".txt": OTHER}, {MORE: OTHER}),
    *[
        Case("move it out of desired/", {folder + name: OTHER}, {name: OTHER})
        for folder in ("desired/campaigns/acme-sg/", "desired/campaigns/")
        for name in ("spring.yaml.orig", "more.yaml.bak", "more.yaml~", "more.yaml.swp")
    ],
    *[
        Case(
            f"move it out of desired/, and read it there: {reading}", {f"desired/{folder}{name}": OTHER}, {name: OTHER}
        )
        for folder, name, reading in (
            ("campaigns/acme-sg/", "export.xlsx", "reconciler import acme-sg --xlsx export.xlsx"),
            ("campaigns/acme-sg/", "export.tsv", "reconciler import acme-sg --xlsx export.tsv"),
            ("campaigns/", "export.csv", "reconciler import ACCOUNT --xlsx export.csv"),
        )
    ],
    Case(
        "open it, save it as .xlsx outside of desired/, and read that: reconciler import acme-sg --xlsx old.xlsx",
        {MORE.replace("more.yaml", "old.xls"): OTHER},
        {"old.xlsx": OTHER},
    ),
    *[
        Case(
            f"move it out of desired/ as {file}, and read it there: reconciler import acme-sg --xlsx {file}",
            {MORE: content},
            {file: content},
            said="1:1: a sheet, and no YAML, whatever its name says",
        )
        for file, content in (
            ("more.csv", "Campaign Name\tBudget\nSpring\t50\n"),
            ("more.csv", 'Campaign Name,Budget\n"Spring, Summer",50\n'),
            ("more.xlsx", b"PK\x03\x04\x14\x00"),
        )
    ],
    *[
        Case("move it out of desired/", {f"desired/campaigns/acme-sg/{name}": OTHER}, {name: OTHER})
        for name in ("spring.txt", "spring.yaml.txt", "spring.ymal", "spring", "Spring Sale.txt")
    ],
    Case("desired/ holds project.yaml, accounts/", {"desired/notes.txt": "x"}, {"notes.txt": "x"}),
    Case("move it to desired/campaigns/<account>/more.yaml", {"desired/campaigns/more.yaml": OTHER}, {MORE: OTHER}),
]

FILM = SHORT.replace("image: b.png", "video: a.mp4")


def film(path: str) -> str:
    return FILM.replace("a.mp4", f'"{path}"')


PATHS = [
    edited("did you mean a.mp4?", film("A.MP4"), ("A.MP4", "a.mp4")),
    Case("add the file", film("summer.mp4"), {CAMPAIGN: film("summer.mp4"), "creatives/summer.mp4": HERO}),
    edited("write a.mp4; paths start below creatives/", film("creatives/a.mp4"), ("creatives/", "")),
    edited("did you mean a.mp4?", film("x/a.mp4"), ("x/", "")),
    Case(
        "there is no folder creatives/x/ either: add both, or correct the path",
        film("x/q.mp4"),
        {CAMPAIGN: film("x/q.mp4"), "creatives/x/q.mp4": HERO},
    ),
    edited("write x/a.mp4", film("x\\\\a.mp4"), ("\\\\", "/"), beside={"creatives/x/a.mp4": HERO}),
    edited("put the file below creatives/ and write its path there: a.mp4", film("/tmp/a.mp4"), ("/tmp/", "")),
    edited("put the file below creatives/ and write its path there: a.mp4", film("C:/tmp/a.mp4"), ("C:/tmp/", "")),
    edited("write a.mp4, the path below creatives/", film("/creatives/a.mp4"), ("/creatives/", "")),
    edited("write a.mp4, the path below creatives/", film("../a.mp4"), ("../", "")),
    edited("write a.mp4, the path below creatives/", film("creatives\\\\a.mp4"), ("creatives\\\\", "")),
    edited("name the file by its path below creatives/, such as", film("/"), ("/", "a.mp4")),
    edited("name the file by its path below creatives/, such as", film("."), ('"."', "a.mp4")),
    edited("name the file by its path below creatives/, such as", film("C:/"), ("C:/", "a.mp4")),
    edited(
        "download it to creatives/, and write its path there: a.mp4",
        film("https://acme.example/a.mp4"),
        ("https://acme.example/", ""),
    ),
    Case(
        "rename it to é.mp4: creatives/",
        {CAMPAIGN: film("é.mp4"), f"creatives/{DECOMPOSED}.mp4": HERO},
        {CAMPAIGN: film("é.mp4"), "creatives/é.mp4": HERO},
    ),
    Case(
        "write x/é.mp4",
        {CAMPAIGN: film(f"x/{DECOMPOSED}.mp4"), "creatives/x/é.mp4": HERO},
        {CAMPAIGN: film("x/é.mp4"), "creatives/x/é.mp4": HERO},
    ),
    edited("name the file itself", film("a.mp4/b.mp4"), ("/b.mp4", "")),
    edited("name a video or image file", film("x.mp4"), ("x.mp4", "a.mp4"), beside={"creatives/x.mp4": folder}),
    edited("rename the file", film("a\\tb.mp4"), ("a\\tb", "a")),
    Case(
        "put the file itself below creatives/",
        {CAMPAIGN: film("x.mp4"), "creatives/x.mp4": link_to("../outside.mp4"), "outside.mp4": HERO},
        {CAMPAIGN: film("x.mp4"), "creatives/x.mp4": HERO},
    ),
    Case(
        "videos are .mp4 or .mov, images are .png",
        {CAMPAIGN: film("a.avi"), "creatives/a.avi": HERO},
        {CAMPAIGN: film("a.mp4")},
    ),
]


def instead(mend: str, content: Content, name: str = "a.mp4", text: str = FILM) -> Case:
    """What is wrong is in the file: another one takes its place."""
    return Case(mend, {CAMPAIGN: text, f"creatives/{name}": content}, {CAMPAIGN: text})


def lasting(seconds: int) -> bytes:
    """The film with another length, at one tick a millisecond, in all that says it."""
    data = bytearray(HERO if isinstance(HERO, bytes) else b"")
    for box, skip in ((b"mvhd", 16), (b"mdhd", 16), (b"mehd", 8)):
        at = data.find(box)
        while at >= 0:
            scale = int.from_bytes(data[at + skip : at + skip + 4], "big")
            data[at + skip + 4 : at + skip + 8] = int(seconds * scale / 1000).to_bytes(4, "big")
            at = data.find(box, at + 4)
    return bytes(data)


def small_png() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", 60, 60, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(60 * 61))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 12345\n"
CONTENT = [
    instead("export or copy it again", b""),
    instead("run git lfs pull", POINTER),
    instead("run git lfs pull", POINTER.replace(b"oid", b"ext-0-other sha256:" + b"b" * 64 + b"\noid")),
    instead("export it as MP4 (H.264, AAC)", b"GIF89a" + bytes(64)),
    instead("export it as PNG or JPEG", b"GIF89a" + bytes(64), "b.png", SHORT),
    Case(
        "rename it to b.jpg",
        {CAMPAIGN: SHORT, "creatives/b.png": BANNER},
        {CAMPAIGN: SHORT.replace("b.png", "b.jpg"), "creatives/b.jpg": BANNER},
    ),
    instead("the file was cut short or the export failed; copy or export it again", HERO[: len(HERO) // 2]),
    instead("the file was cut short; copy or export it again", STILL[: len(STILL) // 2], "b.png", SHORT),
    instead("export the video again, as MP4 (H.264, AAC)", HERO.replace(b"stsd", b"xxxx")),
    instead("export the image again, as PNG or JPEG", STILL.replace(b"IDAT", b"xDAT"), "b.png", SHORT),
    instead("export it with pictures; Meta takes no sound alone", HERO.replace(b"vide", b"soun")),
    instead("export it larger; 1080 pixels", small_png(), "b.png", SHORT),
    instead("export it without DRM", HERO.replace(b"avc1", b"encv")),
    instead("export a longer video", lasting(100)),
    instead("cut the video", lasting(20_000_000)),
]

CASES = [*FOLDERS, *PATHS, *CONTENT]
