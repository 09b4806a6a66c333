"""The kinds of files below desired/, besides the project and its accounts. Apart from `KINDS`, since what is wrong
with a file is told by what is known of every kind, and who only stops ads needs none of it."""

from __future__ import annotations

from reconciler.kinds import KINDS
from reconciler.kinds.delivery.file import CAMPAIGN_FILE
from reconciler.kinds.file_kind import FileKind, alone

LAYERED = CAMPAIGN_FILE
"""The one that desired/templates/ and the project's defaults are for."""
FILES: dict[str, FileKind] = {
    **{kind.name: alone(kind) for kind in KINDS.values() if kind.folder},
    LAYERED.kind.name: LAYERED,
}
