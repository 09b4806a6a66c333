import struct
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.counting import calls

from reconciler.media import MediaError, mp4
from reconciler.media.still import still_of

CREATIVES = Path(__file__).parents[3] / "creatives"
FILMS = sorted(path.relative_to(CREATIVES).as_posix() for path in CREATIVES.rglob("*.m[po][4v]"))
HERO = (CREATIVES / "spring/hero.mp4").read_bytes()


def still(data: bytes) -> bytes:
    return still_of(BytesIO(data), len(data))


def picture(film: bytes) -> bytes:
    """The only one of a still."""
    return film[film.index(b"mdat") + 4 :]


def table(film: bytes, name: bytes, words: int) -> tuple[int, ...]:
    """The first words of a table of the picture track, behind version and flags; it is the first track here."""
    at = film.index(name) + 8
    return struct.unpack(f">{words}I", film[at : at + 4 * words])


@pytest.mark.parametrize("name", FILMS)
def test_a_still_is_a_film_of_the_same_size_with_one_picture_of_the_film(name: str) -> None:
    data = (CREATIVES / name).read_bytes()
    found = still(data)
    ours, theirs = (mp4.read_info(BytesIO(one), len(one)) for one in (found, data))
    assert (ours.width, ours.height, ours.video_codec) == (theirs.width, theirs.height, theirs.video_codec)
    assert ours.audio_codec is None and ours.duration == 1
    assert table(found, b"stsz", 2) == (len(picture(found)), 1)
    assert found[table(found, b"stco", 2)[1] :] == picture(found)
    assert picture(found) in data


def test_the_same_film_has_the_same_still() -> None:
    assert still(HERO) == still(HERO)


def test_the_largest_key_frame_is_taken_since_films_begin_with_black() -> None:
    sizes = [20, 300, 5, 70]
    film = movie(sizes, keys=[1, 3, 4])
    assert picture(still(film)) == bytes([3]) * 70


def test_without_a_list_of_key_frames_every_picture_is_one() -> None:
    assert picture(still(movie([20, 300, 5], keys=None))) == bytes([1]) * 300


def test_only_the_first_key_frames_are_looked_at() -> None:
    film = movie([10] * 20 + [9000], keys=list(range(1, 22)))
    assert len(picture(still(film))) == 10


def test_what_a_still_costs_does_not_grow_with_the_film() -> None:
    def read(count: int) -> int:
        data = movie([50] * count, keys=[1])
        return calls(lambda: still(data))

    assert read(4000) == read(40)


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 100, HERO[:400], HERO.replace(b"stsz", b"xxxx"), HERO.replace(b"vide", b"text")]
)
def test_where_none_can_be_cut_out_it_is_said(data: bytes) -> None:
    with pytest.raises(MediaError):
        still(data)


@given(st.data())
def test_a_damaged_film_costs_an_error_and_nothing_worse(data: st.DataObject) -> None:
    broken = bytearray(HERO)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(broken[: data.draw(st.integers(0, len(broken)))])
    with suppress(MediaError):
        assert len(still(cut)) <= len(cut) + 2000


def movie(sizes: list[int], keys: list[int] | None) -> bytes:
    """A film whose picture n is `sizes[n]` bytes n, in chunks of two pictures."""
    chunks = [sizes[at : at + 2] for at in range(0, len(sizes), 2)]
    content = b"".join(bytes([number % 256]) * size for number, size in enumerate(sizes))
    offsets = [8 + sum(map(sum, chunks[:at])) for at in range(len(chunks))]
    runs = [(1, 2, 1)] if len(sizes) % 2 == 0 else [(1, 2, 1), (len(chunks), 1, 1)]
    lists = [
        box(b"stsd", words(0, 1), box(b"avc1", bytes(78), box(b"avcC", bytes(7)))),
        box(b"stsz", words(0, 0, len(sizes), *sizes)),
        box(b"stsc", words(0, len(runs), *(word for run in runs for word in run))),
        box(b"stco", words(0, len(offsets), *offsets)),
        *([box(b"stss", words(0, len(keys), *keys))] if keys is not None else []),
    ]
    media = box(b"minf", box(b"vmhd", bytes(12)), box(b"stbl", *lists))
    mdia = box(b"mdia", box(b"hdlr", words(0, 0), b"vide", bytes(13)), media)
    moov = box(b"moov", box(b"mvhd", bytes(100)), box(b"trak", box(b"tkhd", bytes(84)), mdia))
    return box(b"mdat", content) + moov


def box(name: bytes, *payload: bytes) -> bytes:
    body = b"".join(payload)
    return struct.pack(">I4s", 8 + len(body), name) + body


def words(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)
