"""What is known of an incident when people are told of it: gathered by `services.telling`, read by `render`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from countersign.model.incident import Hit, Incident
from countersign.model.incident_event import Transition
from countersign.model.report import Broken, Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """One rule that one record of the sample breaks.

    found: what kind of value it is and how large. value: as JSON text, only where the contract calls the field public; None otherwise.
    mark: the same for equal values of this installation, "" where there is no value.
    """

    partition: str
    offset: str
    path: tuple[str, ...]
    rule: str
    found: str = ""
    value: str | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFacts:
    """timeline: oldest first. counts, broken: sums over the incident's reports. first_at: when its first report was made.

    versions: of the contract that the guards enforce. warnings: the guards' own sentences. url: of the issue, "" while there is none.
    untold: channel -> why it could not be told. lead: the channel that is told when nobody acknowledges, "" if there is none.
    secret: secret team -> its members' logins; neither is ever named.
    """

    incident: Incident
    first_at: datetime
    timeline: tuple[Transition, ...] = ()
    hit: Hit = field(default_factory=Hit)
    counts: Counts = field(default_factory=Counts)
    broken: tuple[Broken, ...] = ()
    sample: tuple[Sampled, ...] = ()
    versions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    url: str = ""
    lead: str = ""
    untold: Mapping[str, str] = field(default_factory=dict)
    secret: Mapping[str, frozenset[str]] = field(default_factory=dict)
