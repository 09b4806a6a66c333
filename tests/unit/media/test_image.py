import struct
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.counting import calls

from reconciler.media import ImageInfo, MediaError, image

CREATIVES = Path(__file__).parents[3] / "creatives"
STILL = (CREATIVES / "always-on/still.png").read_bytes()
BANNER = (CREATIVES / "outlet/banner.jpg").read_bytes()
THUMBNAIL = (CREATIVES / "launch/thumbnail.jpg").read_bytes()

SOI, EOI = b"\xff\xd8", b"\xff\xd9"


def probe(data):
    return image.read_info(BytesIO(data), len(data))


def chunk(name, body=b""):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def ihdr(width=800, height=600):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def png(*chunks):
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def segment(marker, body):
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def frame(width=800, height=600, marker=0xC0):
    return segment(marker, struct.pack(">BHHB", 8, height, width, 3) + bytes(9))


def scan(data=b"\x12\xff\x00\x34\xff\xd0\x56"):
    return segment(0xDA, bytes(10)) + data


def exif(orientation, order="<"):
    tiff = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IHHHIHxx", 8, 1, 0x0112, 3, 1, orientation)
    return segment(0xE1, b"Exif\0\0" + tiff)


def jpeg(*parts, end=EOI):
    return SOI + b"".join(parts or (frame(), scan())) + end


def test_example_images_say_what_they_were_made_as():
    assert probe(STILL) == ImageInfo(1080, 1080, "PNG")
    assert probe(BANNER) == ImageInfo(1080, 1080, "JPEG")
    assert probe(THUMBNAIL) == ImageInfo(1080, 1920, "JPEG")


@pytest.mark.parametrize("data", [STILL, BANNER, THUMBNAIL], ids=["still", "banner", "thumbnail"])
def test_an_image_cut_anywhere_is_refused(data):
    for cut in {*range(64), *range(0, len(data), 89), *range(len(data) - 16, len(data))}:
        with pytest.raises(MediaError):
            probe(data[:cut])


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_random_bytes_give_a_media_error_and_nothing_else(data):
    for lead in (b"", b"\x89PNG\r\n\x1a\n", png(ihdr()), SOI + b"\xff", jpeg(frame(), end=b"")):
        with suppress(MediaError):
            assert isinstance(probe(lead + data), ImageInfo)


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), min_size=1, max_size=10))
@settings(max_examples=200, deadline=None)
def test_flipped_bytes_give_a_result_or_a_media_error(flips):
    for original in (STILL, THUMBNAIL, jpeg(exif(6), frame(), scan())):
        data = bytearray(original)
        for at, value in flips:
            data[at % len(data)] = value
        with suppress(MediaError):
            assert isinstance(probe(bytes(data)), ImageInfo)


@given(st.binary(max_size=80))
@settings(max_examples=200, deadline=None)
def test_broken_exif_is_no_reason_to_refuse_a_picture(data):
    for lead in (b"Exif\0\0", b"Exif\0\0II*\0\x08\0\0\0", b"Exif\0\0MM\0*"):
        info = probe(jpeg(segment(0xE1, lead + data), frame(), scan()))
        assert 1 <= info.orientation <= 8


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_camera_held_upright_gives_an_upright_size(order, orientation):
    info = probe(jpeg(exif(orientation, order), frame(800, 600), scan()))
    assert (info.width, info.height) == ((600, 800) if orientation >= 5 else (800, 600))
    assert info.orientation == orientation


def test_a_progressive_jpeg_of_many_scans_is_read_to_its_end():
    scans = [segment(0xC4, bytes(20)) + scan() for _ in range(12)]
    assert probe(jpeg(frame(marker=0xC2), *scans)).width == 800
    with pytest.raises(MediaError, match="end marker"):
        probe(jpeg(frame(marker=0xC2), *scans, end=b""))


def test_a_thumbnail_inside_exif_does_not_pass_for_the_picture():
    hidden = segment(0xE1, b"Exif\0\0" + jpeg(frame(16, 16), scan()))
    assert probe(jpeg(hidden, frame(), scan())).width == 800
    with pytest.raises(MediaError):
        probe(jpeg(hidden, frame(), scan(), end=b""))


def test_a_marker_split_between_two_reads_is_found():
    for length in range(65_520, 65_540):
        assert probe(jpeg(frame(), scan(b"\x12" * length))).width == 800


def test_bytes_after_the_end_of_a_picture_are_no_damage():
    assert probe(jpeg() + b"motion photo" * 9).width == 800
    assert probe(png(ihdr(), chunk(b"IDAT"), chunk(b"IEND")) + b"trailer").width == 800


def test_fill_bytes_before_a_marker_are_skipped():
    assert probe(jpeg(b"\xff\xff\xff" + frame(), scan())).width == 800


def test_an_animated_png_is_told_from_a_still_one():
    assert probe(png(ihdr(), chunk(b"acTL", bytes(8)), chunk(b"IDAT"), chunk(b"IEND"))).animated
    assert not probe(STILL).animated


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (png(ihdr(), chunk(b"IDAT")), "ends too early"),
        (png(ihdr(), chunk(b"IEND")), "no pixels"),
        (png(ihdr(0, 9), chunk(b"IDAT"), chunk(b"IEND")), "0x9 pixels"),
        (png(ihdr()[:-1] + b"!", chunk(b"IDAT"), chunk(b"IEND")), "(IHDR) is damaged"),
        (png(chunk(b"IDAT", bytes(30))), "(IHDR) is damaged"),
        (png(ihdr(), struct.pack(">I", 2**31) + b"IDAT"), "ends too early"),
        (png(ihdr(), chunk(b"\0\0\0\0"), chunk(b"IEND")), "without a name"),
        (jpeg(frame(), scan(), end=b""), "end marker"),
        (jpeg(frame()), "no picture"),
        (jpeg(scan()), "no picture"),
        (jpeg(frame(0, 9), scan()), "0x9 pixels"),
        (jpeg(frame(marker=0xC9), scan()), "arithmetic"),
        (jpeg(b"junk", frame(), scan()), "of an unknown kind"),
        (jpeg(frame(), b"junk", scan()), "between its segments"),
        (b"GIF89a" + bytes(64), "a GIF image, not a PNG or JPEG"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP image, not a PNG or JPEG"),
        (b"<svg xmlns=''/>", "an SVG drawing, not a PNG or JPEG"),
    ],
)
def test_damage_is_named(data, says):
    with pytest.raises(MediaError) as caught:
        probe(data)
    assert says in caught.value.message
    assert caught.value.mend


@pytest.mark.parametrize(
    "data",
    [
        png(ihdr(), chunk(b"tEXt") * 1_000_000),
        jpeg(frame(), scan(b"") * 500_000),
        jpeg(frame(), b"\xff" * 8_000_000),
        jpeg((b"\xff" * 60 + b"\xd0") * 100_000),
    ],
    ids=["chunks", "scans", "fill", "restarts"],
)
def test_an_image_of_endless_parts_is_given_up_after_so_many(data):
    def given_up():
        with pytest.raises(MediaError):
            probe(data)

    assert calls(given_up) < 10 * image.MAX_CHUNKS
