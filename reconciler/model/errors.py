"""Every error the package raises on purpose, and the exit status it ends with.

ReconcilerError              1
├── ConfigError              1   what is written in desired/ is wrong; holds every Problem found
├── StateError               1   a file under state/ cannot be believed
│   └── UnsharedState        6   the state branch could not be fetched or pushed
├── LockedError              5   another run is changing the account
├── PlanFileError            1   a plan file that is none, is another project's, or was edited
├── StaleError               4   what a plan file shows is not what would happen now
├── UsageError              64   the command line makes no sense
├── CredentialsError         1   no token, or one that cannot be used here
├── AccountError             1   the account at Meta is not what desired/ says
├── Unmade                   1   what something refers to does not exist yet
├── TransferError            1   a file did not arrive whole, or Meta could not process it
├── FileError                1   the system does not let a file be read or written: a full disk, no permission
│   └── UnwrittenState       1   state/ does not know all that was done at Meta
├── SourceError              1   the files are no commit of a branch that could be applied
├── Due                      1   something is to be launched first; what is left goes on afterwards
├── ForgeError               1   what hosts the repository refused a call, or could not be reached
│   ├── ForgeThrottled       7   it asks to come back later than this run waits
│   └── ForgeUnanswered      1   nothing is known of what happened: a comment may have been written
├── Fault                    1   a bug of ours, kept to the account that it has met
└── GraphError               1   Meta refused (code, subcode); see meta/errors.py for the table
    ├── TokenRefused         1   no call with this token will work
    ├── AccountBlocked       1   no call for this account will work until a person acts
    ├── Throttled            7   come back at `retry_at`
    ├── NotFound             1   no such object, no permission, or not visible yet
    ├── NotForNow         7   this one object, again within the hour
    ├── Invalid              1   Meta will never take these parameters
    │   ├── NotAllowed       1   of this one write: it names what the token or the app may not use
    │   └── VersionEnded     1   the API version in use is served no more
    ├── TooMuchData          1   ask for less and try again
    └── Unavailable          1   nothing is known of what happened: a create may have been done
        └── Unreachable      1   a setting of this computer or its network keeps all calls from Meta
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from operator import methodcaller
from typing import TYPE_CHECKING

from reconciler.model.moments import format_time

if TYPE_CHECKING:
    from reconciler.model.problem import Problem


class ReconcilerError(Exception):
    """Root of the tree. `str()` is what the user reads: what happened and how to mend it."""

    exit_code = 1


class ConfigError(ReconcilerError):
    """Everything that is wrong in the files, sorted by place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=methodcaller("sort_key")))
        self.after_writes = False
        """Whether something had been sent to Meta when it was found."""
        super().__init__(self.problems)

    def __str__(self) -> str:
        """What goes on is indented, as in all errors: so a text of several problems keeps its lines wherever it is
        told. Put together only for whoever reads it, since a file may have thousands."""
        first, *others = [str(problem) for problem in self.problems] or [""]
        return "\n  ".join([first, *(text.replace("\n", "\n  ") for text in others)])


class StateError(ReconcilerError):
    """A state file that is corrupt, has conflict markers or is from a newer version."""


class UnsharedState(StateError):
    """The branch that others read state/ from could not be fetched or pushed: what is done is done, and they do not
    know it yet."""

    exit_code = 6


class LockedError(ReconcilerError):
    """Another process in this working copy is changing the account."""

    exit_code = 5


class PlanFileError(ReconcilerError):
    """A file that cannot be applied as a plan, whatever is live."""


class StaleError(ReconcilerError):
    """A plan, in a file or of this run, that is not what would happen now."""

    exit_code = 4


class UsageError(ReconcilerError):
    """The command line asks for something that does not exist."""

    exit_code = 64


class CredentialsError(ReconcilerError):
    """No token, or one that cannot be used."""


class AccountError(ReconcilerError):
    """The account at Meta contradicts desired/: currency, page, pixel, status."""


class Unmade(ReconcilerError, LookupError):
    """What something refers to does not exist yet."""


class TransferError(ReconcilerError):
    """An upload that Meta did not get whole or could not process."""


class FileError(ReconcilerError):
    """A file or folder that the system does not let us read or write."""


class UnwrittenState(FileError):
    """A state file that could not be written."""

    def __init__(self, file: str, why: str, mend: str) -> None:
        super().__init__(
            f"{file} could not be written ({why}): what was done at Meta until then stands there, state/ may not know "
            f"it, and the next plan finds it by its label\n  mend: {mend}"
        )


class SourceError(ReconcilerError):
    """Files of which nobody can say that they were merged."""


class Due(ReconcilerError):
    """A declared moment has come: an apply stops between two batches, where it was asked to, for the launch."""


class ForgeError(ReconcilerError):
    """A refusal of what hosts the repository. `status` is HTTP's; 0 where no answer came."""

    def __init__(self, said: str, status: int = 0) -> None:
        super().__init__(said)
        self.status = status


class ForgeThrottled(ForgeError):
    """A limit of calls that ends only after this run has lost its patience."""

    exit_code = 7


class ForgeUnanswered(ForgeError):
    """No answer, or one that says nothing: what was sent may have been done. `asked`: seconds that are to pass before
    the next call."""

    def __init__(self, said: str, asked: float = 0.0) -> None:
        super().__init__(said)
        self.asked = asked


class Fault(ReconcilerError):
    """What nobody has foreseen."""


@dataclass(frozen=True)
class GraphReply:
    """What Meta said when it refused. Messages are localised and may hold hostile text: match on numbers."""

    http_status: int
    code: int | None = None
    subcode: int | None = None
    message: str = ""
    user_title: str = ""
    user_message: str = ""
    blame: str = ""
    error_data: object = None
    trace_id: str = ""
    remark: str = ""
    """Of what the reply says of when to come back: what a person should know of that."""
    asked: str = ""
    """What was asked for, where the reply does not show it."""

    def __str__(self) -> str:
        number = "/".join(str(n) for n in (self.code, self.subcode) if n is not None)
        said = ": ".join(text for text in (self.user_title, self.user_message) if text) or self.message
        asked = f" ({self.asked})" if self.asked else ""
        if not self.http_status:
            return f"{said}{asked}"
        blame = f" (field {self.blame})" if self.blame else ""
        trace = f" [trace {self.trace_id}]" if self.trace_id else ""
        remark = f" ({self.remark})" if self.remark else ""
        return f"Meta error {number or f'HTTP {self.http_status}'}: {said}{asked}{blame}{trace}{remark}"


class GraphError(ReconcilerError):
    """Meta answered with an error, or not at all."""

    def __init__(self, reply: GraphReply, mend: str = "") -> None:
        self.reply = reply
        self.mend = mend
        super().__init__(f"{reply}\n  mend: {mend}" if mend else str(reply))


class TokenRefused(GraphError):
    """Stops the run for every account that uses the token."""


class AccountBlocked(GraphError):
    """Stops the account; a person has to act."""


class Throttled(GraphError):
    """Stops the account until `retry_at`."""

    exit_code = 7

    def __init__(
        self,
        reply: GraphReply,
        retry_at: datetime,
        mend: str = "run the same command again",
        zone: tzinfo | None = None,
    ) -> None:
        self.retry_at, self.zone = retry_at, zone
        super().__init__(reply, f"{mend} after {format_time(retry_at, zone)}")


class NotFound(GraphError):
    """100/33 or 803: gone, not permitted, or not visible yet."""


class Invalid(GraphError):
    """A definite refusal: nothing was done."""


class NotAllowed(Invalid):
    """A refusal for rights of one write, which tells nothing of others: `meta/refusals.py`."""


class VersionEnded(Invalid):
    """No call of this API version is answered any more, or soon none will be."""


class NotForNow(GraphError):
    """A definite refusal of this one write, which Meta takes later; others go on."""


class TooFast(NotForNow):
    """Of too many within a second: the same write goes through a moment later."""


class TooMuchData(GraphError):
    """The read is too large for Meta; a smaller page will do."""


class Unavailable(GraphError):
    """Timeout, lost connection, 5xx, code 1, 2 or 960, an unreadable body: the outcome is unknown."""


class Unreachable(Unavailable):
    """A proxy or a certificate stands in the way, or nothing listens there, and nothing was sent. `lasts`: a setting
    says so, and to ask again changes nothing."""

    def __init__(self, reply: GraphReply, mend: str, *, lasts: bool) -> None:
        self.lasts = lasts
        super().__init__(reply, mend)


STOPPING = (AccountBlocked, TokenRefused, Throttled)
"""After one of these no further call for the account makes sense."""
