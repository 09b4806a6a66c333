"""Text is never lost without a word, and for words of Ads Manager the right ones are proposed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.declaring import ACCOUNT, PROJECT, SHORT, desired_of, place, problems_of, repository_of

from reconciler.config import document
from reconciler.config.document import parse_document
from reconciler.config.specs import declare
from reconciler.kinds.delivery.ad import AdSpec
from reconciler.kinds.delivery.ad_set import AdSetSpec
from reconciler.kinds.delivery.campaign import CampaignSpec
from reconciler.kinds.delivery.synonyms import PARTS_OF_TARGETING
from reconciler.kinds.settings import AccountSpec
from reconciler.kinds.synonyms import RIGHT_NAMES
from reconciler.model.address import Address

AD = "acme-sg/spring/main/main"
HEAD = "name: Spring\ndaily_budget: 50.00 SGD\nad:\n  video: a.mp4\n  destination_url: https://acme.example/\n"
SPRING = Address.parse("acme-sg/spring")
TEXTS = ("name", "primary_text", "headline", "description", "url_tags", "conversion_domain")


@pytest.fixture(params=["libyaml", "ruamel"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "ruamel":
        monkeypatch.setattr(document, "CParser", None)


# ---- nothing


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("nothing", ["", " ~", "  # later"])
def test_a_text_that_is_written_with_nothing_is_refused(name: str, nothing: str) -> None:
    (problem,) = problems_of(HEAD + f"  {name}:{nothing}\n")
    assert place(problem).startswith("spring.yaml:6:")
    assert problem.message == f"{name} is written with nothing"
    assert problem.mend == "write the text, or delete the key"


@pytest.mark.parametrize("word", ["null", "Null", "NULL"])
def test_a_word_that_yaml_takes_for_nothing_is_to_be_quoted_where_it_is_the_text(word: str) -> None:
    (problem,) = problems_of(HEAD + f"  headline: {word}\n")
    assert problem.message == f"headline is written with nothing: YAML takes {word} for that"
    assert problem.mend == f'put it in quotes where it is the text: headline: "{word}"; else delete the key'
    assert desired_of(HEAD + f'  headline: "{word}"\n').resources[Address.parse(AD)].fields["headline"] == word


def test_a_text_that_begins_with_a_hash_is_to_be_quoted() -> None:
    (problem,) = problems_of(HEAD + "  headline: #1 brand\n")
    assert place(problem) == "spring.yaml:6:3"
    assert problem.message == "headline is written with nothing"
    assert problem.mend == 'put the text in quotes: headline: "#1 brand"'
    assert desired_of(HEAD + '  headline: "#1 brand"\n').resources[Address.parse(AD)].fields["headline"] == "#1 brand"


PLACES = [
    pytest.param({"campaign": HEAD.replace("name: Spring", "name:")}, "spring.yaml:1:1", id="a campaign's name"),
    pytest.param({"campaign": SHORT + "url_tags: ~\n"}, "spring.yaml:4:11", id="tags of a campaign"),
    pytest.param({"account": ACCOUNT + "name:\n"}, "acme-sg.yaml:10:1", id="an account's name"),
    pytest.param({"account": ACCOUNT.replace("domain: acme.example", "domain: ~")}, "acme-sg.yaml:5:9", id="a domain"),
    pytest.param({"account": ACCOUNT.replace("Acme Ltd", "~")}, "acme-sg.yaml:9:34", id="who pays"),
    pytest.param({"project": PROJECT + "defaults: {ad: {headline: ~}}\n"}, "project.yaml:2:27", id="a default"),
    pytest.param(
        {"campaign": SHORT + "extends: t\n", "templates": {"t": "ad: {headline: }\n"}},
        "t.yaml:1:6",
        id="a template",
    ),
    pytest.param(
        {"campaign": SHORT.replace("Spring", "~") + "extends: t\n", "templates": {"t": "name: A\n"}},
        "spring.yaml:1:7",
        id="over a template",
    ),
]


@pytest.mark.parametrize(("files", "where"), PLACES)
def test_nothing_is_refused_wherever_a_text_is_due(files: dict[str, object], where: str) -> None:
    (problem,) = problems_of(**files)  # type: ignore[arg-type]
    assert place(problem) == where
    assert "is written with nothing" in problem.message


# ---- cut off

CUT = [
    pytest.param("Sale #1 now", 18, id="one space before"),
    pytest.param("Shop now #sale", 22, id="a hashtag"),
    pytest.param("Sale # now", 18, id="one space on both sides"),
    pytest.param("Sale  #now", 19, id="two spaces before and none after"),
    pytest.param("Sale #", 18, id="nothing after"),
    pytest.param("30% 🎉 #sale", 19, id="after what is not ASCII"),
]


@pytest.mark.parametrize(("text", "column"), CUT)
def test_a_hash_that_may_belong_to_the_text_is_refused_where_it_stands(text: str, column: int) -> None:
    (problem,) = problems_of(HEAD + f"  headline: {text}\n")
    assert place(problem) == f"spring.yaml:6:{column}"
    assert problem.message == "headline ends here: YAML takes what follows the # for a comment"
    assert problem.mend.startswith("put the text in quotes")


MORE_CUT = [
    pytest.param("  headline: One\n    two #three\n", "7:9", id="the last line of several"),
    pytest.param("  headline: Shop now\n    #sale #now\n", "7:5", id="hashtags on a line of their own"),
    pytest.param("  headline: Shop now\n\n    #sale\n", "8:5", id="hashtags after an empty line"),
    pytest.param("  headline: Shop now  # ok\n    #sale\n", "7:5", id="hashtags below a comment"),
    pytest.param("  headline: |\n      Shop now\n    #sale\n", "8:5", id="a line that slipped out of a block"),
]


@pytest.mark.parametrize(("lines", "where"), MORE_CUT)
def test_a_hash_may_belong_to_a_text_of_several_lines(lines: str, where: str) -> None:
    (problem,) = problems_of(HEAD + lines)
    assert place(problem) == f"spring.yaml:{where}"
    assert "headline ends here" in problem.message


@pytest.mark.parametrize("flow", ["{headline: Sale #1,\n  ", "{headline: Sale, #1\n  ", "{\n  headline: Sale #1\n  "])
def test_a_hash_in_braces_is_seen_as_well(flow: str) -> None:
    body = 'video: a.mp4, destination_url: "https://acme.example/"'
    text = f"name: Spring\ndaily_budget: 50.00 SGD\nad: {flow.replace('{', '{' + body + ', ')}}}\n"
    assert any("headline ends here" in p.message or "']'" in p.message or "}'" in p.message for p in problems_of(text))


KEPT = [
    pytest.param("  headline: Save  # seasonal\n", "Save", id="two spaces before and one after"),
    pytest.param("  headline: Save    # seasonal\n", "Save", id="more spaces"),
    pytest.param("  headline: Save#1\n", "Save#1", id="no space before"),
    pytest.param("  headline: 'Sale #1'\n", "Sale #1", id="single quotes"),
    pytest.param('  headline: "Sale #1" # one\n', "Sale #1", id="a comment behind quotes"),
    pytest.param("  headline: >-\n    Sale #1\n    now #sale\n", "Sale #1 now #sale", id="a block"),
    pytest.param("  headline: Save\n  #description: x\n", "Save", id="a key that is commented out"),
    pytest.param("  headline: Save\n#  description: x\n", "Save", id="a line that an editor commented out"),
    pytest.param("  headline: Save\n    # seasonal\n", "Save", id="a comment on its own line"),
    pytest.param("  headline: Save\n  # seasonal\n  call_to_action: SHOP_NOW #x\n", "Save", id="no text field"),
]


@pytest.mark.parametrize(("lines", "headline"), KEPT)
def test_what_is_plainly_a_comment_or_plainly_text_is_taken(lines: str, headline: str) -> None:
    assert desired_of(HEAD + lines).resources[Address.parse(AD)].fields["headline"] == headline


def test_a_comment_behind_what_is_no_text_may_be_written_anyhow() -> None:
    text = HEAD.replace("SGD", "SGD #a").replace("a.mp4", "a.mp4 #b").replace("ad:", "countries: [SG] #c\nad: #d")
    assert desired_of(text).resources


@settings(max_examples=300, deadline=None)
@given(st.text("ab #,", max_size=8).map(lambda text: f"a{text}"))
def test_an_unquoted_text_arrives_whole_or_where_it_was_cut_is_known(text: str) -> None:
    """A value that is followed by a real comment is complete."""
    read = parse_document(f"headline: {text}\n", "f.yaml")
    whole = read.data["headline"] == text.partition("  # ")[0].strip()
    assert whole != (("headline",) in read.cut)


# ---- the right name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("text", "primary_text"),
        ("body", "primary_text"),
        ("message", "primary_text"),
        ("title", "headline"),
        ("url", "destination_url"),
        ("website_url", "destination_url"),
        ("Website URL", "destination_url"),
        ("link", "destination_url"),
        ("cta", "call_to_action"),
        ("button", "call_to_action"),
        ("Primary-text", "primary_text"),
        ("start_date", "activate_at"),
        ("end_date", "deactivate_at"),
    ],
)
def test_a_word_of_ads_manager_on_an_ad_is_answered_with_the_right_one(said: str, name: str) -> None:
    (problem,) = problems_of(HEAD + f"  {said}: x\n")
    assert place(problem) == "spring.yaml:6:3"
    assert problem.mend == f"write {name}"


@pytest.mark.parametrize(
    ("said", "mend"),
    [
        ("location", "write countries"),
        ("start_date", "write activate_at"),
        ("end_date", "write deactivate_at"),
        ("start_time", "write activate_at"),
        ("budget", "write daily_budget"),
        ("pixel_id", "write pixel"),
        ("age", "write targeting: {age_min: 18}"),
        ("gender", "write targeting: {genders: [2]} for women, [1] for men"),
        ("headline", "write headline, on the ad"),
        ("text", "write primary_text, on the ad"),
        ("daly_budget", "did you mean daily_budget?"),
    ],
)
def test_a_word_of_ads_manager_on_a_campaign_is_answered_with_the_right_one(said: str, mend: str) -> None:
    (problem,) = problems_of(SHORT + f"{said}: x\n")
    assert place(problem) == "spring.yaml:4:1"
    assert problem.mend == mend


def test_a_word_of_ads_manager_in_an_account_is_answered_with_the_right_one() -> None:
    (problem,) = problems_of(account=ACCOUNT.replace('pixel: "5647"', 'pixel: "5647"\nurl_parameters: a=b'))
    assert problem.mend == "write url_tags"


def test_every_right_name_can_be_written_and_no_other_name_is_a_field() -> None:
    fields = {*CampaignSpec.model_fields, *AdSetSpec.model_fields, *AdSpec.model_fields, *AccountSpec.model_fields}
    assert set(RIGHT_NAMES.values()) <= fields
    assert not set(RIGHT_NAMES) & set(PARTS_OF_TARGETING)


# ---- taken away

LOWER = """\
ad: {description: Ends soon., headline: Save, url_tags: a=b, call_to_action: LEARN_MORE, raw: {x: '1'}}
lifecycle: {protect: true}
"""
TAKEN = {
    "description": None,
    "headline": None,
    "url_tags": None,
    "call_to_action": "SHOP_NOW",
    "raw": {},
}


@pytest.mark.parametrize("name", TAKEN)
@pytest.mark.parametrize("lower", ["template", "defaults"])
def test_a_tilde_takes_away_what_a_lower_document_says(name: str, lower: str) -> None:
    ad = LOWER.splitlines()[0]
    files = {"project": f"{PROJECT}defaults: {{{ad}}}\n"} if lower == "defaults" else {"templates": {"t": LOWER}}
    extends = "extends: t\n" if lower == "template" else ""
    spec = declare(repository_of(f"{extends}{HEAD}  {name}: ~\n", **files)).files[SPRING][0]
    assert getattr(spec.ad_sets["main"].ads["main"], name) == TAKEN[name]


def test_a_tilde_takes_a_lifecycle_of_a_template_away() -> None:
    spec, _ = declare(repository_of(f"extends: t\nlifecycle: ~\n{HEAD}", templates={"t": LOWER})).files[SPRING]
    assert not spec.lifecycle.protect


def test_a_template_may_take_a_default_away() -> None:
    desired = desired_of(
        f"extends: t\n{HEAD}",
        project=f"{PROJECT}defaults: {{ad: {{description: Ends soon.}}}}\n",
        templates={"t": "ad: {description: ~}\n"},
    )
    assert desired.resources[Address.parse(AD)].fields.get("description") is None


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("  description:\n", "description is written with nothing"),
        ("  description: null\n", "description is written with nothing: YAML takes null for that"),
        ("  description: #1 brand\n", "description is written with nothing"),
        ("  primary_text: ~\n", "primary_text is written with nothing"),
    ],
)
def test_a_text_is_taken_away_by_a_tilde_alone_and_only_where_a_lower_document_has_it(
    written: str, problem: str
) -> None:
    (said,) = problems_of(f"extends: t\n{HEAD}{written}", templates={"t": LOWER})
    assert said.message == problem


def test_what_the_same_file_says_for_all_ads_is_not_taken_away_by_a_tilde() -> None:
    found = problems_of(f"url_tags: a=b\n{HEAD}  url_tags: ~\n")
    assert "url_tags is written with nothing" in [problem.message for problem in found]


# ---- what the account has all the same

HAS = ACCOUNT + 'instagram_user: "66"\nurl_tags: utm_source=meta\n'
BARE = "{video: a.mp4, destination_url: 'https://acme.example/'"
TWO = (
    "name: S\ndaily_budget: 5.00 SGD\ninstagram_user: '7'\n"
    f"ads: {{a: {BARE}}}, b: {BARE}, name: B, instagram_user: ~}}}}\n"
)
OF_ACCOUNT = "desired/accounts/acme-sg.yaml"


@pytest.mark.parametrize("text", [f"{HEAD}  instagram_user: ~\n", f"{HEAD}instagram_user: ~\n", f"{HEAD}pixel: ~\n"])
def test_a_tilde_that_leaves_what_the_account_has_is_told(text: str) -> None:
    name = "pixel" if "pixel" in text else "instagram_user"
    (warning,) = desired_of(text, account=HAS).warnings
    assert place(warning).startswith("spring.yaml:6:")
    assert warning.message.startswith(f"{name}: ~ takes nothing away: left open, it is the account's, at {OF_ACCOUNT}:")
    assert warning.mend.startswith(f"delete the key; to have none here, take {name} out of {OF_ACCOUNT}")


@pytest.mark.parametrize(
    ("text", "account"),
    [
        (f"extends: t\n{HEAD}  instagram_user: ~\n", HAS),
        (TWO, HAS),
        (f"{HEAD}  instagram_user: ~\n", ACCOUNT),
    ],
)
def test_a_tilde_that_takes_something_away_or_finds_nothing_is_no_mistake(text: str, account: str) -> None:
    assert desired_of(text, account=account, templates={"t": "instagram_user: '8'\n"}).warnings == ()


def test_tags_that_the_account_has_cannot_be_dropped_by_nothing_and_that_is_said() -> None:
    (problem,) = problems_of(f"{HEAD}  url_tags: ~\n", account=HAS)
    assert problem.message == f"url_tags is written with nothing: left open, it is the account's, at {OF_ACCOUNT}:11"
    assert problem.mend.startswith("delete the key; to have none here, take url_tags out of")
