"""What stands behind the pages of contracts, products, pull requests, incidents and audits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from countersign.services import shown

if TYPE_CHECKING:
    from countersign.model.access import Viewer
    from countersign.model.consumer import Reference
    from countersign.model.incident import Incident
    from countersign.model.pages import AuditPage, ContractPage, IncidentPage, ProductPage, PullPage, PullRow, RegistryPage
    from countersign.services.context import Ports


class Shown:
    """Fulfils the protocols of `web.pages.registry`, `pulls`, `incidents` and `audit`."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def registry(self, viewer: Viewer, query: str, domain: str) -> RegistryPage:
        return shown.registry_page(self._ports, viewer, query, domain)

    def contract(self, viewer: Viewer, reference: Reference) -> ContractPage | None:
        return shown.contract_page(self._ports, viewer, reference)

    def product(self, viewer: Viewer, repository: str, name: str) -> ProductPage | None:
        return shown.product_page(self._ports, viewer, repository, name)

    def waiting(self, viewer: Viewer) -> Sequence[PullRow]:
        return shown.waiting_pulls(self._ports, viewer)

    def pull(self, viewer: Viewer, repository: str, number: int) -> PullPage | None:
        return shown.pull_page(self._ports, viewer, repository, number)

    def incidents(self, viewer: Viewer, *, all_of_them: bool) -> Sequence[Incident]:
        return shown.incidents_page(self._ports, viewer, all_of_them=all_of_them)

    def incident(self, viewer: Viewer, number: int) -> IncidentPage | None:
        return shown.incident_page(self._ports, viewer, number)

    def take(self, viewer: Viewer, number: int) -> bool | None:
        return shown.take(self._ports, viewer, number)

    def audit(self, viewer: Viewer) -> AuditPage | None:
        return shown.audit_page(self._ports, viewer)
