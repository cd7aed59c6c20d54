"""Who signs a finding, and what has come of it: signatures, objections, silence (GATE §4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from countersign.model.consumer import Registration
from countersign.model.path import Path
from countersign.model.policy import OnSilence


class SignerRole(StrEnum):
    CONSUMER = "consumer"  # a registered reader
    MANAGER = "manager"  # of data products that are built on it
    NAMED = "named"  # whom the finding itself names (`Finding.team`, `Finding.any_of`)
    OWNERS = "owners"  # of the contract: nobody is registered, or the author is the reader's only member
    ORGANISATION = "organisation"  # its owners: the author is the only owner, or there is no other


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A countersignature that counts. since: the day it signs from, 00:00 UTC; None: at once.

    instead_of: the team that somebody who is not in it gives it for: one of its delegates or, if decided, whoever decides in its place.
    elsewhere: it was given in an issue of the reader's own repository.
    """

    login: str
    review: int
    at: datetime
    commit: str
    url: str = ""
    since: datetime | None = None
    instead_of: str = ""
    decided: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A reader who was asked and has not answered. due: when its time to answer is over; then: what follows; over: it has.

    reminders: when the reader is told again, oldest first.
    """

    asked_at: datetime
    due: datetime
    then: OnSilence
    over: bool
    reminders: tuple[datetime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """One signature that a finding needs.

    teams: who may give it; one of them, where there are several. stands_in_for: the consumer whose only member is the author.
    hits: for consumers and managers, the registrations hit with the fields hit. objector: a member whose CHANGES_REQUESTED stands.
    objects_until: the objection's last second; after it `decides_then` do, or the team itself. None: until it is taken back.
    nobody_can: nobody is in the team (or only the author): the way out is shown.
    dated: a signature that counts only from its `since` on, which is still to come. silence: None unless it is waited for.
    delegates: who may sign for the team at any time. deputies: who may sign in its stead by now. ask: whose review is to be requested.
    """

    role: SignerRole
    teams: tuple[str, ...]
    hits: tuple[tuple[Registration, tuple[Path, ...]], ...] = ()
    signature: Signature | None = None
    objector: str = ""
    stands_in_for: str = ""
    nobody_can: bool = False
    objects_until: datetime | None = None
    decides_then: tuple[str, ...] = ()
    dated: Signature | None = None
    silence: Silence | None = None
    delegates: tuple[str, ...] = ()
    deputies: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()

    @property
    def consents(self) -> bool:
        """Its silence counts as a signature."""
        return self.silence is not None and self.silence.over and self.silence.then is OnSilence.CONSENT

    @property
    def signed_itself(self) -> bool:
        """Neither its silence nor anybody's decision in its place is its own word, which alone waives a notice."""
        return self.settled and self.signature is not None and not self.signature.decided

    @property
    def settled(self) -> bool:
        """Nothing more is needed of it."""
        return (self.signature is not None or self.consents) and not self.objector
