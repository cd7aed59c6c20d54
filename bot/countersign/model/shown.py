"""What pages show and no other record holds: kept when it is learned, so that a page asks neither Git nor GitHub."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from countersign.model.consumer import Reference
from countersign.model.enforceability import Enforcement
from countersign.model.policy import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedContract:
    """A contract as the default branch had it when it was read last. mode: of its entry. version, status: "" where the file has none."""

    reference: Reference
    file: str
    mode: Mode
    version: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEnforcement:
    """How firmly the check held a repository's default branch when GitHub's settings were read."""

    repository: str
    enforcement: Enforcement
    read_at: datetime


# -- a verdict in plain words ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSigner:
    """A reader whom a finding hits, or who signs in its place.

    who: those of whom one may sign. state: ``signed``, ``from`` (signed from a day on), ``silent`` (and that counts as consent),
    ``objects``, ``nobody`` (can sign), ``waits`` or ``free`` (not needed any more). by, at, url: of the signature or objection.
    said: all of it in a sentence. reads: fields that are hit; assets: (kind, name, address) of what shows them.
    """

    who: tuple[str, ...]
    role: str
    state: str
    said: str
    by: str = ""
    at: datetime | None = None
    url: str = ""
    reads: tuple[str, ...] = ()
    assets: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFinding:
    """A branch of the tree. place, url: the line, and where GitHub shows it. cleared: what let it pass, in words; "" while it waits.

    why: sentences on what else it needs, or on how it was cleared.
    """

    handle: str
    contract: str
    rule: str
    rule_url: str
    level: str
    mode: str
    change: str
    effect: str
    place: str = ""
    url: str = ""
    cleared: str = ""
    blocks: bool = False
    signers: tuple[ShownSigner, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReview:
    """A review that does not count. handles: the findings it is about, all if none. why: with what to do about it."""

    by: str
    state: str
    at: datetime
    why: str
    handles: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCommand:
    """An override, hold, break-glass or dispute that does not hold."""

    by: str
    what: str
    why: str
    reason: str = ""
    handles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVerdict:
    """The last verdict of a pull request, as its check said it. head: the commit it is of. contracts: (id, version before, after).

    harmless: changes that break nobody. not_asked: registered readers that nothing hits. Secret teams are named nowhere in it.
    """

    head: str
    conclusion: str
    title: str
    mode: str
    contracts: tuple[tuple[str, str, str], ...] = ()
    findings: tuple[ShownFinding, ...] = ()
    harmless: int = 0
    not_asked: tuple[str, ...] = ()
    reviews: tuple[ShownReview, ...] = ()
    commands: tuple[ShownCommand, ...] = ()
    remarks: tuple[str, ...] = ()
