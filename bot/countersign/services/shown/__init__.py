"""What pages show, gathered out of the records: no page asks Git or GitHub, so that it answers at once and while they are away."""

from __future__ import annotations

from countersign.services.shown.audit import audit_page
from countersign.services.shown.contract import contract_page
from countersign.services.shown.incident import incident_page, incidents_page, take
from countersign.services.shown.product import product_page
from countersign.services.shown.pull_request import pull_page, waiting_pulls
from countersign.services.shown.registry import registry_page

__all__ = [
    "audit_page",
    "contract_page",
    "incident_page",
    "incidents_page",
    "product_page",
    "pull_page",
    "registry_page",
    "take",
    "waiting_pulls",
]
