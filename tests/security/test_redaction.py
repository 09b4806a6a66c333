"""No token in any form: on a terminal, in a log, in JSON, in a traceback, in state/."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import ACCOUNT, LocalGraph

from reconciler.meta.client import Reader
from reconciler.meta.connection import Connection
from reconciler.text import redact as module
from reconciler.text.redact import MASK, redact, redacted, remember_credentials, remember_environment, remember_secret
from reconciler.text.sanitize import screen

TOKEN = "EAAGm0PX4ZCpsBAKz" + "Zx9Qw3" * 20
ODD = "s3cret/with+signs=&\"more'\\é<>"
APP_SECRET = "0123456789abcdef0123456789abcdef"
PROOF = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "_known", set())
    monkeypatch.setattr(module, "_credentials", set())
    yield


Form = Callable[[str], str]


def percent(text: str) -> str:
    """Every character, as no library does it by itself."""
    return "".join(f"%{byte:02x}" for byte in text.encode())


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(c):04x}" for c in text)


def in_base64(before: bytes, url: bool = False) -> Form:
    encode = base64.urlsafe_b64encode if url else base64.b64encode
    return lambda text: encode(before + text.encode() + b" and more").decode()


FORMS: dict[str, Form] = {
    "as it is": str,
    "URL-encoded": lambda t: quote(t, safe=""),
    "URL-encoded twice": lambda t: quote(quote(t, safe=""), safe=""),
    "URL-encoded three times": lambda t: quote(quote(quote(t, safe=""), safe=""), safe=""),
    "as a form": quote_plus,
    "in lower-case percents": lambda t: quote(t, safe="").lower() if t.islower() else quote(t, safe=""),
    "every character percent-encoded": percent,
    "every character percent-encoded twice": lambda t: quote(percent(t), safe=""),
    "in JSON": lambda t: json.dumps({"k": t}),
    "in JSON inside JSON": lambda t: json.dumps(json.dumps({"k": t})),
    "in JSON with slashes escaped": lambda t: json.dumps(t).replace("/", "\\/"),
    "in JSON as code points": escaped,
    "as Python writes it": lambda t: repr({"k": t}),
    "as Python writes bytes": lambda t: repr(t.encode("ascii", "ignore")) if t.isascii() else repr(t),
    "in HTML": html.escape,
    "in hex": lambda t: t.encode().hex(),
    "in capital hex": lambda t: t.encode().hex().upper(),
    **{f"in base64, {n} bytes in": in_base64(b"x" * n) for n in range(4)},
    **{f"in URL-safe base64, {n} bytes in": in_base64(b"x" * n, url=True) for n in range(4)},
    "in base64, URL-encoded": lambda t: quote(in_base64(b"user:")(t), safe=""),
    "in paging.next": lambda t: json.dumps({"paging": {"next": f"https://graph.facebook.com/x?access_token={quote(t)}&a=1"}}),
    "in a header": lambda t: f"{{'Authorization': 'Bearer {t}'}}",
}  # fmt: skip
SECRETS = {"a token": TOKEN, "an odd secret": ODD, "an app's secret": APP_SECRET, "a proof": PROOF}


def reveals(shown: str, secret: str) -> bool:
    """Whether at least twelve characters of the secret can be read from the text, directly or in an encoding."""
    pieces = [secret[i : i + 12] for i in range(len(secret) - 11)]
    plain = [piece for piece in pieces if piece in shown]
    hexes = [piece for piece in pieces if piece.encode().hex() in shown.lower()]
    return bool(plain or hexes)


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_known_secret_goes_in_each_of_its_forms(form: Form, secret: str) -> None:
    remember_credentials(TOKEN, APP_SECRET)
    remember_secret(ODD)
    for around in ("{}", "before {} after", "a={}&b=1", "'{}'", "x{}"):
        text = around.replace("{}", form(secret))
        assert MASK in redact(text)
        assert not reveals(redact(text), secret)
        assert MASK in screen(text)


UNKNOWN = {name: form for name, form in FORMS.items() if "percent" not in name and "points" not in name}


@pytest.mark.parametrize("form", UNKNOWN.values(), ids=UNKNOWN)
def test_a_token_that_nobody_told_of_is_known_by_its_shape(form: Form) -> None:
    assert MASK in redact(form(TOKEN))
    assert not reveals(redact(form(TOKEN)), TOKEN)


PLACES = [
    "access_token=abc123def", "access_token%3Dabc123def", "access_token%253Dabc123def", '"access_token": "abc123def"',
    '\\"access_token\\":\\"abc123def\\"', "'access_token': 'abc123def'", "client_secret=abc123def",
    "APP_SECRET=abc123def",
    "fb_exchange_token=abc123def", "appsecret_proof=abc123def", "META_ACCESS_TOKEN=abc123def",
    "Authorization: Bearer abc123def",
    "'Authorization': 'OAuth abc123def'", '"authorization":"Basic abc123def"', "https://user:abc123def@proxy.example:8080/",
]  # fmt: skip


@pytest.mark.parametrize("text", PLACES)
def test_what_stands_where_tokens_stand_goes(text: str) -> None:
    assert "abc123def" not in redact(text)
    assert redact(redact(text)) == redact(text)


HARMLESS = [
    "Plan: 4 to add, 0 to change", "META_ACCESS_TOKEN is not set",
    "check META_APP_SECRET: the proof does not fit the token",
    "Error validating access token: Session has expired", "Invalid OAuth access token - Cannot parse access token",
    "export META_ACCESS_TOKEN=… with a system-user token", "https://acme.example/spring?utm_source=meta&x=1",
    "EAA", "EAAT",
    "desired/campaigns/acme-sg/spring-sale-with-a-very-long-name-indeed.yaml:12:3", "sha256:" + "0f" * 32,
    "act_1234567890/campaigns?fields=id,name", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "2026-12-01T09:00:00+08:00",
]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    remember_credentials(TOKEN, APP_SECRET)
    assert redact(text) == text


quiet = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
SAFE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=12, max_size=60)


@quiet
@given(SAFE, st.sampled_from(sorted(FORMS)), st.text(max_size=20), st.text(max_size=20))
def test_no_form_of_any_secret_gets_through(secret: str, form: str, before: str, after: str) -> None:
    module._known.clear()
    remember_secret(secret)
    assert not reveals(redact(before + FORMS[form](secret) + after), secret)


@quiet
@given(st.text(max_size=200))
def test_redacting_twice_is_redacting_once(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@quiet
@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_redacting_json_leaves_json(value: object) -> None:
    remember_secret(ODD)
    text = json.dumps([value, ODD, "?access_token=abc\\", 'access_token="'])
    json.loads(redact(text))
    assert ODD not in json.dumps(redacted([value, ODD]))


def test_the_environment_is_known_before_the_first_connection() -> None:
    remember_environment(
        {"META_TOKEN_ACME": "per-account-token", "GITHUB_TOKEN": "ghs_0123456789", "HOME": "/home/someone"}
    )
    shown = redact("per-account-token ghs_0123456789 /home/someone")
    assert shown == f"{MASK} {MASK} /home/someone"


# ---- objects


def test_what_holds_a_token_does_not_show_it() -> None:
    connection = Connection(TOKEN, app_secret=APP_SECRET)
    reader = Reader(connection)
    for thing in (
        connection,
        reader,
        vars(reader),
        [connection],
        {"c": connection},
        reader._session,
        reader._session.requests,
    ):
        for shown in (repr(thing), str(thing), f"{thing!r}", [thing].__repr__()):
            assert TOKEN not in shown
            assert APP_SECRET not in shown


# ---- the command


@pytest.fixture
def known(repository: Repository, reconciler: Reconciler) -> Reconciler:
    repository.campaign("still", STILL)
    reconciler.environment = {"META_ACCESS_TOKEN": TOKEN, "META_APP_SECRET": APP_SECRET}
    reconciler.apply().ended(0)
    return reconciler


def no_secret(text: str) -> None:
    for secret in (TOKEN, APP_SECRET, PROOF):
        assert not reveals(text, secret)
    assert base64.b64encode(TOKEN.encode()).decode()[4:40] not in text


COMMANDS = ["plan", "plan -v", "plan --json", "apply --auto-approve", "apply --auto-approve --json",
            "activate", "drift",
            "drift --json", "sync", "show acme-sg/still", "show acme-sg/still --json", "doctor",
            "doctor --json", "pause --all",
            "pause --all --json", "validate", "schedule"]  # fmt: skip
QUOTING = (
    f"token {TOKEN} / {quote(quote(TOKEN))} / {base64.b64encode(TOKEN.encode()).decode()} / appsecret_proof={PROOF}"
)


@pytest.mark.share(8)
@pytest.mark.parametrize("line", COMMANDS)
def test_meta_quoting_the_token_gives_it_to_nobody(line: str, known: Reconciler, sandbox: LocalGraph) -> None:
    """In errors, in names of objects and people, in links to the next page, and in what goes to state/."""
    sandbox.person_edits("acme-sg/still", name=f"Sale {TOKEN}", actor=f"Mei {APP_SECRET}")
    sandbox.control("accounts", {"account": ACCOUNT, "name": f"Acme {PROOF}", "currency": "SGD"})
    name, *rest = line.split()
    for _ in range(2):
        no_secret(known(name, *rest).said)
        no_secret(known.repository.state_text())
        sandbox.fault("error", ACCOUNT, method="GET", code=100, message=QUOTING, title=QUOTING, text=QUOTING)
    no_secret(known.process(name, "-v", *rest).said)


def test_a_token_in_the_yaml_is_not_repeated_by_validate(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", f"{STILL}raw: {{note: {TOKEN}}}\n")
    repository.campaign("other", STILL.replace("name: Still", f"name: {TOKEN}").replace("50.00 SGD", TOKEN))
    repository.edit("accounts/acme-sg.yaml", "currency: SGD", f"currency: SGD\ntoken: {TOKEN}")
    for rest in ([], ["--json"]):
        run = reconciler("validate", *rest).ended(1)
        no_secret(run.said)
        assert run.said.count("an access token") >= 3


CRASHES = {
    "an error with the token": "raise RuntimeError('GET /me?access_token=' + T)",
    "an error from an error": "\n try:\n  raise ValueError(T)\n except ValueError as e:\n  raise KeyError from e",
    "an error during an error": "\n try:\n  raise ValueError(T)\n except ValueError:\n  raise RuntimeError(T)",
    "a group of errors": "raise ExceptionGroup('many', [ValueError(T), KeyError(T)])",
    "an error with a note": "\n e = RuntimeError('x')\n e.add_note(T)\n raise e",
    "a system error": "raise OSError(5, 'broken', '/x?access_token=' + T)",
    "the end of everything": "raise BaseException(T)",
    "a warning": "import warnings; warnings.warn(T)",
    "a library's log": "import logging; logging.getLogger('urllib3.connectionpool').warning('Retrying %s', T)",
    "a thread": "import threading; t = threading.Thread(target=lambda: 1 / int(T)); t.start(); t.join()",
    "a destructor": "\n class X:\n  def __del__(self): raise ValueError(T)\n X()",
}
PROBE = """
import os, sys
import reconciler.cli.validate as v
T = os.environ["META_TOKEN_ACME"]
def crash(*a, **k):
 {body}
v.make_request = crash
sys.argv = ["reconciler", "validate", *sys.argv[1:]]
from reconciler.__main__ import main
main()
"""


@pytest.mark.share(3)
@pytest.mark.parametrize("verbose", [[], ["-v"], ["--json"]], ids=["plainly", "-v", "--json"])
@pytest.mark.parametrize("crash", CRASHES.values(), ids=CRASHES)
def test_a_crash_tells_what_happened_without_the_token(
    crash: str, verbose: list[str], repository: Repository, reconciler: Reconciler
) -> None:
    """The token of an account of its own, in a process that never came to open a connection."""
    secret = "token-of-acme/" + "q7" * 30
    done = subprocess.run(
        [sys.executable, "-c", PROBE.replace("{body}", crash), *verbose, "--chdir", str(repository.root)],
        env={**reconciler.variables(), "META_TOKEN_ACME": secret, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert not reveals(done.stdout + done.stderr, secret)
    assert MASK in done.stdout + done.stderr or "fault of the reconciler" in done.stderr


def test_debug_logs_of_the_client_name_parameters_and_no_values(
    known: Reconciler, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        known("plan", "-v")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("reconciler")]
    assert any("campaigns" in text for text in ours)
    no_secret("\n".join(ours))
    # Log lines of libraries contain whole URLs with the appsecret_proof: the handler of the process removes it.
    no_secret(screen(caplog.text))
