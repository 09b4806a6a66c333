"""``/_sandbox/…``: what tests and people do behind Graph's back. JSON in, JSON out.

POST accounts   {account, name, currency, timezone, pages, pixels, ig_users, catalogs, identities,
                audiences: [{id, name}], audience_terms: bool, payment_method: bool, account_status,
                default_dsa_payor, …}
POST tokens     {token, scopes, accounts, pages, expires_at, valid, user_id, user_name, app_id, app_name, locale}
GET|POST clock  {now: ISO, run: bool} or {advance_seconds}
GET|POST|DELETE faults  {method, path, params, nth, times, when, effect, …}; see ``faults.EFFECTS``
POST edit       {id, params, actor, application}: by hand, past every lock
POST copy       {id, params, actor, application}: by hand, with children
POST review     {id, decision: approve|reject|pending, feedback: {global: {policy: text}}}
GET ledger      ?after=n: accepted writes, in order
GET|DELETE calls        every request, and every entry of a batch
GET|POST world  everything, to carry away and to put back
POST reset      {all: bool}; accounts, tokens and settings stay unless ``all``
GET|POST settings       see ``settings.DEFAULTS``
GET health
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from reconciler.sandbox import activity, auth, faults, history, seed, statuses
from reconciler.sandbox.clock import graph_time
from reconciler.sandbox.context import Caller, Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes import budget_schedule, change, copying, creative, label
from reconciler.sandbox.params import decoded, signature, typed
from reconciler.sandbox.settings import settings
from reconciler.sandbox.wire import Call, Response, Upload, parse_json
from reconciler.sandbox.world import Node, World

if TYPE_CHECKING:
    from reconciler.sandbox.core import Sandbox

Handler = Callable[["Sandbox", Any], Any]
_MISTAKES = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, OSError, RecursionError, re.error)
_SEEDED = {"account", "business", "audience", "page", "pixel", "ig_user", "catalog"}
_HUMAN = "100000000000"
_TIMES = ("start_time", "end_time", "stop_time")
_FEEDBACK = '{"global": {"Personal attributes": "It says what a person is."}}'
_ISSUES = '[{"error_code": 1815869, "error_message": "…", "level": "AD"}]'
_COPIES = {"campaign": copying.copy_campaign, "ad_set": copying.copy_ad_set, "ad": copying.copy_ad}


STANDS = (
    "the clock stands still: videos are processed, ads reviewed and limits end only as it is advanced "
    '({"advance_seconds": 60}), or runs ({"run": true})'
)


def handle(sandbox: Sandbox, method: str, path: str, body: bytes) -> Response:
    name, _, query = path.removeprefix("_sandbox/").partition("?")
    handler = ROUTES.get((method, name.strip("/")))
    if handler is None:
        known = sorted(f"{verb} /_sandbox/{route}" for verb, route in ROUTES)
        return _json(404, {"error": f"no {method} /_sandbox/{name}", "known": known})
    try:
        given = parse_json(body.decode("utf-8-sig"), trusted=True) if body.strip() else dict(parse_qsl(query))
        return _json(200, handler(sandbox, given))
    except GraphError as problem:
        return _json(400, problem.envelope("control"))
    except _MISTAKES as problem:
        return _json(400, {"error": f"{type(problem).__name__}: {problem}"})


def _json(status: int, value: Any) -> Response:
    return Response(status, {"content-type": "application/json"}, json.dumps(value).encode())


def _rows(given: Any) -> list[dict[str, Any]]:
    return given if isinstance(given, list) else [given]


def _accounts(sandbox: Sandbox, given: Any) -> Any:
    now = sandbox.clock.now()
    return {"accounts": [seed.account(sandbox.world, row, now).id for row in _rows(given)]}


def _tokens(sandbox: Sandbox, given: Any) -> Any:
    for row in _rows(given):
        auth.configure(sandbox.world, row)
    return {"tokens": len(sandbox.world.tokens)}


def _clock(sandbox: Sandbox, given: Any) -> Any:
    if given.get("now") is not None:
        sandbox.clock.set(given["now"], bool(given.get("run")))
    elif given.get("run"):
        sandbox.clock.release()
    if given.get("advance_seconds"):
        sandbox.clock.advance(float(given["advance_seconds"]))
    sandbox.settle()
    now = sandbox.clock.now()
    told = {"now": graph_time(now), "unix": now, "runs": sandbox.clock.runs}
    return told if sandbox.clock.runs else told | {"note": STANDS}


def _faults(sandbox: Sandbox, given: Any) -> Any:
    rules = [faults.rule(row) for row in _rows(given)]
    for one in rules:
        if one.effect == "hide_fresh":
            sandbox.world.settings[faults.LAGS[one.detail["where"]]] = float(one.detail["seconds"])
    sandbox.faults.rules.extend(one for one in rules if one.effect != "hide_fresh")
    return {"faults": sandbox.faults.dump()}


def _no_faults(sandbox: Sandbox, given: Any) -> Any:
    sandbox.faults.rules.clear()
    sandbox.world.settings.update(dict.fromkeys(faults.LAGS.values(), 0))
    sandbox.late.clear()
    return {"faults": []}


def _person(sandbox: Sandbox, given: dict[str, Any]) -> Context:
    actor = str(given.get("actor") or "Mei")
    number = _HUMAN + str(sum(actor.encode()) % 1000).zfill(3)
    application = str(given.get("application") or "Ads Manager")
    caller = Caller("", number, actor, "119211728144504", application)
    call = Call("POST", str(given["id"]), "", dict(given.get("params") or {}), base_url="http://sandbox")
    return Context(sandbox.world, sandbox.clock.now(), caller, call, sandbox.spool)


def _node(sandbox: Sandbox, given: dict[str, Any]) -> Node:
    node = sandbox.world.get(str(given["id"]))
    if node is None:
        raise ValueError(f"no object {given['id']}")
    return node


def _edit(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    """What a person, a rule or Meta itself changes: types are checked, locks are not."""
    node = _node(sandbox, given)
    ctx = _person(sandbox, given)
    raw = dict(given.get("params") or {})
    hidden = raw.pop("issues_info", None)
    if hidden is not None and not (isinstance(hidden, list) and all(isinstance(one, dict) for one in hidden)):
        raise ValueError(f"issues_info is a list of objects, as in {_ISSUES}")
    changes = typed(signature(node.kind, "POST", ""), raw)
    changes |= {key: ctx.stamp(node, changes[key]) for key in _TIMES if changes.get(key)}
    if "adlabels" in changes:
        wanted = label.checked(ctx, node.account, changes["adlabels"])
        changes["adlabels"] = label.resolved(ctx, node.account, wanted)
    replaced = _creative(ctx, node, changes)
    schedules = budget_schedule.planned(ctx, {**node.data, **changes}, changes)
    changes.pop("budget_schedule_specs", None)
    silent = frozenset({"daily_budget", "lifetime_budget", "spend_cap"} if node.kind == "campaign" else ())
    change.apply(ctx, node, changes, silent=silent)
    budget_schedule.add(ctx, node, schedules)
    if replaced:
        statuses.start_review(ctx, node, creative.primary_text(replaced.data))
    if hidden is not None:
        node.hidden["issues_info"] = hidden
        history.note(node, sandbox.clock.now())
    enter(sandbox, ctx.call, {"id": node.id}, node.account, ctx.caller, method="EDIT")
    return {"id": node.id, "success": True}


def _creative(ctx: Context, node: Node, changes: dict[str, Any]) -> Node | None:
    """Another creative, by id or as a spec, sends the ad to review."""
    if node.kind != "ad" or "creative" not in changes:
        return None
    chosen = creative.commit(ctx, creative.chosen(ctx, ctx.world.account(node.account), changes["creative"]))
    changes["creative"] = chosen.id
    return chosen if chosen.id != node.data["creative"] else None


def _copy(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    node = _node(sandbox, given)
    ctx = _person(sandbox, given)
    ctx.call.path = f"{node.id}/copies"
    raw = {"deep_copy": True, **ctx.call.params}
    result = _COPIES[node.kind](ctx, node, typed(signature(node.kind, "POST", "copies"), raw))
    enter(sandbox, ctx.call, result, node.account, ctx.caller, method="COPY")
    return result


def _is_feedback(given: Any) -> bool:
    """`global` says why by policy, and `placement_specific` the same for each place."""
    if not isinstance(given, dict) or set(given) - {"global", "placement_specific"}:
        return False
    places = given.get("placement_specific", {})
    return _is_reasons(given.get("global", {})) and isinstance(places, dict) and all(map(_is_reasons, places.values()))


def _is_reasons(given: Any) -> bool:
    return isinstance(given, dict) and all(isinstance(text, str) for text in given.values())


def _review(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    node = _node(sandbox, given)
    words = {"approve": "APPROVED", "reject": "DISAPPROVED", "pending": "PENDING_REVIEW"}
    if given.get("decision") not in words:
        raise ValueError(f"decision is one of {', '.join(words)}")
    feedback = given.get("feedback")
    if feedback and not _is_feedback(feedback):
        raise ValueError(f"feedback says by policy why, as in {_FEEDBACK}")
    statuses.decide(node, sandbox.clock.now(), words[given["decision"]])
    if feedback:
        node.hidden["review_feedback"] = feedback
    if given["decision"] != "pending":
        event = "ad_review_approved" if given["decision"] == "approve" else "ad_review_declined"
        meta = Caller("", "0", "Meta", "0", "Meta")
        activity.log(sandbox.world, sandbox.clock.now(), meta, node, event, {"new_value": words[given["decision"]]})
    sandbox.world.touch()
    return {"id": node.id, "decision": words[given["decision"]]}


def _ledger(sandbox: Sandbox, given: Any) -> Any:
    after = int(given.get("after", 0)) if isinstance(given, dict) else 0
    return {"ledger": [entry for entry in sandbox.world.ledger if entry["n"] > after]}


def _calls(sandbox: Sandbox, given: Any) -> Any:
    return {"calls": list(sandbox.calls)}


def _forget_calls(sandbox: Sandbox, given: Any) -> Any:
    sandbox.calls.clear()
    return {"calls": []}


def _world(sandbox: Sandbox, given: Any) -> Any:
    return dump(sandbox)


def _load(sandbox: Sandbox, given: Any) -> Any:
    restore(sandbox, given)
    return {"objects": len(sandbox.world.nodes)}


def _reset(sandbox: Sandbox, given: Any) -> Any:
    """Accounts, tokens and settings stay unless ``{"all": true}``."""
    old = sandbox.world
    sandbox.use(World())
    sandbox.calls.clear()
    sandbox.usage.clear()
    _no_faults(sandbox, given)
    if not (isinstance(given, dict) and given.get("all")):
        sandbox.world.tokens, sandbox.world.settings = old.tokens, old.settings
        for node in old.nodes.values():
            if node.kind in _SEEDED:
                sandbox.world.add(node)
        sandbox.world.counters["seq"] = old.counters.get("seq", 0)
    return {"objects": len(sandbox.world.nodes)}


def _settings(sandbox: Sandbox, given: Any) -> Any:
    chosen = settings(given)
    sandbox.world.settings.update({key: chosen[key] for key in given})
    sandbox.world.touch()
    return sandbox.world.settings


def _health(sandbox: Sandbox, given: Any) -> Any:
    return {"ok": True, "accounts": [node.id for node in sandbox.world.accounts()]}


def enter(
    sandbox: Sandbox,
    call: Call,
    body: dict[str, Any],
    account: str,
    caller: Caller,
    *,
    method: str = "",
) -> None:
    """One line of the ledger: a write that was accepted, in order."""
    world = sandbox.world
    world.ledger.append(
        {
            "n": world.count("ledger"),
            "time": graph_time(sandbox.clock.now()),
            "method": method or call.method,
            "path": f"/{call.path}",
            "params": _public(call),
            "id": _id_of(call, body),
            "actor": caller.user_name,
            "application": caller.app_name,
            "account": f"act_{account}" if account else "",
        }
    )
    world.touch()


def _public(call: Call) -> dict[str, Any]:
    shown = {
        k: decoded(v, parse_json)
        for k, v in call.params.items()
        if k not in ("access_token", "appsecret_proof", "bytes")
    }
    return shown | {name: _about(upload) for name, upload in call.files.items()}


def _about(upload: Upload) -> str:
    return f"<{upload.filename}: {len(upload.content)} bytes>"


def _id_of(call: Call, body: dict[str, Any]) -> str:
    for key in ("id", "video_id", "copied_campaign_id", "copied_adset_id", "copied_ad_id"):
        if body.get(key):
            return str(body[key])
    images = body.get("images") or {}
    return ",".join(row["hash"] for row in images.values()) or call.parts[0]


def dump(sandbox: Sandbox) -> dict[str, Any]:
    return {"format": 1, "clock": sandbox.clock.dump(), **sandbox.world.dump()}


def restore(sandbox: Sandbox, saved: dict[str, Any]) -> None:
    sandbox.use(World.load(saved))
    sandbox.clock.load(saved.get("clock") or {})


ROUTES: dict[tuple[str, str], Handler] = {
    ("GET", "health"): _health,
    ("POST", "accounts"): _accounts,
    ("POST", "tokens"): _tokens,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _clock,
    ("GET", "faults"): lambda sandbox, given: {"faults": sandbox.faults.dump()},
    ("POST", "faults"): _faults,
    ("DELETE", "faults"): _no_faults,
    ("POST", "edit"): _edit,
    ("POST", "copy"): _copy,
    ("POST", "review"): _review,
    ("GET", "ledger"): _ledger,
    ("GET", "calls"): _calls,
    ("DELETE", "calls"): _forget_calls,
    ("GET", "world"): _world,
    ("POST", "world"): _load,
    ("POST", "reset"): _reset,
    ("GET", "settings"): lambda sandbox, given: sandbox.world.settings,
    ("POST", "settings"): _settings,
}
