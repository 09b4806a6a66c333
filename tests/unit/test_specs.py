from __future__ import annotations

import pytest
from support.declaring import ACCOUNT, AD, PROJECT, SHORT, desired_of, place, problems_of, repository_of

from reconciler.config.document import parse_document
from reconciler.config.specs import declare

FULL = f"""\
name: Spring
objective: OUTCOME_TRAFFIC
daily_budget: 50.00 SGD
ad_sets:
  broad:
    optimization_goal: LINK_CLICKS
    countries: [MY]
    ads:
      hero: {AD}
"""

REFUSED = [
    pytest.param(
        SHORT + "daly_budget: 5.00 SGD\n",
        "spring.yaml:4:1",
        "unknown key 'daly_budget'",
        "did you mean daily_budget?",
        id="a misspelt key of a campaign",
    ),
    pytest.param(
        FULL + "      hero_b: {vidoe: a.mp4}\n",
        "spring.yaml:10:16",
        "unknown key 'vidoe'",
        "did you mean video?",
        id="a misspelt key of an ad",
    ),
    pytest.param(
        SHORT + "lifecycle: {on_removal: pause}\n",
        "spring.yaml:4:13",
        "unknown key 'on_removal'",
        "did you mean on_remove?",
        id="a misspelt key of a lifecycle",
    ),
    pytest.param(
        SHORT + "qqqqq: 1\n", "spring.yaml:4:1", "unknown key 'qqqqq'", "goes under raw:", id="a key unlike any other"
    ),
    pytest.param(
        f"daily_budget: 50.00 SGD\nad: {AD}\n", "spring.yaml:1:1", "name is missing", "add name:", id="no name"
    ),
    pytest.param(
        SHORT.replace("50.00 SGD", "50.00"),
        "spring.yaml:2:15",
        "50.00 has no currency",
        "write 50.00 SGD",
        id="a bare decimal",
    ),
    pytest.param(
        SHORT.replace("50.00 SGD", "50.00 USD"),
        "spring.yaml:2:15",
        "not in the account's currency",
        "write the amount in SGD",
        id="another currency",
    ),
    pytest.param(
        SHORT.replace("50.00 SGD", "0"), "spring.yaml:2:15", "must be more than zero", "as in 50.00 SGD", id="no money"
    ),
    pytest.param(
        SHORT + "activate_at: 2026-12-01\n",
        "spring.yaml:4:14",
        "is not a time",
        "write the time of day too",
        id="a date without a time of day",
    ),
    pytest.param(
        SHORT + "objective: OUTCOME_SALE\n",
        "spring.yaml:4:12",
        "'OUTCOME_SALE' is not known here",
        "did you mean OUTCOME_SALES?",
        id="a misspelt objective",
    ),
    pytest.param(
        SHORT + "preset: advantage_plus\n",
        "spring.yaml:4:9",
        "'advantage_plus' is not known here",
        "did you mean advantage_plus_sales?",
        id="a misspelt preset",
    ),
    pytest.param(
        SHORT + "page: 1029\n", "spring.yaml:4:7", "an id is text", 'write "1029" in quotes', id="an id without quotes"
    ),
    pytest.param(
        SHORT + 'page: "10x"\n', "spring.yaml:4:7", "'10x' is no id", "copy the digits", id="an id with a letter"
    ),
    pytest.param(
        SHORT + "countries: SG\n",
        "spring.yaml:4:12",
        "expected a list, found 'SG'",
        "write countries: [SG]",
        id="not a list",
    ),
    pytest.param(
        SHORT + "countries: [sg]\n",
        "spring.yaml:4:13",
        "'sg' does not fit",
        "write SG",
        id="a country in small letters",
    ),
    pytest.param(
        SHORT + "pre_review: 1\n",
        "spring.yaml:4:13",
        "expected true or false, found 1",
        "write pre_review: true",
        id="a number for a flag",
    ),
    pytest.param(
        SHORT + "url_tags: 5\n",
        "spring.yaml:4:11",
        "expected text, found 5",
        'write url_tags: "5"',
        id="a number for a text",
    ),
    pytest.param(
        SHORT + "lifecycle: pause\n",
        "spring.yaml:4:12",
        "expected a mapping",
        "write lifecycle: {on_remove: pause}",
        id="a word for a mapping",
    ),
    pytest.param(
        SHORT + "lifecycle: {on_remove: archived}\n",
        "spring.yaml:4:24",
        "'archived' is not known here",
        "did you mean archive?",
        id="an unknown way of removal",
    ),
    pytest.param(
        SHORT.replace("Spring", "x" * 401),
        "spring.yaml:1:7",
        "at most 400 characters",
        "",
        id="a name that is too long",
    ),
    pytest.param(
        FULL.replace("broad:", "Broad Set:"),
        "spring.yaml:5:3",
        "'Broad Set' does not fit",
        "write broad-set; keys are",
        id="a bad key",
    ),
    pytest.param(
        FULL + "    start_time: 2026-12-01T09:00:00+0800\n",
        "spring.yaml:10:5",
        "start_time is not written here",
        "write activate_at",
        id="a field that times are made into",
    ),
    pytest.param(
        FULL + "    dsa_payor: Acme\n",
        "spring.yaml:10:5",
        "dsa_payor is not written here",
        "write eu below regulated in the account's file",
        id="a field that the account's identities are made into",
    ),
    pytest.param(
        SHORT + f"ads: {{b: {AD}}}\n", "spring.yaml:4:1", "ad and ads together", "write ad (one ad)", id="ad and ads"
    ),
    pytest.param(
        FULL + f"ad: {AD}\n",
        "spring.yaml:4:1",
        "ad and ad_sets together",
        "or ad_sets",
        id="the short form in the full one",
    ),
    pytest.param(
        FULL + f"    ad: {AD}\n",
        "spring.yaml:8:5",
        "ad and ads together",
        "write ad (one ad) or ads",
        id="ad and ads in one ad set",
    ),
    pytest.param(
        FULL + "optimization_goal: LINK_CLICKS\n",
        "spring.yaml:10:1",
        "optimization_goal belongs to an ad set",
        "move it to ad_sets.<key>.optimization_goal",
        id="an ad set's field beside ad_sets",
    ),
    pytest.param(
        SHORT + "extends: sale\n",
        "spring.yaml:4:10",
        "there is no template 'sale'",
        "add desired/templates/sale.yaml",
        id="an unknown template",
    ),
    pytest.param(
        SHORT + "targeting: {geo_locations: [SG]}\n",
        "spring.yaml:4:12",
        "geo_locations is not a mapping",
        "write geo_locations: {countries: [SG]}",
        id="a list where targeting has a mapping",
    ),
    pytest.param(
        SHORT + "targeting: {geo_locations: {countries: SG}}\n",
        "spring.yaml:4:12",
        "countries is not a list",
        "write countries: [SG]",
        id="a word where targeting has a list",
    ),
    pytest.param(
        SHORT + "targeting: {targeting_automation: 1}\n",
        "spring.yaml:4:12",
        "targeting_automation is not a mapping",
        "{advantage_audience: 0}",
        id="a number where targeting has a mapping",
    ),
    pytest.param(
        SHORT + 'targeting: {custom_audiences: "5"}\n',
        "spring.yaml:4:12",
        "custom_audiences is not a list",
        "custom_audiences: [5]",
        id="one audience in place of a list",
    ),
    pytest.param(
        SHORT + "targeting: {geo_locations: {countries: [1]}}\n",
        "spring.yaml:4:12",
        "countries holds what is not text",
        "two-letter codes",
        id="a number in a list of countries",
    ),
]


@pytest.mark.parametrize(("campaign", "where", "message", "mend"), REFUSED)
def test_a_mistake_is_told_at_its_place_with_its_mend(campaign: str, where: str, message: str, mend: str) -> None:
    (problem,) = problems_of(campaign)
    assert place(problem) == where
    assert message in problem.message
    assert mend in problem.mend


def test_every_mistake_of_every_file_is_reported_and_they_are_sorted() -> None:
    problems = problems_of(
        SHORT + "b: 1\na: 1\n",
        project=PROJECT + "timezone: Mars/Base\n",
        account=ACCOUNT + "curency: SGD\n",
        more={"autumn": "x: 1\nname: A\n"},
    )
    assert [str(p.origin).removeprefix("desired/") for p in problems] == [
        "accounts/acme-sg.yaml:10:1",
        "campaigns/acme-sg/autumn.yaml:1:1",
        "campaigns/acme-sg/spring.yaml:4:1",
        "campaigns/acme-sg/spring.yaml:5:1",
        "project.yaml:2:11",
    ]


ACCOUNT_MISTAKES = [
    pytest.param("account: act_1", "account: 1", ":1:10", "expected text, found 1", id="a number as the account"),
    pytest.param("account: act_1", 'account: "1"', ":1:10", "does not fit", id="no act_"),
    pytest.param("currency: SGD", "currency: SDG", ":2:11", "is not a currency", id="an unknown currency"),
    pytest.param('page: "1029"', "page: 1029", ":3:7", "an id is text", id="a page without quotes"),
    pytest.param("domain:", "token: EAAB0\ndomain:", ":5:8", "does not fit", id="a token in the file"),
    pytest.param("domain:", "token: env/lower\ndomain:", ":5:8", "does not fit", id="a variable in small letters"),
    pytest.param('payer: "22"', "payr: '22'", ":7:34", "unknown key 'payr'", id="a misspelt key below regulated"),
]


@pytest.mark.parametrize(("right", "wrong", "where", "message"), ACCOUNT_MISTAKES)
def test_a_mistake_in_an_account_is_told_at_its_place(right: str, wrong: str, where: str, message: str) -> None:
    problems = problems_of(account=ACCOUNT.replace(right, wrong))
    assert (f"desired/accounts/acme-sg.yaml{where}", True) in [(str(p.origin), message in p.message) for p in problems]


def test_a_campaign_of_an_account_that_nobody_declares_is_refused_with_a_guess() -> None:
    repository = repository_of()
    repository.files["campaign", "acme-sq", "x"] = parse_document(SHORT, "desired/campaigns/acme-sq/x.yaml")
    (problem,) = declare(repository).problems
    assert "no account 'acme-sq' is declared" in problem.message
    assert "did you mean acme-sg?" in problem.mend


@pytest.mark.parametrize("key", ["Spring", "spring sale", "-spring", "x" * 64, "früh"])
def test_a_file_name_that_cannot_be_a_key_is_refused(key: str) -> None:
    (problem,) = problems_of(more={key: SHORT})
    assert str(problem.origin) == f"desired/campaigns/acme-sg/{key}.yaml:1:1"
    assert "cannot be the key" in problem.message


def test_one_ad_account_in_two_files_is_refused() -> None:
    repository = repository_of()
    repository.accounts["other"] = parse_document(ACCOUNT, "desired/accounts/other.yaml")
    (problem,) = declare(repository).problems
    assert str(problem.origin) == "desired/accounts/other.yaml:1:10"
    assert "accounts/acme-sg.yaml has it already" in problem.message


def test_templates_that_extend_each_other_are_refused() -> None:
    problems = problems_of(SHORT + "extends: a\n", templates={"a": "extends: b\n", "b": "extends: [a]\n"})
    assert "desired/templates/b.yaml:1:11" in [str(problem.origin) for problem in problems]
    assert {problem.message for problem in problems} == {
        "templates extend each other in a circle: a → b → a",
        "templates extend each other in a circle: b → a → b",
    }


def test_a_misspelt_template_is_guessed() -> None:
    (problem,) = problems_of(SHORT + "extends: sales\n", templates={"sale": "{}\n"})
    assert problem.mend == "did you mean sale?"


def test_a_short_ad_beside_a_templates_ad_sets_is_refused_and_not_dropped() -> None:
    problems = problems_of(SHORT + "extends: t\n", templates={"t": f"ad_sets: {{a: {{ad: {AD}}}}}\n"})
    assert "ad and ad_sets together" in problems[0].message


def test_an_ad_sets_field_among_the_campaigns_defaults_is_refused_and_not_dropped() -> None:
    (problem,) = problems_of(project=PROJECT + "defaults: {campaign: {optimization_goal: VALUE}}\n")
    assert str(problem.origin) == "desired/project.yaml:2:23"
    assert "belongs to an ad set" in problem.message


def test_a_mistake_in_a_template_is_told_in_the_template() -> None:
    (problem,) = problems_of(SHORT + "extends: t\n", templates={"t": "url_tags: a=b\nheadline: x\n"})
    assert str(problem.origin) == "desired/templates/t.yaml:2:1"


def test_a_time_without_an_offset_is_read_in_the_projects_timezone() -> None:
    text = SHORT + "activate_at: 2026-12-01 09:00\n"
    singapore, new_york = (
        next(iter(desired_of(text, project=PROJECT + zone).resources.values())).schedule.activate_at
        for zone in ("", "timezone: America/New_York\n")
    )
    assert singapore is not None
    assert new_york is not None
    assert (new_york - singapore).total_seconds() == 13 * 3600


@pytest.mark.parametrize(
    ("time", "message"),
    [
        pytest.param("2026-03-08 02:30", "does not exist", id="skipped in spring"),
        pytest.param("2026-11-01 01:30", "exists twice", id="twice in autumn"),
    ],
)
def test_a_local_time_that_is_not_one_moment_is_refused(time: str, message: str) -> None:
    (problem,) = problems_of(SHORT + f"activate_at: {time}\n", project=PROJECT + "timezone: America/New_York\n")
    assert place(problem) == "spring.yaml:4:14"
    assert message in problem.message


@pytest.mark.parametrize(
    ("right", "wrong", "mend"),
    [("act_1", "Acme", "write act_ and the digits"), ("domain:", "token: EAAB0\ndomain:", "write env/NAME")],
)
def test_a_pattern_that_a_buyer_cannot_read_is_said_in_words(right: str, wrong: str, mend: str) -> None:
    assert any(p.mend.startswith(mend) for p in problems_of(account=ACCOUNT.replace(right, wrong)))


def test_what_a_preset_says_is_wrong_in_the_file_that_relies_on_it() -> None:
    (problem,) = problems_of(account=ACCOUNT.replace("  singapore:", "  #"))
    assert place(problem) == "spring.yaml:1:1"
