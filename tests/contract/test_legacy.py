"""An older tool's campaigns: converted, adopted where it has made them, and never with a guessed amount."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.command import Reconciler, Run
from support.repository import STILL, Repository

from reconciler.config.declared import load_desired
from reconciler.model.address import Address
from reconciler.model.resource import Resource

NOW = datetime(2026, 11, 21, tzinfo=UTC)
CONFIG = """\
campaign_id: winter
client_account_id: act_1234567890
name: Winter Sale
daily_budget: 5050
video: {file_path: videos/hero.mp4, duration: 12}
primary_text: Shop our winter sale.
headline: Save 30%
description: Ends Sunday
call_to_action: ORDER_NOW
destination_url: https://acme.example/winter
url_parameters: {utm_source: fb, utm_campaign: "{{campaign.id}}"}
geo_locations: {countries: [SG]}
schedule: {activate_at: 2026-12-01T09:00:00+08:00}
pixel_id: "5647382910"
page_id: "1029384756"
"""
TOKYO = """\
campaign_id: tokyo
client_account_id: "77"
name: Tokyo
daily_budget: 500000
video: {file_path: hero.mp4}
primary_text: Hello
headline: Hello
call_to_action: LEARN_MORE
destination_url: https://tokyo.example/
geo_locations: {countries: [JP]}
"""
ACCOUNTS: list[dict[str, Any]] = [
    {
        "account_id": "act_77",
        "client_name": "Tokyo KK",
        "currency": "JPY",
        "pixel_id": "12",
        "page_id": 34,
        "active": True,
    },
    {"account_id": "act_88", "client_name": "Gone Ltd", "currency": "USD", "active": False},
]
MADE = {
    "winter": {"campaign_id": "120200000000000001", "adset_id": "120200000000000002", "ad_id": "120200000000000003"}
}


class Older:
    """The older tool's folder, and the import of it."""

    def __init__(self, repository: Repository, reconciler: Reconciler) -> None:
        self.folder, self.repository, self.reconciler = repository.root / "older", repository, reconciler
        self.folder.mkdir()

    def write(self, name: str, content: Any) -> Path:
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    def imported(self, *more: str) -> Run:
        return self.reconciler("import", "--legacy", *(str(path) for path in sorted(self.folder.iterdir())), *more)

    def resource(self, address: str) -> Resource:
        return load_desired(self.repository.root, NOW).resources[Address.parse(address)]


@pytest.fixture
def older(repository: Repository, reconciler: Reconciler) -> Older:
    found = Older(repository, reconciler)
    found.write("a.yaml", CONFIG)
    return found


def test_a_campaign_of_a_declared_account_is_converted(older: Older) -> None:
    done = older.imported().ended(0)
    older.reconciler("validate").ended(0)
    campaign, ad = older.resource("acme-sg/winter"), older.resource("acme-sg/winter/main/main")
    assert (campaign.fields["daily_budget"], campaign.fields["objective"]) == (5050, "OUTCOME_SALES")
    assert campaign.schedule.activate_at == datetime(2026, 12, 1, 1, tzinfo=UTC)
    assert ad.fields["video"].startswith("spring/hero.mp4@")
    assert ad.fields["url_tags"] == "utm_source=fb&utm_campaign={{campaign.id}}"
    assert (ad.fields["call_to_action"], ad.fields["headline"]) == ("ORDER_NOW", "Save 30%")
    assert "Not read: video.duration (1 time)" in done.err
    assert "no campaigns.json is named" in done.err


def test_what_it_has_made_is_adopted_and_not_made_again(older: Older) -> None:
    older.write("campaigns.json", MADE)
    assert "at Meta already, and not made again: 1 campaign" in older.imported().ended(0).out
    existing = {older.resource(f"acme-sg/winter{rest}").existing for rest in ("", "/main", "/main/main")}
    assert existing == set(MADE["winter"].values())
    assert [action for action, _ in older.reconciler.plan().actions if action == "create"] == []


def test_a_field_that_decides_may_be_skipped_by_its_name(older: Older) -> None:
    older.write("a.yaml", CONFIG + "age_min: 25\n")
    assert "Not read: age_min (1 time)" in older.imported("--skip-column", "age_min").ended(0).err


def test_a_policy_refuses_a_budget_where_the_older_tool_has_it(older: Older) -> None:
    older.repository.edit("accounts/acme-sg.yaml", "domain:", "policies: {max_daily_budget: 20.00 SGD}\ndomain:")
    done = older.imported().ended(1)
    assert "a.yaml:4:15: max_daily_budget: 50.50 SGD a day is over the limit" in done.err
    assert not (older.repository.root / "desired" / "campaigns").exists()


def test_a_table_of_another_file_is_not_judged(older: Older) -> None:
    older.repository.campaign("xmas", "matrix: {from: xmas.csv}\n" + STILL.replace("Still", "Xmas ${place}"))
    older.repository.write("campaigns/acme-sg/xmas.csv", "key,place\nsg,SG\nmy,MY\n")
    older.imported().ended(0)


def test_a_second_import_leaves_what_the_first_has_written(older: Older) -> None:
    older.imported().ended(0)
    older.repository.edit_campaign("winter", "Save 30%", "Save 40%")
    assert "winter is declared already, as acme-sg/winter" in older.imported().ended(0).out
    assert older.resource("acme-sg/winter/main/main").fields["headline"] == "Save 40%"


def test_cents_of_a_currency_without_hundredths_are_asked_for(older: Older) -> None:
    (older.folder / "a.yaml").unlink()
    older.write("b.yaml", TOKYO)
    older.write("accounts.json", ACCOUNTS)
    done = older.imported().ended(1)
    assert "b.yaml:4:15: JPY has no hundredths at Meta, so 500000 cents may be 500000 JPY or 5000 JPY" in done.err
    assert "--cents minor where 500000 JPY is meant, or --cents hundredths where 5000 JPY is" in done.err
    assert not (older.repository.root / "desired" / "campaigns").exists()
    older.imported("--cents", "hundredths").ended(0)
    assert older.resource("tokyo-kk/tokyo").fields["daily_budget"] == 5000


def test_accounts_that_are_active_get_files_and_others_are_named(older: Older) -> None:
    older.write("b.yaml", TOKYO)
    older.write("accounts.json", ACCOUNTS)
    done = older.imported("--cents", "minor").ended(0)
    assert "Gone Ltd (act_88) is inactive: it is left out" in done.err
    accounts = {path.stem for path in (older.repository.root / "desired" / "accounts").iterdir()}
    assert accounts == {"acme-sg", "tokyo-kk"}
    assert older.resource("tokyo-kk/tokyo").fields["daily_budget"] == 500000


def test_a_beneficiary_is_of_the_place_where_the_campaigns_run(older: Older) -> None:
    older.repository.write("accounts/acme-sg.yaml", "account: act_1\ncurrency: SGD\n")
    acme = {"account_id": "1234567890", "client_name": "Acme", "currency": "SGD", "beneficiary_id": "112233"}
    older.write("accounts.json", [acme | {"page_id": "1029384756", "pixel_id": "5647382910"}])
    assert "beneficiary and payer of Singapore" in older.imported().ended(0).err
    identities = older.resource("acme/winter/main").fields["regional_regulation_identities"]
    assert set(identities.values()) == {"112233"}


def test_a_time_of_schedules_json_holds_and_two_different_ones_are_refused(older: Older) -> None:
    older.write("a.yaml", CONFIG.replace("schedule:", "#"))
    older.write("schedules.json", {"winter": {"activate_at": "2026-12-05 10:00"}})
    assert older.imported("--dry-run").ended(0).out.count("activate_at: 2026-12-05 10:00") == 1
    older.write("a.yaml", CONFIG)
    done = older.imported().ended(1)
    assert "schedules.json:1:12: winter starts 2026-12-05 10:00 here" in done.err


def test_nothing_of_its_texts_is_a_variable(older: Older) -> None:
    older.write("a.yaml", CONFIG.replace("Save 30%", "'${key} $${key}'").replace("Winter Sale", "'${account}'"))
    older.imported().ended(0)
    assert older.resource("acme-sg/winter").fields["name"] == "${account}"
    assert older.resource("acme-sg/winter/main/main").fields["headline"] == "${key} $${key}"


def test_a_pause_is_a_hold_and_the_word_active_starts_nothing(older: Older) -> None:
    timeless = CONFIG.replace("winter", "other").replace("Winter", "Other").replace("schedule:", "status: ACTIVE  #")
    older.write("a.yaml", f"{CONFIG}status: paused\n")
    older.write("b.yaml", timeless)
    assert "other is ACTIVE without a time" in older.imported().ended(0).err
    held, other = older.resource("acme-sg/winter").schedule, older.resource("acme-sg/other").schedule
    assert (held.status, held.activate_at) == ("PAUSED", datetime(2026, 12, 1, 1, tzinfo=UTC))
    assert (other.status, other.activate_at) == (None, None)


def test_a_name_that_looks_like_a_declared_one_s_is_asked_for(older: Older) -> None:
    older.imported().ended(0)
    older.write("a.yaml", CONFIG.replace("Winter Sale", "'winter  sale '"))
    done = older.imported().ended(1)
    assert "a.yaml:3:7: 'winter  sale ' has no id, and acme-sg/winter is called 'Winter Sale'" in done.err


WRONG = {
    "a pause in other words": ("name: Winter Sale", "name: Winter Sale\npaused: true", "give --skip-column paused"),
    "a status": ("name: Winter Sale", "name: Winter Sale\nstatus: DELETED", "a.yaml:4:9: status DELETED is nothing"),
    "no account": ("act_1234567890", "act_5", "a.yaml:2:20: there is no account act_5"),
    "money": ("5050", "50.50", "a.yaml:4:15: '50.5' is no number of cents"),
    "media": ("videos/hero.mp4", "nix.mp4", "a.yaml:5:20: file_path: no file below creatives/ is called 'nix.mp4'"),
    "a button": ("ORDER_NOW", "Order nau", "call_to_action: 'Order nau' is not known here"),
    "a country": ("[SG]", "[Singapore]", "a.yaml:12:28: countries: 'SINGAPORE' does not fit"),
    "a # that cuts a text": ("Shop our winter sale.", "Sale #1 now", "a.yaml:6:20: primary_text ends here: YAML takes"),
    "a # that cuts a text of digits": ("Winter Sale", "2026 #1", "a.yaml:3:12: name ends here: YAML takes"),
    "a # that takes all of a text": ("Save 30%", "#1 sale", "a.yaml:7:1: headline is written with nothing"),
    "an age": ("headline:", "age_min: 25\nheadline:", "a.yaml:7:1: age_min decides whom the ads reach"),
    "cities": ("[SG]}", "[SG], cities: [1]}", "a.yaml:12:34: geo_locations.cities decides whom the ads reach"),
    "an end": ("+08:00}", "+08:00, end_at: x}", "a.yaml:13:52: schedule.end_at decides whom the ads reach, when"),
    "no name": ("name: Winter Sale\n", "", "a.yaml:1:1: name is not written"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_where_it_stands_in_the_older_tool_s_file(case: str, older: Older) -> None:
    old, new, expected = WRONG[case]
    older.write("a.yaml", CONFIG.replace(old, new))
    done = older.imported().ended(1)
    assert expected in done.err
    assert "mend: " in done.err
    assert not (older.repository.root / "desired" / "campaigns").exists()
