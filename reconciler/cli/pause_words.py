"""What somebody meant who has called the emergency stop in other words than its own: the whole command to write in
their place. Neither desired/ nor state/ has to be valid."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.model.address import Address
from reconciler.model.errors import UsageError

if TYPE_CHECKING:
    from reconciler.model.account import Account

ALL = "reconciler pause --all"
EVERYTHING = ("all", "everything", "*")
PROJECT = Path("desired", "project.yaml")
FOLDERS = ("desired/", "state/")
NOT_ONE = "so nothing was paused"


def near_to(text: str, root: Path) -> tuple[list[str], list[str]]:
    """Accounts and addresses that a text may stand for that is neither."""
    from reconciler.run.at_a_glance import accounts_at

    words = Words(root.resolve(), (text,), (), False, accounts_at(root.resolve()))
    found = words.meant_by(text) if words.known else []
    return [one for one in found if "/" not in one], [one for one in found if "/" in one]


def did_you_mean(command: str, text: str, root: Path) -> str:
    """Behind an error, the addresses that a text without an account may stand for; "" where it stands for none."""
    found = [f"reconciler {command} {address}" for address in near_to(text, root)[1]]
    return f"; did you mean {', or '.join(found)}?" if found else ""


@dataclass(frozen=True)
class Words:
    """The texts of a command line that named no option, and the accounts that `--account` has named."""

    root: Path
    texts: tuple[str, ...]
    accounts: tuple[str, ...]
    everything: bool
    known: Sequence[Account] = field(repr=False)

    def check(self) -> None:
        """Raises UsageError for what is neither all nor addresses, and where no account is known."""
        if not self.known:
            raise UsageError(f"{self._elsewhere()}, {NOT_ONE}")
        if unknown := [key for key in self.accounts if key not in self._keys]:
            raise self._refused(f"no account {unknown[0]!r} is known", self._of_accounts(self._near(unknown)))
        if not self.texts and not self.everything:
            said = self._of_accounts(self.accounts) if self.accounts else f"{ALL}, or reconciler pause {self._example}"
            raise self._refused("it is not said what to pause", said)
        wrong = [text for text in self.texts if self.everything or not self._is_right(text)]
        if wrong:
            said = f"{wrong[0]!r} stands beside --all" if self.everything else f"{wrong[0]!r} is no address"
            raise self._refused(said, self._meant(wrong))

    # ---- what was meant

    def meant_by(self, text: str) -> list[str]:
        return [*dict.fromkeys(self._of(text))]

    def _meant(self, wrong: Sequence[str]) -> str:
        """The command that does it all, where every text means something; else what there is."""
        meant = [*dict.fromkeys(one for text in wrong for one in self._of(text))]
        if any(text.strip("-").lower() in EVERYTHING for text in wrong):
            return ALL
        if not meant:
            return f"{ALL}, or reconciler pause {self._example}; {self._there}"
        keys = [one for one in meant if one in self._keys]
        if keys:
            left = (one for one in (*self.texts, *meant) if one not in (*wrong, *keys))
            others = [*dict.fromkeys(one for one in left if one.partition("/")[0] not in keys)]
            return " and ".join([self._of_accounts(keys), *[f"reconciler pause {' '.join(others)}"] * bool(others)])
        right = [text for text in self.texts if text not in wrong]
        if len(wrong) == 1:
            return ", or ".join(f"reconciler pause {' '.join((*right, one))}" for one in meant)
        return f"reconciler pause {' '.join((*right, *meant))}"

    def _of(self, text: str) -> Iterator[str]:
        """Addresses and accounts that it may stand for."""
        from reconciler.kinds.file_addresses import address_of_file

        path = Path(text.replace("\\", "/"))
        if self._is_right(text):
            yield text
        elif (address := address_of_file(text)) is not None and address.account in self._keys:
            yield str(address)
        elif path.stem in self._keys:
            yield path.stem
        elif by_id := [one.key for one in self.known if one.id.removeprefix("act_") == text.removeprefix("act_")]:
            yield by_id[0]
        elif found := [str(one) for one in self._campaigns if one.key == path.stem]:
            yield from found
        else:
            names = [*self._keys, *map(str, self._campaigns), *(one.key for one in self._campaigns)]
            for near in get_close_matches(text, names, n=1):
                yield from [near] if near in self._keys or "/" in near else self._of(near)

    def _near(self, keys: Collection[str]) -> list[str]:
        return [near for key in keys for near in get_close_matches(key, self._keys, n=1, cutoff=0.4)]

    def _of_accounts(self, keys: Collection[str]) -> str:
        """ "" of none."""
        return f"{ALL}{''.join(f' --account {key}' for key in dict.fromkeys(keys))}" if keys else ""

    def _is_right(self, text: str) -> bool:
        if text.isdigit():
            return all(one.id != f"act_{text}" for one in self.known)
        try:
            return Address.parse(text).account in self._keys
        except ValueError:
            return False

    # ---- what there is

    @cached_property
    def _keys(self) -> list[str]:
        return sorted({account.key for account in self.known})

    @cached_property
    def _campaigns(self) -> list[Address]:
        """By the names of their files."""
        places = ("desired/campaigns/*/*.y*ml", "state/*/*.json")
        found = {(path.parent.name, path.stem) for place in places for path in self.root.glob(place)}
        return sorted(Address.of(account, key) for account, key in found if account in self._keys)

    @property
    def _example(self) -> str:
        return str(self._campaigns[0]) if self._campaigns else f"{self._keys[0]}/spring-sale"

    def _refused(self, said: str, meant: str) -> UsageError:
        return UsageError(f"{said}, {NOT_ONE}\n  mend: {f'say {meant}' if meant else self._there}")

    @property
    def _there(self) -> str:
        from reconciler.render.alike import few

        return f"accounts: {few(self._keys)}"

    def _elsewhere(self) -> str:
        """Where neither folder tells of an account."""
        if any((self.root / folder).is_dir() for folder in FOLDERS):
            return "neither desired/accounts/ nor state/ knows an account"
        below = [path for path in sorted(self.root.glob("*")) if path.is_dir()]
        found = next((place for place in (*self.root.parents, *below) if (place / PROJECT).is_file()), None)
        asked = " ".join([ALL] if self.everything else ["reconciler pause", *self.texts])
        asked = "".join((asked, *(f" --account {key}" for key in self.accounts)))
        return f"there is neither desired/ nor state/ in {self.root}: say {asked} --chdir {found or 'FOLDER'}"
