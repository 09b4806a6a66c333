"""Pull requests that a reviewer may meet, each on a repository and a sandbox of its own. Tests say what their comments
must tell (`contract/test_comment.py`); `draw.py` makes pictures of them, for people to judge."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from support.command import Reconciler
from support.repository import SPRING, TRAFFIC, Repository
from support.sandbox import LocalGraph, local_graph

ACCOUNT_OF_ACME_MY = """\
account: act_2234567890
name: Acme Malaysia
currency: MYR
page: "1029384756"
pixel: "5647382910"
domain: acme.example
regulated: {singapore: {beneficiary: "112233", payer: "112233"}}
"""
COFFEE = TRAFFIC.replace("name: Always on\n", "name: Always on | SG\nactivate_at: 2026-11-20 09:00\n", 1).replace(
    "primary_text: Coffee, always on.", 'primary_text: "Coffee, always on.\\nFrom 7 in the morning."'
)


class Case:
    """A repository, a sandbox that has what it declares, and the command."""

    def __init__(self, root: Path, graph: LocalGraph) -> None:
        self.repository = Repository(root)
        self.graph = graph
        self.reconciler = Reconciler(self.repository, graph)
        graph.account()

    def runs(self, key: str, text: str) -> None:
        """The campaign is live, and on."""
        self.repository.campaign(key, text)
        self.reconciler("apply", "--auto-approve", "--late-activations").ended(0)


def one(case: Case) -> None:
    case.repository.campaign("spring-sale", SPRING)


def forty(case: Case) -> None:
    for number in range(40):
        text = SPRING.replace("name: Spring Sale", f"name: Spring Sale | SG | {number + 1:02}")
        case.repository.campaign(
            f"spring-{number + 1:02}", text.replace("12-01 09:00", f"12-{1 + number % 4:02} 09:00")
        )


def refusal(case: Case) -> None:
    case.repository.write("project.yaml", "project: acme-agency\npolicies: {max_daily_budget: 40.00 SGD}\n")
    case.repository.campaign("spring-sale", SPRING)
    case.repository.campaign("outlet", SPRING.replace("Spring Sale", "Outlet").replace("50.00 SGD", "30.00 SGD"))


def conflict(case: Case) -> None:
    case.runs("always-on", COFFEE)
    case.graph.pass_time(3600)
    case.graph.person_edits("acme-sg/always-on/broad", daily_budget=8000)
    case.repository.edit_campaign("always-on", "20.00 SGD", "30.00 SGD")
    case.repository.campaign("spring-sale", SPRING)


def failed_account(case: Case) -> None:
    case.repository.write("accounts/acme-my.yaml", ACCOUNT_OF_ACME_MY)
    case.repository.campaign("raya", SPRING.replace("SGD", "MYR").replace("Spring Sale", "Raya"), "acme-my")
    case.repository.campaign("spring-sale", SPRING)


def changed(case: Case) -> None:
    case.runs("always-on", COFFEE)
    case.graph.pass_time(86400)
    for old, new in (
        ("20.00 SGD", "35.00 SGD"),
        ("age_min: 21", "age_min: 25"),
        ("[SG]", "[SG, MY]"),
        ("always on.\\nFrom 7 in the morning.", "all day.\\nFrom 6 in the morning.\\nSee you."),
        ("Visit Acme", "Order ahead"),
    ):
        case.repository.edit_campaign("always-on", old, new)


def removal(case: Case) -> None:
    case.runs("always-on", COFFEE)
    case.repository.campaign("spring-sale", SPRING)
    case.repository.remove("always-on")


def readme(case: Case) -> None:
    """What README shows: a raise, new copy, and a campaign that starts."""
    case.runs("always-on", COFFEE)
    case.graph.pass_time(86400)
    case.repository.edit_campaign("always-on", "20.00 SGD", "35.00 SGD")
    case.repository.edit_campaign("always-on", "Visit Acme", "Order ahead")
    case.repository.campaign("spring-sale", SPRING.replace("name: Spring Sale", "name: Spring Sale | SG | Video"))


CASES: dict[str, Callable[[Case], None]] = {
    "one": one,
    "forty": forty,
    "refusal": refusal,
    "conflict": conflict,
    "failed-account": failed_account,
    "changed": changed,
    "removal": removal,
    "readme": readme,
}


def comment_of(name: str) -> str:
    """The comment that `plan --markdown` writes in that case."""
    with tempfile.TemporaryDirectory() as folder, local_graph() as graph:
        case = Case(Path(folder), graph)
        CASES[name](case)
        file = Path(folder) / "comment.md"
        run = case.reconciler("plan", "--markdown", str(file))
        if not file.exists():
            raise RuntimeError(f"{name}: {run.said}")
        return file.read_text("utf-8")
