"""Results of shards: what one leaves, and what all of them say together.

Of a shard without a result nothing is known, so nothing of it is fine: its accounts are told as failures, and the run
that joins the results ends with an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from reconciler.engine.plan import merge_plans
from reconciler.forge.environment import CiRun
from reconciler.forge.reports import remove, write_text
from reconciler.model.errors import ConfigError, GraphReply, LockedError, ReconcilerError, Throttled, UnsharedState
from reconciler.model.plan import Plan
from reconciler.model.resource import Desired
from reconciler.model.shard import Shard
from reconciler.render.shard_result import AccountDone, Failed, Part, ShardResult, read_result, result_text
from reconciler.run.look import Work
from reconciler.run.notes import is_shard_note, once_of_clocks
from reconciler.run.plan import declared, said
from reconciler.run.reconcile import Reconciled, Round
from reconciler.run.request import Request
from reconciler.run.results import Applied, Planned, Result
from reconciler.store.files.atomic import read_regular
from reconciler.store.git.source import revision
from reconciler.text.sanitize import brief

FILES = "result-*-of-*.json"
LARGEST = 500_000_000
OF_A_SHARD = "this is shard {}: the run that joins the results (--summary-in) tells all of them at once"
AGAIN = "see why that job left none, and run it again"


def file_of(shard: Shard) -> str:
    """Shards may write into one folder."""
    return f"result-{shard.index}-of-{shard.count}.json"


def commit_of(request: Request, run: CiRun) -> str:
    return run.commit or revision(request.root)


# ---- what one shard leaves


def keep_result(folder: Path, result: ShardResult) -> None:
    """Raises FileError."""
    write_text(folder / file_of(result.shard), result_text(result))


def begin(folder: Path, shard: Shard | None) -> None:
    """Before anything is looked at: what an earlier run of the shard has left is not to be taken for this one's, where
    this one is killed. Raises FileError."""
    if shard is not None:
        remove(folder / file_of(shard))


def part_of(work: str, planned: Planned, results: Iterable[Result] = ()) -> Part:
    done = tuple(AccountDone(one.account, one.outcomes, _failed(one.error), _failed(one.unshared)) for one in results)
    failures = {key: failed for key, error in planned.failures.items() if (failed := _failed(error))}
    return Part(work, planned.plan, failures, _failed(planned.unshared), done)


def _failed(error: ReconcilerError | None) -> Failed | None:
    if error is None:
        return None
    return Failed(str(error), error.exit_code, error.retry_at if isinstance(error, Throttled) else None)


# ---- what all say together


@dataclass(frozen=True)
class Joined:
    """`results` has one of each shard that has left a whole one, of the commit. `troubles`: what is missing, and what
    was left out."""

    desired: Desired
    results: tuple[ShardResult, ...]
    failures: Mapping[str, ReconcilerError]
    """Accounts of which no result tells."""
    troubles: tuple[ReconcilerError, ...]

    @property
    def offline(self) -> bool:
        return any(one.offline for one in self.results)


def join(request: Request, run: CiRun, command: str, folders: Sequence[Path]) -> Joined:
    """Raises ConfigError where no account's files can be used."""
    desired = declared(request)
    found, left_out = _collected(folders, _This(command, desired.project, commit_of(request, run), run.run_id))
    keys = sorted(key for key in {*desired.accounts, *desired.broken} if request.chooses(key))
    failures = {key: _unknown(key, found, folders) for key in keys if not any(one.tells_of(key) for one in found)}
    # What a shard could plan may be broken here alone, such as by a film that this machine has not fetched.
    planned = {key for one in found for part in one.parts for key in part.plan.accounts}
    broken = {key: ConfigError(own) for key, own in desired.broken.items() if key in keys and key not in planned}
    troubles = [*left_out, *_missing(found, folders)]
    troubles += [ReconcilerError(f"shard {one.shard}: {text}") for one in found for text in one.troubles]
    return Joined(desired, tuple(found), {**failures, **broken}, tuple(troubles))


@dataclass(frozen=True)
class _This:
    """What a result must be of."""

    command: str
    project: str
    commit: str
    run: int

    def check(self, result: ShardResult) -> None:
        """Raises ValueError for what is no result of this run."""
        if result.command != self.command:
            raise ValueError(f"it is of ci {brief(result.command, 20)}, and this is ci {self.command}")
        if result.project and result.project != self.project:
            raise ValueError(f"it is of the project {brief(result.project, 60)}, and this is {self.project}")
        if result.commit != self.commit:
            there, here = (brief(text, 60) or "no commit" for text in (result.commit[:12], self.commit[:12]))
            raise ValueError(f"it is of {there}, and this run is of {here}")
        if result.run and self.run and result.run != self.run:
            raise ValueError(f"it is of run {result.run}, and this is run {self.run}")


def _collected(folders: Sequence[Path], this: _This) -> tuple[list[ShardResult], list[ReconcilerError]]:
    """The newest of each shard, in their order, and why the others do not count."""
    good, left_out = list[tuple[Path, ShardResult]](), list[ReconcilerError]()
    for path in sorted({path.resolve() for folder in folders for path in folder.rglob(FILES)}):
        try:
            result = read_result(read_regular(path, LARGEST))
            this.check(result)
            good.append((path, result))
        except (ValueError, OSError) as error:
            left_out.append(_left_out(path, str(error)))
    good.sort(key=lambda each: each[1].made_at)
    count = good[-1][1].shard.count if good else 0
    newest: dict[Shard, tuple[Path, ShardResult]] = {}
    for path, result in good:
        if result.shard.count != count:
            left_out.append(_left_out(path, f"it is of {result.shard}, and the newest result is of {count} shards"))
            continue
        if result.shard in newest and newest[result.shard][1] != result:
            former, _ = newest[result.shard]
            left_out.append(_left_out(former, f"{path.name} in {brief(str(path.parent))} is a newer one of that shard"))
        newest[result.shard] = (path, result)
    return [result for _, (_, result) in sorted(newest.items())], left_out


def _left_out(path: Path, why: str) -> ReconcilerError:
    return ReconcilerError(f"{brief(str(path))} does not count: {why}\n  mend: give each run a folder of its own")


def _missing(found: Sequence[ShardResult], folders: Sequence[Path]) -> Iterator[ReconcilerError]:
    if not found:
        yield ReconcilerError(f"no result of a shard is in {_said(folders)}\n  mend: {AGAIN}")
        return
    there, count = {one.shard.index for one in found}, found[0].shard.count
    for index in sorted(set(range(1, count + 1)) - there):
        yield ReconcilerError(f"shard {index}/{count} has left no result in {_said(folders)}\n  mend: {AGAIN}")


def _unknown(key: str, found: Sequence[ShardResult], folders: Sequence[Path]) -> ReconcilerError:
    for one in found:
        if one.shard.has(key):
            why = one.error or f"shard {one.shard} was not asked for it"
            return ReconcilerError(why)
    whose = f"shard {Shard.of(key, found[0].shard.count)}" if found else "any shard"
    return ReconcilerError(f"unknown: there is no result of {whose} in {_said(folders)}\n  mend: {AGAIN}")


def _said(folders: Sequence[Path]) -> str:
    return ", ".join(brief(str(folder)) for folder in folders)


def joined_plan(joined: Joined, request: Request) -> Planned:
    parts = [part for one in joined.results for part in one.parts]
    return _merged(joined, request, parts, joined.failures)


def joined_rounds(joined: Joined, request: Request) -> Reconciled:
    """The applies of all shards as one round, before their launches."""
    stops = dict.fromkeys(one.stopped for one in joined.results if one.stopped)
    idle = frozenset(key for one in joined.results for key in one.idle)
    rounds = [_round(work, joined, request) for work in (Work.APPLY, Work.DUE)]
    held = {key: said for one in joined.results for key, said in one.held.items()}
    waiting = {key: said for one in joined.results for key, said in one.waiting.items()}
    return Reconciled(tuple(filter(None, rounds)), idle, "; ".join(stops), held, waiting)


def _round(work: Work, joined: Joined, request: Request) -> Round | None:
    each = [[part for part in one.parts if part.work == work.value] for one in joined.results]
    parts = [part for own in each for part in own]
    failures = joined.failures if work is Work.APPLY else {}
    if not (parts or failures):
        return None
    # The first plan of each has all that was to be done; the later ones what was left of it.
    planned = _merged(joined, request, [own[0] for own in each if own], failures, parts)
    results = tuple(_result(one, part.plan.zone) for part in parts for one in part.done)
    return Round(work, Applied(planned, results))


def _merged(
    joined: Joined,
    request: Request,
    parts: Sequence[Part],
    failures: Mapping[str, ReconcilerError],
    of_all: Sequence[Part] = (),
) -> Planned:
    """`parts`: whose plans are told. `of_all`: those whose failures count as well."""
    known = {key: _error(one, part.plan.zone) for part in (*parts, *of_all) for key, one in part.failures.items()}
    errors = {**known, **failures}
    now = min((part.plan.now for part in parts), default=request.now)
    plan = merge_plans(joined.desired, now, [part.plan for part in parts], said(errors))
    unshared = next((_error(part.unshared, part.plan.zone) for part in (*parts, *of_all) if part.unshared), None)
    return Planned(_tidied(_as_seen(plan, parts)), errors, joined.desired, unshared)


def _as_seen(plan: Plan, parts: Sequence[Part]) -> Plan:
    """With what the shards knew of the files: here not all of them have to be."""
    return replace(
        plan,
        currencies={**plan.currencies, **{k: one for part in parts for k, one in part.plan.currencies.items()}},
        media={**plan.media, **{k: one for part in parts for k, one in part.plan.media.items()}},
        warnings=tuple(dict.fromkeys(one for part in parts for one in part.plan.warnings)) or plan.warnings,
    )


def _tidied(plan: Plan) -> Plan:
    """As one run would have it: in the order of the accounts, and what is said of the whole project said once."""
    return replace(
        plan,
        accounts=dict(sorted(plan.accounts.items())),
        spend=dict(sorted(plan.spend.items())),
        effort=dict(sorted(plan.effort.items())),
        refusals=tuple(sorted(dict.fromkeys(plan.refusals), key=lambda one: one.address.partition("/")[0])),
        notes=tuple(dict.fromkeys(once_of_clocks(note for note in plan.notes if not is_shard_note(note)))),
    )


def _result(one: AccountDone, zone: ZoneInfo) -> Result:
    error, unshared = (_error(each, zone) if each else None for each in (one.error, one.unshared))
    return Result(one.account, one.outcomes, error, unshared=unshared)


KINDS_OF_ERROR: Mapping[int, type[ReconcilerError]] = {
    LockedError.exit_code: LockedError,
    UnsharedState.exit_code: UnsharedState,
}


def _error(failed: Failed, zone: ZoneInfo) -> ReconcilerError:
    """With the class that its exit status and its telling depend on."""
    if failed.exit_code == Throttled.exit_code and failed.retry_at is not None:
        what = failed.message.partition("\n  mend: ")[0]
        return Throttled(GraphReply(0, message=what), failed.retry_at, zone=zone)
    return KINDS_OF_ERROR.get(failed.exit_code, ReconcilerError)(failed.message)
