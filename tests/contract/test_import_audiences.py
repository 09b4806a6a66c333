"""`import` of audiences: files in their own words, a marker and nothing else at Meta, and campaigns that name them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from support.command import Reconciler
from support.existing import GEO, World, imported, settled
from support.interruption import Interrupted, interrupt
from support.repository import Repository
from support.sandbox import ACCOUNT, PAGE, LocalGraph, label_of

from reconciler.store.declared import write_declared

DAY = 86_400
PIXEL = "5647382910"
FOLDER = "desired/audiences/acme-sg"


def rule(*filters: dict[str, str], days: int = 30, source: str = "pixel", of: str = PIXEL, **more: Any) -> str:
    one = {
        "event_sources": [{"id": of, "type": source}],
        "retention_seconds": days * DAY,
        "filter": {"operator": "and", "filters": list(filters)},
    }
    return json.dumps({"inclusions": {"operator": "or", "rules": [one]}, **more})


VISIT = {"field": "url", "operator": "i_contains", "value": "/shop"}
EVENT = {"field": "event", "operator": "eq", "value": "AddToCart"}
ENGAGED = {"field": "event", "operator": "eq", "value": "page_engaged"}


class People(World):
    def audience(self, name: str, **more: Any) -> str:
        return self.sandbox.person_makes("customaudiences", name=name, **more)

    def visitors(self, name: str = "Visitors", **more: Any) -> str:
        return self.audience(name, rule=rule(VISIT), **more)

    def customers(self, name: str = "Customers", **more: Any) -> str:
        return self.audience(name, subtype="CUSTOM", customer_file_source="USER_PROVIDED_ONLY", **more)

    def like(self, origin: str, name: str = "Like them", **more: Any) -> str:
        spec = {"ratio": 0.02, "country": "SG", **more}
        return self.audience(name, subtype="LOOKALIKE", origin_audience_id=origin, lookalike_spec=spec)

    def targeting(self, included: list[str], excluded: list[str]) -> str:
        lists = {"custom_audiences": included, "excluded_custom_audiences": excluded}
        campaign = self.campaign()
        ad_set = self.ad_set(campaign, targeting={**GEO, **{n: [{"id": i} for i in ids] for n, ids in lists.items()}})
        self.ad(ad_set)
        return ad_set

    def described(self, audience: str) -> str:
        return str(self.sandbox.read(audience, "description").get("description", ""))


@pytest.fixture
def people(sandbox: LocalGraph) -> People:
    return People(sandbox)


def left(found: Any) -> dict[str, str]:
    return {one["name"]: one["why"] for one in found["left_out"]}


def file_of(found: Any, key: str) -> str:
    """Without its first line, which names the schema."""
    return str(found["files"][f"{FOLDER}/{key}.yaml"]).partition("\n")[2]


def test_each_sort_of_audience_becomes_a_file_in_its_words(people: People, reconciler: Reconciler) -> None:
    people.visitors()
    people.audience("Cart", rule=rule(EVENT, days=7))
    people.audience("Fans", rule=rule(ENGAGED, days=90, source="page", of=PAGE))
    people.like(people.customers())
    found = settled(reconciler)
    assert left(found) == {}
    assert (
        file_of(found, "visitors")
        == f'name: Visitors\nwebsite: {{pixel: "{PIXEL}", days: 30, url_contains: "/shop"}}\n'
    )
    assert file_of(found, "cart") == f'name: Cart\nwebsite: {{pixel: "{PIXEL}", days: 7, event: AddToCart}}\n'
    assert file_of(found, "fans") == f'name: Fans\nengagement: {{page: "{PAGE}", days: 90}}\n'
    assert file_of(found, "customers") == "name: Customers\ncustomer_list: {source: USER_PROVIDED_ONLY}\n"
    assert file_of(found, "like-them") == "name: Like them\nlookalike: {of: customers, countries: [SG], ratio: 2%}\n"


def test_campaigns_of_the_same_run_name_them_by_key(people: People, reconciler: Reconciler) -> None:
    customers = people.customers()
    people.targeting([people.like(customers)], [customers])
    campaign = settled(reconciler)["files"]["desired/campaigns/acme-sg/old.yaml"]
    assert "custom_audiences: [like-them]" in campaign
    assert "excluded_custom_audiences: [customers]" in campaign


def test_a_campaign_that_is_imported_later_names_them_by_key(people: People, reconciler: Reconciler) -> None:
    customers = people.customers()
    settled(reconciler)
    people.targeting([customers], [])
    campaign = people.sandbox.objects("campaign")[0]["id"]
    found = settled(reconciler, "--campaign", campaign)
    assert "custom_audiences: [customers]" in found["files"]["desired/campaigns/acme-sg/old.yaml"]


def test_a_key_in_place_of_an_id_is_no_change(people: People, reconciler: Reconciler) -> None:
    customers = people.customers()
    people.targeting([customers], [])
    settled(reconciler, "--campaign", people.sandbox.objects("campaign")[0]["id"])
    settled(reconciler)
    file = reconciler.repository.root / "desired/campaigns/acme-sg/old.yaml"
    text = file.read_text("utf-8")
    by_key = re.sub(rf'{{id: "{customers}"[^}}]*}}', "customers", text)
    assert by_key != text, text
    file.write_text(by_key, "utf-8")
    reconciler.converged()


def test_forgetting_one_takes_the_import_back(people: People, reconciler: Reconciler, sandbox: LocalGraph) -> None:
    customers = people.customers(description="Ours")
    settled(reconciler)
    (reconciler.repository.root / FOLDER / "customers.yaml").unlink()
    reconciler("forget", customers).ended(0)
    assert people.described(customers) == "Ours"
    reconciler.apply().ended(0)
    reconciler.converged()
    assert len(sandbox.nodes("audience")) == 1


def test_nothing_but_the_marker_is_written_behind_what_a_person_wrote(
    people: People, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    said, bare = people.customers("A", description=" Since 2019,  by Mei"), people.customers("B")
    found = settled(reconciler)
    assert people.described(said) == f" Since 2019,  by Mei {label_of('acme-sg/audience:a')}"
    assert people.described(bare) == label_of("acme-sg/audience:b")
    assert 'description: "Since 2019,  by Mei"\n' in file_of(found, "a")
    assert {frozenset(write["params"]) for write in sandbox.writes()} == {frozenset({"description"})}


def test_a_second_import_does_nothing(people: People, reconciler: Reconciler, sandbox: LocalGraph) -> None:
    people.like(people.visitors())
    settled(reconciler)
    writes = len(sandbox.writes())
    assert settled(reconciler)["files"] == {}
    assert len(sandbox.writes()) == writes


def test_a_record_of_each_is_written(people: People, reconciler: Reconciler) -> None:
    visitors = people.visitors()
    settled(reconciler)
    kept = (reconciler.repository.root / "state/acme-sg/audience.visitors.json").read_text("utf-8")
    assert f'"{visitors}"' in kept


STEPS = ("write_new", "_remember", "_label", "_shorten_files")


@pytest.mark.parametrize("step", STEPS)
def test_a_run_that_is_cut_short_is_finished_by_the_same_command(
    step: str, people: People, reconciler: Reconciler, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    customers = people.customers()
    ad_set = people.targeting([people.like(customers)], [people.visitors()])
    with monkeypatch.context() as moment, pytest.raises(Interrupted):
        moment.setattr(f"reconciler.run.importing.labelling.Labelling.{step}", interrupt)
        reconciler("import", "acme-sg")
    reconciler.apply()
    settled(reconciler)
    assert len(sandbox.nodes("audience")) == 3
    assert sandbox.read(ad_set, "name")["name"] == "Old set"
    assert people.described(customers) == label_of("acme-sg/audience:customers")


def test_a_run_that_is_cut_short_between_two_files_is_finished_by_the_same_command(
    people: People, reconciler: Reconciler, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.like(people.visitors("Zz"), "Aa")
    written: list[str] = []

    def partly(root: Any, files: Any) -> None:
        name, text = next(iter(files.items()))
        write_declared(root, {name: text})
        written.append(name)
        raise Interrupted

    with monkeypatch.context() as moment, pytest.raises(Interrupted):
        moment.setattr("reconciler.run.importing.labelling.write_declared", partly)
        reconciler("import", "acme-sg")
    assert written == [f"{FOLDER}/zz.yaml"]
    settled(reconciler)
    assert len(sandbox.nodes("audience")) == 2


# ---- what stays by its id


def exclusion() -> dict[str, Any]:
    return {"exclusions": json.loads(rule(EVENT))["inclusions"]}


NOT_TO_BE_SAID = {
    "two filters of one field": (rule(VISIT, {**VISIT, "value": "/sale"}), "a file cannot say its rule as it is"),
    "those who have bought are taken out": (rule(VISIT, **exclusion()), "a file cannot say its rule as it is"),
    "no whole days": (rule(VISIT, days=1).replace("86400", "90000"), "a file cannot say its rule as it is"),
    "an app": (rule(EVENT, of="77", source="app"), "a file has no word for its rule"),
    "too many days": (rule(VISIT, days=200), "no file may say it: days: 200 is more than 180"),
}


@pytest.mark.parametrize(("said", "why"), NOT_TO_BE_SAID.values(), ids=NOT_TO_BE_SAID)
def test_a_rule_without_words_stays_by_its_id(
    said: str, why: str, people: People, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    audience = people.audience("Odd", rule=said)
    people.targeting([audience], [])
    found = settled(reconciler)
    assert why in left(found)["Odd"], found
    assert f'id: "{audience}"' in found["files"]["desired/campaigns/acme-sg/old.yaml"]
    assert people.described(audience) == ""


LOOKALIKE = {"ratio": 0.02, "country": "SG", "target_countries": ["SG"], "type": "similarity"}
SHOWN = {
    "another business shares it": ({"account_id": "999"}, "ad account 999 shares it, and only that may change it"),
    "nobody may change it": (
        {"permission_for_actions": {"can_edit": "False"}},
        "Meta lets nobody here change it, so nothing can tell it as ours",
    ),
    "a part of the next percent": (
        {"lookalike_spec": {**LOOKALIKE, "starting_ratio": 0.01, "origin": [{"id": "1"}]}},
        "it begins at 1%, and a file says only where a lookalike ends",
    ),
    "an origin that is not listed": (
        {"lookalike_spec": {**LOOKALIKE, "origin": [{"id": "1202"}]}},
        "it refers to 1202, which the account does not list",
    ),
    "another project's": (
        {"description": label_of("acme-sg/audience:them", "another")},
        f"it is another project's, as {label_of('acme-sg/audience:them', 'another')} in its description tells",
    ),
}


@pytest.mark.parametrize(("shown", "why"), SHOWN.values(), ids=SHOWN)
def test_what_is_not_ours_to_declare_stays_by_its_id(
    shown: dict[str, Any], why: str, people: People, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    like = people.like(people.customers())
    sandbox.meta_shows(like, **shown)
    assert left(settled(reconciler)) == {"Like them": why}
    assert people.described(like) == shown.get("description", "")


def test_a_list_without_a_collector_stays_by_its_id(
    people: People, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.meta_shows(people.customers(), customer_file_source=None)
    assert left(settled(reconciler)) == {"Customers": "no file may say it: nothing says who is in it"}


def test_a_lookalike_names_an_origin_that_stays_by_its_id(people: People, reconciler: Reconciler) -> None:
    odd = people.audience("Odd", rule=rule(EVENT, of="77", source="app"))
    people.like(odd)
    found = settled(reconciler)
    assert set(left(found)) == {"Odd"}
    assert f'lookalike: {{of: "{odd}", countries: [SG], ratio: 2%}}' in file_of(found, "like-them")


def test_a_description_that_meta_cuts_off_is_put_back(
    people: People, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.settings(max_audience_description=60)
    long = people.customers("Long", description="word " * 7 + "end")
    people.like(long)
    found = settled(reconciler)
    assert "shorten that in Ads Manager" in left(found)["Long"]
    assert people.described(long) == "word " * 7 + "end"
    assert f'of: "{long}"' in file_of(found, "like-them")


def test_what_meta_refuses_to_mark_stays_by_its_id(people: People, reconciler: Reconciler, sandbox: LocalGraph) -> None:
    customers = people.customers()
    people.like(customers)
    sandbox.fault("error", f"/{customers}$", method="POST", times=0, code=100, subcode=1487713)
    found = settled(reconciler)
    assert set(left(found)) == {"Customers"}
    assert f'of: "{customers}"' in file_of(found, "like-them")


def test_an_answer_that_is_lost_leaves_nothing_undone(
    people: People, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    customers = people.customers()
    sandbox.fault("drop", f"/{customers}$", method="POST", nth=1, when="after")
    assert left(settled(reconciler)) == {}
    assert people.described(customers) == label_of("acme-sg/audience:customers")


def test_without_a_label_they_stay_by_their_ids(people: People, reconciler: Reconciler, sandbox: LocalGraph) -> None:
    customers = people.customers()
    people.targeting([customers], [])
    found = settled(reconciler, "--no-label")
    assert left(found) == {"Customers": "what uses it names it by its id: import without --no-label declares it"}
    assert f'{{id: "{customers}"' in found["files"]["desired/campaigns/acme-sg/old.yaml"]
    assert sandbox.writes() == []


def test_a_dry_run_shows_them_and_writes_nothing(people: People, reconciler: Reconciler, sandbox: LocalGraph) -> None:
    people.targeting([people.customers()], [])
    found = imported(reconciler, "--dry-run")
    assert "custom_audiences: [customers]" in found["files"]["desired/campaigns/acme-sg/old.yaml"]
    assert "customer_list" in file_of(found, "customers")
    assert not (reconciler.repository.root / FOLDER).exists()
    assert sandbox.writes() == []


# ---- keys


def test_names_of_every_sort_give_keys_that_are_no_ids(people: People, reconciler: Reconciler) -> None:
    names = ["2026", "2026", "🌸", "A / B"]
    people.targeting([people.customers(name) for name in names], [])
    files = settled(reconciler)["files"]
    keys = {file.removeprefix(f"{FOLDER}/") for file in files if file.startswith(FOLDER)}
    assert {"audience-2026.yaml", "audience-2026-2.yaml", "a-b.yaml"} < keys
    assert len(keys) == len(names)


def test_a_copy_that_took_the_marker_along_gets_its_own(people: People, reconciler: Reconciler) -> None:
    people.customers("One")
    settled(reconciler)
    copy = people.customers("Two", description=f"Kept {label_of('acme-sg/audience:one')}")
    found = settled(reconciler)
    assert list(found["files"]) == [f"{FOLDER}/two.yaml"]
    assert people.described(copy) == f"Kept {label_of('acme-sg/audience:two')}"


def test_a_campaign_and_an_audience_of_one_name_have_one_key(people: People, reconciler: Reconciler) -> None:
    people.customers("Old")
    people.whole("Old")
    files = settled(reconciler)["files"]
    assert set(files) == {f"{FOLDER}/old.yaml", "desired/campaigns/acme-sg/old.yaml"}


def test_an_account_without_a_file_gets_one_beside_them(
    people: People, repository: Repository, reconciler: Reconciler
) -> None:
    people.targeting([people.customers()], [])
    (repository.root / "desired/accounts/acme-sg.yaml").unlink()
    found = reconciler("import", ACCOUNT, "--json").ended(0).json["accounts"][0]
    assert (found["changes"], found["drift"], found["refusals"]) == (0, 0, []), found
    key = found["account"]
    assert f"desired/accounts/{key}.yaml" in found["files"]
    assert f"desired/audiences/{key}/customers.yaml" in found["files"]
    assert "custom_audiences: [customers]" in found["files"][f"desired/campaigns/{key}/old.yaml"]


@pytest.mark.parametrize("code", [100, 10])
def test_what_cannot_be_read_is_told_and_campaigns_are_imported(
    code: int, people: People, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    people.targeting([people.customers()], [])
    sandbox.fault("error", "/customaudiences$", method="GET", times=0, code=code)
    found = imported(reconciler)
    (told,) = [one["text"] for one in found["notes"] if "audiences could not be read" in one["text"]]
    assert ("; mend: " in told) is (code == 10)
    assert "\\n" not in told
    assert "desired/campaigns/acme-sg/old.yaml" in found["files"]
