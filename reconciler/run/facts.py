"""What hardly ever changes of an account: asked once a day, and again as soon as something fails.

Its status can change at any hour, and so can what is left of its spending limit. Meta takes most writes all the same,
so that nothing fails. So the daily watch asks for that each time, in one read more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from reconciler.kinds import KINDS
from reconciler.meta.client import Reader
from reconciler.model.account import AccountFacts
from reconciler.model.account_status import SOUND
from reconciler.model.values import sha256_of
from reconciler.observe.account_facts import read_account, still_stands
from reconciler.run.session import Session
from reconciler.store.facts import Facts

ASKED_AGAIN = timedelta(days=1)


def facts_of(session: Session, reader: Reader, kinds: Collection[str]) -> AccountFacts:
    """As remembered for what is declared now, else as Meta tells. `kinds`: those that are declared. What is wrong is
    asked for each time, since somebody is mending it; so is whether terms are accepted, where something declared needs
    them. Raises what `read_account` raises."""
    kept, account = session.request.store.facts, session.account
    now, basis = session.request.clock.now(), _basis(session)
    known = kept.get(account.key)
    needs_terms = any(KINDS[kind].terms for kind in kinds)
    fresh = known is not None and known.at <= now < known.at + ASKED_AGAIN
    fresh = fresh and not (session.request.rebuild or needs_terms)
    fresh = fresh and known is not None and known.basis == basis
    asks = session.request.watching
    if known is not None and fresh and not (asks and not still_stands(reader, account, known.account)):
        if known.identity is not None:
            session.connection.identities[""] = known.identity
        return known.account
    kept.forget(account.key)
    facts = read_account(reader, account, kinds)
    if facts.status == SOUND and not (needs_terms or facts.no_access or facts.is_near_its_limit):
        kept.put(account.key, Facts(basis, now, facts))
    return facts


def keep_identity(session: Session) -> None:
    """Whose token it is, once it was asked."""
    kept, key = session.request.store.facts, session.account.key
    known, identity = kept.get(key), session.connection.identities.get("")
    if known is not None and identity is not None and known.identity is None:
        kept.put(key, replace(known, identity=identity))


def forget_facts(session: Session) -> None:
    """Something has failed that may depend on them, or on what was sent before and is gone: so that is looked for. An
    upload that was begun goes on all the same."""
    store, key = session.request.store, session.account.key
    store.facts.forget(key)
    if (sent := store.uploads.get(key)) is not None:
        store.uploads.put(key, replace(sent, made={}, doubted=True))


def _basis(session: Session) -> str:
    """Of the token only what no token can be made of again."""
    account, connection = session.account, session.connection
    asked = [account.id, account.currency, account.pages, account.pixels]
    return sha256_of([asked, connection.version, connection.graph_url, sha256_of(connection.token)])
