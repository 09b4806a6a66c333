"""Texts and links that would be published, or opened, in a way that nobody wants, with the parameters that Meta adds to
links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import pytest
from support.declaring import ACCOUNT, NOW, desired_of, facts_of, repository_of

from reconciler.config.document import parse_document
from reconciler.config.resolve import resolve
from reconciler.config.specs import declare
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Problem

URL = "https://acme.example/spring"


def campaign_with(name: str, written: str) -> str:
    fields = {"video": "a.mp4", "destination_url": URL, "primary_text": "Shop now.", "headline": "Save 30%"}
    lines = "".join(f"  {key}: {value}\n" for key, value in {**fields, name: written}.items())
    return f"name: Spring\ndaily_budget: 50.00 SGD\nad:\n{lines}"


def yaml_text(quoted: str) -> object:
    return parse_document(f"text: {quoted}\n", "f.yaml").data["text"]


@dataclass
class Heard:
    is_error: bool
    said: tuple[Problem, ...]


def heard(name: str, written: str, **more: Any) -> Heard:
    try:
        return Heard(False, desired_of(campaign_with(name, written), **more).warnings)
    except ConfigError as error:
        return Heard(True, error.problems)


ERROR, WARNING = True, False

TAGS = [
    # what the buyer wrote, what it is, what is told, what is meant
    ("https://shop.example/?utm_source=meta", ERROR, "without the page", "utm_source=meta"),
    ("www.shop.example/a?utm_source=meta&b=c", ERROR, "without the page", "utm_source=meta&b=c"),
    ("/spring?utm_source=meta", ERROR, "without the page", "utm_source=meta"),
    ("utm_source:meta&utm_campaign:x", ERROR, "a name, = and a value", "utm_source=meta&utm_campaign=x"),
    ("utm_source=meta&utm_campaign:x", ERROR, "a name, = and a value", "utm_source=meta&utm_campaign=x"),
    ('"a={campaign.name}"', ERROR, "as Meta writes it", "a={{campaign.name}}"),
    ('"a={{campaign_name}}&b={{ad_set.id}}"', ERROR, "as Meta writes it", "a={{campaign.name}}&b={{adset.id}}"),
    ('"a={{CAMPAIGN_NAME}}"', ERROR, "as Meta writes it", "a={{campaign.name}}"),
    ('"a={{ campaign.name }}"', ERROR, "as Meta writes it", "a={{campaign.name}}"),
    ('"a={{campaign.name}&b=c"', ERROR, "as Meta writes it", "a={{campaign.name}}&b=c"),
    ('"a={{campaing.name}}"', ERROR, "as Meta writes it", "a={{campaign.name}}"),
    ("a={campaignid}&b=${adgroupid}", ERROR, "as Meta writes it", "a={{campaign.id}}&b={{adset.id}}"),
    ("a=__CAMPAIGN_NAME__", ERROR, "as Meta writes it", "a={{campaign.name}}"),
    ("a=[source]", ERROR, "as Meta writes it", "a={{site_source_name}}"),
    ("a=%7B%7Bad.id%7D%7D", WARNING, "may not be read as", "a={{ad.id}}"),
    ("utm_source=meta & utm_campaign=x", WARNING, "joined by & alone", "utm_source=meta&utm_campaign=x"),
    ("utm_source=meta, utm_campaign=x", WARNING, "joined by & alone", "utm_source=meta&utm_campaign=x"),
    ("utm_source=meta;utm_campaign=x", WARNING, "joined by & alone", "utm_source=meta&utm_campaign=x"),
    ("utm_source=meta utm_campaign=x", WARNING, "joined by & alone", "utm_source=meta&utm_campaign=x"),
    ("|\n    utm_source=meta\n    utm_campaign=x", WARNING, "joined by & alone", "utm_source=meta&utm_campaign=x"),
    ("utm_source = meta", WARNING, "no space stands beside", "utm_source=meta"),
    ("'utm_source: meta'", ERROR, "a name, = and a value", "utm_source=meta"),
    ("utm_source=meta&amp;utm_campaign=x", WARNING, "how the code of a page writes", "utm_source=meta&utm_campaign=x"),
    ("?utm_source=meta", WARNING, "Meta writes the ? or & before it", "utm_source=meta"),
    ("utm_campaign=spring sale", WARNING, "a space in it breaks the link", "utm_campaign=spring%20sale"),
    ("utm_source=meta,", WARNING, "ends in a sign", "utm_source=meta"),
    ('utm_campaign="spring"', ERROR, "a quote stands within it", "utm_campaign=spring"),
    ("utm_campaign=sale#1&utm_source=fb", ERROR, "counted nowhere", "utm_campaign=sale%231&utm_source=fb"),
    ("utm_source=fb#top", ERROR, "counted nowhere", "utm_source=fb%23top"),
    ('"utm_source=fb#"', WARNING, "ends in a sign", "utm_source=fb"),
    ("utm_campaign=h&m&utm_source=fb", WARNING, "is written %26", "utm_campaign=h%26m&utm_source=fb"),
    ("utm_campaign=a&b&c", WARNING, "is written %26", "utm_campaign=a%26b%26c"),
    ("utm_campaign=a + b", WARNING, "a space in it", "utm_campaign=a%20%2B%20b"),
    ("utm_campaign=a+b c", WARNING, "a space in it", "utm_campaign=a+b%20c"),
    ('"utm_source=meta  # ours"', ERROR, "a comment stands within it", "utm_source=meta"),
]


@pytest.mark.parametrize(("written", "is_error", "says", "meant"), TAGS)
def test_tags_that_would_lose_a_count_are_told_with_those_that_were_meant(
    written: str, is_error: bool, says: str, meant: str
) -> None:
    found = heard("url_tags", written)
    (told,) = found.said
    assert (found.is_error, told.mend) == (is_error, f'write url_tags: "{meant}"')
    assert says in told.message
    assert told.message.count("; ") == told.message.count("&amp; ")
    assert heard("url_tags", f'"{meant}"') == Heard(False, ())


def test_all_that_is_wrong_with_tags_is_mended_at_once() -> None:
    found = heard("url_tags", '"?utm_source: meta, utm_campaign={{ campaign_name }} # ours"'.replace(": ", ":"))
    (told,) = found.said
    assert told.mend == 'write url_tags: "utm_source=meta&utm_campaign={{campaign.name}}"'


def test_signs_that_part_a_link_are_written_in_a_value_as_a_page_reads_them() -> None:
    (told,) = heard("url_tags", '"utm_campaign=H&M #1 +x&utm_source=fb"').said
    assert told.mend == 'write url_tags: "utm_campaign=H%26M%20%231%20%2Bx&utm_source=fb"'
    read = dict(parse_qsl(told.mend.partition('"')[2].rstrip('"')))
    assert read == {"utm_campaign": "H&M #1 +x", "utm_source": "fb"}


@pytest.mark.parametrize(
    ("written", "says", "mend"),
    [
        ("utm_source=fb&a=b&utm_source=ig", "utm_source stands twice",
         'keep one: write url_tags: "utm_source=fb&a=b" or write url_tags: "utm_source=ig&a=b"'),
        ("utm_source=fb&utm_source=fb", "utm_source stands twice", 'keep one: write url_tags: "utm_source=fb"'),
        ("spring&utm_source=fb", "spring is no parameter", "write it as utm_campaign=spring, or take it out"),
    ],
)  # fmt: skip
def test_parameters_of_which_a_count_takes_another_than_meant_are_a_warning(written: str, says: str, mend: str) -> None:
    found = heard("url_tags", written)
    (told,) = found.said
    assert not found.is_error
    assert (says in told.message, told.mend) == (True, mend)


def test_a_list_in_tags_is_no_name_written_twice() -> None:
    assert heard("url_tags", '"a[]=1&a[]=2"') == Heard(False, ())


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("a={campaign}", "write {{campaign.name}} or {{campaign.id}} in its place"),
        ("a={gclid}", "write one of {{campaign.id}} "),
        ("a=[SG]", "write one of {{campaign.id}} "),
        ('"a={{product.id}}"', "write one of {{campaign.id}} "),
    ],
)
def test_what_meta_fills_in_nothing_for_is_a_warning(written: str, mend: str) -> None:
    found = heard("url_tags", written)
    (told,) = found.said
    assert not found.is_error
    assert told.mend.startswith(mend)


def test_an_accounts_tags_are_looked_at_as_well() -> None:
    found = heard("headline", "Save", account=ACCOUNT + "url_tags: utm_source=meta & utm_medium=paid\n")
    (told,) = found.said
    assert str(told.origin) == "desired/accounts/acme-sg.yaml:10:11"
    assert told.mend == 'write url_tags: "utm_source=meta&utm_medium=paid"'


LINKS = [
    (f"{URL},", ERROR, "ends in a sign", URL),
    (f"{URL};", ERROR, "ends in a sign", URL),
    (f"{URL}”", ERROR, "a quote stands within it", URL),
    (f"{URL}?a=“b”", ERROR, "a quote stands within it", f"{URL}?a=b"),
    (f"'{URL}?a={{campaign.name}}'", ERROR, "as Meta writes it", f"{URL}?a={{{{campaign.name}}}}"),
    (f"'{URL}?a={{{{ campaign.name }}}}'", ERROR, "is no web address", f"{URL}?a={{{{campaign.name}}}}"),
    (f"{URL}?utm_source=meta & utm_medium=x", ERROR, "is no web address", f"{URL}?utm_source=meta&utm_medium=x"),
    (f"{URL}?utm_source:meta", ERROR, "a name, = and a value", f"{URL}?utm_source=meta"),
    (f'"{URL}  # landing"', ERROR, "is no web address", URL),
    (f"{URL}?a=b&amp;c=d", WARNING, "how the code of a page writes", f"{URL}?a=b&c=d"),
    (f"https://{URL}", ERROR, "is no web address", URL),
    (f"<{URL}>", ERROR, "is no web address", URL),
    (f"<{URL}|acme.example/spring>", ERROR, "is no web address", URL),
    (f"<{URL}|{URL}>", ERROR, "is no web address", URL),
    (f'"<{URL}|the shop>"', ERROR, "is no web address", URL),
    (f'"[the shop]({URL})"', ERROR, "is no web address", URL),
    (f'"[{URL}]({URL})"', ERROR, "is no web address", URL),
    (f"'[the shop]({URL} \"Spring\")'", ERROR, "is no web address", URL),
    (f"'<a href=\"{URL}\">the shop</a>'", ERROR, "is no web address", URL),
    (f'"`{URL}`"', ERROR, "is no web address", URL),
    (f"{URL}&utm_source=meta&a=b", ERROR, "the first parameter stands behind a ?", f"{URL}?utm_source=meta&a=b"),
    (f"{URL}utm_source=meta", ERROR, "the first parameter stands behind a ?", f"{URL}?utm_source=meta"),
    (f"{URL}/utm_source=meta", ERROR, "the first parameter stands behind a ?", f"{URL}/?utm_source=meta"),
    (f"{URL}&a=b", WARNING, "an & before the first ?", f"{URL}?a=b"),
    (f"{URL}?a=b?utm_source=meta", WARNING, "a second ?", f"{URL}?a=b&utm_source=meta"),
    (f"{URL}#top?utm_source=meta", WARNING, "behind a #", f"{URL}?utm_source=meta#top"),
    (f"{URL}?a=b#top&utm_source=meta", WARNING, "behind a #", f"{URL}?a=b&utm_source=meta#top"),
    (f"{URL}.", WARNING, "ends in a sign that may be", URL),
    (f"{URL})", WARNING, "ends in a sign that may be", URL),
    ("https://acme.exmaple/spring", WARNING, "looks like it", URL),
    ("https://acm.example/spring", WARNING, "looks like it", URL),
    ("https://www.acmee.example/spring", WARNING, "looks like it", "https://www.acme.example/spring"),
]


@pytest.mark.parametrize(("written", "is_error", "says", "meant"), LINKS)
def test_a_link_that_leads_nowhere_is_told_with_the_one_that_was_meant(
    written: str, is_error: bool, says: str, meant: str
) -> None:
    found = heard("destination_url", written)
    (told,) = found.said
    shown = f'"{meant}"' if "{" in meant else meant
    assert (found.is_error, told.mend.split(", unless")[0]) == (is_error, f"write {shown}")
    assert says in told.message
    assert heard("destination_url", f'"{meant}"') == Heard(False, ())


@pytest.mark.parametrize(
    ("own", "others"),
    [
        ("domain: acme.example\n", ["shop.example", "shop.example"]),
        ("domain: shop.example\n", ["shop.example"]),
        ("", ["shop.example"]),
        ("policies: {allowed_domains: [shop.example]}\n", ["shop.example"]),
        ("domain: acme.example\npolicies: {allowed_domains: [acme.example, shop.example]}\n", ["shop.example"]),
        ("domain: acme.example\n", ["hop.example"]),
    ],
)
def test_a_page_that_may_be_meant_is_nobody_elses(own: str, others: list[str]) -> None:
    account = ACCOUNT.replace("domain: acme.example\n", "")
    repository = repository_of(campaign_with("destination_url", "https://www.shop.example/"), account=account + own)
    for number, domain in enumerate(others, start=2):
        text = account.replace("act_1", f"act_{number}") + f"domain: {domain}\n"
        repository.accounts[f"other-{number}"] = parse_document(text, f"desired/accounts/other-{number}.yaml")
    declared = declare(repository)
    told = [one.message for one in resolve(declared, facts_of(declared), NOW).warnings]
    assert not [one for one in told if "whose domain is" in one]


def test_what_follows_a_space_may_be_a_note() -> None:
    (told,) = heard("destination_url", f"{URL} sale").said
    assert told.mend == f"write {URL}%20sale; or, where what follows the space is a note, {URL}"


@pytest.mark.parametrize(
    ("query", "says"), [("utm_source=a&utm_source=b", "utm_source stands twice"), ("utm_source", "has no value")]
)
def test_a_parameter_of_a_link_has_one_value(query: str, says: str) -> None:
    found = heard("destination_url", f"{URL}?{query}")
    (told,) = found.said
    assert not found.is_error
    assert says in told.message


@pytest.mark.parametrize("rest", ["?to=https://acme.example/?a=b", "#/product/1", "?q=a&b", ";x=1", "?tag[]=1&tag[]=2"])
def test_a_link_of_an_unusual_form_may_be_meant(rest: str) -> None:
    assert heard("destination_url", f'"{URL}{rest}"').said == ()


OTHER = "https://shop.acme.example/"


@pytest.mark.parametrize(
    "written", [f"{URL} {OTHER}", f"{URL}, {OTHER}", f"{URL} or {OTHER}", f"{URL},{OTHER}", f"{URL}{OTHER}"]
)
def test_of_two_addresses_one_is_kept(written: str) -> None:
    found = heard("destination_url", written)
    (told,) = found.said
    assert found.is_error
    assert told.message == "destination_url holds two addresses"
    assert told.mend == f"keep one: write {URL} or write {OTHER}"


@pytest.mark.parametrize("written", [f"{URL}…", f"{URL}..."])
def test_an_address_that_is_cut_off_is_refused(written: str) -> None:
    found = heard("destination_url", written)
    assert found.is_error
    assert found.said[0].mend == "write the whole address of the page"


def test_a_parameter_with_two_values_is_a_warning() -> None:
    account = ACCOUNT + "url_tags: utm_source=meta&utm_medium=paid\n"
    (told,) = heard("destination_url", f"{URL}?utm_source=fb&x=1", account=account).said
    assert told.message.startswith("utm_source stands in destination_url and, with another value, in url_tags")
    assert told.mend.startswith(f"write destination_url: {URL}?x=1; or")
    assert heard("destination_url", f"{URL}?utm_source=meta&x=1", account=account).said == ()


COPY = [
    ("primary_text", "|\n    Shop now.\n    # old: 40% off, do not use", WARNING, "'# old: 40% off, do not use'"),
    ("primary_text", "|\n    Shop now.\n      # approved by Tan", WARNING, "'# approved by Tan'"),
    ("headline", '"Save 30% # TODO check"', WARNING, "'# TODO check'"),
    ("primary_text", '"Shop now.\n\n    Free delivery\n    Ends Sunday"', WARNING, "YAML makes one line"),
    ("primary_text", "'Shop now.\n    - Free delivery\n    - Ends Sunday'", WARNING, "YAML makes one line"),
    *(("headline", said, WARNING, "yet to be filled in") for said in ("TBC", "tbd", "XXX", "N/A", "'TODO: Tan'")),
    *(("name", said, WARNING, "yet to be filled in") for said in ("TBD", "Spring | TBC | SG", "<client> | SG")),
    ("primary_text", "Everything at [BRAND] is 30% off", WARNING, "'[BRAND]' is yet to be filled in"),
    ("primary_text", '"Meet {{product.name}}"', WARNING, "'{{product.name}}' is yet to be filled in"),
    ("primary_text", "Lorem ipsum dolor sit amet", ERROR, "lorem ipsum"),
    *(("headline", f'"{said}"', ERROR, said) for said in ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!")),
    ("headline", "'=A2&\"x\"'", ERROR, "=A2"),
    ("headline", "=CONCAT(A2, B2)", ERROR, "=CONCAT("),
    ("url_tags", '"#REF!"', ERROR, "#REF!"),
    ("headline", "#REF!", ERROR, "headline is written with nothing"),
    ("headline", "Save #REF!", ERROR, "headline ends here"),
]


@pytest.mark.parametrize(("name", "written", "is_error", "says"), COPY)
def test_what_nobody_meant_to_publish_is_told(name: str, written: str, is_error: bool, says: str) -> None:
    found = heard(name, written)
    (told,) = found.said
    assert found.is_error == is_error
    assert says in told.message
    assert '"#' not in told.mend


TAKEN = [
    *(
        ("primary_text", text)
        for text in (
            "|\n    #sale #now\n    Shop #1 brand",
            "|\n    We are # 1",
            "|\n    # 1 in Singapore",
            "|\n    =======\n    Shop now",
            "|\n    >>>>>>> Shop now",
            '"🎉🎉"',
            '"Shop now.\\n\\nFree delivery"',
            '"Shop now, for everything\n    is 30% off."',
            "'[NEW] Everything for <3 and {all}'",
            "TBC Bank is here",
            "acme.example/?a=b&copy=c",
            "'5 = 2 + 3'",
            '"Shop now "',
        )
    ),
    *(
        ("name", text)
        for text in ("'[SG] Prospecting [Video]'", "'SG # retarget'", "NA | Video", "'[Brand] SG'", "Todo al 50%")
    ),
    *(
        ("destination_url", url)
        for url in (
            "https://acme.example/Mercury_(planet)",
            "https://acme.example/men’s",
            "https://acme.example/?next=https://shop.example/",
            "https://acme.example/web/2020/https://shop.example/",
            "'https://acme.example/?a={{ad.id}}&b={{site_source_name}}'",
            "https://acme.example/?filter=color:red,size=4",
            "https://acme.example:8443/a,b;c/",
            "https://acme.example/春",
            "https://shop.example/",
            "https://acme-shop.example/",
            "https://shop.acme.example/",
            "https://acme.example.sg/",
        )
    ),
    *(
        ("url_tags", tags)
        for tags in (
            "utm_source=meta&region=SG&copy=a&sect=b",
            "utm_content=a,b|c;d&flag=",
            "utm_campaign=spring-sale_2026.12&t=10:30",
            "a=%7B1%7D&b=my__own__x",
            "'a={{campaign.id}}&b={{adset.id}}&c={{ad.id}}&d={{campaign.name}}&e={{placement}}'",
        )
    ),
]


@pytest.mark.parametrize(("name", "written"), TAKEN)
def test_what_people_do_write_is_taken_without_a_word(name: str, written: str) -> None:
    assert heard(name, written) == Heard(False, ())


def test_a_merge_conflict_within_a_text_is_refused() -> None:
    text = "|\n    <<<<<<< HEAD\n    Save 30%\n    =======\n    Save 40%\n    >>>>>>> spring"
    with pytest.raises(ConfigError, match=r"spring\.yaml:7:1: a merge conflict is left in the file"):
        desired_of(campaign_with("primary_text", text))


def test_a_sign_that_turns_letters_around_is_told_wherever_it_stands() -> None:
    found = heard("headline", '"Save \u202e03\u202c % now"')
    (told,) = found.said
    assert not found.is_error
    assert told.mend == 'write "Save 03 % now"'


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("\u2066Sale\u2069 now", "Sale now"),
        ("Now: \u2067Sale\u2069", "Now: Sale"),
        ("\u202aSale\u202c \u2068now\u2069 on", "Sale \u2068now\u2069 on"),
        ("\u2066Sale now\u2069", "Sale now"),
    ],
)
def test_a_direction_that_is_taken_from_an_end_goes_with_its_partner(written: str, meant: str) -> None:
    (told,) = heard("headline", f'"{written}"').said
    assert yaml_text(told.mend.removeprefix("write ")) == meant
    assert heard("headline", told.mend.removeprefix("write ")) == Heard(False, ())
