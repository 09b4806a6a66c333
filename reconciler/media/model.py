"""What can be known of a media file, and the one error that media raise."""

from __future__ import annotations

from dataclasses import dataclass


class MediaError(ValueError):
    """A media file that is missing, damaged or not fit for an ad. `mend` may be empty."""

    def __init__(self, message: str, mend: str = "") -> None:
        self.message = message
        self.mend = mend
        super().__init__(f"{message}\n  mend: {mend}" if mend else message)

    def of(self, path: str) -> MediaError:
        """The same error, its message led by the path."""
        return MediaError(f"{path}: {self.message}", self.mend)


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """An MP4 or MOV. Width and height are pixels as shown, after rotation; duration is in seconds.

    Codecs are the file's own four characters (`avc1`, `hvc1`, `mp4a`); `audio_codec` is None without
    sound. `brand` is empty for a QuickTime file older than brands. `rotation` is in degrees clockwise.
    """

    width: int
    height: int
    duration: float
    video_codec: str
    audio_codec: str | None
    brand: str
    rotation: int
    faststart: bool
    fragmented: bool


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """A still. Width and height are pixels as shown, after `orientation` (EXIF, 1 to 8) is honoured."""

    width: int
    height: int
    format: str
    orientation: int = 1
    animated: bool = False
