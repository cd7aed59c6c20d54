"""Where each page is."""

from __future__ import annotations

from urllib.parse import quote

from countersign.model.consumer import Reference
from countersign.model.product import Product
from countersign.web.pages.tables import Link


def contract_path(reference: Reference) -> str:
    return f"/registry/{reference.repository}/{quote(reference.contract)}"


def product_path(product: Product) -> str:
    return f"/products/{product.repository}/{quote(product.name)}"


def pull_path(repository: str, number: int) -> str:
    return f"/pulls/{repository}/{number}"


def incident_path(number: int) -> str:
    return f"/incidents/{number}"


def contract_link(reference: Reference) -> Link:
    return Link(str(reference), contract_path(reference))


def product_link(product: Product) -> Link:
    return Link(product.name, product_path(product))


def pull_link(repository: str, number: int) -> Link:
    return Link(f"{repository.rpartition('/')[2]}#{number}", pull_path(repository, number))


def incident_link(number: int) -> Link:
    return Link(f"Incident {number}", incident_path(number))
