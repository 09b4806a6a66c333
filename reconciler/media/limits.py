"""What Meta takes as ad media: it refuses what is an error here, and crops or re-encodes the rest."""

from __future__ import annotations

import math

from reconciler.media.model import ImageInfo, MediaError, VideoInfo

MAX_VIDEO_BYTES = 4 * 1024**3
MAX_IMAGE_BYTES = 30 * 1024**2
MIN_SECONDS = 1.0
MAX_SECONDS = 241 * 60.0
MIN_PIXELS = 120
GOOD_IMAGE_PIXELS = 600

ASPECTS = {"16:9": 16 / 9, "1:1": 1.0, "4:5": 4 / 5, "9:16": 9 / 16}
# Encoders round both sides to a multiple of 2, 8 or 16: 608x1080 and 854x480 are meant as 9:16 and 16:9.
ASPECT_TOLERANCE = 0.01

GOOD_VIDEO_CODECS = frozenset({"avc1", "avc3"})
GOOD_AUDIO_CODECS = frozenset({"mp4a"})
ENCRYPTED_CODECS = frozenset({"encv", "drmi"})
CODEC_NAMES = {
    "hvc1": "HEVC",
    "hev1": "HEVC",
    "dvh1": "Dolby Vision",
    "dvhe": "Dolby Vision",
    "av01": "AV1",
    "vp08": "VP8",
    "vp09": "VP9",
    "mp4v": "MPEG-4 Part 2",
    "s263": "H.263",
    "jpeg": "Motion JPEG",
    "mjpa": "Motion JPEG",
    "apco": "ProRes 422 Proxy",
    "apcs": "ProRes 422 LT",
    "apcn": "ProRes 422",
    "apch": "ProRes 422 HQ",
    "ap4h": "ProRes 4444",
    "ap4x": "ProRes 4444 XQ",
    "rle ": "QuickTime Animation",
    "ac-3": "AC-3",
    "ec-3": "E-AC-3",
    "alac": "ALAC",
    "Opus": "Opus",
    "sowt": "PCM",
    "twos": "PCM",
    "lpcm": "PCM",
    "in24": "PCM",
}


def aspect_name(width: int, height: int) -> str | None:
    """`16:9`, `1:1`, `4:5` or `9:16` where the ratio is within one percent of it, else None."""
    if width <= 0 or height <= 0:
        return None
    name = _nearest_aspect(width, height)
    return name if abs(width / height / ASPECTS[name] - 1) <= ASPECT_TOLERANCE else None


def shape(info: VideoInfo | ImageInfo) -> str:
    """`16:9, 0:15` of a video, `1:1` of an image; its pixels where its ratio has no name."""
    aspect = aspect_name(info.width, info.height) or f"{info.width}×{info.height}"
    if isinstance(info, ImageInfo):
        return aspect
    minutes, seconds = divmod(round(info.duration), 60)
    return f"{aspect}, {minutes}:{seconds:02}"


def judge(info: VideoInfo | ImageInfo) -> tuple[str, ...]:
    """Warnings for media that Meta takes but does not show at its best; MediaError for what it refuses."""
    _check_size(info)
    if isinstance(info, VideoInfo):
        _check_duration(info)
        _check_codec(info)
        found = (_aspect_warning(info), _video_codec_warning(info), _audio_codec_warning(info))
    else:
        found = (_aspect_warning(info), _small_image_warning(info), _animation_warning(info))
    return tuple(warning for warning in found if warning)


def _nearest_aspect(width: int, height: int) -> str:
    ratio = math.log(width / height)
    return min(ASPECTS, key=lambda name: abs(ratio - math.log(ASPECTS[name])))


def _check_size(info: VideoInfo | ImageInfo) -> None:
    if min(info.width, info.height) < MIN_PIXELS:
        raise MediaError(
            f"{info.width}x{info.height} pixels is too small, Meta needs {MIN_PIXELS} on each side",
            "export it larger; 1080 pixels on the shorter side suits every placement",
        )


def _check_duration(info: VideoInfo) -> None:
    if info.duration < MIN_SECONDS:
        raise MediaError(
            f"{info.duration:.2f} s is too short, Meta needs at least {MIN_SECONDS:.0f} s",
            "export a longer video",
        )
    if info.duration > MAX_SECONDS:
        limit = f"{MAX_SECONDS:.0f} s ({MAX_SECONDS / 60:.0f} minutes)"
        raise MediaError(f"{info.duration:.0f} s is too long, Meta takes at most {limit}", "cut the video")


def _check_codec(info: VideoInfo) -> None:
    if info.video_codec in ENCRYPTED_CODECS:
        raise MediaError("the video is encrypted, Meta cannot read it", "export it without DRM")


def _aspect_warning(info: VideoInfo | ImageInfo) -> str:
    if aspect_name(info.width, info.height):
        return ""
    nearest = _nearest_aspect(info.width, info.height)
    return (
        f"{info.width}x{info.height} is none of {', '.join(ASPECTS)}, so placements crop it or add bars; "
        f"the nearest is {nearest}"
    )


def _video_codec_warning(info: VideoInfo) -> str:
    if info.video_codec in GOOD_VIDEO_CODECS:
        return ""
    return f"the video is {_codec(info.video_codec)}; Meta recommends H.264 and re-encodes this"


def _audio_codec_warning(info: VideoInfo) -> str:
    if info.audio_codec is None or info.audio_codec in GOOD_AUDIO_CODECS:
        return ""
    return f"the sound is {_codec(info.audio_codec)}; Meta recommends AAC and re-encodes this"


def _small_image_warning(info: ImageInfo) -> str:
    if min(info.width, info.height) >= GOOD_IMAGE_PIXELS:
        return ""
    return f"{info.width}x{info.height} pixels is small; Meta recommends {GOOD_IMAGE_PIXELS} or more a side"


def _animation_warning(info: ImageInfo) -> str:
    return "an animated PNG; Meta shows only its first frame" if info.animated else ""


def _codec(fourcc: str) -> str:
    name = CODEC_NAMES.get(fourcc)
    return f"{name} ({fourcc.strip()})" if name else fourcc.strip()
