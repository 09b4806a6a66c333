"""Everything that can be wrong on a user's side: a clear error that says what to do, the right exit status, no
traceback, and nothing written."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support.command import CANARY, Reconciler, Run
from support.counting import calls
from support.remote import Remote
from support.repository import CREATIVES, SPRING, STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

from reconciler.meta.client import Reader
from reconciler.meta.connection import Connection
from reconciler.model.errors import Unreachable
from reconciler.system.clock import SYSTEM, Clock

YAML_FILE = "desired/campaigns/acme-sg/spring.yaml"


@pytest.fixture
def nothing_is_written(sandbox: LocalGraph):
    yield
    assert sandbox.writes() == []


pytestmark = pytest.mark.usefixtures("nothing_is_written")


def refused(reconciler: Reconciler, *said: str, status: int = 1, command: str = "apply") -> Run:
    """The same from `apply` and from `plan`; with the mend and every text that is expected."""
    run = reconciler(command, *(["--auto-approve"] if command == "apply" else [])).ended(status)
    for text in said:
        assert text in run.said, run.said
    assert "mend: " in run.said
    return run


# tokens


def test_no_token(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    reconciler.environment["META_ACCESS_TOKEN"] = ""
    refused(reconciler, "no token for acme-sg: the environment variable META_ACCESS_TOKEN is not set", "export META_")


def test_wrong_token(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    sandbox.token("the only good one")
    refused(reconciler, "Meta error 190", "make a new system-user token")


def test_token_with_white_space_inside(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    reconciler.environment["META_ACCESS_TOKEN"] = "half of it\nand the rest"
    run = refused(reconciler, "META_ACCESS_TOKEN holds what no token has")
    assert "half of it" not in run.said


def test_token_that_has_expired(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    sandbox.token(CANARY, expires_at="2026-11-20T00:00:00+08:00", scopes=["ads_management"])
    refused(reconciler, "Meta error 190/463", "make a new system-user token")


def test_token_without_the_scope(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    sandbox.token(CANARY, scopes=["ads_read"])
    run = refused(reconciler, "ads_management", "give the system user the scopes", status=1)
    assert "acme-sg" in run.said


def test_token_without_any_scope(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    sandbox.token(CANARY, scopes=["public_profile"])
    refused(reconciler, "give the system user the scopes", command="plan")


def test_account_that_the_token_cannot_see(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    sandbox.token(CANARY, scopes=["ads_management", "ads_read"], accounts=["act_999"])
    refused(reconciler, "the token cannot see act_1234567890", "and the ad account")


def test_account_that_does_not_exist(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    repository.edit("accounts/acme-sg.yaml", "act_1234567890", "act_777")
    refused(reconciler, "desired/accounts/acme-sg.yaml:1:10", "the token cannot see act_777")


@pytest.mark.parametrize("noun", ["page", "pixel"])
def test_page_or_pixel_of_someone_else(noun: str, repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    repository.edit("accounts/acme-sg.yaml", {"page": "1029384756", "pixel": "5647382910"}[noun], "4040404040")
    refused(reconciler, f"the token may not use {noun} 4040404040", f"check the id of the {noun}", status=3)


def test_currency_that_is_not_the_account_s(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING)
    sandbox.account(currency="USD")
    refused(reconciler, "is in USD, but acme-sg says currency: SGD", "write currency: USD, and check every amount")


def test_graph_url_that_would_send_the_token_in_the_clear(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    run = reconciler.process("plan", env={"META_GRAPH_URL": "http://graph.example.com", "RECONCILER_NOW": ""}).ended(1)
    assert "a token must not travel in the clear" in run.said


def test_false_clock_against_meta_itself(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    run = reconciler.process("activate", env={"META_GRAPH_URL": ""}).ended(1)
    assert "RECONCILER_NOW is set, but META_GRAPH_URL is no sandbox" in run.err


def test_nobody_listens(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    reconciler.environment["META_GRAPH_URL"] = "http://127.0.0.1:9"
    run = refused(reconciler, "nothing listens at 127.0.0.1:9, which META_GRAPH_URL names", command="plan")
    assert "mend: say reconciler sandbox --port 9 in a second terminal; or unset META_GRAPH_URL" in run.said


def test_a_sandbox_that_does_not_run_is_asked_once() -> None:
    waits = list[float]()
    reader = Reader(Connection(CANARY, "http://127.0.0.1:9", clock=Clock(SYSTEM.now, waits.append)))
    with pytest.raises(Unreachable):
        reader.get("me")
    assert waits == []


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("localhost:18400", "http://localhost:18400"),
        ("127.0.0.1:18400", "http://127.0.0.1:18400"),
        ("graph.facebook.com", "https://graph.facebook.com"),
    ],
)
def test_a_graph_url_without_its_scheme_is_told_which(url: str, meant: str, reconciler: Reconciler) -> None:
    run = reconciler.process("plan", env={"META_GRAPH_URL": url, "RECONCILER_NOW": ""}).ended(1)
    assert f"is refused: it says neither http:// nor https://\n  mend: write {meant}\n" in run.said
    assert "in the clear" not in run.said


# media


def with_media(repository: Repository, name: str, content: bytes | None) -> None:
    repository.campaign("spring", SPRING.replace("spring/hero.mp4", name))
    if content is not None:
        repository.creative(name, content)


HERO = (CREATIVES / "spring" / "hero.mp4").read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("spring/nothing.mp4", None, "nothing.mp4"),
        ("spring/heros.mp4", None, "heros.mp4"),
        ("spring/cut.mp4", HERO[: len(HERO) // 2], "cut.mp4"),
        ("spring/empty.mp4", b"", "empty.mp4"),
        ("spring/fake.mov", b"MZ this is no film" * 100, "fake.mov"),
        ("spring/picture.mp4", (CREATIVES / "outlet" / "banner.jpg").read_bytes(), "picture.mp4"),
        ("spring/text.mp4", b"<html>not found</html>", "text.mp4"),
    ],
    ids=["missing", "nearly right", "truncated", "zero bytes", "no film", "a picture", "a page"],
)
def test_media_that_will_not_do(
    name: str, content: bytes | None, said: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    with_media(repository, name, content)
    refused(reconciler, f"{YAML_FILE}:6:10", said)
    assert sandbox.calls() == []


def test_truncated_picture(repository: Repository, reconciler: Reconciler) -> None:
    content = (CREATIVES / "outlet" / "banner.jpg").read_bytes()
    repository.creative("outlet/banner.jpg", content[:2000])
    repository.campaign("spring", STILL)
    refused(reconciler, "outlet/banner.jpg")


@pytest.mark.parametrize("path", ["../secret.mp4", "/etc/passwd", "spring/../../secret.mp4", "~/film.mp4"])
def test_media_path_outside_creatives(path: str, repository: Repository, reconciler: Reconciler) -> None:
    (repository.root / "secret.mp4").write_bytes(HERO)
    repository.campaign("spring", SPRING.replace("spring/hero.mp4", path))
    refused(reconciler, f"{YAML_FILE}:6:10")


def test_symbolic_link_out_of_creatives(repository: Repository, reconciler: Reconciler, tmp_path: Path) -> None:
    (tmp_path / "secret.mp4").write_bytes(HERO)
    (repository.root / "creatives" / "link.mp4").symlink_to(tmp_path / "secret.mp4")
    repository.campaign("spring", SPRING.replace("spring/hero.mp4", "link.mp4"))
    refused(reconciler, "a symbolic link leads out of creatives/")


def test_folder_that_links_out_of_creatives(repository: Repository, reconciler: Reconciler, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "hero.mp4").write_bytes(HERO)
    (repository.root / "creatives" / "near").symlink_to(tmp_path / "far")
    repository.campaign("spring", SPRING.replace("spring/hero.mp4", "near/hero.mp4"))
    refused(reconciler, "a symbolic link leads out of creatives/")


def test_folder_where_a_film_should_be(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING.replace("spring/hero.mp4", "spring"))
    refused(reconciler, f"{YAML_FILE}:6:10")


# times and money


@pytest.mark.parametrize(
    ("zone", "moment", "said"),
    [
        ("America/New_York", "2027-03-14 02:30", "2027-03-14 02:30"),
        ("America/New_York", "2027-11-07 01:30", "2027-11-07 01:30"),
        ("Europe/Berlin", "2027-03-28 02:00", "2027-03-28 02:00"),
    ],
    ids=["does not exist", "exists twice", "first moment of the gap"],
)
def test_local_time_that_a_clock_change_leaves_out_or_repeats(
    zone: str, moment: str, said: str, repository: Repository, reconciler: Reconciler
) -> None:
    repository.write("project.yaml", f"project: acme-agency\ntimezone: {zone}\n")
    text = SPRING.replace("2026-12-01 09:00", moment).replace("2026-12-31 23:59", "2027-12-31 23:59")
    repository.campaign("spring", text)
    run = reconciler.apply().ended(1)
    assert f"{YAML_FILE}:3:14" in run.err
    assert said in run.err
    with_offset = text.replace(moment, f"{moment.replace(' ', 'T')}:00-04:00")
    repository.campaign("spring", with_offset)
    reconciler("validate").ended(0)


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("2026-12-31 23:59", "2026-11-30 23:59", "4:16", "deactivate_at is not after activate_at"),
        ("2026-12-31 23:59", "2026-12-01 09:00", "4:16", "deactivate_at is not after activate_at"),
        ("2026-12-01 09:00", "tomorrow", "3:14", "tomorrow"),
        ("2026-12-01 09:00", "2026-13-01 09:00", "3:14", "2026-13-01"),
        ("2026-12-01 09:00", "2026-02-30 09:00", "3:14", "2026-02-30"),
        ("50.00 SGD", "50.00", "2:15", "50.00"),
        ("50.00 SGD", "50.00 USD", "2:15", "USD"),
        ("50.00 SGD", "50.001 SGD", "2:15", "50.001"),
        ("50.00 SGD", "-5.00 SGD", "2:15", "more than zero"),
        ("50.00 SGD", "0.00 SGD", "2:15", "0"),
        ("50.00 SGD", "1e3 SGD", "2:15", "1e3"),
        ("50.00 SGD", "1,000.00 SGD", "2:15", "1,000.00"),
        ("headline: Save 30%", "headlin: Save 30%", "8:3", "did you mean headline"),
        ("name: Spring", "preset: advantage_plus\nname: Spring", "1:9", "advantage_plus_sales"),
        ("name: Spring", "objective: OUTCOME_SALE\nname: Spring", "1:12", "did you mean OUTCOME_SALES?"),
        ("name: Spring", "name: Spring\nname: Autumn\nx: Spring", "2:1", "name"),
        ("name: Spring", "page: 1029384756\nname: Spring", "1:7", "in quotes"),
        ("name: Spring", "name: &n Spring", "1:7", "the anchor &n is not allowed"),
        ("name: Spring", "name: *n", "1:7", "an unquoted value cannot begin with '*'"),
        ("name: Spring", "<<: {status: ACTIVE}\nname: Spring", "1:1", "<<"),
        ("name: Spring", "name: !!python/object:os.system Spring", "1:7", "tag"),
        ("name: Spring", "status: RUNNING\nname: Spring", "1:9", "RUNNING"),
        ("name: Spring", "countries: [Singapore]\nname: Spring", "1:13", "Singapore"),
        ("name: Spring", "countries: [NO]\nname: Spring", "", ""),
        ("name: Spring", "countries: [DE]\nname: Spring", "1:12", "the EU must name a beneficiary"),
        ("name: Spring", "countries: [TW]\nname: Spring", "1:12", "Taiwan must name a beneficiary"),
        ("name: Spring", "extends: nothing\nname: Spring", "1:10", "nothing"),
        ("name: Spring Sale", "name: " + "x" * 401, "1:7", "400"),
        ("name: Spring Sale", 'name: ""', "1:7", "name"),
        ("name: Spring Sale\n", "", "1:1", "name"),
        ("https://acme.example/spring", "acme.example/spring", "9:20", "is no web address"),
        ("https://acme.example/spring", "javascript:alert(1)", "9:20", "is no web address"),
        ("  destination_url: https://acme.example/spring\n", "", "6:3", "destination_url is missing"),
        ("  video: spring/hero.mp4\n", "", "6:3", "video or image is missing"),
        ("daily_budget: 50.00 SGD\n", "", "1:1", "needs a budget on the campaign"),
        ("ad:\n", "targeting: {age_min: 40}\nad:\n", "5:22", "age_min may be at most 25"),
        ("ad:\n", "targeting: {publisher_platforms: [facebook]}\nad:\n", "5:34", "switches Advantage+ Sales off"),
        ("ad:\n", "raw: {status: ACTIVE}\nad:\n", "5:15", "status"),
        ("ad:\n", "lifecycle: {on_remove: destroy}\nad:\n", "5:24", "destroy"),
        ("daily_budget: 50.00 SGD", "daily_budget: 50.00 SGD\nlifetime_budget: 500.00 SGD", "3:18", "two budgets"),
    ],
)
def test_what_is_wrong_in_a_campaign_is_told_at_its_place(
    old: str, new: str, place: str, said: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    assert old in SPRING
    repository.campaign("spring", SPRING.replace(old, new))
    if not place:
        # Norway: the word that YAML 1.1 would read as false.
        reconciler("validate").ended(0)
        return
    run = reconciler.apply().ended(1)
    assert any(line.startswith(f"{YAML_FILE}:{place}: ") for line in run.err.splitlines()), run.err
    assert said in run.err
    assert "Nothing was sent to Meta." in run.err
    assert sandbox.calls() == []


def test_budget_below_the_account_s_minimum(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING.replace("50.00 SGD", "0.50 SGD"))
    said = "daily_budget 0.50 SGD is below the account's minimum of 1.30 SGD"
    refused(reconciler, f"{YAML_FILE}:2", said, status=3)


def test_budgets_at_both_levels(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", TRAFFIC.replace("ad_sets:", "daily_budget: 50.00 SGD\nad_sets:"))
    refused(reconciler, f"{YAML_FILE}:7:19", "budgets at both levels")


# files


def problem_at(run: Run, place: str) -> str:
    found = [line for line in run.err.splitlines() if line.startswith(f"{place}")]
    assert found, run.err
    return found[0]


def test_two_files_with_one_campaign_key(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING)
    repository.write("campaigns/acme-sg/spring.yml", SPRING)
    refused(reconciler, "spring.yml:1:1: a second file for the key 'spring'", "keep one of the two")


def test_campaigns_of_an_account_that_nobody_declared(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("spring", SPRING, "acme-gs")
    refused(reconciler, "acme-gs", "acme-sg")


def test_a_key_that_is_none(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("Spring Sale", SPRING)
    refused(reconciler, "Spring Sale.yaml")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (SPRING.encode("utf-16"), "UTF-16"),
        (SPRING.encode().replace(b"Spring", b"Spr\xefng"), "UTF-8"),
        (b"", "empty"),
        (b"- a\n- list\n", "mapping"),
        (b"name: [unclosed\n", "spring.yaml:"),
        (b"name: a\n---\nname: b\n", "document"),
        (b"name: a\n\tdaily_budget: 5\n", "spring.yaml:2:"),
        (SPRING.encode().replace(b"Spring", b"Spr\x00ng"), "spring.yaml:1:"),
    ],
    ids=["UTF-16", "Latin-1", "empty", "a list", "unclosed", "two documents", "a tab", "NUL"],
)
def test_a_file_that_is_no_yaml_mapping(
    content: bytes, said: str, repository: Repository, reconciler: Reconciler
) -> None:
    repository.write("campaigns/acme-sg/spring.yaml", content)
    run = reconciler.apply().ended(1)
    assert said in problem_at(run, YAML_FILE)


def bomb() -> str:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    return "\n".join(lines)


def deep() -> str:
    return "raw: " + "[" * 5000 + "]" * 5000


def deep_blocks() -> str:
    return "\n".join(f"{' ' * n}a:" for n in range(2000))


def huge() -> bytes:
    return b"# " + b"x" * 100_000_000 + b"\n"


def many_problems() -> str:
    return "\n".join(f"key{n}: &a{n} value" for n in range(20_000))


@pytest.mark.parametrize("make", [bomb, deep, deep_blocks, huge, many_problems])
def test_a_hostile_file_is_refused_after_two_million_calls_at_most(
    make: Callable[[], str | bytes], repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING)
    reconciler("validate").ended(0)
    repository.write("campaigns/acme-sg/hostile.yaml", make())
    runs: list[Run] = []
    assert calls(lambda: runs.append(reconciler("validate").ended(1))) < 2_000_000
    assert problem_at(runs[0], "desired/campaigns/acme-sg/hostile.yaml")


def test_a_link_where_a_campaign_should_be(repository: Repository, reconciler: Reconciler, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text(SPRING)
    (repository.root / "desired" / "campaigns" / "acme-sg").mkdir(parents=True)
    (repository.root / YAML_FILE).symlink_to(tmp_path / "elsewhere.yaml")
    refused(reconciler, "not a regular file")


def test_a_pipe_where_a_campaign_should_be(repository: Repository, reconciler: Reconciler) -> None:
    (repository.root / "desired" / "campaigns" / "acme-sg").mkdir(parents=True)
    os.mkfifo(repository.root / YAML_FILE)
    refused(reconciler, "not a regular file")


def test_no_project(repository: Repository, reconciler: Reconciler) -> None:
    (repository.root / "desired" / "project.yaml").unlink()
    refused(reconciler, "desired/project.yaml:1:1: there is no project file here", "reconciler init")


def test_errors_of_several_files_are_told_together_sorted(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.write("accounts/acme-sg.yaml", "account: 1234567890\ncurrency: SGX\n")
    repository.write("project.yaml", "project: acme-agency\ntimezone: Asia/Singapur\n")
    repository.campaign("zebra", SPRING.replace("headline", "headlin").replace("50.00 SGD", "50.00"))
    repository.campaign("apple", SPRING.replace("SHOP_NOW", "X").replace("name:", "nmae:"))
    run = reconciler("validate").ended(1)
    places = [line.split(": ")[0] for line in run.err.splitlines() if line.startswith("desired/")]
    keys = [(p.split(":")[0], *map(int, p.split(":")[1:])) for p in places]
    assert keys == sorted(keys)
    assert {k[0] for k in keys} == {
        "desired/accounts/acme-sg.yaml",
        "desired/project.yaml",
        "desired/campaigns/acme-sg/apple.yaml",
        "desired/campaigns/acme-sg/zebra.yaml",
    }
    assert f"{len(places)} problems. Nothing was sent to Meta." in run.err
    in_json = reconciler("validate", "--json").ended(1).json
    assert len(in_json["problems"]) == len(places)
    assert sandbox.calls() == []


# state


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"format_version": 1}',
        '{"format_version": 99, "resources": {}}',
        '<<<<<<< HEAD\n{"format_version": 1, "resources": {}}\n=======\n>>>>>>> theirs\n',
        '{"format_version": 1, "resources": {"acme-sg/other": {"kind": "campaign", "id": "1"}}}',
        '{"format_version": 1, "resources": {"acme-sg/spring": {"kind": "campaign", "id": 1}}}',
    ],
)
def test_a_state_file_that_cannot_be_believed(
    text: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    """An unreadable state is never taken for an empty one: then everything could be created twice."""
    repository.campaign("spring", SPRING)
    path = repository.root / "state" / "acme-sg" / "spring.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    refused(reconciler, "state/acme-sg/spring.json")
    assert path.read_text() == text
    assert sandbox.calls("POST") == []


# what the process is started with and in


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["plan", "apply", "validate --json", "--version"])
def test_a_stream_that_is_closed_is_nothing_to_read_and_nowhere_to_write(
    closed: str, command: str, repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING)
    where = [] if command == "--version" else ["--chdir", str(repository.root)]
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *reconciler.program, *command.split(), *where],
        env=reconciler.real_variables(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "fault of the reconciler" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == (1 if command == "apply" else 0)
    if command == "apply" and closed in ("<&-", ">&-"):
        assert "there is no terminal to ask on\n  mend: add --auto-approve" in done.stderr


def test_a_checkout_that_cannot_be_written_is_planned_and_not_applied(
    tmp_path: Path, repository: Repository, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("spring", SPRING)
    clone = Remote(tmp_path / "git", sandbox).starts_from(repository)
    opened, made = Path.open, Path.mkdir

    def refusing(real: Callable[..., object]) -> Callable[..., object]:
        def refused(path: Path, *rest: object, **more: object) -> object:
            if path.name in ("reconciler.lock", "state"):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
            return real(path, *rest, **more)

        return refused

    monkeypatch.setattr(Path, "open", refusing(opened))
    monkeypatch.setattr(Path, "mkdir", refusing(made))
    for command in ("plan", "ci plan"):
        run = clone(command, *(["--artifacts", str(tmp_path / "kept")] if command == "ci plan" else [])).ended(0)
        assert "reconciler.lock cannot be written (Read-only file system)" in run.out
        assert "run it in a checkout that can be written to" in run.out
    refused(clone, "Read-only file system", "run it in a checkout that can be written to")
