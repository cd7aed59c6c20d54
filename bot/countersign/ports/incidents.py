"""The records of incidents: where each stands, how it came there, and what its guards said."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from countersign.model.guarded import GuardToken, KeptReport, Sighting
    from countersign.model.incident import Incident
    from countersign.model.incident_event import Transition
    from countersign.model.report import Report


class Incidents(Protocol):
    """Each call is one transaction. A repository is meant by the name that it has now."""

    def next_incident(self) -> int:
        """The number that a new incident would get."""
        ...

    def keep_incident(self, incident: Incident, transition: Transition) -> bool:
        """The incident as it is after the transition, and the transition, together.

        False, and nothing is kept, if it does not follow on the revision that stands, or its ``once`` is known, or (of a new one)
        the same contract, dataset and source has one that has not ended.
        """
        ...

    def incident(self, number: int) -> Incident | None: ...
    def incidents(self, *, repository: str = "", live: bool = False) -> tuple[Incident, ...]:
        """By number. live: only those that have not ended."""
        ...

    def live_incident(self, contract: str, dataset: str, source: str) -> Incident | None: ...
    def incident_of_trip(self, contract: str, dataset: str, source: str, partition: str, trip: str) -> Incident | None:
        """The one that holds that opening of a breaker, ended or not."""
        ...

    def transition(self, once: str) -> Transition | None: ...
    def timeline(self, number: int) -> tuple[Transition, ...]:
        """Oldest first."""
        ...

    def due_incidents(self, now: datetime) -> tuple[tuple[int, int], ...]:
        """(number, revision) of those for which the calendar has something; again and again until they have moved on."""
        ...

    def keep_report(self, number: int, kept: KeptReport) -> None:
        """A report that has been kept is left as it is."""
        ...

    def reports(self, number: int) -> tuple[KeptReport, ...]:
        """Of an incident, in the order in which they came."""
        ...

    def forget_evidence(self, before: datetime) -> int:
        """Take the values out of the reports of incidents that ended before. How many reports had some."""
        ...

    def see(self, report: Report, received_at: datetime) -> bool:
        """Note it as the newest of its partition and count it. False, and nothing is counted, if one as new has been seen."""
        ...

    def sightings(self, *, repository: str = "") -> tuple[Sighting, ...]: ...
    def keep_token(self, token: GuardToken, digest: str) -> None:
        """digest: SHA-256 of the secret, hex; the secret itself is nowhere."""
        ...

    def token(self, digest: str) -> GuardToken | None: ...
    def tokens(self) -> tuple[GuardToken, ...]: ...
    def revoke_token(self, token: str, at: datetime) -> bool:
        """token: its id. False if there is none, or if it was revoked before."""
        ...
