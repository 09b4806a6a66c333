import hashlib
import os
import shutil
import socket
import struct
import unicodedata
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.counting import bytes_read

from reconciler.media import HashingReader, MediaError, VideoInfo, aspect_name, files, open_media, reading
from reconciler.media.incoming import Creatives
from reconciler.media.limits import judge
from reconciler.media.model import ImageInfo
from reconciler.media.names import media_names

CREATIVES = Path(__file__).parents[3] / "creatives"
HERO = "spring/hero.mp4"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "creatives"
    (folder / "spring").mkdir(parents=True)
    shutil.copy(CREATIVES / HERO, folder / HERO)
    return folder


def refused(root, relative):
    with pytest.raises(MediaError) as caught:
        open_media(root, relative)
    return caught.value


def test_every_example_is_fit_for_an_ad():
    paths = [str(path.relative_to(CREATIVES)) for path in CREATIVES.glob("*/*")]
    examples = [open_media(CREATIVES, path) for path in paths]
    assert {aspect_name(file.info.width, file.info.height) for file in examples} == {
        "16:9",
        "1:1",
        "4:5",
        "9:16",
    }
    assert [file.path for file in examples if file.warnings] == []
    assert sum(file.size for file in examples) < 600_000


def test_the_digest_is_that_of_the_content():
    file = open_media(CREATIVES, HERO)
    data = (CREATIVES / HERO).read_bytes()
    assert (file.kind, file.size) == ("video", len(data))
    assert file.sha256 == hashlib.sha256(data).hexdigest()


def test_a_file_is_hashed_once_a_process(root, monkeypatch):
    first = open_media(root, HERO).sha256
    monkeypatch.setattr(files, "reading", None)
    assert open_media(root, HERO).sha256 == first


def test_a_file_replaced_after_it_was_opened_has_no_digest(root):
    file = open_media(root, HERO)
    shutil.copy(CREATIVES / "launch/teaser.mp4", root / HERO)
    with pytest.raises(MediaError, match=r"spring/hero\.mp4: the file changed"):
        _ = file.sha256


@pytest.mark.parametrize(
    ("relative", "says", "mend"),
    [
        ("", "an empty path", "below creatives/"),
        ("/etc/passwd", "absolute", "below creatives/"),
        ("../secret.mp4", "..", "below creatives/"),
        ("spring/../spring/hero.mp4", "..", "below creatives/"),
        ("./spring/hero.mp4", ". or ..", "below creatives/"),
        ("spring//hero.mp4", "empty", "below creatives/"),
        ("spring/", "empty", "below creatives/"),
        ("spring\\hero.mp4", "backslashes", "write spring/hero.mp4"),
        ("spring/hero.mp4\0.png", "control characters", "rename"),
        ("spring/\x1b[2Jhero.mp4", "control characters", "rename"),
        ("spring/\ud800.mp4", "control characters", "rename"),
        ("spring/heros.mp4", "no such file", "did you mean spring/hero.mp4?"),
        ("spring/Hero.MP4", "no such file", "did you mean spring/hero.mp4?"),
        ("sprung/hero.mp4", "no such file", "did you mean spring/hero.mp4?"),
        ("qqq/hero.mp4", "no such file", "did you mean spring/hero.mp4?"),
        ("qqq/zzz.mp4", "no such file", "no folder creatives/qqq/"),
        ("zzz.mp4", "no such file", "add the file"),
        ("creatives/spring/hero.mp4", "no such file", "write spring/hero.mp4"),
        ("spring/hero.mp4/more.mp4", "not a folder", "name the file itself"),
        ("spring", "a folder, not a file", "name a video or image file"),
        (f"{'x' * 300}.mp4", "cannot be opened", ""),
    ],
)
def test_a_path_that_names_no_file_below_the_root_is_refused(root, relative, says, mend):
    error = refused(root, relative)
    assert says in error.message
    assert mend in error.mend


@pytest.mark.parametrize(
    ("relative", "says", "followed"),
    [
        ("spring\\hero.mp4", "a path of Windows", "spring/hero.mp4"),
        ("creatives\\spring\\hero.mp4", "a path of Windows", "spring/hero.mp4"),
        ("C:\\shop\\creatives\\spring\\hero.mp4", "a path of Windows", "spring/hero.mp4"),
        ("D:/shop/creatives/spring/hero.mp4", "a path of Windows", "spring/hero.mp4"),
        ("./spring/hero.mp4", "no empty, . or .. steps", "spring/hero.mp4"),
        ("../creatives/spring/hero.mp4", "no empty, . or .. steps", "spring/hero.mp4"),
        ("/creatives/spring/hero.mp4", "an absolute path", "spring/hero.mp4"),
        ("creatives/spring/hero.mp4", "no such file", "spring/hero.mp4"),
        ("hero.mp4", "no such file", "spring/hero.mp4"),
        ("Spring/Hero.MP4", "no such file", "spring/hero.mp4"),
        ("sprin/hero.mp4", "no such file", "spring/hero.mp4"),
        ("spring/hero", "no such file", "spring/hero.mp4"),
        ("“spring/hero.mp4”", "no such file", "spring/hero.mp4"),
        ("spring/hero.mp4\u200b", "no such file", "spring/hero.mp4"),
        ("spring\u00a0/hero.mp4", "no such file", "spring/hero.mp4"),
        ("spring／hero.mp4", "no such file", "spring/hero.mp4"),
    ],
)
def test_following_the_mend_of_a_path_opens_the_file(root, relative, says, followed):
    error = refused(root, relative)
    assert says in error.message
    assert followed in error.mend
    assert open_media(root, followed).kind == "video"


@pytest.mark.parametrize(
    ("relative", "mend"),
    [
        ("https://shop.example/media/hero.jpg?w=1", "download it to creatives/, and write its path there: hero.jpg"),
        ("https://drive.example/file/d/1/view", "write its path there: spring/hero.mp4 for a video"),
        ("www.shop.example/hero.mp4", "write its path there: hero.mp4"),
        ("C:\\Users\\mei\\Desktop\\new.mp4", "put the file below creatives/ and write its path there: new.mp4"),
        ("~/Desktop/new.mp4", "put the file below creatives/ and write its path there: new.mp4"),
        ("/Users/mei/new.mp4", "put the file below creatives/ and write its path there: new.mp4"),
    ],
)
def test_a_file_that_is_elsewhere_is_to_be_brought_here(root, relative, mend):
    assert mend in refused(root, relative).mend


NFC, NFD = (unicodedata.normalize(form, "été") for form in ("NFC", "NFD"))


@pytest.mark.parametrize("relative", [f"spring/{NFC}.mp4", f"{NFC}/hero.mp4"])
def test_a_name_from_macos_is_to_be_renamed_to_what_was_written(root, relative):
    there = root / relative.replace(NFC, NFD)
    there.parent.mkdir(exist_ok=True)
    shutil.copy(root / HERO, there)
    error = refused(root, relative)
    step = next(part for part in relative.split("/") if NFC in part)
    assert error.mend.startswith(f"rename it to {step}: creatives/")
    assert "the same letters in another Unicode form" in error.mend
    (root / relative).parent.mkdir(exist_ok=True)
    there.rename(root / relative)
    assert open_media(root, relative).kind == "video"


def test_a_name_that_was_pasted_from_macos_is_to_be_written_as_the_file_is(root):
    shutil.copy(root / HERO, root / f"spring/{NFC}.mp4")
    assert f"write spring/{NFC}.mp4" in refused(root, f"spring/{NFD}.mp4").mend


def test_a_file_under_a_wrong_suffix_is_not_renamed_over_another(root):
    shutil.copy(CREATIVES / "always-on/still.png", root / "hero.jpg")
    assert refused(root, "hero.jpg").mend == "rename it to hero.png"
    shutil.copy(CREATIVES / "always-on/still.png", root / "hero.png")
    assert refused(root, "hero.jpg").mend == "rename it to hero-2.png"


def test_a_root_that_is_a_link_gives_no_file(root, tmp_path):
    outside = tmp_path / "outside"
    root.rename(outside)
    root.symlink_to(outside)
    assert refused(root, HERO).mend == "put the folder itself in its place"
    assert files.media_names(tmp_path) == {}
    assert list(media_names(root)) == []
    with pytest.raises(MediaError, match="a link, not a folder"):
        Creatives(root, "acme-sg").keep("image", "acme-sg/new", [b"x"])
    assert not (outside / "acme-sg").exists()


def test_a_guess_leads_nowhere_out_of_the_root(root, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.copy(CREATIVES / HERO, outside / "hero2.mp4")
    (root / "away").symlink_to("../outside")
    assert refused(root, "hero2.mp4").mend == "add the file"
    assert refused(root, "awai/hero2.mp4").mend.startswith("there is no folder creatives/awai/")


@given(st.text(max_size=30))
def test_no_path_raises_anything_but_a_media_error(relative):
    with pytest.raises(MediaError):
        open_media(CREATIVES, relative)


def test_a_missing_root_is_a_media_error(tmp_path):
    assert "no such file" in refused(tmp_path / "creatives", HERO).message


@pytest.mark.parametrize("link", ["out.mp4", "folder/hero.mp4"])
def test_a_symbolic_link_out_of_the_root_is_refused(root, tmp_path, link):
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.copy(CREATIVES / HERO, outside / "hero.mp4")
    (root / "out.mp4").symlink_to(outside / "hero.mp4")
    (root / "folder").symlink_to("../outside")
    error = refused(root, link)
    assert "leads out of creatives/" in error.message
    assert str(tmp_path) not in str(error)


def test_a_symbolic_link_to_a_sibling_that_shares_the_roots_prefix_is_refused(root, tmp_path):
    twin = tmp_path / "creatives-private"
    twin.mkdir()
    shutil.copy(CREATIVES / HERO, twin / "hero.mp4")
    (root / "twin.mp4").symlink_to("../creatives-private/hero.mp4")
    assert "leads out" in refused(root, "twin.mp4").message


def test_a_symbolic_link_that_stays_below_the_root_is_followed(root):
    (root / "again.mp4").symlink_to(HERO)
    (root / "autumn").symlink_to("spring")
    assert open_media(root, "again.mp4").sha256 == open_media(root, "autumn/hero.mp4").sha256


def test_a_symbolic_link_to_itself_is_refused(root):
    (root / "loop.mp4").symlink_to("loop.mp4")
    refused(root, "loop.mp4")


def test_a_link_that_appears_after_the_path_was_resolved_is_not_followed(root, tmp_path, monkeypatch):
    shutil.copy(CREATIVES / HERO, tmp_path / "outside.mp4")
    (root / "late.mp4").symlink_to("../outside.mp4")
    (root / "folder").symlink_to("..")
    monkeypatch.setattr(os.path, "realpath", os.fspath)
    for path in ("late.mp4", "folder/outside.mp4"):
        with pytest.raises(MediaError, match=r"symbolic link|not a folder"), reading(root, path):
            pass


def test_a_fifo_is_refused_without_waiting_for_a_writer(root, monkeypatch):
    os.mkfifo(root / "pipe.mp4")
    assert "a FIFO" in refused(root, "pipe.mp4").message
    monkeypatch.setattr(files, "_check_regular", lambda relative, mode: None)
    with pytest.raises(MediaError), reading(root, "pipe.mp4"):
        pass


def test_a_socket_is_refused(root, monkeypatch):
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("plug.mp4")
        assert "a socket" in refused(root, "plug.mp4").message


def lowest_free_descriptor():
    descriptor = os.dup(0)
    os.close(descriptor)
    return descriptor


def test_no_file_descriptor_is_left_open(root):
    os.mkfifo(root / "pipe.mp4")
    (root / "text.mp4").write_text("text")
    before = lowest_free_descriptor()
    for relative in (
        HERO,
        "pipe.mp4",
        "text.mp4",
        "spring",
        "spring/none.mp4",
        "../x",
        "spring/hero.mp4/x.mp4",
    ):
        with suppress(MediaError):
            _ = open_media(root, relative).sha256
    assert lowest_free_descriptor() == before


@pytest.mark.parametrize(
    ("name", "source", "says", "mend"),
    [
        ("still.mov", "always-on/still.png", "a PNG image, not an MP4 or QuickTime movie", "to still.png"),
        ("still.jpg", "always-on/still.png", "a PNG image, not a JPEG image", "rename it to still.png"),
        ("banner.png", "outlet/banner.jpg", "a JPEG image, not a PNG image", "rename it to banner.jpg"),
        ("hero.png", HERO, "an MP4 or QuickTime movie, not a PNG image", "rename it to hero.mp4"),
        ("readme.mp4", "README.md", "a text file", "export it as MP4"),
        ("hero.gif", HERO, "not a type of file", ".mp4 or .mov"),
        ("hero", HERO, "not a type of file", ".mp4 or .mov"),
        (".mp4", HERO, "not a type of file", ".mp4 or .mov"),
    ],
)
def test_a_name_that_promises_something_else_is_refused(root, name, source, says, mend):
    shutil.copy(CREATIVES / source, root / name)
    error = refused(root, name)
    assert error.message.startswith(f"{name}: ")
    assert says in error.message
    assert mend in error.mend


def test_extensions_may_be_in_capitals_and_mov_and_mp4_are_one_container(root):
    shutil.copy(root / HERO, root / "HERO.MOV")
    shutil.copy(CREATIVES / "outlet/banner.jpg", root / "banner.JPEG")
    assert open_media(root, "HERO.MOV").kind == "video"
    assert open_media(root, "banner.JPEG").kind == "image"


def test_a_git_lfs_pointer_is_mended_by_pulling(root):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    (root / "big.mp4").write_text(pointer)
    error = refused(root, "big.mp4")
    assert "a Git LFS pointer" in error.message
    assert "git lfs pull" in error.mend


def sparse(path, size, data=b""):
    with path.open("wb") as file:
        file.write(data)
        file.truncate(size)


@pytest.mark.parametrize(
    ("name", "size", "says"),
    [
        ("empty.mp4", 0, "the file is empty"),
        ("huge.mp4", 4 * 1024**3 + 1, "Meta takes 4 GB for videos"),
        ("huge.png", 30 * 1024**2 + 1, "Meta takes 30 MB for images"),
        ("blank.mov", 4 * 1024**3, "nothing but zero bytes"),
        ("blank.jpg", 30 * 1024**2, "nothing but zero bytes"),
    ],
)
def test_sizes_are_bounded(root, name, size, says):
    sparse(root / name, size)
    assert says in refused(root, name).message


def test_of_a_gigabyte_less_than_a_hundred_kilobytes_are_read(root):
    data = (root / HERO).read_bytes()
    at = data.index(b"mdat") - 4
    grown = data[:at] + struct.pack(">I", 1024**3 - at) + data[at + 4 :]
    sparse(root / "big.mp4", 1024**3, grown)
    assert bytes_read(lambda: open_media(root, "big.mp4")) < 100_000
    file = open_media(root, "big.mp4")
    assert (file.size, file.info.width, file.info.faststart) == (1024**3, 360, True)


@pytest.mark.parametrize(
    ("size", "name"),
    [
        ((1920, 1080), "16:9"),
        ((854, 480), "16:9"),
        ((1366, 768), "16:9"),
        ((1080, 1080), "1:1"),
        ((1080, 1078), "1:1"),
        ((1080, 1350), "4:5"),
        ((608, 1080), "9:16"),
        ((720, 1280), "9:16"),
        ((640, 480), None),
        ((1080, 1200), None),
        ((1200, 628), None),
        ((1, 2**31), None),
        ((0, 9), None),
    ],
)
def test_aspects_have_names_where_meta_names_them(size, name):
    assert aspect_name(*size) == name


def movie(width=1080, height=1920, duration=15.0, video_codec="avc1", audio_codec="mp4a"):
    return VideoInfo(width, height, duration, video_codec, audio_codec, "isom", 0, True, False)


@pytest.mark.parametrize(
    ("info", "says"),
    [
        (movie(118, 640), "118x640 pixels is too small"),
        (ImageInfo(640, 119, "PNG"), "640x119 pixels is too small"),
        (movie(duration=0.0), "0.00 s is too short"),
        (movie(duration=0.99), "0.99 s is too short"),
        (movie(duration=241 * 60 + 1), "14461 s is too long, Meta takes at most 14460 s (241 minutes)"),
        (movie(duration=float(2**64)), "too long"),
        (movie(video_codec="encv"), "encrypted"),
    ],
)
def test_what_meta_refuses_is_an_error(info, says):
    with pytest.raises(MediaError) as caught:
        judge(info)
    assert says in caught.value.message
    assert caught.value.mend


@pytest.mark.parametrize(
    ("info", "says"),
    [
        (movie(640, 480), "the nearest is 1:1"),
        (movie(1080, 1200), "the nearest is 1:1"),
        (movie(1000, 3000), "the nearest is 9:16"),
        (movie(video_codec="hvc1"), "HEVC (hvc1); Meta recommends H.264"),
        (movie(video_codec="ap4h"), "ProRes 4444 (ap4h)"),
        (movie(video_codec="zzzz"), "the video is zzzz"),
        (movie(audio_codec="sowt"), "PCM (sowt); Meta recommends AAC"),
        (ImageInfo(599, 599, "PNG"), "599x599 pixels is small"),
        (ImageInfo(1080, 1080, "PNG", animated=True), "animated"),
    ],
)
def test_what_meta_takes_but_does_not_show_well_is_a_warning(info, says):
    (warning,) = judge(info)
    assert says in warning


def test_what_meta_recommends_draws_no_warning():
    assert judge(movie()) == ()
    assert judge(movie(duration=1.0, audio_codec=None)) == ()
    assert judge(movie(120, 120, duration=241 * 60.0)) == ()
    assert judge(ImageInfo(600, 600, "JPEG")) == ()


def test_what_was_handed_out_in_any_order_is_what_is_hashed(root):
    data = (root / HERO).read_bytes()
    sha256 = open_media(root, HERO).sha256
    with reading(root, HERO) as file:
        reader = HashingReader(file)
        assert reader.read_range(0, 1000) == data[:1000]
        assert reader.read_range(500, 3000) == data[500:3000]
        assert reader.read_range(0, 1000) == data[:1000]
        assert reader.read_range(9000, 9500) == data[9000:9500]
        assert reader.read(500) == data[9500:10_000]
        assert reader.read() == data[10_000:]
        assert reader.read(10) == b""
        reader.verify(sha256)


def test_a_transfer_that_stopped_early_is_not_verified(root):
    with reading(root, HERO) as file:
        reader = HashingReader(file)
        reader.read(100)
        with pytest.raises(MediaError, match="only 100 of"):
            reader.verify(open_media(root, HERO).sha256)


def test_content_that_is_not_what_was_hashed_before_is_not_verified(root):
    sha256 = open_media(root, HERO).sha256
    shutil.copy(CREATIVES / "raya/festive.mp4", root / HERO)
    with reading(root, HERO) as file:
        reader = HashingReader(file)
        reader.read()
        with pytest.raises(MediaError, match="changed"):
            reader.verify(sha256)


def test_a_file_that_changes_during_the_transfer_is_noticed(root):
    with reading(root, HERO) as file:
        reader = HashingReader(file)
        reader.read(1000)
        with (root / HERO).open("r+b") as other:
            other.truncate(2000)
        with pytest.raises(MediaError, match="changed"):
            reader.read()
        os.utime(root / HERO, ns=(1, 1))
        with reading(root, HERO) as shorter:
            late = HashingReader(shorter)
            late.read()
            os.utime(root / HERO, ns=(2, 2))
            with pytest.raises(MediaError, match="changed"):
                late.hexdigest()


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 4), (0, 10**9)])
def test_a_range_that_the_file_does_not_have_is_refused(root, start, end):
    with reading(root, HERO) as file, pytest.raises(MediaError, match="were asked for"):
        HashingReader(file).read_range(start, end)


@pytest.mark.parametrize("relative", ["../hero.mp4", "/hero.mp4", "spring", "spring/none.mp4", "hero.gif"])
def test_reading_for_upload_makes_the_same_checks_of_the_path(root, relative):
    shutil.copy(root / HERO, root / "hero.gif")
    with pytest.raises(MediaError), reading(root, relative):
        pass


def test_an_error_of_the_callers_own_passes_through_reading_unchanged(root):
    with pytest.raises(ConnectionError), reading(root, HERO):
        raise ConnectionError("lost")


def test_a_png_with_a_bad_checksum_names_its_path(root):
    data = bytearray((CREATIVES / "always-on/still.png").read_bytes())
    data[20] ^= 1
    assert zlib.crc32(data[12:29]) != struct.unpack(">I", data[29:33])[0]
    (root / "bad.png").write_bytes(data)
    assert refused(root, "bad.png").message == "bad.png: the PNG header (IHDR) is damaged"
