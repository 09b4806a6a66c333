"""Paths to media that lead where they must not, and files that change while they are read."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from support.command import Reconciler
from support.repository import CREATIVES, SPRING, STILL, Repository
from support.sandbox import LocalGraph

from reconciler.media import HashingReader, MediaError, open_media, reading

HERO = (CREATIVES / "spring" / "hero.mp4").read_bytes()
BANNER = (CREATIVES / "outlet" / "banner.jpg").read_bytes()
SECRET = "root:"

WRITTEN = [
    "..", "../x.jpg", "../../etc/passwd", "outlet/../../x.jpg", "outlet/../outlet/banner.jpg", "./outlet/banner.jpg",
    "outlet/./banner.jpg", "outlet//banner.jpg", "/etc/passwd", "//etc/passwd", "/outlet/banner.jpg", "outlet/",
    "outlet",
    "", ".", "~/x.jpg", "~root/x.jpg", "..\\x.jpg", "C:\\x.jpg", "C:/x.jpg", "\\\\host\\x.jpg", "file:///etc/passwd",
    "https://evil.example/x.jpg", "outlet/banner.jpg/", "outlet/banner.jpg/x.jpg", "outlet/banner.jpg\0.png",
    "outlet/banner.jpg\n", "\x1b[2J.jpg", "outlet/\ud800.jpg", "%2e%2e/x.jpg", "..%2fx.jpg", "outlet/banner.jpg%00.png",
    "/dev/zero", "/dev/stdin", "/proc/self/environ", "/proc/self/fd/0", "x" * 300 + ".jpg", "x/" * 3000 + "x.jpg",
    "-rf.jpg",
    "$(id).jpg", "CON", "outlet/banner.jpg:stream", "outlet/BANNER\u200b.jpg", "．．/x.jpg", "outlet\u2215banner.jpg",
]  # fmt: skip


def to_passwd(root: Path) -> str:
    (root / "a.jpg").symlink_to("/etc/passwd")
    return "a.jpg"


def to_environment(root: Path) -> str:
    (root / "a.jpg").symlink_to("/proc/self/environ")
    return "a.jpg"


def to_device(root: Path) -> str:
    (root / "a.mp4").symlink_to("/dev/zero")
    return "a.mp4"


def folder_out(root: Path) -> str:
    (root / "a").symlink_to("/etc")
    return "a/passwd"


def chain_out(root: Path) -> str:
    (root / "b").symlink_to("..")
    (root / "a").symlink_to("b/desired")
    return "a/project.yaml"


def loop(root: Path) -> str:
    (root / "a.jpg").symlink_to("a.jpg")
    return "a.jpg"


def dangling(root: Path) -> str:
    (root / "a.jpg").symlink_to("nowhere.jpg")
    return "a.jpg"


def fifo(root: Path) -> str:
    os.mkfifo(root / "a.mp4")
    return "a.mp4"


def listening(root: Path) -> str:
    # A socket's path has at most 108 bytes, so it is bound from within.
    with contextlib.chdir(root):
        socket.socket(socket.AF_UNIX).bind("a.mp4")
    return "a.mp4"


def folder(root: Path) -> str:
    (root / "a.mp4").mkdir()
    return "a.mp4"


def sparse(root: Path) -> str:
    with (root / "a.mp4").open("wb") as file:
        file.truncate(5 * 1024**3)
    return "a.mp4"


def large_picture(root: Path) -> str:
    with (root / "a.jpg").open("wb") as file:
        file.write(BANNER)
        file.truncate(31 * 1024**2)
    return "a.jpg"


def yaml_in_disguise(root: Path) -> str:
    (root / "a.jpg").write_text("account: act_1")
    return "a.jpg"


MADE = [
    to_passwd, to_environment, to_device, folder_out, chain_out, loop, dangling, fifo, listening, folder, sparse,
    large_picture, yaml_in_disguise,
]  # fmt: skip


def test_there_are_fifty_hostile_paths() -> None:
    assert len({*WRITTEN}) + len(MADE) >= 50


@pytest.mark.parametrize("path", WRITTEN)
def test_no_path_leaves_creatives(path: str, repository: Repository) -> None:
    with pytest.raises(MediaError) as refusal:
        open_media(repository.root / "creatives", path)
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_only_a_regular_file_of_a_fit_size_is_opened(make: Callable[[Path], str], repository: Repository) -> None:
    path = make(repository.root / "creatives")
    with pytest.raises(MediaError):
        open_media(repository.root / "creatives", path)


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_validate_says_where_the_path_is_written(
    make: Callable[[Path], str], repository: Repository, reconciler: Reconciler
) -> None:
    path = make(repository.root / "creatives")
    field = "video" if path.endswith(".mp4") else "image"
    repository.campaign("still", STILL.replace("image: outlet/banner.jpg", f"{field}: {path}"))
    run = reconciler("validate").ended(1)
    assert f"desired/campaigns/acme-sg/still.yaml:4:{len(field) + 5}: " in run.err
    assert SECRET not in run.said


def test_a_file_replaced_between_hash_and_upload_is_not_believed(repository: Repository) -> None:
    root = repository.root / "creatives"
    file = open_media(root, "spring/hero.mp4")
    digest = file.sha256
    (root / "spring" / "new.mp4").write_bytes(HERO[:-1] + b"!")
    (root / "spring" / "new.mp4").replace(root / "spring" / "hero.mp4")
    with reading(root, "spring/hero.mp4") as stream:
        reader = HashingReader(stream)
        reader.read()
        with pytest.raises(MediaError, match="changed"):
            reader.verify(digest)


def test_a_file_written_to_during_the_upload_is_not_believed(repository: Repository) -> None:
    path = repository.root / "creatives" / "spring" / "hero.mp4"
    digest = hashlib.sha256(HERO).hexdigest()
    with reading(repository.root / "creatives", "spring/hero.mp4") as stream:
        reader = HashingReader(stream)
        reader.read(10)
        path.write_bytes(HERO[:-1] + b"!")
        with pytest.raises(MediaError, match="changed"):
            reader.read()
            reader.verify(digest)


def test_what_is_uploaded_is_what_was_opened_even_when_the_name_leads_elsewhere_by_then(repository: Repository) -> None:
    root = repository.root / "creatives"
    with reading(root, "spring/hero.mp4") as stream:
        (root / "spring" / "hero.mp4").unlink()
        (root / "spring" / "hero.mp4").symlink_to("/etc/passwd")
        reader = HashingReader(stream)
        assert reader.read() == HERO
        reader.verify(hashlib.sha256(HERO).hexdigest())


@pytest.mark.parametrize("how", ["another film", "a link out", "a pipe", "nothing"])
def test_an_apply_whose_film_is_swapped_after_the_plan_makes_no_ad(
    how: str, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The swap happens at the moment the upload opens the file: after it was hashed for the plan."""
    repository.campaign("spring", SPRING)
    path = repository.root / "creatives" / "spring" / "hero.mp4"
    swaps: dict[str, Callable[[], object]] = {
        "another film": lambda: path.write_bytes(HERO + b"\0" * 8),
        "a link out": lambda: path.symlink_to("/etc/passwd"),
        "a pipe": lambda: os.mkfifo(path),
        "nothing": lambda: None,
    }

    def swapped(*arguments: object) -> object:
        path.unlink(missing_ok=True)
        swaps[how]()
        return reading(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("reconciler.apply.content.reading", swapped)
    run = reconciler.apply()
    assert run.status in (1, 6)
    assert sandbox.objects("ad") == []
    assert SECRET not in run.said
