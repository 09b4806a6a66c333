"""What `import` and `pull --new` have made managed, and what they have left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from reconciler.cli import OK, PARTLY, REFUSED
from reconciler.cli.console import say_account_error

if TYPE_CHECKING:
    from reconciler.run.events import Event, Subscriber
    from reconciler.run.importing.results import Imported


def say_imported(found: Iterable[Imported], *, as_json: bool, dry_run: bool) -> int:
    """Account by account as it is done; the exit status."""
    from reconciler.cli.status import failure_status

    done = []
    for one in found:
        done.append(one)
        if not as_json:
            _say(one, dry_run)
        if one.error is not None:
            say_account_error(one.account, one.error)
    if as_json:
        _say_json(done)
    elif not done:
        _say_nothing()
    errors = [one.error for one in done if one.error is not None]
    return failure_status(errors) if errors else max((_status(one) for one in done), default=OK)


def _say_nothing() -> None:
    from reconciler.cli.console import say

    say("Nothing to do: no account is declared. Begin with reconciler import act_… and its id.")


def tell(*, as_json: bool) -> Subscriber:
    """What listens while it works: progress goes to standard error."""
    return _silent if as_json else _tell


def _silent(event: Event) -> None:
    pass


def _tell(event: Event) -> None:
    from reconciler.cli.console import say
    from reconciler.cli.waits import say_waits
    from reconciler.run.events import Progress
    from reconciler.text.sanitize import brief

    if isinstance(event, Progress):
        say(brief(f"{event.account}: {event.text}"), err=True)
    else:
        say_waits(event)


def _status(one: Imported) -> int:
    from reconciler.cli.status import plan_status

    if one.planned is None:
        return PARTLY if one.unlabelled else OK
    status = plan_status(one.planned.plan, one.planned.failures, detailed=False)
    return PARTLY if one.unlabelled and status in (OK, REFUSED) else status


def _say(one: Imported, dry_run: bool) -> None:
    from reconciler.cli.console import say, say_lines
    from reconciler.kinds.said import counted
    from reconciler.render.imported import left_lines, note_lines

    if one.error is not None:
        return
    for file, text in sorted(one.files.items()) if dry_run else ():
        say(f"--- {file}", "cyan")
        say_lines((line, "") for line in text.splitlines())
    for file in sorted(one.files) if not dry_run else ():
        say(f"Wrote {file}", "green")
    say_lines(left_lines(one.unfit))
    say_lines(note_lines((*one.notes, *one.unlabelled)))
    verb = "Would import" if dry_run else "Imported"
    labels = f"; {counted(one.labelled, 'object')} labelled" if one.labelled else ""
    if not (one.files or one.objects or one.labelled):
        say(f"{one.account}: nothing new")
    else:
        say(f"{one.account}: {verb} {counted(one.objects, 'object')} into {counted(len(one.files), 'file')}{labels}")
    if one.planned is not None:
        _say_plan(one)


def _say_plan(one: Imported) -> None:
    from reconciler.cli.console import say, say_lines
    from reconciler.render.text import as_text

    assert one.planned is not None
    plan = one.planned.plan
    if not (plan.changes or plan.refusals or plan.drift or one.planned.failures):
        say("Plan: No changes. What is live is what is declared.", "green")
    else:
        say_lines(as_text(plan))


def _say_json(found: list[Imported]) -> None:
    from reconciler.cli.console import say_json

    say_json({"accounts": [_as_json(one) for one in found]})


def _as_json(one: Imported) -> dict[str, Any]:
    plan = one.planned.plan if one.planned else None
    return {
        "account": one.account,
        "files": one.files,
        "written": one.written,
        "objects": one.objects,
        "labelled": one.labelled,
        "not_labelled": [{"address": n.address, "text": n.text} for n in one.unlabelled],
        "left_out": [{"kind": u.kind, "id": u.id, "name": u.name, "why": u.why} for u in one.unfit],
        "notes": [{"address": n.address, "text": n.text} for n in one.notes],
        "changes": len(plan.changes) if plan else None,
        "drift": len(plan.drift) if plan else None,
        "error": str(one.error) if one.error else None,
        "refusals": [r.message for r in plan.refusals] if plan else [],
    }
