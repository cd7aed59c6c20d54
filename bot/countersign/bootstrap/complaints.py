"""What the web answers to complaints, out of the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from countersign.services.complaint_tokens import complaint_token_of
from countersign.services.complaints import complain, complaints

if TYPE_CHECKING:
    from countersign.model.complaint import Answer, Complainer, Complaint, ComplaintToken, Said
    from countersign.services.context import Ports


class Desk:
    """Fulfils `web.complaints.Complaints`."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def token(self, secret: str) -> ComplaintToken | None:
        return complaint_token_of(self._ports.records, secret)

    def complain(self, said: Said, by: Complainer) -> Answer:
        return complain(self._ports, said, by)

    def complaints(self, by: Complainer, *, only: str = "", after: int = 0, most: int | None = None) -> Sequence[Complaint]:
        return complaints(self._ports, by, only=only, after=after, most=most)
