"""A list of Meta's is read to its end or not at all: what is cut short, goes round or is too large to answer ends as an
error with a mend, and never as a list that is shorter than it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from support.command import Reconciler
from support.repository import Repository, still_campaign
from support.sandbox import ACCOUNT, LocalGraph

from reconciler.meta.client import Reader
from reconciler.meta.connection import Connection
from reconciler.meta.listing import EMPTY_PAGES
from reconciler.model.errors import TooMuchData, Unavailable

NAMES = ("a", "b", "c", "d", "e")
TOO_MUCH = {"code": 1, "message": "Please reduce the amount of data you're asking for, then retry your request"}
LATER = "mend: run the same command again later"
CURSORS = {
    "invalid": {"code": 2642, "message": "(#2642) Invalid cursors values"},
    "beyond the end": {
        "code": 100, "message": "(#100) The After Cursor specified exceeds the max limit supported by this endpoint"
    },
    "in words of another language": {"code": 100, "message": "(#100) Der Parameter ist ungültig"},
}  # fmt: skip
LISTS = ["campaigns", "adsets", "ads"]


@pytest.fixture
def applied(repository: Repository, reconciler: Reconciler, sandbox: LocalGraph) -> Reconciler:
    """Five campaigns, of which Meta shows two a page."""
    for name in NAMES:
        repository.campaign(name, still_campaign(name, "status: ACTIVE\n"))
    reconciler.apply().ended(0)
    sandbox.settings(max_page_size=2)
    sandbox.forget_calls()
    return reconciler


@pytest.fixture
def reader(sandbox: LocalGraph) -> Reader:
    return Reader(Connection("a token", sandbox.url))


def reads(sandbox: LocalGraph, edge: str) -> int:
    return len([call for call in sandbox.calls("GET") if call["path"].endswith(f"/{edge}")])


Page = dict[str, Any]


def turn_pages(monkeypatch: pytest.MonkeyPatch, edge: str, turned: Callable[[int, Page], Page]) -> None:
    """Meta's answers for one list, each after it has come over the wire. `turned` is given its number, from 0."""
    real, count = Reader._exchange, [0]

    def exchange(self: Reader, method: str, path: str, params: Any, *more: Any, **named: Any) -> Any:
        if method != "GET" or not path.endswith(f"/{edge}"):
            return real(self, method, path, params, *more, **named)
        # Cursors of these tests are none of Meta's.
        asked = {n: v for n, v in params.items() if n != "after" or not str(v).startswith("turned")}
        page = real(self, method, path, asked, *more, **named)
        count[0] += 1
        return turned(count[0] - 1, page)

    monkeypatch.setattr(Reader, "_exchange", exchange)


def empty(number: int) -> Page:
    return {"data": [], "paging": {"cursors": {"after": f"turned{number}"}, "next": "https://graph.facebook.com/x"}}


# ---- lists without an end


@pytest.mark.parametrize("edge", LISTS)
def test_a_list_of_ever_more_empty_pages_ends_as_an_error_with_a_mend(
    edge: str, applied: Reconciler, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_pages(monkeypatch, edge, lambda number, page: empty(number))
    said = applied.apply().said
    assert "has no end" in said
    assert LATER in said
    assert reads(sandbox, edge) == EMPTY_PAGES
    assert sandbox.calls("POST") == []


@pytest.mark.parametrize("edge", LISTS)
def test_a_list_that_ever_shows_the_same_rows_under_new_cursors_ends_as_well(
    edge: str, applied: Reconciler, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_pages(monkeypatch, edge, lambda number, page: {**empty(number), "data": page["data"]})
    said = applied("plan").ended(1).said
    assert "has no end" in said
    assert LATER in said
    assert reads(sandbox, edge) == 1 + EMPTY_PAGES


def test_a_log_that_ever_shows_the_same_events_ends_as_well(
    applied: Reconciler, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_pages(monkeypatch, "activities", lambda number, page: {**empty(number), "data": page["data"]})
    with pytest.raises(Unavailable, match="has no end"):
        list(reader.pages(f"{ACCOUNT}/activities", events=True, fields="event_type,event_time,object_id"))


def test_a_list_that_leads_back_to_one_of_its_pages_ends_as_an_error_with_a_mend(
    applied: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_pages(monkeypatch, "adsets", lambda number, page: {**empty(number % 2), "data": page["data"]})
    said = applied("plan").ended(1).said
    assert "Meta repeats a page of it" in said
    assert LATER in said


def test_empty_pages_that_more_rows_follow_are_read_on(applied: Reconciler, monkeypatch: pytest.MonkeyPatch) -> None:
    before = EMPTY_PAGES - 1
    for edge in LISTS:
        turn_pages(monkeypatch, edge, lambda number, page: empty(number) if number < before else page)
    applied.converged()


NEXT = "https://graph.facebook.com/v26.0/act_1/campaigns?limit=2&fields=id&pretty=0"
NOWHERE: dict[str, Page] = {
    "no cursor": {"next": NEXT},
    "an empty one": {"cursors": {"before": "a", "after": ""}, "next": f"{NEXT}&after="},
    "the token alone": {"next": f"{NEXT}&access_token=x"},
}


@pytest.mark.parametrize("paging", NOWHERE.values(), ids=NOWHERE)
def test_a_list_that_goes_on_nobody_knows_where_is_not_taken_for_whole(
    paging: Page, applied: Reconciler, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_pages(monkeypatch, "campaigns", lambda number, page: {"data": page["data"][:1], "paging": paging})
    said = applied("plan").ended(1).said
    assert "more of the listing act_1234567890/campaigns follows, and not where" in said
    assert LATER in said
    applied("pause", "--all").ended(1)
    assert {sandbox.status(f"acme-sg/{name}") for name in NAMES} == {"PAUSED"}


@pytest.mark.parametrize("word", ["__after_id", "cursor"])
def test_a_list_goes_on_by_whatever_word_its_next_page_has_for_the_place(
    word: str, applied: Reconciler, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Reader._exchange

    def exchange(self: Reader, method: str, path: str, params: Any, *more: Any, **named: Any) -> Any:
        known = {n: v for n, v in params.items() if n != word}
        page = real(self, method, path, known | ({"after": params[word]} if word in params else {}), *more, **named)
        after = page["paging"].pop("cursors")["after"]
        if "next" in page["paging"]:
            page["paging"]["next"] = f"{NEXT}&{word}={after}"
        return page

    monkeypatch.setattr(Reader, "_exchange", exchange)
    rows = list(reader.pages(f"{ACCOUNT}/campaigns", fields="id"))
    assert len({row["id"] for row in rows}) == len(rows) == len(NAMES)


# ---- cursors that Meta refuses


def refuse_cursors(sandbox: LocalGraph, edge: str, times: int, how: dict[str, Any]) -> None:
    sandbox.fault("error", f"/{edge}$", method="GET", params={"after": "."}, times=times, http=400, **how)


@pytest.mark.parametrize("how", CURSORS.values(), ids=CURSORS)
@pytest.mark.parametrize("edge", LISTS)
def test_a_list_whose_cursor_meta_refuses_is_begun_anew(
    edge: str, how: dict[str, Any], applied: Reconciler, sandbox: LocalGraph
) -> None:
    refuse_cursors(sandbox, edge, 1, how)
    applied.converged()
    assert reads(sandbox, edge) == 2 + 3


@pytest.mark.parametrize("how", CURSORS.values(), ids=CURSORS)
@pytest.mark.parametrize("edge", LISTS)
def test_a_list_whose_cursor_meta_refuses_again_is_an_error_with_a_mend_and_nothing_is_made(
    edge: str, how: dict[str, Any], applied: Reconciler, sandbox: LocalGraph
) -> None:
    refuse_cursors(sandbox, edge, 0, how)
    said = applied.apply().said
    assert f"Meta error {how['code']}" in said
    assert LATER in said
    assert reads(sandbox, edge) == 4
    assert sandbox.calls("POST") == []
    sandbox.no_faults()
    applied.converged()


def test_what_a_list_had_shown_before_it_was_begun_anew_is_forgotten(
    applied: Reconciler, sandbox: LocalGraph, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_cursors(sandbox, "campaigns", 1, CURSORS["invalid"])
    turn_pages(
        monkeypatch, "campaigns", lambda number, page: {**page, "data": [{**r, "at": number} for r in page["data"]]}
    )
    rows = list(reader.pages(f"{ACCOUNT}/campaigns", fields="id"))
    assert len(rows) == len({row["id"] for row in rows}) == len(NAMES)
    # The first page of the first attempt had the number 0.
    assert {row["at"] for row in rows} == {1, 2, 3}


def test_what_half_a_list_does_not_show_is_not_made_again(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """The answers to the creates are lost, and the list that would tell what became of them breaks off."""
    for name in ("f", "g"):
        repository.campaign(name, still_campaign(name))
    sandbox.fault("drop", "/campaigns$", method="POST", when="after", times=0)
    # A plan reads the list before that, in four pages at the most.
    sandbox.fault("error", "/campaigns$", method="GET", params={"after": "."}, nth=4, times=0, http=400, code=2642)
    assert LATER in applied.apply().said
    made = len(sandbox.objects("campaign"))
    assert made > len(NAMES)
    sandbox.no_faults()
    applied.apply().ended(0)
    assert len(sandbox.objects("campaign")) == len(NAMES) + 2
    assert [len(sandbox.labelled(f"acme-sg/{name}")) for name in ("f", "g")] == [1, 1]
    applied.converged()


def test_a_launch_that_is_due_is_not_lost_to_a_cursor(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    for name in NAMES:
        repository.campaign(name, still_campaign(name, "activate_at: 2026-11-21 11:00\n"))
    reconciler.apply().ended(0)
    sandbox.at("2026-11-21T11:00:05+08:00")
    sandbox.settings(max_page_size=2)
    for edge in (*LISTS, "campaignsbylabels"):
        refuse_cursors(sandbox, edge, 1, CURSORS["invalid"])
    reconciler("activate").ended(0)
    assert {sandbox.status(f"acme-sg/{name}") for name in NAMES} == {"ACTIVE"}


def test_the_emergency_stop_acts_on_each_page_at_once_and_begins_a_list_anew_as_well(
    applied: Reconciler, sandbox: LocalGraph
) -> None:
    refuse_cursors(sandbox, "campaigns", 1, CURSORS["invalid"])
    applied("pause", "--all").ended(0)
    assert {sandbox.status(f"acme-sg/{name}") for name in NAMES} == {"PAUSED"}
    calls = [(call["method"], call["path"].rpartition("/")[2]) for call in sandbox.calls()]
    assert [method for method, last in calls if last == "campaigns" or method == "POST"][:3] == ["GET", "POST", "POST"]
    assert len(sandbox.calls("POST")) == len(NAMES)


@pytest.mark.parametrize(("memory", "stopped"), [("kept", len(NAMES)), ("lost", 2)])
def test_the_emergency_stop_has_stopped_what_it_was_shown_or_knows_of_a_list_that_breaks_off(
    memory: str, stopped: int, applied: Reconciler, sandbox: LocalGraph
) -> None:
    if memory == "lost":
        applied.repository.forget_state()
    refuse_cursors(sandbox, "campaigns", 0, CURSORS["invalid"])
    assert LATER in applied("pause", "--all").ended(1).said
    assert [sandbox.status(f"acme-sg/{name}") for name in NAMES].count("PAUSED") == stopped


# ---- reads that are too large


@pytest.mark.parametrize("edge", LISTS)
def test_a_list_that_is_too_much_row_by_row_is_an_error_with_a_mend(
    edge: str, applied: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault("error", f"/{edge}$", method="GET", times=0, **TOO_MUCH)
    said = applied.apply().said
    assert "reduce the amount of data" in said
    assert f"{LATER}; where it ends like this each time, archive in Ads Manager what has ended" in said
    assert sandbox.calls("POST") == []


AT_SIZE = {
    "something went wrong": {"http": 500, "code": 1, "subcode": 99, "message": "An unknown error occurred"},
    "it took too long": {"http": 500, "code": 2, "subcode": 1504044, "message": "Request timed out"},
    "a text in another language": {"http": 500, "code": 1, "message": "请减少您所要求的数据量，然后重试您的请求"},
}


@pytest.mark.parametrize("how", AT_SIZE.values(), ids=AT_SIZE)
def test_a_list_that_fails_at_its_size_each_time_is_asked_for_with_fewer_rows(
    how: dict[str, Any], applied: Reconciler, sandbox: LocalGraph
) -> None:
    for edge in LISTS:
        sandbox.fault("error", f"/{edge}$", method="GET", params={"limit": "^(100|50)$"}, times=0, **how)
    applied.converged()


def test_a_list_that_fails_at_any_size_is_named_with_a_mend(applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("error", "/campaigns$", method="GET", times=0, **AT_SIZE["something went wrong"])
    said = applied("plan").ended(1).said
    assert "Meta error 1/99: An unknown error occurred (the listing act_1234567890/campaigns)" in said
    assert LATER in said
    # Five tries of a hundred rows, and one each of 50, 25, 12, 6, 3 and 1.
    assert reads(sandbox, "campaigns") == 5 + 6


def test_a_list_begins_with_as_many_rows_as_meta_could_answer_before(
    applied: Reconciler, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = Reader._exchange, list[int]()

    def exchange(self: Reader, method: str, path: str, params: Any, *more: Any, **named: Any) -> Any:
        asked.append(params["limit"])
        sandbox.no_faults()
        if params["limit"] > 30:
            sandbox.fault("error", ".", **TOO_MUCH)
        return real(self, method, path, params, *more, **named)

    monkeypatch.setattr(Reader, "_exchange", exchange)
    reader = Reader(Connection("a token", sandbox.url))
    lists = [[row["id"] for row in reader.pages("act_1234567890/campaigns", fields="id")] for _ in range(2)]
    assert asked[:3] == [100, 50, 25]
    assert set(asked[3:]) == {25}
    assert lists[0] == lists[1]
    assert set(lists[0]) == set(ids(sandbox))


def ids(sandbox: LocalGraph) -> list[str]:
    return [sandbox.id(f"acme-sg/{name}") for name in NAMES]


def sizes(monkeypatch: pytest.MonkeyPatch, most: int, sandbox: LocalGraph) -> list[int]:
    """Of each request, as it is sent; more than `most` is too much for Meta."""
    real, met = Reader._exchange, list[int]()

    def exchange(self: Reader, method: str, path: str, params: Any, *more: Any, **named: Any) -> Any:
        parts = len(json.loads(params["batch"])) if "batch" in params else 1
        met.append(parts)
        sandbox.no_faults()
        if parts > most:
            sandbox.fault("error", ".", **TOO_MUCH) if parts == 1 else sandbox.fault("error", "^/$", **TOO_MUCH)
        return real(self, method, path, params, *more, **named)

    monkeypatch.setattr(Reader, "_exchange", exchange)
    return met


@pytest.mark.parametrize(("most", "sent"), [(5, [5]), (4, [5, 2, 2, 1]), (2, [5, 2, 2, 1]), (1, [5, 2, 1, 1, 1, 1, 1])])
def test_a_batch_of_reads_that_is_too_much_is_sent_in_halves_down_to_single_reads(
    most: int,
    sent: list[int],
    applied: Reconciler,
    sandbox: LocalGraph,
    reader: Reader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = ids(sandbox)
    met = sizes(monkeypatch, most, sandbox)
    found = reader.get_all(wanted, "id,name")
    assert [row["id"] for row in found if isinstance(row, dict)] == wanted
    assert met == sent


def test_a_read_that_is_too_much_alone_is_that_object_s_answer(
    applied: Reconciler, sandbox: LocalGraph, reader: Reader
) -> None:
    wanted = ids(sandbox)
    sandbox.fault("error", f"/{wanted[1]}$", method="GET", times=0, **TOO_MUCH)
    found = reader.get_all(wanted, "id,name")
    (refused,) = [answer for answer in found if not isinstance(answer, dict)]
    assert isinstance(refused, TooMuchData)
    assert LATER in str(refused)
    assert found.index(refused) == 1


def test_a_part_that_is_too_much_beside_others_is_read_alone(
    applied: Reconciler, sandbox: LocalGraph, reader: Reader
) -> None:
    wanted = ids(sandbox)
    sandbox.fault("error", f"/{wanted[1]}$", method="GET", times=1, **TOO_MUCH)
    found = reader.get_all(wanted, "id,name")
    assert [row["id"] for row in found if isinstance(row, dict)] == wanted
