"""What one shard of a CI's run has found or done, as a file, and read back. Pure.

One job writes it, another job joins those of all shards: to one comment, one plan file, one exit status.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from reconciler.model.plan import Outcome, Plan
from reconciler.model.plan_codec import change_json, change_of, plan_json, plan_of
from reconciler.model.shard import Shard
from reconciler.render.json import checksum
from reconciler.text.redact import redacted
from reconciler.text.sanitize import brief, screen_json

RESULT_VERSION = "1.1"


@dataclass(frozen=True)
class Failed:
    """An error, as far as others have to know it: its text, the exit status that it asks for, and when it passes."""

    message: str
    exit_code: int = 1
    retry_at: datetime | None = None


@dataclass(frozen=True)
class AccountDone:
    """What became of one account."""

    account: str
    outcomes: tuple[Outcome, ...] = ()
    error: Failed | None = None
    unshared: Failed | None = None


@dataclass(frozen=True)
class Part:
    """A plan, and what became of it where it was carried out. `work` says what it was for."""

    work: str
    plan: Plan
    failures: Mapping[str, Failed] = field(default_factory=dict)
    """By account."""
    unshared: Failed | None = None
    done: tuple[AccountDone, ...] = ()


@dataclass(frozen=True)
class ShardResult:
    """`command` is "plan" or "reconcile"; `error` is what has kept all of it from being found or done."""

    command: str
    shard: Shard
    commit: str
    made_at: datetime
    run: int = 0
    """The CI's number of the run, 0 where it does not say."""
    project: str = ""
    offline: bool = False
    parts: tuple[Part, ...] = ()
    idle: tuple[str, ...] = ()
    """Accounts that were not asked for, since nothing was to be done."""
    stopped: str = ""
    """Why the rest was left to another run."""
    held: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By account and address what an earlier run was refused."""
    waiting: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The same way launches that somebody's change keeps waiting."""
    error: str = ""
    troubles: tuple[str, ...] = ()
    """What could not be told or fetched."""

    def tells_of(self, account: str) -> bool:
        """Whether it says what was found or done there."""
        if self.error:
            return False
        planned = any(account in part.plan.accounts or account in part.failures for part in self.parts)
        return planned or account in self.idle or (bool(self.stopped) and self.shard.has(account))


def result_text(result: ShardResult) -> str:
    whole = {
        "format_version": RESULT_VERSION,
        "command": result.command,
        "shard": str(result.shard),
        "commit": result.commit,
        "made_at": result.made_at.isoformat(),
        "run": result.run,
        "project": result.project,
        "offline": result.offline,
        "parts": [_part_json(part) for part in result.parts],
        "idle": list(result.idle),
        "stopped": result.stopped,
        "held": {key: dict(said) for key, said in result.held.items()},
        "waiting": {key: dict(said) for key, said in result.waiting.items()},
        "error": result.error,
        "troubles": list(result.troubles),
    }
    safe = json.loads(screen_json(json.dumps(redacted(whole), ensure_ascii=False)))
    return json.dumps({**safe, "checksum": checksum(safe)}, indent=1, ensure_ascii=False) + "\n"


def read_result(text: str) -> ShardResult:
    """Raises ValueError, with the reason in words, for what is none or not whole."""
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON, or not all of it") from None
    if not isinstance(row, dict) or "format_version" not in row:
        raise ValueError("it is no result of a shard")
    if row["format_version"] != RESULT_VERSION:
        other, ours = brief(str(row["format_version"]), 20), RESULT_VERSION
        raise ValueError(f"another version of the reconciler wrote it (format {other}, this one reads {ours})")
    try:
        if checksum(row) != row["checksum"]:
            raise ValueError("it was changed after it was written")
        return _result(row)
    except (KeyError, TypeError, AttributeError, IndexError, OverflowError, ZoneInfoNotFoundError) as error:
        raise ValueError(f"it is no result of a shard: {brief(repr(error), 100)}") from None


def _result(row: Mapping[str, Any]) -> ShardResult:
    made_at = datetime.fromisoformat(row["made_at"])
    if made_at.tzinfo is None:
        raise ValueError("its time has no offset")
    return ShardResult(
        command=str(row["command"]),
        shard=Shard.parse(row["shard"]),
        commit=str(row["commit"]),
        made_at=made_at,
        run=int(row["run"]),
        project=str(row["project"]),
        offline=bool(row["offline"]),
        parts=tuple(map(_part, row["parts"])),
        idle=tuple(map(str, row["idle"])),
        stopped=str(row["stopped"]),
        held=_said(row["held"]),
        waiting=_said(row["waiting"]),
        error=str(row["error"]),
        troubles=tuple(map(str, row["troubles"])),
    )


def _said(row: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return {str(key): {str(at): str(why) for at, why in of.items()} for key, of in row.items()}


def _part_json(part: Part) -> dict[str, Any]:
    return {
        "work": part.work,
        "plan": plan_json(part.plan),
        "failures": {key: _failed_json(one) for key, one in part.failures.items()},
        "unshared": _failed_json(part.unshared),
        "done": [
            {
                "account": one.account,
                "outcomes": [_outcome_json(outcome, part.plan) for outcome in one.outcomes],
                "error": _failed_json(one.error),
                "unshared": _failed_json(one.unshared),
            }
            for one in part.done
        ],
    }


def _part(row: Mapping[str, Any]) -> Part:
    plan = plan_of(row["plan"])
    done = tuple(
        AccountDone(
            str(one["account"]),
            tuple(_outcome(each, plan) for each in one["outcomes"]),
            _failed(one["error"]),
            _failed(one["unshared"]),
        )
        for one in row["done"]
    )
    failures = {str(key): failed for key, one in row["failures"].items() if (failed := _failed(one)) is not None}
    return Part(str(row["work"]), plan, failures, _failed(row["unshared"]), done)


def _failed_json(one: Failed | None) -> dict[str, Any] | None:
    if one is None:
        return None
    retry_at = one.retry_at.isoformat() if one.retry_at else None
    return {"message": one.message, "exit_code": one.exit_code, "retry_at": retry_at}


def _failed(row: Mapping[str, Any] | None) -> Failed | None:
    if row is None:
        return None
    return Failed(str(row["message"]), int(row["exit_code"]), _moment(row["retry_at"]))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _outcome_json(one: Outcome, plan: Plan) -> dict[str, Any]:
    return {
        "change": change_json(one.change, plan.zone),
        "error": one.error,
        "unknown": one.unknown,
        "notes": list(one.notes),
        "retry_at": one.retry_at.isoformat() if one.retry_at else None,
        "late": one.late,
        "not_applied": list(one.not_applied),
    }


def _outcome(row: Mapping[str, Any], plan: Plan) -> Outcome:
    return Outcome(
        change_of(row["change"], plan.zone),
        str(row["error"]),
        bool(row["unknown"]),
        tuple(map(str, row["notes"])),
        _moment(row["retry_at"]),
        bool(row["late"]),
        tuple(map(str, row["not_applied"])),
    )
