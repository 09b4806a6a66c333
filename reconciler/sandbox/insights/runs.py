"""``/{object}/insights``: at once by GET, as a report run by POST.

Recorded: the run's fields, three seconds of work, 100 % while still Running. Documented: the six states, the
error fields of a failed run (v25), a life of 30 days. A run reports what held when it was asked for.
"""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.insights import query, report
from reconciler.sandbox.nodes.base import NodeType, Params
from reconciler.sandbox.world import Node

_EXPIRES = 30 * 86400
_ASYNC_ONLY = ("async", "export_format", "export_columns", "export_name")
_SECRET = ("access_token", "appsecret_proof")
# by the share of the run's time that has gone: state, and whether the percentage counts
_STAGES = ((0.1, "Job Not Started"), (0.2, "Job Started"), (1.0, "Job Running"))
_FULL_AT = 0.9


def read(ctx: Context, node: Node, raw: Params) -> Any:
    """Synchronous."""
    if str(raw.get("async", "")).lower() in ("true", "1"):
        return start(ctx, node, raw)
    asked = query.read(ctx, node, raw, ctx.now)
    found = report.rows(ctx, node, asked, ctx.now, int(ctx.settings["insights_max_cells"]))
    return _body(ctx, node, asked, found, raw, f"{node.id}/insights", ctx.now)


def _body(
    ctx: Context, node: Node, asked: query.Query, found: list[Any], raw: Params, path: str, now: float
) -> dict[str, Any]:
    body = report.page(ctx, found, raw, f"{ctx.call.base_url}/{ctx.call.version}/{path}")
    if asked.summary:
        body["summary"] = report.summed(ctx, node, asked, now)
    elif asked.counts:
        body["summary"] = {"total_count": len(found)}
    return body


def start(ctx: Context, node: Node, raw: Params) -> Any:
    kept = {name: value for name, value in raw.items() if name not in (*_SECRET, *_ASYNC_ONLY)}
    asked = query.read(ctx, node, kept, ctx.now)
    number = node.id.removeprefix("act_") if node.kind == "account" else node.account
    since, until = asked.span
    data = {
        "account_id": number,
        "time_ref": int(ctx.now),
        "date_start": since.isoformat(),
        "date_stop": until.isoformat(),
        "is_bookmarked": False,
        "is_async_export": False,
        "created_time": ctx.now,
    }
    hidden = {
        "node": node.id,
        "params": kept,
        "asked_at": ctx.now,
        "seconds": ctx.settings["insights_seconds"],
        "fails": bool(ctx.settings["insights_fail"]),
    }
    run = ctx.world.add(Node(ctx.world.new_id("report", number), "report", number, data, hidden))
    return {"report_run_id": run.id}


def _gone(ctx: Context, run: Node) -> float:
    """The share of its time that a run has had."""
    asked, seconds = run.hidden["asked_at"], run.hidden["seconds"]
    if ctx.now > asked + _EXPIRES:
        raise GraphError("lost", method=ctx.call.method.lower(), id=run.id)
    return 1.0 if not seconds else min(1.0, (ctx.now - asked) / seconds)


def _status(ctx: Context, run: Node) -> str:
    gone = _gone(ctx, run)
    waiting = next((name for until, name in _STAGES if gone < until), None)
    return waiting or ("Job Failed" if run.hidden["fails"] else "Job Completed")


def _percent(ctx: Context, run: Node) -> int:
    gone = _gone(ctx, run)
    if run.hidden["fails"]:
        return int(100 * min(gone, 0.5))
    return 0 if gone < _STAGES[1][0] else min(100, int(100 * gone / _FULL_AT))


def _completed(ctx: Context, run: Node) -> int | None:
    return int(run.hidden["asked_at"] + run.hidden["seconds"]) if _gone(ctx, run) >= 1 else None


def _error(name: str) -> Any:
    values = {
        "error_code": 2,
        "error_message": "Service temporarily unavailable",
        "error_subcode": 1504044,
        "error_user_title": "Report failed",
        "error_user_msg": "The report could not be made. Ask for less data and try again.",
    }
    return lambda ctx, run: values[name] if _status(ctx, run) == "Job Failed" else None


def rows(ctx: Context, run: Node, raw: Params) -> Any:
    if _status(ctx, run) != "Job Completed":
        raise GraphError("report_not_ready")
    node, asked_at = ctx.world.nodes[run.hidden["node"]], run.hidden["asked_at"]
    more = {name: value for name, value in raw.items() if name in ("fields", "sort", "summary", "default_summary")}
    asked = query.read(ctx, node, {**run.hidden["params"], **more}, asked_at)
    found = report.rows(ctx, node, asked, asked_at)
    pages = {**{k: v for k, v in run.hidden["params"].items() if k == "limit"}, **raw}
    return _body(ctx, node, asked, found, pages, f"{run.id}/insights", asked_at)


REPORT = NodeType(
    kind="report",
    label="AdReportRun",
    defaults=(
        "id", "account_id", "time_ref", "time_completed", "async_status", "async_percent_completion", "date_start",
        "date_stop", "error_code", "error_message", "error_subcode", "error_user_title", "error_user_msg",
    ),
    readers={
        "async_status": _status,
        "async_percent_completion": _percent,
        "time_completed": _completed,
        "is_running": lambda ctx, run: _gone(ctx, run) < 1,
        **{
            name: _error(name)
            for name in ("error_code", "error_message", "error_subcode", "error_user_title", "error_user_msg")
        },
    },
    reads={"insights": rows},
)  # fmt: skip
