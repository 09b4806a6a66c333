"""An older tool's campaigns and accounts as files below desired/. Loads no HTTP library.

What that tool has made at Meta is named by its ids, so that it is adopted and not made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.config.legacy import LegacyFiles, read_legacy
from reconciler.config.trial import Trial
from reconciler.edit.canonical import text_of
from reconciler.kinds.files import LAYERED
from reconciler.kinds.legacy import (
    Converting,
    LegacyAccount,
    LegacyCampaign,
    Told,
    account_file,
    accounts_of,
    campaign_key,
    campaigns_of,
    made_of,
    moments_of,
)
from reconciler.kinds.sheets import Around
from reconciler.media.names import media_names
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Origin, Problem
from reconciler.run.declared import declared_by
from reconciler.run.request import Request
from reconciler.run.sheets import files_of, judged, names_of, zone_of
from reconciler.store.declared import Rewritten, write_declared
from reconciler.text.sanitize import as_seen


@dataclass(frozen=True)
class Legacy:
    """Which files; `cents`: what they are of a currency without hundredths at Meta, "" where nobody has said it."""

    files: tuple[Path, ...]
    zone: str = ""
    cents: str = ""
    skipped: frozenset[str] = frozenset()
    """Fields whose content may be lost."""


@dataclass(frozen=True)
class Converted:
    """`files` by their paths are new, and written unless it was a dry run. `kept` are campaigns that are declared
    already. With `problems` only files of accounts are written, so that what is wrong can be mended there."""

    files: Mapping[str, str]
    zone: str
    adopted: int = 0
    kept: tuple[tuple[str, Address], ...] = ()
    left: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    written: bool = False


def import_legacy(request: Request, legacy: Legacy, *, dry_run: bool = False) -> Converted:
    """Raises ConfigError for files that cannot be read or say what no account is, UsageError and FileError."""
    working = _Working(request, legacy, read_legacy(legacy.files))
    accounts = working.accounts()
    try:
        found = replace(working.campaigns(accounts), files={**accounts, **working.texts})
    except ConfigError as error:
        found = replace(working.result(), files=accounts, problems=error.problems)
    if found.files and not dry_run:
        write_declared(request.root, {name: Rewritten(None, text) for name, text in found.files.items()})
    return replace(found, written=bool(found.files) and not dry_run)


class _Working:
    def __init__(self, request: Request, legacy: Legacy, files: LegacyFiles) -> None:
        self._request, self._legacy, self._files = request, legacy, files
        self._desired = declared_by(request)
        self._zone = zone_of(legacy.zone, self._desired.zone)
        self._trial = Trial(request.root, request.now)
        self.told = Told()
        self._accounts = accounts_of(files.accounts, self.told)
        self._campaigns = campaigns_of(files.configs, self.told, legacy.skipped)
        self._raise()
        self._keys = {account.id.removeprefix("act_"): key for key, account in self._desired.accounts.items()}
        self._kept: list[tuple[str, Address]] = []
        self._adopted = 0
        self.texts: dict[str, str] = {}

    def _raise(self) -> None:
        if self.told.problems:
            raise ConfigError(self.told.problems)

    def result(self) -> Converted:
        left = dict(sorted(self.told.left.items()))
        return Converted({}, str(self._zone), self._adopted, tuple(self._kept), left, tuple(self.told.notes))

    # ---- accounts

    def accounts(self) -> dict[str, str]:
        """The files of those that are not declared yet, where they are active and have campaigns."""
        texts: dict[str, str] = {}
        for id_, account in self._accounts.items():
            own = [one for one in self._campaigns if one.account == id_]
            if not account.active:
                said = f"{len(own)} of its campaigns are left out" if own else "it is left out"
                self.told.notes.append(f"{account.data['name']} (act_{id_}) is inactive: {said}")
            elif id_ not in self._keys:
                key = self._new_key(account)
                countries = [country for one in own for country in one.countries]
                name = f"desired/accounts/{key}.yaml"
                texts[name] = text_of(name, account_file(replace(account, key=key), countries, self.told))
                self._keys[id_] = key
        self._account_texts = texts
        return texts

    def _new_key(self, account: LegacyAccount) -> str:
        number, key = 1, account.key
        while key in {*self._desired.accounts, *self._keys.values()}:
            number += 1
            key = f"{account.key[:60]}-{number}"
        return key

    # ---- campaigns

    def campaigns(self, accounts: Mapping[str, str]) -> Converted:
        """Fills `texts`. Raises ConfigError with every problem, each in the older tool's files."""
        made, moments = made_of(self._files.campaigns, self.told), moments_of(self._files.schedules)
        documents: dict[Address, Document] = {}
        for key, campaigns in self._by_account().items():
            account, project = self._trial.specs(key, accounts)
            around = Around(account.currency, self._zone, media=tuple(media_names(self._request.root / "creatives")))
            converting = Converting(
                account, project, around, self._legacy.cents, made, moments, self._files.schedules
            )  # fmt: skip
            taken = {each for _, owner, each in self._trial.keys if owner == key}
            for one in campaigns:
                if (known := self._declared(key, one, made)) is not None:
                    self._kept.append((one.id, known))
                    continue
                if one.id not in made and (doubt := self._doubt(key, one)) is not None:
                    self.told.problems.append(doubt)
                    continue
                documents[Address.of(key, campaign_key(one, taken))] = converting.document(one, self.told)
                self._adopted += one.id in made
        self._raise()
        judged(self._trial, self._desired, files_of(documents), self._request.now, accounts)
        for at, document in documents.items():
            name = f"desired/{LAYERED.kind.folder}/{at.account}/{at.key}.yaml"
            self.texts[name] = text_of(name, document.data, f"From {document.origin(()).file}.")
        self._note_strangers(made)
        if self._files.campaigns is None and documents:
            self.told.notes.append(
                "no campaigns.json is named: what the older tool has made of these would be made a second time. Name "
                "it, too, or see in Ads Manager that there is none of them, before you apply"
            )
        return self.result()

    def _by_account(self) -> dict[str, list[LegacyCampaign]]:
        found: dict[str, list[LegacyCampaign]] = {}
        for one in self._campaigns:
            known = self._accounts.get(one.account)
            if known is not None and not known.active:
                continue
            if one.account not in self._keys:
                origin: Origin = one.file.origin(("client_account_id",))
                mend = "name accounts.json, too, or declare the account in desired/accounts/"
                self.told.problems.append(Problem(origin, f"there is no account act_{one.account}", mend))
                continue
            found.setdefault(self._keys[one.account], []).append(one)
        return found

    def _declared(self, key: str, one: LegacyCampaign, made: Mapping[str, Mapping[str, str]]) -> Address | None:
        """By its id at Meta, which state/ or a file may name, or by its name."""
        if key not in self._desired.accounts:
            return None
        ids = set(made.get(one.id, {}).values())
        account = self._desired.accounts[key]
        records = self._request.store.records(key, account.id).all()
        roots = {
            at: each for at, each in self._desired.of(key, self._request.now).items() if LAYERED.kind.name == at.kind
        }
        for at, each in roots.items():
            is_recorded = at in records and records[at].id in ids
            if is_recorded or each.existing in ids or each.name == one.file.data.get("name"):
                return at
        return None

    def _doubt(self, key: str, one: LegacyCampaign) -> Problem | None:
        """A name that people could not tell from one that is there: a second campaign would be made."""
        if key not in self._desired.accounts:
            return None
        account, name = self._desired.accounts[key], str(one.file.data.get("name"))
        names = names_of(self._request.store.records(key, account.id).all())
        roots = {at: each.name for at, each in self._desired.of(key, self._request.now).items() if not at.parent}
        for at, known in (names | roots).items():
            if at.kind == LAYERED.kind.name and as_seen(known) == as_seen(name):
                said = f"{name!r} has no id, and {at} is called {known!r}: is it that one?"
                mend = f"write the name exactly so where it is, {known!r}; else another, or name campaigns.json"
                return Problem(one.file.origin(("name",)), said, mend)
        return None

    def _note_strangers(self, made: Iterable[str]) -> None:
        known = {one.id for one in self._campaigns}
        if without := sorted(set(made) - known):
            self.told.notes.append(
                f"{', '.join(without)} stand at Meta and have no campaign file: reconciler import ACCOUNT --campaign ID"
            )
