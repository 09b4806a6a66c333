"""New files, as a person would begin them: what has to be known of each kind, and the text that comes of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from reconciler.edit.yaml_text import flow
from reconciler.kinds import MONEY_FIELDS
from reconciler.kinds.field_types import key_of
from reconciler.kinds.variables import TYPES
from reconciler.text.yaml import as_yaml, quoted

TEMPLATE = "template"


@dataclass(frozen=True)
class Question:
    """One thing that a file says. `name` is its key in YAML, with dots where it stands deeper."""

    name: str
    asked: str
    example: str
    needed: bool = True


NAME = Question("name", "Name in Ads Manager", "Spring Sale | SG")
QUESTIONS: Mapping[str, Sequence[Question]] = {
    "campaign": (
        NAME,
        Question("daily_budget", "Budget a day, with its currency", "50.00 SGD"),
        Question("activate_at", "When it starts (nothing: it is made paused)", "2026-12-01 09:00", needed=False),
        Question("deactivate_at", "When it ends (nothing: never)", "2026-12-31 23:59", needed=False),
        Question("ad.media", "Video or image, by its path below creatives/", "spring/hero.mp4"),
        Question("ad.primary_text", "Text above it", "Shop our spring sale."),
        Question("ad.headline", "Headline", "Save 30%"),
        Question("ad.destination_url", "Link", "https://acme.example/spring"),
    ),
    TEMPLATE: (),
    "audience": (
        Question("name", "Name", "Visitors of the shop"),
        Question("website.days", "People who were on the website within how many days", "30", needed=False),
    ),
    "lead_form": (
        Question("name", "Name", "Get a quote"),
        Question("privacy_policy.url", "Link to the privacy policy", "https://acme.example/privacy"),
        Question("follow_up_url", "Where people go after the form", "https://acme.example/"),
    ),
}
FOLDERS = {"campaign": "campaigns", TEMPLATE: "templates", "audience": "audiences", "lead_form": "lead_forms"}
PRESET: Mapping[str, Mapping[str, str]] = {
    "audience": {"website.days": "30"},
    "lead_form": {},
}
FIXED: Mapping[str, str] = {"lead_form": "questions:\n  - type: FULL_NAME\n  - type: EMAIL\n"}
"""Lines that a file of the kind has to have, and that nobody is asked for."""
TEMPLATE_TEXT = """\
# What campaigns start from that say extends: {key}
vars:                           # what each of them has to say, by its type; with a default it may
  product: string
  budget: money
name: "${{client}} | ${{product}} | ${{countries}}"
daily_budget: ${{budget}}
"""
IMAGES = (".png", ".jpg", ".jpeg")
PLAIN = re.compile(
    r"[0-9]+(\.[0-9]+)? [A-Z]{3}|\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?|[0-9]{1,9}|true|false|\[[^\[\]{}#]*\]"
)
"""Amounts, times, numbers and lists: YAML has them without quotes."""


def lacking(kind: str, answers: Mapping[str, str], *, extends: bool) -> list[Question]:
    """What has to be answered yet. A file that starts from a template may have all of it from there."""
    return [] if extends else [q for q in QUESTIONS[kind] if q.needed and not answers.get(q.name)]


def draft(
    kind: str, key: str, answers: Mapping[str, str], extends: str = "", asked: Mapping[str, str] = MappingProxyType({})
) -> str:
    """`answers` by name of question, or of any other key of the file. `asked`: types of the template's variables."""
    levels = "../" if kind == TEMPLATE else "../../"
    head = f"# yaml-language-server: $schema={levels}../schemas/{kind}.schema.json\n"
    if kind == TEMPLATE:
        return head + TEMPLATE_TEXT.format(key=key)
    given = {name: value for name, value in {**PRESET.get(kind, {}), **answers}.items() if value}
    variables = {name: value for name, value in given.items() if name in asked}
    lines = [f"extends: {extends}\n"] if extends else []
    if variables:
        lines += ["vars:\n", *(f"  {name}: {letters(name, value, asked[name])}\n" for name, value in variables.items())]
    order = [question.name for question in QUESTIONS[kind]]
    rest = sorted((name for name in given if name not in variables), key=lambda name: _place(order, name))
    open_ = ""
    if kind == "campaign" and not extends and "activate_at" not in given and "status" not in given:
        rest.insert(next((at for at, name in enumerate(rest) if "." in name), len(rest)), "status")
        given["status"] = "PAUSED"
    for name in rest:
        outer, dot, inner = name.partition(".")
        if dot and open_ != outer:
            lines.append(f"{outer}:\n")
        open_ = outer if dot else ""
        word = _media(given[name]) if inner == "media" else inner or outer
        lines.append(f"{'  ' if dot else ''}{word}: {letters(inner or outer, given[name])}\n")
    return head + "".join(lines) + FIXED.get(kind, "")


def _place(order: Sequence[str], name: str) -> tuple[bool, int, str]:
    """Keys of the file itself before what stands deeper, each in the order in which it is asked."""
    return "." in name, order.index(name) if name in order else len(order), name


def _media(path: str) -> str:
    return "image" if path.lower().endswith(IMAGES) else "video"


def letters(name: str, value: str, type_: str = "") -> str:
    """As YAML has it, by the variable's type or the field's. Of money a bare number is no amount here: in YAML it would
    be Meta's count, a hundredth of what is meant."""
    type_ = type_ or ("countries" if name == "countries" else "")
    if type_ in ("countries", "list") and not value.startswith("["):
        return flow(TYPES[type_].of_cell(value))
    if type_ == "string":
        return as_yaml(value)
    bare = (name in MONEY_FIELDS or type_ in ("money", "id")) and value.isdecimal()
    return value if PLAIN.fullmatch(value) and not bare else quoted(value) if bare else as_yaml(value)


def file_of(kind: str, account: str, key: str) -> str:
    folder = FOLDERS[kind]
    return f"desired/{folder}/{key}.yaml" if kind == TEMPLATE else f"desired/{folder}/{account}/{key}.yaml"


def meant_key(key: str) -> str:
    return key_of(key)
