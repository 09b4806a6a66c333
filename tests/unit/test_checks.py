from __future__ import annotations

import pytest
from support.declaring import ACCOUNT, AD, SHORT, desired_of, place, problems_of

from reconciler.kinds.delivery.checks.campaign import CHECKS, PLACEMENT_KEYS, has_locations
from reconciler.kinds.delivery.checks.raw import MANAGED
from reconciler.model.media import MediaFact

BARE = "account: act_1\ncurrency: SGD\n"
ALL_BUT_SG = ACCOUNT.replace("  singapore:", "  #")
ALL_BUT_EU = ACCOUNT.replace("  eu:", "  #")
ALL_BUT_TW = ACCOUNT.replace("  taiwan:", "  #")


def full(ad_set: str = "", campaign: str = "daily_budget: 50.00 SGD", objective: str = "OUTCOME_TRAFFIC") -> str:
    """Lines 1 to 3 are the campaign's; the ad set `a` begins on line 5, its own lines on line 8."""
    indented = "".join(f"    {line}\n" for line in ad_set.splitlines())
    goal = "" if "optimization_goal" in ad_set else "    optimization_goal: LINK_CLICKS\n"
    return (
        f"name: S\nobjective: {objective}\n{campaign}\nad_sets:\n  a:\n    ads: {{x: {AD}}}\n"
        + (goal or "    # goal below\n")
        + indented
        + ("" if "countries" in ad_set or "targeting" in ad_set else "    countries: [MY]\n")
    )


SG = full("countries: [SG]")

REFUSED = [
    # budgets
    pytest.param(
        SHORT.replace("daily_budget: 50.00 SGD\n", ""),
        "spring.yaml:1:1",
        "advantage_plus_sales needs a budget on the campaign",
        "add daily_budget: 50.00 SGD",
        id="the preset without a budget",
    ),
    pytest.param(
        SHORT + "lifetime_budget: 900.00 SGD\ndeactivate_at: 2026-12-31 23:59\n",
        "spring.yaml:4:18",
        "two budgets",
        "keep daily_budget or lifetime_budget",
        id="a daily and a lifetime budget",
    ),
    pytest.param(
        full("daily_budget: 5.00 SGD"),
        "spring.yaml:8:19",
        "budgets at both levels",
        "remove it, or the campaign's",
        id="budgets at both levels",
    ),
    pytest.param(
        full(campaign="# none"), "spring.yaml:6:5", "no budget", "add daily_budget: 50.00 SGD", id="a budget nowhere"
    ),
    pytest.param(
        full("daily_budget: 5.00 SGD\nlifetime_budget: 9.00 SGD\ndeactivate_at: 2026-12-31 23:59", "# none"),
        "spring.yaml:9:22",
        "two budgets",
        "keep",
        id="two budgets of one ad set",
    ),
    pytest.param(
        full("lifetime_budget: 90.00 SGD", "# none"),
        "spring.yaml:6:5",
        "a lifetime budget needs an end",
        "add deactivate_at",
        id="a lifetime budget without an end",
    ),
    # goals
    pytest.param(
        f"name: S\npreset: none\ndaily_budget: 5.00 SGD\ncountries: [MY]\nad: {AD}\n",
        "spring.yaml:1:1",
        "no objective",
        "write objective: OUTCOME_SALES",
        id="no objective and no preset",
    ),
    pytest.param(
        full().replace("    optimization_goal: LINK_CLICKS\n", ""),
        "spring.yaml:6:5",
        "no optimization_goal",
        "VISIT_INSTAGRAM_PROFILE",
        id="no goal and no preset",
    ),
    pytest.param(
        full("optimization_goal: THRUPLAY"),
        "spring.yaml:8:24",
        "OUTCOME_TRAFFIC does not allow the goal THRUPLAY",
        "write optimization_goal",
        id="a goal of another objective",
    ),
    pytest.param(
        full("optimization_goal: LANDING_PAGE_VIEWS\nbilling_event: LINK_CLICKS"),
        "spring.yaml:9:20",
        "cannot be billed on LINK_CLICKS",
        "use billing_event: IMPRESSIONS",
        id="a goal billed on another",
    ),
    pytest.param(
        full("optimization_goal: APP_INSTALLS", objective="OUTCOME_APP_PROMOTION"),
        "spring.yaml:6:5",
        "needs the app that it promotes",
        "application_id",
        id="an app goal without an app",
    ),
    # where and whom
    pytest.param(
        full("countries: []"), "spring.yaml:8:16", "no location is targeted", "such as countries: [SG]", id="no country"
    ),
    pytest.param(
        full("targeting: {geo_locations: {countries: []}}"),
        "spring.yaml:6:5",
        "no location is targeted",
        "countries: [SG]",
        id="an empty list of countries in targeting",
    ),
    pytest.param(
        full("targeting: {geo_locations: {location_types: [home, recent]}}"),
        "spring.yaml:6:5",
        "no location is targeted",
        "countries: [SG]",
        id="location types without a location",
    ),
    pytest.param(
        full("targeting: {geo_locations: {countries: [MY], location_types: [home]}}"),
        "spring.yaml:8:16",
        "no other location_types",
        "remove the key",
        id="location types that Meta has stopped taking",
    ),
    pytest.param(
        full("targeting: {geo_locations: {countries: [MY]}, targeting_optimization: expansion_all}"),
        "spring.yaml:8:75",
        "Meta has removed targeting_optimization",
        "remove it; advantage_audience says",
        id="a removed targeting key",
    ),
    pytest.param(
        full("targeting: {geo_locations: {countries: [MY]}, age_min: 12}"),
        "spring.yaml:8:60",
        "age_min must be from 13 to 65",
        "",
        id="too young",
    ),
    pytest.param(
        full("targeting: {geo_locations: {countries: [MY]}, age_max: 66}"),
        "spring.yaml:8:60",
        "age_max must be from 13 to 65",
        "",
        id="too old",
    ),
    pytest.param(
        full("targeting: {geo_locations: {countries: [MY]}, age_min: '18'}"),
        "spring.yaml:8:60",
        "age_min must be from 13 to 65",
        "",
        id="an age as text",
    ),
    pytest.param(
        full("targeting: {geo_locations: {countries: [MY]}, age_min: 40, age_max: 30}"),
        "spring.yaml:8:60",
        "age_min 40 is above age_max 30",
        "",
        id="ages turned round",
    ),
    pytest.param(
        SHORT + "targeting: {age_min: 26}\n",
        "spring.yaml:4:22",
        "age_min may be at most 25",
        "advantage_audience: false",
        id="Advantage+ audience with an age that narrows it",
    ),
    pytest.param(
        SHORT + "targeting: {age_max: 64}\n",
        "spring.yaml:4:22",
        "age_max must be 65",
        "age_range",
        id="Advantage+ audience with an upper age",
    ),
    pytest.param(
        full("advantage_audience: true\ntargeting: {geo_locations: {countries: [MY]}, age_min: 30}"),
        "spring.yaml:9:60",
        "age_min may be at most 25",
        "advantage_audience: false",
        id="Advantage+ audience outside the preset",
    ),
    *[
        pytest.param(
            SHORT + f"targeting: {{{key}: [x]}}\n",
            f"spring.yaml:4:{len(key) + 15}",
            f"{key} switches Advantage+ Sales off",
            "write preset: none",
            id=f"the preset with {key}",
        )
        for key in sorted(PLACEMENT_KEYS)
    ],
    # bids
    pytest.param(
        full("bid_strategy: COST_CAP\nbid_amount: 5.00 SGD"),
        "spring.yaml:8:19",
        "the bid strategy is the campaign's",
        "move bid_strategy to the campaign",
        id="an ad set's bid strategy under a campaign budget",
    ),
    pytest.param(
        full(campaign="daily_budget: 50.00 SGD\nbid_strategy: COST_CAP"),
        "spring.yaml:7:5",
        "COST_CAP needs a bid",
        "add bid_amount: 5.00 SGD",
        id="a capped strategy without a bid",
    ),
    pytest.param(
        full("bid_strategy: LOWEST_COST_WITH_BID_CAP\ndaily_budget: 5.00 SGD", "# none"),
        "spring.yaml:6:5",
        "LOWEST_COST_WITH_BID_CAP needs a bid",
        "add bid_amount",
        id="a capped strategy of an ad set without a bid",
    ),
    pytest.param(
        full(
            "optimization_goal: VALUE\nbid_strategy: LOWEST_COST_WITH_MIN_ROAS\ndaily_budget: 5.00 SGD",
            "# none",
            "OUTCOME_SALES",
        ),
        "spring.yaml:6:5",
        "needs a floor",
        "add bid_constraints: {roas_average_floor: 2.0}",
        id="a return strategy without a floor",
    ),
    # times
    pytest.param(
        SHORT + "activate_at: 2026-12-02 09:00\ndeactivate_at: 2026-12-02 09:00\n",
        "spring.yaml:5:16",
        "deactivate_at is not after activate_at",
        "it would never run",
        id="an end at the start",
    ),
    pytest.param(
        full("activate_at: 2026-12-02 09:00\ndeactivate_at: 2026-12-01 09:00"),
        "spring.yaml:9:20",
        "deactivate_at is not after activate_at",
        "write a deactivate_at after 2026-12-02 09:00 +08",
        id="an ad set that ends before it starts",
    ),
    # ads
    pytest.param(
        SHORT.replace("video: a.mp4", "headline: x"),
        "spring.yaml:3:5",
        "video or image is missing",
        "add video: or image:",
        id="an ad without media",
    ),
    pytest.param(
        SHORT.replace("video: a.mp4", "video: a.mp4, image: b.png"),
        "spring.yaml:3:27",
        "an ad has a video or an image, not both",
        "keep one of the two",
        id="an ad with a video and an image",
    ),
    pytest.param(
        SHORT.replace("video: a.mp4", "image: b.png, thumbnail: c.png"),
        "spring.yaml:3:31",
        "a thumbnail without a video",
        "remove it",
        id="a thumbnail of an image",
    ),
    pytest.param(
        SHORT.replace(', destination_url: "https://acme.example/"', ""),
        "spring.yaml:3:5",
        "destination_url is missing",
        "https://…",
        id="a click that leads nowhere",
    ),
    *[
        pytest.param(
            SHORT.replace("https://acme.example/", url),
            "spring.yaml:3:37",
            "is no web address",
            "write https://",
            id=f"the address {url}",
        )
        for url in (
            "acme.example",
            "javascript:alert(1)",
            "ftp://acme.example/",
            "https://acme/",
            "https:///path",
            "https://acme.example/a b",
            "https://[acme.example/",
            "https://evil.example%2f.shop.example/",
            "https://evil.example%5c.shop.example/",
            "https://evil.example%00.shop.example/",
            "https://user@shop.example/",
            "https://user:word@shop.example/",
            "https://shop.example@evil.example/",
            "https://@evil.example/",
            "https://evil.example＼.shop.example/",
            "https://evil.example／.shop.example/",
            "https://evil.example？.shop.example/",
            "https://evil.example＠shop.example/",
            "https://evil.example;.shop.example/",
            "https://evil.example,shop.example/",
            "https://[::ffff:1.2.3.4]/",
            "https://evil_.shop.example/",
            "https://shop..example/",
            "https://.shop.example/",
            "https://shop.example:x/",
            "https://shop.example:99999/",
            "https://shop.example:80:80/",
            "https:/shop.example/",
            "https:shop.example",
            "//shop.example/",
        )
    ],
    *[
        pytest.param(
            SHORT.replace("https://acme.example/", url),
            "spring.yaml:3:37",
            "it holds white space, a backslash or a control character",
            "%5C for a backslash",
            id=f"the address {url} as YAML writes it",
        )
        for url in (
            r"https://evil.example\\@shop.example/",
            r"https://evil.example\\.shop.example/",
            r"https:\\\\evil.example/",
            r"https://shop.example/\\evil",
            r"https://evil.example/\tx",
            r"https://shop.example/\_x",
            r"https://shop.example/\u3000x",
        )
    ],
    # raw and ignore
    *[
        pytest.param(
            SHORT + f"raw: {{{name}: x}}\n",
            f"spring.yaml:4:{len(name) + 9}",
            f"{name} is written by the reconciler alone",
            "remove it",
            id=f"raw {name}",
        )
        for name in sorted(MANAGED)
    ],
    pytest.param(
        SHORT + "raw: {daily_budget: 1}\n",
        "spring.yaml:4:21",
        "daily_budget has a name of its own here",
        "write daily_budget beside raw, not under it",
        id="raw with a field that is declared beside it",
    ),
    *[
        pytest.param(
            SHORT + f"raw: {{{slip}: x}}\n",
            f"spring.yaml:4:{len(slip) + 9}",
            f"{slip} is no parameter of a campaign",
            f"did you mean {meant}?",
            id=f"raw {slip}",
        )
        for slip, meant in (
            ("pacing_typ", "pacing_type"),
            ("pacingType", "pacing_type"),
            ("budget_schedule", "budget_schedule_specs"),
            ("dailybudget", "daily_budget"),
        )
    ],
    *[
        pytest.param(
            SHORT.replace("{video", f"{{raw: {{{name}: x}}, video"),
            f"spring.yaml:3:{len(name) + 14}",
            message,
            mend,
            id=f"raw {name} of an ad",
        )
        for name, message, mend in (
            ("contextual_multi_ad", "is no parameter of an ad", "did you mean contextual_multi_ads?"),
            ("degree_of_freedom_spec", "is no parameter of an ad", "did you mean degrees_of_freedom_spec?"),
            ("object_story_spec", "is written by the reconciler", "write video or image"),
            ("title", "is written by the reconciler, from headline", "write headline"),
        )
    ],
    pytest.param(
        SHORT + "lifecycle: {ignore: [name, headline]}\n",
        "spring.yaml:4:28",
        "headline is a field of an ad, not of a campaign",
        "write headline in lifecycle: {ignore: […]} of the ad",
        id="a field of another level among the ignored",
    ),
]


@pytest.mark.parametrize(("campaign", "where", "message", "mend"), REFUSED)
def test_what_meta_would_refuse_is_refused_offline(campaign: str, where: str, message: str, mend: str) -> None:
    (problem,) = problems_of(campaign)
    assert place(problem) == where
    assert message in problem.message
    assert mend in problem.mend


ALLOWED = [
    pytest.param(SHORT, id="the shortest campaign"),
    pytest.param(SHORT + "targeting: {age_min: 25, age_max: 65}\n", id="Advantage+ audience at its age limits"),
    pytest.param(
        SHORT + "advantage_audience: false\ntargeting: {age_min: 30, age_max: 40}\n",
        id="ages without Advantage+ audience",
    ),
    pytest.param(
        full("targeting: {geo_locations: {countries: [MY]}, age_min: 13, age_max: 13}"), id="the youngest, alone"
    ),
    pytest.param(
        full("targeting: {geo_locations: {countries: [MY]}, publisher_platforms: [facebook]}"), id="placements"
    ),
    pytest.param(
        full("targeting: {geo_locations: {countries: [MY], location_types: [recent, home]}}"),
        id="Meta's location types",
    ),
    pytest.param(full("lifetime_budget: 9.00 SGD\ndeactivate_at: 2026-12-31 23:59", "# none"), id="a lifetime budget"),
    pytest.param(
        full("lifetime_budget: 9.00 SGD", "deactivate_at: 2026-12-31 23:59"),
        id="a lifetime budget to the campaign's end",
    ),
    pytest.param(full("billing_event: LINK_CLICKS"), id="link clicks billed on link clicks"),
    pytest.param(
        full("bid_amount: 1.00 SGD", "daily_budget: 50.00 SGD\nbid_strategy: COST_CAP"), id="a cap with its bid"
    ),
    pytest.param(SHORT + "raw: {pacing_type: [standard]}\n", id="a further parameter"),
    pytest.param(SHORT + "raw: {foo: 1}\nlifecycle: {ignore: [foo, status, name]}\n", id="ignoring what is declared"),
    pytest.param(SHORT.replace("https", "http"), id="plain http"),
    pytest.param("name: S\nobjective: OUTCOME_SALES\ndaily_budget: 5.00 SGD\n", id="a campaign without ad sets"),
]


ADDRESSES = [
    "https://bücher.example/",
    "https://xn--bcher-kva.example/",
    "https://商店.example/春",
    "https://💩.example/",
    "https://SHOP.example/",
    "https://shop.example",
    "https://shop.example.",
    "https://shop.example:8443/a",
    "https://a-b.shop.example/?utm_source=meta&x=%5C#top",
    "https://shop.example/@brand",
    "https://shop.example/?mail=a@b.example&to=http://x.example",
    "https://shop.example?next={{ad.id}}",
    "http://192.0.2.1/",
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_web_address_may_have_any_name_any_port_and_any_path(url: str) -> None:
    text = SHORT.replace("https://acme.example/", url)
    assert [r.fields["destination_url"] for r in desired_of(text).resources.values() if r.kind == "ad"] == [url]


TOKEN = "EAAB" + "x1Y2" * 5
HOLDING = ["name", "primary_text", "headline", "description", "url_tags", "conversion_domain"]


@pytest.mark.parametrize("name", HOLDING)
def test_an_access_token_in_a_text_is_refused_at_its_place_and_is_to_be_revoked(name: str) -> None:
    (problem,) = problems_of(SHORT.replace("{video", f"{{{name}: Say {TOKEN} now, video"))
    assert place(problem) == f"spring.yaml:3:{8 + len(name)}"
    assert "holds an access token" in problem.message
    assert "revoke it" in problem.mend


def test_an_access_token_in_an_address_is_refused_at_its_place() -> None:
    (problem,) = problems_of(SHORT.replace("acme.example/", f"acme.example/?x={TOKEN}"))
    assert place(problem) == "spring.yaml:3:37"
    assert "holds an access token" in problem.message


@pytest.mark.parametrize("text", ["EAAT at Joe's", "access_token=abc123", "Bearer Coats Winter", TOKEN[:22]])
def test_a_text_that_only_reminds_of_a_token_is_taken(text: str) -> None:
    assert desired_of(SHORT.replace("name: Spring", f'name: "{text}"')).resources


@pytest.mark.parametrize("campaign", ALLOWED)
def test_what_meta_takes_is_not_refused(campaign: str) -> None:
    assert desired_of(campaign).resources


LACKING = [
    pytest.param(SHORT, ACCOUNT.replace("pixel:", "#"), "no pixel: OFFSITE_CONVERSIONS", id="a pixel goal, no pixel"),
    pytest.param(SHORT, ACCOUNT.replace("page:", "#"), "no page: an ad runs as a page", id="an ad without a page"),
    pytest.param(
        full("optimization_goal: CONVERSATIONS"),
        ACCOUNT.replace("page:", "#"),
        "no page: CONVERSATIONS promotes a page",
        id="a page goal without a page",
    ),
    pytest.param(SG, ALL_BUT_SG, "ads shown in Singapore must name a beneficiary", id="Singapore"),
    pytest.param(full("countries: [TW]"), ALL_BUT_TW, "ads shown in Taiwan must name", id="Taiwan"),
    pytest.param(full("countries: [MY, FR]"), ALL_BUT_EU, "ads shown in the EU must name", id="the EU"),
    pytest.param(
        full("targeting: {geo_locations: {cities: [{key: '1', country: SG}]}}"),
        ALL_BUT_SG,
        "ads shown in Singapore",
        id="a city of Singapore",
    ),
    pytest.param(
        full("targeting: {geo_locations: {regions: [{key: '1', country: DE}]}}"),
        ALL_BUT_EU,
        "ads shown in the EU",
        id="a region of Germany",
    ),
]


@pytest.mark.parametrize(("campaign", "account", "message"), LACKING)
def test_what_the_account_lacks_is_refused_with_the_file_to_add_it_to(
    campaign: str, account: str, message: str
) -> None:
    problems = problems_of(campaign, account=account)
    assert any(message in p.message and "desired/accounts/acme-sg.yaml" in p.mend for p in problems)


def test_a_campaign_may_bring_what_its_account_lacks() -> None:
    text = SHORT + 'page: "1"\npixel: "2"\ncountries: [MY]\n'
    assert desired_of(text, account=BARE).resources


def test_one_ad_set_with_a_bad_age_does_not_hide_the_next() -> None:
    ad_sets = "".join(
        f"  {key}: {{optimization_goal: REACH, targeting: {{geo_locations: {{countries: [MY]}}, age_min: {age}}}}}\n"
        for key, age in (("a", 5), ("b", 99))
    )
    problems = problems_of(f"name: S\nobjective: OUTCOME_TRAFFIC\ndaily_budget: 5.00 SGD\nad_sets:\n{ad_sets}")
    assert [p.origin.line for p in problems] == [5, 6]


def test_both_bad_ages_of_one_ad_set_are_told() -> None:
    text = full("targeting: {geo_locations: {countries: [MY]}, age_min: 5, age_max: 99}")
    assert [p.message[:7] for p in problems_of(text)] == ["age_min", "age_max"]


@pytest.mark.parametrize(("count", "refused"), [(50, False), (51, True)])
def test_an_ad_set_has_at_most_fifty_ads(count: int, refused: bool) -> None:
    text = f"name: S\ndaily_budget: 5.00 SGD\nads: {{{', '.join(f'a{i}: {AD}' for i in range(count))}}}\n"
    if refused:
        assert "51 ads: Meta takes 50" in problems_of(text)[0].message
    else:
        assert len(desired_of(text).resources) == count + 2


@pytest.mark.parametrize(("count", "refused"), [(200, False), (201, True)])
def test_a_campaign_has_at_most_two_hundred_ad_sets(count: int, refused: bool) -> None:
    text = f"name: S\ndaily_budget: 5.00 SGD\nad_sets: {{{', '.join(f'a{i}: {{}}' for i in range(count))}}}\n"
    if refused:
        assert "201 ad sets: Meta takes 200" in problems_of(text)[0].message
    else:
        assert len(desired_of(text).resources) == count + 1


MEDIA = [
    pytest.param(
        SHORT,
        MediaFact(problem=("spring/a.mp4 is 12 bytes", "export it again")),
        "spring.yaml:3:13",
        "spring/a.mp4 is 12 bytes",
        id="a broken file",
    ),
    pytest.param(
        SHORT, MediaFact("image", "0" * 64), "spring.yaml:3:13", "a.mp4 is an image", id="an image as the video"
    ),
    pytest.param(
        SHORT.replace("video", "image"),
        MediaFact("video", "0" * 64),
        "spring.yaml:3:13",
        "a.mp4 is a video",
        id="a video as the image",
    ),
]


@pytest.mark.parametrize(("campaign", "fact", "where", "message"), MEDIA)
def test_media_that_do_not_fit_are_refused_where_they_are_named(
    campaign: str, fact: MediaFact, where: str, message: str
) -> None:
    (problem,) = problems_of(campaign, media={"a.mp4": fact})
    assert place(problem) == where
    assert message in problem.message


def test_a_warning_about_a_media_file_refuses_nothing() -> None:
    (warning,) = desired_of(media={"a.mp4": MediaFact("video", "0" * 64, ("no sound",))}).warnings
    assert place(warning) == "spring.yaml:3:13"
    assert warning.message == "a.mp4: no sound"


@pytest.mark.parametrize(
    ("text", "where", "message", "mend"),
    [
        (SHORT + "raw: {quux: 1}\n", "spring.yaml:4:13", "knows no parameter quux of a campaign", "check its name"),
        (
            SHORT.replace("{video", "{raw: {pacing_type: [standard]}, video"),
            "spring.yaml:3:25",
            "knows no parameter pacing_type of an ad",
            "it is one of a campaign: move it below raw: there",
        ),
    ],
)
def test_a_raw_name_that_nobody_knows_is_sent_with_a_warning(text: str, where: str, message: str, mend: str) -> None:
    (warning,) = desired_of(text).warnings
    assert place(warning) == where
    assert message in warning.message
    assert mend in warning.mend


@pytest.mark.parametrize(
    "text",
    [
        SHORT + "raw: {pacing_type: [standard]}\n",
        SHORT.replace("{video", "{raw: {contextual_multi_ads: {enroll_status: OPT_OUT}}, video"),
        SHORT.replace("{video", "{raw: {tracking_specs: [], degrees_of_freedom_spec: {}}, video"),
    ],
)
def test_a_raw_name_of_the_object_or_of_an_ads_creative_is_known(text: str) -> None:
    assert desired_of(text).warnings == ()


def test_no_check_hides_another() -> None:
    text = SHORT.replace("https://acme.example/", "nowhere") + "raw: {id: 1}\ntargeting: {age_min: 5}\n"
    assert [p.origin.line for p in problems_of(text)] == [3, 4, 5]
    assert len(set(CHECKS)) == len(CHECKS)


def test_any_kind_of_location_counts_as_one() -> None:
    assert has_locations({"geo_locations": {"cities": [{"key": "1"}]}})
    assert not has_locations({"geo_locations": {}})
    assert not has_locations({})


@pytest.mark.parametrize(
    "written",
    [
        "targeting: {interests: [{id: '6', name: X}, {id: '7', name: 'Xxx (film)'}]}",
        "targeting: {genders: ['1', 2]}",
        "targeting: {publisher_platforms: [facebook, instagram], instagram_positions: [stream, story, reels]}",
        "targeting: {facebook_positions: [feed, facebook_reels]}",
        "targeting: {device_platforms: [connected_tv]}",
        "raw: {adset_note: xxx}",
        "bid_strategy: COST_CAP\nbid_amount: 500",
    ],
)
def test_no_value_that_meta_takes_is_doubted(written: str) -> None:
    own = "daily_budget: 50.00 SGD"
    said = [w.message for w in desired_of(full(f"{own}\ncountries: [MY]\n{written}", "# none")).warnings]
    assert [message for message in said if "adset_note" not in message] == []


def test_an_empty_list_of_countries_is_told_where_it_stands() -> None:
    (problem,) = problems_of(SHORT + "countries: []\n")
    assert (problem.message, problem.origin.line) == ("no location is targeted", 4)
