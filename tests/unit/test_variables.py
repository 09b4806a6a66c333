"""Templates, variables and matrices: what the YAML declares with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.declaring import ACCOUNT, AD, PROJECT, SHORT, desired_of, place, problems_of, resources_of

from reconciler.config.tables import parse_table
from reconciler.model.address import Address
from reconciler.model.errors import ConfigError

SPRING = Address.of("acme-sg", "spring")
BASE = f"vars:\n  product: string\n  budget: {{type: money, default: 20.00 SGD}}\ndaily_budget: ${{budget}}\nad: {AD}\n"
NAMED = BASE + "name: ${client} | ${objective} | ${countries} | ${product}\n"
OWN = "extends: base\nvars: {product: Shoes}\n"
ADS = "{image: [b.png, c.png], text: {x: {headline: X}, y: {headline: Y}}}"
MATRIX = 'name: Spring\ndaily_budget: 50.00 SGD\nad: {destination_url: "https://acme.example/"}\nmatrix: {ads: %s}\n'


def fields(text: str, **more: object) -> dict[str, object]:
    return dict(resources_of(text, **more)[SPRING].fields)  # type: ignore[arg-type]


# ---- templates


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        ("[mid, base]", "base is named after mid, which extends it"),
        ("[other, top, mid]", "mid is named after top, which extends it"),
        ("[top, base]", "base is named after top, which extends it"),
        ("[base, mid, top]", ""),
        ("[mid, other]", ""),
    ],
)
def test_a_template_that_would_have_to_win_over_what_it_is_the_base_of_is_refused(extends: str, message: str) -> None:
    templates = {
        "base": "url_tags: of=base\n",
        "mid": "extends: base\nurl_tags: of=mid\n",
        "top": "extends: mid\nurl_tags: of=top\n",
        "other": "spend_cap: 900.00 SGD\n",
    }
    text = SHORT + f"extends: {extends}\n"
    if message:
        (problem,) = problems_of(text, templates=templates)
        assert message in problem.message
        assert problem.origin.line == 4
    else:
        last = extends.strip("[]").split(", ")[-1]
        of = "mid" if last == "other" else last
        ad = resources_of(text, templates=templates)[Address.of("acme-sg", "spring", "main", "main")]
        assert ad.fields["url_tags"] == f"of={of}"


@pytest.mark.parametrize(("extends", "name"), [("[a, b]", "B"), ("[b, a]", "A"), ("c", "B")])
def test_of_several_templates_the_later_wins(extends: str, name: str) -> None:
    templates = {"a": "name: A\nspend_cap: 900.00 SGD\n", "b": "name: B\n", "c": "extends: [a, b]\n"}
    found = fields(SHORT.replace("name: Spring\n", f"extends: {extends}\n"), templates=templates)
    assert (found["name"], found["spend_cap"]) == (name, 90000)


def test_a_later_template_s_form_takes_the_place_of_an_earlier_one_s() -> None:
    templates = {"a": "targeting: {geo_locations: {countries: [MY]}}\n", "b": "countries: [TW]\n"}
    found = resources_of(SHORT + "extends: [a, b]\n", templates=templates)
    assert found[Address.of("acme-sg", "spring", "main")].fields["targeting"]["geo_locations"] == {"countries": ["TW"]}


# ---- variables


def test_names_are_put_together_of_what_is_declared() -> None:
    account = ACCOUNT + "name: Acme\n"
    assert fields(OWN, templates={"base": NAMED}, account=account)["name"] == "Acme | SALES | SG | Shoes"


@pytest.mark.parametrize(
    ("project", "account", "template", "own", "budget"),
    [
        ("", "", "default: 20.00 SGD", "", 2000),
        ("30.00 SGD", "", "default: 20.00 SGD", "", 3000),
        ("30.00 SGD", "40.00 SGD", "default: 20.00 SGD", "", 4000),
        ("30.00 SGD", "40.00 SGD", "value: 50.00 SGD", "", 5000),
        ("30.00 SGD", "40.00 SGD", "value: 50.00 SGD", "60.00 SGD", 6000),
    ],
)
def test_the_later_layer_s_value_wins(project: str, account: str, template: str, own: str, budget: int) -> None:
    def given(value: str) -> str:
        return f"vars: {{budget: {value}}}\n" if value else ""

    text = f"extends: base\nname: Spring\nad: {AD}\n{given(own)}"
    base = f"vars: {{budget: {{type: money, {template}}}}}\ndaily_budget: ${{budget}}\n"
    found = fields(text, project=PROJECT + given(project), account=ACCOUNT + given(account), templates={"base": base})
    assert found["daily_budget"] == budget


def test_a_dollar_written_twice_is_a_dollar() -> None:
    assert fields(SHORT.replace("name: Spring", "name: Now $${price} $5"))["name"] == "Now ${price} $5"


def test_a_wrong_value_is_told_where_it_is_written() -> None:
    text = OWN.replace("Shoes", "Shoes, budget: 50 EUR")
    (problem,) = problems_of(text, templates={"base": NAMED})
    assert place(problem) == "spring.yaml:2:32"


CUT = 'name: Spring\ndaily_budget: 50.00 SGD\nad: {image: b.png, destination_url: "https://acme.example/"}\n'


@pytest.mark.parametrize(
    "text",
    [
        CUT + "matrix:\n  ads:\n    headline:\n      - Sale #1\n      - Two\n",
        CUT + "matrix:\n  ads:\n    headline:\n      one: Sale #1\n",
        CUT + "matrix:\n  ads:\n    text:\n      one:\n        headline: Sale #1\n      two: {headline: B}\n",
        CUT.replace("Spring", "Spring ${word}") + "matrix:\n  campaigns:\n    word:\n      - Sale #1\n      - Two\n",
        CUT.replace("Spring", "Spring ${word}") + "vars:\n  word: Sale #1\n",
        CUT.replace("Spring", "${word}") + "vars:\n  word: {type: list, default: [Sale #1\n    ]}\n",
        CUT.replace("Spring", "${word} days") + "vars:\n  word: 30 #1\n",
    ],
)
def test_what_a_number_sign_cuts_off_a_value_that_becomes_text_is_told(text: str) -> None:
    said = [one for one in problems_of(text) if "YAML takes what follows the # for a comment" in one.message]
    assert len(said) == 1
    assert "in quotes" in said[0].mend


def test_project_and_template_values_are_not_cut_in_silence() -> None:
    base = f"vars:\n  word:\n    type: string\n    default: Sale #1 now\nname: ${{word}} ${{more}}\nad: {AD}\n"
    text = "extends: base\ndaily_budget: 50.00 SGD\n"
    found = problems_of(text, templates={"base": base}, project=PROJECT + "vars:\n  more: B #2\n")
    assert sorted(place(problem) for problem in found) == ["base.yaml:4:19", "project.yaml:3:11"]


def test_a_note_behind_an_amount_is_no_part_of_it() -> None:
    own = "extends: base\nvars:\n  product: Shoes  # ours\n  budget: 50.00 SGD # tier a\n"
    assert fields(own, templates={"base": NAMED})["daily_budget"] == 5000


def test_a_text_that_is_made_says_of_what() -> None:
    base = BASE.replace("acme.example/", "${product}.example/")
    (problem,) = problems_of(OWN.replace("Shoes", "my shoes") + "name: A\n", templates={"base": base})
    assert place(problem).startswith("base.yaml:5:")
    assert "made with ${product} of desired/campaigns/acme-sg/spring.yaml:2:17" in problem.message


def test_a_variable_without_a_value_names_the_template_s_line() -> None:
    (problem,) = problems_of("extends: base\n", templates={"base": NAMED})
    assert place(problem) == "spring.yaml:1:1"
    assert "desired/templates/base.yaml:2:3" in problem.message


# ---- matrices


def ads(text: str) -> set[str]:
    return {str(at).rpartition("/")[2] for at in desired_of(text).resources if len(at.keys) == 3}


def test_a_matrix_makes_an_ad_of_each_combination() -> None:
    found = desired_of(MATRIX % ADS)
    assert ads(MATRIX % ADS) == {"b-x", "b-y", "c-x", "c-y"}
    assert found.matrices == ((SPRING, "4 ads from 2 × 2 (image × text)"),)


values = st.dictionaries(st.from_regex("[a-z]{1,4}", fullmatch=True), st.just("b.png"), min_size=1, max_size=4)


@given(values, st.randoms())
def test_values_that_are_moved_or_added_leave_the_others_as_they_are(found: dict[str, str], random: object) -> None:
    def written(each: list[str]) -> str:
        return MATRIX % ("{image: {" + ", ".join(f"{key}: b.png" for key in each) + "}}")

    moved = sorted(found, key=lambda key: hash((key, str(random))))
    one, other = (desired_of(written(keys)).resources for keys in (list(found), moved))
    assert {at: each.fields for at, each in one.items()} == {at: each.fields for at, each in other.items()}
    more = desired_of(written([*found, "zzzzz"])).resources
    assert {at: more[at].fields for at in one} == {at: each.fields for at, each in one.items()}


def test_a_matrix_multiplies_what_a_template_says_of_the_ad() -> None:
    template = 'ad: {headline: "${image}", destination_url: "https://acme.example/"}\n'
    text = "extends: base\nname: Spring\ndaily_budget: 50.00 SGD\nmatrix: {ads: {image: [b.png, c.png]}}\n"
    found = resources_of(text, templates={"base": template})
    assert found[Address.of("acme-sg", "spring", "main", "c")].fields["headline"] == "c.png"


def test_ad_sets_and_campaigns_are_made_too() -> None:
    text = SHORT.replace("Spring", "${objective} ${campaign} ${countries}")
    of_sets = resources_of(text + "matrix: {ad_sets: {countries: {sg: [SG], my: [MY]}}}\n")
    assert Address.of("acme-sg", "spring", "my", "main") in of_sets
    assert of_sets[SPRING].fields["name"] == "SALES spring SG+MY"
    of_campaigns = resources_of(text + "matrix: {campaigns: {countries: {sg: [SG], my: [MY]}}}\n")
    assert of_campaigns[Address.of("acme-sg", "spring-my")].fields["name"] == "SALES spring-my MY"


def test_more_than_the_policy_lets_is_refused_with_both_figures() -> None:
    texts = ", ".join(f"t{number}" for number in range(201))
    (problem,) = problems_of(MATRIX % f"{{headline: [{texts}]}}".replace("}}", "}"))
    assert "makes 201 ads (201), and policies.max_matrix is 200" in problem.message


# ---- tables

cells = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\x85\ufffe\uffff"), max_size=12)


@given(
    st.lists(cells, min_size=1, max_size=4),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_a_table_is_read_however_a_sheet_writes_it(found: list[str], mark: str, end: str, bom: bool) -> None:
    lines = [
        mark.join(("key", "said")),
        *(mark.join((f"k{n}", '"' + c.replace('"', '""') + '"')) for n, c in enumerate(found)),
    ]
    table = parse_table(("\ufeff" * bom + end.join(lines) + end).encode(), "t.csv")
    assert [row.cells.data for row in table.rows] == [{"key": f"k{n}", "said": c.strip()} for n, c in enumerate(found)]
    assert [row.origin.line for row in table.rows] == list(range(2, len(found) + 2))


def test_a_field_that_two_dimensions_set_names_both_places() -> None:
    text = f"name: Spring\nad: {AD}\nmatrix:\n  campaigns:\n    tier:\n      a: {{daily_budget: 50.00 SGD}}\n"
    text += "    zone:\n      b: {daily_budget: 60.00 SGD}\n"
    (problem,) = problems_of(text)
    assert place(problem) == "spring.yaml:8:11"
    assert "daily_budget is set by tier" in problem.message
    assert "spring.yaml:6:11" in problem.message


def test_a_reference_in_a_cell_is_told_at_its_place() -> None:
    with pytest.raises(ConfigError) as raised:
        parse_table("key;headline\na;Now ${product}\n", "x.csv")
    assert [str(problem.origin) for problem in raised.value.problems] == ["x.csv:2:3"]


FORMER = 'name: Spring\ndaily_budget: 50.00 SGD\nad: {destination_url: "https://acme.example/"}\nmatrix: {%s}\n'


def former_keys(matrix: str, more: str = "", *, image: bool = False) -> dict[str, set[str]]:
    text = f"{FORMER.replace('%s', matrix)}{more}".replace("ad: {", "ad: {image: b.png, " if image else "ad: {")
    found = resources_of(text)
    return {at.key: {one.key for one in each.aliases} for at, each in found.items() if each.aliases}


def test_a_value_that_is_renamed_keeps_what_was_made_of_it() -> None:
    long = "long: {headline: L}"
    found = former_keys(f"ads: {{image: [b.png, c.png], text: {{kurz: {{previously: [short], headline: S}}, {long}}}}}")
    assert found == {"b-kurz": {"b-short"}, "c-kurz": {"c-short"}}


def test_a_plain_value_and_a_file_are_renamed_by_their_former_keys_too() -> None:
    matrix = "campaigns: {countries: {sg: {value: [SG], previously: [one]}, my: [MY]}}"
    found = former_keys(matrix, "previously: [old]\n", image=True)
    assert found["spring-my"] == {"old-my"}
    assert found["spring-sg"] == {"spring-one", "old-one", "old-sg"}


def test_what_a_new_dimension_multiplies_goes_to_one_of_its_values() -> None:
    text = 'text: {a: {headline: A, previously: [""]}, b: {headline: B}}'
    assert former_keys(f"ads: {{image: [b.png, c.png], {text}}}") == {"b-a": {"b"}, "c-a": {"c"}}
