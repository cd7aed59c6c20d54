"""A number that looks wrong to somebody: what they say, what it is linked to, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

#: Characters of what is seen, and of any name.
LONGEST_SEEN, LONGEST_NAME = 2_000, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintToken:
    """What a tool shows that passes complaints on, such as a portal of dashboards. id: names the token, and is no secret.

    tool: what the operator calls it. It may name every registered asset of the organisation, and nothing else.
    """

    id: str
    organisation: str
    tool: str
    made_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """seen: their words. asset: its name or address. contract: ``org/repo#id``, where they know it or were asked. since: an ISO date,
    "" if they do not know. who: a login, "" for nobody in particular. anyway: send it although nobody registered such an asset."""

    seen: str
    asset: str = ""
    contract: str = ""
    since: str = ""
    who: str = ""
    anyway: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Complainer:
    """Who brings it. name: a login, ``token:`` and its id, or ``local``. organisations: in lower case, those that it may be about; None
    for all. leads: those of which every asset may be named. login: "" for a tool and for whoever sits at the machine."""

    name: str
    organisations: frozenset[str] | None = None
    leads: frozenset[str] | None = None
    login: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """contract: "" while nobody knows which. incident: 0 for none. repository: whose people were told. by: as `Complainer.name`.

    url: of the issue where it is answered, "" while there is none. asset: "" where its name is for fewer people than read the ledger's
    repository.
    """

    id: str
    repository: str
    contract: str
    asset: str
    incident: int
    since: str
    who: str
    by: str
    at: datetime
    url: str = ""
    over_at: datetime | None = None


class Refusal(StrEnum):
    """Why a complaint was not taken."""

    NOTHING_SAID = "nothing-said"
    NO_DATE = "no-date"
    NO_LOGIN = "no-login"
    UNKNOWN_CONTRACT = "unknown-contract"
    UNKNOWN_ASSET = "unknown-asset"
    WHICH_CONTRACT = "which-contract"
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """complaint: None if it was not taken. near: names that were probably meant, or the contracts to choose from."""

    complaint: Complaint | None = None
    refusal: Refusal | None = None
    near: tuple[str, ...] = ()
