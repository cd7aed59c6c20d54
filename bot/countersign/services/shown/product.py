"""A data product: what it is built on, and whether each can be stopped. The answers are those of `countersign audit --product`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from countersign.model.access import Viewer
from countersign.model.consumer import Reference
from countersign.model.enforceability import Enforcement
from countersign.model.pages import InputRow, ProductPage
from countersign.model.path import show
from countersign.model.policy import Mode
from countersign.model.product import Product
from countersign.model.readership import InputAnswer
from countersign.model.shown import ListedContract, ReadEnforcement
from countersign.render.readership import why_answered
from countersign.services.context import Ports
from countersign.services.product_audit import Look, answers, meant
from countersign.services.shown.contract import file_url
from countersign.services.shown.pull_request import open_pulls, touches
from countersign.services.shown.registry import product_seen
from countersign.services.shown.sight import Sight


def product_page(ports: Ports, viewer: Viewer, repository: str, name: str) -> ProductPage | None:
    """None if there is none of that name, or it is not for the viewer.

    The viewer answers for the product, or reads for it, and so knows what it is built on.
    """
    sight, home = Sight(ports, viewer), ports.records.now_called(repository)
    product = next((one for one in ports.records.products(home) if one.name == name), None)
    if product is None or not product_seen(sight, product):
        return None
    listed = {one.reference: one for one in ports.records.listed()}
    read = ports.records.enforcements()
    look = Look(
        catalogue=dict(ports.records.catalogue()), modes=lambda of: _modes(listed, of), enforcement=lambda of: _enforcement(read, of)
    )
    rows = tuple(_row(ports, product, one, look, listed) for one in answers(ports, product, look))
    homes = {row.reference.repository for row in rows if row.reference}
    times = [read[of].read_at for of in homes if of in read]
    return ProductPage(
        product=product,
        url=file_url(ports, home, product.place.file, product.place.line),
        inputs=rows,
        read_at=min(times) if times and len(times) == len(homes) else None,
    )


def _modes(listed: Mapping[Reference, ListedContract], repository: str) -> Mapping[str, Mode] | None:
    found = {reference.contract: one.mode for reference, one in listed.items() if reference.repository == repository}
    return found or None


def _enforcement(read: Mapping[str, ReadEnforcement], repository: str) -> Enforcement | None:
    return read[repository].enforcement if repository in read else None


def _row(ports: Ports, product: Product, answer: InputAnswer, look: Look, listed: Mapping[Reference, ListedContract]) -> InputRow:
    contracts = meant(product, answer.input, look.catalogue)
    told = InputRow(
        written=answer.input.written,
        reference=contracts[0] if len(contracts) == 1 else None,
        answer=answer.answer,
        said=tuple(why_answered(product, answer)),
        fields=tuple(show(path) for path in answer.input.fields),
        also=answer.others,
        mode=answer.mode,
    )
    if told.reference is None:
        return told
    home, contract = told.reference.repository, told.reference.contract
    known = listed.get(told.reference)
    return replace(
        told,
        version=known.version if known else "",
        incidents=tuple(one for one in ports.records.incidents(repository=home, live=True) if one.contract_id == contract),
        notices=tuple(one for one in ports.records.notices(home) if one.contract == contract),
        pulls=open_pulls(ports, home, touches(contract)),
    )
