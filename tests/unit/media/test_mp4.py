import struct
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.counting import calls

from reconciler.media import MediaError, VideoInfo, mp4

CREATIVES = Path(__file__).parents[3] / "creatives"
HERO = (CREATIVES / "spring/hero.mp4").read_bytes()
COUNTDOWN = (CREATIVES / "flash/countdown.mov").read_bytes()

UPRIGHT = (65536, 0, 0, 65536)
CLOCKWISE = (0, 65536, -65536, 0)
UPSIDE_DOWN = (-65536, 0, 0, -65536)
ANTICLOCKWISE = (0, -65536, 65536, 0)


def probe(data):
    return mp4.read_info(BytesIO(data), len(data))


def box(name, *payload):
    body = b"".join(payload)
    return struct.pack(">I4s", 8 + len(body), name) + body


def words(*numbers):
    return struct.pack(f">{len(numbers)}I", *numbers)


FTYP = box(b"ftyp", b"isom", words(512), b"isomavc1")
MDAT = box(b"mdat", bytes(64))


def mvhd(duration=5000, timescale=1000):
    return box(b"mvhd", words(0, 0, 0, timescale, duration), bytes(80))


def tkhd(matrix=UPRIGHT, size=(360, 640), flags=3, track=1):
    a, b, c, d = matrix
    nine = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    return box(b"tkhd", words(flags, 0, 0, track, 0, 5000), bytes(16), nine, words(size[0] << 16, size[1] << 16))


def visual(codec=b"avc1", size=(360, 640), extra=None):
    extra = box(b"avcC", b"\1" + bytes(6)) if extra is None else extra
    body = bytes(6) + b"\0\1" + bytes(16) + struct.pack(">HH", *size) + bytes(50)
    return box(codec, body, extra)


def stsd(*entries, count=None):
    return box(b"stsd", words(0, len(entries) if count is None else count), *entries)


def trak(header=None, handler=b"vide", description=None, offsets=(40,), timescale=1000):
    table = box(
        b"stbl",
        stsd(visual()) if description is None else description,
        box(b"stco", words(0, len(offsets), *offsets)),
    )
    media = box(
        b"mdia",
        box(b"mdhd", words(0, 0, 0, timescale, 5000, 0)),
        box(b"hdlr", words(0, 0), handler, bytes(13)),
        box(b"minf", table),
    )
    return box(b"trak", header or tkhd(), media)


def movie(*parts, lead=FTYP, rest=MDAT):
    return lead + box(b"moov", *(parts or (mvhd(), trak()))) + rest


def fragment(duration=None, count=24, each=None, time_=None, track=1, default=None):
    flags = 0x08 if default is not None else 0
    header = box(b"tfhd", words(flags, track, *([default] if flags else [])))
    clock = b"" if time_ is None else box(b"tfdt", words(0, time_))
    durations = [each] * count if each is not None else []
    run = box(b"trun", words(0x100 if each is not None else 0, count, *durations))
    return box(b"moof", box(b"traf", header, clock, run)) + MDAT


def fragmented(*fragments, extends=(), duration=0):
    trex = box(b"trex", words(0, 1, 1, 40, 0, 0))
    moov = box(b"moov", mvhd(duration), trak(offsets=()), box(b"mvex", *extends, trex))
    return FTYP + moov + b"".join(fragments)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("spring/hero.mp4", (360, 640, 5.0, "isom")),
        ("spring/hero-square.mp4", (480, 480, 4.0, "isom")),
        ("flash/countdown.mov", (384, 480, 4.0, "qt")),
        ("always-on/brand.mp4", (640, 360, 6.0, "isom")),
        ("launch/teaser.mp4", (360, 640, 4.0, "isom")),
        ("raya/festive.mp4", (480, 600, 5.0, "isom")),
    ],
)
def test_example_movies_say_what_they_were_made_as(path, expected):
    info = probe((CREATIVES / path).read_bytes())
    assert (info.width, info.height, round(info.duration, 1), info.brand) == expected
    assert (info.video_codec, info.audio_codec, info.rotation) == ("avc1", "mp4a", 0)
    assert info.faststart
    assert not info.fragmented


@pytest.mark.parametrize("movie_bytes", [HERO, COUNTDOWN], ids=["mp4", "mov"])
def test_a_movie_cut_anywhere_is_refused(movie_bytes):
    cuts = {*range(64), *range(0, len(movie_bytes), 97), *range(len(movie_bytes) - 64, len(movie_bytes))}
    for cut in cuts:
        with pytest.raises(MediaError):
            probe(movie_bytes[:cut])


@given(st.binary(max_size=600))
@settings(max_examples=150, deadline=None)
def test_random_bytes_give_a_media_error_and_nothing_else(data):
    for lead in (b"", FTYP, FTYP + struct.pack(">I4s", len(data) + 8, b"moov")):
        with pytest.raises(MediaError):
            probe(lead + data)


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=12))
@settings(max_examples=250, deadline=None)
def test_flipped_header_bytes_give_a_result_or_a_media_error(flips):
    for original in (HERO, fragmented(fragment(each=40, time_=0), fragment(each=40, time_=960))):
        data = bytearray(original)
        for at, value in flips:
            data[at % len(data)] = value
        with suppress(MediaError):
            assert isinstance(probe(bytes(data)), VideoInfo)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_32_bit_field_may_lie(data):
    original = movie()
    at = data.draw(st.integers(0, len(original) - 4))
    value = data.draw(st.sampled_from([0, 1, 7, 8, 2**31 - 1, 2**31, 2**32 - 1]))
    with suppress(MediaError):
        assert probe(original[:at] + words(value) + original[at + 4 :])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (FTYP + MDAT, "no movie header"),
        (movie(rest=b""), "no pictures"),
        (FTYP + MDAT + words(900) + b"moo", "inside a box header"),
        (movie() + b"\0\0\1", "inside a box header"),
        (
            movie(rest=struct.pack(">I4s", 9999, b"mdat") + bytes(10)),
            "'mdat' runs 9981 bytes past the end of",
        ),
        (movie(rest=MDAT + words(4) + b"junk"), "impossible size 4"),
        (movie(mvhd()), "no video track"),
        (movie(mvhd(), trak(handler=b"soun")), "no video track"),
        (movie(trak()), "no 'mvhd'"),
        (movie(mvhd(timescale=0), trak()), "no timescale"),
        (movie(box(b"mvhd", words(0, 0)), trak()), "'mvhd' is too short"),
        (movie(box(b"mvhd", words(9 << 24), bytes(96)), trak()), "unknown version 9"),
        (movie(mvhd(), box(b"trak", tkhd())), "no 'mdia'"),
        (movie(mvhd(), trak(description=stsd())), "(stsd) is empty"),
        (movie(mvhd(), trak(description=stsd(count=1))), "(stsd) is broken"),
        (
            movie(mvhd(), trak(description=stsd(words(2000) + b"avc1"))),
            "runs 1992 bytes past the end of 'stsd'",
        ),
        (movie(mvhd(), trak(description=stsd(visual(extra=b"")))), "has no avcC"),
        (movie(mvhd(), trak(description=stsd(visual(b"\0\1\2\3")))), "names the codec '\\x00\\x01"),
        (movie(mvhd(), trak(description=stsd(box(b"avc1", bytes(20))))), "'avc1' is too short"),
        (movie(mvhd(), trak(offsets=(10**9,))), "past the end of the file"),
        (movie(mvhd(), trak(offsets=())), "video track is empty"),
        (movie(mvhd(), trak(tkhd(size=(0, 0)), description=stsd(visual(size=(0, 0))))), "no width or height"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "a PNG image, not an MP4"),
        (b"\xff\xd8\xff\xe0" + bytes(64), "a JPEG image, not an MP4"),
        (b"GIF89a" + bytes(64), "a GIF image, not an MP4"),
        (b"\x1aE\xdf\xa3" + bytes(64), "a WebM or Matroska movie, not an MP4"),
        (box(b"ftyp", b"heic", bytes(20)), "an HEIC image, not an MP4"),
        ("Grüße von uns\n".encode(), "a text file, not an MP4"),
        (b"\0" * 500, "nothing but zero bytes, not an MP4"),
        (b"\x93\x01\xfe" * 50, "of an unknown kind, not an MP4"),
    ],
)
def test_damage_is_named(data, says):
    with pytest.raises(MediaError) as caught:
        probe(data)
    assert says in caught.value.message
    assert caught.value.mend


@pytest.mark.parametrize(
    ("matrix", "shown", "rotation"),
    [
        (UPRIGHT, (640, 360), 0),
        (CLOCKWISE, (360, 640), 90),
        (UPSIDE_DOWN, (640, 360), 180),
        (ANTICLOCKWISE, (360, 640), 270),
        ((0, 0, 0, 0), (640, 360), 0),
    ],
)
def test_a_phone_held_upright_gives_an_upright_size(matrix, shown, rotation):
    info = probe(movie(mvhd(), trak(tkhd(matrix, size=(640, 360)))))
    assert (info.width, info.height) == shown
    assert info.rotation == rotation


def test_a_track_header_without_a_size_leaves_it_to_the_sample_description():
    info = probe(movie(mvhd(), trak(tkhd(size=(0, 0)), description=stsd(visual(size=(720, 1280))))))
    assert (info.width, info.height) == (720, 1280)


def test_a_movie_header_after_the_pictures_is_not_faststart():
    assert not probe(MDAT + movie(rest=b"")).faststart


@pytest.mark.parametrize("lead", [b"", box(b"wide"), box(b"free", bytes(8)), box(b"skip")])
def test_a_quicktime_file_older_than_brands_is_a_movie(lead):
    info = probe(movie(lead=lead))
    assert (info.brand, info.duration) == ("", 5.0)


def test_a_last_box_of_size_zero_reaches_to_the_end_of_the_file():
    assert probe(movie(rest=words(0) + b"mdat" + bytes(64))).duration == 5.0


def test_zero_padding_after_the_last_box_is_no_damage():
    for padding in (3, 8, 500):
        assert probe(movie() + bytes(padding)).duration == 5.0


def test_quicktimes_four_zero_bytes_end_a_sample_description():
    extra = box(b"avcC", b"\1" + bytes(6)) + bytes(4)
    assert probe(movie(mvhd(), trak(description=stsd(visual(extra=extra))))).video_codec == "avc1"


def test_64_bit_box_sizes_and_headers_are_read():
    long_header = box(b"mvhd", words(1 << 24), bytes(16), struct.pack(">IQ", 600, 3000), bytes(80))
    mdat = struct.pack(">I4sQ", 1, b"mdat", 80) + bytes(64)
    assert probe(movie(long_header, trak(), rest=mdat)).duration == 5.0


def test_chapter_pictures_do_not_pass_for_the_video():
    chapters = trak(tkhd(size=(100, 100), flags=0xE), description=stsd(visual(b"jpeg", (100, 100), b"")))
    info = probe(movie(mvhd(), chapters, trak()))
    assert (info.width, info.height, info.video_codec) == (360, 640, "avc1")


def test_a_movie_without_sound_has_no_audio_codec():
    assert probe(movie()).audio_codec is None


def test_quicktime_audio_codes_that_are_not_text_are_shown_escaped():
    sound = trak(handler=b"soun", description=stsd(box(b"ms\0\x55", bytes(28))))
    assert probe(movie(mvhd(), trak(), sound)).audio_codec == "ms\\x00U"


def test_fragments_add_up_to_the_duration():
    assert probe(fragmented(*[fragment(each=40) for _ in range(5)])).duration == pytest.approx(4.8)
    assert probe(fragmented(*[fragment() for _ in range(5)])).duration == pytest.approx(4.8)
    assert probe(fragmented(fragment(default=100), fragment(default=50))).duration == pytest.approx(3.6)


def test_a_recording_that_starts_late_on_its_clock_is_as_long_as_its_fragments():
    pieces = [fragment(each=40, time_=3_600_000 + 960 * i) for i in range(5)]
    info = probe(fragmented(*pieces))
    assert info.duration == pytest.approx(4.8)
    assert info.fragmented


def test_a_fragmented_movie_that_lost_its_last_fragments_is_refused():
    mehd = box(b"mehd", words(0, 4800))
    pieces = [fragment(each=40, time_=960 * i) for i in range(5)]
    assert probe(fragmented(*pieces, extends=[mehd])).duration == pytest.approx(4.8)
    with pytest.raises(MediaError, match=r"4\.8 s are announced and 1\.9 s are there"):
        probe(fragmented(*pieces[:2], extends=[mehd]))


def test_a_segment_index_announces_the_duration_too():
    references = [number for _ in range(5) for number in (500, 960, 0)]
    sidx = box(b"sidx", words(0, 1, 1000, 0, 0), struct.pack(">HH", 0, 5), words(*references))
    pieces = [fragment(each=40, time_=960 * i) for i in range(5)]
    assert probe(fragmented(sidx, *pieces)).duration == pytest.approx(4.8)
    with pytest.raises(MediaError, match="announced"):
        probe(fragmented(sidx, *pieces[:3]))


@pytest.mark.parametrize(
    "data",
    [
        FTYP + box(b"free") * 1_000_000,
        movie(mvhd(), *([trak()] * 40_000)),
        fragmented(*[fragment(each=1, count=200_000) for _ in range(12)]),
        FTYP + box(b"moov", mvhd(), trak(), words(8) * 2_000_000) + MDAT,
    ],
    ids=["boxes", "tracks", "pictures", "boxes without names"],
)
def test_a_file_of_endless_boxes_or_tables_is_given_up_after_so_many(data):
    def given_up():
        with pytest.raises(MediaError):
            probe(data)

    assert calls(given_up) < 30 * mp4.MAX_BOXES


def test_a_table_that_lies_about_its_length_costs_no_memory():
    run = box(b"trun", words(0x100, 2**32 - 1, 1, 1))
    moof = box(b"moof", box(b"traf", box(b"tfhd", words(0, 1)), run))
    with pytest.raises(MediaError):
        probe(fragmented(moof + MDAT))
