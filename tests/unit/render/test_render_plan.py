from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from support.values import AD, AD_SET, CAMPAIGN, NOW, ZONE, at, change, live, plan, record, resource

from reconciler.kinds.said import width
from reconciler.model.address import Address
from reconciler.model.plan import Action, Basis, Change, Drift, Effort, Held, Moment, Outcome, Plan, Refusal, Spend
from reconciler.model.plan_codec import PLAN_VERSION, problem_json
from reconciler.model.problem import Origin, Problem
from reconciler.model.status import Schedule
from reconciler.render.changes import LEGEND, NO_CHANGES, SYMBOLS, summary_line
from reconciler.render.json import as_json, outcome_json
from reconciler.render.side_by_side import side_by_side, side_by_side_json
from reconciler.render.text import COLOURS, as_text

YAML = Origin("desired/campaigns/acme-sg/spring.yaml", 3, 15)


def text(shown: Plan, **more: Any) -> list[str]:
    return [line for line, _ in as_text(shown, **more)]


def update(**more: Any) -> Change:
    return change(
        Action.UPDATE,
        id="100",
        before={"daily_budget": 5000},
        after={"daily_budget": 8000},
        consequences=("+60 %: resets learning",),
        origin=YAML,
        **more,
    )


# ---- text


def test_a_change_shows_its_place_its_step_and_its_consequence() -> None:
    head, field, *_ = text(plan([update()]))
    assert head.split() == ["~", "campaign", "acme-sg/spring", "desired/campaigns/acme-sg/spring.yaml:3"]
    assert field.split(maxsplit=2)[:2] == ["~", "daily_budget"]
    assert " ".join(field.split()[2:]) == "50.00 SGD → 80.00 SGD # +60 %: resets learning"


def spending(spend: dict[str, Spend], **more: Any) -> list[str]:
    return text(plan(spend=spend, accounts={key: Basis("act_1", "") for key in spend}), **more)


def test_of_very_many_accounts_in_which_nothing_changes_the_spend_is_told_together() -> None:
    many = {f"client-{n:03}": Spend("SGD" if n % 2 else "USD", 1000, 1000, 1000, 1000) for n in range(300)}
    many["changing"] = Spend("SGD", 2000, 2000, 1000, 2000)
    few, all_of_it = spending(many), spending(many, full=True)
    assert few[0] == NO_CHANGES
    assert "Spending now: changing 10.00 → 20.00 SGD a day." in few
    told = "Spending now: 300 accounts, unchanged, together 1,500.00 SGD and 1,500.00 USD a day. --full tells each."
    assert told in few and len(few) < 10
    assert sum("client-" in line for line in all_of_it) == 300
    assert all_of_it[0] == all_of_it[-1] == NO_CHANGES


def test_a_later_launch_in_an_account_that_the_plan_leaves_alone_is_counted() -> None:
    later = (Moment(at("12-08 09:00"), 3000),)
    many = {f"client-{n:03}": Spend("SGD", 1000, 1000, 1000, 1000, later if n < 3 else ()) for n in range(11)}
    together = next(line for line in spending(many) if "together" in line)
    assert "11 accounts" in together and "it will be more or less in 3 of them" in together
    touched = plan([update()], spend={**many, "acme-sg": many["client-000"]}, accounts={})
    assert any(line.startswith("Spending now: acme-sg 10.00 SGD a day") for line in text(touched))


def test_a_few_accounts_are_told_one_by_one() -> None:
    told = spending({f"client-{n}": Spend("SGD", 1000, 1000, 1000, 1000) for n in range(10)})
    assert sum("client-" in line for line in told) == 10 and told.count(NO_CHANGES) == 1


@pytest.mark.parametrize(
    ("action", "symbol"),
    [
        (Action.CREATE, "+"), (Action.UPDATE, "~"), (Action.REPLACE, "-/+"), (Action.ACTIVATE, ">"),
        (Action.PAUSE, "="), (Action.ARCHIVE, "-"), (Action.DELETE, "-"), (Action.ADOPT, "=>"), (Action.FORGET, "."),
    ],
)  # fmt: skip
def test_every_action_has_its_symbol_and_colour(action: Action, symbol: str) -> None:
    line, colour = as_text(plan([change(action)]))[0]
    assert line.split()[:2] == [symbol, "campaign"]
    assert colour == COLOURS[symbol] != ""
    assert set(SYMBOLS) == set(Action)
    assert f"Symbols: {symbol} {LEGEND[symbol]}" in text(plan([change(action)]))


def test_a_new_resource_says_that_it_is_made_paused_and_shows_all_but_what_is_technical() -> None:
    after = {"name": "Hero", "headline": "SALE", "primary_text": "Long", "conversion_domain": "a.b", "status": "PAUSED"}
    shown = text(plan([change(Action.CREATE, AD, after=after)]))
    assert [line.split() for line in shown[:5]] == [
        ["+", "ad", "acme-sg/spring/main/hero", "PAUSED"],
        ["+", "name", '"Hero"'],
        ["+", "headline", '"SALE"'],
        ["+", "primary_text", '"Long"'],
        [],
    ]
    full = text(plan([change(Action.CREATE, AD, after=after)]), full=True)
    assert any(line.split() == ["+", "conversion_domain", '"a.b"'] for line in full)


def test_a_status_change_shows_its_step_and_since_when() -> None:
    activate = change(
        Action.ACTIVATE,
        before={"status": "PAUSED"},
        after={"status": "ACTIVE"},
        due=at("12-01 09:00"),
        consequences=("spends now",),
    )
    assert text(plan([activate]))[0].split(maxsplit=3)[3] == "PAUSED → ACTIVE (since 2026-12-01 09:00 +08) # spends now"


def test_drift_says_who_where_when_and_what_becomes_of_it() -> None:
    drift = Drift(CAMPAIGN, "status", "ACTIVE", "PAUSED", "100", "Mei", "Ads Manager", at("11-20 18:02"))
    shown = text(plan(drift=(drift,)))
    assert shown[0] == (
        "Drift: acme-sg/spring status ACTIVE → PAUSED, by Mei in Ads Manager, 2026-11-20 18:02 +08 (kept)"
    )
    assert shown[1].startswith("  it stays off; to turn it on again: reconciler apply --revert-drift --target acme-sg/")
    nobody = Drift(CAMPAIGN, "daily_budget", 5000, 6000, reverted=True)
    assert text(plan(drift=(nobody,)))[0] == "Drift: acme-sg/spring daily_budget 50.00 SGD → 60.00 SGD (reverted)"


@pytest.mark.parametrize(
    ("drift", "ways"),
    [
        (Drift(CAMPAIGN, "daily_budget", 5000, 8000, origin=YAML), "to keep it, write daily_budget: 80.00 SGD (des"),
        (Drift(AD, "headline", "a", 'say "b"'), 'to keep it, write headline: "say \\"b\\""; to undo it: '),
        (Drift(AD_SET, "end_time", None, "2026-12-31T23:59:00+0800"), "write deactivate_at: 2026-12-31 23:59; to"),
        (Drift(AD_SET, "targeting", 21, 25, path="targeting.age_min"), "to keep it, write what is live into the YAML"),
        (Drift(AD_SET, "targeting", None, [1], path="targeting.genders", beyond=[1]), "or run reconciler apply --acc"),
        (Drift(CAMPAIGN, "status", "PAUSED", "ACTIVE"), "to stop it: reconciler pause acme-sg/spring;"),
        (Drift(CAMPAIGN, "status", "ACTIVE", "DELETED"), "to make it again: reconciler apply --revert-drift"),
        (Drift(CAMPAIGN, "status", "ACTIVE", "ARCHIVED"), "write status: ARCHIVED, or remove its YAML"),
    ],
)  # fmt: skip
def test_drift_that_is_kept_says_what_to_do(drift: Drift, ways: str) -> None:
    assert ways in text(plan(drift=(drift,)))[1]
    assert not any("write" in line for line in text(plan(drift=(replace(drift, reverted=True),))))


def test_the_summary_counts_and_the_spend_follows() -> None:
    changes = [change(Action.CREATE), change(Action.REPLACE), update(), change(Action.ACTIVATE), change(Action.ADOPT)]
    spend = {"acme-sg": Spend("SGD", 15000, 15000, 7000, 7000, (Moment(at("12-08 09:00"), 15000),))}
    assert text(plan(changes, spend=spend))[-2:] == [
        "Plan: 2 to add, 1 to change, 0 to remove, 1 to activate, 0 to pause, 1 to adopt.",
        "Spending now: acme-sg 70.00 SGD a day, unchanged. From 2026-12-08 09:00 +08: 150.00 SGD a day.",
    ]


@pytest.mark.parametrize(
    ("spend", "line"),
    [
        (Spend("SGD", 5000, 5000, 0, 5000), "Spending now: acme-sg 0 → 50.00 SGD a day."),
        (
            Spend("JPY", 0, 5000, 0, 0),
            "Spending now: acme-sg 0 JPY a day, unchanged. All budgets, paused ones too: 0 → 5,000 JPY a day.",
        ),
    ],
)
def test_the_spend_says_what_will_run(spend: Spend, line: str) -> None:
    assert text(plan([update()], spend={"acme-sg": spend}))[-1] == line


def test_a_spend_that_changes_often_says_until_when() -> None:
    moments = tuple(Moment(at(f"12-{day:02} 09:00"), day) for day in range(8, 20))
    line = text(plan([update()], spend={"acme-sg": Spend("SGD", 1, 1, 0, 0, moments)}))[-1]
    assert line.count("From") == 6
    assert line.endswith("It changes 6 times more until 2026-12-19 09:00 +08.")


def test_accounts_of_one_currency_are_added_up_and_one_that_is_not_known_is_named() -> None:
    one = Spend("SGD", 1, 1, 100, 200, (Moment(at("12-08 09:00"), 500), Moment(at("12-10 09:00"), 100)))
    two = Spend("SGD", 1, 1, 1000, 1000, (Moment(at("12-09 09:00"), 0),))
    other = Spend("USD", 1, 1, 7, 7)
    shown = plan([update()], spend={"a": one, "b": two, "c": other}, failures={"d": "no token"})
    assert text(shown)[-3:] == [
        "Spending now: c 0.07 USD a day, unchanged.",
        "Spending now: d unknown: it could not be planned.",
        "Spending now, all in SGD: 11.00 → 12.00 SGD a day. From 2026-12-08 09:00 +08: 15.00 SGD a day. "
        "From 2026-12-09 09:00 +08: 5.00 SGD a day. From 2026-12-10 09:00 +08: 1.00 SGD a day. Not counted: d.",
    ]
    in_json = as_json(shown)
    assert in_json["spend"]["d"] is None
    assert [m["daily"] for m in in_json["spend_by_currency"]["SGD"]["timeline"]] == [1500, 500, 100]


OTHERS = [Address.of("acme-sg", key) for key in ("a", "b", "c", "d", "e")]


@pytest.mark.parametrize(
    ("addresses", "said"),
    [
        ([CAMPAIGN, AD], "acme-sg/spring: 2 to add"),
        ([CAMPAIGN, OTHERS[0], OTHERS[0]], "acme-sg/spring: 1 to add; of acme-sg/a 2 to add"),
        (OTHERS[:1], "acme-sg/spring: of acme-sg/a 1 to add"),
        (
            OTHERS,
            "acme-sg/spring: of acme-sg/a 1 to add; of acme-sg/b 1 to add; of acme-sg/c 1 to add; of 2 others 2 to add",
        ),
    ],
)
def test_what_waits_for_another_campaigns_refusal_is_counted_as_its_own(addresses: list[Address], said: str) -> None:
    held = tuple(Held(change(Action.CREATE, at), "conflict", "acme-sg/spring") for at in addresses)
    assert f"Held back (conflict): {said}" in text(plan(held=held))


def test_what_is_held_back_is_said_with_the_reason_and_not_counted() -> None:
    held = [Held(change(a), "name_pattern", "acme-sg/spring") for a in (Action.CREATE, Action.CREATE, Action.ACTIVATE)]
    shown = plan([update()], held=tuple(held), refusals=(Refusal("name_pattern", "acme-sg/spring", "wrong"),))
    lines = text(shown)
    assert "Held back (name_pattern): acme-sg/spring: 2 to add, 1 to activate" in lines
    assert "Plan: 0 to add, 1 to change, 0 to remove, 0 to activate, 0 to pause." in lines
    in_json = as_json(shown)
    assert in_json["summary"]["create"] == 0
    first = in_json["held_back"][0]
    assert (first["actions"], first["policy"], first["refused"]) == (["create"], "name_pattern", "acme-sg/spring")


def test_the_summary_has_every_count() -> None:
    assert summary_line(plan([change(a) for a in Action])) == (
        "Plan: 2 to add, 1 to change, 2 to remove, 1 to activate, 1 to pause, 1 to adopt, 1 to forget."
    )


def test_an_empty_plan_says_so() -> None:
    assert text(plan(accounts={"acme-sg": Basis("act_1", "")})) == [NO_CHANGES]


def test_a_plan_that_is_empty_for_bad_reasons_does_not_say_no_changes() -> None:
    for shown in (plan(failures={"b": "no token"}), plan(refusals=(Refusal("p", "a", "m"),))):
        assert NO_CHANGES not in text(shown)


def test_refusals_notes_and_failures_are_shown() -> None:
    shown = text(plan(notes=("n",), refusals=(Refusal("max_removals", "acme-sg", "too many"),), failures={"b": "no"}))
    assert shown[:3] == ["Note: n", "Refused (max_removals): acme-sg: too many", "Error: b: no"]


def test_of_a_nested_value_the_leaves_that_differ_are_shown_in_one_line_or_a_line_each() -> None:
    old = {"geo_locations": {"countries": ["SG"], "location_types": ["home", "recent"]}, "age_max": 65, "genders": [1]}
    new = {"geo_locations": {"countries": ["MY", "SG"]}, "age_max": 60}
    shown = text(plan([change(Action.UPDATE, AD_SET, before={"targeting": old}, after={"targeting": new})]))
    assert shown[1].split("#")[0].split() == "~ targeting countries + MY; age_max 65 → 60; genders men → (none)".split()
    more = {**new, "excluded_custom_audiences": [{"id": "23850001", "name": "Everybody who has bought in 2026"}]}
    long = text(plan([change(Action.UPDATE, AD_SET, before={"targeting": old}, after={"targeting": more})]))
    assert [line.split("  #")[0].strip() for line in long[1:5]] == [
        "~ targeting          countries + MY;",
        "age_max 65 → 60;",
        'excluded_custom_audiences (none) → "Everybody who has bought in 2026" (23850001);',
        "genders men → (none)",
    ]


def test_drift_of_a_list_tells_what_came_and_what_went() -> None:
    path = "targeting.geo_locations.countries"
    drift = Drift(AD_SET, "targeting", ["SG", "MY", "TH"], ["TH", "SG", "VN"], path=path)
    assert text(plan(drift=(drift,)))[0] == f"Drift: acme-sg/spring/main {path} + VN − MY (kept)"


def test_hostile_text_of_meta_moves_no_cursor() -> None:
    bad = "\x1b[2J\u202eevil\n"
    changes = [
        change(Action.UPDATE, before={"name": bad}, after={"name": "x"}),
        change(Action.CREATE, AD_SET, after={"name": bad, "targeting": {"x": bad}}),
        change(Action.ADOPT, AD, consequences=(bad,)),
    ]
    shown = plan(changes, drift=(Drift(CAMPAIGN, "name", bad, bad, "1", bad, bad, NOW),))
    assert all(line.isprintable() for line in (*text(shown, full=True), *text(shown)))


# ---- JSON


def test_the_json_has_the_documented_shape() -> None:
    drift = Drift(CAMPAIGN, "status", "ACTIVE", "PAUSED", "100", "Mei", "Ads Manager", at("11-20 18:02"))
    shown = as_json(
        plan(
            [update(), change(Action.PAUSE, AD)],
            drift=(drift,),
            refusals=(Refusal("p", "a", "m"),),
            notes=("n",),
            warnings=(Problem(YAML, "w", "x"),),
            failures={"b": "no"},
            spend={"acme-sg": Spend("SGD", 1, 2, 3, 4, (Moment(at("12-08 09:00"), 9),))},
            effort={"acme-sg": Effort(1, 2, 59.6, "limited")},
        )
    )
    assert shown == {
        "format_version": PLAN_VERSION,
        "project": "acme",
        "timezone": "Asia/Singapore",
        "currencies": shown["currencies"],
        "media": {},
        "now": "2026-12-05T10:00:00+08:00",
        "digest": shown["digest"],
        "checksum": shown["checksum"],
        "options": {
            "targets": [],
            "revert_drift": False,
            "late_activations": False,
            "pause_orphans": False,
            "accept_live": False,
            "reviewed": False,
        },
        "accounts": {},
        "late": [],
        "resource_changes": [
            {
                "address": "acme-sg/spring",
                "kind": "campaign",
                "id": "100",
                "actions": ["update"],
                "before": {"daily_budget": 5000},
                "after": {"daily_budget": 8000},
                "due": None,
                "until": None,
                "not_before": None,
                "timed": False,
                "removal": False,
                "remembered": False,
                "unlabels": False,
                "consequences": ["+60 %: resets learning"],
                "former": None,
                "comes_to": None,
                "origin": "desired/campaigns/acme-sg/spring.yaml:3:15",
            },
            {
                "address": "acme-sg/spring/main/hero",
                "kind": "ad",
                "id": None,
                "actions": ["pause"],
                "before": None,
                "after": None,
                "due": None,
                "until": None,
                "not_before": None,
                "timed": False,
                "removal": False,
                "remembered": False,
                "unlabels": False,
                "consequences": [],
                "former": None,
                "comes_to": None,
                "origin": None,
            },
        ],
        "drift": [
            {
                "address": "acme-sg/spring",
                "field": "status",
                "path": "status",
                "id": "100",
                "beyond": None,
                "recorded": "ACTIVE",
                "live": "PAUSED",
                "actor": "Mei",
                "application": "Ads Manager",
                "at": "2026-11-20T18:02:00+08:00",
                "reverted": False,
                "accepted": False,
                "origin": None,
            }
        ],
        "refusals": [{"policy": "p", "address": "a", "message": "m", "origin": None, "mend": None, "lowers": False}],
        "held_back": [],
        "notes": ["n"],
        "warnings": [{"file": YAML.file, "line": 3, "column": 15, "message": "w", "mend": "x"}],
        "failures": [{"account": "b", "message": "no"}],
        "summary": {
            "create": 0, "update": 1, "replace": 0, "activate": 0, "pause": 1, "archive": 0, "delete": 0, "adopt": 0,
            "forget": 0, "drift": 1,
        },
        "spend": {
            "acme-sg": {
                "currency": "SGD", "daily_before": 1, "daily_after": 2, "active_before": 3, "active_after": 4,
                "timeline": [{"at": "2026-12-08T09:00:00+08:00", "daily": 9}],
                "rests": [],
                "capped": [],
            },
            "b": None,
        },
        "spend_by_currency": {
            "SGD": {
                "currency": "SGD", "daily_before": 1, "daily_after": 2, "active_before": 3, "active_after": 4,
                "timeline": [{"at": "2026-12-08T09:00:00+08:00", "daily": 9}],
                "rests": [],
                "capped": [],
            }
        },
        "effort": {
            "acme-sg": {"reads": 1, "writes": 2, "seconds": 60, "seconds_if_limited": 0, "tier": "limited",
                        "uploads": 0, "due_reads": 0, "due_writes": 0}
        },
    }  # fmt: skip
    assert json.loads(json.dumps(shown)) == shown
    assert len(shown["digest"]) == 64


def test_text_and_json_count_alike() -> None:
    shown = plan([change(a) for a in Action])
    assert all(f"{n} to" in summary_line(shown) for n in (as_json(shown)["summary"]["adopt"],))
    assert {as_json(shown)["summary"][a.value] for a in Action} == {1}


@pytest.mark.parametrize(
    ("cost", "line"),
    [
        (Effort(9, 1, 3, "full"), "Time to apply: less than a minute (1 write, full tier)."),
        (Effort(9, 90, 1500, "limited"), "Time to apply: acme-sg about 25 min (90 writes, limited tier)."),
        (Effort(9, 1, 3), "Time to apply: less than a minute (1 write, tier not known)."),
        (
            Effort(9, 90, 30, "", 1500),
            "Time to apply: less than a minute (90 writes, tier not known: about 25 min in the limited one).",
        ),
        (
            Effort(9, 90, 1500, "limited", uploads=62, due_reads=6, due_writes=3),
            "Time to apply: acme-sg about 25 min (90 writes, 62 of them for uploads, limited tier). Launches and stops "
            "of the next ten minutes take 3 writes and 6 reads more, and go first.",
        ),
    ],
)
def test_a_plan_says_how_long_its_apply_takes(cost: Effort, line: str) -> None:
    assert (line, "") in as_text(plan([update()], effort={"acme-sg": cost}), full=True)


def test_a_quick_apply_is_not_worth_a_line() -> None:
    assert not any(
        "Time to apply" in line for line in text(plan([update()], effort={"acme-sg": Effort(9, 1, 3, "full")}))
    )


def test_outcomes_and_problems_as_json() -> None:
    assert outcome_json(Outcome(change(Action.UPDATE), "", notes=("n",))) == {
        "address": "acme-sg/spring",
        "kind": "campaign",
        "actions": ["update"],
        "error": None,
        "unknown": False,
        "retry_at": None,
        "notes": ["n"],
    }
    assert problem_json(Problem(YAML, "wrong", "right")) == {
        "file": YAML.file, "line": 3, "column": 15, "message": "wrong", "mend": "right",
    }  # fmt: skip
    assert problem_json(Problem(Origin("f"), "wrong"))["line"] is None


# ---- side by side


def test_the_three_values_of_a_field_stand_beside_each_other() -> None:
    declared = resource(
        fields={"name": "Spring", "daily_budget": 8000}, schedule=Schedule(activate_at=at("12-01 09:00"))
    )
    remembered = record(applied={"name": "Spring", "daily_budget": 5000}, status="ACTIVE")
    seen = live(fields={"name": "Spring", "daily_budget": 6000}, issues=("bad \x1b[2J",), review=("worse\r",))
    rows = list(side_by_side(CAMPAIGN, declared, remembered, seen, "SGD", ZONE))
    assert rows[0] == "campaign acme-sg/spring   desired/campaigns/acme-sg/spring.yaml:1"
    assert rows[1] == "id 100"
    assert "activate_at 2026-12-01 09:00 +08" in rows
    (budget,) = (row.split() for row in rows if row.startswith("daily_budget"))
    assert budget == ["daily_budget", "80.00", "SGD", "50.00", "SGD", "60.00", "SGD"]
    assert all(row.isprintable() for row in rows)
    assert rows[-2:] == ["issue: bad \\x1b[2J", "review: worse\\r"]


def test_below_a_nested_field_stand_the_leaves_that_each_side_has_otherwise_than_recorded() -> None:
    spec = {"geo_locations": {"countries": ["SG"]}, "age_min": 21}
    declared = resource(AD_SET, fields={"targeting": {**spec, "age_min": 25}})
    seen = live(AD_SET, fields={"targeting": {"geo_locations": {"countries": ["MY", "SG"]}, "age_min": 21}})
    rows = list(side_by_side(AD_SET, declared, record(AD_SET, applied={"targeting": spec}), seen, "SGD", ZONE))
    at = next(n for n, row in enumerate(rows) if row.startswith("targeting"))
    assert rows[at].count("countries SG; age_min") == 2
    assert [" ".join(row.split()) for row in rows[at + 1 : at + 3]] == ["age_min 21 → 25", "countries + MY"]
    assert rows[at + 1].index("21") == rows[at].index("countries SG; age_min 25")
    assert rows[at + 2].index("+") == rows[at].index("countries MY")


def test_what_is_missing_is_shown_as_missing() -> None:
    rows = list(side_by_side(CAMPAIGN, None, record(), None, "SGD", ZONE))
    assert rows[0].endswith("(not declared)")
    assert any(row.split() == ["name", "–", '"Spring"', "–"] for row in rows)
    assert side_by_side_json(CAMPAIGN, None, record(), None)["desired"] is None
    assert side_by_side_json(CAMPAIGN, resource(), None, live())["live"]["status"] == "PAUSED"


@pytest.mark.parametrize("name", ["is_adset_budget_sharing_enabled", "a_name_that_has_24_signs", "name", "預" * 20])
def test_side_by_side_keeps_its_columns_whatever_a_name_or_value_is_long(name: str) -> None:
    fields = {"daily_budget": 5000, name: "値" * 40}
    _, _, _, head, *rows = side_by_side(CAMPAIGN, resource(fields=fields), record(applied=fields), None, "SGD", ZONE)
    starts = [head.index("desired"), head.index("recorded")]
    for row in rows:
        before = [next(i for i in range(len(row) + 1) if width(row[:i]) >= start) for start in starts]
        assert [width(row[:i]) for i in before] == starts
        assert all(row[i - 1] == " " and row[i] not in " " for i in before)


def test_a_long_value_is_cut_to_its_column() -> None:
    rows = list(side_by_side(CAMPAIGN, resource(fields={"name": "x" * 90}), None, None, "SGD", ZONE))
    assert any("…" in row for row in rows)
