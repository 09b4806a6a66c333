"""What the sandbox claims about Meta, as functions that run on the sandbox and on Meta. Each docstring is the claim.

None spends: all that is made is PAUSED, with the least budget, and is deleted when the claim ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from live.graph import ClaimGraph

Claim = Callable[[ClaimGraph], None]
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff\xff\x7f\x00\t\xfb\x03\xfd\x05CE\xca\x00\x00\x00\x00IEND\xaeB`\x82"
)


def campaign(graph: ClaimGraph, **params: Any) -> str:
    given = {
        "name": "contract-live campaign",
        "objective": "OUTCOME_TRAFFIC",
        "status": "PAUSED",
        "special_ad_categories": [],
        "is_adset_budget_sharing_enabled": False,
    }
    return graph.make("campaigns", **(given | params))


def ad_set_params(graph: ClaimGraph, campaign_id: str, **params: Any) -> dict[str, Any]:
    least = int(graph.get(graph.account, fields="min_daily_budget")["min_daily_budget"])
    given: dict[str, Any] = {
        "name": "contract-live ad set",
        "campaign_id": campaign_id,
        "status": "PAUSED",
        "daily_budget": least * 3,
        "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
        "optimization_goal": "LINK_CLICKS",
        "billing_event": "IMPRESSIONS",
        "targeting": {"geo_locations": {"countries": ["MY"]}, "targeting_automation": {"advantage_audience": 0}},
    }
    return {k: v for k, v in (given | params).items() if v is not None}


def account_reads(graph: ClaimGraph) -> None:
    """An account's id carries act_, its minimum budget is a number, its zone a name."""
    seen = graph.get(graph.account, fields="id,account_id,currency,timezone_name,account_status,min_daily_budget")
    assert seen["id"] == f"act_{seen['account_id']}" and isinstance(seen["min_daily_budget"], int)


def campaign_echo(graph: ClaimGraph) -> None:
    """A create answers with the id alone; times come without a colon; a campaign starts when it was made."""
    seen = graph.get(campaign(graph), fields="name,status,effective_status,objective,created_time,start_time")
    assert (seen["status"], seen["effective_status"]) == ("PAUSED", "PAUSED")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", seen["created_time"])


def unset_campaign_budget(graph: ClaimGraph) -> None:
    """A campaign without a budget does not show one."""
    assert "daily_budget" not in graph.get(campaign(graph), fields="name,daily_budget")


def sharing_is_demanded(graph: ClaimGraph) -> None:
    """Without a campaign budget, is_adset_budget_sharing_enabled has to be said."""
    code = graph.refused(
        f"{graph.account}/campaigns",
        name="contract-live campaign",
        objective="OUTCOME_TRAFFIC",
        status="PAUSED",
        special_ad_categories=[],
    )
    assert code == (100, 4834011)


def objective_is_checked(graph: ClaimGraph) -> None:
    """An objective of before 2023 is refused as a parameter."""
    code = graph.refused(f"{graph.account}/campaigns", name="contract-live", objective="CONVERSATIONS", status="PAUSED")
    assert code[0] == 100


def validate_only(graph: ClaimGraph) -> None:
    """With validate_only a create answers success and makes nothing."""
    reply = graph.post(
        f"{graph.account}/campaigns",
        name="contract-live campaign",
        objective="OUTCOME_TRAFFIC",
        status="PAUSED",
        special_ad_categories=[],
        is_adset_budget_sharing_enabled=False,
        execution_options=["validate_only"],
    )
    assert reply == {"success": True}


def ad_set_echo(graph: ClaimGraph) -> None:
    """Budgets come as text; an ad set's unset budget reads "0"."""
    made = graph.make("adsets", **ad_set_params(graph, campaign(graph)))
    seen = graph.get(made, fields="daily_budget,lifetime_budget,budget_remaining,created_time,campaign_id")
    assert isinstance(seen["daily_budget"], str) and seen["lifetime_budget"] == "0"


def advantage_audience_is_demanded(graph: ClaimGraph) -> None:
    """Targeting has to say whether Advantage+ audience is on."""
    given = ad_set_params(graph, campaign(graph), targeting={"geo_locations": {"countries": ["MY"]}})
    assert graph.refused(f"{graph.account}/adsets", **given) == (100, 1870227)


def least_budget(graph: ClaimGraph) -> None:
    """A budget of one minor unit is refused."""
    given = ad_set_params(graph, campaign(graph), daily_budget=1)
    assert graph.refused(f"{graph.account}/adsets", **given)[0] == 100


def label_shows_at_once(graph: ClaimGraph) -> None:
    """An object is found by the label of its own create, right after it: no lag."""
    name = "contract-live:label"
    made = campaign(graph, adlabels=[{"name": name}])
    labels = graph.get(f"{graph.account}/adlabels", fields="name", limit=200)["data"]
    label = next(row["id"] for row in labels if row["name"] == name)
    found = graph.get(f"{graph.account}/campaignsbylabels", ad_label_ids=[label], operator="ANY", fields="name")
    assert made in [row["id"] for row in found["data"]]


def list_shows_at_once(graph: ClaimGraph) -> None:
    """A campaign is in the account's list right after its create, and the last page has an `after` of its own."""
    made = campaign(graph)
    page = graph.get(
        f"{graph.account}/campaigns",
        filtering=[{"field": "id", "operator": "IN", "value": [made]}],
        fields="name",
        limit=5,
    )
    assert [row["id"] for row in page["data"]] == [made]
    assert page["paging"]["cursors"]["after"] and "next" not in page["paging"]


def targeting_echo(graph: ClaimGraph) -> None:
    """Targeting comes back with more than was sent: age limits, where people are, brand safety."""
    made = graph.make("adsets", **ad_set_params(graph, campaign(graph)))
    targeting = graph.get(made, fields="targeting")["targeting"]
    assert {"age_min", "age_max", "geo_locations"} <= set(targeting)
    assert "home" in targeting["geo_locations"]["location_types"]


def insights_of_nothing(graph: ClaimGraph) -> None:
    """What never ran has an empty list of insights."""
    assert graph.get(f"{campaign(graph)}/insights", fields="impressions,spend")["data"] == []


def activity_log(graph: ClaimGraph) -> None:
    """A create is in the account's activity log right after it, with an object id and a time in +0000. Asked for one
    object, the log tells of that alone, and begins with its creation."""
    made = campaign(graph)
    rows = graph.get(f"{graph.account}/activities", oid=made, fields="event_type,object_id,event_time")["data"]
    assert rows and all(row["object_id"] == made and row["event_time"].endswith("+0000") for row in rows)
    assert rows[-1]["event_type"].startswith("create_campaign")


def unknown_id(graph: ClaimGraph) -> None:
    """An id that nothing has is 100/33, with HTTP 400."""
    reply = graph.call("GET", "1", fields="name")
    error = reply.json()["error"]
    assert (reply.status_code, error["code"], error["error_subcode"]) == (400, 100, 33)


def deletion_repeats(graph: ClaimGraph) -> None:
    """DELETE succeeds twice, and what is deleted can still be read by its id."""
    made = campaign(graph)
    for _ in range(2):
        assert graph.call("DELETE", made).json() == {"success": True}
    assert graph.get(made, fields="status")["status"] == "DELETED"


def image_hash(graph: ClaimGraph) -> None:
    """The same bytes give the same hash."""
    hashes = set()
    for _ in range(2):
        reply = graph.post(f"{graph.account}/adimages", files={"filename": ("dot.png", PNG, "image/png")})
        hashes |= {row["hash"] for row in reply["images"].values()}
    assert len(hashes) == 1


def creative_is_deduplicated(graph: ClaimGraph) -> None:
    """Two creates of the same creative answer with one id. Needs a page."""
    given = {
        "name": "contract-live creative",
        "object_story_spec": {
            "page_id": graph.page,
            "link_data": {"link": "https://example.com/", "message": "contract-live"},
        },
    }
    assert graph.make("adcreatives", **given) == graph.make("adcreatives", **given)


def upload_session(graph: ClaimGraph) -> None:
    """Offsets are text; a session that is cancelled is gone."""
    begun = graph.post(f"{graph.account}/advideos", upload_phase="start", file_size="5000000")
    assert begun["start_offset"] == "0" and isinstance(begun["end_offset"], str)
    session = begun["upload_session_id"]
    graph.post(f"{graph.account}/advideos", upload_phase="cancel", upload_session_id=session)


def batch_bodies(graph: ClaimGraph) -> None:
    """A batch answers with a list, each body as text; a failing part does not fail its neighbours."""
    parts = [
        {"method": "GET", "relative_url": f"{graph.account}?fields=currency"},
        {"method": "GET", "relative_url": "1?fields=name"},
    ]
    first, second = graph.post("", batch=parts)
    assert first["code"] == 200 and isinstance(first["body"], str) and second["code"] >= 400


def batch_create_and_reference(graph: ClaimGraph) -> None:
    """A part can name an earlier part's id."""
    create = (
        "name=contract-live campaign&objective=OUTCOME_TRAFFIC&status=PAUSED"
        "&special_ad_categories=[]&is_adset_budget_sharing_enabled=false"
    )
    parts = [
        {"method": "POST", "relative_url": f"{graph.account}/campaigns", "body": create, "name": "made",
         "omit_response_on_success": False},
        {"method": "GET", "relative_url": "{result=made:$.id}?fields=name,status"},
    ]  # fmt: skip
    replies = graph.post("", batch=parts)
    found = re.search(r'"id":\s*"(\d+)"', replies[0]["body"])
    assert found
    graph.made.append(found[1])
    assert '"PAUSED"' in replies[1]["body"]


def token_in_header(graph: ClaimGraph) -> None:
    """A token in the Authorization header is enough."""
    assert graph.get("me", fields="id")["id"]


def dates_and_usage(graph: ClaimGraph) -> None:
    """Each reply has a Date; version and trace are named in headers."""
    headers = {name.lower() for name in graph.call("GET", graph.account, fields="id").headers}
    assert {"date", "facebook-api-version", "x-fb-trace-id"} <= headers


CLAIMS: tuple[Claim, ...] = (
    account_reads,
    campaign_echo,
    unset_campaign_budget,
    sharing_is_demanded,
    objective_is_checked,
    validate_only,
    ad_set_echo,
    advantage_audience_is_demanded,
    least_budget,
    label_shows_at_once,
    list_shows_at_once,
    targeting_echo,
    insights_of_nothing,
    activity_log,
    unknown_id,
    deletion_repeats,
    image_hash,
    creative_is_deduplicated,
    upload_session,
    batch_bodies,
    batch_create_and_reference,
    token_in_header,
    dates_and_usage,
)
NEEDS_PAGE = frozenset({creative_is_deduplicated})
