from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from facebook_business.adobjects.adaccount import AdAccount
from hypothesis import given, settings
from hypothesis import strategies as st
from support.repeat import full_or_share

from reconciler.kinds.codecs import (
    MAX_MINOR,
    OFFSETS,
    Money,
    format_money,
    offset,
    parse_moment,
    parse_money,
    parse_time,
    parse_wire_time,
    wire_time,
)
from reconciler.kinds.zones import ABBREVIATIONS
from reconciler.model.moments import format_time

SINGAPORE = ZoneInfo("Asia/Singapore")
NEW_YORK = ZoneInfo("America/New_York")
KOLKATA = ZoneInfo("Asia/Kolkata")


def refusal_of_money(value: object, currency: str | None = "SGD") -> str:
    with pytest.raises(ValueError) as caught:
        parse_money(value, currency)
    return str(caught.value)


def refusal_of_time(value: object, zone: ZoneInfo = SINGAPORE) -> str:
    with pytest.raises(ValueError) as caught:
        parse_time(value, zone)
    return str(caught.value)


# ---- currencies


def test_every_currency_the_sdk_knows_has_an_offset() -> None:
    known = {code for name, code in vars(AdAccount.Currency).items() if not name.startswith("_")}
    assert known
    assert known <= OFFSETS.keys()


def test_offsets_are_metas_and_not_iso_4217s() -> None:
    whole = {code for code in OFFSETS if offset(code) == 1}
    assert whole == {"CLP", "COP", "CRC", "HUF", "ISK", "IDR", "JPY", "KRW", "PYG", "TWD", "VND"}
    assert offset("BHD") == offset("JOD") == offset("SGD") == 100


@pytest.mark.parametrize(
    ("code", "meant"), [("SDG", "SGD"), ("UDS", "USD"), ("EURO", "EUR"), ("sgd", "SGD"), ("MYX", "MYR")]
)
def test_an_unknown_currency_gets_a_suggestion(code: str, meant: str) -> None:
    with pytest.raises(ValueError, match=f"'{code}' is not a currency of Meta.*; did you mean {meant}"):
        offset(code)


def test_a_currency_like_no_other_gets_no_suggestion() -> None:
    with pytest.raises(ValueError, match="; write a code such as SGD or USD"):
        offset("QQQ")


# ---- money


@pytest.mark.parametrize(
    ("value", "currency", "money"),
    [
        ("50.00 SGD", "SGD", Money(5000, "SGD")),
        ("50 SGD", None, Money(5000, "SGD")),
        ("5.5 SGD", "SGD", Money(550, "SGD")),
        ("0.01 USD", "USD", Money(1, "USD")),
        ("1.10 SGD", "SGD", Money(110, "SGD")),
        ("5000 JPY", "JPY", Money(5000, "JPY")),
        ("50 TWD", "TWD", Money(50, "TWD")),
        ("5.00 BHD", "BHD", Money(500, "BHD")),
        (5000, "SGD", Money(5000, "SGD")),
        (5000, "JPY", Money(5000, "JPY")),
        ("70368744177.66 SGD", "SGD", Money(7036874417766, "SGD")),
    ],
)
def test_amounts_are_read_exactly(value: object, currency: str | None, money: Money) -> None:
    assert parse_money(value, currency) == money


@pytest.mark.parametrize(
    ("value", "currency", "said"),
    [
        (50.0, "SGD", "50.0 has no currency; write 50.00 SGD"),
        (50.25, None, "50.25 has no currency; write 50.25 SGD"),
        (1.005, "SGD", "1.005 has no currency; write 1.00 SGD or 1005.00 SGD"),
        ("50.00", "USD", "'50.00' is not an amount; write 50.00 USD"),
        ("50", "JPY", "'50' is not an amount; write 50 JPY"),
        (5000, None, "a number of minor units has no currency here; write an amount such as 50.00 SGD"),
        ("1,000.00 SGD", "SGD", "'1,000.00 SGD' is not an amount; write 1000.00 SGD"),
        ("1 000 SGD", "SGD", "'1 000 SGD' is not an amount; write 1000.00 SGD"),
        ("1,50 EUR", "EUR", "'1,50 EUR' is not an amount; write 1.50 EUR"),
        ("50.5 JPY", "JPY", "50.5 JPY is too fine, JPY has no decimals at Meta; write 50 JPY or 51 JPY"),
        ("50.0 JPY", "JPY", "50.0 JPY is too fine, JPY has no decimals at Meta; write 50 JPY"),
        ("1.005 SGD", "SGD", "1.005 SGD is too fine, SGD has 2 decimals at Meta; write 1.00 SGD or 1.01 SGD"),
        ("0.001 SGD", "SGD", "0.001 SGD is too fine, SGD has 2 decimals at Meta; write 0.01 SGD"),
        ("-5 SGD", "SGD", "an amount must be more than zero; write 5.00 SGD"),
        ("0.00 SGD", "SGD", "an amount must be more than zero; write one above 0, as in 50.00 SGD"),
        (0, "JPY", "an amount must be more than zero; write one above 0, as in 5000 JPY"),
        (-3, "SGD", "an amount must be more than zero; write 0.03 SGD"),
        ("5 sgd", "SGD", "'5 sgd' is not an amount; write 5.00 SGD"),
        ("SGD 5", "SGD", "'SGD 5' is not an amount; write 5.00 SGD"),
        ("5SGD", "SGD", "'5SGD' is not an amount; write 5.00 SGD"),
        ("5 SDG", "SGD", "'SDG' is not a currency of Meta ad accounts; did you mean SGD?"),
        (
            "5 EUR",
            "SGD",
            "5 EUR is not in the account's currency; write the amount in SGD, or mend currency: in the account's file, "
            "if that is not SGD",
        ),
        ("S$5", "SGD", "'S$5' is not an amount; write 5.00 SGD"),
        ("٥ SGD", "SGD", "'٥ SGD' is not an amount; write one amount and its currency, as in 50.00 SGD"),
        ("", "SGD", "'' is not an amount; write one amount and its currency, as in 50.00 SGD"),
        (True, "SGD", "true or false is not an amount; write 50.00 SGD"),
        (None, "SGD", "nothing is not an amount; write 50.00 SGD"),
        (["50 SGD"], "SGD", "a list is not an amount; write 50.00 SGD"),
        (10**16, "SGD", "the amount is too large; write one that a campaign can spend"),
        ("9" * 5000 + " SGD", "SGD", "the amount is too large; write one that a campaign can spend"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_mend(value: object, currency: str | None, said: str) -> None:
    assert refusal_of_money(value, currency) == said


def test_an_account_in_an_unknown_currency_takes_no_minor_units() -> None:
    assert "did you mean SGD" in refusal_of_money(1, "SGDX")


currencies = st.sampled_from(sorted(OFFSETS))
amounts = st.builds(Money, st.integers(1, MAX_MINOR), currencies)


@settings(deadline=None)
@given(amounts)
def test_money_survives_a_round_trip(money: Money) -> None:
    assert parse_money(format_money(money), money.currency) == money
    assert parse_money(money.minor, money.currency) == money


def test_money_is_written_with_the_decimals_meta_counts() -> None:
    assert format_money(Money(5000, "SGD")) == "50.00 SGD"
    assert format_money(Money(5, "SGD")) == "0.05 SGD"
    assert format_money(Money(5000, "JPY")) == "5000 JPY"
    assert format_money(Money(0, "SGD")) == "0.00 SGD"
    assert format_money(Money(-150, "SGD")) == "-1.50 SGD"


@settings(deadline=None)
@given(
    st.text(max_size=20)
    | st.text("0123456789.,-+ 'SGDJPYsgd", max_size=14)
    | st.integers()
    | st.floats()
    | st.binary(max_size=3),
    st.none() | currencies,
)
def test_any_value_is_money_or_refused_with_a_mend(value: object, currency: str | None) -> None:
    try:
        money = parse_money(value, currency)
    except ValueError as error:
        assert "; " in str(error)
    else:
        assert money.minor > 0
        assert currency in (None, money.currency)


# ---- time


@pytest.mark.parametrize(
    ("text", "zone", "wire"),
    [
        ("2026-12-01 09:00", SINGAPORE, "2026-12-01T09:00:00+0800"),
        ("2026-12-01T09:00", SINGAPORE, "2026-12-01T09:00:00+0800"),
        ("2026-12-01 09:00:30", SINGAPORE, "2026-12-01T09:00:30+0800"),
        ("2026-07-01 09:00", NEW_YORK, "2026-07-01T09:00:00-0400"),
        ("2026-12-01 09:00", NEW_YORK, "2026-12-01T09:00:00-0500"),
        ("2026-12-01T09:00:00Z", NEW_YORK, "2026-12-01T09:00:00+0000"),
        ("2026-12-01T09:00:00+05:30", SINGAPORE, "2026-12-01T09:00:00+0530"),
        ("2026-12-01T09:00:00-0330", SINGAPORE, "2026-12-01T09:00:00-0330"),
        ("2026-12-01 09:00 +08", NEW_YORK, "2026-12-01T09:00:00+0800"),
        ("2026-11-01 01:30 -04", NEW_YORK, "2026-11-01T01:30:00-0400"),
        ("2026-11-01 01:30 -05", NEW_YORK, "2026-11-01T01:30:00-0500"),
        ("2028-02-29 00:00", SINGAPORE, "2028-02-29T00:00:00+0800"),
    ],
)
def test_times_are_read_in_their_own_offset_or_the_zone(text: str, zone: ZoneInfo, wire: str) -> None:
    assert wire_time(parse_time(text, zone)) == wire


@pytest.mark.parametrize(
    ("text", "zone", "said"),
    [
        (
            "2026-03-08 02:30",
            "America/New_York",
            "does not exist in America/New_York, where the clock changes; "
            "write 2026-03-08 01:30 -05 or 2026-03-08 03:30 -04",
        ),
        (
            "2026-11-01 01:30",
            "America/New_York",
            "exists twice in America/New_York, where the clock changes; "
            "write 2026-11-01 01:30 -04 or 2026-11-01 01:30 -05",
        ),
        (
            "2026-04-05 01:45",
            "Australia/Lord_Howe",
            "exists twice in Australia/Lord_Howe, where the clock changes; "
            "write 2026-04-05 01:45 +11 or 2026-04-05 01:45 +10:30",
        ),
        (
            "2011-12-30 12:00",
            "Pacific/Apia",
            "does not exist in Pacific/Apia, where the clock changes; "
            "write 2011-12-29 12:00 -10 or 2011-12-31 12:00 +14",
        ),
    ],
)
def test_a_clock_change_is_refused_with_both_candidates(text: str, zone: str, said: str) -> None:
    assert refusal_of_time(text, ZoneInfo(zone)) == f"{text} {said}"


FORM = "write YYYY-MM-DD HH:MM, as in 2026-12-01 09:00"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2026-12-01", "'2026-12-01' is not a time; write the time of day too: 2026-12-01 09:00"),
        ("2026-12-01 9:00", "'2026-12-01 9:00' is not a time; write 2026-12-01 09:00"),
        ("01/12/2026 09:00", "'01/12/2026 09:00' is not a time; write 2026-12-01 09:00 or 2026-01-12 09:00"),
        ("tomorrow", f"'tomorrow' is not a time; {FORM}"),
        ("٢026-12-01 09:00", f"'٢026-12-01 09:00' is not a time; {FORM}"),
        (1780000000, "'1780000000' is not a time; write 2026-05-28 20:26 +00"),
        (2026.5, f"'2026.5' is not a time; {FORM}"),
        (None, f"nothing is not a time; {FORM}"),
        (True, f"true or false is not a time; {FORM}"),
        (
            "2026-12-01T09:00:00.5Z",
            "'2026-12-01T09:00:00.5Z' is not a time; write whole seconds: 2026-12-01T09:00:00Z",
        ),
        ("1999-12-31 09:00", "the year 1999 is not one to advertise in; write 2000 to 2100"),
        ("2101-01-01 00:00Z", "the year 2101 is not one to advertise in; write 2000 to 2100"),
        (
            "2026-12-01 09:00 +14:30",
            "no place has the offset +14:30; write one from -14:00 to +14:00, as in +08",
        ),
        (
            "2026-12-01 09:00 +08:60",
            "no place has the offset +08:60; write one from -14:00 to +14:00, as in +08",
        ),
    ],
)
def test_what_is_no_time_is_refused_with_a_mend(value: object, said: str) -> None:
    assert refusal_of_time(value) == said


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("2026-02-30 09:00", "write 2026-02-28 09:00"),
        ("2027-02-29 09:00", "write 2027-02-28 09:00"),
        ("2026-13-01 09:00", "write 2026-01-13 09:00"),
        ("2026-12-01 24:00", "write 2026-12-01 23:59, or 00:00 of the day after it"),
        ("2026-12-01 25:00", "write 2026-12-01 23:59, or 01:00 of the day after it"),
        ("2026-12-01 09:00:60", "write 2026-12-01 09:00:59"),
    ],
)
def test_impossible_dates_are_refused(text: str, mend: str) -> None:
    assert refusal_of_time(text).startswith(f"{text} does not exist")
    assert refusal_of_time(text).endswith(f"; {mend}")


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("2026-12-01 09:00 +8", "2026-12-01 09:00 +08"),
        ("2026-12-01 09:00+8", "2026-12-01 09:00 +08"),
        ("2026-12-01 09:00 GMT+8", "2026-12-01 09:00 +08"),
        ("2026-12-01T09:00:30 UTC+08:00", "2026-12-01T09:00:30 +08"),
        ("2026-12-01 09:00 (SGT)", "2026-12-01 09:00 +08"),
        ("2026-12-01 09:00 utc", "2026-12-01 09:00 +00"),
        ("2026-12-01 09:00 UTC-3:30", "2026-12-01 09:00 -03:30"),
        ("2026-12-01 09:00 EST", "2026-12-01 09:00 -05"),
        ("2026-07-01 09:00 America/New_York", "2026-07-01 09:00 -04"),
        ("2026-12-01 09:00 Singapore", None),
        ("2026-12-01 09:00 Etc/GMT+8", None),
        ("2026-12-01 09:00 8", None),
        ("2026-12-01 09:00 +15", "write one from -14:00 to +14:00"),
        ("2026-02-30 09:00 SGT", None),
        ("2026-12-01 09:00 CST", "2026-12-01 09:00 +08 or 2026-12-01 09:00 -06"),
    ],
)
def test_words_for_an_offset_behind_a_time_are_answered_with_the_offset(text: str, mend: str | None) -> None:
    said = refusal_of_time(text)
    assert said.endswith(mend or FORM) or (mend is not None and mend in said)


@given(st.sampled_from(sorted(ABBREVIATIONS)) | st.integers(-14, 14).map(lambda n: f"GMT{n:+d}"))
def test_following_the_mend_of_an_offset_gives_a_time(tail: str) -> None:
    for text in refusal_of_time(f"2026-12-01 09:00 {tail.lower()}").partition("; write ")[2].split(" or "):
        assert parse_time(text, SINGAPORE).hour == 9


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-12-01T09:00:00+08:00", "2026-12-01T09:00:00+08:00"),
        ("2026-12-01 09:00 +08", "2026-12-01T09:00:00+08:00"),
        ("2026-12-01T09:00:00.25+00:00", "2026-12-01T09:00:00.250000+00:00"),
    ],
)
def test_a_moment_has_its_own_offset(text: str, iso: str) -> None:
    assert parse_moment(text).isoformat() == iso


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("2026-12-01 09:00", "write it too, as in 2026-12-01 09:00 +08"),
        ("2026-12-01 09:00 SGT", "write 2026-12-01 09:00 +08"),
        ("2026-12-01", "write the time of day too"),
        ("20261201T0900+08", "write 2026-12-01 09:00 +08"),
    ],
)
def test_a_moment_without_an_offset_is_refused(text: str, mend: str) -> None:
    with pytest.raises(ValueError, match=re.escape(mend)):
        parse_moment(text)


def test_times_are_written_for_people_in_the_zone() -> None:
    moment = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    assert format_time(moment, SINGAPORE) == "2026-12-01 09:00 +08"
    assert format_time(moment, KOLKATA) == "2026-12-01 06:30 +05:30"
    assert format_time(moment, ZoneInfo("UTC")) == "2026-12-01 01:00 +00"
    assert format_time(moment, NEW_YORK) == "2026-11-30 20:00 -05"
    assert format_time(moment + timedelta(seconds=5), SINGAPORE) == "2026-12-01 09:00:05 +08"
    assert format_time(moment + timedelta(microseconds=5), SINGAPORE) == "2026-12-01 09:00 +08"


def test_a_naive_time_is_never_written() -> None:
    naive = datetime(2026, 12, 1, 9, 0)  # noqa: DTZ001
    with pytest.raises(ValueError, match="has no offset; give an aware datetime"):
        format_time(naive, SINGAPORE)
    with pytest.raises(ValueError, match="has no offset; give an aware datetime"):
        wire_time(naive)


def test_durations_across_a_clock_change_are_true() -> None:
    before, after = parse_time("2026-03-08 01:00", NEW_YORK), parse_time("2026-03-08 04:00", NEW_YORK)
    assert after - before == timedelta(hours=2)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-16T09:49:54+0800", datetime(2026, 6, 16, 1, 49, 54, tzinfo=UTC)),
        ("2026-06-16T09:49:54+0000", datetime(2026, 6, 16, 9, 49, 54, tzinfo=UTC)),
        ("2026-06-16T09:49:54-0330", datetime(2026, 6, 16, 13, 19, 54, tzinfo=UTC)),
        ("2026-06-16T09:49:54+08:00", datetime(2026, 6, 16, 1, 49, 54, tzinfo=UTC)),
        ("2026-06-16T09:49:54Z", datetime(2026, 6, 16, 9, 49, 54, tzinfo=UTC)),
        ("1969-12-31T15:59:59-0800", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (1781574594, datetime(2026, 6, 16, 1, 49, 54, tzinfo=UTC)),
        ("1781574594", datetime(2026, 6, 16, 1, 49, 54, tzinfo=UTC)),
    ],
)
def test_metas_times_are_read_aware(text: str | int, moment: datetime) -> None:
    read = parse_wire_time(text)
    assert read == moment
    assert read.utcoffset() is not None


@pytest.mark.parametrize(
    "text", ["", "x", "2026-06-16", "2026-06-16T09:49:54", "2026-02-30T09:49:54+0800", True, None, 10**30]
)
def test_what_is_not_metas_time_is_refused(text: str | int) -> None:
    with pytest.raises(ValueError, match="is not a time of Meta's; it should read"):
        parse_wire_time(text)


zones = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
local_times = st.datetimes(
    min_value=datetime.fromisoformat("2000-01-02"), max_value=datetime.fromisoformat("2100-12-30")
).map(lambda dt: dt.replace(microsecond=0))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@settings(max_examples=full_or_share(2000, 200), deadline=None)
@given(local_times, zones)
def test_a_local_time_is_read_as_written_or_its_candidates_are_named(local: datetime, zone: ZoneInfo) -> None:
    written = f"{local:%Y-%m-%d %H:%M:%S}"
    try:
        read = parse_time(written, zone)
    except ValueError as error:
        assert len([parse_time(text, zone) for text in candidates(error)]) == 2
    else:
        assert read.astimezone(zone).replace(tzinfo=None, fold=0) == local
        assert parse_time(format_time(read, zone), zone) == read
        assert parse_wire_time(wire_time(read)) == read


def candidates(error: ValueError) -> list[str]:
    return str(error).partition("; write ")[2].split(" or ")


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Australia/Lord_Howe", "America/St_Johns"])
def test_every_minute_around_each_clock_change_is_read_or_refused_rightly(zone: str) -> None:
    place = ZoneInfo(zone)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    hours = [start + timedelta(hours=n) for n in range(366 * 24)]
    changes = [
        a for a, b in itertools.pairwise(hours) if a.astimezone(place).utcoffset() != b.astimezone(place).utcoffset()
    ]
    assert len(changes) == 2
    for change in changes:
        instants = [change + timedelta(minutes=n) for n in range(-180, 180, 5)]
        walls = [instant.astimezone(place).replace(tzinfo=None, fold=0) for instant in instants]
        span = [min(walls) + timedelta(minutes=n) for n in range(0, int((max(walls) - min(walls)).seconds / 60), 5)]
        for wall in span:
            text = f"{wall:%Y-%m-%d %H:%M}"
            meanings = [instant for instant, at in zip(instants, walls, strict=True) if at == wall]
            if len(meanings) == 1:
                assert parse_time(text, place) == meanings[0]
                continue
            with pytest.raises(ValueError, match="exists twice" if meanings else "does not exist") as caught:
                parse_time(text, place)
            if meanings:
                assert [parse_time(each, place) for each in candidates(caught.value)] == meanings


@settings(deadline=None)
@given(local_times, offsets, zones)
def test_an_instant_survives_every_way_it_is_written(local: datetime, own: timezone, zone: ZoneInfo) -> None:
    moment = local.replace(tzinfo=own)
    assert parse_time(format_time(moment, zone), SINGAPORE) == moment
    assert parse_time(moment.isoformat(), zone) == moment
    assert parse_wire_time(wire_time(moment)) == moment
    assert parse_wire_time(int(moment.timestamp())) == moment


@settings(deadline=None)
@given(st.text(max_size=30) | st.text("0123456789-: TZ+", max_size=26) | st.integers() | st.floats(), zones)
def test_any_value_is_a_time_or_refused_with_a_mend(value: object, zone: ZoneInfo) -> None:
    try:
        assert parse_time(value, zone).utcoffset() is not None
    except ValueError as error:
        assert "; " in str(error)
