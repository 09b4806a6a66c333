"""What buyers write: each mistake has one error, in its place, and whoever follows its mend has a valid file.

The tables are those of a person with a sheet, a document and a chat open: what is pasted from there, what Ads Manager
and other tools call it, and what slips in an editor.
"""

from __future__ import annotations

import re

import pytest
from support.counting import calls
from support.declaring import ACCOUNT, PROJECT, desired_of, problems_of

from reconciler.config import document
from reconciler.config.document import parse_document
from reconciler.config.known_keys import LEVELS
from reconciler.kinds.codecs import parse_money
from reconciler.kinds.delivery.synonyms import EITHER, ELSEWHERE, NOT_YET, OF_A_LEVEL, PARTS_OF_TARGETING
from reconciler.kinds.synonyms import RIGHT_NAMES
from reconciler.model.address import Address
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Problem
from reconciler.model.resource import Desired
from reconciler.text.yaml import as_yaml

BASE = """\
name: Spring
daily_budget: 50.00 SGD
countries: [SG]
ad:
  video: a.mp4
  primary_text: Shop.
  headline: Save
  destination_url: https://acme.example/
"""
AD_FIELDS = ("video", "primary_text", "headline", "description", "destination_url", "call_to_action", "url_tags")
AD = "acme-sg/spring/main/main"


@pytest.fixture(params=["libyaml", "ruamel"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "ruamel":
        monkeypatch.setattr(document, "CParser", None)


def with_line(field: str, value: str) -> str:
    """The file with the field's line written, or added where it may stand."""
    indent = "  " if field in AD_FIELDS else ""
    line = f"{indent}{field}: {value}\n"
    text, found = re.subn(rf"(?m)^{indent}{field}:.*\n", lambda _: line, BASE)
    return text if found else BASE + line if indent else line + BASE


def only(text: str) -> Problem:
    (problem,) = problems_of(text)
    return problem


# ---- values: (field, what is written, words of the message, what the mend proposes)

MONEY = [
    ("50,00 SGD", "50.00 SGD"),
    ("50,5 SGD", "50.50 SGD"),
    ("S$50", "50.00 SGD"),
    ("SG$ 50", "50.00 SGD"),
    ("$50", "50.00 SGD"),
    ("50$", "50.00 SGD"),
    ("SGD 50", "50.00 SGD"),
    ("SGD50.00", "50.00 SGD"),
    ("50.00 sgd", "50.00 SGD"),
    ("50.00SGD", "50.00 SGD"),
    ("50 dollars", "50.00 SGD"),
    ("50.00 Singapore dollars", "50.00 SGD"),
    ("50 SGD/day", "50.00 SGD"),
    ("50/day", "50.00 SGD"),
    ("50 per day", "50.00 SGD"),
    ("50.00 SGD daily", "50.00 SGD"),
    ("50.-", "50.00 SGD"),
    ("50.00 SGD.", "50.00 SGD"),
    ("50.00, SGD", "50.00 SGD"),
    ("50. SGD", "50.00 SGD"),
    (".50 SGD", "0.50 SGD"),
    ("+50 SGD", "50.00 SGD"),
    ("=50", "50.00 SGD"),
    ("50\u00a0SGD", "50.00 SGD"),
    ("50.00\u200bSGD", "50.00 SGD"),
    ("５０ SGD", "50.00 SGD"),
    ("50．00 SGD", "50.00 SGD"),
    ("“50.00 SGD”", "50.00 SGD"),
    ("50.00", "50.00 SGD"),
    ("10.10", "10.10 SGD"),
    ("'50'", "50.00 SGD"),
    ("50k SGD", "50000.00 SGD"),
    ("1,234.56 SGD", "1234.56 SGD"),
    ("1.234,56 SGD", "1234.56 SGD"),
    ("1'234.56 SGD", "1234.56 SGD"),
    ("1\u00a0234,56 SGD", "1234.56 SGD"),
    ("1_000 SGD", "1000.00 SGD"),
    ("50,000 SGD", "50000.00 SGD"),
    ("50.000 SGD", "50.00 SGD"),
    ("50.000 SGD", "50000.00 SGD"),
    ("1.000", "1.00 SGD"),
    ("1.000", "1000.00 SGD"),
    ("-50.00 SGD", "50.00 SGD"),
    ("50–60 SGD", "50.00 SGD"),
    ("50%", "50.00 SGD"),
    ("fifty", "50.00 SGD"),
    ("€50", "50.00 SGD"),
    ("US$50", "50.00 SGD"),
]
TIMES = [
    ("1 Dec 2026 9am", "2026-12-01 09:00"),
    ("1st December 2026, 9:00 pm", "2026-12-01 21:00"),
    ("Dec 1, 2026 9:30 AM", "2026-12-01 09:30"),
    ("Tuesday, 1 December 2026", "2026-12-01 09:00"),
    ("1-Dec-26", "2026-12-01 09:00"),
    ("2026-Dec-01 09:00", "2026-12-01 09:00"),
    ("1 Des 2026 09:00", "2026-12-01 09:00"),
    ("2026年12月1日 9:00", "2026-12-01 09:00"),
    ("12/01/2026", "2026-12-01 09:00"),
    ("12/01/2026", "2026-01-12 09:00"),
    ("31/12/2026 23:59", "2026-12-31 23:59"),
    ("12/31/2026 9:00 AM", "2026-12-31 09:00"),
    ("01.12.2026 09:00", "2026-12-01 09:00"),
    ("26-12-01 09:00", "2026-12-01 09:00"),
    ("2026/12/01 09:00", "2026-12-01 09:00"),
    ("2026-12-1 9:00", "2026-12-01 09:00"),
    ("2026-12-01 9am", "2026-12-01 09:00"),
    ("2026-12-01 09:00 AM", "2026-12-01 09:00"),
    ("2026-12-01 09.00", "2026-12-01 09:00"),
    ("2026-12-01 0900", "2026-12-01 09:00"),
    ("2026-12-01 09h00", "2026-12-01 09:00"),
    ("2026-12-01 noon", "2026-12-01 12:00"),
    ("2026-12-01 12:00 midnight", "2026-12-01 00:00"),
    ("2026-12-01, 09:00", "2026-12-01 09:00"),
    ("2026-12-01 at 09:00", "2026-12-01 09:00"),
    ("2026-12-01  09:00", "2026-12-01 09:00"),
    ("2026-12-01\u00a009:00", "2026-12-01 09:00"),
    ("2026–12–01 09:00", "2026-12-01 09:00"),
    ("2026-12-01 09：00", "2026-12-01 09:00"),
    ("“2026-12-01 09:00”", "2026-12-01 09:00"),
    ("2026-12-01 09:00 SGT", "2026-12-01 09:00 +08"),
    ("1 Dec 2026 9am SGT", "2026-12-01 09:00 +08"),
    ("2026-12-01", "2026-12-01 09:00"),
    ("20261201", "2026-12-01 09:00"),
    ("46357", "2026-12-01 09:00"),
    ("46357.375", "2026-12-01 09:00"),
    ("1796090400", "2026-12-01 02:00 +00"),
    ("2026-12-01 24:00", "2026-12-01 23:59"),
    ("2026-11-31 09:00", "2026-11-30 09:00"),
    ("2026-13-12 09:00", "2026-12-13 09:00"),
    ("tomorrow", "2026-12-01 09:00"),
]
IDS = [
    ("1029384756", '"1029384756"'),
    ("[1029384756]", '"1029384756"'),
    ("“1029384756”", '"1029384756"'),
    ("1029384756\u00a0", '"1029384756"'),
    ("\u200b1029384756", '"1029384756"'),
    ("'#1029384756'", '"1029384756"'),
    ("'1029384756 '", '"1029384756"'),
    ("id:1029384756", '"1029384756"'),
    ("1,029,384,756", '"1029384756"'),
    ("1029 384 756", '"1029384756"'),
    ("１０２９", '"1029"'),
    ("https://www.facebook.com/1029384756", '"1029384756"'),
    ("facebook.com/profile.php?id=1029384756", '"1029384756"'),
    ("0102938", '"0102938"'),
]
COUNTRIES = [
    ("SG", "[SG]"),
    ("sg", "[SG]"),
    ("Singapore", "[SG]"),
    ("SGP", "[SG]"),
    ("UK", "[GB]"),
    ("U.S.", "[US]"),
    ("United Kingdom", "[GB]"),
    ("SG, MY", "[SG, MY]"),
    ("SG MY", "[SG, MY]"),
    ("SG/MY", "[SG, MY]"),
    ("SG & MY", "[SG, MY]"),
    ("SG and MY", "[SG, MY]"),
    ("Hong Kong, South Korea", "[HK, KR]"),
    ("(SG)", "[SG]"),
    ("［SG］", "[SG]"),
    ("“SG”", "[SG]"),
    ("no", "[NO]"),
    ("worldwide", "[SG]"),
    ("{SG: true}", "[SG]"),
    ("- SG", "[SG]"),
    ("[SG", "[SG]"),
]
ITEMS = [
    ("sg", "SG"),
    ("Singapore", "SG"),
    ("USA", "US"),
    ("SGP", "SG"),
    ("Vietnam", "VN"),
    ("UAE", "AE"),
    ("England", "GB"),
    ("'SG '", "SG"),
    ("ＳＧ", "SG"),
    ("“SG”", "SG"),
    ("no", "NO"),
    ("SG MY", "SG, MY"),
    ("SG，MY", "SG, MY"),
    ("country:SG", "SG"),
    ("[SG]", "SG"),
]
FLAGS = [
    *[(word, "true") for word in ("Yes", "yes", "on", "On", "Y", "1", "'true'", "enabled", "tRUE", "“true”")],
    *[(word, "false") for word in ("No", "no", "off", "N", "0", "'false'", "disabled")],
]
BUTTONS = [
    *[
        (said, "SHOP_NOW")
        for said in ("Shop Now", "shop_now", "Shop-Now", "SHOPNOW", "ShopNow", "Shop Now!", "Visit shop")
    ],
    *[(said, "LEARN_MORE") for said in ("Learn more", "LEARN MORE", "Learn More »", "Read more", "[Learn more]")],
    ("“SIGN_UP”", "SIGN_UP"),
    ("Register now", "SIGN_UP"),
    ("[BOOK_NOW]", "BOOK_NOW"),
    ("{type: DOWNLOAD}", "DOWNLOAD"),
    ("No button", "NO_BUTTON"),
    ("Visit website", "VISIT_WEBSITE"),
    ("立即購買", "SHOP_NOW"),
    ("~", "SHOP_NOW"),
]
WORDS = [
    ("status", "active", "ACTIVE"),
    ("status", "On", "ACTIVE"),
    ("status", "true", "ACTIVE"),
    ("status", "off", "PAUSED"),
    ("status", "draft", "PAUSED"),
    ("status", "deleted", "ARCHIVED"),
    ("preset", "Advantage+ Sales", "advantage_plus_sales"),
    ("preset", "ASC", "advantage_plus_sales"),
    ("conversion_event", "Purchase", "PURCHASE"),
    ("conversion_event", "AddToCart", "ADD_TO_CART"),
    ("conversion_event", "ViewContent", "CONTENT_VIEW"),
    ("conversion_event", "Complete registration", "COMPLETE_REGISTRATION"),
    ("bid_strategy", "Highest volume", "LOWEST_COST_WITHOUT_CAP"),
    ("special_ad_categories", "none", "[NONE]"),
    ("special_ad_categories", "no", "[NONE]"),
    ("previously", "old", "[old]"),
    ("previously", "~", "[]"),
    ("previously", "Old Name.yaml", "[old-name]"),
    ("lifecycle", "pause", "{on_remove: pause}"),
    ("lifecycle", "Archive", "{on_remove: archive}"),
]
TEXTS = [
    ("10.10", '"10.10"'),
    ("10", '"10"'),
    ("1e5", '"1e5"'),
    ("+65", '"+65"'),
    ("007", '"007"'),
    ("0x1F", '"0x1F"'),
    ("TRUE", '"TRUE"'),
    ("true", '"true"'),
    ("Null", '"Null"'),
    ("[Save]", '"[Save]"'),
    ("[Save, now]", '"[Save, now]"'),
    ("{name}", '"{name}"'),
    ("{{product.name}}", '"{{product.name}}"'),
    ("{{product.name}} now", '"{{product.name}} now"'),
    ("[NEW] Save", '"[NEW] Save"'),
    ("#1 brand", '"#1 brand"'),
    ("Sale #1 now", '"Sale #1 now"'),
    ("Shop now #sale", '"Shop now #sale"'),
    ("Save: now", '"Save: now"'),
    ("“Save: now”", '"Save: now"'),
    ("Save:", '"Save:"'),
    ("@home", '"@home"'),
    ("%off", '"%off"'),
    ("*New*", '"*New*"'),
    ("**Sale**", '"**Sale**"'),
    ("*limited time* only", '"*limited time* only"'),
    ("&more", '"&more"'),
    ("& more", '"& more"'),
    ("&amp; win", '"&amp; win"'),
    ("!Sale", '"!Sale"'),
    ("! Sale", '"! Sale"'),
    ("- Save", '"- Save"'),
    ("? Save", '"? Save"'),
    ("> Save", '"> Save"'),
    (">>Save", '">>Save"'),
    ("| Save", '"| Save"'),
    (", Save", '", Save"'),
    ("`Save`", '"`Save`"'),
    ('"Save" 30%', "'\"Save\" 30%'"),
    ("'It's here'", '"It\'s here"'),
    ('"The "best" sale"', "'The \"best\" sale'"),
    ('"Save', '"Save"'),
]
ADDRESSES = [
    ("acme.example/sale", "https://acme.example/sale"),
    ("www.acme.example", "https://www.acme.example"),
    ("https:/acme.example", "https://acme.example"),
    ("http//acme.example", "https://acme.example"),
    ("htps://acme.example", "https://acme.example"),
    ("https://acme.example/a b", "https://acme.example/a%20b"),
    ("“https://acme.example/”", "https://acme.example/"),
    ("<https://acme.example/>", "https://acme.example/"),
    ("https://acme.example/\u200b", "https://acme.example/"),
]

VALUES: list[tuple[str, str, str]] = [
    *[("daily_budget", *row) for row in MONEY],
    *[("activate_at", *row) for row in TIMES],
    *[("page", *row) for row in IDS],
    *[("countries", *row) for row in COUNTRIES],
    *[("countries", f"[{one}]", f"[{right}]") for one, right in ITEMS],
    *[("advantage_audience", *row) for row in FLAGS],
    *[("call_to_action", *row) for row in BUTTONS],
    *[("headline", *row) for row in TEXTS],
    *[("destination_url", *row) for row in ADDRESSES],
    *WORDS,
    ("video", "[a.mp4]", "a.mp4"),
    ("url_tags", "{utm_source: meta, utm_medium: paid}", '"utm_source=meta&utm_medium=paid"'),
    ("url_tags", "[utm_source=meta]", '"utm_source=meta"'),
    ("pixel", "{id: 5647}", '"5647"'),
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("field", "written", "meant"), VALUES)
def test_a_value_has_one_error_whose_mend_makes_the_file_valid(field: str, written: str, meant: str) -> None:
    problem = only(with_line(field, written))
    assert f"{field}:" in with_line(field, written).splitlines()[problem.origin.line - 1]
    inner = meant.removeprefix("[").removesuffix("]")
    assert meant in problem.mend or (field == "countries" and inner in problem.mend), problem
    assert desired_of(with_line(field, meant)).resources


@pytest.mark.parametrize(("field", "written", "meant"), VALUES)
def test_the_message_says_what_was_written_as_it_was_written(field: str, written: str, meant: str) -> None:
    """Not `10.1` for 10.10, nor `True` for TRUE."""
    said = only(with_line(field, written)).message
    for number in re.findall(r"(?<![\d.])\d+\.\d+(?![\d.])", said):
        assert number in written
    assert ("True" in said) <= ("True" in written)


@pytest.mark.parametrize(
    "inner", ["headline: #1 shop\n  ", "headline: *New", "headline: &more", "headline: {{product.name}}"]
)
def test_of_a_text_in_braces_no_other_part_is_proposed_to_be_quoted(inner: str) -> None:
    text = f"name: S\ndaily_budget: 50.00 SGD\nad: {{video: a.mp4, destination_url: https://acme.example, {inner}}}\n"
    problem = problems_of(text)[0]
    assert "put the whole text in quotes" in problem.mend


@pytest.mark.parametrize("said", ["Sales", "CONVERSIONS", "conversions", "Catalogue sales", "outcome sales"])
def test_an_older_objective_is_answered_with_todays(said: str) -> None:
    goal = "optimization_goal: OFFSITE_CONVERSIONS\n"
    assert only(f"objective: {said}\n{goal}{BASE}").mend == "did you mean OUTCOME_SALES?"
    assert desired_of(f"objective: OUTCOME_SALES\n{goal}{BASE}").resources


@pytest.mark.parametrize("field", ["countries", "daily_budget", "activate_at", "page", "call_to_action", "previously"])
def test_refusing_a_long_value_costs_no_more_than_reading_it(field: str) -> None:
    def cost(words: int) -> int:
        return calls(lambda: problems_of(with_line(field, f"[{'SG ' * words}]")))

    assert cost(40_000) <= cost(400) + 5_000


def test_an_amount_of_a_currency_without_decimals_is_proposed_without_them() -> None:
    for written, meant in [
        ("50.000 IDR", "50000 IDR"),
        ("1.000,00 IDR", "1000 IDR"),
        ("Rp 50.000", "50000 IDR"),
        ("Rp50.000,-", "50000 IDR"),
        ("50,000", "50000 IDR"),
        ("1.500.000", "1500000 IDR"),
        ("50.00 IDR", "50 IDR"),
        ("lots", "500000 IDR"),
    ]:
        with pytest.raises(ValueError, match=f"{meant}$"):
            parse_money(written, "IDR")
        assert parse_money(meant, "IDR").currency == "IDR"


def test_an_unquoted_number_of_a_currency_without_decimals_keeps_its_letters() -> None:
    account = ACCOUNT.replace("currency: SGD", "currency: IDR")
    (problem,) = problems_of(with_line("daily_budget", "50.000"), account=account)
    assert problem.message == "daily_budget: 50.000 has no currency"
    assert problem.mend == "write 50000 IDR"


@pytest.mark.parametrize("written", ["1.02938E+14", "1029384756.0"])
def test_an_id_that_a_sheet_has_made_a_number_of_is_not_guessed(written: str) -> None:
    problem = only(with_line("page", written))
    assert problem.message == f"page: {written} is a number, and may have lost digits of the id in a sheet"
    assert problem.mend.startswith("copy the digits of the id")


@pytest.mark.parametrize("written", ["Acme", "https://facebook.com/acme", '""', "act_1029384756"])
def test_what_holds_no_id_is_answered_with_where_one_is_found(written: str) -> None:
    assert (
        only(with_line("page", written)).mend
        == "copy the digits of the id from Business settings, and write them in quotes"
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example／.acme.example/",
        "https://evil.example\\acme.example/",
        "https://user@acme.example/",
        "ftp://acme.example/",
        "https://acme",
    ],
)
def test_an_address_that_may_lead_elsewhere_is_not_helped_along(address: str) -> None:
    assert "write https://… with the host alone" in only(with_line("destination_url", address)).mend


# ---- what is valid stays valid

VALID = [
    ("daily_budget", "50 SGD"),
    ("daily_budget", "5000"),
    ("activate_at", "2026-12-01T09:00"),
    ("activate_at", "2026-12-01T09:00:00Z"),
    ("activate_at", "2026-12-01T09:00:00+0800"),
    ("countries", "[NO]"),
    ("advantage_audience", "TRUE"),
    ("headline", "Yes"),
    ("headline", "no"),
    ("headline", "on"),
    ("headline", "2026-12-01"),
    ("headline", "12:30"),
    ("headline", "1,000"),
    ("headline", "Don't miss"),
    ("headline", '5" screens'),
    ("headline", "30% off"),
    ("headline", "– Save"),
    ("headline", "｢Save｣ now"),
    ("headline", "https://acme.example"),
    ("headline", "9:00 - 18:00"),
    ("headline", "🎉 Save"),
    ("headline", "'  Save'"),
    ("headline", "AT&T; R&D"),
    ("headline", '"“Save”"'),
    ("headline", "“Save” and more"),
    ("primary_text", "One line that\n    an editor has wrapped."),
    ("primary_text", "|\n    Shop now：today\n    name：Test\n    <<<<<<< that\n    ======="),
    ("primary_text", "|\n    \u00a0\u3000Shop\u200b now"),
    ("primary_text", "|\n    = Sale\n    // Sale\n    - Sale"),
    ("destination_url", "HTTPS://acme.example/a%20b?x=1#y"),
    ("url_tags", "utm_source=meta&utm_content={{ad.name}}"),
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("field", "value"), VALID)
def test_what_buyers_may_write_is_taken_without_a_warning(field: str, value: str) -> None:
    assert desired_of(with_line(field, value)).warnings == ()


# ---- warnings

DOUBTS = [
    (
        "“Save 30%”",
        "the quotes “ ” are shown",
        'write "Save 30%"; where people shall see them, write headline: "“Save 30%”"',
    ),
    ("‘Save’", "the quotes ‘ ’ are shown", 'write "Save"'),
    ("«Save»", "the quotes « » are shown", 'write "Save"'),
    ("「Save」", "the quotes 「 」 are shown", 'write "Save"'),
    ("\u200bSave", "nobody sees the U+200B (zero width space)", 'write "Save"'),
    ("'Save\u200e'", "nobody sees the U+200E (left-to-right mark)", 'write "Save"'),
    ("Save\\nnow", "\\n is shown as it stands", 'write "Save\\nnow"'),
    ("Save &amp; win", "people see &amp; as it stands", 'write "Save & win"'),
    ("Save&nbsp;30%", "people see &nbsp; as it stands", 'write "Save\u00a030%"'),
    ("Shop now.\n\n    It ends soon.", "YAML makes one line of these lines", "use a block text: headline: |"),
    ("Shop now.\n    ✅ Free delivery", "YAML makes one line of these lines", "use a block text: headline: |"),
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("written", "says", "mend"), DOUBTS)
def test_what_people_may_not_have_meant_to_show_is_a_warning(written: str, says: str, mend: str) -> None:
    (warning,) = desired_of(with_line("headline", written)).warnings
    assert warning.origin.line == 7
    assert says in warning.message
    assert mend in warning.mend
    if mend.startswith("write "):
        assert desired_of(with_line("headline", mend.removeprefix("write ").split(";")[0])).warnings == ()


def test_quotes_that_shall_be_seen_are_kept() -> None:
    found = desired_of(with_line("headline", '"“Save”"'))
    assert found.warnings == ()
    assert headline_of(found) == "“Save”"


def headline_of(desired: Desired) -> str:
    return str(desired.resources[Address.parse(AD)].fields["headline"])


# ---- files: (old, new, where, words of the message, words of the mend, new text where the mend is followed)

BODY = BASE[BASE.index("  video") :]
FILES = [
    pytest.param("name: ", "name：", "1:5", "a full-width ： stands in place", "write name: Spring", "name: ", id="："),
    pytest.param(
        "headline: ", "headline：", "7:11", "a full-width ：", "write headline: Save", "headline: ", id="： in the ad"
    ),
    pytest.param(
        "daily_budget: ", "daily_budget ： ", "2:14", "a full-width ：", "write daily_budget: 50.00 SGD",
        "daily_budget: ", id="： with spaces",
    ),
    pytest.param("name: ", "name:", "1:5", "no space behind its ':'", "write name: Spring", "name: ", id="no space"),
    pytest.param(
        "countries: [", "countries:[", "3:10", "no space behind", "write countries: [SG]", "countries: [",
        id="no space before a list",
    ),
    pytest.param(
        "headline: ", "headline:\u00a0", "7:11", "U+00A0 (no-break space) stands behind", "write headline: Save",
        "headline: ", id="a no-break space behind the colon",
    ),
    pytest.param("name: ", "name = ", "1:5", "an '='", "write name: Spring", "name: ", id="="),
    pytest.param(
        "countries: ", "countries ", "3:10", "has no ':'", "write countries: [SG]", "countries: ", id="no colon"
    ),
    pytest.param("ad:\n", "ad\n", "4:3", "ad has no ':'", "write ad:", "ad:\n", id="no colon behind ad"),
    pytest.param("name:", "“name”:", "1:1", "“ is no quote of YAML", "write name:", "name:", id="a key in “ ”"),
    pytest.param(
        BODY, BODY.replace("  ", ""), "4:1", "the lines below ad: stand no further in than it",
        "put two spaces before each line that belongs to ad: video, primary_text, headline, destination_url", BODY,
        id="the body of ad: is not indented",
    ),
    pytest.param(
        "  headline", "    headline", "7:5", "headline stands further in than primary_text above it",
        "take 2 spaces away before headline", "  headline", id="too far in",
    ),
    pytest.param(
        "  headline", " headline", "7:2", "headline stands further out than primary_text above it",
        "put 1 space before headline", "  headline", id="too far out",
    ),
    pytest.param(
        "  headline", "headline", "7:1", "headline stands further out than destination_url below it",
        "put 2 spaces before headline", "  headline", id="slipped out of the ad",
    ),
    pytest.param(
        "  video", "video", "5:1", "video stands further out than primary_text below it", "put 2 spaces before video",
        "  video", id="the first line of the ad slipped out",
    ),
    pytest.param(
        "  headline", "\theadline", "7:1", "a tab is used to indent", "indent with spaces: '  headline: Save'",
        "  headline", id="a tab",
    ),
    pytest.param(
        "  headline", "\u00a0\u00a0headline", "7:1", "U+00A0 (no-break space) is used to indent",
        "indent with ordinary spaces: '  headline: Save'", "  headline", id="no-break spaces before one line",
    ),
    pytest.param(
        "  headline", "\u3000headline", "7:1", "U+3000 (ideographic space) is used to indent",
        "'  headline: Save'", "  headline", id="an ideographic space before one line",
    ),
    pytest.param(
        BODY, BODY.replace("  ", "\u00a0\u00a0"), "5:1", "U+00A0 (no-break space) stands in this key",
        "write video: with ordinary spaces before it, here and wherever U+00A0", BODY,
        id="no-break spaces before all lines",
    ),
    pytest.param(
        "headline:", "headline\u200b:", "7:3", "U+200B (zero width space) stands in this key", "write headline:",
        "headline:", id="a zero-width space in a key",
    ),
    pytest.param(
        "name", "\u200bname", "1:1", "U+200B (zero width space) stands in this key", "write name:", "name",
        id="a zero-width space before the first key",
    ),
    pytest.param(
        "Shop.", "Shop.\n\nIt ends soon.", "8:1", "this line has no key: the text of primary_text cannot go on here",
        "use a block text: primary_text: |", "|\n    Shop.\n\n    It ends soon.", id="two paragraphs",
    ),
    pytest.param(
        "Shop.", "Shop.\n  It ends soon.", "7:3", "this line has no key", "use a block text: primary_text: |",
        "|\n    Shop.\n    It ends soon.", id="two lines",
    ),
    pytest.param(
        "Shop.", "Shop.\n  - Free delivery\n  - 30 days", "7:3", "this line has no key", "primary_text: |",
        "|\n    Shop.\n    - Free delivery\n    - 30 days", id="a list of points",
    ),
    pytest.param(
        "Shop.", "Shop.\n  ✅ Free delivery\n  ✅ 30 days", "7:3", "this line has no key", "primary_text: |",
        "|\n    Shop.\n    ✅ Free delivery\n    ✅ 30 days", id="a list of emoji",
    ),
    pytest.param(
        "Shop.", "Shop.\n  When: Sunday", "7:3", "unknown key 'When'",
        "where it goes on with the text above it, use a block text: primary_text: |",
        "|\n    Shop.\n    When: Sunday", id="a line with a colon",
    ),
    pytest.param(
        "primary_text: Shop.", "primary_text:\n  Shop.", "7:3", "this is not further in than primary_text",
        "write primary_text: Shop.", "primary_text: Shop.", id="a text below its key",
    ),
    pytest.param(
        "Shop.", "|\n  Shop.", "7:3", "the lines of the block text of primary_text do not line up",
        "begin each of them at one column, further in than primary_text", "|\n    Shop.",
        id="a block text that is not indented",
    ),
    pytest.param(
        "Shop.", "|\n    Shop.\n   Now.", "8:4", "the lines of the block text of primary_text do not line up",
        "begin each of them at one column", "|\n    Shop.\n    Now.", id="a block text that slips out",
    ),
    pytest.param(
        "Shop.", "| Shop.", "6:17", "'|' begins a block text", "begin the text on the next line", "|\n    Shop.",
        id="text behind the |",
    ),
    pytest.param(
        "name: Spring\n", "<<<<<<< HEAD\nname: Spring\n=======\nname: Summer\n>>>>>>> autumn\n", "1:1",
        "a merge conflict is left in the file", "keep the lines of one side", "name: Summer\n", id="a merge conflict",
    ),
    pytest.param(
        "  headline: Save\n",
        "<<<<<<< HEAD\r\n  headline: Save\n||||||| b\n  headline: S\n=======\n  headline: Win\n>>>>>>> a\n", "7:1",
        "a merge conflict", "keep the lines of one side", "  headline: Win\n", id="a merge conflict with its base",
    ),
    pytest.param(
        "  headline: Save\n", "  headline: Save\n=======\n  headline: Win\n", "8:1", "a merge conflict", "<<<<<<<",
        "  headline: Save\n", id="half a merge conflict",
    ),
    pytest.param("name", "```yaml\nname", "1:1", "frame of an example", "delete the line", "name", id="a code fence"),
    pytest.param("name", "// mine\nname", "1:1", "takes no // for a comment", "# mine", "# mine\nname", id="//"),
    pytest.param("name", "＃ mine\nname", "1:1", "takes no ＃ for a comment", "# mine", "# mine\nname", id="＃"),
    pytest.param(
        "[SG]", "\n-SG\n-MY", "4:1", "YAML takes '- ' with its space", "write countries: [SG, MY]", "[SG, MY]",
        id="dashes without a space",
    ),
    pytest.param(
        "[SG]", "\n• SG\n• MY", "4:1", "YAML takes '- '", "write countries: [SG, MY]", "[SG, MY]", id="bullets of Word"
    ),
    pytest.param(
        "[SG]", "\n  SG:\n  MY:", "4:3", "expected a list, found a mapping", "write countries: [SG, MY]", "[SG, MY]",
        id="countries as keys",
    ),
    pytest.param(
        "acme.example/\n", "acme.example/\n}\n", "9:1", "a } that nothing opens", "delete it", "acme.example/\n",
        id="a } that nothing opens",
    ),
    pytest.param(
        "a.mp4", '"x\\ma.mp4"', "5:13", "no escape of a double-quoted text", "write / in a path", '"x/ma.mp4"',
        id="a path of Windows in double quotes",
    ),
    pytest.param("[SG]", "[SG)", "3:12", "the [ has no ]", "write countries: [SG]", "[SG]", id="[ )"),
    pytest.param(
        "countries", "targeting: {age_min: 21\ncountries", "3:12", "the { has no }", "write targeting: {age_min: 21}",
        "targeting: {age_min: 21}\ncountries", id="a { that stays open",
    ),
    pytest.param(
        "Spring\ndaily_budget", "Spring daily_budget", "1:26", "a ':' stands inside an unquoted text",
        "begin daily_budget: on a line of its own", "Spring\ndaily_budget", id="two keys in one line",
    ),
    pytest.param(
        "Save", "*New* now", "7:13", "cannot begin with '*'", 'headline: "*New* now"', '"*New* now"', id="stars",
    ),
    pytest.param("name", "Name", "1:1", "unknown key 'Name'", "write name", "name", id="a capital letter"),
    pytest.param(
        "daily_budget", "dailyBudget", "2:1", "unknown key 'dailyBudget'", "write daily_budget", "daily_budget",
        id="letters of JavaScript",
    ),
    pytest.param(
        "daily_budget", "daily budget", "2:1", "unknown key", "write daily_budget", "daily_budget", id="a spaced key"
    ),
    pytest.param(
        BODY, BODY.replace("  video", "  - video").replace("\n  ", "\n    ").rstrip(" "), "5:3",
        "expected a mapping of keys to values, found a list", "write ad: {video: a.mp4, primary_text: ", BODY,
        id="a '-' before the ad",
    ),
    pytest.param(
        "ad:\n" + BODY, "ads:\n" + BODY.replace("  video", "  - video").replace("\n  ", "\n    ").rstrip(" "), "5:3",
        "expected a mapping of keys to values, found a list", "write a key of your own for each ad in place of the '-'",
        "ads:\n  hero:\n" + BODY.replace("  ", "    "), id="ads as a list",
    ),
]  # fmt: skip


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("old", "new", "where", "says", "mend", "followed"), FILES)
def test_a_file_has_one_error_whose_mend_makes_it_valid(
    old: str, new: str, where: str, says: str, mend: str, followed: str
) -> None:
    assert old in BASE
    problem = only(BASE.replace(old, new, 1))
    assert f"{problem.origin.line}:{problem.origin.column}" == where
    assert says in problem.message
    assert mend in problem.mend
    assert desired_of(BASE.replace(old, followed, 1)).resources


# ---- encodings

ENCODED = [
    pytest.param(BASE.encode("utf-16"), "1:1", "the file is UTF-16", id="UTF-16 with its mark"),
    pytest.param(BASE.encode("utf-16-le"), "1:1", "the file is UTF-16", id="UTF-16 without it"),
    pytest.param(b"\xfe\xff" + BASE.encode("utf-16-be"), "1:1", "the file is UTF-16", id="UTF-16, the other end first"),
    pytest.param(
        BASE.replace("Save", "“Save”").encode("cp1252"), "7:13", "in Windows' Western letters it is “", id="cp1252"
    ),
    pytest.param(BASE.replace("Save", "新年").encode("gbk"), "7:13", "byte 0xD0 at offset", id="GBK"),
]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("data", "where", "says"), ENCODED)
def test_a_file_that_is_not_utf_8_has_one_error_that_says_how_to_save_it(data: bytes, where: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_document(data, "f.yaml")
    (problem,) = caught.value.problems
    assert str(problem.origin) == f"f.yaml:{where}"
    assert says in problem.message
    assert problem.mend == "save the file as UTF-8: in Notepad, Save as, Encoding: UTF-8"


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    "data", [BASE.encode("utf-8-sig"), BASE.replace("\n", "\r\n").encode(), BASE.replace("\n", "\r").encode()]
)
def test_a_mark_and_the_line_ends_of_other_systems_change_nothing(data: bytes) -> None:
    assert parse_document(data, "f.yaml").data == parse_document(BASE, "f.yaml").data


# ---- accounts and the project

SETTINGS = [
    ("account", "act_1", "1000000000", "act_1000000000"),
    ("account", "act_1", '"1000000000"', "act_1000000000"),
    ("account", "act_1", "ACT-1000000000", "act_1000000000"),
    ("account", "act_1", "1,000,000,000", "act_1000000000"),
    (
        "account",
        "act_1",
        "https://adsmanager.facebook.com/adsmanager/manage/campaigns?act=1000000000&x=1",
        "act_1000000000",
    ),
    ("account", "act_1", "[act_1000000000]", "act_1000000000"),
    ("account", "act_1", "“act_1000000000”", "act_1000000000"),
    ("account", "act_1", "Acme", "act_1234567890"),
    ("currency", "SGD", "sgd", "SGD"),
    ("currency", "SGD", "S$", "SGD"),
    ("currency", "SGD", "Singapore dollars", "SGD"),
    ("currency", "SGD", "“SGD”", "SGD"),
    ("currency", "SGD", "~", "SGD"),
    ("page", '"1029"', "1029", '"1029"'),
    ("pixel", '"5647"', "5647", '"5647"'),
    ("name", "Acme", "2026", '"2026"'),
    ("token", "env/A", "env/meta_token", "env/META_TOKEN"),
    ("token", "env/A", "$META_TOKEN", "env/META_TOKEN"),
    ("token", "env/A", "META_TOKEN", "env/NAME"),
    ("pre_review", "true", "Yes", "true"),
    ("policies", "{max_daily_budget: 300.00 SGD}", "{max_daily_budget: S$300}", "300.00 SGD"),
    ("policies", "{max_budget_increase: 50}", "{max_budget_increase: 50%}", "50"),
    ("policies", "{max_lateness: 24h}", "{max_lateness: 24 hours}", '"24h"'),
    ("policies", "{max_lateness: 24h}", "{max_lateness: 24}", '"24h"'),
    ("policies", "{allowed_domains: [acme.example]}", "{allowed_domains: acme.example}", "[acme.example]"),
    ("policies", "{require_url_tags: true}", "{require_url_tags: yes}", "true"),
    ("policies", "{drift: keep}", "{drift: Keep}", "keep"),
]


@pytest.mark.parametrize(("field", "right", "wrong", "meant"), SETTINGS)
def test_a_value_of_an_account_has_one_error_whose_mend_works(field: str, right: str, wrong: str, meant: str) -> None:
    bare = re.sub(rf"(?m)^{field}:.*\n", "", ACCOUNT)
    ads = BASE.replace("  video", '  url_tags: a=b\n  page: "7"\n  video') + 'pixel: "8"\n'
    (problem,) = problems_of(ads, account=f"{field}: {wrong}\n{bare}")
    assert problem.origin.line == 1
    assert meant in problem.mend
    followed = right.replace(right.rsplit(": ", maxsplit=1)[-1].rstrip("}"), meant) if field == "policies" else meant
    assert desired_of(ads, account=f"{field}: {followed}\n{bare}").resources


PROJECTS = [
    ("project", "Acme Agency", "acme-agency"),
    ("project", "acme_agency", "acme-agency"),
    ("timezone", "SGT", "Asia/Singapore"),
    ("api_version", "26", "v26.0"),
    ("api_version", "26.0", "v26.0"),
    ("api_version", "v26", "v26.0"),
    ("api_version", '"26.0"', "v26.0"),
    ("pre_review", "On", "true"),
]


@pytest.mark.parametrize(("field", "wrong", "meant"), PROJECTS)
def test_a_value_of_the_project_has_one_error_whose_mend_works(field: str, wrong: str, meant: str) -> None:
    rest = "" if field == "project" else PROJECT
    (problem,) = problems_of(project=f"{rest}{field}: {wrong}\n")
    assert meant in problem.mend
    assert desired_of(project=f"{rest}{field}: {meant}\n").resources


SLIPPED = [
    pytest.param({"account": ACCOUNT.replace("\n  ", "\n")}, "regulated: singapore, taiwan, eu", id="an account"),
    pytest.param({"project": PROJECT + "policies:\nmax_removals: 20\n"}, "policies: max_removals", id="the project"),
    pytest.param({"campaign": BASE + "lifecycle:\non_remove: pause\n"}, "lifecycle: on_remove", id="a lifecycle"),
    pytest.param(
        {"campaign": "name: A\nad_sets:\nmain: {countries: [SG]}\n"}, "ad_sets: main", id="an ad set under its key"
    ),
    pytest.param(
        {"campaign": BASE + "extends: t\n", "templates": {"t": "ad:\nheadline: Save\n"}},
        "ad: headline",
        id="a template",
    ),
]


@pytest.mark.parametrize(("files", "slipped"), SLIPPED)
def test_lines_that_are_not_indented_are_told_at_the_key_that_they_belong_to(
    files: dict[str, str], slipped: str
) -> None:
    (problem,) = problems_of(**files)  # type: ignore[arg-type]
    assert problem.message == f"the lines below {slipped.split(':', maxsplit=1)[0]}: stand no further in than it"
    assert problem.mend == f"put two spaces before each line that belongs to {slipped}"


def test_a_key_that_takes_away_what_a_template_says_is_no_slip() -> None:
    text = BASE + "extends: t\nlifecycle: ~\n"
    assert desired_of(text, templates={"t": "lifecycle: {protect: true}\n"}).resources


@pytest.mark.parametrize(
    ("key", "name"), [("Spring Sale", "spring-sale"), ("SPRING", "spring-2"), ("Früh.2", "fruh-2")]
)
def test_a_file_name_that_is_no_key_is_answered_with_one(key: str, name: str) -> None:
    (problem,) = problems_of(more={key: BASE.replace("Spring", "Other")})
    assert problem.mend.startswith(f"rename it to {name}.yaml")
    assert desired_of(more={name: BASE.replace("Spring", "Other")}).resources


def test_two_file_names_that_are_no_keys_get_two_and_neither_of_a_file_that_is_there() -> None:
    more = {key: BASE.replace("Spring", f"Other {key}") for key in ("Camp0", "camp0", "caf\u00e9", "cafe\u0301")}
    mends = [problem.mend.partition(":")[0] for problem in problems_of(more=more)]
    assert sorted(mends) == ["rename it to cafe-2.yaml", "rename it to cafe.yaml", "rename it to camp0-2.yaml"]


@pytest.mark.parametrize("written", ["sale.yaml", "templates/sale.yaml", "[sale.yaml]", "Sale"])
def test_a_template_is_named_by_its_key(written: str) -> None:
    template = {"sale": "url_tags: a=b\n"}
    (problem,) = problems_of(BASE + f"extends: {written}\n", templates=template)
    assert problem.mend == "write sale"
    assert desired_of(BASE + "extends: sale\n", templates=template).resources


# ---- words of Ads Manager and of other tools

SHEET = [
    ("Campaign Name", "write name"),
    ("Campaign Status", "write status"),
    ("Campaign Objective", "write objective"),
    ("Campaign Daily Budget", "write daily_budget"),
    ("Campaign Start Time", "write activate_at"),
    ("Campaign Stop Time", "write deactivate_at"),
    (
        "Ad Set Name",
        "delete the line: the one ad set of the short form is named as its campaign is; with ad_sets: it has a name",
    ),
    ("Ad Set Run Status", "write status"),
    ("Ad Set Time Start", "write activate_at"),
    (
        "Ad Set Daily Budget",
        "delete the line: daily_budget is written already, and holds for the one ad set of the short form",
    ),
    ("Ad Name", "write name, on the ad"),
    ("Title", "write headline, on the ad"),
    ("Body", "write primary_text, on the ad"),
    ("Primary Text", "write primary_text, on the ad"),
    ("Link", "write destination_url, on the ad"),
    ("Website URL*", "write destination_url, on the ad"),
    ("Link Description", "write description, on the ad"),
    ("Call to Action", "write call_to_action, on the ad"),
    ("Image File Name", "write image, on the ad"),
    ("Video File Name", "write video, on the ad"),
    ("URL Tags", "write url_tags"),
    ("Start Date", "write activate_at"),
    ("End Date", "write deactivate_at"),
    ("launchDate", "write activate_at"),
    ("Location", "write countries"),
    ("Age Min", "write targeting: {age_min: 18}"),
    ("Gender", "write targeting: {genders: [2]} for women, [1] for men"),
    ("cities", "write targeting: {geo_locations: {cities: [{key: …}]}}"),
    ("interests", "write targeting: {flexible_spec: [{interests: [{id: …, name: …}]}]}"),
    ("Facebook Page ID", "write page"),
    ("Instagram Account", "write instagram_user"),
    ("Optimisation Goal", "write optimization_goal"),
    ("final_url", "write destination_url, on the ad"),
    ("headline_1", "write headline, on the ad"),
    ("landing_page_url", "write destination_url, on the ad"),
    ("intro_text", "write primary_text, on the ad"),
    ("utm_source", "write url_tags: utm_source=x"),
    ("schedule", "write activate_at for the start, deactivate_at for the end"),
    ("attribution_window", "write attribution_spec"),
    ("video_id", "write video: and the path of the file below creatives/, such as video: spring/hero.mp4, on the ad"),
    ("media", "write video or image, on the ad"),
    ("currency", "remove it: the account's file says it"),
    ("timezone", "write timezone in desired/project.yaml"),
    ("account_id", "remove it: the folder says it, desired/campaigns/<account>/"),
    ("id", "remove it: the file's name is the campaign's key, and Meta's id is found by its label"),
    ("on_remove", "write lifecycle: {on_remove: …}"),
]


@pytest.mark.parametrize(("said", "mend"), SHEET)
def test_a_column_or_a_word_of_another_tool_is_answered_with_the_field(said: str, mend: str) -> None:
    problem = only(BASE + f"{said}: x\n")
    assert problem.message == f"unknown key {said!r}"
    assert problem.mend == mend


TRAFFIC = "objective: OUTCOME_TRAFFIC\noptimization_goal: LINK_CLICKS\n"


@pytest.mark.parametrize("above", ["", TRAFFIC], ids=["the preset", "without it"])
@pytest.mark.parametrize("part", sorted(set(PARTS_OF_TARGETING.values())))
def test_a_part_of_targeting_is_taken_as_it_is_proposed(part: str, above: str) -> None:
    places = BASE.replace("countries: [SG]\n", "") if "geo_locations" in part else BASE
    written = part.replace("{key: …}", "{key: '1', country: SG}").replace("id: …", "id: '6003'")
    written = written.replace("[…]", "[24]").replace("…", "Coffee")
    warned = desired_of(f"{above}{written}\n{places}").warnings
    assert [each.message for each in warned if "suggestions only" not in each.message] == []


def test_placements_are_answered_for_the_preset_and_without_it() -> None:
    mend = only(BASE + "placements: [feed]\n").mend
    assert mend.startswith(
        "remove it: Advantage+ Sales chooses where the ads stand; without that preset write targeting"
    )
    assert desired_of(f"{TRAFFIC}targeting: {{publisher_platforms: [facebook, instagram]}}\n{BASE}").warnings == ()


FORMATS = [
    ("carousel", "carousel ads are not supported yet"),
    ("child_attachments", "carousel ads are not supported yet"),
    ("slideshow", "slideshows are not supported yet"),
    ("collection", "collection ads are not supported yet"),
    ("post_id", "ads made of an existing post are not supported yet"),
    ("object_story_id", "ads made of an existing post are not supported yet"),
    ("product_set", "catalogue ads are not supported yet"),
    ("whatsapp", "ads that open a chat are not supported yet"),
    ("phone_number", "ads that call are not supported yet"),
    ("app_id", "app ads are not supported yet"),
    ("partner_id", "partnership ads are not supported yet"),
]


@pytest.mark.parametrize(("said", "says"), FORMATS)
def test_the_word_of_a_format_that_is_not_there_yet_says_so(said: str, says: str) -> None:
    problem = only(BASE + f"  {said}: x\n")
    assert problem.message == f"unknown key {said!r}: {says}"
    assert problem.mend == "write an ad of one video or one image, or make this ad in Ads Manager"


@pytest.mark.parametrize("value", ["whatsapp", "Messenger", "[whatsapp, instagram]", "WhatsApp"])
def test_a_message_that_names_a_chat_is_the_word_of_an_ad_that_opens_one(value: str) -> None:
    problem = only(BASE + f"  message: {value}\n")
    assert problem.message == "unknown key 'message': ads that open a chat are not supported yet"
    assert problem.mend == "write an ad of one video or one image, or make this ad in Ads Manager"


def test_any_other_message_is_a_text() -> None:
    assert only(BASE + "  message: Ask us on whatsapp\n").mend == "write primary_text"


@pytest.mark.parametrize("said", ["headlines", "primary_texts", "videos", "images", "dynamic_creative"])
def test_several_texts_are_several_ads(said: str) -> None:
    problem = only(BASE + f"  {said}: [x, y]\n")
    assert problem.message.endswith("ads that mix several texts or media are not supported yet")
    assert problem.mend == "write ads: with one ad for each of them, or make this ad in Ads Manager"


def test_no_word_has_two_answers_and_none_is_a_field() -> None:
    tables = (RIGHT_NAMES, PARTS_OF_TARGETING, OF_A_LEVEL, NOT_YET, EITHER, ELSEWHERE)
    words = [word for table in tables for word in table]
    assert sorted(words) == sorted(set(words))
    fields = {name for spec in LEVELS.values() for name in spec.model_fields}
    assert not fields & {*NOT_YET, *EITHER, *OF_A_LEVEL, *ELSEWHERE}


# ---- how proposals are written


@pytest.mark.parametrize(
    "value",
    [
        "SG",
        "a b",
        "10.10",
        "true",
        "Null",
        "a: b",
        "#1",
        "“a”",
        "it's",
        'say "hi"',
        "C:\\x",
        "",
        "a\nb",
        "24h",
        True,
        5,
        ["NO", "a,b"],
    ],
)
def test_what_is_proposed_reads_as_what_is_meant(value: object) -> None:
    assert parse_document(f"k: {as_yaml(value)}\n", "f.yaml").data == {"k": value}
    assert parse_document(f"k: {as_yaml({'a': value})}\n", "f.yaml").data == {"k": {"a": value}}


def test_a_word_beside_its_long_form_in_the_short_form_is_told_once() -> None:
    (problem,) = problems_of(BASE + "targeting: {geo_locations: {countries: [MY]}}\n")
    assert problem.message.startswith("countries beside targeting.geo_locations")
