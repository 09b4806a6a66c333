"""Interests, behaviours and demographics: a small selection of Meta's tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_BOUND = 0.85  # lower bound to upper bound, in every recorded pair


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    name: str
    type: str
    path: tuple[str, ...]
    people: int  # thousands

    @property
    def topic(self) -> str:
        return self.path[1] if len(self.path) > 1 else ""


def _options(kind: str, root: str, rows: tuple[tuple[str, str, str, int], ...]) -> tuple[Option, ...]:
    found = []
    for id, name, above, people in rows:
        path = (root, *(part for part in above.split("/") if part), name)
        found.append(Option(id, name, kind, path, people))
    return tuple(found)


_INTERESTS = _options("interests", "Interests", (
    ("6003087413192", "Baseball", "Sports and outdoors/Sports", 530000),
    ("6003369240775", "Basketball", "Sports and outdoors/Sports", 480000),
    ("6003107902433", "Football", "Sports and outdoors/Sports", 900000),
    ("6003397425735", "Tennis", "Sports and outdoors/Sports", 260000),
    ("6003346592981", "Running", "Fitness and wellness", 340000),
    ("6003384248805", "Fitness and wellness", "", 1083000),
    ("6003306084421", "Yoga", "Fitness and wellness", 310000),
    ("6003648059946", "Meditation", "Fitness and wellness", 190000),
    ("6003139266461", "Movies", "Entertainment", 1200000),
    ("6003020834693", "Music", "Entertainment", 1500000),
    ("6003940339466", "Video games", "Entertainment/Games", 700000),
    ("6002839660079", "Cosmetics", "Shopping and fashion/Beauty", 336000),
    ("6003443805331", "Fragrances", "Shopping and fashion/Beauty", 150000),
    ("6003263791114", "Shopping", "Shopping and fashion", 1100000),
    ("6003348604581", "Fashion accessories", "Shopping and fashion", 420000),
    ("6003415393053", "Shoes", "Shopping and fashion/Clothing", 480000),
    ("6003346592982", "Online shopping", "Shopping and fashion/Shopping", 890000),
    ("6003225556345", "Coffee", "Food and drink/Beverages", 520000),
    ("6003626773307", "Tea", "Food and drink/Beverages", 260000),
    ("6003659420716", "Cooking", "Food and drink", 640000),
    ("6003436950375", "Restaurants", "Food and drink", 830000),
    ("6004160395895", "Travel", "Hobbies and activities", 1000000),
    ("6003899195666", "Photography", "Hobbies and activities/Arts and music", 580000),
    ("6003332344237", "Dogs", "Hobbies and activities/Pets", 470000),
    ("6003159378782", "Cats", "Hobbies and activities/Pets", 350000),
    ("6003101323797", "Parenting", "Family and relationships", 300000),
    ("6002866718622", "Science", "Business and industry", 410000),
    ("6003371567474", "Entrepreneurship", "Business and industry", 360000),
    ("6003127206524", "Digital marketing", "Business and industry/Online", 240000),
    ("6003700426513", "Japan", "Additional interests", 68000),
    ("6003985771306", "Technology", "Technology", 950000),
    ("6003966451572", "Mobile phones", "Technology/Consumer electronics", 690000),
))  # fmt: skip
_BEHAVIOURS = _options("behaviors", "Behaviors", (
    ("6071631541183", "Engaged Shoppers", "Purchase behavior", 210000),
    ("6002714895372", "Frequent Travelers", "Travel", 190000),
    ("6013516370183", "Frequent international travelers", "Travel", 80000),
    ("6004384041172", "Facebook access (mobile): Apple (iOS) devices", "Mobile Device User", 560000),
    ("6004386044572", "Facebook access (mobile): Android devices", "Mobile Device User", 1700000),
    ("6002714898572", "Small business owners", "Digital activities", 95000),
    ("6015559470583", "Lived abroad (expats)", "Expats", 130000),
))  # fmt: skip
_LIFE_EVENTS = _options("life_events", "Demographics", (
    ("6002714398172", "Newlywed (1 year)", "Life events", 20000),
    ("6003053860372", "Recently moved", "Life events", 15000),
    ("6005149512172", "Birthday in March", "Life events", 140000),
))  # fmt: skip
_FAMILY = _options("family_statuses", "Demographics", (
    ("6002714398372", "Parents (All)", "Parents/All parents", 420000),
    ("6023005372383", "Parents with toddlers (01-02 years)", "Parents/All parents", 60000),
    ("6023080302983", "Parents with teenagers (13-17 years)", "Parents/All parents", 90000),
))  # fmt: skip
_INDUSTRIES = _options("industries", "Demographics", (
    ("6008888980183", "Sales", "Work/Industries", 70000),
    ("6009003311983", "IT and technical services", "Work/Industries", 85000),
    ("6012903320983", "Education and libraries", "Work/Industries", 110000),
))  # fmt: skip
_INCOME = _options("income", "Demographics", (
    ("6107813079183", "Household income: top 10% of ZIP codes (US)", "Financial/Income", 26000),
    ("6107813551783", "Household income: top 25%-50% of ZIP codes (US)", "Financial/Income", 60000),
))  # fmt: skip
_DEVICES = _options("user_device", "User Device", (
    ("iPhone", "iPhone", "", 560000), ("iPad", "iPad", "", 120000), ("Galaxy S24", "Galaxy S24", "", 30000),
))  # fmt: skip
_SYSTEMS = _options("user_os", "User OS", (("iOS", "iOS", "", 600000), ("Android", "Android", "", 1800000)))
_DEMOGRAPHICS = (*_LIFE_EVENTS, *_FAMILY, *_INDUSTRIES, *_INCOME)

CLASSES: dict[str, tuple[Option, ...]] = {
    "interests": _INTERESTS,
    "behaviors": _BEHAVIOURS,
    "demographics": _DEMOGRAPHICS,
    "life_events": _LIFE_EVENTS,
    "family_statuses": _FAMILY,
    "industries": _INDUSTRIES,
    "income": _INCOME,
    "user_device": _DEVICES,
    "user_os": _SYSTEMS,
}
TREE: tuple[Option, ...] = (*_INTERESTS, *_BEHAVIOURS, *_DEMOGRAPHICS)
BY_ID: dict[str, Option] = {one.id: one for one in TREE}

# type: (id, name, people); as ``coverage``
LISTED: dict[str, tuple[tuple[int, str, int], ...]] = {
    "adeducationschool": (
        (105930651606, "Harvard University", 8395398), (105654462800, "National University of Singapore", 410200),
        (108170975877001, "University of Malaya", 230400), (107799365910274, "Harvard-Westlake School", 14106),
    ),
    "adeducationmajor": (
        (108170975877442, "Photography", 613618), (109279729089828, "Physics", 942491),
        (108026662559095, "Philosophy", 701271), (106000000000001, "Marketing", 1530200),
    ),
    "adworkemployer": (
        (21105780752, "University of Michigan", 17357), (106000000000101, "Singapore Airlines", 21400),
        (106000000000102, "Petronas", 35100),
    ),
    "adworkposition": (
        (105763692790962, "Business Analyst", 282124), (112930925387573, "Financial Analyst", 212889),
        (106000000000201, "Marketing Manager", 640300),
    ),
}  # fmt: skip


def bounds(people: float) -> tuple[int, int]:
    """Three digits, and an upper bound of lower / 0.85 (recorded); never less than a thousand people (documented)."""
    lower = max(1000, _three_digits(people))
    return lower, max(1000, _three_digits(lower / _BOUND))


def _three_digits(value: float) -> int:
    whole = int(value)
    unit = int(10 ** max(0, len(str(whole)) - 3))
    return whole // unit * unit


def row(option: Option) -> dict[str, Any]:
    lower, upper = bounds(option.people * 1000)
    return {
        "id": option.id,
        "name": option.name,
        "type": option.type,
        "path": list(option.path),
        "audience_size_lower_bound": lower,
        "audience_size_upper_bound": upper,
        "description": "",
    }


def interest_row(option: Option) -> dict[str, Any]:
    """``type=adinterest`` names a topic and no type."""
    found = row(option)
    del found["type"]
    return {**found, "topic": option.topic}
